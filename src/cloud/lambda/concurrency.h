#ifndef CLOUD_LAMBDA_CONCURRENCY_H
#define CLOUD_LAMBDA_CONCURRENCY_H

#include "cloud/lambda/function.h"

/* The account's executions, and how many of them no function may reserve. */
enum { ACCOUNT_EXECUTIONS = 1000, UNRESERVED_MIN = 100 };

/* How many invocations of a function may run at once; -1: what the account has. */
int64_t concurrency_reserved(struct op *op, struct str name);
/* What all functions have reserved, or is provided for those that have not. */
int64_t concurrency_reserved_by_all(struct op *op);

#endif
