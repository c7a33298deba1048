// The fleet: calling for a unicorn, and what the one that comes looks like.
(function () {
  "use strict";
  const DRAWING = new URL("../images/unicorn.svg", document.currentScript.src);
  const COATS = { golden: ["#f7d27a", "#d99a1e"], yellow: ["#fff3a8", "#ecc93b"] };

  window.fleet = {
    // Ask the API for a unicorn to `place`, with the rider's id token; an error's message is for the rider.
    call: async (invokeUrl, token, place) => {
      let answer, text;
      try {
        answer = await fetch(invokeUrl.replace(/\/$/, "") + "/ride", {
          method: "POST",
          headers: { Authorization: token, "Content-Type": "application/json" },
          body: JSON.stringify({ PickupLocation: place }),
        });
        text = await answer.text();
      } catch {
        throw new Error(
          "The browser could not call the API, or was not allowed to read its answer. Is invokeUrl right, and is CORS enabled for /ride? Preflight requests (OPTIONS) must be answered without a token.",
        );
      }
      if (!answer.ok) throw new Error(`The API answered ${answer.status}: ${text}`);
      return JSON.parse(text).Unicorn;
    },
    coming: ({ Name, Color, Gender }) => {
      const whose = { male: "his", female: "her" }[String(Gender).toLowerCase()] || "its";
      return `${Name}, your ${String(Color).toLowerCase()} unicorn, is on ${whose} way.`;
    },
    // A picture of the unicorn, in its coat's colour.
    portrait: async ({ Color }) => {
      const coat = COATS[String(Color).toLowerCase()];
      let drawing = await (await fetch(DRAWING)).text();
      if (coat) {
        drawing = drawing
          .replace('stop-color="#fff"', `stop-color="${coat[0]}"`)
          .replace('stop-color="#e4dcfa"', `stop-color="${coat[1]}"`)
          .replaceAll("#e9e2fb", coat[1])
          .replaceAll("#cfc3f0", coat[1]);
      }
      const picture = new Image(520, 400);
      picture.src = "data:image/svg+xml," + encodeURIComponent(drawing);
      await picture.decode();
      return picture;
    },
  };
})();
