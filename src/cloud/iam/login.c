/*
 * Console passwords of users, and the account's password policy. Of a password only a salted digest is kept, made
 * slow on purpose.
 */
#include "cloud/iam/operations.h"

#include "base/hash.h"
#include "cloud/iam/inside.h"

enum { ROUNDS = 20000, SALT_BYTES = 16, MINIMUM_WITHOUT_POLICY = 8, MINIMUM = 6 };

static const struct aws_error InvalidUserType = { "InvalidUserType", 400, NULL };

/* --- the account's policy ------------------------------------------------------------ */

static const struct {
	const char *rule, *words;
	char first, last;
} letters[] = {
	{ "RequireUppercaseCharacters", "uppercase letter", 'A', 'Z' },
	{ "RequireLowercaseCharacters", "lowercase letter", 'a', 'z' },
	{ "RequireNumbers", "number", '0', '9' },
};

static bool has_range(struct str s, char first, char last)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= first && s.p[i] <= last)
			return true;
	return false;
}

static bool has_symbol(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] && strchr("!@#$%^&*()_+-=[]{}|'", s.p[i]))
			return true;
	return false;
}

static struct json_object *policy_of(struct op *op)
{
	struct str text = iam_setting(op, "password-policy");

	return text.p ? json_parse(op->arena, text, NULL) : NULL;
}

static bool violates(struct op *op, const char *words)
{
	op_fail(op, &PasswordPolicyViolation, "Password should have %s", words);
	return false;
}

/* Without a policy of the account: eight characters, of three of four kinds. */
static bool fits_default(struct op *op, struct str password)
{
	int kinds = has_symbol(password);

	for (size_t i = 0; i < 3; i++)
		kinds += has_range(password, letters[i].first, letters[i].last);
	if (password.n < MINIMUM_WITHOUT_POLICY)
		return violates(op, "a minimum length of 8");
	if (kinds >= 3)
		return true;
	op_fail(op, &PasswordPolicyViolation,
		"Password does not conform to the account password policy.");
	return false;
}

static bool fits_policy(struct op *op, struct str password)
{
	struct json_object *policy = policy_of(op);
	int64_t least = json_int_or(json_get(policy, "MinimumPasswordLength"), MINIMUM);

	if (!policy)
		return fits_default(op, password);
	if ((int64_t)password.n < least)
		return violates(op, arena_printf(op->arena, "a minimum length of %lld",
						 (long long)least));
	for (size_t i = 0; i < 3; i++)
		if (json_bool_or(json_get(policy, letters[i].rule), false) &&
		    !has_range(password, letters[i].first, letters[i].last))
			return violates(op, arena_printf(op->arena, "at least one %s",
							 letters[i].words));
	if (json_bool_or(json_get(policy, "RequireSymbols"), false) && !has_symbol(password))
		return violates(op, "at least one symbol");
	return true;
}

/* What is not said is as if there were no such rule. */
enum outcome iam_op_update_account_password_policy(struct op *op)
{
	static const char *const rules[] = { "RequireSymbols", "RequireNumbers",
					     "RequireUppercaseCharacters",
					     "RequireLowercaseCharacters",
					     "AllowUsersToChangePassword" };
	struct json_object *policy = json_new_object(op->arena);

	json_set_int(policy, "MinimumPasswordLength",
		     op_int_or(op, "MinimumPasswordLength", MINIMUM));
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		json_set_bool(policy, rules[i], op_bool_or(op, rules[i], false));
	json_set_bool(policy, "ExpirePasswords", op_has(op, "MaxPasswordAge"));
	if (op_has(op, "MaxPasswordAge"))
		json_set_int(policy, "MaxPasswordAge", op_int_or(op, "MaxPasswordAge", 0));
	if (op_has(op, "PasswordReusePrevention"))
		json_set_int(policy, "PasswordReusePrevention",
			     op_int_or(op, "PasswordReusePrevention", 0));
	if (op_has(op, "HardExpiry"))
		json_set_bool(policy, "HardExpiry", op_bool_or(op, "HardExpiry", false));
	iam_set(op, "password-policy", json_text(op->arena, policy));
	return DONE;
}

enum outcome iam_op_get_account_password_policy(struct op *op)
{
	struct str text = iam_setting(op, "password-policy");

	if (!text.p)
		return op_fail(op, &NoSuchEntity,
			       "The Password Policy with domain name %s cannot be found.",
			       op->account->id);
	json_set(op->out, "PasswordPolicy", json_object_get(policy_of(op)));
	return DONE;
}

enum outcome iam_op_delete_account_password_policy(struct op *op)
{
	if (!iam_setting(op, "password-policy").p)
		return op_fail(op, &NoSuchEntity,
			       "The account policy with name PasswordPolicy cannot be found.");
	iam_set(op, "password-policy", STR_NONE);
	return DONE;
}

/* --- passwords -------------------------------------------------------------------------- */

