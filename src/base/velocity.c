/* Velocity: rendering; see velocity.h. */
#include "base/velocity_inner.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

static void run(struct vtl *v, const struct vtl_node *node, struct buf *b);
static struct vtl_value *eval(struct vtl *v, const struct vtl_expr *e);

struct vtl_value *vtl_fail(struct vtl *v, const char *format, ...)
{
	char text[300];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (!v->why)
		v->why = arena_printf(v->arena, "%s", text);
	return vtl_null();
}

bool vtl_work(struct vtl *v, size_t steps)
{
	v->steps += steps;
	if (v->steps > VELOCITY_STEPS_MAX)
		vtl_fail(v, "the template does too much");
	return !v->why;
}

bool vtl_room(struct vtl *v, size_t bytes)
{
	v->bytes += bytes;
	if (v->bytes > VELOCITY_BYTES_MAX)
		vtl_fail(v, "the template needs too much memory");
	return !v->why;
}

/* --- variables ----------------------------------------------------------------- */

static struct vtl_variable *variable(struct vtl *v, struct str name)
{
	vtl_work(v, 1 + v->variable_count / 16);
	for (size_t i = 0; i < v->variable_count; i++)
		if (str_eq(v->variables[i].name, name))
			return &v->variables[i];
	return NULL;
}

static struct vtl_value *loop_variable(struct vtl *v, struct str name)
{
	struct vtl_value *value;

	if (!v->loop)
		return NULL;
	if (str_is(name, "velocityCount"))
		return vtl_int(v, (int64_t)v->loop->index + 1);
	if (str_is(name, "velocityHasNext"))
		return vtl_bool(v, v->loop->index + 1 < v->loop->count);
	if (!str_is(name, "foreach"))
		return NULL;
	value = vtl_list(v);
	if (value->kind == VTL_LIST) {
		value->kind = VTL_LOOP;
		value->loop = v->loop;
	}
	return value;
}

static struct vtl_value *get_variable(struct vtl *v, struct str name)
{
	struct vtl_variable *found = variable(v, name);
	struct vtl_value *own = loop_variable(v, name);

	return own ? own : found ? found->value : vtl_null();
}

static void set_variable(struct vtl *v, struct str name, struct vtl_value *value)
{
	struct vtl_variable *found = variable(v, name), *old = v->variables;

	if (found) {
		found->value = value;
		return;
	}
	if (v->variable_count == v->variable_size) {
		v->variable_size = v->variable_size ? 2 * v->variable_size : 16;
		v->variables = arena_alloc(v->arena, v->variable_size * sizeof(*old));
		if (v->variable_count)
			memcpy(v->variables, old, v->variable_count * sizeof(*old));
	}
	v->variables[v->variable_count++] = (struct vtl_variable){ name, value };
}

/* --- references ------------------------------------------------------------------ */

static struct vtl_value *call_tool(struct vtl *v, const struct velocity_tool *tool,
				   const struct vtl_step *step, struct vtl_value **args, size_t n)
{
	struct velocity_call call = { .arena = v->arena, .method = step->name, .count = n };

	call.args = arena_alloc(v->arena, (n + 1) * sizeof(*call.args));
	for (size_t i = 0; i < n; i++)
		call.args[i] = vtl_to_json(v, args[i]);
	if (!step->method)
		call.args = NULL;
	if (!v->why && !tool->call(tool->arg, &call))
		vtl_fail(v, "%s", call.why);
	return v->why ? vtl_null() : vtl_of_json(v, call.result);
}

static struct vtl_value *take_step(struct vtl *v, struct vtl_value *self,
				   const struct vtl_step *step)
{
	struct vtl_value **args;
	size_t n = 0;

	if (!step->name.p)
		return vtl_index(v, self, eval(v, step->args));
	if (!step->method && self->kind != VTL_TOOL)
		return vtl_property(v, self, step->name);
	for (const struct vtl_expr *e = step->args; e; e = e->next)
		n++;
	args = arena_alloc(v->arena, (n + 1) * sizeof(struct vtl_value *));
	n = 0;
	for (const struct vtl_expr *e = step->args; e; e = e->next)
		args[n++] = eval(v, e);
	if (v->why)
		return vtl_null();
	if (self->kind == VTL_TOOL)
		return call_tool(v, self->tool, step, args, n);
	return vtl_call(v, self, step->name, args, n);
}

/* Up to but not including `end`. */
static struct vtl_value *follow(struct vtl *v, const struct vtl_reference *r,
				const struct vtl_step *end)
{
	struct vtl_value *value = get_variable(v, r->name);

	for (const struct vtl_step *s = r->steps; s && s != end; s = s->next) {
		if (!vtl_work(v, 1) || value->kind == VTL_NULL)
			return vtl_null();
		value = take_step(v, value, s);
	}
	return value;
}

