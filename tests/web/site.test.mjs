/* The workshop's pages in a real browser: joining, reading, keys, colours, small screens, paper, no script. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { accessibilityFaults } from "./accessible.mjs";
import { ROOT, Server, joinInPage, launch, open, pageOfCheck, shot, until } from "./browser.mjs";

let browser, server, content;

before(async () => {
	content = fs.mkdtempSync("/tmp/immersion-content-");
	fs.cpSync(path.join(ROOT, "content"), content, { recursive: true });
	server = await Server.start("--content", content);
	browser = await launch();
});

after(async () => {
	await browser?.close();
	await server?.stop();
	fs.rmSync(content, { recursive: true, force: true });
});

/* Open a page for a test; at the end nothing wrong may have happened. */
async function visit(options, fn, of = server) {
	const page = await open(browser, of, options);
	try {
		await fn(page);
		assert.deepEqual(page.wrongs, []);
	} finally {
		await page.context().close();
	}
}

test("the front page shows two days, talks and labs with durations, and four labs", () => visit({}, async (page) => {
	await page.goto(server.url + "/");
	assert.match(await page.textContent("h1"), /Immersion Day/);
	assert.equal(await page.locator(".day").count(), 2);
	assert.equal(await page.locator(".slot-lab").count(), 4);
	assert.ok(await page.locator(".slot-talk").count() >= 5);
	assert.match(await page.textContent(".slot >> nth=1"), /1 h 25 min/);
	assert.ok(await page.locator(".lab-card").count() >= 1);
	await shot(page, "front");
}));

test("times are the viewer's, and the event's at a click", () => visit({}, async (page) => {
	await page.goto(server.url + "/");
	assert.match(await page.textContent(".slot-time >> nth=0"), /^7:00 AM/);
	assert.match(await page.textContent("#zone-text"), /New York/);
	await page.click("#zone-switch");
	assert.match(await page.textContent(".slot-time >> nth=0"), /13:00/);
	assert.match(await page.textContent("#zone-text"), /CEST/);
}));

test("a viewer on another day reads which day it is there", () => visit({ timezoneId: "Pacific/Auckland" }, async (page) => {
	await page.goto(server.url + "/");
	assert.match(await page.textContent(".slot-time >> nth=2"), /Fri/);
}));

test("what is on now and next follows the clock, without a reload", () => visit({}, async (page) => {
	await page.clock.install({ time: new Date("2026-01-01T00:00:00Z") });
	const file = path.join(content, "agenda.md"), before_ = fs.readFileSync(file, "utf8");
	const day = new Date(), pad = (n) => String(n).padStart(2, "0");
	const months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
		"November", "December"];
	const at = (minutes) => {
		const d = new Date(day.getTime() + minutes * 60000);
		return `${pad(d.getUTCHours())}:${pad(d.getUTCMinutes())}`;
	};
	const heading = `${day.getUTCDate()} ${months[day.getUTCMonth()]} ${day.getUTCFullYear()}`;
	try {
		/* Near midnight the three entries would fall on two days; the test then has nothing to say about them. */
		if (new Date(day.getTime() - 40 * 60000).getUTCDate() !== new Date(day.getTime() + 70 * 60000).getUTCDate())
			return;
		fs.writeFileSync(file, `---\ntitle: Today\ntimezone: UTC\n---\n\n## Day 1 - ${heading}\n\n` +
			`- ${at(-30)}-${at(30)} | The first | talk\n- ${at(30)}-${at(60)} | The second | lab\n`);
		await until("the new agenda", async () => /Today/.test(await (await fetch(server.url + "/")).text()));
		await page.goto(server.url + "/");
		assert.match(await page.textContent("#on-now"), /The first/);
		assert.match(await page.textContent("#on-next"), /The second/);
		await page.clock.fastForward("31:00");
		await until("the second to be on", async () => /The second/.test(await page.textContent("#on-now")));
		assert.equal(await page.isVisible("#on-next"), false);
	} finally {
		fs.writeFileSync(file, before_);
		await until("the old agenda", async () => /Immersion Day/.test(await (await fetch(server.url + "/")).text()));
	}
}));

