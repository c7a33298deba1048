/* Finding pools and clients, and what their settings say; see pool.h. */
#include "cloud/cognito/pool.h"

#include <inttypes.h>

#include "base/base64.h"
#include "base/hash.h"
#include "cloud/cognito/errors.h"

/* --- pools ----------------------------------------------------------------------------------- */

bool idp_pool_get(struct op *op, struct str id, struct pool *out)
{
	struct stmt *q = db_query(
		op->db,
		"SELECT name, settings, created_at, changed_at, secret FROM cognito_pool WHERE id = ?",
		"s", id);

	if (!stmt_row(q)) {
		op_fail(op, &ResourceNotFoundException, "User pool %.*s does not exist.",
			STR_ARG(id));
		return false;
	}
	*out = (struct pool){
		.id = arena_dup(op->arena, id),
		.name = stmt_dup(q, 0, op->arena),
		.settings = json_parse(op->arena, stmt_str(q, 1), NULL),
		.created_at = stmt_int(q, 2),
		.changed_at = stmt_int(q, 3),
		.secret = stmt_dup(q, 4, op->arena),
	};
	stmt_done(q);
	out->realm = str_slice(out->id, (size_t)str_find(out->id, '_') + 1, out->id.n);
	return true;
}

bool idp_pool(struct op *op, struct pool *out)
{
	return idp_pool_get(op, op_str(op, "UserPoolId"), out);
}

void idp_pool_store(struct op *op, struct pool *pool)
{
	pool->changed_at = op->now;
	db_run(op->db,
	       "UPDATE cognito_pool SET name = ?, settings = ?, changed_at = ? WHERE id = ?",
	       "ssis", pool->name, json_text(op->arena, pool->settings), op->now, pool->id);
}

static bool lists(struct json_object *list, struct str value)
{
	for (size_t i = 0; i < json_count(list); i++)
		if (str_eq(json_str(json_at(list, i)), value))
			return true;
	return false;
}

bool idp_pool_lists(const struct pool *pool, const char *setting, const char *value)
{
	return lists(json_get(pool->settings, setting), str_of(value));
}

bool idp_pool_case_sensitive(const struct pool *pool)
{
	return json_bool_or(json_get(json_get(pool->settings, "UsernameConfiguration"),
				     "CaseSensitive"),
			    true);
}

/* --- clients --------------------------------------------------------------------------------- */

static bool read_client(struct op *op, struct str id, struct client *out)
{
	struct stmt *q = db_query(op->db,
				  "SELECT pool, name, secret, settings, created_at, changed_at"
				  " FROM cognito_client WHERE id = ?",
				  "s", id);

	if (!stmt_row(q))
		return false;
	*out = (struct client){
		.id = arena_dup(op->arena, id),
		.pool = stmt_dup(q, 0, op->arena),
		.name = stmt_dup(q, 1, op->arena),
		.secret = stmt_dup(q, 2, op->arena),
		.settings = json_parse(op->arena, stmt_str(q, 3), NULL),
		.created_at = stmt_int(q, 4),
		.changed_at = stmt_int(q, 5),
	};
	stmt_done(q);
	return true;
}

static bool no_client(struct op *op)
{
	op_fail(op, &ResourceNotFoundException, "User pool client %.*s does not exist.",
		STR_ARG(op_str(op, "ClientId")));
	return false;
}

bool idp_client(struct op *op, struct client *client, struct pool *pool)
{
	if (!read_client(op, op_str(op, "ClientId"), client))
		return no_client(op);
	return idp_pool_get(op, client->pool, pool);
}

bool idp_client_in(struct op *op, const struct pool *pool, struct client *client)
{
	return (read_client(op, op_str(op, "ClientId"), client) &&
		str_eq(client->pool, pool->id)) ||
	       no_client(op);
}

bool idp_client_proven(struct op *op, const struct client *client, struct str name, struct str hash)
{
	unsigned char mac[SHA256_BYTES];
	struct str text = arena_strf(op->arena, "%.*s%.*s", STR_ARG(name), STR_ARG(client->id));

	if (!client->secret.p && !hash.p)
		return true;
	if (client->secret.p && !hash.p) {
		op_fail(op, &NotAuthorizedException,
			"Client %.*s is configured with secret but SECRET_HASH was not received",
			STR_ARG(client->id));
		return false;
	}
	hash_hmac_sha256(client->secret, text, mac);
	if (client->secret.p &&
	    str_eq_secret(hash, base64_print(op->arena, str_make(mac, sizeof(mac)))))
		return true;
	op_fail(op, &NotAuthorizedException, "Unable to verify secret hash for client %.*s",
		STR_ARG(client->id));
	return false;
}

bool idp_client_allows(const struct client *client, const char *flow)
{
	struct json_object *flows = json_get(client->settings, "ExplicitAuthFlows");
	bool custom_only = lists(flows, STR("CUSTOM_AUTH_FLOW_ONLY"));

	if (lists(flows, str_of(flow)))
		return true;
	/* The older spelling names few flows and has the others for granted. */
	if (str_starts(json_str(json_at(flows, 0)), STR("ALLOW_")))
		return false;
	if (strcmp(flow, "ALLOW_ADMIN_USER_PASSWORD_AUTH") == 0)
		return lists(flows, STR("ADMIN_NO_SRP_AUTH"));
	if (strcmp(flow, "ALLOW_USER_PASSWORD_AUTH") == 0)
		return lists(flows, STR("USER_PASSWORD_AUTH"));
	if (strcmp(flow, "ALLOW_USER_SRP_AUTH") == 0)
		return !custom_only;
	return strcmp(flow, "ALLOW_REFRESH_TOKEN_AUTH") == 0 ||
	       strcmp(flow, "ALLOW_CUSTOM_AUTH") == 0;
}

bool idp_client_discreet(const struct client *client)
{
	return str_is(json_get_str(client->settings, "PreventUserExistenceErrors"), "ENABLED");
}

static int64_t unit_seconds(struct str unit)
{
	return str_is(unit, "seconds")   ? 1
	       : str_is(unit, "minutes") ? 60
	       : str_is(unit, "hours")   ? 3600
					 : 86400;
}

int64_t idp_client_validity(const struct client *client, const char *token)
{
	bool refresh = strcmp(token, "RefreshToken") == 0;
	char member[32] = "";
	int64_t n;
	struct str unit = json_get_str(json_get(client->settings, "TokenValidityUnits"), token);

	memcpy(member, token, strlen(token));
	memcpy(member + strlen(token), "Validity", 8);
	n = json_int_or(json_get(client->settings, member), 0);
	if (!n)
		return refresh ? 30 * 86400 : 3600;
	return n * unit_seconds(unit.p ? unit : refresh ? STR("days") : STR("hours"));
}

bool idp_client_may(const struct client *client, const char *which, struct str attribute)
{
	struct json_object *list = json_get(client->settings, which);

	return !json_count(list) || lists(list, attribute);
}

/* --- pages ----------------------------------------------------------------------------------- */

bool idp_page_read(struct op *op, const char *member, int64_t *after)
{
	struct str token = op_str(op, member), text;

	*after = 0;
	if (!token.p ||
	    (base64url_parse(op->arena, token, &text) && str_starts(text, STR("after ")) &&
	     str_to_int(str_slice(text, 6, text.n), after)))
		return true;
	op_fail(op, &InvalidParameterException, "Invalid pagination token.");
	return false;
}

struct str idp_page_print(struct op *op, int64_t last)
{
	return base64url_print(op->arena, arena_strf(op->arena, "after %" PRId64, last));
}
