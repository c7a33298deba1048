#ifndef CLOUD_LAMBDA_MAPPING_H
#define CLOUD_LAMBDA_MAPPING_H

#include "cloud/lambda/function.h"

/*
 * Event source mappings: a DynamoDB stream whose records a function is given, batch by batch and in their order.
 *
 * A mapping is a row, with how far it has come in it. One job carries it on (mapping_run.c): it reads a batch as the
 * function's role (mapping_read.c), hands it to the function, looks how that came out, and goes on. When there is
 * nothing to read the job waits until the stream tells it of a record, which costs nothing; when nothing more can come
 * there is no job. What was read is behind the mapping only once the function is through with it, so a stop of the
 * server at any moment makes it read the same batch again.
 *
 * From: Lambda Developer Guide, "Using AWS Lambda with Amazon DynamoDB"; Lambda API Reference,
 * "CreateEventSourceMapping".
 */

/* How long "Creating", "Updating", "Enabling", "Disabling" and "Deleting" last. */
enum { MAPPING_SETTLE_MS = 500 };

struct mapping {
	struct str uuid;
	struct str source;          /* the stream's ARN */
	struct str name, qualifier; /* the function's; the qualifier is empty when none was given */
	struct json_object *config; /* what is set, as the API answers it */
	const char *passing;        /* "Creating" and so on, until settles_at */
	const char *state;          /* "Enabled", "Disabled" or "Deleted", from then on */
	int64_t settles_at, modified_at;
	struct str reason, result;    /* StateTransitionReason, LastProcessingResult */
	struct json_object *progress; /* how far it has come: see mapping_run.c */
};

/* --- mapping.c: rows -------------------------------------------------------------------------- */

/* One that there is, or is not quite gone; false when there is none. */
bool mapping_find(struct op *op, struct str uuid, struct mapping *out);
/* The UUID of the one with this source and function; absent when there is none. */
struct str mapping_between(struct op *op, struct str source, const struct function_name *function);
void mapping_add(struct op *op, const struct mapping *m);
void mapping_save(struct op *op, const struct mapping *m);
/* It is gone, with its tags. */
void mapping_remove(struct op *op, struct str uuid);
/* It goes to `state` now, and gets there by way of `passing`. */
void mapping_go(struct op *op, struct mapping *m, const char *passing, const char *state);
/* Has it got there, and is it this state? */
bool mapping_is(const struct op *op, const struct mapping *m, const char *state);
/* As the API answers it, now. */
void mapping_describe(struct op *op, const struct mapping *m, struct json_object *out);
/* Under what name its tags are kept (settings.h). */
struct str mapping_tags(struct op *op, struct str uuid);
/* The UUID that an ARN of a mapping here names; absent: it is no such ARN. */
struct str mapping_of_arn(struct op *op, struct str arn);

/* Its filters, parsed; NULL: every record passes. */
struct json_object *mapping_filters(struct op *op, const struct mapping *m);
/* Does one of these let the record through? */
bool mapping_passes(struct op *op, const struct json_object *filters, struct json_object *record);

/* --- mapping_check.c: what may be set ----------------------------------------------------------- */

/* Does op->in say what mappings of this source may have? False with the error set. */
bool mapping_check(struct op *op, struct str source);
/* Is it the ARN of a stream that can be read here, from a position that it has? False with the error set. */
bool mapping_check_source(struct op *op);
/* The function that op->in names: *name, and *f as it is now. False with the error set. */
bool mapping_check_function(struct op *op, struct function_name *name, struct function *f);
/* May the function's role send to where op->in wants discarded batches? False with the error set. */
bool mapping_check_target(struct op *op, const struct function *f);
/* Write what op->in sets into a configuration. */
void mapping_configure(struct op *op, struct str source, struct json_object *config);

/* --- mapping_read.c: reading the stream as the function's role ----------------------------------------- */

enum mapping_access {
	MAPPING_READ,
	MAPPING_DENIED, /* the role may not */
	MAPPING_GONE,   /* there is no such stream (any more) */
};
/* May the role read the stream? Otherwise *why is what the API says. */
enum mapping_access mapping_probe(struct op *op, struct str source, struct str role,
				  const char **why);
/* Where the stream ends now, into progress: what comes later is read. After a probe that went well. */
enum mapping_access mapping_pin(struct op *op, struct mapping *m, struct str role);

struct mapping_batch {
	struct str payload; /* the event */
	int64_t count;      /* records in it */
	int64_t oldest_ms;  /* when the first of them was written, */
	int64_t newest_ms;  /* and the last */
	struct str first;   /* sequence numbers: of its first record, */
	struct str middle;  /* of the last of its first half, */
	struct str to;      /* and of the last that was read, passed on or not; absent: none */
	bool full;          /* no more would fit */
	bool more;          /* there may be more to read at once */
	bool closed;        /* nothing will ever come behind it */
};
/* Read on from where the mapping has come to. `payload` is the event's memory, released by the caller. */
enum mapping_access mapping_read(struct op *op, const struct mapping *m, struct str role,
				 struct buf *payload, struct mapping_batch *out);

/* --- mapping_queue.c: the same with queues ---------------------------------------------------------------- */

/* Is the source a queue? */
bool mapping_is_queue(struct str source);
/* May the function's role receive from the queue, and is there one that suits the function? False with the error set. */
bool mapping_queue_probe(struct op *op, struct mapping *m, const struct function *f);
/* In a turn: look what became of its batches, hand out more, and say when to go on. */
void mapping_queue_run(struct op *op, struct mapping *m);

/* --- mapping_run.c: carrying it on --------------------------------------------------------------------- */

/* Look at it at `due`. */
void mapping_schedule(struct op *op, const struct mapping *m, int64_t due);
enum outcome lambda_job_mapping(struct op *op);

#endif
