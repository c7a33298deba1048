#!/usr/bin/env python3
"""boto3 and `aws` against the rest of Lambda: versions, aliases, permissions, layers, settings, events.

Every answer is also held against botocore's service models (tests/support/model.py). The wording of errors is what AWS
answered where it was recorded by public projects.
"""
import collections
import hashlib
import base64
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
import botocore.exceptions
from botocore.config import Config
from immersion import OFTEN, Server, Tap, zipped
from model import watch

tap = Tap()
TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
ACCOUNT, REGION = "000000000000", "us-east-1"
ARN = "arn:aws:lambda:%s:%s:function:" % (REGION, ACCOUNT)
LAYER = "arn:aws:lambda:%s:%s:layer:" % (REGION, ACCOUNT)
CODE = """
exports.handler = async (event, context) => {
  if (event.throw) throw new Error(event.throw);
  if (event.sleep) await new Promise((done) => setTimeout(done, event.sleep));
  if (event.read) return require("fs").readFileSync(event.read, "utf8");
  if (event.list) return require("fs").readdirSync(event.list).sort();
  return { code: %s, version: context.functionVersion, arn: context.invokedFunctionArn, event };
};
"""
KEEP = """
const fs = require("fs");
let seen = [];
exports.handler = async (event) => { if (event === "all") return seen; seen.push(event); };
"""


def client(server, service, key="test", secret="test", token=None):
    return boto3.client(service, aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token,
                        region_name=REGION, endpoint_url="http://127.0.0.1:%d" % server.cloud_port,
                        config=Config(retries={"total_max_attempts": 1}, read_timeout=60))


def fails(name, code, words, call, **members):
    try:
        tap.ok(False, name, "it succeeded: %r" % (call(),))
    except botocore.exceptions.ClientError as error:
        found = error.response["Error"]
        tap.ok(found["Code"] == code and words in found["Message"] and
               all(error.response.get(k) == v for k, v in members.items()), name, error.response)


def create(fn, name, code="1", **more):
    values = {"Runtime": "nodejs20.x", "Handler": "index.handler", "Role": ROLE, "Timeout": 10, **more}
    files = values.pop("Files", {"index.js": CODE % code})
    made = fn.create_function(FunctionName=name, Code={"ZipFile": zipped(files)}, **values)
    settle(fn, name)
    return made


def settle(fn, name):
    fn.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig=OFTEN)
    fn.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig=OFTEN)


def change(fn, name, code):
    fn.update_function_code(FunctionName=name, ZipFile=zipped({"index.js": CODE % code}))
    settle(fn, name)


def invoke(fn, name, event=None, **more):
    answer = fn.invoke(FunctionName=name, Payload=json.dumps(event if event is not None else {}), **more)
    return answer, json.loads(answer["Payload"].read() or b"null")


def versions(fn):
    create(fn, "v", Description="first")
    one = fn.publish_version(FunctionName="v")
    tap.ok(one["Version"] == "1" and one["FunctionArn"] == ARN + "v:1" and one["Description"] == "first" and
           one["State"] == "Active", "a version of a function that is settled is published, and is there at once", one)
    fn.get_waiter("published_version_active").wait(FunctionName="v", Qualifier="1", WaiterConfig=OFTEN)
    again = fn.publish_version(FunctionName="v", Description="other")
    tap.ok(again["Version"] == "1" and again["Description"] == "first", "nothing has changed: no new version", again)
    change(fn, "v", "2")
    fails("the code must be what the caller thinks", "InvalidParameterValueException",
          "CodeSHA256 (x) is different from current CodeSHA256 in $LATEST", lambda: fn.publish_version(FunctionName="v", CodeSha256="x"))
    fails("so must the revision", "PreconditionFailedException", "does not match the latest Revision Id",
          lambda: fn.publish_version(FunctionName="v", RevisionId="x"), Type="User")
    two = fn.publish_version(FunctionName="v", Description="second")
    tap.ok(two["Version"] == "2" and two["Description"] == "second", "a change makes a new one", two)
    listed = fn.list_versions_by_function(FunctionName="v")["Versions"]
    tap.ok([(v["Version"], v["FunctionArn"]) for v in listed] ==
           [("$LATEST", ARN + "v:$LATEST"), ("1", ARN + "v:1"), ("2", ARN + "v:2")], "all are listed", listed)
    pages = [v["Version"] for p in fn.get_paginator("list_versions_by_function").paginate(
        FunctionName="v", PaginationConfig={"PageSize": 1}) for v in p["Versions"]]
    tap.ok(pages == ["$LATEST", "1", "2"], "page by page too", pages)
    time.sleep(0.4)
    answers = [invoke(fn, n, **q) for n, q in (("v", {}), ("v:1", {}), ("v", {"Qualifier": "1"}), (ARN + "v:2", {}))]
    tap.ok([(a["ExecutedVersion"], o["code"], o["version"], o["arn"][len(ARN):]) for a, o in answers] ==
           [("$LATEST", 2, "$LATEST", "v"), ("1", 1, "1", "v:1"), ("1", 1, "1", "v:1"), ("2", 2, "2", "v:2")],
           "each is invoked by its number", answers)
    fails("two qualifiers must agree", "InvalidParameterValueException",
          "The derived qualifier from the function name does not match the specified qualifier.",
          lambda: fn.get_function(FunctionName="v:1", Qualifier="2"))
    fails("a version that is not there is not found", "ResourceNotFoundException", "Function not found: %sv:9" % ARN,
          lambda: fn.get_function(FunctionName="v", Qualifier="9"))
    fails("other regions are out of reach", "ResourceNotFoundException",
          "Functions from 'eu-west-3' are not reachable in this region ('us-east-1')",
          lambda: fn.get_function(FunctionName=ARN.replace(REGION, "eu-west-3") + "v"))
    listed = [f["FunctionArn"][len(ARN):] for f in fn.list_functions(FunctionVersion="ALL")["Functions"]]
    tap.ok(listed == ["v:$LATEST", "v:1", "v:2"], "functions are listed with all versions", listed)
    made = create(fn, "published", Publish=True)
    tap.ok(made["Version"] == "1" and made["FunctionArn"] == ARN + "published", "a function can be made with a version", made)
    made = fn.update_function_code(FunctionName="published", ZipFile=zipped({"index.js": CODE % 5}), Publish=True)
    tap.ok(made["Version"] == "2" and made["FunctionArn"] == ARN + "published:2", "and changed with one", made)
    fails("$LATEST stays", "InvalidParameterValueException", "$LATEST version cannot be deleted without deleting the function.",
          lambda: fn.delete_function(FunctionName="v", Qualifier="$LATEST"))
    settle(fn, "published")
    fn.delete_function(FunctionName="published", Qualifier="1")
    tap.ok([v["Version"] for v in fn.list_versions_by_function(FunctionName="published")["Versions"]] == ["$LATEST", "2"],
           "a version is deleted")
    fn.delete_function(FunctionName="published")
    made = create(fn, "published", Publish=True)
    tap.ok(made["Version"] == "3", "numbers are not given again", made)


