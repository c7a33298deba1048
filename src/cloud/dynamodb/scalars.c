/* Paths that go into keys; see scalars.h. */
#include "cloud/dynamodb/scalars.h"

/* The first names of the paths that go on behind them. */
struct heads {
	struct arena *arena;
	struct head {
		struct head *next;
		struct str name;
	} * first;
};

static void add(struct heads *heads, const struct path *path)
{
	struct head *head;

	if (path->count < 2)
		return;
	head = ARENA_NEW(heads->arena, struct head);
	head->name = path->steps[0].name;
	head->next = heads->first;
	heads->first = head;
}

static void add_expr(struct heads *heads, const struct expr *e)
{
	if (e->kind == EXPR_PATH)
		add(heads, &e->path);
	for (size_t i = 0; i < e->count; i++)
		add_expr(heads, e->args[i]);
}

static bool check_keys(struct op *op, const struct key_schema *keys, const struct heads *heads,
		       const char *what)
{
	for (size_t i = 0; i < keys->count; i++) {
		for (const struct head *head = heads->first; head; head = head->next) {
			if (!str_eq(head->name, keys->parts[i].name))
				continue;
			op_fail(op, &ValidationException,
				"Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
				"allowed: %s: %.*s",
				what, STR_ARG(head->name));
			return false;
		}
	}
	return true;
}

static bool check(struct op *op, const struct table *table, const struct heads *heads)
{
	if (!heads->first)
		return true;
	if (!check_keys(op, &table->keys, heads, "Key"))
		return false;
	for (size_t i = 0; i < table->index_count; i++)
		if (!check_keys(op, &table->indexes[i].keys, heads, "IndexKey"))
			return false;
	return true;
}

bool scalars_check_paths(struct op *op, const struct table *table, const struct path_list *paths)
{
	struct heads heads = { .arena = op->arena };

	for (size_t i = 0; paths && i < paths->count; i++)
		add(&heads, &paths->paths[i]);
	return check(op, table, &heads);
}

bool scalars_check_expr(struct op *op, const struct table *table, const struct expr *e)
{
	struct heads heads = { .arena = op->arena };

	if (e)
		add_expr(&heads, e);
	return check(op, table, &heads);
}

bool scalars_check_update(struct op *op, const struct table *table, const struct update *update)
{
	struct heads heads = { .arena = op->arena };

	for (size_t i = 0; update && i < update->count; i++) {
		add(&heads, &update->actions[i].path);
		if (update->actions[i].value)
			add_expr(&heads, update->actions[i].value);
	}
	return check(op, table, &heads);
}
