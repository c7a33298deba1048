/* The watch: marks become judgings, soon, not too often, for every account, and none is lost. */
#include <pthread.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/time.h"
#include "checker/watch.h"
#include "unit/tap.h"

#define PAUSE_MS 20
#define ACCOUNTS 50
#define FICKLE   21 /* the number of an account whose answers change each time */

/* The world that the watch looks at and tells. */
struct world {
	char folder[64];
	struct files *tree;
	struct watch *watch;
	pthread_mutex_t lock;
	pthread_cond_t news;
	int published;            /* verdicts handed over */
	int green;                /* of them, ones without a red check */
	int by_account[ACCOUNTS]; /* verdicts of account number N */
	char last[1000];          /* the latest verdicts */
	char of_account[ACCOUNTS][1000];
	bool holding;   /* calls wait while this is set */
	int held;       /* calls that wait */
	int answers_ok; /* what the account answers */
	int busy_us;    /* what an answer computes */
	int calls;
};

static int64_t thread_cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

static void compute(int64_t us)
{
	int64_t end_us = thread_cpu_us() + us;

	while (thread_cpu_us() < end_us)
		;
}

static void answer_call(void *arg, struct arena *a, struct str account, struct str service,
			struct str operation, struct json_object *in, struct check_answer *answer)
{
	struct world *world = arg;
	int busy_us;

	(void)account, (void)service, (void)operation, (void)in;
	pthread_mutex_lock(&world->lock);
	world->calls++;
	world->held++;
	pthread_cond_broadcast(&world->news);
	while (world->holding)
		pthread_cond_wait(&world->news, &world->lock);
	world->held--;
	answer->ok =
		str_ends(account, STR("21")) ? world->by_account[FICKLE] % 2 : world->answers_ok;
	busy_us = world->busy_us;
	pthread_mutex_unlock(&world->lock);
	compute(busy_us);
	answer->out = json_new_object(a);
	answer->code = STR("Nothing");
}

static bool publish(void *arg, struct str account, struct str lab, struct str verdicts)
{
	struct world *world = arg;
	int64_t number = 0;
	char *before;
	bool news;

	(void)lab;
	str_to_int(account, &number);
	pthread_mutex_lock(&world->lock);
	world->published++;
	world->green += str_find_str(verdicts, STR("\"red\"")) < 0;
	world->by_account[number % ACCOUNTS]++;
	snprintf(world->last, sizeof(world->last), "%.*s", STR_ARG(verdicts));
	before = world->of_account[number % ACCOUNTS];
	news = strcmp(before, world->last) != 0;
	memcpy(before, world->last, sizeof(world->last));
	pthread_cond_broadcast(&world->news);
	pthread_mutex_unlock(&world->lock);
	return news;
}

/* Wait at most five seconds until *what has reached `least`. */
static bool reached(struct world *world, const int *what, int least)
{
	struct timespec end;
	bool there;

	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += 5;
	pthread_mutex_lock(&world->lock);
	while (*what < least && pthread_cond_timedwait(&world->news, &world->lock, &end) == 0)
		;
	there = *what >= least;
	pthread_mutex_unlock(&world->lock);
	return there;
}

static int now_is(struct world *world, const int *what)
{
	int value;

	pthread_mutex_lock(&world->lock);
	value = *what;
	pthread_mutex_unlock(&world->lock);
	return value;
}

static void set(struct world *world, int *what, int value)
{
	pthread_mutex_lock(&world->lock);
	*what = value;
	pthread_cond_broadcast(&world->news);
	pthread_mutex_unlock(&world->lock);
}

static void hold(struct world *world, bool holding)
{
	pthread_mutex_lock(&world->lock);
	world->holding = holding;
	pthread_cond_broadcast(&world->news);
	pthread_mutex_unlock(&world->lock);
}

