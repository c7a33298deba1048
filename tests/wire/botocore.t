#!/usr/bin/env python3
"""Our verifier against botocore's signers: what botocore signs is accepted, and one changed byte is refused.

Requests are random but the same in every run. build/BUILD/wire/sigv4 --verify answers for each.
"""
import base64
import json
import os
import random
import subprocess
import sys
from urllib.parse import quote, urlsplit

import botocore.auth
import botocore.awsrequest
import botocore.credentials

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
CREDENTIALS = botocore.credentials.Credentials("AKIDEXAMPLE", SECRET)
REGION = "us-east-1"
ROUNDS = 150
rng = random.Random(20150830)


def text(alphabet, most):
    return "".join(rng.choice(alphabet) for _ in range(rng.randrange(most)))


def random_request(service):
    """Method, URL, headers and body with whatever may stand in them."""
    letters = "abcXYZ019-._~ /%+&=?é☃\t\"'*!()$,;:@"
    path = "/" + quote(text(letters, 20), safe="/-_.~")
    query = "&".join(
        quote(text(letters, 8) + "k", safe="-_.~") + "=" + quote(text(letters, 12), safe="-_.~")
        for _ in range(rng.randrange(4)))
    headers = {"Host": "127.0.0.1:4566", "X-Amz-Target": "A." + text("abc", 9)}
    if rng.random() < 0.5:
        headers["X-Amz-Meta"] = "a" + text("ab  \"c", 12) + "z"
    body = bytes(rng.randrange(256) for _ in range(rng.randrange(60)))
    url = "http://127.0.0.1:4566" + path + ("?" + query if query else "")
    return botocore.awsrequest.AWSRequest(
        method=rng.choice(["POST", "GET", "PUT", "DELETE"]), url=url, headers=headers, data=body)


def as_sent(request, service):
    parts = urlsplit(request.url)
    body = request.body or b""
    return {
        "method": request.method,
        "path": parts.path,
        "query": parts.query,
        "headers": [[name, value if isinstance(value, str) else value.decode()]
                    for name, value in request.headers.items()],
        "body": base64.b64encode(body.encode() if isinstance(body, str) else body).decode(),
        "secret": SECRET,
        "service": service,
    }


def signed(signer, service, **options):
    request = random_request(service)
    signer(CREDENTIALS, service, REGION, **options).add_auth(request)
    return as_sent(request.prepare(), service)


def presigned(signer, service):
    request = random_request(service)
    request.data = b""
    signer(CREDENTIALS, service, REGION, expires=60).add_auth(request)
    return as_sent(request.prepare(), service)


def change(value):
    """One character of a text that stands for itself becomes another."""
    places = [i for i, c in enumerate(value) if c.isalnum() and (i < 1 or value[i - 1] != "%")
              and (i < 2 or value[i - 2] != "%")]
    if not places:
        return value
    at = rng.choice(places)
    other = "q" if value[at] != "q" else "r"
    return value[:at] + other + value[at + 1:]


def changed(sent):
    """The same request with one byte different in a place that is signed; None when it has no such place."""
    copy = json.loads(json.dumps(sent))
    places = ["method", "path", "body", "secret"] + (["query"] if copy["query"] else [])
    names = [h[0].lower() for h in copy["headers"]]
    places += [n for n in ("x-amz-target", "x-amz-meta", "x-amz-date", "host") if n in names]
    # botocore signs these two for S3 only in the header's form, and Host everywhere.
    where = rng.choice(places)
    if where == "body":
        data = bytearray(base64.b64decode(copy["body"]))
        if not data or copy["service"] == "s3" and "X-Amz-Signature" in copy["query"]:
            return None
        at = rng.randrange(len(data))
        data[at] ^= 1 << rng.randrange(8)
        copy["body"] = base64.b64encode(data).decode()
    elif where in copy and isinstance(copy[where], str):
        copy[where] = change(copy[where])
    else:
        header = copy["headers"][names.index(where)]
        header[1] = change(header[1])
    return copy if copy != sent else None


class Verifier:
    def __init__(self):
        program = os.path.join("build", os.environ.get("BUILD", "release"), "wire", "sigv4")
        self.child = subprocess.Popen([program, "--verify"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def accepts(self, sent):
        self.child.stdin.write(json.dumps(sent) + "\n")
        self.child.stdin.flush()
        return self.child.stdout.readline().strip() == "good"


def main():
    auth, verifier, failed = botocore.auth, Verifier(), False
    kinds = [
        ("signed headers", "dynamodb", lambda: signed(auth.SigV4Auth, "dynamodb")),
        ("signed headers of S3", "s3", lambda: signed(auth.S3SigV4Auth, "s3")),
        ("presigned queries", "sts", lambda: presigned(auth.SigV4QueryAuth, "sts")),
        ("presigned queries of S3", "s3", lambda: presigned(auth.S3SigV4QueryAuth, "s3")),
    ]
    for number, (name, _service, make) in enumerate(kinds):
        refused, accepted, tried = [], [], 0
        for _ in range(ROUNDS):
            sent = make()
            if not verifier.accepts(sent):
                refused.append(sent)
                continue
            other = changed(sent)
            tried += other is not None
            if other and verifier.accepts(other):
                accepted.append((sent, other))
        for line, bad in (("are accepted as botocore makes them", refused),
                          ("are refused with one byte changed", accepted)):
            print("%s %d - %s %s" % ("not ok" if bad else "ok", 2 * number + (1 if bad is refused else 2), name, line))
            for example in bad[:2]:
                print("#   " + json.dumps(example))
            failed |= bool(bad)
        if tried < ROUNDS / 2:
            print("#   only %d changes were tried" % tried)
            failed = True
    print("1..%d" % (2 * len(kinds)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
