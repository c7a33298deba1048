#ifndef GIT_GIT_H
#define GIT_GIT_H

#include "base/json.h"

/*
 * git: bare repositories, and the threads that run git in them.
 *
 * Git itself writes and reads every object: one process a command, started without a shell and with an environment of
 * its own, no configuration but ours, no hooks, everything that it writes on the disk before it says so. It may take
 * minutes and so never runs in a turn nor on an HTTP thread: it is a job, which wakes the call that waits for it.
 *
 *	git_job_add(&(struct git_job_config){ .key = op->request_id, .work = read_branch, ... });
 *	return op_wait(op, op->request_id, GIT_WAIT_MS);
 *	...
 *	git_job_take(op->request_id, op->arena, &answer);      when the operation runs again
 */
enum {
	GIT_WAIT_MS = 29000,        /* the longest that somebody waits for a job */
	GIT_RUN_MS = 25000,         /* the longest that one command may take */
	GIT_ID_BYTES = 40,          /* of an object's name in hexadecimal */
	GIT_INPUT_MAX = 96 << 20,   /* of one push */
	GIT_OUTPUT_MAX = 256 << 20, /* of what one command prints, and of each file it writes */
	GIT_COLLECT_MAX = 64 << 20, /* of what is read into memory */
};

/* --- one command (git.c) --------------------------------------------------------- */

struct git_run {
	const char *folder;       /* the bare repository */
	const char *const *words; /* what stands behind "git", NULL-ended */
	const char *const *
		variables; /* further ones of its environment, "NAME=value", NULL-ended; may be NULL */
	struct str input; /* what it reads; absent: nothing */
	int input_fd;     /* instead of `input`, when above 0: a file, read from its start */
};
struct git_ran {
	bool good;  /* it ran and its exit code was 0 */
	int status; /* its exit code; -1: it could not be started, was killed, or took too long */
	int output_fd;     /* git_run_to_file() only: an unlinked file, the caller closes it */
	struct str output; /* git_run() only, in the arena */
	struct str error;  /* what it complained, at most 4 KB */
};
/* Run git and wait. Only on threads that may block. What prints more than GIT_COLLECT_MAX has failed. */
void git_run(struct arena *a, const struct git_run *how, struct git_ran *ran);
/* The same; what it prints goes to a file. */
void git_run_to_file(struct arena *a, const struct git_run *how, struct git_ran *ran);
/* git_run() with the words as arguments, for short commands: the output without its last line break; absent: it failed. */
struct str git_ask(struct arena *a, const char *folder, ...) __attribute__((sentinel));
/* Is there a git with its http-backend? */
bool git_here(void);

/* --- repositories (repository.c) --------------------------------------------------- */

/* The folder of a repository of the account whose folder is `account_dir`. */
const char *git_folder(struct arena *a, const char *account_dir, struct str repository_id);
/* Make an empty bare repository, whole or not at all; true as well when it is there. */
bool git_make(struct arena *a, const char *folder);

/*
 * Remove what a git that was killed has left in a repository: half written packs and objects, and locks, which would
 * refuse every later change of their reference. Nothing else may write there meanwhile, as in a job.
 */
void git_tidy(struct arena *a, const char *folder);
/* The commit that a branch, a full reference or the name of a commit stands for; absent: none. */
struct str git_commit_of(struct arena *a, const char *folder, struct str specifier);
/* Is this the name of an object, 40 hexadecimal digits? */
bool git_is_id(struct str text);
/* May a branch be called so? As git-check-ref-format(1) has it. */
bool git_branch_good(struct str name);

/* A reference: "refs/heads/main" and the object it names. */
struct git_ref {
	struct str name, id;
};
/* All of a kind ("refs/heads/", "refs/tags/" or "refs/"), sorted by name. */
struct git_ref *git_refs(struct arena *a, const char *folder, const char *under, size_t *count);
/*
 * Move a reference from `before` (absent: it does not exist) to `after` (absent: delete it). False when it was
 * somewhere else.
 */
