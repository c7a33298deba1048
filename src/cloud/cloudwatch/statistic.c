/*
 * Statistics: one number of a period's values.
 * From: CloudWatch User Guide, "CloudWatch statistics definitions".
 */
#include "cloud/cloudwatch/inside.h"

#include <math.h>
#include <stdlib.h>

static bool number_of(struct str text, double *out)
{
	char copy[32], *end;

	if (!text.n || text.n >= sizeof(copy))
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	*out = strtod(copy, &end);
	return !*end && isfinite(*out);
}

/* "10%", "10" */
static bool bound_of(struct str text, struct statistic *s, double otherwise, double *out)
{
	text = str_trim(text);
	if (!text.n) {
		*out = otherwise;
		return true;
	}
	if (str_ends(text, STR("%")))
		text.n--;
	else
		s->absolute = true;
	return number_of(text, out);
}

/* "(10%:90%)" */
static bool bounds_of(struct str text, struct statistic *s)
{
	struct str high = str_slice(text, 1, text.n - 1), low;
	bool percent = str_find(text, '%') >= 0;

	if (!str_starts(text, STR("(")) || !str_ends(text, STR(")")))
		return false;
	low = str_cut(&high, ':');
	return high.p && bound_of(low, s, percent ? 0 : -INFINITY, &s->low) &&
	       bound_of(high, s, percent ? 100 : INFINITY, &s->high) && s->absolute == !percent;
}

/* "p99", "tm90", "TC(0.005:0.030)" */
static bool parse_extended(struct str text, struct statistic *out)
{
	static const struct {
		const char *name;
		enum statistic_kind kind;
	} all[] = { { "tm", STAT_TRIMMED_MEAN },    { "tc", STAT_TRIMMED_COUNT },
		    { "ts", STAT_TRIMMED_SUM },     { "wm", STAT_WINSORIZED_MEAN },
		    { "pr", STAT_PERCENTILE_RANK }, { "p", STAT_PERCENTILE } };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		size_t n = strlen(all[i].name);
		struct str rest = str_slice(text, n, text.n);

		if (!str_eq_nocase(str_slice(text, 0, n), str_of(all[i].name)))
			continue;
		*out = (struct statistic){ .kind = all[i].kind };
		if (rest.n > 1 && rest.p[0] == '(')
			return out->kind != STAT_PERCENTILE && bounds_of(rest, out);
		return out->kind != STAT_PERCENTILE_RANK && number_of(rest, &out->high) &&
		       out->high >= 0 && out->high <= 100;
	}
	return false;
}

bool statistic_parse(struct str text, struct statistic *out)
{
	static const struct {
		const char *name;
		enum statistic_kind kind;
	} all[] = { { "SampleCount", STAT_COUNT },
		    { "Average", STAT_AVERAGE },
		    { "Sum", STAT_SUM },
		    { "Minimum", STAT_LEAST },
		    { "Maximum", STAT_MOST } };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (str_is(text, all[i].name)) {
			*out = (struct statistic){ .kind = all[i].kind };
			return true;
		}
	if (str_eq_nocase(text, STR("IQM"))) {
		*out = (struct statistic){ .kind = STAT_TRIMMED_MEAN, .low = 25, .high = 75 };
		return true;
	}
	return parse_extended(text, out);
}

/* The mean when what lies outside counts as the bounds. */
static bool winsorized(const struct statistic *s, const struct sketch *v, double *out)
{
	double low = s->low, high = s->high, sum = 0, count = 0;

	if (!s->absolute &&
	    (!sketch_percentile(v, s->low, &low) || !sketch_percentile(v, s->high, &high)))
		return false;
	for (size_t i = 0; i < v->n; i++) {
		sum += fmin(fmax(v->points[i].value, low), high) * v->points[i].count;
		count += v->points[i].count;
	}
	*out = sum / count;
	return count > 0 && !v->blind;
}

static bool trimmed(const struct statistic *s, const struct sketch *v, double *out)
{
	double count, sum;
	bool known = s->absolute ? sketch_within(v, s->low, s->high, &count, &sum)
				 : sketch_between(v, s->low, s->high, &count, &sum);

	if (!known)
		return false;
	if (s->kind == STAT_TRIMMED_COUNT)
		*out = count;
	else if (s->kind == STAT_TRIMMED_SUM)
		*out = sum;
	else if (s->kind == STAT_PERCENTILE_RANK)
		*out = 100 * count / v->count;
	else
		*out = sum / count;
	return s->kind != STAT_TRIMMED_MEAN || count > 0;
}

bool statistic_of(const struct statistic *s, const struct sketch *v, double *out)
{
	switch (s->kind) {
	case STAT_COUNT:
		*out = v->count;
		return true;
	case STAT_AVERAGE:
		*out = v->sum / v->count;
		return v->count > 0;
	case STAT_SUM:
		*out = v->sum;
		return true;
	case STAT_LEAST:
		*out = v->least;
		return true;
	case STAT_MOST:
		*out = v->most;
		return true;
	case STAT_PERCENTILE:
		return sketch_percentile(v, s->high, out);
	case STAT_WINSORIZED_MEAN:
		return winsorized(s, v, out);
	default:
		return trimmed(s, v, out);
	}
}
