/*
 * Signatures: every published example is accepted, and nothing that differs from one by a byte.
 *
 * With "--verify" it is an oracle's partner (botocore.t): reads requests as JSON, one a line, and
 * answers "good" or "bad" for each.
 */
#include <stdio.h>

#include "aws/sigv4.h"
#include "base/base64.h"
#include "base/files.h"
#include "base/json.h"
#include "base/time.h"
#include "unit/tap.h"

struct example {
	struct str name, digest, service, secret;
	struct sigv4_request req;
	struct sigv4_header headers[32];
};

static struct str read_all(struct arena *a, const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = arena_alloc(a, 1 << 20);
	size_t n;

	if (!file) {
		printf("Bail out! %s cannot be read\n", path);
		exit(1);
	}
	n = fread(text, 1, 1 << 20, file);
	fclose(file);
	return str_make(text, n);
}

static void set_target(struct sigv4_request *req, struct str line)
{
	req->method = str_cut(&line, ' ');
	req->path = str_cut(&line, '?');
	req->query = line;
}

/* The next case of the file, or false. `*example` keeps the service and secret of the last "==" line. */
static bool next_example(struct str *rest, struct example *e)
{
	struct str line = STR_NONE, fields;

	while (rest->p) {
		line = str_cut(rest, '\n');
		fields = line;
		if (str_starts(line, STR("== "))) {
			str_cut(&fields, ' ');
			e->service = str_cut(&fields, ' ');
			str_cut(&fields, ' ');
			e->secret = fields;
		}
		if (str_starts(line, STR("-- ")))
			break;
	}
	if (!rest->p)
		return false;
	str_cut(&fields, ' ');
	e->name = str_cut(&fields, ' ');
	e->digest = fields;
	set_target(&e->req, str_cut(rest, '\n'));
	e->req.header_count = 0;
	e->req.headers = e->headers;
	while ((line = str_cut(rest, '\n')).n) {
		struct sigv4_header *h = &e->headers[e->req.header_count++];

		h->name = str_cut(&line, ':');
		h->value = line;
	}
	e->req.body = STR("");
	if (rest->n && !str_starts(*rest, STR("-- ")) && !str_starts(*rest, STR("== ")))
		e->req.body = str_cut(rest, '\n');
	return true;
}

static unsigned flags_of(struct str service)
{
	return str_is(service, "s3") ? SIGV4_S3 : 0;
}

static bool accepts(struct arena *a, const struct sigv4_request *req, struct str secret,
		    struct str service)
{
	unsigned char key[SHA256_BYTES];
	struct sigv4 sig;
	struct str message = STR_NONE;

	if (sigv4_read(a, req, &sig, &message) != SIGV4_GOOD ||
	    sigv4_check_scope(a, &sig, "us-east-1", service, &message) != SIGV4_GOOD)
		return false;
	sigv4_key(secret, sig.date, sig.region, sig.service, key);
	return sigv4_matches(a, req, &sig, key, flags_of(service), NULL);
}

static void check_digest(struct arena *a, const struct example *e)
{
	unsigned char digest[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];
	struct sigv4 sig;
	struct str message;

	if (str_is(e->digest, "-"))
		return;
	sigv4_read(a, &e->req, &sig, &message);
	hash_sha256(sigv4_canonical_request(a, &e->req, &sig, 0), digest);
	hash_hex(digest, sizeof(digest), hex);
	is_str(hex, e->digest, "%.*s has the published canonical request", STR_ARG(e->name));
}

/* A copy of the request with one bit of one field different, or false when there is no such byte. */
static bool flip(struct arena *a, struct str *field, size_t at)
{
	char *copy;

	if (at >= field->n)
		return false;
	copy = arena_cstr(a, *field);
	copy[at] ^= 1;
	field->p = copy;
	return true;
}

/*
 * Every byte of the body, of the secret and of the signature counts. (Of paths and headers not every
 * byte does: blanks fold and dots go; the fuzz target knows which.)
 */
static void check_flips(struct arena *a, const struct example *e)
{
	bool any = false;

	for (size_t i = 0; i < e->req.body.n; i++) {
		struct sigv4_request req = e->req;

		flip(a, &req.body, i);
		any |= accepts(a, &req, e->secret, e->service);
	}
	for (size_t i = 0; i < e->secret.n; i++) {
		struct str secret = e->secret;

		flip(a, &secret, i);
		any |= accepts(a, &e->req, secret, e->service);
	}
	for (size_t h = 0; h < e->req.header_count; h++) {
		struct example other = *e;
		struct str *value = &other.headers[h].value;
		ptrdiff_t from = str_find_str(*value, STR("Signature="));

		other.req.headers = other.headers;
		for (size_t i = from < 0 ? value->n : (size_t)from; i < value->n; i++) {
			other = *e;
			other.req.headers = other.headers;
			flip(a, value, i);
			any |= accepts(a, &other.req, e->secret, e->service);
		}
	}
	ok(!any, "%.*s is refused with another byte in body, secret or signature",
	   STR_ARG(e->name));
}

