#ifndef CLOUD_DYNAMODB_PARTIQL_H
#define CLOUD_DYNAMODB_PARTIQL_H

#include "aws/op.h"
#include "cloud/dynamodb/expr.h"

/*
 * PartiQL: statements that say in a dialect of SQL what the other operations say in parameters.
 *
 * A statement is cut into tokens (partiql_lex.c), parsed by precedence (partiql_expr.c, partiql_value.c,
 * partiql_parse.c) and ends as the trees that expressions have: its WHERE is a condition, its SET and REMOVE an update,
 * its literals and parameters are attribute values. From there on reads are queries and scans (partiql_read.c), and
 * writes are the actions of transactions (partiql_write.c).
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html
 */

enum partiql_kind {
	PARTIQL_SELECT,
	PARTIQL_INSERT,
	PARTIQL_UPDATE,
	PARTIQL_DELETE,
	PARTIQL_EXISTS, /* EXISTS(SELECT ...), a transaction's condition check */
};

enum partiql_returning {
	RETURNING_NOTHING,
	RETURNING_ALL_OLD,
	RETURNING_ALL_NEW,
	RETURNING_MODIFIED_OLD,
	RETURNING_MODIFIED_NEW,
};

struct partiql_order {
	struct str name;
	bool descending;
};

struct partiql {
	enum partiql_kind kind;
	struct str table;
	struct str index;         /* absent: the table itself */
	struct path_list columns; /* SELECT; none: * */
	struct expr *where;       /* NULL: none */
	struct partiql_order *orders;
	size_t order_count;
	struct json_object *item; /* INSERT */
	struct update update;     /* UPDATE */
	enum partiql_returning returning;
};

/*
 * Parse a statement and put its parameters (an array of attribute values, or NULL) in the place of its question marks.
 * False with AWS's sentence in *why.
 */
bool partiql_parse(struct arena *a, struct str text, struct json_object *parameters,
		   struct partiql *out, const char **why);
/* What partiql_parse() looks at first: are the parameters well-formed values? */
bool partiql_check_parameters(struct arena *a, struct json_object *parameters, const char **why);

/*
 * Write a statement so that it parses to the same statement; what was a parameter is written as a literal (binary
 * values, which have none, as a question mark).
 */
void partiql_print(struct buf *b, const struct partiql *s);

/* A column's name in the answer: the path from its last name on, as in "b[0]" for a.b[0]. */
struct str partiql_column_name(struct arena *a, const struct path *path);

/* A reading statement, or EXISTS? */
static inline bool partiql_reads(const struct partiql *s)
{
	return s->kind == PARTIQL_SELECT;
}

#endif