/* What leads nowhere is the empty string. */
static struct vtl_value *eval_reference(struct vtl *v, const struct vtl_reference *r)
{
	struct vtl_value *value = follow(v, r, NULL);

	return value->kind == VTL_NULL ? vtl_string(v, STR("")) : value;
}

static void assign(struct vtl *v, const struct vtl_reference *r, struct vtl_value *value)
{
	const struct vtl_step *last = r->steps;
	struct vtl_value *self, *index;

	if (value->kind == VTL_NULL)
		value = vtl_string(v, STR(""));
	if (!last) {
		set_variable(v, r->name, value);
		return;
	}
	while (last->next)
		last = last->next;
	self = follow(v, r, last);
	if (last->method || self->kind == VTL_NULL || v->why)
		return;
	index = last->name.p ? vtl_string(v, last->name) : eval(v, last->args);
	if (self->kind == VTL_MAP)
		vtl_put(v, self, vtl_text(v, index), value);
	else if (self->kind == VTL_LIST && index->kind == VTL_INT)
		vtl_call(v, self, STR("set"), (struct vtl_value *[]){ index, value }, 2);
}

/* --- expressions -------------------------------------------------------------------- */

static bool is_true(const struct vtl_value *value)
{
	return value->kind == VTL_BOOL ? value->b : value->kind != VTL_NULL;
}

static struct vtl_value *eval_text(struct vtl *v, const struct vtl_expr *e)
{
	struct buf b;
	struct str text;

	buf_init(&b, VELOCITY_OUTPUT_MAX);
	run(v, e->text, &b);
	if (b.overflow)
		vtl_fail(v, "a text is too long");
	text = buf_str(&b);
	if (str_ends(text, STR(" "))) /* the one that the parser put there */
		text.n--;
	text = vtl_room(v, text.n) ? arena_dup(v->arena, text) : STR("");
	buf_release(&b);
	return vtl_string(v, text);
}

static struct vtl_value *eval_range(struct vtl *v, const struct vtl_expr *e)
{
	struct vtl_value *from = eval(v, e->left), *to = eval(v, e->right), *list = vtl_list(v);
	int64_t step;

	if (from->kind != VTL_INT || to->kind != VTL_INT)
		return vtl_null();
	step = from->i <= to->i ? 1 : -1;
	for (int64_t i = from->i; vtl_work(v, 1); i += step) {
		vtl_add(v, list, vtl_int(v, i));
		if (i == to->i)
			break;
	}
	return list;
}

static struct vtl_value *eval_items(struct vtl *v, const struct vtl_expr *e)
{
	struct vtl_value *made = e->kind == VTL_LIST_OF ? vtl_list(v) : vtl_map(v);

	for (const struct vtl_expr *item = e->items; item && !v->why; item = item->next) {
		if (e->kind == VTL_LIST_OF) {
			vtl_add(v, made, eval(v, item));
		} else {
			struct str key = vtl_text(v, eval(v, item));

			item = item->next;
			vtl_put(v, made, key, eval(v, item));
		}
	}
	return made;
}

static struct vtl_value *whole_arithmetic(struct vtl *v, enum vtl_expr_kind kind, int64_t a,
					  int64_t b)
{
	int64_t result = 0;
	bool over = false;

	if ((kind == VTL_DIVIDE || kind == VTL_REMAINDER) && b == 0)
		return vtl_null();
	if (kind == VTL_ADD)
		over = __builtin_add_overflow(a, b, &result);
	else if (kind == VTL_SUBTRACT)
		over = __builtin_sub_overflow(a, b, &result);
	else if (kind == VTL_MULTIPLY)
		over = __builtin_mul_overflow(a, b, &result);
	else if (b == -1)
		over = kind == VTL_DIVIDE ? __builtin_sub_overflow((int64_t)0, a, &result) : false;
	else
		result = kind == VTL_DIVIDE ? a / b : a % b;
	return over ? vtl_fail(v, "a number is too large") : vtl_int(v, result);
}

static struct vtl_value *arithmetic(struct vtl *v, enum vtl_expr_kind kind, struct vtl_value *a,
				    struct vtl_value *b)
{
	double x, y;

