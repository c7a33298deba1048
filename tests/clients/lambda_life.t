#!/usr/bin/env python3
"""How environments of functions live and end: changed functions, loops, provisioned ones that cannot start, long calls,
contexts, logs in JSON, streamed answers.

From: Lambda Developer Guide, "Use Lambda recursive loop detection to prevent infinite loops", "Configuring provisioned
concurrency for a function", "Configuring JSON and plain text log formats", "Response streaming for Lambda functions".
"""
import base64
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
import botocore.exceptions
from botocore.config import Config
from immersion import OFTEN, Server, Tap, zipped
from model import watch

tap = Tap()
TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
COUNTING = """
let calls = 0;
exports.handler = async (event) => {
  if (event.sleep) await new Promise((done) => setTimeout(done, event.sleep));
  return { calls: ++calls, code: %s };
};
"""
LOOP = """
const { LambdaClient, InvokeCommand } = require("@aws-sdk/client-lambda");
const { DynamoDBClient, UpdateItemCommand } = require("@aws-sdk/client-dynamodb");
const lambda = new LambdaClient(), ddb = new DynamoDBClient();
exports.handler = async () => {
  await ddb.send(new UpdateItemCommand({ TableName: "Loops", Key: { id: { S: "n" } }, UpdateExpression: "ADD n :one",
    ExpressionAttributeValues: { ":one": { N: "1" } } }));
  await lambda.send(new InvokeCommand({ FunctionName: process.env.AWS_LAMBDA_FUNCTION_NAME, InvocationType: "Event" }));
};
"""


def client(service):
    return boto3.client(service, aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1",
                        endpoint_url="http://127.0.0.1:%d" % server.cloud_port,
                        config=Config(retries={"total_max_attempts": 1}, read_timeout=120))


def settled(name, what="function_active_v2"):
    lam.get_waiter(what).wait(FunctionName=name, WaiterConfig=OFTEN)


def create(name, code, runtime="nodejs20.x", file="index.js", **more):
    lam.create_function(FunctionName=name, Runtime=runtime, Handler="index.handler", Role=ROLE,
                        Code={"ZipFile": zipped({file: code})}, **more)
    settled(name)


def publish(name):
    version = lam.publish_version(FunctionName=name)["Version"]
    lam.get_waiter("published_version_active").wait(FunctionName=name, Qualifier=version, WaiterConfig=OFTEN)
    return version


def invoke(name, event=None, **more):
    answer = lam.invoke(FunctionName=name, Payload=json.dumps(event or {}), LogType="Tail", **more)
    return json.loads(answer["Payload"].read()), base64.b64decode(answer["LogResult"]).decode()


def until(what, seconds=30):
    """What it answers, as soon as that is true; or the last it answered."""
    deadline = time.monotonic() + seconds
    while True:
        got = what()
        if got or time.monotonic() > deadline:
            return got
        time.sleep(0.1)


def environments():
    """Processes of this server that run functions."""
    below = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True).stdout.splitlines()[1:]
    rows = [line.split(None, 2) for line in below]
    mine, found = {str(server.child.pid)}, []
    for _ in rows:
        mine |= {pid for pid, parent, _ in rows if parent in mine}
    for pid, _, args in rows:
        if pid in mine and "/var/runtime/" in args and "bwrap" not in args:
            found.append(pid)
    return found


def changed():
    create("c", COUNTING % 1)
    version = publish("c")
    tap.ok(invoke("c", Qualifier=version)[0]["calls"] == 1, "a version runs")
    waiting = threading.Thread(target=lambda: invoke("c", {"sleep": 1500}))
    waiting.start()
    until(lambda: len(environments()) == 2)
    lam.update_function_code(FunctionName="c", ZipFile=zipped({"index.js": COUNTING % 2}))
    settled("c", "function_updated_v2")
    waiting.join()
    tap.ok(until(lambda: len(environments()) == 1), "an environment that was at work while its function changed ends after that",
           environments())
    tap.ok(invoke("c")[0] == {"calls": 1, "code": 2}, "the changed function runs in a new one")
    tap.ok(invoke("c", Qualifier=version)[0] == {"calls": 2, "code": 1}, "the version's goes on as it was")
    lam.delete_function(FunctionName="c", Qualifier=version)
    tap.ok(until(lambda: len(environments()) == 1), "until the version is deleted", environments())
    lam.delete_function(FunctionName="c")
    tap.ok(until(lambda: not environments()), "and all end with the function", environments())


