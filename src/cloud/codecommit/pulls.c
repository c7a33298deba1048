/*
 * Pull requests: one row each, its document as the API answers it. What the references point to is looked at anew
 * while the request is open. From: CodeCommit API Reference, "CreatePullRequest" and its neighbours.
 */
#include "base/hash.h"
#include "cloud/codecommit/inside.h"

enum { TITLE_MAX = 150, DESCRIPTION_MAX = 10240 };

struct pull {
	int64_t number;
	struct repository repository;
	struct json_object *detail; /* a PullRequest */
};

/* The request's only target. */
static struct json_object *target_of(const struct pull *p)
{
	return json_at(json_get(p->detail, "pullRequestTargets"), 0);
}

static bool repository_by_id(struct op *op, struct str id, struct repository *r)
{
	struct stmt *q =
		db_query(op->db, "SELECT name FROM codecommit_repository WHERE id = ?", "s", id);
	struct str name;

	if (!stmt_row(q))
		return false;
	name = stmt_dup(q, 0, op->arena);
	stmt_done(q);
	return repository_find(op, name, r);
}

static void missing(struct op *op)
{
	op_fail(op, &PullRequestDoesNotExistException,
		"The pull request ID could not be found. Make sure that you have specified the "
		"correct repository name and pull request ID, and then try again.");
}

/* The one that pullRequestId names; false with the error set. */
static bool find(struct op *op, struct pull *p)
{
	struct str id = op_str(op, "pullRequestId"), repository;
	struct stmt *q;

	if (!id.n) {
		op_fail(op, &PullRequestIdRequiredException,
			"A pull request ID is required, but none was provided.");
		return false;
	}
	if (!str_to_int(id, &p->number)) {
		op_fail(op, &InvalidPullRequestIdException,
			"The pull request ID is not valid. Make sure that you have provided the "
			"full ID and that the pull request is in the specified repository, and "
			"then try again.");
		return false;
	}
	q = db_query(op->db, "SELECT repository, detail FROM codecommit_pull WHERE number = ?", "i",
		     p->number);
	if (!stmt_row(q)) {
		missing(op);
		return false;
	}
	repository = stmt_dup(q, 0, op->arena);
	p->detail = json_parse(op->arena, stmt_dup(q, 1, op->arena), NULL);
	stmt_done(q);
	if (repository_by_id(op, repository, &p->repository))
		return true;
	missing(op);
	return false;
}

static bool is_open(const struct pull *p)
{
	return str_is(json_get_str(p->detail, "pullRequestStatus"), "OPEN");
}

static enum outcome save(struct op *op, struct pull *p)
{
	json_set_time(p->detail, "lastActivityDate", op->now);
	json_set_str(p->detail, "revisionId", hash_uuid(op->arena));
	db_run(op->db, "UPDATE codecommit_pull SET status = ?, detail = ? WHERE number = ?", "ssi",
	       json_get_str(p->detail, "pullRequestStatus"), json_text(op->arena, p->detail),
	       p->number);
	op->out = json_new_object(op->arena);
	json_set(op->out, "pullRequest", json_object_get(p->detail));
	return DONE;
}

/* --- what the references point to --------------------------------------------------------------- */

/* "source", "destination" -> their commits and the merge base. */
static void work_look(struct git_work *w)
{
	struct str names[2] = { work_str(w, "source"), work_str(w, "destination") }, ids[2], base;

	if (!work_open(w))
		return;
	for (size_t i = 0; i < 2; i++) {
		ids[i] = git_commit_of(w->arena, w->folder, names[i]);
		if (ids[i].p)
			continue;
		git_fail(w, &ReferenceDoesNotExistException,
			 "The specified reference does not exist. You must provide a full commit "
			 "ID.");
		return;
	}
	base = git_ask(w->arena, w->folder, "merge-base", arena_cstr(w->arena, ids[0]),
		       arena_cstr(w->arena, ids[1]), NULL);
	json_set_str(w->out, "sourceCommit", ids[0]);
	json_set_str(w->out, "destinationCommit", ids[1]);
	if (base.p)
		json_set_str(w->out, "mergeBase", base);
}

static enum outcome look(struct op *op, const struct repository *r, struct json_object *target)
{
	struct json_object *in = json_new_object(op->arena);
	struct git_answer answer;
	enum outcome outcome;

	json_set_str(in, "source", json_get_str(target, "sourceReference"));
	json_set_str(in, "destination", json_get_str(target, "destinationReference"));
	outcome = repository_ask(op, r, work_look, in, -1, &answer);
	if (outcome != DONE)
		return outcome;
	JSON_EACH(answer.out, key, value)
	{
		json_set(target, key, json_object_get(value));
	}
	return DONE;
}

/* --- making ------------------------------------------------------------------------------------- */

static bool text_good(struct op *op)
{
	if (op_has(op, "title") && op_str(op, "title").n > TITLE_MAX) {
		op_fail(op, &InvalidTitleException,
			"The title of the pull request is not valid. Pull request titles cannot "
			"exceed 100 characters in length.");
		return false;
	}
	if (op_str(op, "description").n > DESCRIPTION_MAX) {
		op_fail(op, &InvalidDescriptionException,
			"The pull request description is not valid. Descriptions cannot be more "
			"than 1,000 characters.");
		return false;
	}
	return true;
}

