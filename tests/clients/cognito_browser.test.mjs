// The browser's library of lab 1, amazon-cognito-identity-js, and aws-jwt-verify against the cloud: register, verify,
// sign in by SRP, look, change, forget, leave. Nothing is changed but the address.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { after, before, test } from "node:test";

import identity from "amazon-cognito-identity-js";
import { CognitoJwtVerifier } from "aws-jwt-verify";
import { Cloud } from "../support/cloud.mjs";

const {
	AuthenticationDetails, CognitoRefreshToken, CognitoUser, CognitoUserAttribute, CognitoUserPool,
} = identity;
const PASSWORD = "Un1corns!fly", MAIL = "ada@wildrydes.example";
let cloud, endpoint, pool, poolId, clientId;

async function admin(operation, input) {
	const answer = await fetch(endpoint, { method: "POST", body: JSON.stringify(input), headers: {
		"X-Amz-Target": "AWSCognitoIdentityProviderService." + operation, "Content-Type": "application/x-amz-json-1.1" } });
	const body = await answer.json();
	assert.equal(answer.status, 200, JSON.stringify(body));
	return body;
}

// The library calls back; a promise of what it says.
function called(what) {
	return new Promise((resolve, reject) => what((error, result) => error ? reject(error) : resolve(result)));
}

function signIn(user, password) {
	const details = new AuthenticationDetails({ Username: MAIL, Password: password });
	return new Promise((onSuccess, onFailure) => user.authenticateUser(details, { onSuccess, onFailure }));
}

function memory() {
	const items = {};
	return { setItem: (k, v) => { items[k] = v; }, getItem: (k) => items[k] ?? null, removeItem: (k) => { delete items[k]; },
		clear: () => Object.keys(items).forEach((k) => delete items[k]), items };
}

const storage = memory();
const someone = () => new CognitoUser({ Username: MAIL, Pool: pool, Storage: storage });
const code = () => /\b\d{6}\b/.exec(readFileSync(cloud.log, "utf8").split("\n").filter((l) => l.includes(" to " + MAIL)).at(-1))[0];

before(async () => {
	cloud = await Cloud.start("--any-credentials");
	endpoint = cloud.endpoint;
	poolId = (await admin("CreateUserPool", { PoolName: "WildRydes", AutoVerifiedAttributes: ["email"] })).UserPool.Id;
	clientId = (await admin("CreateUserPoolClient", { UserPoolId: poolId, ClientName: "WildRydesWebApp" }))
		.UserPoolClient.ClientId;
	pool = new CognitoUserPool({ UserPoolId: poolId, ClientId: clientId, endpoint, Storage: storage });
});

after(() => {
	cloud?.stop();
});

test("a rider registers, verifies the address and signs in", async () => {
	const made = await called((done) =>
		pool.signUp(MAIL, PASSWORD, [new CognitoUserAttribute({ Name: "email", Value: MAIL })], null, done));
	assert.equal(made.userConfirmed, false);
	assert.equal(made.codeDeliveryDetails.Destination, "a***@w***");
	await assert.rejects(signIn(someone(), PASSWORD), { code: "UserNotConfirmedException", message: "User is not confirmed." });
	await assert.rejects(called((done) => someone().confirmRegistration("000000x", true, done)),
		{ code: "CodeMismatchException" });
	await called((done) => someone().resendConfirmationCode(done));
	assert.equal(await called((done) => someone().confirmRegistration(code(), true, done)), "SUCCESS");
	const session = await signIn(someone(), PASSWORD);
	assert.ok(session.isValid());
	assert.equal(session.getIdToken().payload.email, MAIL);
	assert.equal(storage.items[`CognitoIdentityServiceProvider.${clientId}.LastAuthUser`], MAIL);
});

