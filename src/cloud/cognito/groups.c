/* ListUsers, and groups with their members. */
#include "cloud/cognito/operations.h"

#include "cloud/cognito/errors.h"
#include "cloud/cognito/filter.h"

/* --- users ------------------------------------------------------------------------------------------------- */

/* Leave of a printed user only the attributes that were asked for; false when it has none of that name. */
static void keep_attributes(struct op *op, struct json_object *printed, struct json_object *wanted)
{
	struct json_object *all = json_get(printed, "Attributes"),
			   *kept = json_new_array(op->arena);

	for (size_t i = 0; i < json_count(all); i++)
		for (size_t k = 0; k < json_count(wanted); k++)
			if (json_object_equal(json_get(json_at(all, i), "Name"),
					      json_at(wanted, k)))
				json_add(kept, json_object_get(json_at(all, i)));
	json_set(printed, "Attributes", json_object_get(kept));
}

/* The next row's user; its rowid is the place in the list. */
struct place {
	int64_t rowid;
	struct str sub;
};

static size_t next_places(struct op *op, const struct pool *pool, int64_t after,
			  struct place places[static 64])
{
	struct stmt *q = db_query(op->db,
				  "SELECT rowid, sub FROM cognito_user WHERE pool = ? AND rowid > ?"
				  " ORDER BY rowid LIMIT 64",
				  "si", pool->id, after);
	size_t n = 0;

	while (stmt_row(q))
		places[n++] = (struct place){ stmt_int(q, 0), stmt_dup(q, 1, op->arena) };
	return n;
}

/* Add users behind `after` that fit, at most `most`; a token when there are more. */
static void list_users(struct op *op, const struct pool *pool, const struct user_filter *filter,
		       int64_t after, int64_t most)
{
	struct json_object *users = json_set_array(op->out, "Users"), *o;
	struct place places[64];
	int64_t last = after;
	size_t n;

	while ((n = next_places(op, pool, after, places)))
		for (size_t i = 0; i < n; i++) {
			struct user user;

			after = places[i].rowid;
			if (!idp_user_by_sub(op, pool, places[i].sub, &user) ||
			    !idp_filter_fits(filter, &user))
				continue;
			if ((int64_t)json_count(users) == most) {
				json_set_str(op->out, "PaginationToken", idp_page_print(op, last));
				return;
			}
			last = after;
			o = json_add_object(users);
			idp_user_print(op, &user, o);
			if (json_count(op_get(op, "AttributesToGet")))
				keep_attributes(op, o, op_get(op, "AttributesToGet"));
		}
}

enum outcome idp_op_list_users(struct op *op)
{
	struct user_filter filter;
	struct pool pool;
	int64_t after, most = op_int_or(op, "Limit", 60);

	if (!idp_pool(op, &pool) || !idp_page_read(op, "PaginationToken", &after))
		return FAILED;
	if (!idp_filter_parse(op->arena, op_str_or(op, "Filter", ""), &filter))
		return op_fail(op, &InvalidParameterException, "Error while parsing filter.");
	if (filter.asked.p && !filter.attribute.p)
		return op_fail(op, &InvalidParameterException, "Invalid search attribute: %.*s",
			       STR_ARG(filter.asked));
	list_users(op, &pool, &filter, after, most ? most : 60);
	return DONE;
}

/* --- groups ------------------------------------------------------------------------------------------------ */

#define COLUMNS "rowid, name, description, role, precedence, created_at, changed_at"

/* A row of COLUMNS. */
static void print_group(struct stmt *q, const struct pool *pool, struct json_object *o)
{
	json_set_str(o, "GroupName", stmt_str(q, 1));
	json_set_str(o, "UserPoolId", pool->id);
	if (stmt_str(q, 2).p)
		json_set_str(o, "Description", stmt_str(q, 2));
	if (stmt_str(q, 3).p)
		json_set_str(o, "RoleArn", stmt_str(q, 3));
	if (stmt_str(q, 4).p)
		json_set_int(o, "Precedence", stmt_int(q, 4));
	json_set_time(o, "LastModifiedDate", stmt_int(q, 6));
	json_set_time(o, "CreationDate", stmt_int(q, 5));
}

static bool group_exists(struct op *op, const struct pool *pool)
{
	return db_int(op->db, 0, "SELECT count(*) FROM cognito_group WHERE pool = ? AND name = ?",
		      "ss", pool->id, op_str(op, "GroupName"));
}

/* The group that GroupName names must be there. */
static bool enter(struct op *op, struct pool *pool)
{
	if (!idp_pool(op, pool))
		return false;
	if (group_exists(op, pool))
		return true;
	op_fail(op, &ResourceNotFoundException, "Group not found.");
	return false;
}

static enum outcome answer_group(struct op *op, const struct pool *pool)
{
	struct stmt *q =
		db_query(op->db,
			 "SELECT " COLUMNS " FROM cognito_group WHERE pool = ? AND name = ?", "ss",
			 pool->id, op_str(op, "GroupName"));

	if (stmt_row(q))
		print_group(q, pool, json_set_object(op->out, "Group"));
	stmt_done(q);
	return DONE;
}

/* A number as text, which SQLite keeps as a number; absent stays NULL. */
static struct str precedence(struct op *op)
{
	return op_has(op, "Precedence") ? json_text(op->arena, op_get(op, "Precedence")) : STR_NONE;
}

enum outcome idp_op_create_group(struct op *op)
{
	struct pool pool;

