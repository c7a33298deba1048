/* Subscriptions to telemetry, and events in the words in which each extension is told of them. */
#include "cloud/lambda/telemetry.h"

#include <stdio.h>

#include "base/time.h"
#include "cloud/lambda/inside.h"

enum {
	BYTES_MIN = 256 << 10,
	BYTES_MAX = 1 << 20,
	ITEMS_MIN = 1000,
	ITEMS_MAX = 10000,
	WAIT_MIN_MS = 25,
	WAIT_MAX_MS = 30000,
	WAIT_MS = 1000,
	PATH_MAX_BYTES = 1024,
};
#define WORDS_ALL       (WORDS_TELEMETRY | WORDS_LOGS | WORDS_LOGS_DONE)
#define WORDS_LOGS_BOTH (WORDS_LOGS | WORDS_LOGS_DONE)

/* --- words ----------------------------------------------------------------------------------- */

/* Which events there are in which words, and what each of them says there. */
static const struct {
	const char *type;
	unsigned words;
	const char *members[9]; /* none: the record is text */
} known[] = {
	{ "platform.initStart",
	  WORDS_TELEMETRY,
	  { "initializationType", "phase", "runtimeVersion", "runtimeVersionArn", "functionName",
	    "functionVersion" } },
	{ "platform.initRuntimeDone",
	  WORDS_TELEMETRY,
	  { "initializationType", "phase", "status", "errorType" } },
	{ "platform.initReport",
	  WORDS_TELEMETRY,
	  { "initializationType", "phase", "status", "metrics" } },
	{ "platform.start", WORDS_TELEMETRY, { "requestId", "version", "tracing" } },
	{ "platform.start", WORDS_LOGS_BOTH, { "requestId", "version" } },
	{ "platform.runtimeDone",
	  WORDS_TELEMETRY,
	  { "requestId", "status", "errorType", "metrics", "spans", "tracing" } },
	{ "platform.runtimeDone", WORDS_LOGS_DONE, { "requestId", "status" } },
	{ "platform.end", WORDS_LOGS_BOTH, { "requestId" } },
	{ "platform.report",
	  WORDS_TELEMETRY,
	  { "requestId", "status", "errorType", "metrics", "tracing" } },
	{ "platform.report", WORDS_LOGS_BOTH, { "requestId", "metrics" } },
	{ "platform.extension", WORDS_ALL, { "name", "state", "events", "errorType" } },
	{ "platform.telemetrySubscription", WORDS_TELEMETRY, { "name", "state", "types" } },
	{ "platform.logsSubscription", WORDS_LOGS_BOTH, { "name", "state", "types" } },
	{ "platform.logsDropped", WORDS_ALL, { "reason", "droppedRecords", "droppedBytes" } },
	{ "platform.fault", WORDS_LOGS_BOTH, { NULL } },
};

static void add_event(struct buf *b, struct json_object *event, const char *const *members)
{
	struct json_object *record = json_get(event, "record"), *value;
	bool first = true;

	buf_adds(b, "{\"time\":");
	json_print(b, json_get(event, "time"));
	buf_adds(b, ",\"type\":");
	json_print(b, json_get(event, "type"));
	buf_adds(b, ",\"record\":");
	if (!members[0])
		json_print(b, record);
	for (; *members; members++) {
		value = json_get(record, *members);
		if (!value)
			continue;
		buf_addc(b, first ? '{' : ',');
		json_print_string(b, str_of(*members));
		buf_addc(b, ':');
		json_print(b, value);
		first = false;
	}
	buf_adds(b, first ? "}" : "}}");
}

/* The event in some words; false when there is none in them. */
static bool say(struct buf *b, struct json_object *event, enum telemetry_words words)
{
	struct str type = json_get_str(event, "type");

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (!str_is(type, known[i].type) || !(known[i].words & (unsigned)words))
			continue;
		add_event(b, event, known[i].members);
		return true;
	}
	return false;
}

