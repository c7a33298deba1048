/*
 * Making, finding, changing and deleting queues, and their tags.
 * From: SQS API Reference, CreateQueue, DeleteQueue, ListQueues, GetQueueUrl, PurgeQueue, TagQueue; Developer Guide, "Amazon SQS
 * queue quotas". Wordings: as public projects have recorded AWS's answers.
 */
#include "base/hash.h"
#include "cloud/sqs/inside.h"

enum { NAME_MAX_BYTES = 80, PAUSE_MS = 60000, TAGS_MAX = 50 };

#define NAME_RULE                                                                                  \
	"Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
#define FIFO_RULE                                                                                  \
	"The name of a FIFO queue can only include alphanumeric characters, hyphens, or "          \
	"underscores, must end with .fifo suffix and be 1 to 80 in length"

/* --- names ---------------------------------------------------------------------------------- */

static bool is_name(struct str name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '-' || c == '_'))
			return false;
	}
	return name.n > 0;
}

/* May the new queue be called so? False with the error set. */
static bool name_good(struct op *op, struct str name, bool fifo)
{
	bool suffix = str_ends(name, STR(".fifo"));
	struct str stem = suffix && fifo ? str_slice(name, 0, name.n - 5) : name;

	if (name.n <= NAME_MAX_BYTES && is_name(stem) && suffix == fifo)
		return true;
	op_fail(op, &SqsInvalidParameter, "%s", fifo ? FIFO_RULE : NAME_RULE);
	return false;
}

/* --- tags ------------------------------------------------------------------------------------- */

static struct json_object *tags_of(struct op *op, const struct queue *q)
{
	struct stmt *s = db_query(op->db, "SELECT tags FROM sqs_queue WHERE id = ?", "i", q->id);
	struct json_object *tags = stmt_row(s) ? json_parse(op->arena, stmt_str(s, 0), NULL) : NULL;

	stmt_done(s);
	return tags ? tags : json_new_object(op->arena);
}

static void tags_save(struct op *op, const struct queue *q, struct json_object *tags)
{
	db_run(op->db, "UPDATE sqs_queue SET tags = ? WHERE id = ?", "si",
	       json_text(op->arena, tags), q->id);
}

bool tags_good(struct op *op, struct json_object *tags)
{
	if (json_count(tags) > TAGS_MAX) {
		op_fail(op, &SqsInvalidParameter, "Too many tags: a queue can have %d.", TAGS_MAX);
		return false;
	}
	if (!tags)
		return true;
	JSON_EACH(tags, key, value)
	{
		struct str name = str_of(key);

		if (!name.n || name.n > 128 || json_str(value).n > 256 ||
		    str_starts(name, STR("aws:"))) {
			op_fail(op, &SqsInvalidParameter,
				"Tag keys must be between 1 and 128 characters in length, must not "
				"begin with aws:, and values must be at most 256 characters long.");
			return false;
		}
	}
	return true;
}

enum outcome sqs_op_tag_queue(struct op *op)
{
	struct json_object *given = op_get(op, "Tags"), *tags;
	struct queue q;

	if (!queue_get(op, &q))
		return FAILED;
	if (!json_count(given))
		return sqs_missing(op, "Tags") ? DONE : FAILED;
	tags = tags_of(op, &q);
	JSON_EACH(given, key, value)
	{
		json_set(tags, key, json_object_get(value));
	}
	if (!tags_good(op, given) || !tags_good(op, tags))
		return FAILED;
	tags_save(op, &q, tags);
	return DONE;
}

enum outcome sqs_op_untag_queue(struct op *op)
{
	struct json_object *keys = op_get(op, "TagKeys"), *tags;
	struct queue q;

	if (!queue_get(op, &q))
		return FAILED;
	if (!json_count(keys))
		return sqs_missing(op, "TagKeys") ? DONE : FAILED;
	tags = tags_of(op, &q);
	for (size_t i = 0; i < json_count(keys); i++)
		json_object_object_del(tags, arena_cstr(op->arena, json_str(json_at(keys, i))));
	tags_save(op, &q, tags);
	return DONE;
}

enum outcome sqs_op_list_queue_tags(struct op *op)
{
	struct json_object *tags;
	struct queue q;

	if (!queue_get(op, &q))
		return FAILED;
	tags = tags_of(op, &q);
	if (json_count(tags))
		json_set(op->out, "Tags", json_object_get(tags));
	return DONE;
}

/* --- making ------------------------------------------------------------------------------------- */

