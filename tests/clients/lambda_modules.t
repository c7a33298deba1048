#!/usr/bin/env python3
"""How functions are found and loaded: names, folders and kinds of modules, and what Lambda says of those that cannot be.

From: Lambda Developer Guide, "Building Lambda functions with Node.js" (experimental features that Lambda disables), "Python
layer paths", "Tutorial: Building a custom runtime", and answers of functions on AWS that could not be loaded.
"""
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from immersion import OFTEN, Server, Tap, zipped

import boto3

tap = Tap()
PACKAGE = '{"type": "module"}'
ESM = "import os from 'os'; export const handler = async () => os.EOL;"
WAITS = "const five = await new Promise((done) => setTimeout(done, 1, 5)); export const handler = async () => five;"
REQUIRES = "const { two } = require('two'); exports.handler = async () => two;"
PROCESS = "exports.handler = async () => process.execArgv;"
TWO = {"node_modules/two/package.json": PACKAGE, "node_modules/two/index.js": "export const two = 2;"}
# A package that has something else for those who may require modules, as many have today.
SYNC = {"node_modules/both/package.json": '{"exports": {"module-sync": "./new.mjs", "default": "./old.js"}}',
        "node_modules/both/new.mjs": "export const kind = 'new';", "node_modules/both/old.js": "exports.kind = 'old';"}

LOADED = [
    ("a module is an .mjs file", {"index.mjs": ESM}, "index.handler", "\n"),
    ("or what package.json says is one", {"index.js": ESM, "package.json": PACKAGE}, "index.handler", "\n"),
    ("it may wait before it is there", {"index.mjs": WAITS}, "index.handler", 5),
    ("whatever its name", {"index.js": WAITS, "package.json": PACKAGE}, "index.handler", 5),
    ("a default export has its name", {"index.mjs": "export default async () => 6;"}, "index.default", 6),
    ("a handler may lie in a folder", {"src/app/ride.js": "exports.post = async () => require('../seven');", "src/seven.js":
                                       "module.exports = 7;"}, "src/app/ride.post", 7),
    ("and within others", {"index.js": "exports.api = { ride: { post: async () => 8 } };"}, "index.api.ride.post", 8),
    ("a package's files are those for scripts", {"index.js": "const { kind } = require('both'); exports.handler = async () => kind;",
                                                 **SYNC}, "index.handler", "old"),
    (".cjs is never a module", {"index.cjs": "exports.handler = async () => 9;", "package.json": PACKAGE}, "index.handler", 9),
]
REFUSED = [
    ("import is no word of a script", {"index.js": ESM}, "Runtime.UserCodeSyntaxError",
     "SyntaxError: Cannot use import statement outside a module"),
    ("nor is export", {"index.js": "export const handler = async () => 1;"}, "Runtime.UserCodeSyntaxError",
     "SyntaxError: Unexpected token 'export'"),
    ("a slip is told by its word", {"index.js": "exports.handler = async ( => {}"}, "Runtime.UserCodeSyntaxError",
     "SyntaxError: Unexpected token '=>'"),
    ("a script's missing package comes with who wanted it", {"index.js": "require('aws-sdk');"}, "Runtime.ImportModuleError",
     "Error: Cannot find module 'aws-sdk'\nRequire stack:\n- /var/task/index.js\n- /var/runtime/index.mjs"),
    ("a module's is node's own error", {"index.mjs": "import AWS from 'aws-sdk';"}, "Error",
     "Cannot find package 'aws-sdk' imported from /var/task/index.mjs"),
    ("require is no word of a module", {"index.mjs": "const fs = require('fs');"}, "ReferenceError",
     "require is not defined in ES module scope, you can use import instead"),
    ("a name that is not exported is told", {"index.js": "exports.handle = async () => 1;"}, "Runtime.HandlerNotFound",
     "index.handler is undefined or not exported"),
    ("a file in a folder of the archive is not found", {"wild/index.js": "exports.handler = async () => 1;"},
     "Runtime.ImportModuleError", "Error: Cannot find module 'index'"),
]

SLIP = "def handler(event, context):\n    retur 1\n"
# A runtime as AWS's tutorial has it: by sh, which is bash on Amazon Linux, and a function in a file of its own.
BOOTSTRAP = """#!/bin/sh
set -euo pipefail
source "$LAMBDA_TASK_ROOT/${_HANDLER%.*}.sh"
while true; do
	HEADERS="$(mktemp)"
	EVENT="$(curl -sS -LD "$HEADERS" "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next")"
	ID=$(grep -Fi Lambda-Runtime-Aws-Request-Id "$HEADERS" | tr -d '[:space:]' | cut -d: -f2)
	curl -sS "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$ID/response" -d "$("${_HANDLER#*.}" "$EVENT")"
done
"""
FUNCTION = 'function ride () { echo "{\\"rode\\": $1}"; }\n'