test("a wrong code and a bad name are explained beside their fields", () => visit({}, async (page) => {
	page.allowed.push(/status of 40[03]/);
	await page.goto(server.url + "/join");
	await page.fill("#code", "nonsense");
	await page.fill("#name", "Someone");
	await page.click("#join-form button");
	await page.locator("#code-wrong", { hasText: "not this event's code" }).waitFor();
	assert.equal(await page.getAttribute("#code", "aria-invalid"), "true");
	assert.equal(await page.evaluate(() => document.activeElement.id), "code");
	assert.equal(await page.inputValue("#name"), "Someone");
	await shot(page, "join-wrong");
	await page.fill("#code", server.code.toLowerCase().replace("-", " "));
	await page.fill("#name", "x".repeat(10000));
	await page.click("#join-form button");
	await page.locator("#name-wrong", { hasText: "10000 characters; at most 64" }).waitFor();
	await page.fill("#name", "y".repeat(65));
	await page.click("#join-form button");
	await page.locator("#name-wrong", { hasText: "65 characters" }).waitFor();
}));

test("who joins while the server is away loses nothing", async () => {
	const away = await Server.start();

	try {
		await visit({}, async (page) => {
			await page.goto(away.url + "/join");
			await page.fill("#code", away.code);
			await page.fill("#name", "Patient");
			await away.dieUnder(page);
			await page.click("#join-form button");
			await page.locator("[role=alert]", { hasText: "does not answer" }).waitFor();
			assert.equal(await page.inputValue("#name"), "Patient");
			await shot(page, "join-away");
			await away.run();
			await page.waitForURL("**/me");
			assert.match(await page.textContent(".who-name"), /Patient/);
		}, away);
	} finally {
		await away.stop();
	}
});

test("a name with HTML is a name wherever it is shown", () => visit({}, async (page) => {
	const name = "<img src=x onerror=alert(1)> & \"Co\"";
	let dialogs = 0;

	page.on("dialog", (d) => { dialogs++; d.dismiss(); });
	await joinInPage(page, server, name);
	assert.match(await page.textContent("h1"), /<img src=x/);
	assert.equal((await page.textContent(".who-name")).replace("Signed in as ", ""), name);
	await page.goto(server.url + "/labs/web-app/");
	assert.equal(await page.locator("img[src=x]").count(), 0);
	await page.goto(server.url + "/dash#token=" + server.teacher);
	await page.waitForSelector(`#board-table th[title*="onerror"]`);
	assert.equal(await page.locator("img[src=x]").count(), 0);
	assert.equal(dialogs, 0);
}));

test("the same name again is taken, with a way back for its owner", () => visit({}, async (page) => {
	page.allowed.push(/status of 409/);
	const joined = await server.join("Twin");
	await page.goto(server.url + "/join");
	await page.fill("#code", server.code);
	await page.fill("#name", " twin ");
	await page.click("#join-form button");
	await page.locator("#name-wrong", { hasText: "taken" }).waitFor();
	await page.click("#again summary");
	await page.fill("#token", joined.token);
	await page.click("#signin-form button");
	await page.waitForURL("**/me");
	assert.equal(await page.textContent("#value-account"), joined.account);
}));

test("the address from the terminal signs the browser in", () => visit({}, async (page) => {
	const joined = await server.join("From the terminal");
	await page.goto(joined.signIn.replace(/^https?:\/\/[^/]+/, server.url));
	await page.waitForURL("**/me");
	assert.doesNotMatch(page.url(), /token/);
	assert.equal(await page.textContent("#value-access-key"), joined.accessKeyId);
}));

test("the page's curl command tells the checks where nothing is installed", () => visit({}, async (page) => {
	const joined = await server.join("With curl");
	await page.goto(server.url + "/join#token=" + joined.token);
	await page.waitForURL("**/me");
	const command = await page.textContent('section[aria-labelledby="terminal"] code.language-bash');
	const told = execFileSync("sh", ["-c", command.trim() + " --silent --show-error --fail --retry 3"], { encoding: "utf8" });
	assert.match(told, /^With curl\n/);
	assert.match(told, /No results yet|0 of \d+ green/);
}));

test("joining leads to the attendee's values, each with a button that copies it", () => visit({}, async (page) => {
	await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: server.url });
	await joinInPage(page, server, "Copy Cat");
	const secret = await page.textContent("#value-secret-key");
	assert.match(await page.textContent("#value-account"), /^\d{12}$/);
	assert.match(await page.textContent("#value-access-key"), /^AKIA[A-Z2-7]{16}$/);
	assert.equal(secret.length, 40);
	await page.click("#value-secret-key + button");
	assert.equal(await page.evaluate(() => navigator.clipboard.readText()), secret);
	assert.equal(await page.textContent("#value-secret-key + button"), "Copied");
	await page.click("#use-panel-1 .copy-button");
	const lines = await page.evaluate(() => navigator.clipboard.readText());
	assert.match(lines, new RegExp(`^export AWS_ACCESS_KEY_ID=AKIA.*\\nexport AWS_SECRET_ACCESS_KEY=`));
	assert.match(lines, /export AWS_ENDPOINT_URL=http/);
	await shot(page, "me");
}));

