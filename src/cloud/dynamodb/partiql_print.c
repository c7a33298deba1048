/* Statements of PartiQL written as text; see partiql.h. */
#include "cloud/dynamodb/partiql.h"

#include "cloud/dynamodb/value.h"

static void quoted(struct buf *b, struct str s, char mark)
{
	buf_addc(b, mark);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == mark)
			buf_addc(b, mark);
		buf_addc(b, s.p[i]);
	}
	buf_addc(b, mark);
}

static void print_path(struct buf *b, const struct path *path)
{
	for (size_t i = 0; i < path->count; i++) {
		if (!path->steps[i].name.p) {
			buf_addf(b, "[%lld]", (long long)path->steps[i].index);
			continue;
		}
		if (i)
			buf_addc(b, '.');
		quoted(b, path->steps[i].name, '"');
	}
}

/* --- values ----------------------------------------------------------------------- */

static void print_value(struct buf *b, const struct json_object *value);

static void print_members(struct buf *b, enum value_type type, struct json_object *list)
{
	for (size_t i = 0; i < json_count(list); i++) {
		if (i)
			buf_adds(b, ", ");
		if (type == VALUE_L)
			print_value(b, json_at(list, i));
		else if (type == VALUE_NS)
			buf_add(b, json_str(json_at(list, i)));
		else if (type == VALUE_SS)
			quoted(b, json_str(json_at(list, i)), '\'');
		else
			buf_addc(b, '?');
	}
}

static void print_map(struct buf *b, struct json_object *map)
{
	bool first = true;

	buf_addc(b, '{');
	JSON_EACH(map, name, value)
	{
		if (!first)
			buf_adds(b, ", ");
		first = false;
		quoted(b, str_of(name), '\'');
		buf_adds(b, ": ");
		print_value(b, value);
	}
	buf_addc(b, '}');
}

static void print_value(struct buf *b, const struct json_object *value)
{
	struct json_object *inner;
	enum value_type type = value_type(value, &inner);

	switch (type) {
	case VALUE_S:
		quoted(b, json_str(inner), '\'');
		break;
	case VALUE_N:
		buf_add(b, json_str(inner));
		break;
	case VALUE_BOOL:
		buf_adds(b, json_bool_or(inner, false) ? "true" : "false");
		break;
	case VALUE_NULL:
		buf_adds(b, "null");
		break;
	case VALUE_M:
		print_map(b, inner);
		break;
	case VALUE_L:
		buf_addc(b, '[');
		print_members(b, type, inner);
		buf_addc(b, ']');
		break;
	case VALUE_SS:
	case VALUE_NS:
	case VALUE_BS:
		buf_adds(b, "<<");
		print_members(b, type, inner);
		buf_adds(b, ">>");
		break;
	default: /* binary values have no literals */
		buf_addc(b, '?');
		break;
	}
}

/* --- expressions -------------------------------------------------------------------- */

static void print(struct buf *b, const struct expr *e);

/* What could be read as part of its neighbour goes into parentheses. */
static void print_arg(struct buf *b, const struct expr *e)
{
	bool wrap = e->kind > EXPR_FUNCTION;

	if (wrap)
		buf_addc(b, '(');
	print(b, e);
	if (wrap)
		buf_addc(b, ')');
}

static void print_args(struct buf *b, const struct expr *e, size_t from, const char *ends)
{
	buf_addc(b, ends[0]);
	for (size_t i = from; i < e->count; i++) {
		if (i > from)
			buf_adds(b, ", ");
		print_arg(b, e->args[i]);
	}
	buf_addc(b, ends[1]);
}

static void print_operator(struct buf *b, const struct expr *e)
{
	print_arg(b, e->args[0]);
	buf_addf(b, " %.*s ", STR_ARG(expr_name(e)));
	if (e->kind == EXPR_IN) {
		print_args(b, e, 1, "[]");
		return;
	}
	print_arg(b, e->args[1]);
	if (e->kind == EXPR_BETWEEN) {
		buf_adds(b, " AND ");
		print_arg(b, e->args[2]);
	}
}

