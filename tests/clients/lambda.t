#!/usr/bin/env python3
"""boto3 and `aws` against Lambda: functions made, run, changed, deleted; what goes wrong in them; hostile zips.

Every answer is also held against botocore's service models (tests/support/model.py).
"""
import base64
import json
import os
import re
import stat
import subprocess
import sys
import tempfile
import time
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
from botocore.config import Config
from immersion import OFTEN, Server, Tap, zipped
from model import watch

tap = Tap()
fails = tap.fails_saying
TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
NODE = """
let calls = 0;
exports.handler = async (event, context) => {
  console.log("call", ++calls);
  if (event.throw) throw new TypeError(event.throw);
  if (event.exit !== undefined) process.exit(event.exit);
  if (event.sleep) await new Promise((done) => setTimeout(done, event.sleep));
  if (event.eat) { const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1)); }
  return { event, calls, mine: process.env.MINE, id: context.awsRequestId, arn: context.invokedFunctionArn,
    left: context.getRemainingTimeInMillis(), files: require("fs").readdirSync("/var/task"),
    options: process.execArgv, gc: typeof gc };
};
exports.old = (event, context, callback) => callback(null, "old " + event.n);
"""
PYTHON = """
import os, socket, urllib.request
def handler(event, context):
    if event.get("raise"): raise ValueError(event["raise"])
    if event.get("cloud"): return urllib.request.urlopen(os.environ["AWS_ENDPOINT_URL"] + "/healthz").status
    if event.get("other"):
        try: return str(socket.create_connection(("127.0.0.1", event["other"]), 2))
        except OSError as e: return e.strerror
    if event.get("nonsense"):
        out = []
        for method, path, body in (("POST", "invocation/none/response", b"x"), ("POST", "init/error", b"{}"),
                                   ("GET", "nothing", None), ("PUT", "invocation/next", b"x")):
            request = urllib.request.Request("http://%s/2018-06-01/runtime/%s" % (
                os.environ["AWS_LAMBDA_RUNTIME_API"], path), body, method=method)
            try: out.append(urllib.request.urlopen(request).status)
            except urllib.error.HTTPError as e: out.append(e.code)
        return out
    return {"event": event, "key": os.environ["AWS_ACCESS_KEY_ID"][:4], "root": os.environ["LAMBDA_TASK_ROOT"], "pwd": os.environ["PWD"]}
"""


def client(server, service):
    return boto3.client(service, aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1",
                        endpoint_url="http://127.0.0.1:%d" % server.cloud_port,
                        config=Config(retries={"total_max_attempts": 1}, read_timeout=60))


def create(fn, name, runtime, handler, files, **more):
    made = fn.create_function(FunctionName=name, Runtime=runtime, Handler=handler, Role=ROLE,
                              Code={"ZipFile": files if isinstance(files, bytes) else zipped(files)}, **more)
    fn.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig=OFTEN)
    return made


def invoke(fn, name, event, **more):
    answer = fn.invoke(FunctionName=name, Payload=json.dumps(event), LogType="Tail", **more)
    return answer, json.loads(answer["Payload"].read()), base64.b64decode(answer.get("LogResult", "")).decode()


def life(fn):
    made = create(fn, "n", "nodejs20.x", "index.handler", {"index.js": NODE}, Environment={"Variables": {"MINE": "yes"}})
    tap.ok(made["State"] == "Pending" and made["Version"] == "$LATEST" and made["CodeSize"] > 0 and
           made["FunctionArn"] == "arn:aws:lambda:us-east-1:000000000000:function:n", "a function is created, pending", made)
    now = fn.get_function(FunctionName=made["FunctionArn"])["Configuration"]
    tap.ok(now["State"] == "Active" and now["LastUpdateStatus"] == "Successful", "soon it is active, by its ARN too", now)
    tap.ok([f["FunctionName"] for f in fn.list_functions()["Functions"]] == ["n"], "it is listed")
    fails("a name is taken once", "ResourceConflictException", "Function already exist: n",
          lambda: create(fn, "n", "nodejs20.x", "index.handler", {"index.js": NODE}))
    fails("a function that is not there is not found", "ResourceNotFoundException",
          "Function not found: arn:aws:lambda:us-east-1:000000000000:function:none",
          lambda: fn.get_function(FunctionName="none"))


