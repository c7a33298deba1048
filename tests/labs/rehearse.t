#!/usr/bin/env python3
"""`immersion rehearse` on labs made for it: what is proved, what is not, and that nothing is left behind."""
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from immersion import BINARY, Tap

tap = Tap()

# GetCallerIdentity is green from the beginning, a table only when a block has made one.
ALWAYS = "- id: always\n  title: Always green\n  call: sts GetCallerIdentity\n"
TABLE = "- id: table\n  title: A table\n  call: dynamodb DescribeTable\n  with: {TableName: Probe}\n"
MAKE = ("aws dynamodb create-table --table-name Probe --attribute-definitions AttributeName=K,AttributeType=S "
        "--key-schema AttributeName=K,KeyType=HASH --billing-mode PAY_PER_REQUEST")


def block(text, more=""):
    return ":::code{language=bash%s}\n%s\n:::\n" % (more, text)


def write_lab(folder, pages, checks):
    content = os.path.join(folder, "probe", "content")
    os.makedirs(content)
    files = {"probe/contentspec.yaml": "version: 2.0\ndefaultLocaleCode: en-US\nlocaleCodes: [en-US]\ntitle: Probe\n",
             "probe/checks.yaml": checks}
    for number, page in enumerate(pages):
        name = "index" if number == 0 else "page%d" % number
        files["probe/content/%s.en.md" % name] = "---\ntitle: Page %d\nweight: %d\n---\n%s" % (number, number, page)
    for name, text in files.items():
        with open(os.path.join(folder, name), "w") as file:
            file.write(text)


def rehearse(pages, checks, *more):
    """(exit code, output) of a rehearsal; notes whether it left a folder or a server."""
    with tempfile.TemporaryDirectory() as folder:
        labs, tmp = os.path.join(folder, "labs"), os.path.join(folder, "tmp")
        os.makedirs(labs)
        os.makedirs(tmp)
        write_lab(labs, pages, checks)
        run = subprocess.run([BINARY, "rehearse", "--labs", labs, *more], capture_output=True, text=True, timeout=200,
                             env={**os.environ, "TMPDIR": tmp})
        tidy(tmp, "after it (exit code %d)" % run.returncode)
        return run.returncode, run.stdout + run.stderr


def sleeper(seconds):
    """A command that sleeps, which no other run of this test has."""
    return "sleep %d.%d" % (seconds, os.getpid())


def gone(mark):
    """Whether processes that mention the mark are gone: a killed one takes a moment to."""
    deadline = time.monotonic() + 10
    while processes(mark) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not processes(mark)


