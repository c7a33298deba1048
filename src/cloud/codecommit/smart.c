/*
 * Git's smart HTTP: /v1/repos/NAME/info/refs, /git-upload-pack, /git-receive-pack, by git's own http-backend.
 *
 * Whoever comes names himself as `aws codecommit credential-helper` has it: the user is the access key (with "%" and
 * the session's token behind it), the password a time and a signature of "GIT", the path and the host. Without, git is
 * asked to name itself. From: AWS CLI User Guide; gitprotocol-http(5); git-http-backend(1).
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "aws/git_password.h"
#include "aws/raw.h"
#include "aws/share.h"
#include "base/base64.h"
#include "base/form.h"
#include "cloud/codecommit/inside.h"

#define PREFIX "/v1/repos/"

static const struct aws_error Unauthorized = { "Unauthorized", 401, NULL, false };
static const struct aws_error Forbidden = { "Forbidden", 403, NULL, false };
static const struct aws_error NotFound = { "NotFound", 404, NULL, false };

/* What a request asks for. */
struct asked {
	struct str name;    /* of the repository */
	struct str root;    /* "/v1/repos/NAME": what the password is for */
	struct str service; /* "info/refs", "git-upload-pack", "git-receive-pack" */
	bool push;
};

static bool read_path(const struct raw_request *raw, struct asked *out)
{
	static const char *const services[] = { "/info/refs", "/git-upload-pack",
						"/git-receive-pack" };
	struct str path = raw->path;

	if (!str_starts(path, STR(PREFIX)))
		return false;
	for (size_t i = 0; i < 3; i++) {
		struct str end = str_of(services[i]);

		if (!str_ends(path, end) || path.n <= strlen(PREFIX) + end.n)
			continue;
		out->root = str_slice(path, 0, path.n - end.n);
		out->name = str_slice(out->root, strlen(PREFIX), out->root.n);
		if (str_ends(out->name, STR("/")))
			out->name.n--;
		out->service = str_slice(end, 1, end.n);
		out->push = i == 2 || str_is(raw->query, "service=git-receive-pack");
		return str_find(out->name, '/') < 0;
	}
	return false;
}

const struct operation *codecommit_serves(const struct raw_request *raw)
{
	struct asked asked;

	return read_path(raw, &asked) ? &codecommit_git : NULL;
}

/* --- who ----------------------------------------------------------------------------------- */

/* User and password of Basic authentication; false when there are none. */
static bool read_basic(struct op *op, struct git_password *out)
{
	struct str header = raw_header(op->raw, "Authorization"), text;

	if (!str_eq_nocase(str_cut(&header, ' '), STR("Basic")) ||
	    !base64_parse(op->arena, str_trim(header), &text))
		return false;
	out->user = str_cut(&text, ':');
	out->password = text;
	return out->user.n && out->password.p;
}

static bool ask_who(struct op *op)
{
	op_answer_header(op, STR("WWW-Authenticate"), STR("Basic realm=\"AWS CodeCommit\""));
	op_fail(op, &Unauthorized,
		"Sign in with the credential helper: git config --global credential.helper "
		"'!aws codecommit credential-helper --ignore-host-check $@'; git config --global "
		"credential.UseHttpPath true");
	return false;
}

bool codecommit_account_of(struct op *op, char account[static 13])
{
	struct git_password given;

	return (read_basic(op, &given) && git_password_account(op, &given, account)) || ask_who(op);
}

static bool may(struct op *op, const struct asked *asked)
{
	struct git_password given = { .path = asked->root, .host = raw_header(op->raw, "Host") };
	struct authorize_check check = {
		.action = asked->push ? "codecommit:GitPush" : "codecommit:GitPull",
		.resource = repository_arn(op, asked->name),
	};

	if (!read_basic(op, &given) || !git_password_verify(op, &given))
		return ask_who(op);
	if (!authorize(op, &check)) {
		op->error = &Forbidden;
		return false;
	}
	if (!asked->push || !share_spent(op))
		return true;
	op_fail(op, &Forbidden,
		"This account's share of the disk is used up. Delete what is no longer needed.");
	return false;
}

/* --- git's backend ---------------------------------------------------------------------------- */

