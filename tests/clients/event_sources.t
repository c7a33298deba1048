#!/usr/bin/env python3
"""Functions that are given the records of a table's stream, set up with boto3: events as Lambda has them, batches in their
order, retries and their ends, filters, permissions, and what becomes of a mapping whose stream or function is gone.

From: Lambda Developer Guide, "Using AWS Lambda with Amazon DynamoDB", "Configuring partial batch response with DynamoDB
and Lambda", "Control which events Lambda sends to your function". Every answer is held against botocore's service models.
"""
import datetime
import json
import os
import re
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
import botocore.exceptions
from botocore.config import Config
from immersion import OFTEN, Server, Tap, zipped
from model import watch

tap = Tap()
TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}


def policy(*actions):
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": list(actions), "Resource": "*"}]})


# Each call is written down under its number. A record whose key begins with "bad" makes it fail.
PYTHON = """
import json, os
import boto3
ddb = boto3.client("dynamodb")
def handler(event, context):
    name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
    n = int(ddb.update_item(TableName="Calls", Key={"id": {"S": name}}, UpdateExpression="ADD n :one",
            ExpressionAttributeValues={":one": {"N": "1"}}, ReturnValues="UPDATED_NEW")["Attributes"]["n"]["N"])
    ddb.put_item(TableName="Calls", Item={"id": {"S": "%s#%d" % (name, n)}, "event": {"S": json.dumps(event)}})
    keys = [r["dynamodb"]["Keys"]["p"]["S"] for r in event["Records"]]
    failed = [r["dynamodb"]["SequenceNumber"] for r, k in zip(event["Records"], keys) if k.startswith("bad")]
    if os.environ.get("REPORT"):
        return {"batchItemFailures": [{"itemIdentifier": f} for f in failed]}
    if failed:
        raise ValueError("bad records")
"""
NODE = """
const { DynamoDBClient, PutItemCommand, UpdateItemCommand } = require("@aws-sdk/client-dynamodb");
const ddb = new DynamoDBClient(), name = process.env.AWS_LAMBDA_FUNCTION_NAME;
exports.handler = async (event) => {
  const { Attributes: { n } } = await ddb.send(new UpdateItemCommand({ TableName: "Calls", Key: { id: { S: name } },
    UpdateExpression: "ADD n :one", ExpressionAttributeValues: { ":one": { N: "1" } }, ReturnValues: "UPDATED_NEW" }));
  await ddb.send(new PutItemCommand({ TableName: "Calls", Item: { id: { S: `${name}#${n.N}` },
    event: { S: JSON.stringify(event) } } }));
  if (event.Records.some((r) => r.dynamodb.Keys.p.S.startsWith("bad"))) throw new Error("bad records");
};
"""

# A function that sets up another one as an event source's, as the AWS SDK for JavaScript does.
MAKER = """
const { LambdaClient, CreateEventSourceMappingCommand, GetEventSourceMappingCommand, DeleteEventSourceMappingCommand,
  ResourceConflictException } = require("@aws-sdk/client-lambda");
const { DynamoDBClient, PutItemCommand } = require("@aws-sdk/client-dynamodb");
const lambda = new LambdaClient();
exports.handler = async ({ arn }) => {
  const input = { FunctionName: "made", EventSourceArn: arn, StartingPosition: "LATEST" };
  const made = await lambda.send(new CreateEventSourceMappingCommand(input));
  const until = async (good) => {
    for (;;) {
      const told = await lambda.send(new GetEventSourceMappingCommand({ UUID: made.UUID }));
      if (good(told)) return told;
      await new Promise((done) => setTimeout(done, 50));
    }
  };
  const again = await lambda.send(new CreateEventSourceMappingCommand(input)).catch((error) => error);
  await until((told) => told.State === "Enabled");
  await new DynamoDBClient().send(new PutItemCommand({ TableName: "Made", Item: { p: { S: "a" } } }));
  const { LastProcessingResult } = await until((told) => told.LastProcessingResult !== "No records processed");
  const { State } = await lambda.send(new DeleteEventSourceMappingCommand({ UUID: made.UUID }));
  return [made.LastModified instanceof Date, again instanceof ResourceConflictException, LastProcessingResult, State];
};
"""


