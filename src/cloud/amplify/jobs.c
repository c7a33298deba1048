/* Jobs and deployments as rows and operations; run.c drives them. From: Amplify API Reference, 2017-07-25. */
#include <inttypes.h>

#include "base/hash.h"
#include "cloud/amplify/inside.h"
#include "store/zip.h"

enum { FILES_MAX = 500 };

/* --- rows ------------------------------------------------------------------------------------ */

#define COLUMNS "app, branch, number, status, token, detail"

static bool read_row(struct op *op, struct stmt *q, struct job *out)
{
	if (!stmt_row(q))
		return false;
	*out = (struct job){ .app = stmt_dup(q, 0, op->arena),
			     .branch = stmt_dup(q, 1, op->arena),
			     .number = stmt_int(q, 2),
			     .status = stmt_dup(q, 3, op->arena),
			     .token = stmt_dup(q, 4, op->arena),
			     .detail = json_parse(op->arena, stmt_dup(q, 5, op->arena), NULL) };
	return true;
}

static bool read_one(struct op *op, struct stmt *q, struct job *out)
{
	bool found = read_row(op, q, out);

	if (found)
		stmt_done(q);
	return found;
}

bool am_job_find(struct op *op, struct str app, struct str branch, int64_t number, struct job *out)
{
	return read_one(op,
			db_query(op->db,
				 "SELECT " COLUMNS " FROM amplify_job"
				 " WHERE app = ? AND branch = ? AND number = ?",
				 "ssi", app, branch, number),
			out);
}

bool am_job_by_token(struct op *op, struct str app, struct str token, struct job *out)
{
	return read_one(op,
			db_query(op->db,
				 "SELECT " COLUMNS " FROM amplify_job WHERE app = ? AND token = ?",
				 "ss", app, token),
			out);
}

bool am_job_unfinished(struct op *op, struct str app, struct str branch, struct job *out)
{
	return read_one(op,
			db_query(op->db,
				 "SELECT " COLUMNS " FROM amplify_job WHERE app = ? AND branch = ?"
				 " AND status IN ('PENDING', 'PROVISIONING', 'RUNNING')"
				 " ORDER BY number LIMIT 1",
				 "ss", app, branch),
			out);
}

bool am_job_get(struct op *op, struct job *out)
{
	struct str id = op_str(op, "jobId");
	struct branch b;
	int64_t number = 0;

	if (!am_branch_get(op, &b))
		return false;
	if (str_to_int(id, &number) && am_job_find(op, b.app, b.name, number, out))
		return true;
	op_fail(op, &AmplifyNotFound, "Job %.*s not found.", STR_ARG(id));
	return false;
}

void am_job_save(struct op *op, struct job *j)
{
	db_run(op->db,
	       "INSERT INTO amplify_job (" COLUMNS ", started_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
	       " ON CONFLICT (app, branch, number) DO UPDATE SET status = excluded.status,"
	       " detail = excluded.detail",
	       "ssisssi", j->app, j->branch, j->number, j->status, j->token,
	       json_text(op->arena, j->detail), op->now);
}

void am_job_new(struct op *op, struct branch *b, const char *type, const char *status,
		struct job *out)
{
	struct json_object *summary;

	*out = (struct job){ .app = b->app,
			     .branch = b->name,
			     .number = ++b->last_job,
			     .status = str_of(status),
			     .token = hash_random_text(op->arena, 32,
						       "abcdefghijklmnopqrstuvwxyz0123456789"),
			     .detail = json_new_object(op->arena) };
	summary = json_set_object(out->detail, "summary");
	json_set_str(summary, "jobArn",
		     op_arn(op, "amplify", "apps/%.*s/branches/%.*s/jobs/%010" PRId64,
			    STR_ARG(b->app), STR_ARG(b->name), out->number));
	json_set_str(summary, "jobId", arena_strf(op->arena, "%" PRId64, out->number));
	json_set_cstr(summary, "commitId", "HEAD");
	json_set_cstr(summary, "commitMessage", "");
	json_set_time(summary, "commitTime", op->now);
	json_set_time(summary, "startTime", op->now);
	json_set_cstr(summary, "status", status);
	json_set_cstr(summary, "jobType", type);
	json_set_array(out->detail, "steps");
	am_branch_save(op, b);
	am_job_save(op, out);
}

void am_job_set_status(struct op *op, struct job *j, const char *status)
{
	struct json_object *summary = json_get(j->detail, "summary");
	bool ended = strcmp(status, "SUCCEED") == 0 || strcmp(status, "FAILED") == 0 ||
		     strcmp(status, "CANCELLED") == 0;

	j->status = str_of(status);
	json_set_cstr(summary, "status", status);
	if (!ended)
		return;
	json_set_time(summary, "endTime", op->now);
	db_run(op->db,
	       "UPDATE amplify_job SET ended_at = ? WHERE app = ? AND branch = ? AND number = ?",
	       "issi", op->now, j->app, j->branch, j->number);
	job_settle(op, op->now);
}

struct json_object *am_job_step(struct op *op, struct job *j, const char *name)
{
	struct json_object *steps = json_get(j->detail, "steps"), *step;

