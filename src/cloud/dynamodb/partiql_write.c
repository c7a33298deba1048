/* INSERT, UPDATE, DELETE and EXISTS as actions; see partiql_run.h. */
#include "cloud/dynamodb/partiql_run.h"

static bool refuse(struct op *op, const char *why)
{
	op_fail(op, &ValidationException, "%s", why);
	return false;
}

/* --- conditions ------------------------------------------------------------------- */

/* Is there such an item, or is there none? */
static struct expr *presence(struct arena *a, const struct key_schema *keys, bool there)
{
	struct expr *path = ARENA_NEW(a, struct expr), *e = ARENA_NEW(a, struct expr);

	path->kind = EXPR_PATH;
	path->path = path_of_name(a, keys->hash.name);
	e->kind = EXPR_FUNCTION;
	e->function = there ? FUNCTION_ATTRIBUTE_EXISTS : FUNCTION_ATTRIBUTE_NOT_EXISTS;
	e->args = arena_alloc(a, sizeof(*e->args));
	e->args[0] = path;
	e->count = 1;
	return e;
}

/* --- actions ---------------------------------------------------------------------------- */

static bool insert(struct op *op, const struct partiql *s, struct action *a)
{
	a->name = "Put";
	a->inserts = true;
	json_set(a->params, "Item", json_object_get(s->item));
	if (!partiql_check_key(op, &a->table->keys, s->item) || !item_check(op, s->item, &a->new))
		return false;
	a->request.condition = presence(op->arena, &a->table->keys, false);
	return true;
}

static const char *name_of(enum partiql_kind kind)
{
	return kind == PARTIQL_UPDATE   ? "Update"
	       : kind == PARTIQL_DELETE ? "Delete"
					: "ConditionCheck";
}

static bool check_plan(struct op *op, const struct partiql *s, const struct partiql_plan *plan,
		       const struct key_schema *keys)
{
	bool item = partiql_plan_is_item(plan, keys);

	if (s->kind == PARTIQL_EXISTS) {
		if (s->index.p)
			return refuse(op,
				      "Operations on indices are not supported in transactions");
		if (!item || !plan->rest)
			return refuse(
				op,
				"EXISTS() must contain a single item read with additional condition");
	}
	if (!item)
		return refuse(
			op,
			"Where clause does not contain a mandatory equality on all key attributes");
	if (!plan->again)
		return true;
	op_fail(op, &ValidationException,
		"Multiple conditions on same key %s. Only single item Update/Insert/Delete are supported",
		plan->again->args[0]->path.steps[0].name.p);
	return false;
}

/* A DELETE asks its condition only of an item that is there; an UPDATE and EXISTS want one. */
static bool on_item(struct op *op, const struct partiql *s, struct action *a)
{
	const struct key_schema *keys = &a->table->keys;
	struct partiql_plan plan;
	struct json_object *key;

	partiql_plan(op->arena, keys, s->where, &plan);
	if (!check_plan(op, s, &plan, keys))
		return false;
	key = partiql_plan_key(op, &plan, keys);
	if (!partiql_check_key(op, keys, key))
		return false;
	a->name = name_of(s->kind);
	json_set(a->params, "Key", json_object_get(key));
	if (s->kind == PARTIQL_UPDATE) {
		a->request.update = (struct update *)&s->update;
		if (!items_check_update(op, a->table, &s->update))
			return false;
	}
	if (s->kind != PARTIQL_DELETE)
		a->request.condition = partiql_join(op->arena, EXPR_AND,
						    presence(op->arena, keys, true), plan.rest);
	else if (plan.rest)
		a->request.condition = partiql_join(op->arena, EXPR_OR,
						    presence(op->arena, keys, false), plan.rest);
	return true;
}

bool partiql_action(struct op *op, const struct partiql *s, struct json_object *params,
		    struct action *a)
{
	struct str on_failure = json_get_str(params, "ReturnValuesOnConditionCheckFailure");

	*a = (struct action){ .params = json_new_object(op->arena) };
	json_set_str(a->params, "TableName", s->table);
	if (on_failure.p)
		json_set_str(a->params, "ReturnValuesOnConditionCheckFailure", on_failure);
	a->table = partiql_table(op, s);
	if (!a->table)
		return false;
	return s->kind == PARTIQL_INSERT ? insert(op, s, a) : on_item(op, s, a);
}

/* --- RETURNING ------------------------------------------------------------------------------ */

/* The parts of an item that the update is about; NULL when there are none. */
static struct json_object *modified(struct op *op, const struct update *update, struct str text)
{
	struct path_list paths = { .count = update->count };
	struct json_object *parts;

	paths.paths = arena_alloc(op->arena, (update->count + 1) * sizeof(*paths.paths));
	for (size_t i = 0; i < update->count; i++)
		paths.paths[i] = update->actions[i].path;
	parts = expr_project(op->arena, &paths, json_parse(op->arena, text, NULL));
	return json_count(parts) ? json_object_get(parts) : NULL;
}

struct json_object *partiql_returned(struct op *op, const struct partiql *s, const struct action *a)
{
	switch (s->returning) {
	case RETURNING_ALL_OLD:
		return a->old.found ? json_raw(a->old.text) : NULL;
	case RETURNING_ALL_NEW:
		return json_raw(a->new.text);
	case RETURNING_MODIFIED_OLD:
		return modified(op, &s->update, a->old.text);
	case RETURNING_MODIFIED_NEW:
		return modified(op, &s->update, a->new.text);
	default:
		return NULL;
	}
}
