#!/usr/bin/env python3
"""kill -9 during pushes, builds and uploads: repositories are whole, every job comes to an end, sites are what was pushed last.

And the same of an orderly end."""
import io
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
import botocore.exceptions
from botocore.config import Config
from immersion import Server, Tap, free_port

ROUNDS = 4
MARK = "0.373%03d" % (os.getpid() % 1000)
SPEC = "frontend: {phases: {build: {commands: [mkdir dist, cp *.* dist/, sleep %s]}}, artifacts: {baseDirectory: dist}}" % MARK
ENDED = ("SUCCEED", "FAILED", "CANCELLED")
random.seed(11)
tap = Tap()


def client(server, service):
    return boto3.client(service, aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1",
                        endpoint_url="http://127.0.0.1:%d" % server.cloud_port, config=Config(retries={"total_max_attempts": 5}))


def page(amplify, app, branch):
    address = amplify.get_branch(appId=app, branchName=branch)["branch"]["customDomains"][0]
    try:
        return urllib.request.urlopen("http://%s/" % address, timeout=10).read().decode()
    except urllib.error.HTTPError as error:
        return "%d" % error.code


def wait(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.03)
    return condition()


def jobs(amplify, app, branch):
    return amplify.list_jobs(appId=app, branchName=branch)["jobSummaries"]


def sleeping():
    """Are there still commands of builds?"""
    return subprocess.run(["pgrep", "-f", "^sleep " + MARK], capture_output=True, text=True).stdout.split()


def zipped(text):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr("index.html", text)
    return out.getvalue()


def orderly(server, amplify, codecommit, app, head):
    """A build is stopped, not failed, by Ctrl-C; who has not said all yet keeps the server a moment longer."""
    codecommit.put_file(repositoryName="site", branchName="main", filePath="index.html", parentCommitId=head, fileContent=b"in order")
    wait(lambda: [j for j in jobs(amplify, app, "main") if j["status"] == "RUNNING"] and sleeping())
    slow = socket.create_connection(("127.0.0.1", server.cloud_port))
    slow.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nbegun")
    time.sleep(0.1)
    server.kill(signal.SIGTERM)
    tap.ok(not sleeping(), "an orderly end: no build outlives the server", sleeping())
    server.start()
    tap.ok(wait(lambda: page(amplify, app, "main") == "in order"), "an orderly end: the build begins anew",
           (page(amplify, app, "main"), jobs(amplify, app, "main")))
    tap.ok(wait(lambda: jobs(amplify, app, "main")[0]["status"] == "SUCCEED"), "an orderly end: and ends well", jobs(amplify, app, "main"))
    slow.close()


with tempfile.TemporaryDirectory() as folder:
    port = free_port()
    server = Server("cloud", os.path.join(folder, "cloud"), more=["--site-ports", "%d-%d" % (port, min(port + 20, 65535))])
    amplify, codecommit = client(server, "amplify"), client(server, "codecommit")
    url = codecommit.create_repository(repositoryName="site")["repositoryMetadata"]["cloneUrlHttp"]
    head = codecommit.put_file(repositoryName="site", branchName="main", filePath="amplify.yml", fileContent=SPEC.encode())["commitId"]
    app = amplify.create_app(name="pushed", repository=url)["app"]["appId"]
    amplify.create_branch(appId=app, branchName="main")
    hand = amplify.create_app(name="by hand")["app"]["appId"]
    amplify.create_branch(appId=hand, branchName="main")
    text, uploaded = "", ""
    for number in range(1, ROUNDS + 1):
        for version in range(2):
            text = "round %d, %d" % (number, version)
            head = codecommit.put_file(repositoryName="site", branchName="main", filePath="index.html", parentCommitId=head,
                                       fileContent=text.encode())["commitId"]
        made = amplify.create_deployment(appId=hand, branchName="main")
        uploaded = "by hand %d" % number
        urllib.request.urlopen(urllib.request.Request(made["zipUploadUrl"], zipped(uploaded), method="PUT"))
        if number % 2:
            wait(lambda: [j for j in jobs(amplify, app, "main") if j["status"] == "RUNNING"] and sleeping())
        amplify.start_deployment(appId=hand, branchName="main", jobId=made["jobId"])
        time.sleep(random.random() * 0.3)
        server.kill()
        tap.ok(wait(lambda: not sleeping(), 10), "round %d: no build outlives the server" % number, sleeping())
        server.start()
        whole = subprocess.run("for r in %s/accounts/*/git/*.git; do git --git-dir=$r fsck --full || exit 1; done" % server.data,
                               shell=True, capture_output=True, text=True)
        tap.ok(whole.returncode == 0, "round %d: the repository is whole" % number, whole.stdout + whole.stderr)
        tap.ok(wait(lambda: page(amplify, app, "main") == text), "round %d: what was pushed last is built and served" % number,
               (page(amplify, app, "main"), jobs(amplify, app, "main")))
        tap.ok(wait(lambda: page(amplify, hand, "main") == uploaded), "round %d: so is what was uploaded" % number,
               (page(amplify, hand, "main"), jobs(amplify, hand, "main")))
        open_jobs = lambda: [j for a in (app, hand) for j in jobs(amplify, a, "main") if j["status"] not in ENDED]
        tap.ok(wait(lambda: not open_jobs()), "round %d: every job has ended" % number, open_jobs())
        ended = [j for j in jobs(amplify, app, "main") if j["status"] != "SUCCEED"]
        tap.ok(not ended, "round %d: and well" % number, ended)
    orderly(server, amplify, codecommit, app, head)
    kept = subprocess.run("ls -d %s/accounts/*/amplify/%s/*/source %s/accounts/*/amplify/%s/*/built* 2>/dev/null" % (
        server.data, app, server.data, app), shell=True, capture_output=True, text=True).stdout.split()
    tap.ok(wait(lambda: not [k for k in kept if os.path.exists(k)], 10), "nothing is left of what builds worked on", kept)
    server.kill()
tap.done()
