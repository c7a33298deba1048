/*
 * What the tests of pages share: a server of their own with a data folder of its own, and a browser that watches for
 * everything a page must not do.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";

export const ROOT = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), "../..");
export const SHOTS = path.join(ROOT, "build/shots");
const BINARY = process.env.IMMERSION || path.join(ROOT, "build/release/immersion");
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
	"--disable-background-networking", "--disable-component-update", "--disable-sync"];

async function freePort() {
	const server = net.createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address();
	await new Promise((done) => server.close(done));
	return port;
}

/* Wait until fn() gives something true; throws with `what` when it takes too long. */
export async function until(what, fn, seconds = 15) {
	const end = Date.now() + seconds * 1000;
	let last;

	while (Date.now() < end) {
		try {
			last = await fn();
			if (last)
				return last;
		} catch (error) {
			last = error;
		}
		await sleep(20);
	}
	throw new Error(`waited ${seconds} s for ${what}; last: ${last}`);
}

export class Server {
	constructor(folder, port, cloudPort, more) {
		Object.assign(this, { folder, port, cloudPort, more });
		this.scheme = more.includes("--tls-cert") ? "https" : "http";
		this.url = `${this.scheme}://127.0.0.1:${port}`;
		this.cloud = `${this.scheme}://127.0.0.1:${cloudPort}`;
		this.code = "ABCD-1234";
		this.teacher = "teacher-of-this-test";
	}

	static async start(...more) {
		const folder = fs.mkdtempSync(path.join(os.tmpdir(), "immersion-web-"));
		const server = new Server(folder, await freePort(), await freePort(), more);
		await server.run();
		return server;
	}

	async run() {
		this.log = "";
		this.process = spawn(BINARY, ["serve", "--data", path.join(this.folder, "data"), "--listen", "127.0.0.1",
			"--port", String(this.port), "--cloud-port", String(this.cloudPort), "--event-code", this.code,
			"--instructor-token", this.teacher, "--public-host", "127.0.0.1", ...this.more],
		{ stdio: ["ignore", "pipe", "pipe"] });
		this.process.stdout.on("data", (bytes) => { this.log += bytes; });
		this.process.stderr.on("data", (bytes) => { this.log += bytes; });
		await until("the server", async () => {
			if (this.process.exitCode !== null)
				throw new Error("it ended: " + this.log);
			return (await fetch(this.url + "/healthz")).ok;
		}, 30);
	}

	async kill(signal) {
		const gone = once(this.process, "exit");
		this.process.kill(signal);
		await gone;
	}

	/* End it at once under a page, which may say what a browser says of that; it may do so before we know that it is gone. */
	async dieUnder(page) {
		page.allowed.push(/net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING)/);
		await this.kill("SIGKILL");
	}

	async stop() {
		if (this.process.exitCode === null && this.process.signalCode === null)
			await this.kill("SIGTERM");
		fs.rmSync(this.folder, { recursive: true, force: true });
	}

	async join(name) {
		const answer = await fetch(this.url + "/api/join", {
			method: "POST",
			body: JSON.stringify({ code: this.code, name }),
		});
		if (!answer.ok)
			throw new Error("joining failed: " + await answer.text());
		return answer.json();
	}
}

/*
 * A page that notes what must not happen: errors in the console, requests that leave the origin, violations of the
 * content security policy. `allowed` are patterns of console lines that the test itself provokes; `mayReach` are other origins that
 * the page is for.
 */
export async function open(browser, server, options = {}) {
	const context = await browser.newContext({
		viewport: { width: 1280, height: 900 },
		timezoneId: "America/New_York",
		locale: "en-US",
		colorScheme: "light",
		reducedMotion: "reduce",
		...options,
	});
	const page = await context.newPage();
	page.wrongs = [];
	page.allowed = [];
	page.mayReach = [];
	page.on("console", (message) => {
		const text = message.text();
		if (["error", "warning"].includes(message.type()) && !page.allowed.some((p) => p.test(text)))
			page.wrongs.push(`console ${message.type()}: ${text}`);
	});
	page.on("pageerror", (error) => page.wrongs.push("exception: " + error.message));
	page.on("request", (request) => {
		if (![server.url, ...page.mayReach].some((origin) => request.url().startsWith(origin + "/")) &&
			!request.url().startsWith("data:"))
			page.wrongs.push("left the origin: " + request.url());
	});
	await page.addInitScript(() => {
		document.addEventListener("securitypolicyviolation", (e) =>
			console.error("CSP violation: " + e.violatedDirective + " " + e.blockedURI));
	});
	return page;
}

/* A room has plain HTTP: there browsers keep parts of what they can do from scripts. */
export function asInARoom(page) {
	return page.addInitScript(() => {
		Object.defineProperty(window, "isSecureContext", { value: false });
		for (const name of ["subtle", "randomUUID"])
			Object.defineProperty(crypto, name, { value: undefined });
	});
}

export function launch() {
	return chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: FLAGS });
}

export async function joinInPage(page, server, name) {
	await page.goto(server.url + "/join");
	await page.fill("#code", server.code);
	await page.fill("#name", name);
	await page.click("#join-form button");
	await page.waitForURL("**/me");
}

export async function shot(page, name) {
	fs.mkdirSync(SHOTS, { recursive: true });
	await page.screenshot({ path: path.join(SHOTS, name + ".png"), fullPage: true });
}

/* The address of the page whose checks hold this one. */
export async function pageOfCheck(page, server, check) {
	await page.goto(server.url + "/labs/web-app/");
	return page.locator(`.side [data-checks~="${check}"] a`).getAttribute("href").then((href) => server.url + href);
}
