/* CreateUserPool and what else is done with pools. */
#include "cloud/cognito/operations.h"

#include "base/hash.h"
#include "cloud/cognito/domain.h"
#include "cloud/cognito/errors.h"
#include "cloud/cognito/id.h"
#include "cloud/cognito/schema.h"
#include "cloud/cognito/token.h"

#define POOLS_MAX 1000 /* quota: "User pools per account" */
#define NO_SECOND_FACTOR                                                                           \
	"WEB_AUTHN cannot be used as an auth factor when MFA is enabled if not configured for MFA."

/* Settings that a pool keeps for ever. */
static const char *const fixed[] = { "AliasAttributes", "UsernameAttributes",
				     "UsernameConfiguration", "Schema" };
/* Settings that are taken as they are, when they are there. */
static const char *const plain[] = {
	"DeletionProtection",
	"LambdaConfig",
	"AutoVerifiedAttributes",
	"SmsVerificationMessage",
	"EmailVerificationMessage",
	"EmailVerificationSubject",
	"VerificationMessageTemplate",
	"SmsAuthenticationMessage",
	"MfaConfiguration",
	"UserAttributeUpdateSettings",
	"DeviceConfiguration",
	"EmailConfiguration",
	"SmsConfiguration",
	"UserPoolTags",
	"AdminCreateUserConfig",
	"UserPoolAddOns",
	"AccountRecoverySetting",
	"UserPoolTier",
};
/* Settings that SetUserPoolMfaConfig makes, and no update of the pool undoes. */
static const char *const kept[] = { "SmsMfaConfiguration", "SoftwareTokenMfaConfiguration",
				    "EmailMfaConfiguration", "WebAuthnConfiguration" };
/* What DescribeUserPool tells, in its order. */
static const char *const told[] = {
	"Policies",
	"DeletionProtection",
	"LambdaConfig",
	"AutoVerifiedAttributes",
	"AliasAttributes",
	"UsernameAttributes",
	"SmsVerificationMessage",
	"EmailVerificationMessage",
	"EmailVerificationSubject",
	"VerificationMessageTemplate",
	"SmsAuthenticationMessage",
	"UserAttributeUpdateSettings",
	"MfaConfiguration",
	"DeviceConfiguration",
	"EmailConfiguration",
	"SmsConfiguration",
	"UserPoolTags",
	"AdminCreateUserConfig",
	"UserPoolAddOns",
	"UsernameConfiguration",
	"AccountRecoverySetting",
	"UserPoolTier",
};
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* --- settings --------------------------------------------------------------------------------------------- */

/* An object member, made when it is not there. */
static struct json_object *object_at(struct json_object *o, const char *name)
{
	struct json_object *member = json_get(o, name);

	return member ? member : json_set_object(o, name);
}

static void default_int(struct json_object *o, const char *name, int64_t value)
{
	if (!json_get(o, name))
		json_set_int(o, name, value);
}

static void default_bool(struct json_object *o, const char *name, bool value)
{
	if (!json_get(o, name))
		json_set_bool(o, name, value);
}

static void default_text(struct json_object *o, const char *name, const char *value)
{
	if (!json_get(o, name))
		json_set_cstr(o, name, value);
}

/* A password policy that is given is strict only where it says so; none at all is strict. */
static void set_policies(struct op *op, struct json_object *settings)
{
	struct json_object *given = json_get(op_get(op, "Policies"), "PasswordPolicy"),
			   *sign_in = json_get(op_get(op, "Policies"), "SignInPolicy"),
			   *policies = json_set_object(settings, "Policies"),
			   *policy = json_set_object(policies, "PasswordPolicy");

	if (given) {
		JSON_EACH(given, key, value)
		{
			json_set(policy, key, json_object_get(value));
		}
	}
	default_int(policy, "MinimumLength", 8);
	default_bool(policy, "RequireUppercase", !given);
	default_bool(policy, "RequireLowercase", !given);
	default_bool(policy, "RequireNumbers", !given);
	default_bool(policy, "RequireSymbols", !given);
	default_int(policy, "TemporaryPasswordValidityDays", 7);
	if (sign_in)
		json_set(policies, "SignInPolicy", json_object_get(sign_in));
	else
		json_add_str(json_set_array(json_set_object(policies, "SignInPolicy"),
					    "AllowedFirstAuthFactors"),
			     STR("PASSWORD"));
}

