#!/usr/bin/env python3
"""The aws commands against a workshop: what an attendee types works, and mistakes are told as AWS tells them.

Every command of the table is required: one that is missing is a failure, not a test less.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from immersion import Server, Tap

COMMANDS = [
    ("the aws command from PyPI", shutil.which("aws")),
    ("Debian's aws command", os.environ.get("AWS_OLD")),
]
KEY = '{"RideId": {"S": "r-1"}}'
ITEM = '{"RideId": {"S": "r-1"}, "Fare": {"N": "12.50"}, "Tags": {"SS": ["a", "b"]}, "Note": {"S": "h\\u00e9"}}'
tap = Tap()


class Command:
    """One aws command with one attendee's values."""

    def __init__(self, path, server, person):
        self.path, self.endpoint = path, "http://127.0.0.1:%d" % server.cloud_port
        self.person, self.region = person, person["region"]

    def run(self, *arguments, **environment):
        env = dict(os.environ, AWS_ACCESS_KEY_ID=self.person["accessKeyId"],
                   AWS_SECRET_ACCESS_KEY=self.person["secretAccessKey"], AWS_DEFAULT_REGION=self.region,
                   AWS_MAX_ATTEMPTS="1", AWS_PAGER="", AWS_EC2_METADATA_DISABLED="true")
        env.update(environment)
        # The option, because Debian's command knows no AWS_ENDPOINT_URL.
        return subprocess.run([self.path, "--endpoint-url", self.endpoint, "--output", "json", *arguments], env=env,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)

    def good(self, name, check, *arguments):
        """The command succeeds and `check` is true of its answer."""
        done = self.run(*arguments)
        answer = json.loads(done.stdout or "{}") if done.returncode == 0 else None
        tap.ok(answer is not None and check(answer), name, done.stdout + done.stderr)

    def bad(self, name, words, *arguments, **environment):
        """The command fails and says all these words."""
        done = self.run(*arguments, **environment)
        tap.ok(done.returncode != 0 and all(w in done.stderr for w in words), name, done.stdout + done.stderr)


def identity(aws, what, person):
    aws.good("%s learns who it is" % what,
             lambda a: a["Account"] == person["account"] and a["UserId"].startswith("AIDA")
             and a["Arn"] == "arn:aws:iam::%s:user/participant" % person["account"],
             "sts", "get-caller-identity")


def tables(aws, what):
    aws.good("%s creates a table" % what, lambda a: a["TableDescription"]["TableName"] == "Rides",
             "dynamodb", "create-table", "--table-name", "Rides",
             "--attribute-definitions", "AttributeName=RideId,AttributeType=S",
             "--key-schema", "AttributeName=RideId,KeyType=HASH", "--billing-mode", "PAY_PER_REQUEST")
    aws.good("%s waits until it is there" % what, lambda a: a == {},
             "dynamodb", "wait", "table-exists", "--table-name", "Rides")
    aws.good("%s describes it" % what, lambda a: a["Table"]["TableStatus"] == "ACTIVE",
             "dynamodb", "describe-table", "--table-name", "Rides")
    aws.good("%s lists it" % what, lambda a: a["TableNames"] == ["Rides"], "dynamodb", "list-tables")
    aws.bad("%s is told that there is one already" % what, ["(ResourceInUseException)", "CreateTable"],
            "dynamodb", "create-table", "--table-name", "Rides",
            "--attribute-definitions", "AttributeName=RideId,AttributeType=S",
            "--key-schema", "AttributeName=RideId,KeyType=HASH", "--billing-mode", "PAY_PER_REQUEST")


def items(aws, what):
    item = json.loads(ITEM)
    aws.good("%s puts an item" % what, lambda a: a == {},
             "dynamodb", "put-item", "--table-name", "Rides", "--item", ITEM)
    aws.good("%s gets it back" % what, lambda a: a["Item"]["Fare"] == {"N": "12.5"} and a["Item"]["Note"] == item["Note"],
             "dynamodb", "get-item", "--table-name", "Rides", "--key", KEY)
    aws.good("%s finds it by a query" % what, lambda a: a["Count"] == 1 and a["Items"][0]["RideId"] == {"S": "r-1"},
             "dynamodb", "query", "--table-name", "Rides", "--key-condition-expression", "RideId = :r",
             "--expression-attribute-values", '{":r": {"S": "r-1"}}')
    aws.good("%s finds it by a scan" % what, lambda a: a["Count"] == 1 and a["ScannedCount"] == 1,
             "dynamodb", "scan", "--table-name", "Rides")
    aws.good("%s deletes it" % what, lambda a: a["Attributes"]["RideId"] == {"S": "r-1"},
             "dynamodb", "delete-item", "--table-name", "Rides", "--key", KEY, "--return-values", "ALL_OLD")
    aws.good("%s deletes the table" % what, lambda a: a["TableDescription"]["TableStatus"] == "DELETING",
             "dynamodb", "delete-table", "--table-name", "Rides")


