/* Reading and checking signatures; see sigv4.h. The canonical form is in sigv4_canonical.c. */
#include "aws/sigv4.h"

#include "base/base64.h"
#include "base/buf.h"
#include "base/form.h"
#include "base/time.h"

#define ALGORITHM     "AWS4-HMAC-SHA256"
#define TERMINATOR    "aws4_request"
#define EXPIRES_MAX_S 604800 /* a week */

struct str sigv4_header(const struct sigv4_request *req, const char *name)
{
	for (size_t i = 0; i < req->header_count; i++)
		if (str_eq_nocase(req->headers[i].name, str_of(name)))
			return str_trim(req->headers[i].value);
	return STR_NONE;
}

/* --- the Authorization header --------------------------------------------- */

struct header_parts {
	struct str algorithm, credential, signature;
	struct str odd; /* what has no equal-sign */
	bool has_signed_headers;
};

/* "Credential=..., SignedHeaders=..., Signature=...": commas and blanks both separate. */
static bool read_parts(struct str header, struct sigv4 *sig, struct header_parts *parts)
{
	size_t i = 0;
	struct str field;

	if (!header.p)
		header = STR("");
	while (i < header.n && header.p[i] != ' ')
		i++;
	parts->algorithm = str_slice(header, 0, i);
	while (i < header.n) {
		size_t from = i;
		struct str name;

		while (i < header.n && header.p[i] != ' ' && header.p[i] != ',')
			i++;
		field = str_slice(header, from, i++);
		if (!field.n)
			continue;
		name = str_cut(&field, '=');
		if (!field.p) {
			parts->odd = name;
			return false;
		}
		if (str_is(name, "Credential")) {
			parts->credential = field;
		} else if (str_is(name, "Signature")) {
			parts->signature = field;
		} else if (str_is(name, "SignedHeaders")) {
			sig->signed_headers = field;
			parts->has_signed_headers = true;
		}
	}
	return true;
}

/* A sentence for each part that is missing, each with a blank behind it; absent when none is. */
static struct str missing_parts(struct arena *a, const struct header_parts *parts, bool dated)
{
	struct str all = arena_strf(
		a, "%s%s%s%s",
		parts->credential.n ? "" : "Authorization header requires 'Credential' parameter. ",
		parts->signature.n ? "" : "Authorization header requires 'Signature' parameter. ",
		parts->has_signed_headers
			? ""
			: "Authorization header requires 'SignedHeaders' parameter. ",
		dated ? ""
		      : "Authorization header requires existence of either a 'X-Amz-Date' or a "
			"'Date' header. ");

	return all.n ? all : STR_NONE;
}

static struct str date_of(struct arena *a, const struct sigv4_request *req)
{
	struct str date = sigv4_header(req, "X-Amz-Date");
	int64_t at;

	if (date.p)
		return date;
	date = sigv4_header(req, "Date");
	return date.p && time_parse_http(date, &at) ? time_basic(a, at) : date;
}

static enum sigv4_verdict read_header(struct arena *a, const struct sigv4_request *req,
				      struct str header, struct sigv4 *sig,
				      struct header_parts *parts, struct str *message)
{
	struct str date = date_of(a, req), missing;

	if (!read_parts(header, sig, parts)) {
		*message = arena_strf(a,
				      "'%.*s' not a valid key=value pair (missing equal-sign) in "
				      "Authorization header: '%.*s'.",
				      STR_ARG(parts->odd), STR_ARG(header));
		return SIGV4_INCOMPLETE;
	}
	missing = missing_parts(a, parts, date.p != NULL);
	if (missing.p) {
		*message =
			arena_strf(a, "%.*sAuthorization=%.*s", STR_ARG(missing), STR_ARG(header));
		return SIGV4_INCOMPLETE;
	}
	sig->timestamp = date;
	sig->token = sigv4_header(req, "X-Amz-Security-Token");
	return SIGV4_GOOD;
}

struct str sigv4_lacks(struct arena *a, const struct sigv4_request *req)
{
	struct str header = sigv4_header(req, "Authorization"), missing, hashed;
	struct header_parts parts = { .has_signed_headers = false };
	unsigned char digest[SHA256_BYTES];
	struct sigv4 sig;