def counted():
    return int(ddb.get_item(TableName="Loops", Key={"id": {"S": "n"}}, ConsistentRead=True)
               .get("Item", {"n": {"N": "0"}})["n"]["N"])


def loops():
    ddb.create_table(TableName="Loops", BillingMode="PAY_PER_REQUEST",
                     AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                     KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}])
    ddb.get_waiter("table_exists").wait(TableName="Loops", WaiterConfig=OFTEN)
    create("loop", LOOP, Timeout=20)
    lam.invoke(FunctionName="loop", InvocationType="Event")
    until(lambda: counted() >= 16, 60)
    time.sleep(1)
    tap.ok(counted() == 16, "a function that invokes itself is stopped after 16 times", counted())
    lam.put_function_recursion_config(FunctionName="loop", RecursiveLoop="Allow")
    lam.invoke(FunctionName="loop", InvocationType="Event")
    tap.ok(until(lambda: counted() > 40, 60), "unless that is allowed", counted())
    lam.put_function_recursion_config(FunctionName="loop", RecursiveLoop="Terminate")
    create("named", "exports.handler = async () => process.env._X_AMZN_TRACE_ID;")
    mark = re.search(r"Lineage=([0-9a-f]{8}):0$", invoke("named")[0])
    tap.ok(mark, "an invocation's trace says that it is the first")

    def later(times):
        def add(request, **_):
            request.headers["X-Amzn-Trace-Id"] = "Root=1-5759e988-bd862e3fe1be46a994272793;Lineage=%s:%d" % (mark.group(1), times)
        other = client("lambda")
        other.meta.events.register("before-sign.lambda.Invoke", add)
        return other.invoke(FunctionName="named")
    said = json.loads(later(3)["Payload"].read())
    tap.ok(said.startswith("Root=1-5759e988-bd862e3fe1be46a994272793;") and said.endswith(":4"), "or the fifth of a trace", said)
    try:
        tap.ok(False, "and the 17th is refused", later(15)["StatusCode"])
    except botocore.exceptions.ClientError as error:
        tap.ok(error.response["Error"]["Code"] == "RecursiveInvocationException", "and the 17th is refused", error)


def provisioned():
    before = len(environments())
    create("broken", "throw new Error('never');")
    version = publish("broken")
    lam.put_provisioned_concurrency_config(FunctionName="broken", Qualifier=version, ProvisionedConcurrentExecutions=2)

    def told():
        return lam.get_provisioned_concurrency_config(FunctionName="broken", Qualifier=version)
    until(lambda: told()["Status"] == "FAILED")
    tap.ok(told()["Status"] == "FAILED" and told()["StatusReason"] == "FUNCTION_ERROR_INIT_FAILURE",
           "what cannot initialise cannot be provided", told())
    tap.ok(until(lambda: len(environments()) == before), "and is not tried for ever", environments())
    lam.delete_function(FunctionName="broken")


def waiting():
    create("slow", COUNTING % 0, Timeout=60)
    began = time.monotonic()
    tap.ok(invoke("slow", {"sleep": 33000})[0]["calls"] == 1 and time.monotonic() - began > 32, "a call may take its time",
           time.monotonic() - began)


def stopping():
    """SIGTERM while functions start, run, print and wait."""
    create("stops", COUNTING % 0 + "setInterval(() => console.log('tick'), 1);", Timeout=60)

    def call(sleep):
        try:
            while True:
                invoke("stops", {"sleep": sleep})
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError):
            pass
    for number in range(3):
        threads = [threading.Thread(target=call, args=(sleep,)) for sleep in (0, 1, 5, 50, 20000)]
        for each in threads:
            each.start()
        until(lambda: len(environments()) >= 3)
        time.sleep(0.3 * number)
        running = environments()
        server.kill(signal.SIGTERM)
        for each in threads:
            each.join()
        tap.ok(server.child.returncode == 0, "a server that is asked to end while functions run ends well",
               (server.child.returncode, server.tail()))
        tap.ok(until(lambda: not any(os.path.exists("/proc/" + pid) for pid in running)), "and they end with it", running)
        server.start()
    tap.ok(invoke("stops", {})[0]["calls"] == 1, "after the next start they run as ever")


