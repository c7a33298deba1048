#!/usr/bin/env python3
"""Two attendees have the same things under the same names. One of them calls every operation that takes a name, an id or
an ARN with the other's: nothing of the other's is read or changed, and nothing of one's own is meant instead.
"""
import glob
import io
import json
import os
import shutil
import sqlite3
import sys
import tempfile
import time
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError
from immersion import Server, Tap

tap = Tap()
MARK = "adas-own-mark"
ANYTHING = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
# What answers without an error although somebody else's name stands in it, because it does so on AWS: it is open to all,
# says what everybody may know, finds nothing, or makes something of one's own.
OPEN = {("cognito-identity", "GetId"), ("cognito-idp", "DescribeUserPoolDomain"), ("cognito-idp", "RevokeToken"),
        ("sts", "GetAccessKeyInfo"), ("codecommit", "CreateRepository"), ("codecommit", "DeleteBranch"),
        ("codecommit", "DeleteRepository"), ("apigateway", "GetUsagePlans"), ("apigateway", "GetUsagePlanKeys"),
        ("lambda", "DeleteLayerVersion"),
        ("lambda", "ListLayerVersions"), ("logs", "DescribeLogGroups"), ("logs", "DescribeResourcePolicies"),
        ("cloudwatch", "DeleteAlarms"), ("cloudwatch", "DescribeAlarmHistory"), ("cloudwatch", "DescribeAlarms"),
        ("cloudwatch", "DisableAlarmActions"), ("cloudwatch", "EnableAlarmActions")}


def zipped(text):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr("index.py", text)
    return out.getvalue()


def until(ready):
    for _ in range(400):
        if ready():
            return
        time.sleep(0.05)


