/* Apps, and their tags. From: Amplify API Reference, 2017-07-25. */
#include <inttypes.h>

#include "aws/id.h"
#include "cloud/amplify/headers.h"
#include "cloud/amplify/inside.h"
#include "cloud/amplify/rules.h"
#include "cloud/amplify/spec.h"

enum { ID_LENGTH = 13, APPS_MAX = 25 };

/* --- what lists have in common ------------------------------------------------------------ */

bool am_page_start(struct op *op, struct am_page *page, int64_t most)
{
	struct str token = op_str(op, "nextToken");

	*page = (struct am_page){ .max = op_int_or(op, "maxResults", most) };
	if (!page->max)
		page->max = most;
	if (!token.n || (str_to_int(token, &page->from) && page->from > 0))
		return true;
	op_fail(op, &AmplifyBadRequest, "Invalid next token");
	return false;
}

bool am_page_has(struct op *op, struct am_page *page)
{
	int64_t at = page->at++;

	if (at == page->from + page->max)
		json_set_str(op->out, "nextToken", arena_strf(op->arena, "%" PRId64, at));
	return at >= page->from && at < page->from + page->max;
}

void am_copy_members(struct op *op, struct json_object *to, const char *const *names)
{
	for (; *names; names++)
		if (op_has(op, *names))
			json_set(to, *names, json_object_get(op_get(op, *names)));
}

/* Names that begin with AWS are Amplify's own. From: Amplify Hosting User Guide, "Using environment variables". */
static bool variables_good(struct op *op, const char **why)
{
	struct json_object *all = op_get(op, "environmentVariables");

	if (!all)
		return true;
	JSON_EACH(all, name, value)
	{
		if (!value || str_starts(str_of(name), STR("AWS"))) {
			*why = "Environment variables cannot start with the reserved prefix AWS.";
			return false;
		}
	}
	return true;
}

bool am_settings_good(struct op *op)
{
	const char *why = "";
	struct spec spec;

	if (variables_good(op, &why) && rules_read(op->arena, op_get(op, "customRules"), &why) &&
	    headers_read(op->arena, op_str(op, "customHeaders"), &why) &&
	    (!op_has(op, "buildSpec") ||
	     spec_read(op->arena, op_str(op, "buildSpec"), STR_NONE, &spec, &why)))
		return true;
	op_fail(op, &AmplifyBadRequest, "%s", why);
	return false;
}

/* --- rows ------------------------------------------------------------------------------------ */

static void read_row(struct op *op, struct stmt *q, struct app *out)
{
	*out = (struct app){ .id = stmt_dup(q, 0, op->arena),
			     .detail = json_parse(op->arena, stmt_dup(q, 1, op->arena), NULL),
			     .created_at = stmt_int(q, 2),
			     .updated_at = stmt_int(q, 3) };
}

bool am_app_find(struct op *op, struct str id, struct app *out)
{
	struct stmt *q = db_query(op->db,
				  "SELECT id, detail, created_at, updated_at FROM amplify_app"
				  " WHERE id = ?",
				  "s", id);

	if (!stmt_row(q))
		return false;
	read_row(op, q, out);
	stmt_done(q);
	return true;
}

bool am_app_get(struct op *op, struct app *out)
{
	if (am_app_find(op, op_str(op, "appId"), out))
		return true;
	op_fail(op, &AmplifyNotFound, "App %.*s not found.", STR_ARG(op_str(op, "appId")));
	return false;
}

static void save(struct op *op, const struct app *a)
{
	db_run(op->db,
	       "INSERT INTO amplify_app (id, detail, created_at, updated_at) VALUES (?, ?, ?, ?)"
	       " ON CONFLICT (id) DO UPDATE SET detail = excluded.detail,"
	       " updated_at = excluded.updated_at",
	       "ssii", a->id, json_text(op->arena, a->detail), a->created_at, op->now);
}

/* --- describing --------------------------------------------------------------------------------- */