def client(service):
    return boto3.client(service, aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1",
                        endpoint_url="http://127.0.0.1:%d" % server.cloud_port,
                        config=Config(retries={"total_max_attempts": 1}, read_timeout=120))


def until(what, seconds=60):
    """What it answers, as soon as that is true; or the last it answered."""
    deadline = time.monotonic() + seconds
    while True:
        got = what()
        if got or time.monotonic() > deadline:
            return got
        time.sleep(0.05)


def error(call, **more):
    try:
        call(**more)
    except botocore.exceptions.ClientError as e:
        return e.response["Error"]["Code"], e.response["Error"]["Message"]
    return None, None


def table(name, view="NEW_AND_OLD_IMAGES"):
    """A table; with a view, its stream's ARN."""
    more = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": view}} if view else {}
    made = ddb.create_table(TableName=name, BillingMode="PAY_PER_REQUEST",
                            AttributeDefinitions=[{"AttributeName": "p" if view else "id", "AttributeType": "S"}],
                            KeySchema=[{"AttributeName": "p" if view else "id", "KeyType": "HASH"}], **more)
    ddb.get_waiter("table_exists").wait(TableName=name, WaiterConfig=OFTEN)
    return made["TableDescription"].get("LatestStreamArn")


def role(name, *actions):
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="P", PolicyDocument=policy(*actions))
    return arn


def function(name, code=PYTHON, of=None, **more):
    python = code is PYTHON
    lam.create_function(FunctionName=name, Runtime="python3.12" if python else "nodejs20.x", Handler="index.handler",
                        Role=of or ROLE, Timeout=20, **more,
                        Code={"ZipFile": zipped({"index.py" if python else "index.js": code})})
    lam.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig=OFTEN)


def put(name, *keys):
    for key in keys:
        ddb.put_item(TableName=name, Item={"p": {"S": key}})


def put_at_once(name, *keys):
    ddb.transact_write_items(TransactItems=[{"Put": {"TableName": name, "Item": {"p": {"S": key}}}} for key in keys])


def calls(name):
    """The events that a function was given, in their order."""
    count = int(ddb.get_item(TableName="Calls", Key={"id": {"S": name}}, ConsistentRead=True)
                .get("Item", {"n": {"N": "0"}})["n"]["N"])
    found = []
    for n in range(1, count + 1):
        item = ddb.get_item(TableName="Calls", Key={"id": {"S": "%s#%d" % (name, n)}}, ConsistentRead=True).get("Item")
        if item:
            found.append(json.loads(item["event"]["S"]))
    return found


def keys(name):
    """The same, as lists of keys."""
    return [[r["dynamodb"]["Keys"]["p"]["S"] for r in event["Records"]] for event in calls(name)]


def is_state(uuid, state):
    return until(lambda: lam.get_event_source_mapping(UUID=uuid)["State"] == state)


def mapped(name, arn, start="TRIM_HORIZON", **more):
    made = lam.create_event_source_mapping(FunctionName=name, EventSourceArn=arn, StartingPosition=start, **more)
    is_state(made["UUID"], "Enabled")
    return made["UUID"]


def result(uuid):
    return lam.get_event_source_mapping(UUID=uuid)["LastProcessingResult"]


