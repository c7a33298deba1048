/*
 * The pool of environments on a machine with little memory: who asks for much has what is left of it, and keeps nobody
 * else from theirs.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/time.h"
#include "cloud/lambda/inside.h"
#include "store/folder.h"
#include "unit/tap.h"

enum { ALL_MB = 480, MANY = 24 };

static const char bootstrap[] =
	"#!/usr/bin/python3\n"
	"import http.client, json, os, time\n"
	"c = http.client.HTTPConnection(os.environ['AWS_LAMBDA_RUNTIME_API'])\n"
	"calls = 0\n"
	"while True:\n"
	"    c.request('GET', '/2018-06-01/runtime/invocation/next')\n"
	"    r = c.getresponse()\n"
	"    event, id = json.loads(r.read()), r.headers['Lambda-Runtime-Aws-Request-Id']\n"
	"    time.sleep(event / 1000)\n"
	"    calls += 1\n"
	"    c.request('POST', '/2018-06-01/runtime/invocation/%s/response' % id, str(calls))\n"
	"    c.getresponse().read()\n";

static struct arena *arena;
static char *root;
static int asked;

/* --- asking ------------------------------------------------------------------------------------ */

static void wake(void *arg, struct str account, struct str key)
{
	(void)arg;
	(void)account;
	(void)key;
}

static struct pool_function function_of(const char *account, int number)
{
	static const char *const none[] = { NULL };
	const char *name = arena_printf(arena, "f%d", number);

	return (struct pool_function){ .account = account,
				       .key = arena_printf(arena, "%s:%s", account, name),
				       .name = name,
				       .version = "$LATEST",
				       .code = arena_printf(arena, "%s/code", root),
				       .runtime = "provided.al2023",
				       .handler = "x",
				       .memory_mb = 128,
				       .tmp_mb = 16,
				       .variables = none,
				       .credentials = { "key", "secret", "token" },
				       .region = "eu-west-1" };
}

/* To be invoked once, for so long. */
static struct pool_ask ask_for(const struct pool_function *f, int ms)
{
	return (struct pool_ask){ .id = arena_strf(arena, "id-%d", ++asked),
				  .account = f->account,
				  .name = f->name,
				  .arn = f->name,
				  .version = f->version,
				  .key = f->key,
				  .payload = arena_strf(arena, "%d", ms),
				  .trace = STR("Root=1"),
				  .timeout_ms = 20000,
				  .memory_mb = 128 };
}

/* Begin an invocation of an account's function that takes so long; its id. */
static struct str begin(const char *account, int function, int ms)
{
	struct pool_function f = function_of(account, function);
	struct pool_ask ask = ask_for(&f, ms);
	const char *why = NULL;

	if (!pool_invoke_again(&ask) && !pool_invoke_first(&ask, &f, &why))
		diag("%s: %s", f.key, why ? why : "too much waits");
	return ask.id;
}

/* Its outcome, or POOL_RUNNING when it is not over in time; *calls is what it answered. */
static enum pool_outcome end_of(struct str id, int *calls)
{
	int64_t until = time_monotonic_us() + 40 * 1000000;
	enum pool_outcome outcome = POOL_RUNNING;
	struct pool_result result = { .failed = false };
	int64_t answer = 0;

	while (outcome == POOL_RUNNING && time_monotonic_us() < until) {
		outcome = pool_take(id, arena, &result);
		if (outcome == POOL_RUNNING)
			usleep(2000);
	}
	if (outcome == POOL_DONE && (result.failed || !str_to_int(result.payload, &answer)))
		diag("it failed: %.*s", STR_ARG(result.payload));
	if (calls)
		*calls = (int)answer;
	return outcome;
}

/* Which call of its environment it was; 0 when there was no answer. */
static int call(const char *account, int function)
{
	int calls;

	return end_of(begin(account, function, 0), &calls) == POOL_DONE ? calls : 0;
}

