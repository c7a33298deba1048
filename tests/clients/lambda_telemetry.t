#!/usr/bin/env python3
"""The Telemetry API and the Logs API: an extension is told what happens in its environment, and what is printed there.

From: Lambda Developer Guide, "Lambda Telemetry API", its reference and event schema, and "Lambda Logs API".
"""
import json
import os
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
from botocore.config import Config
from immersion import OFTEN, Server, Tap, zipped

tap = Tap()
TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
# It listens, subscribes with each of the bodies of PLAN, and keeps what it was answered and told in /tmp. HOLD: it is done with
# an invocation when it has heard that the runtime is. DEAF: it answers nothing before /tmp/open is there.
EXTENSION = r"""#!/usr/bin/python3
import http.client, http.server, json, os, socket, sys, threading, time
plan = json.loads(os.environ["PLAN"])
told, heard = [], threading.Condition()
def keep(name, what):
    with open("/tmp/new." + name, "w") as f: json.dump(what, f)
    os.rename("/tmp/new." + name, "/tmp/" + name)
def take(events, how):
    with heard:
        told.extend(events)
        keep("how", how)
        keep("told", told)
        heard.notify_all()
class Listener(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args): pass
    def do_POST(self):
        while os.environ.get("DEAF") and not os.path.exists("/tmp/open"): time.sleep(0.05)
        events = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()
        take(events, "%s %s %s" % (self.command, self.path, self.headers["Host"]))
    do_PUT = do_POST
def listen():
    if os.environ.get("LATE"): time.sleep(1)
    if not os.environ.get("TCP"):
        http.server.ThreadingHTTPServer(("sandbox.localdomain", 4321), Listener).serve_forever()
    server = socket.create_server(("sandbox.localdomain", 4321))
    client = server.accept()[0].makefile()
    for line in client: take([json.loads(line)], "TCP")
threading.Thread(target=listen, daemon=True).start()
if not os.environ.get("LATE"):
    while True:
        try: socket.create_connection(("sandbox", 4321)).close() if not os.environ.get("TCP") else time.sleep(0.2); break
        except OSError: time.sleep(0.01)
api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
def call(method, path, body, **headers):
    api.request(method, path, body, headers)
    r = api.getresponse()
    return r, r.read().decode()
r, _ = call("POST", "/2020-01-01/extension/register", json.dumps({"events": ["INVOKE", "SHUTDOWN"]}), **{"Lambda-Extension-Name": "teller"})
me = {"Lambda-Extension-Identifier": r.headers["Lambda-Extension-Identifier"]}
answers = [[r.status, body] for r, body in (call("PUT", path, json.dumps(body), **me) for path, body in plan)]
keep("answers", answers)
print("the extension speaks", flush=True)
while True:
    event = json.loads(call("GET", "/2020-01-01/extension/event/next", None, **me)[1])
    if event["eventType"] == "SHUTDOWN":
        time.sleep(1)
        print("ends", json.dumps([t["type"] for t in told]), flush=True)
        sys.exit(0)
    if os.environ.get("HOLD"):
        with heard: heard.wait_for(lambda: any(t["type"] == "platform.runtimeDone" and t["record"]["requestId"] == event["requestId"] for t in told), 20)
    if event.get("requestId"):
        r, body = call("PUT", plan[0][0], json.dumps(plan[0][1]), **me)
        keep("late", [r.status, body])
"""
FUNCTION = """
import json, os, sys, time
def read(name):
    try: return json.load(open("/tmp/" + name))
    except OSError: return None
def handler(event, context):
    if "print" in event: print(event["print"], flush=True)
    for n in range(event.get("lines", 0)): print("x" * 1000)
    if event.get("open"): open("/tmp/open", "w").close()
    if event.get("exit"): sys.stdout.flush(); os._exit(3)
    deadline = time.time() + 15
    while event.get("until") and time.time() < deadline and event["until"] not in [t["type"] for t in read("told") or []]:
        time.sleep(0.02)
    return {"told": read("told") or [], "answers": read("answers"), "late": read("late"), "how": read("how"), "id": context.aws_request_id}
"""
URI = "http://sandbox.localdomain:4321/events?of=mine"
QUICK = {"maxItems": 1000, "maxBytes": 262144, "timeoutMs": 25}


