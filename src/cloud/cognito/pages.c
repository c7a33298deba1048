/* The pages of the hosted login; see hosted.h. A value gets into a page only through text(), which escapes it. */
#include "base/buf.h"
#include "base/files.h"
#include "cloud/cognito/hosted.h"

#define PAGE_MAX ((size_t)256 << 10)

struct page {
	struct hosted *h;
	struct buf buf;
};

/* --- writing ------------------------------------------------------------------------------------------ */

/* A literal. */
static void put(struct page *p, const char *literal)
{
	buf_adds(&p->buf, literal);
}

static void text(struct page *p, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		switch (s.p[i]) {
		case '&':
			put(p, "&amp;");
			break;
		case '<':
			put(p, "&lt;");
			break;
		case '>':
			put(p, "&gt;");
			break;
		case '"':
			put(p, "&quot;");
			break;
		case '\'':
			put(p, "&#39;");
			break;
		default:
			buf_addc(&p->buf, s.p[i]);
		}
}

/* An address of this domain: path and what the application asked for. */
static void address(struct page *p, const char *path)
{
	text(p, p->h->base);
	put(p, path);
	put(p, "?");
	text(p, hosted_query(p->h));
}

static void link_to(struct page *p, const char *path, const char *words)
{
	put(p, "<a href=\"");
	address(p, path);
	put(p, "\">");
	put(p, words);
	put(p, "</a>");
}

/* --- security --------------------------------------------------------------------------------------------- */

/* The origin (or scheme) that a form may lead to in the end: the application's; absent: none that can be named. */
static struct str form_target(struct hosted *h)
{
	struct str uri = h->redirect_uri;
	ptrdiff_t colon = str_find(uri, ':');
	size_t n;

	if (colon <= 0)
		return STR_NONE;
	if (!str_starts(uri, STR("http://")) && !str_starts(uri, STR("https://")))
		n = (size_t)colon + 1;
	else
		for (n = (size_t)colon + 3; n < uri.n && !strchr("/?#", uri.p[n]); n++)
			;
	for (size_t i = 0; i < n; i++)
		if (uri.p[i] <= ' ' || uri.p[i] >= 0x7f || strchr("\"';,*", uri.p[i]))
			return STR_NONE;
	return str_slice(uri, 0, n);
}

static void set_headers(struct hosted *h)
{
	struct str target = form_target(h);
	struct op *op = h->op;

	op_answer_header(op, STR("Cache-Control"), STR("no-store"));
	op_answer_header(op, STR("Referrer-Policy"), STR("same-origin"));
	op_answer_header(op, STR("X-Frame-Options"), STR("DENY"));
	op_answer_header(
		op, STR("Content-Security-Policy"),
		arena_strf(op->arena,
			   "default-src 'none'; style-src 'self'; img-src 'self' data:; "
			   "form-action 'self' %.*s; frame-ancestors 'none'; base-uri 'none'",
			   STR_ARG(target)));
}

/* --- the frame -------------------------------------------------------------------------------------------- */

