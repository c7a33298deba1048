/* Groups and who is in them. */
#include "cloud/iam/operations.h"

#include "cloud/iam/inside.h"

enum { GROUPS_PER_USER = 10 };

enum outcome iam_op_create_group(struct op *op)
{
	struct iam_entity e;

	if (!iam_add(op, IAM_GROUP, op_str(op, "GroupName"), NULL, &e))
		return FAILED;
	iam_describe_short(op, &e, json_set_object(op->out, "Group"));
	return DONE;
}

/* The members of a group or the groups of a user, in order of their names. */
static void related(struct op *op, const struct iam_entity *e, enum iam_kind_id kind,
		    struct iam_walk *walk, struct str after)
{
	size_t kept = 0;

	iam_walk(op, kind, STR("/"), after, walk);
	for (size_t i = 0; i < walk->count; i++) {
		struct str other = walk->list[i].id;
		bool group = kind == IAM_GROUP;

		if (db_int(op->db, 0,
			   "SELECT count(*) FROM iam_member WHERE group_id = ? AND user = ?", "ss",
			   group ? other : e->id, group ? e->id : other))
			walk->list[kept++] = walk->list[i];
	}
	walk->count = kept;
}

struct iam_entity *iam_groups_of(struct op *op, const struct iam_entity *user, size_t *count)
{
	struct iam_walk walk;

	related(op, user, IAM_GROUP, &walk, STR(""));
	*count = walk.count;
	return walk.list;
}

static enum outcome list(struct op *op, const char *name, struct iam_walk *walk,
			 struct iam_page *page)
{
	struct json_object *out = json_set_array(op->out, name);

	for (size_t i = 0; i < walk->count && iam_page_take(page, walk->list[i].name); i++)
		iam_describe_short(op, &walk->list[i], json_add_object(out));
	iam_page_end(op, page);
	return DONE;
}

enum outcome iam_op_get_group(struct op *op)
{
	struct iam_entity e;
	struct iam_page page;
	struct iam_walk walk;

	if (!iam_named(op, &e) || !iam_page_begin(op, &page))
		return FAILED;
	iam_describe_short(op, &e, json_set_object(op->out, "Group"));
	related(op, &e, IAM_USER, &walk, page.after);
	return list(op, "Users", &walk, &page);
}

enum outcome iam_op_list_groups(struct op *op)
{
	struct iam_page page;
	struct iam_walk walk;

	if (!iam_page_begin(op, &page))
		return FAILED;
	iam_walk(op, IAM_GROUP, op_str_or(op, "PathPrefix", "/"), page.after, &walk);
	return list(op, "Groups", &walk, &page);
}

enum outcome iam_op_list_groups_for_user(struct op *op)
{
	struct iam_entity e;
	struct iam_page page;
	struct iam_walk walk;

	if (!iam_named(op, &e) || !iam_page_begin(op, &page))
		return FAILED;
	related(op, &e, IAM_GROUP, &walk, page.after);
	return list(op, "Groups", &walk, &page);
}

enum outcome iam_op_update_group(struct op *op)
{
	struct iam_entity e;
	struct str name = op_str(op, "NewGroupName");

	if (!iam_named(op, &e) || (name.p && iam_name_taken(op, e.kind, name, e.id)))
		return FAILED;
	e.path = op_has(op, "NewPath") ? op_str(op, "NewPath") : e.path;
	e.name = name.p ? name : e.name;
	iam_save(op, &e);
	return DONE;
}

enum outcome iam_op_delete_group(struct op *op)
{
	struct iam_entity e;

	if (!iam_named(op, &e))
		return FAILED;
	if (db_int(op->db, 0, "SELECT count(*) FROM iam_member WHERE group_id = ?", "s", e.id))
		return op_fail(op, &DeleteConflict,
			       "Cannot delete entity, must remove users from group first.");
	if (iam_has_attachments(op, &e))
		return op_fail(op, &DeleteConflict,
			       "Cannot delete entity, must detach all policies first.");
	if (iam_has_inline(op, &e))
		return op_fail(op, &DeleteConflict,
			       "Cannot delete entity, must delete policies first.");
	iam_remove(op, &e);
	return DONE;
}

enum outcome iam_op_add_user_to_group(struct op *op)
{
	struct iam_entity group, user;

	if (!iam_named(op, &group) || !iam_named_as(op, IAM_USER, &user))
		return FAILED;
	db_run(op->db, "INSERT OR IGNORE INTO iam_member (group_id, user) VALUES (?, ?)", "ss",
	       group.id, user.id);
	if (db_int(op->db, 0, "SELECT count(*) FROM iam_member WHERE user = ?", "s", user.id) >
	    GROUPS_PER_USER)
		return op_fail(op, &LimitExceeded, "Cannot exceed quota for GroupsPerUser: %d",
			       GROUPS_PER_USER);
	return DONE;
}

enum outcome iam_op_remove_user_from_group(struct op *op)
{
	struct iam_entity group, user;

	/* The user is looked for first; who is no member leaves as well as who is. */
	if (!iam_named_as(op, IAM_USER, &user) || !iam_named(op, &group))
		return FAILED;
	db_run(op->db, "DELETE FROM iam_member WHERE group_id = ? AND user = ?", "ss", group.id,
	       user.id);
	return DONE;
}
