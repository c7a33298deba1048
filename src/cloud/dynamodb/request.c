/* The expressions of a request: mixtures, placeholders, then each expression. */
#include "cloud/dynamodb/request.h"

#include "aws/service.h"
#include "aws/shape.h"

/* Expression parameters, in the order in which AWS lists and parses them. */
static const struct {
	unsigned takes;
	const char *name;
} modern[] = {
	{ TAKES_PROJECTION, "ProjectionExpression" },      { TAKES_UPDATE, "UpdateExpression" },
	{ TAKES_CONDITION, "ConditionExpression" },        { TAKES_FILTER, "FilterExpression" },
	{ TAKES_KEY_CONDITION, "KeyConditionExpression" },
};

static const struct {
	unsigned takes;
	const char *name;
} older[] = {
	{ TAKES_PROJECTION, "AttributesToGet" },
	{ TAKES_UPDATE, "AttributeUpdates" },
	{ TAKES_CONDITION, "Expected" },
	{ TAKES_FILTER, "QueryFilter" },
	{ TAKES_SCAN_FILTER, "ScanFilter" },
	{ TAKES_CONDITION | TAKES_FILTER | TAKES_SCAN_FILTER, "ConditionalOperator" },
	{ TAKES_KEY_CONDITION, "KeyConditions" },
};

/* Operations that speak in newer words; `envelope` tells that they count their one error. */
static const struct {
	const char *name;
	bool envelope;
} newer[] = {
	{ "BatchGetItem", false }, { "DeleteItem", true }, { "GetItem", false },
	{ "PutItem", true },       { "Query", false },     { "UpdateItem", true },
};

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static bool refuse(struct op *op, const char *why)
{
	op_fail(op, &ValidationException, "%s", why);
	return false;
}

enum value_words request_words(const struct op *op)
{
	for (size_t i = 0; i < COUNT(newer); i++)
		if (str_is(str_of(newer[i].name), op->operation->name))
			return VALUE_NEWER_WORDS;
	return VALUE_OLDER_WORDS;
}

enum outcome request_refused(struct op *op)
{
	for (size_t i = 0; i < COUNT(newer); i++)
		if (newer[i].envelope && str_is(str_of(newer[i].name), op->operation->name) &&
		    json_depth(op->in) <= SHAPE_NEWER_DEPTH_MAX)
			op->error_message =
				arena_strf(op->arena, "1 validation error detected: %.*s",
					   STR_ARG(op->error_message));
	return FAILED;
}

static void list(struct buf *b, const char *name)
{
	if (b->n)
		buf_adds(b, ", ");
	buf_adds(b, name);
}

static bool refuse_mixture(struct op *op, struct buf *old, struct buf *new)
{
	op_fail(op, &ValidationException,
		"Can not use both expression and non-expression parameters in the same request: Non-expression "
		"parameters: {%.*s} Expression parameters: {%.*s}",
		STR_ARG(buf_str(old)), STR_ARG(buf_str(new)));
	return false;
}

/* ExpressionAttributeValues need an expression that can use them. */
static bool refuse_values(struct op *op, unsigned takes)
{
	struct buf b;
	int count = 0;

	if (request_words(op) == VALUE_NEWER_WORDS)
		return refuse(
			op,
			"ExpressionAttributeValues can only be specified when using expressions");
	buf_init(&b, BUF_MAX);
	for (size_t i = 0; i < COUNT(modern); i++) {
		if (!(takes & modern[i].takes) || modern[i].takes == TAKES_PROJECTION)
			continue;
		if (count++)
			buf_adds(&b, " and ");
		buf_adds(&b, modern[i].name);
	}
	op_fail(op, &ValidationException,
		"ExpressionAttributeValues can only be specified when using expressions: %.*s %s null",
		STR_ARG(buf_str(&b)), count > 1 ? "are" : "is");
	buf_release(&b);
	return false;
}

