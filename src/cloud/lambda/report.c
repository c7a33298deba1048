/*
 * What is said about invocations: what they print, the errors of functions that ended badly, and metrics. Lambda's own
 * lines are in lines.c.
 * From: Lambda Developer Guide, "Viewing CloudWatch logs", "Types of metrics for Lambda functions"; and its
 * "Lambda runtime API" for the errors.
 */
#include <ctype.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "aws/emit.h"
#include "base/json.h"
#include "base/time.h"
#include "cloud/lambda/inside.h"

/* --- lines ----------------------------------------------------------------------------------- */

static struct str log_group(const struct environment *e, struct arena *a)
{
	const struct pool_function *f = &e->recipe->f;

	return f->log_group ? str_of(f->log_group) : arena_strf(a, "/aws/lambda/%s", f->name);
}

void report_emit(struct environment *e, struct str text)
{
	const struct pool_function *f = &e->recipe->f;
	struct arena *a = arena_new();
	struct emit_line line = { .group = log_group(e, a),
				  .stream = str_of(e->log_stream),
				  .role = f->role ? str_of(f->role) : STR_NONE,
				  .text = text };

	if (pool.config.aws && text.n)
		emit_log_to(pool.config.aws, e->account, &line);
	arena_free(a);
}

static struct buf *log_of(struct environment *e)
{
	return e->current ? &e->current->log : &e->init_log;
}

static void add_log(struct environment *e, struct str bytes)
{
	struct buf *log = log_of(e);

	/* Its end is all that is ever asked for. */
	if (log->n > LOG_TAIL_BYTES && log->n + bytes.n > LOG_MAX_BYTES) {
		memmove(log->p, log->p + log->n - LOG_TAIL_BYTES, LOG_TAIL_BYTES);
		log->n = LOG_TAIL_BYTES;
	}
	buf_add(log, bytes);
}

static void end_line(struct environment *e, bool beside)
{
	struct buf *line = &e->lines[beside];

	report_emit(e, buf_str(line));
	if (e->listened && line->n)
		telemetry_line(e, beside, buf_str(line));
	buf_clear(line);
}

void report_output(struct environment *e, bool beside, struct str bytes)
{
	struct buf *begun = &e->lines[beside];

	add_log(e, bytes);
	while (bytes.p) {
		struct str line = str_cut(&bytes, '\n');

		if (begun->n + line.n > LINE_MAX_BYTES)
			end_line(e, beside);
		buf_add(begun, str_slice(line, 0, LINE_MAX_BYTES));
		if (bytes.p)
			end_line(e, beside);
	}
}

void report_say(struct environment *e, struct str text)
{
	for (int beside = 0; beside < 2; beside++) {
		if (!e->lines[beside].n)
			continue;
		add_log(e, STR("\n"));
		end_line(e, beside);
	}
	add_log(e, text);
	add_log(e, STR("\n"));
	report_emit(e, text);
}

void report_start(struct environment *e)
{
	struct invocation *i = e->current;

	buf_add(&i->log, buf_str(&e->init_log));
	buf_clear(&e->init_log);
	lines_start(e);
}

/* --- metrics --------------------------------------------------------------------------------- */

/* The same value for the function, for how it was asked for, and for all functions. */
static void emit_value(const struct invocation *i, const char *name, const char *unit, double value)
{
	struct str rest = str_of(i->arn), resource = str_of(i->name);
	ptrdiff_t at = str_find_str(rest, STR(":function:"));
	struct emit_metric m = {
		.space = "AWS/Lambda", .name = name, .unit = unit, .value = value
	};

	if (!pool.config.aws)
		return;
	emit_metric_to(pool.config.aws, i->account, &m);
	m.dimensions[0] = (struct emit_dimension){ "FunctionName", str_of(i->name) };
	emit_metric_to(pool.config.aws, i->account, &m);
	if (at >= 0)
		resource = str_slice(rest, (size_t)at + strlen(":function:"), rest.n);
	m.dimensions[1] = (struct emit_dimension){ "Resource", resource };
	emit_metric_to(pool.config.aws, i->account, &m);
	if (str_eq(resource, str_of(i->name)) || strcmp(i->version, "$LATEST") == 0)
		return;
	m.dimensions[2] = (struct emit_dimension){ "ExecutedVersion", str_of(i->version) };
	emit_metric_to(pool.config.aws, i->account, &m);
}

static int concurrent(const struct invocation *i)
{
	int count = 0;

	for (struct environment *e = pool.environments; e; e = e->next)
		count += e->current && strcmp(e->account, i->account) == 0 &&
			 strcmp(e->name, i->name) == 0;
	return count;
}

