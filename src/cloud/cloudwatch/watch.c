/*
 * Alarms being evaluated: once a minute, the last periods of each one's metric against its threshold.
 * From: CloudWatch User Guide, "Alarm evaluation", "Configuring how CloudWatch alarms treat missing data".
 */
#include "cloud/cloudwatch/inside.h"

#include "base/java.h"
#include "base/time.h"

enum { PERIODS_MAX = 1440 };

/* An alarm on one metric. */
struct watched {
	struct str name, state;
	struct json_object *config;
	struct period_query query;
	struct statistic statistic;
	int64_t periods, needed;
	double threshold;
	struct str compare, missing;
};

static bool read_alarm(struct op *op, struct stmt *q, struct watched *w)
{
	struct json_object *c = json_parse(op->arena, stmt_str(q, 1), NULL);
	struct str extended = json_get_str(c, "ExtendedStatistic");

	*w = (struct watched){
		.name = stmt_dup(q, 0, op->arena),
		.state = stmt_dup(q, 2, op->arena),
		.config = c,
		.periods = json_int_or(json_get(c, "EvaluationPeriods"), 1),
		.threshold = json_object_get_double(json_get(c, "Threshold")),
		.compare = json_get_str(c, "ComparisonOperator"),
		.missing = json_get_str(c, "TreatMissingData"),
	};
	w->needed = json_int_or(json_get(c, "DatapointsToAlarm"), w->periods);
	w->query.period_ms = json_int_or(json_get(c, "Period"), 60) * 1000;
	w->query.key =
		(struct metric_key){ json_get_str(c, "Namespace"), json_get_str(c, "MetricName"),
				     dimensions_print(op->arena, json_get(c, "Dimensions")) };
	w->query.unit = json_get_str(c, "Unit");
	return w->query.key.name.p && w->periods <= PERIODS_MAX &&
	       statistic_parse(extended.p ? extended : json_get_str(c, "Statistic"), &w->statistic);
}

static bool breaches(const struct watched *w, double value)
{
	if (str_is(w->compare, "GreaterThanThreshold"))
		return value > w->threshold;
	if (str_is(w->compare, "GreaterThanOrEqualToThreshold"))
		return value >= w->threshold;
	if (str_is(w->compare, "LessThanThreshold"))
		return value < w->threshold;
	return str_is(w->compare, "LessThanOrEqualToThreshold") && value <= w->threshold;
}

/* A value that was found. */
struct datapoint {
	int64_t at;
	double value, samples;
	bool breaching;
};

/* What the last periods say. */
struct findings {
	struct datapoint *points; /* rising by time */
	size_t count;
	int64_t breaching, fine, missing;
};

static void look(struct op *op, struct watched *w, struct findings *f)
{
	struct period *periods;
	size_t count;

	w->query.to = op->now - op->now % w->query.period_ms;
	w->query.from = w->query.to - w->periods * w->query.period_ms;
	periods = periods_find(op, &w->query, &count);
	*f = (struct findings){ .points =
					arena_alloc(op->arena, (count + 1) * sizeof(*f->points)) };
	for (size_t i = 0; i < count; i++) {
		struct datapoint *p = &f->points[f->count];

		if (!statistic_of(&w->statistic, &periods[i].sketch, &p->value))
			continue;
		p->at = periods[i].at;
		p->samples = periods[i].sketch.count;
		p->breaching = breaches(w, p->value);
		*(p->breaching ? &f->breaching : &f->fine) += 1;
		f->count++;
	}
	f->missing = w->periods - f->breaching - f->fine;
}

/* The state that follows; absent: it stays. */
static struct str judge(const struct watched *w, const struct findings *f)
{
	int64_t breaching = f->breaching;

	if (str_is(w->missing, "breaching"))
		breaching += f->missing;
	if (breaching >= w->needed)
		return STR("ALARM");
	if (!f->count) {
		if (str_is(w->missing, "ignore"))
			return STR_NONE;
		if (!str_is(w->missing, "notBreaching"))
			return STR("INSUFFICIENT_DATA");
	}
	return STR("OK");
}

/* --- why: the sentence, and the same for machines ----------------------------------------- */

static struct str number(struct arena *a, double value)
{
	struct str text;
	struct buf b;

	buf_init(&b, BUF_MAX);
	java_add_double(&b, value);
	text = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return text;
}

static struct json_object *json_number(struct arena *a, double value)
{
	return json_object_new_double_s(value, arena_cstr(a, number(a, value)));
}

/* "2 datapoints were" */
static const char *datapoints(struct arena *a, int64_t n, bool verb)
{
	return arena_printf(a, "%lld datapoint%s%s", (long long)n, n == 1 ? "" : "s",
			    !verb    ? ""
			    : n == 1 ? " was"
				     : " were");
}

/* "[21.5 (26/10/23 16:42:00), 3.0 (26/10/23 16:41:00)]": those that breach or those that do not, the newest first. */
static struct str list_points(struct arena *a, const struct findings *f, bool breaching)
{
	struct str text = STR("[");

	for (size_t i = f->count; i-- > 0;) {
		const struct datapoint *p = &f->points[i];
		struct time_parts t = time_split(p->at);

		if (p->breaching == breaching)
			text = arena_strf(a, "%.*s%s%.*s (%02d/%02d/%02d %02d:%02d:%02d)",
					  STR_ARG(text), text.n > 1 ? ", " : "",
					  STR_ARG(number(a, p->value)), t.day, t.month,
					  t.year % 100, t.hour, t.minute, t.second);
	}
	return arena_strf(a, "%.*s]", STR_ARG(text));
}

