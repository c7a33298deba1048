#ifndef CLOUD_LAMBDA_START_H
#define CLOUD_LAMBDA_START_H

#include "cloud/lambda/function.h"

/* Handing invocations of functions to the pool. */

/*
 * Start an invocation called `id`, in a warm environment or a new one; false with the error set: throttled
 * (TooManyRequestsException), or it cannot run here.
 */
bool start_invocation(struct op *op, const struct function *f, struct str id, struct str payload,
		      struct str client_context);
/* Set the error of an invocation for which no room came in time. */
void start_throttled(struct op *op);

/*
 * Provisioned concurrency: see that `count` environments of a version are there before they are needed. False with a
 * sentence in *why.
 */
bool start_provision(struct op *op, const struct function *f, int count, const char **why);
/* How many of them are ready. */
int start_provided(struct op *op, const struct function *f);
/* What the pool calls a version; and that environments under such a name are not provided any more. */
const char *start_key(struct op *op, const struct function *f);
void start_provision_ends(struct op *op, struct str key);

#endif
