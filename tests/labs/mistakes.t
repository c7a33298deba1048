#!/usr/bin/env python3
"""The usual mistakes of Lab 1 beyond its table, each made with boto3: does the check say what helps?

Where the mistakes come from: reports of attendees in the issue threads of the public tutorials. Each attendee here makes
one of them and repairs it, after which the check is green.
"""
import json
import os
import sys
import tempfile
import time
from datetime import datetime, timedelta, timezone

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from immersion import Server, Tap
from webapp import (FILES, LOGS, TO_THE_PAGE, TRUST, VUE, Api, Attendee, allow, change_code, config_vue, invoke, make_function,
                    make_role, make_table_of, ours, pool_of, push, site_files)

tap = Tap()


class Newcomer(Attendee):
    """Somebody who joined, and the states of their checks."""

    numbers = iter(range(1, 200))

    def __init__(self, server):
        number = next(self.numbers)
        self.server, person = server, server.join("Newcomer %d" % number, number)
        self.token = person["token"]
        super().__init__(person["accessKeyId"], person["secretAccessKey"], person["region"],
                         "http://127.0.0.1:%d" % server.cloud_port, person["account"])

    def check(self, name):
        """(state, message), judged now."""
        status = 429
        while status == 429:  # only so many by hand in a second
            status, document = self.server.ask("POST", "/api/check", {"lab": "web-app"}, self.token)
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


# --- the site ------------------------------------------------------------------------------------------------------


def repositories(server):
    me = Newcomer(server)
    me("codecommit").create_repository(repositoryName="Wildrydes-Site")
    me.red("repository", "differs only by case", "a repository in another case is recognized")
    me("codecommit").create_repository(repositoryName="wildrydes-site")
    me.green("repository", "the right one is green")
    me.red("site-pushed", "The repository wildrydes-site is still empty", "nothing pushed is told")
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
    me = Newcomer(server)
    page = (open(os.path.join(FILES, "site/index.html"), encoding="utf-8").read())
    url = me("codecommit").create_repository(repositoryName="wildrydes-site")["repositoryMetadata"]["cloneUrlHttp"]
    tip = push(me, {"index.html": page, "ride.html": page, "js/config.js": "window._config = { cognito: { userPoolId: \"\" } };"})
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
    me.red("rider", "names no endpoint", "AWS's own edition of the site, which would call AWS, is told")
    right = config % (pool, client["ClientId"])
    wrong = push(me, {"js/config.js": right}, parent=wrong)
    me.green("site-config", "the right ids are green", 60)
    wrong = push(me, {"js/config.js": right.replace(", userPoolClientId", "\n  userPoolClientId")}, parent=wrong)
    soon_red(me, "site-config", "No browser can read the js/config.js that is online", "a script that is broken by hand is told")
    me.red("site-config", "line 1: a comma is missing behind this value", "with its line and what is wrong there")
    wrong = push(me, {"js/config.js": (config % ("", "")).replace('"', "'")}, parent=wrong)
    soon_red(me, "site-config", "userPoolId is still empty", "ids are asked for in single quotes, too")
    push(me, {"js/config.js": right.replace('"', "'")}, parent=wrong)
    me.green("site-config", "and are as good in them", 60)


def vue(server):
    """The edition with Vue, and what goes wrong in it only."""
    me = Newcomer(server)
    url = me("codecommit").create_repository(repositoryName=VUE)["repositoryMetadata"]["cloneUrlHttp"]
    me.green("repository", "the other edition's repository is as good")
    me.red("site-pushed", "The repository wild-rydes is still empty", "and what is missing in it is told")
    tip = push(me, {"resources/code/WildRydesVue/public/index.html": "Wild Rydes"}, repository=VUE)
    me.red("site-pushed", "git subtree split", "the workshop as a whole instead of its site is told")
    files = site_files("http://127.0.0.1:%d" % server.port, VUE)
    tip = push(me, files, parent=tip, repository=VUE)
    me.green("site-pushed", "pushed to its place the site is green")
    amplify = me("amplify")
    app = amplify.create_app(name="WildRydes", repository=url)["app"]["appId"]
    me.red("site-hosted", "none that is named wild-rydes", "an app of another name is told")
    amplify.update_app(appId=app, name=VUE)
    amplify.create_branch(appId=app, branchName="master")
    amplify.start_job(appId=app, branchName="master", jobType="RELEASE")
    soon_red(me, "site-hosted", "whoever reloads the page there finds nothing", "an app without the rewrite is told")
    amplify.update_app(appId=app, customRules=[TO_THE_PAGE])
    me.green("site-hosted", "with the rule the site is served", 60)
    cognito = me("cognito-idp")
    pool = cognito.create_user_pool(PoolName="wildrydes1a2b3c4d_userpool_1a2b3c4d-prod")["UserPool"]["Id"]
    me.green("user-pool", "a pool named as Amplify's command line does is as good")
    client = cognito.create_user_pool_client(UserPoolId=pool, ClientName="wildrydes_app_clientWeb")["UserPoolClient"]["ClientId"]
    me.green("user-pool-client", "and a client")
    me.red("site-config", "aws_user_pools_id is still empty", "an aws-exports.js that nobody has written is told")
    me.red("rider", "endpoint is empty", "a library that would call AWS is told")
    tip = push(me, config_vue(me, pool, "someothersomeothersomeother"), parent=tip, repository=VUE)
    soon_red(me, "site-config", "src/aws-exports.js names your pool, but another client", "another client is told")
    tip = push(me, config_vue(me, me.region + "_Other0000", client), parent=tip, repository=VUE)
    soon_red(me, "site-config", "Have you made two pools?", "another pool is told")
    tip = push(me, config_vue(me, pool, client), parent=tip, repository=VUE)
    me.green("site-config", "the right ids are green", 60)
    me("codecommit").delete_file(repositoryName=VUE, branchName="master", filePath="src/aws-exports.js", parentCommitId=tip)
    soon_red(me, "site-config", "neither js/config.js nor", "a file that is left out is told")


