/* Commands applied to rows; see insights.h. */
#include <math.h>
#include <stdlib.h>

#include "cloud/logs/insights_inner.h"

/* --- functions of many rows ------------------------------------------------------------ */

#define AGGREGATE(name)                                                                            \
	static struct insights_value name(const struct expr *const *args, size_t arg_count,        \
					  struct insights_row *const *rows, size_t count)

static struct insights_value of_number(double number)
{
	return (struct insights_value){ .kind = isfinite(number) ? INSIGHTS_NUMBER : INSIGHTS_NONE,
					.number = number };
}

/* The numbers among an argument's values; *n becomes how many there are. */
static double *numbers(const struct expr *arg, struct insights_row *const *rows, size_t count,
		       size_t *n)
{
	double *all;

	*n = 0;
	if (!insights_spend(rows[0], count * sizeof(*all)))
		return NULL;
	all = arena_alloc(rows[0]->arena, count * sizeof(*all));
	for (size_t i = 0; i < count; i++)
		*n += insights_number(insights_eval(arg, rows[i]), &all[*n]);
	return all;
}

AGGREGATE(count_rows)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		n += !arg_count || insights_eval(args[0], rows[i]).kind != INSIGHTS_NONE;
	return of_number((double)n);
}

static int by_bytes(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

AGGREGATE(count_distinct)
{
	struct str *all;
	size_t n = 0, different = 0;

	(void)arg_count;
	if (!insights_spend(rows[0], count * sizeof(*all)))
		return of_number(NAN);
	all = arena_alloc(rows[0]->arena, count * sizeof(*all));
	for (size_t i = 0; i < count; i++) {
		struct insights_value v = insights_eval(args[0], rows[i]);

		if (v.kind != INSIGHTS_NONE)
			all[n++] = insights_text(rows[i]->arena, v);
	}
	qsort(all, n, sizeof(*all), by_bytes);
	for (size_t i = 0; i < n; i++)
		different += !i || !str_eq(all[i], all[i - 1]);
	return of_number((double)different);
}

AGGREGATE(sum)
{
	size_t n;
	double *all = numbers(args[0], rows, count, &n), total = 0;

	(void)arg_count;
	for (size_t i = 0; i < n; i++)
		total += all[i];
	return of_number(total);
}

AGGREGATE(average)
{
	size_t n;
	double *all = numbers(args[0], rows, count, &n), total = 0;

	(void)arg_count;
	for (size_t i = 0; i < n; i++)
		total += all[i];
	return of_number(n ? total / (double)n : NAN);
}

AGGREGATE(deviation)
{
	size_t n;
	double *all = numbers(args[0], rows, count, &n), mean = 0, squares = 0;

	(void)arg_count;
	for (size_t i = 0; i < n; i++)
		mean += all[i] / (double)n;
	for (size_t i = 0; i < n; i++)
		squares += (all[i] - mean) * (all[i] - mean);
	return of_number(n ? sqrt(squares / (double)n) : NAN);
}

static int by_number(const void *x, const void *y)
{
	double m = *(const double *)x, n = *(const double *)y;

	return (m > n) - (m < n);
}

AGGREGATE(percentile)
{
	size_t n, at;
	double *all = numbers(args[0], rows, count, &n), percent = 50;

	if (!n || (arg_count > 1 && !insights_number(insights_eval(args[1], rows[0]), &percent)) ||
	    percent < 0 || percent > 100)
		return of_number(NAN);
	qsort(all, n, sizeof(*all), by_number);
	at = (size_t)ceil(percent / 100 * (double)n);
	return of_number(all[at ? at - 1 : 0]);
}

/* The value that comes first by size, or last. */
static struct insights_value extreme(const struct expr *arg, struct insights_row *const *rows,
				     size_t count, int direction)
{
	struct insights_value best = { .kind = INSIGHTS_NONE };

	for (size_t i = 0; i < count; i++) {
		struct insights_value v = insights_eval(arg, rows[i]);

		if (v.kind == INSIGHTS_NONE)
			continue;
		if (best.kind == INSIGHTS_NONE || insights_compare(v, best) * direction > 0)
			best = v;
	}
	return best;
}

AGGREGATE(least)
{
	(void)arg_count;
	return extreme(args[0], rows, count, -1);
}

AGGREGATE(most)
{
	(void)arg_count;
	return extreme(args[0], rows, count, 1);
}

/* The value of the row that is first in time, or last. */
static struct insights_value at_end(const struct expr *arg, struct insights_row *const *rows,
				    size_t count, bool last)
{
	struct insights_value found = { .kind = INSIGHTS_NONE }, v;
	int64_t at = 0;

	for (size_t i = 0; i < count; i++) {
		v = insights_eval(arg, rows[i]);
		if (v.kind == INSIGHTS_NONE)
			continue;
		if (found.kind != INSIGHTS_NONE && (last ? rows[i]->at <= at : rows[i]->at >= at))
			continue;
		found = v;
		at = rows[i]->at;
	}
	return found;
}

AGGREGATE(earliest)
{
	(void)arg_count;
	return at_end(args[0], rows, count, false);
}

AGGREGATE(latest)
{
	(void)arg_count;
	return at_end(args[0], rows, count, true);
}

static const struct insights_aggregate aggregates[] = {
	{ "count", 0, 1, count_rows }, { "count_distinct", 1, 1, count_distinct },
	{ "sum", 1, 1, sum },          { "avg", 1, 1, average },
	{ "min", 1, 1, least },        { "max", 1, 1, most },
	{ "pct", 2, 2, percentile },   { "median", 1, 1, percentile },
	{ "stddev", 1, 1, deviation }, { "earliest", 1, 1, earliest },
	{ "latest", 1, 1, latest },    { "sortsfirst", 1, 1, least },
	{ "sortslast", 1, 1, most },
};

const struct insights_aggregate *insights_aggregate(struct str name)
{
	for (size_t i = 0; i < sizeof(aggregates) / sizeof(*aggregates); i++)
		if (str_eq_nocase(name, str_of(aggregates[i].name)))
			return &aggregates[i];
	return NULL;
}

/* --- rows in order ------------------------------------------------------------------------------ */

/* A row with what it is sorted by. */
struct keyed {
	struct insights_row *row;
	struct insights_value *keys;
	const struct item *items;
	size_t place;
};

static int by_keys(const void *x, const void *y)
{
	const struct keyed *m = x, *n = y;
	size_t i = 0;

	for (const struct item *item = m->items; item; item = item->next, i++) {
		int order = insights_compare(m->keys[i], n->keys[i]);

		if (order)
			return item->descending ? -order : order;
	}
	return (m->place > n->place) - (m->place < n->place);
}

/* The rows in order; NULL when there are none, or when the budget is spent. */
static struct keyed *key_rows(const struct item *items, struct insights_row **rows, size_t count)
{
	struct keyed *all;
	struct arena *a;
	size_t n = 0;

	for (const struct item *item = items; item; item = item->next)
		n++;
	if (!count || !insights_spend(rows[0], count * (sizeof(*all) + n * sizeof(*all->keys))))
		return NULL;
	a = rows[0]->arena;
	all = arena_alloc(a, count * sizeof(*all));
	for (size_t i = 0; i < count; i++) {
		size_t k = 0;

		all[i] = (struct keyed){ .row = rows[i],
					 .items = items,
					 .place = i,
					 .keys = arena_alloc(a, n * sizeof(*all[i].keys)) };
		for (const struct item *item = items; item; item = item->next)
			all[i].keys[k++] = insights_eval(item->expr, rows[i]);
	}
	qsort(all, count, sizeof(*all), by_keys);
	return all;
}

static bool same_keys(const struct keyed *x, const struct keyed *y)
{
	size_t i = 0;

	for (const struct item *item = x->items; item; item = item->next, i++)
		if (insights_compare(x->keys[i], y->keys[i]) != 0)
			return false;
	return true;
}

/* --- commands --------------------------------------------------------------------------------------- */

static void filter(const struct command *c, struct insights_row **rows, size_t *count)
{
	size_t n = 0;

	for (size_t i = 0; i < *count; i++)
		if (insights_true(insights_eval(c->expr, rows[i])))
			rows[n++] = rows[i];
	*count = n;
}

static void compute(const struct command *c, struct insights_row **rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (const struct item *item = c->items; item; item = item->next)
			if (item->expr->kind != EXPR_FIELD || !str_eq(item->expr->name, item->name))
				insights_set(rows[i], item->name,
					     insights_eval(item->expr, rows[i]));
}

static void take_apart(const struct command *c, struct insights_row **rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct str text = insights_text(rows[i]->arena, insights_eval(c->expr, rows[i]));
		struct regex_match m;

		if (!insights_spend(rows[i], COST_STEP))
			return;
		if (!regex_find(c->regex, text, 0, &m))
			continue;
		for (size_t g = 1; g < REGEX_GROUPS_MAX; g++)
			if (m.group[g].took_part && c->names[g - 1].n)
				insights_set(rows[i], c->names[g - 1],
					     (struct insights_value){
						     .kind = INSIGHTS_TEXT,
						     .text = str_slice(text, m.group[g].from,
								       m.group[g].to) });
	}
}

