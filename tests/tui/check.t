#!/usr/bin/env python3
"""The attendee's terminal in a real one: news arrive, keys work, the connection heals, and the terminal is as it was."""
from terminal import Server, Terminal, done, ok, until

TABLE = {"name": "Ada Lovelace", "lab": "web-app", "check": "rides-table"}


def screen_of_checks(server, terminal):
    terminal.waits("● live", "the screen becomes live")
    terminal.waits("0 of 4 green", "it counts")
    terminal.waits("Expected rides-table, found nothing.", "red checks say what was found")
    server.tell("verdict", state="green", **TABLE)
    terminal.waits("1 of 4 green", "a check turns green by itself")
    terminal.waits_without("Expected rides-table", "its message goes")
    server.tell("verdict", state="red", message="It is gone again.", **TABLE)
    terminal.waits("It is gone again.", "and may turn red again")


def keys(server, terminal):
    terminal.keys("Down", "Enter")
    terminal.waits("web-app/ride-function", "Enter shows a check in full")
    terminal.keys("Escape")
    terminal.waits("filter", "Esc leaves")
    terminal.keys("c")
    ok(until(server.asked) == [{}], "c asks the server to check now", server.asked())
    terminal.keys("/")
    terminal.keys("q")
    ok(until(lambda: terminal.screen().rstrip().endswith("/q")), "a filter swallows q", terminal.screen())
    terminal.keys("Escape", "?")
    terminal.waits("Help: your checks", "? opens the help")
    terminal.keys("Escape")
    terminal.resize(50, 12)
    terminal.waits("Ada Lovelace  ", "a narrower screen is drawn again")
    terminal.resize(100, 24)
    terminal.waits("account 000000000001", "and a wider one")


def connection(server, terminal):
    port = server.port
    server.stop()
    terminal.waits("reconnecting...", "a lost connection has a badge")
    server.start(port)
    terminal.waits("● live", "and heals by itself")
    server.tell("verdict", state="green", **TABLE)
    terminal.waits("1 of 4 green", "news arrive again")


def shell(terminal):
    terminal.keys("C-z")
    ok(until(lambda: "Stopped" in terminal.screen() and terminal.pane("alternate_on") == "0"),
       "Ctrl-Z gives the terminal to the shell", terminal.screen())
    terminal.line("fg")
    terminal.waits("● live", "fg comes back")
    terminal.keys("q")
    terminal.waits_for_shell("q quits")
    terminal.line("echo code $?")
    terminal.waits("code 1", "not all is green")
    ok(terminal.pane("cursor_flag") == "1" and terminal.pane("mouse_any_flag") == "0",
       "the cursor and the mouse are as before")
    terminal.line("stty -a > \"$TMPDIR/after\"; cmp \"$TMPDIR/before\" \"$TMPDIR/after\" && echo the same")
    terminal.waits("\nthe same", "and so are the terminal's settings")


def signals(terminal, start):
    terminal.line(start)
    terminal.waits("● live", "it starts again")
    terminal.keys("C-c")
    terminal.waits_for_shell("Ctrl-C quits too")
    terminal.line("echo code $?")
    terminal.waits("code 1", "with the same code")


with Server() as server, Terminal(100, 24) as terminal:
    start = f"$IMMERSION check --server {server.url} --token token-ada"
    terminal.line("stty -a > \"$TMPDIR/before\"; clear")
    terminal.line(start)
    screen_of_checks(server, terminal)
    keys(server, terminal)
    connection(server, terminal)
    shell(terminal)
    terminal.line("clear")
    signals(terminal, start)
    terminal.line(start.replace("token-ada", "token-li"))
    terminal.waits("4 of 4 green: all done!", "somebody who is done sees it")
    terminal.keys("q")
    terminal.waits_for_shell("and quits")
    terminal.line("echo code $?")
    terminal.waits("code 0", "well")
done()
