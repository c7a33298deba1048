// The city: a map that needs no network. It is drawn once, as SVG, from a fixed seed, so everybody sees the same streets.
// Coordinates are those of a drawing 1600 wide and 1000 high; place() and locate() turn them into latitude and longitude.
(function () {
  "use strict";
  const WIDTH = 1600;
  const HEIGHT = 1000;
  const WEST = -122.37, EAST = -122.27, NORTH = 47.65, SOUTH = 47.59;
  const SVG = "http://www.w3.org/2000/svg";

  // A small generator of repeatable chance (a linear congruence is enough for houses).
  let seed;
  const chance = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 4294967296;

  const BAY = "M-20 -20H520C470 90 395 120 372 220C350 320 415 380 398 480C380 590 270 600 262 700C255 800 330 860 300 1020H-20Z";
  const RIVER = "M1620 250C1450 260 1400 350 1290 380C1160 415 1120 330 1000 400C880 470 930 600 820 660C700 725 600 640 470 690C400 715 330 740 255 720";
  const PARKS = [
    "M640 120C720 80 850 110 870 190C890 270 800 320 710 300C620 285 560 170 640 120Z",
    "M1180 620C1270 580 1400 620 1410 720C1420 820 1290 850 1200 810C1110 770 1090 660 1180 620Z",
    "M520 830C580 800 660 830 660 890C660 950 560 960 520 930C480 900 470 850 520 830Z",
  ];
  const AVENUES = [
    "M360 240L1620 130", "M410 460L700 440L1620 470", "M300 760L820 800L1620 760", "M330 930L1620 910",
    "M560 -20L600 340L560 1020", "M900 -20L880 360L960 1020", "M1240 -20L1180 420L1240 1020", "M1500 -20L1470 1020",
  ];
  const NAMES = [
    [170, 420, "Rainbow Bay", "water"], [745, 205, "Stardust Park", "green"], [1285, 725, "Clover Fields", "green"],
    [570, 885, "Apple Grove", "green"], [1120, 180, "Horn Hill", "quarter"], [620, 560, "Old Stables", "quarter"],
    [1080, 560, "Mane Street", "quarter"], [1420, 560, "Gallop Heights", "quarter"], [1010, 870, "Hoofbridge", "quarter"],
    [1180, 365, "Silver River", "water"],
  ];

  function element(name, attributes, parent) {
    const made = document.createElementNS(SVG, name);
    for (const key of Object.keys(attributes)) made.setAttribute(key, attributes[key]);
    if (parent) parent.append(made);
    return made;
  }

  // Blocks of houses in rows, turned by `angle`: one path for each of three shades.
  function houses(parent, angle, step) {
    const shades = ["", "", ""];
    for (let y = -900; y < 900; y += step) {
      for (let x = -1300; x < 1300; x += step * 1.6) {
        if (chance() < 0.08) continue;
        const wide = step * (1.1 + chance() * 0.28), high = step * (0.62 + chance() * 0.18);
        shades[Math.floor(chance() * 3)] += `M${x.toFixed(0)} ${y}h${wide.toFixed(0)}v${high.toFixed(0)}h-${wide.toFixed(0)}z`;
      }
    }
    shades.forEach((d, i) => element("path", { d, class: "houses shade" + i, transform: `translate(800 500) rotate(${angle})` }, parent));
  }

  function draw(container) {
    seed = 20210722;
    const svg = element("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "xMidYMid slice" });
    const clip = element("clipPath", { id: "south" }, element("defs", {}, svg));
    element("path", { d: "M0 560L900 460L1600 520V1000H0Z" }, clip);
    element("rect", { width: WIDTH, height: HEIGHT, class: "land" }, svg);
    houses(svg, -5, 46);
    const south = element("g", { "clip-path": "url(#south)" }, svg);
    element("rect", { width: WIDTH, height: HEIGHT, class: "land" }, south);
    houses(south, 14, 40);
    for (const d of PARKS) element("path", { d, class: "park" }, svg);
    trees(svg);
    element("path", { d: RIVER, class: "shore river" }, svg);
    element("path", { d: BAY, class: "shore bay" }, svg);
    element("path", { d: RIVER, class: "water river" }, svg);
    element("path", { d: BAY, class: "water bay" }, svg);
    for (const d of AVENUES) element("path", { d, class: "avenue edge" }, svg);
    for (const d of AVENUES) element("path", { d, class: "avenue" }, svg);
    for (const [x, y, text, kind] of NAMES) element("text", { x, y, class: "name " + kind }, svg).textContent = text;
    container.append(svg);
    return svg;
  }

  function trees(svg) {
    const group = element("g", { class: "trees" }, svg);
    for (const [cx, cy, rx, ry] of [[735, 205, 110, 75], [1275, 715, 115, 80], [570, 882, 65, 48]]) {
      for (let i = 0; i < 46; i++) {
        const turn = chance() * 6.283, far = Math.sqrt(chance());
        element("circle", { cx: (cx + Math.cos(turn) * far * rx).toFixed(0), cy: (cy + Math.sin(turn) * far * ry).toFixed(0), r: (4 + chance() * 6).toFixed(1) }, group);
      }
    }
  }

  // A map in `container`, with a pin that clicks and arrow keys move; `moved({x, y})` tells each time.
  window.city = function city(container, moved) {
    const svg = draw(container);
    const pin = element("g", { class: "pin", visibility: "hidden" }, svg);
    element("ellipse", { cx: 0, cy: 2, rx: 13, ry: 5, class: "shadow" }, pin);
    element("path", { d: "M0 0C-6 -18 -26 -28 -26 -50A26 26 0 0 1 26 -50C26 -28 6 -18 0 0Z" }, pin);
    element("circle", { cx: 0, cy: -50, r: 10 }, pin);
    let at = null;

    function set(x, y) {
      at = { x: Math.min(Math.max(x, 20), WIDTH - 20), y: Math.min(Math.max(y, 60), HEIGHT - 20) };
      pin.setAttribute("transform", `translate(${at.x} ${at.y})`);
      pin.setAttribute("visibility", "visible");
      pin.classList.remove("drop");
      void pin.getBoundingClientRect();
      pin.classList.add("drop");
      moved(at);
    }

    svg.addEventListener("click", (event) => {
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      set(point.x, point.y);
    });
    container.addEventListener("keydown", (event) => {
      const step = event.shiftKey ? 60 : 15;
      const move = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
      if (!move) return;
      event.preventDefault();
      const from = at || { x: WIDTH / 2, y: HEIGHT / 2 };
      set(from.x + move[0], from.y + move[1]);
    });
    return {
      pin: () => at,
      unpin: () => { at = null; pin.setAttribute("visibility", "hidden"); },
      // Latitude and longitude of a point of the drawing.
      place: ({ x, y }) => ({ Latitude: NORTH + ((SOUTH - NORTH) * y) / HEIGHT, Longitude: WEST + ((EAST - WEST) * x) / WIDTH }),
      // Where a point of the drawing is on the screen, within the container.
      locate: ({ x, y }) => {
        const point = new DOMPoint(x, y).matrixTransform(svg.getScreenCTM());
        const box = container.getBoundingClientRect();
        return { x: point.x - box.left, y: point.y - box.top, scale: svg.getScreenCTM().a };
      },
    };
  };
})();
