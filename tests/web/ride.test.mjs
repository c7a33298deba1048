/* Lab 1 as a rider sees it: the site that the attendee hosts, sign-up by mail, sign-in by SRP, a ride on the map. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { after, before, test } from "node:test";
import { ROOT, Server, launch, open, shot, until } from "./browser.mjs";

const RIDER = "ada@example.com", PASSWORD = "Giddy-up-2021";
let browser, server, site, attendee;

before(async () => {
	server = await Server.start();
	browser = await launch();
	const joined = await fetch(server.url + "/api/join", { method: "POST", headers: { "Content-Type": "application/json" },
		body: JSON.stringify({ code: server.code, name: "Anna" }) });
	attendee = await joined.json();
	const built = execFileSync(path.join(ROOT, "build/venv/bin/python3"),
		[path.join(ROOT, "tests/support/webapp.py"), server.url], { encoding: "utf8", env: { ...process.env,
			AWS_ACCESS_KEY_ID: attendee.accessKeyId, AWS_SECRET_ACCESS_KEY: attendee.secretAccessKey,
			AWS_REGION: attendee.region, AWS_ENDPOINT_URL: attendee.endpoint } });
	({ site } = JSON.parse(built));
});

after(async () => {
	await browser?.close();
	await server?.stop();
});

/* The newest code in the attendee's mailbox. */
async function code() {
	const answer = await fetch(server.url + "/me/mail", { headers: { Authorization: "Bearer " + attendee.token } });

	return (await answer.text()).match(/\b\d{6}\b/)?.[0];
}

test("a rider signs up, confirms, signs in and is fetched by a unicorn", async () => {
	const page = await open(browser, { url: site }, { reducedMotion: "no-preference", viewport: { width: 1280, height: 800 } });

	page.mayReach.push(attendee.endpoint); // Cognito and the API
	await page.goto(site + "/");
	await shot(page, "ride-front");
	await page.goto(site + "/register.html");
	await page.fill("input[type=email]", RIDER);
	for (const field of await page.locator("input[type=password]").all())
		await field.fill(PASSWORD);
	await page.click("button[type=submit]");
	await page.waitForURL("**/verify.html*");
	await page.fill("input[name=code], #code", await until("the code", code));
	if (!(await page.inputValue("input[type=email]")))
		await page.fill("input[type=email]", RIDER);
	await page.click("button[type=submit]");
	await page.waitForURL("**/signin.html*");
	await page.fill("input[type=email]", RIDER);
	await page.fill("input[type=password]", PASSWORD);
	await page.click("button[type=submit]");
	await page.waitForURL("**/ride.html");
	await page.waitForFunction(() => document.getElementById("rider").textContent);
	await page.mouse.click(500, 400);
	await page.click("#request");
	await until("the arrival", async () => (await page.locator("#log li").count()) === 2, 30);
	const [arrived] = await page.locator("#log li").allTextContents();
	assert.match(arrived, /^(Bucephalus|Shadowfax|Rocinante) has arrived/);
	await shot(page, "ride-arrived");
	assert.deepEqual(page.wrongs, []);
	await page.context().close();
});

test("and the attendee's checks for it are green", async () => {
	const states = await until("the checks", async () => {
		const answer = await (await fetch(server.url + "/api/progress", { headers: { Authorization: "Bearer " + attendee.token } })).json();
		const checks = Object.fromEntries(answer.labs.find((lab) => lab.id === "web-app").checks.map((c) => [c.id, c.state]));
		return checks.ride === "green" && checks;
	});

	for (const id of ["site-hosted", "site-config", "rider", "function", "api-guarded", "api-preflight"])
		assert.equal(states[id], "green", id);
});
