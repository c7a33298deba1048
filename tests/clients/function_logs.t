#!/usr/bin/env python3
"""What functions print, in CloudWatch Logs: soon, as far as the role allows, on to subscribers, followed by `aws logs tail`.

Every answer of CloudWatch Logs is also held against botocore's model (tests/support/model.py).
"""
import base64
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import datetime, timedelta, timezone

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
import botocore.exceptions
from botocore.config import Config
from immersion import OFTEN, Server, Tap
from model import watch

tap = Tap()
TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
TALKING = """
exports.handler = async (event) => {
  console.log("ride", event.ride);
  if (event.fail) throw new Error("no unicorn");
  for (let i = 0; i < (event.writes || 0); i++) process.stdout.write("y".repeat(99) + "\\n");
  for (let i = 0; i < (event.lines || 0); i++) console.log("x".repeat(99));
};
"""
HEARING = """
const zlib = require("zlib");
exports.handler = async (event) => {
  console.log("HEARD " + zlib.gunzipSync(Buffer.from(event.awslogs.data, "base64")).toString());
};
"""


def zipped(text):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr("index.js", text)
    return out.getvalue()


def until(what, seconds=20):
    """What it returns once that is true; at the latest after so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        got = what()
        if got or time.monotonic() > deadline:
            return got
        time.sleep(0.02)


class Cloud:
    def __init__(self, server):
        options = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1",
                   "endpoint_url": "http://127.0.0.1:%d" % server.cloud_port,
                   "config": Config(retries={"total_max_attempts": 1}, read_timeout=60)}
        self.server = server
        self.lam, self.logs, self.iam, self.cloudwatch = (
            boto3.client(name, **options) for name in ("lambda", "logs", "iam", "cloudwatch"))
        self.complaints = watch(self.logs)

    def role(self, name, policy=None):
        arn = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
        if policy:
            self.iam.attach_role_policy(RoleName=name, PolicyArn=policy)
        return arn

    def create(self, name, code, role):
        arn = self.lam.create_function(FunctionName=name, Runtime="nodejs20.x", Handler="index.handler", Role=role, Timeout=20,
                                       Code={"ZipFile": zipped(code)})["FunctionArn"]
        self.lam.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig=OFTEN)
        return arn

    def invoke(self, name, **event):
        return self.lam.invoke(FunctionName=name, Payload=json.dumps(event), LogType="Tail")

    def lines(self, group, pattern=""):
        try:
            pages = self.logs.get_paginator("filter_log_events").paginate(logGroupName=group, filterPattern=pattern)
            return [event["message"] for page in pages for event in page["events"]]
        except self.logs.exceptions.ResourceNotFoundException:
            return []


def at_once(cloud):
    cloud.create("talk", TALKING, cloud.role("Talks", BASIC))
    cloud.invoke("talk", ride=1)
    began = time.monotonic()
    until(lambda: cloud.lines("/aws/lambda/talk", "REPORT"))
    took = time.monotonic() - began
    lines = cloud.lines("/aws/lambda/talk")
    tap.ok(lines[0].startswith("INIT_START") and "START RequestId" in lines[1] and "ride 1" in lines[2] and
           lines[3].startswith("END") and lines[4].startswith("REPORT"), "what a function printed stands between START and REPORT", lines)
    # Half a second, on a machine that has nothing else to do.
    tap.ok(took < 5, "and is there soon after the answer")
    print("# the lines were there %d ms after the answer" % (took * 1000))
    stream = cloud.logs.describe_log_streams(logGroupName="/aws/lambda/talk")["logStreams"][0]["logStreamName"]
    tap.ok(re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", stream), "the stream has the day's and version's name", stream)


def permitted(cloud):
    cloud.create("mute", TALKING, cloud.role("Mute"))
    cloud.invoke("mute", ride=1)
    cloud.invoke("talk", ride=2)
    until(lambda: len(cloud.lines("/aws/lambda/talk", "REPORT")) == 2)
    groups = [g["logGroupName"] for g in cloud.logs.describe_log_groups()["logGroups"]]
    tap.ok("/aws/lambda/mute" not in groups, "a role that may not write logs leaves none", groups)
    cloud.logs.create_log_group(logGroupName="/aws/lambda/mute")
    cloud.iam.put_role_policy(RoleName="Mute", PolicyName="streams", PolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:CreateLogStream", "Resource": "*"}]}))
    cloud.invoke("mute", ride=2)
    streams = until(lambda: cloud.logs.describe_log_streams(logGroupName="/aws/lambda/mute")["logStreams"])
    tap.ok(len(streams) == 1 and not cloud.lines("/aws/lambda/mute"), "one that may make streams only leaves an empty one", streams)


def counted(cloud):
    cloud.invoke("talk", ride=3, fail=True)
    start = datetime.now(timezone.utc) - timedelta(minutes=5)

    def sums():
        return [sum(point["Sum"] for point in cloud.cloudwatch.get_metric_statistics(
            Namespace="AWS/Lambda", MetricName=name, Dimensions=[{"Name": "FunctionName", "Value": "talk"}], StartTime=start,
            EndTime=start + timedelta(minutes=10), Period=600, Statistics=["Sum"])["Datapoints"])
            for name in ("Invocations", "Errors")]
    until(lambda: sums() == [3, 1])
    tap.ok(sums() == [3, 1], "its invocations and errors are counted", sums())


def subscribed(cloud):
    group = "/aws/lambda/talk"
    arn = cloud.create("hear", HEARING, cloud.role("Hears", BASIC))

    def subscribe():
        return cloud.logs.put_subscription_filter(logGroupName=group, filterName="rides", filterPattern='"ride 5"', destinationArn=arn)
    try:
        subscribe()
        tap.ok(False, "a function that does not let itself be invoked cannot subscribe")
    except botocore.exceptions.ClientError as error:
        tap.ok(error.response["Error"]["Code"] == "InvalidParameterException" and
               "Could not execute the lambda function" in error.response["Error"]["Message"],
               "a function that does not let itself be invoked cannot subscribe", error)
    cloud.lam.add_permission(FunctionName="hear", StatementId="logs", Action="lambda:InvokeFunction", Principal="logs.amazonaws.com",
                             SourceArn=cloud.logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]["arn"])
    subscribe()
    # As the templates of log forwarders write it; a permission recorded from AWS has the same principal.
    cloud.lam.remove_permission(FunctionName="hear", StatementId="logs")
    cloud.lam.add_permission(FunctionName="hear", StatementId="logs", Action="lambda:InvokeFunction",
                             Principal="logs.%s.amazonaws.com" % cloud.logs.meta.region_name,
                             SourceArn=cloud.logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]["arn"])
    subscribe()
    cloud.invoke("talk", ride=4)
    cloud.invoke("talk", ride=5)
    heard = until(lambda: cloud.lines("/aws/lambda/hear", "HEARD"))
    data = json.loads(heard[0].split("HEARD ", 1)[1])
    tap.ok([data["messageType"], data["logGroup"], data["subscriptionFilters"]] == ["DATA_MESSAGE", group, ["rides"]] and
           len(data["logEvents"]) == 1 and "ride 5" in data["logEvents"][0]["message"],
           "one that does, by the service's name in the region, gets the events that match, zipped", heard)


def newer_aws():
    """The `aws` command of the second generation, which knows `logs tail`; None when there is none."""
    for folder in os.get_exec_path():
        command = shutil.which("aws", path=folder)
        if command and "aws-cli/2" in subprocess.run([command, "--version"], capture_output=True, text=True).stdout:
            return command
    return None


def followed(cloud):
    command = newer_aws()
    if not command:
        print("# aws logs tail: there is no aws command of the second generation")
        return
    environment = dict(os.environ, AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_DEFAULT_REGION="us-east-1",
                       AWS_ENDPOINT_URL="http://127.0.0.1:%d" % cloud.server.cloud_port, PYTHONUNBUFFERED="1")
    with tempfile.TemporaryFile("w+") as out:
        tail = subprocess.Popen([command, "--endpoint-url", environment["AWS_ENDPOINT_URL"], "logs", "tail", "/aws/lambda/talk",
                                 "--follow", "--since", "1h", "--format", "short"],
                                env=environment, stdout=out, stderr=subprocess.STDOUT)

        def said(words):
            out.seek(0)
            return words in out.read()
        before = until(lambda: said("ride 5"), 60)
        cloud.invoke("talk", ride=6)
        after = until(lambda: said("ride 6"), 60)
        tail.kill()
        tail.wait()
        out.seek(0)
        tap.ok(before and after, "aws logs tail --follow shows what was and what comes", out.read())


def floods(cloud):
    """A megabyte at once comes whole."""
    def printed(**how):
        before = len(cloud.lines("/aws/lambda/talk", "REPORT"))
        answer = cloud.invoke("talk", ride=7, **how)
        until(lambda: len(cloud.lines("/aws/lambda/talk", "REPORT")) > before, 60)
        return base64.b64decode(answer["LogResult"]).decode()
    printed(lines=10000)
    found = len(cloud.lines("/aws/lambda/talk", "xxx"))
    tap.ok(found == 10000, "a megabyte of lines at once is kept", found)
    tail = printed(writes=10000, lines=5000)
    found = [len(cloud.lines("/aws/lambda/talk", word)) for word in ("yyy", "xxx")]
    tap.ok(found == [10000, 15000], "so it is when it is written to stdout before", found)
    tap.ok(len(tail) == 4096 and "END RequestId" in tail and "REPORT RequestId" in tail, "the end of it is told with the answer", tail)


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server("cloud", os.path.join(folder, "data"))
        cloud = Cloud(server)
        for step in (at_once, permitted, counted, subscribed, followed, floods):
            step(cloud)
        tap.ok(not cloud.complaints, "every answer is what botocore's model says", "\n".join(cloud.complaints))
        server.kill()
    tap.done()


if __name__ == "__main__":
    main()
