// The front page.
const fleet = [
  { name: "Bucephalus", coat: "#e0a526", words: "Golden. Once carried a conqueror, now carries commuters." },
  { name: "Shadowfax", coat: "#f4f1ff", words: "White. Shows riders the meaning of haste." },
  { name: "Rocinante", coat: "#f5d94c", words: "Yellow. Has a soft spot for windmills." },
];

export default {
  template: `
    <main>
      <section class="hero">
        <div>
          <h1>How do I get there? <em>On a unicorn.</em></h1>
          <p>Touch the map, and the nearest unicorn of our fleet lands beside you, usually within thirty seconds.</p>
          <p>
            <router-link class="button big" to="/auth?step=register">Giddy up!</router-link>
            <router-link class="quiet" to="/ride">I have ridden before</router-link>
          </p>
        </div>
        <img src="/images/unicorn.svg" alt="A white unicorn at full gallop, its mane in all colours" width="520" height="420" />
      </section>
      <section class="fleet" aria-labelledby="fleet">
        <h2 id="fleet">The fleet</h2>
        <ul>
          <li v-for="unicorn in fleet" :key="unicorn.name" :style="{ '--coat': unicorn.coat }">
            <i class="horse"></i><b>{{ unicorn.name }}</b>{{ unicorn.words }}
          </li>
        </ul>
      </section>
    </main>
  `,
  setup: () => ({ fleet }),
};
