#ifndef SANDBOX_PLAN_H
#define SANDBOX_PLAN_H

#include "base/arena.h"
#include "base/buf.h"

/*
 * A plan: what shall run in a sandbox, what it sees and how much it may take.
 *
 * It travels as one message from the server to the warden and on to the init inside, so it has a
 * printed form of at most PLAN_MAX bytes.
 */
enum { PLAN_MAX = 128 << 10, PLAN_WORDS_MAX = 64, PLAN_VARIABLES_MAX = 512, PLAN_MOUNTS_MAX = 16 };

/* A folder or file of the machine that is seen, read-only, at `target`. */
struct plan_mount {
	const char *source; /* absolute, without "." and ".." parts */
	const char *target; /* likewise */
};

struct plan {
	int memory_mb; /* of all its processes together */
	int tmp_mb;    /* what /tmp holds */
	int processes; /* threads count */
	int files;     /* open in each process */
	int niceness;  /* 0 to 14: how far it stands back for others */
	int extensions; /* 1: the executables in /opt/extensions run beside it, and it waits for sandbox_proceed() */
	/*
	 * The certificate, in PEM's form, of the authority that it trusts, and no other: AWS's names then lead to the cloud, by
	 * TLS. NULL or "": there are no names.
	 */
	const char *trusted;
	const char *folder;     /* where it starts */
	const char **words;     /* the program (a path inside) and its arguments, NULL-ended */
	const char **variables; /* "NAME=value", NULL-ended; all of its environment */
	struct plan_mount *mounts;
	size_t word_count, variable_count, mount_count;
};

/* Print; false when it is larger than a plan may be. */
bool plan_print(const struct plan *plan, struct buf *b);
/* Read what plan_print() wrote; strings are views of `text`'s copy in the arena. False for anything else. */
bool plan_parse(struct arena *a, struct str text, struct plan *plan);

#endif
