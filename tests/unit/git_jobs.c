/* The threads that run git: what one account can hold of them. */
#include "git/git.h"

#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/time.h"
#include "unit/http_wire.h"
#include "unit/tap.h"

enum { SLOW = 6, MANY = 200 };

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER; /* held as long as slow jobs are to last */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int under_way, most, endless_begun;

static void wake(void *arg, struct str account, struct str key)
{
	(void)arg;
	(void)account;
	(void)key;
}

static void slow(struct git_work *work)
{
	(void)work;
	pthread_mutex_lock(&lock);
	under_way++;
	most = under_way > most ? under_way : most;
	pthread_mutex_unlock(&lock);
	pthread_mutex_lock(&gate);
	pthread_mutex_unlock(&gate);
	pthread_mutex_lock(&lock);
	under_way--;
	pthread_mutex_unlock(&lock);
}

static void stuck(struct git_work *work)
{
	(void)work;
	pthread_mutex_lock(&gate);
	pthread_mutex_unlock(&gate);
}

static void quick(struct git_work *work)
{
	(void)work;
}

/* As git itself is waited for: until it is over, or shall be. */
static void endless(struct git_work *work)
{
	(void)work;
	pthread_mutex_lock(&lock);
	endless_begun++;
	pthread_mutex_unlock(&lock);
	while (!git_is_stopping())
		usleep(1000);
}

static int read_count(const int *count)
{
	int n;

	pthread_mutex_lock(&lock);
	n = *count;
	pthread_mutex_unlock(&lock);
	return n;
}

/* A job in a repository of its own. */
static bool add(struct arena *a, const char *account, int number, git_work *work)
{
	return git_job_add(
		&(struct git_job_config){ .account = str_of(account),
					  .key = arena_strf(a, "%s-%d", account, number),
					  .folder = arena_printf(a, "/%s/%d", account, number),
					  .work = work });
}

/* The same with a file of so many bytes, such as a push is. */
static bool add_push(struct arena *a, const char *account, int number, off_t bytes)
{
	int fd = memfd_create("push", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, bytes) != 0)
		return false;
	return git_job_add(
		&(struct git_job_config){ .account = str_of(account),
					  .key = arena_strf(a, "%s-%d", account, number),
					  .folder = arena_printf(a, "/%s/%d", account, number),
					  .work = stuck,
					  .input_fd = fd });
}

static bool ends(struct arena *a, struct str key)
{
	struct git_answer answer;
	bool done = false;

	return WIRE_WAIT(done = done || git_job_take(key, a, &answer) == GIT_DONE);
}

/* An account that is emptied has no jobs, running or not, when that has been said. */
static void emptied(struct arena *a)
{
	struct git_answer answer;

	for (int i = 500; i < 506; i++)
		add(a, "emptied", i, endless);
	ok(WIRE_WAIT(read_count(&endless_begun) == 2), "an account has jobs that do not end");
	add(a, "other", 2, slow);
	ok(!git_end(STR("emptied"), 0), "they have not ended at once");
	ok(git_end(STR("emptied"), time_monotonic_us() + 10 * 1000000),
	   "but soon, when it is emptied");
	is_int(read_count(&endless_begun), 2, "those that waited have not begun");
	ok(git_job_take(STR("emptied-500"), a, &answer) == GIT_UNKNOWN, "and all are forgotten");
	ok(ends(a, STR("other-2")), "another's is not");
}

int main(void)
{
	struct arena *a = arena_new();
	int taken = SLOW;

	pthread_mutex_lock(&gate);
	git_start(wake, NULL);
	for (int i = 0; i < SLOW; i++)
		add(a, "greedy", i, slow);
	ok(WIRE_WAIT(read_count(&under_way) > 0), "an account has many slow jobs");
	ok(add(a, "other", 0, quick), "another has one");
	ok(ends(a, STR("other-0")), "which does not wait for those");
	for (; taken < MANY && add(a, "greedy", taken, quick); taken++)
		;
	ok(taken > SLOW && taken < MANY, "an account may not add jobs without end");
	ok(add(a, "other", 1, quick), "while others still may");
	ok(add_push(a, "pushing", 0, 200 << 20), "somebody pushes 200 MB");
	ok(!add_push(a, "pushing", 1, 200 << 20),
	   "and no more of the kind at once, which stay in memory");
	ok(add_push(a, "another", 0, 200 << 20), "as others may");
	pthread_mutex_unlock(&gate);
	ok(ends(a, STR("greedy-0")), "slow jobs end, too");
	taken = read_count(&most);
	ok(taken > 0 && taken <= 2, "half of the threads were for others all the time");
	emptied(a);
	git_stop();
	arena_free(a);
	return done_testing();
}
