/* What an environment is made of: program, mounts, variables. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "base/hash.h"
#include "base/time.h"
#include "cloud/lambda/inside.h"
#include "store/folder.h"

/* The runtimes that run here: by our own clients, or by the function's own bootstrap. */
static const struct runtime {
	const char *prefix;
	const char *programs[2]; /* the first that is there */
	const char *client;
} runtimes[] = {
	{ "nodejs", { "/usr/bin/node", "/usr/local/bin/node" }, "/var/runtime/node/index.mjs" },
	{ "python3",
	  { "/usr/bin/python3", "/usr/local/bin/python3" },
	  "/var/runtime/python/bootstrap.py" },
	{ "provided", { "/var/task/bootstrap", NULL }, NULL },
};
enum { RUNTIMES = sizeof(runtimes) / sizeof(runtimes[0]) };

static const struct runtime *runtime_find(struct str name)
{
	for (size_t i = 0; i < RUNTIMES; i++)
		if (str_starts(name, str_of(runtimes[i].prefix)))
			return &runtimes[i];
	return NULL;
}

bool environment_knows(struct str runtime)
{
	return runtime_find(runtime);
}

static const char *program_of(const struct runtime *r)
{
	if (!r->client)
		return r->programs[0];
	for (size_t i = 0; i < 2; i++)
		if (access(r->programs[i], X_OK) == 0)
			return r->programs[i];
	return NULL;
}

/* Variables as they come together. */
struct variables {
	struct arena *arena;
	const char **at;
	size_t n;
};

static void set(struct variables *v, const char *name, const char *value)
{
	if (v->n < PLAN_VARIABLES_MAX)
		v->at[v->n++] = arena_printf(v->arena, "%s=%s", name, value);
}

/* Lambda's own, which functions may not set; then theirs. */
static void set_variables(struct variables *v, const struct pool_function *f)
{
	struct time_parts t = time_split(time_now_ms());
	const char *log_stream =
		arena_printf(v->arena, "%04d/%02d/%02d/[%s]%.*s", t.year, t.month, t.day,
			     f->version,
			     STR_ARG(hash_random_text(v->arena, 32, "0123456789abcdef")));

	set(v, "AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001");
	set(v, "AWS_ENDPOINT_URL", "http://127.0.0.1:4566");
	set(v, "AWS_ACCESS_KEY_ID", f->credentials[0]);
	set(v, "AWS_SECRET_ACCESS_KEY", f->credentials[1]);
	set(v, "AWS_SESSION_TOKEN", f->credentials[2]);
	set(v, "AWS_REGION", f->region);
	set(v, "AWS_DEFAULT_REGION", f->region);
	set(v, "AWS_EXECUTION_ENV", arena_printf(v->arena, "AWS_Lambda_%s", f->runtime));
	set(v, "AWS_LAMBDA_FUNCTION_NAME", f->name);
	set(v, "AWS_LAMBDA_FUNCTION_VERSION", f->version);
	set(v, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", arena_printf(v->arena, "%d", f->memory_mb));
	set(v, "AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
	set(v, "AWS_LAMBDA_LOG_GROUP_NAME", arena_printf(v->arena, "/aws/lambda/%s", f->name));
	set(v, "AWS_LAMBDA_LOG_STREAM_NAME", log_stream);
	set(v, "_HANDLER", f->handler);
	set(v, "LAMBDA_TASK_ROOT", "/var/task");
	set(v, "LAMBDA_RUNTIME_DIR", "/var/runtime");
	set(v, "PATH", "/usr/local/bin:/usr/bin/:/bin:/opt/bin");
	set(v, "LD_LIBRARY_PATH", "/var/task:/var/task/lib:/opt/lib");
	set(v, "NODE_PATH",
	    "/opt/nodejs/node_modules:/var/runtime/node_modules:/var/task/node_modules");
	set(v, "PYTHONPATH", "/var/runtime/python-packages");
	set(v, "PYTHONDONTWRITEBYTECODE", "1");
	set(v, "LANG", "en_US.UTF-8");
	set(v, "TZ", ":UTC");
	set(v, "HOME", "/tmp");
	for (size_t i = 0; f->variables && f->variables[i]; i++)
		if (v->n < PLAN_VARIABLES_MAX)
			v->at[v->n++] = f->variables[i];
}

bool environment_plan(struct arena *a, const char *folder, const struct pool_function *f,
		      struct plan *plan, const char **why)
{
	const struct runtime *r = runtime_find(str_of(f->runtime));
	const char *program = r ? program_of(r) : NULL;
	struct variables v = { a, arena_zalloc(a, (PLAN_VARIABLES_MAX + 1) * sizeof(char *)), 0 };
	char *code = realpath(f->code, NULL);

	if (!program || !code) {
		free(code);
		*why = program ? "the function's code is gone from the data folder"
			       : "the program that runs this runtime is not installed on this machine";
		return false;
	}
	*plan = (struct plan){ .memory_mb = f->memory_mb,
			       .tmp_mb = f->tmp_mb,
			       .processes = 1024,
			       .files = 1024,
			       .folder = "/var/task" };
	plan->words = arena_zalloc(a, 4 * sizeof(char *));
	plan->words[plan->word_count++] = program;
	if (r->client)
		plan->words[plan->word_count++] = r->client;
	plan->mounts = arena_zalloc(a, 2 * sizeof(*plan->mounts));
	plan->mounts[plan->mount_count++] =
		(struct plan_mount){ arena_printf(a, "%s", code), "/var/task" };
	plan->mounts[plan->mount_count++] = (struct plan_mount){ folder, "/var/runtime" };
	set_variables(&v, f);
	plan->variables = v.at;
	plan->variable_count = v.n;
	free(code);
	return true;
}

/* A file that the sandbox's user may read. */
static bool install_one(const char *folder, struct str path, struct arena *a, const char **why)
{
	const char *file = arena_printf(a, "%s/%.*s", folder, STR_ARG(path));
	char *dir = arena_printf(a, "%s", file);

	*strrchr(dir, '/') = '\0';
	if (!folder_make(dir, a, why) ||
	    !folder_write(file,
			  files_read(files_builtin("assets"), a,
				     arena_strf(a, "runtime/%.*s", STR_ARG(path))),
			  a, why))
		return false;
	*why = "the clients of the Runtime API cannot be made readable";
	return chmod(dir, 0755) == 0 && chmod(file, 0644) == 0;
}

bool environment_install(const char *folder, struct arena *a, const char **why)
{
	size_t count;
	struct str *all = files_list(files_builtin("assets"), a, STR("runtime"), &count);

	if (!folder_make(folder, a, why))
		return false;
	*why = "the folder of the Runtime API's clients cannot be made readable";
	if (chmod(folder, 0755) != 0)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!install_one(folder, str_slice(all[i], sizeof("runtime/") - 1, all[i].n), a,
				 why))
			return false;
	return true;
}
