/*
 * Turns: calls of one account run alone and in order, share a transaction without sharing
 * their failures, wait and are woken, and survive a restart.
 */
#include <dirent.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/time.h"
#include "store/folder.h"
#include "turns/turns.h"
#include "unit/tap.h"

static const struct aws_error NotToday = { "NotToday", 400, NULL };
static _Atomic int inside, overlaps, changes, jobs_run, late_jobs_run;

/* --- a small service ---------------------------------------------------------- */

static enum outcome add(struct op *op)
{
	if (atomic_fetch_add(&inside, 1))
		atomic_fetch_add(&overlaps, 1);
	db_run(op->db, "INSERT INTO note (text) VALUES (?)", "s", op_str(op, "Text"));
	op_wake(op, STR("note"));
	atomic_fetch_sub(&inside, 1);
	return DONE;
}

static enum outcome add_and_fail(struct op *op)
{
	db_run(op->db, "INSERT INTO note (text) VALUES ('never')", "");
	return op_fail(op, &NotToday, "Not on a %s.", "Tuesday");
}

static enum outcome count(struct op *op)
{
	json_set_int(op->out, "Count", db_int(op->db, -1, "SELECT count(*) FROM note", ""));
	return DONE;
}

static enum outcome wait_for_note(struct op *op)
{
	int64_t notes = db_int(op->db, 0, "SELECT count(*) FROM note", "");

	if (notes < op_int_or(op, "AtLeast", 1) && op_waited(op) < op_int_or(op, "WaitMs", 0))
		return op_wait(op, STR("note"), op_int_or(op, "WaitMs", 0));
	json_set_int(op->out, "Count", notes);
	return DONE;
}

static enum outcome do_later(struct op *op)
{
	atomic_fetch_add(&jobs_run, 1);
	if (str_is(op_str(op, "Text"), "late"))
		atomic_fetch_add(&late_jobs_run, 1);
	db_run(op->db, "INSERT INTO note (text) VALUES (?)", "s", op_str(op, "Text"));
	return DONE;
}

/* What is computed when all is committed: it begins, and goes on when it may, at the latest after ten seconds. */
static sem_t begun, may_go_on;
static _Atomic bool went_on;

static void sign(struct op *op, void *arg)
{
	struct timespec limit;

	clock_gettime(CLOCK_REALTIME, &limit);
	limit.tv_sec += 10;
	if (arg) {
		sem_post(&begun);
		went_on = sem_timedwait(&may_go_on, &limit) == 0;
	}
	json_set_int(op->out, "Count", 7);
}

static enum outcome add_and_sign(struct op *op)
{
	static int with_gate;
	struct str text = op_str(op, "Text");

	db_run(op->db, "INSERT INTO note (text) VALUES (?)", "s", text);
	op_complete(op, sign, str_is(text, "gate") ? &with_gate : NULL);
	return str_is(text, "failing") ? op_fail(op, &NotToday, "Not today.") : DONE;
}

static enum outcome sign_inside(struct op *op)
{
	struct json_object *out;

	if (aws_call(op, "notes", "AddAndSign", op->in, &out, NULL) != DONE)
		return op_fail(op, &NotToday, "Not today.");
	json_set_int(op->out, "Count", json_int_or(json_get(out, "Count"), 0) + 1);
	return DONE;
}

static const struct job_kind jobs[] = { { "later", do_later, 0 }, { 0 } };

static enum outcome later(struct op *op)
{
	struct json_object *in = json_new_object(op->arena);

	json_set_str(in, "Text", op_str(op, "Text"));
	job_add(op, &jobs[0], op->now + op_int_or(op, "InMs", 0), NULL, in);
	return DONE;
}

static const struct shape_member members[] = { { "Text", &shape_string },
					       { "AtLeast", &shape_integer },
					       { "WaitMs", &shape_integer },
					       { "InMs", &shape_integer },
					       { 0 } };
static const struct shape input = SHAPE_STRUCT(members);
static const struct operation operations[] = {
	{ "Add", NULL, add, 0, &input },
	{ "AddAndFail", NULL, add_and_fail, 0, &input },
	{ "AddAndSign", NULL, add_and_sign, 0, &input },
	{ "Count", NULL, count, OP_READS, &input },
	{ "Later", NULL, later, 0, &input },
	{ "SignInside", NULL, sign_inside, 0, &input },
	{ "WaitForNote", NULL, wait_for_note, OP_WAITS, &input },
	{ 0 },
};
static const struct schema schema = { "notes", 1, "CREATE TABLE note (text TEXT)", NULL };
static const struct service notes = { .name = "notes",
				      .target = "Notes_1",
				      .speaks = PROTO_JSON10,
				      .operations = operations,
				      .jobs = jobs,
				      .schema = &schema };
