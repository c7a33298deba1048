/* Passwords of git; see git_password.h. From: awscli's customizations/codecommit.py, by what it sends. */
#include "aws/git_password.h"

#include "aws/call.h"
#include "base/time.h"

enum { STAMP_BYTES = 15, VALID_MS = 15 * 60 * 1000 };

/* The access key and, behind a "%", the token. */
static struct str key_of(const struct git_password *given, struct str *token)
{
	struct str rest = given->user, key = str_cut(&rest, '%');

	*token = rest;
	return key;
}

bool git_password_account(struct op *op, const struct git_password *given, char account[static 13])
{
	struct str token, key = key_of(given, &token);

	return key_account(&op->aws->config, key, account) &&
	       aws_account_here(op->aws, str_of(account));
}

/* The signature of a host and path, in hexadecimal. */
static struct str signature_of(struct op *op, const struct credentials *c, struct str stamp,
			       struct str path, struct str host)
{
	struct arena *a = op->arena;
	struct str day = str_slice(stamp, 0, 8), canonical, text;
	unsigned char digest[SHA256_BYTES], key[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];

	canonical = arena_strf(a, "GIT\n%.*s\n\nhost:%.*s\n\nhost\n", STR_ARG(path), STR_ARG(host));
	hash_sha256(canonical, digest);
	hash_hex(digest, sizeof(digest), hex);
	text = arena_strf(a, "AWS4-HMAC-SHA256\n%.*s\n%.*s/%s/codecommit/aws4_request\n%s",
			  STR_ARG(stamp), STR_ARG(day), op->region, hex);
	sigv4_key(c->secret, day, str_of(op->region), STR("codecommit"), key);
	hash_hmac_sha256(str_make(key, sizeof(key)), text, digest);
	explicit_bzero(key, sizeof(key));
	hash_hex(digest, sizeof(digest), hex);
	return arena_dup(a, str_of(hex));
}

static bool time_good(struct op *op, struct str stamp)
{
	struct str iso =
		arena_strf(op->arena, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", stamp.p, stamp.p + 4,
			   stamp.p + 6, stamp.p + 9, stamp.p + 11, stamp.p + 13);
	int64_t at;

	return time_parse_iso(iso, &at) && at <= op->now + VALID_MS && at >= op->now - VALID_MS;
}

static struct str without_port(struct str host)
{
	return str_find(host, ':') < 0 || host.p[0] == '[' ? host : str_cut(&host, ':');
}

bool git_password_verify(struct op *op, const struct git_password *given)
{
	struct str token, key = key_of(given, &token), stamp = given->password, signature;
	struct credentials found;
	enum front_problem problem;
	bool good;

	if (op->aws->config.any_credentials) {
		op->caller = caller_claimed(op, key);
		return true;
	}
	if (stamp.n != STAMP_BYTES + 1 + 2 * SHA256_BYTES || stamp.p[STAMP_BYTES] != 'Z')
		return false;
	signature = str_slice(stamp, STAMP_BYTES + 1, stamp.n);
	stamp.n = STAMP_BYTES;
	if (!time_good(op, stamp) || key_is_temporary(key) != (token.p != NULL) ||
	    !credentials_find(op, key, &found) ||
	    !credentials_good(&found, token, op->now, &problem))
		return false;
	good = str_eq_secret(signature, signature_of(op, &found, stamp, given->path,
						     without_port(given->host))) ||
	       str_eq_secret(signature, signature_of(op, &found, stamp, given->path, given->host));
	if (good)
		op->caller = found.caller;
	return good;
}