def telemetry(**more):
    return ["/2022-07-01/telemetry", {"schemaVersion": "2022-12-13", "types": ["platform", "function", "extension"], "buffering": QUICK,
                                      "destination": {"protocol": "HTTP", "URI": URI}, **more}]


def logging(**more):
    return ["/2020-08-15/logs", {"types": ["platform", "function"], "buffering": QUICK,
                                 "destination": {"protocol": "HTTP", "URI": URI}, **more}]


def client(service):
    return boto3.client(service, aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1",
                        endpoint_url="http://127.0.0.1:%d" % server.cloud_port,
                        config=Config(retries={"total_max_attempts": 1}, read_timeout=60))


def create(name, plan, json_logs=False, **variables):
    lam.create_function(FunctionName=name, Runtime="python3.12", Handler="index.handler", Role=ROLE, Timeout=20, Layers=[LAYER],
                        Environment={"Variables": {"PLAN": json.dumps(plan), **variables}},
                        LoggingConfig={"LogFormat": "JSON"} if json_logs else {"LogFormat": "Text"},
                        Code={"ZipFile": zipped({"index.py": FUNCTION}, 0o755)})
    lam.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig=OFTEN)


def invoke(name, **event):
    return json.loads(lam.invoke(FunctionName=name, Payload=json.dumps(event))["Payload"].read())


def of(told, kind):
    return [t["record"] for t in told if t["type"] == kind]


def lines(name, pattern):
    """What the log has; it may come a moment later."""
    deadline = time.monotonic() + 20
    found = []
    while not found and time.monotonic() < deadline:
        time.sleep(0.05)
        try:
            found = [e["message"] for e in logs.filter_log_events(logGroupName="/aws/lambda/" + name, filterPattern=pattern)["events"]]
        except logs.exceptions.ResourceNotFoundException:
            pass
    return found