def events():
    arn = table("Events")
    function("events", NODE)
    made = lam.create_event_source_mapping(FunctionName="events", EventSourceArn=arn, StartingPosition="TRIM_HORIZON")
    uuid, moment = made.pop("UUID"), made.pop("LastModified")
    made.pop("ResponseMetadata")
    account = arn.split(":")[4]
    tap.ok(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", uuid) and
           abs(datetime.datetime.now(datetime.timezone.utc) - moment) < datetime.timedelta(minutes=1) and
           made == {"BatchSize": 100, "BisectBatchOnFunctionError": False, "DestinationConfig": {"OnFailure": {}},
                    "EventSourceArn": arn, "FunctionResponseTypes": [],
                    "FunctionArn": "arn:aws:lambda:us-east-1:%s:function:events" % account,
                    "EventSourceMappingArn": "arn:aws:lambda:us-east-1:%s:event-source-mapping:%s" % (account, uuid),
                    "LastProcessingResult": "No records processed", "MaximumBatchingWindowInSeconds": 0,
                    "MaximumRecordAgeInSeconds": -1, "MaximumRetryAttempts": -1, "ParallelizationFactor": 1,
                    "StartingPosition": "TRIM_HORIZON", "State": "Creating", "StateTransitionReason": "User action",
                    "TumblingWindowInSeconds": 0}, "a new mapping has AWS's members and defaults", made)
    tap.ok(is_state(uuid, "Enabled"), "and is enabled in a moment")
    ddb.put_item(TableName="Events", Item={"p": {"S": "a"}, "x": {"B": b"\x00\xff"}, "n": {"N": "1.50"}})
    ddb.update_item(TableName="Events", Key={"p": {"S": "a"}}, UpdateExpression="SET n = :n",
                    ExpressionAttributeValues={":n": {"N": "2"}})
    ddb.delete_item(TableName="Events", Key={"p": {"S": "a"}})
    until(lambda: sum(map(len, keys("events"))) == 3)
    records = [r for event in calls("events") for r in event["Records"]]
    tap.ok([r["eventName"] for r in records] == ["INSERT", "MODIFY", "REMOVE"], "every change arrives, in order", records)
    old, new = {"p": {"S": "a"}, "x": {"B": "AP8="}, "n": {"N": "1.5"}}, {"p": {"S": "a"}, "x": {"B": "AP8="}, "n": {"N": "2"}}
    images = [(r["dynamodb"].get("OldImage"), r["dynamodb"].get("NewImage")) for r in records]
    tap.ok(images == [(None, old), (old, new), (new, None)], "with its images", images)
    first = records[0]
    change = first.pop("dynamodb")
    tap.ok(re.fullmatch("[0-9a-f]{32}", first.pop("eventID")) and first == {
        "eventName": "INSERT", "eventVersion": "1.1", "eventSource": "aws:dynamodb", "awsRegion": "us-east-1",
        "eventSourceARN": arn}, "a record is one of Lambda's", first)
    tap.ok(abs(change["ApproximateCreationDateTime"] - time.time()) < 120 and change["Keys"] == {"p": {"S": "a"}} and
           re.fullmatch(r"\d{21,40}", change["SequenceNumber"]) and change["SizeBytes"] > 0 and
           change["StreamViewType"] == "NEW_AND_OLD_IMAGES", "and so is what it says of the change", change)
    tap.ok(until(lambda: result(uuid) == "OK"), "the mapping says that all is well", result(uuid))
    seen = until(lambda: cw.get_metric_statistics(
        Namespace="AWS/Lambda", MetricName="IteratorAge", Dimensions=[{"Name": "FunctionName", "Value": "events"}],
        StartTime=datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=1), Period=60,
        EndTime=datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1), Statistics=["Maximum"],
        )["Datapoints"])
    tap.ok(seen and all(0 <= d["Maximum"] < 120000 for d in seen), "how old records were is a metric", seen)


def latest():
    arn = table("Latest", "KEYS_ONLY")
    function("latest")
    put("Latest", "before")
    off = lam.create_event_source_mapping(FunctionName="latest", EventSourceArn=arn, StartingPosition="LATEST", Enabled=False)
    tap.ok(is_state(off["UUID"], "Disabled"), "a mapping may begin disabled")
    put("Latest", "between")
    on = lam.update_event_source_mapping(UUID=off["UUID"], Enabled=True)
    tap.ok(on["State"] == "Enabling", "it is enabled by an update", on)
    put("Latest", "after")
    tap.ok(until(lambda: keys("latest")) == [["after"]], "and begins with what comes then", keys("latest"))
    record = calls("latest")[0]["Records"][0]
    tap.ok("NewImage" not in record["dynamodb"] and record["dynamodb"]["StreamViewType"] == "KEYS_ONLY",
           "records have what the stream's view has", record)
    is_state(off["UUID"], "Enabled")
    lam.update_event_source_mapping(UUID=off["UUID"], Enabled=False)
    is_state(off["UUID"], "Disabled")
    put("Latest", "meanwhile")
    lam.update_event_source_mapping(UUID=off["UUID"], Enabled=True)
    put("Latest", "again")
    tap.ok(until(lambda: sum(keys("latest"), []) == ["after", "meanwhile", "again"]),
           "one that was disabled goes on where it was", keys("latest"))


