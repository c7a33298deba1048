#!/usr/bin/env python3
"""The usual mistakes of Lab 1 beyond its table, each made with boto3: does the check say what helps?

Where the mistakes come from: reports of attendees in the issue threads of the public tutorials. Each attendee here makes
one of them and repairs it, after which the check is green.
"""
import io
import json
import os
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
from botocore.config import Config
from immersion import TABLE, Server, Tap, make_table

tap = Tap()
FILES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../labs/web-app/files")
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
LOGS = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
PREFLIGHT = {"Access-Control-Allow-Headers": "'Content-Type,Authorization'", "Access-Control-Allow-Methods": "'OPTIONS,POST'",
             "Access-Control-Allow-Origin": "'*'"}


class Attendee:
    """Somebody who joined, with a client for each service, and the states of their checks."""

    numbers = iter(range(1, 200))

    def __init__(self, server):
        number = next(self.numbers)
        self.server = server
        self.person = server.join("Newcomer %d" % number, number)
        self.account, self.region = self.person["account"], self.person["region"]
        self.clients = {}

    def __call__(self, service):
        if service not in self.clients:
            self.clients[service] = boto3.client(
                service, aws_access_key_id=self.person["accessKeyId"], region_name=self.region,
                aws_secret_access_key=self.person["secretAccessKey"], endpoint_url=self.endpoint(),
                config=Config(retries={"total_max_attempts": 1}, read_timeout=60))
        return self.clients[service]

    def endpoint(self):
        return "http://127.0.0.1:%d" % self.server.cloud_port

    def check(self, name):
        """(state, message), judged now."""
        status = 429
        while status == 429:  # only so many by hand in a second
            status, document = self.server.ask("POST", "/api/check", {"lab": "web-app"}, self.person["token"])
            time.sleep(0.1 if status == 429 else 0)
        if status != 200:
            raise RuntimeError("checking answered %d: %s" % (status, document))
        lab = next(lab for lab in document["labs"] if lab["id"] == "web-app")
        return next((c["state"], c["message"]) for c in lab["checks"] if c["id"] == name)

    def red(self, name, words, story):
        state, message = self.check(name)
        tap.ok(state == "red" and words in message, story, "%s: %s" % (state, message))

    def green(self, name, story, seconds=20):
        """Green, soon: some things take a moment."""
        end = time.monotonic() + seconds
        while (found := self.check(name))[0] != "green" and time.monotonic() < end:
            time.sleep(0.05)
        tap.ok(found[0] == "green", story, found)

    def arn(self, service, rest, region=None):
        return "arn:aws:%s:%s:%s:%s" % (service, region or self.region, self.account, rest)


# --- the site ------------------------------------------------------------------------------------------------------


def push(attendee, files, branch="master", parent=None):
    change = {"repositoryName": "wildrydes-site", "branchName": branch,
              "putFiles": [{"filePath": name, "fileContent": text.encode()} for name, text in files.items()]}
    return attendee("codecommit").create_commit(**change, **({"parentCommitId": parent} if parent else {}))["commitId"]


def repositories(server):
    me = Attendee(server)
    me("codecommit").create_repository(repositoryName="Wildrydes-Site")
    me.red("repository", "differs only by case", "a repository in another case is recognized")
    me("codecommit").create_repository(repositoryName="wildrydes-site")
    me.green("repository", "the right one is green")
    me.red("site-pushed", "The repository is still empty", "nothing pushed is told")
    tip = push(me, {"readme.txt": "Wild Rydes"}, branch="main")
    me.red("site-pushed", "is on a branch named main", "another branch is told")
    me("codecommit").create_branch(repositoryName="wildrydes-site", branchName="master", commitId=tip)
    me("codecommit").update_default_branch(repositoryName="wildrydes-site", defaultBranchName="master")
    me("codecommit").delete_branch(repositoryName="wildrydes-site", branchName="main")
    me.red("site-pushed", "no index.html at its top", "a branch without the site is told")
    first = push(me, {"site/index.html": "Wild Rydes"}, parent=tip)
    me.red("site-pushed", "in a folder site/", "a folder too deep is told")
    push(me, {"index.html": "Wild Rydes"}, parent=first)
    me.green("site-pushed", "pushed to its place it is green")


