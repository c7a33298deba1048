/* How the judge asks; see judge_ask.h. */
#include "checker/judge_ask.h"

#include "base/jsonpath.h"
#include "base/script.h"
#include "base/time.h"
#include "http/client.h"
#include "http/http.h"

/* Pages of deployed things are small; a larger one is cut off by the client with an error. */
#define BODY_MAX   ((size_t)1 << 20)
/* A larger script was made by a program, not by hand. */
#define SCRIPT_MAX ((size_t)256 << 10)

/* An answer by what was asked: service, operation and input, or the whole request. */
struct asked {
	struct str question;
	struct check_answer answer;
	struct asked *next;
};

static const struct check_answer *recall(const struct judge *j, struct str question)
{
	for (const struct asked *a = j->asked; a; a = a->next) {
		if (str_eq(a->question, question))
			return &a->answer;
	}
	return NULL;
}

static void remember(struct judge *j, struct str question, const struct check_answer *answer)
{
	struct asked *a = ARENA_NEW(j->arena, struct asked);

	a->question = question;
	a->answer = *answer;
	a->next = j->asked;
	j->asked = a;
}

static void ask_account(struct judge *j, struct str service, struct str operation,
			struct json_object *in, struct check_answer *answer)
{
	struct str question;
	const struct check_answer *before;

	if (!in)
		in = json_new_object(j->arena);
	question = arena_strf(j->arena, "%.*s %.*s %s", STR_ARG(service), STR_ARG(operation),
			      json_text(j->arena, in).p);
	before = recall(j, question);
	if (before) {
		*answer = *before;
		return;
	}
	*answer = (struct check_answer){ 0 };
	j->caller->call(j->caller->arg, j->arena, service, operation, in, answer);
	answer->out = json_plain(j->arena, answer->out);
	remember(j, question, answer);
}

/* --- let ------------------------------------------------------------------------ */

struct json_object *judge_value(void *arg, struct str name)
{
	struct judge_values *values = arg;
	const struct check_caller *caller = values->judge->caller;
	struct arena *a = values->judge->arena;
	struct str rest = caller->endpoint;

	if (str_is(name, "account"))
		return json_own(a, json_string(caller->account));
	if (str_is(name, "region"))
		return json_own(a, json_string(caller->region));
	if (str_is(name, "endpoint"))
		return json_own(a, json_string(caller->endpoint));
	if (str_is(name, "scheme"))
		return json_own(a, json_string(str_cut(&rest, ':')));
	return json_get(values->found, arena_cstr(a, name));
}

/* One value; NULL with a sentence in *why. */
static struct json_object *let_one(struct judge *j, const struct check_let *let,
				   struct judge_values *values, const char **why)
{
	struct names names = { .lookup = judge_value, .arg = values };
	struct json_object *in = names_fill(j->arena, let->with, &names), *value;
	struct str path = names_fill_text(j->arena, let->path, &names);
	struct check_answer answer;

	if (names.missing.p)
		return NULL;
	ask_account(j, let->service, let->operation, in, &answer);
	if (!answer.ok) {
		*why = arena_printf(j->arena, "%.*s %.*s: %.*s (%.*s)", STR_ARG(let->service),
				    STR_ARG(let->operation), STR_ARG(answer.message),
				    STR_ARG(answer.code));
		return NULL;
	}
	value = jsonpath_one(j->arena, path, answer.out, why);
	if (!value && !*why)
		*why = arena_printf(j->arena, "Not there: %s (%.*s %.*s)", let->name,
				    STR_ARG(let->service), STR_ARG(let->operation));
	return value;
}

void judge_let(struct judge *j, const struct check *check, struct judge_values *values)
{
	values->judge = j;
	values->why = NULL;
	values->found = json_new_object(j->arena);
	for (size_t i = 0; i < check->let_count; i++) {
		const struct check_let *let = &check->let[i];
		const char *why = NULL;
		struct json_object *value = let_one(j, let, values, &why);

		if (value)
			json_set(values->found, let->name, json_object_get(value));
		else if (!values->why)
			values->why = why;
	}
}

/* --- requests -------------------------------------------------------------------- */

/* "Name: value\r\n"... as an object with names in small letters. */
static struct json_object *headers_of(struct str lines)
{
	struct json_object *headers = json_object_new_object();

	while (lines.p) {
		struct str value = str_trim(str_cut(&lines, '\n')), name = str_cut(&value, ':');
		char small[128];

		if (!value.p || !name.n || name.n >= sizeof(small))
			continue;
		for (size_t i = 0; i < name.n; i++)
			small[i] = (char)(name.p[i] >= 'A' && name.p[i] <= 'Z' ? name.p[i] + 32
									       : name.p[i]);
		small[name.n] = '\0';
		json_set_str(headers, small, str_trim(value));
	}
	return headers;
}

/* What is wrong with a body that a browser would run; absent when nothing is found, or it is something else. */
static struct str fault_of(struct arena *a, struct json_object *headers, struct str body)
{
	struct str type = json_get_str(headers, "content-type");

	if (body.n > SCRIPT_MAX || str_find_str(type, STR("javascript")) < 0)
		return STR_NONE;
	return script_fault(a, body);
}

static struct json_object *reply_value(struct arena *a, const struct http_reply *reply)
{
	struct json_object *out = json_new_object(a), *body = json_parse(a, reply->body, NULL);
	struct json_object *headers = headers_of(reply->headers);
	struct str fault = fault_of(a, headers, reply->body);

