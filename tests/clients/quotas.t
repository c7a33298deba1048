#!/usr/bin/env python3
"""
What an account may have of everything, in the words in which each service refuses one more. The numbers are those of "IAM
and AWS STS quotas" and of API Gateway's "Quotas for configuring and running a REST API" and "... an HTTP API".
"""
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
import botocore.exceptions
from botocore.config import Config
from immersion import Server, Tap

tap = Tap()
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]})


def refused(name, status, code, words, call):
    try:
        answer = call()
        tap.ok(False, name, "it succeeded: %r" % (answer,))
    except botocore.exceptions.ClientError as error:
        found = error.response["Error"]
        held = (error.response["ResponseMetadata"]["HTTPStatusCode"], found["Code"], found["Message"])
        tap.ok(held == (status, code, words), name, "%r" % (held,))


def of_iam(iam):
    for i in range(300):
        iam.create_group(GroupName="g%d" % i)
    refused("an account has 300 groups", 409, "LimitExceeded", "Cannot exceed quota for GroupsPerAccount: 300",
            lambda: iam.create_group(GroupName="one-more"))
    iam.delete_group(GroupName="g7")
    tap.ok(iam.create_group(GroupName="one-more"), "there is room again when one is gone")
    for i in range(100):
        iam.create_open_id_connect_provider(Url="https://p%d.example.com" % i)
    refused("an account has 100 identity providers", 409, "LimitExceeded",
            "Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100",
            lambda: iam.create_open_id_connect_provider(Url="https://one-more.example.com"))


def of_roles(iam):
    for i in range(1000):
        iam.create_role(RoleName="r%d" % i, AssumeRolePolicyDocument=TRUST)
    refused("an account has 1000 roles", 409, "LimitExceeded", "Cannot exceed quota for RolesPerAccount: 1000",
            lambda: iam.create_role(RoleName="one-more", AssumeRolePolicyDocument=TRUST))
    role = iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")["Role"]
    tap.ok(role["RoleName"] == "AWSServiceRoleForECS", "a service-linked role is not counted", role)


def definition(paths):
    return {"openapi": "3.0.1", "info": {"title": "many", "version": "1"}, "paths": {
        "/p%d" % i: {"get": {"x-amazon-apigateway-integration": {
            "type": "http_proxy", "httpMethod": "GET", "uri": "https://example.com", "payloadFormatVersion": "1.0"}}}
        for i in range(paths)}}


def of_rest_apis(rest):
    words = "Maximum number of %s for this API has been reached.  Please contact AWS if you need additional %s."
    refused("a REST API has 300 resources, imported ones too", 429, "LimitExceededException",
            words % ("Resources", "Resources"), lambda: rest.import_rest_api(body=json.dumps(definition(300))))
    api = rest.import_rest_api(body=json.dumps(definition(299)))["id"]
    root = rest.get_resources(restApiId=api, limit=500)["items"]
    parent = [r["id"] for r in root if r["path"] == "/"][0]
    refused("and no more one by one", 429, "LimitExceededException", words % ("Resources", "Resources"),
            lambda: rest.create_resource(restApiId=api, parentId=parent, pathPart="more"))
    deployment = rest.create_deployment(restApiId=api)["id"]
    for i in range(10):
        rest.create_stage(restApiId=api, stageName="s%d" % i, deploymentId=deployment)
    refused("a REST API has 10 stages", 429, "LimitExceededException", words % ("Stages", "Stages"),
            lambda: rest.create_stage(restApiId=api, stageName="more", deploymentId=deployment))
    refused("also when a deployment makes them", 429, "LimitExceededException", words % ("Stages", "Stages"),
            lambda: rest.create_deployment(restApiId=api, stageName="more"))
    tap.ok(rest.create_deployment(restApiId=api, stageName="s3"), "a deployment to one that is there goes on")
    of_rest_parts(rest, api, words)


def of_rest_parts(rest, api, words):
    def authorizer(i):
        return rest.create_authorizer(restApiId=api, name="a%d" % i, type="COGNITO_USER_POOLS", providerARNs=[
            "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_abcdefghi"])

    def model(size):
        return json.dumps({"type": "object", "description": "x" * size})

    for i in range(10):
        authorizer(i)
    refused("a REST API has 10 authorizers", 429, "LimitExceededException", words % ("Authorizers", "Authorizers"),
            lambda: authorizer(10))
    too_large = "Maximum size of Models for this API has been reached. It is 400 KB."
    rest.create_model(restApiId=api, name="Half", contentType="application/json", schema=model(200000))
    refused("a REST API has models of 400 KB", 429, "LimitExceededException", too_large,
            lambda: rest.create_model(restApiId=api, name="More", contentType="application/json", schema=model(250000)))
    refused("and they do not grow beyond that", 429, "LimitExceededException", too_large, lambda: rest.update_model(
        restApiId=api, modelName="Half", patchOperations=[{"op": "replace", "path": "/schema", "value": model(410000)}]))
    tap.ok(rest.update_model(restApiId=api, modelName="Half", patchOperations=[
        {"op": "replace", "path": "/schema", "value": model(390000)}]), "up to that they do")


def of_http_apis(http):
    words = "Maximum number of %s for this API has been reached. Please contact AWS if you need additional %s."
    refused("an HTTP API has 300 routes, imported ones too", 429, "ConflictException", words % ("Routes", "Routes"),
            lambda: http.import_api(Body=json.dumps(definition(301))))
    api = http.import_api(Body=json.dumps(definition(300)))["ApiId"]
    refused("and no more one by one", 429, "ConflictException", words % ("Routes", "Routes"),
            lambda: http.create_route(ApiId=api, RouteKey="GET /more"))
    for i in range(10):
        http.create_stage(ApiId=api, StageName="s%d" % i)
    refused("an HTTP API has 10 stages", 429, "ConflictException", words % ("Stages", "Stages"),
            lambda: http.create_stage(ApiId=api, StageName="more"))


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server("serve", os.path.join(folder, "data"))
        person = server.join("Ada")
        options = {"aws_access_key_id": person["accessKeyId"], "aws_secret_access_key": person["secretAccessKey"],
                   "region_name": person["region"], "endpoint_url": "http://127.0.0.1:%d" % server.cloud_port,
                   "config": Config(retries={"total_max_attempts": 1})}
        of_iam(boto3.client("iam", **options))
        of_roles(boto3.client("iam", **options))
        of_rest_apis(boto3.client("apigateway", **options))
        of_http_apis(boto3.client("apigatewayv2", **options))
        server.kill()
    tap.done()


if __name__ == "__main__":
    main()
