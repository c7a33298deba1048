/* Attribute values: checked, measured, written canonically, compared. */
#include "cloud/dynamodb/value.h"

#include <stdlib.h>

#include "base/base64.h"

#define INVALID "One or more parameter values were invalid: "

static const char *const names[] = {
	[VALUE_S] = "S",       [VALUE_N] = "N",   [VALUE_B] = "B",   [VALUE_BOOL] = "BOOL",
	[VALUE_NULL] = "NULL", [VALUE_SS] = "SS", [VALUE_NS] = "NS", [VALUE_BS] = "BS",
	[VALUE_L] = "L",       [VALUE_M] = "M",   [VALUE_NONE] = "",
};

const char *value_type_name(enum value_type type)
{
	return names[type];
}

enum value_type value_type_named(struct str name)
{
	enum value_type t = VALUE_S;

	while (t < VALUE_NONE && !str_is(name, names[t]))
		t++;
	return t;
}

/* Does what stands behind the type have the JSON type that goes with it? */
static bool fits(enum value_type type, const struct json_object *inner)
{
	switch (type) {
	case VALUE_S:
	case VALUE_N:
	case VALUE_B:
		return json_is_string(inner);
	case VALUE_BOOL:
	case VALUE_NULL:
		return json_object_is_type(inner, json_type_boolean);
	case VALUE_M:
		return json_is_object(inner);
	case VALUE_NONE:
		return false;
	default:
		return json_is_array(inner);
	}
}

static _Thread_local uint64_t looks;

uint64_t value_looks(void)
{
	return looks;
}

enum value_type value_type(const struct json_object *value, struct json_object **inner)
{
	enum value_type found = VALUE_NONE;

	looks++;
	*inner = NULL;
	if (!json_is_object(value))
		return VALUE_NONE;
	JSON_EACH(value, key, member)
	{
		enum value_type t = member ? value_type_named(str_of(key)) : VALUE_NONE;

		if (t == VALUE_NONE)
			continue;
		if (found != VALUE_NONE || !fits(t, member)) {
			*inner = NULL;
			return VALUE_NONE;
		}
		found = t;
		*inner = member;
	}
	return found;
}

struct json_object *value_new(enum value_type type, struct json_object *inner)
{
	struct json_object *value = json_object_new_object();

	json_set(value, names[type], inner);
	return value;
}

struct json_object *value_new_number(const struct number *n)
{
	char text[NUMBER_TEXT_MAX];
	size_t length = number_print(n, text);

	return value_new(VALUE_N, json_string(str_make(text, length)));
}

/* --- checking, measuring and writing, in one walk ----------------------- */

struct writer {
	struct arena *a;
	struct buf *out; /* NULL: only check */
	enum value_words words;
	bool nameless; /* a map within has an empty key: told when nothing else is wrong */
	size_t size;
	const char *why;
};

static bool refuse(struct writer *w, const char *why)
{
	w->why = why;
	return false;
}

static void put(struct writer *w, const char *text)
{
	if (w->out)
		buf_adds(w->out, text);
}

static void put_string(struct writer *w, struct str s)
{
	if (w->out)
		json_print_string(w->out, s);
}

static bool read_number(struct writer *w, struct str text, struct number *out)
{
	enum number_error e = number_parse(text, out);

	if (e != NUMBER_FINE)
		return refuse(w, w->words == VALUE_OLDER_WORDS
					 ? number_older_complaint(w->a, e, text)
					 : number_complaint(w->a, e, text));
	w->size += number_size(out);
	return true;
}

static bool write_number(struct writer *w, struct str text)
{
	char canonical[NUMBER_TEXT_MAX];
	struct number n;

	if (!read_number(w, text, &n))
		return false;
	put_string(w, str_make(canonical, number_print(&n, canonical)));
	return true;
}

static bool read_binary(struct writer *w, struct str text, struct str *bytes)
{
	if (!base64_parse(w->a, text, bytes))
		return refuse(w, "The provided binary value is not valid Base64");
	w->size += bytes->n;
	return true;
}

static bool write_binary(struct writer *w, struct str text)
{
	struct str bytes;

	if (!read_binary(w, text, &bytes))
		return false;
	put_string(w, text);
	return true;
}

