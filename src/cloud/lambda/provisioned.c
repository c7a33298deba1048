/*
 * Provisioned concurrency: environments of a version that are there before they are needed.
 *
 * What is wanted is a setting of a version or alias; a job sees that the pool provides it, looks again now and then (the
 * server may have been started anew, an alias may lead elsewhere), and ends when it is not wanted any more.
 * From: Lambda Developer Guide, "Configuring provisioned concurrency for a function".
 */
#include "cloud/lambda/provisioned.h"

#include "cloud/lambda/aliases.h"
#include "cloud/lambda/concurrency.h"
#include "cloud/lambda/jobs.h"
#include "cloud/lambda/operations.h"
#include "cloud/lambda/pool.h"
#include "cloud/lambda/start.h"

enum { LOOK_MS = 20000, RENEW_MS = 5 * 3600000 };

static const char kind[] = "provisioned";

/* --- what is wanted ---------------------------------------------------------------------------------- */

int64_t provisioned_for(struct op *op, struct str name, struct str but)
{
	struct json_object *all = setting_list(op, name, kind);
	int64_t sum = 0;

	for (size_t i = 0; i < json_count(all); i++)
		if (!but.p || !str_eq(json_get_str(json_at(all, i), "Qualifier"), but))
			sum += json_int_or(json_get(json_get(json_at(all, i), "Value"),
						    "Requested"),
					   0);
	return sum;
}

/* The version that is provided for: of an alias the one it names, not those it shares calls with. */
static bool find_version(struct op *op, struct str name, struct str qualifier, struct function *out)
{
	struct json_object *alias;

	if (!qualifier_is_alias(qualifier))
		return function_find_version(op, name, qualifier, out);
	alias = alias_find(op, name, qualifier);
	return alias &&
	       function_find_version(op, name, json_get_str(alias, "FunctionVersion"), out);
}

/* What the operation provides for: a version or an alias. */
struct target {
	struct str name, qualifier;
	struct function version; /* what is behind it */
};

static bool find_target(struct op *op, const char *latest, struct target *out)
{
	struct function_name n;

	if (!function_name_of(op, &n))
		return false;
	if (qualifier_is_latest(n.qualifier))
		return function_refuse(op, &InvalidParameterValueException, "%s", latest);
	out->name = n.name;
	out->qualifier = n.qualifier;
	if (find_version(op, n.name, n.qualifier, &out->version))
		return true;
	return function_refuse(op, &LambdaNotFound, "%s: %.*s",
			       qualifier_is_alias(n.qualifier) ? "Cannot find alias arn"
							       : "Function not found",
			       STR_ARG(function_arn_of(op, n.name, n.qualifier)));
}

/* --- what may be wanted -------------------------------------------------------------------------------- */

/* An alias and its version cannot both be provided for. */
static bool is_free(struct op *op, const struct target *t)
{
	struct json_object *all = setting_list(op, t->name, kind);
	bool alias = qualifier_is_alias(t->qualifier);

	for (size_t i = 0; i < json_count(all); i++) {
		struct str other = json_get_str(json_at(all, i), "Qualifier");
		struct json_object *a = alias ? NULL : alias_find(op, t->name, other);

		if (alias && str_eq(other, t->version.version))
			return function_refuse(op, &ResourceConflictException,
					       "Alias can't be used for Provisioned Concurrency "
					       "configuration on an already Provisioned version");
		if (a && str_eq(json_get_str(a, "FunctionVersion"), t->qualifier))
			return function_refuse(
				op, &ResourceConflictException,
				"Version is pointed by a Provisioned Concurrency alias");
	}
	return true;
}

static bool provision_good(struct op *op, const struct target *t, int64_t wanted)
{
	int64_t reserved = concurrency_reserved(op, t->name);
	struct json_object *before = setting_find(op, t->name, kind, t->qualifier);
	int64_t left = ACCOUNT_EXECUTIONS - concurrency_reserved_by_all(op) +
		       json_int_or(json_get(before, "Requested"), 0);

	if (reserved >= 0 && reserved < provisioned_for(op, t->name, t->qualifier) + wanted)
		return function_refuse(op, &InvalidParameterValueException,
				       "Requested Provisioned Concurrency should not be greater "
				       "than the reservedConcurrentExecution for function");
	if (wanted > ACCOUNT_EXECUTIONS)
		return function_refuse(op, &InvalidParameterValueException,
				       "Specified ConcurrentExecutions for function is greater "
				       "than account's unreserved concurrency [%d].",
				       ACCOUNT_EXECUTIONS);
	if (reserved < 0 && left - wanted < UNRESERVED_MIN)
		return function_refuse(op, &InvalidParameterValueException,
				       "Specified ConcurrentExecutions for function decreases "
				       "account's UnreservedConcurrentExecution below its minimum "
				       "value of [%d].",
				       UNRESERVED_MIN);
	return is_free(op, t);
}

/* --- the job ----------------------------------------------------------------------------------------------- */

/* Its argument: FunctionName, Qualifier, Key (what the pool provides), Since (when it was told so last). */
static void promise(struct op *op, struct json_object *arg, int64_t due)
{
	const char *key =
		arena_printf(op->arena, "%.*s:%.*s", STR_ARG(json_get_str(arg, "FunctionName")),
			     STR_ARG(json_get_str(arg, "Qualifier")));

	job_add(op, &lambda_jobs[LAMBDA_PROVISION], due, key, arg);
}

