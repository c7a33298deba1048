#!/usr/bin/env python3
"""boto3 against API Gateway's REST APIs, and plain HTTP against what they serve: the lab's ride, errors in AWS's bytes,
authorizers, keys, mappings, tests.

Every answer of the service is also held against botocore's service models (tests/support/model.py).
"""
import base64
import hashlib
import http.client
import http.server
import json
import os
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import boto3
import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.exceptions
from botocore.config import Config
from immersion import OFTEN, ROOT, Server, Tap, zipped
from model import watch

tap = Tap()
ACCOUNT, REGION = "000000000000", "us-east-1"
TRUST = lambda service: json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}]})
PYTHON = """
import base64, time
def handler(event, context):
    if isinstance(event, dict) and event.get("path", "").endswith("/late"): time.sleep(0.5)
    if isinstance(event, dict) and event.get("path", "").endswith("/raise"): raise Exception("Error: went wrong")
    if isinstance(event, dict) and event.get("path", "").endswith("/odd"): return {"statusCode": 200, "more": 1}
    if isinstance(event, dict) and event.get("path", "").endswith("/bytes"):
        return {"body": base64.b64encode(bytes(range(256))).decode(), "isBase64Encoded": True, "headers": {"Content-Type": "image/png"}}
    if isinstance(event, dict) and "fail" in event: raise Exception("Error: 404 for " + event["fail"])
    if isinstance(event, dict) and "httpMethod" in event:
        import json
        return {"statusCode": "201", "body": json.dumps(event), "headers": {"X-Mine": "a", "Date": "then"},
                "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]}}
    return event
def authorizer(event, context):
    token = event.get("authorizationToken") or event["headers"].get("Authorization", "")
    if token == "throw": raise Exception("Unauthorized")
    if token == "broken": return {}
    if token == "nowhere": return {"principalId": "user", "policyDocument": {"Version": "2012-10-17", "Statement": [
        {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": []}]}}
    return {"principalId": "user|" + token, "context": {"number": 7, "yes": True, "kind": event["type"]},
            "policyDocument": {"Version": "2012-10-17", "Statement": [{"Action": "execute-api:Invoke",
              "Effect": "Allow" if token.startswith("allow") else "Deny", "Resource": event["methodArn"]}]}}
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

    def __str__(self):
        return "%d %r %r" % (self.status, self.headers, self.raw)


def ask(api, stage, path, method="GET", body=None, host=False, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", server.cloud_port, timeout=60)
    headers = {k.replace("_", "-"): v for k, v in headers.items()}
    if host:
        headers["Host"] = "%s.execute-api.localhost:%d" % (api, server.cloud_port)
        connection.request(method, "/%s%s" % (stage, path), body, headers)
    else:
        connection.request(method, "/_aws/execute-api/%s/%s%s" % (api, stage, path), body, headers)
    answer = Answer(connection.getresponse())
    connection.close()
    return answer


def is_refusal(answer, status, error, body, name):
    return tap.ok(answer.status == status and answer.header("x-amzn-ErrorType") == error and answer.raw == body
                  and answer.header("Content-Type") == "application/json" and answer.header("x-amzn-RequestId") and answer.header("x-amz-apigw-id"), name, answer)


def hashed(header):
    return base64.b64encode(hashlib.sha256(header.encode()).digest()).decode()


def odd(header):
    """What API Gateway says of an Authorization header with a word that has no equal-sign."""
    return ('{"message":"Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with '
            "Base64): '%s'.\"}" % hashed(header)).encode()


def lacks(header, *parts):
    """... and of one without parts of a signature."""
    return ('{"message":"%sAuthorization header requires existence of either a \'X-Amz-Date\' or a \'Date\' header. (Hashed with SHA-256 and '
            'encoded with Base64) Authorization=%s"}' % ("".join("Authorization header requires '%s' parameter. " % part for part in
                                                                 parts or ("Credential", "Signature", "SignedHeaders")), hashed(header))).encode()


def uri(function):
    return "arn:aws:apigateway:%s:lambda:path/2015-03-31/functions/%s/invocations" % (REGION, function)


def create(name, handler, files, role, runtime, invoked_by):
    made = fn.create_function(FunctionName=name, Runtime=runtime, Handler=handler, Role=role, Timeout=10,
                              Code={"ZipFile": zipped(files)})
    fn.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig=OFTEN)
    if invoked_by:
        fn.add_permission(FunctionName=name, StatementId="api", Action="lambda:InvokeFunction",
                          Principal="apigateway.amazonaws.com", SourceArn=invoked_by)
    return made["FunctionArn"]


def method(api, resource, verb, integration, auth="NONE", **more):
    gw.put_method(restApiId=api, resourceId=resource, httpMethod=verb, authorizationType=auth, **more)
    return gw.put_integration(restApiId=api, resourceId=resource, httpMethod=verb, **integration)


def response(api, resource, verb, status, integration=None, **method_response):
    gw.put_method_response(restApiId=api, resourceId=resource, httpMethod=verb, statusCode=status, **method_response)
    gw.put_integration_response(restApiId=api, resourceId=resource, httpMethod=verb, statusCode=status, **(integration or {}))


def enable_cors(api, resource, verbs):
    """What the console does."""
    method(api, resource, "OPTIONS", {"type": "MOCK", "requestTemplates": {"application/json": '{"statusCode": 200}'}})
    names = ["Headers", "Methods", "Origin"]
    values = ["'Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token'", "'%s'" % verbs, "'*'"]
    response(api, resource, "OPTIONS", "200",
             {"responseParameters": {"method.response.header.Access-Control-Allow-" + n: v for n, v in zip(names, values)}},
             responseParameters={"method.response.header.Access-Control-Allow-" + n: False for n in names},
             responseModels={"application/json": "Empty"})


def lab():
    """The unicorn backend, as the lab has it."""
    ddb.create_table(TableName="Rides", AttributeDefinitions=[{"AttributeName": "RideId", "AttributeType": "S"}],
                     KeySchema=[{"AttributeName": "RideId", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST")
    ddb.get_waiter("table_exists").wait(TableName="Rides", WaiterConfig=OFTEN)
    role = iam.create_role(RoleName="WildRydesLambda", AssumeRolePolicyDocument=TRUST("lambda.amazonaws.com"))["Role"]["Arn"]
    iam.put_role_policy(RoleName="WildRydesLambda", PolicyName="DynamoDBWriteAccess", PolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:PutItem",
                                                "Resource": "arn:aws:dynamodb:%s:%s:table/Rides" % (REGION, ACCOUNT)}]}))
    pool = idp.create_user_pool(PoolName="WildRydes", AutoVerifiedAttributes=["email"])["UserPool"]
    app = idp.create_user_pool_client(UserPoolId=pool["Id"], ClientName="web", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])["UserPoolClient"]
    idp.admin_create_user(UserPoolId=pool["Id"], Username="ada", MessageAction="SUPPRESS",
                          UserAttributes=[{"Name": "email", "Value": "ada@example.com"}, {"Name": "email_verified", "Value": "true"}])
    idp.admin_set_user_password(UserPoolId=pool["Id"], Username="ada", Password="Unic0rn!pass", Permanent=True)
    tokens = idp.initiate_auth(AuthFlow="USER_PASSWORD_AUTH", ClientId=app["ClientId"],
                               AuthParameters={"USERNAME": "ada", "PASSWORD": "Unic0rn!pass"})["AuthenticationResult"]
    api = gw.create_rest_api(name="WildRydes", endpointConfiguration={"types": ["REGIONAL"]})
    with open(os.path.join(ROOT, "labs", "web-app", "files", "function", "index.mjs")) as f:
        function = create("RequestUnicorn", "index.handler", {"index.mjs": f.read()}, role, "nodejs20.x",
                          "arn:aws:execute-api:%s:%s:%s/*/POST/ride" % (REGION, ACCOUNT, api["id"]))
    authorizer = gw.create_authorizer(restApiId=api["id"], name="WildRydes", type="COGNITO_USER_POOLS", providerARNs=[pool["Arn"]],
                                      identitySource="method.request.header.Authorization")
    tested = gw.test_invoke_authorizer(restApiId=api["id"], authorizerId=authorizer["id"], headers={"Authorization": tokens["IdToken"]})
    tap.ok(tested["clientStatus"] == 200 and tested["claims"]["cognito:username"] == "ada", "the authorizer is tested with a token", tested)
    tested = gw.test_invoke_authorizer(restApiId=api["id"], authorizerId=authorizer["id"], headers={"Authorization": "nonsense"})
    tap.ok(tested["clientStatus"] == 401, "and with none", tested)
    ride = gw.create_resource(restApiId=api["id"], parentId=api["rootResourceId"], pathPart="ride")["id"]
    enable_cors(api["id"], ride, "OPTIONS,POST")
    method(api["id"], ride, "POST", {"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": uri(function)},
           "COGNITO_USER_POOLS", authorizerId=authorizer["id"])
    is_refusal(ask(api["id"], "prod", "/ride", "POST"), 403, "ForbiddenException", b'{"message":"Forbidden"}',
               "before it is deployed there is no stage")
    gw.create_deployment(restApiId=api["id"], stageName="prod")
    preflight = ask(api["id"], "prod", "/ride", "OPTIONS", Origin="http://a", Access_Control_Request_Method="POST")
    tap.ok(preflight.status == 200 and preflight.header("Access-Control-Allow-Origin") == "*"
           and preflight.header("Access-Control-Allow-Methods") == "OPTIONS,POST", "a preflight is let through without a token", preflight)
    body = json.dumps({"PickupLocation": {"Latitude": 47.6, "Longitude": -122.3}})
    is_refusal(ask(api["id"], "prod", "/ride", "POST", body), 401, "UnauthorizedException", b'{"message":"Unauthorized"}',
               "without a token nobody comes")
    is_refusal(ask(api["id"], "prod", "/ride", "POST", body, Authorization=tokens["IdToken"][:-4] + "AAAA"), 401,
               "UnauthorizedException", b'{"message":"Unauthorized"}', "nor with one that was changed")
    is_refusal(ask(api["id"], "prod", "/ride", "POST", body, Authorization=tokens["AccessToken"]), 401,
               "UnauthorizedException", b'{"message":"Unauthorized"}', "nor with an access token")
    answer = ask(api["id"], "prod", "/ride", "POST", body, Authorization=tokens["IdToken"])
    rode = json.loads(answer.raw)
    tap.ok(answer.status == 201 and rode.get("Rider") == "ada" and answer.header("Access-Control-Allow-Origin") == "*"
           and answer.header("x-amz-apigw-id"), "a ride is requested", answer)
    tap.ok(ddb.get_item(TableName="Rides", Key={"RideId": {"S": rode["RideId"]}})["Item"]["User"]["S"] == "ada", "and remembered")
    answer = ask(api["id"], "prod", "/ride", "POST", body, host=True, Authorization="Bearer " + tokens["IdToken"])
    tap.ok(answer.status == 201, "the API's own host name serves it too", answer)
    is_refusal(ask(api["id"], "prod", "/rides", "POST"), 403, "MissingAuthenticationTokenException",
               b'{"message":"Missing Authentication Token"}', "another path is AWS's riddle")
    is_refusal(ask(api["id"], "prod", "/ride", "GET"), 403, "MissingAuthenticationTokenException",
               b'{"message":"Missing Authentication Token"}', "and so is another method")
    is_refusal(ask(api["id"], "prod", "/rides", "POST", Authorization="abc"), 403, "IncompleteSignatureException", lacks("abc"),
               "there a token is no signature")
    is_refusal(ask(api["id"], "prod", "/ride", "GET", Authorization="Bearer abc"), 403, "IncompleteSignatureException", odd("Bearer abc"),
               "however it is sent")
    gw.put_gateway_response(restApiId=api["id"], responseType="UNAUTHORIZED", statusCode="418",
                            responseParameters={"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"},
                            responseTemplates={"application/json": '{"why":$context.error.messageString,"type":"$context.error.responseType"}'})
    tap.ok(ask(api["id"], "prod", "/ride", "POST").status == 401, "a change is not live before it is deployed")
    gw.create_deployment(restApiId=api["id"], stageName="prod")
    answer = ask(api["id"], "prod", "/ride", "POST")
    tap.ok(answer.status == 418 and answer.raw == b'{"why":"Unauthorized","type":"UNAUTHORIZED"}'
           and answer.header("Access-Control-Allow-Origin") == "*", "then it is, gateway responses too", answer)
    return tokens


def proxies(function, other):
    api = gw.create_rest_api(name="proxy", binaryMediaTypes=["image/png"])
    root = api["rootResourceId"]
    proxy = gw.create_resource(restApiId=api["id"], parentId=root, pathPart="{proxy+}")["id"]
    fixed = gw.create_resource(restApiId=api["id"], parentId=root, pathPart="fixed")["id"]
    item = gw.create_resource(restApiId=api["id"], parentId=fixed, pathPart="{id}")["id"]
    method(api["id"], proxy, "ANY", {"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": uri("${stageVariables.fn}")})
    for resource, text in ((fixed, "fixed"), (item, "item $input.params('id') $context.resourcePath")):
        method(api["id"], resource, "GET", {"type": "MOCK", "requestTemplates": {"application/json": '{"statusCode": 200}'}})
        response(api["id"], resource, "GET", "200", {"responseTemplates": {"text/plain": text}})
    gw.create_deployment(restApiId=api["id"], stageName="v1", variables={"fn": function})
    answer = ask(api["id"], "v1", "//a/b%2Bc/?x=1&x=2&y=a+b", "PUT", "hello", X_Two="1", Cookie="immersion_session=s; mine=1")
    event = json.loads(answer.raw)
    tap.ok(answer.status == 201 and event["path"] == "/a/b%2Bc/" and event["pathParameters"] == {"proxy": "a/b%2Bc"}
           and event["resource"] == "/{proxy+}" and event["body"] == "hello" and not event["isBase64Encoded"]
           and event["multiValueQueryStringParameters"] == {"x": ["1", "2"], "y": ["a b"]}
           and event["queryStringParameters"] == {"x": "2", "y": "a b"} and event["stageVariables"] == {"fn": function}
           and event["requestContext"]["stage"] == "v1" and event["requestContext"]["path"] == "/v1//a/b%2Bc/"
           and event["requestContext"]["identity"]["sourceIp"] == "127.0.0.1" and event["httpMethod"] == "PUT",
           "a function gets the request as an event", answer)
    tap.ok(event["headers"]["X-Two"] == "1" and event["headers"]["Cookie"] == "mine=1" and "X-Forwarded-For" in event["headers"],
           "its headers as they were sent, without the workshop's cookie", event["headers"])
    event = json.loads(ask(api["id"], "v1", "/a//b", **{"auThorization": "me", "x-tWo": "1"}).raw)
    tap.ok(event["path"] == "/a//b" and event["pathParameters"] == {"proxy": "a//b"} and event["headers"]["Authorization"] == "me"
           and event["headers"]["x-tWo"] == "1", "slashes in a row go on, and one header has always the same name", event)
    kept = {"Content-MD5": "a", "Max-Forwards": "1", "Proxy-Authenticate": "b", "Server": "c", "Trailer": "d", "WWW-Authenticate": "e"}
    event = json.loads(ask(api["id"], "v1", "/x", **kept, **{"Content-Encoding": "br", "Via": "f"}).raw)
    tap.ok(not set(kept) & set(event["headers"]) and event["headers"]["Content-Encoding"] == "br" and event["headers"]["Via"] == "f",
           "without those that REST APIs keep to themselves", event["headers"])
    tap.ok(list(event) == ["resource", "path", "httpMethod", "headers", "multiValueHeaders", "queryStringParameters",
                           "multiValueQueryStringParameters", "pathParameters", "stageVariables", "requestContext", "body",
                           "isBase64Encoded"], "the members stand in AWS's order", list(event))
    tap.ok(answer.header("X-Mine") == "a" and answer.header("x-amzn-Remapped-Date") == "then"
           and [v for k, v in answer.headers if k == "Set-Cookie"] == ["a=1", "b=2"] and answer.header("X-Amzn-Trace-Id"),
           "and its answer's headers go out, remapped where they must be", answer)
    event = json.loads(ask(api["id"], "v1", "/x", "POST", b"\x00\xff", Content_Type="image/png").raw)
    tap.ok(event["isBase64Encoded"] and event["body"] == "AP8=", "binary bodies come as Base64", event)
    tap.ok(ask(api["id"], "v1", "/bytes", Accept="image/png").raw == bytes(range(256)), "and go out as bytes")
    gw.update_rest_api(restApiId=api["id"], patchOperations=[{"op": "add", "path": "/binaryMediaTypes/*~1*"}])
    gw.create_deployment(restApiId=api["id"], stageName="all", variables={"fn": function})
    event = ask(api["id"], "all", "/x", "POST", b"\x00\xff")
    tap.ok(json.loads(event.raw)["body"] == "AP8=" and ask(api["id"], "all", "/bytes").raw == bytes(range(256)),
           "where every type is binary, also what tells none", event)
    is_refusal(ask(api["id"], "v1", "/raise"), 502, "InternalServerErrorException", b'{"message": "Internal server error"}',
               "a function that throws is a bad gateway")
    is_refusal(ask(api["id"], "v1", "/odd"), 502, "InternalServerErrorException", b'{"message": "Internal server error"}',
               "and so is an answer that is malformed")
    tap.ok(ask(api["id"], "v1", "/fixed").raw == b"fixed" and ask(api["id"], "v1", "/fixed/7/").raw == b"item 7 /fixed/{id}",
           "what is literal goes before what is greedy", ask(api["id"], "v1", "/fixed/7/"))
    gw.update_stage(restApiId=api["id"], stageName="v1", patchOperations=[{"op": "replace", "path": "/variables/fn", "value": other}])
    is_refusal(ask(api["id"], "v1", "/x"), 500, "InternalServerErrorException", b'{"message": "Internal server error"}',
               "a function that was not told to let the API in is not run")
    tested = gw.test_invoke_method(restApiId=api["id"], resourceId=proxy, httpMethod="ANY", pathWithQueryString="/x?a=1", stageVariables={"fn": other})
    tap.ok(tested["status"] == 500 and "Execution failed due to configuration error: Invalid permissions on Lambda function" in tested["log"],
           "and a test says why", tested["log"])
    tested = gw.test_invoke_method(restApiId=api["id"], resourceId=item, httpMethod="GET", pathWithQueryString="/fixed/123?foo=bar")
    lines = [l.partition(" : ")[2] for l in tested["log"].split("\n")]
    tap.ok(tested["status"] == 200 and tested["body"].startswith("item 123") and lines[2:6] ==
           ["HTTP Method: GET, Resource Path: /fixed/123", "Method request path: {id=123}", "Method request query string: {foo=bar}",
            "Method request headers: {}"] and lines[-3:] == ["Successfully completed execution", "Method completed with status: 200", ""],
           "a test's log is AWS's", tested["log"])
    return api["id"]


def mapped(function):
    """Integrations that are mapped: with functions, with DynamoDB as a role, and what does not fit."""
    api = gw.create_rest_api(name="mapped")
    root = api["rootResourceId"]
    model = gw.create_model(restApiId=api["id"], name="pet", contentType="application/json", schema=json.dumps({
        "type": "object", "required": ["name"], "properties": {"name": {"type": "string", "minLength": 2}, "age": {"type": "integer"}}}))
    validator = gw.create_request_validator(restApiId=api["id"], name="all", validateRequestBody=True, validateRequestParameters=True)
    pets = gw.create_resource(restApiId=api["id"], parentId=root, pathPart="pets")["id"]
    method(api["id"], pets, "POST", {"type": "AWS", "integrationHttpMethod": "POST", "uri": uri(function), "passthroughBehavior": "NEVER",
                                     "requestTemplates": {"application/json": '{"got": $input.json(\'$.name\'), "q": "$input.params(\'q\')" #if($input.path(\'$.age\') != ""), "fail": "$input.path(\'$.name\')"#end}'}},
           requestParameters={"method.request.querystring.q": True}, requestModels={"application/json": model["name"]},
           requestValidatorId=validator["id"])
    response(api["id"], pets, "POST", "200", {"responseTemplates": {"application/json": '{"out": $input.json(\'$.got\')}'}})
    response(api["id"], pets, "POST", "404", {"selectionPattern": "Error: 404.*", "responseTemplates": {"application/json": '{"sorry": "$input.path(\'$.errorMessage\')"}'},
                                              "responseParameters": {"method.response.header.X-Why": "integration.response.body.errorType"}},
             responseParameters={"method.response.header.X-Why": True})
    role = iam.create_role(RoleName="gateway", AssumeRolePolicyDocument=TRUST("apigateway.amazonaws.com"))["Role"]["Arn"]
    iam.put_role_policy(RoleName="gateway", PolicyName="get", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": "arn:aws:dynamodb:%s:%s:table/Rides" % (REGION, ACCOUNT)}]}))
    for name, action in (("put", "PutItem"), ("get", "GetItem")):
        resource = gw.create_resource(restApiId=api["id"], parentId=root, pathPart=name)["id"]
        member = "Item" if name == "put" else "Key"
        method(api["id"], resource, "GET", {"type": "AWS", "integrationHttpMethod": "POST", "credentials": role,
                                            "uri": "arn:aws:apigateway:%s:dynamodb:action/%s" % (REGION, action),
                                            "requestTemplates": {"application/json": '{"TableName": "Rides", "%s": {"RideId": {"S": "$context.requestId"}}}' % member}})
        response(api["id"], resource, "GET", "200")
        response(api["id"], resource, "GET", "400", {"selectionPattern": "4\\d{2}"})
    gw.create_deployment(restApiId=api["id"], stageName="v1")
    answer = ask(api["id"], "v1", "/pets?q=5", "POST", '{"name": "Rex"}', Content_Type="application/json")
    tap.ok(answer.status == 200 and json.loads(answer.raw) == {"out": "Rex"}, "templates make the request and the answer", answer)
    answer = ask(api["id"], "v1", "/pets?q=5", "POST", '{"name": "Rex", "age": 3}', Content_Type="application/json")
    tap.ok(answer.status == 404 and json.loads(answer.raw) == {"sorry": "Error: 404 for Rex"} and answer.header("X-Why") == "Exception",
           "an error is chosen by its pattern", answer)
    is_refusal(ask(api["id"], "v1", "/pets", "POST", '{"name": "Rex"}', Content_Type="application/json"), 400, "BadRequestException",
               b'{"message":"Missing required request parameters: [q]"}', "a parameter that must be there is asked for")
    for body in ('{"name": "R"}', '{"age": 1}', '{"name": "Rex", "age": "x"}', "nonsense"):
        is_refusal(ask(api["id"], "v1", "/pets?q=5", "POST", body, Content_Type="application/json"), 400, "BadRequestException",
                   b'{"message":"Invalid request body"}', "a body that its model does not describe is refused: " + body)
    is_refusal(ask(api["id"], "v1", "/pets?q=5", "POST", "x", Content_Type="text/plain"), 415, "BadRequestException",
               b'{"message":"Unsupported Media Type"}', "a type without a template is not passed on")
    answer = ask(api["id"], "v1", "/put")
    tap.ok(answer.status == 200 and answer.raw == b"{}", "DynamoDB is called as the role", answer)
    answer = ask(api["id"], "v1", "/get")
    tap.ok(answer.status == 400 and b"is not authorized to perform: dynamodb:GetItem" in answer.raw, "which may not do more than it may", answer)
    return api["id"]


def headers(inner, function):
    """Which headers a mapping may set, and which go on to a server: here the function behind another API."""
    api = gw.create_rest_api(name="headers")
    there = "http://127.0.0.1:%d/_aws/execute-api/%s/all/x" % (server.cloud_port, inner)
    one = lambda name, value: {"integration.request.header." + name: "'%s'" % value}
    for name, kind, parameters in (("plain", "HTTP", {}), ("set", "HTTP", {**one("Authorization", "x"), **one("TE", "gzip"), **one("Content-Encoding", "br")}),
                                   ("length", "HTTP", one("Content-Length", "0")), ("chunks", "HTTP_PROXY", one("Transfer-Encoding", "chunked")),
                                   ("passed", "HTTP_PROXY", {}), ("event", "AWS_PROXY", {**one("Accept", "text/html"), "integration.request.querystring.q": "'1'"}), ("auth", "AWS_PROXY", one("Authorization", "x")),
                                   ("called", "AWS", one("Expect", "x"))):
        resource = gw.create_resource(restApiId=api["id"], parentId=api["rootResourceId"], pathPart=name)["id"]
        method(api["id"], resource, "GET", {"type": kind, "integrationHttpMethod": "POST", "uri": uri(function) if "AWS" in kind else there, "requestParameters": parameters})
        if "PROXY" not in kind:
            response(api["id"], resource, "GET", "200", {"selectionPattern": "2\\d\\d"})
    gw.create_deployment(restApiId=api["id"], stageName="v1")
    got = lambda name, **more: json.loads(ask(api["id"], "v1", "/" + name, Content_Type="text/plain", Content_Encoding="br", **more).raw)["headers"]
    plain, changed, passed = got("plain"), got("set"), got("passed")
    tap.ok("Content-Type" not in plain and plain["Accept"] == "application/json", "a request without a body has no type of its own", plain)
    tap.ok(changed["Authorization"] == "x" and changed["Content-Encoding"] == "br" and "TE" not in changed, "a server gets what a mapping sets", changed)
    tap.ok(passed["Content-Type"] == "text/plain" and "Content-Encoding" not in passed, "and a proxied one what the caller sent", passed)
    tap.ok(ask(api["id"], "v1", "/passed").header("x-amzn-Remapped-x-amzn-RequestId"), "whose own request id is remapped")
    event = json.loads(ask(api["id"], "v1", "/event", Accept="text/plain").raw)
    tap.ok(event["headers"]["Accept"] == "text/plain" and event["queryStringParameters"] is None, "an event has what the caller sent", event)
    for name in ("length", "chunks", "auth", "called"):
        is_refusal(ask(api["id"], "v1", "/" + name), 500, "InternalServerErrorException", b'{"message": "Internal server error"}',
                   "a header that a mapping may not set makes no request: " + name)


def lambda_authorizers(function, authorizer):
    api = gw.create_rest_api(name="custom")
    root = api["rootResourceId"]
    made = {}
    for kind in ("TOKEN", "REQUEST"):
        a = gw.create_authorizer(restApiId=api["id"], name=kind, type=kind, authorizerUri=uri(authorizer),
                                 identitySource="method.request.header.Authorization", authorizerResultTtlInSeconds=300)
        made[kind] = a["id"]
        r = gw.create_resource(restApiId=api["id"], parentId=root, pathPart=kind.lower())["id"]
        method(api["id"], r, "GET", {"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": uri(function)}, "CUSTOM", authorizerId=a["id"])
    gw.create_deployment(restApiId=api["id"], stageName="v1")
    for kind in ("token", "request"):
        answer = ask(api["id"], "v1", "/" + kind, Authorization="allow")
        got = json.loads(answer.raw)
        tap.ok(answer.status == 201 and got["requestContext"]["authorizer"]["principalId"] == "user|allow"
               and got["requestContext"]["authorizer"]["number"] == "7" and got["requestContext"]["authorizer"]["yes"] == "true"
               and got["requestContext"]["authorizer"]["kind"] == kind.upper(), "a %s authorizer lets in and says who" % kind.upper(), answer)
        is_refusal(ask(api["id"], "v1", "/" + kind, Authorization="deny"), 403, "AccessDeniedException",
                   b'{"Message":"User is not authorized to access this resource with an explicit deny"}', "or does not")
        is_refusal(ask(api["id"], "v1", "/" + kind, Authorization="nowhere"), 403, "AccessDeniedException",
                   b'{"Message":"User is not authorized to access this resource"}', "or lists no resources, as Chalice does")
        is_refusal(ask(api["id"], "v1", "/" + kind, Authorization="throw"), 401, "UnauthorizedException", b'{"message":"Unauthorized"}', "or throws")
        is_refusal(ask(api["id"], "v1", "/" + kind, Authorization="broken"), 500, "AuthorizerConfigurationException", b'{"message":null}', "or is broken")
        is_refusal(ask(api["id"], "v1", "/" + kind), 401, "UnauthorizedException", b'{"message":"Unauthorized"}', "and is not asked without a token")
    tested = gw.test_invoke_authorizer(restApiId=api["id"], authorizerId=made["TOKEN"], headers={"Authorization": "allow me"})
    tap.ok(tested["clientStatus"] == 200 and tested["principalId"] == "user|allow me" and "Allow" in tested["policy"], "it can be tested", tested)


def limits():
    api = gw.create_rest_api(name="keys")
    root = api["rootResourceId"]
    method(api["id"], root, "GET", {"type": "MOCK", "requestTemplates": {"application/json": '{"statusCode": 200}'}}, apiKeyRequired=True)
    response(api["id"], root, "GET", "200")
    gw.create_deployment(restApiId=api["id"], stageName="v1")
    key = gw.create_api_key(name="k", enabled=True)
    is_refusal(ask(api["id"], "v1", "/", x_api_key=key["value"]), 403, "ForbiddenException", b'{"message":"Forbidden"}', "a key without a plan opens nothing")
    plan = gw.create_usage_plan(name="p", apiStages=[{"apiId": api["id"], "stage": "v1"}], quota={"limit": 3, "period": "DAY"})
    gw.create_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"], keyType="API_KEY")
    statuses = [ask(api["id"], "v1", "/", x_api_key=key["value"]).status for _ in range(3)]
    tap.ok(statuses == [200, 200, 200], "with one it opens the stage", statuses)
    is_refusal(ask(api["id"], "v1", "/", x_api_key=key["value"]), 429, "LimitExceededException", b'{"message":"Limit Exceeded"}', "until the quota is used")
    is_refusal(ask(api["id"], "v1", "/"), 403, "ForbiddenException", b'{"message":"Forbidden"}', "without a key nothing does")
    import datetime
    today = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d")
    usage = gw.get_usage(usagePlanId=plan["id"], startDate=today, endDate=today)
    tap.ok(usage["items"] == {key["id"]: [[3, 0]]}, "what was used is told", usage)
    gw.update_usage(usagePlanId=plan["id"], keyId=key["id"], patchOperations=[{"op": "replace", "path": "/remaining", "value": "10"}])
    gw.update_usage_plan(usagePlanId=plan["id"], patchOperations=[{"op": "replace", "path": "/throttle/rateLimit", "value": "0.01"},
                                                                  {"op": "replace", "path": "/throttle/burstLimit", "value": "2"}])
    statuses = [ask(api["id"], "v1", "/", x_api_key=key["value"]).status for _ in range(3)]
    tap.ok(statuses == [200, 200, 429], "more is given, and a throttle slows it down", statuses)
    is_refusal(ask(api["id"], "v1", "/", x_api_key=key["value"]), 429, "TooManyRequestsException", b'{"message":"Too Many Requests"}', "in API Gateway's words")


def late(echo):
    """Who takes too long, and who asks too often."""
    api = gw.create_rest_api(name="late")
    slow = "http://127.0.0.1:%d/_aws/execute-api/%s/v1/in/late" % (server.cloud_port, api["id"])
    for name, integration in (("in", {"type": "AWS_PROXY", "uri": uri(echo)}),
                              ("function", {"type": "AWS_PROXY", "uri": uri(echo), "timeoutInMillis": 50}),
                              ("server", {"type": "HTTP_PROXY", "uri": slow, "timeoutInMillis": 50}),
                              ("mapped", {"type": "HTTP", "uri": slow, "timeoutInMillis": 50})):
        parent = gw.create_resource(restApiId=api["id"], parentId=api["rootResourceId"], pathPart=name)["id"]
        resource = gw.create_resource(restApiId=api["id"], parentId=parent, pathPart="late")["id"]
        method(api["id"], resource, "GET", {"integrationHttpMethod": "POST" if "AWS" in integration["type"] else "GET", **integration})
    gw.create_deployment(restApiId=api["id"], stageName="v1")
    answer = ask(api["id"], "v1", "/in/late")
    tap.ok(answer.status == 201, "who has the time waits for a slow function", answer)
    for name in ("function", "server", "mapped"):
        is_refusal(ask(api["id"], "v1", "/%s/late" % name), 504, "InternalServerErrorException", b'{"message": "Endpoint request timed out"}',
                   "%s: who does not is told that it timed out" % name)
    limit = lambda setting, value: {"op": "replace", "path": "/~1function~1late/GET/throttling/" + setting, "value": value}
    gw.update_stage(restApiId=api["id"], stageName="v1", patchOperations=[limit("rateLimit", "0.01"), limit("burstLimit", "1")])
    statuses = [ask(api["id"], "v1", "/function/late").status for _ in range(2)]
    tap.ok(statuses == [504, 429], "a method is throttled", statuses)
    is_refusal(ask(api["id"], "v1", "/function/late"), 429, "TooManyRequestsException", b'{"message":"Too Many Requests"}', "and says so")
    tap.ok(ask(api["id"], "v1", "/in/late").status == 201, "while others are not")


def signed(api, stage, path, person, method="GET", **more):
    url = "http://127.0.0.1:%d/_aws/execute-api/%s/%s%s" % (server.cloud_port, api, stage, path)
    request = botocore.awsrequest.AWSRequest(method=method, url=url)
    botocore.auth.SigV4Auth(botocore.credentials.Credentials(*person), "execute-api", REGION).add_auth(request)
    return ask(api, stage, path, method, **{k.replace("-", "_"): v for k, v in request.headers.items()}, **more)


def may_refresh(api, person):
    """Replacing what a stage's cache remembers is a permission of its own."""
    gw.update_integration(restApiId=api, resourceId=gw.get_resources(restApiId=api)["items"][0]["id"], httpMethod="GET",
                          patchOperations=[{"op": "replace", "path": "/cacheNamespace", "value": "mine"}])
    gw.update_integration_response(restApiId=api, resourceId=gw.get_resources(restApiId=api)["items"][0]["id"], httpMethod="GET", statusCode="200",
                                   patchOperations=[{"op": "replace", "path": "/responseTemplates/application~1json", "value": "$context.requestId"}])
    gw.create_deployment(restApiId=api, stageName="cached", cacheClusterEnabled=True, cacheClusterSize="0.5")
    gw.update_stage(restApiId=api, stageName="cached", patchOperations=[{"op": "replace", "path": "/*/*/caching/enabled", "value": "true"}])
    allow = lambda *actions: iam.put_user_policy(UserName="bob", PolicyName="cached", PolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "arn:aws:execute-api:*:*:%s/cached/GET/*" % api}]}))
    allow("execute-api:Invoke")
    kept = signed(api, "cached", "/", person).raw
    answer = signed(api, "cached", "/", person, Cache_Control="max-age=0")
    tap.ok(answer.status == 200 and answer.raw == kept and answer.header("Warning"), "who may invoke may not invalidate yet", answer)
    allow("execute-api:Invoke", "execute-api:InvalidateCache")
    answer = signed(api, "cached", "/", person, Cache_Control="max-age=0")
    tap.ok(answer.status == 200 and answer.raw != kept and not answer.header("Warning"), "who may invalidate gets a fresh answer", answer)
    tap.ok(signed(api, "cached", "/", person).raw == answer.raw, "and it is remembered")


