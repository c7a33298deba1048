/* The ride app of Lab 1 in a real browser, with the rider and the API played by the test. */
import assert from "node:assert/strict";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { after, before, test } from "node:test";
import { accessibilityFaults } from "./accessible.mjs";
import { ROOT, launch, open, shot, until } from "./browser.mjs";

const SITE = path.join(ROOT, "labs/web-app/files/site");
const COGNITO = path.join(ROOT, "build/vendor/node_modules/amazon-cognito-identity-js/dist/amazon-cognito-identity.min.js");
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

let browser, host, asked;
let answer = { status: 201, body: {} };

function serve(request, response) {
	const name = new URL(request.url, "http://h").pathname;
	const file = name.startsWith("/js/vendor/") ? COGNITO : path.join(SITE, name === "/" ? "index.html" : name);

	if (name === "/api/ride") {
		let text = "";
		request.on("data", (bytes) => { text += bytes; });
		request.on("end", () => {
			asked.push({ token: request.headers.authorization, body: JSON.parse(text) });
			response.writeHead(answer.status, { "Content-Type": "application/json" });
			response.end(JSON.stringify(answer.body));
		});
	} else if (fs.existsSync(file)) {
		response.writeHead(200, { "Content-Type": TYPES[path.extname(file)] });
		response.end(fs.readFileSync(file));
	} else {
		response.writeHead(404).end();
	}
}

before(async () => {
	const server = http.createServer(serve).listen(0, "127.0.0.1");
	await once(server, "listening");
	host = { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
	browser = await launch();
});

after(async () => {
	await browser?.close();
	host?.close();
});

async function visit(options, fn) {
	const page = await open(browser, host, options);
	asked = [];
	try {
		await fn(page);
		assert.deepEqual(page.wrongs, []);
	} finally {
		await page.context().close();
	}
}

/* Signed in, with an API at `invokeUrl`. */
async function signedIn(page, invokeUrl) {
	const config = { cognito: { userPoolId: "eu-west-1_aBcDeFgHi", userPoolClientId: "client", region: "eu-west-1" }, api: { invokeUrl } };
	const script = (text) => (route) => route.fulfill({ contentType: "text/javascript", body: text });

	await page.route("**/js/config.js", script(`window._config = ${JSON.stringify(config)}`));
	await page.route("**/js/account.js", script(
		"window.account = { configured: true, current: async () => ({ name: 'anna@example.com', token: 'the-token' }), signOut() {} }"));
	await page.goto(host.url + "/ride.html");
	await page.waitForFunction(() => document.getElementById("rider").textContent);
}

const lines = (page) => page.locator("#log li").allTextContents();

test("the unicorn of the answer comes to where the rider clicked", () => visit({ reducedMotion: "no-preference" }, async (page) => {
	answer = { status: 201, body: { RideId: "r", Unicorn: { Name: "Rocinante", Color: "Yellow", Gender: "Female" } } };
	await signedIn(page, host.url + "/api");
	await page.mouse.click(400, 400);
	await page.click("#request");
	await until("the arrival", async () => (await lines(page)).length === 2);
	assert.deepEqual(await lines(page), ["Rocinante has arrived. Giddy up!", "Rocinante, your yellow unicorn, is on her way."]);
	assert.equal(asked[0].token, "the-token");
	const { Latitude, Longitude } = asked[0].body.PickupLocation;
	assert.ok(Latitude > 47.59 && Latitude < 47.65 && Longitude > -122.37 && Longitude < -122.27);
	await shot(page, "unicorn-arrived");
}));

test("a ride can be asked for with the keyboard alone", () => visit({}, async (page) => {
	answer = { status: 201, body: { RideId: "r", Unicorn: { Name: "Shadowfax", Color: "White", Gender: "Male" } } };
	await signedIn(page, host.url + "/api/");
	await page.focus("#map");
	await page.keyboard.press("ArrowRight");
	await page.keyboard.press("Enter");
	await until("the arrival", async () => (await lines(page)).length === 2);
}));

test("an answer that is no ride is told with its status and text", () => visit({}, async (page) => {
	answer = { status: 500, body: { Error: "Authorization not configured" } };
	page.allowed.push(/status of 500/);
	await signedIn(page, host.url + "/api");
	await page.mouse.click(400, 400);
	await page.click("#request");
	await page.waitForSelector("#problem[open]");
	assert.match(await page.textContent("#problem-text"), /500.*Authorization not configured/);
}));

test("an API that the browser may not call is told with what to look at", () => visit({}, async (page) => {
	page.allowed.push(/ERR_FAILED/);
	await page.route("**/api/ride", (route) => route.abort());
	await signedIn(page, host.url + "/api");
	await page.mouse.click(400, 400);
	await page.click("#request");
	await page.waitForSelector("#problem[open]");
	assert.match(await page.textContent("#problem-text"), /invokeUrl.*CORS.*OPTIONS/);
}));

test("signed in without an API, the page shows the token", () => visit({}, async (page) => {
	await signedIn(page, "");
	await page.waitForSelector("#problem[open]");
	assert.equal(await page.inputValue("#token"), "the-token");
}));

test("without a user pool every page says what to fill in", () => visit({}, async (page) => {
	for (const name of ["register", "verify", "signin"]) {
		await page.goto(`${host.url}/${name}.html`);
		assert.ok(await page.isVisible("#unconfigured"), name);
		assert.ok(await page.isDisabled("button[type=submit]"), name);
	}
	await page.goto(host.url + "/ride.html");
	await page.waitForSelector("#problem[open]");
	assert.match(await page.textContent("#problem-text"), /js\/config\.js/);
}));

for (const colorScheme of ["light", "dark"])
	test(`every page can be read by all, ${colorScheme}`, () => visit({ colorScheme }, async (page) => {
		for (const name of ["index", "register", "verify", "signin"]) {
			await page.goto(`${host.url}/${name}.html`);
			assert.deepEqual(await page.evaluate(accessibilityFaults, "header"), [], name);
		}
	}));
