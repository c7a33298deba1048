/*
 * Versions: what $LATEST was when it was published, for good.
 *
 * From: Lambda Developer Guide, "Manage Lambda function versions". Numbers are never given twice, not even to a
 * function that was deleted and made again.
 */
#include "cloud/lambda/versions.h"

#include "base/hash.h"
#include "cloud/lambda/aliases.h"
#include "cloud/lambda/code.h"
#include "cloud/lambda/operations.h"
#include "cloud/lambda/pool.h"

int64_t version_next(struct op *op, const char *kind, struct str name)
{
	struct str resource = arena_strf(op->arena, "%s:%.*s", kind, STR_ARG(name));

	db_run(op->db,
	       "INSERT INTO lambda_counter (resource, last) VALUES (?, 1)"
	       " ON CONFLICT (resource) DO UPDATE SET last = last + 1",
	       "s", resource);
	return db_int(op->db, 0, "SELECT last FROM lambda_counter WHERE resource = ?", "s",
		      resource);
}

/* The version that was published last, if it is still there. */
static bool find_last(struct op *op, struct str name, struct function *out)
{
	struct str resource = arena_strf(op->arena, "function:%.*s", STR_ARG(name));
	int64_t last = db_int(op->db, 0, "SELECT last FROM lambda_counter WHERE resource = ?", "s",
			      resource);

	return function_find_version(op, name, arena_strf(op->arena, "%lld", (long long)last), out);
}

static void insert(struct op *op, const struct function *v, int64_t number)
{
	db_run(op->db,
	       "INSERT INTO lambda_version"
	       " (name, version, config, code, content, layers, opt, created_at)"
	       " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	       "sisssssi", v->name, number, json_text(op->arena, v->config), v->code, v->content,
	       v->layers.p ? v->layers : STR(""), v->opt.p ? v->opt : STR(""), v->created_at);
	job_settle(op, op->now + FUNCTION_SETTLE_MS);
}

bool version_publish(struct op *op, const struct function *latest, struct str description,
		     struct function *out)
{
	int64_t number;

	if (find_last(op, latest->name, out) && str_eq(out->content, latest->content))
		return false;
	number = version_next(op, "function", latest->name);
	*out = *latest;
	out->config = json_parse(op->arena, json_text(op->arena, latest->config), NULL);
	out->version = arena_strf(op->arena, "%lld", (long long)number);
	/* Pending where the change that it is made of is not through yet: with Publish, not with PublishVersion. */
	out->created_at = out->updated_at = latest->updated_at;
	json_set_str(out->config, "Version", out->version);
	json_set_str(out->config, "RevisionId", hash_uuid(op->arena));
	if (description.p)
		json_set_str(out->config, "Description", description);
	insert(op, out, number);
	return true;
}

enum outcome lambda_op_publish_version(struct op *op)
{
	struct str sha = op_str(op, "CodeSha256"), now;
	struct function f, v;

	if (!function_latest(op, &f) || !function_is_settled(op, &f))
		return FAILED;
	now = json_get_str(f.config, "CodeSha256");
	if (sha.n && !str_eq(sha, now))
		return function_fail(op, &InvalidParameterValueException,
				     "CodeSHA256 (%.*s) is different from current CodeSHA256 in "
				     "$LATEST (%.*s). Please try again with the CodeSHA256 in "
				     "$LATEST.",
				     STR_ARG(sha), STR_ARG(now));
	if (version_publish(op, &f, op_str(op, "Description"), &v))
		function_touch(op, f.name, STR("$LATEST"));
	function_describe(op, &v, DESCRIBE_QUALIFIED, op->out);
	return DONE;
}

void version_list(struct op *op, struct str name, struct json_object *list)
{
	struct function f;
	struct stmt *q;

	if (!function_find(op, name, &f))
		return;
	function_describe(op, &f, DESCRIBE_QUALIFIED | DESCRIBE_LISTED, json_add_object(list));
	q = db_query(op->db, "SELECT version FROM lambda_version WHERE name = ? ORDER BY version",
		     "s", name);
	while (stmt_row(q))
		if (function_find_version(op, name, stmt_dup(q, 0, op->arena), &f))
			function_describe(op, &f, DESCRIBE_QUALIFIED | DESCRIBE_LISTED,
					  json_add_object(list));
}

enum outcome lambda_op_list_versions(struct op *op)
{
	struct function f;

	if (!function_latest(op, &f))
		return FAILED;
	version_list(op, f.name, json_set_array(op->out, "Versions"));
	return function_page(op, "Versions", 50);
}

/* --- deleting ------------------------------------------------------------------------------------ */

static void leave(struct op *op, const struct function *f)
{
	code_leave(op, f->code);
	code_leave_layers(op, f->layers, f->opt);
}

enum outcome version_delete(struct op *op, struct str name, struct str version)
{
	struct str names;
	struct function f;
	int64_t number;

	if (qualifier_is_latest(version))
		return function_fail(
			op, &InvalidParameterValueException,
			"$LATEST version cannot be deleted without deleting the function.");
	if (!str_to_int(version, &number) || qualifier_is_alias(version))
		return function_fail(op, &InvalidParameterValueException,
				     "Deletion of aliases is not currently supported.");
	names = alias_names(op, name, version);
	if (names.n)
		return function_fail(op, &ResourceConflictException,
				     "Unable to delete version because the following aliases "
				     "reference it: [%.*s]",
				     STR_ARG(names));
	if (!function_find_version(op, name, version, &f))
		return DONE;
	db_run(op->db, "DELETE FROM lambda_version WHERE name = ? AND version = ?", "si", name,
	       number);
	function_forget_qualifier(op, name, version);
	leave(op, &f);
	pool_forget(op->account->id, arena_cstr(op->arena, name), f.version.p);
	return DONE;
}

void version_delete_all(struct op *op, const struct function *latest)
{
	struct str name = latest->name;
	struct function f;
	struct stmt *q;

	leave(op, latest);
	q = db_query(op->db, "SELECT version FROM lambda_version WHERE name = ?", "s", name);
	while (stmt_row(q))
		if (function_find_version(op, name, stmt_dup(q, 0, op->arena), &f))
			leave(op, &f);
	db_run(op->db, "DELETE FROM lambda_function WHERE name = ?", "s", name);
	db_run(op->db, "DELETE FROM lambda_version WHERE name = ?", "s", name);
	db_run(op->db, "DELETE FROM lambda_alias WHERE name = ?", "s", name);
	db_run(op->db, "DELETE FROM lambda_setting WHERE name = ?", "s", name);
	db_run(op->db, "DELETE FROM lambda_policy WHERE name = ?", "s", name);
	pool_forget(op->account->id, arena_cstr(op->arena, name), NULL);
}
