/*
 * The hosted login: which requests are ours, and what answers them; see hosted.h.
 *
 * From: Developer Guide, "User pool endpoints and managed login reference".
 */
#include "cloud/cognito/hosted.h"

#include "aws/names.h"
#include "aws/service.h"
#include "base/form.h"
#include "cloud/cognito/cognito.h"
#include "cloud/cognito/domain.h"
#include "cloud/cognito/errors.h"
#include "cloud/cognito/trigger.h"

#define PREFIX "/_aws/cognito/"
#define HOST   ".auth."
#define KIND   "cognito"

enum {
	PAGE = 1 << 0, /* needs what the application asked for */
	FORM = 1 << 1, /* a form of ours, with the browser's token */
};

static const struct route {
	const char *method, *path;
	enum outcome (*run)(struct hosted *h);
	unsigned flags;
} routes[];

/* --- whose ------------------------------------------------------------------------------------------ */

/* The domain and what follows it; absent: the request is none of ours. */
static struct str domain_of(const struct raw_request *raw, struct str *rest)
{
	struct str domain = raw_path_label(raw, PREFIX, rest);

	if (domain.p)
		return domain;
	domain = raw_host_label(raw, HOST);
	*rest = raw->path;
	return domain.p && str_find(domain, '.') < 0 ? domain : STR_NONE;
}

bool idp_hosted_account(struct op *op, char account[static 13])
{
	struct str rest, domain = domain_of(op->raw, &rest);

	if (name_owner(op->aws, KIND, domain, account))
		return true;
	op_fail(op, &ResourceNotFoundException, "Domain %.*s does not exist.", STR_ARG(domain));
	return false;
}

/* --- requests ------------------------------------------------------------------------------------------ */

struct str hosted_field(struct hosted *h, const char *name)
{
	return form_get(h->op->arena, h->form, name);
}

struct str hosted_escape(struct hosted *h, struct str value)
{
	return form_encode(h->op->arena, value, false);
}

struct str hosted_address(struct hosted *h)
{
	return arena_strf(h->op->arena, "%.*s%.*s", STR_ARG(h->op->endpoint), STR_ARG(h->base));
}

enum outcome hosted_go(struct hosted *h, struct str location)
{
	op_answer_header(h->op, STR("Cache-Control"), STR("no-store"));
	if (!op_answer_header(h->op, STR("Location"), location))
		return page_error(h, 400, STR("The address to go back to cannot be used."));
	return op_answer(h->op, 302, NULL, STR(""));
}

struct str hosted_query(struct hosted *h)
{
	const struct {
		const char *name;
		struct str value;
	} all[] = { { "response_type", h->response_type },
		    { "redirect_uri", h->redirect_uri },
		    { "scope", h->scope },
		    { "state", h->state },
		    { "nonce", h->nonce },
		    { "code_challenge", h->challenge },
		    { "code_challenge_method", h->method } };
	struct str query = arena_strf(h->op->arena, "client_id=%.*s", STR_ARG(h->client.id));

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (all[i].value.p)
			query = arena_strf(h->op->arena, "%.*s&%s=%.*s", STR_ARG(query),
					   all[i].name, STR_ARG(hosted_escape(h, all[i].value)));
	return query;
}

/* Browsers ask before scripts of other origins call the endpoints. */
static enum outcome answer_options(struct hosted *h)
{
	op_answer_header(h->op, STR("Access-Control-Allow-Methods"), STR("GET, POST, OPTIONS"));
	op_answer_header(h->op, STR("Access-Control-Allow-Headers"), STR("*, Authorization"));
	op_answer_header(h->op, STR("Access-Control-Max-Age"), STR("600"));
	return op_answer(h->op, 204, NULL, STR(""));
}

static enum outcome run_route(struct hosted *h, const struct route *route)
{
	bool good = true;

	if (!(route->flags & PAGE))
		return route->run(h);
	browser_begin(h);
	if ((route->flags & FORM) && !browser_sent_form(h))
		return page_error(h, 403,
				  STR("This form is too old, or it was not sent from this page. "
				      "Please go back to the application and sign in again."));
	if (oauth_read(h, &good) != DONE || !good)
		return DONE;
	return route->run(h);
}