static const char *comparison(struct str compare)
{
	static const char *const words[][2] = {
		{ "GreaterThanThreshold", "greater than" },
		{ "GreaterThanOrEqualToThreshold", "greater than or equal to" },
		{ "LessThanThreshold", "less than" },
		{ "LessThanOrEqualToThreshold", "less than or equal to" },
	};

	for (size_t i = 0; i < 4; i++)
		if (str_is(compare, words[i][0]))
			return words[i][1];
	return "";
}

/* Values were found. With DatapointsToAlarm the sentence tells how many there must be. */
static struct str crossed(struct arena *a, const struct watched *w, const struct findings *f,
			  bool alarm)
{
	int64_t n = alarm ? f->breaching : f->fine;
	struct str points = list_points(a, f, alarm), threshold = number(a, w->threshold);
	const char *verb = arena_printf(a, "%s%s %s", n == 1 ? "was" : "were", alarm ? "" : " not",
					comparison(w->compare));

	if (!json_get(w->config, "DatapointsToAlarm"))
		return arena_strf(a, "Threshold Crossed: %s %.*s %s the threshold (%.*s).",
				  datapoints(a, n, false), STR_ARG(points), verb,
				  STR_ARG(threshold));
	return arena_strf(a,
			  "Threshold Crossed: %lld out of the last %lld datapoints %.*s %s the "
			  "threshold (%.*s) (minimum %s for %s transition).",
			  (long long)n, (long long)w->periods, STR_ARG(points), verb,
			  STR_ARG(threshold),
			  datapoints(a, alarm ? w->needed : w->periods - w->needed + 1, false),
			  alarm ? "OK -> ALARM" : "ALARM -> OK");
}

static struct str reason(struct arena *a, const struct watched *w, const struct findings *f,
			 struct str state)
{
	bool alarm = str_is(state, "ALARM");

	if (str_is(state, "INSUFFICIENT_DATA"))
		return arena_strf(a, "Insufficient Data: %s unknown.",
				  datapoints(a, f->missing, true));
	if (alarm ? f->breaching : f->fine)
		return crossed(a, w, f, alarm);
	return arena_strf(a,
			  "Threshold Crossed: no datapoints were received for %lld period%s and "
			  "%lld missing datapoint%s %s treated as [%s].",
			  (long long)w->periods, w->periods == 1 ? "" : "s", (long long)f->missing,
			  f->missing == 1 ? "" : "s", f->missing == 1 ? "was" : "were",
			  alarm ? "Breaching" : "NonBreaching");
}

void set_date(struct arena *a, struct json_object *o, const char *name, int64_t at)
{
	struct str iso = time_iso(a, at, true);

	json_set_str(o, name, arena_strf(a, "%.*s+0000", STR_ARG(str_slice(iso, 0, iso.n - 1))));
}

/* Every period that was looked at, the newest first, with what was found in it. */
static void set_evaluated(struct arena *a, struct json_object *o, const struct watched *w,
			  const struct findings *f)
{
	struct json_object *list = json_set_array(o, "evaluatedDatapoints");
	size_t i = f->count;

	for (int64_t at = w->query.to; (at -= w->query.period_ms) >= w->query.from;) {
		struct json_object *point = json_add_object(list);

		set_date(a, point, "timestamp", at);
		if (!i || f->points[i - 1].at != at)
			continue;
		i--;
		json_set(point, "sampleCount", json_number(a, f->points[i].samples));
		json_set(point, "value", json_number(a, f->points[i].value));
	}
}

static struct str reason_data(struct op *op, const struct watched *w, const struct findings *f)
{
	struct json_object *o = json_new_object(op->arena), *recent;
	struct str extended = json_get_str(w->config, "ExtendedStatistic");

	json_set_cstr(o, "version", "1.0");
	set_date(op->arena, o, "queryDate", op->now);
	if (f->count)
		set_date(op->arena, o, "startDate", f->points[0].at);
	if (w->query.unit.p)
		json_set_str(o, "unit", w->query.unit);
	json_set_str(o, "statistic", extended.p ? extended : json_get_str(w->config, "Statistic"));
	json_set_int(o, "period", w->query.period_ms / 1000);
	recent = json_set_array(o, "recentDatapoints");
	for (size_t i = 0; i < f->count; i++)
		json_add(recent, json_number(op->arena, f->points[i].value));
	json_set(o, "threshold", json_number(op->arena, w->threshold));
	set_evaluated(op->arena, o, w, f);
	return json_text(op->arena, o);
}

/* --- watching ------------------------------------------------------------------------------ */

static void watch(struct op *op, struct watched *w)
{
	struct findings f;
	struct str state;

	look(op, w, &f);
	state = judge(w, &f);
	if (state.p && !str_eq(state, w->state))
		alarm_set_state(op, w->name, state, reason(op->arena, w, &f, state),
				reason_data(op, w, &f));
}

enum outcome cloudwatch_job_watch(struct op *op)
{
	int64_t count = db_int(op->db, 0, "SELECT count(*) FROM cloudwatch_alarm", "");
	struct watched *all = arena_alloc(op->arena, ((size_t)count + 1) * sizeof(*all));
	struct stmt *q = db_query(op->db, "SELECT name, config, state FROM cloudwatch_alarm", "");
	size_t n = 0;

	while (stmt_row(q))
		n += read_alarm(op, q, &all[n]);
	for (size_t i = 0; i < n; i++)
		watch(op, &all[i]);
	if (count)
		job_add(op, &cloudwatch_jobs[CLOUDWATCH_WATCH],
			op->now - op->now % MINUTE_MS + MINUTE_MS, "watch", NULL);
	return DONE;
}