def aliases(fn):
    alias = fn.create_alias(FunctionName="v", Name="live", FunctionVersion="1", Description="d")
    tap.ok({k: alias[k] for k in ("AliasArn", "Name", "FunctionVersion", "Description")} ==
           {"AliasArn": ARN + "v:live", "Name": "live", "FunctionVersion": "1", "Description": "d"}, "an alias is made", alias)
    fails("once", "ResourceConflictException", "Alias already exists: %sv:live" % ARN,
          lambda: fn.create_alias(FunctionName="v", Name="live", FunctionVersion="2"))
    fails("for a version that is there", "ResourceNotFoundException", "Function not found: %sv:7" % ARN,
          lambda: fn.create_alias(FunctionName="v", Name="other", FunctionVersion="7"))
    fails("and not called like a number", "ValidationException",
          "Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)",
          lambda: fn.create_alias(FunctionName="v", Name="12", FunctionVersion="1"))
    answer, out = invoke(fn, "v:live")
    tap.ok(answer["ExecutedVersion"] == "1" and out["arn"] == ARN + "v:live", "it is invoked", out)
    config = fn.get_function_configuration(FunctionName="v", Qualifier="live")
    tap.ok(config["FunctionArn"] == ARN + "v:live" and config["Version"] == "1", "its version is described under its name", config)
    changed = fn.update_alias(FunctionName="v", Name="live", RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}})
    tap.ok(changed["RoutingConfig"] == {"AdditionalVersionWeights": {"2": 0.5}} and changed["RevisionId"] != alias["RevisionId"],
           "two versions share its calls", changed)
    seen = collections.Counter(invoke(fn, "v", Qualifier="live")[0]["ExecutedVersion"] for _ in range(60))
    tap.ok(set(seen) == {"1", "2"} and min(seen.values()) > 10, "both get their part", seen)
    for words, weights in (("Number of items in AdditionalVersionWeights cannot be greater than 1", {"2": 0.1, "3": 0.1}),
                           ("Function version 1 is already included in routing configuration.", {"1": 0.1})):
        fails("no: %s" % words, "InvalidParameterValueException", words,
              lambda: fn.update_alias(FunctionName="v", Name="live", RoutingConfig={"AdditionalVersionWeights": weights}))
    fails("a weight is at most 1", "ValidationException", "Map value must satisfy constraint",
          lambda: fn.update_alias(FunctionName="v", Name="live", RoutingConfig={"AdditionalVersionWeights": {"2": 2.0}}))
    fails("$LATEST shares with nobody", "InvalidParameterValueException",
          "$LATEST is not supported for an alias pointing to more than 1 version",
          lambda: fn.create_alias(FunctionName="v", Name="l", FunctionVersion="$LATEST",
                                  RoutingConfig={"AdditionalVersionWeights": {"2": 0.1}}))
    fails("a version with aliases stays", "ResourceConflictException",
          "Unable to delete version because the following aliases reference it: [live]",
          lambda: fn.delete_function(FunctionName="v", Qualifier="2"))
    fails("revisions are compared", "PreconditionFailedException", "Revision Id",
          lambda: fn.update_alias(FunctionName="v", Name="live", RevisionId=alias["RevisionId"]))
    changed = fn.update_alias(FunctionName="v", Name="live", FunctionVersion="2", RoutingConfig={})
    tap.ok("RoutingConfig" not in changed and fn.get_alias(FunctionName="v", Name="live")["FunctionVersion"] == "2",
           "an empty set of weights ends the sharing", changed)
    tap.ok([a["Name"] for a in fn.list_aliases(FunctionName="v", FunctionVersion="2")["Aliases"]] == ["live"] and
           not fn.list_aliases(FunctionName="v", FunctionVersion="1")["Aliases"], "aliases are listed by version")
    fn.delete_alias(FunctionName="v", Name="live")
    fn.delete_alias(FunctionName="v", Name="live")
    fails("a deleted one is gone", "ResourceNotFoundException", "Cannot find alias arn: %sv:live" % ARN,
          lambda: fn.get_alias(FunctionName="v", Name="live"))


