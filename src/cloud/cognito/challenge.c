/* Challenges; see challenge.h. */
#include "cloud/cognito/challenge.h"

#include "base/base64.h"
#include "base/hash.h"
#include "base/time.h"
#include "cloud/cognito/errors.h"

struct str idp_given(struct op *op, const struct attempt *attempt, const char *name)
{
	struct str value = json_get_str(attempt->given, name);

	if (!value.p)
		op_fail(op, &InvalidParameterException, "Missing required parameter %s", name);
	return value;
}

#define CLIENT_ID 26 /* characters; a session's token ends with it */

/* --- the block ---------------------------------------------------------------------------------------- */

/* What SECRET_BLOCK holds; all of it is bytes. */
struct block {
	unsigned char nonce[16];
	unsigned char at[8]; /* milliseconds, big-endian */
	unsigned char client_public[SRP_BYTES];
	unsigned char server_public[SRP_BYTES];
	unsigned char mac[SHA256_BYTES];
};

static void mac_of(struct op *op, const struct attempt *attempt, const char *purpose,
		   const struct block *block, unsigned char out[static SHA256_BYTES])
{
	/* The server's secret is made before its public number. */
	bool whole = strcmp(purpose, "secret") != 0;
	struct str parts[3] = { str_of(purpose),
				str_make(block, whole ? offsetof(struct block, mac)
						      : offsetof(struct block, server_public)),
				attempt->client.id };
	char *bytes = arena_alloc(op->arena, parts[0].n + parts[1].n + parts[2].n);
	size_t n = 0;

	for (size_t i = 0; i < 3; n += parts[i++].n)
		memcpy(bytes + n, parts[i].p, parts[i].n);
	hash_hmac_sha256(attempt->pool.secret, str_make(bytes, n), out);
}

static const char *block_purpose(const struct attempt *attempt)
{
	return attempt->in_session ? "block of a session" : "block";
}

static void write_time(int64_t at, unsigned char out[static 8])
{
	for (int i = 7; i >= 0; i--, at >>= 8)
		out[i] = (unsigned char)at;
}

static int64_t read_time(const unsigned char in[static 8])
{
	uint64_t at = 0;

	for (size_t i = 0; i < 8; i++)
		at = at << 8 | in[i];
	return (int64_t)at;
}

static int64_t validity_ms(const struct attempt *attempt)
{
	return json_int_or(json_get(attempt->client.settings, "AuthSessionValidity"), 3) * 60000;
}

static bool expired(struct op *op)
{
	op_fail(op, &NotAuthorizedException, "Invalid session for the user, session is expired.");
	return false;
}

/* --- SRP ---------------------------------------------------------------------------------------------- */

/* Salt and verifier that somebody of this name might have. */
static void invent(struct op *op, const struct attempt *attempt, struct user *out)
{
	unsigned char *digest = arena_alloc(op->arena, SHA256_BYTES);
	unsigned char *verifier = arena_alloc(op->arena, SRP_BYTES);
	struct srp_identity who = { attempt->pool.realm, attempt->name, STR_NONE };

	hash_hmac_sha256(attempt->pool.secret, attempt->name, digest);
	out->name = attempt->name;
	out->salt = str_make(digest, SRP_SALT_BYTES);
	who.password = str_make(digest + SRP_SALT_BYTES, SHA256_BYTES - SRP_SALT_BYTES);
	who.password = base64_print(op->arena, who.password);
	srp_verifier(op->arena, &who, out->salt, verifier);
	out->verifier = str_make(verifier, SRP_BYTES);
}

static struct srp_party party_of(const struct attempt *attempt, const struct user *user)
{
	return (struct srp_party){ .realm = attempt->pool.realm,
				   .id = user->name,
				   .salt = user->salt,
				   .verifier = user->verifier };
}

/* As a number is written: without leading zeros. */
static struct str salt_text(struct op *op, struct str salt)
{
	char *text = arena_alloc(op->arena, 2 * salt.n + 1);
	struct str all = str_make(text, 2 * salt.n);

	hash_hex(salt.p, salt.n, text);
	while (all.n > 1 && all.p[0] == '0')
		all = str_slice(all, 1, all.n);
	return all;
}

static bool zero(const unsigned char number[static SRP_BYTES])
{
	unsigned char any = 0;

	for (size_t i = 0; i < SRP_BYTES; i++)
		any |= number[i];
	return !any;
}