bool git_ref_move(struct arena *a, const char *folder, struct str name, struct str before,
		  struct str after);

/* An entry of a tree. */
struct git_entry {
	struct str mode; /* "100644", "100755", "120000", "040000", "160000" */
	struct str type; /* "blob", "tree", "commit" */
	struct str id;
	int64_t size; /* of a blob; -1 otherwise */
	struct str path;
};
/*
 * The entries of a tree-ish, or of a folder of it ("" for the root); with `deep` those of its folders too. NULL with a
 * count of 0 when there is no such tree, or its listing is too long.
 */
struct git_entry *git_tree(struct arena *a, const char *folder, struct str treeish,
			   struct str under, bool deep, size_t *count);
/* The entry at a path; false when there is none. */
bool git_entry_at(struct arena *a, const char *folder, struct str treeish, struct str path,
		  struct git_entry *out);
/* An object's bytes; absent when there is no such object or it is larger than `max`. */
struct str git_object(struct arena *a, const char *folder, struct str type, struct str id,
		      size_t max);
/* Write a blob; its name, or absent. */
struct str git_write_blob(struct arena *a, const char *folder, struct str bytes);

/* A commit, taken apart. */
struct git_commit {
	struct str id, tree, message;
	struct str parents[16];
	size_t parent_count;
	struct git_person {
		struct str name, email, date; /* "1484167798 -0800" */
	} author, committer;
};
bool git_commit_read(struct arena *a, const char *folder, struct str id, struct git_commit *out);
/* Take the text of a commit object apart; views of it. False when it is none. */
bool git_commit_parse(struct str text, struct git_commit *out);

/*
 * Write every file of a commit into `target`, a folder that is made: regular files only, none outside of it. False
 * with a sentence in *why.
 */
bool git_export(struct arena *a, const char *folder, struct str commit, const char *target,
		const char **why);

/* --- jobs (pool.c) ------------------------------------------------------------------- */

/* What a job's work sees and fills in, on a thread of this room. */
struct git_work {
	struct arena *arena; /* the job's */
	const char *folder;
	struct json_object *in;  /* what the job was given */
	struct json_object *out; /* empty, to fill */
	int input_fd, output_fd; /* a file that came with it or -1; one that goes back or -1 */
	/* When it did not go well: a constant of whoever gave the job, and a sentence. */
	const void *failed;
	struct str message;
};
typedef void git_work(struct git_work *work);
/* Set `failed` and its sentence, printf-like. */
void git_fail(struct git_work *work, const void *failed, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

struct git_job_config {
	struct str account; /* whose turn is woken */
	struct str key;     /* names the job; what is woken */
	const char *folder;
	git_work *work;
	struct json_object *in; /* copied; may be NULL */
	int input_fd;           /* taken, when above 0 */
};
enum git_state {
	GIT_UNKNOWN, /* there is no such job */
	GIT_RUNNING,
	GIT_DONE,
};
struct git_answer {
	struct json_object *out; /* in the taker's arena */
	int output_fd;           /* -1, or the taker's to close */
	const void *failed;
	struct str message;
};

/* Start the threads; `wake` is quick and may be called from any of them. Once in a process. */
void git_start(void (*wake)(void *arg, struct str account, struct str key), void *arg);
/* No job runs any more; those that do are killed. Calls that wait learn nothing more. */
void git_stop(void);
/* Is that under way, or the job of this thread to end? */
bool git_is_stopping(void);
/*
 * An account is emptied: its jobs end and are forgotten. False when some were not done by `until_us`
 * (time_monotonic_us()). May block.
 */
bool git_end(struct str account, int64_t until_us);
/*
 * Queue a job; false when too many wait, of all or of the account. Jobs of one repository run one after the other, those
 * of others meanwhile; no account has more than half of the threads.
 */
bool git_job_add(const struct git_job_config *job);
/* What became of a job; once done it is forgotten. */
enum git_state git_job_take(struct str key, struct arena *a, struct git_answer *answer);

#endif
