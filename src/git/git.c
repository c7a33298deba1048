/* Running git: no shell, no inherited environment, files instead of pipes, so that nothing has to be pumped. */
#include "git/git.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/time.h"

enum { ERROR_MAX = 4096, WORDS_MAX = 32, VARIABLES_MAX = 64, MEMORY_MAX = 1 << 30, LOOK_MS = 200 };

/* Our whole configuration. The attendee's, the machine's and the repository's own say nothing that counts. */
static const char *const settings[][2] = {
	{ "core.fsync", "all" },
	{ "core.fsyncMethod", "fsync" },
	{ "core.hooksPath", "/dev/null" },
	{ "core.logAllRefUpdates", "false" },
	{ "core.quotePath", "false" },
	{ "core.packedGitLimit", "64m" },
	{ "gc.auto", "0" },
	{ "http.receivepack", "true" },
	{ "init.defaultBranch", "main" },
	{ "lsrefs.unborn", "ignore" },
	{ "pack.threads", "1" },
	{ "pack.windowMemory", "32m" },
	{ "receive.autogc", "false" },
	{ "receive.denyDeleteCurrent", "refuse" },
	{ "receive.fsckObjects", "true" },
	{ "receive.maxInputSize", "96m" },
	{ "receive.unpackLimit", "1" },
	{ "safe.directory", "*" },
	{ "uploadpack.allowFilter", "true" },
	{ "uploadpack.allowReachableSHA1InWant", "true" },
};

static const char *const *environment(struct arena *a, const struct git_run *how)
{
	size_t count = sizeof(settings) / sizeof(settings[0]), n = 0;
	const char **at = arena_zalloc(a, (VARIABLES_MAX + 2 * count) * sizeof(*at));

	at[n++] = "PATH=/usr/local/bin:/usr/bin:/bin";
	at[n++] = "HOME=/nonexistent";
	at[n++] = "LC_ALL=C";
	at[n++] = "TZ=UTC";
	at[n++] = "GIT_CONFIG_NOSYSTEM=1";
	at[n++] = "GIT_CONFIG_GLOBAL=/dev/null";
	at[n++] = "GIT_TERMINAL_PROMPT=0";
	at[n++] = "GIT_NO_REPLACE_OBJECTS=1";
	at[n++] = arena_printf(a, "GIT_DIR=%s", how->folder);
	at[n++] = arena_printf(a, "GIT_CONFIG_COUNT=%zu", count);
	for (size_t i = 0; i < count; i++) {
		at[n++] = arena_printf(a, "GIT_CONFIG_KEY_%zu=%s", i, settings[i][0]);
		at[n++] = arena_printf(a, "GIT_CONFIG_VALUE_%zu=%s", i, settings[i][1]);
	}
	for (size_t i = 0; how->variables && how->variables[i] && i < VARIABLES_MAX / 2; i++)
		at[n++] = how->variables[i];
	return at;
}

static int unlinked_file(void)
{
	const char *folder = access("/var/tmp", W_OK) == 0 ? "/var/tmp" : "/tmp";
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	return fd >= 0 ? fd : memfd_create("git", MFD_CLOEXEC);
}

static bool write_all(int fd, struct str bytes)
{
	while (bytes.n) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n <= 0)
			return false;
		bytes = str_slice(bytes, (size_t)n, bytes.n);
	}
	return true;
}

