/* Statements of PartiQL; see partiql.h. */
#include "cloud/dynamodb/partiql_parse.h"

#include <stdarg.h>
#include <stdio.h>

#include "cloud/dynamodb/value.h"

#define NOT_WELL_FORMED "Statement wasn't well formed, can't be processed: "

/* --- tokens and complaints --------------------------------------------------------- */

const struct partiql_token *partiql_here(const struct partiql_parser *p)
{
	return &p->tokens[p->at];
}

const struct partiql_token *partiql_ahead(const struct partiql_parser *p, size_t n)
{
	const struct partiql_token *t = partiql_here(p);

	while (n-- && t->kind != PARTIQL_END)
		t++;
	return t;
}

bool partiql_is(const struct partiql_parser *p, const char *word)
{
	return partiql_token_is(partiql_here(p), word);
}

bool partiql_take(struct partiql_parser *p, const char *word)
{
	if (!partiql_is(p, word))
		return false;
	p->at++;
	return true;
}

void *partiql_syntax(struct partiql_parser *p, const char *detail)
{
	if (!p->why)
		p->why = arena_printf(p->a, NOT_WELL_FORMED "%s", detail);
	return NULL;
}

bool partiql_expect(struct partiql_parser *p, const char *symbol, const char *kind)
{
	if (partiql_take(p, symbol))
		return true;
	return partiql_syntax(p, arena_printf(p->a, "Expected %s", kind));
}

void partiql_refuse(struct partiql_parser *p, const char *format, ...)
{
	struct buf b;
	va_list args;
	char *room;
	int n;

	if (p->refused)
		return;
	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	buf_init(&b, BUF_MAX);
	room = buf_extend(&b, (size_t)n + 1);
	va_start(args, format);
	vsnprintf(room, (size_t)n + 1, format, args);
	va_end(args);
	p->refused = arena_cstr(p->a, str_make(room, (size_t)n));
	buf_release(&b);
}

