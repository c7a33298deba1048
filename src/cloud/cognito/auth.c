/* Signing in: InitiateAuth, RespondToAuthChallenge and their administrator's forms, refreshing, revoking. */
#include "cloud/cognito/operations.h"

#include "cloud/cognito/auth.h"
#include "cloud/cognito/device.h"
#include "cloud/cognito/errors.h"
#include "cloud/cognito/mfa.h"
#include "cloud/cognito/otp.h"
#include "cloud/cognito/schema.h"
#include "cloud/cognito/token.h"
#include "cloud/cognito/trigger.h"

/* One way to sign in: from what was given to tokens, a challenge or an error. */
typedef enum outcome flow_run(struct op *op, struct attempt *attempt);

#define DAY_MS ((int64_t)24 * 3600 * 1000)

/* --- who ---------------------------------------------------------------------------------------------- */

static bool begin(struct op *op, struct attempt *attempt, const char *given, bool admin)
{
	*attempt = (struct attempt){ .given = op_get(op, given), .admin = admin };
	if (!admin)
		return idp_client(op, &attempt->client, &attempt->pool);
	return idp_pool(op, &attempt->pool) && idp_client_in(op, &attempt->pool, &attempt->client);
}

bool idp_read_name(struct op *op, struct attempt *attempt)
{
	attempt->name = idp_given(op, attempt, "USERNAME");
	if (!attempt->name.p || attempt->hosted)
		return attempt->name.p != NULL;
	return idp_client_proven(op, &attempt->client, attempt->name,
				 json_get_str(attempt->given, "SECRET_HASH"));
}

bool idp_find_user(struct op *op, const struct attempt *attempt, struct user *user)
{
	if (idp_user_find(op, &attempt->pool, attempt->name, user))
		return true;
	if (idp_client_discreet(&attempt->client))
		op_fail(op, &NotAuthorizedException, "Incorrect username or password.");
	else
		op_fail(op, &UserNotFoundException, "User does not exist.");
	return false;
}

/* --- after the password --------------------------------------------------------------------------------- */

/* Required attributes that the user does not have. */
static struct str missing_attributes(struct op *op, const struct attempt *attempt,
				     const struct user *user)
{
	struct json_object *all = json_get(attempt->pool.settings, "Schema"),
			   *names = json_new_array(op->arena);

	for (size_t i = 0; i < json_count(all); i++) {
		struct str name = json_get_str(json_at(all, i), "Name");

		if (json_bool_or(json_get(json_at(all, i), "Required"), false) &&
		    !idp_user_attribute(user, arena_cstr(op->arena, name)).n)
			json_add_str(names,
				     arena_strf(op->arena, "userAttributes.%.*s", STR_ARG(name)));
	}
	return json_text(op->arena, names);
}

static enum outcome ask_new_password(struct op *op, const struct attempt *attempt,
				     const struct user *user)
{
	struct json_object *policy = json_get(json_get(attempt->pool.settings, "Policies"),
					      "PasswordPolicy"),
			   *parameters;
	int64_t days = json_int_or(json_get(policy, "TemporaryPasswordValidityDays"), 7);

	if (user->password_at + days * DAY_MS <= op->now)
		return op_fail(op, &NotAuthorizedException,
			       "Temporary password has expired and must be reset by an "
			       "administrator.");
	json_set_cstr(op->out, "ChallengeName", "NEW_PASSWORD_REQUIRED");
	json_set_str(op->out, "Session",
		     idp_session_begin(op, attempt, user, "NEW_PASSWORD_REQUIRED", STR_NONE));
	parameters = json_set_object(op->out, "ChallengeParameters");
	json_set_str(parameters, "USER_ID_FOR_SRP", user->name);
	json_set_str(parameters, "requiredAttributes", missing_attributes(op, attempt, user));
	json_set_str(parameters, "userAttributes", json_text(op->arena, user->attributes));
	return DONE;
}

enum outcome idp_pre_authentication(struct op *op, const struct attempt *attempt,
				    const struct user *user)
{
	const struct trigger t = { .name = "PreAuthentication",
				   .source = "PreAuthentication_Authentication",
				   .pool = &attempt->pool,
				   .client = attempt->client.id,
				   .user = user->name,
				   .request = idp_trigger_request(op, user) };
	struct json_object *response;

	if (!idp_trigger_set(&attempt->pool, t.name))
		return DONE;
	json_set(t.request, "validationData", NULL);
	idp_trigger_metadata(op, t.request, "validationData");
	return idp_trigger(op, &t, &response);
}

