#ifndef AWS_OUTSIDE_H
#define AWS_OUTSIDE_H

#include "aws/op.h"

/*
 * Requests to servers elsewhere, for HTTP integrations, while the account's turns go on: a few threads carry them
 * out, and who waits for one is woken under its id. Neither this machine's own services nor those of private networks
 * are asked, but the cloud itself is.
 */
struct outside_request {
	struct str id; /* the request's: what is woken */
	const char *account;
	const char *method, *url;
	const char *const *headers; /* "Name: value", NULL-ended */
	struct str body;            /* absent: none */
	int timeout_ms;
};
struct outside_answer {
	int status;         /* 0: there was none */
	struct str headers; /* "Name: value\r\n"... */
	struct str body;
	bool timed_out;
	struct str why; /* a sentence, when there was none */
};
/*
 * Once in a process: how to wake the calls of an account that wait for a key. From any thread, quick.
 */
void outside_start(void (*wake)(void *arg, struct str account, struct str key), void *arg);
/* Nobody is woken any more; what is under way ends by itself. Before what `arg` points to goes. */
void outside_stop(void);
/* The port of the cloud's listener: the only one that may be asked on this machine; until then none may. */
void outside_cloud(int port);
/*
 * The cloud's address as everybody in the room reaches it ("http://10.0.0.5:4566"), for links in messages; it must outlive
 * the process's calls. Until it is told, NULL.
 */
void outside_address(const char *url);
const char *outside_url(void);
/* Begin; all is copied. False when too many are under way. */
bool outside_ask(const struct outside_request *request);
/* Is there one with this id, under way or done? */
bool outside_knows(struct str id);
/* What became of it: false while it is under way. Then it is forgotten. */
bool outside_take(struct str id, struct arena *a, struct outside_answer *out);

/*
 * Headers as the lines of a request, without what concerns one hop only; the map is a multi-map (proxy.h). `more` is a
 * further line, or NULL.
 */
const char *const *outside_lines(struct arena *a, struct json_object *headers, const char *more);
/* The lines of an answer as a multi-map. */
struct json_object *outside_headers(struct arena *a, struct str lines);

#endif
