/* Rows of credentials; see credential.h. */
#include "cloud/iam/credential.h"

#include "aws/key.h"

void iam_credential_read(struct op *op, struct stmt *q, struct iam_credential *c)
{
	*c = (struct iam_credential){
		.id = stmt_dup(q, 0, op->arena),
		.user = stmt_dup(q, 1, op->arena),
		.status = stmt_dup(q, 2, op->arena),
		.created_at = stmt_int(q, 3),
		.detail = json_parse(op->arena, stmt_str(q, 4), NULL),
	};
}

static bool find(struct op *op, const struct iam_entity *user, const char *kind, struct str id,
		 struct iam_credential *c)
{
	struct stmt *q = db_query(op->db,
				  "SELECT " IAM_CREDENTIAL_COLUMNS " FROM iam_credential"
				  " WHERE id = ? AND user = ? AND kind = ?",
				  "ssz", id, user->id, kind);

	if (!stmt_row(q))
		return false;
	iam_credential_read(op, q, c);
	stmt_done(q);
	return true;
}

void iam_credential_add(struct op *op, const char *kind, const struct iam_credential *c)
{
	db_run(op->db,
	       "INSERT INTO iam_credential (id, user, kind, status, created_at, detail)"
	       " VALUES (?, ?, ?, ?, ?, ?)",
	       "sszsis", c->id, c->user, kind, c->status, c->created_at,
	       json_text(op->arena, c->detail));
}

struct str iam_credential_id(struct op *op, const char *prefix)
{
	char *id = arena_alloc(op->arena, 21);

	key_make_id(prefix, str_of(op->account->id), id);
	return str_of(id);
}

static enum outcome missing(struct op *op, const char *kind, struct str id)
{
	if (strcmp(kind, "service") == 0)
		return op_fail(op, &NoSuchEntity, "No such credential %.*s exists", STR_ARG(id));
	return op_fail(op, &NoSuchEntity, "The %s with id %.*s cannot be found.",
		       strcmp(kind, "ssh") == 0 ? "Public Key" : "Certificate", STR_ARG(id));
}

bool iam_credential_named(struct op *op, const char *kind, const char *member,
			  struct iam_entity *user, struct iam_credential *c)
{
	struct str id = op_str(op, member);

	if (!iam_named(op, user))
		return false;
	if (find(op, user, kind, id, c))
		return true;
	missing(op, kind, id);
	return false;
}

enum outcome iam_credential_update(struct op *op, const char *kind, const char *member)
{
	struct iam_entity user;
	struct iam_credential c;

	if (!iam_credential_named(op, kind, member, &user, &c))
		return FAILED;
	db_run(op->db, "UPDATE iam_credential SET status = ? WHERE id = ?", "ss",
	       op_str(op, "Status"), c.id);
	return DONE;
}

enum outcome iam_credential_delete(struct op *op, const char *kind, const char *member)
{
	struct iam_entity user;
	struct iam_credential c;

	if (!iam_credential_named(op, kind, member, &user, &c))
		return FAILED;
	db_run(op->db, "DELETE FROM iam_credential WHERE id = ?", "s", c.id);
	return DONE;
}

int64_t iam_credential_count(struct op *op, struct str user, const char *kind)
{
	return db_int(op->db, 0, "SELECT count(*) FROM iam_credential WHERE user = ? AND kind = ?",
		      "sz", user, kind);
}
