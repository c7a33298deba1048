#ifndef CLOUD_AMPLIFY_INSIDE_H
#define CLOUD_AMPLIFY_INSIDE_H

#include "aws/dispatch.h"

/*
 * What the files of this room share.
 *
 * Rows hold documents in the API's own words. A deployment is a folder below the account's amplify/, named by the job's
 * token, in which work.c leaves site/ (the files), gz/ (some of them, compressed) and manifest.json. What a port serves
 * is told by the account's sites/PORT.json, which publish.c writes and site.c reads.
 */

struct app {
	struct str id;
	struct json_object *detail; /* an App, but for what is worked out when it is described */
	int64_t created_at, updated_at;
};
struct branch {
	struct str app, name;
	struct json_object *detail; /* a Branch, likewise */
	int64_t created_at, updated_at;
	int64_t last_job, active_job; /* 0: none yet */
};
struct job {
	struct str app, branch;
	int64_t number;
	struct str status; /* PENDING, RUNNING, ... */
	struct str token;  /* names its folder, and lets who knows it upload and read logs */
	/*
	 * "summary" (a JobSummary), "steps" ([Step]), "phase" (what is being done), "headers" (of customHttp.yml),
	 * "files" (uploaded names, when it is no zip), "spec" (the text that counts), "root" (of the app in a monorepo).
	 */
	struct json_object *detail;
};

/* --- rows: apps.c, branches.c, jobs.c ------------------------------------------------ */

/* The app, branch or job that op->in names; false with AmplifyNotFound set. */
bool am_app_get(struct op *op, struct app *out);
bool am_branch_get(struct op *op, struct branch *out);
bool am_job_get(struct op *op, struct job *out);
/* By key; false when there is none. */
bool am_app_find(struct op *op, struct str id, struct app *out);
bool am_branch_find(struct op *op, struct str app, struct str name, struct branch *out);
bool am_job_find(struct op *op, struct str app, struct str branch, int64_t number, struct job *out);
bool am_job_by_token(struct op *op, struct str app, struct str token, struct job *out);
/* The first job of a branch that is neither done nor waits for an upload; false when there is none. */
bool am_job_unfinished(struct op *op, struct str app, struct str branch, struct job *out);
void am_branch_save(struct op *op, const struct branch *b);
void am_job_save(struct op *op, struct job *j);
/* Make a job's row; its number is the branch's next. */
void am_job_new(struct op *op, struct branch *b, const char *type, const char *status,
		struct job *out);
/* Set the job's status, and what its summary says of it. */
void am_job_set_status(struct op *op, struct job *j, const char *status);
/* The step of that name, made when it is not there. */
struct json_object *am_job_step(struct op *op, struct job *j, const char *name);
/* Start a build of a branch, as StartJob does. False with the error set. */
bool am_job_begin(struct op *op, const struct app *a, struct branch *b, const char *type,
		  struct job *out);
/* The branch's jobs go on: its driver runs soon. */
void am_job_drive(struct op *op, struct str app, struct str branch, int64_t at);
/* Copy those members of op->in that `names` (NULL-ended) lists. */
void am_copy_members(struct op *op, struct json_object *to, const char *const *names);
/* What cannot be used of customRules, customHeaders or buildSpec: false with AmplifyBadRequest set. */
bool am_settings_good(struct op *op);
/* The folder of a deployment. */
const char *am_deployment_folder(struct op *op, struct str app, struct str token);
/* "http://HOST:4566/_aws/amplify/APP", for addresses of uploads, logs and webhooks. */
struct str am_plane_url(struct op *op, struct str app);
/* A page of a list: whether the n-th row is on it; sets nextToken when there are more. */
struct am_page {
	int64_t from, max, at;
};
bool am_page_start(struct op *op, struct am_page *page, int64_t most);
bool am_page_has(struct op *op, struct am_page *page);

/* --- publish.c ------------------------------------------------------------------------- */

