#ifndef CLOUD_DYNAMODB_REQUEST_H
#define CLOUD_DYNAMODB_REQUEST_H

#include "aws/op.h"
#include "cloud/dynamodb/expr.h"
#include "cloud/dynamodb/value.h"

/*
 * The expressions of one request (or of one part of a batch or transaction), and the older parameters that say the
 * same: both end as the same trees.
 */
struct request {
	struct expr *condition;       /* ConditionExpression or Expected; NULL: none */
	struct expr *filter;          /* FilterExpression, QueryFilter or ScanFilter */
	struct expr *key_condition;   /* KeyConditionExpression or KeyConditions */
	struct path_list *projection; /* ProjectionExpression or AttributesToGet */
	struct update *update;        /* UpdateExpression or AttributeUpdates */
	bool legacy_filter;           /* the filter came as QueryFilter or ScanFilter */
};

/* What an operation takes; a bit for each pair of parameters. */
enum request_takes {
	TAKES_CONDITION = 1 << 0,
	TAKES_FILTER = 1 << 1,
	TAKES_KEY_CONDITION = 1 << 2,
	TAKES_PROJECTION = 1 << 3,
	TAKES_UPDATE = 1 << 4,
	TAKES_SCAN_FILTER = 1 << 5, /* the filter's older name is ScanFilter */
};

/*
 * Read and check the expressions that stand in `params`. False with the error set: wrong mixtures, placeholders that are
 * undefined or unused, bad syntax.
 */
bool request_read(struct op *op, struct json_object *params, unsigned takes, struct request *out);
/*
 * The same in three steps, for operations that look at other parameters in between: mixtures, then what the older
 * parameters say (KeyConditions excepted), then the expressions and KeyConditions.
 */
bool request_begin(struct op *op, struct json_object *params, unsigned takes, struct request *out);
bool request_older(struct op *op, struct json_object *params, unsigned takes, struct request *out);
bool request_finish(struct op *op, struct json_object *params, unsigned takes, struct request *out);

/*
 * Operations differ in how they report what is wrong with a request before they look at its table. PutItem, UpdateItem and
 * DeleteItem put it behind "1 validation error detected: "; request_refused() does that to the error that was just set
 * and returns FAILED.
 */
enum outcome request_refused(struct op *op);
/* The words in which the operation finds fault with values. */
enum value_words request_words(const struct op *op);

/*
 * The older parameters as trees, checked (legacy.c). False with the error set; *out stays NULL when the map is absent
 * or empty.
 */
bool legacy_operator(struct op *op, struct json_object *map, struct str joined_by);
bool legacy_expected(struct op *op, struct json_object *expected, struct str joined_by,
		     struct expr **out);
bool legacy_conditions(struct op *op, struct json_object *conditions, struct str joined_by,
		       struct expr **out);
bool legacy_names(struct op *op, struct json_object *names, struct path_list **out);
bool legacy_updates(struct op *op, struct json_object *updates, struct update **out);

#endif
