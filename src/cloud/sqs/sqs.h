#ifndef CLOUD_SQS_SQS_H
#define CLOUD_SQS_SQS_H

#include "aws/service.h"

/* SQS: queues that hold messages until somebody deletes them. */
extern const struct service sqs_service;

#endif
