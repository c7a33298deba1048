#ifndef CLOUD_DYNAMODB_TRANSACT_H
#define CLOUD_DYNAMODB_TRANSACT_H

#include "cloud/dynamodb/capacity.h"
#include "cloud/dynamodb/items.h"

/*
 * Actions: one item read or written, looked at before it is carried out, so that a transaction can say of each action
 * what was wrong. What makes an action is the caller's: TransactItems, or statements of PartiQL.
 */
struct action {
	const char *name; /* "Get", "Put", "Update", "Delete", "ConditionCheck" */
	struct json_object
		*params; /* TableName, Key or Item, ReturnValuesOnConditionCheckFailure */
	const struct table *table;
	struct request request;
	struct new_item new; /* of a Put: checked by item_check() */
	struct item_key key;
	struct stored_item old;
	bool inserts;               /* a Put whose condition is that there is no such item */
	struct json_object *reason; /* {Code, Message, Item} why it cannot be; NULL: it can */
};

/* Find the action's table by its params; false with the error set. */
bool action_use_table(struct op *op, struct action *a);
/* Then its item's key; false with the error set. */
bool action_find_key(struct op *op, struct action *a);
/* Could the write be carried out? Its reason says why not; false only with the error set. */
bool action_weigh(struct op *op, struct action *a);
/* Carry out what was weighed and has no reason. */
void action_carry_out(struct op *op, struct action *a);
/* What that costs, outside of transactions. */
void action_cost(struct op *op, struct action *a, struct capacity *out);

/* A stored item's text as a projection leaves it (items_project() is one). The caller owns it. */
typedef struct json_object *items_picker(struct op *op, const struct path_list *projection,
					 struct str text);

/* All of the reads, whose name and params are set, into op->out's Responses. */
enum outcome transact_get(struct op *op, struct action *all, size_t count, items_picker *pick);
/* All of the writes or none. A ClientRequestToken stands for `request`. */
enum outcome transact_write(struct op *op, struct action *all, size_t count,
			    struct json_object *request);

#endif
