#!/usr/bin/env python3
"""kill -9 under write load, a start on the same folder: everything acknowledged is there.

Several writers put items into their attendees' tables over HTTP, signed, each item with a version that grows.
Acknowledged is what was answered with 200 before the kill. After the start each item must have at least the
version that was acknowledged last (a later one may have been committed without its answer getting out).
"""
import http.client
import os
import random
import sys
import tempfile
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from immersion import CLOUD_PERSON, Aws, Server, Tap, make_table

ROUNDS = 5
WRITERS = 6
ITEMS = 40  # of each writer; written over and over
random.seed(7)
tap = Tap()


class Writer(threading.Thread):
    def __init__(self, name, port, person):
        super().__init__(daemon=True)
        self.name, self.aws = name, Aws(port, person)
        self.acknowledged, self.version, self.stop, self.refused = {}, 0, False, None

    def run(self):
        while not self.stop:
            self.version += 1
            key = "%s-%d" % (self.name, self.version % ITEMS)
            item = {"RideId": {"S": key}, "Version": {"N": str(self.version)}, "Filler": {"S": "x" * (self.version % 700)}}
            try:
                status, answer = self.aws.call("dynamodb", "PutItem", {"TableName": "Rides", "Item": item})
            except (OSError, ValueError, http.client.HTTPException):
                return
            if status != 200:
                self.refused = "%d %s" % (status, answer)
                return
            self.acknowledged[key] = self.version


def read_back(port, person):
    """Every item of the table: key -> version."""
    aws, found, start = Aws(port, person), {}, {}
    while True:
        status, answer = aws.call("dynamodb", "Scan", {"TableName": "Rides", "ConsistentRead": True, **start})
        if status != 200:
            raise RuntimeError("Scan answered %d: %s" % (status, answer))
        found.update((i["RideId"]["S"], int(i["Version"]["N"])) for i in answer["Items"])
        if "LastEvaluatedKey" not in answer:
            return found
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def one_round(server, people, known, number):
    """Write, kill at a random moment, start, compare; `known` is what was acknowledged so far, by account."""
    writers = [Writer("r%dw%d" % (number, w), server.cloud_port, people[w % len(people)]) for w in range(WRITERS)]
    for writer in writers:
        writer.start()
    server.kill_amid(lambda: sum(len(w.acknowledged) for w in writers), WRITERS, 1)
    for writer in writers:
        writer.stop = True
        writer.join(30)
        known[writer.aws.person["account"]].update(writer.acknowledged)
    refused = [w.refused for w in writers if w.refused]
    tap.ok(not refused, "%s, round %d: nothing was refused before the kill" % (server.mode, number), refused)
    count = sum(len(w.acknowledged) for w in writers)
    tap.ok(count > 0, "round %d: there was load (%d writes acknowledged)" % (number, sum(w.version for w in writers)))
    server.start()
    lost = []
    for person in people:
        found = read_back(server.cloud_port, person)
        lost += ["%s: %d acknowledged, found %s" % (k, v, found.get(k)) for k, v in known[person["account"]].items()
                 if found.get(k, -1) < v]
        # What the next rounds compare with: versions only grow.
        known[person["account"]] = {k: max(v, found.get(k, -1)) for k, v in known[person["account"]].items()}
    tap.ok(not lost, "round %d: every acknowledged item is there after the start" % number, "\n".join(lost))


def rounds(server, people):
    for person in people:
        status, answer = make_table(Aws(server.cloud_port, person))
        tap.ok(status == 200, "%s: account %s creates its table" % (server.mode, person["account"]), answer)
    known = {person["account"]: {} for person in people}
    for number in range(1, ROUNDS + 1):
        one_round(server, people, known, number)


class Joiner(threading.Thread):
    """Joins until the server is gone; remembers what was answered."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server, self.joined = server, []

    def run(self):
        try:
            for number in range(100):
                self.joined.append(self.server.join("Guest %d" % number, 300 + number))
        except (OSError, ValueError, RuntimeError, http.client.HTTPException):
            return


def joining(server):
    """Whoever was told that they joined has joined, and their key and token hold."""
    joiner = Joiner(server)
    joiner.start()
    server.kill_amid(lambda: len(joiner.joined), 5, 0.01)
    joiner.join(30)
    server.start()
    tap.ok(len(joiner.joined) >= 5, "%d had joined before the kill" % len(joiner.joined), server.tail())
    bad = []
    for person in joiner.joined:
        status, _ = server.ask("GET", "/api/progress", token=person["token"])
        answered, answer = Aws(server.cloud_port, person).call("dynamodb", "ListTables", {})
        if status != 200 or answered != 200:
            bad.append("%s: progress %d, ListTables %d %s" % (person["account"], status, answered, answer))
    tap.ok(not bad, "after the start their tokens and keys hold", "\n".join(bad))


with tempfile.TemporaryDirectory() as folder:
    cloud = Server("cloud", os.path.join(folder, "cloud"))
    rounds(cloud, [CLOUD_PERSON])
    cloud.kill()
    serve = Server("serve", os.path.join(folder, "serve"))
    rounds(serve, [serve.join("Writer %d" % n, n) for n in range(3)])
    joining(serve)
    serve.kill()
tap.done()
