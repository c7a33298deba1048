/* Calls from the wire: accepting them on an HTTP thread, and answering; see dispatch.h. */
#include "aws/call.h"

#include <stdio.h>

#include "base/form.h"
#include "base/hash.h"

#define HEADERS_MAX 256
#define HEAVY_BYTES (64 << 10)

/* --- answering ---------------------------------------------------------------------- */

/* Browsers run SDKs too: every answer may be read from any origin, as AWS's may. */
static void set_cors(struct http_request *req)
{
	if (!http_header(req, "Origin").p)
		return;
	http_set_header(req, "Access-Control-Allow-Origin", STR("*"));
	http_set_header(
		req, "Access-Control-Expose-Headers",
		STR("x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,x-amzn-query-error,x-amz-crc32,Date,ETag"));
}

static bool fits_header(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < 0x20 || text.p[i] == 0x7f)
			return false;
	return text.n > 0;
}

static void set_error_headers(struct aws_call *call)
{
	struct op *op = &call->op;

	if (call->outcome == FAILED && op->service && op->service->speaks & PROTO_QUERY &&
	    call->protocol != PROTO_QUERY)
		http_set_header(call->req, "x-amzn-query-error",
				arena_strf(op->arena, "%s;%s", op->error->code,
					   op->error->status < 500 ? "Sender" : "Receiver"));
	if (call->outcome != FAILED || !op->service || !(op->service->habits & HABIT_ERROR_HEADERS))
		return;
	http_set_header(call->req, "x-amzn-ErrorType",
			arena_strf(op->arena, "%s:", op->error->code));
	if (fits_header(op->error_message))
		http_set_header(call->req, "x-amzn-ErrorMessage", op->error_message);
}

bool op_can_flow(const struct op *op)
{
	return op->call && op->call->req && op == &op->call->op;
}

void op_answer_flow(struct op *op, const struct op_flow *flow)
{
	struct aws_call *call = (struct aws_call *)op;

	call->flow = ARENA_NEW(op->arena, struct op_flow);
	*call->flow = *flow;
}

void call_send(struct aws_call *call, int status, const char *type, struct str body)
{
	const struct op_flow *flow = call->flow;

	if (call->outcome == DONE && flow)
		flow->begun(flow->source.arg,
			    http_stream_pull(call->req, status, type, &flow->source));
	else
		http_answer(call->req, status, type, body);
}

/* What was to flow does not. */
static void stop_flow(struct aws_call *call)
{
	const struct op_flow *flow = call->flow;

	if (flow && call->outcome != DONE)
		flow->source.gone(flow->source.arg);
}

void call_answer(struct aws_call *call, const struct answer *given)
{
	struct answer packed = *given, *answer = &packed;
	struct http_request *req = call->req;
	const struct service *service = call->op.service;

	if (!call->flow)
		coding_write(call, answer);
	http_set_header(req, "x-amzn-RequestId", call->op.request_id);
	if (call->protocol == PROTO_CBOR)
		http_set_header(req, "smithy-protocol", STR("rpc-v2-cbor"));
	if (service && service->habits & HABIT_CRC32) {
		http_set_header(req, "Server", STR("Server"));
		http_set_header(req, "x-amz-crc32",
				arena_strf(call->op.arena, "%u", hash_crc32(answer->body)));
	}
	set_error_headers(call);
	set_cors(req);
	call_send(call, answer->status, answer->type, answer->body);
}

/* How each protocol is read and written. */
struct hands {
	bool (*read)(struct aws_call *call);
	void (*write)(struct aws_call *call, struct answer *answer);
	void (*write_error)(struct aws_call *call, struct answer *answer);
};

static const struct hands *hands(enum protocol protocol)
{
	static const struct hands json = { json_read, json_write, json_write_error };
	static const struct hands query = { query_read, query_write, query_write_error };
	static const struct hands rest = { rest_read, rest_write, rest_write_error };
	static const struct hands cbor = { cbor_read, cbor_write, cbor_write_error };

	switch (protocol) {
	case PROTO_QUERY:
		return &query;
	case PROTO_REST_JSON:
		return &rest;
	case PROTO_CBOR:
		return &cbor;
	case PROTO_JSON10:
	case PROTO_JSON11:
		break;
	}
	return &json;
}

