/* Asking policies before an operation runs, and saying why not; see authorize.h. */
#include "aws/authorize_inner.h"

#include "aws/call.h"

/* --- questions ---------------------------------------------------------------------------- */

void authorize_add(struct authorize_list *list, const struct authorize_check *check)
{
	struct authorize_check *more;

	if (list->count == list->size) {
		list->size = list->size ? 2 * list->size : 4;
		more = arena_alloc(list->op->arena, list->size * sizeof(*more));
		if (list->count)
			memcpy(more, list->at, list->count * sizeof(*more));
		list->at = more;
	}
	list->at[list->count++] = *check;
}

struct str authorize_arn(struct op *op, const char *template)
{
	struct str rest = str_of(template);
	struct str begin = str_cut(&rest, '{'), name, value;

	if (!rest.p)
		return op_arn(op, service_signing_name(op->service), "%.*s", STR_ARG(begin));
	name = str_cut(&rest, '}');
	value = json_get_str(op->in, arena_cstr(op->arena, name));
	if (str_starts(value, STR("arn:")))
		return value;
	if (!value.p)
		value = STR("*");
	return op_arn(op, service_signing_name(op->service), "%.*s%.*s%.*s", STR_ARG(begin),
		      STR_ARG(value), STR_ARG(rest));
}

static const struct access *access_of(const struct op *op)
{
	const struct access *access = op->service->access ? op->service->access->operations : NULL;

	for (; access && access->operation; access++)
		if (strcmp(access->operation, op->operation->name) == 0)
			return access;
	return NULL;
}

/* --- denials --------------------------------------------------------------------------------- */

static const char *const sources[SOURCES] = {
	[SOURCE_IDENTITY] = "identity-based policy",
	[SOURCE_RESOURCE] = "resource-based policy",
	[SOURCE_BOUNDARY] = "permissions boundary",
	[SOURCE_SESSION] = "session policy",
};

/* "because no identity-based policy allows the iam:GetUser action", "with an explicit deny in a ..." */
static const char *reason(struct arena *a, const char *action, const struct policy_verdict *v)
{
	if (v->decision == POLICY_IMPLICIT_DENY)
		return arena_printf(a, " because no %s allows the %s action", sources[v->by],
				    action);
	if (v->culprit && v->culprit->arn.n)
		return arena_printf(a, " with an explicit deny in %s %s: %.*s",
				    v->by == SOURCE_IDENTITY ? "an" : "a", sources[v->by],
				    STR_ARG(v->culprit->arn));
	return arena_printf(a, " with an explicit deny in %s %s",
			    v->by == SOURCE_IDENTITY ? "an" : "a", sources[v->by]);
}

static const struct aws_error *denial_of(const struct op *op, enum protocol protocol)
{
	return op->service->denied ? op->service->denied : front_error(protocol, FRONT_DENIED);
}

static bool deny(struct op *op, const struct authorize_check *check, const struct policy_request *r,
		 const struct policy_verdict *v)
{
	enum protocol protocol = op->call ? op->call->protocol : PROTO_JSON10;
	bool named = r->resource.n && !str_is(r->resource, "*");

	op_fail(op, denial_of(op, protocol),
		"User: %.*s is not authorized to perform: %.*s%s%.*s%s", STR_ARG(op->caller.arn),
		STR_ARG(r->action), named ? " on resource: " : "",
		STR_ARG(named ? r->resource : STR("")),
		check->unexplained ? "" : reason(op->arena, arena_cstr(op->arena, r->action), v));
	return false;
}

/* --- asking ------------------------------------------------------------------------------------ */

/* The account's root, or who it made a session for. */
static bool is_root(const struct op *op)
{
	return op->caller.kind == CALLER_ROOT || str_ends(op->caller.principal, STR(":root"));
}

/* Nobody limits these. */
static bool is_free(const struct op *op)
{
	return op->caller.internal || op->caller.anyone || !op->aws->identity ||
	       (op->caller.kind == CALLER_ROOT && !op->caller.temporary);
}

