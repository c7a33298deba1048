#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/buf.h"

/*
 * The HTTP server, on libmicrohttpd (which no other room includes).
 *
 * A listener accepts on an address and port and hands its connections to the one daemon.
 * For each complete request the server calls the listener's handler on one of the
 * server's threads. The handler must be quick and must not block. It
 * either answers at once (http_answer, http_stream_start) and returns HTTP_ANSWERED, or
 * returns HTTP_PARKED, having handed the request to someone who will answer it later,
 * from any thread, by http_answer() and http_resume(). After HTTP_PARKED the handler must not
 * touch the request again.
 *
 * Everything about a request lives in its arena, until the answer has been sent.
 */
/*
 * The header of requests by which the workshop itself looks how something answers, whatever its value: whoever counts
 * requests does not count them, and they are no reason to look again.
 */
#define HTTP_LOOK "X-Immersion-Look"

/*
 * What the workshop's own cookies are called. Cookies do not know ports: what attendees host on other ports of the same
 * host neither gets these nor may set them.
 */
#define HTTP_OWN_COOKIES "immersion_"

struct http_server;
struct http_listener;
struct http_request;
struct http_stream;

enum http_outcome { HTTP_ANSWERED, HTTP_PARKED };

/* What a listener calls for each complete request; `context` is the listener's. Must not block. */
typedef enum http_outcome http_handler(struct http_request *req, void *context);

struct http_request {
	struct arena *arena;
	struct str method; /* "GET" */
	struct str target; /* as sent: path and query, still escaped: "/a%20b?x=1" */
	struct str path;   /* escaped path: "/a%20b" */
	struct str query;  /* escaped query without "?": "x=1"; absent when there is none */
	struct str
		body; /* all of it; empty when there was none. Larger bodies are mmapped files. */
	struct str peer; /* the client's address in text, without port */
	int port;        /* local port the connection was accepted on */
	bool tls;
	uint64_t
		tag; /* what http_adopt() was told of the connection; 0 for one that was accepted */
	bool overlong; /* body above the listener's limit: `body` is empty, answer 413 */
	void *taken;   /* who took the body (struct http_taker's arg); NULL: it is in `body` */
	void *impl;    /* the server's */
};

/*
 * Who takes a request's body piece by piece, as it comes, instead of having it collected. Runs on the server's threads
 * and must not block.
 */
struct http_taker {
	/* How many of the bytes were taken. Fewer than all: the others come again after http_take_more(). */
	size_t (*take)(void *arg, struct str bytes);
	/* The request has ended before its body was whole. The handler is not called, nor is the request used again. */
	void (*broken)(void *arg);
	void *arg;
};
/*
 * Asked when a request's headers are known: true, with *out filled, when somebody takes its body. Once all is taken, and
 * if it was not broken, the handler is called. While a body is taken, no silence is too long.
 */
typedef bool http_takes(struct http_request *req, void *context, struct http_taker *out);

/* --- server ----------------------------------------------------------- */

enum { HTTP_IDLE_FOREVER = -1 };

struct http_listen {
	const char *
		address; /* "0.0.0.0", "::" (both families), "127.0.0.1"; NULL: no socket, see http_adopt() */
	int port;                       /* 0: any free one; http_listener_port() tells */
	size_t body_max;                /* bytes */
	const char *cert_pem, *key_pem; /* TLS when not NULL: PEM texts */
	http_handler *handler;
	void *context;
	/* A connection that says nothing is closed after it; 0: after 60; HTTP_IDLE_FOREVER: never. */
	int idle_seconds;
	http_takes *takes; /* NULL: every body is collected */
	/*
	 * Share the certificate and the threads of this listener, instead of cert_pem and key_pem. A server may have
	 * many of those, added at any time and from any thread.
	 */
	struct http_listener *like;
};

/* Start the daemon with `threads` threads (0: one per processor). NULL with a sentence in *why. */
struct http_server *http_server_new(int threads, struct arena *a, const char **why);
/* Add a listener. NULL with a sentence in *why ("port 8080 is in use by another program"). */
struct http_listener *http_listen(struct http_server *s, const struct http_listen *how,
				  struct arena *a, const char **why);
int http_listener_port(const struct http_listener *l);
/*
 * Serve a connected socket that came from elsewhere (a sandbox) as if `l` had accepted it. Takes
 * the descriptor in any case; false when it was closed because there are too many connections. Its
 * requests carry `tag`.
 */
bool http_adopt(struct http_listener *l, int fd, uint64_t tag);
/*
 * Stop: no new connections; streams are ended, parked requests get 503 after
 * `grace_ms`; then everything is released. Call from one thread, once.
 */
void http_server_free(struct http_server *s, int grace_ms);
/*
 * Have fn(arg) called on this thread as soon as the handler that runs on it has returned, and holds no lock any more. False:
 * no handler runs on this thread, or a few have asked already; then do it in another way. As quick as a handler.
 */
bool http_after(void (*fn)(void *arg), void *arg);
/* Figures for the dashboard and for tests. */
struct http_figures {
	int64_t requests, connections, parked, streams;
};
struct http_figures http_server_figures(struct http_server *s);

