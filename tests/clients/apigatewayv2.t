#!/usr/bin/env python3
"""boto3 against API Gateway's HTTP APIs, and plain HTTP against what they serve: events and answers of both formats, routes,
CORS, tokens, functions that authorize, parameter mapping, definitions, deployments, logs and figures.

Every answer of the service is also held against botocore's service models (tests/support/model.py).
"""
import http.client
import io
import json
import os
import sys
import tempfile
import time
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.exceptions
from botocore.config import Config
from immersion import OFTEN, Server, Tap
from model import watch

tap = Tap()
ACCOUNT, REGION = "000000000000", "us-east-1"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
PYTHON = """
import base64, json, time
def handler(event, context):
    path = event.get("rawPath") or event.get("path")
    if path.endswith("/late"): time.sleep(0.5)
    if path.endswith("/raise"): raise Exception("went wrong")
    if path.endswith("/status"): return {"statusCode": "x", "body": ""}
    if path.endswith("/plain"): return "plain words"
    if path.endswith("/nothing"): return {"statusCode": 204}
    if path.endswith("/words"): return {"statusCode": 200, "body": "words"}
    if path.endswith("/nostatus"): return {"body": "no status"}
    if path.endswith("/bytes"):
        return {"statusCode": 200, "body": base64.b64encode(bytes(range(256))).decode(), "isBase64Encoded": True,
                "headers": {"Content-Type": "image/png"}}
    if path.endswith("/cors"):
        return {"statusCode": 200, "body": "", "headers": {"Access-Control-Allow-Origin": "http://mine", "X-Mine": "1"}}
    answer = {"statusCode": 201, "body": json.dumps(event), "headers": {"X-Mine": "a", "X-Number": 7}}
    if event["version"] == "2.0": return dict(answer, cookies=["a=1", "b=2; Secure"])
    return dict(answer, multiValueHeaders={"Set-Cookie": ["a=1", "b=2; Secure"]})
count = 0
def authorizer(event, context):
    global count
    count += 1
    token = event["headers"].get("authorization") or event["headers"].get("Authorization")
    if token == "throw": raise Exception("Unauthorized")
    if token == "broken": return {"yes": True}
    if event.get("routeArn") and not token.startswith("policy"):
        return {"isAuthorized": token.startswith("allow"), "context": {"count": count, "yes": True, "source": json.dumps(event["identitySource"])}}
    arn = event.get("routeArn") or event["methodArn"]
    return {"principalId": "user|" + token, "context": {"number": 7, "kind": event["type"], "event": json.dumps(event)},
            "policyDocument": {"Version": "2012-10-17", "Statement": [{"Action": "execute-api:Invoke",
              "Effect": "Allow" if "allow" in token else "Deny", "Resource": arn}]}}
"""


def client(service):
    made = boto3.client(service, aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION,
                        endpoint_url="http://127.0.0.1:%d" % server.cloud_port,
                        config=Config(retries={"total_max_attempts": 1}, read_timeout=60))
    complaints.append(watch(made))
    return made


class Answer:
    def __init__(self, response):
        self.status, self.raw = response.status, response.read()
        self.headers = response.getheaders()

    def header(self, name):
        return next((v for k, v in self.headers if k.lower() == name.lower()), None)

    def json(self):
        return json.loads(self.raw)

    def __str__(self):
        return "%d %r %r" % (self.status, self.headers, self.raw)


def ask(api, path, method="GET", body=None, host=False, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", server.cloud_port, timeout=60)
    headers = {k.replace("_", "-"): v for k, v in headers.items()}
    if host:
        headers["Host"] = "%s.execute-api.%s.localhost:%d" % (api, REGION, server.cloud_port)
    else:
        path = "/_aws/execute-api/%s%s" % (api, path)
    connection.request(method, path, body, headers)
    answer = Answer(connection.getresponse())
    connection.close()
    return answer


def refused(answer, status, name, message=None):
    """API Gateway's own answer."""
    words = {401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 429: "Too Many Requests", 500: "Internal Server Error",
             503: "Service Unavailable"}
    return tap.ok(answer.status == status and answer.raw == json.dumps({"message": message or words[status]}, separators=(",", ":")).encode()
                  and answer.header("content-type") == "application/json" and len(answer.header("apigw-requestid") or "") == 16, name, answer)


def fails(code, words, name, call, **arguments):
    try:
        got = call(**arguments)
    except botocore.exceptions.ClientError as e:
        error = e.response["Error"]
        return tap.ok(error["Code"] == code and words in error["Message"], name, error)
    return tap.ok(False, name, got)


def function(name, handler, role, everything):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr("index.py", PYTHON)
    made = fn.create_function(FunctionName=name, Runtime="python3.12", Handler=handler, Role=role, Timeout=10, Code={"ZipFile": out.getvalue()})
    fn.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig=OFTEN)
    if everything:
        fn.add_permission(FunctionName=name, StatementId="api", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com",
                          SourceArn="arn:aws:execute-api:%s:%s:*" % (REGION, ACCOUNT))
    return made["FunctionArn"]


def integrate(api, to, version="2.0", **more):
    return "integrations/" + gw.create_integration(ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=to,
                                                   PayloadFormatVersion=version, **more)["IntegrationId"]


def new_api(name, **more):
    """An API with a stage that deploys by itself."""
    api = gw.create_api(Name=name, ProtocolType="HTTP", **more)["ApiId"]
    gw.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    return api


