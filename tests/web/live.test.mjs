/* What happens by itself: ticks, the instructor's board, and coming back after the server died. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { accessibilityFaults } from "./accessible.mjs";
import { Server, joinInPage, launch, open, pageOfCheck, shot, until } from "./browser.mjs";

let browser, server;

before(async () => {
	server = await Server.start();
	browser = await launch();
});

after(async () => {
	await browser?.close();
	await server?.stop();
});

async function visit(fn) {
	const page = await open(browser, server);
	try {
		await fn(page);
		assert.deepEqual(page.wrongs, []);
	} finally {
		await page.context().close();
	}
}

/* DynamoDB with the values that the attendee's page shows. */
async function dynamodb(page) {
	const value = (id) => page.textContent("#value-" + id);

	return new DynamoDBClient({
		region: await value("region"),
		endpoint: await value("endpoint"),
		credentials: { accessKeyId: await value("access-key"), secretAccessKey: await value("secret-key") },
	});
}

function ridesTable(name, key) {
	return new CreateTableCommand({
		TableName: name,
		AttributeDefinitions: [{ AttributeName: key, AttributeType: "S" }],
		KeySchema: [{ AttributeName: key, KeyType: "HASH" }],
		BillingMode: "PAY_PER_REQUEST",
	});
}

const BOX = '.check[data-check="rides-table"]';

function state(page, wanted, seconds) {
	return until(`the check to be ${wanted}`, async () => (await page.getAttribute(BOX, "data-state")) === wanted, seconds);
}

test("a table made with the page's values turns its check green within a second", () => visit(async (page) => {
	await joinInPage(page, server, "Rider");
	const client = await dynamodb(page);
	await page.goto(await pageOfCheck(page, server, "rides-table"));
	await state(page, "to do");
	await shot(page, "guide-to-do");
	assert.ok((await page.textContent(BOX + " .check-message")).length > 10);
	await page.evaluate(() => { window.stayed = true; });
	await client.send(ridesTable("Rides", "RideId"));
	const made = Date.now();
	await state(page, "green", 5);
	const late_ms = Date.now() - made;
	assert.ok(late_ms < 1000, `green after ${late_ms} ms`);
	assert.equal(await page.textContent(BOX + " .check-state"), "green");
	const all = await page.locator(".check").evaluateAll((boxes) => boxes.map((b) => b.dataset.state));
	assert.equal(await page.getAttribute('.side [data-checks~="rides-table"]', "data-state"),
		all.every((s) => s === "green") ? "green" : "pending", "what is left to do is no alarm");
	assert.ok(await page.evaluate(() => window.stayed), "without a reload");
	await shot(page, "guide-green");
	await page.reload();
	assert.equal(await page.getAttribute(BOX, "data-state"), "green");
}));

test("a name in another case, and a wrong key, are told on the page", () => visit(async (page) => {
	await joinInPage(page, server, "Lower Case");
	const client = await dynamodb(page);
	await page.goto(await pageOfCheck(page, server, "rides-table"));
	const side = page.locator('.side [data-checks~="rides-table"]');
	await state(page, "to do");
	assert.equal(await side.getAttribute("data-state"), "pending", "a page that nobody has begun is no alarm");
	await client.send(ridesTable("rides", "RideId"));
	await until("the message", async () => /differs only by case/.test(await page.textContent(BOX + " .check-message")));
	assert.equal(await side.getAttribute("data-state"), "red", "a mistake is one");
	await page.reload();
	assert.equal(await side.getAttribute("data-state"), "red");
	await until("the table to be deletable", () => client.send(new DeleteTableCommand({ TableName: "rides" })));
	await client.send(ridesTable("Rides", "rideId"));
	await until("the message", async () => /RideId/.test(await page.textContent(BOX + " .check-message")));
	assert.equal(await page.getAttribute(BOX, "data-state"), "red");
}));

test("Check now asks, answers and can be asked again", () => visit(async (page) => {
	await joinInPage(page, server, "Impatient");
	await page.goto(await pageOfCheck(page, server, "rides-table"));
	for (let i = 0; i < 2; i++) {
		const answer = page.waitForResponse("**/api/check");
		await page.click(BOX + " .check-run");
		assert.equal((await answer).status(), 200);
		await until("the button", async () => (await page.getAttribute(BOX + " .check-run", "aria-busy")) === "false");
	}
	await state(page, "to do");
}));

