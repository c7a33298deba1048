/* Updates applied to items: SET, REMOVE, ADD, DELETE. */
#include "cloud/dynamodb/update.h"

#include "cloud/dynamodb/value.h"

static bool refuse(struct op *op, const char *why)
{
	op_fail(op, &ValidationException, "%s", why);
	return false;
}

#define BAD_PATH "The document path provided in the update expression is invalid for update"
#define BAD_TYPE "An operand in the update expression has an incorrect data type"
#define MISMATCH "Type mismatch for attribute to update"
#define NO_SUCH  "The provided expression refers to an attribute that does not exist in the item"

/* --- values ------------------------------------------------------------------------ */

static struct json_object *value_of(struct op *op, const struct expr *e, struct json_object *item);

static bool number_of(struct op *op, const struct json_object *value, struct number *out)
{
	struct json_object *inner;

	if (value_type(value, &inner) != VALUE_N ||
	    number_parse(json_str(inner), out) != NUMBER_FINE)
		return refuse(op, BAD_TYPE);
	return true;
}

static struct json_object *sum(struct op *op, struct json_object *x, struct json_object *y,
			       bool minus)
{
	struct number m, n, total;
	enum number_error error;

	if (!x || !y || !number_of(op, x, &m) || !number_of(op, y, &n))
		return NULL;
	error = number_add(&m, &n, minus, &total);
	/* A sum that 38 digits cannot hold is told as one that is too large. */
	if (error == NUMBER_TOO_PRECISE)
		error = NUMBER_OVERFLOW;
	if (error != NUMBER_FINE) {
		refuse(op, number_complaint(op->arena, error, STR("")));
		return NULL;
	}
	return json_own(op->arena, value_new_number(&total));
}

static struct json_object *appended(struct op *op, struct json_object *x, struct json_object *y)
{
	struct json_object *lists[2], *out;

	if (!x || !y)
		return NULL;
	if (value_type(x, &lists[0]) != VALUE_L || value_type(y, &lists[1]) != VALUE_L) {
		refuse(op, BAD_TYPE);
		return NULL;
	}
	out = json_object_new_array();
	for (int i = 0; i < 2; i++)
		for (size_t k = 0; k < json_count(lists[i]); k++)
			json_add(out, json_object_get(json_at(lists[i], k)));
	return json_own(op->arena, value_new(VALUE_L, out));
}

static struct json_object *function_value(struct op *op, const struct expr *e,
					  struct json_object *item)
{
	struct json_object *found;

	if (e->function == FUNCTION_LIST_APPEND)
		return appended(op, value_of(op, e->args[0], item), value_of(op, e->args[1], item));
	found = path_find(&e->args[0]->path, item);
	return found ? found : value_of(op, e->args[1], item);
}

/* An operand's value; NULL with the error set. */
static struct json_object *value_of(struct op *op, const struct expr *e, struct json_object *item)
{
	struct json_object *value;

	switch (e->kind) {
	case EXPR_VALUE:
		return e->value;
	case EXPR_FUNCTION:
		return function_value(op, e, item);
	case EXPR_PLUS:
	case EXPR_MINUS:
		return sum(op, value_of(op, e->args[0], item), value_of(op, e->args[1], item),
			   e->kind == EXPR_MINUS);
	default:
		value = path_find(&e->path, item);
		if (!value)
			refuse(op, NO_SUCH);
		return value;
	}
}

/* --- places ------------------------------------------------------------------------ */

/* The map or list that holds the path's last step, bare of its type; NULL when there is none. */
static struct json_object *container(const struct path *path, struct json_object *item)
{
	struct path parent = { .steps = path->steps, .count = path->count - 1 };
	const struct path_step *last = &path->steps[path->count - 1];
	struct json_object *value, *inner;

	if (path->count == 1)
		return item;
	value = path_find(&parent, item);
	if (!value || value_type(value, &inner) != (last->name.p ? VALUE_M : VALUE_L))
		return NULL;
	return inner;
}

static struct json_object *copy_of(const struct json_object *value)
{
	struct json_object *copy = NULL;

	json_object_deep_copy((struct json_object *)value, &copy, NULL);
	return copy;
}

static bool put(struct op *op, const struct path *path, struct json_object *item,
		const struct json_object *value)
{
	const struct path_step *last = &path->steps[path->count - 1];
	struct json_object *holder = container(path, item);

	if (!holder)
		return refuse(op, BAD_PATH);
	if (last->name.p)
		json_set(holder, last->name.p, copy_of(value));
	else if ((size_t)last->index < json_count(holder))
		json_object_array_put_idx(holder, (size_t)last->index, copy_of(value));
	else
		json_add(holder, copy_of(value));
	return true;
}

/* Elements of lists become null at first, so that other indexes still mean what they meant. */
static bool take_out(struct op *op, const struct path *path, struct json_object *item)
{
	const struct path_step *last = &path->steps[path->count - 1];
	struct json_object *holder = container(path, item);

	if (!holder)
		return refuse(op, BAD_PATH);
	if (last->name.p)
		json_object_object_del(holder, last->name.p);
	else if ((size_t)last->index < json_count(holder))
		json_object_array_put_idx(holder, (size_t)last->index, NULL);
	return true;
}

