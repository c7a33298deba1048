/* Answers on their way from a function to who invoked it. */
#include "cloud/lambda/flow.h"

#include <stdlib.h>

#include "unit/tap.h"

static const char headed[] = "application/vnd.awslambda.http-integration-response";
static int woken;

static void wake(void *arg, struct str account, struct str key)
{
	(void)arg;
	woken += str_is(account, "111111111111") && str_is(key, "id");
}

static struct flow *flow(bool head, const char *type)
{
	struct flow *f = flow_new(&(struct flow_waiter){
		.wake = wake, .account = STR("111111111111"), .key = STR("id"), .head = head });

	woken = 0;
	if (type)
		flow_begin(f, NULL, str_of(type));
	return f;
}

/* Up to so much of what there is, or "end" or "broken". */
static struct str some(struct flow *f, size_t most)
{
	static char out[100];
	ssize_t n = flow_read(f, out, most);

	if (n < 0)
		return n == HTTP_SOURCE_END ? STR("end") : STR("broken");
	return str_make(out, (size_t)n);
}

/* For both of its users: who made it, and its writer. */
static void let_go(struct flow *f)
{
	flow_leave(f);
	flow_release(f);
}

static void heads(void)
{
	struct arena *a = arena_new();
	struct flow *f = flow(true, NULL);
	struct str head = STR("");

	ok(!flow_is_ready(f) && !flow_has_begun(f), "what has not begun is not ready");
	flow_begin(f, NULL, str_of(headed));
	flow_put(f, STR("{\"a\": 1}\0\0\0"));
	ok(!flow_is_ready(f) && woken == 0, "a head that is wanted is waited for");
	flow_put(f, str_make("\0\0\0\0\0body", 9));
	ok(flow_is_ready(f) && woken == 1, "until it is whole");
	ok(flow_head(f, a, &head) && str_is(head, "{\"a\": 1}"), "it is taken off");
	is_str(some(f, 2), "bo", "the body follows");
	is_str(some(f, 9), "dy");
	ok(!flow_head(f, a, &head), "there is one only");
	let_go(f);

	f = flow(false, headed);
	ok(flow_is_ready(f), "where it is not wanted it is not waited for");
	let_go(f);

	f = flow(true, "text/plain");
	ok(flow_is_ready(f) && !flow_head(f, a, &head), "nor where there is none");
	let_go(f);

	f = flow(true, headed);
	flow_put(f, STR("{"));
	flow_finish(f, &(struct flow_end){ .failed = false });
	ok(flow_is_ready(f) && !flow_head(f, a, &head), "it may never come");
	let_go(f);
	arena_free(a);
}

static void endings(void)
{
	struct flow *f = flow(false, "text/plain");
	struct flow_end end = { true, STR("Unhandled"), STR("why"), STR("log") };

	is_str(some(f, 9), "", "there is nothing yet");
	flow_put(f, STR("all"));
	flow_finish(f, &end);
	end.code = STR("Other");
	flow_finish(f, &end);
	flow_break(f);
	is_int((int64_t)flow_put(f, STR("late")), 4, "what comes behind the end is dropped");
	is_str(some(f, 9), "all", "what came before it is read");
	is_str(some(f, 9), "end");
	is_str(flow_how_ended(f)->code, "Unhandled", "the first end counts");
	let_go(f);

	f = flow(false, "text/plain");
	flow_put(f, STR("all"));
	flow_break(f);
	is_str(some(f, 9), "broken", "what is broken off ends at once");
	let_go(f);
}

static void room(void)
{
	static char bytes[FLOW_ROOM + 10];
	struct flow *f = flow(true, headed);
	int64_t taken = 0, read = 0;
	ssize_t n;

	memset(bytes, 'x', sizeof(bytes));
	is_int((int64_t)flow_put(f, str_make(bytes, sizeof(bytes))), FLOW_ROOM,
	       "no more is taken than there is room for");
	ok(flow_is_ready(f), "a head longer than that is none");
	is_int((int64_t)flow_put(f, STR("more")), 0, "and then nothing");
	is_int(flow_read(f, bytes, 10), 10, "what is read makes room");
	is_int((int64_t)flow_put(f, STR("more")), 4, "for more");
	let_go(f);

	f = flow(false, "text/plain");
	for (int i = 0; i < FLOW_MAX / FLOW_ROOM + 2; i++) {
		taken += (int64_t)flow_put(f, str_make(bytes, FLOW_ROOM));
		while ((n = flow_read(f, bytes, FLOW_ROOM)) > 0)
			read += n;
	}
	ok(flow_is_too_large(f) && taken > FLOW_MAX, "more than 200 MB are too much");
	is_int(read, FLOW_MAX, "and are not read");
	let_go(f);

	f = flow(false, "text/plain");
	flow_leave(flow_use(f));
	is_int((int64_t)flow_put(f, str_make(bytes, sizeof(bytes))), sizeof(bytes),
	       "what nobody reads takes no room");
	flow_written(f);
	flow_release(f);
}

int main(void)
{
	heads();
	endings();
	room();
	return done_testing();
}
