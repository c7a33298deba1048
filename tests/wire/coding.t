#!/usr/bin/env python3
"""Bodies that are compressed on the way, in both directions.

From: AWS SDKs and Tools Reference Guide, "Request compression"; RFC 9110, "Accept-Encoding". That DynamoDB compresses
answers of 4 KB and more, and answers 500 to what it cannot unpack, is recorded by public test suites.
"""
import gzip
import http.client
import json
import os
import sys
import tempfile
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from immersion import Aws, CLOUD_PERSON, Server, Tap, make_table, signed_headers

JSON10 = "application/x-amz-json-1.0"
FORM = "application/x-www-form-urlencoded"
tap = Tap()


def ask(server, target, body, more, service="dynamodb", kind=JSON10, method="POST"):
    headers = signed_headers(CLOUD_PERSON, "127.0.0.1:%d" % server.cloud_port, service, target, kind, body, "us-east-1")
    connection = http.client.HTTPConnection("127.0.0.1", server.cloud_port, timeout=60)
    connection.request(method, "/", body, {**headers, **more})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, {k.lower(): v for k, v in answer.getheaders()}, text


def put(server, body, coding="gzip"):
    return ask(server, "DynamoDB_20120810.PutItem", body, {"Content-Encoding": coding})


def item(key, value="x"):
    return json.dumps({"TableName": "Rides", "Item": {"RideId": {"S": key}, "v": {"S": value}}}).encode()


def requests(server, aws):
    def stored(key):
        return "Item" in aws.call("dynamodb", "GetItem", {"TableName": "Rides", "Key": {"RideId": {"S": key}}})[1]

    for key, body, name in (("a", gzip.compress(item("a")), "a gzip text"),
                            ("b", gzip.compress(item("b")[:10]) + gzip.compress(item("b")[10:]), "a text in two gzip pieces"),
                            ("c", gzip.compress(item("c", "x" * 300000)), "a long one that packs well"),
                            ("d", gzip.compress(item("d")) + b"junk", "one with junk behind it")):
        status, _, text = put(server, body)
        tap.ok(status == 200 and stored(key), "%s is unpacked" % name, text)
    for key, body, coding, name in (("e", item("e"), "gzip", "what is not packed"), ("f", gzip.compress(item("f"))[:-1], "gzip", "half a text"),
                                    ("g", item("g"), "garbage", "an unknown coding"), ("h", b"", "gzip", "nothing")):
        status, headers, text = put(server, body, coding)
        tap.ok(status == 500 and "InternalServerError" in text.decode() and int(headers["x-amz-crc32"]) == zlib.crc32(text)
               and not stored(key), "%s is refused" % name, text)
    status, _, text = put(server, item("i"), "identity")
    tap.ok(status == 200 and stored("i"), "identity is no compression", text)
    bomb = item("j")
    bomb = gzip.compress(bomb[:-1] + b" " * (20 << 20) + bomb[-1:])
    status, _, text = put(server, bomb)
    tap.ok(status == 413 and "longer than 16777216 bytes" in text.decode() and not stored("j"),
           "a text that would be too long is told so", (status, text))
    status, _, text = ask(server, "DynamoDB_20120810.PutItem", gzip.compress(item("k")), {"Content-Encoding": "gzip", "X-Amz-Date": "20200101T000000Z"})
    tap.ok(status == 400 and b"Signature" in text, "the signature is over what was sent, and checked first", text)
    form = gzip.compress(b"Action=GetCallerIdentity&Version=2011-06-15")
    status, _, text = ask(server, None, form, {"Content-Encoding": "gzip"}, "sts", FORM)
    tap.ok(status == 200 and b"<Account>000000000000</Account>" in text, "a form is unpacked too", text)


def get(server, projection, accept):
    body = json.dumps({"TableName": "Rides", "Key": {"RideId": {"S": "long"}}, "ProjectionExpression": projection}).encode()
    status, headers, text = ask(server, "DynamoDB_20120810.GetItem", body, {"Accept-Encoding": accept})
    coding = headers.get("content-encoding")
    plain = gzip.decompress(text) if coding == "gzip" else zlib.decompress(text) if coding else text
    good = status == 200 and json.loads(plain)["Item"]["v"]["S"] == "x" * 4071
    return coding, len(text), good and int(headers["x-amz-crc32"]) == zlib.crc32(text)


def answers(server, aws):
    aws.call("dynamodb", "PutItem", {"TableName": "Rides", "Item": {"RideId": {"S": "long"}, "v": {"S": "x" * 4071}}})
    for coding in ("gzip", "deflate"):
        got, size, good = get(server, "RideId, v", coding)
        tap.ok(good and got == coding and size < 200, "a long answer is compressed by %s, and the checksum is of that" % coding, got)
        got, size, good = get(server, "v", coding)
        tap.ok(good and not got, "one of less than 4 KB is not", got)
    got, size, good = get(server, "RideId, v", "identity")
    tap.ok(good and not got, "nor what nobody asked to be", got)


def misposted(server):
    for method, kind in (("PUT", JSON10), ("DELETE", JSON10), ("POST", "text/plain"), ("POST", "application/x-amz-json-1.1")):
        status, _, text = ask(server, "DynamoDB_20120810.ListTables", b"{}", {}, kind=kind, method=method)
        tap.ok(status == 404 and text == b"<UnknownOperationException/>\n", "%s of %s names no operation" % (method, kind), text)


def silent(server):
    arn = "arn:aws:dynamodb:us-east-1:000000000000:table/Rides"
    for operation, more in (("TagResource", {"Tags": [{"Key": "k", "Value": "v"}]}), ("UntagResource", {"TagKeys": ["k"]})):
        status, headers, text = ask(server, "DynamoDB_20120810." + operation, json.dumps({"ResourceArn": arn, **more}).encode(), {})
        tap.ok(status == 200 and text == b"" and headers["x-amz-crc32"] == "0", "%s has nothing to say" % operation, (status, text))


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server("cloud", os.path.join(folder, "data"))
        aws = Aws(server.cloud_port, CLOUD_PERSON)
        make_table(aws)
        requests(server, aws)
        answers(server, aws)
        misposted(server)
        silent(server)
        server.kill()
    tap.done()


if __name__ == "__main__":
    main()
