#ifndef CLOUD_APIGATEWAYV2_INSIDE_H
#define CLOUD_APIGATEWAYV2_INSIDE_H

#include "aws/op.h"
#include "cloud/apigatewayv2/apigatewayv2.h"
#include "cloud/apigatewayv2/shapes.h"

/*
 * What the files of this room share: parts.
 *
 * Everything that describes an HTTP API is a part: a row with a kind, an owner, an id and a document that looks as API
 * Gateway answers it. Routes, integrations, authorizers, stages and deployments are owned by their API. A deployment owns a copy of
 * what its API was; a stage that deploys by itself needs none, it serves the API as it is.
 */
struct part {
	struct str owner; /* an API's, deployment's or domain name's id; "" for the account's own */
	struct str id;
	struct json_object *doc; /* may be changed before part_put() */
	int64_t row;             /* 0: not stored yet */
};

struct part_kind {
	const char *noun; /* as it is stored and as operations are called: "Route" of "GetRoute" */
	const char *plural;  /* "Routes" */
	const char *id;      /* the member of inputs and documents that names it: "routeId" */
	const char *owner;   /* the member that names its owner, or NULL */
	const char *missing; /* what NotFoundException says */
	/* Is a new or changed document right? Fills in what follows from it. False with the error set. NULL: always. */
	bool (*good)(struct op *op, struct part *part, bool fresh);
	/* Before it is deleted: false with the error set. What it owns goes with it. NULL: it may. */
	bool (*leaving)(struct op *op, struct part *part);
	const char *const *
		merged; /* members of updates that are added to what is there; "" takes away; NULL-ended */
	bool deployed; /* stages that deploy by themselves do so when one changes */
	int most;      /* how many one owner may have; 0: as many as it likes */
};
extern const struct part_kind part_kind_api, part_kind_route, part_kind_integration,
	part_kind_authorizer, part_kind_stage, part_kind_deployment, part_kind_domain,
	part_kind_mapping, part_kind_vpc_link;

extern const struct aws_error HttpApiBadRequest, HttpApiNotFound, HttpApiConflict, HttpApiTooLarge;

/* --- parts.c: rows --------------------------------------------------------------------------- */

/* Find one; its strings live in op's arena. */
bool part_find(struct op *op, const struct part_kind *kind, struct str owner, struct str id,
	       struct part *out);
/* Is there one? Its document is not read. */
bool part_exists(struct op *op, const struct part_kind *kind, struct str owner, struct str id);
/*
 * The id of the route of a key, or of the authorizer of a name; absent: there is none. Documents may be large: none is
 * read.
 */
struct str part_route_of(struct op *op, struct str owner, struct str key);
struct str part_authorizer_of(struct op *op, struct str owner, struct str name);
/* The one that op->in names, with its owner; false with NotFoundException set. */
bool part_get(struct op *op, const struct part_kind *kind, struct part *out);
/* Store it, new or changed. */
void part_put(struct op *op, const struct part_kind *kind, struct part *part);
/* The same with its document as text. */
void part_put_text(struct op *op, const struct part_kind *kind, struct part *part, struct str doc);
/* Has the owner no more of a kind than it may, new ones included? Else the error is set. */
bool parts_fit(struct op *op, const struct part_kind *kind, struct str owner);
/* Set that error. Returns false. */
bool part_too_many(struct op *op, const struct part_kind *kind);
void part_drop(struct op *op, const struct part *part);
/* Forget all of a kind that something owns, or all that it owns. */
void parts_drop_kind(struct op *op, const struct part_kind *kind, struct str owner);
void parts_drop_owned(struct op *op, struct str owner);
/* A new part with a document; with `length`, with a fresh id that stands in it under the kind's name for it. */
struct part part_new(struct op *op, const struct part_kind *kind, struct str owner, size_t length);
/* The next of a kind and owner behind the row *after (0: from the start), in the order in which they were made. */
bool part_next(struct op *op, const struct part_kind *kind, struct str owner, int64_t *after,
	       struct part *out);
/* Make `to` own a copy of what `from` owns that deployments are made of. */
void parts_copy(struct op *op, struct str from, struct str to);

/* --- parts_api.c: what most operations do ------------------------------------------------------ */

/* The API that op->in names; false with the error set. */
bool api_get(struct op *op, struct part *out);
/* Put the members of op->in that are no labels into a document. */
void take_members(struct op *op, struct json_object *doc, const char *const *merged);
/* Answer with a document. Returns DONE. */
enum outcome answer_part(struct op *op, const struct part *part);
/* Fail with a BadRequestException; false. */
bool bad_request(struct op *op, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* An ISO 8601 time, as documents have it. */
void set_time(struct op *op, struct json_object *doc, const char *name);

/* --- api.c ---------------------------------------------------------------------------------------- */

/* A new API with what all of them have; the rest of its document comes from `from`. */
struct part api_new(struct op *op, struct json_object *from);
/* Is this the configuration of CORS? False with the error set. */
bool cors_good(struct op *op, struct json_object *cors);

/* --- stage.c -------------------------------------------------------------------------------------- */

/* An API has changed: stages that deploy by themselves are deployed. */
void stages_follow(struct op *op, struct str api);
/* The settings of a stage for a route: of the route, or the default ones; NULL: none. */
struct json_object *stage_settings(const struct part *stage, struct str route_key);

/* --- route.c -------------------------------------------------------------------------------------- */

/* "$default", "GET /pets/{id}"? */
bool route_key_good(struct arena *a, struct str key);
/* An integration to a function's ARN or an address, as quick create and import make them; added to the API. */
struct part integration_to(struct op *op, struct str api, struct str target, struct str role);

/* --- serve_params.c -------------------------------------------------------------------------------- */

/* May a mapping of requests, or of responses, be for this: "append:header.x", "overwrite:statuscode"? */
bool mapping_target_good(struct str target, bool response);

/* --- serve.c --------------------------------------------------------------------------------------- */

/* The operation that serves requests. */
enum outcome apigatewayv2_serve(struct op *op);
/* For the service: is this request for an HTTP API, and whose is it? */
const struct operation *apigatewayv2_serves(const struct raw_request *raw);
bool apigatewayv2_account_of(struct op *op, char account[static 13]);

#endif
