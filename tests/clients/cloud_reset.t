#!/usr/bin/env python3
"""`POST /_immersion/reset` of `immersion cloud`: all that the account has is gone, with what runs for it, and it can be used again."""
import json
import os
import sys
import tempfile
import threading
import time
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from immersion import OFTEN, TABLE, Server, Tap, zipped

tap = Tap()
CODE = """
import time
import boto3
def handler(event, context):
    boto3.client("dynamodb").put_item(TableName="Rides", Item={"RideId": {"S": event["id"]}})
    time.sleep(event["s"])
    return "done"
"""


def client(name):
    return boto3.client(name, aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1",
                        endpoint_url="http://127.0.0.1:%d" % server.cloud_port,
                        config=Config(retries={"total_max_attempts": 1}, read_timeout=90))


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


def fill():
    client("dynamodb").create_table(**TABLE)
    client("dynamodb").get_waiter("table_exists").wait(TableName="Rides", WaiterConfig=OFTEN)
    role = client("iam").create_role(RoleName="Runs", AssumeRolePolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
                                                "Principal": {"Service": "lambda.amazonaws.com"}}]}))["Role"]["Arn"]
    client("iam").attach_role_policy(RoleName="Runs", PolicyArn="arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess")
    client("lambda").create_function(FunctionName="slow", Runtime="python3.12", Handler="f.handler", Role=role, Timeout=80,
                                     Code={"ZipFile": zipped({"f.py": CODE})})
    client("lambda").get_waiter("function_active_v2").wait(FunctionName="slow", WaiterConfig=OFTEN)


def invoke(key, seconds, outcome):
    try:
        answer = client("lambda").invoke(FunctionName="slow", Payload=json.dumps({"id": key, "s": seconds}))
        outcome.append(answer["Payload"].read().decode())
    except ClientError as failed:
        outcome.append(failed.response["Error"]["Code"])


with tempfile.TemporaryDirectory() as folder:
    server = Server("cloud", os.path.join(folder, "data"))
    fill()
    outcome = []
    call = threading.Thread(target=invoke, args=("under-way", 70, outcome), daemon=True)
    call.start()
    tap.ok(until(lambda: client("dynamodb").scan(TableName="Rides")["Count"] == 1), "a function is at work")
    began = time.monotonic()
    request = urllib.request.Request("http://127.0.0.1:%d/_immersion/reset" % server.cloud_port, data=b"", method="POST")
    with urllib.request.urlopen(request, timeout=60) as answer:
        tap.ok(answer.status == 200, "the reset is answered")
    call.join(60)
    tap.ok(outcome and outcome != ['"done"'] and time.monotonic() - began < 60, "the function has ended with it", outcome)
    tap.ok(not client("dynamodb").list_tables()["TableNames"] and not client("lambda").list_functions()["Functions"]
           and not client("iam").list_roles()["Roles"], "nothing is there")
    fill()
    outcome = []
    invoke("again", 0, outcome)
    tap.ok(outcome == ['"done"'], "and all of it can be done again", outcome)
    server.kill()
tap.done()
