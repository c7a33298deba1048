#!/usr/bin/env python3
"""kill -9 while log events are put: what was acknowledged is there; and an account keeps no more than it may."""
import glob
import os
import random
import sqlite3
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
import botocore.exceptions
from botocore.config import Config
from immersion import Server, Tap

ROUNDS = 3
random.seed(4)
tap = Tap()


def client(server):
    return boto3.client("logs", aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1",
                        endpoint_url="http://127.0.0.1:%d" % server.cloud_port,
                        config=Config(retries={"total_max_attempts": 1}))


class Writer(threading.Thread):
    """Puts events until the server is gone; remembers which were acknowledged."""

    def __init__(self, server, name):
        super().__init__(daemon=True)
        self.name, self.logs, self.known = name, client(server), []

    def run(self):
        try:
            self.logs.create_log_stream(logGroupName="g", logStreamName=self.name)
            for number in range(100000):
                messages = ["%s-%d-%d" % (self.name, number, each) for each in range(3)]
                self.logs.put_log_events(logGroupName="g", logStreamName=self.name, logEvents=[
                    {"timestamp": int(time.time() * 1000), "message": message} for message in messages])
                self.known += messages
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError, OSError):
            return


def stored(server):
    pages = client(server).get_paginator("filter_log_events").paginate(logGroupName="g")
    return [event["message"] for page in pages for event in page["events"]]


def one_round(server, number, known):
    writers = [Writer(server, "r%dw%d" % (number, each)) for each in range(2)]
    for writer in writers:
        writer.start()
    server.kill_amid(lambda: sum(len(writer.known) for writer in writers), 60, 0.5)
    for writer in writers:
        writer.join(30)
        known.update(writer.known)
    server.start()
    found = stored(server)
    tap.ok(not known - set(found), "round %d: what was acknowledged is there after kill -9" % number, sorted(known - set(found))[:9])
    tap.ok(len(found) == len(set(found)), "round %d: and once" % number)


def full(server, data):
    server.kill()
    for path in glob.glob(os.path.join(data, "**", "*"), recursive=True):
        if not os.path.isfile(path):
            continue
        with open(path, "rb") as file:
            if file.read(15) != b"SQLite format 3":
                continue
        db = sqlite3.connect(path)
        if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'logs_group'").fetchone():
            db.execute("UPDATE logs_group SET bytes = bytes + (128 << 20)")
            db.commit()
        db.close()
    server.start()
    logs = client(server)

    def put():
        logs.put_log_events(logGroupName="h", logStreamName="s", logEvents=[{"timestamp": int(time.time() * 1000), "message": "m"}])
    logs.create_log_group(logGroupName="h")
    logs.create_log_stream(logGroupName="h", logStreamName="s")
    try:
        put()
        tap.ok(False, "an account with 128 MB of events takes no more")
    except botocore.exceptions.ClientError as error:
        tap.ok("have reached 128 MB" in error.response["Error"]["Message"], "an account with 128 MB of events takes no more", error)
    logs.delete_log_group(logGroupName="g")
    put()
    tap.ok(True, "until a group is deleted")


with tempfile.TemporaryDirectory() as folder:
    where = os.path.join(folder, "data")
    box, all_known = Server("cloud", where), set()
    client(box).create_log_group(logGroupName="g")
    for each_round in range(1, ROUNDS + 1):
        one_round(box, each_round, all_known)
    full(box, where)
    box.kill()
tap.done()
