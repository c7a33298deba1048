#ifndef CLOUD_LAMBDA_PROVISIONED_H
#define CLOUD_LAMBDA_PROVISIONED_H

#include "cloud/lambda/function.h"

/* Provisioned concurrency. */

/* How many environments are provided for a function's versions and aliases, but for one of them (absent: for all). */
int64_t provisioned_for(struct op *op, struct str name, struct str but);
/* The job that sees to it. */
enum outcome lambda_job_provision(struct op *op);

#endif