	if (!idp_pool(op, &pool))
		return FAILED;
	if (group_exists(op, &pool))
		return op_fail(op, &GroupExistsException, "A group with the name already exists.");
	db_run(op->db,
	       "INSERT INTO cognito_group (pool, name, description, role, precedence, created_at, changed_at)"
	       " VALUES (?, ?, ?, ?, ?, ?, ?)",
	       "sssssii", pool.id, op_str(op, "GroupName"), op_str(op, "Description"),
	       op_str(op, "RoleArn"), precedence(op), op->now, op->now);
	return answer_group(op, &pool);
}

enum outcome idp_op_update_group(struct op *op)
{
	struct pool pool;

	if (!enter(op, &pool))
		return FAILED;
	db_run(op->db,
	       "UPDATE cognito_group SET description = coalesce(?, description), role = coalesce(?, role),"
	       " precedence = coalesce(?, precedence), changed_at = ? WHERE pool = ? AND name = ?",
	       "sssiss", op_str(op, "Description"), op_str(op, "RoleArn"), precedence(op), op->now,
	       pool.id, op_str(op, "GroupName"));
	return answer_group(op, &pool);
}

enum outcome idp_op_get_group(struct op *op)
{
	struct pool pool;

	return enter(op, &pool) ? answer_group(op, &pool) : FAILED;
}

enum outcome idp_op_delete_group(struct op *op)
{
	struct pool pool;

	if (!enter(op, &pool))
		return FAILED;
	db_run(op->db, "DELETE FROM cognito_member WHERE pool = ? AND name = ?", "ss", pool.id,
	       op_str(op, "GroupName"));
	db_run(op->db, "DELETE FROM cognito_group WHERE pool = ? AND name = ?", "ss", pool.id,
	       op_str(op, "GroupName"));
	return DONE;
}

/* Groups behind a page's mark, by a query whose parameters are bound already. */
static void answer_groups(struct op *op, const struct pool *pool, struct stmt *q, int64_t most)
{
	struct json_object *groups = json_set_array(op->out, "Groups");
	int64_t last = 0;

	while (stmt_row(q)) {
		if ((int64_t)json_count(groups) == most) {
			json_set_str(op->out, "NextToken", idp_page_print(op, last));
			break;
		}
		last = stmt_int(q, 0);
		print_group(q, pool, json_add_object(groups));
	}
	stmt_done(q);
}

static int64_t page_size(struct op *op)
{
	int64_t most = op_int_or(op, "Limit", 60);

	return most ? most : 60;
}

enum outcome idp_op_list_groups(struct op *op)
{
	struct pool pool;
	int64_t after;

	if (!idp_pool(op, &pool) || !idp_page_read(op, "NextToken", &after))
		return FAILED;
	answer_groups(op, &pool,
		      db_query(op->db,
			       "SELECT " COLUMNS
			       " FROM cognito_group WHERE pool = ? AND rowid > ? ORDER BY rowid",
			       "si", pool.id, after),
		      page_size(op));
	return DONE;
}

/* --- members ----------------------------------------------------------------------------------------------- */

static bool enter_member(struct op *op, struct pool *pool, struct user *user)
{
	return enter(op, pool) && idp_user(op, pool, user);
}

enum outcome idp_op_admin_add_user_to_group(struct op *op)
{
	struct pool pool;
	struct user user;

	if (!enter_member(op, &pool, &user))
		return FAILED;
	db_run(op->db, "INSERT OR IGNORE INTO cognito_member (pool, name, sub) VALUES (?, ?, ?)",
	       "sss", pool.id, op_str(op, "GroupName"), user.sub);
	return DONE;
}

enum outcome idp_op_admin_remove_user_from_group(struct op *op)
{
	struct pool pool;
	struct user user;

	if (!enter_member(op, &pool, &user))
		return FAILED;
	db_run(op->db, "DELETE FROM cognito_member WHERE pool = ? AND name = ? AND sub = ?", "sss",
	       pool.id, op_str(op, "GroupName"), user.sub);
	return DONE;
}

enum outcome idp_op_admin_list_groups_for_user(struct op *op)
{
	struct pool pool;
	struct user user;
	int64_t after;

	if (!idp_pool(op, &pool) || !idp_user(op, &pool, &user) ||
	    !idp_page_read(op, "NextToken", &after))
		return FAILED;
	answer_groups(
		op, &pool,
		db_query(
			op->db,
			"SELECT " COLUMNS
			" FROM cognito_group g WHERE pool = ?1 AND rowid > ?2 AND EXISTS (SELECT 1"
			" FROM cognito_member m WHERE m.pool = ?1 AND m.name = g.name AND m.sub = ?3)"
			" ORDER BY rowid",
			"sis", pool.id, after, user.sub),
		page_size(op));
	return DONE;
}

enum outcome idp_op_list_users_in_group(struct op *op)
{
	struct json_object *users = json_set_array(op->out, "Users");
	int64_t after, most = page_size(op), last = 0;
	struct pool pool;
	struct user user;
	struct stmt *q;

	if (!enter(op, &pool) || !idp_page_read(op, "NextToken", &after))
		return FAILED;
	q = db_query(
		op->db,
		"SELECT rowid, sub FROM cognito_member WHERE pool = ? AND name = ? AND rowid > ?"
		" ORDER BY rowid",
		"ssi", pool.id, op_str(op, "GroupName"), after);
	while (stmt_row(q)) {
		if ((int64_t)json_count(users) == most) {
			json_set_str(op->out, "NextToken", idp_page_print(op, last));
			break;
		}
		last = stmt_int(q, 0);
		if (idp_user_by_sub(op, &pool, stmt_dup(q, 1, op->arena), &user))
			idp_user_print(op, &user, json_add_object(users));
	}
	stmt_done(q);
	return DONE;
}
