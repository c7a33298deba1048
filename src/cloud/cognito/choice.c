/*
 * Choice-based sign-in (USER_AUTH): the user says which factor to begin with, or chooses one of those that there are.
 *
 * From: Developer Guide, "Manage authentication methods in AWS SDKs", "Authentication flows".
 */
#include "cloud/cognito/auth.h"

#include "cloud/cognito/errors.h"
#include "cloud/cognito/mfa.h"
#include "cloud/cognito/otp.h"

#define CHOICE "SELECT_CHALLENGE"

static enum outcome by_srp(struct op *op, struct attempt *attempt);

/* What a sign-in may begin with, in the order of AvailableChallenges. Nobody has a passkey: WEB_AUTHN is none. */
static const struct factor {
	const char *name;      /* of the challenge */
	const char *policy;    /* among the pool's AllowedFirstAuthFactors */
	const char *attribute; /* the address that a code is sent to; NULL: it takes a password */
	enum outcome (*by_password)(struct op *op, struct attempt *attempt);
} factors[] = {
	{ "PASSWORD_SRP", "PASSWORD", NULL, by_srp },
	{ "PASSWORD", "PASSWORD", NULL, idp_by_password },
	{ "EMAIL_OTP", "EMAIL_OTP", "email", NULL },
	{ "SMS_OTP", "SMS_OTP", "phone_number", NULL },
};
#define COUNT (sizeof(factors) / sizeof(factors[0]))

static const struct factor *factor_of(struct str name)
{
	for (size_t i = 0; i < COUNT; i++)
		if (str_is(name, factors[i].name))
			return &factors[i];
	return NULL;
}

/* --- which there are ---------------------------------------------------------------------------------- */

/* May this user begin with it? Somebody who is not there (NULL) has all that the pool allows. */
static bool available(struct op *op, const struct pool *pool, const struct user *user,
		      const struct factor *factor)
{
	if (!factor || !idp_policy_allows(pool, factor->policy))
		return false;
	if (!user)
		return true;
	if (!factor->attribute)
		return user->verifier.p != NULL;
	/* A code is no first factor of who must choose a password yet, or who has a second factor. */
	return idp_user_attribute(user, factor->attribute).n > 0 &&
	       strcmp(user->status, "FORCE_CHANGE_PASSWORD") != 0 &&
	       !idp_mfa_active(op, pool, user);
}

static void print_available(struct op *op, const struct attempt *attempt, const struct user *user)
{
	struct json_object *list = json_set_array(op->out, "AvailableChallenges");

	for (size_t i = 0; i < COUNT; i++)
		if (available(op, &attempt->pool, user, &factors[i]))
			json_add_str(list, str_of(factors[i].name));
}

void idp_choice_print(struct op *op, const struct pool *pool, const struct user *user,
		      struct json_object *o)
{
	struct json_object *list = json_set_array(o, "ConfiguredUserAuthFactors");

	/* The first factor is the other one's twin. */
	for (size_t i = 1; i < COUNT; i++)
		if (available(op, pool, user, &factors[i]))
			json_add_str(list, str_of(factors[i].policy));
}

/* --- what was proven while signing up ----------------------------------------------------------------- */

struct str idp_choice_session(struct op *op, const struct attempt *attempt, const struct user *user,
			      struct json_object *proven)
{
	struct json_object *state = json_new_object(op->arena);

	json_set(state, "proven", json_object_get(proven));
	return idp_session_begin(op, attempt, user, IDP_SIGNED_UP, json_text(op->arena, state));
}

struct json_object *idp_choice_proven(struct op *op, const struct attempt *attempt,
				      const struct user *user)
{
	struct session session;

	if (!idp_session_find(op, attempt, IDP_SIGNED_UP, &session) ||
	    !str_eq(session.sub, user->sub))
		return NULL;
	return json_get(session.state, "proven");
}

/* Whose session it is, who may also be named. False with the error set. */
static bool enter_by_session(struct op *op, struct attempt *attempt, struct user *user,
			     struct json_object **proven)
{
	struct str name = json_get_str(attempt->given, "USERNAME");
	struct json_object *state;
	struct user named;

	if (!idp_session_take(op, attempt, IDP_SIGNED_UP, user, &state))
		return false;
	attempt->name = name.p ? name : user->name;
	*proven = json_get(state, "proven");
	if (!idp_client_proven(op, &attempt->client, attempt->name,
			       json_get_str(attempt->given, "SECRET_HASH")))
		return false;
	if (idp_user_find(op, &attempt->pool, attempt->name, &named) &&
	    str_eq(named.sub, user->sub))
		return true;
	idp_session_foreign(op);
	return false;
}

