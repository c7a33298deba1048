/* What users do with their access token: looking at themselves, changing attributes and password, leaving. */
#include "cloud/cognito/operations.h"

#include "cloud/cognito/auth.h"
#include "cloud/cognito/code.h"
#include "cloud/cognito/errors.h"
#include "cloud/cognito/mfa.h"
#include "cloud/cognito/schema.h"
#include "cloud/cognito/token.h"
#include "cloud/cognito/trigger.h"

struct self {
	struct client client;
	struct pool pool;
	struct user user;
};

static bool enter(struct op *op, struct self *self)
{
	return idp_access(op, &self->client, &self->pool, &self->user);
}

enum outcome idp_op_get_user(struct op *op)
{
	struct self self;

	if (!enter(op, &self))
		return FAILED;
	json_set_str(op->out, "Username", self.user.name);
	json_set(op->out, "UserAttributes",
		 json_object_get(idp_user_attributes(op, &self.user, &self.client)));
	idp_mfa_print(op, &self.user, op->out);
	return DONE;
}

enum outcome idp_op_get_user_auth_factors(struct op *op)
{
	struct self self;

	if (!enter(op, &self))
		return FAILED;
	json_set_str(op->out, "Username", self.user.name);
	idp_mfa_print(op, &self.user, op->out);
	idp_choice_print(op, &self.pool, &self.user, op->out);
	return DONE;
}

enum outcome idp_op_delete_user(struct op *op)
{
	struct self self;

	if (!enter(op, &self))
		return FAILED;
	idp_user_delete(op, &self.user);
	return DONE;
}

enum outcome idp_op_global_sign_out(struct op *op)
{
	struct self self;

	if (!enter(op, &self))
		return FAILED;
	idp_sign_out(op, &self.user);
	return DONE;
}

/* Who has no password has none to give. */
static bool previous_right(struct op *op, struct self *self)
{
	struct str previous = op_str_or(op, "PreviousPassword", "");

	return (!previous.n && !self->user.verifier.p) ||
	       idp_password_right(op, &self->pool, &self->user, previous);
}

enum outcome idp_op_change_password(struct op *op)
{
	struct str proposed = op_str(op, "ProposedPassword");
	struct self self;

	if (!enter(op, &self) || !previous_right(op, &self) ||
	    !idp_password_conforms(op, &self.pool, proposed) ||
	    !idp_password_new(op, &self.pool, &self.user, proposed))
		return FAILED;
	idp_password_set(op, &self.pool, &self.user, proposed);
	idp_user_store(op, &self.user);
	return DONE;
}

/* --- attributes --------------------------------------------------------------------------------------------- */

static const char *const addresses[] = { "email", "phone_number" };

static enum outcome send_code(struct op *op, const struct self *self, const char *address,
			      const char *source)
{
	return idp_code_send(op, &(struct code){ .pool = &self->pool,
						 .user = &self->user,
						 .client = self->client.id,
						 .purpose = address,
						 .attribute = address,
						 .source = source });
}

/* An address that changed must be verified again; a code goes out where the pool sends them by itself. */
static enum outcome reverify(struct op *op, struct self *self, const char *address,
			     struct json_object *deliveries)
{
	const char *flag = arena_printf(op->arena, "%s_verified", address);
	enum outcome outcome;

	idp_user_set_attribute(&self->user, flag, "false");
	if (!idp_pool_lists(&self->pool, "AutoVerifiedAttributes", address))
		return DONE;
	outcome = send_code(op, self, address, "CustomMessage_UpdateUserAttribute");
	if (outcome == DONE)
		idp_delivery_print(op, address, idp_user_attribute(&self->user, address),
				   json_add_object(deliveries));
	return outcome;
}

static enum outcome update_attributes(struct op *op)
{
	struct json_object *deliveries = json_new_array(op->arena);
	enum outcome outcome = DONE;
	struct str before[2];
	struct self self;

	if (!enter(op, &self))
		return FAILED;
	for (size_t i = 0; i < 2; i++)
		before[i] = arena_dup(op->arena, idp_user_attribute(&self.user, addresses[i]));
	if (!idp_schema_take(op, &self.pool, &self.client, WRITER_USER,
			     op_get(op, "UserAttributes"), self.user.attributes))
		return FAILED;
	for (size_t i = 0; i < 2 && outcome == DONE; i++) {
		struct str now = idp_user_attribute(&self.user, addresses[i]);

		if (now.n && !str_eq(now, before[i]))
			outcome = reverify(op, &self, addresses[i], deliveries);
	}
	if (outcome != DONE)
		return outcome;
	idp_user_store(op, &self.user);
	json_set(op->out, "CodeDeliveryDetailsList", json_object_get(deliveries));
	return idp_user_claim(op, &self.pool, &self.user, false) ? DONE : FAILED;
}

enum outcome idp_op_update_user_attributes(struct op *op)
{
	return idp_run(op, update_attributes);
}

enum outcome idp_op_delete_user_attributes(struct op *op)
{
	struct self self;

	if (!enter(op, &self) ||
	    !idp_schema_drop(op, &self.pool, &self.client, WRITER_USER, self.user.attributes))
		return FAILED;
	idp_user_store(op, &self.user);
	return idp_user_claim(op, &self.pool, &self.user, false) ? DONE : FAILED;
}

/* --- verifying ------------------------------------------------------------------------------------------------ */

/* The address that AttributeName means; NULL with the error set. */
static const char *address_of(struct op *op)
{
	struct str name = op_str(op, "AttributeName");

	for (size_t i = 0; i < 2; i++)
		if (str_is(name, addresses[i]))
			return addresses[i];
	op_fail(op, &InvalidParameterException, "Invalid attribute name: %.*s", STR_ARG(name));
	return NULL;
}

static enum outcome verification_code(struct op *op)
{
	enum outcome outcome;
	struct self self;
	const char *address;

	if (!enter(op, &self))
		return FAILED;
	address = address_of(op);
	if (!address)
		return FAILED;
	if (!idp_user_attribute(&self.user, address).n)
		return op_fail(op, &InvalidParameterException,
			       "User does not have the attribute %s.", address);
	outcome = send_code(op, &self, address, "CustomMessage_VerifyUserAttribute");
	if (outcome == DONE)
		idp_delivery_print(op, address, idp_user_attribute(&self.user, address),
				   json_set_object(op->out, "CodeDeliveryDetails"));
	return outcome;
}

enum outcome idp_op_get_user_attribute_verification_code(struct op *op)
{
	return idp_run(op, verification_code);
}

enum outcome idp_op_verify_user_attribute(struct op *op)
{
	struct self self;
	const char *address;

	if (!enter(op, &self))
		return FAILED;
	address = address_of(op);
	if (!address || !idp_code_right(op, &self.user, address, op_str(op, "Code")))
		return FAILED;
	idp_user_set_attribute(&self.user, arena_printf(op->arena, "%s_verified", address), "true");
	idp_user_store(op, &self.user);
	return idp_user_claim(op, &self.pool, &self.user, false) ? DONE : FAILED;
}