def quick(echo, closed):
    made = gw.create_api(Name="quick", ProtocolType="HTTP", Target=echo, Description="made quickly")
    api = made["ApiId"]
    tap.ok(made["RouteSelectionExpression"] == "${request.method} ${request.path}" and made["ApiKeySelectionExpression"] == "$request.header.x-api-key"
           and len(api) == 10 and made["DisableExecuteApiEndpoint"] is False and made["ApiEndpoint"].endswith(api), "an API is made", made)
    route, stage = gw.get_routes(ApiId=api)["Items"][0], gw.get_stage(ApiId=api, StageName="$default")
    integration = gw.get_integrations(ApiId=api)["Items"][0]
    tap.ok(route["RouteKey"] == "$default" and route["ApiGatewayManaged"] and route["Target"] == "integrations/" + integration["IntegrationId"]
           and stage["AutoDeploy"] and stage["ApiGatewayManaged"] and integration["PayloadFormatVersion"] == "2.0"
           and integration["IntegrationUri"] == echo and "Successfully deployed stage" in stage["LastDeploymentStatusMessage"],
           "quick create makes a route, an integration and a stage", (route, stage, integration))
    answer = ask(api, "/a%20b//c?x=1&x=2&y=a+b%2B&z", "POST", "hello", X_Two="1", Cookie="immersion_session=s; mine=1; two=2", Content_Type="text/plain")
    event = answer.json()
    tap.ok(list(event) == ["version", "routeKey", "rawPath", "rawQueryString", "cookies", "headers", "queryStringParameters", "requestContext",
                           "body", "isBase64Encoded"], "a function gets an event of format 2.0", list(event))
    tap.ok(event["version"] == "2.0" and event["routeKey"] == "$default" and event["rawPath"] == "/a b//c"
           and event["rawQueryString"] == "x=1&x=2&y=a+b%2B&z" and event["queryStringParameters"] == {"x": "1,2", "y": "a b+", "z": ""}
           and event["cookies"] == ["mine=1", "two=2"] and event["body"] == "hello" and event["isBase64Encoded"] is False,
           "with path, query, cookies and body", event)
    headers, context = event["headers"], event["requestContext"]
    tap.ok(headers["x-two"] == "1" and headers["content-length"] == "5" and headers["x-forwarded-for"] == "127.0.0.1"
           and headers["x-amzn-trace-id"].startswith("Root=1-") and "cookie" not in headers and headers["x-forwarded-proto"] == "http",
           "with headers in lower case", headers)
    tap.ok(list(context) == ["accountId", "apiId", "domainName", "domainPrefix", "http", "requestId", "routeKey", "stage", "time", "timeEpoch"]
           and context["accountId"] == ACCOUNT and context["apiId"] == api and context["domainName"] == "%s.execute-api.%s.amazonaws.com" % (api, REGION)
           and context["http"] == {"method": "POST", "path": "/a b//c", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": ""}
           and context["requestId"] == answer.header("apigw-requestid") and context["stage"] == "$default", "and a context", context)
    tap.ok(answer.status == 201 and answer.header("x-mine") == "a" and answer.header("x-number") == "7"
           and [v for k, v in answer.headers if k.lower() == "set-cookie"] == ["a=1", "b=2; Secure"]
           and answer.header("content-type") == "text/plain;charset=UTF-8", "its answer goes out, cookies too", answer)
    event = ask(api, "/", "POST", b"\x00\xff", Content_Type="application/octet-stream").json()
    tap.ok(event["isBase64Encoded"] and event["body"] == "AP8=", "what is no text comes as Base64", event)
    event = ask(api, "/", host=True).json()
    tap.ok("body" not in event and "queryStringParameters" not in event and event["rawQueryString"] == ""
           and event["requestContext"]["domainName"] == "%s.execute-api.%s.localhost" % (api, REGION),
           "the API's own host name serves it too, and what is empty is left out", event)
    answer = ask(api, "/plain")
    tap.ok(answer.status == 200 and answer.raw == b'"plain words"' and answer.header("content-type") == "application/json",
           "an answer without a status is the body", answer)
    tap.ok(ask(api, "/bytes").raw == bytes(range(256)), "bytes go out as bytes")
    tap.ok(ask(api, "/nothing").status == 204 and ask(api, "/words").raw == b"words", "a status may be all there is")
    refused(ask(api, "/", "POST", b"x" * (10 << 20) + b"y"), 413, "what is longer than 10 MB is refused", "Request Entity Too Large")
    refused(ask(api, "/raise"), 500, "a function that throws is an internal error")
    refused(ask(api, "/status"), 500, "and so is an answer that is malformed")
    gw.update_api(ApiId=api, Target=closed)
    refused(ask(api, "/"), 500, "a function that was not told to let the API in is not run")
    gw.update_api(ApiId=api, Target=echo, RouteKey="GET /only")
    tap.ok(ask(api, "/only").json()["routeKey"] == "GET /only", "what was made quickly is changed quickly")
    refused(ask(api, "/other"), 404, "a path without a route is not found")
    gw.update_api(ApiId=api, DisableExecuteApiEndpoint=True)
    refused(ask(api, "/only"), 404, "nor is an API whose endpoint is switched off")
    gw.delete_api(ApiId=api)
    fails("NotFoundException", "Invalid API identifier specified", "what was deleted is gone", gw.get_api, ApiId=api)


def old_format(echo):
    api = new_api("old")
    gw.create_route(ApiId=api, RouteKey="ANY /pets/{id}/{rest+}", Target=integrate(api, echo, "1.0"))
    answer = ask(api, "/pets/7/a/b?x=1&x=2", "PUT", "hello", X_Two="1", Content_Type="text/plain")
    event = answer.json()
    tap.ok(set(event) == {"version", "resource", "path", "httpMethod", "headers", "multiValueHeaders", "queryStringParameters",
                          "multiValueQueryStringParameters", "requestContext", "pathParameters", "stageVariables", "body", "isBase64Encoded"},
           "a function that asks for it gets an event of format 1.0", list(event))
    context = event["requestContext"]
    tap.ok(event["version"] == "1.0" and event["resource"] == "/pets/{id}/{rest+}" and event["path"] == "/pets/7/a/b" and event["httpMethod"] == "PUT"
           and event["pathParameters"] == {"id": "7", "rest": "a/b"} and event["queryStringParameters"] == {"x": "2"}
           and event["multiValueQueryStringParameters"] == {"x": ["1", "2"]} and event["stageVariables"] is None and event["body"] == "hello"
           and context["resourceId"] == "ANY /pets/{id}/{rest+}" and context["resourcePath"] == "/pets/{id}/{rest+}" and context["stage"] == "$default"
           and context["identity"]["sourceIp"] == "127.0.0.1", "with what REST APIs tell", event)
    # As functions of public repositories have recorded their events.
    tap.ok(set(event["headers"]) >= {"Content-Length", "Host", "X-Amzn-Trace-Id", "X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto",
                                     "accept-encoding", "content-type", "x-two"} and set(event["multiValueHeaders"]) == set(event["headers"]),
           "and headers that API Gateway sets begin with capitals, others do not", event["headers"])
    tap.ok(answer.status == 201 and [v for k, v in answer.headers if k.lower() == "set-cookie"] == ["a=1", "b=2; Secure"], "and answers in it", answer)
    refused(ask(api, "/pets/7/nostatus"), 500, "in which a status must be")


def routes(echo):
    api = new_api("routes")
    target = integrate(api, echo)
    for key in ("GET /pets/{id}", "GET /pets/7", "ANY /pets/{proxy+}", "$default", "ANY /pets/{id}/toys", "POST /", "GET /a/{x}/c"):
        gw.create_route(ApiId=api, RouteKey=key, Target=target)
    for method, path, key in (("GET", "/pets/7", "GET /pets/7"), ("GET", "/pets/8", "GET /pets/{id}"), ("POST", "/pets/8", "ANY /pets/{proxy+}"),
                              ("GET", "/pets/8/toys", "ANY /pets/{id}/toys"), ("GET", "/pets/8/toys/3", "ANY /pets/{proxy+}"), ("GET", "/", "$default"),
                              ("POST", "/", "POST /"), ("GET", "/pets/7/", "GET /pets/7"), ("GET", "/a/b", "$default"), ("GET", "/A/b/c", "$default")):
        event = ask(api, path, method).json()
        tap.ok(event["routeKey"] == key, "%s %s goes to %s" % (method, path, key), event["routeKey"])
    tap.ok(ask(api, "/a/x%20z/c").json()["pathParameters"] == {"x": "x z"}, "variables are decoded")
    fails("ConflictException", "Route with key $default already exists for this API", "a key is taken once", gw.create_route, ApiId=api, RouteKey="$default")
    for key in ("GET pets", "get /pets", "GET /{a", "GET /{a+}/b", "GET", "/pets", "GET /a b"):
        fails("BadRequestException", "The provided route key is not formatted properly for HTTP protocol", "no key: " + key, gw.create_route, ApiId=api, RouteKey=key)
    fails("NotFoundException", "Invalid Integration identifier specified", "a target must be there", gw.create_route, ApiId=api, RouteKey="GET /x", Target="integrations/abc")
    fails("ConflictException", "referenced by route", "an integration that is used stays", gw.delete_integration, ApiId=api, IntegrationId=target.split("/")[1])
    gw.create_route(ApiId=api, RouteKey="GET /empty")
    refused(ask(api, "/empty"), 500, "a route that leads nowhere is an internal error")
    pages = gw.get_paginator("get_routes").paginate(ApiId=api, PaginationConfig={"PageSize": 3}).build_full_result()["Items"]
    tap.ok(len(pages) == 8, "lists come in pages", pages)


def cors(echo):
    api = new_api("cors", CorsConfiguration={"AllowOrigins": ["http://a.example", "https://*"], "AllowMethods": ["GET", "PUT"],
                                             "AllowHeaders": ["x-mine", "content-type"], "ExposeHeaders": ["x-seen"], "MaxAge": 300, "AllowCredentials": True})
    gw.create_route(ApiId=api, RouteKey="GET /cors", Target=integrate(api, echo))
    for origin in ("http://a.example", "https://any.example"):
        answer = ask(api, "/nowhere", "OPTIONS", Origin=origin, Access_Control_Request_Method="PUT", Access_Control_Request_Headers="X-Mine")
        tap.ok(answer.status == 204 and answer.raw == b"" and answer.header("access-control-allow-origin") == origin
               and answer.header("access-control-allow-methods") == "GET,PUT" and answer.header("access-control-allow-headers") == "x-mine,content-type"
               and answer.header("access-control-max-age") == "300" and answer.header("access-control-allow-credentials") == "true"
               and answer.header("access-control-expose-headers") == "x-seen", "a preflight of %s is answered without a route" % origin, answer)
    for more in ({"Origin": "http://b.example"}, {"Access_Control_Request_Method": "DELETE"}, {"Access_Control_Request_Headers": "X-Other"}):
        asked = dict({"Origin": "http://a.example", "Access_Control_Request_Method": "PUT"}, **more)
        answer = ask(api, "/cors", "OPTIONS", **asked)
        tap.ok(answer.status == 204 and not answer.header("access-control-allow-origin"), "a preflight gets no headers for %s" % more, answer)
    answer = ask(api, "/cors", Origin="http://a.example")
    tap.ok(answer.status == 200 and [v for k, v in answer.headers if k.lower() == "access-control-allow-origin"] == ["http://a.example"]
           and answer.header("x-mine") == "1", "the configuration's headers take the place of the function's", answer)
    tap.ok(not ask(api, "/cors", Origin="http://b.example").header("access-control-allow-origin"), "other origins get none")
    fails("BadRequestException", "allowCredentials is not supported for origin *", "credentials go to named origins", gw.update_api, ApiId=api,
          CorsConfiguration={"AllowOrigins": ["*"], "AllowCredentials": True})
    gw.update_api(ApiId=api, CorsConfiguration={"AllowOrigins": ["*"], "AllowMethods": ["*"], "AllowHeaders": ["*"]})
    answer = ask(api, "/cors", "OPTIONS", Origin="http://b", Access_Control_Request_Method="PATCH", Access_Control_Request_Headers="a,b")
    tap.ok(answer.status == 204 and answer.header("access-control-allow-origin") == "*" and answer.header("access-control-allow-headers") == "*", "stars allow all", answer)
    gw.delete_cors_configuration(ApiId=api)
    tap.ok(ask(api, "/cors", Origin="http://b").header("access-control-allow-origin") == "http://mine", "without one the function's headers stand")
    refused(ask(api, "/cors", "OPTIONS", Origin="http://b", Access_Control_Request_Method="GET"), 404, "and preflights need a route")


def sign_in():
    pool = idp.create_user_pool(PoolName="HttpApi")["UserPool"]["Id"]
    idp.create_resource_server(UserPoolId=pool, Identifier="pets", Name="pets", Scopes=[{"ScopeName": "read", "ScopeDescription": "read"}])
    app = idp.create_user_pool_client(UserPoolId=pool, ClientName="web", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])["UserPoolClient"]["ClientId"]
    idp.create_group(UserPoolId=pool, GroupName="one")
    idp.create_group(UserPoolId=pool, GroupName="two")
    idp.admin_create_user(UserPoolId=pool, Username="ada", MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=pool, Username="ada", Password="Unic0rn!pass", Permanent=True)
    for group in ("one", "two"):
        idp.admin_add_user_to_group(UserPoolId=pool, Username="ada", GroupName=group)
    tokens = idp.initiate_auth(AuthFlow="USER_PASSWORD_AUTH", ClientId=app, AuthParameters={"USERNAME": "ada", "PASSWORD": "Unic0rn!pass"})["AuthenticationResult"]
    return pool, app, tokens


