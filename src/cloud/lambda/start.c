/* From functions as rows to invocations and environments of the pool; see start.h. */
#include "cloud/lambda/start.h"

#include "aws/emit.h"
#include "aws/session.h"
#include "cloud/lambda/code.h"
#include "cloud/lambda/concurrency.h"
#include "cloud/lambda/pool.h"
#include "cloud/lambda/settings.h"
#include "cloud/lambda/trace.h"

enum { SESSION_MS = 12 * 3600000 };

static const char *member(struct op *op, const struct function *f, const char *name)
{
	return arena_cstr(op->arena, json_get_str(f->config, name));
}

static int64_t number(const struct function *f, const char *name)
{
	return json_int_or(json_get(f->config, name), 0);
}

/* Credentials of the function's role; false with the error set when the role is gone. */
static bool add_credentials(struct op *op, const struct function *f, struct pool_function *p)
{
	struct str arn = json_get_str(f->config, "Role"), rest = arn, name = STR_NONE;
	struct json_object *in = json_new_object(op->arena), *answer = NULL, *role;
	struct session session = { .kind = CALLER_ROLE, .principal = arn };
	struct session_key *key = ARENA_NEW(op->arena, struct session_key);

	while (rest.p)
		name = str_cut(&rest, '/');
	json_set_str(in, "RoleName", name);
	if (aws_call(op, "iam", "GetRole", in, &answer, NULL) != DONE)
		return function_refuse(
			op, &InvalidParameterValueException,
			"The role defined for the function cannot be assumed by Lambda.");
	role = json_get(answer, "Role");
	session.arn = arena_strf(op->arena, "arn:aws:sts::%s:assumed-role/%.*s/%.*s",
				 op->account->id, STR_ARG(name), STR_ARG(f->name));
	session.user_id = arena_strf(op->arena, "%.*s:%.*s", STR_ARG(json_get_str(role, "RoleId")),
				     STR_ARG(f->name));
	session.issued_at = op->now;
	session.expires_at = op->now + SESSION_MS;
	session.detail = json_new_object(op->arena);
	session_add(op, &session, key);
	p->credentials[0] = key->key.id;
	p->credentials[1] = key->key.secret;
	p->credentials[2] = arena_cstr(op->arena, key->token);
	return true;
}

static const char *const *variables_of(struct op *op, const struct function *f)
{
	struct json_object *all = json_get(json_get(f->config, "Environment"), "Variables");
	const char **at = arena_zalloc(op->arena, (json_count(all) + 1) * sizeof(*at));
	size_t n = 0;

	if (!all)
		return at;
	JSON_EACH(all, name, value)
	{
		at[n++] = arena_printf(op->arena, "%s=%.*s", name, STR_ARG(json_str(value)));
	}
	return at;
}

static void describe_log(struct op *op, struct json_object *logging, struct pool_function *p)
{
	struct str group = json_get_str(logging, "LogGroup");
	struct str level = json_get_str(logging, "ApplicationLogLevel");
	struct str system = json_get_str(logging, "SystemLogLevel");

	p->log_group = group.n ? arena_cstr(op->arena, group) : NULL;
	p->log_json = str_is(json_get_str(logging, "LogFormat"), "JSON");
	p->log_level = level.n ? arena_cstr(op->arena, level) : NULL;
	p->system_log_level = system.n ? arena_cstr(op->arena, system) : NULL;
}

const char *start_key(struct op *op, const struct function *f)
{
	/* Versions have the content of the $LATEST they were made from, but environments of their own. */
	return arena_printf(op->arena, "%s:%.*s:%.*s:%.*s", op->account->id, STR_ARG(f->name),
			    STR_ARG(f->version), STR_ARG(f->content));
}

