/*
 * What an update weighs.
 *
 * AWS documents no more than the size of items. The costs are those that public conformance suites have measured to the
 * byte in the regions where UpdateItem has this bound, us-east-1 among them.
 */
#include "cloud/dynamodb/update.h"
#include "cloud/dynamodb/value.h"

enum {
	UPDATE_COST = 3,
	WRITE_COST = 19, /* of SET and ADD */
	TAKE_COST = 1,   /* of REMOVE and DELETE */
	PATH_COST = 1,   /* of a path that is read */
	READ_STEP_COST = 14,
	TARGET_STEP_COST = 4, /* of the steps behind a target's first */
	PLUS_COST = 34,
	MINUS_COST = 37,
	LIST_APPEND_COST = 37,
	IF_NOT_EXISTS_COST = 39,
};

/* Bytes of a name, digits of an index. */
static size_t step_size(const struct path_step *step)
{
	size_t digits = 1;

	if (step->name.p)
		return step->name.n;
	for (int64_t rest = step->index; rest >= 10; rest /= 10)
		digits++;
	return digits;
}

static size_t steps_weight(const struct path *path, size_t cost)
{
	size_t total = 0;

	for (size_t i = 0; i < path->count; i++)
		total += cost + step_size(&path->steps[i]);
	return total;
}

static size_t target_weight(const struct path *path)
{
	return steps_weight(path, TARGET_STEP_COST) - TARGET_STEP_COST;
}

static size_t operator_cost(const struct expr *e)
{
	if (e->kind == EXPR_FUNCTION)
		return e->function == FUNCTION_LIST_APPEND ? LIST_APPEND_COST : IF_NOT_EXISTS_COST;
	return e->kind == EXPR_PLUS ? PLUS_COST : MINUS_COST;
}

static size_t operand_weight(const struct expr *e)
{
	size_t total;

	if (e->kind == EXPR_VALUE)
		return value_size(e->value);
	if (e->kind == EXPR_PATH)
		return PATH_COST + steps_weight(&e->path, READ_STEP_COST);
	total = operator_cost(e);
	for (size_t i = 0; i < e->count; i++)
		total += operand_weight(e->args[i]);
	return total;
}

static size_t action_weight(const struct update_action *action)
{
	if (action->kind == UPDATE_REMOVE || action->kind == UPDATE_DELETE)
		return TAKE_COST + target_weight(&action->path);
	return WRITE_COST + target_weight(&action->path) + operand_weight(action->value);
}

size_t update_weight(const struct update *update)
{
	size_t total = UPDATE_COST;

	if (update->legacy)
		return 0;
	for (size_t i = 0; i < update->count; i++)
		total += action_weight(&update->actions[i]);
	return total;
}
