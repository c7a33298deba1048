/*
 * Managed policies on roles, users and groups, permissions boundaries, and who has a policy.
 */
#include "cloud/iam/operations.h"

#include "cloud/iam/inside.h"

enum { ATTACHED_MAX = 10 };

bool iam_has_attachments(struct op *op, const struct iam_entity *e)
{
	return db_int(op->db, 0, "SELECT EXISTS (SELECT 1 FROM iam_attachment WHERE entity = ?)",
		      "s", e->id);
}

enum outcome iam_op_attach(struct op *op)
{
	struct iam_entity e;
	struct iam_policy policy;
	struct str arn = op_str(op, "PolicyArn");

	if (!iam_policy_arn_good(op, arn) || !iam_named(op, &e) || iam_role_protected(op, &e) ||
	    !iam_policy_attachable(op, "Policy", arn, &policy))
		return FAILED;
	if (str_starts(policy.managed ? policy.managed->path : STR(""), STR("/aws-service-role/")))
		return op_fail(op, &PolicyNotAttachable,
			       "Cannot attach a Service Role Policy to a Customer Role.");
	db_run(op->db, "INSERT OR IGNORE INTO iam_attachment (entity, arn) VALUES (?, ?)", "ss",
	       e.id, policy.arn);
	if (db_int(op->db, 0, "SELECT count(*) FROM iam_attachment WHERE entity = ?", "s", e.id) >
	    ATTACHED_MAX)
		return op_fail(op, &LimitExceeded, "Cannot exceed quota for %s: %d",
			       e.kind->attached_quota, ATTACHED_MAX);
	return DONE;
}

enum outcome iam_op_detach(struct op *op)
{
	struct iam_entity e;
	struct str arn = op_str(op, "PolicyArn");

	if (!iam_policy_arn_good(op, arn) || !iam_named(op, &e) || iam_role_protected(op, &e))
		return FAILED;
	db_run(op->db, "DELETE FROM iam_attachment WHERE entity = ? AND arn = ?", "ss", e.id, arn);
	if (!db_changes(op->db))
		return iam_missing(op, iam_kind(IAM_POLICY), arn);
	return DONE;
}

/* "/a/b/" of "arn:aws:iam::A:policy/a/b/Name"; the name behind it. */
static struct str path_of(struct str arn, struct str *name)
{
	struct str rest = arn;
	size_t at;

	for (int i = 0; i < 5; i++)
		str_cut(&rest, ':');
	rest = str_slice(rest, (size_t)(str_find(rest, '/') < 0 ? 0 : str_find(rest, '/')), rest.n);
	for (at = rest.n; at > 0 && rest.p[at - 1] != '/'; at--)
		;
	*name = str_slice(rest, at, rest.n);
	return str_slice(rest, 0, at);
}

static void add_attached(struct json_object *list, struct str arn)
{
	struct json_object *policy = json_add_object(list);
	struct str name;

	path_of(arn, &name);
	json_set_str(policy, "PolicyName", name);
	json_set_str(policy, "PolicyArn", arn);
}

enum outcome iam_op_list_attached(struct op *op)
{
	struct iam_entity e;
	struct iam_page page;
	struct str prefix = op_str_or(op, "PathPrefix", "/"), name;
	struct json_object *list = json_set_array(op->out, "AttachedPolicies");
	struct stmt *q;

	if (!iam_named(op, &e) || !iam_page_begin(op, &page))
		return FAILED;
	q = db_query(op->db,
		     "SELECT arn FROM iam_attachment WHERE entity = ? AND arn > ? ORDER BY arn",
		     "ss", e.id, page.after);
	while (stmt_row(q)) {
		struct str arn = stmt_str(q, 0);

		if (!str_starts(path_of(arn, &name), prefix))
			continue;
		if (!iam_page_take(&page, arn))
			break;
		add_attached(list, arn);
	}
	stmt_done(q);
	iam_page_end(op, &page);
	return DONE;
}

void iam_policies_describe(struct op *op, const struct iam_entity *e, const char *inline_name,
			   struct json_object *out)
{
	struct json_object *list = json_set_array(out, inline_name);
	struct stmt *q =
		db_query(op->db,
			 "SELECT name, document FROM iam_inline WHERE entity = ? ORDER BY name",
			 "s", e->id);