def running(fn):
    answer, out, log = invoke(fn, "n", {"a": [1, "ü"]})
    tap.ok(answer["StatusCode"] == 200 and answer["ExecutedVersion"] == "$LATEST" and "FunctionError" not in answer,
           "a function answers", answer)
    tap.ok(out["event"] == {"a": [1, "ü"]} and out["mine"] == "yes" and out["files"] == ["index.js"] and
           out["arn"].endswith(":function:n") and 2000 < out["left"] <= 3000, "it sees event, context and variables", out)
    tap.ok({"--expose-gc", "--max-http-header-size=81920", "--max-semi-space-size=6", "--max-old-space-size=116"} <=
           set(out["options"]) and out["gc"] == "function", "node has Lambda's own options for its memory", out)
    tap.ok(re.fullmatch(r"START RequestId: (\S+) Version: \$LATEST\n\S+Z\t\1\tINFO\tcall 1\nEND RequestId: \1\n"
                        r"REPORT RequestId: \1\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\t"
                        r"Max Memory Used: \d+ MB\tInit Duration: [\d.]+ ms\t\n", log) and out["id"] in log,
           "its log has START, lines, END and REPORT", log)
    _, out, log = invoke(fn, "n", {})
    tap.ok(out["calls"] == 2 and "Init Duration" not in log, "a second call finds it warm", log)
    tap.ok(fn.invoke(FunctionName="n", InvocationType="DryRun")["StatusCode"] == 204, "a dry run runs nothing")
    fails("an event must be JSON", "InvalidRequestContentException", "Could not parse request body into json",
          lambda: fn.invoke(FunctionName="n", Payload=b"{"))
    fails("an event has at most 6 MB", "RequestEntityTooLargeException",
          "6291457 byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)",
          lambda: fn.invoke(FunctionName="n", Payload=b'"%s"' % (b"x" * 6291455)))


def failing(fn):
    answer, out, _ = invoke(fn, "n", {"throw": "boom"})
    tap.ok(answer["FunctionError"] == "Unhandled" and answer["StatusCode"] == 200 and out["errorType"] == "TypeError" and
           out["errorMessage"] == "boom" and out["trace"][0] == "TypeError: boom", "what it throws is the answer", out)
    answer, out, log = invoke(fn, "n", {"exit": 1})
    tap.ok(answer["FunctionError"] == "Unhandled" and out["errorType"] == "Runtime.ExitError" and
           re.fullmatch(r"RequestId: \S+ Error: Runtime exited with error: exit status 1", out["errorMessage"]),
           "a runtime that ends is an error", out)
    answer, out, log = invoke(fn, "n", {})
    tap.ok(out["calls"] == 1 and "Init Duration" in log, "after it a new environment answers", log)
    answer, out, log = invoke(fn, "n", {"sleep": 60000})
    tap.ok("Task timed out after 3.00 seconds" in out["errorMessage"] and "Task timed out after 3.00 seconds" in log and
           "Status: timeout" in log, "one that takes too long is ended", out)
    answer, out, _ = invoke(fn, "n", {"eat": True})
    tap.ok(answer["FunctionError"] == "Unhandled" and out["errorType"].startswith("Runtime."), "so is one that takes too much memory", out)


