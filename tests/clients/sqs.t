#!/usr/bin/env python3
"""Queues with boto3, which speaks JSON, and with Debian's aws command, which speaks the query protocol to a queue's own
address: long polls, FIFO queues, dead letters, what a kill leaves, and functions that take from queues and send to them.

From: SQS API Reference; Lambda Developer Guide, "Using Lambda with Amazon SQS", "Retaining records of asynchronous
invocations". Every answer is held against botocore's service models.
"""
import datetime
import json
import os
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
import botocore.exceptions
from botocore.config import Config
from immersion import Server, Tap, zipped
from model import watch

tap = Tap()
complaints = []
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
HANDLER = """
def handler(event, context):
    bad = [r["messageId"] for r in event["Records"] if r["body"].startswith("bad")] if "Records" in event else []
    print("GOT " + __import__("json").dumps(event))
    if bad:
        return {"batchItemFailures": [{"itemIdentifier": b} for b in bad]}
    if event.get("fail"):
        raise ValueError("no luck")
    return {"good": True}
"""


def client(service):
    made = boto3.client(service, aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1",
                        endpoint_url="http://127.0.0.1:%d" % server.cloud_port,
                        config=Config(retries={"total_max_attempts": 1}, read_timeout=60))
    complaints.append(watch(made))
    return made


def until(what, seconds=60):
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


def role(name, *actions):
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}))
    return arn


def function(name, arn, **more):
    functions.create_function(FunctionName=name, Runtime="python3.11", Role=arn, Handler="index.handler",
                              Code={"ZipFile": zipped({"index.py": HANDLER})}, **more)
    functions.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 600})


def arn_of(url):
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def receive(url, **more):
    return sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"],
                               MessageAttributeNames=["All"], **more).get("Messages", [])


def polls():
    url = sqs.create_queue(QueueName="polled", Attributes={"VisibilityTimeout": "1"})["QueueUrl"]
    got = []
    waiting = [threading.Thread(target=lambda: got.append(receive(url, WaitTimeSeconds=20, VisibilityTimeout=30)))
               for _ in range(3)]
    began = time.monotonic()
    for thread in waiting:
        thread.start()
    for i in range(3):
        sqs.send_message(QueueUrl=url, MessageBody="m%d" % i)
        until(lambda: len(got) > i)
    for thread in waiting:
        thread.join()
    tap.ok(sorted(m["Body"] for ms in got for m in ms) == ["m0", "m1", "m2"] and time.monotonic() - began < 15,
           "who polls gets what is sent, each message once", got)
    sqs.send_message(QueueUrl=url, MessageBody="delayed", DelaySeconds=1)
    tap.ok([m["Body"] for m in receive(url, WaitTimeSeconds=20)] == ["delayed"], "a delayed message ends a long poll")
    again = receive(url, WaitTimeSeconds=20)
    tap.ok([m["Attributes"]["ApproximateReceiveCount"] for m in again] == ["2"],
           "so does one that comes back", again)
    empty = time.monotonic()
    sqs.purge_queue(QueueUrl=url)
    tap.ok(receive(url, WaitTimeSeconds=1) == [] and time.monotonic() - empty >= 1, "and so does the time")


