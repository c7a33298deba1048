/*
 * Lambda: functions, and what describes them. create.c makes and changes them, invoke.c runs them, pool.c keeps
 * their environments. From: Lambda API Reference, 2015-03-31.
 */
#include "cloud/lambda/lambda.h"

#include "base/hash.h"
#include "base/time.h"
#include "cloud/lambda/function.h"

const struct aws_error LambdaNotFound = { "ResourceNotFoundException", 404, NULL, true };
const struct aws_error ResourceConflictException = { "ResourceConflictException", 409, NULL,
						     false };
const struct aws_error InvalidParameterValueException = { "InvalidParameterValueException", 400,
							  NULL, false };
const struct aws_error InvalidRequestContentException = { "InvalidRequestContentException", 400,
							  NULL, false };
const struct aws_error ServiceException = { "ServiceException", 500, NULL, true };
const struct aws_error RequestEntityTooLargeException = { "RequestEntityTooLargeException", 413,
							  NULL, true };
const struct aws_error TooManyRequestsException = { "TooManyRequestsException", 429, NULL, false };
const struct aws_error PreconditionFailedException = { "PreconditionFailedException", 412, NULL,
						       false };

/* --- names --------------------------------------------------------------------------------- */

struct str function_arn(struct op *op, struct str name)
{
	return op_arn(op, "lambda", "function:%.*s", STR_ARG(name));
}

/* What stands behind "...:function:", or the name itself. */
static struct str bare_name(struct str given)
{
	ptrdiff_t at = str_find_str(given, STR("function:"));

	return at < 0 ? given : str_slice(given, (size_t)at + strlen("function:"), given.n);
}

bool function_name_of(struct op *op, struct function_name *out)
{
	struct str given = op_str(op, "FunctionName"), rest = bare_name(given);
	struct str asked = op_str(op, "Qualifier");

	out->name = str_cut(&rest, ':');
	out->qualifier = rest;
	if (asked.n && out->qualifier.p && !str_eq(asked, out->qualifier)) {
		op_fail(op, &InvalidParameterValueException,
			"The derived qualifier from the function name does not match the specified "
			"qualifier.");
		return false;
	}
	if (asked.n)
		out->qualifier = asked;
	return true;
}

/* --- rows ---------------------------------------------------------------------------------- */

bool function_find(struct op *op, struct str name, struct function *out)
{
	struct stmt *q = db_query(op->db,
				  "SELECT name, config, code, created_at, updated_at "
				  "FROM lambda_function WHERE name = ?",
				  "s", name);

	if (!stmt_row(q))
		return false;
	*out = (struct function){ .name = stmt_dup(q, 0, op->arena),
				  .config = json_parse(op->arena, stmt_dup(q, 1, op->arena), NULL),
				  .code = stmt_dup(q, 2, op->arena),
				  .created_at = stmt_int(q, 3),
				  .updated_at = stmt_int(q, 4) };
	stmt_done(q);
	return out->config;
}

bool function_get(struct op *op, struct function *out)
{
	struct function_name n;

	if (!function_name_of(op, &n))
		return false;
	if (function_find(op, n.name, out) && (!n.qualifier.p || str_is(n.qualifier, "$LATEST")))
		return true;
	op_fail(op, &LambdaNotFound, "Function not found: %.*s%s%.*s",
		STR_ARG(function_arn(op, n.name)), n.qualifier.p ? ":" : "", STR_ARG(n.qualifier));
	json_set_cstr(op_error_members(op), "Type", "User");
	return false;
}

void function_save(struct op *op, const struct function *f)
{
	json_set_str(f->config, "RevisionId", hash_uuid(op->arena));
	json_set_str(f->config, "LastModified",
		     arena_strf(op->arena, "%.*s+0000",
				STR_ARG(str_slice(time_iso(op->arena, op->now, true), 0, 23))));
	db_run(op->db,
	       "INSERT INTO lambda_function (name, config, code, created_at, updated_at) "
	       "VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET config = excluded.config, "
	       "code = excluded.code, updated_at = excluded.updated_at",
	       "sssii", f->name, json_text(op->arena, f->config), f->code, f->created_at, op->now);
	job_settle(op, op->now + FUNCTION_SETTLE_MS);
}

const char *function_folder(struct op *op, struct str code)
{
	return arena_printf(op->arena, "%s/lambda/%.*s", op->account->dir, STR_ARG(code));
}

/* --- describing ------------------------------------------------------------------------------ */

bool function_is_pending(const struct op *op, const struct function *f)
{
	return op->now < f->created_at + FUNCTION_SETTLE_MS;
}