/* --- telling ---------------------------------------------------------------------------------- */

void telemetry_tell(struct telemetry *t, struct json_object *event)
{
	const struct telemetry_wish *wish = telemetry_wish_of(t);
	struct buf text;

	if (!(wish->kinds & TELL_PLATFORM))
		return;
	buf_init(&text, BUF_MAX);
	if (say(&text, event, wish->words))
		telemetry_put(t, buf_str(&text));
	buf_release(&text);
}

void telemetry_event(struct environment *e, struct json_object *event)
{
	for (int i = 0; i < e->extension_count; i++)
		if (e->extensions[i].telemetry)
			telemetry_tell(e->extensions[i].telemetry, event);
}

/* A line as the record of its event: text, or what it is in JSON. */
static void add_line(struct buf *b, bool objects, struct str line)
{
	struct arena *a = arena_new();
	struct json_object *o = objects ? json_parse(a, line, NULL) : NULL;

	if (json_is_object(o))
		json_print(b, o);
	else
		json_print_string(b, line);
	arena_free(a);
}

void telemetry_line(struct environment *e, bool beside, struct str line)
{
	unsigned kind = beside ? TELL_EXTENSION : TELL_FUNCTION;
	struct arena *a = arena_new();
	struct str now = time_iso(a, time_now_ms(), true);
	struct buf text;

	buf_init(&text, BUF_MAX);
	for (int i = 0; i < e->extension_count; i++) {
		struct telemetry *t = e->extensions[i].telemetry;
		const struct telemetry_wish *wish = t ? telemetry_wish_of(t) : NULL;

		if (!wish || !(wish->kinds & kind))
			continue;
		buf_clear(&text);
		buf_addf(&text, "{\"time\":\"%.*s\",\"type\":\"%s\",\"record\":", STR_ARG(now),
			 beside ? "extension" : "function");
		add_line(&text, wish->objects && e->recipe->f.log_json, line);
		buf_addc(&text, '}');
		telemetry_put(t, buf_str(&text));
	}
	buf_release(&text);
	arena_free(a);
}

/* --- environments ------------------------------------------------------------------------------ */

void telemetry_flush(struct environment *e)
{
	for (int i = 0; i < e->extension_count; i++)
		if (e->extensions[i].telemetry)
			telemetry_hurry(e->extensions[i].telemetry);
}

void telemetry_release(struct environment *e)
{
	for (int i = 0; i < e->extension_count; i++) {
		if (e->extensions[i].telemetry)
			telemetry_drop(e->extensions[i].telemetry);
		e->extensions[i].telemetry = NULL;
	}
}

int64_t telemetry_kb(const struct environment *e)
{
	size_t bytes = 0;

	for (int i = 0; i < e->extension_count; i++)
		if (e->extensions[i].telemetry)
			bytes += telemetry_bytes(e->extensions[i].telemetry);
	return (int64_t)(bytes >> 10);
}

/* --- what is asked for ------------------------------------------------------------------------- */

/* What is wrong, one after the other. */
struct wrongs {
	struct arena *arena;
	struct str all;
};

static bool wrong(struct wrongs *w, const char *what)
{
	w->all = w->all.n ? arena_strf(w->arena, "%.*s; %s", STR_ARG(w->all), what)
			  : arena_strf(w->arena, "%s", what);
	return false;
}

static void read_schema(struct wrongs *w, struct json_object *in, bool logs,
			struct telemetry_wish *wish)
{
	struct str version = json_get_str(in, "schemaVersion");

	wish->words = logs ? WORDS_LOGS : WORDS_TELEMETRY;
	if (logs && str_is(version, "2021-03-18"))
		wish->words = WORDS_LOGS_DONE;
	else if (logs ? version.n && !str_is(version, "2020-08-15")
		      : !str_is(version, "2022-07-01") && !str_is(version, "2022-12-13") &&
				 !str_is(version, "2025-01-29"))
		wrong(w, version.n ? "schemaVersion is not valid"
				   : "schemaVersion should not be empty");
	wish->objects = !logs && !str_is(version, "2022-07-01");
}