static void test_examples(struct arena *a)
{
	struct str rest = read_all(a, "tests/wire/sigv4.txt");
	struct example e = { .name = STR_NONE };
	int count = 0;

	while (next_example(&rest, &e)) {
		count++;
		ok(accepts(a, &e.req, e.secret, e.service), "%.*s is accepted", STR_ARG(e.name));
		check_digest(a, &e);
		check_flips(a, &e);
	}
	is_int(count, 31, "the file has all its cases");
}

/* --- bodies in chunks: the examples of the S3 API reference ------------------------------ */

static const char chunked_headers[] =
	"Host:s3.amazonaws.com\nx-amz-date:20130524T000000Z\nx-amz-storage-class:REDUCED_REDUNDANCY\n"
	"x-amz-content-sha256:STREAMING-AWS4-HMAC-SHA256-PAYLOAD\nContent-Encoding:aws-chunked\n"
	"x-amz-decoded-content-length:66560\nContent-Length:66824\n"
	"Authorization:AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/"
	"aws4_request,SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;"
	"x-amz-date;x-amz-decoded-content-length;x-amz-storage-class,Signature="
	"4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
static const char *const chunk_signatures[] = {
	"ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
	"0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
	"b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
};

static const char trailer_headers[] =
	"Host:s3.amazonaws.com\nx-amz-date:20130524T000000Z\nx-amz-storage-class:REDUCED_REDUNDANCY\n"
	"x-amz-content-sha256:STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER\n"
	"Content-Encoding:aws-chunked\nx-amz-decoded-content-length:66560\n"
	"x-amz-trailer:x-amz-checksum-crc32c\n"
	"Authorization:AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/"
	"aws4_request,SignedHeaders=content-encoding;host;x-amz-content-sha256;x-amz-date;"
	"x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer,Signature="
	"106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";
static const char *const trailer_signatures[] = {
	"b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
	"1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
	"2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
};
static const char trailer_end[] =
	"x-amz-checksum-crc32c:sOO8/Q==\nx-amz-trailer-signature:"
	"d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n";

/* 64 KiB and 1 KiB of "a", and the empty chunk. */
static struct str chunked_body(struct arena *a, const char *const signatures[3], const char *end)
{
	static const size_t sizes[] = { 65536, 1024, 0 };
	struct buf b;
	struct str body;

	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < 3; i++) {
		char *data;

		buf_addf(&b, "%zx;chunk-signature=%s\r\n", sizes[i], signatures[i]);
		data = buf_extend(&b, sizes[i]);
		memset(data, 'a', sizes[i]);
		if (sizes[i] || !*end)
			buf_adds(&b, "\r\n");
	}
	buf_adds(&b, end);
	body = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return body;
}

static struct example chunked(struct arena *a, const char *headers, struct str body)
{
	struct example e = { .service = STR("s3"),
			     .secret = STR("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY") };
	struct str rest = str_of(headers);

	set_target(&e.req, STR("PUT /examplebucket/chunkObject.txt"));
	while (rest.p) {
		struct str line = str_cut(&rest, '\n');
		struct sigv4_header *h = &e.headers[e.req.header_count++];

		h->name = str_cut(&line, ':');
		h->value = line;
	}
	e.req.headers = arena_alloc(a, sizeof(e.headers));
	memcpy((void *)e.req.headers, e.headers, sizeof(e.headers));
	e.req.body = body;
	return e;
}

static bool stream_accepts(struct arena *a, const struct example *e, struct sigv4_stream *out)
{
	unsigned char key[SHA256_BYTES];
	struct sigv4 sig;
	struct str message;

	if (sigv4_read(a, &e->req, &sig, &message) != SIGV4_GOOD)
		return false;
	sigv4_key(e->secret, sig.date, sig.region, sig.service, key);
	return sigv4_matches(a, &e->req, &sig, key, SIGV4_S3, NULL) && sigv4_streaming(&sig) &&
	       sigv4_stream_read(a, &e->req, &sig, key, out);
}

static void test_chunks(struct arena *a)
{
	struct sigv4_stream out = { .trailer_count = 0 };
	struct str good = chunked_body(a, chunk_signatures, "");
	struct example e = chunked(a, chunked_headers, good);
	static const size_t places[] = { 0,     3,     20,    90,    5000, 65630,
					 65640, 65740, 66700, 66770, 66823 };
	bool any = false;

	ok(stream_accepts(a, &e, &out), "S3's example of an upload in chunks is accepted");
	is_int((int64_t)out.body.n, 66560, "and its bytes are taken out");
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		e.req.body = good;
		flip(a, &e.req.body, places[i]);
		any |= stream_accepts(a, &e, &out);
	}
	ok(!any, "a changed byte in a chunk, its size or its signature is refused");
	e.req.body = str_slice(good, 0, good.n - 86);
	ok(!stream_accepts(a, &e, &out), "an upload without its last chunk is refused");
	e.req.body = arena_strf(a, "%.*sx", STR_ARG(good));
	ok(!stream_accepts(a, &e, &out), "bytes behind the last chunk are refused");
}

