#!/usr/bin/env python3
"""The AWS SDKs inside functions: they are there without the network, and find the cloud and its signature's key by
themselves.

From: Lambda Developer Guide, "Building Lambda functions with Node.js" (what a runtime brings) and
"Working with layers for Python Lambda functions".
"""
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from immersion import OFTEN, Server, Tap, zipped

import boto3

tap = Tap()
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"},
                                                 "Action": "sts:AssumeRole"}]}
MODULE = """
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand, GetCommand } from "@aws-sdk/lib-dynamodb";
import { STSClient, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
const ddb = DynamoDBDocumentClient.from(new DynamoDBClient({}));
export const handler = async (event) => {
	await ddb.send(new PutCommand({ TableName: "Rides", Item: { id: "mjs", deep: { list: [1, new Set(["a"])] } } }));
	const { Item } = await ddb.send(new GetCommand({ TableName: "Rides", Key: { id: "mjs" } }));
	const { Arn } = await new STSClient({}).send(new GetCallerIdentityCommand({}));
	return { id: Item.id, one: Item.deep.list[0], Arn };
};
"""
PLAIN = """
const { DynamoDBClient, PutItemCommand, ConditionalCheckFailedException } = require("@aws-sdk/client-dynamodb");
const { marshall } = require("@aws-sdk/util-dynamodb");
const client = new DynamoDBClient();
exports.handler = async () => {
	await client.send(new PutItemCommand({ TableName: "Rides", Item: marshall({ id: "cjs", n: 1 }) }));
	try {
		await client.send(new PutItemCommand({ TableName: "Rides", Item: marshall({ id: "cjs" }),
			ConditionExpression: "attribute_not_exists(id)" }));
	} catch (error) {
		return { refused: error instanceof ConditionalCheckFailedException, name: error.name };
	}
};
"""
EVERY = """
const names = require("fs").readdirSync("/var/runtime/node_modules/@aws-sdk");
exports.handler = async () => {
	const loaded = names.map((name) => [name, Object.keys(require("@aws-sdk/" + name)).length]);
	const { NodeHttpHandler } = require("@smithy/node-http-handler");
	const differ = [];
	for (const name of names) {
		const { default: all, ...imported } = await import("@aws-sdk/" + name);
		if (all !== require("@aws-sdk/" + name) || Object.keys(all).some((each) => all[each] !== imported[each])) {
			differ.push(name);
		}
	}
	const { taken, refused } = require("/var/runtime/compiled.cjs");
	return { loaded: Object.fromEntries(loaded), smithy: typeof NodeHttpHandler, differ, taken: taken.length, refused,
		heap: Math.round(require("v8").getHeapStatistics().heap_size_limit / (1 << 20)) };
};
"""
VERSION2 = """
const AWS = require("aws-sdk");
const ddb = new AWS.DynamoDB.DocumentClient();
exports.handler = (event, context, callback) => {
	ddb.put({ TableName: "Rides", Item: { id: "v2", Unicorn: { Name: "Rocinante" } } }).promise().then(() => {
		let missing;
		try { new AWS.EC2(); } catch (error) { missing = error.message; }
		const { taken, refused } = require("/var/runtime/compiled.cjs");
		callback(null, { done: true, missing, version: AWS.VERSION, taken: taken.length, refused });
	}).catch((error) => callback(error));
};
"""
PYTHON = """
import boto3
table = boto3.resource("dynamodb").Table("Rides")
def handler(event, context):
    table.put_item(Item={"id": "py", "n": 5})
    found = table.get_item(Key={"id": "py"})["Item"]
    import botocore
    return {"n": int(found["n"]), "arn": boto3.client("sts").get_caller_identity()["Arn"], "compiled": botocore.session.__cached__,
            "services": boto3.session.Session().get_available_services()}
"""


def run(fn, name, runtime, files, handler="index.handler"):
    fn.create_function(FunctionName=name, Runtime=runtime, Role=ROLE, Handler=handler, Timeout=20,
                       Code={"ZipFile": zipped(files)}, MemorySize=256)
    fn.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig=OFTEN)
    answer = fn.invoke(FunctionName=name, Payload=b"{}", LogType="Tail")
    out = json.loads(answer["Payload"].read())
    return out, answer.get("FunctionError")


with tempfile.TemporaryDirectory() as folder:
    server = Server("cloud", os.path.join(folder, "data"))
    session = boto3.Session("test", "test", region_name="us-east-1")
    iam, lam, ddb = (session.client(name, endpoint_url="http://127.0.0.1:%d" % server.cloud_port)
                     for name in ("iam", "lambda", "dynamodb"))
    ROLE = iam.create_role(RoleName="R", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    iam.put_role_policy(RoleName="R", PolicyName="P", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}]}))
    ddb.create_table(TableName="Rides", AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                     KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST")
    ddb.get_waiter("table_exists").wait(TableName="Rides", WaiterConfig=OFTEN)

    out, failed = run(lam, "module", "nodejs20.x", {"index.mjs": MODULE})
    tap.ok(not failed and out["id"] == "mjs" and out["one"] == 1 and out["Arn"].endswith("assumed-role/R/module"),
           "an ES module imports the SDK's document client, and acts as its role", out)
    out, failed = run(lam, "plain", "nodejs18.x", {"index.js": PLAIN})
    tap.ok(out == {"refused": True, "name": "ConditionalCheckFailedException"}, "a CommonJS function requires the same", out)
    out, failed = run(lam, "every", "nodejs22.x", {"index.js": EVERY})
    tap.ok(not failed and out["smithy"] == "function" and out["loaded"]["client-lambda"] > 100 and
           all(out["loaded"].values()), "every package of the SDK loads", out)
    tap.ok(not out["refused"] and out["taken"] >= len(out["loaded"]), "compiled before, as V8 takes it", out)
    tap.ok(not out["differ"], "import and require give the same", out)
    tap.ok(230 <= out["heap"] <= 300, "and the heap is as large as the function's memory", out)
    out, failed = run(lam, "old", "nodejs12.x", {"index.js": VERSION2})
    tap.ok(not failed and out["done"] and "AWS.EC2 is not part of the aws-sdk here" in out["missing"],
           "an old runtime has version 2 of the SDK, which names what it lacks", out)
    tap.ok(out["taken"] == 1 and not out["refused"], "compiled before as well", out)
    out, failed = run(lam, "new", "nodejs20.x", {"index.js": VERSION2})
    tap.ok(failed and out["errorType"] == "Runtime.ImportModuleError" and "Cannot find module 'aws-sdk'" in out["errorMessage"],
           "a current runtime has not, as on AWS", out)
    out, failed = run(lam, "snake", "python3.12", {"index.py": PYTHON})
    tap.ok(not failed and out["n"] == 5 and out["arn"].endswith("assumed-role/R/snake") and "lambda" in out["services"],
           "boto3 works in Python", out)
    tap.ok(not failed and os.path.basename(os.path.dirname(out["compiled"])) == "__pycache__", "and was compiled before", out)
    server.kill()
tap.done()
