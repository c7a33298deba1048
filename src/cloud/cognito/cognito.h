#ifndef CLOUD_COGNITO_COGNITO_H
#define CLOUD_COGNITO_COGNITO_H

#include "aws/service.h"

/* Cognito user pools: directories of an application's users, who sign up, sign in and get tokens. */
extern const struct service cognito_idp_service;
/* What a pool says of itself at its issuer's address: its keys (JWKS) and its OpenID configuration. */
extern const struct service cognito_issuer_service;
/* A pool's own pages for signing in, and its OAuth 2.0 endpoints. */
extern const struct service cognito_hosted_service;

#endif