class Person:
    """An attendee with one of everything; `names` says by which member names each service asks for which of it."""

    def __init__(self, name, number):
        self.joined = server.join(name, number)
        self.mark = MARK if name == "Ada" else "nobody's"
        self.names = {}
        self.arn = "arn:aws:%%s:%s:%s:%%s" % (self.joined["region"], self.joined["account"])
        for make in (self.iam, self.dynamodb, self.functions, self.users, self.apis, self.watching, self.topics, self.queues,
                     self.hosting):
            make()
        self.names["sts"] = {"RoleArn": [self.role], "AccessKeyId": [self.joined["accessKeyId"]]}

    def client(self, service):
        p = self.joined
        return boto3.client(service, endpoint_url=p["endpoint"], region_name=p["region"],
                            aws_access_key_id=p["accessKeyId"], aws_secret_access_key=p["secretAccessKey"],
                            config=Config(retries={"max_attempts": 0}, parameter_validation=False))

    def iam(self):
        iam = self.client("iam")
        trust = json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
        self.role = iam.create_role(RoleName="same", AssumeRolePolicyDocument=trust, Description=self.mark)["Role"]["Arn"]
        iam.put_role_policy(RoleName="same", PolicyName="p", PolicyDocument=ANYTHING)
        user = iam.create_user(UserName="same")["User"]["Arn"]
        group = iam.create_group(GroupName="same")["Group"]["Arn"]
        policy = iam.create_policy(PolicyName="same", PolicyDocument=ANYTHING, Description=self.mark)["Policy"]["Arn"]
        key = iam.create_access_key(UserName="same")["AccessKey"]["AccessKeyId"]
        self.names["iam"] = {"PolicyArn": [policy], "UserName": [user], "RoleName": [self.role], "GroupName": [group],
                             "AccessKeyId": [key]}

    def dynamodb(self):
        db, streams = self.client("dynamodb"), self.client("dynamodbstreams")
        db.create_table(TableName="same", AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST",
                        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})
        until(lambda: db.describe_table(TableName="same")["Table"]["TableStatus"] == "ACTIVE")
        table = db.describe_table(TableName="same")["Table"]
        db.put_item(TableName="same", Item={"id": {"S": "1"}, "v": {"S": self.mark}})
        backup = db.create_backup(TableName="same", BackupName="same")["BackupDetails"]["BackupArn"]
        stream, arn = table["LatestStreamArn"], table["TableArn"]
        shard = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"][0]["ShardId"]
        place = streams.get_shard_iterator(StreamArn=stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
        self.names["dynamodb"] = {"TableName": [arn], "SourceTableName": [arn], "BackupArn": [backup],
                                  "ResourceArn": [arn, stream, backup, arn + "/index/i"], "TableArn": [arn]}
        self.names["dynamodbstreams"] = {"StreamArn": [stream], "ShardIterator": [place["ShardIterator"]]}

    def functions(self):
        functions = self.client("lambda")
        functions.create_function(FunctionName="same", Runtime="python3.11", Role=self.role, Handler="index.h",
                                  Code={"ZipFile": zipped("def h(e, c): return '%s'" % self.mark)}, Publish=True,
                                  Description=self.mark)
        until(lambda: functions.get_function(FunctionName="same")["Configuration"]["State"] == "Active")
        alias = functions.create_alias(FunctionName="same", Name="same", FunctionVersion="1")["AliasArn"]
        layer = functions.publish_layer_version(LayerName="same", Content={"ZipFile": zipped("x = 1")})
        functions.create_function_url_config(FunctionName="same", AuthType="AWS_IAM")
        arn, account = self.arn % ("lambda", "function:same"), self.joined["account"]
        self.names["lambda"] = {
            "FunctionName": [arn, arn + ":1", alias, account + ":function:same", account + ":same"],
            "LayerName": [layer["LayerArn"]], "Resource": [arn], "Arn": [layer["LayerVersionArn"]]}

    def users(self):
        pools, identities = self.client("cognito-idp"), self.client("cognito-identity")
        pool = pools.create_user_pool(PoolName="same")["UserPool"]
        app = pools.create_user_pool_client(UserPoolId=pool["Id"], ClientName="same")["UserPoolClient"]
        pools.admin_create_user(UserPoolId=pool["Id"], Username="same", MessageAction="SUPPRESS", UserAttributes=[
            {"Name": "email", "Value": self.mark.replace("'", "") + "@example.com"}])
        pools.create_group(UserPoolId=pool["Id"], GroupName="same")
        domain = "same-" + self.joined["account"]
        pools.create_user_pool_domain(UserPoolId=pool["Id"], Domain=domain)
        identity_pool = identities.create_identity_pool(IdentityPoolName="same", AllowUnauthenticatedIdentities=True)
        identity = identities.get_id(IdentityPoolId=identity_pool["IdentityPoolId"])["IdentityId"]
        self.names["cognito-idp"] = {"UserPoolId": [pool["Id"]], "ClientId": [app["ClientId"]], "Domain": [domain],
                                     "ResourceArn": [pool["Arn"]]}
        self.names["cognito-identity"] = {
            "IdentityPoolId": [identity_pool["IdentityPoolId"]], "IdentityId": [identity],
            "ResourceArn": [self.arn % ("cognito-identity", "identitypool/" + identity_pool["IdentityPoolId"])]}

    def apis(self):
        rest, http = self.client("apigateway"), self.client("apigatewayv2")
        api = rest.create_rest_api(name="same", description=self.mark)["id"]
        root = rest.get_resources(restApiId=api)["items"][0]["id"]
        rest.put_method(restApiId=api, resourceId=root, httpMethod="GET", authorizationType="NONE")
        rest.put_integration(restApiId=api, resourceId=root, httpMethod="GET", type="MOCK")
        deployment = rest.create_deployment(restApiId=api, stageName="prod")["id"]
        key = rest.create_api_key(name="same", enabled=True)["id"]
        plan = rest.create_usage_plan(name="same", apiStages=[{"apiId": api, "stage": "prod"}])["id"]
        rest.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")
        v2 = http.create_api(Name="same", ProtocolType="HTTP", Description=self.mark)["ApiId"]
        integration = http.create_integration(ApiId=v2, IntegrationType="HTTP_PROXY", IntegrationMethod="GET",
                                              IntegrationUri="http://example.com/", PayloadFormatVersion="1.0")["IntegrationId"]
        route = http.create_route(ApiId=v2, RouteKey="GET /x", Target="integrations/" + integration)["RouteId"]
        region = self.joined["region"]
        self.names["apigateway"] = {
            "restApiId": [api], "resourceId": [root], "deploymentId": [deployment], "apiKey": [key], "keyId": [key],
            "usagePlanId": [plan], "resourceArn": ["arn:aws:apigateway:%s::/restapis/%s" % (region, api)]}
        self.names["apigatewayv2"] = {
            "ApiId": [v2], "IntegrationId": [integration], "RouteId": [route],
            "ResourceArn": ["arn:aws:apigateway:%s::/apis/%s" % (region, v2)]}

    def watching(self):
        logs, metrics = self.client("logs"), self.client("cloudwatch")
        logs.create_log_group(logGroupName="same")
        logs.create_log_stream(logGroupName="same", logStreamName="same")
        logs.put_log_events(logGroupName="same", logStreamName="same",
                            logEvents=[{"timestamp": int(time.time() * 1000), "message": self.mark}])
        query = logs.start_query(logGroupName="same", startTime=0, endTime=int(time.time()) + 10,
                                 queryString="fields @message")["queryId"]
        metrics.put_metric_alarm(AlarmName="same", MetricName="m", Namespace="n", Period=60, EvaluationPeriods=1,
                                 Threshold=1, ComparisonOperator="GreaterThanThreshold", Statistic="Sum",
                                 AlarmDescription=self.mark)
        group, alarm = self.arn % ("logs", "log-group:same"), self.arn % ("cloudwatch", "alarm:same")
        self.names["logs"] = {"logGroupName": [group, group + ":*"], "logGroupIdentifier": [group], "queryId": [query],
                              "resourceArn": [group], "resourceIdentifier": [group], "logGroupIdentifiers": [[group]],
                              "logGroupNames": [[group]]}
        self.names["cloudwatch"] = {"ResourceARN": [alarm], "AlarmName": [alarm], "AlarmNames": [[alarm]]}

    def topics(self):
        sns = self.client("sns")
        topic = sns.create_topic(Name="same", Attributes={"DisplayName": self.mark})["TopicArn"]
        made = sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=self.arn % ("lambda", "function:same"))
        self.names["sns"] = {"TopicArn": [topic], "TargetArn": [topic], "ResourceArn": [topic], "Name": [topic],
                             "SubscriptionArn": [made["SubscriptionArn"]]}

    def queues(self):
        sqs = self.client("sqs")
        url = sqs.create_queue(QueueName="same", tags={"mark": self.mark.replace("'", "")})["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody=self.mark)
        self.names["sqs"] = {"QueueUrl": [url], "SourceArn": [self.arn % ("sqs", "same")],
                             "QueueOwnerAWSAccountId": [self.joined["account"]]}

    def hosting(self):
        code, sites = self.client("codecommit"), self.client("amplify")
        made = code.create_repository(repositoryName="same", repositoryDescription=self.mark)["repositoryMetadata"]
        code.put_file(repositoryName="same", branchName="main", fileContent=self.mark.encode(), filePath="a.txt")
        app = sites.create_app(name="same", description=self.mark)["app"]
        sites.create_branch(appId=app["appId"], branchName="main")
        hook = sites.create_webhook(appId=app["appId"], branchName="main")["webhook"]["webhookId"]
        self.names["codecommit"] = {"repositoryName": [made["Arn"], made["repositoryId"]], "resourceArn": [made["Arn"]]}
        self.names["amplify"] = {"appId": [app["appId"]], "resourceArn": [app["appArn"]], "webhookId": [hook]}

    def rows(self):
        """All rows of the account, but for what was called, counted and is to be done, and GetId's, which is open to all."""
        found = {}
        for file in glob.glob(os.path.join(data, "accounts", self.joined["account"], "*.db")):
            copy = os.path.join(tempfile.mkdtemp(dir=folder), "copy.db")
            for end in ("", "-wal"):
                if os.path.exists(file + end):
                    shutil.copy(file + end, copy + end)
            db = sqlite3.connect(copy)
            for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                if not table.startswith(("trail", "job", "sqlite_")) and \
                        table not in ("cloudwatch_metric", "cloudwatch_point", "identity"):
                    found[table] = sorted(map(repr, db.execute('SELECT * FROM "%s"' % table)))
            db.close()
        return found


# What stands for other members that are required, where the name says more than the type.
USUAL = {"branchName": "main", "filePath": "a.txt", "stageName": "prod", "Qualifier": "1", "VersionNumber": 1,
         "httpMethod": "GET", "statusCode": "200", "FunctionVersion": "1", "PolicyDocument": ANYTHING,
         "TargetTableName": "restored", "queryString": "fields @message", "commitSpecifier": "main",
         "RoleSessionName": "same", "Password": "Passw0rd!"}


def value(shape, name):
    """Something for a member of this shape."""
    if shape.type_name == "structure":
        return {member: value(shape.members[member], member) for member in shape.required_members}
    if shape.type_name == "list":
        return [value(shape.member, name)]
    if shape.type_name == "map":
        return {"k": value(shape.value, name)}
    plain = {"integer": 1, "long": 1, "float": 1.0, "double": 1.0, "boolean": True, "blob": b"x", "timestamp": 1.0}
    if shape.type_name in plain:
        return max(plain[shape.type_name], shape.metadata.get("min", 1)) if shape.type_name == "integer" \
            else plain[shape.type_name]
    return USUAL.get(name, shape.enum[0] if getattr(shape, "enum", None) else "same")


def call(client, model, members):
    """The answer as text; None when it was an error."""
    shape = model.input_shape
    arguments = {m: value(shape.members[m], m) for m in shape.required_members}
    arguments.update(members)
    try:
        answer = client._make_api_call(model.name, arguments)
    except (ClientError, EndpointConnectionError) as e:
        told.append(str(e))
        return None
    return repr({k: v.read() if hasattr(v, "read") else v for k, v in answer.items()})


def tries(names, model):
    """The members with the other's names: each by itself, with those that are required beside it."""
    members = model.input_shape.members if model.input_shape else {}
    for name in members:
        for given in names.get(name, ()):
            yield {**{n: names[n][0] for n in model.input_shape.required_members if n in names}, name: given}


folder = os.environ.get("TMPDIR") or tempfile.mkdtemp()
data, told = os.path.join(folder, "data"), []
server = Server("serve", data)
ada, eve = Person("Ada", 1), Person("Eve", 2)
before, count, read, meant = ada.rows(), 0, [], []
for service in sorted(ada.names):
    client = eve.client(service)
    for operation in client.meta.service_model.operation_names:
        model = client.meta.service_model.operation_model(operation)
        for members in tries(ada.names[service], model):
            answer = call(client, model, members)
            count += 1
            if answer and MARK in answer:
                read.append((service, operation, members))
            if answer and (service, operation) not in OPEN:
                meant.append((service, operation, members))
tap.ok(count > 800, "every operation is called with the names of somebody else's things (%d calls)" % count)
tap.ok(not read, "none answers with what is theirs", read)
tap.ok(not any(MARK in text for text in told), "no error tells it either")
tap.ok(not meant, "none takes one's own thing of the same name for theirs", "\n".join(map(str, meant)))
after = ada.rows()
changed = [table for table in before if before[table] != after.get(table)]
tap.ok(len(before) > 50 and not changed, "none changes anything of theirs (%d tables)" % len(before), changed)
tap.ok(not any("(500)" in text or "InternalFailure" in text for text in told), "none makes the server fail",
       "\n".join(text for text in told if "InternalFailure" in text))
tap.done()
