/* Server-sent events. From: HTML standard, 9.2.6 "Interpreting an event stream". */
#include "checker/sse.h"

#include "unit/tap.h"

static struct buf seen;

static void on_event(void *arg, struct str name, struct str data)
{
	(void)arg;
	buf_add(&seen, name);
	buf_addc(&seen, '=');
	buf_add(&seen, data);
	buf_addc(&seen, ';');
}

/* All events of a stream that comes in pieces of `step` bytes. */
static struct str events(const char *stream, size_t step, size_t max, struct sse *out)
{
	struct str all = str_of(stream);

	buf_clear(&seen);
	sse_init(out, max, on_event, NULL);
	for (size_t i = 0; i < all.n; i += step)
		sse_feed(out, str_slice(all, i, i + step));
	sse_release(out);
	return buf_str(&seen);
}

static void reads(const char *stream, const char *want, const char *name)
{
	struct sse sse;

	is_str(events(stream, 1000, 1000, &sse), want, "%s", name);
	is_str(events(stream, 1, 1000, &sse), want, "%s, byte by byte", name);
}

int main(void)
{
	struct sse sse;

	buf_init(&seen, BUF_MAX);
	reads("data: a\n\ndata: b\n\n", "message=a;message=b;", "an event ends with a blank line");
	reads("data: a\r\rdata: b\r\n\r\n", "message=a;message=b;",
	      "all three line ends end lines");
	reads("\xef\xbb\xbf"
	      "data: a\n\n",
	      "message=a;", "a byte order mark is skipped");
	reads("event: progress\ndata: {}\n\ndata: x\n\n", "progress={};message=x;",
	      "a name is for one event");
	reads("data: a\ndata: b\ndata\n\n", "message=a\nb\n;", "lines of data are joined");
	reads(": hello\n\n:\n\n", "", "comments are no events");
	reads("data\n\n", "message=;", "a field may have no value");
	reads("data:a\ndata:  b\n\n", "message=a\n b;", "one blank behind the colon is dropped");
	reads("event: x\n\ndata: y\n\n", "message=y;", "without data there is no event");
	reads("data: a\n", "", "an event that is not ended is none");
	reads("nonsense: 7\nDATA: no\ndata: a\nid: 3\n\n", "message=a;",
	      "other fields are ignored");
	events("retry: 1500\n\nretry: -1\nretry: x\n\n", 100, 100, &sse);
	is_int(sse.retry_ms, 1500, "retry is a whole number");
	is_str(events("data: 123456789012345\n\ndata: 1\n\n", 3, 16, &sse), "message=1;",
	       "an event beyond the maximum is dropped, the next one is read");
	is_int(sse.too_long, 1, "and counted");
	is_str(events("data: 1234567\ndata: 1234567\ndata: 1234567\n\ndata: 1\n\n", 100, 16, &sse),
	       "message=1;", "the maximum counts all its lines");
	is_str(events("event: 0123456789012345678901234567890123456789012345678901234567890123456789\n"
		      "data: 1\n\n",
		      100, 1000, &sse),
	       "012345678901234567890123456789012345678901234567890123456789012=1;",
	       "a long name is cut");
	buf_release(&seen);
	return done_testing();
}
