/* Users and their names; see user.h. */
#include "cloud/cognito/user.h"

#include <ctype.h>

#include "cloud/cognito/errors.h"
#include "cloud/cognito/schema.h"
#include "cloud/cognito/trigger.h"

#define COLUMNS                                                                                    \
	"u.sub, u.name, u.status, u.enabled, u.created_at, u.changed_at, u.attributes, u.salt,"    \
	" u.verifier, u.password_at, u.history, u.failures, u.locked_until, u.signed_out_at"

static const char *const statuses[] = { "UNCONFIRMED", "CONFIRMED", "FORCE_CHANGE_PASSWORD",
					"RESET_REQUIRED" };

static const char *status_of(struct str text)
{
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (str_is(text, statuses[i]))
			return statuses[i];
	return "UNKNOWN";
}

static struct json_object *parsed(struct op *op, struct str text)
{
	struct json_object *o = json_parse(op->arena, text, NULL);

	return o ? o : json_new_object(op->arena);
}

static bool read_user(struct op *op, const struct pool *pool, struct stmt *q, struct user *out)
{
	struct arena *a = op->arena;

	if (!stmt_row(q))
		return false;
	*out = (struct user){
		.pool = pool->id,
		.sub = stmt_dup(q, 0, a),
		.name = stmt_dup(q, 1, a),
		.status = status_of(stmt_str(q, 2)),
		.enabled = stmt_int(q, 3),
		.created_at = stmt_int(q, 4),
		.changed_at = stmt_int(q, 5),
		.attributes = parsed(op, stmt_str(q, 6)),
		.salt = stmt_dup(q, 7, a),
		.verifier = stmt_dup(q, 8, a),
		.password_at = stmt_int(q, 9),
		.history = parsed(op, stmt_str(q, 10)),
		.failures = stmt_int(q, 11),
		.locked_until = stmt_int(q, 12),
		.signed_out_at = stmt_int(q, 13),
	};
	stmt_done(q);
	return true;
}

/* --- finding ------------------------------------------------------------------------------------ */

struct str idp_user_key(struct op *op, const struct pool *pool, struct str name)
{
	char *lower;

	if (idp_pool_case_sensitive(pool))
		return name;
	lower = arena_cstr(op->arena, name);
	for (size_t i = 0; i < name.n; i++)
		lower[i] = (char)tolower((unsigned char)lower[i]);
	return str_make(lower, name.n);
}

bool idp_user_by_sub(struct op *op, const struct pool *pool, struct str sub, struct user *out)
{
	return read_user(op, pool,
			 db_query(op->db,
				  "SELECT " COLUMNS
				  " FROM cognito_user u WHERE u.pool = ? AND u.sub = ?",
				  "ss", pool->id, sub),
			 out);
}

bool idp_user_find(struct op *op, const struct pool *pool, struct str name, struct user *out)
{
	struct str key = idp_user_key(op, pool, name);

	return read_user(op, pool,
			 db_query(op->db,
				  "SELECT " COLUMNS
				  " FROM cognito_user u WHERE u.pool = ? AND u.name_key = ?",
				  "ss", pool->id, key),
			 out) ||
	       read_user(op, pool,
			 db_query(op->db,
				  "SELECT " COLUMNS " FROM cognito_alias x JOIN cognito_user u"
				  " ON u.pool = x.pool AND u.sub = x.sub"
				  " WHERE x.pool = ? AND x.value = ? ORDER BY x.kind LIMIT 1",
				  "ss", pool->id, key),
			 out) ||
	       idp_user_by_sub(op, pool, name, out);
}

bool idp_user(struct op *op, const struct pool *pool, struct user *out)
{
	if (idp_user_find(op, pool, op_str(op, "Username"), out))
		return true;
	op_fail(op, &UserNotFoundException, "User does not exist.");
	return false;
}

/* --- making -------------------------------------------------------------------------------------- */

static bool not_a_name(struct op *op, const char *message)
{
	op_fail(op, &InvalidParameterException, "%s", message);
	return false;
}

/* The attribute that is the name in a pool of addresses; NULL with the error set. */
static const char *name_attribute(struct op *op, const struct pool *pool, struct str name)
{
	bool email = idp_pool_lists(pool, "UsernameAttributes", "email");
	bool phone = idp_pool_lists(pool, "UsernameAttributes", "phone_number");

	if (email && idp_is_email(name))
		return "email";
	if (phone && idp_is_phone(name))
		return "phone_number";
	not_a_name(op, email && phone ? "Username should be either an email or a phone number."
		       : email        ? "Username should be an email."
				      : "Username should be a phone number.");
	return NULL;
}

