"""Lab 1's backend, made with boto3 as its pages make it with the aws command; for tests that begin where it stands.

Functions and classes take an attendee: called with a service's name it gives a client; it has `account`, `region`, arn() and
endpoint(). Run as a program, it builds the whole application in the account of the environment and prints where the site is:

    python3 webapp.py WORKSHOP_URL [wild-rydes]     with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL
"""
import io
import json
import os
import sys
import tarfile
import time
import urllib.error
import urllib.request

import boto3
from botocore.config import Config
from immersion import OFTEN, TABLE, zipped

FILES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../labs/web-app/files")
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
LOGS = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
PREFLIGHT = {"Access-Control-Allow-Headers": "'Content-Type,Authorization'", "Access-Control-Allow-Methods": "'OPTIONS,POST'",
             "Access-Control-Allow-Origin": "'*'"}


class Attendee:
    """A key with an endpoint, and a client for each service."""

    def __init__(self, key, secret, region, endpoint, account=None):
        self.region, self.where, self.clients = region, endpoint, {}
        self.options = {"aws_access_key_id": key, "aws_secret_access_key": secret, "region_name": region,
                        "endpoint_url": endpoint, "config": Config(retries={"total_max_attempts": 1}, read_timeout=60)}
        self.account = account or self("sts").get_caller_identity()["Account"]

    def __call__(self, service):
        if service not in self.clients:
            self.clients[service] = boto3.client(service, **self.options)
        return self.clients[service]

    def endpoint(self):
        return self.where

    def arn(self, service, rest, region=None):
        return "arn:aws:%s:%s:%s:%s" % (service, region or self.region, self.account, rest)


# --- the site ------------------------------------------------------------------------------------------------------

PLAIN, VUE = "wildrydes-site", "wild-rydes"
# What leads the paths of a single-page app to its page; from the Amplify Hosting User Guide.
TO_THE_PAGE = {"source": "</^[^.]+$|\\.(?!(css|gif|ico|jpg|js|png|txt|svg|woff|woff2|ttf|map|json|webp)$)([^.]+$)/>",
               "target": "/index.html", "status": "200"}


def push(attendee, files, branch="master", parent=None, repository=PLAIN):
    change = {"repositoryName": repository, "branchName": branch,
              "putFiles": [{"filePath": name, "fileContent": text if isinstance(text, bytes) else text.encode()} for name, text in files.items()]}
    return attendee("codecommit").create_commit(**change, **({"parentCommitId": parent} if parent else {}))["commitId"]


def site_files(workshop, edition=PLAIN):
    """The lab's site as its pages fetch it: name -> bytes."""
    name = {PLAIN: "site", VUE: "wild-rydes"}[edition]
    with urllib.request.urlopen(workshop + "/labs/web-app/files/%s.tar.gz" % name, timeout=30) as answer:
        with tarfile.open(fileobj=io.BytesIO(answer.read())) as tar:
            return {m.name: tar.extractfile(m).read() for m in tar if m.isfile()}


def host(me, files, edition=PLAIN):
    """Push the site and serve it; its address once a job has put it online."""
    url = me("codecommit").create_repository(repositoryName=edition)["repositoryMetadata"]["cloneUrlHttp"]
    push(me, files, repository=edition)
    rules = {"customRules": [TO_THE_PAGE]} if edition == VUE else {}
    app = me("amplify").create_app(name=edition, repository=url, **rules)["app"]["appId"]
    me("amplify").create_branch(appId=app, branchName="master")
    job = me("amplify").start_job(appId=app, branchName="master", jobType="RELEASE")["jobSummary"]["jobId"]
    end = time.monotonic() + 60
    while (status := me("amplify").get_job(appId=app, branchName="master", jobId=job)["job"]["summary"]["status"]) != "SUCCEED":
        if status in ("FAILED", "CANCELLED") or time.monotonic() > end:
            raise RuntimeError("the site was not built: " + status)
        time.sleep(0.05)
    return "http://" + me("amplify").get_branch(appId=app, branchName="master")["branch"]["customDomains"][0]


# --- the function --------------------------------------------------------------------------------------------------


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
    me("lambda").get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig=OFTEN)


def change_code(me, files):
    me("lambda").update_function_code(FunctionName="RequestUnicorn", ZipFile=zipped(files))
    me("lambda").get_waiter("function_updated_v2").wait(FunctionName="RequestUnicorn", WaiterConfig=OFTEN)


def invoke(me):
    with open(os.path.join(FILES, "function/test-event.json"), "rb") as event:
        answer = me("lambda").invoke(FunctionName="RequestUnicorn", Payload=event.read())
    return json.loads(answer["Payload"].read())


def make_table_of(me):
    me("dynamodb").create_table(**TABLE)
    me("dynamodb").get_waiter("table_exists").wait(TableName="Rides", WaiterConfig=OFTEN)


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


# --- all of it -----------------------------------------------------------------------------------------------------


def pool_of(me):
    """(pool, client) for riders who sign up on the site."""
    pool = me("cognito-idp").create_user_pool(PoolName="WildRydes", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
    client = me("cognito-idp").create_user_pool_client(UserPoolId=pool, ClientName="WildRydesWebApp", ExplicitAuthFlows=[
        "ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])["UserPoolClient"]["ClientId"]
    return pool, client


def backend(me, pool):
    """Role, table, function and API; returns the API."""
    make_role(me)
    make_table_of(me)
    allow(me)
    make_function(me)
    api = Api(me)
    api.authorize(pool)
    api.ride = api.resource("ride")
    api.post()
    api.options()
    api.permit()
    api.deploy()
    return api


def config(me, pool, client, api):
    """The files that tell the site of plain pages what it must know."""
    return {"js/config.js": ("window._config = " + json.dumps({
        "cognito": {"userPoolId": pool, "userPoolClientId": client, "region": me.region, "endpoint": me.endpoint()},
        "api": {"invokeUrl": "%s/_aws/execute-api/%s/prod" % (me.endpoint(), api.id)}})).encode()}


def config_vue(me, pool, client, api=None):
    """The same of the site with Vue: what Amplify's command line writes, and what is written by hand."""
    exports = {"aws_project_region": me.region, "aws_cognito_region": me.region, "aws_user_pools_id": pool,
               "aws_user_pools_web_client_id": client, "oauth": {}}
    return {"src/aws-exports.js": ("const awsmobile = %s;\n\nexport default awsmobile;\n" % json.dumps(exports)).encode(),
            "src/config.js": ("export default " + json.dumps({
                "api": {"invokeUrl": api and "%s/_aws/execute-api/%s/prod" % (me.endpoint(), api.id)},
                "auth": {"endpoint": me.endpoint()}})).encode()}


def main():
    env, edition = os.environ, sys.argv[2] if len(sys.argv) > 2 else PLAIN
    me = Attendee(env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"], env["AWS_REGION"], env["AWS_ENDPOINT_URL"])
    pool, client = pool_of(me)
    api = backend(me, pool)
    values = config if edition == PLAIN else config_vue
    files = {**site_files(sys.argv[1], edition), **values(me, pool, client, api)}
    print(json.dumps({"site": host(me, files, edition)}))


if __name__ == "__main__":
    main()
