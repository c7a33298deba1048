/* The shells of `rehearse`; see rehearse.h. */
#include "cmd/rehearse.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/time.h"

/*
 * What bash runs around a block ($1): an attendee's shell goes on from block to block, so variables and the
 * folder are kept in files. Variables that bash keeps to itself (r: read-only) cannot be set again.
 */
static const char around[] =
	"if [ -r \"$HOME/.rehearse-variables\" ]; then . \"$HOME/.rehearse-variables\" 2>/dev/null; fi\n"
	"if [ -r \"$HOME/.rehearse-folder\" ]; then cd \"$(cat \"$HOME/.rehearse-folder\")\"; fi\n"
	"rehearse_keep() {\n"
	"  declare -p | grep -v '^declare -[a-zA-Z]*r' > \"$HOME/.rehearse-variables\"\n"
	"  pwd > \"$HOME/.rehearse-folder\"\n"
	"}\n"
	"trap rehearse_keep EXIT\n"
	"set -eo pipefail\n"
	"eval \"$1\"\n";

/* The attendee's value for a {{key}} of a page; absent when there is no such key. */
static struct str value_of(const struct stage *stage, const struct attendee *attendee,
			   struct str key)
{
	static const char *const members[][2] = {
		{ "account.id", "account" },
		{ "account.accessKeyId", "accessKeyId" },
		{ "account.secretAccessKey", "secretAccessKey" },
		{ "region", "region" },
		{ "endpoint", "endpoint" },
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
		if (str_is(key, members[i][0]))
			return json_get_str(attendee->account, members[i][1]);
	}
	if (str_is(key, "account.name"))
		return arena_strf(stage->arena, "Attendee %d",
				  (int)(attendee - stage->attendees) + 1);
	if (str_is(key, "scheme")) {
		struct str rest = json_get_str(attendee->account, "endpoint");

		return str_cut(&rest, ':');
	}
	return str_is(key, "site") ? str_of(stage->url) : STR_NONE;
}

static const char *fill(const struct stage *stage, const struct attendee *attendee, struct str text)
{
	const char *filled;
	struct buf b;

	buf_init(&b, BUF_MAX);
	while (text.n) {
		ptrdiff_t open = str_find_str(text, STR("{{")), close;
		struct str value = STR_NONE;

		buf_add(&b, str_slice(text, 0, open < 0 ? text.n : (size_t)open));
		text = open < 0 ? STR("") : str_slice(text, (size_t)open, text.n);
		close = str_find_str(text, STR("}}"));
		if (close > 0)
			value = value_of(stage, attendee, str_slice(text, 2, (size_t)close));
		if (value.p) {
			buf_add(&b, value);
			text = str_slice(text, (size_t)close + 2, text.n);
		} else if (text.n) {
			/* Braces of another meaning, such as a template's. */
			buf_add(&b, str_slice(text, 0, 2));
			text = str_slice(text, 2, text.n);
		}
	}
	filled = arena_cstr(stage->arena, buf_str(&b));
	buf_release(&b);
	return filled;
}

