#!/usr/bin/env python3
"""boto3 against a workshop: the whole path of lab 1's table, mistakes, clocks that are wrong, presigned calls.

Every answer is also held against botocore's service models (tests/support/model.py).
"""
import datetime
import os
import sys
import tempfile
import urllib.error
import urllib.request
from decimal import Decimal

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
import botocore.auth
from botocore.config import Config
from immersion import OFTEN, Server, Tap
from model import watch

tap = Tap()
fails = tap.fails_saying


def client(server, person, service, **more):
    values = {"aws_access_key_id": person["accessKeyId"], "aws_secret_access_key": person["secretAccessKey"],
              "region_name": person["region"], "endpoint_url": "http://127.0.0.1:%d" % server.cloud_port,
              "config": Config(retries={"total_max_attempts": 1}), **more}
    return boto3.client(service, **values)


def table(db):
    made = db.create_table(TableName="Rides", BillingMode="PAY_PER_REQUEST",
                           AttributeDefinitions=[{"AttributeName": "RideId", "AttributeType": "S"}],
                           KeySchema=[{"AttributeName": "RideId", "KeyType": "HASH"}])["TableDescription"]
    tap.ok(made["TableArn"].endswith(":table/Rides") and isinstance(made["CreationDateTime"], datetime.datetime),
           "a table is created", made)
    db.get_waiter("table_exists").wait(TableName="Rides", WaiterConfig=OFTEN)
    tap.ok(db.describe_table(TableName="Rides")["Table"]["TableStatus"] == "ACTIVE", "the waiter waits for it")
    tap.ok(db.list_tables()["TableNames"] == ["Rides"], "it is listed")
    answer = db.describe_table(TableName="Rides")["ResponseMetadata"]
    tap.ok(len(answer["RequestId"]) == 52 and answer["HTTPHeaders"]["x-amz-crc32"].isdigit(),
           "request id and checksum are those of DynamoDB", answer)


def items(server, person, db):
    rides = boto3.resource("dynamodb", aws_access_key_id=person["accessKeyId"],
                           aws_secret_access_key=person["secretAccessKey"], region_name=person["region"],
                           endpoint_url="http://127.0.0.1:%d" % server.cloud_port).Table("Rides")
    item = {"RideId": "r-1", "Fare": Decimal("12.50"), "Unicorn": {"Name": "Bucephalus", "Old": False, "Left": None},
            "Tags": {"a", "b"}, "Raw": b"\x00\xff", "List": [1, "two"]}
    rides.put_item(Item=item)
    got = rides.get_item(Key={"RideId": "r-1"}, ConsistentRead=True)["Item"]
    got["Raw"] = got["Raw"].value
    tap.ok(got == item, "every type of value comes back as it was put", got)
    found = db.query(TableName="Rides", KeyConditionExpression="RideId = :r", ExpressionAttributeValues={":r": {"S": "r-1"}})
    tap.ok(found["Count"] == 1, "a query finds the item")
    for i in range(7):
        rides.put_item(Item={"RideId": "p-%d" % i})
    pages = [p["Count"] for p in db.get_paginator("scan").paginate(TableName="Rides", PaginationConfig={"PageSize": 3})]
    tap.ok(sum(pages) == 8 and max(pages) <= 3, "a paginator scans page by page to the end", pages)
    old = rides.delete_item(Key={"RideId": "r-1"}, ReturnValues="ALL_OLD")["Attributes"]
    tap.ok(old["RideId"] == "r-1" and "Item" not in rides.get_item(Key={"RideId": "r-1"}), "a deleted item is gone")


# API reference, BatchGetItem: an answer has at most 16 MB; the keys of the rest come back unprocessed.
def large_batch(db):
    names = ["large-%d" % i for i in range(60)]
    for name in names:
        db.put_item(TableName="Rides", Item={"RideId": {"S": name}, "Text": {"S": "x" * 300000}})
    keys = [{"RideId": {"S": name}} for name in names]
    answer = db.batch_get_item(RequestItems={"Rides": {"Keys": keys, "ConsistentRead": True}})
    got = answer["Responses"]["Rides"]
    bytes_got = sum(len("RideIdText") + len(item["RideId"]["S"]) + 300000 for item in got)
    tap.ok(len(got) == 55 and bytes_got <= 16 << 20, "a batch never answers more than 16 MB", (len(got), bytes_got))
    left = answer["UnprocessedKeys"]["Rides"]
    tap.ok(left == {"Keys": keys[55:], "ConsistentRead": True}, "what did not fit is asked for again", left)
    rest = db.batch_get_item(RequestItems=answer["UnprocessedKeys"])
    tap.ok(len(rest["Responses"]["Rides"]) == 5 and rest["UnprocessedKeys"] == {}, "and then comes")
    for key in keys:
        db.delete_item(TableName="Rides", Key=key)