def batches():
    arn = table("Batches")
    function("batches")
    put_at_once("Batches", *"abcdefg")
    mapped("batches", arn, BatchSize=3)
    tap.ok(until(lambda: keys("batches") == [["a", "b", "c"], ["d", "e", "f"], ["g"]]), "a batch is as large as was asked for",
           keys("batches"))
    function("filled")
    uuid = mapped("filled", arn, "LATEST", BatchSize=2, MaximumBatchingWindowInSeconds=20)
    put("Batches", "h")
    put("Batches", "i")
    tap.ok(until(lambda: keys("filled") == [["h", "i"]]), "one waits until it is full", keys("filled"))
    lam.update_event_source_mapping(UUID=uuid, MaximumBatchingWindowInSeconds=1)
    is_state(uuid, "Enabled")
    put("Batches", "j")
    tap.ok(until(lambda: keys("filled") == [["h", "i"], ["j"]]), "or its window is over", keys("filled"))
    tap.ok(until(lambda: sum(keys("batches"), []) == list("abcdefghij")), "several functions may read a stream", keys("batches"))


def failing():
    arn = table("Failing")
    function("failing")
    uuid = mapped("failing", arn, MaximumRetryAttempts=1)
    put_at_once("Failing", "a", "bad", "c")
    until(lambda: len(keys("failing")) == 1)
    put("Failing", "d")
    tap.ok(until(lambda: result(uuid) == "PROBLEM: Function call failed"), "a failed call is a problem", result(uuid))
    tap.ok(until(lambda: keys("failing") == [["a", "bad", "c"], ["a", "bad", "c"], ["d"]]),
           "a batch that fails is tried again as it was, and blocks until its tries are over", keys("failing"))
    tap.ok(until(lambda: result(uuid) == "OK"), "then all is well again", result(uuid))
    function("bisect")
    mapped("bisect", arn, "LATEST", MaximumRetryAttempts=1, BisectBatchOnFunctionError=True)
    put_at_once("Failing", "e", "f", "bad1", "g")
    wanted = [["e", "f", "bad1", "g"], ["e", "f"], ["bad1", "g"], ["bad1"], ["bad1"], ["g"]]
    tap.ok(until(lambda: keys("bisect") == wanted), "or it is halved until the bad record is alone", keys("bisect"))


def reporting():
    arn = table("Reporting")
    function("reporting", Environment={"Variables": {"REPORT": "1"}})
    mapped("reporting", arn, MaximumRetryAttempts=1, FunctionResponseTypes=["ReportBatchItemFailures"])
    put_at_once("Reporting", "a", "b", "bad", "c", "bad2")
    wanted = [["a", "b", "bad", "c", "bad2"], ["bad", "c", "bad2"]]
    tap.ok(until(lambda: keys("reporting") == wanted), "a function reports from where on a batch failed", keys("reporting"))
    put("Reporting", "d")
    tap.ok(until(lambda: keys("reporting") == wanted + [["d"]]), "and what it fails at again is given up", keys("reporting"))
    function("silent", Environment={"Variables": {"REPORT": "1"}})
    uuid = mapped("silent", arn, "LATEST")
    put("Reporting", "bad3")
    tap.ok(until(lambda: result(uuid) == "OK") and keys("silent") == [["bad3"]],
           "a mapping that does not ask for reports does not read them", keys("silent"))


def filtering():
    arn = table("Filtering")
    function("filtering")
    patterns = [{"eventName": ["REMOVE"]},
                {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"kind": {"S": [{"prefix": "ride"}]}}}}]
    uuid = mapped("filtering", arn, FilterCriteria={"Filters": [{"Pattern": json.dumps(p)} for p in patterns]})
    told = lam.get_event_source_mapping(UUID=uuid)["FilterCriteria"]["Filters"]
    tap.ok([json.loads(f["Pattern"]) for f in told] == patterns, "filters are told as they were set", told)
    for key, kind in (("a", "ride-1"), ("b", "other"), ("c", "ride-2")):
        ddb.put_item(TableName="Filtering", Item={"p": {"S": key}, "kind": {"S": kind}})
    ddb.delete_item(TableName="Filtering", Key={"p": {"S": "b"}})
    until(lambda: sum(keys("filtering"), []) == ["a", "c", "b"])
    names = [(r["eventName"], r["dynamodb"]["Keys"]["p"]["S"]) for event in calls("filtering") for r in event["Records"]]
    tap.ok(names == [("INSERT", "a"), ("INSERT", "c"), ("REMOVE", "b")], "what no filter lets through is passed over", names)
    lam.update_event_source_mapping(UUID=uuid, FilterCriteria={"Filters": []})
    is_state(uuid, "Enabled")
    tap.ok("FilterCriteria" not in lam.get_event_source_mapping(UUID=uuid), "filters can be taken away")
    put("Filtering", "d")
    tap.ok(until(lambda: sum(keys("filtering"), []) == ["a", "c", "b", "d"]), "then all is let through", keys("filtering"))


