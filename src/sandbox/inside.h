#ifndef SANDBOX_INSIDE_H
#define SANDBOX_INSIDE_H

#include <sys/types.h>

#include "sandbox/plan.h"

/*
 * What the files of this room share: the three processes and what they say to each other.
 *
 *	server --(socketpair)-- warden --(fork)-- bubblewrap -- init -- the program
 *	   \------------------(socketpair, one a sandbox)--------/
 *
 * Every message is one packet (SOCK_SEQPACKET). What comes from an init is not trusted: the program
 * inside might have taken its place.
 */

/* --- server and warden ------------------------------------------------------- */

enum warden_kind {
	WARDEN_START = 1, /* to the warden: a plan follows; with it WARDEN_FDS descriptors */
	WARDEN_STOP,      /* to the warden */
	WARDEN_EXITED,    /* from the warden: a struct warden_exit */
};
struct warden_head {
	uint32_t kind; /* enum warden_kind */
	uint32_t id;   /* the server's number for the sandbox */
};
struct warden_exit {
	struct warden_head head;
	int32_t status;  /* as wait() has it; -1: it could not be started */
	int64_t cpu_us;  /* user and system, of all that was waited for */
	int64_t peak_kb; /* of the largest process */
};
/* Control, the program's output, and the extensions'. */
enum { WARDEN_FDS = 3 };
enum { WARDEN_PACKET_MAX = PLAN_MAX + sizeof(struct warden_head), WARDEN_SANDBOXES_MAX = 1024 };

/* What a START may ask for: words and mounts that name clean absolute paths, sources below `root` or the system's. */
bool warden_permits(const char *root, const struct plan *plan);
/*
 * The warden's loop; returns its exit code when the server is gone. With `loose` there are no walls: programs run as
 * ordinary processes of the user who started the server. They still have their limits, and the init their end.
 */
int warden_main(int fd, const char *root, bool loose);

/* --- jail.c ------------------------------------------------------------------ */

/*
 * In a child of the warden, which becomes the sandbox or dies: `fds` are the ends for the inside. `uid_number` chooses one
 * of the user ids that sandboxes of root run under.
 */
void jail_enter(const struct plan *plan, struct str printed, uint32_t uid_number,
		const int fds[WARDEN_FDS]) __attribute__((noreturn));
/* The same without walls: the child becomes the init itself. */
void jail_enter_loose(const struct plan *plan, struct str printed, const int fds[WARDEN_FDS])
	__attribute__((noreturn));

/* --- loose.c ----------------------------------------------------------------- */

/*
 * What is mounted in a sandbox lies elsewhere when it is loose, and so do the two ports: put the places that there are
 * into the plan's words, folder and variables. `ports` are those of the runtime and of the cloud.
 */
void loose_translate(struct arena *a, struct plan *plan, const int ports[2]);
/* Where a path inside is in truth. */
const char *loose_path(struct arena *a, const struct plan *plan, const char *path);

/* --- processes.c -------------------------------------------------------------- */

/* Signal all of them but the init. */
void processes_signal(bool loose, int signal);
struct memory {
	int64_t resident_kb; /* all that they have in memory */
	int64_t own_kb; /* what is theirs alone, shared memory too; not what is mapped from files */
};
/* `exactly` counts what several of them share once, and takes longer. */
struct memory processes_measure(bool loose, bool exactly);
/* What /tmp, which is memory as well, takes; *overfull: it has more files than a folder of that size may have. */
int64_t processes_tmp_kb(int tmp_mb, bool *overfull);

/* --- init -------------------------------------------------------------------- */

enum init_kind {
	INIT_CONNECTED = 1, /* from init: `value` is the port; with it the connected socket */
	INIT_FROZEN,        /* from init: `value` is the most memory used so far, in KB */
	INIT_ENDED,         /* from init: `value` is the program's wait status; `peak_kb` */
	INIT_MEMORY,        /* from init: `peak_kb` and `own_kb` */
	INIT_LEFT,          /* from init: as INIT_ENDED; but extensions go on until INIT_SHUTDOWN */
	INIT_DIALED,        /* from init: `value` is the port; with it the socket, or none */
	INIT_FREEZE,        /* to init */
	INIT_THAW,          /* to init */
	INIT_PROCEED,       /* to init: the extensions are ready, the program may start */
	INIT_SHUTDOWN,      /* to init: end within `value` milliseconds */
	INIT_DIAL,          /* to init: connect to the port `value` */
};
struct init_message {
	uint32_t kind; /* enum init_kind */
	int32_t value;
	int64_t peak_kb, own_kb;
	uint32_t over_memory;  /* of INIT_ENDED: it was killed because it took too much */
	uint32_t by_extension; /* of INIT_ENDED: `value` is an extension's */
	uint32_t no_program;   /* of INIT_ENDED, like the next: see struct sandbox_end */
	int32_t exec_error;
};

/* Descriptors that the init finds open. */
enum { INIT_CONTROL_FD = 3, INIT_PLAN_FD, INIT_PROGRAM_FD, INIT_BESIDE_FD };
/* Process 1 of a sandbox; or just a process, when it is loose. */
int init_main(bool loose);
/* Deny the calls of the kernel that a program has no business with. Before exec; false when the kernel refuses. */
bool seccomp_enter(void);

/* --- names.c ----------------------------------------------------------------- */

enum {
	NAMES_MAX = 512
}; /* bytes of a question or of an answer, as DNS has them without extensions */
/*
 * Answer a resolver's question: names of AWS are this machine, all others are unknown. The answer's length; 0 when it is no
 * question, and nothing is to be answered.
 */
size_t names_answer(const unsigned char *question, size_t n, unsigned char answer[NAMES_MAX]);

/* --- packets (packet.c) ------------------------------------------------------ */

/* Send bytes with descriptors (which stay open here). False when the other end is gone. */
bool packet_send(int fd, struct str bytes, const int *fds, size_t fd_count);
/*
 * Receive a packet into `bytes`; its descriptors (close-on-exec) go to fds, *fd_count of them, at most `max`;
 * more are closed. The length; 0 at the end; -1 with errno.
 */
ssize_t packet_receive(int fd, void *bytes, size_t size, int *fds, size_t max, size_t *fd_count);

#endif
