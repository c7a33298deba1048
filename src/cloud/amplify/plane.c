/*
 * What Amplify serves on the cloud's own port, by path: below /_aws/amplify/APP/
 *
 *	PUT  uploads/TOKEN[?file=NAME]      a deployment's zip, or one of its files
 *	GET  logs/TOKEN/STEP                what a job printed
 *	POST webhooks?id=..&token=..        start a build
 *	GET  sites/BRANCH                   to the site, on its own port
 *
 * and, by host name, BRANCH.APP.amplifyapp.com leads to the site, too.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aws/id.h"
#include "aws/port.h"
#include "aws/raw.h"
#include "aws/share.h"
#include "base/form.h"
#include "cloud/amplify/inside.h"
#include "store/folder.h"
#include "store/zip.h"

enum { ID_LENGTH = 13 };

#define PREFIX "/_aws/amplify/"
#define DOMAIN ".amplifyapp."

static const struct aws_error Forbidden = { "Forbidden", 403, NULL, false };
static const struct aws_error NotFound = { "NotFound", 404, NULL, false };
static const struct aws_error TooLate = { "Conflict", 409, NULL, false };

struct str am_plane_url(struct op *op, struct str app)
{
	return arena_strf(op->arena, "%.*s" PREFIX "%.*s", STR_ARG(op->endpoint), STR_ARG(app));
}

/* The app that a request is about, and what follows; absent: it is none of ours. */
static struct str app_of(const struct raw_request *raw, struct str *rest)
{
	struct str host = raw_host_label(raw, DOMAIN), app = raw_path_label(raw, PREFIX, rest);

	if (app.p || !host.p)
		return app;
	/* "main.d1a2b3": the branch's name may have dots. */
	while (str_find(host, '.') >= 0)
		str_cut(&host, '.');
	*rest = STR("");
	return host;
}

const struct operation *amplify_serves(const struct raw_request *raw)
{
	struct str rest;

	return app_of(raw, &rest).p ? &amplify_plane : NULL;
}

bool amplify_account_of(struct op *op, char account[static 13])
{
	struct str rest, app = app_of(op->raw, &rest);

	if (app.n == ID_LENGTH + 1 && app.p[0] == 'd' &&
	    id_account_long(str_slice(app, 1, app.n), ID_LENGTH, account) &&
	    aws_account_here(op->aws, str_of(account)))
		return true;
	op_fail(op, &NotFound, "There is no such app.");
	return false;
}

/* --- uploads ---------------------------------------------------------------------------- */

static bool write_file(struct op *op, const char *path)
{
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
	struct str rest = op->raw->body;
	bool good = fd >= 0;

	while (good && rest.n) {
		ssize_t n = write(fd, rest.p, rest.n);

		good = n > 0;
		if (good)
			rest = str_slice(rest, (size_t)n, rest.n);
	}
	if (fd >= 0)
		close(fd);
	return good;
}

static enum outcome upload(struct op *op, struct str app, struct str token)
{
	const char *folder, *why = "", *name;
	char *path;
	struct job j;

	if (!str_is(op->raw->method, "PUT") && !str_is(op->raw->method, "POST"))
		return op_fail(op, &Forbidden, "Files are uploaded with PUT.");
	if (!am_job_by_token(op, app, token, &j))
		return op_fail(op, &Forbidden, "This address has expired.");
	if (!str_is(j.status, "CREATED"))
		return op_fail(op, &TooLate, "The deployment was started already.");
	if (share_spent(op))
		return op_fail(
			op, &Forbidden,
			"This account's share of the disk is used up. Delete what is no longer needed.");
	name = arena_cstr(op->arena, form_get(op->arena, op->raw->query, "file"));
	folder = am_deployment_folder(op, app, token);
	if (!json_get(j.detail, "files"))
		path = arena_printf(op->arena, "%s/up.zip", folder);
	else if (json_get(json_get(j.detail, "files"), name) && zip_name_good(name))
		path = arena_printf(op->arena, "%s/up/%s", folder, name);
	else
		return op_fail(op, &Forbidden, "The deployment has no such file.");
	*strrchr(path, '/') = '\0';
	if (!folder_make(path, op->arena, &why))
		return op_fail(op, &InternalFailure, "%s", why);
	path[strlen(path)] = '/';
	if (!write_file(op, path))
		return op_fail(op, &InternalFailure, "The server's disk cannot be written.");
	return op_answer(op, 200, NULL, STR(""));
}

