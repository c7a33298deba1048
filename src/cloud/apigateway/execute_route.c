/*
 * Which resource and method a path means. A literal segment goes before a variable, a variable before a greedy one.
 * From: API Gateway Developer Guide, "Set up a proxy integration with a proxy resource".
 */
#include "cloud/apigateway/execute.h"

enum weight { GREEDY, VARIABLE, LITERAL };

static struct str next_segment(struct str *rest)
{
	struct str segment = STR_NONE;

	while (rest->p && !segment.n)
		segment = str_cut(rest, '/');
	return segment.n ? segment : STR_NONE;
}

/* What is left of a path from a segment on, without the slash at its end. */
static struct str from_here(struct str segment, struct str rest)
{
	struct str all =
		str_make(segment.p, rest.p ? (size_t)(rest.p + rest.n - segment.p) : segment.n);

	while (all.n && all.p[all.n - 1] == '/')
		all.n--;
	return all;
}

static void set_variable(struct arena *a, struct json_object *variables, struct str segment,
			 size_t tail, struct str value)
{
	json_set_str(variables, arena_cstr(a, str_slice(segment, 1, segment.n - tail)), value);
}

bool route_match(struct arena *a, struct str resource, struct str path,
		 struct json_object *variables)
{
	struct str want, sent;

	for (;;) {
		want = next_segment(&resource);
		sent = next_segment(&path);
		if (!want.p || !sent.p)
			return !want.p && !sent.p;
		if (path_part_greedy(want)) {
			set_variable(a, variables, want, 2, from_here(sent, path));
			return true;
		}
		if (str_starts(want, STR("{")))
			set_variable(a, variables, want, 1, sent);
		else if (!str_eq(want, sent))
			return false;
	}
}

static enum weight weigh(struct str segment)
{
	if (!str_starts(segment, STR("{")))
		return LITERAL;
	return path_part_greedy(segment) ? GREEDY : VARIABLE;
}

/* Is `a` the better match of two resources that both fit? */
static bool is_better(struct str a, struct str b)
{
	for (;;) {
		struct str one = next_segment(&a), other = next_segment(&b);

		if (!one.p || !other.p)
			return one.p != NULL;
		if (weigh(one) != weigh(other))
			return weigh(one) > weigh(other);
	}
}

/* The id of the resource that fits best, absent when none does. */
static struct str find_resource(struct execution *x)
{
	struct op *op = x->op;
	struct str best = STR_NONE, id = STR_NONE;
	struct stmt *q =
		db_query(op->db,
			 "SELECT id, name FROM apigateway_thing WHERE owner = ? AND kind = "
			 "'Resource'",
			 "s", x->owner);

	while (stmt_row(q)) {
		struct json_object *variables = json_new_object(op->arena);
		struct str path = stmt_str(q, 1);

		if (!route_match(op->arena, path, x->path, variables) ||
		    (best.p && !is_better(path, best)))
			continue;
		best = arena_dup(op->arena, path);
		id = stmt_dup(q, 0, op->arena);
		x->path_parameters = variables;
	}
	stmt_done(q);
	return id;
}

enum step execute_route(struct execution *x)
{
	struct str id = find_resource(x);

	if (!id.p || !thing_find(x->op, &kind_resource, x->owner, id, &x->resource))
		return refuse_unsigned(x);
	x->verb = x->method;
	x->method_doc = method_of(&x->resource, x->verb);
	if (!x->method_doc) {
		x->verb = STR("ANY");
		x->method_doc = method_of(&x->resource, x->verb);
	}
	x->integration = json_get(x->method_doc, "methodIntegration");
	return x->integration ? STEP_ON : refuse_unsigned(x);
}
