/* The second factor; see mfa.h. */
#include "cloud/cognito/mfa.h"

#include "base/hash.h"
#include "cloud/cognito/code.h"
#include "cloud/cognito/errors.h"
#include "cloud/cognito/operations.h"
#include "cloud/cognito/token.h"
#include "cloud/cognito/totp.h"

#define SECRET_BYTES 32
#define SMS_PURPOSE  "second factor"

struct factor {
	struct str secret, pending; /* absent: there is none */
	bool software, sms;         /* wanted by the user */
	struct str preferred;       /* "SOFTWARE_TOKEN_MFA", "SMS_MFA", or absent */
	int64_t last_step;          /* of the last code that was taken */
};

static void read_factor(struct op *op, const struct user *user, struct factor *out)
{
	struct stmt *q = db_query(op->db,
				  "SELECT secret, pending, software, sms, preferred, last_step"
				  " FROM cognito_factor WHERE pool = ? AND sub = ?",
				  "ss", user->pool, user->sub);

	*out = (struct factor){ 0 };
	if (!stmt_row(q))
		return;
	*out = (struct factor){
		.secret = stmt_dup(q, 0, op->arena),
		.pending = stmt_dup(q, 1, op->arena),
		.software = stmt_int(q, 2),
		.sms = stmt_int(q, 3),
		.preferred = stmt_dup(q, 4, op->arena),
		.last_step = stmt_int(q, 5),
	};
	stmt_done(q);
}

static void store_factor(struct op *op, const struct user *user, const struct factor *f)
{
	db_run(op->db,
	       "INSERT OR REPLACE INTO cognito_factor (pool, sub, secret, pending, software, sms, preferred,"
	       " last_step) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	       "ssbbiisi", user->pool, user->sub, f->secret, f->pending, (int64_t)f->software,
	       (int64_t)f->sms, f->preferred, f->last_step);
}

static bool pool_has_software(const struct pool *pool)
{
	return json_bool_or(json_get(json_get(pool->settings, "SoftwareTokenMfaConfiguration"),
				     "Enabled"),
			    false);
}

/* --- asking ------------------------------------------------------------------------------------------------ */

static enum mfa_verdict ask(struct op *op, const struct attempt *attempt, const struct user *user,
			    const char *challenge, const char *parameter, struct str value)
{
	struct json_object *parameters;

	json_set_cstr(op->out, "ChallengeName", challenge);
	json_set_str(op->out, "Session", idp_session_begin(op, attempt, user, challenge, STR_NONE));
	parameters = json_set_object(op->out, "ChallengeParameters");
	json_set_str(parameters, "USER_ID_FOR_SRP", user->name);
	json_set_str(parameters, parameter, value);
	return MFA_ASKED;
}

static enum mfa_verdict ask_sms(struct op *op, const struct attempt *attempt,
				const struct user *user)
{
	struct json_object *details = json_new_object(op->arena);

	switch (idp_code_send(op, &(struct code){ .pool = &attempt->pool,
						  .user = user,
						  .client = attempt->client.id,
						  .purpose = SMS_PURPOSE,
						  .attribute = "phone_number",
						  .source = "CustomMessage_Authentication" })) {
	case DONE:
		break;
	case WAITING:
		return MFA_WAITING;
	case FAILED:
		return MFA_FAILED;
	}
	ask(op, attempt, user, "SMS_MFA", "CODE_DELIVERY_DELIVERY_MEDIUM", STR("SMS"));
	idp_delivery_print(op, "phone_number", idp_user_attribute(user, "phone_number"), details);
	json_set_str(json_get(op->out, "ChallengeParameters"), "CODE_DELIVERY_DESTINATION",
		     json_get_str(details, "Destination"));
	return MFA_ASKED;
}

static enum mfa_verdict ask_software(struct op *op, const struct attempt *attempt,
				     const struct user *user)
{
	return ask(op, attempt, user, "SOFTWARE_TOKEN_MFA", "FRIENDLY_DEVICE_NAME",
		   STR("TOTP device"));
}

enum mfa_verdict idp_mfa_ask(struct op *op, const struct attempt *attempt, const struct user *user)
{
	struct str mode = json_get_str(attempt->pool.settings, "MfaConfiguration");
	bool must = str_is(mode, "ON"), software, sms;
	struct factor f;

