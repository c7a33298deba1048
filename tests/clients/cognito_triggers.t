#!/usr/bin/env python3
"""boto3 against user pools whose functions are asked on the way: events as AWS sends them, answers, refusals.

One function stands for all triggers: it keeps the last event of each kind in a table, since nobody promises that the
next one comes to the same environment, and answers as the table says. Every answer is held against botocore's
service model (tests/support/model.py).
"""
import io
import json
import os
import re
import sys
import tempfile
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
from botocore import UNSIGNED
from botocore.config import Config
from immersion import OFTEN, Server, Tap, claims
from model import watch
from srp import Client

tap = Tap()
fails = tap.fails
PASSWORD = "Un1corns!fly"
SOURCE = """
const { DynamoDBClient, GetItemCommand, PutItemCommand } = require("@aws-sdk/client-dynamodb");
const table = new DynamoDBClient({}), TableName = "kept";
const put = (id, value) => table.send(new PutItemCommand({ TableName, Item: { id: { S: id }, json: { S: JSON.stringify(value) } } }));
const get = async (id) => {
  const { Item } = await table.send(new GetItemCommand({ TableName, Key: { id: { S: id } }, ConsistentRead: true }));
  return Item ? JSON.parse(Item.json.S) : null;
};
exports.handler = async (event) => {
  if (event.tell) return get("seen " + event.tell);
  if (event.say) return Promise.all(Object.entries(event.say).map(([source, answer]) => put("say " + source, answer)));
  const [answer] = await Promise.all([get("say " + event.triggerSource), put("seen " + event.triggerSource, event)]);
  if (answer && answer.throw) throw new Error(answer.throw);
  if (answer && answer.nonsense) return answer.nonsense;
  if (event.triggerSource.startsWith("DefineAuth")) {
    const last = event.request.session[event.request.session.length - 1];
    event.response.issueTokens = Boolean(last && last.challengeName === "CUSTOM_CHALLENGE" && last.challengeResult);
    event.response.failAuthentication = event.request.session.length > 2;
    event.response.challengeName = last && last.challengeName === "SRP_A" ? "PASSWORD_VERIFIER" : "CUSTOM_CHALLENGE";
  } else if (event.triggerSource.startsWith("CreateAuth")) {
    event.response.publicChallengeParameters = { riddle: "what flies?" };
    event.response.privateChallengeParameters = { answer: "unicorn" };
    event.response.challengeMetadata = "RIDDLE";
  } else if (event.triggerSource.startsWith("VerifyAuth")) {
    event.response.answerCorrect = event.request.challengeAnswer === event.request.privateChallengeParameters.answer;
  } else if (answer) Object.assign(event.response, answer);
  return event;
};
"""
TRIGGERS = ("PreSignUp", "PostConfirmation", "PreAuthentication", "PostAuthentication", "CustomMessage",
            "PreTokenGeneration", "DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse",
            "UserMigration")


