/* Resource servers and identity providers of a pool. */
#include "cloud/cognito/servers.h"

#include "cloud/cognito/errors.h"
#include "cloud/cognito/operations.h"

/* --- scopes --------------------------------------------------------------------------------------- */

bool idp_scope_custom(struct str scope)
{
	return str_find(scope, '/') > 0;
}

static struct json_object *read_scopes(struct op *op, const struct pool *pool,
				       struct str identifier)
{
	struct stmt *q =
		db_query(op->db,
			 "SELECT scopes FROM cognito_server WHERE pool = ? AND identifier = ?",
			 "ss", pool->id, identifier);
	struct json_object *scopes = NULL;

	if (stmt_row(q))
		scopes = json_parse(op->arena, stmt_str(q, 0), NULL);
	stmt_done(q);
	return scopes;
}

bool idp_scope_known(struct op *op, const struct pool *pool, struct str scope)
{
	struct json_object *scopes;
	size_t slash = scope.n;

	/* An identifier may have slashes, a scope's name has none. */
	while (slash && scope.p[slash - 1] != '/')
		slash--;
	if (slash < 2)
		return false;
	scopes = read_scopes(op, pool, str_slice(scope, 0, slash - 1));
	for (size_t i = 0; i < json_count(scopes); i++)
		if (str_eq(json_get_str(json_at(scopes, i), "ScopeName"),
			   str_slice(scope, slash, scope.n)))
			return true;
	return false;
}

/* --- resource servers --------------------------------------------------------------------------------- */

static void print_server(struct json_object *o, struct str pool, struct str identifier,
			 struct str name, struct json_object *scopes)
{
	json_set_str(o, "UserPoolId", pool);
	json_set_str(o, "Identifier", identifier);
	json_set_str(o, "Name", name);
	json_set(o, "Scopes", json_object_get(scopes));
}

static enum outcome no_server(struct op *op)
{
	return op_fail(op, &ResourceNotFoundException, "Resource server %.*s does not exist.",
		       STR_ARG(op_str(op, "Identifier")));
}

static enum outcome store_server(struct op *op, const struct pool *pool)
{
	struct json_object *scopes = op_get(op, "Scopes");

	if (!scopes)
		scopes = json_new_array(op->arena);
	db_run(op->db,
	       "INSERT INTO cognito_server (pool, identifier, name, scopes) VALUES (?, ?, ?, ?)"
	       " ON CONFLICT (pool, identifier) DO UPDATE SET name = excluded.name,"
	       " scopes = excluded.scopes",
	       "ssss", pool->id, op_str(op, "Identifier"), op_str(op, "Name"),
	       json_text(op->arena, scopes));
	print_server(json_set_object(op->out, "ResourceServer"), pool->id, op_str(op, "Identifier"),
		     op_str(op, "Name"), scopes);
	return DONE;
}

enum outcome idp_op_create_resource_server(struct op *op)
{
	struct pool pool;

	if (!idp_pool(op, &pool))
		return FAILED;
	if (read_scopes(op, &pool, op_str(op, "Identifier")))
		return op_fail(op, &InvalidParameterException,
			       "%.*s already exists in user pool %.*s.",
			       STR_ARG(op_str(op, "Identifier")), STR_ARG(pool.id));
	return store_server(op, &pool);
}

enum outcome idp_op_update_resource_server(struct op *op)
{
	struct pool pool;

	if (!idp_pool(op, &pool))
		return FAILED;
	if (!read_scopes(op, &pool, op_str(op, "Identifier")))
		return no_server(op);
	return store_server(op, &pool);
}

enum outcome idp_op_describe_resource_server(struct op *op)
{
	struct pool pool;
	struct stmt *q;

	if (!idp_pool(op, &pool))
		return FAILED;
	q = db_query(op->db,
		     "SELECT name, scopes FROM cognito_server WHERE pool = ? AND identifier = ?",
		     "ss", pool.id, op_str(op, "Identifier"));
	if (!stmt_row(q))
		return no_server(op);
	print_server(json_set_object(op->out, "ResourceServer"), pool.id, op_str(op, "Identifier"),
		     stmt_str(q, 0), json_parse(op->arena, stmt_str(q, 1), NULL));
	stmt_done(q);
	return DONE;
}

