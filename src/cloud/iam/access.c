/* What applies to whom: the policies of a user, its groups or a role, as dispatch and the simulator ask for them. */
#include "cloud/iam/inside.h"
#include "cloud/iam/operations.h"

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
	for (enum iam_kind_id id = IAM_ROLE; rest.n && id <= IAM_GROUP; id++)
		if (str_is(kind, iam_kind(id)->arn))
			return iam_find(op, id, rest, out);
	return false;
}

/* A list that grows in the arena. */
struct gathering {
	struct op *op;
	struct iam_source *list;
	size_t count, size;
};

static void gather(struct gathering *g, const struct iam_entity *holder,
		   struct applied_policy policy)
{
	if (g->count == g->size) {
		size_t size = g->size ? g->size * 2 : 16;
		struct iam_source *more = arena_alloc(g->op->arena, size * sizeof(*more));

		if (g->count)
			memcpy(more, g->list, g->count * sizeof(*more));
		g->list = more;
		g->size = size;
	}
	g->list[g->count++] = (struct iam_source){ policy, holder };
}

static void gather_of(struct gathering *g, const struct iam_entity *e)
{
	struct op *op = g->op;
	struct iam_policy managed;
	struct stmt *q =
		db_query(op->db,
			 "SELECT name, document FROM iam_inline WHERE entity = ? ORDER BY name",
			 "s", e->id);

	while (stmt_row(q))
		gather(g, e,
		       (struct applied_policy){ .name = stmt_dup(q, 0, op->arena),
						.arn = STR(""),
						.document = stmt_dup(q, 1, op->arena) });
	q = db_query(op->db, "SELECT arn FROM iam_attachment WHERE entity = ? ORDER BY arn", "s",
		     e->id);
	while (stmt_row(q))
		if (iam_policy_find(op, stmt_dup(q, 0, op->arena), &managed))
			gather(g, e,
			       (struct applied_policy){
				       .name = managed.name,
				       .arn = managed.arn,
				       .document = iam_policy_document(op, &managed) });
}

struct iam_source *iam_sources(struct op *op, const struct iam_entity *e, size_t *count)
{
	struct gathering g = { .op = op };
	struct iam_entity *groups;
	size_t n = 0;

	gather_of(&g, e);
	if (e->kind->id == IAM_USER) {
		groups = iam_groups_of(op, e, &n);
		for (size_t i = 0; i < n; i++)
			gather_of(&g, &groups[i]);
	}
	*count = g.count;
	return g.list;
}

bool iam_boundary(struct op *op, const struct iam_entity *e, struct applied_policy *out)
{
	struct iam_policy boundary;

	if (!e->boundary.p || !iam_policy_find(op, e->boundary, &boundary))
		return false;
	*out = (struct applied_policy){ .name = boundary.name,
					.arn = e->boundary,
					.document = iam_policy_document(op, &boundary) };
	return true;
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
	struct iam_source *sources;

	if (!iam_principal(op, op->caller.principal, &e))
		return false;
	*out = (struct applied_policies){ .id = e.id, .name = e.name };
	sources = iam_sources(op, &e, &out->identity_count);
	out->identity = arena_alloc(op->arena, (out->identity_count + 1) * sizeof(*out->identity));
	for (size_t i = 0; i < out->identity_count; i++)
		out->identity[i] = sources[i].policy;
	iam_boundary(op, &e, &out->boundary);
	gather_tags(op, &e, out);
	return true;
}

/* --- ListPoliciesGrantingServiceAccess ------------------------------------------------------ */

/* Does a statement allow any action of this service? */
static bool grants(struct op *op, struct str document, struct str service)
{
	struct policy *policy = policy_parse(op->arena, document, POLICY_IDENTITY, NULL);

	for (size_t i = 0; policy && i < policy->statement_count; i++) {
		const struct policy_statement *s = &policy->statements[i];

		for (size_t j = 0; s->allow && j < s->action_count; j++) {
			struct str rest = s->actions[j];

			if (s->not_action || policy_glob(str_cut(&rest, ':'), service, true))
				return true;
		}
	}
	return false;
}

static void add_granting(struct json_object *list, const struct iam_source *source)
{
	static const char *const words[] = { [IAM_ROLE] = "ROLE", "USER", "GROUP" };
	struct json_object *out = json_add_object(list);

	json_set_str(out, "PolicyName", source->policy.name);
	json_set_cstr(out, "PolicyType", source->policy.arn.n ? "MANAGED" : "INLINE");
	if (source->policy.arn.n) {
		json_set_str(out, "PolicyArn", source->policy.arn);
		return;
	}
	json_set_cstr(out, "EntityType", words[source->holder->kind->id]);
	json_set_str(out, "EntityName", source->holder->name);
}

enum outcome iam_op_list_policies_granting_service_access(struct op *op)
{
	struct json_object *services = op_get(op, "ServiceNamespaces"), *out;
	struct json_object *list = json_set_array(op->out, "PoliciesGrantingServiceAccess");
	struct str arn = op_str(op, "Arn");
	struct iam_source *sources;
	struct iam_entity e;
	size_t n;

	if (!iam_principal(op, arn, &e))
		return op_fail(op, &NoSuchEntity, "ARN %.*s cannot be found.", STR_ARG(arn));
	sources = iam_sources(op, &e, &n);
	for (size_t i = 0; i < json_count(services); i++) {
		struct str service = json_str(json_at(services, i));
		struct json_object *granting;

		out = json_add_object(list);
		json_set_str(out, "ServiceNamespace", service);
		granting = json_set_array(out, "Policies");
		for (size_t j = 0; j < n; j++)
			if (grants(op, sources[j].policy.document, service))
				add_granting(granting, &sources[j]);
	}
	json_set_bool(op->out, "IsTruncated", false);
	return DONE;
}
