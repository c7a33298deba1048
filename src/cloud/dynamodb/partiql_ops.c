/* ExecuteStatement, BatchExecuteStatement, ExecuteTransaction. */
#include "cloud/dynamodb/operations.h"

#include "cloud/dynamodb/partiql_run.h"

static const struct aws_error DuplicateItemException = { "DuplicateItemException", 400, NULL };

static bool parse(struct op *op, struct json_object *params, struct partiql *out)
{
	const char *why;

	if (partiql_parse(op->arena, json_get_str(params, "Statement"),
			  json_get(params, "Parameters"), out, &why))
		return true;
	op_fail(op, &ValidationException, "%s", why);
	return false;
}

/* EXISTS has its place in transactions alone. */
static bool refuse_exists(struct op *op, const struct partiql *s)
{
	if (s->kind != PARTIQL_EXISTS)
		return true;
	op_fail(op, &ValidationException,
		"EXISTS can only be used in ExecuteTransaction write requests.");
	return false;
}

/* Look at a write and carry it out, unless there is a reason not to. False with the error set. */
static bool write_item(struct op *op, const struct partiql *s, struct json_object *params,
		       struct action *a)
{
	if (!refuse_exists(op, s) || !partiql_action(op, s, params, a) || !action_find_key(op, a) ||
	    !action_weigh(op, a))
		return false;
	if (!a->reason)
		action_carry_out(op, a);
	return true;
}

/* --- ExecuteStatement ----------------------------------------------------------------- */

/* An action's reason as the error of a single statement. */
static bool fail_for(struct op *op, const struct action *a)
{
	struct str code = json_get_str(a->reason, "Code");
	struct json_object *item = json_get(a->reason, "Item");
	const struct aws_error *error = &ValidationException;

	if (str_is(code, "ConditionalCheckFailed"))
		error = item ? &ConditionalCheckFailedWithItem : &ConditionalCheckFailedException;
	if (str_is(code, "DuplicateItem"))
		error = &DuplicateItemException;
	op_fail(op, error, "%.*s", STR_ARG(json_get_str(a->reason, "Message")));
	if (item)
		json_set(op_error_members(op), "Item", json_object_get(item));
	return false;
}

static bool run_write(struct op *op, const struct partiql *s)
{
	struct json_object *items, *returned;
	struct capacity cost;
	struct action a;

	if (!write_item(op, s, op->in, &a))
		return false;
	if (a.reason)
		return fail_for(op, &a);
	items = json_set_array(op->out, "Items");
	returned = partiql_returned(op, s, &a);
	if (returned)
		json_add(items, returned);
	action_cost(op, &a, &cost);
	capacity_report(op, a.table, &cost);
	return true;
}

static bool run_read(struct op *op, const struct partiql *s)
{
	struct partiql_read read = { .statement = s, .params = op->in };

	if (!partiql_select(op, &read))
		return false;
	if (!read.cost.indexes)
		capacity_of_read(op, read.table, NULL, 0, &read.cost);
	capacity_report(op, read.table, &read.cost);
	return true;
}

enum outcome dynamodb_op_execute_statement(struct op *op)
{
	struct partiql s;

	if (!parse(op, op->in, &s) || !(partiql_reads(&s) ? run_read(op, &s) : run_write(op, &s)))
		return FAILED;
	return DONE;
}

/* --- BatchExecuteStatement --------------------------------------------------------------- */

struct member {
	struct json_object *params;
	struct json_object *response;
	struct partiql statement;
	struct action action;
	bool parsed, ran;
	struct capacity cost;
};

/* "ValidationException" is "ValidationError" here, and the others go without their "Exception". */
static void set_error(struct op *op, struct member *m)
{
	struct json_object *error = json_set_object(m->response, "Error");
	struct str code = str_of(op->error->code);

	if (op->error == &ValidationException)
		code = STR("ValidationError");
	else if (str_ends(code, STR("Exception")))
		code.n -= strlen("Exception");
	json_set_str(error, "Code", code);
	json_set_str(error, "Message", op->error_message);
	op->error = NULL;
	op->error_message = STR_NONE;
	op->error_members = NULL;
}

static bool read_member(struct op *op, struct member *m)
{
	struct action *a = &m->action;
	bool consistent = json_bool_or(json_get(m->params, "ConsistentRead"), false);

	if (!partiql_get(op, &m->statement, "BatchExecuteStatement", a) || !action_find_key(op, a))
		return false;
	item_get(op, a->table, &a->key, &a->old);
	if (a->old.found)
		json_set(m->response, "Item", partiql_pick(op, a->request.projection, a->old.text));
	capacity_of_read(op, a->table, NULL, capacity_read_units(a->old.size, consistent),
			 &m->cost);
	return true;
}

