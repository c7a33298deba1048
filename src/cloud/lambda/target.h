#ifndef CLOUD_LAMBDA_TARGET_H
#define CLOUD_LAMBDA_TARGET_H

#include "cloud/lambda/function.h"

/*
 * Queues and topics that functions' records go to: destinations and dead letters. What is sent there is sent as the
 * function's role, whose permission is asked for when the target is named and again whenever something is sent.
 */

/* The address by which a queue is asked for here, "/ACCOUNT/NAME". */
struct str target_queue_address(struct op *op, struct str arn);
/* Is it the ARN of a queue or a topic? */
bool target_is(struct str arn);
/* What for: Lambda's error names the service of a dead letter's target, and a destination itself. */
enum target_use { TARGET_DEAD_LETTER, TARGET_DESTINATION };
/* May the role send there? False with Lambda's error set. */
bool target_check(struct op *op, struct str role, struct str arn, enum target_use use);
/* Send the text; `attributes` are message attributes, or NULL. False when it does not arrive, which the log tells. */
bool target_send(struct op *op, const struct function *f, struct str arn, struct str text,
		 struct json_object *attributes);

#endif
