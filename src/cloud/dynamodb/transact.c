/*
 * TransactGetItems and TransactWriteItems: all or nothing.
 *
 * Every action is looked at before any is carried out, so that a cancelled transaction can say of each what was wrong.
 * Faults of a request's form refuse it as a whole; faults that depend on table and item become reasons.
 */
#include "cloud/dynamodb/transact.h"

#include "base/hash.h"
#include "cloud/dynamodb/operations.h"

enum {
	TRANSACTION_MAX = 4 << 20,     /* bytes of all items together */
	TRANSACTION_COST = 2,          /* prepared and committed: every unit counts twice */
	TOKEN_KEPT_MS = 10 * 60 * 1000 /* how long a client token answers for its request */
};

static bool is_action(const struct action *a, const char *name)
{
	return str_is(str_of(a->name), name);
}

static bool refuse(struct op *op, const char *why)
{
	op_fail(op, &ValidationException, "%s", why);
	return false;
}

/* --- reasons -------------------------------------------------------------------------- */

static void set_reason(struct op *op, struct action *a, const char *code, struct str message)
{
	a->reason = json_new_object(op->arena);
	json_set_cstr(a->reason, "Code", code);
	json_set_str(a->reason, "Message", message);
}

/*
 * Make the error that was just set the action's reason. True when it is one; an empty key refuses the
 * whole request, as on AWS.
 */
static bool take_reason(struct op *op, struct action *a)
{
	if (str_starts(op->error_message, STR("One or more parameter values are not valid.")))
		return false;
	set_reason(op, a, "ValidationError", op->error_message);
	op->error = NULL;
	op->error_message = STR_NONE;
	return true;
}

static enum outcome cancelled(struct op *op, struct action *all, size_t count)
{
	struct json_object *reasons = json_new_array(op->arena);
	struct buf codes;

	buf_init(&codes, BUF_MAX);
	for (size_t i = 0; i < count; i++) {
		if (!all[i].reason) {
			all[i].reason = json_new_object(op->arena);
			json_set_cstr(all[i].reason, "Code", "None");
		}
		json_add(reasons, json_object_get(all[i].reason));
		if (i)
			buf_adds(&codes, ", ");
		buf_add(&codes, json_get_str(all[i].reason, "Code"));
	}
	op_fail(op, &TransactionCanceledException,
		"Transaction cancelled, please refer cancellation reasons for specific reasons [%.*s]",
		STR_ARG(buf_str(&codes)));
	buf_release(&codes);
	json_set(op_error_members(op), "CancellationReasons", json_object_get(reasons));
	return FAILED;
}

static bool any_reason(const struct action *all, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (all[i].reason)
			return true;
	return false;
}

/* --- what both have in common --------------------------------------------------------------- */

/* Add what is wrong with the names of tables in the n-th action of a request, told by their place; returns how much is. */
static int add_bad_names(struct buf *b, int before, size_t n, struct json_object *item)
{
	int bad = 0;

	JSON_EACH(item, kind, params)
	{
		struct str name = json_get_str(params, "TableName");
		const char *const wrong[] = {
			name.n < 3 ? "have length greater than or equal to 3" : NULL,
			table_name_spelled(name)
				? NULL
				: "satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
		};

		for (size_t i = 0; i < 2; i++)
			if (wrong[i])
				buf_addf(
					b,
					"%sValue '%.*s' at 'transactItems.%zu.member.%c%s.tableName' "
					"failed to satisfy constraint: Member must %s",
					before + bad++ ? "; " : "", STR_ARG(name), n,
					kind[0] | 0x20, kind + 1, wrong[i]);
	}
	return bad;
}

/* Names of tables are looked at before any action is, all of them together. */
static bool check_names(struct op *op, struct json_object *items)
{
	struct buf b;
	int bad = 0;

	buf_init(&b, BUF_MAX);
	for (size_t i = 0; i < json_count(items); i++)
		bad += add_bad_names(&b, bad, i + 1, json_at(items, i));
	if (bad)
		op_fail(op, &ValidationException, "%d validation error%s detected: %.*s", bad,
			bad == 1 ? "" : "s", STR_ARG(buf_str(&b)));
	buf_release(&b);
	return !bad;
}

