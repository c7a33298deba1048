// The ride: a pin on the map, a request to the API with the rider's token, a unicorn.
import { onMounted, reactive, ref } from "vue";
import { useRouter } from "vue-router";
import config from "../config.js";
import { current } from "../rider.js";

const { city, fleet, flight } = window;

export default {
  template: `
    <main class="city">
      <div
        id="map"
        ref="land"
        class="map"
        tabindex="0"
        role="application"
        aria-label="Map. Click or use the arrow keys to set your pickup point, Enter requests a unicorn."
        @keydown.enter="request"
      ></div>
      <canvas id="sky" ref="sky" aria-hidden="true"></canvas>
      <aside class="panel">
        <h1>Where shall we pick you up?</h1>
        <p id="place" role="status">{{ place }}</p>
        <button id="request" type="button" class="button big" :disabled="!ready || !pinned || busy" @click="request">
          {{ busy ? "Whistling..." : "Request Unicorn" }}
        </button>
        <ol id="log" aria-live="polite"><li v-for="line in log" :key="line.at">{{ line.text }}</li></ol>
      </aside>
      <dialog id="problem" ref="dialog">
        <h2 id="problem-title">{{ problem.title }}</h2>
        <p id="problem-text">{{ problem.text }}</p>
        <textarea v-if="problem.token" id="token" readonly rows="6" aria-label="Your authorization token" :value="problem.token"></textarea>
        <form method="dialog"><button class="button">Close</button></form>
      </dialog>
    </main>
  `,
  setup() {
    const router = useRouter();
    const [land, sky, dialog] = [ref(null), ref(null), ref(null)];
    const place = ref("Touch the map, or move the pin with the arrow keys.");
    const pinned = ref(false);
    const busy = ref(false);
    const log = reactive([]);
    const problem = reactive({ title: "", text: "", token: "" });
    const ready = Boolean(config.api.invokeUrl);
    let map;

    function tell(title, text, token = "") {
      Object.assign(problem, { title, text, token });
      dialog.value.showModal();
    }
    const note = (text) => log.unshift({ at: log.length, text });

    async function ride(point) {
      const rider = await current();
      if (!rider) return router.push("/auth");
      const unicorn = await fleet.call(config.api.invokeUrl, rider.token, map.place(point));
      note(fleet.coming(unicorn));
      await flight(sky.value, await fleet.portrait(unicorn), map.locate(point));
      note(`${unicorn.Name} has arrived. Giddy up!`);
      map.unpin();
      pinned.value = false;
      place.value = "Touch the map for the next ride.";
    }
    async function request() {
      if (!ready || !pinned.value || busy.value) return;
      busy.value = true;
      try {
        await ride(map.pin());
      } catch (error) {
        tell("No unicorn has heard you", error.message);
      }
      busy.value = false;
    }

    onMounted(async () => {
      map = city(land.value, (point) => {
        const { Latitude, Longitude } = map.place(point);
        place.value = `Pickup at ${Latitude.toFixed(4)}, ${Longitude.toFixed(4)}.`;
        pinned.value = true;
      });
      if (ready) return land.value.focus();
      const rider = await current();
      tell("You are signed in", "There is no API to call yet. This is your token; the API's authorizer will check it:", rider?.token);
    });
    return { busy, dialog, land, log, pinned, place, problem, ready, request, sky };
  },
};
