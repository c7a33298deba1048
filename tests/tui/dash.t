#!/usr/bin/env python3
"""The instructor's terminal in a real one: people join, checks turn green, columns give way, the mouse sorts."""
from terminal import Server, Terminal, done, ok, until


def board(server, terminal):
    terminal.waits("● live", "the screen becomes live")
    terminal.waits("3 attendees, 1 all done", "it counts")
    server.tell("join", name="Eve\x1b[31m Nightly")
    terminal.waits("Eve\ufffd[31m Nightly has joined.", "who joins appears, without their escape characters")
    server.tell("verdict", name="Bob", lab="web-app", check="ride-function", state="green")
    terminal.waits("Bob: green: The function RequestUnicorn", "what turns green is told")
    terminal.keys("Z")
    terminal.waits("PAUSED", "Z pauses")
    server.tell("join", name="Late")
    terminal.waits("news of 1 waiting", "news wait")
    ok(not terminal.shows("Late"), "and change nothing")
    terminal.keys("Z")
    terminal.waits("Late has joined.", "until Z lets them in")


def keys(terminal):
    terminal.keys("u")
    terminal.waits("3  dynamodb:UpdateTable", "u lists missed operations")
    terminal.keys("Escape", "Enter")
    terminal.waits("Ada Lovelace  account", "Enter shows an attendee")
    terminal.keys("Escape")
    terminal.waits("NAME", "Esc goes back")
    terminal.keys(":")
    terminal.tmux("send-keys", "-l", "sort done")
    terminal.keys("Enter")
    ok(until(lambda: "Li " in terminal.screen().splitlines()[5]), ":sort sorts", terminal.screen())


def mouse(terminal):
    ok(until(lambda: terminal.pane("mouse_any_flag") == "1"), "the mouse is on")
    # An SGR-less terminal reports a press as ESC [ M, button, column, row, each plus 32 (and one).
    col, row = 3, 4
    terminal.tmux("send-keys", "-l", "\x1b[M" + chr(32) + chr(33 + col) + chr(33 + row))
    ok(until(lambda: "Ada" in terminal.screen().splitlines()[5]), "a click on NAME sorts by name", terminal.screen())
    terminal.keys("m")
    ok(until(lambda: terminal.pane("mouse_any_flag") == "0"), "m turns the mouse off")


def sizes(terminal):
    terminal.resize(40, 10)
    ok(until(lambda: all(len(line) <= 40 for line in terminal.screen().splitlines()) and terminal.shows("✓")),
       "a narrow screen keeps the symbols", terminal.screen())
    terminal.resize(140, 30)
    terminal.waits("000000000002", "a wide one shows the accounts")
    terminal.keys("P")
    terminal.waits("Ada L.", "the projector shortens names")
    terminal.keys("q")
    terminal.waits_for_shell("q quits")
    terminal.line("echo code $?")
    terminal.waits("code 0", "well")


def plain_looks(server):
    """Colours are a help, never needed."""
    start = f"$IMMERSION dash --server {server.url} --token instructor"
    with Terminal(100, 24, NO_COLOR="1") as terminal:
        terminal.line(start)
        terminal.waits("✓ green", "without colours there are symbols and words")
        coloured = until(lambda: "\x1b[38;5" in terminal.tmux("capture-pane", "-ep"), 0.5)
        ok(not coloured, "NO_COLOR is kept")
    with Terminal(100, 24, LC_ALL="C") as terminal:
        terminal.line(start)
        terminal.waits("* live", "without UTF-8 the screen is ASCII")
        ok(terminal.screen().isascii(), "all of it", terminal.screen())
    with Terminal(100, 24, TERM="dumb") as terminal:
        terminal.line(f"TERM=dumb {start}")
        terminal.waits("attendees, 1 all green", "a terminal that cannot show a screen gets text")


with Server() as server:
    with Terminal(110, 24) as terminal:
        terminal.line(f"$IMMERSION dash --server {server.url} --token instructor")
        board(server, terminal)
        keys(terminal)
        mouse(terminal)
        sizes(terminal)
    plain_looks(server)
done()
