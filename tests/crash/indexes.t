#!/usr/bin/env python3
"""An index that is created while its table is written to, and kill -9 while it is being filled.

Writers change items that stand in the index, so that some are written before the filling comes to them and some after;
the server is killed at a random moment of it. After the start the filling goes on by itself; then the index holds what
the table's items say and nothing else, and its figures are right. Until then calls are answered, for the same
attendee and for another. The seed is printed; IMMERSION_SEED repeats the table and the moment.
"""
import http.client
import os
import random
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from immersion import Aws, Server, Tap, make_table

SEED = int(os.environ.get("IMMERSION_SEED") or random.randrange(1 << 30))
ITEMS, GROUPS = 20000, 40
rng = random.Random(SEED)
tap = Tap()
TABLE = {"TableName": "Things", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
         "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}]}
INDEX = {"IndexName": "groups", "Projection": {"ProjectionType": "ALL"},
         "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}]}


def item(number):
    """One of ITEMS: most stand in the index, some lack its key, some have one of the wrong type."""
    kind = rng.random()
    value = {"k": {"S": "thing-%d" % number}, "n": {"N": str(rng.randrange(1000))}, "filler": {"S": "x" * rng.randrange(300)}}
    if kind < 0.9:
        value["g"] = {"S": "group-%d" % rng.randrange(GROUPS)}
    elif kind < 0.95:
        value["g"] = {"N": "7"}
    return value


def in_index(value):
    return value.get("g", {}).get("S") is not None


def must(aws, operation, value):
    status, answer = aws.call("dynamodb", operation, value)
    if status != 200:
        raise RuntimeError("%s: %d %s" % (operation, status, answer))
    return answer


def fill_table(aws):
    for first in range(0, ITEMS, 25):
        must(aws, "BatchWriteItem", {"RequestItems": {"Things": [{"PutRequest": {"Item": item(n)}}
                                                                  for n in range(first, first + 25)]}})


def scan(aws, **more):
    found, start = [], {}
    while True:
        answer = must(aws, "Scan", {"TableName": "Things", **more, **start})
        found += answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return sorted(found, key=lambda i: i["k"]["S"])
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


class Caller(threading.Thread):
    """Somebody who writes, or only reads, until the server is gone; counts the answers."""

    def __init__(self, port, person, writes):
        super().__init__(daemon=True)
        self.aws, self.writes, self.answered, self.refused = Aws(port, person), writes, 0, None

    def run(self):
        pick = random.Random(SEED + self.writes)
        while not self.refused:
            key = {"k": {"S": "thing-%d" % pick.randrange(ITEMS)}}
            try:
                if not self.writes:
                    status, answer = self.aws.call("dynamodb", "GetItem", {"TableName": "Things", "Key": key})
                elif pick.random() < 0.3:
                    status, answer = self.aws.call("dynamodb", "DeleteItem", {"TableName": "Things", "Key": key})
                else:
                    value = {**key, "g": {"S": "group-%d" % pick.randrange(GROUPS)}, "n": {"N": str(pick.randrange(1000))}}
                    status, answer = self.aws.call("dynamodb", "PutItem", {"TableName": "Things", "Item": value})
            except (OSError, ValueError, http.client.HTTPException):
                return
            self.answered += 1
            if status != 200:
                self.refused = "%d %s" % (status, answer)


def index_of(aws):
    table = must(aws, "DescribeTable", {"TableName": "Things"})["Table"]
    return table, table.get("GlobalSecondaryIndexes", [{}])[0]


def wait_until(aws, good, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        table, index = index_of(aws)
        if good(table, index):
            return table, index
        time.sleep(0.02)
    raise RuntimeError("it never came: %s" % index)


def compare(aws, name):
    table, index = wait_until(aws, lambda table, index: index.get("IndexStatus") == "ACTIVE")
    held, there = scan(aws, IndexName="groups"), [i for i in scan(aws, ConsistentRead=True) if in_index(i)]
    tap.ok(held == there, name + ": the index holds what the table's items say",
           "%d in the index, %d expected" % (len(held), len(there)))
    tap.ok(index["ItemCount"] == len(there), name + ": and counts it", "%d, not %d" % (index["ItemCount"], len(there)))
    by_key = []
    for group in range(GROUPS):
        by_key += must(aws, "Query", {"TableName": "Things", "IndexName": "groups", "KeyConditionExpression": "g = :g",
                                      "ExpressionAttributeValues": {":g": {"S": "group-%d" % group}}})["Items"]
    tap.ok(sorted(by_key, key=lambda i: i["k"]["S"]) == there, name + ": and is found by key")


with tempfile.TemporaryDirectory() as folder:
    server = Server("serve", os.path.join(folder, "data"))
    ada, bob = server.join("Ada", 1), server.join("Bob", 2)
    aws = Aws(server.cloud_port, ada)
    for person in (ada, bob):
        make_table(Aws(server.cloud_port, person), TABLE)
    fill_table(aws)
    callers = [Caller(server.cloud_port, ada, 1), Caller(server.cloud_port, ada, 2), Caller(server.cloud_port, bob, 0)]
    for caller in callers:
        caller.start()
    must(aws, "UpdateTable", {"TableName": "Things", "GlobalSecondaryIndexUpdates": [{"Create": INDEX}],
                              "AttributeDefinitions": [{"AttributeName": "g", "AttributeType": "S"},
                                                       {"AttributeName": "n", "AttributeType": "N"}]})
    wait_until(aws, lambda table, index: index.get("Backfilling"))
    # What was answered before the index is seen to be filled still, was answered while it was.
    before, meanwhile, filling = [c.answered for c in callers], [0] * len(callers), True
    while filling and min(meanwhile) < 3:
        answered = [c.answered for c in callers]
        filling = index_of(aws)[1].get("Backfilling")
        if filling:
            meanwhile = [now - then for now, then in zip(answered, before)]
    tap.ok(min(meanwhile) >= 3, "calls pass between the slices", meanwhile)
    time.sleep(rng.random() * 0.2)
    state = index_of(aws)[1]["IndexStatus"]
    server.kill()
    for caller in callers:
        caller.join(30)
    tap.ok(not any(c.refused for c in callers), "nothing was refused while the index was filled",
           [c.refused for c in callers])
    aws.close()
    server.start()
    compare(aws, "killed while it was " + state)
    must(aws, "UpdateTable", {"TableName": "Things", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "groups"}}]})
    server.kill()
    aws.close()
    server.start()
    table, index = wait_until(aws, lambda table, index: not index)
    tap.ok(table["AttributeDefinitions"] == TABLE["AttributeDefinitions"], "a deleted index goes away after a crash as well",
           table["AttributeDefinitions"])
    server.kill()
print("# IMMERSION_SEED=%d" % SEED)
tap.done()
