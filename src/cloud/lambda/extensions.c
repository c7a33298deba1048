/*
 * The Extensions API, 2020-01-01: programs beside the runtime that hear of invocations and of the end.
 *
 * External ones are the executables in /opt/extensions, which the init starts before the runtime; internal ones are
 * threads of the runtime's own. From: Lambda Developer Guide, "Using the Lambda Extensions API to create
 * extensions"; errors and messages are those of the Runtime Interface Emulator.
 */
#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/time.h"
#include "cloud/lambda/inside.h"

enum { INTERNAL_PATIENCE_MS = 500, PATIENCE_MS = 2000 };

/* --- files --------------------------------------------------------------------------------------- */

/* As the init sees them: a link may lead where the sandbox has something else. */
static bool is_executable(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_mode & 0111;
}

bool environment_has_extension(const char *opt, const char *name)
{
	char path[4096];

	return opt && !strchr(name, '/') && name[0] != '.' &&
	       snprintf(path, sizeof(path), "%s/extensions/%s", opt, name) < (int)sizeof(path) &&
	       is_executable(path);
}

int environment_extensions(const char *opt)
{
	char path[4096];
	struct dirent *entry;
	struct stat st;
	int count = 0;
	DIR *dir = NULL;

	if (opt && snprintf(path, sizeof(path), "%s/extensions", opt) < (int)sizeof(path) &&
	    lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
		dir = opendir(path);
	while (dir && (entry = readdir(dir)))
		count += environment_has_extension(opt, entry->d_name);
	if (dir)
		closedir(dir);
	return count;
}

/* --- events ---------------------------------------------------------------------------------------- */

static bool has_shown_ready(const struct extension *x)
{
	return x->ready || (x->asking && !(x->events & EXTENSION_INVOKE));
}

bool extensions_are_ready(const struct environment *e)
{
	for (int i = 0; i < e->extension_count; i++)
		if (!has_shown_ready(&e->extensions[i]))
			return false;
	return true;
}

static void send(struct extension *x, struct json_object *event)
{
	struct http_request *req = x->asking;

	x->asking = NULL;
	x->ready = false;
	http_set_header(req, "Lambda-Extension-Event-Identifier", hash_uuid(req->arena));
	http_answer(req, 200, "application/json", json_text(req->arena, event));
	http_resume(req);
}

void extensions_invoke(struct environment *e)
{
	struct invocation *i = e->current;

	for (int n = 0; n < e->extension_count; n++) {
		struct extension *x = &e->extensions[n];
		struct json_object *o, *tracing;

		if (!x->asking || !(x->events & EXTENSION_INVOKE))
			continue;
		o = json_new_object(x->asking->arena);
		json_set_cstr(o, "eventType", "INVOKE");
		json_set_int(o, "deadlineMs", time_now_ms() + i->timeout_ms);
		json_set_str(o, "requestId", i->id);
		json_set_cstr(o, "invokedFunctionArn", i->arn);
		tracing = json_set_object(o, "tracing");
		json_set_cstr(tracing, "type", "X-Amzn-Trace-Id");
		json_set_str(tracing, "value", i->trace);
		send(x, o);
	}
}

/* Tell of the end, if it asks and wants to hear of that. */
static void shut_down(const struct environment *e, struct extension *x)
{
	struct json_object *o;

	if (!x->asking || !(x->events & EXTENSION_SHUTDOWN))
		return;
	o = json_new_object(x->asking->arena);
	json_set_cstr(o, "eventType", "SHUTDOWN");
	json_set_cstr(o, "shutdownReason", e->end_reason);
	json_set_int(o, "deadlineMs", e->end_ms);
	send(x, o);
}

void environment_end(struct environment *e, const char *reason)
{
	int patience = INTERNAL_PATIENCE_MS;

	if (e->state == STARTING)
		provide_began(e, false);
	e->state = ENDING;
	for (int n = 0; n < e->extension_count; n++)
		if (e->extensions[n].external)
			patience = PATIENCE_MS;
	/* Without extensions there is no time to say good-bye, as on AWS. */
	if (!e->extension_count) {
		sandbox_stop(pool.sandboxes, e->id);
		return;
	}
	telemetry_flush(e);
	e->end_reason = reason;
	e->end_ms = time_now_ms() + patience;
	for (int n = 0; n < e->extension_count; n++)
		shut_down(e, &e->extensions[n]);
	sandbox_shutdown(pool.sandboxes, e->id, patience);
	e->kill_at_us = time_monotonic_us() + (int64_t)(patience + 500) * 1000;
	pool_watch_until(e->kill_at_us);
}

void extensions_release(struct environment *e)
{
	for (int n = 0; n < e->extension_count; n++) {
		struct http_request *req = e->extensions[n].asking;

		if (!req)
			continue;
		http_answer(req, 500, NULL, STR(""));
		http_resume(req);
	}
}

/* --- registering ---------------------------------------------------------------------------------- */

/* What {"events": [...]} asks for; false when the request was refused. */
static bool read_events(struct http_request *req, bool external, unsigned *events)
{
	const char *why = "unexpected end of JSON input";
	struct json_object *in = json_parse(req->arena, req->body, &why);
	struct json_object *list = json_get(in, "events");

	*events = 0;
	if (!in) {
		runtime_refuse(req, 403, "InvalidRequestFormat", "%s", why);
		return false;
	}
	for (size_t i = 0; i < json_count(list); i++) {
		struct str name = json_str(json_at(list, i));

		if (str_is(name, "INVOKE")) {
			*events |= EXTENSION_INVOKE;
		} else if (str_is(name, "SHUTDOWN") && external) {
			*events |= EXTENSION_SHUTDOWN;
		} else {
			runtime_refuse(req, 403,
				       str_is(name, "SHUTDOWN")
					       ? "ShutdownEventNotSupportedForInternalExtension"
					       : "Extension.InvalidEventType",
				       "%.*s: %s", STR_ARG(name),
				       str_is(name, "SHUTDOWN")
					       ? "event not supported for internal extensions"
					       : "invalid event type");
			return false;
		}
	}
	return true;
}

static struct extension *find_named(struct environment *e, const char *name)
{
	for (int i = 0; i < e->extension_count; i++)
		if (strcmp(e->extensions[i].name, name) == 0)
			return &e->extensions[i];
	return NULL;
}

/* The environment and name are good: add it. */
static enum http_outcome add(struct environment *e, struct http_request *req, const char *name)
{
	bool external = environment_has_extension(e->recipe->f.opt, name);
	struct extension *x = &e->extensions[e->extension_count];
	struct json_object *o = json_new_object(req->arena);
	int registered = 0;
	unsigned events;

	if (!read_events(req, external, &events))
		return HTTP_ANSWERED;
	*x = (struct extension){ .name = arena_printf(e->arena, "%s", name),
				 .events = events,
				 .external = external };
	snprintf(x->id, sizeof(x->id), "%.*s", STR_ARG(hash_uuid(req->arena)));
	e->extension_count++;
	http_set_header(req, "Lambda-Extension-Identifier", str_of(x->id));
	json_set_cstr(o, "functionName", e->name);
	json_set_cstr(o, "functionVersion", e->recipe->f.version);
	json_set_cstr(o, "handler", e->recipe->f.handler);
	if (str_find_str(http_header(req, "Lambda-Extension-Accept-Feature"), STR("accountId")) >=
	    0)
		json_set_cstr(o, "accountId", e->account);
	http_answer(req, 200, "application/json", json_text(req->arena, o));
	for (int i = 0; i < e->extension_count; i++)
		registered += e->extensions[i].external;
	if (external && registered == e->recipe->extensions)
		sandbox_proceed(pool.sandboxes, e->id);
	return HTTP_ANSWERED;
}

static enum http_outcome register_locked(struct http_request *req)
{
	struct environment *e = pool_find((uint32_t)req->tag);
	const char *name = arena_cstr(req->arena, http_header(req, "Lambda-Extension-Name"));

	if (!*name)
		return runtime_refuse(req, 403, "Extension.InvalidExtensionName",
				      "Empty extension name");
	if (!e || e->state != STARTING)
		return runtime_refuse(req, 403, "Extension.RegistrationClosed",
				      "Extension registration closed already");
	if (find_named(e, name))
		return runtime_refuse(req, 403, "Extension.InvalidExtensionState",
				      "Extension with this name already registered");
	if (e->extension_count == EXTENSIONS_MAX)
		return runtime_refuse(req, 403, "Extension.TooManyExtensions",
				      "Extension limit (%d) reached", EXTENSIONS_MAX);
	return add(e, req, name);
}

/* --- asking and failing ------------------------------------------------------------------------------ */

struct extension *extensions_asks(struct http_request *req, struct environment **e)
{
	struct str id = http_header(req, "Lambda-Extension-Identifier");

	*e = pool_find((uint32_t)req->tag);
	if (!id.n) {
		runtime_refuse(req, 403, "Extension.MissingExtensionIdentifier",
			       "Missing Lambda-Extension-Identifier header");
		return NULL;
	}
	if (id.n != 36) {
		runtime_refuse(req, 403, "Extension.InvalidExtensionIdentifier",
			       "Invalid Lambda-Extension-Identifier");
		return NULL;
	}
	for (int i = 0; *e && i < (*e)->extension_count; i++)
		if (str_is(id, (*e)->extensions[i].id))
			return &(*e)->extensions[i];
	runtime_refuse(req, 403, "Extension.UnknownExtensionIdentifier", "Unknown extension %.*s",
		       STR_ARG(id));
	return NULL;
}

static enum http_outcome next_locked(struct http_request *req)
{
	struct environment *e;
	struct extension *x = extensions_asks(req, &e);

	if (!x)
		return HTTP_ANSWERED;
	if (x->asking)
		return runtime_refuse(req, 403, "Extension.InvalidExtensionState",
				      "State transition from Ready to Ready failed for extension "
				      "%s. Error: State transition is not allowed",
				      x->name);
	x->asking = req;
	x->ready = true;
	if (!x->told)
		lines_extension(e, x, NULL);
	x->told = true;
	/* It was busy when it ended. */
	if (e->state == ENDING)
		shut_down(e, x);
	pool_look_whether_ready(e);
	return HTTP_PARKED;
}

static enum http_outcome fail_locked(struct http_request *req, const char *type)
{
	struct str error = http_header(req, "Lambda-Extension-Function-Error-Type");
	struct environment *e;
	struct extension *x = extensions_asks(req, &e);

	if (!x)
		return HTTP_ANSWERED;
	if (!error.n)
		return runtime_refuse(req, 403, "Extension.MissingHeader",
				      "Lambda-Extension-Function-Error-Type not found");
	if (!x->told)
		lines_extension(e, x, arena_cstr(req->arena, error));
	x->told = true;
	if (e->state == STARTING)
		pool_fail_init(e, STR_NONE);
	report_extension(e, type, arena_cstr(req->arena, error));
	if (e->state != ENDING)
		environment_end(e, "failure");
	return runtime_accepted(req);
}

/* --- routes ---------------------------------------------------------------------------------------------- */

static enum http_outcome register_extension(struct http_request *req, void *context)
{
	enum http_outcome outcome;

	(void)context;
	pthread_mutex_lock(&pool.lock);
	outcome = register_locked(req);
	pthread_mutex_unlock(&pool.lock);
	return outcome;
}

static enum http_outcome next_event(struct http_request *req, void *context)
{
	enum http_outcome outcome;

	(void)context;
	pool_lock_drained((uint32_t)req->tag);
	outcome = next_locked(req);
	pthread_mutex_unlock(&pool.lock);
	return outcome;
}

static enum http_outcome init_error(struct http_request *req, void *context)
{
	enum http_outcome outcome;

	(void)context;
	pthread_mutex_lock(&pool.lock);
	outcome = fail_locked(req, "Extension.InitError");
	pthread_mutex_unlock(&pool.lock);
	return outcome;
}

static enum http_outcome exit_error(struct http_request *req, void *context)
{
	enum http_outcome outcome;

	(void)context;
	pthread_mutex_lock(&pool.lock);
	outcome = fail_locked(req, "Extension.ExitError");
	pthread_mutex_unlock(&pool.lock);
	return outcome;
}

#define BASE "/2020-01-01/extension/"
static const struct http_route routes[] = {
	{ "POST " BASE "register", register_extension, 0 },
	{ "GET " BASE "event/next", next_event, 0 },
	{ "POST " BASE "init/error", init_error, 0 },
	{ "POST " BASE "exit/error", exit_error, 0 },
	{ 0 },
};

http_handler *extensions_find(struct http_request *req)
{
	struct http_params params;
	struct str allow;
	const struct http_route *route;

	if (!str_starts(req->path, STR(BASE)))
		return NULL;
	route = http_route(routes, req, &params, &allow);
	return route ? route->handler : NULL;
}