static bool begin(struct op *op, struct hosted *h)
{
	struct str rest, domain = domain_of(op->raw, &rest), pool;
	bool post = str_is(op->raw->method, "POST");

	pool = idp_domain_pool(op, domain);
	op->in = json_new_object(op->arena);
	*h = (struct hosted){ .op = op, .query = op->raw->query, .path = rest };
	if (str_starts(op->raw->path, STR(PREFIX)))
		h->base = str_slice(op->raw->path, 0, op->raw->path.n - rest.n);
	if (post)
		h->form = op->raw->body;
	return pool.p && idp_pool_get(op, pool, &h->pool);
}

static enum outcome serve(struct op *op)
{
	bool known = false;
	struct hosted h;

	if (!begin(op, &h))
		return op_fail(op, &ResourceNotFoundException, "This domain does not exist.");
	op_answer_header(op, STR("X-Content-Type-Options"), STR("nosniff"));
	if (str_starts(h.path, STR("/oauth2/")))
		op_answer_header(op, STR("Access-Control-Allow-Origin"), STR("*"));
	if (str_is(op->raw->method, "OPTIONS"))
		return answer_options(&h);
	for (const struct route *route = routes; route->method; route++) {
		if (!str_is(h.path, route->path))
			continue;
		known = true;
		if (str_is(op->raw->method, route->method))
			return run_route(&h, route);
	}
	return page_error(&h, known ? 405 : 404,
			  known ? STR("This address does not take such requests.")
				: STR("There is no such page."));
}

static enum outcome hosted(struct op *op)
{
	return idp_run(op, serve);
}

/* --- the pages that are opened ----------------------------------------------------------------------------- */

static enum outcome open_login(struct hosted *h)
{
	return page_sign_in(h, 200, &(struct notice){ STR_NONE, STR_NONE },
			    form_get(h->op->arena, h->query, "login_hint"));
}

static enum outcome open_sign_up(struct hosted *h)
{
	if (!page_may_sign_up(h))
		return page_error(h, 403, STR("SignUp is not permitted for this user pool"));
	return page_sign_up(h, 200, &(struct notice){ STR_NONE, STR_NONE });
}

static enum outcome open_confirm(struct hosted *h)
{
	return page_confirm(h, 200, &(struct notice){ STR_NONE, STR_NONE },
			    form_get(h->op->arena, h->query, "username"));
}

static enum outcome open_forgot(struct hosted *h)
{
	return page_forgot(h, 200, &(struct notice){ STR_NONE, STR_NONE }, STR(""));
}

static enum outcome open_error(struct hosted *h)
{
	struct str error = form_get(h->op->arena, h->query, "error");

	return page_error(h, 400, error.n ? error : STR("invalid_request"));
}

static const struct route routes[] = {
	{ "GET", "/oauth2/authorize", oauth_authorize, PAGE },
	{ "POST", "/oauth2/token", oauth_token, 0 },
	{ "GET", "/oauth2/userInfo", oauth_user_info, 0 },
	{ "POST", "/oauth2/userInfo", oauth_user_info, 0 },
	{ "POST", "/oauth2/revoke", oauth_revoke, 0 },
	{ "GET", "/login", open_login, PAGE },
	{ "POST", "/login", visit_login, PAGE | FORM },
	{ "POST", "/challenge", visit_challenge, PAGE | FORM },
	{ "GET", "/signup", open_sign_up, PAGE },
	{ "POST", "/signup", visit_sign_up, PAGE | FORM },
	{ "GET", "/confirmUser", open_confirm, PAGE },
	{ "POST", "/confirmUser", visit_confirm, PAGE | FORM },
	{ "POST", "/resendcode", visit_resend, PAGE | FORM },
	{ "GET", "/forgotPassword", open_forgot, PAGE },
	{ "POST", "/forgotPassword", visit_forgot, PAGE | FORM },
	{ "POST", "/confirmforgotPassword", visit_reset, PAGE | FORM },
	{ "GET", "/logout", visit_logout, 0 },
	{ "GET", "/error", open_error, 0 },
	{ "GET", "/style.css", page_style, 0 },
	{ NULL, NULL, NULL, 0 },
};

/* --- the service --------------------------------------------------------------------------------------------- */

static const struct operation operations[] = {
	{ "Hosted", NULL, hosted, OP_OPEN | OP_RAW | OP_WAITS | OP_DATA },
	{ 0 },
};

const struct operation *idp_hosted_serves(const struct raw_request *raw)
{
	struct str rest;

	return domain_of(raw, &rest).p ? &operations[0] : NULL;
}

const struct service cognito_hosted_service = {
	.name = "cognito-hosted",
	.signing_name = "cognito-idp",
	.operations = operations,
	.account_of = idp_hosted_account,
	.serves = idp_hosted_serves,
};