static const struct service *const services[] = { &notes, NULL };

/* --- set-up --------------------------------------------------------------------- */

static _Atomic int64_t ahead;

static int64_t now_ms(void)
{
	return time_now_ms() + ahead;
}

static const char *folder;
static struct aws *aws;
static struct turns *turns;

static void changed(void *arg, struct str account)
{
	(void)arg;
	(void)account;
	atomic_fetch_add(&changes, 1);
}

static void prepare(void)
{
	aws = aws_new(&(struct aws_config){
		.services = services, .region = "eu-west-1", .clock = now_ms });
	turns = turns_new(&(struct turns_config){ .aws = aws,
						  .accounts_dir = folder,
						  .workers = 3,
						  .create = true,
						  .clock = now_ms,
						  .changed = changed });
}

static void start(void)
{
	prepare();
	turns_start(turns);
}

static void stop(void)
{
	turns_free(turns);
	aws_free(aws);
}

static int64_t call(const char *account, const char *operation, const char *in)
{
	struct arena *a = arena_new();
	struct turns_answer answer;
	int64_t n;

	turns_call(turns, a, str_of(account), "notes", operation, json_parse(a, str_of(in), NULL),
		   &answer);
	n = answer.outcome == DONE ? json_int_or(json_get(answer.out, "Count"), 0) : -1;
	arena_free(a);
	return n;
}

static const char first[] = "111111111111", second[] = "222222222222";

static void *hammer(void *arg)
{
	for (int i = 0; i < 200; i++) {
		call(arg, "Add", "{\"Text\": \"x\"}");
		if (i % 10 == 0)
			call(arg, "AddAndFail", "{}");
	}
	return NULL;
}

static void together(void)
{
	pthread_t threads[8];

	for (int i = 0; i < 8; i++)
		pthread_create(&threads[i], NULL, hammer, (void *)first);
	for (int i = 0; i < 8; i++)
		pthread_join(threads[i], NULL);
	is_int(call(first, "Count", "{}"), 1600,
	       "each of 1600 calls from 8 threads left its row, no failed one did");
	is_int(overlaps, 0, "no two of them ran at the same time");
	is_int(call(second, "Count", "{}"), 0, "another account has nothing of it");
}

static void failures(void)
{
	struct arena *a = arena_new();
	struct turns_answer answer;

	turns_call(turns, a, str_of(second), "notes", "AddAndFail", NULL, &answer);
	ok(answer.outcome == FAILED && str_is(answer.code, "NotToday"), "an error has its code");
	is_str(answer.message, "Not on a Tuesday.", "and its message");
	turns_call(turns, a, str_of(second), "notes", "Nothing", NULL, &answer);
	ok(answer.outcome == FAILED, "an unknown operation fails");
	is_int(changes, 0, "the workshop's own calls tell nobody of a change");
	arena_free(a);
}

static void *add_soon(void *arg)
{
	(void)arg;
	call(second, "Add", "{\"Text\": \"late\"}");
	return NULL;
}

static void waiting(void)
{
	pthread_t thread;
	int64_t before = time_monotonic_us();

	is_int(call(second, "WaitForNote", "{\"AtLeast\": 1, \"WaitMs\": 50}"), 0,
	       "a wait that nobody ends runs once more at its end");
	/* The two clocks count in different units: a millisecond may be cut off. */
	ok(time_monotonic_us() - before >= 49000, "and not before it");
	pthread_create(&thread, NULL, add_soon, NULL);
	is_int(call(second, "WaitForNote", "{\"AtLeast\": 1, \"WaitMs\": 20000}"), 1,
	       "a wait ends when it is woken");
	pthread_join(thread, NULL);
}

/* Until `account` has `want` notes, at most five seconds. */
static int64_t eventually(const char *account, int64_t want)
{
	int64_t have = -1, give_up = time_monotonic_us() + 5000000;

	while (time_monotonic_us() < give_up && (have = call(account, "Count", "{}")) != want)
		;
	return have;
}

static void later_work(void)
{
	call(second, "Later", "{\"Text\": \"job\", \"InMs\": 30}");
	is_int(eventually(second, 2), 2, "a job runs when it is due");
	call(second, "Later", "{\"Text\": \"job\", \"InMs\": 300}");
	stop();
	is_int(jobs_run, 1, "a job that is not due does not run");
	start();
	is_int(eventually(second, 3), 3, "a restart finds the job and runs it in time");
	is_int(call(first, "Count", "{}"), 1602, "and everything else");
}

