/* Branches and webhooks. From: Amplify API Reference, 2017-07-25. */
#include <inttypes.h>

#include "base/hash.h"
#include "cloud/amplify/inside.h"

enum { BRANCHES_MAX = 50, WEBHOOKS_MAX = 50 };

/* --- rows ------------------------------------------------------------------------------------ */

#define COLUMNS "app, name, detail, created_at, updated_at, last_job, active_job"

static void read_row(struct op *op, struct stmt *q, struct branch *out)
{
	*out = (struct branch){ .app = stmt_dup(q, 0, op->arena),
				.name = stmt_dup(q, 1, op->arena),
				.detail = json_parse(op->arena, stmt_dup(q, 2, op->arena), NULL),
				.created_at = stmt_int(q, 3),
				.updated_at = stmt_int(q, 4),
				.last_job = stmt_int(q, 5),
				.active_job = stmt_int(q, 6) };
}

bool am_branch_find(struct op *op, struct str app, struct str name, struct branch *out)
{
	struct stmt *q =
		db_query(op->db,
			 "SELECT " COLUMNS " FROM amplify_branch WHERE app = ? AND name = ?", "ss",
			 app, name);

	if (!stmt_row(q))
		return false;
	read_row(op, q, out);
	stmt_done(q);
	return true;
}

bool am_branch_get(struct op *op, struct branch *out)
{
	struct app a;

	if (!am_app_get(op, &a))
		return false;
	if (am_branch_find(op, a.id, op_str(op, "branchName"), out))
		return true;
	op_fail(op, &AmplifyNotFound, "Branch %.*s not found.", STR_ARG(op_str(op, "branchName")));
	return false;
}

void am_branch_save(struct op *op, const struct branch *b)
{
	db_run(op->db,
	       "INSERT INTO amplify_branch (" COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?)"
	       " ON CONFLICT (app, name) DO UPDATE SET detail = excluded.detail,"
	       " updated_at = excluded.updated_at, last_job = excluded.last_job,"
	       " active_job = excluded.active_job",
	       "sssiiii", b->app, b->name, json_text(op->arena, b->detail), b->created_at,
	       b->updated_at, b->last_job, b->active_job);
}

/* --- describing --------------------------------------------------------------------------------- */

/*
 * Where the site is: a host and a port of this machine, since names on amplifyapp.com lead nowhere here. It stands
 * among the custom domains, the one place in the API for a branch's further addresses.
 */
static void describe_address(struct op *op, const struct branch *b, struct json_object *out)
{
	struct json_object *domains = json_set_array(out, "customDomains");
	int port = port_find(op, am_port_name(op, b->app, b->name));
	struct str url = port ? port_url(op, port) : STR_NONE;
	ptrdiff_t at = str_find_str(url, STR("://"));

	if (at > 0)
		json_add_str(domains, str_slice(url, (size_t)at + 3, url.n));
}

static void describe(struct op *op, const struct branch *b, struct json_object *out)
{
	json_set_str(out, "branchArn",
		     op_arn(op, "amplify", "apps/%.*s/branches/%.*s", STR_ARG(b->app),
			    STR_ARG(b->name)));
	json_set_str(out, "branchName", b->name);
	JSON_EACH(b->detail, key, value)
	{
		json_set(out, key, json_object_get(value));
	}
	json_set_time(out, "createTime", b->created_at);
	json_set_time(out, "updateTime", b->updated_at);
	json_set_str(out, "activeJobId", arena_strf(op->arena, "%" PRId64, b->active_job));
	json_set_str(out, "totalNumberOfJobs", arena_strf(op->arena, "%" PRId64, b->last_job));
	describe_address(op, b, out);
}

/* --- operations ------------------------------------------------------------------------------------ */

static const char *const members[] = { "description",
				       "stage",
				       "framework",
				       "enableNotification",
				       "enableAutoBuild",
				       "enableSkewProtection",
				       "environmentVariables",
				       "basicAuthCredentials",
				       "enableBasicAuth",
				       "enablePerformanceMode",
				       "buildSpec",
				       "ttl",
				       "displayName",
				       "enablePullRequestPreview",
				       "pullRequestEnvironmentName",
				       "backendEnvironmentArn",
				       "backend",
				       "computeRoleArn",
				       "tags",
				       NULL };

