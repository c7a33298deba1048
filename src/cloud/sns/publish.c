/*
 * Publishing: messages are checked and promised to the topic's subscribers.
 * From: SNS API Reference, Publish, PublishBatch, MessageAttributeValue; SNS Developer Guide, "Message deduplication for
 * FIFO topics".
 */
#include <math.h>
#include <stdlib.h>

#include "base/hash.h"
#include "cloud/sns/inside.h"

enum {
	SUBJECT_MAX = 100,
	NAME_BYTES_MAX = 256,
	BATCH_MAX = 10,
	ID_MAX = 80,
	FIFO_ID_MAX = 128,
	DUPLICATE_MS = 5 * 60000,
};

/* One message of a request: the request itself, or an entry of it. */
struct entry {
	struct json_object *in;
	struct message message;
	size_t bytes;
	bool again; /* the same message was published a moment ago */
};

static bool refuse(struct op *op, const char *sentence)
{
	sns_invalid(op, "%s", sentence);
	return false;
}

/* --- attributes -------------------------------------------------------------------------------------- */

static bool name_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_' || c == '.';
}

/* What is wrong with a name, or NULL. */
static const char *name_wrong(struct op *op, struct str name)
{
	if (name.n >= NAME_BYTES_MAX)
		return "Length of message attribute name must be less than 256 bytes.";
	for (size_t i = 0; i < name.n; i++)
		if (!name_character(name.p[i]))
			return arena_printf(
				op->arena,
				"Invalid non-alphanumeric character '#x%X' was found in "
				"the message attribute name. Can only include "
				"alphanumeric characters, hyphens, underscores, or dots.",
				(unsigned char)name.p[i]);
	if (str_starts(name, STR(".")))
		return "Invalid message attribute name starting with character '.' was found.";
	if (str_ends(name, STR(".")))
		return "Invalid message attribute name ending with character '.' was found.";
	if (str_find_str(name, STR("..")) >= 0)
		return "Message attribute name can not have successive '.' character.";
	return NULL;
}

/* "Number" of "Number.int"; NULL when it is none. */
static const char *prefix_of(struct str type)
{
	static const char *const prefixes[] = { "Binary", "Number", "String" };
	struct str rest = type, first = str_cut(&rest, '.');

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (str_is(first, prefixes[i]))
			return prefixes[i];
	return NULL;
}

static bool is_number(struct op *op, struct str text)
{
	char *end, *copy = arena_cstr(op->arena, text);
	double d = strtod(copy, &end);

	return text.n && !*end && isfinite(d);
}

static const char *value_wrong(struct op *op, const char *name, struct json_object *attribute)
{
	struct str type = json_get_str(attribute, "DataType");
	struct str text = json_get_str(attribute, "StringValue");
	struct str binary = json_get_str(attribute, "BinaryValue");
	const char *prefix = prefix_of(type);
	bool is_binary;

	if (!prefix)
		return arena_printf(op->arena,
				    "The message attribute '%s' has an invalid message attribute "
				    "type, the set of supported type prefixes is Binary, Number, "
				    "and String.",
				    name);
	is_binary = prefix[0] == 'B';
	if (is_binary ? text.n && !binary.p : binary.n && !text.p)
		return arena_printf(op->arena,
				    "The message attribute '%s' with type '%.*s' must use field "
				    "'%s'.",
				    name, STR_ARG(type), is_binary ? "Binary" : "String");
	if (!(is_binary ? binary : text).n)
		return arena_printf(op->arena,
				    "The message attribute '%s' must contain non-empty message "
				    "attribute value for message attribute type '%.*s'.",
				    name, STR_ARG(type));
	if (prefix[0] == 'N' && !is_number(op, text))
		return arena_printf(op->arena,
				    "Could not cast message attribute '%s' value to number.", name);
	return NULL;
}

static bool attributes_good(struct op *op, struct entry *e)
{
	struct json_object *all = json_get(e->in, "MessageAttributes");
	const char *why;

	if (!all)
		return true;
	JSON_EACH(all, name, attribute)
	{
		why = name_wrong(op, str_of(name));
		if (!why)
			why = value_wrong(op, name, attribute);
		if (why) {
			op_fail(op, &SnsParameterValueInvalid, "%s", why);
			return false;
		}
		e->bytes += strlen(name) + json_get_str(attribute, "DataType").n +
			    json_get_str(attribute, "StringValue").n +
			    json_get_str(attribute, "BinaryValue").n * 3 / 4;
	}
	e->message.attributes = all;
	return true;
}

/* --- the message ----------------------------------------------------------------------------------------- */

static bool subject_good(struct op *op, struct str subject)
{
	bool good = subject.n > 0 && subject.n <= SUBJECT_MAX;

	if (!subject.p)
		return true;
	for (size_t i = 0; i < subject.n; i++)
		good = good && subject.p[i] >= ' ' && subject.p[i] < 0x7f;
	return (good && subject.p[0] != ' ') || refuse(op, "Subject");
}

