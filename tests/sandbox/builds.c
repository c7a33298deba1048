/*
 * Builds that do harm: each ends with a sentence, nothing of it stays, and the next build works as if nothing had been.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/time.h"
#include "builder/builder.h"
#include "store/folder.h"
#include "unit/tap.h"

static struct arena *arena;
static const char *root;
static int number;

static void bail(const char *why) __attribute__((noreturn));
static void bail(const char *why)
{
	printf("Bail out! %s\n", why);
	exit(1);
}

static void write_text(const char *path, const char *text)
{
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0644);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		bail("the test's own files cannot be written");
	close(fd);
}

static const char *read_text(const char *path)
{
	char *text = arena_zalloc(arena, (8 << 20) + 1);
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		return "";
	if (read(fd, text, 8 << 20) < 0)
		text[0] = '\0';
	close(fd);
	return text;
}

static const char *path_of(const char *name)
{
	return arena_printf(arena, "%s/%d.%s", root, number, name);
}

/* Put a build of one command in line. */
static const char *add(const char *account, const char *command, const char *base, int timeout_ms)
{
	static const char *const variables[] = { "PATH=/usr/bin:/bin", "HOME=/tmp", NULL };
	struct json_object *orders = json_new_object(arena), *one;
	const char *key = arena_printf(arena, "build%d", ++number), *why = "";

	json_set_cstr(orders, "root", "");
	json_set_cstr(orders, "base", base);
	one = json_add_object(json_set_array(orders, "commands"));
	json_set_cstr(one, "phase", "build");
	json_set_cstr(one, "text", command);
	if (!builder_add(&(struct build_config){ .key = key,
						 .account = account,
						 .source = arena_printf(arena, "%s/source", root),
						 .artifacts = path_of("zip"),
						 .log = path_of("log"),
						 .variables = variables,
						 .orders = orders,
						 .timeout_ms = timeout_ms },
			 &why))
		diag("%s", why);
	return key;
}

/* Wait for its end; why it failed, or "" when it did not. */
static const char *end_of(const char *key)
{
	int64_t until = time_monotonic_us() + 60 * 1000000;
	const char *why = "it did not end";

	while (time_monotonic_us() < until) {
		enum build_state state = builder_look(key, arena, &why);

		if (state == BUILD_DONE)
			return "";
		if (state == BUILD_FAILED)
			return why;
		usleep(5000);
	}
	return why;
}

static const char *build(const char *command, const char *base, int timeout_ms)
{
	const char *key = add("111111111111", command, base, timeout_ms), *why = end_of(key);

	builder_drop(key);
	return why;
}

static bool logs(const char *text)
{
	return strstr(read_text(path_of("log")), text);
}

/* --- the tests -------------------------------------------------------------------------------- */

static void good(const char *after)
{
	struct stat st;

	ok(strcmp(build("mkdir out; cp file out", "out", 60000), "") == 0 &&
		   stat(path_of("zip"), &st) == 0 && st.st_size > 50,
	   "a build works %s", after);
}

static void files(void)
{
	char command[2048];

	snprintf(
		command, sizeof(command),
		"for d in /var/task/x /usr/x /etc/passwd /x /proc/sys/kernel/hostname %s/x %s/source/file; "
		"do (echo x > $d) 2>/dev/null && echo wro''te $d; done; ls %s && echo s''aw; echo end",
		root, root, root);
	is_str(str_of(build(command, "", 60000)), "",
	       "a build that writes outside of its place ends");
	ok(logs("end\n") && !logs("wrote") && !logs("saw"),
	   "and has neither written nor seen anything");
	is_str(str_of(read_text(arena_printf(arena, "%s/source/file", root))), "text\n",
	       "the source is as it was");
	is_str(str_of(build("ln -s /etc out", "out", 60000)), "",
	       "artifacts behind a link are the sandbox's own files");
}

static void too_much(void)
{
	const char *failed = "Build failed: non-zero exit code detected, see the log.";

	is_str(str_of(build("bomb() { bomb | bomb & }; bomb; while :; do sleep 1; done", "", 3000)),
	       "The build took longer than 0 minutes and was stopped.",
	       "one that makes ever more processes ends with its time");
	good("after it");
	is_str(str_of(build(
		       "for i in 1 2 3 4 5 6; do python3 -c 'x = b\"x\" * (150 << 20); import time; "
		       "time.sleep(60)' & done; wait",
		       "", 60000)),
	       "The build took more than 512 MB of memory and was stopped.",
	       "one that takes all memory is stopped");
	is_str(str_of(build("head -c 2000M /dev/zero > big", "", 60000)), failed,
	       "one that fills the disk fills its own");
	ok(logs("No space left on device"), "and is told so");
	is_str(str_of(build("head -c 300M /dev/urandom > big", "", 60000)), failed,
	       "artifacts that are too large are refused");
	ok(logs("The artifacts are larger than a site may be."), "with a sentence in the log");
	is_str(str_of(build("yes 'a line of this log' | head -c 20M", "", 60000)), "",
	       "one that prints without end is let");
	ok(strlen(read_text(path_of("log"))) < 6 << 20 && logs("it is too long"),
	   "but not all of it is kept");
	good("after that");
}