/* What jobs use may not be there yet when calls are answered already. */
static void held_back(void)
{
	int64_t until;

	stop();
	prepare();
	call(second, "Later", "{\"Text\": \"held\", \"InMs\": 0}");
	for (until = time_monotonic_us() + 100000; time_monotonic_us() < until;)
		call(second, "Add", "{\"Text\": \"meanwhile\"}");
	is_int(jobs_run, 2, "before the start of jobs none runs, though calls do");
	stop();
	prepare();
	turns_start(turns);
	until = time_monotonic_us() + 10 * 1000000;
	while (jobs_run < 3 && time_monotonic_us() < until)
		usleep(1000);
	is_int(jobs_run, 3, "and then it does");
}

static void *sign_with_gate(void *arg)
{
	*(int64_t *)arg = call(first, "AddAndSign", "{\"Text\": \"gate\"}");
	return NULL;
}

static void completing(void)
{
	int64_t answer = 0, before = call(first, "Count", "{}");
	struct arena *a = arena_new();
	struct turns_answer failed;
	pthread_t thread;

	sem_init(&begun, 0, 0);
	sem_init(&may_go_on, 0, 0);
	pthread_create(&thread, NULL, sign_with_gate, &answer);
	sem_wait(&begun);
	is_int(call(first, "Count", "{}"), before + 1,
	       "while an answer is completed its account goes on, with what was done");
	sem_post(&may_go_on);
	pthread_join(thread, NULL);
	ok(went_on && answer == 7, "the answer has what completed it");
	is_int(call(first, "SignInside", "{\"Text\": \"x\"}"), 8,
	       "where an operation needs another's answer it is whole at once");
	turns_call(turns, a, str_of(first), "notes", "AddAndSign",
		   json_parse(a, STR("{\"Text\": \"failing\"}"), NULL), &failed);
	ok(failed.outcome == FAILED && str_is(failed.code, "NotToday"),
	   "what fails after all is not completed");
	arena_free(a);
}

static bool count_rows(void *arg, struct account *account)
{
	*(int64_t *)arg = db_int(account->db, -1, "SELECT count(*) FROM note", "");
	return true;
}

static void work(void)
{
	struct arena *a = arena_new();
	const char *why = "";
	int64_t rows = -1;

	ok(turns_do(turns, a, str_of(second), TURNS_READ, count_rows, &rows, &why) && rows == 3,
	   "any work can be a turn");
	ok(turns_account_exists(turns, str_of(second)), "an account exists");
	turns_reset(turns);
	is_int(call(second, "Count", "{}"), 0, "after a reset an account is empty");
	arena_free(a);
}

/* Has this process a file of the account open? */
static bool is_open(const char *account)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;
	char target[PATH_MAX];
	bool found = false;

	while (dir && (entry = readdir(dir))) {
		ssize_t n = readlinkat(dirfd(dir), entry->d_name, target, sizeof(target));

		found |= n > 0 && str_find_str(str_make(target, (size_t)n), str_of(account)) >= 0;
	}
	if (dir)
		closedir(dir);
	return found;
}

static bool is_closed(void)
{
	return !is_open(second);
}

static bool late_job_ran(void)
{
	return late_jobs_run == 1;
}

/* Let the timer look around until it is so. */
static bool becomes(bool (*so)(void))
{
	int64_t give_up = time_monotonic_us() + 10 * 1000000;

	while (time_monotonic_us() < give_up && !so())
		call(first, "Later", "{\"Text\": \"tick\", \"InMs\": 5}");
	return so();
}

/* The clock goes on; the timer, which waits for a moment before that, sees it. */
static void leap(int64_t minutes)
{
	call(first, "Later", "{\"Text\": \"tick\", \"InMs\": 200}");
	ahead += minutes * 60000;
}

static void nobody(void)
{
	call(second, "Later", "{\"Text\": \"late\", \"InMs\": 3600000}");
	ok(is_open(second), "an account that is used is open");
	leap(11);
	ok(becomes(is_closed), "an account that nobody uses is closed, though it has a job later");
	leap(50);
	ok(becomes(late_job_ran), "which opens it when it is due");
}

int main(void)
{
	char dir[] = "/tmp/immersion-turns-XXXXXX";

	folder = mkdtemp(dir);
	if (!folder)
		return 1;
	start();
	together();
	failures();
	waiting();
	completing();
	later_work();
	work();
	held_back();
	nobody();
	stop();
	ok(folder_remove(folder), "the folder is removed");
	return done_testing();
}