static bool structure_good(struct op *op, struct entry *e)
{
	struct str structure = json_get_str(e->in, "MessageStructure");
	struct json_object *o;

	if (!structure.n)
		return true;
	if (!str_is(structure, "json"))
		return refuse(op, "MessageStructure");
	o = json_parse(op->arena, e->message.text, NULL);
	if (!json_is_object(o))
		return refuse(op, "Message Structure - JSON message body failed to parse");
	if (!json_get_str(o, "default").p)
		return refuse(op, "Message Structure - No default entry in JSON message body");
	e->message.by_protocol = true;
	return true;
}

static bool fifo_id_good(struct str id)
{
	bool good = id.n > 0 && id.n <= FIFO_ID_MAX;

	for (size_t i = 0; i < id.n; i++)
		good = good && id.p[i] > ' ' && id.p[i] < 0x7f;
	return good;
}

/* What it may be known by when it comes again: its own id, or the digest of its text. */
static struct str deduplication_of(struct op *op, const struct message *m)
{
	unsigned char digest[SHA256_BYTES];
	char *hex = arena_alloc(op->arena, 2 * SHA256_BYTES + 1);

	hash_sha256(m->text, digest);
	hash_hex(digest, sizeof(digest), hex);
	return str_of(hex);
}

static bool fifo_good(struct op *op, const struct topic *t, struct entry *e)
{
	struct message *m = &e->message;

	m->group = json_get_str(e->in, "MessageGroupId");
	m->deduplication = json_get_str(e->in, "MessageDeduplicationId");
	if (!t->fifo && m->deduplication.p)
		return refuse(op, "MessageDeduplicationId Reason: The request includes "
				  "MessageDeduplicationId parameter that is not valid for this "
				  "topic type");
	if (m->group.p && !fifo_id_good(m->group))
		return refuse(op, "MessageGroupId Reason: MessageGroupId can only include "
				  "alphanumeric and punctuation characters. 1 to 128 in length");
	if (!t->fifo)
		return true;
	if (!m->group.p)
		return refuse(op, "The MessageGroupId parameter is required for FIFO topics");
	if (m->deduplication.p && !fifo_id_good(m->deduplication))
		return refuse(op, "MessageDeduplicationId Reason: MessageDeduplicationId can only "
				  "include alphanumeric and punctuation characters. 1 to 128 in "
				  "length");
	if (m->deduplication.p)
		return true;
	if (!str_eq_nocase(topic_attribute(t, "ContentBasedDeduplication"), STR("true")))
		return refuse(op, "The topic should either have ContentBasedDeduplication enabled "
				  "or MessageDeduplicationId provided explicitly");
	m->deduplication = deduplication_of(op, m);
	return true;
}

static bool entry_good(struct op *op, const struct topic *t, struct entry *e)
{
	struct str subject = json_get_str(e->in, "Subject");

	e->message = (struct message){ .type = STR("Notification"),
				       .id = hash_uuid(op->arena),
				       .text = json_get_str(e->in, "Message"),
				       .subject = subject,
				       .at = op->now };
	e->bytes = e->message.text.n + subject.n;
	if (!e->message.text.n)
		return refuse(op, "Empty message");
	return subject_good(op, subject) && attributes_good(op, e) && structure_good(op, e) &&
	       fifo_good(op, t, e);
}

/* --- order and duplicates ----------------------------------------------------------------------------------- */

/* A message that was published a moment ago keeps its id and number, and is not delivered again. */
static void find_duplicate(struct op *op, const struct topic *t, struct entry *e)
{
	struct message *m = &e->message;
	bool by_group = str_is(topic_attribute(t, "FifoThroughputScope"), "MessageGroup");
	struct str id = by_group ? arena_strf(op->arena, "%.*s %.*s", STR_ARG(m->deduplication),
					      STR_ARG(m->group))
				 : m->deduplication;
	struct stmt *q;
	int64_t number;

	db_run(op->db, "DELETE FROM sns_duplicate WHERE at <= ?", "i", op->now - DUPLICATE_MS);
	q = db_query(op->db,
		     "SELECT message, sequence FROM sns_duplicate WHERE topic = ? AND id = ?", "ss",
		     t->name, id);
	e->again = stmt_row(q);
	if (e->again) {
		m->id = stmt_dup(q, 0, op->arena);
		m->sequence = stmt_dup(q, 1, op->arena);
		stmt_done(q);
		return;
	}
	db_run(op->db, "UPDATE sns_topic SET sequence = sequence + 1 WHERE name = ?", "s", t->name);
	number = db_int(op->db, 0, "SELECT sequence FROM sns_topic WHERE name = ?", "s", t->name);
	m->sequence = arena_strf(op->arena, "1%016lld000", (long long)number);
	db_run(op->db,
	       "INSERT INTO sns_duplicate (topic, id, at, message, sequence) VALUES (?, ?, ?, ?, ?)",
	       "ssiss", t->name, id, op->now, m->id, m->sequence);
}

