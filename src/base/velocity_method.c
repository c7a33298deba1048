/* Velocity: what can be asked of a value: methods of Java's collections and numbers, properties, indexes. */
#include "base/velocity_inner.h"

#include <errno.h>
#include <stdlib.h>

/* A call: the arguments are as many as the method's row says. */
struct call {
	struct vtl_value *self, **args;
	size_t count;
};
struct method {
	const char *name;
	size_t least, most;
	struct vtl_value *(*call)(struct vtl *v, struct call *c);
};

/* --- lists --------------------------------------------------------------------------- */

static struct vtl_value *bounds(struct vtl *v, int64_t index, size_t size)
{
	return vtl_fail(v, "index %lld is out of bounds for length %zu", (long long)index, size);
}

static bool inside(const struct vtl_value *index, size_t size)
{
	return index->i >= 0 && (uint64_t)index->i < size;
}

static struct vtl_value *list_size(struct vtl *v, struct call *c)
{
	return vtl_int(v, (int64_t)c->self->list.n);
}

static struct vtl_value *list_is_empty(struct vtl *v, struct call *c)
{
	return vtl_bool(v, c->self->list.n == 0);
}

static struct vtl_value *list_get(struct vtl *v, struct call *c)
{
	if (c->args[0]->kind != VTL_INT)
		return vtl_null();
	if (!inside(c->args[0], c->self->list.n))
		return bounds(v, c->args[0]->i, c->self->list.n);
	return c->self->list.at[c->args[0]->i];
}

static struct vtl_value *list_set(struct vtl *v, struct call *c)
{
	struct vtl_value *old = list_get(v, c);

	if (!v->why && c->args[0]->kind == VTL_INT) {
		v->changed = true;
		c->self->list.at[c->args[0]->i] = c->args[1];
	}
	return old;
}

static void move(struct vtl *v, struct vtl_value *list, size_t to, size_t from)
{
	size_t n = list->list.n - (from > to ? from : to);

	if (vtl_work(v, n / 16))
		memmove(list->list.at + to, list->list.at + from, n * sizeof(struct vtl_value *));
}

static struct vtl_value *list_add(struct vtl *v, struct call *c)
{
	struct vtl_value *self = c->self;

	v->changed = true;
	if (c->count == 1) {
		vtl_add(v, self, c->args[0]);
		return vtl_bool(v, true);
	}
	if (c->args[0]->kind != VTL_INT)
		return vtl_null();
	if (!inside(c->args[0], self->list.n + 1))
		return bounds(v, c->args[0]->i, self->list.n);
	vtl_add(v, self, c->args[1]);
	if (v->why)
		return vtl_null();
	for (size_t i = self->list.n - 1; i > (size_t)c->args[0]->i && vtl_work(v, 1); i--)
		self->list.at[i] = self->list.at[i - 1];
	self->list.at[c->args[0]->i] = c->args[1];
	return vtl_null();
}

static struct vtl_value *list_add_all(struct vtl *v, struct call *c)
{
	struct vtl_value *other = c->args[0];
	size_t n;

	if (other->kind != VTL_LIST)
		return vtl_null();
	v->changed = true;
	vtl_open(v, other);
	n = other->list.n;
	for (size_t i = 0; i < n && vtl_work(v, 1); i++)
		vtl_add(v, c->self, other->list.at[i]);
	return vtl_bool(v, n > 0);
}

static ptrdiff_t position(struct vtl *v, struct vtl_value *list, struct vtl_value *wanted)
{
	for (size_t i = 0; i < list->list.n && vtl_work(v, 1); i++)
		if (vtl_equal(v, list->list.at[i], wanted))
			return (ptrdiff_t)i;
	return -1;
}

static struct vtl_value *list_index_of(struct vtl *v, struct call *c)
{
	return vtl_int(v, position(v, c->self, c->args[0]));
}

static struct vtl_value *list_contains(struct vtl *v, struct call *c)
{
	return vtl_bool(v, position(v, c->self, c->args[0]) >= 0);
}

static struct vtl_value *list_contains_all(struct vtl *v, struct call *c)
{
	struct vtl_value *other = c->args[0];

	if (other->kind != VTL_LIST)
		return vtl_null();
	vtl_open(v, other);
	for (size_t i = 0; i < other->list.n && vtl_work(v, 1); i++)
		if (position(v, c->self, other->list.at[i]) < 0)
			return vtl_bool(v, false);
	return vtl_bool(v, true);
}

static struct vtl_value *list_remove(struct vtl *v, struct call *c)
{
	struct vtl_value *self = c->self, *gone;
	ptrdiff_t at = position(v, self, c->args[0]);
	bool by_index = c->args[0]->kind == VTL_INT;

