/* Running calls: shape, operation, calls between services, calls from inside; see dispatch.h. */
#include "aws/call.h"
#include "aws/emit.h"
#include "aws/mail.h"
#include "aws/memory.h"
#include "aws/names.h"
#include "aws/share.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/time.h"

/* --- aws ------------------------------------------------------------------------ */

static int64_t wall_clock(void)
{
	return time_now_ms();
}

struct aws *aws_new(const struct aws_config *config)
{
	struct aws *aws = calloc(1, sizeof(*aws));
	size_t n = 0, schemas = 0;

	if (!aws)
		abort();
	aws->config = *config;
	if (!aws->config.clock)
		aws->config.clock = wall_clock;
	aws->keys = key_cache_new();
	aws->unknown = figures_new();
	aws->emitter = emitter_new();
	for (; config->services[n]; n++)
		if (config->services[n]->policies)
			aws->identity = config->services[n];
	aws->schemas = calloc(n + 3, sizeof(*aws->schemas));
	if (!aws->schemas)
		abort();
	aws->schemas[schemas++] = &core_schema;
	aws->schemas[schemas++] = &mail_schema;
	for (size_t i = 0; i < n; i++)
		if (config->services[i]->schema)
			aws->schemas[schemas++] = config->services[i]->schema;
	return aws;
}

void aws_free(struct aws *aws)
{
	if (!aws)
		return;
	key_cache_free(aws->keys);
	figures_free(aws->unknown);
	emitter_free(aws->emitter);
	free(aws->schemas);
	free(aws);
}

const struct schema *const *aws_schemas(struct aws *aws)
{
	return aws->schemas;
}

void aws_key_forget(struct aws *aws, struct str access_key)
{
	key_cache_forget(aws->keys, access_key, STR_NONE);
}

void aws_account_forget(struct aws *aws, struct str account)
{
	key_cache_forget(aws->keys, STR_NONE, account);
	emit_forget(aws, account);
}

void aws_account_emptied(struct aws *aws, struct str account)
{
	aws_account_forget(aws, account);
	names_forget(aws, account);
	share_forget(account);
}

struct json_object *aws_holdings(struct aws *aws, struct account *account, struct arena *a)
{
	struct json_object *all = json_new_array(a), *one;

	for (const struct service *const *s = aws->config.services; *s; s++) {
		for (const struct holding *h = (*s)->holdings; h && h->one; h++) {
			int64_t count = db_int(account->db, 0, h->count, "");

			if (!count)
				continue;
			one = json_add_object(all);
			json_set_int(one, "count", count);
			json_set_cstr(one, "what", count == 1 ? h->one : h->many);
		}
	}
	return all;
}

void aws_policies_forget(struct account *account)
{
	memory_forget(account);
}

struct json_object *aws_figures(struct aws *aws, struct arena *a)
{
	return figures_print(aws->unknown, a);
}

/* --- a call ------------------------------------------------------------------------ */

struct str aws_call_account(const struct aws_call *call)
{
	return str_of(call->account);
}

bool aws_call_writes(const struct aws_call *call)
{
	return !call->op.operation || !(call->op.operation->flags & OP_READS);
}

bool aws_call_is_short(const struct aws_call *call)
{
	return call->op.operation && call->op.operation->flags & OP_SHORT && !call->heavy &&
	       !call->op.is_long;
}

bool aws_call_is_heavy(const struct aws_call *call)
{
	return call->heavy;
}

bool aws_call_looks(const struct aws_call *call)
{
	return call->looks;
}

bool aws_call_lacks(const struct aws_call *call)
{
	return call->outcome == DONE && call->op.complete;
}

struct op *aws_call_op(struct aws_call *call)
{
	return &call->op;
}

void call_refuse(struct aws_call *call, const struct aws_error *error, struct str message)
{
	if (call->refused)
		return;
	call->refused = error;
	call->refused_message = message;
}

struct aws_call *aws_call_inside(struct aws *aws, struct arena *a, struct str account,
				 const char *service, const char *operation, struct json_object *in)
{
	struct aws_call *call = ARENA_NEW(a, struct aws_call);
	struct str message;

	call->aws = aws;
	call->verified = true;
	call->protocol = PROTO_JSON10;
	call->service_name = str_of(service);
	call->operation_name = str_of(operation);
	memcpy(call->account, account.p, account.n < 12 ? account.n : 12);
	call->op = (struct op){
		.arena = a,
		.aws = aws,
		.in = in ? in : json_new_object(a),
		.region = aws->config.region,
		.endpoint = STR(""),
		.request_id = STR(""),
		.caller = { .internal = true },
	};
	call->op.service = service_find(aws->config.services, str_of(service));
	if (call->op.service)
		call->op.operation = operation_find(call->op.service, str_of(operation));
	if (!call->op.operation)
		call_refuse(call, front_unknown(call, &message), message);
	return call;
}