static void print(struct buf *b, const struct expr *e)
{
	switch (e->kind) {
	case EXPR_PATH:
		print_path(b, &e->path);
		break;
	case EXPR_VALUE:
		print_value(b, e->value);
		break;
	case EXPR_FUNCTION:
		buf_add(b, e->name);
		print_args(b, e, 0, "()");
		break;
	case EXPR_NOT:
		buf_adds(b, "NOT ");
		print_arg(b, e->args[0]);
		break;
	default:
		print_operator(b, e);
		break;
	}
}

/* --- statements ------------------------------------------------------------------------ */

static void print_source(struct buf *b, const struct partiql *s)
{
	quoted(b, s->table, '"');
	if (s->index.p) {
		buf_addc(b, '.');
		quoted(b, s->index, '"');
	}
}

static void print_where(struct buf *b, const struct partiql *s)
{
	static const char *const returnings[] = {
		[RETURNING_NOTHING] = "",
		[RETURNING_ALL_OLD] = " RETURNING ALL OLD *",
		[RETURNING_ALL_NEW] = " RETURNING ALL NEW *",
		[RETURNING_MODIFIED_OLD] = " RETURNING MODIFIED OLD *",
		[RETURNING_MODIFIED_NEW] = " RETURNING MODIFIED NEW *",
	};

	if (s->where) {
		buf_adds(b, " WHERE ");
		print(b, s->where);
	}
	buf_adds(b, returnings[s->returning]);
}

static void print_select(struct buf *b, const struct partiql *s)
{
	buf_adds(b, s->kind == PARTIQL_EXISTS ? "EXISTS(SELECT " : "SELECT ");
	for (size_t i = 0; i < s->columns.count; i++) {
		if (i)
			buf_adds(b, ", ");
		print_path(b, &s->columns.paths[i]);
	}
	buf_adds(b, s->columns.count ? " FROM " : "* FROM ");
	print_source(b, s);
	print_where(b, s);
	for (size_t i = 0; i < s->order_count; i++) {
		buf_adds(b, i ? ", " : " ORDER BY ");
		quoted(b, s->orders[i].name, '"');
		buf_adds(b, s->orders[i].descending ? " DESC" : " ASC");
	}
	if (s->kind == PARTIQL_EXISTS)
		buf_addc(b, ')');
}

static void print_action(struct buf *b, const struct update_action *action)
{
	const char *function = action->kind == UPDATE_ADD      ? "set_add"
			       : action->kind == UPDATE_DELETE ? "set_delete"
							       : NULL;

	buf_adds(b, action->kind == UPDATE_REMOVE ? " REMOVE " : " SET ");
	print_path(b, &action->path);
	if (!action->value)
		return;
	buf_adds(b, " = ");
	if (!function) {
		print(b, action->value);
		return;
	}
	buf_addf(b, "%s(", function);
	print_path(b, &action->path);
	buf_adds(b, ", ");
	print(b, action->value);
	buf_addc(b, ')');
}

void partiql_print(struct buf *b, const struct partiql *s)
{
	switch (s->kind) {
	case PARTIQL_SELECT:
	case PARTIQL_EXISTS:
		print_select(b, s);
		break;
	case PARTIQL_INSERT:
		buf_adds(b, "INSERT INTO ");
		print_source(b, s);
		buf_adds(b, " VALUE ");
		print_map(b, s->item);
		break;
	case PARTIQL_UPDATE:
		buf_adds(b, "UPDATE ");
		print_source(b, s);
		for (size_t i = 0; i < s->update.count; i++)
			print_action(b, &s->update.actions[i]);
		print_where(b, s);
		break;
	case PARTIQL_DELETE:
		buf_adds(b, "DELETE FROM ");
		print_source(b, s);
		print_where(b, s);
		break;
	}
}
