/* Instance profiles: what gives a role to an EC2 instance; one role each. */
#include "cloud/iam/operations.h"

#include "cloud/iam/inside.h"

void iam_profile_describe(struct op *op, const struct iam_entity *e, struct json_object *out,
			  enum iam_how how)
{
	struct stmt *q =
		db_query(op->db, "SELECT role FROM iam_profile_role WHERE profile = ?", "s", e->id);
	struct json_object *roles;
	struct iam_entity role;
	struct str id = stmt_row(q) ? stmt_dup(q, 0, op->arena) : STR_NONE;

	stmt_done(q);
	iam_describe_short(op, e, out);
	if (how != IAM_IN_LIST)
		iam_tags_describe(op, e->id, out, how == IAM_WHOLE);
	roles = json_set_array(out, "Roles");
	if (id.p && iam_find_id(op, id, &role))
		iam_role_describe(op, &role, json_add_object(roles), IAM_INSIDE);
}

enum outcome iam_op_create_instance_profile(struct op *op)
{
	struct iam_entity e;

	if (!iam_add(op, IAM_PROFILE, op_str(op, "InstanceProfileName"), NULL, &e))
		return FAILED;
	iam_profile_describe(op, &e, json_set_object(op->out, "InstanceProfile"), IAM_NEW);
	return DONE;
}

enum outcome iam_op_get_instance_profile(struct op *op)
{
	struct iam_entity e;

	if (!iam_named(op, &e))
		return FAILED;
	iam_profile_describe(op, &e, json_set_object(op->out, "InstanceProfile"), IAM_WHOLE);
	return DONE;
}

enum outcome iam_op_delete_instance_profile(struct op *op)
{
	struct iam_entity e;

	if (!iam_named(op, &e))
		return FAILED;
	if (db_int(op->db, 0, "SELECT count(*) FROM iam_profile_role WHERE profile = ?", "s", e.id))
		return op_fail(
			op, &DeleteConflict,
			"Cannot delete entity, must remove roles from instance profile first.");
	iam_remove(op, &e);
	return DONE;
}

static enum outcome list(struct op *op, struct iam_walk *walk, struct iam_page *page)
{
	struct json_object *profiles = json_set_array(op->out, "InstanceProfiles");

	for (size_t i = 0; i < walk->count && iam_page_take(page, walk->list[i].name); i++)
		iam_profile_describe(op, &walk->list[i], json_add_object(profiles), IAM_IN_LIST);
	iam_page_end(op, page);
	return DONE;
}

enum outcome iam_op_list_instance_profiles(struct op *op)
{
	struct iam_page page;
	struct iam_walk walk;

	if (!iam_page_begin(op, &page))
		return FAILED;
	iam_walk(op, IAM_PROFILE, op_str_or(op, "PathPrefix", "/"), page.after, &walk);
	return list(op, &walk, &page);
}

/* Of the profiles walked only those that hold the role. */
static void keep_holders(struct op *op, struct str role_id, struct iam_walk *walk)
{
	size_t kept = 0;

	for (size_t i = 0; i < walk->count; i++)
		if (db_int(op->db, 0,
			   "SELECT count(*) FROM iam_profile_role WHERE profile = ? AND role = ?",
			   "ss", walk->list[i].id, role_id))
			walk->list[kept++] = walk->list[i];
	walk->count = kept;
}

enum outcome iam_op_list_instance_profiles_for_role(struct op *op)
{
	struct iam_page page;
	struct iam_walk walk;
	struct iam_entity role;

	if (!iam_named(op, &role) || !iam_page_begin(op, &page))
		return FAILED;
	iam_walk(op, IAM_PROFILE, STR("/"), page.after, &walk);
	keep_holders(op, role.id, &walk);
	return list(op, &walk, &page);
}

void iam_profiles_of(struct op *op, struct str role_id, struct json_object *out)
{
	struct iam_walk walk;

	iam_walk(op, IAM_PROFILE, STR("/"), STR(""), &walk);
	keep_holders(op, role_id, &walk);
	for (size_t i = 0; i < walk.count; i++)
		iam_profile_describe(op, &walk.list[i], json_add_object(out), IAM_IN_LIST);
}

enum outcome iam_op_add_role_to_instance_profile(struct op *op)
{
	struct iam_entity profile, role;

	if (!iam_named(op, &profile) || !iam_named_as(op, IAM_ROLE, &role) ||
	    iam_role_protected(op, &role))
		return FAILED;
	if (db_int(op->db, 0, "SELECT count(*) FROM iam_profile_role WHERE profile = ?", "s",
		   profile.id))
		return op_fail(op, &LimitExceeded,
			       "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1");
	db_run(op->db, "INSERT INTO iam_profile_role (profile, role) VALUES (?, ?)", "ss",
	       profile.id, role.id);
	return DONE;
}

enum outcome iam_op_remove_role_from_instance_profile(struct op *op)
{
	struct iam_entity profile, role;

	if (!iam_named(op, &profile) || !iam_named_as(op, IAM_ROLE, &role))
		return FAILED;
	db_run(op->db, "DELETE FROM iam_profile_role WHERE profile = ? AND role = ?", "ss",
	       profile.id, role.id);
	if (!db_changes(op->db))
		return op_fail(op, &NoSuchEntity,
			       "Role %.*s in Instance Profile %.*s cannot be found.",
			       STR_ARG(role.name), STR_ARG(profile.name));
	return DONE;
}
