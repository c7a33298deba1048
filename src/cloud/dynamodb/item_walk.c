/* Jobs that go over many items; see item_walk.h. */
#include "cloud/dynamodb/item_walk.h"

#include "base/base64.h"

enum { SLICE_BYTES = 1 << 20 };

#define AFTER " AND (hash, pk, sk) > (?2, ?3, ?4)"
#define FIRST " ORDER BY hash, pk, sk LIMIT ?5"

/* ?1 is the id, ?2 to ?4 where the slice before ended, ?5 the rows, ?6 the moment where there is one. */
static const char *const sources[] = {
	[WALK_TABLE] =
		"SELECT hash, pk, sk, size, item FROM dynamodb_item WHERE table_id = ?1" AFTER
			FIRST,
	[WALK_BACKUP] =
		"SELECT hash, pk, sk, size, item FROM dynamodb_backup_item WHERE backup_id = ?1" AFTER
			FIRST,
	[WALK_UNCHANGED] =
		"SELECT hash, pk, sk, size, item FROM dynamodb_item i WHERE table_id = ?1" AFTER
		" AND NOT EXISTS (SELECT 1 FROM dynamodb_past p WHERE p.table_id = i.table_id"
		" AND p.hash = i.hash AND p.pk = i.pk AND p.sk = i.sk AND p.until > ?6)" FIRST,
	/* With min(), the other columns are those of the row that has it. */
	[WALK_CHANGED] =
		"SELECT hash, pk, sk, size, item, min(until) FROM dynamodb_past WHERE table_id = ?1" AFTER
		" AND until > ?6 GROUP BY hash, pk, sk" FIRST,
};

static struct str bytes_in(struct op *op, const char *member)
{
	struct str bytes = STR("");

	base64_parse(op->arena, json_get_str(op->in, member), &bytes);
	return bytes;
}

static struct stmt *rows_of(struct op *op, const struct walk *w, const struct item_key *from)
{
	const char *sql = sources[w->source];

	if (w->source >= WALK_UNCHANGED)
		return db_query(op->db, sql, "iibbii", w->id, from->hash, from->pk, from->sk,
				w->rows, w->moment);
	return db_query(op->db, sql, "iibbi", w->id, from->hash, from->pk, from->sk, w->rows);
}

static void visit(struct op *op, const struct walk *w, const struct item_key *key,
		  const struct stored_item *item)
{
	struct arena *mine = op->arena, *scratch = arena_new();

	op->arena = scratch;
	w->visit(op, key, item, w->context);
	op->arena = mine;
	arena_free(scratch);
}

bool item_walk(struct op *op, const struct walk *w, struct item_key *last)
{
	struct stmt *q;
	int64_t rows = 0;
	size_t bytes = 0;

	*last = (struct item_key){ json_int_or(json_get(op->in, "Hash"), -1), bytes_in(op, "Pk"),
				   bytes_in(op, "Sk") };
	q = rows_of(op, w, last);
	while (bytes < SLICE_BYTES && stmt_row(q)) {
		struct stored_item item = { .text = stmt_str(q, 4),
					    .size = (size_t)stmt_int(q, 3) };

		item.found = item.text.p != NULL;
		rows++;
		bytes += item.size;
		*last = (struct item_key){ stmt_int(q, 0), stmt_dup(q, 1, op->arena),
					   stmt_dup(q, 2, op->arena) };
		visit(op, w, last, &item);
	}
	stmt_done(q);
	return rows < w->rows && bytes < SLICE_BYTES;
}

void item_walk_on(struct op *op, enum dynamodb_job kind, const struct item_key *last, int64_t due)
{
	struct json_object *arg = json_new_object(op->arena);

	JSON_EACH(op->in, name, value)
	json_set(arg, name, json_object_get(value));
	json_set_int(arg, "Hash", last->hash);
	json_set_str(arg, "Pk", base64_print(op->arena, last->pk));
	json_set_str(arg, "Sk", base64_print(op->arena, last->sk));
	job_add(op, &dynamodb_jobs[kind], due, NULL, arg);
}

bool item_walk_slice(struct op *op, enum dynamodb_job kind, const struct walk *w)
{
	struct item_key last;

	if (item_walk(op, w, &last))
		return true;
	item_walk_on(op, kind, &last, op->now);
	return false;
}
