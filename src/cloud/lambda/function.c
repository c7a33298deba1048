/* Functions as rows: names, looking up, describing; see function.h. From: Lambda API Reference, 2015-03-31. */
#include "cloud/lambda/function.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/hash.h"
#include "base/time.h"
#include "cloud/lambda/aliases.h"

const struct aws_error LambdaNotFound = { "ResourceNotFoundException", 404, NULL, true };
const struct aws_error LambdaAccessDenied = { "AccessDeniedException", 403, NULL, true };
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
const struct aws_error RecursiveInvocationException = { "RecursiveInvocationException", 400, NULL,
							true };
const struct aws_error PreconditionFailedException = { "PreconditionFailedException", 412, NULL,
						       false };
const struct aws_error PolicyLengthExceededException = { "PolicyLengthExceededException", 400, NULL,
							 false };
const struct aws_error ProvisionedConcurrencyConfigNotFoundException = {
	"ProvisionedConcurrencyConfigNotFoundException", 404, NULL, false
};
const struct aws_error CodeSigningConfigNotFoundException = { "CodeSigningConfigNotFoundException",
							      404, NULL, true };

enum outcome function_fail(struct op *op, const struct aws_error *error, const char *format, ...)
{
	va_list args, again;
	char *text;
	int n;

	va_start(args, format);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, again);
	va_end(again);
	text = arena_alloc(op->arena, (size_t)(n < 0 ? 0 : n) + 1);
	vsnprintf(text, (size_t)(n < 0 ? 0 : n) + 1, format, args);
	va_end(args);
	op_fail(op, error, "%s", text);
	json_set_cstr(op_error_members(op), "Type", "User");
	return FAILED;
}

/* --- names --------------------------------------------------------------------------------- */

struct str function_arn(struct op *op, struct str name)
{
	return op_arn(op, "lambda", "function:%.*s", STR_ARG(name));
}

struct str function_arn_of(struct op *op, struct str name, struct str qualifier)
{
	return qualifier.p ? op_arn(op, "lambda", "function:%.*s:%.*s", STR_ARG(name),
				    STR_ARG(qualifier))
			   : function_arn(op, name);
}

bool qualifier_is_version(struct str qualifier)
{
	for (size_t i = 0; i < qualifier.n; i++)
		if (qualifier.p[i] < '0' || qualifier.p[i] > '9')
			return false;
	return qualifier.n > 0;
}

bool qualifier_is_latest(struct str qualifier)
{
	return !qualifier.n || str_is(qualifier, "$LATEST");
}

bool qualifier_is_alias(struct str qualifier)
{
	return !qualifier_is_latest(qualifier) && !qualifier_is_version(qualifier);
}

struct function_name function_name_split(struct str given)
{
	struct function_name n = { .name = STR_NONE };
	ptrdiff_t at = str_find_str(given, STR("function:"));
	struct str rest = given, head;

	if (at >= 0) {
		head = str_slice(given, 0, (size_t)at);
		rest = str_slice(given, (size_t)at + strlen("function:"), given.n);
		if (str_starts(head, STR("arn:"))) {
			for (int i = 0; i < 3; i++)
				str_cut(&head, ':');
			n.region = str_cut(&head, ':');
		}
		n.account = head.n ? str_cut(&head, ':') : STR_NONE;
	} else if (given.n > 13 && given.p[12] == ':' &&
		   qualifier_is_version(str_slice(given, 0, 12))) {
		n.account = str_cut(&rest, ':');
	}
	n.name = str_cut(&rest, ':');
	n.qualifier = rest;
	return n;
}

bool function_name_is_here(struct op *op, const struct function_name *n)
{
	if (n->region.n && !str_is(n->region, op->region))
		return function_refuse(
			op, &LambdaNotFound,
			"Functions from '%.*s' are not reachable in this region ('%s')",
			STR_ARG(n->region), op->region);
	if (!n->account.n || str_is(n->account, op->account->id))
		return true;
	op_fail(op, &LambdaAccessDenied,
		"User: %.*s is not authorized to perform: lambda:%s on resource: "
		"arn:aws:lambda:%s:%.*s:function:%.*s because no resource-based policy allows the "
		"lambda:%s action",
		STR_ARG(op->caller.arn), op->operation->name, op->region, STR_ARG(n->account),
		STR_ARG(n->name), op->operation->name);
	return false;
}

bool function_name_of(struct op *op, struct function_name *out)
{
	struct str asked = op_str(op, "Qualifier");

	*out = function_name_split(op_str(op, "FunctionName"));
	if (!function_name_is_here(op, out))
		return false;
	if (asked.n && out->qualifier.p && !str_eq(asked, out->qualifier))
		return function_refuse(op, &InvalidParameterValueException,
				       "The derived qualifier from the function name does not "
				       "match the specified qualifier.");
	if (asked.n)
		out->qualifier = asked;
	return true;
}

/* --- rows ---------------------------------------------------------------------------------- */

#define COLUMNS "config, code, content, layers, opt, created_at"