def hosting(server):
    me = Attendee(server)
    page = (open(os.path.join(FILES, "site/index.html"), encoding="utf-8").read())
    url = me("codecommit").create_repository(repositoryName="wildrydes-site")["repositoryMetadata"]["cloneUrlHttp"]
    tip = push(me, {"index.html": page, "js/config.js": "window._config = { cognito: { userPoolId: \"\" } };"})
    me.red("site-hosted", "There is no app yet", "no app is told")
    amplify = me("amplify")
    app = amplify.create_app(name="wildrydes-site", repository=url)["app"]["appId"]
    me.red("site-hosted", "has no branch master", "no branch is told")
    amplify.create_branch(appId=app, branchName="master", enableAutoBuild=False)
    me.red("site-hosted", "No job has run yet", "no job is told")
    amplify.start_job(appId=app, branchName="master", jobType="RELEASE")
    me.green("site-hosted", "a job puts the site online", 60)
    tip = push(me, {"index.html": page.replace("<title>Wild Rydes", "<title>Wild Rydes - Rydes of the Future!")}, parent=tip)
    me.red("site-retitled", "does not follow pushes", "a branch that does not build by itself is told")
    amplify.update_branch(appId=app, branchName="master", enableAutoBuild=True)
    amplify.start_job(appId=app, branchName="master", jobType="RELEASE")
    me.green("site-retitled", "and the new title is seen", 60)
    pool = me("cognito-idp").create_user_pool(PoolName="WildRydes")["UserPool"]["Id"]
    client = me("cognito-idp").create_user_pool_client(UserPoolId=pool, ClientName="WildRydesWebApp")["UserPoolClient"]
    me.red("site-config", "userPoolId is still empty", "a config without ids is told")
    config = "window._config = { cognito: { userPoolId: \"%s\", userPoolClientId: \"%s\" } };"
    wrong = push(me, {"js/config.js": config % (pool, "someothersomeothersomeother")}, parent=tip)
    soon_red(me, "site-config", "Its id is " + client["ClientId"], "another client is told, and which would be right")
    wrong = push(me, {"js/config.js": config % (me.region + "_Other0000", client["ClientId"])}, parent=wrong)
    soon_red(me, "site-config", "names another pool than WildRydes, whose id is " + pool, "another pool is told")
    push(me, {"js/config.js": config % (pool, client["ClientId"])}, parent=wrong)
    me.green("site-config", "the right ids are green", 60)


def soon_red(me, name, words, story):
    """After a push: until the site is built the check says that a job is at work."""
    end = time.monotonic() + 60
    while words not in (found := me.check(name))[1] and time.monotonic() < end:
        time.sleep(0.1)
    tap.ok(found[0] == "red" and words in found[1], story, found)


# --- the riders ----------------------------------------------------------------------------------------------------


def riders(server):
    me = Attendee(server)
    cognito = me("cognito-idp")
    cognito.create_user_pool(PoolName="wildrydes")
    me.red("user-pool", "differs only by case", "a pool in another case is recognized")
    pool = cognito.create_user_pool(PoolName="WildRydes", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
    me.green("user-pool", "the right pool is green")
    made = cognito.create_user_pool_client(UserPoolId=pool, ClientName="WildRydesWebApp", GenerateSecret=True)
    me.red("user-pool-client", "Unable to verify secret hash", "a client with a secret is told")
    cognito.delete_user_pool_client(UserPoolId=pool, ClientId=made["UserPoolClient"]["ClientId"])
    cognito.create_user_pool_client(UserPoolId=pool, ClientName="wildrydeswebapp")
    me.red("user-pool-client", "differs only by case", "a client in another case is recognized")
    client = cognito.create_user_pool_client(UserPoolId=pool, ClientName="WildRydesWebApp")["UserPoolClient"]["ClientId"]
    me.green("user-pool-client", "a client without a secret is green")
    cognito.sign_up(ClientId=client, Username="ada", Password="Giddy-up-2021",
                    UserAttributes=[{"Name": "email", "Value": "ada@example.com"}])
    me.red("rider", "has not entered the code yet", "a rider who has not confirmed is told")
    cognito.admin_confirm_sign_up(UserPoolId=pool, Username="ada")
    me.green("rider", "confirmed it is green")


# --- the function --------------------------------------------------------------------------------------------------


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        for name, text in files.items():
            z.writestr(name, text)
    return out.getvalue()


def ours():
    with open(os.path.join(FILES, "function/index.mjs"), encoding="utf-8") as code:
        return code.read()


def allow(me, table="Rides", region=None, actions="dynamodb:PutItem"):
    me("iam").put_role_policy(RoleName="WildRydesLambda", PolicyName="DynamoDBWriteAccess", PolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions,
                                                "Resource": me.arn("dynamodb", "table/" + table, region)}]}))


