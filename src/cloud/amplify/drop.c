/* What is left of jobs that have ended, were stopped or deleted: folders, and work that still goes on for them. */
#include <unistd.h>

#include "builder/builder.h"
#include "cloud/amplify/inside.h"
#include "git/git.h"
#include "store/folder.h"

enum { LOOK_MS = 500 };

void am_drop(struct op *op, struct str app, struct str token, enum am_drop what, int64_t at)
{
	struct json_object *in = json_new_object(op->arena);

	json_set_str(in, "appId", app);
	json_set_str(in, "token", token);
	json_set_int(in, "what", what);
	am_job_add(op, AMPLIFY_DROP, at,
		   arena_printf(op->arena, "%d:%.*s", (int)what, STR_ARG(token)), in);
}

static void remove_parts(struct op *op, const char *folder, enum am_drop what)
{
	/* Those of the work first, then what is served. */
	static const char *const parts[] = { "source",    "up",   "built", "up.zip",
					     "built.zip", "site", "gz",    "manifest.json" };
	size_t n = what == DROP_WORK ? 5 : 8;

	for (size_t i = 0; i < n; i++) {
		const char *path = arena_printf(op->arena, "%s/%s", folder, parts[i]);

		if (unlink(path) != 0)
			folder_remove(path);
	}
}

enum outcome amplify_job_drop(struct op *op)
{
	struct str token = op_str(op, "token");
	const char *folder = am_deployment_folder(op, op_str(op, "appId"), token);
	int64_t what = op_int_or(op, "what", DROP_ALL);
	struct git_answer ignored;

	builder_drop(arena_cstr(op->arena, token));
	if (git_job_take(token, op->arena, &ignored) == GIT_RUNNING)
		am_drop(op, op_str(op, "appId"), token, (enum am_drop)what, op->now + LOOK_MS);
	else if (what == DROP_ALL)
		folder_remove(folder);
	else
		remove_parts(op, folder, (enum am_drop)what);
	return DONE;
}
