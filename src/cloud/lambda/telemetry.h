#ifndef CLOUD_LAMBDA_TELEMETRY_H
#define CLOUD_LAMBDA_TELEMETRY_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"

/*
 * Telemetry: extensions are told what happens in their environment and what is printed there, in batches, at a port on which
 * they listen in it. Events are text in a buffer until one is due; a thread of this room delivers them (telemetry_send.c).
 *
 * From: Lambda Developer Guide, "Lambda Telemetry API", its reference and event schema, and "Lambda Logs API". Everything
 * is under the pool's lock, but for the parsers.
 */

/* In whose words an extension is told. */
enum telemetry_words {
	WORDS_TELEMETRY = 1 << 0, /* the Telemetry API, whichever schema */
	WORDS_LOGS = 1 << 1,      /* the Logs API, 2020-08-15 */
	WORDS_LOGS_DONE = 1 << 2, /* the same, 2021-03-18 */
};
/* What it is told of. */
enum telemetry_kinds {
	TELL_PLATFORM = 1 << 0,
	TELL_FUNCTION = 1 << 1,
	TELL_EXTENSION = 1 << 2,
};

/* What a subscription asks for. */
struct telemetry_wish {
	enum telemetry_words words;
	unsigned kinds; /* enum telemetry_kinds */
	bool objects;   /* a line in JSON is told as an object */
	bool tcp;
	bool put; /* else POST */
	int port;
	struct str path; /* with its query; not of TCP */
	size_t max_bytes;
	int64_t max_items, timeout_ms;
};
/*
 * Read a subscription's body; strings live in the arena. False with all that is wrong in *why: "URI port is not provided; types
 * should not be empty".
 */
bool telemetry_read(struct arena *a, struct str body, bool logs, struct telemetry_wish *wish,
		    struct str *why);
/* The status of an answer of which so much was heard; 0: not all of its head yet; -1: it is none of HTTP. */
int telemetry_status(struct str heard);

struct environment;
struct extension;
struct telemetry;

/* Something has happened, {"time", "type", "record"}: tell one, or everybody, in their own words or not at all. */
void telemetry_tell(struct telemetry *t, struct json_object *event);
void telemetry_event(struct environment *e, struct json_object *event);
/* A line was printed, by the function or (`beside`) by an extension. */
void telemetry_line(struct environment *e, bool beside, struct str line);
/* All that waits is due: it ends. */
void telemetry_flush(struct environment *e);
/* Its sandbox is gone: nobody is told anything any more. */
void telemetry_release(struct environment *e);
/* KiB that wait to be told. */
int64_t telemetry_kb(const struct environment *e);

/* --- telemetry_send.c ------------------------------------------------------------------------- */

/* One subscription, and the delivery of its batches. */
struct telemetry *telemetry_new(uint32_t sandbox, const struct telemetry_wish *wish);
const struct telemetry_wish *telemetry_wish_of(const struct telemetry *t);
/* An event's text waits to be told, or is dropped when too much waits already. */
void telemetry_put(struct telemetry *t, struct str text);
/* Whatever waits is due. */
void telemetry_hurry(struct telemetry *t);
/* How much waits, and is on its way. */
size_t telemetry_bytes(const struct telemetry *t);
/* Nobody is told anything any more. */
void telemetry_drop(struct telemetry *t);
/* The callback of struct sandboxes_config. */
void telemetry_dialed(void *arg, uint32_t id, int port, int fd);
/* End the thread. When the pool stops; without the lock, and before the sandboxes go. */
void telemetry_stop(void);

#endif
