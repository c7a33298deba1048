#ifndef HTTP_INSIDE_H
#define HTTP_INSIDE_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include "http/http.h"

/*
 * The inside of the HTTP server, for the files of this room only.
 *
 * libmicrohttpd cannot spread connections that are handed to it over a pool of threads, so the
 * server runs several daemons, one event loop and thread each, and gives them connections in turn.
 * A listener with a certificate has a group of loops of its own.
 */

struct arrival;

/* One daemon with its thread. */
struct loop {
	struct http_server *server;
	struct MHD_Daemon *daemon;
	pthread_t thread;
	pthread_mutex_t lock;     /* of `parked` and `arrivals` */
	struct exchange *parked;  /* suspended, or about to be */
	struct arrival *arrivals; /* sockets for it: loop.c */
	int bell_fd;              /* wakes the thread */
	_Atomic bool rung, asleep;
	_Atomic bool stop;

	/* The thread's own: */
	int64_t served; /* `requests` when it last waited */
	int luck;       /* how often looking for more was worth it, of late */
	int slept;

	_Atomic int64_t requests, connections, exchanges, parked_count;
	_Atomic int resuming; /* threads inside MHD_resume_connection() */
};

struct group {
	struct loop *loops;
	int count;
	unsigned next; /* who gets the next connection; under the server's lock */
};

struct http_listener {
	struct http_listener *next;
	struct http_server *server;
	struct group *group; /* the server's, or `tls_group` */
	struct group tls_group;
	http_handler *handler;
	http_takes *takes;
	void *context;
	size_t body_max;
	unsigned idle_seconds; /* as libmicrohttpd has it: 0 is for ever */
	int fd;                /* -1 for one that only adopts */
	int port;
	bool tls;
};

enum { PEERS = 4096 };

struct http_server {
	struct group plain;
	int threads;
	pthread_mutex_t lock; /* of `listeners`, `streams`, `watched`, and each group's `next` */
	struct http_listener *listeners;
	struct http_stream *streams;
	_Atomic int64_t stream_count;
	struct connection *watched; /* watch.c */
	uint64_t watch_ids;
	int leaving; /* how many of `watched` are */

	pthread_t acceptor;
	int epoll_fd, stop_fd;
	int spare_fd; /* given up for a moment to turn a client away when descriptors run out */
	int64_t refused, refused_said_us;

	/* Which listener a descriptor was accepted on, between accept and the loop's first look at it. */
	_Atomic(struct http_listener *) *listener_of_fd;
	_Atomic uint64_t *tag_of_fd; /* likewise */
	int fd_limit;
	int connection_limit;
	_Atomic int of_peer[PEERS]; /* connections from the addresses of one slot: peer_slot() */
	_Atomic bool looking;       /* a loop does, instead of sleeping */
	_Atomic bool stopping;
};

enum { IDLE_SECONDS = 60 }; /* a connection that says nothing is closed */

/* A client's connection, known to libmicrohttpd as the socket's context. */
struct connection {
	struct http_listener *listener;
	struct loop *loop;
	int fd;
	unsigned slot; /* of its peer */
	uint64_t tag;
	size_t peer_n;
	char peer[64];

	/* Of its client's leaving, under the server's lock. */
	struct connection *next, *previous; /* in server->watched */
	uint64_t watch_id;
	int watches; /* reasons to be there */
	bool leaving;
	struct http_stream *stream;
};

/* The body being collected: in the arena, or above BODY_IN_MEMORY in an unlinked file. */
enum {
	BODY_IN_MEMORY = 256 * 1024,
	/* So much of a body above the limit is read and dropped, so that the client gets to read the 413. */
	BODY_DROPPED_MAX = 64 * 1024 * 1024,
};
struct body {
	struct arena *arena;
	int slot; /* of its peer, set before body_start(); -1: a sandbox, which is counted with all only */
	size_t max;
	char *p;
	size_t n, size;
	int spool_fd;    /* -1: in memory */
	int64_t spooled; /* bytes that are counted */
	bool overlong;
	bool failed; /* the file could not be written */
};
/* `expected` is Content-Length, or SIZE_MAX when it is not known. */
void body_start(struct body *b, struct arena *a, size_t max, size_t expected);
/* False: it is not worth reading on, close the connection. */
bool body_add(struct body *b, const char *p, size_t n);
/* The whole body, valid as long as the arena; false when it could not be kept. */
bool body_finish(struct body *b, struct str *out);

struct header {
	struct header *next;
	struct str name, value;
};

