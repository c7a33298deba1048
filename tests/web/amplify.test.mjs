/*
 * AWS Amplify's library for JavaScript, version 6, as a site bundles it, in a browser against the cloud. What a browser needs
 * beyond the answers must be there: preflights, headers that scripts may read, redirects and cookies of the hosted login. That
 * is reached by HTTPS, because the library knows nothing else.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { buildSync } from "esbuild";
import { ROOT, Server, asInARoom, launch, open, shot, until } from "./browser.mjs";

const RIDER = "ada@example.com", PASSWORD = "Giddy-up-2021", CHANGED = "Giddy-up-2022";
/*
 * What an administrator makes: a pool, a client that may use the hosted login, its domain, an identity pool with a role, and an
 * API that the role may call.
 */
const BACKEND = `
import boto3, json, os, sys, warnings
warnings.simplefilter("ignore")
client = lambda name: boto3.client(name, endpoint_url=sys.argv[1], verify=False)
idp, pools, iam = client("cognito-idp"), client("cognito-identity"), client("iam")
pool = idp.create_user_pool(PoolName="WildRydes", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
app = idp.create_user_pool_client(
    UserPoolId=pool, ClientName="web", ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    AllowedOAuthFlowsUserPoolClient=True, AllowedOAuthFlows=["code"], SupportedIdentityProviders=["COGNITO"],
    AllowedOAuthScopes=["openid", "email", "aws.cognito.signin.user.admin"],
    CallbackURLs=[sys.argv[2]], LogoutURLs=[sys.argv[2]])["UserPoolClient"]["ClientId"]
idp.create_user_pool_domain(Domain="wild-rydes", UserPoolId=pool)
identities = pools.create_identity_pool(
    IdentityPoolName="riders", AllowUnauthenticatedIdentities=False, CognitoIdentityProviders=[
        {"ProviderName": "cognito-idp.%s.amazonaws.com/%s" % (os.environ["AWS_REGION"], pool), "ClientId": app}])["IdentityPoolId"]
role = iam.create_role(RoleName="rider", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Federated": "cognito-identity.amazonaws.com"}, "Action": "sts:AssumeRoleWithWebIdentity",
     "Condition": {"StringEquals": {"cognito-identity.amazonaws.com:aud": identities}}}]}))["Role"]["Arn"]
pools.set_identity_pool_roles(IdentityPoolId=identities, Roles={"authenticated": role})
def mock(headers, body, **more):
    answer = {"statusCode": "200", "responseTemplates": {"application/json": body},
              "responseParameters": {"method.response.header." + name: "'%s'" % value for name, value in headers.items()}}
    return {"responses": {"200": {"description": "", "headers": {name: {"type": "string"} for name in headers}}},
            "x-amazon-apigateway-integration": {"type": "mock", "requestTemplates": {"application/json": '{"statusCode": 200}'},
                                                "responses": {"default": answer}}, **more}
every = {"Access-Control-Allow-Origin": "*"}
may = {**every, "Access-Control-Allow-Methods": "POST", "Access-Control-Allow-Headers": "Content-Type,Authorization,X-Amz-Date,X-Amz-Security-Token"}
gateway = client("apigateway")
api = gateway.import_rest_api(body=json.dumps({
    "swagger": "2.0", "info": {"title": "WildRydes", "version": "1"}, "securityDefinitions": {"sigv4": {
        "type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"}},
    "paths": {"/ride": {"options": mock(may, ""), "post": mock(every, '{"by": "$context.identity.userArn"}', security=[{"sigv4": []}])}}}))["id"]
gateway.create_deployment(restApiId=api, stageName="prod")
iam.put_role_policy(RoleName="rider", PolicyName="ride", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:%s/prod/POST/ride" % api}]}))
print(json.dumps({"api": api, "cognito": {"userPoolId": pool, "userPoolClientId": app, "identityPoolId": identities}}))
`;

let browser, server, host, attendee, folder, page;

