/* TableDescription: a table's definition with what the service adds to it. */
#include "cloud/dynamodb/describe.h"

#include "cloud/dynamodb/backup.h"
#include "cloud/dynamodb/encryption.h"
#include "cloud/dynamodb/indexes.h"
#include "cloud/dynamodb/limits.h"
#include "cloud/dynamodb/stream.h"
#include "cloud/dynamodb/table_class.h"
#include "cloud/dynamodb/throughput.h"

static const char *const statuses[] = {
	[TABLE_CREATING] = "CREATING",
	[TABLE_UPDATING] = "UPDATING",
	[TABLE_ACTIVE] = "ACTIVE",
	[TABLE_DELETING] = "DELETING",
};

static void copy(struct json_object *from, const char *member, struct json_object *to)
{
	struct json_object *value = json_get(from, member);

	if (value)
		json_set(to, member, json_object_get(value));
}

struct figures {
	int64_t items, bytes;
};

/* Of the table itself (number 0) or of one of its indexes. */
static struct figures count_of(struct op *op, int64_t table_id, int64_t number)
{
	struct figures f = { 0 };
	struct stmt *q = db_query(
		op->db, "SELECT items, bytes FROM dynamodb_count WHERE table_id = ? AND number = ?",
		"ii", table_id, number);

	if (stmt_row(q)) {
		f.items = stmt_int(q, 0);
		f.bytes = stmt_int(q, 1);
	}
	stmt_done(q);
	return f;
}

static void describe_index(struct op *op, const struct table *table, struct json_object *from,
			   bool global, enum table_status of_table, struct json_object *to)
{
	int backfilling = -1;
	const char *status = of_table == TABLE_CREATING ? statuses[of_table]
							: indexes_status(op, from, &backfilling);
	struct str name = json_get_str(from, "IndexName");
	struct figures figures = count_of(op, table->id, json_int_or(json_get(from, "Number"), 0));

	copy(from, "IndexName", to);
	copy(from, "KeySchema", to);
	copy(from, "Projection", to);
	if (global) {
		json_set_cstr(to, "IndexStatus", status);
		if (backfilling >= 0)
			json_set_bool(to, "Backfilling", backfilling);
		throughput_describe(op, from, TABLE_ACTIVE, to);
		copy(from, "OnDemandThroughput", to);
		limits_describe_warm(op, from, status, to);
	}
	json_set_int(to, "IndexSizeBytes", figures.bytes);
	json_set_int(to, "ItemCount", figures.items);
	json_set_str(to, "IndexArn",
		     op_arn(op, "dynamodb", "table/%.*s/index/%.*s", STR_ARG(table->name),
			    STR_ARG(name)));
}

static void describe_indexes(struct op *op, const struct table *table,
			     struct json_object *definition, enum table_status status,
			     struct json_object *out)
{
	static const char *const members[] = { "LocalSecondaryIndexes", "GlobalSecondaryIndexes" };

	for (int global = 0; global < 2; global++) {
		struct json_object *all = json_get(definition, members[global]), *list;

		if (!json_count(all))
			continue;
		list = json_set_array(out, members[global]);
		for (size_t i = 0; i < json_count(all); i++)
			describe_index(op, table, json_at(all, i), global, status,
				       json_add_object(list));
	}
}

void table_describe(struct op *op, const struct table *table, const struct table_row *row,
		    struct json_object *out)
{
	struct json_object *definition = json_parse(op->arena, table->definition, NULL);
	struct figures figures = count_of(op, table->id, 0);

	if (row->status != TABLE_DELETING) {
		copy(definition, "AttributeDefinitions", out);
		copy(definition, "KeySchema", out);
		json_set_time(out, "CreationDateTime", row->created_at);
	}
	json_set_str(out, "TableName", table->name);
	json_set_cstr(out, "TableStatus", statuses[row->status]);
	throughput_describe(op, definition, row->status, out);
	throughput_describe_mode(op, row, definition, out);
	json_set_int(out, "TableSizeBytes", figures.bytes);
	json_set_int(out, "ItemCount", figures.items);
	json_set_str(out, "TableArn", op_arn(op, "dynamodb", "table/%.*s", STR_ARG(table->name)));
	copy(definition, "TableId", out);
	if (row->status != TABLE_DELETING)
		describe_indexes(op, table, definition, row->status, out);
	stream_describe(op, table, definition, out);
	encryption_describe(op, definition, out);
	backup_describe(op, row, definition, out);
	table_class_describe(definition, out);
	json_set_bool(out, "DeletionProtectionEnabled",
		      json_bool_or(json_get(definition, "DeletionProtectionEnabled"), false));
	copy(definition, "OnDemandThroughput", out);
	if (row->status != TABLE_DELETING)
		limits_describe_warm(op, definition, statuses[row->status], out);
}
