#ifndef CLOUD_DYNAMODB_RESOURCE_POLICY_H
#define CLOUD_DYNAMODB_RESOURCE_POLICY_H

#include "aws/op.h"

/*
 * Resource policies: documents that say who may use a table or a stream.
 *
 * A document is a row under what stands behind the account in the ARN ("table/Rides", "table/Rides/stream/..."), kept as
 * AWS hands it back: minified, members in a fixed order. Its revision is the moment of its change.
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/access-control-resource-based.html
 */

/* Has any resource of op's account one? */
bool resource_policy_any(struct op *op);
/*
 * For whoever authorizes calls: the document that applies to a resource of op's account, given by its ARN (an index has
 * its table's). False when it has none; *document is in op's arena.
 */
bool resource_policy_find(struct op *op, struct str arn, struct str *document);

/* Is op->in's ResourcePolicy, if there is one, a document for CreateTable? False with AWS's error set. */
bool resource_policy_check_new(struct op *op);
/* CreateTable: keep that document for the table of this name. */
void resource_policy_create(struct op *op, struct str table_name);
/* The table of this name is being deleted, and its policies with it. */
void resource_policy_forget(struct op *op, struct str table_name);

#endif
