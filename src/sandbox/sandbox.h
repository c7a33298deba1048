#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include "sandbox/plan.h"

/*
 * Sandboxes: programs of attendees, where they reach nothing but their own account's cloud.
 *
 * Each runs in namespaces of its own (users, files, processes, network), sees a read-only system, what its plan
 * mounts and a /tmp of limited size, and dies with the server. Inside, 127.0.0.1:9001 and :4566 are
 * listened on: whoever connects there is handed to `connected` outside. With an authority that its plan trusts, so is
 * :443, to where all of AWS's names lead.
 *
 *	warden_fork(&fd, &(struct warden_config){ .root = data }, &why);     before there is any thread
 *	s = sandboxes_new(&(struct sandboxes_config){ .warden_fd = fd, ... });
 *	id = sandbox_start(s, &plan);
 *
 * The callbacks are called on one thread of this room and must be quick. They may call the functions below.
 */
enum { SANDBOX_PORT_RUNTIME = 9001, SANDBOX_PORT_CLOUD = 4566, SANDBOX_PORT_TLS = 443 };
/* Where the authority's certificate is, inside: as on Amazon Linux. */
#define SANDBOX_TRUSTED "/etc/pki/tls/certs/ca-bundle.crt"

struct sandboxes;

/* How a sandbox came to its end. */
struct sandbox_end {
	bool started;      /* false: it could not be started at all */
	bool over_memory;  /* it took more memory than its plan allows and was killed for that */
	bool stopped;      /* sandbox_stop() was called */
	bool by_extension; /* an extension ended first, and `status` is its */
	bool no_program;   /* there is no such file as the program */
	int exec_error;    /* errno: why the kernel would not execute it; 0: it did */
	int status;        /* the program's, as wait() has it */
	int64_t cpu_us;    /* all its processes that were waited for */
	int64_t peak_kb;   /* the most memory that all its processes were seen to have together */
};

struct sandboxes_config {
	int warden_fd; /* taken */
	/* A connection from inside to one of the ports; takes the descriptor. */
	void (*connected)(void *arg, uint32_t id, int port, int fd);
	/* What the program printed, some milliseconds after it did; sandbox_drain() has it told at once. */
	void (*output)(void *arg, uint32_t id, struct str bytes);
	/* What its extensions printed. NULL: `output` is told. */
	void (*beside)(void *arg, uint32_t id, struct str bytes);
	/*
	 * What sandbox_dial() has led to: a socket, which is taken, perhaps not connected yet, or never; -1: there is none. It
	 * comes from inside and may be anything. May be NULL.
	 */
	void (*dialed)(void *arg, uint32_t id, int port, int fd);
	/* It stands still, having used at most so much memory until now. May be NULL. */
	void (*frozen)(void *arg, uint32_t id, int64_t peak_kb);
	/*
	 * How much memory all its processes had at most, and how much they have of their own now. When it has changed,
	 * and before `frozen`. May be NULL.
	 */
	void (*memory)(void *arg, uint32_t id, int64_t peak_kb, int64_t own_kb);
	/*
	 * The program has ended, its extensions have not: they have time until sandbox_shutdown() or sandbox_stop(). NULL: all is
	 * stopped.
	 */
	void (*left)(void *arg, uint32_t id, const struct sandbox_end *end);
	/* The last thing that is said about a sandbox; its output came before. */
	void (*ended)(void *arg, uint32_t id, const struct sandbox_end *end);
	void *arg;
};

struct warden_config {
	const char *root;   /* it mounts what lies below this folder (and /usr) only */
	const char *binary; /* this program's file; NULL: /proc/self/exe */
	/*
	 * Without bubblewrap: programs run as ordinary processes of the user who starts this one. They have their limits,
	 * and end when they shall, but see files and network as every process does.
	 */
	bool loose;
	bool tried; /* it is known that bubblewrap works here */
};
/*
 * Start the warden, before any thread. False with a sentence in *why when bubblewrap is missing or cannot work here,
 * which is tried.
 */
bool warden_fork(int *fd, const struct warden_config *config, const char **why);

struct sandboxes *sandboxes_new(const struct sandboxes_config *config);
/* Every sandbox dies; no callback comes any more. */
void sandboxes_free(struct sandboxes *s);

/* Start a sandbox. Its number, never 0; 0 when the plan is too large or the machine has no descriptors left. */
uint32_t sandbox_start(struct sandboxes *s, const struct plan *plan);
/* Kill everything in it; `ended` follows. Harmless for one that has ended. */
void sandbox_stop(struct sandboxes *s, uint32_t id);
/* Stop every process in it where it stands, and let them go on. */
void sandbox_freeze(struct sandboxes *s, uint32_t id);
void sandbox_thaw(struct sandboxes *s, uint32_t id);
/* Connect to a port inside, at its 127.0.0.1; `dialed` follows, unless the sandbox ends. */
void sandbox_dial(struct sandboxes *s, uint32_t id, int port);
/* Its extensions are ready: start the program. */
void sandbox_proceed(struct sandboxes *s, uint32_t id);
/*
 * Ask the program to end (SIGTERM); when it and its extensions have, or after so many milliseconds, everything in it
 * ends, and `ended` follows.
 */
void sandbox_shutdown(struct sandboxes *s, uint32_t id, int patience_ms);
/*
 * Read what it has printed until now: `output` is called before this returns. Not from a callback, and not while
 * holding a lock that the callbacks take.
 */
void sandbox_drain(struct sandboxes *s, uint32_t id);

/*
 * For main(): is this process a warden or an init? Then it never comes back as anything else, and
 * sandbox_inner_main() is its whole life.
 */
bool sandbox_is_inner(int argc, char **argv);
int sandbox_inner_main(int argc, char **argv);

#endif
