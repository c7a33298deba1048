/*
 * What Lambda itself says about an invocation: START, END and REPORT lines, and the errors of functions that
 * ended badly. From: Lambda Developer Guide, "Viewing CloudWatch logs", "Understanding retry behavior".
 */
#include <math.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/json.h"
#include "base/time.h"
#include "cloud/lambda/inside.h"

void report_start(struct invocation *i)
{
	buf_addf(&i->log, "START RequestId: %.*s Version: %s\n", STR_ARG(i->id), i->version);
}

void report_end(struct invocation *i, struct environment *e)
{
	double ms = (double)((i->done_us ? i->done_us : i->began_us) - i->began_us) / 1000;
	int64_t mb = (e->peak_kb + 1023) / 1024;

	if (i->timed_out)
		ms = i->timeout_ms;
	buf_addf(&i->log, "END RequestId: %.*s\n", STR_ARG(i->id));
	buf_addf(&i->log,
		 "REPORT RequestId: %.*s\tDuration: %.2f ms\tBilled Duration: %lld ms\t"
		 "Memory Size: %d MB\tMax Memory Used: %lld MB\t",
		 STR_ARG(i->id), ms, (long long)ceil(ms), i->memory_mb,
		 (long long)(mb < i->memory_mb ? mb : i->memory_mb));
	if (!e->init_told && e->init_us)
		buf_addf(&i->log, "Init Duration: %.2f ms\t", (double)e->init_us / 1000);
	e->init_told = true;
	if (i->timed_out)
		buf_adds(&i->log, "Status: timeout");
	buf_adds(&i->log, "\n");
}

/* {"errorType", "errorMessage": "RequestId: ... Error: ..."} */
static void set_error(struct invocation *i, const char *type, const char *message)
{
	struct json_object *o = json_new_object(i->arena);

	json_set_cstr(o, "errorType", type);
	json_set_str(o, "errorMessage",
		     arena_strf(i->arena, "RequestId: %.*s Error: %s", STR_ARG(i->id), message));
	buf_clear(&i->answer);
	json_print(&i->answer, o);
	i->answered = i->failed = true;
}

void report_timeout(struct invocation *i)
{
	const char *text = arena_printf(i->arena, "Task timed out after %d.%02d seconds",
					i->timeout_ms / 1000, i->timeout_ms % 1000 / 10);

	i->timed_out = true;
	set_error(i, "Sandbox.Timedout", text);
	buf_addf(&i->log, "%.*s %.*s %s\n\n", STR_ARG(time_iso(i->arena, time_now_ms(), true)),
		 STR_ARG(i->id), text);
}

void report_exit(struct invocation *i, const struct sandbox_end *end)
{
	const char *text = "Runtime exited without providing a reason";

	if (end->over_memory)
		text = "Runtime exited with error: signal: killed";
	else if (WIFSIGNALED(end->status))
		text = arena_printf(i->arena, "Runtime exited with error: signal: %s",
				    WTERMSIG(end->status) == SIGKILL
					    ? "killed"
					    : strsignal(WTERMSIG(end->status)));
	else if (WEXITSTATUS(end->status))
		text = arena_printf(i->arena, "Runtime exited with error: exit status %d",
				    WEXITSTATUS(end->status));
	set_error(i, end->over_memory ? "Runtime.OutOfMemory" : "Runtime.ExitError", text);
	buf_addf(&i->log, "RequestId: %.*s Error: %s\nRuntime.ExitError\n", STR_ARG(i->id), text);
}
