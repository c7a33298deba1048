/* Identity pools: what they are configured with, their roles, maps and tags. */
#include "cloud/identity/inside.h"

#include "base/base64.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* In the order of DescribeIdentityPool. */
static const char *const settings_of[] = {
	"AllowUnauthenticatedIdentities",
	"AllowClassicFlow",
	"SupportedLoginProviders",
	"DeveloperProviderName",
	"OpenIdConnectProviderARNs",
	"CognitoIdentityProviders",
	"SamlProviderARNs",
	"IdentityPoolTags",
};

/* --- finding ---------------------------------------------------------------------------------- */

bool identity_pool_get(struct op *op, struct str id, struct identity_pool *out)
{
	struct stmt *q =
		db_query(op->db,
			 "SELECT name, settings, roles, tag_maps FROM identity_pool WHERE id = ?",
			 "s", id);

	if (!stmt_row(q)) {
		op_fail(op, &ResourceNotFoundException, "IdentityPool '%.*s' not found.",
			STR_ARG(id));
		return false;
	}
	*out = (struct identity_pool){
		.id = id,
		.name = stmt_dup(q, 0, op->arena),
		.settings = json_parse(op->arena, stmt_str(q, 1), NULL),
		.roles = json_parse(op->arena, stmt_str(q, 2), NULL),
		.tag_maps = json_parse(op->arena, stmt_str(q, 3), NULL),
	};
	stmt_done(q);
	return true;
}

bool identity_pool_allows(const struct identity_pool *pool, const char *setting)
{
	return json_bool_or(json_get(pool->settings, setting), false);
}

static bool named(struct op *op, struct identity_pool *out)
{
	return identity_pool_get(op, op_str(op, "IdentityPoolId"), out);
}

static void store(struct op *op, const struct identity_pool *pool)
{
	db_run(op->db,
	       "INSERT INTO identity_pool (id, name, settings, roles, tag_maps) VALUES (?, ?, ?, ?, ?)"
	       " ON CONFLICT (id) DO UPDATE SET name = excluded.name, settings = excluded.settings,"
	       " roles = excluded.roles, tag_maps = excluded.tag_maps",
	       "sssss", pool->id, pool->name, json_text(op->arena, pool->settings),
	       json_text(op->arena, pool->roles), json_text(op->arena, pool->tag_maps));
}

static enum outcome print(struct op *op, const struct identity_pool *pool)
{
	json_set_str(op->out, "IdentityPoolId", pool->id);
	json_set_str(op->out, "IdentityPoolName", pool->name);
	for (size_t i = 0; i < COUNT(settings_of); i++)
		if (json_get(pool->settings, settings_of[i]))
			json_set(op->out, settings_of[i],
				 json_object_get(json_get(pool->settings, settings_of[i])));
	return DONE;
}

/* --- pools ---------------------------------------------------------------------------------------- */

static struct json_object *read_settings(struct op *op)
{
	struct json_object *settings = json_new_object(op->arena);

	for (size_t i = 0; i < COUNT(settings_of); i++)
		if (op_has(op, settings_of[i]))
			json_set(settings, settings_of[i],
				 json_object_get(op_get(op, settings_of[i])));
	if (!json_get(settings, "IdentityPoolTags"))
		json_set_object(settings, "IdentityPoolTags");
	return settings;
}

enum outcome identity_op_create_identity_pool(struct op *op)
{
	struct identity_pool pool = { .id = identity_id_make(op),
				      .name = op_str(op, "IdentityPoolName"),
				      .settings = read_settings(op),
				      .roles = json_new_object(op->arena),
				      .tag_maps = json_new_object(op->arena) };

	store(op, &pool);
	return print(op, &pool);
}

/* What a request leaves out is not set any more. */
enum outcome identity_op_update_identity_pool(struct op *op)
{
	struct str developer = op_str(op, "DeveloperProviderName");
	struct identity_pool pool;
	struct json_object *settings;
	struct str before;