/* Everything that CGI wants to know; the body is a file. */
static void work_backend(struct git_work *w)
{
	static const char *const words[] = { "http-backend", NULL };
	static const char *const names[] = { "REQUEST_METHOD", "QUERY_STRING",
					     "CONTENT_TYPE",   "HTTP_CONTENT_ENCODING",
					     "GIT_PROTOCOL",   "CONTENT_LENGTH" };
	const char *variables[16] = { NULL };
	struct arena *a = w->arena;
	struct git_ran ran;
	size_t n = 0;

	if (!work_open(w))
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (work_str(w, names[i]).p)
			variables[n++] = arena_printf(a, "%s=%.*s", names[i],
						      STR_ARG(work_str(w, names[i])));
	variables[n++] = "GIT_HTTP_EXPORT_ALL=1";
	variables[n++] = "GIT_HTTP_MAX_REQUEST_BUFFER=100m";
	variables[n++] = "REMOTE_USER=git";
	variables[n++] = "SERVER_PROTOCOL=HTTP/1.1";
	variables[n++] = arena_printf(a, "PATH_TRANSLATED=%s/%.*s", w->folder,
				      STR_ARG(work_str(w, "SERVICE")));
	git_run_to_file(a,
			&(struct git_run){ .folder = w->folder,
					   .words = words,
					   .variables = variables,
					   .input_fd = w->input_fd },
			&ran);
	w->output_fd = ran.output_fd;
	if (!ran.good)
		git_fail(w, &InternalFailure, "git: %.*s", STR_ARG(str_trim(ran.error)));
	else if (json_bool_or(json_get(w->in, "push"), false))
		work_settle_head(w);
}

static struct json_object *cgi_input(struct op *op, const struct asked *asked)
{
	const struct raw_request *raw = op->raw;
	struct json_object *in = json_new_object(op->arena);

	json_set_str(in, "REQUEST_METHOD", raw->method);
	json_set_str(in, "QUERY_STRING", raw->query.p ? raw->query : STR(""));
	json_set_str(in, "CONTENT_TYPE", raw_header(raw, "Content-Type"));
	json_set_str(in, "HTTP_CONTENT_ENCODING", raw_header(raw, "Content-Encoding"));
	json_set_str(in, "GIT_PROTOCOL", raw_header(raw, "Git-Protocol"));
	json_set_str(in, "CONTENT_LENGTH", arena_strf(op->arena, "%zu", raw->body.n));
	json_set_str(in, "SERVICE", asked->service);
	json_set_bool(in, "push", str_is(asked->service, "git-receive-pack"));
	return in;
}

/* The body as a file without a name, which the job takes. */
static int body_file(const struct raw_request *raw)
{
	int fd = memfd_create("push", MFD_CLOEXEC);
	struct str rest = raw->body;

	while (fd >= 0 && rest.n) {
		ssize_t n = write(fd, rest.p, rest.n);

		if (n <= 0) {
			close(fd);
			return -1;
		}
		rest = str_slice(rest, (size_t)n, rest.n);
	}
	return fd;
}

/* --- the answer ---------------------------------------------------------------------------------- */

struct mapping {
	void *at;
	size_t n;
};

static void unmap(void *arg)
{
	struct mapping *m = arg;

	munmap(m->at, m->n);
}

static struct str map_file(struct op *op, int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	struct mapping *m = ARENA_NEW(op->arena, struct mapping);

	if (size > 0) {
		m->n = (size_t)size;
		m->at = mmap(NULL, m->n, PROT_READ, MAP_PRIVATE, fd, 0);
	}
	close(fd);
	if (size <= 0 || m->at == MAP_FAILED)
		return STR("");
	arena_defer(op->arena, unmap, m);
	return str_make(m->at, m->n);
}

/* What a CGI program prints: "Status: 403 Forbidden", other headers, an empty line, the body. */
static enum outcome answer_cgi(struct op *op, struct str text)
{
	int64_t status = 200;
	const char *type = NULL;

	while (text.n) {
		struct str line = str_trim(str_cut(&text, '\n')), value = line, name;

		if (!line.n)
			break;
		name = str_cut(&value, ':');
		value = str_trim(value);
		if (str_eq_nocase(name, STR("Status")))
			str_to_int(str_slice(value, 0, 3), &status);
		else if (str_eq_nocase(name, STR("Content-Type")))
			type = arena_cstr(op->arena, value);
		else
			op_answer_header(op, name, value);
	}
	return op_answer(op, (int)status, type, text.p ? text : STR(""));
}

static enum outcome run(struct op *op)
{
	struct git_answer answer;
	struct repository r;
	struct asked asked;
	enum outcome outcome;
	bool first = op->now == op->started, pushes;

	if (!read_path(op->raw, &asked))
		return op_fail(op, &NotFound, "Not found");
	if (first && !may(op, &asked))
		return FAILED;
	if (!repository_find(op, asked.name, &r))
		return op_fail(op, &NotFound, "%.*s does not exist", STR_ARG(asked.name));
	pushes = str_is(asked.service, "git-receive-pack");
	if (pushes)
		repository_will_change(op, &r);
	outcome = repository_ask(op, &r, work_backend, cgi_input(op, &asked),
				 first ? body_file(op->raw) : -1, &answer);
	if (outcome != DONE)
		return outcome;
	if (pushes)
		repository_changed(op, &r, answer.out);
	return answer_cgi(op, map_file(op, answer.output_fd));
}

const struct operation codecommit_git = { "Git", NULL, run, OP_OPEN | OP_RAW | OP_WAITS | OP_DATA };