/* A descriptor that gives the input from its start. */
static int open_input(const struct git_run *how)
{
	int fd;

	if (how->input_fd > 0) {
		lseek(how->input_fd, 0, SEEK_SET);
		return fcntl(how->input_fd, F_DUPFD_CLOEXEC, 3);
	}
	if (!how->input.n)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	fd = memfd_create("git", MFD_CLOEXEC);
	if (fd >= 0 && write_all(fd, how->input) && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static struct str read_all(struct arena *a, int fd, size_t max)
{
	off_t size = lseek(fd, 0, SEEK_END);
	size_t wanted = size < 0 ? 0 : (size_t)size > max ? max : (size_t)size, n = 0;
	char *p = arena_alloc(a, wanted + 1);

	while (n < wanted) {
		ssize_t got = pread(fd, p + n, wanted - n, (off_t)n);

		if (got <= 0)
			break;
		n += (size_t)got;
	}
	p[n] = '\0';
	return str_make(p, n);
}

/* Its exit code; the whole group is killed when it takes too long. */
static int wait_for(pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0), status = 0;
	int64_t until = time_monotonic_us() / 1000 + GIT_RUN_MS;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	bool late = true;

	while (fd >= 0 && late) {
		bool over = git_is_stopping() || time_monotonic_us() / 1000 > until;

		late = poll(&p, 1, over ? 0 : LOOK_MS) <= 0;
		if (late && over) {
			kill(-pid, SIGKILL);
			break;
		}
	}
	if (fd >= 0)
		close(fd);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	/* What it left behind, such as a helper that lost its parent. */
	kill(-pid, SIGKILL);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void limit(pid_t pid)
{
	struct rlimit file = { GIT_OUTPUT_MAX, GIT_OUTPUT_MAX }, none = { 0, 0 };
	struct rlimit memory = { MEMORY_MAX, MEMORY_MAX };

	prlimit(pid, RLIMIT_FSIZE, &file, NULL);
	prlimit(pid, RLIMIT_DATA, &memory, NULL);
	prlimit(pid, RLIMIT_CORE, &none, NULL);
}

static int spawn(struct arena *a, const struct git_run *how, int in, int out, int error)
{
	const char *words[WORDS_MAX + 2] = { "git" };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, defaults;
	pid_t pid;
	int failed;

	for (size_t i = 0; how->words[i] && i < WORDS_MAX; i++)
		words[i + 1] = how->words[i];
	sigemptyset(&none);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in, 0);
	posix_spawn_file_actions_adddup2(&actions, out, 1);
	posix_spawn_file_actions_adddup2(&actions, error, 2);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
						      POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	failed = posix_spawnp(&pid, "git", &actions, &attributes, (char *const *)words,
			      (char *const *)environment(a, how));
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	if (failed)
		return -1;
	limit(pid);
	return wait_for(pid);
}

static void run(struct arena *a, const struct git_run *how, int out, struct git_ran *ran)
{
	int in = open_input(how), error = memfd_create("git", MFD_CLOEXEC);

	*ran = (struct git_ran){ .status = -1, .output_fd = -1, .error = STR("") };
	if (in >= 0 && out >= 0 && error >= 0) {
		ran->status = spawn(a, how, in, out, error);
		ran->error = read_all(a, error, ERROR_MAX);
	}
	ran->good = ran->status == 0;
	if (in >= 0)
		close(in);
	if (error >= 0)
		close(error);
}

void git_run_to_file(struct arena *a, const struct git_run *how, struct git_ran *ran)
{
	int out = unlinked_file();

	run(a, how, out, ran);
	ran->output_fd = out;
}

void git_run(struct arena *a, const struct git_run *how, struct git_ran *ran)
{
	int out = memfd_create("git", MFD_CLOEXEC);

	run(a, how, out, ran);
	ran->good = ran->good && lseek(out, 0, SEEK_END) <= GIT_COLLECT_MAX;
	ran->output = out < 0 ? STR("") : read_all(a, out, GIT_COLLECT_MAX);
	if (out >= 0)
		close(out);
}

struct str git_ask(struct arena *a, const char *folder, ...)
{
	const char *words[WORDS_MAX + 1] = { NULL };
	struct git_ran ran;
	va_list args;

	va_start(args, folder);
	for (size_t i = 0; i < WORDS_MAX && (words[i] = va_arg(args, const char *)); i++)
		;
	va_end(args);
	git_run(a, &(struct git_run){ .folder = folder, .words = words }, &ran);
	if (!ran.good)
		return STR_NONE;
	if (str_ends(ran.output, STR("\n")))
		ran.output.n--;
	return ran.output;
}

bool git_here(void)
{
	static const char *const places[] = { "/usr/lib/git-core/git-http-backend",
					      "/usr/libexec/git-core/git-http-backend" };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (access(places[i], X_OK) == 0)
			return true;
	return false;
}
