/* Inline policies of roles, users and groups: documents that live and die with what they are put into. */
#include "cloud/iam/operations.h"

#include "cloud/iam/inside.h"

static enum outcome missing_policy(struct op *op, const struct iam_entity *e, struct str name)
{
	return op_fail(op, &NoSuchEntity, "The %s policy with name %.*s cannot be found.",
		       e->kind->word, STR_ARG(name));
}

/* All inline policies of the entity together, had this one this size. */
static int64_t size_with(struct op *op, const struct iam_entity *e, struct str name,
			 struct str document)
{
	struct stmt *q =
		db_query(op->db, "SELECT document FROM iam_inline WHERE entity = ? AND name <> ?",
			 "ss", e->id, name);
	int64_t size = iam_document_size(document);

	while (stmt_row(q))
		size += iam_document_size(stmt_str(q, 0));
	return size;
}

enum outcome iam_op_put_inline(struct op *op)
{
	struct iam_entity e;
	struct str name = op_str(op, "PolicyName"), document = op_str(op, "PolicyDocument");
	int64_t quota = 0;

	if (!iam_named(op, &e) || iam_role_protected(op, &e) ||
	    !iam_document_good(op, document, POLICY_IDENTITY))
		return FAILED;
	str_to_int(str_of(e.kind->inline_quota), &quota);
	if (size_with(op, &e, name, document) > quota)
		return op_fail(op, &LimitExceeded,
			       "Maximum policy size of %s bytes exceeded for %s %.*s",
			       e.kind->inline_quota, e.kind->word, STR_ARG(e.name));
	db_run(op->db,
	       "INSERT INTO iam_inline (entity, name, document) VALUES (?, ?, ?)"
	       " ON CONFLICT (entity, name) DO UPDATE SET document = excluded.document",
	       "sss", e.id, name, document);
	return DONE;
}

enum outcome iam_op_get_inline(struct op *op)
{
	struct iam_entity e;
	struct str name = op_str(op, "PolicyName");
	struct stmt *q;

	if (!iam_named(op, &e))
		return FAILED;
	q = db_query(op->db, "SELECT name, document FROM iam_inline WHERE entity = ? AND name = ?",
		     "ss", e.id, name);
	if (!stmt_row(q))
		return missing_policy(op, &e, name);
	json_set_str(op->out, e.kind->name_member, e.name);
	json_set_str(op->out, "PolicyName", stmt_str(q, 0));
	iam_set_document(op, op->out, "PolicyDocument", stmt_str(q, 1));
	stmt_done(q);
	return DONE;
}

enum outcome iam_op_delete_inline(struct op *op)
{
	struct iam_entity e;
	struct str name = op_str(op, "PolicyName");

	if (!iam_named(op, &e) || iam_role_protected(op, &e))
		return FAILED;
	db_run(op->db, "DELETE FROM iam_inline WHERE entity = ? AND name = ?", "ss", e.id, name);
	if (!db_changes(op->db))
		return missing_policy(op, &e, name);
	return DONE;
}

enum outcome iam_op_list_inline(struct op *op)
{
	struct iam_entity e;
	struct iam_page page;
	struct json_object *list = json_set_array(op->out, "PolicyNames");
	struct stmt *q;

	if (!iam_named(op, &e) || !iam_page_begin(op, &page))
		return FAILED;
	q = db_query(op->db,
		     "SELECT name FROM iam_inline WHERE entity = ? AND name > ? ORDER BY name",
		     "ss", e.id, page.after);
	while (stmt_row(q)) {
		if (!iam_page_take(&page, stmt_str(q, 0)))
			break;
		json_add_str(list, stmt_str(q, 0));
	}
	stmt_done(q);
	iam_page_end(op, &page);
	return DONE;
}

bool iam_has_inline(struct op *op, const struct iam_entity *e)
{
	return db_int(op->db, 0, "SELECT EXISTS (SELECT 1 FROM iam_inline WHERE entity = ?)", "s",
		      e->id);
}
