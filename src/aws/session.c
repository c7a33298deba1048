/* Temporary credentials: rows of the core's table `session`; see session.h. */
#include "aws/session.h"

#include "aws/call.h"
#include "base/base64.h"
#include "base/hash.h"

#define TOKEN_BYTES 258
/* A session that ended is told apart from one that never was for so long. */
#define REMEMBER_MS ((int64_t)24 * 3600 * 1000)

/* As AWS's begin: clients look at nothing else of it. */
static struct str make_token(struct arena *a)
{
	unsigned char bytes[TOKEN_BYTES];

	hash_random(bytes, sizeof(bytes));
	return arena_strf(a, "IQoJb3JpZ2luX2Vj%.*s",
			  STR_ARG(base64_print(a, str_make(bytes, sizeof(bytes)))));
}

void session_add(struct op *op, const struct session *session, struct session_key *out)
{
	unsigned char digest[SHA256_BYTES];

	key_make("ASIA", str_of(op->account->id), &out->key);
	out->token = make_token(op->arena);
	hash_sha256(out->token, digest);
	db_run(op->db, "DELETE FROM session WHERE expires_at < ?", "i", op->now - REMEMBER_MS);
	db_run(op->db,
	       "INSERT INTO session (id, secret, token, kind, arn, user_id, principal, issued_at,"
	       " expires_at, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	       "zzbisssiis", out->key.id, out->key.secret, str_make(digest, sizeof(digest)),
	       (int64_t)session->kind, session->arn, session->user_id, session->principal,
	       session->issued_at, session->expires_at, json_text(op->arena, session->detail));
}

bool session_find(struct account *account, struct arena *a, struct str access_key,
		  struct credentials *out)
{
	struct stmt *q = db_query(account->db,
				  "SELECT secret, token, kind, arn, user_id, principal, expires_at"
				  " FROM session WHERE id = ?",
				  "s", access_key);

	if (!stmt_row(q))
		return false;
	*out = (struct credentials){ .secret = stmt_dup(q, 0, a), .expires_at = stmt_int(q, 6) };
	if (stmt_str(q, 1).n == SHA256_BYTES)
		memcpy(out->token, stmt_str(q, 1).p, SHA256_BYTES);
	out->caller = (struct caller){
		.access_key = access_key,
		.kind = (enum caller_kind)stmt_int(q, 2),
		.arn = stmt_dup(q, 3, a),
		.user_id = stmt_dup(q, 4, a),
		.principal = stmt_dup(q, 5, a),
		.temporary = true,
	};
	stmt_done(q);
	return true;
}

bool session_of(struct op *op, struct session *out)
{
	struct stmt *q;

	if (!op->caller.temporary)
		return false;
	q = db_query(op->db, "SELECT issued_at, expires_at, detail FROM session WHERE id = ?", "s",
		     op->caller.access_key);
	if (!stmt_row(q))
		return false;
	*out = (struct session){
		.kind = op->caller.kind,
		.arn = op->caller.arn,
		.user_id = op->caller.user_id,
		.principal = op->caller.principal,
		.issued_at = stmt_int(q, 0),
		.expires_at = stmt_int(q, 1),
		.detail = json_parse(op->arena, stmt_str(q, 2), NULL),
	};
	stmt_done(q);
	if (!out->detail)
		out->detail = json_new_object(op->arena);
	return true;
}

struct json_object *session_cognito(struct op *op)
{
	struct session session;

	return session_of(op, &session) ? json_get(session.detail, "Cognito") : NULL;
}

bool key_is_temporary(struct str access_key)
{
	return str_starts(access_key, STR("ASIA"));
}

bool credentials_good(const struct credentials *c, struct str token, int64_t now,
		      enum front_problem *problem)
{
	unsigned char digest[SHA256_BYTES];

	if (!c->caller.temporary)
		return true;
	hash_sha256(token, digest);
	*problem = FRONT_UNKNOWN_KEY;
	if (!str_eq_secret(str_make(digest, sizeof(digest)), str_make(c->token, sizeof(c->token))))
		return false;
	*problem = FRONT_EXPIRED;
	return now < c->expires_at;
}
