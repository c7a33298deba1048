/* Tags of pools and their multi-factor settings. */
#include "cloud/cognito/operations.h"

#include "cloud/cognito/errors.h"
#include "cloud/cognito/pool.h"

/* --- tags -------------------------------------------------------------------------------------------------- */

/* The pool that ResourceArn names. */
static bool pool_by_arn(struct op *op, struct pool *pool)
{
	struct str arn = op_str(op, "ResourceArn"), mine = op_arn(op, "cognito-idp", "userpool/");

	if (str_starts(arn, mine))
		return idp_pool_get(op, str_slice(arn, mine.n, arn.n), pool);
	op_fail(op, &ResourceNotFoundException, "Resource %.*s does not exist.", STR_ARG(arn));
	return false;
}

enum outcome idp_op_list_tags_for_resource(struct op *op)
{
	struct pool pool;

	if (!pool_by_arn(op, &pool))
		return FAILED;
	json_set(op->out, "Tags", json_object_get(json_get(pool.settings, "UserPoolTags")));
	return DONE;
}

enum outcome idp_op_tag_resource(struct op *op)
{
	struct json_object *tags = op_get(op, "Tags"), *kept;
	struct pool pool;

	if (!pool_by_arn(op, &pool))
		return FAILED;
	kept = json_get(pool.settings, "UserPoolTags");
	JSON_EACH(tags, key, value)
	{
		json_set(kept, key, json_object_get(value));
	}
	if (json_count(kept) > 50)
		return op_fail(op, &InvalidParameterException,
			       "The number of tags exceeds the limit of 50.");
	idp_pool_store(op, &pool);
	return DONE;
}

enum outcome idp_op_untag_resource(struct op *op)
{
	struct json_object *keys = op_get(op, "TagKeys");
	struct pool pool;

	if (!pool_by_arn(op, &pool))
		return FAILED;
	for (size_t i = 0; i < json_count(keys); i++)
		json_object_object_del(json_get(pool.settings, "UserPoolTags"),
				       arena_cstr(op->arena, json_str(json_at(keys, i))));
	idp_pool_store(op, &pool);
	return DONE;
}

/* --- multi-factor authentication ----------------------------------------------------------------------------- */

static const char *const factors[] = { "SmsMfaConfiguration", "SoftwareTokenMfaConfiguration",
				       "EmailMfaConfiguration", "WebAuthnConfiguration" };

static void print_mfa(struct op *op, const struct pool *pool)
{
	for (size_t i = 0; i < sizeof(factors) / sizeof(factors[0]); i++)
		if (json_get(pool->settings, factors[i]))
			json_set(op->out, factors[i],
				 json_object_get(json_get(pool->settings, factors[i])));
	json_set(op->out, "MfaConfiguration",
		 json_object_get(json_get(pool->settings, "MfaConfiguration")));
}

enum outcome idp_op_get_user_pool_mfa_config(struct op *op)
{
	struct pool pool;

	if (!idp_pool(op, &pool))
		return FAILED;
	print_mfa(op, &pool);
	return DONE;
}

static bool any_factor(struct op *op)
{
	return op_has(op, "SmsMfaConfiguration") || op_has(op, "EmailMfaConfiguration") ||
	       json_bool_or(json_get(op_get(op, "SoftwareTokenMfaConfiguration"), "Enabled"),
			    false);
}

/* How the pool sends SMS is one setting, whichever operation sets it. */
static void keep_sms(struct op *op, struct pool *pool)
{
	struct json_object *how = json_get(op_get(op, "SmsMfaConfiguration"), "SmsConfiguration");

	if (how)
		json_set(pool->settings, "SmsConfiguration", json_object_get(how));
}

static bool check_factors(struct op *op, const struct pool *pool, struct str mode)
{
	struct json_object *email = json_get(pool->settings, "EmailConfiguration");
	bool off = str_is(mode, "OFF");

	if (off && (any_factor(op) || op_has(op, "SoftwareTokenMfaConfiguration")))
		op_fail(op, &InvalidParameterException,
			"Invalid MFA configuration given, can't turn off MFA and configure an MFA "
			"together.");
	else if (!off && !any_factor(op))
		op_fail(op, &InvalidParameterException,
			"Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA "
			"must be enabled.");
	else if (op_has(op, "EmailMfaConfiguration") &&
		 !str_is(json_get_str(email, "EmailSendingAccount"), "DEVELOPER"))
		op_fail(op, &InvalidParameterException,
			"Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains "
			"an EmailSendingAccount of COGNITO_DEFAULT");
	else
		return true;
	return false;
}

enum outcome idp_op_set_user_pool_mfa_config(struct op *op)
{
	struct str mode = op_str_or(op, "MfaConfiguration", "OFF");
	struct pool pool;

	if (!idp_pool(op, &pool))
		return FAILED;
	if (!check_factors(op, &pool, mode))
		return FAILED;
	for (size_t i = 0; i < sizeof(factors) / sizeof(factors[0]); i++) {
		json_object_object_del(pool.settings, factors[i]);
		if (op_has(op, factors[i]))
			json_set(pool.settings, factors[i],
				 json_object_get(op_get(op, factors[i])));
	}
	keep_sms(op, &pool);
	json_set_str(pool.settings, "MfaConfiguration", mode);
	if (!idp_policy_check(op, pool.settings,
			      "Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is "
			      "required and WebAuthn is an allowed first auth factor"))
		return FAILED;
	idp_pool_store(op, &pool);
	print_mfa(op, &pool);
	return DONE;
}
