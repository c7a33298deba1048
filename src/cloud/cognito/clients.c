/* CreateUserPoolClient and what else is done with clients. */
#include "cloud/cognito/operations.h"

#include "base/hash.h"
#include "cloud/cognito/errors.h"
#include "cloud/cognito/id.h"
#include "cloud/cognito/schema.h"
#include "cloud/cognito/servers.h"
#include "cloud/cognito/token.h"

#define CLIENTS_MAX 1000 /* quota: "App clients per user pool" */
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* In the order of DescribeUserPoolClient. */
static const char *const settings_of[] = {
	"RefreshTokenValidity",   "AccessTokenValidity",
	"IdTokenValidity",        "TokenValidityUnits",
	"ReadAttributes",         "WriteAttributes",
	"ExplicitAuthFlows",      "SupportedIdentityProviders",
	"CallbackURLs",           "LogoutURLs",
	"DefaultRedirectURI",     "AllowedOAuthFlows",
	"AllowedOAuthScopes",     "AllowedOAuthFlowsUserPoolClient",
	"AnalyticsConfiguration", "PreventUserExistenceErrors",
	"EnableTokenRevocation",  "EnablePropagateAdditionalUserContextData",
	"AuthSessionValidity",    "RefreshTokenRotation",
};

/* --- settings --------------------------------------------------------------------------------------------- */

static struct json_object *read_settings(struct op *op)
{
	struct json_object *settings = json_new_object(op->arena);

	for (size_t i = 0; i < COUNT(settings_of); i++)
		if (op_has(op, settings_of[i]))
			json_set(settings, settings_of[i],
				 json_object_get(op_get(op, settings_of[i])));
	if (!json_int_or(json_get(settings, "RefreshTokenValidity"), 0))
		json_set_int(settings, "RefreshTokenValidity", 30);
	if (!json_get(settings, "TokenValidityUnits"))
		json_set_object(settings, "TokenValidityUnits");
	if (!json_get(settings, "AllowedOAuthFlowsUserPoolClient"))
		json_set_bool(settings, "AllowedOAuthFlowsUserPoolClient", false);
	if (!json_get(settings, "EnableTokenRevocation"))
		json_set_bool(settings, "EnableTokenRevocation", true);
	if (!json_get(settings, "EnablePropagateAdditionalUserContextData"))
		json_set_bool(settings, "EnablePropagateAdditionalUserContextData", false);
	if (!json_get(settings, "AuthSessionValidity"))
		json_set_int(settings, "AuthSessionValidity", 3);
	return settings;
}

/* The two spellings of flows do not go together. */
static bool check_flows(struct op *op, struct json_object *flows)
{
	size_t today = 0;

	for (size_t i = 0; i < json_count(flows); i++)
		today += str_starts(json_str(json_at(flows, i)), STR("ALLOW_"));
	if (!today || today == json_count(flows))
		return true;
	op_fail(op, &InvalidParameterException,
		"Explicit AuthFlows should not contain both legacy and new auth flows.");
	return false;
}

static bool check_validity(struct op *op, const struct client *client)
{
	static const struct {
		const char *token, *name;
		int64_t least, most;
	} limits[] = {
		{ "AccessToken", "access", 300, 86400 },
		{ "IdToken", "id", 300, 86400 },
		{ "RefreshToken", "refresh", 3600, 315360000 },
	};

	for (size_t i = 0; i < COUNT(limits); i++) {
		int64_t seconds = idp_client_validity(client, limits[i].token);

		if (seconds >= limits[i].least && seconds <= limits[i].most)
			continue;
		op_fail(op, &InvalidParameterException,
			"Invalid range for token validity of %s token.", limits[i].name);
		return false;
	}
	return true;
}

static bool check_attributes(struct op *op, const struct pool *pool, const char *member)
{
	struct json_object *names = op_get(op, member);
	struct attribute attribute;

	for (size_t i = 0; i < json_count(names); i++) {
		struct str name = json_str(json_at(names, i));

		if (idp_schema_find(pool, name, &attribute))
			continue;
		op_fail(op, &InvalidParameterException,
			"Invalid %s attributes specified while %s a client",
			member[0] == 'R' ? "read" : "write",
			op_has(op, "ClientId") ? "updating" : "creating");
		return false;
	}
	return true;
}

