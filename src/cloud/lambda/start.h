#ifndef CLOUD_LAMBDA_START_H
#define CLOUD_LAMBDA_START_H

#include "cloud/lambda/function.h"

/* Handing invocations of functions to the pool. */

/* What it is given. */
struct start {
	struct str id;
	struct str payload;        /* JSON; empty or absent: {} */
	struct str client_context; /* absent: none */
	struct str identity;       /* of an identity pool, as JSON; absent: none */
	struct str trace;          /* as it came (trace.h); absent: none */
	bool flows, head;          /* the answer is wanted as it comes (pool.h) */
};
/*
 * Start an invocation, in a warm environment or a new one. FAILED with the error set: throttled
 * (TooManyRequestsException), stopped as part of a loop (RecursiveInvocationException), or it cannot run here. WAITING:
 * a new environment is not for this run (op_may_be_long()), which jobs never get.
 */
enum outcome start_invocation(struct op *op, const struct function *f, const struct start *how);
/* The trace of an invocation to which `came` belongs; *times as trace_make() has it. */
struct str start_trace(struct op *op, const struct function *f, struct str came, int *times);
/* Set the error of an invocation for which no room came in time. */
void start_throttled(struct op *op);

/*
 * Provisioned concurrency: see that `count` environments of a version are there before they are needed. False with a
 * sentence in *why.
 */
bool start_provision(struct op *op, const struct function *f, int count, const char **why);
/* How many of them are ready; *failed: the last one that was started could not initialise. */
int start_provided(struct op *op, const struct function *f, bool *failed);
/* What the pool calls a version; and that environments under such a name are not provided any more. */
const char *start_key(struct op *op, const struct function *f);
void start_provision_ends(struct op *op, struct str key);

#endif