static void begin(struct page *p, struct hosted *h, const char *title)
{
	*p = (struct page){ .h = h };
	buf_init(&p->buf, PAGE_MAX);
	put(p, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	       "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
	put(p, title);
	put(p, " \xe2\x80\x93 ");
	text(p, h->pool.name);
	put(p, "</title>\n<link rel=\"stylesheet\" href=\"");
	text(p, h->base);
	put(p,
	    "/style.css\">\n<link rel=\"icon\" href=\"data:,\">\n</head>\n<body>\n<main>\n<header>\n"
	    "<p class=\"pool\">");
	text(p, h->client.name.n ? h->client.name : h->pool.name);
	put(p, "</p>\n<h1>");
	put(p, title);
	put(p, "</h1>\n</header>\n");
}

static void tell(struct page *p, const struct notice *notice)
{
	if (notice->problem.n) {
		put(p, "<p class=\"problem\" role=\"alert\" id=\"problem\">");
		text(p, notice->problem);
		put(p, "</p>\n");
	}
	if (notice->said.n) {
		put(p, "<p class=\"said\" role=\"status\">");
		text(p, notice->said);
		put(p, "</p>\n");
	}
}

static enum outcome end(struct page *p, int status)
{
	struct hosted *h = p->h;
	struct str body;

	put(p, "</main>\n</body>\n</html>\n");
	set_headers(h);
	body = arena_dup(h->op->arena, buf_str(&p->buf));
	buf_release(&p->buf);
	return op_answer(h->op, status, "text/html; charset=utf-8", body);
}

/* --- forms ------------------------------------------------------------------------------------------------ */

static void form_begin(struct page *p, const char *path)
{
	put(p, "<form method=\"post\" action=\"");
	address(p, path);
	put(p, "\">\n<input type=\"hidden\" name=\"_csrf\" value=\"");
	text(p, p->h->csrf);
	put(p, "\">\n");
}

static void form_end(struct page *p, const char *button)
{
	put(p, "<button type=\"submit\">");
	put(p, button);
	put(p, "</button>\n</form>\n");
}

static void hidden(struct page *p, const char *name, struct str value)
{
	put(p, "<input type=\"hidden\" name=\"");
	put(p, name);
	put(p, "\" value=\"");
	text(p, value);
	put(p, "\">\n");
}

struct field {
	const char *name, *label;
	const char *attributes; /* literal: type="..." autocomplete="..." */
	struct str value;       /* what stands in it */
	struct str hint;        /* below it, or absent */
};

static void field(struct page *p, const struct field *f)
{
	put(p, "<label for=\"");
	put(p, f->name);
	put(p, "\">");
	put(p, f->label);
	put(p, "</label>\n<input id=\"");
	put(p, f->name);
	put(p, "\" name=\"");
	put(p, f->name);
	put(p, "\" required ");
	put(p, f->attributes);
	if (f->hint.n) {
		put(p, " aria-describedby=\"");
		put(p, f->name);
		put(p, "-hint\"");
	}
	if (f->value.n) {
		put(p, " value=\"");
		text(p, f->value);
		put(p, "\"");
	}
	put(p, ">\n");
	if (!f->hint.n)
		return;
	put(p, "<p class=\"hint\" id=\"");
	put(p, f->name);
	put(p, "-hint\">");
	text(p, f->hint);
	put(p, "</p>\n");
}

/* What users call themselves when they sign in. */
static const char *name_label(const struct hosted *h)
{
	bool email = idp_pool_lists(&h->pool, "UsernameAttributes", "email");
	bool phone = idp_pool_lists(&h->pool, "UsernameAttributes", "phone_number");

	return email && phone ? "Email or phone number"
	       : email        ? "Email"
	       : phone        ? "Phone number"
			      : "Username";
}

static void name_field(struct page *p, struct str name, bool focus)
{
	field(p, &(struct field){
			 .name = "username",
			 .label = name_label(p->h),
			 .attributes = focus ? "autocomplete=\"username\" autocapitalize=\"none\" "
					       "spellcheck=\"false\" autofocus"
					     : "autocomplete=\"username\" autocapitalize=\"none\" "
					       "spellcheck=\"false\"",
			 .value = name });
}

static struct str policy_words(struct hosted *h)
{
	static const char *const kinds[][2] = { { "RequireUppercase", "an upper-case letter" },
						{ "RequireLowercase", "a lower-case letter" },
						{ "RequireNumbers", "a digit" },
						{ "RequireSymbols", "a symbol" } };
	struct json_object *policy =
		json_get(json_get(h->pool.settings, "Policies"), "PasswordPolicy");
	struct arena *a = h->op->arena;
	struct str words = arena_strf(a, "At least %lld characters",
				      (long long)json_int_or(json_get(policy, "MinimumLength"), 8));

	for (size_t i = 0; i < 4; i++)
		if (json_bool_or(json_get(policy, kinds[i][0]), false))
			words = arena_strf(a, "%.*s, %s", STR_ARG(words), kinds[i][1]);
	return arena_strf(a, "%.*s.", STR_ARG(words));
}

static void new_password(struct page *p, const char *label)
{
	field(p, &(struct field){ .name = "password",
				  .label = label,
				  .attributes = "type=\"password\" autocomplete=\"new-password\"",
				  .hint = policy_words(p->h) });
}

static void code_field(struct page *p)
{
	field(p,
	      &(struct field){ .name = "code",
			       .label = "Code",
			       .attributes = "inputmode=\"numeric\" autocomplete=\"one-time-code\" "
					     "autofocus" });
}

/* --- pages -------------------------------------------------------------------------------------------------- */

bool page_may_sign_up(const struct hosted *h)
{
	return !json_bool_or(json_get(json_get(h->pool.settings, "AdminCreateUserConfig"),
				      "AllowAdminCreateUserOnly"),
			     false);
}

enum outcome page_sign_in(struct hosted *h, int status, const struct notice *notice,
			  struct str name)
{
	struct page p;

	begin(&p, h, "Sign in");
	tell(&p, notice);
	form_begin(&p, "/login");
	name_field(&p, name, !name.n);
	field(&p,
	      &(struct field){ .name = "password",
			       .label = "Password",
			       .attributes = name.n ? "type=\"password\" "
						      "autocomplete=\"current-password\" autofocus"
						    : "type=\"password\" "
						      "autocomplete=\"current-password\"" });
	form_end(&p, "Sign in");
	put(&p, "<p class=\"ways\">");
	link_to(&p, "/forgotPassword", "Forgot your password?");
	if (page_may_sign_up(h)) {
		put(&p, " ");
		link_to(&p, "/signup", "Create an account");
	}
	put(&p, "</p>\n");
	return end(&p, status);
}

/* A field for each attribute that the pool cannot do without, and the address that its codes go to. */
static void attribute_fields(struct page *p)
{
	static const struct {
		const char *name, *label, *attributes;
	} known[] = {
		{ "email", "Email", "type=\"email\" autocomplete=\"email\"" },
		{ "phone_number", "Phone number", "type=\"tel\" autocomplete=\"tel\"" },
		{ "name", "Name", "autocomplete=\"name\"" },
		{ "given_name", "Given name", "autocomplete=\"given-name\"" },
		{ "family_name", "Family name", "autocomplete=\"family-name\"" },
		{ "middle_name", "Middle name", "autocomplete=\"additional-name\"" },
		{ "nickname", "Nickname", "autocomplete=\"nickname\"" },
		{ "preferred_username", "Preferred username", "autocomplete=\"nickname\"" },
		{ "birthdate", "Birthdate", "type=\"date\" autocomplete=\"bday\"" },
		{ "gender", "Gender", "autocomplete=\"sex\"" },
		{ "address", "Address", "autocomplete=\"street-address\"" },
		{ "website", "Website", "type=\"url\" autocomplete=\"url\"" },
		{ "picture", "Picture", "type=\"url\"" },
		{ "profile", "Profile", "type=\"url\"" },
		{ "locale", "Locale", "autocomplete=\"language\"" },
		{ "zoneinfo", "Time zone", "" },
	};
	struct json_object *schema = json_get(p->h->pool.settings, "Schema");

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		bool wanted = idp_pool_lists(&p->h->pool, "AutoVerifiedAttributes", known[i].name);

		for (size_t k = 0; k < json_count(schema); k++)
			wanted |= str_is(json_get_str(json_at(schema, k), "Name"), known[i].name) &&
				  json_bool_or(json_get(json_at(schema, k), "Required"), false);
		if (wanted && !idp_pool_lists(&p->h->pool, "UsernameAttributes", known[i].name))
			field(p, &(struct field){ .name = known[i].name,
						  .label = known[i].label,
						  .attributes = known[i].attributes,
						  .value = hosted_field(p->h, known[i].name) });
	}
}

