/*
 * Policies of queues: who else may send to them and receive from them.
 * From: SQS Developer Guide, "Using custom policies with the Amazon SQS access policy language"; SQS API Reference,
 * AddPermission, RemovePermission. Wordings: as public projects have recorded AWS's answers.
 */
#include "aws/policy.h"
#include "cloud/sqs/inside.h"

enum { LABEL_MAX = 80, ACTIONS_MAX = 7, STATEMENTS_MAX = 20 };

bool policy_set_text(struct op *op, struct queue *q, struct str text)
{
	const char *why = "";

	if (!text.n) {
		json_object_object_del(q->attributes, "Policy");
		return true;
	}
	if (!policy_parse(op->arena, text, POLICY_RESOURCE, &why)) {
		op_fail(op, &InvalidAttributeValue, "Invalid value for the parameter Policy.");
		return false;
	}
	json_set_str(q->attributes, "Policy", text);
	return true;
}

/* --- for dispatch ---------------------------------------------------------------------------- */

bool sqs_any_policy(struct op *op)
{
	return db_int(op->db, 0,
		      "SELECT 1 FROM sqs_queue WHERE json_extract(attributes, '$.Policy') IS NOT"
		      " NULL LIMIT 1",
		      "");
}

bool sqs_policy_of(struct op *op, struct str arn, struct str *document)
{
	struct queue q;

	if (!queue_find(op, queue_of_arn(op, arn), &q))
		return false;
	*document = json_get_str(q.attributes, "Policy");
	return document->n;
}

/* --- AddPermission, RemovePermission ----------------------------------------------------------- */

static struct json_object *policy_of(struct op *op, const struct queue *q)
{
	struct json_object *policy =
		json_parse(op->arena, json_get_str(q->attributes, "Policy"), NULL);
	struct json_object *statement = json_get(policy, "Statement"), *list;

	if (!policy) {
		policy = json_new_object(op->arena);
		json_set_cstr(policy, "Version", "2008-10-17");
		json_set_str(policy, "Id",
			     arena_strf(op->arena, "%.*s/SQSDefaultPolicy",
					STR_ARG(queue_arn(op, q->name))));
	}
	if (json_is_array(statement))
		return policy;
	list = json_object_new_array();
	if (statement)
		json_add(list, json_object_get(statement));
	json_set(policy, "Statement", list);
	return policy;
}

/* Where the statement with this Sid is in the list; -1: nowhere. */
static int statement_of(struct json_object *list, struct str label)
{
	for (size_t i = 0; i < json_count(list); i++)
		if (str_eq(json_get_str(json_at(list, i), "Sid"), label))
			return (int)i;
	return -1;
}

/* One of them stands alone, several in a list; each behind `head` and before `tail`. */
static void set_names(struct op *op, struct json_object *o, const char *name,
		      struct json_object *values, const char *head, const char *tail)
{
	struct json_object *list = json_count(values) > 1 ? json_set_array(o, name) : NULL;

	for (size_t i = 0; i < json_count(values); i++) {
		struct str text = arena_strf(op->arena, "%s%.*s%s", head,
					     STR_ARG(json_str(json_at(values, i))), tail);

		if (list)
			json_add_str(list, text);
		else
			json_set_str(o, name, text);
	}
}

static bool is_label(struct str label)
{
	for (size_t i = 0; i < label.n; i++) {
		char c = label.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '-' || c == '_'))
			return false;
	}
	return label.n > 0 && label.n <= LABEL_MAX;
}

static bool actions_good(struct op *op, struct json_object *actions)
{
	if (json_count(actions) > ACTIONS_MAX) {
		op_fail(op, &SqsOverLimit, "%zu Actions were found, maximum allowed is %d.",
			json_count(actions), ACTIONS_MAX);
		return false;
	}
	for (size_t i = 0; i < json_count(actions); i++) {
		struct str action = json_str(json_at(actions, i));

		if (str_is(action, "*") || operation_find(op->service, action))
			continue;
		op_fail(op, &SqsInvalidParameter,
			"Value SQS:%.*s for parameter ActionName is invalid. Reason: Please refer "
			"to the appropriate WSDL for a list of valid actions. ",
			STR_ARG(action));
		return false;
	}
	return true;
}