test("the board wants the token, and then shows who joins and who turns green", () => visit(async (page) => {
	page.allowed.push(/status of 403/);
	await page.goto(server.url + "/dash");
	await page.fill("#token", "wrong");
	await page.click("#instructor-form button");
	await page.locator("#token-wrong", { hasText: "not the instructor token" }).waitFor();
	await page.fill("#token", server.teacher);
	await page.click("#instructor-form button");
	await page.waitForSelector("#board-table tbody tr");
	assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the board scrolls, not the page");
	const joined = await server.join("Late <b>Comer</b>");
	const row = page.locator(`tr[data-account="${joined.account}"]`);
	await until("the newcomer", () => row.count());
	assert.match(await row.textContent(), /Late <b>Comer<\/b>/);
	const client = new DynamoDBClient({ region: joined.region, endpoint: joined.endpoint, credentials: joined });
	await client.send(ridesTable("Rides", "RideId"));
	await until("the green cell", () => row.locator('[data-state="green"]').count(), 5);
	await page.selectOption("#board-sort", "green");
	assert.equal(await page.locator("#board-table tbody tr >> nth=0").getAttribute("data-state"), null);
	await page.fill("#board-filter", "comer");
	assert.equal(await page.locator("#board-table tbody tr:visible").count(), 1);
	assert.match(await page.textContent("#board-stuck"), /Nobody/);
	await page.evaluate(() => { const now = Date.now; Date.now = () => now() + 11 * 60000; });
	await page.selectOption("#board-sort", "stuck");
	assert.match(await page.textContent("#board-stuck"), /nothing turned green for 11 min/);
	await shot(page, "board");
}));

/* The instructor's board, signed in. */
async function board(page) {
	await page.goto(server.url + "/dash");
	await page.fill("#token", server.teacher);
	await page.click("#instructor-form button");
	await page.waitForSelector("#board-table tbody tr");
}

test("a telephone shows names, counts and checks side by side", () => visit(async (page) => {
	const { account } = await server.join("A name as long as some people have it");
	await page.setViewportSize({ width: 360, height: 740 });
	await board(page);
	const cell = page.locator(`tr[data-account="${account}"] .cell`).first();
	const at = await cell.boundingBox();
	assert.ok(at.x + at.width < 360, "the first check is in sight beside the name");
	const count = await page.locator(".counts .cell").first().boundingBox();
	assert.equal(Math.round(count.x), Math.round(at.x), "its count stands above it");
	assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the board scrolls, not the page");
	await shot(page, "board-phone");
}));

test("the instructor gives somebody another token, and the old one stops in open pages", () => visit(async (page) => {
	const lost = await server.join("Lost Laptop");
	page.allowed.push(/status of 401/);
	await page.goto(lost.signIn);
	await page.waitForURL("**/me");
	await page.goto(await pageOfCheck(page, server, "rides-table"));
	await visit(async (desk) => {
		await board(desk);
		await desk.click(`tr[data-account="${lost.account}"] .name`);
		await until("the dialog", () => desk.isVisible("#person"));
		assert.deepEqual(await desk.evaluate(accessibilityFaults), []);
		await desk.click("#person-give");
		await until("the token", () => desk.isVisible("#person-given"));
		await shot(desk, "board-person");
		const link = await desk.getAttribute("#person-link", "href");
		await until("the old page to be signed out", async () => /signed out/.test(await page.textContent("#connection")), 10);
		await shot(page, "signed-out");
		await page.click("#connection a");
		await page.waitForSelector("#join-form");
		await page.goto(link);
		await page.waitForURL("**/me");
		assert.match(await page.textContent("h1"), /Lost Laptop/);
		await desk.keyboard.press("Escape");
		await until("the dialog to close", async () => !(await desk.isVisible("#person")));
		assert.equal(await desk.textContent("#person-token"), "", "the token does not stay on the screen");
	});
	const stale = await fetch(server.url + "/api/progress", { headers: { Authorization: "Bearer " + lost.token } });
	assert.equal(stale.status, 401);
}));

