/* Forgotten passwords. */
#include "cloud/cognito/operations.h"

#include "cloud/cognito/auth.h"
#include "cloud/cognito/code.h"
#include "cloud/cognito/errors.h"
#include "cloud/cognito/recover.h"
#include "cloud/cognito/schema.h"
#include "cloud/cognito/token.h"
#include "cloud/cognito/trigger.h"

#define PURPOSE   "forgotten"
#define CONFIRMED "PostConfirmation_ConfirmForgotPassword"

/* The first address that the pool recovers accounts by and the user has verified; NULL with the error set. */
static const char *recovery_address(struct op *op, const struct pool *pool, const struct user *user)
{
	struct json_object *all =
		json_get(json_get(pool->settings, "AccountRecoverySetting"), "RecoveryMechanisms");

	for (int64_t priority = 1; priority <= 2; priority++)
		for (size_t i = 0; i < json_count(all); i++) {
			struct str name = json_get_str(json_at(all, i), "Name");
			const char *address = str_is(name, "verified_email") ? "email"
					      : str_is(name, "verified_phone_number")
						      ? "phone_number"
						      : NULL;

			if (json_int_or(json_get(json_at(all, i), "Priority"), 0) == priority &&
			    address && idp_user_attribute(user, address).n &&
			    idp_user_has(user, arena_printf(op->arena, "%s_verified", address)))
				return address;
		}
	op_fail(op, &InvalidParameterException,
		"Cannot reset password for the user as there is no registered/verified email or "
		"phone_number");
	return NULL;
}

enum outcome idp_recover(struct op *op, const struct pool *pool, struct str client,
			 const struct user *user, struct json_object *details)
{
	const char *address = recovery_address(op, pool, user);
	enum outcome outcome;

	if (!address)
		return FAILED;
	outcome = idp_code_send(op, &(struct code){ .pool = pool,
						    .user = user,
						    .client = client,
						    .purpose = PURPOSE,
						    .attribute = address,
						    .source = "CustomMessage_ForgotPassword" });
	if (outcome == DONE)
		idp_delivery_print(op, address, idp_user_attribute(user, address), details);
	return outcome;
}

static bool enter(struct op *op, struct client *client, struct pool *pool)
{
	return idp_client(op, client, pool) &&
	       (op->raw ||
		idp_client_proven(op, client, op_str(op, "Username"), op_str(op, "SecretHash")));
}

/* May a user in this state recover? */
static bool can_recover(struct op *op, const struct user *user)
{
	if (!user->enabled)
		op_fail(op, &NotAuthorizedException, "User is disabled.");
	else if (strcmp(user->status, "FORCE_CHANGE_PASSWORD") == 0)
		op_fail(op, &NotAuthorizedException,
			"User password cannot be reset in the current state.");
	else
		return true;
	return false;
}

static enum outcome nobody(struct op *op, const struct client *client)
{
	if (!idp_client_discreet(client))
		return op_fail(op, &UserNotFoundException,
			       "Username/client id combination not found.");
	idp_delivery_pretend(op, "email", op_str(op, "Username"),
			     json_set_object(op->out, "CodeDeliveryDetails"));
	return DONE;
}

/* Only administrators set new passwords in this pool. */
static bool admin_only(const struct pool *pool)
{
	struct json_object *all =
		json_get(json_get(pool->settings, "AccountRecoverySetting"), "RecoveryMechanisms");

	return str_is(json_get_str(json_at(all, 0), "Name"), "admin_only");
}

static enum outcome forgot(struct op *op)
{
	bool found, migrated = false;
	enum outcome outcome = DONE;
	struct client client;
	struct pool pool;
	struct user user;

	if (!enter(op, &client, &pool))
		return FAILED;
	if (admin_only(&pool))
		return op_fail(op, &NotAuthorizedException,
			       "Contact administrator to reset password.");
	found = idp_user_find(op, &pool, op_str(op, "Username"), &user);
	if (!found)
		outcome =
			idp_migrate(op,
				    &(struct newcomer){ &pool, &client, op_str(op, "Username"),
							STR_NONE, "UserMigration_ForgotPassword" },
				    &user, &migrated);
	if (outcome != DONE)
		return outcome;
	if (!found && !migrated)
		return nobody(op, &client);
	if (!can_recover(op, &user))
		return FAILED;
	return idp_recover(op, &pool, client.id, &user,
			   json_set_object(op->out, "CodeDeliveryDetails"));
}

enum outcome idp_op_forgot_password(struct op *op)
{
	return idp_run(op, forgot);
}

/* Whoever reads the address has it: it counts as verified, and the user as confirmed. */
static bool recovered(struct op *op, const struct pool *pool, struct user *user)
{
	struct str password = op_str(op, "Password");

	if (!can_recover(op, user) || !idp_password_conforms(op, pool, password) ||
	    !idp_code_right(op, user, PURPOSE, op_str(op, "ConfirmationCode")) ||
	    !idp_password_new(op, pool, user, password))
		return false;
	idp_password_set(op, pool, user, password);
	user->status = "CONFIRMED";
	idp_user_store(op, user);
	return true;
}

static enum outcome confirm_forgotten(struct op *op)
{
	struct client client;
	struct pool pool;
	struct user user;

	if (!enter(op, &client, &pool))
		return FAILED;
	if (!idp_user_find(op, &pool, op_str(op, "Username"), &user))
		return idp_client_discreet(&client)
			       ? op_fail(op, &CodeMismatchException,
					 "Invalid verification code provided, please try again.")
			       : op_fail(op, &UserNotFoundException,
					 "Username/client id combination not found.");
	if (!idp_trigger_begun(op, CONFIRMED) && !recovered(op, &pool, &user))
		return FAILED;
	return idp_confirmed(op, &pool, client.id, &user, CONFIRMED);
}

enum outcome idp_op_confirm_forgot_password(struct op *op)
{
	return idp_run(op, confirm_forgotten);
}
