/* {names} in the texts of checks; see checks_names.h. */
#include "checker/checks_names.h"

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The length of a name in braces at the start of `s`, braces included; 0 when there is none. */
static size_t name_length(struct str s)
{
	size_t n = 1;

	if (s.n < 3 || s.p[0] != '{' || !is_letter(s.p[1]))
		return 0;
	while (n < s.n && (is_letter(s.p[n]) || (s.p[n] >= '0' && s.p[n] <= '9') || s.p[n] == '-' ||
			   s.p[n] == '_'))
		n++;
	return n < s.n && s.p[n] == '}' ? n + 1 : 0;
}

bool names_next(struct str *rest, struct names_piece *piece)
{
	struct str s = *rest;
	size_t n, inner;
	ptrdiff_t brace;

	if (!s.n)
		return false;
	piece->is_name = false;
	n = name_length(s);
	inner = s.n > 1 && s.p[0] == '{' ? name_length(str_slice(s, 1, s.n)) : 0;
	if (n) {
		piece->is_name = true;
		piece->text = str_slice(s, 1, n - 1);
	} else if (inner && inner + 1 < s.n && s.p[inner + 1] == '}') {
		piece->text = str_slice(s, 1, inner + 1);
		n = inner + 2;
	} else {
		brace = str_find(str_slice(s, 1, s.n), '{');
		n = brace < 0 ? s.n : (size_t)brace + 1;
		piece->text = str_slice(s, 0, n);
	}
	*rest = str_slice(s, n, s.n);
	return true;
}

static struct json_object *value_of(struct names *names, struct str name)
{
	struct json_object *value = names->lookup(names->arg, name);

	if (!value && !names->missing.p)
		names->missing = name;
	return value;
}

static void add_encoded(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (is_letter(c) || (c >= '0' && c <= '9') || (c && strchr("-._~", c)))
			buf_addc(b, c);
		else
			buf_addf(b, "%%%02X", (unsigned char)c);
	}
}

/* Is what stands there already an address up to its path? */
static bool has_path(struct str address)
{
	ptrdiff_t scheme = str_find_str(address, STR("://"));

	return address.n && (scheme < 0 ||
			     str_find(str_slice(address, (size_t)scheme + 3, address.n), '/') >= 0);
}

static struct str fill(struct arena *a, struct str text, struct names *names, bool url)
{
	struct names_piece piece;
	struct str rest = text, out;
	struct buf b;

	buf_init(&b, BUF_MAX);
	while (names_next(&rest, &piece)) {
		struct json_object *value;
		struct str s;

		if (!piece.is_name) {
			buf_add(&b, piece.text);
			continue;
		}
		value = value_of(names, piece.text);
		s = json_is_string(value) ? json_str(value) : value ? json_text(a, value) : STR("");
		if (url && has_path(buf_str(&b)))
			add_encoded(&b, s);
		else
			buf_add(&b, s);
	}
	out = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return out;
}

struct str names_fill_text(struct arena *a, struct str text, struct names *names)
{
	return fill(a, text, names, false);
}

struct str names_fill_url(struct arena *a, struct str text, struct names *names)
{
	return fill(a, text, names, true);
}

/* A new value that the caller owns. */
static struct json_object *filled(struct arena *a, const struct json_object *o, struct names *names)
{
	struct str s = json_str(o), rest = s;
	struct names_piece piece;
	struct json_object *out;

	if (s.p) {
		if (names_next(&rest, &piece) && piece.is_name && !rest.n)
			return json_object_get(value_of(names, piece.text));
		return json_string(fill(a, s, names, false));
	}
	if (json_is_array(o)) {
		out = json_object_new_array();
		for (size_t i = 0; i < json_count(o); i++)
			json_add(out, filled(a, json_at(o, i), names));
		return out;
	}
	if (json_is_object(o)) {
		out = json_object_new_object();
		JSON_EACH((struct json_object *)o, key, value)
		json_set(out, key, filled(a, value, names));
		return out;
	}
	if (json_object_is_type(o, json_type_boolean))
		return json_object_new_boolean(json_bool_or(o, false));
	if (json_object_is_type(o, json_type_int))
		return json_object_new_int64(json_object_get_int64(o));
	if (json_object_is_type(o, json_type_double))
		return json_object_new_double(json_object_get_double(o));
	return NULL;
}

struct json_object *names_fill(struct arena *a, const struct json_object *o, struct names *names)
{
	return json_own(a, filled(a, o, names));
}
