/* What may be configured, and how it is refused; see configure.h. */
#include "cloud/lambda/configure.h"

#include "aws/dispatch.h"
#include "base/form.h"
#include "cloud/lambda/layers.h"
#include "cloud/lambda/target.h"

enum { TIMEOUT_MAX = 900, VARIABLES_BYTES_MAX = 4096 };

/* --- the role --------------------------------------------------------------------------------- */

/* Roles of other accounts are not passed on. */
static bool role_is_here(struct op *op, struct str arn)
{
	struct str rest = arn, account = STR_NONE;

	for (int i = 0; i < 5; i++)
		account = str_cut(&rest, ':');
	return str_is(account, op->account->id) ||
	       function_refuse(op, &LambdaAccessDenied, "Cross-account pass role is not allowed.");
}

bool configure_targets(struct op *op, const struct function *f)
{
	struct str arn = json_get_str(op_get(op, "DeadLetterConfig"), "TargetArn");

	return !target_is(arn) ||
	       target_check(op, json_get_str(f->config, "Role"), arn, TARGET_DEAD_LETTER);
}

bool configure_role(struct op *op)
{
	struct str arn = op_str(op, "Role"), rest = arn, name = STR_NONE;
	struct json_object *in = json_new_object(op->arena), *answer = NULL, *found;
	struct str trust;

	if (!arn.p)
		return true;
	if (!role_is_here(op, arn) || !authorize_pass_role(op, arn, "lambda.amazonaws.com"))
		return false;
	while (rest.p)
		name = str_cut(&rest, '/');
	json_set_str(in, "RoleName", name);
	found = aws_call(op, "iam", "GetRole", in, &answer, NULL) == DONE ? json_get(answer, "Role")
									  : NULL;
	trust = form_decode_lenient(op->arena, json_get_str(found, "AssumeRolePolicyDocument"),
				    false);
	if (!found || !str_eq(json_get_str(found, "Arn"), arn) ||
	    !authorize_trust(op, trust, "lambda.amazonaws.com"))
		return function_refuse(
			op, &InvalidParameterValueException,
			"The role defined for the function cannot be assumed by Lambda.");
	return true;
}

/* --- variables -------------------------------------------------------------------------------- */

