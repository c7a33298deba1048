#ifndef CLOUD_DYNAMODB_BACKUP_INNER_H
#define CLOUD_DYNAMODB_BACKUP_INNER_H

#include "cloud/dynamodb/backup.h"

/* What the operations on backups share. */

/* A backup as its row has it; everything is in the arena of the op that found it. */
struct backup {
	int64_t id;
	struct str label, name, table_name;
	struct json_object *definition; /* the table's, at that moment */
	int64_t items, bytes;
	int64_t created_at, table_created_at;
	bool ready;      /* AVAILABLE */
	int64_t readers; /* tables being restored from it */
};

/* The backup of that ARN; false with AWS's error set when there is none. */
bool backup_find(struct op *op, struct str arn, struct backup *out);
struct str backup_arn(struct op *op, const struct backup *b);

#endif
