#!/usr/bin/env python3
"""Streamed answers reach the client as the function writes them, through real clients.

The functions write something, and go on only when they find an item in a table: the test puts it there once it has seen
what was written before. From: Lambda Developer Guide, "Response streaming for Lambda functions"; Lambda API Reference,
"InvokeWithResponseStream"; for trailers and errors: "Building a custom runtime for AWS Lambda".
"""
import base64
import glob
import http.client
import json
import os
import signal
import subprocess
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
STREAMING = """
const { once } = require("node:events");
const { DynamoDBClient, GetItemCommand, PutItemCommand } = require("@aws-sdk/client-dynamodb");
const ddb = new DynamoDBClient();
async function found(id) {
  for (;;) {
    const { Item } = await ddb.send(new GetItemCommand({ TableName: "Signals", Key: { id: { S: id } }, ConsistentRead: true }));
    if (Item) return;
    await new Promise((done) => setTimeout(done, 20));
  }
}
const put = (id, n) => ddb.send(new PutItemCommand({ TableName: "Signals", Item: { id: { S: id }, n: { N: String(n) } } }));
exports.handler = awslambda.streamifyResponse(async (event, stream) => {
  const how = event.queryStringParameters ?? event;
  if (how.head) {
    stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { "X-Mine": "1" }, cookies: ["a=1"] });
  } else {
    stream.setContentType("text/x-mine");
  }
  stream.write("first\\n");
  if (how.wait) await found(how.wait);
  if (how.late) stream.setContentType("text/late");
  if (how.fail) throw new RangeError("midway");
  if (how.away) setImmediate(() => { throw new Error("uncaught"); });
  if (how.away) await new Promise(() => {});
  if (how.exit) process.exit(3);
  if (how.hang) await new Promise(() => setInterval(() => {}, 1000));
  for (let mb = 0; mb < Number(how.mb ?? 0); mb++) {
    for (let part = 0; part < 16; part++)
      if (!stream.write(Buffer.alloc(65536, "x"))) await once(stream, "drain");
    if (how.told) await put(how.told, mb + 1);
  }
  stream.write({ second: 2 });
  stream.end();
  if (how.told) await put(how.told + "-end", 0);
});
"""
# A runtime of its own, which breaks its answers off and asks for the next event.
RAW = """#!/usr/bin/python3
import http.client, os, socket
host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
while True:
    asking = http.client.HTTPConnection(host, int(port))
    asking.request("GET", "/2018-06-01/runtime/invocation/next")
    answer = asking.getresponse()
    answer.read()
    if answer.status != 200:
        continue
    writing = socket.create_connection((host, int(port)))
    writing.sendall(b"POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\\r\\nHost: x\\r\\n"
                    b"Lambda-Runtime-Function-Response-Mode: streaming\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n4\\r\\nhalf\\r\\n"
                    % answer.headers["Lambda-Runtime-Aws-Request-Id"].encode())
    writing.close()
"""
SCRIPT = """
import { createRequire } from "node:module";
const require = createRequire(process.env.MODULES + "/");
const { LambdaClient, InvokeWithResponseStreamCommand } = require("@aws-sdk/client-lambda");
const { DynamoDBClient, PutItemCommand } = require("@aws-sdk/client-dynamodb");
const settings = { endpoint: process.env.ENDPOINT, region: "us-east-1", maxAttempts: 1,
  credentials: { accessKeyId: "test", secretAccessKey: "test" } };
const lambda = new LambdaClient(settings), ddb = new DynamoDBClient(settings);
const go = (id) => ddb.send(new PutItemCommand({ TableName: "Signals", Item: { id: { S: id } } }));
const seen = [];
const { EventStream } = await lambda.send(new InvokeWithResponseStreamCommand({ FunctionName: "stream",
  Payload: JSON.stringify({ wait: "sdk" }) }));
for await (const event of EventStream) {
  const bytes = event.PayloadChunk?.Payload;
  if (bytes && !seen.length) await go("sdk");
  seen.push(bytes ? Buffer.from(bytes).toString() : event);
}
const answer = await fetch(process.env.URL_OF + "?wait=fetch&head=1");
const read = [answer.status, answer.headers.get("x-mine")];
for await (const bytes of answer.body) {
  if (read.length === 2) await go("fetch");
  read.push(Buffer.from(bytes).toString());
}
console.log(JSON.stringify({ seen, read }));
"""
SECOND = '{"second":2}'