static enum outcome post_authentication(struct op *op, const struct attempt *attempt,
					const struct user *user, struct json_object *metadata)
{
	const struct trigger t = { .name = "PostAuthentication",
				   .source = "PostAuthentication_Authentication",
				   .pool = &attempt->pool,
				   .client = attempt->client.id,
				   .user = user->name,
				   .request = idp_trigger_request(op, user) };
	struct json_object *response;

	if (!idp_trigger_set(&attempt->pool, t.name))
		return DONE;
	json_set_bool(t.request, "newDeviceUsed",
		      idp_device_tracked(&attempt->pool) && !attempt->device.p);
	if (metadata)
		json_set(t.request, "clientMetadata", json_object_get(metadata));
	return idp_trigger(op, &t, &response);
}

enum outcome idp_finish(struct op *op, const struct attempt *attempt, struct user *user)
{
	/* InitiateAuth hands its metadata to the triggers before authentication only. */
	bool answers = op_has(op, "ChallengeResponses");
	struct sign_in how = {
		.pool = &attempt->pool,
		.client = &attempt->client,
		.user = user,
		.source = attempt->source ? attempt->source : "TokenGeneration_Authentication",
		.metadata = answers ? op_get(op, "ClientMetadata") : NULL,
		.device = attempt->device,
	};
	bool news = idp_device_tracked(&attempt->pool) && !how.device.p && !attempt->hosted;
	enum outcome outcome;

	if (!user->enabled)
		return op_fail(op, &NotAuthorizedException, "User is disabled.");
	outcome = post_authentication(op, attempt, user, how.metadata);
	if (outcome != DONE)
		return outcome;
	idp_password_well(op, user);
	if (attempt->hosted) {
		json_set_str(op->out, "sub", user->sub);
		return DONE;
	}
	if (news)
		how.device = idp_device_make(op);
	outcome = idp_sign_in(op, &how);
	if (outcome == DONE && news)
		idp_device_print_new(op, &attempt->pool, how.device);
	return outcome;
}

enum outcome idp_proceed(struct op *op, const struct attempt *attempt, struct user *user)
{
	enum device_verdict device;

	if (!user->enabled)
		return op_fail(op, &NotAuthorizedException, "User is disabled.");
	if (strcmp(user->status, "UNCONFIRMED") == 0)
		return op_fail(op, &UserNotConfirmedException, "User is not confirmed.");
	if (strcmp(user->status, "RESET_REQUIRED") == 0 && !attempt->by_code)
		return op_fail(op, &PasswordResetRequiredException,
			       "Password reset required for the user");
	if (strcmp(user->status, "FORCE_CHANGE_PASSWORD") == 0)
		return ask_new_password(op, attempt, user);
	device = idp_device_look(op, attempt, user);
	if (device == DEVICE_FAILED)
		return FAILED;
	if (device == DEVICE_TRUSTED)
		return idp_device_ask(op, attempt, user);
	switch (idp_mfa_ask(op, attempt, user)) {
	case MFA_ASKED:
		return DONE;
	case MFA_FAILED:
		return FAILED;
	case MFA_WAITING:
		return WAITING;
	case MFA_NONE:
		break;
	}
	return device == DEVICE_KNOWN ? idp_device_ask(op, attempt, user)
				      : idp_finish(op, attempt, user);
}

/* --- flows ---------------------------------------------------------------------------------------------- */

enum outcome idp_by_password(struct op *op, struct attempt *attempt)
{
	enum outcome outcome = DONE;
	bool found, migrated = false;
	struct str password;
	struct user user;

	if (!idp_read_name(op, attempt))
		return FAILED;
	password = idp_given(op, attempt, "PASSWORD");
	if (!password.p)
		return FAILED;
	found = idp_user_find(op, &attempt->pool, attempt->name, &user);
	if (!found)
		outcome = idp_migrate(op,
				      &(struct newcomer){ &attempt->pool, &attempt->client,
							  attempt->name, password,
							  "UserMigration_Authentication" },
				      &user, &migrated);
	if (outcome != DONE)
		return outcome;
	if (!found && !migrated) {
		if (idp_client_discreet(&attempt->client))
			idp_password_pretend(op, &attempt->pool, attempt->name, password);
		return idp_find_user(op, attempt, &user) ? DONE : FAILED;
	}
	outcome = idp_pre_authentication(op, attempt, &user);
	if (outcome != DONE)
		return outcome;
	if (!idp_password_right(op, &attempt->pool, &user, password))
		return FAILED;
	return idp_proceed(op, attempt, &user);
}

enum outcome idp_by_srp(struct op *op, struct attempt *attempt)
{
	struct user user;

