#!/usr/bin/env python3
"""boto3 against identity pools: guests, users of a user pool, roles by token and by rules, tokens for STS, mistakes.

Every answer is held against botocore's service model (tests/support/model.py).
"""
import json
import os
import sys
import tempfile
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
import botocore.auth
import botocore.awsrequest
import botocore.credentials
from botocore import UNSIGNED
from botocore.config import Config
from immersion import OFTEN, Server, Tap, zipped
from model import watch

tap = Tap()
fails = tap.fails_saying
PASSWORD = "Un1corns!fly"


def trust(pool, kind, action="sts:AssumeRoleWithWebIdentity"):
    return json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Federated": "cognito-identity.amazonaws.com"},
        "Action": [action, "sts:TagSession"],
        "Condition": {"StringEquals": {"cognito-identity.amazonaws.com:aud": pool},
                      "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": kind}}}]})


# A function that answers whom its event tells it of.
WHO = """
import json
def handler(event, context):
    if "requestContext" not in event:
        return [context.identity.cognito_identity_id, context.identity.cognito_identity_pool_id]
    about = event["requestContext"]
    return {"statusCode": 200, "body": json.dumps((about.get("authorizer") or {}).get("iam") or about["identity"])}
"""


class World:
    """A workshop with one attendee, a user pool with a user, and roles."""

    def __init__(self, server):
        self.person = server.join("Ada")
        self.port, self.complaints = server.cloud_port, []
        self.keys = {"aws_access_key_id": self.person["accessKeyId"],
                     "aws_secret_access_key": self.person["secretAccessKey"]}
        self.idp, self.iam, self.identity = (self.client(s) for s in ("cognito-idp", "iam", "cognito-identity"))
        self.open = self.client("cognito-identity", config=Config(signature_version=UNSIGNED))
        self.sts = self.client("sts", config=Config(signature_version=UNSIGNED))
        self.pool = self.idp.create_user_pool(PoolName="Riders")["UserPool"]["Id"]
        self.app = self.idp.create_user_pool_client(
            UserPoolId=self.pool, ClientName="web",
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])["UserPoolClient"]["ClientId"]
        self.provider = "cognito-idp.%s.amazonaws.com/%s" % (self.person["region"], self.pool)

    def client(self, service, **more):
        options = dict(self.keys)
        if "config" in more:
            options = {}
        client = boto3.client(service, endpoint_url="http://127.0.0.1:%d" % self.port, region_name=self.person["region"],
                              **options, **more)
        self.complaints.append(watch(client))
        return client

    def user(self, name):
        self.idp.admin_create_user(UserPoolId=self.pool, Username=name, MessageAction="SUPPRESS")
        self.idp.admin_set_user_password(UserPoolId=self.pool, Username=name, Password=PASSWORD, Permanent=True)

    def tokens(self, name):
        return self.idp.initiate_auth(ClientId=self.app, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={
            "USERNAME": name, "PASSWORD": PASSWORD})["AuthenticationResult"]

    def logins(self, name):
        return {self.provider: self.tokens(name)["IdToken"]}

    def role(self, name, pool, kind, allow):
        role = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(pool, kind))["Role"]["Arn"]
        self.iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=json.dumps({
            "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": allow, "Resource": "*"}]}))
        return role

    def as_identity(self, service, credentials, names=("AccessKeyId", "SecretKey", "SessionToken")):
        return boto3.client(service, endpoint_url="http://127.0.0.1:%d" % self.port, region_name=self.person["region"],
                            aws_access_key_id=credentials[names[0]], aws_secret_access_key=credentials[names[1]],
                            aws_session_token=credentials[names[2]])