def old_command():
    """Query forms, sent to the queue's own address."""
    def aws(*arguments):
        done = subprocess.run([os.environ["AWS_OLD"], "--endpoint-url", "http://127.0.0.1:%d" % server.cloud_port,
                               "--output", "json", "sqs", *arguments], capture_output=True, text=True, timeout=60,
                              env=dict(os.environ, AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test",
                                       AWS_DEFAULT_REGION="us-east-1", AWS_PAGER="", AWS_MAX_ATTEMPTS="1"))
        return json.loads(done.stdout or "{}") if not done.returncode else done.stderr
    url = aws("create-queue", "--queue-name", "old", "--attributes", "DelaySeconds=0,VisibilityTimeout=40",
              "--tags", "team=red,stage=dev")["QueueUrl"]
    told = aws("get-queue-attributes", "--queue-url", url, "--attribute-names", "All")["Attributes"]
    tap.ok(told["VisibilityTimeout"] == "40" and told["QueueArn"].endswith(":old"), "the old command reads attributes", told)
    tap.ok(aws("list-queue-tags", "--queue-url", url)["Tags"] == {"team": "red", "stage": "dev"}, "and tags")
    sent = aws("send-message", "--queue-url", url, "--message-body", "h\u00e9 <&>", "--message-attributes",
               '{"Foo": {"DataType": "String", "StringValue": "Bar"}}')
    got = aws("receive-message", "--queue-url", url, "--attribute-names", "All", "--message-attribute-names", "All")
    m = got["Messages"][0]
    tap.ok(m["Body"] == "h\u00e9 <&>" and m["MessageAttributes"]["Foo"]["StringValue"] == "Bar"
           and m["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"] == "ae7155c6026991b6d54b11589678bf9c",
           "it sends and receives", got)
    aws("delete-message", "--queue-url", url, "--receipt-handle", m["ReceiptHandle"])
    batch = aws("send-message-batch", "--queue-url", url, "--entries", "Id=a,MessageBody=1", "Id=b,MessageBody=2")
    tap.ok([s["Id"] for s in batch["Successful"]] == ["a", "b"], "it sends batches", batch)
    tap.ok("AWS.SimpleQueueService.NonExistentQueue" in aws("get-queue-url", "--queue-name", "none")
           and "for this wsdl version" in aws("get-queue-url", "--queue-name", "none"), "and is told of errors as it was")
    tap.ok(aws("list-queues", "--queue-name-prefix", "ol") == {"QueueUrls": [url]}, "queues are listed")


def kills():
    url = sqs.create_queue(QueueName="kept", Attributes={"VisibilityTimeout": "3"})["QueueUrl"]
    fifo = sqs.create_queue(QueueName="kept.fifo", Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"})["QueueUrl"]
    for i in range(20):
        sqs.send_message(QueueUrl=url, MessageBody="k%d" % i)
        sqs.send_message(QueueUrl=fifo, MessageBody="k%d" % i, MessageGroupId="g")
    taken = receive(url)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=taken[0]["ReceiptHandle"])
    server.kill()
    server.start()
    local = client("sqs")
    url, fifo = (local.get_queue_url(QueueName=n)["QueueUrl"] for n in ("kept", "kept.fifo"))
    found, order = set(), []
    def drain():
        for m in local.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", []):
            found.add(m["Body"])
            local.delete_message(QueueUrl=url, ReceiptHandle=m["ReceiptHandle"])
        return len(found) == 19
    until(drain)
    tap.ok(found == {"k%d" % i for i in range(20)} - {taken[0]["Body"]},
           "after a kill all messages are there but the deleted one", sorted(found))
    while len(order) < 20:
        got = local.receive_message(QueueUrl=fifo, MaxNumberOfMessages=10).get("Messages", [])
        if not got:
            break
        for m in got:
            order.append(m["Body"])
            local.delete_message(QueueUrl=fifo, ReceiptHandle=m["ReceiptHandle"])
    tap.ok(order == ["k%d" % i for i in range(20)], "and in their order", order)
    return local


def events():
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    good = sqs.create_queue(QueueName="good")["QueueUrl"]
    code, message = error(functions.create_function, FunctionName="poor", Runtime="python3.11", Role=role("poor", "logs:*"),
                          Handler="index.handler", Code={"ZipFile": zipped({"index.py": HANDLER})},
                          DeadLetterConfig={"TargetArn": arn_of(dead)})
    tap.ok(code == "InvalidParameterValueException" and
           message == "The provided execution role does not have permissions to call SendMessage on SQS",
           "a dead-letter queue that the role may not send to is refused", message)
    function("async", role("rich", "sqs:*", "logs:*"), DeadLetterConfig={"TargetArn": arn_of(dead)})
    functions.put_function_event_invoke_config(FunctionName="async", MaximumRetryAttempts=0, DestinationConfig={
        "OnSuccess": {"Destination": arn_of(good)}, "OnFailure": {"Destination": arn_of(dead)}})
    functions.invoke(FunctionName="async", InvocationType="Event", Payload=b'{"a": 1}')
    got = until(lambda: receive(good, WaitTimeSeconds=5))
    record = json.loads(got[0]["Body"]) if got else {}
    tap.ok(record.get("requestPayload") == {"a": 1} and record["responsePayload"] == {"good": True}
           and record["requestContext"]["condition"] == "Success", "a success comes to its destination", record)
    failed = functions.invoke(FunctionName="async", InvocationType="Event", Payload=b'{"fail": 1}')["ResponseMetadata"]
    got = []
    until(lambda: got.extend(receive(dead, WaitTimeSeconds=5)) or len(got) >= 2)
    letters = [m for m in got if m.get("MessageAttributes")]
    records = [json.loads(m["Body"]) for m in got if not m.get("MessageAttributes")]
    tap.ok(len(records) == 1 and records[0]["requestContext"]["condition"] == "RetriesExhausted"
           and records[0]["responseContext"]["functionError"] == "Unhandled", "a failure to another", records)
    a = letters[0]["MessageAttributes"] if letters else {}
    tap.ok(letters and json.loads(letters[0]["Body"]) == {"fail": 1} and a["ErrorCode"]["StringValue"] == "200"
           and a["ErrorMessage"]["StringValue"] == "no luck"
           and a["RequestID"]["StringValue"] == failed["RequestId"], "and the event to the dead-letter queue", got)
    sqs.delete_queue(QueueUrl=dead)
    functions.invoke(FunctionName="async", InvocationType="Event", Payload=b'{"fail": 2}')
    names = ["DeadLetterErrors", "DestinationDeliveryFailures"]
    lost = until(lambda: [sums("async", name) for name in names] == [1, 1])
    tap.ok(lost, "what finds its queue gone is counted", [sums("async", name) for name in names])


