/*
 * Metric filters and subscription filters as objects; feed.c has what they do.
 * From: CloudWatch Logs API Reference, PutMetricFilter, PutSubscriptionFilter.
 */
#include "aws/invoke.h"
#include "cloud/logs/inside.h"
#include "cloud/logs/pattern.h"

enum { FILTERS_PAGE = 50, METRIC_FILTERS_MAX = 100, SUBSCRIPTIONS_MAX = 2, DIMENSIONS_MAX = 3 };

static enum outcome put(struct op *op, const struct log_group *group, const char *kind,
			int64_t most, struct json_object *detail)
{
	struct str name = op_str(op, "filterName");
	bool there =
		db_int(op->db, 0,
		       "SELECT 1 FROM logs_filter WHERE group_id = ? AND kind = ? AND name = ?",
		       "izs", group->id, kind, name);

	if (!there &&
	    db_int(op->db, 0, "SELECT count(*) FROM logs_filter WHERE group_id = ? AND kind = ?",
		   "iz", group->id, kind) >= most)
		return op_fail(op, &LogsLimitExceeded, "Resource limit exceeded.");
	db_run(op->db,
	       "INSERT INTO logs_filter (group_id, kind, name, pattern, detail, created_at)"
	       " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (group_id, kind, name) DO UPDATE SET"
	       " pattern = excluded.pattern, detail = excluded.detail,"
	       " created_at = excluded.created_at",
	       "izsssi", group->id, kind, name, op_str(op, "filterPattern"),
	       json_text(op->arena, detail), op->now);
	return DONE;
}

static enum outcome drop(struct op *op, const char *kind)
{
	struct log_group group;

	if (!group_get(op, &group))
		return FAILED;
	db_run(op->db, "DELETE FROM logs_filter WHERE group_id = ? AND kind = ? AND name = ?",
	       "izs", group.id, kind, op_str(op, "filterName"));
	if (!db_changes(op->db))
		return op_fail(op, &LogsNotFound, "The specified %s filter does not exist.", kind);
	return DONE;
}

/* The common members, and those of the detail. */
static void describe(struct op *op, struct json_object *list, struct stmt *q)
{
	struct json_object *o = json_add_object(list);
	struct json_object *detail = json_parse(op->arena, stmt_str(q, 4), NULL);

	json_set_str(o, "filterName", stmt_str(q, 1));
	json_set_str(o, "logGroupName", stmt_str(q, 2));
	json_set_str(o, "filterPattern", stmt_str(q, 3));
	JSON_EACH(detail, key, value)
	{
		json_set(o, key, json_object_get(value));
	}
	json_set_int(o, "creationTime", stmt_int(q, 5));
	if (!json_get(detail, "applyOnTransformedLogs"))
		json_set_bool(o, "applyOnTransformedLogs", false);
}

/* Is it the metric filter that is asked for by metric? */
static bool fits(struct op *op, struct str detail)
{
	struct str name = op_str(op, "metricName"), space = op_str(op, "metricNamespace");
	struct json_object *t;

	if (!name.p && !space.p)
		return true;
	t = json_at(json_get(json_parse(op->arena, detail, NULL), "metricTransformations"), 0);
	return (!name.p || str_eq(name, json_get_str(t, "metricName"))) &&
	       (!space.p || str_eq(space, json_get_str(t, "metricNamespace")));
}

static enum outcome list_filters(struct op *op, const char *kind, const char *member)
{
	struct json_object *list = json_set_array(op->out, member);
	struct str after, group_after, last = STR("");
	int64_t limit = op_int_or(op, "limit", FILTERS_PAGE);
	struct log_group group = { .name = STR("") };
	struct stmt *q;

	if (op_has(op, "logGroupName") && !group_get(op, &group))
		return FAILED;
	if (!page_begin(op, &after))
		return FAILED;
	group_after = str_cut(&after, ':');
	q = db_query(op->db,
		     "SELECT f.group_id, f.name, g.name, f.pattern, f.detail, f.created_at"
		     " FROM logs_filter f JOIN logs_group g ON g.id = f.group_id WHERE f.kind = ?1"
		     " AND (?2 = 0 OR f.group_id = ?2) AND substr(f.name, 1, length(?3)) = ?3"
		     " AND (g.name, f.name) > (?4, ?5) ORDER BY g.name, f.name",
		     "zisss", kind, group.id, op_str_or(op, "filterNamePrefix", ""), group_after,
		     after.p ? after : STR(""));
	while (stmt_row(q)) {
		if (!fits(op, stmt_str(q, 4)))
			continue;
		if ((int64_t)json_count(list) == limit) {
			page_end(op, last);
			break;
		}
		last = arena_strf(op->arena, "%.*s:%.*s", STR_ARG(stmt_str(q, 2)),
				  STR_ARG(stmt_str(q, 1)));
		describe(op, list, q);
	}
	stmt_done(q);
	return DONE;
}

static void keep(struct op *op, struct json_object *detail, const char *member)
{
	if (op_has(op, member))
		json_set(detail, member, json_object_get(op_get(op, member)));
}

/* --- metric filters ---------------------------------------------------------------------- */

static bool is_value(struct str value)
{
	char copy[101], *end;

	if (str_starts(value, STR("$")))
		return true;
	if (!value.n || value.n >= sizeof(copy))
		return false;
	memcpy(copy, value.p, value.n);
	copy[value.n] = '\0';
	strtod(copy, &end);
	return !*end;
}

