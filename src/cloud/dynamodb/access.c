/*
 * What DynamoDB's operations need: actions, resources and condition keys.
 *
 * From: Service Authorization Reference, "Actions, resources, and condition keys for Amazon DynamoDB"; DynamoDB
 * Developer Guide, "Using IAM policy conditions for fine-grained access control", "IAM policies with PartiQL" and
 * "DynamoDB transactions: IAM".
 */
#include "cloud/dynamodb/access.h"

#include "aws/service.h"
#include "cloud/dynamodb/partiql_run.h"
#include "cloud/dynamodb/request.h"
#include "cloud/dynamodb/resource_policy.h"
#include "cloud/dynamodb/table.h"

/* --- resources --------------------------------------------------------------------------- */

/* The ARN of a table that is given by name or ARN, or of an index of it. */
static struct str arn_of(struct op *op, struct str table, struct str index)
{
	struct str arn =
		str_starts(table, STR("arn:"))
			? table
			: op_arn(op, "dynamodb", "table/%.*s", STR_ARG(table.n ? table : STR("*")));

	return index.n ? arena_strf(op->arena, "%.*s/index/%.*s", STR_ARG(arn), STR_ARG(index))
		       : arn;
}

static void add(struct authorize_list *list, const char *action, struct str table,
		struct json_object *part)
{
	authorize_add(list,
		      &(struct authorize_check){ .action = action,
						 .resource = arn_of(list->op, table, STR_NONE),
						 .part = part });
}

/* Query and Scan: of an index, that index alone. */
static void check_read(struct authorize_list *list)
{
	struct op *op = list->op;

	authorize_add(list,
		      &(struct authorize_check){ .resource = arn_of(op, op_str(op, "TableName"),
								    op_str(op, "IndexName")) });
}

/* A global table is in no region. */
static void check_global(struct authorize_list *list)
{
	struct op *op = list->op;

	authorize_add(list,
		      &(struct authorize_check){
			      .resource = arena_strf(op->arena,
						     "arn:aws:dynamodb::%s:global-table/%.*s",
						     op->account->id,
						     STR_ARG(op_str(op, "GlobalTableName"))) });
}

static void check_batch(struct authorize_list *list)
{
	struct json_object *requests = op_get(list->op, "RequestItems");

	if (!json_is_object(requests))
		return;
	JSON_EACH(requests, table, part)
	{
		add(list, NULL, arena_dup(list->op->arena, str_of(table)), part);
	}
}

/* Each item of a transaction is what it would be alone. */
static void check_transaction(struct authorize_list *list)
{
	static const char *const parts[][2] = {
		{ "Get", "dynamodb:GetItem" },
		{ "Put", "dynamodb:PutItem" },
		{ "Update", "dynamodb:UpdateItem" },
		{ "Delete", "dynamodb:DeleteItem" },
		{ "ConditionCheck", "dynamodb:ConditionCheckItem" },
	};
	struct json_object *items = op_get(list->op, "TransactItems");

	for (size_t i = 0; i < json_count(items); i++) {
		for (size_t k = 0; k < sizeof(parts) / sizeof(parts[0]); k++) {
			struct json_object *part = json_get(json_at(items, i), parts[k][0]);

			if (part)
				add(list, parts[k][1], json_get_str(part, "TableName"), part);
		}
	}
}

/* A table that is made with tags is tagged too. */
static void check_create(struct authorize_list *list)
{
	struct str table = op_str(list->op, "TableName");

	add(list, NULL, table, NULL);
	if (json_count(op_get(list->op, "Tags")))
		add(list, "dynamodb:TagResource", table, NULL);
	if (op_has(list->op, "ResourcePolicy"))
		add(list, "dynamodb:PutResourcePolicy", table, NULL);
}

/* Of the backup or the table, and all that writing the new table takes. */
static void check_restore(struct authorize_list *list)
{
	static const char *const actions[] = { "dynamodb:BatchWriteItem", "dynamodb:DeleteItem",
					       "dynamodb:GetItem",        "dynamodb:PutItem",
					       "dynamodb:Query",          "dynamodb:Scan",
					       "dynamodb:UpdateItem" };
	struct str table = op_str(list->op, "TargetTableName");

	if (op_has(list->op, "BackupArn"))
		authorize_add(list, &(struct authorize_check){
					    .resource = op_str(list->op, "BackupArn") });
	else
		add(list, NULL,
		    op_str(list->op, op_has(list->op, "SourceTableArn") ? "SourceTableArn"
									: "SourceTableName"),
		    NULL);
	add(list, NULL, table, NULL);
	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++)
		add(list, actions[i], table, NULL);
}

