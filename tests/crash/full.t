#!/usr/bin/env python3
"""A full disk: writes are refused with AWS's error, reads go on, nothing acknowledged is lost, and it recovers.

As root the data folder is a small file system of its own; otherwise the limit on the size of files stands for it.
"""
import os
import resource
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from immersion import CLOUD_PERSON, Aws, Server, Tap, make_table

SMALL = 3 << 20
tap = Tap()


class SmallDisk:
    """A file system with little room, of which a ballast file takes most until relieve()."""

    name = "a file system of %d MiB" % (SMALL >> 20)

    def __init__(self, folder):
        self.folder = os.path.join(folder, "disk")
        os.mkdir(self.folder)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=%d" % SMALL, "none", self.folder], check=True,
                       stderr=subprocess.PIPE)

    def preexec(self):
        pass

    def relieve(self, server):
        # `remount` gives the room that an operator would make.
        subprocess.run(["mount", "-o", "remount,size=%d" % (20 * SMALL), self.folder], check=True)

    def close(self):
        subprocess.run(["umount", self.folder], check=False)


class SmallFiles:
    """Files may not grow beyond a limit."""

    name = "files of at most %d MiB" % (SMALL >> 20)

    def __init__(self, folder):
        self.folder = os.path.join(folder, "files")
        os.mkdir(self.folder)

    def preexec(self):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL, resource.RLIM_INFINITY))

    def relieve(self, server):
        resource.prlimit(server.child.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def close(self):
        pass


def fill(aws, known):
    """Put items until one is refused; the refusal, or None when there was none."""
    for number in range(4000):
        key = "ride-%d" % number
        status, answer = aws.call("dynamodb", "PutItem", {
            "TableName": "Rides", "Item": {"RideId": {"S": key}, "Filler": {"S": "x" * 8000}}})
        if status != 200:
            return status, answer
        known.append(key)
    return None


def get(aws, key):
    status, answer = aws.call("dynamodb", "GetItem", {"TableName": "Rides", "Key": {"RideId": {"S": key}},
                                                       "ConsistentRead": True})
    return status == 200 and answer.get("Item", {}).get("RideId") == {"S": key}


def missing(aws, known):
    return [key for key in known if not get(aws, key)]


def scenario(disk):
    server = Server("cloud", os.path.join(disk.folder, "data"), preexec=disk.preexec,
                    log=disk.folder + ".log")
    aws, known = Aws(server.cloud_port, CLOUD_PERSON), []
    status, answer = make_table(aws)
    tap.ok(status == 200, "%s: a table is created while there is room" % disk.name, answer)
    refusal = fill(aws, known)
    tap.ok(refusal and refusal[0] in (500, 503) and "__type" in refusal[1],
           "a write that does not fit is refused as AWS refuses on its own failure", refusal)
    tap.ok(len(known) > 20, "after some that did fit (%d)" % len(known))
    tap.ok(server.child.poll() is None and server.healthy(server.cloud_port), "the server is still there", server.tail())
    lost = missing(aws, known)
    tap.ok(not lost, "reads go on, and everything acknowledged is there", lost)
    disk.relieve(server)
    status, answer = aws.call("dynamodb", "PutItem", {"TableName": "Rides", "Item": {"RideId": {"S": "after"}}})
    tap.ok(status == 200, "as soon as there is room again writes are accepted", answer)
    server.kill()
    server.start()
    lost = missing(Aws(server.cloud_port, CLOUD_PERSON), known + ["after"])
    tap.ok(not lost, "and after kill -9 and a start all of it is there", lost)
    server.kill()


with tempfile.TemporaryDirectory() as folder:
    kinds = [SmallFiles]
    if os.getuid() == 0:
        probe = os.path.join(folder, "probe")
        os.mkdir(probe)
        if subprocess.run(["mount", "-t", "tmpfs", "none", probe], stderr=subprocess.DEVNULL).returncode == 0:
            subprocess.run(["umount", probe], check=False)
            kinds.append(SmallDisk)
    for kind in kinds:
        disk = kind(folder)
        try:
            scenario(disk)
        finally:
            disk.close()
tap.done()
