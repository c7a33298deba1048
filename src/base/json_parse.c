/*
 * Reading JSON (RFC 8259) into json-c's trees.
 *
 * Our own parser, because json-c's takes NaN, 01, 1., 'keys' and control characters even in its strict
 * mode, cuts a key at \u0000 and bends integers that do not fit.
 */
#include "base/json.h"

#include <locale.h>
#include <stdlib.h>

struct parser {
	struct arena *a; /* for unescaped strings and the sentence */
	const char *start, *p, *end;
	const char *wrong; /* what is wrong at p */
	int depth, lists, values;
};

static bool value(struct parser *s, struct json_object **out);

/* Numbers are read with a point whatever the user's language is. */
static locale_t c_locale;

__attribute__((constructor)) static void make_locale(void)
{
	c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

static bool fail(struct parser *s, const char *wrong)
{
	s->wrong = s->p == s->end ? "it ends too early" : wrong;
	return false;
}

static void blanks(struct parser *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\n' || *s->p == '\t' || *s->p == '\r'))
		s->p++;
}

static bool skip(struct parser *s, char c)
{
	if (s->p == s->end || *s->p != c)
		return false;
	s->p++;
	return true;
}

static bool literal(struct parser *s, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i < n; i++)
		if (!skip(s, word[i]))
			return fail(s, "expected a value");
	return true;
}

/* Skip digits; false when there is none. */
static bool digits(struct parser *s)
{
	const char *from = s->p;

	while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
		s->p++;
	return s->p > from || fail(s, "expected a digit");
}

static bool number(struct parser *s, struct json_object **out)
{
	const char *from = s->p;
	bool whole = true;
	int64_t i;
	struct str text;

	skip(s, '-');
	if (skip(s, '0')) {
		if (s->p < s->end && *s->p >= '0' && *s->p <= '9')
			return fail(s, "a number does not begin with 0");
	} else if (!digits(s)) {
		return false;
	}
	if (skip(s, '.')) {
		whole = false;
		if (!digits(s))
			return false;
	}
	if (skip(s, 'e') || skip(s, 'E')) {
		whole = false;
		if (!skip(s, '+'))
			skip(s, '-');
		if (!digits(s))
			return false;
	}
	text = str_make(from, (size_t)(s->p - from));
	if (whole && str_to_int(text, &i) && !str_is(text, "-0")) {
		*out = json_object_new_int64(i);
	} else {
		const char *written = arena_cstr(s->a, text);

		*out = json_object_new_double_s(strtod_l(written, NULL, c_locale), written);
	}
	return true;
}

static bool hex4(struct parser *s, uint32_t *code)
{
	*code = 0;
	for (int i = 0; i < 4; i++, s->p++) {
		char c = s->p < s->end ? *s->p : '\0';
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
			    : c >= 'A' && c <= 'F' ? c - 'A' + 10
						   : -1;

		if (digit < 0)
			return fail(s, "expected four hexadecimal digits");
		*code = *code << 4 | (uint32_t)digit;
	}
	return true;
}

static char *put_utf8(char *to, uint32_t code)
{
	if (code < 0x80) {
		*to++ = (char)code;
		return to;
	}
	if (code < 0x800) {
		*to++ = (char)(0xc0 | code >> 6);
	} else {
		if (code < 0x10000) {
			*to++ = (char)(0xe0 | code >> 12);
		} else {
			*to++ = (char)(0xf0 | code >> 18);
			*to++ = (char)(0x80 | (code >> 12 & 63));
		}
		*to++ = (char)(0x80 | (code >> 6 & 63));
	}
	*to++ = (char)(0x80 | (code & 63));
	return to;
}

/* Behind "\u". Half of a pair without the other half becomes U+FFFD. */
static bool unicode(struct parser *s, char **to)
{
	uint32_t code, low;

	if (!hex4(s, &code))
		return false;
	if (code >= 0xd800 && code <= 0xdbff && s->end - s->p >= 2 && s->p[0] == '\\' &&
	    s->p[1] == 'u') {
		const char *back = s->p;

		s->p += 2;
		if (!hex4(s, &low))
			return false;
		if (low >= 0xdc00 && low <= 0xdfff)
			code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
		else
			s->p = back;
	}
	*to = put_utf8(*to, code >= 0xd800 && code <= 0xdfff ? 0xfffd : code);
	return true;
}

