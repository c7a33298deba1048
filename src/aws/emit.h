#ifndef AWS_EMIT_H
#define AWS_EMIT_H

#include "aws/op.h"
#include "aws/shape.h"
#include "base/sketch.h"

/*
 * Emission: log lines and metric values that services produce by the way.
 *
 *	emit_metric(op, &(struct emit_metric){ .space = "AWS/Lambda", .name = "Invocations", .unit = "Count",
 *					       .dimensions = { { "FunctionName", name } }, .value = 1 });
 *
 * It costs well under a microsecond and never fails: what is emitted is collected in memory, apart for each account, and
 * within a second (lines: within half a second) a turn of the account hands it to the services that want it (`collect` in
 * struct service), in a transaction of its own. It stays emitted when the operation fails. What was emitted in the last second is
 * lost when the process is killed, and lines beyond a few MiB a second are dropped; on AWS, too,
 * these are delivered later and not promised.
 */

/* A line for CloudWatch Logs; all is copied. */
struct emit_line {
	struct str group, stream; /* made when they do not exist */
	/*
	 * The ARN of a role: lines are kept only if it may do so, and groups and streams made only if it may make
	 * them. Absent: a service writes in its own name.
	 */
	struct str role;
	const char *service; /* who acts as the role, a literal; NULL: "lambda.amazonaws.com" */
	int64_t at_ms;       /* 0: now */
	struct str text;
};

/* One value of a metric, or several that are alike; all is copied. */
enum { EMIT_DIMENSIONS = 4 };
struct emit_dimension {
	const char *name; /* NULL: no more of them */
	struct str value;
};
struct emit_metric {
	const char *space; /* the namespace: "AWS/DynamoDB" */
	const char *name;
	const char *unit; /* "Count", "Milliseconds"; NULL: "None" */
	struct emit_dimension dimensions[EMIT_DIMENSIONS];
	double value;
	double count;  /* 0: once */
	int64_t at_ms; /* 0: now */
};

/* The units that values of metrics may have. From: CloudWatch API Reference, "MetricDatum". */
extern const struct shape emit_unit;

/* From inside an operation or a job. */
void emit_log(struct op *op, const struct emit_line *line);
void emit_metric(struct op *op, const struct emit_metric *metric);
/* From any thread, for an account of 12 digits. */
void emit_log_to(struct aws *aws, const char *account, const struct emit_line *line);
void emit_metric_to(struct aws *aws, const char *account, const struct emit_metric *metric);

/* --- for the services that collect --------------------------------------------------- */

/* The values of one metric within one minute. */
struct emit_series {
	struct emit_series *next;
	struct str space, name, unit;
	struct str names[EMIT_DIMENSIONS], values[EMIT_DIMENSIONS]; /* dimensions, as emitted */
	size_t dimension_count;
	int64_t minute_ms; /* its beginning */
	struct sketch sketch;
};

struct emit_lines {
	struct emit_lines *next;
	struct emit_line line;
};

/* What an account has emitted since the last time: lines in their order, series in none. */
struct emit_batch {
	const struct emit_lines *lines;
	const struct emit_series *series;
};

/* --- for turns/ ---------------------------------------------------------------------------- */

/*
 * Whom to tell that something was emitted for an account that had nothing pending: the account wants a turn at `due`,
 * in which emit_deliver() is called. `due` may be told again, earlier. From any thread. NULL: nobody any more.
 */
void emit_on_due(struct aws *aws, void (*due)(void *arg, struct str account, int64_t at),
		 void *arg);
/* Deliver what is pending, in a transaction of its own. True when there were lines. */
bool emit_deliver(struct aws *aws, struct account *account, int64_t now);
/* Forget what is pending: the account is gone. */
void emit_forget(struct aws *aws, struct str account);

#endif