/* A page with the library in it, and nothing else. */
function site(config) {
	const { outputFiles: [bundle] } = buildSync({ write: false, bundle: true, platform: "browser", format: "iife", stdin: {
		resolveDir: path.join(ROOT, "tests"), contents: `
			import { Amplify } from "aws-amplify";
			import * as auth from "aws-amplify/auth";
			import { post } from "aws-amplify/api";
			import { Hub } from "aws-amplify/utils";
			import "aws-amplify/auth/enable-oauth-listener";
			window.heard = [];
			Hub.listen("auth", ({ payload }) => window.heard.push(payload.event));
			Amplify.configure(${JSON.stringify(config)});
			window.auth = auth;
			window.post = post;` } });

	return { "/": ["text/html", '<!doctype html><link rel="icon" href="data:,"><title>Amplify</title><script src="app.js"></script>'],
		"/app.js": ["text/javascript", bundle.text] };
}

before(async () => {
	folder = fs.mkdtempSync(path.join(os.tmpdir(), "immersion-amplify-"));
	const [cert, key] = ["cert.pem", "key.pem"].map((name) => path.join(folder, name));
	execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2",
		"-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"], { stdio: "ignore" });
	process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
	server = await Server.start("--tls-cert", cert, "--tls-key", key);
	browser = await launch();
	attendee = await server.join("Anna");

	let files = {};
	const answers = http.createServer((request, response) => {
		const [type, text] = files[new URL(request.url, "http://h").pathname] ?? [];
		response.writeHead(type ? 200 : 404, { "Content-Type": type ?? "text/plain" }).end(text);
	}).listen(0, "127.0.0.1");
	await once(answers, "listening");
	host = { url: `http://127.0.0.1:${answers.address().port}`, close: () => answers.close() };

	const { api, cognito } = JSON.parse(execFileSync(path.join(ROOT, "build/venv/bin/python3"), ["-c", BACKEND, server.cloud, host.url + "/"],
		{ encoding: "utf8", env: { ...process.env, AWS_ACCESS_KEY_ID: attendee.accessKeyId,
			AWS_SECRET_ACCESS_KEY: attendee.secretAccessKey, AWS_REGION: attendee.region, AWS_DEFAULT_REGION: attendee.region } }));
	files = site({ Auth: { Cognito: { ...cognito, userPoolEndpoint: server.cloud, identityPoolEndpoint: server.cloud,
		loginWith: { oauth: { domain: `127.0.0.1:${server.cloudPort}/_aws/cognito/wild-rydes`, responseType: "code",
			scopes: ["openid", "email", "aws.cognito.signin.user.admin"], redirectSignIn: [host.url + "/"], redirectSignOut: [host.url + "/"] } } } },
	API: { REST: { rides: { endpoint: `${server.cloud}/_aws/execute-api/${api}/prod`, region: attendee.region, service: "execute-api" } } } });
	page = await open(browser, host, { ignoreHTTPSErrors: true });
	page.mayReach.push(server.cloud);
	page.allowed.push(/You are using a custom Amazon/); // the library's word about every address but AWS's
	await asInARoom(page);
	await page.goto(host.url + "/");
});

after(async () => {
	await browser?.close();
	host?.close();
	await server?.stop();
	fs.rmSync(folder, { recursive: true, force: true });
});

async function code(before) {
	const answer = await fetch(server.url + "/me/mail", { headers: { Authorization: "Bearer " + attendee.token } });
	const newest = (await answer.text()).match(/\b\d{6}\b/)?.[0];

	return newest !== before && newest;
}

/* auth.NAME(input) in the page; an error is thrown with its name in front. */
async function auth(name, input) {
	const { value, error } = await page.evaluate(([what, given]) => window.auth[what](given).then(
		(v) => ({ value: v && JSON.parse(JSON.stringify(v)) }), (e) => ({ error: `${e.name}: ${e.message}` })), [name, input]);

	if (error)
		throw new Error(error);
	return value;
}

const well = () => assert.deepEqual(page.wrongs.splice(0), []);

