/* Identities: who comes to a pool, known by logins or by nothing. */
#include "cloud/identity/inside.h"

#include <inttypes.h>

#include "base/base64.h"

/* --- rows ------------------------------------------------------------------------------------- */

bool identity_get(struct op *op, struct str id, struct identity *out)
{
	struct stmt *q =
		db_query(op->db, "SELECT pool, created_at, changed_at FROM identity WHERE id = ?",
			 "s", id);

	if (!stmt_row(q)) {
		op_fail(op, &ResourceNotFoundException, "Identity '%.*s' not found.", STR_ARG(id));
		return false;
	}
	*out = (struct identity){ id, stmt_dup(q, 0, op->arena), stmt_int(q, 1), stmt_int(q, 2) };
	stmt_done(q);
	return true;
}

void identity_add(struct op *op, struct str pool, struct identity *out)
{
	*out = (struct identity){ identity_id_make(op), pool, op->now, op->now };
	db_run(op->db,
	       "INSERT INTO identity (id, pool, created_at, changed_at) VALUES (?, ?, ?, ?)",
	       "ssii", out->id, pool, op->now, op->now);
}

static void remove_identity(struct op *op, struct str id)
{
	db_run(op->db, "DELETE FROM identity_login WHERE identity = ?", "s", id);
	db_run(op->db, "DELETE FROM identity WHERE id = ?", "s", id);
}

bool identity_is_known(struct op *op, const struct identity *identity)
{
	return db_int(op->db, 0, "SELECT count(*) FROM identity_login WHERE identity = ?", "s",
		      identity->id) > 0;
}

struct str identity_of_login(struct op *op, struct str pool, struct str provider,
			     struct str subject)
{
	struct stmt *q = db_query(op->db,
				  "SELECT identity FROM identity_login"
				  " WHERE pool = ? AND provider = ? AND subject = ?",
				  "sss", pool, provider, subject);
	struct str id = STR_NONE;

	if (stmt_row(q))
		id = stmt_dup(q, 0, op->arena);
	stmt_done(q);
	return id;
}

void identity_link(struct op *op, const struct identity *identity, const struct login *login)
{
	db_run(op->db,
	       "INSERT OR IGNORE INTO identity_login (pool, provider, subject, identity)"
	       " VALUES (?, ?, ?, ?)",
	       "ssss", identity->pool, login->provider, login->subject, identity->id);
	if (db_changes(op->db))
		db_run(op->db, "UPDATE identity SET changed_at = ? WHERE id = ?", "is", op->now,
		       identity->id);
}

/* --- whose logins --------------------------------------------------------------------------------- */

static bool no_match(struct op *op)
{
	op_fail(op, &NotAuthorizedException,
		"Logins don't match. Please include at least one valid login for this identity or "
		"identity pool.");
	return false;
}

/* The one identity that has any of the logins; absent: none has. False when two have. */
static bool find_owner(struct op *op, const struct identity_pool *pool, const struct logins *logins,
		       struct str *owner)
{
	*owner = STR_NONE;
	for (size_t i = 0; i < logins->count; i++) {
		struct str id = identity_of_login(op, pool->id, logins->at[i].provider,
						  logins->at[i].subject);

		if (!id.p)
			continue;
		if (owner->p && !str_eq(*owner, id))
			return no_match(op);
		*owner = id;
	}
	return true;
}

bool identity_enter(struct op *op, const struct identity_pool *pool, const struct logins *logins,
		    struct identity *identity)
{
	bool known = identity_is_known(op, identity);
	struct str owner;

	if (!logins->count) {
		if (known)
			op_fail(op, &NotAuthorizedException,
				"Access to Identity '%.*s' is forbidden.", STR_ARG(identity->id));
		else if (!identity_pool_allows(pool, "AllowUnauthenticatedIdentities"))
			op_fail(op, &NotAuthorizedException,
				"Unauthenticated access is not supported for this identity pool.");
		else
			return true;
		return false;
	}
	if (!find_owner(op, pool, logins, &owner))
		return false;
	if (known && !(owner.p && str_eq(owner, identity->id)))
		return no_match(op);
	if (!known && owner.p) {
		/* Somebody unknown turns out to be known: the two become one. */
		remove_identity(op, identity->id);
		if (!identity_get(op, owner, identity))
			return false;
	}
	for (size_t i = 0; i < logins->count; i++)
		identity_link(op, identity, &logins->at[i]);
	return true;
}

