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

  async function ask(point) {
    const rider = await account.current();
    if (!rider) {
      location.href = "signin.html";
      throw new Error("You are not signed in any more.");
    }
    return window.fleet.call(window._config.api.invokeUrl, rider.token, map.place(point));
  }

  async function request() {
    const point = map.pin();
    if (!point || button.disabled) return;
    button.disabled = true;
    button.textContent = "Whistling...";
    try {
      const unicorn = await ask(point);
      note(window.fleet.coming(unicorn));
      await window.flight(get("sky"), await window.fleet.portrait(unicorn), map.locate(point));
      note(`${unicorn.Name} has arrived. Giddy up!`);
      map.unpin();
      get("place").textContent = "Touch the map for the next ride.";
    } catch (error) {
      problem("No unicorn has heard you", error.message);
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