static void odd(void)
{
	const char *nonsense =
		"python3 - <<'E'\n"
		"import http.client\n"
		"for method, path, body in (('GET', '/', None), ('POST', '/orders', 'x'), ('DELETE', '/artifacts', None),\n"
		"                           ('PUT', '/artifacts', b'no zip'), ('PUT', '/artifacts', b'again')):\n"
		"    c = http.client.HTTPConnection('127.0.0.1', 9001)\n"
		"    c.request(method, path, body)\n"
		"    print('answer', c.getresponse().status)\n"
		"E\n"
		"kill -9 $PPID";

	is_str(str_of(build(nonsense, "", 60000)),
	       "Build failed: non-zero exit code detected, see the log.",
	       "one that speaks to the server itself and kills its runner ends");
	ok(logs("answer 404") && logs("answer 409"), "after it was told what there is not");
	is_str(str_of(build("setsid sleep 73738 & exit 0", "", 60000)), "",
	       "one that leaves a process behind ends");
	is_str(str_of(build("exit 0", "missing", 60000)),
	       "Build failed: non-zero exit code detected, see the log.",
	       "one without artifacts has failed");
	ok(logs("Artifact directory doesn't exist: missing"), "and its log says which are missing");
}

static void in_line(void)
{
	const char *mine[2], *theirs, *why = "";
	int64_t until = time_monotonic_us() + 30 * 1000000;

	mine[0] = add("111111111111", "sleep 1000", "", 60000);
	mine[1] = add("111111111111", "sleep 1000", "", 60000);
	theirs = add("222222222222", "true", "", 60000);
	is_str(str_of(end_of(theirs)), "",
	       "another account's build does not wait for an endless one");
	ok(builder_look(mine[1], arena, &why) == BUILD_WAITING, "the same account's does");
	builder_drop(mine[0]);
	while (builder_look(mine[1], arena, &why) != BUILD_RUNNING && time_monotonic_us() < until)
		usleep(5000);
	ok(builder_look(mine[1], arena, &why) == BUILD_RUNNING, "until that one is stopped");
	ok(builder_look(mine[0], arena, &why) == BUILD_UNKNOWN, "and forgotten");
	builder_drop(theirs);
	builder_drop(mine[1]);
}

/* An account that is emptied has no builds, running or in line, when that has been said. */
static void emptied(void)
{
	const char *mine[2], *theirs, *why = "";
	int64_t until = time_monotonic_us() + 30 * 1000000;

	mine[0] = add("111111111111", "sleep 1000", "", 60000);
	mine[1] = add("111111111111", "sleep 1000", "", 60000);
	theirs = add("222222222222", "sleep 1", "", 60000);
	while (builder_look(mine[0], arena, &why) != BUILD_RUNNING && time_monotonic_us() < until)
		usleep(5000);
	ok(builder_end(STR("111111111111"), time_monotonic_us() + 10 * 1000000),
	   "the builds of an account that is emptied end in time");
	ok(builder_look(mine[0], arena, &why) == BUILD_UNKNOWN &&
		   builder_look(mine[1], arena, &why) == BUILD_UNKNOWN,
	   "and are forgotten");
	is_str(str_of(end_of(theirs)), "", "another account's goes on");
	builder_drop(theirs);
}

/* What is asked for while the server stops has not failed: who comes after does it. */
static void stopped(void)
{
	const char *why = "", *key = add("111111111111", "sleep 1000", "", 60000);

	builder_stop();
	ok(builder_look(key, arena, &why) == BUILD_WAITING, "a build waits when all are stopped");
	key = add("111111111111", "true", "", 60000);
	ok(builder_look(key, arena, &why) == BUILD_WAITING, "so does one that is added then");
}

static void make_place(void)
{
	const char *tmp = getenv("TMPDIR"), *why = "";
	char *made = arena_printf(arena, "%s/immersion-builds-XXXXXX", tmp ? tmp : "/tmp");

	if (!mkdtemp(made))
		bail("no folder for the test");
	root = realpath(made, NULL);
	if (!folder_make(arena_printf(arena, "%s/source", root), arena, &why))
		bail(why);
	chmod(arena_printf(arena, "%s/source", root), 0755);
	write_text(arena_printf(arena, "%s/source/file", root), "text\n");
}

int main(void)
{
	struct builder_config config = { .refused = NULL };
	const char *why = "";

	arena = arena_new();
	make_place();
	if (!warden_fork(&config.warden_fd,
			 &(struct warden_config){ .root = root, .binary = getenv("IMMERSION") },
			 &why))
		bail(why);
	config.http = http_server_new(2, arena, &why);
	config.cloud =
		config.http ? http_listen(config.http, &(struct http_listen){ .body_max = 1 << 20 },
					  arena, &why)
			    : NULL;
	if (!config.cloud || !builder_start(&config, arena, &why))
		bail(why);
	good("at first");
	files();
	too_much();
	odd();
	in_line();
	emptied();
	good("at last");
	stopped();
	http_server_free(config.http, 100);
	folder_remove(root);
	free((char *)root);
	arena_free(arena);
	return done_testing();
}
