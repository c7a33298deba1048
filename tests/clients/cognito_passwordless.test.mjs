// AWS Amplify's library for JavaScript, version 6, signing in by choice (USER_AUTH): codes in place of passwords, the choice
// itself, and autoSignIn after a sign-up. Nothing is changed but the addresses.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, beforeEach, test } from "node:test";

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
const PASSWORD = "Un1corns!fly", MAIL = "ada@wildrydes.example", PHONE = "+447700900123";
let cloud, endpoint, poolId;

async function admin(operation, input) {
	const answer = await fetch(endpoint, { method: "POST", body: JSON.stringify(input), headers: {
		"X-Amz-Target": "AWSCognitoIdentityProviderService." + operation, "Content-Type": "application/x-amz-json-1.1" } });
	const body = await answer.json();
	assert.equal(answer.status, 200, JSON.stringify(body));
	return body;
}

// What went to an address, and the code of the last message.
const said = (to) => readFileSync(cloud.log, "utf8").split("\n").filter((l) => l.includes(" to " + to));
const code = (to) => /\b\d{6,8}\b/.exec(said(to).at(-1).split(" to " + to)[1])[0];

const kept = {};
const storage = {
	setItem: async (k, v) => { kept[k] = v; }, getItem: async (k) => kept[k] ?? null,
	removeItem: async (k) => { delete kept[k]; }, clear: async () => Object.keys(kept).forEach((k) => delete kept[k]),
};

const USER_AUTH = { authFlowType: "USER_AUTH" };
const signIn = (options, more = {}) => auth.signIn({ username: "ada", ...more, options: { ...USER_AUTH, ...options } });

