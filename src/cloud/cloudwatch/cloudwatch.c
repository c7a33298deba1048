/*
 * CloudWatch: the service.
 */
#include "cloud/cloudwatch/inside.h"

#include "base/hash.h"

const struct aws_error CloudwatchInvalidValue = { "InvalidParameterValue", 400,
						  .shape = "InvalidParameterValueException" };
const struct aws_error CloudwatchInvalidCombination = {
	"InvalidParameterCombination", 400, .shape = "InvalidParameterCombinationException"
};
const struct aws_error CloudwatchMissing = { "MissingParameter", 400,
					     .shape = "MissingRequiredParameterException" };
const struct aws_error CloudwatchInvalidNextToken = { "InvalidNextToken", 400 };
const struct aws_error CloudwatchNotFound = { "ResourceNotFound", 404 };
const struct aws_error CloudwatchDashboardNotFound = { "ResourceNotFound", 404,
						       .shape = "DashboardNotFoundError" };
const struct aws_error CloudwatchDashboardInvalid = { "InvalidParameterInput", 400,
						      .shape = "DashboardInvalidInputError" };
const struct aws_error CloudwatchResourceNotFound = { "ResourceNotFoundException", 404 };
const struct aws_error CloudwatchInvalidFormat = { "InvalidFormat", 400,
						   .shape = "InvalidFormatFault" };

const struct job_kind cloudwatch_jobs[] = {
	[CLOUDWATCH_AGE] = { "cloudwatch.age", cloudwatch_job_age, 0 },
	[CLOUDWATCH_WATCH] = { "cloudwatch.watch", cloudwatch_job_watch, 0 },
	{ 0 },
};

/* --- pages --------------------------------------------------------------------------- */

bool page_begin_at(struct op *op, struct str *after)
{
	struct str token = op_str(op, "NextToken");
	unsigned char *bytes = arena_alloc(op->arena, token.n / 2 + 1);

	*after = STR("");
	if (!token.n)
		return true;
	*after = str_make(bytes, token.n / 2);
	if (hash_unhex(token, bytes, token.n / 2) && str_is_utf8(*after))
		return true;
	op_fail(op, &CloudwatchInvalidNextToken, "Invalid nextToken");
	return false;
}

void page_end_at(struct op *op, struct str last)
{
	char *hex = arena_alloc(op->arena, 2 * last.n + 1);

	hash_hex(last.p, last.n, hex);
	json_set_cstr(op->out, "NextToken", hex);
}

/* --- permissions ----------------------------------------------------------------------- */

/*
 * Signatures are for "monitoring", policies speak of "cloudwatch". Alarms and dashboards have ARNs, metrics have none.
 */
static void check(struct authorize_list *list)
{
	struct op *op = list->op;
	struct authorize_check c = {
		.action = arena_printf(op->arena, "cloudwatch:%s", op->operation->name),
		.resource = op_str(op, "ResourceARN"),
	};
	struct json_object *names = op_get(op, "AlarmNames");

	if (op_has(op, "AlarmName"))
		c.resource = arn_of_alarm(op, op_str(op, "AlarmName"));
	if (op_has(op, "DashboardName"))
		c.resource = arena_strf(op->arena, "arn:aws:cloudwatch::%s:dashboard/%.*s",
					op->account->id, STR_ARG(op_str(op, "DashboardName")));
	for (size_t i = 0; i < json_count(names); i++) {
		c.resource = arn_of_alarm(op, json_str(json_at(names, i)));
		authorize_add(list, &c);
	}
	if (!json_count(names))
		authorize_add(list, &c);
}

/* Answers that are there and have nothing in them. */
static const struct shape_member no_members[] = { { 0 } };
static const struct shape nothing = SHAPE_STRUCT(no_members);

/* --- the service --------------------------------------------------------------------------- */

