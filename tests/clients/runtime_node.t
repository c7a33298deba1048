#!/usr/bin/env python3
"""The Runtime API's client for node functions, against a Runtime API that closes connections when it should not."""
import os
import shutil
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from immersion import ROOT, Tap

tap = Tap()
NEXT = ("GET invocation/next", "")


def answer_of(name, text=None, plus=" and the next"):
    return "POST invocation/%s/response%s" % (name, plus), '"%s done"' % (text or name)


def asked(api, expected, name):
    """What is asked on a connection next is this."""
    found = [api.read() for _ in expected]
    tap.ok(found == expected, name, found)


class Requests:
    """Those of one connection, one after the other."""

    def __init__(self, listener):
        self.sock, _ = listener.accept()
        self.sock.settimeout(30)
        self.file = self.sock.makefile("rb")

    def read(self):
        """What is asked, without the path that all requests share and with what it asks for beside, and the body."""
        line, length, plus = self.file.readline().decode(), 0, ""
        while (header := self.file.readline().strip().lower()):
            if header.startswith(b"content-length:"):
                length = int(header.split(b":")[1])
            if header == b"immersion-runtime-next: true":
                plus = " and the next"
        name = line.split(" ")[1].replace("/2018-06-01/runtime/", "")
        return "%s %s%s" % (line.split(" ")[0], name, plus), self.file.read(length).decode()

    def answer(self, status, headers, body):
        lines = "".join("%s: %s\r\n" % each for each in {**headers, "Content-Length": len(body)}.items())
        self.sock.sendall(("HTTP/1.1 %s\r\n%s\r\n%s" % (status, lines, body)).encode())

    def event(self, name, text=None):
        self.answer("200 OK", {"Lambda-Runtime-Aws-Request-Id": name, "Lambda-Runtime-Deadline-Ms": 1 << 41,
                               "Lambda-Runtime-Invoked-Function-Arn": "arn"}, '"%s"' % (text or name))

    def close(self):
        self.file.close()
        self.sock.close()


with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listener:
    listener.settimeout(30)
    with open(os.path.join(folder, "index.js"), "w") as file:
        file.write("exports.handler = async (event) => event + ' done';")
    child = subprocess.Popen(
        [shutil.which("node", path="/usr/bin:/usr/local/bin"), os.path.join(ROOT, "assets/runtime/node/index.mjs")],
        env={"AWS_LAMBDA_RUNTIME_API": "127.0.0.1:%d" % listener.getsockname()[1], "LAMBDA_TASK_ROOT": folder,
             "_HANDLER": "index.handler", "AWS_LAMBDA_FUNCTION_NAME": "f", "PATH": "/usr/bin:/bin"})
    try:
        api = Requests(listener)
        asked(api, [NEXT], "an event is asked for")
        api.event("one")
        asked(api, [answer_of("one")], "and the next together with its answer")
        api.event("two")
        asked(api, [answer_of("two")], "which is answered likewise")
        api.close()
        api = Requests(listener)
        asked(api, [answer_of("two")], "both come again when nobody answered")
        api.answer("400 Bad Request", {}, '{"errorType":"InvalidRequestID"}')
        asked(api, [NEXT], "and the next event alone when the answer was taken already")
        api.close()
        api = Requests(listener)
        asked(api, [NEXT], "and alone again")
        api.event("three", "x" * 40000)
        asked(api, [answer_of("three", "x" * 40000, ""), NEXT], "a long answer goes alone, and the question for the next behind it")
        api.close()
        api = Requests(listener)
        asked(api, [answer_of("three", "x" * 40000, ""), NEXT], "both come again, in their order")
        api.answer("202 Accepted", {}, '{"status":"OK"}')
        api.event("four")
        for each in "first", "second":
            asked(api, [answer_of("four")], "an answer is sent for the %s time" % each)
            api.close()
            api = Requests(listener)
        asked(api, [NEXT], "and given up then, but not the function")
        api.event("five")
        asked(api, [answer_of("five")], "which goes on")
        listener.close()
        api.close()
        tap.ok(child.wait(30) == 129, "and ends when nobody can be told of anything any more", child.returncode)
    finally:
        child.kill()
        child.wait()
tap.done()