def others(fn, server):
    create(fn, "p", "python3.12", "app.handler", {"app.py": PYTHON})
    _, out, _ = invoke(fn, "p", {"x": 1})
    tap.ok(out == {"event": {"x": 1}, "key": "ASIA", "root": "/var/task", "pwd": "/var/task"}, "python runs, with its role's credentials", out)
    answer, out, _ = invoke(fn, "p", {"raise": "bad"})
    tap.ok(answer["FunctionError"] == "Unhandled" and out["errorType"] == "ValueError" and out["errorMessage"] == "bad" and
           "app.py" in out["stackTrace"][0], "what python raises is the answer", out)
    tap.ok(invoke(fn, "p", {"cloud": 1})[1] == 200, "the cloud is reached from inside")
    tap.ok(invoke(fn, "p", {"other": server.cloud_port})[1] == "Connection refused", "the machine's ports are not")
    out = invoke(fn, "p", {"nonsense": 1})[1]
    tap.ok(out == [400, 403, 404, 405], "nonsense said to the Runtime API is refused", out)
    create(fn, "old", "nodejs18.x", "index.old", {"index.js": NODE})
    tap.ok(invoke(fn, "old", {"n": 7})[1] == "old 7", "a callback answers")
    create(fn, "plain", "nodejs20.x", "index.plain", {"index.js": "exports.plain = (event) => { console.log(event); };"})
    tap.ok(invoke(fn, "plain", {"n": 7})[1] is None, "a handler that returns nothing answers null")
    create(fn, "missing", "nodejs20.x", "index.none", {"index.js": NODE})
    out = invoke(fn, "missing", {})[1]
    tap.ok(out["errorType"] == "Runtime.HandlerNotFound" and "index.none is undefined" in out["errorMessage"],
           "a handler that is not there is named", out)
    create(fn, "own", "provided.al2023", "x", zipped({"bootstrap": """#!/usr/bin/python3
import http.client, os
c = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
while True:
    c.request("GET", "/2018-06-01/runtime/invocation/next")
    r = c.getresponse()
    body, id = r.read(), r.headers["Lambda-Runtime-Aws-Request-Id"]
    c.request("POST", "/2018-06-01/runtime/invocation/%s/response" % id, b'{"own":%s}' % body)
    c.getresponse().read()
"""}, 0o755))
    tap.ok(invoke(fn, "own", [1])[1] == {"own": [1]}, "a bootstrap of one's own runs")
    create(fn, "both", "provided.al2023", "x", zipped({"bootstrap": """#!/usr/bin/python3
import http.client, json, os
c = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
said = []
def ask(method, name, body=None):
    c.request(method, "/2018-06-01/runtime/invocation/" + name, body, {"Immersion-Runtime-Next": "true"})
    r = c.getresponse()
    return r.read(), r.status, r.headers["Lambda-Runtime-Aws-Request-Id"]
body, status, id = ask("GET", "next")
while True:
    said += [json.loads(body), ask("POST", "none/response", "0")[1]]
    body, status, id = ask("POST", id + "/response", json.dumps(said))
    said.append(status)
"""}, 0o755))
    tap.ok([invoke(fn, "both", n)[1] for n in (1, 2)] == [[1, 400], [1, 400, 200, 2, 400]],
           "the next event can be asked for with an answer, and a wrong answer is refused at once")


def entrypoints(fn):
    """Bootstraps that cannot be executed, in the words of Lambda."""
    for number, (files, mode, words) in enumerate((
            ({"x": ""}, 0o755, "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"),
            ({"bootstrap/x": ""}, 0o755, "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"),
            ({"bootstrap": "#!/bin/sh\n"}, 0o644, "fork/exec /var/task/bootstrap: permission denied"),
            ({"bootstrap": "#!/bin/sh\r\n"}, 0o755, "fork/exec /var/task/bootstrap: no such file or directory"),
            ({"bootstrap": b"\x7fELF nonsense"}, 0o755, "fork/exec /var/task/bootstrap: exec format error"))):
        name = "entry%d" % number
        create(fn, name, "provided.al2023", "x", zipped(files, mode))
        out = invoke(fn, name, {})[1]
        tap.ok(out["errorType"] == "Runtime.InvalidEntrypoint" and out["errorMessage"].endswith(" Error: " + words),
               "a bootstrap that cannot be executed is told: " + words, out)
    create(fn, "entry", "provided.al2023", "x", zipped({"bootstrap": "#!/bin/sh\nexit 127\n"}, 0o755))
    out = invoke(fn, "entry", {})[1]
    tap.ok(out["errorType"] == "Runtime.ExitError" and "exit status 127" in out["errorMessage"], "one that ends by itself has run", out)


def link_to(name):
    link = zipfile.ZipInfo(name)
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    return link


def links(fn):
    """Symbolic links in a zip are as they are in node_modules/.bin and in layers of libraries."""
    code = """const fs = require("fs");
exports.handler = async ({ path }) => path ? fs.readFileSync(path, "utf8") : [require("./lib/real"), fs.readlinkSync("lib")];"""
    create(fn, "links", "nodejs20.x", "index.handler", zipped({
        link_to("lib"): "src/deep", "src/deep/real.js": "module.exports = 7", link_to("src/users"): "/etc/passwd", "index.js": code}))
    out = invoke(fn, "links", {})[1]
    tap.ok(out == [7, "src/deep"], "a link within the zip leads there", out)
    out = invoke(fn, "links", {"path": "src/users"})[1]
    with open("/etc/passwd") as file:
        tap.ok(isinstance(out, str) and out != file.read() or "errorType" in out, "one to the machine's files does not", out)


