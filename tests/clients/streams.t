#!/usr/bin/env python3
"""boto3 reads a table's stream as a consumer does: find the stream, its shards, an iterator, page after page.

And uses what else a table has beside its items: time to live, recovery, insights, policies.

Every answer is also held against botocore's service models (tests/support/model.py).
"""
import datetime
import json
import os
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
import botocore.exceptions
from botocore.config import Config
from immersion import OFTEN, Server, Tap
from model import watch

tap = Tap()


def client(server, person, service):
    return boto3.client(service, aws_access_key_id=person["accessKeyId"],
                        aws_secret_access_key=person["secretAccessKey"], region_name=person["region"],
                        endpoint_url="http://127.0.0.1:%d" % server.cloud_port,
                        config=Config(retries={"total_max_attempts": 1}))


def make(db, name, **more):
    made = db.create_table(TableName=name, BillingMode="PAY_PER_REQUEST",
                           AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}],
                           KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}], **more)["TableDescription"]
    db.get_waiter("table_exists").wait(TableName=name, WaiterConfig=OFTEN)
    return made


def read_all(streams, arn, limit=1000):
    """Every record of every shard, from the trim horizon on."""
    records = []
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        it = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"],
                                        ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        while it:
            page = streams.get_records(ShardIterator=it, Limit=limit)
            records += page["Records"]
            it = page.get("NextShardIterator") if page["Records"] else None
    return records


def view_types(db, streams):
    for view in ("KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"):
        made = make(db, view, StreamSpecification={"StreamEnabled": True, "StreamViewType": view})
        db.put_item(TableName=view, Item={"p": {"S": "a"}, "x": {"B": b"\x00"}})
        db.put_item(TableName=view, Item={"p": {"S": "a"}, "x": {"L": [{"NULL": True}]}})
        db.delete_item(TableName=view, Key={"p": {"S": "a"}})
        records = read_all(streams, made["LatestStreamArn"], 2)
        names = [r["eventName"] for r in records]
        images = [sorted(k for k in r["dynamodb"] if k.endswith("Image")) for r in records]
        news = [["NewImage"]] * 2 + [[]] if "NEW" in view else [[]] * 3
        olds = [[]] + [["OldImage"]] * 2 if "OLD" in view else [[]] * 3
        tap.ok(names == ["INSERT", "MODIFY", "REMOVE"] and images == [n + o for n, o in zip(news, olds)],
               "%s: three changes and their images" % view, records)
        when = records[0]["dynamodb"]["ApproximateCreationDateTime"]
        age = (datetime.datetime.now(datetime.timezone.utc) - when).total_seconds()
        tap.ok(-2 < age < 60 and when.microsecond == 0, "%s: they say when, in whole seconds" % view, when)
        numbers = [r["dynamodb"]["SequenceNumber"] for r in records]
        tap.ok(numbers == sorted(set(numbers)) and all(n.isdigit() for n in numbers), "%s: their numbers grow" % view)


