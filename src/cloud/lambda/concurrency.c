/*
 * Concurrency: what is reserved for a function, and the account's limits.
 *
 * From: Lambda Developer Guide, "Configuring reserved concurrency for a function", "Lambda quotas".
 */
#include "cloud/lambda/concurrency.h"

#include "cloud/lambda/operations.h"
#include "cloud/lambda/provisioned.h"
#include "store/zip.h"

#define ACCOUNT_CODE_BYTES 80530636800
#define CODE_ZIPPED_BYTES  52428800

/* --- what is there ---------------------------------------------------------------------------- */

int64_t concurrency_reserved(struct op *op, struct str name)
{
	return json_int_or(json_get(setting_find(op, name, "concurrency", STR("")), "Reserved"),
			   -1);
}

int64_t concurrency_reserved_by_all(struct op *op)
{
	return db_int(op->db, 0,
		      "SELECT total(value ->> 'Reserved') FROM lambda_setting"
		      " WHERE kind = 'concurrency'",
		      "") +
	       db_int(op->db, 0,
		      "SELECT total(value ->> 'Requested') FROM lambda_setting"
		      " WHERE kind = 'provisioned' AND name NOT IN"
		      " (SELECT name FROM lambda_setting WHERE kind = 'concurrency')",
		      "");
}

static int64_t code_bytes(struct op *op)
{
	return db_int(op->db, 0, "SELECT total(config ->> 'CodeSize') FROM lambda_function", "") +
	       db_int(op->db, 0, "SELECT total(config ->> 'CodeSize') FROM lambda_version", "") +
	       db_int(op->db, 0, "SELECT total(config ->> '$.Content.CodeSize') FROM lambda_layer",
		      "");
}

enum outcome lambda_op_get_account_settings(struct op *op)
{
	struct json_object *limit = json_set_object(op->out, "AccountLimit");
	struct json_object *usage = json_set_object(op->out, "AccountUsage");

	json_set_int(limit, "TotalCodeSize", ACCOUNT_CODE_BYTES);
	json_set_int(limit, "CodeSizeUnzipped", ZIP_BYTES_MAX);
	json_set_int(limit, "CodeSizeZipped", CODE_ZIPPED_BYTES);
	json_set_int(limit, "ConcurrentExecutions", ACCOUNT_EXECUTIONS);
	json_set_int(limit, "UnreservedConcurrentExecutions",
		     ACCOUNT_EXECUTIONS - concurrency_reserved_by_all(op));
	json_set_int(usage, "TotalCodeSize", code_bytes(op));
	json_set_int(usage, "FunctionCount",
		     db_int(op->db, 0, "SELECT count(*) FROM lambda_function", ""));
	return DONE;
}

/* --- reserved ------------------------------------------------------------------------------------ */

static bool reservation_good(struct op *op, struct str name, int64_t wanted)
{
	int64_t before = concurrency_reserved(op, name),
		provisioned = provisioned_for(op, name, STR_NONE);
	int64_t left = ACCOUNT_EXECUTIONS - concurrency_reserved_by_all(op) +
		       (before >= 0 ? before : provisioned);

	if (left - wanted < UNRESERVED_MIN)
		return function_refuse(
			op, &InvalidParameterValueException,
			"Specified ReservedConcurrentExecutions for function "
			"decreases account's UnreservedConcurrentExecution below its "
			"minimum value of [%d].",
			UNRESERVED_MIN);
	return provisioned <= wanted ||
	       function_refuse(op, &InvalidParameterValueException,
			       " ReservedConcurrentExecutions  %lld should not be lower than "
			       "function's total provisioned concurrency [%lld].",
			       (long long)wanted, (long long)provisioned);
}

enum outcome lambda_op_put_concurrency(struct op *op)
{
	int64_t wanted = op_int_or(op, "ReservedConcurrentExecutions", 0);
	struct json_object *value = json_new_object(op->arena);
	struct function_name n;
	struct function f;

	if (!function_name_of(op, &n))
		return FAILED;
	if (n.qualifier.p)
		return function_fail(op, &InvalidParameterValueException,
				     "This operation is permitted on Lambda functions only. "
				     "Aliases and versions do not support this operation. Please "
				     "specify either a function name or an unqualified function "
				     "ARN.");
	if (!function_find(op, n.name, &f))
		return function_fail(op, &LambdaNotFound, "Function not found: %.*s",
				     STR_ARG(function_arn_of(op, n.name, STR("$LATEST"))));
	if (!reservation_good(op, n.name, wanted))
		return FAILED;
	json_set_int(value, "Reserved", wanted);
	setting_put(op, n.name, "concurrency", STR(""), STR_NONE, value);
	json_set_int(op->out, "ReservedConcurrentExecutions", wanted);
	return DONE;
}

enum outcome lambda_op_get_concurrency(struct op *op)
{
	struct function f;
	int64_t reserved;

	if (!function_latest(op, &f))
		return FAILED;
	reserved = concurrency_reserved(op, f.name);
	if (reserved >= 0)
		json_set_int(op->out, "ReservedConcurrentExecutions", reserved);
	return DONE;
}

enum outcome lambda_op_delete_concurrency(struct op *op)
{
	struct function f;

	if (!function_latest(op, &f))
		return FAILED;
	setting_remove(op, f.name, "concurrency", STR(""));
	return DONE;
}
