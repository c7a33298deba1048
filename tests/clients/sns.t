#!/usr/bin/env python3
"""SNS with boto3: functions, HTTP servers and people by e-mail hear what is published, as each has asked for, signed so that
anybody can check it.

From: SNS Developer Guide, "Parsing Amazon SNS message formats", "Verifying the signatures of Amazon SNS messages", "Amazon SNS
message delivery retries"; Lambda Developer Guide, "Using AWS Lambda with Amazon SNS". Every answer is held against botocore's
service models.
"""
import base64
import json
import os
import re
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
import botocore.exceptions
from botocore.config import Config
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from immersion import OFTEN, Server, Tap, zipped
from model import watch

tap = Tap()
TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}

# Each call is written down under its number; as a server, it answers with what the item "status" says, once for each.
CODE = """
import base64, json, os
import boto3
ddb = boto3.client("dynamodb")
def count(name):
    return int(ddb.update_item(TableName="Calls", Key={"id": {"S": name}}, UpdateExpression="ADD n :one",
               ExpressionAttributeValues={":one": {"N": "1"}}, ReturnValues="UPDATED_NEW")["Attributes"]["n"]["N"])
def handler(event, context):
    name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
    ddb.put_item(TableName="Calls", Item={"id": {"S": "%s#%d" % (name, count(name))}, "event": {"S": json.dumps(event)}})
    if isinstance(event, dict) and event.get("fail"):
        raise ValueError("as asked")
    if isinstance(event, dict) and event.get("subscribe"):
        boto3.client("sns").subscribe(TopicArn=event["subscribe"], Protocol="email", Endpoint="eve@example.com")
    if "requestContext" not in event:
        return "heard"
    body = event.get("body") or ""
    if event.get("isBase64Encoded"):
        body = base64.b64decode(body).decode()
    return {"statusCode": 503 if "fail twice" in body and count("tries") <= 2 else 403 if "refuse" in body else 200}
"""

# A function that publishes with the AWS SDK for JavaScript.
SPEAK = """
const { SNSClient, PublishCommand, PublishBatchCommand, SubscribeCommand } = require("@aws-sdk/client-sns");
exports.handler = async ({ topic }) => {
  const sns = new SNSClient();
  const refused = await sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: "sqs", Endpoint: "q" })).catch((e) => e);
  await sns.send(new PublishCommand({ TopicArn: topic, Message: "one",
    MessageAttributes: { n: { DataType: "Number", StringValue: "1" } } }));
  const batch = await sns.send(new PublishBatchCommand({ TopicArn: topic, PublishBatchRequestEntries: [
    { Id: "a", Message: "two" }, { Id: "b", Message: "three" }] }));
  return [refused.name, refused.message, batch.Successful.map(({ Id }) => Id).join()];
};
"""