/*
 * How many bytes of bodies may wait in files at once: of one address, and of all. Who sends more is answered 507; but
 * one body always has room. For tests: usually 1 GiB and 8 GiB.
 */
void http_bodies_limit(int64_t of_one, int64_t of_all);

/* --- reading a request ---------------------------------------------------- */

/* A header's value (any case of name; blanks trimmed), or absent. */
struct str http_header(const struct http_request *req, const char *name);
/* The same of what follows a body that came in chunks. */
struct str http_trailer(const struct http_request *req, const char *name);
/*
 * Go on with a body of which not all was taken. From any thread, once for each such piece, and not after broken() or
 * the handler was called.
 */
void http_take_more(struct http_request *req);
/* Call fn for each header as it was sent (repeated names come repeatedly). */
void http_each_header(const struct http_request *req,
		      void (*fn)(void *arg, struct str name, struct str value), void *arg);
/*
 * A cookie's value, or absent. Of several the last one: browsers send those of longer paths first, which a page on
 * another port of this host may have made.
 */
struct str http_cookie(const struct http_request *req, const char *name);
/* The same from the text of one Cookie header. */
struct str http_cookie_value(struct str header, const char *name);
/* A query parameter, decoded, or absent. */
struct str http_query(const struct http_request *req, const char *name);

/* --- answering -------------------------------------------------------------- */

/*
 * Add a header to the answer, before http_answer; a name may be added several times. Name and value are
 * copied. A CR or LF in value is a bug and aborts; an empty value is not sent.
 */
void http_set_header(struct http_request *req, const char *name, struct str value);
/*
 * May what an attendee hosts here set this header of an answer? Not a cookie of the workshop's, nor what has a browser
 * forget those of the whole host, nor what gives a script of one path the power over all others.
 */
bool http_guest_may_set(struct str name, struct str value);
/*
 * The whole answer. The body is not copied: it must live in the request's arena or be static,
 * or outlive the process. `type` may be NULL for no Content-Type.
 */
void http_answer(struct http_request *req, int status, const char *type, struct str body);
/* Has the client of a parked request, or of one whose body is taken, closed its connection? From any thread, before http_resume(). */
bool http_client_left(const struct http_request *req);
/* Send a parked request's answer, which http_answer() has set. From any thread, once. */
void http_resume(struct http_request *req);

/* --- streams (server-sent events and the like) --------------------------------- */

/*
 * Answer 200 with an open-ended body. `gone(arg)` (may be NULL) is called exactly once, when the client has
 * left, the stream was closed or the server stops; never from within the functions below. After it the
 * stream must not be used: whoever writes from other threads keeps the stream under a lock of his own that
 * gone() takes too. The request's arena ends with the stream. Returns the stream; the handler then returns
 * HTTP_ANSWERED. A parked request may become a stream as well: then http_resume() follows.
 */
struct http_stream *http_stream_start(struct http_request *req, const char *type,
				      void (*gone)(void *arg), void *arg);
/*
 * Queue bytes (copied). From any thread. False when more than 1 MiB is waiting (a reader that does not
 * read): the stream is then closed.
 */
bool http_stream_write(struct http_stream *s, struct str bytes);
/* End the body after what is queued. */
void http_stream_close(struct http_stream *s);

/* The other way round: a body that the server asks for, whenever the client has taken what there was before. */
struct http_source {
	/*
	 * Up to `max` bytes, on one of the server's threads; must not block. How many; 0: none just now, until
	 * http_stream_wake() is called; or one of the constants below.
	 */
	ssize_t (*read)(void *arg, char *out, size_t max);
	void (*gone)(void *arg); /* as above, not NULL */
	void *arg;
};
enum {
	HTTP_SOURCE_END = -1,
	HTTP_SOURCE_BROKEN = -2, /* it ends too early, and the client sees that */
};
/* Answer so. The same rules as above; when the server stops, the body is broken off. */
struct http_stream *http_stream_pull(struct http_request *req, int status, const char *type,
				     const struct http_source *source);
/* There may be more to read. From any thread, also before it is asked for. */
void http_stream_wake(struct http_stream *s);

/* --- routes -------------------------------------------------------------------- */

/*
 * A table of routes ends with { 0 }. `pattern` is "GET /labs/{lab}/{page*}": a name in
 * braces takes one segment (decoded), with a star everything that is left. The most literal
 * pattern wins (tried in the table's order among equals). HEAD is answered by GET's route.
 */
struct http_route {
	const char *pattern;
	http_handler *handler;
	unsigned flags; /* for the caller of http_route() */
};
struct http_params {
	int count;
	struct {
		struct str name, value;
	} at[8];
};
/*
 * Find the route. NULL when no path matches (*allow absent) or the path matches with other
 * methods only (*allow is the Allow header's value).
 */
const struct http_route *http_route(const struct http_route *table, struct http_request *req,
				    struct http_params *params, struct str *allow);
/* A parameter's value by name, or absent. */
struct str http_param(const struct http_params *params, const char *name);

#endif
