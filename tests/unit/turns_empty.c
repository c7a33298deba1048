/*
 * A fresh start: one account becomes as new while others notice nothing; what it waited for fails, what comes meanwhile
 * sees the new account, its keys stay; and a start after a death at any moment finds one whole account.
 */
#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/time.h"
#include "store/folder.h"
#include "turns/turns.h"
#include "unit/tap.h"

/* --- a small service ---------------------------------------------------------- */

static _Atomic int jobs_run, waits;

static enum outcome add(struct op *op)
{
	db_run(op->db, "INSERT INTO note (text) VALUES ('x')", "");
	return DONE;
}

static enum outcome count(struct op *op)
{
	json_set_int(op->out, "Count", db_int(op->db, -1, "SELECT count(*) FROM note", ""));
	return DONE;
}

/* Long enough for whatever the test does meanwhile. */
static enum outcome wait_long(struct op *op)
{
	atomic_fetch_add(&waits, 1);
	if (op_waited(op) < 20000)
		return op_wait(op, STR("never"), 20000);
	return DONE;
}

static enum outcome do_later(struct op *op)
{
	(void)op;
	atomic_fetch_add(&jobs_run, 1);
	return DONE;
}

static const struct job_kind jobs[] = { { "later", do_later, 0 }, { 0 } };

static enum outcome later(struct op *op)
{
	job_add(op, &jobs[0], op->now + 3600000, NULL, json_new_object(op->arena));
	return DONE;
}

static const struct shape_member members[] = { { "Text", &shape_string }, { 0 } };
static const struct shape input = SHAPE_STRUCT(members);
static const struct operation operations[] = {
	{ "Add", NULL, add, 0, &input },
	{ "Count", NULL, count, OP_READS, &input },
	{ "Later", NULL, later, 0, &input },
	{ "WaitLong", NULL, wait_long, OP_WAITS, &input },
	{ 0 },
};
static const struct holding holdings[] = { { "note", "notes", "SELECT count(*) FROM note" },
					   { 0 } };
static const struct schema schema = { "notes", 1, "CREATE TABLE note (text TEXT)", NULL };
static const struct service notes = { .name = "notes",
				      .target = "Notes_1",
				      .speaks = PROTO_JSON10,
				      .operations = operations,
				      .jobs = jobs,
				      .schema = &schema,
				      .holdings = holdings };
static const struct service *const services[] = { &notes, NULL };

/* --- set-up --------------------------------------------------------------------- */

static const char first[] = "111111111111", second[] = "222222222222";
static const char *folder;
static struct aws *aws;
static struct turns *turns;
static _Atomic int64_t ahead;
static _Atomic bool ends = true, forgets = true;
static _Atomic int ended, emptied;

static int64_t now_ms(void)
{
	return time_now_ms() + ahead;
}

static bool end(void *arg, struct str account, const char **why)
{
	(void)arg;
	*why = "it does not end";
	if (!str_is(account, first))
		abort();
	atomic_fetch_add(&ended, 1);
	return ends;
}

static bool forget(void *arg, struct str account)
{
	(void)arg;
	if (!str_is(account, first))
		abort();
	atomic_fetch_add(&emptied, 1);
	return forgets;
}

static void start(void)
{
	aws = aws_new(&(struct aws_config){
		.services = services, .region = "eu-west-1", .clock = now_ms });
	turns = turns_new(&(struct turns_config){ .aws = aws,
						  .accounts_dir = folder,
						  .workers = 3,
						  .emptying = { end, forget, NULL },
						  .clock = now_ms });
	turns_settle(turns);
	turns_start(turns);
}

static void stop(void)
{
	turns_free(turns);
	aws_free(aws);
}

/* The answer's Count, 0 without one; -1: it failed. */
static int64_t call(const char *account, const char *operation)
{
	struct arena *a = arena_new();
	struct turns_answer answer;
	int64_t n;

	turns_call(turns, a, str_of(account), "notes", operation, NULL, &answer);
	n = answer.outcome == DONE ? json_int_or(json_get(answer.out, "Count"), 0) : -1;
	arena_free(a);
	return n;
}

static bool make_key(void *arg, struct account *account)
{
	aws_key_make(account, time_now_ms(), arg);
	return true;
}

static bool read_key(void *arg, struct account *account)
{
	return aws_key_first(account, arg);
}

static bool disable_keys(void *arg, struct account *account)
{
	(void)arg;
	return db_run(account->db, "UPDATE access_key SET active = 0", "");
}

static bool count_jobs(void *arg, struct account *account)
{
	*(int64_t *)arg = db_int(account->db, -1, "SELECT count(*) FROM job", "");
	return true;
}