/* --- looking ------------------------------------------------------------------------------------- */

struct taken {
	int environments;
	int64_t kb;
};

/* What an account has, or (NULL) all of them; what ends does not count. */
static struct taken taken(const char *account)
{
	struct taken t = { 0, 0 };

	pthread_mutex_lock(&pool.lock);
	for (struct environment *e = pool.environments; e; e = e->next)
		if (e->state != ENDING && (!account || strcmp(e->account, account) == 0)) {
			t.environments++;
			t.kb += e->own_kb;
		}
	pthread_mutex_unlock(&pool.lock);
	return t;
}

/* --- the tests ------------------------------------------------------------------------------------- */

static void one_after_another(void)
{
	static const char *const accounts[] = { "111111111111", "222222222222", "333333333333" };
	int answered = 0;

	is_int(call(accounts[0], 0), 1, "a function answers");
	is_int(call(accounts[0], 0), 2, "and again, from the same environment");
	for (int i = 1; i < MANY; i++)
		answered += call(accounts[0], i) == 1;
	is_int(answered, MANY - 1, "an account may have many functions");
	ok(taken(accounts[0]).environments > 2 && taken(accounts[0]).kb < ALL_MB / 4 * 1024,
	   "but keeps what fits into its part: %d, of %lld MB", taken(accounts[0]).environments,
	   (long long)taken(accounts[0]).kb >> 10);
	is_int(call(accounts[0], MANY - 1), 2, "of which the one that was used last is kept");
	for (int a = 1; a < 3; a++)
		for (int i = 0; i < MANY / 2; i++)
			call(accounts[a], i);
	ok(taken(NULL).kb < ALL_MB * 1024, "all accounts together fit: %d, of %lld MB",
	   taken(NULL).environments, (long long)taken(NULL).kb >> 10);
}

static void at_once(void)
{
	const char *much = "111111111111", *little = "444444444444";
	struct str ids[MANY], mine;
	int answered = 0, waiting, calls = 0;

	is_int(call(little, 0), 1, "an account that comes late finds room");
	for (int i = 0; i < MANY; i++)
		ids[i] = begin(much, 100 + i, 300);
	mine = begin(little, 0, 0);
	is_int(end_of(mine, &calls), POOL_DONE, "while another asks for very much it is answered");
	is_int(calls, 2, "from the environment that it had");
	is_int(call(little, 1), 1, "and has a new one started");
	pthread_mutex_lock(&pool.lock);
	waiting = pool.pending;
	pthread_mutex_unlock(&pool.lock);
	ok(waiting > MANY / 4, "while many of the others still wait: %d", waiting);
	for (int i = 0; i < MANY; i++)
		answered += end_of(ids[i], NULL) == POOL_DONE;
	is_int(answered, MANY, "who asks for much is answered as well");
}

static void emptied(void)
{
	const char *account = "555555555555";
	struct str ids[MANY];
	int ended = 0;

	for (int i = 0; i < MANY; i++)
		ids[i] = begin(account, i, 10000);
	usleep(200000);
	ok(pool_end_account(account, time_monotonic_us() + 10 * 1000000),
	   "all that an account runs ends in time");
	is_int(taken(account).environments, 0, "nothing of it is left then");
	for (int i = 0; i < MANY; i++)
		ended += end_of(ids[i], NULL) != POOL_RUNNING;
	is_int(ended, MANY, "what an account waits for is over when it is emptied");
	is_int(call(account, 0), 1, "after which it begins anew");
}

static void spent(void)
{
	const char *account = "666666666666";
	struct str ids[260];
	int throttled = 0;

	/* The first keep their environments busy until all have come. */
	for (int i = 0; i < 250; i++)
		ids[i] = begin(account, i % 3, i < 12 ? 1500 : 0);
	pthread_mutex_lock(&pool.lock);
	throttled = pool.pending;
	pthread_mutex_unlock(&pool.lock);
	ok(throttled > 200, "hundreds may wait: %d", throttled);
	throttled = 0;
	for (int i = 0; i < 250; i++)
		throttled += end_of(ids[i], NULL) != POOL_DONE;
	is_int(throttled, 0, "and are answered one after the other");
	is_int(pool.pending, 0, "nothing waits any more");
}

