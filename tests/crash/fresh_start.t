#!/usr/bin/env python3
"""kill -9 during a fresh start: afterwards the account is whole as before or empty, and works; neighbours notice nothing."""
import http.client
import json
import os
import random
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
from botocore.config import Config
from immersion import OFTEN, TABLE, TOKEN, Server, Tap, zipped

ROUNDS, ITEMS = 8, 300
CODE = "def handler(event, context):\n    return event['n'] + 1\n"
random.seed(7)
tap = Tap()


def client(name, person):
    return boto3.client(name, aws_access_key_id=person["accessKeyId"], aws_secret_access_key=person["secretAccessKey"],
                        region_name=person["region"], endpoint_url="http://127.0.0.1:%d" % server.cloud_port,
                        config=Config(retries={"total_max_attempts": 1}, read_timeout=60))


def fill(person):
    dynamodb = client("dynamodb", person)
    dynamodb.create_table(**TABLE)
    dynamodb.get_waiter("table_exists").wait(TableName="Rides", WaiterConfig=OFTEN)
    for n in range(0, ITEMS, 25):
        dynamodb.batch_write_item(RequestItems={"Rides": [{"PutRequest": {"Item": {"RideId": {"S": str(i)}}}}
                                                          for i in range(n, n + 25)]})
    role = client("iam", person).create_role(RoleName="Runs", AssumeRolePolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
                                                "Principal": {"Service": "lambda.amazonaws.com"}}]}))["Role"]["Arn"]
    client("lambda", person).create_function(FunctionName="next", Runtime="python3.12", Handler="f.handler", Role=role,
                                             Timeout=30, Code={"ZipFile": zipped({"f.py": CODE})})
    client("lambda", person).get_waiter("function_active_v2").wait(FunctionName="next", WaiterConfig=OFTEN)
    client("codecommit", person).create_repository(repositoryName="site")
    client("codecommit", person).put_file(repositoryName="site", branchName="main", filePath="a", fileContent=b"x")


def is_empty(person):
    return not (client("dynamodb", person).list_tables()["TableNames"] or client("lambda", person).list_functions()["Functions"]
                or client("codecommit", person).list_repositories()["repositories"] or client("iam", person).list_roles()["Roles"])


def what_is_wrong(person):
    """With an account that was filled: a sentence, or nothing."""
    count = client("dynamodb", person).scan(TableName="Rides", Select="COUNT", ConsistentRead=True)["Count"]
    if count != ITEMS:
        return "%d items" % count
    answer = client("lambda", person).invoke(FunctionName="next", Payload=b'{"n": 1}')["Payload"].read()
    if answer != b"2":
        return "the function answered %r" % answer
    content = client("codecommit", person).get_file(repositoryName="site", filePath="a")["fileContent"]
    return "" if content == b"x" else "the repository has %r" % content


class Reset(threading.Thread):
    def __init__(self, person):
        super().__init__(daemon=True)
        self.person, self.status, self.seconds = person, None, None

    def run(self):
        began = time.monotonic()
        try:
            self.status = server.ask("POST", "/api/dash/attendees/%s/reset" % self.person["account"], {}, token=TOKEN)[0]
        except (OSError, ValueError, http.client.HTTPException):
            return
        self.seconds = time.monotonic() - began


def one_round(number, seconds):
    reset = Reset(ada)
    reset.start()
    # Moments from its beginning to some time after its end.
    time.sleep(1.6 * seconds * (number - 1 + random.random()) / ROUNDS)
    server.kill()
    reset.join(60)
    server.start()
    left = sorted(os.listdir(os.path.join(server.data, "accounts")))
    tap.ok(left == sorted([ada["account"], bob["account"]]), "round %d: nothing is left of what was broken off" % number, left)
    empty = is_empty(ada)
    tap.ok(empty or reset.status is None, "round %d: what was acknowledged has been done" % number)
    status, document = server.ask("GET", "/api/progress", token=ada["token"])
    tap.ok(status == 200 and (not empty or document["startedOverAt"] > 0), "round %d: progress starts again with it" % number, document)
    if empty:
        fill(ada)
    tap.ok(not what_is_wrong(ada), "round %d: the account was %s, and works" % (number, "empty" if empty else "whole"), what_is_wrong(ada))
    tap.ok(not what_is_wrong(bob), "round %d: the neighbour has everything" % number, what_is_wrong(bob))
    return empty


with tempfile.TemporaryDirectory() as folder:
    server = Server("serve", os.path.join(folder, "data"))
    ada, bob = server.join("Ada", 1), server.join("Bob", 2)
    for person in (ada, bob):
        fill(person)
        what_is_wrong(person)
    whole = Reset(ada)
    whole.run()
    tap.ok(whole.status == 200 and is_empty(ada), "a fresh start takes %d ms" % (1000 * (whole.seconds or 0)))
    fill(ada)
    emptied = [one_round(n, whole.seconds) for n in range(1, ROUNDS + 1)]
    tap.ok(len(emptied) == ROUNDS, "of %d rounds %d ended empty" % (ROUNDS, sum(emptied)))
    server.kill()
tap.done()