static bool turn(const char *account, unsigned flags, bool (*work)(void *, struct account *),
		 void *arg)
{
	struct arena *a = arena_new();
	const char *why = "";
	bool done = turns_do(turns, a, str_of(account), flags, work, arg, &why);

	arena_free(a);
	return done;
}

/* "2 notes", or why not. */
static const char *empty(struct arena *a, const char *account)
{
	struct json_object *lost = NULL;
	const char *why = "";

	return turns_empty(turns, a, str_of(account), &lost, &why)
		       ? arena_printf(a, "%.*s", STR_ARG(json_text(a, lost)))
		       : why;
}

static bool there(const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return access(path, F_OK) == 0;
}

/* Are the two accounts all that there is? */
static bool nothing_else(void)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int accounts = 0, others = 0;

	while (dir && (entry = readdir(dir))) {
		bool known =
			strcmp(entry->d_name, first) == 0 || strcmp(entry->d_name, second) == 0;

		accounts += known;
		others += !known && entry->d_name[0] != '.';
	}
	if (dir)
		closedir(dir);
	return accounts == 2 && !others;
}

/* --- tests ------------------------------------------------------------------------ */

static void *wait_for_nothing(void *arg)
{
	*(int64_t *)arg = call(first, "WaitLong");
	return NULL;
}

static void fresh_start(struct arena *a)
{
	struct aws_key key = { { 0 }, { 0 } }, after = { { 0 }, { 0 } };
	int64_t waited = 0, left = -1, give_up = time_monotonic_us() + 10 * 1000000;
	pthread_t thread;

	ok(turn(first, TURNS_WRITE | TURNS_CREATE, make_key, &key) &&
		   turn(second, TURNS_WRITE | TURNS_CREATE, make_key, &after),
	   "two accounts have keys");
	for (int i = 0; i < 2; i++)
		call(first, "Add");
	call(first, "Later");
	call(second, "Add");
	pthread_create(&thread, NULL, wait_for_nothing, &waited);
	while (!waits && time_monotonic_us() < give_up)
		usleep(1000);
	is_str(str_of(empty(a, first)), "[{\"count\":2,\"what\":\"notes\"}]",
	       "what is lost is told");
	pthread_join(thread, NULL);
	is_int(waited, -1, "a call that waited has failed");
	is_int(waits, 1, "and has not run in the new account");
	is_int(call(first, "Count"), 0, "the account is empty");
	ok(turn(first, TURNS_READ, count_jobs, &left) && left == 0, "its jobs are gone");
	ok(turn(first, TURNS_READ, read_key, &after) && strcmp(key.id, after.id) == 0 &&
		   strcmp(key.secret, after.secret) == 0,
	   "its key is the same");
	is_int(call(first, "Add"), 0, "it can be used");
	is_int(call(second, "Count"), 1, "the other account has what it had");
	ok(ended > 0 && emptied == 1, "others are told");
	ok(nothing_else(), "nothing is left of the old one");
}

static void without_key(struct arena *a)
{
	struct aws_key key = { { 0 }, { 0 } }, after = { { 0 }, { 0 } };

	turn(first, TURNS_READ, read_key, &key);
	turn(first, TURNS_WRITE, disable_keys, NULL);
	empty(a, first);
	ok(turn(first, TURNS_READ, read_key, &after) && strcmp(key.id, after.id) != 0,
	   "where no key works any more there is a new one");
}

static void refused(struct arena *a)
{
	int64_t before;

	call(first, "Add");
	before = call(first, "Count");
	ends = false;
	is_str(str_of(empty(a, first)), "it does not end",
	       "when something does not end, that is told");
	ends = true;
	is_int(call(first, "Count"), before, "and the account is as before");
	is_str(str_of(empty(a, "333333333333")), "there is no such account",
	       "nobody's account is refused");
	ok(!there("333333333333"), "and not made");
}

static _Atomic bool enough;
static _Atomic int failures;

static void *hammer(void *arg)
{
	while (!enough)
		if (call(arg, "Add") < 0)
			atomic_fetch_add(&failures, 1);
	return NULL;
}

static void meanwhile(struct arena *a)
{
	pthread_t threads[4];
	int64_t others, wrong = 0;

	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, hammer, (void *)(i % 2 ? first : second));
	for (int i = 0; i < 20; i++) {
		int64_t before = call(second, "Count");

		empty(a, first);
		wrong += call(second, "Count") < before;
	}
	enough = true;
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	others = call(second, "Count");
	is_int(failures, 0, "calls that come meanwhile wait, and are answered");
	ok(!wrong && others > 0, "those of others stay");
	empty(a, first);
	is_int(call(first, "Count"), 0, "20 fresh starts under load end in an empty account");
	ok(nothing_else(), "and nothing beside it");
}

