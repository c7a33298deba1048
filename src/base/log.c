/* The server's log. One write() a line keeps lines of threads apart. */
#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/time.h"

static _Atomic int least_level = LOG_INFO;

void log_set_level(enum log_level least)
{
	atomic_store(&least_level, (int)least);
}

/*
 * How many bytes at `p` are a character that could do something to the terminal or the line: a control character, in
 * UTF-8 those of C1 too, whose 0x9b begins commands as ESC [ does; or one that turns the direction of what follows.
 */
static int harmful(const unsigned char *p, int n)
{
	if (p[0] < 0x20 || p[0] == 0x7f)
		return 1;
	if (n >= 2 && p[0] == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f)
		return 2;
	if (n >= 3 && p[0] == 0xe2 && p[1] == 0x80 && p[2] >= 0xa8 && p[2] <= 0xae)
		return 3;
	return n >= 3 && p[0] == 0xe2 && p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9 ? 3 : 0;
}

/* Puts a question mark in the place of each; returns the new length. */
static int disarm(char *line, int n)
{
	int to = 0, skip;

	for (int i = 0; i < n; i += skip ? skip : 1) {
		skip = harmful((unsigned char *)line + i, n - i);
		line[to++] = skip ? '?' : line[i];
	}
	return to;
}

void log_line(enum log_level level, const char *format, ...)
{
	static const char *const names[] = { "debug", "info", "warn", "error" };
	struct time_parts t = time_split(time_now_ms());
	char line[2048];
	int head, n;
	va_list args;

	if ((int)level < atomic_load(&least_level))
		return;
	head = snprintf(line, sizeof(line), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ %-5s ", t.year,
			t.month, t.day, t.hour, t.minute, t.second, t.millisecond, names[level]);
	va_start(args, format);
	n = vsnprintf(line + head, sizeof(line) - (size_t)head - 1, format, args);
	va_end(args);
	n = n < 0 ? head : head + n;
	if (n > (int)sizeof(line) - 2)
		n = (int)sizeof(line) - 2;
	n = disarm(line, n);
	line[n++] = '\n';
	if (write(STDERR_FILENO, line, (size_t)n) < 0)
		return; /* nowhere left to say it */
}
