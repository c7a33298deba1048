/*
 * What node can do by itself and Lambda has turned off.
 *
 * From: Lambda Developer Guide, "Building Lambda functions with Node.js", experimental features. They are turned off as
 * Lambda does it, by options: require() of ES modules also decides which files of a package are meant (the condition
 * module-sync of its exports). An older node has neither the features nor the options, and ends at once when it is given one.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>

#include "cloud/lambda/inside.h"

/* Each with what a function says in NODE_OPTIONS to have it all the same. */
static const struct feature {
	const char *off, *on;
} features[] = {
	{ "--no-experimental-require-module", "--experimental-require-module" },
	{ "--no-experimental-detect-module", "--experimental-detect-module" },
};
enum { FEATURES = sizeof(features) / sizeof(features[0]), FIRST_WITH_ALL = 24 };

static struct {
	pthread_mutex_t lock;
	bool asked, knows;
} node = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* Does node take these options? It reads all of them before it says its version, and that is soon. */
static bool starts(const char *program)
{
	const char *words[] = { program, features[0].off, features[1].off, "--version", NULL };
	char *const no_environment[] = { NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	pid_t pid;
	int failed, status = -1;

	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	for (int fd = 0; fd <= 2; fd++)
		posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigmask(&attributes, &none);
	failed = posix_spawn(&pid, program, &actions, &attributes, (char *const *)words,
			     no_environment);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	if (failed)
		return false;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool knows(const char *program)
{
	bool found;

	pthread_mutex_lock(&node.lock);
	if (!node.asked)
		node.knows = starts(program);
	node.asked = true;
	found = node.knows;
	pthread_mutex_unlock(&node.lock);
	return found;
}

/* Is it one of the words of NODE_OPTIONS? */
static bool wished(const struct pool_function *f, const char *option)
{
	const struct str name = STR("NODE_OPTIONS=");

	for (size_t i = 0; f->variables && f->variables[i]; i++) {
		struct str rest = str_of(f->variables[i]);

		if (!str_starts(rest, name))
			continue;
		rest = str_slice(rest, name.n, rest.n);
		while (rest.n)
			if (str_is(str_cut(&rest, ' '), option))
				return true;
	}
	return false;
}

void node_turn_off(struct plan *plan, const struct pool_function *f, int64_t version)
{
	if (version >= FIRST_WITH_ALL || !knows(plan->words[0]))
		return;
	for (size_t i = 0; i < FEATURES; i++)
		if (!wished(f, features[i].on))
			plan->words[plan->word_count++] = features[i].off;
}
