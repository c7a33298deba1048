"""The Runtime API client for python functions: finds the handler, asks for events, posts what it answers."""
import http.client
import importlib
import json
import logging
import os
import sys
import time
import traceback

version = "python%d.%d" % sys.version_info[:2]
# The function's own first, then its layers', then what the runtime brings.
sys.path[:0] = [os.environ["LAMBDA_TASK_ROOT"], "/opt/python/lib/%s/site-packages" % version, "/opt/python"]
connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
current = {"id": ""}


def call(method, name, body=None, headers=None):
    connection.request(method, "/2018-06-01/runtime/" + name, body, headers or {})
    response = connection.getresponse()
    return response.headers, response.read()


class Context:
    """What a handler is told beside its event."""

    def __init__(self, headers):
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = self.client_context = None
        self._deadline_ms = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline_ms - int(time.time() * 1000))


class Lines(logging.Handler):
    """The root logger's lines as CloudWatch shows them."""

    def emit(self, record):
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        sys.stdout.write("[%s]\t%s.%03dZ\t%s\t%s\n" % (
            record.levelname, stamp, record.msecs, current["id"], self.format(record)))
        sys.stdout.flush()


def plain(value):
    """What json does not know."""
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)


def describe(error, frames):
    return {"errorMessage": str(error), "errorType": type(error).__name__, "requestId": current["id"],
            "stackTrace": traceback.format_list(frames)}


def tell(error, name, kind=None):
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename != __file__]
    said = describe(error, frames)
    if kind:
        said["errorType"] = kind
    print("[ERROR] %s: %s\nTraceback (most recent call last):\n%s" % (
        said["errorType"], said["errorMessage"], "".join(said["stackTrace"])), end="", flush=True)
    call("POST", name, json.dumps(said), {"Lambda-Runtime-Function-Error-Type": said["errorType"]})


def load(name):
    module, dot, member = name.rpartition(".")
    if not dot:
        raise RuntimeError("Runtime.MalformedHandlerName", "Bad handler '%s': not enough values to unpack "
                           "(expected 2, got 1)" % name)
    try:
        loaded = importlib.import_module(module.replace("/", "."))
    except ImportError as error:
        raise RuntimeError("Runtime.ImportModuleError", "Unable to import module '%s': %s" % (module, error)) from error
    except SyntaxError as error:
        raise RuntimeError("Runtime.UserCodeSyntaxError", "Syntax error in module '%s': %s" % (module, error)) from error
    if not hasattr(loaded, member):
        raise RuntimeError("Runtime.HandlerNotFound", "Handler '%s' missing on module '%s'" % (member, module))
    return getattr(loaded, member)


def fail(kind, message):
    said = {"errorMessage": message, "errorType": kind, "requestId": "", "stackTrace": []}
    print("[ERROR] %s: %s" % (kind, message), flush=True)
    call("POST", "init/error", json.dumps(said), {"Lambda-Runtime-Function-Error-Type": kind})
    sys.exit(1)


def serve(handler):
    headers, body = call("GET", "invocation/next")
    current["id"] = headers["Lambda-Runtime-Aws-Request-Id"]
    os.environ["_X_AMZN_TRACE_ID"] = headers.get("Lambda-Runtime-Trace-Id") or ""
    answers = "invocation/%s/" % current["id"]
    try:
        answer = handler(json.loads(body), Context(headers))
    except Exception as error:  # pylint: disable=broad-except
        sys.stdout.flush()
        return tell(error, answers + "error")
    sys.stdout.flush()
    try:
        text = json.dumps(answer, default=plain)
    except TypeError as error:
        return tell(error, answers + "error", "Runtime.MarshalError")
    return call("POST", answers + "response", text)


def main():
    logging.getLogger().addHandler(Lines())
    sys.stdout.reconfigure(line_buffering=True)
    try:
        handler = load(os.environ["_HANDLER"])
    except RuntimeError as error:
        if len(error.args) != 2:
            raise
        fail(*error.args)
    except Exception as error:  # pylint: disable=broad-except
        tell(error, "init/error")
        sys.exit(1)
    while True:
        serve(handler)


main()
