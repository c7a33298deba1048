#ifndef CLOUD_DYNAMODB_EXPR_H
#define CLOUD_DYNAMODB_EXPR_H

#include "base/json.h"

/*
 * The expression language: conditions, filters, key conditions, projections and updates share one lexer, one grammar of
 * operands and one tree.
 *
 * Text is cut into tokens (expr_lex.c), parsed into a tree (expr_parse.c), and the tree is checked in the order in which
 * AWS finds fault (expr_check.c), which also puts names and values in the place of placeholders. A checked tree is
 * evaluated against items (expr_eval.c). Everything lives in the arena.
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */

/* --- document paths -------------------------------------------------------- */

struct path_step {
	struct str name; /* absent: an index into a list; else a NUL stands behind it */
	int64_t index;
};

struct path {
	struct path_step *steps;
	size_t count;
};

struct path_list {
	struct path *paths;
	size_t count;
};

/* What stands at a path of an item, or NULL. */
struct json_object *path_find(const struct path *path, struct json_object *item);
/* "[a, b, [3]]", as AWS names paths in complaints. */
const char *path_text(struct arena *a, const struct path *path);
/* A path of one attribute. */
struct path path_of_name(struct arena *a, struct str name);
/*
 * Do two of the paths reach for the same place? True with AWS's sentence in *why.
 */
bool path_list_clash(struct arena *a, const struct path_list *list, const char **why);

/* --- trees ----------------------------------------------------------------- */

enum expr_kind {
	EXPR_PATH,
	EXPR_VALUE,
	EXPR_FUNCTION,
	EXPR_EQ,
	EXPR_NE,
	EXPR_LT,
	EXPR_LE,
	EXPR_GT,
	EXPR_GE,
	EXPR_BETWEEN, /* args: operand, lower, upper */
	EXPR_IN,      /* args: operand, candidates... */
	EXPR_AND,     /* two args */
	EXPR_OR,
	EXPR_NOT,  /* one arg */
	EXPR_PLUS, /* updates only */
	EXPR_MINUS,
};

enum expr_function {
	FUNCTION_UNKNOWN,
	FUNCTION_ATTRIBUTE_EXISTS,
	FUNCTION_ATTRIBUTE_NOT_EXISTS,
	FUNCTION_ATTRIBUTE_TYPE,
	FUNCTION_BEGINS_WITH,
	FUNCTION_CONTAINS,
	FUNCTION_SIZE,
	FUNCTION_IF_NOT_EXISTS,
	FUNCTION_LIST_APPEND,
};

struct expr {
	enum expr_kind kind;
	enum expr_function function;
	struct str name;           /* of a function or of a value's placeholder, as written */
	struct path path;          /* EXPR_PATH */
	struct json_object *value; /* EXPR_VALUE: set when checked */
	struct expr **args;
	size_t count;
	int parens; /* how many stand around it */
};

enum update_kind { UPDATE_SET, UPDATE_REMOVE, UPDATE_ADD, UPDATE_DELETE };

struct update_action {
	enum update_kind kind;
	struct path path;
	struct expr *value; /* NULL for UPDATE_REMOVE */
};

struct update {
	struct update_action *actions;
	size_t count;
	int sections[4]; /* how often each kind's keyword stands there */
	bool legacy;     /* it came as AttributeUpdates */
};

/* The operator or function as AWS prints it: "<>", "BETWEEN", "size". */
struct str expr_name(const struct expr *e);

#define EXPR_REDUNDANT "The expression has redundant parentheses;"

/* --- parsing: false or NULL with "Syntax error; ..." in *why ----------------- */

/* A condition, filter or key condition. */
struct expr *expr_parse_condition(struct arena *a, struct str text, const char **why);
/* Paths with commas between them. */
bool expr_parse_projection(struct arena *a, struct str text, struct path_list *out,
			   const char **why);
/* SET, REMOVE, ADD and DELETE sections in any order. */
bool expr_parse_update(struct arena *a, struct str text, struct update *out, const char **why);

/* Write a tree so that it parses to the same tree; every operator in parentheses where that may matter. */
void expr_print(struct buf *b, const struct expr *e);

/* --- checking ------------------------------------------------------------- */

/* The placeholders of one request, and which of them its expressions have used. */
struct expr_scope {
	struct arena *arena;
	struct json_object *names;  /* ExpressionAttributeNames, or NULL */
	struct json_object *values; /* ExpressionAttributeValues, or NULL */
	bool bound; /* nothing is a placeholder, reserved or redundant: names and values stand in the trees already */
	struct expr_used {
		struct expr_used *next;
		struct str name;
	} * used;
};

/*
 * Check a parsed expression and put names and values in the place of its placeholders. False with the sentence that AWS
 * puts behind "Invalid ...Expression: " in *why.
 */
bool expr_check_condition(struct expr_scope *s, struct expr *e, const char **why);
/* The same for a projection. */
bool expr_check_projection(struct expr_scope *s, struct path_list *list, const char **why);
/* The same for an update. */
bool expr_check_update(struct expr_scope *s, struct update *update, const char **why);
/* Was the placeholder used by any expression of the scope? */
bool expr_scope_used(const struct expr_scope *s, struct str name);

/* Is it one of DynamoDB's reserved words (in any case)? */
bool expr_reserved(struct str word);

/* --- evaluating ------------------------------------------------------------ */

/* Does the condition hold for the item (an object; NULL: there is none)? */
bool expr_holds(struct arena *a, const struct expr *e, struct json_object *item);

/* The parts of an item that the paths name, as a new object in the arena. */
struct json_object *expr_project(struct arena *a, const struct path_list *list,
				 struct json_object *item);

#endif