static int by_bytes(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

/* The set's members in an order of their own: text, or number keys for numbers. */
static struct str *sorted_set(struct arena *a, enum value_type type, struct json_object *set,
			      size_t *count)
{
	size_t n = json_count(set);
	struct str *all = arena_alloc(a, (n ? n : 1) * sizeof(*all));

	for (size_t i = 0; i < n; i++) {
		all[i] = json_str(json_at(set, i));
		if (type == VALUE_NS) {
			unsigned char key[NUMBER_KEY_MAX];
			struct number number;

			if (number_parse(all[i], &number) == NUMBER_FINE)
				all[i] = arena_dup(a, str_make(key, number_key(&number, key)));
		}
	}
	qsort(all, n, sizeof(*all), by_bytes);
	*count = n;
	return all;
}

/* A member of a set: its text, what it is ordered by, and its place in the request. */
struct placed {
	struct str text, bytes;
	size_t at;
};

static int by_bytes_and_place(const void *x, const void *y)
{
	const struct placed *a = x, *b = y;
	int order = str_cmp(a->bytes, b->bytes);

	return order ? order : (a->at > b->at) - (a->at < b->at);
}

/*
 * The members as the newer words list them: in order up to the first that is there twice, that one again, then the rest
 * as they came.
 */
static void list_sorted(struct buf *b, enum value_type type, struct json_object *set,
			const struct placed *all)
{
	const char *comma = type == VALUE_BS ? "," : ", ", *between = "";
	size_t n = json_count(set), repeat = n;

	for (size_t i = 1; i < n; i++)
		if (str_eq(all[i - 1].bytes, all[i].bytes) && all[i].at < repeat)
			repeat = all[i].at;
	for (size_t i = 0; i < n; i++) {
		if (all[i].at >= repeat)
			continue;
		buf_addf(b, "%s\"%.*s\"", between, STR_ARG(all[i].text));
		between = comma;
	}
	for (size_t i = repeat; i < n; i++)
		buf_addf(b, "%s\"%.*s\"", comma, STR_ARG(json_str(json_at(set, i))));
}

static void list_as_given(struct buf *b, struct json_object *set)
{
	for (size_t i = 0; i < json_count(set); i++) {
		if (i)
			buf_adds(b, ", ");
		buf_add(b, json_str(json_at(set, i)));
	}
}

static const char *duplicates_complaint(struct writer *w, enum value_type type,
					struct json_object *set, const struct placed *all)
{
	struct buf b;
	const char *text;

	if (type == VALUE_NS)
		return w->words == VALUE_OLDER_WORDS ? "Input collection contains duplicates"
						     : INVALID
			       "Input collection contains duplicates.";
	buf_init(&b, BUF_MAX);
	if (w->words == VALUE_OLDER_WORDS)
		list_as_given(&b, set);
	else
		list_sorted(&b, type, set, all);
	text = arena_printf(w->a, INVALID "Input collection [%.*s]%s contains duplicates.",
			    STR_ARG(buf_str(&b)), type == VALUE_BS ? "of type BS" : "");
	buf_release(&b);
	return text;
}

static bool place_member(struct writer *w, enum value_type type, struct str text,
			 struct placed *out)
{
	unsigned char key[NUMBER_KEY_MAX];
	char canonical[NUMBER_TEXT_MAX];
	struct number n;

	out->text = out->bytes = text;
	if (type == VALUE_BS)
		return read_binary(w, text, &out->bytes);
	if (type == VALUE_SS) {
		w->size += text.n;
		return true;
	}
	if (!read_number(w, text, &n))
		return false;
	out->text = arena_dup(w->a, str_make(canonical, number_print(&n, canonical)));
	out->bytes = arena_dup(w->a, str_make(key, number_key(&n, key)));
	return true;
}

/* The members in the order in which they are kept and given back: by bytes, or by value; NULL when one is wrong. */
static struct placed *place_set(struct writer *w, enum value_type type, struct json_object *set)
{
	size_t n = json_count(set);
	struct placed *all = arena_alloc(w->a, n * sizeof(*all));

	for (size_t i = 0; i < n; i++) {
		all[i].at = i;
		if (!place_member(w, type, json_str(json_at(set, i)), &all[i]))
			return NULL;
	}
	qsort(all, n, sizeof(*all), by_bytes_and_place);
	for (size_t i = 1; i < n; i++) {
		if (!str_eq(all[i - 1].bytes, all[i].bytes))
			continue;
		refuse(w, duplicates_complaint(w, type, set, all));
		return NULL;
	}
	return all;
}

static bool write_set(struct writer *w, enum value_type type, struct json_object *set)
{
	size_t n = json_count(set);
	struct placed *all;

	if (!n)
		return refuse(w, type == VALUE_SS   ? INVALID "An string set  may not be empty"
				 : type == VALUE_NS ? INVALID "An number set  may not be empty"
						    : INVALID "Binary sets should not be empty");
	all = place_set(w, type, set);
	if (!all)
		return false;
	put(w, "[");
	for (size_t i = 0; i < n; i++) {
		if (i)
			put(w, ",");
		put_string(w, all[i].text);
	}
	put(w, "]");
	return true;
}

static bool write_value(struct writer *w, const struct json_object *value, int depth);

/* The attributes of an item or map; each costs its name and, in a map, one byte more. */
static bool write_attributes(struct writer *w, const struct json_object *map, int depth)
{
	bool first = true;

	put(w, "{");
	JSON_EACH(map, name, value)
	{
		struct str key = str_of(name);

		if (!first)
			put(w, ",");
		first = false;
		put_string(w, key);
		put(w, ":");
		w->size += key.n + (depth > 0);
		w->nameless |= !key.n;
		if (key.n > ATTRIBUTE_NAME_MAX)
			return refuse(w, ATTRIBUTE_NAME_COMPLAINT);
		if (!write_value(w, value, depth))
			return false;
	}
	put(w, "}");
	return true;
}

static bool write_list(struct writer *w, struct json_object *list, int depth)
{
	size_t n = json_count(list);

	put(w, "[");
	for (size_t i = 0; i < n; i++) {
		if (i)
			put(w, ",");
		w->size += 1;
		if (!write_value(w, json_at(list, i), depth))
			return false;
	}
	put(w, "]");
	return true;
}

static bool write_inner(struct writer *w, enum value_type type, struct json_object *inner,
			int depth)
{
	switch (type) {
	case VALUE_S:
		w->size += json_str(inner).n;
		put_string(w, json_str(inner));
		return true;
	case VALUE_N:
		return write_number(w, json_str(inner));
	case VALUE_B:
		return write_binary(w, json_str(inner));
	case VALUE_BOOL:
		w->size += 1;
		put(w, json_bool_or(inner, false) ? "true" : "false");
		return true;
	case VALUE_NULL:
		if (!json_bool_or(inner, true))
			return refuse(w, INVALID
				      "Null attribute value types must have the value of true");
		w->size += 1;
		put(w, "true");
		return true;
	case VALUE_SS:
	case VALUE_NS:
	case VALUE_BS:
		return write_set(w, type, inner);
	case VALUE_L:
	case VALUE_M:
		w->size += 3;
		return type == VALUE_L ? write_list(w, inner, depth + 1)
				       : write_attributes(w, inner, depth + 1);
	case VALUE_NONE:
		break;
	}
	return false;
}

/* Nothing that names a type, or several, each of which is looked at before that is told. */
static bool refuse_types(struct writer *w, const struct json_object *value, int depth)
{
	int count = 0;

	if (json_is_object(value)) {
		JSON_EACH(value, key, member)
		{
			enum value_type type = value_type_named(str_of(key));

			if (!member || type == VALUE_NONE)
				continue;
			count++;
			if (fits(type, member) && !write_inner(w, type, member, depth))
				return false;
		}
	}
	return refuse(
		w,
		count > 1
			? "Supplied AttributeValue has more than one datatypes set, must contain exactly one "
			  "of the supported datatypes"
			: "Supplied AttributeValue is empty, must contain exactly one of the supported "
			  "datatypes");
}

static bool write_value(struct writer *w, const struct json_object *value, int depth)
{
	struct json_object *inner;
	enum value_type type = value_type(value, &inner);

	if (depth >= ITEM_DEPTH_MAX)
		return refuse(w, "Nesting Levels have exceeded supported limits: Attributes in "
				 "the item have nested levels beyond supported limit");
	if (type == VALUE_NONE)
		return refuse_types(w, value, depth);
	put(w, "{\"");
	put(w, names[type]);
	put(w, "\":");
	if (!write_inner(w, type, inner, depth))
		return false;
	put(w, "}");
	return true;
}

static bool name_all(struct writer *w)
{
	return !w->nameless || refuse(w, "Empty attribute name");
}

bool value_check_words(struct arena *a, const struct json_object *value, enum value_words words,
		       const char **why)
{
	struct writer w = { .a = a, .words = words };
	bool good = write_value(&w, value, 0) && name_all(&w);

	if (!good)
		*why = w.why;
	return good;
}

bool value_check(struct arena *a, const struct json_object *value, const char **why)
{
	return value_check_words(a, value, VALUE_NEWER_WORDS, why);
}

bool item_write(struct arena *a, const struct json_object *item, enum value_words words,
		struct buf *out, size_t *size, const char **why)
{
	struct writer w = { .a = a, .out = out, .words = words };
	bool good;

	w.nameless = json_get(item, "");
	good = name_all(&w) && write_attributes(&w, item, 0) && name_all(&w);

	*size = w.size;
	if (!good)
		*why = w.why;
	return good;
}

/* --- sizes of checked values ------------------------------------------------ */

/* Bytes that well-formed base64 text stands for. */
static size_t binary_size(struct str text)
{
	size_t padding = text.n && text.p[text.n - 1] == '=';

	padding += text.n > 1 && text.p[text.n - 2] == '=';
	return text.n / 4 * 3 - padding;
}

static size_t scalar_size(enum value_type type, struct str text)
{
	struct number n;

	if (type == VALUE_B || type == VALUE_BS)
		return binary_size(text);
	if (type == VALUE_N || type == VALUE_NS)
		return number_parse(text, &n) == NUMBER_FINE ? number_size(&n) : text.n;
	return text.n;
}

size_t value_size(const struct json_object *value)
{
	struct json_object *inner;
	enum value_type type = value_type(value, &inner);
	size_t size = 0;

	switch (type) {
	case VALUE_S:
	case VALUE_N:
	case VALUE_B:
		return scalar_size(type, json_str(inner));
	case VALUE_SS:
	case VALUE_NS:
	case VALUE_BS:
		for (size_t i = 0; i < json_count(inner); i++)
			size += scalar_size(type, json_str(json_at(inner, i)));
		return size;
	case VALUE_L:
		for (size_t i = 0; i < json_count(inner); i++)
			size += 1 + value_size(json_at(inner, i));
		return size + 3;
	case VALUE_M:
		return item_size(inner) + json_count(inner) + 3;
	default:
		return 1;
	}
}

size_t item_size(const struct json_object *item)
{
	size_t size = 0;

	if (!json_is_object(item))
		return 0;
	JSON_EACH(item, name, value)
	size += strlen(name) + value_size(value);
	return size;
}

/* --- comparing ---------------------------------------------------------- */

static bool sets_equal(struct arena *a, enum value_type type, struct json_object *x,
		       struct json_object *y)
{
	size_t m, n;
	struct str *left, *right;

	if (json_count(x) != json_count(y))
		return false;
	left = sorted_set(a, type, x, &m);
	right = sorted_set(a, type, y, &n);
	for (size_t i = 0; i < m; i++)
		if (!str_eq(left[i], right[i]))
			return false;
	return true;
}

static bool lists_equal(struct arena *a, struct json_object *x, struct json_object *y)
{
	if (json_count(x) != json_count(y))
		return false;
	for (size_t i = 0; i < json_count(x); i++)
		if (!value_equal(a, json_at(x, i), json_at(y, i)))
			return false;
	return true;
}

static bool maps_equal(struct arena *a, struct json_object *x, struct json_object *y)
{
	if (json_count(x) != json_count(y))
		return false;
	JSON_EACH(x, name, value)
	{
		struct json_object *other = json_get(y, name);

		if (!other || !value_equal(a, value, other))
			return false;
	}
	return true;
}

static bool numbers(struct str x, struct str y, struct number *m, struct number *n)
{
	return number_parse(x, m) == NUMBER_FINE && number_parse(y, n) == NUMBER_FINE;
}

bool value_equal(struct arena *a, const struct json_object *x, const struct json_object *y)
{
	struct json_object *in_x, *in_y;
	enum value_type type = value_type(x, &in_x);
	struct number m, n;

	if (type == VALUE_NONE || type != value_type(y, &in_y))
		return false;
	switch (type) {
	case VALUE_N:
		return numbers(json_str(in_x), json_str(in_y), &m, &n) && number_cmp(&m, &n) == 0;
	case VALUE_BOOL:
		return json_bool_or(in_x, false) == json_bool_or(in_y, false);
	case VALUE_NULL:
		return true;
	case VALUE_SS:
	case VALUE_NS:
	case VALUE_BS:
		return sets_equal(a, type, in_x, in_y);
	case VALUE_L:
		return lists_equal(a, in_x, in_y);
	case VALUE_M:
		return maps_equal(a, in_x, in_y);
	default:
		return str_eq(json_str(in_x), json_str(in_y));
	}
}

bool value_compare(struct arena *a, const struct json_object *x, const struct json_object *y,
		   int *order)
{
	struct json_object *in_x, *in_y;
	enum value_type type = value_type(x, &in_x);
	struct str p, q;
	struct number m, n;

	if (type != value_type(y, &in_y))
		return false;
	p = json_str(in_x);
	q = json_str(in_y);
	switch (type) {
	case VALUE_S:
		*order = str_cmp(p, q);
		return true;
	case VALUE_N:
		if (!numbers(p, q, &m, &n))
			return false;
		*order = number_cmp(&m, &n);
		return true;
	case VALUE_B:
		if (!base64_parse(a, p, &p) || !base64_parse(a, q, &q))
			return false;
		*order = str_cmp(p, q);
		return true;
	default:
		return false;
	}
}

bool value_set_has(enum value_type set_type, struct json_object *set, struct str element)
{
	struct number m, n;

	for (size_t i = 0; i < json_count(set); i++) {
		struct str s = json_str(json_at(set, i));

		if (set_type == VALUE_NS ? numbers(s, element, &m, &n) && number_cmp(&m, &n) == 0
					 : str_eq(s, element))
			return true;
	}
	return false;
}
