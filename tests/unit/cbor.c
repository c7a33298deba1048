/* CBOR: the examples of RFC 8949, appendix A, and what is refused. */
#include "base/cbor.h"
#include "base/hash.h"
#include "unit/tap.h"

/* What a value reads as, in an object under "a". */
static struct str read_as(struct arena *a, const char *hex)
{
	const char *whole = arena_printf(a, "a16161%s", hex);
	unsigned char *bytes = arena_alloc(a, strlen(whole) / 2);
	struct json_object *o;

	if (!hash_unhex(str_of(whole), bytes, strlen(whole) / 2))
		return STR("no hexadecimal");
	o = cbor_parse(a, str_make(bytes, strlen(whole) / 2));
	return o ? json_text(a, json_get(o, "a")) : STR("refused");
}

/* {"a": [_ [], [], ...]} of `count` empty arrays, of one byte each. */
static bool reads_arrays(size_t count)
{
	struct arena *a = arena_new();
	struct buf b;
	bool read;

	buf_init(&b, count + 16);
	buf_add(&b, STR("\xa1\x61\x61\x9f"));
	for (size_t i = 0; i < count; i++)
		buf_addc(&b, (char)0x80);
	buf_addc(&b, (char)0xff);
	read = cbor_parse(a, buf_str(&b));
	buf_release(&b);
	arena_free(a);
	return read;
}

int main(void)
{
	static const struct {
		const char *hex, *json;
	} all[] = {
		{ "00", "0" },
		{ "17", "23" },
		{ "1818", "24" },
		{ "1903e8", "1000" },
		{ "1b000000e8d4a51000", "1000000000000" },
		{ "20", "-1" },
		{ "3903e7", "-1000" },
		{ "f93c00", "1" },
		{ "f90001", "5.9604644775390625e-08" },
		{ "fa47c35000", "100000" },
		{ "fb3ff199999999999a", "1.1" },
		{ "f4", "false" },
		{ "f5", "true" },
		{ "f6", "null" },
		{ "f7", "null" },
		{ "c11a514b67b0", "1363896240" },
		{ "c1fb41d452d9ec200000", "1363896240.5" },
		{ "4401020304", "\"AQIDBA==\"" },
		{ "5f42010243030405ff", "\"AQIDBAU=\"" },
		{ "62225c", "\"\\\"\\\\\"" },
		{ "7f657374726561646d696e67ff", "\"streaming\"" },
		{ "83010203", "[1,2,3]" },
		{ "9f018202039f0405ffff", "[1,[2,3],[4,5]]" },
		{ "bf61610161629f0203ffff", "{\"a\":1,\"b\":[2,3]}" },
		{ "1c", "refused" },
		{ "62ff", "refused" },
		{ "61ff", "refused" },
		{ "8301", "refused" },
		{ "ff", "refused" },
		{ "a10102", "refused" },
		{ "5f6101ff", "refused" },
		{ "0000", "refused" },
	};
	struct arena *a = arena_new();
	struct buf b;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		is_str(read_as(a, all[i].hex), all[i].json, "%s reads as %s", all[i].hex,
		       all[i].json);
	ok(reads_arrays(1000), "a thousand arrays are read");
	ok(!reads_arrays(JSON_LISTS_MAX), "more of them than JSON may have are not");
	buf_init(&b, 1000);
	cbor_add_map(&b, 2);
	cbor_add_text(&b, STR("t"));
	cbor_add_time(&b, 1363896240.5);
	cbor_add_text(&b, STR("b"));
	cbor_add_bytes(&b, STR("hi"));
	is_str(json_text(a, cbor_parse(a, buf_str(&b))), "{\"t\":1363896240.5,\"b\":\"aGk=\"}",
	       "times and bytes are written");
	buf_release(&b);
	arena_free(a);
	return done_testing();
}
