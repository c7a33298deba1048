/* The server that `rehearse` starts, and the attendees who join it; see rehearse.h. */
#include "cmd/rehearse.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/time.h"
#include "http/client.h"

#define START_MS 20000
#define STOP_MS  8000
/* Joining is limited by the server so that nobody guesses codes: a crowd takes its time. */
#define JOIN_MS  120000
#define CHECK_MS 30000

static volatile sig_atomic_t interrupted;

static void interrupt(int signal_number)
{
	(void)signal_number;
	interrupted = 1;
}

bool stage_interrupted(void)
{
	return interrupted;
}

void stage_sleep(int ms)
{
	/* A signal ends the wait. */
	if (!interrupted)
		poll(NULL, 0, ms);
}

static bool failed(struct stage *stage, const char **why, const char *what)
{
	*why = arena_printf(stage->arena, "%s: %s", what, strerror(errno));
	return false;
}

/* --- starting ------------------------------------------------------------------ */

/*
 * Free loopback ports: bound all at once, so that they differ, and let go again. Another program could take one before the
 * server does; then the server says so and the rehearsal ends.
 */
static bool find_ports(int *ports, int count)
{
	int sockets[8], found = 0;

	for (; found < count; found++) {
		struct sockaddr_in at = { .sin_family = AF_INET };
		socklen_t size = sizeof(at);

		at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		sockets[found] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (sockets[found] < 0)
			break;
		if (bind(sockets[found], (struct sockaddr *)&at, sizeof(at)) ||
		    getsockname(sockets[found], (struct sockaddr *)&at, &size)) {
			close(sockets[found]);
			break;
		}
		ports[found] = ntohs(at.sin_port);
	}
	for (int i = 0; i < found; i++)
		close(sockets[i]);
	return found == count;
}

