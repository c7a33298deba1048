/* Making, changing and deleting functions. */
#include <stdio.h>
#include <unistd.h>

#include "aws/dispatch.h"
#include "base/base64.h"
#include "base/form.h"
#include "base/hash.h"
#include "cloud/lambda/function.h"
#include "cloud/lambda/pool.h"
#include "cloud/lambda/zip.h"
#include "store/folder.h"

enum {
	TIMEOUT_MAX = 900,
	VARIABLES_BYTES_MAX = 4096,
	ZIP_UPLOAD_MAX = 50 << 20,
	CODE_KEPT_MS = 20 * 60000
};

/* --- what is checked ------------------------------------------------------------------------ */

static bool refuse(struct op *op, const char *message)
{
	op_fail(op, &InvalidParameterValueException, "%s", message);
	return false;
}

/* The role exists, the caller may pass it on, and it trusts Lambda. */
static bool role_good(struct op *op)
{
	struct str arn = op_str(op, "Role"), rest = arn, name = STR_NONE;
	struct json_object *in = json_new_object(op->arena), *answer = NULL, *found;
	struct str trust;

	if (!arn.p)
		return true;
	if (!authorize_pass_role(op, arn, "lambda.amazonaws.com"))
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
		return refuse(op, "The role defined for the function cannot be assumed by Lambda.");
	return true;
}

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

static bool variables_good(struct op *op)
{
	struct json_object *all = json_get(op_get(op, "Environment"), "Variables");

	if (!all)
		return true;
	if (json_text(op->arena, all).n > VARIABLES_BYTES_MAX)
		return refuse(op,
			      "Lambda was unable to configure your environment variables because "
			      "the environment variables you have provided exceeded the 4KB "
			      "limit. String measured: too long");
	JSON_EACH(all, key, value)
	{
		(void)value;
		if (is_reserved(key))
			return refuse(op, arena_printf(op->arena,
						       "Lambda was unable to configure your "
						       "environment variables because the "
						       "environment variables you have provided "
						       "contains reserved keys that are currently "
						       "not supported for modification. Reserved "
						       "keys used in this request: %s",
						       key));
		if (!variable_name_good(key))
			return refuse(op,
				      arena_printf(op->arena,
						   "1 validation error detected: Value at "
						   "'environment.variables' failed to satisfy "
						   "constraint: Map keys must satisfy "
						   "constraint: [Member must satisfy regular "
						   "expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]"));
	}
	return true;
}

static bool numbers_good(struct op *op)
{
	int64_t timeout = op_int_or(op, "Timeout", 3);

	if (timeout <= TIMEOUT_MAX)
		return true;
	op_fail(op, &InvalidParameterValueException,
		"1 validation error detected: Value '%lld' at 'timeout' failed to satisfy "
		"constraint: Member must have value less than or equal to 900",
		(long long)timeout);
	return false;
}

/* --- code --------------------------------------------------------------------------------------- */

/* Unpack the code where it stays, unless the same zip is there already. */
static bool unpack(struct op *op, struct str zip, struct str code)
{
	const char *folder = function_folder(op, code), *why = "";
	const char *fresh = arena_printf(op->arena, "%s.new", folder);
	enum zip_outcome outcome;

	if (access(folder, F_OK) == 0)
		return true;
	if (!folder_make(arena_printf(op->arena, "%s/lambda", op->account->dir), op->arena, &why)) {
		op_fail(op, &ServiceException, "The code could not be stored.");
		return false;
	}
	folder_remove(fresh);
	outcome = zip_unpack(zip, fresh);
	if (outcome == ZIP_BAD)
		return refuse(op,
			      "Could not unzip uploaded file. Please check your file, then try to "
			      "upload again.");
	if (outcome == ZIP_LARGE)
		return refuse(op, "Unzipped size must be smaller than 262144000 bytes");
	if (outcome == ZIP_GOOD && rename(fresh, folder) == 0)
		return true;
	folder_remove(fresh);
	op_fail(op, &ServiceException, "The code could not be stored.");
	return false;
}

/* Take the code that the request carries: `from` has ZipFile. False with the error set. */
static bool take_code(struct op *op, struct json_object *from, struct function *f)
{
	struct str encoded = json_get_str(from, "ZipFile"), zip;
	unsigned char digest[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];

	if (json_get(from, "S3Bucket") || json_get(from, "S3Key"))
		return refuse(op, "Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 "
				  "Error Message: The specified bucket does not exist");
	if (!encoded.p)
		return refuse(op, "Please provide a source for function code.");
	if (!base64_parse(op->arena, encoded, &zip) || !zip.n)
		return refuse(op,
			      "Could not unzip uploaded file. Please check your file, then try to "
			      "upload again.");
	if (zip.n > ZIP_UPLOAD_MAX) {
		op_fail(op, &RequestEntityTooLargeException,
			"Request must be smaller than 70167211 bytes for the %s operation",
			op->operation->name);
		return false;
	}
	hash_sha256(zip, digest);
	hash_hex(digest, sizeof(digest), hex);
	f->code = arena_dup(op->arena, str_of(hex));
	json_set_str(f->config, "CodeSha256",
		     base64_print(op->arena, str_make(digest, sizeof(digest))));
	json_set_int(f->config, "CodeSize", (int64_t)zip.n);
	return unpack(op, zip, f->code);
}

