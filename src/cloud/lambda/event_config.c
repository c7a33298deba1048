/*
 * How events of a function, version or alias are dealt with: retries, age, destinations.
 *
 * From: Lambda API Reference, "PutFunctionEventInvokeConfig"; Lambda Developer Guide, "Retaining records of asynchronous
 * invocations".
 */
#include "cloud/lambda/events.h"
#include "cloud/lambda/operations.h"
#include "cloud/lambda/target.h"

enum { RETRIES = 2, AGE_S = 6 * 3600 };

static const char kind[] = "event";

/* --- reading it ---------------------------------------------------------------------------------- */

static struct str destination(struct json_object *config, const char *which)
{
	return json_get_str(json_get(json_get(config, "DestinationConfig"), which), "Destination");
}

void event_config_of(struct op *op, const struct function *f, struct event_config *out)
{
	struct str qualifier = f->qualifier.n ? f->qualifier : STR("$LATEST");
	struct json_object *kept = setting_find(op, f->name, kind, qualifier);

	*out = (struct event_config){
		.retries = json_int_or(json_get(kept, "MaximumRetryAttempts"), RETRIES),
		.age_max_ms = json_int_or(json_get(kept, "MaximumEventAgeInSeconds"), AGE_S) * 1000,
		.on_success = destination(kept, "OnSuccess"),
		.on_failure = destination(kept, "OnFailure"),
	};
}

/* --- what operations name -------------------------------------------------------------------------- */

struct target {
	struct str name, qualifier; /* "$LATEST" when nothing was said */
};

/* False with the error set: no such function, version or alias. */
static bool find_target(struct op *op, struct target *out)
{
	struct function_name n;
	struct function f;

	if (!function_name_of(op, &n))
		return false;
	*out = (struct target){ n.name, n.qualifier.n ? n.qualifier : STR("$LATEST") };
	return function_resolve(op, n.name, n.qualifier, &f) ||
	       function_refuse(op, &LambdaNotFound, "The function doesn't exist.");
}

static enum outcome not_there(struct op *op, const struct target *t)
{
	return function_fail(op, &LambdaNotFound,
			     "The function %.*s doesn't have an EventInvokeConfig",
			     STR_ARG(function_arn_of(op, t->name, t->qualifier)));
}

static void describe(struct op *op, const struct target *t, struct json_object *kept,
		     struct json_object *out)
{
	JSON_EACH(kept, key, value)
	{
		json_set(out, key, json_object_get(value));
	}
	json_set_str(out, "FunctionArn", function_arn_of(op, t->name, t->qualifier));
}

/* --- destinations ---------------------------------------------------------------------------------- */

/* The part of an ARN: 2 is the service, 6 a function's name. */
static struct str arn_part(struct str arn, int n)
{
	while (n--)
		str_cut(&arn, ':');
	return str_cut(&arn, ':');
}

/* May records go there? False, with the error set when more is known than that it is not a place for them. */
static bool destination_good(struct op *op, const struct target *t, struct str arn)
{
	struct str service = arn_part(arn, 2), name = arn_part(arn, 6);
	struct function f;

	if (!arn.n)
		return true;
	if (target_is(arn))
		return function_find(op, t->name, &f) &&
		       target_check(op, json_get_str(f.config, "Role"), arn, TARGET_DESTINATION);
	if (str_is(service, "events") || str_starts(arn, STR("arn:aws:s3:::")))
		return function_target_here(op, "destination", arn);
	if (!str_is(service, "lambda"))
		return false;
	if (!function_find(op, name, &f))
		return function_refuse(op, &InvalidParameterValueException,
				       "The destination ARN %.*s is invalid.", STR_ARG(arn));
	return !str_eq(name, t->name) ||
	       function_refuse(op, &InvalidParameterValueException,
			       "You can't specify the function as a destination for itself.");
}

static const char *shown(struct op *op, const char *which, struct str arn)
{
	return arn.n ? arena_printf(op->arena, "%s(destination=%.*s)", which, STR_ARG(arn))
		     : "null";
}

