/*
 * Topics: their rows, and what they are called.
 * From: SNS API Reference, CreateTopic, DeleteTopic, ListTopics, GetTopicAttributes, SetTopicAttributes.
 */
#include <stdarg.h>
#include <stdio.h>

#include "base/hash.h"
#include "cloud/sns/inside.h"

enum { NAME_MAX_BYTES = 256, TOPICS_MAX = 100000, FIFO_TOPICS_MAX = 1000, TAGS_MAX = 50 };

enum outcome sns_invalid(struct op *op, const char *format, ...)
{
	char text[2048];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return op_fail(op, &SnsInvalidParameter, "Invalid parameter: %s", text);
}

/* --- ARNs -------------------------------------------------------------------------------------- */

struct str topic_arn(struct op *op, struct str name)
{
	return op_arn(op, "sns", "%.*s", STR_ARG(name));
}

static int elements_of(struct str arn)
{
	int n = 1;

	for (size_t i = 0; i < arn.n; i++)
		n += arn.p[i] == ':';
	return n;
}

/* Another account's: nobody here may do anything to it. */
static bool not_mine(struct op *op, struct str arn)
{
	op_fail(op, &SnsAuthorizationError,
		"User: %.*s is not authorized to perform: SNS:%s on resource: %.*s because no "
		"resource-based policy allows the SNS:%s action",
		STR_ARG(op->caller.arn), op->operation->name, STR_ARG(arn), op->operation->name);
	return false;
}

bool topic_name_of(struct op *op, const char *member, struct str *name)
{
	struct str arn = op_str(op, member), rest = arn, region, account;

	if (elements_of(arn) < 6) {
		sns_invalid(op, "%s Reason: An ARN must have at least 6 elements, not %d", member,
			    elements_of(arn));
		return false;
	}
	for (int i = 0; i < 3; i++)
		str_cut(&rest, ':');
	region = str_cut(&rest, ':');
	account = str_cut(&rest, ':');
	*name = rest;
	if (!str_starts(arn, STR("arn:aws:sns:")) || !str_is(region, op->region) ||
	    str_find(rest, ':') >= 0) {
		sns_invalid(op, "%s", member);
		return false;
	}
	return str_is(account, op->account->id) || not_mine(op, arn);
}

/* --- rows -------------------------------------------------------------------------------------------- */

bool topic_find(struct op *op, struct str name, struct topic *out)
{
	struct stmt *q =
		db_query(op->db,
			 "SELECT attributes, policy, tags, fifo FROM sns_topic WHERE name = ?", "s",
			 name);

	if (!stmt_row(q))
		return false;
	*out = (struct topic){
		.name = arena_dup(op->arena, name),
		.arn = topic_arn(op, name),
		.attributes = json_parse(op->arena, stmt_str(q, 0), NULL),
		.policy = stmt_dup(q, 1, op->arena),
		.tags = json_parse(op->arena, stmt_str(q, 2), NULL),
		.fifo = stmt_int(q, 3),
	};
	stmt_done(q);
	return true;
}

bool topic_named(struct op *op, const char *member, struct topic *out)
{
	struct str name;

	if (!topic_name_of(op, member, &name))
		return false;
	if (topic_find(op, name, out))
		return true;
	op_fail(op, &SnsNotFound, "Topic does not exist");
	return false;
}

void topic_save(struct op *op, const struct topic *t)
{
	db_run(op->db,
	       "INSERT INTO sns_topic (name, attributes, policy, tags, fifo) VALUES (?, ?, ?, ?, ?)"
	       " ON CONFLICT (name) DO UPDATE SET attributes = excluded.attributes,"
	       " policy = excluded.policy, tags = excluded.tags",
	       "ssssi", t->name, json_text(op->arena, t->attributes), t->policy,
	       json_text(op->arena, t->tags), (int64_t)t->fifo);
}

struct str topic_attribute(const struct topic *t, const char *name)
{
	return json_get_str(t->attributes, name);
}

