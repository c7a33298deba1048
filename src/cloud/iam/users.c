/*
 * Users, and what must be gone before one can be deleted. An entity's detail: PasswordLastUsed in milliseconds.
 */
#include "cloud/iam/operations.h"

#include "aws/key.h"
#include "cloud/iam/credential.h"

static void describe(struct op *op, const struct iam_entity *e, struct json_object *out,
		     enum iam_how how)
{
	int64_t used_at = json_int_or(json_get(e->detail, "PasswordLastUsed"), 0);

	if (how == IAM_IN_LIST)
		iam_describe_short(op, e, out);
	else
		iam_describe(op, e, out);
	if (used_at)
		iam_set_time(op, out, "PasswordLastUsed", used_at);
}

enum outcome iam_op_create_user(struct op *op)
{
	struct iam_entity e;

	if (!iam_add(op, IAM_USER, op_str(op, "UserName"), NULL, &e))
		return FAILED;
	describe(op, &e, json_set_object(op->out, "User"), IAM_NEW);
	return DONE;
}

/* The account itself, which is who calls with its root's key: it has neither path nor name. */
static void describe_root(struct op *op, struct json_object *out)
{
	json_set_str(out, "UserId", str_of(op->account->id));
	json_set_str(out, "Arn", arena_strf(op->arena, "arn:aws:iam::%s:root", op->account->id));
	json_set_str(out, "Path", STR("/"));
	json_set_cstr(out, "UserName", op->account->id);
	iam_set_time(op, out, "CreateDate", op->now);
}

enum outcome iam_op_get_user(struct op *op)
{
	struct iam_entity e;

	if (!op_has(op, "UserName") && str_ends(op->caller.arn, STR(":root"))) {
		describe_root(op, json_set_object(op->out, "User"));
		return DONE;
	}
	if (!iam_named(op, &e))
		return FAILED;
	describe(op, &e, json_set_object(op->out, "User"), IAM_WHOLE);
	return DONE;
}

enum outcome iam_op_list_users(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "Users");
	struct iam_page page;
	struct iam_walk walk;

	if (!iam_page_begin(op, &page))
		return FAILED;
	iam_walk(op, IAM_USER, op_str_or(op, "PathPrefix", "/"), page.after, &walk);
	for (size_t i = 0; i < walk.count && iam_page_take(&page, walk.list[i].name); i++)
		describe(op, &walk.list[i], json_add_object(list), IAM_IN_LIST);
	iam_page_end(op, &page);
	return DONE;
}

enum outcome iam_op_update_user(struct op *op)
{
	struct iam_entity e;
	struct key_owner owner;
	struct str name = op_str(op, "NewUserName");

	if (!iam_named(op, &e) || (name.p && iam_name_taken(op, e.kind, name, e.id)))
		return FAILED;
	e.path = op_has(op, "NewPath") ? op_str(op, "NewPath") : e.path;
	e.name = name.p ? name : e.name;
	iam_save(op, &e);
	owner = (struct key_owner){ e.id, e.name, iam_arn(op, &e) };
	key_rename_owner(op, &owner);
	return DONE;
}

/* What stands in the way of deleting the user: AWS's words, or NULL. */
static const char *obstacle(struct op *op, const struct iam_entity *e)
{
	if (db_int(op->db, 0, "SELECT count(*) FROM iam_member WHERE user = ?", "s", e->id))
		return "must remove users from group first";
	if (iam_has_attachments(op, e))
		return "must detach all policies first";
	if (iam_has_inline(op, e))
		return "must delete policies first";
	if (db_int(op->db, 0, "SELECT count(*) FROM access_key WHERE user_id = ?", "s", e->id))
		return "must delete access keys first";
	if (db_int(op->db, 0, "SELECT count(*) FROM iam_login WHERE user = ?", "s", e->id))
		return "must delete login profile first";
	if (iam_credential_count(op, e->id, "certificate"))
		return "must delete signing certificates first";
	if (iam_credential_count(op, e->id, "ssh"))
		return "must delete SSH public keys first";
	if (iam_credential_count(op, e->id, "service"))
		return "must delete service specific credentials first";
	return NULL;
}

enum outcome iam_op_delete_user(struct op *op)
{
	struct iam_entity e;
	const char *why;

	if (!iam_named(op, &e))
		return FAILED;
	why = obstacle(op, &e);
	if (why)
		return op_fail(op, &DeleteConflict, "Cannot delete entity, %s.", why);
	iam_remove(op, &e);
	return DONE;
}
