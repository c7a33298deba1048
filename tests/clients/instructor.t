#!/usr/bin/env python3
"""What the instructor changes from a terminal: whether people may join, and somebody's token."""
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from immersion import BINARY, CODE, TOKEN, Server, Tap

tap = Tap()


def dash(*words, env=None):
    return subprocess.run([BINARY, "dash", "--server", "http://127.0.0.1:%d" % server.port, "--token", TOKEN, *words],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
                          env={**os.environ, **(env or {})})


def status(token):
    return server.ask("GET", "/api/progress", token=token)[0]


with tempfile.TemporaryDirectory() as folder:
    server = Server("serve", os.path.join(folder, "data"))
    ada = server.join("Ada Lovelace", 1)
    done = dash("--joining", "closed")
    tap.ok(done.returncode == 0 and done.stdout == "Joining is closed.\n", "joining is closed", done)
    refused = server.ask("POST", "/api/join", {"code": CODE, "name": "Late"})
    tap.ok(refused[0] == 403 and refused[1]["code"] == "joining_closed", "then nobody joins", refused)
    done = dash("--joining", "shut")
    tap.ok(done.returncode == 2 and '"open"' in done.stderr, "a wrong word is refused", done)
    dash("--joining", "open")
    tap.ok(server.join("Late", 2)["account"], "opened again, people join")
    done = dash("--new-token", "nobody")
    tap.ok(done.returncode == 2 and 'name or account "nobody"' in done.stderr, "an unknown name is told", done)
    for who in ("ada lovelace", ada["account"]):
        done = dash("--new-token", who)
        token = re.search(r"Token +(\S+)", done.stdout)
        tap.ok(done.returncode == 0 and token and "/join#token=" + token.group(1) in done.stdout, "%s gets another token" % who, done)
        tap.ok([status(ada["token"]), status(token.group(1))] == [401, 200], "which is the only one")
        ada["token"] = token.group(1)
    mallory = server.join(ada["account"], 3)
    done = dash("--new-token", ada["account"])
    tap.ok(done.stdout.startswith("Ada Lovelace") and status(mallory["token"]) == 200,
           "who joins under another's account number is not taken for them", done)
    ada["token"] = re.search(r"Token +(\S+)", done.stdout).group(1)
    done = dash("--once", env={"IMMERSION_NEW_TOKEN": "Late", "IMMERSION_JOINING": "closed", "IMMERSION_RESET": "Late",
                               "IMMERSION_YES": "1"})
    tap.ok(done.returncode == 0 and "Late" in done.stdout and server.join("Later", 4)["account"],
           "what is done once is not done by a variable", done)
    server.kill()
    server.start()
    tap.ok(status(ada["token"]) == 200, "also after kill -9")
    server.kill()
tap.done()