	if (!header.p)
		return STR_NONE;
	hash_sha256(header, digest);
	hashed = base64_print(a, str_make(digest, sizeof(digest)));
	if (!read_parts(header, &sig, &parts))
		return arena_strf(a,
				  "Invalid key=value pair (missing equal-sign) in Authorization "
				  "header (hashed with SHA-256 and encoded with Base64): '%.*s'.",
				  STR_ARG(hashed));
	missing = missing_parts(a, &parts, date_of(a, req).p != NULL);
	return missing.p ? arena_strf(a,
				      "%.*s(Hashed with SHA-256 and encoded with Base64) "
				      "Authorization=%.*s",
				      STR_ARG(missing), STR_ARG(hashed))
			 : STR_NONE;
}

/* --- presigned --------------------------------------------------------------- */

static enum sigv4_verdict read_query(struct arena *a, const struct sigv4_request *req,
				     struct sigv4 *sig, struct header_parts *parts,
				     struct str *message)
{
	static const char *const names[] = { "X-Amz-Algorithm",     "X-Amz-Credential",
					     "X-Amz-Signature",     "X-Amz-SignedHeaders",
					     "X-Amz-Date",          "X-Amz-Expires",
					     "X-Amz-Security-Token" };
	struct str values[7] = { { NULL, 0 } };
	struct buf missing;

	for (size_t i = 0; i < 7; i++)
		values[i] = form_get(a, req->query, names[i]);
	buf_init(&missing, 1024);
	for (size_t i = 0; i < 5; i++)
		if (!values[i].n)
			buf_addf(&missing, "AWS query-string parameters must include '%s'. ",
				 names[i]);
	if (missing.n) {
		buf_adds(&missing, "Re-examine the query-string parameters.");
		*message = arena_dup(a, buf_str(&missing));
		buf_release(&missing);
		return SIGV4_INCOMPLETE;
	}
	parts->algorithm = values[0];
	parts->credential = values[1];
	parts->signature = values[2];
	sig->signed_headers = values[3];
	sig->timestamp = values[4];
	sig->token = values[6];
	if (values[5].p && (!str_to_int(values[5], &sig->expires_s) || sig->expires_s < 0 ||
			    sig->expires_s > EXPIRES_MAX_S)) {
		*message =
			STR("X-Amz-Expires must be a number of seconds, not negative and at most a "
			    "week (604800).");
		return SIGV4_INCOMPLETE;
	}
	return SIGV4_GOOD;
}

/* --- what both have ------------------------------------------------------------ */

static bool read_credential(struct arena *a, struct str credential, struct sigv4 *sig,
			    struct str *message)
{
	struct str rest = credential;

	sig->access_key = str_cut(&rest, '/');
	sig->scope = rest;
	sig->date = str_cut(&rest, '/');
	sig->region = str_cut(&rest, '/');
	sig->service = str_cut(&rest, '/');
	sig->terminator = rest;
	if (rest.p && str_find(rest, '/') < 0)
		return true;
	*message = arena_strf(a,
			      "Credential must have exactly 5 slash-delimited elements, e.g. "
			      "keyid/date/region/service/term, got '%.*s'",
			      STR_ARG(credential));
	return false;
}

static bool signs_host(struct str names)
{
	while (names.p) {
		struct str name = str_cut(&names, ';');

		if (str_eq_nocase(name, STR("host")) || str_eq_nocase(name, STR(":authority")))
			return true;
	}
	return false;
}

static enum sigv4_verdict read_common(struct arena *a, const struct header_parts *parts,
				      struct sigv4 *sig, struct str *message)
{
	if (sig->timestamp.n != 16 || !time_parse_iso(sig->timestamp, &sig->at_ms)) {
		*message = arena_strf(a,
				      "Date must be in ISO-8601 'basic format'. Got '%.*s'. See "
				      "http://en.wikipedia.org/wiki/ISO_8601",
				      STR_ARG(sig->timestamp));
		return SIGV4_INCOMPLETE;
	}
	if (!signs_host(sig->signed_headers)) {
		*message = STR("'Host' or ':authority' must be a 'SignedHeader' in the AWS "
			       "Authorization.");
		return SIGV4_INVALID;
	}
	if (!str_is(parts->algorithm, ALGORITHM)) {
		*message =
			arena_strf(a,
				   "Unsupported AWS 'algorithm': '%.*s' (only AWS4-HMAC-SHA256 for "
				   "now). ",
				   STR_ARG(parts->algorithm));
		return SIGV4_INCOMPLETE;
	}
	sig->signature = parts->signature;
	return read_credential(a, parts->credential, sig, message) ? SIGV4_GOOD : SIGV4_INCOMPLETE;
}

