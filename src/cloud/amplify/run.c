/*
 * The driver of a branch's jobs: one at a time, each a row of phases. A phase runs on other threads or in a sandbox;
 * the driver is a job of the account that looks whether it is done and goes on to the next. After a restart nobody
 * knows of the phase, and it begins anew.
 *
 *	MANUAL    unpack -> publish -> done
 *	others    prepare (-> build -> collect) -> publish -> done
 */
#include <inttypes.h>

#include "builder/builder.h"
#include "cloud/amplify/inside.h"
#include "cloud/amplify/work.h"

enum { LOOK_MS = 25, LOOK_BUILD_MS = 200, DROP_LATER_MS = 60000 };

/* What the driver works on. */
struct driven {
	struct app app;
	struct branch branch;
	struct job job;
};

static struct str phase_of(const struct driven *d)
{
	return json_get_str(d->job.detail, "phase");
}

static bool is_manual(const struct driven *d)
{
	return str_is(json_get_str(json_get(d->job.detail, "summary"), "jobType"), "MANUAL");
}

/* --- steps ------------------------------------------------------------------------------ */

static void end_step(struct op *op, struct driven *d, const char *name, const char *status)
{
	struct json_object *step = am_job_step(op, &d->job, name);

	json_set_cstr(step, "status", status);
	json_set_time(step, "endTime", op->now);
}

/* Every step that runs ends so. */
static void end_running(struct op *op, struct driven *d, const char *status, struct str reason)
{
	struct json_object *steps = json_get(d->job.detail, "steps");

	for (size_t i = 0; i < json_count(steps); i++) {
		struct json_object *step = json_at(steps, i);

		if (!str_is(json_get_str(step, "status"), "RUNNING"))
			continue;
		json_set_cstr(step, "status", status);
		json_set_time(step, "endTime", op->now);
		if (reason.n)
			json_set_str(step, "statusReason", str_slice(reason, 0, 1000));
	}
}

static void go_on(struct op *op, struct driven *d, const char *phase)
{
	json_set_cstr(d->job.detail, "phase", phase);
	am_job_save(op, &d->job);
	am_job_drive(op, d->app.id, d->branch.name, op->now + LOOK_MS);
}

static enum outcome failed(struct op *op, struct driven *d, struct str reason)
{
	am_drop(op, d->app.id, d->job.token, DROP_SITE, op->now);
	end_running(op, d, "FAILED", reason);
	am_job_set_status(op, &d->job, "FAILED");
	am_job_save(op, &d->job);
	am_job_drive(op, d->app.id, d->branch.name, op->now);
	return DONE;
}

/* Those who are being sent something of the old deployment still get it. */
static void tidy_old(struct op *op, const struct driven *d, int64_t number)
{
	struct job old;

	if (number && am_job_find(op, d->app.id, d->branch.name, number, &old))
		am_drop(op, old.app, old.token, DROP_SITE, op->now + DROP_LATER_MS);
}

/*
 * The site is made, and known to be: a crash while it is put into the old one's place does not make it anew, which
 * would take away what is served already.
 */
static enum outcome made(struct op *op, struct driven *d)
{
	json_set_cstr(d->job.detail, "phase", "publish");
	am_job_save(op, &d->job);
	am_job_drive(op, d->app.id, d->branch.name, op->now);
	return DONE;
}

/* The new deployment is served from now on. */
static enum outcome succeed(struct op *op, struct driven *d)
{
	int64_t before = d->branch.active_job;

	am_job_step(op, &d->job, "DEPLOY");
	end_step(op, d, "DEPLOY", "SUCCEED");
	if (!is_manual(d))
		end_step(op, d, "VERIFY", "SUCCEED");
	am_job_set_status(op, &d->job, "SUCCEED");
	am_job_save(op, &d->job);
	d->branch.active_job = d->job.number;
	am_branch_save(op, &d->branch);
	if (!am_publish(op, &d->app, &d->branch))
		return FAILED;
	tidy_old(op, d, before);
	am_drop(op, d->app.id, d->job.token, DROP_WORK, op->now);
	am_job_drive(op, d->app.id, d->branch.name, op->now);
	return DONE;
}

