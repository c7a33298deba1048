/*
 * Documents into policies, or IAM's reason why not.
 *
 * IAM reads identity policies with one parser and everything that has principals with a newer one; the two refuse
 * in different words. The order of the checks is each parser's: what is wrong in two ways is refused for the first.
 */
#include "aws/policy_inner.h"

struct check {
	struct arena *a;
	struct policy *policy;
	const char *why;
	/* Identity policies: what is told only when nothing worse is found. */
	bool legacy; /* it fails what IAM calls legacy parsing */
	const char *bad_resource;
};

static bool refuse(struct check *c, const char *why)
{
	if (!c->why)
		c->why = why;
	return false;
}

static bool is_identity(const struct check *c)
{
	return policy_is_of_caller(c->policy);
}

/* A document of the wrong form, without more to say. */
static bool wrong_form(struct check *c)
{
	return refuse(c, is_identity(c) ? "Syntax errors in policy." : "Syntax error in policy.");
}

static bool already_has(struct check *c, const char *what)
{
	return refuse(c, arena_printf(c->a, "Statement/policy already has instance of %s", what));
}

static bool unknown_field(struct check *c, struct str name)
{
	if (is_identity(c))
		return wrong_form(c);
	return refuse(c, arena_printf(c->a, "Unknown field %.*s", STR_ARG(name)));
}

static size_t count_of(const struct policy_node *node)
{
	size_t n = 0;

	for (node = node->first; node; node = node->next)
		n++;
	return n;
}

/* A string or a list of strings; null among them counts for nothing. */
static bool read_strings(struct check *c, const struct policy_node *node, struct str **at,
			 size_t *count)
{
	size_t n = 0;

	if (node->type != NODE_STRING && node->type != NODE_ARRAY)
		return wrong_form(c);
	*at = arena_alloc(c->a, (count_of(node) + 1) * sizeof(**at));
	if (node->type == NODE_STRING)
		(*at)[n++] = node->text;
	for (node = node->first; node; node = node->next) {
		if (node->type == NODE_NULL && is_identity(c))
			continue;
		if (node->type != NODE_STRING)
			return wrong_form(c);
		(*at)[n++] = node->text;
	}
	*count = n;
	return true;
}

/* --- principals ----------------------------------------------------------------------- */

static const char *const principal_names[] = { "*", "AWS", "Service", "Federated",
					       "CanonicalUser" };

const char *policy_principal_name(enum policy_principal_type type)
{
	return principal_names[type];
}

static bool principal_type(struct str name, enum policy_principal_type *type)
{
	for (size_t i = PRINCIPAL_AWS; i <= PRINCIPAL_CANONICAL_USER; i++) {
		if (!str_is(name, principal_names[i]))
			continue;
		*type = (enum policy_principal_type)i;
		return true;
	}
	return false;
}

static void add_principals(struct check *c, struct policy_statement *s,
			   enum policy_principal_type type, const struct str *values, size_t n)
{
	struct policy_principal *all = arena_alloc(c->a, (s->principal_count + n) * sizeof(*all));

	if (s->principal_count)
		memcpy(all, s->principals, s->principal_count * sizeof(*all));
	for (size_t i = 0; i < n; i++)
		all[s->principal_count++] = (struct policy_principal){ type, values[i] };
	s->principals = all;
}

static bool read_principals(struct check *c, const struct policy_node *node,
			    struct policy_statement *s)
{
	enum policy_principal_type type;
	struct str *values = NULL, anyone = STR("*");
	size_t n = 0;