/* --- logs ---------------------------------------------------------------------------------- */

static enum outcome show_log(struct op *op, struct str app, struct str token, struct str step)
{
	static const char *const steps[] = { "BUILD", "DEPLOY", "VERIFY" };
	struct job j;
	struct stat st;
	bool known = false;
	char *p = NULL;
	ssize_t n = 0;
	int fd;

	for (size_t i = 0; i < 3; i++)
		known |= str_is(step, steps[i]);
	if (!known || !am_job_by_token(op, app, token, &j))
		return op_fail(op, &Forbidden, "This address has expired.");
	fd = open(arena_printf(op->arena, "%s/%.*s.log", am_deployment_folder(op, app, token),
			       STR_ARG(step)),
		  O_RDONLY | O_CLOEXEC);
	/* All of it, since why a build failed stands at its end: who writes it sees that it is not too long. */
	if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size > 0) {
		p = arena_alloc(op->arena, (size_t)st.st_size);
		n = read(fd, p, (size_t)st.st_size);
	}
	if (fd >= 0)
		close(fd);
	return op_answer(op, 200, "text/plain; charset=utf-8",
			 n > 0 ? str_make(p, (size_t)n) : STR(""));
}

/* --- webhooks ------------------------------------------------------------------------------- */

static enum outcome webhook(struct op *op, struct str app)
{
	struct str query = op->raw->query, given = form_get(op->arena, query, "token"), token, name;
	struct stmt *q =
		db_query(op->db,
			 "SELECT token, branch FROM amplify_webhook WHERE id = ? AND app = ?", "ss",
			 form_get(op->arena, query, "id"), app);
	struct branch b;
	struct app a;
	struct job j;

	if (!str_is(op->raw->method, "POST"))
		return op_fail(op, &Forbidden, "Webhooks are called with POST.");
	if (!stmt_row(q))
		return op_fail(op, &Forbidden, "There is no such webhook.");
	token = stmt_dup(q, 0, op->arena);
	name = stmt_dup(q, 1, op->arena);
	stmt_done(q);
	if (!given.n || !str_eq_secret(token, given) || !am_app_find(op, app, &a) ||
	    !am_branch_find(op, app, name, &b))
		return op_fail(op, &Forbidden, "There is no such webhook.");
	if (!am_job_begin(op, &a, &b, "WEB_HOOK", &j))
		return FAILED;
	return op_answer(op, 202, "application/json", STR("{}"));
}

/* --- the way to a site ------------------------------------------------------------------------- */

static enum outcome lead(struct op *op, struct str app, struct str branch, struct str path)
{
	int port = port_find(op, am_port_name(op, app, branch));

	if (!port)
		return op_fail(op, &NotFound, "There is no such site.");
	if (!path.n || path.p[0] != '/')
		path = STR("/");
	op_answer_header(op, STR("Location"),
			 arena_strf(op->arena, "%.*s%.*s", STR_ARG(port_url(op, port)),
				    STR_ARG(path)));
	return op_answer(op, 302, NULL, STR(""));
}

static struct str next_part(struct str *rest)
{
	struct str part;

	if (str_starts(*rest, STR("/")))
		*rest = str_slice(*rest, 1, rest->n);
	part = str_cut(rest, '/');
	return part.p ? part : STR("");
}

static enum outcome run(struct op *op)
{
	struct str rest, app = app_of(op->raw, &rest), kind, token, host;

	host = raw_host_label(op->raw, DOMAIN);
	if (!str_starts(op->raw->path, STR(PREFIX)))
		return lead(op, app, str_slice(host, 0, host.n > app.n ? host.n - app.n - 1 : 0),
			    op->raw->path);
	kind = next_part(&rest);
	if (str_is(kind, "webhooks"))
		return webhook(op, app);
	token = form_decode_lenient(op->arena, next_part(&rest), false);
	if (str_is(kind, "uploads"))
		return upload(op, app, token);
	if (str_is(kind, "logs"))
		return show_log(op, app, token, rest);
	if (str_is(kind, "sites"))
		return lead(op, app, token, STR("/"));
	return op_fail(op, &NotFound, "There is nothing here.");
}

const struct operation amplify_plane = { "Serve", NULL, run, OP_OPEN | OP_RAW | OP_DATA };