/* The same name again is no mistake, unless an attribute is to be different. */
static enum outcome made_before(struct op *op, const struct queue *q, struct json_object *given)
{
	struct queue wanted = *q;

	wanted.attributes = json_parse(op->arena, json_text(op->arena, q->attributes), NULL);
	if (json_count(given) && !attributes_set(op, &wanted, given, true))
		return FAILED;
	if (json_count(given)) {
		JSON_EACH(given, key, value)
		{
			struct str is = json_get_str(q->attributes, key);
			struct str shall = json_get_str(wanted.attributes, key);

			(void)value;
			if (!str_eq(is, shall))
				return op_fail(op, &QueueNameExists,
					       "A queue already exists with the same name and a "
					       "different value for attribute %s",
					       key);
		}
	}
	json_set_str(op->out, "QueueUrl", queue_url(op, q->name));
	return DONE;
}

/* Not within a minute of the end of another one of that name. */
static bool not_just_deleted(struct op *op, struct str name)
{
	db_run(op->db, "DELETE FROM sqs_deleted WHERE at <= ?", "i", op->now - PAUSE_MS);
	if (!db_int(op->db, 0, "SELECT 1 FROM sqs_deleted WHERE name = ?", "s", name))
		return true;
	op_fail(op, &QueueDeletedRecently,
		"You must wait 60 seconds after deleting a queue before you can create another "
		"with the same name.");
	return false;
}

static bool wants_fifo(struct json_object *given)
{
	return str_is(json_get_str(given, "FifoQueue"), "true");
}

static void insert(struct op *op, struct queue *q)
{
	char secret[2 * SHA256_BYTES + 1];
	unsigned char bytes[SHA256_BYTES];

	hash_random(bytes, sizeof(bytes));
	hash_hex(bytes, sizeof(bytes), secret);
	q->store = store_make(op);
	db_run(op->db,
	       "INSERT INTO sqs_queue (store, name, fifo, created_at, modified_at, attributes,"
	       " secret, dead_letter, max_receives, tags) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	       "isiiisssis", q->store, q->name, (int64_t)q->fifo, q->created_at, q->modified_at,
	       json_text(op->arena, q->attributes), str_of(secret), q->dead_letter, q->max_receives,
	       json_text(op->arena,
			 op_get(op, "tags") ? op_get(op, "tags") : json_new_object(op->arena)));
}

enum outcome sqs_op_create_queue(struct op *op)
{
	struct json_object *given = op_get(op, "Attributes");
	struct str name = op_str(op, "QueueName");
	struct queue q;

	if (!name.n)
		return sqs_missing(op, "QueueName") ? DONE : FAILED;
	if (queue_find(op, name, &q))
		return made_before(op, &q, given);
	q = (struct queue){ .name = name,
			    .fifo = wants_fifo(given),
			    .created_at = op->now,
			    .modified_at = op->now };
	if (!name_good(op, name, q.fifo))
		return FAILED;
	q.attributes = attributes_default(op, q.fifo);
	if ((json_count(given) && !attributes_set(op, &q, given, true)) ||
	    !tags_good(op, op_get(op, "tags")) || !not_just_deleted(op, name))
		return FAILED;
	insert(op, &q);
	json_set_str(op->out, "QueueUrl", queue_url(op, name));
	return DONE;
}

/* --- deleting ---------------------------------------------------------------------------------------- */

enum outcome sqs_op_delete_queue(struct op *op)
{
	struct queue q;

	if (!queue_get(op, &q))
		return FAILED;
	store_drop(op, q.store);
	db_run(op->db, "DELETE FROM sqs_dedup WHERE queue = ?", "i", q.id);
	db_run(op->db, "DELETE FROM sqs_attempt WHERE queue = ?", "i", q.id);
	db_run(op->db, "DELETE FROM sqs_move WHERE source = ?", "s", q.name);
	db_run(op->db, "DELETE FROM sqs_queue WHERE id = ?", "i", q.id);
	db_run(op->db, "INSERT OR REPLACE INTO sqs_deleted (name, at) VALUES (?, ?)", "si", q.name,
	       op->now);
	queue_tell(op, &q);
	return DONE;
}

enum outcome sqs_op_purge_queue(struct op *op)
{
	struct queue q;

	if (!queue_get(op, &q))
		return FAILED;
	if (q.purged_at && op->now < q.purged_at + PAUSE_MS)
		return op_fail(op, &PurgeQueueInProgress,
			       "Only one PurgeQueue operation on %.*s is allowed every 60 seconds.",
			       STR_ARG(q.name));
	store_drop(op, q.store);
	db_run(op->db, "UPDATE sqs_queue SET store = ?, purged_at = ? WHERE id = ?", "iii",
	       store_make(op), op->now, q.id);
	return DONE;
}

