#!/usr/bin/env python3
"""The front door, byte by byte: health, preflights, what is not signed, not JSON or not known.

From: DynamoDB Developer Guide, "Error handling"; STS API Reference, "Common errors".
"""
import http.client
import json
import os
import re
import socket
import sys
import tempfile
import zlib
from urllib.parse import urlencode

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from immersion import CLOUD_PERSON, Server, Tap, signed_headers

JSON10 = "application/x-amz-json-1.0"
NOT_FOUND = "<UnknownOperationException/>\n"
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


def is_dynamodb(headers, text):
    return len(headers["x-amzn-requestid"]) == 52 and headers["server"] == "Server" \
           and int(headers["x-amz-crc32"]) == zlib.crc32(text.encode())


def cors(headers):
    return {name[len("access-control-"):]: value for name, value in headers.items() if name.startswith("access-control-")}


def health(server):
    status, headers, text = ask(server, "GET", "/")
    tap.ok((status, text) == (200, "healthy: dynamodb.us-east-1.amazonaws.com "), "GET / is DynamoDB's health", text)
    tap.ok(is_dynamodb(headers, text) and not cors(headers), "with DynamoDB's headers, and none for browsers", headers)
    tap.ok(ask(server, "GET", "/healthz")[0] == 200, "GET /healthz is ours")
    headers = ask(server, "GET", "/", headers={"Origin": "http://a.example"})[1]
    tap.ok(set(cors(headers)) == {"allow-origin", "expose-headers"} and cors(headers)["allow-origin"] == "*",
           "a browser may read the health", headers)


def preflights(server):
    origin = {"Origin": "http://a.example"}
    wishes = {"Access-Control-Request-Method": "dog", "Access-Control-Request-Headers": "a, b, c"}
    status, headers, text = ask(server, "OPTIONS", "/", headers={**origin, **wishes})
    got = cors(headers)
    got.pop("expose-headers")
    tap.ok((status, text) == (200, "") and got == {
        "allow-origin": "*", "allow-headers": "a, b, c", "allow-methods": "dog", "max-age": "172800"},
        "a preflight is allowed what it asks for", headers)
    status, headers, text = ask(server, "OPTIONS", "/", headers=origin)
    tap.ok(status == 200 and set(cors(headers)) == {"allow-origin", "expose-headers", "max-age"},
           "a preflight that asks for nothing is allowed nothing", headers)
    status, headers, text = ask(server, "OPTIONS", "/", headers=wishes)
    tap.ok(status == 404 and text == NOT_FOUND and not cors(headers), "without an origin it is no preflight", headers)


def ends(server):
    """A request whose end can be seen in two ways is refused, and nothing behind it is read as another."""
    behind = b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
    for what, lines in (("two ends", b"Host: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked"),
                        ("two lengths", b"Host: a\r\nContent-Length: 0\r\nContent-Length: 5"),
                        ("a coding that is not chunked", b"Host: a\r\nTransfer-Encoding: xchunked"),
                        ("more codings than chunked", b"Host: a\r\nTransfer-Encoding: chunked, identity"),
                        ("a blank in front of a colon", b"Host: a\r\nTransfer-Encoding : chunked\r\nContent-Length: 5"),
                        ("two hosts", b"Host: a\r\nHost: b\r\nContent-Length: 5")):
        text = b""
        with socket.create_connection(("127.0.0.1", server.cloud_port), timeout=20) as s:
            s.sendall(b"POST /nothing HTTP/1.1\r\n" + lines + b"\r\n\r\n" + behind)
            try:
                while more := s.recv(65536):
                    text += more
            except ConnectionResetError:
                pass  # closed with bytes unread
        tap.ok(text.startswith(b"HTTP/1.1 400 ") and text.count(b"HTTP/1.1 ") == 1, "%s: refused, and closed" % what, text)


