/* Velocity: values, Java's as far as templates can see; see velocity.h. */
#include "base/velocity_inner.h"

#include "base/java.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Values inside values, when they are printed, compared or turned into JSON. */
#define DEPTH_MAX 100

struct vtl_value *vtl_null(void)
{
	static struct vtl_value null;

	return &null;
}

static struct vtl_value *make(struct vtl *v, enum vtl_kind kind)
{
	struct vtl_value *value;

	if (!vtl_room(v, sizeof(*value)))
		return vtl_null();
	value = ARENA_NEW(v->arena, struct vtl_value);
	value->kind = kind;
	return value;
}

struct vtl_value *vtl_bool(struct vtl *v, bool b)
{
	struct vtl_value *value = make(v, VTL_BOOL);

	if (value->kind == VTL_BOOL)
		value->b = b;
	return value;
}

struct vtl_value *vtl_int(struct vtl *v, int64_t i)
{
	struct vtl_value *value = make(v, VTL_INT);

	if (value->kind == VTL_INT)
		value->i = i;
	return value;
}

struct vtl_value *vtl_double(struct vtl *v, double d)
{
	struct vtl_value *value = make(v, VTL_DOUBLE);

	if (value->kind == VTL_DOUBLE)
		value->d = d;
	return value;
}

struct vtl_value *vtl_string(struct vtl *v, struct str s)
{
	struct vtl_value *value = make(v, VTL_STRING);

	if (value->kind == VTL_STRING)
		value->s = s;
	return value;
}

struct vtl_value *vtl_list(struct vtl *v)
{
	return make(v, VTL_LIST);
}

struct vtl_value *vtl_map(struct vtl *v)
{
	return make(v, VTL_MAP);
}

struct vtl_value *vtl_entry(struct vtl *v, struct vtl_pair *pair)
{
	struct vtl_value *value = make(v, VTL_ENTRY);

	if (value->kind == VTL_ENTRY)
		value->entry = pair;
	return value;
}

/* --- JSON ------------------------------------------------------------------------- */

struct vtl_value *vtl_of_json(struct vtl *v, struct json_object *json)
{
	struct vtl_value *value;

	switch (json_object_get_type(json)) {
	case json_type_null:
		return vtl_null();
	case json_type_boolean:
		return vtl_bool(v, json_object_get_boolean(json));
	case json_type_int:
		return vtl_int(v, json_object_get_int64(json));
	case json_type_double:
		return vtl_double(v, json_object_get_double(json));
	case json_type_string:
		return vtl_string(v, json_str(json));
	case json_type_object:
		value = vtl_map(v);
		break;
	default:
		value = vtl_list(v);
		value->from_json = value->kind == VTL_LIST;
		break;
	}
	if (value->kind != VTL_NULL)
		value->json = json;
	return value;
}

void vtl_open(struct vtl *v, struct vtl_value *value)
{
	struct json_object *json = value->json;

	if (!json || !vtl_work(v, json_count(json)))
		return;
	value->json = NULL;
	if (value->kind == VTL_LIST) {
		for (size_t i = 0; i < json_count(json) && !v->why; i++)
			vtl_add(v, value, vtl_of_json(v, json_at(json, i)));
		return;
	}
	JSON_EACH(json, key, member)
	{
		/* Keys of an object differ, so each goes to the end without a look at the others. */
		if (v->why)
			break;
		if (value->map.n == value->map.size) {
			value->map.size = json_count(json);
			value->map.at =
				arena_alloc(v->arena, value->map.size * sizeof(*value->map.at));
		}
		value->map.at[value->map.n++] =
			(struct vtl_pair){ str_of(key), vtl_of_json(v, member) };
	}
}

static struct json_object *to_json(struct vtl *v, struct vtl_value *value, int depth)
{
	struct json_object *out;

	if (!vtl_work(v, 1) || depth > DEPTH_MAX) {
		vtl_fail(v, "a value is nested too deeply");
		return NULL;
	}
	if (value->json)
		return json_object_get(value->json);
	switch (value->kind) {
	case VTL_NULL:
		return NULL;
	case VTL_BOOL:
		return json_object_new_boolean(value->b);
	case VTL_INT:
		return json_object_new_int64(value->i);
	case VTL_DOUBLE:
		return json_object_new_double(value->d);
	case VTL_LIST:
		out = json_object_new_array();
		for (size_t i = 0; i < value->list.n && !v->why; i++)
			json_add(out, to_json(v, value->list.at[i], depth + 1));
		return out;
	case VTL_MAP:
		out = json_object_new_object();
		for (size_t i = 0; i < value->map.n && !v->why; i++)
			json_set(out, arena_cstr(v->arena, value->map.at[i].key),
				 to_json(v, value->map.at[i].value, depth + 1));
		return out;
	default:
		return json_string(vtl_text(v, value));
	}
}

struct json_object *vtl_to_json(struct vtl *v, struct vtl_value *value)
{
	return json_own(v->arena, to_json(v, value, 0));
}

/* --- lists and maps ----------------------------------------------------------------- */

/* Room for one more of `each` bytes. */
static void *grow(struct vtl *v, void *at, size_t n, size_t *size, size_t each)
{
	void *bigger;

	if (n < *size)
		return at;
	*size = *size ? 2 * *size : 4;
	if (!vtl_room(v, *size * each)) {
		*size = n;
		return NULL;
	}
	bigger = arena_alloc(v->arena, *size * each);
	if (n)
		memcpy(bigger, at, n * each);
	return bigger;
}