	if (!idp_read_name(op, attempt) || !idp_given(op, attempt, "SRP_A").p)
		return FAILED;
	if (idp_user_find(op, &attempt->pool, attempt->name, &user)) {
		enum outcome outcome = idp_pre_authentication(op, attempt, &user);

		return outcome == DONE ? idp_srp_ask(op, attempt, &user) : outcome;
	}
	if (idp_client_discreet(&attempt->client))
		return idp_srp_ask(op, attempt, NULL);
	return op_fail(op, &UserNotFoundException, "User does not exist.");
}

/* The secret hash of a refresh is made of the user's own name, which the client has from its tokens, or the sub. */
static bool refresh_proven(struct op *op, const struct attempt *attempt, const struct user *user)
{
	struct str hash = json_get_str(attempt->given, "SECRET_HASH");

	return idp_client_proven(op, &attempt->client, user->name, hash) ||
	       (hash.p && idp_client_proven(op, &attempt->client, user->sub, hash));
}

static bool rotates(const struct client *client)
{
	return str_is(json_get_str(json_get(client->settings, "RefreshTokenRotation"), "Feature"),
		      "ENABLED");
}

static enum outcome refresh(struct op *op, const struct pool *pool, const struct client *client,
			    const struct user *user, const struct grant *grant, bool rotate)
{
	const struct sign_in how = { .pool = pool,
				     .client = client,
				     .user = user,
				     .source = "TokenGeneration_RefreshTokens",
				     .scope = grant->scope,
				     .device = grant->device };

	return idp_refresh(op, &how, grant, rotate);
}

static enum outcome by_refresh(struct op *op, struct attempt *attempt)
{
	struct str token = idp_given(op, attempt, "REFRESH_TOKEN");
	struct grant grant;
	struct user user;

	if (!token.p ||
	    !idp_refresh_find(op, &attempt->pool, &attempt->client, token, &grant, &user) ||
	    !refresh_proven(op, attempt, &user) ||
	    !idp_device_refreshes(op, &grant, json_get_str(attempt->given, "DEVICE_KEY")))
		return FAILED;
	return refresh(op, &attempt->pool, &attempt->client, &user, &grant, false);
}

enum { FLOW_ANYBODY = 1, FLOW_ADMIN = 2 };

static const struct flow {
	const char *name;
	const char *allowed; /* in ExplicitAuthFlows */
	const char *refusal; /* when it is not */
	flow_run *run;
	unsigned who;
} flows[] = {
	{ "USER_SRP_AUTH", "ALLOW_USER_SRP_AUTH", "USER_SRP_AUTH is not enabled for the client.",
	  idp_by_srp, FLOW_ANYBODY | FLOW_ADMIN },
	{ "USER_PASSWORD_AUTH", "ALLOW_USER_PASSWORD_AUTH",
	  "USER_PASSWORD_AUTH flow not enabled for this client", idp_by_password, FLOW_ANYBODY },
	{ "ADMIN_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH",
	  "Auth flow not enabled for this client", idp_by_password, FLOW_ADMIN },
	{ "ADMIN_NO_SRP_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH",
	  "Auth flow not enabled for this client", idp_by_password, FLOW_ADMIN },
	{ "REFRESH_TOKEN_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "Auth flow not enabled for this client",
	  by_refresh, FLOW_ANYBODY | FLOW_ADMIN },
	{ "REFRESH_TOKEN", "ALLOW_REFRESH_TOKEN_AUTH", "Auth flow not enabled for this client",
	  by_refresh, FLOW_ANYBODY | FLOW_ADMIN },
	{ "USER_AUTH", "ALLOW_USER_AUTH", "USER_AUTH is not enabled for the client.",
	  idp_choice_begin, FLOW_ANYBODY | FLOW_ADMIN },
	{ "CUSTOM_AUTH", "ALLOW_CUSTOM_AUTH", "CUSTOM_AUTH is not enabled for the client.",
	  idp_custom_begin, FLOW_ANYBODY | FLOW_ADMIN },
};

static enum outcome initiate(struct op *op, bool admin)
{
	struct str name = op_str(op, "AuthFlow");
	struct attempt attempt;

	if (!begin(op, &attempt, "AuthParameters", admin))
		return FAILED;
	for (size_t i = 0; i < sizeof(flows) / sizeof(flows[0]); i++) {
		const struct flow *flow = &flows[i];

		if (!str_is(name, flow->name) || !(flow->who & (admin ? FLOW_ADMIN : FLOW_ANYBODY)))
			continue;
		if (!idp_client_allows(&attempt.client, flow->allowed) ||
		    (flow->run == by_refresh && rotates(&attempt.client)))
			return op_fail(op, &InvalidParameterException, "%s", flow->refusal);
		return flow->run(op, &attempt);
	}
	return op_fail(op, &InvalidParameterException, "Initiate Auth method not supported.");
}

