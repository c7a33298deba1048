/* JSON on json-c; see json.h. Printing is our own: json-c's goes through printf and memory of its own. */
#include "base/json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void put(void *o)
{
	json_object_put(o);
}

struct json_object *json_own(struct arena *a, struct json_object *o)
{
	if (o)
		arena_defer(a, put, o);
	return o;
}

struct json_object *json_new_object(struct arena *a)
{
	return json_own(a, json_object_new_object());
}

struct json_object *json_new_array(struct arena *a)
{
	return json_own(a, json_object_new_array());
}

struct json_object *json_get(const struct json_object *o, const char *key)
{
	struct json_object *value = NULL;

	if (json_is_object(o))
		json_object_object_get_ex(o, key, &value);
	return value;
}

struct json_object *json_at(const struct json_object *o, size_t i)
{
	return json_is_array(o) ? json_object_array_get_idx(o, i) : NULL;
}

struct str json_str(const struct json_object *o)
{
	struct json_object *s = (struct json_object *)o; /* json-c's getters are not const */

	if (!json_is_string(o))
		return STR_NONE;
	return str_make(json_object_get_string(s), (size_t)json_object_get_string_len(s));
}

struct str json_get_str(const struct json_object *o, const char *key)
{
	return json_str(json_get(o, key));
}

int64_t json_int_or(const struct json_object *o, int64_t otherwise)
{
	if (json_object_is_type(o, json_type_int))
		return json_object_get_int64(o);
	if (json_object_is_type(o, json_type_double)) {
		double d = json_object_get_double(o);

		if (d == trunc(d) && fabs(d) < 9e15)
			return (int64_t)d;
	}
	return otherwise;
}

bool json_bool_or(const struct json_object *o, bool otherwise)
{
	return json_object_is_type(o, json_type_boolean) ? json_object_get_boolean(o) : otherwise;
}

size_t json_count(const struct json_object *o)
{
	if (json_is_array(o))
		return json_object_array_length(o);
	return json_is_object(o) ? (size_t)json_object_object_length(o) : 0;
}

int json_depth(const struct json_object *o)
{
	int deepest = 0, depth;

	if (json_is_array(o)) {
		for (size_t i = 0; i < json_count(o); i++) {
			depth = json_depth(json_at(o, i));
			deepest = depth > deepest ? depth : deepest;
		}
		return deepest + 1;
	}
	if (!json_is_object(o))
		return 0;
	JSON_EACH(o, key, member)
	{
		(void)key;
		depth = json_depth(member);
		deepest = depth > deepest ? depth : deepest;
	}
	return deepest + 1;
}

bool json_is_object(const struct json_object *o)
{
	return json_object_is_type(o, json_type_object);
}

bool json_is_array(const struct json_object *o)
{
	return json_object_is_type(o, json_type_array);
}

bool json_is_string(const struct json_object *o)
{
	return json_object_is_type(o, json_type_string);
}

struct json_object *json_string(struct str s)
{
	return json_object_new_string_len(s.p ? s.p : "", (int)s.n);
}

void json_set(struct json_object *o, const char *key, struct json_object *value)
{
	json_object_object_add(o, key, value);
}

void json_set_str(struct json_object *o, const char *key, struct str value)
{
	json_set(o, key, json_string(value));
}

void json_set_cstr(struct json_object *o, const char *key, const char *value)
{
	json_set_str(o, key, str_of(value));
}

void json_set_int(struct json_object *o, const char *key, int64_t value)
{
	json_set(o, key, json_object_new_int64(value));
}

void json_set_bool(struct json_object *o, const char *key, bool value)
{
	json_set(o, key, json_object_new_boolean(value));
}

void json_set_time(struct json_object *o, const char *key, int64_t at_ms)
{
	char text[40];
	int64_t left = at_ms < 0 ? -at_ms : at_ms;

	snprintf(text, sizeof(text), "%s%" PRId64 ".%03" PRId64, at_ms < 0 ? "-" : "", left / 1000,
		 left % 1000);
	json_set(o, key, json_object_new_double_s((double)at_ms / 1000.0, text));
}

struct json_object *json_set_object(struct json_object *o, const char *key)
{
	struct json_object *child = json_object_new_object();

	json_set(o, key, child);
	return child;
}

struct json_object *json_set_array(struct json_object *o, const char *key)
{
	struct json_object *child = json_object_new_array();

	json_set(o, key, child);
	return child;
}

void json_add(struct json_object *array, struct json_object *value)
{
	json_object_array_add(array, value);
}

void json_add_str(struct json_object *array, struct str value)
{
	json_add(array, json_string(value));
}

struct json_object *json_add_object(struct json_object *array)
{
	struct json_object *child = json_object_new_object();

	json_add(array, child);
	return child;
}

/*
 * Raw values are strings that carry this serializer: it marks them, and keeps
 * json-c's own printing right too.
 */
static int print_raw(struct json_object *o, struct printbuf *out, int level, int flags)
{
	(void)level;
	(void)flags;
	return printbuf_memappend(out, json_object_get_string(o), json_object_get_string_len(o));
}

struct json_object *json_raw(struct str text)
{
	struct json_object *o = json_string(text);

	json_object_set_serializer(o, print_raw, (void *)print_raw, NULL);
	return o;
}

static bool is_raw(const struct json_object *o)
{
	return json_is_string(o) &&
	       json_object_get_userdata((struct json_object *)o) == (void *)print_raw;
}

struct json_object *json_plain(struct arena *a, struct json_object *o)
{
	return o ? json_parse(a, json_text(a, o), NULL) : NULL;
}