before(async () => {
	cloud = await Cloud.start("--any-credentials");
	endpoint = cloud.endpoint;
	poolId = (await admin("CreateUserPool", { PoolName: "WildRydes", AutoVerifiedAttributes: ["email"],
		SmsConfiguration: { SnsCallerArn: "arn:aws:iam::000000000000:role/sms" },
		DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false },
		Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP", "SMS_OTP"] } } })).UserPool.Id;
	const { ClientId } = (await admin("CreateUserPoolClient", { UserPoolId: poolId, ClientName: "web",
		ExplicitAuthFlows: ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] })).UserPoolClient;
	Amplify.configure({ Auth: { Cognito: { userPoolId: poolId, userPoolClientId: ClientId, userPoolEndpoint: endpoint } } });
	cognitoUserPoolsTokenProvider.setKeyValueStorage(storage);
});

beforeEach(() => auth.signOut());

after(() => {
	cloud?.stop();
});

test("who signs up without a password is in once the address is confirmed", async () => {
	const made = await auth.signUp({ username: "ada", options: { userAttributes: { email: MAIL, phone_number: PHONE }, autoSignIn: USER_AUTH } });
	assert.equal(made.nextStep.signUpStep, "CONFIRM_SIGN_UP");
	await assert.rejects(auth.confirmSignUp({ username: "ada", confirmationCode: "nocode" }), { name: "CodeMismatchException" });
	const done = await auth.confirmSignUp({ username: "ada", confirmationCode: code(MAIL) });
	assert.equal(done.nextStep.signUpStep, "COMPLETE_AUTO_SIGN_IN");
	assert.equal((await auth.autoSignIn()).isSignedIn, true);
	assert.equal(said(MAIL).length, 1);
	assert.equal((await auth.fetchUserAttributes()).email_verified, "true");
});

test("a code by e-mail signs in", async () => {
	const asked = await signIn({ preferredChallenge: "EMAIL_OTP" });
	assert.deepEqual(asked, { isSignedIn: false, nextStep: { signInStep: "CONFIRM_SIGN_IN_WITH_EMAIL_CODE",
		codeDeliveryDetails: { deliveryMedium: "EMAIL", destination: "a***@w***" } } });
	await assert.rejects(auth.confirmSignIn({ challengeResponse: "00000000x" }),
		{ name: "CodeMismatchException", message: "Invalid code or auth state for the user." });
	assert.match(code(MAIL), /^\d{8}$/);
	assert.equal((await auth.confirmSignIn({ challengeResponse: code(MAIL) })).isSignedIn, true);
	assert.deepEqual((await auth.getCurrentUser()).signInDetails, { loginId: "ada", ...USER_AUTH });
	assert.equal((await auth.fetchAuthSession({ forceRefresh: true })).tokens.idToken.payload.email, MAIL);
});

test("so does one by SMS, from a device that proves itself", async () => {
	assert.equal((await auth.fetchAuthSession()).tokens, undefined);
	const asked = await signIn({ preferredChallenge: "SMS_OTP" });
	assert.deepEqual(asked.nextStep, { signInStep: "CONFIRM_SIGN_IN_WITH_SMS_CODE",
		codeDeliveryDetails: { deliveryMedium: "SMS", destination: "+********0123" } });
	assert.equal((await auth.confirmSignIn({ challengeResponse: code(PHONE) })).isSignedIn, true);
	const key = (await auth.fetchAuthSession()).tokens.accessToken.payload.device_key;
	assert.ok((await auth.fetchDevices()).some((d) => d.id === key));
	const count = (await auth.fetchDevices()).length;
	await auth.signOut();
	await signIn({ preferredChallenge: "EMAIL_OTP" });
	assert.equal((await auth.confirmSignIn({ challengeResponse: code(MAIL) })).isSignedIn, true);
	assert.equal((await auth.fetchAuthSession()).tokens.accessToken.payload.device_key, key);
	assert.equal((await auth.fetchDevices()).length, count);
});

test("who has no preference chooses, and a passkey is no choice", async () => {
	for (const options of [{}, { preferredChallenge: "WEB_AUTHN" }]) {
		const asked = (await signIn(options)).nextStep;
		assert.deepEqual(asked, { signInStep: "CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION", availableChallenges: ["EMAIL_OTP", "SMS_OTP"] });
	}
	await assert.rejects(auth.confirmSignIn({ challengeResponse: "WEB_AUTHN" }), { message: "Selected challenge is not available" });
	await signIn({});
	assert.equal((await auth.confirmSignIn({ challengeResponse: "EMAIL_OTP" })).nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_EMAIL_CODE");
	assert.equal((await auth.confirmSignIn({ challengeResponse: code(MAIL) })).isSignedIn, true);
});

test("a password that is set later is one more choice", async () => {
	await auth.resetPassword({ username: "ada" });
	await auth.confirmResetPassword({ username: "ada", newPassword: PASSWORD, confirmationCode: code(MAIL) });
	for (const preferredChallenge of ["PASSWORD", "PASSWORD_SRP"]) {
		assert.equal((await signIn({ preferredChallenge }, { password: PASSWORD })).isSignedIn, true, preferredChallenge);
		await auth.signOut();
	}
	for (const [choice, step] of [["PASSWORD", "CONFIRM_SIGN_IN_WITH_PASSWORD"], ["PASSWORD_SRP", "CONFIRM_SIGN_IN_WITH_PASSWORD"]]) {
		assert.deepEqual((await signIn({})).nextStep.availableChallenges, ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP", "SMS_OTP"]);
		assert.equal((await auth.confirmSignIn({ challengeResponse: choice })).nextStep.signInStep, step);
		assert.equal((await auth.confirmSignIn({ challengeResponse: PASSWORD })).isSignedIn, true, choice);
		await auth.signOut();
	}
});

test("who signs up with a password is signed in by choice as well", async () => {
	await auth.signUp({ username: "ben", password: PASSWORD, options: { userAttributes: { email: "ben@wildrydes.example" },
		autoSignIn: { ...USER_AUTH, preferredChallenge: "PASSWORD_SRP" } } });
	await auth.confirmSignUp({ username: "ben", confirmationCode: code("ben@wildrydes.example") });
	assert.equal((await auth.autoSignIn()).isSignedIn, true);
	assert.equal((await auth.getCurrentUser()).username, "ben");
});

test("who is not confirmed is asked for that by a password, and confirmed by a code", async () => {
	const username = "eve", to = "eve@wildrydes.example";
	await auth.signUp({ username, password: PASSWORD, options: { userAttributes: { email: to } } });
	assert.equal((await signIn({ preferredChallenge: "PASSWORD" }, { username, password: PASSWORD })).nextStep.signInStep, "CONFIRM_SIGN_UP");
	await signIn({ preferredChallenge: "EMAIL_OTP" }, { username });
	assert.equal((await auth.confirmSignIn({ challengeResponse: code(to) })).isSignedIn, true);
	assert.equal((await admin("AdminGetUser", { UserPoolId: poolId, Username: username })).UserStatus, "CONFIRMED");
});

test("who is not there is told so", async () => {
	await assert.rejects(signIn({ preferredChallenge: "EMAIL_OTP" }, { username: "nobody" }), { name: "UserNotFoundException" });
});