test("where the browser gives no clipboard, copying still works", () => visit({}, async (page) => {
	await page.addInitScript(() => { Object.defineProperty(window, "isSecureContext", { value: false }); });
	await page.addInitScript(() => {
		document.addEventListener("copy", () => { window.copied = document.activeElement.value; });
	});
	await joinInPage(page, server, "Plain HTTP");
	await page.click("#value-account + button");
	assert.equal(await page.evaluate(() => window.copied), await page.textContent("#value-account"));
}));

test("tabs turn by arrow keys, n and p turn pages, and the skip link skips", () => visit({}, async (page) => {
	await joinInPage(page, server, "Keyboard");
	await page.focus("#use-tab-1");
	await page.keyboard.press("ArrowRight");
	assert.equal(await page.evaluate(() => document.activeElement.id), "use-tab-2");
	assert.ok(await page.isVisible("#use-panel-2") && !(await page.isVisible("#use-panel-1")));
	await page.keyboard.press("End");
	assert.equal(await page.evaluate(() => document.activeElement.id), "use-tab-4");
	await page.keyboard.press("ArrowRight");
	assert.equal(await page.getAttribute("#use-tab-1", "aria-selected"), "true");
	await page.goto(server.url + "/labs/web-app/");
	const first = page.url();
	await page.keyboard.press("Tab");
	assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
	await page.keyboard.press("Enter");
	assert.equal(await page.evaluate(() => document.activeElement.id), "main");
	await page.keyboard.press("n");
	await page.waitForURL((url) => url.href.split("#")[0] !== first);
	await page.keyboard.press("p");
	await page.waitForURL((url) => url.href.split("#")[0] === first);
}));

test("a tab that was chosen is chosen on the other pages too", () => visit({}, async (page) => {
	const at = (title) => page.locator(`.tabs[data-group=edition] [role=tab][aria-selected=true]:text-is("${title}")`);

	await page.goto(server.url + "/labs/web-app/site/");
	const all = await page.locator(".tabs[data-group=edition]").count();
	assert.equal(await at("Plain pages").count(), all);
	const last = page.locator(".tabs[data-group=edition] [role=tab]:text-is('Vue')").last();
	await last.scrollIntoViewIfNeeded();
	const { y } = await last.boundingBox();
	await last.click();
	assert.equal(await at("Vue").count(), all);
	assert.ok(Math.abs((await last.boundingBox()).y - y) < 2, "what is read stays where it is");
	await page.goto(server.url + "/labs/web-app/users/");
	assert.equal(await at("Vue").count(), await page.locator(".tabs[data-group=edition]").count());
	assert.ok(await page.isVisible("text=src/aws-exports.js"));
	await shot(page, "edition-vue");
}));

test("keys that belong to the browser or to a field do not turn pages", () => visit({}, async (page) => {
	await page.goto(server.url + "/join");
	await page.focus("#name");
	await page.keyboard.type("npn");
	assert.equal(await page.inputValue("#name"), "npn");
}));

test("colours follow the system, and the switch is remembered", () => visit({ colorScheme: "dark" }, async (page) => {
	const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
	await page.goto(server.url + "/");
	const dark = await ground();
	await page.click("#theme");
	const light = await ground();
	assert.notEqual(dark, light);
	await page.reload();
	assert.equal(await ground(), light);
	await page.click("#theme");
	await page.click("#theme");
	assert.equal(await ground(), dark);
}));

for (const scheme of ["light", "dark"])
	test(`pages are accessible as far as a program can tell (${scheme})`, () => visit({ colorScheme: scheme }, async (page) => {
		page.allowed.push(/status of 404/);
		const look = async (name) => {
			assert.deepEqual(await page.evaluate(accessibilityFaults), [], name + " is accessible");
			await shot(page, `${name}-${scheme}`);
		};
		for (const [name, address] of [["front", "/"], ["join", "/join"], ["visitor", "/labs/web-app/"], ["token", "/dash"],
			["missing", "/nothing"]]) {
			await page.goto(server.url + address);
			await look(name);
		}
		await joinInPage(page, server, "Accessible " + scheme);
		await look("me");
		for (const href of await page.locator(".lab-progress h3 a").evaluateAll((all) => all.map((e) => e.href)))
			await page.goto(href);
		await page.goto(await pageOfCheck(page, server, "rides-table"));
		await look("guide");
		await page.goto(server.url + "/dash#token=" + server.teacher);
		await page.waitForSelector("#board-table tbody tr");
		await look("board");
	}));