static struct str full_reference(struct op *op, struct str name)
{
	return str_starts(name, STR("refs/"))
		       ? name
		       : arena_strf(op->arena, "refs/heads/%.*s", STR_ARG(name));
}

/* The target as it will be described; NULL with the error set. */
static struct json_object *target_meant(struct op *op, struct repository *r)
{
	struct json_object *given = json_at(op_get(op, "targets"), 0), *target;
	struct str name = json_get_str(given, "repositoryName");
	struct str source = json_get_str(given, "sourceReference");
	struct str into = json_get_str(given, "destinationReference");

	if (!repository_name_check(op, name))
		return NULL;
	if (!repository_find(op, name, r)) {
		op_fail(op, &RepositoryDoesNotExistException, "%.*s does not exist", STR_ARG(name));
		return NULL;
	}
	if (!source.n) {
		op_fail(op, &ReferenceNameRequiredException,
			"A reference name is required, but none was provided.");
		return NULL;
	}
	into = into.n ? into : r->default_branch;
	if (str_eq(full_reference(op, source), full_reference(op, into))) {
		op_fail(op, &SourceAndDestinationAreSameException,
			"The source branch and destination branch for the pull request are the "
			"same. You must specify different branches for the source and "
			"destination.");
		return NULL;
	}
	target = json_new_object(op->arena);
	json_set_str(target, "repositoryName", r->name);
	json_set_str(target, "sourceReference", full_reference(op, source));
	json_set_str(target, "destinationReference", full_reference(op, into));
	json_set_bool(json_set_object(target, "mergeMetadata"), "isMerged", false);
	return target;
}

enum outcome cc_create_pull_request(struct op *op)
{
	struct pull p = { .detail = json_new_object(op->arena) };
	struct json_object *target;
	enum outcome outcome;

	if (!op_str(op, "title").n)
		return op_fail(op, &TitleRequiredException,
			       "A pull request title is required. It cannot be empty or null.");
	if (!text_good(op))
		return FAILED;
	if (!json_count(op_get(op, "targets")))
		return op_fail(op, &TargetsRequiredException,
			       "An array of target objects is required. It cannot be empty or "
			       "null.");
	target = target_meant(op, &p.repository);
	outcome = target ? look(op, &p.repository, target) : FAILED;
	if (outcome != DONE)
		return outcome;
	p.number = db_int(op->db, 0, "SELECT max(number) FROM codecommit_pull", "") + 1;
	db_run(op->db,
	       "INSERT INTO codecommit_pull (number, repository, status, author, detail)"
	       " VALUES (?, ?, 'OPEN', ?, '{}')",
	       "iss", p.number, p.repository.id, op->caller.arn);
	json_set_str(p.detail, "pullRequestId", arena_strf(op->arena, "%lld", (long long)p.number));
	json_set_str(p.detail, "title", op_str(op, "title"));
	if (op_has(op, "description"))
		json_set_str(p.detail, "description", op_str(op, "description"));
	json_set_time(p.detail, "creationDate", op->now);
	json_set_cstr(p.detail, "pullRequestStatus", "OPEN");
	json_set_str(p.detail, "authorArn", op->caller.arn);
	json_add(json_set_array(p.detail, "pullRequestTargets"), json_object_get(target));
	if (op_has(op, "clientRequestToken"))
		json_set_str(p.detail, "clientRequestToken", op_str(op, "clientRequestToken"));
	json_set_array(p.detail, "approvalRules");
	return save(op, &p);
}

/* --- reading ---------------------------------------------------------------------------------------- */

/* The references of an open request may have gone: then it is described as it was. */
enum outcome cc_get_pull_request(struct op *op)
{
	struct pull p;

	if (!find(op, &p))
		return FAILED;
	if (is_open(&p) && look(op, &p.repository, target_of(&p)) == WAITING)
		return WAITING;
	op->error = NULL;
	json_set(op->out, "pullRequest", json_object_get(p.detail));
	return DONE;
}

enum outcome cc_list_pull_requests(struct op *op)
{
	struct json_object *ids = json_set_array(op->out, "pullRequestIds");
	struct str status = op_str(op, "pullRequestStatus"), author = op_str(op, "authorArn");
	struct repository r;
	struct stmt *q;

	if (!repository_named(op, "repositoryName", &r))
		return FAILED;
	if (status.n && !str_is(status, "OPEN") && !str_is(status, "CLOSED"))
		return op_fail(op, &InvalidPullRequestStatusException,
			       "The pull request status is not valid. The only valid values are "
			       "OPEN and CLOSED.");
	q = db_query(op->db,
		     "SELECT number FROM codecommit_pull WHERE repository = ?1"
		     " AND (?2 IS NULL OR status = ?2) AND (?3 IS NULL OR author = ?3)"
		     " ORDER BY number DESC",
		     "sss", r.id, status.n ? status : STR_NONE, author.n ? author : STR_NONE);
	while (stmt_row(q))
		json_add_str(ids, arena_strf(op->arena, "%lld", (long long)stmt_int(q, 0)));
	return DONE;
}