def permitting():
    arn = table("Permitting")
    weak = role("Weak", "dynamodb:PutItem", "dynamodb:UpdateItem")
    function("permitting", of=weak)
    sentence = ("Cannot access stream %s. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, "
                "and ListStreams Actions on your stream in IAM." % arn)
    got = error(lam.create_event_source_mapping, FunctionName="permitting", EventSourceArn=arn, StartingPosition="LATEST")
    tap.ok(got == ("InvalidParameterValueException", sentence), "the role must be allowed to read the stream", got)
    reading = ("dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream", "dynamodb:ListStreams")
    for missing in reading:
        iam.put_role_policy(RoleName="Weak", PolicyName="Q", PolicyDocument=policy(*(set(reading) - {missing})))
        got = error(lam.create_event_source_mapping, FunctionName="permitting", EventSourceArn=arn, StartingPosition="LATEST")
        tap.ok(got == ("InvalidParameterValueException", sentence), "%s is among it" % missing, got)
    iam.put_role_policy(RoleName="Weak", PolicyName="Q", PolicyDocument=policy(*reading))
    uuid = mapped("permitting", arn)
    put("Permitting", "a")
    until(lambda: keys("permitting") == [["a"]] and result(uuid) == "OK")
    iam.delete_role_policy(RoleName="Weak", PolicyName="Q")
    put("Permitting", "b")
    tap.ok(until(lambda: result(uuid) == "PROBLEM: " + sentence) and keys("permitting") == [["a"]],
           "taking the permission away stops a mapping, which says so", (result(uuid), keys("permitting")))
    iam.put_role_policy(RoleName="Weak", PolicyName="Q", PolicyDocument=policy(*reading))
    tap.ok(until(lambda: keys("permitting") == [["a"], ["b"]] and result(uuid) == "OK"), "with it the mapping goes on",
           (keys("permitting"), result(uuid)))


def gone():
    arn = table("Gone")
    function("gone")
    uuid = mapped("gone", arn)
    put("Gone", "a")
    until(lambda: keys("gone") == [["a"]])
    lam.delete_function(FunctionName="gone")
    put("Gone", "b")
    is_state(uuid, "Disabled")
    told = lam.get_event_source_mapping(UUID=uuid)
    tap.ok((told["State"], told["LastProcessingResult"]) == ("Disabled", "PROBLEM: Function not found"),
           "a mapping whose function is gone comes to rest", told)
    got = error(lam.update_event_source_mapping, UUID=uuid, Enabled=True)
    tap.ok(got == ("InvalidParameterValueException", "Function does not exist"), "and cannot be enabled", got)
    function("gone")
    lam.update_event_source_mapping(UUID=uuid, Enabled=True)
    tap.ok(until(lambda: keys("gone") == [["a"], ["b"]]), "until there is a function again, which gets what waited", keys("gone"))
    is_state(uuid, "Enabled")
    ddb.delete_table(TableName="Gone")
    is_state(uuid, "Disabled")
    told = lam.get_event_source_mapping(UUID=uuid)
    tap.ok((told["State"], told["StateTransitionReason"]) == ("Disabled", "The stream is closed"),
           "so does one whose table is gone", told)


