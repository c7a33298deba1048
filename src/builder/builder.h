#ifndef BUILDER_BUILDER_H
#define BUILDER_BUILDER_H

#include "base/json.h"
#include "http/http.h"
#include "sandbox/sandbox.h"

/*
 * Builds: an attendee's commands over a folder of files, in a sandbox, and the files that they leave.
 *
 * The folder is seen read-only and copied into the sandbox's own /tmp, where the commands run one after the other in one
 * shell; what they print is appended to a log. Then the program inside (assets/runtime/build.py) packs the artifacts and
 * sends them out: nothing outside is ever written from inside. A few builds run at a time, of each account one; the
 * others wait in line.
 *
 *	builder_add(&(struct build_config){ .key = token, ... }, &why);
 *	...
 *	switch (builder_look(token, op->arena, &why)) { ... }        until it is done
 *	builder_drop(token);
 *
 * Builds are not remembered over a restart: who is told BUILD_UNKNOWN adds it again. Safe from any thread.
 */
enum {
	BUILD_MEMORY_MB = 512,
	BUILD_TMP_MB = 512,
	BUILD_LOG_MAX = 4 << 20,
};

struct build_config {
	const char *key, *account;
	const char *source;           /* the folder */
	const char *artifacts;        /* the file that a zip of the artifacts is written to */
	const char *log;              /* the file that output is appended to */
	const char *const *variables; /* "NAME=value", NULL-ended */
	/*
	 * {"commands": [{"phase", "text"}], "root": the folder below the source where they begin, "base": the folder of
	 * the artifacts below that}; "" is the folder itself.
	 */
	struct json_object *orders;
	int timeout_ms;
};

enum build_state {
	BUILD_UNKNOWN, /* there is no such build */
	BUILD_WAITING, /* in line */
	BUILD_RUNNING,
	BUILD_DONE,   /* its artifacts are there */
	BUILD_FAILED, /* *why is a sentence */
};

struct builder_config {
	int warden_fd;               /* of a warden_fork() of its own; taken */
	struct http_server *http;    /* where programs inside are talked to */
	struct http_listener *cloud; /* where connections to the cloud from inside go */
	const char *refused;         /* NULL, or a sentence: why nothing can be built here */
};
/* Once in a process. False with a sentence in *why. */
bool builder_start(const struct builder_config *config, struct arena *a, const char **why);
/*
 * No build runs any more, and all are forgotten. Before the HTTP server is freed. Until the process ends, as before
 * builder_start(), whatever is asked for is said to wait: no build fails because the server stops.
 */
void builder_stop(void);

/* Put a build in line. Everything is copied. False, with a sentence in *why, when it cannot be built here. */
bool builder_add(const struct build_config *config, const char **why);
/* How is it? `why` lives in the arena. */
enum build_state builder_look(const char *key, struct arena *a, const char **why);
/* Stop and forget all of an account, which is emptied. True when they have ended before `until_us`. May block. */
bool builder_end(struct str account, int64_t until_us);
/* Stop it if it has not ended, and forget it. Harmless for one that is unknown. */
void builder_drop(const char *key);

#endif
