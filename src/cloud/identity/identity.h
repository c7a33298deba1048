#ifndef CLOUD_IDENTITY_IDENTITY_H
#define CLOUD_IDENTITY_IDENTITY_H

#include "aws/service.h"

/* Cognito identity pools: temporary credentials for who shows a user pool's token, or for anybody. */
extern const struct service cognito_identity_service;
/* The keys with which this account's identity pools sign, for STS. */
extern const struct service cognito_identity_issuer_service;

#endif
