#ifndef CLOUD_DYNAMODB_DYNAMODB_H
#define CLOUD_DYNAMODB_DYNAMODB_H

#include "aws/service.h"

/* DynamoDB and DynamoDB Streams, as the list of services knows them. Streams' tables are in DynamoDB's schema. */
extern const struct service dynamodb_service, dynamodb_streams_service;

/*
 * How long tables stay CREATING, UPDATING and DELETING, in milliseconds; 200 unless set. With 0 only the answer that
 * announces a change shows it. Set it before calls are accepted.
 */
void dynamodb_set_delay(int64_t delay_ms);

#endif
