/* What the core keeps in an account: keys, trail and jobs. */
#include <stdio.h>

#include "aws/call.h"
#include "store/folder.h"
#include "unit/tap.h"

static int64_t clock_ms = 1000;
static int ran, fail_times, woken;

static int64_t test_clock(void)
{
	return clock_ms;
}

static const struct aws_error Trouble = { "Trouble", 400, NULL, false };

static enum outcome run_job(struct op *op)
{
	ran++;
	db_run(op->db, "INSERT INTO did (what) VALUES (?)", "s", op_str(op, "what"));
	if (fail_times-- > 0)
		return op_fail(op, &Trouble, "not yet");
	op_wake(op, STR("did"));
	return DONE;
}

static const struct job_kind jobs[] = { { "do", run_job, 3 }, { 0 } };

static enum outcome plan(struct op *op)
{
	struct str key = op_str(op, "key");

	job_add(op, &jobs[0], op->now + op_int_or(op, "in", 0),
		key.p ? arena_cstr(op->arena, key) : NULL, op->in);
	return DONE;
}

/* Promise something for when `topic` is told, or at the latest in so many milliseconds. */
static enum outcome await(struct op *op)
{
	int64_t in = op_int_or(op, "in", 0);

	job_await(op, &jobs[0], op_str(op, "topic"), in ? op->now + in : INT64_MAX, "w", op->in);
	return DONE;
}

static enum outcome tell(struct op *op)
{
	job_tell(op, op_str(op, "topic"));
	return DONE;
}

static enum outcome refuse(struct op *op)
{
	db_run(op->db, "INSERT INTO did (what) VALUES ('refused')", "");
	return op_fail(op, &Trouble, "no %s", "way");
}

static enum outcome call_both(struct op *op)
{
	const struct aws_error *failed = NULL;
	struct json_object *in = json_new_object(op->arena);

	json_set_int(in, "in", 5);
	if (aws_call(op, "little", "Refuse", NULL, NULL, &failed) != FAILED || failed != &Trouble)
		return op_fail(op, &InternalFailure, "the inner call did not fail");
	return aws_call(op, "little", "Plan", in, NULL, NULL);
}

static const struct operation operations[] = {
	{ "Await", NULL, await, 0 }, { "CallBoth", NULL, call_both, 0 },
	{ "Plan", NULL, plan, 0 },   { "Refuse", NULL, refuse, 0 },
	{ "Tell", NULL, tell, 0 },   { 0 }
};
static const struct schema schema = { .name = "little",
				      .version = 1,
				      .sql = "CREATE TABLE did (what TEXT)" };
static const struct service little = { .name = "little",
				       .speaks = PROTO_JSON10,
				       .operations = operations,
				       .jobs = jobs,
				       .schema = &schema };
static const struct service *const services[] = { &little, NULL };

static enum outcome run(struct aws *aws, struct arena *a, struct account *account, const char *name,
			const char *in)
{
	struct aws_call *call = aws_call_inside(aws, a, str_of(account->id), "little", name,
						json_parse(a, str_of(in), NULL));
	enum outcome outcome;

	db_begin(account->db, true);
	outcome = aws_call_run(call, account);
	if (outcome == DONE)
		db_commit(account->db);
	else
		db_rollback(account->db);
	aws_call_finish(call, true);
	return outcome;
}

static void wake(void *arg, struct str key)
{
	(void)arg;
	woken += str_is(key, "did");
}

static void test_keys(struct account *account)
{
	struct aws_key key, first;
	char number[13];

	ok(!aws_key_first(account, &first), "a new account has no key");
	db_begin(account->db, true);
	aws_key_make(account, 5, &key);
	db_commit(account->db);
	ok(str_starts(str_of(key.id), STR("AKIA")) && strlen(key.id) == 20,
	   "a key looks like AWS's");
	is_int((int64_t)strlen(key.secret), 40, "so does its secret");
	ok(aws_key_first(account, &first) && strcmp(first.id, key.id) == 0,
	   "it is the account's first");
	ok(aws_key_account(str_of(key.id), number) && strcmp(number, account->id) == 0,
	   "the key carries its account");
	ok(aws_key_account(STR("ASIAQNZGKIQY56JQ7WML"), number) &&
		   strcmp(number, "029608264753") == 0,
	   "a key of AWS's carries the account that AWS says");
	ok(!aws_key_account(STR("AKIA"), number), "a short key carries none");
	ok(!aws_key_account(STR("AKIAiosfodnn7example"), number),
	   "nor does one that is not base32");
	ok(!aws_key_account(STR("XKIAQNZGKIQY56JQ7WML"), number), "nor another prefix");
}

