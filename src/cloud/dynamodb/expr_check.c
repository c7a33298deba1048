/*
 * The checks of expressions, in the order in which AWS finds fault: parentheses, function names, functions in the wrong
 * place, reserved words, then condition by condition placeholders, numbers of operands, equal operands, operand types.
 */
#include "cloud/dynamodb/expr.h"

#include "cloud/dynamodb/value.h"

enum { IN_MAX = 100, DEPTH_MAX = 32 };

#define BAD_OPERAND "Incorrect operand type for operator or function; operator or function: "

static bool is_function(const struct expr *e, enum expr_function function)
{
	return e->kind == EXPR_FUNCTION && e->function == function;
}

/* --- over the whole tree --------------------------------------------------------- */

/* Ask `wrong` about every node, from left to right, children first; the first sentence wins. */
static const char *first_wrong(struct arena *a, const struct expr *e,
			       const char *(*wrong)(struct arena *a, const struct expr *e))
{
	const char *why;

	for (size_t i = 0; i < e->count; i++) {
		why = first_wrong(a, e->args[i], wrong);
		if (why)
			return why;
	}
	return wrong(a, e);
}

static const char *redundant(struct arena *a, const struct expr *e)
{
	(void)a;
	return e->parens > 1 ? EXPR_REDUNDANT : NULL;
}

static const char *unknown(struct arena *a, const struct expr *e, bool update)
{
	bool known =
		update ? e->function >= FUNCTION_IF_NOT_EXISTS
		       : e->function != FUNCTION_UNKNOWN && e->function < FUNCTION_IF_NOT_EXISTS;

	if (e->kind != EXPR_FUNCTION || known)
		return NULL;
	return arena_printf(a, "%s; function: %.*s",
			    e->function == FUNCTION_UNKNOWN ? "Invalid function name"
			    : update ? "The function is not allowed in an update expression"
				     : "The function is not allowed in a condition expression",
			    STR_ARG(e->name));
}

static const char *unknown_in_condition(struct arena *a, const struct expr *e)
{
	return unknown(a, e, false);
}

static const char *unknown_in_update(struct arena *a, const struct expr *e)
{
	return unknown(a, e, true);
}

/* Conditions stand under AND, OR and NOT; there size() has no place. Elsewhere nothing else has. */
static const char *misplaced(struct arena *a, const struct expr *e)
{
	bool joins = e->kind >= EXPR_AND && e->kind <= EXPR_NOT;

	for (size_t i = 0; i < e->count; i++) {
		const struct expr *arg = e->args[i];

		if (arg->kind == EXPR_FUNCTION && joins == (arg->function == FUNCTION_SIZE))
			return arena_printf(
				a,
				"The function is not allowed to be used this way in an expression; function: %.*s",
				STR_ARG(arg->name));
	}
	return NULL;
}

/* Reserved words, and indexes that no list has. */
static const char *bad_path(struct arena *a, const struct path *path)
{
	for (size_t i = 0; i < path->count; i++) {
		struct str name = path->steps[i].name;

		if (!name.p && path->steps[i].index > INT32_MAX)
			return arena_printf(
				a, "List index is not within the allowable range; index: [%lld]",
				(long long)path->steps[i].index);
		if (name.p && name.p[0] != '#' && expr_reserved(name))
			return arena_printf(
				a, "Attribute name is a reserved keyword; reserved keyword: %.*s",
				STR_ARG(name));
	}
	return NULL;
}

static const char *reserved(struct arena *a, const struct expr *e)
{
	return e->kind == EXPR_PATH ? bad_path(a, &e->path) : NULL;
}

/* --- placeholders ------------------------------------------------------------------ */

static void use(struct expr_scope *s, struct str name)
{
	struct expr_used *used;

	if (expr_scope_used(s, name))
		return;
	used = ARENA_NEW(s->arena, struct expr_used);
	used->name = name;
	used->next = s->used;
	s->used = used;
}

bool expr_scope_used(const struct expr_scope *s, struct str name)
{
	for (const struct expr_used *u = s->used; u; u = u->next)
		if (str_eq(u->name, name))
			return true;
	return false;
}

static const char *resolve_path(struct expr_scope *s, struct path *path)
{
	for (size_t i = 0; i < path->count; i++) {
		struct path_step *step = &path->steps[i];
		struct str name;

		if (!step->name.p || step->name.p[0] != '#')
			continue;
		name = json_get_str(s->names, step->name.p);
		if (!name.p)
			return arena_printf(
				s->arena,
				"An expression attribute name used in the document path is not defined; "
				"attribute name: %.*s",
				STR_ARG(step->name));
		use(s, step->name);
		step->name = arena_dup(s->arena, name);
	}
	if (path->count <= DEPTH_MAX)
		return NULL;
	return arena_printf(s->arena,
			    "The document path has too many nesting levels; nesting levels: %zu",
			    path->count);
}

