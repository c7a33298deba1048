/*
 * One-time passwords that are sent; see otp.h.
 *
 * From: Developer Guide, "Authentication flows" (passwordless sign-in with one-time passwords), "SMS and email message
 * MFA".
 */
#include "cloud/cognito/otp.h"

#include "cloud/cognito/code.h"
#include "cloud/cognito/errors.h"

static const struct otp {
	const char *challenge;
	bool first;
	const char *purpose; /* of the code */
	const char *answer;  /* the code among the answers */
	const char *attribute, *medium;
} otps[] = {
	{ "SMS_MFA", false, "SMS_MFA", "SMS_MFA_CODE", "phone_number", "SMS" },
	{ "EMAIL_OTP", false, "EMAIL_MFA", "EMAIL_OTP_CODE", "email", "EMAIL" },
	{ "SMS_OTP", true, "SMS_OTP", "SMS_OTP_CODE", "phone_number", "SMS" },
	{ "EMAIL_OTP", true, "EMAIL_OTP", "EMAIL_OTP_CODE", "email", "EMAIL" },
};

static const struct otp *otp_of(struct str challenge, bool first)
{
	for (size_t i = 0; i < sizeof(otps) / sizeof(otps[0]); i++)
		if (str_is(challenge, otps[i].challenge) && otps[i].first == first)
			return &otps[i];
	return NULL;
}

/* --- asking ------------------------------------------------------------------------------------------- */

/* What a message says that brings a code, as the pool has it: a part of it, or absent. */
static struct str words(const struct pool *pool, const struct otp *otp, const char *part)
{
	struct json_object *email = json_get(pool->settings, "EmailMfaConfiguration"),
			   *sms = json_get(pool->settings, "SmsMfaConfiguration");

	if (strcmp(otp->medium, "EMAIL") == 0)
		return json_get_str(email, part);
	return json_get_str(json_get(sms, "SmsAuthenticationMessage") ? sms : pool->settings,
			    "SmsAuthenticationMessage");
}

/* Begin the session and print its challenge. `details`: where the code went, as it may be told. */
static void print(struct op *op, const struct attempt *attempt, const struct otp *otp,
		  const struct user *user, struct json_object *details)
{
	struct json_object *state = json_new_object(op->arena), *parameters;

	json_set_bool(state, "first", otp->first);
	json_set_str(state, "to", idp_user_attribute(user, otp->attribute));
	json_set_cstr(op->out, "ChallengeName", otp->challenge);
	json_set_str(op->out, "Session",
		     idp_session_begin(op, attempt, user, otp->challenge,
				       json_text(op->arena, state)));
	parameters = json_set_object(op->out, "ChallengeParameters");
	if (!otp->first)
		json_set_str(parameters, "USER_ID_FOR_SRP", user->name);
	json_set_cstr(parameters, "CODE_DELIVERY_DELIVERY_MEDIUM", otp->medium);
	json_set_str(parameters, "CODE_DELIVERY_DESTINATION", json_get_str(details, "Destination"));
}

enum outcome idp_otp_ask(struct op *op, const struct attempt *attempt, const struct user *user,
			 const char *challenge, bool first)
{
	const struct otp *otp = otp_of(str_of(challenge), first);
	const struct code code = { .pool = &attempt->pool,
				   .user = user,
				   .client = attempt->client.id,
				   .purpose = otp->purpose,
				   .attribute = otp->attribute,
				   .text = words(&attempt->pool, otp, "Message"),
				   .subject = words(&attempt->pool, otp, "Subject"),
				   .source = "CustomMessage_Authentication" };
	struct json_object *details = json_new_object(op->arena);
	enum outcome outcome = idp_code_send(op, &code);

	if (outcome != DONE)
		return outcome;
	idp_delivery_print(op, otp->attribute, idp_user_attribute(user, otp->attribute), details);
	print(op, attempt, otp, user, details);
	return DONE;
}

void idp_otp_pretend(struct op *op, const struct attempt *attempt, const char *challenge)
{
	const struct otp *otp = otp_of(str_of(challenge), true);
	/* Nobody has this sub, so the session leads nowhere. */
	const struct user nobody = { .sub = attempt->name, .name = attempt->name };
	struct json_object *details = json_new_object(op->arena);

	idp_delivery_pretend(op, otp->attribute, attempt->name, details);
	print(op, attempt, otp, &nobody, details);
}

/* --- answers ------------------------------------------------------------------------------------------ */

static bool proven(struct op *op, const struct attempt *attempt, const struct otp *otp,
		   struct user *user)
{
	bool unconfirmed = otp->first && strcmp(user->status, "UNCONFIRMED") == 0;

	if (unconfirmed)
		user->status = "CONFIRMED";
	else if (idp_user_has(user, arena_printf(op->arena, "%s_verified", otp->attribute)))
		return true;
	return idp_user_verify(op, &attempt->pool, user, otp->attribute);
}

bool idp_otp_answer(struct op *op, struct attempt *attempt, struct user *user)
{
	struct session session;
	const struct otp *otp;
	struct str code;

	if (!idp_session_spend(op, attempt, arena_cstr(op->arena, attempt->challenge), &session))
		return false;
	otp = otp_of(attempt->challenge, json_bool_or(json_get(session.state, "first"), false));
	if (!otp)
		return idp_session_foreign(op) == DONE;
	code = idp_given(op, attempt, otp->answer);
	if (!code.p)
		return false;
	if (!idp_user_by_sub(op, &attempt->pool, session.sub, user)) {
		op_fail(op, &CodeMismatchException, "Invalid code or auth state for the user.");
		return false;
	}
	if (!idp_code_signs_in(op, user, otp->purpose, code))
		return false;
	attempt->by_code = otp->first;
	/* A code that went to another address than the user has now says nothing of this one. */
	return !str_eq(json_get_str(session.state, "to"),
		       idp_user_attribute(user, otp->attribute)) ||
	       proven(op, attempt, otp, user);
}
