/*
 * Data planes: an operation serves any HTTP request, waits for other services while it does so, and what it answers
 * cannot break the answer.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "aws/id.h"
#include "aws/invoke.h"
#include "aws/raw.h"
#include "base/time.h"
#include "http/client.h"
#include "store/folder.h"
#include "turns/turns.h"
#include "unit/tap.h"

static const char account[] = "123456789012";
static const struct aws_error Gone = { "Gone", 410, NULL, false };
static _Atomic int runs, changes, bells;

/* --- a small service ---------------------------------------------------------- */

static enum outcome serve_echo(struct op *op)
{
	struct str rest;

	op_answer_header(op, STR("X-Method"), op->raw->method);
	op_answer_header(op, STR("X-Query"), op->raw->query);
	op_answer_header(op, STR("X-Label"), raw_path_label(op->raw, "/_plane/", &rest));
	op_answer_header(op, STR("Set-Cookie"), STR("a=1"));
	op_answer_header(op, STR("Set-Cookie"), STR("b=2"));
	return op_answer(op, 203, "text/x-echo", op->raw->body);
}

static enum outcome serve_injection(struct op *op)
{
	ok(!op_answer_header(op, STR("X-Bad"), STR("a\r\nX-Evil: 1")), "no line ends in a header");
	ok(!op_answer_header(op, STR("X Bad"), STR("a")), "no blank in a header's name");
	ok(op_answer_header(op, STR("content-length"), STR("5")), "lengths are the server's");
	op_answer_header(op, STR("set-cookie"), STR("immersion_session=evil; Path=/"));
	op_answer_header(op, STR("Set-Cookie"), STR("\t=immersion_session=evil"));
	op_answer_header(op, STR("Clear-Site-Data"), STR("\"cookies\""));
	op_answer_header(op, STR("service-worker-allowed"), STR("/"));
	return op_answer(op, 200, NULL, STR("whole"));
}

static enum outcome wait_a_little(struct op *op)
{
	if (op_waited(op) < 30)
		return op_wait(op, STR("never"), 30);
	json_set_int(op->out, "Waited", op_int_or(op, "Add", 0));
	return op_int_or(op, "Add", 0) == 99 ? op_fail(op, &Gone, "It is gone.") : DONE;
}

static bool ask(struct op *op, const char *name, int64_t add, struct waited_call *got)
{
	struct waiting_call call = { .service = "plane",
				     .operation = "WaitALittle",
				     .in = json_new_object(op->arena),
				     .wait_ms = add == 98 ? 5 : 0 };

	json_set_int(call.in, "Add", add);
	return op_call_waiting(op, name, &call, got) == DONE;
}

static enum outcome serve_waiting(struct op *op)
{
	struct waited_call one, two, bad, late;

	atomic_fetch_add(&runs, 1);
	if (!ask(op, "one", 1, &one) || !ask(op, "two", 2, &two) || !ask(op, "bad", 99, &bad) ||
	    !ask(op, "late", 98, &late))
		return WAITING;
	return op_answer(op, 200, "text/plain",
			 arena_strf(op->arena, "%lld %lld %s %d",
				    (long long)json_int_or(json_get(one.out, "Waited"), -1),
				    (long long)json_int_or(json_get(two.out, "Waited"), -1),
				    bad.error ? bad.error->code : "none", late.timed_out));
}

static enum outcome serve_failure(struct op *op)
{
	return op_fail(op, &Gone, "Gone \"for good\".");
}

static enum outcome serve_signed(struct op *op)
{
	static const char *const names[] = { "unsigned", "signed", "refused" };
	struct str why = STR("");
	enum raw_signed how = op_verify(op, "execute-api", &why);

	return op_answer(op, 200, "text/plain", str_of(names[how]));
}

static enum outcome serve_note(struct op *op)
{
	db_run(op->db, "INSERT INTO note (text) VALUES ('x')", "");
	return op_answer(op, 200, NULL, STR("noted"));
}

/* On whose thread it ran: "http" is a thread that other requests wait for. */
static enum outcome answer_thread(struct op *op)
{
	char name[16] = "";

	pthread_getname_np(pthread_self(), name, sizeof(name));
	return op_answer(op, 200, "text/plain",
			 arena_strf(op->arena, "%s%s", op->kept ? "again on " : "", name));
}