def make_role(me, name="WildRydesLambda"):
    me("iam").create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    me("iam").attach_role_policy(RoleName=name, PolicyArn=LOGS)


def make_function(me, code=None, **settings):
    name = me("lambda").create_function(**{**{
        "FunctionName": "RequestUnicorn", "Runtime": "nodejs22.x", "Handler": "index.handler", "Timeout": 10,
        "Role": "arn:aws:iam::%s:role/WildRydesLambda" % me.account, "Code": {"ZipFile": zipped(code or {"index.mjs": ours()})},
    }, **settings})["FunctionName"]
    me("lambda").get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})


def change_code(me, files):
    me("lambda").update_function_code(FunctionName="RequestUnicorn", ZipFile=zipped(files))
    me("lambda").get_waiter("function_updated_v2").wait(FunctionName="RequestUnicorn", WaiterConfig={"Delay": 1})


def invoke(me):
    with open(os.path.join(FILES, "function/test-event.json"), "rb") as event:
        answer = me("lambda").invoke(FunctionName="RequestUnicorn", Payload=event.read())
    return json.loads(answer["Payload"].read())


def roles(server):
    me = Attendee(server)
    make_role(me, "wildrydeslambda")
    me.red("function-role", "differs only by case", "a role in another case is recognized")
    me("iam").detach_role_policy(RoleName="wildrydeslambda", PolicyArn=LOGS)
    me("iam").delete_role(RoleName="wildrydeslambda")
    me("iam").create_role(RoleName="WildRydesLambda", AssumeRolePolicyDocument=TRUST.replace("lambda.", "ec2."))
    me.red("function-role", "lets somebody else act as it", "a role for another service is told")
    me("iam").update_assume_role_policy(RoleName="WildRydesLambda", PolicyDocument=TRUST)
    me.green("function-role", "the right role is green")
    me("iam").attach_role_policy(RoleName="WildRydesLambda", PolicyArn="arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess")
    me.red("function-logs", "Another policy is attached", "another policy than that for logs is told")
    me("iam").attach_role_policy(RoleName="WildRydesLambda", PolicyArn=LOGS)
    me.green("function-logs", "with the right one the role may write logs")
    me.red("function-permission", "has no policy of its own yet", "no policy is told")
    allow(me, "rides")
    me.red("function-permission", "The policy names another table", "a table in another case is told")
    allow(me, actions="dynamodb:GetItem")
    me.red("function-permission", "does not allow dynamodb:PutItem", "another action is told")
    allow(me, actions="dynamodb:*")
    me.red("function-permission", "allowed more than the function needs", "too much is told")
    allow(me)
    me.green("function-permission", "one action on one table is green")


def functions(server):
    me = Attendee(server)
    make_role(me)
    make_table_of(me)
    allow(me, "Other")
    make_function(me, FunctionName="requestunicorn")
    me.red("function", "differs only by case", "a function in another case is recognized")
    make_function(me, Timeout=1)
    me.red("function", "given up after a second or two", "a time-out too short is told")
    me("lambda").update_function_configuration(FunctionName="RequestUnicorn", Timeout=10)
    me.green("function", "with time enough it is green")
    answer = invoke(me)
    tap.ok(answer["statusCode"] == 500 and "not authorized to perform: dynamodb:PutItem" in answer["body"],
           "the function is refused what its role does not allow", answer)
    soon_red(me, "function-writes", "its role may not put items into the table", "and the check tells so from the log")
    allow(me)
    answer = invoke(me)
    tap.ok(answer["statusCode"] == 201, "with the permission it sends a unicorn", answer)
    me.green("function-writes", "and the ride is green")