static void answer_outcome(struct aws_call *call)
{
	struct answer a = { 200, NULL, STR("") };
	bool done = call->outcome == DONE;

	if (call->op.raw) {
		raw_answer_send(call);
		return;
	}
	(done ? hands(call->protocol)->write : hands(call->protocol)->write_error)(call, &a);
	call_answer(call, &a);
}

void aws_call_finish(struct aws_call *call, bool committed)
{
	struct http_request *req = call->req;

	if (!call->op.operation && call->verified && call->operation_name.n)
		figures_count(call->aws->unknown, call->service_name, call->operation_name);
	if (call->outcome == WAITING || (call->outcome == DONE && !committed))
		call->outcome =
			op_fail(&call->op, &InternalFailure,
				"The request processing has failed because of an unknown error, "
				"exception or failure.");
	if (aws_call_lacks(call))
		call->op.complete(&call->op, call->op.complete_arg);
	if (!req)
		return;
	stop_flow(call);
	answer_outcome(call);
	http_resume(req);
}

/* Answer at once, on the HTTP thread. */
static struct aws_call *reject(struct aws_call *call, enum front_problem problem,
			       struct str message)
{
	op_fail(&call->op, front_error(call->protocol, problem), "%.*s", STR_ARG(message));
	call->outcome = FAILED;
	answer_outcome(call);
	return NULL;
}

/* What never becomes a call: the program's own health, and bodies that are too large. */
static bool answer_request(struct http_request *req)
{
	bool get = str_is(req->method, "GET") || str_is(req->method, "HEAD");

	if (req->overlong) {
		set_cors(req);
		http_answer(req, 413, NULL, STR(""));
		return true;
	}
	if (!get || !str_is(req->path, "/healthz"))
		return false;
	set_cors(req);
	http_answer(req, 200, "text/plain", STR("ok\n"));
	return true;
}

/* --- accepting ---------------------------------------------------------------------------- */

struct header_list {
	struct sigv4_header *at;
	size_t count;
};

static void collect(void *arg, struct str name, struct str value)
{
	struct header_list *list = arg;

	if (list->count < HEADERS_MAX)
		list->at[list->count] = (struct sigv4_header){ name, value };
	list->count++;
}

static bool read_request(struct aws_call *call, struct http_request *req)
{
	struct sigv4_header found[HEADERS_MAX];
	struct header_list list = { found, 0 };
	struct sigv4_header *headers;

	http_each_header(req, collect, &list);
	if (list.count > HEADERS_MAX)
		return false;
	headers = arena_alloc(req->arena, list.count * sizeof(*headers));
	memcpy(headers, found, list.count * sizeof(*headers));
	call->http = (struct sigv4_request){
		.method = req->method,
		.path = req->path,
		.query = req->query,
		.body = req->body,
		.headers = headers,
		.header_count = list.count,
	};
	call->payload = req->body;
	return true;
}