/* Remove a code folder that no function has any more. */
enum outcome lambda_job_drop_code(struct op *op)
{
	struct str code = op_str(op, "Code");

	if (code.n == 2 * SHA256_BYTES &&
	    !db_int(op->db, 0, "SELECT count(*) FROM lambda_function WHERE code = ?", "s", code))
		folder_remove(function_folder(op, code));
	return DONE;
}

/* Look later whether this code is still needed: environments that run now have it mounted. */
static void leave_code(struct op *op, struct str code)
{
	struct json_object *arg = json_new_object(op->arena);

	json_set_str(arg, "Code", code);
	job_add(op, &lambda_jobs[LAMBDA_DROP_CODE], op->now + CODE_KEPT_MS,
		arena_cstr(op->arena, code), arg);
}

/* --- configuration ------------------------------------------------------------------------------- */

/* Members of the request that become members of the configuration as they are. */
static void take_members(struct op *op, struct json_object *config)
{
	static const char *const members[] = {
		"Role",       "Handler", "Description",     "Timeout",
		"MemorySize", "Runtime", "EphemeralStorage"
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (op_has(op, members[i]))
			json_set(config, members[i], json_object_get(op_get(op, members[i])));
	if (!op_has(op, "Environment"))
		return;
	json_object_object_del(config, "Environment");
	if (json_count(json_get(op_get(op, "Environment"), "Variables")))
		json_set(config, "Environment", json_object_get(op_get(op, "Environment")));
}

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

enum outcome lambda_op_create_function(struct op *op)
{
	struct function_name n;
	struct function f, old;

	if (!function_name_of(op, &n))
		return FAILED;
	if (!op_has(op, "Runtime"))
		return op_fail(
			op, &InvalidParameterValueException,
			"Runtime is mandatory for functions created with deployment packages.");
	if (!op_has(op, "Handler"))
		return op_fail(
			op, &InvalidParameterValueException,
			"Handler is mandatory for functions created with deployment packages.");
	if (!numbers_good(op) || !variables_good(op))
		return FAILED;
	if (function_find(op, n.name, &old))
		return op_fail(op, &ResourceConflictException, "Function already exist: %.*s",
			       STR_ARG(n.name));
	f = (struct function){ .name = n.name,
			       .config = fresh_config(op, n.name),
			       .created_at = op->now,
			       .updated_at = op->now };
	take_members(op, f.config);
	if (!role_good(op) || !take_code(op, op_get(op, "Code"), &f))
		return FAILED;
	function_save(op, &f);
	function_describe(op, &f, op->out);
	return DONE;
}

/* The function that an update means, at the revision it expects, and not being made just now. */
static bool begin_update(struct op *op, struct function *f)
{
	struct str revision = op_str(op, "RevisionId");

	if (!function_get(op, f))
		return false;
	if (revision.p && !str_eq(revision, json_get_str(f->config, "RevisionId"))) {
		op_fail(op, &PreconditionFailedException,
			"The Revision Id provided does not match the latest Revision Id. Call the "
			"GetFunction/GetAlias API to retrieve the latest Revision Id");
		return false;
	}
	if (op->now >= f->updated_at + FUNCTION_SETTLE_MS)
		return true;
	op_fail(op, &ResourceConflictException,
		function_is_pending(op, f)
			? "The operation cannot be performed at this time. The function is currently "
			  "in the following state: Pending"
			: "The operation cannot be performed at this time. An update is in progress "
			  "for resource: %.*s",
		STR_ARG(function_arn(op, f->name)));
	return false;
}

enum outcome lambda_op_update_function_code(struct op *op)
{
	struct str before;
	struct function f;

	if (!begin_update(op, &f))
		return FAILED;
	before = f.code;
	if (!take_code(op, op->in, &f))
		return FAILED;
	if (!op_bool_or(op, "DryRun", false)) {
		function_save(op, &f);
		f.updated_at = op->now;
		pool_forget(op->account->id, arena_cstr(op->arena, f.name));
	}
	leave_code(op, op_bool_or(op, "DryRun", false) ? f.code : before);
	function_describe(op, &f, op->out);
	return DONE;
}

enum outcome lambda_op_update_function_configuration(struct op *op)
{
	struct function f;

	if (!begin_update(op, &f) || !numbers_good(op) || !variables_good(op) || !role_good(op))
		return FAILED;
	take_members(op, f.config);
	function_save(op, &f);
	f.updated_at = op->now;
	pool_forget(op->account->id, arena_cstr(op->arena, f.name));
	function_describe(op, &f, op->out);
	return DONE;
}

enum outcome lambda_op_delete_function(struct op *op)
{
	struct function f;

	if (!function_get(op, &f))
		return FAILED;
	db_run(op->db, "DELETE FROM lambda_function WHERE name = ?", "s", f.name);
	leave_code(op, f.code);
	pool_forget(op->account->id, arena_cstr(op->arena, f.name));
	return DONE;
}
