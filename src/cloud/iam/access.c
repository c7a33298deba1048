/* What applies to whom: the policies of a user, its groups or a role, as dispatch and the simulator ask for them. */
#include "cloud/iam/inside.h"

bool iam_principal(struct op *op, struct str arn, struct iam_entity *out)
{
	struct str mine = arena_strf(op->arena, "::%s:", op->account->id);
	ptrdiff_t at = str_find_str(arn, mine);
	struct str rest = at < 0 ? STR_NONE : str_slice(arn, (size_t)at + mine.n, arn.n);
	struct str kind = str_cut(&rest, '/');

	if (str_is(kind, "assumed-role"))
		return iam_find(op, IAM_ROLE, str_cut(&rest, '/'), out);
	/* Behind the path. */
	while (str_find(rest, '/') >= 0)
		str_cut(&rest, '/');
	if (!rest.n || (!str_is(kind, "user") && !str_is(kind, "role")))
		return false;
	return iam_find(op, str_is(kind, "user") ? IAM_USER : IAM_ROLE, rest, out);
}

/* A list that grows in the arena. */
struct gathering {
	struct op *op;
	struct applied_policy *list;
	size_t count, size;
};

static void gather(struct gathering *g, struct str name, struct str arn, struct str document)
{
	if (g->count == g->size) {
		size_t size = g->size ? g->size * 2 : 16;
		struct applied_policy *more = arena_alloc(g->op->arena, size * sizeof(*more));

		if (g->count)
			memcpy(more, g->list, g->count * sizeof(*more));
		g->list = more;
		g->size = size;
	}
	g->list[g->count++] = (struct applied_policy){ name, arn, document };
}

static void gather_managed(struct gathering *g, struct str arn)
{
	struct iam_policy policy;

	if (iam_policy_find(g->op, arn, &policy))
		gather(g, policy.managed ? policy.name : policy.entity.name, arn,
		       iam_policy_document(g->op, &policy));
}

static void gather_of(struct gathering *g, const struct iam_entity *e)
{
	struct op *op = g->op;
	struct stmt *q =
		db_query(op->db,
			 "SELECT name, document FROM iam_inline WHERE entity = ? ORDER BY name",
			 "s", e->id);

	while (stmt_row(q))
		gather(g, stmt_dup(q, 0, op->arena), STR(""), stmt_dup(q, 1, op->arena));
	q = db_query(op->db, "SELECT arn FROM iam_attachment WHERE entity = ? ORDER BY arn", "s",
		     e->id);
	while (stmt_row(q))
		gather_managed(g, stmt_dup(q, 0, op->arena));
}

void iam_applied(struct op *op, const struct iam_entity *e, struct applied_policies *out)
{
	struct gathering g = { .op = op };
	struct iam_policy boundary;
	struct iam_entity *groups;
	size_t n = 0;

	gather_of(&g, e);
	if (e->kind->id == IAM_USER) {
		groups = iam_groups_of(op, e, &n);
		for (size_t i = 0; i < n; i++)
			gather_of(&g, &groups[i]);
	}
	*out = (struct applied_policies){ .identity = g.list, .identity_count = g.count };
	if (e->boundary.p && iam_policy_find(op, e->boundary, &boundary))
		out->boundary = (struct applied_policy){
			.name = boundary.name,
			.arn = e->boundary,
			.document = iam_policy_document(op, &boundary),
		};
}

static void gather_tags(struct op *op, const struct iam_entity *e, struct applied_policies *out)
{
	int64_t n = db_int(op->db, 0, "SELECT count(*) FROM iam_tag WHERE entity = ?", "s", e->id);
	struct stmt *q =
		db_query(op->db, "SELECT key, value FROM iam_tag WHERE entity = ? ORDER BY id", "s",
			 e->id);

	out->tags = arena_zalloc(op->arena, ((size_t)n + 1) * sizeof(*out->tags));
	while (stmt_row(q))
		out->tags[out->tag_count++] = (struct applied_tag){ stmt_dup(q, 0, op->arena),
								    stmt_dup(q, 1, op->arena) };
}

bool iam_policies(struct op *op, struct applied_policies *out)
{
	struct iam_entity e;

	if (!iam_principal(op, op->caller.principal, &e))
		return false;
	iam_applied(op, &e, out);
	out->id = e.id;
	out->name = e.name;
	gather_tags(op, &e, out);
	return true;
}