def pools(w):
    made = w.identity.create_identity_pool(
        IdentityPoolName="rides", AllowUnauthenticatedIdentities=True, AllowClassicFlow=True,
        DeveloperProviderName="login.rides.example", IdentityPoolTags={"team": "unicorns"},
        CognitoIdentityProviders=[{"ProviderName": w.provider, "ClientId": w.app, "ServerSideTokenCheck": True}])
    pool = made["IdentityPoolId"]
    tap.ok(pool.startswith(w.person["region"] + ":"), "a pool's id begins with its region", pool)
    found = w.identity.describe_identity_pool(IdentityPoolId=pool)
    tap.ok({**found, "ResponseMetadata": 0} == {**made, "ResponseMetadata": 0}, "it is described as it was made", found)
    arn = "arn:aws:cognito-identity:%s:%s:identitypool/%s" % (w.person["region"], w.person["account"], pool)
    w.identity.tag_resource(ResourceArn=arn, Tags={"day": "1"})
    w.identity.untag_resource(ResourceArn=arn, TagKeys=["team"])
    tap.ok(w.identity.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"day": "1"}, "its tags can be changed")
    more = w.identity.create_identity_pool(IdentityPoolName="more", AllowUnauthenticatedIdentities=False)["IdentityPoolId"]
    first = w.identity.list_identity_pools(MaxResults=1)
    rest = w.identity.list_identity_pools(MaxResults=1, NextToken=first["NextToken"])
    tap.ok({first["IdentityPools"][0]["IdentityPoolId"], rest["IdentityPools"][0]["IdentityPoolId"]} == {pool, more}
           and "NextToken" not in rest, "pools are listed page by page")
    w.identity.delete_identity_pool(IdentityPoolId=more)
    fails("a pool that was deleted is not there", "ResourceNotFoundException", "IdentityPool '%s' not found." % more,
          lambda: w.open.get_id(IdentityPoolId=more))
    fails("nor is one of nobody's", "ResourceNotFoundException", "not found.",
          lambda: w.open.get_id(IdentityPoolId="eu-west-1:00000000-0000-4000-8000-000000000000"))
    return pool


def guests(w, pool):
    guest = w.open.get_id(IdentityPoolId=pool)["IdentityId"]
    fails("without a role there are no credentials", "InvalidIdentityPoolConfigurationException",
          "Check assigned IAM roles for this pool.", lambda: w.open.get_credentials_for_identity(IdentityId=guest))
    wrong = w.role("Wrong", "eu-west-1:other", "unauthenticated", ["dynamodb:*"])
    w.identity.set_identity_pool_roles(IdentityPoolId=pool, Roles={"unauthenticated": wrong})
    fails("nor with a role that does not trust this pool", "InvalidIdentityPoolConfigurationException",
          "Check assigned IAM roles for this pool.", lambda: w.open.get_credentials_for_identity(IdentityId=guest))
    role = w.role("Guest", pool, "unauthenticated", ["dynamodb:ListTables", "iam:ListUsers"])
    w.identity.set_identity_pool_roles(IdentityPoolId=pool, Roles={"unauthenticated": role})
    credentials = w.open.get_credentials_for_identity(IdentityId=guest)["Credentials"]
    who = w.as_identity("sts", credentials).get_caller_identity()["Arn"]
    tap.ok(who.endswith(":assumed-role/Guest/CognitoIdentityCredentials"), "a guest has the guests' role", who)
    tap.ok(w.as_identity("dynamodb", credentials).list_tables()["TableNames"] == [], "and may what it allows")
    fails("but never what guests may not", "AccessDenied", "iam:ListUsers",
          lambda: w.as_identity("iam", credentials).list_users())
    return guest


def users(w, pool, guest):
    role = w.role("Rider", pool, "authenticated", ["dynamodb:ListTables"])
    w.identity.set_identity_pool_roles(IdentityPoolId=pool, Roles={"authenticated": role})
    w.user("ada")
    logins = w.logins("ada")
    ada = w.open.get_id(IdentityPoolId=pool, Logins=logins)["IdentityId"]
    tap.ok(w.open.get_id(IdentityPoolId=pool, Logins=logins)["IdentityId"] == ada, "a user is the same identity each time")
    credentials = w.open.get_credentials_for_identity(IdentityId=ada, Logins=logins)["Credentials"]
    who = w.as_identity("sts", credentials).get_caller_identity()["Arn"]
    tap.ok(who.endswith(":assumed-role/Rider/CognitoIdentityCredentials"), "and has the users' role", who)
    fails("whoever does not show a token is not let in", "NotAuthorizedException", "Access to Identity '%s' is forbidden." % ada,
          lambda: w.open.get_credentials_for_identity(IdentityId=ada))
    w.user("ben")
    fails("nor who shows another's", "NotAuthorizedException", "Logins don't match.",
          lambda: w.open.get_credentials_for_identity(IdentityId=ada, Logins=w.logins("ben")))
    merged = w.open.get_credentials_for_identity(IdentityId=guest, Logins=logins)["IdentityId"]
    tap.ok(merged == ada, "a guest who turns out to be known becomes who that is")
    fails("an access token is no login", "NotAuthorizedException", "Invalid login token.",
          lambda: w.open.get_id(IdentityPoolId=pool, Logins={w.provider: w.tokens("ada")["AccessToken"]}))
    fails("nor is a token that was changed", "NotAuthorizedException", "Couldn't verify signed token.",
          lambda: w.open.get_id(IdentityPoolId=pool, Logins={w.provider: logins[w.provider][:-8] + "AAAAAAAA"}))
    fails("nor one of a provider that the pool does not know", "NotAuthorizedException",
          "Token is not from a supported provider of this identity pool.",
          lambda: w.open.get_id(IdentityPoolId=pool, Logins={"accounts.google.com": "x"}))
    ben = w.logins("ben")
    w.idp.admin_disable_user(UserPoolId=w.pool, Username="ben")
    fails("where the pool asks, a user who was disabled is not let in", "NotAuthorizedException", "Invalid login token.",
          lambda: w.open.get_id(IdentityPoolId=pool, Logins=ben))
    listed = w.identity.list_identities(IdentityPoolId=pool, MaxResults=10)["Identities"]
    tap.ok([i["IdentityId"] for i in listed if i["Logins"] == [w.provider]] == [ada], "identities are listed with their logins")
    return ada


