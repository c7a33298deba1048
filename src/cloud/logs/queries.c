/*
 * Queries of Logs Insights: a query runs when it is started, and its answer is kept.
 * From: CloudWatch Logs API Reference, StartQuery, GetQueryResults, StopQuery, DescribeQueries.
 */
#include "base/hash.h"
#include "base/time.h"
#include "cloud/logs/insights.h"
#include "cloud/logs/inside.h"

enum {
	GROUPS_MAX = 50,
	RESULTS_MAX = 10000,
	SCANNED_MAX = 100000, /* events that a query looks at, the newest; beyond it times out */
	SCANNED_BYTES = 48 << 20, /* likewise */
	WORK_BYTES = 256 << 20,   /* of memory for working on them; beyond it times out, */
	WORK_US = 5 * 1000000,    /* as beyond this time: the account's other calls wait */
	KEPT = 100,               /* queries, the newest, */
	KEPT_BYTES = 32 << 20     /* with no more than so much of answers */
};

/* --- what is asked ------------------------------------------------------------------------- */

struct scan {
	struct log_group groups[GROUPS_MAX];
	size_t group_count;
	int64_t from, to; /* both included */
	struct insights_row **rows;
	size_t count, bytes;
	struct insights_budget budget;
	bool cut; /* the answer is not of all events */
};

static bool add_group(struct op *op, struct scan *s, struct str identifier)
{
	struct str name = group_name_of(op, identifier);

	if (s->group_count == GROUPS_MAX) {
		op_fail(op, &LogsInvalidParameter, "At most %d log groups can be queried.",
			GROUPS_MAX);
		return false;
	}
	if (group_find(op, name, &s->groups[s->group_count])) {
		s->group_count++;
		return true;
	}
	op_fail(op, &LogsNotFound,
		"Log group '%.*s' does not exist for account ID '%s' (Service: AWSLogs; Status Code: "
		"400; Error Code: ResourceNotFoundException; Request ID: %.*s; Proxy: null)",
		STR_ARG(name), op->account->id, STR_ARG(op->request_id));
	return false;
}

static bool find_groups(struct op *op, struct scan *s)
{
	static const char *const lists[] = { "logGroupNames", "logGroupIdentifiers" };

	if (op_has(op, "logGroupName") + op_has(op, lists[0]) + op_has(op, lists[1]) != 1) {
		op_fail(op, &LogsInvalidParameter,
			"Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be "
			"specified.");
		return false;
	}
	if (op_has(op, "logGroupName"))
		return add_group(op, s, op_str(op, "logGroupName"));
	for (size_t l = 0; l < 2; l++)
		for (size_t i = 0; i < json_count(op_get(op, lists[l])); i++)
			if (!add_group(op, s, json_str(json_at(op_get(op, lists[l]), i))))
				return false;
	return true;
}

/* Seconds since 1970, as the API has it; milliseconds are understood. */
static int64_t moment(struct op *op, const char *name)
{
	int64_t at = op_int_or(op, name, 0);

	return at < 100000000000 ? at * 1000 : at;
}

/* --- rows --------------------------------------------------------------------------------------- */

static struct insights_row *row_of(struct op *op, struct arena *a, const struct log_group *group,
				   struct stmt *q)
{
	struct insights_row *row = ARENA_NEW(a, struct insights_row);
	struct log_place place = { stmt_int(q, 1), stmt_int(q, 0) };

	row->arena = a;
	row->at = place.at;
	row->ingested_at = stmt_int(q, 2);
	row->message = stmt_dup(q, 3, a);
	row->stream = stmt_dup(q, 4, a);
	row->log = arena_strf(a, "%s:%.*s", op->account->id, STR_ARG(group->name));
	row->ptr = place_print(a, place);
	return row;
}