/* Behind a backslash. An escape is never shorter than what it stands for. */
static bool escape(struct parser *s, char **to)
{
	static const char names[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	const char *at;

	if (skip(s, 'u'))
		return unicode(s, to);
	at = s->p < s->end && *s->p ? strchr(names, *s->p) : NULL;
	if (!at)
		return fail(s, "no such escape");
	*(*to)++ = meant[at - names];
	s->p++;
	return true;
}

/* The rest of a string that has escapes, of which `head` is read already. */
static bool unescape(struct parser *s, struct str head, struct str *out)
{
	const char *close = s->p;
	char *text, *to;

	while (close < s->end && *close != '"')
		close += *close == '\\' && close + 1 < s->end ? 2 : 1;
	text = arena_alloc(s->a, head.n + (size_t)(close - s->p) + 4);
	memcpy(text, head.p, head.n);
	to = text + head.n;
	while (s->p < s->end && *s->p != '"') {
		if ((unsigned char)*s->p < 0x20)
			return fail(s, "a control character in a string is written as an escape");
		if (skip(s, '\\')) {
			if (!escape(s, &to))
				return false;
		} else {
			*to++ = *s->p++;
		}
	}
	*out = str_make(text, (size_t)(to - text));
	return skip(s, '"') || fail(s, "");
}

/* A string; without escapes it stays where it is. */
static bool string(struct parser *s, struct str *out)
{
	const char *from;

	if (!skip(s, '"'))
		return fail(s, "expected a string");
	from = s->p;
	while (s->p < s->end && *s->p != '"' && *s->p != '\\' && (unsigned char)*s->p >= 0x20)
		s->p++;
	*out = str_make(from, (size_t)(s->p - from));
	if (skip(s, '"'))
		return true;
	return unescape(s, *out, out);
}

static bool member(struct parser *s, struct json_object *o)
{
	struct str key = STR_NONE;
	struct json_object *child;
	char small[64];

	blanks(s);
	if (!string(s, &key))
		return false;
	if (memchr(key.p, '\0', key.n))
		return fail(s, "a key with \\u0000 in it is not supported");
	blanks(s);
	if (!skip(s, ':'))
		return fail(s, "expected ':'");
	if (!value(s, &child))
		return false;
	if (key.n < sizeof(small)) {
		memcpy(small, key.p, key.n);
		small[key.n] = '\0';
		json_object_object_add(o, small, child);
	} else {
		json_object_object_add(o, arena_cstr(s->a, key), child);
	}
	return true;
}

static bool element(struct parser *s, struct json_object *array)
{
	struct json_object *child;

	if (!value(s, &child))
		return false;
	json_object_array_add(array, child);
	return true;
}

/* What is between `{` and `}` or `[` and `]`, behind the opening one. On failure the caller puts o. */
static bool list(struct parser *s, struct json_object *o,
		 bool (*one)(struct parser *, struct json_object *), char close)
{
	if (++s->depth > JSON_DEPTH_MAX)
		return fail(s, "it is nested too deeply");
	if (++s->lists > JSON_LISTS_MAX)
		return fail(s, "it has too many objects and arrays");
	blanks(s);
	if (!skip(s, close)) {
		do {
			if (!one(s, o))
				return false;
			blanks(s);
		} while (skip(s, ','));
		if (!skip(s, close))
			return fail(s,
				    close == '}' ? "expected ',' or '}'" : "expected ',' or ']'");
	}
	s->depth--;
	return true;
}

static bool value(struct parser *s, struct json_object **out)
{
	struct str text = STR_NONE;
	bool good;

	*out = NULL;
	if (++s->values > JSON_VALUES_MAX)
		return fail(s, "it has too many values");
	blanks(s);
	switch (s->p < s->end ? *s->p : '\0') {
	case '{':
		s->p++;
		*out = json_object_new_object();
		good = list(s, *out, member, '}');
		break;
	case '[':
		s->p++;
		*out = json_object_new_array_ext(JSON_FIRST_ELEMENTS);
		good = list(s, *out, element, ']');
		break;
	case '"':
		good = string(s, &text);
		*out = good ? json_string(text) : NULL;
		break;
	case 't':
		good = literal(s, "true");
		*out = good ? json_object_new_boolean(true) : NULL;
		break;
	case 'f':
		good = literal(s, "false");
		*out = good ? json_object_new_boolean(false) : NULL;
		break;
	case 'n':
		return literal(s, "null");
	default:
		if (s->p < s->end && (*s->p == '-' || (*s->p >= '0' && *s->p <= '9')))
			return number(s, out);
		return fail(s, "expected a value");
	}
	if (!good) {
		json_object_put(*out);
		*out = NULL;
	}
	return good;
}

struct json_object *json_parse(struct arena *a, struct str text, const char **why)
{
	const char *p = text.p ? text.p : "";
	struct parser s = { a, p, p, p + text.n, NULL, 0, 0 };
	struct json_object *o = NULL;
	size_t good = str_utf8_length(text);

	if (good < text.n) {
		s.p += good;
		fail(&s, "it is not UTF-8");
	} else if (!str_trim(text).n) {
		s.wrong = "it is empty";
	} else if (value(&s, &o)) {
		blanks(&s);
		if (s.p < s.end)
			fail(&s, "something follows the value");
		else if (!o)
			s.wrong = "it is only null";
	}
	if (!s.wrong)
		return json_own(a, o);
	if (why)
		*why = arena_printf(a, "not valid JSON at byte %zu: %s", (size_t)(s.p - s.start),
				    s.wrong);
	json_object_put(o);
	return NULL;
}