def guarded_apis(w):
    """Paths of a REST API, and of an HTTP API with both formats of events, whose function callers with IAM may ask."""
    role = w.iam.create_role(RoleName="Who", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}))["Role"]["Arn"]
    fn, rest, http = (w.client(service) for service in ("lambda", "apigateway", "apigatewayv2"))
    who = fn.create_function(FunctionName="who", Runtime="python3.13", Handler="who.handler", Role=role, Timeout=10,
                             Code={"ZipFile": zipped({"who.py": WHO})})["FunctionArn"]
    fn.get_waiter("function_active_v2").wait(FunctionName="who", WaiterConfig=OFTEN)
    fn.create_function(FunctionName="who-node", Runtime="nodejs22.x", Handler="who.handler", Role=role, Timeout=10,
                       Code={"ZipFile": zipped({"who.js": "exports.handler = async (event, context) => context.identity;"})})
    fn.get_waiter("function_active_v2").wait(FunctionName="who-node", WaiterConfig=OFTEN)
    fn.add_permission(FunctionName="who", StatementId="apis", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com")
    api = rest.create_rest_api(name="who")
    method = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    rest.put_method(**method, authorizationType="AWS_IAM")
    rest.put_integration(**method, type="AWS_PROXY", integrationHttpMethod="POST", uri="arn:aws:apigateway:%s:lambda:path/2015-03-31/functions/%s"
                         "/invocations" % (w.person["region"], who))
    rest.create_deployment(restApiId=api["id"], stageName="v1")
    newer = http.create_api(Name="who", ProtocolType="HTTP")["ApiId"]
    for path, version in (("/old", "1.0"), ("/new", "2.0")):
        made = http.create_integration(ApiId=newer, IntegrationType="AWS_PROXY", IntegrationUri=who, PayloadFormatVersion=version)
        http.create_route(ApiId=newer, RouteKey="GET " + path, Target="integrations/" + made["IntegrationId"], AuthorizationType="AWS_IAM")
    http.create_stage(ApiId=newer, StageName="$default", AutoDeploy=True)
    return "%s/v1/" % api["id"], newer + "/old", newer + "/new"


def told(w, pool, ada):
    """What an API's function is told of an identity that calls it."""
    paths = guarded_apis(w)
    w.identity.set_identity_pool_roles(IdentityPoolId=pool, Roles={
        kind: w.role("Calling-" + kind, pool, kind, ["execute-api:Invoke", "lambda:InvokeFunction"]) for kind in ("authenticated", "unauthenticated")})
    guest = w.open.get_id(IdentityPoolId=pool)["IdentityId"]
    logins = w.logins("ada")
    sub = w.idp.admin_get_user(UserPoolId=w.pool, Username="ada")["UserAttributes"][0]["Value"]
    for identity, shown, amr in ((ada, logins, ["authenticated", w.provider, "%s:CognitoSignIn:%s" % (w.provider, sub)]),
                                 (guest, {}, ["unauthenticated"])):
        credentials = w.open.get_credentials_for_identity(IdentityId=identity, Logins=shown)["Credentials"]
        signer = botocore.auth.SigV4Auth(botocore.credentials.Credentials(
            credentials["AccessKeyId"], credentials["SecretKey"], credentials["SessionToken"]), "execute-api", w.person["region"])
        answers = []
        for path in paths:
            request = botocore.awsrequest.AWSRequest("GET", "http://127.0.0.1:%d/_aws/execute-api/%s" % (w.port, path))
            signer.add_auth(request)
            with urllib.request.urlopen(urllib.request.Request(request.url, headers=dict(request.headers)), timeout=30) as answer:
                answers.append(json.load(answer))
        rest, old, new = answers
        wanted = {"cognitoIdentityId": identity, "cognitoIdentityPoolId": pool, "cognitoAuthenticationType": amr[0],
                  "cognitoAuthenticationProvider": ",".join(amr[1:]) or None}
        tap.ok({k: rest[k] for k in wanted} == wanted and rest["accessKey"] == credentials["AccessKeyId"],
               "a REST API's function is told of who is %s" % amr[0], rest)
        tap.ok({k: old[k] for k in wanted} == wanted and old["cognitoAmr"] == amr, "an HTTP API's too, in format 1.0", old)
        fn = w.as_identity("lambda", credentials)
        got = [json.load(fn.invoke(FunctionName=name, Payload=b"{}")["Payload"]) for name in ("who", "who-node")]
        tap.ok(got == [[identity, pool], {"cognitoIdentityId": identity, "cognitoIdentityPoolId": pool}],
               "a function that is invoked itself has it in its context", got)
        tap.ok(new["cognitoIdentity"] == {"amr": amr, "identityId": identity, "identityPoolId": pool}, "and in format 2.0", new)


def mapped(w, pool, ada):
    name = "%s:%s" % (w.provider, w.app)
    drivers, admins = (w.role(n, pool, "authenticated", ["dynamodb:ListTables"]) for n in ("Driver", "Admin"))
    w.identity.set_identity_pool_roles(
        IdentityPoolId=pool, Roles={"authenticated": w.iam.get_role(RoleName="Rider")["Role"]["Arn"]},
        RoleMappings={name: {"Type": "Token", "AmbiguousRoleResolution": "Deny"}})
    fails("a token without a role may be refused", "NotAuthorizedException", "cannot be resolved",
          lambda: w.open.get_credentials_for_identity(IdentityId=ada, Logins=w.logins("ada")))
    w.idp.create_group(UserPoolId=w.pool, GroupName="drivers", RoleArn=drivers, Precedence=1)
    w.idp.create_group(UserPoolId=w.pool, GroupName="admins", RoleArn=admins, Precedence=2)
    for group in ("drivers", "admins"):
        w.idp.admin_add_user_to_group(UserPoolId=w.pool, GroupName=group, Username="ada")

    def who(**more):
        got = w.open.get_credentials_for_identity(IdentityId=ada, Logins=w.logins("ada"), **more)["Credentials"]
        return w.as_identity("sts", got).get_caller_identity()["Arn"].split("/")[1]
    tap.ok(who() == "Driver", "the role is that of the user's first group")
    tap.ok(who(CustomRoleArn=admins) == "Admin", "or another of the token's, when it is asked for")
    fails("but none that the token does not have", "NotAuthorizedException", "is not authorized",
          lambda: who(CustomRoleArn=w.iam.get_role(RoleName="Rider")["Role"]["Arn"]))
    w.identity.set_identity_pool_roles(
        IdentityPoolId=pool, Roles={"authenticated": w.iam.get_role(RoleName="Rider")["Role"]["Arn"]},
        RoleMappings={name: {"Type": "Rules", "AmbiguousRoleResolution": "AuthenticatedRole", "RulesConfiguration": {"Rules": [
            {"Claim": "cognito:username", "MatchType": "StartsWith", "Value": "b", "RoleARN": drivers},
            {"Claim": "cognito:username", "MatchType": "Equals", "Value": "ada", "RoleARN": admins}]}}})
    tap.ok(who() == "Admin", "rules are tried in their order")
    found = w.identity.get_identity_pool_roles(IdentityPoolId=pool)
    tap.ok(found["RoleMappings"][name]["Type"] == "Rules" and "authenticated" in found["Roles"], "roles are told as they were set")


def tags(w, pool, ada):
    w.identity.set_identity_pool_roles(IdentityPoolId=pool, Roles={
        "authenticated": w.iam.create_role(RoleName="Tagged", AssumeRolePolicyDocument=trust(pool, "authenticated"))["Role"]["Arn"]})
    w.iam.put_role_policy(RoleName="Tagged", PolicyName="may", PolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:ListTables", "Resource": "*",
                                                "Condition": {"StringEquals": {"aws:PrincipalTag/rider": "ada"}}}]}))
    w.identity.set_principal_tag_attribute_map(IdentityPoolId=pool, IdentityProviderName=w.provider,
                                               PrincipalTags={"rider": "cognito:username"})
    got = w.open.get_credentials_for_identity(IdentityId=ada, Logins=w.logins("ada"))["Credentials"]
    tap.ok(w.as_identity("dynamodb", got).list_tables()["TableNames"] == [], "claims become the session's tags")
    found = w.identity.get_principal_tag_attribute_map(IdentityPoolId=pool, IdentityProviderName=w.provider)
    tap.ok(found["PrincipalTags"] == {"rider": "cognito:username"} and not found["UseDefaults"], "the map is told")


