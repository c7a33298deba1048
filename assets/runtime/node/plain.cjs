// A node whose require() loads no ES modules, as all were before 20.19.
"use strict";
const Module = require("module");

function refused(file) {
	const error = new Error(`require() of ES Module ${file} not supported.\n` +
		"Instead change the require of it to a dynamic import() which is available in all CommonJS modules.");

	return Object.assign(error, { code: "ERR_REQUIRE_ESM" });
}

exports.refuseModules = () => {
	const compile = Module.prototype._compile;

	// Nor is a file without a type looked through for what it may be.
	Module.prototype._compile = function (source, file, format = "commonjs") {
		if (format === "module") {
			throw refused(file);
		}
		return compile.call(this, source, file, format);
	};
	Module._extensions[".mjs"] = (module, file) => {
		throw refused(file);
	};
};