static bool accounts_good(struct op *op, struct json_object *accounts)
{
	for (size_t i = 0; i < json_count(accounts); i++) {
		struct str id = json_str(json_at(accounts, i));

		if (account_id_valid(id))
			continue;
		op_fail(op, &SqsInvalidParameter,
			"Value [%.*s] for parameter PrincipalId is invalid. Reason: Unable to "
			"verify.",
			STR_ARG(id));
		return false;
	}
	return true;
}

/* Does op->in say who may do what, under which label? False with the error set. */
static bool permission_good(struct op *op)
{
	struct str label = op_str(op, "Label");

	if (!label.n)
		return sqs_missing(op, "Label");
	if (!json_count(op_get(op, "AWSAccountIds")))
		return sqs_missing(op, "AWSAccountId");
	if (!json_count(op_get(op, "Actions")))
		return sqs_missing(op, "ActionName");
	if (!is_label(label)) {
		op_fail(op, &SqsInvalidParameter,
			"Value %.*s for parameter Label is invalid. Reason: Can only include "
			"alphanumeric characters, hyphens, or underscores. 1 to 80 in length.",
			STR_ARG(label));
		return false;
	}
	return actions_good(op, op_get(op, "Actions")) &&
	       accounts_good(op, op_get(op, "AWSAccountIds"));
}

static void save(struct op *op, struct queue *q, struct json_object *policy)
{
	if (json_count(json_get(policy, "Statement")))
		json_set_str(q->attributes, "Policy", json_text(op->arena, policy));
	else
		json_object_object_del(q->attributes, "Policy");
	q->modified_at = op->now;
	queue_save(op, q);
}

enum outcome sqs_op_add_permission(struct op *op)
{
	struct json_object *policy, *list, *statement;
	struct str label = op_str(op, "Label");
	struct queue q;

	if (!queue_get(op, &q) || !permission_good(op))
		return FAILED;
	policy = policy_of(op, &q);
	list = json_get(policy, "Statement");
	if (statement_of(list, label) >= 0)
		return op_fail(op, &SqsInvalidParameter,
			       "Value %.*s for parameter Label is invalid. Reason: Already exists.",
			       STR_ARG(label));
	if (json_count(list) >= STATEMENTS_MAX)
		return op_fail(op, &SqsOverLimit,
			       "%zu statements were found, maximum allowed is %d.",
			       json_count(list) + 1, STATEMENTS_MAX);
	statement = json_add_object(list);
	json_set_str(statement, "Sid", label);
	json_set_cstr(statement, "Effect", "Allow");
	set_names(op, json_set_object(statement, "Principal"), "AWS", op_get(op, "AWSAccountIds"),
		  "arn:aws:iam::", ":root");
	set_names(op, statement, "Action", op_get(op, "Actions"), "SQS:", "");
	json_set_str(statement, "Resource", queue_arn(op, q.name));
	save(op, &q, policy);
	return DONE;
}

enum outcome sqs_op_remove_permission(struct op *op)
{
	struct json_object *policy;
	struct str label = op_str(op, "Label");
	struct queue q;
	int at;

	if (!queue_get(op, &q))
		return FAILED;
	if (!label.n)
		return sqs_missing(op, "Label") ? DONE : FAILED;
	policy = policy_of(op, &q);
	at = statement_of(json_get(policy, "Statement"), label);
	if (at < 0)
		return op_fail(
			op, &SqsInvalidParameter,
			"Value %.*s for parameter Label is invalid. Reason: can't find label.",
			STR_ARG(label));
	json_object_array_del_idx(json_get(policy, "Statement"), (size_t)at, 1);
	save(op, &q, policy);
	return DONE;
}