enum outcome idp_op_delete_resource_server(struct op *op)
{
	struct pool pool;

	if (!idp_pool(op, &pool))
		return FAILED;
	if (!read_scopes(op, &pool, op_str(op, "Identifier")))
		return no_server(op);
	db_run(op->db, "DELETE FROM cognito_server WHERE pool = ? AND identifier = ?", "ss",
	       pool.id, op_str(op, "Identifier"));
	return DONE;
}

enum outcome idp_op_list_resource_servers(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "ResourceServers");
	int64_t most = op_int_or(op, "MaxResults", 50), after, last = 0;
	struct pool pool;
	struct stmt *q;

	if (!idp_pool(op, &pool) || !idp_page_read(op, "NextToken", &after))
		return FAILED;
	q = db_query(op->db,
		     "SELECT rowid, identifier, name, scopes FROM cognito_server WHERE pool = ?"
		     " AND rowid > ? ORDER BY rowid LIMIT ?",
		     "sii", pool.id, after, most + 1);
	while (stmt_row(q)) {
		if ((int64_t)json_count(list) == most) {
			json_set_str(op->out, "NextToken", idp_page_print(op, last));
			break;
		}
		last = stmt_int(q, 0);
		print_server(json_add_object(list), pool.id, stmt_str(q, 1), stmt_str(q, 2),
			     json_parse(op->arena, stmt_str(q, 3), NULL));
	}
	stmt_done(q);
	return DONE;
}

/* --- identity providers ----------------------------------------------------------------------------------- */

/* They are kept as they were set up; nobody signs in with them here: they stand on the internet. */
static const char *const provider_members[] = { "ProviderDetails", "AttributeMapping",
						"IdpIdentifiers" };

struct provider {
	struct str name, type;
	struct json_object *settings;
	int64_t created_at, changed_at;
};

static bool read_provider(struct op *op, const struct pool *pool, struct str name,
			  struct provider *out)
{
	struct stmt *q =
		db_query(op->db,
			 "SELECT type, settings, created_at, changed_at FROM cognito_provider"
			 " WHERE pool = ? AND name = ?",
			 "ss", pool->id, name);

	if (!stmt_row(q))
		return false;
	*out = (struct provider){ name, stmt_dup(q, 0, op->arena),
				  json_parse(op->arena, stmt_str(q, 1), NULL), stmt_int(q, 2),
				  stmt_int(q, 3) };
	stmt_done(q);
	return true;
}

bool idp_provider_known(struct op *op, const struct pool *pool, struct str name)
{
	struct provider provider;

	return str_is(name, "COGNITO") || read_provider(op, pool, name, &provider);
}

static enum outcome print_provider(struct op *op, const struct pool *pool,
				   const struct provider *provider)
{
	struct json_object *o = json_set_object(op->out, "IdentityProvider");

	json_set_str(o, "UserPoolId", pool->id);
	json_set_str(o, "ProviderName", provider->name);
	json_set_str(o, "ProviderType", provider->type);
	for (size_t i = 0; i < 3; i++)
		if (json_get(provider->settings, provider_members[i]))
			json_set(o, provider_members[i],
				 json_object_get(
					 json_get(provider->settings, provider_members[i])));
	json_set_time(o, "LastModifiedDate", provider->changed_at);
	json_set_time(o, "CreationDate", provider->created_at);
	return DONE;
}

static enum outcome store_provider(struct op *op, const struct pool *pool,
				   struct provider *provider)
{
	for (size_t i = 0; i < 3; i++)
		if (op_has(op, provider_members[i]))
			json_set(provider->settings, provider_members[i],
				 json_object_get(op_get(op, provider_members[i])));
	provider->changed_at = op->now;
	db_run(op->db,
	       "INSERT INTO cognito_provider (pool, name, type, settings, created_at, changed_at)"
	       " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (pool, name) DO UPDATE SET"
	       " settings = excluded.settings, changed_at = excluded.changed_at",
	       "ssssii", pool->id, provider->name, provider->type,
	       json_text(op->arena, provider->settings), provider->created_at, op->now);
	return print_provider(op, pool, provider);
}