def codes(server):
    """Code of other editions of the tutorial, with what is wrong about it here."""
    me = Attendee(server)
    make_role(me)
    make_table_of(me)
    allow(me)
    make_function(me, {"folder/index.mjs": ours()})
    invoke(me)
    soon_red(me, "function-writes", "index.mjs must be at the top of the zip", "code in a folder of the zip is told")
    other = Attendee(server)
    make_role(other)
    make_table_of(other)
    allow(other)
    make_function(other, {"index.js": "const AWS = require('aws-sdk');\nexports.handler = async () => {};"})
    invoke(other)
    soon_red(other, "function-writes", "version 2 of the SDK", "code for the SDK that is no longer there is told")
    change_code(other, {"index.mjs": ours().replace("new DynamoDBClient()", "new DynamoDBClient({ region: 'us-west-2' })")})
    answer = invoke(other)
    tap.ok(answer["statusCode"] == 500, "a Region in the code leads to another table", answer)
    soon_red(other, "function-writes", "it looks for the table in another Region", "and is told")


def make_table_of(me):
    me("dynamodb").create_table(**TABLE)
    me("dynamodb").get_waiter("table_exists").wait(TableName="Rides", WaiterConfig={"Delay": 1})


# --- the API -------------------------------------------------------------------------------------------------------


