/*
 * What Lambda itself says in a function's log: INIT_START, START, END and REPORT, or the same as events in JSON; and the
 * events of telemetry, which are more.
 *
 * Which events there are in the log depends on the function's SystemLogLevel, which it can choose for JSON only.
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

static struct json_object *event_new(struct arena *a, const char *type, int64_t at_ms,
				     struct json_object **record)
{
	struct json_object *o = json_new_object(a);

	json_set_str(o, "time", time_iso(a, at_ms, true));
	json_set_cstr(o, "type", type);
	*record = json_set_object(o, "record");
	return o;
}

/* Of milliseconds the third digit after the point is the last. */
static void set_ms(struct json_object *o, const char *name, double ms)
{
	json_object_object_add(o, name, json_object_new_double(round(ms * 1000) / 1000));
}

/* Does anybody hear of an event of that level? It is not made for nobody. */
static bool is_heard(const struct environment *e, enum level level)
{
	return e->listened || (e->recipe->f.log_json && is_told(e, level));
}

/* An event goes into the log, if it is one of JSON and the level is told there, and to telemetry. */
static void tell(struct environment *e, struct json_object *event, enum level level)
{
	struct arena *a = arena_new();

	if (e->recipe->f.log_json && is_told(e, level))
		report_say(e, json_text(a, event));
	telemetry_event(e, event);
	arena_free(a);
}

static void set_phase(struct environment *e, struct json_object *record)
{
	json_set_cstr(record, "initializationType",
		      e->provided ? "provisioned-concurrency" : "on-demand");
	json_set_cstr(record, "phase", "init");
}

static struct json_object *event_init(struct environment *e, struct arena *a)
{
	struct runtime_name runtime = runtime_of(e);
	struct json_object *r, *o = event_new(a, "platform.initStart", e->started_ms, &r);

	set_phase(e, r);
	json_set_str(r, "runtimeVersion",
		     arena_strf(a, "%.*s:%.*s.v1", STR_ARG(runtime.name),
				STR_ARG(runtime.version)));
	json_set_str(r, "runtimeVersionArn", version_arn(e));
	json_set_cstr(r, "functionName", e->name);
	json_set_cstr(r, "functionVersion", e->recipe->f.version);
	return o;
}

/* An event of the invocation. Its trace is for telemetry alone. */
static struct json_object *event_of(struct invocation *i, const char *type,
				    struct json_object **record)
{
	struct json_object *o = event_new(i->arena, type, time_now_ms(), record);

	json_set_str(*record, "requestId", i->id);
	return o;
}

static void set_trace(struct json_object *record, const struct invocation *i)
{
	struct json_object *tracing = json_set_object(record, "tracing");

	json_set_cstr(tracing, "type", "X-Amzn-Trace-Id");
	json_set_str(tracing, "value", i->trace);
}

/* The same event in both, but for what only telemetry has of it. */
static void tell_of(struct environment *e, struct json_object *event, enum level level,
		    void (*more)(struct environment *e, struct json_object *record))
{
	struct invocation *i = e->current;

	if (e->recipe->f.log_json && is_told(e, level))
		report_say(e, json_text(i->arena, event));
	if (!e->listened)
		return;
	set_trace(json_get(event, "record"), i);
	if (more)
		more(e, json_get(event, "record"));
	telemetry_event(e, event);
}