def permissions(tokens):
    api = gw.create_rest_api(name="iam")
    method(api["id"], api["rootResourceId"], "GET", {"type": "MOCK", "requestTemplates": {"application/json": '{"statusCode": 200}'}}, "AWS_IAM")
    response(api["id"], api["rootResourceId"], "GET", "200", {"responseTemplates": {"application/json": "$context.identity.userArn"}})
    gw.create_deployment(restApiId=api["id"], stageName="v1")
    is_refusal(ask(api["id"], "v1", "/"), 403, "MissingAuthenticationTokenException", b'{"message":"Missing Authentication Token"}',
               "with IAM a request must be signed")
    is_refusal(ask(api["id"], "v1", "/", Authorization=tokens["IdToken"]), 403, "IncompleteSignatureException", lacks(tokens["IdToken"]),
               "a token is no signature")
    is_refusal(ask(api["id"], "v1", "/", Authorization="Bearer abc"), 403, "IncompleteSignatureException", odd("Bearer abc"),
               "nor is it as a bearer's")
    half = "AWS4-HMAC-SHA256 Credential=a, Signature=b"
    is_refusal(ask(api["id"], "v1", "/", Authorization=half), 403, "IncompleteSignatureException", lacks(half, "SignedHeaders"),
               "nor is half a signature")
    iam.create_user(UserName="bob")
    key = iam.create_access_key(UserName="bob")["AccessKey"]
    person = (key["AccessKeyId"], key["SecretAccessKey"])
    answer = signed(api["id"], "v1", "/", person)
    tap.ok(answer.status == 403 and answer.header("x-amzn-ErrorType") == "AccessDeniedException" and answer.raw ==
           ('{"Message":"User: arn:aws:iam::%s:user/bob is not authorized to perform: execute-api:Invoke on resource: '
            'arn:aws:execute-api:%s:********0000:%s/v1/GET/"}' % (ACCOUNT, REGION, api["id"])).encode(), "who signs must be allowed to", answer)
    iam.put_user_policy(UserName="bob", PolicyName="call", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:%s/v1/GET/*" % api["id"]}]}))
    answer = signed(api["id"], "v1", "/", person)
    tap.ok(answer.status == 200 and answer.raw == ("arn:aws:iam::%s:user/bob" % ACCOUNT).encode(), "and then is known", answer)
    may_refresh(api["id"], person)
    answer = signed(api["id"], "v1", "/", (person[0], "wrong"))
    tap.ok(answer.status == 403 and answer.header("x-amzn-ErrorType") == "InvalidSignatureException", "a wrong signature is refused", answer)
    gw.update_rest_api(restApiId=api["id"], patchOperations=[{"op": "replace", "path": "/policy", "value": json.dumps({
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"},
                                               {"Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*",
                                                "Condition": {"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}}]})}])
    gw.create_deployment(restApiId=api["id"], stageName="v1")
    answer = signed(api["id"], "v1", "/", person)
    tap.ok(answer.status == 403 and b"with an explicit deny" in answer.raw, "a resource policy is asked as well", answer)


def elsewhere(inner):
    """HTTP integrations: with the cloud itself, and with what nobody may be sent to."""
    api = gw.create_rest_api(name="http")
    private = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
    threading.Thread(target=private.serve_forever, daemon=True).start()
    base = "http://127.0.0.1:%d/_aws/execute-api/%s/v1" % (server.cloud_port, inner)
    for name, kind, target in (("proxy", "HTTP_PROXY", base + "/fixed/{id}"), ("mapped", "HTTP", base + "/fixed/{id}"),
                               ("machine", "HTTP_PROXY", "http://127.0.0.1:%d/" % private.server_port), ("room", "HTTP_PROXY", "http://192.168.1.1/"),
                               ("meta", "HTTP_PROXY", "http://[::ffff:169.254.169.254]/")):
        parent = gw.create_resource(restApiId=api["id"], parentId=api["rootResourceId"], pathPart=name)["id"]
        resource = gw.create_resource(restApiId=api["id"], parentId=parent, pathPart="{id}")["id"]
        method(api["id"], resource, "GET", {"type": kind, "integrationHttpMethod": "GET", "uri": target, "timeoutInMillis": 5000,
                                            "requestParameters": {"integration.request.path.id": "method.request.path.id"}},
               requestParameters={"method.request.path.id": True})
        if kind == "HTTP":
            response(api["id"], resource, "GET", "202", {"responseTemplates": {"application/json": '{"was": "$input.body"}'}})
    gw.create_deployment(restApiId=api["id"], stageName="v1")
    answer = ask(api["id"], "v1", "/proxy/5")
    tap.ok(answer.status == 200 and answer.raw == b"item 5 /fixed/{id}" and answer.header("Content-Type") == "text/plain", "an HTTP proxy passes on", answer)
    answer = ask(api["id"], "v1", "/mapped/5")
    tap.ok(answer.status == 202 and answer.raw == b'{"was": "item 5 /fixed/{id}"}', "an HTTP integration maps", answer)
    for name in ("machine", "room", "meta"):
        # Whoever asks may write any port behind the cloud's name.
        answer = ask(api["id"], "v1", "/%s/1" % name, Host="127.0.0.1:%d" % private.server_port)
        tap.ok(answer.status == 504 and answer.raw == b'{"message": "Network error communicating with endpoint"}', "nobody is sent to %s" % name, answer)


def cached_and_canary():
    api = gw.create_rest_api(name="cache")
    root = api["rootResourceId"]
    method(api["id"], root, "GET", {"type": "MOCK", "requestTemplates": {"application/json": '{"statusCode": 200}'},
                                    "cacheKeyParameters": ["method.request.querystring.k"]}, requestParameters={"method.request.querystring.k": False})
    response(api["id"], root, "GET", "200", {"responseTemplates": {"application/json": "$context.requestId '$context.isCanaryRequest' $stageVariables.color"}})
    gw.create_deployment(restApiId=api["id"], stageName="v1", cacheClusterEnabled=True, cacheClusterSize="0.5", variables={"color": "blue"})
    gw.update_stage(restApiId=api["id"], stageName="v1", patchOperations=[{"op": "replace", "path": "/*/*/caching/enabled", "value": "true"}])
    one, same, other = (ask(api["id"], "v1", "/?k=" + k).raw for k in "112")
    tap.ok(one == same != other, "a cache answers by its keys", (one, same, other))
    gw.flush_stage_cache(restApiId=api["id"], stageName="v1")
    tap.ok(ask(api["id"], "v1", "/?k=1").raw != one, "until it is flushed")
    kept = ask(api["id"], "v1", "/?k=1").raw
    answer = ask(api["id"], "v1", "/?k=1", Cache_Control="max-age=0")
    tap.ok(answer.raw == kept and answer.header("Warning") == "199 Cache-control headers were ignored because the caller was unauthorized.",
           "who may not ask for a fresh answer is warned", answer)
    tap.ok(ask(api["id"], "v1", "/?k=1").header("Warning") is None, "and others are not")
    strategy = lambda name, value: gw.update_stage(restApiId=api["id"], stageName="v1", patchOperations=[
        {"op": "replace", "path": "/*/*/caching/" + name, "value": value}])
    strategy("unauthorizedCacheControlHeaderStrategy", "FAIL_WITH_403")
    is_refusal(ask(api["id"], "v1", "/?k=1", Cache_Control="max-age=0"), 403, "ForbiddenException", b'{"message":"Forbidden"}', "or is refused")
    strategy("unauthorizedCacheControlHeaderStrategy", "SUCCEED_WITHOUT_RESPONSE_HEADER")
    answer = ask(api["id"], "v1", "/?k=1", Cache_Control="max-age=0")
    tap.ok(answer.raw == kept and answer.header("Warning") is None, "or is not even told", answer)
    strategy("requireAuthorizationForCacheControl", "false")
    fresh = ask(api["id"], "v1", "/?k=1", Cache_Control="max-age=0").raw
    tap.ok(fresh != kept and ask(api["id"], "v1", "/?k=1").raw == fresh, "where everybody may, the fresh answer is remembered")
    strategy("ttlInSeconds", "2")
    first, recalled, end = ask(api["id"], "v1", "/?k=ttl").raw, 0, time.monotonic() + 30
    while ask(api["id"], "v1", "/?k=ttl").raw == first and time.monotonic() < end:
        recalled += 1
        time.sleep(0.2)
    tap.ok(time.monotonic() < end, "an answer that is asked for all the time grows old all the same", recalled)
    gw.create_deployment(restApiId=api["id"], stageName="v1", canarySettings={"percentTraffic": 0.0, "stageVariableOverrides": {"color": "red"}})
    tap.ok(ask(api["id"], "v1", "/?k=8").raw.endswith(b"'false' blue"), "who is not served by the canary can be told so")
    gw.update_stage(restApiId=api["id"], stageName="v1", patchOperations=[{"op": "replace", "path": "/canarySettings/percentTraffic", "value": "100.0"}])
    tap.ok(ask(api["id"], "v1", "/?k=9").raw.endswith(b"'true' red"), "a canary has its own deployment and variables")


DEFINITION = {
    "openapi": "3.0.1", "info": {"title": "pets", "version": "2", "description": "All the pets"},
    "x-amazon-apigateway-binary-media-types": ["image/png"],
    "x-amazon-apigateway-request-validators": {"all": {"validateRequestBody": True, "validateRequestParameters": True}},
    "x-amazon-apigateway-request-validator": "all",
    "x-amazon-apigateway-gateway-responses": {"BAD_REQUEST_BODY": {"statusCode": 422, "responseTemplates": {"application/json": "no pet"}}},
    "paths": {"/pets/{id}": {
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
        "post": {"operationId": "putPet", "security": [{"key": []}],
                 "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}},
                 "responses": {"200": {"description": "ok", "headers": {"X-Kind": {"schema": {"type": "string"}}},
                                       "content": {"application/json": {"schema": {"type": "object", "title": "inline"}}}}},
                 "x-amazon-apigateway-integration": {
                     "type": "mock", "passthroughBehavior": "when_no_match", "requestTemplates": {"application/json": '{"statusCode": 200}'},
                     "responses": {"default": {"statusCode": "200", "responseTemplates": {"application/json": "pet $input.params('id')"},
                                               "responseParameters": {"method.response.header.X-Kind": "'dog'"}}}}}}},
    "components": {"securitySchemes": {"key": {"type": "apiKey", "name": "x-api-key", "in": "header"}},
                   "schemas": {"Pet": {"type": "object", "required": ["name"], "properties": {"name": {"$ref": "#/components/schemas/Name"}}},
                               "Name": {"type": "string", "minLength": 2}}}}


def refused(name, message, call):
    try:
        call()
        tap.ok(False, name)
    except botocore.exceptions.ClientError as e:
        tap.ok(e.response["Error"]["Message"] == message, name, e.response["Error"]["Message"])


TYPED = {
    "swagger": "2.0", "info": {"title": "typed", "version": "1", "description": "of types"}, "paths": {"/": {
        "get": {"produces": ["text/html"], "parameters": [{"name": "page", "in": "query", "type": "string"}],
                "responses": {"200": {"description": "ok", "headers": {"X-Kind": {"type": "string"}}}},
                "x-amazon-apigateway-integration": {
                    "type": "mock", "passthroughBehavior": "when_no_match", "requestTemplates": {"application/json": '{"statusCode": 200}'},
                    "responses": {"default": {"statusCode": "200", "responseTemplates": {"text/html": "<p>"}}}}},
        "post": {"consumes": ["application/json"], "produces": ["application/json"],
                 "parameters": [{"in": "body", "name": "Pet", "required": True, "schema": {"$ref": "#/definitions/Pet"}}],
                 "responses": {"200": {"description": "ok", "schema": {"$ref": "#/definitions/Pet"}}},
                 "x-amazon-apigateway-integration": {"type": "http", "httpMethod": "POST", "uri": "http://pets.example.com/", "timeoutInMillis": 500,
                                                     "passthroughBehavior": "when_no_match", "responses": {"default": {"statusCode": "200"}}}}}},
    "definitions": {"Pet": {"type": "object"}}}


def typed():
    """How an export tells of types, and that it leaves out what is usual."""
    api = gw.import_rest_api(body=json.dumps(TYPED).encode())
    gw.create_deployment(restApiId=api["id"], stageName="v1")
    export = gw.get_export(restApiId=api["id"], stageName="v1", exportType="swagger", parameters={"extensions": "apigateway"})
    told = json.loads(export["body"].read())
    tap.ok(export["contentType"] == "application/octet-stream" and list(told["info"]) == ["description", "version", "title"],
           "a definition is a file", export)
    told = told["paths"]["/"]
    tap.ok(list(told["get"]) == ["consumes", "produces", "parameters", "responses", "x-amazon-apigateway-integration"]
           and told["get"]["consumes"] == ["application/json"] and told["get"]["produces"] == ["text/html"]
           and told["get"]["parameters"] == [{"name": "page", "in": "query", "required": False, "type": "string"}],
           "templates' types are a method's", told["get"])
    tap.ok(told["post"]["consumes"] == ["application/json"] and told["post"]["produces"] == ["application/json"]
           and list(told["post"]["responses"]["200"]) == ["description", "schema"], "so are models'", told["post"])
    made = told["get"]["x-amazon-apigateway-integration"]
    tap.ok(sorted(made) == ["passthroughBehavior", "requestTemplates", "responses", "type"], "an integration tells what is its own", made)
    made = told["post"]["x-amazon-apigateway-integration"]
    tap.ok(sorted(made) == ["httpMethod", "passthroughBehavior", "responses", "timeoutInMillis", "type", "uri"], "and a timeout that is not the usual", made)
    told = json.loads(gw.get_export(restApiId=api["id"], stageName="v1", exportType="oas30")["body"].read())
    tap.ok(list(told["info"]) == ["title", "description", "version"] and told["components"] == {"schemas": {"Pet": {"type": "object"}}}
           and told["paths"]["/"]["get"]["parameters"] == [{"name": "page", "in": "query", "schema": {"type": "string"}}]
           and told["paths"]["/"]["get"]["responses"]["200"]["content"] == {}, "OpenAPI tells of content where there is none", told)
    gw.delete_rest_api(restApiId=api["id"])


def long_texts(key):
    refused("names of keys have a length", "Invalid API Key name, can be at most 1024 characters.", lambda: gw.create_api_key(name="a" * 1025))
    wrong = "Invalid API Key description specified."
    refused("so have descriptions", wrong, lambda: gw.create_api_key(description="a" * 125001))
    refused("which are not made longer", wrong, lambda: gw.update_api_key(apiKey=key, patchOperations=[
        {"op": "replace", "path": "/description", "value": "a" * 125001}]))


def definitions():
    """Importing and exporting."""
    api = gw.import_rest_api(body=json.dumps(DEFINITION).encode(), parameters={"endpointConfigurationTypes": "REGIONAL"})
    tap.ok(api["name"] == "pets" and api["version"] == "2" and api["binaryMediaTypes"] == ["image/png"]
           and api["endpointConfiguration"]["types"] == ["REGIONAL"], "a definition becomes an API", api)
    resources = {r["path"]: r for r in gw.get_resources(restApiId=api["id"], embed=["methods"])["items"]}
    made = resources["/pets/{id}"]["resourceMethods"]["POST"]
    tap.ok(sorted(resources) == ["/", "/pets", "/pets/{id}"] and made["apiKeyRequired"] and made["operationName"] == "putPet"
           and made["requestParameters"] == {"method.request.path.id": True} and made["requestModels"] == {"application/json": "Pet"}
           and made["methodIntegration"]["type"] == "MOCK", "with its resources and methods", resources)
    gw.create_deployment(restApiId=api["id"], stageName="v1")
    key = gw.create_api_key(name="pets", enabled=True)
    long_texts(key["id"])
    plan = gw.create_usage_plan(name="pets", apiStages=[{"apiId": api["id"], "stage": "v1"}])
    gw.create_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"], keyType="API_KEY")
    answer = ask(api["id"], "v1", "/pets/7", "POST", '{"name": "Rex"}', Content_Type="application/json", x_api_key=key["value"])
    tap.ok(answer.status == 200 and answer.raw == b"pet 7" and answer.header("X-Kind") == "dog", "and it answers", answer)
    answer = ask(api["id"], "v1", "/pets/7", "POST", '{"name": "R"}', Content_Type="application/json", x_api_key=key["value"])
    tap.ok(answer.status == 422 and answer.raw == b"no pet", "models that refer to others are kept to, and gateway responses answer", answer)
    for kind in ("oas30", "swagger"):
        export = gw.get_export(restApiId=api["id"], stageName="v1", exportType=kind, parameters={"extensions": "apigateway"}, accepts="application/json")
        text = export["body"].read()
        written = json.loads(text)
        tap.ok(export["contentType"] == "application/octet-stream" and export["contentDisposition"].startswith('attachment; filename="%s_' % kind)
               and "/pets/{id}" in written["paths"], "it is exported as " + kind, text)
        again = gw.import_rest_api(body=text)
        gw.create_deployment(restApiId=again["id"], stageName="v1")
        same = json.loads(gw.get_export(restApiId=again["id"], stageName="v1", exportType=kind, parameters={"extensions": "apigateway"})["body"].read())
        for one in (written, same):
            for member in ("host", "servers"):
                one.pop(member, None)
            for operation in (one["paths"]["/pets/{id}"]["post"],):
                operation["x-amazon-apigateway-integration"].pop("cacheNamespace", None)
        tap.ok(same == written, "and what was exported becomes the same API", (same, written))
        gw.delete_rest_api(restApiId=again["id"])
    yaml = gw.get_export(restApiId=api["id"], stageName="v1", exportType="oas30", accepts="application/yaml")["body"].read()
    put = gw.put_rest_api(restApiId=api["id"], mode="overwrite", body=yaml)
    methods = gw.get_resources(restApiId=api["id"], embed=["methods"])["items"]
    tap.ok({r["path"]: r["id"] for r in methods} == {p: r["id"] for p, r in resources.items()}, "and what stands at the same path keeps its id", methods)
    tap.ok(put["id"] == api["id"] and any("methodIntegration" not in m["resourceMethods"]["POST"] for m in methods if "resourceMethods" in m),
           "a definition in YAML takes the place of what was", methods)
    merged = gw.put_rest_api(restApiId=api["id"], mode="merge", body=json.dumps({"openapi": "3.0.1", "info": {"title": "pets", "version": "3"}, "paths": {},
        "x-amazon-apigateway-binary-media-types": ["image/gif", "image/png"]}).encode())
    tap.ok(merged["binaryMediaTypes"] == ["image/png", "image/gif"] and merged["version"] == "3", "what is merged adds its media types", merged)
    loose = gw.import_rest_api(body=b"swagger: 2.0\ninfo: {title: loose, version: 1}\npaths: {}\n")
    tap.ok(loose["name"] == "loose" and loose["version"] == "1", "and may say its version as a number", loose)
    tap.ok(gw.get_models(restApiId=loose["id"])["items"] == [], "what was imported has the definition's models only")
    refused("what is no definition is refused", "Invalid OpenAPI input.", lambda: gw.import_rest_api(body=b"nonsense"))
    wrong = json.loads(json.dumps(DEFINITION))
    wrong["paths"]["/pets/{id}"]["post"]["x-amazon-apigateway-integration"] = {"type": "aws_proxy", "httpMethod": "POST", "uri": "arn"}
    wrong["paths"]["/bad path"] = {}
    refused("every mistake in one is told", "Errors found during import:\n\tUnable to put integration on 'POST' for resource at path '/pets/{id}': "
            "Invalid ARN specified in the request\n\tUnable to create resource at path '/bad path': Resource's path part only allow a-zA-Z0-9._-: "
            "or a valid greedy path variable and curly braces at the beginning and the end.", lambda: gw.import_rest_api(body=json.dumps(wrong).encode()))
    tap.ok(not [a for a in gw.get_rest_apis(limit=500)["items"] if a["name"] == "pets" and a["id"] != api["id"]], "and nothing of it is kept")


with tempfile.TemporaryDirectory() as data:
    server = Server("cloud", os.path.join(data, "cloud"))
    complaints = []
    gw, fn, iam, idp, ddb = (client(s) for s in ("apigateway", "lambda", "iam", "cognito-idp", "dynamodb"))
    tokens = lab()
    role = iam.create_role(RoleName="plain", AssumeRolePolicyDocument=TRUST("lambda.amazonaws.com"))["Role"]["Arn"]
    everything = "arn:aws:execute-api:%s:%s:*" % (REGION, ACCOUNT)
    echo = create("echo", "index.handler", {"index.py": PYTHON}, role, "python3.12", everything)
    closed = create("closed", "index.handler", {"index.py": PYTHON}, role, "python3.12", None)
    judge = create("judge", "index.authorizer", {"index.py": PYTHON}, role, "python3.12", everything)
    inner = proxies(echo, closed)
    mapped(echo)
    headers(inner, echo)
    lambda_authorizers(echo, judge)
    limits()
    late(echo)
    permissions(tokens)
    elsewhere(inner)
    cached_and_canary()
    definitions()
    typed()
    gw.get_paginator("get_rest_apis").paginate().build_full_result()
    wrong = [c for list_ in complaints for c in list_]
    tap.ok(not wrong, "every answer fits the model", "\n".join(wrong))
    server.kill()
tap.done()
