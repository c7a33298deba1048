/* The policy simulator, on the engine that dispatch uses: what would these policies say? */
#include "cloud/iam/operations.h"

#include <inttypes.h>

#include "cloud/iam/inside.h"

/* The policies of a simulation, and what it knows of the request. */
struct simulation {
	struct op *op;
	struct policy **policies;
	size_t count;
	const struct policy *boundary, *resource_policy;
	struct policy_key *keys;
	struct policy_caller caller;
};

static struct policy *parse(struct op *op, struct str document, enum policy_kind kind,
			    const char *name)
{
	const char *why = NULL;
	struct policy *policy = policy_parse(op->arena, document, kind, &why);

	if (!policy) {
		op_fail(op, &InvalidInput, "Invalid Input %s: %s", name, why);
		return NULL;
	}
	policy->name = str_of(name);
	return policy;
}

static void add(struct simulation *s, struct policy *policy)
{
	s->policies[s->count++] = policy;
}

/* --- what is simulated ------------------------------------------------------------------ */

static bool add_inputs(struct simulation *s)
{
	struct json_object *list = op_get(s->op, "PolicyInputList");

	for (size_t i = 0; i < json_count(list); i++) {
		struct policy *policy =
			parse(s->op, json_str(json_at(list, i)), POLICY_IDENTITY,
			      arena_printf(s->op->arena, "PolicyInputList.%zu", i + 1));

		if (!policy)
			return false;
		add(s, policy);
	}
	return true;
}

/* "user_anna_write" of an inline one, as the simulator calls it. */
static struct str source_name(struct op *op, const struct iam_source *source)
{
	if (source->policy.arn.n)
		return source->policy.name;
	return arena_strf(op->arena, "%s_%.*s_%.*s", source->holder->kind->word,
			  STR_ARG(source->holder->name), STR_ARG(source->policy.name));
}

static void add_sources(struct simulation *s, const struct iam_source *sources, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct policy *policy = policy_parse(s->op->arena, sources[i].policy.document,
						     POLICY_IDENTITY, NULL);

		if (!policy)
			continue;
		policy->name = source_name(s->op, &sources[i]);
		policy->arn = sources[i].policy.arn;
		add(s, policy);
	}
}

static void read_keys(struct simulation *s)
{
	struct json_object *entries = op_get(s->op, "ContextEntries");
	struct arena *a = s->op->arena;

	s->keys = arena_zalloc(a, (json_count(entries) + 1) * sizeof(*s->keys));
	for (size_t i = 0; i < json_count(entries); i++) {
		struct json_object *values = json_get(json_at(entries, i), "ContextKeyValues");
		struct policy_key *key = &s->keys[i];

		key->name = json_get_str(json_at(entries, i), "ContextKeyName");
		key->values.count = json_count(values);
		key->values.at = arena_alloc(a, (key->values.count + 1) * sizeof(struct str));
		key->values.many =
			str_ends(json_get_str(json_at(entries, i), "ContextKeyType"), STR("List"));
		for (size_t j = 0; j < key->values.count; j++)
			key->values.at[j] = json_str(json_at(values, j));
	}
}

/* The boundary of the input, or else that of the principal. */
static bool read_boundary(struct simulation *s, const struct iam_entity *e)
{
	struct json_object *list = op_get(s->op, "PermissionsBoundaryPolicyInputList");
	struct applied_policy own;

	if (json_count(list)) {
		s->boundary = parse(s->op, json_str(json_at(list, 0)), POLICY_IDENTITY,
				    "PermissionsBoundaryPolicyInputList.1");
		return s->boundary;
	}
	if (e && iam_boundary(s->op, e, &own))
		s->boundary = policy_parse(s->op->arena, own.document, POLICY_IDENTITY, NULL);
	return true;
}

static bool read_resource(struct simulation *s)
{
	struct str document = op_str(s->op, "ResourcePolicy");

	if (!document.p)
		return true;
	s->resource_policy = parse(s->op, document, POLICY_RESOURCE, "ResourcePolicy");
	return s->resource_policy;
}

static bool begin(struct simulation *s, struct op *op, size_t more)
{
	size_t n = more + json_count(op_get(op, "PolicyInputList"));

	*s = (struct simulation){ .op = op };
	s->policies = arena_zalloc(op->arena, (n + 1) * sizeof(struct policy *));
	s->caller.account = str_of(op->account->id);
	s->caller.arn = op_str(op, "CallerArn");
	read_keys(s);
	return add_inputs(s) && read_resource(s);
}

/* --- asking and telling -------------------------------------------------------------------- */

static void set_position(struct json_object *out, const char *name, struct policy_position at)
{
	struct json_object *position = json_set_object(out, name);

	json_set_int(position, "Line", at.line);
	json_set_int(position, "Column", at.column);
}

static void describe(const struct simulation *s, const struct policy_verdict *verdict,
		     struct json_object *out)
{
	struct json_object *list = json_set_array(out, "MatchedStatements"), *one;