static void provided(void)
{
	const char *account = "888888888888", *why = "";
	struct pool_function f = function_of(account, 0);
	int64_t until = time_monotonic_us() + 20 * 1000000;
	bool failed;

	ok(pool_provide(&f, 1, &why), "one is provided: %s", why);
	while (!pool_provided(f.key, &failed) && time_monotonic_us() < until)
		usleep(5000);
	is_int(pool_provided(f.key, &failed), 1, "and is there");
	ok(pool_provide(&(struct pool_function){ .key = f.key }, 0, &why),
	   "until it is not needed");
	is_int(call(account, 0), 1, "it then is as any other");
	ok(!pool.provisions, "and nothing is kept of that");
}

/* Between the end of the sandboxes and that of the requests that are still under way. */
static void late(void)
{
	const char *account = "777777777777", *why = "";
	struct pool_function f = function_of(account, 0);
	struct pool_ask ask = ask_for(&f, 0);

	is_int(call(account, 0), 1, "an environment waits");
	pthread_mutex_lock(&pool.lock);
	pool.stop = true;
	pthread_mutex_unlock(&pool.lock);
	ok(!pool_invoke_again(&ask), "when the pool stops it is not begun anew");
	ok(!pool_invoke_first(&ask, &f, &why) && why, "nor is another: %s", why);
	pool_forget(account, f.name, NULL);
	ok(pool_end_account(account, 0), "nor waited for");
	is_int(taken(account).environments, 1, "nor ended twice");
	pthread_mutex_lock(&pool.lock);
	pool.stop = false;
	pthread_mutex_unlock(&pool.lock);
}

/* --- its place ---------------------------------------------------------------------------------------- */

static void make_place(void)
{
	const char *tmp = getenv("TMPDIR"), *why = "";
	char *made = arena_printf(arena, "%s/immersion-pool-XXXXXX", tmp ? tmp : "/tmp");
	const char *code;
	int fd;

	root = mkdtemp(made) ? realpath(made, NULL) : NULL;
	code = arena_printf(arena, "%s/code", root);
	if (!root || !folder_make(code, arena, &why) || chmod(code, 0755) != 0)
		diag("no folder for the test: %s", why);
	fd = open(arena_printf(arena, "%s/bootstrap", code), O_CREAT | O_WRONLY, 0755);
	if (fd < 0 || write(fd, bootstrap, strlen(bootstrap)) < 0)
		diag("no code");
	close(fd);
}

int main(void)
{
	struct lambda_config config = { .memory_mb = ALL_MB, .wake = wake };
	const char *why = "";

	arena = arena_new();
	make_place();
	config.data = root;
	if (!warden_fork(&config.warden_fd,
			 &(struct warden_config){ .root = root, .binary = getenv("IMMERSION") },
			 &why)) {
		printf("Bail out! %s\n", why);
		return 1;
	}
	config.http = http_server_new(2, arena, &why);
	config.cloud =
		http_listen(config.http, &(struct http_listen){ .body_max = 1 << 20 }, arena, &why);
	if (!config.cloud || !lambda_start(&config, arena, &why)) {
		printf("Bail out! %s\n", why);
		return 1;
	}
	one_after_another();
	at_once();
	emptied();
	spent();
	provided();
	late();
	begin("777777777777", 0, 10000);
	begin("777777777777", 1, 0);
	lambda_stop();
	ok(!pool.environments && !pool.invocations, "nothing is left when it is stopped");
	http_server_free(config.http, 100);
	folder_remove(root);
	free(root);
	arena_free(arena);
	return done_testing();
}
