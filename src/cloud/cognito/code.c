/* Codes and messages; see code.h. */
#include "cloud/cognito/code.h"

#include <stdio.h>
#include <stdlib.h>

#include "aws/mail.h"
#include "base/hash.h"
#include "cloud/cognito/errors.h"
#include "cloud/cognito/schema.h"
#include "cloud/cognito/trigger.h"

#define DAY_MS   ((int64_t)24 * 3600 * 1000)
#define HOUR_MS  ((int64_t)3600 * 1000)
#define TRIES    5 /* of one code */
#define SENDER   "no-reply@verificationemail.com"
#define EXCEEDED "Attempt limit exceeded, please try after some time."

/*
 * From: Developer Guide, "Quotas in Amazon Cognito": codes, and how often they may be asked for or tried. A code that
 * signs in lives as long as its session, which is never longer than this.
 */
#define VERIFIES      6, 5, DAY_MS
#define SIGNS_IN_MS   ((int64_t)15 * 60 * 1000)
#define SECOND_FACTOR 6, 50, SIGNS_IN_MS
#define FIRST_FACTOR  8, 50, SIGNS_IN_MS

static const struct purpose {
	const char *name;
	size_t digits;
	int64_t sends; /* in an hour */
	int64_t valid_ms;
} purposes[] = {
	{ "sign-up", VERIFIES },      { "email", VERIFIES },
	{ "phone_number", VERIFIES }, { "forgotten", 6, 5, HOUR_MS },
	{ "SMS_MFA", SECOND_FACTOR }, { "EMAIL_MFA", SECOND_FACTOR },
	{ "SMS_OTP", FIRST_FACTOR },  { "EMAIL_OTP", FIRST_FACTOR },
};

static const struct purpose *purpose_of(const char *name)
{
	for (size_t i = 0; i < sizeof(purposes) / sizeof(purposes[0]); i++)
		if (strcmp(purposes[i].name, name) == 0)
			return &purposes[i];
	abort();
}

const char *idp_code_target(const struct pool *pool, const struct user *user)
{
	static const char *const targets[] = { "phone_number", "email" };

	for (size_t i = 0; i < 2; i++)
		if (idp_pool_lists(pool, "AutoVerifiedAttributes", targets[i]) &&
		    idp_user_attribute(user, targets[i]).n)
			return targets[i];
	return NULL;
}

/* --- messages ------------------------------------------------------------------------------------ */

static struct str replaced(struct op *op, struct str text, const char *mark, struct str value)
{
	struct str what = str_of(mark);
	ptrdiff_t at = str_find_str(text, what);

	if (at < 0)
		return text;
	return arena_strf(op->arena, "%.*s%.*s%.*s", (int)at, text.p, STR_ARG(value),
			  STR_ARG(str_slice(text, (size_t)at + what.n, text.n)));
}

static struct str setting(const struct pool *pool, const char *group, const char *name,
			  const char *otherwise)
{
	struct str value = json_get_str(json_get(pool->settings, group), name);

	return value.n ? value : str_of(otherwise);
}

static void send(struct op *op, const char *medium, struct str to, struct str subject,
		 struct str body, struct str code)
{
	bool email = strcmp(medium, "EMAIL") == 0;

	mail_send(op, &(struct mail){ .medium = medium,
				      .from = email ? STR(SENDER) : STR("NOTICE"),
				      .to = to,
				      .subject = email ? subject : STR_NONE,
				      .body = body,
				      .code = code });
}

static const char *medium_of(const char *attribute)
{
	return strcmp(attribute, "email") == 0 ? "EMAIL" : "SMS";
}

/* What the pool's function says, where it says something; otherwise `text`. */
static struct str custom_text(struct json_object *custom, const char *member, struct str text)
{
	struct str own = json_get_str(custom, member);

	return own.n ? own : text;
}

/* Ask the function that writes messages. An invitation has no purpose; it may name the user. */
static enum outcome custom_message(struct op *op, const struct code *how,
				   struct json_object **response)
{
	static const char *const members[] = { "smsMessage", "emailMessage", "emailSubject", NULL };
	const struct trigger t = { .name = "CustomMessage",
				   .source = how->source,
				   .pool = how->pool,
				   .client = how->client,
				   .user = how->user->name,
				   .request = idp_trigger_request(op, how->user),
				   .response = members };