enum outcome page_sign_up(struct hosted *h, int status, const struct notice *notice)
{
	struct page p;

	begin(&p, h, "Create an account");
	tell(&p, notice);
	form_begin(&p, "/signup");
	name_field(&p, hosted_field(h, "username"), true);
	attribute_fields(&p);
	new_password(&p, "Password");
	form_end(&p, "Sign up");
	put(&p, "<p class=\"ways\">");
	link_to(&p, "/login", "Sign in to an account that you have");
	put(&p, "</p>\n");
	return end(&p, status);
}

enum outcome page_confirm(struct hosted *h, int status, const struct notice *notice,
			  struct str name)
{
	struct page p;

	begin(&p, h, "Confirm your account");
	tell(&p, notice);
	form_begin(&p, "/confirmUser");
	name_field(&p, name, false);
	code_field(&p);
	form_end(&p, "Confirm");
	form_begin(&p, "/resendcode");
	hidden(&p, "username", name);
	put(&p, "<button type=\"submit\" class=\"quiet\">Send another code</button>\n</form>\n");
	return end(&p, status);
}

enum outcome page_forgot(struct hosted *h, int status, const struct notice *notice, struct str name)
{
	struct page p;

	begin(&p, h, "Forgot your password?");
	tell(&p, notice);
	put(&p, "<p>We send you a code with which you can choose a new one.</p>\n");
	form_begin(&p, "/forgotPassword");
	name_field(&p, name, true);
	form_end(&p, "Send a code");
	put(&p, "<p class=\"ways\">");
	link_to(&p, "/login", "Back to signing in");
	put(&p, "</p>\n");
	return end(&p, status);
}

