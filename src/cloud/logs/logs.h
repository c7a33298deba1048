#ifndef CLOUD_LOGS_LOGS_H
#define CLOUD_LOGS_LOGS_H

#include "aws/service.h"

/* CloudWatch Logs: groups of streams of events, and what is searched, counted and sent on of them. */
extern const struct service logs_service;

#endif