/* A key that was revoked, or whose account was emptied, must not be good for another call. */
static void test_cache(struct arena *a)
{
	struct key_cache *cache = key_cache_new();
	struct sigv4 sig = { .access_key = STR("AKIAIOSFODNN7EXAMPLE"),
			     .date = STR("20210722"),
			     .region = STR("eu-west-1"),
			     .service = STR("sts") };
	struct sigv4 tomorrow = sig;
	struct credentials kept = { .caller = { .arn = STR("arn:x"),
						.principal = STR("arn:role"),
						.user_id = STR("AIDA") },
				    .expires_at = 9 },
			   found;
	struct str account = STR("012345678901");
	unsigned char key[SHA256_BYTES] = { 7 }, got[SHA256_BYTES];

	tomorrow.date = STR("20210723");
	ok(!key_cache_get(cache, a, account, &sig, got, &found), "a key is not known at first");
	key_cache_put(cache, account, &sig, key, &kept);
	ok(key_cache_get(cache, a, account, &sig, got, &found) && got[0] == 7, "then it is");
	is_str(found.caller.arn, "arn:x", "with its caller");
	is_str(found.caller.principal, "arn:role", "and whose policies apply");
	is_int(found.expires_at, 9, "and until when it is good");
	ok(!key_cache_get(cache, a, account, &tomorrow, got, &found), "on its day only");
	ok(!key_cache_get(cache, a, STR("000000000000"), &sig, got, &found),
	   "and in its account only");
	key_cache_forget(cache, STR("AKIA"), STR_NONE);
	ok(key_cache_get(cache, a, account, &sig, got, &found), "forgetting another key leaves it");
	key_cache_forget(cache, sig.access_key, STR_NONE);
	ok(!key_cache_get(cache, a, account, &sig, got, &found), "a revoked key is forgotten");
	key_cache_put(cache, account, &sig, key, &kept);
	key_cache_forget(cache, STR_NONE, account);
	ok(!key_cache_get(cache, a, account, &sig, got, &found), "so is every key of an account");
	key_cache_free(cache);
}

static int64_t done_count(struct account *account)
{
	return db_int(account->db, -1, "SELECT count(*) FROM did", "");
}

static void test_jobs(struct aws *aws, struct arena *a, struct account *account)
{
	ok(job_next_due(account) == INT64_MAX, "a new account has promised nothing");
	run(aws, a, account, "Plan", "{\"in\": 100, \"what\": \"one\"}");
	is_int(job_next_due(account), clock_ms + 100, "a job is due when it was promised for");
	ok(!job_run_next(aws, account, clock_ms + 99, wake, NULL), "before that nothing runs");
	ok(job_run_next(aws, account, clock_ms + 100, wake, NULL), "then it runs");
	is_int(ran, 1);
	is_int(woken, 1, "and wakes who waits");
	is_int(done_count(account), 1);
	ok(!job_run_next(aws, account, clock_ms + 100, wake, NULL), "once");

	run(aws, a, account, "Plan", "{\"in\": 10, \"key\": \"k\", \"what\": \"old\"}");
	run(aws, a, account, "Plan", "{\"in\": 20, \"key\": \"k\", \"what\": \"new\"}");
	is_int(job_next_due(account), clock_ms + 20, "a job of the same key is replaced");
	ok(job_run_next(aws, account, clock_ms + 20, wake, NULL) &&
		   !job_run_next(aws, account, clock_ms + 20, wake, NULL),
	   "so it runs once");
	is_int(db_int(account->db, 0, "SELECT count(*) FROM did WHERE what = 'new'", ""), 1,
	       "with the later argument");
}

static void test_awaited(struct aws *aws, struct arena *a, struct account *account)
{
	int64_t before = done_count(account);

	run(aws, a, account, "Await", "{\"topic\": \"t\", \"what\": \"told\"}");
	run(aws, a, account, "Tell", "{\"topic\": \"other\"}");
	ok(job_next_due(account) == INT64_MAX, "a job that waits for a topic is not due by itself");
	run(aws, a, account, "Tell", "{\"topic\": \"t\"}");
	is_int(job_next_due(account), clock_ms, "it is when the topic is told");
	run(aws, a, account, "Tell", "{\"topic\": \"t\"}");
	ok(job_run_next(aws, account, clock_ms, wake, NULL) &&
		   !job_run_next(aws, account, INT64_MAX - 1, wake, NULL),
	   "and runs once, however often that happens");
	run(aws, a, account, "Await", "{\"topic\": \"t\", \"in\": 50}");
	is_int(job_next_due(account), clock_ms + 50, "it may have a time as well");
	run(aws, a, account, "Plan", "{\"in\": 70, \"key\": \"w\"}");
	run(aws, a, account, "Tell", "{\"topic\": \"t\"}");
	is_int(job_next_due(account), clock_ms + 70,
	       "one that replaces it waits for its time alone");
	ok(job_run_next(aws, account, clock_ms + 70, wake, NULL), "and then runs");
	is_int(done_count(account), before + 2);
}