static void scan_group(struct op *op, struct arena *a, struct scan *s,
		       const struct log_group *group)
{
	int64_t kept = events_expired(op, group);
	struct stmt *q = db_query(
		op->db,
		"SELECT e.id, e.at, e.ingested_at, e.message, s.name FROM logs_event e"
		" JOIN logs_stream s ON s.id = e.stream_id WHERE e.group_id = ? AND e.at >= ?"
		" AND e.at <= ? ORDER BY e.at DESC, e.id DESC",
		"iii", group->id, s->from < kept ? kept : s->from, s->to);

	while (stmt_row(q)) {
		s->cut = s->count == SCANNED_MAX || s->bytes > SCANNED_BYTES;
		if (s->cut)
			break;
		s->rows[s->count] = row_of(op, a, group, q);
		s->rows[s->count]->budget = &s->budget;
		s->bytes += s->rows[s->count++]->message.n;
	}
	stmt_done(q);
}

static int newest_first(const void *x, const void *y)
{
	const struct insights_row *m = *(struct insights_row *const *)x,
				  *n = *(struct insights_row *const *)y;

	return m->at != n->at ? (m->at < n->at) - (m->at > n->at) : -str_cmp(m->ptr, n->ptr);
}

/* {"results", "statistics", "status"} */
static struct str run(struct op *op, struct arena *a, struct scan *s,
		      const struct insights_query *query)
{
	struct json_object *answer = json_new_object(a), *results, *statistics;
	size_t limit = (size_t)op_int_or(op, "limit", RESULTS_MAX), scanned, matched, left;

	s->rows = arena_alloc(a, SCANNED_MAX * sizeof(struct insights_row *));
	for (size_t i = 0; i < s->group_count; i++)
		scan_group(op, a, s, &s->groups[i]);
	qsort(s->rows, s->count, sizeof(struct insights_row *), newest_first);
	scanned = left = s->count;
	s->budget = (struct insights_budget){ .bytes = WORK_BYTES,
					      .until_us = time_monotonic_us() + WORK_US };
	insights_run(query, s->rows, &left, &matched);
	results = insights_answer(query, s->rows, left < limit ? left : limit);
	s->cut |= s->budget.spent;
	json_set(answer, "results", json_object_get(results));
	statistics = json_set_object(answer, "statistics");
	json_set(statistics, "recordsMatched", json_object_new_double((double)matched));
	json_set(statistics, "recordsScanned", json_object_new_double((double)scanned));
	json_set(statistics, "bytesScanned", json_object_new_double((double)s->bytes));
	json_set_cstr(answer, "status", s->cut ? "Timeout" : "Complete");
	return json_text(op->arena, answer);
}

/* --- operations ----------------------------------------------------------------------------------- */

/* The query as it is listed, with what it was asked of: SOURCE "g" START=0 END=999 | fields @message */
static struct str whole_query(struct op *op, const struct scan *s)
{
	struct str groups = STR("");

	for (size_t i = 0; i < s->group_count; i++)
		groups = arena_strf(op->arena, "%.*s%s\"%.*s\"", STR_ARG(groups), i ? ", " : "",
				    STR_ARG(s->groups[i].name));
	return arena_strf(op->arena, "SOURCE %.*s START=%lld END=%lld | %.*s", STR_ARG(groups),
			  (long long)s->from, (long long)s->to, STR_ARG(op_str(op, "queryString")));
}

static void keep(struct op *op, struct str id, const struct scan *s, struct str answer, bool cut)
{
	struct json_object *names = json_new_array(op->arena);

	for (size_t i = 0; i < s->group_count; i++)
		json_add_str(names, s->groups[i].name);
	db_run(op->db,
	       "INSERT INTO logs_query (id, query, groups, status, created_at, answer)"
	       " VALUES (?, ?, ?, ?, ?, ?)",
	       "ssssis", id, whole_query(op, s), json_text(op->arena, names),
	       str_of(cut ? "Timeout" : "Complete"), op->now, answer);
	db_run(op->db,
	       "DELETE FROM logs_query WHERE id NOT IN"
	       " (SELECT id FROM (SELECT id, created_at, sum(length(answer)) OVER"
	       " (ORDER BY created_at DESC, id = ?1 DESC, id) AS bytes FROM logs_query)"
	       " WHERE bytes <= ?2 OR id = ?1 ORDER BY created_at DESC, id = ?1 DESC, id LIMIT ?3)",
	       "sii", id, (int64_t)KEPT_BYTES, (int64_t)KEPT);
}

