/*
 * The init: process 1 of a sandbox.
 *
 * It starts the program, collects what dies, and listens where the program expects its Runtime API and its
 * cloud: each connection's socket goes out to the server as it is. Frozen, all processes but this one are
 * stopped. It looks at how much memory they take, and ends the sandbox when that is too much or when the
 * program ends.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sandbox/inside.h"
#include "sandbox/sandbox.h"

enum {
	LOOK_MS = 50,
	CONNECTIONS_MAX = 256,
	COUNT_EVERY = 32,
	SLACK_MB = 256,
	EXTENSIONS_MAX = 10,
	TELL_KB = 1024, /* a change in memory that is worth a message */
};
static const char extensions_folder[] = "/opt/extensions";

struct init {
	struct arena *arena; /* of the plan */
	struct plan plan;
	int listeners[2];
	int signal_fd;
	pid_t program;
	pid_t extensions[EXTENSIONS_MAX]; /* 0: ended */
	int extension_count;
	bool started, frozen, ended, over_memory, by_extension;
	int status;
	int64_t peak_kb, own_kb, told_kb; /* told_kb: own_kb as it was told last */
	int64_t end_at_ms;                /* of patience after INIT_SHUTDOWN; 0: go on */
	unsigned accepted;                /* since connections were counted */
};
static const int ports[2] = { SANDBOX_PORT_RUNTIME, SANDBOX_PORT_CLOUD };

static void die(const char *what) __attribute__((noreturn));
static void die(const char *what)
{
	dprintf(STDERR_FILENO, "sandbox: %s: %s\n", what, strerror(errno));
	_exit(126);
}

static void say(struct init *init, enum init_kind kind, int value)
{
	struct init_message message = { .kind = kind,
					.value = value,
					.peak_kb = init->peak_kb,
					.own_kb = init->own_kb,
					.over_memory = init->over_memory,
					.by_extension = init->by_extension };

	packet_send(INIT_CONTROL_FD, str_make(&message, sizeof(message)), NULL, 0);
}

/* --- memory ------------------------------------------------------------------ */

/* Pages that one process has in memory, all of them and its own; false when it is gone. */
static bool pages_of(const char *pid, long *resident, long *own)
{
	char path[300], text[128];
	long size, shared;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/statm", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	/* NOLINTNEXTLINE(cert-err34-c): the kernel writes these numbers. */
	if (sscanf(text, "%ld %ld %ld", &size, resident, &shared) != 3)
		return false;
	*own = *resident - shared;
	return true;
}

/* A process's share of the memory that it has of its own, so that what a fork shares counts once; -1 when unknown. */
static int64_t share_kb(const char *pid)
{
	char path[300], line[256];
	long long kb, sum = -1;
	FILE *rollup;

	snprintf(path, sizeof(path), "/proc/%s/smaps_rollup", pid);
	rollup = fopen(path, "re");
	if (!rollup)
		return -1;
	while (fgets(line, sizeof(line), rollup))
		/* NOLINTNEXTLINE(cert-err34-c): the kernel writes these numbers. */
		if (sscanf(line, "Pss_Anon: %lld", &kb) == 1)
			sum = kb;
	fclose(rollup);
	return sum;
}

struct memory {
	int64_t resident_kb, own_kb;
};

/* Sum up all processes but this one; `exactly` takes longer. */
static struct memory measure(bool exactly)
{
	DIR *proc = opendir("/proc");
	long kb = sysconf(_SC_PAGESIZE) / 1024;
	struct memory sum = { 0, 0 };
	struct dirent *entry;

	while (proc && (entry = readdir(proc))) {
		const char *pid = entry->d_name;
		long resident, own;
		int64_t share;

		if (pid[0] < '1' || pid[0] > '9' || strcmp(pid, "1") == 0 ||
		    !pages_of(pid, &resident, &own))
			continue;
		share = exactly ? share_kb(pid) : -1;
		sum.resident_kb += (int64_t)resident * kb;
		sum.own_kb += share >= 0 ? share : (int64_t)own * kb;
	}
	if (proc)
		closedir(proc);
	return sum;
}

