#ifndef CLOUD_LAMBDA_INSIDE_H
#define CLOUD_LAMBDA_INSIDE_H

#include <pthread.h>

#include "cloud/lambda/pool.h"
#include "cloud/lambda/telemetry.h"

/* What the pool's files share: environments and invocations. All of it under the pool's lock. */

enum {
	LOG_TAIL_BYTES = 4096,
	LOG_MAX_BYTES = 1 << 20,
	LINE_MAX_BYTES = 256 << 10, /* a line that is longer is cut */
	EXTENSIONS_MAX = 10,
	INIT_TIMEOUT_US = 10 * 1000000,
	ANSWER_MAX = 6 * 1024 * 1024 + 100,
	STREAM_MAX = 20 << 20, /* of a streamed answer */
	ANSWER_BUF_MAX = STREAM_MAX + 4096,
	FREEZE_US = 3000, /* of having nothing to do */
};

/* How environments of one key are made. */
struct recipe {
	struct arena *arena; /* owns it and what it points to */
	int users;           /* invocations, environments and provisions that have it */
	int64_t made_us;
	struct pool_function f;
	int extensions; /* files in /opt/extensions: so many register before the runtime starts */
};

struct invocation {
	struct invocation *next;
	struct arena *arena;             /* owns it and its strings */
	struct recipe *recipe;           /* NULL: it was given to an environment at once */
	struct environment *environment; /* that carries it out; NULL: none yet, or not any more */
	struct str id, trace;
	const char *account, *name, *arn, *version, *key;
	struct str payload, client_context, identity;
	int timeout_ms, memory_mb;
	bool tail;        /* who waits wants the log: it is over only when that is whole */
	int64_t asked_us; /* when it came */
	int64_t began_us; /* when it was given to an environment; 0: not yet */
	int64_t done_us;  /* when it was answered; 0: not yet */
	int64_t first_us; /* when a streamed answer began; 0: it is none */
	int64_t deadline_us;
	struct buf log;
	struct buf answer;
	struct flow *flow;      /* the answer, if it is wanted as it comes */
	struct str type;        /* of a streamed answer; absent: it is none */
	const char *error_type; /* of what Lambda itself says went wrong; NULL: nothing */
	bool answered, failed, timed_out, throttled;
	bool done_told;       /* that its runtime is done */
	bool truncated;       /* its answer has ended too early, and nothing has said why */
	bool done;            /* who waits may have it */
	bool taken;           /* and has, or nobody comes for it */
	int64_t forget_at_us; /* done, or flows, and nobody came for it; 0: neither yet */
};

enum environment_state {
	STARTING, /* the runtime has not asked for an event yet */
	IDLE,     /* it and its extensions wait */
	BUSY,
	ENDING, /* stopped or to be; takes nothing */
};

enum extension_events { EXTENSION_INVOKE = 1 << 0, EXTENSION_SHUTDOWN = 1 << 1 };
struct extension {
	char id[37];
	const char *name;
	unsigned events; /* enum extension_events */
	bool external;
	bool told;                   /* that it is ready, or has failed */
	bool ready;                  /* has asked for the next event since the last one */
	struct http_request *asking; /* parked, or NULL */
	struct telemetry *telemetry; /* what it is told; NULL: nothing */
};

struct environment {
	struct environment *next;
	struct arena *arena;
	struct recipe *recipe;
	uint32_t id; /* the sandbox's */
	const char *account, *name, *key, *log_stream;
	const char *program; /* in the sandbox */
	enum environment_state state;
	struct invocation *current;
	struct http_request *asking; /* the runtime's: parked, it waits for an event */
	struct extension extensions[EXTENSIONS_MAX];
	int extension_count;
	int64_t started_us, init_us, used_us, peak_kb;
	int64_t started_ms;     /* by the clock on the wall */
	int64_t own_kb;         /* memory that it has of its own, as last seen; 0: not seen yet */
	const char *end_reason; /* ENDING: what extensions are told of it, like the next */
	int64_t end_ms;
	int64_t kill_at_us; /* ENDING: when patience ends; 0: it was killed */
	int memory_mb;
	struct buf lines[2];   /* printed, and not ended yet: by the program, by extensions */
	struct buf init_log;   /* printed while it started: of the first invocation */
	struct str init_error; /* what init/error said; absent: nothing */
	bool init_told;        /* Init Duration has been reported */
	bool listened;         /* an extension has subscribed to telemetry */
	bool frozen;           /* told to stand still */
	bool provided;         /* for provisioned concurrency */
	bool unwanted;         /* its function was changed or deleted: it ends when it is idle */
};