/* In the child: the server must not read flags meant for us, nor outlive us. */
static void become_server(struct stage *stage, const char *const *arguments)
{
	static const char *const flags[] = { "DATA",       "LISTEN",          "PORT",
					     "CLOUD_PORT", "SITE_PORTS",      "EVENT_CODE",
					     "LABS",       "CONTENT",         "REGION",
					     "TLS_CERT",   "TLS_KEY",         "PUBLIC_HOST",
					     "DASH",       "INSTRUCTOR_TOKEN" };
	int log = open(stage->log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	int nothing = open("/dev/null", O_RDONLY);

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	setpgid(0, 0);
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		char name[64];

		snprintf(name, sizeof(name), "IMMERSION_%s", flags[i]);
		unsetenv(name);
	}
	if (log < 0 || nothing < 0 || dup2(nothing, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0)
		_exit(127);
	execv("/proc/self/exe", (char *const *)arguments);
	_exit(127);
}

static bool start_server(struct stage *stage, const char *labs, const char *content,
			 const char **why)
{
	struct arena *a = stage->arena;
	int ports[3], n = 0;
	const char *arguments[24];

	if (!find_ports(ports, 3))
		return failed(stage, why, "cannot find free ports on 127.0.0.1");
	stage->code = hash_random_text(a, 12, "abcdefghijkmnpqrstuvwxyz23456789").p;
	stage->url = arena_printf(a, "http://127.0.0.1:%d", ports[0]);
	stage->log = arena_printf(a, "%s/server.log", stage->folder);
	arguments[n++] = "immersion";
	arguments[n++] = "serve";
	arguments[n++] = arena_printf(a, "--data=%s/data", stage->folder);
	arguments[n++] = "--listen=127.0.0.1";
	arguments[n++] = "--public-host=127.0.0.1";
	arguments[n++] = arena_printf(a, "--port=%d", ports[0]);
	arguments[n++] = arena_printf(a, "--cloud-port=%d", ports[1]);
	arguments[n++] = arena_printf(a, "--event-code=%s", stage->code);
	if (labs)
		arguments[n++] = arena_printf(a, "--labs=%s", labs);
	if (content)
		arguments[n++] = arena_printf(a, "--content=%s", content);
	arguments[n] = NULL;
	stage->server = fork();
	if (stage->server == 0)
		become_server(stage, arguments);
	if (stage->server < 0) {
		stage->server = 0;
		return failed(stage, why, "cannot start a process");
	}
	return true;
}

static bool server_ended(struct stage *stage)
{
	if (waitpid(stage->server, NULL, WNOHANG) != stage->server)
		return false;
	stage->server = 0;
	return true;
}

static bool wait_until_ready(struct stage *stage, const char **why)
{
	int64_t until_us = time_monotonic_us() + START_MS * 1000LL;
	const char *url = arena_printf(stage->arena, "%s/healthz", stage->url);

	while (!stage_interrupted() && time_monotonic_us() < until_us) {
		struct http_ask ask = { .url = url, .timeout_ms = 1000 };
		struct http_reply reply;
		const char *ignored;

		if (server_ended(stage)) {
			*why = arena_printf(stage->arena, "the server ended at once:\n%s",
					    stage_tail(stage->arena, stage->log, 20).p);
			return false;
		}
		if (http_ask(&ask, stage->arena, &reply, &ignored) && reply.status == 200)
			return true;
		stage_sleep(50);
	}
	*why = stage_interrupted() ? "interrupted" : "the server did not become ready in time";
	return false;
}

bool stage_open(struct stage *stage, const char *labs, const char *content, const char **why)
{
	struct sigaction stop = { .sa_handler = interrupt };
	const char *tmp = getenv("TMPDIR");
	int n = snprintf(stage->folder, sizeof(stage->folder), "%s/immersion-rehearse-XXXXXX",
			 tmp && *tmp ? tmp : "/tmp");

	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGHUP, &stop, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (n >= (int)sizeof(stage->folder))
		snprintf(stage->folder, sizeof(stage->folder), "/tmp/immersion-rehearse-XXXXXX");
	if (!mkdtemp(stage->folder)) {
		failed(stage, why, "cannot make a temporary folder");
		stage->folder[0] = '\0';
		return false;
	}
	return start_server(stage, labs, content, why) && wait_until_ready(stage, why);
}

/* --- attendees ------------------------------------------------------------------------- */

static bool join_one(struct stage *stage, int number, int64_t until_us, const char **why)
{
	struct arena *a = stage->arena;
	struct attendee *attendee = &stage->attendees[number];
	struct json_object *ask = json_new_object(a);
	enum api_result result;
	struct api api;

	if (!api_init(&api, a, stage->url, NULL, why))
		return false;
	json_set_cstr(ask, "code", stage->code);
	json_set_str(ask, "name", arena_strf(a, "Attendee %d", number + 1));
	for (;;) {
		result = api_ask(&api, a, "/api/join", json_text(a, ask), &attendee->account, why);
		if (result != API_BUSY || stage_interrupted() || time_monotonic_us() > until_us)
			break;
		stage_sleep(500);
	}
	if (result != API_WELL || !api_init(&attendee->api, a, stage->url,
					    json_get_str(attendee->account, "token").p, why))
		return false;
	attendee->home = arena_printf(a, "%s/attendee-%d", stage->folder, number + 1);
	attendee->output = arena_printf(a, "%s.out", attendee->home);
	if (mkdir(attendee->home, 0700))
		return failed(stage, why, attendee->home);
	return true;
}

bool stage_join(struct stage *stage, int count, const char **why)
{
	int64_t until_us = time_monotonic_us() + JOIN_MS * 1000LL;

	stage->attendees = arena_zalloc(stage->arena, (size_t)count * sizeof(*stage->attendees));
	for (; stage->attendee_count < count; stage->attendee_count++) {
		if (!join_one(stage, stage->attendee_count, until_us, why))
			return false;
	}
	return true;
}

/* The document of /api/check. The server refuses to hurry: then it is asked again, for a while. */
static struct json_object *ask_check(struct stage *stage, struct attendee *attendee, struct str ask,
				     const char **why)
{
	int64_t until_us = time_monotonic_us() + CHECK_MS * 1000LL;
	struct json_object *document = NULL;
	enum api_result result;

	do {
		result = api_ask(&attendee->api, stage->arena, "/api/check", ask, &document, why);
		if (result != API_BUSY)
			break;
		stage_sleep(200);
	} while (!stage_interrupted() && time_monotonic_us() < until_us);
	return result == API_WELL ? document : NULL;
}

struct json_object *stage_check(struct stage *stage, struct attendee *attendee, struct str lab,
				const char **why)
{
	struct arena *a = stage->arena;
	struct json_object *ask = json_new_object(a), *document, *labs;

	json_set_str(ask, "lab", lab);
	document = ask_check(stage, attendee, json_text(a, ask), why);
	if (!document)
		return NULL;
	labs = json_get(document, "labs");
	for (size_t i = 0; i < json_count(labs); i++) {
		if (str_eq(json_get_str(json_at(labs, i), "id"), lab))
			return json_at(labs, i);
	}
	*why = arena_printf(a, "the server's answer has no lab %.*s", STR_ARG(lab));
	return NULL;
}

/* --- the end ------------------------------------------------------------------------------ */

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st, (void)kind, (void)at;
	return remove(path);
}

void stage_close(struct stage *stage)
{
	int64_t until_us = time_monotonic_us() + STOP_MS * 1000LL;

	for (int i = 0; i < stage->attendee_count; i++) {
		if (stage->attendees[i].shell > 0)
			kill(-stage->attendees[i].shell, SIGKILL);
	}
	if (stage->server > 0)
		kill(stage->server, SIGTERM);
	while (stage->server > 0 && !server_ended(stage)) {
		if (time_monotonic_us() > until_us)
			kill(-stage->server, SIGKILL);
		poll(NULL, 0, 20);
	}
	if (stage->folder[0])
		nftw(stage->folder, remove_one, 32, FTW_DEPTH | FTW_PHYS);
}

struct str stage_tail(struct arena *a, const char *file, int lines)
{
	size_t size = 8192, n = 0, from;
	char *text = arena_alloc(a, size);
	FILE *f = fopen(file, "re");

	if (f) {
		if (fseek(f, -(long)size, SEEK_END))
			rewind(f);
		n = fread(text, 1, size, f);
		fclose(f);
	}
	while (n && text[n - 1] == '\n')
		n--;
	for (from = n; from > 0; from--) {
		if (text[from - 1] == '\n' && --lines == 0)
			break;
	}
	return arena_dup(a, str_make(text + from, n - from));
}
