#ifndef CLOUD_LAMBDA_INVOKE_H
#define CLOUD_LAMBDA_INVOKE_H

#include "aws/op.h"
#include "cloud/lambda/pool.h"

/* Longer than any: the pool ends an invocation when its time is over. */
enum { INVOKE_WAIT_MS = 3600000 };

/* How InvokeWithResponseStream answers (stream.c): with what is whole, or with a flow. */
enum outcome stream_answer(struct op *op, const struct pool_result *result);
enum outcome stream_answer_flow(struct op *op, const struct pool_result *result);

#endif