	if (kind == VTL_ADD && (a->kind == VTL_STRING || b->kind == VTL_STRING)) {
		struct str left = vtl_text(v, a), right = vtl_text(v, b);

		if (!vtl_room(v, left.n + right.n))
			return vtl_null();
		return vtl_string(v,
				  arena_strf(v->arena, "%.*s%.*s", STR_ARG(left), STR_ARG(right)));
	}
	if (!vtl_is_number(a) || !vtl_is_number(b))
		return vtl_null();
	if (a->kind == VTL_INT && b->kind == VTL_INT)
		return whole_arithmetic(v, kind, a->i, b->i);
	x = vtl_number(a);
	y = vtl_number(b);
	if ((kind == VTL_DIVIDE || kind == VTL_REMAINDER) && y == 0)
		return vtl_null();
	return vtl_double(v, kind == VTL_ADD        ? x + y
			     : kind == VTL_SUBTRACT ? x - y
			     : kind == VTL_MULTIPLY ? x * y
			     : kind == VTL_DIVIDE   ? x / y
						    : fmod(x, y));
}

static struct vtl_value *order(struct vtl *v, enum vtl_expr_kind kind, struct vtl_value *a,
			       struct vtl_value *b)
{
	double x, y;

	if (!vtl_is_number(a) || !vtl_is_number(b))
		return vtl_bool(v, false);
	x = vtl_number(a);
	y = vtl_number(b);
	return vtl_bool(v, kind == VTL_LT   ? x < y
			   : kind == VTL_LE ? x <= y
			   : kind == VTL_GT ? x > y
					    : x >= y);
}

static struct vtl_value *eval_two(struct vtl *v, const struct vtl_expr *e)
{
	struct vtl_value *a = eval(v, e->left), *b;

	if (e->kind == VTL_AND && !is_true(a))
		return vtl_bool(v, false);
	if (e->kind == VTL_OR && is_true(a))
		return vtl_bool(v, true);
	b = eval(v, e->right);
	switch (e->kind) {
	case VTL_AND:
	case VTL_OR:
		return vtl_bool(v, is_true(b));
	case VTL_EQ:
		return vtl_bool(v, vtl_equal(v, a, b));
	case VTL_NE:
		return vtl_bool(v, !vtl_equal(v, a, b));
	case VTL_LT:
	case VTL_LE:
	case VTL_GT:
	case VTL_GE:
		return order(v, e->kind, a, b);
	default:
		return arithmetic(v, e->kind, a, b);
	}
}

static struct vtl_value *eval(struct vtl *v, const struct vtl_expr *e)
{
	if (!vtl_work(v, 1))
		return vtl_null();
	switch (e->kind) {
	case VTL_LITERAL:
		return (struct vtl_value *)&e->literal; /* never changed: no list, no map */
	case VTL_TEXT:
		return eval_text(v, e);
	case VTL_REFERENCE:
		return eval_reference(v, e->reference);
	case VTL_LIST_OF:
	case VTL_MAP_OF:
		return eval_items(v, e);
	case VTL_RANGE:
		return eval_range(v, e);
	case VTL_NOT:
		return vtl_bool(v, !is_true(eval(v, e->left)));
	default:
		return eval_two(v, e);
	}
}

/* --- nodes ---------------------------------------------------------------------------- */

static void run_reference(struct vtl *v, const struct vtl_node *node, struct buf *b)
{
	for (size_t i = 0; i < node->escapes / 2; i++)
		buf_addc(b, '\\');
	if (node->escapes % 2)
		buf_add(b, node->reference->source);
	else
		vtl_print(v, b, eval_reference(v, node->reference));
}

static void run_if(struct vtl *v, const struct vtl_node *node, struct buf *b)
{
	for (; node; node = node->otherwise) {
		if (node->expr && !is_true(eval(v, node->expr)))
			continue;
		if (!v->why)
			run(v, node->body, b);
		return;
	}
}

/* What a loop goes over: a list's elements, a map's values. NULL: nothing. */
static struct vtl_value *elements(struct vtl *v, struct vtl_value *over)
{
	struct vtl_value *list = over;

	if (over->kind == VTL_LIST) {
		vtl_open(v, over);
		return list;
	}
	if (over->kind != VTL_MAP)
		return NULL;
	return vtl_call(v, over, STR("values"), NULL, 0);
}

static void run_foreach(struct vtl *v, const struct vtl_node *node, struct buf *b)
{
	struct vtl_value *list = elements(v, eval(v, node->expr)),
			 *before = get_variable(v, node->text);
	struct vtl_loop *loop;

	if (!list || list->kind != VTL_LIST || !vtl_room(v, sizeof(*loop)))
		return;
	loop = ARENA_NEW(v->arena, struct vtl_loop); /* $foreach may be kept in a variable */
	loop->count = list->list.n;
	loop->parent = v->loop;
	v->loop = loop;
	for (; loop->index < loop->count && loop->index < VELOCITY_LOOP_MAX; loop->index++) {
		if (!vtl_work(v, 1) || v->stopped || loop->stopped || loop->index >= list->list.n)
			break;
		set_variable(v, node->text, list->list.at[loop->index]);
		run(v, node->body, b);
		if (v->broke)
			break;
	}
	v->broke = false;
	v->loop = loop->parent;
	set_variable(v, node->text, before);
}