/* Columns in the order of COLUMNS. */
static void read_row(struct op *op, struct stmt *q, struct function *out)
{
	*out = (struct function){ .config = json_parse(op->arena, stmt_dup(q, 0, op->arena), NULL),
				  .code = stmt_dup(q, 1, op->arena),
				  .content = stmt_dup(q, 2, op->arena),
				  .layers = stmt_dup(q, 3, op->arena),
				  .opt = stmt_dup(q, 4, op->arena),
				  .created_at = stmt_int(q, 5) };
	out->updated_at = out->created_at;
}

bool function_find(struct op *op, struct str name, struct function *out)
{
	struct stmt *q =
		db_query(op->db,
			 "SELECT " COLUMNS ", updated_at FROM lambda_function WHERE name = ?", "s",
			 name);

	if (!stmt_row(q))
		return false;
	read_row(op, q, out);
	out->name = arena_dup(op->arena, name);
	out->version = STR("$LATEST");
	out->updated_at = stmt_int(q, 6);
	stmt_done(q);
	return out->config;
}

bool function_find_version(struct op *op, struct str name, struct str version, struct function *out)
{
	int64_t number;
	struct stmt *q;

	if (qualifier_is_latest(version))
		return function_find(op, name, out);
	if (!str_to_int(version, &number))
		return false;
	q = db_query(op->db,
		     "SELECT " COLUMNS " FROM lambda_version WHERE name = ? AND version = ?", "si",
		     name, number);
	if (!stmt_row(q))
		return false;
	read_row(op, q, out);
	stmt_done(q);
	out->name = arena_dup(op->arena, name);
	out->version = arena_dup(op->arena, version);
	return out->config;
}

bool function_resolve(struct op *op, struct str name, struct str qualifier, struct function *out)
{
	struct str version = qualifier;

	if (qualifier_is_alias(qualifier) && !alias_version(op, name, qualifier, &version))
		return false;
	if (!function_find_version(op, name, version, out))
		return false;
	out->qualifier = qualifier.n ? arena_dup(op->arena, qualifier) : STR_NONE;
	return true;
}

bool function_get(struct op *op, struct function *out)
{
	struct function_name n;

	if (!function_name_of(op, &n))
		return false;
	return function_resolve(op, n.name, n.qualifier, out) ||
	       function_refuse(op, &LambdaNotFound, "Function not found: %.*s",
			       STR_ARG(function_arn_of(op, n.name, n.qualifier)));
}

bool function_latest(struct op *op, struct function *out)
{
	struct function_name n;

	if (!function_name_of(op, &n))
		return false;
	return function_find(op, n.name, out) ||
	       function_refuse(op, &LambdaNotFound, "Function not found: %.*s",
			       STR_ARG(function_arn(op, n.name)));
}

struct str function_date(struct op *op, int64_t at)
{
	return arena_strf(op->arena, "%.*s+0000",
			  STR_ARG(str_slice(time_iso(op->arena, at, true), 0, 23)));
}

void function_save(struct op *op, struct function *f)
{
	f->content = hash_uuid(op->arena);
	f->updated_at = op->now;
	json_set_str(f->config, "RevisionId", hash_uuid(op->arena));
	json_set_str(f->config, "LastModified", function_date(op, op->now));
	db_run(op->db,
	       "INSERT INTO lambda_function"
	       " (name, config, code, created_at, updated_at, content, layers, opt)"
	       " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
	       " ON CONFLICT (name) DO UPDATE SET config = excluded.config, code = excluded.code,"
	       " updated_at = excluded.updated_at, content = excluded.content,"
	       " layers = excluded.layers, opt = excluded.opt",
	       "sssiisss", f->name, json_text(op->arena, f->config), f->code, f->created_at,
	       op->now, f->content, f->layers.p ? f->layers : STR(""), f->opt.p ? f->opt : STR(""));
	job_settle(op, op->now + FUNCTION_SETTLE_MS);
}

void function_touch(struct op *op, struct str name, struct str version)
{
	struct str revision = hash_uuid(op->arena);
	int64_t number;

	if (str_to_int(version, &number))
		db_run(op->db,
		       "UPDATE lambda_version SET config = json_set(config, '$.RevisionId', ?)"
		       " WHERE name = ? AND version = ?",
		       "ssi", revision, name, number);
	else
		db_run(op->db,
		       "UPDATE lambda_function SET config = json_set(config, '$.RevisionId', ?)"
		       " WHERE name = ?",
		       "ss", revision, name);
}

/* --- states ------------------------------------------------------------------------------------ */

bool function_is_pending(const struct op *op, const struct function *f)
{
	return op->now < f->created_at + FUNCTION_SETTLE_MS;
}

struct str function_revision(struct op *op, const struct function *f)
{
	struct str kept = json_get_str(f->config, "RevisionId");
	int64_t changed = f->updated_at > f->created_at ? f->updated_at : f->created_at;
	unsigned char digest[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];

	if (op->now < changed + FUNCTION_SETTLE_MS)
		return kept;
	hash_sha256(kept, digest);
	hash_hex(digest, sizeof(digest), hex);
	return arena_strf(op->arena, "%.8s-%.4s-4%.3s-a%.3s-%.12s", hex, hex + 8, hex + 12,
			  hex + 15, hex + 18);
}

