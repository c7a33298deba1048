#!/usr/bin/env python3
"""git itself against CodeCommit: cloned and pushed with the credential helper, as the labs do it.

Two ways are tried: the address that the API tells, with a helper that does not look at the host, and the labs' own
address on amazonaws.com, which two settings of git lead to this server. API answers are also held against botocore's
model (tests/support/model.py).
"""
import base64
import glob
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
from botocore.config import Config
from immersion import Server, Tap, free_port
from model import watch

tap = Tap()
HELPER = "!aws codecommit credential-helper --ignore-host-check $@"


class Git:
    """git with a home of its own and the settings that the labs ask for."""

    def __init__(self, folder, server, key="test", secret="test", token=None):
        self.home = os.path.join(folder, "home-" + key[:8])
        os.makedirs(self.home, exist_ok=True)
        self.server = server
        self.env = dict(os.environ, HOME=self.home, AWS_ACCESS_KEY_ID=key, AWS_SECRET_ACCESS_KEY=secret,
                        AWS_DEFAULT_REGION="us-east-1", GIT_TERMINAL_PROMPT="0", GIT_ASKPASS="true")
        if token:
            self.env["AWS_SESSION_TOKEN"] = token
        for name, value in (("credential.helper", HELPER), ("credential.UseHttpPath", "true"), ("user.name", "Anna"),
                            ("user.email", "anna@example.com"), ("init.defaultBranch", "master")):
            self("config", "--global", name, value)

    def __call__(self, *words, at=None):
        return subprocess.run(["git", *words], cwd=at or self.home, env=self.env, capture_output=True, text=True,
                              timeout=60)

    def url(self, name):
        return "http://127.0.0.1:%d/v1/repos/%s" % (self.server.cloud_port, name)


def client(server, service):
    return boto3.client(service, aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1",
                        endpoint_url="http://127.0.0.1:%d" % server.cloud_port,
                        config=Config(retries={"total_max_attempts": 1}))


def write(folder, files):
    for name, text in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(text)


def good(ran, name):
    tap.ok(ran.returncode == 0, name, ran.stdout + ran.stderr)
    return ran.stdout.strip()


def site(git, codecommit):
    """The labs' first module: an empty repository, a site pushed, an edit pushed."""
    url = codecommit.create_repository(repositoryName="wildrydes-site")["repositoryMetadata"]["cloneUrlHttp"]
    tap.ok(url == git.url("wildrydes-site"), "the API tells an address that leads here", url)
    good(git("clone", url), "an empty repository is cloned")
    here = os.path.join(git.home, "wildrydes-site")
    write(here, {"index.html": b"<title>Wild Rydes</title>", "images/wr.png": os.urandom(3 << 20),
                 **{"js/%d.js" % n: b"x" * n for n in range(90)}})
    git("add", ".", at=here)
    git("commit", "-qm", "first", at=here)
    good(git("push", "origin", "master", at=here), "a site of three megabytes is pushed")
    first = good(git("rev-parse", "HEAD", at=here), "it has a commit")
    found = codecommit.get_branch(repositoryName="wildrydes-site", branchName="master")["branch"]["commitId"]
    tap.ok(found == first, "the API sees the commit", found)
    tap.ok(codecommit.get_repository(repositoryName="wildrydes-site")["repositoryMetadata"]["defaultBranch"] ==
           "master", "the first branch is the default one")
    got = codecommit.get_file(repositoryName="wildrydes-site", filePath="index.html")
    tap.ok(got["fileContent"] == b"<title>Wild Rydes</title>", "the API reads what was pushed")
    codecommit.put_file(repositoryName="wildrydes-site", branchName="master", filePath="js/config.js",
                        fileContent=b"window._config = {};", parentCommitId=first)
    good(git("pull", "-q", "origin", "master", at=here), "what the API wrote is pulled")
    tap.ok(os.path.exists(os.path.join(here, "js/config.js")), "and is there")
    good(git("clone", "-q", url, "again"), "the repository is cloned again")
    log = git("log", "--oneline", at=os.path.join(git.home, "again")).stdout
    tap.ok(len(log.splitlines()) == 2, "with all its commits", log)
    return here