static void publish(struct op *op, const struct topic *t, struct entry *e, struct json_object *out)
{
	if (t->fifo)
		find_duplicate(op, t, e);
	json_set_str(out, "MessageId", e->message.id);
	if (t->fifo)
		json_set_str(out, "SequenceNumber", e->message.sequence);
	deliver_count(op, t, "NumberOfMessagesPublished");
	emit_metric(op, &(struct emit_metric){ .space = "AWS/SNS",
					       .name = "PublishSize",
					       .unit = "Bytes",
					       .dimensions = { { "TopicName", t->name } },
					       .value = (double)e->bytes });
	if (!e->again)
		deliver_promise(op, t, &e->message);
}

/* --- one message ------------------------------------------------------------------------------------------------ */

static bool is_phone_number(struct str number)
{
	bool good = number.n >= 5 && number.n <= 16 && number.p[0] == '+';

	for (size_t i = 1; i < number.n; i++)
		good = good && number.p[i] >= '0' && number.p[i] <= '9';
	return good;
}

static enum outcome publish_to_phone(struct op *op)
{
	struct str number = op_str(op, "PhoneNumber");

	if (!is_phone_number(number))
		return sns_invalid(op, "PhoneNumber Reason: %.*s is not valid to publish to",
				   STR_ARG(number));
	return sns_invalid(op, "PhoneNumber Reason: SMS messages are not available in this cloud; "
			       "publish to a topic");
}

static bool find_topic(struct op *op, struct topic *t)
{
	struct str arn = op_str(op, "TargetArn");

	if (op_has(op, "TopicArn"))
		return topic_named(op, "TopicArn", t);
	if (!arn.p)
		return refuse(op, "TopicArn or TargetArn Reason: no value for required parameter");
	if (str_find_str(arn, STR(":endpoint/")) >= 0 || str_find_str(arn, STR(":app/")) >= 0)
		return refuse(op,
			      "TargetArn Reason: No endpoint found for the target arn specified");
	return topic_named(op, "TargetArn", t);
}

enum outcome sns_op_publish(struct op *op)
{
	struct entry e = { .in = op->in };
	struct topic t;

	if (op_has(op, "PhoneNumber") && !op_has(op, "TopicArn"))
		return publish_to_phone(op);
	if (!find_topic(op, &t) || !entry_good(op, &t, &e))
		return FAILED;
	if (e.bytes > SNS_MESSAGE_MAX)
		return sns_invalid(op, "Message too long");
	publish(op, &t, &e, op->out);
	return DONE;
}

/* --- several ------------------------------------------------------------------------------------------------------ */

static bool entry_id_good(struct str id)
{
	bool good = id.n > 0 && id.n <= ID_MAX;

	for (size_t i = 0; i < id.n; i++)
		good = good && name_character(id.p[i]) && id.p[i] != '.';
	return good;
}

static bool batch_good(struct op *op, struct json_object *list)
{
	if (!json_count(list))
		op_fail(op, &SnsBatchEmpty, "The batch request doesn't contain any entries.");
	else if (json_count(list) > BATCH_MAX)
		op_fail(op, &SnsBatchTooMany,
			"The batch request contains more entries than permissible.");
	else
		return true;
	return false;
}

static bool ids_good(struct op *op, struct json_object *list)
{
	struct json_object *seen = json_new_object(op->arena);

	for (size_t i = 0; i < json_count(list); i++) {
		struct str id = json_get_str(json_at(list, i), "Id");
		char *key = arena_cstr(op->arena, id);

		if (!entry_id_good(id))
			op_fail(op, &SnsBatchEntryId,
				"The Id of a batch entry in a batch request doesn't abide by the "
				"specification.");
		else if (json_get(seen, key))
			op_fail(op, &SnsBatchNotDistinct,
				"Two or more batch entries in the request have the same Id.");
		else
			json_set_bool(seen, key, true);
		if (op->error)
			return false;
	}
	return true;
}

enum outcome sns_op_publish_batch(struct op *op)
{
	struct json_object *list = op_get(op, "PublishBatchRequestEntries");
	struct json_object *well = json_set_array(op->out, "Successful"), *one;
	struct entry entries[BATCH_MAX] = { { .in = NULL } };
	size_t bytes = 0, count = json_count(list);
	struct topic t;

	json_set_array(op->out, "Failed");
	if (!topic_named(op, "TopicArn", &t) || !batch_good(op, list) || !ids_good(op, list))
		return FAILED;
	for (size_t i = 0; i < count; i++) {
		entries[i] = (struct entry){ .in = json_at(list, i) };
		if (!entry_good(op, &t, &entries[i]))
			return FAILED;
		bytes += entries[i].bytes;
	}
	if (bytes > SNS_MESSAGE_MAX)
		return op_fail(op, &SnsBatchTooLong,
			       "The length of all the messages put together is more than the "
			       "limit.");
	for (size_t i = 0; i < count; i++) {
		one = json_add_object(well);
		json_set_str(one, "Id", json_get_str(json_at(list, i), "Id"));
		publish(op, &t, &entries[i], one);
	}
	return DONE;
}