static void close_up(const struct path *path, struct json_object *item)
{
	struct json_object *holder = container(path, item);

	if (path->steps[path->count - 1].name.p || !holder)
		return;
	for (size_t i = json_count(holder); i-- > 0;)
		if (!json_at(holder, i))
			json_object_array_del_idx(holder, i, 1);
}

/* --- ADD and DELETE -------------------------------------------------------------------- */

static bool is_set(enum value_type type)
{
	return type == VALUE_SS || type == VALUE_NS || type == VALUE_BS;
}

/* The set `x` with or without the members of `y`; NULL when nothing is left. */
static struct json_object *combined(enum value_type type, struct json_object *x,
				    struct json_object *y, bool add)
{
	struct json_object *out = json_object_new_array();

	for (size_t i = 0; i < json_count(x); i++)
		if (add || !value_set_has(type, y, json_str(json_at(x, i))))
			json_add(out, json_object_get(json_at(x, i)));
	for (size_t i = 0; add && i < json_count(y); i++)
		if (!value_set_has(type, x, json_str(json_at(y, i))))
			json_add(out, json_object_get(json_at(y, i)));
	if (json_count(out))
		return value_new(type, out);
	json_object_put(out);
	return NULL;
}

/* `mismatch` is what is said when another type stands there. */
static bool add_or_delete(struct op *op, const struct update_action *action, const char *mismatch,
			  struct json_object *old, struct json_object *item)
{
	bool add = action->kind == UPDATE_ADD;
	struct json_object *value = action->value->value, *here = path_find(&action->path, old);
	struct json_object *in_value, *in_here, *result;
	enum value_type type = value_type(value, &in_value);

	if (!here && !container(&action->path, item))
		return refuse(op, BAD_PATH);
	if (!here)
		return !add || put(op, &action->path, item, value);
	if (value_type(here, &in_here) != type)
		return refuse(op, mismatch);
	if (type == VALUE_N || type == VALUE_L) {
		result = type == VALUE_N ? sum(op, here, value, false) : appended(op, here, value);
		return result && put(op, &action->path, item, result);
	}
	if (!is_set(type))
		return refuse(op, mismatch);
	result = combined(type, in_here, in_value, add);
	if (!result)
		return take_out(op, &action->path, item);
	json_own(op->arena, result);
	return put(op, &action->path, item, result);
}

/* --- the whole update ---------------------------------------------------------------------- */

/* The values of all SETs, from the item as it was; false with the error set. */
static bool evaluate(struct op *op, const struct update *update, struct json_object *item,
		     struct json_object **values)
{
	for (size_t i = 0; i < update->count; i++) {
		if (update->actions[i].kind != UPDATE_SET)
			continue;
		values[i] = value_of(op, update->actions[i].value, item);
		if (!values[i])
			return false;
	}
	return true;
}

static bool apply_one(struct op *op, const struct update *update, size_t i,
		      struct json_object *value, struct json_object *old, struct json_object *item)
{
	const struct update_action *action = &update->actions[i];

	switch (action->kind) {
	case UPDATE_SET:
		return put(op, &action->path, item, value);
	case UPDATE_REMOVE:
		return take_out(op, &action->path, item);
	case UPDATE_ADD:
	case UPDATE_DELETE:
		return add_or_delete(op, action, update->legacy ? MISMATCH : BAD_TYPE, old, item);
	}
	return false;
}

/* The index of the list's element that the action sets or adds to; -1 when it does something else. */
static int64_t element_set(const struct update_action *action)
{
	const struct path_step *last = &action->path.steps[action->path.count - 1];

	return (action->kind == UPDATE_SET || action->kind == UPDATE_ADD) && !last->name.p
		       ? last->index
		       : -1;
}

/* The actions in the order in which elements behind a list's end are appended: by index. */
static size_t *application_order(struct arena *a, const struct update *update)
{
	size_t *order = arena_alloc(a, (update->count + 1) * sizeof(*order));

	for (size_t i = 0; i < update->count; i++) {
		int64_t index = element_set(&update->actions[i]);
		size_t k = i;

		for (; k && element_set(&update->actions[order[k - 1]]) > index; k--)
			order[k] = order[k - 1];
		order[k] = i;
	}
	return order;
}

bool update_apply(struct op *op, const struct update *update, bool fresh, struct json_object *item)
{
	struct json_object *old = json_own(op->arena, copy_of(item));
	struct json_object **values =
		arena_zalloc(op->arena, (update->count + 1) * sizeof(*values));
	size_t *order = application_order(op->arena, update);

	if (!evaluate(op, update, old, values))
		return false;
	for (size_t i = 0; i < update->count; i++) {
		if (fresh && update->actions[order[i]].kind == UPDATE_REMOVE)
			continue;
		if (!apply_one(op, update, order[i], values[order[i]], old, item))
			return false;
	}
	for (size_t i = 0; i < update->count; i++)
		close_up(&update->actions[i].path, item);
	return true;
}