enum outcome identity_op_get_id(struct op *op)
{
	struct identity_pool pool;
	struct identity identity;
	struct logins logins;
	struct str owner;

	if (!identity_pool_get(op, op_str(op, "IdentityPoolId"), &pool) ||
	    !identity_logins(op, &pool, &logins) || !find_owner(op, &pool, &logins, &owner))
		return FAILED;
	if (!logins.count && !identity_pool_allows(&pool, "AllowUnauthenticatedIdentities"))
		return op_fail(op, &NotAuthorizedException,
			       "Unauthenticated access is not supported for this identity pool.");
	if (!owner.p)
		identity_add(op, pool.id, &identity);
	else if (!identity_get(op, owner, &identity))
		return FAILED;
	for (size_t i = 0; i < logins.count; i++)
		identity_link(op, &identity, &logins.at[i]);
	json_set_str(op->out, "IdentityId", identity.id);
	return DONE;
}

/* --- telling ------------------------------------------------------------------------------------------ */

static void print(struct op *op, const struct identity *identity, struct json_object *o)
{
	struct json_object *names;
	struct stmt *q;

	json_set_str(o, "IdentityId", identity->id);
	names = json_set_array(o, "Logins");
	q = db_query(op->db,
		     "SELECT DISTINCT provider FROM identity_login WHERE identity = ?"
		     " ORDER BY provider",
		     "s", identity->id);
	while (stmt_row(q))
		json_add_str(names, stmt_str(q, 0));
	json_set_time(o, "CreationDate", identity->created_at);
	json_set_time(o, "LastModifiedDate", identity->changed_at);
}

enum outcome identity_op_describe_identity(struct op *op)
{
	struct identity identity;

	if (!identity_get(op, op_str(op, "IdentityId"), &identity))
		return FAILED;
	print(op, &identity, op->out);
	return DONE;
}

static bool read_page(struct op *op, int64_t *after)
{
	struct str token = op_str(op, "NextToken"), text;

	*after = 0;
	if (!token.p || (base64url_parse(op->arena, token, &text) && str_to_int(text, after)))
		return true;
	op_fail(op, &InvalidParameterException, "Invalid pagination token");
	return false;
}

static void print_page(struct op *op, int64_t last)
{
	json_set_str(op->out, "NextToken",
		     base64url_print(op->arena, arena_strf(op->arena, "%" PRId64, last)));
}

enum outcome identity_op_list_identities(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "Identities");
	int64_t most = op_int_or(op, "MaxResults", 60), after, last = 0;
	struct identity_pool pool;
	struct stmt *q;

	if (!identity_pool_get(op, op_str(op, "IdentityPoolId"), &pool) || !read_page(op, &after))
		return FAILED;
	json_set_str(op->out, "IdentityPoolId", pool.id);
	q = db_query(op->db,
		     "SELECT rowid, id, created_at, changed_at FROM identity WHERE pool = ?"
		     " AND rowid > ? ORDER BY rowid LIMIT ?",
		     "sii", pool.id, after, most + 1);
	while (stmt_row(q)) {
		struct identity identity;

		if ((int64_t)json_count(list) == most) {
			print_page(op, last);
			break;
		}
		last = stmt_int(q, 0);
		identity = (struct identity){ stmt_dup(q, 1, op->arena), pool.id, stmt_int(q, 2),
					      stmt_int(q, 3) };
		print(op, &identity, json_add_object(list));
	}
	stmt_done(q);
	return DONE;
}

/* --- forgetting ------------------------------------------------------------------------------------------ */

enum outcome identity_op_delete_identities(struct op *op)
{
	struct json_object *ids = op_get(op, "IdentityIdsToDelete");

	json_set_array(op->out, "UnprocessedIdentityIds");
	for (size_t i = 0; i < json_count(ids); i++)
		remove_identity(op, json_str(json_at(ids, i)));
	return DONE;
}

enum outcome identity_op_unlink_identity(struct op *op)
{
	struct json_object *names = op_get(op, "LoginsToRemove");
	struct identity_pool pool;
	struct identity identity;
	struct logins logins;
	struct str owner;

