/* Requests to APIs: whose they are, and the steps they go through; see execute.h. */
#include "cloud/apigateway/execute.h"

#include "aws/id.h"
#include "base/hash.h"
#include "cloud/apigateway/operations.h"

static const struct aws_error ForbiddenException = { "ForbiddenException", 403, NULL, false };

/* --- whose it is -------------------------------------------------------------------------------- */

/* The API's id in host or path, and what of the path is behind it; absent: it is no request to an API. */
static struct str api_of(const struct raw_request *raw, struct str *rest)
{
	struct str id = raw_path_label(raw, "/_aws/execute-api/", rest), stage, inner;

	if (id.p)
		return id;
	id = raw_path_label(raw, "/restapis/", rest);
	if (id.p) {
		/* "/restapis/ID/STAGE/_user_request_/PATH", where local tools look. */
		inner = *rest;
		str_cut(&inner, '/');
		stage = str_cut(&inner, '/');
		return stage.n && (str_is(inner, "_user_request_") ||
				   str_starts(inner, STR("_user_request_/")))
			       ? id
			       : STR_NONE;
	}
	*rest = raw->path;
	return raw_host_label(raw, ".execute-api.");
}

const struct operation *apigateway_serves(const struct raw_request *raw)
{
	char account[13];
	struct str rest, id = api_of(raw, &rest);

	/* The ids of HTTP APIs are others; what is neither's is told here that it may not. */
	return id.p && !id_account(id, ID_HTTP_API, account) ? &apigateway_execute_operation : NULL;
}

bool apigateway_account_of(struct op *op, char account[static 13])
{
	struct str rest, id = api_of(op->raw, &rest);

	if (id_account(id, ID_REST_API, account) && aws_account_here(op->aws, str_of(account)))
		return true;
	op_fail(op, &ForbiddenException, "Forbidden");
	return false;
}

/* --- the execution -------------------------------------------------------------------------------- */

struct str execution_stage(const struct execution *x)
{
	return x->test ? STR("test-invoke-stage") : x->stage.id;
}

struct str execution_arn(struct execution *x, struct str path)
{
	struct str stage = execution_stage(x);

	if (str_starts(path, STR("/")))
		path = str_slice(path, 1, path.n);
	return op_arn(x->op, "execute-api", "%.*s/%.*s/%.*s/%.*s", STR_ARG(x->api), STR_ARG(stage),
		      STR_ARG(x->method), STR_ARG(path));
}

/* Who asks, as far as it is known now; authorizers add to it. */
static struct json_object *new_identity(struct execution *x)
{
	static const char *const nobody[] = { "cognitoIdentityPoolId", "accountId",
					      "cognitoIdentityId", "caller" };
	static const char *const nothing[] = { "principalOrgId", "accessKey",
					       "cognitoAuthenticationType",
					       "cognitoAuthenticationProvider", "userArn" };
	struct json_object *identity = json_new_object(x->op->arena);
	struct str agent = multi_last(x->headers, STR("User-Agent"));

	for (size_t i = 0; i < sizeof(nobody) / sizeof(*nobody); i++)
		json_set(identity, nobody[i], NULL);
	json_set_str(identity, "sourceIp",
		     x->test ? STR("test-invoke-source-ip") : x->op->raw->peer);
	for (size_t i = 0; i < sizeof(nothing) / sizeof(*nothing); i++)
		json_set(identity, nothing[i], NULL);
	if (x->test)
		agent = STR("AmazonAPIGateway/test");
	json_set(identity, "userAgent", agent.p ? json_string(agent) : NULL);
	json_set(identity, "user", NULL);
	return identity;
}

static void set_domain(struct execution *x, struct json_object *context)
{
	struct str host = x->test ? STR("testPrefix.testDomainName") : x->op->raw->host;

	json_set_str(context, "domainName", host);
	json_set_str(context, "domainPrefix", x->test ? STR("testPrefix") : x->api);
}