static bool check_mixture(struct op *op, struct json_object *params, unsigned takes)
{
	struct buf old, new;
	bool values = false, good = true;

	buf_init(&old, 1024);
	buf_init(&new, 1024);
	for (size_t i = 0; i < COUNT(modern); i++) {
		if (!(takes & modern[i].takes) || !json_get(params, modern[i].name))
			continue;
		list(&new, modern[i].name);
		values |= modern[i].takes != TAKES_PROJECTION;
	}
	for (size_t i = 0; i < COUNT(older); i++) {
		if (!(takes & older[i].takes) || !json_get(params, older[i].name))
			continue;
		/* KeyConditions may go with the expressions that do not replace it. */
		if (older[i].takes == TAKES_KEY_CONDITION &&
		    !json_get(params, "KeyConditionExpression"))
			continue;
		list(&old, older[i].name);
	}
	if (old.n && new.n)
		good = refuse_mixture(op, &old, &new);
	else if (json_get(params, "ExpressionAttributeNames") && !new.n)
		good = refuse(
			op,
			"ExpressionAttributeNames can only be specified when using expressions");
	else if (json_get(params, "ExpressionAttributeValues") && !values)
		good = refuse_values(op, takes);
	buf_release(&old);
	buf_release(&new);
	return good;
}

/* --- placeholders ------------------------------------------------------------------ */

static bool is_placeholder(const char *key, char mark)
{
	size_t n = strlen(key);

	for (size_t i = 1; i < n; i++) {
		char c = key[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '_'))
			return false;
	}
	return n > 1 && key[0] == mark;
}

static bool check_placeholder_keys(struct op *op, struct json_object *map, const char *parameter,
				   char mark)
{
	if (!json_count(map)) {
		op_fail(op, &ValidationException, "%s must not be empty", parameter);
		return false;
	}
	JSON_EACH(map, key, value)
	{
		(void)value;
		if (is_placeholder(key, mark))
			continue;
		op_fail(op, &ValidationException,
			"%s contains invalid key: Syntax error; key: \"%s\"", parameter, key);
		return false;
	}
	return true;
}

static bool check_names(struct op *op, struct json_object *names)
{
	JSON_EACH(names, key, name)
	{
		(void)key;
		if (json_str(name).n > ATTRIBUTE_NAME_MAX)
			return refuse(op, ATTRIBUTE_NAME_COMPLAINT);
	}
	return true;
}

static bool check_values(struct op *op, struct json_object *values)
{
	enum value_words words = request_words(op);
	const char *why;

	JSON_EACH(values, key, value)
	{
		if (value_check_words(op->arena, value, words, &why))
			continue;
		if (words == VALUE_NEWER_WORDS)
			return refuse(op, why);
		op_fail(op, &ValidationException,
			"ExpressionAttributeValues contains invalid value: %s for key %s", why,
			key);
		return false;
	}
	return true;
}

static bool check_placeholders(struct op *op, const struct expr_scope *scope)
{
	if (scope->names &&
	    (!check_placeholder_keys(op, scope->names, "ExpressionAttributeNames", '#') ||
	     !check_names(op, scope->names)))
		return false;
	if (!scope->values)
		return true;
	return check_placeholder_keys(op, scope->values, "ExpressionAttributeValues", ':') &&
	       check_values(op, scope->values);
}

static bool check_unused(struct op *op, const struct expr_scope *scope, struct json_object *map,
			 const char *parameter)
{
	struct buf b;
	bool good;

	if (!map)
		return true;
	buf_init(&b, BUF_MAX);
	JSON_EACH(map, key, value)
	{
		(void)value;
		if (!expr_scope_used(scope, str_of(key)))
			list(&b, key);
	}
	good = !b.n;
	if (!good)
		op_fail(op, &ValidationException,
			"Value provided in %s unused in expressions: keys: {%.*s}", parameter,
			STR_ARG(buf_str(&b)));
	buf_release(&b);
	return good;
}

/* --- each expression --------------------------------------------------------------- */

static bool bad(struct op *op, const char *parameter, const char *why)
{
	op_fail(op, &ValidationException, "Invalid %s: %s", parameter, why);
	return false;
}

static bool read_condition(struct op *op, struct expr_scope *scope, struct json_object *params,
			   const char *parameter, struct expr **out)
{
	struct str text = json_get_str(params, parameter);
	const char *why = NULL;

	if (!text.p)
		return true;
	*out = expr_parse_condition(op->arena, text, &why);
	if (!*out || !expr_check_condition(scope, *out, &why))
		return bad(op, parameter, why);
	return true;
}

static bool read_projection(struct op *op, struct expr_scope *scope, struct json_object *params,
			    struct path_list **out)
{
	struct str text = json_get_str(params, "ProjectionExpression");
	const char *why = NULL;