	if (node->type == NODE_STRING && str_is(node->text, "*") &&
	    c->policy->kind == POLICY_RESOURCE) {
		add_principals(c, s, PRINCIPAL_ANYONE, &anyone, 1);
		return true;
	}
	if (node->type == NODE_STRING)
		return refuse(c, c->policy->kind == POLICY_TRUST
					 ? "Principal must be a JSON object."
					 : "Invalid principal in policy");
	if (node->type != NODE_OBJECT)
		return wrong_form(c);
	for (node = node->first; node; node = node->next) {
		if (!principal_type(node->name, &type) ||
		    (type == PRINCIPAL_CANONICAL_USER && c->policy->kind == POLICY_TRUST))
			return refuse(c, arena_printf(c->a, "Invalid principal in policy: \"%.*s\"",
						      STR_ARG(node->name)));
		if (!read_strings(c, node, &values, &n))
			return false;
		add_principals(c, s, type, values, n);
	}
	return s->principal_count || refuse(c, "Missing required field Principal cannot be empty!");
}

/* --- conditions ------------------------------------------------------------------------ */

static bool is_scalar(const struct policy_node *node)
{
	return node->type == NODE_STRING || node->type == NODE_NUMBER || node->type == NODE_BOOL;
}

/* Values may be numbers and booleans: they are their text. */
static bool read_values(struct check *c, const struct policy_node *node,
			struct policy_condition *condition)
{
	size_t n = 0;

	if (!is_scalar(node) && node->type != NODE_ARRAY)
		return wrong_form(c);
	condition->values = arena_alloc(c->a, (count_of(node) + 1) * sizeof(struct str));
	if (is_scalar(node))
		condition->values[n++] = node->text;
	for (node = node->first; node; node = node->next) {
		if (!is_scalar(node))
			return wrong_form(c);
		condition->values[n++] = node->text;
	}
	condition->value_count = n;
	return true;
}

/* Dates without variables must be dates. */
static bool check_dates(struct check *c, const struct policy_condition *condition)
{
	if (!policy_operator_is_date(condition->compare))
		return true;
	for (size_t i = 0; i < condition->value_count; i++) {
		if (str_find_str(condition->values[i], STR("${")) >= 0 ||
		    policy_date_good(condition->values[i]))
			continue;
		if (!is_identity(c))
			return refuse(c, "Syntax error in policy.");
		c->legacy = true;
	}
	return true;
}

static bool read_operator(struct check *c, const struct policy_node *node,
			  struct policy_statement *s)
{
	struct policy_condition condition = { .operator_name = node->name }, *to;
	const struct policy_node *key;

	if (node->type != NODE_OBJECT)
		return wrong_form(c);
	if (!policy_operator_read(node->name, &condition)) {
		if (is_identity(c))
			return node->first ? wrong_form(c) : true;
		return refuse(c, arena_printf(c->a, "Invalid Condition type : %.*s",
					      STR_ARG(node->name)));
	}
	for (key = node->first; key; key = key->next) {
		to = &s->conditions[s->condition_count++];
		*to = condition;
		to->key = key->name;
		if (!read_values(c, key, to) || !check_dates(c, to))
			return false;
	}
	return true;
}

static bool read_conditions(struct check *c, const struct policy_node *node,
			    struct policy_statement *s)
{
	const struct policy_node *each;
	size_t n = 0;

	if (node->type != NODE_OBJECT)
		return wrong_form(c);
	for (each = node->first; each; each = each->next)
		n += count_of(each);
	s->conditions = arena_zalloc(c->a, (n + 1) * sizeof(*s->conditions));
	for (each = node->first; each; each = each->next)
		if (!read_operator(c, each, s))
			return false;
	return true;
}

/* --- actions and resources -------------------------------------------------------------- */

