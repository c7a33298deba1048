/*
 * The warden: a process that starts and stops sandboxes, and does nothing else.
 *
 * The server forks it before it has threads, and it is executed afresh. It understands START and STOP, tells
 * EXITED, and dies with the server; every sandbox dies with it.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/inside.h"

struct cell {
	uint32_t id; /* the server's */
	pid_t pid;   /* bubblewrap's; 0: this place is free */
};

struct warden {
	int fd, signal_fd;
	const char *root;
	bool loose;
	struct cell cells[WARDEN_SANDBOXES_MAX];
	uint32_t started; /* numbers user ids */
};

/* --- what is permitted ---------------------------------------------------------- */

/* Absolute, and no part of it is "", "." or "..". */
static bool is_clean(const char *path)
{
	struct str rest = str_of(path);

	if (path[0] != '/')
		return false;
	str_cut(&rest, '/');
	while (rest.p) {
		struct str part = str_cut(&rest, '/');

		if (!part.n || str_is(part, ".") || str_is(part, ".."))
			return false;
	}
	return true;
}

static bool is_below(const char *path, const char *root)
{
	size_t n = strlen(root);

	return strncmp(path, root, n) == 0 && path[n] == '/';
}

/* Where a mount may appear: Lambda's own places. */
static bool target_good(const char *target)
{
	static const char *const places[] = { "/var/task", "/var/runtime", "/opt", "/var/lang" };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (strcmp(target, places[i]) == 0 || is_below(target, places[i]))
			return is_clean(target);
	return false;
}

bool warden_permits(const char *root, const struct plan *plan)
{
	if (!is_clean(plan->words[0]) || !is_clean(plan->folder))
		return false;
	for (size_t i = 0; i < plan->variable_count; i++)
		if (!strchr(plan->variables[i], '='))
			return false;
	for (size_t i = 0; i < plan->mount_count; i++) {
		const struct plan_mount *m = &plan->mounts[i];

		if (!is_clean(m->source) || !target_good(m->target))
			return false;
		if (!is_below(m->source, root) && !is_below(m->source, "/usr"))
			return false;
	}
	return true;
}

/* --- messages ------------------------------------------------------------------- */

static void tell_exit(struct warden *w, uint32_t id, int status, const struct rusage *usage)
{
	struct warden_exit message = { .head = { WARDEN_EXITED, id }, .status = status };

	if (usage) {
		message.cpu_us =
			((int64_t)usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000 +
			usage->ru_utime.tv_usec + usage->ru_stime.tv_usec;
		message.peak_kb = usage->ru_maxrss;
	}
	packet_send(w->fd, str_make(&message, sizeof(message)), NULL, 0);
}

static struct cell *cell_find(struct warden *w, uint32_t id)
{
	for (size_t i = 0; i < WARDEN_SANDBOXES_MAX; i++)
		if (w->cells[i].pid && w->cells[i].id == id)
			return &w->cells[i];
	return NULL;
}

static struct cell *cell_free(struct warden *w)
{
	for (size_t i = 0; i < WARDEN_SANDBOXES_MAX; i++)
		if (!w->cells[i].pid)
			return &w->cells[i];
	return NULL;
}

/* False when nothing was started: the server is told so. */
static bool start(struct warden *w, uint32_t id, struct str printed, const int fds[WARDEN_FDS])
{
	struct arena *a = arena_new();
	struct cell *cell = cell_free(w);
	struct plan plan;
	pid_t pid = -1;

	if (cell && !cell_find(w, id) && plan_parse(a, printed, &plan) &&
	    warden_permits(w->root, &plan))
		pid = fork();
	if (pid == 0) {
		sigset_t none;

		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		if (w->loose)
			jail_enter_loose(&plan, printed, fds);
		jail_enter(&plan, printed, w->started, fds);
	}
	arena_free(a);
	if (pid < 0)
		return false;
	/* As the child does itself: whoever is first, it leads its group when it is to be killed. */
	setpgid(pid, pid);
	w->started++;
	*cell = (struct cell){ id, pid };
	return true;
}

/*
 * Bubblewrap and the process that it has forked, which would not die with it before it has asked for that. All else in
 * the sandbox dies with that one. A loose sandbox's init has to see to that before it dies.
 */
static void end_group(const struct warden *w, pid_t leader)
{
	if (w->loose)
		kill(leader, SIGTERM);
	else
		kill(-leader, SIGKILL);
}

static void stop(struct warden *w, uint32_t id)
{
	struct cell *cell = cell_find(w, id);

	if (cell)
		end_group(w, cell->pid);
}

static void take(struct warden *w, struct str packet, const int *fds, size_t fd_count)
{
	struct warden_head head;

	if (packet.n < sizeof(head))
		return;
	memcpy(&head, packet.p, sizeof(head));
	packet = str_slice(packet, sizeof(head), packet.n);
	if (head.kind == WARDEN_START &&
	    (fd_count != WARDEN_FDS || !start(w, head.id, packet, fds)))
		tell_exit(w, head.id, -1, NULL);
	else if (head.kind == WARDEN_STOP)
		stop(w, head.id);
}

/* One packet from the server; false when the server is gone. */
static bool listen_to_server(struct warden *w, char *bytes)
{
	int fds[WARDEN_FDS];
	size_t fd_count;
	ssize_t n = packet_receive(w->fd, bytes, WARDEN_PACKET_MAX, fds, WARDEN_FDS, &fd_count);

	if (n <= 0)
		return n < 0 && errno == EAGAIN;
	take(w, str_make(bytes, (size_t)n), fds, fd_count);
	for (size_t i = 0; i < fd_count; i++)
		close(fds[i]);
	return true;
}

static void collect(struct warden *w)
{
	struct signalfd_siginfo info;
	struct rusage usage;
	int status;
	pid_t pid;

	if (read(w->signal_fd, &info, sizeof(info)) < 0)
		return;
	while ((pid = wait4(-1, &status, WNOHANG, &usage)) > 0)
		for (size_t i = 0; i < WARDEN_SANDBOXES_MAX; i++)
			if (w->cells[i].pid == pid) {
				if (!w->loose)
					end_group(w, pid);
				tell_exit(w, w->cells[i].id, status, &usage);
				w->cells[i].pid = 0;
			}
}

int warden_main(int fd, const char *root, bool loose)
{
	struct warden *w = calloc(1, sizeof(*w));
	char *bytes = malloc(WARDEN_PACKET_MAX);
	sigset_t signals;

	if (!w || !bytes)
		abort();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	w->fd = fd;
	w->root = root;
	/* Wardens of one machine begin elsewhere, so that sandboxes under the same user id are rare. */
	w->started = (uint32_t)getpid() * 7919;
	w->loose = loose;
	/* Ctrl-C reaches the whole group of the terminal; when to end is the server's affair. */
	signal(SIGINT, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	w->signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	for (;;) {
		struct pollfd on[2] = { { fd, POLLIN, 0 }, { w->signal_fd, POLLIN, 0 } };

		if (poll(on, 2, -1) < 0 && errno != EINTR)
			break;
		if (on[1].revents)
			collect(w);
		if (on[0].revents && !listen_to_server(w, bytes))
			break;
	}
	for (size_t i = 0; i < WARDEN_SANDBOXES_MAX; i++)
		if (w->cells[i].pid)
			end_group(w, w->cells[i].pid);
	free(bytes);
	free(w);
	return 0;
}
