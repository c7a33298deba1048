/* What is said of payloads that are no JSON. From: recorded answers of Lambda, and of Jackson. */
#include "unit/tap.h"

#include "cloud/lambda/payload.h"

#define TOKENS "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
#define SOURCE "[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: "

static const char *const mistakes[][3] = {
	{ "n\x87r", "Invalid UTF-8 start byte 0x87", "1, column: 3" },
	{ "\x99\xeb,",
	  "Unexpected character ((CTRL-CHAR, code 153)): expected a valid value " TOKENS,
	  "1, column: 1" },
	{ "hello", "Unrecognized token 'hello': was expecting " TOKENS, "1, column: 6" },
	{ "{\n  \"a\": yes}", "Unrecognized token 'yes': was expecting " TOKENS, "2, column: 12" },
	{ "nullable", "Unrecognized token 'nullable': was expecting " TOKENS, "1, column: 9" },
	{ "'a'", "Unexpected character (''' (code 39)): expected a valid value " TOKENS,
	  "1, column: 1" },
	{ "{a: 1}",
	  "Unexpected character ('a' (code 97)): was expecting double-quote to start field name",
	  "1, column: 2" },
	{ "{\"a\" 1}",
	  "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value",
	  "1, column: 6" },
	{ "{\"a\": 1 \"b\"}",
	  "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries",
	  "1, column: 9" },
	{ "[1 2]",
	  "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries",
	  "1, column: 4" },
	{ "[1,]", "Unexpected character (']' (code 93)): expected a value", "1, column: 4" },
	{ "{\"a\": \"b", "Unexpected end-of-input in VALUE_STRING", "1, column: 9" },
	{ "[1",
	  "Unexpected end-of-input: expected close marker for Array (start marker at " SOURCE
	  "1, column: 1])",
	  "1, column: 3" },
	{ "-x",
	  "Unexpected character ('x' (code 120)): expected digit (0-9) to follow minus sign, for valid "
	  "numeric value",
	  "1, column: 2" },
	{ "12a",
	  "Unexpected character ('a' (code 97)): Expected space separating root-level values",
	  "1, column: 3" },
	{ "\"a\nb\"",
	  "Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be "
	  "included in VALUE_STRING",
	  "1, column: 4" },
};

static const char *const good[] = { "{}", " [1, -2.5e+3, \"\\u00e4\xc3\xa4\"] ", "null", "true",
				    "{\"a\": {\"b\": [null, {}]}}" };

int main(void)
{
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++)
		is_str(payload_mistake(a, str_of(mistakes[i][0])),
		       arena_printf(a, "%s\n at " SOURCE "%s]", mistakes[i][1], mistakes[i][2]),
		       "the mistake in text %zu is told", i + 1);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ok(!payload_mistake(a, str_of(good[i])).p, "there is no mistake in %s", good[i]);
	arena_free(a);
	return done_testing();
}