for (const width of [320, 360])
	test(`every page fits a phone of ${width} pixels`, () => visit({ viewport: { width, height: 740 }, isMobile: true, hasTouch: true }, async (page) => {
		page.allowed.push(/status of 404/);
		const pages = new Set(["/", "/nothing", "/dash", "/join"].map((path) => server.url + path));
		const fits = async (address) => {
			await page.goto(address);
			// A phone's innerWidth grows with what does not fit.
			const wide = await page.evaluate((width) => document.documentElement.scrollWidth > width && [...document.querySelectorAll("body *")]
				.filter((e) => e.getBoundingClientRect().right > width + 0.5).map((e) => `${e.tagName}.${e.className}`).slice(-3).join(" "), width);
			assert.equal(wide, false, `${address} scrolls sideways: ${wide}`);
		};
		for (const address of pages)
			await fits(address);
		await joinInPage(page, server, "Phone " + width);
		await page.goto(await pageOfCheck(page, server, "rides-table"));
		for (const href of await page.locator("nav a[href], header a[href]").evaluateAll((all) => all.map((e) => e.href.split("#")[0])))
			if (href.startsWith(server.url))
				pages.add(href);
		for (const address of [...pages, server.url + "/me", server.url + "/me/mail"])
			await fits(address);
		await shot(page, "mail-phone-" + width);
		await page.goto(server.url + "/dash#token=" + server.teacher);
		await page.waitForSelector("#board-table tbody tr");
		await fits(server.url + "/dash");
		await shot(page, "board-phone-" + width);
	}));

test("nothing jumps while a guide page loads", () => visit({}, async (page) => {
	await joinInPage(page, server, "Steady");
	const guide = await pageOfCheck(page, server, "rides-table");
	await page.addInitScript(() => {
		window.shift = 0;
		new PerformanceObserver((list) => list.getEntries().forEach((e) => { window.shift += e.value; }))
			.observe({ type: "layout-shift", buffered: true });
	});
	await page.goto(guide);
	await page.waitForFunction(() => document.querySelectorAll(".copy-button").length > 0);
	assert.ok(await page.evaluate(() => window.shift) < 0.01);
}));

test("paper gets the text alone, with all tabs", () => visit({}, async (page) => {
	await joinInPage(page, server, "Printer");
	await page.emulateMedia({ media: "print" });
	assert.equal(await page.isVisible(".top"), false);
	assert.equal(await page.isVisible(".copy-button >> nth=0"), false);
	for (const n of [1, 2, 3, 4])
		assert.ok(await page.isVisible(`#use-panel-${n}`));
	await page.goto(server.url + "/labs/web-app/");
	assert.equal(await page.isVisible(".side"), false);
	assert.ok(await page.isVisible("h1"));
}));

test("without scripts one can join, read and see one's values", () => visit({ javaScriptEnabled: false }, async (page) => {
	await joinInPage(page, server, "No script");
	for (const n of [1, 2, 3, 4])
		assert.ok(await page.isVisible(`#use-panel-${n}`));
	await page.goto(server.url + "/labs/web-app/");
	assert.ok(await page.isVisible(".steps a[rel=next]"));
	await page.goto(server.url + "/");
	assert.match(await page.textContent(".slot-time >> nth=0"), /13:00/);
}));

test("signing out forgets the attendee in this browser", () => visit({}, async (page) => {
	await joinInPage(page, server, "Leaving");
	await page.click("text=Sign out of this browser");
	await page.waitForURL(server.url + "/");
	await page.goto(server.url + "/me");
	assert.match(page.url(), /\/join/);
}));

test("scripts cannot read the session, and no page runs what it should not", () => visit({}, async (page) => {
	await joinInPage(page, server, "Cookie");
	assert.equal(await page.evaluate(() => document.cookie), "");
	page.allowed.push(/Content Security Policy/, /CSP violation/);
	const ran = await page.evaluate(() => new Promise((done) => {
		const script = document.createElement("script");
		window.ran = false;
		script.textContent = "window.ran = true";
		document.body.append(script);
		setTimeout(() => done(window.ran), 100);
	}));
	assert.equal(ran, false);
}));

test("a page of another port cannot act for the attendee", () => visit({}, async (page) => {
	const joined = await server.join("Victim");
	for (const headers of [{ Origin: "http://127.0.0.1:20000" }, { "Sec-Fetch-Site": "same-site" }, {}]) {
		const answer = await fetch(server.url + "/api/check", {
			method: "POST", body: "{}", headers: { Cookie: "immersion_session=" + joined.token, ...headers } });
		/* Node sends Sec-Fetch-Mode alone, which says nothing of where a request comes from. */
		assert.equal(answer.status, 403);
	}
	await page.goto(server.url + "/");
}));
