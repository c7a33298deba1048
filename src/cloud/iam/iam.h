#ifndef CLOUD_IAM_IAM_H
#define CLOUD_IAM_IAM_H

#include "aws/service.h"

/*
 * IAM: users, groups, roles and the policies that say what they may do. What it knows is enforced in dispatch
 * (aws/authorize.h), which asks through the constant's `policies`.
 */
extern const struct service iam_service;

#endif
