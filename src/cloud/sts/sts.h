#ifndef CLOUD_STS_STS_H
#define CLOUD_STS_STS_H

#include "aws/service.h"

/* STS: who is calling? */
extern const struct service sts_service;

#endif
