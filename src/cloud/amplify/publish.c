/*
 * What a port serves: a file of its own, sites/PORT.json in the account's folder, which is written whole or not at
 * all. It is made from rows, so it may be written again at any time.
 */
#include <stdio.h>
#include <unistd.h>

#include "aws/port.h"
#include "cloud/amplify/headers.h"
#include "cloud/amplify/inside.h"
#include "store/folder.h"

struct str am_port_name(struct op *op, struct str app, struct str branch)
{
	return arena_strf(op->arena, "%.*s/%.*s", STR_ARG(app), STR_ARG(branch));
}

const char *am_deployment_folder(struct op *op, struct str app, struct str token)
{
	return arena_printf(op->arena, "%s/amplify/%.*s/%.*s", op->account->dir, STR_ARG(app),
			    STR_ARG(token));
}

/* User and password that the site asks for, base64; absent: none. The branch's word counts more than the app's. */
static struct str password_of(const struct app *a, const struct branch *b)
{
	if (json_bool_or(json_get(b->detail, "enableBasicAuth"), false))
		return json_get_str(b->detail, "basicAuthCredentials");
	if (json_bool_or(json_get(a->detail, "enableBasicAuth"), false))
		return json_get_str(a->detail, "basicAuthCredentials");
	return STR_NONE;
}

static void set_headers(struct op *op, const struct app *a, const struct job *j,
			struct json_object *out)
{
	struct json_object *headers = json_get(j->detail, "headers");
	const char *why = "";

	if (!headers)
		headers = headers_read(op->arena, json_get_str(a->detail, "customHeaders"), &why);
	if (headers)
		json_set(out, "headers", json_object_get(json_plain(op->arena, headers)));
}

bool am_publish(struct op *op, const struct app *a, const struct branch *b)
{
	int port;
	const char *folder = arena_printf(op->arena, "%s/sites", op->account->dir), *why = "";
	struct json_object *out = json_new_object(op->arena);
	struct str password = password_of(a, b);
	struct job j;

	if (!am_job_find(op, b->app, b->name, b->active_job, &j))
		return true;
	port = port_take(op, am_port_name(op, a->id, b->name));
	if (!port) {
		op_fail(op, &InternalFailure, "No port is left for the site.");
		return false;
	}
	json_set_str(out, "folder",
		     arena_strf(op->arena, "amplify/%.*s/%.*s", STR_ARG(j.app), STR_ARG(j.token)));
	json_set(out, "rules", json_object_get(json_get(a->detail, "customRules")));
	set_headers(op, a, &j, out);
	if (password.n)
		json_set_str(out, "password", password);
	if (folder_make(folder, op->arena, &why) &&
	    folder_write(arena_printf(op->arena, "%s/%d.json", folder, port),
			 json_text(op->arena, out), op->arena, &why))
		return true;
	op_fail(op, &InternalFailure, "%s", why);
	return false;
}

/* --- later --------------------------------------------------------------------------------- */

static void soon(struct op *op, int kind, struct str app, struct str branch)
{
	struct json_object *in = json_new_object(op->arena);

	json_set_str(in, "appId", app);
	json_set_str(in, "branchName", branch);
	am_job_add(op, kind, op->now, arena_cstr(op->arena, am_port_name(op, app, branch)), in);
}

void am_publish_soon(struct op *op, struct str app, struct str branch)
{
	struct stmt *q;

	if (branch.p) {
		soon(op, AMPLIFY_PUBLISH, app, branch);
		return;
	}
	q = db_query(op->db, "SELECT name FROM amplify_branch WHERE app = ?", "s", app);
	while (stmt_row(q))
		soon(op, AMPLIFY_PUBLISH, app, stmt_dup(q, 0, op->arena));
}

enum outcome amplify_job_publish(struct op *op)
{
	struct branch b;
	struct app a;

	if (!am_app_find(op, op_str(op, "appId"), &a) ||
	    !am_branch_find(op, a.id, op_str(op, "branchName"), &b))
		return DONE;
	return am_publish(op, &a, &b) ? DONE : FAILED;
}

void am_unpublish_soon(struct op *op, struct str app, struct str branch)
{
	struct stmt *q =
		db_query(op->db, "SELECT token FROM amplify_job WHERE app = ? AND branch = ?", "ss",
			 app, branch);

	while (stmt_row(q))
		am_drop(op, app, stmt_dup(q, 0, op->arena), DROP_ALL, op->now);
	soon(op, AMPLIFY_UNPUBLISH, app, branch);
}

enum outcome amplify_job_unpublish(struct op *op)
{
	struct str app = op_str(op, "appId"), branch = op_str(op, "branchName");
	struct str name = am_port_name(op, app, branch);
	struct branch b = { .app = STR_NONE };
	int port = port_find(op, name);

	/* One of the same name may have been made in the meantime, and deployed. */
	if (am_branch_find(op, app, branch, &b) && b.active_job)
		return DONE;
	if (port)
		unlink(arena_printf(op->arena, "%s/sites/%d.json", op->account->dir, port));
	if (!b.app.p)
		port_give_back(op, name);
	return DONE;
}