NODE = """
exports.handler = async (event, context) => {
  console.debug("not told");
  console.info("one", { two: 2 });
  console.log({ a: 1 });
  console.error("three", new TypeError("bad"));
  return context.clientContext ?? null;
};
exports.back = (event, context, callback) => {
  if (event.at_once) context.callbackWaitsForEmptyEventLoop = false;
  const began = Date.now();
  setTimeout(() => { exports.late = Date.now() - began; }, 1500);
  callback(null, "called");
  return "ignored";
};
exports.idle = () => new Promise(() => {});
exports.reject = () => { Promise.reject(new RangeError("nobody listens")); return new Promise((done) => setTimeout(done, 1000)); };
"""
PYTHON = """
import logging
log = logging.getLogger("mine")
def handler(event, context):
    log.debug("not told")
    log.warning("careful %d", 1, extra={"ride": "r1"})
    try: int("x")
    except ValueError: log.exception("oh")
    c = context.client_context
    return {"custom": c.custom, "app": c.client.app_title, "env": c.env} if c else context.identity.cognito_identity_id
"""
STREAM = """
exports.handler = awslambda.streamifyResponse(async (event, stream, context) => {
  if (event.rawPath === "/plain" || event.plain) {
    stream.setContentType("text/x-mine");
  } else {
    stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { "Content-Type": "text/html", "X-Mine": "1" },
      cookies: ["a=1"] });
  }
  stream.write("<p>");
  await new Promise((done) => setTimeout(done, 20));
  stream.write(Buffer.from([0xff, 0x00]));
  if (event.throw) throw new Error("midway");
  stream.end("</p>");
});
"""


def lines_of(log):
    return [json.loads(line) for line in log.splitlines()]


def kinds_of(name):
    """Of all that stands in a function's log, in its order: an event's type, a JSON line's level, or a plain line's first word."""
    cloudwatch = client("logs")
    try:
        events = cloudwatch.filter_log_events(logGroupName="/aws/lambda/" + name)["events"]
    except cloudwatch.exceptions.ResourceNotFoundException:
        return []
    lines = [json.loads(e["message"]) if e["message"].startswith("{") else {"type": e["message"].split(" ")[0]} for e in events]
    return [line.get("type") or line.get("log_level") for line in lines]


def logs():
    as_json = {"LogFormat": "JSON", "SystemLogLevel": "DEBUG"}
    context = {"client": {"app_title": "Rides"}, "custom": {"k": "v"}, "env": {"l": "de"}}
    given = base64.b64encode(json.dumps(context).encode()).decode()
    create("njson", NODE, LoggingConfig=as_json)
    out, log = invoke("njson", ClientContext=given)
    tap.ok(out == context, "a client's context is passed on", out)
    told = [line for line in lines_of(log) if "level" in line]
    tap.ok([(line["level"], line["message"]) for line in told[:2]] == [("INFO", "one { two: 2 }"), ("INFO", {"a": 1})] and
           told[2]["errorType"] == "TypeError" and told[2]["errorMessage"] == "bad" and len(told) == 3 and
           len({line["requestId"] for line in told}) == 1, "node's console prints JSON, by level", told)
    events = [(line["type"], line["record"]) for line in lines_of(log) if "type" in line]
    tap.ok([name for name, _ in events] == ["platform.initRuntimeDone", "platform.initReport", "platform.start", "platform.runtimeDone",
                                            "platform.report"] and
           events[4][1]["status"] == "success" and events[4][1]["metrics"]["memorySizeMB"] == 128 and
           events[4][1]["metrics"]["initDurationMs"] > 1, "so does Lambda itself", events)
    create("pjson", PYTHON, "python3.12", "index.py", LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "WARN"})
    out, log = invoke("pjson", ClientContext=given)
    tap.ok(out == {"custom": {"k": "v"}, "app": "Rides", "env": {"l": "de"}}, "python's context has it too", out)
    told = [line for line in lines_of(log) if "level" in line]
    tap.ok([(line["level"], line["message"], line["logger"]) for line in told] ==
           [("WARNING", "careful 1", "mine"), ("ERROR", "oh", "mine")] and told[0]["ride"] == "r1" and
           told[1]["errorType"] == "ValueError", "python's logger prints JSON, by level", told)
    tap.ok([line["type"] for line in lines_of(log) if "type" in line] == ["platform.start", "platform.report"],
           "Lambda says less unless it is asked", log)
    lam.update_function_configuration(FunctionName="pjson", LoggingConfig={"LogFormat": "JSON", "SystemLogLevel": "WARN"})
    settled("pjson", "function_updated_v2")
    log = invoke("pjson")[1]
    tap.ok(not [line for line in lines_of(log) if "type" in line], "or nothing", log)
    create("early", "import time\nfor i in range(30): print('line', i, flush=True); time.sleep(0.0003)\nraise ValueError('no')\n",
           "python3.12", "index.py", LoggingConfig=as_json)
    invoke("early")
    told = until(lambda: (kinds := kinds_of("early")) and "platform.report" in kinds and kinds)
    tap.ok(told.count("line") == 30 and "ERROR" in told and "platform.initReport" in told[told.index("ERROR"):] and
           "line" not in told[told.index("ERROR"):], "what is printed before an initialisation fails stands before its report", told)


