/*
 * Cognito identity pools.
 *
 * pools.c has what pools are configured with, identities.c who comes to them, logins.c the tokens that they show,
 * token.c and credentials.c what they get.
 */
#include "cloud/identity/identity.h"

#include "cloud/identity/inside.h"

static const struct operation operations[] = {
	{ "CreateIdentityPool", NULL, identity_op_create_identity_pool, 0, &identity_create_pool },
	{ "DeleteIdentities", NULL, identity_op_delete_identities, 0, &identity_delete },
	{ "DeleteIdentityPool", NULL, identity_op_delete_identity_pool, 0, &identity_pool_only },
	{ "DescribeIdentity", NULL, identity_op_describe_identity, OP_READS, &identity_only },
	{ "DescribeIdentityPool", NULL, identity_op_describe_identity_pool, OP_READS,
	  &identity_pool_only },
	{ "GetCredentialsForIdentity", NULL, identity_op_get_credentials_for_identity, OP_OPEN,
	  &identity_get_credentials },
	{ "GetId", NULL, identity_op_get_id, OP_OPEN, &identity_get_id },
	{ "GetIdentityPoolRoles", NULL, identity_op_get_identity_pool_roles, OP_READS,
	  &identity_pool_only },
	{ "GetOpenIdToken", NULL, identity_op_get_open_id_token, OP_OPEN, &identity_get_token },
	{ "GetOpenIdTokenForDeveloperIdentity", NULL,
	  identity_op_get_open_id_token_for_developer_identity, 0, &identity_developer_token },
	{ "GetPrincipalTagAttributeMap", NULL, identity_op_get_principal_tag_attribute_map,
	  OP_READS, &identity_get_tag_map },
	{ "ListIdentities", NULL, identity_op_list_identities, OP_READS, &identity_list },
	{ "ListIdentityPools", NULL, identity_op_list_identity_pools, OP_READS,
	  &identity_list_pools },
	{ "ListTagsForResource", NULL, identity_op_list_tags_for_resource, OP_READS,
	  &identity_list_tags },
	{ "LookupDeveloperIdentity", NULL, identity_op_lookup_developer_identity, OP_READS,
	  &identity_lookup },
	{ "MergeDeveloperIdentities", NULL, identity_op_merge_developer_identities, 0,
	  &identity_merge },
	{ "SetIdentityPoolRoles", NULL, identity_op_set_identity_pool_roles, 0,
	  &identity_set_roles },
	{ "SetPrincipalTagAttributeMap", NULL, identity_op_set_principal_tag_attribute_map, 0,
	  &identity_set_tag_map },
	{ "TagResource", NULL, identity_op_tag_resource, 0, &identity_tag },
	{ "UnlinkDeveloperIdentity", NULL, identity_op_unlink_developer_identity, 0,
	  &identity_unlink_developer },
	{ "UnlinkIdentity", NULL, identity_op_unlink_identity, OP_OPEN, &identity_unlink },
	{ "UntagResource", NULL, identity_op_untag_resource, 0, &identity_untag },
	{ "UpdateIdentityPool", NULL, identity_op_update_identity_pool, 0, &identity_update_pool },
	{ 0 },
};

/* From: Service Authorization Reference, "Actions, resources, and condition keys for Amazon Cognito Identity". */
static const struct access accesses[] = {
	{ "DeleteIdentityPool", .resource = "identitypool/{IdentityPoolId}" },
	{ "DescribeIdentityPool", .resource = "identitypool/{IdentityPoolId}" },
	{ "GetIdentityPoolRoles", .resource = "identitypool/{IdentityPoolId}" },
	{ "GetOpenIdTokenForDeveloperIdentity", .resource = "identitypool/{IdentityPoolId}" },
	{ "GetPrincipalTagAttributeMap", .resource = "identitypool/{IdentityPoolId}" },
	{ "ListIdentities", .resource = "identitypool/{IdentityPoolId}" },
	{ "ListTagsForResource", .resource = "{ResourceArn}" },
	{ "LookupDeveloperIdentity", .resource = "identitypool/{IdentityPoolId}" },
	{ "MergeDeveloperIdentities", .resource = "identitypool/{IdentityPoolId}" },
	{ "SetIdentityPoolRoles", .resource = "identitypool/{IdentityPoolId}" },
	{ "SetPrincipalTagAttributeMap", .resource = "identitypool/{IdentityPoolId}" },
	{ "TagResource", .resource = "{ResourceArn}" },
	{ "UnlinkDeveloperIdentity", .resource = "identitypool/{IdentityPoolId}" },
	{ "UntagResource", .resource = "{ResourceArn}" },
	{ "UpdateIdentityPool", .resource = "identitypool/{IdentityPoolId}" },
	{ 0 },
};
static const struct access_rules access = { .operations = accesses };

static const struct schema schema = {
	.name = "identity",
	.version = 1,
	/* identity_login says by which logins an identity is known; who has none is a guest. */
	.sql = "CREATE TABLE identity_pool (id TEXT PRIMARY KEY, name TEXT NOT NULL, settings TEXT NOT NULL,"
	       " roles TEXT NOT NULL, tag_maps TEXT NOT NULL) WITHOUT ROWID;"
	       "CREATE TABLE identity (id TEXT PRIMARY KEY, pool TEXT NOT NULL, created_at INTEGER NOT NULL,"
	       " changed_at INTEGER NOT NULL);"
	       "CREATE INDEX identity_by_pool ON identity (pool);"
	       "CREATE TABLE identity_login (pool TEXT NOT NULL, provider TEXT NOT NULL, subject TEXT NOT NULL,"
	       " identity TEXT NOT NULL, PRIMARY KEY (pool, provider, subject)) WITHOUT ROWID;"
	       "CREATE INDEX identity_login_of ON identity_login (identity);"
	       "CREATE TABLE identity_key (kid TEXT NOT NULL, private BLOB NOT NULL);",
};

static const struct holding holdings[] = { { "Cognito identity pool", "Cognito identity pools",
					     "SELECT count(*) FROM identity_pool" },
					   { 0 } };

const struct service cognito_identity_service = {
	.name = "cognito-identity",
	.target = "AWSCognitoIdentityService",
	.api_version = "2014-06-30",
	.speaks = PROTO_JSON11,
	.operations = operations,
	.schema = &schema,
	.holdings = holdings,
	.access = &access,
	.account_of = identity_account_of,
	.habits = HABIT_ERROR_HEADERS,
};

static const struct operation issuer_operations[] = {
	{ "GetJwks", NULL, identity_op_get_jwks, OP_READS },
	{ 0 },
};

const struct service cognito_identity_issuer_service = {
	.name = "cognito-identity-issuer",
	.signing_name = "cognito-identity",
	.operations = issuer_operations,
};