static void read_kinds(struct wrongs *w, struct json_object *in, struct telemetry_wish *wish)
{
	static const char *const names[] = { "platform", "function", "extension" };
	struct json_object *types = json_get(in, "types");

	if (!json_is_array(types) || !json_count(types))
		wrong(w, "types should not be empty");
	for (size_t i = 0; i < json_count(types); i++) {
		struct str type = json_str(json_at(types, i));
		size_t n = 0;

		while (n < 3 && !str_is(type, names[n]))
			n++;
		if (n < 3)
			wish->kinds |= 1u << n;
		else
			wrong(w, "types should be platform, function or extension");
	}
}

static bool read_number(struct wrongs *w, struct json_object *in, const char *name,
			const int64_t range[2], int64_t *number)
{
	struct json_object *given = json_get(json_get(in, "buffering"), name);

	if (!given)
		return true;
	*number = json_int_or(given, -1);
	return (*number >= range[0] && *number <= range[1]) ||
	       wrong(w, arena_printf(w->arena, "%s should be between %lld and %lld", name,
				     (long long)range[0], (long long)range[1]));
}

static void read_buffering(struct wrongs *w, struct json_object *in, struct telemetry_wish *wish)
{
	int64_t bytes = BYTES_MIN;

	wish->max_items = ITEMS_MAX;
	wish->timeout_ms = WAIT_MS;
	read_number(w, in, "maxBytes", (int64_t[]){ BYTES_MIN, BYTES_MAX }, &bytes);
	read_number(w, in, "maxItems", (int64_t[]){ ITEMS_MIN, ITEMS_MAX }, &wish->max_items);
	read_number(w, in, "timeoutMs", (int64_t[]){ WAIT_MIN_MS, WAIT_MAX_MS }, &wish->timeout_ms);
	wish->max_bytes = (size_t)bytes;
}

/* What may stand in a request's line as it is. */
static bool is_path(struct str path)
{
	for (size_t i = 0; i < path.n; i++)
		if (path.p[i] <= ' ' || path.p[i] >= 0x7f || path.p[i] == '#')
			return false;
	return path.n <= PATH_MAX_BYTES;
}

/* "http://sandbox.localdomain:8080/path" */
static bool read_uri(struct wrongs *w, struct str uri, struct telemetry_wish *wish)
{
	struct str scheme = wish->tcp ? STR("tcp://") : STR("http://"), host, port;
	size_t at;
	int64_t n;

	if (!uri.n)
		return wrong(w, "URI should not be empty");
	if (!str_starts(uri, scheme))
		return wrong(w, "URI scheme is not that of the protocol");
	uri = str_slice(uri, scheme.n, uri.n);
	for (at = 0; at < uri.n && uri.p[at] != '/' && uri.p[at] != '?'; at++)
		;
	port = str_slice(uri, 0, at);
	host = str_cut(&port, ':');
	wish->path = at < uri.n ? str_slice(uri, at, uri.n) : STR("/");
	if (!str_is(host, "sandbox.localdomain") && !str_is(host, "sandbox"))
		return wrong(w, "URI host should be sandbox.localdomain");
	if (!port.n)
		return wrong(w, "URI port is not provided");
	if (!str_to_int(port, &n) || n < 1 || n > 65535)
		return wrong(w, "URI port is not valid");
	if (!is_path(wish->path) || wish->path.p[0] != '/')
		return wrong(w, "URI path is not valid");
	wish->port = (int)n;
	return true;
}

