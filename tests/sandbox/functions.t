#!/usr/bin/env python3
"""An attendee's function that does harm, or tries to: each attempt ends in the error that AWS has for it, the function
works again afterwards, and so does everybody else's.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
from botocore.config import Config
from immersion import BINARY, OFTEN, Server, Tap, zipped

tap = Tap()
TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
HARM = r"""
import glob, http.client, json, os, signal, socket, subprocess, sys, time, urllib.request

def read(event):
    found = []
    for pattern in ("/work", "/root/*", "/home/*", "/var/*", "/tmp/*", "/mnt/*", "/srv/*", event["data"], event["data"] + "/*"):
        found += glob.glob(pattern)
    return found

def reach(event):
    out = []
    for host, port in (("127.0.0.1", event["port"]), ("127.0.0.1", event["cloud"]), (event["host"], event["port"]),
                       ("192.0.2.1", 80), ("169.254.169.254", 80), ("10.0.0.1", 53)):
        try: out.append(str(socket.create_connection((host, port), 1)))
        except OSError as e: out.append(e.strerror or str(e))
    return out

def other(event):
    import boto3
    sts = boto3.client("sts").get_caller_identity()["Account"]
    try:
        boto3.client("lambda").get_function(FunctionName=event["arn"])
        return [sts, "reached"]
    except Exception as e:
        return [sts, type(e).__name__]

def bomb(event):
    n = 0
    try:
        while n < 100000:
            if os.fork() == 0:
                while True: signal.pause()
            n += 1
    except OSError as e:
        return {"forks": n, "why": e.strerror}

def eat(event):
    x = []
    while True: x.append(bytearray(8 << 20))

def children(event):
    for i in range(20):
        if os.fork() == 0:
            x = bytearray(30 << 20)
            time.sleep(60)
    time.sleep(60)

def fill(event):
    written = 0
    try:
        with open("/tmp/big", "wb") as f:
            while written < 4 << 30: written += f.write(bytes(1 << 20))
    except OSError as e:
        return {"mb": written >> 20, "why": e.strerror}
    finally:
        os.remove("/tmp/big")

def files(event):
    for i in range(3000000): open("/tmp/%d" % i, "w").close()

def forever(event):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    subprocess.Popen(["/bin/sh", "-c", "trap '' TERM; sleep 91919 & sleep 91919"], start_new_session=True)
    while True: pass

def leave(event):
    subprocess.Popen(["sleep", "92929"], start_new_session=True)
    return "left"

def nonsense(event):
    out = []
    api = os.environ["AWS_LAMBDA_RUNTIME_API"]
    for method, path, body in (("GET", "/2018-06-01/runtime/invocation/next", None), ("POST", "/2018-06-01/runtime/invocation/x/response", b"{}"),
                               ("POST", "/2018-06-01/runtime/invocation/%s/response" % ("a" * 4000), b"{}"),
                               ("POST", "/2020-01-01/extension/register", b"no"), ("GET", "/2020-01-01/extension/event/next", None),
                               ("DELETE", "/", None), ("GET", "/../../etc/passwd", None)):
        c = http.client.HTTPConnection(api, timeout=5)
        c.request(method, path, body, {"Lambda-Extension-Name": "x"})
        out.append(c.getresponse().status)
        c.close()
    raw = socket.create_connection(tuple(api.split(":")))
    raw.sendall(bytes(range(256)) * 100)
    raw.close()
    return out

def twice(event):
    "Answer in one's own name, before the runtime does."
    c = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    answers = "/2018-06-01/runtime/invocation/%s/response" % event["id"]
    c.request("POST", answers, b'"first"'); a = c.getresponse().read() and 1
    return "second"

def large(event):
    return "x" * (7 << 20)

def noise(event):
    for i in range(200000): print("a line that says nothing at all, again and again", i)
    return "said"

def kill(event):
    os.kill(os.getppid() if event.get("parent") else os.getpid(), signal.SIGKILL)
    os.kill(1, signal.SIGKILL)
    time.sleep(0.2)
    return "alive"

def well(event):
    return "well"

def handler(event, context):
    event["id"] = context.aws_request_id
    return globals()[event["do"]](event)