bool function_revision_good(struct op *op, struct str revision)
{
	struct str asked = op_str(op, "RevisionId");

	return !asked.p || str_eq(asked, revision) ||
	       function_refuse(op, &PreconditionFailedException,
			       "The Revision Id provided does not match the latest Revision Id. "
			       "Call the GetFunction/GetAlias API to retrieve the latest Revision "
			       "Id");
}

bool function_is_settled(struct op *op, const struct function *f)
{
	if (!function_revision_good(op, function_revision(op, f)))
		return false;
	if (op->now >= f->updated_at + FUNCTION_SETTLE_MS)
		return true;
	if (function_is_pending(op, f))
		return function_refuse(op, &ResourceConflictException,
				       "The operation cannot be performed at this time. The "
				       "function is currently in the following state: Pending");
	return function_refuse(op, &ResourceConflictException,
			       "The operation cannot be performed at this time. An update is in "
			       "progress for resource: %.*s",
			       STR_ARG(function_arn(op, f->name)));
}

/* --- describing ------------------------------------------------------------------------------ */

static void describe_states(struct op *op, const struct function *f, struct json_object *out)
{
	bool pending = function_is_pending(op, f);
	bool changing = !pending && op->now < f->updated_at + FUNCTION_SETTLE_MS;

	json_set_cstr(out, "State", pending ? "Pending" : "Active");
	if (pending) {
		json_set_cstr(out, "StateReason", "The function is being created.");
		json_set_cstr(out, "StateReasonCode", "Creating");
		return;
	}
	json_set_cstr(out, "LastUpdateStatus", changing ? "InProgress" : "Successful");
	if (changing) {
		json_set_cstr(out, "LastUpdateStatusReason", "The function is being created.");
		json_set_cstr(out, "LastUpdateStatusReasonCode", "Creating");
	}
}

/* A runtime's version is a digest of it: here of its name, since each has one version only. */
static void describe_runtime(struct op *op, const struct function *f, struct json_object *out)
{
	unsigned char digest[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];

	hash_sha256(json_get_str(f->config, "Runtime"), digest);
	hash_hex(digest, sizeof(digest), hex);
	json_set_str(json_set_object(out, "RuntimeVersionConfig"), "RuntimeVersionArn",
		     arena_strf(op->arena, "arn:aws:lambda:%s::runtime:%s", op->region, hex));
}

void function_describe(struct op *op, const struct function *f, unsigned how,
		       struct json_object *out)
{
	struct str qualifier = how & DESCRIBE_QUALIFIED ? f->version : f->qualifier;

	JSON_EACH(f->config, key, value)
	{
		json_set(out, key, json_object_get(value));
	}
	json_set_str(out, "FunctionArn", function_arn_of(op, f->name, qualifier));
	json_set_str(out, "Version", f->version);
	json_set_str(out, "RevisionId", function_revision(op, f));
	if (how & DESCRIBE_LISTED)
		return;
	describe_states(op, f, out);
	describe_runtime(op, f, out);
}

bool function_target_here(struct op *op, const char *what, struct str arn)
{
	struct str rest = arn, service;

	str_cut(&rest, ':');
	str_cut(&rest, ':');
	service = str_cut(&rest, ':');
	return aws_service_here(op->aws, service) ||
	       function_refuse(op, &InvalidParameterValueException,
			       "The %s ARN %.*s is invalid: there is no service %.*s here.", what,
			       STR_ARG(arn), STR_ARG(service));
}

void function_emit(struct op *op, struct str name, struct str qualifier,
		   const struct emit_metric *metric)
{
	struct emit_metric m = *metric;
	struct str resource =
		qualifier.n ? arena_strf(op->arena, "%.*s:%.*s", STR_ARG(name), STR_ARG(qualifier))
			    : name;

	m.space = "AWS/Lambda";
	emit_metric(op, &m);
	m.dimensions[0] = (struct emit_dimension){ "FunctionName", name };
	emit_metric(op, &m);
	m.dimensions[1] = (struct emit_dimension){ "Resource", resource };
	emit_metric(op, &m);
}

/* --- pages -------------------------------------------------------------------------------------- */

enum outcome function_page(struct op *op, const char *member, int64_t most)
{
	int64_t limit = op_int_or(op, "MaxItems", most), from = 0, end;
	struct json_object *list = json_get(op->out, member), *page;
	struct str marker = op_str(op, "Marker");

	if (marker.n && (!str_to_int(marker, &from) || from < 0))
		return function_fail(op, &InvalidParameterValueException, "Invalid marker");
	limit = limit < most ? limit : most;
	page = json_new_array(op->arena);
	end = from + limit;
	for (int64_t i = from; i < end && i < (int64_t)json_count(list); i++)
		json_add(page, json_object_get(json_at(list, (size_t)i)));
	if (end < (int64_t)json_count(list))
		json_set_str(op->out, "NextMarker", arena_strf(op->arena, "%lld", (long long)end));
	json_set(op->out, member, json_object_get(page));
	return DONE;
}
