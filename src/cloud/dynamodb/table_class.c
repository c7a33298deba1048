/* The class of a table; see table_class.h. */
#include "cloud/dynamodb/table_class.h"

#include "base/json.h"
#include "cloud/dynamodb/value.h"

#define CHANGED_AT "TableClassChangedAt"

bool table_class_check(struct op *op)
{
	struct str asked = op_str(op, "TableClass");

	if (!op_has(op, "TableClass") || str_is(asked, "STANDARD") ||
	    str_is(asked, "STANDARD_INFREQUENT_ACCESS"))
		return true;
	op_fail(op, &ValidationException,
		"Invalid table-class parameter provided. Please try again with a valid table-class "
		"value: [STANDARD, STANDARD_INFREQUENT_ACCESS].");
	return false;
}

void table_class_note(struct op *op, struct json_object *definition)
{
	struct str has = json_get_str(definition, "TableClass");

	if (op_has(op, "TableClass") &&
	    !str_eq(op_str(op, "TableClass"), has.p ? has : STR("STANDARD")))
		json_set_int(definition, CHANGED_AT, op->now);
}

void table_class_describe(struct json_object *definition, struct json_object *out)
{
	struct json_object *summary, *at = json_get(definition, CHANGED_AT);

	if (!json_get(definition, "TableClass"))
		return;
	summary = json_set_object(out, "TableClassSummary");
	json_set_str(summary, "TableClass", json_get_str(definition, "TableClass"));
	if (at)
		json_set_time(summary, "LastUpdateDateTime", json_int_or(at, 0));
}