/* --- pages --------------------------------------------------------------------------------------------- */

bool sns_page_begin(struct op *op, struct str *after)
{
	struct str token = op_str(op, "NextToken");
	unsigned char *bytes = arena_alloc(op->arena, token.n / 2 + 1);

	*after = STR("");
	if (!token.n)
		return true;
	*after = str_make(bytes, token.n / 2);
	if (hash_unhex(token, bytes, token.n / 2) && str_is_utf8(*after))
		return true;
	sns_invalid(op, "NextToken");
	return false;
}

void sns_page_end(struct op *op, struct str last)
{
	char *hex = arena_alloc(op->arena, 2 * last.n + 1);

	hash_hex(last.p, last.n, hex);
	json_set_cstr(op->out, "NextToken", hex);
}

/* --- creating --------------------------------------------------------------------------------------------- */

static bool name_good(struct op *op, struct str name, bool fifo)
{
	struct str base =
		fifo && str_ends(name, STR(".fifo")) ? str_slice(name, 0, name.n - 5) : name;
	bool good = base.n > 0 && name.n <= NAME_MAX_BYTES;

	for (size_t i = 0; i < base.n; i++) {
		char c = base.p[i];

		good = good && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
				(c >= '0' && c <= '9') || c == '_' || c == '-');
	}
	if (fifo && (!good || base.n == name.n))
		sns_invalid(op, "Fifo Topic names must end with .fifo and must be made up of only "
				"uppercase and lowercase ASCII letters, numbers, underscores, and "
				"hyphens, and must be between 1 and 256 characters long.");
	else if (!good)
		sns_invalid(op, "Topic Name");
	else
		return true;
	return false;
}

/* [{"Key", "Value"}] as an object; NULL with the error set. */
static struct json_object *tags_of(struct op *op)
{
	struct json_object *list = op_get(op, "Tags"), *tags = json_new_object(op->arena);

	for (size_t i = 0; i < json_count(list); i++) {
		char *key = arena_cstr(op->arena, json_get_str(json_at(list, i), "Key"));

		if (json_get(tags, key)) {
			sns_invalid(op, "Duplicated keys are not allowed.");
			return NULL;
		}
		json_set_str(tags, key, json_get_str(json_at(list, i), "Value"));
	}
	if (json_count(tags) > TAGS_MAX) {
		op_fail(op, &SnsTagLimit,
			"Could not complete request: tag quota of per resource "
			"exceeded");
		return NULL;
	}
	return tags;
}

/* Is all that is asked for as it is already? */
static bool same(struct json_object *asked, struct json_object *kept)
{
	if (!asked)
		return true;
	JSON_EACH(asked, key, value)
	{
		if (!str_eq(json_str(value), json_get_str(kept, key)) || !json_get(kept, key))
			return false;
	}
	return true;
}

static enum outcome create_again(struct op *op, const struct topic *t, struct json_object *tags)
{
	struct json_object *asked = op_get(op, "Attributes"), *plain = json_new_object(op->arena);

	if (asked) {
		JSON_EACH(asked, key, value)
		{
			if (strcmp(key, "Policy") != 0)
				json_set(plain, key, json_object_get(value));
			else if (!str_eq(json_str(value), t->policy))
				return sns_invalid(op, "Attributes Reason: Topic already exists "
						       "with different attributes");
		}
	}
	if (!same(plain, t->attributes))
		return sns_invalid(
			op, "Attributes Reason: Topic already exists with different attributes");
	if (!same(tags, t->tags))
		return sns_invalid(op, "Tags Reason: Topic already exists with different tags");
	json_set_str(op->out, "TopicArn", t->arn);
	return DONE;
}

static bool attributes_good(struct op *op, struct json_object *attributes)
{
	if (!attributes)
		return true;
	JSON_EACH(attributes, key, value)
	{
		if (!topic_attribute_good(op, "Attributes Reason: ", str_of(key), json_str(value),
					  true))
			return false;
	}
	return true;
}