def sums(name, metric):
    now = datetime.datetime.now(datetime.timezone.utc)
    points = watching.get_metric_statistics(
        Namespace="AWS/Lambda", MetricName=metric, Dimensions=[{"Name": "FunctionName", "Value": name}], Period=3600,
        StartTime=now - datetime.timedelta(hours=1), EndTime=now + datetime.timedelta(hours=1), Statistics=["Sum"])["Datapoints"]
    return sum(point["Sum"] for point in points)


def mappings():
    dead = sqs.create_queue(QueueName="hopeless")["QueueUrl"]
    url = sqs.create_queue(QueueName="source", Attributes={"VisibilityTimeout": "5", "RedrivePolicy": json.dumps(
        {"deadLetterTargetArn": arn_of(dead), "maxReceiveCount": 2})})["QueueUrl"]
    source = arn_of(url)
    function("taker", role("taker", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "logs:*"))
    made = functions.create_event_source_mapping(
        FunctionName="taker", EventSourceArn=source, BatchSize=5, FunctionResponseTypes=["ReportBatchItemFailures"],
        FilterCriteria={"Filters": [{"Pattern": json.dumps({"body": [{"anything-but": ["unwanted"]}]})}]},
        ScalingConfig={"MaximumConcurrency": 2})
    tap.ok(made["BatchSize"] == 5 and made["State"] == "Creating" and made["ScalingConfig"] == {"MaximumConcurrency": 2}
           and "StartingPosition" not in made, "a queue becomes an event source", made)
    for body in ["one", "unwanted", "two", "bad"]:
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageAttributes={"Foo": {"DataType": "String", "StringValue": "Bar"}})
    got = until(lambda: receive(dead, WaitTimeSeconds=20))
    tap.ok([m["Body"] for m in got or []] == ["bad"] and got[0]["Attributes"]["DeadLetterQueueSourceArn"] == source,
           "what a function fails at ends in the dead-letter queue", got)
    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    tap.ok(counts["ApproximateNumberOfMessages"] == counts["ApproximateNumberOfMessagesNotVisible"] == "0",
           "what it is through with is deleted, and what the filter does not let through", counts)
    def seen():
        found = {}
        for e in logs.filter_log_events(logGroupName="/aws/lambda/taker", filterPattern="GOT")["events"]:
            for r in json.loads(e["message"][4:])["Records"]:
                found.setdefault(r["body"], []).append(r)
        return found if {"one", "two", "bad"} <= set(found) else None
    found = until(seen) or {}
    r = found.get("one", [{}])[0]
    tap.ok(set(found) == {"one", "two", "bad"} and len(found["one"]) == 1 and len(found["bad"]) == 2,
           "each message is given to the function as often as it must be", {k: len(v) for k, v in found.items()})
    tap.ok(set(r) == {"messageId", "receiptHandle", "body", "attributes", "messageAttributes", "md5OfBody",
                      "md5OfMessageAttributes", "eventSource", "eventSourceARN", "awsRegion"}
           and r["messageAttributes"] == {"Foo": {"stringValue": "Bar", "stringListValues": [], "binaryListValues": [],
                                                  "dataType": "String"}}
           and r["eventSource"] == "aws:sqs" and r["eventSourceARN"] == source
           and set(r["attributes"]) == {"ApproximateReceiveCount", "SentTimestamp", "SenderId",
                                        "ApproximateFirstReceiveTimestamp"}, "the event is Lambda's", r)
    code, message = error(functions.create_event_source_mapping, FunctionName="taker", EventSourceArn=source,
                          StartingPosition="LATEST")
    tap.ok(code == "InvalidParameterValueException", "a queue has no starting position", message)
    functions.update_function_configuration(FunctionName="taker", Timeout=60)
    short = arn_of(sqs.create_queue(QueueName="short")["QueueUrl"])
    code, message = error(functions.create_event_source_mapping, FunctionName="taker", EventSourceArn=short)
    tap.ok(message == "Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds",
           "messages must hide as long as the function may run", message)