static void read_destination(struct wrongs *w, struct json_object *in, struct telemetry_wish *wish)
{
	struct json_object *to = json_get(in, "destination");
	struct str protocol = json_get_str(to, "protocol"), method = json_get_str(to, "method");
	int64_t port = json_int_or(json_get(to, "port"), 0);

	wish->tcp = str_is(protocol, "TCP");
	wish->put = str_is(method, "PUT");
	if (!json_is_object(to))
		wrong(w, "destination should not be empty");
	else if (!wish->tcp && !str_is(protocol, "HTTP"))
		wrong(w, "destination protocol should be HTTP or TCP");
	else if (wish->tcp && port >= 1 && port <= 65535)
		wish->port = (int)port;
	else
		read_uri(w, json_get_str(to, "URI"), wish);
	if (method.n && !wish->put && !str_is(method, "POST"))
		wrong(w, "destination method should be POST or PUT");
	if (wish->port == SANDBOX_PORT_RUNTIME)
		wrong(w, "port 9001 is reserved");
}

bool telemetry_read(struct arena *a, struct str body, bool logs, struct telemetry_wish *wish,
		    struct str *why)
{
	struct wrongs w = { .arena = a };
	struct json_object *in = json_parse(a, body, NULL);

	*wish = (struct telemetry_wish){ 0 };
	if (!json_is_object(in)) {
		*why = STR("the request is not a JSON object");
		return false;
	}
	read_destination(&w, in, wish);
	read_kinds(&w, in, wish);
	read_schema(&w, in, logs, wish);
	read_buffering(&w, in, wish);
	*why = w.all;
	return !w.all.n;
}

/* --- subscribing ------------------------------------------------------------------------------ */

static const char *const errors[2][2] = {
	{ "ValidationError", "Logs.ValidationError" },
	{ "Telemetry.SubscriptionClosed", "Logs.SubscriptionClosed" },
};

static enum http_outcome subscribe_locked(struct http_request *req, bool logs)
{
	struct environment *e;
	struct extension *x = extensions_asks(req, &e);
	struct telemetry_wish wish;
	struct str why;

	if (!x)
		return HTTP_ANSWERED;
	if (e->state != STARTING)
		return runtime_refuse(req, 403, errors[1][logs],
				      "%s API subscription is closed already",
				      logs ? "Logs" : "Telemetry");
	if (!telemetry_read(req->arena, req->body, logs, &wish, &why))
		return runtime_refuse(req, 400, errors[0][logs], "%.*s", STR_ARG(why));
	if (x->telemetry && (telemetry_wish_of(x->telemetry)->words == WORDS_TELEMETRY) == logs)
		return runtime_refuse(req, 400, errors[0][logs],
				      "the extension is subscribed by the %s API already",
				      logs ? "Telemetry" : "Logs");
	/* Asked for twice, it is subscribed once. */
	if (!x->telemetry) {
		x->telemetry = telemetry_new(e->id, &wish);
		e->listened = true;
		lines_subscribed(e, x, &wish);
	}
	http_answer(req, 200, "application/json", STR("\"OK\""));
	return HTTP_ANSWERED;
}

static enum http_outcome subscribe(struct http_request *req, bool logs)
{
	enum http_outcome outcome;

	pthread_mutex_lock(&pool.lock);
	outcome = subscribe_locked(req, logs);
	pthread_mutex_unlock(&pool.lock);
	return outcome;
}

static enum http_outcome subscribe_telemetry(struct http_request *req, void *context)
{
	(void)context;
	return subscribe(req, false);
}

static enum http_outcome subscribe_logs(struct http_request *req, void *context)
{
	(void)context;
	return subscribe(req, true);
}

static const struct http_route routes[] = {
	{ "PUT /2022-07-01/telemetry", subscribe_telemetry, 0 },
	{ "PUT /2022-07-01/telemetry/", subscribe_telemetry, 0 },
	{ "PUT /2020-08-15/logs", subscribe_logs, 0 },
	{ "PUT /2020-08-15/logs/", subscribe_logs, 0 },
	{ 0 },
};

http_handler *telemetry_find(struct http_request *req)
{
	struct http_params params;
	struct str allow;
	const struct http_route *route = http_route(routes, req, &params, &allow);

	return route ? route->handler : NULL;
}