enum outcome idp_party_ask(struct op *op, const struct attempt *attempt,
			   const struct srp_party *party, const char *challenge)
{
	struct str a = idp_given(op, attempt, "SRP_A");
	unsigned char secret[SHA256_BYTES];
	struct json_object *parameters;
	struct block block;

	if (!a.p)
		return FAILED;
	if (!srp_read(a, block.client_public) || zero(block.client_public))
		return op_fail(op, &InvalidParameterException, "Invalid SRP_A");
	hash_random(block.nonce, sizeof(block.nonce));
	write_time(op->now, block.at);
	mac_of(op, attempt, "secret", &block, secret);
	srp_public(op->arena, (const unsigned char *)party->verifier.p, secret,
		   block.server_public);
	mac_of(op, attempt, block_purpose(attempt), &block, block.mac);
	json_set_cstr(op->out, "ChallengeName", challenge);
	parameters = json_set_object(op->out, "ChallengeParameters");
	json_set_str(parameters, "SALT", salt_text(op, party->salt));
	json_set_str(parameters, "SECRET_BLOCK",
		     base64_print(op->arena, str_make(&block, sizeof(block))));
	json_set_str(parameters, "SRP_B", srp_print(op->arena, block.server_public));
	return DONE;
}

enum outcome idp_srp_ask(struct op *op, const struct attempt *attempt, const struct user *user)
{
	struct json_object *parameters;
	struct srp_party party;
	struct user nobody;

	if (!user || !user->verifier.p) {
		nobody = user ? *user : (struct user){ 0 };
		invent(op, attempt, &nobody);
		if (user)
			nobody.name = user->name;
		user = &nobody;
	}
	party = party_of(attempt, user);
	if (idp_party_ask(op, attempt, &party, "PASSWORD_VERIFIER") != DONE)
		return FAILED;
	parameters = json_get(op->out, "ChallengeParameters");
	json_set_str(parameters, "USERNAME", user->name);
	json_set_str(parameters, "USER_ID_FOR_SRP", user->name);
	return DONE;
}

static bool read_block(struct op *op, const struct attempt *attempt, struct str text,
		       struct block *out)
{
	unsigned char mac[SHA256_BYTES];
	struct str bytes;

	if (base64_parse(op->arena, text, &bytes) && bytes.n == sizeof(*out)) {
		memcpy(out, bytes.p, sizeof(*out));
		mac_of(op, attempt, block_purpose(attempt), out, mac);
		if (str_eq_secret(str_make(mac, sizeof(mac)), str_make(out->mac, sizeof(out->mac))))
			return read_time(out->at) + validity_ms(attempt) > op->now || expired(op);
	}
	op_fail(op, &NotAuthorizedException, "Incorrect username or password.");
	return false;
}

/* "Mon Nov 23 03:46:19 UTC 2026" */
static bool is_timestamp(struct str s)
{
	struct str rest = s, field[6];
	int64_t n;

	for (size_t i = 0; i < 6; i++)
		field[i] = str_cut(&rest, ' ');
	return !rest.p && field[0].n == 3 && field[1].n == 3 && str_to_int(field[2], &n) &&
	       field[3].n == 8 && field[4].n >= 3 && field[5].n == 4 && str_to_int(field[5], &n);
}

/* The session key of the exchange that a block stands for. */
static bool session_key(struct op *op, const struct attempt *attempt, struct str verifier,
			const struct block *block, unsigned char key[static SRP_KEY_BYTES])
{
	struct srp_exchange exchange;
	bool good;

	if (verifier.n != SRP_BYTES)
		return false;
	memcpy(exchange.verifier, verifier.p, SRP_BYTES);
	memcpy(exchange.client_public, block->client_public, SRP_BYTES);
	memcpy(exchange.server_public, block->server_public, SRP_BYTES);
	mac_of(op, attempt, "secret", block, exchange.secret);
	good = srp_key(op->arena, &exchange, key);
	explicit_bzero(&exchange, sizeof(exchange));
	return good;
}

static bool signature_right(struct op *op, const struct attempt *attempt,
			    const struct srp_party *party, const struct block *block,
			    struct str timestamp)
{
	unsigned char key[SRP_KEY_BYTES], mac[SHA256_BYTES];
	struct str parts[4] = { party->realm, party->id, str_make(block, sizeof(*block)),
				timestamp };
	struct buf b;

	if (!session_key(op, attempt, party->verifier, block, key))
		return false;
	buf_init(&b, BUF_MAX);
	for (size_t i = 0; i < 4; i++)
		buf_add(&b, parts[i]);
	hash_hmac_sha256(str_make(key, sizeof(key)), buf_str(&b), mac);
	buf_release(&b);
	return str_eq_secret(json_get_str(attempt->given, "PASSWORD_CLAIM_SIGNATURE"),
			     base64_print(op->arena, str_make(mac, sizeof(mac))));
}