	json_set_cstr(t.request, "codeParameter", "{####}");
	json_set_cstr(t.request, "linkParameter", "{##Click Here##}");
	json_set(t.request, "usernameParameter",
		 how->purpose ? NULL : json_string(STR("{username}")));
	idp_trigger_metadata(op, t.request, "clientMetadata");
	return idp_trigger(op, &t, response);
}

static void send_code(struct op *op, const struct code *how, struct str code,
		      struct json_object *custom)
{
	static const char group[] = "VerificationMessageTemplate";
	bool email = strcmp(how->attribute, "email") == 0;
	struct str text = how->text, subject = how->subject;

	if (!text.n)
		text = setting(how->pool, group, email ? "EmailMessage" : "SmsMessage",
			       "Your confirmation code is {####}");
	if (!subject.n)
		subject = setting(how->pool, group, "EmailSubject", "Your verification code");
	send(op, medium_of(how->attribute), idp_user_attribute(how->user, how->attribute),
	     custom_text(custom, "emailSubject", subject),
	     replaced(op, custom_text(custom, email ? "emailMessage" : "smsMessage", text),
		      "{####}", code),
	     code);
}

enum outcome idp_invitation(struct op *op, const struct pool *pool, const struct user *user,
			    struct json_object **custom)
{
	const struct code how = { .pool = pool,
				  .user = user,
				  .source = "CustomMessage_AdminCreateUser" };

	return custom_message(op, &how, custom);
}

void idp_invite(struct op *op, const struct pool *pool, const struct user *user,
		struct str password, const char *medium, struct json_object *custom)
{
	bool email = strcmp(medium, "EMAIL") == 0;
	struct json_object *template = json_get(json_get(pool->settings, "AdminCreateUserConfig"),
						"InviteMessageTemplate");
	struct str to = idp_user_attribute(user, email ? "email" : "phone_number");
	struct str text = json_get_str(template, email ? "EmailMessage" : "SMSMessage");
	struct str subject = json_get_str(template, "EmailSubject");

	if (!to.n)
		return;
	if (!text.n)
		text = STR("Your username is {username} and temporary password is {####}.");
	text = replaced(op, custom_text(custom, email ? "emailMessage" : "smsMessage", text),
			"{username}",
			json_count(json_get(pool->settings, "UsernameAttributes")) ? to
										   : user->name);
	subject = subject.n ? subject : STR("Your temporary password");
	send(op, medium, to, custom_text(custom, "emailSubject", subject),
	     replaced(op, text, "{####}", password), password);
}

void idp_delivery_print(struct op *op, const char *attribute, struct str value,
			struct json_object *details)
{
	struct str rest = value, shown;

	if (strcmp(attribute, "email") == 0) {
		struct str name = str_cut(&rest, '@');

		shown = arena_strf(op->arena, "%.1s***@%.1s***", name.n ? name.p : "",
				   rest.n ? rest.p : "");
	} else {
		size_t hidden = value.n > 5 ? value.n - 5 : 0;
		char *text = arena_cstr(op->arena, value);

		memset(text + (value.n > 0), '*', hidden);
		shown = str_make(text, value.n);
	}
	json_set_str(details, "Destination", shown);
	json_set_cstr(details, "DeliveryMedium", medium_of(attribute));
	json_set_cstr(details, "AttributeName", attribute);
}

void idp_delivery_pretend(struct op *op, const char *attribute, struct str name,
			  struct json_object *details)
{
	bool phone = strcmp(attribute, "phone_number") == 0;

	if (!(phone ? idp_is_phone(name) : idp_is_email(name)))
		name = phone ? STR("+00000000000")
			     : arena_strf(op->arena, "%.*s@example.com", STR_ARG(name));
	idp_delivery_print(op, attribute, name, details);
}

/* --- codes -------------------------------------------------------------------------------------- */

static bool exceeded(struct op *op)
{
	op_fail(op, &LimitExceededException, EXCEEDED);
	return false;
}

