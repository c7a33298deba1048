#ifndef CLOUD_APIGATEWAYV2_SERVE_H
#define CLOUD_APIGATEWAYV2_SERVE_H

#include "aws/proxy2.h"
#include "aws/raw.h"
#include "cloud/apigatewayv2/inside.h"

/*
 * Serving requests to HTTP APIs.
 *
 * A request goes through steps (serve.c has the list): each goes on, answers, or waits for a function; then that step is
 * run again from its start, with what was learned kept by op_invoke(). Nothing is written: what is remembered
 * between requests is in the stash.
 */
enum step { STEP_ON, STEP_ANSWERED, STEP_WAIT };

struct visit {
	struct op *op;
	size_t at;                   /* which step is next */
	struct str api;              /* its id */
	struct str owner;            /* whose parts are served: the API itself, or a deployment */
	struct json_object *api_doc; /* of the API, as it is or as it was deployed */
	struct part stage;
	struct json_object *variables; /* the stage's */
	struct part route, integration;
	struct str route_key;
	struct str id; /* the request's, as API Gateway's: "JKJaXmPLvHcESHA=" */

	struct str method;
	struct str path;                     /* within the stage, decoded: "/pets/17" */
	struct str stage_path;               /* with the stage, unless that is $default */
	struct str mapped_path;              /* what a mapping put in its place; absent: nothing */
	struct json_object *headers, *query; /* multi-maps */
	struct json_object *path_parameters; /* one text each */
	struct str body;
	struct json_object *context;    /* requestContext of format 2.0, with the authorizer */
	struct json_object *authorizer; /* its member of that name, or NULL */

	struct str event; /* what the function gets, once it is printed */
	struct str trace; /* the request's X-Amzn-Trace-Id */

	/* For the log: "-" where there is nothing. */
	const char *error; /* what API Gateway itself has answered */
	struct str integration_error;
	int64_t integration_ms; /* -1: not asked */
	int integration_status;

	/* The answer. */
	bool preflight; /* to a question about CORS: its headers are set already */
	int status;
	struct json_object *answer_headers; /* a multi-map, names in lower case */
	struct str answer_body;
};

/* A response while its parameters are mapped. */
struct reply {
	int status;
	struct json_object *headers;
	struct str body;
};

/* --- serve_route.c -------------------------------------------------------------------------------- */

/* Find the route and its integration. */
enum step serve_route(struct visit *v);
/*
 * Does "GET /pets/{id}" fit method and path? Variables go to `variables` (may be NULL). The better of two that fit has the
 * greater *rank; -1: it does not fit.
 */
int64_t route_rank(struct arena *a, struct str key, struct str method, struct str path,
		   struct json_object *variables);

/* --- serve_cors.c --------------------------------------------------------------------------------- */

/* Answer a preflight, when the API is configured to. */
enum step serve_preflight(struct visit *v);
/* Set the answer's headers for other origins; those of the integration go. */
void serve_cors(struct visit *v);

/* --- serve_auth.c, serve_custom.c ------------------------------------------------------------------ */

/* May the request pass to its route? */
enum step serve_authorize(struct visit *v);
enum step serve_custom(struct visit *v, const struct part *authorizer);
/* Take from the route's bucket. */
enum step serve_throttle(struct visit *v);

/* --- serve_params.c -------------------------------------------------------------------------------- */

/* The value of "$request.header.x", "${context.stage}/a", "text"; absent when it has none. `reply` may be NULL. */
struct str param_value(struct visit *v, struct str expression, const struct reply *reply);
/* Change the request as the integration's parameter mappings say. */
void map_request(struct visit *v);
/* Change a reply as they say for its status. */
void map_reply(struct visit *v, struct reply *reply);
/* The member of $context that a path such as "identity.sourceIp" names, as text; absent: there is none. */
struct str serve_context(struct visit *v, struct str path);

/* --- serve_event.c --------------------------------------------------------------------------------- */

/* requestContext of format 2.0. */
struct json_object *event_context(struct visit *v);
/* The integration's event, in the format it asks for. */
struct str event_text(struct visit *v);
/* An authorizer's event; `sources` are the values of its identity sources. */
struct str authorizer_event(struct visit *v, const struct part *authorizer,
			    struct json_object *sources, struct str arn);
/* "arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/path" */
struct str visit_arn(struct visit *v);

/* --- serve_integrate.c ------------------------------------------------------------------------------ */

/* What the integration gets in the request's place. */
enum step serve_map(struct visit *v);
/* Ask the integration. */
enum step serve_integrate(struct visit *v);
/* The integration's reply becomes the answer, mapped. Returns STEP_ANSWERED. */
enum step serve_reply(struct visit *v, struct reply *reply);
/* It has none: answer with a status, 500 or 503, and tell the log why. Returns STEP_ANSWERED. */
enum step serve_fail(struct visit *v, int status, struct str why);
/* A multi-map of headers with names in lower case, as HTTP APIs send them. */
struct json_object *lower_headers(struct visit *v, struct json_object *multi);
/* The function's ARN in a URI, with stage variables put in; absent: it is none. */
struct str function_of(struct visit *v, struct str uri);

/* --- serve_http.c ------------------------------------------------------------------------------------ */

/* Ask an HTTP server. */
enum step serve_http(struct visit *v);

/* --- serve_answer.c --------------------------------------------------------------------------------- */

/* Answer {"message": ...} as API Gateway itself. Returns STEP_ANSWERED. */
enum step serve_refuse(struct visit *v, int status, const char *message);
/* Send the answer, count it, log it. Returns DONE. */
enum outcome serve_answer(struct visit *v);

#endif
