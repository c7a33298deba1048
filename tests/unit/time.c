/* Moments: the calendar, and every form that is read. */
#include "unit/tap.h"

#include "base/time.h"

#define AT 1626951600000 /* 2021-07-22T11:00:00Z, a Thursday */

struct moment {
	const char *text;
	int64_t at_ms;
};

static const struct moment iso[] = {
	{ "2021-07-22T11:00:00Z", AT },
	{ "2021-07-22T11:00:00", AT },
	{ "2021-07-22T11:00Z", AT },
	{ "2021-07-22T11:00", AT },
	{ "2021-07-22 11:00", AT },
	{ "2021-07-22", AT - 11 * 3600000 },
	{ "20210722", AT - 11 * 3600000 },
	{ "20210722T110000Z", AT },
	{ "20210722T1100Z", AT },
	{ "20210722T130000+0200", AT },
	{ "2021-07-22T13:00:00+02:00", AT },
	{ "2021-07-22T13:00+02", AT },
	{ "2021-07-22T05:30:00-05:30", AT },
	{ "2021-07-22T11:00:00+00:00", AT },
	{ "2021-07-22T11:00:00-00:00", AT },
	{ "2021-07-22T11:00:00.5Z", AT + 500 },
	{ "2021-07-22T11:00:00.123Z", AT + 123 },
	{ "2021-07-22T11:00:00.123456789Z", AT + 123 },
	{ "2021-07-22T11:00:00.0009+00:00", AT },
	{ "1970-01-01T00:00:00Z", 0 },
	{ "1969-12-31T23:59:59.999Z", -1 },
	{ "2000-02-29T00:00:00Z", 951782400000 },
	{ "2016-12-31T23:59:60Z", 1483228800000 },
	{ "9999-12-31T23:59:59Z", 253402300799000 },
	{ "0001-01-01T00:00:00Z", -62135596800000 },
};

static const char *const bad_iso[] = {
	"",
	"2021",
	"2021-07",
	"2021-7-22",
	"21-07-22",
	"2021-13-01",
	"2021-00-01",
	"2021-02-29",
	"1900-02-29",
	"2021-04-31",
	"2021-07-00",
	"2021-0722",
	"202107-22",
	"2021-07-22T",
	"2021-07-22T11",
	"2021-07-22T1100",
	"2021-07-22T24:00:00Z",
	"2021-07-22T11:60:00Z",
	"2021-07-22T11:00:61Z",
	"2021-07-22T11:00:Z",
	"2021-07-22T11:00:00.Z",
	"2021-07-22T11:00:00,5Z",
	"2021-07-22T11:00:00z ",
	"2021-07-22T11:00:00ZZ",
	"2021-07-22T11:00:00+",
	"2021-07-22T11:00:00+2",
	"2021-07-22T11:00:00+02:",
	"2021-07-22T11:00:00+02:0",
	"2021-07-22T11:00:00+02:00x",
	"2021-07-22T11:00:00+24:00",
	"2021-07-22T11:00:00+02:60",
	"20210722T11:00:00Z",
	" 2021-07-22",
	"-2021-07-22",
	"2021-07-22T-1:00:00Z",
	"aaaa-bb-cc",
};

static const char *const bad_http[] = {
	"",
	"Thu, 22 Jul 2021 11:00:00",
	"Thu, 22 Jul 2021 11:00:00 UTC",
	"Thu, 22 Jul 2021 11:00:00 GMT ",
	"Xyz, 22 Jul 2021 11:00:00 GMT",
	"Thu, 22 Jux 2021 11:00:00 GMT",
	"Thu, 31 Jun 2021 11:00:00 GMT",
	"Thu, 22 Jul 2021 24:00:00 GMT",
	"Thursday, 22-Jul-21 11:00:00 GMT",
	"Thu Jul 22 11:00:00 2021",
};

static void test_calendar(void)
{
	struct time_parts t = time_split(AT + 1);
	bool same = true, weekdays = true;
	int weekday = 4;

	ok(t.year == 2021 && t.month == 7 && t.day == 22 && t.hour == 11 && t.minute == 0 &&
		   t.second == 0 && t.millisecond == 1 && t.weekday == 4,
	   "the parts of a moment");
	t = time_split(-1);
	ok(t.year == 1969 && t.month == 12 && t.day == 31 && t.hour == 23 && t.millisecond == 999 &&
		   t.weekday == 3,
	   "and of one before 1970");
	/* 1970-01-01 was a Thursday; 400 years are a whole number of weeks. */
	for (int64_t day = 0; day < 146097; day++) {
		t = time_split(day * 86400000 + 86399999);
		same = same && time_join(&t) == day * 86400000 + 86399999;
		weekdays = weekdays && t.weekday == weekday;
		weekday = (weekday + 1) % 7;
	}
	ok(same, "every day of 400 years comes back");
	ok(weekdays, "with its weekday");
}

static void test_printing(struct arena *a)
{
	is_str(time_iso(a, AT, false), "2021-07-22T11:00:00Z", "ISO 8601");
	is_str(time_iso(a, AT + 7, true), "2021-07-22T11:00:00.007Z", "with a fraction");
	is_str(time_iso(a, -1, true), "1969-12-31T23:59:59.999Z", "before 1970");
	is_str(time_basic(a, AT + 999), "20210722T110000Z", "as SigV4 writes it");
	is_str(time_http(a, AT), "Thu, 22 Jul 2021 11:00:00 GMT", "as HTTP writes it");
	is_str(time_http(a, 784111777000), "Sun, 06 Nov 1994 08:49:37 GMT", "RFC 9110's example");
}

int main(void)
{
	struct arena *a = arena_new();
	int64_t at = 42, before;

	test_calendar();
	test_printing(a);
	for (size_t i = 0; i < sizeof(iso) / sizeof(iso[0]); i++) {
		ok(time_parse_iso(str_of(iso[i].text), &at), "%s is read", iso[i].text);
		is_int(at, iso[i].at_ms, "as the right moment");
	}
	at = 42;
	for (size_t i = 0; i < sizeof(bad_iso) / sizeof(bad_iso[0]); i++)
		ok(!time_parse_iso(str_of(bad_iso[i]), &at), "'%s' is refused", bad_iso[i]);
	ok(!time_parse_iso(STR_NONE, &at) && at == 42, "what is refused changes nothing");
	ok(time_parse_http(time_http(a, AT), &at) && at == AT, "what HTTP writes is read");
	for (size_t i = 0; i < sizeof(bad_http) / sizeof(bad_http[0]); i++)
		ok(!time_parse_http(str_of(bad_http[i]), &at), "'%s' is refused", bad_http[i]);
	before = time_monotonic_us();
	ok(time_monotonic_us() >= before, "the clock for measuring does not go back");
	ok(time_now_ms() > AT, "and the wall clock is later than the day this grew from");
	arena_free(a);
	return done_testing();
}
