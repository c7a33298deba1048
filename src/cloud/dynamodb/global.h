#ifndef CLOUD_DYNAMODB_GLOBAL_H
#define CLOUD_DYNAMODB_GLOBAL_H

#include "aws/op.h"

/* Replicas that UpdateTable is asked for: a table that exists has none. False with the error set when any are. */
bool global_check_replicas(struct op *op);

#endif
