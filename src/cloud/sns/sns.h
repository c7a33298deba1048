#ifndef CLOUD_SNS_SNS_H
#define CLOUD_SNS_SNS_H

#include "aws/service.h"

/* Simple Notification Service. */
extern const struct service sns_service;

#endif