def life():
    create("f", [telemetry(), telemetry()], HOLD="yes")
    first = invoke("f", print="the function speaks")
    out = invoke("f", until="platform.report")
    told = out["told"]
    tap.ok(out["answers"] == [[200, '"OK"'], [200, '"OK"']], "an extension subscribes, once", out["answers"])
    tap.ok(out["how"] == "POST /events?of=mine sandbox.localdomain:4321", "it is told by POST where it asked", out["how"])
    before = [t["type"] for t in told]
    before = before[:before.index("platform.report") + 1]
    expected = ["platform.initStart", "platform.telemetrySubscription", "platform.initRuntimeDone", "platform.extension",
                "platform.initReport", "platform.start", "function", "platform.runtimeDone", "platform.report"]
    tap.ok([t for t in before if t != "extension" and t not in ("platform.extension", "platform.initRuntimeDone")] ==
           [t for t in expected if t not in ("platform.extension", "platform.initRuntimeDone")] and
           before.index("platform.extension") < before.index("platform.initReport") and
           before.index("platform.initRuntimeDone") < before.index("platform.initReport"), "of all that happens, in its order", before)
    tap.ok(all(t["time"].endswith("Z") and len(t["time"]) == 24 for t in told), "with the time", told)
    tap.ok(of(told, "function") == ["the function speaks"] and of(told, "extension") == ["the extension speaks"], "and of what is printed", told)
    start = of(told, "platform.initStart")[0]
    tap.ok(start["initializationType"] == "on-demand" and start["phase"] == "init" and start["functionName"] == "f" and
           start["runtimeVersion"] == "python:3.12.v1" and start["runtimeVersionArn"].startswith("arn:aws:lambda:"), "how it began", start)
    tap.ok(of(told, "platform.telemetrySubscription") == [{"name": "teller", "state": "Subscribed", "types": ["platform", "function", "extension"]}] and
           of(told, "platform.extension") == [{"name": "teller", "state": "Ready", "events": ["INVOKE", "SHUTDOWN"]}], "who listens", told)
    begun = of(told, "platform.start")[0]
    tap.ok(begun["requestId"] == first["id"] and begun["version"] == "$LATEST" and begun["tracing"]["type"] == "X-Amzn-Trace-Id" and
           set(begun) == {"requestId", "version", "tracing"}, "which invocation", begun)
    done = of(told, "platform.runtimeDone")[0]
    tap.ok(done["requestId"] == first["id"] and done["status"] == "success" and done["metrics"]["producedBytes"] > 0 and
           [s["name"] for s in done["spans"]] == ["responseLatency", "responseDuration"], "that the runtime is done, before the extension is", done)
    report = of(told, "platform.report")[0]
    tap.ok(report["requestId"] == first["id"] and report["status"] == "success" and report["metrics"]["memorySizeMB"] == 128 and
           report["metrics"]["initDurationMs"] > 0 and report["metrics"]["billedDurationMs"] > 0, "and what it came to", report)
    tap.ok(out["late"] == [403, json.dumps({"errorMessage": "Telemetry API subscription is closed already",
                                            "errorType": "Telemetry.SubscriptionClosed"}, separators=(",", ":"))],
           "later nobody subscribes", out["late"])
    lam.delete_function(FunctionName="f")
    ends = lines("f", "ends")
    tap.ok(ends and json.loads(ends[0].split(" ", 1)[1]).count("platform.report") == 2, "at the end it is told what had to wait", ends)
    said = lines("f", "?TELEMETRY ?EXTENSION")
    tap.ok(said == ["TELEMETRY\tName: teller\tState: Subscribed\tTypes: [Platform, Function, Extension]",
                    "EXTENSION\tName: teller\tState: Ready\tEvents: [INVOKE, SHUTDOWN]"], "the log says who listens", said)


def objects():
    line = json.dumps({"level": "INFO", "message": "an object"})
    for name, version in (("old", "2022-07-01"), ("new", "2025-01-29")):
        create(name, [telemetry(schemaVersion=version, types=["function"])], json_logs=True, HOLD="")
        invoke(name, print=line)
        out = invoke(name, until="function")
        tap.ok(of(out["told"], "function") == [json.loads(line) if name == "new" else line] and {t["type"] for t in out["told"]} == {"function"},
               "%s: a line in JSON is told as %s" % (version, "an object" if name == "new" else "text"), out["told"])
    said = [json.loads(m)["record"] for m in lines("new", '{ $.type = "platform.telemetrySubscription" }')]
    tap.ok(said == [{"name": "teller", "state": "Subscribed", "types": ["function"]}], "the log in JSON says who listens", said)


def logs_api():
    create("tcp", [logging(schemaVersion="2021-03-18", destination={"protocol": "TCP", "port": 4321}), telemetry()], TCP="yes", HOLD="yes")
    first = invoke("tcp", print="the function speaks")
    out = invoke("tcp", until="platform.report")
    told = out["told"]
    tap.ok(out["answers"][0] == [200, '"OK"'] and out["answers"][1][0] == 400, "who uses one API cannot use the other", out["answers"])
    kinds = [t["type"] for t in told][:[t["type"] for t in told].index("platform.report") + 1]
    tap.ok(kinds == ["platform.logsSubscription", "platform.extension", "platform.start", "function", "platform.runtimeDone", "platform.end",
                     "platform.report"], "the Logs API has its own events, by TCP a line each", told)
    tap.ok(of(told, "platform.start")[0] == {"requestId": first["id"], "version": "$LATEST"} and
           of(told, "platform.runtimeDone")[0] == {"requestId": first["id"], "status": "success"} and
           of(told, "platform.end")[0] == {"requestId": first["id"]} and
           set(of(told, "platform.report")[0]) == {"requestId", "metrics"}, "and says less of them", told)
    create("put", [logging(destination={"protocol": "HTTP", "URI": URI, "method": "PUT"})], LATE="yes")
    invoke("put")
    out = invoke("put", until="platform.report")
    tap.ok(out["how"].startswith("PUT /events") and not of(out["told"], "platform.runtimeDone"), "by PUT, in the older words", out)
    tap.ok(of(out["told"], "platform.logsSubscription") == [{"name": "teller", "state": "Subscribed", "types": ["platform", "function"]}],
           "who listens late is told all the same", out["told"])
    create("fault", [logging()])
    lam.invoke(FunctionName="fault", Payload=json.dumps({"exit": True}))
    ends = lines("fault", "ends")
    tap.ok(ends and "platform.fault" in ends[0], "a runtime that ends is a fault", ends)


