/*
 * Resource policies, by which other services may write to groups; kept as objects.
 * From: CloudWatch Logs API Reference, PutResourcePolicy.
 */
#include "aws/policy.h"
#include "cloud/logs/inside.h"

enum { POLICIES_MAX = 10, POLICIES_PAGE = 50 };

static void describe(struct json_object *o, struct str name, struct str document, int64_t at)
{
	json_set_str(o, "policyName", name);
	json_set_str(o, "policyDocument", document);
	json_set_int(o, "lastUpdatedTime", at);
}

enum outcome logs_op_put_resource_policy(struct op *op)
{
	struct str name = op_str(op, "policyName"), document = op_str(op, "policyDocument");

	if (!name.n || !document.n)
		return op_fail(op, &LogsInvalidParameter, "%s must be specified.",
			       name.n ? "policyDocument" : "policyName");
	if (!policy_parse(op->arena, document, POLICY_RESOURCE, NULL))
		return op_fail(op, &LogsInvalidParameter, "Resource policy document is invalid.");
	if (!db_int(op->db, 0, "SELECT 1 FROM logs_policy WHERE name = ?", "s", name) &&
	    db_int(op->db, 0, "SELECT count(*) FROM logs_policy", "") >= POLICIES_MAX)
		return op_fail(op, &LogsLimitExceeded, "Resource limit exceeded.");
	db_run(op->db,
	       "INSERT INTO logs_policy (name, document, updated_at) VALUES (?, ?, ?)"
	       " ON CONFLICT (name) DO UPDATE SET document = excluded.document,"
	       " updated_at = excluded.updated_at",
	       "ssi", name, document, op->now);
	describe(json_set_object(op->out, "resourcePolicy"), name, document, op->now);
	return DONE;
}

enum outcome logs_op_describe_resource_policies(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "resourcePolicies");
	int64_t limit = op_int_or(op, "limit", POLICIES_PAGE);
	struct str after, last = STR("");
	struct stmt *q;

	if (!page_begin(op, &after))
		return FAILED;
	q = db_query(op->db,
		     "SELECT name, document, updated_at FROM logs_policy WHERE name > ?"
		     " ORDER BY name",
		     "s", after);
	while (stmt_row(q)) {
		if ((int64_t)json_count(list) == limit) {
			page_end(op, last);
			break;
		}
		last = stmt_dup(q, 0, op->arena);
		describe(json_add_object(list), last, stmt_str(q, 1), stmt_int(q, 2));
	}
	stmt_done(q);
	return DONE;
}

enum outcome logs_op_delete_resource_policy(struct op *op)
{
	db_run(op->db, "DELETE FROM logs_policy WHERE name = ?", "s", op_str(op, "policyName"));
	if (!db_changes(op->db))
		return op_fail(op, &LogsNotFound, "Policy with name [%.*s] does not exist",
			       STR_ARG(op_str_or(op, "policyName", "")));
	return DONE;
}
