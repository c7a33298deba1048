/* Server-sent events, piece by piece; see sse.h. */
#include "checker/sse.h"

void sse_init(struct sse *s, size_t max, void (*event)(void *arg, struct str name, struct str data),
	      void *arg)
{
	*s = (struct sse){ .event = event, .arg = arg };
	buf_init(&s->line, max);
	buf_init(&s->data, max);
}

void sse_release(struct sse *s)
{
	buf_release(&s->line);
	buf_release(&s->data);
}

/* A blank line: what was gathered is an event, if it had data. */
static void send_off(struct sse *s)
{
	if (s->data.overflow)
		s->too_long++;
	else if (s->has_data)
		s->event(s->arg, s->name[0] ? str_of(s->name) : STR("message"), buf_str(&s->data));
	buf_clear(&s->data);
	s->data.overflow = false;
	s->has_data = false;
	s->name[0] = '\0';
}

static void take_data(struct sse *s, struct str value)
{
	if (s->has_data)
		buf_addc(&s->data, '\n');
	buf_add(&s->data, value);
	s->has_data = true;
}

static void take_field(struct sse *s, struct str name, struct str value)
{
	int64_t ms;

	if (str_is(name, "data")) {
		take_data(s, value);
	} else if (str_is(name, "event")) {
		size_t n = value.n < SSE_NAME_MAX ? value.n : SSE_NAME_MAX;

		/* A NUL would end it early, which is as good as any other wrong name. */
		memcpy(s->name, value.n ? value.p : "", n);
		s->name[n] = '\0';
	} else if (str_is(name, "retry") && value.n && value.p[0] >= '0' &&
		   str_to_int(value, &ms) && ms >= 0 && ms <= INT32_MAX) {
		s->retry_ms = (int)ms;
	}
}

static void take_line(struct sse *s, struct str line)
{
	struct str value = line, name = str_cut(&value, ':');

	if (!line.n) {
		send_off(s);
		return;
	}
	if (!value.p)
		value = STR("");
	if (value.n && value.p[0] == ' ')
		value = str_slice(value, 1, value.n);
	/* A comment has no name, and is no field. */
	take_field(s, name, value);
}

/* The line is whole; `tail` is what of it was not gathered yet. */
static void end_line(struct sse *s, struct str tail)
{
	bool gathered = s->line.n || s->line.overflow, too_long;
	struct str line = tail;

	if (gathered) {
		buf_add(&s->line, tail);
		line = buf_str(&s->line);
	}
	/* As it came, with the mark: the same however it was cut into pieces. */
	too_long = s->line.overflow || line.n > s->line.max;
	if (!s->begun && str_starts(line, STR("\xef\xbb\xbf")))
		line = str_slice(line, 3, line.n);
	s->begun = true;
	if (too_long)
		s->data.overflow = true; /* remembered until the event ends */
	else
		take_line(s, line);
	buf_clear(&s->line);
	s->line.overflow = false;
}

void sse_feed(struct sse *s, struct str bytes)
{
	size_t from = 0;

	for (size_t i = 0; i < bytes.n; i++) {
		char c = bytes.p[i];

		if (c == '\n' && s->after_cr) {
			s->after_cr = false;
			from = i + 1;
			continue;
		}
		s->after_cr = c == '\r';
		if (c != '\n' && c != '\r')
			continue;
		end_line(s, str_slice(bytes, from, i));
		from = i + 1;
	}
	buf_add(&s->line, str_slice(bytes, from, bytes.n));
}