static void add_recovery(struct json_object *list, int priority, const char *name)
{
	struct json_object *o = json_add_object(list);

	json_set_int(o, "Priority", priority);
	json_set_cstr(o, "Name", name);
}

static void set_defaults(struct json_object *settings)
{
	struct json_object *o;

	default_text(settings, "DeletionProtection", "INACTIVE");
	object_at(settings, "LambdaConfig");
	default_text(settings, "MfaConfiguration", "OFF");
	default_text(object_at(settings, "VerificationMessageTemplate"), "DefaultEmailOption",
		     "CONFIRM_WITH_CODE");
	o = object_at(settings, "UserAttributeUpdateSettings");
	if (!json_get(o, "AttributesRequireVerificationBeforeUpdate"))
		json_set_array(o, "AttributesRequireVerificationBeforeUpdate");
	default_text(object_at(settings, "EmailConfiguration"), "EmailSendingAccount",
		     "COGNITO_DEFAULT");
	object_at(settings, "UserPoolTags");
	o = object_at(settings, "AdminCreateUserConfig");
	default_bool(o, "AllowAdminCreateUserOnly", false);
	default_int(o, "UnusedAccountValidityDays", 7);
	if (!json_get(settings, "AccountRecoverySetting")) {
		o = json_set_array(json_set_object(settings, "AccountRecoverySetting"),
				   "RecoveryMechanisms");
		add_recovery(o, 1, "verified_email");
		add_recovery(o, 2, "verified_phone_number");
	}
	default_text(settings, "UserPoolTier", "ESSENTIALS");
}

/* The older members of messages and those of the template are the same thing. */
static void settle_messages(struct json_object *settings)
{
	static const char *const pairs[][2] = { { "SmsVerificationMessage", "SmsMessage" },
						{ "EmailVerificationMessage", "EmailMessage" },
						{ "EmailVerificationSubject", "EmailSubject" } };
	struct json_object *template = json_get(settings, "VerificationMessageTemplate");

	for (size_t i = 0; i < COUNT(pairs); i++) {
		struct json_object *older = json_get(settings, pairs[i][0]),
				   *newer = json_get(template, pairs[i][1]);

		if (newer)
			json_set(settings, pairs[i][0], json_object_get(newer));
		else if (older)
			json_set(template, pairs[i][1], json_object_get(older));
	}
}

/* Is there a second factor that takes no SMS? `pool` NULL: it is only being made. */
static bool other_factor(const struct pool *pool)
{
	struct json_object *settings = pool ? pool->settings : NULL;

	return json_get(settings, "EmailMfaConfiguration") ||
	       json_bool_or(json_get(json_get(settings, "SoftwareTokenMfaConfiguration"),
				     "Enabled"),
			    false);
}

static bool check_settings(struct op *op, const struct pool *pool)
{
	struct str mfa = op_str(op, "MfaConfiguration");
	struct json_object *days = json_get(op_get(op, "AdminCreateUserConfig"),
					    "UnusedAccountValidityDays"),
			   *temporary = json_get(json_get(op_get(op, "Policies"), "PasswordPolicy"),
						 "TemporaryPasswordValidityDays");

	if (json_count(op_get(op, "AliasAttributes")) &&
	    json_count(op_get(op, "UsernameAttributes"))) {
		op_fail(op, &InvalidParameterException,
			"Only one of the aliasAttributes or usernameAttributes can be set in an user "
			"pool.");
		return false;
	}
	if (days && temporary && !json_object_equal(days, temporary)) {
		op_fail(op, &InvalidParameterException,
			"Please use TemporaryPasswordValidityDays in PasswordPolicy instead of "
			"UnusedAccountValidityDays");
		return false;
	}
	if (mfa.p && !str_is(mfa, "OFF") && !op_has(op, "SmsConfiguration") &&
	    !other_factor(pool)) {
		op_fail(op, &InvalidParameterException,
			"SMS configuration and Auto verification for phone_number are required when MFA "
			"is required/optional");
		return false;
	}
	return true;
}

