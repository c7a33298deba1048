/* Ids that carry their account; see id.h. */
#include "cloud/cognito/id.h"

#include "aws/id.h"
#include "aws/service.h"
#include "base/jwt.h"
#include "cloud/cognito/challenge.h"
#include "cloud/cognito/errors.h"

enum { CLIENT = 26 };

struct str idp_id_client(struct op *op)
{
	return id_make_long(op, CLIENT);
}

bool idp_id_client_account(struct str id, char account[static 13])
{
	return id_account_long(id, CLIENT, account);
}

struct str idp_id_pool(struct op *op)
{
	return arena_strf(op->arena, "%s_%.*s", op->region, STR_ARG(id_make_mixed(op)));
}

bool idp_id_pool_account(struct str id, char account[static 13])
{
	struct str rest = id;

	str_cut(&rest, '_');
	return id_account_mixed(rest, account);
}

/* --- calls without a signature -------------------------------------------------------------- */

static bool here(struct op *op, const char *account)
{
	return aws_account_here(op->aws, str_of(account));
}

/* The client that a token was made for, before anybody has looked whether it is genuine. */
static bool token_account(struct op *op, struct str token, char account[static 13])
{
	struct jwt jwt;

	return jwt_parse(op->arena, token, &jwt) &&
	       idp_id_client_account(json_get_str(jwt.claims, "client_id"), account);
}

bool idp_account_of(struct op *op, char account[static 13])
{
	struct str client = op_str(op, "ClientId"), pool = op_str(op, "UserPoolId");

	if (op_has(op, "AccessToken")) {
		if (token_account(op, op_str(op, "AccessToken"), account) && here(op, account))
			return true;
		op_fail(op, &NotAuthorizedException, "Invalid Access Token");
	} else if (op_has(op, "Session") && !client.p) {
		if (idp_id_client_account(idp_session_client(op_str(op, "Session")), account) &&
		    here(op, account))
			return true;
		op_fail(op, &NotAuthorizedException, "Invalid session for the user.");
	} else if (client.p) {
		if (idp_id_client_account(client, account) && here(op, account))
			return true;
		op_fail(op, &ResourceNotFoundException, "User pool client %.*s does not exist.",
			STR_ARG(client));
	} else {
		if (idp_id_pool_account(pool, account) && here(op, account))
			return true;
		op_fail(op, &ResourceNotFoundException, "User pool %.*s does not exist.",
			STR_ARG(pool));
	}
	return false;
}