static void digest(struct str salt, struct str password, unsigned char out[static SHA256_BYTES])
{
	hash_hmac_sha256(salt, password, out);
	for (int i = 1; i < ROUNDS; i++)
		hash_hmac_sha256(password, str_make(out, SHA256_BYTES), out);
}

static void store(struct op *op, const struct iam_entity *user, struct str password, bool reset)
{
	unsigned char salt[SALT_BYTES], out[SHA256_BYTES];

	hash_random(salt, sizeof(salt));
	digest(str_make(salt, sizeof(salt)), password, out);
	db_run(op->db,
	       "INSERT INTO iam_login (user, created_at, salt, digest, reset, changed_at)"
	       " VALUES (?1, ?2, ?3, ?4, ?5, ?2)"
	       " ON CONFLICT (user) DO UPDATE SET salt = ?3, digest = ?4, reset = ?5, changed_at = ?2",
	       "sibbi", user->id, op->now, str_make(salt, sizeof(salt)), str_make(out, sizeof(out)),
	       (int64_t)reset);
}

static bool matches(struct op *op, const struct iam_entity *user, struct str password)
{
	struct stmt *q = db_query(op->db, "SELECT salt, digest FROM iam_login WHERE user = ?", "s",
				  user->id);
	unsigned char out[SHA256_BYTES];
	bool same;

	if (!stmt_row(q))
		return false;
	digest(stmt_str(q, 0), password, out);
	same = str_eq_secret(str_make(out, sizeof(out)), stmt_str(q, 1));
	stmt_done(q);
	return same;
}

static bool has_login(struct op *op, const struct iam_entity *user)
{
	return db_int(op->db, 0, "SELECT count(*) FROM iam_login WHERE user = ?", "s", user->id);
}

/* The user that the operation names, who must have a password. */
static bool login_named(struct op *op, struct iam_entity *user)
{
	if (!iam_named(op, user))
		return false;
	if (has_login(op, user))
		return true;
	op_fail(op, &NoSuchEntity, "Login Profile for User %.*s cannot be found.",
		STR_ARG(user->name));
	return false;
}

static enum outcome describe(struct op *op, const struct iam_entity *user)
{
	struct stmt *q = db_query(op->db, "SELECT created_at, reset FROM iam_login WHERE user = ?",
				  "s", user->id);
	struct json_object *out = json_set_object(op->out, "LoginProfile");

	if (stmt_row(q)) {
		json_set_str(out, "UserName", user->name);
		iam_set_time(op, out, "CreateDate", stmt_int(q, 0));
		json_set_bool(out, "PasswordResetRequired", stmt_int(q, 1));
	}
	stmt_done(q);
	return DONE;
}

enum outcome iam_op_create_login_profile(struct op *op)
{
	struct str password = op_str(op, "Password");
	struct iam_entity user;

	if (!iam_named(op, &user))
		return FAILED;
	if (has_login(op, &user))
		return op_fail(op, &EntityAlreadyExists,
			       "Login Profile for user %.*s already exists.", STR_ARG(user.name));
	if (!password.p)
		return op_fail(op, &ValidationError,
			       "1 validation error detected: Value at 'password' failed to "
			       "satisfy constraint: Member must not be null");
	if (!fits_policy(op, password))
		return FAILED;
	store(op, &user, password, op_bool_or(op, "PasswordResetRequired", false));
	return describe(op, &user);
}

enum outcome iam_op_get_login_profile(struct op *op)
{
	struct iam_entity user;

	return login_named(op, &user) ? describe(op, &user) : FAILED;
}

enum outcome iam_op_update_login_profile(struct op *op)
{
	struct str password = op_str(op, "Password");
	struct iam_entity user;

	if (!login_named(op, &user))
		return FAILED;
	if (password.p) {
		if (!fits_policy(op, password))
			return FAILED;
		store(op, &user, password, false);
	}
	if (op_has(op, "PasswordResetRequired"))
		db_run(op->db, "UPDATE iam_login SET reset = ? WHERE user = ?", "is",
		       (int64_t)op_bool_or(op, "PasswordResetRequired", false), user.id);
	return DONE;
}

enum outcome iam_op_delete_login_profile(struct op *op)
{
	struct iam_entity user;

	if (!login_named(op, &user))
		return FAILED;
	db_run(op->db, "DELETE FROM iam_login WHERE user = ?", "s", user.id);
	return DONE;
}

/* A user's own password, by the user. */
enum outcome iam_op_change_password(struct op *op)
{
	struct str password = op_str(op, "NewPassword");
	struct iam_entity user;

	if (op->caller.kind != CALLER_USER || !iam_principal(op, op->caller.principal, &user))
		return op_fail(op, &InvalidUserType,
			       "Only IAM Users can change their own password");
	if (!has_login(op, &user))
		return op_fail(op, &NoSuchEntity, "Login Profile for User %.*s cannot be found.",
			       STR_ARG(user.name));
	if (!matches(op, &user, op_str(op, "OldPassword")))
		return op_fail(op, &AccessDenied, "The old password was incorrect.");
	if (!fits_policy(op, password))
		return FAILED;
	store(op, &user, password, false);
	return DONE;
}