	if (!must && !str_is(mode, "OPTIONAL"))
		return MFA_NONE;
	read_factor(op, user, &f);
	software = pool_has_software(&attempt->pool) && f.secret.p && (must || f.software);
	sms = json_get(attempt->pool.settings, "SmsConfiguration") &&
	      idp_user_attribute(user, "phone_number").n && (must || f.sms);
	if (sms && software && !f.preferred.p)
		return ask(op, attempt, user, "SELECT_MFA_TYPE", "MFAS_CAN_CHOOSE",
			   STR("[\"SMS_MFA\",\"SOFTWARE_TOKEN_MFA\"]"));
	if (sms && (!software || str_is(f.preferred, "SMS_MFA")))
		return ask_sms(op, attempt, user);
	if (software)
		return ask_software(op, attempt, user);
	if (!must)
		return MFA_NONE;
	return ask(op, attempt, user, "MFA_SETUP", "MFAS_CAN_SETUP",
		   pool_has_software(&attempt->pool) ? STR("[\"SOFTWARE_TOKEN_MFA\"]")
						     : STR("[\"SMS_MFA\"]"));
}

enum outcome idp_mfa_chosen(struct op *op, const struct attempt *attempt)
{
	struct str answer = idp_given(op, attempt, "ANSWER");
	bool sms = str_is(answer, "SMS_MFA");
	enum mfa_verdict verdict;
	struct user user;

	if (!answer.p)
		return FAILED;
	if (!sms && !str_is(answer, "SOFTWARE_TOKEN_MFA"))
		return op_fail(op, &InvalidParameterException, "Invalid challenge %.*s",
			       STR_ARG(answer));
	if (!idp_session_take(op, attempt, "SELECT_MFA_TYPE", &user, NULL))
		return FAILED;
	verdict = sms ? ask_sms(op, attempt, &user) : ask_software(op, attempt, &user);
	return verdict == MFA_ASKED ? DONE : verdict == MFA_WAITING ? WAITING : FAILED;
}

/* --- answers ----------------------------------------------------------------------------------------------- */

/* A code is good once. */
static bool software_right(struct op *op, const struct user *user, struct factor *f,
			   struct str secret, struct str code)
{
	int64_t step = secret.p ? totp_match(secret, code, op->now) : 0;

	if (!step || step <= f->last_step)
		return false;
	f->last_step = step;
	store_factor(op, user, f);
	return true;
}

static bool answer_software(struct op *op, const struct attempt *attempt, const struct user *user)
{
	struct str code = idp_given(op, attempt, "SOFTWARE_TOKEN_MFA_CODE");
	struct factor f;

	if (!code.p || !idp_password_may_try(op, user))
		return false;
	read_factor(op, user, &f);
	if (software_right(op, user, &f, f.secret, code))
		return true;
	/* Guessing counts like guessing the password. */
	idp_password_wrong(op, user);
	op_fail(op, &CodeMismatchException, "Invalid code received for user");
	return false;
}

bool idp_mfa_answer(struct op *op, const struct attempt *attempt, const char *challenge,
		    struct user *user)
{
	struct str code;

	if (!idp_session_take(op, attempt,
			      strcmp(challenge, "MFA_SETUP") == 0 ? "MFA_SETUP done" : challenge,
			      user, NULL))
		return false;
	if (strcmp(challenge, "SOFTWARE_TOKEN_MFA") == 0)
		return answer_software(op, attempt, user);
	if (strcmp(challenge, "SMS_MFA") != 0)
		return true;
	code = idp_given(op, attempt, "SMS_MFA_CODE");
	return code.p && idp_code_right(op, user, SMS_PURPOSE, code);
}

void idp_mfa_print(struct op *op, const struct user *user, struct json_object *o)
{
	struct json_object *list;
	struct factor f;

	read_factor(op, user, &f);
	if (!f.software && !f.sms)
		return;
	if (f.preferred.p)
		json_set_str(o, "PreferredMfaSetting", f.preferred);
	list = json_set_array(o, "UserMFASettingList");
	if (f.sms)
		json_add_str(list, STR("SMS_MFA"));
	if (f.software)
		json_add_str(list, STR("SOFTWARE_TOKEN_MFA"));
}

/* --- setting up -------------------------------------------------------------------------------------------- */

