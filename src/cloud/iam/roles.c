/*
 * Roles. An entity's detail: Trust, the document that says who may assume it; Description; MaxSession in seconds; Service of a service-linked one.
 */
#include "cloud/iam/operations.h"

#include "cloud/iam/inside.h"

enum { SESSION_SECONDS = 3600, TRUST_BYTES = 2048 };

void iam_role_describe(struct op *op, const struct iam_entity *e, struct json_object *out,
		       enum iam_how how)
{
	struct str description = iam_detail(e, "Description");
	bool telling = how == IAM_IN_LIST || how == IAM_WHOLE;
	struct json_object *used;

	if (how == IAM_IN_LIST || how == IAM_INSIDE)
		iam_describe_short(op, e, out);
	else
		iam_describe(op, e, out);
	iam_set_document(op, out, "AssumeRolePolicyDocument", iam_detail(e, "Trust"));
	if (telling && description.p)
		json_set_str(out, "Description", description);
	if (telling)
		json_set_int(out, "MaxSessionDuration",
			     json_int_or(json_get(e->detail, "MaxSession"), SESSION_SECONDS));
	if (how != IAM_WHOLE)
		return;
	used = json_set_object(out, "RoleLastUsed");
	if (e->used_at) {
		iam_set_time(op, used, "LastUsedDate", e->used_at);
		json_set_cstr(used, "Region", op->region);
	}
}

bool iam_role_protected(struct op *op, const struct iam_entity *role)
{
	if (role->kind->id != IAM_ROLE || !iam_detail(role, "Service").p)
		return false;
	op_fail(op, &UnmodifiableEntity,
		"Cannot perform the operation on the protected role '%.*s' - this role is only modifiable by AWS",
		STR_ARG(role->name));
	return true;
}

/* A principal of this account that is not there: AWS refuses to trust it. */
static bool principals_exist(struct op *op, const struct policy_statement *s)
{
	struct str mine = arena_strf(op->arena, "arn:aws:iam::%s:", op->account->id);
	struct iam_entity e;

	for (size_t i = 0; i < s->principal_count; i++) {
		struct str value = s->principals[i].value;
		struct str what = str_slice(value, mine.n, value.n);

		if (s->principals[i].type != PRINCIPAL_AWS || !str_starts(value, mine) ||
		    str_is(what, "root"))
			continue;
		if ((str_starts(what, STR("role/")) || str_starts(what, STR("user/"))) &&
		    iam_principal(op, value, &e))
			continue;
		op_fail(op, &MalformedPolicyDocument,
			"Invalid principal in policy: \"AWS\":\"%.*s\"", STR_ARG(value));
		return false;
	}
	return true;
}

static bool trust_good(struct op *op, struct str document)
{
	const char *why = NULL;
	struct policy *policy = policy_parse(op->arena, document, POLICY_TRUST, &why);

	if (!policy) {
		op_fail(op, &MalformedPolicyDocument, "%s", why);
		return false;
	}
	if (iam_document_size(document) > TRUST_BYTES) {
		op_fail(op, &LimitExceeded, "Cannot exceed quota for ACLSizePerRole: %d",
			TRUST_BYTES);
		return false;
	}
	for (size_t i = 0; i < policy->statement_count; i++)
		if (!principals_exist(op, &policy->statements[i]))
			return false;
	return true;
}

/* A role's name may begin so, its path may not: only AWS makes service-linked roles. */
static bool path_good(struct op *op)
{
	if (!str_starts(op_str_or(op, "Path", "/"), STR("/aws-service-role/")))
		return true;
	op_fail(op, &InvalidInput,
		"Path must not begin with /aws-service-role/, which is reserved for service-linked roles.");
	return false;
}

enum outcome iam_op_create_role(struct op *op)
{
	struct json_object *detail = json_new_object(op->arena);
	struct str document = op_str(op, "AssumeRolePolicyDocument");
	struct iam_entity e;

	json_set_str(detail, "Trust", document);
	if (op_has(op, "Description"))
		json_set_str(detail, "Description", op_str(op, "Description"));
	if (op_has(op, "MaxSessionDuration"))
		json_set_int(detail, "MaxSession",
			     op_int_or(op, "MaxSessionDuration", SESSION_SECONDS));
	if (!path_good(op) || !trust_good(op, document) ||
	    !iam_add(op, IAM_ROLE, op_str(op, "RoleName"), detail, &e))
		return FAILED;
	iam_role_describe(op, &e, json_set_object(op->out, "Role"), IAM_NEW);
	return DONE;
}

enum outcome iam_op_get_role(struct op *op)
{
	struct iam_entity e;

	if (!iam_named(op, &e))
		return FAILED;
	iam_role_describe(op, &e, json_set_object(op->out, "Role"), IAM_WHOLE);
	return DONE;
}

enum outcome iam_op_list_roles(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "Roles");
	struct iam_page page;
	struct iam_walk walk;

	if (!iam_page_begin(op, &page))
		return FAILED;
	iam_walk(op, IAM_ROLE, op_str_or(op, "PathPrefix", "/"), page.after, &walk);
	for (size_t i = 0; i < walk.count && iam_page_take(&page, walk.list[i].name); i++)
		iam_role_describe(op, &walk.list[i], json_add_object(list), IAM_IN_LIST);
	iam_page_end(op, &page);
	return DONE;
}

enum outcome iam_op_delete_role(struct op *op)
{
	struct iam_entity e;

	if (!iam_named(op, &e) || iam_role_protected(op, &e))
		return FAILED;
	if (db_int(op->db, 0, "SELECT count(*) FROM iam_profile_role WHERE role = ?", "s", e.id))
		return op_fail(
			op, &DeleteConflict,
			"Cannot delete entity, must remove roles from instance profile first.");
	if (iam_has_attachments(op, &e))
		return op_fail(op, &DeleteConflict,
			       "Cannot delete entity, must detach all policies first.");
	if (iam_has_inline(op, &e))
		return op_fail(op, &DeleteConflict,
			       "Cannot delete entity, must delete policies first.");
	iam_remove(op, &e);
	return DONE;
}

/* Change the members that are there; Description and MaxSessionDuration that are not stay as they are. */
static bool update(struct op *op, struct iam_entity *e)
{
	if (!iam_named(op, e) || iam_role_protected(op, e))
		return false;
	if (op_has(op, "Description"))
		json_set_str(e->detail, "Description", op_str(op, "Description"));
	if (op_has(op, "MaxSessionDuration"))
		json_set_int(e->detail, "MaxSession",
			     op_int_or(op, "MaxSessionDuration", SESSION_SECONDS));
	iam_save(op, e);
	return true;
}

enum outcome iam_op_update_role(struct op *op)
{
	struct iam_entity e;

	return update(op, &e) ? DONE : FAILED;
}

enum outcome iam_op_update_role_description(struct op *op)
{
	struct iam_entity e;
	struct json_object *out;

	if (!update(op, &e))
		return FAILED;
	out = json_set_object(op->out, "Role");
	iam_role_describe(op, &e, out, IAM_IN_LIST);
	json_object_object_del(out, "MaxSessionDuration");
	return DONE;
}

enum outcome iam_op_update_assume_role_policy(struct op *op)
{
	struct iam_entity e;
	struct str document = op_str(op, "PolicyDocument");

	if (!iam_named(op, &e) || iam_role_protected(op, &e) || !trust_good(op, document))
		return FAILED;
	json_set_str(e.detail, "Trust", document);
	iam_save(op, &e);
	return DONE;
}
