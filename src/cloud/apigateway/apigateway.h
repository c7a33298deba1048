#ifndef CLOUD_APIGATEWAY_APIGATEWAY_H
#define CLOUD_APIGATEWAY_APIGATEWAY_H

#include "aws/service.h"

/* API Gateway's REST APIs: what describes them, and (execute_service) what they answer. See inside.h. */
extern const struct service apigateway_service;

/*
 * Once in a process: how to wake the calls of an account that wait for a key, when a server elsewhere has answered. From any
 * thread, quick.
 */
void apigateway_start(void (*wake)(void *arg, struct str account, struct str key), void *arg);

#endif