/* Measure all processes; kill them when they have more memory of their own than they may. */
static void look_at_memory(struct init *init)
{
	int64_t most_kb = (int64_t)init->plan.memory_mb * 1024;
	struct memory sum = measure(false);

	if (sum.resident_kb > init->peak_kb)
		init->peak_kb = sum.resident_kb;
	init->own_kb = sum.own_kb;
	if (!init->frozen &&
	    (sum.own_kb > init->told_kb + TELL_KB || sum.own_kb < init->told_kb - TELL_KB)) {
		init->told_kb = sum.own_kb;
		say(init, INIT_MEMORY, 0);
	}
	if (sum.own_kb > most_kb && measure(true).own_kb > most_kb) {
		init->over_memory = true;
		kill(-1, SIGKILL);
	}
}

/* --- connections --------------------------------------------------------------- */

/* How many connections to our ports are open, as /proc/net/tcp has it. */
static int open_connections(void)
{
	FILE *table = fopen("/proc/net/tcp", "re");
	unsigned port, state;
	char line[256];
	int count = 0;

	if (!table)
		return 0;
	while (fgets(line, sizeof(line), table))
		if (sscanf(line, "%*d: %*8x:%4x %*8x:%*4x %2x", &port, &state) == 2 &&
		    (port == SANDBOX_PORT_RUNTIME || port == SANDBOX_PORT_CLOUD) && state != 10)
			count++;
	fclose(table);
	return count;
}

static int listen_on(int port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;

	if (fd < 0)
		die("no socket");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 || listen(fd, 128) != 0)
		die("cannot listen inside the sandbox");
	return fd;
}

static void pass_connection(struct init *init, int which)
{
	int fd = accept4(init->listeners[which], NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct init_message message = { .kind = INIT_CONNECTED, .value = ports[which] };

	if (fd < 0)
		return;
	if (++init->accepted < COUNT_EVERY || open_connections() < CONNECTIONS_MAX) {
		if (init->accepted >= COUNT_EVERY)
			init->accepted = 0;
		packet_send(INIT_CONTROL_FD, str_make(&message, sizeof(message)), &fd, 1);
	}
	close(fd);
}

/* --- the program --------------------------------------------------------------- */

static void limit(int what, rlim_t value)
{
	struct rlimit l = { value, value };

	if (setrlimit(what, &l) != 0)
		die("cannot set a limit");
}

static void not_there(const char *const *words) __attribute__((noreturn));
static void not_there(const char *const *words)
{
	dprintf(STDERR_FILENO, "%s: %s\n", words[0], strerror(errno));
	_exit(127);
}

/* Become one of the plan's programs; `words` is NULL-ended. */
static void become_program(const struct plan *plan, const char *const *words)
	__attribute__((noreturn));
static void become_program(const struct plan *plan, const char *const *words)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	setsid();
	if (chdir(plan->folder) != 0)
		die("the program's folder cannot be entered");
	/* Asked before the limits, within which a sanitizer has no room for the message. */
	if (access(words[0], X_OK) != 0)
		not_there(words);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_NOFILE, (rlim_t)plan->files);
	limit(RLIMIT_NPROC, (rlim_t)plan->processes);
	limit(RLIMIT_MEMLOCK, 64 << 10);
	limit(RLIMIT_MSGQUEUE, 0);
	/* Of each process: it bounds what may be taken between two looks at all of them. */
	limit(RLIMIT_DATA, ((rlim_t)plan->memory_mb + SLACK_MB) << 20);
	if (!seccomp_enter())
		die("the kernel's filter of system calls cannot be set");
	execve(words[0], (char *const *)words, (char *const *)plan->variables);
	not_there(words);
}

static pid_t start(const struct plan *plan, const char *const *words)
{
	pid_t pid = fork();

	if (pid < 0)
		die("no process");
	if (pid == 0)
		become_program(plan, words);
	return pid;
}

static void start_program(struct init *init)
{
	init->started = true;
	init->program = start(&init->plan, init->plan.words);
}

