import { createRouter, createWebHistory } from "vue-router";
import { current } from "./rider.js";
import Auth from "./views/Auth.js";
import Home from "./views/Home.js";
import Ride from "./views/Ride.js";

const title = document.title;
const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: "/", component: Home },
    { path: "/auth", component: Auth, meta: { title: "Riders" } },
    { path: "/ride", component: Ride, meta: { title: "Ride", riders: true } },
    { path: "/:elsewhere(.*)*", redirect: "/" },
  ],
});

// Whoever wants to ride signs in first.
router.beforeEach(async (to) => {
  const rider = await current();
  return !to.meta.riders || rider ? true : "/auth";
});
router.afterEach((to) => {
  document.title = to.meta.title ? `${to.meta.title} - Wild Rydes` : title;
});

export default router;
