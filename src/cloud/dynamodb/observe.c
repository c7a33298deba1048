/* DynamoDB's metrics; see observe.h. */
#include "cloud/dynamodb/observe.h"

#include "aws/service.h"

#define SPACE "AWS/DynamoDB"

static void consumed(struct op *op, struct str table, struct str index, bool written, double units)
{
	struct emit_metric m = { .space = SPACE,
				 .name = written ? "ConsumedWriteCapacityUnits"
						 : "ConsumedReadCapacityUnits",
				 .unit = "Count",
				 .dimensions = { { "TableName", table } },
				 .value = units };

	if (index.p)
		m.dimensions[1] = (struct emit_dimension){ "GlobalSecondaryIndexName", index };
	if (units > 0 && !op->caller.internal)
		emit_metric(op, &m);
}

void observe_read(struct op *op, const struct table *table, const struct table_index *index,
		  double units)
{
	consumed(op, table->name, index && index->global ? index->name : STR_NONE, false, units);
}

/* What local indexes cost counts as the table's. */
void observe_capacity(struct op *op, const struct table *table, const struct capacity *capacity)
{
	double own = capacity->table;

	for (size_t i = 0; i < table->index_count && capacity->indexes; i++) {
		if (table->indexes[i].global)
			consumed(op, table->name, table->indexes[i].name, capacity->written,
				 capacity->indexes[i]);
		else
			own += capacity->indexes[i];
	}
	consumed(op, table->name, STR_NONE, capacity->written, own);
}

/* A count of one, for a table when `table` is not empty, and for the operation when that is wanted. */
static void count(struct op *op, const char *name, struct str table, bool operation)
{
	struct emit_metric m = { .space = SPACE, .name = name, .unit = "Count", .value = 1 };

	if (table.n)
		m.dimensions[0] = (struct emit_dimension){ "TableName", table };
	if (table.n && operation)
		m.dimensions[1] =
			(struct emit_dimension){ "Operation", str_of(op->operation->name) };
	emit_metric(op, &m);
}

/* The table's bare name, also when it was given by ARN; empty when the call is not about one. */
static struct str table_of(const struct op *op)
{
	struct str name = op_str(op, "TableName");

	if (str_starts(name, STR("arn:")))
		str_cut(&name, '/');
	return name.p ? str_cut(&name, '/') : STR("");
}

static void observe_failure(struct op *op, struct str table)
{
	const char *code = op->error ? op->error->code : "";

	if (strcmp(code, "ConditionalCheckFailedException") == 0)
		count(op, "ConditionalCheckFailedRequests", table, false);
	else if (strcmp(code, "ProvisionedThroughputExceededException") == 0)
		count(op, "ThrottledRequests", table, true);
	else if (op->error && op->error->status >= 500)
		count(op, "SystemErrors", table, true);
	else
		count(op, "UserErrors", STR(""), false);
}

void dynamodb_observe(struct op *op, enum outcome outcome, int64_t us)
{
	struct str table = table_of(op);
	struct json_object *returned;
	struct emit_metric m = {
		.space = SPACE,
		.name = "SuccessfulRequestLatency",
		.unit = "Milliseconds",
		.dimensions = { { "TableName", table },
				{ "Operation", str_of(op->operation->name) } },
		.value = (double)us / 1000,
	};

	if (op->caller.internal)
		return;
	if (outcome == FAILED) {
		observe_failure(op, table);
		return;
	}
	/* Of what is done to items, as on AWS; and several tables at once have no one name. */
	if (!table.n || !(op->operation->flags & OP_DATA))
		return;
	emit_metric(op, &m);
	returned = json_get(op->out, "Items");
	if (!returned)
		return;
	m.name = "ReturnedItemCount";
	m.unit = "Count";
	m.value = (double)json_count(returned);
	emit_metric(op, &m);
}
