/*
 * What the forms of the hosted login do: the same operations that applications call.
 *
 * Such an operation fails without a trace, but for what it keeps on purpose (a wrong password is counted); the page
 * then says why.
 */
#include "base/form.h"
#include "cloud/cognito/auth.h"
#include "cloud/cognito/errors.h"
#include "cloud/cognito/hosted.h"
#include "cloud/cognito/operations.h"

/* Run an operation on op->in. FAILED with *problem set, and nothing of it in op; DONE and WAITING as it says. */
static enum outcome run(struct hosted *h, enum outcome (*operation)(struct op *op),
			const struct aws_error **error, struct str *problem)
{
	struct op *op = h->op;
	enum outcome outcome;

	op->out = json_new_object(op->arena);
	outcome = operation(op);
	*error = NULL;
	if (outcome != FAILED)
		return outcome;
	if (op->keep)
		op->keep(op, op->keep_arg);
	op->keep = NULL;
	*error = op->error;
	*problem = op->error_message;
	op->error = NULL;
	return FAILED;
}

static bool failed_with(const struct aws_error *error, const struct aws_error *which)
{
	return error && strcmp(error->code, which->code) == 0;
}

static void say(struct hosted *h, const char *member, struct str value)
{
	json_set_str(h->op->in, member, value.p ? value : STR(""));
}

/* --- signing in -------------------------------------------------------------------------------------- */

/* A flow came to its end, or asks for more. */
static enum outcome go_on(struct hosted *h, struct str name)
{
	struct str sub = json_get_str(h->op->out, "sub");
	const struct aws_error *error;
	enum outcome outcome;
	struct str problem;

	if (sub.p) {
		browser_remember(h, sub);
		return oauth_finish(h, sub);
	}
	if (!str_is(json_get_str(h->op->out, "ChallengeName"), "MFA_SETUP"))
		return page_challenge(h, 200, &(struct notice){ STR_NONE, STR_NONE }, name,
				      h->op->out);
	say(h, "Session", json_get_str(h->op->out, "Session"));
	outcome = run(h, idp_op_associate_software_token, &error, &problem);
	if (outcome == FAILED)
		return page_error(h, 400, problem);
	json_set_cstr(h->op->out, "ChallengeName", "MFA_SETUP");
	return page_challenge(h, 200, &(struct notice){ STR_NONE, STR_NONE }, name, h->op->out);
}

enum outcome visit_login(struct hosted *h)
{
	struct json_object *given = json_set_object(h->op->in, "AuthParameters");
	struct str name = hosted_field(h, "username"), problem;
	const struct aws_error *error;
	enum outcome outcome;

	json_set_str(given, "USERNAME", name.p ? name : STR(""));
	json_set_str(given, "PASSWORD", hosted_field(h, "password"));
	outcome = run(h, idp_op_hosted_sign_in, &error, &problem);
	if (outcome == DONE)
		return go_on(h, name);
	if (outcome == WAITING)
		return WAITING;
	if (failed_with(error, &UserNotConfirmedException))
		return page_confirm(h, 200,
				    &(struct notice){
					    .problem = STR("Your account is not confirmed yet.") },
				    name);
	if (failed_with(error, &PasswordResetRequiredException))
		return page_reset(h, 200, &(struct notice){ .problem = problem }, name);
	return page_sign_in(h, 400, &(struct notice){ .problem = problem }, name);
}

/* The form's answer to a challenge, as RespondToAuthChallenge takes it. */
static void read_answer(struct hosted *h, struct str challenge)
{
	static const char prefix[] = "userAttributes.";
	struct json_object *given = json_set_object(h->op->in, "ChallengeResponses");
	struct str rest = h->form, name, value;

	json_set_str(given, "USERNAME", hosted_field(h, "username"));
	json_set_str(given, "NEW_PASSWORD", hosted_field(h, "password"));
	json_set_str(given,
		     str_is(challenge, "SMS_MFA")     ? "SMS_MFA_CODE"
		     : str_is(challenge, "EMAIL_OTP") ? "EMAIL_OTP_CODE"
						      : "SOFTWARE_TOKEN_MFA_CODE",
		     hosted_field(h, "code"));
	while (form_next(&rest, &name, &value)) {
		const char *key =
			arena_cstr(h->op->arena, form_decode_lenient(h->op->arena, name, true));

		if (str_starts(str_of(key), str_of(prefix)))
			json_set_str(given, key, hosted_field(h, key));
	}
	say(h, "ChallengeName", challenge);
	say(h, "Session", hosted_field(h, "session"));
}

/* An authenticator is being set up: its first code, then the answer itself. */
static enum outcome verify_setup(struct hosted *h, const struct aws_error **error,
				 struct str *problem)
{
	enum outcome outcome;

	say(h, "UserCode", hosted_field(h, "code"));
	outcome = run(h, idp_op_verify_software_token, error, problem);
	if (outcome == DONE)
		say(h, "Session", json_get_str(h->op->out, "Session"));
	return outcome;
}

enum outcome visit_challenge(struct hosted *h)
{
	struct str name = hosted_field(h, "username"), challenge = hosted_field(h, "challenge"),
		   problem = STR_NONE;
	const struct aws_error *error;
	enum outcome outcome = DONE;

	read_answer(h, challenge.p ? challenge : STR(""));
	if (str_is(challenge, "MFA_SETUP"))
		outcome = verify_setup(h, &error, &problem);
	if (outcome == DONE)
		outcome = run(h, idp_op_hosted_answer, &error, &problem);
	if (outcome == DONE)
		return go_on(h, name);
	if (outcome == WAITING)
		return WAITING;
	if (failed_with(error, &InvalidPasswordException)) {
		/* The session was not used up, since nothing happened. */
		struct json_object *again = json_new_object(h->op->arena);

		json_set_str(again, "ChallengeName", challenge);
		json_set_str(again, "Session", hosted_field(h, "session"));
		return page_challenge(h, 400, &(struct notice){ .problem = problem }, name, again);
	}
	return page_sign_in(h, 400, &(struct notice){ .problem = problem }, name);
}