/* A path below the folder of accounts. */
static const char *at(struct arena *a, const char *name)
{
	return arena_printf(a, "%s/%s", folder, name);
}

static void copy_file(struct arena *a, const char *from, const char *to)
{
	char bytes[4096];
	FILE *in = fopen(at(a, from), "r"), *out = fopen(at(a, to), "w");
	size_t n;

	if (!in || !out)
		abort();
	while ((n = fread(bytes, 1, sizeof(bytes), in)))
		fwrite(bytes, 1, n, out);
	fclose(in);
	if (fclose(out))
		abort();
}

/* What a process leaves that dies while it makes the new account, or (`whole`) when that is made. */
static void leave_fresh(struct arena *a, bool whole)
{
	static const char file[] = "111111111111.fresh/111111111111/account.db";

	if (mkdir(at(a, "111111111111.fresh"), 0700) ||
	    mkdir(at(a, "111111111111.fresh/111111111111"), 0700))
		abort();
	copy_file(a, whole ? "111111111111/account.db" : "222222222222/account.db", file);
	if (!whole && truncate(at(a, file), 100))
		abort();
}

static void dies_early(struct arena *a)
{
	call(first, "Add");
	stop();
	leave_fresh(a, false);
	start();
	is_int(call(first, "Count"), 1,
	       "died while the new account was made: the old one is there");
	ok(nothing_else(), "and what was begun is gone");
}

static void dies_between(struct arena *a)
{
	stop();
	emptied = 0;
	leave_fresh(a, true);
	if (rename(at(a, first), at(a, "111111111111.old-0123abcd")))
		abort();
	start();
	is_int(call(first, "Count"), 1, "died while they were exchanged: the new one is there");
	is_int(emptied, 1, "and others are told at the next start");
	ok(nothing_else(), "and the old one is gone");
}

static void dies_with_one(struct arena *a)
{
	stop();
	emptied = 0;
	if (rename(at(a, first), at(a, "111111111111.old-0123abcd")))
		abort();
	start();
	is_int(call(first, "Count"), 1, "died when only the old account was left: it is back");
	is_int(emptied, 0, "and nobody is told of anything");
	ok(nothing_else(), "nor is anything else there");
}

static void dies_late(struct arena *a)
{
	call(first, "Add");
	stop();
	emptied = 0;
	if (mkdir(at(a, "111111111111.gone-0123abcd"), 0700))
		abort();
	start();
	is_int(emptied, 0, "died while the old one was removed: nobody is told again");
	ok(call(first, "Count") > 0, "and what was done since is there");
	ok(nothing_else(), "and the rest of the old one goes");
}

/* Others cannot be told: the old account stays, at once or at a start. */
static void not_told(struct arena *a)
{
	int before = (int)call(first, "Count");

	forgets = false;
	ok(before > 0, "there is something");
	is_str(empty(a, first),
	       "what is known of the account elsewhere could not be written: is the disk full?",
	       "when others cannot be told there is no fresh start");
	is_int(call(first, "Count"), before, "all is there");
	ok(nothing_else(), "and nothing besides");
	stop();
	if (mkdir(at(a, "111111111111.old-0123abcd"), 0700))
		abort();
	copy_file(a, "111111111111/account.db", "111111111111.old-0123abcd/account.db");
	copy_file(a, "222222222222/account.db", "111111111111/account.db");
	start();
	is_int(call(first, "Count"), before, "nor at the start");
	ok(nothing_else(), "nor is anything left then");
	forgets = true;
}

static void no_job(void)
{
	ahead = 2 * 3600000;
	stop();
	start();
	call(first, "Count");
	call(second, "Later");
	ahead += 2 * 3600000;
	stop();
	start();
	for (int64_t until = time_monotonic_us() + 10 * 1000000;
	     !jobs_run && time_monotonic_us() < until;)
		usleep(1000);
	is_int(jobs_run, 1, "of two jobs only that of the other account has run");
}

int main(void)
{
	char dir[] = "/tmp/immersion-empty-XXXXXX";
	struct arena *a = arena_new();

	folder = mkdtemp(dir);
	if (!folder)
		return 1;
	start();
	fresh_start(a);
	without_key(a);
	refused(a);
	meanwhile(a);
	dies_early(a);
	dies_between(a);
	dies_with_one(a);
	dies_late(a);
	not_told(a);
	no_job();
	stop();
	arena_free(a);
	ok(folder_remove(folder), "the folder is removed");
	return done_testing();
}
