#!/usr/bin/env python3
"""A CRUD API with the aws command: a table, a role, a function on the SDK, an HTTP API with its routes, then requests.

From: API Gateway Developer Guide, "Tutorial: Create a CRUD HTTP API with Lambda and DynamoDB", with its names; what the
console does for the reader there is done here by the command that stands for it.
"""
import http.client
import json
import os
import subprocess
import sys
import tempfile
import urllib.parse
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from immersion import Server, Tap

FUNCTION = """
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, DeleteCommand, GetCommand, PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = "http-crud-tutorial-items";
const routes = {
  "GET /items": async () => (await table.send(new ScanCommand({ TableName }))).Items,
  "GET /items/{id}": async (event) =>
    (await table.send(new GetCommand({ TableName, Key: { id: event.pathParameters.id } }))).Item ?? {},
  "PUT /items": async (event) => {
    const { id, price, name } = JSON.parse(event.body);
    await table.send(new PutCommand({ TableName, Item: { id, price, name } }));
    return `Put item ${id}`;
  },
  "DELETE /items/{id}": async (event) => {
    await table.send(new DeleteCommand({ TableName, Key: { id: event.pathParameters.id } }));
    return `Deleted item ${event.pathParameters.id}`;
  },
};
export const handler = async (event) => {
  try {
    const body = JSON.stringify(await routes[event.routeKey](event));
    return { statusCode: 200, headers: { "Content-Type": "application/json" }, body };
  } catch (error) {
    return { statusCode: 400, body: error.name };
  }
};
"""
tap = Tap()


class Attendee:
    """The aws command with one attendee's values."""

    def __init__(self, server, person):
        self.env = dict(os.environ, AWS_ACCESS_KEY_ID=person["accessKeyId"], AWS_SECRET_ACCESS_KEY=person["secretAccessKey"],
                        AWS_DEFAULT_REGION=person["region"], AWS_ENDPOINT_URL="http://127.0.0.1:%d" % server.cloud_port,
                        AWS_MAX_ATTEMPTS="1", AWS_PAGER="", AWS_EC2_METADATA_DISABLED="true")
        self.arn = "arn:aws:%%s:%s:%s:%%s" % (person["region"], person["account"])

    def aws(self, *arguments):
        done = subprocess.run(["aws", "--output", "json", *arguments], env=self.env, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=120)
        if done.returncode != 0:
            tap.ok(False, "aws " + " ".join(arguments[:2]), done.stderr)
            raise SystemExit(tap.done())
        return json.loads(done.stdout or "{}")


def ask(method, url, body=None):
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    connection.request(method, parts.path, json.dumps(body) if body else None, {"Content-Type": "application/json"} if body else {})
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, json.loads(text) if text.startswith(("{", "[", '"')) else text


