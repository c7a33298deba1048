#!/usr/bin/env python3
"""Random operations on a table with indexes, beside a model that is a dictionary; then kill -9, a start, and again.

What every read answers, page by page, must be what the model says: items by key, queries and scans of the table, of a
global and of a local index, in order, forwards and backwards. The seed is printed; IMMERSION_SEED repeats a run.
"""
import os
import random
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from immersion import CLOUD_PERSON, Aws, Server, Tap

ROUNDS = 4
STEPS = 600
SEED = int(os.environ.get("IMMERSION_SEED") or random.randrange(1 << 30))
chance = random.Random(SEED)
tap = Tap()

TABLE = {
    "TableName": "Rides", "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": n, "AttributeType": t} for n, t in
                             (("Rider", "S"), ("Leaves", "N"), ("Unicorn", "S"), ("Fare", "N"))],
    "KeySchema": [{"AttributeName": "Rider", "KeyType": "HASH"}, {"AttributeName": "Leaves", "KeyType": "RANGE"}],
    "GlobalSecondaryIndexes": [{
        "IndexName": "unicorns", "Projection": {"ProjectionType": "ALL"},
        "KeySchema": [{"AttributeName": "Unicorn", "KeyType": "HASH"}, {"AttributeName": "Fare", "KeyType": "RANGE"}]}],
    "LocalSecondaryIndexes": [{
        "IndexName": "fares", "Projection": {"ProjectionType": "KEYS_ONLY"},
        "KeySchema": [{"AttributeName": "Rider", "KeyType": "HASH"}, {"AttributeName": "Fare", "KeyType": "RANGE"}]}],
}


class Wrong(Exception):
    """The table and the model tell different stories."""


