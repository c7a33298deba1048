/* Lab 1 in the edition with Vue: the single-page app that the attendee hosts, with Amplify's library, against the cloud. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { after, before, test } from "node:test";
import { accessibilityFaults } from "./accessible.mjs";
import { ROOT, Server, asInARoom, launch, open, shot, until } from "./browser.mjs";

const RIDER = "ada@example.com", PASSWORD = "Giddy-up-2021", CHANGED = "Giddy-up-2022";
let browser, server, site, attendee;

before(async () => {
	server = await Server.start();
	browser = await launch();
	attendee = await server.join("Vera");
	const built = execFileSync(path.join(ROOT, "build/venv/bin/python3"),
		[path.join(ROOT, "tests/support/webapp.py"), server.url, "wild-rydes"], { encoding: "utf8", env: { ...process.env,
			AWS_ACCESS_KEY_ID: attendee.accessKeyId, AWS_SECRET_ACCESS_KEY: attendee.secretAccessKey,
			AWS_REGION: attendee.region, AWS_ENDPOINT_URL: attendee.endpoint } });
	({ site } = JSON.parse(built));
});

after(async () => {
	await browser?.close();
	await server?.stop();
});

/* The newest code in the attendee's mailbox, other than the one before. */
async function code(before) {
	const answer = await fetch(server.url + "/me/mail", { headers: { Authorization: "Bearer " + attendee.token } });
	const newest = (await answer.text()).match(/\b\d{6}\b/)?.[0];

	return newest !== before && newest;
}

async function visit(options, fn) {
	const page = await open(browser, { url: site }, { viewport: { width: 1280, height: 800 }, ...options });

	page.mayReach.push(attendee.endpoint); // Cognito and the API
	await asInARoom(page);
	try {
		await fn(page);
		assert.deepEqual(page.wrongs, []);
	} finally {
		await page.context().close();
	}
}

const lines = (page) => page.locator("#log li").allTextContents();

async function signIn(page, password) {
	await page.goto(site + "/auth");
	await page.fill("#email", RIDER);
	await page.fill("#password", password);
	await page.keyboard.press("Enter");
	await page.waitForURL(site + "/ride");
}

test("a rider signs up, confirms, signs in by SRP, is fetched by a unicorn, and signs out", () =>
	visit({ reducedMotion: "no-preference" }, async (page) => {
		const flows = [];

		page.on("request", (request) => {
			if (request.headers()["x-amz-target"]?.endsWith(".InitiateAuth"))
				flows.push(JSON.parse(request.postData()).AuthFlow);
		});
		await page.goto(site + "/");
		await page.waitForSelector("h1");
		await shot(page, "vue-front");
		await page.click("text=Giddy up!");
		await page.waitForURL("**/auth?step=register");
		await shot(page, "vue-register");
		await page.fill("#email", RIDER);
		await page.fill("#password", PASSWORD);
		await page.fill("#again", PASSWORD);
		await page.click("button[type=submit]");
		await page.waitForURL("**/auth?step=verify&email=*");
		await page.waitForSelector("#code:focus");
		await page.keyboard.type(await until("the code", code));
		await page.keyboard.press("Enter");
		await page.waitForURL("**/auth?step=sign-in*");
		assert.equal(await page.inputValue("#email"), RIDER);
		await page.waitForSelector("#password:focus");
		await page.keyboard.type(PASSWORD);
		await page.keyboard.press("Enter");
		await page.waitForURL(site + "/ride");
		assert.deepEqual(flows, ["USER_SRP_AUTH"]);
		await page.waitForFunction((rider) => document.getElementById("rider").textContent === rider, RIDER);

		/* A reload asks the host for a path that only the app knows. */
		await page.reload();
		await page.waitForSelector("#map svg");
		assert.equal(await page.title(), "Ride - Wild Rydes");
		await page.mouse.click(500, 400);
		await page.click("#request");
		await until("the flight", async () => (await lines(page)).length === 1);
		await page.waitForTimeout(1200);
		await shot(page, "vue-flight");
		await until("the arrival", async () => (await lines(page)).length === 2, 30);
		assert.match((await lines(page))[0], /^(Bucephalus|Shadowfax|Rocinante) has arrived/);
		await shot(page, "vue-arrived");
		await page.click("#signout");
		await page.waitForURL(site + "/");
		await page.goto(site + "/ride");
		await page.waitForURL(site + "/auth");
	}));

test("a forgotten password is changed with a code", () => visit({}, async (page) => {
	const before = await code();

	await page.goto(site + "/auth");
	await page.click("text=Forgotten your password?");
	await page.fill("#email", RIDER);
	await page.click("button[type=submit]");
	await page.waitForURL("**/auth?step=renew*");
	await page.fill("#code", await until("another code", () => code(before)));
	await page.fill("#password", CHANGED);
	await page.click("button[type=submit]");
	await page.waitForURL("**/auth?step=sign-in*");
	page.allowed.push(/status of 400/);
	await page.fill("#password", PASSWORD);
	await page.click("button[type=submit]");
	await page.waitForFunction(() => document.getElementById("message").textContent === "Incorrect username or password.");
	await signIn(page, CHANGED);
}));

test("a ride can be asked for in the dark and with the keyboard alone", () => visit({ colorScheme: "dark" }, async (page) => {
	await signIn(page, CHANGED);
	await page.waitForSelector("#map:focus svg");
	await page.keyboard.press("ArrowRight");
	await page.keyboard.press("Enter");
	await until("the arrival", async () => (await lines(page)).length === 2);
	await shot(page, "vue-dark");
	await page.click("text=Wild Rydes");
	await page.waitForURL(site + "/");
	await page.click("nav >> text=Ride");
	await page.waitForSelector("#map svg");
}));

for (const colorScheme of ["light", "dark"])
	test(`every step can be read by all, ${colorScheme}`, () => visit({ colorScheme }, async (page) => {
		for (const at of ["/", "/auth", ...["register", "verify", "forgotten", "renew"].map((step) => "/auth?step=" + step)]) {
			await page.goto(site + at);
			await page.waitForSelector("h1");
			assert.deepEqual(await page.evaluate(accessibilityFaults, "header"), [], at);
		}
		await shot(page, "vue-renew-" + colorScheme);
	}));

test("and the attendee's checks for it are green", async () => {
	const states = await until("the checks", async () => {
		const answer = await (await fetch(server.url + "/api/progress", { headers: { Authorization: "Bearer " + attendee.token } })).json();
		const checks = Object.fromEntries(answer.labs.find((lab) => lab.id === "web-app").checks.map((c) => [c.id, c.state]));
		return checks.ride === "green" && checks;
	});

	for (const id of ["repository", "site-pushed", "site-hosted", "site-config", "rider", "function", "api-guarded", "api-preflight"])
		assert.equal(states[id], "green", id);
});
