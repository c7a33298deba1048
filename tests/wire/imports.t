#!/usr/bin/env python3
"""Definitions of some megabytes that describe more than an API may have, by each way in which they can.

An import ends at the first thing too many, in the words of API Gateway's quotas, and takes the time and the memory of the
definition, not of its square. From: API Gateway Developer Guide, "Quotas for configuring and running a REST API", "... an
HTTP API".
"""
import http.client
import json
import os
import sqlite3
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from immersion import Server, Tap

tap = Tap()
# What a megabyte of a definition may need: a tree of small objects is the worst. A sanitizer's bookkeeping comes on top.
MIB_MORE = 450 if os.environ.get("BUILD", "release") == "release" else 3000
BYTES = 2500000
VERBS = ("get", "put", "post", "delete", "patch", "options", "head")
MOCK = {"x-amazon-apigateway-integration": {"type": "mock"}}
PROXY = {"x-amazon-apigateway-integration": {"type": "http_proxy", "httpMethod": "GET", "uri": "https://example.com",
                                             "payloadFormatVersion": "1.0"}}
TOKEN = {"type": "apiKey", "name": "A", "in": "header", "x-amazon-apigateway-authtype": "custom",
         "x-amazon-apigateway-authorizer": {
             "type": "token", "authorizerUri": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
                                               "arn:aws:lambda:us-east-1:000000000000:function:f/invocations"}}


def ask(server, method, path, body, service="apigateway"):
    """One signed request: (status, type of the error, its message or the answer)."""
    url = "http://127.0.0.1:%d%s" % (server.cloud_port, path)
    request = AWSRequest(method, url, data=body, headers={"Content-Type": "application/json"})
    SigV4Auth(Credentials("test", "test"), service, "us-east-1").add_auth(request)
    connection = http.client.HTTPConnection("127.0.0.1", server.cloud_port, timeout=120)
    connection.request(method, path, body, dict(request.headers))
    answer = connection.getresponse()
    value = json.loads(answer.read() or b"null")
    connection.close()
    kind = (answer.getheader("x-amzn-ErrorType") or "").split(":")[0]
    return answer.status, kind, (value or {}).get("message", value) if kind else value


def forget_peak(server):
    with open("/proc/%d/clear_refs" % server.child.pid, "w") as refs:
        refs.write("5")


def peak_mib(server):
    with open("/proc/%d/status" % server.child.pid) as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) // 1024


def definition(**more):
    return {"openapi": "3.0.1", "info": {"title": "many", "version": "1"}, "paths": {}, **more}


def swagger(**more):
    return {"swagger": "2.0", "info": {"title": "many", "version": "1"}, "paths": {}, **more}