bool idp_party_right(struct op *op, const struct attempt *attempt, const struct srp_party *party,
		     bool *wrong)
{
	struct str block_text = idp_given(op, attempt, "PASSWORD_CLAIM_SECRET_BLOCK");
	struct str timestamp = block_text.p ? idp_given(op, attempt, "TIMESTAMP") : STR_NONE;
	struct block block;

	*wrong = false;
	if (!timestamp.p || !idp_given(op, attempt, "PASSWORD_CLAIM_SIGNATURE").p)
		return false;
	if (!is_timestamp(timestamp)) {
		op_fail(op, &InvalidParameterException,
			"TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.");
		return false;
	}
	if (!read_block(op, attempt, block_text, &block))
		return false;
	if (signature_right(op, attempt, party, &block, timestamp))
		return true;
	*wrong = true;
	op_fail(op, &NotAuthorizedException, "Incorrect username or password.");
	return false;
}

bool idp_srp_right(struct op *op, const struct attempt *attempt, struct user *user)
{
	const struct srp_party party = party_of(attempt, user);
	bool wrong;

	if (!idp_password_may_try(op, user))
		return false;
	if (idp_party_right(op, attempt, &party, &wrong))
		return true;
	if (wrong)
		idp_password_wrong(op, user);
	return false;
}

/* --- sessions ----------------------------------------------------------------------------------------- */

static struct str digest_of(struct op *op, struct str token)
{
	unsigned char *digest = arena_alloc(op->arena, SHA256_BYTES);

	hash_sha256(token, digest);
	return str_make(digest, SHA256_BYTES);
}

struct str idp_session_begin(struct op *op, const struct attempt *attempt, const struct user *user,
			     const char *challenge, struct str state)
{
	unsigned char bytes[96];
	struct str token;

	hash_random(bytes, sizeof(bytes));
	token = arena_strf(op->arena, "AYAB%.*s%.*s",
			   STR_ARG(base64url_print(op->arena, str_make(bytes, sizeof(bytes)))),
			   STR_ARG(attempt->client.id));
	db_run(op->db, "DELETE FROM cognito_session WHERE expires_at < ?", "i", op->now);
	db_run(op->db,
	       "INSERT INTO cognito_session (digest, pool, client, sub, challenge, expires_at, state)"
	       " VALUES (?, ?, ?, ?, ?, ?, ?)",
	       "bssszis", digest_of(op, token), attempt->pool.id, attempt->client.id, user->sub,
	       challenge, op->now + validity_ms(attempt), state);
	return token;
}

struct str idp_session_client(struct str token)
{
	return token.n > CLIENT_ID ? str_slice(token, token.n - CLIENT_ID, token.n) : STR_NONE;
}

/* Read the session; *until: how long it is good. */
static bool read_session(struct op *op, const struct attempt *attempt, const char *challenge,
			 struct session *out, int64_t *until)
{
	struct stmt *q = db_query(op->db,
				  "SELECT sub, expires_at, state FROM cognito_session"
				  " WHERE digest = ? AND client = ? AND challenge = ?",
				  "bsz", digest_of(op, op_str_or(op, "Session", "")),
				  attempt->client.id, challenge);

	if (!stmt_row(q))
		return false;
	out->sub = stmt_dup(q, 0, op->arena);
	*until = stmt_int(q, 1);
	out->state = json_parse(op->arena, stmt_str(q, 2), NULL);
	stmt_done(q);
	return true;
}

bool idp_session_find(struct op *op, const struct attempt *attempt, const char *challenge,
		      struct session *out)
{
	int64_t until;

	return read_session(op, attempt, challenge, out, &until) && until > op->now;
}

bool idp_session_spend(struct op *op, const struct attempt *attempt, const char *challenge,
		       struct session *out)
{
	int64_t until;

	if (!op_str(op, "Session").p) {
		op_fail(op, &InvalidParameterException, "Missing required parameter Session");
		return false;
	}
	if (!read_session(op, attempt, challenge, out, &until)) {
		op_fail(op, &NotAuthorizedException,
			"Invalid session for the user, session can only be used once.");
		return false;
	}
	if (until <= op->now)
		return expired(op);
	db_run(op->db, "DELETE FROM cognito_session WHERE digest = ?", "b",
	       digest_of(op, op_str(op, "Session")));
	return true;
}

bool idp_session_take(struct op *op, const struct attempt *attempt, const char *challenge,
		      struct user *user, struct json_object **state)
{
	struct session session;

	if (!idp_session_spend(op, attempt, challenge, &session))
		return false;
	if (state)
		*state = session.state;
	if (idp_user_by_sub(op, &attempt->pool, session.sub, user))
		return true;
	op_fail(op, &UserNotFoundException, "User does not exist.");
	return false;
}

enum outcome idp_session_foreign(struct op *op)
{
	return op_fail(op, &NotAuthorizedException, "Invalid session for the user.");
}
