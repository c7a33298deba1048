/* DynamoDB's numbers: reading, writing, order, sums. From: Developer Guide, "Data types: number". */
#include "cloud/dynamodb/number.h"

#include "unit/tap.h"

static const char *text_of(const char *written)
{
	static char text[NUMBER_TEXT_MAX];
	struct number n;

	if (number_parse(str_of(written), &n) != NUMBER_FINE)
		return NULL;
	number_print(&n, text);
	return text;
}

static void test_text(void)
{
	static const struct {
		const char *written, *plain;
	} cases[] = {
		{ "0", "0" },
		{ "-0", "0" },
		{ "0e125", "0" },
		{ "0.00e-3", "0" },
		{ "00042", "42" },
		{ "1.0", "1" },
		{ "3.1400", "3.14" },
		{ "1.5E2", "150" },
		{ "1.5e-2", "0.015" },
		{ "-12.50", "-12.5" },
		{ "+7", "7" },
		{ ".5", "0.5" },
		{ "5.", "5" },
		{ "100", "100" },
		{ "1e2", "100" },
		{ "12345678901234567890123456789012345678",
		  "12345678901234567890123456789012345678" },
		{ "0.00000000000000000000000000000000000001",
		  "0.00000000000000000000000000000000000001" },
		{ "100000000000000000000000000000000000000000",
		  "100000000000000000000000000000000000000000" },
		{ "", NULL },
		{ "-", NULL },
		{ ".", NULL },
		{ "1x", NULL },
		{ "1e", NULL },
		{ "1e+", NULL },
		{ " 1", NULL },
		{ "1.2.3", NULL },
		{ "NaN", NULL },
		{ "0x10", NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		is_str(text_of(cases[i].written), cases[i].plain, "\"%s\" is %s", cases[i].written,
		       cases[i].plain ? cases[i].plain : "no number");
}

static void test_limits(void)
{
	static const struct {
		const char *written;
		enum number_error error;
	} cases[] = {
		{ "9.9999999999999999999999999999999999999E+125", NUMBER_FINE },
		{ "-9.9999999999999999999999999999999999999E+125", NUMBER_FINE },
		{ "1E-130", NUMBER_FINE },
		{ "1E126", NUMBER_OVERFLOW },
		{ "-1E126", NUMBER_OVERFLOW },
		{ "1E-131", NUMBER_UNDERFLOW },
		{ "1e99999999999", NUMBER_OVERFLOW },
		{ "1e9223372036854775808", NUMBER_MALFORMED },
		{ "0e126", NUMBER_OVERFLOW },
		{ "0.0e126", NUMBER_FINE },
		{ "0e-131", NUMBER_UNDERFLOW },
		{ "1e-99999999999", NUMBER_UNDERFLOW },
		{ "123456789012345678901234567890123456789", NUMBER_TOO_PRECISE },
		{ "1234567890123456789012345678901234567800", NUMBER_FINE },
		{ "1.00000000000000000000000000000000000001", NUMBER_TOO_PRECISE },
	};
	struct number n;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		is_int(number_parse(str_of(cases[i].written), &n), cases[i].error, "%s is judged",
		       cases[i].written);
}

/* Sizes as measured on the service by a public conformance suite. */
static const struct {
	const char *written;
	int64_t size;
} sizes[] = {
	{ "0", 1 },       { "-0", 1 },
	{ "1", 2 },       { "12", 2 },
	{ "123", 3 },     { "1234", 3 },
	{ "0042", 2 },    { "100", 2 },
	{ "1010", 3 },    { "0.0000001", 2 },
	{ "1E125", 2 },   { "1E-100", 2 },
	{ "1.5", 3 },     { "15", 2 },
	{ "1.200", 3 },   { "1.234", 4 },
	{ "3.14159", 5 }, { "123456", 4 },
	{ "100.5", 4 },   { "0.15", 2 },
	{ "-42", 3 },     { "12345678901234567890123456789012345678", 20 },
};

static void test_sizes(void)
{
	struct number n;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		number_parse(str_of(sizes[i].written), &n);
		is_int((int64_t)number_size(&n), sizes[i].size, "%s counts %d bytes",
		       sizes[i].written, (int)sizes[i].size);
	}
}

/* In the order of their values. */
static const char *const ordered[] = {
	"-9.9999999999999999999999999999999999999E125",
	"-1E125",
	"-1000",
	"-100.5",
	"-100",
	"-99",
	"-11",
	"-10.01",
	"-10",
	"-9.99",
	"-9",
	"-1.5",
	"-1.01",
	"-1",
	"-0.99",
	"-0.1",
	"-0.015",
	"-0.01",
	"-1E-130",
	"0",
	"1E-130",
	"1.5E-130",
	"0.001",
	"0.01",
	"0.015",
	"0.1",
	"0.99",
	"1",
	"1.01",
	"1.5",
	"9",
	"9.99",
	"10",
	"10.01",
	"11",
	"99",
	"100",
	"100.5",
	"101",
	"999",
	"1000",
	"1E125",
	"9.9999999999999999999999999999999999999E125",
};

static void test_order(void)
{
	size_t n = sizeof(ordered) / sizeof(*ordered), wrong = 0;

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < n; k++) {
			struct number x, y;
			int order;

			number_parse(str_of(ordered[i]), &x);
			number_parse(str_of(ordered[k]), &y);
			order = number_cmp(&x, &y);
			wrong += (order > 0) - (order < 0) != (i > k) - (i < k);
		}
	}
	is_int((int64_t)wrong, 0, "the order of key bytes is the order of numbers");
}

