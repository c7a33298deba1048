/*
 * AddPermission and its like; see permissions.h.
 *
 * From: Lambda API Reference, "AddPermission"; Lambda Developer Guide, "Viewing resource-based IAM policies in Lambda".
 */
#include "cloud/lambda/permissions.h"

#include "aws/dispatch.h"
#include "base/hash.h"
#include "cloud/lambda/aliases.h"
#include "cloud/lambda/function.h"
#include "cloud/lambda/layers.h"
#include "cloud/lambda/operations.h"

enum { POLICY_BYTES_MAX = 20480 };

/* --- rows ------------------------------------------------------------------------------------- */

/* A policy: its statements, and the revision of a layer's. */
struct kept {
	struct json_object *statements; /* an array */
	struct str revision;
};

static struct kept find(struct op *op, struct str name, struct str qualifier)
{
	struct kept kept = { NULL, STR_NONE };
	struct stmt *q = db_query(
		op->db,
		"SELECT statements, revision FROM lambda_policy WHERE name = ? AND qualifier = ?",
		"ss", name, qualifier.p ? qualifier : STR(""));

	if (stmt_row(q)) {
		kept.statements = json_parse(op->arena, stmt_dup(q, 0, op->arena), NULL);
		kept.revision = stmt_dup(q, 1, op->arena);
	}
	stmt_done(q);
	return kept;
}

static void save(struct op *op, struct str name, struct str qualifier, struct kept *kept)
{
	struct str q = qualifier.p ? qualifier : STR("");

	kept->revision = hash_uuid(op->arena);
	if (json_count(kept->statements))
		db_run(op->db,
		       "INSERT OR REPLACE INTO lambda_policy (name, qualifier, statements, revision)"
		       " VALUES (?, ?, ?, ?)",
		       "ssss", name, q, json_text(op->arena, kept->statements), kept->revision);
	else
		db_run(op->db, "DELETE FROM lambda_policy WHERE name = ? AND qualifier = ?", "ss",
		       name, q);
}

static struct str document_of(struct op *op, const struct kept *kept)
{
	struct json_object *o = json_new_object(op->arena);

	json_set_cstr(o, "Version", "2012-10-17");
	json_set_cstr(o, "Id", "default");
	json_set(o, "Statement", json_object_get(kept->statements));
	return json_text(op->arena, o);
}

bool permissions_any(struct op *op)
{
	return db_int(op->db, 0, "SELECT 1 FROM lambda_policy LIMIT 1", "");
}

bool permissions_find(struct op *op, struct str name, struct str qualifier, struct str *document)
{
	struct kept kept = find(op, name, qualifier_is_latest(qualifier) ? STR("") : qualifier);

	if (!kept.statements)
		return false;
	*document = document_of(op, &kept);
	return true;
}

bool permissions_document(struct op *op, struct str arn, struct str *document)
{
	struct str layer = op_arn(op, "lambda", "layer:"), mine = op_arn(op, "lambda", "function:");
	struct str rest, name;

	if (str_starts(arn, layer)) {
		rest = str_slice(arn, layer.n, arn.n);
		name = arena_strf(op->arena, "layer:%.*s", STR_ARG(str_cut(&rest, ':')));
		return permissions_find(op, name, rest, document);
	}
	if (!str_starts(arn, mine))
		return false;
	rest = str_slice(arn, mine.n, arn.n);
	name = str_cut(&rest, ':');
	return permissions_find(op, name, rest, document);
}

/* --- statements --------------------------------------------------------------------------------- */

/* The place of a statement; -1: there is none. */
static ptrdiff_t statement_at(const struct kept *kept, struct str sid)
{
	for (size_t i = 0; i < json_count(kept->statements); i++)
		if (str_eq(json_get_str(json_at(kept->statements, i), "Sid"), sid))
			return (ptrdiff_t)i;
	return -1;
}

