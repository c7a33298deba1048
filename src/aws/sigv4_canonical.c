/* The canonical request and the string to sign of Signature Version 4; see sigv4.h. */
#include <stdlib.h>

#include "aws/sigv4.h"
#include "base/buf.h"
#include "base/form.h"

/* A request larger than this in its headers and query is not signed by anyone. */
#define CANONICAL_MAX ((size_t)1 << 20)
#define SEGMENTS_MAX  256

/*
 * Every service but S3 normalises the path (RFC 3986: dots and doubled slashes go) and
 * escapes what was sent once more.
 */
static bool add_path(struct arena *a, struct buf *b, struct str path)
{
	struct str kept[SEGMENTS_MAX];
	size_t n = 0;
	struct str rest = path, part = STR_NONE;

	while (rest.p) {
		part = str_cut(&rest, '/');
		if (str_is(part, "..") && n)
			n--;
		else if (part.n && !str_is(part, ".") && !str_is(part, "..")) {
			if (n == SEGMENTS_MAX)
				return false;
			kept[n++] = part;
		}
	}
	for (size_t i = 0; i < n; i++) {
		buf_addc(b, '/');
		buf_add(b, form_encode(a, kept[i], false));
	}
	if (!n || !part.n)
		buf_addc(b, '/');
	return true;
}

static bool add_s3_path(struct arena *a, struct buf *b, struct str path)
{
	buf_add(b, form_encode(a, form_decode_lenient(a, path, false), true));
	if (!path.n)
		buf_addc(b, '/');
	return true;
}

/* --- the query ---------------------------------------------------------------- */

struct pair {
	struct str name, value;
};

static int pair_order(const void *left, const void *right)
{
	const struct pair *l = left, *r = right;
	int order = str_cmp(l->name, r->name);

	return order ? order : str_cmp(l->value, r->value);
}

/* As it must have been escaped, however it was. */
static struct str encoded(struct arena *a, struct str s)
{
	return form_encode(a, form_decode_lenient(a, s, true), false);
}

/* By name, then value, in their escaped forms; the signature itself is left out. */
static void add_query(struct arena *a, struct buf *b, struct str query, bool presigned)
{
	struct str rest = query, name, value;
	size_t n = 1;
	struct pair *pairs;

	for (size_t i = 0; i < query.n; i++)
		n += query.p[i] == '&';
	pairs = arena_alloc(a, n * sizeof(*pairs));
	n = 0;
	while (form_next(&rest, &name, &value))
		if (!presigned || !str_is(name, "X-Amz-Signature"))
			pairs[n++] = (struct pair){ encoded(a, name), encoded(a, value) };
	qsort(pairs, n, sizeof(*pairs), pair_order);
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_addc(b, '&');
		buf_add(b, pairs[i].name);
		buf_addc(b, '=');
		buf_add(b, pairs[i].value);
	}
}

/* --- the headers --------------------------------------------------------------- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Without blanks around it, and with one for each run of them inside; also of a folded line. */
static void add_value(struct buf *b, struct str value)
{
	size_t from = 0, i;

	value = str_trim(value);
	for (i = 0; i < value.n; i++) {
		size_t end = i;

		while (end < value.n && is_blank(value.p[end]))
			end++;
		if (end == i || (end == i + 1 && value.p[i] == ' '))
			continue;
		buf_add(b, str_slice(value, from, i));
		buf_addc(b, ' ');
		from = end;
		i = end - 1;
	}
	buf_add(b, str_slice(value, from, value.n));
}

/* One line for each signed header, its values joined with commas; false when one was not sent. */
static bool add_headers(struct buf *b, const struct sigv4_request *req, struct str names)
{
	while (names.p) {
		struct str name = str_cut(&names, ';');
		size_t found = 0;

		buf_add(b, name);
		buf_addc(b, ':');
		for (size_t i = 0; i < req->header_count; i++) {
			if (!str_eq_nocase(req->headers[i].name, name))
				continue;
			if (found++)
				buf_addc(b, ',');
			add_value(b, req->headers[i].value);
		}
		if (!found)
			return false;
		buf_addc(b, '\n');
	}
	return true;
}

/* --- all of it -------------------------------------------------------------------- */

/*
 * The payload's line. What a client says of an unsigned or streamed payload is signed as said; a digest is
 * calculated, so that a changed body shows.
 */
static void add_payload(struct buf *b, const struct sigv4_request *req, const struct sigv4 *sig,
			unsigned flags)
{
	unsigned char digest[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];

	if (str_is(sig->payload, "UNSIGNED-PAYLOAD") || sigv4_streaming(sig)) {
		buf_add(b, sig->payload);
	} else if (sig->presigned && flags & SIGV4_S3) {
		buf_adds(b, "UNSIGNED-PAYLOAD");
	} else {
		hash_sha256(req->body, digest);
		hash_hex(digest, sizeof(digest), hex);
		buf_adds(b, hex);
	}
}

struct str sigv4_canonical_request(struct arena *a, const struct sigv4_request *req,
				   const struct sigv4 *sig, unsigned flags)
{
	struct buf b;
	struct str text = STR_NONE;
	bool good;

	buf_init(&b, CANONICAL_MAX);
	buf_add(&b, req->method);
	buf_addc(&b, '\n');
	good = flags & SIGV4_S3 ? add_s3_path(a, &b, req->path) : add_path(a, &b, req->path);
	buf_addc(&b, '\n');
	if (req->query.n)
		add_query(a, &b, req->query, sig->presigned);
	buf_addc(&b, '\n');
	if (good && add_headers(&b, req, sig->signed_headers)) {
		buf_addc(&b, '\n');
		buf_add(&b, sig->signed_headers);
		buf_addc(&b, '\n');
		add_payload(&b, req, sig, flags);
		if (!b.overflow)
			text = arena_dup(a, buf_str(&b));
	}
	buf_release(&b);
	return text;
}

struct str sigv4_string_to_sign(struct arena *a, const struct sigv4 *sig, struct str canonical)
{
	unsigned char digest[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];

	hash_sha256(canonical, digest);
	hash_hex(digest, sizeof(digest), hex);
	return arena_strf(a, "AWS4-HMAC-SHA256\n%.*s\n%.*s\n%s", STR_ARG(sig->timestamp),
			  STR_ARG(sig->scope), hex);
}