test("the instructor gives somebody a fresh start, after a question, and their open page tells them", () => visit(async (page) => {
	await joinInPage(page, server, "Lost Thread");
	const client = await dynamodb(page);
	const tables = async () => (await client.send(new ListTablesCommand({}))).TableNames;
	await client.send(ridesTable("Rides", "RideId"));
	const guide = await pageOfCheck(page, server, "rides-table");
	await page.goto(guide);
	await state(page, "green", 10);
	await visit(async (desk) => {
		const row = desk.locator("tr", { hasText: "Lost Thread" });
		await board(desk);
		await until("the green cell", () => row.locator('[data-state="green"]').count(), 10);
		await row.locator(".name").focus();
		await desk.keyboard.press("Enter");
		await until("the dialog", () => desk.isVisible("#person"));
		await desk.focus("#person-over");
		await desk.keyboard.press("Enter");
		await until("the question", () => desk.isVisible("#over"));
		assert.match(await desk.textContent("#over-title"), /^Start over for Lost Thread\?$/);
		assert.match(await desk.textContent("#over-text"), /will be lost.*tables, functions, sites/);
		assert.equal(await desk.getAttribute("#over", "role"), "alertdialog");
		assert.equal(await desk.evaluate(() => document.activeElement.id), "over-keep", "Enter alone changes nothing");
		assert.deepEqual(await desk.evaluate(accessibilityFaults), []);
		await shot(desk, "board-start-over");
		await desk.keyboard.press("Enter");
		await until("the question to go", async () => !(await desk.isVisible("#over")));
		assert.ok(await desk.isVisible("#person"));
		assert.equal(await desk.evaluate(() => document.activeElement.id), "person-over", "the focus is where it was");
		assert.deepEqual(await tables(), ["Rides"]);
		await desk.keyboard.press("Enter");
		await until("the question again", () => desk.isVisible("#over"));
		await desk.keyboard.press("Escape");
		await until("the question to go by Escape", async () => !(await desk.isVisible("#over")));
		assert.deepEqual(await tables(), ["Rides"]);
		await desk.keyboard.press("Enter");
		await until("the question once more", () => desk.isVisible("#over"));
		await desk.keyboard.press("Tab");
		assert.equal(await desk.evaluate(() => document.activeElement.id), "over-empty");
		await desk.keyboard.press("Enter");
		await until("the result", async () => /Lost Thread \(account \d+\) starts over\. Removed: 1 DynamoDB table\./.test(await desk.textContent("#board-told")), 20);
		assert.equal(await desk.getAttribute("#board-told", "role"), "status", "which is read out");
		assert.ok(!(await desk.isVisible("#over")) && !(await desk.isVisible("#person")));
		assert.equal(await desk.evaluate(() => document.activeElement.textContent), "Lost Thread", "the focus is on their name");
		await until("the row", async () => (await row.locator('[data-state="green"]').count()) === 0, 10);
		assert.deepEqual(await desk.evaluate(accessibilityFaults), []);
		await shot(desk, "board-started-over");
	});
	await state(page, "to do", 10);
	assert.match(await page.textContent("#connection"), /a fresh start: your account is empty/);
	assert.deepEqual(await tables(), [], "the keys that the page showed still work");
	await client.send(ridesTable("Rides", "RideId"));
	await state(page, "green", 10);
	await page.goto(server.url + "/me");
	assert.equal(await page.textContent("#value-access-key"), (await client.config.credentials()).accessKeyId);
}));

test("a fresh start that fails says so in the question", () => visit(async (page) => {
	page.allowed.push(/status of 503/);
	const { account } = await server.join("Unlucky One");
	await board(page);
	await page.route("**/reset", (route) => route.fulfill({
		status: 503, contentType: "application/json",
		body: JSON.stringify({ error: "The account was not emptied and has all that it had: the disk.", code: "unavailable" }),
	}));
	await page.click(`tr[data-account="${account}"] .name`);
	await page.click("#person-over");
	await page.click("#over-empty");
	await until("the reason", async () => /has all that it had: the disk/.test(await page.textContent("#over-wrong")));
	assert.equal(await page.getAttribute("#over-wrong", "role"), "alert");
	assert.equal(await page.textContent("#board-told"), "");
}));

test("the instructor closes joining, which lasts, and opens it again", () => visit(async (page) => {
	await server.join("Early Bird");
	await board(page);
	await page.click("#board-joining");
	await until("it to be closed", async () => (await page.textContent("#board-joining")) === "Open joining");
	await server.dieUnder(page);
	await server.run();
	await assert.rejects(server.join("Late"), /Joining is closed/);
	await visit(async (late) => {
		await late.goto(server.url + "/join");
		assert.match(await late.textContent(".notice-bad"), /Joining is closed/);
		assert.ok(await late.isVisible("#signin-form"));
		assert.deepEqual(await late.evaluate(accessibilityFaults), []);
		await shot(late, "join-closed");
	});
	await page.reload();
	await until("the state", async () => (await page.textContent("#board-joining")) === "Open joining");
	await page.click("#board-joining");
	await until("it to be open", async () => (await page.textContent("#board-joining")) === "Close joining");
	await server.join("Late");
}));

