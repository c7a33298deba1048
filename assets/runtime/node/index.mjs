// The Runtime API client for nodejs functions: finds the handler, asks for events, posts what it answers.
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { createRequire } from "node:module";
import { format } from "node:util";
import { pathToFileURL } from "node:url";

createRequire(import.meta.url)("./compiled.cjs").use("/var/runtime/node_modules/");
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const root = process.env.LAMBDA_TASK_ROOT;
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
let requestId;

function call(method, name, body, headers = {}) {
	return new Promise((resolve, reject) => {
		const request = http.request(
			{ host, port, method, agent, path: "/2018-06-01/runtime/" + name,
				headers: body === undefined ? headers : { ...headers, "Content-Length": Buffer.byteLength(body) } },
			(response) => {
				const parts = [];
				response.on("data", (part) => parts.push(part));
				response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(parts).toString() }));
				response.on("error", reject);
			});
		request.on("error", reject);
		request.end(body);
	});
}

// Lines of the console as CloudWatch shows them: time, request, level, text.
for (const [name, level] of Object.entries({ log: "INFO", info: "INFO", warn: "WARN", error: "ERROR", debug: "DEBUG",
	trace: "TRACE" })) {
	console[name] = (...words) => {
		const text = format(...words).replaceAll("\n", "\r");
		fs.writeSync(1, `${new Date().toISOString()}\t${requestId ?? "undefined"}\t${level}\t${text}\n`);
	};
}

function describe(error) {
	if (error instanceof Error || (error && typeof error === "object" && "stack" in error && "message" in error)) {
		return { errorType: error.name || "Error", errorMessage: error.message, trace: String(error.stack).split("\n") };
	}
	return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

function named(type, message) {
	const error = new Error(message);
	error.name = type;
	return error;
}

async function fail(error) {
	console.error("Uncaught Exception", "\t" + JSON.stringify({ ...describe(error), stack: describe(error).trace }));
	await call("POST", "init/error", JSON.stringify(describe(error)),
		{ "Lambda-Runtime-Function-Error-Type": describe(error).errorType });
	process.exit(1);
}

async function load(name) {
	const match = /^(.*?)([^./\\]*)\.([^/\\]*)$/s.exec(name);
	if (!match || name.includes("..")) {
		throw named("Runtime.MalformedHandlerName", "Bad handler");
	}
	const [, folder, file, member] = match;
	const base = path.resolve(root, folder, file);
	const found = [base, base + ".js", base + ".mjs", base + ".cjs"].find((each) => fs.statSync(each, { throwIfNoEntry: false })?.isFile());
	if (!found) {
		throw named("Runtime.ImportModuleError", `Error: Cannot find module '${folder}${file}'`);
	}
	let loaded;
	try {
		loaded = found.endsWith(".mjs") ? await import(pathToFileURL(found)) : await loadPlain(found);
	} catch (error) {
		if (error instanceof SyntaxError) {
			throw named("Runtime.UserCodeSyntaxError", error.stack);
		}
		if (error?.code === "MODULE_NOT_FOUND" || error?.code === "ERR_MODULE_NOT_FOUND") {
			throw named("Runtime.ImportModuleError", "Error: " + error.message);
		}
		throw error;
	}
	const handler = member.split(".").reduce((at, key) => at?.[key], loaded);
	if (handler === undefined) {
		throw named("Runtime.HandlerNotFound", `${name} is undefined or not exported`);
	}
	if (typeof handler !== "function") {
		throw named("Runtime.HandlerNotFound", `${name} is not a function`);
	}
	return handler;
}

async function loadPlain(file) {
	try {
		return createRequire(pathToFileURL(file))(file);
	} catch (error) {
		if (error?.code === "ERR_REQUIRE_ESM") {
			return import(pathToFileURL(file));
		}
		throw error;
	}
}

function contextOf(headers, finish) {
	const deadline = Number(headers["lambda-runtime-deadline-ms"]);
	return {
		callbackWaitsForEmptyEventLoop: true,
		functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
		functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
		memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
		logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
		logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
		clientContext: headers["lambda-runtime-client-context"] ? JSON.parse(headers["lambda-runtime-client-context"]) : undefined,
		identity: undefined,
		invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
		awsRequestId: headers["lambda-runtime-aws-request-id"],
		getRemainingTimeInMillis: () => deadline - Date.now(),
		done: (error, result) => finish(error, result),
		succeed: (result) => finish(null, result),
		fail: (error) => finish(error ?? "handled"),
	};
}

// What the handler answers, by promise or by callback, whichever comes first.
function answerOf(handler, event, headers) {
	return new Promise((resolve, reject) => {
		const finish = (error, result) => (error === undefined || error === null ? resolve(result) : reject(error));
		const given = handler(event, contextOf(headers, finish), finish);
		if (typeof given?.then === "function") {
			given.then(resolve, reject);
		} else if (given !== undefined && handler.length < 3) {
			resolve(given);
		} else if (handler.length < 3) {
			setImmediate(() => process.once("beforeExit", () => resolve(null)));
		}
	});
}

async function serve(handler) {
	const { headers, body } = await call("GET", "invocation/next");
	requestId = headers["lambda-runtime-aws-request-id"];
	process.env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"] ?? "";
	try {
		const answer = await answerOf(handler, JSON.parse(body), headers);
		await call("POST", `invocation/${requestId}/response`, JSON.stringify(answer === undefined ? null : answer));
	} catch (error) {
		console.error("Invoke Error", "\t" + JSON.stringify({ ...describe(error), stack: describe(error).trace }));
		await call("POST", `invocation/${requestId}/error`, JSON.stringify(describe(error)),
			{ "Lambda-Runtime-Function-Error-Type": describe(error).errorType });
	}
}

process.on("uncaughtException", async (error) => {
	console.error("Uncaught Exception", "\t" + JSON.stringify({ ...describe(error), stack: describe(error).trace }));
	if (requestId) {
		await call("POST", `invocation/${requestId}/error`, JSON.stringify(describe(error)),
			{ "Lambda-Runtime-Function-Error-Type": describe(error).errorType });
	}
	process.exit(129);
});

try {
	const handler = await load(process.env._HANDLER);
	for (;;) {
		await serve(handler);
	}
} catch (error) {
	await fail(error);
}
