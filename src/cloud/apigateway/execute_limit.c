/*
 * How much may be asked: API keys with their usage plans, and the stage's throttles; and what was used.
 * From: API Gateway Developer Guide, "Usage plans and API keys for REST APIs", "Throttle requests to your REST APIs".
 */
#include "cloud/apigateway/execute.h"

#include "aws/stash.h"
#include "base/time.h"
#include "cloud/apigateway/operations.h"

enum { DAY_MS = 86400000, DAYS_MAX = 366 };

static const struct refusal throttled = {
	"THROTTLED", "TooManyRequestsException", "Too Many Requests", 0, false, false
};
static const struct refusal exhausted = {
	"QUOTA_EXCEEDED", "LimitExceededException", "Limit Exceeded", 0, false, false
};

/* --- quotas ---------------------------------------------------------------------------------------- */

/* The day on which the plan's present period began. */
static int64_t period_start(const struct json_object *quota, int64_t day)
{
	struct str period = json_get_str(quota, "period");
	int64_t offset = json_int_or(json_get(quota, "offset"), 0);
	struct time_parts t = time_split(day * DAY_MS);
	int64_t back;

	if (str_is(period, "DAY"))
		return day;
	if (str_is(period, "WEEK"))
		return day - (t.weekday - offset + 7) % 7;
	back = t.day - 1 - offset;
	if (back >= 0)
		return day - back;
	t.day = 1;
	t.month--;
	if (t.month < 1) {
		t.month = 12;
		t.year--;
	}
	return time_join(&(struct time_parts){ .year = t.year, .month = t.month, .day = 1 }) /
		       DAY_MS +
	       offset;
}

static int64_t remaining(struct op *op, const struct thing *plan, struct str key, int64_t day)
{
	struct json_object *quota = json_get(plan->doc, "quota");

	return json_int_or(json_get(quota, "limit"), 0) -
	       db_int(op->db, 0,
		      "SELECT sum(used) - sum(extra) FROM apigateway_usage WHERE plan = ? AND "
		      "key = ? AND day BETWEEN ? AND ?",
		      "ssii", plan->id, key, period_start(quota, day), day);
}

static void count_use(struct op *op, const struct thing *plan, struct str key, int64_t used,
		      int64_t extra)
{
	db_run(op->db,
	       "INSERT INTO apigateway_usage (plan, key, day, used, extra) VALUES (?, ?, ?, ?, ?) "
	       "ON CONFLICT (plan, key, day) DO UPDATE SET used = used + excluded.used, extra = "
	       "extra + excluded.extra",
	       "ssiii", plan->id, key, op->now / DAY_MS, used, extra);
}

/* --- keys -------------------------------------------------------------------------------------------- */

/* Has the plan this stage? */
static bool has_stage(struct execution *x, const struct thing *plan)
{
	struct json_object *stages = json_get(plan->doc, "apiStages");

	for (size_t i = 0; i < json_count(stages); i++)
		if (str_eq(json_get_str(json_at(stages, i), "apiId"), x->api) &&
		    str_eq(json_get_str(json_at(stages, i), "stage"), x->stage.id))
			return true;
	return false;
}

/* The plan that lets the key into this stage. */
static bool find_plan(struct execution *x, const struct thing *key, struct thing *plan)
{
	struct thing entry;
	int64_t after = 0;

	while (thing_next(x->op, &kind_usage_plan, STR_NONE, &after, plan))
		if (has_stage(x, plan) &&
		    thing_find(x->op, &kind_usage_plan_key, plan->id, key->id, &entry))
			return true;
	return false;
}

static bool take(struct str key, const struct json_object *limits, const char *rate,
		 const char *burst, int64_t now)
{
	double per_second = json_object_get_double(json_get(limits, rate));

	return stash_take(key, per_second, json_object_get_double(json_get(limits, burst)), now);
}

static enum step use_plan(struct execution *x, const struct thing *plan, const struct thing *key)
{
	struct op *op = x->op;
	struct json_object *throttle = json_get(plan->doc, "throttle");

	if (throttle &&
	    !take(arena_strf(op->arena, "plan/%.*s/%.*s", STR_ARG(plan->id), STR_ARG(key->id)),
		  throttle, "rateLimit", "burstLimit", op->now))
		return refuse(x, &throttled);
	if (json_get(plan->doc, "quota") && remaining(op, plan, key->id, op->now / DAY_MS) < 1)
		return refuse(x, &exhausted);
	count_use(op, plan, key->id, 1, 0);
	return STEP_ON;
}

static enum step check_key(struct execution *x)
{
	bool by_header = !str_is(json_get_str(x->doc, "apiKeySource"), "AUTHORIZER");
	struct str value = by_header ? multi_last(x->headers, STR("X-API-Key")) : x->usage_key;
	struct json_object *identity = json_get(x->context, "identity");
	struct thing key, plan;

