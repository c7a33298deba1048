#ifndef CLOUD_LAMBDA_INSIDE_H
#define CLOUD_LAMBDA_INSIDE_H

#include "cloud/lambda/pool.h"

/* What the pool's files share: environments and invocations. All of it under the pool's lock. */

enum { LOG_TAIL_BYTES = 4096, LOG_MAX_BYTES = 1 << 20 };

struct invocation {
	struct invocation *next;
	struct arena *arena; /* owns it and its strings */
	struct str id;
	const char *account, *arn, *version, *key;
	struct str payload, client_context;
	int timeout_ms, memory_mb;
	int64_t began_us; /* when it was given to an environment; 0: not yet */
	int64_t done_us;  /* when it was answered; 0: not yet */
	int64_t deadline_us;
	struct buf log;
	struct buf answer;
	bool answered, failed, timed_out, done;
	int64_t forget_at_us; /* done, and nobody came for it */
};

enum environment_state {
	STARTING, /* the runtime has not asked for an event yet */
	IDLE,     /* frozen, or about to be */
	BUSY,
	ENDING, /* stopped or to be; takes nothing */
};

struct environment {
	struct environment *next;
	struct arena *arena;
	uint32_t id; /* the sandbox's */
	const char *account, *name, *key;
	enum environment_state state;
	struct invocation *current;  /* also while STARTING */
	struct http_request *asking; /* parked: it asks for an event */
	int64_t started_us, init_us, used_us, peak_kb;
	int memory_mb;
	bool init_told; /* Init Duration has been reported */
	bool init_failed;
};

/* Add START, or END and REPORT, to an invocation's log. */
void report_start(struct invocation *i);
void report_end(struct invocation *i, struct environment *e);
/* Set the error that Lambda answers when a function has run too long, or its runtime has ended. */
void report_timeout(struct invocation *i);
void report_exit(struct invocation *i, const struct sandbox_end *end);

/* The plan of an environment, in the arena; false with a sentence in *why. */
bool environment_plan(struct arena *a, const char *runtimes, const struct pool_function *f,
		      struct plan *plan, const char **why);
/* Can functions with this runtime run here at all? */
bool environment_knows(struct str runtime);

/*
 * The folder below `root` with the SDKs and the clients of the Runtime API, "node", "node16" and "python", made when
 * it is asked for the first time. NULL with a sentence in *why. Safe from any thread.
 */
const char *install_folder(const char *root, struct arena *a, const char **why);
/* Forget where it is. No other thread may ask any more. */
void install_release(void);

/* The Runtime API. `context` is not used: requests carry their environment's number. */
http_handler runtime_handle;

#endif
