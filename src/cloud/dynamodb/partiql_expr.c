/*
 * Expressions of PartiQL, parsed by precedence (Pratt), as trees that conditions and updates have as well.
 *
 * The grammar is wider than what DynamoDB does with it: what it would parse but not do is refused when the statement has
 * been read.
 */
#include "cloud/dynamodb/partiql_parse.h"

#include "cloud/dynamodb/value.h"

enum { EXPRESSION_DEPTH_MAX = 100 };

enum form { FORM_PLAIN, FORM_IS, FORM_IN, FORM_BETWEEN, FORM_REFUSED };

struct infix {
	const char *word;
	enum partiql_precedence precedence;
	enum form form;
	enum expr_kind kind;
	bool negates; /* may have a NOT in front */
};

static const struct infix infixes[] = {
	{ "or", PRECEDENCE_OR, FORM_PLAIN, EXPR_OR, false },
	{ "and", PRECEDENCE_AND, FORM_PLAIN, EXPR_AND, false },
	{ "=", PRECEDENCE_EQUITY, FORM_PLAIN, EXPR_EQ, false },
	{ "<>", PRECEDENCE_EQUITY, FORM_PLAIN, EXPR_NE, false },
	{ "!=", PRECEDENCE_EQUITY, FORM_PLAIN, EXPR_NE, false },
	{ "is", PRECEDENCE_EQUITY, FORM_IS, EXPR_FUNCTION, false },
	{ "in", PRECEDENCE_EQUITY, FORM_IN, EXPR_IN, true },
	{ "<", PRECEDENCE_COMPARISON, FORM_PLAIN, EXPR_LT, false },
	{ "<=", PRECEDENCE_COMPARISON, FORM_PLAIN, EXPR_LE, false },
	{ ">", PRECEDENCE_COMPARISON, FORM_PLAIN, EXPR_GT, false },
	{ ">=", PRECEDENCE_COMPARISON, FORM_PLAIN, EXPR_GE, false },
	{ "between", PRECEDENCE_COMPARISON, FORM_BETWEEN, EXPR_BETWEEN, true },
	{ "like", PRECEDENCE_COMPARISON, FORM_REFUSED, EXPR_EQ, true },
	{ "+", PRECEDENCE_ADDITION, FORM_PLAIN, EXPR_PLUS, false },
	{ "-", PRECEDENCE_ADDITION, FORM_PLAIN, EXPR_MINUS, false },
	{ "||", PRECEDENCE_ADDITION, FORM_REFUSED, EXPR_PLUS, false },
	{ "*", PRECEDENCE_MULTIPLY, FORM_REFUSED, EXPR_PLUS, false },
	{ "/", PRECEDENCE_MULTIPLY, FORM_REFUSED, EXPR_PLUS, false },
	{ "%", PRECEDENCE_MULTIPLY, FORM_REFUSED, EXPR_PLUS, false },
};

static const struct {
	const char *name;
	enum expr_function function;
} functions[] = {
	{ "attribute_exists", FUNCTION_ATTRIBUTE_EXISTS },
	{ "attribute_not_exists", FUNCTION_ATTRIBUTE_NOT_EXISTS },
	{ "attribute_type", FUNCTION_ATTRIBUTE_TYPE },
	{ "begins_with", FUNCTION_BEGINS_WITH },
	{ "contains", FUNCTION_CONTAINS },
	{ "size", FUNCTION_SIZE },
	{ "list_append", FUNCTION_LIST_APPEND },
};

/* The types that IS knows, and what attribute_type() calls them; NULL: DynamoDB has no such type. */
static const struct {
	const char *word, *second, *type;
} types[] = {
	{ "missing", NULL, "" },     { "null", NULL, "NULL" },   { "boolean", NULL, "BOOL" },
	{ "bool", NULL, "BOOL" },    { "blob", NULL, "B" },      { "string", NULL, "S" },
	{ "numeric", NULL, "N" },    { "struct", NULL, "M" },    { "tuple", NULL, "M" },
	{ "list", NULL, "L" },       { "bag", NULL, NULL },      { "smallint", NULL, NULL },
	{ "integer2", NULL, NULL },  { "int2", NULL, NULL },     { "integer4", NULL, NULL },
	{ "int4", NULL, NULL },      { "integer8", NULL, NULL }, { "int8", NULL, NULL },
	{ "bigint", NULL, NULL },    { "integer", NULL, NULL },  { "int", NULL, NULL },
	{ "float", NULL, NULL },     { "real", NULL, NULL },     { "double", "precision", NULL },
	{ "decimal", NULL, NULL },   { "dec", NULL, NULL },      { "timestamp", NULL, NULL },
	{ "date", NULL, NULL },      { "time", NULL, NULL },     { "character", "varying", NULL },
	{ "character", NULL, NULL }, { "char", NULL, NULL },     { "varchar", NULL, NULL },
	{ "symbol", NULL, NULL },    { "clob", NULL, NULL },     { "sexp", NULL, NULL },
	{ "any", NULL, NULL },
};

