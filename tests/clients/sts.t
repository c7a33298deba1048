#!/usr/bin/env python3
"""boto3 acts as a role: it is allowed what the role's policies allow, and refused the rest in AWS's words.

Every answer is also held against botocore's service models (tests/support/model.py).
"""
import datetime
import json
import os
import sqlite3
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
import botocore.exceptions
from botocore.config import Config
from immersion import OFTEN, Server, Tap
from model import watch

tap = Tap()
fails = tap.fails
complaints = []


def client(server, keys, service):
    made = boto3.client(service, region_name="eu-west-1", endpoint_url="http://127.0.0.1:%d" % server.cloud_port,
                        config=Config(retries={"total_max_attempts": 1}), **keys)
    complaints.append(watch(made))
    return made


def of_person(person):
    return {"aws_access_key_id": person["accessKeyId"], "aws_secret_access_key": person["secretAccessKey"]}


def of_session(credentials, **more):
    return {"aws_access_key_id": credentials["AccessKeyId"], "aws_secret_access_key": credentials["SecretAccessKey"],
            "aws_session_token": credentials["SessionToken"], **more}


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def make_role(iam, account):
    trust = policy({"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"})
    arn = iam.create_role(RoleName="WildRydesReader", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName="WildRydesReader", PolicyName="read", PolicyDocument=policy(
        {"Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:Query"], "Resource": "*"}))
    return arn


def make_table(db):
    db.create_table(TableName="Rides", BillingMode="PAY_PER_REQUEST",
                    AttributeDefinitions=[{"AttributeName": "RideId", "AttributeType": "S"}],
                    KeySchema=[{"AttributeName": "RideId", "KeyType": "HASH"}])
    db.get_waiter("table_exists").wait(TableName="Rides", WaiterConfig=OFTEN)
    db.put_item(TableName="Rides", Item={"RideId": {"S": "1"}})


def trail(folder, account):
    with sqlite3.connect("file:%s/accounts/%s/account.db?mode=ro" % (folder, account), uri=True) as db:
        return db.execute("SELECT service, operation, caller, outcome FROM trail ORDER BY id DESC").fetchall()


def as_role(server, person, sts, arn):
    account = person["account"]
    answer = sts.assume_role(RoleArn=arn, RoleSessionName="lab", DurationSeconds=900)
    session = "arn:aws:sts::%s:assumed-role/WildRydesReader/lab" % account
    left = answer["Credentials"]["Expiration"] - datetime.datetime.now(datetime.timezone.utc)
    tap.ok(answer["AssumedRoleUser"]["Arn"] == session and 880 < left.total_seconds() <= 900,
           "boto3 assumes a role", answer)
    keys = of_session(answer["Credentials"])
    tap.ok(client(server, keys, "sts").get_caller_identity()["Arn"] == session, "and is its session")
    db = client(server, keys, "dynamodb")
    tap.ok(db.get_item(TableName="Rides", Key={"RideId": {"S": "1"}})["Item"]["RideId"]["S"] == "1",
           "which may do what the role's policy allows")
    fails("and not what it does not", "AccessDeniedException",
          "User: %s is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:%s:%s:table/Rides "
          "because no identity-based policy allows the dynamodb:PutItem action" % (session, person["region"], account),
          lambda: db.put_item(TableName="Rides", Item={"RideId": {"S": "2"}}))
    iam = client(server, keys, "iam")
    fails("the query protocol spells it otherwise", "AccessDenied",
          "User: %s is not authorized to perform: iam:GetRole on resource: %s because no identity-based policy allows the "
          "iam:GetRole action" % (session, arn), lambda: iam.get_role(RoleName="WildRydesReader"))
    return answer["Credentials"]


