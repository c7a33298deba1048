#!/usr/bin/env python3
"""kill -9 under write load on a table with a stream: the stream and the table tell the same story.

Several writers put and delete items of their own and remember what was acknowledged. After the start the stream's
records, replayed from the beginning, must lead to exactly the items that are in the table, and must have every
acknowledged change of every item, in its order; at most one more per writer (committed, but its answer did not get out).
"""
import http.client
import os
import random
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from immersion import CLOUD_PERSON, TABLE, Aws, Server, Tap

ROUNDS = 4
WRITERS = 4
random.seed(11)
tap = Tap()


class Writer(threading.Thread):
    """Puts and deletes one item in turn; `acknowledged` counts the changes that were answered with 200."""

    def __init__(self, name, port):
        super().__init__(daemon=True)
        self.name, self.aws = name, Aws(port, CLOUD_PERSON)
        self.acknowledged, self.stop, self.refused = [], False, None

    def run(self):
        number = 0
        while not self.stop:
            number += 1
            key = {"RideId": {"S": self.name}}
            change = str(number) if number % 3 else None
            try:
                if change:
                    status, answer = self.aws.call("dynamodb", "PutItem", {
                        "TableName": "Rides", "Item": {**key, "Version": {"N": change}}})
                else:
                    status, answer = self.aws.call("dynamodb", "DeleteItem", {"TableName": "Rides", "Key": key})
            except (OSError, ValueError, http.client.HTTPException):
                return
            if status != 200:
                self.refused = "%d %s" % (status, answer)
                return
            self.acknowledged.append(change)


def ask(aws, service, operation, value):
    status, answer = aws.call(service, operation, value)
    if status != 200:
        raise RuntimeError("%s answered %d: %s" % (operation, status, answer))
    return answer


def records(aws, arn):
    shard = ask(aws, "dynamodbstreams", "DescribeStream", {"StreamArn": arn})["StreamDescription"]["Shards"][0]["ShardId"]
    it = ask(aws, "dynamodbstreams", "GetShardIterator", {
        "StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"})["ShardIterator"]
    found = []
    while True:
        page = ask(aws, "dynamodbstreams", "GetRecords", {"ShardIterator": it})
        if not page["Records"]:
            return found
        found += page["Records"]
        it = page["NextShardIterator"]


def items(aws):
    found, start = {}, {}
    while True:
        page = ask(aws, "dynamodb", "Scan", {"TableName": "Rides", "ConsistentRead": True, **start})
        found.update((i["RideId"]["S"], i) for i in page["Items"])
        if "LastEvaluatedKey" not in page:
            return found
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def wrong_story(writer, told):
    """What the stream says of one writer's item, against what the writer knows; None when they agree."""
    changes = [r["dynamodb"].get("NewImage", {}).get("Version", {}).get("N") for r in told]
    if changes[:len(writer.acknowledged)] != writer.acknowledged:
        return "%s: the acknowledged changes are not there" % writer.name
    if len(changes) > len(writer.acknowledged) + 1:
        return "%s: %d acknowledged, %d recorded" % (writer.name, len(writer.acknowledged), len(changes))
    for before, after in zip(told, told[1:]):
        if before["dynamodb"].get("NewImage") != after["dynamodb"].get("OldImage"):
            return "%s: a record's old image is not the new one before it" % writer.name
    return None


def one_round(server, arn, number):
    writers = [Writer("r%dw%d" % (number, w), server.cloud_port) for w in range(WRITERS)]
    for writer in writers:
        writer.start()
    server.kill_amid(lambda: sum(len(w.acknowledged) for w in writers), WRITERS, 0.5)
    for writer in writers:
        writer.stop = True
        writer.join(30)
    refused = [w.refused for w in writers if w.refused]
    count = sum(len(w.acknowledged) for w in writers)
    tap.ok(not refused and count, "round %d: %d changes were acknowledged before the kill" % (number, count), refused)
    server.start()
    aws = Aws(server.cloud_port, CLOUD_PERSON)
    told, by_key, replayed = records(aws, arn), {}, {}
    for record in told:
        key = record["dynamodb"]["Keys"]["RideId"]["S"]
        by_key.setdefault(key, []).append(record)
        replayed[key] = record["dynamodb"].get("NewImage")
    wrong = [w for w in (wrong_story(writer, by_key.get(writer.name, [])) for writer in writers) if w]
    tap.ok(not wrong, "round %d: the stream has every acknowledged change, in order" % number, "\n".join(wrong))
    there = items(aws)
    tap.ok({k: v for k, v in replayed.items() if v} == there, "round %d: replayed, it is the table" % number,
           "%d replayed, %d there" % (len(replayed), len(there)))
    numbers = [int(r["dynamodb"]["SequenceNumber"]) for r in told]
    tap.ok(numbers == list(range(numbers[0], numbers[0] + len(numbers))), "round %d: no number is missing" % number)


with tempfile.TemporaryDirectory() as folder:
    cloud = Server("cloud", os.path.join(folder, "cloud"))
    starter = Aws(cloud.cloud_port, CLOUD_PERSON)
    stream = ask(starter, "dynamodb", "CreateTable", {
        **TABLE, "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}})["TableDescription"]["LatestStreamArn"]
    while ask(starter, "dynamodb", "DescribeTable", {"TableName": "Rides"})["Table"]["TableStatus"] != "ACTIVE":
        time.sleep(0.02)
    for round_number in range(1, ROUNDS + 1):
        one_round(cloud, stream, round_number)
    cloud.kill()
tap.done()