def nothing_named(server):
    for method, path, body, kind in (("PUT", "/", b"", None), ("DELETE", "/", b"", None), ("GET", "/nothing", b"", None),
                                     ("POST", "/", b"hi", "whatever"), ("POST", "/", b"hi", "application/x-amz-json-1.1"),
                                     ("POST", "/", b"hi", "application/jsonasdf"), ("POST", "/nothing", b"{}", JSON10)):
        status, headers, text = ask(server, method, path, body, {"Content-Type": kind} if kind else {})
        tap.ok(status == 404 and text == NOT_FOUND and is_dynamodb(headers, text),
               "%s %s of type %s is not found" % (method, path, kind), (status, headers, text))
    for target, body, kind, code in ((None, b"hi", "application/json", "Serialization"), (None, b"hi", JSON10 + ";b", "Serialization"),
                                     (None, b"hi", "application/json  ;   x", "Serialization"), (None, b"", None, "UnknownOperation"),
                                     (None, b"{}", "application/json;charset=x", "UnknownOperation"),
                                     (None, b"{}", JSON10, "UnknownOperation"), ("whatever", b"", None, "UnknownOperation"),
                                     ("DynamoDB_20120810.ListTable", b"", None, "UnknownOperation")):
        headers = {"Content-Type": kind} if kind else {}
        status, headers, text = ask(server, "POST", "/", body, {**headers, "X-Amz-Target": target} if target else headers)
        tap.ok(status == 400 and json.loads(text) == {"__type": "com.amazon.coral.service#%sException" % code}
               and is_dynamodb(headers, text) and headers["content-type"] == (JSON10 if kind and JSON10 in kind else "application/json"),
               "target %s with %s of type %s is %s" % (target, body, kind, code), (status, headers, text))
    status, headers, text = signed(server, None, b"{}")
    tap.ok(status == 400 and "UnknownOperationException" in text, "signing does not name an operation", text)
    for size, wanted in ((16 << 20, 404), ((16 << 20) + 1, 413)):
        status, headers, text = ask(server, "POST", "/", b"a" * size)
        tap.ok(status == wanted and is_dynamodb(headers, text), "a body of %d bytes is answered with %d" % (size, wanted), status)


def signatures(server):
    target = {"X-Amz-Target": "DynamoDB_20120810.ListTables", "Content-Type": JSON10}
    scope = {"Authorization": "AWS4-HMAC-SHA256 Credential=a/2/3/4/aws4_request SignedHeaders=x-amz-date;host Signature=123"}
    for path, more, code, message in (
            ("/", {"Authorization": "AWS4"}, "MissingAuthenticationToken", "Request is missing Authentication Token"),
            ("/?X-Amz-Algorith", {"Authorization": "X"}, "MissingAuthenticationToken", "Request is missing Authentication Token"),
            ("/?X-Amz-Credential=a&X-Amz-Signature=b&X-Amz-SignedHeaders=c&X-Amz-Date=d", {}, "MissingAuthenticationToken",
             "Request is missing Authentication Token"),
            ("/?X-Amz-Algorithm", {"Authorization": "X"}, "InvalidSignature",
             "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."),
            ("/?X-Amz-Algorithm", {}, "IncompleteSignature", "AWS query-string parameters must include 'X-Amz-Algorithm'. "
             "AWS query-string parameters must include 'X-Amz-Credential'. "),
            ("/", {"Authorization": "AWS4- Signature=b, Credential=a", "Date": "a"}, "IncompleteSignature",
             "Authorization header requires 'SignedHeaders' parameter. Authorization=AWS4- Signature=b, Credential=a"),
            ("/", {**scope, "X-Amz-Date": "20170101T010101Z"}, "InvalidSignature", "Signature expired: 20170101T010101Z is now earlier"),
            ("/", {**scope, "X-Amz-Date": "30200101T010101Z"}, "InvalidSignature", "Signature not yet current: 30200101T010101Z is still")):
        status, _, text = ask(server, "POST", path, b"{}", {**target, **more})
        told = json.loads(text)
        tap.ok(status == 400 and told["__type"] == "com.amazon.coral.service#%sException" % code
               and told["message"].startswith(message), "%s with %s is told: %s" % (path, more.get("X-Amz-Date"), message[:40]), text)


