// The Runtime API client for nodejs functions: finds the handler, asks for events, posts what it answers.
import fs from "node:fs";
import path from "node:path";
import module, { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Connection } from "./connection.mjs";
import { begin, logError } from "./console.mjs";
import { ResponseStream, isStreaming } from "./stream.mjs";

const modules = new URL("node_modules/", import.meta.url);
const require = createRequire(import.meta.url);
require("./compiled.cjs").use(fileURLToPath(modules));
if (modules.pathname !== "/var/runtime/node_modules/") {
	// No sandbox has put them where `import` looks.
	const layers = pathToFileURL((process.argv[2] ?? "/opt") + "/nodejs/node_modules/");
	module.register("./beside.mjs", import.meta.url, { data: [layers.href, modules.href] });
}
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const root = process.env.LAMBDA_TASK_ROOT;
const connection = new Connection(host, port);
let requestId;
let whenIdle; // what is to be done when nothing is left to do
let streaming; // the answer that is being streamed
let agent; // of streamed answers
let upcoming; // the next event, when it was asked for with an answer

const ASK_WITH_MAX = 32768; // characters of an answer: who waits for an event keeps it in memory

function pathOf(name) {
	return "/2018-06-01/runtime/" + name;
}

// A request whose body is still to come, and its answer. Few functions need it, and it takes a while to load.
function open(name, headers) {
	const http = require("node:http");
	agent ??= new http.Agent({ keepAlive: true, maxSockets: 1 });
	const request = http.request({ host, port, method: "POST", agent, path: pathOf(name), headers });
	const answered = new Promise((resolve, reject) => {
		request.on("error", reject);
		request.on("response", (response) => response.on("end", resolve).on("error", reject).resume());
	});
	return { request, answered };
}

// What was not answered is asked again, in its order: the connection may have been closed. An answer that comes twice is
// refused, and nothing else.
async function ask(times, ...request) {
	try {
		return await connection.ask(...request);
	} catch (error) {
		if (times === 1) {
			throw error;
		}
		return ask(times - 1, ...request);
	}
}

function post(name, body, headers) {
	return ask(2, "POST", pathOf(name), headers, body);
}

// The next event: asked for with an answer, or behind one that is too long to be taken when the connection is closed twice.
async function next() {
	const asked = await upcoming?.catch(() => {});
	upcoming = undefined;
	return asked?.status === 200 ? asked : ask(3, "GET", pathOf("invocation/next"));
}

// --- errors

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

async function tell(what, error, name) {
	const { errorType, errorMessage, trace } = describe(error);
	const own = error instanceof Error ? error : {};
	logError(what, error, { errorType, errorMessage, ...own, stack: trace });
	const body = JSON.stringify({ errorType, errorMessage, trace });
	if (streaming?.begun) {
		await streaming.fail(errorType, body);
	} else {
		await post(name, body, { "Lambda-Runtime-Function-Error-Type": errorType });
	}
}

async function fail(what, error, code) {
	whenIdle = undefined;
	try {
		await tell(what, error, requestId ? `invocation/${requestId}/error` : "init/error");
	} catch {
		// Nobody is there to be told.
	}
	process.exit(code);
}

// --- finding the handler

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
			const own = named("Runtime.UserCodeSyntaxError", String(error));
			own.stack = `${own.name}: ${error}\n${error.stack}`; // which begins with the place
			throw own;
		}
		if (error?.code === "MODULE_NOT_FOUND") {
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
		return require(file);
	} catch (error) {
		if (error?.code === "ERR_REQUIRE_ESM" || error?.code === "ERR_REQUIRE_ASYNC_MODULE") {
			return import(pathToFileURL(file));
		}
		throw error;
	}
}

// --- events

function contextOf(headers) {
	const deadline = Number(headers["lambda-runtime-deadline-ms"]);
	return {
		callbackWaitsForEmptyEventLoop: true,
		functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
		functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
		memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
		logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
		logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
		clientContext: headers["lambda-runtime-client-context"] ? JSON.parse(headers["lambda-runtime-client-context"]) : undefined,
		identity: headers["lambda-runtime-cognito-identity"] ? JSON.parse(headers["lambda-runtime-cognito-identity"]) : undefined,
		invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
		awsRequestId: headers["lambda-runtime-aws-request-id"],
		getRemainingTimeInMillis: () => deadline - Date.now(),
	};
}

// What the handler answers: its promise's value, or what it calls back with, which waits until nothing is left to do
// unless the context says otherwise. What a plain function returns is not asked for.
function answerOf(handler, event, headers) {
	return new Promise((resolve, reject) => {
		const context = contextOf(headers);
		let called = false;
		const once = (act) => (...words) => {
			if (!called) {
				called = true;
				act(...words);
			}
		};
		const done = (error, result) => (error === undefined || error === null ? resolve(result) : reject(error));
		whenIdle = () => resolve(null);
		context.done = once(done);
		context.succeed = once((result) => resolve(result));
		context.fail = once((error) => reject(error ?? "handled"));
		const given = handler(event, context, once((error, result) => {
			if ((error !== undefined && error !== null) || !context.callbackWaitsForEmptyEventLoop) {
				done(error, result);
			} else {
				whenIdle = () => setImmediate(resolve, result);
			}
		}));
		if (typeof given?.then === "function") {
			given.then(resolve, reject);
		}
	});
}

async function answerPlain(handler, event, headers) {
	const answer = await answerOf(handler, event, headers);
	whenIdle = undefined;
	const body = JSON.stringify(answer === undefined ? null : answer);
	const both = body.length <= ASK_WITH_MAX;
	// The next event is asked for at once: whether this one's answer was taken changes nothing.
	const answered = post(`invocation/${requestId}/response`, body, both ? { "Immersion-Runtime-Next": "true" } : {});
	answered.catch(() => {});
	upcoming = both ? answered : undefined;
}

async function answerStreaming(handler, event, headers) {
	const stream = new ResponseStream((head) => open(`invocation/${requestId}/response`, head), handler);
	const ended = new Promise((resolve, reject) => stream.once("finish", resolve).once("error", reject));
	streaming = stream;
	whenIdle = () => stream.end();
	await Promise.race([handler(event, stream, contextOf(headers)), ended.then(() => new Promise(() => {}))]);
	stream.end();
	await ended;
	whenIdle = undefined;
}

async function serve(handler) {
	const { headers, body } = await next();
	requestId = headers["lambda-runtime-aws-request-id"];
	begin(requestId);
	process.env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"] ?? "";
	try {
		await (isStreaming(handler) ? answerStreaming : answerPlain)(handler, JSON.parse(body), headers);
	} catch (error) {
		whenIdle = undefined;
		await tell("Invoke Error", error, `invocation/${requestId}/error`);
	}
	streaming = undefined;
}

process.on("beforeExit", () => {
	const act = whenIdle;
	whenIdle = undefined;
	act?.();
});
process.on("uncaughtException", (error) => fail("Uncaught Exception", error, 129));
process.on("unhandledRejection", (reason) =>
	fail("Unhandled Promise Rejection", named("Runtime.UnhandledPromiseRejection", String(reason)), 128));

let handler;
try {
	handler = await load(process.env._HANDLER);
} catch (error) {
	await fail("Uncaught Exception", error, 1);
}
for (;;) {
	await serve(handler);
}