static bool has_room(struct op *op, bool fifo)
{
	int64_t have = db_int(op->db, 0, "SELECT count(*) FROM sns_topic WHERE fifo = ?", "i",
			      (int64_t)fifo);

	if (have < (fifo ? FIFO_TOPICS_MAX : TOPICS_MAX))
		return true;
	op_fail(op, &SnsTopicLimit, "Topic limit exceeded");
	return false;
}

enum outcome sns_op_create_topic(struct op *op)
{
	struct json_object *attributes = op_get(op, "Attributes");
	struct str given = json_get_str(attributes, "FifoTopic"), name = op_str(op, "Name");
	bool fifo = str_eq_nocase(given, STR("true"));
	struct json_object *tags = tags_of(op);
	struct topic t;

	if (!tags || !attributes_good(op, attributes) || !name_good(op, name, fifo))
		return FAILED;
	if (!fifo && json_get(attributes, "ContentBasedDeduplication"))
		return sns_invalid(op, "Attributes Reason: ContentBasedDeduplication is only "
				       "supported for FIFO topics");
	/* Messages are not searched for what such a policy names: it is not taken rather than not kept to. */
	if (op_has(op, "DataProtectionPolicy"))
		return sns_invalid(op, "DataProtectionPolicy Reason: data protection is not "
				       "available in this cloud");
	if (topic_find(op, name, &t))
		return create_again(op, &t, tags);
	if (!has_room(op, fifo))
		return FAILED;
	t = (struct topic){ .name = name,
			    .arn = topic_arn(op, name),
			    .attributes = json_new_object(op->arena),
			    .policy = json_get_str(attributes, "Policy"),
			    .tags = tags,
			    .fifo = fifo };
	if (attributes) {
		JSON_EACH(attributes, key, value)
		{
			if (strcmp(key, "Policy") != 0)
				json_set(t.attributes, key, json_object_get(value));
		}
	}
	if (!t.policy.n)
		t.policy = policy_default(op, t.arn);
	topic_save(op, &t);
	json_set_str(op->out, "TopicArn", t.arn);
	return DONE;
}

/* Deleting what is not there does no harm, and its subscriptions go with a topic. */
enum outcome sns_op_delete_topic(struct op *op)
{
	struct str name;

	if (!topic_name_of(op, "TopicArn", &name))
		return FAILED;
	db_run(op->db, "DELETE FROM sns_topic WHERE name = ?", "s", name);
	db_run(op->db, "DELETE FROM sns_subscription WHERE topic = ?", "s", name);
	db_run(op->db, "DELETE FROM sns_duplicate WHERE topic = ?", "s", name);
	return DONE;
}

enum outcome sns_op_list_topics(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "Topics");
	struct str after, last = STR("");
	struct stmt *q;
	int64_t n = 0;

	if (!sns_page_begin(op, &after))
		return FAILED;
	q = db_query(op->db, "SELECT name FROM sns_topic WHERE name > ? ORDER BY name LIMIT ?",
		     "si", after, (int64_t)SNS_PAGE + 1);
	while (stmt_row(q)) {
		if (n++ == SNS_PAGE) {
			sns_page_end(op, last);
			stmt_done(q);
			break;
		}
		last = stmt_dup(q, 0, op->arena);
		json_set_str(json_add_object(list), "TopicArn", topic_arn(op, last));
	}
	return DONE;
}

/* --- attributes -------------------------------------------------------------------------------------------- */

static void set_count(struct op *op, struct json_object *o, const char *name, int64_t n)
{
	json_set_str(o, name, arena_strf(op->arena, "%lld", (long long)n));
}

