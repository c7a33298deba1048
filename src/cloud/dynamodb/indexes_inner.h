#ifndef CLOUD_DYNAMODB_INDEXES_INNER_H
#define CLOUD_DYNAMODB_INDEXES_INNER_H

#include "cloud/dynamodb/indexes.h"

/* What indexes*.c share: one action of GlobalSecondaryIndexUpdates, and indexes in a definition. */
enum index_verb { INDEX_NONE, INDEX_UPDATE, INDEX_CREATE, INDEX_DELETE };

struct index_action {
	enum index_verb verb;
	struct json_object *asked;
	struct str name;
};

/* The action of one element; `verb` is INDEX_NONE when it has none. */
struct index_action index_action_at(struct op *op, size_t i);
/* The index of a definition that has that name or number, or NULL. */
struct json_object *index_named(struct json_object *definition, const char *member,
				struct str name);
struct json_object *index_numbered(struct json_object *definition, int64_t number);
/* When something began, or -1. */
int64_t index_moment(struct json_object *index, const char *member);
/* Is room still being made for an index that is CREATING? */
bool index_allocates(const struct op *op, struct json_object *index);

/* The rules of one action, when the table has settled enough for it; `definition` has its new billing mode. */
bool index_check_create(struct op *op, const struct table *table, struct json_object *definition,
			const struct index_action *action);
bool index_check_update(struct op *op, struct json_object *definition,
			const struct index_action *action);

#endif
