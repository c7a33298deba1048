/* CreateBackup, DescribeBackup, ListBackups, DeleteBackup; see backup.h. */
#include "cloud/dynamodb/backup_inner.h"

#include <inttypes.h>

#include "base/hash.h"
#include "cloud/dynamodb/encryption.h"
#include "cloud/dynamodb/operations.h"

enum { LIST_MAX = 100 };

/* --- backups ----------------------------------------------------------------------- */

#define COLUMNS                                                                                     \
	"id, label, name, table_name, definition, items, bytes, created_at, coalesce(ready_at, 0)," \
	" table_created_at, readers"

static void read_row(struct op *op, struct stmt *q, struct backup *out)
{
	*out = (struct backup){
		.id = stmt_int(q, 0),
		.label = stmt_dup(q, 1, op->arena),
		.name = stmt_dup(q, 2, op->arena),
		.table_name = stmt_dup(q, 3, op->arena),
		.definition = json_parse(op->arena, stmt_str(q, 4), NULL),
		.items = stmt_int(q, 5),
		.bytes = stmt_int(q, 6),
		.created_at = stmt_int(q, 7),
		.table_created_at = stmt_int(q, 9),
		.readers = stmt_int(q, 10),
	};
	out->ready = stmt_int(q, 8) && stmt_int(q, 8) <= op->now;
}

struct str backup_arn(struct op *op, const struct backup *b)
{
	return op_arn(op, "dynamodb", "table/%.*s/backup/%.*s", STR_ARG(b->table_name),
		      STR_ARG(b->label));
}

bool backup_find(struct op *op, struct str arn, struct backup *out)
{
	struct str mine = op_arn(op, "dynamodb", "table/"), table, label;
	ptrdiff_t at = str_find_str(arn, STR("/backup/"));
	struct stmt *q;

	if (!str_starts(arn, STR("arn:aws:dynamodb:")) || at < 0) {
		op_fail(op, &ValidationException, "Invalid Backup ARN");
		return false;
	}
	if (str_starts(arn, mine) && (size_t)at >= mine.n) {
		table = str_slice(arn, mine.n, (size_t)at);
		label = str_slice(arn, (size_t)at + 8, arn.n);
		q = db_query(op->db,
			     "SELECT " COLUMNS
			     " FROM dynamodb_backup WHERE table_name = ? AND label = ?",
			     "ss", table, label);
		if (stmt_row(q)) {
			read_row(op, q, out);
			stmt_done(q);
			return true;
		}
	}
	op_fail(op, &BackupNotFoundException, "Backup not found: %.*s", STR_ARG(arn));
	return false;
}

/* --- what is told ---------------------------------------------------------------------- */

static void describe_details(struct op *op, const struct backup *b, const char *status,
			     struct json_object *out)
{
	json_set_str(out, "BackupArn", backup_arn(op, b));
	json_set_str(out, "BackupName", b->name);
	json_set_int(out, "BackupSizeBytes", b->bytes);
	json_set_cstr(out, "BackupStatus", status);
	json_set_cstr(out, "BackupType", "USER");
	json_set_time(out, "BackupCreationDateTime", b->created_at);
}

static void copy(struct json_object *from, const char *member, struct json_object *to,
		 const char *as)
{
	struct json_object *value = json_get(from, member);

	if (value)
		json_set(to, as, json_object_get(value));
}

static void describe_source(struct op *op, const struct backup *b, struct json_object *out)
{
	struct json_object *throughput = json_get(b->definition, "ProvisionedThroughput"), *told;

	json_set_str(out, "TableName", b->table_name);
	copy(b->definition, "TableId", out, "TableId");
	json_set_str(out, "TableArn", op_arn(op, "dynamodb", "table/%.*s", STR_ARG(b->table_name)));
	json_set_int(out, "TableSizeBytes", b->bytes);
	copy(b->definition, "KeySchema", out, "KeySchema");
	json_set_time(out, "TableCreationDateTime", b->table_created_at);
	told = json_set_object(out, "ProvisionedThroughput");
	json_set_int(told, "ReadCapacityUnits",
		     json_int_or(json_get(throughput, "ReadCapacityUnits"), 0));
	json_set_int(told, "WriteCapacityUnits",
		     json_int_or(json_get(throughput, "WriteCapacityUnits"), 0));
	copy(b->definition, "OnDemandThroughput", out, "OnDemandThroughput");
	json_set_int(out, "ItemCount", b->items);
	json_set_cstr(out, "BillingMode", throughput ? "PROVISIONED" : "PAY_PER_REQUEST");
}