static enum outcome serve_long(struct op *op)
{
	if (!op_may_be_long(op)) {
		op->kept = op;
		return WAITING;
	}
	return answer_thread(op);
}

static enum outcome take_long(struct op *op)
{
	return op_may_be_long(op) ? DONE : WAITING;
}

/* It does not itself know that what it calls may be long. */
static enum outcome serve_nested(struct op *op)
{
	struct waiting_call call = { .service = "plane", .operation = "TakeLong" };
	struct waited_call got;

	if (op_call_waiting(op, "long", &call, &got) == DONE)
		return answer_thread(op);
	op->kept = op;
	return WAITING;
}

static enum outcome serve_bell(struct op *op)
{
	if (op->kept)
		return answer_thread(op);
	op->kept = op;
	atomic_fetch_add(&bells, 1);
	return op_wait(op, STR("bell"), 20000);
}

static const struct shape_member members[] = { { "Add", &shape_integer }, { 0 } };
static const struct shape input = SHAPE_STRUCT(members);
static const struct operation operations[] = {
	{ "ServeBell", NULL, serve_bell, OP_RAW | OP_OPEN | OP_SHORT | OP_WAITS, NULL },
	{ "ServeEcho", NULL, serve_echo, OP_RAW | OP_OPEN, NULL },
	{ "ServeFailure", NULL, serve_failure, OP_RAW | OP_OPEN, NULL },
	{ "ServeInjection", NULL, serve_injection, OP_RAW | OP_OPEN, NULL },
	{ "ServeLong", NULL, serve_long, OP_RAW | OP_OPEN | OP_SHORT, NULL },
	{ "ServeNested", NULL, serve_nested, OP_RAW | OP_OPEN | OP_SHORT | OP_WAITS, NULL },
	{ "ServeNote", NULL, serve_note, OP_RAW | OP_OPEN, NULL },
	{ "ServeShort", NULL, answer_thread, OP_RAW | OP_OPEN | OP_SHORT, NULL },
	{ "ServeSigned", NULL, serve_signed, OP_RAW | OP_OPEN, NULL },
	{ "ServeWaiting", NULL, serve_waiting, OP_RAW | OP_OPEN, NULL },
	{ "TakeLong", NULL, take_long, OP_WAITS, NULL },
	{ "WaitALittle", NULL, wait_a_little, OP_WAITS, &input },
	{ 0 },
};

static const struct operation *serves(const struct raw_request *raw)
{
	struct str rest;

	if (raw_host_label(raw, ".plane.").p)
		return &operations[1];
	if (!raw_path_label(raw, "/_plane/", &rest).p)
		return NULL;
	for (const struct operation *o = operations; o->name; o++)
		if (str_is(str_slice(rest, 1, rest.n), o->name))
			return o;
	return &operations[1];
}

static bool account_of(struct op *op, char out[static 13])
{
	(void)op;
	memcpy(out, account, sizeof(account));
	return true;
}

static const struct schema schema = { "plane", 1, "CREATE TABLE note (text TEXT)", NULL };
static const struct service plane = { .name = "plane",
				      .speaks = PROTO_REST_JSON,
				      .operations = operations,
				      .account_of = account_of,
				      .schema = &schema,
				      .serves = serves };
static const struct service *const services[] = { &plane, NULL };

/* --- tests --------------------------------------------------------------------- */

static int port;

static struct http_reply get(struct arena *a, const char *method, const char *path, struct str body,
			     const char *header)
{
	const char *const headers[] = { header, NULL };
	struct http_reply reply = { 0 };
	struct http_ask how = { .method = method,
				.url = arena_printf(a, "http://127.0.0.1:%d%s", port, path),
				.headers = header ? headers : NULL,
				.body = body };
	const char *why = "";

	if (!http_ask(&how, a, &reply, &why))
		ok(false, "%s", why);
	return reply;
}