def tokens_of_pools(echo):
    pool, app, tokens = sign_in()
    issuer = "https://cognito-idp.%s.amazonaws.com/%s" % (REGION, pool)
    api = new_api("jwt")
    target = integrate(api, echo)
    how = {"ApiId": api, "AuthorizerType": "JWT", "IdentitySource": ["$request.header.Authorization"]}
    authorizer = gw.create_authorizer(Name="pool", JwtConfiguration={"Issuer": issuer, "Audience": [app]}, **how)["AuthorizerId"]
    other = gw.create_authorizer(Name="other", JwtConfiguration={"Issuer": issuer, "Audience": ["somebody"]}, **how)["AuthorizerId"]
    for words, jwt in (("Issuer must have a valid discovery endpoint ended with '/.well-known/openid-configuration'", {"Issuer": issuer + "x", "Audience": [app]}),
                       ("must have at least one audience", {"Issuer": issuer})):
        fails("BadRequestException", words, "no JWT authorizer: " + words[:30], gw.create_authorizer, Name="bad", JwtConfiguration=jwt, **how)
    fails("BadRequestException", "Setting the authorization type to JWT requires a valid JWT authorizer.",
          "a route needs one that is there", gw.create_route, ApiId=api, RouteKey="GET /none", AuthorizationType="JWT", AuthorizerId="nobody")
    for key, id, scopes in (("GET /me", authorizer, []), ("GET /scoped", authorizer, ["pets/read", "aws.cognito.signin.user.admin"]),
                            ("GET /narrow", authorizer, ["pets/read"]), ("GET /other", other, [])):
        gw.create_route(ApiId=api, RouteKey=key, Target=target, AuthorizationType="JWT", AuthorizerId=id, **({"AuthorizationScopes": scopes} if scopes else {}))
    answer = ask(api, "/me", Authorization="Bearer " + tokens["IdToken"])
    jwt = answer.json()["requestContext"]["authorizer"]["jwt"]
    tap.ok(answer.status == 201 and jwt["claims"]["cognito:username"] == "ada" and jwt["claims"]["aud"] == app and jwt["claims"]["iss"] == issuer
           and jwt["claims"]["cognito:groups"] == "[one two]" and all(isinstance(v, str) for v in jwt["claims"].values()) and jwt["scopes"] is None,
           "an id token opens the route, and the function sees its claims as texts", answer)
    answer = ask(api, "/scoped", Authorization=tokens["AccessToken"])
    tap.ok(answer.status == 201 and answer.json()["requestContext"]["authorizer"]["jwt"]["scopes"] == ["pets/read", "aws.cognito.signin.user.admin"],
           "an access token with one of the scopes does, without the word Bearer too", answer)
    for path, token, status, header in (
            ("/me", None, 401, "Bearer"),
            ("/me", "Bearer nonsense", 401, 'Bearer scope="" error="invalid_token" error_description="token contains an invalid number of segments"'),
            ("/other", "Bearer " + tokens["IdToken"], 401, 'Bearer scope="" error="invalid_token" error_description="the token does not have a valid audience"'),
            ("/other", "Bearer " + tokens["AccessToken"], 401, 'Bearer scope="" error="invalid_token" error_description="the token does not have a valid audience"'),
            ("/me", "Bearer " + tokens["IdToken"][:-6] + "AAAAAA", 401, None),
            ("/narrow", "Bearer " + tokens["AccessToken"], 403, None),
            ("/scoped", "Bearer " + tokens["IdToken"], 403, None)):
        answer = ask(api, path, **({"Authorization": token} if token else {}))
        refused(answer, status, "%s with %s is refused" % (path, (token or "nothing")[:15]))
        tap.ok(header is None or answer.header("www-authenticate") == header, "and the header says why", answer)
    fails("ConflictException", "referenced by route", "an authorizer that is used stays", gw.delete_authorizer, ApiId=api, AuthorizerId=other)


