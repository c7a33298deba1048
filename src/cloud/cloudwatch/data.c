/*
 * GetMetricData: metrics and expressions over them.
 * From: CloudWatch API Reference, GetMetricData, MetricDataQuery.
 */
#include "cloud/cloudwatch/math.h"
#include "cloud/cloudwatch/select.h"

#include <math.h>

enum { QUERIES_MAX = 500, POINTS_MAX = 100800, EXPRESSION_PERIOD_S = 300 };

/* One entry of MetricDataQueries. */
struct query {
	struct json_object *o;
	struct str id;
	struct statistic statistic;
	struct math *math; /* NULL: a metric, or a query */
	struct select *select;
	struct str
		units; /* of a metric that is asked for in any: "[Count, Seconds]" when it has several */
	bool busy, done; /* being computed; computed */
	struct math_value value;
};

struct request {
	struct op *op;
	struct math_world world;
	struct query *queries;
	size_t count, work;
};

/* --- series ----------------------------------------------------------------------------- */

/* Numbers are left out that the statistic cannot tell. */
struct series *series_load(struct op *op, const struct period_query *query,
			   const struct statistic *statistic, struct str label)
{
	size_t count;
	struct period *periods = periods_find(op, query, &count);
	struct series like = { .label = label,
			       .name = query->key.name,
			       .period_ms = query->period_ms };
	struct series *s = math_series_like(op->arena, &like, count);

	for (size_t i = 0; i < count; i++) {
		if (!statistic_of(statistic, &periods[i].sketch, &s->values[s->count]))
			continue;
		s->at[s->count++] = periods[i].at;
	}
	return s;
}

static void window_of(const struct request *r, int64_t period_s, struct period_query *out)
{
	out->period_ms = period_s * 1000;
	out->from = r->world.from;
	out->from -= out->from % (period_s % 60 ? out->period_ms : MINUTE_MS);
	out->to = r->world.to;
}

/*
 * A metric that has been measured in several units is told in one of them when none is asked for: in the first of this
 * order, which is the service's and follows no rule.
 */
static const char *const unit_order[] = {
	"Megabits",
	"Terabits",
	"Gigabits",
	"Count",
	"Bytes",
	"Gigabytes",
	"Gigabytes/Second",
	"Kilobytes",
	"Kilobits/Second",
	"Terabytes",
	"Terabits/Second",
	"Bytes/Second",
	"Percent",
	"Megabytes",
	"Megabits/Second",
	"Milliseconds",
	"Microseconds",
	"Kilobytes/Second",
	"Gigabits/Second",
	"Megabytes/Second",
	"Bits",
	"Bits/Second",
	"Count/Second",
	"Seconds",
	"Kilobits",
	"Terabytes/Second",
	"None",
};

static void choose_unit(struct op *op, struct query *q, struct period_query *query)
{
	struct json_object *units = metric_units(op, query);
	struct str names = STR("");

	if (json_count(units) < 2)
		return;
	for (size_t i = 0; i < sizeof(unit_order) / sizeof(unit_order[0]); i++) {
		if (!json_get(units, unit_order[i]))
			continue;
		if (!query->unit.p)
			query->unit = str_of(unit_order[i]);
		names = arena_strf(op->arena, "%.*s%s%s", STR_ARG(names), names.n ? ", " : "",
				   unit_order[i]);
	}
	q->units = arena_strf(op->arena, "[%.*s]", STR_ARG(names));
}

static struct series *load_metric(struct request *r, struct query *q)
{
	struct json_object *stat = json_get(q->o, "MetricStat"), *metric = json_get(stat, "Metric");
	struct period_query query = { .unit = json_get_str(stat, "Unit") };
	struct series *s;

