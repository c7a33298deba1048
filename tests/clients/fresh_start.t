#!/usr/bin/env python3
"""The instructor gives one attendee a fresh start: all that they had is gone, and nobody else's; they go on as before."""
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from immersion import BINARY, OFTEN, TABLE, TOKEN, Server, Tap, free_port, zipped

tap = Tap()
SLOW = "import time\ndef handler(event, context):\n    print('here')\n    time.sleep(event.get('s', 0))\n    return 'done'\n"


def client(name, person):
    return boto3.client(name, aws_access_key_id=person["accessKeyId"], aws_secret_access_key=person["secretAccessKey"],
                        region_name=person["region"], endpoint_url="http://127.0.0.1:%d" % server.cloud_port,
                        config=Config(retries={"total_max_attempts": 1}, read_timeout=60))


def dash(*words):
    return subprocess.run([BINARY, "dash", "--server", "http://127.0.0.1:%d" % server.port, "--token", TOKEN, *words],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)


def progress(person):
    status, document = server.ask("GET", "/api/progress", token=person["token"])
    return status, {c["id"]: c for lab in document["labs"] for c in lab["checks"]}, document


def until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


def make_function(person):
    role = client("iam", person).create_role(RoleName="Runs", AssumeRolePolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
                                                "Principal": {"Service": "lambda.amazonaws.com"}}]}))["Role"]["Arn"]
    client("iam", person).attach_role_policy(
        RoleName="Runs", PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")
    client("lambda", person).create_function(FunctionName="slow", Runtime="python3.12", Handler="f.handler", Role=role, Timeout=60,
                                             Code={"ZipFile": zipped({"f.py": SLOW})})
    client("lambda", person).get_waiter("function_active_v2").wait(FunctionName="slow", WaiterConfig=OFTEN)


def make_site(person):
    """An Amplify app with one page; its address."""
    amplify = client("amplify", person)
    app = amplify.create_app(name="rides")["app"]["appId"]
    amplify.create_branch(appId=app, branchName="main")
    job = amplify.create_deployment(appId=app, branchName="main")
    request = urllib.request.Request(job["zipUploadUrl"], data=zipped({"index.html": "<p>hello"}), method="PUT")
    urllib.request.urlopen(request).read()
    amplify.start_deployment(appId=app, branchName="main", jobId=job["jobId"])
    until(lambda: amplify.get_job(appId=app, branchName="main", jobId=job["jobId"])["job"]["summary"]["status"] == "SUCCEED")
    return site_status()


def site_status():
    """What is served on the one port for sites."""
    try:
        connection = http.client.HTTPConnection("127.0.0.1", site_port, timeout=10)
        connection.request("GET", "/")
        return connection.getresponse().status
    except OSError:
        return 0


def everything(person):
    """Tables, functions, repositories, apps, pools, groups of logs and roles, as the account lists them."""
    return [len(client("dynamodb", person).list_tables()["TableNames"]),
            len(client("lambda", person).list_functions()["Functions"]),
            len(client("codecommit", person).list_repositories()["repositories"]),
            len(client("amplify", person).list_apps()["apps"]),
            len(client("cognito-idp", person).list_user_pools(MaxResults=10)["UserPools"]),
            len(client("logs", person).describe_log_groups()["logGroups"]),
            len(client("iam", person).list_roles()["Roles"])]


def fill(person, with_site):
    client("dynamodb", person).create_table(**TABLE)
    client("dynamodb", person).get_waiter("table_exists").wait(TableName="Rides", WaiterConfig=OFTEN)
    make_function(person)
    client("lambda", person).invoke(FunctionName="slow", Payload=b"{}")
    client("codecommit", person).create_repository(repositoryName="site")
    client("codecommit", person).put_file(repositoryName="site", branchName="main", filePath="a", fileContent=b"x")
    pool = client("cognito-idp", person).create_user_pool(PoolName="riders")["UserPool"]["Id"]
    client("cognito-idp", person).create_user_pool_domain(Domain="riders-%s" % person["account"], UserPoolId=pool)
    if with_site:
        tap.ok(make_site(person) == 200, "a site is served")
    tap.ok(until(lambda: client("logs", person).describe_log_groups()["logGroups"]), "functions have logged")
    tap.ok(until(lambda: progress(person)[1]["rides-table"]["state"] == "green"), "a check is green")


class Call(threading.Thread):
    """An invocation that is under way."""

    def __init__(self, person, seconds):
        super().__init__(daemon=True)
        self.person, self.seconds, self.outcome = person, seconds, None
        self.start()

    def run(self):
        try:
            answer = client("lambda", self.person).invoke(FunctionName="slow", Payload=json.dumps({"s": self.seconds}))
            self.outcome = answer["Payload"].read().decode()
        except ClientError as failed:
            self.outcome = failed.response["Error"]["Code"]


def fresh_start():
    fill(ada, True)
    fill(bob, False)
    before = everything(bob)
    calls = [Call(ada, 50), Call(bob, 8)]
    # Both functions are at work once their second environments have logged.
    for person in (ada, bob):
        client("lambda", person).invoke(FunctionName="slow", InvocationType="Event", Payload=b'{"s": 50}')
    names = os.path.join(server.data, "names")
    held = [open(os.path.join(d, f)).read() for d, _, files in os.walk(names) for f in files]
    tap.ok(ada["account"] in held, "a name is taken")
    done = dash("--reset", "ada", "--yes")
    tap.ok(done.returncode == 0 and done.stdout.startswith("Ada Lovelace (account %s) starts over. Removed: " % ada["account"]),
           "the first name is enough", done)
    tap.ok("1 DynamoDB table" in done.stdout and "1 Lambda function" in done.stdout and "1 CodeCommit repository" in done.stdout,
           "what was removed is told", done.stdout)
    tap.ok(everything(ada) == [0] * 7, "nothing of it is there", everything(ada))
    calls[0].join(10)
    tap.ok(not calls[0].is_alive() and calls[0].outcome != '"done"', "the function that ran has ended", calls[0].outcome)
    tap.ok(until(lambda: site_status() == 404), "the site is gone")
    held = [open(os.path.join(d, f)).read() for d, _, files in os.walk(names) for f in files]
    tap.ok(ada["account"] not in held and bob["account"] in held, "its names are free, others' are not", held)
    calls[1].join(40)
    tap.ok(calls[1].outcome == '"done"', "another's function has run to its end", calls[1].outcome)
    tap.ok(everything(bob) == before, "and all that they have is there", everything(bob))


def afterwards():
    status, checks, document = progress(ada)
    tap.ok(status == 200 and document["startedOverAt"] > 0, "the token is the same", status)
    tap.ok(all(c["state"] != "green" and "doneAt" not in c for c in checks.values()), "no check is green", checks)
    tap.ok(not any("green before" in c.get("message", "") for c in checks.values()), "or was before", checks)
    tap.ok(progress(bob)[1]["rides-table"]["state"] == "green", "the other's still are")
    tap.ok(sorted(os.listdir(os.path.join(server.data, "accounts"))) == sorted([ada["account"], bob["account"], eve["account"]]),
           "nothing is left beside the accounts", os.listdir(os.path.join(server.data, "accounts")))
    # What an environment says at its end would come within a second.
    end = time.monotonic() + 2
    stray = []
    while time.monotonic() < end and not stray:
        stray = client("logs", ada).describe_log_groups()["logGroups"]
    tap.ok(not stray, "no late line makes a log group", stray)
    fill(ada, True)
    tap.ok(client("codecommit", ada).get_file(repositoryName="site", filePath="a")["fileContent"] == b"x",
           "they can do all of it again")


def refusals():
    done = dash("--reset", "Ada Lovelace")
    tap.ok(done.returncode == 2 and "--yes" in done.stderr, "without a terminal it has to be certain", done)
    done = dash("--reset", "nobody", "--yes")
    tap.ok(done.returncode == 2 and 'name or account "nobody"' in done.stderr, "an unknown name is told", done)
    done = dash("--reset", "eve", "--yes")
    tap.ok(done.returncode == 0 and "There was nothing in it." in done.stdout, "an empty account is no mistake", done)
    other = server.join("Ada Byron", 4)
    done = dash("--reset", "Ada", "--yes")
    tap.ok(done.returncode == 2 and all(p in done.stderr for p in ("Ada Lovelace", "Ada Byron", ada["account"], other["account"])),
           "who may be several is nobody, and the list is shown", done)
    tap.ok(len(client("dynamodb", ada).list_tables()["TableNames"]) == 1, "and nothing has changed")
    server.join(ada["account"], 5)
    done = dash("--reset", ada["account"], "--yes")
    tap.ok(done.returncode == 0 and done.stdout.startswith("Ada Lovelace"), "the account says who is meant", done)
    server.kill()
    server.start()
    tap.ok(everything(ada) == [0] * 7 and progress(ada)[2]["startedOverAt"] > 0, "all of it outlasts kill -9")


with tempfile.TemporaryDirectory() as folder:
    site_port = free_port()
    server = Server("serve", os.path.join(folder, "data"), more=["--site-ports", "%d-%d" % (site_port, site_port)])
    ada, bob, eve = (server.join(name, n) for n, name in enumerate(("Ada Lovelace", "Bob", "Eve")))
    fresh_start()
    afterwards()
    refusals()
    server.kill()
tap.done()
