#ifndef CLOUD_AMPLIFY_AMPLIFY_H
#define CLOUD_AMPLIFY_AMPLIFY_H

#include "aws/service.h"

/* Amplify Hosting: apps, their branches, and the sites that are built or uploaded for them. */
extern const struct service amplify_service;

#endif