static void sort(const struct command *c, struct insights_row **rows, size_t count)
{
	struct keyed *all = key_rows(c->items, rows, count);

	for (size_t i = 0; all && i < count; i++)
		rows[i] = all[i].row;
}

/* The first of those that are alike stays, where it was. */
static void dedup(const struct command *c, struct insights_row **rows, size_t *count)
{
	struct keyed *all = key_rows(c->items, rows, *count);
	size_t n = 0;

	for (size_t i = 0; all && i < *count; i++)
		if (i && same_keys(&all[i], &all[i - 1]))
			rows[all[i].place] = NULL;
	for (size_t i = 0; i < *count; i++)
		if (rows[i])
			rows[n++] = rows[i];
	*count = n;
}

/* One row of a group of rows that are alike in what stands behind "by". */
static struct insights_row *group(const struct command *c, const struct keyed *first,
				  struct insights_row **rows, size_t count)
{
	struct insights_row *made = ARENA_NEW(rows[0]->arena, struct insights_row);
	size_t k = 0;

	made->arena = rows[0]->arena;
	made->budget = rows[0]->budget;
	made->at = rows[0]->at;
	made->grouped = true;
	for (const struct item *by = c->by; by; by = by->next)
		insights_set(made, by->name, first->keys[k++]);
	for (const struct item *item = c->items; item; item = item->next)
		insights_set(made, item->name,
			     item->aggregate->call((const struct expr *const *)item->args,
						   item->count, rows, count));
	return made;
}