def until(what, seconds=30):
    """What it returns once that is true; at the latest after so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        got = what()
        if got or time.monotonic() > deadline:
            return got
        time.sleep(0.03)


def refused(call, *arguments, **members):
    try:
        call(*arguments, **members)
    except botocore.exceptions.ClientError as error:
        return "%s: %s" % (error.response["Error"]["Code"], error.response["Error"]["Message"])
    return "it was done"


def fetch(url):
    """Status and text of a GET that nobody has signed."""
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


class Cloud:
    def __init__(self, server, person):
        self.server, self.person = server, person
        self.region, self.account = person["region"], person["account"]
        names = ("sns", "lambda", "dynamodb", "iam", "cloudwatch", "codecommit")
        made = [self.client(name) for name in names]
        self.sns, self.lam, self.ddb, self.iam, self.cloudwatch, self.codecommit = made
        self.complaints = [watch(client) for client in made]
        self.ddb.create_table(TableName="Calls", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                              AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                              BillingMode="PAY_PER_REQUEST")
        self.ddb.get_waiter("table_exists").wait(TableName="Calls", WaiterConfig=OFTEN)
        self.role = self.iam.create_role(RoleName="R", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
        self.allow("R", "dynamodb:*")

    def client(self, name):
        return boto3.client(name, aws_access_key_id=self.person["accessKeyId"],
                            aws_secret_access_key=self.person["secretAccessKey"], region_name=self.region,
                            endpoint_url="http://127.0.0.1:%d" % self.server.cloud_port,
                            config=Config(retries={"total_max_attempts": 1}, read_timeout=60))

    def allow(self, role, action):
        self.iam.put_role_policy(RoleName=role, PolicyName=action.split(":")[0], PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}))

    def function(self, name, runtime="python3.12", files=None):
        arn = self.lam.create_function(FunctionName=name, Runtime=runtime, Handler="index.handler", Role=self.role, Timeout=20,
                                       Code={"ZipFile": zipped(files or {"index.py": CODE})})["FunctionArn"]
        self.lam.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig=OFTEN)
        return arn

    def arn_of(self, name):
        return "arn:aws:lambda:%s:%s:function:%s" % (self.region, self.account, name)

    def open(self, function, topic, sid="sns"):
        self.lam.add_permission(FunctionName=function, StatementId=sid, Action="lambda:InvokeFunction",
                                Principal="sns.amazonaws.com", SourceArn=topic)

    def url(self, name):
        self.lam.add_permission(FunctionName=name, StatementId="url", Action="lambda:InvokeFunctionUrl", Principal="*",
                                FunctionUrlAuthType="NONE")
        return self.lam.create_function_url_config(FunctionName=name, AuthType="NONE")["FunctionUrl"]

    def heard(self, name, n):
        """The event of the function's nth call, or None."""
        item = self.ddb.get_item(TableName="Calls", Key={"id": {"S": "%s#%d" % (name, n)}}, ConsistentRead=True).get("Item")
        return item and json.loads(item["event"]["S"])

    def hears(self, name, n):
        return until(lambda: self.heard(name, n))

    def mail(self):
        return self.server.ask("GET", "/api/mail", token=self.person["token"])[1]["messages"]

    def measured(self, topic, metric):
        """The sum of a topic's metric."""
        got = self.cloudwatch.get_metric_statistics(
            Namespace="AWS/SNS", MetricName=metric, Dimensions=[{"Name": "TopicName", "Value": topic}],
            StartTime=time.time() - 3600, EndTime=time.time() + 60, Period=60, Statistics=["Sum"])["Datapoints"]
        return sum(point["Sum"] for point in got)


def signature_good(message, url="SigningCertURL"):
    """Is the signature good, by the certificate that the message names?"""
    names = ("Message", "MessageId", "SubscribeURL" if "Token" in message else "Subject", "Timestamp", "Token", "TopicArn",
             "Type")
    text = "".join("%s\n%s\n" % (name, message[name]) for name in names if message.get(name) is not None)
    status, certificate = fetch(message[url])
    digest = hashes.SHA1() if message["SignatureVersion"] == "1" else hashes.SHA256()
    try:
        x509.load_pem_x509_certificate(certificate.encode()).public_key().verify(
            base64.b64decode(message["Signature"]), text.encode(), padding.PKCS1v15(), digest)
    except InvalidSignature:
        return False
    return status == 200


def body_of(event):
    """What a server was sent."""
    text = event["body"]
    return base64.b64decode(text).decode() if event["isBase64Encoded"] else text


def functions(c):
    topic = c.sns.create_topic(Name="rides")["TopicArn"]
    arn = c.function("hear")
    made = c.sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)["SubscriptionArn"]
    tap.ok(made.startswith(topic + ":"), "a function is subscribed at once", made)
    c.sns.publish(TopicArn=topic, Message="nobody is allowed yet")
    tap.ok(until(lambda: c.measured("rides", "NumberOfNotificationsFailed")) == 1.0,
           "a function whose policy does not name the topic is not run, and that is counted")
    c.open("hear", topic)
    sent = c.sns.publish(TopicArn=topic, Subject="A ride", Message="Bucephalus",
                         MessageAttributes={"fare": {"DataType": "Number", "StringValue": "12.5"},
                                            "map": {"DataType": "Binary", "BinaryValue": b"\x01\x02"}})
    event = c.hears("hear", 1)
    record = (event or {"Records": [{}]})["Records"][0]
    told = record.get("Sns", {})
    tap.ok({k: v for k, v in record.items() if k != "Sns"} ==
           {"EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": made},
           "the event says which subscription it is for", record)
    tap.ok(list(told) == ["Type", "MessageId", "TopicArn", "Subject", "Message", "Timestamp", "SignatureVersion", "Signature",
                          "SigningCertUrl", "UnsubscribeUrl", "MessageAttributes"], "with Lambda's members", list(told))
    tap.ok((told.get("MessageId"), told.get("Subject"), told.get("Message"), told.get("TopicArn")) ==
           (sent["MessageId"], "A ride", "Bucephalus", topic), "and the message", told)
    tap.ok(told.get("MessageAttributes") == {"fare": {"Type": "Number", "Value": "12.5"},
                                             "map": {"Type": "Binary", "Value": base64.b64encode(b"\x01\x02").decode()}},
           "and its attributes", told)
    tap.ok(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told.get("Timestamp", "")) is not None and
           signature_good(told, "SigningCertUrl"), "the certificate that it names proves the signature", told)
    c.sns.publish(TopicArn=topic, Message="no subject")
    told = (c.hears("hear", 2) or {"Records": [{"Sns": {}}]})["Records"][0]["Sns"]
    tap.ok(told.get("Subject", 1) is None and told.get("MessageAttributes") == {}, "a message may have neither", told)
    filters(c, topic, made)