/* IS with a type that DynamoDB does not have is a function of this name, which no function that was written has. */
#define IS_UNKNOWN "is"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

/* --- nodes --------------------------------------------------------------------------- */

struct expr *partiql_node(struct partiql_parser *p, enum expr_kind kind, struct str name)
{
	struct expr *e = ARENA_NEW(p->a, struct expr);

	e->kind = kind;
	e->name = name;
	return e;
}

void partiql_add(struct partiql_parser *p, struct expr *e, struct expr *arg)
{
	if ((e->count & (e->count - 1)) == 0) { /* full at 0, 1, 2, 4, ... */
		struct expr **args =
			arena_alloc(p->a, (e->count ? e->count * 2 : 1) * sizeof(*args));

		for (size_t i = 0; i < e->count; i++)
			args[i] = e->args[i];
		e->args = args;
	}
	e->args[e->count++] = arg;
}

struct expr *partiql_call(struct arena *a, enum expr_function function, struct expr *x,
			  struct expr *y)
{
	struct expr *e = ARENA_NEW(a, struct expr);

	e->kind = EXPR_FUNCTION;
	e->function = function;
	for (size_t i = 0; i < COUNT(functions); i++)
		if (functions[i].function == function)
			e->name = str_of(functions[i].name);
	e->args = arena_alloc(a, 2 * sizeof(*e->args));
	e->args[e->count++] = x;
	if (y)
		e->args[e->count++] = y;
	return e;
}

const char *partiql_node_name(const struct expr *e)
{
	static const char *const names[] = {
		[EXPR_PATH] = "Id",         [EXPR_VALUE] = "Lit",       [EXPR_FUNCTION] = "Call",
		[EXPR_EQ] = "Eq",           [EXPR_NE] = "Ne",           [EXPR_LT] = "Lt",
		[EXPR_LE] = "Lte",          [EXPR_GT] = "Gt",           [EXPR_GE] = "Gte",
		[EXPR_BETWEEN] = "Between", [EXPR_IN] = "InCollection", [EXPR_AND] = "And",
		[EXPR_OR] = "Or",           [EXPR_NOT] = "Not",         [EXPR_PLUS] = "Plus",
		[EXPR_MINUS] = "Minus",
	};
	struct json_object *inner;

	if (e->kind == EXPR_VALUE) {
		enum value_type type = value_type(e->value, &inner);

		return type == VALUE_M ? "Struct" : type == VALUE_L ? "List" : "Lit";
	}
	if (e->kind == EXPR_FUNCTION && str_is(e->name, IS_UNKNOWN))
		return "IsType";
	return e->kind == EXPR_PATH && e->path.count > 1 ? "Path" : names[e->kind];
}

const char *partiql_lower(struct partiql_parser *p, struct str name)
{
	char *lower = arena_cstr(p->a, name);

	for (size_t i = 0; i < name.n; i++)
		if (lower[i] >= 'A' && lower[i] <= 'Z')
			lower[i] += 'a' - 'A';
	return lower;
}

static struct expr *negated(struct partiql_parser *p, struct expr *x)
{
	struct expr *e = partiql_node(p, EXPR_NOT, x->name);

	partiql_add(p, e, x);
	return e;
}

static bool is_condition(const struct expr *e)
{
	return (e->kind >= EXPR_EQ && e->kind <= EXPR_NOT) || e->kind == EXPR_FUNCTION;
}

/* --- paths --------------------------------------------------------------------------- */

static void add_step(struct partiql_parser *p, struct path *path, struct path_step step)
{
	struct path_step *steps = arena_alloc(p->a, (path->count + 1) * sizeof(*steps));

	for (size_t i = 0; i < path->count; i++)
		steps[i] = path->steps[i];
	steps[path->count++] = step;
	path->steps = steps;
}

