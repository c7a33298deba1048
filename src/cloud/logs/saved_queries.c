/*
 * Queries that are saved under a name; a name with slashes stands in folders.
 * From: CloudWatch Logs API Reference, PutQueryDefinition, DescribeQueryDefinitions, DeleteQueryDefinition; User Guide,
 * "CloudWatch Logs quotas".
 */
#include "base/hash.h"
#include "cloud/logs/inside.h"

enum { SAVED_MAX = 1000, SAVED_PAGE = 1000, ID_BYTES = 36 };

static bool is_saved(struct op *op, struct str id)
{
	return db_int(op->db, 0, "SELECT 1 FROM logs_query_definition WHERE id = ?", "s", id);
}

static enum outcome missing(struct op *op)
{
	return op_fail(op, &LogsNotFound, "The specified query definition does not exist.");
}

enum outcome logs_op_put_query_definition(struct op *op)
{
	bool given = op_has(op, "queryDefinitionId");
	struct str id = given ? op_str(op, "queryDefinitionId") : hash_uuid(op->arena);
	struct json_object *groups = op_get(op, "logGroupNames");

	if (op_has(op, "queryLanguage") && !str_is(op_str(op, "queryLanguage"), "CWLI"))
		return op_fail(op, &LogsInvalidParameter,
			       "Queries can be in the language CWLI only.");
	if (given && !is_saved(op, id))
		return missing(op);
	if (!given &&
	    db_int(op->db, 0, "SELECT count(*) FROM logs_query_definition", "") >= SAVED_MAX)
		return op_fail(op, &LogsLimitExceeded, "Resource limit exceeded.");
	db_run(op->db,
	       "INSERT INTO logs_query_definition (id, name, query, groups, updated_at)"
	       " VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
	       " query = excluded.query, groups = excluded.groups,"
	       " updated_at = excluded.updated_at",
	       "ssssi", id, op_str(op, "name"), op_str(op, "queryString"),
	       groups ? json_text(op->arena, groups) : STR("[]"), op->now);
	json_set_str(op->out, "queryDefinitionId", id);
	return DONE;
}

static void describe(struct op *op, struct json_object *o, struct stmt *q)
{
	json_set_cstr(o, "queryLanguage", "CWLI");
	json_set_str(o, "queryDefinitionId", stmt_str(q, 0));
	json_set_str(o, "name", stmt_str(q, 1));
	json_set_str(o, "queryString", stmt_str(q, 2));
	json_set(o, "logGroupNames", json_object_get(json_parse(op->arena, stmt_str(q, 3), NULL)));
	json_set_int(o, "lastModified", stmt_int(q, 4));
}

enum outcome logs_op_describe_query_definitions(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "queryDefinitions");
	int64_t limit = op_int_or(op, "maxResults", SAVED_PAGE);
	struct str after, last = STR(""), prefix = op_str_or(op, "queryDefinitionNamePrefix", "");
	struct stmt *q;

	/* A page's token has the last one's id and name. */
	if (!page_begin(op, &after))
		return FAILED;
	q = db_query(op->db,
		     "SELECT id, name, query, groups, updated_at FROM logs_query_definition"
		     " WHERE (name, id) > (?1, ?2) AND substr(name, 1, length(?3)) = ?3"
		     " ORDER BY name, id",
		     "sss", str_slice(after, ID_BYTES, after.n), str_slice(after, 0, ID_BYTES),
		     prefix);
	while (stmt_row(q)) {
		if ((int64_t)json_count(list) == limit) {
			page_end(op, last);
			break;
		}
		last = arena_strf(op->arena, "%.*s%.*s", STR_ARG(stmt_str(q, 0)),
				  STR_ARG(stmt_str(q, 1)));
		describe(op, json_add_object(list), q);
	}
	stmt_done(q);
	return DONE;
}

enum outcome logs_op_delete_query_definition(struct op *op)
{
	if (!is_saved(op, op_str(op, "queryDefinitionId")))
		return missing(op);
	db_run(op->db, "DELETE FROM logs_query_definition WHERE id = ?", "s",
	       op_str(op, "queryDefinitionId"));
	json_set_bool(op->out, "success", true);
	return DONE;
}