	query.key = (struct metric_key){
		json_get_str(metric, "Namespace"), json_get_str(metric, "MetricName"),
		dimensions_print(r->op->arena, json_get(metric, "Dimensions"))
	};
	window_of(r, json_int_or(json_get(stat, "Period"), 60), &query);
	if (!query.unit.p)
		choose_unit(r->op, q, &query);
	s = series_load(r->op, &query, &q->statistic, json_get_str(q->o, "Label"));
	s->id = q->id;
	return s;
}

static struct math_value load_select(struct request *r, struct query *q)
{
	struct math_value value = { .kind = MATH_LIST };
	struct period_query window = { .unit = STR_NONE };

	window_of(r, json_int_or(json_get(q->o, "Period"), EXPRESSION_PERIOD_S), &window);
	value.series = select_run(r->op, q->select, &window, &value.count);
	return value;
}

/* --- what expressions ask for ------------------------------------------------------------------ */

static bool compute(struct request *r, struct query *q, const char **why)
{
	if (q->done)
		return true;
	if (q->busy) {
		*why = "it depends on itself";
		return false;
	}
	q->busy = true;
	if (q->select)
		q->value = load_select(r, q);
	else if (!q->math)
		q->value = math_of_series(r->op->arena, load_metric(r, q));
	else if (!math_eval(q->math, &r->world, &q->value, why))
		return false;
	q->busy = false;
	q->done = true;
	return true;
}

static bool find_value(void *arg, struct str id, struct math_value *out, bool *known,
		       const char **why)
{
	struct request *r = arg;

	*known = false;
	for (size_t i = 0; i < r->count; i++) {
		if (!str_eq(r->queries[i].id, id))
			continue;
		*known = true;
		if (!compute(r, &r->queries[i], why))
			return false;
		*out = r->queries[i].value;
		return true;
	}
	return true;
}

static bool find_metrics(void *arg, struct str part, struct math_value *out, const char **why)
{
	struct request *r = arg;

	*out = (struct math_value){ .kind = MATH_LIST };
	out->series = arena_alloc(r->op->arena, (r->count + 1) * sizeof(struct series *));
	for (size_t i = 0; i < r->count; i++) {
		struct query *q = &r->queries[i];

		if (q->math || q->select || str_find_str(q->id, part) < 0)
			continue;
		if (!compute(r, q, why))
			return false;
		out->series[out->count++] = q->value.series[0];
	}
	return true;
}

static bool find_search(void *arg, struct str expression, struct str statistic, double period,
			struct math_value *out, const char **why)
{
	struct request *r = arg;
	struct period_query window = { .unit = STR_NONE };

	window_of(r, period >= 1 && period <= 86400 * 30 ? (int64_t)period : EXPRESSION_PERIOD_S,
		  &window);
	*out = (struct math_value){ .kind = MATH_LIST };
	out->series = series_search(r->op, expression, statistic, &window, &out->count, why);
	return out->series;
}

/* --- the request ----------------------------------------------------------------------------------- */

static bool bad_query(struct op *op, const char *message)
{
	op_fail(op, &ValidationError, "%s", message);
	return false;
}

static bool bad_expression(struct op *op, const struct query *q, const char *why)
{
	return bad_query(op, arena_printf(op->arena, "Error in expression '%.*s': %s",
					  STR_ARG(q->id), why));
}

static bool is_id(struct str id)
{
	for (size_t i = 0; i < id.n; i++) {
		char c = id.p[i];

		if (!((c >= 'a' && c <= 'z') ||
		      (i && ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))))
			return false;
	}
	return id.n;
}

