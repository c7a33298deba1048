/* The history of a table's capacity; see throughput.h. */
#include "cloud/dynamodb/throughput.h"

#include "base/json.h"

#define READS  "ReadCapacityUnits"
#define WRITES "WriteCapacityUnits"

enum { DAY_MS = 24 * 60 * 60 * 1000 };

static int64_t number(struct json_object *object, const char *member)
{
	return json_int_or(json_get(object, member), 0);
}

static struct json_object *history(struct json_object *definition)
{
	struct json_object *has = json_get(definition, "Capacity");

	return has ? has : json_set_object(definition, "Capacity");
}

static bool is_on_demand(struct json_object *definition)
{
	return str_is(json_get_str(definition, "BillingMode"), "PAY_PER_REQUEST");
}

static void note_decrease(struct json_object *notes, int64_t done)
{
	bool again = number(notes, "DecreaseDay") == done / DAY_MS;

	json_set_int(notes, "Decreases", again ? number(notes, "Decreases") + 1 : 1);
	json_set_int(notes, "DecreaseDay", done / DAY_MS);
}

void throughput_note(struct op *op, struct json_object *definition)
{
	struct json_object *asked = op_get(op, "ProvisionedThroughput");
	struct json_object *has = json_get(definition, "ProvisionedThroughput"), *notes;
	int64_t reads = number(asked, READS) - number(has, READS);
	int64_t writes = number(asked, WRITES) - number(has, WRITES);
	int64_t done = op->now + table_delay();

	if (!asked || !has)
		return;
	notes = history(definition);
	json_set(notes, "Before", json_object_get(has));
	json_set_int(notes, "Asked", op->now);
	json_set_int(notes, "Done", done);
	if (reads > 0 || writes > 0)
		json_set_int(notes, "Increased", done);
	if (reads < 0 || writes < 0) {
		json_set_int(notes, "Decreased", done);
		note_decrease(notes, done);
	}
}

void throughput_note_mode(struct op *op, const struct table_row *row,
			  struct json_object *definition)
{
	bool on_demand = str_is(op_str(op, "BillingMode"), "PAY_PER_REQUEST");

	if (!op_has(op, "BillingMode") || on_demand == is_on_demand(definition))
		return;
	json_object_object_del(history(definition), "Before");
	if (on_demand)
		json_set_int(history(definition), "OnDemand", op->now + table_delay());
	else if (!json_get(history(definition), "OnDemand"))
		json_set_int(history(definition), "OnDemand", row->created_at);
}

/* A change that is not yet done is told with the time when it was asked for. */
static void describe_change(struct json_object *notes, const char *note, bool pending,
			    const char *member, struct json_object *to)
{
	int64_t at = number(notes, note);

	if (pending && at == number(notes, "Done"))
		at = number(notes, "Asked");
	if (at)
		json_set_time(to, member, at);
}

static int64_t decreases_today(struct json_object *notes, bool pending, int64_t now)
{
	if (number(notes, "DecreaseDay") != now / DAY_MS)
		return 0;
	return number(notes, "Decreases") -
	       (pending && number(notes, "Decreased") == number(notes, "Done"));
}

void throughput_describe(struct op *op, struct json_object *definition, enum table_status status,
			 struct json_object *to)
{
	struct json_object *told = json_set_object(to, "ProvisionedThroughput");
	struct json_object *notes = json_get(definition, "Capacity");
	struct json_object *units = json_get(definition, "ProvisionedThroughput");
	bool pending = status == TABLE_UPDATING && json_get(notes, "Before") &&
		       (op->now < number(notes, "Done") || op->now == number(notes, "Asked"));

	if (pending)
		units = json_get(notes, "Before");
	describe_change(notes, "Increased", pending, "LastIncreaseDateTime", told);
	describe_change(notes, "Decreased", pending, "LastDecreaseDateTime", told);
	json_set_int(told, "NumberOfDecreasesToday", decreases_today(notes, pending, op->now));
	json_set_int(told, READS, number(units, READS));
	json_set_int(told, WRITES, number(units, WRITES));
}

void throughput_describe_mode(struct op *op, const struct table_row *row,
			      struct json_object *definition, struct json_object *to)
{
	struct json_object *since = json_get(json_get(definition, "Capacity"), "OnDemand"),
			   *summary;
	bool on_demand = is_on_demand(definition);
	/* Other changes of the table do not hide when it came to be on demand. */
	bool coming = row->status == TABLE_CREATING ||
		      (row->status == TABLE_UPDATING && json_int_or(since, 0) >= op->now);

	if (!on_demand && !since)
		return;
	summary = json_set_object(to, "BillingModeSummary");
	json_set_cstr(summary, "BillingMode", on_demand ? "PAY_PER_REQUEST" : "PROVISIONED");
	if (!on_demand || !coming)
		json_set_time(summary, "LastUpdateToPayPerRequestDateTime",
			      json_int_or(since, row->created_at));
}