def changing(fn):
    before = fn.get_function_configuration(FunctionName="p")
    changed = fn.update_function_code(FunctionName="p", ZipFile=zipped({"app.py": "def handler(e, c): return 'new'"}))
    tap.ok(changed["LastUpdateStatus"] == "InProgress" and changed["CodeSha256"] != before["CodeSha256"] and
           changed["RevisionId"] != before["RevisionId"], "code is changed", changed)
    fn.get_waiter("function_updated_v2").wait(FunctionName="p", WaiterConfig=OFTEN)
    tap.ok(invoke(fn, "p", {})[1] == "new", "and the new code runs")
    fails("an old revision is refused", "PreconditionFailedException", "Revision Id",
          lambda: fn.update_function_code(FunctionName="p", ZipFile=zipped({"app.py": ""}), RevisionId=before["RevisionId"]))
    fn.update_function_configuration(FunctionName="p", Timeout=7, MemorySize=256, Environment={"Variables": {"AB": "c"}})
    now = fn.get_function_configuration(FunctionName="p")
    tap.ok(now["Timeout"] == 7 and now["MemorySize"] == 256 and now["Environment"] == {"Variables": {"AB": "c"}},
           "so is the configuration", now)
    fails("a change follows another only when that is done", "ResourceConflictException", "An update is in progress",
          lambda: fn.update_function_configuration(FunctionName="p", Timeout=8))
    fn.delete_function(FunctionName="p")
    fails("a deleted function is gone", "ResourceNotFoundException", "Function not found", lambda: invoke(fn, "p", {}))


def wrong(fn):
    def make(files=None, **more):
        values = {"FunctionName": "w", "Runtime": "nodejs20.x", "Handler": "index.handler", "Role": ROLE, **more}
        return lambda: fn.create_function(Code={"ZipFile": files or zipped({"index.js": NODE})}, **values)

    bad = "Could not unzip uploaded file"
    for what, files, words in (
            ("what is no zip", b"not a zip", bad), ("a way out", zipped({"../x": "y"}), bad),
            ("a way out within", zipped({"a/../../x": "y"}), bad), ("an absolute name", zipped({"/etc/x": "y"}), bad),
            ("a file behind a link", zipped({link_to("a"): "/tmp", "a/x": "y"}), bad),
            ("a link behind a link", zipped({link_to("a"): "/tmp", link_to("a/x"): "y"}), bad),
            ("a link out of it by its name", zipped({link_to("../a"): "x"}), bad),
            ("a link in a file's place", zipped({"a": "", link_to("a"): "x"}), bad),
            ("a bomb", zipped({"b%d" % i: bytes(64 << 20) for i in range(5)}), "Unzipped size must be smaller than 262144000 bytes"),
            ("a multitude of files", zipped({"f%d" % i: "" for i in range(21000)}), "Unzipped size must be smaller")):
        fails(what + " is refused", "InvalidParameterValueException", words, make(files))
    fails("a role that does not trust Lambda cannot be used", "InvalidParameterValueException",
          "The role defined for the function cannot be assumed by Lambda.", make(Role="arn:aws:iam::000000000000:role/none"))
    fails("variables of Lambda's own are reserved", "InvalidParameterValueException", "reserved keys",
          make(Environment={"Variables": {"AWS_REGION": "x"}}))
    fails("15 minutes is the most", "InvalidParameterValueException", "less than or equal to 900", make(Timeout=901))
    fails("too much memory is refused", "ValidationException", "less than or equal to 10240", make(MemorySize=20000))


def later(fn, server):
    answer = fn.invoke(FunctionName="n", InvocationType="Event", Payload=b'{"later":1}')
    tap.ok(answer["StatusCode"] == 202 and answer["Payload"].read() == b"", "an event is taken for later", answer)
    time.sleep(1)
    tap.ok(invoke(fn, "n", {})[1]["calls"] >= 2, "and was carried out")


def command(server):
    env = dict(os.environ, AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_DEFAULT_REGION="us-east-1",
               AWS_ENDPOINT_URL="http://127.0.0.1:%d" % server.cloud_port)
    out = os.path.join(os.environ.get("TMPDIR", "/tmp"), "out.json")
    done = subprocess.run(["aws", "lambda", "invoke", "--function-name", "n", "--payload", '{"by": "aws"}', out], env=env,
                          capture_output=True, text=True)
    with open(out) as file:
        tap.ok(done.returncode == 0 and json.load(file)["event"] == {"by": "aws"}, "the aws command invokes", done.stderr)


with tempfile.TemporaryDirectory() as folder:
    server = Server("cloud", os.path.join(folder, "data"))
    iam, lam = client(server, "iam"), client(server, "lambda")
    ROLE = iam.create_role(RoleName="R", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    complaints = watch(lam)
    life(lam)
    running(lam)
    failing(lam)
    others(lam, server)
    entrypoints(lam)
    links(lam)
    changing(lam)
    wrong(lam)
    later(lam, server)
    command(server)
    tap.ok(not complaints, "every answer fits the service's model", complaints)
    server.kill()
tap.done()