static void describe_caller(const struct op *op, struct policy_caller *who)
{
	if (op->caller.anyone) {
		*who = (struct policy_caller){ .account = STR_NONE };
		return;
	}
	*who = (struct policy_caller){
		.account = str_of(op->account->id),
		.arn = op->caller.arn,
		.id = op->caller.user_id,
	};
	if (op->caller.kind == CALLER_ROLE)
		who->role_arn = op->caller.principal;
	if (op->caller.kind == CALLER_FEDERATED)
		who->user_arn = op->caller.principal;
}

static void collect(const struct asking *asking, struct policy_set *set)
{
	const struct remembered *p = asking->principal, *s = asking->session;

	*set = (struct policy_set){
		.resource = asking->check->resource_policy,
		.resource_must_allow = asking->check->must_allow,
		.root = is_root(asking->op),
	};
	if (p) {
		set->identity = (const struct policy *const *)p->identity;
		set->identity_count = p->identity_count;
		set->boundary = p->boundary;
	}
	if (s) {
		set->session = (const struct policy *const *)s->session;
		set->session_count = s->session_count;
		set->has_session = s->limited;
	}
}

static bool ask(struct asking *asking)
{
	struct op *op = asking->op;
	const struct authorize_check *check = asking->check;
	struct policy_request request = {
		.arena = op->arena,
		.action = str_of(check->action),
		.resource = check->resource.p ? check->resource : STR("*"),
		.find = authorize_find,
		.arg = asking,
	};
	struct policy_set set;
	struct policy_verdict verdict;

	if (!request.action.p)
		request.action = arena_strf(op->arena, "%s:%s", service_signing_name(op->service),
					    op->operation->name);
	describe_caller(op, &request.caller);
	collect(asking, &set);
	policy_decide(&request, &set, &verdict);
	return verdict.decision == POLICY_ALLOWED || deny(op, check, &request, &verdict);
}

static void begin(struct op *op, struct asking *asking)
{
	*asking = (struct asking){ .op = op };
	if (op->caller.anyone)
		return;
	if (!is_root(op))
		asking->principal = authorize_principal(op);
	asking->session = authorize_session(op);
}

/* May everything be done, whatever it is? */
static bool is_administrator(const struct asking *asking)
{
	bool limited = asking->session && asking->session->limited;

	return !limited && asking->principal && asking->principal->administrator;
}

bool authorize(struct op *op, const struct authorize_check *check)
{
	struct asking asking;

	if (op->caller.internal || !op->aws->identity)
		return true;
	begin(op, &asking);
	if (is_administrator(&asking) && !check->resource_policy)
		return true;
	asking.check = check;
	return ask(&asking);
}

/* Has any resource of the service a policy of its own? */
static bool any_document(struct op *op)
{
	const struct access_rules *rules = op->service->access;
	struct str name = str_of(op->service->name);
	struct remembered *known;

	if (!rules || !rules->any_document)
		return false;
	known = memory_find(op->account, name);
	if (!known) {
		known = memory_add(op->account, name);
		known->gone = !rules->any_document(op);
	}
	return !known->gone;
}

/* The policy that a resource of the service has of its own; NULL: none. */
static const struct policy *document_of(struct op *op, struct str arn)
{
	struct remembered *known = memory_find(op->account, arn);
	struct str document;

	if (known)
		return known->resource;
	if (!op->service->access->document(op, arn, &document))
		return NULL;
	known = memory_add(op->account, arn);
	known->resource = policy_parse(known->arena, document, POLICY_RESOURCE, NULL);
	return known->resource;
}

/* What the operation is done to. */
static struct str resource_of(struct op *op, const struct authorize_service *who,
			      const struct access *access)
{
	if (who->resource.n)
		return who->resource;
	return access && access->resource ? authorize_arn(op, access->resource) : STR("*");
}

