// Compiled code of the SDK's packages, kept beside their files: index.js has index.js.compiled.
//
// Loaded by the runtime it makes require() use what fits this version of V8; V8 refuses what does not, and then the
// file is compiled as ever. As a program it writes the compiled code of the packages it is given.
"use strict";
const fs = require("fs");
const path = require("path");
const vm = require("vm");
const Module = require("module");

const suffix = ".compiled";
const plain = Module._extensions[".js"];

// Load `file` from compiled code, if there is any, and return the script. Traces of errors call it `filename`: compiled code
// keeps the name that it was compiled by.
function load(module, file, cachedData, filename = file) {
	const script = new vm.Script(Module.wrap(fs.readFileSync(file, "utf8")), { filename, cachedData });
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
		return code ? load(module, file, code) && undefined : plain(module, file);
	};
};

if (require.main === module) {
	for (const folder of process.argv.slice(2)) {
		let script;

		delete require.cache[path.join(folder, "index.js")];
		Module._extensions[".js"] = (it, file) => {
			if (file === path.join(folder, "index.js")) {
				script = load(it, file, undefined, path.join("/var/runtime/node_modules", file.split("/node_modules/").pop()));
			} else {
				plain(it, file);
			}
		};
		const loaded = require(folder);
		for (const name of Object.keys(loaded)) {
			if (/^(DynamoDB|Lambda|STS|S3)Client$/.test(name)) {
				new loaded[name]({ region: "us-east-1" });
			} else if (name === "DynamoDB" && folder.endsWith("aws-sdk")) {
				new loaded.DynamoDB.DocumentClient();
			}
		}
		fs.writeFileSync(path.join(folder, "index.js" + suffix), script.createCachedData());
	}
}
