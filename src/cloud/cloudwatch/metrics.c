/*
 * Metrics and what was measured: rows that are added to, and read as periods.
 * From: CloudWatch User Guide, "Metrics retention".
 */
#include "cloud/cloudwatch/inside.h"

#include <stdlib.h>

enum { METRICS_MAX = 20000, AGE_SLICE = 500 };

/* --- dimensions ---------------------------------------------------------------------- */

struct dimension {
	struct str name, value;
};

static int by_name(const void *left, const void *right)
{
	const struct dimension *l = left, *r = right;

	return str_cmp(l->name, r->name);
}

static struct str print_sorted(struct arena *a, struct dimension *all, size_t n)
{
	struct json_object *o = json_new_object(a);

	qsort(all, n, sizeof(*all), by_name);
	for (size_t i = 0; i < n; i++)
		json_set_str(o, arena_cstr(a, all[i].name), all[i].value);
	return json_text(a, o);
}

struct str dimensions_print(struct arena *a, struct json_object *list)
{
	size_t n = json_count(list);
	struct dimension *all = arena_alloc(a, (n + 1) * sizeof(*all));

	for (size_t i = 0; i < n; i++)
		all[i] = (struct dimension){ json_get_str(json_at(list, i), "Name"),
					     json_get_str(json_at(list, i), "Value") };
	return print_sorted(a, all, n);
}

void dimensions_describe(struct arena *a, struct json_object *o, struct str dimensions)
{
	struct json_object *list = json_set_array(o, "Dimensions");
	struct json_object *all = json_parse(a, dimensions, NULL);

	if (!json_is_object(all))
		return;
	JSON_EACH(all, name, value)
	{
		struct json_object *d = json_add_object(list);

		json_set_cstr(d, "Name", name);
		json_set_str(d, "Value", json_str(value));
	}
}

/* --- adding ------------------------------------------------------------------------------ */

int64_t metric_find(struct op *op, const struct metric_key *key)
{
	return db_int(op->db, 0,
		      "SELECT id FROM cloudwatch_metric WHERE space = ? AND name = ? AND"
		      " dimensions = ?",
		      "sss", key->space, key->name, key->dimensions);
}

/* Its id, or 0 when there are too many already. */
static int64_t metric_get(struct op *op, const struct metric_key *key, int64_t at)
{
	int64_t id = metric_find(op, key);

	if (id) {
		db_run(op->db,
		       "UPDATE cloudwatch_metric SET last_at = ?1 WHERE id = ?2 AND last_at < ?1",
		       "ii", at, id);
		return id;
	}
	if (db_int(op->db, 0, "SELECT count(*) FROM cloudwatch_metric", "") >= METRICS_MAX)
		return 0;
	db_run(op->db,
	       "INSERT INTO cloudwatch_metric (space, name, dimensions, last_at)"
	       " VALUES (?, ?, ?, ?)",
	       "sssi", key->space, key->name, key->dimensions, at);
	id = db_last_id(op->db);
	/* The first one of all: from now on there is something that ages. */
	if (!db_int(op->db, 0, "SELECT 1 FROM cloudwatch_point LIMIT 1", ""))
		job_add(op, &cloudwatch_jobs[CLOUDWATCH_AGE], op->now + HOUR_MS, "age", NULL);
	return id;
}

/* Columns from `column` on: values, sum, least, most, blind, points. */
static void read_sketch(struct stmt *q, int column, struct sketch *s)
{
	*s = (struct sketch){
		.count = stmt_real(q, column),
		.sum = stmt_real(q, column + 1),
		.least = stmt_real(q, column + 2),
		.most = stmt_real(q, column + 3),
		.blind = stmt_int(q, column + 4),
	};
	sketch_parse(s, stmt_str(q, column + 5));
}

static void add_to_row(struct op *op, int64_t id, int64_t at, struct str unit,
		       const struct sketch *values)
{
	struct stmt *q = db_query(op->db,
				  "SELECT count, sum, least, most, blind, points FROM"
				  " cloudwatch_point WHERE metric = ? AND at = ? AND unit = ?",
				  "iis", id, at, unit);
	struct sketch all = { 0 };

	if (stmt_row(q))
		read_sketch(q, 0, &all);
	stmt_done(q);
	sketch_merge(&all, values);
	db_run(op->db,
	       "INSERT OR REPLACE INTO cloudwatch_point (metric, at, unit, count, sum, least, most,"
	       " blind, points) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
	       "iisrrrrib", id, at, unit, all.count, all.sum, all.least, all.most,
	       (int64_t)all.blind, sketch_print(op->arena, &all));
}

void metric_add(struct op *op, const struct metric_key *key, int64_t at, int64_t step_ms,
		struct str unit, const struct sketch *values)
{
	int64_t id = metric_get(op, key, at);

	if (id)
		add_to_row(op, id, at - at % step_ms, unit, values);
}

void cloudwatch_collect(struct op *op, const struct emit_batch *batch)
{
	struct dimension all[EMIT_DIMENSIONS];

	for (const struct emit_series *s = batch->series; s; s = s->next) {
		struct metric_key key = { .space = s->space, .name = s->name };

		for (size_t i = 0; i < s->dimension_count; i++)
			all[i] = (struct dimension){ s->names[i], s->values[i] };
		key.dimensions = print_sorted(op->arena, all, s->dimension_count);
		metric_add(op, &key, s->minute_ms, MINUTE_MS, s->unit, &s->sketch);
	}
}

