/*
 * A job's build: commands, variables and credentials as the builder gets them. From: Amplify Hosting User Guide,
 * "Using environment variables", "Adding a service role", "Configuring the build settings".
 */
#include <inttypes.h>

#include "aws/invoke.h"
#include "aws/session.h"
#include "builder/builder.h"
#include "cloud/amplify/inside.h"
#include "cloud/amplify/spec.h"

enum { TIMEOUT_MIN = 5, TIMEOUT_MAX = 120, TIMEOUT_USUAL = 30, MINUTE_MS = 60000 };

/* Variables as they come together; who comes later replaces. */
struct variables {
	struct arena *arena;
	struct json_object *all;
};

static void set_all(struct variables *v, struct json_object *more)
{
	if (!more)
		return;
	JSON_EACH(more, name, value)
	{
		json_set_str(v->all, name,
			     json_is_string(value) ? json_str(value) : json_text(v->arena, value));
	}
}

static void set(struct variables *v, const char *name, struct str value)
{
	json_set_str(v->all, name, value);
}

/* What is about the job; nobody may say otherwise. */
static void set_own(struct op *op, struct variables *v, const struct app *a, const struct job *j)
{
	struct json_object *summary = json_get(j->detail, "summary");

	set(v, "AWS_APP_ID", j->app);
	set(v, "AWS_BRANCH", j->branch);
	set(v, "AWS_BRANCH_ARN",
	    op_arn(op, "amplify", "apps/%.*s/branches/%.*s", STR_ARG(j->app), STR_ARG(j->branch)));
	set(v, "AWS_CLONE_URL", json_get_str(a->detail, "repository"));
	set(v, "AWS_COMMIT_ID", json_get_str(summary, "commitId"));
	set(v, "AWS_JOB_ID", arena_strf(op->arena, "%010" PRId64, j->number));
	set(v, "AWS_REGION", str_of(op->region));
	set(v, "AWS_DEFAULT_REGION", str_of(op->region));
	set(v, "AWS_ENDPOINT_URL", STR("http://127.0.0.1:4566"));
}

/* The service role's credentials; false when it cannot be assumed. */
static bool set_access(struct op *op, struct variables *v, const struct app *a)
{
	struct str role = json_get_str(a->detail, "iamServiceRoleArn");
	struct session session = { .kind = CALLER_ROLE };
	struct session_key key;
	struct caller as;

	if (!role.n)
		return true;
	if (!op_assume(op, role, "amplify.amazonaws.com", "AmplifyHosting", &as))
		return false;
	session.arn = as.arn;
	session.user_id = as.user_id;
	session.principal = as.principal;
	session.issued_at = op->now;
	session.expires_at = op->now + (int64_t)TIMEOUT_MAX * MINUTE_MS;
	session.detail = json_new_object(op->arena);
	session_add(op, &session, &key);
	set(v, "AWS_ACCESS_KEY_ID", str_of(key.key.id));
	set(v, "AWS_SECRET_ACCESS_KEY", str_of(key.key.secret));
	set(v, "AWS_SESSION_TOKEN", key.token);
	return true;
}

static int timeout_of(const struct variables *v)
{
	int64_t minutes = TIMEOUT_USUAL;

	if (!str_to_int(json_get_str(v->all, "_BUILD_TIMEOUT"), &minutes))
		return TIMEOUT_USUAL;
	return minutes < TIMEOUT_MIN   ? TIMEOUT_MIN
	       : minutes > TIMEOUT_MAX ? TIMEOUT_MAX
				       : (int)minutes;
}

static const char *const *list_of(const struct variables *v)
{
	const char **list = arena_zalloc(v->arena, (json_count(v->all) + 1) * sizeof(*list));
	size_t n = 0;

	JSON_EACH(v->all, name, value)
	{
		if (n < PLAN_VARIABLES_MAX && !strchr(name, '='))
			list[n++] =
				arena_printf(v->arena, "%s=%.*s", name, STR_ARG(json_str(value)));
	}
	return list;
}

static struct json_object *orders_of(struct op *op, const struct spec *spec)
{
	struct json_object *orders = json_new_object(op->arena), *list, *one;

	json_set_str(orders, "root", spec->root);
	json_set_str(orders, "base", spec->base);
	list = json_set_array(orders, "commands");
	for (size_t i = 0; i < spec->command_count; i++) {
		one = json_add_object(list);
		json_set_cstr(one, "phase", spec->commands[i].phase);
		json_set_str(one, "text", spec->commands[i].text);
	}
	return orders;
}

bool am_build_add(struct op *op, const struct app *a, const struct branch *b, const struct job *j,
		  const char **why)
{
	struct variables v = { op->arena, json_new_object(op->arena) };
	const char *folder = am_deployment_folder(op, j->app, j->token);
	struct spec spec;

	if (!spec_read(op->arena, json_get_str(j->detail, "spec"), json_get_str(j->detail, "root"),
		       &spec, why))
		return false;
	set(&v, "PATH", STR("/usr/local/bin:/usr/bin:/bin"));
	set(&v, "HOME", STR("/tmp"));
	set(&v, "LANG", STR("C.UTF-8"));
	set(&v, "CI", STR("true"));
	/* There is no network to wait for: npm would try for more than a minute. */
	set(&v, "npm_config_fetch_retries", STR("0"));
	set(&v, "PIP_RETRIES", STR("0"));
	set_all(&v, json_get(a->detail, "environmentVariables"));
	set_all(&v, json_get(b->detail, "environmentVariables"));
	set_all(&v, spec.variables);
	set_own(op, &v, a, j);
	*why = "Unable to assume specified IAM Role. Please ensure the selected IAM Role has "
	       "sufficient permissions and the Trust Relationship is configured correctly.";
	if (!set_access(op, &v, a))
		return false;
	return builder_add(
		&(struct build_config){ .key = arena_cstr(op->arena, j->token),
					.account = op->account->id,
					.source = arena_printf(op->arena, "%s/source", folder),
					.artifacts =
						arena_printf(op->arena, "%s/built.zip", folder),
					.log = arena_printf(op->arena, "%s/BUILD.log", folder),
					.variables = list_of(&v),
					.orders = orders_of(op, &spec),
					.timeout_ms = timeout_of(&v) * MINUTE_MS },
		why);
}
