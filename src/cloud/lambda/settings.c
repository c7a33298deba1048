/* Small things that are set on functions: where they are kept, tags, runtime updates, recursion, code signing. */
#include "cloud/lambda/settings.h"

#include "cloud/lambda/mapping.h"
#include "cloud/lambda/operations.h"

enum { TAGS_MAX = 50 };

/* --- rows ------------------------------------------------------------------------------------- */

struct json_object *setting_find(struct op *op, struct str name, const char *kind,
				 struct str qualifier)
{
	struct stmt *q = db_query(
		op->db,
		"SELECT value FROM lambda_setting WHERE name = ? AND kind = ? AND qualifier = ?",
		"szs", name, kind, qualifier.p ? qualifier : STR(""));
	struct json_object *value = NULL;

	if (stmt_row(q))
		value = json_parse(op->arena, stmt_dup(q, 0, op->arena), NULL);
	stmt_done(q);
	return value;
}

void setting_put(struct op *op, struct str name, const char *kind, struct str qualifier,
		 struct str mark, struct json_object *value)
{
	db_run(op->db,
	       "INSERT OR REPLACE INTO lambda_setting (name, kind, qualifier, mark, value)"
	       " VALUES (?, ?, ?, ?, ?)",
	       "szsss", name, kind, qualifier.p ? qualifier : STR(""), mark,
	       json_text(op->arena, value));
}

bool setting_remove(struct op *op, struct str name, const char *kind, struct str qualifier)
{
	db_run(op->db, "DELETE FROM lambda_setting WHERE name = ? AND kind = ? AND qualifier = ?",
	       "szs", name, kind, qualifier.p ? qualifier : STR(""));
	return db_changes(op->db) > 0;
}

struct json_object *setting_list(struct op *op, struct str name, const char *kind)
{
	struct json_object *list = json_new_array(op->arena), *entry;
	struct stmt *q = db_query(op->db,
				  "SELECT qualifier, value FROM lambda_setting"
				  " WHERE name = ? AND kind = ? ORDER BY qualifier",
				  "sz", name, kind);

	while (stmt_row(q)) {
		entry = json_add_object(list);
		json_set_str(entry, "Qualifier", stmt_str(q, 0));
		json_set(entry, "Value",
			 json_object_get(json_parse(op->arena, stmt_str(q, 1), NULL)));
	}
	return list;
}

bool setting_marked(struct op *op, struct str mark, struct str *name, struct str *qualifier,
		    struct json_object **value)
{
	struct stmt *q =
		db_query(op->db, "SELECT name, qualifier, value FROM lambda_setting WHERE mark = ?",
			 "s", mark);

	if (!stmt_row(q))
		return false;
	*name = stmt_dup(q, 0, op->arena);
	*qualifier = stmt_dup(q, 1, op->arena);
	*value = json_parse(op->arena, stmt_dup(q, 2, op->arena), NULL);
	stmt_done(q);
	return true;
}

void function_forget_qualifier(struct op *op, struct str name, struct str qualifier)
{
	db_run(op->db, "DELETE FROM lambda_setting WHERE name = ? AND qualifier = ?", "ss", name,
	       qualifier);
	db_run(op->db, "DELETE FROM lambda_policy WHERE name = ? AND qualifier = ?", "ss", name,
	       qualifier);
}

/* --- tags ---------------------------------------------------------------------------------------- */

struct json_object *tags_of(struct op *op, struct str name)
{
	return setting_find(op, name, "tags", STR(""));
}

bool tags_add(struct op *op, struct str name, struct json_object *tags)
{
	struct json_object *all = tags_of(op, name);

	if (!all)
		all = json_new_object(op->arena);
	JSON_EACH(tags, key, value)
	{
		json_set(all, key, json_object_get(value));
	}
	if (json_count(all) > TAGS_MAX)
		return function_refuse(op, &InvalidParameterValueException,
				       "Number of tags exceeds resource tag limit.");
	setting_put(op, name, "tags", STR(""), STR_NONE, all);
	return true;
}

/* What an ARN names that can have tags. */
struct tagged {
	struct str name; /* under which they are kept */
	bool is_function;
};

/* False with the error set. */
static bool find_tagged(struct op *op, struct tagged *out)
{
	struct str arn = op_str(op, "Resource"), uuid = mapping_of_arn(op, arn);
	struct function_name n = function_name_split(arn);
	struct mapping m;
	struct function f;

	if (str_find_str(arn, STR(":event-source-mapping:")) >= 0) {
		*out = (struct tagged){ mapping_tags(op, uuid), false };
		return (uuid.n && mapping_find(op, uuid, &m)) ||
		       function_refuse(op, &LambdaNotFound,
				       "The resource you requested does not exist.");
	}
	if (!function_name_is_here(op, &n))
		return false;
	if (n.qualifier.p)
		return function_refuse(op, &InvalidParameterValueException,
				       "Tags on function aliases and versions are not supported. "
				       "Please specify a function ARN.");
	*out = (struct tagged){ n.name, true };
	return function_find(op, n.name, &f) ||
	       function_refuse(op, &LambdaNotFound, "Function not found: %.*s", STR_ARG(arn));
}

static void touch(struct op *op, const struct tagged *t)
{
	if (t->is_function)
		function_touch(op, t->name, STR("$LATEST"));
}