def roles(aws, what):
    trust = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
    write = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": "*"}]})
    basic = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    aws.good("%s creates a role" % what, lambda a: a["Role"]["AssumeRolePolicyDocument"] == json.loads(trust),
             "iam", "create-role", "--role-name", "WildRydesLambda", "--assume-role-policy-document", trust)
    aws.good("%s waits until it is there" % what, lambda a: a == {},
             "iam", "wait", "role-exists", "--role-name", "WildRydesLambda")
    aws.good("%s attaches AWS's policy" % what, lambda a: a == {},
             "iam", "attach-role-policy", "--role-name", "WildRydesLambda", "--policy-arn", basic)
    aws.good("%s puts one into it" % what, lambda a: a == {}, "iam", "put-role-policy", "--role-name", "WildRydesLambda",
             "--policy-name", "DynamoDBWriteAccess", "--policy-document", write)
    aws.good("%s sees both" % what, lambda a: a["PolicyDocument"] == json.loads(write),
             "iam", "get-role-policy", "--role-name", "WildRydesLambda", "--policy-name", "DynamoDBWriteAccess")
    aws.good("%s lists what is attached" % what, lambda a: a["AttachedPolicies"][0]["PolicyArn"] == basic,
             "iam", "list-attached-role-policies", "--role-name", "WildRydesLambda")
    aws.good("%s lists AWS's policies" % what, lambda a: len(a["Policies"]) > 200,
             "iam", "list-policies", "--scope", "AWS")
    aws.bad("%s is told that a policy is none" % what, ["(MalformedPolicyDocument)"], "iam", "put-role-policy",
            "--role-name", "WildRydesLambda", "--policy-name", "x", "--policy-document", "{}")
    aws.bad("%s is told what keeps the role" % what, ["(DeleteConflict)", "must detach all policies first"],
            "iam", "delete-role", "--role-name", "WildRydesLambda")


def riders(aws, what):
    """Module 2 of lab 1: a pool, its client, and a rider who registers and signs in."""
    keep = {}

    def kept(*path):
        def check(answer):
            for name in path[:-1]:
                answer = answer[name]
            keep[path[-1]] = answer[path[-1]]
            return True
        return check

    idp, rider = "cognito-idp", ("--username", "ada", "--password", "Un1corns!fly")
    aws.good("%s creates a user pool" % what, kept("UserPool", "Id"), idp, "create-user-pool", "--pool-name", "WildRydes")
    aws.good("%s creates a client" % what, kept("UserPoolClient", "ClientId"), idp, "create-user-pool-client",
             "--user-pool-id", keep.get("Id", "-"), "--client-name", "WildRydesWebApp",
             "--explicit-auth-flows", "USER_PASSWORD_AUTH")
    client, pool = ("--client-id", keep.get("ClientId", "-")), ("--user-pool-id", keep.get("Id", "-"))
    aws.good("%s signs a rider up" % what, lambda a: a["UserConfirmed"] is False, idp, "sign-up", *client, *rider)
    aws.good("%s confirms the rider" % what, lambda a: a == {}, idp, "admin-confirm-sign-up", *pool, "--username", "ada")
    aws.good("%s lists users" % what, lambda a: [u["UserStatus"] for u in a["Users"]] == ["CONFIRMED"],
             idp, "list-users", *pool, "--filter", 'username = "ada"')
    sign_in = (idp, "initiate-auth", *client, "--auth-flow", "USER_PASSWORD_AUTH", "--auth-parameters")
    aws.good("%s signs the rider in" % what, kept("AuthenticationResult", "AccessToken"), *sign_in,
             "USERNAME=ada,PASSWORD=Un1corns!fly")
    aws.good("%s reads the rider's token" % what, lambda a: a["Username"] == "ada",
             idp, "get-user", "--access-token", keep.get("AccessToken", "-"))
    aws.bad("%s is told that the password is wrong" % what, ["(NotAuthorizedException)", "Incorrect username or password."],
            *sign_in, "USERNAME=ada,PASSWORD=wrong")
    aws.good("%s deletes the pool" % what, lambda a: a == {}, idp, "delete-user-pool", *pool)


def mistakes(aws, what):
    aws.bad("%s is told that there is no table of that name" % what, ["(ResourceNotFoundException)", "not found"],
            "dynamodb", "describe-table", "--table-name", "rides")
    aws.bad("%s is told that the secret is wrong" % what, ["(InvalidSignatureException)", "does not match"],
            "dynamodb", "list-tables", AWS_SECRET_ACCESS_KEY="x" * 40)
    aws.bad("%s is told so by a query service too" % what, ["(SignatureDoesNotMatch)", "does not match"],
            "sts", "get-caller-identity", AWS_SECRET_ACCESS_KEY="x" * 40)
    aws.bad("%s is told that the key is nobody's" % what, ["(UnrecognizedClientException)", "security token"],
            "dynamodb", "list-tables", AWS_ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE")
    aws.bad("%s is told both regions when it has the wrong one" % what, ["eu-south-1", aws.region],
            "dynamodb", "list-tables", AWS_DEFAULT_REGION="eu-south-1")
    aws.bad("%s is told that a session token does not belong to the key" % what, ["(UnrecognizedClientException)"],
            "dynamodb", "list-tables", AWS_SESSION_TOKEN="left over")
    aws.bad("%s is told that an operation is not known" % what, ["UnknownOperationException"],
            "dynamodb", "list-exports")
    aws.bad("%s is told that an action is not known" % what, ["(InvalidAction)"],
            "iam", "generate-organizations-access-report", "--entity-path", "o-abcdefghij/r-abcd")


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server("serve", os.path.join(folder, "data"))
        for number, (what, path) in enumerate(COMMANDS):
            if not tap.ok(path and os.access(path, os.X_OK), "%s is installed" % what):
                continue
            person = server.join("Attendee %d" % number, number + 1)
            aws = Command(path, server, person)
            identity(aws, what, person)
            tables(aws, what)
            items(aws, what)
            riders(aws, what)
            roles(aws, what)
            mistakes(aws, what)
        server.kill()
    tap.done()


if __name__ == "__main__":
    main()
