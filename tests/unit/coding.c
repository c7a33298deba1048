/*
 * Compressed bodies: which coding an Accept-Encoding gets, as DynamoDB has been seen to choose, and gzip texts that are
 * damaged, too long, or several.
 */
#include "unit/tap.h"

#include "aws/call.h"

static const struct {
	const char *header, *coding;
} wishes[] = {
	{ "gzip", "gzip" },
	{ "deflate", "deflate" },
	{ "GZIP, identity", "gzip" },
	{ "gzip, deflate", "gzip" },
	{ "br, identity, deflate, gzip", "deflate" },
	{ "dog, gzip ,, cat", "gzip" },
	{ "gzip;q=0.8, deflate;q=0.5", "gzip" },
	{ "br, gzip;q=0, deflate; q = 0.5 , identity;q=0", "deflate" },
	{ "deflate;q=0.5, gzip;q=0.2", "deflate" },
	{ "br,identity;q=0.5,gzip;q=0.0001", "gzip" },
	{ "", NULL },
	{ "identity", NULL },
	{ "identity;q=0", NULL },
	{ "br", NULL },
	{ "x-gzip", NULL },
	{ "gzip ;q=0", NULL },
	/* A star stands for what is not named; what is named goes before it. */
	{ "*", "gzip" },
	{ "*, deflate", "deflate" },
	{ "*, deflate;q=0.5", "gzip" },
	{ "*, gzip;q=0.5", "deflate" },
	{ "*;q=0", NULL },
	{ "br;q=0.8,identity;q=0.5,*;q=0", NULL },
	/* That an answer as it is would be liked better does not count. */
	{ "*, identity", "gzip" },
	{ "*;q=0.5,identity", "gzip" },
	{ "gzip;q=0.5,identity;q=0.8", "gzip" },
	/* Named twice: the best. Weights beyond 1 are 1, those that are no numbers too; below 0 is 0. */
	{ "gzip;q=0, gzip;q=1, gzip;q=0", "gzip" },
	{ "gzip;q=31,deflate;q=51", "gzip" },
	{ "deflate;q=0.5, gzip;q=31", "gzip" },
	{ "deflate;q=0.5, gzip;q=1;q=0.2", "gzip" },
	{ "deflate;q=0.5,gzip;q=0.", "deflate" },
	{ "deflate;q=0.5,gzip;q=0.x", "gzip" },
	{ "deflate;q=-0.5,gzip;q=0.2", "gzip" },
	{ "gzip;nq=1;q=0 ", NULL },
	/* What is no list of names names nothing. */
	{ "\"gzip\"", NULL },
	{ "gzip br", NULL },
	{ "gzip:q=1", NULL },
};

static struct str joined(struct arena *a, struct str x, struct str y)
{
	char *p = arena_alloc(a, x.n + y.n);

	memcpy(p, x.p, x.n);
	memcpy(p + x.n, y.p, y.n);
	return str_make(p, x.n + y.n);
}

int main(void)
{
	struct arena *a = arena_new();
	enum gzip_coding coding;
	struct str packed = gzip_deflate(a, GZIP_CODING_GZIP, STR("hello")), out = STR_NONE;

	for (size_t i = 0; i < sizeof(wishes) / sizeof(*wishes); i++) {
		bool any = coding_choose(a, str_of(wishes[i].header), &coding);
		const char *got = !any ? NULL : coding == GZIP_CODING_GZIP ? "gzip" : "deflate";

		ok(wishes[i].coding ? got && !strcmp(got, wishes[i].coding) : !got,
		   "Accept-Encoding: %s gets %s", wishes[i].header,
		   wishes[i].coding ? wishes[i].coding : "nothing");
	}
	ok(!coding_choose(a, STR_NONE, &coding), "no header gets nothing");

	ok(gzip_inflate(a, packed, 5, &out) == GZIP_GOOD && str_is(out, "hello"),
	   "a text of the length that is allowed is unpacked");
	ok(gzip_inflate(a, packed, 4, &out) == GZIP_TOO_LONG, "a longer one is not");
	ok(gzip_inflate(a, str_slice(packed, 0, packed.n - 1), 5, &out) == GZIP_BROKEN,
	   "a text without its end is broken");
	ok(gzip_inflate(a, STR(""), 5, &out) == GZIP_BROKEN, "so is nothing");
	ok(gzip_inflate(a, STR("{}"), 5, &out) == GZIP_BROKEN, "and so is what is not packed");
	ok(gzip_inflate(a, gzip_deflate(a, GZIP_CODING_DEFLATE, STR("hello")), 5, &out) ==
		   GZIP_BROKEN,
	   "zlib's own frame is not gzip's");
	ok(gzip_inflate(a, joined(a, packed, packed), 10, &out) == GZIP_GOOD &&
		   str_is(out, "hellohello"),
	   "two texts behind one another are one");
	ok(gzip_inflate(a, joined(a, packed, packed), 9, &out) == GZIP_TOO_LONG,
	   "and together too long");
	ok(gzip_inflate(a, joined(a, packed, STR("junk and more junk")), 5, &out) == GZIP_GOOD &&
		   str_is(out, "hello"),
	   "what else stands behind a text is passed over");
	arena_free(a);
	return done_testing();
}
