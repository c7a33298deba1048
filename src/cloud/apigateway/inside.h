#ifndef CLOUD_APIGATEWAY_INSIDE_H
#define CLOUD_APIGATEWAY_INSIDE_H

#include "aws/dispatch.h"
#include "cloud/apigateway/apigateway.h"
#include "cloud/apigateway/patch.h"
#include "cloud/apigateway/shapes.h"

/*
 * What the files of this room share: things.
 *
 * Everything is a thing: a row with a kind, an owner, an id and a document that looks as API Gateway answers it. An API's
 * resources, models, authorizers and so on are owned by the API; a deployment is a copy of those rows that is owned by the
 * deployment, so that the same code runs an API as it is (TestInvokeMethod) and as it was deployed. A resource's
 * document holds its methods, a method its integration.
 */
struct thing {
	struct str
		owner; /* an API's, deployment's, plan's or domain name's id; "" for the account's own */
	struct str id;
	struct str
		name; /* what else it is found by: a resource's path, a key's value, a place; may be empty */
	struct json_object *doc; /* may be changed before thing_put() */
	int64_t row;             /* 0: not stored yet */
};

/* Why a thing is shown. */
enum showing { SHOW_CREATED, SHOW_GOT, SHOW_LISTED, SHOW_UPDATED };

struct kind {
	const char
		*noun; /* as it is stored and as operations are called: "RestApi" of "GetRestApi" */
	const char *plural;                /* "RestApis" */
	const char *id;                    /* the member of inputs that names it: "restApiId" */
	const char *owner;                 /* the member that names its owner, or NULL */
	const char *missing;               /* what NotFoundException says */
	const struct patch_rules *patches; /* NULL: it cannot be updated */
	/* After a patch: is it still right? `was` is the document before. False with the error set. */
	bool (*changed)(struct op *op, struct thing *thing, struct json_object *was);
	/* Before it is deleted; false with the error set. What it owns is the hook's affair. */
	bool (*leaving)(struct op *op, struct thing *thing);
	/* Fill `out` when it is not the document as it is. */
	void (*show)(struct op *op, const struct thing *thing, enum showing why,
		     struct json_object *out);
	bool tagged; /* "tags": {} is shown when there are none */
	int most;    /* how many one owner may have; 0: as many as it likes */
};
extern const struct kind kind_rest_api, kind_resource, kind_authorizer, kind_model, kind_validator,
	kind_gateway_response, kind_deployment, kind_stage, kind_api_key, kind_usage_plan,
	kind_usage_plan_key, kind_documentation_part, kind_documentation_version, kind_domain_name,
	kind_base_path, kind_vpc_link;

extern const struct aws_error GatewayBadRequest, GatewayNotFound, GatewayConflict,
	GatewayLimitExceeded, GatewayTooLarge;

/* --- things.c: rows ------------------------------------------------------------------------- */

/* Find one; its strings live in op's arena. */
bool thing_find(struct op *op, const struct kind *kind, struct str owner, struct str id,
		struct thing *out);
/* The same by name. */
bool thing_find_named(struct op *op, const struct kind *kind, struct str owner, struct str name,
		      struct thing *out);
/* Is there one of this id, or of this name? Its id, whose document may be large and is not read; absent: there is none. */
bool thing_exists(struct op *op, const struct kind *kind, struct str owner, struct str id);
struct str thing_id_named(struct op *op, const struct kind *kind, struct str owner,
			  struct str name);
/* Drop those of a name. */
void things_drop_named(struct op *op, const struct kind *kind, struct str owner, struct str name);
/* The one that op->in names, with its owner; false with NotFoundException set. */
bool thing_get(struct op *op, const struct kind *kind, struct thing *out);
/* Store it, new or changed. */
void thing_put(struct op *op, const struct kind *kind, struct thing *thing);
/* The same with its document as text. */
void thing_put_text(struct op *op, const struct kind *kind, struct thing *thing, struct str doc);
void thing_drop(struct op *op, const struct kind *kind, const struct thing *thing);
/* A new thing with a document, and with an id of `length` characters that stands in it when length is not 0. */
struct thing thing_new(struct op *op, struct str owner, size_t length);
/* Put into an object what the kind shows of the thing. */
void thing_show(struct op *op, const struct kind *kind, const struct thing *thing, enum showing why,
		struct json_object *out);
/* Has the owner no more of a kind than it may, new ones included? Else LimitExceededException is set. */
bool things_fit(struct op *op, const struct kind *kind, struct str owner);
/* thing_put(), and the answer of the operation that made it. Returns DONE, or FAILED when there are too many. */
enum outcome thing_created(struct op *op, const struct kind *kind, struct thing *thing);

/*
 * The next thing of a kind and owner in the order in which they were made, behind the row `*after` (0: from the start),
 * which is moved on. Each call is a query of its own, so that others may run in between.
 */
bool thing_next(struct op *op, const struct kind *kind, struct str owner, int64_t *after,
		struct thing *out);

/* Copy the members of op->in that are there into an object, by a NULL-ended list of names. */
void copy_members(struct json_object *to, const struct json_object *from, const char *const *names);

/* --- things_api.c: what most kinds do alike ------------------------------------------------- */

