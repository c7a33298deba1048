#!/usr/bin/env python3
"""Functions where bubblewrap is missing or cannot work: refused with the reason, or run by --unsafe-functions as
ordinary processes, of which nothing is left afterwards.
"""
import json
import os
import shutil
import signal
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
import botocore.exceptions
from botocore.config import Config
from immersion import OFTEN, Server, Tap, zipped

tap = Tap()
TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
MODULE = """
import { STSClient, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { words } from "words";
import { spawn } from "node:child_process";
const sts = new STSClient({});
export const handler = async (event) => {
  if (event.leave) spawn("/bin/sh", ["-c", "sleep 83838 & sleep 83838"], { detached: true, stdio: "ignore" }).unref();
  if (event.sleep) await new Promise((done) => setTimeout(done, event.sleep));
  return { arn: (await sts.send(new GetCallerIdentityCommand({}))).Arn, words, root: process.env.LAMBDA_TASK_ROOT };
};
"""
PYTHON = """
import boto3, mine
def handler(event, context):
    return {"arn": boto3.client("sts").get_caller_identity()["Arn"], "mine": mine.word}
"""


def client(server, service):
    return boto3.client(service, aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1",
                        endpoint_url="http://127.0.0.1:%d" % server.cloud_port,
                        config=Config(retries={"total_max_attempts": 1}, read_timeout=60))


def start(folder, name, path, *more):
    before, os.environ["PATH"] = os.environ["PATH"], path
    try:
        return Server("cloud", os.path.join(folder, name), more)
    finally:
        os.environ["PATH"] = before


def create(server, name, runtime, files, layers=()):
    iam, fn = client(server, "iam"), client(server, "lambda")
    try:
        iam.create_role(RoleName="R", AssumeRolePolicyDocument=json.dumps(TRUST))
    except iam.exceptions.EntityAlreadyExistsException:
        pass
    fn.create_function(FunctionName=name, Runtime=runtime, Handler="index.handler", Role="arn:aws:iam::000000000000:role/R",
                       Code={"ZipFile": zipped(files)}, Timeout=3, Layers=list(layers))
    fn.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig=OFTEN)
    return fn


def invoke(fn, name, event=None):
    answer = fn.invoke(FunctionName=name, Payload=json.dumps(event or {}))
    return json.loads(answer["Payload"].read())


def processes(word):
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/cmdline" % pid, "rb") as file:
                if word.encode() in file.read():
                    found.append(pid)
        except OSError:
            pass
    return found


def gone(word):
    deadline = time.monotonic() + 20
    while processes(word) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not processes(word)


def refused(folder):
    """No bwrap, and one that says what many containers make it say."""
    broken = tempfile.mkdtemp(dir="/var/tmp")  # a sandbox of root's covers /tmp before it looks for bwrap
    os.chmod(broken, 0o755)
    with open(os.path.join(broken, "bwrap"), "w") as file:
        file.write("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2; exit 1\n")
    os.chmod(os.path.join(broken, "bwrap"), 0o755)
    for name, path, reason in (("none", os.path.join(folder, "empty"), "is not installed on this machine"),
                               ("broken", broken + ":/usr/bin:/bin", "bwrap: No permissions to create new namespace")):
        server = start(folder, "data-" + name, path)
        fn = create(server, "f", "nodejs20.x", {"index.js": "exports.handler = async () => 1;"})
        try:
            tap.ok(False, "%s bubblewrap: a function is refused" % name, invoke(fn, "f"))
        except botocore.exceptions.ClientError as error:
            said = error.response["Error"]
            tap.ok(said["Code"] == "ServiceException" and reason in said["Message"],
                   "%s bubblewrap: a function is refused with the reason" % name, said)
        tap.ok(reason in server.tail() and "--unsafe-functions" in server.tail(), "which the log tells, and what could be done",
               server.tail())
        server.kill()
    shutil.rmtree(broken)


def unsafe(folder):
    server = start(folder, "data", os.path.join(folder, "empty"), "--unsafe-functions")
    tap.ok("WITHOUT A SANDBOX" in server.tail(), "that functions are not kept in is said loudly", server.tail())
    layer = client(server, "lambda").publish_layer_version(LayerName="l", Content={"ZipFile": zipped({
        "nodejs/node_modules/words/index.js": "exports.words = 'from a layer';", "python/mine.py": "word = 'from a layer'\n"})})
    fn = create(server, "node", "nodejs20.x", {"index.mjs": MODULE}, [layer["LayerVersionArn"]])
    out = invoke(fn, "node")
    tap.ok(out.get("arn", "").endswith("assumed-role/R/node") and out["words"] == "from a layer" and
           out["root"].startswith(os.path.realpath(folder)), "a module finds SDK, layer and cloud", out)
    fn = create(server, "python", "python3.12", {"index.py": PYTHON}, [layer["LayerVersionArn"]])
    out = invoke(fn, "python")
    tap.ok(out.get("arn", "").endswith("assumed-role/R/python") and out["mine"] == "from a layer", "so does python", out)
    out = invoke(fn, "node", {"sleep": 20000, "leave": True})
    tap.ok("Task timed out after 3.00 seconds" in out["errorMessage"], "one that takes too long is ended", out)
    tap.ok(gone("83838"), "with what it left behind", processes("83838"))
    tap.ok(invoke(fn, "node", {"leave": True}).get("words") and len(processes("83838")) >= 2, "the next one runs, and leaves something")
    runtime = os.path.join(os.path.realpath(folder), "data/runtime")
    tap.ok(len(processes(runtime)) == 2, "two environments are there", processes(runtime))
    server.kill(signal.SIGKILL)
    tap.ok(gone(runtime) and gone("83838"), "a server that is killed takes all of it along", processes(runtime) + processes("83838"))


with tempfile.TemporaryDirectory() as folder:
    refused(folder)
    unsafe(folder)
tap.done()
