"""Runs a build inside its sandbox: copies the source, runs the commands in one shell, sends the artifacts out as a zip."""
import http.client
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile

SOURCE, HERE = "/var/task", "/tmp/src"
FETCHES = re.compile(r"\b(npm +(ci|i|install)|yarn|pnpm|npx|pip3? +install)\b")


def connect():
    return http.client.HTTPConnection("127.0.0.1", 9001)


def stop(why, code=1):
    print("!!! " + why, flush=True)
    sys.exit(code)


def script(commands):
    """One shell for all commands, so that variables and folders last from one to the next; the first that fails ends it."""
    lines, phase = [], None
    for command in commands + [{"phase": None}]:
        if command["phase"] != phase:
            if phase:
                lines.append("echo '# Completed phase: %s'" % phase)
            phase = command["phase"]
            if phase:
                lines.append("echo '# Starting phase: %s'" % phase)
        if phase:
            text = shlex.quote(command["text"])
            lines.append("printf '# Executing command: %%s\\n' %s" % text)
            lines.append("eval %s || exit" % text)
    return "\n".join(lines)


class Out:
    """A file whose bytes go out in chunks."""

    def __init__(self, connection):
        self.connection, self.waiting, self.size = connection, [], 0

    def write(self, data):
        self.waiting.append(bytes(data))
        self.size += len(data)
        if self.size >= 1 << 16:
            self.flush()
        return len(data)

    def flush(self):
        if self.size:
            self.connection.send(b"%x\r\n%s\r\n" % (self.size, b"".join(self.waiting)))
        self.waiting, self.size = [], 0

    def close(self):
        self.flush()
        self.connection.send(b"0\r\n\r\n")


def pack(base, out):
    """Every regular file below base; the same date for all, since it says nothing."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for folder, folders, names in os.walk(base):
            folders.sort()
            for name in sorted(names):
                path = os.path.join(folder, name)
                if os.path.isfile(path) and not os.path.islink(path):
                    with open(path, "rb") as file, archive.open(os.path.relpath(path, base), "w", force_zip64=False) as to:
                        shutil.copyfileobj(file, to)


def send(base):
    connection = connect()
    connection.putrequest("PUT", "/artifacts")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    out = Out(connection)
    try:
        pack(base, out)
        out.close()
    except (BrokenPipeError, ConnectionResetError):
        pass
    status = connection.getresponse().status
    if status == 413:
        stop("The artifacts are larger than a site may be.")
    if status != 200:
        stop("The artifacts could not be kept (%d)." % status)


def main():
    connection = connect()
    connection.request("GET", "/orders")
    orders = json.loads(connection.getresponse().read())
    connection.close()
    shutil.copytree(SOURCE, HERE)
    root = os.path.join(HERE, orders["root"])
    if not os.path.isdir(root):
        stop("The folder %s is not in the repository." % orders["root"])
    status = subprocess.call(["/bin/bash", "-c", script(orders["commands"])], cwd=root, stdin=subprocess.DEVNULL)
    if status:
        if any(FETCHES.search(command["text"]) for command in orders["commands"]):
            print("!!! Builds reach no network here: packages must be in the repository, or the site be built before it is pushed")
        print("!!! Build failed\n!!! Non-Zero Exit Code detected", flush=True)
        sys.exit(status if 0 < status < 126 else 1)
    print("## Build completed successfully", flush=True)
    base = os.path.join(root, orders["base"])
    if not os.path.isdir(base):
        stop("Artifact directory doesn't exist: %s" % orders["base"])
    send(base)


try:
    main()
except OSError as error:
    stop("The build environment failed: %s" % error)
