/* PutResourcePolicy, GetResourcePolicy, DeleteResourcePolicy; see resource_policy.h. */
#include "cloud/dynamodb/resource_policy.h"

#include <inttypes.h>

#include "aws/policy.h"
#include "cloud/dynamodb/operations.h"
#include "cloud/dynamodb/stream.h"

#define INVALID "One or more parameter values were invalid: "

enum { DOCUMENT_MAX = 20480 };

/* --- which resource ---------------------------------------------------------------- */

/* What a policy is attached to. */
struct attached {
	struct str arn;
	struct str resource; /* what stands behind the account: "table/Rides" */
	struct str table;
};

static bool refuse(struct op *op, const char *what, struct str arn)
{
	op_fail(op, &ValidationException, INVALID "%s%.*s", what, STR_ARG(arn));
	return false;
}

/* The parts of "arn:aws:dynamodb:REGION:ACCOUNT:table/NAME[/KIND/REST]". */
static bool read_arn(struct op *op, struct attached *out, struct str *kind, struct str *rest)
{
	struct str text = out->arn, parts[5];

	for (int i = 0; i < 5; i++)
		parts[i] = str_cut(&text, ':');
	if (!str_is(parts[0], "arn"))
		return refuse(op, "ARNs must start with 'arn:': ", out->arn);
	if (!str_is(parts[1], "aws") || !str_is(parts[2], "dynamodb") ||
	    !str_is(parts[3], op->region))
		return refuse(op, "Invalid resource Arn: ", out->arn);
	if (!str_is(parts[4], op->account->id)) {
		op_fail(op, &ValidationException,
			"This action is only supported by accounts that match the resource owner\u2019s "
			"account.");
		return false;
	}
	out->resource = text;
	*rest = text;
	if (!str_is(str_cut(rest, '/'), "table"))
		return refuse(op, "Provided Arn is not a DynamoDB resource arn: ", out->arn);
	out->table = str_cut(rest, '/');
	*kind = rest->p ? str_cut(rest, '/') : STR("");
	if (!kind->n || str_is(*kind, "stream"))
		return true;
	return refuse(
		op,
		str_is(*kind, "index")
			? "Invalid resource arn provided, only table or stream is accepted. Provided "
			  "resource arn: "
			: "Provided Arn is not a DynamoDB resource arn: ",
		out->arn);
}

/* The resource that the operation names; false with AWS's error set when there is none. */
static bool find(struct op *op, struct attached *out)
{
	struct str kind = STR(""), rest;
	struct table_row row;

	out->arn = op_str(op, "ResourceArn");
	if (!read_arn(op, out, &kind, &rest))
		return false;
	if (kind.n &&
	    db_int(op->db, 0, "SELECT 1 FROM dynamodb_stream WHERE table_name = ? AND label = ?",
		   "ss", out->table, rest))
		return true;
	if (!table_row_find(op, out->table, &row)) {
		op_fail(op, &ResourceNotFoundException,
			"Requested resource not found: Table: %.*s not found", STR_ARG(out->table));
		return false;
	}
	if (!kind.n)
		return true;
	op_fail(op, &ResourceNotFoundException,
		"Requested resource not found: Stream: %.*s not found for Table: %.*s",
		STR_ARG(rest), STR_ARG(out->table));
	return false;
}

/* --- documents ----------------------------------------------------------------------- */

/* Does a statement open the resource to everybody, whatever the circumstances? */
static bool unbounded(const struct policy *policy)
{
	for (size_t i = 0; i < policy->statement_count; i++) {
		const struct policy_statement *s = &policy->statements[i];

		if (!s->allow || s->condition_count)
			continue;
		for (size_t k = 0; k < s->principal_count; k++)
			if (s->not_principal || s->principals[k].type == PRINCIPAL_ANYONE ||
			    str_is(s->principals[k].value, "*"))
				return true;
	}
	return false;
}

/* The document as it is kept; false with AWS's error set. */
static bool read_document(struct op *op, struct str text, struct str *out)
{
	const char *why = "";
	struct policy *policy;
	struct buf b;

	if (text.n > DOCUMENT_MAX)
		return refuse(op, "Maximum policy size of 20480 bytes exceeded", STR(""));
	policy = policy_parse(op->arena, text, POLICY_RESOURCE, &why);
	if (!policy)
		return refuse(op, "Invalid policy document: ", str_of(why));
	if (unbounded(policy)) {
		op_fail(op, &ValidationException,
			"Resource-based policy grants unbounded access in one or more elements. Please "
			"revise the policy to ensure least-privilege form of access");
		return false;
	}
	buf_init(&b, BUF_MAX);
	policy_print(&b, policy);
	*out = arena_dup(op->arena, buf_str(&b));
	buf_release(&b);
	return true;
}

/* What is kept for a resource. */
struct kept {
	struct str document; /* absent: none */
	int64_t revision;    /* also of a deletion; 0: there was never one */
};

static struct kept kept_of(struct op *op, struct str resource)
{
	struct kept kept = { STR_NONE, 0 };
	struct stmt *q =
		db_query(op->db,
			 "SELECT document, revision FROM dynamodb_policy WHERE resource = ?", "s",
			 resource);

	if (stmt_row(q)) {
		kept.document = stmt_dup(q, 0, op->arena);
		kept.revision = stmt_int(q, 1);
	}
	stmt_done(q);
	return kept;
}

