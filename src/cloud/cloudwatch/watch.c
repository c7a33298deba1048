/*
 * Alarms being evaluated: once a minute, the last periods of each one's metric against its threshold.
 * From: CloudWatch User Guide, "Alarm evaluation", "Configuring how CloudWatch alarms treat missing data".
 */
#include "cloud/cloudwatch/inside.h"

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

/* What the last periods say. */
struct findings {
	int64_t breaching, fine, missing;
	double last; /* the youngest value that counted */
	int64_t last_at;
};

static void look(struct op *op, struct watched *w, struct findings *f)
{
	struct series *s;

	*f = (struct findings){ 0 };
	w->query.to = op->now - op->now % w->query.period_ms;
	w->query.from = w->query.to - w->periods * w->query.period_ms;
	s = series_load(op, &w->query, &w->statistic, STR_NONE);
	for (size_t i = 0; i < s->count; i++) {
		f->last = s->values[i];
		f->last_at = s->at[i];
		if (breaches(w, s->values[i]))
			f->breaching++;
		else
			f->fine++;
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
	if (!f->breaching && !f->fine) {
		if (str_is(w->missing, "ignore"))
			return STR_NONE;
		if (!str_is(w->missing, "notBreaching"))
			return STR("INSUFFICIENT_DATA");
	}
	return STR("OK");
}

static struct str reason(struct op *op, const struct watched *w, const struct findings *f,
			 struct str state)
{
	const char *plural = w->periods == 1 ? "" : "s";

	if (str_is(state, "INSUFFICIENT_DATA"))
		return arena_strf(op->arena,
				  "Insufficient Data: %lld datapoint%s %s missing and treated as "
				  "[Missing].",
				  (long long)f->missing, f->missing == 1 ? "" : "s",
				  f->missing == 1 ? "was" : "were");
	if (!f->last_at)
		return arena_strf(
			op->arena,
			"Threshold Crossed: no datapoints were received for %lld period%s "
			"and %lld missing datapoint%s %s treated as [%s].",
			(long long)w->periods, plural, (long long)f->missing,
			f->missing == 1 ? "" : "s", f->missing == 1 ? "was" : "were",
			str_is(state, "ALARM") ? "Breaching" : "NonBreaching");
	return arena_strf(
		op->arena,
		"Threshold Crossed: %lld out of the last %lld datapoint%s [%g (%.*s)] was%s "
		"crossing the threshold (%g).",
		(long long)(str_is(state, "ALARM") ? f->breaching : f->fine), (long long)w->periods,
		plural, f->last, STR_ARG(time_iso(op->arena, f->last_at, false)),
		str_is(state, "ALARM") ? "" : " not", w->threshold);
}

static void watch(struct op *op, struct watched *w)
{
	struct findings f;
	struct str state;

	look(op, w, &f);
	state = judge(w, &f);
	if (!state.p || str_eq(state, w->state))
		return;
	alarm_set_state(op, w->name, state, reason(op, w, &f, state), STR_NONE);
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
