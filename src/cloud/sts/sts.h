#ifndef CLOUD_STS_STS_H
#define CLOUD_STS_STS_H

#include "aws/service.h"

extern const struct service sts_service;

#endif
