/*
 * Sites of Amplify that are made of a repository: a push builds their branch, a new branch may become one of theirs, and
 * one that was deleted may go. From: Amplify Hosting User Guide, "Getting started with feature branch deployments",
 * "Pattern-based feature branch deployments".
 */
#include "cloud/codecommit/inside.h"

enum { GLOB_STEPS_MAX = 10000 };

/* "*" is any part of a name without slashes, "**" any at all. */
static bool glob(struct str pattern, struct str text, int *steps)
{
	bool deep;

	while (pattern.n && pattern.p[0] != '*') {
		if (!text.n || pattern.p[0] != text.p[0])
			return false;
		pattern = str_slice(pattern, 1, pattern.n);
		text = str_slice(text, 1, text.n);
	}
	if (!pattern.n)
		return !text.n;
	deep = str_starts(pattern, STR("**"));
	pattern = str_slice(pattern, deep ? 2 : 1, pattern.n);
	for (size_t i = 0; i <= text.n && ++*steps < GLOB_STEPS_MAX; i++) {
		if (glob(pattern, str_slice(text, i, text.n), steps))
			return true;
		if (!deep && i < text.n && text.p[i] == '/')
			return false;
	}
	return false;
}

static bool is_made_of(struct op *op, struct json_object *app, const struct repository *r)
{
	struct str url = json_get_str(app, "repository");

	if (str_ends(url, STR("/")))
		url.n--;
	return str_ends(url, arena_strf(op->arena, "/v1/repos/%.*s", STR_ARG(r->name)));
}

/* Does the app want branches that are called so? */
static bool wants_new(struct json_object *app, struct str branch)
{
	struct json_object *patterns = json_get(app, "autoBranchCreationPatterns");
	bool wants = json_count(patterns) == 0;
	int steps = 0;

	for (size_t i = 0; i < json_count(patterns); i++)
		wants |= glob(json_str(json_at(patterns, i)), branch, &steps);
	return wants && json_bool_or(json_get(app, "enableAutoBranchCreation"), false);
}

static struct json_object *input_of(struct op *op, struct json_object *app, struct str branch)
{
	struct json_object *in = json_new_object(op->arena);

	json_set_str(in, "appId", json_get_str(app, "appId"));
	json_set_str(in, "branchName", branch);
	return in;
}

/* The app's branch, perhaps made now; NULL: it has none. */
static struct json_object *branch_of(struct op *op, struct json_object *app, struct str branch)
{
	struct json_object *in = input_of(op, app, branch), *got = NULL;
	struct json_object *config = json_get(app, "autoBranchCreationConfig");

	if (aws_call(op, "amplify", "GetBranch", in, &got, NULL) == DONE)
		return json_get(got, "branch");
	if (!wants_new(app, branch))
		return NULL;
	if (config) {
		JSON_EACH(config, key, value)
		{
			json_set(in, key, json_object_get(value));
		}
	}
	return aws_call(op, "amplify", "CreateBranch", in, &got, NULL) == DONE
		       ? json_get(got, "branch")
		       : NULL;
}

static void build(struct op *op, struct json_object *app, struct str branch, struct str commit)
{
	struct json_object *found = branch_of(op, app, branch), *in;

	if (!found || !json_bool_or(json_get(found, "enableAutoBuild"), true))
		return;
	in = input_of(op, app, branch);
	json_set_cstr(in, "jobType", "RELEASE");
	json_set_str(in, "commitId", commit);
	aws_call(op, "amplify", "StartJob", in, NULL, NULL);
}

static void follow(struct op *op, struct json_object *app, const struct reference_move *m)
{
	struct str branch = str_slice(m->ref, strlen("refs/heads/"), m->ref.n);

	if (m->after.p)
		build(op, app, branch, m->after);
	else if (json_bool_or(json_get(app, "enableBranchAutoDeletion"), false))
		aws_call(op, "amplify", "DeleteBranch", input_of(op, app, branch), NULL, NULL);
}

void sites_follow(struct op *op, const struct repository *r, const struct reference_move *m)
{
	struct json_object *in, *page = NULL, *apps;
	struct str token = STR_NONE;

	if (!str_starts(m->ref, STR("refs/heads/")))
		return;
	do {
		in = json_new_object(op->arena);
		if (token.n)
			json_set_str(in, "nextToken", token);
		if (aws_call(op, "amplify", "ListApps", in, &page, NULL) != DONE)
			return;
		apps = json_get(page, "apps");
		for (size_t i = 0; i < json_count(apps); i++)
			if (is_made_of(op, json_at(apps, i), r))
				follow(op, json_at(apps, i), m);
		token = json_get_str(page, "nextToken");
	} while (token.n);
}