static bool destinations_good(struct op *op, const struct target *t)
{
	struct str success = destination(op->in, "OnSuccess");
	struct str failure = destination(op->in, "OnFailure");

	op->error = NULL;
	if (destination_good(op, t, failure) && destination_good(op, t, success))
		return true;
	return op->error ? false
			 : function_refuse(op, &InvalidParameterValueException,
					   "The provided destination config "
					   "DestinationConfig(onSuccess=%s, onFailure=%s) is "
					   "invalid.",
					   shown(op, "OnSuccess", success),
					   shown(op, "OnFailure", failure));
}

/* --- operations --------------------------------------------------------------------------------------- */

static const char *const members[] = { "MaximumRetryAttempts", "MaximumEventAgeInSeconds",
				       "DestinationConfig" };
enum { MEMBERS = sizeof(members) / sizeof(members[0]) };

/* Write what the request says over `kept` and answer it. */
static enum outcome save(struct op *op, const struct target *t, struct json_object *kept)
{
	struct json_object *to;

	for (size_t i = 0; i < MEMBERS; i++)
		if (op_has(op, members[i]))
			json_set(kept, members[i], json_object_get(op_get(op, members[i])));
	to = json_get(kept, "DestinationConfig");
	if (!to)
		to = json_set_object(kept, "DestinationConfig");
	if (!json_get(to, "OnSuccess"))
		json_set_object(to, "OnSuccess");
	if (!json_get(to, "OnFailure"))
		json_set_object(to, "OnFailure");
	json_set_time(kept, "LastModified", op->now);
	setting_put(op, t->name, kind, t->qualifier, STR_NONE, kept);
	describe(op, t, kept, op->out);
	return DONE;
}

static bool says_something(struct op *op)
{
	for (size_t i = 0; i < MEMBERS; i++)
		if (op_has(op, members[i]))
			return true;
	return function_refuse(
		op, &InvalidParameterValueException,
		"You must specify at least one of error handling or destination setting.");
}

enum outcome lambda_op_put_event_config(struct op *op)
{
	struct target t;

	if (!says_something(op) || !find_target(op, &t) || !destinations_good(op, &t))
		return FAILED;
	return save(op, &t, json_new_object(op->arena));
}

enum outcome lambda_op_update_event_config(struct op *op)
{
	struct json_object *kept;
	struct target t;

	if (!says_something(op) || !find_target(op, &t))
		return FAILED;
	kept = setting_find(op, t.name, kind, t.qualifier);
	if (!kept)
		return not_there(op, &t);
	return destinations_good(op, &t) ? save(op, &t, kept) : FAILED;
}

/* What is asked for without looking whether the function is there. */
static bool name_target(struct op *op, struct target *out)
{
	struct function_name n;

	if (!function_name_of(op, &n))
		return false;
	*out = (struct target){ n.name, n.qualifier.n ? n.qualifier : STR("$LATEST") };
	return true;
}

enum outcome lambda_op_get_event_config(struct op *op)
{
	struct json_object *kept;
	struct target t;

	if (!name_target(op, &t))
		return FAILED;
	kept = setting_find(op, t.name, kind, t.qualifier);
	if (!kept)
		return not_there(op, &t);
	describe(op, &t, kept, op->out);
	return DONE;
}

enum outcome lambda_op_delete_event_config(struct op *op)
{
	struct target t;

	if (!name_target(op, &t))
		return FAILED;
	return setting_remove(op, t.name, kind, t.qualifier) ? DONE : not_there(op, &t);
}

enum outcome lambda_op_list_event_configs(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "FunctionEventInvokeConfigs"), *all;
	struct target t;
	struct function f;

	if (!name_target(op, &t))
		return FAILED;
	if (!function_find(op, t.name, &f))
		return function_fail(op, &LambdaNotFound, "The function doesn't exist.");
	all = setting_list(op, t.name, kind);
	for (size_t i = 0; i < json_count(all); i++) {
		t.qualifier = json_get_str(json_at(all, i), "Qualifier");
		describe(op, &t, json_get(json_at(all, i), "Value"), json_add_object(list));
	}
	return function_page(op, "FunctionEventInvokeConfigs", 50);
}