static bool begin_by_address(struct op *op, const struct pool *pool, struct str name,
			     struct user *user)
{
	const char *attribute = name_attribute(op, pool, name);
	struct user other;

	if (!attribute)
		return false;
	if (idp_user_find(op, pool, name, &other)) {
		op_fail(op, &UsernameExistsException,
			"An account with the given %s already exists.", attribute);
		return false;
	}
	user->name = user->sub;
	json_set_str(user->attributes, attribute, name);
	return true;
}

bool idp_user_begin(struct op *op, const struct pool *pool, struct str name, struct user *user)
{
	struct user other;

	*user = (struct user){
		.pool = pool->id,
		.sub = idp_made_up(op, pool, "sub"),
		.name = name,
		.enabled = true,
		.attributes = json_new_object(op->arena),
		.history = json_new_array(op->arena),
	};
	if (json_count(json_get(pool->settings, "UsernameAttributes")))
		return begin_by_address(op, pool, name, user);
	if (idp_pool_lists(pool, "AliasAttributes", "email") && idp_is_email(name))
		return not_a_name(op, "Username cannot be of email format, since user pool is "
				      "configured for email alias.");
	if (idp_pool_lists(pool, "AliasAttributes", "phone_number") && idp_is_phone(name))
		return not_a_name(op,
				  "Username cannot be of phone number format, since user pool is "
				  "configured for phone number alias.");
	if (!idp_user_find(op, pool, name, &other))
		return true;
	op_fail(op, &UsernameExistsException, "User already exists");
	return false;
}

/* --- storing ------------------------------------------------------------------------------------ */

void idp_user_add(struct op *op, const struct pool *pool, struct user *user)
{
	user->created_at = op->now;
	db_run(op->db,
	       "INSERT INTO cognito_user (pool, sub, name, name_key, status, enabled, created_at, changed_at,"
	       " attributes, password_at, history, failures, locked_until, signed_out_at)"
	       " VALUES (?, ?, ?, ?, ?, 1, ?, ?, '{}', 0, '[]', 0, 0, 0)",
	       "sssszii", pool->id, user->sub, user->name, idp_user_key(op, pool, user->name),
	       user->status, op->now, op->now);
	idp_user_store(op, user);
}

void idp_user_store(struct op *op, struct user *user)
{
	user->changed_at = op->now;
	db_run(op->db,
	       "UPDATE cognito_user SET status = ?, enabled = ?, changed_at = ?, attributes = ?, salt = ?,"
	       " verifier = ?, password_at = ?, history = ?, failures = ?, locked_until = ?,"
	       " signed_out_at = ? WHERE pool = ? AND sub = ?",
	       "ziisbbisiiiss", user->status, (int64_t)user->enabled, op->now,
	       json_text(op->arena, user->attributes), user->salt, user->verifier,
	       user->password_at, json_text(op->arena, user->history), user->failures,
	       user->locked_until, user->signed_out_at, user->pool, user->sub);
}

void idp_user_delete(struct op *op, const struct user *user)
{
	db_run(op->db, "DELETE FROM cognito_alias WHERE pool = ? AND sub = ?", "ss", user->pool,
	       user->sub);
	db_run(op->db, "DELETE FROM cognito_code WHERE pool = ? AND sub = ?", "ss", user->pool,
	       user->sub);
	db_run(op->db, "DELETE FROM cognito_grant WHERE pool = ? AND sub = ?", "ss", user->pool,
	       user->sub);
	db_run(op->db, "DELETE FROM cognito_session WHERE pool = ? AND sub = ?", "ss", user->pool,
	       user->sub);
	db_run(op->db, "DELETE FROM cognito_device WHERE pool = ? AND sub = ?", "ss", user->pool,
	       user->sub);
	db_run(op->db, "DELETE FROM cognito_factor WHERE pool = ? AND sub = ?", "ss", user->pool,
	       user->sub);
	db_run(op->db, "DELETE FROM cognito_member WHERE pool = ? AND sub = ?", "ss", user->pool,
	       user->sub);
	db_run(op->db, "DELETE FROM cognito_authorization WHERE pool = ? AND sub = ?", "ss",
	       user->pool, user->sub);
	db_run(op->db, "DELETE FROM cognito_browser WHERE pool = ? AND sub = ?", "ss", user->pool,
	       user->sub);
	db_run(op->db, "DELETE FROM cognito_user WHERE pool = ? AND sub = ?", "ss", user->pool,
	       user->sub);
}

/* --- further names -------------------------------------------------------------------------------- */

/* Whose name is this? Absent: nobody's. */
static struct str owner_of(struct op *op, const struct pool *pool, const char *kind,
			   struct str value)
{
	struct stmt *q =
		db_query(op->db,
			 "SELECT sub FROM cognito_alias WHERE pool = ? AND kind = ? AND value = ?",
			 "szs", pool->id, kind, value);
	struct str sub = STR_NONE;

