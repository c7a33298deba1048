// Compiled code of the SDK's packages, kept beside their files: index.js has index.js.compiled.
//
// Loaded by the runtime it makes require() use what fits this version of V8 and its options; V8 refuses what does not, and
// then the file is compiled as ever. As a program it writes the compiled code of the packages it is given.
"use strict";
const fs = require("fs");
const path = require("path");
const v8 = require("v8");
const vm = require("vm");
const Module = require("module");

const suffix = ".compiled";
const plain = Module._extensions[".js"];
// Options that V8 compares although they change no code: how large the heap was made. Nothing reads them afterwards but
// the start of a worker.
const sizes = process.execArgv.filter((option) => /^--max-(old|semi)-space-size=\d+$/.test(option));

// The files whose compiled code was taken, and refused.
exports.taken = [];
exports.refused = [];

function compile(file, options) {
	const text = Module.wrap(fs.readFileSync(file, "utf8"));

	for (const option of options.cachedData ? sizes : []) {
		v8.setFlagsFromString(option.replace(/\d+$/, "0"));
	}
	const script = new vm.Script(text, options);
	for (const option of options.cachedData ? sizes : []) {
		v8.setFlagsFromString(option);
	}
	return script;
}

// Load `file` from compiled code, if there is any, and return the script. Traces of errors call it `filename`: compiled code
// keeps the name that it was compiled by.
function load(module, file, cachedData, filename = file) {
	const script = compile(file, { filename, cachedData });
	const require = (id) => module.require(id);

	require.resolve = (id, options) => Module._resolveFilename(id, module, false, options);
	require.main = process.mainModule;
	require.cache = Module._cache;
	script.runInThisContext().call(module.exports, module.exports, require, module, file, path.dirname(file));
	return script;
}

exports.use = (root) => {
	Module._extensions[".js"] = (module, file) => {
		let code;
		if (file.startsWith(root)) {
			try {
				code = fs.readFileSync(file + suffix);
			} catch {
				// It was not compiled before.
			}
		}
		if (!code) {
			return plain(module, file);
		}
		const script = load(module, file, code);
		(script.cachedDataRejected ? exports.refused : exports.taken).push(file);
	};
};

// --- as a program

// Calls that functions make first: what they run through is compiled then.
const calls = {
	DynamoDBClient: [["GetItemCommand", { TableName: "t", Key: { a: { S: "b" } } }], ["PutItemCommand", { TableName: "t", Item: { a: { S: "b" } } }]],
	LambdaClient: [["InvokeCommand", { FunctionName: "f", Payload: "{}" }]],
	S3Client: [["GetObjectCommand", { Bucket: "b", Key: "k" }], ["PutObjectCommand", { Bucket: "b", Key: "k", Body: "x" }]],
	STSClient: [],
};
const items = ["GetCommand", "PutCommand", "QueryCommand", "ScanCommand", "UpdateCommand", "DeleteCommand"];

async function use(loaded, document, settings) {
	for (const [name, commands] of Object.entries(calls).filter(([each]) => loaded[each])) {
		const client = new loaded[name](settings);

		for (const [command, input] of commands) {
			await client.send(new loaded[command](input));
		}
		for (const command of name === "DynamoDBClient" ? items : []) {
			const input = { TableName: "t", Key: { a: "b" }, Item: { a: "b", c: 1, d: { e: [true] } } };

			await document.DynamoDBDocumentClient.from(client).send(new document[command](input));
		}
		client.destroy();
	}
	if (loaded.DynamoDB?.DocumentClient) {
		new loaded.DynamoDB.DocumentClient();
	}
}

async function main(folders) {
	const files = folders.map((folder) => path.join(folder, "index.js"));
	const scripts = new Map();
	const server = require("http").createServer((request, response) => {
		request.resume().on("end", () => response.end(request.method === "POST" ? "{}" : ""));
	});

	Module._extensions[".js"] = (it, file) => {
		if (!files.includes(file)) {
			return plain(it, file);
		}
		scripts.set(file, load(it, file, undefined, path.join("/var/runtime/node_modules", file.split("/node_modules/").pop())));
	};
	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	const settings = { region: "us-east-1", endpoint: "http://127.0.0.1:" + server.address().port, forcePathStyle: true,
		credentials: { accessKeyId: "a", secretAccessKey: "b", sessionToken: "c" } };
	const packages = folders.map((folder) => require(folder));
	const document = packages.find((each) => each.DynamoDBDocumentClient);
	for (const each of packages) {
		await use(each, document, settings);
	}
	for (const [file, script] of scripts) {
		fs.writeFileSync(file + suffix, script.createCachedData());
	}
	server.close();
}

if (require.main === module) {
	main(process.argv.slice(2));
}