/* --- PartiQL ------------------------------------------------------------------------------- */

/* What cannot be parsed does nothing, and is the operation's to refuse. */
static bool parse_statement(struct op *op, struct json_object *params, struct partiql *out)
{
	const char *why;

	return partiql_parse(op->arena, json_get_str(params, "Statement"),
			     json_get(params, "Parameters"), out, &why);
}

static void add_statement(struct authorize_list *list, struct json_object *params)
{
	static const char *const actions[] = {
		[PARTIQL_SELECT] = "dynamodb:PartiQLSelect",
		[PARTIQL_INSERT] = "dynamodb:PartiQLInsert",
		[PARTIQL_UPDATE] = "dynamodb:PartiQLUpdate",
		[PARTIQL_DELETE] = "dynamodb:PartiQLDelete",
		[PARTIQL_EXISTS] = "dynamodb:PartiQLSelect",
	};
	struct partiql s;

	if (!parse_statement(list->op, params, &s))
		return;
	authorize_add(list,
		      &(struct authorize_check){ .action = actions[s.kind],
						 .resource = arn_of(list->op, s.table, s.index),
						 .part = params });
}

static void check_statement(struct authorize_list *list)
{
	add_statement(list, list->op->in);
}

static void check_statements(struct authorize_list *list)
{
	struct json_object *all = op_get(list->op, "Statements");

	if (!all)
		all = op_get(list->op, "TransactStatements");
	for (size_t i = 0; i < json_count(all); i++)
		add_statement(list, json_at(all, i));
}

/* --- condition keys: which table and which part of the request ---------------------------------- */

struct target {
	const struct table *table;
	const struct key_schema *keys; /* of the table or the index */
	struct json_object *part;
};

/* "arn:...:table/NAME/index/INDEX"; false when there is no such table. */
static bool find_target(struct op *op, const struct authorize_check *check, struct target *out)
{
	ptrdiff_t at = str_find_str(check->resource, STR(":table/"));
	struct str rest =
		at < 0 ? STR_NONE : str_slice(check->resource, (size_t)at + 7, check->resource.n);
	struct str name = str_cut(&rest, '/');
	const struct table_index *index;
	struct table_row row;

	out->part = check->part ? check->part : op->in;
	out->table = name.n && table_row_find(op, name, &row) ? table_load(op, &row) : NULL;
	if (!out->table)
		return false;
	out->keys = &out->table->keys;
	if (str_starts(rest, STR("index/"))) {
		index = table_index_find(out->table, str_slice(rest, 6, rest.n));
		if (!index)
			return false;
		out->keys = &index->keys;
	}
	return true;
}

/* The expressions of the part; what is wrong with them is the operation's to say. */
static void read_expressions(struct op *op, const struct authorize_check *check,
			     struct json_object *part, struct request *request)
{
	struct str name = str_of(check->action ? check->action : op->operation->name);
	unsigned takes = TAKES_CONDITION;

	*request = (struct request){ NULL };
	if (!json_is_object(part))
		return;
	if (str_ends(name, STR("Query")))
		takes = TAKES_KEY_CONDITION | TAKES_FILTER | TAKES_PROJECTION;
	else if (str_ends(name, STR("Scan")))
		takes = TAKES_FILTER | TAKES_SCAN_FILTER | TAKES_PROJECTION;
	else if (str_ends(name, STR("GetItem")))
		takes = TAKES_PROJECTION;
	else if (str_ends(name, STR("UpdateItem")))
		takes = TAKES_CONDITION | TAKES_UPDATE;
	if (!request_read(op, part, takes, request))
		*request = (struct request){ NULL };
}

/* --- condition keys: leading keys and attributes -------------------------------------------------- */

struct names {
	struct op *op;
	struct str *at;
	size_t count, size;
};

static void add_name(struct names *names, struct str name)
{
	struct str *more;

	for (size_t i = 0; i < names->count; i++)
		if (str_eq(names->at[i], name))
			return;
	if (names->count == names->size) {
		names->size = names->size ? 2 * names->size : 16;
		more = arena_alloc(names->op->arena, names->size * sizeof(*more));
		if (names->count)
			memcpy(more, names->at, names->count * sizeof(*more));
		names->at = more;
	}
	names->at[names->count++] = name;
}