static enum outcome initiate_anybody(struct op *op)
{
	return initiate(op, false);
}

static enum outcome initiate_admin(struct op *op)
{
	return initiate(op, true);
}

enum outcome idp_op_initiate_auth(struct op *op)
{
	return idp_run(op, initiate_anybody);
}

enum outcome idp_op_admin_initiate_auth(struct op *op)
{
	return idp_run(op, initiate_admin);
}

/* --- answers to challenges -------------------------------------------------------------------------------- */

static enum outcome answer_srp(struct op *op, struct attempt *attempt)
{
	struct session session = { .state = NULL };
	struct user user;

	if (!idp_user_find(op, &attempt->pool, attempt->name, &user))
		return op_fail(op, &NotAuthorizedException, "Incorrect username or password.");
	if (op_has(op, "Session")) {
		if (!idp_session_spend(op, attempt, "PASSWORD_VERIFIER", &session))
			return FAILED;
		if (!str_eq(session.sub, user.sub))
			return idp_session_foreign(op);
	}
	attempt->in_session = session.state != NULL;
	if (!idp_srp_right(op, attempt, &user))
		return FAILED;
	return session.state ? idp_custom_password(op, attempt, &user, session.state)
			     : idp_proceed(op, attempt, &user);
}

/* "userAttributes.name": "Ada" among the answers are attributes. */
static struct json_object *answered_attributes(struct op *op, const struct attempt *attempt)
{
	static const char prefix[] = "userAttributes.";
	struct json_object *list = json_new_array(op->arena);

	JSON_EACH(attempt->given, key, value)
	{
		struct json_object *o;

		if (!str_starts(str_of(key), str_of(prefix)))
			continue;
		o = json_add_object(list);
		json_set_cstr(o, "Name", key + strlen(prefix));
		json_set_str(o, "Value", json_str(value));
	}
	return list;
}

static enum outcome answer_new_password(struct op *op, struct attempt *attempt)
{
	struct str password = idp_given(op, attempt, "NEW_PASSWORD");
	struct user user;

	if (!password.p || !idp_session_take(op, attempt, "NEW_PASSWORD_REQUIRED", &user, NULL) ||
	    !idp_password_conforms(op, &attempt->pool, password) ||
	    !idp_password_new(op, &attempt->pool, &user, password) ||
	    !idp_schema_take(op, &attempt->pool, &attempt->client, WRITER_CREATE,
			     answered_attributes(op, attempt), user.attributes))
		return FAILED;
	if (json_count(json_parse(op->arena, missing_attributes(op, attempt, &user), NULL)))
		return op_fail(
			op, &InvalidParameterException, "Invalid attributes given, %.*s is missing",
			STR_ARG(json_str(json_at(
				json_parse(op->arena, missing_attributes(op, attempt, &user), NULL),
				0))));
	idp_password_set(op, &attempt->pool, &user, password);
	user.status = "CONFIRMED";
	idp_user_store(op, &user);
	attempt->source = "TokenGeneration_NewPasswordChallenge";
	return idp_user_claim(op, &attempt->pool, &user, false) ? idp_proceed(op, attempt, &user)
								: FAILED;
}

static enum outcome answer_sent(struct op *op, struct attempt *attempt)
{
	struct user user;

	if (!idp_otp_answer(op, attempt, &user))
		return FAILED;
	return attempt->by_code ? idp_proceed(op, attempt, &user) : idp_finish(op, attempt, &user);
}

static enum outcome answer_software(struct op *op, struct attempt *attempt)
{
	struct user user;

	return idp_mfa_answer(op, attempt, &user) ? idp_finish(op, attempt, &user) : FAILED;
}

static enum outcome answer_set_up(struct op *op, struct attempt *attempt)
{
	struct user user;
	bool in;
	enum outcome outcome = idp_mfa_set_up(op, attempt, &user, &in);

	return outcome == DONE && in ? idp_finish(op, attempt, &user) : outcome;
}

static enum outcome answer_device(struct op *op, struct attempt *attempt)
{
	struct user user;

	return idp_device_proven(op, attempt, &user) ? idp_finish(op, attempt, &user) : FAILED;
}