/* --- signing up -------------------------------------------------------------------------------------- */

/* All fields of the form but our own are attributes. */
static void read_attributes(struct hosted *h)
{
	static const char *const own[] = { "_csrf", "username", "password" };
	struct json_object *list = json_set_array(h->op->in, "UserAttributes");
	struct str rest = h->form, name, value;

	while (form_next(&rest, &name, &value)) {
		struct str key = form_decode_lenient(h->op->arena, name, true);
		struct json_object *o;
		bool ours = false;

		for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
			ours |= str_is(key, own[i]);
		if (ours || !value.n)
			continue;
		o = json_add_object(list);
		json_set_str(o, "Name", key);
		json_set_str(o, "Value", form_decode_lenient(h->op->arena, value, true));
	}
}

static struct str sent_to(struct hosted *h)
{
	struct str where = json_get_str(json_get(h->op->out, "CodeDeliveryDetails"), "Destination");

	return where.n ? arena_strf(h->op->arena, "We have sent a code to %.*s.", STR_ARG(where))
		       : STR_NONE;
}

enum outcome visit_sign_up(struct hosted *h)
{
	struct str name = hosted_field(h, "username"), problem;
	const struct aws_error *error;
	enum outcome outcome;

	say(h, "Username", name);
	say(h, "Password", hosted_field(h, "password"));
	read_attributes(h);
	outcome = run(h, idp_op_sign_up, &error, &problem);
	if (outcome == WAITING)
		return WAITING;
	if (outcome == FAILED)
		return page_sign_up(h, 400, &(struct notice){ .problem = problem });
	if (json_bool_or(json_get(h->op->out, "UserConfirmed"), false))
		return page_sign_in(h, 200,
				    &(struct notice){ .said = STR("Your account is ready.") },
				    name);
	return page_confirm(h, 200, &(struct notice){ .said = sent_to(h) }, name);
}

enum outcome visit_confirm(struct hosted *h)
{
	struct str name = hosted_field(h, "username"), problem;
	const struct aws_error *error;
	enum outcome outcome;

	say(h, "Username", name);
	say(h, "ConfirmationCode", hosted_field(h, "code"));
	outcome = run(h, idp_op_confirm_sign_up, &error, &problem);
	if (outcome == WAITING)
		return WAITING;
	if (outcome == FAILED)
		return page_confirm(h, 400, &(struct notice){ .problem = problem }, name);
	return page_sign_in(h, 200, &(struct notice){ .said = STR("Your account is confirmed.") },
			    name);
}

enum outcome visit_resend(struct hosted *h)
{
	struct str name = hosted_field(h, "username"), problem;
	const struct aws_error *error;
	enum outcome outcome;

	say(h, "Username", name);
	outcome = run(h, idp_op_resend_confirmation_code, &error, &problem);
	if (outcome == WAITING)
		return WAITING;
	return outcome == FAILED
		       ? page_confirm(h, 400, &(struct notice){ .problem = problem }, name)
		       : page_confirm(h, 200, &(struct notice){ .said = sent_to(h) }, name);
}

/* --- forgotten passwords --------------------------------------------------------------------------------- */

enum outcome visit_forgot(struct hosted *h)
{
	struct str name = hosted_field(h, "username"), problem;
	const struct aws_error *error;
	enum outcome outcome;

	say(h, "Username", name);
	outcome = run(h, idp_op_forgot_password, &error, &problem);
	if (outcome == WAITING)
		return WAITING;
	return outcome == FAILED ? page_forgot(h, 400, &(struct notice){ .problem = problem }, name)
				 : page_reset(h, 200, &(struct notice){ .said = sent_to(h) }, name);
}

enum outcome visit_reset(struct hosted *h)
{
	struct str name = hosted_field(h, "username"), problem;
	const struct aws_error *error;
	enum outcome outcome;

	say(h, "Username", name);
	say(h, "ConfirmationCode", hosted_field(h, "code"));
	say(h, "Password", hosted_field(h, "password"));
	outcome = run(h, idp_op_confirm_forgot_password, &error, &problem);
	if (outcome == WAITING)
		return WAITING;
	return outcome == FAILED
		       ? page_reset(h, 400, &(struct notice){ .problem = problem }, name)
		       : page_sign_in(h, 200,
				      &(struct notice){ .said = STR("Your password was changed.") },
				      name);
}

/* --- leaving ------------------------------------------------------------------------------------------------ */

enum outcome visit_logout(struct hosted *h)
{
	struct arena *a = h->op->arena;
	struct str out = form_get(a, h->query, "logout_uri"),
		   back = form_get(a, h->query, "redirect_uri");

	json_set_str(h->op->in, "ClientId", form_get(a, h->query, "client_id"));
	if (!idp_client_in(h->op, &h->pool, &h->client)) {
		h->op->error = NULL;
		return page_error(h, 400, STR("There is no such client."));
	}
	if (!out.n && back.n) {
		browser_forget(h);
		return hosted_go(h, arena_strf(a, "%.*s/login?%.*s", STR_ARG(h->base),
					       STR_ARG(h->query)));
	}
	if (!out.n)
		return page_error(h, 400,
				  STR("Required String parameter 'logout_uri' is not present"));
	if (!oauth_allows(h, "LogoutURLs", out))
		return page_error(h, 400, STR("redirect_mismatch"));
	browser_forget(h);
	return hosted_go(h, out);
}
