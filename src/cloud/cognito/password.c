/* Passwords of users: policy, verifier, failures; see user.h. */
#include "cloud/cognito/user.h"

#include "base/base64.h"
#include "base/hash.h"
#include "cloud/cognito/errors.h"

/* From: Developer Guide, "Lockout behavior for failed sign-in attempts". */
#define FREE_FAILURES 5
#define LOCK_MAX_MS   (15 * 60 * 1000)
#define HISTORY_MAX   24

#define UPPER   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define LOWER   "abcdefghijklmnopqrstuvwxyz"
#define DIGITS  "0123456789"
#define SYMBOLS "^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+= "

static const struct {
	const char *setting, *characters, *complaint;
} kinds[] = {
	{ "RequireUppercase", UPPER, "uppercase" },
	{ "RequireLowercase", LOWER, "lowercase" },
	{ "RequireNumbers", DIGITS, "numeric" },
	{ "RequireSymbols", SYMBOLS, "symbol" },
};

static struct json_object *policy_of(const struct pool *pool)
{
	return json_get(json_get(pool->settings, "Policies"), "PasswordPolicy");
}

static bool contains(struct str s, const char *characters)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] && strchr(characters, s.p[i]))
			return true;
	return false;
}

bool idp_password_conforms(struct op *op, const struct pool *pool, struct str password)
{
	struct json_object *policy = policy_of(pool);

	if ((int64_t)password.n < json_int_or(json_get(policy, "MinimumLength"), 8)) {
		op_fail(op, &InvalidPasswordException,
			"Password did not conform with policy: Password not long enough");
		return false;
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!json_bool_or(json_get(policy, kinds[i].setting), false) ||
		    contains(password, kinds[i].characters))
			continue;
		op_fail(op, &InvalidPasswordException,
			"Password did not conform with policy: Password must have %s characters",
			kinds[i].complaint);
		return false;
	}
	return true;
}

/* Does the password make this verifier under this salt? Takes as long for every answer. */
static bool makes(struct op *op, const struct pool *pool, const struct user *user,
		  struct str password, const struct str kept[2])
{
	unsigned char verifier[SRP_BYTES];
	const struct srp_identity who = { pool->realm, user->name, password };

	srp_verifier(op->arena, &who, kept[0], verifier);
	return str_eq_secret(str_make(verifier, sizeof(verifier)), kept[1]);
}

bool idp_password_new(struct op *op, const struct pool *pool, const struct user *user,
		      struct str password)
{
	int64_t n = json_int_or(json_get(policy_of(pool), "PasswordHistorySize"), 0);
	bool used =
		n > 0 && user->verifier.p &&
		makes(op, pool, user, password, (const struct str[]){ user->salt, user->verifier });

	for (size_t i = 0; !used && (int64_t)i + 1 < n && i < json_count(user->history); i++) {
		struct json_object *old = json_at(user->history, i);
		struct str kept[2];

		used = base64_parse(op->arena, json_get_str(old, "Salt"), &kept[0]) &&
		       base64_parse(op->arena, json_get_str(old, "Verifier"), &kept[1]) &&
		       makes(op, pool, user, password, kept);
	}
	if (used)
		op_fail(op, &PasswordHistoryPolicyViolationException,
			"Password has previously been used.");
	return !used;
}

static void remember(struct op *op, struct user *user)
{
	struct json_object *all = json_new_array(op->arena), *newest = json_add_object(all);

	json_set_str(newest, "Salt", base64_print(op->arena, user->salt));
	json_set_str(newest, "Verifier", base64_print(op->arena, user->verifier));
	for (size_t i = 0; i + 1 < HISTORY_MAX && i < json_count(user->history); i++)
		json_add(all, json_object_get(json_at(user->history, i)));
	user->history = all;
}

void idp_password_set(struct op *op, const struct pool *pool, struct user *user,
		      struct str password)
{
	unsigned char *salt = arena_alloc(op->arena, SRP_SALT_BYTES);
	unsigned char *verifier = arena_alloc(op->arena, SRP_BYTES);
	const struct srp_identity who = { pool->realm, user->name, password };

	if (user->verifier.p && json_int_or(json_get(policy_of(pool), "PasswordHistorySize"), 0))
		remember(op, user);
	hash_random(salt, SRP_SALT_BYTES);
	user->salt = str_make(salt, SRP_SALT_BYTES);
	srp_verifier(op->arena, &who, user->salt, verifier);
	user->verifier = str_make(verifier, SRP_BYTES);
	user->password_at = op->now;
	user->failures = user->locked_until = 0;
}

struct str idp_password_make(struct op *op, const struct pool *pool)
{
	int64_t least = json_int_or(json_get(policy_of(pool), "MinimumLength"), 8);
	struct str parts[4];

	for (size_t i = 0; i < 4; i++)
		parts[i] = hash_random_text(op->arena, 2,
					    i == 3 ? "^$*.[]{}()?-!@#%&/,><:;|_~+="
						   : kinds[i].characters);
	return arena_strf(op->arena, "%.*s%.*s%.*s%.*s%.*s", STR_ARG(parts[0]), STR_ARG(parts[3]),
			  STR_ARG(parts[1]), STR_ARG(parts[2]),
			  STR_ARG(hash_random_text(op->arena, least > 8 ? (size_t)least - 8 : 0,
						   UPPER LOWER DIGITS)));
}

/* --- failures ------------------------------------------------------------------------------------ */

bool idp_password_may_try(struct op *op, const struct user *user)
{
	if (op->now >= user->locked_until)
		return true;
	op_fail(op, &NotAuthorizedException, "Password attempts exceeded");
	return false;
}

static void count_failure(struct op *op, void *arg)
{
	const struct user *user = arg;
	int64_t failures = user->failures + 1, lock_ms = 0;

	if (failures > FREE_FAILURES)
		lock_ms = failures > FREE_FAILURES + 10 ? LOCK_MAX_MS
							: 1000LL << (failures - FREE_FAILURES - 1);
	if (lock_ms > LOCK_MAX_MS)
		lock_ms = LOCK_MAX_MS;
	db_run(op->db,
	       "UPDATE cognito_user SET failures = ?, locked_until = ? WHERE pool = ? AND sub = ?",
	       "iiss", failures, op->now + lock_ms, user->pool, user->sub);
}

void idp_password_wrong(struct op *op, const struct user *user)
{
	struct user *kept = arena_alloc(op->arena, sizeof(*kept));

	*kept = *user;
	op_fail(op, &NotAuthorizedException, "Incorrect username or password.");
	op_keep(op, count_failure, kept);
}

void idp_password_well(struct op *op, struct user *user)
{
	if (!user->failures)
		return;
	user->failures = user->locked_until = 0;
	db_run(op->db,
	       "UPDATE cognito_user SET failures = 0, locked_until = 0 WHERE pool = ? AND sub = ?",
	       "ss", user->pool, user->sub);
}

void idp_password_pretend(struct op *op, const struct pool *pool, struct str name,
			  struct str password)
{
	static const unsigned char salt[SRP_SALT_BYTES] = { 1 };
	const struct user nobody = { .name = name };

	makes(op, pool, &nobody, password,
	      (const struct str[]){ str_make(salt, sizeof(salt)), STR("") });
}

bool idp_password_right(struct op *op, const struct pool *pool, struct user *user,
			struct str password)
{
	if (!idp_password_may_try(op, user))
		return false;
	if (!user->verifier.p ||
	    !makes(op, pool, user, password, (const struct str[]){ user->salt, user->verifier })) {
		idp_password_wrong(op, user);
		return false;
	}
	return true;
}