def client(service):
    return boto3.client(service, aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1",
                        endpoint_url="http://127.0.0.1:%d" % server.cloud_port,
                        config=Config(retries={"total_max_attempts": 1}, read_timeout=120))


def create(name, files, runtime, timeout):
    lam.create_function(FunctionName=name, Runtime=runtime, Handler="index.handler", Role=ROLE, Timeout=timeout,
                        Code={"ZipFile": zipped(files, 0o755)})
    lam.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig=OFTEN)


def go(name):
    ddb.put_item(TableName="Signals", Item={"id": {"S": name}})


def item(name):
    return ddb.get_item(TableName="Signals", Key={"id": {"S": name}}, ConsistentRead=True).get("Item")


def invoke(function="stream", wait=None, **event):
    """The first chunk, after which the function may go on; the rest; and how it ended."""
    answer = lam.invoke_with_response_stream(FunctionName=function, LogType="Tail",
                                             Payload=json.dumps({**event, **({"wait": wait} if wait else {})}))
    events = iter(answer["EventStream"])
    first = next(events)["PayloadChunk"]["Payload"].decode()
    if wait:
        go(wait)
    rest, end = b"", None
    for each in events:
        rest += each.get("PayloadChunk", {}).get("Payload", b"")
        end = each.get("InvokeComplete", end)
    return first, rest.decode(), end


def ask(query):
    """A request to the function's address, whose answer has begun."""
    connection = http.client.HTTPConnection("127.0.0.1", server.cloud_port, timeout=60)
    connection.request("GET", URL_PATH + "?" + query)
    return connection, connection.getresponse()


def curl(query, wait):
    """The first line that curl shows, after which the function may go on; the rest, and curl's exit code."""
    child = subprocess.Popen(["curl", "-sN", "-m", "60", URL + "?" + query], stdout=subprocess.PIPE)
    first = child.stdout.readline()
    go(wait)
    return first, child.stdout.read(), child.wait(60)


def by_boto3():
    first, rest, end = invoke(wait="boto3")
    log = base64.b64decode(end["LogResult"]).decode()
    tap.ok(first == "first\n", "the first chunk comes while the function waits for what comes after it", first)
    tap.ok(rest == SECOND, "then comes the rest", rest)
    tap.ok("ErrorCode" not in end and "REPORT RequestId" in log, "and how it ended, with the log", (end, log))


def by_javascript():
    modules = glob.glob(os.path.join(server.data, "runtime", "*", "node", "node_modules"))[0]
    run = subprocess.run(["node", "--input-type=module", "-e", SCRIPT], capture_output=True, text=True, timeout=60, env={
        **os.environ, "MODULES": modules, "ENDPOINT": "http://127.0.0.1:%d" % server.cloud_port, "URL_OF": URL})
    got = json.loads(run.stdout or "{}")
    tap.ok(got.get("seen", [None])[0] == "first\n" and "".join(s for s in got["seen"] if isinstance(s, str)) == "first\n" + SECOND and
           got["seen"][-1] == {"InvokeComplete": {}}, "so it does with the SDK for JavaScript", run)
    tap.ok(got.get("read", [])[:3] == [201, "1", "first\n"] and "".join(got["read"][2:]) == "first\n" + SECOND,
           "and with fetch at the function's address", run)


def by_http():
    _, answer = ask("wait=http")
    head = (answer.status, answer.headers["Content-Type"], answer.headers["Transfer-Encoding"])
    first = answer.readline()
    go("http")
    tap.ok((head, first, answer.read().decode()) == ((200, "text/x-mine", "chunked"), b"first\n", SECOND),
           "an answer without a head is 200 with the type that was set", (head, first))
    got = curl("wait=curl", "curl")
    tap.ok(got == (b"first\n", SECOND.encode(), 0), "curl shows the first line at once", got)


