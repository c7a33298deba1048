#ifndef CLOUD_DYNAMODB_TABLE_CLASS_H
#define CLOUD_DYNAMODB_TABLE_CLASS_H

#include "aws/op.h"

/* A table's class: what its storage costs. Nothing of the table behaves otherwise for it. */

/* Is the class that the request asks for, if any, one that there is? False with the error set. */
bool table_class_check(struct op *op);

/* Before UpdateTable changes the definition: note when the class becomes another. */
void table_class_note(struct op *op, struct json_object *definition);

/* TableClassSummary, of a table that was ever given a class. */
void table_class_describe(struct json_object *definition, struct json_object *out);

#endif
