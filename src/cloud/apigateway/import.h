#ifndef CLOUD_APIGATEWAY_IMPORT_H
#define CLOUD_APIGATEWAY_IMPORT_H

#include "cloud/apigateway/operations.h"

/*
 * Importing a definition: Swagger 2.0 or OpenAPI 3.0, with API Gateway's extensions.
 *
 * import.c reads the definition and makes what stands beside the paths: models, authorizers, validators, gateway responses,
 * documentation. import_paths.c makes resources and methods. What cannot be made is noted, and the import goes on, so that all
 * mistakes are told at once; then nothing is kept. It ends at the first thing too many, and when no more mistakes would be told.
 *
 * References let a small definition stand for much: what an import looks at and what it stores is counted.
 */
#define IMPORT_STEPS_MAX  500000             /* parameters, headers, responses, requirements, ... */
#define IMPORT_STEP_BYTES 32                 /* of a name that is copied are one more */
#define IMPORT_BYTES_MAX  ((size_t)16 << 20) /* of resources */

struct import {
	struct op *op;
	struct thing api;
	struct json_object *whole;       /* the definition */
	bool v3;                         /* OpenAPI 3 */
	struct str prefix;               /* what goes before each path */
	struct json_object *authorizers; /* ids by the name of the security scheme */
	struct json_object *validators;  /* ids by name */
	struct json_object
		*known;      /* ids of the resources that were there before, by path; or NULL */
	struct str errors;   /* "\n\tUnable to ...", or nothing */
	struct buf path;     /* of the resource at hand; released at the end */
	int64_t models;      /* bytes of the models' schemas */
	size_t authorizer;   /* bytes of the largest authorizer, which is read with each method */
	size_t steps, bytes; /* what it has looked at and stored */
	const struct aws_error *end; /* what ended it, or NULL */
	struct str end_message;
};

/* Note what went wrong: the sentence, then that of op's error, which is taken away. */
void import_note(struct import *in, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Is there no sense in going on? */
bool import_over(const struct import *in);
/* One more thing is looked at, and `bytes` of it are copied; false when it is over. */
bool import_step(struct import *in, size_t bytes);
/* Store a resource; false when it is over. */
bool import_put(struct import *in, struct thing *resource);
/* What a local "$ref" stands for (NULL: nothing), or the value itself. */
struct json_object *import_resolve(struct import *in, struct json_object *value);
/* The name of the model that a schema refers to, or of a new one; absent: there is none. */
struct str import_model(struct import *in, struct json_object *schema);
/* A security scheme of the definition, or NULL. */
struct json_object *import_scheme(struct import *in, const char *name);
/* Make the resources and methods. */
void import_paths(struct import *in);
/* In upper case, when it is no longer than any enumeration's words; otherwise as it is. */
struct str import_upper(struct arena *a, struct str s);

#endif