def failing():
    for what, code, words in (
            ("fail", "Unhandled", "midway"), ("away", "Unhandled", "uncaught"), ("late", "Unhandled", "Cannot set content-type, too late."),
            ("exit", "Unhandled", "Runtime exited with error: exit status 3"), ("hang", "Unhandled", "Task timed out after 8.00 seconds")):
        first, rest, end = invoke(wait="fails-" + what, **{what: 1, "mb": 0})
        tap.ok(first + rest == "first\n" and end["ErrorCode"] == code and words in json.loads(end["ErrorDetails"])["errorMessage"],
               "%s: an error midway is told at the end" % what, (first, rest, end))
        got = curl("wait=breaks-%s&%s=1" % (what, what), "breaks-" + what)
        tap.ok(got == (b"first\n", b"", 18), "%s: and breaks the answer of an address off" % what, got)
    out = json.loads(lam.invoke(FunctionName="stream", Payload=b'{"fail": 1}')["Payload"].read())
    tap.ok(out["errorType"] == "RangeError" and out["errorMessage"] == "midway", "it is the answer where that is wanted whole", out)
    first, rest, end = invoke("raw")
    tap.ok(first + rest == "half" and end["ErrorCode"] == "Runtime.TruncatedResponse", "a runtime may break off as well", (first, rest, end))


def slow_reader():
    """The function is held, and what it has written is nowhere kept."""
    before = server.memory_kib()
    connection, answer = ask("mb=64&told=slow")
    answer.readline()
    written, last = 0, -1
    while written == 0 or written != last:
        last = written
        time.sleep(1)
        now = item("slow")
        written = int(now["n"]["N"]) if now else 0
    tap.ok(written < 32, "a function is held when nobody reads what it writes", written)
    grown = server.memory_kib() - before
    tap.ok(grown < 24 << 10, "which takes little memory", grown)
    body = answer.read()
    tap.ok(len(body) == (64 << 20) + len(SECOND), "all of it comes when it is read", len(body))


def leaving():
    connection, answer = ask("wait=leaving&mb=2&told=left")
    tap.ok(answer.readline() == b"first\n", "a client sees the first chunk")
    answer.close()
    connection.close()
    go("leaving")
    deadline = time.monotonic() + 20
    while not item("left-end") and time.monotonic() < deadline:
        time.sleep(0.1)
    tap.ok(item("left-end"), "its function goes on to the end when it has left")


def too_large():
    answer = lam.invoke_with_response_stream(FunctionName="large", Payload=b'{"mb": 201}')
    size, end = 0, None
    for each in answer["EventStream"]:
        size += len(each.get("PayloadChunk", {}).get("Payload", b""))
        end = each.get("InvokeComplete", end)
    tap.ok(size <= 200 << 20 and size > 199 << 20 and end["ErrorCode"] == "Function.ResponseSizeTooLarge",
           "no more than 200 MB are streamed", (size, end))


def stopping():
    _, answer = ask("wait=never")
    answer.readline()
    events = iter(lam.invoke_with_response_stream(FunctionName="stream", Payload=b'{"wait": "never"}')["EventStream"])
    next(events)
    server.kill(signal.SIGTERM)
    tap.ok(server.child.returncode == 0, "the server stops while answers are under way", server.tail())
    try:
        tap.ok(False, "an answer that it leaves unfinished does not look whole", answer.read())
    except (http.client.IncompleteRead, ConnectionError):
        tap.ok(True, "an answer that it leaves unfinished does not look whole")
    try:
        rest = [each for each in events if "InvokeComplete" in each]
    except Exception:  # botocore tells of a broken connection in several ways
        rest = []
    tap.ok(not rest, "nor does a stream of events", rest)


with tempfile.TemporaryDirectory() as folder:
    server = Server("cloud", os.path.join(folder, "data"))
    iam, lam, ddb = client("iam"), client("lambda"), client("dynamodb")
    ROLE = iam.create_role(RoleName="R", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    iam.put_role_policy(RoleName="R", PolicyName="P", PolicyDocument=json.dumps(ALL))
    ddb.create_table(TableName="Signals", BillingMode="PAY_PER_REQUEST", AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                     KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}])
    create("stream", {"index.js": STREAMING}, "nodejs20.x", 8)
    create("large", {"index.js": STREAMING}, "nodejs20.x", 120)
    create("raw", {"bootstrap": RAW}, "provided.al2023", 8)
    URL = lam.create_function_url_config(FunctionName="stream", AuthType="NONE", InvokeMode="RESPONSE_STREAM")["FunctionUrl"]
    URL_PATH = "/" + URL.split("/", 3)[3]
    for action, more in (("InvokeFunctionUrl", {"FunctionUrlAuthType": "NONE"}), ("InvokeFunction", {})):
        lam.add_permission(FunctionName="stream", StatementId=action, Action="lambda:" + action, Principal="*", **more)
    for each in sys.argv[1:] or ("by_boto3", "by_javascript", "by_http", "failing", "slow_reader", "leaving", "too_large", "stopping"):
        globals()[each]()
    server.kill()
tap.done()