def soon_red(me, name, words, story):
    """After a push: until the site is built the check says that a job is at work."""
    end = time.monotonic() + 60
    while words not in (found := me.check(name))[1] and time.monotonic() < end:
        time.sleep(0.1)
    tap.ok(found[0] == "red" and words in found[1], story, found)


# --- the riders ----------------------------------------------------------------------------------------------------


def riders(server):
    me = Newcomer(server)
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


def roles(server):
    me = Newcomer(server)
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
    me = Newcomer(server)
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
    me = Newcomer(server)
    make_role(me)
    make_table_of(me)
    allow(me)
    make_function(me, {"folder/index.mjs": ours()})
    invoke(me)
    soon_red(me, "function-writes", "index.mjs must be at the top of the zip", "code in a folder of the zip is told")
    other = Newcomer(server)
    make_role(other)
    make_table_of(other)
    allow(other)
    make_function(other, {"index.js": "const AWS = require('aws-sdk');\nexports.handler = async () => {};"})
    invoke(other)
    soon_red(other, "function-writes", "version 2 of the SDK", "code for the SDK that is no longer there is told")
    change_code(other, {"index.mjs": "import AWS from 'aws-sdk';\nexport const handler = async () => {};"})
    invoke(other)
    soon_red(other, "function-writes", "version 2 of the SDK", "whichever way it asks for it")
    change_code(other, {"index.js": ours()})
    invoke(other)
    soon_red(other, "function-writes", "does not fit its code", "a module in a file for scripts is told")
    change_code(other, {"index.mjs": ours().replace("new DynamoDBClient()", "new DynamoDBClient({ region: 'us-west-2' })")})
    answer = invoke(other)
    tap.ok(answer["statusCode"] == 500, "a Region in the code leads to another table", answer)
    soon_red(other, "function-writes", "it looks for the table in another Region", "and is told")


# --- the API -------------------------------------------------------------------------------------------------------


def rider_of(me):
    """(pool, token): a confirmed rider's."""
    cognito = me("cognito-idp")
    pool, client = pool_of(me)
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


def asked(me):
    """How often the API was asked, once the two times that this test did are there."""
    now = datetime.now(timezone.utc)
    end = time.monotonic() + 10
    count = 0
    while count < 2 and time.monotonic() < end:
        points = me("cloudwatch").get_metric_statistics(
            Namespace="AWS/ApiGateway", MetricName="Count", Dimensions=[{"Name": "ApiName", "Value": "WildRydes"}],
            StartTime=now - timedelta(minutes=10), EndTime=now + timedelta(minutes=10), Period=3600, Statistics=["Sum"])
        count = sum(point["Sum"] for point in points["Datapoints"])
        time.sleep(0.1)
    return count


def apis(server):
    me = Newcomer(server)
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
    tap.ok(asked(me) == 2, "the API's metrics count what riders ask, not what the checks look at", asked(me))


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server("serve", os.path.join(folder, "data"))
        for part in (repositories, riders, roles, functions, codes, apis, hosting, vue):
            try:
                part(server)
            except Exception as problem:  # a part that broke off is a failure with a name; the others still run
                tap.ok(False, "%s broke off" % part.__name__, problem)
        server.kill()
    tap.done()


main()