/* Every executable of the folder, beside the program. */
static void start_extensions(struct init *init)
{
	DIR *dir = opendir(extensions_folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)) && init->extension_count < EXTENSIONS_MAX) {
		const char *words[2] = { NULL, NULL };
		struct stat st;

		words[0] = arena_printf(init->arena, "%s/%s", extensions_folder, entry->d_name);
		if (entry->d_name[0] == '.' || stat(words[0], &st) != 0 || !S_ISREG(st.st_mode) ||
		    !(st.st_mode & 0111))
			continue;
		init->extensions[init->extension_count++] = start(&init->plan, words);
	}
	if (dir)
		closedir(dir);
}

/* Read the plan that the warden left for us. */
static void read_plan(struct arena *a, struct plan *plan)
{
	char *text = malloc(PLAN_MAX);
	ssize_t n = text ? pread(INIT_PLAN_FD, text, PLAN_MAX, 0) : -1;

	if (n < 0 || !plan_parse(a, str_make(text, (size_t)n), plan))
		die("the plan cannot be read");
	free(text);
	close(INIT_PLAN_FD);
}

/* One of ours has ended. Without an order to end, that of the program or of an extension ends the sandbox. */
static void buried(struct init *init, pid_t pid, int status)
{
	bool ours = pid == init->program, alive = false;

	if (ours)
		init->program = 0;
	for (int i = 0; i < init->extension_count; i++) {
		if (init->extensions[i] == pid) {
			init->extensions[i] = 0;
			ours = init->by_extension = true;
		}
		alive |= init->extensions[i] != 0;
	}
	if (!ours)
		return;
	init->status = status;
	init->ended = !init->end_at_ms || (!alive && !init->program);
}

static void collect(struct init *init)
{
	struct signalfd_siginfo info;
	int status;
	pid_t pid;

	if (read(init->signal_fd, &info, sizeof(info)) < 0 && errno != EAGAIN)
		die("signals cannot be read");
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		buried(init, pid, status);
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void obey(struct init *init)
{
	struct init_message message;
	int fds[1];
	size_t fd_count;
	ssize_t n = packet_receive(INIT_CONTROL_FD, &message, sizeof(message), fds, 0, &fd_count);

	if (n == 0)
		_exit(0); /* The server has let go: so ends all that is in here. */
	if (n != sizeof(message))
		return;
	if (message.kind == INIT_FREEZE) {
		kill(-1, SIGSTOP);
		init->frozen = true;
		look_at_memory(init);
		say(init, INIT_FROZEN, (int)init->peak_kb);
	} else if (message.kind == INIT_THAW) {
		init->frozen = false;
		kill(-1, SIGCONT);
	} else if (message.kind == INIT_PROCEED && !init->started) {
		start_program(init);
	} else if (message.kind == INIT_SHUTDOWN && message.value > 0) {
		init->end_at_ms = now_ms() + message.value;
		init->frozen = false;
		kill(-1, SIGCONT);
		if (init->program > 0)
			kill(init->program, SIGTERM);
	}
}

static void run(struct init *init)
{
	while (!init->ended) {
		struct pollfd on[4] = { { INIT_CONTROL_FD, POLLIN, 0 },
					{ init->signal_fd, POLLIN, 0 },
					{ init->listeners[0], POLLIN, 0 },
					{ init->listeners[1], POLLIN, 0 } };
		int n = poll(on, 4, init->frozen ? -1 : LOOK_MS);

		if (init->end_at_ms && now_ms() >= init->end_at_ms)
			init->ended = true;
		if (n == 0)
			look_at_memory(init);
		if (on[0].revents)
			obey(init);
		if (on[1].revents)
			collect(init);
		for (int i = 0; i < 2; i++)
			if (on[2 + i].revents)
				pass_connection(init, i);
	}
}

int init_main(void)
{
	struct init init = { .arena = arena_new() };
	sigset_t child;

	prctl(PR_SET_DUMPABLE, 0);
	fcntl(INIT_CONTROL_FD, F_SETFD, FD_CLOEXEC);
	read_plan(init.arena, &init.plan);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	init.signal_fd = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
	for (int i = 0; i < 2; i++)
		init.listeners[i] = listen_on(ports[i]);
	if (init.plan.extensions)
		start_extensions(&init);
	else
		start_program(&init);
	run(&init);
	say(&init, INIT_ENDED, init.status);
	arena_free(init.arena);
	return WIFEXITED(init.status) ? WEXITSTATUS(init.status) : 128 + WTERMSIG(init.status);
}