	if (!named(op, &pool))
		return FAILED;
	before = json_get_str(pool.settings, "DeveloperProviderName");
	if (before.p && !str_eq(before, developer))
		return op_fail(op, &InvalidParameterException,
			       "Developer provider name cannot be changed");
	settings = read_settings(op);
	if (!op_has(op, "IdentityPoolTags"))
		json_set(settings, "IdentityPoolTags",
			 json_object_get(json_get(pool.settings, "IdentityPoolTags")));
	pool.settings = settings;
	pool.name = op_str(op, "IdentityPoolName");
	store(op, &pool);
	return print(op, &pool);
}

enum outcome identity_op_describe_identity_pool(struct op *op)
{
	struct identity_pool pool;

	return named(op, &pool) ? print(op, &pool) : FAILED;
}

enum outcome identity_op_delete_identity_pool(struct op *op)
{
	struct identity_pool pool;

	if (!named(op, &pool))
		return FAILED;
	db_run(op->db, "DELETE FROM identity_login WHERE pool = ?", "s", pool.id);
	db_run(op->db, "DELETE FROM identity WHERE pool = ?", "s", pool.id);
	db_run(op->db, "DELETE FROM identity_pool WHERE id = ?", "s", pool.id);
	return DONE;
}

enum outcome identity_op_list_identity_pools(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "IdentityPools");
	int64_t most = op_int_or(op, "MaxResults", 60);
	struct str after = op_str(op, "NextToken"), last = STR("");
	struct stmt *q;

	if (after.p && !base64url_parse(op->arena, after, &after))
		return op_fail(op, &InvalidParameterException, "Invalid pagination token");
	q = db_query(op->db, "SELECT id, name FROM identity_pool WHERE id > ? ORDER BY id LIMIT ?",
		     "si", after.p ? after : STR(""), most + 1);
	while (stmt_row(q)) {
		struct json_object *o;

		if ((int64_t)json_count(list) == most) {
			json_set_str(op->out, "NextToken", base64url_print(op->arena, last));
			break;
		}
		last = stmt_dup(q, 0, op->arena);
		o = json_add_object(list);
		json_set_str(o, "IdentityPoolId", last);
		json_set_str(o, "IdentityPoolName", stmt_str(q, 1));
	}
	stmt_done(q);
	return DONE;
}

/* --- roles -------------------------------------------------------------------------------------------- */

/* Whoever sets roles hands them to Cognito: that must be allowed. */
static bool may_pass(struct op *op)
{
	struct json_object *roles = op_get(op, "Roles"), *mappings = op_get(op, "RoleMappings");

	JSON_EACH(roles, type, role)
	{
		(void)type;
		if (!authorize_pass_role(op, json_str(role), IDENTITY_ISSUER))
			return false;
	}
	if (!mappings)
		return true;
	JSON_EACH(mappings, provider, mapping)
	{
		struct json_object *rules =
			json_get(json_get(mapping, "RulesConfiguration"), "Rules");

		(void)provider;
		for (size_t i = 0; i < json_count(rules); i++)
			if (!authorize_pass_role(op, json_get_str(json_at(rules, i), "RoleARN"),
						 IDENTITY_ISSUER))
				return false;
	}
	return true;
}

static bool check_mappings(struct op *op)
{
	struct json_object *mappings = op_get(op, "RoleMappings");

	if (!mappings)
		return true;
	JSON_EACH(mappings, provider, mapping)
	{
		bool rules = str_is(json_get_str(mapping, "Type"), "Rules");

		if (rules == (json_get(mapping, "RulesConfiguration") != NULL) &&
		    json_get(mapping, "AmbiguousRoleResolution"))
			continue;
		op_fail(op, &InvalidParameterException,
			json_get(mapping, "AmbiguousRoleResolution")
				? "Rules configuration must be given for, and only for, mappings of type "
				  "Rules: %s"
				: "AmbiguousRoleResolution is required for role mapping of provider %s",
			provider);
		return false;
	}
	return true;
}

enum outcome identity_op_set_identity_pool_roles(struct op *op)
{
	struct identity_pool pool;