class Api:
    """The lab's REST API, made piece by piece."""

    def __init__(self, me, name="WildRydes"):
        self.me, self.gateway = me, me("apigateway")
        self.id = self.gateway.create_rest_api(name=name)["id"]
        self.root = self.gateway.get_resources(restApiId=self.id)["items"][0]["id"]
        self.ride = self.authorizer = None

    def authorize(self, pool, source="method.request.header.Authorization"):
        if self.authorizer:
            self.gateway.delete_authorizer(restApiId=self.id, authorizerId=self.authorizer)
        self.authorizer = self.gateway.create_authorizer(
            restApiId=self.id, name="WildRydes", type="COGNITO_USER_POOLS", identitySource=source,
            providerARNs=[self.me.arn("cognito-idp", "userpool/" + pool)])["id"]

    def resource(self, part):
        return self.gateway.create_resource(restApiId=self.id, parentId=self.root, pathPart=part)["id"]

    def method(self, verb, guarded):
        where = {"restApiId": self.id, "resourceId": self.ride, "httpMethod": verb}
        try:
            self.gateway.delete_method(**where)
        except self.gateway.exceptions.NotFoundException:
            pass
        guard = {"authorizationType": "COGNITO_USER_POOLS", "authorizerId": self.authorizer}
        self.gateway.put_method(**where, **(guard if guarded else {"authorizationType": "NONE"}))
        return where

    def post(self, guarded=True, function="RequestUnicorn", verb="POST", kind="AWS_PROXY"):
        self.gateway.put_integration(
            **self.method("POST", guarded), type=kind, integrationHttpMethod=verb,
            uri="arn:aws:apigateway:%s:lambda:path/2015-03-31/functions/%s/invocations" % (
                self.me.region, self.me.arn("lambda", "function:" + function)))

    def options(self, guarded=False, headers=None):
        headers = PREFLIGHT if headers is None else headers
        where = self.method("OPTIONS", guarded)
        self.gateway.put_integration(**where, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
        names = {"method.response.header." + name: value for name, value in headers.items()}
        self.gateway.put_method_response(**where, statusCode="200", responseParameters={n: False for n in names})
        self.gateway.put_integration_response(**where, statusCode="200", responseParameters=names)

    def deploy(self, stage="prod"):
        self.gateway.create_deployment(restApiId=self.id, stageName=stage)

    def permit(self):
        self.me("lambda").add_permission(
            FunctionName="RequestUnicorn", StatementId="api", Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com", SourceArn=self.me.arn("execute-api", self.id + "/*/POST/ride"))

    def ask(self, token):
        """POST /ride -> status."""
        request = urllib.request.Request(
            "%s/_aws/execute-api/%s/prod/ride" % (self.me.endpoint(), self.id), method="POST",
            data=b'{"PickupLocation": {"Latitude": 47.6, "Longitude": -122.3}}',
            headers={"Authorization": token, "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code


def rider_of(me):
    """(pool, token): a confirmed rider's."""
    cognito = me("cognito-idp")
    pool = cognito.create_user_pool(PoolName="WildRydes", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
    client = cognito.create_user_pool_client(UserPoolId=pool, ClientName="WildRydesWebApp", ExplicitAuthFlows=[
        "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])["UserPoolClient"]["ClientId"]
    cognito.sign_up(ClientId=client, Username="ada", Password="Giddy-up-2021",
                    UserAttributes=[{"Name": "email", "Value": "ada@example.com"}])
    cognito.admin_confirm_sign_up(UserPoolId=pool, Username="ada")
    signed = cognito.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH",
                                   AuthParameters={"USERNAME": "ada", "PASSWORD": "Giddy-up-2021"})
    return pool, signed["AuthenticationResult"]["IdToken"]


def authorizers(me, pool):
    Api(me, "wildrydes")
    me.red("api-authorizer", "differs only by case", "an API in another case is recognized")
    api = Api(me)
    me.red("api-authorizer", "what is missing is its authorizer", "no authorizer is told")
    api.authorize(me("cognito-idp").create_user_pool(PoolName="Another")["UserPool"]["Id"])
    me.red("api-authorizer", "asks another user pool than WildRydes", "an authorizer of another pool is told")
    api.authorize(pool, "method.request.header.Token")
    me.red("api-authorizer", "its identity source is another one", "a token in another header is told")
    api.authorize(pool)
    me.green("api-authorizer", "the right authorizer is green")
    return api


def methods(me, api):
    me.red("api-method", "The API has no resource /ride yet", "no resource is told")
    api.resource("rides")
    me.red("api-method", "There is a resource with a similar path", "a similar path is told")
    api.ride = api.resource("ride")
    api.post(guarded=False)
    me.red("api-method", "POST /ride has no authorizer", "a method without a guard is told")
    api.post(verb="GET")
    me.red("api-method", "Functions are always invoked with POST", "an integration by GET is told")
    api.post(kind="AWS")
    me.red("api-method", "is not AWS_PROXY", "an integration that is no proxy is told")
    api.post(function="Other")
    me.red("api-method", "calls another function", "another function is told")


def deployments(me, api):
    api.post(guarded=False)
    api.deploy("dev")
    api.post()
    me.green("api-method", "guarded and leading to the function it is green")
    me.red("api-guarded", "to another stage than prod", "another stage is told")
    api.post(guarded=False)
    api.options(guarded=True)
    api.deploy()
    api.post()
    api.permit()
    me.red("api-guarded", "deployed before the method got it", "a method guarded after the deployment is told")
    me.red("api-preflight", "OPTIONS /ride asks for a token", "a guard before OPTIONS is told")
    api.options(headers={"Access-Control-Allow-Origin": "'*'"})
    me.red("api-preflight", "OPTIONS /ride asks for a token", "and is still there, until a deployment")
    api.deploy()
    me.green("api-guarded", "deployed again, who has no token is refused")
    me.red("api-preflight", "without all of the headers", "headers that are missing are told")
    api.options()
    api.deploy()
    me.green("api-preflight", "with them browsers are let in")


def apis(server):
    me = Attendee(server)
    pool, token = rider_of(me)
    make_role(me)
    make_table_of(me)
    allow(me)
    make_function(me)
    api = authorizers(me, pool)
    methods(me, api)
    deployments(me, api)
    me("lambda").remove_permission(FunctionName="RequestUnicorn", StatementId="api")
    tap.ok(api.ask(token) == 500, "an API that may not invoke the function fails")
    me.red("ride", "has no policy that lets the API invoke it", "and is told why")
    api.permit()
    tap.ok(api.ask(token) == 201, "a rider's token brings a unicorn")
    me.green("ride", "and the lab is done")


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server("serve", os.path.join(folder, "data"))
        for part in (repositories, riders, roles, functions, codes, apis, hosting):
            try:
                part(server)
            except Exception as problem:  # a part that broke off is a failure with a name; the others still run
                tap.ok(False, "%s broke off" % part.__name__, problem)
        server.kill()
    tap.done()


main()
