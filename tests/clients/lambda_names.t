#!/usr/bin/env python3
"""AWS's own names inside functions: what has them written down finds the account's cloud, by TLS, and trusts it.

So do authorizers that fetch a user pool's keys from its issuer, and SDKs that a function brings along and that know of no
other endpoint. From: Cognito Developer Guide, "Verifying JSON web tokens".
"""
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from immersion import OFTEN, Server, Tap, zipped

import boto3

tap = Tap()
REGION = "us-east-1"
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
# An authorizer's beginning: the issuer that the token names tells the key that it is signed with.
NODE = """
import crypto from "node:crypto";
import https from "node:https";
const get = (url) => new Promise((done, fail) => https.get(url, (answer) => {
	let text = "";
	answer.on("data", (bytes) => { text += bytes; }).on("end", () => done(text));
}).on("error", fail));
const read = (part) => JSON.parse(Buffer.from(part, "base64url"));
export const handler = async ({ token, url }) => {
	const [head, body, signature] = token.split(".");
	const { iss } = read(body);
	const { keys } = JSON.parse(await get(iss + "/.well-known/jwks.json"));
	const key = crypto.createPublicKey({ key: keys.find(({ kid }) => kid === read(head).kid), format: "jwk" });
	const fetched = await (await fetch(iss + "/.well-known/openid-configuration")).json();
	return {
		verified: crypto.verify("RSA-SHA256", Buffer.from(`${head}.${body}`), key, Buffer.from(signature, "base64url")),
		same: fetched.issuer === iss,
		api: await get(url),
		elsewhere: await get("https://example.com/").catch((error) => error.code),
		region: await get("https://dynamodb.eu-west-3.amazonaws.com/").catch((error) => error.code),
	};
};
"""
PYTHON = """
import json, os, urllib.request
import boto3
def handler(event, context):
    keys = json.load(urllib.request.urlopen(event["iss"] + "/.well-known/jwks.json"))["keys"]
    here = os.environ.pop("AWS_ENDPOINT_URL")    # as an SDK that does not know of it
    table = boto3.resource("dynamodb").Table("Rides")
    table.put_item(Item={"id": "1"})
    me = boto3.client("sts").get_caller_identity()["Arn"]
    os.environ["AWS_ENDPOINT_URL"] = here
    return {"keys": len(keys), "count": table.scan()["Count"], "at": table.meta.client.meta.endpoint_url, "me": me}
"""


def run(client, name, runtime, files, event):
    client.create_function(FunctionName=name, Runtime=runtime, Role=ROLE, Handler="index.handler", Timeout=30,
                           Code={"ZipFile": zipped(files)}, MemorySize=256)
    client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig=OFTEN)
    return json.loads(client.invoke(FunctionName=name, Payload=json.dumps(event).encode())["Payload"].read())


def a_token(idp):
    pool = idp.create_user_pool(PoolName="riders")["UserPool"]["Id"]
    app = idp.create_user_pool_client(UserPoolId=pool, ClientName="web", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
    idp.admin_create_user(UserPoolId=pool, Username="ada", MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=pool, Username="ada", Password="Giddy-up-2021", Permanent=True)
    tokens = idp.initiate_auth(ClientId=app["UserPoolClient"]["ClientId"], AuthFlow="USER_PASSWORD_AUTH",
                               AuthParameters={"USERNAME": "ada", "PASSWORD": "Giddy-up-2021"})["AuthenticationResult"]
    return "https://cognito-idp.%s.amazonaws.com/%s" % (REGION, pool), tokens["AccessToken"]


with tempfile.TemporaryDirectory() as folder:
    server = Server("cloud", os.path.join(folder, "data"))
    session = boto3.Session("test", "test", region_name=REGION)
    iam, functions, ddb, idp, gw = (session.client(name, endpoint_url="http://127.0.0.1:%d" % server.cloud_port)
                                    for name in ("iam", "lambda", "dynamodb", "cognito-idp", "apigateway"))
    ROLE = iam.create_role(RoleName="R", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    iam.put_role_policy(RoleName="R", PolicyName="P", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}]}))
    ddb.create_table(TableName="Rides", AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                     KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST")
    api = gw.create_rest_api(name="told")
    where = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    gw.put_method(**where, authorizationType="NONE")
    gw.put_integration(**where, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
    gw.put_method_response(**where, statusCode="200")
    gw.put_integration_response(**where, statusCode="200", responseTemplates={"application/json": "giddy up"})
    gw.create_deployment(restApiId=api["id"], stageName="prod")
    iss, token = a_token(idp)

    out = run(functions, "node", "nodejs22.x", {"index.mjs": NODE},
              {"token": token, "url": "https://%s.execute-api.%s.amazonaws.com/prod" % (api["id"], REGION)})
    tap.ok(out.get("verified") and out["same"], "a token is verified with the keys of its issuer", out)
    tap.ok(out.get("api") == "giddy up", "an API answers at its own host", out)
    tap.ok(out.get("elsewhere") == "ENOTFOUND", "what is not AWS is not known", out)
    tap.ok(out.get("region") == "ERR_TLS_CERT_ALTNAME_INVALID", "nor is a region that is not here taken for this one", out)
    out = run(functions, "python", "python3.12", {"index.py": PYTHON}, {"iss": iss})
    tap.ok(out.get("keys", 0) >= 1, "Python trusts the issuer as well", out)
    tap.ok(out.get("count") == 1 and out["at"] == "https://dynamodb.%s.amazonaws.com" % REGION and out["me"].endswith(":assumed-role/R/python"),
           "and an SDK that knows AWS's addresses only finds table and role", out)
    server.kill()
tap.done()