	while (stmt_row(q)) {
		struct json_object *policy = json_add_object(list);

		json_set_str(policy, "PolicyName", stmt_str(q, 0));
		iam_set_document(op, policy, "PolicyDocument", stmt_str(q, 1));
	}
	list = json_set_array(out, "AttachedManagedPolicies");
	q = db_query(op->db, "SELECT arn FROM iam_attachment WHERE entity = ? ORDER BY arn", "s",
		     e->id);
	while (stmt_row(q))
		add_attached(list, stmt_str(q, 0));
}

/* --- permissions boundaries ----------------------------------------------------------- */

enum outcome iam_op_put_boundary(struct op *op)
{
	struct iam_entity e;
	struct iam_policy policy;

	if (!iam_named(op, &e) || iam_role_protected(op, &e) ||
	    !iam_policy_attachable(op, "Scope ARN:", op_str(op, "PermissionsBoundary"), &policy))
		return FAILED;
	e.boundary = policy.arn;
	iam_save(op, &e);
	return DONE;
}

enum outcome iam_op_delete_boundary(struct op *op)
{
	struct iam_entity e;

	if (!iam_named(op, &e) || iam_role_protected(op, &e))
		return FAILED;
	if (!e.boundary.p)
		return op_fail(op, &NoSuchEntity,
			       "The %s with name %.*s does not have a permissions boundary.",
			       e.kind->word, STR_ARG(e.name));
	e.boundary = STR_NONE;
	iam_save(op, &e);
	return DONE;
}

/* --- who has a policy -------------------------------------------------------------------- */

static const struct {
	const char *list, *filter;
	enum iam_kind_id kind;
} holders[] = {
	{ "PolicyGroups", "Group", IAM_GROUP },
	{ "PolicyUsers", "User", IAM_USER },
	{ "PolicyRoles", "Role", IAM_ROLE },
};

static bool wanted(struct op *op, const struct iam_entity *e)
{
	struct str filter = op_str(op, "EntityFilter");

	if (!str_starts(e->path, op_str_or(op, "PathPrefix", "/")))
		return false;
	for (size_t i = 0; filter.p && i < 3; i++)
		if (str_is(filter, holders[i].filter))
			return e->kind->id == holders[i].kind;
	return !filter.p;
}

static void add_holder(struct op *op, const struct iam_entity *e)
{
	struct json_object *holder;

	for (size_t i = 0; i < 3; i++) {
		if (holders[i].kind != e->kind->id)
			continue;
		holder = json_add_object(json_get(op->out, holders[i].list));
		json_set_str(holder, e->kind->name_member, e->name);
		json_set_str(holder, e->kind->id_member, e->id);
	}
}

enum outcome iam_op_list_entities_for_policy(struct op *op)
{
	struct str arn = op_str(op, "PolicyArn"), usage = op_str(op, "PolicyUsageFilter");
	struct iam_policy policy;
	struct iam_entity e;
	struct iam_page page;
	struct stmt *q;

	if (!iam_policy_arn_good(op, arn) || !iam_page_begin(op, &page) ||
	    !iam_policy_attachable(op, "Policy", arn, &policy))
		return FAILED;
	for (size_t i = 0; i < 3; i++)
		json_set_array(op->out, holders[i].list);
	q = db_query(
		op->db,
		"SELECT id FROM iam_entity WHERE id > ?1 AND"
		" (?3 <> 'PermissionsBoundary' AND id IN (SELECT entity FROM iam_attachment WHERE arn = ?2)"
		" OR ?3 <> 'PermissionsPolicy' AND boundary = ?2) ORDER BY id",
		"sss", page.after, arn, usage.p ? usage : STR(""));
	while (stmt_row(q)) {
		if (!iam_find_id(op, stmt_str(q, 0), &e) || !wanted(op, &e))
			continue;
		if (!iam_page_take(&page, e.id))
			break;
		add_holder(op, &e);
	}
	stmt_done(q);
	iam_page_end(op, &page);
	return DONE;
}
