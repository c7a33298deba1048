/* Aliases; see aliases.h. From: Lambda Developer Guide, "Create an alias", "Implement Lambda canary deployments". */
#include "cloud/lambda/aliases.h"

#include "base/java.h"
#include "base/hash.h"
#include "cloud/lambda/function.h"
#include "cloud/lambda/operations.h"

/* --- rows ------------------------------------------------------------------------------------ */

struct json_object *alias_find(struct op *op, struct str name, struct str alias)
{
	struct stmt *q =
		db_query(op->db, "SELECT config FROM lambda_alias WHERE name = ? AND alias = ?",
			 "ss", name, alias);
	struct json_object *found = NULL;

	if (stmt_row(q))
		found = json_parse(op->arena, stmt_dup(q, 0, op->arena), NULL);
	stmt_done(q);
	return found;
}

static void save(struct op *op, struct str name, struct json_object *alias)
{
	json_set_str(alias, "RevisionId", hash_uuid(op->arena));
	db_run(op->db, "INSERT OR REPLACE INTO lambda_alias (name, alias, config) VALUES (?, ?, ?)",
	       "sss", name, json_get_str(alias, "Name"), json_text(op->arena, alias));
}

void alias_touch(struct op *op, struct str name, struct str alias)
{
	struct json_object *found = alias_find(op, name, alias);

	if (found)
		save(op, name, found);
}

static struct json_object *weights_of(struct json_object *alias)
{
	return json_get(json_get(alias, "RoutingConfig"), "AdditionalVersionWeights");
}

/* A number from 0 to below 1 that stays the same for a request. */
static double draw(struct op *op)
{
	unsigned char digest[SHA256_BYTES];
	struct str seed = op->request_id.n ? op->request_id : hash_uuid(op->arena);
	uint32_t number;

	hash_sha256(seed, digest);
	memcpy(&number, digest, sizeof(number));
	return (double)number / 4294967296.0;
}

bool alias_version(struct op *op, struct str name, struct str alias, struct str *version)
{
	struct json_object *found = alias_find(op, name, alias), *weights = weights_of(found);

	if (!found)
		return false;
	*version = json_get_str(found, "FunctionVersion");
	if (!weights)
		return true;
	JSON_EACH(weights, other, weight)
	{
		if (draw(op) < json_object_get_double(weight))
			*version = arena_strf(op->arena, "%s", other);
	}
	return true;
}

struct str alias_names(struct op *op, struct str name, struct str version)
{
	struct stmt *q = db_query(op->db, "SELECT alias, config FROM lambda_alias WHERE name = ?",
				  "s", name);
	struct str names = STR("");

	while (stmt_row(q)) {
		struct json_object *alias = json_parse(op->arena, stmt_str(q, 1), NULL);

		if (str_eq(json_get_str(alias, "FunctionVersion"), version) ||
		    json_get(weights_of(alias), arena_cstr(op->arena, version)))
			names = arena_strf(op->arena, "%.*s%s%.*s", STR_ARG(names),
					   names.n ? ", " : "", STR_ARG(stmt_str(q, 0)));
	}
	return names;
}

/* --- weights ------------------------------------------------------------------------------------ */

#define AT_WEIGHTS                                                                                  \
	"1 validation error detected: Value '{%s=%s}' at 'routingConfig.additionalVersionWeights' " \
	"failed to satisfy constraint: "

static const char *java_double(struct op *op, double d)
{
	struct buf b;
	const char *text;

	buf_init(&b, 64);
	java_add_double(&b, d);
	text = arena_cstr(op->arena, buf_str(&b));
	buf_release(&b);
	return text;
}

static bool weight_good(struct op *op, const char *version, double weight)
{
	if (weight < 0 || weight > 1) {
		op_fail(op, &ValidationException,
			AT_WEIGHTS
			"Map value must satisfy constraint: [Member must have value less "
			"than or equal to 1.0, Member must have value greater than or "
			"equal to 0.0, Member must not be null]",
			version, java_double(op, weight));
		return false;
	}
	if (qualifier_is_version(str_of(version)))
		return true;
	op_fail(op, &ValidationException,
		AT_WEIGHTS
		"Map keys must satisfy constraint: [Member must have length less than or equal to "
		"1024, Member must have length greater than or equal to 1, Member must satisfy "
		"regular expression pattern: [0-9]+, Member must not be null]",
		version, java_double(op, weight));
	return false;
}

static bool version_is_there(struct op *op, struct str name, struct str version)
{
	struct function f;

	return function_find_version(op, name, version, &f) ||
	       function_refuse(op, &LambdaNotFound, "Function not found: %.*s",
			       STR_ARG(function_arn_of(op, name, version)));
}

