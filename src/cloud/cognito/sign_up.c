/* SignUp, and how a user comes to be confirmed. */
#include "cloud/cognito/operations.h"

#include "cloud/cognito/code.h"
#include "cloud/cognito/errors.h"
#include "cloud/cognito/schema.h"

#define PURPOSE "sign-up"

/* The client, its pool, and the proof of its secret for Username. */
static bool enter(struct op *op, struct client *client, struct pool *pool)
{
	return idp_client(op, client, pool) &&
	       idp_client_proven(op, client, op_str(op, "Username"), op_str(op, "SecretHash"));
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

static bool send_first(struct op *op, const struct pool *pool, const struct user *user)
{
	const char *target = idp_code_target(pool, user);

	if (!target)
		return true;
	if (!idp_code_send(op, pool, user, PURPOSE, target))
		return false;
	idp_delivery_print(op, target, idp_user_attribute(user, target),
			   json_set_object(op->out, "CodeDeliveryDetails"));
	return true;
}

enum outcome idp_op_sign_up(struct op *op)
{
	struct str password = op_str_or(op, "Password", "");
	struct client client;
	struct pool pool;
	struct user user;

	if (!enter(op, &client, &pool) || !may_sign_up(op, &pool) ||
	    !idp_password_conforms(op, &pool, password) ||
	    !idp_user_begin(op, &pool, op_str(op, "Username"), &user) ||
	    !idp_schema_take(op, &pool, &client, WRITER_SIGN_UP, op_get(op, "UserAttributes"),
			     user.attributes))
		return FAILED;
	if (idp_user_attribute(&user, "email").p)
		idp_user_set_attribute(&user, "email_verified", "false");
	if (idp_user_attribute(&user, "phone_number").p)
		idp_user_set_attribute(&user, "phone_number_verified", "false");
	user.status = "UNCONFIRMED";
	idp_password_set(op, &pool, &user, password);
	idp_user_add(op, &pool, &user);
	json_set_bool(op->out, "UserConfirmed", false);
	if (!idp_user_claim(op, &pool, &user, false) || !send_first(op, &pool, &user))
		return FAILED;
	json_set_str(op->out, "UserSub", user.sub);
	return DONE;
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

enum outcome idp_op_admin_confirm_sign_up(struct op *op)
{
	struct pool pool;
	struct user user;

	if (!idp_pool(op, &pool) || !idp_user(op, &pool, &user) || !can_confirm(op, &user))
		return FAILED;
	user.status = "CONFIRMED";
	idp_user_store(op, &user);
	return DONE;
}

/* What is answered for users who are not there: that, or as if the code was wrong. */
static enum outcome nobody(struct op *op, const struct client *client)
{
	if (idp_client_discreet(client))
		return op_fail(op, &ExpiredCodeException,
			       "Invalid code provided, please request a code again.");
	return op_fail(op, &UserNotFoundException, "Username/client id combination not found.");
}

enum outcome idp_op_confirm_sign_up(struct op *op)
{
	struct client client;
	struct pool pool;
	struct user user;
	const char *target;

	if (!enter(op, &client, &pool))
		return FAILED;
	if (!idp_user_find(op, &pool, op_str(op, "Username"), &user))
		return nobody(op, &client);
	if (!can_confirm(op, &user) ||
	    !idp_code_right(op, &user, PURPOSE, op_str(op, "ConfirmationCode")))
		return FAILED;
	user.status = "CONFIRMED";
	target = idp_code_target(&pool, &user);
	if (target)
		idp_user_set_attribute(&user, arena_printf(op->arena, "%s_verified", target),
				       "true");
	idp_user_store(op, &user);
	return idp_user_claim(op, &pool, &user, op_bool_or(op, "ForceAliasCreation", false))
		       ? DONE
		       : FAILED;
}

/* --- once more ---------------------------------------------------------------------------------------- */

static enum outcome pretend(struct op *op, const struct pool *pool, const struct client *client)
{
	bool phone = idp_pool_lists(pool, "AutoVerifiedAttributes", "phone_number");
	struct str name = op_str(op, "Username");

	if (!idp_client_discreet(client))
		return op_fail(op, &UserNotFoundException,
			       "Username/client id combination not found.");
	idp_delivery_print(op, phone ? "phone_number" : "email",
			   phone ? STR("+00000000000")
			   : idp_is_email(name)
				   ? name
				   : arena_strf(op->arena, "%.*s@example.com", STR_ARG(name)),
			   json_set_object(op->out, "CodeDeliveryDetails"));
	return DONE;
}

enum outcome idp_op_resend_confirmation_code(struct op *op)
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
	return send_first(op, &pool, &user) ? DONE : FAILED;
}