def permissions(fn, iam, server):
    said = fn.add_permission(FunctionName="v", StatementId="s1", Action="lambda:InvokeFunction",
                             Principal="apigateway.amazonaws.com", SourceArn="arn:aws:execute-api:us-east-1:%s:x/*" % ACCOUNT)
    want = ('{"Sid":"s1","Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},"Action":"lambda:InvokeFunction",'
            '"Resource":"%sv","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:execute-api:us-east-1:%s:x/*"}}}' % (ARN, ACCOUNT))
    tap.ok(said["Statement"] == want, "a permission is told as it stands in the policy", said)
    policy = fn.get_policy(FunctionName="v")
    tap.ok(policy["Policy"] == '{"Version":"2012-10-17","Id":"default","Statement":[%s]}' % want and
           policy["RevisionId"] == fn.get_function_configuration(FunctionName="v")["RevisionId"], "the policy is Lambda's", policy)
    fails("a statement's id is taken once", "ResourceConflictException", "The statement id (s1) provided already exists.",
          lambda: fn.add_permission(FunctionName="v", StatementId="s1", Action="lambda:InvokeFunction", Principal="*"))
    fails("principals must be some", "InvalidParameterValueException", "The provided principal was invalid.",
          lambda: fn.add_permission(FunctionName="v", StatementId="s2", Action="lambda:InvokeFunction", Principal="nobody"))
    fails("a role that is not there is none", "InvalidParameterValueException", "The provided principal was invalid.",
          lambda: fn.add_permission(FunctionName="v", StatementId="s2", Action="lambda:InvokeFunction",
                                    Principal="arn:aws:iam::%s:role/nobody" % ACCOUNT))
    fails("$LATEST has no policy of its own", "InvalidParameterValueException",
          "We currently do not support adding policies for $LATEST.",
          lambda: fn.add_permission(FunctionName="v", StatementId="s", Action="lambda:InvokeFunction", Principal="*", Qualifier="$LATEST"))
    fails("aliases must be there", "ResourceNotFoundException", "Cannot find alias arn: %sv:none" % ARN,
          lambda: fn.add_permission(FunctionName="v", StatementId="s", Action="lambda:InvokeFunction", Principal="*", Qualifier="none"))
    fails("an authentication type is for addresses", "InvalidParameterValueException",
          "FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action",
          lambda: fn.add_permission(FunctionName="v", StatementId="s", Action="lambda:InvokeFunction", Principal="*", FunctionUrlAuthType="NONE"))
    fails("the revision is compared", "PreconditionFailedException", "Revision Id",
          lambda: fn.add_permission(FunctionName="v", StatementId="s", Action="lambda:InvokeFunction", Principal="*", RevisionId="x"))
    said = json.loads(fn.add_permission(FunctionName="v", StatementId="a", Action="lambda:InvokeFunction", Principal="123456789012",
                                        SourceAccount="123456789012", Qualifier="1")["Statement"])
    tap.ok(said["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"} and said["Resource"] == ARN + "v:1" and
           said["Condition"] == {"StringEquals": {"AWS:SourceAccount": "123456789012"}}, "versions have policies of their own", said)
    fn.remove_permission(FunctionName="v", StatementId="a", Qualifier="1")
    fails("the last statement takes the policy along", "ResourceNotFoundException", "The resource you requested does not exist.",
          lambda: fn.get_policy(FunctionName="v", Qualifier="1"))
    fails("then there is nothing to remove", "ResourceNotFoundException", "No policy is associated with the given resource.",
          lambda: fn.remove_permission(FunctionName="v", StatementId="a", Qualifier="1"))
    fails("nor what was never there", "ResourceNotFoundException", "Statement zz is not found in resource policy.",
          lambda: fn.remove_permission(FunctionName="v", StatementId="zz"))
    iam.create_user(UserName="anna")
    key = iam.create_access_key(UserName="anna")["AccessKey"]
    anna = client(server, "lambda", key["AccessKeyId"], key["SecretAccessKey"])
    fails("a user without permissions invokes nothing", "AccessDeniedException",
          "User: arn:aws:iam::%s:user/anna is not authorized to perform: lambda:InvokeFunction on resource: %sv "
          "because no identity-based policy allows the lambda:InvokeFunction action" % (ACCOUNT, ARN), lambda: invoke(anna, "v"))
    fn.add_permission(FunctionName="v", StatementId="anna", Action="lambda:InvokeFunction",
                      Principal="arn:aws:iam::%s:user/anna" % ACCOUNT)
    tap.ok(invoke(anna, "v")[1]["code"] == 2, "the function's policy is enough")
    fails("for the function itself only", "AccessDeniedException", "lambda:InvokeFunction on resource: %sv:1" % ARN,
          lambda: invoke(anna, "v", Qualifier="1"))
    fn.remove_permission(FunctionName="v", StatementId="anna")
    fails("and only as long as it says so", "AccessDeniedException", "lambda:InvokeFunction on resource: %sv " % ARN,
          lambda: invoke(anna, "v"))


