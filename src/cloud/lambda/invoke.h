#ifndef CLOUD_LAMBDA_INVOKE_H
#define CLOUD_LAMBDA_INVOKE_H

#include "aws/op.h"
#include "cloud/lambda/pool.h"

/* How InvokeWithResponseStream answers (stream.c). */
enum outcome stream_answer(struct op *op, const struct pool_result *result);

#endif
