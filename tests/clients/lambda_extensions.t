#!/usr/bin/env python3
"""Extensions: programs of a layer that run beside the function, hear of its invocations and of its end.

From: Lambda Developer Guide, "Using the Lambda Extensions API to create extensions".
"""
import base64
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
EXTENSION = """#!/usr/bin/python3
import http.client, json, os, sys, time
mode = os.environ.get("MODE", "")
api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
def call(method, path, body=None, **headers):
    api.request(method, "/2020-01-01/extension/" + path, body, {"Lambda-Extension-" + k.replace("_", "-"): v for k, v in headers.items()})
    r = api.getresponse()
    return r.status, r.headers, json.loads(r.read() or b"null")
if mode == "silent": time.sleep(30)
if mode == "crash": sys.exit(3)
status, headers, said = call("POST", "register", json.dumps({"events": ["INVOKE", "SHUTDOWN"]}), Name="watcher", Accept_Feature="accountId")
id = headers["Lambda-Extension-Identifier"]
print("registered", status, json.dumps(said), flush=True)
print("again", call("POST", "register", json.dumps({"events": ["INVOKE"]}), Name="watcher")[2]["errorType"], flush=True)
print("stranger", call("GET", "event/next", Identifier="0" * 36)[2]["errorType"], flush=True)
if mode == "init":
    call("POST", "init/error", "{}", Identifier=id, Function_Error_Type="Extension.NotNow")
    time.sleep(30)
while True:
    status, headers, event = call("GET", "event/next", Identifier=id)
    if event["eventType"] == "SHUTDOWN":
        print("ends", event["shutdownReason"], int(event["deadlineMs"] - time.time() * 1000), flush=True)
        sys.exit(0)
    if mode == "exit":
        call("POST", "exit/error", "{}", Identifier=id, Function_Error_Type="Extension.TooMuch")
        time.sleep(30)
    if mode == "die": sys.exit(0)
    if mode != "prompt": time.sleep(4)
    print("event", json.dumps(event), flush=True)
"""
FUNCTION = """
import http.client, json, os, time
api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
def register(name, events):
    api.request("POST", "/2020-01-01/extension/register", json.dumps({"events": events}), {"Lambda-Extension-Name": name})
    r = api.getresponse()
    body = json.loads(r.read())
    return r.status, body.get("errorType", r.headers["Lambda-Extension-Identifier"])
inside = [register("shut", ["SHUTDOWN"]), register("odd", ["NONE"])] if os.environ.get("INSIDE") else []
def handler(event, context):
    time.sleep(event.get("sleep", 0))
    return {"id": context.aws_request_id, "inside": inside, "late": register("late", ["INVOKE"])}
"""


def client(service):
    return boto3.client(service, aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1",
                        endpoint_url="http://127.0.0.1:%d" % server.cloud_port,
                        config=Config(retries={"total_max_attempts": 1}, read_timeout=60))


def create(name, mode="", timeout=2, **variables):
    lam.create_function(FunctionName=name, Runtime="python3.12", Handler="index.handler", Role=ROLE, Timeout=timeout, Layers=[LAYER],
                        Environment={"Variables": {"MODE": mode, **variables}}, Code={"ZipFile": zipped({"index.py": FUNCTION}, 0o755)})
    lam.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig=OFTEN)


def invoke(name, event=None):
    answer = lam.invoke(FunctionName=name, Payload=json.dumps(event or {}), LogType="Tail")
    return json.loads(answer["Payload"].read()), base64.b64decode(answer["LogResult"]).decode()


def end_of(name):
    """What the extension has printed when it was told to end."""
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        for event in logs.filter_log_events(logGroupName="/aws/lambda/" + name, filterPattern="ends")["events"]:
            _, reason, left = event["message"].split()
            return reason, int(left)
        time.sleep(0.1)
    return None, 0


