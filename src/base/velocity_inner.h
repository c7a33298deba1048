#ifndef BASE_VELOCITY_INNER_H
#define BASE_VELOCITY_INNER_H

#include "base/velocity.h"

/*
 * What the files of Velocity share: velocity_parse.c makes the tree of a template, velocity_expr.c that of an expression,
 * velocity.c runs it, velocity_value.c and velocity_method.c know the values.
 */

/* --- values -------------------------------------------------------------------- */

enum vtl_kind {
	VTL_NULL,
	VTL_BOOL,
	VTL_INT,
	VTL_DOUBLE,
	VTL_STRING,
	VTL_LIST,
	VTL_MAP,
	VTL_ENTRY, /* of a map */
	VTL_TOOL,
	VTL_BLOCK, /* of #define */
	VTL_LOOP,  /* $foreach */
};

struct vtl_pair {
	struct str key;
	struct vtl_value *value;
};
struct vtl_value {
	enum vtl_kind kind;
	bool from_json; /* a list that prints as JSON */
	union {
		bool b;
		int64_t i;
		double d;
		struct str s;
		struct {
			struct vtl_value **at;
			size_t n, size;
		} list;
		struct {
			struct vtl_pair *at;
			size_t n, size;
		} map;
		struct vtl_pair *entry;
		const struct velocity_tool *tool;
		const struct vtl_node *block;
		struct vtl_loop *loop;
	};
	struct json_object *json; /* of a list or map that nobody looked into yet; else NULL */
};

/* A #foreach that runs. */
struct vtl_loop {
	size_t index, count;
	bool stopped;
	struct vtl_loop *parent;
};

struct vtl_variable {
	struct str name;
	struct vtl_value *value;
};

/* A rendering. */
struct vtl {
	struct arena *arena;
	const struct velocity_tool *tools;
	struct vtl_variable *variables;
	size_t variable_count, variable_size;
	size_t given; /* so many of them are the caller's, whose first values were: */
	struct vtl_value **given_values;
	struct vtl_loop *loop; /* the innermost */
	int nesting;
	size_t steps, bytes; /* used so far */
	bool changed;        /* a map, perhaps one of the caller's */
	bool stopped;        /* #stop */
	bool broke;          /* #break, until the loop's end */
	const char *why;     /* the first failure; NULL as long as all is well */
};