/* --- phases ------------------------------------------------------------------------------- */

/* The bare repository of the app; absent when it is gone. */
static struct str repository_of(struct op *op, const struct driven *d)
{
	struct str url = json_get_str(d->app.detail, "repository"), id;
	ptrdiff_t at = str_find_str(url, STR("/v1/repos/"));
	struct json_object *in = json_new_object(op->arena), *got = NULL;
	struct str name = at < 0 ? STR("") : str_slice(url, (size_t)at + 10, url.n);

	if (str_ends(name, STR("/")))
		name.n--;
	json_set_str(in, "repositoryName", name);
	if (aws_call(op, "codecommit", "GetRepository", in, &got, NULL) != DONE)
		return STR_NONE;
	id = json_get_str(json_get(got, "repositoryMetadata"), "repositoryId");
	return str_of(git_folder(op->arena, op->account->dir, id));
}

static struct str spec_of(const struct driven *d)
{
	struct str spec = json_get_str(d->branch.detail, "buildSpec");

	return spec.n ? spec : json_get_str(d->app.detail, "buildSpec");
}

static struct str root_of(const struct driven *d)
{
	struct str name = STR("AMPLIFY_MONOREPO_APP_ROOT");
	struct str root = json_get_str(json_get(d->branch.detail, "environmentVariables"), name.p);

	return root.n ? root
		      : json_get_str(json_get(d->app.detail, "environmentVariables"), name.p);
}

static struct json_object *input_of(struct op *op, const struct driven *d)
{
	struct json_object *in = json_new_object(op->arena);
	struct json_object *summary = json_get(d->job.detail, "summary");
	struct str commit = json_get_str(summary, "commitId");

	json_set_str(in, "folder", str_of(am_deployment_folder(op, d->app.id, d->job.token)));
	json_set_bool(in, "files", json_get(d->job.detail, "files") != NULL);
	json_set_str(in, "commit",
		     git_is_id(commit)
			     ? commit
			     : arena_strf(op->arena, "refs/heads/%.*s", STR_ARG(d->branch.name)));
	json_set_str(in, "spec",
		     json_get(d->job.detail, "spec") ? json_get_str(d->job.detail, "spec")
						     : spec_of(d));
	json_set_str(in, "root", root_of(d));
	json_set(in, "rules", json_object_get(json_get(d->app.detail, "customRules")));
	return in;
}

/* Give a phase's work to git's threads. */
static enum outcome begin(struct op *op, struct driven *d, const char *phase, git_work *work)
{
	struct json_object *in = input_of(op, d);
	struct str repository;

	if (work == work_prepare) {
		repository = repository_of(op, d);
		if (!repository.p)
			return failed(op, d, STR("The app's repository does not exist any more."));
		json_set_str(in, "repository", repository);
	}
	if (!git_job_add(&(struct git_job_config){
		    .account = str_of(op->account->id),
		    .key = d->job.token,
		    .folder = am_deployment_folder(op, d->app.id, d->job.token),
		    .work = work,
		    .in = in }))
		return op_fail(op, &InternalFailure, "Too many deployments are under way.");
	go_on(op, d, phase);
	return DONE;
}

static enum outcome start(struct op *op, struct driven *d)
{
	am_job_set_status(op, &d->job, "RUNNING");
	am_job_step(op, &d->job, is_manual(d) ? "DEPLOY" : "BUILD");
	return is_manual(d) ? begin(op, d, "unpack", work_unpack)
			    : begin(op, d, "prepare", work_prepare);
}