def tokens(w, pool, ada):
    token = w.open.get_open_id_token(IdentityId=ada, Logins=w.logins("ada"))["Token"]
    role = w.iam.get_role(RoleName="Rider")["Role"]["Arn"]
    got = w.sts.assume_role_with_web_identity(RoleArn=role, RoleSessionName="app", WebIdentityToken=token)
    tap.ok(got["SubjectFromWebIdentityToken"] == ada and got["Audience"] == pool, "STS takes the OpenID token of an identity")
    who = w.as_identity("sts", got["Credentials"], ("AccessKeyId", "SecretAccessKey", "SessionToken")).get_caller_identity()
    tap.ok(who["Arn"].endswith(":assumed-role/Rider/app"), "for the role that was asked for", who["Arn"])
    fails("but not for one that trusts guests only", "AccessDenied", "Not authorized to perform",
          lambda: w.sts.assume_role_with_web_identity(RoleArn=w.iam.get_role(RoleName="Guest")["Role"]["Arn"],
                                                      RoleSessionName="app", WebIdentityToken=token))
    own = w.identity.get_open_id_token_for_developer_identity(IdentityPoolId=pool, Logins={"login.rides.example": "7"})
    again = w.identity.lookup_developer_identity(IdentityPoolId=pool, DeveloperUserIdentifier="7")
    tap.ok(again["IdentityId"] == own["IdentityId"] and again["DeveloperUserIdentifierList"] == ["7"],
           "a developer vouches for users of their own")
    other = w.identity.get_open_id_token_for_developer_identity(IdentityPoolId=pool, Logins={"login.rides.example": "8"})
    merged = w.identity.merge_developer_identities(SourceUserIdentifier="8", DestinationUserIdentifier="7",
                                                   DeveloperProviderName="login.rides.example", IdentityPoolId=pool)
    tap.ok(merged["IdentityId"] == own["IdentityId"] != other["IdentityId"], "and says that two of them are one")
    w.identity.unlink_developer_identity(IdentityId=own["IdentityId"], IdentityPoolId=pool,
                                         DeveloperProviderName="login.rides.example", DeveloperUserIdentifier="8")
    w.open.unlink_identity(IdentityId=ada, Logins=w.logins("ada"), LoginsToRemove=[w.provider])
    tap.ok(w.identity.describe_identity(IdentityId=ada)["Logins"] == [], "a login can be taken off an identity")
    w.identity.delete_identities(IdentityIdsToDelete=[ada])
    fails("an identity that was deleted is not there", "ResourceNotFoundException", "Identity '%s' not found." % ada,
          lambda: w.identity.describe_identity(IdentityId=ada))
    w.identity.update_identity_pool(IdentityPoolId=pool, IdentityPoolName="closed", AllowUnauthenticatedIdentities=False,
                                    DeveloperProviderName="login.rides.example")
    fails("a pool without guests takes none", "NotAuthorizedException",
          "Unauthenticated access is not supported for this identity pool.", lambda: w.open.get_id(IdentityPoolId=pool))


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server("serve", os.path.join(folder, "data"))
        w = World(server)
        pool = pools(w)
        guest = guests(w, pool)
        ada = users(w, pool, guest)
        told(w, pool, ada)
        mapped(w, pool, ada)
        tags(w, pool, ada)
        tokens(w, pool, ada)
        found = [c for complaints in w.complaints for c in complaints]
        tap.ok(not found, "every answer is as botocore's models have it", "\n".join(found[:5]))
        server.kill()
    tap.done()


main()