/* A version beside the alias's own; which of them the alias names comes from `alias`. */
static bool one_weight_good(struct op *op, struct str name, struct json_object *alias,
			    const char *other, double weight)
{
	struct str version = json_get_str(alias, "FunctionVersion");

	if (!weight_good(op, other, weight))
		return false;
	if (str_is(version, other))
		return function_refuse(op, &InvalidParameterValueException,
				       "Invalid function version %s. Function version %s is "
				       "already included in routing configuration.",
				       other, other);
	if (qualifier_is_latest(version)) {
		op_fail(op, &InvalidParameterValueException,
			"$LATEST is not supported for an alias pointing to more than 1 version");
		return false;
	}
	return version_is_there(op, name, str_of(other));
}

/* Take over the request's weights, if it has any; an empty set of them ends the sharing. */
static bool take_weights(struct op *op, struct str name, struct json_object *alias)
{
	struct json_object *weights = weights_of(op->in);

	if (!op_has(op, "RoutingConfig"))
		return true;
	json_object_object_del(alias, "RoutingConfig");
	if (!json_count(weights))
		return true;
	if (json_count(weights) > 1)
		return function_refuse(
			op, &InvalidParameterValueException,
			"Number of items in AdditionalVersionWeights cannot be greater than 1");
	JSON_EACH(weights, other, weight)
	{
		if (!one_weight_good(op, name, alias, other, json_object_get_double(weight)))
			return false;
	}
	json_set(json_set_object(alias, "RoutingConfig"), "AdditionalVersionWeights",
		 json_object_get(weights));
	return true;
}

/* --- operations --------------------------------------------------------------------------------- */

static enum outcome answer(struct op *op, struct json_object *alias)
{
	JSON_EACH(alias, key, value)
	{
		json_set(op->out, key, json_object_get(value));
	}
	return DONE;
}

enum outcome lambda_op_create_alias(struct op *op)
{
	struct str alias = op_str(op, "Name"), version = op_str(op, "FunctionVersion");
	struct json_object *config = json_new_object(op->arena);
	struct function_name n;

	if (!function_name_of(op, &n) || !version_is_there(op, n.name, version))
		return FAILED;
	if (alias_find(op, n.name, alias))
		return function_fail(op, &ResourceConflictException, "Alias already exists: %.*s",
				     STR_ARG(function_arn_of(op, n.name, alias)));
	json_set_str(config, "AliasArn", function_arn_of(op, n.name, alias));
	json_set_str(config, "Name", alias);
	json_set_str(config, "FunctionVersion", version);
	json_set_str(config, "Description", op_str_or(op, "Description", ""));
	if (!take_weights(op, n.name, config))
		return FAILED;
	save(op, n.name, config);
	return answer(op, config);
}

/* The alias that the operation names; NULL with the error set. */
static struct json_object *named(struct op *op, struct str *name, const char *missing)
{
	struct str alias = op_str(op, "Name");
	struct json_object *found;
	struct function f;

	if (!function_latest(op, &f))
		return NULL;
	*name = f.name;
	found = alias_find(op, f.name, alias);
	if (!found)
		function_fail(op, &LambdaNotFound, "%s: %.*s", missing,
			      STR_ARG(function_arn_of(op, f.name, alias)));
	return found;
}

enum outcome lambda_op_get_alias(struct op *op)
{
	struct str name;
	struct json_object *alias = named(op, &name, "Cannot find alias arn");

	return alias ? answer(op, alias) : FAILED;
}

enum outcome lambda_op_update_alias(struct op *op)
{
	struct str name, version = op_str(op, "FunctionVersion");
	struct json_object *alias = named(op, &name, "Alias not found");

	if (!alias || !function_revision_good(op, json_get_str(alias, "RevisionId")))
		return FAILED;
	if (version.p && !version_is_there(op, name, version))
		return FAILED;
	if (version.p)
		json_set_str(alias, "FunctionVersion", version);
	if (op_has(op, "Description"))
		json_set_str(alias, "Description", op_str(op, "Description"));
	if (!take_weights(op, name, alias))
		return FAILED;
	save(op, name, alias);
	return answer(op, alias);
}

enum outcome lambda_op_delete_alias(struct op *op)
{
	struct str alias = op_str(op, "Name");
	struct function f;

	if (!function_latest(op, &f))
		return FAILED;
	db_run(op->db, "DELETE FROM lambda_alias WHERE name = ? AND alias = ?", "ss", f.name,
	       alias);
	function_forget_qualifier(op, f.name, alias);
	return DONE;
}

enum outcome lambda_op_list_aliases(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "Aliases");
	struct str version = op_str(op, "FunctionVersion");
	struct function f;
	struct stmt *q;

	if (!function_latest(op, &f))
		return FAILED;
	q = db_query(op->db, "SELECT config FROM lambda_alias WHERE name = ? ORDER BY alias", "s",
		     f.name);
	while (stmt_row(q)) {
		struct json_object *alias = json_parse(op->arena, stmt_str(q, 0), NULL);

		if (!version.p || str_eq(json_get_str(alias, "FunctionVersion"), version))
			json_add(list, json_object_get(alias));
	}
	return function_page(op, "Aliases", 50);
}
