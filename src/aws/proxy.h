#ifndef AWS_PROXY_H
#define AWS_PROXY_H

#include "aws/op.h"

/*
 * Proxy integrations: a request as the event that a function gets, and a function's answer as a response. Format 1.0, which
 * REST APIs speak, HTTP APIs too when asked to, and Lambda authorizers of type REQUEST.
 * From: API Gateway Developer Guide, "Lambda proxy integrations in API Gateway".
 *
 * Headers and query parameters are multi-maps here: {"Accept": ["text/html", "text/plain"]}.
 */

/* --- multi-maps ------------------------------------------------------------------------------ */

/* Add a value; with `nocase` it goes to the name that is there already in other letters. */
void multi_add(struct arena *a, struct json_object *multi, struct str name, struct str value,
	       bool nocase);
/* Make it the only value; the name's letters become the new ones. */
void multi_set(struct arena *a, struct json_object *multi, struct str name, struct str value,
	       bool nocase);
/* Take a name of any case away. */
void multi_drop(struct json_object *multi, struct str name);
/* All values of a name of any case, or NULL. */
struct json_object *multi_values(const struct json_object *multi, struct str name);
/* The last value of a name of any case, or absent. */
struct str multi_last(const struct json_object *multi, struct str name);
/* {"Accept": "text/plain"}: the last values; NULL for an empty map. */
struct json_object *multi_singles(struct arena *a, struct json_object *multi);

/*
 * The request's headers as a function may see them: without the workshop's own cookies and what concerns this hop only,
 * with X-Forwarded-For, -Port, -Proto and X-Amzn-Trace-Id.
 */
struct json_object *proxy_headers(struct op *op, struct str trace_id);
/* The parameters of a query, decoded; an empty map when there are none. */
struct json_object *proxy_query(struct arena *a, struct str query);

/*
 * The members of an event's identity that say whom an identity pool vouched for, by session_cognito(). They stay null for
 * everybody else.
 */
void proxy_cognito(struct arena *a, struct json_object *identity, struct json_object *cognito);

/* --- ids and times ------------------------------------------------------------------------------ */

/* "Root=1-65a0c1d2-0123456789abcdef01234567": the caller's, or a new one. */
struct str proxy_trace_id(struct op *op);
/* A fresh extended request id: "JKJaXmPLvHcESHA=". */
struct str proxy_extended_id(struct arena *a);
/* "09/Apr/2015:12:34:56 +0000" */
struct str proxy_time(struct arena *a, int64_t at_ms);

/* --- the event ------------------------------------------------------------------------------------ */

struct proxy_request {
	struct str method;           /* "POST" */
	struct str resource;         /* "/ride/{id}" */
	struct str path;             /* "/ride/17", without the stage */
	struct json_object *headers; /* multi-maps */
	struct json_object *query;
	struct json_object *path_parameters; /* NULL, or one value each */
	struct json_object *stage_variables; /* NULL: none */
	struct json_object *context;         /* requestContext */
	struct str body;                     /* absent: null */
	bool binary;                         /* the body is to be Base64 */
};
/* The event, owned by the arena. */
struct json_object *proxy_event(struct arena *a, const struct proxy_request *request);

/* --- the answer ----------------------------------------------------------------------------------- */

struct proxy_answer {
	int status;
	struct json_object *headers; /* a multi-map */
	struct str body;             /* as the function wrote it: Base64 text when `base64` */
	bool base64;                 /* isBase64Encoded */
};
/*
 * Read {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}. None of them must be there, but nothing else may.
 * False when it is malformed, which is a 502 to the caller.
 */
bool proxy_answer_read(struct arena *a, struct str payload, struct proxy_answer *out);

#endif