static bool read_query(struct request *r, struct query *q, struct json_object *o)
{
	struct json_object *stat = json_get(o, "MetricStat");
	struct str expression = json_get_str(o, "Expression");
	const char *why = NULL;

	*q = (struct query){ .o = o, .id = json_get_str(o, "Id") };
	if (!is_id(q->id))
		return bad_query(r->op,
				 arena_printf(r->op->arena,
					      "The value %.*s for parameter Id is invalid: it must "
					      "begin with a lower-case letter and hold letters, "
					      "digits and underscores.",
					      STR_ARG(q->id)));
	for (struct query *other = r->queries; other < q; other++)
		if (str_eq(other->id, q->id))
			return bad_query(r->op, "The values for parameter id in "
						"MetricDataQueries are not unique.");
	if (!stat && !expression.p)
		return bad_query(r->op, arena_printf(r->op->arena,
						     "The parameter MetricDataQueries.member.%zu."
						     "MetricStat is required.\n",
						     (size_t)(q - r->queries) + 1));
	if (stat && expression.p)
		return bad_query(r->op,
				 arena_printf(r->op->arena,
					      "The MetricDataQuery with id %.*s must have either "
					      "MetricStat or Expression, not both.",
					      STR_ARG(q->id)));
	if (expression.p && select_is(expression)) {
		q->select = select_parse(r->op->arena, expression, &why);
		return q->select || bad_expression(r->op, q, why);
	}
	if (expression.p) {
		q->math = math_parse(r->op->arena, expression, &why);
		return q->math || bad_expression(r->op, q, why);
	}
	if (!statistic_parse(json_get_str(stat, "Stat"), &q->statistic))
		return bad_query(r->op,
				 arena_printf(r->op->arena,
					      "The value %.*s for parameter Stat is not supported.",
					      STR_ARG(json_get_str(stat, "Stat"))));
	return true;
}

static bool read_request(struct request *r, struct op *op)
{
	struct json_object *list = op_get(op, "MetricDataQueries");

	*r = (struct request){ .op = op };
	r->world = (struct math_world){ .arena = op->arena,
					.from = op_time(op, "StartTime", 0),
					.to = op_time(op, "EndTime", 0),
					.work = &r->work,
					.find = find_value,
					.metrics = find_metrics,
					.search = find_search,
					.arg = r };
	/* Seconds count. */
	if (r->world.from / 1000 >= r->world.to / 1000)
		return bad_query(op, r->world.from / 1000 == r->world.to / 1000
					     ? "The parameter StartTime must not equal parameter "
					       "EndTime."
					     : "The parameter EndTime must be greater than "
					       "StartTime.");
	r->world.from -= r->world.from % MINUTE_MS;
	if (!json_count(list) || json_count(list) > QUERIES_MAX) {
		op_fail(op, &ValidationError, "The collection MetricDataQueries must %s.",
			json_count(list) ? "not have a size greater than 500" : "not be empty");
		return false;
	}
	r->queries = arena_alloc(op->arena, json_count(list) * sizeof(*r->queries));
	for (; r->count < json_count(list); r->count++)
		if (!read_query(r, &r->queries[r->count], json_at(list, r->count)))
			return false;
	return true;
}

/* --- the answer --------------------------------------------------------------------------------------- */

static void add_message(struct json_object *list, const char *code, struct str value)
{
	struct json_object *o = json_add_object(list);

	json_set_cstr(o, "Code", code);
	json_set_str(o, "Value", value);
}

/* A page of all points of all results, one after the other. */
struct page {
	size_t skip, room,
		left; /* left out at the beginning, still to be answered, and not answered */
	bool descending;
};

static void add_result(struct arena *a, struct json_object *list, const struct query *q,
		       struct str label, const struct series *s, struct page *page)
{
	struct json_object *o, *times, *values;
	size_t first = page->skip < s->count ? page->skip : s->count;
	size_t n = s->count - first < page->room ? s->count - first : page->room;