static const char *resolve_value(struct expr_scope *s, struct expr *e)
{
	e->value = json_get(s->values, arena_cstr(s->arena, e->name));
	if (!e->value)
		return arena_printf(
			s->arena,
			"An expression attribute value used in expression is not defined; attribute "
			"value: %.*s",
			STR_ARG(e->name));
	use(s, e->name);
	return NULL;
}

static const char *resolve(struct expr_scope *s, struct expr *e)
{
	const char *why = NULL;

	if (s->bound)
		return NULL;
	if (e->kind == EXPR_PATH)
		return resolve_path(s, &e->path);
	if (e->kind == EXPR_VALUE)
		return resolve_value(s, e);
	for (size_t i = 0; i < e->count && !why; i++)
		why = resolve(s, e->args[i]);
	return why;
}

/* --- one condition ------------------------------------------------------------------- */

/* What is known of an operand's type before any item is looked at. */
static enum value_type known_type(const struct expr *e)
{
	struct json_object *inner;

	if (e->kind == EXPR_VALUE)
		return value_type(e->value, &inner);
	if (e->kind == EXPR_FUNCTION)
		return e->function == FUNCTION_SIZE ? VALUE_N : VALUE_BOOL;
	return VALUE_NONE;
}

static const char *wrong_count(struct arena *a, const struct expr *e)
{
	static const size_t wanted[] = {
		[FUNCTION_ATTRIBUTE_EXISTS] = 1, [FUNCTION_ATTRIBUTE_NOT_EXISTS] = 1,
		[FUNCTION_ATTRIBUTE_TYPE] = 2,   [FUNCTION_BEGINS_WITH] = 2,
		[FUNCTION_CONTAINS] = 2,         [FUNCTION_SIZE] = 1,
		[FUNCTION_IF_NOT_EXISTS] = 2,    [FUNCTION_LIST_APPEND] = 2,
	};

	if (e->kind == EXPR_IN && e->count - 1 > IN_MAX)
		return arena_printf(
			a,
			"The IN operator is provided with too many operands; number of operands: %zu",
			e->count - 1);
	if (e->kind != EXPR_FUNCTION || e->count == wanted[e->function])
		return NULL;
	return arena_printf(
		a,
		"Incorrect number of operands for operator or function; operator or function: %.*s, "
		"number of operands: %zu",
		STR_ARG(e->name), e->count);
}

static bool same_path(const struct path *x, const struct path *y)
{
	for (size_t i = 0; i < x->count && i < y->count; i++) {
		const struct path_step *p = &x->steps[i], *q = &y->steps[i];

		if (!p->name.p != !q->name.p ||
		    (p->name.p ? !str_eq(p->name, q->name) : p->index != q->index))
			return false;
	}
	return x->count == y->count;
}

/* Comparisons and functions that tell apart what is not there look at their first operand once; sums and lists do not. */
static const char *not_distinct(struct arena *a, const struct expr *e)
{
	bool looks = (e->kind >= EXPR_EQ && e->kind <= EXPR_IN) || e->kind == EXPR_FUNCTION;

	if (!looks || is_function(e, FUNCTION_LIST_APPEND) || e->args[0]->kind != EXPR_PATH)
		return NULL;
	for (size_t i = 1; i < e->count; i++)
		if (e->args[i]->kind == EXPR_PATH &&
		    same_path(&e->args[0]->path, &e->args[i]->path))
			return arena_printf(
				a,
				"The first operand must be distinct from the remaining operands for this "
				"operator or function; operator: %.*s, first operand: %s",
				STR_ARG(expr_name(e)), path_text(a, &e->args[0]->path));
	return NULL;
}

static const char *bad_operand(struct arena *a, const struct expr *e, const char *type)
{
	return arena_printf(a, BAD_OPERAND "%.*s, operand type: %s", STR_ARG(expr_name(e)), type);
}

static const char *wrong_attribute_type(struct arena *a, const struct expr *e)
{
	enum value_type type = known_type(e->args[1]);
	struct json_object *inner;
	struct str name;

	if (type == VALUE_NONE)
		return bad_operand(a, e, "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}");
	if (type != VALUE_S)
		return bad_operand(a, e, value_type_name(type));
	value_type(e->args[1]->value, &inner);
	name = json_str(inner);
	if (value_type_named(name) != VALUE_NONE)
		return NULL;
	return arena_printf(a,
			    "Invalid attribute type name found; type: %.*s, valid types: "
			    "{B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
			    STR_ARG(name));
}

