#!/usr/bin/env python3
"""Lab 1's pages followed in the edition with Vue: every check turns green there as well."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from immersion import BINARY, Tap

tap = Tap()
run = subprocess.run([BINARY, "rehearse", "web-app", "--way", "2"], capture_output=True, text=True, timeout=280)
tap.ok(run.returncode == 0 and ", 0 not proved, 0 code blocks failed." in run.stdout,
       "following the pages with Vue turns every check of the lab from not green to green", run.stdout + run.stderr)
tap.done()