/* Render the body of a #define into `b`. */
void vtl_run_block(struct vtl *v, const struct vtl_node *body, struct buf *b);
/* Fail; the first reason sticks. Returns a null value. */
struct vtl_value *vtl_fail(struct vtl *v, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Use up steps, or bytes of memory. False when that was too much: then the rendering has failed. */
bool vtl_work(struct vtl *v, size_t steps);
bool vtl_room(struct vtl *v, size_t bytes);

/* Java's null; never changed. */
struct vtl_value *vtl_null(void);
/* A truth, a whole number, another number. Null when the rendering has failed, as all that follow. */
struct vtl_value *vtl_bool(struct vtl *v, bool b);
struct vtl_value *vtl_int(struct vtl *v, int64_t i);
struct vtl_value *vtl_double(struct vtl *v, double d);
/* A string of these bytes, which must last as long as the rendering. */
struct vtl_value *vtl_string(struct vtl *v, struct str s);
/* An empty list, an empty map. */
struct vtl_value *vtl_list(struct vtl *v);
struct vtl_value *vtl_map(struct vtl *v);
/* The value of a JSON tree that lasts as long as the rendering; lists and maps are looked into when they are used. */
struct vtl_value *vtl_of_json(struct vtl *v, struct json_object *json);
/* A fresh JSON tree, the arena's; NULL for null. */
struct json_object *vtl_to_json(struct vtl *v, struct vtl_value *value);
/* Look into a list or map. Before its members are used. */
void vtl_open(struct vtl *v, struct vtl_value *value);

/* Append to a list. */
void vtl_add(struct vtl *v, struct vtl_value *list, struct vtl_value *value);
/* The member, or NULL. */
struct vtl_value *vtl_get(struct vtl *v, struct vtl_value *map, struct str key);
/* Set a member; a new one goes to the end. The key must last as long as the rendering. */
void vtl_put(struct vtl *v, struct vtl_value *map, struct str key, struct vtl_value *value);
/* An entry of a map, as entrySet() has them. */
struct vtl_value *vtl_entry(struct vtl *v, struct vtl_pair *pair);

/* Is it a number, and which? */
bool vtl_is_number(const struct vtl_value *value);
double vtl_number(const struct vtl_value *value);
/* As Java's equals(), numbers by their value. */
bool vtl_equal(struct vtl *v, struct vtl_value *a, struct vtl_value *b);
/* Print as Java's toString(). */
void vtl_print(struct vtl *v, struct buf *b, struct vtl_value *value);
struct str vtl_text(struct vtl *v, struct vtl_value *value);

/* Call a method of a value; an unknown one is null. */
struct vtl_value *vtl_call(struct vtl *v, struct vtl_value *self, struct str method,
			   struct vtl_value **args, size_t count);
/* "$self.name", and "$self[index]". */
struct vtl_value *vtl_property(struct vtl *v, struct vtl_value *self, struct str name);
struct vtl_value *vtl_index(struct vtl *v, struct vtl_value *self, struct vtl_value *index);
/* String methods, velocity_string.c. */
struct vtl_value *vtl_call_string(struct vtl *v, struct vtl_value *self, struct str method,
				  struct vtl_value **args, size_t count);

/* --- trees ---------------------------------------------------------------------- */

enum vtl_expr_kind {
	VTL_LITERAL,
	VTL_TEXT, /* "interpolated" */
	VTL_REFERENCE,
	VTL_LIST_OF,
	VTL_MAP_OF,
	VTL_RANGE,
	VTL_NOT,
	VTL_OR,
	VTL_AND,
	VTL_EQ,
	VTL_NE,
	VTL_LT,
	VTL_LE,
	VTL_GT,
	VTL_GE,
	VTL_ADD,
	VTL_SUBTRACT,
	VTL_MULTIPLY,
	VTL_DIVIDE,
	VTL_REMAINDER,
};

struct vtl_expr {
	enum vtl_expr_kind kind;
	struct vtl_value literal;
	struct vtl_node *text;
	struct vtl_reference *reference;
	struct vtl_expr *left, *right; /* operands; a range's ends */
	struct vtl_expr *items;        /* of a list; of a map, keys and values by turns */
	struct vtl_expr *next;         /* in a list of items or arguments */
};

/* ".name", ".name(args)" or "[index]". */
struct vtl_step {
	struct str name; /* absent: an index */
	bool method;
	struct vtl_expr *args; /* or the index */
	struct vtl_step *next;
};

struct vtl_reference {
	struct str source; /* "$!{a.b}" */
	struct str name;
	struct vtl_step *steps;
};

enum vtl_node_kind {
	VTL_NODE_TEXT,
	VTL_NODE_REFERENCE,
	VTL_NODE_SET,
	VTL_NODE_IF, /* one clause; `otherwise` is the next one */
	VTL_NODE_FOREACH,
	VTL_NODE_DEFINE,
	VTL_NODE_BREAK,
	VTL_NODE_STOP,
};

struct vtl_node {
	enum vtl_node_kind kind;
	int line;
	struct str text;                 /* TEXT; FOREACH and DEFINE: the variable */
	size_t escapes;                  /* REFERENCE: backslashes before it */
	struct vtl_reference *reference; /* REFERENCE, SET */
	struct vtl_expr
		*expr; /* SET: the value; IF: the condition, NULL in #else; FOREACH: over what */
	struct vtl_node *body, *otherwise;
	struct vtl_node *next;
};

struct vtl_parser {
	struct arena *arena;
	struct str text;
	size_t at;
	int line; /* of what the text is part of */
	int nesting;
	const char *why;
};

/* The tree of a template; NULL when p->why is set, or when it is empty. */
struct vtl_node *vtl_parse(struct vtl_parser *p);
/* An expression at p->at. */
struct vtl_expr *vtl_parse_expr(struct vtl_parser *p);
/* A reference at p->at, which is at its "$". NULL, and p->at where it was, when it is none. */
struct vtl_reference *vtl_parse_reference(struct vtl_parser *p);
/* Say what is wrong at p->at; the first mistake sticks. NULL. */
void *vtl_wrong(struct vtl_parser *p, const char *expected);
/* Blanks and ends of lines. */
void vtl_skip(struct vtl_parser *p);
/* Take `token` if it is next. */
bool vtl_take(struct vtl_parser *p, const char *token);
/* The character at p->at, or NUL. */
static inline char vtl_peek(const struct vtl_parser *p)
{
	return p->at < p->text.n ? p->text.p[p->at] : '\0';
}
/* Letters, digits and "_"; with `dash`, "-" too; the first is no digit and no dash. Absent when there is none. */
struct str vtl_word(struct vtl_parser *p, bool dash);

#endif