/* Go on from a sign-up, if what was proven there is a factor to begin with (*in). */
static enum outcome after_sign_up(struct op *op, struct attempt *attempt, bool *in)
{
	const struct factor *factor = NULL;
	struct json_object *proven;
	enum outcome outcome;
	struct user user;

	*in = true;
	if (!enter_by_session(op, attempt, &user, &proven))
		return FAILED;
	for (size_t i = 0; i < json_count(proven); i++) {
		factor = factor_of(json_str(json_at(proven, i)));
		if (available(op, &attempt->pool, &user, factor))
			break;
		factor = NULL;
	}
	*in = factor != NULL;
	if (!factor)
		return DONE;
	attempt->by_code = factor->attribute != NULL;
	outcome = idp_pre_authentication(op, attempt, &user);
	return outcome == DONE ? idp_proceed(op, attempt, &user) : outcome;
}

/* --- beginning ---------------------------------------------------------------------------------------- */

/* By SRP; its challenge has a session here. */
static enum outcome by_srp(struct op *op, struct attempt *attempt)
{
	struct user user = { .sub = attempt->name };
	enum outcome outcome = idp_by_srp(op, attempt);

	if (outcome != DONE)
		return outcome;
	idp_user_find(op, &attempt->pool, attempt->name, &user);
	json_set_str(op->out, "Session",
		     idp_session_begin(op, attempt, &user, "PASSWORD_VERIFIER", STR_NONE));
	return DONE;
}

static enum outcome by_code(struct op *op, const struct attempt *attempt,
			    const struct factor *factor, const struct user *user)
{
	enum outcome outcome;

	if (!user) {
		idp_otp_pretend(op, attempt, factor->name);
		return DONE;
	}
	if (!user->enabled)
		return op_fail(op, &NotAuthorizedException, "User is disabled.");
	outcome = idp_pre_authentication(op, attempt, user);
	return outcome == DONE ? idp_otp_ask(op, attempt, user, factor->name, true) : outcome;
}

static enum outcome ask(struct op *op, const struct attempt *attempt, const struct user *user)
{
	/* Nobody has this sub, so the session leads nowhere. */
	const struct user nobody = { .sub = attempt->name };

	json_set_cstr(op->out, "ChallengeName", CHOICE);
	json_set_str(op->out, "Session",
		     idp_session_begin(op, attempt, user ? user : &nobody, CHOICE, STR_NONE));
	json_set_object(op->out, "ChallengeParameters");
	print_available(op, attempt, user);
	return DONE;
}

enum outcome idp_choice_begin(struct op *op, struct attempt *attempt)
{
	const struct factor *preferred =
		factor_of(json_get_str(attempt->given, "PREFERRED_CHALLENGE"));
	const struct user *who = NULL;
	enum outcome outcome;
	struct user user;
	bool in;

	if (op_has(op, "Session")) {
		outcome = after_sign_up(op, attempt, &in);
		if (in)
			return outcome;
	}
	if (!idp_read_name(op, attempt))
		return FAILED;
	if (idp_user_find(op, &attempt->pool, attempt->name, &user))
		who = &user;
	/* By a password somebody may come from elsewhere. */
	else if ((!preferred || preferred->attribute) && !idp_client_discreet(&attempt->client))
		return idp_find_user(op, attempt, &user) ? DONE : FAILED;
	if (!available(op, &attempt->pool, who, preferred))
		return ask(op, attempt, who);
	if (!preferred->attribute)
		return preferred->by_password(op, attempt);
	outcome = by_code(op, attempt, preferred, who);
	if (outcome == DONE)
		print_available(op, attempt, who);
	return outcome;
}

/* --- choosing ----------------------------------------------------------------------------------------- */

enum outcome idp_choice_answer(struct op *op, struct attempt *attempt)
{
	bool choice = str_is(attempt->challenge, CHOICE);
	struct str name = choice ? idp_given(op, attempt, "ANSWER") : attempt->challenge;
	const struct factor *factor = factor_of(name);
	const struct user *who = NULL;
	struct session session;
	struct user user;

	if (!name.p || !idp_session_spend(op, attempt, CHOICE, &session))
		return FAILED;
	if (idp_user_find(op, &attempt->pool, attempt->name, &user))
		who = &user;
	if (!str_eq(session.sub, who ? user.sub : attempt->name))
		return idp_session_foreign(op);
	if (!available(op, &attempt->pool, who, factor))
		return op_fail(op, &InvalidParameterException,
			       "Selected challenge is not available");
	return factor->attribute ? by_code(op, attempt, factor, who)
				 : factor->by_password(op, attempt);
}
