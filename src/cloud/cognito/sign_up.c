/* SignUp, and how a user comes to be confirmed. */
#include "cloud/cognito/operations.h"

#include "cloud/cognito/auth.h"
#include "cloud/cognito/code.h"
#include "cloud/cognito/errors.h"
#include "cloud/cognito/schema.h"
#include "cloud/cognito/sign_up.h"
#include "cloud/cognito/trigger.h"

#define PURPOSE           "sign-up"
#define CONFIRMED_SIGN_UP "PostConfirmation_ConfirmSignUp"

/* The client, its pool, and (but for the pool's own pages) the proof of its secret for Username. */
static bool enter(struct op *op, struct client *client, struct pool *pool)
{
	return idp_client(op, client, pool) &&
	       (op->raw ||
		idp_client_proven(op, client, op_str(op, "Username"), op_str(op, "SecretHash")));
}

/* --- SignUp ------------------------------------------------------------------------------------------- */

static bool may_sign_up(struct op *op, const struct pool *pool)
{
	if (!json_bool_or(json_get(json_get(pool->settings, "AdminCreateUserConfig"),
				   "AllowAdminCreateUserOnly"),
			  false))
		return true;
	op_fail(op, &NotAuthorizedException, "SignUp is not permitted for this user pool");
	return false;
}

static enum outcome send_first(struct op *op, const struct pool *pool, const struct client *client,
			       const struct user *user, const char *source)
{
	const char *target = idp_code_target(pool, user);
	enum outcome outcome;

	if (!target)
		return DONE;
	outcome = idp_code_send(op, &(struct code){ .pool = pool,
						    .user = user,
						    .client = client->id,
						    .purpose = PURPOSE,
						    .attribute = target,
						    .source = source });
	if (outcome == DONE)
		idp_delivery_print(op, target, idp_user_attribute(user, target),
				   json_set_object(op->out, "CodeDeliveryDetails"));
	return outcome;
}

/* [{"Name", "Value"}] as {name: value}, or null. */
static struct json_object *as_map(struct op *op, struct json_object *list)
{
	struct json_object *map = json_new_object(op->arena);

	if (!json_count(list))
		return NULL;
	for (size_t i = 0; i < json_count(list); i++)
		json_set_str(map, arena_cstr(op->arena, json_get_str(json_at(list, i), "Name")),
			     json_get_str(json_at(list, i), "Value"));
	return json_object_get(map);
}

enum outcome idp_pre_sign_up(struct op *op, const struct pool *pool, struct str client,
			     const struct user *user, const char *source,
			     struct json_object **response)
{
	static const char *const members[] = { "autoConfirmUser", "autoVerifyEmail",
					       "autoVerifyPhone", NULL };
	struct json_object *request = json_new_object(op->arena),
			   *attributes = json_set_object(request, "userAttributes");
	const struct trigger t = { .name = "PreSignUp",
				   .source = source,
				   .pool = pool,
				   .client = client,
				   .user = user->name,
				   .request = request,
				   .response = members };

	JSON_EACH(user->attributes, key, value)
	{
		json_set(attributes, key, json_object_get(value));
	}
	json_set(request, "validationData", as_map(op, op_get(op, "ValidationData")));
	idp_trigger_metadata(op, request, "clientMetadata");
	return idp_trigger(op, &t, response);
}

/* What the function before sign-up says of the user. */
static bool take_verdict(struct op *op, struct user *user, struct json_object *verdict)
{
	static const struct {
		const char *says, *attribute, *flag;
	} flags[] = { { "autoVerifyEmail", "email", "email_verified" },
		      { "autoVerifyPhone", "phone_number", "phone_number_verified" } };

	if (json_bool_or(json_get(verdict, "autoConfirmUser"), false))
		user->status = "CONFIRMED";
	for (size_t i = 0; i < 2; i++) {
		if (!json_bool_or(json_get(verdict, flags[i].says), false))
			continue;
		if (!idp_user_attribute(user, flags[i].attribute).n) {
			op_fail(op, &InvalidLambdaResponseException,
				"Invalid lambda trigger response: %s is set, but the user has no %s.",
				flags[i].says, flags[i].attribute);
			return false;
		}
		idp_user_set_attribute(user, flags[i].flag, "true");
	}
	return true;
}

/* Does the user get by without a password? The pool's own pages ask for one. */
static bool passwordless(struct op *op, const struct pool *pool)
{
	return !op_str(op, "Password").n && !op->raw && idp_policy_passwordless(pool);
}