	if (by_index && !inside(c->args[0], self->list.n))
		return bounds(v, c->args[0]->i, self->list.n);
	if (by_index)
		at = (ptrdiff_t)c->args[0]->i;
	if (at < 0 || v->why)
		return vtl_bool(v, false);
	v->changed = true;
	gone = self->list.at[at];
	move(v, self, (size_t)at, (size_t)at + 1);
	self->list.n--;
	return by_index ? gone : vtl_bool(v, true);
}

static struct vtl_value *list_clear(struct vtl *v, struct call *c)
{
	v->changed = true;
	c->self->list.n = 0;
	return vtl_null();
}

static struct vtl_value *list_sub_list(struct vtl *v, struct call *c)
{
	struct vtl_value *from = c->args[0], *to = c->args[1], *part = vtl_list(v);

	if (from->kind != VTL_INT || to->kind != VTL_INT)
		return vtl_null();
	if (!inside(to, c->self->list.n + 1) || from->i < 0 || from->i > to->i)
		return bounds(v, to->i, c->self->list.n);
	for (int64_t i = from->i; i < to->i && vtl_work(v, 1); i++)
		vtl_add(v, part, c->self->list.at[i]);
	return part;
}

static const struct method list_methods[] = {
	{ "add", 1, 2, list_add },
	{ "addAll", 1, 1, list_add_all },
	{ "clear", 0, 0, list_clear },
	{ "contains", 1, 1, list_contains },
	{ "containsAll", 1, 1, list_contains_all },
	{ "get", 1, 1, list_get },
	{ "indexOf", 1, 1, list_index_of },
	{ "isEmpty", 0, 0, list_is_empty },
	{ "remove", 1, 1, list_remove },
	{ "set", 2, 2, list_set },
	{ "size", 0, 0, list_size },
	{ "subList", 2, 2, list_sub_list },
	{ 0 },
};

/* --- maps ------------------------------------------------------------------------------ */

static struct str key_of(struct vtl *v, struct call *c)
{
	return vtl_text(v, c->args[0]);
}

static struct vtl_value *or_null(struct vtl_value *value)
{
	return value ? value : vtl_null();
}

static struct vtl_value *map_size(struct vtl *v, struct call *c)
{
	return vtl_int(v, (int64_t)c->self->map.n);
}

static struct vtl_value *map_is_empty(struct vtl *v, struct call *c)
{
	return vtl_bool(v, c->self->map.n == 0);
}

static struct vtl_value *map_get(struct vtl *v, struct call *c)
{
	return or_null(vtl_get(v, c->self, key_of(v, c)));
}

static struct vtl_value *map_get_or_default(struct vtl *v, struct call *c)
{
	struct vtl_value *found = vtl_get(v, c->self, key_of(v, c));

	return found ? found : c->args[1];
}

static struct vtl_value *map_put(struct vtl *v, struct call *c)
{
	struct vtl_value *old = map_get(v, c);

	vtl_put(v, c->self, key_of(v, c), c->args[1]);
	return old;
}

static struct vtl_value *map_put_if_absent(struct vtl *v, struct call *c)
{
	struct vtl_value *old = map_get(v, c);

	if (old->kind == VTL_NULL)
		vtl_put(v, c->self, key_of(v, c), c->args[1]);
	return old;
}

static struct vtl_value *map_put_all(struct vtl *v, struct call *c)
{
	struct vtl_value *other = c->args[0];
	size_t n;

	if (other->kind != VTL_MAP)
		return vtl_null();
	vtl_open(v, other);
	n = other->map.n;
	for (size_t i = 0; i < n && vtl_work(v, 1); i++)
		vtl_put(v, c->self, other->map.at[i].key, other->map.at[i].value);
	return vtl_null();
}

static struct vtl_value *map_contains_key(struct vtl *v, struct call *c)
{
	return vtl_bool(v, vtl_get(v, c->self, key_of(v, c)) != NULL);
}

static struct vtl_value *map_values(struct vtl *v, struct call *c)
{
	struct vtl_value *list = vtl_list(v);

	for (size_t i = 0; i < c->self->map.n && vtl_work(v, 1); i++)
		vtl_add(v, list, c->self->map.at[i].value);
	return list;
}

static struct vtl_value *map_contains_value(struct vtl *v, struct call *c)
{
	struct vtl_value *values = map_values(v, c);

	return vtl_bool(v, values->kind == VTL_LIST && position(v, values, c->args[0]) >= 0);
}

static struct vtl_value *map_key_set(struct vtl *v, struct call *c)
{
	struct vtl_value *list = vtl_list(v);

	for (size_t i = 0; i < c->self->map.n && vtl_work(v, 1); i++)
		vtl_add(v, list, vtl_string(v, c->self->map.at[i].key));
	return list;
}

