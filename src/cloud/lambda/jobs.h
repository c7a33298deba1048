#ifndef CLOUD_LAMBDA_JOBS_H
#define CLOUD_LAMBDA_JOBS_H

#include "aws/job.h"

/*
 * Deferred work: an event to be carried out, one to be looked after, code that may not be needed any more, environments
 * to be provided, an event source mapping to be carried on.
 */
enum { LAMBDA_EVENT, LAMBDA_EVENT_LOOK, LAMBDA_DROP_CODE, LAMBDA_PROVISION, LAMBDA_MAPPING };
extern const struct job_kind lambda_jobs[];

#endif
