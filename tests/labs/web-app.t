#!/usr/bin/env python3
"""Lab 1's checks: followed as written they turn green; each usual mistake gets the message that helps.

The first part runs `immersion rehearse` with the aws command, in the edition with plain pages (web-app-vue.t goes the other
way); the second makes the mistakes of facts and support threads (names in another case, a key of the wrong type, a sort key)
by signed calls.
"""
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from immersion import BINARY, TABLE, Aws, Server, Tap, make_table

tap = Tap()
numbers = iter(range(1, 200))


def verdicts(server, person, path="/api/check"):
    """id -> (state, message) of the lab, after running its checks."""
    body = {"lab": "web-app"} if path == "/api/check" else None
    status, document = server.ask("POST" if body else "GET", path, body, person["token"])
    if status != 200:
        raise RuntimeError("%s answered %d: %s" % (path, status, document))
    lab = next(lab for lab in document["labs"] if lab["id"] == "web-app")
    return {c["id"]: (c["state"], c["message"]) for c in lab["checks"]}


def newcomer(server):
    number = next(numbers)
    person = server.join("Newcomer %d" % number, number)
    return person, Aws(server.cloud_port, person)


def must(answer):
    if answer[0] != 200:
        raise RuntimeError("the call answered %d: %s" % answer)


def wait_active(aws, name="Rides"):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        status, answer = aws.call("dynamodb", "DescribeTable", {"TableName": name})
        if status == 200 and answer["Table"]["TableStatus"] == "ACTIVE":
            return
        time.sleep(0.02)
    raise RuntimeError("the table did not become ACTIVE")


def rehearsed():
    run = subprocess.run([BINARY, "rehearse", "web-app", "--way", "1"], capture_output=True, text=True, timeout=280)
    tap.ok(run.returncode == 0 and ", 0 not proved, 0 code blocks failed." in run.stdout,
           "following the pages turns every check of the lab from not green to green", run.stdout + run.stderr)


def at_the_beginning(server):
    person, _ = newcomer(server)
    before = verdicts(server, person)
    state, message = before["rides-table"]
    tap.ok(state == "red" and "Create a table named Rides" in message, "without a table the hint says what to do", message)
    state, message = before["rides-first-item"]
    tap.ok(state == "pending" and "This comes after: " in message, "what comes later is pending and says after what",
           message)


def with_table(server, change, name, *expected):
    """The message about a table that differs from the right one in what `change` says."""
    person, aws = newcomer(server)
    must(aws.call("dynamodb", "CreateTable", {**TABLE, **change}))
    wait_active(aws, change.get("TableName", "Rides"))
    state, message = verdicts(server, person)["rides-table"]
    tap.ok(state == "red" and all(e in message for e in expected), name, message)


def key(name, kind="S", *more):
    attributes = [{"AttributeName": name, "AttributeType": kind}] + [m[0] for m in more]
    schema = [{"AttributeName": name, "KeyType": "HASH"}] + [m[1] for m in more]
    return {"AttributeDefinitions": attributes, "KeySchema": schema}


def wrong_tables(server):
    with_table(server, {"TableName": "rides"}, "a name in another case is recognized",
               "There is a table whose name differs only by case.")
    with_table(server, key("rideid"), "a key in another case is told with what was found",
               "Table.KeySchema: expected an entry with AttributeName RideId, found rideid (HASH)", "case-sensitive")
    with_table(server, key("Id"), "another key is told", "expected an entry with AttributeName RideId, found Id (HASH)")
    with_table(server, key("RideId", "N"), "a key that is a number is told", "The key RideId is a number (N).")
    sort = ({"AttributeName": "RideId", "AttributeType": "S"}, {"AttributeName": "RideId", "KeyType": "RANGE"})
    with_table(server, key("When", "S", sort), "a sort key is told", "RideId is the sort key (RANGE) of Rides.")
    beside = ({"AttributeName": "When", "AttributeType": "S"}, {"AttributeName": "When", "KeyType": "RANGE"})
    with_table(server, key("RideId", "S", beside), "a sort key beside the right key is told", "The table Rides has a sort key")


def items(server):
    person, aws = newcomer(server)
    tap.ok(make_table(aws)[0] == 200 and verdicts(server, person)["rides-table"] == ("green", ""),
           "the right table is green and silent")
    item = {"RideId": {"S": "first-ride"}, "User": {"S": "ann"}, "UnicornName": {"S": "Pegasus"}}
    must(aws.call("dynamodb", "PutItem", {"TableName": "Rides", "Item": item}))
    state, message = verdicts(server, person)["rides-first-item"]
    tap.ok(state == "red" and "Item.UnicornName.S: expected Bucephalus, Shadowfax or Rocinante, found Pegasus" in message
           and "no unicorn of that name" in message, "an unknown unicorn is told", message)
    must(aws.call("dynamodb", "PutItem", {"TableName": "Rides", "Item": {**item, "UnicornName": {"S": "Shadowfax"}}}))
    deadline, seen = time.monotonic() + 5, ""
    while time.monotonic() < deadline and seen != "green":
        seen = verdicts(server, person, "/api/progress")["rides-first-item"][0]
        time.sleep(0.02)
    tap.ok(seen == "green", "an item turns its check green without anybody asking")
    must(aws.call("dynamodb", "DeleteTable", {"TableName": "Rides"}))
    deadline = time.monotonic() + 20
    while aws.call("dynamodb", "DescribeTable", {"TableName": "Rides"})[0] == 200 and time.monotonic() < deadline:
        time.sleep(0.02)
    state, message = verdicts(server, person)["rides-table"]
    tap.ok(state == "red" and message.startswith("This was green before. "), "a check that turned red again says so", message)


def failed_calls(server):
    person, aws = newcomer(server)
    status, _ = aws.call("dynamodb", "CreateTable", {**TABLE, "KeySchema": [{"AttributeName": "Id", "KeyType": "HASH"}]})
    _, message = verdicts(server, person)["rides-table"]
    tap.ok(status == 400 and "Your last call was ValidationException on dynamodb:CreateTable" in message,
           "a call that failed just now is mentioned", message)


def main():
    rehearsed()
    with tempfile.TemporaryDirectory() as folder:
        server = Server("serve", os.path.join(folder, "data"))
        for part in (at_the_beginning, wrong_tables, items, failed_calls):
            try:
                part(server)
            except Exception as problem:  # a part that broke off is a failure with a name; the others still run
                tap.ok(False, "%s broke off" % part.__name__, problem)
        server.kill()
    tap.done()


main()
