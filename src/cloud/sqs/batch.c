/*
 * Batches: up to ten entries, each of which goes well or badly by itself.
 * From: SQS API Reference, SendMessageBatch, "Amazon SQS batch actions". Wordings: as public projects have recorded them.
 */
#include "cloud/sqs/inside.h"

enum { ENTRIES_MAX = 10, ID_MAX = 80 };

static bool is_id(struct str id)
{
	for (size_t i = 0; i < id.n; i++) {
		char c = id.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '-' || c == '_'))
			return false;
	}
	return id.n && id.n <= ID_MAX;
}

static struct json_object *entries_of(struct op *op)
{
	return op_get(op, "Entries");
}

static struct str id_of(struct op *op, size_t i)
{
	return json_get_str(json_at(entries_of(op), i), "Id");
}

static bool ids_good(struct op *op)
{
	for (size_t i = 0; i < json_count(entries_of(op)); i++) {
		if (!is_id(id_of(op, i))) {
			op_fail(op, &InvalidBatchEntryId,
				"A batch entry id can only contain alphanumeric characters, hyphens "
				"and underscores. It can be at most 80 letters long.");
			return false;
		}
		for (size_t k = 0; k < i; k++) {
			if (!str_eq(id_of(op, i), id_of(op, k)))
				continue;
			op_fail(op, &BatchEntryIdsNotDistinct, "Id %.*s repeated.",
				STR_ARG(id_of(op, i)));
			return false;
		}
	}
	return true;
}

bool entries_good(struct op *op)
{
	size_t count = json_count(entries_of(op));

	if (!count) {
		op_fail(op, &EmptyBatchRequest,
			"There should be at least one %sRequestEntry in the request.",
			op->operation->name);
		return false;
	}
	if (count > ENTRIES_MAX) {
		op_fail(op, &TooManyEntriesInBatchRequest,
			"Maximum number of entries per request are %d. You have sent %zu.",
			ENTRIES_MAX, count);
		return false;
	}
	return ids_good(op);
}

static void add_failure(struct op *op, struct json_object *list, struct str id)
{
	struct json_object *o = json_add_object(list);

	json_set_str(o, "Id", id);
	json_set_bool(o, "SenderFault", op->error->status < 500);
	json_set_cstr(o, "Code", op->error->code);
	json_set_str(o, "Message", op->error_message);
	op->error = NULL;
	op->error_message = STR_NONE;
}

enum outcome entries_run(struct op *op, struct queue *q,
			 bool (*one)(struct op *op, struct queue *q, struct json_object *entry,
				     struct json_object *done))
{
	struct json_object *good = json_set_array(op->out, "Successful");
	struct json_object *bad = json_set_array(op->out, "Failed");

	for (size_t i = 0; i < json_count(entries_of(op)); i++) {
		struct json_object *done = json_object_new_object();

		json_set_str(done, "Id", id_of(op, i));
		if (one(op, q, json_at(entries_of(op), i), done)) {
			json_add(good, done);
			continue;
		}
		json_object_put(done);
		add_failure(op, bad, id_of(op, i));
	}
	return DONE;
}