test("a rider signs up, confirms and signs in by SRP", async () => {
	const made = await auth("signUp", { username: RIDER, password: PASSWORD, options: { userAttributes: { email: RIDER } } });
	assert.equal(made.nextStep.signUpStep, "CONFIRM_SIGN_UP");
	assert.equal((await auth("confirmSignUp", { username: RIDER, confirmationCode: await until("the code", code) })).isSignUpComplete, true);
	assert.equal((await auth("signIn", { username: RIDER, password: PASSWORD })).isSignedIn, true);
	well();
});

test("a session holds tokens and an identity pool's credentials, and is renewed", async () => {
	const session = await auth("fetchAuthSession");
	assert.equal(session.tokens.idToken.payload.email, RIDER);
	assert.match(session.credentials.accessKeyId, /^ASIA/);
	assert.ok(session.identityId.startsWith(attendee.region + ":"));
	await auth("fetchAuthSession", { forceRefresh: true });
	assert.equal((await auth("fetchUserAttributes")).email_verified, "true");
	await page.reload();
	assert.equal((await auth("getCurrentUser")).signInDetails.loginId, RIDER);
	well();
});

test("an API is called with the identity pool's credentials", async () => {
	const answer = await page.evaluate(async () => {
		const { response } = window.post({ apiName: "rides", path: "/ride", options: { body: { at: "here" } } });
		return (await (await response).body.json());
	});
	assert.match(answer.by, /assumed-role\/rider\//);
	well();
});

test("an error keeps its name across origins", async () => {
	page.allowed.push(/status of 400/);
	await auth("signOut", { global: true });
	await until("the page after signing out", () => page.evaluate(() => window.auth && document.readyState === "complete"));
	await assert.rejects(auth("signIn", { username: RIDER, password: "Wr0ng-password" }),
		/NotAuthorizedException: Incorrect username or password\./);
	await assert.rejects(auth("signUp", { username: RIDER, password: PASSWORD }), /UsernameExistsException: /);
	await assert.rejects(auth("confirmSignUp", { username: "nobody", confirmationCode: "123456" }),
		/(ExpiredCode|UserNotFound)Exception: /);
	well();
});

test("a forgotten password is set anew", async () => {
	const before = await code();
	const asked = await auth("resetPassword", { username: RIDER });
	assert.equal(asked.nextStep.resetPasswordStep, "CONFIRM_RESET_PASSWORD_WITH_CODE");
	await auth("confirmResetPassword", { username: RIDER, newPassword: CHANGED,
		confirmationCode: await until("another code", () => code(before)) });
	assert.equal((await auth("signIn", { username: RIDER, password: CHANGED })).isSignedIn, true);
	await auth("signOut");
	well();
});

test("the hosted login leads back to the site, signed in, and its sign-out as well", async () => {
	await page.evaluate(() => { window.auth.signInWithRedirect(); });
	await page.waitForURL(server.cloud + "/**");
	await shot(page, "amplify-hosted");
	await page.fill("input[name=username]", RIDER);
	await page.fill("input[name=password]", CHANGED);
	await page.keyboard.press("Enter");
	await page.waitForURL(host.url + "/**");
	await page.waitForFunction(() => window.heard.includes("signInWithRedirect"));
	const session = await auth("fetchAuthSession");
	assert.equal(session.tokens.idToken.payload.email, RIDER);
	assert.ok(session.tokens.accessToken.payload.scope.includes("openid"));
	assert.equal((await auth("fetchUserAttributes")).email, RIDER);
	await page.evaluate(() => { window.auth.signOut(); });
	await page.waitForURL(server.cloud + "/**/logout**", { waitUntil: "commit" }).catch(() => {});
	await page.waitForURL(host.url + "/");
	await assert.rejects(auth("getCurrentUser"), /UserUnAuthenticatedException/);
	await page.evaluate(() => { window.auth.signInWithRedirect(); });
	await page.waitForURL(server.cloud + "/**");
	assert.ok(await page.isVisible("input[name=password]"), "the login has forgotten the rider");
	well();
});