static struct str display_name(struct op *op, struct str name)
{
	char *p = arena_cstr(op->arena, name);

	for (char *c = p; *c; c++)
		if (!((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
		      (*c >= '0' && *c <= '9')))
			*c = '-';
	return str_of(p);
}

enum outcome am_create_branch(struct op *op)
{
	struct branch b = { .name = op_str(op, "branchName"),
			    .detail = json_new_object(op->arena),
			    .created_at = op->now,
			    .updated_at = op->now };
	struct app a;
	struct branch other;

	if (!am_app_get(op, &a) || !am_settings_good(op))
		return FAILED;
	b.app = a.id;
	if (am_branch_find(op, a.id, b.name, &other))
		return op_fail(
			op, &AmplifyBadRequest,
			"Failed to create branch. The branch %.*s already exists for the app "
			"%.*s",
			STR_ARG(b.name), STR_ARG(a.id));
	if (db_int(op->db, 0, "SELECT count(*) FROM amplify_branch WHERE app = ?", "s", a.id) >=
	    BRANCHES_MAX)
		return op_fail(op, &AmplifyLimitExceeded,
			       "You have reached the maximum number of branches in this app.");
	if (!port_take(op, am_port_name(op, a.id, b.name)))
		return op_fail(op, &AmplifyLimitExceeded,
			       "There are no ports left for sites: delete a branch, or start the "
			       "server with a larger range of --site-ports.");
	json_set_cstr(b.detail, "description", "");
	json_set_cstr(b.detail, "stage", "PRODUCTION");
	json_set_str(b.detail, "displayName", display_name(op, b.name));
	json_set_bool(b.detail, "enableNotification", false);
	json_set_object(b.detail, "environmentVariables");
	json_set_bool(b.detail, "enableAutoBuild", true);
	json_set_cstr(b.detail, "framework", "");
	json_set_bool(b.detail, "enableBasicAuth", false);
	json_set_cstr(b.detail, "ttl", "5");
	json_set_bool(b.detail, "enablePullRequestPreview", false);
	am_copy_members(op, b.detail, members);
	am_branch_save(op, &b);
	describe(op, &b, json_set_object(op->out, "branch"));
	return DONE;
}

enum outcome am_update_branch(struct op *op)
{
	struct branch b;

	if (!am_branch_get(op, &b) || !am_settings_good(op))
		return FAILED;
	am_copy_members(op, b.detail, members);
	b.updated_at = op->now;
	am_branch_save(op, &b);
	am_publish_soon(op, b.app, b.name);
	describe(op, &b, json_set_object(op->out, "branch"));
	return DONE;
}

enum outcome am_get_branch(struct op *op)
{
	struct branch b;

	if (!am_branch_get(op, &b))
		return FAILED;
	describe(op, &b, json_set_object(op->out, "branch"));
	return DONE;
}

enum outcome am_list_branches(struct op *op)
{
	struct json_object *all = json_set_array(op->out, "branches");
	struct am_page page;
	struct stmt *q;
	struct branch b;
	struct app a;

	if (!am_app_get(op, &a) || !am_page_start(op, &page, 50))
		return FAILED;
	q = db_query(op->db, "SELECT " COLUMNS " FROM amplify_branch WHERE app = ? ORDER BY name",
		     "s", a.id);
	while (stmt_row(q)) {
		if (!am_page_has(op, &page))
			continue;
		read_row(op, q, &b);
		describe(op, &b, json_add_object(all));
	}
	return DONE;
}

enum outcome am_delete_branch(struct op *op)
{
	struct branch b;