/* Length of the well-formed UTF-8 sequence at the front of s, or 0. */
static size_t sequence(struct str s)
{
	for (size_t n = 1; n <= 4 && n <= s.n; n++)
		if (str_is_utf8(str_slice(s, 0, n)))
			return n;
	return 0;
}

static void print_char(struct buf *b, unsigned char c)
{
	static const char names[] = "btn\0fr"; /* for 8..13; 11 has none */

	if (c == '"' || c == '\\') {
		buf_addc(b, '\\');
		buf_addc(b, (char)c);
	} else if (c >= 8 && c <= 13 && c != 11) {
		buf_addc(b, '\\');
		buf_addc(b, names[c - 8]);
	} else {
		buf_addf(b, "\\u%04x", c);
	}
}

void json_print_string(struct buf *b, struct str s)
{
	bool good = str_is_utf8(s);
	size_t from = 0;

	buf_addc(b, '"');
	for (size_t i = 0; i < s.n;) {
		unsigned char c = (unsigned char)s.p[i];
		size_t step = good || c < 0x80 ? 1 : sequence(str_slice(s, i, s.n));

		if (step && c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) {
			i += step;
			continue;
		}
		buf_add(b, str_slice(s, from, i));
		if (step)
			print_char(b, c);
		else
			buf_adds(b, "\xef\xbf\xbd");
		from = ++i;
	}
	buf_add(b, str_slice(s, from, s.n));
	buf_addc(b, '"');
}

static void print_members(struct buf *b, const struct json_object *o)
{
	bool first = true;

	buf_addc(b, '{');
	JSON_EACH(o, key, value)
	{
		if (!first)
			buf_addc(b, ',');
		first = false;
		json_print_string(b, str_of(key));
		buf_addc(b, ':');
		json_print(b, value);
	}
	buf_addc(b, '}');
}

static void print_elements(struct buf *b, const struct json_object *o)
{
	size_t n = json_object_array_length(o);

	buf_addc(b, '[');
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_addc(b, ',');
		json_print(b, json_object_array_get_idx(o, i));
	}
	buf_addc(b, ']');
}

static void print_int(struct buf *b, int64_t value)
{
	char text[24], *p = text + sizeof(text);
	uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

	do {
		*--p = (char)('0' + left % 10);
		left /= 10;
	} while (left);
	if (value < 0)
		*--p = '-';
	buf_add(b, str_make(p, (size_t)(text + sizeof(text) - p)));
}

/* As it was written when it was read; computed ones as short as they read back the same. */
static void print_double(struct buf *b, const struct json_object *o)
{
	const char *written = json_object_get_userdata((struct json_object *)o);
	double value = json_object_get_double(o);
	char text[32];

	if (written) {
		buf_adds(b, written);
	} else if (!isfinite(value)) {
		buf_adds(b, "null"); /* JSON has no other word for it */
	} else {
		for (int digits = 15; digits <= 17; digits++) {
			snprintf(text, sizeof(text), "%.*g", digits, value);
			if (strtod(text, NULL) == value)
				break;
		}
		for (char *p = text; *p; p++)
			if (*p == ',')
				*p = '.'; /* printf follows the user's language */
		buf_adds(b, text);
	}
}

void json_print(struct buf *b, const struct json_object *o)
{
	switch (json_object_get_type(o)) {
	case json_type_null:
		buf_adds(b, "null");
		break;
	case json_type_string:
		if (is_raw(o))
			buf_add(b, json_str(o));
		else
			json_print_string(b, json_str(o));
		break;
	case json_type_object:
		print_members(b, o);
		break;
	case json_type_array:
		print_elements(b, o);
		break;
	case json_type_boolean:
		buf_adds(b, json_object_get_boolean(o) ? "true" : "false");
		break;
	case json_type_int:
		print_int(b, json_object_get_int64(o));
		break;
	case json_type_double:
		print_double(b, o);
		break;
	}
}

struct str json_text(struct arena *a, const struct json_object *o)
{
	struct buf b;
	struct str text;

	buf_init(&b, BUF_MAX);
	json_print(&b, o);
	text = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return text;
}

/* --- equal values print alike ---------------------------------------------------------- */

struct member {
	const char *name;
	const struct json_object *value;
};

static int by_name(const void *x, const void *y)
{
	const struct member *left = x, *right = y;

	return strcmp(left->name, right->name);
}

static void print_sorted(struct buf *b, struct arena *a, const struct json_object *o);

static void print_sorted_members(struct buf *b, struct arena *a, const struct json_object *o)
{
	struct member *all = arena_alloc(a, json_count(o) * sizeof(*all) + 1);
	size_t n = 0;

	JSON_EACH(o, key, value)
	{
		all[n++] = (struct member){ key, value };
	}
	qsort(all, n, sizeof(*all), by_name);
	buf_addc(b, '{');
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_addc(b, ',');
		json_print_string(b, str_of(all[i].name));
		buf_addc(b, ':');
		print_sorted(b, a, all[i].value);
	}
	buf_addc(b, '}');
}

static void print_sorted(struct buf *b, struct arena *a, const struct json_object *o)
{
	if (json_is_object(o)) {
		print_sorted_members(b, a, o);
	} else if (json_is_array(o)) {
		buf_addc(b, '[');
		for (size_t i = 0; i < json_count(o); i++) {
			if (i)
				buf_addc(b, ',');
			print_sorted(b, a, json_at(o, i));
		}
		buf_addc(b, ']');
	} else {
		json_print(b, o);
	}
}

struct str json_text_sorted(struct arena *a, const struct json_object *o)
{
	struct buf b;
	struct str text;

	buf_init(&b, BUF_MAX);
	print_sorted(&b, a, o);
	text = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return text;
}