/* Who sets up: by an access token, or in the middle of signing in by the session of MFA_SETUP. */
static bool enter(struct op *op, struct attempt *attempt, struct user *user)
{
	struct str session = op_str(op, "Session");

	*attempt = (struct attempt){ .given = NULL };
	if (op_has(op, "AccessToken")) {
		if (!idp_access(op, &attempt->client, &attempt->pool, user))
			return false;
	} else {
		json_set_str(op->in, "ClientId", idp_session_client(session));
		if (!idp_client(op, &attempt->client, &attempt->pool) ||
		    !idp_session_take(op, attempt, "MFA_SETUP", user, NULL))
			return false;
	}
	if (pool_has_software(&attempt->pool))
		return true;
	op_fail(op, &SoftwareTokenMFANotFoundException,
		"Software Token MFA has not been enabled by the userPool");
	return false;
}

enum outcome idp_op_associate_software_token(struct op *op)
{
	unsigned char secret[SECRET_BYTES];
	struct attempt attempt;
	struct factor f;
	struct user user;

	if (!enter(op, &attempt, &user))
		return FAILED;
	hash_random(secret, sizeof(secret));
	read_factor(op, &user, &f);
	f.pending = str_make(secret, sizeof(secret));
	store_factor(op, &user, &f);
	json_set_str(op->out, "SecretCode", totp_base32(op->arena, f.pending));
	if (!op_has(op, "AccessToken"))
		json_set_str(op->out, "Session",
			     idp_session_begin(op, &attempt, &user, "MFA_SETUP", STR_NONE));
	return DONE;
}

enum outcome idp_op_verify_software_token(struct op *op)
{
	struct attempt attempt;
	struct factor f;
	struct user user;

	if (!enter(op, &attempt, &user) || !idp_password_may_try(op, &user))
		return FAILED;
	read_factor(op, &user, &f);
	if (!software_right(op, &user, &f, f.pending, op_str(op, "UserCode"))) {
		idp_password_wrong(op, &user);
		return op_fail(op, &EnableSoftwareTokenMFAException, "Code mismatch");
	}
	f.secret = f.pending;
	f.pending = STR_NONE;
	if (!op_has(op, "AccessToken")) {
		f.software = true;
		f.preferred = STR("SOFTWARE_TOKEN_MFA");
		json_set_str(op->out, "Session",
			     idp_session_begin(op, &attempt, &user, "MFA_SETUP done", STR_NONE));
	}
	store_factor(op, &user, &f);
	json_set_cstr(op->out, "Status", "SUCCESS");
	return DONE;
}

/* One factor's {Enabled, PreferredMfa}. */
static void prefer(struct json_object *settings, const char *name, bool *wanted, struct factor *f)
{
	if (!settings)
		return;
	*wanted = json_bool_or(json_get(settings, "Enabled"), *wanted);
	if (*wanted && json_bool_or(json_get(settings, "PreferredMfa"), false))
		f->preferred = str_of(name);
	else if (str_is(f->preferred, name))
		f->preferred = STR_NONE;
}

static enum outcome set_preference(struct op *op, const struct user *user)
{
	struct factor f;

	read_factor(op, user, &f);
	prefer(op_get(op, "SMSMfaSettings"), "SMS_MFA", &f.sms, &f);
	prefer(op_get(op, "SoftwareTokenMfaSettings"), "SOFTWARE_TOKEN_MFA", &f.software, &f);
	if (f.software && !f.secret.p)
		return op_fail(op, &InvalidParameterException,
			       "User has not verified software token mfa");
	if (f.sms && !idp_user_attribute(user, "phone_number").n)
		return op_fail(op, &InvalidParameterException,
			       "User does not have delivery config set to turn on SMS_MFA");
	store_factor(op, user, &f);
	return DONE;
}

enum outcome idp_op_set_user_mfa_preference(struct op *op)
{
	struct client client;
	struct pool pool;
	struct user user;

	return idp_access(op, &client, &pool, &user) ? set_preference(op, &user) : FAILED;
}

enum outcome idp_op_admin_set_user_mfa_preference(struct op *op)
{
	struct pool pool;
	struct user user;

	return idp_pool(op, &pool) && idp_user(op, &pool, &user) ? set_preference(op, &user)
								 : FAILED;
}