def filters(c, topic, made):
    c.sns.set_subscription_attributes(SubscriptionArn=made, AttributeName="FilterPolicy",
                                      AttributeValue=json.dumps({"kind": ["ride", {"prefix": "fast-"}],
                                                                 "fare": [{"numeric": [">", 10]}]}))
    def send(kind, fare):
        return c.sns.publish(TopicArn=topic, Message="%s %s" % (kind, fare), MessageAttributes={
            "kind": {"DataType": "String", "StringValue": kind}, "fare": {"DataType": "Number", "StringValue": fare}})
    send("walk", "20")
    send("ride", "9")
    send("fast-ride", "10.5")
    told = (c.hears("hear", 3) or {"Records": [{"Sns": {}}]})["Records"][0]["Sns"]
    tap.ok(told.get("Message") == "fast-ride 10.5", "a filter policy lets through what it names alone", told)
    c.sns.set_subscription_attributes(SubscriptionArn=made, AttributeName="FilterPolicyScope", AttributeValue="MessageBody")
    c.sns.set_subscription_attributes(SubscriptionArn=made, AttributeName="FilterPolicy",
                                      AttributeValue=json.dumps({"ride": {"unicorn": ["Rocinante"]}}))
    c.sns.publish(TopicArn=topic, Message="not JSON")
    c.sns.publish(TopicArn=topic, Message=json.dumps({"ride": {"unicorn": "Shadowfax"}}))
    c.sns.publish(TopicArn=topic, Message=json.dumps({"ride": {"unicorn": "Rocinante"}}))
    told = (c.hears("hear", 4) or {"Records": [{"Sns": {}}]})["Records"][0]["Sns"]
    tap.ok("Rocinante" in told.get("Message", ""), "also by what the message itself says", told)
    expected = {"NotificationsFilteredOut": 4.0, "NotificationsFilteredOut-InvalidMessageBody": 1.0, "MessagesPublished": 9.0,
                "NotificationsDelivered": 4.0}
    tap.ok(until(lambda: all(c.measured("rides", "NumberOf" + m) == n for m, n in expected.items())), "metrics count all that",
           [c.measured("rides", "NumberOf" + m) for m in expected])
    c.sns.unsubscribe(SubscriptionArn=made)
    tap.ok(c.sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"] == [] and
           c.sns.get_topic_attributes(TopicArn=topic)["Attributes"]["SubscriptionsDeleted"] == "1",
           "a subscription that ends is gone, and counted")


