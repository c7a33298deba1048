#!/usr/bin/env python3
"""kill -9 while git pushes: what was acknowledged is there, every repository is whole, and pushes go on."""
import base64
import datetime
import hashlib
import hmac
import os
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
from botocore.config import Config
from immersion import Server, Tap, free_port

ROUNDS, PUSHERS = 3, 3
tap = Tap()


def header(path):
    """What the credential helper makes, as a header."""
    stamp = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%S")
    canonical = "GIT\n%s\n\nhost:127.0.0.1\n\nhost\n" % path
    text = "AWS4-HMAC-SHA256\n%s\n%s/us-east-1/codecommit/aws4_request\n%s" % (
        stamp, stamp[:8], hashlib.sha256(canonical.encode()).hexdigest())
    key = b"AWS4test"
    for part in (stamp[:8], "us-east-1", "codecommit", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    password = stamp + "Z" + hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return "Authorization: Basic " + base64.b64encode(("test:" + password).encode()).decode()


class Pusher(threading.Thread):
    """Commits and pushes until the server is gone."""

    def __init__(self, server, folder, number):
        super().__init__(daemon=True)
        self.server, self.path, self.acknowledged = server, "/v1/repos/r%d" % number, None
        self.here = os.path.join(folder, "r%d" % number)
        self.count, self.gone = 0, False

    def git(self, *words):
        env = dict(os.environ, GIT_CONFIG_NOSYSTEM="1", GIT_TERMINAL_PROMPT="0")
        return subprocess.run(["git", "-c", "http.extraHeader=" + header(self.path), "-c", "user.name=A", "-c",
                               "user.email=a@b", *words], cwd=self.here, env=env, capture_output=True, text=True)

    def url(self):
        return "http://127.0.0.1:%d%s" % (self.server.cloud_port, self.path)

    def once(self):
        with open(os.path.join(self.here, "file"), "wb") as out:
            out.write(os.urandom(20000))
        self.git("add", ".")
        self.git("commit", "-qm", "c")
        ran = self.git("push", "-q", self.url(), "HEAD:main")
        if ran.returncode == 0:
            self.acknowledged = self.git("rev-parse", "HEAD").stdout.strip()
            self.count += 1
        return ran

    def run(self):
        while not self.gone and self.once().returncode == 0:
            pass


with tempfile.TemporaryDirectory() as folder:
    port = free_port()
    server = Server("cloud", os.path.join(folder, "cloud"), more=["--site-ports", "%d-%d" % (port, port)])
    codecommit = boto3.client("codecommit", aws_access_key_id="test", aws_secret_access_key="test",
                              region_name="us-east-1", endpoint_url="http://127.0.0.1:%d" % server.cloud_port,
                              config=Config(retries={"total_max_attempts": 5}))
    known = {}
    for n in range(PUSHERS):
        codecommit.create_repository(repositoryName="r%d" % n)
        os.makedirs(os.path.join(folder, "r%d" % n))
        subprocess.run(["git", "init", "-q"], cwd=os.path.join(folder, "r%d" % n), check=True)
    for number in range(1, ROUNDS + 1):
        pushers = [Pusher(server, folder, n) for n in range(PUSHERS)]
        for pusher in pushers:
            pusher.acknowledged = known.get(pusher.path)
            pusher.start()
        deadline = time.monotonic() + 60
        while sum(p.count for p in pushers) < 4 * number and time.monotonic() < deadline:
            time.sleep(0.005)
        server.kill()
        for pusher in pushers:
            pusher.gone = True
            pusher.join(60)
        tap.ok(sum(p.count for p in pushers) > 0, "round %d: there were pushes (%d)" % (
            number, sum(p.count for p in pushers)))
        server.start()
        for pusher in pushers:
            known[pusher.path] = pusher.acknowledged
            pusher.git("fetch", "-q", pusher.url(), "+main:refs/remotes/there")
            whole = subprocess.run("for r in %s/accounts/*/git/*.git; do git --git-dir=$r fsck --full || exit 1; done" %
                                   server.data, shell=True, capture_output=True, text=True)
            kept = pusher.acknowledged is None or pusher.git(
                "merge-base", "--is-ancestor", pusher.acknowledged, "refs/remotes/there").returncode == 0
            tap.ok(kept and whole.returncode == 0, "round %d: %s is whole and has what was acknowledged" % (
                number, pusher.path), whole.stdout + whole.stderr)
            ran = pusher.once()
            tap.ok(ran.returncode == 0, "round %d: and takes the next push" % number, ran.stderr)
            known[pusher.path] = pusher.acknowledged
    server.kill()
tap.done()
