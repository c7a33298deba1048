#ifndef CLOUD_APIGATEWAY_EXECUTE_H
#define CLOUD_APIGATEWAY_EXECUTE_H

#include "cloud/apigateway/inside.h"

#include "aws/proxy.h"
#include "aws/raw.h"

/*
 * Executing a request to an API: from its bytes, or from TestInvokeMethod, to an answer.
 *
 * A request goes through steps (execute.c has the list). Each looks at the execution and goes on, answers, or waits for a
 * function or a server; then that step is run again from its start, with what was learned kept by op_invoke().
 */
enum step { STEP_ON, STEP_ANSWERED, STEP_WAIT };

/* Why a request does not come to its integration, or comes back from it empty-handed. */
struct refusal {
	const char *type;    /* of gateway response: "UNAUTHORIZED" */
	const char *error;   /* x-amzn-ErrorType: "UnauthorizedException" */
	const char *message; /* NULL: null */
	int status;          /* 0: that of the type */
	bool spaced; /* API Gateway writes a blank behind the colon: {"message": "Internal server error"} */
	bool capital; /* ... or a capital letter: {"Message":"..."} */
};
extern const struct refusal refuse_forbidden, refuse_missing_token, refuse_unauthorized,
	refuse_internal, refuse_api_key;

struct execution {
	struct op *op;
	size_t at;               /* which step is next */
	bool test;               /* TestInvokeMethod: no stage, and all is logged */
	struct str api;          /* its id */
	struct str owner;        /* whose rows are run: a deployment, or the API itself */
	struct json_object *doc; /* of the API */
	struct thing stage;
	bool has_canary;               /* the stage does */
	bool canary;                   /* this request is for it */
	struct json_object *variables; /* the stage's; may be empty */
	struct json_object *settings;  /* of the method in this stage, or NULL */

	struct str method;           /* "POST" */
	struct str path;             /* without the stage, still escaped: "/ride/17" */
	struct json_object *headers; /* multi-maps; may be changed by mappings */
	struct json_object *query;
	struct json_object *path_parameters;
	struct str body;
	bool binary; /* its type is one of the API's binary media types */
	struct str trace_id;

	struct thing resource;
	struct str verb; /* the method's name in the resource: "POST" or "ANY" */
	struct json_object *method_doc, *integration;
	struct json_object *context; /* $context and requestContext */
	struct str event;            /* what a proxied function gets, once it is printed */
	struct str usage_key;        /* what an authorizer said instead of an API key */
	struct str policy_text;      /* what an authorizer said it may */

	struct buf *log;        /* execution log; NULL: nobody reads it */
	int64_t integration_ms; /* how long the integration took; -1: it was not asked */
	bool traced;            /* the answer carries X-Amzn-Trace-Id */
	bool recalled;          /* it is the cache's */
	bool warned;            /* it says that a wish for a fresh one was ignored */

	/* The answer. */
	int status;
	struct json_object *answer_headers; /* a multi-map */
	struct str answer_body;
	const struct refusal *refusal; /* what it was refused for, or NULL */
};

/* --- execute.c: for the service's constant -------------------------------------------------------------- */

/* The requests to REST APIs, by host or path, and whose account they are. */
const struct operation *apigateway_serves(const struct raw_request *raw);
bool apigateway_account_of(struct op *op, char account[static 13]);
extern const struct operation apigateway_execute_operation;

/* --- execute.c ------------------------------------------------------------------------------------ */

/* Run the steps from the one behind routing on, or from the one that has waited. */
enum step execution_run(struct execution *x);
/* Fill in what does not depend on where the request came from; headers, query, method and path are there. */
void execution_begin(struct execution *x);
/* "arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/" and the path without its first slash. */
struct str execution_arn(struct execution *x, struct str path);
/* The stage's name, also of a test. */
struct str execution_stage(const struct execution *x);

/* "image/png" against a list of media types, which may be "image/<any>" or all. */
bool media_type_listed(struct json_object *list, struct str type);

/* --- execute_route.c -------------------------------------------------------------------------------- */

/* Find resource and method. */
enum step execute_route(struct execution *x);
/* Does a path fit a resource's? Its variables go to `variables`. */
bool route_match(struct arena *a, struct str resource, struct str path,
		 struct json_object *variables);

/* --- execute_auth.c, execute_custom.c ---------------------------------------------------------------- */

