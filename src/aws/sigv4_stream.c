/* Bodies in chunks, each with a signature that continues the one before; see sigv4.h. */
#include "aws/sigv4.h"

#include <stdio.h>

#include "base/buf.h"

#define SIGNED         "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
#define SIGNED_TRAILER "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
#define TRAILER_ONLY   "STREAMING-UNSIGNED-PAYLOAD-TRAILER"

bool sigv4_streaming(const struct sigv4 *sig)
{
	return str_is(sig->payload, SIGNED) || str_is(sig->payload, SIGNED_TRAILER) ||
	       str_is(sig->payload, TRAILER_ONLY);
}

struct reader {
	struct arena *a;
	const struct sigv4 *sig;
	const unsigned char *key;
	bool is_signed, has_trailer;
	struct str rest; /* what was not read yet */
	char last[65];   /* the signature before */
};

/* The next line, without its CR LF (or LF, which some clients write in trailers). */
static bool next_line(struct reader *r, struct str *line)
{
	ptrdiff_t end = str_find(r->rest, '\n');

	if (end < 0)
		return false;
	*line = str_slice(r->rest, 0, (size_t)end);
	if (str_ends(*line, STR("\r")))
		line->n--;
	r->rest = str_slice(r->rest, (size_t)end + 1, r->rest.n);
	return true;
}

/* Is `given` the signature of `what` (and continues the one before)? */
static bool continues(struct reader *r, const char *kind, struct str what, struct str given)
{
	unsigned char digest[SHA256_BYTES], mac[SHA256_BYTES];
	char hex[65], expected[65], empty[65];
	struct str to_sign;

	hash_sha256(STR(""), digest);
	hash_hex(digest, sizeof(digest), empty);
	hash_sha256(what, digest);
	hash_hex(digest, sizeof(digest), hex);
	to_sign = arena_strf(r->a, "AWS4-HMAC-SHA256-%s\n%.*s\n%.*s\n%s\n%s%s%s", kind,
			     STR_ARG(r->sig->timestamp), STR_ARG(r->sig->scope), r->last,
			     strcmp(kind, "PAYLOAD") == 0 ? empty : "",
			     strcmp(kind, "PAYLOAD") == 0 ? "\n" : "", hex);
	hash_hmac_sha256(str_make(r->key, SHA256_BYTES), to_sign, mac);
	hash_hex(mac, sizeof(mac), expected);
	memcpy(r->last, expected, sizeof(expected));
	return str_eq_secret(str_make(expected, 64), given);
}

static bool read_size(struct str hex, size_t *size)
{
	*size = 0;
	if (!hex.n || hex.n > 8)
		return false;
	for (size_t i = 0; i < hex.n; i++) {
		const char *digits = "0123456789abcdef";
		char c = hex.p[i];
		const char *at;

		if (c >= 'A' && c <= 'F')
			c = (char)(c - 'A' + 'a');
		at = c ? strchr(digits, c) : NULL;
		if (!at)
			return false;
		*size = *size << 4 | (size_t)(at - digits);
	}
	return true;
}

/* One chunk: its line, its bytes, CR LF. The last one has no bytes. */
static bool read_chunk(struct reader *r, struct str *data)
{
	struct str line, extension;
	size_t size;

	if (!next_line(r, &line))
		return false;
	extension = line;
	line = str_cut(&extension, ';');
	if (!read_size(line, &size) || size > r->rest.n)
		return false;
	*data = str_slice(r->rest, 0, size);
	r->rest = str_slice(r->rest, size, r->rest.n);
	if (r->is_signed) {
		if (!str_starts(extension, STR("chunk-signature=")))
			return false;
		extension = str_slice(extension, 16, extension.n);
		if (!continues(r, "PAYLOAD", *data, extension))
			return false;
	}
	if (!size)
		return true;
	if (!str_starts(r->rest, STR("\r\n")))
		return false;
	r->rest = str_slice(r->rest, 2, r->rest.n);
	return true;
}

/* "name:value" lines, then their signature, then an empty line. */
static bool read_trailer(struct reader *r, struct sigv4_stream *out)
{
	struct buf text;
	bool good = !r->is_signed;
	struct str line;

	buf_init(&text, 1 << 16);
	while (next_line(r, &line) && line.n) {
		struct str value = line, name = str_cut(&value, ':');

		if (str_eq_nocase(name, STR("x-amz-trailer-signature"))) {
			good = r->is_signed &&
			       continues(r, "TRAILER", buf_str(&text), str_trim(value));
			break;
		}
		if (out->trailer_count == sizeof(out->trailers) / sizeof(out->trailers[0]))
			break;
		out->trailers[out->trailer_count++] =
			(struct sigv4_header){ str_trim(name), str_trim(value) };
		buf_addf(&text, "%.*s:%.*s\n", STR_ARG(str_trim(name)), STR_ARG(str_trim(value)));
	}
	buf_release(&text);
	return good && str_trim(r->rest).n == 0;
}

bool sigv4_stream_read(struct arena *a, const struct sigv4_request *req, const struct sigv4 *sig,
		       const unsigned char key[static SHA256_BYTES], struct sigv4_stream *out)
{
	struct reader r = {
		.a = a,
		.sig = sig,
		.key = key,
		.is_signed = !str_is(sig->payload, TRAILER_ONLY),
		.has_trailer = !str_is(sig->payload, SIGNED),
		.rest = req->body,
	};
	struct str said = sigv4_header(req, "X-Amz-Decoded-Content-Length"), data;
	char *bytes = arena_alloc(a, req->body.n + 1);
	int64_t length;
	size_t n = 0;

	*out = (struct sigv4_stream){ .body = STR_NONE };
	snprintf(r.last, sizeof(r.last), "%.*s", STR_ARG(sig->signature));
	do {
		if (!read_chunk(&r, &data))
			return false;
		memcpy(bytes + n, data.p, data.n);
		n += data.n;
	} while (data.n);
	out->body = str_make(bytes, n);
	if (r.has_trailer ? !read_trailer(&r, out) : str_trim(r.rest).n != 0)
		return false;
	return !said.p || (str_to_int(said, &length) && length == (int64_t)n);
}