/* --- running ------------------------------------------------------------------------ */

static const struct aws_error *invalid_of(const struct service *service)
{
	if (service->invalid)
		return service->invalid;
	return service->speaks == PROTO_QUERY ? &ValidationError : &ValidationException;
}

/* op->in against the operation's shape. */
bool call_has_shape(struct op *op)
{
	struct str serialization = STR_NONE, validation = STR_NONE;

	if (!op->operation->input ||
	    shape_check(op->operation->input, op->in, op->arena,
			op->service->habits & HABIT_DISCREET, &serialization, &validation))
		return true;
	if (serialization.p)
		op_fail(op, &SerializationException, "%.*s", STR_ARG(serialization));
	else
		op_fail(op, invalid_of(op->service), "%.*s", STR_ARG(validation));
	return false;
}

/* May who may do what have changed? Also when it fails: something was undone then. */
static bool changes_policies(const struct op *op)
{
	if (op->operation && op->operation->flags & OP_POLICY)
		return true;
	return op->service && op->service->policies &&
	       (!op->operation || !(op->operation->flags & OP_READS));
}

enum outcome op_run(struct op *op, enum outcome (*run)(struct op *op))
{
	enum outcome outcome;

	op->out = json_new_object(op->arena);
	op->error = NULL;
	op->error_message = STR_NONE;
	op->error_members = NULL;
	op->wakes = NULL;
	op->keep = NULL;
	op->complete = NULL;
	op->wait_key = STR_NONE;
	op->answer = NULL;
	op->own = NULL;
	outcome = run(op);
	if (changes_policies(op))
		memory_forget(op->account);
	if (db_failed(op->db)) {
		log_error("account %s: %s", op->account->id, db_failed(op->db));
		return op_fail(op, &InternalFailure,
			       "The request processing has failed because of an unknown error, "
			       "exception or failure.");
	}
	return outcome;
}

static void forget_secret(void *secret)
{
	struct str *s = secret;

	explicit_bzero((char *)s->p, s->n);
}

bool credentials_find(struct op *op, struct str key, struct credentials *out)
{
	const struct aws_config *config = &op->aws->config;
	const char *account = op->account->id;

	if (config->only_access_key && str_is(key, config->only_access_key) &&
	    strcmp(account, config->only_account) == 0) {
		*out = (struct credentials){ .secret = str_of(config->only_secret_key),
					     .caller = caller_root(op->arena, account, key),
					     .expires_at = INT64_MAX };
		return true;
	}
	if (!(key_is_temporary(key) ? session_find : key_find)(op->account, op->arena, key, out))
		return false;
	arena_defer(op->arena, forget_secret,
		    memcpy(arena_alloc(op->arena, sizeof(out->secret)), &out->secret,
			   sizeof(out->secret)));
	return true;
}

struct caller caller_claimed(struct op *op, struct str key)
{
	struct credentials found;

	if (credentials_find(op, key, &found))
		return found.caller;
	return caller_root(op->arena, op->account->id, key);
}

static bool refuse_token(struct aws_call *call, enum front_problem problem)
{
	op_fail(&call->op, front_error(call->protocol, problem), "%s",
		front_token_message(problem));
	return false;
}

/* The first call with a key since it was last used: its secret is in the account's file. */
static bool verify(struct aws_call *call)
{
	unsigned char key[SHA256_BYTES];
	struct credentials found;
	enum front_problem problem;

	if (call->aws->config.any_credentials) {
		call->op.caller = caller_claimed(&call->op, call->sig.access_key);
		call_trust(call);
		return true;
	}
	if (!credentials_find(&call->op, call->sig.access_key, &found))
		return refuse_token(call, FRONT_UNKNOWN_KEY);
	call->op.caller = found.caller;
	if (!credentials_good(&found, call->sig.token, call->op.now, &problem))
		return refuse_token(call, problem);
	sigv4_key(found.secret, call->sig.date, call->sig.region, call->sig.service, key);
	if (!call_verify(call, key))
		return false;
	key_cache_put(call->aws->keys, str_of(call->account), &call->sig, key, &found);
	return true;
}

