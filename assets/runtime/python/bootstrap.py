"""The Runtime API client for python functions: finds the handler, asks for events, posts what it answers."""
import http.client
import importlib
import json
import logging
import os
import sys
import time
import traceback
import types

# By the runtime's name, whichever python this machine has.
version = os.environ.get("AWS_EXECUTION_ENV", "").rpartition("_")[2] or "python%d.%d" % sys.version_info[:2]
# The function's own first, then its layers' (whose folder we are told), then what the runtime brings.
layers = sys.argv[1] if len(sys.argv) > 1 else "/opt"
sys.path[:0] = [os.environ["LAMBDA_TASK_ROOT"], "%s/python/lib/%s/site-packages" % (layers, version), layers + "/python"]
connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
current = {"id": ""}
# Bytes of an answer with which the next event is asked for: who waits for an event keeps it in memory.
ASK_WITH_MAX = 32768


def call(method, name, body=None, headers=None):
    connection.request(method, "/2018-06-01/runtime/" + name, body, headers or {})
    response = connection.getresponse()
    return response.status, response.headers, response.read()


def members(given, names):
    """An object with these attributes, as a mobile app's context is seen by its function."""
    return types.SimpleNamespace(**{name: given.get(name) for name in names})


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
        given = json.loads(headers.get("Lambda-Runtime-Cognito-Identity") or "{}")
        self.identity = types.SimpleNamespace(cognito_identity_id=given.get("cognitoIdentityId"),
                                              cognito_identity_pool_id=given.get("cognitoIdentityPoolId"))
        self.client_context = None
        given = json.loads(headers.get("Lambda-Runtime-Client-Context") or "null")
        if given is not None:
            self.client_context = members(given, ("custom", "env", "client"))
            self.client_context.client = None if given.get("client") is None else members(given["client"], (
                "installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name"))
        self._deadline_ms = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline_ms - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


def stamp_of(record):
    return "%s.%03dZ" % (time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)), record.msecs)


class Lines(logging.Handler):
    """The root logger's lines as CloudWatch shows them."""

    def emit(self, record):
        sys.stdout.write("[%s]\t%s\t%s\t%s\n" % (record.levelname, stamp_of(record), current["id"], self.format(record)))
        sys.stdout.flush()


class Objects(logging.Handler):
    """The same as JSON, with what was given as `extra`."""

    usual = set(vars(logging.makeLogRecord({}))) | {"message", "asctime"}

    def emit(self, record):
        told = {"timestamp": stamp_of(record), "level": record.levelname, "message": record.getMessage(),
                "logger": record.name}
        if record.exc_info:
            kind, error, trace = record.exc_info
            told.update(stackTrace=traceback.format_tb(trace), errorType=kind.__name__, errorMessage=str(error),
                        location="%s:%s:%s" % (record.pathname, record.funcName, record.lineno))
        told["requestId"] = current["id"]
        told.update((name, value) for name, value in vars(record).items() if name not in self.usual and name not in told)
        sys.stdout.write(json.dumps(told, ensure_ascii=False, default=str) + "\n")
        sys.stdout.flush()


def start_logging():
    root = logging.getLogger()
    if os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() != "JSON":
        root.addHandler(Lines())
        return
    root.addHandler(Objects())
    root.setLevel({"TRACE": "DEBUG", "WARN": "WARNING", "FATAL": "CRITICAL"}.get(
        os.environ["AWS_LAMBDA_LOG_LEVEL"], os.environ["AWS_LAMBDA_LOG_LEVEL"]))


def plain(value):
    """What json does not know."""
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)


def describe(error, frames):
    return {"errorMessage": str(error), "errorType": type(error).__name__, "requestId": current["id"],
            "stackTrace": traceback.format_list(frames)}


def say_error(said):
    if os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON":
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        print(json.dumps({"timestamp": stamp, "log_level": "ERROR", **said}), flush=True)
    else:
        print(("[ERROR] %s: %s\nTraceback (most recent call last):\n%s" % (
            said["errorType"], said["errorMessage"], "".join(said["stackTrace"]))).rstrip("\n"), flush=True)


def tell(error, name, kind=None):
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename != __file__]
    said = describe(error, frames)
    if kind:
        said["errorType"] = kind
    say_error(said)
    call("POST", name, json.dumps(said), {"Lambda-Runtime-Function-Error-Type": said["errorType"]})


class Unusable(Exception):
    """A handler that cannot be had: kind, message, and frames that say where."""


def load(name):
    module, dot, member = name.rpartition(".")
    if not dot:
        raise Unusable("Runtime.MalformedHandlerName", "Bad handler '%s': not enough values to unpack "
                       "(expected 2, got 1)" % name)
    try:
        loaded = importlib.import_module(module.replace("/", "."))
    except ImportError as error:
        raise Unusable("Runtime.ImportModuleError", "Unable to import module '%s': %s" % (module, error)) from error
    except SyntaxError as error:
        raise Unusable("Runtime.UserCodeSyntaxError", "Syntax error in module '%s': %s" % (module, error),
                       '  File "%s" Line %s\n    %s' % (error.filename, error.lineno, error.text)) from error
    if not hasattr(loaded, member):
        raise Unusable("Runtime.HandlerNotFound", "Handler '%s' missing on module '%s'" % (member, module))
    return getattr(loaded, member)


def fail(kind, message, *frames):
    said = {"errorMessage": message, "errorType": kind, "requestId": "", "stackTrace": frames}
    say_error(said)
    call("POST", "init/error", json.dumps(said), {"Lambda-Runtime-Function-Error-Type": kind})
    sys.exit(1)


def serve(handler, event):
    """Answers an event (status, headers and body), and returns the next, if it came with that."""
    _, headers, body = event or call("GET", "invocation/next")
    current["id"] = headers["Lambda-Runtime-Aws-Request-Id"]
    os.environ["_X_AMZN_TRACE_ID"] = headers.get("Lambda-Runtime-Trace-Id") or ""
    answers = "invocation/%s/" % current["id"]
    try:
        answer = handler(json.loads(body), Context(headers))
    except Exception as error:  # pylint: disable=broad-except
        sys.stdout.flush()
        tell(error, answers + "error")
        return None
    sys.stdout.flush()
    try:
        text = json.dumps(answer, default=plain)
    except TypeError as error:
        tell(error, answers + "error", "Runtime.MarshalError")
        return None
    event = call("POST", answers + "response", text,
                 {"Immersion-Runtime-Next": "true"} if len(text) <= ASK_WITH_MAX else {})
    return event if event[0] == 200 else None


def main():
    start_logging()
    sys.stdout.reconfigure(line_buffering=True)
    try:
        handler = load(os.environ["_HANDLER"])
    except Unusable as error:
        fail(*error.args)
    except Exception as error:  # pylint: disable=broad-except
        tell(error, "init/error")
        sys.exit(1)
    event = None
    while True:
        event = serve(handler, event)


main()