enum sigv4_verdict sigv4_read(struct arena *a, const struct sigv4_request *req, struct sigv4 *sig,
			      struct str *message)
{
	struct str header = sigv4_header(req, "Authorization");
	struct header_parts parts = { .has_signed_headers = false };
	enum sigv4_verdict verdict;

	*sig = (struct sigv4){ .expires_s = -1 };
	sig->presigned = form_get(a, req->query, "X-Amz-Algorithm").p != NULL;
	if (header.p && sig->presigned) {
		*message = STR("Found both 'X-Amz-Algorithm' as a query-string param and "
			       "'Authorization' as HTTP header.");
		return SIGV4_INVALID;
	}
	if (!sig->presigned && !str_starts(header, STR("AWS4-"))) {
		*message = STR("Request is missing Authentication Token");
		return SIGV4_MISSING;
	}
	sig->payload = sigv4_header(req, "X-Amz-Content-Sha256");
	verdict = sig->presigned ? read_query(a, req, sig, &parts, message)
				 : read_header(a, req, header, sig, &parts, message);
	return verdict == SIGV4_GOOD ? read_common(a, &parts, sig, message) : verdict;
}

/* --- scope and time -------------------------------------------------------------- */

enum sigv4_verdict sigv4_check_scope(struct arena *a, const struct sigv4 *sig, const char *region,
				     struct str service, struct str *message)
{
	struct buf b;
	bool good;

	buf_init(&b, 4096);
	if (!str_is(sig->region, region))
		buf_addf(
			&b,
			"Credential should be scoped to a valid Region, not '%.*s'. The Region here is "
			"'%s'. ",
			STR_ARG(str_slice(sig->region, 0, 64)), region);
	if (!str_eq(sig->service, service))
		buf_addf(&b, "Credential should be scoped to correct service: '%.*s', not '%.*s'. ",
			 STR_ARG(service), STR_ARG(str_slice(sig->service, 0, 64)));
	if (!str_is(sig->terminator, TERMINATOR))
		buf_addf(&b,
			 "Credential should be scoped with a valid terminator: '" TERMINATOR
			 "', not '%.*s'. ",
			 STR_ARG(str_slice(sig->terminator, 0, 64)));
	if (!str_eq(sig->date, str_slice(sig->timestamp, 0, 8)))
		buf_addf(
			&b,
			"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of "
			"date from HTTP: '%.*s' != '%.*s', from '%.*s'. ",
			STR_ARG(str_slice(sig->date, 0, 64)),
			STR_ARG(str_slice(sig->timestamp, 0, 8)), STR_ARG(sig->timestamp));
	good = !b.n;
	if (!good)
		*message = str_trim(arena_dup(a, buf_str(&b)));
	buf_release(&b);
	return good ? SIGV4_GOOD : SIGV4_INVALID;
}

enum sigv4_verdict sigv4_check_time(struct arena *a, const struct sigv4 *sig, int64_t now,
				    int64_t skew_ms, struct str *message)
{
	int64_t valid_ms = sig->presigned && sig->expires_s >= 0 ? sig->expires_s * 1000 : skew_ms;
	struct str now_text;

	if (sig->at_ms >= now - valid_ms && sig->at_ms <= now + skew_ms)
		return SIGV4_GOOD;
	now_text = time_basic(a, now);
	if (sig->at_ms < now - valid_ms)
		*message = arena_strf(
			a, "Signature expired: %.*s is now earlier than %.*s (%.*s - %lld %s)",
			STR_ARG(sig->timestamp), STR_ARG(time_basic(a, now - valid_ms)),
			STR_ARG(now_text),
			(long long)(valid_ms % 60000 ? valid_ms / 1000 : valid_ms / 60000),
			valid_ms % 60000 ? "s." : "min.");
	else
		*message = arena_strf(
			a,
			"Signature not yet current: %.*s is still later than %.*s (%.*s + "
			"%lld min.)",
			STR_ARG(sig->timestamp), STR_ARG(time_basic(a, now + skew_ms)),
			STR_ARG(now_text), (long long)(skew_ms / 60000));
	return SIGV4_INVALID;
}

/* --- the signature --------------------------------------------------------------- */

