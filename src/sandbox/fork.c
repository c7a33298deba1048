/* Starting the warden, and being it. */
#include <errno.h>
#include <fcntl.h>
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
static void become_warden(int fd, const char *binary, const char *root) __attribute__((noreturn));
static void become_warden(int fd, const char *binary, const char *root)
{
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(fd, 3) < 0)
		_exit(126);
	fcntl(3, F_SETFD, 0);
	close_range(4, ~0U, 0);
	execl(binary ? binary : "/proc/self/exe", "immersion", "warden", root, NULL);
	_exit(126);
}

bool warden_fork(int *fd, const char *binary, const char *root, const char **why)
{
	char *whole = realpath(root, NULL);
	int pair[2];
	pid_t pid;

	*why = "functions cannot run: bubblewrap (the program bwrap) is not installed on this machine";
	if (!whole || !bubblewrap_found()) {
		free(whole);
		return false;
	}
	*why = "functions cannot run: the system has no resources left for the process that starts them";
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
		free(whole);
		return false;
	}
	pid = fork();
	if (pid == 0)
		become_warden(pair[1], binary, whole);
	close(pair[1]);
	free(whole);
	if (pid < 0) {
		close(pair[0]);
		return false;
	}
	*fd = pair[0];
	return true;
}

bool sandbox_is_inner(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "warden") == 0)
		return true;
	return argc == 2 && strcmp(argv[1], "init") == 0 && getpid() == 1;
}

int sandbox_inner_main(int argc, char **argv)
{
	return argc == 3 ? warden_main(3, argv[2]) : init_main();
}
