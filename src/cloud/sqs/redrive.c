/*
 * Where messages go that nobody can do anything with: RedrivePolicy and RedriveAllowPolicy.
 * From: SQS Developer Guide, "Using dead-letter queues in Amazon SQS"; SQS API Reference, SetQueueAttributes.
 */
#include "cloud/sqs/inside.h"

#include <inttypes.h>

enum { RECEIVES_MAX = 1000, SOURCES_MAX = 10 };

static bool refuse(struct op *op, const char *parameter, struct str text, const char *reason)
{
	op_fail(op, &SqsInvalidParameter, "Value %.*s for parameter %s is invalid. Reason: %s",
		STR_ARG(text), parameter, reason);
	return false;
}

/* --- RedriveAllowPolicy ------------------------------------------------------------------------ */

static bool sources_good(struct json_object *sources)
{
	for (size_t i = 0; i < json_count(sources); i++)
		if (!str_starts(json_str(json_at(sources, i)), STR("arn:")))
			return false;
	return json_is_array(sources) && json_count(sources) >= 1 &&
	       json_count(sources) <= SOURCES_MAX;
}

bool redrive_allow_set(struct op *op, struct queue *q, struct str text)
{
	static const char name[] = "RedriveAllowPolicy";
	struct json_object *policy = json_parse(op->arena, text, NULL), *sources;
	struct str permission = json_get_str(policy, "redrivePermission");

	if (!text.n) {
		json_object_object_del(q->attributes, name);
		return true;
	}
	if (!json_is_object(policy))
		return refuse(op, name, text, "Amazon SQS can't parse the redrive allow policy.");
	sources = json_get(policy, "sourceQueueArns");
	if (str_is(permission, "byQueue")) {
		if (!sources_good(sources))
			return refuse(op, name, text,
				      "sourceQueueArns must hold between 1 and 10 ARNs of queues "
				      "when redrivePermission is byQueue.");
	} else if (!str_is(permission, "allowAll") && !str_is(permission, "denyAll")) {
		return refuse(op, name, text,
			      "redrivePermission must be allowAll, denyAll or byQueue.");
	} else if (sources) {
		return refuse(op, name, text,
			      "sourceQueueArns can be given only when redrivePermission is "
			      "byQueue.");
	}
	json_set_str(q->attributes, name, text);
	return true;
}

/* Does the target let this queue's messages in? */
static bool lets_in(struct op *op, const struct queue *target, struct str source)
{
	struct json_object *policy =
		json_parse(op->arena, json_get_str(target->attributes, "RedriveAllowPolicy"), NULL);
	struct json_object *sources = json_get(policy, "sourceQueueArns");
	struct str permission = json_get_str(policy, "redrivePermission");

	if (!str_is(permission, "byQueue"))
		return !str_is(permission, "denyAll");
	for (size_t i = 0; i < json_count(sources); i++)
		if (str_eq(json_str(json_at(sources, i)), source))
			return true;
	return false;
}

/* --- RedrivePolicy ------------------------------------------------------------------------------ */

struct redrive {
	struct str arn, target; /* target absent: there is no such queue here */
	int64_t most;
};

static bool read_count(struct json_object *policy, int64_t *most)
{
	struct json_object *value = json_get(policy, "maxReceiveCount");

	*most = json_int_or(value, 0);
	if (json_is_string(value) && !str_to_int(json_str(value), most))
		*most = 0;
	return *most >= 1 && *most <= RECEIVES_MAX;
}

/* What can be said against it; NULL: nothing. */
static const char *complaint(struct op *op, const struct queue *q, struct json_object *policy,
			     struct redrive *r)
{
	struct queue target = { .fifo = q->fifo };
	bool own;

	if (!json_is_object(policy))
		return "Redrive policy is not a valid JSON map.";
	if (!json_get(policy, "deadLetterTargetArn"))
		return "Redrive policy does not contain mandatory attribute: deadLetterTargetArn.";
	if (!json_get(policy, "maxReceiveCount"))
		return "Redrive policy does not contain mandatory attribute: maxReceiveCount.";
	if (!str_starts(r->arn, STR("arn:aws:sqs:")))
		return "Invalid value for deadLetterTargetArn.";
	if (!read_count(policy, &r->most))
		return arena_printf(
			op->arena,
			"Invalid value for maxReceiveCount: %s, valid values are from 1 "
			"to 1000 both inclusive.",
			json_object_get_string(json_get(policy, "maxReceiveCount")));
	r->target = queue_of_arn(op, r->arn);
	own = str_eq(r->target, q->name);
	if (!r->target.n || (!own && !queue_find(op, r->target, &target)))
		return "Dead letter target does not exist.";
	if (target.fifo != q->fifo)
		return "Dead-letter queue must be same type of queue as the source.";
	if (!own && !lets_in(op, &target, queue_arn(op, q->name)))
		return "The redrive allow policy of the dead-letter queue does not permit this "
		       "source queue.";
	return NULL;
}

bool redrive_set(struct op *op, struct queue *q, struct str text)
{
	struct json_object *policy = json_parse(op->arena, text, NULL);
	struct redrive r = { .arn = json_get_str(policy, "deadLetterTargetArn") };
	const char *wrong;

	if (!text.n) {
		json_object_object_del(q->attributes, "RedrivePolicy");
		q->dead_letter = STR_NONE;
		q->max_receives = 0;
		return true;
	}
	wrong = complaint(op, q, policy, &r);
	if (wrong)
		return refuse(op, "RedrivePolicy", text, wrong);
	q->dead_letter = r.target;
	q->max_receives = r.most;
	json_set_str(q->attributes, "RedrivePolicy",
		     arena_strf(op->arena,
				"{\"deadLetterTargetArn\":\"%.*s\",\"maxReceiveCount\":%" PRId64
				"}",
				STR_ARG(r.arn), r.most));
	return true;
}