enum outcome idp_code_send(struct op *op, const struct code *how)
{
	const struct user *user = how->user;
	const struct purpose *purpose = purpose_of(how->purpose);
	struct json_object *custom;
	enum outcome outcome;
	struct stmt *q = db_query(
		op->db,
		"SELECT sends, since FROM cognito_code WHERE pool = ? AND sub = ? AND purpose = ?",
		"ssz", how->pool->id, user->sub, purpose->name);
	struct str code = hash_random_text(op->arena, purpose->digits, "0123456789");
	int64_t sends = 0, since = op->now;

	if (stmt_row(q)) {
		sends = stmt_int(q, 0);
		since = stmt_int(q, 1);
		stmt_done(q);
	}
	if (since + HOUR_MS <= op->now) {
		sends = 0;
		since = op->now;
	}
	if (sends >= purpose->sends) {
		exceeded(op);
		return FAILED;
	}
	outcome = custom_message(op, how, &custom);
	if (outcome != DONE)
		return outcome;
	db_run(op->db,
	       "INSERT OR REPLACE INTO cognito_code (pool, sub, purpose, code, at, tries, sends, since)"
	       " VALUES (?, ?, ?, ?, ?, 0, ?, ?)",
	       "sszsiii", how->pool->id, user->sub, purpose->name, code, op->now, sends + 1, since);
	send_code(op, how, code, custom);
	return DONE;
}

struct
try {
	const struct user *user;
	const char *purpose;
};

static void count_try(struct op *op, void *arg)
{
	const struct try *try = arg;

	db_run(op->db,
	       "UPDATE cognito_code SET tries = tries + 1 WHERE pool = ? AND sub = ? AND purpose = ?",
	       "ssz", try->user->pool, try->user->sub, try->purpose);
}

static bool mismatch(struct op *op, const struct user *user, const char *purpose)
{
	struct try *try = ARENA_NEW(op->arena, struct try);
	struct user *kept = arena_alloc(op->arena, sizeof(*kept));

	*kept = *user;
	*try = (struct try){ kept, purpose };
	op_fail(op, &CodeMismatchException,
		"Invalid verification code provided, please try again.");
	op_keep(op, count_try, try);
	return false;
}

/* A code that was sent. */
struct sent {
	struct str code; /* empty: it was used */
	int64_t at, tries;
};

static bool read_sent(struct op *op, const struct user *user, const char *purpose, struct sent *out)
{
	struct stmt *q = db_query(
		op->db,
		"SELECT code, at, tries FROM cognito_code WHERE pool = ? AND sub = ? AND purpose = ?",
		"ssz", user->pool, user->sub, purpose);

	if (!stmt_row(q))
		return false;
	*out = (struct sent){ .code = stmt_dup(q, 0, op->arena),
			      .at = stmt_int(q, 1),
			      .tries = stmt_int(q, 2) };
	stmt_done(q);
	return true;
}

/* The row stays for the count of what was sent. */
static void use_up(struct op *op, const struct user *user, const char *purpose)
{
	db_run(op->db,
	       "UPDATE cognito_code SET code = '' WHERE pool = ? AND sub = ? AND purpose = ?",
	       "ssz", user->pool, user->sub, purpose);
}

static bool good(const struct op *op, const struct sent *sent, const char *purpose)
{
	return sent->code.n && sent->at + purpose_of(purpose)->valid_ms > op->now;
}

bool idp_code_right(struct op *op, const struct user *user, const char *purpose, struct str code)
{
	struct sent sent;
	bool found = read_sent(op, user, purpose, &sent);

	if (found && sent.tries >= TRIES && sent.at + HOUR_MS > op->now)
		return exceeded(op);
	if (!found || !good(op, &sent, purpose) || sent.tries >= TRIES) {
		op_fail(op, &ExpiredCodeException,
			"Invalid code provided, please request a code again.");
		return false;
	}
	if (!str_eq_secret(sent.code, code))
		return mismatch(op, user, purpose);
	use_up(op, user, purpose);
	return true;
}

bool idp_code_signs_in(struct op *op, const struct user *user, const char *purpose, struct str code)
{
	struct sent sent;

	if (!idp_password_may_try(op, user))
		return false;
	if (read_sent(op, user, purpose, &sent) && good(op, &sent, purpose) &&
	    str_eq_secret(sent.code, code)) {
		use_up(op, user, purpose);
		return true;
	}
	idp_password_wrong(op, user);
	op_fail(op, &CodeMismatchException, "Invalid code or auth state for the user.");
	return false;
}
