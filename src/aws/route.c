/*
 * Which protocol, service and operation a request means.
 *
 * X-Amz-Target first, then Action, then method and path. The service in the credential scope only helps where
 * those leave it open: some raw clients leave it empty.
 */
#include "aws/call.h"

#include "base/form.h"

/* "DynamoDB_20120810.GetItem" */
static void route_target(struct aws_call *call, struct str target)
{
	const struct service *const *s = call->aws->config.services;
	struct str rest = target, prefix = str_cut(&rest, '.');
	struct str type = sigv4_header(&call->http, "Content-Type");

	call->operation_name = rest.p ? rest : STR("");
	call->protocol = PROTO_JSON10;
	for (; *s; s++)
		if ((*s)->target && str_is(prefix, (*s)->target))
			call->op.service = *s;
	if (call->op.service) {
		call->service_name = str_of(call->op.service->name);
		call->op.operation = operation_find(call->op.service, call->operation_name);
		if (call->op.service->speaks & PROTO_JSON11)
			call->protocol = PROTO_JSON11;
	} else {
		call->service_name = prefix;
	}
	if (str_starts(type, STR("application/x-amz-json-1.0")))
		call->protocol = PROTO_JSON10;
	else if (str_starts(type, STR("application/x-amz-json-1.1")))
		call->protocol = PROTO_JSON11;
}

/* "/service/GraniteServiceVersion20100801/operation/ListMetrics"; false when the path is not like that. */
static bool route_cbor(struct aws_call *call)
{
	const struct service *const *s = call->aws->config.services;
	struct str rest = call->http.path, name, operation;

	if (!str_starts(sigv4_header(&call->http, "smithy-protocol"), STR("rpc-v2-cbor")))
		return false;
	if (str_cut(&rest, '/').n || !str_is(str_cut(&rest, '/'), "service"))
		return false;
	name = str_cut(&rest, '/');
	if (!str_is(str_cut(&rest, '/'), "operation") || !rest.n)
		return false;
	operation = rest;
	call->protocol = PROTO_CBOR;
	call->service_name = name;
	call->operation_name = operation;
	for (; *s && !call->op.service; s++)
		if ((*s)->speaks & PROTO_CBOR && (*s)->target && str_is(name, (*s)->target))
			call->op.service = *s;
	if (call->op.service)
		call->service_name = str_of(call->op.service->name);
	if (call->op.service)
		call->op.operation = operation_find(call->op.service, operation);
	return true;
}

/*
 * The service of a query call: the one that the scope names, else the one that has this
 * version and action.
 */
static void route_action(struct aws_call *call, struct str action, struct str version,
			 struct str scope_service)
{
	const struct service *const *s = call->aws->config.services;

	call->protocol = PROTO_QUERY;
	call->operation_name = action;
	call->op.service = service_signed(call->aws->config.services, scope_service);
	if (call->op.service && !(call->op.service->speaks & PROTO_QUERY))
		call->op.service = NULL;
	for (; *s && !call->op.service && !scope_service.n; s++)
		if ((*s)->speaks & PROTO_QUERY &&
		    (!version.n || str_is(version, (*s)->api_version)) &&
		    operation_find(*s, action))
			call->op.service = *s;
	call->service_name = call->op.service ? str_of(call->op.service->name) : scope_service;
	if (call->op.service)
		call->op.operation = operation_find(call->op.service, action);
}

/* "POST /restapis?mode=import": 1 when the query holds what the template asks for, -1 when not, 0 when it asks nothing. */
static int match_query(struct aws_call *call, const char *template)
{
	const char *query = strchr(template, '?');
	struct str rest = str_of(query ? query + 1 : NULL), name, value;

	while (form_next(&rest, &name, &value))
		if (!str_eq(form_get(call->op.arena, call->http.query,
				     arena_cstr(call->op.arena, name)),
			    value))
			return -1;
	return query ? 1 : 0;
}

/* The operation whose path fits; of several the one that asks for something in the query. */
static void match_paths(struct aws_call *call, const struct service *service)
{
	const struct operation *o, *found = NULL;
	int how;

	for (o = service->operations; o->name; o++) {
		if (!o->http || !rest_match(call->op.arena, o->http, call->http.method,
					    call->http.path, call->labels))
			continue;
		how = match_query(call, o->http);
		if (how > 0 || (how == 0 && !found))
			found = o;
		if (how > 0)
			break;
	}
	if (!found)
		return;
	rest_match(call->op.arena, found->http, call->http.method, call->http.path, call->labels);
	call->op.service = service;
	call->op.operation = found;
	call->operation_name = str_of(found->name);
}

/* Does a signature's scope mean this service? Several may sign alike: API Gateway's two. */
static bool signs_as(const struct service *service, struct str scope_service)
{
	return !scope_service.n || str_is(scope_service, service_signing_name(service));
}

static void route_path(struct aws_call *call, struct str scope_service)
{
	const struct service *const *s = call->aws->config.services;

	call->protocol = PROTO_REST_JSON;
	call->op.service = service_signed(call->aws->config.services, scope_service);
	if (call->op.service && call->op.service->speaks & PROTO_REST_JSON)
		match_paths(call, call->op.service);
	for (; *s && !call->op.operation; s++)
		if ((*s)->speaks & PROTO_REST_JSON && signs_as(*s, scope_service))
			match_paths(call, *s);
	call->service_name = call->op.service ? str_of(call->op.service->name) : scope_service;
	if (!call->op.operation)
		call->operation_name =
			arena_strf(call->op.arena, "%.*s %.*s", STR_ARG(call->http.method),
				   STR_ARG(call->http.path));
}

/* The scope's service before the signature is read properly: fields of Credential=, or the query's. */
static struct str scope_service(struct aws_call *call)
{
	struct str header = sigv4_header(&call->http, "Authorization");
	ptrdiff_t at = str_find_str(header, STR("Credential="));
	struct str rest = at < 0 ? form_get(call->op.arena, call->http.query, "X-Amz-Credential")
				 : str_slice(header, (size_t)at + 11, header.n);

	for (int i = 0; i < 3; i++)
		str_cut(&rest, '/');
	return rest.p ? str_cut(&rest, '/') : STR_NONE;
}

void call_route(struct aws_call *call)
{
	struct str target = sigv4_header(&call->http, "X-Amz-Target");
	struct str type = sigv4_header(&call->http, "Content-Type");
	bool posted = str_starts(type, STR("application/x-www-form-urlencoded"));
	struct str action, form;

	if (target.p) {
		route_target(call, target);
	} else if (!route_cbor(call)) {
		/* What is asked for stands in the form itself. */
		if (posted)
			coding_read(call);
		form = posted ? call->payload : call->http.query;
		action = form_get(call->op.arena, form, "Action");
		if (!action.p)
			action = form_get(call->op.arena, call->http.query, "Action");
		if (action.p)
			route_action(call, action, form_get(call->op.arena, form, "Version"),
				     scope_service(call));
		else
			route_path(call, scope_service(call));
	}
	if (!call->service_name.p)
		call->service_name = STR("");
}
