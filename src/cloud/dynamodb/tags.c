/*
 * Tags of tables. Their rules are those of the AWS General Reference, "Tagging your AWS resources": letters of all
 * alphabets, digits, blanks and some signs.
 */
#include "cloud/dynamodb/tags.h"

#include "cloud/dynamodb/operations.h"
#include "cloud/dynamodb/table.h"

enum { TAGS_MAX = 50, KEY_MAX = 128, VALUE_MAX = 256 };

/* --- rules ------------------------------------------------------------------------------ */

static size_t characters(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += (s.p[i] & 0xc0) != 0x80;
	return n;
}

/* Beyond ASCII only the pictures are refused: they begin with F0 9F. */
static bool is_tag_text(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == 0xf0 && i + 1 < s.n && (unsigned char)s.p[i + 1] == 0x9f)
			return false;
		if (c < 0x80 && !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
				  (c >= 'A' && c <= 'Z') || (c && strchr("\t\n\r _.:/=+-@", c))))
			return false;
	}
	return true;
}

static bool check_key(struct op *op, struct str key)
{
	if (!key.n || characters(key) > KEY_MAX || !is_tag_text(key)) {
		op_fail(op, &ValidationException, "The Tag Key provided is invalid, Key: %.*s",
			STR_ARG(key.p ? key : STR("null")));
		return false;
	}
	if (!str_starts(key, STR("aws:")))
		return true;
	op_fail(op, &ValidationException, "Tag Key cannot be prefixed with aws:, Key: %.*s",
		STR_ARG(key));
	return false;
}

static bool check_value(struct op *op, struct str value)
{
	if (value.p && characters(value) <= VALUE_MAX && is_tag_text(value))
		return true;
	op_fail(op, &ValidationException, "The Tag Value provided is invalid, Value: %.*s",
		STR_ARG(value.p ? value : STR("null")));
	return false;
}

static bool check_count(struct op *op, size_t count)
{
	if (count <= TAGS_MAX)
		return true;
	op_fail(op, &ValidationException,
		"Number of Tags exceed the current limit for the provided ResourceArn");
	return false;
}

/* Is one of the first `count` of the list's tags (or of its plain keys) called so? */
static bool has_key(struct json_object *list, size_t count, struct str key)
{
	for (size_t i = 0; i < count; i++) {
		struct json_object *element = json_at(list, i);

		if (str_eq(json_is_string(element) ? json_str(element)
						   : json_get_str(element, "Key"),
			   key))
			return true;
	}
	return false;
}

bool tags_check(struct op *op, struct json_object *tags)
{
	for (size_t i = 0; i < json_count(tags); i++) {
		struct str key = json_get_str(json_at(tags, i), "Key");

		if (!check_key(op, key) ||
		    !check_value(op, json_get_str(json_at(tags, i), "Value")))
			return false;
		if (!has_key(tags, i, key))
			continue;
		op_fail(op, &ValidationException,
			"Duplicate Tag Keys provided as input: Duplicate Tag Key found %.*s",
			STR_ARG(key));
		return false;
	}
	return check_count(op, json_count(tags));
}

/* --- operations --------------------------------------------------------------------------- */

/* Is it a table of another account? What is there is nobody's business here. */
static bool is_elsewhere(struct op *op, struct str arn)
{
	struct str parts[5]; /* "arn", partition, service, region, account */

	for (int i = 0; i < 5; i++)
		parts[i] = str_cut(&arn, ':');
	return str_is(parts[2], "dynamodb") && parts[4].n && !str_is(parts[4], op->account->id);
}

/* What follows an ARN's account. */
static struct str arn_resource(struct str arn)
{
	for (int i = 0; i < 5; i++)
		str_cut(&arn, ':');
	return arn;
}