def streams():
    url = sqs.create_queue(QueueName="discarded")["QueueUrl"]
    table = db.create_table(TableName="Rides", BillingMode="PAY_PER_REQUEST",
                            AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}],
                            KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
                            StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    stream = table["TableDescription"]["LatestStreamArn"]
    function("reader", role("reader", "dynamodb:*", "sqs:SendMessage", "logs:*"))
    made = functions.create_event_source_mapping(
        FunctionName="reader", EventSourceArn=stream, StartingPosition="TRIM_HORIZON", MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": arn_of(url)}})
    tap.ok(made["DestinationConfig"] == {"OnFailure": {"Destination": arn_of(url)}}, "a stream's mapping has a destination")
    until(lambda: db.describe_table(TableName="Rides")["Table"]["TableStatus"] == "ACTIVE")
    db.put_item(TableName="Rides", Item={"p": {"S": "a"}})
    got = until(lambda: receive(url, WaitTimeSeconds=20))
    record = json.loads(got[0]["Body"]) if got else {}
    info = record.get("DDBStreamBatchInfo", {})
    tap.ok(record.get("requestContext", {}).get("condition") == "RetryAttemptsExhausted" and info["batchSize"] == 1
           and info["streamArn"] == stream and info["startSequenceNumber"] == info["endSequenceNumber"],
           "which is told of batches that are given up", record)


def apis():
    url, rest = sqs.create_queue(QueueName="posted")["QueueUrl"], client("apigateway")
    trust = TRUST.replace("lambda.amazonaws.com", "apigateway.amazonaws.com")
    sender = iam.create_role(RoleName="sender", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName="sender", PolicyName="p", PolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn_of(url)}]}))
    api = rest.create_rest_api(name="post")["id"]
    root = rest.get_resources(restApiId=api)["items"][0]["id"]
    where = {"restApiId": api, "resourceId": root, "httpMethod": "POST"}
    rest.put_method(authorizationType="NONE", **where)
    rest.put_integration(type="AWS", integrationHttpMethod="POST", credentials=sender,
                         uri="arn:aws:apigateway:us-east-1:sqs:action/SendMessage", requestTemplates={
                             "application/json": '{"QueueUrl": "%s", "MessageBody": "$util.escapeJavaScript($input.body)"}' % url},
                         **where)
    rest.put_integration_response(statusCode="200", **where)
    rest.put_method_response(statusCode="200", **where)
    told = rest.test_invoke_method(body='{"ride": 1}', headers={"Content-Type": "application/json"}, **where)
    got = receive(url)
    tap.ok(told["status"] == 200 and json.loads(told["body"])["MessageId"] == got[0]["MessageId"]
           and json.loads(got[0]["Body"]) == {"ride": 1}, "a REST API sends what is posted", (told, got))


folder = os.environ.get("TMPDIR") or tempfile.mkdtemp()
server = Server("cloud", os.path.join(folder, "data"))
sqs = client("sqs")
polls()
old_command()
sqs = kills()
iam, functions, logs, db = client("iam"), client("lambda"), client("logs"), client("dynamodb")
watching = client("cloudwatch")
events()
mappings()
streams()
apis()
tap.ok(not any(complaints), "every answer is as the service model has it", [c for c in complaints if c])
tap.done()
