/*
 * What all policies together say: "Policy evaluation logic" of the IAM User Guide.
 *
 * An explicit denial anywhere ends it. Within one account, what the resource's policy grants adds to what the identity's
 * policies grant, and how it names the caller decides what still limits it: nothing limits what is granted to a
 * user or a session by name; boundary and session policies limit what is granted to a role; naming the account grants
 * nothing by itself. Between accounts, both sides must allow.
 */
#include "aws/policy_inner.h"

const char *policy_decision_name(enum policy_decision decision)
{
	return decision == POLICY_ALLOWED         ? "allowed"
	       : decision == POLICY_EXPLICIT_DENY ? "explicitDeny"
						  : "implicitDeny";
}

static void add_match(struct policy_work *work, const struct policy_match *match)
{
	struct policy_verdict *v = work->verdict;
	struct policy_match *more;

	if (v->matched_count == work->matched_size) {
		work->matched_size = work->matched_size ? 2 * work->matched_size : 8;
		more = arena_alloc(work->request->arena, work->matched_size * sizeof(*more));
		if (v->matched_count)
			memcpy(more, v->matched, v->matched_count * sizeof(*more));
		v->matched = more;
	}
	v->matched[v->matched_count++] = *match;
}

/* What one policy says, added to what its kind has said. How an Allow names the caller, if there is one. */
static enum policy_naming ask(struct policy_work *work, const struct policy *policy,
			      enum policy_source source)
{
	enum policy_naming closest = NAMED_NOT;
	enum policy_decision *said = &work->verdict->said[source];

	for (size_t i = 0; i < policy->statement_count; i++) {
		const struct policy_statement *s = &policy->statements[i];
		enum policy_naming naming = policy_statement_applies(work, policy, s);

		if (naming == NAMED_NOT)
			continue;
		add_match(work, &(struct policy_match){ policy, s, source });
		if (!s->allow) {
			*said = POLICY_EXPLICIT_DENY;
			if (!work->verdict->culprit)
				work->verdict->culprit = policy;
			continue;
		}
		if (*said == POLICY_IMPLICIT_DENY)
			*said = POLICY_ALLOWED;
		if (naming > closest)
			closest = naming;
	}
	return closest;
}

static enum policy_naming ask_all(struct policy_work *work, const struct policy_set *set)
{
	struct policy_verdict *v = work->verdict;
	enum policy_naming granted = NAMED_NOT;

	v->said[SOURCE_IDENTITY] = set->root ? POLICY_ALLOWED : POLICY_IMPLICIT_DENY;
	v->said[SOURCE_RESOURCE] = POLICY_IMPLICIT_DENY;
	v->said[SOURCE_BOUNDARY] = set->boundary ? POLICY_IMPLICIT_DENY : POLICY_ALLOWED;
	v->said[SOURCE_SESSION] = set->has_session ? POLICY_IMPLICIT_DENY : POLICY_ALLOWED;
	for (size_t i = 0; i < set->identity_count; i++)
		ask(work, set->identity[i], SOURCE_IDENTITY);
	if (set->resource)
		granted = ask(work, set->resource, SOURCE_RESOURCE);
	if (set->boundary)
		ask(work, set->boundary, SOURCE_BOUNDARY);
	for (size_t i = 0; i < set->session_count; i++)
		ask(work, set->session[i], SOURCE_SESSION);
	return granted;
}

static void deny(struct policy_verdict *v, enum policy_source by)
{
	v->decision = POLICY_IMPLICIT_DENY;
	v->by = by;
}

/* The first kind that does not allow, of those that must. */
static void require(struct policy_verdict *v, bool identity, bool limits, bool resource)
{
	if (identity && v->said[SOURCE_IDENTITY] != POLICY_ALLOWED)
		deny(v, SOURCE_IDENTITY);
	else if (resource && v->said[SOURCE_RESOURCE] != POLICY_ALLOWED)
		deny(v, SOURCE_RESOURCE);
	else if (limits && v->said[SOURCE_BOUNDARY] != POLICY_ALLOWED)
		deny(v, SOURCE_BOUNDARY);
	else if (limits && v->said[SOURCE_SESSION] != POLICY_ALLOWED)
		deny(v, SOURCE_SESSION);
}

void policy_decide(const struct policy_request *request, const struct policy_set *set,
		   struct policy_verdict *v)
{
	struct policy_work work = { .request = request, .verdict = v };
	bool other_account = set->owner.n && !str_eq(set->owner, request->caller.account);
	enum policy_naming granted;

	*v = (struct policy_verdict){ .decision = POLICY_ALLOWED };
	granted = ask_all(&work, set);
	for (size_t i = 0; i < SOURCES; i++) {
		if (v->said[i] != POLICY_EXPLICIT_DENY)
			continue;
		v->decision = POLICY_EXPLICIT_DENY;
		v->by = (enum policy_source)i;
		return;
	}
	v->culprit = NULL;
	if (!request->caller.account.n)
		require(v, false, false, true);
	else if (other_account)
		require(v, true, true, true);
	else if (granted == NAMED_SELF)
		require(v, false, false, false);
	else
		require(v, granted < NAMED_ANYONE, true, set->resource_must_allow);
}