enum outcome page_reset(struct hosted *h, int status, const struct notice *notice, struct str name)
{
	struct page p;

	begin(&p, h, "Choose a new password");
	tell(&p, notice);
	form_begin(&p, "/confirmforgotPassword");
	hidden(&p, "username", name);
	code_field(&p);
	new_password(&p, "New password");
	form_end(&p, "Change password");
	return end(&p, status);
}

/* --- challenges --------------------------------------------------------------------------------------------- */

/* Attributes that a new user must give with the first password: ["userAttributes.name"]. */
static void missing_fields(struct page *p, struct json_object *parameters)
{
	static const char prefix[] = "userAttributes.";
	struct json_object *names =
		json_parse(p->h->op->arena, json_get_str(parameters, "requiredAttributes"), NULL);

	for (size_t i = 0; i < json_count(names); i++) {
		struct str name = json_str(json_at(names, i));

		put(p, "<label for=\"");
		text(p, name);
		put(p, "\">");
		text(p, str_slice(name, sizeof(prefix) - 1, name.n));
		put(p, "</label>\n<input required id=\"");
		text(p, name);
		put(p, "\" name=\"");
		text(p, name);
		put(p, "\">\n");
	}
}

enum outcome page_challenge(struct hosted *h, int status, const struct notice *notice,
			    struct str name, struct json_object *out)
{
	struct str challenge = json_get_str(out, "ChallengeName"),
		   secret = json_get_str(out, "SecretCode");
	struct json_object *parameters = json_get(out, "ChallengeParameters");
	bool password = str_is(challenge, "NEW_PASSWORD_REQUIRED");
	struct page p;

	begin(&p, h,
	      password   ? "Choose a password"
	      : secret.n ? "Set up an authenticator"
			 : "Enter a code");
	tell(&p, notice);
	if (str_is(challenge, "SMS_MFA") || str_is(challenge, "EMAIL_OTP")) {
		put(&p, "<p>We have sent a code to ");
		text(&p, json_get_str(parameters, "CODE_DELIVERY_DESTINATION"));
		put(&p, ".</p>\n");
	} else if (secret.n) {
		put(&p, "<p>Enter this key into your authenticator app, and then the code that it "
			"shows.</p>\n<p><code class=\"secret\">");
		text(&p, secret);
		put(&p, "</code></p>\n");
	} else if (!password) {
		put(&p, "<p>Your authenticator app shows it.</p>\n");
	}
	form_begin(&p, "/challenge");
	hidden(&p, "username", name);
	hidden(&p, "challenge", challenge);
	hidden(&p, "session", json_get_str(out, "Session"));
	if (password) {
		new_password(&p, "New password");
		missing_fields(&p, parameters);
	} else {
		code_field(&p);
	}
	form_end(&p, "Continue");
	return end(&p, status);
}

enum outcome page_error(struct hosted *h, int status, struct str what)
{
	struct page p;

	begin(&p, h, "This did not work");
	tell(&p, &(struct notice){ .problem = what });
	return end(&p, status);
}

enum outcome page_style(struct hosted *h)
{
	op_answer_header(h->op, STR("Cache-Control"), STR("max-age=3600"));
	return op_answer(h->op, 200, "text/css; charset=utf-8",
			 files_read(files_builtin("assets"), h->op->arena,
				    STR("cognito/login.css")));
}