static void event_start(struct environment *e)
{
	struct invocation *i = e->current;
	struct json_object *r, *o = event_of(i, "platform.start", &r);

	json_set_cstr(r, "functionArn", i->arn);
	json_set_cstr(r, "version", i->version);
	tell_of(e, o, LEVEL_INFO, NULL);
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

/* What went badly is told to those, too, who want to hear of little. */
static enum level level_of(const struct invocation *i, enum level level)
{
	return i->timed_out || i->error_type ? LEVEL_WARN : level;
}

static void add_span(struct environment *e, struct json_object *spans, const char *name,
		     const int64_t from_to_us[2])
{
	int64_t ago_us = time_monotonic_us() - from_to_us[0];
	struct json_object *span = json_add_object(spans);

	json_set_cstr(span, "name", name);
	json_set_str(span, "start",
		     time_iso(e->current->arena, time_now_ms() - ago_us / 1000, true));
	set_ms(span, "durationMs", (double)(from_to_us[1] - from_to_us[0]) / 1000);
}

static void add_spans(struct environment *e, struct json_object *record)
{
	struct invocation *i = e->current;
	struct json_object *spans = i->done_us ? json_set_array(record, "spans") : NULL;
	int64_t first_us = i->first_us ? i->first_us : i->done_us;

	if (!spans)
		return;
	add_span(e, spans, "responseLatency", (int64_t[]){ i->began_us, first_us });
	add_span(e, spans, "responseDuration", (int64_t[]){ first_us, i->done_us });
}

static void event_done(struct environment *e, double ms)
{
	struct invocation *i = e->current;
	struct json_object *r, *o = event_of(i, "platform.runtimeDone", &r), *metrics;

	set_status(r, i);
	metrics = json_set_object(r, "metrics");
	set_ms(metrics, "durationMs", ms);
	json_set_int(metrics, "producedBytes", (int64_t)i->answer.n);
	tell_of(e, o, level_of(i, LEVEL_DEBUG), add_spans);
}

static void event_end(struct environment *e)
{
	struct json_object *r;

	telemetry_event(e, event_of(e->current, "platform.end", &r));
}

static void event_report(struct environment *e, const struct figures *f)
{
	struct invocation *i = e->current;
	struct json_object *r, *o = event_of(i, "platform.report", &r), *metrics;

	metrics = json_set_object(r, "metrics");
	set_ms(metrics, "durationMs", f->ms);
	json_set_int(metrics, "billedDurationMs", f->billed_ms);
	json_set_int(metrics, "memorySizeMB", i->memory_mb);
	json_set_int(metrics, "maxMemoryUsedMB", f->used_mb);
	if (f->init_ms > 0)
		set_ms(metrics, "initDurationMs", f->init_ms);
	set_status(r, i);
	tell_of(e, o, level_of(i, LEVEL_INFO), NULL);
}

static void event_init_done(struct environment *e, const char *error_type)
{
	struct arena *a = arena_new();
	struct json_object *r, *o = event_new(a, "platform.initRuntimeDone", time_now_ms(), &r);

	set_phase(e, r);
	json_set_cstr(r, "status", error_type ? "error" : "success");
	if (error_type)
		json_set_cstr(r, "errorType", error_type);
	tell(e, o, error_type ? LEVEL_WARN : LEVEL_DEBUG);
	arena_free(a);
}

static void event_init_report(struct environment *e, bool good)
{
	struct arena *a = arena_new();
	struct json_object *r, *o = event_new(a, "platform.initReport", time_now_ms(), &r);

	set_phase(e, r);
	json_set_cstr(r, "status", good ? "success" : "error");
	set_ms(json_set_object(r, "metrics"), "durationMs", (double)e->init_us / 1000);
	tell(e, o, !good ? LEVEL_WARN : e->provided ? LEVEL_INFO : LEVEL_DEBUG);
	arena_free(a);
}

static const char *state_of(const char *error_type)
{
	return error_type ? "InitError" : "Ready";
}

static void event_extension(struct environment *e, const struct extension *x,
			    const char *error_type)
{
	struct arena *a = arena_new();
	struct json_object *r, *o = event_new(a, "platform.extension", time_now_ms(), &r), *events;

	json_set_cstr(r, "name", x->name);
	json_set_cstr(r, "state", state_of(error_type));
	events = json_set_array(r, "events");
	if (x->events & EXTENSION_INVOKE)
		json_add_str(events, STR("INVOKE"));
	if (x->events & EXTENSION_SHUTDOWN)
		json_add_str(events, STR("SHUTDOWN"));
	if (error_type)
		json_set_cstr(r, "errorType", error_type);
	tell(e, o, error_type ? LEVEL_WARN : LEVEL_INFO);
	arena_free(a);
}

static const char *const kind_names[3][2] = { { "platform", "Platform" },
					      { "function", "Function" },
					      { "extension", "Extension" } };

static void event_subscribed(struct environment *e, const struct extension *x,
			     const struct telemetry_wish *wish)
{
	struct arena *a = arena_new();
	bool logs = wish->words != WORDS_TELEMETRY;
	struct json_object *r,
		*o = event_new(a,
			       logs ? "platform.logsSubscription"
				    : "platform.telemetrySubscription",
			       time_now_ms(), &r),
		*types;

	json_set_cstr(r, "name", x->name);
	json_set_cstr(r, "state", "Subscribed");
	types = json_set_array(r, "types");
	for (int i = 0; i < 3; i++)
		if (wish->kinds & 1u << i)
			json_add_str(types, str_of(kind_names[i][0]));
	telemetry_tell(x->telemetry, event_init(e, a));
	tell(e, o, LEVEL_INFO);
	arena_free(a);
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

static void say_extension(struct environment *e, const struct extension *x, const char *error_type)
{
	bool invoke = x->events & EXTENSION_INVOKE, shutdown = x->events & EXTENSION_SHUTDOWN;

	report_say(e, arena_strf(e->arena, "EXTENSION\tName: %s\tState: %s\tEvents: [%s%s%s]%s%s",
				 x->name, state_of(error_type), invoke ? "INVOKE" : "",
				 invoke && shutdown ? ", " : "", shutdown ? "SHUTDOWN" : "",
				 error_type ? "\tError Type: " : "", error_type ? error_type : ""));
}

static void say_subscribed(struct environment *e, const struct extension *x,
			   const struct telemetry_wish *wish)
{
	struct buf types;

	buf_init(&types, 64);
	for (int i = 0; i < 3; i++)
		if (wish->kinds & 1u << i)
			buf_addf(&types, "%s%s", types.n ? ", " : "", kind_names[i][1]);
	report_say(e, arena_strf(e->arena, "%s\tName: %s\tState: Subscribed\tTypes: [%.*s]",
				 wish->words == WORDS_TELEMETRY ? "TELEMETRY" : "LOGS", x->name,
				 STR_ARG(buf_str(&types))));
	buf_release(&types);
}

/* --- what is asked ------------------------------------------------------------------------------------ */

void lines_init(struct environment *e)
{
	struct runtime_name runtime = runtime_of(e);

	e->started_ms = time_now_ms();
	if (e->recipe->f.log_json) {
		struct arena *a = arena_new();

		if (is_told(e, LEVEL_INFO))
			report_emit(e, json_text(a, event_init(e, a)));
		arena_free(a);
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
	if (is_heard(e, LEVEL_INFO))
		event_start(e);
}

static double ms_of(const struct invocation *i)
{
	if (i->timed_out)
		return i->timeout_ms;
	return (double)((i->done_us ? i->done_us : i->began_us) - i->began_us) / 1000;
}

void lines_done(struct environment *e)
{
	struct invocation *i = e->current;

	if (i->done_told)
		return;
	i->done_told = true;
	if (is_heard(e, level_of(i, LEVEL_DEBUG)))
		event_done(e, ms_of(i));
}

double lines_end(struct environment *e)
{
	struct invocation *i = e->current;
	double ms = ms_of(i);
	struct figures f = figures_of(e, ms);

	lines_done(e);
	if (!e->recipe->f.log_json) {
		report_say(e, arena_strf(i->arena, "END RequestId: %.*s", STR_ARG(i->id)));
		say_report(e, &f);
	}
	if (e->listened)
		event_end(e);
	if (is_heard(e, level_of(i, LEVEL_INFO)))
		event_report(e, &f);
	return ms;
}

void lines_init_done(struct environment *e, const char *error_type)
{
	if (is_heard(e, error_type ? LEVEL_WARN : LEVEL_DEBUG))
		event_init_done(e, error_type);
}

void lines_init_report(struct environment *e, bool good)
{
	if (is_heard(e, good ? LEVEL_DEBUG : LEVEL_WARN) || e->provided)
		event_init_report(e, good);
}

void lines_extension(struct environment *e, const struct extension *x, const char *error_type)
{
	if (!e->recipe->f.log_json)
		say_extension(e, x, error_type);
	if (is_heard(e, error_type ? LEVEL_WARN : LEVEL_INFO))
		event_extension(e, x, error_type);
}

void lines_subscribed(struct environment *e, const struct extension *x,
		      const struct telemetry_wish *wish)
{
	if (!e->recipe->f.log_json)
		say_subscribed(e, x, wish);
	event_subscribed(e, x, wish);
}

void lines_fault(struct environment *e, struct str text)
{
	struct arena *a = arena_new();
	struct json_object *o = json_new_object(a);

	json_set_str(o, "time", time_iso(a, time_now_ms(), true));
	json_set_cstr(o, "type", "platform.fault");
	json_set_str(o, "record", text);
	telemetry_event(e, o);
	arena_free(a);
}