/* The table's name in ResourceArn; false with the error set when it is no ARN of a table. */
static bool tagged_name(struct op *op, struct str *name)
{
	struct str arn = op_str(op, "ResourceArn");

	if (!str_starts(arn, STR("arn:"))) {
		op_fail(op, &ValidationException,
			"One or more parameter values were invalid: ARNs must start with 'arn:': %.*s",
			STR_ARG(arn));
		return false;
	}
	if (str_find_str(arn, STR("/index/")) >= 0) {
		op_fail(op, &ValidationException,
			"One or more parameter values were invalid: Invalid resource arn provided, only table or stream is "
			"accepted. Provided resource arn: %.*s",
			STR_ARG(arn));
		return false;
	}
	if (is_elsewhere(op, arn)) {
		op_fail(op, &AccessDeniedException,
			"User: %.*s is not authorized to perform: dynamodb:%s on resource: %.*s because no resource-based policy "
			"allows the dynamodb:%s action",
			STR_ARG(op->caller.arn), op->operation->name, STR_ARG(arn),
			op->operation->name);
		return false;
	}
	if (!str_starts(arn_resource(arn), STR("table/")) ||
	    str_find_str(arn, STR("/backup/")) >= 0) {
		op_fail(op, &ValidationException,
			"One or more parameter values were invalid: Provided Arn is not a DynamoDB resource "
			"arn: %.*s",
			STR_ARG(arn));
		return false;
	}
	if (table_name_of(op, arn, 1, name))
		return true;
	op_fail(op, &ValidationException,
		"Invalid TableArn: Invalid ResourceArn provided as input %.*s", STR_ARG(arn));
	return false;
}

/* The table of that name and its definition; NULL with the error set. */
static const struct table *tagged_table(struct op *op, struct str name,
					struct json_object **definition)
{
	const struct table *table = NULL;
	struct table_row row;

	if (table_row_find(op, name, &row) && row.status != TABLE_DELETING)
		table = table_load(op, &row);
	if (!table) {
		op_fail(op, &ResourceNotFoundException,
			"Requested resource not found: ResourcArn: %.*s not found",
			STR_ARG(op_str(op, "ResourceArn")));
		return NULL;
	}
	*definition = json_parse(op->arena, table->definition, NULL);
	return table;
}

static void store_tags(struct op *op, const struct table *table, struct json_object *definition,
		       struct json_object *tags)
{
	json_set(definition, "Tags", json_object_get(tags));
	table_store(op, table->id, definition);
}

/* Copies of the tags that `without` does not name. */
static struct json_object *tags_without(struct op *op, struct json_object *tags,
					struct json_object *without)
{
	struct json_object *out = json_new_array(op->arena);

	for (size_t i = 0; i < json_count(tags); i++)
		if (!has_key(without, json_count(without), json_get_str(json_at(tags, i), "Key")))
			json_add(out, json_object_get(json_at(tags, i)));
	return out;
}

enum outcome dynamodb_op_tag_resource(struct op *op)
{
	struct json_object *definition, *tags, *added = op_get(op, "Tags");
	const struct table *table;
	struct str name;

	if (!tagged_name(op, &name))
		return FAILED;
	if (!json_count(added))
		return op_fail(op, &ValidationException,
			       "Atleast one Tag needs to be provided as Input.");
	if (!tags_check(op, added))
		return FAILED;
	table = tagged_table(op, name, &definition);
	if (!table)
		return FAILED;
	tags = tags_without(op, json_get(definition, "Tags"), added);
	for (size_t i = 0; i < json_count(added); i++)
		json_add(tags, json_object_get(json_at(added, i)));
	if (!check_count(op, json_count(tags)))
		return FAILED;
	store_tags(op, table, definition, tags);
	return DONE;
}

enum outcome dynamodb_op_untag_resource(struct op *op)
{
	struct json_object *definition, *keys = op_get(op, "TagKeys");
	const struct table *table;
	struct str name;

	if (!tagged_name(op, &name))
		return FAILED;
	if (!json_count(keys))
		return op_fail(op, &ValidationException,
			       "Atleast one Tag Key needs to be provided as Input.");
	for (size_t i = 0; i < json_count(keys); i++)
		if (!check_key(op, json_str(json_at(keys, i))))
			return FAILED;
	if (!check_count(op, json_count(keys)))
		return FAILED;
	table = tagged_table(op, name, &definition);
	if (!table) /* in fewer words than the others */
		return op_fail(op, &ResourceNotFoundException, "Requested resource not found");
	store_tags(op, table, definition, tags_without(op, json_get(definition, "Tags"), keys));
	return DONE;
}

enum outcome dynamodb_op_list_tags_of_resource(struct op *op)
{
	struct json_object *definition, *tags;
	struct str name;

	if (!tagged_name(op, &name) || !tagged_table(op, name, &definition))
		return FAILED;
	tags = json_get(definition, "Tags");
	if (tags)
		json_set(op->out, "Tags", json_object_get(tags));
	else
		json_set_array(op->out, "Tags");
	return DONE;
}