enum outcome lambda_op_tag_resource(struct op *op)
{
	struct tagged t;

	if (!json_count(op_get(op, "Tags")))
		return function_fail(op, &InvalidParameterValueException,
				     "An error occurred and the request cannot be processed.");
	if (!find_tagged(op, &t) || !tags_add(op, t.name, op_get(op, "Tags")))
		return FAILED;
	touch(op, &t);
	return DONE;
}

enum outcome lambda_op_untag_resource(struct op *op)
{
	struct json_object *keys = op_get(op, "TagKeys"), *all;
	struct tagged t;

	if (!find_tagged(op, &t))
		return FAILED;
	all = tags_of(op, t.name);
	for (size_t i = 0; all && i < json_count(keys); i++)
		json_object_object_del(all, arena_cstr(op->arena, json_str(json_at(keys, i))));
	if (all)
		setting_put(op, t.name, "tags", STR(""), STR_NONE, all);
	touch(op, &t);
	return DONE;
}

enum outcome lambda_op_list_tags(struct op *op)
{
	struct json_object *all;
	struct tagged t;

	if (!find_tagged(op, &t))
		return FAILED;
	all = tags_of(op, t.name);
	json_set(op->out, "Tags", all ? json_object_get(all) : json_object_new_object());
	return DONE;
}

/* --- code signing: nothing is signed here ------------------------------------------------------------ */

enum outcome lambda_op_get_code_signing(struct op *op)
{
	struct function f;

	return function_latest(op, &f) ? DONE : FAILED;
}

enum outcome lambda_op_put_code_signing(struct op *op)
{
	struct function f;

	if (!function_latest(op, &f))
		return FAILED;
	return function_fail(op, &CodeSigningConfigNotFoundException,
			     "The code signing configuration cannot be found. Check that the "
			     "provided configuration is not deleted: %.*s.",
			     STR_ARG(op_str(op, "CodeSigningConfigArn")));
}

enum outcome lambda_op_delete_code_signing(struct op *op)
{
	struct function f;

	return function_latest(op, &f) ? DONE : FAILED;
}

/* --- updates of the runtime ---------------------------------------------------------------------------- */

enum outcome lambda_op_get_runtime_management(struct op *op)
{
	struct json_object *kept;
	struct function f;

	if (!function_get(op, &f))
		return FAILED;
	kept = setting_find(op, f.name, "runtime", f.version);
	json_set_cstr(op->out, "UpdateRuntimeOn", "Auto");
	if (kept)
		json_set(op->out, "UpdateRuntimeOn",
			 json_object_get(json_get(kept, "UpdateRuntimeOn")));
	if (json_get(kept, "RuntimeVersionArn"))
		json_set(op->out, "RuntimeVersionArn",
			 json_object_get(json_get(kept, "RuntimeVersionArn")));
	json_set_str(op->out, "FunctionArn", function_arn_of(op, f.name, f.version));
	return DONE;
}

enum outcome lambda_op_put_runtime_management(struct op *op)
{
	bool manual = str_is(op_str(op, "UpdateRuntimeOn"), "Manual");
	struct json_object *value = json_new_object(op->arena);
	struct function f;

	if (!function_get(op, &f))
		return FAILED;
	if (manual != op_has(op, "RuntimeVersionArn"))
		return function_fail(
			op, &InvalidParameterValueException,
			manual ? "RuntimeVersionArn is required when UpdateRuntimeOn is Manual."
			       : "RuntimeVersionArn is only supported when UpdateRuntimeOn is "
				 "Manual.");
	json_set_str(value, "UpdateRuntimeOn", op_str(op, "UpdateRuntimeOn"));
	if (manual)
		json_set_str(value, "RuntimeVersionArn", op_str(op, "RuntimeVersionArn"));
	setting_put(op, f.name, "runtime", f.version, STR_NONE, value);
	JSON_EACH(value, key, member)
	{
		json_set(op->out, key, json_object_get(member));
	}
	json_set_str(op->out, "FunctionArn", function_arn_of(op, f.name, f.version));
	return DONE;
}

/* --- recursion -------------------------------------------------------------------------------------------- */

bool recursion_allowed(struct op *op, struct str name)
{
	struct json_object *kept = setting_find(op, name, "recursion", STR(""));

	return str_is(json_get_str(kept, "RecursiveLoop"), "Allow");
}

enum outcome lambda_op_get_recursion(struct op *op)
{
	struct json_object *kept;
	struct function f;

	if (!function_latest(op, &f))
		return FAILED;
	kept = setting_find(op, f.name, "recursion", STR(""));
	json_set_cstr(op->out, "RecursiveLoop", "Terminate");
	if (kept)
		json_set(op->out, "RecursiveLoop",
			 json_object_get(json_get(kept, "RecursiveLoop")));
	return DONE;
}

enum outcome lambda_op_put_recursion(struct op *op)
{
	struct json_object *value = json_new_object(op->arena);
	struct function f;

	if (!function_latest(op, &f))
		return FAILED;
	json_set_str(value, "RecursiveLoop", op_str(op, "RecursiveLoop"));
	setting_put(op, f.name, "recursion", STR(""), STR_NONE, value);
	json_set_str(op->out, "RecursiveLoop", op_str(op, "RecursiveLoop"));
	return DONE;
}
