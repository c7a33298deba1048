/* Making, changing and deleting functions. */
#include "aws/dispatch.h"
#include "base/form.h"
#include "cloud/lambda/code.h"
#include "cloud/lambda/configure.h"
#include "cloud/lambda/function.h"
#include "cloud/lambda/layers.h"
#include "cloud/lambda/operations.h"
#include "cloud/lambda/pool.h"
#include "cloud/lambda/settings.h"
#include "cloud/lambda/versions.h"

/* --- code --------------------------------------------------------------------------------------- */

static enum outcome take_code(struct op *op, struct json_object *from, struct function *f)
{
	struct code code;
	enum outcome outcome = code_take(op, from, &code);

	if (outcome != DONE)
		return outcome;
	f->code = code.name;
	json_set_str(f->config, "CodeSha256", code.sha256);
	json_set_int(f->config, "CodeSize", code.size);
	return layers_fit(op, f) ? DONE : FAILED;
}

/* Only zips run here; and no image is where an image could be. */
static bool package_good(struct op *op, struct json_object *code)
{
	struct str image = json_get_str(code, "ImageUri");

	if (!image.p && !str_is(op_str(op, "PackageType"), "Image"))
		return true;
	if (!str_is(op_str(op, "PackageType"), "Image"))
		return function_refuse(op, &InvalidParameterValueException,
				       "Please don't provide ImageUri when updating a function "
				       "with packageType Zip.");
	return function_refuse(op, &InvalidParameterValueException,
			       "Source image %.*s does not exist. Provide a valid source image.",
			       STR_ARG(image));
}

/* --- creating ------------------------------------------------------------------------------------- */

static struct json_object *fresh_config(struct op *op, struct str name)
{
	struct json_object *c = json_new_object(op->arena), *log;

	json_set_str(c, "FunctionName", name);
	json_set_str(c, "FunctionArn", function_arn(op, name));
	json_set_cstr(c, "Description", "");
	json_set_int(c, "Timeout", 3);
	json_set_int(c, "MemorySize", 128);
	json_set_cstr(c, "Version", "$LATEST");
	json_set_cstr(json_set_object(c, "TracingConfig"), "Mode", "PassThrough");
	json_set_cstr(c, "PackageType", "Zip");
	json_add_str(json_set_array(c, "Architectures"), STR("x86_64"));
	json_set_int(json_set_object(c, "EphemeralStorage"), "Size", 512);
	json_set_cstr(json_set_object(c, "SnapStart"), "ApplyOn", "None");
	json_set_cstr(json_get(c, "SnapStart"), "OptimizationStatus", "Off");
	log = json_set_object(c, "LoggingConfig");
	json_set_cstr(log, "LogFormat", "Text");
	json_set_str(log, "LogGroup", arena_strf(op->arena, "/aws/lambda/%.*s", STR_ARG(name)));
	return c;
}

/* What must be there beside the code. */
static bool request_good(struct op *op, const struct function_name *n)
{
	if (n->name.n > 64)
		return function_refuse(op, &InvalidParameterValueException,
				       "1 validation error detected: Value '%.*s' at "
				       "'functionName' failed to satisfy constraint: Member must "
				       "have length less than or equal to 64",
				       STR_ARG(n->name));
	if (!package_good(op, op_get(op, "Code")))
		return false;
	if (!op_has(op, "Runtime"))
		return function_refuse(
			op, &InvalidParameterValueException,
			"Runtime is mandatory for functions created with deployment packages.");
	if (!op_has(op, "Handler"))
		return function_refuse(
			op, &InvalidParameterValueException,
			"Handler is mandatory for functions created with deployment packages.");
	return configure_check(op);
}

enum outcome lambda_op_create_function(struct op *op)
{
	struct function_name n;
	struct function f, old, published;
	enum outcome outcome;

	if (!function_name_of(op, &n) || !request_good(op, &n))
		return FAILED;
	if (function_find(op, n.name, &old))
		return function_fail(op, &ResourceConflictException, "Function already exist: %.*s",
				     STR_ARG(n.name));
	f = (struct function){ .name = n.name,
			       .version = STR("$LATEST"),
			       .config = fresh_config(op, n.name),
			       .created_at = op->now };
	if (!configure_take(op, &f) || !configure_role(op) || !configure_targets(op, &f))
		return FAILED;
	outcome = take_code(op, op_get(op, "Code"), &f);
	if (outcome != DONE)
		return outcome;
	if (op_has(op, "Tags") && !tags_add(op, f.name, op_get(op, "Tags")))
		return FAILED;
	function_save(op, &f);
	if (op_bool_or(op, "Publish", false) && version_publish(op, &f, STR_NONE, &published))
		f = published;
	function_describe(op, &f, 0, op->out);
	return DONE;
}

/* --- changing --------------------------------------------------------------------------------------- */

enum outcome lambda_op_update_function_code(struct op *op)
{
	bool dry = op_bool_or(op, "DryRun", false), publish = op_bool_or(op, "Publish", false);
	struct str before;
	struct function f, published;
	enum outcome outcome;

	if (!function_latest(op, &f) || !function_is_settled(op, &f) || !package_good(op, op->in))
		return FAILED;
	before = f.code;
	outcome = take_code(op, op->in, &f);
	if (outcome != DONE)
		return outcome;
	if (op_has(op, "Architectures"))
		json_set(f.config, "Architectures", json_object_get(op_get(op, "Architectures")));
	if (!dry) {
		function_save(op, &f);
		pool_forget(op->account->id, arena_cstr(op->arena, f.name), "$LATEST");
	}
	code_leave(op, dry ? f.code : before);
	if (publish && !dry) {
		version_publish(op, &f, STR_NONE, &published);
		f = published;
	}
	function_describe(op, &f, publish && !dry ? DESCRIBE_QUALIFIED : 0, op->out);
	return DONE;
}

enum outcome lambda_op_update_function_configuration(struct op *op)
{
	struct str layers, opt;
	struct function f;

	if (!function_latest(op, &f) || !function_is_settled(op, &f) || !configure_check(op))
		return FAILED;
	layers = f.layers;
	opt = f.opt;
	if (!configure_take(op, &f) || !configure_role(op) || !configure_targets(op, &f) ||
	    !layers_fit(op, &f))
		return FAILED;
	function_save(op, &f);
	code_leave_layers(op, layers, opt);
	pool_forget(op->account->id, arena_cstr(op->arena, f.name), "$LATEST");
	function_describe(op, &f, 0, op->out);
	return DONE;
}

enum outcome lambda_op_delete_function(struct op *op)
{
	struct function_name n;
	struct function f;

	if (!function_name_of(op, &n))
		return FAILED;
	if (str_is(n.qualifier, "$LATEST"))
		return version_delete(op, n.name, n.qualifier);
	if (!function_latest(op, &f))
		return FAILED;
	if (n.qualifier.n)
		return version_delete(op, n.name, n.qualifier);
	version_delete_all(op, &f);
	return DONE;
}
