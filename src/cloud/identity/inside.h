#ifndef CLOUD_IDENTITY_INSIDE_H
#define CLOUD_IDENTITY_INSIDE_H

#include "aws/service.h"

/* What the files of this room share. */

#define IDENTITY_ISSUER "cognito-identity.amazonaws.com"

/* The errors of the service's model; every file has its own copy, because other services have errors of the same names. */
static const struct aws_error InvalidParameterException = { "InvalidParameterException", 400, NULL,
							    false };
static const struct aws_error InvalidIdentityPoolConfigurationException
	__attribute__((unused)) = { "InvalidIdentityPoolConfigurationException", 400, NULL, false };
static const struct aws_error NotAuthorizedException
	__attribute__((unused)) = { "NotAuthorizedException", 400, NULL, false };
static const struct aws_error ResourceConflictException
	__attribute__((unused)) = { "ResourceConflictException", 400, NULL, false };
static const struct aws_error ResourceNotFoundException
	__attribute__((unused)) = { "ResourceNotFoundException", 400, NULL, false };
static const struct aws_error DeveloperUserAlreadyRegisteredException
	__attribute__((unused)) = { "DeveloperUserAlreadyRegisteredException", 400, NULL, false };

/* --- shapes.c ------------------------------------------------------------------------------- */

extern const struct shape identity_create_pool, identity_update_pool, identity_pool_only,
	identity_list_pools, identity_get_id, identity_get_credentials, identity_get_token,
	identity_developer_token, identity_set_roles, identity_list, identity_only, identity_delete,
	identity_unlink, identity_set_tag_map, identity_get_tag_map, identity_tag, identity_untag,
	identity_list_tags, identity_lookup, identity_merge, identity_unlink_developer;

/* --- id.c -------------------------------------------------------------------------------------- */

/*
 * Ids of pools and identities: the region and a UUID whose last twelve digits are the account, added to a number that
 * the others decide. So a call without a signature finds its account.
 */
struct str identity_id_make(struct op *op);
/* service.account_of: by IdentityPoolId or IdentityId. */
bool identity_account_of(struct op *op, char account[static 13]);

/* --- pools.c ----------------------------------------------------------------------------------- */

struct identity_pool {
	struct str id, name;
	struct json_object
		*settings;         /* as DescribeIdentityPool answers them, without id and name */
	struct json_object *roles; /* {"Roles", "RoleMappings"} */
	struct json_object *tag_maps; /* {provider: {"UseDefaults", "PrincipalTags"}} */
};

/* The pool with this id; false with ResourceNotFoundException set. */
bool identity_pool_get(struct op *op, struct str id, struct identity_pool *out);
/* Is this setting of the pool true? */
bool identity_pool_allows(const struct identity_pool *pool, const char *setting);

/* --- logins.c ---------------------------------------------------------------------------------- */

/* Somebody whom a provider vouches for: of one entry of Logins. */
struct login {
	struct str provider; /* "cognito-idp.REGION.amazonaws.com/POOL", or the developer's name */
	struct str subject;  /* who it is there */
	struct str audience; /* the client that the token was made for; absent: a developer's */
	struct json_object *claims; /* of the token; NULL: a developer's */
};
struct logins {
	size_t count;
	struct login at[10];
};

/* Read and verify Logins, none when there are none; false with NotAuthorizedException set. */
bool identity_logins(struct op *op, const struct identity_pool *pool, struct logins *out);

/* --- identities.c ------------------------------------------------------------------------------- */

struct identity {
	struct str id, pool;
	int64_t created_at, changed_at;
};

/* The identity with this id; false with ResourceNotFoundException set. */
bool identity_get(struct op *op, struct str id, struct identity *out);
/* A new identity of the pool. */
void identity_add(struct op *op, struct str pool, struct identity *out);
/* Does the identity have any login? */
bool identity_is_known(struct op *op, const struct identity *identity);
/* Whose login is it? Absent: nobody's. */
struct str identity_of_login(struct op *op, struct str pool, struct str provider,
			     struct str subject);
void identity_link(struct op *op, const struct identity *identity, const struct login *login);
/*
 * The identity that IdentityId names, for who shows these logins, which are its own from now on; it may become another
 * that has them already. False with the error set.
 */
bool identity_enter(struct op *op, const struct identity_pool *pool, const struct logins *logins,
		    struct identity *identity);

/* --- token.c ------------------------------------------------------------------------------------ */

/* The identity's OpenID token, for `seconds`; `tags` may be NULL. */
struct str identity_token(struct op *op, const struct identity *identity,
			  const struct logins *logins, int64_t seconds, struct json_object *tags);
/* What the pool's maps say of the claims of a login: {tag: value}, or NULL. */
struct json_object *identity_tags(struct op *op, const struct identity_pool *pool,
				  const struct logins *logins);

/* --- operations ---------------------------------------------------------------------------------------- */

/* One function an operation; identity.c lists them. */
enum outcome identity_op_create_identity_pool(struct op *op);
enum outcome identity_op_delete_identities(struct op *op);
enum outcome identity_op_delete_identity_pool(struct op *op);
enum outcome identity_op_describe_identity(struct op *op);
enum outcome identity_op_describe_identity_pool(struct op *op);
enum outcome identity_op_get_credentials_for_identity(struct op *op);
enum outcome identity_op_get_id(struct op *op);
enum outcome identity_op_get_identity_pool_roles(struct op *op);
enum outcome identity_op_get_jwks(struct op *op);
enum outcome identity_op_get_open_id_token(struct op *op);
enum outcome identity_op_get_open_id_token_for_developer_identity(struct op *op);
enum outcome identity_op_get_principal_tag_attribute_map(struct op *op);
enum outcome identity_op_list_identities(struct op *op);
enum outcome identity_op_list_identity_pools(struct op *op);
enum outcome identity_op_list_tags_for_resource(struct op *op);
enum outcome identity_op_lookup_developer_identity(struct op *op);
enum outcome identity_op_merge_developer_identities(struct op *op);
enum outcome identity_op_set_identity_pool_roles(struct op *op);
enum outcome identity_op_set_principal_tag_attribute_map(struct op *op);
enum outcome identity_op_tag_resource(struct op *op);
enum outcome identity_op_unlink_developer_identity(struct op *op);
enum outcome identity_op_unlink_identity(struct op *op);
enum outcome identity_op_untag_resource(struct op *op);
enum outcome identity_op_update_identity_pool(struct op *op);

#endif