/* What a commit turned out to be. */
static void learn(struct driven *d, struct json_object *out)
{
	static const char *const told[] = { "commitId", "commitMessage", "commitTime" };
	struct json_object *summary = json_get(d->job.detail, "summary");

	for (size_t i = 0; i < 3; i++)
		json_set(summary, told[i], json_object_get(json_get(out, told[i])));
	json_set_str(d->job.detail, "spec", json_get_str(out, "spec"));
	json_set_str(d->job.detail, "root", root_of(d));
	if (json_get(out, "headers"))
		json_set(d->job.detail, "headers", json_object_get(json_get(out, "headers")));
}

static enum outcome build(struct op *op, struct driven *d)
{
	const char *why = "";

	if (!am_build_add(op, &d->app, &d->branch, &d->job, &why))
		return failed(op, d, str_of(why));
	go_on(op, d, "build");
	return DONE;
}

static enum outcome prepared(struct op *op, struct driven *d, struct json_object *out)
{
	learn(d, out);
	if (json_bool_or(json_get(out, "commands"), false))
		return build(op, d);
	end_step(op, d, "BUILD", "SUCCEED");
	return made(op, d);
}

static void show(struct op *op, struct driven *d, const char *status)
{
	if (str_is(d->job.status, status))
		return;
	am_job_set_status(op, &d->job, status);
	am_job_save(op, &d->job);
}

/* The commands in their sandbox: are they done? */
static enum outcome look_at_build(struct op *op, struct driven *d)
{
	const char *key = arena_cstr(op->arena, d->job.token), *why = "";
	enum build_state state = builder_look(key, op->arena, &why);

	switch (state) {
	case BUILD_UNKNOWN:
		return start(op, d);
	case BUILD_WAITING:
	case BUILD_RUNNING:
		show(op, d, state == BUILD_WAITING ? "PROVISIONING" : "RUNNING");
		am_job_drive(op, d->app.id, d->branch.name, op->now + LOOK_BUILD_MS);
		return DONE;
	case BUILD_FAILED:
		return failed(op, d, str_of(why));
	case BUILD_DONE:
		break;
	}
	end_step(op, d, "BUILD", "SUCCEED");
	am_job_step(op, &d->job, "DEPLOY");
	return begin(op, d, "collect", work_collect);
}

/* A phase on git's threads: is it done? */
static enum outcome look(struct op *op, struct driven *d)
{
	struct git_answer answer;

	switch (git_job_take(d->job.token, op->arena, &answer)) {
	case GIT_UNKNOWN:
		return start(op, d);
	case GIT_RUNNING:
		am_job_drive(op, d->app.id, d->branch.name, op->now + LOOK_MS);
		return DONE;
	case GIT_DONE:
		break;
	}
	if (answer.failed)
		return failed(op, d, answer.message);
	if (str_is(phase_of(d), "prepare"))
		return prepared(op, d, answer.out);
	return made(op, d);
}

static enum outcome run(struct op *op)
{
	struct driven d;

	if (!am_app_find(op, op_str(op, "appId"), &d.app) ||
	    !am_branch_find(op, d.app.id, op_str(op, "branchName"), &d.branch) ||
	    !am_job_unfinished(op, d.app.id, d.branch.name, &d.job))
		return DONE;
	if (str_is(phase_of(&d), "build"))
		return look_at_build(op, &d);
	if (str_is(phase_of(&d), "publish"))
		return succeed(op, &d);
	return phase_of(&d).n ? look(op, &d) : start(op, &d);
}

void am_job_add(struct op *op, int kind, int64_t at, const char *key, struct json_object *in)
{
	job_add(op, &amplify_jobs[kind], at, key, in);
}

const struct job_kind amplify_jobs[] = {
	[AMPLIFY_DROP] = { "amplify.drop", amplify_job_drop, 3 },
	[AMPLIFY_PUBLISH] = { "amplify.publish", amplify_job_publish, 0 },
	[AMPLIFY_RUN] = { "amplify.run", run, 0 },
	[AMPLIFY_UNPUBLISH] = { "amplify.unpublish", amplify_job_unpublish, 3 },
	{ 0 },
};
