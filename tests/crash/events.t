#!/usr/bin/env python3
"""kill -9 during asynchronous invocations, a start on the same folder: no accepted event is lost.

Events are sent as fast as they are accepted, to a function that writes each one's number into a table; the server is
killed at a random moment, with some events waiting, some running, some done. After the start every event that was
answered with 202 must have been carried out, at least once.
"""
import json
import os
import random
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
SENDERS = 2
random.seed(11)
tap = Tap()
TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": "*"}]}
CODE = """
const { DynamoDBClient, PutItemCommand } = require("@aws-sdk/client-dynamodb");
const client = new DynamoDBClient();
exports.handler = async ({ id }) => {
  await client.send(new PutItemCommand({ TableName: "Seen", Item: { id: { S: id } } }));
};
"""


def client(server, service):
    return boto3.client(service, aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1",
                        endpoint_url="http://127.0.0.1:%d" % server.cloud_port,
                        config=Config(retries={"total_max_attempts": 1}))


class Sender(threading.Thread):
    """Sends events until the server is gone; remembers which were accepted."""

    def __init__(self, server, name):
        super().__init__(daemon=True)
        self.name, self.lam, self.accepted = name, client(server, "lambda"), []

    def run(self):
        try:
            for number in range(400):
                key = "%s-%d" % (self.name, number)
                if self.lam.invoke(FunctionName="f", InvocationType="Event", Payload=json.dumps({"id": key}))["StatusCode"] == 202:
                    self.accepted.append(key)
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError, OSError):
            return


def seen(server):
    pages = client(server, "dynamodb").get_paginator("scan").paginate(TableName="Seen", ConsistentRead=True)
    return {item["id"]["S"] for page in pages for item in page["Items"]}


def one_round(server, number, known):
    senders = [Sender(server, "r%ds%d" % (number, s)) for s in range(SENDERS)]
    for sender in senders:
        sender.start()
    server.kill_amid(lambda: sum(len(s.accepted) for s in senders), 6, 1.5)
    for sender in senders:
        sender.join(30)
        known.update(sender.accepted)
    tap.ok(sum(len(s.accepted) for s in senders) > 5, "round %d: %d events were accepted before the kill" % (
        number, sum(len(s.accepted) for s in senders)), server.tail())
    server.start()
    deadline = time.monotonic() + 90
    while known - seen(server) and time.monotonic() < deadline:
        time.sleep(0.5)
    lost = known - seen(server)
    tap.ok(not lost, "round %d: after the start every one of them was carried out" % number, sorted(lost))


with tempfile.TemporaryDirectory() as folder:
    server = Server("cloud", os.path.join(folder, "data"))
    iam, lam = client(server, "iam"), client(server, "lambda")
    role = iam.create_role(RoleName="R", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    iam.put_role_policy(RoleName="R", PolicyName="p", PolicyDocument=json.dumps(ALL))
    ddb = client(server, "dynamodb")
    ddb.create_table(TableName="Seen", BillingMode="PAY_PER_REQUEST",
                     AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                     KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}])
    ddb.get_waiter("table_exists").wait(TableName="Seen", WaiterConfig=OFTEN)
    lam.create_function(FunctionName="f", Runtime="nodejs20.x", Handler="index.handler", Role=role, Timeout=10,
                        Code={"ZipFile": zipped({"index.js": CODE})})
    lam.get_waiter("function_active_v2").wait(FunctionName="f", WaiterConfig=OFTEN)
    lam.invoke(FunctionName="f", Payload=b'{"id":"first"}')
    known = {"first"}
    for number in range(1, ROUNDS + 1):
        one_round(server, number, known)
    server.kill()
tap.done()