/* Written beside and moved, so that nobody reads half a file. */
static void write_checks(const struct world *world, const char *lab, const char *text)
{
	char name[200], other[220];
	FILE *f;

	snprintf(name, sizeof(name), "%s/%s", world->folder, lab);
	mkdir(name, 0700);
	snprintf(name, sizeof(name), "%s/%s/checks.yaml", world->folder, lab);
	snprintf(other, sizeof(other), "%s.new", name);
	f = fopen(other, "w");
	if (!f || fputs(text, f) < 0 || fclose(f) || rename(other, name))
		ok(0, "%s can be written", name);
}

static void remove_checks(const struct world *world, const char *lab)
{
	char name[200];

	snprintf(name, sizeof(name), "%s/%s/checks.yaml", world->folder, lab);
	unlink(name);
	snprintf(name, sizeof(name), "%s/%s", world->folder, lab);
	rmdir(name);
}

static bool world_begin(struct world *world, struct arena *a)
{
	struct watch_config config = { .threads = 3,
				       .pause_ms = PAUSE_MS,
				       .region = "eu-west-1",
				       .endpoint = "http://127.0.0.1:1",
				       .clock = time_now_ms,
				       .call = answer_call,
				       .publish = publish,
				       .arg = world };
	const char *why = NULL;

	memset(world, 0, sizeof(*world));
	memcpy(world->folder, "/tmp/immersion-watch-XXXXXX", 28);
	pthread_mutex_init(&world->lock, NULL);
	pthread_cond_init(&world->news, NULL);
	world->answers_ok = 1;
	if (!ok(mkdtemp(world->folder), "there is a folder"))
		return false;
	write_checks(world, "one", "- id: a\n  title: A\n  call: x Y\n");
	world->tree = files_folder(world->folder, a, &why);
	if (!ok(world->tree, "the folder can be read%s", why ? why : ""))
		return false;
	config.labs = world->tree;
	world->watch = watch_new(&config);
	return true;
}

static void world_end(struct world *world)
{
	hold(world, false);
	watch_free(world->watch);
	files_free(world->tree);
	remove_checks(world, "one");
	remove_checks(world, "two");
	rmdir(world->folder);
}

static struct str account_name(struct arena *a, int number)
{
	return arena_strf(a, "%012d", number);
}

static void marks_are_judged(struct world *world, struct arena *a)
{
	struct str account = account_name(a, 1);
	int64_t began_us = time_monotonic_us(), began_ms = time_now_ms(), done_at;
	struct json_object *text, *check;

	watch_mark(world->watch, account);
	ok(reached(world, &world->published, 1), "a marked account is judged");
	text = json_parse(a, str_of(world->last), NULL);
	check = json_at(json_get(text, "checks"), 0);
	done_at = json_int_or(json_get(check, "doneAt"), 0);
	ok(done_at >= began_ms && done_at <= time_now_ms(),
	   "it says when the check was green first");
	json_object_object_del(check, "doneAt");
	is_str(json_text(a, text),
	       "{\"id\":\"one\",\"title\":\"one\",\"checks\":[{\"id\":\"a\",\"title\":"
	       "\"A\",\"state\":\"green\",\"message\":\"\",\"done\":true,\"diagnosed\":false}]}");
	for (int i = 0; i < 2000; i++)
		watch_mark(world->watch, account);
	ok(reached(world, &world->published, 2), "and again after it was marked again");
	usleep(3 * PAUSE_MS * 1000);
	ok(now_is(world, &world->published) <=
		   2 + (time_monotonic_us() - began_us) / 1000 / PAUSE_MS,
	   "many marks are few judgings");
	text = json_at(json_get(json_parse(a, str_of(world->last), NULL), "checks"), 0);
	is_int(json_int_or(json_get(text, "doneAt"), 0), done_at, "the moment stays the first one");
}

static void quiet_accounts_rest(struct world *world)
{
	int before;

	usleep(3 * PAUSE_MS * 1000);
	before = now_is(world, &world->published);
	usleep(5 * PAUSE_MS * 1000);
	is_int(now_is(world, &world->published), before, "where nothing is marked nothing runs");
}

