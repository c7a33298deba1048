#!/usr/bin/env python3
"""boto3 against Amplify, and browsers' requests against the sites: uploads, builds on push, redirects, headers, ranges.

API answers are held against botocore's model (tests/support/model.py).
"""
import base64
import gzip
import http.client
import io
import json
import os
import sys
import tempfile
import time
import urllib.request
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
from botocore.config import Config
from immersion import Server, Tap, free_port, zipped
from model import watch

tap = Tap()
fails = tap.fails_saying
SPA = "</^[^.]+$|\\.(?!(css|gif|ico|jpg|js|png|txt|svg|woff|woff2|ttf|map|json|webp)$)([^.]+$)/>"


def client(server, service):
    return boto3.client(service, aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1",
                        endpoint_url="http://127.0.0.1:%d" % server.cloud_port,
                        config=Config(retries={"total_max_attempts": 1}))


def put(url, body, method="PUT"):
    try:
        return urllib.request.urlopen(urllib.request.Request(url, body, method=method)).status
    except urllib.error.HTTPError as error:
        return error.code


def until(condition, seconds=60):
    """Wait for what comes a moment later; its last value."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def follow(request):
    """Where an answer leads to."""
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None
    try:
        urllib.request.build_opener(Stay).open(request)
    except urllib.error.HTTPError as error:
        return error.headers["Location"]


class Site:
    """What a browser sees of a branch."""

    def __init__(self, amplify, app, branch):
        self.amplify, self.app, self.branch = amplify, app, branch

    @property
    def address(self):
        return self.amplify.get_branch(appId=self.app, branchName=self.branch)["branch"]["customDomains"][0]

    def ask(self, path, method="GET", **headers):
        connection = http.client.HTTPConnection(self.address, timeout=20)
        connection.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body, answer.headers

    def wait(self, job):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            found = self.amplify.get_job(appId=self.app, branchName=self.branch, jobId=job)["job"]
            if found["summary"]["status"] in ("SUCCEED", "FAILED", "CANCELLED"):
                return found
            time.sleep(0.02)
        return found

    def deploy(self, files):
        made = self.amplify.create_deployment(appId=self.app, branchName=self.branch)
        put(made["zipUploadUrl"], files if isinstance(files, bytes) else zipped(files))
        self.amplify.start_deployment(appId=self.app, branchName=self.branch, jobId=made["jobId"])
        return self.wait(made["jobId"])


def manual(amplify):
    """An app without a repository: a zip is uploaded, served, replaced."""
    app = amplify.create_app(name="hand made")["app"]
    tap.ok(app["platform"] == "WEB" and app["defaultDomain"] == app["appId"] + ".amplifyapp.com", "an app is made", app)
    amplify.create_branch(appId=app["appId"], branchName="main")
    site = Site(amplify, app["appId"], "main")
    tap.ok(site.ask("/")[0] == 404, "nothing is served before the first deployment")
    big = os.urandom(100000)
    page = b"<!DOCTYPE html><title>one</title>" + b"<p>hello</p>" * 500
    job = site.deploy({"index.html": page, "about.html": "about", "docs/index.html": "docs", "big.bin": big, "a b.txt": "blank",
                       "app.mjs": "1", "x.wasm": "2", "f.woff2": "3", "app.js": "let a;" * 400, "404.html": "missing"})
    tap.ok(job["summary"]["status"] == "SUCCEED" and [s["stepName"] for s in job["steps"]] == ["DEPLOY"],
           "a zip is deployed", job)
    log = urllib.request.urlopen(job["steps"][0]["logUrl"]).read().decode()
    tap.ok("10 files" in log, "its log can be read", log)
    return site, page, big


def serving(site, page, big):
    status, body, headers = site.ask("/")
    tap.ok(status == 200 and body == page and headers["Content-Type"] == "text/html", "the root is index.html", headers)
    tap.ok(headers["ETag"] and headers["Last-Modified"] and headers["Cache-Control"].startswith("public, max-age=0"),
           "it may be kept, and is asked for again", headers)
    status, body, _ = site.ask("/", If_None_Match=headers["ETag"])
    tap.ok((status, body) == (304, b""), "which costs nothing while it is the same", status)
    status, body, _ = site.ask("/", If_Modified_Since=headers["Last-Modified"])
    tap.ok(status == 304, "by its date, too", status)
    status, body, headers = site.ask("/", Accept_Encoding="br, gzip;q=0.8")
    tap.ok(headers["Content-Encoding"] == "gzip" and gzip.decompress(body) == page and
           headers["Vary"] == "Accept-Encoding" and headers["ETag"].startswith("W/"), "text is compressed", headers)
    status, body, headers = site.ask("/big.bin", Accept_Encoding="gzip")
    tap.ok(body == big and not headers["Content-Encoding"], "what does not get smaller is not", headers)
    status, body, headers = site.ask("/", "HEAD")
    tap.ok(status == 200 and body == b"" and headers["Content-Length"] == str(len(page)), "HEAD has no body", headers)
    for asked, want, part in (("bytes=0-9", "bytes 0-9/100000", big[:10]), ("bytes=99990-", "bytes 99990-99999/100000", big[-10:]),
                              ("bytes=-5", "bytes 99995-99999/100000", big[-5:]),
                              ("bytes=5-999999", "bytes 5-99999/100000", big[5:])):
        status, body, headers = site.ask("/big.bin", Range=asked)
        tap.ok(status == 206 and headers["Content-Range"] == want and body == part, "the range %s is sent" % asked, headers)
    status, _, headers = site.ask("/big.bin", Range="bytes=100000-")
    tap.ok(status == 416 and headers["Content-Range"] == "bytes */100000", "a range behind the end is refused", headers)
    tap.ok(site.ask("/big.bin", Range="bytes=1-2", If_Range='"other"')[0] == 200, "of another version all is sent")
    for path, kind in (("/app.mjs", "text/javascript"), ("/x.wasm", "application/wasm"), ("/f.woff2", "font/woff2"),
                       ("/a%20b.txt", "text/plain"), ("/big.bin", "binary/octet-stream")):
        status, _, headers = site.ask(path)
        tap.ok(status == 200 and headers["Content-Type"] == kind, "%s is %s" % (path, kind), headers)
    status, _, headers = site.ask("/docs?x=1")
    tap.ok(status == 301 and headers["Location"] == "/docs/?x=1", "a folder gets its slash", headers)
    tap.ok(site.ask("/docs/")[1] == b"docs" and site.ask("/about")[1] == b"about", "clean addresses have pages")
    status, body, _ = site.ask("/nowhere")
    tap.ok((status, body) == (404, b"missing"), "what is not there has the site's own page", body)
    for path in ("/../manifest.json", "/%2e%2e/manifest.json", "/..%2fmanifest.json", "/%00", "//etc/passwd", "/./index.html"):
        tap.ok(site.ask(path)[0] in (400, 404), "%s leads nowhere" % path, site.ask(path)[0])
    tap.ok(site.ask("/", "POST")[0] == 405, "sites are read only")


def replaced(site):
    job = site.deploy({"index.html": "two"})
    tap.ok(job["summary"]["status"] == "SUCCEED" and site.ask("/")[1] == b"two", "a new deployment takes the old one's place")
    tap.ok(site.ask("/big.bin")[0] == 404, "as a whole")
    tap.ok(site.deploy(b"no zip")["summary"]["status"] == "FAILED" and site.ask("/")[1] == b"two",
           "one that fails changes nothing")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        z.writestr(link, "/etc/passwd")
    tap.ok(site.deploy(out.getvalue())["summary"]["status"] == "FAILED", "links are refused")
    tap.ok(site.deploy({"../x": "1"})["summary"]["status"] == "FAILED", "so are ways out of it")
    amplify, where = site.amplify, {"appId": site.app, "branchName": site.branch}
    made = amplify.create_deployment(**where, fileMap={"index.html": "x" * 32, "js/a.js": "y" * 32})
    fails("one deployment at a time", "BadRequestException", "was not finished",
          lambda: amplify.create_deployment(**where))
    for name, text in (("index.html", b"three"), ("js/a.js", b"let x")):
        put(made["fileUploadUrls"][name], text)
    amplify.start_deployment(**where, jobId=made["jobId"])
    tap.ok(site.wait(made["jobId"])["summary"]["status"] == "SUCCEED" and site.ask("/js/a.js")[1] == b"let x",
           "files may be uploaded one by one")
    tap.ok(put(made["fileUploadUrls"]["index.html"], b"late") == 409, "and not after the start")
    fails("S3 cannot be read", "BadRequestException", "cannot be read from here",
          lambda: amplify.start_deployment(**where, sourceUrl="s3://bucket/x.zip"))
    fails("something must be deployed", "BadRequestException", "Must specify jobId or sourceUrl",
          lambda: amplify.start_deployment(**where))
    fails("without a repository nothing is built", "BadRequestException", "not connected to a repository",
          lambda: amplify.start_job(**where, jobType="RELEASE"))
    made = amplify.create_deployment(**where)
    stopped = amplify.stop_job(**where, jobId=made["jobId"])["jobSummary"]
    tap.ok(stopped["status"] == "CANCELLED", "a job is stopped", stopped)
    tap.ok(len(amplify.list_jobs(**where)["jobSummaries"]) == 7, "jobs are listed")
    page = amplify.list_jobs(**where, maxResults=2)
    tap.ok([j["jobId"] for j in page["jobSummaries"]] == ["7", "6"] and page["nextToken"], "in pages", page)
    amplify.delete_job(**where, jobId="1")
    fails("and deleted", "NotFoundException", "Job 1 not found", lambda: amplify.get_job(**where, jobId="1"))


def rules(site):
    amplify = site.amplify
    site.deploy({"index.html": "app", "new.html": "new", "docs2/a.html": "a2", "sorry.html": "sorry", "app.js": "js"})
    rule = lambda source, target, status="200", **more: {"source": source, "target": target, "status": status, **more}

    def use(*given):
        """A header tells when the site knows of them."""
        mark = str(time.monotonic())
        amplify.update_app(appId=site.app, customRules=list(given),
                           customHeaders="customHeaders: [{pattern: '**/*', headers: [{key: X-Mark, value: '%s'}]}]" % mark)
        until(lambda: site.ask("/app.js")[2]["X-Mark"] == mark)

    use(rule("/old.html", "/new.html", "301"), rule("/docs/<*>", "/docs2/<*>", "302"), rule("/y/<year>/<name>", "/<name>.html?y=<year>", "302"),
        rule("/us", "/new.html", "302", condition="<US>"), rule("/rw/<*>", "/docs2/<*>"), rule("/api/<*>", "https://example.com/<*>"),
        rule("/gone/<*>", "/sorry.html", "404"), rule(SPA, "/index.html"))
    status, _, headers = site.ask("/old.html?a=b")
    tap.ok((status, headers["Location"]) == (301, "/new.html?a=b"), "a redirect takes the query along", headers)
    tap.ok(site.ask("/docs/a/b")[2]["Location"] == "/docs2/a/b", "a wildcard goes on behind it")
    tap.ok(site.ask("/y/2020/report")[2]["Location"] == "/report.html?y=2020", "placeholders are filled in")
    tap.ok(site.ask("/rw/a.html")[:2] == (200, b"a2"), "a rewrite serves another file")
    tap.ok(site.ask("/gone/x")[:2] == (404, b"sorry"), "a page for what is missing")
    tap.ok(site.ask("/ride/1")[:2] == (200, b"app"), "paths of a single-page app are its page")
    tap.ok(site.ask("/app.js")[:2] == (200, b"js") and site.ask("/no.js")[0] == 404, "its files are themselves")
    tap.ok(site.ask("/us")[1] == b"app", "rules for countries apply to nobody")
    log = log_of(site.deploy({"index.html": "app", "new.html": "new", "docs2/a.html": "a2", "sorry.html": "sorry", "app.js": "js"}), "DEPLOY")
    tap.ok("Custom rule 4 is for visitors from <US> and applies to nobody" in log and log.count("Custom rule") == 1,
           "which the log of a deployment says", log)
    tap.ok(site.ask("/api/x")[0] == 502, "other hosts are not asked")
    use(rule("/<*>", "/index.html", "404-200"))
    tap.ok(site.ask("/app.js")[1] == b"js" and site.ask("/x/y")[:2] == (200, b"app"), "a rewrite of what is missing")
    fails("a rule that is none is refused", "BadRequestException", "Custom rule 1",
          lambda: use(rule("</(/>", "/index.html")))
    use()


def headers(site):
    amplify = site.amplify
    fails("headers that are none are refused", "BadRequestException", "custom headers",
          lambda: amplify.update_app(appId=site.app, customHeaders="a: ["))
    amplify.update_app(appId=site.app, customHeaders="customHeaders:\n  - pattern: '**/*'\n    headers:\n      - key: X-Frame-Options\n        value: DENY\n"
                       "  - pattern: '*.js'\n    headers:\n      - key: Cache-Control\n        value: max-age=60\n")
    tap.ok(until(lambda: site.ask("/")[2]["X-Frame-Options"] == "DENY"), "custom headers are sent")
    tap.ok(site.ask("/app.js")[2]["Cache-Control"] == "max-age=60" and
           site.ask("/")[2]["Cache-Control"].startswith("public, max-age=0"), "by pattern")
    secret = base64.b64encode(b"anna:secret").decode()
    amplify.update_branch(appId=site.app, branchName="main", enableBasicAuth=True, basicAuthCredentials=secret)
    until(lambda: site.ask("/")[0] == 401)
    status, _, got = site.ask("/")
    tap.ok(status == 401 and got["WWW-Authenticate"].startswith("Basic"), "a branch may ask for a password")
    tap.ok(site.ask("/", Authorization="Basic " + secret)[0] == 200, "and take it")
    amplify.update_branch(appId=site.app, branchName="main", enableBasicAuth=False)


def pushed(amplify, codecommit):
    """An app on a repository is built when it is asked for, and when the branch moves."""
    url = codecommit.create_repository(repositoryName="site")["repositoryMetadata"]["cloneUrlHttp"]
    one = codecommit.put_file(repositoryName="site", branchName="master", filePath="index.html", fileContent=b"<title>Wild Rydes</title>")
    app = amplify.create_app(name="site", repository=url)["app"]["appId"]
    amplify.create_branch(appId=app, branchName="master")
    site = Site(amplify, app, "master")
    job = site.wait(amplify.start_job(appId=app, branchName="master", jobType="RELEASE")["jobSummary"]["jobId"])
    tap.ok(job["summary"]["status"] == "SUCCEED" and job["summary"]["commitId"] == one["commitId"] and
           [s["stepName"] for s in job["steps"]] == ["BUILD", "DEPLOY", "VERIFY"], "a repository is built", job)
    tap.ok(site.ask("/")[1] == b"<title>Wild Rydes</title>", "and served")
    two = codecommit.create_commit(repositoryName="site", branchName="master", parentCommitId=one["commitId"], putFiles=[
        {"filePath": "index.html", "fileContent": b"Rydes of the Future!"},
        {"filePath": "customHttp.yml", "fileContent": b"customHeaders:\n  - pattern: '*.html'\n    headers:\n      - {key: X-Ours, value: 1}\n"}])
    deadline = time.monotonic() + 30
    while site.ask("/")[1] != b"Rydes of the Future!" and time.monotonic() < deadline:
        time.sleep(0.05)
    status, body, got = site.ask("/index.html")
    tap.ok(body == b"Rydes of the Future!" and got["X-Ours"] == "1", "a commit is built by itself, with its headers", got)
    newest = lambda: amplify.list_jobs(appId=app, branchName="master")["jobSummaries"][0]
    until(lambda: newest()["status"] == "SUCCEED")
    latest = newest()
    tap.ok(latest["commitId"] == two["commitId"] and latest["status"] == "SUCCEED", "as a job of its own", latest)
    hook = amplify.create_webhook(appId=app, branchName="master", description="h")["webhook"]
    tap.ok(put(hook["webhookUrl"], b"{}", "POST") == 202, "a webhook starts a build")
    tap.ok(put(hook["webhookUrl"].replace("token=", "token=x"), b"{}", "POST") == 403, "who does not know its token does not")
    latest = newest()
    tap.ok(latest["jobType"] == "WEB_HOOK" and site.wait(latest["jobId"])["summary"]["status"] == "SUCCEED", "which is a job, too", latest)
    bad = amplify.create_branch(appId=app, branchName="nope")["branch"]["branchName"]
    other = Site(amplify, app, bad)
    job = other.wait(amplify.start_job(appId=app, branchName=bad, jobType="RELEASE")["jobSummary"]["jobId"])
    tap.ok(job["summary"]["status"] == "FAILED" and "Unable to find" in job["steps"][0]["statusReason"], "a branch that is not there fails", job)
    fails("others' repositories cannot be reached", "BadRequestException", "cannot be reached",
          lambda: amplify.create_app(name="x", repository="https://github.com/a/b", accessToken="t"))
    return site


SPEC = """version: 1
env:
  variables:
    FROM_SPEC: spec