static bool check_action(struct check *c, struct str action)
{
	struct str rest = action, vendor = str_cut(&rest, ':');

	if (str_is(action, "*"))
		return true;
	if (!rest.p)
		return refuse(
			c,
			"Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
	if (str_find(rest, ':') >= 0)
		return refuse(c, "Actions/Condition can contain only one colon.");
	if (str_is(vendor, "*"))
		return true;
	for (size_t i = 0; i < vendor.n; i++) {
		char ch = vendor.p[i];

		if (!(ch >= 'a' && ch <= 'z') && !(ch >= 'A' && ch <= 'Z') &&
		    !(ch >= '0' && ch <= '9') && ch != '-' && ch != '.')
			return refuse(c, arena_printf(c->a, "Vendor %.*s is not valid",
						      STR_ARG(vendor)));
	}
	return true;
}

static const char iam_paths[] =
	"user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, "
	"sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/";

/* S3's buckets and objects are in no region, but what else it has is. */
static bool has_region(struct str path)
{
	static const char *const paths[] = {
		"accesspoint/", "access-grants/", "async-request/",
		"job/",         "storage-lens/",  "storage-lens-group/"
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (str_starts(path, str_of(paths[i])))
			return true;
	return false;
}

/* What IAM knows of the ARNs of a few services: "arn:aws:SERVICE:REGION:ACCOUNT:PATH". */
static bool check_known_arn(struct check *c, struct str resource, struct str service,
			    struct str region, struct str path)
{
	struct str rest = str_of(iam_paths);

	if (region.n && str_is(service, "iam"))
		return refuse(c,
			      arena_printf(c->a,
					   "IAM resource %.*s cannot contain region information.",
					   STR_ARG(resource)));
	if (region.n && str_is(service, "s3") && !has_region(path))
		return refuse(c, arena_printf(c->a,
					      "Resource %.*s can not contain region information.",
					      STR_ARG(resource)));
	if (!str_is(service, "iam") || str_is(path, "*") || str_is(path, "root"))
		return true;
	while (rest.p)
		if (str_starts(path, str_trim(str_cut(&rest, ','))))
			return true;
	return refuse(
		c, arena_printf(c->a,
				"IAM resource path must either be \"*\", root, or start with %s.",
				iam_paths));
}

static bool wrong_partition(struct check *c, struct str partition, struct str rest)
{
	struct str part[3];

	for (size_t i = 0; i < 3; i++) {
		part[i] = rest.p ? str_cut(&rest, ':') : STR("*");
		if (!i && !part[i].n && !rest.p)
			part[i] = STR("*");
	}
	if (!rest.p)
		rest = STR("*");
	return refuse(c, arena_printf(c->a,
				      "Partition \"%.*s\" is not valid for resource "
				      "\"arn:%.*s:%.*s:%.*s:%.*s:%.*s\".",
				      STR_ARG(partition), STR_ARG(partition), STR_ARG(part[0]),
				      STR_ARG(part[1]), STR_ARG(part[2]), STR_ARG(rest)));
}

static bool check_resource(struct check *c, struct str resource)
{
	struct str rest = resource, partition, service, region, behind;

	if (str_is(resource, "*"))
		return true;
	str_cut(&rest, ':');
	if (!rest.p)
		return refuse(c, arena_printf(c->a, "Resource %.*s must be in ARN format or \"*\".",
					      STR_ARG(resource)));
	partition = str_cut(&rest, ':');
	if (!str_is(partition, "aws") && !str_is(partition, "*"))
		return wrong_partition(c, partition, rest.p ? rest : STR(""));
	if (!rest.p)
		return refuse(
			c, "Resource vendor must be fully qualified and cannot contain regexes.");
	behind = rest;
	service = str_cut(&rest, ':');
	region = rest.p ? str_cut(&rest, ':') : STR("");
	if (rest.p)
		str_cut(&rest, ':');
	/* What is missing at the end may be anything, unless a part before it is empty. */
	if (!service.n || (!rest.p && str_find_str(behind, STR("::")) >= 0)) {
		c->legacy = true;
		return true;
	}
	return check_known_arn(c, resource, service, region, rest.p ? rest : STR(""));
}

/* --- statements ---------------------------------------------------------------------------- */

static const char *const statement_fields[] = {
	"Sid",         "Effect",    "Action",    "NotAction",    "Resource",
	"NotResource", "Condition", "Principal", "NotPrincipal",
};
enum { FIELD_COUNT = sizeof(statement_fields) / sizeof(statement_fields[0]) };
enum field {
	SID,
	EFFECT,
	ACTION,
	NOT_ACTION,
	RESOURCE,
	NOT_RESOURCE,
	CONDITION,
	PRINCIPAL,
	NOT_PRINCIPAL,
};

static bool find_fields(struct check *c, const struct policy_node *node,
			const struct policy_node *fields[FIELD_COUNT])
{
	size_t i;

	if (node->type != NODE_OBJECT)
		return wrong_form(c);
	for (node = node->first; node; node = node->next) {
		for (i = 0; i < FIELD_COUNT; i++)
			if (str_is(node->name, statement_fields[i]))
				break;
		if (i == FIELD_COUNT)
			return unknown_field(c, node->name);
		if (fields[i])
			return already_has(c, statement_fields[i]);
		fields[i] = node;
	}
	return true;
}

/* One of a field and its opposite. */
static const struct policy_node *either(struct check *c, const struct policy_node **fields,
					enum field is, bool *negated)
{
	const struct policy_node *yes = fields[is], *no = fields[is + 1];

	if (yes && no && is_identity(c))
		wrong_form(c);
	else if (yes && no)
		already_has(c, statement_fields[is]);
	*negated = no != NULL;
	return yes ? yes : no;
}

static bool read_effect(struct check *c, const struct policy_node *node, struct policy_statement *s)
{
	if (!node)
		return is_identity(c) ? wrong_form(c) : refuse(c, "Missing required field Effect");
	if (node->type != NODE_STRING)
		return wrong_form(c);
	s->allow = str_is(node->text, "Allow");
	if (s->allow || str_is(node->text, "Deny"))
		return true;
	if (!is_identity(c))
		return refuse(c, arena_printf(c->a, "Invalid effect: %.*s", STR_ARG(node->text)));
	c->legacy = true;
	return str_eq_nocase(node->text, STR("Allow")) || str_eq_nocase(node->text, STR("Deny")) ||
	       wrong_form(c);
}

/* Who: required in what has principals, refused in identity policies. */
static bool read_who(struct check *c, const struct policy_node **fields, struct policy_statement *s)
{
	const struct policy_node *node = either(c, fields, PRINCIPAL, &s->not_principal);

	if (c->why)
		return false;
	if (is_identity(c))
		return !node || refuse(c, "Policy document should not specify a principal.");
	if (!node)
		return refuse(c, "Missing required field Principal");
	if (s->not_principal && s->allow)
		return refuse(c, "Allow with NotPrincipal is not allowed.");
	if (s->not_principal && c->policy->kind == POLICY_TRUST)
		return refuse(c, "AssumeRole policy must not contain NotPrincipal field.");
	return read_principals(c, node, s);
}

static bool read_what(struct check *c, const struct policy_node **fields,
		      struct policy_statement *s)
{
	const struct policy_node *action = either(c, fields, ACTION, &s->not_action);
	const struct policy_node *resource = either(c, fields, RESOURCE, &s->not_resource);

	if (c->why)
		return false;
	if (c->policy->kind == POLICY_TRUST && fields[RESOURCE])
		return refuse(c, "Has prohibited field Resource");
	if (c->policy->kind == POLICY_TRUST && resource)
		return refuse(c, "AssumeRole policy must not contain resources.");
	if (!is_identity(c) && !action)
		return refuse(c, "Missing required field Action");
	if (c->policy->kind == POLICY_RESOURCE && !resource)
		return refuse(c, "Missing required field Resource");
	return (!action || read_strings(c, action, &s->actions, &s->action_count)) &&
	       (!resource || read_strings(c, resource, &s->resources, &s->resource_count));
}

static bool read_statement(struct check *c, const struct policy_node *node,
			   struct policy_statement *s)
{
	const struct policy_node *fields[FIELD_COUNT] = { NULL };

	s->start = node->start;
	s->end = node->end;
	if (!find_fields(c, node, fields))
		return false;
	if (fields[SID] && fields[SID]->type != NODE_STRING)
		return wrong_form(c);
	s->sid = fields[SID] ? fields[SID]->text : STR_NONE;
	return read_effect(c, fields[EFFECT], s) && read_who(c, fields, s) &&
	       read_what(c, fields, s) &&
	       (!fields[CONDITION] || read_conditions(c, fields[CONDITION], s));
}

static bool read_statements(struct check *c, const struct policy_node *node)
{
	bool single = node->type == NODE_OBJECT;
	const struct policy_node *each = single ? node : node->first;
	size_t n = single ? 1 : count_of(node);

	if (!single && node->type != NODE_ARRAY)
		return wrong_form(c);
	if (!n)
		return is_identity(c)
			       ? wrong_form(c)
			       : refuse(c, "Could not parse the policy: Statement is empty!");
	c->policy->statements = arena_zalloc(c->a, n * sizeof(struct policy_statement));
	for (size_t i = 0; i < n; i++, each = each->next) {
		c->policy->statement_count++;
		if (!read_statement(c, each, &c->policy->statements[i]))
			return false;
	}
	return true;
}

/* --- the whole ------------------------------------------------------------------------------- */

struct top {
	const struct policy_node *version, *id, *statement;
};

static bool find_top(struct check *c, const struct policy_node *node, struct top *top)
{
	const struct policy_node **to;

	for (node = node->first; node; node = node->next) {
		if (str_is(node->name, "Version"))
			to = &top->version;
		else if (str_is(node->name, "Id"))
			to = &top->id;
		else if (str_is(node->name, "Statement"))
			to = &top->statement;
		else
			return unknown_field(c, node->name);
		if (*to)
			return already_has(c, arena_cstr(c->a, node->name));
		*to = node;
	}
	return true;
}

static bool check_version(struct check *c, const struct policy_node *version)
{
	bool known = version && version->type == NODE_STRING;

	c->policy->variables = known && str_is(version->text, "2012-10-17");
	if (!version || c->policy->variables || (known && str_is(version->text, "2008-10-17")))
		return true;
	return is_identity(c) ? wrong_form(c)
			      : refuse(c, "The policy must contain a valid version string");
}

static bool read_document(struct check *c, const struct policy_node *node)
{
	struct top top = { NULL, NULL, NULL };

	if (node->type != NODE_OBJECT)
		return wrong_form(c);
	if (!find_top(c, node, &top) || !check_version(c, top.version))
		return false;
	if (top.id && top.id->type != NODE_STRING)
		return wrong_form(c);
	c->policy->id = top.id ? top.id->text : STR_NONE;
	if (!top.statement)
		return is_identity(c) ? wrong_form(c)
				      : refuse(c, "Missing required field Statement");
	if (!read_statements(c, top.statement))
		return false;
	if (is_identity(c) && !c->policy->variables)
		return refuse(c, "Policy document must be version 2012-10-17 or greater.");
	return true;
}

static bool check_sids(struct check *c)
{
	const struct policy *p = c->policy;

	for (size_t i = 0; i < p->statement_count; i++)
		for (size_t j = 0; j < i; j++)
			if (p->statements[i].sid.n &&
			    str_eq(p->statements[i].sid, p->statements[j].sid))
				return refuse(
					c,
					is_identity(c)
						? "Statement IDs (SID) in a single policy must be unique."
						: "The Statement Ids in the policy are not unique");
	return true;
}

/* Is it one of STS's actions, or a pattern that one fits? */
static bool is_sts(struct str action)
{
	static const char *const names[] = {
		"sts:AssumeRole",       "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity",
		"sts:AssumeRoot",       "sts:SetContext",         "sts:DecodeAuthorizationMessage",
		"sts:GetAccessKeyInfo", "sts:GetCallerIdentity",  "sts:GetFederationToken",
		"sts:GetSessionToken",  "sts:SetSourceIdentity",  "sts:GetServiceBearerToken",
		"sts:TagSession"
	};

	if (!str_eq_nocase(str_slice(action, 0, 4), STR("sts:")))
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (policy_glob(action, str_of(names[i]), true))
			return true;
	return false;
}

/* Trust policies: every action is one of STS's. */
static bool check_trust(struct check *c, const struct policy_statement *s)
{
	for (size_t i = 0; i < s->action_count; i++)
		if (!is_sts(s->actions[i]))
			return refuse(c,
				      "AssumeRole policy may only specify STS AssumeRole actions.");
	for (size_t i = 0; i < s->principal_count; i++)
		if (s->principals[i].type == PRINCIPAL_FEDERATED &&
		    str_is(s->principals[i].value, "cognito-identity.amazonaws.com") &&
		    !s->condition_count)
			return refuse(c,
				      "A condition block must be present for the Cognito provider");
	return true;
}

/* The first resource that is none is told later: what fails legacy parsing is worse. */
static bool check_resources(struct check *c)
{
	for (size_t i = 0; i < c->policy->statement_count; i++) {
		const struct policy_statement *s = &c->policy->statements[i];

		for (size_t k = 0; k < s->resource_count; k++)
			if (!check_resource(c, s->resources[k]) && !c->bad_resource)
				c->bad_resource = c->why;
	}
	c->why = NULL;
	return !c->legacy || refuse(c, "The policy failed legacy parsing");
}

static bool check_actions(struct check *c)
{
	for (size_t i = 0; i < c->policy->statement_count; i++) {
		const struct policy_statement *s = &c->policy->statements[i];

		for (size_t k = 0; k < s->action_count; k++)
			if (!check_action(c, s->actions[k]))
				return false;
	}
	return true;
}

/* A list of no resources is how authorizers say that nothing is allowed: such a statement is about nothing. */
static void drop_idle(struct policy *p)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->statement_count; i++)
		if (p->statements[i].resource_count || !p->statements[i].resources)
			p->statements[kept++] = p->statements[i];
	p->statement_count = kept;
}