static void changes_during_a_judging_count(struct world *world, struct arena *a)
{
	int before = now_is(world, &world->published);

	hold(world, true);
	watch_mark(world->watch, account_name(a, 2));
	ok(reached(world, &world->held, 1), "a judging is under way");
	watch_mark(world->watch, account_name(a, 2));
	hold(world, false);
	ok(reached(world, &world->published, before + 2), "a mark during it is not lost");
}

static void now_is_now(struct world *world, struct arena *a)
{
	int before;

	write_checks(world, "two", "- id: b\n  title: B\n  call: x Y\n");
	ok(reached(world, &world->published, now_is(world, &world->published) + 4),
	   "all accounts seen are judged again when the checks change");
	usleep(3 * PAUSE_MS * 1000);
	before = now_is(world, &world->published);
	watch_now(world->watch, account_name(a, 3), STR("two"));
	is_int(now_is(world, &world->published), before + 1, "one lab of an account");
	ok(strstr(world->last, "\"two\""), "and it is the lab asked for");
	watch_now(world->watch, account_name(a, 3), STR_NONE);
	is_int(now_is(world, &world->published), before + 3, "all labs of an account");
}

static void what_was_green_says_so(struct world *world, struct arena *a)
{
	set(world, &world->answers_ok, 0);
	watch_now(world->watch, account_name(a, 3), STR("one"));
	ok(strstr(world->last, "\"message\":\"This was green before. x Y failed: Nothing.\""),
	   "a check that turned red again says so: %s", world->last);
	watch_now(world->watch, account_name(a, 4), STR("one"));
	ok(strstr(world->last, "\"message\":\"x Y failed: Nothing.\""),
	   "one that never was green does not");
	set(world, &world->answers_ok, 1);
}

/* Judged while it may not be, `published` would have grown: marks of others pass meanwhile, in their order. */
static void held_accounts_rest(struct world *world, struct arena *a)
{
	struct str account = account_name(a, 5), other = account_name(a, 6);
	int before;

	watch_now(world->watch, account, STR_NONE);
	watch_hold(world->watch, account);
	before = now_is(world, &world->by_account[5]);
	watch_mark(world->watch, account);
	usleep(2 * PAUSE_MS * 1000);
	watch_mark(world->watch, other);
	ok(reached(world, &world->by_account[6], 2), "while an account is held others are judged");
	is_int(now_is(world, &world->by_account[5]), before, "but it is not");
	set(world, &world->answers_ok, 0);
	watch_let_go(world->watch, account, true);
	ok(reached(world, &world->by_account[5], before + 2), "afterwards it is");
	watch_now(world->watch, account, STR("one"));
	ok(strstr(world->last, "\"message\":\"x Y failed: Nothing.\"") &&
		   !strstr(world->last, "doneAt"),
	   "as if it had never been green: %s", world->last);
	set(world, &world->answers_ok, 1);
}

static void bad_files_change_nothing(struct world *world, struct arena *a)
{
	write_checks(world, "one", "- id: a\n  titel: A\n");
	write_checks(world, "two", "- id: c\n  title: C\n  call: x Y\n");
	ok(reached(world, &world->published, now_is(world, &world->published) + 2),
	   "the accounts are judged again");
	usleep(150000);
	watch_now(world->watch, account_name(a, 3), STR("one"));
	ok(strstr(world->last, "\"title\":\"A\""), "a lab with a mistake keeps its old checks");
	watch_now(world->watch, account_name(a, 3), STR("two"));
	ok(strstr(world->last, "\"title\":\"C\""), "the other has its new ones");
}