frontend:
  phases:
    preBuild:
      commands:
        - mkdir -p dist/js && cd dist
        - GREETING="hello $NAME from $FROM_SPEC"
    build:
      commands:
        - echo "<title>$GREETING $AWS_BRANCH $AWS_JOB_ID</title>" > index.html
        - echo "let secret" > js/a.js.map; echo "let a" > js/a.js
        - python3 -c 'import urllib.request as u; print("cloud", u.urlopen("http://127.0.0.1:4566/healthz").status)'
        - ln -s /etc/passwd passwd
        - aws_key=${AWS_ACCESS_KEY_ID:0:4}; echo "key $aws_key"
  artifacts:
    baseDirectory: dist
    files:
      - index.html
      - js/*.js
"""


def log_of(job, step):
    url = next(s["logUrl"] for s in job["steps"] if s["stepName"] == step)
    return urllib.request.urlopen(url).read().decode()


def built(amplify, codecommit, iam):
    """Commands of the repository's amplify.yml run in a sandbox; what they leave is served."""
    url = codecommit.create_repository(repositoryName="app")["repositoryMetadata"]["cloneUrlHttp"]
    commit = codecommit.put_file(repositoryName="app", branchName="main", filePath="amplify.yml", fileContent=SPEC.encode())["commitId"]
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "amplify.amazonaws.com"},
                                                     "Action": "sts:AssumeRole"}]}
    role = iam.create_role(RoleName="builder", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    app = amplify.create_app(name="app", repository=url, iamServiceRoleArn=role, environmentVariables={"NAME": "nobody"})["app"]["appId"]
    amplify.create_branch(appId=app, branchName="main", environmentVariables={"NAME": "anna"}, enableAutoBuild=False)
    site, where = Site(amplify, app, "main"), {"appId": app, "branchName": "main"}
    release = lambda: site.wait(amplify.start_job(**where, jobType="RELEASE")["jobSummary"]["jobId"])
    job = release()
    log = log_of(job, "BUILD")
    tap.ok(job["summary"]["status"] == "SUCCEED" and [s["status"] for s in job["steps"]] == ["SUCCEED"] * 3, "a build runs", (job, log))
    tap.ok(site.ask("/")[1].decode() == "<title>hello anna from spec main %010d</title>\n" % int(job["summary"]["jobId"]),
           "its variables are the branch's, the app's, the spec's and Amplify's own", site.ask("/"))
    tap.ok(site.ask("/js/a.js")[1] == b"let a\n" and site.ask("/js/a.js.map")[0] == 404 and site.ask("/passwd")[0] == 404,
           "only what the artifacts name is served")
    for line in ("# Starting phase: preBuild", "# Executing command: mkdir -p dist/js && cd dist", "# Completed phase: build",
                 "## Build completed successfully", "Switching to commit: " + commit, "cloud 200", "key ASIA"):
        tap.ok(line in log, "its log says: %s" % line, log)
    codecommit.put_file(repositoryName="app", branchName="main", parentCommitId=commit, filePath="amplify.yml",
                        fileContent=b"frontend: {phases: {build: {commands: ['printf %0200000d 1 2 3 4 5 6 7 8; echo so far; false', 'echo never']}}}")
    job = release()
    log = log_of(job, "BUILD")
    tap.ok(job["summary"]["status"] == "FAILED" and "so far" in log and "\nnever" not in log and
           "!!! Non-Zero Exit Code detected" in log and len(log) > 1600000, "the first command that fails ends the build", log[-1000:])
    tap.ok(site.ask("/")[0] == 200, "and the last site is still served")
    codecommit.put_file(repositoryName="app", branchName="main", filePath="amplify.yml",
                        parentCommitId=codecommit.get_branch(repositoryName="app", branchName="main")["branch"]["commitId"],
                        fileContent=b"frontend: {phases: {preBuild: {commands: ['echo retries $npm_config_fetch_retries', npm ci]}}}")
    log = log_of(release(), "BUILD")
    tap.ok("retries 0\n" in log and "Builds reach no network here" in log, "one that wants packages from elsewhere is told at once", log)
    retried = amplify.start_job(**where, jobType="RETRY", jobId="1")["jobSummary"]["jobId"]
    tap.ok(site.wait(retried)["summary"]["commitId"] == commit, "an older commit can be built again")
    amplify.update_app(appId=app, buildSpec="frontend: {phases: {build: {commands: ['sleep 1000']}}}")
    head = codecommit.get_branch(repositoryName="app", branchName="main")["branch"]["commitId"]
    codecommit.delete_file(repositoryName="app", branchName="main", filePath="amplify.yml", parentCommitId=head, keepEmptyFolders=True)
    number = amplify.start_job(**where, jobType="RELEASE")["jobSummary"]["jobId"]
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        job = amplify.get_job(**where, jobId=number)["job"]
        if job["steps"] and "sleep 1000" in log_of(job, "BUILD"):
            break
        time.sleep(0.05)
    tap.ok(job["summary"]["status"] == "RUNNING", "a log can be read while it grows", job)
    waits = amplify.start_job(**where, jobType="RELEASE")["jobSummary"]
    tap.ok(waits["status"] == "PENDING", "the next job of the branch waits")
    amplify.stop_job(**where, jobId=number)
    job = amplify.get_job(**where, jobId=number)["job"]
    tap.ok(job["summary"]["status"] == "CANCELLED" and job["steps"][0]["status"] == "CANCELLED", "a build is stopped", job)
    amplify.stop_job(**where, jobId=waits["jobId"])
    amplify.delete_app(appId=app)


def branches(amplify, codecommit):
    """Branches come and go with those of the repository, where that is wanted."""
    url = codecommit.create_repository(repositoryName="features")["repositoryMetadata"]["cloneUrlHttp"]
    app = amplify.create_app(name="features", repository=url, enableAutoBranchCreation=True, enableBranchAutoDeletion=True,
                             autoBranchCreationPatterns=["feature/*"], autoBranchCreationConfig={"stage": "BETA", "enableAutoBuild": True})
    app = app["app"]["appId"]
    commit = codecommit.put_file(repositoryName="features", branchName="main", filePath="index.html", fileContent=b"feature")["commitId"]
    for branch in ("feature/one", "feature/a/b", "other"):
        codecommit.create_branch(repositoryName="features", branchName=branch, commitId=commit)
    names = lambda: [b["branchName"] for b in amplify.list_branches(appId=app)["branches"]]
    site = Site(amplify, app, "feature/one")
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and not (names() and site.ask("/")[1] == b"feature"):
        time.sleep(0.05)
    tap.ok(names() == ["feature/one"] and site.ask("/")[1] == b"feature", "a branch that fits the patterns becomes a site", names())
    tap.ok(amplify.get_branch(appId=app, branchName="feature/one")["branch"]["stage"] == "BETA", "as the app's settings have it")
    codecommit.delete_branch(repositoryName="features", branchName="feature/one")
    while time.monotonic() < deadline and names():
        time.sleep(0.05)
    tap.ok(names() == [], "and goes with it", names())
    amplify.delete_app(appId=app)


def hostile(amplify):
    """Zips that are no sites end as failed jobs, with a sentence."""
    app = amplify.create_app(name="hostile")["app"]["appId"]
    amplify.create_branch(appId=app, branchName="main")
    site = Site(amplify, app, "main")
    bomb = {"zeros%d" % n: b"\0" * (30 << 20) for n in range(9)}
    crowd = {"f%d" % n: b"" for n in range(20001)}
    for name, files, words in (("too many bytes", bomb, "more than a site may have"), ("too many files", crowd, "more than a site may have"),
                               ("no files", b"PK\5\6" + b"\0" * 18, ""), ("nothing", b"", "")):
        job = site.deploy(files)
        reason = job["steps"][0].get("statusReason", "")
        tap.ok(job["summary"]["status"] == "FAILED" and words in reason and reason, "a zip of %s is refused" % name, job)
    tap.ok(site.deploy({"index.html": "good"})["summary"]["status"] == "SUCCEED" and site.ask("/")[1] == b"good", "the next one is taken")
    amplify.delete_app(appId=app)


def kept(server, amplify, site):
    """Ports and sites are the same after a crash, and gone after deletion."""
    before = site.address
    server.kill()
    server.start()
    tap.ok(site.address == before and site.ask("/")[1] == b"Rydes of the Future!", "a site outlives a crash, on its port")
    opener = urllib.request.build_opener(urllib.request.HTTPRedirectHandler)
    found = opener.open("http://127.0.0.1:%d/_aws/amplify/%s/sites/master" % (server.cloud_port, site.app))
    tap.ok(found.read() == b"Rydes of the Future!", "the cloud's port leads to it")
    request = urllib.request.Request("http://127.0.0.1:%d/index.html" % server.cloud_port,
                                     headers={"Host": "master.%s.amplifyapp.com" % site.app})
    tap.ok(follow(request) == "http://master.%s.amplifyapp.com:%s/index.html" % (site.app, before.split(":")[1]),
           "so does its name on amplifyapp.com", follow(request))
    amplify.delete_branch(appId=site.app, branchName="nope")
    amplify.delete_app(appId=site.app)
    host, port = before.split(":")

    def gone():
        connection = http.client.HTTPConnection(host, int(port), timeout=10)
        connection.request("GET", "/")
        return connection.getresponse().status == 404

    tap.ok(until(gone), "a deleted app serves nothing")
    again = amplify.create_app(name="again")["app"]["appId"]
    amplify.create_branch(appId=again, branchName="b")
    tap.ok(Site(amplify, again, "b").address.split(":")[1] in (port, str(int(port) + 1)), "its port is free again")


with tempfile.TemporaryDirectory() as folder:
    first = free_port()
    server = Server("cloud", os.path.join(folder, "cloud"), more=["--site-ports", "%d-%d" % (first, min(first + 9, 65535))])
    amplify, codecommit = client(server, "amplify"), client(server, "codecommit")
    complaints = watch(amplify)
    site, page, big = manual(amplify)
    serving(site, page, big)
    replaced(site)
    rules(site)
    headers(site)
    built(amplify, codecommit, client(server, "iam"))
    branches(amplify, codecommit)
    hostile(amplify)
    kept(server, amplify, pushed(amplify, codecommit))
    tap.ok(not complaints, "every answer fits botocore's model", "\n".join(complaints))
    server.kill()
tap.done()
