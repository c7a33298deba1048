#ifndef CLOUD_CLOUDWATCH_CLOUDWATCH_H
#define CLOUD_CLOUDWATCH_CLOUDWATCH_H

#include "aws/service.h"

/* CloudWatch: metrics, what is computed of them, alarms and dashboards. */
extern const struct service cloudwatch_service;

#endif