def refusals():
    bad = [telemetry(types=[]), telemetry(types=["platform", "all"]), telemetry(schemaVersion="2020-08-15"), telemetry(destination={}),
           telemetry(destination={"protocol": "HTTP", "URI": "http://sandbox.localdomain/"}, types=[]),
           telemetry(destination={"protocol": "HTTP", "URI": "http://example.com:80/"}),
           telemetry(destination={"protocol": "HTTP", "URI": "https://sandbox.localdomain:80/"}),
           telemetry(destination={"protocol": "HTTP", "URI": "http://sandbox.localdomain:80/a b"}),
           telemetry(destination={"protocol": "HTTP", "URI": "http://sandbox.localdomain:9001/"}),
           telemetry(buffering={"maxItems": 10, "maxBytes": 1, "timeoutMs": 60000}), logging(schemaVersion="1999-01-01")]
    create("refused", bad)
    got = [[status, *json.loads(body).values()] for status, body in invoke("refused")["answers"]]
    words = ["types should not be empty", "types should be platform, function or extension", "schemaVersion is not valid",
             "destination protocol should be HTTP or TCP", "URI port is not provided; types should not be empty",
             "URI host should be sandbox.localdomain", "URI scheme is not that of the protocol", "URI path is not valid",
             "port 9001 is reserved",
             "maxBytes should be between 262144 and 1048576; maxItems should be between 1000 and 10000; timeoutMs should be between 25 and 30000",
             "schemaVersion is not valid"]
    tap.ok(got == [[400, w, "Logs.ValidationError" if n == 10 else "ValidationError"] for n, w in enumerate(words)],
           "what cannot be is refused, with all that is wrong", got)


def deaf():
    create("deaf", [telemetry()], DEAF="yes")
    invoke("deaf", lines=3000)
    invoke("deaf", open=True)
    dropped = of(invoke("deaf", until="platform.logsDropped")["told"], "platform.logsDropped")
    tap.ok(dropped and dropped[0]["droppedRecords"] > 0 and dropped[0]["droppedBytes"] > dropped[0]["droppedRecords"] * 1000 and
           dropped[0]["reason"] == "Consumer seems to have fallen behind as it has not acknowledged receipt of logs.",
           "who does not listen loses the rest, and hears of it", dropped)


with tempfile.TemporaryDirectory() as folder:
    server = Server("cloud", os.path.join(folder, "data"))
    iam, lam, logs = client("iam"), client("lambda"), client("logs")
    ROLE = iam.create_role(RoleName="R", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    iam.put_role_policy(RoleName="R", PolicyName="P", PolicyDocument=json.dumps(ALL))
    LAYER = lam.publish_layer_version(LayerName="x", Content={"ZipFile": zipped({"extensions/teller": EXTENSION}, 0o755)})["LayerVersionArn"]
    for each in sys.argv[1:] or ("life", "objects", "logs_api", "refusals", "deaf"):
        globals()[each]()
    server.kill()
tap.done()
