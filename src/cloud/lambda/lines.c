/*
 * What Lambda itself says in a function's log: INIT_START, START, END and REPORT, or the same as events in JSON.
 *
 * Which events there are depends on the function's SystemLogLevel, which it can choose for JSON only.
 * From: Lambda Developer Guide, "Viewing CloudWatch logs", "System log level event mapping"; "Lambda Telemetry API Event
 * schema reference".
 */
#include <math.h>

#include "base/json.h"
#include "base/time.h"
#include "cloud/lambda/inside.h"

/* --- what runs -------------------------------------------------------------------------------- */

struct runtime_name {
	struct str name, version; /* "nodejs", "20" */
};

static struct runtime_name runtime_of(const struct environment *e)
{
	const char *runtime = e->recipe->f.runtime;
	size_t letters = strcspn(runtime, "0123456789.");
	struct str name = str_slice(str_of(runtime), 0, letters);
	struct str version = str_trim(str_slice(str_of(runtime), letters, strlen(runtime)));

	if (str_starts(version, STR(".")))
		version = str_slice(version, 1, version.n);
	if (str_starts(name, STR("nodejs")))
		version = str_cut(&version, '.');
	return (struct runtime_name){ name, version };
}

static struct str version_arn(const struct environment *e)
{
	return arena_strf(e->arena, "arn:aws:lambda:%s::runtime:%064d", e->recipe->f.region, 1);
}

/* What an invocation came to, in numbers. */
struct figures {
	double ms, init_ms; /* init_ms: 0 when that was told before */
	int64_t billed_ms, used_mb;
};

static struct figures figures_of(const struct environment *e, double ms)
{
	const struct invocation *i = e->current;
	double init_ms = e->init_told || e->provided ? 0 : (double)e->init_us / 1000;
	int64_t mb = (e->peak_kb + 1023) / 1024;

	return (struct figures){ .ms = ms,
				 .init_ms = init_ms,
				 .billed_ms = (int64_t)ceil(ms + init_ms),
				 .used_mb = mb < i->memory_mb ? mb : i->memory_mb };
}

/* --- in JSON ------------------------------------------------------------------------------------ */

enum level { LEVEL_DEBUG, LEVEL_INFO, LEVEL_WARN };

static bool is_told(const struct environment *e, enum level level)
{
	const char *least = e->recipe->f.system_log_level;

	if (least && strcmp(least, "DEBUG") == 0)
		return true;
	return level >= (least && strcmp(least, "WARN") == 0 ? LEVEL_WARN : LEVEL_INFO);
}

static struct json_object *event_new(struct arena *a, const char *type, struct json_object **record)
{
	struct json_object *o = json_new_object(a);

	json_set_str(o, "time", time_iso(a, time_now_ms(), true));
	json_set_cstr(o, "type", type);
	*record = json_set_object(o, "record");
	return o;
}

/* Of milliseconds the third digit after the point is the last. */
static void set_ms(struct json_object *o, const char *name, double ms)
{
	json_object_object_add(o, name, json_object_new_double(round(ms * 1000) / 1000));
}

static void event_init(struct environment *e)
{
	struct runtime_name runtime = runtime_of(e);
	struct json_object *r, *o = event_new(e->arena, "platform.initStart", &r);

	json_set_cstr(r, "initializationType",
		      e->provided ? "provisioned-concurrency" : "on-demand");
	json_set_cstr(r, "phase", "init");
	json_set_str(r, "runtimeVersion",
		     arena_strf(e->arena, "%.*s:%.*s.v1", STR_ARG(runtime.name),
				STR_ARG(runtime.version)));
	json_set_str(r, "runtimeVersionArn", version_arn(e));
	json_set_cstr(r, "functionName", e->name);
	json_set_cstr(r, "functionVersion", e->recipe->f.version);
	report_emit(e, json_text(e->arena, o));
}

static void event_start(struct environment *e)
{
	struct invocation *i = e->current;
	struct json_object *r, *o = event_new(i->arena, "platform.start", &r);

	json_set_str(r, "requestId", i->id);
	json_set_cstr(r, "functionArn", i->arn);
	json_set_cstr(r, "version", i->version);
	report_say(e, json_text(i->arena, o));
}

