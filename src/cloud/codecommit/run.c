/* Operations that need git: they wait for a job of git's and are then run again. */
#include <unistd.h>

#include "cloud/codecommit/inside.h"

/* What comes when a crash has cut the second run off. */
enum { LOOK_LATER_MS = 30000 };

static void drop(int fd)
{
	if (fd > 0)
		close(fd);
}

enum outcome repository_ask(struct op *op, const struct repository *r, git_work *work,
			    struct json_object *in, int input_fd, struct git_answer *answer)
{
	struct git_job_config job = { .account = str_of(op->account->id),
				      .key = op->request_id,
				      .folder = git_folder(op->arena, op->account->dir, r->id),
				      .work = work,
				      .in = in,
				      .input_fd = input_fd };

	switch (git_job_take(op->request_id, op->arena, answer)) {
	case GIT_DONE:
		drop(input_fd);
		if (!answer->failed)
			return DONE;
		return op_fail(op, answer->failed, "%.*s", STR_ARG(answer->message));
	case GIT_UNKNOWN:
		if (!git_job_add(&job))
			return op_fail(op, &InternalFailure,
				       "Too many git operations are under way. Try again.");
		break;
	case GIT_RUNNING:
		drop(input_fd);
		if (op_waited(op) >= GIT_WAIT_MS)
			return op_fail(op, &InternalFailure,
				       "The repository has not answered in time.");
		break;
	}
	return op_wait(op, op->request_id, GIT_WAIT_MS);
}

static struct json_object *input_of(struct op *op)
{
	struct json_object *in = json_new_object(op->arena);
	struct str arn = op->caller.arn, rest = arn, name = STR("");

	JSON_EACH(op->in, key, value)
	{
		json_set(in, key, json_object_get(value));
	}
	while (rest.p)
		name = str_cut(&rest, '/');
	json_set_int(in, "now", op->now / 1000);
	json_set_str(in, "callerName", str_find(name, ':') < 0 ? name : STR("root"));
	return in;
}

enum outcome repository_run(struct op *op, const struct repository *r, git_work *work)
{
	struct git_answer answer;
	enum outcome outcome = repository_ask(op, r, work, input_of(op), -1, &answer);

	if (outcome == DONE)
		op->out = answer.out;
	return outcome;
}

static void look(struct op *op, const struct repository *r, int64_t at)
{
	struct json_object *in = json_new_object(op->arena);

	json_set_str(in, "repositoryId", r->id);
	json_set_str(in, "caller", op->caller.arn.p ? op->caller.arn : STR(""));
	job_add(op, &codecommit_jobs[CODECOMMIT_LOOK], at, arena_cstr(op->arena, r->id), in);
}

void repository_will_change(struct op *op, const struct repository *r)
{
	if (op->now == op->started)
		look(op, r, op->now + LOOK_LATER_MS);
}

void repository_changed(struct op *op, const struct repository *r, struct json_object *out)
{
	repository_touch(op, r, json_get_str(out, "head"));
	json_object_object_del(out, "head");
	look(op, r, op->now);
}

enum outcome repository_change(struct op *op, const struct repository *r, git_work *work)
{
	enum outcome outcome;

	repository_will_change(op, r);
	outcome = repository_run(op, r, work);
	if (outcome == DONE)
		repository_changed(op, r, op->out);
	return outcome;
}