void sigv4_key(struct str secret, struct str date, struct str region, struct str service,
	       unsigned char key[static SHA256_BYTES])
{
	struct str steps[4] = { date, region, service, STR(TERMINATOR) };
	struct buf first;

	buf_init(&first, 4096);
	buf_adds(&first, "AWS4");
	buf_add(&first, secret);
	hash_hmac_sha256(buf_str(&first), steps[0], key);
	if (first.p)
		explicit_bzero(first.p, first.n);
	buf_release(&first);
	for (size_t i = 1; i < 4; i++) {
		unsigned char last[SHA256_BYTES];

		memcpy(last, key, sizeof(last));
		hash_hmac_sha256(str_make(last, sizeof(last)), steps[i], key);
	}
}

static void signature(struct str to_sign, const unsigned char key[static SHA256_BYTES],
		      char out[65])
{
	unsigned char mac[SHA256_BYTES];

	hash_hmac_sha256(str_make(key, SHA256_BYTES), to_sign, mac);
	hash_hex(mac, sizeof(mac), out);
}

bool sigv4_matches(struct arena *a, const struct sigv4_request *req, const struct sigv4 *sig,
		   const unsigned char key[static SHA256_BYTES], unsigned flags,
		   struct str *message)
{
	struct str canonical = sigv4_canonical_request(a, req, sig, flags);
	struct str to_sign = sigv4_string_to_sign(a, sig, canonical);
	char expected[65];

	signature(to_sign, key, expected);
	if (canonical.p && str_eq_secret(str_make(expected, 64), sig->signature))
		return true;
	if (message)
		*message = arena_strf(
			a,
			"The request signature we calculated does not match the signature you "
			"provided. Check your AWS Secret Access Key and signing method. Consult the "
			"service documentation for details.\n\nThe Canonical String for this request "
			"should have been\n'%.*s'\n\nThe String-to-Sign should have been\n'%.*s'\n",
			STR_ARG(canonical), STR_ARG(to_sign));
	return false;
}

/* The names of every header, in lower case, sorted, joined with ";". */
static struct str every_header(struct arena *a, const struct sigv4_request *req)
{
	struct str names[64];
	size_t n = 0;
	struct buf b;
	struct str joined;

	for (size_t i = 0; i < req->header_count && n < 64; i++) {
		char *name = arena_cstr(a, req->headers[i].name);
		size_t at = n;
		bool known = false;

		for (char *c = name; *c; c++)
			if (*c >= 'A' && *c <= 'Z')
				*c = (char)(*c - 'A' + 'a');
		for (size_t k = 0; k < n; k++)
			known |= str_is(names[k], name);
		if (known)
			continue;
		for (; at && str_cmp(names[at - 1], str_of(name)) > 0; at--)
			names[at] = names[at - 1];
		names[at] = str_of(name);
		n++;
	}
	buf_init(&b, 8192);
	for (size_t i = 0; i < n; i++)
		buf_addf(&b, "%s%.*s", i ? ";" : "", STR_ARG(names[i]));
	joined = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return joined;
}

struct str sigv4_sign(struct arena *a, const struct sigv4_request *req, struct str access_key,
		      struct str secret, const char *region, const char *service)
{
	struct sigv4 sig = {
		.timestamp = sigv4_header(req, "X-Amz-Date"),
		.payload = sigv4_header(req, "X-Amz-Content-Sha256"),
		.region = str_of(region),
		.service = str_of(service),
		.expires_s = -1,
	};
	unsigned char key[SHA256_BYTES];
	struct str canonical;
	char hex[65];

	sig.date = str_slice(sig.timestamp, 0, 8);
	sig.scope = arena_strf(a, "%.*s/%s/%s/" TERMINATOR, STR_ARG(sig.date), region, service);
	sig.signed_headers = every_header(a, req);
	canonical = sigv4_canonical_request(a, req, &sig, str_is(sig.service, "s3") ? SIGV4_S3 : 0);
	sigv4_key(secret, sig.date, sig.region, sig.service, key);
	signature(sigv4_string_to_sign(a, &sig, canonical), key, hex);
	return arena_strf(a, ALGORITHM " Credential=%.*s/%.*s, SignedHeaders=%.*s, Signature=%s",
			  STR_ARG(access_key), STR_ARG(sig.scope), STR_ARG(sig.signed_headers),
			  hex);
}