/* Operations whose kind is told by their name: GetModel, GetModels, DeleteModel, UpdateModel. */
enum outcome apigateway_get(struct op *op);
enum outcome apigateway_list(struct op *op);
enum outcome apigateway_delete(struct op *op);
enum outcome apigateway_update(struct op *op);

/* Patch a document with op's patchOperations; false with the error set. */
bool patch_document(struct op *op, const struct patch_rules *rules, struct json_object *doc);
/*
 * Where a list begins and how many of it are asked for (25, at most 500); then, for each: list_full() says that there
 * are no more wanted.
 */
struct list_page {
	int64_t after, left;
	struct json_object *items;
};
bool list_begin(struct op *op, struct list_page *page);
/* May one more be added? Otherwise `position` is set to what stands before `row`. */
bool list_wants(struct op *op, struct list_page *page, int64_t last_row);

/* --- rest_api.c --------------------------------------------------------------------------------- */

/* The API that op->in names; false with "Invalid API identifier specified" set. */
bool rest_api_get(struct op *op, struct thing *out);
/* An API with a fresh id and nothing else. */
struct thing rest_api_new(struct op *op);
/* Does the role trust API Gateway? False with the error set. */
bool role_trusts_gateway(struct op *op, struct str role);
/* The role that writes the account's logs, or nothing. */
struct str account_log_role(struct op *op);
/* A root resource and the two models that every API begins with. */
void rest_api_begin(struct op *op, struct thing *api);
/* Forget all that is owned by an API, deployment, plan or domain name. */
void things_drop_owned(struct op *op, struct str owner);

/* --- resource.c ------------------------------------------------------------------------------- */

/* Add a child, with the id that it had before if it had one; false with the error set. */
bool resource_add(struct op *op, const struct thing *parent, struct str part, struct str id,
		  struct thing *out);

/* --- model.c, authorizer.c ---------------------------------------------------------------------- */

/* Add a model, an authorizer, from what CreateModel and CreateAuthorizer are given; false with the error set. */
bool model_add(struct op *op, struct str api, struct json_object *in, struct thing *out);
bool authorizer_make(struct op *op, struct str api, struct json_object *in, struct thing *out);

/* How many bytes the schemas of an API's models are; may they be so many? Else LimitExceededException is set. */
int64_t models_size(struct op *op, struct str api);
bool models_fit(struct op *op, int64_t size);

/* --- method.c ----------------------------------------------------------------------------------- */

/* Check and make the documents that PutMethod, PutIntegration and import have in common; NULL with the error set. */
struct json_object *method_make(struct op *op, struct str api, struct str verb,
				struct json_object *in);
struct json_object *integration_make(struct op *op, const struct thing *resource,
				     struct json_object *method, struct json_object *in);
/* May a method answer so? False with the error set. */
bool integration_response_good(struct op *op, struct json_object *method,
			       const struct json_object *response);
/* Make or replace a response of `holder`'s member `name`, which maps status codes to them. */
void response_put(struct op *op, struct json_object *holder, const char *name,
		  struct json_object *response);
/* The member of a resource's document that is a method: by verb, or NULL. */
struct json_object *method_of(const struct thing *resource, struct str verb);

/* Is it a method, or ANY? */
bool verb_known(struct str verb);
/* The method that op->in names; NULL with the error set. */
struct json_object *method_get(struct op *op, struct thing *resource);
/* The response of a status code that op->in names, and taking it away. */
struct json_object *response_get(struct op *op, struct json_object *responses);
void response_drop(struct op *op, struct json_object *holder, const char *name);
/* Fail as a mapping expression is refused; `what` is "" or " parameter". Returns false. */
bool mapping_refused(struct op *op, const char *what, struct str expression);
/* Set all members of `from` in `to`. */
void json_copy(struct json_object *to, struct json_object *from);
/* May a method declare this response? False with the error set. */
bool method_response_good(struct op *op, struct str api, const struct json_object *response);
/* May a resource be called so: "ride", "{id}", "{proxy+}"? */
bool path_part_good(struct str part);
/* "{proxy+}" */
bool path_part_greedy(struct str part);

/* --- deployment.c, stage.c: ------------------------------------------------------------------- */

/* Deploy what the API is now, as `deployment`. */
void deployment_copy(struct op *op, struct str api, struct str deployment);
/* A stage's document as CreateStage and CreateDeployment make it; NULL with the error set. */
bool stage_make(struct op *op, struct str api, struct str name, struct str deployment,
		struct str description, struct thing *out);
/* Is a stage's document right? Fills in what follows from it. False with the error set. */
bool stage_good(struct op *op, struct thing *stage);

/* --- document.c, keys.c ------------------------------------------------------------------------- */

/* Add a documentation part; false with the error set. */
bool documentation_part_add(struct op *op, struct str api, struct json_object *location,
			    struct str properties, struct thing *out);
/* The API key with this value. */
bool api_key_find(struct op *op, struct str value, struct thing *out);

/* --- gateway_response.c ------------------------------------------------------------------------- */

/* What an API answers for a response type: its own, that of DEFAULT_4XX or 5XX, or API Gateway's. */
struct json_object *gateway_response_of(struct op *op, struct str owner, struct str type);
/* "403" for "MISSING_AUTHENTICATION_TOKEN"; absent for DEFAULT_4XX and DEFAULT_5XX. */
struct str gateway_response_status(struct str type);
/* Is there such a response type? */
bool gateway_response_known(struct str type);

#endif
