#ifndef AWS_POLICY_H
#define AWS_POLICY_H

#include "base/arena.h"
#include "base/buf.h"

/*
 * Policies: the language in which IAM says who may do what, as the IAM User Guide's "IAM JSON policy
 * reference" has it. Pure: no account, no clock, no operation.
 *
 *	struct policy *policy = policy_parse(a, text, POLICY_IDENTITY, &why);
 *	struct policy_request request = { .arena = a, .action = STR("dynamodb:PutItem"), .resource = arn, ... };
 *	struct policy_set set = { .identity = &policy, .identity_count = 1 };
 *	struct policy_verdict verdict;
 *
 *	policy_decide(&request, &set, &verdict);
 *	if (verdict.decision == POLICY_ALLOWED)
 *
 * Everything returned lives in the arena it was made with. A parsed policy is never changed by being
 * asked, so it may be kept and shared.
 */

/* --- documents --------------------------------------------------------------------- */

enum policy_kind {
	POLICY_IDENTITY, /* of a user, group or role; also a permissions boundary or session policy */
	POLICY_AUTHORIZER, /* what an authorizer answers: as those of identities, but it may list no resources */
	POLICY_RESOURCE, /* of a function, queue, bucket: has principals */
	POLICY_TRUST,    /* of a role: who may assume it; has principals, no resources */
};

/* Where a statement begins and ends, counted as IAM's simulator does: lines and columns from 1. */
struct policy_position {
	int line, column;
};

enum policy_principal_type {
	PRINCIPAL_ANYONE, /* "Principal": "*" */
	PRINCIPAL_AWS,    /* an account, ARN or unique id, or "*" */
	PRINCIPAL_SERVICE,
	PRINCIPAL_FEDERATED,
	PRINCIPAL_CANONICAL_USER,
};
/* "AWS", "Service", ... as documents write it; "*" for anyone. */
const char *policy_principal_name(enum policy_principal_type type);

struct policy_principal {
	enum policy_principal_type type;
	struct str value;
};

struct policy_condition; /* policy_inner.h */

struct policy_statement {
	struct str sid; /* absent: none */
	bool allow;     /* else Deny */
	/* Is it NotPrincipal, NotAction, NotResource? */
	bool not_principal, not_action, not_resource;
	struct policy_principal *principals;
	size_t principal_count;
	struct str *actions;
	size_t action_count;
	struct str *resources;
	size_t resource_count; /* 0 in trust policies: whatever the policy is attached to */
	struct policy_condition *conditions;
	size_t condition_count;
	struct policy_position start, end;
};

struct policy {
	struct str name;     /* for who reads verdicts; set by the caller, otherwise absent */
	struct str arn;      /* likewise: of a managed policy */
	struct str document; /* the text, as it was parsed */
	struct str id;       /* "Id", or absent */
	bool variables;      /* Version 2012-10-17: ${...} means something */
	enum policy_kind kind;
	struct policy_statement *statements;
	size_t statement_count;
};

/*
 * Parse and check a document. NULL when IAM would refuse it: then *why is the message that goes with
 * MalformedPolicyDocument. Sizes are the caller's affair, and so is whether named principals exist.
 */
struct policy *policy_parse(struct arena *a, struct str text, enum policy_kind kind,
			    const char **why);
/* Print a policy as a document that parses to the same. */
void policy_print(struct buf *b, const struct policy *policy);
/*
 * The condition keys that the policy asks for, in conditions and variables: for GetContextKeysFor...Policy.
 * As written, each once (letter case does not count), *count entries.
 */
struct str *policy_context_keys(struct arena *a, const struct policy *const *policies, size_t n,
				size_t *count);

/* --- requests ---------------------------------------------------------------------- */

/* The values of a condition key in one request. */
struct policy_values {
	struct str *at;
	size_t count;
	bool many; /* a key that may have several values, also when it has one */
};

/* A key with its values, for requests that know all of theirs. */
struct policy_key {
	struct str name; /* "aws:SourceIp"; letter case does not count */
	struct policy_values values;
};

/* Who asks. */
struct policy_caller {
	struct str account; /* 12 digits; absent: a service or an anonymous caller */
	struct str
		arn; /* "arn:aws:iam::A:user/anna", "arn:aws:sts::A:assumed-role/R/S", "arn:aws:iam::A:root" */
	struct str id;           /* "AIDA...", "AROA...:S"; may be absent */
	struct str role_arn;     /* of a role's session: the role; otherwise absent */
	struct str user_arn;     /* of a federated user: who made the session; otherwise absent */
	struct str service;      /* "lambda.amazonaws.com" when a service calls in its own name */
	struct str service_here; /* its other name, "logs.eu-west-1.amazonaws.com"; absent: none */
	struct str federated;    /* the identity provider when that is who calls */
};

struct policy_request {
	struct arena *arena;
	struct str action;   /* "dynamodb:PutItem" */
	struct str resource; /* ARN or "*" */
	struct policy_caller caller;
	/* The values of a condition key; false when the request does not have it. NULL: it has none. */
	bool (*find)(void *arg, struct str name, struct policy_values *values);
	void *arg;
};

/* A `find` over a { 0 }-ended array of keys (`arg` is a struct policy_key *). */
bool policy_find_key(void *arg, struct str name, struct policy_values *values);

/* --- verdicts ---------------------------------------------------------------------- */

enum policy_decision { POLICY_ALLOWED, POLICY_IMPLICIT_DENY, POLICY_EXPLICIT_DENY };
/* "allowed", "implicitDeny", "explicitDeny": PolicyEvaluationDecisionType. */
const char *policy_decision_name(enum policy_decision decision);

/* The kinds of policies that a request meets. */
enum policy_source {
	SOURCE_IDENTITY,
	SOURCE_RESOURCE,
	SOURCE_BOUNDARY,
	SOURCE_SESSION,
	SOURCES,
};

/* What applies to a request. */
struct policy_set {
	const struct policy *const *identity;
	size_t identity_count;
	const struct policy *boundary; /* NULL: none */
	const struct policy *const *session;
	size_t session_count;
	bool has_session; /* session policies limit even when there are none in the list */
	const struct policy *resource; /* NULL: the resource has none */
	struct str owner; /* the resource's account, when it is not the caller's; else absent */
	/* The resource's policy must allow too, whatever others say: role trust, KMS keys. */
	bool resource_must_allow;
	bool root; /* the account's root needs no identity policy */
};

/* A statement that matched the request. */
struct policy_match {
	const struct policy *policy;
	const struct policy_statement *statement;
	enum policy_source source;
};

struct policy_verdict {
	enum policy_decision decision;
	enum policy_source by;        /* of a denial: whose */
	const struct policy *culprit; /* of an explicit denial: the policy that says so */
	/* What each kind says for itself; a kind that does not apply says allowed (boundary, session) or implicit. */
	enum policy_decision said[SOURCES];
	struct policy_match *matched;
	size_t matched_count;
	/* Condition keys that statements for this action and resource ask for and that the request does not have. */
	struct str *missing;
	size_t missing_count;
};

/* Decide as "Policy evaluation logic" of the IAM User Guide has it. */
void policy_decide(const struct policy_request *request, const struct policy_set *set,
		   struct policy_verdict *verdict);

/* --- parts, also for others ---------------------------------------------------------- */

/* Does the text match a pattern with * and ?; with or without regard to the case of ASCII letters. */
bool policy_glob(struct str pattern, struct str text, bool nocase);

#endif