	if (!am_branch_get(op, &b))
		return FAILED;
	describe(op, &b, json_set_object(op->out, "branch"));
	am_unpublish_soon(op, b.app, b.name);
	db_run(op->db, "DELETE FROM amplify_branch WHERE app = ? AND name = ?", "ss", b.app,
	       b.name);
	db_run(op->db, "DELETE FROM amplify_job WHERE app = ? AND branch = ?", "ss", b.app, b.name);
	db_run(op->db, "DELETE FROM amplify_webhook WHERE app = ? AND branch = ?", "ss", b.app,
	       b.name);
	return DONE;
}

/* --- webhooks ----------------------------------------------------------------------------------------- */

#define WEBHOOK_COLUMNS "id, app, branch, token, description, created_at, updated_at"

static void describe_webhook(struct op *op, struct stmt *q, struct json_object *out)
{
	struct str id = stmt_dup(q, 0, op->arena), app = stmt_dup(q, 1, op->arena);

	json_set_str(out, "webhookArn",
		     op_arn(op, "amplify", "apps/%.*s/webhooks/%.*s", STR_ARG(app), STR_ARG(id)));
	json_set_str(out, "webhookId", id);
	json_set_str(out, "webhookUrl",
		     arena_strf(op->arena, "%.*s/webhooks?id=%.*s&token=%.*s&operation=startbuild",
				STR_ARG(am_plane_url(op, app)), STR_ARG(id),
				STR_ARG(stmt_str(q, 3))));
	json_set_str(out, "appId", app);
	json_set_str(out, "branchName", stmt_str(q, 2));
	json_set_str(out, "description", stmt_str(q, 4));
	json_set_time(out, "createTime", stmt_int(q, 5));
	json_set_time(out, "updateTime", stmt_int(q, 6));
}

/* Describe the webhook with this id; false with the error set. */
static bool webhook_get(struct op *op, struct str id)
{
	struct stmt *q =
		db_query(op->db, "SELECT " WEBHOOK_COLUMNS " FROM amplify_webhook WHERE id = ?",
			 "s", id);

	if (!stmt_row(q)) {
		op_fail(op, &AmplifyNotFound, "Webhook %.*s not found.", STR_ARG(id));
		return false;
	}
	describe_webhook(op, q, json_set_object(op->out, "webhook"));
	stmt_done(q);
	return true;
}

enum outcome am_create_webhook(struct op *op)
{
	struct str id = hash_uuid(op->arena);
	struct branch b;

	if (!am_branch_get(op, &b))
		return FAILED;
	if (db_int(op->db, 0, "SELECT count(*) FROM amplify_webhook WHERE app = ?", "s", b.app) >=
	    WEBHOOKS_MAX)
		return op_fail(op, &AmplifyLimitExceeded,
			       "You have reached the maximum number of webhooks in this app.");
	db_run(op->db,
	       "INSERT INTO amplify_webhook (" WEBHOOK_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?)",
	       "sssssii", id, b.app, b.name,
	       hash_random_text(op->arena, 40,
				"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"),
	       op_has(op, "description") ? op_str(op, "description") : STR(""), op->now, op->now);
	return webhook_get(op, id) ? DONE : FAILED;
}

enum outcome am_get_webhook(struct op *op)
{
	return webhook_get(op, op_str(op, "webhookId")) ? DONE : FAILED;
}

enum outcome am_update_webhook(struct op *op)
{
	struct str id = op_str(op, "webhookId"), name = op_str(op, "branchName");
	struct branch b;

	if (!webhook_get(op, id))
		return FAILED;
	if (name.n &&
	    !am_branch_find(op, json_get_str(json_get(op->out, "webhook"), "appId"), name, &b))
		return op_fail(op, &AmplifyNotFound, "Branch %.*s not found.", STR_ARG(name));
	db_run(op->db,
	       "UPDATE amplify_webhook SET branch = coalesce(?, branch),"
	       " description = coalesce(?, description), updated_at = ? WHERE id = ?",
	       "ssis", name, op_str(op, "description"), op->now, id);
	return webhook_get(op, id) ? DONE : FAILED;
}

enum outcome am_list_webhooks(struct op *op)
{
	struct json_object *all = json_set_array(op->out, "webhooks");
	struct am_page page;
	struct stmt *q;
	struct app a;

	if (!am_app_get(op, &a) || !am_page_start(op, &page, 50))
		return FAILED;
	q = db_query(op->db,
		     "SELECT " WEBHOOK_COLUMNS " FROM amplify_webhook WHERE app = ?"
		     " ORDER BY created_at, id",
		     "s", a.id);
	while (stmt_row(q))
		if (am_page_has(op, &page))
			describe_webhook(op, q, json_add_object(all));
	return DONE;
}

enum outcome am_delete_webhook(struct op *op)
{
	struct str id = op_str(op, "webhookId");

	if (!webhook_get(op, id))
		return FAILED;
	db_run(op->db, "DELETE FROM amplify_webhook WHERE id = ?", "s", id);
	return DONE;
}
