"""What tests and benchmarks in Python share: starting the server, joining, and signed calls.

    server = Server("serve", data=folder)        # or "cloud"; ends with the process at the latest
    someone = server.join("Ada")                 # {"account", "accessKeyId", "secretAccessKey", "token", ...}
    aws = Aws(server.cloud_port, someone)        # one connection, kept open
    status, answer = aws.call("dynamodb", "PutItem", {...})
"""
import atexit
import base64
import datetime
import hashlib
import hmac
import http.client
import io
import json
import os
import random
import signal
import socket
import stat
import subprocess
import time
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.environ.get("IMMERSION") or os.path.join(ROOT, "build", "immersion")
TARGETS = {"dynamodb": ("DynamoDB_20120810", "application/x-amz-json-1.0"),
           "dynamodbstreams": ("DynamoDBStreams_20120810", "application/x-amz-json-1.0")}
# What a service's signatures are for, where that is another name.
SIGNING = {"dynamodbstreams": "dynamodb"}
CODE = "immersion-test"
TOKEN = "instructor-token-for-tests"
# How boto3's waiters ask: often, because things are ready within moments here, and for twenty seconds, because machines are slow.
OFTEN = {"Delay": 0.05, "MaxAttempts": 400}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def zipped(files, mode=0o600):
    """An archive of files by name, as a function's code or a site is uploaded; a ZipInfo for a name keeps what it says."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, text in files.items():
            info = name
            if isinstance(name, str):
                info = zipfile.ZipInfo(name)
                info.external_attr = (stat.S_IFREG | mode) << 16
            z.writestr(info, text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def claims(token):
    """What a JWT says; nothing is checked."""
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


class Server:
    """One `immersion serve` or `immersion cloud` on free ports; the same ports again after restart()."""

    def __init__(self, mode, data, more=(), preexec=None, log=None, binary=BINARY):
        self.mode, self.data, self.more, self.preexec, self.binary = mode, data, list(more), preexec, binary
        self.port, self.cloud_port = free_port(), free_port()
        self.child = None
        self.log = log or data + ".log"
        atexit.register(self.kill)
        self.start()

    def command(self):
        both = ["--data", self.data, "--listen", "127.0.0.1", "--cloud-port", str(self.cloud_port)]
        if self.mode == "cloud":
            return [self.binary, "cloud", *both, *self.more]
        return [self.binary, "serve", *both, "--port", str(self.port), "--event-code", CODE, "--instructor-token", TOKEN,
                *self.more]

    def start(self):
        """Start and wait until it answers; returns the seconds that took."""
        began = time.monotonic()
        with open(self.log, "ab") as log:
            self.child = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                          preexec_fn=self.preexec)
        ports = [self.cloud_port] if self.mode == "cloud" else [self.port, self.cloud_port]
        while ports:
            if self.child.poll() is not None or time.monotonic() - began > 60:
                raise RuntimeError("the server did not start:\n" + self.tail())
            if self.healthy(ports[0]):
                ports.pop(0)
            else:
                time.sleep(0.002)
        return time.monotonic() - began

    def tail(self):
        with open(self.log, errors="replace") as log:
            return log.read()[-3000:]

    @staticmethod
    def healthy(port):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            status = connection.getresponse().status
            connection.close()
            return status == 200
        except OSError:
            return False

    def kill(self, how=signal.SIGKILL):
        if self.child and self.child.poll() is None:
            self.child.send_signal(how)
            self.child.wait(30)

    def kill_amid(self, done, count, moment):
        """kill -9 in the middle of work: once done() has reached `count`, at a random time within `moment` seconds."""
        deadline = time.monotonic() + 60
        while done() < count and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(random.random() * moment)
        self.kill()

    def memory_kib(self):
        """Resident memory, as the kernel counts it."""
        with open("/proc/%d/status" % self.child.pid) as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))

    def ask(self, method, path, body=None, token=None, source=None):
        """One request to the workshop's API: (status, JSON)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30,
                                                source_address=(source, 0) if source else None)
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if token:
            headers["Authorization"] = "Bearer " + token
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, json.loads(text or b"null")

    def join(self, name, number=1):
        """Join as somebody at an address of their own (joining is limited per address)."""
        status, answer = self.ask("POST", "/api/join", {"code": CODE, "name": name},
                                  source="127.1.%d.%d" % (number // 250, number % 250 + 1))
        if status != 200:
            raise RuntimeError("joining failed with %d: %s" % (status, answer))
        return answer


def signed_headers(person, host, service, target, kind, body, region, now=None):
    """Signature version 4 over one POST to /."""
    now = now or datetime.datetime.now(datetime.timezone.utc)
    stamp, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
    headers = {"content-type": kind, "host": host, "x-amz-date": stamp}
    if target:
        headers["x-amz-target"] = target
    names = ";".join(sorted(headers))
    canonical = "POST\n/\n\n%s\n%s\n%s" % (
        "".join("%s:%s\n" % (k, headers[k]) for k in sorted(headers)), names, hashlib.sha256(body).hexdigest())
    scope = "%s/%s/%s/aws4_request" % (day, region, service)
    text = "AWS4-HMAC-SHA256\n%s\n%s\n%s" % (stamp, scope, hashlib.sha256(canonical.encode()).hexdigest())
    key = ("AWS4" + person["secretAccessKey"]).encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s" % (
        person["accessKeyId"], scope, names, signature)
    return headers


class Aws:
    """Signed calls over one connection that stays open."""

    def __init__(self, port, person, timeout=30):
        self.port, self.person, self.timeout = port, person, timeout
        self.region = person.get("region", "us-east-1")
        self.connection = None

    def call(self, service, operation, value):
        prefix, kind = TARGETS[service]
        body = json.dumps(value).encode()
        headers = signed_headers(self.person, "127.0.0.1:%d" % self.port, SIGNING.get(service, service), prefix + "." + operation, kind, body,
                                 self.region)
        if not self.connection:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        try:
            self.connection.request("POST", "/", body, headers)
            answer = self.connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        except (OSError, http.client.HTTPException, ValueError):
            self.close()
            raise

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None


# The account of `immersion cloud` without further flags.
CLOUD_PERSON = {"account": "000000000000", "accessKeyId": "test", "secretAccessKey": "test", "region": "us-east-1"}
TABLE = {
    "TableName": "Rides",
    "AttributeDefinitions": [{"AttributeName": "RideId", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "RideId", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}


def make_table(aws, table=None, seconds=20):
    """Create a table (Rides) and wait until it is active; the last status and answer."""
    table = table or TABLE
    status, answer = aws.call("dynamodb", "CreateTable", table)
    deadline = time.monotonic() + seconds
    while status == 200 and time.monotonic() < deadline:
        status, answer = aws.call("dynamodb", "DescribeTable", {"TableName": table["TableName"]})
        if status == 200 and answer["Table"]["TableStatus"] == "ACTIVE":
            break
        time.sleep(0.02)
    else:
        status = status if status != 200 else 0
    return status, answer


class Tap:
    """Results of a test program."""

    def __init__(self):
        self.count = self.failed = 0

    def ok(self, passed, name, shown=""):
        self.count += 1
        self.failed += not passed
        print("%sok %d - %s" % ("" if passed else "not ", self.count, name.replace("\n", " ")), flush=True)
        if not passed and shown:
            print("".join("#   %s\n" % line for line in str(shown).splitlines()[-20:]), end="", flush=True)
        return passed

    def fails(self, name, code, words, call):
        """A call of botocore's is refused with this error, in these words; the answer."""
        return self.refused(name, code, lambda message: message == words, call)

    def fails_saying(self, name, code, words, call):
        """The same, where these are only some of the words."""
        return self.refused(name, code, lambda message: words in message, call)

    def refused(self, name, code, good, call):
        try:
            answer = call()
        except Exception as error:
            response = getattr(error, "response", None)
            if not response:
                raise
            found = response["Error"]
            self.ok(found["Code"] == code and good(found["Message"]), name, "%s: %s" % (found["Code"], found["Message"]))
            return response
        self.ok(False, name, "it succeeded: %r" % (answer,))
        return {}

    def done(self):
        print("1..%d" % self.count, flush=True)
        raise SystemExit(self.failed > 0)
