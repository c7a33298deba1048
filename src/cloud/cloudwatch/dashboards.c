/*
 * Dashboards as objects, and the tags of dashboards and alarms.
 * From: CloudWatch API Reference, PutDashboard, TagResource.
 */
#include "cloud/cloudwatch/inside.h"

enum { DASHBOARDS_PAGE = 1000, TAGS_MAX = 50 };

static struct str dashboard_arn(struct op *op, struct str name)
{
	return arena_strf(op->arena, "arn:aws:cloudwatch::%s:dashboard/%.*s", op->account->id,
			  STR_ARG(name));
}

static bool name_good(struct str name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '-' || c == '_'))
			return false;
	}
	return name.n && name.n <= 255;
}

static enum outcome invalid_input(struct op *op, const char *path, const char *message)
{
	struct json_object *all, *o;

	op_fail(op, &CloudwatchDashboardInvalid, "The field %s must be valid: %s", path, message);
	all = json_set_array(op_error_members(op), "dashboardValidationMessages");
	o = json_add_object(all);
	json_set_cstr(o, "DataPath", path);
	json_set_cstr(o, "Message", message);
	return FAILED;
}

enum outcome cloudwatch_op_put_dashboard(struct op *op)
{
	struct str name = op_str(op, "DashboardName"), body = op_str(op, "DashboardBody");
	struct json_object *o = json_parse(op->arena, body, NULL);

	if (!name_good(name))
		return op_fail(
			op, &CloudwatchInvalidValue,
			"The value %.*s for field DashboardName contains invalid characters. It "
			"can only contain alphanumerics, dash (-) and underscore (_).\n",
			STR_ARG(name));
	if (!json_is_object(o))
		return invalid_input(op, "/", "The dashboard body is not a JSON object");
	if (!json_is_array(json_get(o, "widgets")))
		return invalid_input(op, "/", "Should have required property 'widgets'");
	db_run(op->db,
	       "INSERT INTO cloudwatch_dashboard (name, body, updated_at) VALUES (?, ?, ?)"
	       " ON CONFLICT (name) DO UPDATE SET body = excluded.body,"
	       " updated_at = excluded.updated_at",
	       "ssi", name, body, op->now);
	json_set_array(op->out, "DashboardValidationMessages");
	return DONE;
}

static enum outcome no_dashboard(struct op *op, struct str name)
{
	return op_fail(op, &CloudwatchDashboardNotFound, "Dashboard %.*s does not exist",
		       STR_ARG(name));
}

enum outcome cloudwatch_op_get_dashboard(struct op *op)
{
	struct str name = op_str(op, "DashboardName");
	struct stmt *q =
		db_query(op->db, "SELECT body FROM cloudwatch_dashboard WHERE name = ?", "s", name);

	if (!stmt_row(q))
		return no_dashboard(op, name);
	json_set_str(op->out, "DashboardArn", dashboard_arn(op, name));
	json_set_str(op->out, "DashboardBody", stmt_str(q, 0));
	json_set_str(op->out, "DashboardName", name);
	stmt_done(q);
	return DONE;
}

enum outcome cloudwatch_op_list_dashboards(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "DashboardEntries"), *o;
	struct str after, last = STR("");
	struct stmt *q;

	if (!page_begin_at(op, &after))
		return FAILED;
	q = db_query(
		op->db,
		"SELECT name, updated_at, length(body) FROM cloudwatch_dashboard WHERE name > ?"
		" AND substr(name, 1, length(?2)) = ?2 ORDER BY name",
		"ss", after, op_str_or(op, "DashboardNamePrefix", ""));
	while (stmt_row(q)) {
		if (json_count(list) == DASHBOARDS_PAGE) {
			page_end_at(op, last);
			break;
		}
		last = stmt_dup(q, 0, op->arena);
		o = json_add_object(list);
		json_set_str(o, "DashboardName", last);
		json_set_str(o, "DashboardArn", dashboard_arn(op, last));
		json_set_time(o, "LastModified", stmt_int(q, 1));
		json_set_int(o, "Size", stmt_int(q, 2));
	}
	stmt_done(q);
	return DONE;
}

