// Streamed answers: `awslambda`, as functions know it. What is written is kept until the stream ends.
import { Writable } from "node:stream";

const mark = Symbol.for("aws.lambda.runtime.handler.streaming");
const prelude = Symbol("prelude");

export class ResponseStream extends Writable {
	contentType = "application/octet-stream";
	parts = [];

	setContentType(type) {
		this.contentType = type;
	}

	_write(part, _encoding, done) {
		this.parts.push(part);
		done();
	}

	// All of it, once it is whole.
	whole() {
		return Buffer.concat(this[prelude] ? [this[prelude], ...this.parts] : this.parts);
	}
}

export const isStreaming = (handler) => handler[mark] !== undefined;

globalThis.awslambda = {
	streamifyResponse(handler, options) {
		handler[mark] = "response";
		handler[Symbol.for("aws.lambda.runtime.handler.streamingHighWaterMark")] = options?.highWaterMark;
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