static bool prepare(struct op *op, struct client *client, struct pool *pool, struct user *user)
{
	if (!enter(op, client, pool) || !may_sign_up(op, pool) ||
	    !(passwordless(op, pool) ||
	      idp_password_conforms(op, pool, op_str_or(op, "Password", ""))) ||
	    !idp_user_begin(op, pool, op_str(op, "Username"), user) ||
	    !idp_schema_take(op, pool, client, WRITER_SIGN_UP, op_get(op, "UserAttributes"),
			     user->attributes))
		return false;
	user->status = "UNCONFIRMED";
	return true;
}

static enum outcome add_user(struct op *op, const struct pool *pool, struct user *user,
			     struct json_object *verdict)
{
	if (idp_user_attribute(user, "email").p)
		idp_user_set_attribute(user, "email_verified", "false");
	if (idp_user_attribute(user, "phone_number").p)
		idp_user_set_attribute(user, "phone_number_verified", "false");
	if (!take_verdict(op, user, verdict))
		return FAILED;
	if (!passwordless(op, pool))
		idp_password_set(op, pool, user, op_str_or(op, "Password", ""));
	idp_user_add(op, pool, user);
	return idp_user_claim(op, pool, user, false) ? DONE : FAILED;
}

/* A session to sign in with, after this step or the next, by what was proven: where the client lets users choose. */
static void print_session(struct op *op, const struct pool *pool, const struct client *client,
			  const struct user *user, struct json_object *proven)
{
	const struct attempt attempt = { .pool = *pool, .client = *client };

	if (idp_client_allows(client, "ALLOW_USER_AUTH"))
		json_set_str(op->out, "Session", idp_choice_session(op, &attempt, user, proven));
}

static enum outcome print_user(struct op *op, const struct pool *pool, const struct client *client,
			       const struct user *user)
{
	struct json_object *proven = json_new_array(op->arena);

	json_set_bool(op->out, "UserConfirmed", strcmp(user->status, "CONFIRMED") == 0);
	json_set_str(op->out, "UserSub", user->sub);
	if (user->verifier.p)
		json_add_str(proven, STR("PASSWORD"));
	print_session(op, pool, client, user, proven);
	return DONE;
}

/* The function after confirmation is being asked: the user is there already. */
static enum outcome resume(struct op *op)
{
	enum outcome outcome;
	struct client client;
	struct pool pool;
	struct user user;

	if (!enter(op, &client, &pool) || !idp_user(op, &pool, &user))
		return FAILED;
	outcome = idp_confirmed(op, &pool, client.id, &user, CONFIRMED_SIGN_UP);
	return outcome == DONE ? print_user(op, &pool, &client, &user) : outcome;
}

static enum outcome sign_up(struct op *op)
{
	struct json_object *verdict;
	enum outcome outcome;
	struct client client;
	struct pool pool;
	struct user user;

	if (idp_trigger_begun(op, CONFIRMED_SIGN_UP))
		return resume(op);
	if (!prepare(op, &client, &pool, &user))
		return FAILED;
	outcome = idp_pre_sign_up(op, &pool, client.id, &user, "PreSignUp_SignUp", &verdict);
	if (outcome == DONE)
		outcome = add_user(op, &pool, &user, verdict);
	if (outcome != DONE)
		return outcome;
	outcome = strcmp(user.status, "CONFIRMED") == 0
			  ? idp_confirmed(op, &pool, client.id, &user, CONFIRMED_SIGN_UP)
			  : send_first(op, &pool, &client, &user, "CustomMessage_SignUp");
	return outcome == DONE ? print_user(op, &pool, &client, &user) : outcome;
}

enum outcome idp_op_sign_up(struct op *op)
{
	return idp_run(op, sign_up);
}

/* --- confirming --------------------------------------------------------------------------------------- */

static bool can_confirm(struct op *op, const struct user *user)
{
	if (strcmp(user->status, "UNCONFIRMED") == 0)
		return true;
	op_fail(op, &NotAuthorizedException, "User cannot be confirmed. Current status is %s",
		user->status);
	return false;
}

static enum outcome admin_confirm(struct op *op)
{
	struct pool pool;
	struct user user;

	if (!idp_pool(op, &pool) || !idp_user(op, &pool, &user))
		return FAILED;
	if (!idp_trigger_begun(op, CONFIRMED_SIGN_UP)) {
		if (!can_confirm(op, &user))
			return FAILED;
		user.status = "CONFIRMED";
		idp_user_store(op, &user);
	}
	return idp_confirmed(op, &pool, STR_NONE, &user, CONFIRMED_SIGN_UP);
}

