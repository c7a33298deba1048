/* The second factor; see mfa.h. */
#include "cloud/cognito/mfa.h"

#include "base/hash.h"
#include "cloud/cognito/errors.h"
#include "cloud/cognito/operations.h"
#include "cloud/cognito/otp.h"
#include "cloud/cognito/schema.h"
#include "cloud/cognito/token.h"
#include "cloud/cognito/totp.h"

#define SECRET_BYTES 32

enum kind { SMS, SOFTWARE, EMAIL, KINDS };

/* The kinds of second factors; those with an attribute are codes that are sent to it (otp.h). */
static const struct {
	const char *name;      /* of the challenge, and among a user's settings */
	const char *setting;   /* of SetUserMFAPreference */
	const char *pool;      /* the pool's setting that offers it */
	const char *attribute; /* NULL: an authenticator shows the code */
} kinds[KINDS] = {
	[SMS] = { "SMS_MFA", "SMSMfaSettings", "SmsConfiguration", "phone_number" },
	[SOFTWARE] = { "SOFTWARE_TOKEN_MFA", "SoftwareTokenMfaSettings",
		       "SoftwareTokenMfaConfiguration", NULL },
	[EMAIL] = { "EMAIL_OTP", "EmailMfaSettings", "EmailMfaConfiguration", "email" },
};

struct factor {
	struct str secret, pending; /* absent: there is none */
	bool wanted[KINDS];         /* by the user */
	struct str preferred;       /* a kind's name, or absent */
	int64_t last_step;          /* of the last code that was taken */
};

static enum kind kind_of(struct str name)
{
	enum kind kind = 0;

	while (kind < KINDS && !str_is(name, kinds[kind].name))
		kind++;
	return kind;
}

static void read_factor(struct op *op, const struct user *user, struct factor *out)
{
	struct stmt *q =
		db_query(op->db,
			 "SELECT secret, pending, software, sms, email, preferred, last_step"
			 " FROM cognito_factor WHERE pool = ? AND sub = ?",
			 "ss", user->pool, user->sub);

	*out = (struct factor){ 0 };
	if (!stmt_row(q))
		return;
	*out = (struct factor){
		.secret = stmt_dup(q, 0, op->arena),
		.pending = stmt_dup(q, 1, op->arena),
		.wanted = { [SOFTWARE] = stmt_int(q, 2),
			    [SMS] = stmt_int(q, 3),
			    [EMAIL] = stmt_int(q, 4) },
		.preferred = stmt_dup(q, 5, op->arena),
		.last_step = stmt_int(q, 6),
	};
	stmt_done(q);
}

static void store_factor(struct op *op, const struct user *user, const struct factor *f)
{
	db_run(op->db,
	       "INSERT OR REPLACE INTO cognito_factor (pool, sub, secret, pending, software, sms, email,"
	       " preferred, last_step) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
	       "ssbbiiisi", user->pool, user->sub, f->secret, f->pending,
	       (int64_t)f->wanted[SOFTWARE], (int64_t)f->wanted[SMS], (int64_t)f->wanted[EMAIL],
	       f->preferred, f->last_step);
}