void vtl_add(struct vtl *v, struct vtl_value *list, struct vtl_value *value)
{
	struct vtl_value **at;

	if (list->kind != VTL_LIST)
		return;
	vtl_open(v, list);
	at = grow(v, list->list.at, list->list.n, &list->list.size, sizeof(struct vtl_value *));
	if (!at)
		return;
	list->list.at = at;
	list->list.at[list->list.n++] = value;
}

static struct vtl_pair *find(struct vtl *v, struct vtl_value *map, struct str key)
{
	if (map->kind != VTL_MAP)
		return NULL;
	vtl_open(v, map);
	vtl_work(v, 1 + map->map.n / 16);
	for (size_t i = 0; i < map->map.n; i++)
		if (str_eq(map->map.at[i].key, key))
			return &map->map.at[i];
	return NULL;
}

struct vtl_value *vtl_get(struct vtl *v, struct vtl_value *map, struct str key)
{
	struct vtl_pair *pair = find(v, map, key);

	return pair ? pair->value : NULL;
}

void vtl_put(struct vtl *v, struct vtl_value *map, struct str key, struct vtl_value *value)
{
	struct vtl_pair *pair = find(v, map, key), *at;

	v->changed = true;
	if (pair) {
		pair->value = value;
		return;
	}
	if (map->kind != VTL_MAP)
		return;
	at = grow(v, map->map.at, map->map.n, &map->map.size, sizeof(*at));
	if (!at)
		return;
	map->map.at = at;
	map->map.at[map->map.n++] = (struct vtl_pair){ key, value };
}

/* --- comparing ------------------------------------------------------------------------ */

bool vtl_is_number(const struct vtl_value *value)
{
	return value->kind == VTL_INT || value->kind == VTL_DOUBLE;
}

double vtl_number(const struct vtl_value *value)
{
	return value->kind == VTL_INT ? (double)value->i : value->d;
}

bool vtl_equal(struct vtl *v, struct vtl_value *a, struct vtl_value *b)
{
	if (a == b)
		return true;
	if (a->kind == VTL_INT && b->kind == VTL_INT)
		return a->i == b->i;
	if (vtl_is_number(a) && vtl_is_number(b))
		return vtl_number(a) == vtl_number(b);
	if (a->kind == VTL_NULL || b->kind == VTL_NULL)
		return a->kind == b->kind;
	if (a->kind == VTL_BOOL && b->kind == VTL_BOOL)
		return a->b == b->b;
	/* Of different kinds, or lists and maps: by what they print. */
	return str_eq(vtl_text(v, a), vtl_text(v, b));
}

/* --- printing -------------------------------------------------------------------------- */

static void print(struct vtl *v, struct buf *b, struct vtl_value *value, int depth);

static void print_list(struct vtl *v, struct buf *b, struct vtl_value *value, int depth)
{
	if (value->from_json) {
		json_print(b, vtl_to_json(v, value));
		return;
	}
	vtl_open(v, value);
	buf_addc(b, '[');
	for (size_t i = 0; i < value->list.n && !v->why; i++) {
		buf_adds(b, i ? ", " : "");
		print(v, b, value->list.at[i], depth + 1);
	}
	buf_addc(b, ']');
}

static void print_pair(struct vtl *v, struct buf *b, const struct vtl_pair *pair, int depth)
{
	buf_add(b, pair->key);
	buf_addc(b, '=');
	print(v, b, pair->value, depth + 1);
}

static void print_map(struct vtl *v, struct buf *b, struct vtl_value *value, int depth)
{
	vtl_open(v, value);
	buf_addc(b, '{');
	for (size_t i = 0; i < value->map.n && !v->why; i++) {
		buf_adds(b, i ? ", " : "");
		print_pair(v, b, &value->map.at[i], depth);
	}
	buf_addc(b, '}');
}

static void print(struct vtl *v, struct buf *b, struct vtl_value *value, int depth)
{
	if (!vtl_work(v, 1))
		return;
	if (depth > DEPTH_MAX) {
		vtl_fail(v, "a value is nested too deeply");
		return;
	}
	switch (value->kind) {
	case VTL_NULL:
		buf_adds(b, "null");
		break;
	case VTL_BOOL:
		buf_adds(b, value->b ? "true" : "false");
		break;
	case VTL_INT:
		buf_addf(b, "%" PRId64, value->i);
		break;
	case VTL_DOUBLE:
		java_add_double(b, value->d);
		break;
	case VTL_STRING:
		buf_add(b, value->s);
		break;
	case VTL_LIST:
		print_list(v, b, value, depth);
		break;
	case VTL_MAP:
		print_map(v, b, value, depth);
		break;
	case VTL_ENTRY:
		print_pair(v, b, value->entry, depth);
		break;
	case VTL_BLOCK:
		vtl_run_block(v, value->block, b);
		break;
	case VTL_TOOL:
	case VTL_LOOP:
		break;
	}
}

void vtl_print(struct vtl *v, struct buf *b, struct vtl_value *value)
{
	print(v, b, value, 0);
}

struct str vtl_text(struct vtl *v, struct vtl_value *value)
{
	struct buf b;
	struct str text;

	if (value->kind == VTL_STRING)
		return value->s;
	buf_init(&b, VELOCITY_OUTPUT_MAX);
	vtl_print(v, &b, value);
	if (b.overflow)
		vtl_fail(v, "a text is too long");
	text = vtl_room(v, b.n) ? arena_dup(v->arena, buf_str(&b)) : STR("");
	buf_release(&b);
	return text;
}
