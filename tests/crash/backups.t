#!/usr/bin/env python3
"""kill -9 while a backup is copied, while tables are restored and while items expire: each goes on where it stopped."""
import os
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from immersion import CLOUD_PERSON, Aws, Server, Tap, make_table

ITEMS, FILLER = 1500, "x" * 12000  # eighteen slices of a backup
tap = Tap()


def ask(aws, operation, value):
    status, answer = aws.call("dynamodb", operation, value)
    if status != 200:
        raise RuntimeError("%s answered %d: %s" % (operation, status, answer))
    return answer


def fill(aws, expires):
    for start in range(0, ITEMS, 25):
        ask(aws, "BatchWriteItem", {"RequestItems": {"Rides": [
            {"PutRequest": {"Item": {"RideId": {"S": "r-%d" % i}, "t": {"N": str(expires)}, "filler": {"S": FILLER}}}}
            for i in range(start, start + 25)]}})


def count(aws, table):
    found, start = 0, {}
    while True:
        page = ask(aws, "Scan", {"TableName": table, "Select": "COUNT", "ConsistentRead": True, **start})
        found += page["Count"]
        if "LastEvaluatedKey" not in page:
            return found
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def again(server, pause):
    """Let it work for a moment, stop it the hard way, start it; a fresh connection."""
    time.sleep(pause)
    server.kill()
    server.start()
    return Aws(server.cloud_port, CLOUD_PERSON)


def until(what, seconds=60):
    deadline = time.monotonic() + seconds
    while not what() and time.monotonic() < deadline:
        time.sleep(0.02)
    return what()


with tempfile.TemporaryDirectory() as folder:
    cloud = Server("cloud", os.path.join(folder, "cloud"))
    aws = Aws(cloud.cloud_port, CLOUD_PERSON)
    make_table(aws)
    past = int(time.time()) - 1000
    fill(aws, past)
    ask(aws, "UpdateContinuousBackups", {"TableName": "Rides",
                                         "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}})
    arn = ask(aws, "CreateBackup", {"TableName": "Rides", "BackupName": "night"})["BackupDetails"]["BackupArn"]
    aws = again(cloud, 0.005)
    state = lambda: ask(aws, "DescribeBackup", {"BackupArn": arn})["BackupDescription"]["BackupDetails"]["BackupStatus"]
    tap.ok(until(lambda: state() == "AVAILABLE"), "a backup that was being copied becomes AVAILABLE", state())
    ask(aws, "RestoreTableFromBackup", {"TargetTableName": "Again", "BackupArn": arn})
    aws = again(cloud, 0.02)
    table = lambda: ask(aws, "DescribeTable", {"TableName": "Again"})["Table"]
    tap.ok(until(lambda: table()["TableStatus"] == "ACTIVE"), "a table that was being restored becomes ACTIVE", table())
    tap.ok(count(aws, "Again") == ITEMS == table()["ItemCount"], "it has every item once, and says so",
           "%d, told %d" % (count(aws, "Again"), table()["ItemCount"]))
    ask(aws, "UpdateTimeToLive", {"TableName": "Rides", "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "t"}})
    aws = again(cloud, 0.01)
    aws = again(cloud, 2.02)
    tap.ok(until(lambda: count(aws, "Rides") == 0), "items that were expiring are all gone at last", count(aws, "Rides"))
    told = ask(aws, "DescribeTable", {"TableName": "Rides"})["Table"]
    tap.ok(told["ItemCount"] == 0 and told["TableSizeBytes"] == 0, "and not counted any more", told)
    tap.ok(count(aws, "Again") == ITEMS, "those of the restored table stay: it has no time to live")
    ask(aws, "RestoreTableToPointInTime", {"SourceTableName": "Rides", "TargetTableName": "Then", "UseLatestRestorableTime": True})
    aws = again(cloud, 0.02)
    then = lambda: ask(aws, "DescribeTable", {"TableName": "Then"})["Table"]
    tap.ok(until(lambda: then()["TableStatus"] == "ACTIVE"), "a table that was being restored to a moment becomes ACTIVE", then())
    tap.ok(count(aws, "Then") == ITEMS == then()["ItemCount"], "it has every item that has expired since, once",
           "%d, told %d" % (count(aws, "Then"), then()["ItemCount"]))
    cloud.kill()
tap.done()
