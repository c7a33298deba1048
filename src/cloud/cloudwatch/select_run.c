/*
 * Answering queries of Metrics Insights; see select.h.
 */
#include "cloud/cloudwatch/select.h"

#include <stdlib.h>

enum { METRICS_MAX = 10000, GROUPS_MAX = 500 };

/* What all metrics of a group say of one period. */
struct spot {
	int64_t at;
	struct sketch sum; /* without its points */
};

struct group {
	struct str label;
	struct spot *spots; /* rising by time */
	size_t count;
	double rank; /* by which groups are ordered */
};

struct run {
	struct op *op;
	const struct select *select;
	struct period_query window;
	struct group *groups;
	size_t count;
};

/* Does the metric with these dimensions fit? */
static bool fits(struct run *r, struct json_object *dimensions)
{
	const struct select *s = r->select;
	struct arena *a = r->op->arena;

	if (s->schema && json_count(dimensions) != s->dimension_count)
		return false;
	for (size_t i = 0; i < s->dimension_count; i++)
		if (!json_get(dimensions, arena_cstr(a, s->dimensions[i])))
			return false;
	for (size_t i = 0; i < s->test_count; i++) {
		const struct select_test *t = &s->tests[i];
		struct str value = json_get_str(dimensions, arena_cstr(a, t->name));

		if (!value.p || str_eq(value, t->value) == t->unequal)
			return false;
	}
	for (size_t i = 0; i < s->group_count; i++)
		if (!json_get(dimensions, arena_cstr(a, s->groups[i])))
			return false;
	return true;
}

/* The values that make the group, which are its label; absent when nothing is grouped. */
static struct str label_of(struct run *r, struct json_object *dimensions)
{
	struct str label = STR_NONE;

	for (size_t i = 0; i < r->select->group_count; i++) {
		struct str value =
			json_get_str(dimensions, arena_cstr(r->op->arena, r->select->groups[i]));

		label = label.p ? arena_strf(r->op->arena, "%.*s %.*s", STR_ARG(label),
					     STR_ARG(value))
				: value;
	}
	return label;
}

static struct group *group_of(struct run *r, struct str label)
{
	for (size_t i = 0; i < r->count; i++)
		if (str_eq(r->groups[i].label, label))
			return &r->groups[i];
	if (r->count == GROUPS_MAX)
		return NULL;
	r->groups[r->count] = (struct group){ .label = label };
	return &r->groups[r->count++];
}

static void add(struct sketch *into, const struct sketch *from)
{
	sketch_add_set(into, from->count, from->sum, from->least, from->most);
	into->n = 0;
}

/* The periods of one metric go into those of the group. */
static void merge(struct arena *a, struct group *g, const struct period *periods, size_t n)
{
	struct spot *all = arena_alloc(a, (g->count + n + 1) * sizeof(*all));
	size_t i = 0, k = 0, count = 0;

	while (i < g->count || k < n) {
		bool old = i < g->count && (k == n || g->spots[i].at <= periods[k].at);
		struct spot *spot = &all[count++];

		*spot = old ? g->spots[i++] : (struct spot){ .at = periods[k].at };
		if (k < n && periods[k].at == spot->at)
			add(&spot->sum, &periods[k++].sketch);
	}
	g->spots = all;
	g->count = count;
}

static void add_metric(struct run *r, struct str dimensions)
{
	struct json_object *parsed = json_parse(r->op->arena, dimensions, NULL);
	struct period_query query = r->window;
	struct period *periods;
	struct group *group;
	size_t count;

	if (!fits(r, parsed))
		return;
	query.key = (struct metric_key){ r->select->space, r->select->metric, dimensions };
	periods = periods_find(r->op, &query, &count);
	group = count ? group_of(r, label_of(r, parsed)) : NULL;
	if (group)
		merge(r->op->arena, group, periods, count);
}

static double rank(const struct select *s, const struct group *g)
{
	struct sketch all = { 0 };
	double value = 0;

	for (size_t i = 0; i < g->count; i++)
		add(&all, &g->spots[i].sum);
	statistic_of(&s->order, &all, &value);
	return s->descending ? -value : value;
}

static int by_rank(const void *left, const void *right)
{
	const struct group *l = left, *g = right;

	return l->rank != g->rank ? (l->rank > g->rank) - (l->rank < g->rank)
				  : str_cmp(l->label, g->label);
}

static struct series *series_of(struct run *r, const struct group *g)
{
	struct series *s = ARENA_NEW(r->op->arena, struct series);

	*s = (struct series){ .label = g->label, .period_ms = r->window.period_ms };
	s->at = arena_alloc(r->op->arena, g->count * sizeof(*s->at));
	s->values = arena_alloc(r->op->arena, g->count * sizeof(*s->values));
	for (size_t i = 0; i < g->count; i++) {
		if (!statistic_of(&r->select->statistic, &g->spots[i].sum, &s->values[s->count]))
			continue;
		s->at[s->count++] = g->spots[i].at;
	}
	return s;
}

struct series **select_run(struct op *op, const struct select *s, const struct period_query *window,
			   size_t *count)
{
	struct run r = { .op = op, .select = s, .window = *window };
	struct str *found = arena_alloc(op->arena, METRICS_MAX * sizeof(*found));
	struct series **all;
	struct stmt *q;
	size_t n = 0;

	r.groups = arena_alloc(op->arena, GROUPS_MAX * sizeof(*r.groups));
	q = db_query(op->db,
		     "SELECT dimensions FROM cloudwatch_metric WHERE space = ? AND name = ?"
		     " ORDER BY id LIMIT ?",
		     "ssi", s->space, s->metric, (int64_t)METRICS_MAX);
	while (stmt_row(q))
		found[n++] = stmt_dup(q, 0, op->arena);
	for (size_t i = 0; i < n; i++)
		add_metric(&r, found[i]);
	for (size_t i = 0; s->ordered && i < r.count; i++)
		r.groups[i].rank = rank(s, &r.groups[i]);
	qsort(r.groups, r.count, sizeof(*r.groups), by_rank);
	*count = r.count < (size_t)s->limit ? r.count : (size_t)s->limit;
	all = arena_alloc(op->arena, (*count + 1) * sizeof(*all));
	for (size_t i = 0; i < *count; i++)
		all[i] = series_of(&r, &r.groups[i]);
	return all;
}