class World:
    def __init__(self, server):
        self.server, self.complaints = server, []
        self.idp, self.iam, self.fn = (self.client(s) for s in ("cognito-idp", "iam", "lambda"))
        self.browser = self.client("cognito-idp", config=Config(signature_version=UNSIGNED,
                                                                retries={"total_max_attempts": 1}))
        trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {
            "Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
        role = self.iam.create_role(RoleName="fn", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        self.iam.put_role_policy(RoleName="fn", PolicyName="table", PolicyDocument=json.dumps({
            "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}]}))
        self.client("dynamodb").create_table(
            TableName="kept", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}])
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as z:
            z.writestr("index.js", SOURCE)
        self.arn = self.fn.create_function(FunctionName="triggers", Runtime="nodejs20.x", Handler="index.handler",
                                           Role=role, MemorySize=512, Timeout=60, Code={"ZipFile": packed.getvalue()})["FunctionArn"]
        self.fn.get_waiter("function_active_v2").wait(FunctionName="triggers", WaiterConfig=OFTEN)
        self.pool = self.idp.create_user_pool(
            PoolName="Riders", AutoVerifiedAttributes=["email"],
            LambdaConfig={name: self.arn for name in TRIGGERS})["UserPool"]
        self.app = self.idp.create_user_pool_client(
            UserPoolId=self.pool["Id"], ClientName="web", ExplicitAuthFlows=[
                "ALLOW_USER_PASSWORD_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"]
        )["UserPoolClient"]["ClientId"]

    def client(self, service, **more):
        keys = {} if "config" in more else {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        more.setdefault("config", Config(retries={"total_max_attempts": 1}))
        client = boto3.client(service, endpoint_url="http://127.0.0.1:%d" % self.server.cloud_port,
                              region_name="us-east-1", **keys, **more)
        self.complaints.append(watch(client))
        return client

    def ask(self, event):
        return json.loads(self.fn.invoke(FunctionName="triggers", Payload=json.dumps(event))["Payload"].read())

    def seen(self, source):
        return self.ask({"tell": source})

    def say(self, **answers):
        self.ask({"say": answers})

    def code(self, address):
        with open(self.server.log, errors="replace") as log:
            line = [line for line in log if " to %s: " % address in line][-1]
        return line, re.findall(r"\b\d{6}\b", line)[-1]

    def sign_up(self, name, **more):
        return self.browser.sign_up(ClientId=self.app, Username=name, Password=PASSWORD, UserAttributes=[
            {"Name": "email", "Value": name + "@rides.example"}], **more)

    def sign_in(self, name, **more):
        return self.browser.initiate_auth(ClientId=self.app, AuthFlow="USER_PASSWORD_AUTH",
                                          AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD}, **more)


def permission(w):
    fails("a function that has not let Cognito in is not run", "UnexpectedLambdaException",
          "PreSignUp invocation failed due to error AccessDeniedException.", lambda: w.sign_up("ada"))
    w.fn.add_permission(FunctionName="triggers", StatementId="cognito", Action="lambda:InvokeFunction",
                        Principal="cognito-idp.amazonaws.com", SourceArn=w.pool["Arn"])


def signing_up(w):
    w.say(PreSignUp_SignUp={"throw": "No unicorns today"})
    fails("what the function throws refuses the user", "UserLambdaValidationException",
          "PreSignUp failed with error No unicorns today.", lambda: w.sign_up("ada"))
    w.say(PreSignUp_SignUp={"nonsense": "yes"})
    fails("what it answers must be the event", "InvalidLambdaResponseException", "Unrecognizable lambda output",
          lambda: w.sign_up("ada"))
    w.say(PreSignUp_SignUp=None, CustomMessage_SignUp={
        "emailSubject": "Welcome", "emailMessage": "Ride with {####}, unicorn"})
    made = w.sign_up("ada", ValidationData=[{"Name": "from", "Value": "test"}], ClientMetadata={"campaign": "spring"})
    event = w.seen("PreSignUp_SignUp")
    tap.ok(event == {
        "version": "1", "region": "us-east-1", "userPoolId": w.pool["Id"], "userName": "ada",
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": w.app},
        "triggerSource": "PreSignUp_SignUp",
        "request": {"userAttributes": {"email": "ada@rides.example"}, "validationData": {"from": "test"},
                    "clientMetadata": {"campaign": "spring"}},
        "response": {"autoConfirmUser": False, "autoVerifyEmail": False, "autoVerifyPhone": False}}, "the event before sign-up is AWS's", event)
    message = w.seen("CustomMessage_SignUp")["request"]
    tap.ok(message["codeParameter"] == "{####}" and message["userAttributes"]["sub"] == made["UserSub"] and
           message["userAttributes"]["cognito:user_status"] == "UNCONFIRMED", "the message's function knows the user", message)
    line, code = w.code("ada@rides.example")
    tap.ok("Ride with" in line and not made["UserConfirmed"], "the message is the function's", line)
    w.browser.confirm_sign_up(ClientId=w.app, Username="ada", ConfirmationCode=code)
    confirmed = w.seen("PostConfirmation_ConfirmSignUp")["request"]["userAttributes"]
    tap.ok(confirmed == {"sub": made["UserSub"], "cognito:user_status": "CONFIRMED", "email": "ada@rides.example",
                         "email_verified": "true"}, "the function after confirmation sees the user confirmed", confirmed)
    w.say(PreSignUp_SignUp={"autoConfirmUser": True, "autoVerifyEmail": True}, PostConfirmation_ConfirmSignUp={"throw": "late"})
    fails("what the function after confirmation throws is told", "UserLambdaValidationException",
          "PostConfirmation failed with error late.", lambda: w.sign_up("ben"))
    ben = w.idp.admin_get_user(UserPoolId=w.pool["Id"], Username="ben")
    tap.ok(ben["UserStatus"] == "CONFIRMED" and {"Name": "email_verified", "Value": "true"} in ben["UserAttributes"],
           "but the user is there, confirmed and verified", ben)
    w.say(PostConfirmation_ConfirmSignUp=None)
    tap.ok(w.sign_up("cleo")["UserConfirmed"], "a user may be confirmed by the function alone")
    w.idp.admin_create_user(UserPoolId=w.pool["Id"], Username="dora", MessageAction="SUPPRESS")
    tap.ok(w.seen("PreSignUp_AdminCreateUser")["callerContext"]["clientId"] == "CLIENT_ID_NOT_APPLICABLE",
           "an administrator's users have no client")


def signing_in(w):
    w.say(PreAuthentication_Authentication={"throw": "Not on Sundays"})
    fails("the function before authentication refuses", "UserLambdaValidationException",
          "PreAuthentication failed with error Not on Sundays.", lambda: w.sign_in("ada"))
    w.say(PreAuthentication_Authentication=None, TokenGeneration_Authentication={"claimsOverrideDetails": {
        "claimsToAddOrOverride": {"team": "sparkle", "sub": "forged"}, "claimsToSuppress": ["email"],
        "groupOverrideDetails": {"groupsToOverride": ["riders"]}}})
    tokens = w.sign_in("ada", ClientMetadata={"k": "v"})["AuthenticationResult"]
    tap.ok(w.seen("PreAuthentication_Authentication")["request"]["validationData"] == {"k": "v"},
           "it is given the client's metadata")
    tap.ok("clientMetadata" not in w.seen("PostAuthentication_Authentication")["request"], "the one after is not")
    before = w.seen("TokenGeneration_Authentication")["request"]
    tap.ok(before["groupConfiguration"] == {"groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": None},
           "the function before tokens knows the groups", before)
    found = claims(tokens["IdToken"])
    tap.ok(found["team"] == "sparkle" and "email" not in found and found["cognito:groups"] == ["riders"]
           and found["sub"] != "forged", "it adds, takes away and overrides claims, but not those that are fixed", found)
    tap.ok(claims(tokens["AccessToken"])["cognito:groups"] == ["riders"] and "team" not in claims(tokens["AccessToken"]),
           "of the access token only the groups")
    config = w.idp.describe_user_pool(UserPoolId=w.pool["Id"])["UserPool"]["LambdaConfig"]
    w.idp.update_user_pool(UserPoolId=w.pool["Id"], AutoVerifiedAttributes=["email"], LambdaConfig={
        **config, "PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": w.arn}})
    w.say(TokenGeneration_RefreshTokens={"claimsAndScopeOverrideDetails": {
        "idTokenGeneration": {"claimsToAddOrOverride": {"level": 7}},
        "accessTokenGeneration": {"claimsToAddOrOverride": {"plan": ["gold"]}, "scopesToAdd": ["rides/fly"],
                                  "scopesToSuppress": ["aws.cognito.signin.user.admin"]}}})
    fresh = w.browser.initiate_auth(ClientId=w.app, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={
        "REFRESH_TOKEN": tokens["RefreshToken"]})["AuthenticationResult"]
    event = w.seen("TokenGeneration_RefreshTokens")
    tap.ok(event["version"] == "2" and event["request"]["scopes"] == ["aws.cognito.signin.user.admin"],
           "the second form of the event has the scopes", event)
    access = claims(fresh["AccessToken"])
    tap.ok(claims(fresh["IdToken"])["level"] == 7 and access["plan"] == ["gold"] and access["scope"] == "rides/fly",
           "and changes the access token, too", access)


def custom(w):
    asked = w.browser.initiate_auth(ClientId=w.app, AuthFlow="CUSTOM_AUTH", AuthParameters={"USERNAME": "cleo"})
    tap.ok(asked["ChallengeName"] == "CUSTOM_CHALLENGE" and asked["ChallengeParameters"] == {
        "USERNAME": "cleo", "riddle": "what flies?"}, "functions make a challenge of their own", asked)

    def answer(session, text):
        return w.browser.respond_to_auth_challenge(
            ClientId=w.app, ChallengeName="CUSTOM_CHALLENGE", Session=session,
            ChallengeResponses={"USERNAME": "cleo", "ANSWER": text})
    again = answer(asked["Session"], "a pig")
    tap.ok(again["ChallengeName"] == "CUSTOM_CHALLENGE", "a wrong answer may be followed by another challenge")
    done = answer(again["Session"], "unicorn")
    tap.ok("AccessToken" in done["AuthenticationResult"], "the right one signs in")
    session = w.seen("DefineAuthChallenge_Authentication")["request"]["session"]
    tap.ok(session == [{"challengeName": "CUSTOM_CHALLENGE", "challengeResult": r, "challengeMetadata": "RIDDLE"}
                       for r in (False, True)], "what happened is told to the function that decides", session)
    fails("a session is good once", "NotAuthorizedException",
          "Invalid session for the user, session can only be used once.", lambda: answer(again["Session"], "unicorn"))
    srp = Client(w.pool["Id"], PASSWORD)
    asked = w.browser.initiate_auth(ClientId=w.app, AuthFlow="CUSTOM_AUTH", AuthParameters={
        "USERNAME": "cleo", "CHALLENGE_NAME": "SRP_A", "SRP_A": "%x" % srp.A})
    proof = {"ClientId": w.app, "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": srp.answer(asked["ChallengeParameters"])}
    fails("a password in the middle of it is no way around it", "NotAuthorizedException",
          "Incorrect username or password.", lambda: w.browser.respond_to_auth_challenge(**proof))
    asked = w.browser.respond_to_auth_challenge(**proof, Session=asked["Session"])
    tap.ok(asked["ChallengeName"] == "CUSTOM_CHALLENGE", "but one step of it", asked)


def choosing(w):
    """Users without passwords: functions are asked on their ways as well, and twice where the first answer must be waited for."""
    config = w.idp.describe_user_pool(UserPoolId=w.pool["Id"])["UserPool"]["LambdaConfig"]
    w.idp.update_user_pool(UserPoolId=w.pool["Id"], AutoVerifiedAttributes=["email"], LambdaConfig=config, Policies={
        "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}})
    app = w.idp.create_user_pool_client(UserPoolId=w.pool["Id"], ClientName="choice",
                                        ExplicitAuthFlows=["ALLOW_USER_AUTH"])["UserPoolClient"]["ClientId"]
    w.say(PreSignUp_SignUp=None, PreAuthentication_Authentication=None, CustomMessage_SignUp=None, TokenGeneration_Authentication=None,
          CustomMessage_Authentication={"emailMessage": "Fly in by {####}", "emailSubject": "Wings"})
    made = w.browser.sign_up(ClientId=app, Username="fay", UserAttributes=[{"Name": "email", "Value": "fay@rides.example"}])
    done = w.browser.confirm_sign_up(ClientId=app, Username="fay", Session=made["Session"],
                                     ConfirmationCode=w.code("fay@rides.example")[1])
    tap.ok(w.seen("PostConfirmation_ConfirmSignUp")["userName"] == "fay", "a sign-up without a password is told when it is confirmed")
    done = w.browser.initiate_auth(ClientId=app, AuthFlow="USER_AUTH", Session=done["Session"])
    tap.ok("IdToken" in done["AuthenticationResult"], "and its session signs in", done)
    w.say(PreAuthentication_Authentication={"throw": "Not on Sundays"})
    fails("before a code goes out the function may refuse", "UserLambdaValidationException",
          "PreAuthentication failed with error Not on Sundays.",
          lambda: w.browser.initiate_auth(ClientId=app, AuthFlow="USER_AUTH", AuthParameters={
              "USERNAME": "fay", "PREFERRED_CHALLENGE": "EMAIL_OTP"}))
    w.say(PreAuthentication_Authentication=None)
    asked = w.browser.initiate_auth(ClientId=app, AuthFlow="USER_AUTH", AuthParameters={
        "USERNAME": "fay", "PREFERRED_CHALLENGE": "EMAIL_OTP"})
    with open(w.server.log, errors="replace") as log:
        code = re.findall(r" to fay@rides.example: .*Fly in by (\d{8})\b", log.read())
    tap.ok(len(code) == 1, "another words the message, which goes out once", code)
    done = w.browser.respond_to_auth_challenge(ClientId=app, ChallengeName="EMAIL_OTP", Session=asked["Session"],
                                               ChallengeResponses={"USERNAME": "fay", "EMAIL_OTP_CODE": code[0]})
    tap.ok("IdToken" in done["AuthenticationResult"] and w.seen("PostAuthentication_Authentication")["userName"] == "fay",
           "the one after is told", done)


def migrating(w):
    w.say(UserMigration_Authentication={"throw": "unknown"})
    fails("who does not come from elsewhere either is not there", "UserNotFoundException",
          "Exception migrating user in app client " + w.app, lambda: w.sign_in("eve"))
    w.say(UserMigration_Authentication={"userAttributes": {"email": "eve@old.example", "email_verified": "true"},
                                        "finalUserStatus": "CONFIRMED", "messageAction": "SUPPRESS"})
    tap.ok("IdToken" in w.sign_in("eve")["AuthenticationResult"], "who does is taken over while signing in")
    event = w.seen("UserMigration_Authentication")
    tap.ok(event["request"]["password"] == PASSWORD and event["userName"] == "eve", "the function is given the password", event)
    w.say(UserMigration_Authentication={"throw": "never again"})
    tap.ok("IdToken" in w.sign_in("eve")["AuthenticationResult"], "once: then the user is the pool's own")


def main():
    with tempfile.TemporaryDirectory() as folder:
        w = World(Server("cloud", os.path.join(folder, "data")))
        for part in (permission, signing_up, signing_in, custom, choosing, migrating):
            part(w)
        found = sum(w.complaints, [])
        tap.ok(not found, "every answer is as the service's model says", "\n".join(sorted(set(found))))
        w.server.kill()
    tap.done()


main()