static enum outcome call_run(struct aws_call *call)
{
	struct op *op = &call->op;

	memory_trim(op->account);
	if (!call->verified && !verify(call))
		return FAILED;
	if (call->refused) {
		op_fail(op, call->refused, "%.*s", STR_ARG(call->refused_message));
		if (!call->refused_message.p)
			op->error_message = STR_NONE;
		return FAILED;
	}
	if (!call->checked && (!call_has_shape(op) || !authorize_call(op) || !share_allows(op)))
		return FAILED;
	call->checked = true;
	memory_used(op->account, op);
	return op_run(op, op->operation->run);
}

/* The same, measured for the service that wants to know. */
static enum outcome call_run_observed(struct aws_call *call)
{
	struct op *op = &call->op;
	int64_t began = time_monotonic_us();
	enum outcome outcome = call_run(call);

	if (outcome != WAITING && call->verified && op->service && op->operation &&
	    op->service->observe)
		op->service->observe(op, outcome, time_monotonic_us() - began);
	return outcome;
}

enum outcome aws_call_run(struct aws_call *call, struct account *account)
{
	struct op *op = &call->op;

	op->account = account;
	op->call = call;
	op->db = account->db;
	op->now = call->aws->config.clock();
	if (!op->started)
		op->started = op->now;
	/* The server does not learn that the client of a parked request has left: now and then one looks. */
	if (call->req && op->now >= op->started + OP_LOOK_MS && http_client_left(call->req))
		call->outcome = op_fail(op, &InternalFailure, "The client has left.");
	else
		call->outcome = call_run_observed(call);
	return call->outcome;
}

void aws_call_trail(struct aws_call *call, struct account *account)
{
	bool failed = call->outcome == FAILED;

	if (failed && call->op.keep)
		call->op.keep(&call->op, call->op.keep_arg);
	if (call->verified && aws_call_writes(call))
		memory_save(account, call->op.now);
	if (call->op.caller.internal || !call->verified || call->outcome == WAITING)
		return;
	if (!failed && call->op.operation->flags & OP_DATA)
		return;
	trail_add(account, call);
}

/* --- calls between services ----------------------------------------------------------- */

void call_nest(struct op *op, struct op *inner, const char *service, const char *operation,
	       struct json_object *in)
{
	*inner = *op;
	inner->in = in ? in : json_new_object(op->arena);
	inner->caller = (struct caller){ .internal = true };
	inner->started = op->now;
	inner->raw = NULL;
	inner->memos = NULL;
	inner->kept = NULL;
	inner->service = service_find(op->aws->config.services, str_of(service));
	inner->operation =
		inner->service ? operation_find(inner->service, str_of(operation)) : NULL;
}

static void pass_wakes_on(struct op *op, struct op *inner)
{
	struct op_wake *last = inner->wakes;

	while (last && last->next)
		last = last->next;
	if (!last)
		return;
	last->next = op->wakes;
	op->wakes = inner->wakes;
}

enum outcome call_run_nested(struct op *op, struct op *inner, bool may_wait)
{
	enum outcome outcome;

	if (!inner->operation)
		return op_fail(inner, &UnknownOperationException, "There is no such operation.");
	if (!call_has_shape(inner) || !authorize_call(inner) || !share_allows(inner))
		return FAILED;
	if (!db_savepoint(op->db))
		return op_fail(inner, &InternalFailure, "The account's file cannot be written.");
	outcome = op_run(inner, inner->operation->run);
	if (outcome == DONE || (outcome == WAITING && may_wait)) {
		db_release(op->db);
		pass_wakes_on(op, inner);
		return outcome;
	}
	db_rollback_to(op->db);
	if (outcome == WAITING)
		return op_fail(inner, &InternalFailure, "An operation inside another cannot wait.");
	return FAILED;
}

enum outcome aws_call(struct op *op, const char *service, const char *operation,
		      struct json_object *in, struct json_object **out,
		      const struct aws_error **failed)
{
	struct op inner;

	call_nest(op, &inner, service, operation, in);
	if (call_run_nested(op, &inner, false) == FAILED) {
		if (failed)
			*failed = inner.error;
		op->error_message = inner.error_message;
		return FAILED;
	}
	if (out)
		*out = inner.out;
	return DONE;
}