def layers(fn):
    one = fn.publish_layer_version(LayerName="l", Content={"ZipFile": zipped({"nodejs/a.txt": "one", "both.txt": "one"})},
                                   Description="d", CompatibleRuntimes=["nodejs20.x"], LicenseInfo="MIT", CompatibleArchitectures=["x86_64"])
    tap.ok(one["LayerVersionArn"] == LAYER + "l:1" and one["LayerArn"] == LAYER + "l" and one["Version"] == 1 and
           one["Content"]["CodeSize"] > 0 and one["CompatibleRuntimes"] == ["nodejs20.x"], "a layer's version is published", one)
    two = fn.publish_layer_version(LayerName="l", Content={"ZipFile": zipped({"nodejs/b.txt": "two"})})
    more = fn.publish_layer_version(LayerName="m", Content={"ZipFile": zipped({"nodejs/c.txt": "three", "both.txt": "more", "bin/x": "#!"})})
    tap.ok(two["Version"] == 2 and [v["Version"] for v in fn.list_layer_versions(LayerName="l")["LayerVersions"]] == [2, 1],
           "the next one has the next number; the newest is listed first")
    tap.ok(two["Description"] == "" and ["Description" in v for v in fn.list_layer_versions(LayerName="l")["LayerVersions"]] ==
           [False, True], "a version without a description tells an empty one, and lists none")
    listed = fn.list_layers(CompatibleRuntime="nodejs20.x")["Layers"]
    tap.ok(len(listed) == 1 and listed[0]["LatestMatchingVersion"]["Version"] == 1 and len(fn.list_layers()["Layers"]) == 2,
           "layers are listed with the newest version that fits", listed)
    tap.ok(fn.get_layer_version_by_arn(Arn=LAYER + "l:1")["Description"] == "d" and
           fn.get_layer_version(LayerName=LAYER + "l", VersionNumber=2)["Version"] == 2, "a version is had by ARN and by number")
    fails("one that is not there is not found", "ResourceNotFoundException", "The resource you requested does not exist.",
          lambda: fn.get_layer_version(LayerName="l", VersionNumber=9))
    create(fn, "layered", Layers=[one["LayerVersionArn"], more["LayerVersionArn"]])
    config = fn.get_function_configuration(FunctionName="layered")
    tap.ok(config["Layers"] == [{"Arn": one["LayerVersionArn"], "CodeSize": one["Content"]["CodeSize"]},
                                {"Arn": more["LayerVersionArn"], "CodeSize": more["Content"]["CodeSize"]}], "a function has layers", config)
    tap.ok(invoke(fn, "layered", {"list": "/opt/nodejs"})[1] == ["a.txt", "c.txt"] and
           invoke(fn, "layered", {"read": "/opt/both.txt"})[1] == "more", "they lie over each other at /opt, in order")
    for words, wanted in (("Layer version %sl:9 does not exist." % LAYER, [LAYER + "l:9"]),
                          ("Cannot reference more than 5 layers.", [LAYER + "l:1"] * 6),
                          ("Two different versions of the same layer are not allowed to be referenced in the same function. "
                           "%sl:1 and %sl:2 are versions of the same layer." % (LAYER, LAYER), [LAYER + "l:1", LAYER + "l:2"])):
        fails("no: %s" % words[:50], "InvalidParameterValueException", words,
              lambda: fn.update_function_configuration(FunctionName="layered", Layers=wanted))
    fails("layers of others are not had", "AccessDeniedException", "is not authorized to perform: lambda:GetLayerVersion",
          lambda: fn.update_function_configuration(FunctionName="layered", Layers=[(LAYER + "l:1").replace(ACCOUNT, "1" * 12)]))
    fn.delete_layer_version(LayerName="l", VersionNumber=1)
    fn.delete_layer_version(LayerName="l", VersionNumber=1)
    tap.ok(invoke(fn, "layered", {"read": "/opt/nodejs/a.txt"})[1] == "one", "a deleted version goes on for who has it")
    fn.update_function_configuration(FunctionName="layered", Layers=[])
    settle(fn, "layered")
    answer, out = invoke(fn, "layered", {"read": "/opt/both.txt"})
    tap.ok("Layers" not in fn.get_function_configuration(FunctionName="layered") and out["errorMessage"].startswith("ENOENT"),
           "layers are taken away", out)
    said = fn.add_layer_version_permission(LayerName="l", VersionNumber=2, StatementId="s", Action="lambda:GetLayerVersion", Principal="*")
    tap.ok(json.loads(said["Statement"]) == {"Sid": "s", "Effect": "Allow", "Principal": "*", "Action": "lambda:GetLayerVersion",
                                            "Resource": LAYER + "l:2"}, "a layer has a policy", said)
    policy = fn.get_layer_version_policy(LayerName="l", VersionNumber=2)
    tap.ok(policy["RevisionId"] == said["RevisionId"] and len(json.loads(policy["Policy"])["Statement"]) == 1, "which is told", policy)
    fails("its revision is compared", "PreconditionFailedException", "Call the GetLayerPolicy API",
          lambda: fn.remove_layer_version_permission(LayerName="l", VersionNumber=2, StatementId="s", RevisionId="x"))
    fn.remove_layer_version_permission(LayerName="l", VersionNumber=2, StatementId="s")
    fails("then there is none", "ResourceNotFoundException", "No policy is associated with the given resource.",
          lambda: fn.get_layer_version_policy(LayerName="l", VersionNumber=2))


def settings(fn):
    fn.tag_resource(Resource=ARN + "v", Tags={"a": "1", "b": "2"})
    fn.untag_resource(Resource=ARN + "v", TagKeys=["a", "zz"])
    tap.ok(fn.list_tags(Resource=ARN + "v")["Tags"] == {"b": "2"} and fn.get_function(FunctionName="v")["Tags"] == {"b": "2"},
           "functions have tags")
    fails("versions have none", "InvalidParameterValueException", "Tags on function aliases and versions are not supported.",
          lambda: fn.tag_resource(Resource=ARN + "v:1", Tags={"a": "1"}))
    fails("50 are enough", "InvalidParameterValueException", "Number of tags exceeds resource tag limit.",
          lambda: fn.tag_resource(Resource=ARN + "v", Tags={"k%d" % i: "" for i in range(50)}))
    tap.ok("CodeSigningConfigArn" not in fn.get_function_code_signing_config(FunctionName="v"), "nothing is signed")
    fails("by no configuration", "CodeSigningConfigNotFoundException", "The code signing configuration cannot be found.",
          lambda: fn.put_function_code_signing_config(FunctionName="v", CodeSigningConfigArn="arn:aws:lambda:us-east-1:%s:"
                                                      "code-signing-config:csc-0123456789abcdef0" % ACCOUNT))
    tap.ok(fn.get_runtime_management_config(FunctionName="v")["UpdateRuntimeOn"] == "Auto" and
           fn.put_runtime_management_config(FunctionName="v", UpdateRuntimeOn="FunctionUpdate")["FunctionArn"] == ARN + "v:$LATEST" and
           fn.get_runtime_management_config(FunctionName="v")["UpdateRuntimeOn"] == "FunctionUpdate", "runtime updates are configured")
    tap.ok(fn.get_function_recursion_config(FunctionName="v")["RecursiveLoop"] == "Terminate" and
           fn.put_function_recursion_config(FunctionName="v", RecursiveLoop="Allow")["RecursiveLoop"] == "Allow", "so is recursion")
    changed = fn.update_function_configuration(FunctionName="v", LoggingConfig={"LogFormat": "JSON"}, TracingConfig={"Mode": "Active"})
    tap.ok(changed["LoggingConfig"] == {"LogFormat": "JSON", "LogGroup": "/aws/lambda/v", "ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO"} and
           changed["TracingConfig"] == {"Mode": "Active"}, "logging and tracing are configured", changed)
    settle(fn, "v")


