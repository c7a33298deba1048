#ifndef CLOUD_SERVICES_H
#define CLOUD_SERVICES_H

#include "aws/service.h"

/* Every service of the cloud, NULL-ended: the one list that a new service is added to. */
extern const struct service *const cloud_services[];

#endif