def functions_that_authorize(echo, judge):
    api = new_api("custom")
    target = integrate(api, echo)
    uri = "arn:aws:apigateway:%s:lambda:path/2015-03-31/functions/%s/invocations" % (REGION, judge)
    how = {"ApiId": api, "AuthorizerType": "REQUEST", "AuthorizerUri": uri, "IdentitySource": ["$request.header.Authorization"]}
    simple = gw.create_authorizer(Name="simple", AuthorizerPayloadFormatVersion="2.0", EnableSimpleResponses=True, AuthorizerResultTtlInSeconds=300, **how)
    policy = gw.create_authorizer(Name="policy", AuthorizerPayloadFormatVersion="2.0", AuthorizerResultTtlInSeconds=0, **how)
    old = gw.create_authorizer(Name="old", AuthorizerPayloadFormatVersion="1.0", AuthorizerResultTtlInSeconds=0, **how)
    fails("BadRequestException", "AuthorizerPayloadFormatVersion", "a format must be told", gw.create_authorizer, Name="none", **how)
    for name, made in (("simple", simple), ("policy", policy), ("old", old)):
        gw.create_route(ApiId=api, RouteKey="GET /%s/{id}" % name, Target=target, AuthorizationType="CUSTOM", AuthorizerId=made["AuthorizerId"])
    answer = ask(api, "/simple/1", Authorization="allow")
    seen = answer.json()["requestContext"]["authorizer"]["lambda"]
    tap.ok(answer.status == 201 and seen == {"count": seen["count"], "yes": True, "source": '["allow"]'}, "a simple answer lets in, and its context is seen", answer)
    again = ask(api, "/simple/2", Authorization="allow").json()["requestContext"]["authorizer"]["lambda"]
    tap.ok(again["count"] == seen["count"], "it is remembered for the same token", again)
    gw.create_route(ApiId=api, RouteKey="POST /simple/{id}", Target=target, AuthorizationType="CUSTOM", AuthorizerId=simple["AuthorizerId"])
    again = ask(api, "/simple/2", "POST", Authorization="allow").json()["requestContext"]["authorizer"]["lambda"]
    tap.ok(again["count"] == seen["count"], "on all its routes", again)
    gw.update_authorizer(ApiId=api, AuthorizerId=simple["AuthorizerId"], IdentitySource=["$request.header.Authorization", "$context.routeKey"])
    get, post = (ask(api, "/simple/2", m, Authorization="allow").json()["requestContext"]["authorizer"]["lambda"] for m in ("GET", "POST"))
    tap.ok(seen["count"] < get["count"] < post["count"] and post["source"] == '["allow", "POST /simple/{id}"]', "or for each, if the route is a source", (get, post))
    refused(ask(api, "/simple/1", Authorization="deny"), 403, "it may refuse")
    refused(ask(api, "/simple/1"), 401, "nobody is asked without a token")
    refused(ask(api, "/simple/1", Authorization="broken"), 500, "an answer that is none is an internal error")
    refused(ask(api, "/simple/1", Authorization="throw"), 500, "and so is a failure")
    answer = ask(api, "/policy/1?q=1", Authorization="policy allow")
    seen = answer.json()["requestContext"]["authorizer"]["lambda"]
    event = json.loads(seen["event"])
    tap.ok(answer.status == 201 and seen["number"] == 7 and event["routeArn"] == "arn:aws:execute-api:%s:%s:%s/$default/GET/policy/1" % (REGION, ACCOUNT, api)
           and event["identitySource"] == ["policy allow"] and event["routeKey"] == "GET /policy/{id}" and event["pathParameters"] == {"id": "1"}
           and "body" not in event and event["type"] == "REQUEST", "a policy lets in, from an event of format 2.0", answer)
    refused(ask(api, "/policy/1", Authorization="policy deny"), 403, "or does not")
    answer = ask(api, "/old/1", Authorization="allow")
    seen = answer.json()["requestContext"]["authorizer"]["lambda"]
    event = json.loads(seen["event"])
    tap.ok(event["methodArn"].endswith("/GET/old/1") and event["version"] == "1.0" and event["identitySource"] == "allow"
           and event["authorizationToken"] == "allow" and event["httpMethod"] == "GET", "format 1.0 has its own event", event)
    gw.update_authorizer(ApiId=api, AuthorizerId=old["AuthorizerId"], IdentitySource=["$request.header.Authorization", "$request.querystring.q"])
    refused(ask(api, "/old/1", Authorization="allow"), 401, "all sources must be there")
    tap.ok(ask(api, "/old/1?q=2", Authorization="allow").status == 201, "then it is asked")