	for (size_t i = 0; i < json_count(steps); i++)
		if (str_is(json_get_str(json_at(steps, i), "stepName"), name))
			return json_at(steps, i);
	step = json_add_object(steps);
	json_set_cstr(step, "stepName", name);
	json_set_time(step, "startTime", op->now);
	json_set_cstr(step, "status", "RUNNING");
	json_set_time(step, "endTime", op->now);
	return step;
}

void am_job_drive(struct op *op, struct str app, struct str branch, int64_t at)
{
	struct json_object *in = json_new_object(op->arena);

	json_set_str(in, "appId", app);
	json_set_str(in, "branchName", branch);
	am_job_add(op, AMPLIFY_RUN, at,
		   arena_printf(op->arena, "%.*s/%.*s", STR_ARG(app), STR_ARG(branch)), in);
}

/* --- building ----------------------------------------------------------------------------------- */

static void set_commit(struct op *op, struct job *j)
{
	static const char *const members[] = { "commitId", "commitMessage", "commitTime", NULL };

	am_copy_members(op, json_get(j->detail, "summary"), members);
}

bool am_job_begin(struct op *op, const struct app *a, struct branch *b, const char *type,
		  struct job *out)
{
	if (!json_get_str(a->detail, "repository").n) {
		op_fail(op, &AmplifyBadRequest,
			"Operation not supported. App is not connected to a repository.");
		return false;
	}
	am_job_new(op, b, type, "PENDING", out);
	am_job_drive(op, b->app, b->name, op->now);
	return true;
}

/* What is built once more: the commit of an earlier job. */
static bool retry(struct op *op, const struct branch *b, struct job *j)
{
	struct str id = op_str(op, "jobId");
	struct job before;
	int64_t number = 0;

	if (!str_to_int(id, &number) || !am_job_find(op, b->app, b->name, number, &before)) {
		op_fail(op, &AmplifyNotFound, "Job %.*s not found.", STR_ARG(id));
		return false;
	}
	json_set_str(json_get(j->detail, "summary"), "commitId",
		     json_get_str(json_get(before.detail, "summary"), "commitId"));
	return true;
}

static void answer(struct op *op, const struct job *j)
{
	json_set(op->out, "jobSummary", json_object_get(json_get(j->detail, "summary")));
}

enum outcome am_start_job(struct op *op)
{
	struct str type = op_str(op, "jobType");
	bool again = str_is(type, "RETRY");
	struct branch b;
	struct app a;
	struct job j;

	if (!am_branch_get(op, &b) || !am_app_get(op, &a))
		return FAILED;
	if (str_is(type, "MANUAL"))
		return op_fail(op, &AmplifyBadRequest,
			       "The requested jobType MANUAL does not support.");
	if (again && !op_str(op, "jobId").n)
		return op_fail(op, &AmplifyBadRequest, "jobId is required for RETRY jobs.");
	if (!am_job_begin(op, &a, &b, arena_cstr(op->arena, type), &j) ||
	    (again && !retry(op, &b, &j)))
		return FAILED;
	set_commit(op, &j);
	am_job_save(op, &j);
	answer(op, &j);
	return DONE;
}

/* --- deployments ------------------------------------------------------------------------------------ */

static struct str upload_url(struct op *op, const struct job *j, struct str file)
{
	struct buf b;
	struct str out;

	buf_init(&b, 4096);
	buf_addf(&b, "%.*s/uploads/%.*s", STR_ARG(am_plane_url(op, j->app)), STR_ARG(j->token));
	for (size_t i = 0; i < file.n; i++) {
		unsigned char c = (unsigned char)file.p[i];

		if (i == 0)
			buf_adds(&b, "?file=");
		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		    strchr("-_.~/", c))
			buf_addc(&b, (char)c);
		else
			buf_addf(&b, "%%%02X", c);
	}
	out = arena_dup(op->arena, buf_str(&b));
	buf_release(&b);
	return out;
}

/* The addresses that the files of a fileMap go to; false with the error set. */
static bool file_urls(struct op *op, struct job *j)
{
	struct json_object *map = op_get(op, "fileMap");
	struct json_object *urls = json_set_object(op->out, "fileUploadUrls"), *files;

	if (!map)
		return true;
	if (json_count(map) > FILES_MAX) {
		op_fail(op, &AmplifyBadRequest, "A deployment may have at most %d files.",
			FILES_MAX);
		return false;
	}
	files = json_set_object(j->detail, "files");
	JSON_EACH(map, name, digest)
	{
		if (!zip_name_good(name)) {
			op_fail(op, &AmplifyBadRequest, "%s is not a valid file name.", name);
			return false;
		}
		json_set_str(files, name, json_str(digest));
		json_set_str(urls, name, upload_url(op, j, str_of(name)));
	}
	return true;
}

enum outcome am_create_deployment(struct op *op)
{
	struct job last, j;
	struct branch b;
	struct app a;

