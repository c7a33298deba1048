// Makes of npm's packages what functions find in their sandbox: each package in one file, which loads several times
// faster than its hundreds, with V8's compiled code beside it (../node/compiled.cjs says how that is used).
//
//	node bundle.mjs OUT		from the folder in which npm installed package-lock.json
//
// OUT/node/node_modules is for current runtimes: the SDK in version 3. OUT/node16/node_modules is for those until
// nodejs16.x: version 2.
import fs from "node:fs";
import path from "node:path";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createRequire } from "node:module";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.resolve(process.argv[2]);
const modules = path.resolve("node_modules");
const esbuild = createRequire(path.join(modules, "x.js"))("esbuild");
const named = Object.keys(JSON.parse(fs.readFileSync(path.join(here, "package.json"))).dependencies);
// What of the SDK's own parts functions are known to ask for beside clients.
const parts = ["fetch-http-handler", "node-http-handler", "protocol-http", "signature-v4", "smithy-client", "util-stream"];
const packages = [...named.filter((name) => name.startsWith("@")), ...parts.map((name) => "@smithy/" + name)];
const version2 = { APIGateway: "apigateway", ApiGatewayManagementApi: "apigatewaymanagementapi", ApiGatewayV2: "apigatewayv2",
	Amplify: "amplify", CloudWatch: "cloudwatch", CloudWatchLogs: "cloudwatchlogs", CodeCommit: "codecommit",
	CognitoIdentity: "cognitoidentity", CognitoIdentityServiceProvider: "cognitoidentityserviceprovider",
	DynamoDB: "dynamodb", DynamoDBStreams: "dynamodbstreams", EventBridge: "eventbridge", IAM: "iam", Lambda: "lambda",
	S3: "s3", SNS: "sns", SQS: "sqs", STS: "sts", StepFunctions: "stepfunctions" };

function installed(name) {
	return JSON.parse(fs.readFileSync(path.join(modules, name, "package.json")));
}

// One package as OUT/FOLDER/node_modules/NAME: index.js, package.json and its licence.
async function bundle(folder, name, contents, options, more) {
	const to = path.join(out, folder, "node_modules", name);
	await esbuild.build({
		stdin: { contents, resolveDir: path.dirname(modules) },
		outfile: path.join(to, "index.js"),
		bundle: true,
		platform: "node",
		format: "cjs",
		target: "node16",
		mainFields: ["module", "main"],
		supported: { "dynamic-import": false },
		minifyWhitespace: true,
		minifySyntax: true,
		legalComments: "none",
		logLevel: "error",
		...options,
	});
	const { version, license } = installed(name);
	fs.writeFileSync(path.join(to, "package.json"), JSON.stringify({ name, version, license, main: "index.js", ...more }) + "\n");
	for (const file of fs.readdirSync(path.join(modules, name))) {
		if (/^(LICEN[CS]E|NOTICE)(\.\w+)?$/i.test(file)) {
			fs.copyFileSync(path.join(modules, name, file), path.join(to, file));
		}
	}
	return to;
}

for (const name of packages) {
	await bundle("node", name, `export * from ${JSON.stringify(name)};`, { external: packages.filter((other) => other !== name) },
		{ exports: { ".": { import: "./index.mjs", default: "./index.js" }, "./*": "./*" } });
}

// For `import`, which would read all of a package's text a second time, to learn what it exports, without compiled code.
for (const name of packages) {
	const to = path.join(out, "node/node_modules", name);
	const names = Object.keys(createRequire(import.meta.url)(to)).filter((each) => /^[A-Za-z_$][\w$]*$/.test(each) && each !== "default");
	fs.writeFileSync(path.join(to, "index.mjs"), `import { createRequire } from "node:module";
const all = createRequire(import.meta.url)("./index.js");
export const { ${names.filter((each) => each !== "__esModule").join(", ")} } = all;
export default all;
`);
}

// Version 2 knows no AWS_ENDPOINT_URL, and opens a connection for each call unless it is told otherwise.
const others = fs.readdirSync(path.join(modules, "aws-sdk", "clients")).filter((file) => /^[a-z0-9]+\.js$/.test(file))
	.map((file) => path.basename(file, ".js")).filter((file) => file !== "all" && !Object.values(version2).includes(file));
const every = fs.readFileSync(path.join(modules, "aws-sdk/clients/all.js"), "utf8");
const missing = [...every.matchAll(/(\w+): require\('\.\/(\w+)'\)/g)].filter(([, , file]) => others.includes(file)).map(([, name]) => name);
const to = await bundle("node16", "aws-sdk", `
	require("./node_modules/aws-sdk/lib/node_loader");
	const AWS = require("./node_modules/aws-sdk/lib/core");
	const offer = (name, get) => Object.defineProperty(AWS, name, { configurable: true, enumerable: true, get,
		set: (value) => Object.defineProperty(AWS, name, { configurable: true, enumerable: true, writable: true, value }) });
	${Object.entries(version2).map(([name, file]) => `offer("${name}", () => {
		delete AWS["${name}"];
		return require("./node_modules/aws-sdk/clients/${file}");
	});`).join("\n")}
	for (const name of ${JSON.stringify(missing)}) {
		offer(name, () => {
			throw new Error("AWS." + name + " is not part of the aws-sdk here, which has ${Object.keys(version2).join(", ")}. " +
				"Put the package aws-sdk into the function's own node_modules to have all of it.");
		});
		Object.defineProperty(AWS, name, { enumerable: false });
	}
	if (process.env.AWS_ENDPOINT_URL) {
		AWS.config.update({ endpoint: process.env.AWS_ENDPOINT_URL, s3ForcePathStyle: true, hostPrefixEnabled: false,
			httpOptions: { agent: new (require("http").Agent)({ keepAlive: true }) } });
	}
	module.exports = AWS;`, { mainFields: ["main"] });
fs.mkdirSync(path.join(to, "clients"));
for (const [name, file] of Object.entries(version2)) {
	fs.writeFileSync(path.join(to, "clients", file + ".js"), `module.exports = require("..").${name};\n`);
}
for (const file of ["clients/all.js", "global.js", "lib/aws.js", "lib/core.js"]) {
	fs.mkdirSync(path.dirname(path.join(to, file)), { recursive: true });
	fs.writeFileSync(path.join(to, file), `module.exports = require("${file.includes("/") ? ".." : "."}");\n`);
}

// Each package is loaded and used once, and what V8 has compiled by then is kept. V8 takes it again only with the same options:
// those of functions (add_node_options() in src/cloud/lambda/environment.c), but for the memory.
const options = ["--expose-gc", "--interrupt-budget=200000"];
for (const folder of ["node", "node16"]) {
	const names = folder === "node" ? packages : ["aws-sdk"];
	execFileSync(process.execPath, [...options, path.join(here, "../node/compiled.cjs"),
		...names.map((name) => path.join(out, folder, "node_modules", name))],
		{ stdio: "inherit", env: { PATH: process.env.PATH, AWS_EXECUTION_ENV: "AWS_Lambda_", AWS_REGION: "us-east-1" } });
}