def merged(git, codecommit):
    """What the API merges, git fetches."""
    url = codecommit.create_repository(repositoryName="merges")["repositoryMetadata"]["cloneUrlHttp"]
    put = lambda branch, path, text, **more: codecommit.put_file(
        repositoryName="merges", branchName=branch, filePath=path, fileContent=text, **more)["commitId"]
    base = put("main", "a.txt", b"1\n2\n3\n")
    for branch in ("side", "clash"):
        codecommit.create_branch(repositoryName="merges", branchName=branch, commitId=base)
    put("side", "b.txt", b"b", parentCommitId=base)
    put("clash", "a.txt", b"4\n2\n3\n", parentCommitId=base)
    main = put("main", "a.txt", b"1\n2\n5\n", parentCommitId=base)
    between = {"repositoryName": "merges", "sourceCommitSpecifier": "clash", "destinationCommitSpecifier": "main"}
    found = codecommit.get_merge_conflicts(**between, mergeOption="THREE_WAY_MERGE")
    tap.ok([c["filePath"] for c in found["conflictMetadataList"]] == ["a.txt"] and not found["mergeable"], "conflicts are told", found)
    tap.ok(codecommit.get_merge_options(**between, conflictDetailLevel="LINE_LEVEL")["mergeOptions"] ==
           ["SQUASH_MERGE", "THREE_WAY_MERGE"], "by line there are none")
    codecommit.merge_branches_by_squash(**between, conflictDetailLevel="LINE_LEVEL")
    commit = codecommit.merge_branches_by_three_way(**{**between, "sourceCommitSpecifier": "side"})["commitId"]
    codecommit.get_merge_commit(**{**between, "sourceCommitSpecifier": "side"})
    good(git("clone", "-q", url, "merges"), "what was merged is cloned")
    here = os.path.join(git.home, "merges")
    with open(os.path.join(here, "a.txt"), "rb") as file:
        text = file.read()
    tap.ok(text == b"4\n2\n5\n" and os.path.exists(os.path.join(here, "b.txt")) and
           good(git("rev-parse", "HEAD", at=here), "its tip is read") == commit, "with what both sides changed", text)
    tap.ok(len(git("rev-list", "--all", at=here).stdout.split()) == 6 and main in git("log", "--format=%H", at=here).stdout,
           "and its commits")
    pull = codecommit.create_pull_request(title="t", targets=[{"repositoryName": "merges", "sourceReference": "clash"}])["pullRequest"]
    done = codecommit.merge_pull_request_by_squash(pullRequestId=pull["pullRequestId"], repositoryName="merges",
                                                   conflictResolutionStrategy="ACCEPT_DESTINATION")["pullRequest"]
    tap.ok(done["pullRequestStatus"] == "CLOSED", "a pull request is merged", done)


def on_amazonaws(git):
    """The labs' own address, unchanged, with the plain helper."""
    host = "git-codecommit.us-east-1.amazonaws.com"
    git("config", "--global", "credential.helper", "!aws codecommit credential-helper $@")
    git("config", "--global", "url.http://%s/.insteadOf" % host, "https://%s/" % host)
    git("config", "--global", "http.http://%s/.proxy" % host, "http://127.0.0.1:%d" % git.server.cloud_port)
    good(git("clone", "-q", "https://%s/v1/repos/wildrydes-site" % host, "third"),
         "the address on amazonaws.com is cloned with the helper as it is")
    here = os.path.join(git.home, "third")
    write(here, {"index.html": b"<title>Wild Rydes - Rydes of the Future!</title>"})
    git("commit", "-qam", "title", at=here)
    good(git("push", "origin", "master", at=here), "and pushed to")


