#!/usr/bin/env python3
"""An account's share of the disk: who has used it up reads and deletes, stores nothing more, and hinders nobody else."""
import base64
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from immersion import Server, Tap, zipped

SHARE_MIB = 8
ROLE = "arn:aws:iam::%s:role/r"
tap = Tap()


def client(server, service, who=None):
    keys = who or {"accessKeyId": "test", "secretAccessKey": "test"}
    return boto3.client(service, endpoint_url="http://127.0.0.1:%d" % server.cloud_port, region_name="eu-west-1",
                        aws_access_key_id=keys["accessKeyId"], aws_secret_access_key=keys["secretAccessKey"],
                        config=Config(retries={"max_attempts": 0}))


def error_of(call, **given):
    try:
        call(**given)
    except ClientError as e:
        return e.response["Error"]["Code"], e.response["ResponseMetadata"]["HTTPStatusCode"]
    return None


def make_table(db, name):
    db.create_table(TableName=name, BillingMode="PAY_PER_REQUEST",
                    AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}])
    db.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 400})


def until_refused(call, seconds=40):
    """Call with 0, 1, 2... until there is an error: (what it was, how often it went well)."""
    end = time.monotonic() + seconds
    for i in range(100000):
        refused = error_of(lambda: call(i))
        if refused or time.monotonic() > end:
            return refused, i


def until_allowed(call, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not error_of(call):
            return True
        time.sleep(0.1)
    return False


def test_items(server, who, other):
    db = client(server, "dynamodb", who)
    make_table(db, "rides")
    blob = os.urandom(200000)
    put = lambda i: db.put_item(TableName="rides", Item={"id": {"S": str(i)}, "b": {"B": blob}})
    refused, count = until_refused(put)
    tap.ok(refused == ("LimitExceededException", 400), "an account that has used up its share stores no more: %r" % (refused,))
    tap.ok(count < 2000, "soon after the share is reached: after %d items" % count)
    tap.ok(db.get_item(TableName="rides", Key={"id": {"S": "0"}})["Item"]["b"]["B"] == blob, "what is stored can be read")
    tap.ok(error_of(lambda: client(server, "logs", who).create_log_group(logGroupName="g")) == ("LimitExceededException", 400),
           "other services store nothing either")
    tap.ok(error_of(lambda: client(server, "iam", who).create_user(UserName="u")) == ("LimitExceeded", 409),
           "each refuses with its own error")
    tap.ok(error_of(lambda: client(server, "sts", who).get_session_token()) == ("LimitExceededException", 400),
           "nor does it get sessions, of which a row is kept each")
    tap.ok(error_of(lambda: db.put_item(TableName="rides", Item={"wrong": {"S": "x"}}))[0] == "LimitExceededException",
           "before it looks at what is to be stored")
    make_table(client(server, "dynamodb", other), "rides")
    tap.ok(True, "another account stores on")
    for i in range(count):
        db.delete_item(TableName="rides", Key={"id": {"S": str(i)}})
    tap.ok(until_allowed(lambda: put(0)), "who deletes may store again")
    db.delete_table(TableName="rides")


def test_code(server, who):
    functions = client(server, "lambda", who)

    def create(i):
        functions.create_function(FunctionName="f%d" % i, Runtime="python3.12", Handler="index.handler",
                                  Role=ROLE % who["account"],
                                  Code={"ZipFile": zipped({"index.py": "x = 1", "b": base64.b64encode(os.urandom(1500000)).decode()})})

    client(server, "iam", who).create_role(RoleName="r", AssumeRolePolicyDocument=(
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},'
        '"Action":"sts:AssumeRole"}]}'))
    refused, count = until_refused(create)
    tap.ok(refused == ("CodeStorageExceededException", 400), "functions' code counts: %r after %d" % (refused, count))
    tap.ok(not error_of(lambda: functions.delete_function(FunctionName="f0")), "and functions can be deleted")


folder = tempfile.mkdtemp(prefix="immersion-share-")
server = Server("serve", os.path.join(folder, "data"), ["--account-disk", str(SHARE_MIB), "--unsafe-functions"])
test_items(server, server.join("Ada"), server.join("Bea"))
test_code(server, server.join("Cleo"))
server.kill()
subprocess.run(["rm", "-rf", folder], check=False)
tap.done()