/* The branch that is called production, and how its last job went. */
static void describe_production(struct op *op, const struct app *a, struct json_object *out)
{
	struct stmt *q = db_query(op->db,
				  "SELECT b.name, j.status, j.ended_at FROM amplify_branch b"
				  " JOIN amplify_job j ON j.app = b.app AND j.branch = b.name"
				  " AND j.number = b.active_job WHERE b.app = ?"
				  " AND json_extract(b.detail, '$.stage') = 'PRODUCTION'"
				  " ORDER BY b.created_at LIMIT 1",
				  "s", a->id);
	struct json_object *p;

	if (!stmt_row(q))
		return;
	p = json_set_object(out, "productionBranch");
	json_set_time(p, "lastDeployTime", stmt_int(q, 2));
	json_set_str(p, "status", stmt_str(q, 1));
	json_set_str(p, "branchName", stmt_str(q, 0));
	stmt_done(q);
}

static void describe(struct op *op, const struct app *a, struct json_object *out)
{
	json_set_str(out, "appId", a->id);
	json_set_str(out, "appArn", op_arn(op, "amplify", "apps/%.*s", STR_ARG(a->id)));
	JSON_EACH(a->detail, key, value)
	{
		json_set(out, key, json_object_get(value));
	}
	json_set_time(out, "createTime", a->created_at);
	json_set_time(out, "updateTime", a->updated_at);
	json_set_str(out, "defaultDomain",
		     arena_strf(op->arena, "%.*s.amplifyapp.com", STR_ARG(a->id)));
	describe_production(op, a, out);
}

/* --- making and changing ------------------------------------------------------------------------ */

static const char *const members[] = { "name",
				       "description",
				       "repository",
				       "platform",
				       "computeRoleArn",
				       "iamServiceRoleArn",
				       "environmentVariables",
				       "enableBranchAutoBuild",
				       "enableBranchAutoDeletion",
				       "enableBasicAuth",
				       "basicAuthCredentials",
				       "customRules",
				       "tags",
				       "buildSpec",
				       "customHeaders",
				       "enableAutoBranchCreation",
				       "autoBranchCreationPatterns",
				       "autoBranchCreationConfig",
				       "jobConfig",
				       "cacheConfig",
				       NULL };

/* Sites are built from this cloud's own repositories: there is no way to others. */
static bool repository_good(struct op *op)
{
	struct str url = op_str(op, "repository");

	if (!url.n || str_find_str(url, STR("/v1/repos/")) > 0)
		return true;
	op_fail(op, &AmplifyBadRequest,
		"The repository %.*s cannot be reached from here: use a CodeCommit repository of "
		"this account.",
		STR_ARG(url));
	return false;
}

static bool given_good(struct op *op)
{
	struct str role = op_str(op, "iamServiceRoleArn");

	return repository_good(op) && am_settings_good(op) &&
	       (!role.n || authorize_pass_role(op, role, "amplify.amazonaws.com"));
}

enum outcome am_create_app(struct op *op)
{
	struct app a = { .detail = json_new_object(op->arena), .created_at = op->now };

	if (!given_good(op))
		return FAILED;
	if (db_int(op->db, 0, "SELECT count(*) FROM amplify_app", "") >= APPS_MAX)
		return op_fail(op, &AmplifyLimitExceeded,
			       "You have reached the maximum number of apps in this account.");
	a.id = arena_strf(op->arena, "d%.*s", STR_ARG(id_make_long(op, ID_LENGTH)));
	a.updated_at = op->now;
	json_set_cstr(a.detail, "description", "");
	json_set_cstr(a.detail, "repository", "");
	json_set_cstr(a.detail, "platform", "WEB");
	json_set_object(a.detail, "environmentVariables");
	json_set_bool(a.detail, "enableBranchAutoBuild", false);
	json_set_bool(a.detail, "enableBranchAutoDeletion", false);
	json_set_bool(a.detail, "enableBasicAuth", false);
	json_set_array(a.detail, "customRules");
	json_set_cstr(a.detail, "customHeaders", "");
	json_set_bool(a.detail, "enableAutoBranchCreation", false);
	am_copy_members(op, a.detail, members);
	if (op_str(op, "repository").n)
		json_set_cstr(a.detail, "repositoryCloneMethod", "SIGV4");
	save(op, &a);
	describe(op, &a, json_set_object(op->out, "app"));
	return DONE;
}

enum outcome am_update_app(struct op *op)
{
	struct app a;

	if (!am_app_get(op, &a) || !given_good(op))
		return FAILED;
	am_copy_members(op, a.detail, members);
	a.updated_at = op->now;
	save(op, &a);
	am_publish_soon(op, a.id, STR_NONE);
	describe(op, &a, json_set_object(op->out, "app"));
	return DONE;
}