static void describe(struct op *op, const struct function *f, struct pool_function *p)
{
	*p = (struct pool_function){
		.account = op->account->id,
		.name = arena_cstr(op->arena, f->name),
		.version = arena_cstr(op->arena, f->version),
		.code = code_folder(op, f->code),
		.opt = f->opt.n ? code_folder(op, f->opt) : NULL,
		.runtime = member(op, f, "Runtime"),
		.handler = member(op, f, "Handler"),
		.memory_mb = (int)number(f, "MemorySize"),
		.tmp_mb =
			(int)json_int_or(json_get(json_get(f->config, "EphemeralStorage"), "Size"),
					 512),
		.variables = variables_of(op, f),
		.region = op->region,
		.role = member(op, f, "Role"),
	};
	describe_log(op, json_get(f->config, "LoggingConfig"), p);
	p->key = start_key(op, f);
}

static enum outcome throttle(struct op *op, const char *reason)
{
	function_fail(op, &TooManyRequestsException, "Rate Exceeded.");
	json_set_cstr(op_error_members(op), "Reason", reason);
	return FAILED;
}

void start_throttled(struct op *op)
{
	throttle(op, "ConcurrentInvocationLimitExceeded");
}

/* Has the function what it may have at once? */
static bool is_full(struct op *op, const struct function *f)
{
	int64_t reserved = concurrency_reserved(op, f->name);

	return reserved >= 0 &&
	       pool_running(op->account->id, arena_cstr(op->arena, f->name)) >= reserved;
}

/* Has it run so often in this lineage that it must be a loop? */
static bool is_looping(struct op *op, const struct function *f, int times)
{
	if (times < TRACE_TIMES_MAX || recursion_allowed(op, f->name))
		return false;
	emit_metric(op, &(struct emit_metric){ .space = "AWS/Lambda",
					       .name = "RecursiveInvocationsDropped",
					       .unit = "Count",
					       .dimensions = { { "FunctionName", f->name } },
					       .value = 1 });
	function_fail(op, &RecursiveInvocationException,
		      "Lambda has detected your function being invoked in a recursive loop with "
		      "other Amazon Web Services resources and stopped your function's "
		      "invocation.");
	return true;
}

struct str start_trace(struct op *op, const struct function *f, struct str came, int *times)
{
	return trace_make(op->arena, came, function_arn(op, f->name), op->now, times);
}

enum outcome start_invocation(struct op *op, const struct function *f, const struct start *how)
{
	struct pool_function p;
	struct pool_ask ask;
	const char *why = "";
	int times;
	struct str trace = start_trace(op, f, how->trace, &times);

	if (is_looping(op, f, times))
		return FAILED;
	if (is_full(op, f))
		return throttle(op, "ReservedFunctionConcurrentInvocationLimitExceeded");
	describe(op, f, &p);
	ask = (struct pool_ask){
		.id = how->id,
		.account = p.account,
		.name = p.name,
		.arn = arena_cstr(op->arena, function_arn_of(op, f->name, f->qualifier)),
		.version = p.version,
		.key = p.key,
		.payload = how->payload.n ? how->payload : STR("{}"),
		.client_context = how->client_context,
		.identity = how->identity,
		.trace = trace,
		.timeout_ms = (int)number(f, "Timeout") * 1000,
		.memory_mb = p.memory_mb,
		.tail = str_is(op_str(op, "LogType"), "Tail"),
		.flows = how->flows,
		.head = how->head,
	};
	if (pool_invoke_again(&ask))
		return DONE;
	if (!op_may_be_long(op))
		return WAITING;
	if (!add_credentials(op, f, &p))
		return FAILED;
	if (pool_invoke_first(&ask, &p, &why))
		return DONE;
	if (!why)
		return throttle(op, "ConcurrentInvocationLimitExceeded");
	return op_fail(op, &ServiceException, "The function cannot run: %s.", why);
}

/* --- provisioned concurrency ------------------------------------------------------------------ */

bool start_provision(struct op *op, const struct function *f, int count, const char **why)
{
	struct pool_function p;

	describe(op, f, &p);
	if (add_credentials(op, f, &p))
		return pool_provide(&p, count, why);
	*why = arena_cstr(op->arena, op->error_message);
	return false;
}

int start_provided(struct op *op, const struct function *f, bool *failed)
{
	return pool_provided(start_key(op, f), failed);
}

void start_provision_ends(struct op *op, struct str key)
{
	const char *why;

	if (key.n)
		pool_provide(&(struct pool_function){ .key = arena_cstr(op->arena, key) }, 0, &why);
}