def servers(c):
    topic = c.sns.create_topic(Name="calls", Attributes={"SignatureVersion": "2"})["TopicArn"]
    c.function("serve")
    url = c.url("serve") + "sns"
    made = c.sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=url, ReturnSubscriptionArn=True)["SubscriptionArn"]
    again = c.sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=url)["SubscriptionArn"]
    listed = c.sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    tap.ok(again == "pending confirmation" and [s["SubscriptionArn"] for s in listed] == ["PendingConfirmation"],
           "a server has to confirm first", (again, listed))
    event = c.hears("serve", 1) or {"headers": {}, "body": "{}", "isBase64Encoded": False}
    asked = json.loads(body_of(event))
    names = {k: v for k, v in event["headers"].items() if k.startswith("x-amz-sns") or k in ("content-type", "user-agent")}
    tap.ok(names == {"x-amz-sns-message-type": "SubscriptionConfirmation", "x-amz-sns-message-id": asked.get("MessageId"),
                     "x-amz-sns-topic-arn": topic, "content-type": "text/plain; charset=UTF-8",
                     "user-agent": "Amazon Simple Notification Service Agent"}, "it is asked to", names)
    tap.ok(list(asked) == ["Type", "MessageId", "Token", "TopicArn", "Message", "SubscribeURL", "Timestamp", "SignatureVersion",
                           "Signature", "SigningCertURL"] and asked["SignatureVersion"] == "2" and signature_good(asked),
           "by a document that is signed", asked)
    tap.ok(refused(c.sns.confirm_subscription, TopicArn=topic, Token="f" * 288) == "InvalidParameter: Invalid parameter: Token"
           and refused(c.sns.confirm_subscription, TopicArn=topic, Token="abc") == "InvalidParameter: Invalid token" and
           fetch(asked["SubscribeURL"].replace(":calls&", ":call&"))[1].count("Invalid parameter: Topic") == 1,
           "nobody confirms it with another token or for another topic")
    status, text = fetch(asked["SubscribeURL"])
    tap.ok(status == 200 and "<SubscriptionArn>%s</SubscriptionArn>" % made in text, "whoever opens its link confirms", text)
    told = c.sns.get_subscription_attributes(SubscriptionArn=made)["Attributes"]
    tap.ok((told["PendingConfirmation"], told["ConfirmationWasAuthenticated"]) == ("false", "false"), "and that is told", told)
    sent = c.sns.publish(TopicArn=topic, Message='{"default": "all", "http": "you"}', MessageStructure="json", Subject="Hi")
    event = until(lambda: next((e for e in (c.heard("serve", n) for n in (2, 3)) if e and
                                e["headers"].get("x-amz-sns-message-type") == "Notification"), None)) or event
    note = json.loads(body_of(event))
    tap.ok(note.get("Message") == "you" and note.get("MessageId") == sent["MessageId"] and "Token" not in note and
           event["headers"].get("x-amz-sns-subscription-arn") == made and signature_good(note),
           "then it gets what is published, its own text of several", note)
    retries(c, topic, made)
    leaving(c, topic, made, note)


def notes(c):
    """The texts that the server got so far, raw ones too."""
    got = []
    n = 1
    while True:
        event = c.heard("serve", n)
        if not event:
            return got
        if event["headers"].get("x-amz-sns-message-type") == "Notification":
            got.append((body_of(event), event["headers"]))
        n += 1


def retries(c, topic, made):
    for name, value in (("RawMessageDelivery", "true"),
                        ("DeliveryPolicy", json.dumps({"healthyRetryPolicy": {"numRetries": 3, "minDelayTarget": 1,
                                                                             "maxDelayTarget": 1, "numNoDelayRetries": 2},
                                                       "requestPolicy": {"headerContentType": "text/csv"}}))):
        c.sns.set_subscription_attributes(SubscriptionArn=made, AttributeName=name, AttributeValue=value)
    effective = json.loads(c.sns.get_subscription_attributes(SubscriptionArn=made)["Attributes"]["EffectiveDeliveryPolicy"])
    tap.ok(effective["healthyRetryPolicy"] == {"minDelayTarget": 1, "maxDelayTarget": 1, "numRetries": 3, "numMaxDelayRetries": 0,
                                               "numNoDelayRetries": 2, "numMinDelayRetries": 0, "backoffFunction": "linear"},
           "a delivery policy says how often and when", effective)
    c.sns.publish(TopicArn=topic, Message="fail twice")
    got = until(lambda: [n for n in notes(c) if n[0] == "fail twice"][2:] and
                [n for n in notes(c) if n[0] == "fail twice"]) or []
    tap.ok(len(got) == 3 and got[0][1].get("x-amz-sns-rawdelivery") == "true" and got[0][1]["content-type"] == "text/csv" and
           len({n[1]["x-amz-sns-message-id"] for n in got}) == 1,
           "what a server cannot take now it gets again, bare if it wants that", got)
    c.sns.publish(TopicArn=topic, Message="refuse")
    tap.ok(until(lambda: c.measured("calls", "NumberOfNotificationsFailed") == 1.0) and
           len([n for n in notes(c) if n[0] == "refuse"]) == 1, "what it refuses it does not")


