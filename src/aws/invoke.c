/* What an operation asks of other services while it waits; see invoke.h. */
#include "aws/invoke.h"

#include "aws/authorize.h"
#include "aws/call.h"
#include "base/form.h"
#include "base/hash.h"

/* What an operation learned, under a name of its own. Lives as long as the call. */
struct op_memo {
	struct op_memo *next;
	struct str name;
	struct str id; /* the nested call's request id: how it finds itself again */
	int64_t began;
	bool permitted, over;
	struct waited_call result;
};

static struct op_memo *memo_of(struct op *op, const char *name)
{
	struct op_memo *memo = op->memos;

	while (memo && !str_is(memo->name, name))
		memo = memo->next;
	if (memo)
		return memo;
	memo = ARENA_NEW(op->arena, struct op_memo);
	memo->name = arena_dup(op->arena, str_of(name));
	memo->id = hash_uuid(op->arena);
	memo->began = op->now;
	memo->next = op->memos;
	op->memos = memo;
	return memo;
}

bool op_invoking(const struct op *op, const char *name)
{
	for (const struct op_memo *memo = op->memos; memo; memo = memo->next)
		if (str_is(memo->name, name))
			return true;
	return false;
}

static enum outcome over(struct op_memo *memo, struct waited_call *out)
{
	memo->over = true;
	*out = memo->result;
	return DONE;
}

static enum outcome wait_on(struct op *op, const struct op *inner, const struct op_memo *memo,
			    int64_t wait_ms)
{
	int64_t most = wait_ms ? memo->began + wait_ms : INT64_MAX;

	op->is_long |= inner->is_long;
	op->wait_key = inner->wait_key;
	op->wait_until = inner->wait_until < most ? inner->wait_until : most;
	return WAITING;
}

/* Run the nested call, for the first time or again. `permitted` may set an error instead. */
static enum outcome run(struct op *op, struct op_memo *memo, const struct waiting_call *call,
			bool (*permitted)(struct op *inner, void *arg), void *arg,
			struct waited_call *out)
{
	struct op inner;
	enum outcome outcome = FAILED;

	if (memo->over) {
		*out = memo->result;
		return DONE;
	}
	if (call->wait_ms && op->now >= memo->began + call->wait_ms) {
		memo->result.timed_out = true;
		return over(memo, out);
	}
	call_nest(op, &inner, call->service, call->operation, call->in);
	inner.request_id = memo->id;
	inner.started = memo->began;
	if (call->as)
		inner.caller = *call->as;
	if (!memo->permitted)
		memo->permitted = !permitted || permitted(&inner, arg);
	if (memo->permitted)
		outcome = call_run_nested(op, &inner, true);
	if (outcome == WAITING)
		return wait_on(op, &inner, memo, call->wait_ms);
	if (outcome == DONE)
		memo->result.out = inner.out;
	else
		memo->result.error = inner.error;
	memo->result.message = inner.error_message;
	return over(memo, out);
}

enum outcome op_call_waiting(struct op *op, const char *name, const struct waiting_call *call,
			     struct waited_call *out)
{
	return run(op, memo_of(op, name), call, NULL, NULL, out);
}

/* --- functions ------------------------------------------------------------------------------- */

static bool may_invoke(struct op *inner, void *arg)
{
	const struct invoke *how = arg;

	if (!inner->operation || how->role.n || !inner->aws->identity ||
	    authorize_service(inner, &(struct authorize_service){ .service = how->service,
								  .here = how->here,
								  .source_arn = how->source_arn }))
		return true;
	op_fail(inner, &AccessDeniedException,
		"User: %s is not authorized to perform: lambda:InvokeFunction on resource: %.*s "
		"because no resource-based policy allows the lambda:InvokeFunction action",
		how->service, STR_ARG(how->function));
	return false;
}

static struct json_object *invoke_input(struct op *op, const struct invoke *how)
{
	struct json_object *in = json_new_object(op->arena);

	json_set_str(in, "FunctionName", how->function);
	json_set_str(in, "Payload", how->payload);
	if (how->trace.n)
		json_set_str(in, "TraceHeader", how->trace);
	if (how->event || how->dry)
		json_set_cstr(in, "InvocationType", how->event ? "Event" : "DryRun");
	return in;
}

