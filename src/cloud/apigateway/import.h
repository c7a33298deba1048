#ifndef CLOUD_APIGATEWAY_IMPORT_H
#define CLOUD_APIGATEWAY_IMPORT_H

#include "cloud/apigateway/operations.h"

/*
 * Importing a definition: Swagger 2.0 or OpenAPI 3.0, with API Gateway's extensions.
 *
 * import.c reads the definition and makes what stands beside the paths: models, authorizers, validators, gateway responses,
 * documentation. import_paths.c makes resources and methods. What cannot be made is noted, and the import goes on, so that all
 * mistakes are told at once; then nothing is kept.
 */
struct import {
	struct op *op;
	struct thing api;
	struct json_object *whole;       /* the definition */
	bool v3;                         /* OpenAPI 3 */
	struct str prefix;               /* what goes before each path */
	struct json_object *authorizers; /* ids by the name of the security scheme */
	struct json_object *validators;  /* ids by name */
	struct str errors;               /* "\n\tUnable to ...", or nothing */
};

/* Note what went wrong: the sentence, then that of op's error, which is taken away. */
void import_note(struct import *in, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* What a local "$ref" stands for (NULL: nothing), or the value itself. */
struct json_object *import_resolve(struct import *in, struct json_object *value);
/* The name of the model that a schema refers to, or of a new one; absent: there is none. */
struct str import_model(struct import *in, struct json_object *schema);
/* A security scheme of the definition, or NULL. */
struct json_object *import_scheme(struct import *in, const char *name);
/* Make the resources and methods. */
void import_paths(struct import *in);
/* In upper case. */
struct str import_upper(struct arena *a, struct str s);

#endif
