#ifndef CLOUD_LOGS_INSIDE_H
#define CLOUD_LOGS_INSIDE_H

#include "cloud/logs/logs.h"

/* --- groups and streams (groups.c, streams.c) ------------------------------------------- */

struct log_group {
	int64_t id;
	struct str name;
	int64_t created_at, bytes;
	int64_t retention_days;    /* 0: events are kept for good */
	struct str class, kms_key; /* the key may be absent */
	bool protected;            /* from deletion */
};

struct log_stream {
	int64_t id;
	struct str name;
	int64_t created_at;
	int64_t first_at, last_at, ingested_at; /* 0: there are no events yet */
};

/* The group of that name; its strings live in the arena. */
bool group_find(struct op *op, struct str name, struct log_group *out);
/* The group that logGroupName or logGroupIdentifier means; false with the error set. */
bool group_get(struct op *op, struct log_group *out);
/*
 * The name of the group that an ARN or a name means, with or without ":*". An ARN of another account or region stays as
 * it is: no group is called so.
 */
struct str group_name_of(struct op *op, struct str identifier);
/* "arn:aws:logs:R:A:log-group:NAME", without ":*". */
struct str group_arn(struct op *op, struct str name);

/* "logs.eu-west-1.amazonaws.com": what functions' policies may call this service, beside "logs.amazonaws.com". */
struct str logs_name_here(struct op *op);
/* Make a group that does not exist. */
void group_add(struct op *op, struct str name, const char *class, struct log_group *out);

/* The stream of that name in a group; the name is kept as it is given. */
bool stream_find(struct op *op, const struct log_group *group, struct str name,
		 struct log_stream *out);
/* Make a stream that does not exist. */
void stream_add(struct op *op, const struct log_group *group, struct str name,
		struct log_stream *out);
/* A job: removes the events of groups and streams that are gone, a slice at a time. */
enum outcome logs_job_drop(struct op *op);
/* A job: removes events that are older than their group keeps them. */
enum outcome logs_job_expire(struct op *op);

/* --- events (events.c) --------------------------------------------------------------------- */

enum {
	EVENT_OVERHEAD = 26,
	ANSWER_BYTES_MAX = 1 << 20,
	ACCOUNT_MB_MAX = 128 /* of events that an account keeps; AWS has no such limit */
};

struct log_event {
	int64_t id; /* once it is stored */
	int64_t at;
	struct str message;
};

/* Store events, and let filters see them. */
void events_add(struct op *op, const struct log_group *group, const struct log_stream *stream,
		struct log_event *events, size_t count);
/* Are there as many events as an account keeps? And what it is told then. */
bool events_full(const struct op *op);
struct str events_full_notice(struct arena *a);
/* The moment before which the group's events are gone. */
int64_t events_expired(const struct op *op, const struct log_group *group);

/* Where an event stands: rising by time, then by arrival. */
struct log_place {
	int64_t at, id;
};
/* "3..." of 56 digits, as AWS writes event ids; and back. */
struct str place_print(struct arena *a, struct log_place place);
bool place_parse(struct str text, struct log_place *out);

/* --- what filters do (filters.c, feed.c) ----------------------------------------------------- */

/* Metric filters, subscription filters and embedded metrics look at events that have just come. */
void feed_events(struct op *op, const struct log_group *group, const struct log_stream *stream,
		 const struct log_event *events, size_t count);
/* A job: hands a batch of events to a subscriber. */
enum outcome logs_job_send(struct op *op);
/* What services have emitted (emit.h). */
void logs_collect(struct op *op, const struct emit_batch *batch);

/* --- pages ----------------------------------------------------------------------------------- */

/* The text behind nextToken ("" without one), and a token for a text; false with the error set. */
bool page_begin(struct op *op, struct str *after);
void page_end(struct op *op, struct str last);

/* --- jobs, errors, operations ------------------------------------------------------------------ */

