#!/usr/bin/env python3
"""A backup is of one moment, also when the table goes on changing while it is copied.

The table is a bank: transactions move money between accounts, so that at every moment the sum is the same; a part of
them opens and closes accounts on the way. A table restored from a backup that was made under that load must have that
sum, and only accounts of that moment. Every answer is also held against botocore's service models.
"""
import os
import random
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
from botocore.config import Config
from immersion import CLOUD_PERSON, Aws, Server, Tap
from model import watch

ACCOUNTS, EACH, FILLER = 3500, 100, "x" * 12000  # more than forty megabytes: many slices
random.seed(3)
tap = Tap()


def ask(aws, operation, value):
    status, answer = aws.call("dynamodb", operation, value)
    if status != 200:
        raise RuntimeError("%s answered %d: %s" % (operation, status, answer))
    return answer


def fill(aws):
    for start in range(0, ACCOUNTS, 25):
        ask(aws, "BatchWriteItem", {"RequestItems": {"Bank": [
            {"PutRequest": {"Item": {"p": {"S": "a%d" % i}, "money": {"N": str(EACH)}, "filler": {"S": FILLER}}}}
            for i in range(start, min(start + 25, ACCOUNTS))]}})


class Teller(threading.Thread):
    """Moves one coin at a time; every third time through an account that is opened and closed for it."""

    def __init__(self, number, port):
        super().__init__(daemon=True)
        self.number, self.aws, self.stop, self.moved, self.problem = number, Aws(port, CLOUD_PERSON), False, 0, None

    def change(self, account, by):
        return {"Update": {"TableName": "Bank", "Key": {"p": {"S": account}}, "UpdateExpression": "SET money = money + :by",
                           "ExpressionAttributeValues": {":by": {"N": str(by)}}}}

    def transact(self, *actions):
        ask(self.aws, "TransactWriteItems", {"TransactItems": list(actions)})
        self.moved += 1

    def run(self):
        try:
            while not self.stop:
                giver, taker = ("a%d" % i for i in random.sample(range(ACCOUNTS), 2))
                if self.moved % 3:
                    self.transact(self.change(giver, -1), self.change(taker, 1))
                    continue
                between = {"p": {"S": "t%d-%d" % (self.number, self.moved)}}
                self.transact(self.change(giver, -1), {"Put": {"TableName": "Bank", "Item": {**between, "money": {"N": "1"}}}})
                self.transact(self.change(taker, 1), {"Delete": {"TableName": "Bank", "Key": between}})
        except (OSError, RuntimeError, ValueError) as error:
            self.problem = error


def money(aws, table):
    """How much there is, and in how many accounts."""
    total, accounts, start = 0, 0, {}
    while True:
        page = ask(aws, "Scan", {"TableName": table, "ProjectionExpression": "money", "ConsistentRead": True, **start})
        total += sum(int(i["money"]["N"]) for i in page["Items"])
        accounts += page["Count"]
        if "LastEvaluatedKey" not in page:
            return total, accounts
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def until(what, seconds=60):
    deadline = time.monotonic() + seconds
    while not what() and time.monotonic() < deadline:
        time.sleep(0.02)


def one_backup(db, aws, number):
    made = db.create_backup(TableName="Bank", BackupName="under-load")["BackupDetails"]
    arn = made["BackupArn"]
    status = lambda: db.describe_backup(BackupArn=arn)["BackupDescription"]
    until(lambda: status()["BackupDetails"]["BackupStatus"] == "AVAILABLE")
    described = status()
    name = "Restored%d" % number
    db.restore_table_from_backup(TargetTableName=name, BackupArn=arn)
    until(lambda: db.describe_table(TableName=name)["Table"]["TableStatus"] == "ACTIVE")
    total, accounts = money(aws, name)
    tap.ok(total == ACCOUNTS * EACH, "backup %d has all the money of its moment" % number, "%d" % total)
    expected = described["SourceTableDetails"]["ItemCount"]
    told = db.describe_table(TableName=name)["Table"]["ItemCount"]
    tap.ok(accounts == expected == told, "and the accounts of its moment, as it says itself",
           "%d, described %d, restored %d" % (accounts, expected, told))
    tap.ok(not db.describe_table(TableName=name)["Table"]["RestoreSummary"]["RestoreInProgress"], "the restore is over")
    db.delete_backup(BackupArn=arn)
    db.delete_table(TableName=name)


with tempfile.TemporaryDirectory() as folder:
    server = Server("cloud", os.path.join(folder, "cloud"))
    mine = Aws(server.cloud_port, CLOUD_PERSON)
    boto = boto3.client("dynamodb", aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1",
                        endpoint_url="http://127.0.0.1:%d" % server.cloud_port, config=Config(retries={"total_max_attempts": 1}))
    complaints = watch(boto)
    ask(mine, "CreateTable", {"TableName": "Bank", "BillingMode": "PAY_PER_REQUEST",
                              "AttributeDefinitions": [{"AttributeName": "p", "AttributeType": "S"}],
                              "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}]})
    until(lambda: ask(mine, "DescribeTable", {"TableName": "Bank"})["Table"]["TableStatus"] == "ACTIVE")
    fill(mine)
    tellers = [Teller(n, server.cloud_port) for n in range(3)]
    for teller in tellers:
        teller.start()
    for n in range(2):
        one_backup(boto, mine, n)
    before = sum(t.moved for t in tellers)
    for teller in tellers:
        teller.stop = True
        teller.join(30)
    problems = [t.problem for t in tellers if t.problem]
    tap.ok(before > 50 and not problems, "%d transactions went on meanwhile" % before, problems)
    tap.ok(money(mine, "Bank")[0] == ACCOUNTS * EACH, "and the table has all its money too")
    listed = boto.list_backups()["BackupSummaries"]
    tap.ok(listed == [], "deleted backups are not listed", listed)
    tap.ok(not complaints, "every answer is what botocore's model says", "\n".join(complaints))
    server.kill()
tap.done()
