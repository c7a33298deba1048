#ifndef CLOUD_CLOUDWATCH_SELECT_H
#define CLOUD_CLOUDWATCH_SELECT_H

#include "cloud/cloudwatch/inside.h"

/*
 * Metrics Insights: queries over the metrics of a namespace, as the CloudWatch User Guide has them under "Metrics
 * Insights query components and syntax".
 *
 *	SELECT MAX(Latency) FROM SCHEMA("App", Path, Stage) WHERE Stage = 'prod' AND Path != '/' GROUP BY Path
 *	ORDER BY MAX() DESC LIMIT 5
 *
 * What every metric says that fits is taken together, for each group and period.
 */
enum { SELECT_NAMES_MAX = 30, SELECT_TESTS_MAX = 50 };

/* A dimension that must have a value, or must not have it. */
struct select_test {
	struct str name, value;
	bool unequal;
};

struct select {
	struct statistic statistic, order; /* the second when `ordered` */
	struct str metric, space;
	bool schema; /* the metric's dimensions are exactly these */
	struct str dimensions[SELECT_NAMES_MAX];
	size_t dimension_count;
	struct select_test tests[SELECT_TESTS_MAX];
	size_t test_count;
	struct str groups[SELECT_NAMES_MAX];
	size_t group_count;
	bool ordered, descending;
	int64_t limit; /* of the series that are answered */
};

/* Does the expression begin as such a query does? */
bool select_is(struct str expression);
/* NULL with a sentence in *why. */
struct select *select_parse(struct arena *a, struct str text, const char **why);
/* The series of the groups, labelled with their values; *count of them. */
struct series **select_run(struct op *op, const struct select *s, const struct period_query *window,
			   size_t *count);

#endif