static void requests(void)
{
	struct arena *a = arena_new();
	struct http_reply r = get(a, "PATCH", "/_plane/abc/x?q=%20", STR("body"), NULL);

	is_int(r.status, 203, "an operation answers with any status");
	is_str(r.body, "body", "with any body");
	is_str(http_reply_header(&r, "X-Method"), "PATCH", "to any method");
	is_str(http_reply_header(&r, "X-Query"), "q=%20", "and sees the query as it was sent");
	is_str(http_reply_header(&r, "X-Label"), "abc", "and the path");
	ok(str_find_str(r.headers, STR("b=2")) > 0 && str_find_str(r.headers, STR("a=1")) > 0,
	   "a header may be repeated");
	r = get(a, "GET", "/any", STR_NONE, "Host: abc.plane.localhost:1");
	is_int(r.status, 203, "a host can say whose request it is");
	r = get(a, "GET", "/_plane/a/ServeInjection", STR_NONE, NULL);
	is_str(r.body, "whole", "the answer is whole");
	ok(str_find_str(r.headers, STR("immersion_session")) < 0,
	   "the workshop's cookies are not set from here");
	ok(str_find_str(r.headers, STR("Clear-Site-Data")) < 0 &&
		   str_find_str(r.headers, STR("service-worker-allowed")) < 0,
	   "nor are those of the host cleared, nor is a script given the whole port");
	r = get(a, "GET", "/_plane/a/ServeFailure", STR_NONE, NULL);
	is_int(r.status, 410, "a failure has its status");
	is_str(r.body, "{\"message\":\"Gone \\\"for good\\\".\"}", "and its message");
	r = get(a, "GET", "/_plane/a/ServeSigned", STR_NONE, NULL);
	is_str(r.body, "unsigned", "a request without a signature is told apart");
	r = get(a, "GET", "/_plane/a/ServeSigned", STR_NONE,
		"Authorization: AWS4-HMAC-SHA256 Credential=AKIAAAAAAAAAAAAAAAAA/20260101/"
		"eu-west-1/execute-api/aws4_request, SignedHeaders=host, Signature=00");
	is_str(r.body, "refused", "a wrong signature is refused");
	r = get(a, "GET", "/elsewhere", STR_NONE, NULL);
	ok(r.status >= 400, "other requests go their usual way");
	arena_free(a);
}

static void waiting(void)
{
	struct arena *a = arena_new();
	struct http_reply r = get(a, "GET", "/_plane/a/ServeWaiting", STR_NONE, NULL);

	is_str(r.body, "1 2 Gone 1",
	       "one operation waits for several others: results, a failure, a time-out");
	is_int(runs, 5, "and runs once for each of them and once to end");
	arena_free(a);
}

static struct turns *turns;

/* The cloud's handler, with a bell. */
static enum http_outcome handle(struct http_request *req, void *context)
{
	if (!str_is(req->path, "/ring"))
		return turns_handle(req, context);
	turns_wake(turns, str_of(account), STR("bell"));
	http_answer(req, 200, "text/plain", STR("rung"));
	return HTTP_ANSWERED;
}

static void *wait_for_bell(void *arg)
{
	struct arena *a = arg;
	struct http_reply *r = ARENA_NEW(a, struct http_reply);

	*r = get(a, "GET", "/_plane/a/ServeBell", STR_NONE, NULL);
	return r;
}

static void threads(void)
{
	struct arena *a = arena_new(), *waiting = arena_new();
	struct http_reply r = get(a, "GET", "/_plane/a/ServeShort", STR_NONE, NULL);
	pthread_t waiter;
	void *got;

	is_str(r.body, "http", "a short operation runs on the thread that read the request");
	r = get(a, "GET", "/_plane/a/ServeLong", STR_NONE, NULL);
	ok(str_starts(r.body, STR("again on ")) && !str_is(r.body, "again on http"),
	   "one that says it may be long runs again on another: %.*s", STR_ARG(r.body));
	r = get(a, "GET", "/_plane/a/ServeNested", STR_NONE, NULL);
	ok(str_starts(r.body, STR("again on ")) && !str_is(r.body, "again on http"),
	   "so does one that calls another which says so: %.*s", STR_ARG(r.body));
	r = get(a, "POST", "/_plane/a/ServeShort",
		arena_dup(a, str_make(arena_zalloc(a, 100000), 100000)), NULL);
	ok(r.status == 200 && !str_is(r.body, "http"), "so does one with a large body: %.*s",
	   STR_ARG(r.body));
	if (pthread_create(&waiter, NULL, wait_for_bell, waiting))
		abort();
	while (!bells)
		usleep(1000);
	r = get(a, "GET", "/ring", STR_NONE, NULL);
	is_str(r.body, "rung", "who wakes another answers");
	pthread_join(waiter, &got);
	is_str(((struct http_reply *)got)->body, "again on http",
	       "and the one that was woken runs there");
	arena_free(a);
	arena_free(waiting);
}