/* --- reading ------------------------------------------------------------------------------ */

/* Rows rise by time; a row goes to the period that its time is in, and within it to its unit. */
static void add_period(struct op *op, const struct period_query *query, struct period *all,
		       size_t *n, struct stmt *q)
{
	int64_t at = stmt_int(q, 0);
	struct str unit = stmt_str(q, 1);
	struct sketch row;
	size_t i = *n;

	at = query->from + (at - query->from) / query->period_ms * query->period_ms;
	read_sketch(q, 2, &row);
	while (i && all[i - 1].at == at) {
		if (!query->by_unit || str_eq(all[i - 1].unit, unit)) {
			sketch_merge(&all[i - 1].sketch, &row);
			return;
		}
		i--;
	}
	all[(*n)++] = (struct period){ at, arena_dup(op->arena, unit), row };
}

struct json_object *metric_units(struct op *op, const struct period_query *query)
{
	struct json_object *units = json_new_object(op->arena);
	struct stmt *q = db_query(op->db,
				  "SELECT DISTINCT unit FROM cloudwatch_point WHERE metric = ?"
				  " AND at >= ? AND at < ?",
				  "iii", metric_find(op, &query->key), query->from, query->to);

	while (stmt_row(q))
		json_set_bool(units, arena_cstr(op->arena, stmt_str(q, 0)), true);
	return units;
}

struct period *periods_find(struct op *op, const struct period_query *query, size_t *count)
{
	int64_t id = metric_find(op, &query->key);
	int64_t rows = db_int(op->db, 0,
			      "SELECT count(*) FROM cloudwatch_point WHERE metric = ? AND at >= ?"
			      " AND at < ?",
			      "iii", id, query->from, query->to);
	struct period *all = arena_alloc(op->arena, ((size_t)rows + 1) * sizeof(*all));
	struct stmt *q = db_query(op->db,
				  "SELECT at, unit, count, sum, least, most, blind, points FROM"
				  " cloudwatch_point WHERE metric = ?1 AND at >= ?2 AND at < ?3"
				  " AND (?4 IS NULL OR unit = ?4) ORDER BY at",
				  "iiis", id, query->from, query->to, query->unit);

	*count = 0;
	while (stmt_row(q))
		add_period(op, query, all, count, q);
	return all;
}

/* --- ageing ----------------------------------------------------------------------------------- */

/* From which age on values are kept in which steps; 0: not at all. */
static const struct {
	int64_t age_ms, step_ms;
} ages[] = {
	{ 3LL * HOUR_MS, MINUTE_MS },
	{ 15LL * DAY_MS, 5 * MINUTE_MS },
	{ 63LL * DAY_MS, HOUR_MS },
	{ 455LL * DAY_MS, 0 },
};

struct old_row {
	int64_t metric, at;
	struct str unit;
	struct sketch sketch;
};

/* A slice of rows that are finer than their age permits; how many there were. */
static size_t age_slice(struct op *op, int64_t before, int64_t step_ms)
{
	struct old_row *rows = arena_alloc(op->arena, AGE_SLICE * sizeof(*rows));
	struct stmt *q =
		db_query(op->db,
			 "SELECT metric, at, unit, count, sum, least, most, blind, points FROM"
			 " cloudwatch_point WHERE at < ? AND (?2 = 0 OR at % ?2 != 0) LIMIT ?",
			 "iii", before, step_ms, (int64_t)AGE_SLICE);
	size_t n = 0;

	while (stmt_row(q)) {
		rows[n] = (struct old_row){
			stmt_int(q, 0), stmt_int(q, 1), stmt_dup(q, 2, op->arena), { 0 }
		};
		read_sketch(q, 3, &rows[n++].sketch);
	}
	for (size_t i = 0; i < n; i++) {
		const struct old_row *r = &rows[i];

		if (step_ms)
			add_to_row(op, r->metric, r->at - r->at % step_ms, r->unit, &r->sketch);
		db_run(op->db,
		       "DELETE FROM cloudwatch_point WHERE metric = ? AND at = ? AND unit = ?",
		       "iis", r->metric, r->at, r->unit);
	}
	return n;
}

enum outcome cloudwatch_job_age(struct op *op)
{
	bool full = false;

	for (size_t i = 0; i < sizeof(ages) / sizeof(ages[0]) && !full; i++)
		full = age_slice(op, op->now - ages[i].age_ms, ages[i].step_ms) == AGE_SLICE;
	db_run(op->db,
	       "DELETE FROM cloudwatch_metric WHERE last_at < ? AND NOT EXISTS"
	       " (SELECT 1 FROM cloudwatch_point p WHERE p.metric = cloudwatch_metric.id)",
	       "i", op->now - DAY_MS);
	if (full || db_int(op->db, 0, "SELECT 1 FROM cloudwatch_point LIMIT 1", ""))
		job_add(op, &cloudwatch_jobs[CLOUDWATCH_AGE], full ? op->now : op->now + HOUR_MS,
			"age", NULL);
	return DONE;
}