static void name_step(struct partiql_parser *p, struct path *path)
{
	const struct partiql_token *t = partiql_here(p);

	if (!t->value.n)
		partiql_refuse(p, "Path component cannot be an empty string");
	add_step(p, path, (struct path_step){ .name = t->value });
	p->at++;
}

static bool is_name(const struct partiql_parser *p)
{
	return partiql_here(p)->kind == PARTIQL_NAME || partiql_here(p)->kind == PARTIQL_QUOTED;
}

static struct expr *name_path(struct partiql_parser *p)
{
	struct expr *e = partiql_node(p, EXPR_PATH, partiql_here(p)->text);

	name_step(p, &e->path);
	return e;
}

static bool dot(struct partiql_parser *p, struct path *path)
{
	p->at++;
	if (is_name(p)) {
		name_step(p, path);
		return true;
	}
	if (!partiql_is(p, "*"))
		return partiql_syntax(p, "Invalid path dot component");
	partiql_refuse(p, "Unpivot path component like a.*.b are not supported");
	p->at++;
	return true;
}

/* [3], or ['name']. */
static bool bracket(struct partiql_parser *p, struct path *path)
{
	struct path_step step = { .name = STR_NONE };
	struct json_object *inner;
	struct expr *e;

	p->at++;
	if (partiql_take(p, "*")) {
		partiql_refuse(p, "Wildcard path component like a[*].b are not supported");
		return partiql_expect(p, "]", "RIGHT_BRACKET");
	}
	e = partiql_expression(p, PRECEDENCE_ANY);
	if (!e || !partiql_expect(p, "]", "RIGHT_BRACKET"))
		return false;
	if (e->kind == EXPR_VALUE && value_type(e->value, &inner) == VALUE_S && json_str(inner).n &&
	    strlen(json_str(inner).p) == json_str(inner).n) {
		step.name = arena_dup(p->a, json_str(inner));
	} else if (e->kind != EXPR_VALUE || value_type(e->value, &inner) != VALUE_N) {
		partiql_refuse(p, "Unexpected path component%s", partiql_place(p, e->name));
	} else if (!str_to_int(json_str(inner), &step.index) || step.index < 0 ||
		   step.index > INT32_MAX) {
		partiql_refuse(p, "List index is not within the allowable range; index: [%.*s]",
			       STR_ARG(json_str(inner)));
	}
	add_step(p, path, step);
	return true;
}

/* What follows a term with dots and brackets. */
static struct expr *suffixes(struct partiql_parser *p, struct expr *e)
{
	struct path ignored = { 0 };

	while (partiql_is(p, ".") || partiql_is(p, "[")) {
		struct path *path = e->kind == EXPR_PATH ? &e->path : &ignored;

		if (path == &ignored)
			partiql_refuse(p, "Unexpected path component%s", partiql_place(p, e->name));
		if (path->count > 64)
			partiql_refuse(p, "The document path has too many nesting elements;");
		if (path->count > 64)
			path->count = 1;
		if (!(partiql_is(p, ".") ? dot(p, path) : bracket(p, path)))
			return NULL;
	}
	return e;
}

struct expr *partiql_simple_path(struct partiql_parser *p)
{
	if (!is_name(p))
		return partiql_syntax(p, "Expected identifier for simple path");
	return suffixes(p, name_path(p));
}

/* --- terms --------------------------------------------------------------------------- */

bool partiql_arguments(struct partiql_parser *p, struct expr *e, const char *close,
		       const char *kind)
{
	do {
		struct expr *arg = partiql_expression(p, PRECEDENCE_ANY);

		if (!arg)
			return false;
		partiql_add(p, e, arg);
	} while (partiql_take(p, ","));
	return partiql_expect(p, close, kind);
}

static struct expr *function(struct partiql_parser *p)
{
	struct expr *e = partiql_node(p, EXPR_FUNCTION, partiql_here(p)->text);

	for (size_t i = 0; i < COUNT(functions); i++)
		if (partiql_here(p)->kind != PARTIQL_QUOTED &&
		    str_eq_nocase(e->name, str_of(functions[i].name)))
			e->function = functions[i].function;
	p->at += 2;
	if (partiql_take(p, ")"))
		return e;
	if (partiql_take(p, "*"))
		return partiql_expect(p, ")", "RIGHT_PAREN") ? e : NULL;
	return partiql_arguments(p, e, ")", "RIGHT_PAREN") ? e : NULL;
}

