// A cloud for tests that are run by node: one process in a folder of its own, which is gone with it.
import { spawn } from "node:child_process";
import { mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export class Cloud {
	constructor() {
		this.folder = mkdtempSync(join(tmpdir(), "immersion-js-"));
		// What it writes beside its address: mails, and what went wrong.
		this.log = join(this.folder, "log");
	}

	// The cloud prints its address when it is ready.
	static start(...more) {
		const cloud = new Cloud();
		return new Promise((resolve, reject) => {
			let text = "";
			cloud.child = spawn(process.env.IMMERSION ?? "build/immersion",
				["cloud", "--data", join(cloud.folder, "data"), "--listen", "127.0.0.1", "--cloud-port", "0", ...more],
				{ stdio: ["ignore", "pipe", openSync(cloud.log, "a")] });
			cloud.child.stdout.on("data", (bytes) => {
				text += bytes;
				[cloud.endpoint] = /http:\/\/127\.0\.0\.1:\d+/.exec(text) ?? [];
				if (cloud.endpoint)
					resolve(cloud);
			});
			cloud.child.on("exit", () => reject(new Error("the cloud did not start: " + text)));
		});
	}

	// What an SDK's client is made with.
	settings(more = {}) {
		return {
			endpoint: this.endpoint, region: "us-east-1", maxAttempts: 1,
			credentials: { accessKeyId: "test", secretAccessKey: "test" }, ...more,
		};
	}

	stop() {
		this.child.removeAllListeners("exit");
		this.child.kill("SIGKILL");
		rmSync(this.folder, { recursive: true, force: true });
	}
}
