/* Browsers: cookies for who has signed in and for forms; see hosted.h. */
#include "cloud/cognito/hosted.h"

#include "base/base64.h"
#include "base/hash.h"

/* From: Developer Guide, "the managed login session cookie is valid for 1 hour". */
#define SESSION_MS  ((int64_t)3600 * 1000)
#define SESSION     "cognito"
#define FORM_TOKEN  "XSRF-TOKEN"
#define TOKEN_BYTES 24

static struct str fresh_token(struct op *op)
{
	unsigned char bytes[TOKEN_BYTES];

	hash_random(bytes, sizeof(bytes));
	return base64url_print(op->arena, str_make(bytes, sizeof(bytes)));
}

static struct str digest_of(struct op *op, struct str token)
{
	unsigned char *digest = arena_alloc(op->arena, SHA256_BYTES);

	hash_sha256(token, digest);
	return str_make(digest, SHA256_BYTES);
}

/* The value of a cookie, or absent. */
static struct str cookie(struct hosted *h, const char *name)
{
	struct str rest = raw_header(h->op->raw, "Cookie");

	while (rest.p) {
		struct str value = str_trim(str_cut(&rest, ';')), found = str_cut(&value, '=');

		if (str_is(found, name) && value.p)
			return value;
	}
	return STR_NONE;
}

/* For this domain only: its paths, or its host. */
static void set_cookie(struct hosted *h, const char *name, struct str value, const char *age)
{
	op_answer_header(h->op, STR("Set-Cookie"),
			 arena_strf(h->op->arena, "%s=%.*s; Path=%.*s/; HttpOnly; SameSite=Lax%s%s",
				    name, STR_ARG(value), STR_ARG(h->base),
				    h->op->raw->tls ? "; Secure" : "", age));
}

bool browser_user(struct hosted *h, struct str *sub)
{
	struct str token = cookie(h, SESSION);
	struct op *op = h->op;
	struct stmt *q;

	if (!token.p)
		return false;
	q = db_query(
		op->db,
		"SELECT b.sub FROM cognito_browser b JOIN cognito_user u"
		" ON u.pool = b.pool AND u.sub = b.sub WHERE b.digest = ? AND b.pool = ?"
		" AND b.expires_at > ? AND u.enabled AND u.signed_out_at <= b.auth_time * 1000",
		"bsi", digest_of(op, token), h->pool.id, op->now);
	if (!stmt_row(q))
		return false;
	*sub = stmt_dup(q, 0, op->arena);
	stmt_done(q);
	return true;
}

void browser_remember(struct hosted *h, struct str sub)
{
	struct str token = fresh_token(h->op);
	struct op *op = h->op;

	db_run(op->db, "DELETE FROM cognito_browser WHERE expires_at < ?", "i", op->now);
	db_run(op->db,
	       "INSERT INTO cognito_browser (digest, pool, sub, auth_time, expires_at)"
	       " VALUES (?, ?, ?, ?, ?)",
	       "bssii", digest_of(op, token), h->pool.id, sub, op->now / 1000,
	       op->now + SESSION_MS);
	set_cookie(h, SESSION, token, "; Max-Age=3600");
}

void browser_forget(struct hosted *h)
{
	struct str token = cookie(h, SESSION);

	if (token.p)
		db_run(h->op->db, "DELETE FROM cognito_browser WHERE digest = ?", "b",
		       digest_of(h->op, token));
	set_cookie(h, SESSION, STR(""), "; Max-Age=0");
}

/* --- forms --------------------------------------------------------------------------------------- */

void browser_begin(struct hosted *h)
{
	struct str bytes;

	h->csrf = cookie(h, FORM_TOKEN);
	if (h->csrf.p && base64url_parse(h->op->arena, h->csrf, &bytes) && bytes.n == TOKEN_BYTES)
		return;
	h->csrf = fresh_token(h->op);
	set_cookie(h, FORM_TOKEN, h->csrf, "");
}

bool browser_sent_form(struct hosted *h)
{
	struct str sent = hosted_field(h, "_csrf"), site = raw_header(h->op->raw, "Sec-Fetch-Site");

	if (site.p && !str_is(site, "same-origin") && !str_is(site, "none"))
		return false;
	return sent.n && str_eq_secret(sent, cookie(h, FORM_TOKEN));
}