def life():
    arn, other = table("Life"), table("Other")
    function("life")
    version = lam.publish_version(FunctionName="life")["Version"]
    lam.create_alias(FunctionName="life", Name="live", FunctionVersion=version)
    uuids = [lam.create_event_source_mapping(FunctionName=name, EventSourceArn=source, StartingPosition="LATEST",
                                             Tags={"team": "a"})["UUID"]
             for name, source in (("life", arn), ("life:live", arn), ("life", other))]
    got = error(lam.create_event_source_mapping, FunctionName="life", EventSourceArn=arn, StartingPosition="LATEST")
    tap.ok(got == ("ResourceConflictException", 'The event source arn (" %s ") and function (" life ") provided mapping already '
                   "exists. Please update or delete the existing mapping with UUID %s" % (arn, uuids[0])),
           "there is one mapping between a stream and a function", got)

    def listed(**more):
        return [m["UUID"] for page in lam.get_paginator("list_event_source_mappings").paginate(**more)
                for m in page["EventSourceMappings"]]
    tap.ok(set(uuids) <= set(listed()) and listed(PaginationConfig={"PageSize": 1}) == listed(), "mappings are listed, page by page")
    tap.ok(listed(EventSourceArn=arn) == uuids[:2] and listed(FunctionName="life") == [uuids[0], uuids[2]] and
           listed(FunctionName="life:live") == [uuids[1]] and listed(FunctionName="life", EventSourceArn=other) == [uuids[2]],
           "by source, by function, by both", (listed(EventSourceArn=arn), listed(FunctionName="life")))
    is_state(uuids[1], "Enabled")
    put("Life", "a")
    tap.ok(until(lambda: keys("life") == [["a"], ["a"]]), "an alias is a function of its own", keys("life"))
    told = lam.update_event_source_mapping(UUID=uuids[2], BatchSize=7, FunctionName="life:" + version)
    tap.ok((told["State"], told["BatchSize"], told["FunctionArn"].rpartition(":")[2]) == ("Updating", 7, version),
           "batch and function can be changed", told)
    mapping_arn = told["EventSourceMappingArn"]
    lam.tag_resource(Resource=mapping_arn, Tags={"stage": "x"})
    lam.untag_resource(Resource=mapping_arn, TagKeys=["team"])
    tap.ok(lam.list_tags(Resource=mapping_arn)["Tags"] == {"stage": "x"}, "mappings have tags")
    is_state(uuids[2], "Enabled")
    put("Other", "b")
    tap.ok(until(lambda: keys("life") == [["a"], ["a"], ["b"]]), "and it goes on with them", keys("life"))
    deleted = lam.delete_event_source_mapping(UUID=uuids[2])
    tap.ok(deleted["State"] == "Deleting", "one is deleted in a moment", deleted)
    missing = ("ResourceNotFoundException", "The resource you requested does not exist.")
    tap.ok(until(lambda: error(lam.get_event_source_mapping, UUID=uuids[2]) == missing) and uuids[2] not in listed(),
           "and then is gone")
    tap.ok(error(lam.list_tags, Resource=mapping_arn) == missing, "with its tags")
    again = lam.create_event_source_mapping(FunctionName="life:" + version, EventSourceArn=other, StartingPosition="LATEST")
    tap.ok(again["UUID"] != uuids[2], "there may be another one then")
    for command in filter(None, ("aws", os.environ.get("AWS_OLD"))):
        out = subprocess.run([command, "lambda", "list-event-source-mappings", "--function-name", "life", "--endpoint-url",
                              "http://127.0.0.1:%d" % server.cloud_port, "--output", "json"], capture_output=True, text=True,
                             env={**os.environ, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
                                  "AWS_DEFAULT_REGION": "us-east-1"})
        tap.ok(out.returncode == 0 and [m["UUID"] for m in json.loads(out.stdout)["EventSourceMappings"]] == uuids[:1],
               "the command %s lists them too" % command, out.stderr)


def javascript():
    arn = table("Made")
    function("made")
    function("maker", MAKER, of=role("Maker", "lambda:*", "dynamodb:*"))
    out = json.loads(lam.invoke(FunctionName="maker", Payload=json.dumps({"arn": arn}))["Payload"].read())
    tap.ok(out == [True, True, "OK", "Deleting"], "the SDK for JavaScript does all that too", out)


with tempfile.TemporaryDirectory() as folder:
    server = Server("cloud", os.path.join(folder, "data"))
    iam, lam, ddb, cw = client("iam"), client("lambda"), client("dynamodb"), client("cloudwatch")
    ROLE = role("R", "dynamodb:*", "logs:*")
    table("Calls", None)
    complaints = watch(lam)
    for each in sys.argv[1:] or ("events", "latest", "batches", "failing", "reporting", "filtering", "permitting", "gone", "life", "javascript"):
        globals()[each]()
    tap.ok(not complaints, "every answer fits the service's model", complaints)
    server.kill()
tap.done()