/* What an item is to the caller of each_item(). */
typedef void item_visitor(struct names *names, const struct target *target,
			  struct json_object *item);

static void visit_batch_writes(struct names *names, const struct target *target,
			       item_visitor *visit)
{
	for (size_t i = 0; i < json_count(target->part); i++) {
		struct json_object *request = json_at(target->part, i);

		visit(names, target, json_get(json_get(request, "PutRequest"), "Item"));
		visit(names, target, json_get(json_get(request, "DeleteRequest"), "Key"));
	}
}

/* Every item and key that the part names. */
static void each_item(struct names *names, const struct target *target, item_visitor *visit)
{
	struct json_object *keys = json_get(target->part, "Keys");

	if (json_is_array(target->part)) {
		visit_batch_writes(names, target, visit);
		return;
	}
	visit(names, target, json_get(target->part, "Key"));
	visit(names, target, json_get(target->part, "Item"));
	for (size_t i = 0; i < json_count(keys); i++)
		visit(names, target, json_at(keys, i));
}

static void add_leading_value(struct names *names, struct json_object *value)
{
	struct json_object *inner;

	switch (value_type(value, &inner)) {
	case VALUE_S:
	case VALUE_N:
	case VALUE_B:
		add_name(names, json_str(inner));
		break;
	default:
		break;
	}
}

static void visit_leading(struct names *names, const struct target *target,
			  struct json_object *item)
{
	add_leading_value(names,
			  json_get(item, arena_cstr(names->op->arena, target->keys->hash.name)));
}

/* The value that a key condition wants the partition key to have. */
static void add_condition(struct names *names, const struct expr *e, struct str hash)
{
	if (!e)
		return;
	if (e->kind == EXPR_AND)
		for (size_t i = 0; i < e->count; i++)
			add_condition(names, e->args[i], hash);
	if (e->kind != EXPR_EQ)
		return;
	for (size_t i = 0; i < 2; i++)
		if (e->args[i]->kind == EXPR_PATH && str_eq(e->args[i]->path.steps[0].name, hash) &&
		    e->args[1 - i]->kind == EXPR_VALUE)
			add_leading_value(names, e->args[1 - i]->value);
}

/* The values of a statement's partition keys: an INSERT's, or those to which its WHERE keeps. */
static void add_statement_keys(struct names *names, const struct target *target)
{
	struct partiql_plan plan;
	struct partiql s;

	if (!parse_statement(names->op, target->part, &s))
		return;
	visit_leading(names, target, s.item);
	partiql_plan(names->op->arena, target->keys, s.where, &plan);
	for (size_t i = 1; plan.hash && i < plan.hash->count; i++)
		add_leading_value(names, plan.hash->args[i]->value);
}

static bool leading_keys(struct op *op, const struct authorize_check *check,
			 struct policy_values *values)
{
	struct names names = { .op = op };
	struct target target;
	struct request request;

	if (!find_target(op, check, &target))
		return false;
	if (json_get(target.part, "Statement")) {
		add_statement_keys(&names, &target);
	} else {
		each_item(&names, &target, visit_leading);
		read_expressions(op, check, target.part, &request);
		add_condition(&names, request.key_condition, target.keys->hash.name);
	}
	return names.count && authorize_values(op, values, names.at, names.count);
}

static void visit_attributes(struct names *names, const struct target *target,
			     struct json_object *item)
{
	(void)target;
	if (!json_is_object(item))
		return;
	JSON_EACH(item, name, value)
	{
		(void)value;
		add_name(names, str_of(name));
	}
}

static void add_paths(struct names *names, const struct expr *e)
{
	if (!e)
		return;
	if (e->kind == EXPR_PATH)
		add_name(names, e->path.steps[0].name);
	for (size_t i = 0; i < e->count; i++)
		add_paths(names, e->args[i]);
}

static void add_changes(struct names *names, const struct path_list *projection,
			const struct update *update)
{
	for (size_t i = 0; projection && i < projection->count; i++)
		add_name(names, projection->paths[i].steps[0].name);
	for (size_t i = 0; update && i < update->count; i++) {
		add_name(names, update->actions[i].path.steps[0].name);
		add_paths(names, update->actions[i].value);
	}
}

