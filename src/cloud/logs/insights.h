#ifndef CLOUD_LOGS_INSIGHTS_H
#define CLOUD_LOGS_INSIGHTS_H

#include "base/json.h"

/*
 * The query language of Logs Insights: commands that are applied one after the other to rows, each row an event or,
 * behind stats, a group of them.
 *
 *	fields @timestamp, @message | filter @message like /ERROR/ | stats count(*) as n by bin(5m) | sort n desc
 *
 * There are fields, display, filter, stats, sort, limit, dedup and parse (with a glob or a regular expression).
 * From: CloudWatch Logs User Guide, "CloudWatch Logs Insights QL query syntax", "Supported operations and functions",
 * "Supported logs and discovered fields".
 */
struct insights_query;

struct insights_value {
	enum { INSIGHTS_NONE, INSIGHTS_TEXT, INSIGHTS_NUMBER, INSIGHTS_TIME } kind;
	struct str text; /* of TEXT */
	double number;   /* of NUMBER, and milliseconds of TIME */
};

struct insights_field {
	struct insights_field *next;
	struct str name;
	struct insights_value value;
};

/* What a query may still use, for all of its rows: the caller says how much. */
struct insights_budget {
	int64_t bytes;    /* of memory, about */
	int64_t until_us; /* of the monotonic clock */
	bool spent;       /* it wanted more: its answer is none */
};

/* What the caller fills is above `fields`. */
struct insights_row {
	struct insights_budget *budget;
	struct arena *arena; /* for what is found out about it; as the query's */
	int64_t at, ingested_at;
	struct str message, stream, log, ptr;
	struct insights_field *fields; /* what commands have made */
	struct json_object *json;      /* the message, once it was needed */
	bool json_known, grouped;
};

/* NULL, with a sentence in *why, when it is not a query. It lives in the arena. */
struct insights_query *insights_parse(struct arena *a, struct str text, const char **why);
/*
 * Apply the query to rows, which it reorders and replaces; *count becomes how many are left, *matched how many passed
 * the filters before anything was grouped or cut off. None is left when the budget is spent.
 */
void insights_run(const struct insights_query *q, struct insights_row **rows, size_t *count,
		  size_t *matched);
/* [[{"field", "value"}, ..], ..] of the rows, or of the first of them when the budget is spent on the way. */
struct json_object *insights_answer(const struct insights_query *q, struct insights_row **rows,
				    size_t count);

#endif
