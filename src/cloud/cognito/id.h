#ifndef CLOUD_COGNITO_ID_H
#define CLOUD_COGNITO_ID_H

#include "aws/op.h"

/*
 * Ids of pools and clients, which carry the account they belong to: browsers call without a signature, and the
 * server finds whose pool it is without a table, as it does for access keys.
 * A client's id is a long one of 26 characters (aws/id.h), a pool's the region and a mixed one.
 */

/* A fresh client id. */
struct str idp_id_client(struct op *op);
/* A fresh pool id; one that the account may have already, once in 13537 times. */
struct str idp_id_pool(struct op *op);
/* The account in an id; false when it is no id that was made here. */
bool idp_id_client_account(struct str id, char account[static 13]);
bool idp_id_pool_account(struct str id, char account[static 13]);

/* service.account_of: by ClientId, AccessToken or UserPoolId. */
bool idp_account_of(struct op *op, char account[static 13]);

#endif