/* WEB_AUTHN is none of them: nobody has a passkey, so it is never asked for. */
static const struct {
	const char *name;
	flow_run *answer;
} challenges[] = {
	{ "SELECT_CHALLENGE", idp_choice_answer },
	{ "PASSWORD", idp_choice_answer },
	{ "PASSWORD_SRP", idp_choice_answer },
	{ "PASSWORD_VERIFIER", answer_srp },
	{ "EMAIL_OTP", answer_sent },
	{ "SMS_OTP", answer_sent },
	{ "SMS_MFA", answer_sent },
	{ "SOFTWARE_TOKEN_MFA", answer_software },
	{ "SELECT_MFA_TYPE", idp_mfa_chosen },
	{ "MFA_SETUP", answer_set_up },
	{ "NEW_PASSWORD_REQUIRED", answer_new_password },
	{ "CUSTOM_CHALLENGE", idp_custom_answer },
	{ "DEVICE_SRP_AUTH", idp_device_answer },
	{ "DEVICE_PASSWORD_VERIFIER", answer_device },
};

enum outcome idp_answer(struct op *op, struct attempt *attempt, struct str challenge)
{
	attempt->challenge = challenge;
	for (size_t i = 0; i < sizeof(challenges) / sizeof(challenges[0]); i++)
		if (str_is(challenge, challenges[i].name))
			return challenges[i].answer(op, attempt);
	return idp_session_foreign(op);
}

static enum outcome respond(struct op *op, bool admin)
{
	struct attempt attempt;

	if (!begin(op, &attempt, "ChallengeResponses", admin) || !idp_read_name(op, &attempt))
		return FAILED;
	return idp_answer(op, &attempt, op_str(op, "ChallengeName"));
}

static enum outcome respond_anybody(struct op *op)
{
	return respond(op, false);
}

static enum outcome respond_admin(struct op *op)
{
	return respond(op, true);
}

enum outcome idp_op_respond_to_auth_challenge(struct op *op)
{
	return idp_run(op, respond_anybody);
}

enum outcome idp_op_admin_respond_to_auth_challenge(struct op *op)
{
	return idp_run(op, respond_admin);
}

/* --- the pool's own pages --------------------------------------------------------------------------------- */

static enum outcome hosted_sign_in(struct op *op)
{
	struct attempt attempt;

	if (!begin(op, &attempt, "AuthParameters", false))
		return FAILED;
	attempt.hosted = true;
	return idp_by_password(op, &attempt);
}

static enum outcome hosted_answer(struct op *op)
{
	struct attempt attempt;

	if (!begin(op, &attempt, "ChallengeResponses", false))
		return FAILED;
	attempt.hosted = true;
	return idp_read_name(op, &attempt) ? idp_answer(op, &attempt, op_str(op, "ChallengeName"))
					   : FAILED;
}

enum outcome idp_op_hosted_sign_in(struct op *op)
{
	return idp_run(op, hosted_sign_in);
}

enum outcome idp_op_hosted_answer(struct op *op)
{
	return idp_run(op, hosted_answer);
}

/* --- refresh tokens ----------------------------------------------------------------------------------------- */

/* The client's secret itself, which these operations take; false with NotAuthorizedException set. */
static bool secret_right(struct op *op, const struct client *client)
{
	struct str secret = op_str(op, "ClientSecret");

	if (!client->secret.p && !secret.p)
		return true;
	if (client->secret.p && secret.p && str_eq_secret(client->secret, secret))
		return true;
	op_fail(op, &NotAuthorizedException, "Invalid client secret");
	return false;
}

static enum outcome get_tokens(struct op *op)
{
	enum outcome outcome;
	struct client client;
	struct pool pool;
	struct grant grant;
	struct user user;

	if (!idp_client(op, &client, &pool) || !secret_right(op, &client) ||
	    !idp_refresh_find(op, &pool, &client, op_str(op, "RefreshToken"), &grant, &user) ||
	    !idp_device_refreshes(op, &grant, op_str(op, "DeviceKey")))
		return FAILED;
	outcome = refresh(op, &pool, &client, &user, &grant, rotates(&client));
	if (outcome == DONE)
		json_object_object_del(op->out, "ChallengeParameters");
	return outcome;
}

enum outcome idp_op_get_tokens_from_refresh_token(struct op *op)
{
	return idp_run(op, get_tokens);
}

enum outcome idp_op_revoke_token(struct op *op)
{
	struct str token = op_str(op, "Token");
	struct client client;
	struct pool pool;

	if (!idp_client(op, &client, &pool) || !secret_right(op, &client))
		return FAILED;
	if (!json_bool_or(json_get(client.settings, "EnableTokenRevocation"), true))
		return op_fail(op, &UnsupportedTokenTypeException,
			       "Token revocation is not enabled for this client.");
	return idp_revoke(op, &client, token);
}