bool action_use_table(struct op *op, struct action *a)
{
	struct str name;

	if (!table_name_of(op, json_get_str(a->params, "TableName"), 1, &name))
		return false;
	a->table = table_use_named(op, name);
	return a->table;
}

bool action_find_key(struct op *op, struct action *a)
{
	if (!is_action(a, "Put"))
		return item_key_of_key(op, a->table, json_get(a->params, "Key"), &a->key);
	if (!item_prepare(op, a->table, &a->new))
		return false;
	a->key = a->new.key;
	return true;
}

/*
 * Find every action's item; false with the error set. What is wrong with one becomes its reason, and those behind it
 * are not looked at any more.
 */
static bool find_keys(struct op *op, struct action *all, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!action_use_table(op, &all[i]))
			return false;
	for (size_t i = 0; i < count; i++) {
		if (!action_find_key(op, &all[i]))
			return take_reason(op, &all[i]);
		for (size_t k = 0; k < i; k++)
			if (all[k].table->id == all[i].table->id &&
			    str_eq(all[k].key.pk, all[i].key.pk) &&
			    str_eq(all[k].key.sk, all[i].key.sk))
				return refuse(
					op,
					"Transaction request cannot include multiple operations on one "
					"item");
	}
	return true;
}

/* Was this table reported with an earlier action? */
static bool seen(const struct action *all, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (all[k].table->id == all[i].table->id)
			return true;
	return false;
}

/* ConsumedCapacity, table by table; `cost` tells what one action costs. */
static void report(struct op *op, struct action *all, size_t count, enum capacity_kind kind,
		   void (*cost)(struct op *op, struct action *a, struct capacity *out))
{
	struct json_object *list = NULL, *printed;

	if (!op_has(op, "ReturnConsumedCapacity"))
		return;
	for (size_t i = 0; i < count; i++) {
		struct capacity sum = { .kind = kind }, one;

		if (seen(all, i))
			continue;
		for (size_t k = i; k < count; k++) {
			if (all[k].table->id != all[i].table->id)
				continue;
			cost(op, &all[k], &one);
			capacity_add(op, all[i].table, &sum, &one, TRANSACTION_COST);
		}
		printed = capacity_print(op, all[i].table, json_get_str(all[i].params, "TableName"),
					 &sum);
		if (!printed)
			return;
		list = list ? list : json_set_array(op->out, "ConsumedCapacity");
		json_add(list, printed);
	}
}

/* --- TransactGetItems --------------------------------------------------------------------- */

static void cost_of_get(struct op *op, struct action *a, struct capacity *out)
{
	capacity_of_read(op, a->table, NULL, capacity_read_units(a->old.size, true), out);
}

/* An item of which the projection leaves nothing is not there, unlike GetItem's. */
static void respond(struct op *op, const struct action *a, items_picker *pick,
		    struct json_object *response)
{
	struct json_object *item;

	if (!a->old.found)
		return;
	item = pick(op, a->request.projection, a->old.text);
	if (a->request.projection && !json_count(item))
		json_object_put(item);
	else
		json_set(response, "Item", item);
}

enum outcome transact_get(struct op *op, struct action *all, size_t count, items_picker *pick)
{
	struct json_object *responses;

	if (!find_keys(op, all, count))
		return FAILED;
	if (any_reason(all, count))
		return cancelled(op, all, count);
	responses = json_set_array(op->out, "Responses");
	for (size_t i = 0; i < count; i++) {
		item_get(op, all[i].table, &all[i].key, &all[i].old);
		respond(op, &all[i], pick, json_add_object(responses));
	}
	report(op, all, count, CAPACITY_READS, cost_of_get);
	return DONE;
}

