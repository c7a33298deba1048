#ifndef CLOUD_AMPLIFY_SPEC_H
#define CLOUD_AMPLIFY_SPEC_H

#include "base/json.h"

/*
 * Build specifications: amplify.yml of the repository, or the branch's or the app's buildSpec.
 *
 * From: Amplify Hosting User Guide, "Configuring the build settings for an app", "Build specification commands and
 * settings". Of a monorepo (`applications`) the one with the given appRoot counts, or the first.
 */
struct spec {
	struct str root; /* of the app in the repository: "" or "packages/web" */
	/* Shell commands in their order: backend, then preBuild, build, postBuild of the frontend. */
	struct spec_command {
		const char *phase; /* "preBuild" */
		struct str text;
	} * commands;
	size_t command_count;
	struct str base;   /* artifacts.baseDirectory, "" for all of it */
	struct str *files; /* patterns below it; none: all */
	size_t file_count;
	struct json_object *variables; /* env.variables; may be NULL */
};

/* What AWS's console proposes for a site that is not built. */
extern const char spec_default[];

/* Read; strings in the arena. False with a sentence in *why. */
bool spec_read(struct arena *a, struct str text, struct str root, struct spec *out,
	       const char **why);
/* Is a file at this path below the base one of the artifacts? */
bool spec_takes(const struct spec *spec, struct str path);

#endif
