#!/usr/bin/env python3
"""The front door, byte by byte: health, preflights, what is not signed, not JSON or not known.

From: DynamoDB Developer Guide, "Error handling"; STS API Reference, "Common errors".
"""
import http.client
import json
import os
import sys
import tempfile
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from immersion import CLOUD_PERSON, Server, Tap, signed_headers

JSON10 = "application/x-amz-json-1.0"
FORM = "application/x-www-form-urlencoded"
tap = Tap()


def ask(server, method, path, body=b"", headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", server.cloud_port, timeout=30)
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, {k.lower(): v for k, v in answer.getheaders()}, text.decode()


def signed(server, target, body, kind=JSON10, service="dynamodb", person=None):
    return ask(server, "POST", "/", body, signed_headers(
        person or CLOUD_PERSON, "127.0.0.1:%d" % server.cloud_port, service, target, kind, body, "us-east-1"))


def health(server):
    status, headers, text = ask(server, "GET", "/")
    tap.ok((status, text) == (200, "healthy: dynamodb.us-east-1.amazonaws.com "), "GET / is DynamoDB's health", text)
    tap.ok(ask(server, "GET", "/healthz")[0] == 200, "GET /healthz is ours")
    status, headers, text = ask(server, "OPTIONS", "/", headers={
        "Origin": "http://a.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-amz-target"})
    tap.ok(status == 200 and headers["access-control-allow-origin"] == "*"
           and headers["access-control-allow-headers"] == "x-amz-target", "a preflight is allowed", headers)


def unsigned(server):
    status, headers, text = ask(server, "POST", "/", b"{}", {
        "X-Amz-Target": "DynamoDB_20120810.ListTables", "Content-Type": JSON10})
    tap.ok(status == 400 and json.loads(text) == {
        "__type": "com.amazon.coral.service#MissingAuthenticationTokenException",
        "message": "Request is missing Authentication Token"}, "an unsigned JSON call is told so", text)
    tap.ok(headers["content-type"] == JSON10 and len(headers["x-amzn-requestid"]) == 52
           and int(headers["x-amz-crc32"]) == zlib.crc32(text.encode()), "with DynamoDB's headers", headers)
    status, headers, text = ask(server, "POST", "/", b"Action=GetCallerIdentity&Version=2011-06-15", {"Content-Type": FORM})
    tap.ok(status == 403 and "<Code>MissingAuthenticationToken</Code>" in text and headers["content-type"] == "text/xml",
           "an unsigned query call is told so in XML", text)
    status, headers, text = ask(server, "GET", "/2015-03-31/functions")
    tap.ok(status == 403 and headers["x-amzn-errortype"] == "MissingAuthenticationTokenException",
           "an unsigned REST call is told so in a header", text)
    status, _, text = ask(server, "POST", "/", b"{}", {"X-Amz-Target": "DynamoDB_20120810.ListTables",
                                                      "Authorization": "AWS4-HMAC-SHA256 Credential=a"})
    tap.ok(status == 400 and "IncompleteSignatureException" in text and "requires 'Signature' parameter." in text,
           "a signature that lacks its parts is told which", text)


def broken(server):
    for body, name in ((b"", "an empty body"), (b"[]", "a list"), (b"{", "half an object"), (b"\xff{}", "no UTF-8"),
                       (b'{"a":' * 5000, "a body that nests without end")):
        status, _, text = signed(server, "DynamoDB_20120810.ListTables", body)
        tap.ok(status == 400 and json.loads(text) == {"__type": "com.amazon.coral.service#SerializationException"},
               "%s is a SerializationException" % name, text)
    status, _, text = signed(server, "DynamoDB_20120810.ListTables", b'{"Limit": "x"}')
    tap.ok(status == 400 and json.loads(text) == {
        "__type": "com.amazon.coral.service#SerializationException",
        "Message": "STRING_VALUE cannot be converted to Integer"}, "a wrong type is told with a capital Message", text)
    status, _, text = signed(server, "DynamoDB_20120810.Nonsense", b"{}")
    tap.ok(status == 400 and json.loads(text) == {"__type": "com.amazon.coral.service#UnknownOperationException"},
           "an unknown operation is an UnknownOperationException", text)
    status, _, text = signed(server, None, b"Action=Nonsense&Version=2011-06-15", FORM, "sts")
    tap.ok(status == 400 and "<Code>InvalidAction</Code><Message>Could not find operation Nonsense for version 2011-06-15"
           in text, "an unknown action is an InvalidAction", text)
    status, _, text = signed(server, "DynamoDB_20120810.ListTables", b"{}", service="sts")
    tap.ok(status == 400 and "correct service: 'dynamodb', not 'sts'" in text, "a signature for another service names both", text)


def anyone():
    with tempfile.TemporaryDirectory() as folder:
        server = Server("cloud", os.path.join(folder, "data"), ["--any-credentials"])
        form = b"Action=GetCallerIdentity&Version=2011-06-15"
        for key, account in (("whoever", "000000000000"), ("123456789012", "123456789012")):
            person = {"accessKeyId": key, "secretAccessKey": "wrong"}
            status, _, text = signed(server, None, form, FORM, "sts", person)
            tap.ok(status == 200 and "<Account>%s</Account>" % account in text,
                   "with --any-credentials the key %s is of account %s" % (key, account), text)
        server.kill()


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server("cloud", os.path.join(folder, "data"))
        health(server)
        unsigned(server)
        broken(server)
        server.kill()
    anyone()
    tap.done()


if __name__ == "__main__":
    main()