void function_describe(struct op *op, const struct function *f, struct json_object *out)
{
	bool pending = function_is_pending(op, f);
	bool changing = !pending && op->now < f->updated_at + FUNCTION_SETTLE_MS;

	JSON_EACH(f->config, key, value)
	{
		json_set(out, key, json_object_get(value));
	}
	json_set_cstr(out, "State", pending ? "Pending" : "Active");
	if (pending) {
		json_set_cstr(out, "StateReason", "The function is being created.");
		json_set_cstr(out, "StateReasonCode", "Creating");
	}
	json_set_cstr(out, "LastUpdateStatus", changing ? "InProgress" : "Successful");
	if (changing) {
		json_set_cstr(out, "LastUpdateStatusReason", "The function is being created.");
		json_set_cstr(out, "LastUpdateStatusReasonCode", "Creating");
	}
}

static enum outcome get_function(struct op *op)
{
	struct function f;

	if (!function_get(op, &f))
		return FAILED;
	function_describe(op, &f, json_set_object(op->out, "Configuration"));
	json_set_cstr(json_set_object(op->out, "Code"), "RepositoryType", "S3");
	return DONE;
}

static enum outcome get_function_configuration(struct op *op)
{
	struct function f;

	if (!function_get(op, &f))
		return FAILED;
	function_describe(op, &f, op->out);
	return DONE;
}

static enum outcome list_functions(struct op *op)
{
	int64_t limit = op_int_or(op, "MaxItems", 50);
	struct str marker = op_str_or(op, "Marker", ""), last = STR("");
	struct json_object *list = json_set_array(op->out, "Functions");
	struct stmt *q;

	limit = limit > 50 ? 50 : limit;
	q = db_query(op->db,
		     "SELECT name, config FROM lambda_function "
		     "WHERE name > ? ORDER BY name LIMIT ?",
		     "si", marker, limit + 1);
	while (stmt_row(q)) {
		struct json_object *config = json_parse(op->arena, stmt_str(q, 1), NULL);

		if ((int64_t)json_count(list) == limit) {
			json_set_str(op->out, "NextMarker", last);
			break;
		}
		last = stmt_dup(q, 0, op->arena);
		json_add(list, json_object_get(config));
	}
	stmt_done(q);
	return DONE;
}

/* --- the service ------------------------------------------------------------------------------- */

static const struct access accesses[] = {
	{ "CreateFunction", .resource = "function:{FunctionName}" },
	{ "DeleteFunction", .resource = "function:{FunctionName}" },
	{ "GetFunction", .resource = "function:{FunctionName}" },
	{ "GetFunctionConfiguration", .resource = "function:{FunctionName}" },
	{ "Invoke", .action = "lambda:InvokeFunction", .resource = "function:{FunctionName}" },
	{ "UpdateFunctionCode", .resource = "function:{FunctionName}" },
	{ "UpdateFunctionConfiguration", .resource = "function:{FunctionName}" },
	{ NULL },
};
static const struct access_rules access_rules = { accesses, NULL };

#define PATH "/2015-03-31/functions"
static const struct operation operations[] = {
	{ "CreateFunction", "POST " PATH, lambda_op_create_function, 0, &lambda_create_function,
	  201 },
	{ "DeleteFunction", "DELETE " PATH "/{FunctionName}", lambda_op_delete_function, 0,
	  &lambda_function_name, 204 },
	{ "GetFunction", "GET " PATH "/{FunctionName}", get_function, OP_READS,
	  &lambda_function_name },
	{ "GetFunctionConfiguration", "GET " PATH "/{FunctionName}/configuration",
	  get_function_configuration, OP_READS, &lambda_function_name },
	{ "Invoke", "POST " PATH "/{FunctionName}/invocations", lambda_op_invoke,
	  OP_WAITS | OP_DATA, &lambda_invoke, 0, &lambda_invoke_output },
	{ "ListFunctions", "GET " PATH, list_functions, OP_READS, &lambda_list_functions },
	{ "UpdateFunctionCode", "PUT " PATH "/{FunctionName}/code", lambda_op_update_function_code,
	  0, &lambda_update_code },
	{ "UpdateFunctionConfiguration", "PUT " PATH "/{FunctionName}/configuration",
	  lambda_op_update_function_configuration, 0, &lambda_update_configuration },
	{ 0 }
};

static const struct schema schema = {
	.name = "lambda",
	.version = 1,
	.sql = "CREATE TABLE lambda_function ("
	       " name TEXT PRIMARY KEY, config TEXT NOT NULL, code TEXT NOT NULL,"
	       " created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL) WITHOUT ROWID;",
};

const struct service lambda_service = {
	.name = "lambda",
	.api_version = "2015-03-31",
	.speaks = PROTO_REST_JSON,
	.operations = operations,
	.jobs = lambda_jobs,
	.schema = &schema,
	.access = &access_rules,
};