static const char *wrong_function_types(struct arena *a, const struct expr *e)
{
	enum value_type type = known_type(e->args[0]);

	switch (e->function) {
	case FUNCTION_ATTRIBUTE_EXISTS:
	case FUNCTION_ATTRIBUTE_NOT_EXISTS:
		if (e->args[0]->kind == EXPR_PATH)
			return NULL;
		return arena_printf(
			a,
			"Operator or function requires a document path; operator or function: %.*s",
			STR_ARG(e->name));
	case FUNCTION_ATTRIBUTE_TYPE:
		return wrong_attribute_type(a, e);
	case FUNCTION_BEGINS_WITH:
		for (size_t i = 0; i < 2; i++) {
			type = known_type(e->args[i]);
			if (type != VALUE_NONE && type != VALUE_S && type != VALUE_B)
				return bad_operand(a, e, value_type_name(type));
		}
		return NULL;
	case FUNCTION_SIZE:
		if (type == VALUE_N || type == VALUE_BOOL || type == VALUE_NULL)
			return bad_operand(a, e, value_type_name(type));
		return NULL;
	default:
		return NULL;
	}
}

static bool has_order(enum value_type type)
{
	return type == VALUE_S || type == VALUE_N || type == VALUE_B || type == VALUE_NONE;
}

/* "{S:a}", as complaints show a value. */
static const char *value_shown(struct arena *a, const struct json_object *value)
{
	struct json_object *inner;
	enum value_type type = value_type(value, &inner);
	struct str text = json_is_string(inner) ? json_str(inner) : json_text(a, inner);

	return arena_printf(a, "{%s:%.*s}", value_type_name(type), STR_ARG(text));
}

static const char *wrong_bounds(struct arena *a, const struct expr *e)
{
	const struct expr *low = e->args[1], *high = e->args[2];
	int order;

	if (low->kind != EXPR_VALUE || high->kind != EXPR_VALUE)
		return NULL;
	if (known_type(low) != known_type(high))
		return arena_printf(
			a,
			"The BETWEEN operator requires same data type for lower and upper bounds; lower "
			"bound operand: AttributeValue: %s, upper bound operand: AttributeValue: %s",
			value_shown(a, low->value), value_shown(a, high->value));
	if (value_compare(a, low->value, high->value, &order) && order > 0)
		return arena_printf(
			a,
			"The BETWEEN operator requires upper bound to be greater than or equal to lower "
			"bound; lower bound operand: AttributeValue: %s, upper bound operand: "
			"AttributeValue: %s",
			value_shown(a, low->value), value_shown(a, high->value));
	return NULL;
}

static const char *wrong_types(struct arena *a, const struct expr *e)
{
	if (e->kind == EXPR_FUNCTION)
		return wrong_function_types(a, e);
	if ((e->kind < EXPR_LT || e->kind > EXPR_GE) && e->kind != EXPR_BETWEEN)
		return NULL;
	for (size_t i = 0; i < e->count; i++)
		if (!has_order(known_type(e->args[i])))
			return bad_operand(a, e, value_type_name(known_type(e->args[i])));
	return e->kind == EXPR_BETWEEN ? wrong_bounds(a, e) : NULL;
}

/* Condition by condition: placeholders, counts, distinctness, types. */
static const char *wrong_condition(struct expr_scope *s, struct expr *e)
{
	const char *why = NULL;

	if (e->kind >= EXPR_AND && e->kind <= EXPR_NOT) {
		for (size_t i = 0; i < e->count && !why; i++)
			why = wrong_condition(s, e->args[i]);
		return why;
	}
	why = resolve(s, e);
	if (!why)
		why = first_wrong(s->arena, e, wrong_count);
	if (!why)
		why = first_wrong(s->arena, e, not_distinct);
	if (!why)
		why = first_wrong(s->arena, e, wrong_types);
	return why;
}

bool expr_check_condition(struct expr_scope *s, struct expr *e, const char **why)
{
	/* As if under a NOT, so that size() alone is out of place. */
	struct expr top = { .kind = EXPR_NOT, .args = &e, .count = 1 };
	const char *wrong = s->bound ? NULL : first_wrong(s->arena, e, redundant);

	if (!wrong)
		wrong = first_wrong(s->arena, e, unknown_in_condition);
	if (!wrong)
		wrong = first_wrong(s->arena, &top, misplaced);
	if (!wrong && !s->bound)
		wrong = first_wrong(s->arena, e, reserved);
	if (!wrong)
		wrong = wrong_condition(s, e);
	if (wrong)
		*why = wrong;
	return !wrong;
}

/* --- projections ------------------------------------------------------------------------ */

bool expr_check_projection(struct expr_scope *s, struct path_list *list, const char **why)
{
	const char *wrong = NULL;

	for (size_t i = 0; i < list->count && !wrong; i++)
		wrong = bad_path(s->arena, &list->paths[i]);
	for (size_t i = 0; i < list->count && !wrong; i++)
		wrong = resolve_path(s, &list->paths[i]);
	if (wrong)
		*why = wrong;
	return !wrong && !path_list_clash(s->arena, list, why);
}

