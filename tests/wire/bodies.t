#!/usr/bin/env python3
"""What a body may make of itself: short ones that stand for much, long ones of calls that take none, and those of strangers."""
import gzip
import http.client
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from immersion import CLOUD_PERSON, Server, Tap, signed_headers

JSON11 = "application/x-amz-json-1.1"
FORM = "application/x-www-form-urlencoded"
LOGS = "Logs_20140328.DescribeLogGroups"
MIB = 1 << 20
tap = Tap()


def ask(server, body, headers):
    connection = http.client.HTTPConnection("127.0.0.1", server.cloud_port, timeout=60)
    connection.request("POST", "/", body, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def signed(server, service, target, kind, body, more=None):
    headers = signed_headers(CLOUD_PERSON, "127.0.0.1:%d" % server.cloud_port, service, target, kind, body, "us-east-1")
    return ask(server, body, {**headers, **(more or {})})


def spaces(size):
    return b"{" + b" " * (size - 2) + b"}"


def long_ones(server):
    for size in (100, 70000, 16 * MIB):
        status, text = signed(server, "logs", LOGS, JSON11, spaces(size))
        tap.ok(status == 200 and "logGroups" in json.loads(text), "a body of %d bytes is read" % size, text[:300])
    status, text = signed(server, "logs", LOGS, JSON11, spaces(16 * MIB + 1))
    tap.ok(status == 413 and "longer than 16777216 bytes" in text, "one of a byte more is refused", text[:300])
    status, text = signed(server, "codecommit", "CodeCommit_20150413.ListRepositories", JSON11, spaces(20 * MIB))
    tap.ok(status == 200, "but where files come in it", text[:300])
    status, text = signed(server, "logs", LOGS, JSON11, spaces(70000)[:-1])
    tap.ok(status == 400 and json.loads(text)["__type"] == "SerializationException", "what is wrong with a long one is told",
           text[:300])
    headers = signed_headers(CLOUD_PERSON, "127.0.0.1:%d" % server.cloud_port, "logs", LOGS, JSON11, spaces(70000), "us-east-1")
    status, text = ask(server, spaces(70001), headers)
    tap.ok(status == 400 and json.loads(text)["__type"].endswith("InvalidSignatureException"), "so is a wrong signature", text[:300])


def packed_ones(server):
    status, text = signed(server, "logs", LOGS, JSON11, gzip.compress(spaces(MIB)), {"Content-Encoding": "gzip"})
    tap.ok(status == 200, "a compressed body is unpacked", text[:300])
    objects = b'{"a":[' + b"{}," * 1100000 + b"{}]}"
    status, text = signed(server, "logs", LOGS, JSON11, gzip.compress(objects), {"Content-Encoding": "gzip"})
    tap.ok(status == 400 and json.loads(text)["__type"] == "SerializationException",
           "one of a million objects is not", text[:300])


def forms(server):
    """Fields whose names go down many levels, each of which is an object."""
    call = b"Action=GetCallerIdentity&Version=2011-06-15"
    for count, depth, wanted in ((1000, 30, 200), (15000, 3, 200), (15000, 30, 400)):
        body = call + b"".join(b"&a%d%s=1" % (i, b".b" * depth) for i in range(count))
        status, text = signed(server, "sts", None, FORM, body)
        tap.ok(status == wanted, "%d fields of %d levels: %d" % (count, depth, wanted), text[:300])


def strangers(server):
    sign_up = {"Content-Type": JSON11, "X-Amz-Target": "AWSCognitoIdentityProviderService.SignUp"}
    status, text = ask(server, spaces(256 << 10), sign_up)
    tap.ok(status == 400 and "InvalidParameterException" in text, "who does not sign is read up to 256 KB", text[:300])
    status, text = ask(server, spaces((256 << 10) + 1), sign_up)
    tap.ok(status == 413 and "longer than 262144 bytes" in text, "and no further", text[:300])
    status, text = ask(server, gzip.compress(spaces(MIB)), {**sign_up, "Content-Encoding": "gzip"})
    tap.ok(status == 413 and "when it is decompressed" in text, "unpacked or not", text[:300])
    for size, wanted in ((1000, "SerializationException"), (100000, "UnknownOperationException")):
        status, text = ask(server, b"[" * size, {"Content-Type": "application/json"})
        tap.ok(status == 400 and wanted in text, "%d bytes for nobody: %s" % (size, wanted), text[:300])


folder = tempfile.mkdtemp(prefix="immersion-bodies-")
server = Server("cloud", os.path.join(folder, "data"))
long_ones(server)
packed_ones(server)
forms(server)
strangers(server)
server.kill()
subprocess.run(["rm", "-rf", folder], check=False)
tap.done()