def deployments(echo):
    api = gw.create_api(Name="stages", ProtocolType="HTTP")["ApiId"]
    target = integrate(api, "arn:aws:apigateway:%s:lambda:path/2015-03-31/functions/${stageVariables.fn}/invocations" % REGION)
    gw.create_route(ApiId=api, RouteKey="GET /one", Target=target)
    gw.create_stage(ApiId=api, StageName="v1", StageVariables={"fn": echo, "color": "blue"})
    refused(ask(api, "/v1/one"), 404, "a stage without a deployment serves nothing")
    first = gw.create_deployment(ApiId=api, StageName="v1", Description="first")
    tap.ok(first["DeploymentStatus"] == "DEPLOYED" and first["AutoDeployed"] is False, "it is deployed", first)
    event = ask(api, "/v1/one").json()
    tap.ok(event["rawPath"] == "/v1/one" and event["stageVariables"] == {"fn": echo, "color": "blue"} and event["requestContext"]["stage"] == "v1"
           and event["requestContext"]["http"]["path"] == "/v1/one", "its variables name the function and are seen", event)
    gw.create_route(ApiId=api, RouteKey="GET /two", Target=target)
    refused(ask(api, "/v1/two"), 404, "what is added afterwards is not live")
    second = gw.create_deployment(ApiId=api)["DeploymentId"]
    gw.update_stage(ApiId=api, StageName="v1", DeploymentId=second)
    tap.ok(ask(api, "/v1/two").status == 201, "until it is deployed too")
    fails("BadRequestException", "Active stages pointing to this deployment must be moved or deleted", "a deployment that is served stays",
          gw.delete_deployment, ApiId=api, DeploymentId=second)
    gw.delete_deployment(ApiId=api, DeploymentId=first["DeploymentId"])
    gw.update_stage(ApiId=api, StageName="v1", DeploymentId=second, AutoDeploy=False)
    gw.update_stage(ApiId=api, StageName="v1", AutoDeploy=True)
    gw.create_route(ApiId=api, RouteKey="GET /three", Target=target)
    tap.ok(ask(api, "/v1/three").status == 201, "a stage may follow by itself")
    fails("BadRequestException", "autoDeploy enabled", "then nobody else deploys to it", gw.create_deployment, ApiId=api, StageName="v1")
    gw.update_stage(ApiId=api, StageName="v1", AutoDeploy=False)
    gw.create_route(ApiId=api, RouteKey="GET /four", Target=target)
    refused(ask(api, "/v1/four"), 404, "and stop following")
    gw.update_stage(ApiId=api, StageName="v1", Description="as it was")
    refused(ask(api, "/v1/four"), 404, "whatever else of it changes")
    fails("ConflictException", "Stage already exists", "a stage is made once", gw.create_stage, ApiId=api, StageName="v1")
    fails("NotFoundException", "Unable to find Route by key GET /none within the provided RouteSettings", "settings are of routes that are there",
          gw.update_stage, ApiId=api, StageName="v1", RouteSettings={"GET /none": {"ThrottlingRateLimit": 1}})
    gw.update_stage(ApiId=api, StageName="v1", RouteSettings={"GET /one": {"ThrottlingRateLimit": 0.01, "ThrottlingBurstLimit": 2}})
    tap.ok([ask(api, "/v1/one").status for _ in range(3)] == [201, 201, 429], "a route is throttled")
    refused(ask(api, "/v1/one"), 429, "in API Gateway's words")
    tap.ok(ask(api, "/v1/two").status == 201, "and another one is not")
    gw.delete_route_settings(ApiId=api, StageName="v1", RouteKey="GET /one")
    tap.ok(ask(api, "/v1/one").status == 201, "until the limit is taken away")


