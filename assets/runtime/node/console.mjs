// What a function's console prints, as CloudWatch shows it: a line of text, or an object in JSON, for each call.
import fs from "node:fs";
import { format } from "node:util";

const json = process.env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === "JSON";
const levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const least = levels.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase());
let requestId;

// Which request the lines belong to from now on.
export function begin(id) {
	requestId = id;
}

function plainError(error) {
	return { errorType: error.constructor?.name ?? "UnknownError", errorMessage: error.message,
		stackTrace: typeof error.stack === "string" ? error.stack.split("\n") : [] };
}

const withErrors = (_, value) => (value instanceof Error ? { ...plainError(value), ...value } : value);

function jsonLine(level, words) {
	const line = { timestamp: new Date().toISOString(), level, requestId };
	if (words.length === 1) {
		try {
			return JSON.stringify({ ...line, message: words[0] }, withErrors);
		} catch {
			// It refers to itself.
		}
	}
	return JSON.stringify({ ...line, message: format(...words), ...plainErrorIn(words) });
}

function plainErrorIn(words) {
	const error = words.length > 1 && words.find((word) => word instanceof Error);
	return error ? plainError(error) : {};
}

function textLine(level, words) {
	return `${new Date().toISOString()}\t${requestId}\t${level}\t${format(...words)}`.replaceAll("\n", "\r");
}

for (const name of ["trace", "debug", "info", "warn", "error", "fatal"]) {
	const level = name.toUpperCase();
	console[name] = levels.indexOf(level) < least ? () => {}
		: (...words) => fs.writeSync(1, (json ? jsonLine : textLine)(level, words) + "\n");
}
console.log = console.info;

// What is written to these is out when the call is over: a function that has answered stands still. They are opened only
// when they are asked for, which takes a while.
for (const name of ["stdout", "stderr"]) {
	const { get, ...described } = Object.getOwnPropertyDescriptor(process, name);
	Object.defineProperty(process, name, { ...described, get() {
		const stream = get.call(process);
		Object.defineProperty(process, name, { ...described, get: () => stream });
		stream._handle?.setBlocking?.(true);
		return stream;
	} });
}

// Tell of an error that ends an invocation, or the runtime.
export function logError(what, error, described) {
	if (json) {
		console.error(error instanceof Error ? error : new Error(String(error)));
	} else {
		console.error(what, "\t" + JSON.stringify(described));
	}
}
