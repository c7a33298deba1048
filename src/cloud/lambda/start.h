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

#endif
