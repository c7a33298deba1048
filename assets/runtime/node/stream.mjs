// Streamed answers: `awslambda`, as functions know it. What is written goes out at once.
import { Writable } from "node:stream";

const mark = Symbol.for("aws.lambda.runtime.handler.streaming");
const highWaterMark = Symbol.for("aws.lambda.runtime.handler.streamingHighWaterMark");
const prelude = Symbol("prelude");
const type = "Lambda-Runtime-Function-Error-Type";
const body = "Lambda-Runtime-Function-Error-Body";

export class ResponseStream extends Writable {
	#open;
	#opened;
	#contentType = "application/octet-stream";

	// `open` begins the request that carries it, with the headers it is given.
	constructor(open, handler) {
		super({ highWaterMark: handler[highWaterMark] });
		this.#open = open;
	}

	// Has anything gone out?
	get begun() {
		return this.#opened !== undefined;
	}

	setContentType(contentType) {
		if (this.begun) {
			const error = new Error("Cannot set content-type, too late.");
			error.name = "Runtime.InvalidStreamingOperation";
			throw error;
		}
		this.#contentType = contentType;
	}

	#begin() {
		if (!this.begun) {
			this.#opened = this.#open({ "Content-Type": this.#contentType, "Lambda-Runtime-Function-Response-Mode": "streaming",
				"Transfer-Encoding": "chunked", "Trailer": `${type}, ${body}` });
			this.#opened.answered.catch((error) => this.destroy(error));
			if (this[prelude]) {
				this.#opened.request.write(this[prelude]);
			}
		}
		return this.#opened;
	}

	write(part, ...rest) {
		return super.write(typeof part === "string" || part instanceof Uint8Array ? part : JSON.stringify(part), ...rest);
	}

	_write(part, _encoding, done) {
		this.#begin().request.write(part, done);
	}

	_final(done) {
		const { request, answered } = this.#begin();
		request.end();
		answered.then(() => done(), done);
	}

	// It ends here, with an error.
	async fail(errorType, errorBody) {
		const { request, answered } = this.#opened;
		if (!request.writableEnded) {
			request.addTrailers({ [type]: errorType.replaceAll(/[^\x20-\x7e]/g, "?"), [body]: Buffer.from(errorBody).toString("base64") });
			request.end();
		}
		await answered.catch(() => {});
	}
}

export const isStreaming = (handler) => handler[mark] !== undefined;

globalThis.awslambda = {
	streamifyResponse(handler, options) {
		handler[mark] = "response";
		handler[highWaterMark] = options?.highWaterMark;
		return handler;
	},
	// Status, headers and cookies of an answer over HTTP: JSON, eight zeros, then the body.
	HttpResponseStream: {
		from(stream, metadata) {
			stream.setContentType("application/vnd.awslambda.http-integration-response");
			stream[prelude] = Buffer.concat([Buffer.from(JSON.stringify(metadata)), Buffer.alloc(8)]);
			return stream;
		},
	},
};
