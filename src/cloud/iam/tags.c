/*
 * Tags, of every kind of entity: Tag..., Untag..., List...Tags. Keys of users and roles differ by more than case.
 */
#include "cloud/iam/operations.h"

#include "cloud/iam/inside.h"

enum { TAGS_MAX = 50 };

static bool same_key(const struct iam_entity *e, struct str a, struct str b)
{
	return e->kind->tags_fold ? str_eq_nocase(a, b) : str_eq(a, b);
}

/* No key twice, and none of AWS's own. */
static bool keys_good(struct op *op, const struct iam_entity *e, struct json_object *tags)
{
	for (size_t i = 0; i < json_count(tags); i++) {
		struct str key = json_get_str(json_at(tags, i), "Key");

		if (str_eq_nocase(str_slice(key, 0, 4), STR("aws:"))) {
			op_fail(op, &InvalidInput,
				"aws: prefixed tag key names are not allowed for external use.");
			return false;
		}
		for (size_t j = 0; j < i; j++) {
			if (!same_key(e, key, json_get_str(json_at(tags, j), "Key")))
				continue;
			op_fail(op, &InvalidInput, "Duplicate tag keys found.%s",
				e->kind->tags_fold
					? " Please note that Tag keys are case insensitive."
					: "");
			return false;
		}
	}
	return true;
}

/* The row of a tag, or 0. */
static int64_t row_of(struct op *op, const struct iam_entity *e, struct str key)
{
	return db_int(op->db, 0,
		      "SELECT id FROM iam_tag WHERE entity = ?1"
		      " AND (key = ?2 OR ?3 AND key = ?2 COLLATE NOCASE)",
		      "ssi", e->id, key, (int64_t)e->kind->tags_fold);
}

struct str iam_tag_find(struct op *op, const struct iam_entity *e, struct str key)
{
	struct stmt *q =
		db_query(op->db, "SELECT value FROM iam_tag WHERE id = ?", "i", row_of(op, e, key));
	struct str value = stmt_row(q) ? stmt_dup(q, 0, op->arena) : STR_NONE;

	stmt_done(q);
	return value;
}

bool iam_tags_good(struct op *op, const struct iam_entity *e)
{
	struct json_object *tags = op_get(op, "Tags");
	int64_t count =
		db_int(op->db, 0, "SELECT count(*) FROM iam_tag WHERE entity = ?", "s", e->id);

	if (!keys_good(op, e, tags))
		return false;
	for (size_t i = 0; i < json_count(tags); i++)
		count += !row_of(op, e, json_get_str(json_at(tags, i), "Key"));
	if (count <= TAGS_MAX)
		return true;
	op_fail(op, &LimitExceeded, "The number of tags has reached the maximum limit.");
	return false;
}

void iam_tags_put(struct op *op, const struct iam_entity *e)
{
	struct json_object *tags = op_get(op, "Tags");

	for (size_t i = 0; i < json_count(tags); i++) {
		struct str key = json_get_str(json_at(tags, i), "Key");
		struct str value = json_get_str(json_at(tags, i), "Value");
		int64_t row = row_of(op, e, key);

		if (row)
			db_run(op->db, "UPDATE iam_tag SET key = ?, value = ? WHERE id = ?", "ssi",
			       key, value, row);
		else
			db_run(op->db, "INSERT INTO iam_tag (entity, key, value) VALUES (?, ?, ?)",
			       "sss", e->id, key, value);
	}
}

static void add_tag(struct json_object *list, struct str key, struct str value)
{
	struct json_object *tag = json_add_object(list);

	json_set_str(tag, "Key", key);
	json_set_str(tag, "Value", value);
}

void iam_tags_describe(struct op *op, struct str id, struct json_object *out, bool always)
{
	struct stmt *q =
		db_query(op->db, "SELECT key, value FROM iam_tag WHERE entity = ? ORDER BY id", "s",
			 id);
	struct json_object *list = always ? json_set_array(out, "Tags") : NULL;

	while (stmt_row(q)) {
		if (!list)
			list = json_set_array(out, "Tags");
		add_tag(list, stmt_str(q, 0), stmt_str(q, 1));
	}
}

enum outcome iam_op_tag(struct op *op)
{
	struct iam_entity e;

	if (!iam_named(op, &e) || !iam_tags_good(op, &e))
		return FAILED;
	iam_tags_put(op, &e);
	return DONE;
}

enum outcome iam_op_untag(struct op *op)
{
	struct json_object *keys = op_get(op, "TagKeys");
	struct iam_entity e;

	if (!iam_named(op, &e))
		return FAILED;
	for (size_t i = 0; i < json_count(keys); i++)
		db_run(op->db, "DELETE FROM iam_tag WHERE id = ?", "i",
		       row_of(op, &e, json_str(json_at(keys, i))));
	return DONE;
}

enum outcome iam_op_list_tags(struct op *op)
{
	struct iam_entity e;
	struct iam_page page;
	struct json_object *list = json_set_array(op->out, "Tags");
	struct stmt *q;

	if (!iam_named(op, &e) || !iam_page_begin(op, &page))
		return FAILED;
	/* Users and roles have theirs by name; what got tags later has shorter keys first. */
	q = db_query(op->db,
		     "SELECT key, value FROM iam_tag WHERE entity = ?1 AND"
		     " (CASE WHEN ?3 THEN 0 ELSE length(key) END, key) >"
		     " (CASE WHEN ?3 THEN 0 ELSE length(?2) END, ?2)"
		     " ORDER BY CASE WHEN ?3 THEN 0 ELSE length(key) END, key",
		     "ssi", e.id, page.after, (int64_t)e.kind->tags_fold);
	while (stmt_row(q)) {
		if (!iam_page_take(&page, stmt_str(q, 0)))
			break;
		add_tag(list, stmt_str(q, 0), stmt_str(q, 1));
	}
	stmt_done(q);
	iam_page_end(op, &page);
	return DONE;
}
