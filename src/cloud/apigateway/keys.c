/*
 * API keys, usage plans, and what plans say who may use how much.
 * From: API Gateway API Reference, "CreateApiKey", "CreateUsagePlan", "GetUsage"; Developer Guide, "API key file format".
 */
#include "cloud/apigateway/operations.h"

#include "base/hash.h"

enum {
	VALUE_MIN = 20,
	VALUE_MAX = 128,
	VALUE_LENGTH = 40,
	NAME_MAX = 1024,
	DESCRIPTION_MAX = 125000
};

static bool bad(struct op *op, const char *sentence)
{
	op_fail(op, &GatewayBadRequest, "%s", sentence);
	return false;
}

/* --- keys ------------------------------------------------------------------------------------------- */

bool api_key_find(struct op *op, struct str value, struct thing *out)
{
	return thing_find_named(op, &kind_api_key, STR_NONE, value, out);
}

/* Give a key its value; false with the error set. */
static bool set_value(struct op *op, struct thing *key, struct str value)
{
	struct thing other;

	if (!value.n)
		value = hash_random_text(op->arena, VALUE_LENGTH,
					 "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					 "0123456789");
	if (value.n < VALUE_MIN || value.n > VALUE_MAX)
		return bad(op, value.n < VALUE_MIN
				       ? "API Key value should be at least 20 characters"
				       : "API Key value exceeds maximum size of 128 characters");
	if (api_key_find(op, value, &other)) {
		op_fail(op, &GatewayConflict, "API Key already exists");
		return false;
	}
	json_set_str(key->doc, "value", value);
	key->name = value;
	return true;
}

static bool texts_good(struct op *op, struct json_object *key)
{
	if (json_get_str(key, "name").n > NAME_MAX)
		return bad(op, "Invalid API Key name, can be at most 1024 characters.");
	return json_get_str(key, "description").n <= DESCRIPTION_MAX ||
	       bad(op, "Invalid API Key description specified.");
}

static void add_stage_keys(struct op *op, struct json_object *doc)
{
	struct json_object *asked = op_get(op, "stageKeys"),
			   *keys = json_set_array(doc, "stageKeys");

	for (size_t i = 0; i < json_count(asked); i++)
		json_add_str(keys,
			     arena_strf(op->arena, "%.*s/%.*s",
					STR_ARG(json_get_str(json_at(asked, i), "restApiId")),
					STR_ARG(json_get_str(json_at(asked, i), "stageName"))));
}

enum outcome apigateway_create_api_key(struct op *op)
{
	static const char *const members[] = { "name", "customerId", "description", NULL };
	struct thing key = thing_new(op, STR_NONE, 10);

	if (!set_value(op, &key, op_str(op, "value")))
		return FAILED;
	copy_members(key.doc, op->in, members);
	if (!texts_good(op, key.doc))
		return FAILED;
	if (!op_str(op, "name").n)
		json_object_object_del(key.doc, "name");
	json_set_bool(key.doc, "enabled", op_bool_or(op, "enabled", false));
	json_set_time(key.doc, "createdDate", op->now / 1000 * 1000);
	json_set_time(key.doc, "lastUpdatedDate", op->now / 1000 * 1000);
	add_stage_keys(op, key.doc);
	if (op_has(op, "tags"))
		json_set(key.doc, "tags", json_object_get(op_get(op, "tags")));
	return thing_created(op, &kind_api_key, &key);
}

static void api_key_show(struct op *op, const struct thing *key, enum showing why,
			 struct json_object *out)
{
	const char *asked = why == SHOW_LISTED ? "includeValues" : "includeValue";

	(void)key;
	if (why != SHOW_CREATED && !op_bool_or(op, asked, false))
		json_object_object_del(out, "value");
}

static bool api_key_changed(struct op *op, struct thing *key, struct json_object *was)
{
	(void)was;
	json_set_time(key->doc, "lastUpdatedDate", op->now / 1000 * 1000);
	return texts_good(op, key->doc);
}

static bool api_key_leaving(struct op *op, struct thing *key)
{
	db_run(op->db, "DELETE FROM apigateway_thing WHERE kind = 'UsagePlanKey' AND id = ?", "s",
	       key->id);
	return true;
}

static const struct patch_rule api_key_rules[] = { { "/description", PATCH_REPLACE },
						   { "/enabled", PATCH_REPLACE, PATCH_BOOLEAN },
						   { "/name", PATCH_REPLACE },
						   { "/customerId", PATCH_REPLACE },
						   { "/stages", PATCH_ADD | PATCH_REMOVE,
						     PATCH_LIST_VALUE, "/stageKeys" },
						   { 0 } };
static const struct patch_rules api_key_patches = { api_key_rules, PATCH_WORDS_LIST };

const struct kind kind_api_key = {
	.noun = "ApiKey",
	.plural = "ApiKeys",
	.id = "apiKey",
	.missing = "Invalid API Key identifier specified",
	.patches = &api_key_patches,
	.changed = api_key_changed,
	.leaving = api_key_leaving,
	.show = api_key_show,
	.tagged = true,
	.most = 10000,
};

/* --- a file of keys ------------------------------------------------------------------------------------ */

enum { COLUMNS = 5 };
static const char *const columns[COLUMNS] = { "name", "key", "description", "enabled",
					      "usageplanids" };

/* Which column stands where, by the file's first line; false when a needed one is missing. */
static bool read_header(struct str line, int at[COLUMNS])
{
	int i = 0;

	for (int c = 0; c < COLUMNS; c++)
		at[c] = -1;
	for (; line.p; i++) {
		struct str name = str_trim(str_cut(&line, ','));

		for (int c = 0; c < COLUMNS; c++)
			if (str_eq_nocase(name, str_of(columns[c])))
				at[c] = i;
	}
	return at[0] >= 0 && at[1] >= 0;
}

static struct str field(struct str line, int at)
{
	struct str value = STR("");

	if (at < 0)
		return value;
	while (line.p && at-- >= 0)
		value = str_cut(&line, ',');
	value = at < 0 ? str_trim(value) : STR("");
	if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
		value = str_slice(value, 1, value.n - 1);
	return value;
}

static void add_to_plan(struct op *op, struct str plan, const struct thing *key)
{
	struct thing entry;

	if (!thing_exists(op, &kind_usage_plan, STR_NONE, plan) ||
	    thing_exists(op, &kind_usage_plan_key, plan, key->id))
		return;
	entry = thing_new(op, plan, 0);
	entry.id = key->id;
	json_set_str(entry.doc, "id", key->id);
	json_set_cstr(entry.doc, "type", "API_KEY");
	json_set_str(entry.doc, "value", key->name);
	json_set_str(entry.doc, "name", json_get_str(key->doc, "name"));
	thing_put(op, &kind_usage_plan_key, &entry);
}

/* One line of the file; false with the error set. */
static bool import_line(struct op *op, struct str line, const int at[COLUMNS],
			struct json_object *ids)
{
	struct thing key = thing_new(op, STR_NONE, 10);
	struct str plans = field(line, at[4]), enabled = field(line, at[3]);

	json_set_str(key.doc, "name", field(line, at[0]));
	if (!set_value(op, &key, field(line, at[1])))
		return false;
	if (field(line, at[2]).n)
		json_set_str(key.doc, "description", field(line, at[2]));
	json_set_bool(key.doc, "enabled", !enabled.n || str_eq_nocase(enabled, STR("true")));
	json_set_time(key.doc, "createdDate", op->now / 1000 * 1000);
	json_set_time(key.doc, "lastUpdatedDate", op->now / 1000 * 1000);
	json_set_array(key.doc, "stageKeys");
	thing_put(op, &kind_api_key, &key);
	json_add_str(ids, key.id);
	if (json_count(ids) > (size_t)kind_api_key.most)
		return things_fit(op, &kind_api_key, STR(""));
	while (plans.p) {
		struct str plan = str_trim(str_cut(&plans, ';'));

		if (plan.n)
			add_to_plan(op, plan, &key);
	}
	return true;
}

enum outcome apigateway_import_api_keys(struct op *op)
{
	struct str rest = op_str(op, "body"), line = str_cut(&rest, '\n');
	struct json_object *ids = json_set_array(op->out, "ids");
	int at[COLUMNS];

	json_set_array(op->out, "warnings");
	if (!read_header(line, at))
		return op_fail(op, &GatewayBadRequest,
			       "Failed to import API keys: the columns Name and Key are required");
	while (rest.p) {
		line = str_trim(str_cut(&rest, '\n'));
		if (line.n && !import_line(op, line, at, ids))
			return FAILED;
	}
	return things_fit(op, &kind_api_key, STR("")) ? DONE : FAILED;
}

/* --- plans ---------------------------------------------------------------------------------------------- */

static bool stages_good(struct op *op, const struct json_object *plan)
{
	struct json_object *stages = json_get(plan, "apiStages");

	for (size_t i = 0; i < json_count(stages); i++) {
		struct str api = json_get_str(json_at(stages, i), "apiId");
		struct str stage = json_get_str(json_at(stages, i), "stage");

		if (thing_exists(op, &kind_stage, api, stage))
			continue;
		op_fail(op, &GatewayNotFound, "API Stage not found: %.*s:%.*s", STR_ARG(api),
			STR_ARG(stage));
		return false;
	}
	return true;
}

static bool plan_good(struct op *op, struct json_object *plan)
{
	struct json_object *quota = json_get(plan, "quota");
	struct json_object *throttle = json_get(plan, "throttle");
	struct str rate = json_get_str(throttle, "rateLimit");

	if (!json_get_str(plan, "name").n)
		return bad(op, "Usage Plan name must not be blank");
	if (quota && json_int_or(json_get(quota, "limit"), 0) < 1)
		return bad(op, "Usage Plan quota limit must be greater than 0");
	if (quota && !json_get_str(quota, "period").n)
		return bad(op, "Usage Plan quota period must be specified");
	if (quota && !json_get(quota, "offset"))
		json_set_int(quota, "offset", 0);
	if (rate.p || json_get_str(throttle, "burstLimit").p)
		return bad(op, "Invalid throttle settings specified");
	if (json_object_is_type(json_get(throttle, "rateLimit"), json_type_int))
		json_set(throttle, "rateLimit",
			 json_object_new_double(
				 (double)json_int_or(json_get(throttle, "rateLimit"), 0)));
	return stages_good(op, plan);
}

enum outcome apigateway_create_usage_plan(struct op *op)
{
	static const char *const members[] = { "name",  "description", "apiStages", "throttle",
					       "quota", "tags",        NULL };
	struct thing plan = thing_new(op, STR_NONE, 6);

	copy_members(plan.doc, op->in, members);
	if (!json_get(plan.doc, "apiStages"))
		json_set_array(plan.doc, "apiStages");
	return plan_good(op, plan.doc) ? thing_created(op, &kind_usage_plan, &plan) : FAILED;
}

static bool plan_changed(struct op *op, struct thing *plan, struct json_object *was)
{
	(void)was;
	if (!json_get(plan->doc, "apiStages"))
		json_set_array(plan->doc, "apiStages");
	return plan_good(op, plan->doc);
}

static bool plan_leaving(struct op *op, struct thing *plan)
{
	if (json_count(json_get(plan->doc, "apiStages")))
		return bad(op,
			   "Cannot delete usage plan with associated API stages. Remove the API "
			   "stages first.");
	things_drop_owned(op, plan->id);
	db_run(op->db, "DELETE FROM apigateway_usage WHERE plan = ?", "s", plan->id);
	return true;
}

static const struct patch_rule plan_rules[] = {
	{ "/apiStages", PATCH_ADD | PATCH_REMOVE, PATCH_API_STAGES },
	{ "/description", PATCH_REPLACE },
	{ "/name", PATCH_REPLACE },
	{ "/productCode", PATCH_REPLACE | PATCH_REMOVE },
	{ "/quota", PATCH_REMOVE },
	{ "/quota/limit", PATCH_REPLACE | PATCH_ADD, PATCH_INTEGER },
	{ "/quota/offset", PATCH_REPLACE | PATCH_ADD, PATCH_INTEGER },
	{ "/quota/period", PATCH_REPLACE | PATCH_ADD },
	{ "/throttle", PATCH_REMOVE },
	{ "/throttle/burstLimit", PATCH_REPLACE | PATCH_ADD, PATCH_INTEGER },
	{ "/throttle/rateLimit", PATCH_REPLACE | PATCH_ADD, PATCH_NUMBER },
	{ 0 }
};
static const struct patch_rules plan_patches = { plan_rules, PATCH_WORDS_LIST };

const struct kind kind_usage_plan = {
	.noun = "UsagePlan",
	.plural = "UsagePlans",
	.id = "usagePlanId",
	.missing = "Invalid Usage Plan ID specified",
	.patches = &plan_patches,
	.changed = plan_changed,
	.leaving = plan_leaving,
	.tagged = true,
};

enum outcome apigateway_create_usage_plan_key(struct op *op)
{
	struct str key_id = op_str(op, "keyId");
	struct thing plan, key, entry;

	if (!thing_get(op, &kind_usage_plan, &plan))
		return FAILED;
	if (!str_is(op_str(op, "keyType"), "API_KEY"))
		return op_fail(op, &GatewayBadRequest, "Invalid key type specified");
	if (!thing_find(op, &kind_api_key, STR_NONE, key_id, &key))
		return op_fail(op, &GatewayNotFound, "%s", kind_api_key.missing);
	if (thing_find(op, &kind_usage_plan_key, plan.id, key_id, &entry))
		return op_fail(op, &GatewayConflict, "Usage Plan Key already exists");
	add_to_plan(op, plan.id, &key);
	thing_find(op, &kind_usage_plan_key, plan.id, key_id, &entry);
	thing_show(op, &kind_usage_plan_key, &entry, SHOW_CREATED, op->out);
	return DONE;
}

const struct kind kind_usage_plan_key = {
	.noun = "UsagePlanKey",
	.plural = "UsagePlanKeys",
	.id = "keyId",
	.owner = "usagePlanId",
	.missing = "Invalid API Key identifier specified",
};
