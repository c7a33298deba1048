#!/usr/bin/env python3
"""The instructor closes joining and gives out a token from the terminal, against the real server."""
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import immersion
from terminal import Terminal, done, ok, until


def command(terminal, text):
    terminal.keys(":")
    terminal.tmux("send-keys", "-l", text)
    terminal.keys("Enter")


with tempfile.TemporaryDirectory() as folder:
    server = immersion.Server("serve", os.path.join(folder, "data"))
    url = "http://127.0.0.1:%d" % server.port
    ada = server.join("Ada Lovelace")
    with Terminal(110, 24) as terminal:
        terminal.line("$IMMERSION dash --server %s --token %s" % (url, immersion.TOKEN))
        terminal.waits("Ada Lovelace", "an attendee is on the board")
        command(terminal, "joining shut")
        terminal.waits("Joining is open or closed.", "a wrong word is told")
        command(terminal, "joining closed")
        terminal.waits("JOINING CLOSED", "that joining is closed stays on the screen")
        ok(server.ask("POST", "/api/join", {"code": immersion.CODE, "name": "Late"})[0] == 403, "and nobody joins")
        command(terminal, "joining open")
        ok(until(lambda: not terminal.shows("JOINING CLOSED")), "opened, it goes")
        command(terminal, "token")
        terminal.waits("A new token for Ada Lovelace", "the selected attendee gets another token")
        token = re.search(r"join#token=(\S+)", terminal.screen()).group(1)
        ok([server.ask("GET", "/api/progress", token=t)[0] for t in (ada["token"], token)] == [401, 200], "which is the only one")
        terminal.keys("Escape")
        ok(until(lambda: not terminal.shows(token)), "and leaves the screen with Esc")
        command(terminal, "reset")
        terminal.waits("Start over for Ada Lovelace?", "emptying an account is asked first")
        aws = immersion.Aws(server.cloud_port, ada)
        ok(immersion.make_table(aws)[0] == 200, "they have a table")
        terminal.keys("Escape")
        ok(until(lambda: not terminal.shows("Start over for")), "Esc leaves the question")
        ok(aws.call("dynamodb", "ListTables", {})[1]["TableNames"] == ["Rides"], "and changes nothing")
        command(terminal, "reset")
        terminal.waits("Start over for Ada Lovelace?", "asked again")
        terminal.keys("y")
        terminal.waits("Removed: 1 DynamoDB table.", "y empties it")
        ok(aws.call("dynamodb", "ListTables", {})[1]["TableNames"] == [], "with the keys they had it is empty")
    # The command asks as well, and takes nothing but yes.
    with Terminal(110, 24) as terminal:
        ok(immersion.make_table(aws)[0] == 200, "they have a table again")
        reset = "$IMMERSION dash --server %s --token %s --reset Ada" % (url, immersion.TOKEN)
        terminal.line(reset)
        terminal.waits("Type yes to go on:", "the command asks")
        terminal.line("y")
        terminal.waits("Nothing was changed.", "y is not enough")
        ok(aws.call("dynamodb", "ListTables", {})[1]["TableNames"] == ["Rides"], "nothing was")
    # Another screen, on which the question is not there yet.
    with Terminal(110, 24) as terminal:
        terminal.line(reset)
        terminal.waits("Type yes to go on:", "it asks again")
        terminal.line("yes")
        terminal.waits("Removed: 1 DynamoDB table.", "yes is")
        ok(aws.call("dynamodb", "ListTables", {})[1]["TableNames"] == [], "and it is empty")
    server.kill()
done()