def leaving(c, topic, made, note):
    status, text = fetch(note["UnsubscribeURL"])
    tap.ok(status == 200 and "<UnsubscribeResponse" in text and
           c.sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"] == [], "the link to unsubscribe works unsigned", text)
    def farewell():
        n = 1
        while True:
            event = c.heard("serve", n)
            if not event or event["headers"].get("x-amz-sns-message-type") == "UnsubscribeConfirmation":
                return event and json.loads(body_of(event))
            n += 1
    told = until(farewell) or {}
    tap.ok(told.get("Type") == "UnsubscribeConfirmation" and made in told["Message"] and signature_good(told),
           "the server is told how to come back", told)
    fetch(told["SubscribeURL"])
    listed = [s["SubscriptionArn"] for s in c.sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]]
    tap.ok(listed == [made], "and does", listed)
    closed = c.sns.subscribe(TopicArn=topic, Protocol="http", Endpoint="http://192.168.1.1/", ReturnSubscriptionArn=True)
    tap.ok(":calls:" in closed["SubscriptionArn"], "servers of private networks may be named, but are not asked")


def people(c):
    topic = c.sns.create_topic(Name="news", Attributes={"DisplayName": "Unicorn News"})["TopicArn"]
    made = c.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="ada@example.com")["SubscriptionArn"]
    mail = c.mail()[0]
    link = re.search(r"http://\S+", mail["body"]).group(0)
    tap.ok(made == "pending confirmation" and mail["to"] == "ada@example.com" and
           mail["from"] == "Unicorn News <no-reply@sns.amazonaws.com>" and
           mail["subject"] == "AWS Notification - Subscription Confirmation", "a person is asked by e-mail", mail)
    c.sns.publish(TopicArn=topic, Message="too early")
    tap.ok(fetch(link)[0] == 200, "the link in it confirms")
    c.sns.publish(TopicArn=topic, Message="Foals!", Subject="Spring")
    until(lambda: c.mail()[0]["subject"] == "Spring")
    mail = c.mail()[0]
    tap.ok(mail["body"].startswith("Foals!\n") and len(c.mail()) == 2, "then messages come", c.mail())
    tap.ok(fetch(re.search(r"http://\S+", mail["body"]).group(0))[0] == 200 and
           c.sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"] == [] and
           c.mail()[0]["subject"] == "AWS Notification - Unsubscribe Confirmation", "until the link at their end is opened")
    made = c.sns.subscribe(TopicArn=topic, Protocol="email-json", Endpoint="bob@example.com", ReturnSubscriptionArn=True)
    asked = json.loads(c.mail()[0]["body"])
    c.sns.confirm_subscription(TopicArn=topic, Token=asked["Token"], AuthenticateOnUnsubscribe="true")
    status, text = fetch("http://127.0.0.1:%d/?Action=Unsubscribe&SubscriptionArn=%s" % (c.server.cloud_port,
                                                                                        made["SubscriptionArn"]))
    tap.ok(status == 403 and "AuthorizationError" in text, "who confirmed so keeps others from unsubscribing", text)
    c.allow("R", "sns:*")
    c.lam.invoke(FunctionName="hear", Payload=json.dumps({"subscribe": topic}))
    mail = c.mail()[0]
    tap.ok(mail["to"] == "eve@example.com" and "\n%s/?Action=ConfirmSubscription&" % c.person["endpoint"] in mail["body"],
           "what a function subscribes is confirmed at the address that everybody knows", mail)
    c.sns.publish(TopicArn=topic, Message="as JSON")
    note = until(lambda: next((m for m in c.mail() if '"as JSON"' in m["body"]), None))
    tap.ok(note and signature_good(json.loads(note["body"])), "and the JSON in the mail is signed", note)