def rider(server, person):
    """A user pool with one user: its issuer without https://, its client, and the user's ID token."""
    idp = client(server, of_person(person), "cognito-idp")
    pool = idp.create_user_pool(PoolName="WildRydes")["UserPool"]["Id"]
    app = idp.create_user_pool_client(UserPoolId=pool, ClientName="WildRydesWebApp", ExplicitAuthFlows=[
        "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])["UserPoolClient"]["ClientId"]
    idp.admin_create_user(UserPoolId=pool, Username="ada", MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=pool, Username="ada", Password="Unic0rn!Rider", Permanent=True)
    token = idp.admin_initiate_auth(UserPoolId=pool, ClientId=app, AuthFlow="ADMIN_USER_PASSWORD_AUTH", AuthParameters={
        "USERNAME": "ada", "PASSWORD": "Unic0rn!Rider"})["AuthenticationResult"]["IdToken"]
    return "cognito-idp.%s.amazonaws.com/%s" % (person["region"], pool), app, token


def as_rider(server, person, iam):
    """A token of an identity provider that the account trusts is worth a role."""
    issuer, app, token = rider(server, person)
    sts = client(server, of_person(person), "sts")
    provider = "arn:aws:iam::%s:oidc-provider/%s" % (person["account"], issuer)
    role = iam.create_role(RoleName="WildRydesRider", AssumeRolePolicyDocument=policy({
        "Effect": "Allow", "Principal": {"Federated": provider}, "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {issuer + ":aud": app}}}))["Role"]["Arn"]
    iam.put_role_policy(RoleName="WildRydesRider", PolicyName="read", PolicyDocument=policy(
        {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*"}))

    def assume(with_token=token, with_role=role):
        return sts.assume_role_with_web_identity(RoleArn=with_role, RoleSessionName="ada", WebIdentityToken=with_token)

    fails("a token of an issuer that the account does not know is refused", "InvalidIdentityToken",
          "No OpenIDConnect provider found in your account for https://" + issuer, assume)
    iam.create_open_id_connect_provider(Url="https://" + issuer, ClientIDList=["another"], ThumbprintList=["0" * 40])
    fails("and one for another audience", "InvalidIdentityToken", "Incorrect token audience", assume)
    iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=provider, ClientID=app)
    head, claims, signature = token.split(".")
    forged = ".".join((head, claims, ("A" if signature[0] != "A" else "B") + signature[1:]))
    fails("and one that somebody else has signed", "InvalidIdentityToken", "The identity token's signature is invalid.",
          lambda: assume(forged))
    fails("and what is no token at all", "InvalidIdentityToken",
          "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
          lambda: assume("no.token"))
    fails("a role that trusts others is not to be had for it", "AccessDenied",
          "Not authorized to perform sts:AssumeRoleWithWebIdentity",
          lambda: assume(with_role=role.replace("WildRydesRider", "WildRydesReader")))
    answer = assume()
    tap.ok(answer["AssumedRoleUser"]["Arn"].endswith(":assumed-role/WildRydesRider/ada") and answer["Audience"] == app
           and answer["SubjectFromWebIdentityToken"], "a rider's token is worth the role that trusts its pool", answer)
    db = client(server, of_session(answer["Credentials"]), "dynamodb")
    tap.ok("Item" in db.get_item(TableName="Rides", Key={"RideId": {"S": "1"}}), "which may do what its policy allows")
    try:
        db.delete_table(TableName="Rides")
        tap.ok(False, "and nothing else")
    except botocore.exceptions.ClientError as error:
        tap.ok(error.response["Error"]["Code"] == "AccessDeniedException", "and nothing else", error)


def wrong_tokens(server, credentials):
    words = "The security token included in the request is invalid."
    without = of_session(credentials)
    del without["aws_session_token"]
    fails("temporary keys need their token", "InvalidClientTokenId", words,
          client(server, without, "sts").get_caller_identity)
    other = of_session(credentials, aws_session_token=credentials["SessionToken"][:-4] + "AAAA")
    fails("and no other", "UnrecognizedClientException", words, client(server, other, "dynamodb").list_tables)


def main():
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "data")
        server = Server("serve", data)
        person = server.join("Ada")
        sts, iam = client(server, of_person(person), "sts"), client(server, of_person(person), "iam")
        make_table(client(server, of_person(person), "dynamodb"))
        arn = make_role(iam, person["account"])
        credentials = as_role(server, person, sts, arn)
        wrong_tokens(server, credentials)
        as_rider(server, person, iam)
        server.kill()
        lines = trail(data, person["account"])
        session = "arn:aws:sts::%s:assumed-role/WildRydesReader/lab" % person["account"]
        tap.ok(("dynamodb", "PutItem", session, "AccessDeniedException") in lines,
               "the denied call stands in the account's trail", lines[:5])
        server.start()
        tap.ok(client(server, of_session(credentials), "sts").get_caller_identity()["Arn"].endswith("/lab"),
               "sessions survive a crash")
        tap.ok(sts.get_session_token()["Credentials"]["AccessKeyId"].startswith("ASIA") and
               sts.get_federation_token(Name="guest")["FederatedUser"]["Arn"].endswith(":federated-user/guest"),
               "users have sessions too")
        tap.ok(not sum(complaints, []), "every answer is what botocore's model says", "\n".join(sum(complaints, [])))
        server.kill()
    tap.done()


if __name__ == "__main__":
    main()
