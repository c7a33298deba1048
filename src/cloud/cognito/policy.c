/* What a pool lets its users begin a sign-in with (Policies.SignInPolicy); see pool.h. */
#include "cloud/cognito/pool.h"

#include "cloud/cognito/errors.h"

static struct json_object *factors_of(struct json_object *settings)
{
	return json_get(json_get(json_get(settings, "Policies"), "SignInPolicy"),
			"AllowedFirstAuthFactors");
}

static bool lists(struct json_object *list, const char *value)
{
	for (size_t i = 0; i < json_count(list); i++)
		if (str_is(json_str(json_at(list, i)), value))
			return true;
	return false;
}

bool idp_policy_allows(const struct pool *pool, const char *factor)
{
	struct json_object *factors = factors_of(pool->settings);

	/* Pools that are older than the policy have passwords. */
	return factors ? lists(factors, factor) : strcmp(factor, "PASSWORD") == 0;
}

bool idp_policy_passwordless(const struct pool *pool)
{
	return idp_policy_allows(pool, "EMAIL_OTP") || idp_policy_allows(pool, "SMS_OTP");
}

/* Passkeys that count as two factors. */
static bool passkeys_suffice(struct json_object *settings)
{
	return str_is(json_get_str(json_get(settings, "WebAuthnConfiguration"),
				   "FactorConfiguration"),
		      "MULTI_FACTOR_WITH_USER_VERIFICATION");
}

bool idp_policy_check(struct op *op, struct json_object *settings, const char *passkeys)
{
	struct json_object *factors = factors_of(settings);
	bool code = lists(factors, "EMAIL_OTP") || lists(factors, "SMS_OTP");
	bool passkey = lists(factors, "WEB_AUTHN");
	bool must = str_is(json_get_str(settings, "MfaConfiguration"), "ON");

	if ((code || passkey) && str_is(json_get_str(settings, "UserPoolTier"), "LITE"))
		op_fail(op, &FeatureUnavailableInTierException,
			"The following features need to be disabled for the LITE pricing tier "
			"configured: Passwordless Sign-In");
	else if (lists(factors, "SMS_OTP") && !json_get(settings, "SmsConfiguration"))
		op_fail(op, &InvalidParameterException,
			"SMS_OTP can not be configured as AuthFactor as user pool is missing valid "
			"SMS configuration");
	else if (must && code)
		op_fail(op, &InvalidParameterException,
			"Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth "
			"factor if MFA is enabled");
	else if (must && passkey && !passkeys_suffice(settings))
		op_fail(op, &InvalidParameterException, "%s", passkeys);
	else if (passkey && !code && !lists(factors, "PASSWORD"))
		op_fail(op, &InvalidParameterException,
			"WEB_AUTHN needs another auth factor beside it, by which users come in to "
			"register a passkey.");
	else
		return true;
	return false;
}
