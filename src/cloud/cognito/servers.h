#ifndef CLOUD_COGNITO_SERVERS_H
#define CLOUD_COGNITO_SERVERS_H

#include "cloud/cognito/pool.h"

/* Resource servers: the scopes that an application's own APIs know, "IDENTIFIER/SCOPE". */

/* Does a resource server of the pool have this scope? */
bool idp_scope_known(struct op *op, const struct pool *pool, struct str scope);
/* Is it a scope of resource servers, and none of OpenID's or Cognito's own? */
bool idp_scope_custom(struct str scope);
/* Does the pool have an identity provider of this name? COGNITO is always there. */
bool idp_provider_known(struct op *op, const struct pool *pool, struct str name);

#endif