/* All settings that a request makes; the rest are defaults. */
static void read_settings(struct op *op, struct json_object *settings)
{
	struct json_object *temporary;

	set_policies(op, settings);
	for (size_t i = 0; i < COUNT(plain); i++)
		if (op_has(op, plain[i]))
			json_set(settings, plain[i], json_object_get(op_get(op, plain[i])));
	temporary = json_get(json_get(json_get(settings, "Policies"), "PasswordPolicy"),
			     "TemporaryPasswordValidityDays");
	json_set(object_at(settings, "AdminCreateUserConfig"), "UnusedAccountValidityDays",
		 json_object_get(temporary));
	set_defaults(settings);
	settle_messages(settings);
}

/* --- telling ------------------------------------------------------------------------------------------------ */

static void print_pool(struct op *op, const struct pool *pool)
{
	struct json_object *o = json_set_object(op->out, "UserPool");

	json_set_str(o, "Id", pool->id);
	json_set_str(o, "Name", pool->name);
	for (size_t i = 0; i < COUNT(told); i++)
		if (json_get(pool->settings, told[i]))
			json_set(o, told[i], json_object_get(json_get(pool->settings, told[i])));
	json_set_time(o, "LastModifiedDate", pool->changed_at);
	json_set_time(o, "CreationDate", pool->created_at);
	json_set(o, "SchemaAttributes", json_object_get(idp_schema_print(op, pool)));
	json_set_int(o, "EstimatedNumberOfUsers",
		     db_int(op->db, 0, "SELECT count(*) FROM cognito_user WHERE pool = ?", "s",
			    pool->id));
	if (idp_domain_of(op, pool).p)
		json_set_str(o, "Domain", idp_domain_of(op, pool));
	json_set_str(o, "Arn", op_arn(op, "cognito-idp", "userpool/%.*s", STR_ARG(pool->id)));
}

/* --- operations ----------------------------------------------------------------------------------------------- */

static struct str fresh_id(struct op *op)
{
	struct str id;

	do
		id = idp_id_pool(op);
	while (db_int(op->db, 0, "SELECT count(*) FROM cognito_pool WHERE id = ?", "s", id));
	return id;
}

enum outcome idp_op_create_user_pool(struct op *op)
{
	struct pool pool = { .name = op_str(op, "PoolName"),
			     .settings = json_new_object(op->arena),
			     .created_at = op->now,
			     .changed_at = op->now };
	unsigned char secret[32];

	if (!check_settings(op, NULL))
		return FAILED;
	if (db_int(op->db, 0, "SELECT count(*) FROM cognito_pool", "") >= POOLS_MAX)
		return op_fail(op, &LimitExceededException,
			       "The number of user pools is at its limit.");
	read_settings(op, pool.settings);
	if (!idp_policy_check(op, pool.settings, NO_SECOND_FACTOR))
		return FAILED;
	for (size_t i = 0; i + 1 < COUNT(fixed); i++)
		if (op_has(op, fixed[i]))
			json_set(pool.settings, fixed[i], json_object_get(op_get(op, fixed[i])));
	if (!idp_schema_add(op, &pool, op_get(op, "Schema"), false))
		return FAILED;
	pool.id = fresh_id(op);
	hash_random(secret, sizeof(secret));
	db_run(op->db,
	       "INSERT INTO cognito_pool (id, name, secret, settings, created_at, changed_at)"
	       " VALUES (?, ?, ?, ?, ?, ?)",
	       "ssbsii", pool.id, pool.name, str_make(secret, sizeof(secret)),
	       json_text(op->arena, pool.settings), op->now, op->now);
	idp_keys_make(op, pool.id);
	print_pool(op, &pool);
	return DONE;
}

enum outcome idp_op_describe_user_pool(struct op *op)
{
	struct pool pool;

	if (!idp_pool(op, &pool))
		return FAILED;
	print_pool(op, &pool);
	return DONE;
}

static void keep(const struct pool *pool, const char *const names[], size_t count,
		 struct json_object *settings)
{
	for (size_t i = 0; i < count; i++)
		if (json_get(pool->settings, names[i]))
			json_set(settings, names[i],
				 json_object_get(json_get(pool->settings, names[i])));
}

/* What a request leaves out goes back to its default. */
enum outcome idp_op_update_user_pool(struct op *op)
{
	struct json_object *settings = json_new_object(op->arena);
	struct pool pool;