/* (x), or (x, y), which is a list. */
static struct expr *group(struct partiql_parser *p)
{
	struct expr *e = partiql_node(p, EXPR_IN, partiql_here(p)->text);

	p->at++;
	if (!partiql_arguments(p, e, ")", "RIGHT_PAREN"))
		return NULL;
	if (e->count > 1)
		partiql_refuse(p, "Unsupported operation: List");
	return e->args[0];
}

static bool is_literal(const struct partiql_parser *p)
{
	static const char *const begins[] = { "{", "[", "<<", "true", "false", "null", "missing" };
	enum partiql_token_kind kind = partiql_here(p)->kind;

	for (size_t i = 0; i < COUNT(begins); i++)
		if (kind != PARTIQL_NAME && partiql_is(p, begins[i]))
			return true;
	return kind == PARTIQL_STRING || kind == PARTIQL_NUMBER || kind == PARTIQL_ION ||
	       kind == PARTIQL_PARAMETER;
}

static bool is_function(const struct partiql_parser *p)
{
	static const char *const words[] = {
		"exists",       "count",      "avg",   "max",   "min",  "sum",  "char_length",
		"octet_length", "bit_length", "upper", "lower", "size", "list", "character_length",
		"sexp",         "bag",
	};
	bool named = is_name(p);

	for (size_t i = 0; i < COUNT(words) && !named; i++)
		named = partiql_is(p, words[i]);
	return named && partiql_token_is(partiql_ahead(p, 1), "(");
}

/* Is it an operator that is written as a word, or a symbol that cannot begin anything? */
static bool is_operator(const struct partiql_parser *p)
{
	static const char *const words[] = { "is",      "in",    "like",   "and",       "or",
					     "between", "union", "except", "intersect", "@" };

	for (size_t i = 0; i < COUNT(words); i++)
		if (partiql_is(p, words[i]))
			return true;
	for (size_t i = 0; i < COUNT(infixes); i++)
		if (partiql_here(p)->kind == PARTIQL_SYMBOL && !partiql_is(p, "*") &&
		    partiql_is(p, infixes[i].word))
			return true;
	return false;
}

static struct expr *term(struct partiql_parser *p)
{
	if (is_function(p))
		return function(p);
	if (is_name(p))
		return name_path(p);
	if (partiql_is(p, "("))
		return group(p);
	if (is_literal(p))
		return partiql_literal(p);
	if (is_operator(p))
		return partiql_syntax(p, "Unexpected operator");
	/* A statement that begins with a misspelled SELECT is read as far as its FROM. */
	if (partiql_is(p, "from") || partiql_is(p, "update"))
		return partiql_syntax(p, "Expected data manipulation");
	return partiql_syntax(p, partiql_here(p)->kind == PARTIQL_KEYWORD ? "Unexpected keyword"
									  : "Unexpected term");
}

/* A sign in front of a number becomes part of it. */
static struct expr *signed_term(struct partiql_parser *p,
				struct expr *(*unary)(struct partiql_parser *p))
{
	struct str sign = partiql_here(p)->text;
	struct json_object *inner;
	struct str text;
	struct expr *e;

	p->at++;
	e = unary(p);
	if (!e)
		return NULL;
	if (e->kind != EXPR_VALUE || value_type(e->value, &inner) != VALUE_N) {
		partiql_refuse(p, "Unsupported operation: %s", str_is(sign, "-") ? "Neg" : "Pos");
		return e;
	}
	text = json_str(inner);
	if (str_is(sign, "+"))
		return e;
	text = text.p[0] == '-' ? str_slice(text, 1, text.n)
				: arena_strf(p->a, "-%.*s", STR_ARG(text));
	e->value = json_own(p->a, value_new(VALUE_N, json_string(text)));
	return e;
}

static struct expr *unary_term(struct partiql_parser *p)
{
	struct expr *e;

	if (++p->depth > EXPRESSION_DEPTH_MAX)
		return partiql_syntax(p, "Too many nested levels");
	if (partiql_take(p, "not")) {
		e = partiql_expression(p, PRECEDENCE_NOT);
		if (e && !is_condition(e))
			partiql_refuse(p, "The argument to NOT must be a Type or Expression");
		e = e ? negated(p, e) : NULL;
	} else if (partiql_is(p, "+") || partiql_is(p, "-")) {
		e = signed_term(p, unary_term);
	} else {
		e = term(p);
		e = e ? suffixes(p, e) : NULL;
	}
	p->depth--;
	return e;
}

