#ifndef CLOUD_DYNAMODB_PARTIQL_RUN_H
#define CLOUD_DYNAMODB_PARTIQL_RUN_H

#include "cloud/dynamodb/pages.h"
#include "cloud/dynamodb/partiql.h"
#include "cloud/dynamodb/transact.h"

/* Statements carried out: what ExecuteStatement, BatchExecuteStatement and ExecuteTransaction have in common. */

/* An operator with two arguments; where one is NULL, the other alone. */
struct expr *partiql_join(struct arena *a, enum expr_kind kind, struct expr *x, struct expr *y);

/* What of a WHERE says which items are read, and what is left of it. */
struct partiql_plan {
	struct expr *hash;  /* key = value, or key IN [values]; NULL: every item */
	struct expr *range; /* a condition on the range key that narrows a Query, or NULL */
	struct expr *rest;  /* what every item is asked as well, or NULL */
	struct expr *again; /* another value for a key that has one, or NULL */
};

/* Take the conditions on the keys out of `where` (NULL: none). The tree itself stays as it is. */
void partiql_plan(struct arena *a, const struct key_schema *keys, struct expr *where,
		  struct partiql_plan *out);
/*
 * Do branches of an OR, each of which names a partition, read one partition whole and in part? DynamoDB does not do that,
 * unless the whole is narrowed by what the range key is not.
 */
bool partiql_overlaps(struct arena *a, const struct key_schema *keys, struct expr *where);
/* Is a single item named: an equality for every part of the key? */
bool partiql_plan_is_item(const struct partiql_plan *plan, const struct key_schema *keys);
/* The Key that an item's plan names. */
struct json_object *partiql_plan_key(struct op *op, const struct partiql_plan *plan,
				     const struct key_schema *keys);
/* Do the values fit the types of the keys? False with the error set. */
bool partiql_check_key(struct op *op, const struct key_schema *keys, struct json_object *key);

/* The statement's table; NULL with the error set. */
const struct table *partiql_table(struct op *op, const struct partiql *s);

/* A statement that reads, and what it cost. */
struct partiql_read {
	const struct partiql *statement;
	struct json_object *params; /* ConsistentRead; ExecuteStatement: Limit, NextToken */
	const struct table *table;
	struct capacity cost;
};

/* SELECT for ExecuteStatement, into op->out: Items, LastEvaluatedKey, NextToken. False with the error set. */
bool partiql_select(struct op *op, struct partiql_read *read);
/*
 * The action of a SELECT that must name one item and nothing else, as in a batch (`api` is "BatchExecuteStatement") or a
 * transaction. False with the error set.
 */
bool partiql_get(struct op *op, const struct partiql *s, const char *api, struct action *out);
/* An item as a SELECT's columns leave it; whole without any. An items_picker. */
struct json_object *partiql_pick(struct op *op, const struct path_list *columns, struct str text);

/*
 * The action of a statement that writes (or of EXISTS), with ReturnValuesOnConditionCheckFailure from `params`. False
 * with the error set.
 */
bool partiql_action(struct op *op, const struct partiql *s, struct json_object *params,
		    struct action *out);
/* What RETURNING asks for of a write that was carried out; NULL: nothing. The caller owns it. */
struct json_object *partiql_returned(struct op *op, const struct partiql *s,
				     const struct action *a);

#endif
