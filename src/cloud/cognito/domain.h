#ifndef CLOUD_COGNITO_DOMAIN_H
#define CLOUD_COGNITO_DOMAIN_H

#include "cloud/cognito/pool.h"

/*
 * Domains: the name under which a pool has its own pages for signing in. All accounts share the names (aws/names.h).
 */

/* The id of the pool with this domain in op's account; absent: none has it. */
struct str idp_domain_pool(struct op *op, struct str domain);
/* The pool's domain; absent: it has none. */
struct str idp_domain_of(struct op *op, const struct pool *pool);

#endif
