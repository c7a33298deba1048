/* What administrators do to users. */
#include "cloud/cognito/operations.h"

#include "cloud/cognito/code.h"
#include "cloud/cognito/errors.h"
#include "cloud/cognito/mfa.h"
#include "cloud/cognito/recover.h"
#include "cloud/cognito/schema.h"
#include "cloud/cognito/sign_up.h"
#include "cloud/cognito/token.h"
#include "cloud/cognito/trigger.h"

static bool enter(struct op *op, struct pool *pool, struct user *user)
{
	return idp_pool(op, pool) && idp_user(op, pool, user);
}

enum outcome idp_op_admin_get_user(struct op *op)
{
	struct pool pool;
	struct user user;

	if (!enter(op, &pool, &user))
		return FAILED;
	idp_user_print(op, &user, op->out);
	json_set(op->out, "UserAttributes", json_object_get(json_get(op->out, "Attributes")));
	json_object_object_del(op->out, "Attributes");
	idp_mfa_print(op, &user, op->out);
	return DONE;
}

enum outcome idp_op_admin_delete_user(struct op *op)
{
	struct pool pool;
	struct user user;

	if (!enter(op, &pool, &user))
		return FAILED;
	idp_user_delete(op, &user);
	return DONE;
}

static enum outcome set_enabled(struct op *op, bool enabled)
{
	struct pool pool;
	struct user user;

	if (!enter(op, &pool, &user))
		return FAILED;
	user.enabled = enabled;
	idp_user_store(op, &user);
	if (!enabled)
		idp_sign_out(op, &user);
	return DONE;
}

enum outcome idp_op_admin_disable_user(struct op *op)
{
	return set_enabled(op, false);
}

enum outcome idp_op_admin_enable_user(struct op *op)
{
	return set_enabled(op, true);
}

enum outcome idp_op_admin_user_global_sign_out(struct op *op)
{
	struct pool pool;
	struct user user;

	if (!enter(op, &pool, &user))
		return FAILED;
	idp_sign_out(op, &user);
	return DONE;
}

enum outcome idp_op_admin_set_user_password(struct op *op)
{
	struct str password = op_str(op, "Password");
	struct pool pool;
	struct user user;

	if (!enter(op, &pool, &user) || !idp_password_conforms(op, &pool, password) ||
	    !idp_password_new(op, &pool, &user, password))
		return FAILED;
	idp_password_set(op, &pool, &user, password);
	user.status = op_bool_or(op, "Permanent", false) ? "CONFIRMED" : "FORCE_CHANGE_PASSWORD";
	idp_user_store(op, &user);
	return DONE;
}

static enum outcome reset_password(struct op *op)
{
	enum outcome outcome;
	struct pool pool;
	struct user user;

	if (!enter(op, &pool, &user))
		return FAILED;
	if (!user.enabled)
		return op_fail(op, &NotAuthorizedException, "User is disabled");
	if (strcmp(user.status, "CONFIRMED") != 0 && strcmp(user.status, "RESET_REQUIRED") != 0)
		return op_fail(op, &NotAuthorizedException,
			       "User password cannot be reset in the current state.");
	outcome = idp_recover(op, &pool, STR_NONE, &user, json_new_object(op->arena));
	if (outcome != DONE)
		return outcome;
	user.status = "RESET_REQUIRED";
	idp_user_store(op, &user);
	return DONE;
}

enum outcome idp_op_admin_reset_user_password(struct op *op)
{
	return idp_run(op, reset_password);
}

/* --- attributes --------------------------------------------------------------------------------------------- */

enum outcome idp_op_admin_update_user_attributes(struct op *op)
{
	static const char *const addresses[] = { "email", "phone_number" };
	struct json_object *given = op_get(op, "UserAttributes");
	struct str before[2];
	struct pool pool;
	struct user user;

	if (!enter(op, &pool, &user))
		return FAILED;
	for (size_t i = 0; i < 2; i++)
		before[i] = arena_dup(op->arena, idp_user_attribute(&user, addresses[i]));
	/* What changed must be verified again, unless the same request says that it is. */
	for (size_t i = 0; i < json_count(given); i++)
		for (size_t k = 0; k < 2; k++)
			if (str_is(json_get_str(json_at(given, i), "Name"), addresses[k]) &&
			    !str_eq(json_get_str(json_at(given, i), "Value"), before[k]))
				idp_user_set_attribute(&user,
						       arena_printf(op->arena, "%s_verified",
								    addresses[k]),
						       "false");
	if (!idp_schema_take(op, &pool, NULL, WRITER_ADMIN, given, user.attributes))
		return FAILED;
	idp_user_store(op, &user);
	return idp_user_claim(op, &pool, &user, false) ? DONE : FAILED;
}

enum outcome idp_op_admin_delete_user_attributes(struct op *op)
{
	struct pool pool;
	struct user user;