def concurrency(fn):
    limits = fn.get_account_settings()
    tap.ok(limits["AccountLimit"]["ConcurrentExecutions"] == 1000 and limits["AccountUsage"]["FunctionCount"] > 1 and
           limits["AccountUsage"]["TotalCodeSize"] > 0, "the account has limits", limits)
    create(fn, "busy")
    tap.ok("ReservedConcurrentExecutions" not in fn.get_function_concurrency(FunctionName="busy"), "nothing is reserved at first")
    tap.ok(fn.put_function_concurrency(FunctionName="busy", ReservedConcurrentExecutions=0) and
           fn.get_function(FunctionName="busy")["Concurrency"] == {"ReservedConcurrentExecutions": 0}, "nothing may be reserved")
    fails("then nothing runs", "TooManyRequestsException", "Rate Exceeded.", lambda: invoke(fn, "busy"),
          Reason="ReservedFunctionConcurrentInvocationLimitExceeded", Type="User")
    fails("100 are left for the rest", "InvalidParameterValueException",
          "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
          lambda: fn.put_function_concurrency(FunctionName="busy", ReservedConcurrentExecutions=901))
    fn.put_function_concurrency(FunctionName="busy", ReservedConcurrentExecutions=900)
    tap.ok(fn.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"] == 100, "what is reserved is told")
    fails("of functions, not of versions", "InvalidParameterValueException", "This operation is permitted on Lambda functions only.",
          lambda: fn.put_function_concurrency(FunctionName="busy:1", ReservedConcurrentExecutions=1))
    fn.delete_function_concurrency(FunctionName="busy")
    tap.ok(invoke(fn, "busy")[0]["StatusCode"] == 200, "without a reservation it runs again")


def provisioned(fn):
    create(fn, "ready", Publish=True)
    fn.create_alias(FunctionName="ready", Name="live", FunctionVersion="1")
    for qualifier, words in (("$LATEST", "Provisioned Concurrency Configs cannot be applied to unpublished function versions."),):
        fails("$LATEST is not provided for", "InvalidParameterValueException", words,
              lambda: fn.put_provisioned_concurrency_config(FunctionName="ready", Qualifier=qualifier, ProvisionedConcurrentExecutions=1))
    fails("nothing is at first", "ProvisionedConcurrencyConfigNotFoundException", "No Provisioned Concurrency Config found for this function",
          lambda: fn.get_provisioned_concurrency_config(FunctionName="ready", Qualifier="live"))
    put = fn.put_provisioned_concurrency_config(FunctionName="ready", Qualifier="live", ProvisionedConcurrentExecutions=2)
    tap.ok(put["Status"] == "IN_PROGRESS" and put["RequestedProvisionedConcurrentExecutions"] == 2, "environments are asked for", put)
    fails("not twice for a version", "ResourceConflictException", "Version is pointed by a Provisioned Concurrency alias",
          lambda: fn.put_provisioned_concurrency_config(FunctionName="ready", Qualifier="1", ProvisionedConcurrentExecutions=1))
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        now = fn.get_provisioned_concurrency_config(FunctionName="ready", Qualifier="live")
        if now["Status"] != "IN_PROGRESS":
            break
        time.sleep(0.1)
    tap.ok(now["Status"] == "READY" and now["AvailableProvisionedConcurrentExecutions"] == 2, "soon they are there", now)
    log = base64.b64decode(fn.invoke(FunctionName="ready", Qualifier="live", Payload=b"{}", LogType="Tail")["LogResult"]).decode()
    tap.ok("Init Duration" not in log, "so the first call starts nothing", log)
    listed = fn.list_provisioned_concurrency_configs(FunctionName="ready")["ProvisionedConcurrencyConfigs"]
    tap.ok(len(listed) == 1 and listed[0]["FunctionArn"] == ARN + "ready:live", "they are listed", listed)
    fails("no more than are reserved", "InvalidParameterValueException", "should not be lower than function's total provisioned concurrency [2].",
          lambda: fn.put_function_concurrency(FunctionName="ready", ReservedConcurrentExecutions=1))
    fn.delete_provisioned_concurrency_config(FunctionName="ready", Qualifier="live")
    fn.delete_provisioned_concurrency_config(FunctionName="ready", Qualifier="live")
    tap.ok(not fn.list_provisioned_concurrency_configs(FunctionName="ready")["ProvisionedConcurrencyConfigs"], "and given up")


def streams(fn):
    answer = fn.invoke_with_response_stream(FunctionName="v", Qualifier="1", Payload=b'{"s":1}', LogType="Tail")
    events_ = list(answer["EventStream"])
    text = b"".join(e["PayloadChunk"]["Payload"] for e in events_ if "PayloadChunk" in e)
    tap.ok(answer["ExecutedVersion"] == "1" and json.loads(text)["event"] == {"s": 1} and
           b"REPORT" in base64.b64decode(events_[-1]["InvokeComplete"]["LogResult"]), "an answer comes as a stream", events_)
    end = list(fn.invoke_with_response_stream(FunctionName="v", Payload=b'{"throw":"x"}')["EventStream"])[-1]["InvokeComplete"]
    tap.ok(end["ErrorCode"] == "Unhandled" and json.loads(end["ErrorDetails"])["errorMessage"] == "x", "whose end tells of errors", end)


def kept(fn, least, seconds=20):
    """What the function that keeps events has, once there are so many; it is one environment, which may be busy."""
    deadline = time.monotonic() + seconds
    found = []
    while time.monotonic() < deadline and len(found) < least:
        time.sleep(0.3)
        try:
            found = invoke(fn, "keep", "all")[1]
        except botocore.exceptions.ClientError as error:
            if error.response["Error"]["Code"] != "TooManyRequestsException":
                raise
    return found


def events(fn, iam):
    create(fn, "keep", Files={"index.js": KEEP})
    fn.put_function_concurrency(FunctionName="keep", ReservedConcurrentExecutions=1)
    create(fn, "does")
    put = fn.put_function_event_invoke_config(FunctionName="does", MaximumRetryAttempts=0, DestinationConfig={
        "OnSuccess": {"Destination": ARN + "keep"}, "OnFailure": {"Destination": ARN + "keep"}})
    tap.ok(put["FunctionArn"] == ARN + "does:$LATEST" and put["MaximumRetryAttempts"] == 0, "events are configured", put)
    fails("a destination must be there", "InvalidParameterValueException", "The destination ARN %snone is invalid." % ARN,
          lambda: fn.put_function_event_invoke_config(FunctionName="does", DestinationConfig={"OnSuccess": {"Destination": ARN + "none"}}))
    fails("and not the function itself", "InvalidParameterValueException", "You can't specify the function as a destination for itself.",
          lambda: fn.put_function_event_invoke_config(FunctionName="does", DestinationConfig={"OnSuccess": {"Destination": ARN + "does"}}))
    fails("of a service that takes records", "InvalidParameterValueException",
          "The provided destination config DestinationConfig(onSuccess=null, onFailure=OnFailure(destination=arn:aws:iam::1:x)) is invalid."
          .replace("::1:", "::%s:" % ACCOUNT),
          lambda: fn.put_function_event_invoke_config(FunctionName="does", DestinationConfig={
              "OnFailure": {"Destination": "arn:aws:iam::%s:x" % ACCOUNT}}))
    fails("something must be said", "InvalidParameterValueException", "You must specify at least one of error handling or destination setting.",
          lambda: fn.put_function_event_invoke_config(FunctionName="does"))
    fn.invoke(FunctionName="does", InvocationType="Event", Payload=b'{"n":1}')
    time.sleep(1.5)
    tap.ok(invoke(fn, "keep", "all")[1] == [], "without permission a record goes nowhere")
    iam.put_role_policy(RoleName="R", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*"}]}))
    sent = fn.invoke(FunctionName="does", InvocationType="Event", Payload=b'{"n":2}')
    found = kept(fn, 1)
    record = found[0] if found else {}
    tap.ok(record.get("version") == "1.0" and record["requestContext"] == {
        "requestId": sent["ResponseMetadata"]["RequestId"], "functionArn": ARN + "does:$LATEST", "condition": "Success",
        "approximateInvokeCount": 1} and record["requestPayload"] == {"n": 2} and
        record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST"} and record["responsePayload"]["event"] == {"n": 2},
        "a success has a record", record)
    fn.invoke(FunctionName="does", InvocationType="Event", Payload=b'{"throw":"x"}')
    found = kept(fn, 2)
    record = found[1] if len(found) > 1 else {}
    tap.ok(record and record["requestContext"]["condition"] == "RetriesExhausted" and
           record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"} and
           record["responsePayload"]["errorMessage"] == "x", "a failure has one too", record)
    changed = fn.update_function_event_invoke_config(FunctionName="does", MaximumEventAgeInSeconds=60)
    tap.ok(changed["MaximumRetryAttempts"] == 0 and changed["MaximumEventAgeInSeconds"] == 60, "one setting is changed alone", changed)
    tap.ok(len(fn.list_function_event_invoke_configs(FunctionName="does")["FunctionEventInvokeConfigs"]) == 1 and
           fn.get_function_event_invoke_config(FunctionName="does")["MaximumEventAgeInSeconds"] == 60, "it is listed and told")
    fn.delete_function_event_invoke_config(FunctionName="does")
    fails("and deleted", "ResourceNotFoundException", "The function %sdoes:$LATEST doesn't have an EventInvokeConfig" % ARN,
          lambda: fn.get_function_event_invoke_config(FunctionName="does"))
    tap.ok(fn.invoke_async(FunctionName="keep", InvokeArgs=b'"old"')["Status"] == 202 and
           "old" in kept(fn, 3), "the old asynchronous call works")


def downloads(fn):
    code = fn.get_function(FunctionName="v")["Code"]
    bytes_ = urllib.request.urlopen(code["Location"]).read()
    sha = base64.b64encode(hashlib.sha256(bytes_).digest()).decode()
    tap.ok(code["RepositoryType"] == "S3" and sha == fn.get_function(FunctionName="v")["Configuration"]["CodeSha256"],
           "the code is downloaded from where it is said to be", code)
    for what, url, status in (("a changed signature", code["Location"][:-1] + ("0" if code["Location"][-1] != "0" else "1"), 403),
                              ("another account", code["Location"].replace("/" + ACCOUNT + "/", "/111111111111/"), 404)):
        try:
            tap.ok(False, what + " is refused", urllib.request.urlopen(url).status)
        except urllib.error.HTTPError as error:
            tap.ok(error.code == status, what + " is refused", error.code)
    layer = fn.get_layer_version(LayerName="l", VersionNumber=2)["Content"]
    tap.ok(base64.b64encode(hashlib.sha256(urllib.request.urlopen(layer["Location"]).read()).digest()).decode() == layer["CodeSha256"],
           "so is a layer")


WEB = """
exports.handler = async (e) => {
  switch (e.rawPath) {
  case "/plain": return "Hello";
  case "/throw": throw new Error("no");
  case "/bytes": return { statusCode: 201, headers: { "Content-Type": "image/x", "X-Mine": 1 }, isBase64Encoded: true,
    body: Buffer.from([0, 255, 10]).toString("base64"), cookies: ["a=1", "b=2; Path=/"] };
  case "/odd": return { statusCode: "x", body: 5 };
  default: return e;
  }
};
"""


def ask(url, method="GET", body=None, headers=None):
    """Status, headers and body of a request, whatever they are."""
    request = urllib.request.Request(url, body, headers or {}, method=method)
    try:
        answer = urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        answer = error
    return answer.status, answer.headers, answer.read()


def addresses(fn, iam, server):
    create(fn, "web", Files={"index.js": WEB})
    made = fn.create_function_url_config(FunctionName="web", AuthType="NONE")
    url = made["FunctionUrl"]
    tap.ok(made["FunctionArn"] == ARN + "web" and made["AuthType"] == "NONE" and
           not {"Cors", "InvokeMode"} & set(made), "a function gets an address", made)
    fails("one", "ResourceConflictException", "Failed to create function url config for [functionArn = %sweb]. Error message:  "
          "FunctionUrlConfig exists for this Lambda function" % ARN,
          lambda: fn.create_function_url_config(FunctionName="web", AuthType="NONE"))
    fails("only what is there does", "ResourceNotFoundException", "Function does not exist",
          lambda: fn.create_function_url_config(FunctionName="none", AuthType="NONE"))
    fails("versions have none", "ValidationException", "Member must satisfy regular expression pattern: ((?!^\\d+$)^[0-9a-zA-Z-_]+$)",
          lambda: fn.create_function_url_config(FunctionName="web", AuthType="NONE", Qualifier="1"))
    status, headers, body = ask(url)
    tap.ok(status == 403 and b"Forbidden" in body and headers["x-amzn-ErrorType"] == "AccessDeniedException",
           "it is forbidden without a permission", body)
    fn.add_permission(FunctionName="web", StatementId="u", Action="lambda:InvokeFunctionUrl", Principal="*", FunctionUrlAuthType="NONE")
    status, headers, body = ask(url + "a/b%20c?x=1&x=2&y=%41", "POST", b'{"k":1}', {
        "Content-Type": "application/json", "Cookie": "c=1; immersion_session=secret; d=2", "X-Two": "v", "X-Forwarded-For": "203.0.113.9"})
    event = json.loads(body)
    context = event["requestContext"]
    tap.ok(status == 200 and event["version"] == "2.0" and event["rawPath"] == "/a/b c" and event["rawQueryString"] == "x=1&x=2&y=%41" and
           event["queryStringParameters"] == {"x": "1,2", "y": "A"} and event["cookies"] == ["c=1", "d=2"] and
           event["headers"]["x-two"] == "v" and "cookie" not in event["headers"] and event["body"] == '{"k":1}' and
           event["isBase64Encoded"] is False and context["http"]["method"] == "POST" and context["accountId"] == "anonymous" and
           context["domainPrefix"] in url and context["routeKey"] == "$default", "with one the function sees the request", event)
    way = {name: event["headers"].get(name) for name in ("content-length", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto")}
    tap.ok(way == {"content-length": "7", "x-forwarded-for": "203.0.113.9, 127.0.0.1", "x-forwarded-port": str(server.cloud_port),
                   "x-forwarded-proto": "http"} and event["headers"]["x-amzn-trace-id"].startswith("Root=1-"), "and which way it came", event)
    event = json.loads(ask(url, "PUT", b"\x00\xff", {"Content-Type": "application/octet-stream"})[2])
    tap.ok(event["isBase64Encoded"] is True and event["body"] == "AP8=" and event["rawPath"] == "/", "bytes come in base64", event)
    status, headers, body = ask(url + "bytes")
    tap.ok(status == 201 and body == b"\x00\xff\n" and headers["Content-Type"] == "image/x" and headers["X-Mine"] == "1" and
           headers.get_all("Set-Cookie") == ["a=1", "b=2; Path=/"], "and go out of it", dict(headers))
    status, headers, body = ask(url + "plain")
    tap.ok((status, headers["Content-Type"], body) == (200, "application/json", b'"Hello"'), "anything else is sent as JSON", body)
    tap.ok([ask(url + p)[0] for p in ("throw", "odd")] == [502, 502], "a failure is a bad gateway")
    host = {"Host": context["domainPrefix"] + ".lambda-url.us-east-1.on.aws"}
    event = json.loads(ask("http://127.0.0.1:%d/x" % server.cloud_port, headers=host)[2])
    tap.ok(event["rawPath"] == "/x" and event["requestContext"]["domainName"] == host["Host"], "a host name leads there as well", event)
    fn.update_function_url_config(FunctionName="web", Cors={"AllowOrigins": ["https://a.example"], "AllowMethods": ["GET", "PUT"],
                                                            "AllowHeaders": ["x-a"], "MaxAge": 60, "AllowCredentials": True})
    status, headers, body = ask(url, "OPTIONS", headers={"Origin": "https://a.example", "Access-Control-Request-Method": "PUT"})
    tap.ok(status == 200 and headers["Access-Control-Allow-Origin"] == "https://a.example" and body == b"" and
           headers["Access-Control-Allow-Methods"] == "GET,PUT" and headers["Access-Control-Max-Age"] == "60" and
           headers["Access-Control-Allow-Credentials"] == "true", "preflights are answered for the function", dict(headers))
    tap.ok(ask(url + "plain", headers={"Origin": "https://a.example"})[1]["Access-Control-Allow-Origin"] == "https://a.example" and
           ask(url + "plain", headers={"Origin": "https://b.example"})[1]["Access-Control-Allow-Origin"] is None,
           "origins that are not allowed see nothing")
    fn.put_function_concurrency(FunctionName="web", ReservedConcurrentExecutions=0)
    tap.ok(ask(url)[0] == 429, "too many requests are told so")
    fn.delete_function_concurrency(FunctionName="web")
    signed(fn, iam, server, url)
    tap.ok(len(fn.list_function_url_configs(FunctionName="web")["FunctionUrlConfigs"]) == 1, "addresses are listed")
    fn.delete_function_url_config(FunctionName="web")
    tap.ok(ask(url)[0] == 404 and ask(url.replace(context["domainPrefix"], "a" * 32))[0] == 404, "one that is deleted leads nowhere")
    fails("it is gone", "ResourceNotFoundException", "The resource you requested does not exist.",
          lambda: fn.get_function_url_config(FunctionName="web"))


def signed(fn, iam, server, url):
    """AuthType AWS_IAM."""
    import botocore.auth
    import botocore.awsrequest
    import botocore.credentials

    def sign(key, secret):
        request = botocore.awsrequest.AWSRequest("GET", url, headers={"Host": "127.0.0.1:%d" % server.cloud_port})
        botocore.auth.SigV4Auth(botocore.credentials.Credentials(key, secret), "lambda", REGION).add_auth(request)
        return ask(url, headers=dict(request.headers))

    fn.update_function_url_config(FunctionName="web", AuthType="AWS_IAM")
    tap.ok(ask(url)[0] == 403, "where signatures are wanted, none is too little")
    status, _, body = sign("test", "test")
    event = json.loads(body)
    tap.ok(status == 200 and event["requestContext"]["authorizer"]["iam"]["userArn"] == "arn:aws:iam::%s:root" % ACCOUNT and
           event["requestContext"]["accountId"] == ACCOUNT, "a good one is told to the function", event)
    tap.ok(sign("test", "wrong")[0] == 403, "a wrong one is refused")
    iam.create_user(UserName="bea")
    key = iam.create_access_key(UserName="bea")["AccessKey"]
    keys = key["AccessKeyId"], key["SecretAccessKey"]
    tap.ok(sign(*keys)[0] == 403, "so is that of a user who may not")
    iam.put_user_policy(UserName="bea", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "lambda:InvokeFunctionUrl", "Resource": ARN + "web"}]}))
    tap.ok(sign(*keys)[0] == 200, "until a policy lets them")


