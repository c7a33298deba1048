#!/usr/bin/env python3
"""join, check and dash without a terminal: what they print, and how they end."""
import csv
import json
import os
import subprocess

from terminal import IMMERSION, LIMIT_S, Server, done, ok


def run(*words, **environment):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("IMMERSION_", "AWS_"))}
    env.update(environment)
    return subprocess.run([IMMERSION, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, env=env,
                          timeout=LIMIT_S, check=False)


def ends(code, name, *words, says="", **environment):
    """The command ends with this code, and its stderr holds the words."""
    r = run(*words, **environment)
    ok(r.returncode == code and says in r.stderr, name, f"code {r.returncode}", r.stdout, r.stderr)
    return r


def join(url):
    account = ("--server", url, "--code", "CODE", "--name", "Ada")
    r = ends(0, "join prints an account", "join", *account, says="You are in: account 000000000009.")
    shell = subprocess.run(["sh", "-c", 'eval "$1"; printf %s "$AWS_SECRET_ACCESS_KEY|$AWS_REGION|$IMMERSION_TOKEN"', "sh",
                            r.stdout], capture_output=True, text=True, timeout=LIMIT_S, check=False)
    ok(shell.stdout == "it's/secret|eu-west-1|t", "a shell can evaluate it", shell.stdout, shell.stderr)
    ok(all(line.startswith("export ") for line in r.stdout.splitlines()), "stdout has nothing else", r.stdout)
    r = ends(0, "join --json prints JSON", "join", *account, "--json")
    ok(json.loads(r.stdout)["accessKeyId"] == "AKIA", "with the account in it", r.stdout)
    ends(2, "a wrong code is refused", "join", "--server", url, "--code", "no", "--name", "Ada",
         says="This is not the event's code.")
    ends(2, "a name is needed", "join", "--server", url, "--code", "CODE", says="--name NAME is needed")
    ends(2, "a name must be text", "join", "--server", url, "--code", "CODE", "--name", b"\xff\xfe", says="UTF-8")
    ends(3, "a server that is not there is told", "join", "--server", "127.0.0.1:1", "--code", "C", "--name", "A",
         says="cannot reach")
    ends(2, "an address must be one", "join", "--server", "ftp://x", "--code", "C", "--name", "A",
         says="must look like")


def check(url):
    ada = {"IMMERSION_SERVER": url, "IMMERSION_TOKEN": "token-ada"}
    r = ends(1, "check ends with 1 while something is red", "check", **ada)
    ok("✗ red      The table Rides" in r.stdout and "\x1b" not in r.stdout, "and prints text", r.stdout)
    r = ends(1, "check --json too", "check", "--json", **ada)
    ok(json.loads(r.stdout)["labs"][0]["checks"][0]["state"] == "red", "and prints JSON", r.stdout)
    ends(0, "check ends with 0 when all is green", "check", "--server", url, "--token", "token-li")
    r = ends(1, "in another locale", "check", **{**ada, "LC_ALL": "C"})
    ok(r.stdout.isascii() and "x red" in r.stdout, "the text is ASCII", r.stdout)
    ends(2, "a wrong token is refused", "check", "--server", url, "--token", "no", says="opens nothing")
    ends(2, "an unknown lab is told", "check", "--lab", "nope", says="there are: web-app, cicd", **ada)
    ends(1, "a lab without results is not green", "check", "--lab", "cicd", **ada)
    ends(3, "no server, no checks", "check", **{**ada, "IMMERSION_SERVER": "127.0.0.1:1"})
    ends(2, "an unknown theme is told", "check", "--theme", "pink", says="auto, dark, light or mono", **ada)


def dash(url):
    instructor = ("--server", url, "--token", "instructor")
    for words in ((), ("--once",)):
        r = ends(0, f"dash {' '.join(words)} prints the board".replace("  ", " "), "dash", *instructor, *words)
        ok("3 attendees, 1 all green" in r.stdout and "dynamodb:UpdateTable" in r.stdout, "all of it", r.stdout)
    r = ends(0, "dash --json prints JSON", "dash", *instructor, "--json")
    everybody = json.loads(r.stdout)["attendees"]
    ok(len(everybody) == 3, "with everybody", r.stdout)
    r = ends(0, "dash --csv prints everybody's results", "dash", *instructor, "--csv")
    rows = list(csv.DictReader(r.stdout.splitlines()))
    ok({row["attendee"] for row in rows} == {a["name"] for a in everybody}, "of everybody", r.stdout)
    ok({"lab", "check", "title", "state", "joined", "done", "account"} <= set(rows[0]), "check by check", r.stdout)
    ends(2, "an attendee's token is not the instructor's", "dash", "--server", url, "--token", "no")


def places():
    """Where a workshop is: what no client could use is refused before anything starts."""
    for region in ("Mars", "eu-west1", "EU-WEST-1", ""):
        answer = run("serve", "--region", region, "--data", "/dev/null")
        ok(answer.returncode == 2 and "--region takes a name such as eu-west-1" in answer.stderr,
           "the region %r is refused" % region)
    answer = run("serve", "--public-host", "http://10.0.0.5", "--data", "/dev/null")
    ok(answer.returncode == 2 and "takes a name or an address" in answer.stderr, "an address with a scheme is no host")
    answer = run("serve", "--region", "us-gov-east-1", "--public-host", "::1", "--data", "/dev/null")
    ok(answer.returncode == 3 and "/dev/null" in answer.stderr, "a region and an address of their form are not")


def beginnings():
    """What cannot be served is told before anything starts."""
    for words, says in ((("--tls-cert", "/dev/null"), "belong together: give both, or neither"),
                        (("--tls-key", "/dev/null"), "belong together: give both, or neither"),
                        (("--event-code", "a-b c"), "--event-code takes at least 4 letters or digits, not \"a-b c\"")):
        ends(2, "serve %s is wrong use" % " ".join(words), "serve", "--data", "/dev/null", *words, says=says)
    ends(3, "a file where the folder must be is told", "serve", "--data", "/dev/null", says="/dev/null: a file is in its way")


def helps():
    """Pages of help are wrapped as paragraphs."""
    answer = run("dash", "--help")
    ok("\nInside, ? lists the keys. The token is in the data folder of `immersion serve`,\nwhich prints it at its start.\n\n"
       "Exit codes:" in answer.stdout, "a paragraph is wrapped as one, and the next stays apart")


places()
beginnings()
beginnings()
helps()
with Server() as server:
    join(server.url)
    check(server.url)
    dash(server.url)
done()