/* Each of the accounts computes 4 ms: 200 ms, of which three threads have an eighth each. */
static void judging_leaves_the_processor(struct world *world, struct arena *a)
{
	int64_t began_us = time_monotonic_us();

	set(world, &world->busy_us, 4000);
	for (int i = 0; i < ACCOUNTS; i++)
		watch_mark(world->watch, account_name(a, i));
	ok(reached(world, &world->published, ACCOUNTS), "a room's changes are judged");
	/* Each thread's last rest is not over yet. */
	ok(time_monotonic_us() - began_us >= (200000 - 3 * 4000) * 8 / 3,
	   "and leave the processor to others for most of the time");
}

/* Both change all the time, but what is judged of one stays the same. */
static void steady_accounts_are_judged_less(struct world *world, struct arena *a)
{
	int64_t end_us = time_monotonic_us() + 20000000;
	int fickle, steady;

	do {
		watch_mark(world->watch, account_name(a, FICKLE));
		watch_mark(world->watch, account_name(a, 20));
		usleep(1000);
		fickle = now_is(world, &world->by_account[FICKLE]);
		steady = now_is(world, &world->by_account[20]);
	} while (fickle < 60 && time_monotonic_us() < end_us);
	ok(fickle >= 60 && steady > 2 && steady * 2 < fickle,
	   "an account whose changes mean nothing is judged less often: %d of %d", steady, fickle);
}

struct marker {
	struct world *world;
	bool stop;
};

static void *keep_marking(void *arg)
{
	struct marker *marker = arg;
	struct arena *a = arena_new();
	struct str names[ACCOUNTS];

	for (int i = 0; i < ACCOUNTS; i++)
		names[i] = account_name(a, i);
	while (!__atomic_load_n(&marker->stop, __ATOMIC_RELAXED)) {
		for (int i = 0; i < ACCOUNTS; i++)
			watch_mark(marker->world->watch, names[i]);
		watch_now(marker->world->watch, names[7], STR("one"));
		usleep(1000);
	}
	arena_free(a);
	return NULL;
}

/* Verdicts of the account that has had least and of that which has had most, but for the one that is asked for at once. */
static void extremes(struct world *world, int *least, int *most)
{
	*least = 1 << 30;
	*most = 0;
	pthread_mutex_lock(&world->lock);
	for (int i = 0; i < ACCOUNTS; i++) {
		if (i == 7)
			continue;
		*least = world->by_account[i] < *least ? world->by_account[i] : *least;
		*most = world->by_account[i] > *most ? world->by_account[i] : *most;
	}
	pthread_mutex_unlock(&world->lock);
}

static void busy_accounts_are_all_served(struct world *world)
{
	struct marker marker = { .world = world };
	int64_t end_us = time_monotonic_us() + 20000000;
	pthread_t threads[2];
	int least = 0, most = 0;

	pthread_mutex_lock(&world->lock);
	memset(world->by_account, 0, sizeof(world->by_account));
	pthread_mutex_unlock(&world->lock);
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, keep_marking, &marker);
	while (least < 3 && time_monotonic_us() < end_us) {
		usleep(5000);
		extremes(world, &least, &most);
	}
	__atomic_store_n(&marker.stop, true, __ATOMIC_RELAXED);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	diag("each of %d busy accounts had %d to %d verdicts", ACCOUNTS, least, most);
	ok(least >= 3 && most <= least + 4, "all have their turn, none much more than another");
}

int main(void)
{
	struct arena *a = arena_new();
	struct world world;

	if (world_begin(&world, a)) {
		marks_are_judged(&world, a);
		quiet_accounts_rest(&world);
		changes_during_a_judging_count(&world, a);
		now_is_now(&world, a);
		what_was_green_says_so(&world, a);
		held_accounts_rest(&world, a);
		bad_files_change_nothing(&world, a);
		busy_accounts_are_all_served(&world);
		world_end(&world);
		ok(1, "it stops with accounts waiting");
	}
	if (world_begin(&world, a)) {
		judging_leaves_the_processor(&world, a);
		world_end(&world);
	}
	if (world_begin(&world, a)) {
		steady_accounts_are_judged_less(&world, a);
		world_end(&world);
	}
	arena_free(a);
	return done_testing();
}