def large(fn, server):
    """While a large zip is unpacked the account goes on."""
    import threading
    big = zipped({"index.js": CODE % 9, **{"f%d.bin" % i: os.urandom(1 << 20) for i in range(20)}})
    done = []
    thread = threading.Thread(target=lambda: done.append(client(server, "lambda").create_function(
        FunctionName="large", Runtime="nodejs20.x", Handler="index.handler", Role=ROLE, Code={"ZipFile": big})))
    thread.start()
    meanwhile = 0
    while thread.is_alive():
        fn.get_account_settings()
        meanwhile += 1
    thread.join()
    tap.ok(done and done[0]["CodeSize"] == len(big) and meanwhile > 4, "a large zip is unpacked beside other calls", meanwhile)
    settle(fn, "large")
    tap.ok(invoke(fn, "large")[1]["code"] == 9, "and its function runs")


def command(server):
    env = dict(os.environ, AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_DEFAULT_REGION=REGION,
               AWS_ENDPOINT_URL="http://127.0.0.1:%d" % server.cloud_port)
    out = os.path.join(os.environ.get("TMPDIR", "/tmp"), "out.json")
    for program in ("aws", os.environ.get("AWS_OLD")):
        if not program:
            continue
        version = subprocess.run([program, "--version"], capture_output=True, text=True, env=env).stdout
        format_ = [] if version.startswith("aws-cli/1") else ["--cli-binary-format", "raw-in-base64-out"]
        done = subprocess.run([program, "lambda", "invoke", "--endpoint-url", env["AWS_ENDPOINT_URL"], "--function-name", "v:1", "--payload", '{"by": "aws"}', "--log-type", "Tail",
                               *format_, out], env=env, capture_output=True, text=True)
        told = json.loads(done.stdout or "{}")
        with open(out) as file:
            tap.ok(done.returncode == 0 and told["ExecutedVersion"] == "1" and b"REPORT" in base64.b64decode(told["LogResult"]) and
                   json.load(file)["event"] == {"by": "aws"}, "%s invokes a version" % version.split()[0], done.stderr)


with tempfile.TemporaryDirectory() as folder:
    server = Server("cloud", os.path.join(folder, "data"))
    iam, lam = client(server, "iam"), client(server, "lambda")
    ROLE = iam.create_role(RoleName="R", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    complaints = watch(lam)
    for part in (versions, aliases):
        part(lam)
    permissions(lam, iam, server)
    for part in (layers, settings, concurrency):
        part(lam)
    provisioned(lam)
    streams(lam)
    events(lam, iam)
    downloads(lam)
    addresses(lam, iam, server)
    large(lam, server)
    command(server)
    tap.ok(not complaints, "every answer fits the service's model", complaints)
    server.kill()
tap.done()
