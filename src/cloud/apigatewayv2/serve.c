/* Requests to HTTP APIs: whose they are, and the steps they go through; see serve.h. */
#include "cloud/apigatewayv2/serve.h"

#include "aws/id.h"
#include "base/base64.h"
#include "base/form.h"
#include "base/hash.h"

/* --- whose it is -------------------------------------------------------------------------------- */

/* The API's id in host or path, and what of the path is behind it; absent: it is no request to an API. */
static struct str api_of(const struct raw_request *raw, struct str *rest)
{
	struct str id = raw_path_label(raw, "/_aws/execute-api/", rest);

	if (id.p)
		return id;
	*rest = raw->path;
	return raw_host_label(raw, ".execute-api.");
}

const struct operation *apigatewayv2_serves(const struct raw_request *raw)
{
	char account[13];
	struct str rest, id = api_of(raw, &rest);

	return id.p && id_account(id, ID_HTTP_API, account)
		       ? operation_find(&apigatewayv2_service, STR("Invoke"))
		       : NULL;
}

bool apigatewayv2_account_of(struct op *op, char account[static 13])
{
	struct str rest, id = api_of(op->raw, &rest);

	if (id_account(id, ID_HTTP_API, account) && aws_account_here(op->aws, str_of(account)))
		return true;
	op_fail(op, &HttpApiNotFound, "Not Found");
	return false;
}

enum {
	BODY_MAX = 10 << 20
}; /* Developer Guide, "Quotas for configuring and running an HTTP API" */

/* --- a visit ------------------------------------------------------------------------------------- */

/* The stage that the first segment names, or else $default, which has no segment of its own. */
static bool find_stage(struct visit *v, struct str rest)
{
	struct str behind = str_starts(rest, STR("/")) ? str_slice(rest, 1, rest.n) : rest, name;

	name = form_decode_lenient(v->op->arena, str_cut(&behind, '/'), false);
	if (name.n && part_find(v->op, &part_kind_stage, v->api, name, &v->stage))
		rest = behind.p ? arena_strf(v->op->arena, "/%.*s", STR_ARG(behind)) : STR("/");
	else if (!part_find(v->op, &part_kind_stage, v->api, STR("$default"), &v->stage))
		return false;
	v->path = form_decode_lenient(v->op->arena, rest.n ? rest : STR("/"), false);
	v->stage_path = str_is(v->stage.id, "$default")
				? v->path
				: arena_strf(v->op->arena, "/%.*s%.*s", STR_ARG(v->stage.id),
					     STR_ARG(v->path));
	return true;
}

/* What is served: the API as it is, or as it was deployed. */
static bool find_deployed(struct visit *v)
{
	struct part api;

	if (json_bool_or(json_get(v->stage.doc, "autoDeploy"), false)) {
		v->owner = v->api;
		if (!part_find(v->op, &part_kind_api, STR_NONE, v->api, &api))
			return false;
	} else {
		v->owner = json_get_str(v->stage.doc, "deploymentId");
		if (!v->owner.n || !part_find(v->op, &part_kind_api, v->owner, v->api, &api))
			return false;
	}
	v->api_doc = api.doc;
	return true;
}

/* An id that looks as API Gateway's, the same each time the request is run. */
static struct str request_id(struct op *op)
{
	unsigned char digest[SHA256_BYTES];

	hash_sha256(op->request_id, digest);
	return base64_print(op->arena, str_make(digest, 11));
}

static void read_request(struct visit *v)
{
	const struct raw_request *raw = v->op->raw;

	v->method = raw->method;
	v->trace = proxy_trace_id(v->op);
	v->headers = proxy_headers(v->op, v->trace);
	multi_set(v->op->arena, v->headers, STR("Content-Length"),
		  arena_strf(v->op->arena, "%zu", raw->body.n), true);
	v->query = proxy_query(v->op->arena, raw->query);
	v->body = raw->body;
	v->variables = json_get(v->stage.doc, "stageVariables");
}

/* Find out what is asked for. */
static enum step begin(struct visit *v)
{
	struct part api;
	struct str rest;

	v->integration_ms = -1;
	v->id = request_id(v->op);
	v->answer_headers = json_new_object(v->op->arena);
	v->api = api_of(v->op->raw, &rest);
	if (!part_find(v->op, &part_kind_api, STR_NONE, v->api, &api) || !find_stage(v, rest) ||
	    !find_deployed(v) ||
	    json_bool_or(json_get(api.doc, "disableExecuteApiEndpoint"), false))
		return serve_refuse(v, 404, "Not Found");
	read_request(v);
	return v->body.n > BODY_MAX ? serve_refuse(v, 413, "Request Entity Too Large") : STEP_ON;
}

enum outcome apigatewayv2_serve(struct op *op)
{
	static enum step (*const steps[])(struct visit *) = {
		serve_route,    serve_preflight, serve_authorize,
		serve_throttle, serve_map,       serve_integrate,
	};
	struct visit *v = op->kept;
	enum step step = STEP_ON;

	if (!v) {
		v = op->kept = ARENA_NEW(op->arena, struct visit);
		v->op = op;
		step = begin(v);
	}
	while (v->at < sizeof(steps) / sizeof(*steps) && step == STEP_ON) {
		step = steps[v->at](v);
		v->at += step == STEP_ON;
	}
	return step == STEP_WAIT ? WAITING : serve_answer(v);
}