bool authorize_service(struct op *op, const struct authorize_service *who)
{
	const struct access *access = access_of(op);
	struct str arn = resource_of(op, who, access), source = who->source_arn;
	struct str account = str_of(op->account->id);
	const struct policy_key keys[] = {
		{ STR("aws:SourceArn"), { &source, 1, false } },
		{ STR("aws:SourceAccount"), { &account, 1, false } },
		{ who->owner ? STR("aws:SourceOwner") : STR_NONE, { &account, 1, false } },
		{ STR_NONE, { NULL, 0, false } },
	};
	struct policy_set set = { .resource_must_allow = true };
	struct policy_request request = {
		.arena = op->arena,
		.action = str_of(access && access->action
					 ? access->action
					 : arena_printf(op->arena, "%s:%s",
							service_signing_name(op->service),
							op->operation->name)),
		.resource = arn,
		.caller = { .service = str_of(who->service), .service_here = who->here },
		.find = policy_find_key,
		.arg = (void *)(uintptr_t)keys,
	};
	struct policy_verdict verdict;

	set.resource = any_document(op) ? document_of(op, arn) : NULL;
	if (!set.resource)
		return false;
	policy_decide(&request, &set, &verdict);
	return verdict.decision == POLICY_ALLOWED;
}

bool authorize_trust(struct op *op, struct str document, const char *service)
{
	const struct policy *trust = policy_parse(op->arena, document, POLICY_TRUST, NULL);
	struct policy_set set = { .resource = trust };
	struct policy_request request = { .arena = op->arena,
					  .action = STR("sts:AssumeRole"),
					  .resource = STR("*"),
					  .caller = { .service = str_of(service) } };
	struct policy_verdict verdict;

	if (!trust)
		return false;
	policy_decide(&request, &set, &verdict);
	return verdict.decision == POLICY_ALLOWED;
}

/* Is it a role of another account? */
static bool is_foreign(const struct op *op, struct str role_arn)
{
	struct str rest = role_arn;

	for (int i = 0; i < 4 && rest.p; i++)
		str_cut(&rest, ':');
	return rest.p && !str_is(str_cut(&rest, ':'), op->account->id);
}

bool authorize_pass_role(struct op *op, struct str role_arn, const char *service)
{
	struct str to = str_of(service);
	const struct policy_key keys[] = { { STR("iam:PassedToService"), { &to, 1, false } },
					   { STR_NONE, { NULL, 0, false } } };
	enum protocol protocol = op->call ? op->call->protocol : PROTO_JSON10;

	if (is_foreign(op, role_arn)) {
		op_fail(op, front_error(protocol, FRONT_DENIED),
			"Cross-account pass role is not allowed.");
		return false;
	}
	return authorize(op, &(struct authorize_check){ .action = "iam:PassRole",
							.resource = role_arn,
							.keys = keys });
}

/* IAM is not for sessions of users (without a second factor, which nobody has here). */
static bool needs_own_key(struct op *op)
{
	enum protocol protocol = op->call ? op->call->protocol : PROTO_QUERY;

	if (!op->caller.temporary || op->caller.kind == CALLER_ROLE)
		return false;
	op_fail(op, front_error(protocol, FRONT_UNKNOWN_KEY), "%s",
		front_token_message(FRONT_UNKNOWN_KEY));
	return true;
}

/* Each question, with what the resource itself says when there is such a thing. */
static bool ask_all(struct asking *asking, struct authorize_list *list, bool documents)
{
	struct op *op = asking->op;
	bool administrator = is_administrator(asking);

	for (size_t i = 0; i < list->count; i++) {
		struct authorize_check *check = &list->at[i];

		if (documents && check->resource.p)
			check->resource_policy = document_of(op, check->resource);
		if (administrator && !check->resource_policy)
			continue;
		asking->check = check;
		if (!ask(asking))
			return false;
	}
	return true;
}

bool authorize_call(struct op *op)
{
	struct authorize_list list = { .op = op };
	const struct access *access;
	struct asking asking;
	bool documents;

	if (is_free(op))
		return true;
	if (op->service == op->aws->identity && needs_own_key(op))
		return false;
	begin(op, &asking);
	documents = any_document(op);
	if (is_administrator(&asking) && !documents)
		return true;
	access = access_of(op);
	if (access && access->open)
		return true;
	if (access && access->checks)
		access->checks(&list);
	else if (!access && op->service->access && op->service->access->others)
		op->service->access->others(&list);
	else
		authorize_add(&list,
			      &(struct authorize_check){
				      .action = access ? access->action : NULL,
				      .resource = access && access->resource
							  ? authorize_arn(op, access->resource)
							  : STR_NONE });
	return ask_all(&asking, &list, documents);
}
