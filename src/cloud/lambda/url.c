/*
 * Function URLs: their configuration. From: Lambda API Reference, "CreateFunctionUrlConfig"; Lambda Developer Guide,
 * "Creating and managing Lambda function URLs".
 */
#include "aws/id.h"
#include "base/time.h"
#include "cloud/lambda/aliases.h"
#include "cloud/lambda/function.h"
#include "cloud/lambda/operations.h"
#include "cloud/lambda/serve.h"

static const char kind[] = "url";

/* --- what operations name ------------------------------------------------------------------------- */

struct target {
	struct str name, qualifier; /* empty: the function itself */
};

/* False with the error set; `missing` is what is said of a function or alias that is not there. */
static bool find_target(struct op *op, const char *missing, struct target *out)
{
	struct function_name n;
	struct function f;

	if (!function_name_of(op, &n))
		return false;
	if (n.qualifier.n && !qualifier_is_alias(n.qualifier)) {
		op_fail(op, &ValidationException,
			"1 validation error detected: Value '%.*s' at 'qualifier' failed to satisfy "
			"constraint: Member must satisfy regular expression pattern: "
			"((?!^\\d+$)^[0-9a-zA-Z-_]+$)",
			STR_ARG(n.qualifier));
		return false;
	}
	*out = (struct target){ n.name, n.qualifier.n ? n.qualifier : STR("") };
	if (function_find(op, n.name, &f) &&
	    (!n.qualifier.n || alias_find(op, n.name, n.qualifier)))
		return true;
	return function_refuse(op, &LambdaNotFound, "%s", missing);
}

static const char no_function[] = "Function does not exist";
static const char no_resource[] = "The resource you requested does not exist.";

static struct str target_arn(struct op *op, struct str name, struct str qualifier)
{
	return function_arn_of(op, name, qualifier.n ? qualifier : STR_NONE);
}

/* --- describing ------------------------------------------------------------------------------------ */

static void describe(struct op *op, struct str name, struct str qualifier, struct json_object *kept,
		     struct json_object *out)
{
	json_set_str(out, "FunctionUrl",
		     arena_strf(op->arena, "%.*s" URL_PATH "%.*s/", STR_ARG(op->endpoint),
				STR_ARG(json_get_str(kept, "Id"))));
	json_set_str(out, "FunctionArn", target_arn(op, name, qualifier));
	JSON_EACH(kept, key, value)
	{
		if (strcmp(key, "Id") != 0)
			json_set(out, key, json_object_get(value));
	}
}

static void take_members(struct op *op, struct json_object *kept)
{
	static const char *const members[] = { "AuthType", "Cors", "InvokeMode" };

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (op_has(op, members[i]))
			json_set(kept, members[i], json_object_get(op_get(op, members[i])));
	json_set_str(kept, "LastModifiedTime", time_iso(op->arena, op->now, true));
}

/* --- operations --------------------------------------------------------------------------------------- */

enum outcome lambda_op_create_url(struct op *op)
{
	struct json_object *kept = json_new_object(op->arena);
	struct target t;
	struct str id;

	if (!find_target(op, no_function, &t))
		return FAILED;
	if (setting_find(op, t.name, kind, t.qualifier))
		return function_fail(
			op, &ResourceConflictException,
			"Failed to create function url config for [functionArn = %.*s]. "
			"Error message:  FunctionUrlConfig exists for this Lambda "
			"function",
			STR_ARG(target_arn(op, t.name, t.qualifier)));
	id = id_make_long(op, URL_ID);
	json_set_str(kept, "Id", id);
	json_set_str(kept, "CreationTime", time_iso(op->arena, op->now, true));
	json_set_cstr(kept, "InvokeMode", "BUFFERED");
	take_members(op, kept);
	setting_put(op, t.name, kind, t.qualifier, id, kept);
	describe(op, t.name, t.qualifier, kept, op->out);
	json_object_object_del(op->out, "LastModifiedTime");
	if (!op_has(op, "InvokeMode"))
		json_object_object_del(op->out, "InvokeMode");
	return DONE;
}

enum outcome lambda_op_get_url(struct op *op)
{
	struct json_object *kept;
	struct target t;

	if (!find_target(op, no_resource, &t))
		return FAILED;
	kept = setting_find(op, t.name, kind, t.qualifier);
	if (!kept)
		return function_fail(op, &LambdaNotFound, "%s", no_resource);
	describe(op, t.name, t.qualifier, kept, op->out);
	return DONE;
}

enum outcome lambda_op_update_url(struct op *op)
{
	struct json_object *kept;
	struct target t;

	if (!find_target(op, no_function, &t))
		return FAILED;
	kept = setting_find(op, t.name, kind, t.qualifier);
	if (!kept)
		return function_fail(op, &LambdaNotFound, "%s", no_resource);
	take_members(op, kept);
	setting_put(op, t.name, kind, t.qualifier, json_get_str(kept, "Id"), kept);
	describe(op, t.name, t.qualifier, kept, op->out);
	return DONE;
}

enum outcome lambda_op_delete_url(struct op *op)
{
	struct target t;

	if (!find_target(op, no_resource, &t))
		return FAILED;
	if (!setting_remove(op, t.name, kind, t.qualifier))
		return function_fail(op, &LambdaNotFound, "%s", no_resource);
	return DONE;
}

enum outcome lambda_op_list_urls(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "FunctionUrlConfigs"), *all;
	struct function_name n;
	struct function f;

	if (!function_name_of(op, &n))
		return FAILED;
	if (!function_find(op, n.name, &f))
		return function_fail(op, &LambdaNotFound, "%s", no_function);
	all = setting_list(op, n.name, kind);
	for (size_t i = 0; i < json_count(all); i++)
		describe(op, n.name, json_get_str(json_at(all, i), "Qualifier"),
			 json_get(json_at(all, i), "Value"), json_add_object(list));
	return function_page(op, "FunctionUrlConfigs", 50);
}