void call_identify(struct aws_call *call)
{
	const struct service *service = call->op.service;

	if (service && service->habits & HABIT_LONG_REQUEST_ID)
		call->op.request_id = hash_random_text(call->op.arena, 52,
						       "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
	else
		call->op.request_id = hash_uuid(call->op.arena);
}

struct caller caller_root(struct arena *a, const char *account, struct str access_key)
{
	struct str arn = arena_strf(a, "arn:aws:iam::%s:root", account);

	return (struct caller){
		.kind = CALLER_ROOT,
		.access_key = access_key.p ? access_key : STR(""),
		.arn = arn,
		.principal = arn,
		.user_id = arena_strf(a, "%s", account),
	};
}

/* Is it a key as this cloud makes them, of an account that is there already? */
static bool made_here(const struct aws_config *config, struct str key, char account[static 13])
{
	return aws_key_account(key, account) && config->account_made &&
	       config->account_made(config->arg, str_of(account));
}

bool key_account(const struct aws_config *config, struct str key, char account[static 13])
{
	if (config->any_credentials && account_id_valid(key))
		snprintf(account, 13, "%.*s", STR_ARG(key));
	else if (config->only_access_key && str_is(key, config->only_access_key))
		snprintf(account, 13, "%s", config->only_account);
	else if (config->any_credentials && !made_here(config, key, account))
		snprintf(account, 13, "%s", config->only_account);
	else if (!aws_key_account(key, account))
		return false;
	return !config->account_exists || config->account_exists(config->arg, str_of(account));
}

/* Decode what was sent; what is wrong with it is told when the caller is known. */
static void read_input(struct aws_call *call)
{
	struct str message;

	if (!call->op.operation) {
		call_refuse(call, front_unknown(call, &message), message);
		return;
	}
	if (call->op.raw) {
		call->op.in = json_new_object(call->op.arena);
		return;
	}
	if (call->payload.n > call_body_max(call)) {
		call_refuse_length(call);
		return;
	}
	if (call->protocol != PROTO_REST_JSON && !coding_read(call))
		return;
	if (!hands(call->protocol)->read(call))
		call_refuse(call, &SerializationException, STR_NONE);
}

bool call_verify(struct aws_call *call, const unsigned char key[static SHA256_BYTES])
{
	struct str message = STR_NONE;
	struct sigv4_stream stream = { .body = STR_NONE };
	unsigned flags = str_is(call->sig.service, "s3") ? SIGV4_S3 : 0;
	bool good = sigv4_matches(call->op.arena, &call->http, &call->sig, key, flags, &message);

	if (good && sigv4_streaming(&call->sig)) {
		good = sigv4_stream_read(call->op.arena, &call->http, &call->sig, key, &stream);
		call->payload = stream.body;
		message = STR("A chunk's signature does not match the signature you provided.");
	}
	if (!good) {
		op_fail(&call->op, front_error(call->protocol, FRONT_INVALID), "%.*s",
			STR_ARG(message));
		return false;
	}
	call_trust(call);
	return true;
}

void call_trust(struct aws_call *call)
{
	call->verified = true;
	read_input(call);
}

/*
 * `cloud --any-credentials`: whoever calls is the account's root, or whom the key was made for. That is in the account's
 * file; what cannot be a key of the cloud's own need not wait for it.
 */
static struct aws_call *accept_anyone(struct aws_call *call)
{
	char ignored_account[13];
	struct str ignored;

	sigv4_read(call->op.arena, &call->http, &call->sig, &ignored);
	if (!key_account(&call->aws->config, call->sig.access_key, call->account))
		return reject(call, FRONT_UNKNOWN_KEY,
			      STR("The security token included in the request is invalid."));
	if (aws_key_account(call->sig.access_key, ignored_account))
		return call;
	call->op.caller = caller_root(call->op.arena, call->account, call->sig.access_key);
	call_trust(call);
	return call;
}

/* The region that a signature must be for. */
static const char *region_of(const struct aws_call *call)
{
	if (call->op.service && call->op.service->habits & HABIT_GLOBAL &&
	    str_is(call->sig.region, "us-east-1"))
		return "us-east-1";
	return call->op.region;
}

/*
 * Who waits for an HTTP thread waits for all that its other connections have sent. What takes long to read is read in its
 * account's turn; a short body may be a long one that is compressed.
 */
static bool is_heavy(const struct aws_call *call)
{
	return call->http.body.n > HEAVY_BYTES ||
	       (call->http.body.n && sigv4_header(&call->http, "Content-Encoding").p);
}

static struct aws_call *accept_signed(struct aws_call *call)
{
	struct op *op = &call->op;
	struct str service =
		op->service ? str_of(service_signing_name(op->service)) : call->sig.service;
	unsigned char key[SHA256_BYTES];
	struct credentials known;
	enum front_problem problem;
	struct str message;

	if (sigv4_check_time(op->arena, &call->sig, call->aws->config.clock(), SIGV4_SKEW_MS,
			     &message) != SIGV4_GOOD ||
	    sigv4_check_scope(op->arena, &call->sig, region_of(call), service, &message) !=
		    SIGV4_GOOD)
		return reject(call, FRONT_INVALID, message);
	/* A long-term key beside a session token: the token is a leftover of another session. */
	if (!key_account(&call->aws->config, call->sig.access_key, call->account) ||
	    key_is_temporary(call->sig.access_key) != (call->sig.token.p != NULL))
		return reject(call, FRONT_UNKNOWN_KEY,
			      str_of(front_token_message(FRONT_UNKNOWN_KEY)));
	if (call->heavy || !key_cache_get(call->aws->keys, op->arena, str_of(call->account),
					  &call->sig, key, &known))
		return call;
	op->caller = known.caller;
	if (!credentials_good(&known, call->sig.token, call->aws->config.clock(), &problem))
		return reject(call, problem, str_of(front_token_message(problem)));
	if (call_verify(call, key))
		return call;
	call->outcome = FAILED;
	answer_outcome(call);
	return NULL;
}

bool aws_service_here(const struct aws *aws, struct str name)
{
	return service_find(aws->config.services, name);
}

bool aws_service_speaks(const struct aws *aws, struct str name, enum protocol protocol)
{
	const struct service *service = service_find(aws->config.services, name);

	return service && service->speaks & protocol;
}

bool aws_account_here(const struct aws *aws, struct str account)
{
	const struct aws_config *config = &aws->config;

	if (config->only_account && !config->any_credentials)
		return str_is(account, config->only_account);
	return !config->account_exists || config->account_exists(config->arg, account);
}

/* Nobody has to sign; what is asked for says whose account it is. */
static struct aws_call *accept_open(struct aws_call *call)
{
	struct op *op = &call->op;

	op->caller = (struct caller){ .anyone = true,
				      .access_key = STR(""),
				      .arn = STR("anonymous"),
				      .user_id = STR(""),
				      .principal = STR("") };
	call_trust(call);
	if (call->refused)
		op_fail(op, call->refused, "%.*s", STR_ARG(call->refused_message));
	if (!call->refused && call_has_shape(op) && op->service->account_of(op, call->account)) {
		call->checked = true;
		return call;
	}
	call->outcome = FAILED;
	answer_outcome(call);
	return NULL;
}

static bool is_signed(const struct aws_call *call)
{
	return sigv4_header(&call->http, "Authorization").p ||
	       form_get(call->op.arena, call->http.query, "X-Amz-Algorithm").p;
}

static bool is_open(const struct aws_call *call)
{
	const struct operation *operation = call->op.operation;

	if (!operation || !call->op.service->account_of)
		return false;
	return operation->flags & OP_OPEN || (operation->flags & OP_UNSIGNED && !is_signed(call));
}

struct aws_call *aws_accept(struct aws *aws, struct http_request *req)
{
	struct aws_call *call;
	struct str message;
	enum sigv4_verdict verdict;

	if (answer_request(req))
		return NULL;
	call = ARENA_NEW(req->arena, struct aws_call);
	call->aws = aws;
	call->req = req;
	call->op.arena = req->arena;
	call->op.aws = aws;
	call->op.region = aws->config.region;
	if (!read_request(call, req)) {
		http_answer(req, 431, NULL, STR(""));
		return NULL;
	}
	call->heavy = is_heavy(call);
	if (!raw_route(call)) {
		call_route(call);
		if (plain_answer(call))
			return NULL;
	}
	call_identify(call);
	call->op.endpoint = arena_strf(req->arena, "%s://%.*s", req->tls ? "https" : "http",
				       STR_ARG(sigv4_header(&call->http, "Host")));
	if (is_open(call))
		return accept_open(call);
	if (aws->config.any_credentials)
		return accept_anyone(call);
	verdict = sigv4_read(req->arena, &call->http, &call->sig, &message);
	if (verdict == SIGV4_GOOD)
		return accept_signed(call);
	return reject(call,
		      verdict == SIGV4_MISSING      ? FRONT_MISSING
		      : verdict == SIGV4_INCOMPLETE ? FRONT_INCOMPLETE
						    : FRONT_INVALID,
		      message);
}