/* --- the hosted login --- */

static bool has(struct json_object *list, const char *value)
{
	for (size_t i = 0; i < json_count(list); i++)
		if (str_is(json_str(json_at(list, i)), value))
			return true;
	return false;
}

static bool check_oauth_flows(struct op *op, bool secret)
{
	struct json_object *flows = op_get(op, "AllowedOAuthFlows");

	if (op_bool_or(op, "AllowedOAuthFlowsUserPoolClient", false) &&
	    (!json_count(flows) || !json_count(op_get(op, "AllowedOAuthScopes")))) {
		op_fail(op, &InvalidOAuthFlowException,
			"AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is "
			"allowed to use OAuth flows.");
		return false;
	}
	if (!has(flows, "client_credentials"))
		return true;
	if (json_count(flows) > 1)
		op_fail(op, &InvalidOAuthFlowException,
			"client_credentials flow can not be selected along with code flow or implicit "
			"flow.");
	else if (!secret)
		op_fail(op, &InvalidOAuthFlowException,
			"client_credentials flow can not be selected if client does not have a client "
			"secret.");
	else
		return true;
	return false;
}

static bool check_scopes(struct op *op, const struct pool *pool)
{
	static const char *const known[] = { "phone", "email", "openid", "profile", IDP_OWN_SCOPE };
	struct json_object *scopes = op_get(op, "AllowedOAuthScopes");

	for (size_t i = 0; i < json_count(scopes); i++) {
		struct str scope = json_str(json_at(scopes, i));
		bool found = idp_scope_custom(scope) && idp_scope_known(op, pool, scope);

		for (size_t k = 0; k < COUNT(known); k++)
			found |= str_is(scope, known[k]);
		if (found)
			continue;
		op_fail(op, &ScopeDoesNotExistException, "Invalid scope requested: %.*s",
			STR_ARG(scope));
		return false;
	}
	return true;
}

static bool check_addresses(struct op *op, const struct pool *pool)
{
	struct json_object *providers = op_get(op, "SupportedIdentityProviders");
	struct str back = op_str(op, "DefaultRedirectURI");
	struct json_object *flows = op_get(op, "AllowedOAuthFlows");

	if ((has(flows, "code") || has(flows, "implicit")) &&
	    !json_count(op_get(op, "CallbackURLs"))) {
		op_fail(op, &InvalidOAuthFlowException,
			"CallbackURLs must be specified when code or implicit grant flow is selected.");
		return false;
	}
	if (back.n && !has(op_get(op, "CallbackURLs"), arena_cstr(op->arena, back))) {
		op_fail(op, &InvalidParameterException,
			"DefaultRedirectURI must be in the list of CallbackURLs.");
		return false;
	}
	for (size_t i = 0; i < json_count(providers); i++) {
		if (idp_provider_known(op, pool, json_str(json_at(providers, i))))
			continue;
		op_fail(op, &InvalidParameterException,
			"The provider %.*s does not exist for User Pool %.*s.",
			STR_ARG(json_str(json_at(providers, i))), STR_ARG(pool->id));
		return false;
	}
	return true;
}

static bool check_settings(struct op *op, const struct pool *pool, const struct client *client)
{
	return check_flows(op, op_get(op, "ExplicitAuthFlows")) && check_validity(op, client) &&
	       check_attributes(op, pool, "ReadAttributes") &&
	       check_attributes(op, pool, "WriteAttributes") &&
	       check_oauth_flows(op, client->secret.p || op_bool_or(op, "GenerateSecret", false)) &&
	       check_scopes(op, pool) && check_addresses(op, pool);
}

/* --- telling ------------------------------------------------------------------------------------------------ */

static void print_client(struct op *op, const struct client *client)
{
	struct json_object *o = json_set_object(op->out, "UserPoolClient");

	json_set_str(o, "UserPoolId", client->pool);
	json_set_str(o, "ClientName", client->name);
	json_set_str(o, "ClientId", client->id);
	if (client->secret.p)
		json_set_str(o, "ClientSecret", client->secret);
	json_set_time(o, "LastModifiedDate", client->changed_at);
	json_set_time(o, "CreationDate", client->created_at);
	for (size_t i = 0; i < COUNT(settings_of); i++)
		if (json_get(client->settings, settings_of[i]))
			json_set(o, settings_of[i],
				 json_object_get(json_get(client->settings, settings_of[i])));
}

