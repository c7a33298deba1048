// Signing up, verifying, signing in, and a forgotten password: one card, whose step is in the address.
import { computed, nextTick, reactive, ref, watch } from "vue";
import { useRoute, useRouter } from "vue-router";
import { configured, current, forget, register, renew, resend, signIn, verify } from "../rider.js";

const email = { id: "email", label: "E-mail", type: "email", autocomplete: "username" };
const password = { id: "password", label: "Password", type: "password", autocomplete: "current-password" };
const fresh = { ...password, autocomplete: "new-password" };
const again = { ...fresh, id: "again", label: "Password again" };
const code = { id: "code", label: "Code", inputmode: "numeric", autocomplete: "one-time-code" };

// What each step shows, and what it does; `run` returns the step that comes next, or a path.
const steps = {
  "sign-in": {
    title: "Welcome back",
    words: "Your unicorn remembers you.",
    button: "Sign in",
    fields: [email, password],
    run: async (form) => {
      try {
        await signIn(form.email, form.password);
        return "/ride";
      } catch (error) {
        if (error.code === "UserNotConfirmedException") return "verify";
        throw error;
      }
    },
  },
  register: {
    title: "Become a rider",
    words: "One address, one password, and the sky is yours.",
    button: "Let's ryde",
    fields: [email, fresh, again],
    run: async (form) => {
      if (form.password !== form.again) throw new Error("The two passwords differ.");
      return (await register(form.email, form.password)).userConfirmed ? "sign-in" : "verify";
    },
  },
  verify: {
    title: "Is it you?",
    words: "We have sent a code to your address.",
    button: "Verify",
    fields: [email, code],
    run: async (form) => {
      await verify(form.email, form.code);
      return "sign-in";
    },
  },
  forgotten: {
    title: "It happens",
    words: "We send a code to your address, with which you choose a new password.",
    button: "Send the code",
    fields: [email],
    run: async (form) => {
      await forget(form.email);
      return "renew";
    },
  },
  renew: {
    title: "A new password",
    words: "We have sent a code to your address.",
    button: "Change it",
    fields: [email, code, { ...fresh, label: "New password" }],
    run: async (form) => {
      await renew(form.email, form.code, form.password);
      return "sign-in";
    },
  },
};

export default {
  template: `
    <main class="card">
      <h1>{{ step.title }}</h1>
      <p>{{ step.words }}</p>
      <p v-if="!configured" id="unconfigured" class="notice">
        This site does not know its riders yet: fill in the user pool in <code>src/aws-exports.js</code>, commit and push.
      </p>
      <form ref="element" novalidate @submit.prevent="submit">
        <label v-for="field in step.fields" :key="field.id">
          {{ field.label }}
          <input
            :id="field.id"
            v-model.trim="form[field.id]"
            :type="field.type"
            :inputmode="field.inputmode"
            :autocomplete="field.autocomplete"
            required
          />
        </label>
        <p id="message" class="message" role="alert">{{ message }}</p>
        <button class="button big" type="submit" :disabled="busy || !configured">{{ step.button }}</button>
      </form>
      <p v-if="name === 'sign-in'">
        New here? <router-link to="/auth?step=register">Become a rider</router-link>.
        <router-link to="/auth?step=forgotten">Forgotten your password?</router-link>
      </p>
      <p v-else-if="name === 'verify'"><button id="resend" type="button" class="link" @click="once(sendAgain)">Send me another code</button></p>
      <p v-else>Ridden before? <router-link to="/auth">Sign in</router-link>.</p>
    </main>
  `,
  setup() {
    const route = useRoute();
    const router = useRouter();
    const element = ref(null);
    const form = reactive({ email: route.query.email || "", password: "", again: "", code: "" });
    const message = ref("");
    const busy = ref(false);
    const name = computed(() => (steps[route.query.step] ? route.query.step : "sign-in"));
    const step = computed(() => steps[name.value]);

    const go = (next) => router.push(next.startsWith("/") ? next : { path: "/auth", query: { step: next, email: form.email } });

    // One thing at a time; its error is told below the fields.
    async function once(work) {
      message.value = "";
      busy.value = true;
      try {
        await work();
      } catch (error) {
        message.value = error.message || String(error);
      }
      busy.value = false;
    }
    const submit = () => element.value.reportValidity() && once(async () => go(await step.value.run(form)));
    const sendAgain = async () => {
      await resend(form.email);
      message.value = "A new code is on its way.";
    };

    // Another step begins with its first field that is still empty.
    watch(name, async () => {
      message.value = form.password = form.again = form.code = "";
      await nextTick();
      [...element.value.querySelectorAll("input")].find((field) => !field.value)?.focus();
    });
    return { busy, configured, element, form, message, name, once, sendAgain, step, submit };
  },
  // Who is signed in has nothing to do here.
  beforeRouteEnter: async (to) => (to.query.step || !(await current()) ? true : "/ride"),
};