static void run_define(struct vtl *v, const struct vtl_node *node)
{
	struct vtl_value *value = vtl_list(v);

	if (value->kind != VTL_LIST)
		return;
	value->kind = VTL_BLOCK;
	value->block = node->body;
	set_variable(v, node->text, value);
}

static void run_node(struct vtl *v, const struct vtl_node *node, struct buf *b)
{
	switch (node->kind) {
	case VTL_NODE_TEXT:
		buf_add(b, node->text);
		break;
	case VTL_NODE_REFERENCE:
		run_reference(v, node, b);
		break;
	case VTL_NODE_SET:
		assign(v, node->reference, eval(v, node->expr));
		break;
	case VTL_NODE_IF:
		run_if(v, node, b);
		break;
	case VTL_NODE_FOREACH:
		run_foreach(v, node, b);
		break;
	case VTL_NODE_DEFINE:
		run_define(v, node);
		break;
	case VTL_NODE_BREAK:
		v->broke = v->loop != NULL;
		v->stopped = v->stopped || !v->loop;
		break;
	case VTL_NODE_STOP:
		v->stopped = true;
		break;
	}
}

static void run(struct vtl *v, const struct vtl_node *node, struct buf *b)
{
	if (++v->nesting > VELOCITY_NESTING_MAX)
		vtl_fail(v, "the template is nested too deeply");
	for (; node && !v->stopped && !v->broke && vtl_work(v, 1); node = node->next) {
		run_node(v, node, b);
		if (b->overflow)
			vtl_fail(v, "the output is too long");
	}
	v->nesting--;
}

void vtl_run_block(struct vtl *v, const struct vtl_node *body, struct buf *b)
{
	run(v, body, b);
}

/* --- the whole ------------------------------------------------------------------------- */

/* The caller's objects get what the template has put into them. */
static void write_back(struct vtl *v, struct json_object *variables)
{
	JSON_EACH(variables, name, json)
	{
		struct vtl_value *value = NULL;

		for (size_t i = 0; i < v->given; i++)
			if (str_is(v->variables[i].name, name))
				value = v->given_values[i];
		if (!value || value->kind != VTL_MAP || value->json)
			continue;
		JSON_EACH(json, key, old)
		{
			(void)key;
			json_own(v->arena, json_object_get(old)); /* values may point into it */
		}
		for (size_t i = 0; i < value->map.n; i++)
			json_set(json, arena_cstr(v->arena, value->map.at[i].key),
				 json_object_get(vtl_to_json(v, value->map.at[i].value)));
	}
}

static void give_variables(struct vtl *v, struct json_object *variables)
{
	if (json_is_object(variables)) {
		JSON_EACH(variables, name, json)
		set_variable(v, str_of(name), vtl_of_json(v, json));
	}
	v->given = v->variable_count;
	v->given_values = arena_alloc(v->arena, (v->given + 1) * sizeof(struct vtl_value *));
	for (size_t i = 0; i < v->given; i++)
		v->given_values[i] = v->variables[i].value;
	for (const struct velocity_tool *t = v->tools; t && t->name; t++) {
		struct vtl_value *value = vtl_list(v);

		value->kind = VTL_TOOL;
		value->tool = t;
		set_variable(v, str_of(t->name), value);
	}
}

bool velocity_check(struct arena *a, struct str text, const char **why)
{
	struct vtl_parser p = { .arena = a, .text = text, .line = 1 };

	vtl_parse(&p);
	if (p.why)
		*why = p.why;
	return !p.why;
}

bool velocity_render(struct arena *a, struct str text, struct json_object *variables,
		     const struct velocity_tool *tools, struct str *out, const char **why)
{
	struct vtl_parser p = { .arena = a, .text = text, .line = 1 };
	struct vtl_node *tree = vtl_parse(&p);
	struct vtl v = { .arena = a, .tools = tools };
	struct buf b;

	if (p.why) {
		*why = p.why;
		return false;
	}
	buf_init(&b, VELOCITY_OUTPUT_MAX);
	give_variables(&v, variables);
	run(&v, tree, &b);
	if (!v.why && v.changed && json_is_object(variables))
		write_back(&v, variables);
	if (v.why)
		*why = v.why;
	else
		*out = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return !v.why;
}

struct str velocity_text(struct arena *a, struct json_object *value)
{
	struct vtl v = { .arena = a };

	return vtl_text(&v, vtl_of_json(&v, value));
}