def mappings(echo):
    inner = new_api("inner")
    gw.create_route(ApiId=inner, RouteKey="$default", Target=integrate(inner, echo))
    api = gw.create_api(Name="outer", ProtocolType="HTTP")["ApiId"]
    gw.create_stage(ApiId=api, StageName="$default", AutoDeploy=True, StageVariables={"color": "blue"})
    base = "http://127.0.0.1:%d/_aws/execute-api/%s" % (server.cloud_port, inner)
    mapped = integrate(api, echo, RequestParameters={
        "append:header.x-more": "$request.querystring.q", "overwrite:header.x-two": "${stageVariables.color}/${context.stage}",
        "overwrite:header.x-mixed": "${request.path.id}-${context.httpMethod}", "remove:header.x-gone": "",
        "overwrite:querystring.name": "$request.body.pet.name"},
        ResponseParameters={"201": {"overwrite:statuscode": "203", "append:header.x-status": "$response.statuscode", "remove:header.x-mine": "",
                                    "overwrite:header.x-id": "$context.requestId", "append:header.x-route": "$response.body.routeKey"}})
    gw.create_route(ApiId=api, RouteKey="POST /map/{id}", Target=mapped)
    answer = ask(api, "/map/7?q=1", "POST", '{"pet": {"name": "Rex"}}', Content_Type="application/json", X_More="0", X_Two="2", X_Gone="1")
    event = answer.json()
    tap.ok(event["headers"]["x-more"] == "0,1" and event["headers"]["x-two"] == "blue/$default" and event["headers"]["x-mixed"] == "7-POST"
           and "x-gone" not in event["headers"] and event["queryStringParameters"] == {"q": "1", "name": "Rex"}, "a request is mapped", event)
    tap.ok(answer.status == 203 and answer.header("x-status") == "201" and not answer.header("x-mine") and answer.header("x-id") == answer.header("apigw-requestid")
           and answer.header("x-route") == "POST /map/{id}", "and so is its answer", answer)

    def proxy(uri, method="ANY", **more):
        return "integrations/" + gw.create_integration(ApiId=api, IntegrationType="HTTP_PROXY", IntegrationMethod=method, IntegrationUri=uri,
                                                       PayloadFormatVersion="1.0", **more)["IntegrationId"]

    gw.create_route(ApiId=api, RouteKey="ANY /http/{proxy+}", Target=proxy(base + "/to/{proxy}"))
    gw.create_route(ApiId=api, RouteKey="GET /other", Target=proxy(base + "/x", "POST", RequestParameters={
        "overwrite:path": "/_aws/execute-api/%s/instead" % inner, "overwrite:header.x-from": "$context.apiId"}))
    gw.create_route(ApiId=api, RouteKey="GET /away", Target=proxy("http://127.0.0.1:9/"))
    answer = ask(api, "/http/a/b?x=1&x=2", "PUT", "hello", X_Two="2", Content_Type="text/plain")
    event = answer.json()
    tap.ok(answer.status == 201 and event["rawPath"] == "/to/a/b" and event["rawQueryString"] == "x=1&x=2" and event["body"] == "hello"
           and event["requestContext"]["http"]["method"] == "PUT" and event["headers"]["x-two"] == "2" and event["headers"]["via"] == "HTTP/1.1 AmazonAPIGateway"
           and event["headers"]["forwarded"].startswith("by=127.0.0.1;for=127.0.0.1;host="), "an HTTP server is asked", answer)
    tap.ok(answer.header("x-mine") == "a" and [v for k, v in answer.headers if k.lower() == "set-cookie"] == ["a=1", "b=2; Secure"], "and its answer goes out", answer)
    event = ask(api, "/other").json()
    tap.ok(event["rawPath"] == "/instead" and event["headers"]["x-from"] == api and event["requestContext"]["http"]["method"] == "POST",
           "by another method, path and header if the integration says so", event)
    refused(ask(api, "/away"), 503, "one that cannot be reached is unavailable")
    gw.create_route(ApiId=api, RouteKey="GET /function/late", Target=integrate(api, echo, TimeoutInMillis=50))
    gw.create_route(ApiId=api, RouteKey="GET /server/late", Target=proxy(base + "/late", "GET", TimeoutInMillis=50))
    tap.ok(ask(api, "/http/late").status == 201, "who has the time waits for a slow one")
    for name in ("function", "server"):
        refused(ask(api, "/%s/late" % name), 503, "%s: one that takes too long is unavailable" % name)