void report_throttle(const struct invocation *i)
{
	emit_value(i, "Throttles", "Count", 1);
}

/* --- the end of an invocation ------------------------------------------------------------------ */

void report_end(struct environment *e)
{
	struct invocation *i = e->current;
	double ms = lines_end(e);

	e->init_told = true;
	emit_value(i, "Invocations", "Count", 1);
	emit_value(i, "Errors", "Count", i->failed);
	emit_value(i, "Duration", "Milliseconds", ms);
	emit_value(i, "ConcurrentExecutions", "Count", concurrent(i));
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
	i->error_type = type;
}

void report_timeout(struct environment *e)
{
	struct invocation *i = e->current;
	const char *text;

	/* What it has answered before stays answered. */
	if (!i || i->answered)
		return;
	text = arena_printf(i->arena, "Task timed out after %d.%02d seconds", i->timeout_ms / 1000,
			    i->timeout_ms % 1000 / 10);
	i->timed_out = true;
	set_error(i, "Sandbox.Timedout", text);
	report_say(e, arena_strf(i->arena, "%.*s %.*s %s\n",
				 STR_ARG(time_iso(i->arena, time_now_ms(), true)), STR_ARG(i->id),
				 text));
}

#define TRUNCATED "Runtime.TruncatedResponse"
#define TOO_LARGE "Function.ResponseSizeTooLarge"

void report_truncated(struct environment *e)
{
	struct invocation *i = e->current;

	if (i && i->truncated && !i->answered)
		set_error(i, TRUNCATED, "Response truncated");
}

void report_too_large(struct environment *e)
{
	set_error(e->current, TOO_LARGE,
		  arena_printf(e->current->arena,
			       "Response payload size exceeded maximum allowed payload size (%d "
			       "bytes).",
			       FLOW_MAX));
}

/* Of what Lambda says about the answer itself there is more to say than that nobody has handled it. */
struct str report_code(const struct invocation *i)
{
	const char *type = i->error_type;

	if (type && (strcmp(type, TRUNCATED) == 0 || strcmp(type, TOO_LARGE) == 0))
		return str_of(type);
	return i->failed ? STR("Unhandled") : STR("");
}

/* How a program ended, as Lambda says it. */
static const char *ending(struct arena *a, const struct sandbox_end *end)
{
	if (end->over_memory)
		return "signal: killed";
	if (end->started && WIFSIGNALED(end->status))
		return arena_printf(a, "signal: %s",
				    WTERMSIG(end->status) == SIGKILL
					    ? "killed"
					    : strsignal(WTERMSIG(end->status)));
	if (end->started && WEXITSTATUS(end->status))
		return arena_printf(a, "exit status %d", WEXITSTATUS(end->status));
	return NULL;
}

static void say_error(struct environment *e, const char *type, const char *text)
{
	struct invocation *i = e->current;
	struct str line =
		arena_strf(i->arena, "RequestId: %.*s Error: %s\n%s", STR_ARG(i->id), text, type);

	report_say(e, line);
	if (e->listened)
		lines_fault(e, line);
}

void report_extension(struct environment *e, const char *type, const char *text)
{
	struct invocation *i = e->current;

	if (!i || i->answered)
		return;
	set_error(i, type, text);
	say_error(e, type, text);
}

/* Why a function's bootstrap was not executed, as Lambda says it; NULL: it was. */
static const char *entrypoint(struct environment *e, const struct sandbox_end *end)
{
	const char *why = end->exec_error ? strerror(end->exec_error) : NULL;

	if (end->no_program)
		return "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]";
	return why ? arena_printf(e->arena, "fork/exec %s: %c%s", e->program,
				  tolower((unsigned char)why[0]), why + 1)
		   : NULL;
}

void report_exit(struct environment *e, const struct sandbox_end *end)
{
	struct invocation *i = e->current;
	const char *how = ending(i->arena, end), *type = "Runtime.ExitError";
	const char *text = "Runtime exited without providing a reason";
	const char *refused = entrypoint(e, end);

	if (end->by_extension && !end->over_memory) {
		report_extension(e, "Extension.Crash",
				 arena_printf(i->arena, "%s", how ? how : "exit code 0"));
		return;
	}
	if (refused) {
		type = "Runtime.InvalidEntrypoint";
		text = refused;
	} else if (how) {
		text = arena_printf(i->arena, "Runtime exited with error: %s", how);
	}
	set_error(i, end->over_memory ? "Runtime.OutOfMemory" : type, text);
	say_error(e, type, text);
}