static size_t characters(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

const char *partiql_place(const struct partiql_parser *p, struct str part)
{
	struct str before = str_make(p->text.p, (size_t)(part.p - p->text.p));
	size_t line = 1;

	if (part.p < p->text.p || part.p + part.n > p->text.p + p->text.n)
		return "";
	for (ptrdiff_t end; (end = str_find(before, '\n')) >= 0; line++)
		before = str_slice(before, (size_t)end + 1, before.n);
	return arena_printf(p->a, " at %zu:%zu:%zu", line, characters(before) + 1,
			    characters(part));
}

static bool ends(const struct partiql_parser *p)
{
	return partiql_here(p)->kind == PARTIQL_END;
}

/* --- what names a table --------------------------------------------------------------- */

static bool is_identifier(const struct partiql_parser *p)
{
	return partiql_here(p)->kind == PARTIQL_NAME || partiql_here(p)->kind == PARTIQL_QUOTED;
}

/* `AS name`, or the name alone. False with the complaint set. */
static bool alias(struct partiql_parser *p)
{
	bool as = partiql_take(p, "as");

	if (!as && !is_identifier(p))
		return true;
	if (!is_identifier(p))
		return partiql_syntax(p, "Expected identifier for AS-alias");
	p->at++;
	partiql_refuse(p, "Aliasing is not supported");
	return true;
}

static void set_source(struct partiql_parser *p, struct partiql *s, const struct path *path,
		       const char *too_long)
{
	for (size_t i = 0; i < path->count; i++)
		if (!path->steps[i].name.p)
			partiql_refuse(p, "Invalid list expression in source.");
	if (path->count > 1 && too_long)
		partiql_refuse(p, "%s", too_long);
	if (path->count > 2)
		partiql_refuse(p, "A path may contain at most 2 components in the FROM clause");
	s->table = path->steps[0].name;
	if (path->count > 1)
		s->index = path->steps[1].name;
}

/* The table of a statement that writes. */
static bool target(struct partiql_parser *p, struct partiql *s, const char *too_long)
{
	struct expr *e = partiql_simple_path(p);

	if (!e)
		return false;
	set_source(p, s, &e->path, too_long);
	return true;
}

/* The table or index of a statement that reads. */
static bool source(struct partiql_parser *p, struct partiql *s)
{
	struct expr *e = partiql_expression(p, PRECEDENCE_ANY);

	if (!e || !alias(p))
		return false;
	if (e->kind == EXPR_PATH)
		set_source(p, s, &e->path, NULL);
	else
		partiql_refuse(p, "Unexpected from source");
	if (!partiql_is(p, ",") && !partiql_is(p, "join") && !partiql_is(p, "inner") &&
	    !partiql_is(p, "cross") && !partiql_is(p, "left") && !partiql_is(p, "right"))
		return true;
	partiql_refuse(p, "Only select from a single table or index is supported.");
	while (!ends(p) && !partiql_is(p, "where"))
		p->at++;
	return true;
}

static bool optional_where(struct partiql_parser *p, struct partiql *s)
{
	if (!partiql_take(p, "where"))
		return true;
	s->where = partiql_condition(p);
	return s->where;
}

/* --- SELECT ---------------------------------------------------------------------------- */

struct str partiql_column_name(struct arena *a, const struct path *path)
{
	struct str name;
	size_t last = 0;

	for (size_t i = 0; i < path->count; i++)
		if (path->steps[i].name.p)
			last = i;
	name = path->steps[last].name;
	for (size_t i = last + 1; i < path->count; i++)
		name = arena_strf(a, "%.*s[%lld]", STR_ARG(name), (long long)path->steps[i].index);
	return name;
}

static bool has_column(struct partiql_parser *p, const struct partiql *s, struct str name)
{
	for (size_t i = 0; i < s->columns.count; i++)
		if (str_eq(partiql_column_name(p->a, &s->columns.paths[i]), name))
			return true;
	return false;
}

static bool column(struct partiql_parser *p, struct partiql *s)
{
	struct expr *e = partiql_expression(p, PRECEDENCE_ANY);
	struct str name;

	if (!e || !alias(p))
		return false;
	if (e->kind != EXPR_PATH) {
		partiql_refuse(p, "Unexpected path component%s", partiql_place(p, e->name));
		return true;
	}
	name = partiql_column_name(p->a, &e->path);
	if (has_column(p, s, name))
		partiql_refuse(p, "Duplicate identifiers in select clause: %.*s", STR_ARG(name));
	s->columns.paths[s->columns.count++] = e->path;
	return true;
}

static bool columns(struct partiql_parser *p, struct partiql *s)
{
	bool star = false;
	size_t n = 0;

	/* No column is shorter than a token. */
	s->columns.paths = arena_zalloc(p->a, (p->text.n + 1) * sizeof(*s->columns.paths));
	do {
		n++;
		if (partiql_take(p, "*"))
			star = true;
		else if (!column(p, s))
			return false;
	} while (partiql_take(p, ","));
	if (star && n > 1)
		return partiql_syntax(
			p, "Other expressions may not be present in the select list when '*' "
			   "is used without dot notation.");
	return true;
}

static bool order_by(struct partiql_parser *p, struct partiql *s)
{
	if (!partiql_take(p, "by"))
		return partiql_syntax(p, "Expected BY");
	s->orders = arena_zalloc(p->a, (p->text.n + 1) * sizeof(*s->orders));
	do {
		struct partiql_order *order = &s->orders[s->order_count++];
		struct expr *e = partiql_expression(p, PRECEDENCE_ANY);

		if (!e)
			return false;
		if (e->kind == EXPR_PATH && e->path.count == 1)
			order->name = e->path.steps[0].name;
		else
			partiql_refuse(
				p,
				"Argument to ORDER BY must be of type VariableReference. Type: %s",
				partiql_node_name(e));
		order->descending = partiql_is(p, "desc");
		if (order->descending || partiql_is(p, "asc"))
			p->at++;
	} while (partiql_take(p, ","));
	return true;
}

/* Clauses that DynamoDB does not have: named, at the place of what follows. */
static bool unsupported(struct partiql_parser *p, const char *word, const char *name)
{
	struct str at;

	if (!partiql_take(p, word))
		return true;
	if (str_is(str_of(word), "group") && !partiql_take(p, "by"))
		return partiql_syntax(p, "Expected BY");
	at = partiql_here(p)->text;
	do {
		if (!partiql_expression(p, PRECEDENCE_ANY))
			return false;
	} while (str_is(str_of(word), "group") && partiql_take(p, ","));
	partiql_refuse(p, "Unsupported clause: %s%s", name, partiql_place(p, at));
	return true;
}

static bool select_from(struct partiql_parser *p, struct partiql *s)
{
	s->kind = PARTIQL_SELECT;
	if (partiql_is(p, "distinct"))
		partiql_refuse(p, "Unsupported clause: DISTINCT%s",
			       partiql_place(p, partiql_here(p)->text));
	if (partiql_is(p, "distinct") || partiql_is(p, "all"))
		p->at++;
	if (partiql_take(p, "value"))
		partiql_refuse(p, "Select projection doesn't support value or pivot keywords");
	if (!columns(p, s))
		return false;
	if (!partiql_take(p, "from"))
		return partiql_syntax(p, "Expected FROM after SELECT list");
	if (!source(p, s) || !optional_where(p, s))
		return false;
	if (partiql_take(p, "order") && !order_by(p, s))
		return false;
	return unsupported(p, "group", "GROUP BY") && unsupported(p, "having", "HAVING") &&
	       unsupported(p, "limit", "LIMIT") && unsupported(p, "offset", "OFFSET");
}

/* --- RETURNING --------------------------------------------------------------------------- */

static const struct {
	const char *extent, *age;
	enum partiql_returning returning;
} returnings[] = {
	{ "ALL", "OLD", RETURNING_ALL_OLD },
	{ "ALL", "NEW", RETURNING_ALL_NEW },
	{ "MODIFIED", "OLD", RETURNING_MODIFIED_OLD },
	{ "MODIFIED", "NEW", RETURNING_MODIFIED_NEW },
};

static bool returning_element(struct partiql_parser *p, struct partiql *s)
{
	size_t i = 0;

	while (i < 4 && !(partiql_is(p, returnings[i].extent) &&
			  partiql_token_is(partiql_ahead(p, 1), returnings[i].age)))
		i++;
	if (i == 4)
		return partiql_syntax(
			p, "Expected ( MODIFIED | ALL ) ( NEW | OLD ) in each returning element.");
	p->at += 2;
	if (!partiql_take(p, "*")) {
		if (!partiql_expression(p, PRECEDENCE_ANY))
			return false;
		partiql_refuse(
			p,
			"Expected '*' after ( MODIFIED | ALL ) ( NEW | OLD ) in RETURNING clause");
	}
	if (s->kind == PARTIQL_DELETE && i)
		partiql_refuse(
			p,
			"Invalid returning clause: RETURNING %s %s *. Only RETURNING ALL OLD * is allowed in "
			"DELETE statements.",
			returnings[i].extent, returnings[i].age);
	s->returning = returnings[i].returning;
	return true;
}

static bool optional_returning(struct partiql_parser *p, struct partiql *s)
{
	size_t n = 0;

	if (!partiql_take(p, "returning"))
		return true;
	if (s->kind == PARTIQL_INSERT)
		partiql_refuse(p, "RETURNING is not supported in INSERT");
	do {
		if (n++)
			partiql_refuse(p, "Invalid syntax with multiple returning elements in "
					  "RETURNING clause");
		if (!returning_element(p, s))
			return false;
	} while (partiql_take(p, ","));
	return true;
}

/* --- INSERT ----------------------------------------------------------------------------- */

static bool insert(struct partiql_parser *p, struct partiql *s)
{
	struct json_object *inner;
	struct expr *e;

	s->kind = PARTIQL_INSERT;
	if (!target(p, s,
		    "FROM clause may only contain a single table name in data manipulation statements"))
		return false;
	if (!partiql_take(p, "value")) {
		if (!partiql_expression(p, PRECEDENCE_ANY))
			return false;
		partiql_refuse(
			p,
			"Unsupported operation: Inserting multiple items in a single statement is not "
			"supported, use \"INSERT INTO tableName VALUE item\" instead");
		return true;
	}
	e = partiql_expression(p, PRECEDENCE_ANY);
	if (!e)
		return false;
	if (e->kind == EXPR_VALUE && value_type(e->value, &inner) == VALUE_M) {
		s->item = inner;
		partiql_check_value(p, e->value, true);
	} else {
		partiql_refuse(
			p,
			"Unsupported format in item expression. Please use struct format {...} to express "
			"item values for insert statement.");
	}
	if (partiql_take(p, "at")) {
		partiql_refuse(p, "AT is not supported in insert statements.");
		if (!partiql_expression(p, PRECEDENCE_ANY))
			return false;
	}
	return optional_returning(p, s);
}

/* --- UPDATE and DELETE --------------------------------------------------------------------- */

static bool same_path(const struct path *x, const struct path *y)
{
	bool same = x->count == y->count;

	for (size_t i = 0; i < x->count && same; i++)
		same = !x->steps[i].name.p == !y->steps[i].name.p &&
		       (x->steps[i].name.p ? str_eq(x->steps[i].name, y->steps[i].name)
					   : x->steps[i].index == y->steps[i].index);
	return same;
}

/* set_add(path, set) or set_delete(path, set), which must be assigned to the path. */
static void set_function(struct partiql_parser *p, struct update_action *action,
			 const struct expr *e, bool add)
{
	const char *name = add ? "SET_ADD" : "SET_DELETE";
	struct json_object *inner;
	enum value_type type;

	action->kind = add ? UPDATE_ADD : UPDATE_DELETE;
	if (e->count != 2) {
		partiql_refuse(p, "%s must have exactly two arguments%s", name,
			       partiql_place(p, e->name));
		return;
	}
	if (e->args[0]->kind != EXPR_PATH || !same_path(&e->args[0]->path, &action->path)) {
		partiql_refuse(p, "The first argument to %s must equal the assignment value%s",
			       name, partiql_place(p, e->name));
		return;
	}
	type = e->args[1]->kind == EXPR_VALUE ? value_type(e->args[1]->value, &inner) : VALUE_NONE;
	if (type < VALUE_SS || type > VALUE_BS)
		partiql_refuse(p, "The second argument to %s must be a value with type SET%s", name,
			       partiql_place(p, e->args[0]->name));
	action->value = e->args[1];
}

/* Refuse what no assignment can have on its right. */
static void check_assigned(struct partiql_parser *p, const struct expr *e)
{
	if (e->kind == EXPR_VALUE)
		partiql_check_value(p, e->value, false);
	if (e->kind == EXPR_FUNCTION && e->function == FUNCTION_UNKNOWN)
		partiql_refuse(p, "Unrecognized function: %s%s", partiql_lower(p, e->name),
			       partiql_place(p, e->name));
	if (e->kind == EXPR_FUNCTION && e->function == FUNCTION_ATTRIBUTE_TYPE)
		partiql_refuse(p, "IS operator is not supported in update expressions");
	if ((e->kind == EXPR_FUNCTION && e->function != FUNCTION_LIST_APPEND) ||
	    (e->kind >= EXPR_EQ && e->kind <= EXPR_NOT))
		partiql_refuse(p, "Unsupported operator in Update Expression. Operator: %.*s",
			       STR_ARG(expr_name(e)));
	for (size_t i = 0; i < e->count; i++)
		check_assigned(p, e->args[i]);
}

static bool assignment(struct partiql_parser *p, struct update *update)
{
	struct update_action *action = &update->actions[update->count];
	struct expr *path = partiql_simple_path(p), *e;

	if (!path)
		return false;
	if (!partiql_take(p, "="))
		return partiql_syntax(p, "Expected '='");
	e = partiql_expression(p, PRECEDENCE_ANY);
	if (!e)
		return false;
	action->kind = UPDATE_SET;
	action->path = path->path;
	action->value = e;
	if (e->kind == EXPR_FUNCTION &&
	    (str_eq_nocase(e->name, STR("set_add")) || str_eq_nocase(e->name, STR("set_delete"))))
		set_function(p, action, e, str_eq_nocase(e->name, STR("set_add")));
	check_assigned(p, action->value);
	update->count++;
	return true;
}

static bool removal(struct partiql_parser *p, struct update *update)
{
	struct expr *path = partiql_simple_path(p);

	if (!path)
		return false;
	update->actions[update->count].kind = UPDATE_REMOVE;
	update->actions[update->count++].path = path->path;
	return true;
}

/* SET with assignments, and REMOVE with a path, as often as they like. */
static bool changes(struct partiql_parser *p, struct partiql *s)
{
	struct expr_scope scope = { .arena = p->a, .bound = true };
	struct update *update = &s->update;
	const char *why;

	s->kind = PARTIQL_UPDATE;
	update->actions = arena_zalloc(p->a, (p->text.n + 1) * sizeof(*update->actions));
	while (partiql_is(p, "set") || partiql_is(p, "remove")) {
		if (partiql_take(p, "remove")) {
			if (!removal(p, update))
				return false;
			continue;
		}
		p->at++;
		do {
			if (!assignment(p, update))
				return false;
		} while (partiql_take(p, ","));
	}
	if (!update->count)
		return partiql_syntax(p, "Expected data manipulation");
	if (!p->refused && !expr_check_update(&scope, update, &why))
		partiql_refuse(p, "%s", why);
	return true;
}

#define ON_INDEX "This operation is not supported on an index"

static bool update(struct partiql_parser *p, struct partiql *s)
{
	return target(p, s, ON_INDEX) && alias(p) && changes(p, s) && optional_where(p, s) &&
	       optional_returning(p, s);
}

/* FROM table WHERE ... SET ...: the condition stands in front. */
static bool from_first(struct partiql_parser *p, struct partiql *s)
{
	if (!source(p, s) || !optional_where(p, s) || !changes(p, s))
		return false;
	if (s->index.p)
		partiql_refuse(p, ON_INDEX);
	return optional_returning(p, s);
}

static bool delete (struct partiql_parser *p, struct partiql *s)
{
	s->kind = PARTIQL_DELETE;
	if (!partiql_take(p, "from"))
		return partiql_syntax(p, "Expected FROM after DELETE");
	return target(p, s, ON_INDEX) && alias(p) && optional_where(p, s) &&
	       optional_returning(p, s);
}

/* --- the whole statement ---------------------------------------------------------------------- */

static bool exists(struct partiql_parser *p, struct partiql *s)
{
	p->at += 3;
	if (!select_from(p, s) || !partiql_expect(p, ")", "RIGHT_PAREN"))
		return false;
	s->kind = PARTIQL_EXISTS;
	return true;
}

static bool statement(struct partiql_parser *p, struct partiql *s)
{
	struct expr *e;

	if (partiql_take(p, "select"))
		return select_from(p, s);
	if (partiql_is(p, "insert") && partiql_token_is(partiql_ahead(p, 1), "into")) {
		p->at += 2;
		return insert(p, s);
	}
	if (partiql_take(p, "update"))
		return update(p, s);
	if (partiql_take(p, "delete"))
		return delete (p, s);
	if (partiql_take(p, "from"))
		return from_first(p, s);
	if (partiql_is(p, "exists") && partiql_token_is(partiql_ahead(p, 1), "(") &&
	    partiql_token_is(partiql_ahead(p, 2), "select"))
		return exists(p, s);
	e = partiql_expression(p, PRECEDENCE_ANY);
	if (e)
		partiql_refuse(p, "Unsupported operation: %s", partiql_node_name(e));
	return e;
}

/* Is nothing left but a semicolon? */
static bool finished(struct partiql_parser *p)
{
	if (partiql_take(p, ";") && !ends(p))
		return partiql_syntax(
			p, "Unexpected token after semicolon. (Only one query is allowed.)");
	return ends(p) || partiql_syntax(p, "Unexpected token after expression");
}

bool partiql_check_parameters(struct arena *a, struct json_object *parameters, const char **why)
{
	for (size_t i = 0; i < json_count(parameters); i++)
		if (!value_check_words(a, json_at(parameters, i), VALUE_OLDER_WORDS, why))
			return false;
	return true;
}

bool partiql_parse(struct arena *a, struct str text, struct json_object *parameters,
		   struct partiql *out, const char **why)
{
	struct partiql_parser p = { .a = a, .text = text, .parameters = parameters };

	*out = (struct partiql){ 0 };
	if (!partiql_check_parameters(a, parameters, why))
		return false;
	p.tokens = partiql_lex(a, text);
	if (!p.tokens)
		partiql_syntax(&p, "");
	else if (statement(&p, out))
		finished(&p);
	if (!p.why && p.used != json_count(parameters))
		p.why = "Number of parameters in request and statement don't match.";
	if (p.why || p.refused)
		*why = p.why ? p.why : p.refused;
	return !p.why && !p.refused;
}