enum outcome dynamodb_op_transact_get_items(struct op *op)
{
	struct json_object *items = op_get(op, "TransactItems");
	size_t count = json_count(items);
	struct action *all = arena_zalloc(op->arena, count * sizeof(*all));

	if (!check_names(op, items))
		return FAILED;
	for (size_t i = 0; i < count; i++) {
		all[i].name = "Get";
		all[i].params = json_get(json_at(items, i), "Get");
		if (!request_read(op, all[i].params, TAKES_PROJECTION, &all[i].request) ||
		    !item_check_key(op, json_get(all[i].params, "Key")))
			return FAILED;
	}
	return transact_get(op, all, count, items_project);
}

/* --- TransactWriteItems -------------------------------------------------------------------- */

static bool read_action(struct op *op, struct json_object *item, struct action *a)
{
	static const char *const names[] = { "ConditionCheck", "Put", "Delete", "Update" };
	size_t n = 0;

	for (int i = 0; i < 4; i++) {
		if (!json_get(item, names[i]))
			continue;
		a->name = names[i];
		a->params = json_get(item, names[i]);
		n++;
	}
	if (!n)
		return refuse(
			op,
			"Invalid Request: TransactWriteRequest should contain Delete or Put or Update request");
	if (n != 1)
		return refuse(op,
			      "TransactItems can only contain one of Check, Put, Update or Delete");
	if (!request_read(op, a->params,
			  TAKES_CONDITION | (is_action(a, "Update") ? TAKES_UPDATE : 0),
			  &a->request))
		return false;
	if (is_action(a, "Put"))
		return item_check(op, json_get(a->params, "Item"), &a->new) &&
		       item_check_size(op, &a->new);
	return item_check_key(op, json_get(a->params, "Key"));
}

static void fail_condition(struct op *op, struct action *a)
{
	if (a->inserts) {
		set_reason(op, a, "DuplicateItem", STR("Duplicate primary key exists in table"));
		return;
	}
	set_reason(op, a, "ConditionalCheckFailed", STR("The conditional request failed"));
	if (a->old.found &&
	    str_is(json_get_str(a->params, "ReturnValuesOnConditionCheckFailure"), "ALL_OLD"))
		json_set(a->reason, "Item", json_raw(a->old.text));
}

bool action_weigh(struct op *op, struct action *a)
{
	struct json_object *tree = NULL;

	item_get(op, a->table, &a->key, &a->old);
	if (a->request.condition && a->old.found)
		tree = json_parse(op->arena, a->old.text, NULL);
	if (a->request.condition && !expr_holds(op->arena, a->request.condition, tree)) {
		fail_condition(op, a);
		return true;
	}
	if (!is_action(a, "Update"))
		return true;
	a->new.tree = json_get(a->params, "Key");
	return (items_check_update(op, a->table, a->request.update) &&
		items_update(op, a->table, a->request.update, &a->old, &a->new)) ||
	       take_reason(op, a);
}

void action_carry_out(struct op *op, struct action *a)
{
	if (is_action(a, "Update") && items_takes_from_nothing(a->request.update, &a->old))
		return;
	if (is_action(a, "Put") || is_action(a, "Update"))
		item_put(op, a->table, &a->new, &a->old);
	else if (is_action(a, "Delete") && a->old.found)
		item_delete(op, a->table, &a->key, &a->old);
}

void action_cost(struct op *op, struct action *a, struct capacity *out)
{
	if (!is_action(a, "ConditionCheck")) {
		capacity_of_write(op, a->table, &a->old, is_action(a, "Delete") ? NULL : &a->new,
				  out);
		return;
	}
	/* A check costs what writing the item would, and nothing in the indexes. */
	capacity_of_write(op, a->table, &a->old, NULL, out);
	out->indexes = arena_zalloc(op->arena, a->table->index_count * sizeof(*out->indexes));
}