static void describe_indexes(struct json_object *definition, const char *member,
			     struct json_object *out)
{
	static const char *const told[] = { "IndexName", "KeySchema", "Projection",
					    "ProvisionedThroughput", "OnDemandThroughput" };
	struct json_object *all = json_get(definition, member), *list;

	if (!json_count(all))
		return;
	list = json_set_array(out, member);
	for (size_t i = 0; i < json_count(all); i++) {
		struct json_object *index = json_add_object(list);

		for (size_t k = 0; k < sizeof(told) / sizeof(*told); k++)
			copy(json_at(all, i), told[k], index, told[k]);
	}
}

static void describe_features(struct op *op, const struct backup *b, struct json_object *out)
{
	struct json_object *ttl = json_get(b->definition, "TimeToLive"), *told;

	describe_indexes(b->definition, "LocalSecondaryIndexes", out);
	describe_indexes(b->definition, "GlobalSecondaryIndexes", out);
	copy(b->definition, "StreamSpecification", out, "StreamDescription");
	told = json_set_object(out, "TimeToLiveDescription");
	json_set_cstr(told, "TimeToLiveStatus",
		      json_bool_or(json_get(ttl, "Enabled"), false) ? "ENABLED" : "DISABLED");
	if (json_bool_or(json_get(ttl, "Enabled"), false))
		copy(ttl, "AttributeName", told, "AttributeName");
	encryption_describe(op, b->definition, out);
}

static void describe(struct op *op, const struct backup *b, const char *status)
{
	struct json_object *told = json_set_object(op->out, "BackupDescription");

	describe_details(op, b, status, json_set_object(told, "BackupDetails"));
	describe_source(op, b, json_set_object(told, "SourceTableDetails"));
	describe_features(op, b, json_set_object(told, "SourceTableFeatureDetails"));
}

/* --- CreateBackup ------------------------------------------------------------------------- */

/* The table of which a backup may be made; NULL with the error set. */
static const struct table *find_source(struct op *op, struct table_row *row)
{
	const struct table *table;
	struct str name;

	if (!table_name(op, "TableName", 1, &name))
		return NULL;
	if (!table_row_find(op, name, row) || row->status == TABLE_DELETING) {
		op_fail(op, &TableNotFoundException, "Table not found: %.*s", STR_ARG(name));
		return NULL;
	}
	table = table_load(op, row);
	if (row->status == TABLE_CREATING)
		op_fail(op, &ContinuousBackupsUnavailableException,
			"Backups are being enabled for the table: %.*s. Please retry later",
			STR_ARG(name));
	else if (table->backup)
		op_fail(op, &BackupInUseException,
			"There is another ongoing conflicting backup control plane operation on the table.");
	else
		return table;
	return NULL;
}

/* "01626951600000-5f9c2a11": the moment and eight digits of chance. */
static struct str new_label(struct op *op)
{
	return arena_strf(op->arena, "%014" PRId64 "-%.*s", op->now,
			  STR_ARG(hash_random_text(op->arena, 8, "0123456789abcdef")));
}

static int64_t insert(struct op *op, const struct table *table, const struct table_row *row)
{
	db_run(op->db,
	       "INSERT INTO dynamodb_backup (label, name, table_name, definition, items, bytes, created_at,"
	       " table_created_at, readers) SELECT ?, ?, ?, ?, items, bytes, ?, ?, 0 FROM dynamodb_count"
	       " WHERE table_id = ? AND number = 0",
	       "ssssiii", new_label(op), op_str(op, "BackupName"), table->name, table->definition,
	       op->now, row->created_at, table->id);
	return db_last_id(op->db);
}

enum outcome dynamodb_op_create_backup(struct op *op)
{
	struct json_object *definition;
	struct table_row row;
	const struct table *table = find_source(op, &row);
	struct backup b;
	struct stmt *q;
	int64_t id;

