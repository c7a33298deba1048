#!/usr/bin/env python3
"""A server that speaks the workshop's API as src/site/site.h lists it, and does as tests tell it.

    fake_server.py PORT-FILE [PORT]

writes its port to PORT-FILE (through a rename, so that the file is whole when it is there). Tests steer it:

    POST /control/verdict  {"name", "lab", "check", "state", "message"}   one verdict changes
    POST /control/join     {"name"}                                       somebody joins
    POST /control/drop     {}                                             all streams break off
    POST /control/dash     {...}                                          the whole of /api/dash
    GET  /control/asked                                                   bodies of POST /api/check so far
"""
import json
import os
import queue
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOCK = threading.RLock()
STREAMS = []  # (queue, name of the attendee or None for the dash)
ASKED = []


def checks(*states):
    titles = [
        ("rides-table", "The table Rides keeps one item per ride"),
        ("ride-function", "The function RequestUnicorn answers a ride request"),
        ("ride-api", "POST /ride asks for a token and answers 201"),
        ("site", "The site shows the new title"),
    ]
    return [
        {"id": i, "title": t, "state": s, "message": "" if s != "red" else f"Expected {i}, found nothing."}
        for (i, t), s in zip(titles, states)
    ]


def attendee(name, account, *states):
    return {
        "name": name,
        "account": account,
        "joinedAt": 1626958800000,
        "labs": [{"id": "web-app", "title": "Building a Serverless Web Application", "checks": checks(*states)}],
    }


DASH = {
    "event": "Serverless & DevOps Immersion Day",
    "attendees": [
        attendee("Ada Lovelace", "000000000001", "red", "pending", "pending", "red"),
        attendee("Bob", "000000000002", "green", "red", "pending", "red"),
        attendee("Li 李雷", "000000000003", "green", "green", "green", "green"),
    ],
    "unknown": {"dynamodb:UpdateTable": 3, "s3:PutBucketAcl": 1},
}


def document(a):
    return {"attendee": a["name"], "account": a["account"], "labs": a["labs"]}


def find(name):
    return next(a for a in DASH["attendees"] if a["name"] == name)


def tell(a):
    for q, name in STREAMS:
        if name is None:
            q.put(("attendee", a))
        elif name == a["name"]:
            q.put(("progress", document(a)))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def who(self):
        """The attendee of a bearer token "token-NAME", or "instructor"; None after a refusal."""
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if token == "instructor":
            return token
        for a in DASH["attendees"]:
            if token == "token-" + a["name"].split()[0].lower():
                return a["name"]
        self.answer(401, {"error": "This token opens nothing here.", "code": "unauthorized"})
        return None

    def stream(self, first, name):
        q = queue.Queue()
        with LOCK:
            STREAMS.append((q, name))
            q.put(first())
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            while True:
                try:
                    event = q.get(timeout=5)
                except queue.Empty:
                    self.wfile.write(b": still here\n\n")
                    continue
                if event is None:
                    break
                self.wfile.write(f"event: {event[0]}\ndata: {json.dumps(event[1])}\n\n".encode())
        except OSError:
            pass
        with LOCK:
            STREAMS.remove((q, name))
        self.close_connection = True

    def do_GET(self):
        if self.path == "/control/asked":
            return self.answer(200, ASKED)
        if self.path == "/api/event":
            return self.answer(200, {"title": DASH["event"], "labs": [{"id": "web-app"}, {"id": "cicd"}]})
        name = self.who()
        if not name:
            return None
        if self.path == "/api/progress":
            return self.answer(200, document(find(name)))
        if self.path == "/api/dash":
            return self.answer(200, DASH)
        if self.path == "/api/progress/stream":
            return self.stream(lambda: ("progress", document(find(name))), name)
        if self.path == "/api/dash/stream":
            return self.stream(lambda: ("dash", DASH), None)
        return self.answer(404, {"error": "There is nothing here.", "code": "not_found"})

    def do_POST(self):
        global DASH
        text = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.loads(text or b"{}")
        with LOCK:
            if self.path == "/api/join":
                if body["code"] != "CODE":
                    return self.answer(403, {"error": "This is not the event's code.", "code": "unknown_code"})
                return self.answer(200, {
                    "account": "000000000009", "accessKeyId": "AKIA", "secretAccessKey": "it's/secret",
                    "region": "eu-west-1", "endpoint": "http://h:4566", "url": "http://h:8080", "token": "t"})
            if self.path == "/api/check":
                name = self.who()
                if not name:
                    return None
                ASKED.append(body)
                return self.answer(200, document(find(name)))
            if self.path == "/control/verdict":
                a = find(body["name"])
                for lab in a["labs"]:
                    for check in lab["checks"]:
                        if lab["id"] == body["lab"] and check["id"] == body["check"]:
                            check["state"] = body["state"]
                            check["message"] = body.get("message", "")
                tell(a)
            elif self.path == "/control/join":
                a = attendee(body["name"], f"{len(DASH['attendees']) + 1:012}", "red", "pending", "pending", "red")
                DASH["attendees"].append(a)
                tell(a)
            elif self.path == "/control/drop":
                for q, _ in STREAMS:
                    q.put(None)
            elif self.path == "/control/dash":
                DASH = body
            return self.answer(200, {})


def main():
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2]) if len(sys.argv) > 2 else 0), Handler)
    server.daemon_threads = True
    with open(sys.argv[1] + ".new", "w", encoding="ascii") as f:
        f.write(str(server.server_address[1]))
    os.rename(sys.argv[1] + ".new", sys.argv[1])
    server.serve_forever()


main()