static void test_trailer(struct arena *a)
{
	struct sigv4_stream out = { .trailer_count = 0 };
	struct example e =
		chunked(a, trailer_headers, chunked_body(a, trailer_signatures, trailer_end));
	struct str good = e.req.body;

	ok(stream_accepts(a, &e, &out), "S3's example of an upload with a trailer is accepted");
	is_int((int64_t)out.trailer_count, 1);
	is_str(out.trailers[0].value, "sOO8/Q==", "and the trailer's checksum is read");
	flip(a, &e.req.body, good.n - 110);
	ok(!stream_accepts(a, &e, &out), "a changed checksum in the trailer is refused");
}

/* --- what is said of a signature that cannot be accepted ------------------------------------ */

static struct str complaint(struct arena *a, const char *name, const char *value, int64_t now,
			    enum sigv4_verdict *verdict)
{
	struct sigv4_header headers[] = { { STR("Host"), STR("x") },
					  { STR("X-Amz-Date"), STR("20150830T123600Z") },
					  { str_of(name), str_of(value) } };
	struct sigv4_request req = {
		.method = STR("GET"), .path = STR("/"), .headers = headers, .header_count = 3
	};
	struct sigv4 sig;
	struct str message = STR_NONE;

	*verdict = sigv4_read(a, &req, &sig, &message);
	if (*verdict == SIGV4_GOOD)
		*verdict = sigv4_check_scope(a, &sig, "eu-west-1", STR("dynamodb"), &message);
	if (*verdict == SIGV4_GOOD)
		*verdict = sigv4_check_time(a, &sig, now, 300000, &message);
	return message;
}

#define SIGNED_AS(credential)                                                                      \
	"AWS4-HMAC-SHA256 Credential=" credential ", SignedHeaders=host;x-amz-date, Signature=0"

static const struct {
	const char *name, *value;
	enum sigv4_verdict verdict;
	const char *message;
} complaints[] = {
	{ "X-Other", "1", SIGV4_MISSING, "Request is missing Authentication Token" },
	{ "Authorization", "Bearer x", SIGV4_MISSING, "Request is missing Authentication Token" },
	{ "Authorization", "AWS4-HMAC-SHA256 Credential=a, Signature=b", SIGV4_INCOMPLETE,
	  "Authorization header requires 'SignedHeaders' parameter. "
	  "Authorization=AWS4-HMAC-SHA256 Credential=a, Signature=b" },
	{ "Authorization", "AWS4-HMAC-SHA256 Credential", SIGV4_INCOMPLETE,
	  "'Credential' not a valid key=value pair (missing equal-sign) in Authorization "
	  "header: 'AWS4-HMAC-SHA256 Credential'." },
	{ "Authorization", SIGNED_AS("a/b/c/d"), SIGV4_INCOMPLETE,
	  "Credential must have exactly 5 slash-delimited elements, e.g. "
	  "keyid/date/region/service/term, got 'a/b/c/d'" },
	{ "Authorization",
	  "AWS4-HMAC-SHA25 Credential=a/20150830/eu-west-1/dynamodb/aws4_request, "
	  "SignedHeaders=host, Signature=0",
	  SIGV4_INCOMPLETE,
	  "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA25' (only AWS4-HMAC-SHA256 for now). " },
	{ "Authorization",
	  "AWS4-HMAC-SHA256 Credential=a/20150830/eu-west-1/dynamodb/aws4_request, "
	  "SignedHeaders=x-amz-date, Signature=0",
	  SIGV4_INVALID,
	  "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization." },
	{ "Authorization", SIGNED_AS("a/20150830/us-east-1/dynamodb/aws4_request"), SIGV4_INVALID,
	  "Credential should be scoped to a valid Region, not 'us-east-1'. The Region here is "
	  "'eu-west-1'." },
	{ "Authorization", SIGNED_AS("a/20150830/eu-west-1/sts/aws4_request"), SIGV4_INVALID,
	  "Credential should be scoped to correct service: 'dynamodb', not 'sts'." },
	{ "Authorization", SIGNED_AS("a/20150831/eu-west-1/dynamodb/aws4_request"), SIGV4_INVALID,
	  "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
	  "HTTP: '20150831' != '20150830', from '20150830T123600Z'." },
};