static void set_revision(struct op *op, int64_t revision)
{
	json_set_str(op->out, "RevisionId", arena_strf(op->arena, "%" PRId64, revision));
}

/* Keep a document (absent: its end) under a revision that is later than the one before. */
static int64_t keep(struct op *op, struct str resource, struct str document, int64_t before)
{
	int64_t revision = op->now > before ? op->now : before + 1;

	db_run(op->db,
	       "INSERT OR REPLACE INTO dynamodb_policy (resource, document, revision) VALUES (?, ?, ?)",
	       "ssi", resource, document, revision);
	return revision;
}

#define NOT_FOUND "Resource-based policy not found for the provided ResourceArn: "

/* Is the policy there of the revision that the caller expects? False with the error set. */
static bool check_revision(struct op *op, const struct attached *to, const struct kept *kept)
{
	struct str expected = op_str(op, "ExpectedRevisionId");
	struct str revision = arena_strf(op->arena, "%" PRId64, kept->revision);
	bool none = str_is(expected, "NO_POLICY");

	if (!expected.p || (none && !kept->document.p) ||
	    (kept->document.p && str_eq(expected, revision)))
		return true;
	if (none)
		op_fail(op, &PolicyNotFoundException,
			NOT_FOUND
			"Requested policy update expecting none to be present for table %.*s, but a policy "
			"exists with revision id %.*s.",
			STR_ARG(to->table), STR_ARG(revision));
	else if (!kept->document.p)
		op_fail(op, &PolicyNotFoundException, NOT_FOUND "%.*s", STR_ARG(to->arn));
	else
		op_fail(op, &PolicyNotFoundException,
			NOT_FOUND
			"Requested update for policy with revision id %.*s, but the policy associated to "
			"target table %.*s has revision id %.*s.",
			STR_ARG(expected), STR_ARG(to->table), STR_ARG(revision));
	return false;
}

/* --- operations ------------------------------------------------------------------------ */

enum outcome dynamodb_op_put_resource_policy(struct op *op)
{
	struct attached to;
	struct str document;
	struct kept kept;

	if (!find(op, &to) || !read_document(op, op_str(op, "Policy"), &document))
		return FAILED;
	kept = kept_of(op, to.resource);
	if (!check_revision(op, &to, &kept))
		return FAILED;
	/* Saying the same again changes nothing. */
	if (!kept.document.p || !str_eq(kept.document, document))
		kept.revision = keep(op, to.resource, document, kept.revision);
	set_revision(op, kept.revision);
	return DONE;
}

enum outcome dynamodb_op_get_resource_policy(struct op *op)
{
	struct attached to;
	struct kept kept;

	if (!find(op, &to))
		return FAILED;
	kept = kept_of(op, to.resource);
	if (!kept.document.p)
		return op_fail(op, &PolicyNotFoundException, NOT_FOUND "%.*s", STR_ARG(to.arn));
	json_set_str(op->out, "Policy", kept.document);
	set_revision(op, kept.revision);
	return DONE;
}

enum outcome dynamodb_op_delete_resource_policy(struct op *op)
{
	struct attached to;
	struct kept kept;

	if (!find(op, &to))
		return FAILED;
	kept = kept_of(op, to.resource);
	if (!check_revision(op, &to, &kept))
		return FAILED;
	if (kept.document.p)
		kept.revision = keep(op, to.resource, STR_NONE, kept.revision);
	if (kept.revision)
		set_revision(op, kept.revision);
	return DONE;
}

/* --- for others --------------------------------------------------------------------------- */

bool resource_policy_any(struct op *op)
{
	return db_int(op->db, 0, "SELECT 1 FROM dynamodb_policy WHERE document IS NOT NULL LIMIT 1",
		      "");
}

bool resource_policy_find(struct op *op, struct str arn, struct str *document)
{
	struct str mine = op_arn(op, "dynamodb", "table/"), resource;
	ptrdiff_t index = str_find_str(arn, STR("/index/"));

	if (!str_starts(arn, mine))
		return false;
	resource = str_slice(arn, mine.n - strlen("table/"), index < 0 ? arn.n : (size_t)index);
	*document = kept_of(op, resource).document;
	return document->p;
}

bool resource_policy_check_new(struct op *op)
{
	struct str ignored;

	return !op_has(op, "ResourcePolicy") ||
	       read_document(op, op_str(op, "ResourcePolicy"), &ignored);
}

void resource_policy_create(struct op *op, struct str table_name)
{
	struct str document;

	if (op_has(op, "ResourcePolicy") &&
	    read_document(op, op_str(op, "ResourcePolicy"), &document))
		keep(op, arena_strf(op->arena, "table/%.*s", STR_ARG(table_name)), document, 0);
}

void resource_policy_forget(struct op *op, struct str table_name)
{
	struct str table = arena_strf(op->arena, "table/%.*s", STR_ARG(table_name));

	/* '0' is what follows '/': between them lie the table's streams. */
	db_run(op->db,
	       "DELETE FROM dynamodb_policy WHERE resource = ? OR (resource > ? AND resource < ?)",
	       "sss", table, arena_strf(op->arena, "%.*s/", STR_ARG(table)),
	       arena_strf(op->arena, "%.*s0", STR_ARG(table)));
}