/* The method's authorization: resource policy, IAM, authorizer. */
enum step execute_authorize(struct execution *x);
/* Refuse a request that is not signed where that is what it would take. */
enum step refuse_unsigned(struct execution *x);
/* May who has signed the request replace what the cache remembers of it? Only where the method's authorization is IAM. */
bool execute_may_invalidate(struct execution *x);
/* A Lambda authorizer of type TOKEN or REQUEST. */
enum step execute_custom(struct execution *x, const struct thing *authorizer);
/* A policy's answer on execute-api:Invoke of the request, for who calls. */
enum policy_decision execute_policy(struct execution *x, const struct policy *policy,
				    bool as_resource);
/* The claims of a token of the authorizer's user pools, as they are printed; NULL with *why the refusal. */
struct json_object *cognito_claims(struct execution *x, const struct thing *authorizer,
				   struct str token, const struct refusal **why);

/* --- execute_limit.c ---------------------------------------------------------------------------------- */

/* API keys, usage plans and throttles. */
enum step execute_limit(struct execution *x);

/* --- execute_check.c ---------------------------------------------------------------------------------- */

/* The method's request validator. */
enum step execute_check(struct execution *x);

/* --- execute_map.c ------------------------------------------------------------------------------------ */

/* What a mapping takes from: the request, and the integration's response when there is one. */
struct mapping_source {
	struct json_object *response_headers; /* a multi-map, or NULL */
	struct str response_body;
};
/* The value of "method.request.header.x", "context.y", "'text'"; absent when there is none. */
struct str mapping_value(struct execution *x, const struct mapping_source *from,
			 struct str expression);
/* "${stageVariables.name}" becomes its value. */
struct str with_variables(struct execution *x, struct str text);
/* Render a template over a body; false with the refusal in *why. `overrides` gets what the template has overridden. */
bool mapping_body(struct execution *x, struct str template, struct str body, struct str *out,
		  struct json_object **overrides, const struct refusal **why);
/* Choose from {"application/json": template} by a media type; NULL: none fits. */
const char *template_for(struct json_object *templates, struct str media_type);
/* The member of $context that a path such as "identity.sourceIp" names, as text. */
struct str context_value(struct execution *x, struct str path);

/* --- integrate.c and its kin --------------------------------------------------------------------------- */

/* What an integration was sent, and what it answered. */
struct integration_request {
	struct str body;
	struct json_object *headers, *query; /* multi-maps */
	struct json_object *path_parameters;
};
struct integration_answer {
	int status;
	struct json_object *headers; /* a multi-map */
	struct str body;
	struct str
		pattern; /* what selection patterns are held against: the status, or a function's error */
};
enum step integrate(struct execution *x);
enum step integrate_function(struct execution *x, const struct integration_request *request,
			     struct integration_answer *answer);
enum step integrate_service(struct execution *x, const struct integration_request *request,
			    struct integration_answer *answer);
enum step integrate_http(struct execution *x, const struct integration_request *request,
			 struct integration_answer *answer);
/* The Lambda proxy integration, which answers itself. */
enum step integrate_proxy(struct execution *x);
/* The function's ARN in an integration's or authorizer's URI; absent: it is none. */
struct str function_of_uri(struct execution *x, struct str uri);

/* --- execute_cache.c ------------------------------------------------------------------------------------ */

/* Answer from the stage's cache, and remember an answer there. */
enum step execute_cached(struct execution *x);
void execute_remember(struct execution *x);

/* --- respond.c ------------------------------------------------------------------------------------------- */

/* Answer a refusal by the API's gateway response. Returns STEP_ANSWERED. */
enum step refuse(struct execution *x, const struct refusal *why);
/* The same, with a sentence for the log. */
enum step refuse_logged(struct execution *x, const struct refusal *why, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The integration did not answer in time. */
enum step refuse_late(struct execution *x);
/* Set a header of the answer under the name that API Gateway gives it. */
void answer_header(struct execution *x, struct str name, struct str value);
/* Send it, count it, log it. Returns DONE. */
enum outcome respond(struct execution *x);
/* A refusal before anything is known of the API. Returns DONE. */
enum outcome respond_bare(struct op *op, const struct refusal *why);

/* A refusal that is made up on the spot, kept as long as the execution. */
const struct refusal *refusal_of(struct execution *x, const char *type, const char *error,
				 const char *message);

/* --- execute_log.c ---------------------------------------------------------------------------------------- */

/* Keep a log from now on. */
void execution_log(struct execution *x);
/* Add a line with its time to it. */
void trace_line(struct execution *x, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* {a=1, b=2} of a map or multi-map. */
struct str trace_map(struct execution *x, struct json_object *map);
/* Do the settings of the stage's method ask for execution logs? Otherwise no line is made at all. */
bool log_wanted(const struct execution *x);
/* Log what came in, and what goes out. */
void trace_request(struct execution *x);
void trace_answer(struct execution *x);
/* Hand the stage's logs and metrics on. */
void execution_emit(struct execution *x);

#endif