test("the tokens are verified against the pool's keys", async () => {
	const session = await signIn(someone(), PASSWORD);
	const verifier = CognitoJwtVerifier.create({ userPoolId: poolId, clientId, tokenUse: "id" });
	verifier.cacheJwks(await (await fetch(`${endpoint}/${poolId}/.well-known/jwks.json`)).json());
	const claims = await verifier.verify(session.getIdToken().getJwtToken());
	assert.equal(claims["cognito:username"], MAIL);
	const access = await verifier.verify(session.getAccessToken().getJwtToken(), { tokenUse: "access" });
	assert.equal(access.scope, "aws.cognito.signin.user.admin");
	const text = session.getIdToken().getJwtToken();
	await assert.rejects(verifier.verify(text.slice(0, -20) + "A".repeat(20)));
});

test("a session is picked up from the browser's storage and refreshed", async () => {
	const user = pool.getCurrentUser();
	const session = await called((done) => user.getSession(done));
	const fresh = await called((done) => user.refreshSession(
		new CognitoRefreshToken({ RefreshToken: session.getRefreshToken().getToken() }), done));
	assert.ok(fresh.isValid());
	const attributes = await called((done) => user.getUserAttributes(done));
	assert.equal(attributes.find((a) => a.getName() === "email_verified").getValue(), "true");
	await called((done) => user.updateAttributes([new CognitoUserAttribute({ Name: "nickname", Value: "Countess" })], done));
	const data = await called((done) => user.getUserData(done, { bypassCache: true }));
	assert.ok(data.UserAttributes.some((a) => a.Name === "nickname" && a.Value === "Countess"));
});

test("a password is changed, forgotten and set anew", async () => {
	const user = pool.getCurrentUser();
	await called((done) => user.getSession(done));
	await assert.rejects(called((done) => user.changePassword("Wr0ng!pass", "An0ther!pony", done)),
		{ code: "NotAuthorizedException", message: "Incorrect username or password." });
	await called((done) => user.changePassword(PASSWORD, "An0ther!pony", done));
	await assert.rejects(signIn(someone(), PASSWORD),
		{ code: "NotAuthorizedException", message: "Incorrect username or password." });
	await new Promise((onSuccess, onFailure) => someone().forgotPassword({ onSuccess, onFailure, inputVerificationCode: onSuccess }));
	await new Promise((onSuccess, onFailure) => someone().confirmPassword(code(), PASSWORD, { onSuccess, onFailure }));
	assert.ok((await signIn(someone(), PASSWORD)).isValid());
});

test("a rider signs out everywhere, and is deleted", async () => {
	const user = someone();
	await signIn(user, PASSWORD);
	await new Promise((onSuccess, onFailure) => user.globalSignOut({ onSuccess, onFailure }));
	await signIn(user, PASSWORD);
	assert.equal(await called((done) => user.deleteUser(done)), "SUCCESS");
	await assert.rejects(signIn(someone(), PASSWORD), { code: "UserNotFoundException", message: "User does not exist." });
});

test("browsers may call from any origin", async () => {
	const headers = { "Origin": "http://site.example", "Access-Control-Request-Method": "POST",
		"Access-Control-Request-Headers": "cache-control,content-type,x-amz-target,x-amz-user-agent" };
	const preflight = await new Promise((resolve) => request(endpoint, { method: "OPTIONS", headers }, resolve).end());
	assert.equal(preflight.statusCode, 200);
	assert.equal(preflight.headers["access-control-allow-origin"], "*");
	assert.match(preflight.headers["access-control-allow-headers"], /x-amz-target/);
	const wrong = await new Promise((resolve) => {
		const call = request(endpoint, { method: "POST", headers: { "Origin": "http://site.example",
			"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "AWSCognitoIdentityProviderService.GetUser" } }, resolve);
		call.end('{"AccessToken": "nonsense"}');
	});
	assert.equal(wrong.statusCode, 400);
	assert.equal(wrong.headers["x-amzn-errortype"], "NotAuthorizedException:");
	assert.equal(wrong.headers["x-amzn-errormessage"], "Invalid Access Token");
	assert.match(wrong.headers["access-control-expose-headers"], /x-amzn-ErrorType/);
});