/* --- operators between terms ------------------------------------------------------------- */

/* The operator here, and whether a NOT stands in front of it. */
static const struct infix *infix_here(const struct partiql_parser *p, bool * not )
{
	*not = partiql_is(p, "not");
	for (size_t i = 0; i < COUNT(infixes); i++) {
		const struct infix *op = &infixes[i];

		if ((!*not || op->negates) && partiql_here(p)->kind != PARTIQL_NAME &&
		    partiql_token_is(partiql_ahead(p, *not ), op->word))
			return op;
	}
	return NULL;
}

static struct expr *right_side(struct partiql_parser *p, const struct infix *op)
{
	if (partiql_here(p)->kind == PARTIQL_END)
		return partiql_syntax(p, "Missing right-hand side expression of infix operator");
	return partiql_expression(p, (int)op->precedence);
}

/* The test for the i-th type as a function. */
static struct expr *type_test(struct partiql_parser *p, struct expr *x, size_t i)
{
	struct expr *e, *name;

	if (!types[i].type) {
		e = partiql_node(p, EXPR_FUNCTION, STR(IS_UNKNOWN));
		partiql_add(p, e, x);
		return e;
	}
	if (!*types[i].type)
		return partiql_call(p->a, FUNCTION_ATTRIBUTE_NOT_EXISTS, x, NULL);
	name = partiql_node(p, EXPR_VALUE, STR_NONE);
	name->value = json_own(p->a, value_new(VALUE_S, json_string(str_of(types[i].type))));
	return partiql_call(p->a, FUNCTION_ATTRIBUTE_TYPE, x, name);
}

static struct expr *is_type(struct partiql_parser *p, struct expr *x)
{
	bool not = partiql_take(p, "not");
	struct expr *e;

	for (size_t i = 0; i < COUNT(types); i++) {
		if (!partiql_is(p, types[i].word) ||
		    (types[i].second && !partiql_token_is(partiql_ahead(p, 1), types[i].second)))
			continue;
		p->at += types[i].second ? 2 : 1;
		if (x->kind != EXPR_PATH)
			partiql_refuse(p, "The left hand side argument to IS must be a Variable "
					  "Reference, Literal, or Path");
		e = type_test(p, x, i);
		return not ? negated(p, e) : e;
	}
	return partiql_syntax(p, "Expected type name");
}

/* The members of a list or set that came as one value are candidates each. */
static void spread(struct partiql_parser *p, struct expr *e, const struct expr *list)
{
	struct json_object *inner = NULL;
	enum value_type type =
		list->kind == EXPR_VALUE ? value_type(list->value, &inner) : VALUE_NONE;

	for (size_t i = 0; type >= VALUE_SS && type <= VALUE_L && i < json_count(inner); i++) {
		struct expr *one = partiql_node(p, EXPR_VALUE, list->name);
		struct json_object *value = json_object_get(json_at(inner, i));

		one->value = json_own(p->a, type == VALUE_L
						    ? value
						    : value_new(type - VALUE_SS + VALUE_S, value));
		partiql_add(p, e, one);
	}
}

static struct expr *in_list(struct partiql_parser *p, struct expr *x, const struct infix *op)
{
	struct expr *e = partiql_node(p, EXPR_IN, x->name), *list;

	partiql_add(p, e, x);
	if (partiql_is(p, "(") || partiql_is(p, "[")) {
		bool paren = partiql_is(p, "(");

		p->at++;
		if (!partiql_take(p, "]") &&
		    !partiql_arguments(p, e, paren ? ")" : "]",
				       paren ? "RIGHT_PAREN" : "RIGHT_BRACKET"))
			return NULL;
	} else {
		list = right_side(p, op);
		if (!list)
			return NULL;
		spread(p, e, list);
	}
	if (e->count < 2 || x->kind != EXPR_PATH)
		partiql_refuse(
			p,
			"IN operator must have a left hand argument of type Variable Reference and right "
			"hand argument of type Seq with at least one member");
	return e;
}

static struct expr *between(struct partiql_parser *p, struct expr *x, const struct infix *op)
{
	struct expr *e = partiql_node(p, EXPR_BETWEEN, x->name), *low = right_side(p, op), *high;

