/*
 * Which route a request takes. From: API Gateway Developer Guide, "Create routes for HTTP APIs in API Gateway": a full match
 * first, then the one with a greedy variable, then $default; fixed segments are preferred to variables, methods to ANY.
 */
#include "cloud/apigatewayv2/serve.h"

/* Weights of a segment in the rank: of two routes, the first segment that differs decides. */
enum { GREEDY = 1, VARIABLE = 2, FIXED = 3, WEIGHTS = 4, SEGMENTS_MAX = 28 };

static void set_variable(struct arena *a, struct json_object *variables, struct str segment,
			 size_t suffix, struct str value)
{
	struct str name = str_slice(segment, 1, segment.n - suffix);

	if (variables)
		json_set_str(variables, arena_cstr(a, name), value);
}

/* What a segment of the route is worth for a segment of the path; 0: it does not fit. Takes the rest when it is greedy. */
static int weigh(struct arena *a, struct str want, struct str given, struct str *rest,
		 struct json_object *variables)
{
	if (str_starts(want, STR("{")) && str_ends(want, STR("+}"))) {
		if (rest->p)
			given = str_make(given.p, (size_t)(rest->p + rest->n - given.p));
		*rest = STR_NONE;
		set_variable(a, variables, want, 2, given);
		return given.n ? GREEDY : 0;
	}
	if (str_starts(want, STR("{")) && str_ends(want, STR("}"))) {
		set_variable(a, variables, want, 1, given);
		return given.n ? VARIABLE : 0;
	}
	return str_eq(want, given) ? FIXED : 0;
}

int64_t route_rank(struct arena *a, struct str key, struct str method, struct str path,
		   struct json_object *variables)
{
	struct str want = key, wanted_method = str_cut(&want, ' '), given = path;
	bool any = str_is(wanted_method, "ANY");
	int64_t rank = 0;
	size_t segments = 0;

	if (str_is(key, "$default"))
		return 0;
	if (!want.p || (!any && !str_eq(wanted_method, method)))
		return -1;
	want = str_slice(want, 1, want.n);
	given = str_slice(given, 1, given.n);
	while (want.p && given.p) {
		struct str wanted = str_cut(&want, '/'), segment = str_cut(&given, '/');
		int weight = weigh(a, wanted, segment, &given, variables);

		if (!weight)
			return -1;
		if (segments++ < SEGMENTS_MAX)
			rank = rank * WEIGHTS + weight;
	}
	if (want.p || given.p)
		return -1;
	for (; segments < SEGMENTS_MAX; segments++)
		rank *= WEIGHTS;
	return rank * 2 + !any + 1;
}

/* A slash at the end of a path means nothing, except alone. */
static struct str without_slash(struct str path)
{
	while (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	return path;
}

/* Of all routes only the keys are looked at: a request may wait for long, and what it has read waits with it. */
static bool find_route(struct visit *v)
{
	struct op *op = v->op;
	struct str path = without_slash(v->path), id = STR_NONE;
	int64_t best = -1, best_row = 0;
	struct stmt *q = db_query(op->db,
				  "SELECT id, row, json_extract(doc, '$.routeKey') "
				  "FROM apigatewayv2_part WHERE kind = 'Route' AND owner = ?",
				  "s", v->owner);

	while (stmt_row(q)) {
		int64_t row = stmt_int(q, 1);
		int64_t rank = route_rank(op->arena, stmt_str(q, 2), v->method, path, NULL);

		if (rank < 0 || rank < best || (rank == best && row > best_row))
			continue;
		best = rank;
		best_row = row;
		id = stmt_dup(q, 0, op->arena);
	}
	stmt_done(q);
	return id.p && part_find(op, &part_kind_route, v->owner, id, &v->route);
}

enum step serve_route(struct visit *v)
{
	struct str target;

	if (find_route(v)) {
		v->route_key = json_get_str(v->route.doc, "routeKey");
		v->path_parameters = json_new_object(v->op->arena);
		route_rank(v->op->arena, v->route_key, v->method, without_slash(v->path),
			   v->path_parameters);
		target = json_get_str(v->route.doc, "target");
		str_cut(&target, '/');
		part_find(v->op, &part_kind_integration, v->owner, target, &v->integration);
	}
	v->context = event_context(v);
	return STEP_ON;
}