	if (!table)
		return FAILED;
	id = insert(op, table, &row);
	definition = json_parse(op->arena, table->definition, NULL);
	json_set_int(definition, "BackupId", id);
	table_store(op, table->id, definition);
	backup_start_copy(op, id, table->id);
	q = db_query(op->db, "SELECT " COLUMNS " FROM dynamodb_backup WHERE id = ?", "i", id);
	if (!stmt_row(q))
		return op_fail(op, &InternalFailure, "The backup could not be stored");
	read_row(op, q, &b);
	stmt_done(q);
	describe_details(op, &b, "CREATING", json_set_object(op->out, "BackupDetails"));
	return DONE;
}

/* --- the others --------------------------------------------------------------------------- */

enum outcome dynamodb_op_describe_backup(struct op *op)
{
	struct backup b;

	if (!backup_find(op, op_str(op, "BackupArn"), &b))
		return FAILED;
	describe(op, &b, b.ready ? "AVAILABLE" : "CREATING");
	return DONE;
}

enum outcome dynamodb_op_delete_backup(struct op *op)
{
	struct backup b;

	if (!backup_find(op, op_str(op, "BackupArn"), &b))
		return FAILED;
	if (!b.ready || b.readers)
		return op_fail(
			op, &BackupInUseException,
			"There is another ongoing conflicting backup control plane operation on the table.");
	db_run(op->db, "DELETE FROM dynamodb_backup WHERE id = ?", "i", b.id);
	backup_start_purge(op, b.id);
	describe(op, &b, "DELETED");
	return DONE;
}

/* Milliseconds of a timestamp member, or `otherwise`; what is beyond all calendars becomes their end. */
static int64_t time_in(struct op *op, const char *member, int64_t otherwise)
{
	double seconds = json_object_get_double(op_get(op, member));

	if (!op_has(op, member))
		return otherwise;
	return seconds < -1e15 ? INT64_MIN : seconds > 1e15 ? INT64_MAX : (int64_t)(seconds * 1000);
}

static void summarize(struct op *op, const struct backup *b, struct json_object *out)
{
	json_set_str(out, "TableName", b->table_name);
	copy(b->definition, "TableId", out, "TableId");
	json_set_str(out, "TableArn", op_arn(op, "dynamodb", "table/%.*s", STR_ARG(b->table_name)));
	describe_details(op, b, b->ready ? "AVAILABLE" : "CREATING", out);
}

/* The list's filters; false with the error set. */
static bool read_filters(struct op *op, struct str *table, struct backup *after, int64_t *from,
			 int64_t *to)
{
	*table = STR("");
	*after = (struct backup){ 0 };
	*from = time_in(op, "TimeRangeLowerBound", 0);
	*to = time_in(op, "TimeRangeUpperBound", INT64_MAX);
	if (*from > *to) {
		op_fail(op, &ValidationException,
			"One or more parameter values were invalid: Time range lower bound must be less "
			"than or equal to upper bound");
		return false;
	}
	if (op_has(op, "TableName") && !table_name(op, "TableName", 1, table))
		return false;
	return !op_has(op, "ExclusiveStartBackupArn") ||
	       backup_find(op, op_str(op, "ExclusiveStartBackupArn"), after);
}

enum outcome dynamodb_op_list_backups(struct op *op)
{
	struct str table, type = op_str_or(op, "BackupType", "USER");
	bool ours = str_is(type, "USER") || str_is(type, "ALL");
	int64_t limit = op_int_or(op, "Limit", LIST_MAX), n = 0, from, to;
	struct json_object *summaries;
	struct backup b;
	struct stmt *q;

	if (!read_filters(op, &table, &b, &from, &to))
		return FAILED;
	summaries = json_set_array(op->out, "BackupSummaries");
	q = db_query(op->db,
		     "SELECT " COLUMNS
		     " FROM dynamodb_backup WHERE id > ? AND (? = '' OR table_name = ?)"
		     " AND created_at >= ? AND created_at < ? ORDER BY id LIMIT ?",
		     "issiii", b.id, table, table, from, to, ours ? limit + 1 : (int64_t)0);
	while (stmt_row(q)) {
		if (n++ == limit) {
			json_set_str(op->out, "LastEvaluatedBackupArn", backup_arn(op, &b));
			stmt_done(q);
			break;
		}
		read_row(op, q, &b);
		summarize(op, &b, json_add_object(summaries));
	}
	return DONE;
}