/* Timeout and error are Lambda's; what a handler throws is success to it. */
static const char *status_of(const struct invocation *i)
{
	if (i->timed_out)
		return "timeout";
	return i->error_type ? "error" : i->failed ? "failure" : "success";
}

static void set_status(struct json_object *record, const struct invocation *i)
{
	json_set_cstr(record, "status", status_of(i));
	if (i->error_type)
		json_set_cstr(record, "errorType", i->error_type);
}

static void event_done(struct environment *e, double ms)
{
	struct invocation *i = e->current;
	struct json_object *r, *o = event_new(i->arena, "platform.runtimeDone", &r), *metrics;

	json_set_str(r, "requestId", i->id);
	set_status(r, i);
	metrics = json_set_object(r, "metrics");
	set_ms(metrics, "durationMs", ms);
	json_set_int(metrics, "producedBytes", (int64_t)i->answer.n);
	report_say(e, json_text(i->arena, o));
}

static void event_report(struct environment *e, const struct figures *f)
{
	struct invocation *i = e->current;
	struct json_object *r, *o = event_new(i->arena, "platform.report", &r), *metrics;

	json_set_str(r, "requestId", i->id);
	metrics = json_set_object(r, "metrics");
	set_ms(metrics, "durationMs", f->ms);
	json_set_int(metrics, "billedDurationMs", f->billed_ms);
	json_set_int(metrics, "memorySizeMB", i->memory_mb);
	json_set_int(metrics, "maxMemoryUsedMB", f->used_mb);
	if (f->init_ms > 0)
		set_ms(metrics, "initDurationMs", f->init_ms);
	set_status(r, i);
	report_say(e, json_text(i->arena, o));
}

/* --- as text ---------------------------------------------------------------------------------------- */

static void say_report(struct environment *e, const struct figures *f)
{
	struct invocation *i = e->current;
	struct buf line;

	buf_init(&line, 4096);
	buf_addf(&line,
		 "REPORT RequestId: %.*s\tDuration: %.2f ms\tBilled Duration: %lld ms\t"
		 "Memory Size: %d MB\tMax Memory Used: %lld MB\t",
		 STR_ARG(i->id), f->ms, (long long)f->billed_ms, i->memory_mb,
		 (long long)f->used_mb);
	if (f->init_ms > 0)
		buf_addf(&line, "Init Duration: %.2f ms\t", f->init_ms);
	if (i->timed_out)
		buf_adds(&line, "Status: timeout");
	else if (i->error_type)
		buf_addf(&line, "Status: error\tError Type: %s", i->error_type);
	report_say(e, buf_str(&line));
	buf_release(&line);
}

/* --- what is asked ------------------------------------------------------------------------------------ */

void lines_init(struct environment *e)
{
	struct runtime_name runtime = runtime_of(e);

	if (e->recipe->f.log_json) {
		if (is_told(e, LEVEL_INFO))
			event_init(e);
		return;
	}
	report_emit(
		e, arena_strf(e->arena,
			      "INIT_START Runtime Version: %.*s:%.*s.v1\tRuntime Version ARN: %.*s",
			      STR_ARG(runtime.name), STR_ARG(runtime.version),
			      STR_ARG(version_arn(e))));
}

void lines_start(struct environment *e)
{
	struct invocation *i = e->current;

	if (!e->recipe->f.log_json)
		report_say(e, arena_strf(i->arena, "START RequestId: %.*s Version: %s",
					 STR_ARG(i->id), i->version));
	else if (is_told(e, LEVEL_INFO))
		event_start(e);
}

void lines_end(struct environment *e, double ms)
{
	struct invocation *i = e->current;
	struct figures f = figures_of(e, ms);
	bool bad = i->timed_out || i->error_type;

	if (!e->recipe->f.log_json) {
		report_say(e, arena_strf(i->arena, "END RequestId: %.*s", STR_ARG(i->id)));
		say_report(e, &f);
		return;
	}
	if (is_told(e, bad ? LEVEL_WARN : LEVEL_DEBUG))
		event_done(e, ms);
	if (is_told(e, bad ? LEVEL_WARN : LEVEL_INFO))
		event_report(e, &f);
}
