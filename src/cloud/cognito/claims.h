#ifndef CLOUD_COGNITO_CLAIMS_H
#define CLOUD_COGNITO_CLAIMS_H

#include "cloud/cognito/token.h"

/* What tokens say, and what the function before tokens makes of it. */
struct issue {
	const struct sign_in *how;
	const struct grant *grant;
	struct str event_id;
	struct json_object *groups, *roles; /* lists; the first role is the preferred one */
	struct str preferred_role;          /* absent: none */
	struct json_object *changes[2]; /* {"add", "suppress"} of id and access token, or NULL */
	struct str scope;
};

/* Begin: the user's groups and the function's changes. DONE, or WAITING or FAILED as the function has it. */
enum outcome idp_issue_begin(struct op *op, const struct sign_in *how, struct issue *out);
/* The two sets of claims; the grant is known. */
struct json_object *idp_id_claims(struct op *op, const struct issue *issue);
struct json_object *idp_access_claims(struct op *op, const struct issue *issue);
/* Of a token for the client itself, with these scopes. */
struct json_object *idp_client_claims(struct op *op, const struct pool *pool,
				      const struct client *client, struct str scope);

#endif