/* Is there such a user or role in this account? Those of others are believed. */
static bool identity_is_there(struct op *op, struct str arn)
{
	struct json_object *in = json_new_object(op->arena), *out = NULL, *found;
	struct str mine = arena_strf(op->arena, "arn:aws:iam::%s:", op->account->id), rest, last;
	bool role;

	if (!str_starts(arn, mine))
		return str_starts(arn, STR("arn:aws:iam::")) ||
		       str_starts(arn, STR("arn:aws:sts::"));
	rest = str_slice(arn, mine.n, arn.n);
	if (str_is(rest, "root"))
		return true;
	role = str_starts(rest, STR("role/"));
	for (last = rest; rest.p;)
		last = str_cut(&rest, '/');
	json_set_str(in, role ? "RoleName" : "UserName", last);
	if (aws_call(op, "iam", role ? "GetRole" : "GetUser", in, &out, NULL) != DONE)
		return false;
	found = json_get(out, role ? "Role" : "User");
	return str_eq(json_get_str(found, "Arn"), arn);
}

static bool is_account(struct str principal)
{
	return principal.n == 12 && qualifier_is_version(principal);
}

/* "Principal": a service, an account, an identity, or everybody. False with the error set. */
static bool add_principal(struct op *op, struct json_object *statement)
{
	struct str principal = op_str(op, "Principal");

	if (str_is(principal, "*"))
		json_set_str(statement, "Principal", principal);
	else if (str_ends(principal, STR(".amazonaws.com")))
		json_set_str(json_set_object(statement, "Principal"), "Service", principal);
	else if (is_account(principal))
		json_set_str(json_set_object(statement, "Principal"), "AWS",
			     arena_strf(op->arena, "arn:aws:iam::%.*s:root", STR_ARG(principal)));
	else if (identity_is_there(op, principal))
		json_set_str(json_set_object(statement, "Principal"), "AWS", principal);
	else
		return function_refuse(op, &InvalidParameterValueException,
				       "The provided principal was invalid. Please check the "
				       "principal and try again.");
	return true;
}

static struct json_object *within(struct json_object *o, const char *key)
{
	struct json_object *found = json_get(o, key);

	return found ? found : json_set_object(o, key);
}