def costly_filter(db):
    """A megabyte of items may be compared with long lists hundreds of times: nobody gets a thread for so long."""
    long = [{"N": "1"}] * 4000
    for i in range(10):
        db.put_item(TableName="Rides", Item={"RideId": {"S": "list-%d" % i}, "L": {"L": long + [{"N": str(i)}]}})
    ask = {"TableName": "Rides", "FilterExpression": " OR ".join(["L = :other"] * 120 + ["L = :seven"]),
           "ExpressionAttributeValues": {":other": {"L": long + [{"S": "x"}]}, ":seven": {"L": long + [{"N": "7"}]}}}
    pages = [db.scan(**ask)]
    while "LastEvaluatedKey" in pages[-1] and len(pages) < 20:
        pages.append(db.scan(ExclusiveStartKey=pages[-1]["LastEvaluatedKey"], **ask))
    tap.ok(len(pages) > 1 and pages[0]["ScannedCount"] >= 1, "a page ends where its filter has looked at millions of values",
           [page["ScannedCount"] for page in pages])
    found = [item["RideId"]["S"] for page in pages for item in page["Items"]]
    tap.ok(found == ["list-7"] and sum(page["ScannedCount"] for page in pages) >= 10, "and the next one goes on there", found)
    for i in range(10):
        db.delete_item(TableName="Rides", Key={"RideId": {"S": "list-%d" % i}})


def mistakes(server, person, db):
    fails("a table that is not there is not found", "ResourceNotFoundException", "not found",
          lambda: db.describe_table(TableName="rides"))
    wrong = dict(person, secretAccessKey=person["secretAccessKey"][:-1] + "?")
    fails("a secret with one other character is refused", "InvalidSignatureException", "does not match",
          lambda: client(server, wrong, "dynamodb").list_tables())
    fails("the same by a query service", "SignatureDoesNotMatch", "does not match",
          lambda: client(server, wrong, "sts").get_caller_identity())
    elsewhere = dict(person, region="ap-south-1")
    fails("a wrong region is named beside the right one", "InvalidSignatureException",
          "'ap-south-1'. The Region here is '%s'" % person["region"],
          lambda: client(server, elsewhere, "dynamodb").list_tables())
    stranger = dict(person, accessKeyId="AKIAIOSFODNN7EXAMPLE")
    fails("a key of no account here is not known", "UnrecognizedClientException", "security token",
          lambda: client(server, stranger, "dynamodb").list_tables())
    fails("the same by a query service says InvalidClientTokenId", "InvalidClientTokenId", "security token",
          lambda: client(server, stranger, "sts").get_caller_identity())
    weighty = {"TableName": "Rides", "Key": {"RideId": {"S": "w"}}, "UpdateExpression": "SET c = if_not_exists(c, :v)"}
    db.put_item(TableName="Rides", Item={"RideId": {"S": "w"}, "c": {"S": "c"}})
    fails("an update that carries too much is refused, its condition aside", "ValidationException", "size to update has exceeded",
          lambda: db.update_item(**weighty, ExpressionAttributeValues={":v": {"S": "x" * 409523}}, ConditionExpression="attribute_exists(d)"))
    db.update_item(**weighty, ExpressionAttributeValues={":v": {"S": "x" * 409522}})
    much = [{"Put": {"TableName": "Rides", "Item": {"RideId": {"S": str(i)}, "v": {"S": "x" * 399990}}}} for i in range(11)]
    fails("a transaction of more than 4 MB is refused", "ValidationException",
          "Transaction payload size cannot exceed 4MB. Payload Size: 4399979",
          lambda: db.transact_write_items(TransactItems=much))


class Clock(datetime.datetime):
    """A clock that is off by `wrong`."""

    wrong = datetime.timedelta()

    @classmethod
    def utcnow(cls):
        return datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None) + cls.wrong


def clocks(db, sts):
    right = {name: getattr(botocore.auth, name) for name in ("datetime", "get_current_datetime")
             if hasattr(botocore.auth, name)}
    if "get_current_datetime" in right:
        botocore.auth.get_current_datetime = lambda *_, **__: Clock.utcnow()
    else:
        botocore.auth.datetime.datetime = Clock
    try:
        Clock.wrong = datetime.timedelta(minutes=-6)
        fails("a clock that is six minutes slow is told so", "InvalidSignatureException", "Signature expired: ",
              lambda: db.list_tables())
        fails("and by a query service", "SignatureDoesNotMatch", "Signature expired: ", lambda: sts.get_caller_identity())
        Clock.wrong = datetime.timedelta(minutes=6)
        fails("a clock that is six minutes fast is told so", "InvalidSignatureException", "Signature not yet current: ",
              lambda: db.list_tables())
        Clock.wrong = datetime.timedelta(minutes=4)
        tap.ok("TableNames" in db.list_tables(), "four minutes do no harm")
    finally:
        for name, value in right.items():
            setattr(botocore.auth, name, value)


