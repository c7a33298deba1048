#ifndef CLOUD_LAMBDA_CONFIGURE_H
#define CLOUD_LAMBDA_CONFIGURE_H

#include "cloud/lambda/function.h"

/* The configuration in requests that make or change a function. False with the error set. */

/* Is what the request says fit to be a configuration, looked at alone? */
bool configure_check(struct op *op);
/* Put it into a function's configuration, layers too. */
bool configure_take(struct op *op, struct function *f);
/* Is its role, if it names one, there, may the caller pass it on, and does it trust Lambda? */
bool configure_role(struct op *op);
/* May its role send to where dead letters go? */
bool configure_targets(struct op *op, const struct function *f);

#endif
