#ifndef CMD_REHEARSE_H
#define CMD_REHEARSE_H

#include <sys/types.h>

#include "checker/api.h"
#include "site/guide.h"

/*
 * The two hands of `immersion rehearse`: a server of its own with attendees who have joined (rehearse_server.c), and the
 * shells in which they type what the pages say (rehearse_shell.c). rehearse.c decides what happens and prints it.
 *
 * Everything lives in one temporary folder and in processes that end with this one. SIGINT and SIGTERM
 * set a flag that all waiting looks at.
 */

struct attendee {
	struct json_object *account; /* what /api/join answered */
	struct api api;              /* with the attendee's token */
	const char *home;            /* the folder their shell starts in */
	const char *output;          /* file with what their last block printed */
	pid_t shell;                 /* running, or 0 */
	int status; /* how the last block ended, as waitpid() has it; -1: it took too long */
	bool away;  /* the next block is none of theirs */
};

struct stage {
	struct arena *arena;
	char folder[64];  /* the temporary folder; empty before it is made */
	pid_t server;     /* or 0 */
	const char *log;  /* the server's output */
	const char *url;  /* "http://127.0.0.1:PORT" */
	const char *code; /* of the event */
	struct attendee *attendees;
	int attendee_count;
};

/* Was Ctrl-C pressed? Installed by stage_open(). */
bool stage_interrupted(void);
/* Wait `ms`, less when interrupted. */
void stage_sleep(int ms);

/*
 * Make the folder and start the server, with --labs and --content when given; returns when it is ready. False with
 * a sentence in *why; stage_close() is due in any case.
 */
bool stage_open(struct stage *stage, const char *labs, const char *content, const char **why);
/* Let `count` attendees join. */
bool stage_join(struct stage *stage, int count, const char **why);
/* Have the server run the checks of a lab in an attendee's account: the lab's entry of the document, or NULL. */
struct json_object *stage_check(struct stage *stage, struct attendee *attendee, struct str lab,
				const char **why);
/* End all processes and remove the folder. */
void stage_close(struct stage *stage);
/* The last `lines` lines of a file, in the arena; empty when it cannot be read. */
struct str stage_tail(struct arena *a, const char *file, int lines);

/*
 * Every attendee who is not away types the block into a shell of their own, all at the same time, in the folder and with
 * the variables that the block before left. bash stops at the first command that fails. True when all ended well within
 * `timeout_ms`; attendees' `status` and `output` tell the rest.
 */
bool stage_type(struct stage *stage, const struct guide_code *block, int timeout_ms);

#endif