	if (!idp_pool(op, &pool) || !check_settings(op, &pool))
		return FAILED;
	read_settings(op, settings);
	keep(&pool, fixed, COUNT(fixed), settings);
	keep(&pool, kept, COUNT(kept), settings);
	if (!idp_policy_check(op, settings, NO_SECOND_FACTOR))
		return FAILED;
	pool.settings = settings;
	pool.name = op_has(op, "PoolName") ? op_str(op, "PoolName") : pool.name;
	idp_pool_store(op, &pool);
	return DONE;
}

enum outcome idp_op_delete_user_pool(struct op *op)
{
	struct pool pool;

	if (!idp_pool(op, &pool))
		return FAILED;
	if (str_is(json_get_str(pool.settings, "DeletionProtection"), "ACTIVE"))
		return op_fail(op, &InvalidParameterException,
			       "The user pool cannot be deleted because deletion protection is "
			       "activated. Deletion protection must be inactivated first.");
	if (idp_domain_of(op, &pool).p)
		return op_fail(
			op, &InvalidParameterException,
			"User pool cannot be deleted. It has a domain configured that should be "
			"deleted first.");
	db_run(op->db, "DELETE FROM cognito_authorization WHERE pool = ?", "s", pool.id);
	db_run(op->db, "DELETE FROM cognito_browser WHERE pool = ?", "s", pool.id);
	db_run(op->db, "DELETE FROM cognito_server WHERE pool = ?", "s", pool.id);
	db_run(op->db, "DELETE FROM cognito_provider WHERE pool = ?", "s", pool.id);
	db_run(op->db, "DELETE FROM cognito_alias WHERE pool = ?", "s", pool.id);
	db_run(op->db, "DELETE FROM cognito_code WHERE pool = ?", "s", pool.id);
	db_run(op->db, "DELETE FROM cognito_grant WHERE pool = ?", "s", pool.id);
	db_run(op->db, "DELETE FROM cognito_session WHERE pool = ?", "s", pool.id);
	db_run(op->db, "DELETE FROM cognito_device WHERE pool = ?", "s", pool.id);
	db_run(op->db, "DELETE FROM cognito_factor WHERE pool = ?", "s", pool.id);
	db_run(op->db, "DELETE FROM cognito_member WHERE pool = ?", "s", pool.id);
	db_run(op->db, "DELETE FROM cognito_group WHERE pool = ?", "s", pool.id);
	db_run(op->db, "DELETE FROM cognito_user WHERE pool = ?", "s", pool.id);
	db_run(op->db, "DELETE FROM cognito_client WHERE pool = ?", "s", pool.id);
	db_run(op->db, "DELETE FROM cognito_key WHERE pool = ?", "s", pool.id);
	db_run(op->db, "DELETE FROM cognito_pool WHERE id = ?", "s", pool.id);
	return DONE;
}

enum outcome idp_op_list_user_pools(struct op *op)
{
	struct json_object *pools = json_set_array(op->out, "UserPools");
	int64_t most = op_int_or(op, "MaxResults", 60), after, last = 0;
	struct stmt *q;

	if (!idp_page_read(op, "NextToken", &after))
		return FAILED;
	q = db_query(op->db,
		     "SELECT rowid, id, name, settings, created_at, changed_at FROM cognito_pool"
		     " WHERE rowid > ? ORDER BY rowid LIMIT ?",
		     "ii", after, most + 1);
	while (stmt_row(q)) {
		struct json_object *o, *settings;

		if ((int64_t)json_count(pools) == most) {
			json_set_str(op->out, "NextToken", idp_page_print(op, last));
			break;
		}
		last = stmt_int(q, 0);
		settings = json_parse(op->arena, stmt_str(q, 3), NULL);
		o = json_add_object(pools);
		json_set_str(o, "Id", stmt_str(q, 1));
		json_set_str(o, "Name", stmt_str(q, 2));
		json_set(o, "LambdaConfig", json_object_get(json_get(settings, "LambdaConfig")));
		json_set_time(o, "LastModifiedDate", stmt_int(q, 5));
		json_set_time(o, "CreationDate", stmt_int(q, 4));
	}
	stmt_done(q);
	return DONE;
}

enum outcome idp_op_add_custom_attributes(struct op *op)
{
	struct pool pool;

	if (!idp_pool(op, &pool) ||
	    !idp_schema_add(op, &pool, op_get(op, "CustomAttributes"), true))
		return FAILED;
	idp_pool_store(op, &pool);
	return DONE;
}