static void set_counts(struct op *op, struct json_object *o, const struct topic *t)
{
	set_count(op, o, "SubscriptionsConfirmed",
		  db_int(op->db, 0,
			 "SELECT count(*) FROM sns_subscription WHERE topic = ? AND state = 0", "s",
			 t->name));
	set_count(op, o, "SubscriptionsDeleted",
		  db_int(op->db, 0, "SELECT ended FROM sns_topic WHERE name = ?", "s", t->name));
	set_count(op, o, "SubscriptionsPending",
		  db_int(op->db, 0,
			 "SELECT count(*) FROM sns_subscription WHERE topic = ? AND state = 1"
			 " AND expires_at > ?",
			 "si", t->name, op->now));
}

enum outcome sns_op_get_topic_attributes(struct op *op)
{
	struct json_object *o = json_set_object(op->out, "Attributes");
	struct topic t;

	if (!topic_named(op, "TopicArn", &t))
		return FAILED;
	json_set_str(o, "TopicArn", t.arn);
	json_set_cstr(o, "Owner", op->account->id);
	json_set_str(o, "DisplayName", STR(""));
	json_set_str(o, "Policy", t.policy);
	set_counts(op, o, &t);
	json_set_str(o, "EffectiveDeliveryPolicy", json_text(op->arena, delivery_of_topic(op, &t)));
	if (t.fifo)
		json_set_cstr(o, "ContentBasedDeduplication", "false");
	JSON_EACH(t.attributes, key, value)
	{
		json_set(o, key, json_object_get(value));
	}
	return DONE;
}

enum outcome sns_op_set_topic_attributes(struct op *op)
{
	struct str name = op_str(op, "AttributeName"), value = op_str(op, "AttributeValue");
	char *key = arena_cstr(op->arena, name);
	struct topic t;

	if (!topic_named(op, "TopicArn", &t))
		return FAILED;
	if (!value.p)
		value = STR("");
	if (!topic_attribute_good(op, "", name, value, false))
		return FAILED;
	if (!t.fifo && (str_is(name, "ContentBasedDeduplication") ||
			str_is(name, "FifoThroughputScope") || str_is(name, "ArchivePolicy")))
		return sns_invalid(op, "AttributeName");
	if (str_is(name, "Policy"))
		t.policy = value.n ? value : policy_default(op, t.arn);
	else if (!value.n)
		json_object_object_del(t.attributes, key);
	else
		json_set_str(t.attributes, key, value);
	topic_save(op, &t);
	return DONE;
}

/* --- tags ------------------------------------------------------------------------------------------------ */

static bool tagged(struct op *op, struct topic *t)
{
	struct str name;

	if (!topic_name_of(op, "ResourceArn", &name))
		return false;
	if (topic_find(op, name, t))
		return true;
	op_fail(op, &SnsResourceNotFound, "Resource does not exist");
	return false;
}

enum outcome sns_op_tag_resource(struct op *op)
{
	struct json_object *tags = tags_of(op);
	struct topic t;

	if (!tags || !tagged(op, &t))
		return FAILED;
	JSON_EACH(tags, key, value)
	{
		json_set(t.tags, key, json_object_get(value));
	}
	if (json_count(t.tags) > TAGS_MAX)
		return op_fail(op, &SnsTagLimit,
			       "Could not complete request: tag quota of per resource exceeded");
	topic_save(op, &t);
	return DONE;
}

enum outcome sns_op_untag_resource(struct op *op)
{
	struct json_object *keys = op_get(op, "TagKeys");
	struct topic t;

	if (!tagged(op, &t))
		return FAILED;
	for (size_t i = 0; i < json_count(keys); i++)
		json_object_object_del(t.tags, arena_cstr(op->arena, json_str(json_at(keys, i))));
	topic_save(op, &t);
	return DONE;
}

enum outcome sns_op_list_tags_for_resource(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "Tags"), *one;
	struct topic t;

	if (!tagged(op, &t))
		return FAILED;
	JSON_EACH(t.tags, key, value)
	{
		one = json_add_object(list);
		json_set_cstr(one, "Key", key);
		json_set_str(one, "Value", json_str(value));
	}
	return DONE;
}