def unsigned(server):
    status, headers, text = ask(server, "POST", "/", b"{}", {
        "X-Amz-Target": "DynamoDB_20120810.ListTables", "Content-Type": JSON10})
    tap.ok(status == 400 and json.loads(text) == {
        "__type": "com.amazon.coral.service#MissingAuthenticationTokenException",
        "message": "Request is missing Authentication Token"}, "an unsigned JSON call is told so", text)
    tap.ok(headers["content-type"] == JSON10 and is_dynamodb(headers, text), "with DynamoDB's headers", headers)
    status, headers, text = ask(server, "POST", "/", b"Action=GetCallerIdentity&Version=2011-06-15", {"Content-Type": FORM})
    tap.ok(status == 403 and "<Code>MissingAuthenticationToken</Code>" in text and headers["content-type"] == "text/xml",
           "an unsigned query call is told so in XML", text)
    status, headers, text = ask(server, "GET", "/2015-03-31/functions", headers={
        "Authorization": "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/lambda/aws4_request"})
    tap.ok(status == 403 and headers["x-amzn-errortype"] == "IncompleteSignatureException",
           "a REST call whose signature lacks its parts is told so in a header", text)
    status, _, text = ask(server, "POST", "/", b"{}", {"X-Amz-Target": "DynamoDB_20120810.ListTables", "Content-Type": JSON10,
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
    status, _, text = signed(server, None, b"Action=ListStacks&Version=2010-05-15", FORM, "cloudformation")
    tap.ok(status == 400 and "<Code>InvalidAction</Code><Message>There is no service called cloudformation in this cloud." in text,
           "a service that is not there is told by its name", text)
    status, _, text = signed(server, "AWSEvents.ListRules", b"{}", JSON10, "events")
    tap.ok(status == 400 and "There is no service called events in this cloud." in text, "in JSON", text)
    status, _, text = signed(server, None, b"{}", JSON10, "s3")
    tap.ok(status == 501 and "<Code>NotImplemented</Code><Message>There is no service called s3 in this cloud." in text,
           "and in XML to clients of S3", text)
    status, _, text = signed(server, "DynamoDB_20120810.ListTables", b"{}", service="sts")
    tap.ok(status == 400 and "correct service: 'dynamodb', not 'sts'" in text, "a signature for another service names both", text)


def owners(server):
    """Keys that the cloud made are their owners', in whichever account; others that look like them are the root's."""
    def call(service, person, **members):
        version = {"iam": "2010-05-08", "sts": "2011-06-15"}[service]
        return signed(server, None, urlencode({"Version": version, **members}).encode(), FORM, service, person)[2]

    def whose(key):
        text = call("sts", {"accessKeyId": key, "secretAccessKey": "wrong"}, Action="GetCallerIdentity")
        return re.search("<Arn>(.*)</Arn>", text).group(1)

    root = {"accessKeyId": "123456789012", "secretAccessKey": "wrong"}
    call("iam", root, Action="CreateUser", UserName="ann")
    key = re.search("<AccessKeyId>(.*)</AccessKeyId>", call("iam", root, Action="CreateAccessKey", UserName="ann")).group(1)
    tap.ok(whose(key) == "arn:aws:iam::123456789012:user/ann", "a user's key is the user's", whose(key))
    text = call("iam", {"accessKeyId": key, "secretAccessKey": "wrong"}, Action="ListUsers")
    tap.ok("<Code>AccessDenied</Code>" in text, "who may do what the user may", text)
    key = re.search("<AccessKeyId>(.*)</AccessKeyId>", call("sts", root, Action="GetFederationToken", Name="bob")).group(1)
    tap.ok(whose(key) == "arn:aws:sts::123456789012:federated-user/bob", "a session's key is the session's", whose(key))
    strange = "AKIAIOSFODNN7EXAMPLE"
    tap.ok(whose(strange) == "arn:aws:iam::000000000000:root", "a key of an account elsewhere is the root's", whose(strange))


def anyone():
    with tempfile.TemporaryDirectory() as folder:
        server = Server("cloud", os.path.join(folder, "data"), ["--any-credentials"])
        form = b"Action=GetCallerIdentity&Version=2011-06-15"
        for key, account in (("whoever", "000000000000"), ("123456789012", "123456789012")):
            person = {"accessKeyId": key, "secretAccessKey": "wrong"}
            status, _, text = signed(server, None, form, FORM, "sts", person)
            tap.ok(status == 200 and "<Account>%s</Account>" % account in text,
                   "with --any-credentials the key %s is of account %s" % (key, account), text)
        owners(server)
        server.kill()


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server("cloud", os.path.join(folder, "data"))
        health(server)
        preflights(server)
        ends(server)
        nothing_named(server)
        signatures(server)
        unsigned(server)
        broken(server)
        server.kill()
    anyone()
    tap.done()


if __name__ == "__main__":
    main()
