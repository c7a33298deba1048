/* Things: rows with documents; see inside.h. */
#include "cloud/apigateway/inside.h"

#include "base/hash.h"

const struct aws_error GatewayBadRequest = { "BadRequestException", 400, NULL, false };
const struct aws_error GatewayNotFound = { "NotFoundException", 404, NULL, false };
const struct aws_error GatewayConflict = { "ConflictException", 409, NULL, false };
const struct aws_error GatewayLimitExceeded = { "LimitExceededException", 429, NULL, false };
const struct aws_error GatewayTooLarge = { "RequestEntityTooLargeException", 413, NULL, false };

static bool read_row(struct op *op, struct stmt *q, struct thing *out)
{
	if (!stmt_row(q))
		return false;
	*out = (struct thing){ .row = stmt_int(q, 0),
			       .owner = stmt_dup(q, 1, op->arena),
			       .id = stmt_dup(q, 2, op->arena),
			       .name = stmt_dup(q, 3, op->arena),
			       .doc = json_parse(op->arena, stmt_str(q, 4), NULL) };
	stmt_done(q);
	return out->doc != NULL;
}

bool thing_find(struct op *op, const struct kind *kind, struct str owner, struct str id,
		struct thing *out)
{
	return read_row(op,
			db_query(op->db,
				 "SELECT row, owner, id, name, doc FROM apigateway_thing "
				 "WHERE owner = ? AND kind = ? AND id = ?",
				 "szs", owner.p ? owner : STR(""), kind->noun, id),
			out);
}

bool thing_find_named(struct op *op, const struct kind *kind, struct str owner, struct str name,
		      struct thing *out)
{
	return read_row(op,
			db_query(op->db,
				 "SELECT row, owner, id, name, doc FROM apigateway_thing "
				 "WHERE owner = ? AND kind = ? AND name = ?",
				 "szs", owner.p ? owner : STR(""), kind->noun, name),
			out);
}

bool thing_exists(struct op *op, const struct kind *kind, struct str owner, struct str id)
{
	return db_int(op->db, 0,
		      "SELECT 1 FROM apigateway_thing WHERE owner = ? AND kind = ? AND id = ?",
		      "szs", owner.p ? owner : STR(""), kind->noun, id) == 1;
}

struct str thing_id_named(struct op *op, const struct kind *kind, struct str owner, struct str name)
{
	struct stmt *q = db_query(op->db,
				  "SELECT id FROM apigateway_thing "
				  "WHERE owner = ? AND kind = ? AND name = ? LIMIT 1",
				  "szs", owner.p ? owner : STR(""), kind->noun, name);
	struct str id = stmt_row(q) ? stmt_dup(q, 0, op->arena) : STR_NONE;

	stmt_done(q);
	return id;
}

void things_drop_named(struct op *op, const struct kind *kind, struct str owner, struct str name)
{
	db_run(op->db, "DELETE FROM apigateway_thing WHERE owner = ? AND kind = ? AND name = ?",
	       "szs", owner, kind->noun, name);
}

bool thing_next(struct op *op, const struct kind *kind, struct str owner, int64_t *after,
		struct thing *out)
{
	if (!read_row(op,
		      db_query(op->db,
			       "SELECT row, owner, id, name, doc FROM apigateway_thing "
			       "WHERE owner = ? AND kind = ? AND row > ? ORDER BY row LIMIT 1",
			       "szi", owner.p ? owner : STR(""), kind->noun, *after),
		      out))
		return false;
	*after = out->row;
	return true;
}

bool thing_get(struct op *op, const struct kind *kind, struct thing *out)
{
	struct str owner = kind->owner ? op_str(op, kind->owner) : STR("");
	struct thing domain;

	if (thing_find(op, kind, owner, op_str(op, kind->id), out))
		return true;
	/* A mapping's domain may be what is missing. */
	if (kind == &kind_base_path && !thing_find(op, &kind_domain_name, STR_NONE, owner, &domain))
		kind = &kind_domain_name;
	op_fail(op, &GatewayNotFound, "%s", kind->missing);
	return false;
}

void thing_put(struct op *op, const struct kind *kind, struct thing *thing)
{
	thing_put_text(op, kind, thing, json_text(op->arena, thing->doc));
}

void thing_put_text(struct op *op, const struct kind *kind, struct thing *thing, struct str doc)
{
	struct str owner = thing->owner.p ? thing->owner : STR("");
	struct str name = thing->name.p ? thing->name : STR("");

	if (thing->row) {
		db_run(op->db, "UPDATE apigateway_thing SET name = ?, doc = ? WHERE row = ?", "ssi",
		       name, doc, thing->row);
		return;
	}
	db_run(op->db,
	       "INSERT INTO apigateway_thing (kind, owner, id, name, doc) VALUES (?, ?, ?, ?, ?)",
	       "zssss", kind->noun, owner, thing->id, name, doc);
	thing->row = db_last_id(op->db);
}

void thing_drop(struct op *op, const struct kind *kind, const struct thing *thing)
{
	(void)kind;
	db_run(op->db, "DELETE FROM apigateway_thing WHERE row = ?", "i", thing->row);
}

void things_drop_owned(struct op *op, struct str owner)
{
	db_run(op->db, "DELETE FROM apigateway_thing WHERE owner = ?", "s", owner);
}

struct thing thing_new(struct op *op, struct str owner, size_t length)
{
	struct thing thing = { .owner = owner, .doc = json_new_object(op->arena) };

	if (!length)
		return thing;
	thing.id = hash_random_text(op->arena, length, "abcdefghijklmnopqrstuvwxyz0123456789");
	json_set_str(thing.doc, "id", thing.id);
	return thing;
}

void copy_members(struct json_object *to, const struct json_object *from, const char *const *names)
{
	for (; *names; names++)
		if (json_get(from, *names))
			json_set(to, *names, json_object_get(json_get(from, *names)));
}

void thing_show(struct op *op, const struct kind *kind, const struct thing *thing, enum showing why,
		struct json_object *out)
{
	JSON_EACH(thing->doc, key, value)
	{
		json_set(out, key, json_object_get(value));
	}
	if (kind->show)
		kind->show(op, thing, why, out);
	if (kind->tagged && (why == SHOW_GOT || why == SHOW_UPDATED) && !json_get(out, "tags"))
		json_set_object(out, "tags");
}

bool things_fit(struct op *op, const struct kind *kind, struct str owner)
{
	if (!kind->most ||
	    db_int(op->db, 0, "SELECT count(*) FROM apigateway_thing WHERE owner = ? AND kind = ?",
		   "sz", owner.p ? owner : STR(""), kind->noun) <= kind->most)
		return true;
	if (!kind->owner) {
		op_fail(op, &GatewayLimitExceeded,
			"Maximum number of %s for this account has been reached.  Please contact "
			"AWS if you need additional %s.",
			kind->plural, kind->plural);
		return false;
	}
	op_fail(op, &GatewayLimitExceeded,
		"Maximum number of %s for this API has been reached.  Please contact AWS if you need "
		"additional %s.",
		kind->plural, kind->plural);
	return false;
}

enum outcome thing_created(struct op *op, const struct kind *kind, struct thing *thing)
{
	thing_put(op, kind, thing);
	if (!things_fit(op, kind, thing->owner))
		return FAILED;
	thing_show(op, kind, thing, SHOW_CREATED, op->out);
	return DONE;
}