def refused(git, server, codecommit, iam, sts):
    """Who may not, and what is not there."""
    try:
        urllib.request.urlopen(git.url("wildrydes-site") + "/info/refs?service=git-upload-pack")
        tap.ok(False, "without a password git is asked for one")
    except urllib.error.HTTPError as error:
        tap.ok(error.code == 401 and error.headers["WWW-Authenticate"].startswith("Basic"),
               "without a password git is asked for one", error)
    wrong = Git(os.path.dirname(git.home), server, secret="wrong")
    ran = wrong("clone", git.url("wildrydes-site"), "wrong")
    tap.ok(ran.returncode != 0 and "Authentication failed" in ran.stderr, "a wrong secret is refused", ran.stderr)
    right = Git(os.path.dirname(git.home), server)
    ran = right("clone", git.url("nowhere"), "nowhere")
    tap.ok(ran.returncode != 0 and "not found" in ran.stderr, "a repository that is not there is not found", ran.stderr)
    trust = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "000000000000"},
                                                    "Action": "sts:AssumeRole"}}
    iam.create_role(RoleName="Reader", AssumeRolePolicyDocument=json.dumps(trust))
    iam.put_role_policy(RoleName="Reader", PolicyName="p", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "codecommit:GitPull", "Resource": "*"}}))
    keys = sts.assume_role(RoleArn="arn:aws:iam::000000000000:role/Reader", RoleSessionName="ses")["Credentials"]
    reader = Git(os.path.dirname(git.home), server, keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    good(reader("clone", "-q", git.url("wildrydes-site")), "a session that may pull clones")
    here = os.path.join(reader.home, "wildrydes-site")
    write(here, {"b": b"b"})
    reader("add", ".", at=here)
    reader("commit", "-qm", "b", at=here)
    ran = reader("push", "origin", "master", at=here)
    tap.ok(ran.returncode != 0 and "403" in ran.stderr, "and may not push", ran.stderr)


def hostile(git, server):
    """What a repository must not be talked into."""
    for path in ("../../account.db", "wildrydes-site/../../../account.db", "wildrydes-site%2f..%2fx", "a/b"):
        token = base64.b64encode(b"test:x").decode()
        request = urllib.request.Request("http://127.0.0.1:%d/v1/repos/%s/info/refs?service=git-upload-pack" %
                                         (server.cloud_port, path), headers={"Authorization": "Basic " + token})
        try:
            urllib.request.urlopen(request)
            tap.ok(False, "%s leads nowhere" % path)
        except urllib.error.HTTPError as error:
            tap.ok(error.code >= 400, "%s leads nowhere" % path, error.code)
    here = os.path.join(git.home, "bad")
    good(git("clone", "-q", git.url("wildrydes-site"), "bad"), "a clone to do harm with")
    blob = git("hash-object", "-w", "index.html", at=here).stdout.strip()
    tree = subprocess.run(["git", "mktree"], cwd=here, env=git.env, input="100644 blob %s\t.git\n" % blob,
                          capture_output=True, text=True).stdout.strip()
    commit = git("commit-tree", tree, "-m", "bad", at=here).stdout.strip()
    ran = git("push", "origin", commit + ":refs/heads/bad", at=here)
    tap.ok(ran.returncode != 0, "a tree that holds .git is refused", ran.stderr)
    ran = git("push", "origin", ":master", at=here)
    tap.ok(ran.returncode != 0, "the default branch cannot be deleted", ran.stderr)


def large(git, codecommit):
    """What was pushed may be larger than what one answer may take."""
    url = codecommit.create_repository(repositoryName="large")["repositoryMetadata"]["cloneUrlHttp"]
    here = os.path.join(git.home, "large")
    git("init", "-q", here)
    write(here, {"message": b"m" * (5 << 19)})
    for text in (b"1", b"2", b"3", b"4"):
        write(here, {"a.txt": text})
        git("add", "a.txt", at=here)
        git("commit", "-qF", "message", at=here)
    ids = git("rev-list", "HEAD", at=here).stdout.split()
    blob = git("rev-parse", "HEAD:a.txt", at=here).stdout.strip()
    listing = "".join("100644 blob %s\t%06d\n" % (blob, i) for i in range(40000))
    tree = subprocess.run(["git", "mktree"], cwd=here, env=git.env, input=listing, capture_output=True, text=True).stdout.strip()
    wide = git("commit-tree", "-m", "wide", tree, at=here).stdout.strip()
    good(git("push", "-q", url, "master", wide + ":refs/heads/wide", at=here), "long messages and wide folders are pushed")
    found = codecommit.batch_get_commits(repositoryName="large", commitIds=ids)
    tap.ok([c["commitId"] for c in found["commits"]] == ids[:3] and [e["commitId"] for e in found["errors"]] == ids[3:],
           "commits are answered until there are 6 MB of them, and the others named", (ids, found["errors"]))
    first = codecommit.list_file_commit_history(repositoryName="large", filePath="a.txt")
    rest = codecommit.list_file_commit_history(repositoryName="large", filePath="a.txt", nextToken=first["nextToken"])
    seen = [[v["commit"]["commitId"] for v in page["revisionDag"]] for page in (first, rest)]
    tap.ok(seen == [ids[:3], ids[3:]] and "nextToken" not in rest, "pages of a history end there", seen)
    try:
        codecommit.get_folder(repositoryName="large", folderPath="/", commitSpecifier="wide")
        tap.ok(False, "a folder of 40,000 files is not listed")
    except codecommit.exceptions.ClientError as error:
        tap.ok(error.response["Error"]["Code"] == "FolderContentSizeLimitExceededException",
               "a folder of 40,000 files is not listed", error)
    found = codecommit.get_file(repositoryName="large", filePath="000001", commitSpecifier="wide")
    tap.ok(found["fileContent"] == b"4", "but a file of it is read", found)


def killed(git, codecommit, folder):
    """What pushes that were killed left behind is gone after the next one, and locks no branch."""
    here = os.path.join(git.home, "bad")
    number = codecommit.get_repository(repositoryName="wildrydes-site")["repositoryMetadata"]["repositoryId"]
    inside, = glob.glob(os.path.join(folder, "**", number + ".git"), recursive=True)
    half = "objects/tmp_objdir-incoming-aB3dE6/pack/tmp_pack_Xy12Zw"
    write(inside, {half: b"half of it", "refs/heads/left.lock": b""})
    good(git("push", "origin", "HEAD:refs/heads/right", at=here), "a branch that nobody has locked is pushed to")
    end = time.monotonic() + 20
    while git("push", "origin", "HEAD:refs/heads/left", at=here).returncode and time.monotonic() < end:
        pass
    good(git("push", "origin", "HEAD:refs/heads/left", at=here), "and so is one that a killed push had locked")
    tap.ok(not os.path.exists(os.path.join(inside, half)), "half a pack is gone")


def followed(server, codecommit):
    """Each push is seen by what follows the repository, also one that comes while another is being looked at."""
    amplify = client(server, "amplify")
    url = codecommit.create_repository(repositoryName="followed")["repositoryMetadata"]["cloneUrlHttp"]
    app = amplify.create_app(name="followed", repository=url)["app"]["appId"]
    tip, built = None, set()
    for number in range(40):
        tip = codecommit.create_commit(
            repositoryName="followed", branchName="master", **({"parentCommitId": tip} if tip else {}),
            putFiles=[{"filePath": "index.html", "fileContent": b"%d" % number}])["commitId"]
        if number == 0:
            amplify.create_branch(appId=app, branchName="master")
        if number % 2:
            end = time.monotonic() + 10
            while tip not in built and time.monotonic() < end:
                jobs = amplify.list_jobs(appId=app, branchName="master", maxResults=2)["jobSummaries"]
                built.update(job["commitId"] for job in jobs if job["status"] == "SUCCEED")
        else:
            time.sleep(number / 400)
        if number % 2 and tip not in built:
            break
    tap.ok(number == 39, "forty pushes, two and two close together, are all followed", number)


with tempfile.TemporaryDirectory() as folder:
    port = free_port()
    server = Server("cloud", os.path.join(folder, "cloud"), more=["--site-ports", "%d-%d" % (port, port)])
    codecommit = client(server, "codecommit")
    complaints = watch(codecommit)
    git = Git(folder, server)
    site(git, codecommit)
    merged(git, codecommit)
    on_amazonaws(git)
    git = Git(folder, server)
    refused(git, server, codecommit, client(server, "iam"), client(server, "sts"))
    hostile(git, server)
    large(git, codecommit)
    killed(git, codecommit, os.path.join(folder, "cloud"))
    followed(server, codecommit)
    tap.ok(not complaints, "every answer fits botocore's model", "\n".join(complaints))
    server.kill()
tap.done()