	if (!identity_get(op, op_str(op, "IdentityId"), &identity) ||
	    !identity_pool_get(op, identity.pool, &pool) || !identity_logins(op, &pool, &logins) ||
	    !find_owner(op, &pool, &logins, &owner))
		return FAILED;
	if (!owner.p || !str_eq(owner, identity.id)) {
		no_match(op);
		return FAILED;
	}
	for (size_t i = 0; i < json_count(names); i++)
		db_run(op->db, "DELETE FROM identity_login WHERE identity = ? AND provider = ?",
		       "ss", identity.id, json_str(json_at(names, i)));
	return DONE;
}

/* --- developers' own users ----------------------------------------------------------------------------------- */

/* The pool, whose developer's name must be the one given. */
static bool developer_pool(struct op *op, struct identity_pool *pool)
{
	struct str name = op_str(op, "DeveloperProviderName");

	if (!identity_pool_get(op, op_str(op, "IdentityPoolId"), pool))
		return false;
	if (str_eq(json_get_str(pool->settings, "DeveloperProviderName"), name))
		return true;
	op_fail(op, &InvalidParameterException,
		"Provider %.*s is not the developer provider of this identity pool.",
		STR_ARG(name));
	return false;
}

enum outcome identity_op_lookup_developer_identity(struct op *op)
{
	struct str user = op_str(op, "DeveloperUserIdentifier"), id = op_str(op, "IdentityId"),
		   found, name;
	struct json_object *list;
	struct identity_pool pool;
	struct stmt *q;

	if (!identity_pool_get(op, op_str(op, "IdentityPoolId"), &pool))
		return FAILED;
	name = json_get_str(pool.settings, "DeveloperProviderName");
	if (!user.p && !id.p)
		return op_fail(
			op, &InvalidParameterException,
			"At least one of IdentityId or DeveloperUserIdentifier is required.");
	found = user.p ? identity_of_login(op, pool.id, name, user) : id;
	if (!found.p)
		return op_fail(op, &ResourceNotFoundException,
			       "Developer user identifier '%.*s' not found.", STR_ARG(user));
	if (id.p && !str_eq(id, found))
		return op_fail(op, &ResourceConflictException,
			       "The identity and the developer user identifier do not match.");
	json_set_str(op->out, "IdentityId", found);
	list = json_set_array(op->out, "DeveloperUserIdentifierList");
	q = db_query(op->db,
		     "SELECT subject FROM identity_login WHERE identity = ? AND provider = ?"
		     " ORDER BY subject LIMIT ?",
		     "ssi", found, name, op_int_or(op, "MaxResults", 60));
	while (stmt_row(q))
		json_add_str(list, stmt_str(q, 0));
	return DONE;
}

enum outcome identity_op_merge_developer_identities(struct op *op)
{
	struct str name = op_str(op, "DeveloperProviderName"), from, to;
	struct identity_pool pool;

	if (!developer_pool(op, &pool))
		return FAILED;
	from = identity_of_login(op, pool.id, name, op_str(op, "SourceUserIdentifier"));
	to = identity_of_login(op, pool.id, name, op_str(op, "DestinationUserIdentifier"));
	if (!from.p || !to.p)
		return op_fail(op, &ResourceNotFoundException,
			       "Developer user identifier '%.*s' not found.",
			       STR_ARG(op_str(op, from.p ? "DestinationUserIdentifier"
							 : "SourceUserIdentifier")));
	if (!str_eq(from, to)) {
		db_run(op->db, "UPDATE identity_login SET identity = ? WHERE identity = ?", "ss",
		       to, from);
		remove_identity(op, from);
	}
	json_set_str(op->out, "IdentityId", to);
	return DONE;
}

enum outcome identity_op_unlink_developer_identity(struct op *op)
{
	struct identity_pool pool;
	struct identity identity;

	if (!developer_pool(op, &pool) || !identity_get(op, op_str(op, "IdentityId"), &identity))
		return FAILED;
	db_run(op->db,
	       "DELETE FROM identity_login WHERE identity = ? AND provider = ? AND subject = ?",
	       "sss", identity.id, op_str(op, "DeveloperProviderName"),
	       op_str(op, "DeveloperUserIdentifier"));
	return DONE;
}
