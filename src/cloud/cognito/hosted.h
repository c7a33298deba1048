#ifndef CLOUD_COGNITO_HOSTED_H
#define CLOUD_COGNITO_HOSTED_H

#include "aws/raw.h"
#include "cloud/cognito/pool.h"

/*
 * A pool's own pages and OAuth 2.0 endpoints, at the cloud's address under /_aws/cognito/DOMAIN/ or at hosts
 * "DOMAIN.auth.*".
 *
 * Pages need no scripts. What an application asked for travels with them in their addresses; who has signed in is known
 * by a cookie for the domain's paths, and what a form sends must have the token that its page was given.
 */
struct hosted {
	struct op *op;
	struct pool pool;
	struct str base;      /* "/_aws/cognito/DOMAIN", or "" */
	struct str path;      /* behind it: "/oauth2/token" */
	struct str query;     /* as sent */
	struct str form;      /* of a POST; or absent */
	struct client client; /* with pages: the one that client_id names */
	/* What the application asked for; absent what was not. */
	struct str response_type, redirect_uri, scope, state, nonce, challenge, method;
	struct str csrf; /* the browser's token for forms */
};

/* Which requests are ours, and whose account they are for: of cognito_hosted_service. */
const struct operation *idp_hosted_serves(const struct raw_request *raw);
bool idp_hosted_account(struct op *op, char account[static 13]);

/* A field of the form, decoded; absent: it is not there. */
struct str hosted_field(struct hosted *h, const char *name);
/* Percent-encoded for an address. */
struct str hosted_escape(struct hosted *h, struct str value);
/* "https://" or "http://", host, and base. */
struct str hosted_address(struct hosted *h);
/* Send the browser elsewhere. */
enum outcome hosted_go(struct hosted *h, struct str location);
/* The query that carries on what the application asked for: "client_id=...&...". */
struct str hosted_query(struct hosted *h);

/* --- oauth.c ---------------------------------------------------------------------------------- */

/*
 * Read what the application asks for and hold it against the client's settings. When that does not hold, the answer
 * is given already (DONE with *good false): by the application's redirect address where that is known to be its.
 */
enum outcome oauth_read(struct hosted *h, bool *good);
enum outcome oauth_authorize(struct hosted *h);
enum outcome oauth_token(struct hosted *h);
enum outcome oauth_user_info(struct hosted *h);
enum outcome oauth_revoke(struct hosted *h);
/* The user has signed in: back to the application, with a code or tokens. */
enum outcome oauth_finish(struct hosted *h, struct str sub);
/* Is the address among the client's CallbackURLs (or LogoutURLs)? */
bool oauth_allows(const struct hosted *h, const char *setting, struct str address);

/* --- browser.c: who has signed in, and forms ------------------------------------------------------ */

/* The user whom the browser's cookie means; false: nobody. */
bool browser_user(struct hosted *h, struct str *sub);
/* Remember the user in a cookie. */
void browser_remember(struct hosted *h, struct str sub);
void browser_forget(struct hosted *h);
/* Choose the token for forms: the browser's, or a new one that it is given. */
void browser_begin(struct hosted *h);
/* Has the form the browser's token? */
bool browser_sent_form(struct hosted *h);

/* --- pages.c ----------------------------------------------------------------------------------------- */

/* What a page shows besides its fields. */
struct notice {
	struct str problem; /* what went wrong, or absent */
	struct str said;    /* good news, or absent */
};
/* Pages; `name` is whom they are about. Always DONE. */
enum outcome page_sign_in(struct hosted *h, int status, const struct notice *notice,
			  struct str name);
enum outcome page_sign_up(struct hosted *h, int status, const struct notice *notice);
enum outcome page_confirm(struct hosted *h, int status, const struct notice *notice,
			  struct str name);
enum outcome page_forgot(struct hosted *h, int status, const struct notice *notice,
			 struct str name);
enum outcome page_reset(struct hosted *h, int status, const struct notice *notice, struct str name);
/* A challenge in the middle of signing in: `out` is what the flow asks, with SecretCode of a new authenticator. */
enum outcome page_challenge(struct hosted *h, int status, const struct notice *notice,
			    struct str name, struct json_object *out);
/* What cannot be done, without a way back. */
enum outcome page_error(struct hosted *h, int status, struct str what);
enum outcome page_style(struct hosted *h);
/* Does the pool let people sign up themselves? */
bool page_may_sign_up(const struct hosted *h);

/* --- visit.c: what forms do ------------------------------------------------------------------------------ */

/* One function a form. */
enum outcome visit_login(struct hosted *h);
enum outcome visit_challenge(struct hosted *h);
enum outcome visit_sign_up(struct hosted *h);
enum outcome visit_confirm(struct hosted *h);
enum outcome visit_resend(struct hosted *h);
enum outcome visit_forgot(struct hosted *h);
enum outcome visit_reset(struct hosted *h);
enum outcome visit_logout(struct hosted *h);

#endif
