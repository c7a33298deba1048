/* Data planes: requests that are no calls, and answers that are anything; see raw.h. */
#include "aws/raw.h"

#include "aws/call.h"

/* --- the request ---------------------------------------------------------------------------- */

struct str raw_header(const struct raw_request *raw, const char *name)
{
	return sigv4_header(raw->http, name);
}

struct str raw_host_label(const struct raw_request *raw, const char *domain)
{
	ptrdiff_t at = str_find_str(raw->host, str_of(domain));

	return at > 0 ? str_slice(raw->host, 0, (size_t)at) : STR_NONE;
}

struct str raw_path_label(const struct raw_request *raw, const char *prefix, struct str *rest)
{
	size_t n = strlen(prefix);
	ptrdiff_t slash;
	struct str behind;

	if (!str_starts(raw->path, str_of(prefix)))
		return STR_NONE;
	behind = str_slice(raw->path, n, raw->path.n);
	slash = str_find(behind, '/');
	*rest = slash < 0 ? STR("") : str_slice(behind, (size_t)slash, behind.n);
	behind.n -= rest->n;
	return behind.n ? behind : STR_NONE;
}

/* The host without its port; a name in brackets is an IPv6 address. */
static struct str bare_host(struct str host)
{
	ptrdiff_t colon = str_starts(host, STR("[")) ? -1 : str_find(host, ':');

	return colon < 0 ? host : str_slice(host, 0, (size_t)colon);
}

bool raw_route(struct aws_call *call)
{
	const struct service *const *s = call->aws->config.services;
	struct raw_request raw = { .method = call->http.method,
				   .path = call->http.path,
				   .query = call->http.query,
				   .body = call->http.body,
				   .host = bare_host(sigv4_header(&call->http, "Host")),
				   .peer = call->req->peer,
				   .tls = call->req->tls,
				   .http = &call->http };
	struct raw_request *kept;

	for (; *s && !call->op.operation; s++)
		if ((*s)->serves && (call->op.operation = (*s)->serves(&raw)))
			call->op.service = *s;
	if (!call->op.operation)
		return false;
	kept = ARENA_NEW(call->op.arena, struct raw_request);
	*kept = raw;
	call->op.raw = kept;
	call->looks = raw_header(kept, HTTP_LOOK).p;
	call->protocol = PROTO_REST_JSON;
	call->service_name = str_of(call->op.service->name);
	call->operation_name = str_of(call->op.operation->name);
	return true;
}

bool op_once(struct op *op, const char *what)
{
	/* What a raw operation is given is empty, and stays with the call when it is run again. */
	if (!op->in)
		op->in = json_new_object(op->arena);
	if (json_get(op->in, what))
		return false;
	json_set_bool(op->in, what, true);
	return true;
}

/* --- the answer ------------------------------------------------------------------------------- */

static struct raw_answer *answer_of(struct op *op)
{
	if (!op->answer) {
		op->answer = ARENA_NEW(op->arena, struct raw_answer);
		op->answer->last = &op->answer->headers;
	}
	return op->answer;
}

enum outcome op_answer(struct op *op, int status, const char *type, struct str body)
{
	struct raw_answer *answer = answer_of(op);

	answer->status = status;
	answer->type = type;
	answer->body = body;
	return DONE;
}

/* RFC 9110: a token. */
static bool is_token(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || (unsigned char)s.p[i] > '~' ||
		    strchr("\"(),/:;<=>?@[\\]{}", s.p[i]))
			return false;
	return s.n > 0;
}

static bool is_field_value(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] < ' ' && s.p[i] != '\t') || s.p[i] == 0x7f)
			return false;
	return s.n > 0;
}

static bool is_the_servers(struct str name)
{
	static const char *const names[] = { "Connection", "Content-Length",    "Keep-Alive",
					     "Trailer",    "Transfer-Encoding", "Upgrade" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_eq_nocase(name, str_of(names[i])))
			return true;
	return false;
}

bool op_answer_header(struct op *op, struct str name, struct str value)
{
	struct raw_answer *answer = answer_of(op);
	struct raw_answer_header *header;

	if (!is_token(name) || !is_field_value(value))
		return false;
	if (is_the_servers(name) || !http_guest_may_set(name, value))
		return true;
	header = ARENA_NEW(op->arena, struct raw_answer_header);
	header->name = arena_cstr(op->arena, name);
	header->value = arena_dup(op->arena, value);
	*answer->last = header;
	answer->last = &header->next;
	return true;
}

void raw_answer_send(struct aws_call *call)
{
	struct op *op = &call->op;
	const struct raw_answer *answer = op->answer;
	struct json_object *body;

	for (struct raw_answer_header *h = answer ? answer->headers : NULL; h; h = h->next)
		http_set_header(call->req, h->name, h->value);
	if (call->outcome == DONE && answer && answer->status) {
		call_send(call, answer->status, answer->type, answer->body);
		return;
	}
	body = json_new_object(op->arena);
	json_set_str(body, "message",
		     op->error && op->error_message.p ? op->error_message
						      : STR("Internal Server Error"));
	http_answer(call->req, op->error ? op->error->status : 500, "application/json",
		    json_text(op->arena, body));
}

/* --- who signed -------------------------------------------------------------------------------- */

/* The key that signed, and whose it is; false with the sentence for what is wrong with it. */
static bool find_key(struct op *op, const struct sigv4 *sig, unsigned char key[static SHA256_BYTES],
		     struct credentials *found, struct str *why)
{
	struct str account = str_of(op->account->id);
	enum front_problem problem = FRONT_UNKNOWN_KEY;
	char owner[13] = "";

	*why = str_of(front_token_message(problem));
	if (!key_account(&op->aws->config, sig->access_key, owner) || !str_is(account, owner) ||
	    key_is_temporary(sig->access_key) != (sig->token.p != NULL))
		return false;
	if (!key_cache_get(op->aws->keys, op->arena, account, sig, key, found)) {
		if (!credentials_find(op, sig->access_key, found))
			return false;
		sigv4_key(found->secret, sig->date, sig->region, sig->service, key);
	}
	if (credentials_good(found, sig->token, op->now, &problem))
		return true;
	*why = str_of(front_token_message(problem));
	return false;
}

enum raw_signed op_verify(struct op *op, const char *service, struct str *why)
{
	const struct sigv4_request *http = op->raw->http;
	unsigned char key[SHA256_BYTES];
	struct credentials found;
	struct sigv4 sig;
	enum sigv4_verdict verdict = sigv4_read(op->arena, http, &sig, why);

	if (verdict == SIGV4_MISSING)
		return RAW_UNSIGNED;
	if (verdict != SIGV4_GOOD)
		return RAW_REFUSED;
	if (op->aws->config.any_credentials) {
		op->caller = caller_claimed(op, sig.access_key);
		return RAW_SIGNED;
	}
	if (sigv4_check_time(op->arena, &sig, op->now, SIGV4_SKEW_MS, why) != SIGV4_GOOD ||
	    sigv4_check_scope(op->arena, &sig, op->region, str_of(service), why) != SIGV4_GOOD ||
	    !find_key(op, &sig, key, &found, why) ||
	    !sigv4_matches(op->arena, http, &sig, key, 0, why))
		return RAW_REFUSED;
	key_cache_put(op->aws->keys, str_of(op->account->id), &sig, key, &found);
	op->caller = found.caller;
	return RAW_SIGNED;
}
