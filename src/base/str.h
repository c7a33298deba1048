#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * str: a view of bytes that somebody else owns.
 *
 * Passed by value. It is not NUL-terminated and may hold any byte, NUL too.
 * `p` may be NULL only when `n` is 0; a str with p == NULL means "absent"
 * where a function says so, and an empty but present str has p != NULL.
 */
struct str {
	const char *p;
	size_t n;
};

/* A str of a string literal: STR("GET"). */
#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
/* For static initialisers, where a compound literal is not a constant. */
#define STR_INIT(literal)                                                                          \
	{                                                                                          \
		"" literal, sizeof(literal) - 1                                                    \
	}
/* The absent str. */
#define STR_NONE   ((struct str){ NULL, 0 })
/* For printf's "%.*s". */
#define STR_ARG(s) (int)(s).n, ((s).p ? (s).p : "")

/* A view of a C string; NULL gives the absent str. */
static inline struct str str_of(const char *c_string)
{
	return (struct str){ c_string, c_string ? strlen(c_string) : 0 };
}

/* A view of `n` bytes at `p`. */
static inline struct str str_make(const void *p, size_t n)
{
	return (struct str){ p, n };
}

/* The same bytes? The absent str equals the empty one. */
static inline bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Is `s` exactly the C string `c_string`? */
static inline bool str_is(struct str s, const char *c_string)
{
	return str_eq(s, str_of(c_string));
}

/* Bytes as unsigned, shorter first on a tie; <0, 0, >0 as memcmp. */
int str_cmp(struct str a, struct str b);
/* Equal but for the case of ASCII letters. */
bool str_eq_nocase(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Position of the first `c` or of the first `needle`, or -1. */
ptrdiff_t str_find(struct str s, char c);
ptrdiff_t str_find_str(struct str s, struct str needle);
/* From `from` (inclusive) to `to` (exclusive), clamped to the str. */
struct str str_slice(struct str s, size_t from, size_t to);
/* Without blanks (space, tab, CR, LF) at either end. */
struct str str_trim(struct str s);
/*
 * Cut `*rest` at the first `sep`: returns what stood before it, and leaves in
 * `*rest` what stood behind. Without a `sep` returns all and leaves the absent
 * str, so `while (rest.p)` walks fields, empty ones too.
 */
struct str str_cut(struct str *rest, char sep);
/* A whole decimal number with optional sign; false on anything else or overflow. */
bool str_to_int(struct str s, int64_t *out);
/* Well-formed UTF-8 (RFC 3629: no surrogates, nothing over-long)? */
bool str_is_utf8(struct str s);
/* How many bytes at the front of `s` are well-formed UTF-8. */
size_t str_utf8_length(struct str s);
/* Equal, in time that depends on the lengths only. For secrets. */
bool str_eq_secret(struct str a, struct str b);

#endif