static void add_request(struct names *names, const struct request *r)
{
	add_paths(names, r->condition);
	add_paths(names, r->filter);
	add_paths(names, r->key_condition);
	add_changes(names, r->projection, r->update);
}

static void add_statement_names(struct names *names, const struct target *target)
{
	struct partiql s;

	if (!parse_statement(names->op, target->part, &s))
		return;
	visit_attributes(names, target, s.item);
	add_paths(names, s.where);
	add_changes(names, &s.columns, &s.update);
}

static bool attributes(struct op *op, const struct authorize_check *check,
		       struct policy_values *values)
{
	struct names names = { .op = op };
	struct target target = { .part = check->part ? check->part : op->in };
	struct request request;

	if (json_get(target.part, "Statement")) {
		add_statement_names(&names, &target);
	} else {
		each_item(&names, &target, visit_attributes);
		read_expressions(op, check, target.part, &request);
		add_request(&names, &request);
	}
	return names.count && authorize_values(op, values, names.at, names.count);
}

/* --- condition keys: parameters ------------------------------------------------------------------ */

static struct str statement_selects(struct op *op, struct json_object *part)
{
	struct partiql s;

	if (!parse_statement(op, part, &s))
		return STR_NONE;
	if (s.columns.count)
		return STR("SPECIFIC_ATTRIBUTES");
	return s.index.p ? STR("ALL_PROJECTED_ATTRIBUTES") : STR("ALL_ATTRIBUTES");
}

/* Does a SELECT read the whole table or index? */
static struct str scans(struct op *op, const struct authorize_check *check)
{
	struct partiql_plan plan;
	struct target target;
	struct partiql s;

	if (!check->action || strcmp(check->action, "dynamodb:PartiQLSelect") != 0 ||
	    !find_target(op, check, &target) || !parse_statement(op, target.part, &s))
		return STR_NONE;
	partiql_plan(op->arena, target.keys, s.where, &plan);
	return plan.hash ? STR("false") : STR("true");
}

static struct str selected(struct op *op, const struct authorize_check *check)
{
	struct json_object *part = check->part ? check->part : op->in;
	struct str name = str_of(check->action ? check->action : op->operation->name);
	struct str select = json_get_str(part, "Select");

	if (select.p)
		return select;
	if (str_ends(name, STR("PartiQLSelect")))
		return statement_selects(op, part);
	if (!str_ends(name, STR("GetItem")) && !str_ends(name, STR("Query")) &&
	    !str_ends(name, STR("Scan")))
		return STR_NONE;
	if (json_get(part, "ProjectionExpression") || json_get(part, "AttributesToGet"))
		return STR("SPECIFIC_ATTRIBUTES");
	return json_get(part, "IndexName") ? STR("ALL_PROJECTED_ATTRIBUTES")
					   : STR("ALL_ATTRIBUTES");
}

static struct str resource_tag(struct op *op, const struct authorize_check *check, struct str key)
{
	struct target target;
	struct json_object *tags;

	if (!find_target(op, check, &target))
		return STR_NONE;
	tags = json_get(json_parse(op->arena, target.table->definition, NULL), "Tags");
	for (size_t i = 0; i < json_count(tags); i++)
		if (str_eq_nocase(json_get_str(json_at(tags, i), "Key"), key))
			return json_get_str(json_at(tags, i), "Value");
	return STR_NONE;
}

static bool is(struct str name, const char *key)
{
	return str_eq_nocase(name, str_of(key));
}

static struct str single(struct op *op, const struct authorize_check *check, struct str name)
{
	if (is(name, "dynamodb:Select"))
		return selected(op, check);
	if (is(name, "dynamodb:FullTableScan"))
		return scans(op, check);
	if (is(name, "dynamodb:ReturnValues"))
		return op_str(op, "ReturnValues");
	if (is(name, "dynamodb:ReturnConsumedCapacity"))
		return op_str(op, "ReturnConsumedCapacity");
	if (is(name, "dynamodb:EnclosingOperation"))
		return check->action && strcmp(check->action, "dynamodb:TagResource") != 0
			       ? str_of(op->operation->name)
			       : STR_NONE;
	if (name.n > 16 && is(str_slice(name, 0, 16), "aws:ResourceTag/"))
		return resource_tag(op, check, str_slice(name, 16, name.n));
	return STR_NONE;
}