static bool write_member(struct op *op, struct member *m)
{
	struct json_object *returned;

	if (!write_item(op, &m->statement, m->params, &m->action))
		return false;
	action_cost(op, &m->action, &m->cost);
	if (m->action.reason) {
		json_set(m->response, "Error", json_object_get(m->action.reason));
		return true;
	}
	returned = partiql_returned(op, &m->statement, &m->action);
	if (returned)
		json_set(m->response, "Item", returned);
	return true;
}

static void run_member(struct op *op, struct member *m)
{
	m->ran = partiql_reads(&m->statement) ? read_member(op, m) : write_member(op, m);
	if (m->ran)
		json_set_str(m->response, "TableName", m->action.table->name);
	else
		set_error(op, m);
}

static bool check_mixture(struct op *op, const struct member *all, size_t count, const char *api)
{
	bool reads = false, writes = false;

	for (size_t i = 0; i < count; i++) {
		reads |= all[i].parsed && partiql_reads(&all[i].statement);
		writes |= all[i].parsed && !partiql_reads(&all[i].statement);
	}
	if (!reads || !writes)
		return true;
	op_fail(op, &ValidationException,
		"%s API does not support both read and write operations in the same request.", api);
	return false;
}

/* ConsumedCapacity, table by table. */
static void report(struct op *op, const struct member *all, size_t count)
{
	struct json_object *list = NULL, *printed;

	for (size_t i = 0; i < count; i++) {
		struct capacity sum = { 0 };
		bool seen = !all[i].ran;

		for (size_t k = 0; k < i && !seen; k++)
			seen = all[k].ran && all[k].action.table->id == all[i].action.table->id;
		if (seen)
			continue;
		for (size_t k = i; k < count; k++)
			if (all[k].ran && all[k].action.table->id == all[i].action.table->id)
				capacity_add(op, all[i].action.table, &sum, &all[k].cost, 1);
		printed = capacity_print(op, all[i].action.table, STR_NONE, &sum);
		if (!printed)
			return;
		list = list ? list : json_set_array(op->out, "ConsumedCapacity");
		json_add(list, printed);
	}
}

enum outcome dynamodb_op_batch_execute_statement(struct op *op)
{
	struct json_object *statements = op_get(op, "Statements"), *responses;
	size_t count = json_count(statements);
	struct member *all = arena_zalloc(op->arena, count * sizeof(*all));

	responses = json_set_array(op->out, "Responses");
	for (size_t i = 0; i < count; i++) {
		all[i].params = json_at(statements, i);
		all[i].response = json_add_object(responses);
		all[i].parsed = parse(op, all[i].params, &all[i].statement);
		if (!all[i].parsed)
			set_error(op, &all[i]);
	}
	if (!check_mixture(op, all, count, "BatchExecuteStatement"))
		return FAILED;
	for (size_t i = 0; i < count; i++)
		if (all[i].parsed)
			run_member(op, &all[i]);
	report(op, all, count);
	return DONE;
}

/* --- ExecuteTransaction --------------------------------------------------------------------- */

/* Say in which statement it was. */
static bool fail_in(struct op *op, size_t i)
{
	struct str why = op->error_message;

	if (op->error == &ValidationException)
		op_fail(op, &ValidationException,
			"Validation failed in TransactStatements[%zu]: %.*s", i, STR_ARG(why));
	return false;
}

static bool parse_all(struct op *op, struct member *all, size_t count)
{
	const char *why;

	for (size_t i = 0; i < count; i++) {
		all[i].params = json_at(op_get(op, "TransactStatements"), i);
		if (!partiql_check_parameters(op->arena, json_get(all[i].params, "Parameters"),
					      &why)) {
			op_fail(op, &ValidationException, "%s", why);
			return false;
		}
		all[i].parsed = parse(op, all[i].params, &all[i].statement);
		if (!all[i].parsed)
			return fail_in(op, i);
		if (all[i].statement.returning == RETURNING_NOTHING)
			continue;
		op_fail(op, &ValidationException,
			"RETURNING clause is not supported in ExecuteTransaction.");
		return fail_in(op, i);
	}
	return check_mixture(op, all, count, "ExecuteTransaction");
}

static bool make_action(struct op *op, const struct member *m, struct action *out)
{
	return partiql_reads(&m->statement)
		       ? partiql_get(op, &m->statement, "ExecuteTransaction", out)
		       : partiql_action(op, &m->statement, m->params, out);
}

enum outcome dynamodb_op_execute_transaction(struct op *op)
{
	struct json_object *statements = op_get(op, "TransactStatements");
	size_t count = json_count(statements);
	struct member *all = arena_zalloc(op->arena, count * sizeof(*all));
	struct action *actions = arena_zalloc(op->arena, count * sizeof(*actions));

	if (!parse_all(op, all, count))
		return FAILED;
	for (size_t i = 0; i < count; i++) {
		if (make_action(op, &all[i], &actions[i]))
			continue;
		fail_in(op, i);
		return FAILED;
	}
	if (partiql_reads(&all[0].statement))
		return transact_get(op, actions, count, partiql_pick);
	json_set_array(op->out, "Responses");
	return transact_write(op, actions, count, statements);
}
