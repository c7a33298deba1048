#ifndef CLOUD_CODECOMMIT_CODECOMMIT_H
#define CLOUD_CODECOMMIT_CODECOMMIT_H

#include "aws/service.h"

/* CodeCommit: private repositories, by API calls and by git's smart HTTP at /v1/repos/NAME. */
extern const struct service codecommit_service;

#endif