DEFINITION = {
    "openapi": "3.0.1", "info": {"title": "pets", "version": "2.1", "description": "all pets"},
    "tags": [{"name": "team", "x-amazon-apigateway-tag-value": "unicorn"}],
    "x-amazon-apigateway-cors": {"allowOrigins": ["http://a"], "allowMethods": ["GET"]},
    "components": {"x-amazon-apigateway-integrations": {"echo": None}, "securitySchemes": {
        "iam": {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"}}},
    "paths": {"/pets/{id}": {"get": {"operationId": "getPet", "responses": {},
                                     "x-amazon-apigateway-integration": {"$ref": "#/components/x-amazon-apigateway-integrations/echo"}}},
              "/closed": {"get": {"security": [{"iam": []}], "responses": {},
                                  "x-amazon-apigateway-integration": {"$ref": "#/components/x-amazon-apigateway-integrations/echo"}}},
              "/$default": {"x-amazon-apigateway-any-method": {"isDefaultRoute": True, "responses": {},
                                                               "x-amazon-apigateway-integration": {"$ref": "#/components/x-amazon-apigateway-integrations/echo"}}}}}


def definitions(echo):
    whole = json.loads(json.dumps(DEFINITION))
    whole["components"]["x-amazon-apigateway-integrations"]["echo"] = {
        "type": "aws_proxy", "httpMethod": "POST", "payloadFormatVersion": "2.0",
        "uri": "arn:aws:apigateway:%s:lambda:path/2015-03-31/functions/%s/invocations" % (REGION, echo)}
    made = gw.import_api(Body=json.dumps(whole))
    api = made["ApiId"]
    tap.ok(made["Name"] == "pets" and made["Version"] == "2.1" and made["Tags"] == {"team": "unicorn"} and made["CorsConfiguration"]["AllowOrigins"] == ["http://a"],
           "a definition becomes an API", made)
    gw.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    tap.ok(ask(api, "/pets/7").json()["pathParameters"] == {"id": "7"} and ask(api, "/x").json()["routeKey"] == "$default", "which serves its routes")
    refused(ask(api, "/closed"), 403, "closed where it says so")
    out = json.loads(gw.export_api(ApiId=api, Specification="OAS30", OutputType="JSON", StageName="$default")["body"].read())
    tap.ok(out["openapi"] == "3.0.1" and out["info"]["title"] == "pets" and set(out["paths"]) == {"/pets/{id}", "/closed", "/$default"}
           and out["paths"]["/$default"]["x-amazon-apigateway-any-method"]["isDefaultRoute"] is True
           and out["paths"]["/pets/{id}"]["get"]["x-amazon-apigateway-integration"]["type"] == "aws_proxy", "and is exported again", out)
    text = gw.export_api(ApiId=api, Specification="OAS30", OutputType="YAML", IncludeExtensions=True)["body"].read().decode()
    back = gw.reimport_api(ApiId=api, Body=text)
    tap.ok(back["ApiId"] == api and sorted(r["RouteKey"] for r in gw.get_routes(ApiId=api)["Items"]) == ["$default", "GET /closed", "GET /pets/{id}"],
           "as YAML, which is read in its place", back)
    plain = json.loads(gw.export_api(ApiId=api, Specification="OAS30", OutputType="JSON", IncludeExtensions=False)["body"].read())
    tap.ok("x-amazon-apigateway-integration" not in json.dumps(plain), "without extensions if asked", plain)
    for text, words in (("{", "Unable to parse API definition"), ('{"swagger": "2.0"}', "Only OpenAPI 3.0")):
        fails("BadRequestException", words, "no definition: " + text, gw.import_api, Body=text)
    return api


def signed(api, path, person):
    request = botocore.awsrequest.AWSRequest(method="GET", url="http://127.0.0.1:%d/_aws/execute-api/%s%s" % (server.cloud_port, api, path))
    botocore.auth.SigV4Auth(botocore.credentials.Credentials(*person), "execute-api", REGION).add_auth(request)
    return ask(api, path, **{k.replace("-", "_"): v for k, v in request.headers.items()})


def permissions(api):
    answer = signed(api, "/closed", ("test", "test"))
    seen = answer.json()["requestContext"]["authorizer"]["iam"]
    tap.ok(answer.status == 201 and seen["accountId"] == ACCOUNT and seen["accessKey"] == "test" and seen["cognitoIdentity"] is None, "who signs comes in", answer)
    iam.create_user(UserName="bob")
    key = iam.create_access_key(UserName="bob")["AccessKey"]
    bob = (key["AccessKeyId"], key["SecretAccessKey"])
    refused(signed(api, "/closed", bob), 403, "who may not does not")
    refused(signed(api, "/closed", (bob[0], "wrong")), 403, "nor does who signs wrongly")
    iam.put_user_policy(UserName="bob", PolicyName="call", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:%s:%s:%s/$default/GET/closed" % (REGION, ACCOUNT, api)}]}))
    answer = signed(api, "/closed", bob)
    tap.ok(answer.status == 201 and answer.json()["requestContext"]["authorizer"]["iam"]["userArn"].endswith("user/bob"), "a policy opens the route", answer)


def watched(api):
    logs, cloudwatch = client("logs"), client("cloudwatch")
    logs.create_log_group(logGroupName="/http/api")
    gw.update_stage(ApiId=api, StageName="$default", DefaultRouteSettings={"DetailedMetricsEnabled": True}, AccessLogSettings={
        "DestinationArn": "arn:aws:logs:%s:%s:log-group:/http/api" % (REGION, ACCOUNT),
        "Format": '{"size":"$context.dataProcessed","id":"$context.requestId","ip":"$context.identity.sourceIp","key":"$context.routeKey","status":"$context.status","none":"$context.error.message"}'})
    answer = ask(api, "/pets/7")
    until, lines = time.monotonic() + 30, []
    while not lines and time.monotonic() < until:
        lines = [json.loads(e["message"]) for e in logs.filter_log_events(logGroupName="/http/api")["events"]]
    tap.ok(lines == [{"size": str(len(answer.raw)), "id": answer.header("apigw-requestid"), "ip": "127.0.0.1", "key": "GET /pets/{id}", "status": "201", "none": "-"}],
           "a request is a line in the access log", lines)
    sums = {}
    until = time.monotonic() + 30
    while not sums.get("4xx") and time.monotonic() < until:
        now = time.time()
        for name in ("Count", "4xx"):
            found = cloudwatch.get_metric_statistics(Namespace="AWS/ApiGateway", MetricName=name, Dimensions=[{"Name": "ApiId", "Value": api}], StartTime=now - 3600,
                                                     EndTime=now + 60, Period=3600, Statistics=["Sum"])["Datapoints"]
            sums[name] = sum(p["Sum"] for p in found)
    tap.ok(sums["Count"] > sums["4xx"] > 0, "and is counted", sums)
    found = cloudwatch.list_metrics(Namespace="AWS/ApiGateway", MetricName="Count", Dimensions=[{"Name": "Resource", "Value": "/pets/{id}"}])["Metrics"]
    tap.ok([{d["Name"]: d["Value"] for d in m["Dimensions"]} for m in found] == [{"ApiId": api, "Stage": "$default", "Method": "GET", "Resource": "/pets/{id}"}],
           "for its route too, with detailed metrics", found)
    gw.delete_access_log_settings(ApiId=api, StageName="$default")


def objects(api):
    arn = "arn:aws:apigateway:%s::/apis/%s" % (REGION, api)
    gw.tag_resource(ResourceArn=arn, Tags={"a": "1", "b": "2"})
    gw.untag_resource(ResourceArn=arn, TagKeys=["a"])
    tap.ok(gw.get_tags(ResourceArn=arn)["Tags"] == {"b": "2", "team": "unicorn"}, "an API has tags", gw.get_tags(ResourceArn=arn))
    made = gw.create_domain_name(DomainName="api.example.com", DomainNameConfigurations=[
        {"CertificateArn": "arn:aws:acm:%s:%s:certificate/1" % (REGION, ACCOUNT), "EndpointType": "REGIONAL", "SecurityPolicy": "TLS_1_2"}])
    tap.ok(made["DomainNameConfigurations"][0]["DomainNameStatus"] == "AVAILABLE", "a domain name is an object", made)
    mapping = gw.create_api_mapping(DomainName="api.example.com", ApiId=api, Stage="$default", ApiMappingKey="v1")
    fails("ConflictException", "already exists", "with one API to a key", gw.create_api_mapping, DomainName="api.example.com", ApiId=api, Stage="$default", ApiMappingKey="v1")
    gw.update_api_mapping(DomainName="api.example.com", ApiMappingId=mapping["ApiMappingId"], ApiId=api, ApiMappingKey="v2")
    tap.ok(gw.get_api_mappings(DomainName="api.example.com")["Items"][0]["ApiMappingKey"] == "v2", "which may change")
    gw.delete_api_mapping(DomainName="api.example.com", ApiMappingId=mapping["ApiMappingId"])
    gw.delete_domain_name(DomainName="api.example.com")
    fails("NotFoundException", "Invalid domain name identifier specified", "and go", gw.get_domain_name, DomainName="api.example.com")
    link = gw.create_vpc_link(Name="link", SubnetIds=["subnet-1"], SecurityGroupIds=[])["VpcLinkId"]
    gw.update_vpc_link(VpcLinkId=link, Name="renamed")
    tap.ok(gw.get_vpc_links()["Items"][0]["Name"] == "renamed" and gw.get_vpc_link(VpcLinkId=link)["VpcLinkStatus"] == "AVAILABLE", "and so is a VPC link")
    gw.delete_vpc_link(VpcLinkId=link)
    route = gw.create_route(ApiId=api, RouteKey="GET /p", RequestParameters={"route.request.querystring.a": {"Required": True}}, OperationName="p")
    gw.delete_route_request_parameter(ApiId=api, RouteId=route["RouteId"], RequestParameterKey="route.request.querystring.a")
    tap.ok(not gw.get_route(ApiId=api, RouteId=route["RouteId"]).get("RequestParameters"), "a route's parameter is taken away")
    gw.delete_route(ApiId=api, RouteId=route["RouteId"])
    fails("BadRequestException", "", "an API of another kind is not made", gw.create_api, Name="ws", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action")
    tap.ok(len(gw.get_apis()["Items"]) > 5, "all APIs are listed")


with tempfile.TemporaryDirectory() as data:
    server = Server("cloud", os.path.join(data, "cloud"))
    complaints = []
    gw, fn, iam, idp = (client(s) for s in ("apigatewayv2", "lambda", "iam", "cognito-idp"))
    role = iam.create_role(RoleName="plain", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    echo = function("echo", "index.handler", role, True)
    closed = function("closed", "index.handler", role, False)
    judge = function("judge", "index.authorizer", role, True)
    quick(echo, closed)
    old_format(echo)
    routes(echo)
    cors(echo)
    tokens_of_pools(echo)
    functions_that_authorize(echo, judge)
    deployments(echo)
    mappings(echo)
    api = definitions(echo)
    permissions(api)
    watched(api)
    objects(api)
    wrong = [c for list_ in complaints for c in list_]
    tap.ok(not wrong, "every answer fits the model", "\n".join(wrong))
    server.kill()
tap.done()