	json_set_int(out, "status", reply->status);
	json_set(out, "headers", headers);
	if (fault.p)
		json_set_str(out, "fault", fault);
	if (body)
		json_set(out, "body", json_object_get(body));
	else if (str_is_utf8(reply->body))
		json_set_str(out, "body", reply->body);
	return out;
}

static bool has_header(const char *const *headers, const char *name)
{
	for (; *headers; headers++) {
		if (str_eq_nocase(str_slice(str_of(*headers), 0, strlen(name)), str_of(name)) &&
		    (*headers)[strlen(name)] == ':')
			return true;
	}
	return false;
}

/* "Name: value" lines, NULL-ended. A value with a line break in it is left out: it would be another header. */
static const char **headers_to_send(struct arena *a, const struct json_object *with, bool json)
{
	struct json_object *headers = json_get(with, "headers");
	const char **lines = arena_zalloc(a, (json_count(headers) + 3) * sizeof(*lines));
	size_t n = 0;

	lines[n++] = HTTP_LOOK ": check";
	if (headers) {
		JSON_EACH(headers, key, value)
		{
			struct str text = json_str(value);

			if (text.p && str_find(text, '\r') < 0 && str_find(text, '\n') < 0)
				lines[n++] = arena_printf(a, "%s: %.*s", key, STR_ARG(text));
		}
	}
	if (json && !has_header(lines, "Content-Type"))
		lines[n++] = "Content-Type: application/json";
	return lines;
}

/* The host of an address: "http://10.0.0.5:8080/x" -> "10.0.0.5". */
static struct str host_of(struct str url)
{
	ptrdiff_t at = str_find_str(url, STR("://"));
	struct str rest = str_slice(url, at < 0 ? 0 : (size_t)at + 3, url.n), host;
	size_t n = 0;

	while (n < rest.n && !strchr("/?#", rest.p[n]))
		n++;
	host = str_slice(rest, 0, n);
	while ((at = str_find(host, '@')) >= 0)
		host = str_slice(host, (size_t)at + 1, host.n);
	at = str_find(host, ']');
	n = at < 0 ? 0 : (size_t)at;
	at = str_find(str_slice(host, n, host.n), ':');
	return at < 0 ? host : str_slice(host, 0, n + (size_t)at);
}

static void ask_http(struct judge *j, struct str method, struct str url,
		     const struct json_object *with, struct check_answer *answer)
{
	struct arena *a = j->arena;
	struct json_object *body = json_get(with, "body");
	int64_t left_ms = JUDGE_HTTP_TOTAL_MS - j->http_spent_ms, began_us;
	struct http_ask ask = {
		.method = arena_cstr(a, method),
		.url = arena_cstr(a, url),
		.headers = headers_to_send(a, with, body && !json_is_string(body)),
		.body = json_is_string(body) ? json_str(body)
			: body               ? json_text(a, body)
					     : STR_NONE,
		.timeout_ms = (int)(left_ms < JUDGE_HTTP_MS ? left_ms : JUDGE_HTTP_MS),
		.body_max = BODY_MAX,
		.own = str_eq(host_of(url), host_of(j->caller->endpoint)),
	};
	struct http_reply reply = { 0 };
	const char *why = NULL;

	*answer = (struct check_answer){ .code = STR("NoAnswer") };
	if (left_ms <= 0) {
		answer->message = STR("the answers before this one took too long");
		return;
	}
	began_us = time_monotonic_us();
	answer->ok = http_ask(&ask, a, &reply, &why);
	j->http_spent_ms += (time_monotonic_us() - began_us) / 1000;
	if (answer->ok)
		answer->out = reply_value(a, &reply);
	else
		answer->message = str_of(why);
}

/*
 * May an address be asked? Where an attendee's own values say the host, it must be that of the endpoint: this machine
 * asks with its own hands, which reach further than the attendee's may.
 */
static bool may_ask(const struct judge *j, struct str written, struct str url)
{
	struct str host = host_of(written);

	return (!str_starts(written, STR("{")) && str_find(host, '{') < 0) ||
	       str_eq(host_of(url), host_of(j->caller->endpoint));
}

static void ask_address(struct judge *j, const struct check_call *call, struct str url,
			const struct json_object *with, struct check_answer *answer)
{
	struct str question = arena_strf(j->arena, "%.*s %.*s %s", STR_ARG(call->method),
					 STR_ARG(url), json_text(j->arena, with).p);
	const struct check_answer *before = recall(j, question);

	if (before) {
		*answer = *before;
		return;
	}
	if (may_ask(j, call->url, url))
		ask_http(j, call->method, url, with, answer);
	else
		*answer = (struct check_answer){
			.code = STR("NoAnswer"),
			.message = STR("the address is of another machine than the endpoint")
		};
	remember(j, question, answer);
}

bool judge_ask(struct judge *j, const struct check_call *call, struct judge_values *values,
	       struct check_answer *answer, struct str *missing)
{
	struct names names = { .lookup = judge_value, .arg = values };
	struct json_object *with = names_fill(j->arena, call->with, &names);
	struct str url = call->url.p ? names_fill_url(j->arena, call->url, &names) : STR_NONE;

	if (names.missing.p) {
		*missing = names.missing;
		return false;
	}
	if (url.p)
		ask_address(j, call, url, with, answer);
	else
		ask_account(j, call->service, call->operation, with, answer);
	return true;
}