/* So many environments shall be there for a key. */
struct provision {
	struct provision *next;
	struct recipe *recipe;
	int count;
	int tries;   /* begun in vain, since it was asked for last */
	bool failed; /* so did the last one that was begun */
};

struct pool {
	struct lambda_config config;
	struct sandboxes *sandboxes;
	struct http_listener *listener;
	const char *runtimes; /* where runtimes are installed */
	pthread_mutex_t lock;
	pthread_cond_t tick;    /* the thread that watches time shall look */
	pthread_cond_t drained; /* `draining` has changed */
	pthread_cond_t ended;   /* an environment is gone */
	pthread_t thread;
	bool running, stop;
	int processors;
	struct environment *environments;
	struct invocation *invocations; /* newest first */
	struct provision *provisions;
	int draining;    /* threads that read output, without the lock */
	int pending;     /* invocations that no environment has */
	int64_t next_us; /* when the thread looks again */
};
extern struct pool pool;

/* --- pool.c: who carries out what ------------------------------------------------------------ */

/* The first of all environments, or NULL when the pool stops: their sandboxes may be gone already. */
struct environment *pool_remaining(void);
/* The environment in a sandbox, or NULL; none is found when the pool stops. */
struct environment *pool_find(uint32_t id);
/* The thread that watches time looks at `at_us` at the latest. */
void pool_watch_until(int64_t at_us);
/* Take the lock, all output of the sandbox having been read: what it printed belongs to what it did until now. */
void pool_lock_drained(uint32_t id);
/* Can an environment be made at all? Without the lock; false with a sentence in *why. */
bool pool_can_run(const struct pool_function *f, const char **why);
/* Runtime and extensions have asked for the next event: what it did is over. */
void pool_look_whether_ready(struct environment *e);
/* What it did is over. */
void pool_finish(struct environment *e);
/* Nobody comes for what it answers; the function goes on. */
void pool_abandon(struct invocation *i);
/* Nobody needs this invocation any more: who waits for it has it, and no environment carries it out. */
void pool_let_go(struct invocation *i);
/* Tell who waits. */
void pool_deliver(struct invocation *i);
/* Fail what the environment has, or was started for, with an error of Lambda's or (absent) that of its end. */
void pool_fail_init(struct environment *e, struct str error);
/* Its sandbox is gone, or never was: forget it. */
void pool_free_environment(struct environment *e);

/* --- recipe.c ------------------------------------------------------------------------------------ */

/* With one user. */
struct recipe *recipe_new(const struct pool_function *f);
/* One that is known for a key and still good, or NULL. */
struct recipe *recipe_find(const char *key);
void recipe_release(struct recipe *r);

/* --- room.c: memory, and whose turn it is to start something ------------------------------- */

/* Start environments for what waits, as far as there is room. */
void room_dispatch(int64_t now_us);
/* When a waiting invocation may have an environment started for it, or has waited too long. */
int64_t room_next_us(void);
/* Throttle what has waited too long. */
void room_give_up(int64_t now_us);
/* More was taken than expected: end what is idle. */
void room_shrink(void);
/* Start one that is provided; false when there is no room, or the account starts as many as it may. */
bool room_provide(struct recipe *r);

/* --- provide.c --------------------------------------------------------------------------------- */

/* Start what provisions ask for, and give back what they do not. */
void provide_all(void);
/* An environment has initialised, or ended before. */
void provide_began(const struct environment *e, bool good);
/* Nothing is provided for an account any more, or (NULL) for anybody. */
void provide_forget(const char *account);

/* --- extensions.c: how environments end ------------------------------------------------------ */

/* "spindown", "timeout" or "failure". Extensions hear of it, and have two seconds. */
void environment_end(struct environment *e, const char *reason);

/* --- watch.c ----------------------------------------------------------------------------------- */

/* The thread, until pool.stop. */
void *pool_watch_main(void *arg);

/* --- report.c ------------------------------------------------------------------------------------ */

