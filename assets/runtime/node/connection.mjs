// The connection to the Runtime API: requests and answers of known length, one behind the other. node:http can do more, but
// takes longer for an event than a small function does.
import net from "node:net";

// The first answer in what was received: { needs } when there must be that many bytes, or the answer and where it ends.
function parse(bytes) {
	const headEnd = bytes.indexOf("\r\n\r\n");
	if (headEnd < 0) {
		return { needs: bytes.length + 1 };
	}
	const [status, ...lines] = bytes.latin1Slice(0, headEnd).split("\r\n");
	const headers = {};
	for (const line of lines) {
		const colon = line.indexOf(":");
		headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
	}
	const end = headEnd + 4 + Number(headers["content-length"] ?? 0);
	if (end > bytes.length) {
		return { needs: end };
	}
	return { status: Number(status.split(" ")[1]), headers, body: bytes.utf8Slice(headEnd + 4, end), end };
}

export class Connection {
	#host;
	#port;
	#socket;
	#waiting = []; // for answers, in the order of their requests
	#parts = [];
	#have = 0;
	#needs = 1;

	constructor(host, port) {
		this.#host = host;
		this.#port = Number(port);
	}

	// Goes out with others that are asked for before anything else happens, so that they arrive together.
	ask(method, path, headers = {}, body = "") {
		this.#socket ??= this.#connect();
		const lines = Object.entries({ Host: `${this.#host}:${this.#port}`, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
		const length = method === "GET" ? "" : `Content-Length: ${Buffer.byteLength(body)}\r\n`;
		if (!this.#socket.writableCorked) {
			const socket = this.#socket;
			socket.cork();
			process.nextTick(() => socket.uncork());
		}
		this.#socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join("")}${length}\r\n${body}`);
		this.#socket.ref();
		return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
	}

	#connect() {
		const socket = net.connect({ host: this.#host, port: this.#port, noDelay: true });
		let reason = new Error("The Runtime API has closed the connection");
		socket.on("data", (part) => this.#received(part));
		socket.on("error", (error) => (reason = error));
		socket.on("close", () => this.#closed(reason));
		return socket;
	}

	#received(part) {
		this.#parts.push(part);
		this.#have += part.length;
		while (this.#have >= this.#needs) {
			const bytes = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts);
			const { needs, end = 0, ...answer } = parse(bytes);
			const rest = bytes.subarray(end);
			this.#parts = rest.length ? [rest] : [];
			this.#have = rest.length;
			this.#needs = needs ?? 1;
			if (end) {
				this.#waiting.shift()?.resolve(answer);
			}
		}
		if (!this.#waiting.length) {
			// It does not keep a function from coming to its end.
			this.#socket.unref();
		}
	}

	#closed(reason) {
		const waiting = this.#waiting;
		this.#socket = undefined;
		this.#waiting = [];
		this.#parts = [];
		this.#have = 0;
		this.#needs = 1;
		for (const { reject } of waiting) {
			reject(reason);
		}
	}
}
