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
#include <linux/capability.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sandbox/inside.h"
#include "sandbox/sandbox.h"

enum {
	LOOK_MS = 50, /* of running, between two looks at memory */
	CONNECTIONS_MAX = 256,
	COUNT_EVERY = 32,
	SLACK_MB = 256,
	EXTENSIONS_MAX = 10,
	TELL_KB = 1024, /* a change in memory that is worth a message */
	PORTS = 3,
	PORT_NAMES = 53,
};
static const char extensions_folder[] = "/opt/extensions";

/* What a child says that could not become the program: in memory that it shares with the init. */
struct refusal {
	bool no_program;
	int exec_error;
};

struct init {
	struct arena *arena; /* of the plan */
	struct refusal *refusal;
	struct plan plan;
	int listeners[PORTS]; /* -1: not listened on */
	int names_fd;         /* where resolvers ask; likewise */
	int signal_fd;
	pid_t program;
	pid_t extensions[EXTENSIONS_MAX]; /* 0: ended */
	int extension_count;
	bool loose, started, frozen, ended, over_memory, by_extension;
	bool left; /* the program has ended, and extensions have not */
	int ports
		[PORTS]; /* that are listened on: of the runtime, of the cloud, and of the cloud by TLS */
	int status;
	int64_t peak_kb, own_kb, told_kb; /* told_kb: own_kb as it was told last */
	int64_t looked_ms;                /* when; what stood still since then does not count */
	int64_t frozen_ms;                /* since when; while `frozen` */
	int64_t end_at_ms;                /* of patience after INIT_SHUTDOWN; 0: go on */
	unsigned accepted;                /* since connections were counted */
};
static const int known_ports[PORTS] = { SANDBOX_PORT_RUNTIME, SANDBOX_PORT_CLOUD,
					SANDBOX_PORT_TLS };

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
					.by_extension = init->by_extension,
					.no_program = init->refusal->no_program,
					.exec_error = init->refusal->exec_error };

	packet_send(INIT_CONTROL_FD, str_make(&message, sizeof(message)), NULL, 0);
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* --- memory ------------------------------------------------------------------ */

static void end_all(struct init *init)
{
	init->over_memory = true;
	processes_signal(init->loose, SIGKILL);
}

/* Measure all processes; kill them when they have more memory of their own than they may. */
static void look_at_memory(struct init *init)
{
	int64_t most_kb = (int64_t)init->plan.memory_mb * 1024, all_kb;
	struct memory sum = processes_measure(init->loose, false);
	bool overfull = false;

	if (sum.resident_kb > init->peak_kb)
		init->peak_kb = sum.resident_kb;
	init->looked_ms = now_ms();
	all_kb = sum.own_kb;
	if (!init->loose)
		all_kb += processes_tmp_kb(init->plan.tmp_mb, &overfull);
	init->own_kb = all_kb;
	if (!init->frozen &&
	    (all_kb > init->told_kb + TELL_KB || all_kb < init->told_kb - TELL_KB)) {
		init->told_kb = all_kb;
		say(init, INIT_MEMORY, 0);
	}
	if (overfull ||
	    (sum.own_kb > most_kb && processes_measure(init->loose, true).own_kb > most_kb))
		end_all(init);
}

/* In how many ms it is time to look; what is short is not looked at each time that it has run. */
static int until_look(const struct init *init)
{
	int64_t left_ms = init->looked_ms + LOOK_MS - now_ms();

	return left_ms > 0 ? (int)left_ms : 0;
}

/* --- freezing ----------------------------------------------------------------- */

static void freeze(struct init *init)
{
	bool first = init->frozen_ms == 0;

	processes_signal(init->loose, SIGSTOP);
	if (!init->frozen)
		init->frozen_ms = now_ms();
	init->frozen = true;
	/* The first time is that of most memory taken, at the program's start. */
	if (first || until_look(init) == 0)
		look_at_memory(init);
	say(init, INIT_FROZEN, (int)init->peak_kb);
}