	if (!low)
		return NULL;
	if (!partiql_take(p, "and"))
		return partiql_syntax(p, "Expected AND keyword");
	if (partiql_here(p)->kind == PARTIQL_END)
		return partiql_syntax(p, "Expected expression after AND");
	high = partiql_expression(p, (int)op->precedence);
	if (!high)
		return NULL;
	partiql_add(p, e, x);
	partiql_add(p, e, low);
	partiql_add(p, e, high);
	return e;
}

/* `condition = true` is the condition, `condition = false` its opposite; NULL when it is neither. */
static struct expr *compared_with_truth(struct partiql_parser *p, struct expr *x,
					const struct expr *y)
{
	bool tells = x->kind == EXPR_FUNCTION && x->function >= FUNCTION_ATTRIBUTE_EXISTS &&
		     x->function <= FUNCTION_CONTAINS;
	struct json_object *inner;

	if (!tells || y->kind != EXPR_VALUE || value_type(y->value, &inner) != VALUE_BOOL)
		return NULL;
	return json_bool_or(inner, false) ? x : negated(p, x);
}

static struct expr *plain(struct partiql_parser *p, struct expr *x, const struct infix *op)
{
	struct expr *y = right_side(p, op), *e;

	if (!y)
		return NULL;
	if (op->form == FORM_REFUSED)
		partiql_refuse(p, "Unsupported operator in Condition Expression. Operator: %s",
			       op->word);
	if ((op->kind == EXPR_AND || op->kind == EXPR_OR) && (!is_condition(x) || !is_condition(y)))
		partiql_refuse(p, "The arguments to AND/OR must be Expressions");
	e = op->kind == EXPR_EQ ? compared_with_truth(p, x, y) : NULL;
	if (e)
		return e;
	e = partiql_node(p, op->kind, x->name);
	partiql_add(p, e, x);
	partiql_add(p, e, y);
	return e;
}

static struct expr *infix(struct partiql_parser *p, struct expr *x, const struct infix *op,
			  bool not )
{
	struct expr *e;

	p->at += not ? 2 : 1;
	switch (op->form) {
	case FORM_IS:
		return is_type(p, x);
	case FORM_IN:
		e = in_list(p, x, op);
		break;
	case FORM_BETWEEN:
		e = between(p, x, op);
		break;
	default:
		e = plain(p, x, op);
		break;
	}
	return e && not ? negated(p, e) : e;
}

struct expr *partiql_expression(struct partiql_parser *p, int precedence)
{
	struct expr *e = unary_term(p);
	const struct infix *op;
	bool not ;

	while (e && (op = infix_here(p, &not )) && (int)op->precedence > precedence)
		e = infix(p, e, op, not );
	return e;
}

/* --- conditions ---------------------------------------------------------------------------- */

static void refuse_function(struct partiql_parser *p, const struct expr *e)
{
	if (str_is(e->name, IS_UNKNOWN)) {
		partiql_refuse(
			p,
			"Unsupported data type for IS operator. Supported data types are [MISSING, NULL, "
			"BOOLEAN, BLOB, STRING, NUMERIC, STRUCT, TUPLE, LIST]");
		return;
	}
	partiql_refuse(p, "Unrecognized function: %s%s", partiql_lower(p, e->name),
		       partiql_place(p, e->name));
}

/* Refuse what conditions have no use for. */
static void check_condition(struct partiql_parser *p, const struct expr *e)
{
	if (e->kind == EXPR_FUNCTION &&
	    (e->function == FUNCTION_UNKNOWN || e->function > FUNCTION_SIZE))
		refuse_function(p, e);
	if (e->kind == EXPR_PLUS || e->kind == EXPR_MINUS)
		partiql_refuse(p, "Unsupported operator in Condition Expression. Operator: %.*s",
			       STR_ARG(expr_name(e)));
	if (e->kind == EXPR_VALUE)
		partiql_check_value(p, e->value, false);
	for (size_t i = 0; i < e->count; i++)
		check_condition(p, e->args[i]);
}

/* Then the checks of every condition, which find the names and values in their places. */
struct expr *partiql_condition(struct partiql_parser *p)
{
	struct expr_scope scope = { .arena = p->a, .bound = true };
	struct expr *e = partiql_expression(p, PRECEDENCE_ANY);
	const char *why;

	if (!e)
		return NULL;
	check_condition(p, e);
	if (!is_condition(e))
		partiql_refuse(
			p, "WHERE clause must contain an expression that resolves to a boolean");
	if (!p->refused && !expr_check_condition(&scope, e, &why))
		partiql_refuse(p, "%s", why);
	return e;
}
