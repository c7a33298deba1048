/*
 * Policies of topics: who may publish and subscribe. From: SNS API Reference, AddPermission, RemovePermission.
 */
#include "aws/policy.h"
#include "cloud/sns/inside.h"

enum { POLICY_BYTES_MAX = 30 * 1024, STATEMENTS_MAX = 20 };

static const char *const actions[] = {
	"GetTopicAttributes",
	"SetTopicAttributes",
	"AddPermission",
	"RemovePermission",
	"DeleteTopic",
	"Subscribe",
	"ListSubscriptionsByTopic",
	"Publish",
	NULL,
};

struct str policy_default(struct op *op, struct str arn)
{
	struct json_object *o = json_new_object(op->arena), *s, *list;

	json_set_cstr(o, "Version", "2008-10-17");
	json_set_cstr(o, "Id", "__default_policy_ID");
	s = json_add_object(json_set_array(o, "Statement"));
	json_set_cstr(s, "Sid", "__default_statement_ID");
	json_set_cstr(s, "Effect", "Allow");
	json_set_cstr(json_set_object(s, "Principal"), "AWS", "*");
	list = json_set_array(s, "Action");
	for (size_t i = 0; actions[i]; i++)
		json_add_str(list, arena_strf(op->arena, "SNS:%s", actions[i]));
	json_set_str(s, "Resource", arn);
	json_set_cstr(json_set_object(json_set_object(s, "Condition"), "StringEquals"),
		      "AWS:SourceOwner", op->account->id);
	return json_text(op->arena, o);
}

bool policy_good(struct op *op, const char *prefix, struct str text)
{
	const char *why = NULL;

	if (text.n > POLICY_BYTES_MAX || !policy_parse(op->arena, text, POLICY_RESOURCE, &why)) {
		sns_invalid(op, "%sPolicy Error: %s", prefix, why ? why : "too long");
		return false;
	}
	return true;
}

/* --- statements ------------------------------------------------------------------------------ */

/* The statements, as an array. */
static struct json_object *statements_of(struct op *op, struct json_object *policy)
{
	struct json_object *s = json_get(policy, "Statement"), *list;

	if (json_is_array(s))
		return s;
	list = json_own(op->arena, json_object_new_array());
	json_add(list, json_object_get(s));
	json_set(policy, "Statement", json_object_get(list));
	return list;
}

static ptrdiff_t statement_at(struct json_object *list, struct str sid)
{
	for (size_t i = 0; i < json_count(list); i++)
		if (str_eq(json_get_str(json_at(list, i), "Sid"), sid))
			return (ptrdiff_t)i;
	return -1;
}

static bool is_action(struct str name)
{
	for (size_t i = 0; actions[i]; i++)
		if (str_is(name, actions[i]))
			return true;
	return false;
}

static bool add_principals(struct op *op, struct json_object *statement)
{
	struct json_object *ids = op_get(op, "AWSAccountId"), *list;

	list = json_set_array(json_set_object(statement, "Principal"), "AWS");
	for (size_t i = 0; i < json_count(ids); i++) {
		struct str id = json_str(json_at(ids, i));

		if (!account_id_valid(id)) {
			sns_invalid(op, "Policy statement principal does not exist.");
			return false;
		}
		json_add_str(list, arena_strf(op->arena, "arn:aws:iam::%.*s:root", STR_ARG(id)));
	}
	return true;
}

static bool add_actions(struct op *op, struct json_object *statement)
{
	struct json_object *names = op_get(op, "ActionName"), *list;

	list = json_set_array(statement, "Action");
	for (size_t i = 0; i < json_count(names); i++) {
		struct str name = json_str(json_at(names, i));

		if (!is_action(name)) {
			sns_invalid(op, "Policy statement action out of service scope!");
			return false;
		}
		json_add_str(list, arena_strf(op->arena, "SNS:%.*s", STR_ARG(name)));
	}
	return true;
}

enum outcome sns_op_add_permission(struct op *op)
{
	struct json_object *policy, *list, *s;
	struct topic t;

	if (!topic_named(op, "TopicArn", &t))
		return FAILED;
	policy = json_parse(op->arena, t.policy, NULL);
	list = statements_of(op, policy);
	if (statement_at(list, op_str(op, "Label")) >= 0)
		return sns_invalid(op, "Statement already exists");
	if (json_count(list) >= STATEMENTS_MAX)
		return sns_invalid(op, "Policy statement limit exceeded");
	s = json_add_object(list);
	json_set_str(s, "Sid", op_str(op, "Label"));
	json_set_cstr(s, "Effect", "Allow");
	if (!add_principals(op, s) || !add_actions(op, s))
		return FAILED;
	json_set_str(s, "Resource", t.arn);
	t.policy = json_text(op->arena, policy);
	if (!policy_good(op, "", t.policy))
		return FAILED;
	topic_save(op, &t);
	return DONE;
}

enum outcome sns_op_remove_permission(struct op *op)
{
	struct json_object *policy, *list;
	struct topic t;
	ptrdiff_t at;

	if (!topic_named(op, "TopicArn", &t))
		return FAILED;
	policy = json_parse(op->arena, t.policy, NULL);
	list = statements_of(op, policy);
	at = statement_at(list, op_str(op, "Label"));
	if (at >= 0)
		json_object_array_del_idx(list, (size_t)at, 1);
	t.policy = json_count(list) ? json_text(op->arena, policy) : policy_default(op, t.arn);
	topic_save(op, &t);
	return DONE;
}
