#!/usr/bin/env python3
"""What the pages of Lab 1 let attendees change in their site by command is still a script afterwards, with the new value in it.

The checks look for values in what is served, and would be green for a script that no browser can read.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from immersion import ROOT, Tap
from webapp import FILES

PAGES = os.path.join(ROOT, "labs/web-app/content")
FOLDERS = {"js/config.js": "site", "src/config.js": "wild-rydes"}  # by the file, the edition that has it
VALUES = {":param{key=endpoint}": "http://192.0.2.7:4566", "$INVOKE_URL": "http://192.0.2.7:4566/_aws/execute-api/0123456789/prod"}


def edits():
    """(page, command, file) for each script that a page changes with sed."""
    for page in sorted(os.listdir(PAGES)):
        with open(os.path.join(PAGES, page), encoding="utf-8") as lines:
            for line in lines:
                found = re.match(r"sed -i\S* .* (\S+\.js)$", line.strip())
                if found:
                    yield page, line.strip(), found.group(1)


def try_edit(tap, page, command, file):
    """Run the command twice, as somebody does who goes back a page."""
    for placeholder, value in VALUES.items():
        if placeholder in command:
            command, wanted = command.replace(placeholder, value), value
    with tempfile.TemporaryDirectory() as folder:
        there = os.path.join(folder, file)
        os.makedirs(os.path.dirname(there))
        shutil.copy(os.path.join(FILES, FOLDERS[file], file), there)
        for _ in range(2):
            subprocess.run(["bash", "-ec", command], cwd=folder, check=True)
        text = open(there, encoding="utf-8").read()
        module = os.path.join(folder, "check.mjs")
        shutil.copy(there, module)
        read = subprocess.run(["node", "--check", module], capture_output=True, text=True)
        tap.ok(read.returncode == 0, "%s: what the command leaves of %s is a script" % (page, file), read.stderr)
        tap.ok(text.count('"%s"' % wanted) == 1, "and has the value once", text)


def main():
    tap = Tap()
    found = list(edits())
    tap.ok(len(found) == 3, "the pages change three scripts by command", found)
    for edit in found:
        try_edit(tap, *edit)
    tap.done()


main()
