// AWS Amplify's library for JavaScript, version 6, against the cloud: signing up and in by every flow, devices, second
// factor, passwords, attributes, an identity pool's credentials. Nothing is changed but the addresses.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { Amplify } from "aws-amplify";
import * as auth from "aws-amplify/auth";
import { cognitoUserPoolsTokenProvider } from "aws-amplify/auth/cognito";
import { Cloud } from "../support/cloud.mjs";

// What a browser has, and the library names a device by.
Object.defineProperty(globalThis, "navigator", { configurable: true, value: { userAgent: "Mozilla/5.0 Firefox/140.0", platform: "Linux" } });
// It watches a sign-up for minutes, whether it is time to sign in; nothing waits for that here.
for (const name of ["setTimeout", "setInterval"]) {
	const begin = globalThis[name];
	globalThis[name] = (run, ms, ...more) => {
		const timer = begin(run, ms, ...more);
		return ms >= 5000 ? timer.unref() : timer;
	};
}
const PASSWORD = "Un1corns!fly", MAIL = "ada@wildrydes.example";
// Codes by e-mail as a second factor take an address of one's own to send from.
const SES = { EmailSendingAccount: "DEVELOPER", SourceArn: "arn:aws:ses:us-east-1:000000000000:identity/wildrydes.example" };
let cloud, endpoint, poolId, clientId, identityPoolId;

async function admin(operation, input, service = "AWSCognitoIdentityProviderService") {
	const answer = await fetch(endpoint, { method: "POST", body: JSON.stringify(input), headers: {
		"X-Amz-Target": service + "." + operation, "Content-Type": "application/x-amz-json-1.1" } });
	const body = await answer.json();
	assert.equal(answer.status, 200, JSON.stringify(body));
	return body;
}

// What the code of the mail is that was sent last.
const said = (to) => readFileSync(cloud.log, "utf8").split("\n").filter((l) => l.includes(" to " + to)).at(-1);
const code = (to = MAIL) => /\b\d{6}\b/.exec(said(to))[0];

function totp(secret, step = Math.floor(Date.now() / 30000)) {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	const bits = [...secret.replace(/=+$/, "")].map((c) => letters.indexOf(c).toString(2).padStart(5, "0")).join("");
	const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
	const count = Buffer.alloc(8);
	count.writeBigUInt64BE(BigInt(step));
	const mac = createHmac("sha1", key).update(count).digest();
	return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1000000).padStart(6, "0");
}

const kept = {};
const storage = {
	setItem: async (k, v) => { kept[k] = v; }, getItem: async (k) => kept[k] ?? null,
	removeItem: async (k) => { delete kept[k]; }, clear: async () => Object.keys(kept).forEach((k) => delete kept[k]),
};

const signIn = (more = {}) => auth.signIn({ username: MAIL, password: PASSWORD, ...more });