enum outcome idp_op_create_identity_provider(struct op *op)
{
	struct provider provider = { .name = op_str(op, "ProviderName"),
				     .type = op_str(op, "ProviderType"),
				     .settings = json_new_object(op->arena),
				     .created_at = op->now };
	struct pool pool;

	if (!idp_pool(op, &pool))
		return FAILED;
	if (idp_provider_known(op, &pool, provider.name))
		return op_fail(op, &DuplicateProviderException,
			       "A provider with the name %.*s already exists in user pool %.*s.",
			       STR_ARG(provider.name), STR_ARG(pool.id));
	json_set_object(provider.settings, "AttributeMapping");
	return store_provider(op, &pool, &provider);
}

/* The provider that ProviderName means; false with the error set. */
static bool find_provider(struct op *op, struct pool *pool, struct provider *provider)
{
	struct str name = op_str(op, "ProviderName");

	if (!idp_pool(op, pool))
		return false;
	if (read_provider(op, pool, name, provider))
		return true;
	op_fail(op, &ResourceNotFoundException, "Identity provider %.*s does not exist.",
		STR_ARG(name));
	return false;
}

enum outcome idp_op_update_identity_provider(struct op *op)
{
	struct provider provider;
	struct pool pool;

	return find_provider(op, &pool, &provider) ? store_provider(op, &pool, &provider) : FAILED;
}

enum outcome idp_op_describe_identity_provider(struct op *op)
{
	struct provider provider;
	struct pool pool;

	return find_provider(op, &pool, &provider) ? print_provider(op, &pool, &provider) : FAILED;
}

enum outcome idp_op_delete_identity_provider(struct op *op)
{
	struct provider provider;
	struct pool pool;

	if (!find_provider(op, &pool, &provider))
		return FAILED;
	db_run(op->db, "DELETE FROM cognito_provider WHERE pool = ? AND name = ?", "ss", pool.id,
	       provider.name);
	return DONE;
}

enum outcome idp_op_get_identity_provider_by_identifier(struct op *op)
{
	struct str wanted = op_str(op, "IdpIdentifier"), name = STR_NONE;
	struct provider provider;
	struct pool pool;
	struct stmt *q;

	if (!idp_pool(op, &pool))
		return FAILED;
	q = db_query(op->db, "SELECT name, settings FROM cognito_provider WHERE pool = ?", "s",
		     pool.id);
	while (!name.p && stmt_row(q)) {
		struct json_object *ids =
			json_get(json_parse(op->arena, stmt_str(q, 1), NULL), "IdpIdentifiers");

		for (size_t i = 0; i < json_count(ids); i++)
			if (str_eq(json_str(json_at(ids, i)), wanted))
				name = stmt_dup(q, 0, op->arena);
	}
	stmt_done(q);
	if (!name.p || !read_provider(op, &pool, name, &provider))
		return op_fail(op, &ResourceNotFoundException,
			       "Identity provider with identifier %.*s does not exist.",
			       STR_ARG(wanted));
	return print_provider(op, &pool, &provider);
}

enum outcome idp_op_list_identity_providers(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "Providers");
	int64_t most = op_int_or(op, "MaxResults", 50), after, last = 0;
	struct pool pool;
	struct stmt *q;

	if (!idp_pool(op, &pool) || !idp_page_read(op, "NextToken", &after))
		return FAILED;
	q = db_query(op->db,
		     "SELECT rowid, name, type, created_at, changed_at FROM cognito_provider"
		     " WHERE pool = ? AND rowid > ? ORDER BY rowid LIMIT ?",
		     "sii", pool.id, after, most + 1);
	while (stmt_row(q)) {
		struct json_object *o;

		if ((int64_t)json_count(list) == most) {
			json_set_str(op->out, "NextToken", idp_page_print(op, last));
			break;
		}
		last = stmt_int(q, 0);
		o = json_add_object(list);
		json_set_str(o, "ProviderName", stmt_str(q, 1));
		json_set_str(o, "ProviderType", stmt_str(q, 2));
		json_set_time(o, "LastModifiedDate", stmt_int(q, 4));
		json_set_time(o, "CreationDate", stmt_int(q, 3));
	}
	stmt_done(q);
	return DONE;
}