static bool pool_offers(const struct pool *pool, enum kind kind)
{
	struct json_object *setting = json_get(pool->settings, kinds[kind].pool);

	return kind == SOFTWARE ? json_bool_or(json_get(setting, "Enabled"), false)
				: setting != NULL;
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

static enum mfa_verdict ask_for(struct op *op, const struct attempt *attempt,
				const struct user *user, enum kind kind)
{
	if (!kinds[kind].attribute)
		return ask(op, attempt, user, kinds[kind].name, "FRIENDLY_DEVICE_NAME",
			   STR("TOTP device"));
	switch (idp_otp_ask(op, attempt, user, kinds[kind].name, false)) {
	case DONE:
		return MFA_ASKED;
	case WAITING:
		return MFA_WAITING;
	case FAILED:
		break;
	}
	return MFA_FAILED;
}

/* Names of kinds as a challenge's parameter has them: an array in a string. */
static struct str listed(struct op *op, const bool which[KINDS])
{
	struct json_object *list = json_new_array(op->arena);

	for (enum kind kind = 0; kind < KINDS; kind++)
		if (which[kind])
			json_add_str(list, str_of(kinds[kind].name));
	return json_text(op->arena, list);
}

/* Who must have a factor and has none is asked to set one up. */
static enum mfa_verdict ask_setup(struct op *op, const struct attempt *attempt,
				  const struct user *user)
{
	bool can[KINDS] = { [SOFTWARE] = pool_offers(&attempt->pool, SOFTWARE),
			    [EMAIL] = pool_offers(&attempt->pool, EMAIL) };

	can[SMS] = !can[SOFTWARE] && !can[EMAIL];
	return ask(op, attempt, user, "MFA_SETUP", "MFAS_CAN_SETUP", listed(op, can));
}

/* The user's factors that may be asked for, and how many they are. */
static int look(struct op *op, const struct pool *pool, const struct user *user, struct factor *f,
		bool has[static KINDS])
{
	struct str mode = json_get_str(pool->settings, "MfaConfiguration");
	bool must = str_is(mode, "ON");
	int count = 0;

	*f = (struct factor){ 0 };
	memset(has, 0, KINDS * sizeof(*has));
	if (!must && !str_is(mode, "OPTIONAL"))
		return 0;
	read_factor(op, user, f);
	for (enum kind kind = 0; kind < KINDS; kind++) {
		const char *attribute = kinds[kind].attribute;

		has[kind] = pool_offers(pool, kind) && (must || f->wanted[kind]) &&
			    (attribute ? idp_user_attribute(user, attribute).n > 0
				       : f->secret.p != NULL);
		count += has[kind];
	}
	return count;
}

static bool everybody(const struct pool *pool)
{
	return str_is(json_get_str(pool->settings, "MfaConfiguration"), "ON");
}

bool idp_mfa_active(struct op *op, const struct pool *pool, const struct user *user)
{
	struct factor f;
	bool has[KINDS];

	return everybody(pool) || look(op, pool, user, &f, has) > 0;
}

enum mfa_verdict idp_mfa_ask(struct op *op, const struct attempt *attempt, const struct user *user)
{
	bool has[KINDS];
	struct factor f;
	int count = look(op, &attempt->pool, user, &f, has);
	enum kind kind = kind_of(f.preferred);

	if (!count)
		return everybody(&attempt->pool) ? ask_setup(op, attempt, user) : MFA_NONE;
	if (kind == KINDS || !has[kind]) {
		/* The hosted login has no page for a choice. */
		if (count > 1 && !attempt->hosted)
			return ask(op, attempt, user, "SELECT_MFA_TYPE", "MFAS_CAN_CHOOSE",
				   listed(op, has));
		for (kind = 0; !has[kind];)
			kind++;
	}
	return ask_for(op, attempt, user, kind);
}

enum outcome idp_mfa_chosen(struct op *op, struct attempt *attempt)
{
	struct str answer = idp_given(op, attempt, "ANSWER");
	enum kind kind = kind_of(answer);
	enum mfa_verdict verdict;
	bool has[KINDS];
	struct user user;
	struct factor f;

	if (!answer.p || !idp_session_take(op, attempt, "SELECT_MFA_TYPE", &user, NULL))
		return FAILED;
	look(op, &attempt->pool, &user, &f, has);
	if (kind == KINDS || !has[kind])
		return op_fail(op, &InvalidParameterException, "Invalid challenge %.*s",
			       STR_ARG(answer));
	verdict = ask_for(op, attempt, &user, kind);
	return verdict == MFA_ASKED ? DONE : verdict == MFA_WAITING ? WAITING : FAILED;
}

/* The address becomes the user's, and a code sent to it is asked for. */
static enum outcome set_up_by_email(struct op *op, const struct attempt *attempt)
{
	struct json_object *list = json_new_array(op->arena), *o = json_add_object(list);
	enum mfa_verdict verdict;
	struct user user;

	if (!pool_offers(&attempt->pool, EMAIL))
		return op_fail(op, &InvalidParameterException, "Invalid challenge EMAIL_OTP");
	if (!idp_session_take(op, attempt, "MFA_SETUP", &user, NULL))
		return FAILED;
	json_set_cstr(o, "Name", "email");
	json_set_str(o, "Value", json_get_str(attempt->given, "EMAIL"));
	if (!idp_schema_take(op, &attempt->pool, &attempt->client, WRITER_CREATE, list,
			     user.attributes))
		return FAILED;
	idp_user_set_attribute(&user, "email_verified", "false");
	idp_user_store(op, &user);
	if (!idp_user_claim(op, &attempt->pool, &user, false))
		return FAILED;
	verdict = ask_for(op, attempt, &user, EMAIL);
	return verdict == MFA_ASKED ? DONE : verdict == MFA_WAITING ? WAITING : FAILED;
}

/* --- answers ----------------------------------------------------------------------------------------------- */

bool idp_mfa_answer(struct op *op, const struct attempt *attempt, struct user *user)
{
	struct str code = idp_given(op, attempt, "SOFTWARE_TOKEN_MFA_CODE");
	struct factor f;
	int64_t step;

	if (!code.p || !idp_session_take(op, attempt, "SOFTWARE_TOKEN_MFA", user, NULL) ||
	    !idp_password_may_try(op, user))
		return false;
	read_factor(op, user, &f);
	step = f.secret.p ? totp_match(f.secret, code, op->now) : 0;
	if (step > f.last_step) {
		f.last_step = step;
		store_factor(op, user, &f);
		return true;
	}
	/* A code is good once; who knows one that was is not guessing. */
	if (step && step == f.last_step) {
		op_fail(op, &ExpiredCodeException,
			"Your software token has already been used once.");
		return false;
	}
	/* Guessing counts like guessing the password. */
	idp_password_wrong(op, user);
	op_fail(op, &CodeMismatchException, "Invalid code received for user");
	return false;
}

enum outcome idp_mfa_set_up(struct op *op, struct attempt *attempt, struct user *user, bool *in)
{
	*in = !json_get(attempt->given, "EMAIL");
	if (!*in)
		return set_up_by_email(op, attempt);
	return idp_session_take(op, attempt, "MFA_SETUP done", user, NULL) ? DONE : FAILED;
}

void idp_mfa_print(struct op *op, const struct user *user, struct json_object *o)
{
	struct json_object *list;
	struct factor f;

	read_factor(op, user, &f);
	if (!f.wanted[SMS] && !f.wanted[SOFTWARE] && !f.wanted[EMAIL])
		return;
	if (f.preferred.p)
		json_set_str(o, "PreferredMfaSetting", f.preferred);
	list = json_set_array(o, "UserMFASettingList");
	for (enum kind kind = 0; kind < KINDS; kind++)
		if (f.wanted[kind])
			json_add_str(list, str_of(kinds[kind].name));
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
	if (pool_offers(&attempt->pool, SOFTWARE))
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
	int64_t step;

	if (!enter(op, &attempt, &user) || !idp_password_may_try(op, &user))
		return FAILED;
	read_factor(op, &user, &f);
	/* No code of this secret was used yet: the last step was another's. */
	step = f.pending.p ? totp_match(f.pending, op_str(op, "UserCode"), op->now) : 0;
	if (!step) {
		idp_password_wrong(op, &user);
		return op_fail(op, &EnableSoftwareTokenMFAException, "Code mismatch");
	}
	f.secret = f.pending;
	f.pending = STR_NONE;
	f.last_step = step;
	if (!op_has(op, "AccessToken")) {
		f.wanted[SOFTWARE] = true;
		f.preferred = str_of(kinds[SOFTWARE].name);
		json_set_str(op->out, "Session",
			     idp_session_begin(op, &attempt, &user, "MFA_SETUP done", STR_NONE));
	}
	store_factor(op, &user, &f);
	json_set_cstr(op->out, "Status", "SUCCESS");
	return DONE;
}

/* One factor's {Enabled, PreferredMfa}. */
static void prefer(struct json_object *settings, enum kind kind, struct factor *f)
{
	const char *name = kinds[kind].name;
	bool *wanted = &f->wanted[kind];

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
	for (enum kind kind = 0; kind < KINDS; kind++) {
		const char *attribute = kinds[kind].attribute;

		prefer(op_get(op, kinds[kind].setting), kind, &f);
		if (f.wanted[kind] && attribute && !idp_user_attribute(user, attribute).n)
			return op_fail(op, &InvalidParameterException,
				       "User does not have delivery config set to turn on %s",
				       kinds[kind].name);
	}
	if (json_bool_or(json_get(op_get(op, "WebAuthnMfaSettings"), "Enabled"), false))
		return op_fail(op, &InvalidParameterException, "User has no passkey registered");
	if (f.wanted[SOFTWARE] && !f.secret.p)
		return op_fail(op, &InvalidParameterException,
			       "User has not verified software token mfa");
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