def callbacks():
    create("back", NODE, Timeout=20)
    for handler, event, what, took in (
            ("back", {}, "called", (1.4, 10)), ("back", {"at_once": 1}, "called", (0, 1.4)), ("idle", {}, None, (0, 10))):
        lam.update_function_configuration(FunctionName="back", Handler="index." + handler)
        settled("back", "function_updated_v2")
        began, (out, log) = time.monotonic(), invoke("back", event)
        seconds = float(re.search(r"\tDuration: ([\d.]+) ms", log).group(1)) / 1000
        tap.ok(out == what and took[0] <= seconds < took[1], "%s %s answers when it should" % (handler, event), (out, log))
    lam.update_function_configuration(FunctionName="back", Handler="index.reject")
    settled("back", "function_updated_v2")
    out, _ = invoke("back")
    tap.ok(out["errorType"] == "Runtime.UnhandledPromiseRejection" and "nobody listens" in out["errorMessage"],
           "a rejection that nobody handles is an error", out)


def streaming():
    create("stream", STREAM)
    whole = lam.invoke(FunctionName="stream", Payload=b"{}")["Payload"].read()
    head, _, body = whole.partition(bytes(8))
    tap.ok(json.loads(head)["statusCode"] == 201 and body == b"<p>\xff\x00</p>", "what is streamed is answered whole", whole)
    parts = list(lam.invoke_with_response_stream(FunctionName="stream", Payload=b'{"plain": 1}')["EventStream"])
    tap.ok(b"".join(p["PayloadChunk"]["Payload"] for p in parts if "PayloadChunk" in p) == b"<p>\xff\x00</p>" and
           "ErrorCode" not in parts[-1]["InvokeComplete"], "and as a stream of events", parts)
    out = json.loads(lam.invoke(FunctionName="stream", Payload=b'{"throw": 1}')["Payload"].read())
    tap.ok(out["errorMessage"] == "midway", "or fails", out)
    url = lam.create_function_url_config(FunctionName="stream", AuthType="NONE", InvokeMode="RESPONSE_STREAM")["FunctionUrl"]
    for action, more in (("InvokeFunctionUrl", {"FunctionUrlAuthType": "NONE"}), ("InvokeFunction", {})):
        lam.add_permission(FunctionName="stream", StatementId=action, Action="lambda:" + action, Principal="*", **more)
    answer = urllib.request.urlopen(url)
    tap.ok((answer.status, answer.read(), answer.headers["Content-Type"], answer.headers["X-Mine"], answer.headers["Set-Cookie"]) ==
           (201, b"<p>\xff\x00</p>", "text/html", "1", "a=1"), "at its address the head is the answer's", answer.headers.items())
    answer = urllib.request.urlopen(url + "plain")
    tap.ok((answer.status, answer.read(), answer.headers["Content-Type"]) == (200, b"<p>\xff\x00</p>", "text/x-mine"),
           "without one it is plain bytes", answer.headers.items())


with tempfile.TemporaryDirectory() as folder:
    server = Server("cloud", os.path.join(folder, "data"))
    iam, lam, ddb = client("iam"), client("lambda"), client("dynamodb")
    ROLE = iam.create_role(RoleName="R", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    iam.put_role_policy(RoleName="R", PolicyName="P", PolicyDocument=json.dumps(ALL))
    complaints = watch(lam)
    for each in sys.argv[1:] or ("changed", "loops", "provisioned", "logs", "callbacks", "streaming", "waiting", "stopping"):
        globals()[each]()
    tap.ok(not complaints, "every answer fits the service's model", complaints)
    server.kill()
tap.done()