def joints(c):
    """Services that tell topics; a function that hears everything stands for whoever would."""
    topic = c.sns.create_topic(Name="ops")["TopicArn"]
    arn = c.function("ops")
    c.open("ops", topic)
    c.sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
    n = [0]

    def told():
        """The next message that the function hears."""
        n[0] += 1
        return (c.hears("ops", n[0]) or {"Records": [{"Sns": {"Message": "{}"}}]})["Records"][0]["Sns"]

    alarms(c, topic, told)
    results(c, topic, told)
    c.allow("R", "sns:*")
    c.function("speak", "nodejs20.x", {"index.js": SPEAK})
    answer = json.loads(c.lam.invoke(FunctionName="speak", Payload=json.dumps({"topic": topic}))["Payload"].read())
    heard = [told() for _ in range(3)]
    tap.ok(answer == ["InvalidParameterException", "Invalid parameter: SQS endpoint ARN", "a,b"] and
           {n["Message"] for n in heard} == {"one", "two", "three"} and
           [n["MessageAttributes"] for n in heard if n["Message"] == "one"] == [{"n": {"Type": "Number", "Value": "1"}}],
           "a function publishes with the SDK for JavaScript", (answer, heard))
    gateway(c, topic, told)
    pushes(c, topic, told)


def gateway(c, topic, told):
    """An API's method that publishes, by the path of the query protocol, as API Gateway's guides have it."""
    api = c.client("apigateway")
    trust = json.dumps(TRUST).replace("lambda.", "apigateway.")
    role = c.iam.create_role(RoleName="G", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    c.allow("G", "sns:Publish")
    rest = api.create_rest_api(name="rides")["id"]
    root = api.get_resources(restApiId=rest)["items"][0]["id"]
    api.put_method(restApiId=rest, resourceId=root, httpMethod="POST", authorizationType="NONE")
    api.put_integration(
        restApiId=rest, resourceId=root, httpMethod="POST", type="AWS", integrationHttpMethod="POST", credentials=role,
        uri="arn:aws:apigateway:%s:sns:path//" % c.region,
        requestParameters={"integration.request.header.Content-Type": "'application/x-www-form-urlencoded'"},
        requestTemplates={"application/json": "Action=Publish&TopicArn=$util.urlEncode('%s')&Message=$util.urlEncode($input.body)"
                                              % topic})
    for status, pattern in (("200", ""), ("400", "4\\d{2}")):
        api.put_method_response(restApiId=rest, resourceId=root, httpMethod="POST", statusCode=status)
        api.put_integration_response(restApiId=rest, resourceId=root, httpMethod="POST", statusCode=status, selectionPattern=pattern)
    api.create_deployment(restApiId=rest, stageName="prod")
    def post(text):
        request = urllib.request.Request("%s/_aws/execute-api/%s/prod/" % (c.person["endpoint"], rest), text.encode(),
                                         {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())
    status, answer = post('{"ride": "a & b"}')
    note = told()
    tap.ok(status == 200 and note["Message"] == '{"ride": "a & b"}' and
           answer["PublishResponse"]["PublishResult"]["MessageId"] == note["MessageId"],
           "an API publishes without a function between", (status, answer))
    c.iam.delete_role_policy(RoleName="G", PolicyName="sns")
    status, answer = post("{}")
    tap.ok(status == 400 and answer["Error"]["Code"] == "AuthorizationError" and "role/G/" in answer["Error"]["Message"],
           "as far as its role may", (status, answer))


def alarms(c, topic, told):
    c.cloudwatch.put_metric_alarm(AlarmName="errors", AlarmDescription="Too many", Namespace="App", MetricName="Errors",
                                  Statistic="Sum", Period=60, EvaluationPeriods=1, Threshold=2.0, Unit="Count",
                                  Dimensions=[{"Name": "Stage", "Value": "prod"}],
                                  ComparisonOperator="GreaterThanThreshold", AlarmActions=[topic], OKActions=[topic])
    c.cloudwatch.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="a test")
    note = told()
    told_of = json.loads(note["Message"])
    tap.ok(note["Subject"] == 'ALARM: "errors" in %s' % c.region, "an alarm tells its topic, by the topic's default policy", note)
    tap.ok(list(told_of) == ["AlarmName", "AlarmDescription", "AWSAccountId", "AlarmConfigurationUpdatedTimestamp",
                             "NewStateValue", "NewStateReason", "StateChangeTime", "Region", "AlarmArn", "OldStateValue",
                             "OKActions", "AlarmActions", "InsufficientDataActions", "Trigger"] and
           (told_of["NewStateValue"], told_of["OldStateValue"], told_of["NewStateReason"]) ==
           ("ALARM", "INSUFFICIENT_DATA", "a test"), "of both states", told_of)
    tap.ok(told_of.get("Trigger") == {
        "MetricName": "Errors", "Namespace": "App", "StatisticType": "Statistic", "Statistic": "SUM", "Unit": "Count",
        "Dimensions": [{"value": "prod", "name": "Stage"}], "Period": 60, "EvaluationPeriods": 1,
        "ComparisonOperator": "GreaterThanThreshold", "Threshold": 2.0, "TreatMissingData": "missing",
        "EvaluateLowSampleCountPercentile": ""}, "and of the metric", told_of.get("Trigger"))
    c.cloudwatch.disable_alarm_actions(AlarmNames=["errors"])
    c.cloudwatch.set_alarm_state(AlarmName="errors", StateValue="OK", StateReason="quietly")
    c.cloudwatch.enable_alarm_actions(AlarmNames=["errors"])
    c.cloudwatch.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="again")
    tap.ok(json.loads(told()["Message"])["NewStateReason"] == "again", "unless its actions are disabled")
    done = [i["HistorySummary"] for i in c.cloudwatch.describe_alarm_history(
        AlarmName="errors", HistoryItemType="Action")["AlarmHistoryItems"]]
    tap.ok(done == ["Successfully executed action " + topic] * 2, "its history says so", done)


