/* What applies to a caller: read from IAM's and the core's tables once, then remembered. */
#include "aws/authorize_inner.h"

#include "aws/call.h"
#include "aws/session.h"
#include "base/log.h"

static struct policy *parse(struct op *op, struct arena *a, const struct applied_policy *from)
{
	const char *why = NULL;
	struct policy *policy = policy_parse(a, from->document, POLICY_IDENTITY, &why);

	if (!policy) {
		log_error("account %s: policy %.*s is not followed: %s", op->account->id,
			  STR_ARG(from->name), why);
		return NULL;
	}
	policy->name = arena_dup(a, from->name);
	policy->arn = from->arn.n ? arena_dup(a, from->arn) : STR_NONE;
	return policy;
}

static bool allows_everything(const struct policy_statement *s)
{
	return s->allow && !s->not_action && !s->not_resource && !s->condition_count &&
	       s->action_count == 1 && str_is(s->actions[0], "*") && s->resource_count == 1 &&
	       str_is(s->resources[0], "*");
}

/* Is everything allowed and nothing denied? Then there is nothing to evaluate. */
static bool is_administrator(const struct remembered *r)
{
	bool all = false;

	for (size_t i = 0; i < r->identity_count; i++) {
		for (size_t j = 0; j < r->identity[i]->statement_count; j++) {
			if (!r->identity[i]->statements[j].allow)
				return false;
			all |= allows_everything(&r->identity[i]->statements[j]);
		}
	}
	return all && !r->boundary;
}

static void keep_tags(struct remembered *r, const struct applied_policies *from)
{
	r->tags = arena_alloc(r->arena, (from->tag_count + 1) * sizeof(*r->tags));
	for (size_t i = 0; i < from->tag_count; i++) {
		r->tags[i].key = arena_dup(r->arena, from->tags[i].key);
		r->tags[i].value = arena_dup(r->arena, from->tags[i].value);
	}
	r->tag_count = from->tag_count;
}

static void keep(struct op *op, struct remembered *r, const struct applied_policies *from)
{
	struct arena *a = r->arena;

	r->id = from->id.p ? arena_dup(a, from->id) : STR_NONE;
	r->plain_name = from->name.p ? arena_dup(a, from->name) : STR_NONE;
	r->identity = arena_alloc(a, (from->identity_count + 1) * sizeof(struct policy *));
	for (size_t i = 0; i < from->identity_count; i++) {
		struct policy *policy = parse(op, a, &from->identity[i]);

		if (policy)
			r->identity[r->identity_count++] = policy;
	}
	if (from->boundary.document.p) {
		r->boundary = parse(op, a, &from->boundary);
		/* A limit that cannot be read leaves nothing. */
		r->gone |= !r->boundary;
	}
	keep_tags(r, from);
	r->administrator = is_administrator(r);
}

/* A role's session outlives its role, but not into a new role of the old name. */
static bool is_other_one(const struct op *op, const struct remembered *r)
{
	struct str id = op->caller.user_id;

	return op->caller.kind == CALLER_ROLE && r->id.n && !str_eq(str_cut(&id, ':'), r->id);
}

const struct remembered *authorize_principal(struct op *op)
{
	struct remembered *r = memory_find(op->account, op->caller.principal);
	struct applied_policies applied = { NULL };

	if (!r) {
		r = memory_add(op->account, op->caller.principal);
		if (op->aws->identity->policies(op, &applied))
			keep(op, r, &applied);
		else
			r->gone = true;
	}
	return r->gone || is_other_one(op, r) ? NULL : r;
}

static void keep_session(struct op *op, struct remembered *r, const struct session *session)
{
	struct json_object *policies;

	r->issued_at = session->issued_at;
	r->detail = json_parse(r->arena, json_text(op->arena, session->detail), NULL);
	policies = json_get(r->detail, "Policies");
	r->limited = json_bool_or(json_get(r->detail, "Limited"), false) || json_count(policies);
	r->session = arena_alloc(r->arena, (json_count(policies) + 1) * sizeof(struct policy *));
	for (size_t i = 0; i < json_count(policies); i++) {
		struct applied_policy from = { .name = STR("of a session"),
					       .document = json_str(json_at(policies, i)) };
		struct policy *policy = parse(op, r->arena, &from);

		if (policy)
			r->session[r->session_count++] = policy;
	}
}

const struct remembered *authorize_session(struct op *op)
{
	struct remembered *r;
	struct session session;

	if (!op->caller.temporary)
		return NULL;
	r = memory_find(op->account, op->caller.access_key);
	if (r)
		return r;
	if (!session_of(op, &session))
		return NULL;
	r = memory_add(op->account, op->caller.access_key);
	keep_session(op, r, &session);
	return r;
}