static bool check_any_resources(struct check *c)
{
	for (size_t i = 0; i < c->policy->statement_count; i++)
		if (!c->policy->statements[i].resource_count)
			return refuse(c, "Policy statement must contain resources.");
	return true;
}

/* What the statements say, once all of them are well formed. */
static bool check_meaning(struct check *c)
{
	const struct policy *p = c->policy;
	bool trust = p->kind == POLICY_TRUST;

	if ((!trust && !check_resources(c)) || !check_sids(c))
		return false;
	for (size_t i = 0; i < p->statement_count; i++)
		if (!p->statements[i].action_count)
			return refuse(c, "Policy statement must contain actions.");
	for (size_t i = 0; trust && i < p->statement_count; i++)
		if (!check_trust(c, &p->statements[i]))
			return false;
	if (trust)
		return true;
	if (c->bad_resource)
		return refuse(c, c->bad_resource);
	if (p->kind != POLICY_AUTHORIZER)
		return check_any_resources(c) && check_actions(c);
	if (!check_actions(c))
		return false;
	drop_idle(c->policy);
	return check_any_resources(c);
}

struct policy *policy_parse(struct arena *a, struct str text, enum policy_kind kind,
			    const char **why)
{
	struct check c = { .a = a, .policy = ARENA_NEW(a, struct policy) };
	struct policy_node *tree;

	c.policy->document = arena_dup(a, text);
	c.policy->kind = kind;
	tree = policy_read(a, c.policy->document);
	if (!tree)
		refuse(&c, is_identity(&c) ? "Syntax errors in policy."
					   : "This policy contains invalid Json");
	else if (read_document(&c, tree) && check_meaning(&c))
		return c.policy;
	if (why)
		*why = c.why;
	return NULL;
}