enum outcome logs_op_start_query(struct op *op)
{
	struct scan *s = ARENA_NEW(op->arena, struct scan);
	struct str id = hash_uuid(op->arena), answer;
	struct insights_query *query;
	struct arena *a;
	const char *why;

	if (op_has(op, "queryLanguage") && !str_is(op_str(op, "queryLanguage"), "CWLI"))
		return op_fail(op, &LogsInvalidParameter,
			       "Queries can be in the language CWLI only.");
	s->from = moment(op, "startTime");
	s->to = moment(op, "endTime");
	if (s->from > s->to)
		return op_fail(op, &LogsInvalidParameter,
			       "Query's end date and time is before its start date and time");
	/* All of the last second. */
	if (s->to != op_int_or(op, "endTime", 0))
		s->to += 999;
	if (!find_groups(op, s))
		return FAILED;
	a = arena_new();
	query = insights_parse(a, op_str(op, "queryString"), &why);
	if (!query) {
		op_fail(op, &LogsMalformedQuery, "unexpected symbol found: %s", why);
		arena_free(a);
		return FAILED;
	}
	answer = run(op, a, s, query);
	arena_free(a);
	keep(op, id, s, answer, s->cut);
	json_set_str(op->out, "queryId", id);
	return DONE;
}

enum outcome logs_op_get_query_results(struct op *op)
{
	struct stmt *q = db_query(op->db, "SELECT answer FROM logs_query WHERE id = ?", "s",
				  op_str(op, "queryId"));
	struct json_object *answer = NULL;

	if (stmt_row(q))
		answer = json_parse(op->arena, stmt_str(q, 0), NULL);
	stmt_done(q);
	if (!answer)
		return op_fail(op, &LogsNotFound, "Query does not exist");
	json_set_cstr(op->out, "queryLanguage", "CWLI");
	JSON_EACH(answer, name, value)
	{
		json_set(op->out, name, json_object_get(value));
	}
	return DONE;
}

enum outcome logs_op_stop_query(struct op *op)
{
	if (!db_int(op->db, 0, "SELECT 1 FROM logs_query WHERE id = ?", "s", op_str(op, "queryId")))
		return op_fail(op, &LogsNotFound, "Query does not exist");
	return op_fail(op, &LogsInvalidParameter, "Query is not running: it has ended already.");
}

static bool is_about(struct op *op, struct str groups)
{
	struct json_object *names = json_parse(op->arena, groups, NULL);

	if (!op_has(op, "logGroupName"))
		return true;
	for (size_t i = 0; i < json_count(names); i++)
		if (str_eq(json_str(json_at(names, i)), op_str(op, "logGroupName")))
			return true;
	return false;
}

enum outcome logs_op_describe_queries(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "queries"), *o;
	struct stmt *q = db_query(op->db,
				  "SELECT id, query, groups, status, created_at FROM logs_query"
				  " ORDER BY created_at DESC",
				  "");

	while (stmt_row(q)) {
		struct json_object *names = json_parse(op->arena, stmt_str(q, 2), NULL);

		if (!is_about(op, stmt_str(q, 2)) ||
		    (op_has(op, "status") && !str_eq(stmt_str(q, 3), op_str(op, "status"))))
			continue;
		o = json_add_object(list);
		json_set_cstr(o, "queryLanguage", "CWLI");
		json_set_str(o, "queryId", stmt_str(q, 0));
		json_set_str(o, "queryString", stmt_str(q, 1));
		json_set_str(o, "status", stmt_str(q, 3));
		json_set_int(o, "createTime", stmt_int(q, 4));
		json_set_str(o, "logGroupName", json_str(json_at(names, 0)));
	}
	stmt_done(q);
	return DONE;
}
