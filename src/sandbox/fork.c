/* Starting the warden, and being it. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sandbox/inside.h"
#include "sandbox/sandbox.h"

/* Is there a bwrap on the PATH? */
static bool bubblewrap_found(void)
{
	const char *path = getenv("PATH");
	struct str rest = str_of(path ? path : "/usr/bin:/bin");

	while (rest.p) {
		struct str part = str_cut(&rest, ':');
		char file[4096];

		if (snprintf(file, sizeof(file), "%.*s/bwrap", STR_ARG(part)) < (int)sizeof(file) &&
		    access(file, X_OK) == 0)
			return true;
	}
	return false;
}

/* In the child: execute ourselves afresh, with the socket as descriptor 3 and nothing else of the server's. */
static void become_warden(int fd, const struct warden_config *config, const char *root)
	__attribute__((noreturn));
static void become_warden(int fd, const struct warden_config *config, const char *root)
{
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(fd, 3) < 0)
		_exit(126);
	fcntl(3, F_SETFD, 0);
	close_range(4, ~0U, 0);
	execl(config->binary ? config->binary : "/proc/self/exe", "immersion", "warden", root,
	      config->loose ? "loose" : NULL, NULL);
	_exit(126);
}

/* False with a sentence in *why. */
static bool start(int *fd, const struct warden_config *config, const char *root, const char **why)
{
	int pair[2];
	pid_t pid;

	*why = "the system has no resources left for the process that starts them";
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return false;
	pid = fork();
	if (pid == 0)
		become_warden(pair[1], config, root);
	close(pair[1]);
	if (pid < 0)
		close(pair[0]);
	*fd = pair[0];
	return pid > 0;
}

/* --- does it work? ------------------------------------------------------------------ */

enum { PROBE_ID = 1, PROBE_MS = 20000 };

/* Ask for a sandbox in which nothing happens. */
static bool send_probe(int fd, const int fds[WARDEN_FDS])
{
	static const char *words[] = { "/usr/bin/true", NULL };
	static const char *variables[] = { NULL };
	struct warden_head head = { WARDEN_START, PROBE_ID };
	struct plan plan = { .memory_mb = 128,
			     .tmp_mb = 1,
			     .processes = 16,
			     .files = 64,
			     .folder = "/tmp",
			     .words = words,
			     .variables = variables,
			     .word_count = 1 };
	struct buf packet;
	bool good;

	buf_init(&packet, WARDEN_PACKET_MAX);
	buf_add(&packet, str_make(&head, sizeof(head)));
	good = plan_print(&plan, &packet) && packet_send(fd, buf_str(&packet), fds, WARDEN_FDS);
	buf_release(&packet);
	return good;
}

static bool hear_probe(int fd, int output, char *said, size_t size)
{
	struct pollfd on = { fd, POLLIN, 0 };
	struct warden_exit end = { .status = -1 };
	size_t fd_count;
	ssize_t n;
	bool good;

	good = poll(&on, 1, PROBE_MS) == 1 &&
	       packet_receive(fd, &end, sizeof(end), NULL, 0, &fd_count) == sizeof(end) &&
	       end.status == 0;
	n = read(output, said, size - 1);
	said[n > 0 ? n : 0] = '\0';
	said[strcspn(said, "\n")] = '\0';
	return good;
}

/* Try a sandbox; what it printed, up to the end of a line, is in `said` then. */
static bool probe(int fd, char *said, size_t size)
{
	int control[2], output[2];
	bool good = false;

	said[0] = '\0';
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) != 0)
		return false;
	if (pipe2(output, O_CLOEXEC | O_NONBLOCK) == 0) {
		good = send_probe(fd, (int[]){ control[1], output[1], output[1] }) &&
		       hear_probe(fd, output[0], said, size);
		close(output[0]);
		close(output[1]);
	}
	close(control[0]);
	close(control[1]);
	return good;
}

/* --- what is asked -------------------------------------------------------------------- */

bool warden_fork(int *fd, const struct warden_config *config, const char **why)
{
	static char sentence[512];
	char said[256], *root = realpath(config->root, NULL);
	bool good;

	*why = "bubblewrap (the program bwrap) is not installed on this machine";
	if (!root || (!config->loose && !bubblewrap_found())) {
		free(root);
		return false;
	}
	good = start(fd, config, root, why);
	free(root);
	if (!good || config->loose || config->tried || probe(*fd, said, sizeof(said)))
		return good;
	close(*fd);
	snprintf(sentence, sizeof(sentence),
		 "bubblewrap (the program bwrap) cannot make sandboxes on this "
		 "machine: %s",
		 said[0] ? said : "no answer");
	*why = sentence;
	return false;
}

bool sandbox_is_inner(int argc, char **argv)
{
	if (argc >= 3 && argc <= 4 && strcmp(argv[1], "warden") == 0)
		return true;
	if (argc == 3 && strcmp(argv[1], "init") == 0)
		return strcmp(argv[2], "loose") == 0;
	return argc == 2 && strcmp(argv[1], "init") == 0 && getpid() == 1;
}

int sandbox_inner_main(int argc, char **argv)
{
	if (strcmp(argv[1], "init") == 0)
		return init_main(argc == 3);
	return warden_main(3, argv[2], argc == 4);
}
