/*
 * Users who come from elsewhere: the pool's function says who they are when they first sign in or forget their password.
 *
 * From: Developer Guide, "Migrate user Lambda trigger".
 */
#include "cloud/cognito/auth.h"
#include "cloud/cognito/errors.h"
#include "cloud/cognito/trigger.h"

static enum outcome not_migrated(struct op *op, const struct client *client)
{
	return op_fail(op, &UserNotFoundException, "Exception migrating user in app client %.*s",
		       STR_ARG(client->id));
}

static bool make(struct op *op, const struct newcomer *who, struct json_object *response,
		 struct user *user)
{
	struct json_object *attributes = json_get(response, "userAttributes");
	struct str status = json_get_str(response, "finalUserStatus");

	if (!json_is_object(attributes) || !idp_user_begin(op, who->pool, who->name, user))
		return false;
	JSON_EACH(attributes, key, value)
	{
		if (strcmp(key, "username") != 0 && strcmp(key, "sub") != 0)
			json_set_str(user->attributes, key,
				     json_is_string(value) ? json_str(value)
							   : json_text(op->arena, value));
	}
	user->status = str_is(status, "CONFIRMED") ? "CONFIRMED" : "RESET_REQUIRED";
	if (who->password.n)
		idp_password_set(op, who->pool, user, who->password);
	idp_user_add(op, who->pool, user);
	return idp_user_claim(op, who->pool, user,
			      json_bool_or(json_get(response, "forceAliasCreation"), false));
}

enum outcome idp_migrate(struct op *op, const struct newcomer *who, struct user *user, bool *found)
{
	static const char *const members[] = { "userAttributes",         "forceAliasCreation",
					       "finalUserStatus",        "messageAction",
					       "desiredDeliveryMediums", NULL };
	struct json_object *request = json_new_object(op->arena), *response;
	const struct trigger t = { .name = "UserMigration",
				   .source = who->source,
				   .pool = who->pool,
				   .client = who->client->id,
				   .user = who->name,
				   .request = request,
				   .response = members };
	enum outcome outcome;

	*found = false;
	if (!idp_trigger_set(who->pool, t.name))
		return DONE;
	json_set_str(request, "password", who->password.p ? who->password : STR(""));
	json_set(request, "validationData", NULL);
	json_set(request, "userAttributes", NULL);
	idp_trigger_metadata(op, request, who->password.p ? "validationData" : "clientMetadata");
	outcome = idp_trigger(op, &t, &response);
	if (outcome == WAITING)
		return WAITING;
	if (outcome == FAILED || !make(op, who, response, user))
		return not_migrated(op, who->client);
	*found = true;
	return DONE;
}
