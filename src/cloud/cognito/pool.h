#ifndef CLOUD_COGNITO_POOL_H
#define CLOUD_COGNITO_POOL_H

#include "aws/op.h"

/*
 * User pools and their clients.
 *
 * What a pool or client was configured with is one JSON document, shaped as DescribeUserPool and
 * DescribeUserPoolClient answer it, with defaults filled in. A pool's document has, in `Schema`, only the attributes
 * that somebody named; schema.h knows the standard ones.
 */
struct pool {
	struct str id, name;
	struct str realm;             /* the id behind "_", which SRP takes */
	struct str secret;            /* of the server: challenges are made from it */
	struct json_object *settings; /* an object */
	int64_t created_at, changed_at;
};

struct client {
	struct str id, pool, name;
	struct str secret; /* absent: it has none */
	struct json_object *settings;
	int64_t created_at, changed_at;
};

/* The pool with this id; false with ResourceNotFoundException set. */
bool idp_pool_get(struct op *op, struct str id, struct pool *out);
/* The pool that UserPoolId names. */
bool idp_pool(struct op *op, struct pool *out);
/* Write a pool's name and settings; it changed now. */
void idp_pool_store(struct op *op, struct pool *pool);
/* Is `value` in a list of the pool's settings, such as AutoVerifiedAttributes? */
bool idp_pool_lists(const struct pool *pool, const char *setting, const char *value);
/* Are names of this pool told apart by case? */
bool idp_pool_case_sensitive(const struct pool *pool);

/* The client that ClientId names, and its pool; false with ResourceNotFoundException set. */
bool idp_client(struct op *op, struct client *client, struct pool *pool);
/* The client in a pool that is known; for operations that take both ids. */
bool idp_client_in(struct op *op, const struct pool *pool, struct client *client);
/*
 * Does `hash` (absent: none was sent) prove to know the client's secret for this user name? False with
 * NotAuthorizedException set.
 */
bool idp_client_proven(struct op *op, const struct client *client, struct str name,
		       struct str hash);
/* Is this one of its ExplicitAuthFlows, in today's spelling or the older one? */
bool idp_client_allows(const struct client *client, const char *flow);
/* Does it keep to itself whether a user exists (PreventUserExistenceErrors)? */
bool idp_client_discreet(const struct client *client);
/* How long its tokens are good, in seconds: "AccessToken", "IdToken", "RefreshToken". */
int64_t idp_client_validity(const struct client *client, const char *token);
/* May it read or write this attribute? `which` is ReadAttributes or WriteAttributes. */
bool idp_client_may(const struct client *client, const char *which, struct str attribute);

/* --- policy.c: what a sign-in may begin with ---------------------------------------------------- */

/* Is it among the pool's AllowedFirstAuthFactors? */
bool idp_policy_allows(const struct pool *pool, const char *factor);
/* May it be a code that is sent, so that users need no password? */
bool idp_policy_passwordless(const struct pool *pool);
/*
 * Do settings go together with the factors that they allow? False with the error set; `passkeys` is what is said of
 * passkeys that are not enough where a second factor is a must.
 */
bool idp_policy_check(struct op *op, struct json_object *settings, const char *passkeys);

/*
 * Pages of lists that are in the order of rowids: `after` is the last row that was told, 0 at first. A token that
 * was not made here is InvalidParameterException.
 */
bool idp_page_read(struct op *op, const char *member, int64_t *after);
struct str idp_page_print(struct op *op, int64_t last);

#endif
