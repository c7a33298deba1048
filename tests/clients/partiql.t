#!/usr/bin/env python3
"""PartiQL by boto3: statements, pages, batches, transactions, mistakes; every answer is held against botocore's model."""
import json
import os
import sys
import tempfile
from decimal import Decimal

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
from botocore.config import Config
from immersion import OFTEN, Server, Tap
from model import watch

tap = Tap()
fails = tap.fails_saying


def make_table(db):
    db.create_table(TableName="Music", BillingMode="PAY_PER_REQUEST",
                    AttributeDefinitions=[{"AttributeName": "Artist", "AttributeType": "S"},
                                          {"AttributeName": "Song", "AttributeType": "N"}],
                    KeySchema=[{"AttributeName": "Artist", "KeyType": "HASH"},
                               {"AttributeName": "Song", "KeyType": "RANGE"}])
    db.get_waiter("table_exists").wait(TableName="Music", WaiterConfig=OFTEN)


def statements(db):
    run = db.execute_statement
    run(Statement="INSERT INTO Music VALUE {'Artist': ?, 'Song': 1, 'Tags': <<'a', 'b'>>, 'Raw': ?}",
        Parameters=[{"S": "Acme"}, {"B": b"\x00\xff"}])
    found = run(Statement="SELECT * FROM Music WHERE Artist = 'Acme' AND Song = 1", ReturnConsumedCapacity="INDEXES")
    tap.ok(found["Items"] == [{"Artist": {"S": "Acme"}, "Song": {"N": "1"}, "Tags": {"SS": ["a", "b"]},
                               "Raw": {"B": b"\x00\xff"}}], "what was inserted is selected", found)
    tap.ok(found["ConsumedCapacity"]["CapacityUnits"] == 0.5, "and its cost is told", found)
    changed = run(Statement="UPDATE Music SET Plays = 1 WHERE Artist = 'Acme' AND Song = 1 RETURNING MODIFIED NEW *")
    tap.ok(changed["Items"] == [{"Plays": {"N": "1"}}], "an update tells what it changed", changed)
    answer = fails("a condition that does not hold is told with the item", "ConditionalCheckFailedException", "conditional",
                   lambda: run(Statement="DELETE FROM Music WHERE Artist = 'Acme' AND Song = 1 AND Plays > 5",
                               ReturnValuesOnConditionCheckFailure="ALL_OLD"))
    tap.ok(answer.get("Item", {}).get("Plays") == {"N": "1"}, "and the item is there", answer)
    fails("the same key twice is a duplicate", "DuplicateItemException", "Duplicate primary key exists in table",
          lambda: run(Statement="INSERT INTO Music VALUE {'Artist': 'Acme', 'Song': 1}"))


def pages(db):
    with_number = [{"Statement": "INSERT INTO Music VALUE {'Artist': 'Long', 'Song': ?}", "Parameters": [{"N": str(n)}]}
                   for n in range(25)]
    db.batch_execute_statement(Statements=with_number)
    songs, token = [], None
    for _ in range(20):
        more = {"NextToken": token} if token else {}
        page = db.execute_statement(Statement="SELECT Song FROM Music WHERE Artist = ? ORDER BY Song DESC",
                                    Parameters=[{"S": "Long"}], Limit=7, **more)
        songs += [int(item["Song"]["N"]) for item in page["Items"]]
        token = page.get("NextToken")
        if not token:
            break
    tap.ok(songs == list(range(24, -1, -1)), "pages go on where the one before stopped", songs)