/* The name that a branch's port goes by. */
struct str am_port_name(struct op *op, struct str app, struct str branch);
/* What the branch's port serves from now on is written to its file. False when that cannot be. */
bool am_publish(struct op *op, const struct app *a, const struct branch *b);
/* The same later, in a job of its own; for every branch of an app when `branch` is absent. */
void am_publish_soon(struct op *op, struct str app, struct str branch);
/* The branch is gone: its port, its file and its deployments. */
void am_unpublish_soon(struct op *op, struct str app, struct str branch);

/* --- drop.c ------------------------------------------------------------------------------- */

enum am_drop {
	DROP_WORK, /* what was needed to make the site */
	DROP_SITE, /* and the site itself; the logs stay */
	DROP_ALL,  /* the whole folder */
};
/* At `at`, whatever is still done for the job with this token is ended, and so much of its folder goes. */
void am_drop(struct op *op, struct str app, struct str token, enum am_drop what, int64_t at);

/* --- build.c ------------------------------------------------------------------------------ */

/* Give the job's commands to the builder, by the key of its token. False with a sentence in *why. */
bool am_build_add(struct op *op, const struct app *a, const struct branch *b, const struct job *j,
		  const char **why);

/* --- run.c: the driver of jobs --------------------------------------------------------------- */

enum { AMPLIFY_DROP, AMPLIFY_PUBLISH, AMPLIFY_RUN, AMPLIFY_UNPUBLISH };
extern const struct job_kind amplify_jobs[];
/* job_add() with one of them. */
void am_job_add(struct op *op, int kind, int64_t at, const char *key, struct json_object *in);
/* The kinds' functions. */
enum outcome amplify_job_drop(struct op *op);
enum outcome amplify_job_publish(struct op *op);
enum outcome amplify_job_unpublish(struct op *op);

/* --- plane.c: uploads, logs, webhooks, the way to a site ------------------------------------------ */

/* The one raw operation. */
extern const struct operation amplify_plane;
/* struct service's account_of: by the app in the path. */
bool amplify_account_of(struct op *op, char account[static 13]);
/* struct service's serves. */
const struct operation *amplify_serves(const struct raw_request *raw);

/* --- site.c ------------------------------------------------------------------------------------------ */

/* struct service's site. */
enum http_outcome amplify_site(struct http_request *req, const struct port *port);

/* --- operations, named as AWS names them; the table is in amplify.c --------------------------------- */
enum outcome am_create_app(struct op *op);
enum outcome am_create_branch(struct op *op);
enum outcome am_create_deployment(struct op *op);
enum outcome am_create_webhook(struct op *op);
enum outcome am_delete_app(struct op *op);
enum outcome am_delete_branch(struct op *op);
enum outcome am_delete_job(struct op *op);
enum outcome am_delete_webhook(struct op *op);
enum outcome am_get_app(struct op *op);
enum outcome am_get_branch(struct op *op);
enum outcome am_get_job(struct op *op);
enum outcome am_get_webhook(struct op *op);
enum outcome am_list_apps(struct op *op);
enum outcome am_list_branches(struct op *op);
enum outcome am_list_jobs(struct op *op);
enum outcome am_list_tags(struct op *op);
enum outcome am_list_webhooks(struct op *op);
enum outcome am_start_deployment(struct op *op);
enum outcome am_start_job(struct op *op);
enum outcome am_stop_job(struct op *op);
enum outcome am_tag_resource(struct op *op);
enum outcome am_untag_resource(struct op *op);
enum outcome am_update_app(struct op *op);
enum outcome am_update_branch(struct op *op);
enum outcome am_update_webhook(struct op *op);

extern const struct shape am_app, am_app_create, am_app_update, am_list, am_branch_create,
	am_branch, am_branch_update, am_branch_list, am_deployment_create, am_deployment_start,
	am_job, am_job_start, am_webhook_create, am_webhook, am_webhook_update, am_tags,
	am_tags_set, am_tags_unset;
extern const struct aws_error AmplifyBadRequest, AmplifyNotFound, AmplifyLimitExceeded,
	AmplifyResourceNotFound;

#endif
