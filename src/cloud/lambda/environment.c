/* What an environment is made of: program, mounts, variables. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/time.h"
#include "cloud/lambda/inside.h"

/* The runtimes that run here: by our own clients, or by the function's own bootstrap. The first that fits is meant. */
static const struct runtime {
	const char *prefix;
	int until;               /* names with a number above this are not meant; 0: all are */
	const char *programs[2]; /* the first that is there */
	const char *client;
	const char *folder; /* of install_folder(), mounted at /var/runtime; NULL: none */
} runtimes[] = {
	{ "nodejs",
	  16,
	  { "/usr/bin/node", "/usr/local/bin/node" },
	  "/var/runtime/index.mjs",
	  "node16" },
	{ "nodejs",
	  0,
	  { "/usr/bin/node", "/usr/local/bin/node" },
	  "/var/runtime/index.mjs",
	  "node" },
	{ "python3",
	  0,
	  { "/usr/bin/python3", "/usr/local/bin/python3" },
	  "/var/runtime/bootstrap.py",
	  "python" },
	{ "provided", 0, { "/var/task/bootstrap", "/opt/bootstrap" }, NULL, NULL },
};
enum { RUNTIMES = sizeof(runtimes) / sizeof(runtimes[0]) };

/* The number behind the prefix: 16 of nodejs16.x. */
static int64_t version_of(struct str name, const struct runtime *r)
{
	struct str rest = str_slice(name, strlen(r->prefix), name.n);
	int64_t version = 0;

	return str_to_int(str_cut(&rest, '.'), &version) ? version : 0;
}

static const struct runtime *runtime_find(struct str name)
{
	for (size_t i = 0; i < RUNTIMES; i++)
		if (str_starts(name, str_of(runtimes[i].prefix)) &&
		    (!runtimes[i].until || version_of(name, &runtimes[i]) <= runtimes[i].until))
			return &runtimes[i];
	return NULL;
}

bool environment_knows(struct str runtime)
{
	return runtime_find(runtime);
}

/* A bootstrap of the function's own comes before one in its layers. */
static const char *bootstrap_of(struct arena *a, const struct runtime *r,
				const struct pool_function *f)
{
	struct stat st;
	bool own = lstat(arena_printf(a, "%s/bootstrap", f->code), &st) == 0;
	bool layers = f->opt && lstat(arena_printf(a, "%s/bootstrap", f->opt), &st) == 0;

	return r->programs[!own && layers];
}