	if (!named(op, &pool) || !check_mappings(op) || !may_pass(op))
		return FAILED;
	pool.roles = json_new_object(op->arena);
	json_set(pool.roles, "Roles", json_object_get(op_get(op, "Roles")));
	if (op_has(op, "RoleMappings"))
		json_set(pool.roles, "RoleMappings", json_object_get(op_get(op, "RoleMappings")));
	store(op, &pool);
	return DONE;
}

enum outcome identity_op_get_identity_pool_roles(struct op *op)
{
	struct identity_pool pool;

	if (!named(op, &pool))
		return FAILED;
	json_set_str(op->out, "IdentityPoolId", pool.id);
	json_set_object(op->out, "Roles");
	JSON_EACH(pool.roles, key, value)
	{
		json_set(op->out, key, json_object_get(value));
	}
	return DONE;
}

/* --- principal tags -------------------------------------------------------------------------------------- */

static enum outcome print_map(struct op *op, const struct identity_pool *pool)
{
	struct str provider = op_str(op, "IdentityProviderName");
	struct json_object *map = json_get(pool->tag_maps, arena_cstr(op->arena, provider));

	json_set_str(op->out, "IdentityPoolId", pool->id);
	json_set_str(op->out, "IdentityProviderName", provider);
	json_set_bool(op->out, "UseDefaults", json_bool_or(json_get(map, "UseDefaults"), false));
	if (json_get(map, "PrincipalTags"))
		json_set(op->out, "PrincipalTags", json_object_get(json_get(map, "PrincipalTags")));
	else
		json_set_object(op->out, "PrincipalTags");
	return DONE;
}

enum outcome identity_op_set_principal_tag_attribute_map(struct op *op)
{
	struct json_object *map;
	struct identity_pool pool;

	if (!named(op, &pool))
		return FAILED;
	map = json_set_object(pool.tag_maps,
			      arena_cstr(op->arena, op_str(op, "IdentityProviderName")));
	json_set_bool(map, "UseDefaults", op_bool_or(op, "UseDefaults", false));
	if (op_has(op, "PrincipalTags"))
		json_set(map, "PrincipalTags", json_object_get(op_get(op, "PrincipalTags")));
	store(op, &pool);
	return print_map(op, &pool);
}

enum outcome identity_op_get_principal_tag_attribute_map(struct op *op)
{
	struct identity_pool pool;

	return named(op, &pool) ? print_map(op, &pool) : FAILED;
}

/* --- tags ---------------------------------------------------------------------------------------------------- */

static bool pool_by_arn(struct op *op, struct identity_pool *pool)
{
	struct str arn = op_str(op, "ResourceArn");
	struct str mine = op_arn(op, "cognito-identity", "identitypool/");

	if (str_starts(arn, mine))
		return identity_pool_get(op, str_slice(arn, mine.n, arn.n), pool);
	op_fail(op, &ResourceNotFoundException, "Resource '%.*s' not found.", STR_ARG(arn));
	return false;
}

enum outcome identity_op_list_tags_for_resource(struct op *op)
{
	struct identity_pool pool;

	if (!pool_by_arn(op, &pool))
		return FAILED;
	json_set(op->out, "Tags", json_object_get(json_get(pool.settings, "IdentityPoolTags")));
	return DONE;
}

enum outcome identity_op_tag_resource(struct op *op)
{
	struct json_object *tags = op_get(op, "Tags"), *kept;
	struct identity_pool pool;

	if (!pool_by_arn(op, &pool))
		return FAILED;
	kept = json_get(pool.settings, "IdentityPoolTags");
	JSON_EACH(tags, key, value)
	{
		json_set(kept, key, json_object_get(value));
	}
	store(op, &pool);
	return DONE;
}

enum outcome identity_op_untag_resource(struct op *op)
{
	struct json_object *keys = op_get(op, "TagKeys");
	struct identity_pool pool;

	if (!pool_by_arn(op, &pool))
		return FAILED;
	for (size_t i = 0; i < json_count(keys); i++)
		json_object_object_del(json_get(pool.settings, "IdentityPoolTags"),
				       arena_cstr(op->arena, json_str(json_at(keys, i))));
	store(op, &pool);
	return DONE;
}
