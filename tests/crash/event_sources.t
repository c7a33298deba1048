#!/usr/bin/env python3
"""kill -9 while a function is given a stream's records, a start on the same folder: each record arrives, in its order.

Items are written one after the other while a function writes down when it first saw each; the server is killed at a random
moment, with some batches through, one at the function, and records that wait. After the start every item whose write was
answered must have been seen, and none before one that was written earlier. In the end the mapping must be at rest: the job
that carries it on waits for the stream alone.
"""
import glob
import json
import os
import random
import sqlite3
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
import botocore.exceptions
from botocore.config import Config
from immersion import OFTEN, Server, Tap, zipped

ROUNDS = 3
random.seed(17)
tap = Tap()
TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}]}
CODE = """
const { DynamoDBClient, UpdateItemCommand } = require("@aws-sdk/client-dynamodb");
const client = new DynamoDBClient();
exports.handler = async ({ Records }) => {
  for (const record of Records)
    await client.send(new UpdateItemCommand({ TableName: "Seen", Key: { id: record.dynamodb.Keys.id },
      UpdateExpression: "SET seen = if_not_exists(seen, :now) ADD times :one",
      ExpressionAttributeValues: { ":now": { N: String(performance.timeOrigin + performance.now()) }, ":one": { N: "1" } } }));
};
"""


def client(server, service):
    return boto3.client(service, aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1",
                        endpoint_url="http://127.0.0.1:%d" % server.cloud_port,
                        config=Config(retries={"total_max_attempts": 1}))


def table(ddb, name, **more):
    made = ddb.create_table(TableName=name, BillingMode="PAY_PER_REQUEST",
                            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], **more)
    ddb.get_waiter("table_exists").wait(TableName=name, WaiterConfig=OFTEN)
    return made["TableDescription"].get("LatestStreamArn")


class Writer(threading.Thread):
    """Writes items until the server is gone; remembers which were answered."""

    def __init__(self, server, number):
        super().__init__(daemon=True)
        self.number, self.ddb, self.answered = number, client(server, "dynamodb"), []

    def run(self):
        try:
            for n in range(1500):
                key = "%d-%05d" % (self.number, n)
                self.ddb.put_item(TableName="Source", Item={"id": {"S": key}})
                self.answered.append(key)
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError, OSError):
            return


def seen(server):
    pages = client(server, "dynamodb").get_paginator("scan").paginate(TableName="Seen", ConsistentRead=True)
    return {item["id"]["S"]: (float(item["seen"]["N"]), int(item["times"]["N"])) for page in pages for item in page["Items"]}


def one_round(server, number, known):
    writer = Writer(server, number)
    writer.start()
    server.kill_amid(lambda: len(writer.answered), 21, 2)
    writer.join(30)
    known += writer.answered
    tap.ok(len(writer.answered) > 20, "round %d: %d items were written before the kill" % (number, len(writer.answered)),
           server.tail())
    server.start()
    deadline = time.monotonic() + 90
    while set(known) - set(seen(server)) and time.monotonic() < deadline:
        time.sleep(0.2)
    now = seen(server)
    lost = [key for key in known if key not in now]
    tap.ok(not lost, "round %d: after the start every one of them arrives" % number, lost)
    order = [key for _, key in sorted((at, key) for key, (at, _) in now.items())]
    tap.ok(order == sorted(order), "round %d: and none before an earlier one" % number, order)


def jobs(folder):
    """When the jobs of mappings are due, and what they wait for."""
    found = []
    for path in glob.glob(os.path.join(folder, "**", "*.db"), recursive=True) + \
            glob.glob(os.path.join(folder, "**", "*.sqlite"), recursive=True):
        with sqlite3.connect(path) as db:
            if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'job'").fetchone():
                found += db.execute("SELECT due, topic FROM job WHERE kind = 'lambda.mapping'").fetchall()
    return found


def at_rest(server, folder, arn):
    deadline, pause = time.monotonic() + 60, 0.5
    while True:
        server.kill()
        left = jobs(folder)
        if left == [(2 ** 63 - 1, arn)] or time.monotonic() > deadline:
            return tap.ok(left == [(2 ** 63 - 1, arn)], "in the end its job waits for the stream alone", left)
        server.start()
        time.sleep(pause)
        pause *= 1.5


with tempfile.TemporaryDirectory() as folder:
    data = os.path.join(folder, "data")
    server = Server("cloud", data)
    iam, lam, ddb = client(server, "iam"), client(server, "lambda"), client(server, "dynamodb")
    role = iam.create_role(RoleName="R", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    iam.put_role_policy(RoleName="R", PolicyName="p", PolicyDocument=json.dumps(ALL))
    table(ddb, "Seen")
    arn = table(ddb, "Source", StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    lam.create_function(FunctionName="f", Runtime="nodejs20.x", Handler="index.handler", Role=role, Timeout=30,
                        Code={"ZipFile": zipped({"index.js": CODE})})
    lam.get_waiter("function_active_v2").wait(FunctionName="f", WaiterConfig=OFTEN)
    lam.create_event_source_mapping(FunctionName="f", EventSourceArn=arn, StartingPosition="LATEST", BatchSize=25)
    known = ["0-00000"]
    ddb.put_item(TableName="Source", Item={"id": {"S": known[0]}})
    for number in range(1, ROUNDS + 1):
        one_round(server, number, known)
    at_rest(server, data, arn)
tap.done()