static bool find(struct op *op, const struct authorize_check *check, struct str name,
		 struct policy_values *values)
{
	struct str value;

	if (is(name, "dynamodb:LeadingKeys"))
		return leading_keys(op, check, values);
	if (is(name, "dynamodb:Attributes"))
		return attributes(op, check, values);
	value = single(op, check, name);
	return value.p && authorize_value(op, values, value);
}

/* --- tables ------------------------------------------------------------------------------------------ */

#define TABLE "table/{TableName}"

static const struct access accesses[] = {
	{ "BatchExecuteStatement", .checks = check_statements },
	{ "BatchGetItem", .checks = check_batch },
	{ "BatchWriteItem", .checks = check_batch },
	{ "CreateBackup", .resource = TABLE },
	{ "CreateGlobalTable", .checks = check_global },
	{ "CreateTable", .checks = check_create },
	{ "DeleteBackup", .resource = "{BackupArn}" },
	{ "DeleteItem", .resource = TABLE },
	{ "DeleteResourcePolicy", .resource = "{ResourceArn}" },
	{ "DeleteTable", .resource = TABLE },
	{ "DescribeBackup", .resource = "{BackupArn}" },
	{ "DescribeContinuousBackups", .resource = TABLE },
	{ "DescribeContributorInsights", .resource = TABLE },
	{ "DescribeGlobalTable", .checks = check_global },
	{ "DescribeGlobalTableSettings", .checks = check_global },
	{ "DescribeKinesisStreamingDestination", .resource = TABLE },
	{ "DescribeTable", .resource = TABLE },
	{ "DescribeTableReplicaAutoScaling", .resource = TABLE },
	{ "DescribeTimeToLive", .resource = TABLE },
	{ "ExecuteStatement", .checks = check_statement },
	{ "ExecuteTransaction", .checks = check_statements },
	{ "GetItem", .resource = TABLE },
	{ "GetResourcePolicy", .resource = "{ResourceArn}" },
	{ "ListTables", .resource = "table/*" },
	{ "ListTagsOfResource", .resource = "{ResourceArn}" },
	{ "PutItem", .resource = TABLE },
	{ "PutResourcePolicy", .resource = "{ResourceArn}" },
	{ "Query", .checks = check_read },
	{ "RestoreTableFromBackup", .checks = check_restore },
	{ "RestoreTableToPointInTime", .checks = check_restore },
	{ "Scan", .checks = check_read },
	{ "TagResource", .resource = "{ResourceArn}" },
	{ "TransactGetItems", .checks = check_transaction },
	{ "TransactWriteItems", .checks = check_transaction },
	{ "UntagResource", .resource = "{ResourceArn}" },
	{ "UpdateContinuousBackups", .resource = TABLE },
	{ "UpdateContributorInsights", .resource = TABLE },
	{ "UpdateGlobalTable", .checks = check_global },
	{ "UpdateGlobalTableSettings", .checks = check_global },
	{ "UpdateItem", .resource = TABLE },
	{ "UpdateTable", .resource = TABLE },
	{ "UpdateTimeToLive", .resource = TABLE },
	{ NULL },
};

const struct access_rules dynamodb_access = { accesses, find, resource_policy_any,
					      resource_policy_find };

/* An iterator begins with its stream's ARN. */
static void check_records(struct authorize_list *list)
{
	struct str rest = op_str(list->op, "ShardIterator");

	authorize_add(list, &(struct authorize_check){ .resource = str_cut(&rest, '|') });
}

static void check_streams(struct authorize_list *list)
{
	struct str table = arn_of(list->op, op_str(list->op, "TableName"), STR_NONE);

	authorize_add(list, &(struct authorize_check){ .resource = arena_strf(list->op->arena,
									      "%.*s/stream/*",
									      STR_ARG(table)) });
}

static const struct access stream_accesses[] = {
	{ "DescribeStream", .resource = "{StreamArn}" },
	{ "GetRecords", .checks = check_records },
	{ "GetShardIterator", .resource = "{StreamArn}" },
	{ "ListStreams", .checks = check_streams },
	{ NULL },
};

const struct access_rules dynamodb_streams_access = { stream_accesses, find, resource_policy_any,
						      resource_policy_find };