/* --- changing ---------------------------------------------------------------------------------------- */

static enum outcome closed(struct op *op)
{
	return op_fail(op, &PullRequestAlreadyClosedException,
		       "The pull request status cannot be updated because it is already closed.");
}

static enum outcome set_text(struct op *op, const char *member)
{
	struct pull p;

	if (!find(op, &p) || !text_good(op))
		return FAILED;
	if (!is_open(&p))
		return closed(op);
	json_set_str(p.detail, member, op_str(op, member));
	return save(op, &p);
}

enum outcome cc_update_pull_request_title(struct op *op)
{
	if (!op_str(op, "title").n)
		return op_fail(op, &TitleRequiredException,
			       "A pull request title is required. It cannot be empty or null.");
	return set_text(op, "title");
}

enum outcome cc_update_pull_request_description(struct op *op)
{
	return set_text(op, "description");
}

enum outcome cc_update_pull_request_status(struct op *op)
{
	struct str status = op_str(op, "pullRequestStatus");
	struct pull p;

	if (!find(op, &p))
		return FAILED;
	if (!status.n)
		return op_fail(op, &PullRequestStatusRequiredException,
			       "A pull request status is required, but none was provided.");
	if (!str_is(status, "OPEN") && !str_is(status, "CLOSED"))
		return op_fail(op, &InvalidPullRequestStatusException,
			       "The pull request status is not valid. The only valid values are "
			       "OPEN and CLOSED.");
	if (!is_open(&p) || str_is(status, "OPEN"))
		return op_fail(op, &InvalidPullRequestStatusUpdateException,
			       "The pull request status update is not valid. The only valid update "
			       "is from OPEN to CLOSED.");
	json_set_str(p.detail, "pullRequestStatus", status);
	return save(op, &p);
}

/* --- merging ------------------------------------------------------------------------------------------- */

static struct json_object *merge_input(struct op *op, const struct pull *p)
{
	static const char *const passed[] = { "authorName", "email", "commitMessage",
					      "conflictDetailLevel", "conflictResolutionStrategy" };
	struct json_object *in = json_new_object(op->arena), *target = target_of(p);
	struct str into = json_get_str(target, "destinationReference"), name = op->caller.arn;

	while (str_find(name, '/') >= 0)
		str_cut(&name, '/');
	json_set_str(in, "sourceCommitSpecifier", json_get_str(target, "sourceReference"));
	json_set_str(in, "destinationCommitSpecifier", into);
	json_set_str(in, "targetBranch", str_slice(into, strlen("refs/heads/"), into.n));
	json_set_str(in, "tip", op_str(op, "sourceCommitId"));
	json_set_int(in, "now", op->now / 1000);
	json_set_str(in, "callerName", str_find(name, ':') < 0 ? name : STR("root"));
	for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
		if (op_has(op, passed[i]))
			json_set_str(in, passed[i], op_str(op, passed[i]));
	return in;
}

/* The open request that is meant, in the repository that is named; false with the error set. */
static bool find_open(struct op *op, struct pull *p)
{
	struct repository r;

	if (!find(op, p) || !repository_named(op, "repositoryName", &r))
		return false;
	if (!str_eq(r.id, p->repository.id))
		op_fail(op, &RepositoryNotAssociatedWithPullRequestException,
			"The repository does not contain any pull requests with that pull "
			"request ID. Use GetPullRequest to verify the correct repository "
			"name for the pull request ID.");
	else if (!is_open(p))
		closed(op);
	else
		return true;
	return false;
}

static enum outcome merge(struct op *op, git_work *work, const char *option)
{
	struct git_answer answer;
	struct json_object *merged;
	struct pull p;
	enum outcome outcome;

	if (!find_open(op, &p))
		return FAILED;
	repository_will_change(op, &p.repository);
	outcome = repository_ask(op, &p.repository, work, merge_input(op, &p), -1, &answer);
	if (outcome != DONE)
		return outcome;
	repository_changed(op, &p.repository, answer.out);
	merged = json_set_object(target_of(&p), "mergeMetadata");
	json_set_bool(merged, "isMerged", true);
	json_set_str(merged, "mergedBy", op->caller.arn);
	json_set_str(merged, "mergeCommitId", json_get_str(answer.out, "commitId"));
	json_set_cstr(merged, "mergeOption", option);
	if (work == work_fast_forward)
		json_set_str(target_of(&p), "sourceCommit", json_get_str(answer.out, "commitId"));
	json_set_cstr(p.detail, "pullRequestStatus", "CLOSED");
	return save(op, &p);
}

enum outcome cc_merge_pull_request_by_fast_forward(struct op *op)
{
	return merge(op, work_fast_forward, "FAST_FORWARD_MERGE");
}

enum outcome cc_merge_pull_request_by_squash(struct op *op)
{
	return merge(op, work_squash, "SQUASH_MERGE");
}

enum outcome cc_merge_pull_request_by_three_way(struct op *op)
{
	return merge(op, work_three_way, "THREE_WAY_MERGE");
}