/* --- updates ----------------------------------------------------------------------------- */

static const char *reserved_in_update(struct arena *a, const struct update *update)
{
	const char *why = NULL;

	for (size_t i = 0; i < update->count && !why; i++) {
		why = bad_path(a, &update->actions[i].path);
		if (!why && update->actions[i].value)
			why = first_wrong(a, update->actions[i].value, reserved);
	}
	return why;
}

static const char *repeated_section(struct arena *a, const struct update *update)
{
	static const char *const words[] = { "SET", "REMOVE", "ADD", "DELETE" };

	for (int kind = 0; kind < 4; kind++)
		if (update->sections[kind] > 1)
			return arena_printf(
				a,
				"The \"%s\" section can only be used once in an update expression;",
				words[kind]);
	return NULL;
}

static const char *clash(struct arena *a, const struct update *update)
{
	struct path_list list = { .count = update->count };
	const char *why = NULL;

	list.paths = arena_alloc(a, (update->count ? update->count : 1) * sizeof(*list.paths));
	for (size_t i = 0; i < update->count; i++)
		list.paths[i] = update->actions[i].path;
	return path_list_clash(a, &list, &why) ? why : NULL;
}

/* ADD takes numbers and sets, DELETE sets. */
static const char *wrong_operand(struct arena *a, const struct update_action *action)
{
	static const char *const names[] = {
		[VALUE_S] = "STRING",     [VALUE_N] = "NUMBER",  [VALUE_B] = "BINARY",
		[VALUE_BOOL] = "BOOLEAN", [VALUE_NULL] = "NULL", [VALUE_L] = "LIST",
		[VALUE_M] = "MAP",        [VALUE_NONE] = NULL,
	};
	bool add = action->kind == UPDATE_ADD;
	enum value_type type;

	if (action->kind != UPDATE_ADD && action->kind != UPDATE_DELETE)
		return NULL;
	type = known_type(action->value);
	if (!names[type] || (add && type == VALUE_N))
		return NULL;
	return arena_printf(
		a,
		"Incorrect operand type for operator or function; operator: %s, operand type: %s, "
		"typeSet: ALLOWED_FOR_%s_OPERAND",
		add ? "ADD" : "DELETE", names[type], add ? "ADD" : "DELETE");
}

static const char *wrong_in_set(struct arena *a, const struct expr *e)
{
	const char *why = wrong_count(a, e);
	enum value_type wanted = is_function(e, FUNCTION_LIST_APPEND) ? VALUE_L : VALUE_N;

	if (!why)
		why = not_distinct(a, e);
	if (why)
		return why;
	if (is_function(e, FUNCTION_IF_NOT_EXISTS))
		return e->args[0]->kind == EXPR_PATH
			       ? NULL
			       : "Operator or function requires a document path; operator or function: if_not_exists";
	for (size_t i = 0; i < e->count; i++) {
		enum value_type type =
			e->args[i]->kind == EXPR_VALUE ? known_type(e->args[i]) : VALUE_NONE;

		if (is_function(e->args[i], FUNCTION_LIST_APPEND))
			return "The function is not allowed to be used this way in an expression; "
			       "function: list_append";

		if (type != VALUE_NONE && type != wanted)
			return bad_operand(a, e, value_type_name(type));
	}
	return NULL;
}

/* Ask one question about every action's value. */
static const char *in_values(struct arena *a, const struct update *update,
			     const char *(*wrong)(struct arena *a, const struct expr *e))
{
	const char *why = NULL;

	for (size_t i = 0; i < update->count && !why; i++)
		if (update->actions[i].value)
			why = first_wrong(a, update->actions[i].value, wrong);
	return why;
}

static const char *resolve_update(struct expr_scope *s, struct update *update)
{
	const char *why = NULL;

	for (size_t i = 0; i < update->count && !why && !s->bound; i++) {
		why = resolve_path(s, &update->actions[i].path);
		if (!why && update->actions[i].value)
			why = resolve(s, update->actions[i].value);
	}
	return why;
}

bool expr_check_update(struct expr_scope *s, struct update *update, const char **why)
{
	struct arena *a = s->arena;
	const char *wrong = s->bound ? NULL : reserved_in_update(a, update);

	if (!wrong)
		wrong = in_values(a, update, unknown_in_update);
	if (!wrong && !s->bound)
		wrong = repeated_section(a, update);
	if (!wrong)
		wrong = resolve_update(s, update);
	if (!wrong)
		wrong = clash(a, update);
	for (size_t i = 0; i < update->count && !wrong; i++)
		wrong = wrong_operand(a, &update->actions[i]);
	if (!wrong)
		wrong = in_values(a, update, wrong_in_set);
	if (wrong)
		*why = wrong;
	return !wrong;
}