static void test_messages(struct arena *a)
{
	static const char good[] = SIGNED_AS("a/20150830/eu-west-1/dynamodb/aws4_request");
	enum sigv4_verdict verdict;
	int64_t then = 0;

	for (size_t i = 0; i < sizeof(complaints) / sizeof(complaints[0]); i++) {
		is_str(complaint(a, complaints[i].name, complaints[i].value, 0, &verdict),
		       complaints[i].message);
		is_int(verdict, complaints[i].verdict, "and that is its kind");
	}
	time_parse_iso(STR("20150830T123600Z"), &then);
	is_str(complaint(a, "Authorization", good, then + 300001, &verdict),
	       "Signature expired: 20150830T123600Z is now earlier than 20150830T123600Z "
	       "(20150830T124100Z - 5 min.)",
	       "a signature older than five minutes has expired");
	is_str(complaint(a, "Authorization", good, then - 301000, &verdict),
	       "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z "
	       "(20150830T123059Z + 5 min.)",
	       "a signature of the future is not yet current");
	complaint(a, "Authorization", good, then + 299000, &verdict);
	is_int(verdict, SIGV4_GOOD, "five minutes' difference is allowed");
}

/* The hashes are those of `printf %s HEADER | openssl dgst -sha256 -binary | base64`. */
static void test_lacking(struct arena *a)
{
	struct sigv4_header header = { STR("authorization"), STR("Bearer abc") };
	struct sigv4_request req = { .headers = &header, .header_count = 1 };

	is_str(sigv4_lacks(a, &req),
	       "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with "
	       "SHA-256 and encoded with Base64): 'w1Xc6WwWEogNEZQP/dkBTThsJT4MNlKmzQanIm970rY='.",
	       "a bearer's token is told to lack an equal-sign");
	header.value = STR("abc");
	is_str(sigv4_lacks(a, &req),
	       "Authorization header requires 'Credential' parameter. Authorization header "
	       "requires 'Signature' parameter. Authorization header requires 'SignedHeaders' "
	       "parameter. Authorization header requires existence of either a 'X-Amz-Date' or a "
	       "'Date' header. (Hashed with SHA-256 and encoded with Base64) Authorization=ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
	       "a token alone is told all that it lacks");
	req.header_count = 0;
	ok(!sigv4_lacks(a, &req).p, "without the header nothing is said");
}

static void test_signing(struct arena *a)
{
	struct sigv4_header headers[] = { { STR("Host"), STR("example.amazonaws.com") },
					  { STR("X-Amz-Date"), STR("20150830T123600Z") } };
	struct sigv4_request req = {
		.method = STR("GET"), .path = STR("/"), .headers = headers, .header_count = 2
	};

	is_str(sigv4_sign(a, &req, STR("AKIDEXAMPLE"),
			  STR("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), "us-east-1", "service"),
	       "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
	       "SignedHeaders=host;x-amz-date, Signature="
	       "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
	       "our own signature of get-vanilla is the published one");
}

/* --- the oracle's partner -------------------------------------------------------------------- */

static bool verify_line(struct arena *a, struct str line)
{
	struct json_object *in = json_parse(a, line, NULL);
	struct json_object *list = json_get(in, "headers");
	struct sigv4_header *headers = arena_alloc(a, (json_count(list) + 1) * sizeof(*headers));
	struct sigv4_request req = { .method = json_get_str(in, "method"),
				     .path = json_get_str(in, "path"),
				     .query = json_get_str(in, "query"),
				     .headers = headers,
				     .header_count = json_count(list) };

	for (size_t i = 0; i < json_count(list); i++) {
		headers[i].name = json_str(json_at(json_at(list, i), 0));
		headers[i].value = json_str(json_at(json_at(list, i), 1));
	}
	if (!base64_parse(a, json_get_str(in, "body"), &req.body))
		return false;
	if (json_get(in, "streaming")) {
		struct example e = { .secret = json_get_str(in, "secret"), .req = req };
		struct sigv4_stream out;

		return stream_accepts(a, &e, &out);
	}
	return accepts(a, &req, json_get_str(in, "secret"), json_get_str(in, "service"));
}

static int verify(void)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	while ((n = getline(&line, &size, stdin)) > 0) {
		struct arena *a = arena_new();

		puts(verify_line(a, str_make(line, (size_t)n)) ? "good" : "bad");
		fflush(stdout);
		arena_free(a);
	}
	free(line);
	return 0;
}

int main(int argc, char **argv)
{
	struct arena *a;

	if (argc == 2 && strcmp(argv[1], "--verify") == 0)
		return verify();
	a = arena_new();
	test_examples(a);
	test_chunks(a);
	test_trailer(a);
	test_messages(a);
	test_lacking(a);
	test_signing(a);
	arena_free(a);
	return done_testing();
}