static void report_metrics(struct op *op, const struct action *a)
{
	struct json_object *item = json_get(a->params, is_action(a, "Put") ? "Item" : "Key");
	struct json_object *metrics = capacity_metrics(op, a->table, item), *map, *list;

	if (!metrics)
		return;
	map = json_get(op->out, "ItemCollectionMetrics");
	map = map ? map : json_set_object(op->out, "ItemCollectionMetrics");
	list = json_get(map, a->table->name.p);
	json_add(list ? list : json_set_array(map, a->table->name.p), metrics);
}

/* --- client tokens --------------------------------------------------------------------------- */

enum token { TOKEN_NEW, TOKEN_REPEATED, TOKEN_MISUSED };

/* Has this token stood for this request before? A new one is remembered. */
static enum token token_check(struct op *op, struct json_object *request)
{
	struct str token = op_str(op, "ClientRequestToken"), items;
	unsigned char digest[SHA256_BYTES];
	enum token result = TOKEN_NEW;
	struct stmt *q;

	if (!token.p)
		return TOKEN_NEW;
	items = json_text_sorted(
		op->arena,
		request); /* SDKs that keep maps in no order repeat themselves in another */
	hash_sha256(items, digest);
	items = str_make(digest, sizeof(digest));
	db_run(op->db, "DELETE FROM dynamodb_token WHERE at <= ?", "i", op->now - TOKEN_KEPT_MS);
	q = db_query(op->db, "SELECT digest FROM dynamodb_token WHERE token = ?", "s", token);
	if (stmt_row(q))
		result = str_eq(stmt_str(q, 0), items) ? TOKEN_REPEATED : TOKEN_MISUSED;
	stmt_done(q);
	if (result == TOKEN_NEW)
		db_run(op->db, "INSERT INTO dynamodb_token (token, digest, at) VALUES (?, ?, ?)",
		       "sbi", token, items, op->now);
	return result;
}

/* Repeating a transaction costs reading its items. */
static void cost_of_repeat(struct op *op, struct action *a, struct capacity *out)
{
	item_get(op, a->table, &a->key, &a->old);
	cost_of_get(op, a, out);
}

/* The service really says it twice. */
#define TOO_LARGE "Transaction payload size cannot exceed 4MB. Payload Size: "

/* The items that are put may not be too much together. */
static bool check_total(struct op *op, const struct action *all, size_t count)
{
	size_t total = 0;

	for (size_t i = 0; i < count; i++)
		total += all[i].new.size;
	if (total <= TRANSACTION_MAX)
		return true;
	op_fail(op, &ValidationException, TOO_LARGE ": " TOO_LARGE "%zu", total);
	return false;
}

enum outcome transact_write(struct op *op, struct action *all, size_t count,
			    struct json_object *request)
{
	enum token token;

	if (!find_keys(op, all, count) || !check_total(op, all, count))
		return FAILED;
	if (any_reason(all, count))
		return cancelled(op, all, count);
	token = token_check(op, request);
	if (token == TOKEN_MISUSED)
		return op_fail(op, &IdempotentParameterMismatchException,
			       "Provided token has already been used with different parameters");
	if (token == TOKEN_REPEATED) {
		report(op, all, count, CAPACITY_READS, cost_of_repeat);
		return DONE;
	}
	for (size_t i = 0; i < count; i++)
		if (!action_weigh(op, &all[i]))
			return FAILED;
	if (any_reason(all, count))
		return cancelled(op, all, count);
	report(op, all, count, CAPACITY_WRITES, action_cost);
	for (size_t i = 0; i < count; i++) {
		action_carry_out(op, &all[i]);
		report_metrics(op, &all[i]);
	}
	return DONE;
}

enum outcome dynamodb_op_transact_write_items(struct op *op)
{
	struct json_object *items = op_get(op, "TransactItems");
	size_t count = json_count(items);
	struct action *all = arena_zalloc(op->arena, count * sizeof(*all));

	if (!check_names(op, items))
		return FAILED;
	for (size_t i = 0; i < count; i++)
		if (!read_action(op, json_at(items, i), &all[i]))
			return FAILED;
	return transact_write(op, all, count, items);
}