	for (size_t i = 0; i < verdict->matched_count; i++) {
		const struct policy_match *match = &verdict->matched[i];

		one = json_add_object(list);
		json_set_str(one, "SourcePolicyId", match->policy->name);
		/* Not what the model says, but what is answered. */
		json_set_cstr(one, "SourcePolicyType",
			      match->source == SOURCE_RESOURCE ? "Resource Policy" : "IAM Policy");
		set_position(one, "StartPosition", match->statement->start);
		set_position(one, "EndPosition", match->statement->end);
	}
	list = json_set_array(out, "MissingContextValues");
	for (size_t i = 0; i < verdict->missing_count; i++)
		json_add_str(list, verdict->missing[i]);
	if (s->boundary)
		json_set_bool(json_set_object(out, "PermissionsBoundaryDecisionDetail"),
			      "AllowedByPermissionsBoundary",
			      verdict->said[SOURCE_BOUNDARY] == POLICY_ALLOWED);
}

static void ask(struct simulation *s, struct str action, struct str resource,
		struct json_object *out)
{
	struct policy_set set = {
		.identity = (const struct policy *const *)s->policies,
		.identity_count = s->count,
		.boundary = s->boundary,
		.resource = s->resource_policy,
	};
	struct policy_request request = {
		.arena = s->op->arena,
		.action = action,
		.resource = resource,
		.caller = s->caller,
		.find = policy_find_key,
		.arg = s->keys,
	};
	struct policy_verdict verdict;

	policy_decide(&request, &set, &verdict);
	json_set_str(out, "EvalActionName", action);
	json_set_str(out, "EvalResourceName", resource);
	json_set_cstr(out, "EvalDecision", policy_decision_name(verdict.decision));
	describe(s, &verdict, out);
}

/* Every action on every resource. */
static enum outcome run(struct simulation *s)
{
	struct json_object *actions = op_get(s->op, "ActionNames");
	struct json_object *resources = op_get(s->op, "ResourceArns");
	struct json_object *list = json_set_array(s->op->out, "EvaluationResults");
	size_t each = json_count(resources) ? json_count(resources) : 1;
	struct iam_page page;
	int64_t after = 0;

	if (!iam_page_begin(s->op, &page))
		return FAILED;
	str_to_int(page.after, &after);
	for (size_t i = (size_t)after; i < each * json_count(actions); i++) {
		struct str resource = json_str(json_at(resources, i % each));
		struct str action = json_str(json_at(actions, i / each));

		if (str_find(action, ':') <= 0)
			return op_fail(s->op, &InvalidInput, "Invalid action name: %.*s",
				       STR_ARG(action));
		if (!iam_page_take(&page, arena_strf(s->op->arena, "%zu", i + 1)))
			break;
		ask(s, action, resource.p ? resource : STR("*"), json_add_object(list));
	}
	iam_page_end(s->op, &page);
	return DONE;
}

enum outcome iam_op_simulate_custom_policy(struct op *op)
{
	struct simulation s;

	if (!begin(&s, op, 0) || !read_boundary(&s, NULL))
		return FAILED;
	return run(&s);
}

/* The user, group or role whose policies are looked at; else an error is set. */
static bool source_named(struct op *op, struct iam_entity *out)
{
	struct str arn = op_str(op, "PolicySourceArn");

	if (!str_starts(arn, STR("arn:aws:iam::"))) {
		op_fail(op, &InvalidInput, "Invalid Entity Arn: %.*s", STR_ARG(arn));
		return false;
	}
	if (iam_principal(op, arn, out) && str_eq(iam_arn(op, out), arn))
		return true;
	op_fail(op, &NoSuchEntity, "%.*s cannot be found.", STR_ARG(arn));
	return false;
}

enum outcome iam_op_simulate_principal_policy(struct op *op)
{
	struct iam_entity e;
	struct iam_source *sources;
	struct simulation s;
	size_t n;

	if (!source_named(op, &e))
		return FAILED;
	sources = iam_sources(op, &e, &n);
	if (!begin(&s, op, n) || !read_boundary(&s, &e))
		return FAILED;
	add_sources(&s, sources, n);
	if (!s.caller.arn.p) {
		s.caller.arn = iam_arn(op, &e);
		s.caller.id = e.id;
	}
	return run(&s);
}

/* --- context keys ------------------------------------------------------------------------------ */

static enum outcome tell_keys(struct simulation *s)
{
	struct json_object *list = json_set_array(s->op->out, "ContextKeyNames");
	size_t n;
	struct str *names =
		policy_context_keys(s->op->arena, (const struct policy *const *)s->policies,
				    s->count, &n);

	for (size_t i = 0; i < n; i++)
		json_add_str(list, names[i]);
	return DONE;
}

enum outcome iam_op_get_context_keys_for_custom_policy(struct op *op)
{
	struct simulation s;

	return begin(&s, op, 0) ? tell_keys(&s) : FAILED;
}

enum outcome iam_op_get_context_keys_for_principal_policy(struct op *op)
{
	struct iam_entity e;
	struct iam_source *sources;
	struct simulation s;
	size_t n;

	if (!source_named(op, &e))
		return FAILED;
	sources = iam_sources(op, &e, &n);
	if (!begin(&s, op, n))
		return FAILED;
	add_sources(&s, sources, n);
	return tell_keys(&s);
}
