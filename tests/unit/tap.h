#ifndef TESTS_UNIT_TAP_H
#define TESTS_UNIT_TAP_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"

/*
 * tap: what a unit test prints (the Test Anything Protocol).
 *
 *	int main(void)
 *	{
 *		ok(queue_empty(q), "a new queue is empty");
 *		is_int(queue_count(q), 3, "three were added");
 *		is_str(queue_name(q), "jobs", "the name is kept");
 *		return done_testing();
 *	}
 *
 * Names are sentences and printf formats. is_str() and is_int() may go without a name; then the
 * two expressions are the name. is_str() takes a C string or a struct str on either side; NULL and
 * the absent str equal only each other. A program that ends without done_testing() prints no plan,
 * which tests/run counts as a failure. For one thread.
 */
__attribute__((unused)) static int tap_count;
__attribute__((unused)) static int tap_failures;

/*
 * The functions below are called through the macros at the end. A name's format begins with a
 * blank there; a blank alone says that there is no name.
 */
__attribute__((format(printf, 5, 0), unused)) static bool tap_line(bool passed, const char *file,
								   int line, const char *expression,
								   const char *name, va_list args)
{
	char text[1000];
	int n = strcmp(name, " ") == 0 ? snprintf(text, sizeof(text), " %s", expression)
				       : vsnprintf(text, sizeof(text), name, args);

	/* A name is one line, whatever was put into it. */
	for (int i = 0; i < n && text[i]; i++)
		if ((unsigned char)text[i] < 0x20)
			text[i] = '?';
	printf("%s %d -%s\n", passed ? "ok" : "not ok", ++tap_count, text);
	if (!passed) {
		tap_failures++;
		printf("#   at %s:%d\n", file, line);
	}
	fflush(stdout);
	return passed;
}

__attribute__((format(printf, 5, 6), unused)) static bool tap_ok(bool passed, const char *file,
								 int line, const char *expression,
								 const char *name, ...)
{
	va_list args;

	va_start(args, name);
	tap_line(passed, file, line, expression, name, args);
	va_end(args);
	return passed;
}

/* A value in a diagnostic: quoted, bytes outside printable ASCII as \xNN. */
__attribute__((unused)) static void tap_show(const char *label, struct str s)
{
	printf("#   %s: %s", label, s.p ? "\"" : "(absent)");
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < 0x20 || c > 0x7e)
			printf("\\x%02x", c);
		else
			putchar(c);
	}
	puts(s.p ? "\"" : "");
	fflush(stdout);
}

__attribute__((format(printf, 6, 7), unused)) static bool tap_is_str(struct str got,
								     struct str want,
								     const char *file, int line,
								     const char *expression,
								     const char *name, ...)
{
	va_list args;

	va_start(args, name);
	if (!tap_line(!got.p == !want.p && str_eq(got, want), file, line, expression, name, args)) {
		tap_show("got", got);
		tap_show("want", want);
	}
	va_end(args);
	return !got.p == !want.p && str_eq(got, want);
}

__attribute__((format(printf, 6, 7), unused)) static bool tap_is_int(int64_t got, int64_t want,
								     const char *file, int line,
								     const char *expression,
								     const char *name, ...)
{
	va_list args;

	va_start(args, name);
	if (!tap_line(got == want, file, line, expression, name, args))
		printf("#   got: %" PRId64 "\n#   want: %" PRId64 "\n", got, want);
	va_end(args);
	fflush(stdout);
	return got == want;
}

__attribute__((unused)) static struct str tap_str(struct str s)
{
	return s;
}

__attribute__((unused)) static struct str tap_void(const void *p)
{
	return str_of(p);
}

/* Say something that is no result: "# text". */
__attribute__((format(printf, 1, 2), unused)) static void diag(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("# ", stdout);
	vprintf(format, args);
	putchar('\n');
	va_end(args);
	fflush(stdout);
}

/* Print the plan; returns the program's exit code. */
__attribute__((unused)) static int done_testing(void)
{
	printf("1..%d\n", tap_count);
	fflush(stdout);
	return tap_failures || !tap_count ? EXIT_FAILURE : EXIT_SUCCESS;
}

#define TAP_STR(s)                                                                                 \
	_Generic((s), struct str: tap_str, char *: str_of, const char *: str_of, void *: tap_void)(s)

/* Is `condition` true? All three return whether it passed. */
#define ok(condition, ...) tap_ok(!!(condition), __FILE__, __LINE__, #condition, " " __VA_ARGS__)
#define is_str(got, want, ...)                                                                     \
	tap_is_str(TAP_STR(got), TAP_STR(want), __FILE__, __LINE__, #got " is " #want,             \
		   " " __VA_ARGS__)
#define is_int(got, want, ...)                                                                     \
	tap_is_int((got), (want), __FILE__, __LINE__, #got " is " #want, " " __VA_ARGS__)

#endif