	page->skip -= first;
	/* All of it was on an earlier page. */
	if (first && first == s->count)
		return;
	if (!page->room && s->count) {
		page->left += s->count;
		return;
	}
	o = json_add_object(list);
	json_set_str(o, "Id", q->id);
	json_set_str(o, "Label", label);
	if (q->units.p)
		add_message(json_set_array(o, "Messages"), "MultipleUnits",
			    arena_strf(a, "Multiple units returned: '%.*s'", STR_ARG(q->units)));
	times = json_set_array(o, "Timestamps");
	values = json_set_array(o, "Values");
	for (size_t i = first; i < first + n; i++) {
		size_t at = page->descending ? s->count - 1 - i : i;

		json_add(times, json_object_new_double((double)s->at[at] / 1000));
		json_add(values, json_object_new_double(s->values[at]));
	}
	json_set_cstr(o, "StatusCode", first + n < s->count ? "PartialData" : "Complete");
	page->room -= n;
	page->left += s->count - first - n;
}

/* Do the metrics that are asked for differ in this member of MetricStat? */
static bool differ(const struct request *r, const char *member)
{
	struct json_object *first = NULL, *one;

	for (size_t i = 0; i < r->count; i++) {
		one = json_get(json_get(r->queries[i].o, "MetricStat"), member);
		if (first && one && !json_object_equal(first, one))
			return true;
		first = first ? first : one;
	}
	return false;
}

/* A metric's label: its name, with the statistic and the period when the request has several. */
static struct str metric_label(const struct request *r, const struct query *q,
			       const struct series *s)
{
	struct json_object *stat = json_get(q->o, "MetricStat");
	struct str label = s->name;

	if (differ(r, "Stat"))
		label = arena_strf(r->op->arena, "%.*s %.*s", STR_ARG(label),
				   STR_ARG(json_get_str(stat, "Stat")));
	if (differ(r, "Period"))
		label = arena_strf(r->op->arena, "%.*s %lld", STR_ARG(label),
				   (long long)json_int_or(json_get(stat, "Period"), 60));
	return label;
}

/* An expression's own label, else that of its series when there are several, else its id. */
static struct str label_of(const struct request *r, const struct query *q, const struct series *s)
{
	struct str own = json_get_str(q->o, "Label");

	if (!q->math && !q->select)
		return own.p ? own : metric_label(r, q, s);
	if (q->value.kind == MATH_LIST)
		return own.p ? own : s->label.p ? s->label : s->name.p ? s->name : q->id;
	return own.p ? own : q->id;
}

static bool answer_query(struct request *r, struct query *q, struct json_object *list,
			 struct page *page)
{
	const char *why = "";

	if (!compute(r, q, &why))
		return bad_expression(r->op, q, why);
	if (q->value.kind == MATH_NUMBER || q->value.kind == MATH_TEXT)
		return bad_expression(
			r->op, q,
			"The expression must return a time series or an array of time series");
	for (size_t i = 0; i < q->value.count; i++)
		add_result(r->op->arena, list, q, label_of(r, q, q->value.series[i]),
			   q->value.series[i], page);
	return true;
}

enum outcome cloudwatch_op_get_metric_data(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "MetricDataResults");
	struct page page = { .descending = !str_is(op_str(op, "ScanBy"), "TimestampAscending") };
	int64_t most = op_int_or(op, "MaxDatapoints", POINTS_MAX), skip = 0;
	struct request r;
	struct str after;

	if (!page_begin_at(op, &after))
		return FAILED;
	if (after.n && (!str_to_int(after, &skip) || skip < 0))
		return op_fail(op, &CloudwatchInvalidNextToken, "Invalid nextToken");
	page.skip = (size_t)skip;
	page.room = (size_t)(most < 1 || most > POINTS_MAX ? POINTS_MAX : most);
	most = (int64_t)page.room;
	if (!read_request(&r, op))
		return FAILED;
	for (size_t i = 0; i < r.count; i++)
		if (json_bool_or(json_get(r.queries[i].o, "ReturnData"), true) &&
		    !answer_query(&r, &r.queries[i], list, &page))
			return FAILED;
	json_set_array(op->out, "Messages");
	if (page.left)
		page_end_at(op, arena_strf(op->arena, "%lld",
					   (long long)(skip + most - (int64_t)page.room)));
	return DONE;
}