	if (!enter(op, &pool, &user) ||
	    !idp_schema_drop(op, &pool, NULL, WRITER_ADMIN, user.attributes))
		return FAILED;
	idp_user_store(op, &user);
	return idp_user_claim(op, &pool, &user, false) ? DONE : FAILED;
}

/* --- AdminCreateUser ------------------------------------------------------------------------------------------ */

static enum outcome invite(struct op *op, const struct pool *pool, const struct user *user,
			   struct str password)
{
	struct json_object *media = op_get(op, "DesiredDeliveryMediums"), *custom;
	enum outcome outcome;

	if (str_is(op_str(op, "MessageAction"), "SUPPRESS") || !password.p)
		return DONE;
	outcome = idp_invitation(op, pool, user, &custom);
	if (outcome != DONE)
		return outcome;
	if (!json_count(media))
		idp_invite(op, pool, user, password, "SMS", custom);
	for (size_t i = 0; i < json_count(media); i++)
		idp_invite(op, pool, user, password,
			   str_is(json_str(json_at(media, i)), "EMAIL") ? "EMAIL" : "SMS", custom);
	return DONE;
}

/* The temporary password of the request, or one that is made up; absent with the error set. */
static struct str temporary_password(struct op *op, const struct pool *pool)
{
	struct str password = op_str(op, "TemporaryPassword");

	if (!password.n)
		return idp_password_make(op, pool);
	return idp_password_conforms(op, pool, password) ? password : STR_NONE;
}

static enum outcome print_created(struct op *op, const struct user *user)
{
	idp_user_print(op, user, json_set_object(op->out, "User"));
	return DONE;
}

static enum outcome resend(struct op *op, const struct pool *pool)
{
	struct str password = temporary_password(op, pool);
	enum outcome outcome;
	struct user user;

	if (!password.p || !idp_user(op, pool, &user))
		return FAILED;
	if (strcmp(user.status, "FORCE_CHANGE_PASSWORD") != 0)
		return op_fail(op, &UnsupportedUserStateException,
			       "Resend not possible. %.*s status is not FORCE_CHANGE_PASSWORD",
			       STR_ARG(user.name));
	idp_password_set(op, pool, &user, password);
	idp_user_store(op, &user);
	outcome = invite(op, pool, &user, password);
	return outcome == DONE ? print_created(op, &user) : outcome;
}

/* A user who was given no password, and can come in by a code that is sent, needs none. */
static bool passwordless(struct op *op, const struct pool *pool, const struct user *user)
{
	if (op_str(op, "TemporaryPassword").n)
		return false;
	return (idp_policy_allows(pool, "EMAIL_OTP") && idp_user_attribute(user, "email").n) ||
	       (idp_policy_allows(pool, "SMS_OTP") && idp_user_attribute(user, "phone_number").n);
}

/* How a user begins: with a password for the time being, or without one. */
static void begin(struct op *op, const struct pool *pool, struct user *user, struct str *password)
{
	user->status = "FORCE_CHANGE_PASSWORD";
	if (!passwordless(op, pool, user))
		return;
	user->status = "CONFIRMED";
	*password = STR_NONE;
}

static enum outcome create_user(struct op *op)
{
	struct json_object *verdict;
	enum outcome outcome;
	struct str password;
	struct pool pool;
	struct user user;

	if (!idp_pool(op, &pool))
		return FAILED;
	if (str_is(op_str(op, "MessageAction"), "RESEND"))
		return resend(op, &pool);
	password = temporary_password(op, &pool);
	if (!password.p)
		return FAILED;
	if (!idp_user_begin(op, &pool, op_str(op, "Username"), &user)) {
		if (strcmp(op->error->code, UsernameExistsException.code) == 0)
			op_fail(op, &UsernameExistsException, "User account already exists");
		return FAILED;
	}
	if (!idp_schema_take(op, &pool, NULL, WRITER_CREATE, op_get(op, "UserAttributes"),
			     user.attributes))
		return FAILED;
	begin(op, &pool, &user, &password);
	/* What the function says of confirming and verifying counts for users who sign up themselves. */
	outcome =
		idp_pre_sign_up(op, &pool, STR_NONE, &user, "PreSignUp_AdminCreateUser", &verdict);
	if (outcome != DONE)
		return outcome;
	if (password.p)
		idp_password_set(op, &pool, &user, password);
	idp_user_add(op, &pool, &user);
	if (!idp_user_claim(op, &pool, &user, op_bool_or(op, "ForceAliasCreation", false)))
		return FAILED;
	outcome = invite(op, &pool, &user, password);
	user.changed_at = op->now;
	return outcome == DONE ? print_created(op, &user) : outcome;
}

enum outcome idp_op_admin_create_user(struct op *op)
{
	return idp_run(op, create_user);
}