/* What the environment or (`beside`) its extensions printed: to the invocation's log and to CloudWatch Logs, line by line. */
void report_output(struct environment *e, bool beside, struct str bytes);
/* Add a line to CloudWatch Logs alone. */
void report_emit(struct environment *e, struct str text);
/* Add a line of Lambda's own, there and to the invocation's log. */
void report_say(struct environment *e, struct str text);
/* An invocation begins, or is over. */
void report_start(struct environment *e);
void report_end(struct environment *e);
/* Set the error that Lambda answers when a function has run too long, or its runtime or an extension has ended. */
void report_timeout(struct environment *e);
/* The same of an answer that was broken off, or is too large. */
void report_truncated(struct environment *e);
void report_too_large(struct environment *e);
void report_exit(struct environment *e, const struct sandbox_end *end);
void report_extension(struct environment *e, const char *type, const char *text);
/* What who waits for a streamed answer is told of its error. */
struct str report_code(const struct invocation *i);
/* Count an invocation that was refused. */
void report_throttle(const struct invocation *i);

/* --- lines.c: what Lambda says, as text or in JSON ---------------------------------------------------- */

/*
 * INIT_START, or START, or END and REPORT; telemetry has events of its own between them. The last answers how long the
 * invocation took, in ms.
 */
void lines_init(struct environment *e);
void lines_start(struct environment *e);
double lines_end(struct environment *e);
/* The runtime is ready, or (with the error's type) is not; and the whole environment, or it has failed. */
void lines_init_done(struct environment *e, const char *error_type);
void lines_init_report(struct environment *e, bool good);
/* The runtime is done with what it has. */
void lines_done(struct environment *e);
/* An extension is ready, or (with the error's type) has failed. */
void lines_extension(struct environment *e, const struct extension *x, const char *error_type);
/* It has subscribed; it is told first how the environment began. */
void lines_subscribed(struct environment *e, const struct extension *x,
		      const struct telemetry_wish *wish);
/* Something that telemetry tells in words alone. */
void lines_fault(struct environment *e, struct str text);

/* --- environment.c, install.c, node.c ------------------------------------------------------------- */

/*
 * The plan of an environment, in the arena; false with a sentence in *why. *log_stream becomes the name of a new stream
 * for its log.
 */
bool environment_plan(struct arena *a, const struct pool_function *f, bool provided,
		      struct plan *plan, const char **log_stream, const char **why);
/* How many executables there are in the extensions/ of a folder of layers, or of none. */
int environment_extensions(const char *opt);
/* Is there such an executable among them? */
bool environment_has_extension(const char *opt, const char *name);
/* Can functions with this runtime run here at all? */
bool environment_knows(struct str runtime);

/*
 * The folder below `root` with the SDKs and the clients of the Runtime API, "node", "node16" and "python", made when
 * it is asked for the first time. NULL with a sentence in *why. Safe from any thread.
 */
const char *install_folder(const char *root, struct arena *a, const char **why);
/* Forget where it is. No other thread may ask any more. */
void install_release(void);
/*
 * Turn off what Lambda has turned off in runtimes of that version and the function does not ask for: options behind the
 * plan's first word, which is node. Asks node what it knows, once; safe from any thread.
 */
void node_turn_off(struct plan *plan, const struct pool_function *f, int64_t version);

/* --- the APIs that environments call; their number is the request's tag, `context` is not used ------------ */

/* All of it (runtime.c), and what of it comes piece by piece. */
http_handler runtime_handle;
http_takes runtime_takes;
/* The Extensions API's part; NULL when the request is none of its (extensions.c). */
http_handler *extensions_find(struct http_request *req);
/* Likewise, of the Telemetry API and the Logs API (telemetry.c). */
http_handler *telemetry_find(struct http_request *req);
/* The extension that asks, and its environment; NULL when it was refused. */
struct extension *extensions_asks(struct http_request *req, struct environment **e);
/* Tell those who asked for INVOKE of the environment's invocation. */
void extensions_invoke(struct environment *e);
/* Have all asked for the next event? */
bool extensions_are_ready(const struct environment *e);
/* Answer what is parked: the environment is gone. */
void extensions_release(struct environment *e);

/* Answer as the Runtime API does: {"errorMessage", "errorType"}. */
enum http_outcome runtime_refuse(struct http_request *req, int status, const char *type,
				 const char *message_format, ...)
	__attribute__((format(printf, 4, 5)));
enum http_outcome runtime_accepted(struct http_request *req);

#endif