class Play:
    def __init__(self, port):
        self.aws, self.items = Aws(port, CLOUD_PERSON), {}

    def ask(self, operation, value, fails=None):
        status, answer = self.aws.call("dynamodb", operation, value)
        if fails and status == 400 and answer["__type"].endswith("#" + fails):
            return None
        if status != 200 or fails:
            raise Wrong("%s %s answered %d: %s" % (operation, value, status, answer))
        return answer

    # --- what can happen to an item ---

    @staticmethod
    def new_key():
        return chance.choice("abcde"), chance.randrange(-20, 20)

    @staticmethod
    def wire_key(key):
        return {"Rider": {"S": key[0]}, "Leaves": {"N": str(key[1])}}

    def new_item(self, key):
        item = self.wire_key(key)
        if chance.random() < 0.8:
            item["Unicorn"] = {"S": chance.choice(("Shadowfax", "Rocinante", "Bucephalus"))}
        if chance.random() < 0.8:
            item["Fare"] = {"N": str(chance.randrange(30))}
        item["Text"] = {"S": "x" * chance.choice((1, 40, 3000))}
        return item

    def put(self):
        key = self.new_key()
        item = self.new_item(key)
        only_new = chance.random() < 0.3
        more = {"ConditionExpression": "attribute_not_exists(Rider)"} if only_new else {}
        refused = "ConditionalCheckFailedException" if only_new and key in self.items else None
        self.ask("PutItem", {"TableName": "Rides", "Item": item, **more}, refused)
        if not refused:
            self.items[key] = item

    def update(self):
        key, fare = self.new_key(), chance.randrange(1, 9)
        answer = self.ask("UpdateItem", {
            "TableName": "Rides", "Key": self.wire_key(key), "ReturnValues": "ALL_NEW",
            "UpdateExpression": "ADD Fare :f REMOVE Unicorn" if fare < 3 else "ADD Fare :f",
            "ExpressionAttributeValues": {":f": {"N": str(fare)}}})
        item = dict(self.items.get(key) or self.wire_key(key))
        item["Fare"] = {"N": str(int(item.get("Fare", {"N": "0"})["N"]) + fare)}
        if fare < 3:
            item.pop("Unicorn", None)
        self.items[key] = item
        self.same("UpdateItem", answer["Attributes"], item)

    def delete(self):
        key = self.new_key()
        answer = self.ask("DeleteItem", {"TableName": "Rides", "Key": self.wire_key(key), "ReturnValues": "ALL_OLD"})
        self.same("DeleteItem", answer.get("Attributes"), self.items.pop(key, None))

    def batch(self):
        requests = []
        for key in {self.new_key() for _ in range(12)}:
            if chance.random() < 0.5:
                requests.append({"DeleteRequest": {"Key": self.wire_key(key)}})
                self.items.pop(key, None)
            else:
                self.items[key] = self.new_item(key)
                requests.append({"PutRequest": {"Item": self.items[key]}})
        self.same("BatchWriteItem", self.ask("BatchWriteItem", {"RequestItems": {"Rides": requests}})["UnprocessedItems"], {})

    def transact(self):
        keys = list({self.new_key() for _ in range(5)})
        fails = chance.random() < 0.4
        guard = {"ConditionCheck": {
            "TableName": "Rides", "Key": self.wire_key(keys[0]),
            "ConditionExpression": "attribute_%sexists(Rider)" % ("not_" if (keys[0] in self.items) == fails else "")}}
        items = {key: self.new_item(key) for key in keys[1:]}
        self.ask("TransactWriteItems", {"TransactItems": [guard] + [
            {"Put": {"TableName": "Rides", "Item": item}} for item in items.values()]},
                 "TransactionCanceledException" if fails else None)
        if not fails:
            self.items.update(items)

    # --- what can be read ---

    def same(self, what, found, wanted):
        if found != wanted:
            raise Wrong("%s: found %s, wanted %s" % (what, found, wanted))

    def pages(self, operation, value):
        found, more = [], {}
        limit = {"Limit": chance.randrange(1, 12)} if chance.random() < 0.6 else {}
        while True:
            page = self.ask(operation, {"TableName": "Rides", **value, **limit, **more})
            self.same("Count", page["Count"], len(page["Items"]))
            found += page["Items"]
            if "LastEvaluatedKey" not in page:
                return found
            more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def get(self):
        key = self.new_key()
        answer = self.ask("GetItem", {"TableName": "Rides", "Key": self.wire_key(key), "ConsistentRead": True})
        self.same("GetItem", answer.get("Item"), self.items.get(key))

    def query(self):
        forward = chance.random() < 0.5
        low, high = sorted(chance.randrange(-20, 30) for _ in range(2))
        index, hash_name, hash_value, range_name = chance.choice((
            (None, "Rider", chance.choice("abcde"), "Leaves"), ("fares", "Rider", chance.choice("abcde"), "Fare"),
            ("unicorns", "Unicorn", chance.choice(("Shadowfax", "Rocinante")), "Fare")))
        found = self.pages("Query", {
            **({"IndexName": index} if index else {}), "ScanIndexForward": forward,
            "KeyConditionExpression": "%s = :h AND %s BETWEEN :l AND :u" % (hash_name, range_name),
            "ExpressionAttributeValues": {":h": {"S": hash_value}, ":l": {"N": str(low)}, ":u": {"N": str(high)}}})
        wanted = [i for i in self.items.values() if i.get(hash_name) == {"S": hash_value}
                  and range_name in i and low <= int(i[range_name]["N"]) <= high]
        if index == "fares":
            wanted = [{n: i[n] for n in ("Rider", "Leaves", "Fare")} for i in wanted]
        order = [int(i[range_name]["N"]) for i in found]
        self.same("order of a Query", order, sorted(order, reverse=not forward))
        self.same("Query", sorted(found, key=str), sorted(wanted, key=str))

    def scan(self):
        index = chance.choice((None, "unicorns"))
        segments = chance.choice((1, 1, 3))
        found = []
        for segment in range(segments):
            found += self.pages("Scan", {**({"IndexName": index} if index else {}),
                                         **({"Segment": segment, "TotalSegments": segments} if segments > 1 else {})})
        wanted = [i for i in self.items.values() if not index or ("Unicorn" in i and "Fare" in i)]
        self.same("Scan", sorted(found, key=str), sorted(wanted, key=str))

    def figures(self):
        table = self.ask("DescribeTable", {"TableName": "Rides"})["Table"]
        self.same("ItemCount", table["ItemCount"], len(self.items))
        self.same("ItemCount of the index", table["GlobalSecondaryIndexes"][0]["ItemCount"],
                  sum("Unicorn" in i and "Fare" in i for i in self.items.values()))

    def step(self):
        chance.choices((self.put, self.update, self.delete, self.batch, self.transact, self.get, self.query, self.scan),
                       (8, 5, 4, 1, 2, 4, 5, 1))[0]()


with tempfile.TemporaryDirectory() as folder:
    print("# IMMERSION_SEED=%d" % SEED, flush=True)
    cloud = Server("cloud", os.path.join(folder, "cloud"))
    play = Play(cloud.cloud_port)
    play.ask("CreateTable", TABLE)
    while play.ask("DescribeTable", {"TableName": "Rides"})["Table"]["TableStatus"] != "ACTIVE":
        time.sleep(0.02)
    for number in range(1, ROUNDS + 1):
        wrong, step = None, 0
        try:
            for step in range(STEPS):
                play.step()
            play.figures()
        except Wrong as reason:
            wrong = "step %d: %s" % (step, str(reason)[:1500])
        tap.ok(not wrong, "round %d: %d random steps agree with the model" % (number, STEPS), wrong)
        cloud.kill()
        cloud.start()
        play.aws.close()
        try:
            for _ in range(3):
                play.scan()
                play.query()
            play.figures()
        except Wrong as reason:
            wrong = str(reason)[:1500]
        tap.ok(not wrong, "round %d: nothing acknowledged is lost by kill -9" % number, wrong)
    cloud.kill()
tap.done()