	if (!text.p)
		return true;
	*out = ARENA_NEW(op->arena, struct path_list);
	if (!expr_parse_projection(op->arena, text, *out, &why) ||
	    !expr_check_projection(scope, *out, &why))
		return bad(op, "ProjectionExpression", why);
	return true;
}

static bool read_update(struct op *op, struct expr_scope *scope, struct json_object *params,
			struct update **out)
{
	struct str text = json_get_str(params, "UpdateExpression");
	const char *why = NULL;

	if (!text.p)
		return true;
	*out = ARENA_NEW(op->arena, struct update);
	if (!expr_parse_update(op->arena, text, *out, &why) ||
	    !expr_check_update(scope, *out, &why))
		return bad(op, "UpdateExpression", why);
	return true;
}

static bool read_modern(struct op *op, struct json_object *params, unsigned takes,
			struct request *out)
{
	struct expr_scope scope = { .arena = op->arena,
				    .names = json_get(params, "ExpressionAttributeNames"),
				    .values = json_get(params, "ExpressionAttributeValues") };

	if (!check_placeholders(op, &scope))
		return false;
	if ((takes & TAKES_UPDATE) && !read_update(op, &scope, params, &out->update))
		return false;
	if ((takes & TAKES_CONDITION) &&
	    !read_condition(op, &scope, params, "ConditionExpression", &out->condition))
		return false;
	if ((takes & TAKES_KEY_CONDITION) &&
	    !read_condition(op, &scope, params, "KeyConditionExpression", &out->key_condition))
		return false;
	if ((takes & TAKES_FILTER) &&
	    !read_condition(op, &scope, params, "FilterExpression", &out->filter))
		return false;
	if ((takes & TAKES_PROJECTION) && !read_projection(op, &scope, params, &out->projection))
		return false;
	return check_unused(op, &scope, scope.names, "ExpressionAttributeNames") &&
	       check_unused(op, &scope, scope.values, "ExpressionAttributeValues");
}

static bool read_older_filter(struct op *op, struct json_object *params, unsigned takes,
			      struct request *out)
{
	struct str joined_by = json_get_str(params, "ConditionalOperator");
	const char *filter = takes & TAKES_SCAN_FILTER ? "ScanFilter" : "QueryFilter";

	if (!(takes & (TAKES_FILTER | TAKES_SCAN_FILTER)))
		return true;
	if (!legacy_operator(op, json_get(params, filter), joined_by) ||
	    !legacy_conditions(op, json_get(params, filter), joined_by, &out->filter))
		return false;
	out->legacy_filter = out->filter != NULL;
	return true;
}

static bool read_older_names(struct op *op, struct json_object *params, unsigned takes,
			     struct request *out)
{
	return !(takes & TAKES_PROJECTION) ||
	       legacy_names(op, json_get(params, "AttributesToGet"), &out->projection);
}

bool request_begin(struct op *op, struct json_object *params, unsigned takes, struct request *out)
{
	*out = (struct request){ 0 };
	return check_mixture(op, params, takes);
}

bool request_older(struct op *op, struct json_object *params, unsigned takes, struct request *out)
{
	struct str joined_by = json_get_str(params, "ConditionalOperator");
	struct json_object *expected = json_get(params, "Expected");

	if ((takes & TAKES_UPDATE) &&
	    !legacy_updates(op, json_get(params, "AttributeUpdates"), &out->update))
		return false;
	if ((takes & TAKES_CONDITION) &&
	    (!legacy_operator(op, expected, joined_by) ||
	     !legacy_expected(op, expected, joined_by, &out->condition)))
		return false;
	/* Scan finds fault with names before filters, Query the other way round. */
	if (takes & TAKES_SCAN_FILTER)
		return read_older_names(op, params, takes, out) &&
		       read_older_filter(op, params, takes, out);
	return read_older_filter(op, params, takes, out) &&
	       read_older_names(op, params, takes, out);
}

bool request_finish(struct op *op, struct json_object *params, unsigned takes, struct request *out)
{
	return read_modern(op, params, takes, out) &&
	       (!(takes & TAKES_KEY_CONDITION) ||
		legacy_conditions(op, json_get(params, "KeyConditions"), STR("AND"),
				  &out->key_condition));
}

bool request_read(struct op *op, struct json_object *params, unsigned takes, struct request *out)
{
	return request_begin(op, params, takes, out) && request_older(op, params, takes, out) &&
	       request_finish(op, params, takes, out);
}
