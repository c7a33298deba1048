#!/usr/bin/env python3
"""Topics and queues together, with boto3: what is published is received, raw or as a document, in order, as far as the queue's policy
lets it in, and else as a dead letter; and what becomes of a queue's messages is not SNS's any more.

From: SNS Developer Guide, "Fanout Amazon SNS notifications to Amazon SQS queues for asynchronous processing", "Amazon SNS raw
message delivery", "Amazon SNS dead-letter queues (DLQs)", "FIFO topics example use case".
"""
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
from botocore.config import Config
from immersion import Server, Tap
from model import watch

tap = Tap()


def client(server, name):
    return boto3.client(name, aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1",
                        endpoint_url="http://127.0.0.1:%d" % server.cloud_port,
                        config=Config(retries={"total_max_attempts": 1}, read_timeout=60))


class Fanout:
    def __init__(self, server):
        self.sns, self.sqs = client(server, "sns"), client(server, "sqs")
        self.complaints = [watch(self.sns), watch(self.sqs)]

    def queue(self, name, topic=None, **attributes):
        """A queue's address and ARN; one that lets the topic in when there is one."""
        if name.endswith(".fifo"):
            attributes["FifoQueue"] = "true"
        url = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        if topic:
            self.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps({
                "Version": "2012-10-17", "Statement": [{
                    "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
                    "Resource": arn, "Condition": {"ArnEquals": {"aws:SourceArn": topic}}}]})})
        return url, arn

    def receive(self, url):
        """The next message, which is then gone; waits for it."""
        for _ in range(3):
            got = self.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=10, MessageAttributeNames=["All"],
                                           AttributeNames=["All"]).get("Messages")
            if got:
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=got[0]["ReceiptHandle"])
                return got[0]
        return {"Body": "{}", "Attributes": {}}


def standard(f):
    topic = f.sns.create_topic(Name="rides")["TopicArn"]
    (plain, plain_arn), (raw, raw_arn) = f.queue("plain", topic), f.queue("raw", topic)
    f.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=plain_arn)
    f.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=raw_arn, Attributes={"RawMessageDelivery": "true"})
    sent = f.sns.publish(TopicArn=topic, Message="hello", Subject="s",
                         MessageAttributes={"n": {"DataType": "Number", "StringValue": "1"}})
    body = json.loads(f.receive(plain)["Body"])
    tap.ok((body.get("Type"), body.get("Message"), body.get("Subject"), body.get("MessageId")) ==
           ("Notification", "hello", "s", sent["MessageId"]), "a queue receives a document", body)
    got = f.receive(raw)
    tap.ok(got["Body"] == "hello" and got["MessageAttributes"]["n"]["StringValue"] == "1", "or the message itself", got)
    (closed, closed_arn), (dead, dead_arn) = f.queue("closed"), f.queue("dead", topic)
    f.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=closed_arn, Attributes={
        "RedrivePolicy": json.dumps({"deadLetterTargetArn": dead_arn})})
    f.sns.publish(TopicArn=topic, Message="locked out")
    tap.ok(json.loads(f.receive(dead)["Body"]).get("Message") == "locked out",
           "a queue that does not let the topic in gets nothing, its dead-letter queue does")


def fifo(f):
    topic = f.sns.create_topic(Name="steps.fifo", Attributes={"FifoTopic": "true", "ContentBasedDeduplication": "true"})["TopicArn"]
    url, arn = f.queue("steps.fifo", topic)
    f.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    for text in ("one", "one", "two", "three"):
        f.sns.publish(TopicArn=topic, Message=text, MessageGroupId="g")
    got = [f.receive(url) for _ in range(3)]
    tap.ok([m["Body"] for m in got] == ["one", "two", "three"] and
           {m["Attributes"].get("MessageGroupId") for m in got} == {"g"}, "a FIFO queue receives each once, in order", got)


folder = os.environ.get("TMPDIR") or tempfile.mkdtemp()
fanout = Fanout(Server("cloud", os.path.join(folder, "data")))
standard(fanout)
fifo(fanout)
tap.ok(not any(fanout.complaints), "every answer fits botocore's model", fanout.complaints)
tap.done()