def life():
    create("f", timeout=20)
    out, log = invoke("f")
    tap.ok('registered 200 {"functionName": "f", "functionVersion": "$LATEST", "handler": "index.handler", "accountId": "000000000000"}'
           in log.replace('","', '", "'), "an extension registers before the function starts", log)
    tap.ok("again Extension.InvalidExtensionState" in log and "stranger Extension.UnknownExtensionIdentifier" in log,
           "once, and under its own id", log)
    event = json.loads(log.split("event ", 1)[1].splitlines()[0])
    tap.ok(event["eventType"] == "INVOKE" and event["requestId"] == out["id"] and event["tracing"]["type"] == "X-Amzn-Trace-Id" and
           event["invokedFunctionArn"].endswith(":function:f") and event["deadlineMs"] > time.time() * 1000, "it hears of an invocation", event)
    tap.ok(log.index("event ") < log.index("END RequestId"), "which is over when the extension is ready as well", log)
    tap.ok(out["late"] == [403, "Extension.RegistrationClosed"], "later nobody registers", out)
    began = time.monotonic()
    lam.invoke(FunctionName="f", Payload=b"{}")
    took = time.monotonic() - began
    lam.delete_function(FunctionName="f")
    tap.ok(took < 4, "who waits has the answer at once", took)
    reason, left = end_of("f")
    tap.ok(reason == "spindown" and 0 < left <= 2000, "it hears of the end, and has two seconds", (reason, left))


def failures():
    create("slow", "prompt")
    out, _ = invoke("slow", {"sleep": 30})
    tap.ok(out["errorType"] == "Sandbox.Timedout" and end_of("slow")[0] == "timeout", "a time-out is told to it", out)
    for name, mode, kind, words in (
            ("crashing", "crash", "Extension.Crash", "exit status 3"), ("initing", "init", "Extension.InitError", "Extension.NotNow"),
            ("exiting", "exit", "Extension.ExitError", "Extension.TooMuch"), ("dying", "die", "Extension.Crash", "exit code 0")):
        create(name, mode, timeout=20)
        # One that is late with its failure does not change what was answered before.
        out, log = invoke(name, {"sleep": 15})
        tap.ok(out.get("errorType") == kind and words in out["errorMessage"], "%s: that is the function's error" % mode, (out, log))
    version = lam.publish_version(FunctionName="initing")["Version"]
    lam.get_waiter("published_version_active").wait(FunctionName="initing", Qualifier=version, WaiterConfig=OFTEN)
    lam.put_provisioned_concurrency_config(FunctionName="initing", Qualifier=version, ProvisionedConcurrentExecutions=1)
    deadline, told = time.monotonic() + 30, {"Status": ""}
    while told["Status"] != "FAILED" and time.monotonic() < deadline:
        time.sleep(0.1)
        told = lam.get_provisioned_concurrency_config(FunctionName="initing", Qualifier=version)
    tap.ok(told["Status"] == "FAILED" and told["StatusReason"] == "FUNCTION_ERROR_INIT_FAILURE",
           "a function whose extension fails so cannot be provided", told)
    lam.delete_function(FunctionName="initing")
    create("silent", "silent")
    began = time.monotonic()
    out, _ = invoke("silent")
    tap.ok("Task timed out" in out["errorMessage"] and time.monotonic() - began < 28, "one that never registers takes the time there is", out)


def inside():
    create("inside", timeout=10, INSIDE="yes")
    out, _ = invoke("inside")
    tap.ok(out["inside"][0] == [403, "ShutdownEventNotSupportedForInternalExtension"] and
           out["inside"][1] == [403, "Extension.InvalidEventType"], "a part of the runtime hears of invocations only", out)


with tempfile.TemporaryDirectory() as folder:
    server = Server("cloud", os.path.join(folder, "data"))
    iam, lam, logs = client("iam"), client("lambda"), client("logs")
    ROLE = iam.create_role(RoleName="R", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    iam.put_role_policy(RoleName="R", PolicyName="P", PolicyDocument=json.dumps(ALL))
    LAYER = lam.publish_layer_version(LayerName="x", Content={"ZipFile": zipped({"extensions/watcher": EXTENSION}, 0o755)})["LayerVersionArn"]
    for each in sys.argv[1:] or ("life", "failures", "inside"):
        globals()[each]()
    server.kill()
tap.done()