static struct vtl_value *map_entry_set(struct vtl *v, struct call *c)
{
	struct vtl_value *list = vtl_list(v);

	for (size_t i = 0; i < c->self->map.n && vtl_work(v, 1); i++) {
		struct vtl_pair *pair = ARENA_NEW(v->arena, struct vtl_pair);

		*pair = c->self->map.at[i]; /* the map may move its own */
		vtl_add(v, list, vtl_entry(v, pair));
	}
	return list;
}

static struct vtl_value *map_remove(struct vtl *v, struct call *c)
{
	struct str key = key_of(v, c);
	struct vtl_value *self = c->self;

	for (size_t i = 0; i < self->map.n && vtl_work(v, 1); i++) {
		struct vtl_value *gone = self->map.at[i].value;

		if (!str_eq(self->map.at[i].key, key))
			continue;
		v->changed = true;
		self->map.n--;
		memmove(self->map.at + i, self->map.at + i + 1,
			(self->map.n - i) * sizeof(*self->map.at));
		return gone;
	}
	return vtl_null();
}

static struct vtl_value *map_clear(struct vtl *v, struct call *c)
{
	v->changed = true;
	c->self->map.n = 0;
	return vtl_null();
}

static const struct method map_methods[] = {
	{ "clear", 0, 0, map_clear },
	{ "containsKey", 1, 1, map_contains_key },
	{ "containsValue", 1, 1, map_contains_value },
	{ "entrySet", 0, 0, map_entry_set },
	{ "get", 1, 1, map_get },
	{ "getOrDefault", 2, 2, map_get_or_default },
	{ "isEmpty", 0, 0, map_is_empty },
	{ "keySet", 0, 0, map_key_set },
	{ "put", 2, 2, map_put },
	{ "putAll", 1, 1, map_put_all },
	{ "putIfAbsent", 2, 2, map_put_if_absent },
	{ "remove", 1, 1, map_remove },
	{ "size", 0, 0, map_size },
	{ "values", 0, 0, map_values },
	{ 0 },
};

/* --- entries, numbers, truths, loops ------------------------------------------------------ */

static struct vtl_value *entry_get_key(struct vtl *v, struct call *c)
{
	return vtl_string(v, c->self->entry->key);
}

static struct vtl_value *entry_get_value(struct vtl *v, struct call *c)
{
	(void)v;
	return c->self->entry->value;
}

static const struct method entry_methods[] = {
	{ "getKey", 0, 0, entry_get_key },
	{ "getValue", 0, 0, entry_get_value },
	{ 0 },
};

static struct vtl_value *to_whole(struct vtl *v, struct call *c)
{
	return vtl_int(v, c->self->kind == VTL_INT ? c->self->i : (int64_t)c->self->d);
}

static struct vtl_value *to_double(struct vtl *v, struct call *c)
{
	return vtl_double(v, vtl_number(c->self));
}

static struct vtl_value *number_compare_to(struct vtl *v, struct call *c)
{
	double a = vtl_number(c->self), b;

	if (!vtl_is_number(c->args[0]))
		return vtl_null();
	b = vtl_number(c->args[0]);
	return vtl_int(v, a < b ? -1 : a > b);
}

/* Integer.parseInt(), by any number: "#set($Integer = 0)$Integer.parseInt('12')". */
static struct vtl_value *parse_int(struct vtl *v, struct call *c)
{
	struct str text = vtl_text(v, c->args[0]);
	int64_t value;

	if (!str_to_int(text, &value))
		return vtl_fail(v, "For input string: \"%.*s\"", STR_ARG(str_slice(text, 0, 100)));
	return vtl_int(v, value);
}

static struct vtl_value *parse_double(struct vtl *v, struct call *c)
{
	struct str text = vtl_text(v, c->args[0]);
	const char *from = arena_cstr(v->arena, text);
	char *end;
	double value = strtod(from, &end);

	if (end == from || *end)
		return vtl_fail(v, "For input string: \"%.*s\"", STR_ARG(str_slice(text, 0, 100)));
	return vtl_double(v, value);
}

static const struct method number_methods[] = {
	{ "compareTo", 1, 1, number_compare_to }, { "doubleValue", 0, 0, to_double },
	{ "floatValue", 0, 0, to_double },        { "intValue", 0, 0, to_whole },
	{ "longValue", 0, 0, to_whole },          { "parseDouble", 1, 1, parse_double },
	{ "parseInt", 1, 1, parse_int },          { "parseLong", 1, 1, parse_int },
	{ "valueOf", 1, 1, parse_int },           { 0 },
};

static struct vtl_value *bool_value(struct vtl *v, struct call *c)
{
	(void)v;
	return c->self;
}

