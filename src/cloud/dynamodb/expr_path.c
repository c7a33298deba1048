/* Document paths: found in items, projected, compared. */
#include "cloud/dynamodb/expr.h"

#include "cloud/dynamodb/value.h"

/* One step down from a value (or from an item, which is a bare map). */
static struct json_object *step_down(const struct path_step *step, struct json_object *value,
				     bool item)
{
	struct json_object *inner = value;

	if (!item) {
		enum value_type type = value_type(value, &inner);

		if (type != (step->name.p ? VALUE_M : VALUE_L))
			return NULL;
	}
	if (step->name.p)
		return json_get(inner, step->name.p);
	return json_at(inner, (size_t)step->index);
}

struct json_object *path_find(const struct path *path, struct json_object *item)
{
	struct json_object *at = item;

	for (size_t i = 0; i < path->count && at; i++)
		at = step_down(&path->steps[i], at, i == 0);
	return at;
}

const char *path_text(struct arena *a, const struct path *path)
{
	struct buf b;
	const char *text;

	buf_init(&b, BUF_MAX);
	buf_addc(&b, '[');
	for (size_t i = 0; i < path->count; i++) {
		if (i)
			buf_adds(&b, ", ");
		if (path->steps[i].name.p)
			buf_add(&b, path->steps[i].name);
		else
			buf_addf(&b, "[%lld]", (long long)path->steps[i].index);
	}
	buf_addc(&b, ']');
	text = arena_cstr(a, buf_str(&b));
	buf_release(&b);
	return text;
}

struct path path_of_name(struct arena *a, struct str name)
{
	struct path path = { .count = 1 };

	path.steps = ARENA_NEW(a, struct path_step);
	path.steps[0].name = arena_dup(a, name);
	return path;
}

/* --- clashes ------------------------------------------------------------------- */

enum relation { APART, OVERLAP, CONFLICT };

static enum relation relate(const struct path *x, const struct path *y)
{
	for (size_t i = 0; i < x->count && i < y->count; i++) {
		const struct path_step *p = &x->steps[i], *q = &y->steps[i];

		if (!p->name.p != !q->name.p)
			return CONFLICT;
		if (p->name.p ? !str_eq(p->name, q->name) : p->index != q->index)
			return APART;
	}
	return OVERLAP;
}

static bool find_clash(struct arena *a, const struct path_list *list, enum relation wanted,
		       const char **why)
{
	for (size_t i = 0; i < list->count; i++) {
		for (size_t k = 0; k < i; k++) {
			if (relate(&list->paths[k], &list->paths[i]) != wanted)
				continue;
			*why = arena_printf(
				a,
				"Two document paths %s with each other; must remove or rewrite one of "
				"these paths; path one: %s, path two: %s",
				wanted == OVERLAP ? "overlap" : "conflict",
				path_text(a, &list->paths[k]), path_text(a, &list->paths[i]));
			return true;
		}
	}
	return false;
}

bool path_list_clash(struct arena *a, const struct path_list *list, const char **why)
{
	return find_clash(a, list, OVERLAP, why) || find_clash(a, list, CONFLICT, why);
}

/* --- projection -------------------------------------------------------------------- */

/*
 * What the paths leave of a value: `paths` are those that go through it, each `depth` steps deep already. List
 * elements close up, in the list's order.
 */
static struct json_object *project_value(const struct path_list *paths, size_t depth,
					 struct json_object *value, struct arena *a);

static bool goes_on(const struct path *path, size_t depth)
{
	return path->count > depth;
}

/* The paths of the list whose next step is this one. */
static struct path_list through(struct arena *a, const struct path_list *paths, size_t depth,
				struct str name, int64_t index)
{
	struct path_list some = { .paths = arena_alloc(a, paths->count * sizeof(struct path)) };

	for (size_t i = 0; i < paths->count; i++) {
		const struct path_step *step = &paths->paths[i].steps[depth];

		if (goes_on(&paths->paths[i], depth) &&
		    (name.p ? step->name.p && str_eq(step->name, name)
			    : !step->name.p && step->index == index))
			some.paths[some.count++] = paths->paths[i];
	}
	return some;
}

/* Attributes in the order in which the paths first name them. */
static struct json_object *project_map(const struct path_list *paths, size_t depth,
				       struct json_object *map, struct arena *a)
{
	struct json_object *out = json_object_new_object();

	for (size_t i = 0; i < paths->count; i++) {
		const struct path_step *step = &paths->paths[i].steps[depth];
		struct json_object *value, *left;
		struct path_list some;

		if (!step->name.p || json_get(out, step->name.p))
			continue;
		value = json_get(map, step->name.p);
		if (!value)
			continue;
		some = through(a, paths, depth, step->name, 0);
		left = project_value(&some, depth + 1, value, a);
		if (left)
			json_set(out, step->name.p, left);
	}
	return out;
}

static struct json_object *project_list(const struct path_list *paths, size_t depth,
					struct json_object *list, struct arena *a)
{
	struct json_object *out = json_object_new_array();

	for (size_t i = 0; i < json_count(list); i++) {
		struct path_list some = through(a, paths, depth, STR_NONE, (int64_t)i);
		struct json_object *left =
			some.count ? project_value(&some, depth + 1, json_at(list, i), a) : NULL;

		if (left)
			json_add(out, left);
	}
	return out;
}

static struct json_object *project_value(const struct path_list *paths, size_t depth,
					 struct json_object *value, struct arena *a)
{
	struct json_object *inner, *left;
	enum value_type type = value_type(value, &inner);

	if (!goes_on(&paths->paths[0], depth))
		return json_object_get(value);
	if (type != VALUE_M && type != VALUE_L)
		return NULL;
	left = type == VALUE_M ? project_map(paths, depth, inner, a)
			       : project_list(paths, depth, inner, a);
	if (!json_count(left)) {
		json_object_put(left);
		return NULL;
	}
	return value_new(type, left);
}

struct json_object *expr_project(struct arena *a, const struct path_list *list,
				 struct json_object *item)
{
	return json_own(a, project_map(list, 0, item, a));
}
