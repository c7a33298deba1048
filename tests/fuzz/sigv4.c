/*
 * Property: what was signed is accepted as it was signed, and no longer when its body, its secret or its
 * signature differs by one bit; reading a signature or chunks from any bytes ends well.
 *
 * The input is a request of our own making: method, path, query, headers, body, separated by NUL.
 */
#include <stdlib.h>

#include "aws/sigv4.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool true_enough)
{
	if (!true_enough)
		abort();
}

/* What the servers in front leave in a header: no control characters, a name that is one. */
static bool is_token(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] == ';' || s.p[i] == ':' || s.p[i] == ',' ||
		    s.p[i] & 0x80)
			return false;
	return s.n > 0;
}

static bool holds(struct arena *a, const struct sigv4_request *req, struct str secret,
		  unsigned flags)
{
	unsigned char key[SHA256_BYTES];
	struct sigv4_stream stream;
	struct sigv4 sig;
	struct str message;

	if (sigv4_read(a, req, &sig, &message) != SIGV4_GOOD)
		return false;
	sigv4_check_scope(a, &sig, "us-east-1", STR("s3"), &message);
	sigv4_check_time(a, &sig, 1440938160000, 300000, &message);
	sigv4_key(secret, sig.date, sig.region, sig.service, key);
	sigv4_stream_read(a, req, &sig, key, &stream);
	return sigv4_matches(a, req, &sig, key, flags, &message);
}

static struct str flipped(struct arena *a, struct str s, size_t at)
{
	char *copy = arena_cstr(a, s);

	copy[at % s.n] ^= 1;
	return str_make(copy, s.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct str rest = str_make(data, size),
		   secret = STR("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
	struct sigv4_header headers[8] = { { STR("Host"), STR("example.com") },
					   { STR("X-Amz-Date"), STR("20150830T123600Z") } };
	struct sigv4_request req = { .headers = headers, .header_count = 2 };
	bool s3 = size % 2;

	req.method = str_cut(&rest, '\0');
	req.path = str_cut(&rest, '\0');
	req.query = str_cut(&rest, '\0');
	for (struct str lines = str_cut(&rest, '\0'); lines.p && req.header_count < 7;) {
		struct str value = str_cut(&lines, '\n'), name = str_cut(&value, ':');

		headers[req.header_count++] =
			(struct sigv4_header){ name, value.p ? value : STR("") };
	}
	req.body = rest.p ? rest : STR("");
	holds(a, &req, secret, s3 ? SIGV4_S3 : 0);

	for (size_t i = 2; i < req.header_count; i++)
		if (!is_token(headers[i].name) ||
		    str_eq_nocase(headers[i].name, STR("authorization")) ||
		    str_starts(headers[i].name, STR("X")) || str_starts(headers[i].name, STR("x")))
			headers[i].name = STR("h");
	if (str_find_str(req.query, STR("X-Amz-")) >= 0)
		req.query = STR_NONE;
	headers[req.header_count] =
		(struct sigv4_header){ STR("Authorization"),
				       sigv4_sign(a, &req, STR("AKIDEXAMPLE"), secret, "us-east-1",
						  s3 ? "s3" : "sts") };
	req.header_count++;
	/* More folders than anybody has are refused as such. */
	if (sigv4_header(&req, "Authorization").n && req.path.n < 256)
		require(holds(a, &req, secret, s3 ? SIGV4_S3 : 0));
	if (req.body.n) {
		struct sigv4_request other = req;

		other.body = flipped(a, req.body, size * 31);
		require(!holds(a, &other, secret, s3 ? SIGV4_S3 : 0));
	}
	require(!holds(a, &req, flipped(a, secret, size), s3 ? SIGV4_S3 : 0));
	headers[req.header_count - 1].value.n--;
	require(!holds(a, &req, secret, s3 ? SIGV4_S3 : 0));
	arena_free(a);
	return 0;
}
