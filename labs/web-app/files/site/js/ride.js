// The ride page: a pin, a request to the API with the rider's token, a unicorn.
(async function () {
  "use strict";
  const get = (id) => document.getElementById(id);
  const button = get("request");
  const map = window.city(get("map"), (point) => {
    const { Latitude, Longitude } = map.place(point);
    get("place").textContent = `Pickup at ${Latitude.toFixed(4)}, ${Longitude.toFixed(4)}.`;
    button.disabled = !ready;
  });
  let ready = false;

  function problem(title, text, token) {
    get("problem-title").textContent = title;
    get("problem-text").textContent = text;
    get("token").hidden = !token;
    get("token").value = token || "";
    get("problem").showModal();
  }

  function note(text) {
    const line = document.createElement("li");
    line.textContent = text;
    get("log").prepend(line);
  }

  // The unicorn of the answer, in its coat's colour.
  async function portrait(colour) {
    const coats = { golden: ["#f7d27a", "#d99a1e"], yellow: ["#fff3a8", "#ecc93b"] };
    const coat = coats[String(colour).toLowerCase()];
    let drawing = await (await fetch("images/unicorn.svg")).text();
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
  }

  async function ask(point) {
    const rider = await account.current();
    if (!rider) return (location.href = "signin.html");
    const answer = await fetch(window._config.api.invokeUrl.replace(/\/$/, "") + "/ride", {
      method: "POST",
      headers: { Authorization: rider.token, "Content-Type": "application/json" },
      body: JSON.stringify({ PickupLocation: map.place(point) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`The API answered ${answer.status}: ${text}`);
    return JSON.parse(text);
  }

  async function request() {
    const point = map.pin();
    if (!point || button.disabled) return;
    button.disabled = true;
    button.textContent = "Whistling...";
    try {
      const { Unicorn: unicorn } = await ask(point);
      const whose = { male: "his", female: "her" }[String(unicorn.Gender).toLowerCase()] || "its";
      note(`${unicorn.Name}, your ${String(unicorn.Color).toLowerCase()} unicorn, is on ${whose} way.`);
      await window.flight(get("sky"), await portrait(unicorn.Color), map.locate(point));
      note(`${unicorn.Name} has arrived. Giddy up!`);
      map.unpin();
      get("place").textContent = "Touch the map for the next ride.";
    } catch (error) {
      const blocked = error instanceof TypeError;
      problem(
        "No unicorn has heard you",
        blocked
          ? "The browser could not call the API, or was not allowed to read its answer. Is invokeUrl right, and is CORS enabled for /ride? Preflight requests (OPTIONS) must be answered without a token."
          : error.message,
      );
      button.disabled = false;
    }
    button.textContent = "Request Unicorn";
  }

  button.addEventListener("click", request);
  get("map").addEventListener("keydown", (event) => event.key === "Enter" && request());
  get("signout").addEventListener("click", () => {
    account.signOut();
    location.href = "index.html";
  });

  if (!account.configured) return problem("No user pool yet", "Fill in the user pool in js/config.js, commit and push.");
  const rider = await account.current();
  if (!rider) return (location.href = "signin.html");
  get("rider").textContent = rider.name;
  if (!window._config.api.invokeUrl) {
    return problem("You are signed in", "There is no API to call yet. This is your token; the API's authorizer will check it:", rider.token);
  }
  ready = true;
})();