def megabytes(db, streams):
    """GetRecords stops at one megabyte and goes on from there."""
    made = make(db, "large", StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})
    for i in range(5):
        db.put_item(TableName="large", Item={"p": {"S": str(i)}, "x": {"S": "x" * 300000}})
    arn = made["LatestStreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    it = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    first = streams.get_records(ShardIterator=it)
    rest = streams.get_records(ShardIterator=first["NextShardIterator"])
    tap.ok([len(first["Records"]), len(rest["Records"])] == [3, 2], "a page holds a megabyte at most",
           [len(first["Records"]), len(rest["Records"])])


def closing(db, streams):
    made = make(db, "closing", StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    arn = made["LatestStreamArn"]
    db.put_item(TableName="closing", Item={"p": {"S": "a"}})
    db.update_table(TableName="closing", StreamSpecification={"StreamEnabled": False})
    db.get_waiter("table_exists").wait(TableName="closing", WaiterConfig=OFTEN)
    told = db.describe_table(TableName="closing")["Table"]
    tap.ok("StreamSpecification" not in told and told["LatestStreamArn"] == arn, "a table remembers its latest stream", told)
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]
    tap.ok("EndingSequenceNumber" in shard["SequenceNumberRange"], "a closed stream's shard has an end", shard)
    tap.ok(len(read_all(streams, arn)) == 1, "and is read to it")
    listed = [s["StreamArn"] for s in streams.list_streams(TableName="closing")["Streams"]]
    tap.ok(listed == [arn], "and is listed", listed)
    try:
        streams.describe_stream(StreamArn=arn[:-1] + ("1" if arn[-1] != "1" else "2"))
        tap.ok(False, "a stream that is not there is not found")
    except streams.exceptions.ResourceNotFoundException as error:
        tap.ok("Requested resource not found: Stream: " in str(error), "a stream that is not there is not found", error)
    try:
        streams.get_records(ShardIterator="nonsense")
        tap.ok(False, "a wrong iterator is refused")
    except botocore.exceptions.ClientError as error:
        tap.ok(error.response["Error"]["Code"] == "ValidationException", "a wrong iterator is refused", error)


def expiring(db, streams):
    """Items that expire are deleted while somebody looks on, and the stream says that the service did it."""
    made = make(db, "expiring", StreamSpecification={"StreamEnabled": True, "StreamViewType": "OLD_IMAGE"})
    db.update_time_to_live(TableName="expiring", TimeToLiveSpecification={"Enabled": True, "AttributeName": "t"})
    past = int(time.time()) - 60
    for i in range(60):
        db.put_item(TableName="expiring", Item={"p": {"S": str(i)}, "t": {"N": str(past if i else past + 3600)}})
    told = db.describe_time_to_live(TableName="expiring")["TimeToLiveDescription"]
    tap.ok(told["TimeToLiveStatus"] in ("ENABLING", "ENABLED") and told["AttributeName"] == "t", "time to live is on", told)
    deadline = time.monotonic() + 30
    while db.scan(TableName="expiring", Select="COUNT")["Count"] > 1 and time.monotonic() < deadline:
        time.sleep(0.2)
    tap.ok(db.scan(TableName="expiring", Select="COUNT")["Count"] == 1, "within seconds all but the one that may live are gone")
    gone = [r for r in read_all(streams, made["LatestStreamArn"]) if r["eventName"] == "REMOVE"]
    tap.ok(len(gone) == 59 and all(
        r["userIdentity"] == {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"} for r in gone),
        "the stream names the service", gone[:1])


def settings(db):
    """What else a table can be told, and says of itself."""
    arn = make(db, "settings")["TableArn"]
    on = db.update_continuous_backups(TableName="settings", PointInTimeRecoverySpecification={
        "PointInTimeRecoveryEnabled": True})["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    tap.ok(on["PointInTimeRecoveryStatus"] == "ENABLED" and isinstance(on["EarliestRestorableDateTime"], datetime.datetime),
           "point-in-time recovery is on at once", on)
    told = db.describe_continuous_backups(TableName="settings")["ContinuousBackupsDescription"]
    tap.ok(told["PointInTimeRecoveryDescription"]["RecoveryPeriodInDays"] == 35, "for 35 days", told)
    try:
        db.describe_continuous_backups(TableName="nowhere")
        tap.ok(False, "a table that is not there has an error of its own")
    except db.exceptions.TableNotFoundException as error:
        tap.ok("Table not found: nowhere" in str(error), "a table that is not there has an error of its own", error)
    db.update_contributor_insights(TableName="settings", ContributorInsightsAction="ENABLE")
    deadline = time.monotonic() + 20
    while (db.describe_contributor_insights(TableName="settings")["ContributorInsightsStatus"] != "ENABLED"
           and time.monotonic() < deadline):
        time.sleep(0.05)
    listed = db.list_contributor_insights()["ContributorInsightsSummaries"]
    tap.ok([s["TableName"] for s in listed] == ["settings"], "contributor insights are on and listed", listed)
    kinesis = db.describe_kinesis_streaming_destination(TableName="settings")
    tap.ok(kinesis["KinesisDataStreamDestinations"] == [], "there are no Kinesis destinations", kinesis)
    try:
        db.get_resource_policy(ResourceArn=arn)
        tap.ok(False, "a table has no policy at first")
    except db.exceptions.PolicyNotFoundException:
        tap.ok(True, "a table has no policy at first")
    policy = {"Version": "2012-10-17", "Statement": [{
        "Sid": "read", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::%s:root" % arn.split(":")[4]},
        "Action": ["dynamodb:GetItem", "dynamodb:Query"], "Resource": arn}]}
    revision = db.put_resource_policy(ResourceArn=arn, Policy=json.dumps(policy))["RevisionId"]
    got = db.get_resource_policy(ResourceArn=arn)
    tap.ok(json.loads(got["Policy"]) == policy and got["RevisionId"] == revision, "then the one that was put", got)
    db.delete_resource_policy(ResourceArn=arn, ExpectedRevisionId=revision)


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server("serve", os.path.join(folder, "data"))
        person = server.join("Ada")
        db, streams = client(server, person, "dynamodb"), client(server, person, "dynamodbstreams")
        complaints = [watch(db), watch(streams)]
        view_types(db, streams)
        megabytes(db, streams)
        closing(db, streams)
        expiring(db, streams)
        settings(db)
        tap.ok(not sum(complaints, []), "every answer is what botocore's model says", "\n".join(sum(complaints, [])))
        server.kill()
    tap.done()


if __name__ == "__main__":
    main()