"""


class Person:
    """An attendee with a function."""

    def __init__(self, name, number):
        joined = server.join(name, number)
        session = boto3.Session(joined["accessKeyId"], joined["secretAccessKey"], region_name=joined["region"])
        self.account = joined["account"]
        self.iam, self.lam = (session.client(each, endpoint_url="http://127.0.0.1:%d" % server.cloud_port,
                                             config=Config(retries={"total_max_attempts": 1}, read_timeout=60))
                              for each in ("iam", "lambda"))
        role = self.iam.create_role(RoleName="R", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
        self.lam.create_function(FunctionName="f", Runtime="python3.12", Handler="index.handler", Role=role, Timeout=4,
                                 MemorySize=128, Code={"ZipFile": zipped({"index.py": HARM})})
        self.lam.get_waiter("function_active_v2").wait(FunctionName="f", WaiterConfig=OFTEN)
        self.invoke("well")

    def invoke(self, do, **event):
        answer = self.lam.invoke(FunctionName="f", Payload=json.dumps({"do": do, **event}))
        out = json.loads(answer["Payload"].read())
        return (out["errorType"], out["errorMessage"]) if answer.get("FunctionError") else out


def processes(word):
    return [line for line in subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout.splitlines()
            if word in line]


def gone(word):
    deadline = time.monotonic() + 20
    while processes(word) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not processes(word)


def harmless(what, got, good):
    """One attempt, and whether all is as ever after it."""
    tap.ok(good, what, got)
    mine, theirs = ada.invoke("well"), bob.invoke("well")
    tap.ok((mine, theirs) == ("well", "well"), "... and all is well after it", (mine, theirs, server.tail()))


def is_error(got, kind, words=""):
    return isinstance(got, tuple) and got[0] == kind and words in got[1]


with tempfile.TemporaryDirectory() as folder:
    binary = shutil.copy(BINARY, os.path.join(folder, "immersion"))
    server = Server("serve", os.path.join(folder, "data"), binary=binary)
    ada, bob = Person("Ada", 1), Person("Bob", 2)

    got = ada.invoke("read", data=os.path.realpath(os.path.join(folder, "data")))
    mine = {"/var/task", "/var/runtime", "/var/node_modules"}
    harmless("the files of others are not there", got, set(got) <= mine)
    with subprocess.Popen(["hostname", "-I"], stdout=subprocess.PIPE, text=True) as asked:
        host = (asked.stdout.read().split() or ["127.0.0.2"])[0]
    got = ada.invoke("reach", port=server.port, cloud=server.cloud_port, host=host)
    harmless("nor is any network, or this machine", got, all(each in ("Connection refused", "Network is unreachable", "timed out")
                                                          for each in got))
    arn = "arn:aws:lambda:eu-west-1:%s:function:f" % bob.account
    got = ada.invoke("other", arn=arn)
    harmless("in the cloud it is its own account's role", got, got[0] == ada.account and got[1] != "reached")
    got = ada.invoke("bomb")
    harmless("a fork bomb ends", got, isinstance(got, dict) and 100 < got["forks"] < 1100 or
             is_error(got, "Sandbox.Timedout") or is_error(got, "Runtime.OutOfMemory"))
    got = ada.invoke("eat")
    harmless("all the memory is too much", got, is_error(got, "Runtime.OutOfMemory", "Runtime exited with error: signal: killed") or
             is_error(got, "MemoryError"))
    got = ada.invoke("children")
    harmless("so it is for many together", got, is_error(got, "Runtime.OutOfMemory", "Runtime exited with error: signal: killed"))
    got = ada.invoke("fill")
    harmless("the disk is its own, and of a size", got, isinstance(got, dict) and 500 < got["mb"] <= 512 and got["why"] == "No space left on device")
    got = ada.invoke("files")
    harmless("a million files are too many", got, is_error(got, "Runtime.OutOfMemory") or is_error(got, "Sandbox.Timedout"))
    got = ada.invoke("forever")
    harmless("what goes on for ever is ended", got, is_error(got, "Sandbox.Timedout", "Task timed out after 4.00 seconds"))
    tap.ok(gone("91919"), "with all that it has started", processes("91919"))
    got = ada.invoke("leave")
    harmless("what is left behind is left in the sandbox", got, got == "left")
    ada.lam.update_function_configuration(FunctionName="f", Timeout=5)
    tap.ok(gone("92929"), "and ends with it", processes("92929"))
    ada.lam.get_waiter("function_updated_v2").wait(FunctionName="f", WaiterConfig=OFTEN)
    got = ada.invoke("nonsense")
    harmless("nonsense said to the Runtime API is refused", got, got[:2] == [403, 400] and all(s >= 400 for s in got))
    got = ada.invoke("twice")
    harmless("the first answer counts", got, got == "first")
    got = ada.invoke("large")
    harmless("an answer may have 6 MB", got, is_error(got, "Function.ResponseSizeTooLarge",
                                                     "Response payload size exceeded maximum allowed payload size (6291556 bytes)."))
    got = ada.invoke("noise")
    harmless("much may be printed", got, got == "said" or is_error(got, "Sandbox.Timedout"))
    got = ada.invoke("kill")
    harmless("one that kills itself is an error", got, is_error(got, "Runtime.ExitError", "signal: killed"))
    got = ada.invoke("kill", parent=True)
    harmless("what is process 1 cannot be killed", got, got == "alive" or is_error(got, "Runtime.ExitError"))

    waits = [threading.Thread(target=ada.invoke, args=("forever",)) for _ in range(12)]
    for each in waits:
        each.start()
    time.sleep(0.5)
    began = time.monotonic()
    got = [bob.invoke("well") for _ in range(20)]
    tap.ok(set(got) == {"well"} and time.monotonic() - began < 30, "many at once that go on for ever keep nobody else",
           time.monotonic() - began)
    for each in waits:
        each.join()
    harmless("and end", "", gone("91919"))

    with open(binary + ".new", "w") as new:
        new.write("another version")
    os.replace(binary + ".new", binary)
    ada.lam.update_function_configuration(FunctionName="f", Timeout=6)
    ada.lam.get_waiter("function_updated_v2").wait(FunctionName="f", WaiterConfig=OFTEN)
    harmless("the server's file may be replaced while it runs", "", ada.invoke("well") == "well")
    server.kill()
tap.done()
