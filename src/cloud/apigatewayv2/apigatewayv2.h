#ifndef CLOUD_APIGATEWAYV2_APIGATEWAYV2_H
#define CLOUD_APIGATEWAYV2_APIGATEWAYV2_H

#include "aws/service.h"

/* API Gateway's HTTP APIs: their description (version 2 of API Gateway's API), and serving them. */
extern const struct service apigatewayv2_service;

#endif
