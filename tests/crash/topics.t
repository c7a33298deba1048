#!/usr/bin/env python3
"""kill -9 while messages are published, a start on the same folder: every message that was accepted is delivered.

Messages are published as fast as they are accepted, to a topic that a function is subscribed to, which writes each one's number into a
table; the server is killed at a random moment. After the start every message that was answered must have arrived, at least once.
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

ROUNDS = 2
random.seed(12)
tap = Tap()
TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": "*"}]}
CODE = """
const { DynamoDBClient, PutItemCommand } = require("@aws-sdk/client-dynamodb");
const client = new DynamoDBClient();
exports.handler = async ({ Records: [{ Sns: { Message } }] }) => {
  await client.send(new PutItemCommand({ TableName: "Seen", Item: { id: { S: Message } } }));
};
"""


def client(server, service):
    return boto3.client(service, aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1",
                        endpoint_url="http://127.0.0.1:%d" % server.cloud_port,
                        config=Config(retries={"total_max_attempts": 1}))


class Sender(threading.Thread):
    """Publishes until the server is gone; remembers what was accepted."""

    def __init__(self, server, topic, name):
        super().__init__(daemon=True)
        self.name, self.topic, self.sns, self.accepted = name, topic, client(server, "sns"), []

    def run(self):
        try:
            for number in range(300):
                key = "%s-%d" % (self.name, number)
                self.sns.publish(TopicArn=self.topic, Message=key)
                self.accepted.append(key)
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError, OSError):
            return


def seen(server):
    pages = client(server, "dynamodb").get_paginator("scan").paginate(TableName="Seen", ConsistentRead=True)
    return {item["id"]["S"] for page in pages for item in page["Items"]}


def one_round(server, topic, number, known):
    sender = Sender(server, topic, "r%d" % number)
    sender.start()
    server.kill_amid(lambda: len(sender.accepted), 6, 0.5)
    sender.join(30)
    known.update(sender.accepted)
    tap.ok(len(sender.accepted) > 5, "round %d: %d messages were accepted before the kill" % (number, len(sender.accepted)),
           server.tail())
    server.start()
    deadline = time.monotonic() + 90
    while known - seen(server) and time.monotonic() < deadline:
        time.sleep(0.3)
    lost = known - seen(server)
    tap.ok(not lost, "round %d: after the start every one of them has arrived" % number, sorted(lost))


with tempfile.TemporaryDirectory() as folder:
    server = Server("cloud", os.path.join(folder, "data"))
    iam, lam, sns = client(server, "iam"), client(server, "lambda"), client(server, "sns")
    role = iam.create_role(RoleName="R", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    iam.put_role_policy(RoleName="R", PolicyName="p", PolicyDocument=json.dumps(ALL))
    ddb = client(server, "dynamodb")
    ddb.create_table(TableName="Seen", BillingMode="PAY_PER_REQUEST",
                     AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                     KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}])
    ddb.get_waiter("table_exists").wait(TableName="Seen", WaiterConfig=OFTEN)
    arn = lam.create_function(FunctionName="f", Runtime="nodejs20.x", Handler="index.handler", Role=role, Timeout=10,
                              Code={"ZipFile": zipped({"index.js": CODE})})["FunctionArn"]
    lam.get_waiter("function_active_v2").wait(FunctionName="f", WaiterConfig=OFTEN)
    topic = sns.create_topic(Name="t")["TopicArn"]
    lam.add_permission(FunctionName="f", StatementId="s", Action="lambda:InvokeFunction", Principal="sns.amazonaws.com",
                       SourceArn=topic)
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
    known = set()
    for number in range(1, ROUNDS + 1):
        one_round(server, topic, number, known)
    server.kill()
tap.done()