#define OPERATIONS(X)                                                                              \
	X("DeleteAlarms", delete_alarms, 0, NULL)                                                  \
	X("DeleteDashboards", delete_dashboards, 0, &nothing)                                      \
	X("DescribeAlarmHistory", describe_alarm_history, OP_READS,                                \
	  &cloudwatch_describe_alarm_history_output)                                               \
	X("DescribeAlarms", describe_alarms, OP_READS, &cloudwatch_describe_alarms_output)         \
	X("DescribeAlarmsForMetric", describe_alarms_for_metric, OP_READS,                         \
	  &cloudwatch_describe_alarms_for_metric_output)                                           \
	X("DisableAlarmActions", disable_alarm_actions, 0, NULL)                                   \
	X("EnableAlarmActions", enable_alarm_actions, 0, NULL)                                     \
	X("GetDashboard", get_dashboard, OP_READS, &cloudwatch_get_dashboard_output)               \
	X("GetMetricData", get_metric_data, OP_READS, &cloudwatch_get_metric_data_output)          \
	X("GetMetricStatistics", get_metric_statistics, OP_READS,                                  \
	  &cloudwatch_get_metric_statistics_output)                                                \
	X("ListDashboards", list_dashboards, OP_READS, &cloudwatch_list_dashboards_output)         \
	X("ListMetrics", list_metrics, OP_READS, &cloudwatch_list_metrics_output)                  \
	X("ListTagsForResource", list_tags_for_resource, OP_READS,                                 \
	  &cloudwatch_list_tags_for_resource_output)                                               \
	X("PutDashboard", put_dashboard, 0, &cloudwatch_put_dashboard_output)                      \
	X("PutMetricAlarm", put_metric_alarm, 0, NULL)                                             \
	X("PutMetricData", put_metric_data, OP_DATA, NULL)                                         \
	X("SetAlarmState", set_alarm_state, 0, NULL)                                               \
	X("TagResource", tag_resource, 0, &nothing)                                                \
	X("UntagResource", untag_resource, 0, &nothing)

#define OPERATION(name, function, flags, output)                                                   \
	{ name, NULL, cloudwatch_op_##function, flags, &cloudwatch_##function, 0, output },
static const struct operation operations[] = { OPERATIONS(OPERATION){ 0 } };

#define ACCESS(name, function, flags, output) { name, .checks = check },
static const struct access accesses[] = { OPERATIONS(ACCESS){ NULL } };
static const struct access_rules access_rules = { accesses };

static const char *const upgrades[] = {
	/* 1 to 2: what has happened to alarms. */
	"CREATE TABLE cloudwatch_history (id INTEGER PRIMARY KEY, alarm TEXT NOT NULL,"
	" at INTEGER NOT NULL, type TEXT NOT NULL, summary TEXT NOT NULL, data TEXT NOT NULL);"
	"CREATE INDEX cloudwatch_history_alarm ON cloudwatch_history (alarm, id);",
};
static const struct schema schema = {
	.name = "cloudwatch",
	.version = 2,
	.sql = "CREATE TABLE cloudwatch_metric (id INTEGER PRIMARY KEY AUTOINCREMENT,"
	       " space TEXT NOT NULL, name TEXT NOT NULL, dimensions TEXT NOT NULL,"
	       " last_at INTEGER NOT NULL, UNIQUE (space, name, dimensions));"
	       "CREATE TABLE cloudwatch_point (metric INTEGER NOT NULL, at INTEGER NOT NULL,"
	       " unit TEXT NOT NULL, count REAL NOT NULL, sum REAL NOT NULL, least REAL NOT NULL,"
	       " most REAL NOT NULL, blind INTEGER NOT NULL, points BLOB NOT NULL,"
	       " PRIMARY KEY (metric, at, unit)) WITHOUT ROWID;"
	       "CREATE TABLE cloudwatch_alarm (name TEXT PRIMARY KEY, config TEXT NOT NULL,"
	       " updated_at INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL,"
	       " reason_data TEXT, state_at INTEGER NOT NULL) WITHOUT ROWID;"
	       "CREATE TABLE cloudwatch_dashboard (name TEXT PRIMARY KEY, body TEXT NOT NULL,"
	       " updated_at INTEGER NOT NULL) WITHOUT ROWID;"
	       "CREATE TABLE cloudwatch_tags (arn TEXT PRIMARY KEY, tags TEXT NOT NULL)"
	       " WITHOUT ROWID;",
	.upgrades = upgrades,
};

static const struct holding holdings[] = {
	{ "CloudWatch alarm", "CloudWatch alarms", "SELECT count(*) FROM cloudwatch_alarm" }, { 0 }
};

const struct service cloudwatch_service = {
	.name = "cloudwatch",
	.signing_name = "monitoring",
	.target = "GraniteServiceVersion20100801",
	.api_version = "2010-08-01",
	.speaks = PROTO_QUERY | PROTO_JSON10 | PROTO_CBOR,
	.xmlns = "http://monitoring.amazonaws.com/doc/2010-08-01/",
	.error_prefix = "com.amazonaws.cloudwatch#",
	.invalid = &ValidationError,
	.operations = operations,
	.jobs = cloudwatch_jobs,
	.schema = &schema,
	.holdings = holdings,
	.access = &access_rules,
	.collect = cloudwatch_collect,
};
