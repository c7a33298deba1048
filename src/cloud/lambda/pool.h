#ifndef CLOUD_LAMBDA_POOL_H
#define CLOUD_LAMBDA_POOL_H

#include "base/arena.h"
#include "base/buf.h"
#include "cloud/lambda/flow.h"
#include "cloud/lambda/lambda.h"

/*
 * The pool: environments of functions, warm and cold, and the invocations they carry out.
 *
 * There is one for all accounts of the machine. An environment belongs to one version of one function as it was last
 * changed (its key), carries out one invocation at a time, and stands still in between. An invocation that finds no
 * environment waits for one: for one that becomes free, or for a new one as soon as there is room. Memory and starts
 * are shared fairly between accounts. Safe from any thread.
 */

/* What an environment needs to know of its function; copied. */
struct pool_function {
	const char *account;
	/* Account, function, version and revision: environments are reused for the same key only. */
	const char *key;
	const char *name, *version;
	const char *code; /* the folder mounted at /var/task */
	const char *opt;  /* that of its layers, mounted at /opt; NULL: none */
	const char *runtime, *handler;
	int memory_mb, tmp_mb;
	const char *const *variables; /* the function's own, "NAME=value", NULL-ended */
	const char *credentials[3];   /* key, secret, token */
	const char *region;
	const char *role;      /* ARN: logs are kept if it may write them; NULL: in any case */
	const char *log_group; /* NULL: /aws/lambda/NAME */
	bool log_json;         /* LogFormat JSON instead of Text */
	const char *log_level; /* ApplicationLogLevel, with log_json; NULL: INFO */
	const char *system_log_level; /* likewise, of Lambda's own lines */
};

/* One invocation as it is asked for; copied. */
struct pool_ask {
	struct str id; /* the request's */
	const char *account;
	const char *name; /* of the function */
	const char *arn;  /* as it was invoked */
	const char *version;
	const char *key;
	struct str payload;
	struct str client_context; /* absent: none */
	struct str identity;       /* likewise */
	struct str trace;          /* trace.h */
	int timeout_ms;
	int memory_mb;
	bool tail;  /* its log is wanted: then it is over a moment later */
	bool flows; /* the answer is wanted as it comes, if the function streams it */
	bool head;  /* and its head apart (flow.h) */
};

/* How an invocation came out. */
struct pool_result {
	const char *version; /* which one ran */
	struct str payload;  /* what the function answered, or the error's JSON */
	struct str type;     /* of a streamed answer, which is no JSON; absent: it is none */
	bool failed;         /* the payload is an error */
	struct flow *flow;   /* POOL_FLOWS: the answer; the caller is a user of it */
	struct str
		log; /* the last 4 KB of its log lines; whole only if it was asked for with `tail` */
};

enum pool_outcome {
	POOL_UNKNOWN, /* there is no such invocation */
	POOL_RUNNING,
	POOL_DONE,
	POOL_FLOWS,     /* it has begun to answer: the rest of it is the flow's */
	POOL_THROTTLED, /* no room came in time: it has not run */
};

/*
 * Hand it to an environment that waits, or to the next one of its key; false when nothing is known of that key, or when
 * too much of the account's waits already.
 */
bool pool_invoke_again(const struct pool_ask *ask);
/*
 * The same for a key of which nothing is known. False with a sentence in *why when it cannot run, or with NULL when too
 * much of the account's waits already.
 */
bool pool_invoke_first(const struct pool_ask *ask, const struct pool_function *function,
		       const char **why);
/* What became of an invocation; once it is done, or flows, it is forgotten, and the result lives in the arena. */
enum pool_outcome pool_take(struct str id, struct arena *a, struct pool_result *result);
/* How many invocations of a function (account and name) run now, or wait to. */
int pool_running(const char *account, const char *name);
/*
 * End every environment of a function, or (not NULL) of one version of it: it was deleted or changed. Those at work finish
 * first.
 */
void pool_forget(const char *account, const char *name, const char *version);
/*
 * Stop all environments of an account, whatever they do, and refuse what waits: it is emptied. True when they have ended
 * before `until_us`; then nothing more comes from them. May block.
 */
bool pool_end_account(const char *account, int64_t until_us);

/*
 * Provisioned concurrency: see that `count` environments of the function's key are there, started before they are
 * needed; 0: not any more. To be repeated before the credentials expire. False with a sentence in *why.
 */
bool pool_provide(const struct pool_function *function, int count, const char **why);
/* How many of them are ready; *failed: the last one that was started could not initialise. */
int pool_provided(const char *key, bool *failed);

/* --- for the Runtime API and the sandboxes --------------------------------------------- */

/* The callbacks of struct sandboxes_config. */
void pool_connected(void *arg, uint32_t id, int port, int fd);
void pool_output(void *arg, uint32_t id, struct str bytes);
void pool_beside(void *arg, uint32_t id, struct str bytes);
void pool_memory(void *arg, uint32_t id, int64_t peak_kb, int64_t own_kb);
void pool_left(void *arg, uint32_t id, const struct sandbox_end *end);
void pool_ended(void *arg, uint32_t id, const struct sandbox_end *end);

/* The environment asks for an event: answered at once or later. */
enum http_outcome pool_next(uint32_t id, struct http_request *req);
/* What it answers to an invocation. */
struct pool_answer {
	struct str request_id;
	struct str body;
	struct str type; /* Content-Type of a streamed answer; absent: it is none */
	bool failed;     /* the body is an error */
};
/* False when that is not the invocation it has. */
bool pool_answer(uint32_t id, const struct pool_answer *answer);
/* A streamed answer begins: its flow, of which the request is the writer. NULL: it is to come whole. */
struct flow *pool_flow(uint32_t id, struct str request_id, struct str type,
		       struct http_request *req);
/*
 * All of it was written, with an error at its end perhaps (absent: none). False when that is not asked for any more. The
 * flow's writer is done.
 */
bool pool_flow_written(struct flow *flow, struct str error);
/* It was broken off; the same. */
void pool_flow_broken(struct flow *flow);
/* It could not initialise, because of an error of that type; false when it had already. */
bool pool_init_error(uint32_t id, struct str type, struct str body);

#endif