class Functions:
    def __init__(self, port):
        session = boto3.Session("test", "test", region_name="us-east-1")
        self.lam = session.client("lambda", endpoint_url="http://127.0.0.1:%d" % port)
        self.count = 0

    def layer(self, files):
        return self.lam.publish_layer_version(LayerName="L", Content={"ZipFile": zipped(files, 0o755)})["LayerVersionArn"]

    def run(self, files, handler="index.handler", runtime="nodejs20.x", layers=(), variables=None):
        self.count += 1
        name = "module%d" % self.count
        self.lam.create_function(FunctionName=name, Runtime=runtime, Role="arn:aws:iam::000000000000:role/R", Handler=handler,
                                 Code={"ZipFile": zipped(files, 0o755)}, Timeout=20, Layers=layers,
                                 Environment={"Variables": variables or {}})
        self.lam.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig=OFTEN)
        answer = self.lam.invoke(FunctionName=name, Payload=b"{}")
        return json.loads(answer["Payload"].read())


def python(functions):
    out = functions.run({"index.py": SLIP}, runtime="python3.12")
    tap.ok(out["errorType"] == "Runtime.UserCodeSyntaxError" and out["stackTrace"][0].startswith('  File "/var/task/index.py" Line 2\n') and
           out["errorMessage"] == "Syntax error in module 'index': invalid syntax (index.py, line 2)", "a slip in Python is told", out)
    out = functions.run({"index.py": "raise RuntimeError('no', 'unicorn')"}, runtime="python3.12")
    tap.ok(out["errorType"] == "RuntimeError" and out["errorMessage"] == "('no', 'unicorn')", "and an error while it is loaded", out)
    # Of a number that no machine's own python has, so that it cannot be that.
    layer = functions.layer({"python/lib/python3.8/site-packages/rides.py": "COUNT = 10"})
    out = functions.run({"index.py": "import rides\ndef handler(event, context): return rides.COUNT"}, runtime="python3.8", layers=[layer])
    tap.ok(out == 10, "a layer's packages are where the runtime's name says", out)


def own_runtime(functions):
    out = functions.run({"bootstrap": BOOTSTRAP, "function.sh": FUNCTION}, "function.ride", "provided.al2023")
    tap.ok(out == {"rode": {}}, "a runtime may be a script of sh as Amazon Linux has it", out)
    out = functions.run({"function.sh": FUNCTION}, "function.ride", "provided.al2023", [functions.layer({"bootstrap": BOOTSTRAP})])
    tap.ok(out == {"rode": {}}, "and come from a layer", out)


with tempfile.TemporaryDirectory() as folder:
    server = Server("cloud", os.path.join(folder, "data"))
    iam = boto3.Session("test", "test", region_name="us-east-1").client("iam", endpoint_url="http://127.0.0.1:%d" % server.cloud_port)
    iam.create_role(RoleName="R", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}))
    functions = Functions(server.cloud_port)
    for title, files, handler, expected in LOADED:
        out = functions.run(files, handler)
        tap.ok(out == expected, title, out)
    for title, files, kind, message in REFUSED:
        out = functions.run(files)
        tap.ok((out["errorType"], out["errorMessage"]) == (kind, message), title, out)
    out = functions.run({"index.js": "\n\nexports.handler = async ( => {}"})
    tap.ok("/var/task/index.js:3" in out["trace"], "its trace says where the slip is", out)
    out = functions.run({"index.js": REQUIRES, **TWO})
    tap.ok(out.get("errorType") == "Error" and "require() of ES Module /var/task/node_modules/two/index.js" in out["errorMessage"],
           "a script requires no module", out)
    out = functions.run({"index.js": PROCESS}, variables={"NODE_OPTIONS": "--no-warnings --experimental-require-module"})
    tap.ok("--no-experimental-require-module" not in out and "--expose-gc" in out, "unless NODE_OPTIONS ask for it", out)
    out = functions.run({"index.js": PROCESS}, runtime="nodejs24.x")
    tap.ok(not [word for word in out if "experimental" in word], "or the runtime has it", out)
    out = functions.run({"index.js": "exports.handler = async () => (await import('two')).two;", **TWO})
    tap.ok(out == 2, "but imports one", out)
    python(functions)
    own_runtime(functions)
    server.kill()
tap.done()
