#ifndef CLOUD_DYNAMODB_PARTIQL_PARSE_H
#define CLOUD_DYNAMODB_PARTIQL_PARSE_H

#include "cloud/dynamodb/partiql.h"
#include "cloud/dynamodb/partiql_lex.h"

/*
 * The parser's own header: what partiql_parse.c (statements), partiql_expr.c (expressions) and partiql_value.c
 * (literals) have in common.
 *
 * There are two kinds of complaints. Where the grammar ends, so does parsing: partiql_syntax(). What DynamoDB does not
 * support of what the grammar allows is remembered, and said when the rest has been read: partiql_refuse().
 */
struct partiql_parser {
	struct arena *a;
	struct str text;
	struct partiql_token *tokens;
	size_t at;
	int depth;
	const char *why;     /* the syntax error, or NULL */
	const char *refused; /* the first thing that is not supported, or NULL */
	struct json_object *parameters;
	size_t used; /* parameters */
};

/* How tightly what an expression ends before holds: what parsing an expression is given. */
enum partiql_precedence {
	PRECEDENCE_ANY = -1,
	PRECEDENCE_OR = 10,
	PRECEDENCE_AND = 20,
	PRECEDENCE_NOT = 30,
	PRECEDENCE_EQUITY = 40,
	PRECEDENCE_COMPARISON = 50,
	PRECEDENCE_ADDITION = 60,
	PRECEDENCE_MULTIPLY = 70,
};

/* The token here, and the next but `n`. */
const struct partiql_token *partiql_here(const struct partiql_parser *p);
const struct partiql_token *partiql_ahead(const struct partiql_parser *p, size_t n);
/* Is the word or symbol here? Take it if it is. */
bool partiql_is(const struct partiql_parser *p, const char *word);
bool partiql_take(struct partiql_parser *p, const char *word);
/* Take the symbol, or complain that its kind ("RIGHT_PAREN") was expected. */
bool partiql_expect(struct partiql_parser *p, const char *symbol, const char *kind);

/* Complain of the grammar: the first sentence stays. Always NULL. */
void *partiql_syntax(struct partiql_parser *p, const char *detail);
/* Remember what is not supported: the first sentence stays. */
void partiql_refuse(struct partiql_parser *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* " at LINE:COLUMN:LENGTH" of a part of the statement. */
const char *partiql_place(const struct partiql_parser *p, struct str part);

/* An expression; NULL with the complaint set. */
struct expr *partiql_expression(struct partiql_parser *p, int precedence);
/* A path that begins with a name; NULL with the complaint set. */
struct expr *partiql_simple_path(struct partiql_parser *p);
/* A condition as WHERE takes it: refused when it is none, or says what DynamoDB does not do. */
struct expr *partiql_condition(struct partiql_parser *p);
/* What an expression is called when it stands in the wrong place: "Select", "Eq". */
const char *partiql_node_name(const struct expr *e);

/* A function's name as complaints have it. */
const char *partiql_lower(struct partiql_parser *p, struct str name);

/* [...], <<...>>, {...} and single values; NULL with the complaint set. */
struct expr *partiql_literal(struct partiql_parser *p);
/* Elements up to `close`, whose kind is named when it is missing; added to e->args. */
bool partiql_arguments(struct partiql_parser *p, struct expr *e, const char *close,
		       const char *kind);
/*
 * Refuse a literal that no attribute can hold: numbers out of range, sets with duplicates. Of an item, each member is a
 * root of its own in what is said.
 */
void partiql_check_value(struct partiql_parser *p, const struct json_object *value, bool item);

/* A new node, and one argument more. */
struct expr *partiql_node(struct partiql_parser *p, enum expr_kind kind, struct str name);
void partiql_add(struct partiql_parser *p, struct expr *e, struct expr *arg);
/* A function of a path: attribute_not_exists and the like. */
struct expr *partiql_call(struct arena *a, enum expr_function function, struct expr *x,
			  struct expr *y);

#endif
