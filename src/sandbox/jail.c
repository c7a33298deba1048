/*
 * The jail: a child of the warden becomes bubblewrap, and bubblewrap the init of a sandbox.
 *
 * Root cannot be limited in its number of processes, so a sandbox that root starts runs under a user id of its
 * own. That user may not reach files below a private data folder; therefore what is to be seen is bound into a
 * mount namespace first, where only this child sees it.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sandbox/inside.h"
#include "sandbox/sandbox.h"

enum { WORDS_MAX = 160, FIRST_UID = 30000, UIDS = 30000, NICENESS = 5 };

/* bubblewrap's arguments as they come together. */
struct words {
	struct arena *arena;
	const char *at[WORDS_MAX];
	size_t n;
};

static void die(const char *what) __attribute__((noreturn));
static void die(const char *what)
{
	dprintf(STDERR_FILENO, "sandbox: %s: %s\n", what, strerror(errno));
	_exit(126);
}

static void add(struct words *w, const char *word)
{
	if (w->n + 1 >= WORDS_MAX)
		abort();
	w->at[w->n++] = word;
}

static void add3(struct words *w, const char *flag, const char *first, const char *second)
{
	add(w, flag);
	add(w, first);
	add(w, second);
}

/* A memory file with these bytes, to be read from the start. */
static int memory_file(struct str bytes)
{
	int fd = memfd_create("sandbox", 0);

	if (fd < 0 || write(fd, bytes.p, bytes.n) != (ssize_t)bytes.n ||
	    lseek(fd, 0, SEEK_SET) != 0)
		die("no memory file");
	return fd;
}

/* A small file of /etc that says the same in every sandbox. */
static void add_text(struct words *w, const char *path, const char *text)
{
	add3(w, "--ro-bind-data", arena_printf(w->arena, "%d", memory_file(str_of(text))), path);
}

/* The system's programs and libraries, read-only, with the links at the root as this system has them. */
static void add_system(struct words *w)
{
	static const char *const roots[] = { "/bin", "/sbin", "/lib", "/lib32", "/lib64" };

	add3(w, "--ro-bind", "/usr", "/usr");
	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		char link[256];
		ssize_t n = readlink(roots[i], link, sizeof(link) - 1);

		if (n > 0) {
			link[n] = '\0';
			add3(w, "--symlink", arena_cstr(w->arena, str_make(link, (size_t)n)),
			     roots[i]);
		} else if (access(roots[i], F_OK) == 0) {
			add3(w, "--ro-bind", roots[i], roots[i]);
		}
	}
	/* As on Amazon Linux, whose scripts say `#!/bin/sh` and `source` or `pipefail`. */
	if (access("/usr/bin/sh", X_OK) == 0)
		add3(w, "--ro-bind-try", "/usr/bin/bash", "/usr/bin/sh");
	add3(w, "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache");
	add3(w, "--ro-bind-try", "/etc/alternatives", "/etc/alternatives");
	add_text(w, "/etc/passwd",
		 "root:x:0:0:root:/:/bin/sh\n"
		 "sbx_user1051:x:993:990::/tmp:/bin/sh\n");
	add_text(w, "/etc/group", "root:x:0:\nsbx_user1051:x:990:\n");
	add_text(w, "/etc/hosts", "127.0.0.1 localhost sandbox.localdomain sandbox\n");
}

/* The init answers for names, if there are any; what they lead to is known by the one authority. */
static void add_names(struct words *w, const char *trusted)
{
	add_text(w, "/etc/nsswitch.conf",
		 trusted[0] ? "passwd: files\ngroup: files\nhosts: files dns\n"
			    : "passwd: files\ngroup: files\nhosts: files\n");
	if (!trusted[0]) {
		add3(w, "--ro-bind-try", "/etc/ssl/certs", "/etc/ssl/certs");
		return;
	}
	add_text(w, "/etc/resolv.conf", "nameserver 127.0.0.1\n");
	add_text(w, SANDBOX_TRUSTED, trusted);
	add_text(w, "/etc/ssl/certs/ca-certificates.crt", trusted);
	/* For the init, which opens ports below 1024 and then lets go of it. */
	add(w, "--cap-add");
	add(w, "CAP_NET_BIND_SERVICE");
}

/*
 * Not by bubblewrap's --dev: with that it makes a second user namespace, and the network does not belong to the one that
 * the init is in.
 */
static void add_devices(struct words *w)
{
	static const char *const devices[] = { "/dev/null",   "/dev/zero",    "/dev/full",
					       "/dev/random", "/dev/urandom", "/dev/tty" };
	static const char *const links[][2] = { { "/proc/self/fd", "/dev/fd" },
						{ "/proc/self/fd/0", "/dev/stdin" },
						{ "/proc/self/fd/1", "/dev/stdout" },
						{ "/proc/self/fd/2", "/dev/stderr" } };

	add(w, "--tmpfs");
	add(w, "/dev");
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		add3(w, "--dev-bind", devices[i], devices[i]);
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		add3(w, "--symlink", links[i][0], links[i][1]);
	add3(w, "--dir", "/dev/shm", "--remount-ro");
	add(w, "/dev");
}

