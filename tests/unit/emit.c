/* Emission: what is emitted from turns and threads reaches the services that collect, soon and once. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/time.h"
#include "store/folder.h"
#include "turns/turns.h"
#include "unit/tap.h"

/* --- a service that talks, and keeps what all say ---------------------------------- */

static enum outcome talk(struct op *op)
{
	struct str text = op_str(op, "Text");

	emit_log(op, &(struct emit_line){ .group = STR("/g"), .stream = STR("s"), .text = text });
	emit_metric(op, &(struct emit_metric){ .space = "Talks",
					       .name = "Length",
					       .unit = "Bytes",
					       .dimensions = { { "To", STR("all") } },
					       .value = (double)text.n });
	return DONE;
}

static enum outcome count(struct op *op)
{
	json_set_int(op->out, "Lines", db_int(op->db, -1, "SELECT count(*) FROM line", ""));
	json_set_int(op->out, "Values", db_int(op->db, -1, "SELECT sum(values_) FROM metric", ""));
	json_set_int(op->out, "Sum", db_int(op->db, -1, "SELECT sum(sum) FROM metric", ""));
	json_set_int(op->out, "InOrder",
		     db_int(op->db, -1,
			    "SELECT count(*) FROM line WHERE text = 'line ' || (id - 1)", ""));
	return DONE;
}

static void collect(struct op *op, const struct emit_batch *batch)
{
	for (const struct emit_lines *l = batch->lines; l; l = l->next)
		db_run(op->db, "INSERT INTO line (text, role) VALUES (?, ?)", "ss", l->line.text,
		       l->line.role);
	for (const struct emit_series *s = batch->series; s; s = s->next)
		db_run(op->db, "INSERT INTO metric (values_, sum) VALUES (?, ?)", "rr",
		       s->sketch.count, s->sketch.sum);
}

static const struct shape_member members[] = { { "Text", &shape_string }, { 0 } };
static const struct shape input = SHAPE_STRUCT(members);
static const struct operation operations[] = {
	{ "Count", NULL, count, OP_READS, &input },
	{ "Talk", NULL, talk, OP_READS, &input },
	{ 0 },
};
static const struct schema schema = {
	"talks", 1,
	"CREATE TABLE line (id INTEGER PRIMARY KEY, text TEXT, role TEXT);"
	"CREATE TABLE metric (values_ REAL, sum REAL);",
	NULL
};
static const struct service talks = { .name = "talks",
				      .target = "Talks_1",
				      .speaks = PROTO_JSON10,
				      .operations = operations,
				      .collect = collect,
				      .schema = &schema };
static const struct service *const services[] = { &talks, NULL };

/* --- set-up --------------------------------------------------------------------- */

static const char account[] = "111111111111";
static const char *folder;
static struct aws *aws;
static struct turns *turns;

static void start(void)
{
	aws = aws_new(&(struct aws_config){
		.services = services, .region = "eu-west-1", .clock = time_now_ms });
	turns = turns_new(&(struct turns_config){ .aws = aws,
						  .accounts_dir = folder,
						  .workers = 2,
						  .create = true,
						  .clock = time_now_ms });
	turns_start(turns);
}

static void stop(void)
{
	turns_free(turns);
	aws_free(aws);
}

static int64_t call(const char *operation, const char *in, const char *member)
{
	struct arena *a = arena_new();
	struct turns_answer answer;
	int64_t n;

	turns_call(turns, a, str_of(account), "talks", operation, json_parse(a, str_of(in), NULL),
		   &answer);
	n = answer.outcome == DONE ? json_int_or(json_get(answer.out, member), 0) : -1;
	arena_free(a);
	return n;
}

/* True as soon as the count is as wanted, false after some seconds. */
static bool comes(const char *member, int64_t wanted)
{
	for (int i = 0; i < 300; i++) {
		if (call("Count", "{}", member) == wanted)
			return true;
		usleep(20000);
	}
	return false;
}

/* --- tests -------------------------------------------------------------------------- */

static void from_turns(void)
{
	int64_t began = time_now_ms(), took;

	for (int i = 0; i < 50; i++) {
		char in[64];

		snprintf(in, sizeof(in), "{\"Text\": \"line %d\"}", i);
		call("Talk", in, "Lines");
	}
	ok(comes("Lines", 50), "lines from operations that only read are delivered");
	took = time_now_ms() - began;
	ok(took < 3000, "within about a second (%lld ms)", (long long)took);
	ok(call("Count", "{}", "InOrder") == 50, "in their order");
	ok(call("Count", "{}", "Values") == 50 && call("Count", "{}", "Sum") == 50 * 7 - 10,
	   "values are added up before they are delivered");
}

enum { THREADS = 4, LINES = 5000 };

static void *talk_from_thread(void *arg)
{
	for (int i = 0; i < LINES; i++) {
		emit_log_to(aws, account,
			    &(struct emit_line){ .group = STR("/g"),
						 .stream = STR("t"),
						 .role = STR("arn:aws:iam::1:role/r"),
						 .text = STR("hello") });
		emit_metric_to(aws, account,
			       &(struct emit_metric){
				       .space = "Talks", .name = "Other", .value = 1 });
	}
	return arg;
}

static void from_threads(void)
{
	pthread_t threads[THREADS];
	int64_t before = time_monotonic_us(), took;

	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, talk_from_thread, NULL);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	took = time_monotonic_us() - before;
	ok(comes("Lines", 50 + THREADS * LINES), "lines from threads are delivered");
	ok(call("Count", "{}", "Values") == 50 + THREADS * LINES, "and values");
	diag("%.2f us for a line and a value", (double)took / (THREADS * LINES));
}

static void at_the_end(void)
{
	int64_t lines = 50 + THREADS * LINES;

	call("Talk", "{\"Text\": \"the last\"}", "Lines");
	stop();
	start();
	ok(call("Count", "{}", "Lines") == lines + 1, "an orderly end delivers what is pending");
}

static void too_much(void)
{
	static char large[1 << 20];
	int64_t lines = call("Count", "{}", "Lines");

	memset(large, 'x', sizeof(large) - 1);
	for (int i = 0; i < 100; i++)
		emit_log_to(aws, account, &(struct emit_line){ .text = str_of(large) });
	call("Talk", "{\"Text\": \"still here\"}", "Lines");
	usleep(1500000);
	ok(call("Count", "{}", "Lines") < lines + 101, "lines that come too fast are dropped");
}

int main(void)
{
	struct arena *a = arena_new();
	const char *tmp = getenv("TMPDIR");
	char *dir = arena_printf(a, "%s/immersion-emit-XXXXXX", tmp ? tmp : "/tmp");

	folder = mkdtemp(dir);
	start();
	from_turns();
	from_threads();
	at_the_end();
	too_much();
	stop();
	folder_remove(folder);
	arena_free(a);
	return done_testing();
}
