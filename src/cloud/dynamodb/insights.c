/*
 * Contributor insights and the Kinesis destinations of a table.
 *
 * Insights are switched for a table and for each of its global indexes apart. In a definition they stand as "Insights":
 * {"NAME": {"Enabled", "ChangedAt"}}, under the index's name or, for the table itself, the empty one.
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/contributorinsights_HowItWorks.html
 */
#include "cloud/dynamodb/operations.h"

#include <inttypes.h>

#include "base/base64.h"
#include "cloud/dynamodb/table.h"

enum { LIST_MAX = 100 };

/* --- one table or index --------------------------------------------------------------- */

/* The state that a definition has for an index ("" for the table), or NULL. */
static struct json_object *state_of(struct op *op, struct json_object *definition, struct str index)
{
	return json_get(json_get(definition, "Insights"), arena_cstr(op->arena, index));
}

static const char *status_of(struct op *op, struct json_object *state)
{
	bool on = json_bool_or(json_get(state, "Enabled"), false);

	if (!state || json_int_or(json_get(state, "ChangedAt"), 0) + table_delay() <= op->now)
		return on ? "ENABLED" : "DISABLED";
	return on ? "ENABLING" : "DISABLING";
}

/* The table and the index that the operation names; NULL with the error set. */
static const struct table *find(struct op *op, struct table_row *row,
				const struct table_index **index)
{
	const struct table *table = table_named(op, row);

	*index = NULL;
	if (!table || !op_has(op, "IndexName"))
		return table;
	*index = table_index_find(table, op_str(op, "IndexName"));
	if (*index && (*index)->global)
		return table;
	op_fail(op, &ResourceNotFoundException,
		"Requested resource not found: Index: %.*s not found for table: %.*s",
		STR_ARG(op_str(op, "IndexName")), STR_ARG(table->name));
	return NULL;
}

static void set_names(struct json_object *out, struct str table, struct str index)
{
	json_set_str(out, "TableName", table);
	if (index.n)
		json_set_str(out, "IndexName", index);
}

/* "DynamoDBContributorInsights-PKC-Rides-1626951600000": accessed and throttled keys, of either key part. */
static void add_rules(struct op *op, const struct table *table, const struct table_index *index,
		      int64_t changed_at)
{
	static const char *const kinds[] = { "PKC", "PKT", "SKC", "SKT" };
	struct json_object *rules = json_set_array(op->out, "ContributorInsightsRuleList");
	int count = (index ? &index->keys : &table->keys)->range.name.p ? 4 : 2;

	for (int i = 0; i < count; i++)
		json_add_str(rules, arena_strf(op->arena,
					       "DynamoDBContributorInsights-%s-%.*s%s%.*s-%" PRId64,
					       kinds[i], STR_ARG(table->name), index ? "-" : "",
					       STR_ARG(index ? index->name : STR("")), changed_at));
}

enum outcome dynamodb_op_describe_contributor_insights(struct op *op)
{
	struct table_row row;
	const struct table_index *index;
	const struct table *table = find(op, &row, &index);
	struct json_object *state;
	int64_t changed_at;

	if (!table)
		return FAILED;
	state = state_of(op, json_parse(op->arena, table->definition, NULL),
			 index ? index->name : STR(""));
	changed_at = json_int_or(json_get(state, "ChangedAt"), 0);
	set_names(op->out, table->name, index ? index->name : STR(""));
	json_set_cstr(op->out, "ContributorInsightsStatus", status_of(op, state));
	if (!state)
		return DONE;
	json_set_time(op->out, "LastUpdateDateTime", changed_at);
	if (str_is(str_of(status_of(op, state)), "ENABLED"))
		add_rules(op, table, index, changed_at);
	return DONE;
}

/* Switch; false when that changes nothing. */
static bool change(struct op *op, const struct table *table, struct json_object *definition,
		   struct str index, bool on)
{
	struct json_object *all = json_get(definition, "Insights"), *state;

	if (json_bool_or(json_get(state_of(op, definition, index), "Enabled"), false) == on)
		return false;
	if (!all)
		all = json_set_object(definition, "Insights");
	state = json_set_object(all, arena_cstr(op->arena, index));
	json_set_bool(state, "Enabled", on);
	json_set_int(state, "ChangedAt", op->now);
	table_store(op, table->id, definition);
	if (table_delay())
		job_settle(op, op->now + table_delay());
	return true;
}

