/* Build specifications; see spec.h. */
#include "cloud/amplify/spec.h"

#include "base/yaml.h"
#include "cloud/amplify/headers.h"

const char spec_default[] = "version: 1\n"
			    "frontend:\n"
			    "  phases:\n"
			    "    build:\n"
			    "      commands: []\n"
			    "  artifacts:\n"
			    "    baseDirectory: /\n"
			    "    files:\n"
			    "      - '**/*'\n"
			    "  cache:\n"
			    "    paths: []\n";

enum { COMMANDS_MAX = 500, PATHS_MAX = 100, PATH_BYTES_MAX = 1024 };

/* A path that stays where it is: no "..", no slashes around it; "" for "." and "/". False: it leads out. */
static bool clean_path(struct str given, struct str *out)
{
	struct str rest;

	while (str_starts(given, STR("/")) || str_starts(given, STR("./")))
		given = str_slice(given, given.p[0] == '/' ? 1 : 2, given.n);
	while (str_ends(given, STR("/")))
		given.n--;
	if (str_is(given, "."))
		given.n = 0;
	if (given.n > PATH_BYTES_MAX)
		return false;
	rest = given;
	while (rest.p)
		if (str_is(str_cut(&rest, '/'), ".."))
			return false;
	*out = given.p ? given : STR("");
	return true;
}

static bool add_commands(struct arena *a, struct spec *s, const struct json_object *part,
			 const char **why)
{
	static const char *const phases[] = { "preBuild", "build", "postBuild" };

	for (size_t i = 0; i < 3; i++) {
		const struct json_object *list =
			json_get(json_get(json_get(part, "phases"), phases[i]), "commands");

		for (size_t c = 0; c < json_count(list); c++) {
			if (s->command_count == COMMANDS_MAX || !json_is_string(json_at(list, c))) {
				*why = "Each command of a phase must be a text.";
				return false;
			}
			s->commands[s->command_count++] =
				(struct spec_command){ phases[i],
						       arena_dup(a, json_str(json_at(list, c))) };
		}
	}
	return true;
}

static bool read_paths(struct arena *a, const struct json_object *list, struct str **out,
		       size_t *count, const char **why)
{
	*out = arena_zalloc(a, (PATHS_MAX + 1) * sizeof(**out));
	for (size_t i = 0; i < json_count(list); i++) {
		struct str path;

		if (i == PATHS_MAX ||
		    !clean_path(arena_dup(a, json_str(json_at(list, i))), &path)) {
			*why = "The paths of artifacts stay inside the repository.";
			return false;
		}
		(*out)[(*count)++] = path;
	}
	return true;
}

/* The application that is meant, or the document itself. */
static struct json_object *application(struct json_object *all, struct str root, struct str *found)
{
	struct json_object *list = json_get(all, "applications"), *one = json_at(list, 0);

	if (!one)
		return all;
	for (size_t i = 0; root.n && i < json_count(list); i++)
		if (str_eq(json_get_str(json_at(list, i), "appRoot"), root))
			one = json_at(list, i);
	*found = json_get_str(one, "appRoot");
	return one;
}

bool spec_read(struct arena *a, struct str text, struct str root, struct spec *out,
	       const char **why)
{
	struct json_object *all, *app, *frontend, *artifacts;
	const char *reason = "";
	int line = 0;

	*out = (struct spec){ .root = STR("") };
	all = yaml_read(a, text, &line, &reason);
	if (!all || !json_is_object(all)) {
		*why = arena_printf(a, "The build specification is no YAML (line %d): %s", line,
				    reason);
		return false;
	}
	app = application(all, root, &out->root);
	frontend = json_get(app, "frontend");
	artifacts = json_get(frontend, "artifacts");
	out->commands = arena_zalloc(a, COMMANDS_MAX * sizeof(*out->commands));
	out->variables = json_get(json_get(app, "env"), "variables");
	*why = "The artifacts' baseDirectory stays inside the repository.";
	if (!clean_path(arena_dup(a, out->root), &out->root) ||
	    !clean_path(arena_dup(a, json_get_str(artifacts, "baseDirectory")), &out->base))
		return false;
	return add_commands(a, out, json_get(app, "backend"), why) &&
	       add_commands(a, out, frontend, why) &&
	       read_paths(a, json_get(artifacts, "files"), &out->files, &out->file_count, why);
}

bool spec_takes(const struct spec *spec, struct str path)
{
	for (size_t i = 0; i < spec->file_count; i++)
		if (str_is(spec->files[i], "**/*") ||
		    (headers_match(spec->files[i], path) &&
		     (str_find(spec->files[i], '/') >= 0 || str_find(path, '/') < 0)))
			return true;
	return !spec->file_count;
}