/* What a transformation must be like beyond its shape; false with the error set. */
static bool transformation_good(struct op *op, struct json_object *t,
				const struct logs_pattern *pattern)
{
	struct json_object *dimensions = json_get(t, "dimensions");
	bool named = logs_pattern_is_json(pattern) || logs_pattern_is_words(pattern);

	if (!is_value(json_get_str(t, "metricValue"))) {
		op_fail(op, &LogsInvalidParameter,
			"Invalid metric transformation: the metric "
			"value is neither a number nor a selector");
		return false;
	}
	if (dimensions && !named) {
		op_fail(op, &LogsInvalidParameter,
			"Invalid metric transformation: dimensions need a JSON or space-delimited "
			"filter pattern");
		return false;
	}
	if (dimensions && json_get(t, "defaultValue")) {
		op_fail(op, &LogsInvalidParameter,
			"Invalid metric transformation: dimensions and default value are mutually "
			"exclusive properties.");
		return false;
	}
	if (json_count(dimensions) > DIMENSIONS_MAX) {
		op_fail(op, &LogsInvalidParameter,
			"Invalid metric transformation: at most %d dimensions are allowed",
			DIMENSIONS_MAX);
		return false;
	}
	return true;
}

enum outcome logs_op_put_metric_filter(struct op *op)
{
	struct logs_pattern *pattern = logs_pattern_parse(op->arena, op_str(op, "filterPattern"));
	struct json_object *detail = json_new_object(op->arena);
	struct log_group group;

	if (!pattern)
		return op_fail(op, &LogsInvalidParameter, "Invalid filter pattern");
	if (!transformation_good(op, json_at(op_get(op, "metricTransformations"), 0), pattern) ||
	    !group_get(op, &group))
		return FAILED;
	keep(op, detail, "metricTransformations");
	keep(op, detail, "applyOnTransformedLogs");
	return put(op, &group, "metric", METRIC_FILTERS_MAX, detail);
}

enum outcome logs_op_delete_metric_filter(struct op *op)
{
	return drop(op, "metric");
}

enum outcome logs_op_describe_metric_filters(struct op *op)
{
	return list_filters(op, "metric", "metricFilters");
}

/* --- subscription filters -------------------------------------------------------------------- */

/* Who takes the events, as far as that is told without looking for it; false with the error set. */
static bool vendor_good(struct op *op, struct str arn)
{
	struct str rest = arn, vendor, account;

	str_cut(&rest, ':');
	if (rest.p)
		str_cut(&rest, ':');
	vendor = rest.p ? str_cut(&rest, ':') : STR("");
	if (rest.p)
		str_cut(&rest, ':');
	account = rest.p ? str_cut(&rest, ':') : STR("");
	if (str_is(vendor, "lambda") && !str_is(account, op->account->id)) {
		op_fail(op, &LogsAccessDenied,
			"Cross-account lambda invocation passing is not allowed. You must use "
			"DestinationPolicies to create cross account lambda triggers.");
		return false;
	}
	if (str_is(vendor, "lambda"))
		return true;
	op_fail(op, &LogsInvalidParameter,
		op_has(op, "roleArn") ? "destinationArn for vendor %.*s cannot be used here: "
					"functions alone can subscribe"
				      : "destinationArn for vendor %.*s cannot be used without "
					"roleArn",
		STR_ARG(vendor));
	return false;
}

/* Is it a function that lets itself be invoked for the group? False with the error set. */
static bool destination_good(struct op *op, const struct log_group *group, struct str arn)
{
	struct invoke how = { .function = arn,
			      .service = "logs.amazonaws.com",
			      .here = logs_name_here(op),
			      .source_arn = arena_strf(op->arena, "%.*s:*",
						       STR_ARG(group_arn(op, group->name))),
			      .dry = true };
	struct invoked got;

	op_invoke(op, "destination", &how, &got);
	if (!got.error)
		return true;
	op_fail(op, &LogsInvalidParameter,
		"Could not execute the lambda function. Make sure you have given CloudWatch Logs "
		"permission to execute your function.");
	return false;
}

enum outcome logs_op_put_subscription_filter(struct op *op)
{
	struct json_object *detail = json_new_object(op->arena);
	struct str role = op_str(op, "roleArn");
	struct log_group group;

	if (!logs_pattern_parse(op->arena, op_str(op, "filterPattern")))
		return op_fail(op, &LogsInvalidParameter, "Invalid filter pattern");
	if (!vendor_good(op, op_str(op, "destinationArn")) || !group_get(op, &group))
		return FAILED;
	if (str_is(group.class, "INFREQUENT_ACCESS"))
		return op_fail(op, &LogsInvalidOperation,
			       "This operation is not supported for the log group class.");
	if (role.p && !authorize_pass_role(op, role, "logs.amazonaws.com"))
		return FAILED;
	if (!destination_good(op, &group, op_str(op, "destinationArn")))
		return FAILED;
	keep(op, detail, "destinationArn");
	keep(op, detail, "roleArn");
	keep(op, detail, "applyOnTransformedLogs");
	json_set_str(detail, "distribution", op_str_or(op, "distribution", "ByLogStream"));
	return put(op, &group, "subscription", SUBSCRIPTIONS_MAX, detail);
}

enum outcome logs_op_delete_subscription_filter(struct op *op)
{
	return drop(op, "subscription");
}

enum outcome logs_op_describe_subscription_filters(struct op *op)
{
	return list_filters(op, "subscription", "subscriptionFilters");
}