def results(c, topic, told):
    c.function("work")
    c.lam.put_function_event_invoke_config(FunctionName="work", MaximumRetryAttempts=0, DestinationConfig={
        "OnSuccess": {"Destination": topic}})
    c.lam.update_function_configuration(FunctionName="work", DeadLetterConfig={"TargetArn": topic})
    c.lam.get_waiter("function_updated_v2").wait(FunctionName="work", WaiterConfig=OFTEN)
    c.allow("R", "sns:Publish")
    c.lam.invoke(FunctionName="work", InvocationType="Event", Payload=b'{"ride": 1}')
    record = json.loads(told()["Message"])
    tap.ok(record.get("requestPayload") == {"ride": 1} and record["requestContext"]["condition"] == "Success" and
           record["responsePayload"] == "heard", "a function's success goes to a topic", record)
    c.lam.invoke(FunctionName="work", InvocationType="Event", Payload=b'{"fail": true}')
    note = told()
    names = note.get("MessageAttributes", {})
    tap.ok(note["Message"] == '{"fail": true}' and
           (names["ErrorCode"], names["ErrorMessage"], names["RequestID"]["Type"]) ==
           ({"Type": "Number", "Value": "200"}, {"Type": "String", "Value": "as asked"}, "String"),
           "and its dead letters, with what went wrong", note)


def pushes(c, topic, told):
    c.codecommit.create_repository(repositoryName="site")
    triggers = [{"name": "ops", "destinationArn": topic, "events": ["all"], "branches": [], "customData": "mine"}]
    tried = c.codecommit.test_repository_triggers(repositoryName="site", triggers=triggers)
    tap.ok(tried["successfulExecutions"] == ["ops"] and
           json.loads(told()["Message"])["Records"][0]["eventName"] == "TriggerEventTest", "a trigger is tried on a topic", tried)
    c.codecommit.put_repository_triggers(repositoryName="site", triggers=triggers)
    c.codecommit.put_file(repositoryName="site", branchName="main", fileContent=b"hi", filePath="a.txt")
    record = json.loads(told()["Message"])["Records"][0]
    tap.ok(record["codecommit"]["references"][0]["ref"] == "refs/heads/main" and record["customData"] == "mine",
           "and tells it of a push", record)
    c.sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps({
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"},
                                                "Action": "sns:Publish", "Resource": topic}]}))
    tried = c.codecommit.test_repository_triggers(repositoryName="site", triggers=triggers)["failedExecutions"]
    tap.ok([f["trigger"] for f in tried] == ["ops"] and "sns:Publish" in tried[0]["failureMessage"],
           "but not when the topic's policy names others alone", tried)