static void stats(const struct command *c, struct insights_row **rows, size_t *count)
{
	struct keyed *all = key_rows(c->by, rows, *count);
	size_t groups = 0;

	for (size_t i = 0; all && i < *count; i++)
		rows[i] = all[i].row;
	for (size_t begin = 0, end; all && begin < *count; begin = end) {
		if (!insights_spend(rows[begin], sizeof(struct insights_row)))
			break;
		for (end = begin + 1; end < *count && same_keys(&all[begin], &all[end]);)
			end++;
		rows[groups++] = group(c, &all[begin], rows + begin, end - begin);
	}
	*count = groups;
}

void insights_run(const struct insights_query *q, struct insights_row **rows, size_t *count,
		  size_t *matched)
{
	const struct insights_budget *budget = *count ? rows[0]->budget : NULL;
	bool cut = false;

	*matched = *count;
	for (const struct command *c = q->commands; c; c = c->next) {
		switch (c->kind) {
		case FIELDS:
		case DISPLAY:
			compute(c, rows, *count);
			break;
		case FILTER:
			filter(c, rows, count);
			break;
		case STATS:
			cut = true;
			stats(c, rows, count);
			break;
		case SORT:
			sort(c, rows, *count);
			break;
		case LIMIT:
			cut = true;
			*count = *count < c->limit ? *count : c->limit;
			break;
		case DEDUP:
			cut = true;
			dedup(c, rows, count);
			break;
		case PARSE:
			take_apart(c, rows, *count);
			break;
		}
		if (budget && budget->spent)
			*count = 0;
		if (!cut)
			*matched = *count;
	}
}

/* --- the answer ----------------------------------------------------------------------------------------- */

static void add(struct json_object *list, struct insights_row *row, struct str name)
{
	struct insights_value v = insights_field(row, name);
	struct str text = insights_text(row->arena, v);
	struct json_object *o;

	if (!insights_spend(row, COST_STEP) || v.kind == INSIGHTS_NONE ||
	    !insights_spend(row, COST_SHOWN + 8 * text.n))
		return;
	o = json_add_object(list);
	json_set_str(o, "field", name);
	json_set_str(o, "value", text);
}

static void add_items(struct json_object *list, struct insights_row *row, const struct item *items)
{
	for (; items; items = items->next)
		add(list, row, items->name);
}

/* What is shown: what display says, or stats makes, or all that the commands fields and parse name. */
static const struct command *shown(const struct insights_query *q)
{
	const struct command *found = NULL;

	for (const struct command *c = q->commands; c; c = c->next)
		if (c->kind == DISPLAY || c->kind == STATS)
			found = c;
	return found;
}

static void add_fields(const struct insights_query *q, struct json_object *list,
		       struct insights_row *row)
{
	bool any = false;

	for (const struct command *c = q->commands; c; c = c->next) {
		any |= c->kind == FIELDS || c->kind == PARSE;
		if (c->kind == FIELDS)
			add_items(list, row, c->items);
		for (size_t n = 0; c->kind == PARSE && n < NAMES_MAX; n++)
			if (c->names[n].n)
				add(list, row, c->names[n]);
	}
	if (any)
		return;
	add(list, row, STR("@timestamp"));
	add(list, row, STR("@message"));
}

struct json_object *insights_answer(const struct insights_query *q, struct insights_row **rows,
				    size_t count)
{
	struct json_object *results = json_new_array(q->arena);
	const struct command *c = shown(q);

	for (size_t i = 0; i < count; i++) {
		struct json_object *list = json_new_array(q->arena);

		if (!c) {
			add_fields(q, list, rows[i]);
		} else {
			if (c->kind == STATS)
				add_items(list, rows[i], c->by);
			add_items(list, rows[i], c->items);
		}
		if (!rows[i]->grouped)
			add(list, rows[i], STR("@ptr"));
		if (rows[i]->budget->spent)
			break;
		json_add(results, json_object_get(list));
	}
	return results;
}
