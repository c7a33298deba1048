/* Parts: rows with documents; see inside.h. */
#include "cloud/apigatewayv2/inside.h"

#include "base/hash.h"

const struct aws_error HttpApiBadRequest = { "BadRequestException", 400, NULL, false };
const struct aws_error HttpApiNotFound = { "NotFoundException", 404, NULL, false };
const struct aws_error HttpApiConflict = { "ConflictException", 409, NULL, false };
const struct aws_error HttpApiTooLarge = { "RequestEntityTooLargeException", 413, NULL, false };
/* A quota that is used up has a conflict's name and the status of too many requests. */
static const struct aws_error too_many = { "ConflictException", 429, NULL, false };

static bool read_row(struct op *op, struct stmt *q, struct part *out)
{
	if (!stmt_row(q))
		return false;
	*out = (struct part){ .row = stmt_int(q, 0),
			      .owner = stmt_dup(q, 1, op->arena),
			      .id = stmt_dup(q, 2, op->arena),
			      .doc = json_parse(op->arena, stmt_str(q, 3), NULL) };
	stmt_done(q);
	return out->doc != NULL;
}

bool part_find(struct op *op, const struct part_kind *kind, struct str owner, struct str id,
	       struct part *out)
{
	return read_row(op,
			db_query(op->db,
				 "SELECT row, owner, id, doc FROM apigatewayv2_part "
				 "WHERE owner = ? AND kind = ? AND id = ?",
				 "szs", owner.p ? owner : STR(""), kind->noun, id),
			out);
}

/* The id of the first row. */
static struct str read_id(struct op *op, struct stmt *q)
{
	struct str id = stmt_row(q) ? stmt_dup(q, 0, op->arena) : STR_NONE;

	stmt_done(q);
	return id;
}

struct str part_route_of(struct op *op, struct str owner, struct str key)
{
	return read_id(op, db_query(op->db,
				    "SELECT id FROM apigatewayv2_part WHERE kind = 'Route' "
				    "AND owner = ? AND json_extract(doc, '$.routeKey') = ? "
				    "ORDER BY row LIMIT 1",
				    "ss", owner, key));
}

struct str part_authorizer_of(struct op *op, struct str owner, struct str name)
{
	return read_id(op, db_query(op->db,
				    "SELECT id FROM apigatewayv2_part WHERE kind = 'Authorizer' "
				    "AND owner = ? AND json_extract(doc, '$.name') = ? "
				    "ORDER BY row LIMIT 1",
				    "ss", owner, name));
}

bool part_next(struct op *op, const struct part_kind *kind, struct str owner, int64_t *after,
	       struct part *out)
{
	if (!read_row(op,
		      db_query(op->db,
			       "SELECT row, owner, id, doc FROM apigatewayv2_part "
			       "WHERE owner = ? AND kind = ? AND row > ? ORDER BY row LIMIT 1",
			       "szi", owner.p ? owner : STR(""), kind->noun, *after),
		      out))
		return false;
	*after = out->row;
	return true;
}

bool part_get(struct op *op, const struct part_kind *kind, struct part *out)
{
	struct str owner = kind->owner ? op_str(op, kind->owner) : STR("");

	if (kind == &part_kind_api)
		return api_get(op, out);
	if (part_find(op, kind, owner, op_str(op, kind->id), out))
		return true;
	op_fail(op, &HttpApiNotFound, "%s", kind->missing);
	return false;
}

bool part_exists(struct op *op, const struct part_kind *kind, struct str owner, struct str id)
{
	return db_int(op->db, 0,
		      "SELECT 1 FROM apigatewayv2_part WHERE owner = ? AND kind = ? AND id = ?",
		      "szs", owner, kind->noun, id) == 1;
}

void part_put(struct op *op, const struct part_kind *kind, struct part *part)
{
	part_put_text(op, kind, part, json_text(op->arena, part->doc));
}

void part_put_text(struct op *op, const struct part_kind *kind, struct part *part, struct str doc)
{
	if (part->row) {
		db_run(op->db, "UPDATE apigatewayv2_part SET doc = ? WHERE row = ?", "si", doc,
		       part->row);
		return;
	}
	db_run(op->db, "INSERT INTO apigatewayv2_part (kind, owner, id, doc) VALUES (?, ?, ?, ?)",
	       "zsss", kind->noun, part->owner.p ? part->owner : STR(""), part->id, doc);
	part->row = db_last_id(op->db);
}

bool parts_fit(struct op *op, const struct part_kind *kind, struct str owner)
{
	return !kind->most ||
	       db_int(op->db, 0,
		      "SELECT count(*) FROM apigatewayv2_part WHERE owner = ? AND kind = ?", "sz",
		      owner, kind->noun) <= kind->most ||
	       part_too_many(op, kind);
}

bool part_too_many(struct op *op, const struct part_kind *kind)
{
	op_fail(op, &too_many,
		"Maximum number of %s for this API has been reached. Please contact AWS if you need "
		"additional %s.",
		kind->plural, kind->plural);
	return false;
}

void part_drop(struct op *op, const struct part *part)
{
	db_run(op->db, "DELETE FROM apigatewayv2_part WHERE row = ?", "i", part->row);
}

void parts_drop_kind(struct op *op, const struct part_kind *kind, struct str owner)
{
	db_run(op->db, "DELETE FROM apigatewayv2_part WHERE owner = ? AND kind = ?", "sz", owner,
	       kind->noun);
}

void parts_drop_owned(struct op *op, struct str owner)
{
	db_run(op->db, "DELETE FROM apigatewayv2_part WHERE owner = ?", "s", owner);
}

struct part part_new(struct op *op, const struct part_kind *kind, struct str owner, size_t length)
{
	struct part part = { .owner = owner, .doc = json_new_object(op->arena) };

	if (!length)
		return part;
	part.id = hash_random_text(op->arena, length, "abcdefghijklmnopqrstuvwxyz0123456789");
	json_set_str(part.doc, kind->id, part.id);
	return part;
}

void parts_copy(struct op *op, struct str from, struct str to)
{
	db_run(op->db,
	       "INSERT INTO apigatewayv2_part (kind, owner, id, doc) "
	       "SELECT kind, ?, id, doc FROM apigatewayv2_part WHERE owner = ? "
	       "AND kind IN ('Route', 'Integration', 'Authorizer') ORDER BY row",
	       "ss", to, from);
	db_run(op->db,
	       "INSERT INTO apigatewayv2_part (kind, owner, id, doc) "
	       "SELECT kind, ?, id, doc FROM apigatewayv2_part WHERE owner = '' AND kind = 'Api' "
	       "AND id = ?",
	       "ss", to, from);
}
