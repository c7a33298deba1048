"""A terminal to try screens in, and the fake server they talk to; prints TAP.

    with Server() as server, Terminal(100, 24) as terminal:
        terminal.line("$IMMERSION check ...")
        terminal.waits("live", "the screen is live")
    done()

Waits are loops with a limit; nothing sleeps for a fixed time.
"""
import json
import os
import subprocess
import sys
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
IMMERSION = os.environ.get("IMMERSION") or os.path.abspath(os.path.join(HERE, "../../build/immersion"))
FOLDER = os.environ.get("TMPDIR", "/tmp")
LIMIT_S = 15

results = []


def ok(passed, name, *notes):
    results.append(bool(passed))
    print(f"{'ok' if passed else 'not ok'} {len(results)} - {name}")
    for note in notes if not passed else ():
        for line in str(note).splitlines():
            print(f"#   {line}")
    sys.stdout.flush()
    return passed


def done():
    print(f"1..{len(results)}")
    sys.exit(0 if results and all(results) else 1)


def until(condition, limit_s=LIMIT_S):
    """The condition's value as soon as it is true, or its last one."""
    end = time.monotonic() + limit_s
    while True:
        value = condition()
        if value or time.monotonic() > end:
            return value
        time.sleep(0.02)


class Server:
    """fake_server.py, and the ways to steer it."""

    def __enter__(self):
        self.file = os.path.join(FOLDER, "fake-port")
        self.start(0)
        return self

    def start(self, port):
        if os.path.exists(self.file):
            os.unlink(self.file)
        self.child = subprocess.Popen(
            [sys.executable, os.path.join(HERE, "fake_server.py"), self.file, str(port)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        if not until(lambda: os.path.exists(self.file)):
            raise RuntimeError("the fake server did not start")
        with open(self.file, encoding="ascii") as f:
            self.port = int(f.read())
        self.url = f"http://127.0.0.1:{self.port}"

    def stop(self):
        self.child.kill()
        self.child.wait()

    def __exit__(self, *_):
        self.stop()

    def tell(self, what, **body):
        request = urllib.request.Request(f"{self.url}/control/{what}", json.dumps(body).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=LIMIT_S) as answer:
            return json.load(answer)

    def asked(self):
        with urllib.request.urlopen(f"{self.url}/control/asked", timeout=LIMIT_S) as answer:
            return json.load(answer)


class Terminal:
    """A shell in a tmux of its own, which is this program's child and ends with it."""

    def __init__(self, cols, rows, **environment):
        self.cols, self.rows, self.environment = cols, rows, environment

    def tmux(self, *words):
        return subprocess.run(["tmux", "-S", self.socket, *words], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=LIMIT_S, check=False).stdout

    def __enter__(self):
        self.socket = os.path.join(FOLDER, f"tmux-{os.getpid()}-{id(self)}")
        env = {k: v for k, v in os.environ.items() if k not in ("TMUX", "NO_COLOR", "COLORFGBG")}
        env.update({"LC_ALL": "C.UTF-8", "IMMERSION": IMMERSION, **self.environment})
        config = os.path.join(FOLDER, "tmux.conf")
        with open(config, "w", encoding="ascii") as f:
            f.write("set -g default-terminal screen-256color\nset -g escape-time 0\nset -g exit-empty off\n")
        self.server = subprocess.Popen(["tmux", "-D", "-f", config, "-S", self.socket], env=env,
                                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        until(lambda: os.path.exists(self.socket))
        self.tmux("-u", "new-session", "-d", "-x", str(self.cols), "-y", str(self.rows), "sh")
        until(lambda: self.screen().strip())
        return self

    def __exit__(self, *_):
        self.tmux("kill-server")
        try:
            self.server.wait(LIMIT_S)
        except subprocess.TimeoutExpired:
            self.server.kill()
            self.server.wait()

    def screen(self):
        return self.tmux("capture-pane", "-p")

    def line(self, text):
        """A line for the shell."""
        self.tmux("send-keys", "-l", text)
        self.tmux("send-keys", "Enter")

    def keys(self, *names):
        self.tmux("send-keys", *names)

    def resize(self, cols, rows):
        self.tmux("resize-window", "-x", str(cols), "-y", str(rows))

    def shows(self, text):
        return text in self.screen()

    def waits(self, text, name):
        return ok(until(lambda: self.shows(text)), name, f"wanted: {text}", self.screen())

    def waits_without(self, text, name):
        return ok(until(lambda: not self.shows(text)), name, f"unwanted: {text}", self.screen())

    def pane(self, name):
        """A tmux format of the pane, such as cursor_flag."""
        return self.tmux("display-message", "-p", "#{" + name + "}").strip()

    def waits_for_shell(self, name):
        """The program has given the terminal back; what is typed earlier may be lost with it."""
        return ok(until(lambda: self.pane("alternate_on") == "0"), name, self.screen())