/* Bind descriptor `fd` at /tmp/NUMBER of the namespace of our own; the path. */
static const char *bind_private(struct arena *a, int fd, size_t number)
{
	const char *at = arena_printf(a, "/tmp/%zu", number);
	const char *from = arena_printf(a, "/proc/self/fd/%d", fd);
	struct stat is;
	int made;

	if (fstat(fd, &is) != 0)
		die("what is to be mounted is not there");
	if (S_ISDIR(is.st_mode)) {
		if (mkdir(at, 0755) != 0)
			die("cannot make a mount point");
	} else {
		made = open(at, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
		if (made < 0)
			die("cannot make a mount point");
		close(made);
	}
	if (mount(from, at, NULL, MS_BIND | MS_REC, NULL) != 0)
		die("cannot bind what is to be mounted");
	return at;
}

/* As root: bind all sources where an ordinary user reaches them, then become that user. */
static void leave_root(struct arena *a, const char **sources, size_t count, uint32_t uid_number)
{
	uid_t uid = FIRST_UID + uid_number % UIDS;
	int fds[PLAN_MOUNTS_MAX];

	if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		die("no mount namespace");
	/* Opened here, because they may lie below the /tmp that is covered now. */
	for (size_t i = 0; i < count; i++) {
		fds[i] = open(sources[i], O_PATH | O_CLOEXEC);
		if (fds[i] < 0)
			die(sources[i]);
	}
	if (mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=1m") != 0)
		die("no folder for mount points");
	for (size_t i = 0; i < count; i++)
		sources[i] = bind_private(a, fds[i], i);
	for (size_t i = 0; i < count; i++)
		close(fds[i]);
	if (setgroups(0, NULL) != 0 || setresgid(uid, uid, uid) != 0 ||
	    setresuid(uid, uid, uid) != 0)
		die("cannot leave root");
}

static void add_limits(struct words *w, const struct plan *plan)
{
	add(w, "--unshare-all");
	add(w, "--die-with-parent");
	add(w, "--as-pid-1");
	add(w, "--clearenv");
	add3(w, "--cap-drop", "ALL", "--uid");
	add3(w, "993", "--gid", "990");
	add3(w, "--hostname", "169-254-100-1", "--proc");
	add(w, "/proc");
	add_devices(w);
	add3(w, "--size", arena_printf(w->arena, "%lld", (long long)plan->tmp_mb << 20), "--tmpfs");
	add(w, "/tmp");
}

/*
 * Descriptors where the init looks for them; everything else that is open closes on exec. This program itself is one of
 * them: its file may have been replaced or removed since it was started, and has no name to be mounted by then.
 */
static void place_descriptors(struct str printed, const int fds[WARDEN_FDS])
{
	int plan_fd = memory_file(printed);
	int program_fd = open("/proc/self/exe", O_PATH | O_CLOEXEC);
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
	/* Away from the places that are filled now. */
	int control_at = fcntl(fds[0], F_DUPFD_CLOEXEC, 20);
	int output_at = fcntl(fds[1], F_DUPFD_CLOEXEC, 20);
	int beside_at = fcntl(fds[2], F_DUPFD_CLOEXEC, 20);
	int plan_at = fcntl(plan_fd, F_DUPFD_CLOEXEC, 20);
	int program_at = fcntl(program_fd, F_DUPFD_CLOEXEC, 20);

	if (dup2(nothing, 0) < 0 || dup2(output_at, 1) < 0 || dup2(output_at, 2) < 0 ||
	    dup2(control_at, INIT_CONTROL_FD) < 0 || dup2(plan_at, INIT_PLAN_FD) < 0 ||
	    dup2(program_at, INIT_PROGRAM_FD) < 0 || dup2(beside_at, INIT_BESIDE_FD) < 0)
		die("no descriptors");
	close_range(INIT_BESIDE_FD + 1, ~0U, 0);
}

/* When the machine runs out of memory, sandboxes go before anything else. */
static void offer_for_killing(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd >= 0 && write(fd, "800", 3) != 3)
		dprintf(STDERR_FILENO, "sandbox: oom_score_adj: %s\n", strerror(errno));
	if (fd >= 0)
		close(fd);
}

void jail_enter_loose(const struct plan *plan, struct str printed, const int fds[WARDEN_FDS])
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	setpgid(0, 0);
	setpriority(PRIO_PROCESS, 0, NICENESS + plan->niceness);
	offer_for_killing();
	place_descriptors(printed, fds);
	execl("/proc/self/exe", "immersion", "init", "loose", NULL);
	die("the init cannot be executed");
}

void jail_enter(const struct plan *plan, struct str printed, uint32_t uid_number,
		const int fds[WARDEN_FDS])
{
	static const char *const no_environment[] = { "PATH=/usr/bin:/bin", NULL };
	struct words w = { .arena = arena_new() };
	const char *sources[PLAN_MOUNTS_MAX];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	setpriority(PRIO_PROCESS, 0, NICENESS + plan->niceness);
	offer_for_killing();
	place_descriptors(printed, fds);
	for (size_t i = 0; i < plan->mount_count; i++)
		sources[i] = plan->mounts[i].source;
	if (geteuid() == 0)
		leave_root(w.arena, sources, plan->mount_count, uid_number);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	add(&w, "bwrap");
	add_limits(&w, plan);
	add_system(&w);
	add_names(&w, plan->trusted ? plan->trusted : "");
	for (size_t i = 0; i < plan->mount_count; i++)
		add3(&w, "--ro-bind", sources[i], plan->mounts[i].target);
	/* Where `import` looks, which knows no NODE_PATH: layers first, then what the runtime brings. */
	add3(&w, "--symlink", "/opt/nodejs/node_modules", "/var/node_modules");
	add3(&w, "--symlink", "/var/runtime/node_modules", "/node_modules");
	add3(&w, "--remount-ro", "/", "--");
	add(&w, arena_printf(w.arena, "/proc/self/fd/%d", INIT_PROGRAM_FD));
	add(&w, "init");
	execvpe("bwrap", (char *const *)w.at, (char *const *)no_environment);
	die("bubblewrap (bwrap) cannot be started");
}