def presigned(sts, person):
    url = sts.generate_presigned_url("get_caller_identity", ExpiresIn=60, HttpMethod="GET")
    text = urllib.request.urlopen(url, timeout=30).read().decode()
    tap.ok("<Account>%s</Account>" % person["account"] in text, "a presigned call says who signed it", text)
    try:
        text = urllib.request.urlopen(url.replace("GetCallerIdentity", "GetCallerIdentitz"), timeout=30).read().decode()
        tap.ok(False, "a presigned call for another action is refused", text)
    except urllib.error.HTTPError as error:
        text = error.read().decode()
        tap.ok(error.code == 403 and "SignatureDoesNotMatch" in text, "a presigned call for another action is refused", text)


def every_other_operation(db):
    """What no other test of the clients calls with its answers watched."""
    arn = db.describe_table(TableName="Rides")["Table"]["TableArn"]
    schema = db.describe_table(TableName="Rides")["Table"]["KeySchema"]
    types = {d["AttributeName"]: d["AttributeType"] for d in
             db.describe_table(TableName="Rides")["Table"]["AttributeDefinitions"]}

    def key(n):
        return {k["AttributeName"]: {types[k["AttributeName"]]: str(n)} for k in schema}

    told = {"ReturnConsumedCapacity": "INDEXES"}
    full = dict(told, ReturnItemCollectionMetrics="SIZE")
    db.tag_resource(ResourceArn=arn, Tags=[{"Key": "line", "Value": "7"}])
    tags = db.list_tags_of_resource(ResourceArn=arn)["Tags"]
    tap.ok(tags == [{"Key": "line", "Value": "7"}], "boto3 tags a table", tags)
    db.untag_resource(ResourceArn=arn, TagKeys=["line"])
    db.batch_write_item(RequestItems={"Rides": [{"PutRequest": {"Item": key(n)}} for n in (901, 902)]}, **full)
    read = db.batch_get_item(RequestItems={"Rides": {"Keys": [key(901), key(902)]}}, **told)
    tap.ok(len(read["Responses"]["Rides"]) == 2, "boto3 writes and reads batches", read)
    new = db.update_item(TableName="Rides", Key=key(901), UpdateExpression="SET a = :a", ReturnValues="ALL_NEW",
                         ExpressionAttributeValues={":a": {"NS": ["2", "1"]}}, **full)
    tap.ok(new["Attributes"]["a"] == {"NS": ["1", "2"]}, "boto3 updates an item", new)
    db.transact_write_items(TransactItems=[{"Put": {"TableName": "Rides", "Item": key(903)}},
                                           {"Delete": {"TableName": "Rides", "Key": key(902)}}], **full)
    read = db.transact_get_items(TransactItems=[{"Get": {"TableName": "Rides", "Key": key(n)}} for n in (902, 903)], **told)
    tap.ok(["Item" in r for r in read["Responses"]] == [False, True], "boto3 writes and reads transactions", read)
    tap.ok(db.describe_limits()["TableMaxReadCapacityUnits"] > 0, "boto3 asks for the limits")
    tap.ok(db.describe_endpoints()["Endpoints"], "boto3 asks for the endpoints")


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server("serve", os.path.join(folder, "data"))
        person = server.join("Ada")
        sts, db = client(server, person, "sts"), client(server, person, "dynamodb")
        complaints = [watch(sts), watch(db)]
        who = sts.get_caller_identity()
        tap.ok(who["Account"] == person["account"] and who["UserId"].startswith("AIDA"), "boto3 learns who it is", who)
        table(db)
        items(server, person, db)
        large_batch(db)
        costly_filter(db)
        mistakes(server, person, db)
        clocks(db, sts)
        presigned(sts, person)
        every_other_operation(db)
        db.delete_table(TableName="Rides")
        db.get_waiter("table_not_exists").wait(TableName="Rides", WaiterConfig=OFTEN)
        tap.ok(db.list_tables()["TableNames"] == [], "a deleted table is gone")
        tap.ok(not sum(complaints, []), "every answer is what botocore's model says", "\n".join(sum(complaints, [])))
        server.kill()
    tap.done()


if __name__ == "__main__":
    main()