/* Is it a variable of our environment that would make an attendee's shell another than theirs? */
static bool is_ours_alone(const char *variable)
{
	static const char *const prefixes[] = { "AWS_",    "IMMERSION_", "BASH_",  "HOME=",
						"TMPDIR=", "LANG=",      "LC_",    "TERM=",
						"ENV=",    "PWD=",       "OLDPWD=" };

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
		if (strncmp(variable, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	}
	return false;
}

/* The environment of a shell that joined: ours, where programs are found, and the account's. */
static char **environment(const struct stage *stage, const struct attendee *attendee)
{
	static const char *const account[][2] = {
		{ "AWS_ACCESS_KEY_ID", "accessKeyId" },
		{ "AWS_SECRET_ACCESS_KEY", "secretAccessKey" },
		{ "AWS_DEFAULT_REGION", "region" },
		{ "AWS_REGION", "region" },
		{ "AWS_ENDPOINT_URL", "endpoint" },
		{ "IMMERSION_SERVER", "url" },
		{ "IMMERSION_TOKEN", "token" },
	};
	struct arena *a = stage->arena;
	char **env;
	size_t n = 0;

	while (environ[n])
		n++;
	env = arena_zalloc(a, (n + 16) * sizeof(*env));
	n = 0;
	for (char **variable = environ; *variable; variable++) {
		if (!is_ours_alone(*variable))
			env[n++] = *variable;
	}
	for (size_t i = 0; i < sizeof(account) / sizeof(*account); i++)
		env[n++] = arena_printf(a, "%s=%.*s", account[i][0],
					STR_ARG(json_get_str(attendee->account, account[i][1])));
	env[n++] = arena_printf(a, "HOME=%s", attendee->home);
	env[n++] = arena_printf(a, "TMPDIR=%s", stage->folder);
	env[n++] = "LANG=C.UTF-8";
	env[n++] = "TERM=dumb";
	env[n++] = "AWS_PAGER=";
	env[n++] = "AWS_EC2_METADATA_DISABLED=true";
	return env;
}

static void become_shell(const struct attendee *attendee, const char *text, char **env)
{
	int out = open(attendee->output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	int nothing = open("/dev/null", O_RDONLY);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	signal(SIGPIPE, SIG_DFL);
	if (out < 0 || nothing < 0 || dup2(nothing, 0) < 0 || dup2(out, 1) < 0 ||
	    dup2(out, 2) < 0 || chdir(attendee->home))
		_exit(126);
	execvpe("bash",
		(char *const[]){ "bash", "--noprofile", "--norc", "-c", (char *)around, "bash",
				 (char *)text, NULL },
		env);
	dprintf(2, "bash cannot be started: is it installed?\n");
	_exit(127);
}

static void start_shell(struct stage *stage, struct attendee *attendee,
			const struct guide_code *block)
{
	const char *text = fill(stage, attendee, block->text);
	char **env = environment(stage, attendee);

	attendee->status = -1;
	attendee->shell = fork();
	if (attendee->shell == 0)
		become_shell(attendee, text, env);
	if (attendee->shell < 0)
		attendee->shell = 0;
	else
		setpgid(attendee->shell, attendee->shell);
}

/* How many shells are still running. */
static int collect(struct stage *stage)
{
	int running = 0;

	for (int i = 0; i < stage->attendee_count; i++) {
		struct attendee *attendee = &stage->attendees[i];
		int status;

		if (!attendee->shell)
			continue;
		if (waitpid(attendee->shell, &status, WNOHANG) == attendee->shell) {
			/* What it left running in the background ends with it. */
			kill(-attendee->shell, SIGKILL);
			attendee->status = status;
			attendee->shell = 0;
		} else {
			running++;
		}
	}
	return running;
}

bool stage_type(struct stage *stage, const struct guide_code *block, int timeout_ms)
{
	int64_t until_us = time_monotonic_us() + timeout_ms * 1000LL;
	bool well = true;

	for (int i = 0; i < stage->attendee_count; i++) {
		stage->attendees[i].status = 0;
		if (!stage->attendees[i].away)
			start_shell(stage, &stage->attendees[i], block);
	}
	while (collect(stage)) {
		if (!stage_interrupted() && time_monotonic_us() < until_us) {
			stage_sleep(10);
			continue;
		}
		for (int i = 0; i < stage->attendee_count; i++) {
			struct attendee *attendee = &stage->attendees[i];

			if (!attendee->shell)
				continue;
			kill(-attendee->shell, SIGKILL);
			waitpid(attendee->shell, NULL, 0);
			attendee->shell = 0;
		}
	}
	for (int i = 0; i < stage->attendee_count; i++)
		well = well && stage->attendees[i].status == 0;
	return well;
}