enum phase {
	PHASE_NEW,    /* only the request line is known */
	PHASE_BODY,   /* headers are known */
	PHASE_HELD,   /* the same, but who takes the body does not want more for now */
	PHASE_PARKED, /* the handler returned HTTP_PARKED */
	PHASE_QUEUED, /* the answer is libmicrohttpd's */
};

/*
 * A parked exchange has two owners: the loop, and whoever will call http_resume(). When the server stops
 * first, the loop lets go: the last of the two frees it. One that is held has one owner, the loop, which tells whoever
 * takes the body of its end.
 */
enum parked_state {
	PARKED_SUSPENDED = 1, /* libmicrohttpd's connection is suspended */
	PARKED_RESUMED = 2,   /* http_resume() was called */
	PARKED_ABANDONED = 4, /* the server answers 503 in the owner's place */
	PARKED_DETACHED = 8,  /* ... and has let go of the exchange */
};

/* One request with its answer. Lives in its own arena. */
struct exchange {
	struct http_request req; /* first: the public face */
	struct connection *connection;
	struct loop *loop;
	struct MHD_Connection *mhd;
	enum phase phase;
	struct body body;
	struct http_taker taker;          /* take NULL: the body is collected */
	struct header *headers;           /* of the request, in order */
	struct header *trailers;          /* likewise */
	struct exchange *next, *previous; /* in loop->parked */
	_Atomic unsigned parked;

	int status; /* 0: not answered yet */
	const char *type;
	struct str answer;
	struct header *answer_headers, **answer_end;
	struct http_stream *stream;
};

/* exchange.c: libmicrohttpd's callbacks. */
void *exchange_begin(void *cls, const char *uri, struct MHD_Connection *mhd);
enum MHD_Result exchange_continue(void *cls, struct MHD_Connection *mhd, const char *url,
				  const char *method, const char *version, const char *upload,
				  size_t *upload_n, void **context);
void exchange_completed(void *cls, struct MHD_Connection *mhd, void **context,
			enum MHD_RequestTerminationCode how);
/* Free an exchange that no loop knows any more. */
void exchange_free(struct exchange *e);
/* Answer 503 to what is still parked, in place of its owners. */
void exchange_abandon_parked(struct loop *loop);

/* Cut the target into path and query. */
void exchange_split_target(struct http_request *req);

/* answer.c: hand the answer to libmicrohttpd; on the loop's thread. */
enum MHD_Result answer_queue(struct exchange *e);
/* A short plain text of the server's own, which ends the connection. */
enum MHD_Result answer_refuse(struct MHD_Connection *mhd, int status, const char *text);

/* stream.c */
struct MHD_Response *stream_response(struct exchange *e);
/* The exchange is over: call gone(). */
void stream_end(struct http_stream *s);
/* The client has left. On the acceptor's thread, under the server's lock. */
void stream_left(struct http_stream *s);
/* End every stream. */
void stream_close_all(struct http_server *s);

/* accept.c: the thread that accepts, and watches clients leave. */
bool acceptor_start(struct http_server *s, const char **why);
void acceptor_stop(struct http_server *s);
/* Accept on the listener's socket from now on. */
bool acceptor_add(struct http_listener *l);

/* watch.c: a connection is closed soon after its client has left while somebody watches it. On the loop's thread. */
void watch_start(struct connection *c);
void watch_end(struct connection *c);
/* On the acceptor's thread: the client of the connection with this watch_id has left. */
void watch_left(struct http_server *s, uint64_t id);
/* Likewise: have the loops look at those that are leaving; false when none is. */
bool watch_nudge(struct http_server *s);

/* loop.c: start the thread of a loop that has its daemon; stop it. */
bool loop_begin(struct loop *loop);
void loop_end(struct loop *loop);
/* Resume a suspended connection of it. From any thread. */
void loop_resume(struct loop *loop, struct MHD_Connection *connection);
/* Hand it a connected socket. From any thread. */
void loop_give(struct loop *loop, int fd, const struct sockaddr *peer, socklen_t n);

/* server.c */
bool group_start(struct group *g, struct http_server *s, const char *cert_pem, const char *key_pem);
void group_stop(struct group *g);

/* --- address.c ----------------------------------------------------------------------- */

/* Which of PEERS slots an address belongs to; one of IPv6 with all of its network. `address` may be NULL. */
unsigned peer_slot(const struct sockaddr *address);
/* Is the address neither this machine's (but for the port `own_port`; 0: none) nor a private network's? */
bool http_address_outside(const struct sockaddr *address, int own_port);

#endif