static void thaw(struct init *init)
{
	if (init->frozen)
		init->looked_ms += now_ms() - init->frozen_ms;
	init->frozen = false;
	processes_signal(init->loose, SIGCONT);
}

/* --- connections --------------------------------------------------------------- */

static bool is_ours(const struct init *init, int port)
{
	for (int i = 0; i < PORTS; i++)
		if (init->listeners[i] >= 0 && init->ports[i] == port)
			return true;
	return false;
}

/* How many connections to our ports are open, as /proc/net/tcp has it. */
static int open_connections(const struct init *init)
{
	FILE *table = fopen("/proc/net/tcp", "re");
	unsigned port, state;
	char line[256];
	int count = 0;

	if (!table)
		return 0;
	while (fgets(line, sizeof(line), table))
		if (sscanf(line, "%*d: %*8x:%4x %*8x:%*4x %2x", &port, &state) == 2 &&
		    is_ours(init, (int)port) && state != 10)
			count++;
	fclose(table);
	return count;
}

/* At this port, or (0) at any that is free: *port tells. */
static int listen_on(int *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)*port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
	socklen_t n = sizeof(at);

	if (fd < 0)
		die("no socket");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&at, n) != 0 || listen(fd, 128) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &n) != 0)
		die("cannot listen inside the sandbox");
	*port = ntohs(at.sin_port);
	return fd;
}

/* What resolvers ask, until there is no more. */
static void answer_names(struct init *init)
{
	unsigned char question[NAMES_MAX], answer[NAMES_MAX];
	struct sockaddr_in from;
	socklen_t from_n = sizeof(from);
	ssize_t n;

	while ((n = recvfrom(init->names_fd, question, sizeof(question), 0,
			     (struct sockaddr *)&from, &from_n)) >= 0) {
		size_t length = names_answer(question, (size_t)n, answer);

		if (length)
			sendto(init->names_fd, answer, length, 0, (struct sockaddr *)&from, from_n);
		from_n = sizeof(from);
	}
}

static void pass_connection(struct init *init, int which)
{
	int fd = accept4(init->listeners[which], NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct init_message message = { .kind = INIT_CONNECTED, .value = known_ports[which] };

	if (fd < 0)
		return;
	/* It has started: from here on it is known how much memory that took. */
	if (!init->peak_kb)
		look_at_memory(init);
	if (++init->accepted < COUNT_EVERY || open_connections(init) < CONNECTIONS_MAX) {
		if (init->accepted >= COUNT_EVERY)
			init->accepted = 0;
		packet_send(INIT_CONTROL_FD, str_make(&message, sizeof(message)), &fd, 1);
	}
	close(fd);
}

/* Connect to a port in here and hand the socket out; whether somebody listens there it will show. */
static void dial(int port)
{
	struct init_message message = { .kind = INIT_DIALED, .value = port };
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	bool good = fd >= 0 &&
		    (connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0 || errno == EINPROGRESS);

	packet_send(INIT_CONTROL_FD, str_make(&message, sizeof(message)), &fd, good);
	if (fd >= 0)
		close(fd);
}

/* --- the program --------------------------------------------------------------- */

static void limit(int what, rlim_t value)
{
	struct rlimit l = { value, value };

	if (setrlimit(what, &l) != 0)
		die("cannot set a limit");
}

static void refused(const struct init *init, const char *const *words) __attribute__((noreturn));
static void refused(const struct init *init, const char *const *words)
{
	struct stat st;
	int why = errno;

	if (words == init->plan.words) {
		init->refusal->no_program = stat(words[0], &st) != 0 || S_ISDIR(st.st_mode);
		init->refusal->exec_error = why;
	}
	errno = why;
	dprintf(STDERR_FILENO, "%s: %s\n", words[0], strerror(errno));
	_exit(127);
}

/* Become one of the plan's programs; `words` is NULL-ended, and it prints to `output`. */
static void become_program(const struct init *init, const char *const *words, int output)
	__attribute__((noreturn));
static void become_program(const struct init *init, const char *const *words, int output)
{
	const struct plan *plan = &init->plan;
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	setsid();
	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	if (chdir(plan->folder) != 0)
		die("the program's folder cannot be entered");
	/* Asked before the limits, within which a sanitizer has no room for the message. */
	if (access(words[0], X_OK) != 0)
		refused(init, words);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_NOFILE, (rlim_t)plan->files);
	/* Counted by user: a loose one has that of many other processes. */
	if (!init->loose)
		limit(RLIMIT_NPROC, (rlim_t)plan->processes);
	limit(RLIMIT_MEMLOCK, 64 << 10);
	limit(RLIMIT_MSGQUEUE, 0);
	/* Of each process: it bounds what may be taken between two looks at all of them. */
	limit(RLIMIT_DATA, ((rlim_t)plan->memory_mb + SLACK_MB) << 20);
	if (!seccomp_enter())
		die("the kernel's filter of system calls cannot be set");
	execve(words[0], (char *const *)words, (char *const *)plan->variables);
	refused(init, words);
}