static bool act_as_role(struct op *op, const struct invoke *how, struct caller *as,
			struct invoked *out)
{
	if (op_assume(op, how->role, how->service, "invoke", as))
		return true;
	out->error = &AccessDeniedException;
	out->message = arena_strf(op->arena, "The role %.*s cannot be assumed by %s.",
				  STR_ARG(how->role), how->service);
	return false;
}

enum outcome op_invoke(struct op *op, const char *name, const struct invoke *how,
		       struct invoked *out)
{
	struct waiting_call call = { .service = "lambda",
				     .operation = "Invoke",
				     .in = invoke_input(op, how),
				     .wait_ms = how->wait_ms };
	struct waited_call got;
	struct caller as;

	*out = (struct invoked){ .payload = STR("") };
	if (how->role.n) {
		if (!act_as_role(op, how, &as, out))
			return DONE;
		call.as = &as;
	}
	if (run(op, memo_of(op, name), &call, may_invoke, (void *)(uintptr_t)how, &got) == WAITING)
		return WAITING;
	out->error = got.error;
	out->message = got.message;
	out->timed_out = got.timed_out;
	if (got.out) {
		out->payload = json_get_str(got.out, "Payload");
		out->failed = json_get(got.out, "FunctionError") != NULL;
	}
	return DONE;
}

/* --- other services ----------------------------------------------------------------------------- */

static bool may_call(struct op *inner, void *arg)
{
	const struct service_call *call = arg;

	if (!inner->operation || call->role.n || !inner->aws->identity ||
	    authorize_service(inner, &(struct authorize_service){ .service = call->principal,
								  .source_arn = call->source_arn,
								  .resource = call->resource,
								  .owner = call->owner }))
		return true;
	op_fail(inner, inner->service->denied ? inner->service->denied : &AccessDeniedException,
		"User: %s is not authorized to perform: %s:%s on resource: %.*s because no "
		"resource-based policy allows the %s:%s action",
		call->principal, call->service, call->operation, STR_ARG(call->resource),
		call->service, call->operation);
	return false;
}

bool op_call_as(struct op *op, const struct service_call *call, struct waited_call *out)
{
	struct op_memo once = { .id = hash_uuid(op->arena), .began = op->now };
	struct waiting_call made = { .service = call->service,
				     .operation = call->operation,
				     .in = call->in };
	struct caller as;

	*out = (struct waited_call){ .error = &AccessDeniedException };
	if (call->role.n) {
		if (!op_assume(op, call->role, call->principal, "deliver", &as)) {
			out->message =
				arena_strf(op->arena, "The role %.*s cannot be assumed by %s.",
					   STR_ARG(call->role), call->principal);
			return false;
		}
		made.as = &as;
	}
	if (run(op, &once, &made, may_call, (void *)(uintptr_t)call, out) == WAITING) {
		out->error = &InternalFailure;
		out->message = STR("The call would have to wait.");
		return false;
	}
	return !out->error;
}

/* --- roles ------------------------------------------------------------------------------------- */

bool op_assume(struct op *op, struct str role_arn, const char *service, const char *session,
	       struct caller *out)
{
	struct json_object *in = json_new_object(op->arena), *answer = NULL, *role;
	struct str rest = role_arn, name = STR_NONE;
	struct str own = arena_strf(op->arena, "arn:aws:iam::%s:role/", op->account->id);

	if (!str_starts(role_arn, own))
		return false;
	while (rest.p)
		name = str_cut(&rest, '/');
	json_set_str(in, "RoleName", name);
	if (aws_call(op, "iam", "GetRole", in, &answer, NULL) != DONE)
		return false;
	role = json_get(answer, "Role");
	if (!str_eq(json_get_str(role, "Arn"), role_arn) ||
	    !authorize_trust(op,
			     form_decode_lenient(op->arena,
						 json_get_str(role, "AssumeRolePolicyDocument"),
						 false),
			     service))
		return false;
	*out = (struct caller){
		.kind = CALLER_ROLE,
		.access_key = STR(""),
		.principal = role_arn,
		.temporary = true,
		.arn = arena_strf(op->arena, "arn:aws:sts::%s:assumed-role/%.*s/%s",
				  op->account->id, STR_ARG(name), session),
		.user_id = arena_strf(op->arena, "%.*s:%s", STR_ARG(json_get_str(role, "RoleId")),
				      session),
	};
	return true;
}