static bool is_reserved(const char *name)
{
	static const char *const names[] = {
		"_HANDLER",
		"_X_AMZN_TRACE_ID",
		"AWS_DEFAULT_REGION",
		"AWS_REGION",
		"AWS_EXECUTION_ENV",
		"AWS_ACCESS_KEY",
		"AWS_ACCESS_KEY_ID",
		"AWS_SECRET_ACCESS_KEY",
		"AWS_SESSION_TOKEN",
		"AWS_LAMBDA_RUNTIME_API",
		"LAMBDA_TASK_ROOT",
		"LAMBDA_RUNTIME_DIR",
		"AWS_LAMBDA_FUNCTION_NAME",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
		"AWS_LAMBDA_FUNCTION_VERSION",
		"AWS_LAMBDA_INITIALIZATION_TYPE",
		"AWS_LAMBDA_LOG_GROUP_NAME",
		"AWS_LAMBDA_LOG_STREAM_NAME",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static bool variable_name_good(const char *name)
{
	size_t n = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

	return n > 1 && !name[n] && ((name[0] | 32) >= 'a' && (name[0] | 32) <= 'z');
}

#define NO_VARIABLES                                                                               \
	"Lambda was unable to configure your environment variables because the environment "       \
	"variables you have provided "

static bool variables_good(struct op *op)
{
	struct json_object *all = json_get(op_get(op, "Environment"), "Variables");
	struct str text = all ? json_text(op->arena, all) : STR("");

	if (!all)
		return true;
	if (text.n > VARIABLES_BYTES_MAX)
		return function_refuse(op, &InvalidParameterValueException,
				       NO_VARIABLES "exceeded the 4KB limit. String measured: %.*s",
				       STR_ARG(text));
	JSON_EACH(all, key, value)
	{
		(void)value;
		if (is_reserved(key))
			return function_refuse(op, &InvalidParameterValueException,
					       NO_VARIABLES
					       "contains reserved keys that are currently not "
					       "supported for modification. Reserved keys used "
					       "in this request: %s",
					       key);
		if (!variable_name_good(key))
			return function_refuse(op, &InvalidParameterValueException,
					       "1 validation error detected: Value at "
					       "'environment.variables' failed to satisfy "
					       "constraint: Map keys must satisfy "
					       "constraint: [Member must satisfy regular "
					       "expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]");
	}
	return true;
}

/* --- runtimes ------------------------------------------------------------------------------------ */

/* With the old ones that tutorials still ask for. */
static const char *const runtimes[] = {
	"nodejs12.x", "nodejs14.x", "nodejs16.x", "nodejs18.x",   "nodejs20.x",      "nodejs22.x",
	"nodejs24.x", "python3.8",  "python3.9",  "python3.10",   "python3.11",      "python3.12",
	"python3.13", "python3.14", "provided",   "provided.al2", "provided.al2023",
};

/* What is not accepted any more, and what AWS recommends instead. */
static const struct {
	const char *old, *instead;
} ended[] = {
	{ "nodejs", "nodejs22.x" },     { "nodejs4.3", "nodejs22.x" },
	{ "nodejs6.10", "nodejs22.x" }, { "nodejs8.10", "nodejs22.x" },
	{ "nodejs10.x", "nodejs22.x" }, { "python2.7", "python3.13" },
	{ "python3.6", "python3.13" },  { "python3.7", "python3.13" },
};

static bool runtime_good(struct op *op)
{
	struct str runtime = op_str(op, "Runtime"), all = STR("");

	if (!runtime.p)
		return true;
	for (size_t i = 0; i < sizeof(runtimes) / sizeof(runtimes[0]); i++) {
		if (str_is(runtime, runtimes[i]))
			return true;
		all = arena_strf(op->arena, "%.*s%s%s", STR_ARG(all), all.n ? ", " : "",
				 runtimes[i]);
	}
	for (size_t i = 0; i < sizeof(ended) / sizeof(ended[0]); i++)
		if (str_is(runtime, ended[i].old))
			return function_refuse(op, &InvalidParameterValueException,
					       "The runtime parameter of %s is no longer "
					       "supported for creating or updating AWS Lambda "
					       "functions. We recommend you use the new runtime "
					       "(%s) while creating or updating functions.",
					       ended[i].old, ended[i].instead);
	return function_refuse(op, &InvalidParameterValueException,
			       "Value %.*s at 'runtime' failed to satisfy constraint: Member must "
			       "satisfy enum value set: [%.*s] or be a valid ARN",
			       STR_ARG(runtime), STR_ARG(all));
}

/* --- the rest -------------------------------------------------------------------------------------- */

static bool timeout_good(struct op *op)
{
	int64_t timeout = op_int_or(op, "Timeout", 3);

	return timeout <= TIMEOUT_MAX ||
	       function_refuse(op, &InvalidParameterValueException,
			       "1 validation error detected: Value '%lld' at 'timeout' failed to "
			       "satisfy constraint: Member must have value less than or equal to "
			       "900",
			       (long long)timeout);
}

/* Networks and file systems that a function could be put into are services that nothing is in. */
static bool places_good(struct op *op)
{
	struct json_object *vpc = op_get(op, "VpcConfig");
	struct json_object *file = json_at(op_get(op, "FileSystemConfigs"), 0);
	struct str subnet = json_str(json_at(json_get(vpc, "SubnetIds"), 0));

	if (file)
		return function_refuse(op, &InvalidParameterValueException,
				       "Function must be configured to execute in a VPC to "
				       "reference access point %.*s.",
				       STR_ARG(json_get_str(file, "Arn")));
	return !subnet.p ||
	       function_refuse(op, &InvalidParameterValueException,
			       "Error occurred while DescribeSubnets. EC2 Error Code: "
			       "InvalidSubnetID.NotFound. EC2 Error Message: The subnet ID '%.*s' "
			       "does not exist",
			       STR_ARG(subnet));
}

bool configure_check(struct op *op)
{
	struct str dead = json_get_str(op_get(op, "DeadLetterConfig"), "TargetArn");

	return runtime_good(op) && timeout_good(op) && variables_good(op) && places_good(op) &&
	       (!dead.n || function_target_here(op, "dead-letter", dead));
}

/* Levels of logging go with the format JSON, and are INFO unless they are said. */
static void take_logging(struct op *op, struct json_object *config)
{
	static const char *const levels[] = { "ApplicationLogLevel", "SystemLogLevel" };
	struct json_object *log = json_get(config, "LoggingConfig"),
			   *asked = op_get(op, "LoggingConfig");

	if (!asked)
		return;
	JSON_EACH(asked, key, value)
	{
		json_set(log, key, json_object_get(value));
	}
	for (size_t i = 0; i < 2; i++) {
		if (!str_is(json_get_str(log, "LogFormat"), "JSON"))
			json_object_object_del(log, levels[i]);
		else if (!json_get(log, levels[i]))
			json_set_cstr(log, levels[i], "INFO");
	}
}

/* Members that stand in the configuration only when there is something in them. */
static void take_optional(struct op *op, struct json_object *config)
{
	struct json_object *snap = json_get(config, "SnapStart");
	struct str when = json_get_str(op_get(op, "SnapStart"), "ApplyOn");
	struct str mode = json_get_str(op_get(op, "TracingConfig"), "Mode");

	if (op_has(op, "Environment")) {
		json_object_object_del(config, "Environment");
		if (json_count(json_get(op_get(op, "Environment"), "Variables")))
			json_set(config, "Environment", json_object_get(op_get(op, "Environment")));
	}
	if (op_has(op, "DeadLetterConfig")) {
		json_object_object_del(config, "DeadLetterConfig");
		if (json_get_str(op_get(op, "DeadLetterConfig"), "TargetArn").n)
			json_set(config, "DeadLetterConfig",
				 json_object_get(op_get(op, "DeadLetterConfig")));
	}
	if (op_has(op, "KMSKeyArn")) {
		json_object_object_del(config, "KMSKeyArn");
		if (op_str(op, "KMSKeyArn").n)
			json_set_str(config, "KMSKeyArn", op_str(op, "KMSKeyArn"));
	}
	if (when.p)
		json_set_str(snap, "ApplyOn", when);
	/* An object without a mode, as some tools send it, says nothing. */
	if (mode.p)
		json_set_str(json_get(config, "TracingConfig"), "Mode", mode);
}

static void take_members(struct op *op, struct json_object *config)
{
	static const char *const members[] = {
		"Role",       "Handler", "Description",      "Timeout",
		"MemorySize", "Runtime", "EphemeralStorage", "Architectures"
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (op_has(op, members[i]))
			json_set(config, members[i], json_object_get(op_get(op, members[i])));
	take_optional(op, config);
	take_logging(op, config);
}

/* SnapStart is for runtimes that are slow to start. */
static bool snap_start_good(struct op *op, struct str runtime)
{
	static const char *const good[] = { "python3.12", "python3.13", "python3.14" };

	if (!str_is(json_get_str(op_get(op, "SnapStart"), "ApplyOn"), "PublishedVersions"))
		return true;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (str_is(runtime, good[i]))
			return true;
	return function_refuse(op, &InvalidParameterValueException,
			       "%.*s is not supported for SnapStart enabled functions.",
			       STR_ARG(runtime));
}

bool configure_take(struct op *op, struct function *f)
{
	take_members(op, f->config);
	return snap_start_good(op, json_get_str(f->config, "Runtime")) &&
	       (!op_has(op, "Layers") || layers_take(op, f));
}