def status(c):
    """Lines about deliveries, for a topic that names who may write them."""
    topic = c.sns.create_topic(Name="told")["TopicArn"]
    role = c.iam.create_role(RoleName="L", AssumeRolePolicyDocument=json.dumps(TRUST).replace("lambda.", "sns."))["Role"]["Arn"]
    c.allow("L", "logs:*")
    for name, value in (("LambdaSuccessFeedbackRoleArn", role), ("LambdaSuccessFeedbackSampleRate", "100"),
                        ("LambdaFailureFeedbackRoleArn", role)):
        c.sns.set_topic_attributes(TopicArn=topic, AttributeName=name, AttributeValue=value)
    arn = c.arn_of("hear")
    c.sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
    sent = [c.sns.publish(TopicArn=topic, Message="refused")["MessageId"]]
    group = "sns/%s/%s/told" % (c.region, c.account)
    def lines(group):
        try:
            return [json.loads(e["message"]) for e in c.client("logs").filter_log_events(logGroupName=group)["events"]]
        except botocore.exceptions.ClientError:
            return []
    failed = until(lambda: lines(group + "/Failure")) or [{}]
    tap.ok(failed[0].get("status") == "FAILURE" and failed[0]["notification"]["messageId"] == sent[0] and
           failed[0]["delivery"]["statusCode"] >= 400, "what a function may not be given is written down", failed)
    c.open("hear", topic, "told")
    sent.append(c.sns.publish(TopicArn=topic, Message="hello")["MessageId"])
    told = (until(lambda: lines(group)) or [{}])[0]
    tap.ok(told.get("status") == "SUCCESS" and told["notification"]["messageId"] == sent[1] and
           told["notification"]["messageMD5Sum"] == "5d41402abc4b2a76b9719d911017c592" and
           told["delivery"]["destination"] == arn and told["delivery"]["statusCode"] == 202 and
           list(json.loads(told["delivery"]["providerResponse"])) == ["lambdaRequestId"], "and what it is given", told)


def permissions(c):
    """What IAM and the topic's own policy say of a user."""
    topic = c.sns.create_topic(Name="closed")["TopicArn"]
    c.iam.create_user(UserName="bea")
    key = c.iam.create_access_key(UserName="bea")["AccessKey"]
    bea = Cloud.client(type("", (), {"server": c.server, "region": c.region, "person": {
        "accessKeyId": key["AccessKeyId"], "secretAccessKey": key["SecretAccessKey"]}})(), "sns")
    said = refused(bea.publish, TopicArn=topic, Message="m")
    tap.ok(said == "AuthorizationError: User: arn:aws:iam::%s:user/bea is not authorized to perform: SNS:Publish on resource: %s "
           "because no identity-based policy allows the SNS:Publish action" % (c.account, topic),
           "the default policy lets nobody publish whom IAM does not", said)
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {
        "AWS": "arn:aws:iam::%s:user/bea" % c.account}, "Action": "sns:Publish", "Resource": topic}]}
    c.sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(policy))
    tap.ok("MessageId" in bea.publish(TopicArn=topic, Message="m") and
           refused(bea.subscribe, TopicArn=topic, Protocol="email", Endpoint="b@example.com").startswith("AuthorizationError"),
           "a policy that names a user lets her do that, and nothing else")
    c.iam.attach_user_policy(UserName="bea", PolicyArn="arn:aws:iam::aws:policy/AmazonSNSReadOnlyAccess")
    tap.ok(bea.list_topics()["Topics"] and refused(bea.create_topic, Name="x").startswith("AuthorizationError"),
           "AWS's own policies are there")
    policy["Statement"].append({"Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": topic})
    c.sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(policy))
    said = refused(c.sns.publish, TopicArn=topic, Message="m")
    tap.ok("with an explicit deny in a resource-based policy" in said, "and a denial is for everybody", said)
    said = refused(c.sns.create_platform_application, Name="x", Platform="GCM", Attributes={})
    tap.ok(said.startswith("InvalidAction: "), "mobile push is unknown here, as other operations that are not there", said)


folder = os.environ.get("TMPDIR") or tempfile.mkdtemp()
server = Server("serve", os.path.join(folder, "data"))
cloud = Cloud(server, server.join("Ada", 1))
functions(cloud)
servers(cloud)
people(cloud)
joints(cloud)
status(cloud)
permissions(cloud)
tap.ok(not any(cloud.complaints), "every answer fits botocore's model", cloud.complaints)
tap.done()