static pid_t start(const struct init *init, const char *const *words, int output)
{
	pid_t pid = fork();

	if (pid < 0)
		die("no process");
	if (pid == 0)
		become_program(init, words, output);
	return pid;
}

static void start_program(struct init *init)
{
	init->started = true;
	init->program = start(init, init->plan.words, STDOUT_FILENO);
}

/* Every executable of the folder, beside the program. */
static void start_extensions(struct init *init)
{
	const char *folder = init->loose ? loose_path(init->arena, &init->plan, extensions_folder)
					 : extensions_folder;
	struct stat is;
	DIR *dir = lstat(folder, &is) == 0 && S_ISDIR(is.st_mode) ? opendir(folder) : NULL;
	struct dirent *entry;

	while (dir && (entry = readdir(dir)) && init->extension_count < EXTENSIONS_MAX) {
		const char *words[2] = { NULL, NULL };
		struct stat st;

		words[0] = arena_printf(init->arena, "%s/%s", folder, entry->d_name);
		if (entry->d_name[0] == '.' || lstat(words[0], &st) != 0 || !S_ISREG(st.st_mode) ||
		    !(st.st_mode & 0111))
			continue;
		init->extensions[init->extension_count++] = start(init, words, INIT_BESIDE_FD);
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

/* Forget an extension; *alive: there are others. False when it is none. */
static bool bury_extension(struct init *init, pid_t pid, bool *alive)
{
	bool found = false;

	*alive = false;
	for (int i = 0; i < init->extension_count; i++) {
		if (init->extensions[i] == pid) {
			init->extensions[i] = 0;
			found = true;
		}
		*alive |= init->extensions[i] != 0;
	}
	return found;
}

/*
 * One of ours has ended. Without an order to end, that of an extension ends the sandbox. That of the program is told, since
 * its extensions have time to say good-bye.
 */
static void buried(struct init *init, pid_t pid, int status)
{
	bool alive, program = pid == init->program;
	bool extension = bury_extension(init, pid, &alive);

	if (!program && !extension)
		return;
	if (program)
		init->program = 0;
	if (!init->left) {
		init->status = status;
		init->by_extension |= extension;
	}
	if (program && alive && !init->end_at_ms && !init->over_memory) {
		init->left = true;
		say(init, INIT_LEFT, status);
	}
	init->ended = (!alive && !init->program) || (!init->end_at_ms && !init->left);
}

static void collect(struct init *init)
{
	struct signalfd_siginfo info;
	int status;
	pid_t pid;

	ssize_t n = read(init->signal_fd, &info, sizeof(info));

	if (n < 0 && errno != EAGAIN)
		die("signals cannot be read");
	if (n == sizeof(info) && info.ssi_signo == SIGTERM)
		init->ended = true;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		buried(init, pid, status);
}

static void obey(struct init *init)
{
	struct init_message message;
	int fds[1];
	size_t fd_count;
	ssize_t n = packet_receive(INIT_CONTROL_FD, &message, sizeof(message), fds, 0, &fd_count);

	if (n == 0) {
		/* The server has let go: so ends all that is in here. */
		processes_signal(init->loose, SIGKILL);
		_exit(0);
	}
	if (n != sizeof(message))
		return;
	if (message.kind == INIT_FREEZE) {
		freeze(init);
	} else if (message.kind == INIT_THAW) {
		thaw(init);
	} else if (message.kind == INIT_PROCEED && !init->started) {
		start_program(init);
	} else if (message.kind == INIT_DIAL) {
		dial(message.value);
	} else if (message.kind == INIT_SHUTDOWN && message.value > 0) {
		init->end_at_ms = now_ms() + message.value;
		thaw(init);
		if (init->program > 0)
			kill(init->program, SIGTERM);
	}
}

static void run(struct init *init)
{
	while (!init->ended) {
		struct pollfd on[3 + PORTS] = { { INIT_CONTROL_FD, POLLIN, 0 },
						{ init->signal_fd, POLLIN, 0 },
						{ init->names_fd, POLLIN, 0 } };

		for (int i = 0; i < PORTS; i++)
			on[3 + i] = (struct pollfd){ init->listeners[i], POLLIN, 0 };
		poll(on, 3 + PORTS, init->frozen ? -1 : until_look(init));
		if (init->end_at_ms && now_ms() >= init->end_at_ms)
			init->ended = true;
		if (!init->frozen && until_look(init) == 0)
			look_at_memory(init);
		if (on[0].revents)
			obey(init);
		if (on[1].revents)
			collect(init);
		if (on[2].revents)
			answer_names(init);
		for (int i = 0; i < PORTS; i++)
			if (on[3 + i].revents)
				pass_connection(init, i);
	}
}

/* Without walls it is the init's to see that nothing is left when it ends, and that what is meant is found. */
static void enter_loose(struct init *init)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	loose_translate(init->arena, &init->plan, init->ports);
}

static int answer_at(int port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0)
		die("cannot answer for names inside the sandbox");
	return fd;
}