/* In the order in which API Gateway has the members. */
void execution_begin(struct execution *x)
{
	struct op *op = x->op;
	struct json_object *context = json_new_object(op->arena);
	struct str stage = execution_stage(x);

	x->context = context;
	json_set(context, "resourceId", NULL);
	json_set(context, "resourcePath", NULL);
	json_set_str(context, "httpMethod", x->method);
	json_set_str(context, "extendedRequestId", proxy_extended_id(op->arena));
	json_set_str(context, "requestTime", proxy_time(op->arena, op->started));
	json_set_str(context, "path",
		     x->test ? x->path
			     : arena_strf(op->arena, "/%.*s%.*s", STR_ARG(stage),
					  STR_ARG(x->path)));
	json_set_str(context, "accountId", str_of(op->account->id));
	json_set_cstr(context, "protocol", "HTTP/1.1");
	json_set_str(context, "stage", stage);
	json_set(context, "domainPrefix", NULL);
	json_set_int(context, "requestTimeEpoch", op->started);
	json_set_str(context, "requestId", op->request_id);
	json_set(context, "identity", json_object_get(new_identity(x)));
	json_set(context, "domainName", NULL);
	if (!x->test)
		json_set_str(context, "deploymentId", x->owner);
	json_set_str(context, "apiId", x->api);
	set_domain(x, context);
}

/* What of the context is known once the resource is. */
static enum step describe_resource(struct execution *x)
{
	json_set_str(x->context, "resourceId", x->resource.id);
	json_set_str(x->context, "resourcePath", x->resource.name);
	return STEP_ON;
}

enum step execution_run(struct execution *x)
{
	static enum step (*const steps[])(struct execution *) = {
		describe_resource, execute_authorize, execute_limit,
		execute_check,     execute_cached,    integrate,
	};
	enum step step = STEP_ON;

	for (; x->at < sizeof(steps) / sizeof(*steps) && step == STEP_ON; x->at++) {
		enum step (*const next)(struct execution *) = steps[x->at];
		size_t logged = x->log ? x->log->n : 0;

		/* TestInvokeMethod asks no authorizer, counts nothing and caches nothing. */
		if (!x->test || x->at == 0 || next == execute_check || next == integrate)
			step = next(x);
		if (step != STEP_WAIT)
			continue;
		/* It will log all that again. */
		if (x->log)
			buf_cut(x->log, logged);
		break;
	}
	return step;
}

/* --- a stage ------------------------------------------------------------------------------------------ */

/* A canary serves the requests whose ids fall into its share: the same one each time a request is run. */
static bool is_for_canary(struct execution *x, struct json_object *canary)
{
	double share = json_object_get_double(json_get(canary, "percentTraffic"));

	return canary && hash_crc32(x->op->request_id) % 10000 < (uint32_t)(share * 100);
}

static void choose_deployment(struct execution *x)
{
	struct json_object *canary = json_get(x->stage.doc, "canarySettings");
	struct json_object *variables = json_get(x->stage.doc, "variables"), *more;

	x->owner = json_get_str(x->stage.doc, "deploymentId");
	x->variables = json_new_object(x->op->arena);
	if (variables)
		json_copy(x->variables, variables);
	x->has_canary = canary != NULL;
	x->canary = is_for_canary(x, canary);
	if (!x->canary)
		return;
	x->owner = json_get_str(canary, "deploymentId");
	more = json_get(canary, "stageVariableOverrides");
	if (more)
		json_copy(x->variables, more);
}

/* Does a settings key, such as "~1ride/POST", mean this method? */
static bool is_setting_of(struct execution *x, struct str key)
{
	struct str path = str_slice(x->resource.name, 1, x->resource.name.n), text;
	ptrdiff_t at = -1;

	for (size_t i = 0; i < key.n; i++)
		if (key.p[i] == '/')
			at = (ptrdiff_t)i;
	if (at < 0 || !str_eq(str_slice(key, (size_t)at + 1, key.n), x->verb))
		return false;
	text = patch_unescape(x->op->arena, str_slice(key, 0, (size_t)at));
	if (str_starts(text, STR("/")))
		text = str_slice(text, 1, text.n);
	return str_eq(text, path);
}

static void find_settings(struct execution *x)
{
	struct json_object *all = json_get(x->stage.doc, "methodSettings");

	x->settings = json_get(all, "*/*");
	if (!all)
		return;
	JSON_EACH(all, key, settings)
	{
		if (is_setting_of(x, str_of(key)))
			x->settings = settings;
	}
}

