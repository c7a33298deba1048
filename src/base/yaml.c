/*
 * YAML: libyaml's events become json-c values.
 *
 * A value's line is its json-c userdata: the number itself for scalars and arrays, a struct places for objects.
 */
#include "base/yaml.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <yaml.h>

/* Where an object and its members' keys stand, in the members' order. */
struct places {
	int line;
	size_t count, size;
	int *keys;
};

struct reader {
	struct arena *a;
	yaml_parser_t parser;
	yaml_event_t event; /* the current one, to be deleted before the next */
	int depth;
	int line;        /* of the mistake */
	const char *why; /* NULL while all is well */
};

static int event_line(const struct reader *r)
{
	return (int)r->event.start_mark.line + 1;
}

/* Keep the first mistake. Returns false for the caller to pass on. */
static bool mistake(struct reader *r, int line, const char *why)
{
	if (!r->why) {
		r->line = line;
		r->why = why;
	}
	return false;
}

/* Go to the next event; false when the text is not YAML. */
static bool next(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	size_t line;

	yaml_event_delete(&r->event);
	if (yaml_parser_parse(&r->parser, &r->event))
		return true;
	line = p->problem_mark.line ? p->problem_mark.line : p->context_mark.line;
	return mistake(r, (int)line + 1,
		       arena_printf(r->a, "this is not YAML: %s%s%s",
				    p->problem ? p->problem : "it cannot be read",
				    p->context ? ", " : "", p->context ? p->context : ""));
}

static struct str scalar_text(const struct reader *r)
{
	return str_make(r->event.data.scalar.value, r->event.data.scalar.length);
}

static bool is_one_of(struct str s, const char *const *words)
{
	for (; *words; words++)
		if (str_is(s, *words))
			return true;
	return false;
}

static size_t skip_digits(struct str s, size_t i)
{
	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	return i;
}

/* [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?  *whole: no point, no exponent. */
static bool is_number(struct str s, bool *whole)
{
	size_t i = s.n && (s.p[0] == '-' || s.p[0] == '+'), at = i, digits;

	i = skip_digits(s, i);
	digits = i - at;
	*whole = digits && i == s.n;
	if (i < s.n && s.p[i] == '.') {
		at = ++i;
		i = skip_digits(s, i);
		digits += i - at;
	}
	if (!digits)
		return false;
	if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
		i++;
		i += i < s.n && (s.p[i] == '-' || s.p[i] == '+');
		at = i;
		i = skip_digits(s, i);
		if (i == at)
			return false;
	}
	return i == s.n;
}