	if (!am_branch_get(op, &b) || !am_app_get(op, &a))
		return FAILED;
	if (json_get_str(a.detail, "repository").n)
		return op_fail(op, &AmplifyBadRequest,
			       "Operation not supported. App is already connected a repository.");
	if (b.last_job && am_job_find(op, b.app, b.name, b.last_job, &last) &&
	    (str_is(last.status, "CREATED") || am_job_unfinished(op, b.app, b.name, &last)))
		return op_fail(op, &AmplifyBadRequest,
			       "The last job(deployment) %" PRId64
			       " was not finished, please wait until it finish or use StopJob "
			       "operation to cancel it before creating a new deployment.",
			       last.number);
	am_job_new(op, &b, "MANUAL", "CREATED", &j);
	if (!file_urls(op, &j))
		return FAILED;
	am_job_save(op, &j);
	json_set_str(op->out, "jobId", arena_strf(op->arena, "%" PRId64, j.number));
	json_set_str(op->out, "zipUploadUrl", upload_url(op, &j, STR_NONE));
	return DONE;
}

enum outcome am_start_deployment(struct op *op)
{
	struct job j;

	if (op_str(op, "sourceUrl").n)
		return op_fail(op, &AmplifyBadRequest,
			       "The sourceUrl %.*s cannot be read from here: upload a zip file to "
			       "the zipUploadUrl of CreateDeployment, and give its jobId.",
			       STR_ARG(op_str(op, "sourceUrl")));
	if (!op_str(op, "jobId").n)
		return op_fail(op, &AmplifyBadRequest,
			       "Must specify jobId or sourceUrl for StartDeploymentRequest.");
	if (!am_job_get(op, &j))
		return FAILED;
	if (!str_is(j.status, "CREATED"))
		return op_fail(op, &AmplifyBadRequest,
			       "The deployment of job %" PRId64 " was started already.", j.number);
	am_job_set_status(op, &j, "PENDING");
	am_job_save(op, &j);
	am_job_drive(op, j.app, j.branch, op->now);
	answer(op, &j);
	return DONE;
}

/* --- looking at jobs ----------------------------------------------------------------------------------- */

enum outcome am_get_job(struct op *op)
{
	struct json_object *out, *steps;
	struct job j;

	if (!am_job_get(op, &j))
		return FAILED;
	out = json_set_object(op->out, "job");
	steps = json_get(j.detail, "steps");
	for (size_t i = 0; i < json_count(steps); i++) {
		struct json_object *step = json_at(steps, i);
		struct str name = json_get_str(step, "stepName");

		json_set_str(step, "logUrl",
			     arena_strf(op->arena, "%.*s/logs/%.*s/%.*s",
					STR_ARG(am_plane_url(op, j.app)), STR_ARG(j.token),
					STR_ARG(name)));
	}
	json_set(out, "summary", json_object_get(json_get(j.detail, "summary")));
	json_set(out, "steps", json_object_get(steps));
	return DONE;
}

enum outcome am_list_jobs(struct op *op)
{
	struct json_object *all = json_set_array(op->out, "jobSummaries");
	struct am_page page;
	struct branch b;
	struct job j;
	struct stmt *q;

	if (!am_branch_get(op, &b) || !am_page_start(op, &page, 50))
		return FAILED;
	q = db_query(op->db,
		     "SELECT " COLUMNS " FROM amplify_job WHERE app = ? AND branch = ?"
		     " ORDER BY number DESC",
		     "ss", b.app, b.name);
	while (read_row(op, q, &j))
		if (am_page_has(op, &page))
			json_add(all, json_object_get(json_get(j.detail, "summary")));
	return DONE;
}

static bool is_ended(const struct job *j)
{
	return str_is(j->status, "SUCCEED") || str_is(j->status, "FAILED") ||
	       str_is(j->status, "CANCELLED");
}

enum outcome am_stop_job(struct op *op)
{
	struct json_object *steps;
	struct job j;

	if (!am_job_get(op, &j))
		return FAILED;
	if (is_ended(&j))
		return op_fail(op, &AmplifyBadRequest,
			       "Job %" PRId64 " is not running: it cannot be stopped.", j.number);
	steps = json_get(j.detail, "steps");
	for (size_t i = 0; i < json_count(steps); i++)
		if (str_is(json_get_str(json_at(steps, i), "status"), "RUNNING"))
			json_set_cstr(json_at(steps, i), "status", "CANCELLED");
	am_job_set_status(op, &j, "CANCELLED");
	am_job_save(op, &j);
	am_drop(op, j.app, j.token, DROP_SITE, op->now);
	am_job_drive(op, j.app, j.branch, op->now);
	answer(op, &j);
	return DONE;
}

enum outcome am_delete_job(struct op *op)
{
	struct branch b;
	struct job j;

	if (!am_branch_get(op, &b) || !am_job_get(op, &j))
		return FAILED;
	if (!is_ended(&j) || j.number == b.active_job)
		return op_fail(op, &AmplifyBadRequest,
			       "Job %" PRId64 " is in use: it cannot be deleted.", j.number);
	db_run(op->db, "DELETE FROM amplify_job WHERE app = ? AND branch = ? AND number = ?", "ssi",
	       j.app, j.branch, j.number);
	am_drop(op, j.app, j.token, DROP_ALL, op->now);
	answer(op, &j);
	return DONE;
}