enum { LOGS_DROP, LOGS_EXPIRE, LOGS_SEND };
extern const struct job_kind logs_jobs[];

extern const struct aws_error LogsInvalidParameter, LogsNotFound, LogsAlreadyExists,
	LogsLimitExceeded, LogsInvalidOperation, LogsMalformedQuery, LogsTooManyTags,
	LogsValidation, LogsAccessDenied;

/* The operations; the table is in logs.c. */
enum outcome logs_op_associate_kms_key(struct op *op);
enum outcome logs_op_create_log_group(struct op *op);
enum outcome logs_op_create_log_stream(struct op *op);
enum outcome logs_op_delete_log_group(struct op *op);
enum outcome logs_op_delete_log_stream(struct op *op);
enum outcome logs_op_delete_metric_filter(struct op *op);
enum outcome logs_op_delete_query_definition(struct op *op);
enum outcome logs_op_delete_resource_policy(struct op *op);
enum outcome logs_op_delete_retention_policy(struct op *op);
enum outcome logs_op_delete_subscription_filter(struct op *op);
enum outcome logs_op_describe_log_groups(struct op *op);
enum outcome logs_op_describe_log_streams(struct op *op);
enum outcome logs_op_describe_metric_filters(struct op *op);
enum outcome logs_op_describe_queries(struct op *op);
enum outcome logs_op_describe_query_definitions(struct op *op);
enum outcome logs_op_describe_resource_policies(struct op *op);
enum outcome logs_op_describe_subscription_filters(struct op *op);
enum outcome logs_op_disassociate_kms_key(struct op *op);
enum outcome logs_op_filter_log_events(struct op *op);
enum outcome logs_op_get_log_events(struct op *op);
enum outcome logs_op_get_query_results(struct op *op);
enum outcome logs_op_list_log_groups(struct op *op);
enum outcome logs_op_list_tags_for_resource(struct op *op);
enum outcome logs_op_list_tags_log_group(struct op *op);
enum outcome logs_op_put_log_events(struct op *op);
enum outcome logs_op_put_log_group_deletion_protection(struct op *op);
enum outcome logs_op_put_metric_filter(struct op *op);
enum outcome logs_op_put_query_definition(struct op *op);
enum outcome logs_op_put_resource_policy(struct op *op);
enum outcome logs_op_put_retention_policy(struct op *op);
enum outcome logs_op_put_subscription_filter(struct op *op);
enum outcome logs_op_start_query(struct op *op);
enum outcome logs_op_stop_query(struct op *op);
enum outcome logs_op_tag_log_group(struct op *op);
enum outcome logs_op_tag_resource(struct op *op);
enum outcome logs_op_test_metric_filter(struct op *op);
enum outcome logs_op_untag_log_group(struct op *op);
enum outcome logs_op_untag_resource(struct op *op);

extern const struct shape logs_associate_kms_key, logs_create_log_group, logs_create_log_stream,
	logs_delete_log_group, logs_delete_log_stream, logs_delete_metric_filter,
	logs_delete_query_definition, logs_delete_resource_policy, logs_delete_retention_policy,
	logs_delete_subscription_filter, logs_describe_log_groups, logs_describe_log_streams,
	logs_describe_metric_filters, logs_describe_queries, logs_describe_query_definitions,
	logs_describe_resource_policies, logs_describe_subscription_filters,
	logs_disassociate_kms_key, logs_filter_log_events, logs_get_log_events,
	logs_get_query_results, logs_list_log_groups, logs_list_tags_for_resource,
	logs_list_tags_log_group, logs_put_log_events, logs_put_log_group_deletion_protection,
	logs_put_metric_filter, logs_put_query_definition, logs_put_resource_policy,
	logs_put_retention_policy, logs_put_subscription_filter, logs_start_query, logs_stop_query,
	logs_tag_log_group, logs_tag_resource, logs_test_metric_filter, logs_untag_log_group,
	logs_untag_resource;

#endif