enum outcome am_get_app(struct op *op)
{
	struct app a;

	if (!am_app_get(op, &a))
		return FAILED;
	describe(op, &a, json_set_object(op->out, "app"));
	return DONE;
}

enum outcome am_list_apps(struct op *op)
{
	struct json_object *all = json_set_array(op->out, "apps");
	struct am_page page;
	struct stmt *q;
	struct app a;

	if (!am_page_start(op, &page, 100))
		return FAILED;
	q = db_query(op->db,
		     "SELECT id, detail, created_at, updated_at FROM amplify_app"
		     " ORDER BY created_at DESC, id",
		     "");
	while (stmt_row(q)) {
		if (!am_page_has(op, &page))
			continue;
		read_row(op, q, &a);
		describe(op, &a, json_add_object(all));
	}
	return DONE;
}

enum outcome am_delete_app(struct op *op)
{
	struct app a;
	struct stmt *q;

	if (!am_app_get(op, &a))
		return FAILED;
	describe(op, &a, json_set_object(op->out, "app"));
	q = db_query(op->db, "SELECT name FROM amplify_branch WHERE app = ?", "s", a.id);
	while (stmt_row(q))
		am_unpublish_soon(op, a.id, stmt_dup(q, 0, op->arena));
	db_run(op->db, "DELETE FROM amplify_app WHERE id = ?", "s", a.id);
	db_run(op->db, "DELETE FROM amplify_branch WHERE app = ?", "s", a.id);
	db_run(op->db, "DELETE FROM amplify_job WHERE app = ?", "s", a.id);
	db_run(op->db, "DELETE FROM amplify_webhook WHERE app = ?", "s", a.id);
	return DONE;
}

/* --- tags ------------------------------------------------------------------------------------------ */

/* The document that an ARN's tags are in, with a function that saves it. */
struct tagged {
	struct app app;
	struct branch branch;
	bool is_branch;
};

static bool find_tagged(struct op *op, struct tagged *t)
{
	struct str arn = op_str(op, "resourceArn"), ours = op_arn(op, "amplify", "apps/"), rest, id;

	*t = (struct tagged){ .is_branch = false };
	if (str_starts(arn, ours)) {
		rest = str_slice(arn, ours.n, arn.n);
		id = str_cut(&rest, '/');
		t->is_branch = rest.p && str_starts(rest, STR("branches/"));
		if (t->is_branch)
			rest = str_slice(rest, strlen("branches/"), rest.n);
		if (t->is_branch ? am_branch_find(op, id, rest, &t->branch)
				 : am_app_find(op, id, &t->app))
			return true;
	}
	op_fail(op, &AmplifyResourceNotFound, "Resource %.*s not found.", STR_ARG(arn));
	return false;
}

static struct json_object *tags_of(struct tagged *t)
{
	struct json_object *detail = t->is_branch ? t->branch.detail : t->app.detail;
	struct json_object *tags = json_get(detail, "tags");

	return tags ? tags : json_set_object(detail, "tags");
}

static enum outcome save_tagged(struct op *op, struct tagged *t)
{
	if (t->is_branch)
		am_branch_save(op, &t->branch);
	else
		save(op, &t->app);
	return DONE;
}

enum outcome am_list_tags(struct op *op)
{
	struct tagged t;

	if (!find_tagged(op, &t))
		return FAILED;
	json_set(op->out, "tags", json_object_get(tags_of(&t)));
	return DONE;
}

enum outcome am_tag_resource(struct op *op)
{
	struct tagged t;

	if (!find_tagged(op, &t))
		return FAILED;
	JSON_EACH(op_get(op, "tags"), key, value)
	{
		json_set_str(tags_of(&t), key, json_str(value));
	}
	return save_tagged(op, &t);
}

enum outcome am_untag_resource(struct op *op)
{
	struct json_object *keys = op_get(op, "tagKeys");
	struct tagged t;

	if (!find_tagged(op, &t))
		return FAILED;
	for (size_t i = 0; i < json_count(keys); i++)
		json_object_object_del(tags_of(&t),
				       arena_cstr(op->arena, json_str(json_at(keys, i))));
	return save_tagged(op, &t);
}
