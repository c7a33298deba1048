/*
 * Resource policies, by which other services may write to groups; kept as objects.
 * From: CloudWatch Logs API Reference, PutResourcePolicy.
 */
#include "aws/policy.h"
#include "cloud/logs/inside.h"

enum { POLICIES_MAX = 10, POLICIES_PAGE = 50 };

/* The statements of a document, as a list also when there is one. */
static struct json_object *statements_of(struct arena *a, struct json_object *document)
{
	struct json_object *statements = json_get(document, "Statement"), *list;

	if (json_is_array(statements))
		return statements;
	list = json_new_array(a);
	if (statements)
		json_add(list, json_object_get(statements));
	return list;
}

/* A string or a list of them. */
static bool is_text(struct json_object *value)
{
	for (size_t i = 0; json_is_array(value) && i < json_count(value); i++)
		if (!json_is_string(json_at(value, i)))
			return false;
	return json_is_array(value) || json_is_string(value);
}

/* The service does not look at what Resource says: this puts back what the document has. */
static void set_resources(struct arena *a, struct policy_statement *s, struct json_object *resource)
{
	size_t n = json_is_array(resource) ? json_count(resource) : 1;

	s->resources = arena_alloc(a, n * sizeof(*s->resources));
	for (size_t i = 0; i < n; i++)
		s->resources[i] =
			json_str(json_is_array(resource) ? json_at(resource, i) : resource);
	s->resource_count = n;
}

/* NULL when it is no policy. */
static struct policy *read_policy(struct arena *a, struct str document)
{
	struct json_object *given = statements_of(a, json_parse(a, document, NULL));
	struct json_object *loose = json_parse(a, document, NULL), *all = statements_of(a, loose);
	struct policy *policy;

	for (size_t i = 0; i < json_count(all); i++)
		if (is_text(json_get(json_at(all, i), "Resource")))
			json_set_cstr(json_at(all, i), "Resource", "*");
	policy = json_is_object(loose) ? policy_parse(a, json_text(a, loose), POLICY_RESOURCE, NULL)
				       : NULL;
	for (size_t i = 0; policy && i < policy->statement_count; i++)
		if (is_text(json_get(json_at(given, i), "Resource")))
			set_resources(a, &policy->statements[i],
				      json_get(json_at(given, i), "Resource"));
	return policy;
}

/* A document in the form in which it is listed: members in order, lists of one as their only element. */
static struct str listed_form(struct arena *a, struct str document)
{
	const struct policy *policy = read_policy(a, document);
	struct str text;
	struct buf b;

	if (!policy)
		return document;
	buf_init(&b, BUF_MAX);
	policy_print(&b, policy);
	text = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return text;
}

static void describe(struct json_object *o, struct str name, struct str document, int64_t at)
{
	json_set_str(o, "policyName", name);
	json_set_str(o, "policyDocument", document);
	json_set_int(o, "lastUpdatedTime", at);
	json_set_cstr(o, "policyScope", "ACCOUNT");
}

enum outcome logs_op_put_resource_policy(struct op *op)
{
	struct str name = op_str(op, "policyName"), document = op_str(op, "policyDocument");

	if (!name.n || !document.n)
		return op_fail(op, &LogsInvalidParameter, "%s must be specified.",
			       name.n ? "policyDocument" : "policyName");
	if (!read_policy(op->arena, document))
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
		describe(json_add_object(list), last, listed_form(op->arena, stmt_str(q, 1)),
			 stmt_int(q, 2));
	}
	stmt_done(q);
	return DONE;
}

enum outcome logs_op_delete_resource_policy(struct op *op)
{
	db_run(op->db, "DELETE FROM logs_policy WHERE name = ?", "s", op_str(op, "policyName"));
	if (!db_changes(op->db))
		return op_fail(op, &LogsNotFound, "Policy with name [%.*s] does not exist.",
			       STR_ARG(op_str_or(op, "policyName", "")));
	return DONE;
}