/* --- finding ------------------------------------------------------------------------------------------- */

enum outcome sqs_op_get_queue_url(struct op *op)
{
	struct str name = op_str(op, "QueueName"), owner = op_str(op, "QueueOwnerAWSAccountId");
	struct queue q;

	if (!name.n)
		return op_fail(op, &SqsInvalidParameter,
			       "Value for parameter QueueName is invalid. Reason: Must specify a "
			       "queue name.");
	if ((owner.n && !str_is(owner, op->account->id)) || !queue_find(op, name, &q))
		return op_fail(op, &QueueDoesNotExist, "The specified queue does not exist.");
	json_set_str(op->out, "QueueUrl", queue_url(op, name));
	return DONE;
}

enum outcome sqs_op_list_queues(struct op *op)
{
	struct str prefix = op_str_or(op, "QueueNamePrefix", ""), after;
	int64_t limit;

	if (!queue_page_begin(op, &after, &limit))
		return FAILED;
	queue_page(op,
		   db_query(op->db,
			    "SELECT name FROM sqs_queue WHERE name > ?1 AND name >= ?2"
			    " AND substr(name, 1, length(?2)) = ?2 ORDER BY name LIMIT ?3",
			    "ssi", after, prefix, limit + 1),
		   "QueueUrls", limit);
	return DONE;
}

enum outcome sqs_op_list_dead_letter_source_queues(struct op *op)
{
	struct str after;
	struct queue q;
	int64_t limit;

	if (!queue_get(op, &q) || !queue_page_begin(op, &after, &limit))
		return FAILED;
	json_set_array(op->out, "queueUrls");
	queue_page(op,
		   db_query(op->db,
			    "SELECT name FROM sqs_queue WHERE dead_letter = ? AND name > ?"
			    " ORDER BY name LIMIT ?",
			    "ssi", q.name, after, limit + 1),
		   "queueUrls", limit);
	return DONE;
}

/* --- attributes ------------------------------------------------------------------------------------------ */

enum outcome sqs_op_get_queue_attributes(struct op *op)
{
	struct json_object *names = op_get(op, "AttributeNames");
	struct json_object *found = json_new_object(op->arena);
	struct queue q;

	if (!queue_get(op, &q))
		return FAILED;
	for (size_t i = 0; i < json_count(names); i++)
		if (!attributes_get(op, &q, json_str(json_at(names, i)), found))
			return FAILED;
	if (json_count(found))
		json_set(op->out, "Attributes", json_object_get(found));
	return DONE;
}

/* The delay of a FIFO queue is that of the messages in it, too. */
static void delay_again(struct op *op, const struct queue *q)
{
	db_run(op->db,
	       "UPDATE sqs_message SET visible_at = sent_at + ? WHERE store = ? AND receives = 0",
	       "ii", queue_number(q, "DelaySeconds") * 1000, q->store);
	db_run(op->db,
	       "UPDATE sqs_group SET ready_at = coalesce((SELECT m.visible_at FROM sqs_message m"
	       " WHERE m.store = sqs_group.store AND m.grp = sqs_group.grp ORDER BY m.number"
	       " LIMIT 1), ready_at) WHERE store = ?1 AND NOT EXISTS (SELECT 1 FROM sqs_message m"
	       " WHERE m.store = sqs_group.store AND m.grp = sqs_group.grp AND m.receives > 0"
	       " AND m.visible_at > ?2)",
	       "ii", q->store, op->now);
}

enum outcome sqs_op_set_queue_attributes(struct op *op)
{
	struct json_object *given = op_get(op, "Attributes");
	struct queue q;

	if (!queue_get(op, &q))
		return FAILED;
	if (!json_count(given))
		return sqs_missing(op, "Attributes") ? DONE : FAILED;
	if (!attributes_set(op, &q, given, false))
		return FAILED;
	q.modified_at = op->now;
	queue_save(op, &q);
	if (q.fifo && json_get(given, "DelaySeconds"))
		delay_again(op, &q);
	/* Messages may be gone earlier than was thought. */
	if (json_get(given, "MessageRetentionPeriod") && q.expires_at) {
		q.expires_at = 0;
		queue_attend(op, &q);
	}
	queue_tell(op, &q);
	return DONE;
}
