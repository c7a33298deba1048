#ifndef CLOUD_LAMBDA_LAYERS_H
#define CLOUD_LAMBDA_LAYERS_H

#include "cloud/lambda/function.h"

/* Layers: versions of zips that functions have at /opt. */

/* Put the request's Layers into a function's configuration; an empty list takes them out. False with the error set. */
bool layers_take(struct op *op, struct function *f);
/* Are code and layers together no larger than a function may be? False with the error set. */
bool layers_fit(struct op *op, const struct function *f);

/* A layer's version as operations name it: by name or ARN and number. */
struct layer_version {
	struct str name;
	int64_t number;
	struct str arn; /* as an error names it */
	struct json_object *config;
	struct str code;
};
/* The one that the operation names. False when there is none; then only name, number and arn are set. */
bool layer_version_find(struct op *op, struct layer_version *out);

#endif