static void test_back_off(struct aws *aws, struct arena *a, struct account *account)
{
	int64_t before = done_count(account);

	ran = 0;
	fail_times = 5;
	run(aws, a, account, "Plan", "{\"what\": \"fails\"}");
	ok(job_run_next(aws, account, clock_ms, wake, NULL), "a job that fails has run");
	is_int(job_next_due(account), clock_ms + 1000, "and is tried again a second later");
	job_run_next(aws, account, clock_ms + 1000, wake, NULL);
	is_int(job_next_due(account), clock_ms + 3000, "then two seconds later");
	job_run_next(aws, account, clock_ms + 3000, wake, NULL);
	ok(job_next_due(account) == INT64_MAX && ran == 3, "until its attempts are used up");
	is_int(done_count(account), before, "what a failed job did is undone");
	fail_times = 0;
}

static void test_nested(struct aws *aws, struct arena *a, struct account *account)
{
	int64_t before = done_count(account);

	ok(run(aws, a, account, "CallBoth", "{}") == DONE, "an operation calls others");
	is_int(done_count(account), before, "a call that failed inside is undone");
	is_int(job_next_due(account), clock_ms + 5, "one that went well is kept");
}

/* A call as from the wire, through its turn. */
static void call_as(struct aws *aws, struct account *account, const char *name, const char *arn)
{
	struct arena *a = arena_new();
	struct aws_call *call = aws_call_inside(aws, a, str_of(account->id), "little", name, NULL);

	aws_call_op(call)->caller = (struct caller){ .arn = str_of(arn) };
	db_begin(account->db, true);
	db_savepoint(account->db);
	if (aws_call_run(call, account) == FAILED)
		db_rollback_to(account->db);
	else
		db_release(account->db);
	aws_call_trail(call, account);
	aws_call_finish(call, db_commit(account->db));
	arena_free(a);
}

static void test_trail(struct aws *aws, struct arena *a, struct account *account)
{
	struct json_object *trail;

	is_int((int64_t)json_count(aws_trail(account, a, 10)), 0,
	       "the workshop's own calls leave no trail");
	for (int i = 0; i < 250; i++)
		call_as(aws, account, "Plan", "arn:x");
	call_as(aws, account, "Refuse", "arn:y");
	trail = aws_trail(account, a, 1000);
	is_int((int64_t)json_count(trail), 200, "the trail is a ring of 200 lines");
	is_str(json_get_str(json_at(trail, 0), "operation"), "Refuse", "the newest comes first");
	is_str(json_get_str(json_at(trail, 0), "outcome"), "Trouble", "with the error's code");
	is_str(json_get_str(json_at(trail, 0), "message"), "no way", "and message");
	is_str(json_get_str(json_at(trail, 0), "caller"), "arn:y", "and who called");
	is_str(json_get_str(json_at(trail, 1), "outcome"), "ok", "what went well is ok");
	is_int(db_int(account->db, -1, "SELECT count(*) FROM did WHERE what = 'refused'", ""), 0,
	       "a failed call leaves its line and nothing else");
}

static void test_unknown(struct aws *aws, struct arena *a, struct account *account)
{
	ok(run(aws, a, account, "CreateMiracle", "{}") == FAILED, "an unknown operation fails");
	is_int(json_int_or(json_get(aws_figures(aws, a), "little:CreateMiracle"), 0), 1,
	       "and is counted");
}

int main(void)
{
	struct arena *a = arena_new();
	const struct aws_config config = { .services = services,
					   .region = "eu-west-1",
					   .clock = test_clock };
	struct aws *aws = aws_new(&config);
	char *dir = arena_printf(a, "%s/immersion-aws-XXXXXX",
				 getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	const char *why = "";
	struct account *account;

	account = mkdtemp(dir)
			  ? account_open(dir, STR("012345678901"), aws_schemas(aws), true, a, &why)
			  : NULL;
	if (!ok(account, "an account opens"))
		return 1;
	test_keys(account);
	test_cache(a);
	test_jobs(aws, a, account);
	test_awaited(aws, a, account);
	test_back_off(aws, a, account);
	test_nested(aws, a, account);
	test_unknown(aws, a, account);
	test_trail(aws, a, account);
	account_close(account);
	aws_free(aws);
	folder_remove(dir);
	arena_free(a);
	return done_testing();
}