enum outcome cloudwatch_op_delete_dashboards(struct op *op)
{
	struct json_object *names = op_get(op, "DashboardNames");

	for (size_t i = 0; i < json_count(names); i++) {
		struct str name = json_str(json_at(names, i));

		db_run(op->db, "DELETE FROM cloudwatch_dashboard WHERE name = ?", "s", name);
		if (!db_changes(op->db))
			return no_dashboard(op, name);
		db_run(op->db, "DELETE FROM cloudwatch_tags WHERE arn = ?", "s",
		       dashboard_arn(op, name));
	}
	return DONE;
}

/* --- tags -------------------------------------------------------------------------------- */

/* Of this account and region. */
static bool exists(struct op *op, struct str arn)
{
	struct str alarm = arn_of_alarm(op, STR("")), dashboard = dashboard_arn(op, STR(""));

	if (str_starts(arn, alarm))
		return db_int(op->db, 0, "SELECT 1 FROM cloudwatch_alarm WHERE name = ?", "s",
			      str_slice(arn, alarm.n, arn.n));
	return str_starts(arn, dashboard) &&
	       db_int(op->db, 0, "SELECT 1 FROM cloudwatch_dashboard WHERE name = ?", "s",
		      str_slice(arn, dashboard.n, arn.n));
}

/* The tags of ResourceARN as {key: value}; NULL with the error set. */
static struct json_object *tags_of(struct op *op)
{
	struct str arn = op_str(op, "ResourceARN");
	struct json_object *tags = NULL;
	struct stmt *q;

	if (!str_starts(arn, STR("arn:aws:cloudwatch:"))) {
		op_fail(op, &CloudwatchInvalidValue, "Invalid resource arn - Invalid ARN: %.*s",
			STR_ARG(arn));
		return NULL;
	}
	if (!exists(op, arn)) {
		op_fail(op, &CloudwatchResourceNotFound, "Unknown");
		return NULL;
	}
	q = db_query(op->db, "SELECT tags FROM cloudwatch_tags WHERE arn = ?", "s", arn);
	if (stmt_row(q))
		tags = json_parse(op->arena, stmt_str(q, 0), NULL);
	stmt_done(q);
	return tags ? tags : json_new_object(op->arena);
}

static void save_tags(struct op *op, struct json_object *tags)
{
	db_run(op->db, "INSERT OR REPLACE INTO cloudwatch_tags (arn, tags) VALUES (?, ?)", "ss",
	       op_str(op, "ResourceARN"), json_text(op->arena, tags));
}

enum outcome cloudwatch_op_tag_resource(struct op *op)
{
	struct json_object *tags = tags_of(op), *given = op_get(op, "Tags");

	if (!tags)
		return FAILED;
	for (size_t i = 0; i < json_count(given); i++)
		json_set_str(tags, arena_cstr(op->arena, json_get_str(json_at(given, i), "Key")),
			     json_get_str(json_at(given, i), "Value"));
	if (json_count(tags) > TAGS_MAX)
		return op_fail(op, &CloudwatchInvalidValue,
			       "The number of tags must not be greater than %d.", TAGS_MAX);
	save_tags(op, tags);
	return DONE;
}

enum outcome cloudwatch_op_untag_resource(struct op *op)
{
	struct json_object *tags = tags_of(op), *keys = op_get(op, "TagKeys");

	if (!tags)
		return FAILED;
	for (size_t i = 0; i < json_count(keys); i++)
		json_object_object_del(tags, arena_cstr(op->arena, json_str(json_at(keys, i))));
	save_tags(op, tags);
	return DONE;
}

enum outcome cloudwatch_op_list_tags_for_resource(struct op *op)
{
	struct json_object *tags = tags_of(op), *list;

	if (!tags)
		return FAILED;
	list = json_set_array(op->out, "Tags");
	JSON_EACH(tags, key, value)
	{
		struct json_object *o = json_add_object(list);

		json_set_cstr(o, "Key", key);
		json_set_str(o, "Value", json_str(value));
	}
	return DONE;
}