/* "/prod/ride" or "/prod/_user_request_/ride": the stage's name; *rest becomes what is behind it. */
static struct str cut_stage(struct str *rest)
{
	struct str stage;

	while (str_starts(*rest, STR("/")))
		*rest = str_slice(*rest, 1, rest->n);
	stage = str_cut(rest, '/');
	if (rest->p &&
	    (str_is(*rest, "_user_request_") || str_starts(*rest, STR("_user_request_/"))))
		str_cut(rest, '/');
	return stage;
}

static bool find_stage(struct execution *x)
{
	const struct raw_request *raw = x->op->raw;
	struct thing api;
	struct str rest, stage;

	x->api = api_of(raw, &rest);
	stage = cut_stage(&rest);
	x->path = rest.p ? arena_strf(x->op->arena, "/%.*s", STR_ARG(rest)) : STR("/");
	if (!thing_find(x->op, &kind_stage, x->api, stage, &x->stage) ||
	    !thing_find(x->op, &kind_rest_api, STR_NONE, x->api, &api))
		return false;
	choose_deployment(x);
	if (!thing_find(x->op, &kind_rest_api, x->owner, x->api, &api))
		return false;
	x->doc = api.doc;
	return !json_bool_or(json_get(x->doc, "disableExecuteApiEndpoint"), false);
}

/* "image/png" against "image/png", "image/<any>" or all. */
bool media_type_listed(struct json_object *list, struct str type)
{
	struct str base = str_trim(str_cut(&type, ';'));

	for (size_t i = 0; i < json_count(list); i++) {
		struct str listed = json_str(json_at(list, i));

		if (str_is(listed, "*/*") || (base.n && policy_glob(listed, base, true)))
			return true;
	}
	return false;
}

static void read_request(struct execution *x)
{
	/* What REST APIs keep to themselves, whatever the integration is. */
	static const char *const kept[] = {
		"Connection", "Content-MD5",        "Expect",  "Max-Forwards",
		"Server",     "Proxy-Authenticate", "TE",      "Transfer-Encoding",
		"Trailer",    "WWW-Authenticate",   "Upgrade", NULL
	};
	const struct raw_request *raw = x->op->raw;
	struct str token;

	x->method = raw->method;
	x->trace_id = proxy_trace_id(x->op);
	x->headers = proxy_headers(x->op, x->trace_id);
	for (size_t i = 0; kept[i]; i++)
		multi_drop(x->headers, str_of(kept[i]));
	/* This name is the same in all events, in whichever letters it is sent: browsers send small ones. */
	token = multi_last(x->headers, STR("Authorization"));
	if (token.p)
		multi_set(x->op->arena, x->headers, STR("Authorization"),
			  arena_dup(x->op->arena, token), true);
	x->query = proxy_query(x->op->arena, raw->query);
	x->body = raw->body.n ? raw->body : STR_NONE;
	x->binary = media_type_listed(json_get(x->doc, "binaryMediaTypes"),
				      multi_last(x->headers, STR("Content-Type")));
}

/* Slashes in a row at the beginning mean one; those behind are a proxy's affair. */
static struct str one_slash(struct str path)
{
	while (str_starts(path, STR("//")))
		path = str_slice(path, 1, path.n);
	return path;
}

/* Find out what is asked for. */
static enum step begin(struct execution *x)
{
	enum step step;

	read_request(x);
	execution_begin(x);
	x->path = one_slash(x->path);
	step = execute_route(x);
	if (step != STEP_ON)
		return step;
	find_settings(x);
	if (log_wanted(x))
		execution_log(x);
	trace_request(x);
	return STEP_ON;
}

static enum outcome execute(struct op *op)
{
	struct execution *x = op->kept;
	enum step step = STEP_ON;

	if (!x) {
		x = op->kept = ARENA_NEW(op->arena, struct execution);
		x->op = op;
		x->integration_ms = -1;
		if (!find_stage(x))
			return respond_bare(op, &refuse_forbidden);
		step = begin(x);
	}
	if (step == STEP_ON)
		step = execution_run(x);
	return step == STEP_WAIT ? WAITING : respond(x);
}

const struct operation apigateway_execute_operation = {
	.name = "Invoke",
	.run = execute,
	.flags = OP_OPEN | OP_RAW | OP_WAITS | OP_DATA | OP_SHORT,
};