/* What must be true of a call beside who makes it. */
static void add_condition(struct op *op, struct json_object *statement)
{
	static const struct {
		const char *member, *operator, * key;
	} all[] = {
		{ "FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType" },
		{ "PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID" },
		{ "SourceAccount", "StringEquals", "AWS:SourceAccount" },
		{ "EventSourceToken", "StringEquals", "lambda:EventSourceToken" },
		{ "SourceArn", "ArnLike", "AWS:SourceArn" },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (op_str(op, all[i].member).n)
			json_set_str(within(within(statement, "Condition"), all[i].operator),
				     all[i].key, op_str(op, all[i].member));
}

static struct json_object *new_statement(struct op *op, struct kept *kept)
{
	struct json_object *statement;

	if (!kept->statements)
		kept->statements = json_new_array(op->arena);
	statement = json_add_object(kept->statements);
	json_set_str(statement, "Sid", op_str(op, "StatementId"));
	json_set_cstr(statement, "Effect", "Allow");
	return statement;
}

static bool is_new(struct op *op, const struct kept *kept)
{
	struct str sid = op_str(op, "StatementId");

	return statement_at(kept, sid) < 0 ||
	       function_refuse(op, &ResourceConflictException,
			       "The statement id (%.*s) provided already exists. Please provide a "
			       "new statement id, or remove the existing statement.",
			       STR_ARG(sid));
}

static bool policy_fits(struct op *op, const struct kept *kept)
{
	return document_of(op, kept).n <= POLICY_BYTES_MAX ||
	       function_refuse(op, &PolicyLengthExceededException,
			       "The final policy size (%zu) is bigger than the limit (%d).",
			       document_of(op, kept).n, POLICY_BYTES_MAX);
}

/* --- of functions ---------------------------------------------------------------------------------- */

/* What a policy is attached to. */
struct attached {
	struct str name, qualifier; /* empty: the function itself */
	struct str revision;
};

/* Find what the operation names; false with the error set. */
static bool attached_to(struct op *op, struct attached *out)
{
	struct json_object *alias;
	struct function_name n;
	struct function f;

	if (!function_name_of(op, &n) || !function_latest(op, &f))
		return false;
	*out = (struct attached){ n.name, qualifier_is_latest(n.qualifier) ? STR("") : n.qualifier,
				  function_revision(op, &f) };
	if (qualifier_is_alias(n.qualifier) && str_find(n.qualifier, '$') < 0) {
		alias = alias_find(op, n.name, n.qualifier);
		out->revision = json_get_str(alias, "RevisionId");
		return alias || function_refuse(op, &LambdaNotFound, "Cannot find alias arn: %.*s",
						STR_ARG(function_arn_of(op, n.name, n.qualifier)));
	}
	if (!function_find_version(op, n.name, n.qualifier, &f))
		return function_refuse(op, &LambdaNotFound, "Function not found: %.*s",
				       STR_ARG(function_arn_of(op, n.name, n.qualifier)));
	out->revision = function_revision(op, &f);
	return true;
}

static void touch(struct op *op, const struct attached *to)
{
	if (qualifier_is_alias(to->qualifier))
		alias_touch(op, to->name, to->qualifier);
	else
		function_touch(op, to->name, to->qualifier);
}

static bool auth_type_good(struct op *op)
{
	return !op_has(op, "FunctionUrlAuthType") ||
	       str_is(op_str(op, "Action"), "lambda:InvokeFunctionUrl") ||
	       function_refuse(op, &InvalidParameterValueException,
			       "FunctionUrlAuthType is only supported for "
			       "lambda:InvokeFunctionUrl action");
}

enum outcome lambda_op_add_permission(struct op *op)
{
	struct json_object *statement;
	struct function_name n;
	struct attached to;
	struct kept kept;

	if (!function_name_of(op, &n))
		return FAILED;
	if (str_is(n.qualifier, "$LATEST"))
		return function_fail(op, &InvalidParameterValueException,
				     "We currently do not support adding policies for $LATEST.");
	if (!attached_to(op, &to) || !function_revision_good(op, to.revision) ||
	    !auth_type_good(op))
		return FAILED;
	kept = find(op, to.name, to.qualifier);
	if (!is_new(op, &kept))
		return FAILED;
	statement = new_statement(op, &kept);
	if (!add_principal(op, statement))
		return FAILED;
	json_set_str(statement, "Action", op_str(op, "Action"));
	json_set_str(statement, "Resource",
		     function_arn_of(op, to.name, to.qualifier.n ? to.qualifier : STR_NONE));
	add_condition(op, statement);
	if (!policy_fits(op, &kept))
		return FAILED;
	save(op, to.name, to.qualifier, &kept);
	touch(op, &to);
	json_set_str(op->out, "Statement", json_text(op->arena, statement));
	return DONE;
}

/* Take a statement out; false with the error set. */
static bool take_out(struct op *op, struct kept *kept)
{
	struct str sid = op_str(op, "StatementId");
	ptrdiff_t at = statement_at(kept, sid);

	if (at < 0)
		return function_refuse(op, &LambdaNotFound,
				       "Statement %.*s is not found in resource policy.",
				       STR_ARG(sid));
	json_object_array_del_idx(kept->statements, (size_t)at, 1);
	return true;
}

static const char no_policy[] = "No policy is associated with the given resource.";

enum outcome lambda_op_remove_permission(struct op *op)
{
	struct function_name n;
	struct function f;
	struct attached to;
	struct kept kept;

	if (!function_name_of(op, &n))
		return FAILED;
	if (!function_find(op, n.name, &f))
		return function_fail(op, &LambdaNotFound, "No policy found for: %.*s",
				     STR_ARG(function_arn(op, n.name)));
	if (!attached_to(op, &to))
		return FAILED;
	kept = find(op, to.name, to.qualifier);
	if (!kept.statements)
		return function_fail(op, &LambdaNotFound, "%s", no_policy);
	if (!take_out(op, &kept) || !function_revision_good(op, to.revision))
		return FAILED;
	save(op, to.name, to.qualifier, &kept);
	touch(op, &to);
	return DONE;
}

enum outcome lambda_op_get_policy(struct op *op)
{
	struct attached to;
	struct kept kept;

	if (!attached_to(op, &to))
		return FAILED;
	kept = find(op, to.name, to.qualifier);
	if (!kept.statements)
		return function_fail(op, &LambdaNotFound,
				     "The resource you requested does not exist.");
	json_set_str(op->out, "Policy", document_of(op, &kept));
	json_set_str(op->out, "RevisionId", to.revision);
	return DONE;
}

/* --- of layers --------------------------------------------------------------------------------------- */

/* The version that the operation names, and how its policy is found. */
static bool layer_of(struct op *op, struct layer_version *v, struct attached *to)
{
	if (!layer_version_find(op, v))
		return function_refuse(op, &LambdaNotFound, "Layer version %.*s does not exist.",
				       STR_ARG(v->arn));
	to->name = arena_strf(op->arena, "layer:%.*s", STR_ARG(v->name));
	to->qualifier = arena_strf(op->arena, "%lld", (long long)v->number);
	return true;
}

static bool layer_revision_good(struct op *op, const struct kept *kept)
{
	struct str asked = op_str(op, "RevisionId");

	return !asked.p || str_eq(asked, kept->revision) ||
	       function_refuse(op, &PreconditionFailedException,
			       "The Revision Id provided does not match the latest Revision Id. "
			       "Call the GetLayerPolicy API to retrieve the latest Revision Id");
}

/* As a policy has it: "*", or the root of an account. */
static void add_layer_principal(struct op *op, struct json_object *statement)
{
	struct str principal = op_str(op, "Principal");

	if (str_is(principal, "*"))
		json_set_str(statement, "Principal", principal);
	else if (is_account(principal))
		json_set_str(json_set_object(statement, "Principal"), "AWS",
			     arena_strf(op->arena, "arn:aws:iam::%.*s:root", STR_ARG(principal)));
	else
		json_set_str(json_set_object(statement, "Principal"), "AWS", principal);
}

enum outcome lambda_op_add_layer_permission(struct op *op)
{
	struct str organization = op_str(op, "OrganizationId");
	struct json_object *statement;
	struct layer_version v;
	struct attached to;
	struct kept kept;

	if (!layer_of(op, &v, &to))
		return FAILED;
	kept = find(op, to.name, to.qualifier);
	if (!is_new(op, &kept) || !layer_revision_good(op, &kept))
		return FAILED;
	statement = new_statement(op, &kept);
	add_layer_principal(op, statement);
	json_set_str(statement, "Action", op_str(op, "Action"));
	json_set_str(statement, "Resource", v.arn);
	if (organization.n)
		json_set_str(within(within(statement, "Condition"), "StringEquals"),
			     "aws:PrincipalOrgID", organization);
	if (!policy_fits(op, &kept))
		return FAILED;
	save(op, to.name, to.qualifier, &kept);
	json_set_str(op->out, "Statement", json_text(op->arena, statement));
	json_set_str(op->out, "RevisionId", kept.revision);
	return DONE;
}

/* The policy of the version that the operation names; false with the error set when it has none. */
static bool layer_policy_of(struct op *op, struct attached *to, struct kept *kept)
{
	struct layer_version v;

	if (!layer_of(op, &v, to))
		return false;
	*kept = find(op, to->name, to->qualifier);
	return kept->statements || function_refuse(op, &LambdaNotFound, "%s", no_policy);
}

enum outcome lambda_op_remove_layer_permission(struct op *op)
{
	struct attached to;
	struct kept kept;

	if (!layer_policy_of(op, &to, &kept) || !layer_revision_good(op, &kept) ||
	    !take_out(op, &kept))
		return FAILED;
	save(op, to.name, to.qualifier, &kept);
	return DONE;
}

enum outcome lambda_op_get_layer_policy(struct op *op)
{
	struct attached to;
	struct kept kept;

	if (!layer_policy_of(op, &to, &kept))
		return FAILED;
	json_set_str(op->out, "Policy", document_of(op, &kept));
	json_set_str(op->out, "RevisionId", kept.revision);
	return DONE;
}
