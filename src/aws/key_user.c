/* Users' access keys, as IAM lists, makes and deletes them; see key.h. */
#include "aws/key.h"

#include "aws/call.h"
#include "aws/memory.h"

void key_add(struct op *op, const struct key_owner *owner, struct aws_key *out)
{
	key_make("AKIA", str_of(op->account->id), out);
	db_run(op->db,
	       "INSERT INTO access_key (id, secret, user_name, user_id, user_arn, active, created_at)"
	       " VALUES (?, ?, ?, ?, ?, 1, ?)",
	       "zzsssi", out->id, out->secret, owner->name, owner->user_id, owner->arn, op->now);
}

/* A row of id, user_id, user_name, user_arn, active, created_at, used_at, used_service, used_region. */
static void read_info(struct op *op, struct stmt *q, struct key_info *out)
{
	struct arena *a = op->arena;

	*out = (struct key_info){
		.id = stmt_dup(q, 0, a),
		.owner = { .user_id = stmt_dup(q, 1, a),
			   .name = stmt_dup(q, 2, a),
			   .arn = stmt_dup(q, 3, a) },
		.active = stmt_int(q, 4),
		.created_at = stmt_int(q, 5),
		.used_at = stmt_int(q, 6),
		.used_service = stmt_dup(q, 7, a),
		.used_region = stmt_dup(q, 8, a),
	};
	if (!out->owner.arn.p)
		out->owner.arn = arena_strf(a, "arn:aws:iam::%s:user/%.*s", op->account->id,
					    STR_ARG(out->owner.name));
	memory_last_use(op->account, out);
}

struct key_info *key_list(struct op *op, struct str user_id, size_t *count)
{
	int64_t most = db_int(op->db, 0, "SELECT count(*) FROM access_key WHERE user_id = ?", "s",
			      user_id);
	struct key_info *list = arena_alloc(op->arena, ((size_t)most + 1) * sizeof(*list));
	struct stmt *q = db_query(
		op->db,
		"SELECT id, user_id, user_name, user_arn, active, created_at, used_at, used_service,"
		" used_region FROM access_key WHERE user_id = ? ORDER BY created_at, id",
		"s", user_id);

	*count = 0;
	while (stmt_row(q))
		read_info(op, q, &list[(*count)++]);
	return list;
}

bool key_get(struct op *op, struct str id, struct key_info *out)
{
	struct stmt *q = db_query(
		op->db,
		"SELECT id, user_id, user_name, user_arn, active, created_at, used_at, used_service,"
		" used_region FROM access_key WHERE id = ?",
		"s", id);

	if (!stmt_row(q))
		return false;
	read_info(op, q, out);
	stmt_done(q);
	return true;
}

bool key_set_active(struct op *op, struct str user_id, struct str id, bool active)
{
	db_run(op->db, "UPDATE access_key SET active = ? WHERE id = ? AND user_id = ?", "iss",
	       (int64_t)active, id, user_id);
	aws_key_forget(op->aws, id);
	return db_changes(op->db) > 0;
}

bool key_delete(struct op *op, struct str user_id, struct str id)
{
	db_run(op->db, "DELETE FROM access_key WHERE id = ? AND user_id = ?", "ss", id, user_id);
	aws_key_forget(op->aws, id);
	return db_changes(op->db) > 0;
}

void key_rename_owner(struct op *op, const struct key_owner *owner)
{
	db_run(op->db, "UPDATE access_key SET user_name = ?, user_arn = ? WHERE user_id = ?", "sss",
	       owner->name, owner->arn, owner->user_id);
	aws_account_forget(op->aws, str_of(op->account->id));
}