	if (!value.n || !api_key_find(x->op, value, &key) ||
	    !json_bool_or(json_get(key.doc, "enabled"), false) || !find_plan(x, &key, &plan))
		return refuse(x, &refuse_api_key);
	json_set_str(identity, "apiKey", value);
	json_set_str(identity, "apiKeyId", key.id);
	return op_once(x->op, "planned") ? use_plan(x, &plan, &key) : STEP_ON;
}

enum step execute_limit(struct execution *x)
{
	struct str bucket =
		arena_strf(x->op->arena, "stage/%.*s/%.*s/%.*s/%.*s", STR_ARG(x->api),
			   STR_ARG(x->stage.id), STR_ARG(x->resource.id), STR_ARG(x->verb));

	if (x->settings && op_once(x->op, "throttled") &&
	    !take(bucket, x->settings, "throttlingRateLimit", "throttlingBurstLimit", x->op->now))
		return refuse(x, &throttled);
	if (json_bool_or(json_get(x->method_doc, "apiKeyRequired"), false))
		return check_key(x);
	return STEP_ON;
}

/* --- GetUsage, UpdateUsage ------------------------------------------------------------------------------ */

static bool read_day(struct op *op, const char *name, int64_t *day)
{
	int64_t at;

	if (op_str(op, name).n == 10 && time_parse_iso(op_str(op, name), &at)) {
		*day = at / DAY_MS;
		return true;
	}
	op_fail(op, &GatewayBadRequest, "Invalid date specified. Dates must be YYYY-MM-DD");
	return false;
}

/* [[used, remaining], ...], a pair a day. */
static void add_days(struct op *op, const struct thing *plan, struct str key, int64_t from,
		     int64_t to, struct json_object *days)
{
	for (int64_t day = from; day <= to; day++) {
		struct json_object *pair = json_object_new_array();

		json_add(pair,
			 json_object_new_int64(
				 db_int(op->db, 0,
					"SELECT used FROM apigateway_usage WHERE plan = ? AND key "
					"= ? AND day = ?",
					"ssi", plan->id, key, day)));
		json_add(pair, json_object_new_int64(remaining(op, plan, key, day)));
		json_add(days, pair);
	}
}

enum outcome apigateway_get_usage(struct op *op)
{
	struct str wanted = op_str(op, "keyId");
	struct json_object *items;
	struct thing plan, key;
	int64_t from, to, after = 0;

	if (!thing_get(op, &kind_usage_plan, &plan) || !read_day(op, "startDate", &from) ||
	    !read_day(op, "endDate", &to))
		return FAILED;
	if (to < from || to - from > DAYS_MAX)
		return op_fail(op, &GatewayBadRequest, "Invalid date range specified");
	json_set_str(op->out, "usagePlanId", plan.id);
	json_set_str(op->out, "startDate", op_str(op, "startDate"));
	json_set_str(op->out, "endDate", op_str(op, "endDate"));
	items = json_set_object(op->out, "items");
	while (thing_next(op, &kind_usage_plan_key, plan.id, &after, &key))
		if (!wanted.n || str_eq(wanted, key.id))
			add_days(op, &plan, key.id, from, to,
				 json_set_array(items, arena_cstr(op->arena, key.id)));
	return DONE;
}

static const struct patch_rule usage_rules[] = { { "/remaining", PATCH_REPLACE, PATCH_INTEGER },
						 { 0 } };
static const struct patch_rules usage_patches = { usage_rules, PATCH_WORDS_LIST };

/* More, or less, for a key in the present period. */
enum outcome apigateway_update_usage(struct op *op)
{
	struct json_object *doc = json_new_object(op->arena);
	int64_t day = op->now / DAY_MS;
	struct str date = str_slice(time_iso(op->arena, op->now, false), 0, 10);
	struct thing plan, key;
	struct json_object *days;

	if (!thing_get(op, &kind_usage_plan, &plan) || !thing_get(op, &kind_usage_plan_key, &key) ||
	    !patch_document(op, &usage_patches, doc))
		return FAILED;
	if (json_get(doc, "remaining"))
		count_use(op, &plan, key.id, 0,
			  json_int_or(json_get(doc, "remaining"), 0) -
				  remaining(op, &plan, key.id, day));
	json_set_str(op->out, "usagePlanId", plan.id);
	json_set_str(op->out, "startDate", date);
	json_set_str(op->out, "endDate", date);
	days = json_set_array(json_set_object(op->out, "items"), arena_cstr(op->arena, key.id));
	add_days(op, &plan, key.id, day, day, days);
	return DONE;
}
