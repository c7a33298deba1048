#ifndef CLOUD_DYNAMODB_H
#define CLOUD_DYNAMODB_H

#include "aws/service.h"

extern const struct service dynamodb_service;

#endif