test("after a kill -9 and a start the page comes back by itself and goes on", () => visit(async (page) => {
	await joinInPage(page, server, "Survivor");
	const client = await dynamodb(page);
	await page.goto(await pageOfCheck(page, server, "rides-table"));
	await state(page, "to do");
	await page.evaluate(() => { window.stayed = true; });
	await server.dieUnder(page);
	await until("the notice", () => page.isVisible("#connection"), 20);
	await server.run();
	await client.send(ridesTable("Rides", "RideId"));
	await state(page, "green", 20);
	await until("the notice to go", async () => !(await page.isVisible("#connection")), 10);
	assert.ok(await page.evaluate(() => window.stayed), "without a reload");
	await page.goto(server.url + "/me");
	assert.match(await page.textContent("h1"), /Survivor/);
}));

test("a page that nobody looks at lets go of its stream, and takes it up again", () => visit(async (page) => {
	await joinInPage(page, server, "Many tabs");
	const guide = await pageOfCheck(page, server, "rides-table");
	const tabs = [page];
	for (let i = 0; i < 8; i++) {
		const tab = await page.context().newPage();
		await tab.goto(guide);
		await tab.evaluate(() => {
			Object.defineProperty(document, "hidden", { value: true, configurable: true });
			document.dispatchEvent(new Event("visibilitychange"));
		});
		tabs.push(tab);
	}
	await page.goto(guide);
	await state(page, "to do");
	await tabs[3].evaluate(() => {
		document.querySelector(".check").dataset.state = "pending";
		delete document.hidden;
		document.dispatchEvent(new Event("visibilitychange"));
	});
	await state(tabs[3], "to do");
}));

/* The aws command with the values that the attendee's page shows. */
async function awsCommand(page, service = "cognito-idp") {
	const value = (id) => page.textContent("#value-" + id);
	const env = { ...process.env, AWS_ACCESS_KEY_ID: await value("access-key"), AWS_SECRET_ACCESS_KEY: await value("secret-key"),
		AWS_DEFAULT_REGION: await value("region"), AWS_ENDPOINT_URL: await value("endpoint"), AWS_PAGER: "" };

	return (...words) => JSON.parse(execFileSync("aws", [service, ...words, "--output", "json"], { env, encoding: "utf8" }) || "{}");
}

test("links in the mailbox can be followed, in mails that come and in those that were there", () => visit(async (page) => {
	await joinInPage(page, server, "Subscriber");
	const aws = await awsCommand(page, "sns");
	await page.click('.main-nav a[href="/me/mail"]');
	const topic = aws("create-topic", "--name", "news").TopicArn;
	const pending = () => aws("get-topic-attributes", "--topic-arn", topic).Attributes.SubscriptionsPending;
	for (const [address, reload] of [["a@rides.example", false], ["b@rides.example", true]]) {
		aws("subscribe", "--topic-arn", topic, "--protocol", "email", "--notification-endpoint", address);
		await until("the mail to come", async () => (await page.textContent(".mails")).includes(address), 10);
		if (reload)
			await page.reload();
		assert.equal(pending(), "1");
		const [opened] = await Promise.all([page.context().waitForEvent("page"), page.click(".mail:first-child .mail-body a")]);
		await until("the subscription to be confirmed", () => pending() === "0", 10);
		await opened.close();
	}
	aws("publish", "--topic-arn", topic, "--subject", "Hi", "--message", "<b>x</b> javascript:alert(1)");
	await until("the messages to come", async () => (await page.textContent(".mails")).includes("<b>x</b> javascript:alert(1)"), 10);
	assert.equal(await page.locator('.mail-body a[href^="javascript"], .mail-body b').count(), 0);
}));

test("a code that a user pool sends appears in the mailbox by itself", () => visit(async (page) => {
	await joinInPage(page, server, "Postmaster");
	const aws = await awsCommand(page);
	await page.click('.main-nav a[href="/me/mail"]');
	assert.equal(await page.isVisible("#mail-none"), true);
	const pool = aws("create-user-pool", "--pool-name", "p", "--auto-verified-attributes", "email").UserPool.Id;
	const client = aws("create-user-pool-client", "--user-pool-id", pool, "--client-name", "c").UserPoolClient.ClientId;
	aws("sign-up", "--client-id", client, "--username", "<b>ada</b>", "--password", "Un1corns!fly",
		"--user-attributes", "Name=email,Value=ada@rides.example");
	await until("the message to come", async () => (await page.locator(".mail").count()) === 1, 10);
	assert.match(await page.textContent(".mail .mail-body"), /\b\d{6}\b/);
	assert.match(await page.textContent(".mail .hint"), /ada@rides\.example/);
	assert.equal(await page.isVisible("#mail-none"), false);
	await shot(page, "mailbox");
	await page.reload();
	assert.equal(await page.locator(".mail").count(), 1);
}));