def processes(mark):
    """Command lines of processes that mention the mark."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/cmdline" % pid, "rb") as file:
                line = file.read().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if mark in line and int(pid) != os.getpid():
            found.append(line)
    return found


def tidy(tmp, when):
    left = os.listdir(tmp) + processes(tmp)
    tap.ok(not left, "no folder and no process is left %s" % when, left)


def proves():
    code, out = rehearse(["Nothing here.\n", block(MAKE) + block("aws dynamodb wait table-exists --table-name Probe")
                          + "::check{id=table}\n"], TABLE, "--attendees", "2")
    tap.ok(code == 0 and re.search(r"table +red +green +proved", out), "a check that a page turns green is proved", out)
    tap.ok("1 checks proved, 0 not proved, 0 code blocks failed." in out, "the sum says so", out)


def does_not_prove():
    began = time.monotonic()
    code, out = rehearse(["::check{id=always}\n::check{id=table}\n"], ALWAYS + TABLE, "--settle-seconds", "2")
    tap.ok(2 <= time.monotonic() - began < 30, "a check has the time that it is given")
    tap.ok(code == 1 and "NOT PROVED: green before its step" in out, "a check that was green before is not proved", out)
    tap.ok("NOT PROVED: not green after its step" in out, "nor one that stays red", out)
    code, out = rehearse(["```\n::check{id=table}\n```\n::check{id=nonsense}\n"], TABLE, "--settle-seconds", "2")
    tap.ok(code == 1 and re.search(r"table +NOT PROVED: no page shows it", out), "nor one that no page shows", out)
    tap.ok("NOT PROVED: checks.yaml has no such check" in out, "nor one that does not exist", out)


def blocks():
    code, out = rehearse([block("greeting='it is \"me\"'\nmkdir sub\ncd sub\nexport WORLD=$'two\\nlines'")
                          + block("[ \"$greeting\" = 'it is \"me\"' ]\n[ \"$WORLD\" = $'two\\nlines' ]\n"
                                  "[ \"$(basename \"$PWD\")\" = sub ]\n[ \"$AWS_REGION\" = :param{key=region} ]")
                          + block("exit 9", " run=false")], ALWAYS.replace("always", "a"))
    tap.ok("0 code blocks failed." in out, "variables and the folder stay from block to block", out)
    code, out = rehearse([block("echo before\nfalse\necho behind")], ALWAYS)
    tap.ok(code == 1 and "exit code 1" in out and "| before" in out and "behind" not in out,
           "a block ends at the command that fails, and is quoted", out)
    began = time.monotonic()
    code, out = rehearse([block("%s &\n%s" % (sleeper(77), sleeper(78)))], ALWAYS, "--block-seconds", "1")
    tap.ok(code == 1 and "not finished after 1 s" in out and time.monotonic() - began < 30,
           "a block that does not end is ended", out)
    tap.ok(gone(sleeper(77)) and gone(sleeper(78)), "with all that it started")


def ways():
    name = "aws dynamodb create-table --table-name %s --attribute-definitions AttributeName=K,AttributeType=S " \
           "--key-schema AttributeName=K,KeyType=HASH --billing-mode PAY_PER_REQUEST"
    either = TABLE.replace("DescribeTable\n  with: {TableName: Probe}", "ListTables\n  expect: {TableNames: [Probe, Other]}")
    choice = "::::::tabs\n:::::tab{label=A}\n%s:::::\n:::::tab{label=B}\n%s:::::\n:::::tab{label=C}\nNothing to run.\n:::::\n::::::\n"
    pages = ["Nothing here.\n", block("way=none") + choice % (block("way=a"), block("way=b"))
             + choice % (block("[ $way = a ]\n" + name % "Probe"), block("[ $way = b ]\n" + name % "Other")) + "::check{id=table}\n"]
    code, out = rehearse(pages, either)
    tap.ok(code == 0 and "with 2 attendees" in out and "1 checks proved, 0 not proved, 0 code blocks failed." in out,
           "where tabs are a choice, somebody goes each way, and stays on it", out)
    code, out = rehearse(pages, TABLE, "--settle-seconds", "8")
    tap.ok(code == 1 and "1 green, 1 red" in out, "a check must turn green on each", out)
    code, out = rehearse(pages, TABLE, "--way", "1")
    tap.ok(code == 0 and "with 1 attendee\n" in out, "one way can be gone alone", out)


def refuses():
    run = subprocess.run([BINARY, "rehearse", "no-such-lab"], capture_output=True, text=True, timeout=60)
    tap.ok(run.returncode == 2 and 'there is no lab "no-such-lab"; there are:' in run.stderr, "unknown labs are refused",
           run.stderr)
    run = subprocess.run([BINARY, "rehearse", "--labs", "/no/such/folder"], capture_output=True, text=True, timeout=60)
    tap.ok(run.returncode == 3 and "/no/such/folder" in run.stderr, "so is a folder that is not there", run.stderr)


def interrupted():
    with tempfile.TemporaryDirectory() as folder:
        labs, tmp = os.path.join(folder, "labs"), os.path.join(folder, "tmp")
        os.makedirs(labs)
        os.makedirs(tmp)
        write_lab(labs, [block(sleeper(79))], ALWAYS)
        run = subprocess.Popen([BINARY, "rehearse", "--labs", labs], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               text=True, env={**os.environ, "TMPDIR": tmp})
        deadline = time.monotonic() + 30
        while not processes(sleeper(79)) and time.monotonic() < deadline:
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        out, _ = run.communicate(timeout=30)
        tap.ok(run.returncode == 3 and "interrupted" in out, "Ctrl-C ends it", out)
        tidy(tmp, "after Ctrl-C")
        tap.ok(gone(sleeper(79)), "nor what a block was doing")


for part in (proves, does_not_prove, blocks, ways, refuses, interrupted):
    try:
        part()
    except Exception as problem:  # a part that broke off is a failure with a name; the others still run
        tap.ok(False, "%s broke off" % part.__name__, problem)
tap.done()
