#ifndef AWS_POLICY_INNER_H
#define AWS_POLICY_INNER_H

#include "aws/policy.h"

/* What the files of the policy language share: the tree of a document, conditions, and verdicts being made. */

/* --- policy_read.c: JSON with what json-c forgets, members that come twice and where things stand ---- */

enum policy_node_type { NODE_OBJECT, NODE_ARRAY, NODE_STRING, NODE_NUMBER, NODE_BOOL, NODE_NULL };

struct policy_node {
	enum policy_node_type type;
	struct str name; /* of a member: its unescaped name */
	struct str text; /* of a string: unescaped; of other scalars: as written */
	struct policy_node *first, *next;
	struct policy_position start, end; /* see policy_position */
};

/* The tree of a document; NULL when it is not JSON. `text` must outlive it. */
struct policy_node *policy_read(struct arena *a, struct str text);

/* --- policy_condition.c ------------------------------------------------------------------ */

enum policy_operator {
	OP_STRING_EQUALS,
	OP_STRING_EQUALS_IGNORE_CASE,
	OP_STRING_LIKE,
	OP_NUMERIC_EQUALS,
	OP_NUMERIC_LESS,
	OP_NUMERIC_LESS_EQUALS,
	OP_NUMERIC_GREATER,
	OP_NUMERIC_GREATER_EQUALS,
	OP_DATE_EQUALS,
	OP_DATE_LESS,
	OP_DATE_LESS_EQUALS,
	OP_DATE_GREATER,
	OP_DATE_GREATER_EQUALS,
	OP_BOOL,
	OP_BINARY_EQUALS,
	OP_IP_ADDRESS,
	OP_ARN,
	OP_NULL,
};

enum policy_quantifier { EACH_NONE, EACH_ALL, EACH_ANY };

struct policy_condition {
	enum policy_operator compare;
	bool negated; /* StringNotEquals and the like */
	bool if_exists;
	enum policy_quantifier each;
	struct str operator_name; /* as written: "ForAllValues:StringLikeIfExists" */
	struct str key;
	struct str *values;
	size_t value_count;
};

/* Read an operator's name into the condition; false when there is no such operator. */
bool policy_operator_read(struct str name, struct policy_condition *condition);
bool policy_operator_is_date(enum policy_operator compare);
/* A moment in seconds since 1970 or ISO 8601. */
bool policy_date_read(struct str text, int64_t *at_ms);
/* May it stand where a date should? */
bool policy_date_good(struct str text);

/* --- policy_match.c ------------------------------------------------------------------------ */

/* Of a decision being made. */
struct policy_work {
	const struct policy_request *request;
	struct policy_verdict *verdict;
	size_t matched_size, missing_size;
};

/* The values of a key; notes the key as missing when the request does not have it. */
bool policy_work_find(struct policy_work *work, struct str name, struct policy_values *values);
/*
 * Put values for variables. False when there is one without value or default. With `wild`, the text is a pattern:
 * where *wild is set on return, its own * and ? have become the bytes WILD_ANY and WILD_ONE, so that those in
 * values are literal.
 */
enum { WILD_ANY = 0xfe, WILD_ONE = 0xff };
bool policy_expand(struct policy_work *work, bool variables, struct str text, struct str *out,
		   bool *wild);
/* policy_glob() for such a pattern. */
bool policy_glob_expanded(struct str pattern, bool wild, struct str text, bool nocase);
bool policy_condition_holds(struct policy_work *work, bool variables,
			    const struct policy_condition *condition);

/* Does it stand with whom it is for, and so names no principals? */
static inline bool policy_is_of_caller(const struct policy *policy)
{
	return policy->kind == POLICY_IDENTITY || policy->kind == POLICY_AUTHORIZER;
}

/* How a statement's principals name the caller; the later, the closer. */
enum policy_naming { NAMED_NOT, NAMED_ACCOUNT, NAMED_ANYONE, NAMED_ROLE, NAMED_SELF };
/* Does the statement apply to the request? How it names the caller (identity policies: NAMED_SELF). */
enum policy_naming policy_statement_applies(struct policy_work *work, const struct policy *policy,
					    const struct policy_statement *statement);

#endif