def many(db):
    answers = db.batch_execute_statement(ReturnConsumedCapacity="TOTAL", Statements=[
        {"Statement": "SELECT Song FROM Music WHERE Artist = 'Long' AND Song = 3", "ConsistentRead": True},
        {"Statement": "SELECT Song FROM Music WHERE Artist = 'Long'"}])["Responses"]
    tap.ok(answers[0]["Item"] == {"Song": {"N": "3"}} and answers[1]["Error"]["Code"] == "ValidationError",
           "each statement of a batch is answered for itself", answers)
    got = db.execute_transaction(TransactStatements=[
        {"Statement": "SELECT Plays FROM Music WHERE Artist = 'Acme' AND Song = 1"}], ReturnConsumedCapacity="TOTAL")
    tap.ok(got["Responses"] == [{"Item": {"Plays": {"N": "1"}}}], "a transaction reads", got)
    answer = fails("a transaction says why it was cancelled", "TransactionCanceledException", "[None, DuplicateItem]",
                   lambda: db.execute_transaction(TransactStatements=[
                       {"Statement": "INSERT INTO Music VALUE {'Artist': 'New', 'Song': 1}"},
                       {"Statement": "INSERT INTO Music VALUE {'Artist': 'Acme', 'Song': 1}"}]))
    tap.ok([r["Code"] for r in answer.get("CancellationReasons", [])] == ["None", "DuplicateItem"],
           "statement by statement", answer)


def by_resource(options):
    """The resource's own client speaks of Python's types."""
    client = boto3.resource("dynamodb", **options).meta.client
    client.execute_statement(Statement="INSERT INTO Music VALUE {'Artist': ?, 'Song': ?, 'Map': ?}",
                             Parameters=["Typed", 1, {"deep": [Decimal("1.5"), {"x"}]}])
    got = client.execute_statement(Statement="SELECT \"Map\".deep[0] FROM Music WHERE Artist = ? AND Song = ?",
                                   Parameters=["Typed", 1])
    tap.ok(got["Items"] == [{"deep[0]": Decimal("1.5")}], "the resource converts parameters and items", got)


def permissions(options, account):
    """A role that may select from the table and do nothing else."""
    iam, sts = boto3.client("iam", **options), boto3.client("sts", **options)
    arn = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
                                                "Principal": {"AWS": account}}]}))["Role"]["Arn"]
    iam.put_role_policy(RoleName="reader", PolicyName="select", PolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:PartiQLSelect",
                                                "Resource": "arn:aws:dynamodb:*:*:table/Music"}]}))
    key = sts.assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    reader = boto3.client("dynamodb", **{**options, "aws_access_key_id": key["AccessKeyId"],
                                         "aws_secret_access_key": key["SecretAccessKey"],
                                         "aws_session_token": key["SessionToken"]})
    found = reader.execute_statement(Statement="/* INSERT INTO Other */ SELECT Plays FROM Music WHERE Artist = 'Acme'")
    tap.ok(found["Items"] == [{"Plays": {"N": "1"}}], "who may select selects", found)
    for statement, action in (("INSERT INTO Music VALUE {'Artist': 'x', 'Song': 1}", "dynamodb:PartiQLInsert"),
                              ("FROM Music WHERE Artist = 'Acme' AND Song = 1 SET Plays = 5", "dynamodb:PartiQLUpdate"),
                              ("DELETE FROM Music WHERE Artist = 'Acme' AND Song = 1", "dynamodb:PartiQLDelete"),
                              ("SELECT * FROM Other WHERE a = 1", "table/Other")):
        fails("who may only select is refused %s" % action, "AccessDeniedException", action,
              lambda statement=statement: reader.execute_statement(Statement=statement))


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server("serve", os.path.join(folder, "data"))
        person = server.join("Ada")
        options = {"aws_access_key_id": person["accessKeyId"], "aws_secret_access_key": person["secretAccessKey"],
                   "region_name": person["region"], "endpoint_url": "http://127.0.0.1:%d" % server.cloud_port,
                   "config": Config(retries={"total_max_attempts": 1})}
        db = boto3.client("dynamodb", **options)
        complaints = watch(db)
        make_table(db)
        statements(db)
        pages(db)
        many(db)
        by_resource(options)
        permissions(options, person["account"])
        tap.ok(not complaints, "every answer is what botocore's model says", "\n".join(complaints))
        server.kill()
    tap.done()


if __name__ == "__main__":
    main()