static const char *program_of(struct arena *a, const struct runtime *r,
			      const struct pool_function *f)
{
	if (!r->client)
		return bootstrap_of(a, r, f);
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

/* "NAME=value", perhaps instead of one of that name. */
static void replace(struct variables *v, const char *variable)
{
	size_t name = strcspn(variable, "=") + 1, at = 0;

	while (at < v->n && strncmp(v->at[at], variable, name) != 0)
		at++;
	if (at == PLAN_VARIABLES_MAX)
		return;
	v->at[at] = variable;
	v->n += at == v->n;
}

/* What is the same in all environments. From: Lambda Developer Guide, "Defined runtime environment variables". */
static const char *const always[][2] = {
	{ "AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001" },
	{ "AWS_ENDPOINT_URL", "http://127.0.0.1:4566" },
	{ "AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR" },
	{ "AWS_XRAY_DAEMON_ADDRESS", "169.254.79.129:2000" },
	{ "_AWS_XRAY_DAEMON_ADDRESS", "169.254.79.129" },
	{ "_AWS_XRAY_DAEMON_PORT", "2000" },
	{ "LAMBDA_TASK_ROOT", "/var/task" },
	{ "LAMBDA_RUNTIME_DIR", "/var/runtime" },
	{ "LANG", "en_US.UTF-8" },
	{ "TZ", ":UTC" },
	{ "PATH", "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin" },
	{ "LD_LIBRARY_PATH", "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:"
			     "/var/task:/var/task/lib:/opt/lib" },
	{ "PWD", "/var/task" },
	{ "SHLVL", "0" },
};
enum { ALWAYS = sizeof(always) / sizeof(always[0]) };

/* Where programs look for whom they trust: node, OpenSSL, Python's requests, the SDKs. */
static const char *const trust[] = { "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE",
				     "AWS_CA_BUNDLE" };
enum { TRUST = sizeof(trust) / sizeof(trust[0]) };

static const char *stream_name(struct arena *a, const struct pool_function *f)
{
	struct time_parts t = time_split(time_now_ms());

	return arena_printf(a, "%04d/%02d/%02d/[%s]%.*s", t.year, t.month, t.day, f->version,
			    STR_ARG(hash_random_text(a, 32, "0123456789abcdef")));
}

static void set_names(struct variables *v, const struct pool_function *f, const char *log_stream)
{
	set(v, "_HANDLER", f->handler);
	set(v, "AWS_LAMBDA_FUNCTION_NAME", f->name);
	set(v, "AWS_LAMBDA_FUNCTION_VERSION", f->version);
	set(v, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", arena_printf(v->arena, "%d", f->memory_mb));
	set(v, "AWS_LAMBDA_LOG_GROUP_NAME",
	    f->log_group ? f->log_group : arena_printf(v->arena, "/aws/lambda/%s", f->name));
	set(v, "AWS_LAMBDA_LOG_STREAM_NAME", log_stream);
	set(v, "AWS_LAMBDA_LOG_FORMAT", f->log_json ? "JSON" : "Text");
	if (f->log_json)
		set(v, "AWS_LAMBDA_LOG_LEVEL", f->log_level ? f->log_level : "INFO");
}

static void set_access(struct variables *v, const struct pool_function *f)
{
	set(v, "AWS_ACCESS_KEY_ID", f->credentials[0]);
	set(v, "AWS_SECRET_ACCESS_KEY", f->credentials[1]);
	set(v, "AWS_SESSION_TOKEN", f->credentials[2]);
	set(v, "AWS_REGION", f->region);
	set(v, "AWS_DEFAULT_REGION", f->region);
}

/* What only some runtimes have; python's files were compiled when they were packed, others cannot be kept. */
static void set_runtime(struct variables *v, const struct pool_function *f, const struct runtime *r)
{
	struct str version = str_of(f->runtime);

	if (!r->client)
		return;
	set(v, "AWS_EXECUTION_ENV", arena_printf(v->arena, "AWS_Lambda_%s", f->runtime));
	if (strcmp(r->prefix, "nodejs") != 0) {
		set(v, "PYTHONPATH", "/var/runtime");
		set(v, "PYTHONDONTWRITEBYTECODE", "1");
		return;
	}
	version = str_slice(version, strlen(r->prefix), version.n);
	set(v, "NODE_PATH",
	    arena_printf(v->arena,
			 "/opt/nodejs/node%.*s/node_modules:/opt/nodejs/node_modules:"
			 "/var/runtime/node_modules:/var/runtime:/var/task",
			 STR_ARG(str_cut(&version, '.'))));
}

/* Lambda's own, which functions may not set; then theirs, which may replace the few others. */
static void set_variables(struct variables *v, const struct pool_function *f,
			  const struct runtime *r, const char *log_stream)
{
	for (size_t i = 0; i < ALWAYS; i++)
		set(v, always[i][0], always[i][1]);
	for (size_t i = 0; pool.config.trusted && i < TRUST; i++)
		set(v, trust[i], SANDBOX_TRUSTED);
	set_names(v, f, log_stream);
	set_access(v, f);
	set_runtime(v, f, r);
	for (size_t i = 0; f->variables && f->variables[i]; i++)
		replace(v, f->variables[i]);
}

static void add_word(struct plan *plan, const char *word)
{
	plan->words[plan->word_count++] = word;
}

/*
 * What Lambda's own bootstrap gives to node: a tenth of the memory is for young objects, in two halves. Helper threads of
 * V8 are ours: with one instead of four a machine with forty environments saves a sixth of their memory. So is how long
 * code is run before it is optimized: three times as long as V8 has it. Functions of a workshop are called some hundred
 * times, which does not pay for optimizing (the SDK's first 1,600 calls cost a fifth less); after 10,000 both are alike.
 */
static void add_node_options(struct plan *plan, struct arena *a, int memory_mb)
{
	int young_mb = memory_mb / 10;

	add_word(plan, "--expose-gc");
	add_word(plan, "--max-http-header-size=81920");
	add_word(plan, arena_printf(a, "--max-semi-space-size=%d", young_mb / 2));
	add_word(plan, arena_printf(a, "--max-old-space-size=%d", memory_mb - young_mb));
	add_word(plan, "--v8-pool-size=1");
	add_word(plan, "--interrupt-budget=200000");
}

static void add_words(struct plan *plan, struct arena *a, const struct runtime *r,
		      const struct pool_function *f, const char *program)
{
	plan->words = arena_zalloc(a, PLAN_WORDS_MAX * sizeof(char *));
	add_word(plan, program);
	if (!r->client)
		return;
	if (strcmp(r->prefix, "nodejs") == 0) {
		add_node_options(plan, a, plan->memory_mb);
		node_turn_off(plan, f, version_of(str_of(f->runtime), r));
	}
	add_word(plan, r->client);
	add_word(plan, "/opt");
}

static void add_mount(struct plan *plan, const char *source, const char *target)
{
	plan->mounts[plan->mount_count++] = (struct plan_mount){ source, target };
}

bool environment_plan(struct arena *a, const struct pool_function *f, bool provided,
		      struct plan *plan, const char **log_stream, const char **why)
{
	const struct runtime *r = runtime_find(str_of(f->runtime));
	const char *program = r ? program_of(a, r, f) : NULL, *installed = NULL;
	struct variables v = { a, arena_zalloc(a, (PLAN_VARIABLES_MAX + 1) * sizeof(char *)), 0 };
	char *code = realpath(f->code, NULL), *opt = f->opt ? realpath(f->opt, NULL) : NULL;

	if (!program || !code || (f->opt && !opt)) {
		free(code);
		free(opt);
		*why = program ? "the function's code is gone from the data folder"
			       : "the program that runs this runtime is not installed on this machine";
		return false;
	}
	*plan = (struct plan){ .memory_mb = f->memory_mb,
			       .tmp_mb = f->tmp_mb,
			       .processes = 1024,
			       .files = 1024,
			       .trusted = pool.config.trusted,
			       .folder = "/var/task" };
	add_words(plan, a, r, f, program);
	plan->mounts = arena_zalloc(a, PLAN_MOUNTS_MAX * sizeof(*plan->mounts));
	add_mount(plan, arena_printf(a, "%s", code), "/var/task");
	if (opt)
		add_mount(plan, arena_printf(a, "%s", opt), "/opt");
	free(code);
	free(opt);
	if (r->folder) {
		installed = install_folder(pool.runtimes, a, why);
		if (!installed)
			return false;
		add_mount(plan, arena_printf(a, "%s/%s", installed, r->folder), "/var/runtime");
	}
	*log_stream = stream_name(a, f);
	set(&v, "AWS_LAMBDA_INITIALIZATION_TYPE",
	    provided ? "provisioned-concurrency" : "on-demand");
	set_variables(&v, f, r, *log_stream);
	plan->variables = v.at;
	plan->variable_count = v.n;
	return true;
}
