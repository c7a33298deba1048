/* Tags, of every kind of entity: Tag..., Untag..., List...Tags. Keys differ by more than case. */
#include "cloud/iam/operations.h"

#include <inttypes.h>

#include "cloud/iam/inside.h"

enum { TAGS_MAX = 50 };

/* No key twice, and none of AWS's own. */
static bool keys_good(struct op *op, struct json_object *tags)
{
	for (size_t i = 0; i < json_count(tags); i++) {
		struct str key = json_get_str(json_at(tags, i), "Key");

		if (str_eq_nocase(str_slice(key, 0, 4), STR("aws:"))) {
			op_fail(op, &InvalidInput,
				"aws: prefixed tag key names are not allowed for external use.");
			return false;
		}
		for (size_t j = 0; j < i; j++) {
			if (!str_eq_nocase(key, json_get_str(json_at(tags, j), "Key")))
				continue;
			op_fail(op, &InvalidInput,
				"Duplicate tag keys found. Please note that Tag keys are case insensitive.");
			return false;
		}
	}
	return true;
}

bool iam_tags_good(struct op *op, struct str id)
{
	struct json_object *tags = op_get(op, "Tags");
	int64_t count = db_int(op->db, 0, "SELECT count(*) FROM iam_tag WHERE entity = ?", "s", id);

	if (!keys_good(op, tags))
		return false;
	for (size_t i = 0; i < json_count(tags); i++)
		count += !db_int(op->db, 0,
				 "SELECT count(*) FROM iam_tag WHERE entity = ? AND key = ?", "ss",
				 id, json_get_str(json_at(tags, i), "Key"));
	if (count <= TAGS_MAX)
		return true;
	op_fail(op, &LimitExceeded,
		"The number of tags has reached the maximum limit of %d for this resource.",
		TAGS_MAX);
	return false;
}

void iam_tags_put(struct op *op, struct str id)
{
	struct json_object *tags = op_get(op, "Tags");

	for (size_t i = 0; i < json_count(tags); i++)
		db_run(op->db,
		       "INSERT INTO iam_tag (entity, key, value) VALUES (?, ?, ?)"
		       " ON CONFLICT (entity, key) DO UPDATE SET key = excluded.key, value = excluded.value",
		       "sss", id, json_get_str(json_at(tags, i), "Key"),
		       json_get_str(json_at(tags, i), "Value"));
}

static void add_tag(struct json_object *list, struct str key, struct str value)
{
	struct json_object *tag = json_add_object(list);

	json_set_str(tag, "Key", key);
	json_set_str(tag, "Value", value);
}

void iam_tags_describe(struct op *op, struct str id, struct json_object *out)
{
	struct stmt *q =
		db_query(op->db, "SELECT key, value FROM iam_tag WHERE entity = ? ORDER BY id", "s",
			 id);
	struct json_object *list = NULL;

	while (stmt_row(q)) {
		if (!list)
			list = json_set_array(out, "Tags");
		add_tag(list, stmt_str(q, 0), stmt_str(q, 1));
	}
}

enum outcome iam_op_tag(struct op *op)
{
	struct iam_entity e;

	if (!iam_named(op, &e) || !iam_tags_good(op, e.id))
		return FAILED;
	iam_tags_put(op, e.id);
	return DONE;
}

enum outcome iam_op_untag(struct op *op)
{
	struct json_object *keys = op_get(op, "TagKeys");
	struct iam_entity e;

	if (!iam_named(op, &e))
		return FAILED;
	for (size_t i = 0; i < json_count(keys); i++)
		db_run(op->db, "DELETE FROM iam_tag WHERE entity = ? AND key = ?", "ss", e.id,
		       json_str(json_at(keys, i)));
	return DONE;
}

enum outcome iam_op_list_tags(struct op *op)
{
	struct iam_entity e;
	struct iam_page page;
	struct json_object *list = json_set_array(op->out, "Tags");
	struct stmt *q;
	int64_t after = 0;

	if (!iam_named(op, &e) || !iam_page_begin(op, &page))
		return FAILED;
	str_to_int(page.after, &after);
	q = db_query(op->db,
		     "SELECT id, key, value FROM iam_tag WHERE entity = ? AND id > ? ORDER BY id",
		     "si", e.id, after);
	while (stmt_row(q)) {
		if (!iam_page_take(&page, arena_strf(op->arena, "%" PRId64, stmt_int(q, 0))))
			break;
		add_tag(list, stmt_str(q, 1), stmt_str(q, 2));
	}
	stmt_done(q);
	iam_page_end(op, &page);
	return DONE;
}
