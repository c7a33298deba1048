#ifndef CLOUD_DYNAMODB_ACCESS_H
#define CLOUD_DYNAMODB_ACCESS_H

#include "aws/authorize.h"

/* What policies are asked before an operation of DynamoDB or of its streams runs. */
extern const struct access_rules dynamodb_access, dynamodb_streams_access;

#endif