/* See to it now; what the pool provided before is taken over from the job that was promised. */
static void see_to(struct op *op, const struct target *t)
{
	struct json_object *arg = json_new_object(op->arena);

	json_set_str(arg, "FunctionName", t->name);
	json_set_str(arg, "Qualifier", t->qualifier);
	json_set_str(arg, "Key", str_of(start_key(op, &t->version)));
	promise(op, arg, op->now);
}

/* Tell the pool, and why it cannot be in the setting. */
static void provide(struct op *op, const struct function *f, struct str qualifier,
		    struct json_object *kept)
{
	const char *why = "";
	int count = (int)json_int_or(json_get(kept, "Requested"), 0);

	json_object_object_del(kept, "Reason");
	if (!start_provision(op, f, count, &why))
		json_set_cstr(kept, "Reason", why);
	setting_put(op, f->name, kind, qualifier, STR_NONE, kept);
}

enum outcome lambda_job_provision(struct op *op)
{
	struct str name = op_str(op, "FunctionName"), qualifier = op_str(op, "Qualifier");
	struct json_object *kept = setting_find(op, name, kind, qualifier);
	struct str before = op_str(op, "Key"), key;
	int64_t since = op_int_or(op, "Since", 0);
	bool failed;
	struct function f;

	if (!kept || !find_version(op, name, qualifier, &f)) {
		start_provision_ends(op, before);
		return DONE;
	}
	key = str_of(start_key(op, &f));
	if (before.p && !str_eq(before, key))
		start_provision_ends(op, before);
	if (start_provided(op, &f, &failed) < json_int_or(json_get(kept, "Requested"), 0) ||
	    op->now - since > RENEW_MS) {
		provide(op, &f, qualifier, kept);
		since = op->now;
	}
	json_set_str(op->in, "Key", key);
	json_set_int(op->in, "Since", since);
	promise(op, op->in, op->now + LOOK_MS);
	return DONE;
}

/* --- operations ---------------------------------------------------------------------------------------------- */

static const char not_provided[] =
	"The function resource provided must be an alias or a published version.";

/* How far it is: environments that are there, of those that are wanted. */
static void describe(struct op *op, const struct function *version, struct json_object *kept,
		     struct json_object *out)
{
	int64_t wanted = json_int_or(json_get(kept, "Requested"), 0);
	bool failed;
	int64_t there = start_provided(op, version, &failed);
	struct str why = json_get_str(kept, "Reason");

	if (failed && !why.n)
		why = STR("FUNCTION_ERROR_INIT_FAILURE");
	there = there < wanted ? there : wanted;
	json_set_int(out, "RequestedProvisionedConcurrentExecutions", wanted);
	json_set_int(out, "AvailableProvisionedConcurrentExecutions", there);
	json_set_int(out, "AllocatedProvisionedConcurrentExecutions", there);
	json_set_cstr(out, "Status", there == wanted ? "READY" : why.n ? "FAILED" : "IN_PROGRESS");
	if (there < wanted && why.n)
		json_set_str(out, "StatusReason", why);
	json_set(out, "LastModified", json_object_get(json_get(kept, "LastModified")));
}

enum outcome lambda_op_put_provisioned(struct op *op)
{
	int64_t wanted = op_int_or(op, "ProvisionedConcurrentExecutions", 1);
	struct json_object *value = json_new_object(op->arena);
	struct target t;

	if (!find_target(
		    op,
		    "Provisioned Concurrency Configs cannot be applied to unpublished function "
		    "versions.",
		    &t) ||
	    !provision_good(op, &t, wanted))
		return FAILED;
	json_set_int(value, "Requested", wanted);
	json_set_str(value, "LastModified", function_date(op, op->now));
	setting_put(op, t.name, kind, t.qualifier, STR_NONE, value);
	function_touch(op, t.name, t.version.version);
	see_to(op, &t);
	json_set_int(op->out, "RequestedProvisionedConcurrentExecutions", wanted);
	json_set_int(op->out, "AvailableProvisionedConcurrentExecutions", 0);
	json_set_int(op->out, "AllocatedProvisionedConcurrentExecutions", 0);
	json_set_cstr(op->out, "Status", "IN_PROGRESS");
	json_set(op->out, "LastModified", json_object_get(json_get(value, "LastModified")));
	return DONE;
}

enum outcome lambda_op_get_provisioned(struct op *op)
{
	struct json_object *kept;
	struct target t;

	if (!find_target(op, not_provided, &t))
		return FAILED;
	kept = setting_find(op, t.name, kind, t.qualifier);
	if (!kept)
		return function_fail(op, &ProvisionedConcurrencyConfigNotFoundException,
				     "No Provisioned Concurrency Config found for this function");
	describe(op, &t.version, kept, op->out);
	return DONE;
}

enum outcome lambda_op_delete_provisioned(struct op *op)
{
	struct target t;

	if (!find_target(op, not_provided, &t))
		return FAILED;
	if (setting_remove(op, t.name, kind, t.qualifier))
		see_to(op, &t);
	return DONE;
}

enum outcome lambda_op_list_provisioned(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "ProvisionedConcurrencyConfigs"), *all;
	struct function f, version;

	if (!function_latest(op, &f))
		return FAILED;
	all = setting_list(op, f.name, kind);
	for (size_t i = 0; i < json_count(all); i++) {
		struct str qualifier = json_get_str(json_at(all, i), "Qualifier");
		struct json_object *entry;

		if (!find_version(op, f.name, qualifier, &version))
			continue;
		entry = json_add_object(list);
		json_set_str(entry, "FunctionArn", function_arn_of(op, f.name, qualifier));
		describe(op, &version, json_get(json_at(all, i), "Value"), entry);
	}
	return function_page(op, "ProvisionedConcurrencyConfigs", 50);
}
