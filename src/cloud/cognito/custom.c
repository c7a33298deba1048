/*
 * Custom authentication: the pool's functions say which challenge comes next, make it, and judge the answer.
 *
 * From: Developer Guide, "Custom authentication challenge Lambda triggers". What has happened so far is kept with the
 * session of the challenge that waits: {"session": [{"challengeName", "challengeResult", "challengeMetadata"}],
 * "private": {...}, "metadata": "..."}.
 */
#include "cloud/cognito/auth.h"
#include "cloud/cognito/errors.h"
#include "cloud/cognito/trigger.h"

#define CUSTOM   "CUSTOM_CHALLENGE"
#define PASSWORD "PASSWORD_VERIFIER"

static void add_step(struct json_object *session, const char *name, bool result,
		     struct str metadata)
{
	struct json_object *step = json_add_object(session);

	json_set_cstr(step, "challengeName", name);
	json_set_bool(step, "challengeResult", result);
	if (metadata.p)
		json_set_str(step, "challengeMetadata", metadata);
	else
		json_set(step, "challengeMetadata", NULL);
}

static struct trigger trigger_of(struct op *op, const struct attempt *attempt,
				 const struct user *user, const char *name, const char *source,
				 const char *const *response)
{
	struct trigger t = { .name = name,
			     .source = source,
			     .pool = &attempt->pool,
			     .client = attempt->client.id,
			     .user = user->name,
			     .request = idp_trigger_request(op, user),
			     .response = response };

	if (op_has(op, "ChallengeResponses"))
		idp_trigger_metadata(op, t.request, "clientMetadata");
	return t;
}

/* --- CreateAuthChallenge --------------------------------------------------------------------------- */

static enum outcome create(struct op *op, const struct attempt *attempt, const struct user *user,
			   struct json_object *session)
{
	static const char *const members[] = { "publicChallengeParameters",
					       "privateChallengeParameters", "challengeMetadata",
					       NULL };
	struct trigger t = trigger_of(op, attempt, user, "CreateAuthChallenge",
				      "CreateAuthChallenge_Authentication", members);
	struct json_object *made, *state = json_new_object(op->arena), *parameters;
	enum outcome outcome;

	json_set_cstr(t.request, "challengeName", CUSTOM);
	json_set(t.request, "session", json_object_get(session));
	outcome = idp_trigger(op, &t, &made);
	if (outcome != DONE)
		return outcome;
	json_set(state, "session", json_object_get(session));
	json_set(state, "private", json_object_get(json_get(made, members[1])));
	json_set(state, "metadata", json_object_get(json_get(made, members[2])));
	json_set_cstr(op->out, "ChallengeName", CUSTOM);
	json_set_str(op->out, "Session",
		     idp_session_begin(op, attempt, user, CUSTOM, json_text(op->arena, state)));
	parameters = json_set_object(op->out, "ChallengeParameters");
	json_set_str(parameters, "USERNAME", user->name);
	if (json_is_object(json_get(made, members[0]))) {
		JSON_EACH(json_get(made, members[0]), key, value)
		{
			json_set_str(parameters, key,
				     json_is_string(value) ? json_str(value)
							   : json_text(op->arena, value));
		}
	}
	return DONE;
}

static enum outcome ask_password(struct op *op, const struct attempt *attempt,
				 const struct user *user, struct json_object *session)
{
	struct json_object *state = json_new_object(op->arena);
	struct attempt bound = *attempt;
	enum outcome outcome;

	bound.in_session = true;
	outcome = idp_srp_ask(op, &bound, user);
	if (outcome != DONE)
		return outcome;
	json_set(state, "session", json_object_get(session));
	json_set_str(op->out, "Session",
		     idp_session_begin(op, attempt, user, PASSWORD, json_text(op->arena, state)));
	return DONE;
}

/* --- DefineAuthChallenge --------------------------------------------------------------------------- */

static enum outcome define(struct op *op, const struct attempt *attempt, struct user *user,
			   struct json_object *session)
{
	static const char *const members[] = { "challengeName", "issueTokens", "failAuthentication",
					       NULL };
	struct trigger t = trigger_of(op, attempt, user, "DefineAuthChallenge",
				      "DefineAuthChallenge_Authentication", members);
	struct json_object *decided;
	enum outcome outcome;
	struct str name;

	json_set(t.request, "session", json_object_get(session));
	outcome = idp_trigger(op, &t, &decided);
	if (outcome != DONE)
		return outcome;
	if (json_bool_or(json_get(decided, "failAuthentication"), false))
		return op_fail(op, &NotAuthorizedException, "Incorrect username or password.");
	if (json_bool_or(json_get(decided, "issueTokens"), false)) {
		if (strcmp(user->status, "UNCONFIRMED") == 0)
			return op_fail(op, &UserNotConfirmedException, "User is not confirmed.");
		return idp_finish(op, attempt, user);
	}
	name = json_get_str(decided, "challengeName");
	if (str_is(name, CUSTOM))
		return create(op, attempt, user, session);
	if (str_is(name, PASSWORD))
		return ask_password(op, attempt, user, session);
	return op_fail(op, &InvalidLambdaResponseException, "Unrecognizable lambda output");
}

/* --- from outside ------------------------------------------------------------------------------------- */

enum outcome idp_custom_begin(struct op *op, struct attempt *attempt)
{
	struct json_object *session = json_new_array(op->arena);
	struct user user;

	if (!idp_trigger_set(&attempt->pool, "DefineAuthChallenge"))
		return op_fail(op, &InvalidParameterException,
			       "Custom auth lambda trigger is not configured for the user pool.");
	if (!idp_read_name(op, attempt) || !idp_find_user(op, attempt, &user))
		return FAILED;
	if (!user.enabled)
		return op_fail(op, &NotAuthorizedException, "User is disabled.");
	if (str_is(json_get_str(attempt->given, "CHALLENGE_NAME"), "SRP_A"))
		add_step(session, "SRP_A", true, STR_NONE);
	return define(op, attempt, &user, session);
}

/* What had happened before the challenge that is answered now. */
static struct json_object *session_before(struct op *op, struct json_object *state)
{
	struct json_object *session = json_get(state, "session");

	return json_is_array(session) ? session : json_new_array(op->arena);
}

enum outcome idp_custom_answer(struct op *op, struct attempt *attempt)
{
	static const char *const members[] = { "answerCorrect", NULL };
	struct str given = idp_given(op, attempt, "ANSWER");
	struct json_object *state, *judged, *session;
	enum outcome outcome;
	struct trigger t;
	struct user user;

	if (!given.p || !idp_session_take(op, attempt, CUSTOM, &user, &state))
		return FAILED;
	t = trigger_of(op, attempt, &user, "VerifyAuthChallengeResponse",
		       "VerifyAuthChallengeResponse_Authentication", members);
	json_set(t.request, "privateChallengeParameters",
		 json_object_get(json_get(state, "private")));
	json_set_str(t.request, "challengeAnswer", given);
	outcome = idp_trigger(op, &t, &judged);
	if (outcome != DONE)
		return outcome;
	session = session_before(op, state);
	add_step(session, CUSTOM, json_bool_or(json_get(judged, "answerCorrect"), false),
		 json_get_str(state, "metadata"));
	return define(op, attempt, &user, session);
}

enum outcome idp_custom_password(struct op *op, struct attempt *attempt, struct user *user,
				 struct json_object *state)
{
	struct json_object *session = session_before(op, state);

	add_step(session, PASSWORD, true, STR_NONE);
	return define(op, attempt, user, session);
}
