// The flight: a unicorn comes in a wide bow from beyond the map and leaves a rainbow with sparks behind.
(function () {
  "use strict";
  const COLOURS = ["#ff5d8f", "#ff9f45", "#ffd84d", "#4cd1a0", "#4aa8ff", "#9b6bff"];
  const FLIGHT_MS = 2600;
  const AFTERGLOW_MS = 1600;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  const ease = (t) => 1 - (1 - t) ** 3;
  const bow = (a, b, c, t) => (1 - t) ** 2 * a + 2 * (1 - t) * t * b + t * t * c;

  // Fly to `target` ({x, y} in the canvas's pixels); resolves when the unicorn has landed.
  window.flight = function flight(canvas, picture, target) {
    const ratio = devicePixelRatio || 1;
    canvas.width = canvas.clientWidth * ratio;
    canvas.height = canvas.clientHeight * ratio;
    const paper = canvas.getContext("2d");
    paper.setTransform(ratio, 0, 0, ratio, 0, 0);
    const size = Math.max(70, Math.min(130, canvas.clientWidth / 9));
    const from = { x: -size, y: canvas.clientHeight * (target.y > canvas.clientHeight / 2 ? 0.12 : 0.88) };
    const over = { x: (from.x + target.x) / 2, y: Math.min(from.y, target.y) - canvas.clientHeight * 0.25 };
    const end = { x: target.x - size * 0.45, y: target.y - size * 0.35 };
    const where = (t) => ({ x: bow(from.x, over.x, end.x, t), y: bow(from.y, over.y, end.y, t) });
    const sparks = [];

    function rainbow(until, fade) {
      paper.lineWidth = size / 26;
      paper.lineCap = "round";
      COLOURS.forEach((colour, i) => {
        paper.beginPath();
        for (let t = 0; t <= until; t += 0.01) {
          const p = where(t);
          paper.lineTo(p.x - size * 0.4, p.y + (i - 2.5) * paper.lineWidth);
        }
        paper.strokeStyle = colour;
        paper.globalAlpha = 0.85 * fade;
        paper.stroke();
      });
      paper.globalAlpha = 1;
    }

    function glitter(at, many) {
      for (let i = 0; i < many; i++) {
        const turn = Math.random() * 6.283;
        const speed = Math.random() * 1.8;
        sparks.push({ x: at.x, y: at.y, dx: Math.cos(turn) * speed, dy: Math.sin(turn) * speed - 0.6, life: 1, colour: COLOURS[i % 6] });
      }
      for (const s of sparks) {
        s.x += s.dx;
        s.y += s.dy += 0.03;
        s.life -= 0.016;
        if (s.life <= 0) continue;
        paper.globalAlpha = s.life;
        paper.fillStyle = s.colour;
        paper.beginPath();
        paper.arc(s.x, s.y, 2.6 * s.life, 0, 6.283);
        paper.fill();
      }
      paper.globalAlpha = 1;
    }

    function unicorn(t, now) {
      const p = where(t);
      const q = where(Math.min(1, t + 0.02));
      const tilt = t < 1 ? Math.atan2(q.y - p.y, q.x - p.x) * 0.6 : 0;
      const hop = t < 1 && !calm.matches ? Math.sin(now / 90) * size * 0.05 : 0;
      paper.save();
      paper.translate(p.x, p.y + hop);
      paper.rotate(tilt);
      paper.drawImage(picture, -size / 2, -size * 0.4, size, size * 0.77);
      paper.restore();
    }

    return new Promise((landed) => {
      const start = performance.now();
      let told = false;
      (function frame(now) {
        const t = calm.matches ? 1 : ease(Math.min(1, Math.max(0, now - start) / FLIGHT_MS));
        const glow = calm.matches ? 0 : 1 - Math.max(0, now - start - FLIGHT_MS) / AFTERGLOW_MS;
        paper.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
        if (glow > 0) rainbow(t, Math.max(0, glow));
        if (glow > 0) glitter(where(t), t < 1 ? 3 : told ? 0 : 60);
        unicorn(t, now);
        if (t === 1 && !told) {
          told = true;
          landed();
        }
        if (t < 1 || glow > 0) requestAnimationFrame(frame);
      })(start);
    });
  };
})();