enum outcome idp_op_admin_confirm_sign_up(struct op *op)
{
	return idp_run(op, admin_confirm);
}

/* What is answered for users who are not there: that, or as if the code was wrong. */
static enum outcome nobody(struct op *op, const struct client *client)
{
	if (idp_client_discreet(client))
		return op_fail(op, &ExpiredCodeException,
			       "Invalid code provided, please request a code again.");
	return op_fail(op, &UserNotFoundException, "Username/client id combination not found.");
}

/* The code was right. */
static bool confirm(struct op *op, const struct pool *pool, struct user *user)
{
	const char *target = idp_code_target(pool, user);

	user->status = "CONFIRMED";
	if (target)
		idp_user_set_attribute(user, arena_printf(op->arena, "%s_verified", target),
				       "true");
	idp_user_store(op, user);
	return idp_user_claim(op, pool, user, op_bool_or(op, "ForceAliasCreation", false));
}

/* The session of the sign-up, where the request has one: false, with the error set, when it is none of this user's. */
static bool own_session(struct op *op, const struct attempt *attempt, const struct user *user)
{
	return !op_has(op, "Session") || idp_choice_proven(op, attempt, user) ||
	       idp_session_foreign(op) == DONE;
}

/*
 * By the code the user has proven to read the address that it went to. What its own sign-up has proven counts on, but its
 * session does not.
 */
static void hand_on(struct op *op, const struct attempt *attempt, const struct user *user)
{
	const char *target = idp_code_target(&attempt->pool, user);
	struct json_object *before = idp_choice_proven(op, attempt, user),
			   *proven = json_new_array(op->arena);
	struct session spent;

	if (target)
		json_add_str(proven,
			     strcmp(target, "email") == 0 ? STR("EMAIL_OTP") : STR("SMS_OTP"));
	for (size_t i = 0; i < json_count(before); i++)
		json_add(proven, json_object_get(json_at(before, i)));
	if (before)
		idp_session_spend(op, attempt, IDP_SIGNED_UP, &spent);
	print_session(op, &attempt->pool, &attempt->client, user, proven);
}

static enum outcome confirm_sign_up(struct op *op)
{
	struct attempt attempt = { .given = NULL };
	struct client *client = &attempt.client;
	struct pool *pool = &attempt.pool;
	enum outcome outcome;
	struct user user;

	if (!enter(op, client, pool))
		return FAILED;
	if (!idp_user_find(op, pool, op_str(op, "Username"), &user))
		return nobody(op, client);
	if (!idp_trigger_begun(op, CONFIRMED_SIGN_UP) &&
	    (!can_confirm(op, &user) || !own_session(op, &attempt, &user) ||
	     !idp_code_right(op, &user, PURPOSE, op_str(op, "ConfirmationCode")) ||
	     !confirm(op, pool, &user)))
		return FAILED;
	outcome = idp_confirmed(op, pool, client->id, &user, CONFIRMED_SIGN_UP);
	if (outcome == DONE)
		hand_on(op, &attempt, &user);
	return outcome;
}

enum outcome idp_op_confirm_sign_up(struct op *op)
{
	return idp_run(op, confirm_sign_up);
}

/* --- once more ---------------------------------------------------------------------------------------- */

static enum outcome pretend(struct op *op, const struct pool *pool, const struct client *client)
{
	bool phone = idp_pool_lists(pool, "AutoVerifiedAttributes", "phone_number");

	if (!idp_client_discreet(client))
		return op_fail(op, &UserNotFoundException,
			       "Username/client id combination not found.");
	idp_delivery_pretend(op, phone ? "phone_number" : "email", op_str(op, "Username"),
			     json_set_object(op->out, "CodeDeliveryDetails"));
	return DONE;
}

static enum outcome resend_code(struct op *op)
{
	struct client client;
	struct pool pool;
	struct user user;

	if (!enter(op, &client, &pool))
		return FAILED;
	if (!idp_user_find(op, &pool, op_str(op, "Username"), &user))
		return pretend(op, &pool, &client);
	if (strcmp(user.status, "UNCONFIRMED") != 0)
		return op_fail(op, &InvalidParameterException, "User is already confirmed.");
	if (!idp_code_target(&pool, &user))
		return op_fail(op, &InvalidParameterException,
			       "Cannot resend codes. Auto verification not turned on.");
	return send_first(op, &pool, &client, &user, "CustomMessage_ResendCode");
}

enum outcome idp_op_resend_confirmation_code(struct op *op)
{
	return idp_run(op, resend_code);
}
