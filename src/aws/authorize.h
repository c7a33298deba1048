#ifndef AWS_AUTHORIZE_H
#define AWS_AUTHORIZE_H

#include "aws/identity.h"
#include "aws/policy.h"

/*
 * Authorization: may this caller do this to that? Asked in one place, dispatch, before an operation runs.
 *
 * A service says what its operations need in a table: the action, and the resource it is done to, as the Service
 * Authorization Reference has them. What the table does not name needs "service:Operation" on "*".
 *
 *	static const struct access accesses[] = {
 *		{ "GetItem", .resource = "table/{TableName}" },
 *		{ "BatchGetItem", .checks = check_batch_get },
 *		{ "DescribeEndpoints", .open = true },
 *		{ 0 }
 *	};
 *
 * The workshop's own calls are not asked, nor is the account's root.
 */

/* One question: an action on a resource. */
struct authorize_check {
	const char *action;  /* "dynamodb:PutItem"; NULL: that of the operation */
	struct str resource; /* ARN; absent: "*" */
	struct json_object
		*part; /* what of the request it is about, for condition keys; NULL: all */
	const struct policy_key *keys;        /* further condition keys, { 0 }-ended, or NULL */
	const struct policy *resource_policy; /* what the resource itself says; NULL: nothing */
	bool must_allow;                      /* and nobody may who is not allowed by it */
	bool unexplained;                     /* a denial does not say why, as STS's do not */
};

struct authorize_list {
	struct op *op;
	struct authorize_check *at;
	size_t count, size;
};
/* Ask this too. */
void authorize_add(struct authorize_list *list, const struct authorize_check *check);

struct access {
	const char *operation;
	const char *action; /* NULL: "service:Operation" */
	/*
	 * "table/{TableName}" of "arn:aws:SERVICE:REGION:ACCOUNT:table/...", a member's value in the braces; a
	 * value that is an ARN stands for all of it. NULL: "*".
	 */
	const char *resource;
	/* Several questions, or a resource that must be looked up: instead of action and resource. */
	void (*checks)(struct authorize_list *list);
	bool open; /* nothing needs to be allowed, or the operation asks itself */
};

/* What a service says of its operations. */
struct access_rules {
	const struct access *operations; /* { 0 }-ended */
	/*
	 * The service's own condition keys ("dynamodb:LeadingKeys") and what it knows of the resource's tags
	 * ("aws:ResourceTag/team"); false when the request does not have that key. NULL: it has none.
	 */
	bool (*find)(struct op *op, const struct authorize_check *check, struct str name,
		     struct policy_values *values);
	/*
	 * Policies of the service's own resources: has any of them one (asked once and remembered until an OP_POLICY
	 * operation ran), and the document of the resource with this ARN; false: it has none. NULL: there are none.
	 */
	bool (*any_document)(struct op *op);
	bool (*document)(struct op *op, struct str arn, struct str *document);
	/* The questions of operations that are not in the table; NULL: "service:Operation" on "*". */
	void (*others)(struct authorize_list *list);
};

/* For dispatch: may op's caller run op's operation? False with the error set. */
bool authorize_call(struct op *op);
/*
 * For operations that find out late what they touch: may op's caller do this? False with AccessDenied (in the
 * protocol's spelling) and AWS's sentence set.
 */
bool authorize(struct op *op, const struct authorize_check *check);
/*
 * For operations that take a role for a service to act as: may op's caller pass it on? `service` is the principal
 * that gets it: "lambda.amazonaws.com".
 */
bool authorize_pass_role(struct op *op, struct str role_arn, const char *service);

/*
 * May a service ("apigateway.amazonaws.com") call op's operation in its own name, on behalf of `source_arn`? That is what
 * the resource's own policy says, and nothing else. `here` is the service's other name ("logs.eu-west-1.amazonaws.com"),
 * which policies may use as well; absent when it has none.
 */
struct authorize_service {
	const char *service;
	struct str here, source_arn;
	struct str resource; /* absent: what the operation's `access` names */
	bool owner; /* it says whose the source is by aws:SourceOwner too, as older services do */
};
bool authorize_service(struct op *op, const struct authorize_service *who);

/* Does a role's trust policy let this service ("lambda.amazonaws.com") act as the role? */
bool authorize_trust(struct op *op, struct str document, const char *service);

/* The ARN of a template such as access.resource. */
struct str authorize_arn(struct op *op, const char *template);
/* Set a key's one value, or several; in the arena. Always true. */
bool authorize_value(struct op *op, struct policy_values *values, struct str value);
bool authorize_values(struct op *op, struct policy_values *values, const struct str *at, size_t n);

#endif