/* --- operations ----------------------------------------------------------------------------------------------- */

enum outcome idp_op_create_user_pool_client(struct op *op)
{
	struct client client = { .name = op_str(op, "ClientName"),
				 .settings = read_settings(op),
				 .created_at = op->now,
				 .changed_at = op->now };
	struct pool pool;

	if (!idp_pool(op, &pool) || !check_settings(op, &pool, &client))
		return FAILED;
	if (db_int(op->db, 0, "SELECT count(*) FROM cognito_client WHERE pool = ?", "s", pool.id) >=
	    CLIENTS_MAX)
		return op_fail(op, &LimitExceededException,
			       "The number of clients is at its limit.");
	client.id = idp_id_client(op);
	client.pool = pool.id;
	if (op_bool_or(op, "GenerateSecret", false))
		client.secret =
			hash_random_text(op->arena, 51, "0123456789abcdefghijklmnopqrstuvwxyz");
	db_run(op->db,
	       "INSERT INTO cognito_client (id, pool, name, secret, settings, created_at, changed_at)"
	       " VALUES (?, ?, ?, ?, ?, ?, ?)",
	       "sssssii", client.id, pool.id, client.name, client.secret,
	       json_text(op->arena, client.settings), op->now, op->now);
	print_client(op, &client);
	return DONE;
}

enum outcome idp_op_describe_user_pool_client(struct op *op)
{
	struct client client;
	struct pool pool;

	if (!idp_pool(op, &pool) || !idp_client_in(op, &pool, &client))
		return FAILED;
	print_client(op, &client);
	return DONE;
}

/* What a request leaves out goes back to its default. */
enum outcome idp_op_update_user_pool_client(struct op *op)
{
	struct client client;
	struct pool pool;

	if (!idp_pool(op, &pool) || !idp_client_in(op, &pool, &client))
		return FAILED;
	client.settings = read_settings(op);
	if (!check_settings(op, &pool, &client))
		return FAILED;
	client.name = op_has(op, "ClientName") ? op_str(op, "ClientName") : client.name;
	client.changed_at = op->now;
	db_run(op->db,
	       "UPDATE cognito_client SET name = ?, settings = ?, changed_at = ? WHERE id = ?",
	       "ssis", client.name, json_text(op->arena, client.settings), op->now, client.id);
	print_client(op, &client);
	return DONE;
}

enum outcome idp_op_delete_user_pool_client(struct op *op)
{
	struct client client;
	struct pool pool;

	if (!idp_pool(op, &pool) || !idp_client_in(op, &pool, &client))
		return FAILED;
	db_run(op->db, "DELETE FROM cognito_grant WHERE pool = ? AND client = ?", "ss", pool.id,
	       client.id);
	db_run(op->db, "DELETE FROM cognito_session WHERE pool = ? AND client = ?", "ss", pool.id,
	       client.id);
	db_run(op->db, "DELETE FROM cognito_client WHERE id = ?", "s", client.id);
	return DONE;
}

enum outcome idp_op_list_user_pool_clients(struct op *op)
{
	struct json_object *clients = json_set_array(op->out, "UserPoolClients");
	int64_t most = op_int_or(op, "MaxResults", 60), after, last = 0;
	struct pool pool;
	struct stmt *q;

	if (!idp_pool(op, &pool) || !idp_page_read(op, "NextToken", &after))
		return FAILED;
	q = db_query(op->db,
		     "SELECT rowid, id, name FROM cognito_client WHERE pool = ? AND rowid > ?"
		     " ORDER BY rowid LIMIT ?",
		     "sii", pool.id, after, most + 1);
	while (stmt_row(q)) {
		struct json_object *o;

		if ((int64_t)json_count(clients) == most) {
			json_set_str(op->out, "NextToken", idp_page_print(op, last));
			break;
		}
		last = stmt_int(q, 0);
		o = json_add_object(clients);
		json_set_str(o, "ClientId", stmt_str(q, 1));
		json_set_str(o, "UserPoolId", pool.id);
		json_set_str(o, "ClientName", stmt_str(q, 2));
	}
	stmt_done(q);
	return DONE;
}
