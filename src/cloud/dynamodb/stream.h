#ifndef CLOUD_DYNAMODB_STREAM_H
#define CLOUD_DYNAMODB_STREAM_H

#include "cloud/dynamodb/item.h"

/*
 * Streams: what happened to a table's items in the last 24 hours, in order.
 *
 * A stream is a row that outlives its table; it has one shard, open as long as the stream is. Every change of an item is
 * a record, written in the transaction of the change (item.c sees to that, so every way of writing has it). Numbers of
 * records go up by one without gaps and begin so high that a later stream's are higher. A record is gone 24 hours after
 * it was written: readers leave older ones out, a job deletes them a slice at a time. stream_api.c reads.
 *
 * In a definition a stream that is on stands as "StreamSpecification" and "StreamId", the latest one (on or off) as
 * "LatestStreamLabel".
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
 */
enum { STREAM_KEPT_MS = 24 * 60 * 60 * 1000 };

/* Which images the records of a view have; the keys are always there. */
enum stream_view { STREAM_NEW = 1 << 0, STREAM_OLD = 1 << 1 };
/* The view of that name ("NEW_AND_OLD_IMAGES"). */
unsigned stream_view_named(struct str name);

/* A stream as its row has it; the texts are in the arena of the op that found it. */
struct stream {
	int64_t id;
	struct str table_name, label, view, keys; /* keys: the KeySchema, JSON */
	int64_t created_at, ready_at;
	int64_t closed_at; /* 0: open */
	int64_t first,
		last; /* numbers of the first record ever and of the latest (first - 1: none yet) */
};
/* The row of a statement that selects STREAM_COLUMNS. */
#define STREAM_COLUMNS                                                                             \
	"id, table_name, label, view, keys, created_at, ready_at, coalesce(closed_at, 0), first, last"
void stream_read(struct op *op, struct stmt *q, struct stream *out);

/* Is op->in's StreamSpecification one for CreateTable? False with AWS's error set. */
bool stream_check_new(struct op *op);
/* CreateTable: open the stream that op->in asks for, if it does, and write it into the definition. */
void stream_create(struct op *op, struct str table_name, struct json_object *definition);
/*
 * UpdateTable: turn the stream on or off as op->in's StreamSpecification says. False with AWS's error set when the
 * definition has that already or the specification is wrong.
 */
bool stream_update(struct op *op, const struct table *table, struct json_object *definition);
/* The table is being deleted: its stream closes. Harmless without one. */
void stream_close(struct op *op, const struct table *table);
/* What TableDescription says of streams. */
void stream_describe(struct op *op, const struct table *table, struct json_object *definition,
		     struct json_object *out);

/*
 * Record a change of an item of a table that has a stream: `old` as it was stored (not found: it is new), `new` as it
 * is now (NULL: deleted). Nothing is recorded when both are equal. `expired`: the service deleted it (time to live).
 */
void stream_write(struct op *op, const struct table *table, const struct stored_item *old,
		  const struct new_item *new, bool expired);

/* The job that deletes records older than 24 hours, and at last the stream. */
enum outcome stream_trim(struct op *op);

#endif