/* What low ports were opened with; nothing needs it any more. */
static void drop_capabilities(void)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct none[2] = { { 0 } };

	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 ||
	    syscall(SYS_capset, &head, none) != 0)
		die("cannot let go of capabilities");
}

static void open_ports(struct init *init)
{
	bool names = !init->loose && init->plan.trusted[0];

	init->names_fd = names ? answer_at(PORT_NAMES) : -1;
	for (int i = 0; i < PORTS; i++) {
		init->ports[i] = init->loose ? 0 : known_ports[i];
		init->listeners[i] = known_ports[i] != SANDBOX_PORT_TLS || names
					     ? listen_on(&init->ports[i])
					     : -1;
	}
	if (!init->loose)
		drop_capabilities();
}

int init_main(bool loose)
{
	struct init init = { .arena = arena_new(), .loose = loose };
	sigset_t heard;

	prctl(PR_SET_DUMPABLE, 0);
	init.refusal = mmap(NULL, sizeof(*init.refusal), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (init.refusal == MAP_FAILED)
		die("no memory");
	fcntl(INIT_CONTROL_FD, F_SETFD, FD_CLOEXEC);
	fcntl(INIT_BESIDE_FD, F_SETFD, FD_CLOEXEC);
	close(INIT_PROGRAM_FD);
	/* It was executed by the number of a descriptor. */
	prctl(PR_SET_NAME, "immersion");
	read_plan(init.arena, &init.plan);
	sigemptyset(&heard);
	sigaddset(&heard, SIGCHLD);
	if (loose)
		sigaddset(&heard, SIGTERM);
	sigprocmask(SIG_BLOCK, &heard, NULL);
	init.signal_fd = signalfd(-1, &heard, SFD_CLOEXEC | SFD_NONBLOCK);
	open_ports(&init);
	if (loose)
		enter_loose(&init);
	init.looked_ms = now_ms();
	if (init.plan.extensions)
		start_extensions(&init);
	else
		start_program(&init);
	run(&init);
	if (loose)
		processes_signal(true, SIGKILL);
	say(&init, INIT_ENDED, init.status);
	arena_free(init.arena);
	return WIFEXITED(init.status) ? WEXITSTATUS(init.status) : 128 + WTERMSIG(init.status);
}