enum outcome dynamodb_op_update_contributor_insights(struct op *op)
{
	bool on = str_is(op_str(op, "ContributorInsightsAction"), "ENABLE");
	struct table_row row;
	const struct table_index *index;
	const struct table *table = find(op, &row, &index);
	struct json_object *definition;
	struct str name;
	bool changed;

	if (!table)
		return FAILED;
	if (row.status == TABLE_CREATING)
		return op_fail(
			op, &ValidationException,
			"Table or Index is not in a valid state to update Key Access Insights: TableStatus "
			"must be ACTIVE to enable ContributorInsights.");
	name = index ? index->name : STR("");
	definition = json_parse(op->arena, table->definition, NULL);
	changed = change(op, table, definition, name, on);
	set_names(op->out, table->name, name);
	/* The answer announces the change also when it takes no time. */
	json_set_cstr(op->out, "ContributorInsightsStatus",
		      !changed ? status_of(op, state_of(op, definition, name))
		      : on     ? "ENABLING"
			       : "DISABLING");
	return DONE;
}

/* --- the list ----------------------------------------------------------------------------- */

/* A page being filled. */
struct list {
	struct json_object *summaries;
	struct str after; /* "table index" of the last entry of the page before */
	struct str last;  /* of this page */
	int64_t room;
	bool more;
};

static void list_one(struct op *op, struct list *l, struct str table, struct str index,
		     struct json_object *state)
{
	struct str here = arena_strf(op->arena, "%.*s %.*s", STR_ARG(table), STR_ARG(index));
	const char *status = status_of(op, state);
	struct json_object *summary;

	if (str_is(str_of(status), "DISABLED") || (l->after.n && str_cmp(here, l->after) <= 0))
		return;
	if (!l->room) {
		l->more = true;
		return;
	}
	l->room--;
	l->last = here;
	summary = json_add_object(l->summaries);
	set_names(summary, table, index);
	json_set_cstr(summary, "ContributorInsightsStatus", status);
}

/* The table before its indexes, those by name: a blank sorts before every letter of a name, so the list is sorted. */
static void list_table(struct op *op, struct list *l, struct str name,
		       struct json_object *definition)
{
	struct json_object *indexes = json_get(definition, "GlobalSecondaryIndexes");
	struct str last = STR(""), next;

	list_one(op, l, name, STR(""), state_of(op, definition, STR("")));
	for (size_t k = 0; k < json_count(indexes); k++) {
		next = STR_NONE;
		for (size_t i = 0; i < json_count(indexes); i++) {
			struct str index = json_get_str(json_at(indexes, i), "IndexName");

			if (str_cmp(index, last) > 0 && (!next.p || str_cmp(index, next) < 0))
				next = index;
		}
		list_one(op, l, name, next, state_of(op, definition, next));
		last = next;
	}
}

enum outcome dynamodb_op_list_contributor_insights(struct op *op)
{
	struct list l = { .room = op_int_or(op, "MaxResults", LIST_MAX), .after = STR("") };
	struct str only = STR("");
	struct table_row row;
	struct stmt *q;

	if (op_has(op, "TableName")) {
		const struct table *table = table_named(op, &row);

		if (!table)
			return FAILED;
		only = table->name;
	}
	if (op_has(op, "NextToken") &&
	    !base64url_parse(op->arena, op_str(op, "NextToken"), &l.after))
		return op_fail(op, &ValidationException, "Invalid NextToken");
	l.summaries = json_set_array(op->out, "ContributorInsightsSummaries");
	q = db_query(
		op->db,
		"SELECT name, definition FROM dynamodb_table WHERE (gone_at IS NULL OR gone_at > ?)"
		" AND (? = '' OR name = ?) AND definition LIKE '%\"Insights\":%' ORDER BY name",
		"iss", op->now, only, only);
	while (!l.more && stmt_row(q))
		list_table(op, &l, stmt_dup(q, 0, op->arena),
			   json_parse(op->arena, stmt_str(q, 1), NULL));
	stmt_done(q);
	if (l.more)
		json_set_str(op->out, "NextToken", base64url_print(op->arena, l.last));
	return DONE;
}

/* --- Kinesis ---------------------------------------------------------------------------------- */

/* A table has as many destinations as were enabled; there is no Kinesis to enable one in. */
enum outcome dynamodb_op_describe_kinesis_streaming_destination(struct op *op)
{
	struct table_row row;
	const struct table *table = table_named(op, &row);

	if (!table)
		return FAILED;
	json_set_str(op->out, "TableName", table->name);
	json_set_array(op->out, "KinesisDataStreamDestinations");
	return DONE;
}