static void changed(void *arg, struct str id)
{
	(void)arg;
	(void)id;
	atomic_fetch_add(&changes, 1);
}

/* The count once the answer's turn has told of it, which it does after answering. */
static int changes_soon(int expected)
{
	for (int i = 0; i < 1000 && changes < expected; i++)
		usleep(1000);
	return changes;
}

static void telling(void)
{
	struct arena *a = arena_new();

	changes = 0;
	get(a, "GET", "/_plane/a/ServeEcho", STR_NONE, NULL);
	get(a, "GET", "/_plane/a/ServeNote", STR_NONE, HTTP_LOOK ": x");
	get(a, "GET", "/_plane/a/ServeNote", STR_NONE, NULL);
	is_int(changes_soon(1), 1, "who writes a row has changed the account");
	get(a, "GET", "/_plane/a/ServeFailure", STR_NONE, NULL);
	is_int(changes_soon(2), 2, "who fails may have");
	get(a, "GET", "/_plane/a/ServeEcho", STR_NONE, NULL);
	get(a, "GET", "/_plane/a/ServeFailure", STR_NONE, HTTP_LOOK ": x");
	get(a, "GET", "/_plane/a/ServeNote", STR_NONE, NULL);
	is_int(changes_soon(3), 3, "who writes nothing has not, nor has the workshop's own look");
	arena_free(a);
}

static void ids(void)
{
	struct arena *a = arena_new();
	struct account who = { .id = "123456789012" };
	struct op op = { .arena = a, .account = &who };
	char found[13] = "";
	struct str id = id_make(&op, ID_HTTP_API);

	ok(id.n == 10 && id_account(id, ID_HTTP_API, found), "a short id has 10 characters");
	is_str(str_of(found), account, "and tells its account");
	ok(!id_account(id, ID_REST_API, found), "but not to who asks for another kind");
	ok(!id_account(STR("zzzzzzzzzz"), ID_REST_API, found) || strcmp(found, account) != 0,
	   "other ids do not");
	ok(!id_account(STR("a.b"), ID_REST_API, found), "nor what is no id");
	id = id_make_long(&op, 32);
	ok(id.n == 32 && id_account_long(id, 32, found) && strcmp(found, account) == 0,
	   "a long id tells its account, too");
	id = id_make_mixed(&op);
	ok(id.n == 9 && id_account_mixed(id, found) && strcmp(found, account) == 0,
	   "and so does a mixed one");
	ok(!id_account_mixed(STR("abc"), found) && !id_account_mixed(STR("abcdefgh-"), found),
	   "what is none tells nothing");
	arena_free(a);
}

int main(void)
{
	char dir[] = "/tmp/immersion-plane-XXXXXX";
	struct arena *a = arena_new();
	const char *why = "", *folder = mkdtemp(dir);
	struct aws *aws = aws_new(&(struct aws_config){
		.services = services, .region = "eu-west-1", .clock = time_now_ms });
	struct http_server *http = http_server_new(1, a, &why);
	struct http_listener *l;

	turns = turns_new(&(struct turns_config){ .aws = aws,
						  .accounts_dir = folder,
						  .workers = 2,
						  .create = true,
						  .clock = time_now_ms,
						  .changed = changed });
	l = http_listen(http,
			&(struct http_listen){ .address = "127.0.0.1",
					       .body_max = 1 << 20,
					       .handler = handle,
					       .context = turns },
			a, &why);

	if (!folder || !l)
		return 1;
	port = http_listener_port(l);
	turns_start(turns);
	requests();
	waiting();
	threads();
	telling();
	ids();
	turns_free(turns);
	http_server_free(http, 100);
	aws_free(aws);
	ok(folder_remove(folder), "the folder is removed");
	arena_free(a);
	return done_testing();
}