before(async () => {
	cloud = await Cloud.start("--any-credentials");
	endpoint = cloud.endpoint;
	poolId = (await admin("CreateUserPool", { PoolName: "WildRydes", AutoVerifiedAttributes: ["email"], EmailConfiguration: SES,
		DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true } })).UserPool.Id;
	await admin("SetUserPoolMfaConfig", { UserPoolId: poolId, MfaConfiguration: "OPTIONAL",
		SoftwareTokenMfaConfiguration: { Enabled: true } });
	clientId = (await admin("CreateUserPoolClient", { UserPoolId: poolId, ClientName: "web", ExplicitAuthFlows: [
		"ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] }))
		.UserPoolClient.ClientId;
	identityPoolId = (await admin("CreateIdentityPool", { IdentityPoolName: "riders", AllowUnauthenticatedIdentities: true,
		CognitoIdentityProviders: [{ ProviderName: `cognito-idp.us-east-1.amazonaws.com/${poolId}`, ClientId: clientId }] },
	"AWSCognitoIdentityService")).IdentityPoolId;
	Amplify.configure({ Auth: { Cognito: { userPoolId: poolId, userPoolClientId: clientId, userPoolEndpoint: endpoint } } });
	cognitoUserPoolsTokenProvider.setKeyValueStorage(storage);
});

after(() => {
	cloud?.stop();
});

test("a rider signs up, confirms and is signed in at once", async () => {
	const made = await auth.signUp({ username: MAIL, password: PASSWORD,
		options: { userAttributes: { email: MAIL }, autoSignIn: true } });
	assert.equal(made.nextStep.signUpStep, "CONFIRM_SIGN_UP");
	assert.equal(made.nextStep.codeDeliveryDetails.destination, "a***@w***");
	await assert.rejects(auth.confirmSignUp({ username: MAIL, confirmationCode: "000000x" }), { name: "CodeMismatchException" });
	await auth.resendSignUpCode({ username: MAIL });
	const done = await auth.confirmSignUp({ username: MAIL, confirmationCode: code() });
	assert.equal(done.nextStep.signUpStep, "COMPLETE_AUTO_SIGN_IN");
	assert.equal((await auth.autoSignIn()).isSignedIn, true);
	assert.equal((await auth.getCurrentUser()).signInDetails.loginId, MAIL);
	await auth.signOut();
});

test("who is not confirmed is told the next step, and a wrong password its error", async () => {
	await auth.signUp({ username: "ben", password: PASSWORD, options: { userAttributes: { email: "ben@wildrydes.example" } } });
	assert.equal((await auth.signIn({ username: "ben", password: PASSWORD })).nextStep.signInStep, "CONFIRM_SIGN_UP");
	await assert.rejects(signIn({ password: "Wr0ng!pass" }), { name: "NotAuthorizedException", message: "Incorrect username or password." });
	await assert.rejects(auth.signIn({ username: "eve", password: PASSWORD }), { name: "UserNotFoundException" });
});

test("sign-in works by SRP, by password and by choice", async () => {
	for (const options of [{}, { authFlowType: "USER_PASSWORD_AUTH" }, { authFlowType: "USER_AUTH", preferredChallenge: "PASSWORD_SRP" },
		{ authFlowType: "USER_AUTH", preferredChallenge: "PASSWORD" }]) {
		assert.equal((await signIn({ options })).isSignedIn, true, JSON.stringify(options));
		await auth.signOut();
	}
	const asked = await auth.signIn({ username: MAIL, options: { authFlowType: "USER_AUTH" } });
	assert.equal(asked.nextStep.signInStep, "CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION");
	assert.deepEqual(asked.nextStep.availableChallenges.toSorted(), ["PASSWORD", "PASSWORD_SRP"]);
	assert.equal((await auth.confirmSignIn({ challengeResponse: "PASSWORD" })).nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_PASSWORD");
	assert.equal((await auth.confirmSignIn({ challengeResponse: PASSWORD })).isSignedIn, true);
});

test("tokens are refreshed, attributes read and changed", async () => {
	const first = (await auth.fetchAuthSession()).tokens;
	assert.equal(first.idToken.payload.email, MAIL);
	await new Promise((done) => setTimeout(done, 1100));
	const fresh = (await auth.fetchAuthSession({ forceRefresh: true })).tokens;
	assert.ok(fresh.accessToken.payload.iat > first.accessToken.payload.iat);
	assert.equal(fresh.accessToken.payload.origin_jti, first.accessToken.payload.origin_jti);
	assert.equal((await auth.fetchUserAttributes()).email_verified, "true");
	const changed = await auth.updateUserAttributes({ userAttributes: { nickname: "Countess" } });
	assert.equal(changed.nickname.isUpdated, true);
	assert.equal((await auth.fetchUserAttributes()).nickname, "Countess");
	await auth.sendUserAttributeVerificationCode({ userAttributeKey: "email" });
	await auth.confirmUserAttribute({ userAttributeKey: "email", confirmationCode: code() });
	await auth.deleteUserAttributes({ userAttributeKeys: ["nickname"] });
	assert.equal((await auth.fetchUserAttributes()).nickname, undefined);
});

test("a device is remembered, and proves itself from then on", async () => {
	const devices = await auth.fetchDevices();
	assert.ok(devices.length >= 1);
	const before = (await auth.fetchAuthSession()).tokens.accessToken.payload.device_key;
	assert.ok(devices.some((d) => d.id === before));
	await auth.rememberDevice();
	await auth.signOut();
	assert.equal((await signIn()).isSignedIn, true);
	assert.equal((await auth.fetchAuthSession()).tokens.accessToken.payload.device_key, before);
	assert.equal((await auth.fetchAuthSession({ forceRefresh: true })).tokens.accessToken.payload.device_key, before);
	assert.equal((await auth.fetchDevices()).length, devices.length);
});

test("a second factor is set up; a remembered device stands for it", async () => {
	const setup = await auth.setUpTOTP();
	assert.match(setup.getSetupUri("WildRydes").href, /^otpauth:\/\/totp\/WildRydes/);
	await assert.rejects(auth.verifyTOTPSetup({ code: "000000" }), { name: "EnableSoftwareTokenMFAException" });
	await auth.verifyTOTPSetup({ code: totp(setup.sharedSecret) });
	await auth.updateMFAPreference({ totp: "PREFERRED" });
	assert.deepEqual(await auth.fetchMFAPreference(), { enabled: ["TOTP"], preferred: "TOTP" });
	await auth.signOut();
	assert.equal((await signIn()).isSignedIn, true);
	await auth.forgetDevice();
	await auth.signOut();
	assert.equal((await signIn()).nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_TOTP_CODE");
	const done = await auth.confirmSignIn({ challengeResponse: totp(setup.sharedSecret, Math.floor(Date.now() / 30000) + 1) });
	assert.equal(done.isSignedIn, true);
	await auth.updateMFAPreference({ totp: "DISABLED" });
	assert.equal((await auth.fetchMFAPreference()).enabled, undefined);
});

test("a code by e-mail or SMS is a second factor", async () => {
	const phone = "+447700900123", SnsCallerArn = "arn:aws:iam::000000000000:role/sms";
	await admin("SetUserPoolMfaConfig", { UserPoolId: poolId, MfaConfiguration: "OPTIONAL", SoftwareTokenMfaConfiguration: { Enabled: true },
		EmailMfaConfiguration: { Subject: "Wings", Message: "Fly with {####}" },
		SmsMfaConfiguration: { SmsAuthenticationMessage: "Gallop with {####}", SmsConfiguration: { SnsCallerArn } } });
	assert.equal((await admin("DescribeUserPool", { UserPoolId: poolId })).UserPool.SmsConfiguration.SnsCallerArn, SnsCallerArn);
	await auth.updateUserAttributes({ userAttributes: { phone_number: phone } });
	await auth.updateMFAPreference({ email: "PREFERRED", sms: "ENABLED" });
	assert.deepEqual(await auth.fetchMFAPreference(), { enabled: ["SMS", "EMAIL"], preferred: "EMAIL" });
	await auth.signOut();
	const asked = (await signIn()).nextStep;
	assert.equal(asked.signInStep, "CONFIRM_SIGN_IN_WITH_EMAIL_CODE");
	assert.deepEqual(asked.codeDeliveryDetails, { deliveryMedium: "EMAIL", destination: "a***@w***" });
	await assert.rejects(auth.confirmSignIn({ challengeResponse: "wrong!" }), { name: "CodeMismatchException" });
	assert.match(said(MAIL), /Fly with \d{6}/);
	assert.equal((await auth.confirmSignIn({ challengeResponse: code() })).isSignedIn, true);

	await auth.updateMFAPreference({ email: "NOT_PREFERRED" });
	await auth.signOut();
	const choice = (await signIn()).nextStep;
	assert.deepEqual(choice, { signInStep: "CONTINUE_SIGN_IN_WITH_MFA_SELECTION", allowedMFATypes: ["SMS", "EMAIL"] });
	assert.equal((await auth.confirmSignIn({ challengeResponse: "SMS" })).nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_SMS_CODE");
	assert.match(said(phone), /Gallop with \d{6}/);
	assert.equal((await auth.confirmSignIn({ challengeResponse: code(phone) })).isSignedIn, true);
	await auth.updateMFAPreference({ email: "DISABLED", sms: "DISABLED" });
	assert.equal((await auth.fetchMFAPreference()).enabled, undefined);
});

test("where a code by e-mail is a must, who has no address gives one on the way in", async () => {
	const UserPoolId = (await admin("CreateUserPool", { PoolName: "Mailed", EmailConfiguration: SES })).UserPool.Id, Username = "eve", to = "eve@wildrydes.example";
	await admin("SetUserPoolMfaConfig", { UserPoolId, MfaConfiguration: "ON", EmailMfaConfiguration: {} });
	const { ClientId } = (await admin("CreateUserPoolClient", { UserPoolId, ClientName: "web" })).UserPoolClient;
	await admin("AdminCreateUser", { UserPoolId, Username });
	await admin("AdminSetUserPassword", { UserPoolId, Username, Password: PASSWORD, Permanent: true });
	const before = Amplify.getConfig();
	await auth.signOut();
	Amplify.configure({ Auth: { Cognito: { userPoolId: UserPoolId, userPoolClientId: ClientId, userPoolEndpoint: endpoint } } });
	assert.equal((await auth.signIn({ username: Username, password: PASSWORD })).nextStep.signInStep, "CONTINUE_SIGN_IN_WITH_EMAIL_SETUP");
	assert.equal((await auth.confirmSignIn({ challengeResponse: to })).nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_EMAIL_CODE");
	assert.equal((await auth.confirmSignIn({ challengeResponse: code(to) })).isSignedIn, true);
	assert.equal((await auth.fetchUserAttributes()).email, to);
	await auth.signOut();
	Amplify.configure(before);
	assert.equal((await signIn()).isSignedIn, true);
});

test("a password is changed, forgotten and set anew", async () => {
	await assert.rejects(auth.updatePassword({ oldPassword: "Wr0ng!pass", newPassword: "An0ther!pony" }),
		{ name: "NotAuthorizedException" });
	await auth.updatePassword({ oldPassword: PASSWORD, newPassword: "An0ther!pony" });
	await auth.signOut();
	const asked = await auth.resetPassword({ username: MAIL });
	assert.equal(asked.nextStep.resetPasswordStep, "CONFIRM_RESET_PASSWORD_WITH_CODE");
	await auth.confirmResetPassword({ username: MAIL, newPassword: PASSWORD, confirmationCode: code() });
	assert.equal((await signIn()).isSignedIn, true);
});

test("an administrator's user sets a password of its own", async () => {
	await auth.signOut();
	await admin("AdminCreateUser", { UserPoolId: poolId, Username: "dora", TemporaryPassword: "Temp0rary!", MessageAction: "SUPPRESS" });
	const asked = await auth.signIn({ username: "dora", password: "Temp0rary!" });
	assert.equal(asked.nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED");
	assert.equal((await auth.confirmSignIn({ challengeResponse: PASSWORD })).isSignedIn, true);
	await auth.signOut();
});

test("an identity pool gives credentials to guests and to riders", async () => {
	Amplify.configure({ Auth: { Cognito: { userPoolId: poolId, userPoolClientId: clientId, userPoolEndpoint: endpoint,
		identityPoolId, identityPoolEndpoint: endpoint, allowGuestAccess: true } } });
	const role = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Federated: "cognito-identity.amazonaws.com" },
		Action: "sts:AssumeRoleWithWebIdentity",
		Condition: { StringEquals: { "cognito-identity.amazonaws.com:aud": identityPoolId } } }] };
	const form = new URLSearchParams({ Action: "CreateRole", Version: "2010-05-08", RoleName: "rider",
		AssumeRolePolicyDocument: JSON.stringify(role) });
	const xml = await (await fetch(endpoint, { method: "POST", body: form, headers: { Authorization: "AWS4-HMAC-SHA256 " +
		"Credential=test/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0" } })).text();
	const arn = /<Arn>(.*?)<\/Arn>/.exec(xml)[1];
	await admin("SetIdentityPoolRoles", { IdentityPoolId: identityPoolId, Roles: { authenticated: arn, unauthenticated: arn } },
		"AWSCognitoIdentityService");
	const guest = await auth.fetchAuthSession();
	assert.match(guest.credentials.accessKeyId, /^ASIA/);
	assert.equal((await signIn()).isSignedIn, true);
	const rider = await auth.fetchAuthSession();
	assert.match(rider.credentials.accessKeyId, /^ASIA/);
	assert.notEqual(rider.credentials.accessKeyId, guest.credentials.accessKeyId);
	assert.ok(rider.identityId.startsWith("us-east-1:"));
});

test("a rider signs out everywhere, and is deleted", async () => {
	await auth.signOut({ global: true });
	assert.equal((await signIn()).isSignedIn, true);
	await auth.deleteUser();
	await assert.rejects(signIn(), { name: "UserNotFoundException", message: "User does not exist." });
});
