#ifndef CLOUD_DYNAMODB_TABLE_H
#define CLOUD_DYNAMODB_TABLE_H

#include "aws/op.h"
#include "cloud/dynamodb/value.h"

/*
 * Tables: their names, keys and indexes, as operations on items need them.
 *
 * A table is a row: its definition is the CreateTable request's own document. Status is computed from the row's times
 * when it is looked at. Parsed definitions are kept per thread under the row's stamp, a random number that changes with
 * every change of the definition: a rolled-back change leaves a stamp that no row has, so nothing needs to be forgotten.
 */
struct key_part {
	struct str name;      /* absent: the schema has no such part */
	enum value_type type; /* VALUE_S, VALUE_N or VALUE_B */
};

/* A table's key has one part for the partition and perhaps one for the order; a global index's up to four of each. */
struct key_schema {
	struct key_part hash, range;  /* the first of each */
	const struct key_part *parts; /* all of them, those of the partition first */
	size_t hash_count, count;
	bool wide; /* more than one of a kind: see wide_key.h */
};

enum projection { PROJECT_ALL, PROJECT_KEYS, PROJECT_INCLUDE };

struct table_index {
	struct str name;
	bool global;
	int number;         /* of its entries in dynamodb_entry */
	int64_t created_at; /* when it began to be CREATING, or -1: it can be read */
	struct key_schema keys;
	enum projection projection;
	struct str *included; /* of PROJECT_INCLUDE */
	size_t included_count;
};

/* Immutable; shared by everything that runs on this thread. */
struct table {
	int64_t id;
	struct str name;
	struct key_schema keys;
	struct table_index *indexes;
	size_t index_count;
	bool has_local;       /* item collections are measured */
	int64_t stream;       /* where changes of items are recorded, or 0 */
	unsigned stream_view; /* enum stream_view (stream.h) */
	int64_t backup;       /* the backup that is being made of it (backup.h), or 0 */
	int64_t past_days;    /* for how long is kept what its items were (past.h); 0: not */
	int64_t expiry;       /* the number of its entries in dynamodb_expiry (ttl.h); 0: none */
	struct str expiry_name,
		expiry_needle; /* the attribute; what texts have that hold it as a number */
	struct str definition; /* JSON */
};

enum table_status { TABLE_CREATING, TABLE_UPDATING, TABLE_ACTIVE, TABLE_DELETING };

/* What of a table changes with time. */
struct table_row {
	int64_t id;
	int64_t stamp;
	int64_t created_at;
	enum table_status status;
};

/* How long CREATING, UPDATING and DELETING last; 0: no longer than the answer that announces it. */
void table_set_delay(int64_t delay_ms);
int64_t table_delay(void);

/*
 * The table's name from op->in's member `member`: a name, or the ARN of a table of this account. False with
 * the error set when it breaks the rules (at least `least` characters).
 */
bool table_name(struct op *op, const char *member, size_t least, struct str *name);
/* The same for a text that stands elsewhere. */
bool table_name_of(struct op *op, struct str given, size_t least, struct str *name);
/* Has it the characters of a name or the beginning of an ARN? */
bool table_name_spelled(struct str given);

/* The row of a table that exists at op->now; false when there is none. */
bool table_row_find(struct op *op, struct str name, struct table_row *row);
/* The parsed definition of a row that exists; valid until op's arena is freed. */
const struct table *table_load(struct op *op, const struct table_row *row);
/*
 * For operations on items: the table named by op->in's TableName when it can be used (ACTIVE or UPDATING). NULL with
 * AWS's error set otherwise.
 */
const struct table *table_use(struct op *op);
const struct table *table_use_named(struct op *op, struct str name);

/*
 * For operations on tables: the row and definition of the table named by op->in's TableName, whatever its status.
 * NULL with AWS's error set when there is none.
 */
const struct table *table_named(struct op *op, struct table_row *row);

/* Store a changed definition without a time of UPDATING. */
void table_store(struct op *op, int64_t id, struct json_object *definition);

/* The index of that name, or NULL. */
const struct table_index *table_index_find(const struct table *table, struct str name);

/* Is the attribute a part of the key? */
bool key_schema_has(const struct key_schema *keys, struct str name);

/* A fresh stamp for a changed definition. */
int64_t table_stamp(void);

extern const struct aws_error ResourceInUseException, ResourceNotFoundException,
	ConditionalCheckFailedException, ConditionalCheckFailedWithItem,
	TransactionCanceledException, IdempotentParameterMismatchException, TableNotFoundException,
	ContinuousBackupsUnavailableException, PolicyNotFoundException, BackupNotFoundException,
	BackupInUseException, TableAlreadyExistsException, LimitExceededException,
	InvalidRestoreTimeException, PointInTimeRecoveryUnavailableException;

#endif