static const struct method bool_methods[] = {
	{ "booleanValue", 0, 0, bool_value },
	{ 0 },
};

static struct vtl_value *loop_stop(struct vtl *v, struct call *c)
{
	c->self->loop->stopped = true;
	if (c->self->loop == v->loop)
		v->broke = true;
	return vtl_null();
}

static struct vtl_value *loop_index(struct vtl *v, struct call *c)
{
	return vtl_int(v, (int64_t)c->self->loop->index);
}

static struct vtl_value *loop_count(struct vtl *v, struct call *c)
{
	return vtl_int(v, (int64_t)c->self->loop->index + 1);
}

static struct vtl_value *loop_has_next(struct vtl *v, struct call *c)
{
	return vtl_bool(v, c->self->loop->index + 1 < c->self->loop->count);
}

static struct vtl_value *loop_first(struct vtl *v, struct call *c)
{
	return vtl_bool(v, c->self->loop->index == 0);
}

static struct vtl_value *loop_last(struct vtl *v, struct call *c)
{
	return vtl_bool(v, c->self->loop->index + 1 >= c->self->loop->count);
}

static struct vtl_value *loop_of(struct vtl *v, struct vtl_loop *loop)
{
	struct vtl_value *value = loop ? vtl_list(v) : vtl_null();

	if (value->kind == VTL_LIST) {
		value->kind = VTL_LOOP;
		value->loop = loop;
	}
	return value;
}

static struct vtl_value *loop_parent(struct vtl *v, struct call *c)
{
	return loop_of(v, c->self->loop->parent);
}

static struct vtl_value *loop_topmost(struct vtl *v, struct call *c)
{
	struct vtl_loop *loop = c->self->loop;

	while (loop->parent)
		loop = loop->parent;
	return loop_of(v, loop);
}

static const struct method loop_methods[] = {
	{ "getCount", 0, 0, loop_count },
	{ "getFirst", 0, 0, loop_first },
	{ "getIndex", 0, 0, loop_index },
	{ "getLast", 0, 0, loop_last },
	{ "getParent", 0, 0, loop_parent },
	{ "getTopmost", 0, 0, loop_topmost },
	{ "hasNext", 0, 0, loop_has_next },
	{ "isFirst", 0, 0, loop_first },
	{ "isLast", 0, 0, loop_last },
	{ "stop", 0, 0, loop_stop },
	{ 0 },
};

static const struct method *const methods[] = {
	[VTL_BOOL] = bool_methods, [VTL_INT] = number_methods, [VTL_DOUBLE] = number_methods,
	[VTL_LIST] = list_methods, [VTL_MAP] = map_methods,    [VTL_ENTRY] = entry_methods,
	[VTL_LOOP] = loop_methods,
};

struct vtl_value *vtl_call(struct vtl *v, struct vtl_value *self, struct str method,
			   struct vtl_value **args, size_t count)
{
	struct call c = { self, args, count };

	if (str_is(method, "toString") && count == 0)
		return vtl_string(v, vtl_text(v, self));
	if (str_is(method, "equals") && count == 1)
		return vtl_bool(v, self->kind == args[0]->kind && vtl_equal(v, self, args[0]));
	if (self->kind == VTL_STRING)
		return vtl_call_string(v, self, method, args, count);
	if (self->kind == VTL_LIST || self->kind == VTL_MAP)
		vtl_open(v, self);
	for (const struct method *m = methods[self->kind]; m && m->name; m++)
		if (str_is(method, m->name) && count >= m->least && count <= m->most)
			return v->why ? vtl_null() : m->call(v, &c);
	return vtl_null();
}

/* "$x.name": a map's member; else getName(), isName() or, of a loop, hasNext(). */
struct vtl_value *vtl_property(struct vtl *v, struct vtl_value *self, struct str name)
{
	static const char *const prefixes[] = { "get", "is", "" };
	struct vtl_value *value = vtl_null();

	if (self->kind == VTL_MAP)
		return or_null(vtl_get(v, self, name));
	for (size_t i = 0; i < 3 && value->kind == VTL_NULL; i++) {
		char *method = arena_printf(v->arena, "%s%.*s", prefixes[i], STR_ARG(name));

		if (*prefixes[i])
			method[strlen(prefixes[i])] = (char)(*name.p & ~0x20);
		else if (self->kind != VTL_LOOP)
			break;
		value = vtl_call(v, self, str_of(method), NULL, 0);
	}
	return value;
}

struct vtl_value *vtl_index(struct vtl *v, struct vtl_value *self, struct vtl_value *index)
{
	if (self->kind == VTL_MAP || (self->kind == VTL_LIST && index->kind == VTL_INT))
		return vtl_call(v, self, STR("get"), &index, 1);
	return vtl_null();
}