	if (stmt_row(q)) {
		sub = stmt_dup(q, 0, op->arena);
		stmt_done(q);
	}
	return sub;
}

/* Is this attribute of the user a name to sign in with now? */
static bool is_name(const struct pool *pool, const struct user *user, const char *kind)
{
	if (!idp_user_attribute(user, kind).n)
		return false;
	if (idp_pool_lists(pool, "UsernameAttributes", kind))
		return true;
	if (!idp_pool_lists(pool, "AliasAttributes", kind))
		return false;
	if (strcmp(kind, "email") == 0)
		return idp_user_has(user, "email_verified");
	return strcmp(kind, "phone_number") != 0 || idp_user_has(user, "phone_number_verified");
}

/* The other one loses the name: its address is not verified any more. */
static void take_away(struct op *op, const struct pool *pool, const char *kind, struct str sub)
{
	struct user other;

	if (!idp_user_by_sub(op, pool, sub, &other))
		return;
	idp_user_set_attribute(&other, arena_printf(op->arena, "%s_verified", kind), "false");
	idp_user_store(op, &other);
}

static bool claim(struct op *op, const struct pool *pool, const struct user *user, const char *kind,
		  bool force)
{
	struct str value, owner;

	db_run(op->db, "DELETE FROM cognito_alias WHERE pool = ? AND kind = ? AND sub = ?", "szs",
	       pool->id, kind, user->sub);
	if (!is_name(pool, user, kind))
		return true;
	value = idp_user_key(op, pool, idp_user_attribute(user, kind));
	owner = owner_of(op, pool, kind, value);
	if (owner.p && !force) {
		op_fail(op, &AliasExistsException, "An account with the %s%s already exists.",
			strcmp(kind, "preferred_username") == 0 ||
					idp_pool_lists(pool, "UsernameAttributes", kind)
				? "given "
				: "",
			kind);
		return false;
	}
	if (owner.p)
		take_away(op, pool, kind, owner);
	db_run(op->db,
	       "INSERT OR REPLACE INTO cognito_alias (pool, kind, value, sub) VALUES (?, ?, ?, ?)",
	       "szss", pool->id, kind, value, user->sub);
	return true;
}

bool idp_user_claim(struct op *op, const struct pool *pool, const struct user *user, bool force)
{
	return claim(op, pool, user, "email", force) &&
	       claim(op, pool, user, "phone_number", force) &&
	       claim(op, pool, user, "preferred_username", force);
}

bool idp_user_verify(struct op *op, const struct pool *pool, struct user *user,
		     const char *attribute)
{
	struct str value = idp_user_key(op, pool, idp_user_attribute(user, attribute)),
		   owner = owner_of(op, pool, attribute, value);

	if (!owner.p || str_eq(owner, user->sub))
		idp_user_set_attribute(user, arena_printf(op->arena, "%s_verified", attribute),
				       "true");
	idp_user_store(op, user);
	return idp_user_claim(op, pool, user, false);
}

/* --- attributes --------------------------------------------------------------------------------- */

struct str idp_user_attribute(const struct user *user, const char *name)
{
	return strcmp(name, "sub") == 0 ? user->sub : json_get_str(user->attributes, name);
}

void idp_user_set_attribute(struct user *user, const char *name, const char *value)
{
	json_set_cstr(user->attributes, name, value);
}

bool idp_user_has(const struct user *user, const char *name)
{
	return str_eq_nocase(json_get_str(user->attributes, name), STR("true"));
}

static void add_attribute(struct json_object *list, struct str name, struct str value)
{
	struct json_object *o = json_add_object(list);

	json_set_str(o, "Name", name);
	json_set_str(o, "Value", value);
}

struct json_object *idp_user_attributes(struct op *op, const struct user *user,
					const struct client *client)
{
	struct json_object *list = json_new_array(op->arena);

	add_attribute(list, STR("sub"), user->sub);
	JSON_EACH(user->attributes, key, value)
	{
		if (!client || idp_client_may(client, "ReadAttributes", str_of(key)))
			add_attribute(list, str_of(key), json_str(value));
	}
	return list;
}

void idp_user_print(struct op *op, const struct user *user, struct json_object *o)
{
	json_set_str(o, "Username", user->name);
	json_set(o, "Attributes", json_object_get(idp_user_attributes(op, user, NULL)));
	json_set_time(o, "UserCreateDate", user->created_at);
	json_set_time(o, "UserLastModifiedDate", user->changed_at);
	json_set_bool(o, "Enabled", user->enabled);
	json_set_cstr(o, "UserStatus", user->status);
}
