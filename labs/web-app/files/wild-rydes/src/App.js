// What every route has around it: the bar with the rider's name, and the footer.
import { useRoute, useRouter } from "vue-router";
import { name, signOut } from "./rider.js";

export default {
  template: `
    <header class="bar">
      <router-link class="brand" to="/"><img src="/images/unicorn.svg" alt="" width="36" height="36" />Wild Rydes</router-link>
      <span id="rider">{{ name }}</span>
      <nav aria-label="Main">
        <router-link v-if="name && route.path !== '/ride'" to="/ride">Ride</router-link>
        <button v-if="name" id="signout" type="button" class="link" @click="leave">Sign out</button>
        <template v-else-if="route.path === '/'">
          <router-link to="/auth">Sign in</router-link>
          <router-link class="button" to="/auth?step=register">Giddy up!</router-link>
        </template>
      </nav>
    </header>
    <router-view />
    <footer v-if="route.path !== '/ride'">Wild Rydes. All unicorns are volunteers.</footer>
  `,
  setup() {
    const router = useRouter();
    const leave = async () => {
      await signOut();
      router.push("/");
    };
    return { leave, name, route: useRoute() };
  },
};