/* Whole numbers of 64 bits, against the machine's own arithmetic. */
static void test_against_machine(void)
{
	uint64_t seed = 88172645463325252u;
	int wrong_order = 0, wrong_sum = 0, wrong_text = 0;

	for (int i = 0; i < 20000; i++) {
		int64_t v[2];
		char text[2][32], sum[32], got[NUMBER_TEXT_MAX];
		struct number n[2], total;
		int order;

		for (int k = 0; k < 2; k++) {
			seed ^= seed << 13;
			seed ^= seed >> 7;
			seed ^= seed << 17;
			v[k] = (int64_t)(seed >> 2) >> (seed & 60);
			v[k] = seed & 2 ? -v[k] : v[k];
			snprintf(text[k], sizeof(text[k]), "%" PRId64, v[k]);
			number_parse(str_of(text[k]), &n[k]);
			number_print(&n[k], got);
			wrong_text += strcmp(got, text[k]) != 0;
		}
		order = number_cmp(&n[0], &n[1]);
		wrong_order += (order > 0) - (order < 0) != (v[0] > v[1]) - (v[0] < v[1]);
		number_add(&n[0], &n[1], i & 1, &total);
		number_print(&total, got);
		snprintf(sum, sizeof(sum), "%" PRId64, i & 1 ? v[0] - v[1] : v[0] + v[1]);
		wrong_sum += strcmp(got, sum) != 0;
	}
	is_int(wrong_text, 0, "whole numbers are written as they were read");
	is_int(wrong_order, 0, "whole numbers are ordered as by the machine");
	is_int(wrong_sum, 0, "whole numbers add up as on the machine");
}

static void is_sum(const char *x, const char *y, bool minus, const char *wanted)
{
	struct number m, n, total;
	char text[NUMBER_TEXT_MAX];

	number_parse(str_of(x), &m);
	number_parse(str_of(y), &n);
	if (number_add(&m, &n, minus, &total) != NUMBER_FINE) {
		ok(!wanted, "%s %c %s has no result", x, minus ? '-' : '+', y);
		return;
	}
	number_print(&total, text);
	is_str(text, wanted, "%s %c %s", x, minus ? '-' : '+', y);
}

static void test_sums(void)
{
	is_sum("0.1", "0.2", false, "0.3");
	is_sum("1", "-1", false, "0");
	is_sum("1", "1", true, "0");
	is_sum("-1.5", "2.25", false, "0.75");
	is_sum("0", "5", true, "-5");
	is_sum("0", "-5", true, "5");
	is_sum("99999999999999999999999999999999999999", "1", false,
	       "100000000000000000000000000000000000000");
	is_sum("99999999999999999999999999999999999999", "0.1", false, NULL);
	is_sum("9.9e125", "9.9e125", false, NULL);
	is_sum("1e125", "1e-130", false, NULL);
	is_sum("1e-130", "1e-130", true, "0");
}

static void test_whole(void)
{
	static const struct {
		const char *written;
		int64_t whole;
	} cases[] = {
		{ "0", 0 },
		{ "1626951600", 1626951600 },
		{ "1626951600.9", 1626951600 },
		{ "1.6e9", 1600000000 },
		{ "-1.5", -1 },
		{ "0.5", 0 },
		{ "1e-100", 0 },
		{ "999999999999999999", 999999999999999999 },
	};
	struct number n;
	int64_t whole;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		ok(number_parse(str_of(cases[i].written), &n) == NUMBER_FINE &&
			   number_whole(&n, &whole) && whole == cases[i].whole,
		   "the whole part of %s", cases[i].written);
	ok(number_parse(STR("1e18"), &n) == NUMBER_FINE && !number_whole(&n, &whole),
	   "nineteen digits are too many");
}

int main(void)
{
	test_whole();
	test_text();
	test_limits();
	test_sizes();
	test_order();
	test_against_machine();
	test_sums();
	return done_testing();
}