def table_and_function(me, folder):
    me.aws("dynamodb", "create-table", "--table-name", "http-crud-tutorial-items", "--attribute-definitions", "AttributeName=id,AttributeType=S",
           "--key-schema", "AttributeName=id,KeyType=HASH", "--billing-mode", "PAY_PER_REQUEST")
    me.aws("dynamodb", "wait", "table-exists", "--table-name", "http-crud-tutorial-items")
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    role = me.aws("iam", "create-role", "--role-name", "http-crud-tutorial-role", "--assume-role-policy-document", json.dumps(trust))["Role"]["Arn"]
    me.aws("iam", "attach-role-policy", "--role-name", "http-crud-tutorial-role", "--policy-arn",
           "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")
    me.aws("iam", "put-role-policy", "--role-name", "http-crud-tutorial-role", "--policy-name", "microservice", "--policy-document", json.dumps({
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": me.arn % ("dynamodb", "table/*"), "Action": [
            "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Scan", "dynamodb:UpdateItem"]}]}))
    archive = os.path.join(folder, "function.zip")
    with zipfile.ZipFile(archive, "w") as z:
        z.writestr("index.mjs", FUNCTION)
    made = me.aws("lambda", "create-function", "--function-name", "http-crud-tutorial-function", "--runtime", "nodejs20.x", "--handler", "index.handler",
                  "--role", role, "--timeout", "10", "--zip-file", "fileb://" + archive)
    me.aws("lambda", "wait", "function-active-v2", "--function-name", "http-crud-tutorial-function")
    return made["FunctionArn"]


def api_with_routes(me, function):
    api = me.aws("apigatewayv2", "create-api", "--name", "http-crud-tutorial-api", "--protocol-type", "HTTP")
    tap.ok(len(api["ApiId"]) == 10 and api["ApiEndpoint"].endswith(api["ApiId"]), "the API has an address", api)
    integration = me.aws("apigatewayv2", "create-integration", "--api-id", api["ApiId"], "--integration-type", "AWS_PROXY", "--integration-uri", function,
                         "--payload-format-version", "2.0")["IntegrationId"]
    for key in ("GET /items/{id}", "GET /items", "PUT /items", "DELETE /items/{id}"):
        me.aws("apigatewayv2", "create-route", "--api-id", api["ApiId"], "--route-key", key, "--target", "integrations/" + integration)
    me.aws("apigatewayv2", "create-stage", "--api-id", api["ApiId"], "--stage-name", "$default", "--auto-deploy")
    return api


def requests(me, api, function):
    items = api["ApiEndpoint"] + "/items"
    got = ask("GET", items)
    tap.ok(got == (500, {"message": "Internal Server Error"}), "before the function lets the API in nobody is served", got)
    me.aws("lambda", "add-permission", "--function-name", function, "--statement-id", "api", "--action", "lambda:InvokeFunction", "--principal",
           "apigateway.amazonaws.com", "--source-arn", me.arn % ("execute-api", api["ApiId"] + "/*/*/items*"))
    for id, price in (("123", 12345), ("456", 0.5)):
        got = ask("PUT", items, {"id": id, "price": price, "name": "item " + id})
        tap.ok(got == (200, "Put item " + id), "an item is put", got)
    status, got = ask("GET", items)
    tap.ok(status == 200 and sorted(i["id"] for i in got) == ["123", "456"], "all items are got", got)
    got = ask("GET", items + "/123")
    tap.ok(got == (200, {"id": "123", "price": 12345, "name": "item 123"}), "one item is got", got)
    got = ask("DELETE", items + "/123")
    tap.ok(got == (200, "Deleted item 123"), "an item is deleted", got)
    got = ask("GET", items + "/123")
    tap.ok(got == (200, {}), "and is gone", got)
    got = ask("POST", items, {"id": "1"})
    tap.ok(got == (404, {"message": "Not Found"}), "what has no route is not found", got)


def clean_up(me, api):
    me.aws("apigatewayv2", "delete-api", "--api-id", api["ApiId"])
    me.aws("lambda", "delete-function", "--function-name", "http-crud-tutorial-function")
    me.aws("dynamodb", "delete-table", "--table-name", "http-crud-tutorial-items")
    got = ask("GET", api["ApiEndpoint"] + "/items")
    tap.ok(got == (404, {"message": "Not Found"}) and me.aws("apigatewayv2", "get-apis")["Items"] == [], "nothing is left of it", got)


def quick(me, function):
    api = me.aws("apigatewayv2", "create-api", "--name", "quick", "--protocol-type", "HTTP", "--target", function, "--cors-configuration", "AllowOrigins=*")
    me.aws("lambda", "add-permission", "--function-name", function, "--statement-id", "quick", "--action", "lambda:InvokeFunction", "--principal",
           "apigateway.amazonaws.com", "--source-arn", me.arn % ("execute-api", api["ApiId"] + "/*/$default"))
    got = ask("GET", api["ApiEndpoint"] + "/anything")
    tap.ok(got == (400, "TypeError"), "quick create sends everything to the function", got)
    me.aws("apigatewayv2", "delete-api", "--api-id", api["ApiId"])


with tempfile.TemporaryDirectory() as data:
    server = Server("serve", os.path.join(data, "event"))
    me = Attendee(server, server.join("Ada"))
    function = table_and_function(me, data)
    api = api_with_routes(me, function)
    requests(me, api, function)
    quick(me, function)
    clean_up(me, api)
    server.kill()
tap.done()