def many(one):
    """As many of one(i) as fit."""
    return [one(i) for i in range(BYTES // (len(json.dumps(one(123456))) + 4))]


def everywhere(operation, item=None):
    return {"/p%d" % i: {**{v: {**MOCK, **operation} for v in VERBS}, **(item or {})} for i in range(280)}


def parts(one):
    return definition(**{"x-amazon-apigateway-documentation": {"documentationParts": many(one)}})


def part(path):
    return {"location": {"type": "RESOURCE", "path": path}, "properties": {"description": "d"}}


def shared(what, name, value):
    return {"components": {what: {name: value}}}


REST = "Maximum number of %s for this API has been reached.  Please contact AWS if you need additional %s."
HTTP = "Maximum number of %s for this API has been reached. Please contact AWS if you need additional %s."
MODELS = "Maximum size of Models for this API has been reached."
MUCH = "The definition is too large: with what its references stand for it describes more than an API can have."
INVALID = "Invalid OpenAPI input."
ERRORS = "Errors found during import:"


def quota(words, name):
    return 429, "LimitExceededException" if words == REST else "ConflictException", words % (name, name)


# What it is, the definition, and how it is answered.
REST_SHAPES = (
    ("many paths", lambda: definition(paths=dict(many(lambda i: ("/p%d" % i, {})))), quota(REST, "Resources")),
    ("a deep path", lambda: definition(paths={"/a" * (BYTES // 2): {}}), quota(REST, "Resources")),
    ("many deep paths", lambda: definition(paths=dict(many(lambda i: ("/a" * 250 + "/%d" % i, {})))),
     quota(REST, "Resources")),
    ("many methods", lambda: definition(paths=dict(many(lambda i: ("/p%d" % i, {v: MOCK for v in VERBS})))),
     quota(REST, "Resources")),
    ("many models", lambda: definition(components={"schemas": dict(many(lambda i: ("M%d" % i, {"type": "object"})))}),
     (429, "LimitExceededException", MODELS)),
    ("models without names", lambda: definition(
        paths=everywhere({"requestBody": {"$ref": "#/components/requestBodies/B"}}),
        **shared("requestBodies", "B", {"content": {"a/%d" % i: {"schema": {"type": "string"}} for i in range(9000)}})),
     (429, "LimitExceededException", MODELS)),
    ("a large model", lambda: definition(**shared("schemas", "M", {"description": "x" * BYTES})),
     (429, "LimitExceededException", MODELS)),
    ("many documentation parts", lambda: parts(lambda i: part("/p%d" % i)), quota(REST, "DocumentationParts")),
    ("one documentation part again and again", lambda: parts(lambda i: part("/p")), (400, "BadRequestException", ERRORS)),
    ("many authorizers", lambda: definition(components={"securitySchemes": dict(many(lambda i: ("s%d" % i, TOKEN)))}),
     quota(REST, "Authorizers")),
    ("many security requirements", lambda: definition(
        security=[{"s%d" % i: []} for i in range(100000)], paths=everywhere({})), (400, "BadRequestException", MUCH)),
    ("many media types", lambda: swagger(
        consumes=["a/%d" % i for i in range(100000)], definitions={"M": {"type": "object"}},
        paths=everywhere({"parameters": [{"in": "body", "name": "b", "schema": {"$ref": "#/definitions/M"}}]})),
     (400, "BadRequestException", MUCH)),
    ("many unknown gateway responses", lambda: definition(**{
        "x-amazon-apigateway-gateway-responses": dict(many(lambda i: ("R%d" % i, {"statusCode": 401})))}),
     (400, "BadRequestException", ERRORS)),
    ("a large integration that all methods share", lambda: definition(
        paths=everywhere({"x-amazon-apigateway-integration": {"$ref": "#/components/integrations/I"}}),
        **shared("integrations", "I", {"type": "mock", "requestTemplates": {"application/json": "x" * 2000000}})),
     (400, "BadRequestException", MUCH)),
    ("a response with many headers that all methods share", lambda: definition(
        paths=everywhere({"responses": {"200": {"$ref": "#/components/responses/R"}}}),
        **shared("responses", "R", {"headers": {"h%d" % i: {} for i in range(60000)}})),
     (400, "BadRequestException", MUCH)),
    ("a parameter with a long name that all methods share", lambda: definition(
        paths=everywhere({}, {"parameters": [{"$ref": "#/components/parameters/P"}]}),
        **shared("parameters", "P", {"in": "query", "name": "n" * 2000000})), (400, "BadRequestException", MUCH)),
    ("a path item that all paths share", lambda: definition(
        paths={"/p%d" % i: {"$ref": "#/components/items/I"} for i in range(290)},
        **shared("items", "I", {v: {**MOCK, "operationId": "x" * 300000} for v in VERBS})),
     (400, "BadRequestException", MUCH)),
    ("a large authorizer of all methods", lambda: definition(
        security=[{"s": []}], paths=everywhere({}), components={"securitySchemes": {"s": {
            **TOKEN, "x-amazon-apigateway-authorizer": {**TOKEN["x-amazon-apigateway-authorizer"],
                                                        "identityValidationExpression": "x" * 3000000}}}}),
     (400, "BadRequestException", MUCH)),
    ("a long prefix of many paths", lambda: swagger(
        basePath="/" + "x" * 1000000, paths=dict(("/p%d" % i, {}) for i in range(100000))),
     (400, "BadRequestException", "Invalid base path specified")),
    ("more than 6 MB", lambda: definition(x="x" * (6 << 20)),
     (413, "RequestEntityTooLargeException", "The request entity is too large.")),
    ("very many objects", lambda: definition(x=[{}] * 1200000), (400, "BadRequestException", INVALID)),
    ("100000 levels", lambda: '{"openapi":"3.0.1","x":' + "[" * 100000 + "]" * 100000 + "}",
     (400, "BadRequestException", INVALID)),
    ("100000 levels of YAML", lambda: "openapi: 3.0.1\nx: " + "[" * 100000, (400, "BadRequestException", INVALID)),
    ("YAML whose aliases grow", lambda: "openapi: 3.0.1\na: &a [x,x]\n" + "".join(
        "%s: &%s [%s]\n" % (c, c, ",".join(["*" + b] * 9)) for b, c in zip("abcdefgh", "bcdefghi")),
     (400, "BadRequestException", INVALID)),
    ("YAML of very many objects", lambda: "openapi: 3.0.1\nx:\n" + "- a: b\n" * 400000,
     (400, "BadRequestException", INVALID)),
)
HTTP_SHAPES = (
    ("many routes", lambda: definition(paths=dict(many(lambda i: ("/p%d" % i, {v: PROXY for v in VERBS})))),
     quota(HTTP, "Routes")),
    ("many long routes", lambda: definition(
        paths={"/p%d" % i: {"get": {**PROXY, "operationId": "x" * 10000}} for i in range(400)}), quota(HTTP, "Routes")),
    ("a large integration that all routes share", lambda: definition(
        paths={"/p%d" % i: {"get": {"x-amazon-apigateway-integration": {"$ref": "#/components/integrations/I"}}}
               for i in range(290)},
        **shared("integrations", "I", {**PROXY["x-amazon-apigateway-integration"], "description": "x" * 2000000})),
     (400, "BadRequestException", MUCH)),
    ("many security requirements", lambda: definition(
        security=[{"s%d" % i: [] for i in range(200000)}], paths={"/p%d" % i: {"get": PROXY} for i in range(290)}),
     (400, "BadRequestException", MUCH)),
    ("many missing references", lambda: definition(paths={"/p%d" % i: {v: {"responses": {"200": {"content": {"a/b": {
        "schema": {"$ref": "#/no/where"}}}}}} for v in VERBS} for i in range(5000)}),
     (400, "BadRequestException", "Warnings found during import:")),
    ("a base path that grows", lambda: definition(
        servers=[{"url": "https://a/" + "{v}/" * 100000, "variables": {"v": {"default": "x" * 100000}}}]),
     (400, "BadRequestException", "Invalid base path specified")),
    ("very many objects", lambda: definition(x=[{}] * 1200000), (400, "BadRequestException", "Unable to parse")),
)


def check(server, name, wanted, call):
    """Is it answered so, and with how much memory?"""
    forget_peak(server)
    before = peak_mib(server)
    status, kind, said = call()
    held = (status, kind) == wanted[:2] and isinstance(said, str) and said.startswith(wanted[2])
    tap.ok(held, "%s: %d, %s" % (name, wanted[0], wanted[2][:60]), (status, kind, str(said)[:300]))
    grown = peak_mib(server) - before
    tap.ok(grown < MIB_MORE, "%s: in the memory of the definition" % name, "%d MiB more" % grown)


def text_of(value):
    return (value if isinstance(value, str) else json.dumps(value)).encode()


def within(value):
    """As ImportApi takes it: a text within JSON."""
    return json.dumps({"body": text_of(value).decode()}).encode()


def of_rest(server):
    api = ask(server, "POST", "/restapis", b'{"name":"mine"}')[2]["id"]
    for name, make, wanted in REST_SHAPES:
        body = text_of(make())
        check(server, name + ", imported", wanted,
              lambda: ask(server, "POST", "/restapis?basepath=prepend&mode=import", body))
        for mode in ("merge", "overwrite"):
            check(server, "%s, put to %s" % (name, mode), wanted,
                  lambda: ask(server, "PUT", "/restapis/%s?basepath=prepend&mode=%s" % (api, mode), body))
    resources = ask(server, "GET", "/restapis/%s/resources" % api, None)[2]["item"]
    tap.ok([r["path"] for r in resources] == ["/"], "of all of that nothing has stayed", resources)
    for mode in ("merge", "overwrite"):
        check(server, "many documentation parts alone, to " + mode, quota(REST, "DocumentationParts"),
              lambda: ask(server, "PUT", "/restapis/%s/documentation/parts?mode=%s" % (api, mode),
                          text_of(parts(lambda i: part("/p%d" % i)))))


def of_http(server):
    status, kind, api = ask(server, "PUT", "/v2/apis", within(definition(paths={"/p": {"get": PROXY}})))
    tap.ok(status == 201, "an HTTP API", (status, kind, api))
    for name, make, wanted in HTTP_SHAPES:
        body = within(make())
        check(server, name + ", imported", wanted,
              lambda: ask(server, "PUT", "/v2/apis?basepath=prepend&failOnWarnings=true", body))
        check(server, name + ", imported again", wanted,
              lambda: ask(server, "PUT", "/v2/apis/%s?basepath=prepend&failOnWarnings=true" % api["apiId"], body))
    routes = ask(server, "GET", "/v2/apis/%s/routes" % api["apiId"], None)[2]["items"]
    tap.ok([r["routeKey"] for r in routes] == ["GET /p"], "of all of that nothing has stayed", routes)


def of_large_apis(server):
    """What an API that is as large as it may be asks of the operations on all of it."""
    answered = {"responses": {"200": {"headers": {"h%d" % i: {} for i in range(10)}}},
                "x-amazon-apigateway-integration": {"type": "mock", "requestTemplates": {"application/json": "x" * 500},
                                                    "responses": {"default": {"statusCode": "200"}}}}
    large = definition(paths={("/a" + "/b" * (i % 20) + "/p%d" % i): {v: answered for v in VERBS} for i in range(250)})
    forget_peak(server)
    before = peak_mib(server)
    api = ask(server, "POST", "/restapis?mode=import", text_of(large))[2]["id"]
    at = "/restapis/%s/" % api
    resources = ask(server, "GET", at + "resources?limit=500", None)[2]["item"]
    below = [r for r in resources if r["path"] == "/a"][0]["id"]
    status, _, said = ask(server, "PATCH", at + "resources/" + below,
                          b'{"patchOperations":[{"op":"replace","path":"/pathPart","value":"z"}]}')
    tap.ok((status, said["path"]) == (200, "/z"), "a resource above all others is renamed", (status, said))
    moved = ask(server, "GET", at + "resources?limit=500", None)[2]["item"]
    tap.ok(sorted(r["path"] for r in moved) == sorted("/z" + r["path"][2:] if r["path"] != "/" else "/" for r in resources),
           "with all that is below it", [r["path"] for r in moved][:5])
    status, kind, said = ask(server, "POST", at + "deployments", b'{"stageName":"s"}')
    tap.ok(status == 201, "it is deployed", (status, kind, said))
    status, kind, said = ask(server, "GET", at + "stages/s/exports/oas30?extensions=apigateway", None)
    tap.ok(status == 200 and len(said["paths"]) == 250, "and exported", (status, kind))
    status, kind, said = ask(server, "DELETE", at + "resources/" + below, None)
    left = ask(server, "GET", at + "resources?limit=500", None)[2]["item"]
    tap.ok(status == 202 and [r["path"] for r in left] == ["/"], "with a resource goes all that is below it", (status, left))
    grown = peak_mib(server) - before
    tap.ok(grown < MIB_MORE, "and all of that takes the memory of the definition", "%d MiB more" % grown)


def of_lists(server):
    """Lists of operations and of keys."""
    api = ask(server, "POST", "/restapis", b'{"name":"mine"}')[2]["id"]
    long = {"patchOperations": [{"op": "add", "path": "/binaryMediaTypes/a~1%d" % i} for i in range(100000)]}
    check(server, "a long list of patches to a long list", (400, "BadRequestException", "Too many patch operations"),
          lambda: ask(server, "PATCH", "/restapis/" + api, text_of(long)))
    keys = "name,key,usageplanids\n" + "".join("a,k%025d,\n" % i for i in range(120000))
    check(server, "many API keys", (429, "LimitExceededException", "Maximum number of ApiKeys for this account"),
          lambda: ask(server, "POST", "/apikeys?format=csv&mode=import", keys.encode()))
    plan = ask(server, "POST", "/usageplans", b'{"name":"p"}')[2]["id"]
    keys = "name,key,usageplanids\na,k%025d,%s\n" % (7, ";".join([plan] * 300000))
    forget_peak(server)
    before = peak_mib(server)
    status, kind, said = ask(server, "POST", "/apikeys?format=csv&mode=import", keys.encode())
    grown = peak_mib(server) - before
    tap.ok(status == 201 and len(said["ids"]) == 1 and grown < MIB_MORE, "a key of one plan again and again",
           (status, kind, said, grown))


OLD = """UPDATE apigateway_thing SET name = '' WHERE kind IN ('DocumentationPart', 'Authorizer', 'RequestValidator');
DROP INDEX apigatewayv2_route; DROP INDEX apigatewayv2_authorizer;
UPDATE schema_version SET version = 1 WHERE name IN ('apigateway', 'apigatewayv2');"""


def of_older_accounts(folder):
    """An account of the version that did not find things by their names."""
    server = Server("cloud", os.path.join(folder, "old"))
    named = definition(**{"x-amazon-apigateway-request-validators": {"all": {"validateRequestBody": True}},
                          "components": {"securitySchemes": {"s": TOKEN}},
                          "x-amazon-apigateway-documentation": {"documentationParts": [part("/p")]}})
    at = "/restapis/%s/" % ask(server, "POST", "/restapis?mode=import", text_of(named))[2]["id"]
    api = ask(server, "PUT", "/v2/apis", within(definition(paths={"/p": {"get": PROXY}})))[2]["apiId"]
    server.kill()
    with sqlite3.connect(os.path.join(folder, "old", "accounts", "000000000000", "account.db")) as db:
        db.executescript(OLD)
    db.close()
    server.start()
    status, kind, _ = ask(server, "POST", at + "documentation/parts",
                          text_of({"location": part("/p")["location"], "properties": '{"a":"b"}'}))
    tap.ok((status, kind) == (409, "ConflictException"), "its documentation parts are known by their places", (status, kind))
    scheme = TOKEN["x-amazon-apigateway-authorizer"]
    status, _, said = ask(server, "POST", at + "authorizers", text_of(
        {"name": "s", "type": "TOKEN", "authorizerUri": scheme["authorizerUri"], "identitySource": "method.request.header.A"}))
    tap.ok(status == 400 and "must be unique" in str(said), "its authorizers by their names", (status, said))
    del named["x-amazon-apigateway-documentation"]
    status, kind, said = ask(server, "PUT", at[:-1] + "?mode=merge", text_of(named))
    found = ask(server, "GET", at + "requestvalidators", None)[2]["item"]
    tap.ok(status == 200 and len(found) == 1, "and so are its validators, which are made anew", (status, said, found))
    status, kind, _ = ask(server, "POST", "/v2/apis/%s/routes" % api, b'{"routeKey":"GET /p"}')
    tap.ok((status, kind) == (409, "ConflictException"), "an HTTP API's routes by their keys", (status, kind))
    server.kill()


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server("cloud", os.path.join(folder, "data"))
        of_rest(server)
        of_http(server)
        of_large_apis(server)
        of_lists(server)
        server.kill()
        of_older_accounts(folder)
    tap.done()


if __name__ == "__main__":
    main()