/* 0o17 and 0x1f: the base, or 0. */
static int radix(struct str s)
{
	int base = s.n > 2 && s.p[0] == '0' ? (s.p[1] == 'o' ? 8 : s.p[1] == 'x' ? 16 : 0) : 0;

	for (size_t i = 2; base && i < s.n; i++) {
		char c = s.p[i];
		bool octal = c >= '0' && c <= '7';
		bool hex =
			(c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');

		if (base == 8 ? !octal : !hex)
			return 0;
	}
	return base;
}

static bool whole_number(struct reader *r, const char *digits, int base, struct json_object **out)
{
	long long n;

	errno = 0;
	n = strtoll(digits, NULL, base);
	if (errno)
		return mistake(r, event_line(r), "this number does not fit into 64 bits; quote it");
	*out = json_object_new_int64(n);
	return true;
}

/* "+01." as JSON writes it, "1.0": a fraction is printed as its text, which is its userdata (see json_print). */
static const char *json_spelling(struct arena *a, struct str s)
{
	bool negative = s.p[0] == '-';
	size_t i = negative || s.p[0] == '+', whole, point;

	while (i + 1 < s.n && s.p[i] == '0' && s.p[i + 1] >= '0' && s.p[i + 1] <= '9')
		i++;
	whole = i;
	point = skip_digits(s, i);
	i = point + (point < s.n && s.p[point] == '.');
	return arena_printf(a, "%s%s%.*s%s%.*s", negative ? "-" : "", point == whole ? "0" : "",
			    STR_ARG(str_slice(s, whole, i)),
			    i > point && (i == s.n || s.p[i] < '0' || s.p[i] > '9') ? "0" : "",
			    STR_ARG(str_slice(s, i, s.n)));
}

/* A scalar without quotes, by the core schema. */
static bool plain_scalar(struct reader *r, struct str s, struct json_object **out)
{
	static const char *const nulls[] = { "", "~", "null", "Null", "NULL", NULL };
	static const char *const yes[] = { "true", "True", "TRUE", NULL };
	static const char *const no[] = { "false", "False", "FALSE", NULL };
	static const char *const unholdable[] = { ".inf",  ".Inf",  ".INF",  "+.inf", "+.Inf",
						  "+.INF", "-.inf", "-.Inf", "-.INF", ".nan",
						  ".NaN",  ".NAN",  NULL };
	bool whole;

	if (is_one_of(s, nulls)) {
		*out = NULL;
	} else if (is_one_of(s, yes) || is_one_of(s, no)) {
		*out = json_object_new_boolean(is_one_of(s, yes));
	} else if (is_one_of(s, unholdable)) {
		return mistake(r, event_line(r), "infinities and NaN have no place here; quote it");
	} else if (radix(s)) {
		return whole_number(r, arena_cstr(r->a, str_slice(s, 2, s.n)), radix(s), out);
	} else if (is_number(s, &whole)) {
		double d;

		if (whole)
			return whole_number(r, arena_cstr(r->a, s), 10, out);
		d = strtod(arena_cstr(r->a, s), NULL);
		if (!isfinite(d))
			return mistake(r, event_line(r), "this number is too large; quote it");
		*out = json_object_new_double_s(d, json_spelling(r->a, s));
	} else {
		*out = json_string(s);
	}
	return true;
}

static bool scalar(struct reader *r, struct json_object **out)
{
	int line = event_line(r);

	if (r->event.data.scalar.anchor)
		return mistake(r, line, "anchors (&name) are not allowed");
	if (r->event.data.scalar.tag)
		return mistake(r, line, "tags (!name) are not allowed");
	if (r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE) {
		if (!plain_scalar(r, scalar_text(r), out))
			return false;
	} else {
		*out = json_string(scalar_text(r));
	}
	if (*out && !json_object_is_type(*out, json_type_double))
		json_object_set_userdata(*out, (void *)(intptr_t)line, NULL);
	return true;
}

static bool value(struct reader *r, struct json_object **out);

static bool sequence(struct reader *r, struct json_object **out)
{
	if (r->event.data.sequence_start.anchor)
		return mistake(r, event_line(r), "anchors (&name) are not allowed");
	if (r->event.data.sequence_start.tag)
		return mistake(r, event_line(r), "tags (!name) are not allowed");
	*out = json_object_new_array();
	json_object_set_userdata(*out, (void *)(intptr_t)event_line(r), NULL);
	while (next(r) && r->event.type != YAML_SEQUENCE_END_EVENT) {
		struct json_object *element = NULL;
		bool well = value(r, &element);

		json_add(*out, element);
		if (!well)
			return false;
	}
	return !r->why;
}

static void remember_key(struct arena *a, struct places *places, int line)
{
	if (places->count == places->size) {
		size_t size = places->size ? places->size * 2 : 8;
		int *keys = arena_alloc(a, size * sizeof(*keys));

		if (places->count)
			memcpy(keys, places->keys, places->count * sizeof(*keys));
		places->keys = keys;
		places->size = size;
	}
	places->keys[places->count++] = line;
}

/* The key that the current event is; NULL after a mistake. */
static const char *member_key(struct reader *r, const struct json_object *object)
{
	const char *key;
	struct str text;
	int line = event_line(r);

	if (r->event.type == YAML_ALIAS_EVENT) {
		mistake(r, line, "aliases (*name) are not allowed");
		return NULL;
	}
	if (r->event.type != YAML_SCALAR_EVENT) {
		mistake(r, line, "a key must be a word, not a list or a mapping");
		return NULL;
	}
	if (r->event.data.scalar.anchor || r->event.data.scalar.tag) {
		mistake(r, line, "anchors (&name) and tags (!name) are not allowed");
		return NULL;
	}
	text = scalar_text(r);
	if (memchr(text.p, '\0', text.n)) {
		mistake(r, line, "a key cannot hold a NUL");
		return NULL;
	}
	key = arena_cstr(r->a, text);
	if (json_object_object_get_ex(object, key, NULL)) {
		mistake(r, line, arena_printf(r->a, "the key \"%s\" is given twice", key));
		return NULL;
	}
	return key;
}

static bool mapping(struct reader *r, struct json_object **out)
{
	struct places *places = ARENA_NEW(r->a, struct places);

	if (r->event.data.mapping_start.anchor)
		return mistake(r, event_line(r), "anchors (&name) are not allowed");
	if (r->event.data.mapping_start.tag)
		return mistake(r, event_line(r), "tags (!name) are not allowed");
	*out = json_object_new_object();
	places->line = event_line(r);
	json_object_set_userdata(*out, places, NULL);
	while (next(r) && r->event.type != YAML_MAPPING_END_EVENT) {
		struct json_object *member = NULL;
		const char *key = member_key(r, *out);
		bool well;

		if (!key)
			return false;
		remember_key(r->a, places, event_line(r));
		well = next(r) && value(r, &member);
		json_set(*out, key, member);
		if (!well)
			return false;
	}
	return !r->why;
}

/* The value that begins with the current event. What was made before a mistake is in *out all the same. */
static bool value(struct reader *r, struct json_object **out)
{
	bool well;

	if (r->depth == JSON_DEPTH_MAX)
		return mistake(r, event_line(r), "this is nested too deeply");
	r->depth++;
	switch (r->event.type) {
	case YAML_SCALAR_EVENT:
		well = scalar(r, out);
		break;
	case YAML_SEQUENCE_START_EVENT:
		well = sequence(r, out);
		break;
	case YAML_MAPPING_START_EVENT:
		well = mapping(r, out);
		break;
	default:
		well = mistake(r, event_line(r), "aliases (*name) are not allowed");
		break;
	}
	r->depth--;
	return well;
}

/* One document and nothing behind it. */
static bool document(struct reader *r, struct json_object **out)
{
	if (!next(r) || !next(r)) /* the stream's start, then a document's or the end */
		return false;
	if (r->event.type == YAML_STREAM_END_EVENT)
		return mistake(r, 1, "there is nothing in it");
	if (!next(r) || !value(r, out) || !next(r) || !next(r))
		return false;
	if (r->event.type != YAML_STREAM_END_EVENT)
		return mistake(r, event_line(r), "there must be one document only");
	return *out || mistake(r, 1, "there is nothing in it");
}

struct json_object *yaml_read(struct arena *a, struct str text, int *line, const char **why)
{
	struct reader r = { .a = a };
	struct json_object *out = NULL;

	if (text.n > YAML_BYTES_MAX) {
		mistake(&r, 1, "it is too large");
	} else {
		if (!yaml_parser_initialize(&r.parser))
			abort();
		yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
		yaml_parser_set_input_string(&r.parser,
					     (const unsigned char *)(text.p ? text.p : ""), text.n);
		document(&r, &out);
		yaml_event_delete(&r.event);
		yaml_parser_delete(&r.parser);
	}
	json_own(a, out);
	if (!r.why)
		return out;
	*line = r.line;
	*why = r.why;
	return NULL;
}

struct json_object *yaml_parse(struct arena *a, struct str text, const char *file, const char **why)
{
	const char *sentence = "";
	int line = 0;
	struct json_object *o = yaml_read(a, text, &line, &sentence);

	if (!o)
		*why = arena_printf(a, "%s:%d: %s", file, line, sentence);
	return o;
}

int yaml_line(const struct json_object *o)
{
	void *userdata = o ? json_object_get_userdata((struct json_object *)o) : NULL;

	if (json_object_is_type(o, json_type_double))
		return 0;
	if (json_is_object(o) && userdata)
		return ((const struct places *)userdata)->line;
	return (int)(intptr_t)userdata;
}

int yaml_key_line(const struct json_object *o, const char *key)
{
	const struct places *places;
	size_t i = 0;

	if (!json_is_object(o))
		return 0;
	places = json_object_get_userdata((struct json_object *)o);
	if (!places)
		return 0;
	JSON_EACH((struct json_object *)o, name, member)
	{
		(void)member;
		if (i < places->count && strcmp(name, key) == 0)
			return places->keys[i];
		i++;
	}
	return 0;
}

/* --- writing ------------------------------------------------------------------------------- */

static void write_value(struct buf *b, struct json_object *value, int indent)
{
	size_t n = json_count(value);

	if (!n) {
		buf_addc(b, ' ');
		json_print(b, value); /* scalars are as in JSON, and so is what is empty */
		buf_addc(b, '\n');
		return;
	}
	buf_addc(b, '\n');
	for (size_t i = 0; json_is_array(value) && i < n; i++) {
		buf_addf(b, "%*s-", indent, "");
		write_value(b, json_at(value, i), indent + 2);
	}
	if (!json_is_object(value))
		return;
	JSON_EACH(value, key, member)
	{
		buf_addf(b, "%*s", indent, "");
		json_print_string(b, str_of(key));
		buf_addc(b, ':');
		write_value(b, member, indent + 2);
	}
}

struct str yaml_print(struct arena *a, struct json_object *value)
{
	struct str text;
	struct buf b;

	buf_init(&b, BUF_MAX);
	buf_adds(&b, "---");
	write_value(&b, value, 0);
	text = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return text;
}
