#ifndef CLOUD_APIGATEWAY_APIGATEWAY_H
#define CLOUD_APIGATEWAY_APIGATEWAY_H

#include "aws/service.h"

/* API Gateway's REST APIs: what describes them, and (execute_service) what they answer. See inside.h. */
extern const struct service apigateway_service;

#endif
