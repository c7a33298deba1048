/* Does a statement apply to a request? Wildcards, variables, actions, resources, principals. */
#include "aws/policy_inner.h"

/* --- wildcards ---------------------------------------------------------------------- */

static unsigned char folded(char c, bool nocase)
{
	return (unsigned char)(nocase && c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

/* Where the character at `i` ends. */
static size_t next_character(struct str text, size_t i)
{
	i++;
	while (i < text.n && ((unsigned char)text.p[i] & 0xc0) == 0x80)
		i++;
	return i;
}

static bool glob(struct str pattern, struct str text, bool nocase, char any, char one)
{
	size_t p = 0, t = 0, back_p = 0, back_t = 0;
	bool star = false;

	while (t < text.n) {
		if (p < pattern.n && pattern.p[p] == any) {
			star = true;
			back_p = ++p;
			back_t = t;
		} else if (p < pattern.n && pattern.p[p] == one) {
			t = next_character(text, t);
			p++;
		} else if (p < pattern.n &&
			   folded(pattern.p[p], nocase) == folded(text.p[t], nocase)) {
			p++;
			t++;
		} else if (star) {
			p = back_p;
			t = ++back_t;
		} else {
			return false;
		}
	}
	while (p < pattern.n && pattern.p[p] == any)
		p++;
	return p == pattern.n;
}

bool policy_glob(struct str pattern, struct str text, bool nocase)
{
	return glob(pattern, text, nocase, '*', '?');
}

bool policy_glob_expanded(struct str pattern, bool wild, struct str text, bool nocase)
{
	return wild ? glob(pattern, text, nocase, (char)WILD_ANY, (char)WILD_ONE)
		    : policy_glob(pattern, text, nocase);
}

/* --- variables ------------------------------------------------------------------------- */

bool policy_find_key(void *arg, struct str name, struct policy_values *values)
{
	for (const struct policy_key *key = arg; key && key->name.p; key++) {
		if (!str_eq_nocase(key->name, name))
			continue;
		*values = key->values;
		return true;
	}
	return false;
}

static void note_missing(struct policy_work *work, struct str name)
{
	struct policy_verdict *v = work->verdict;
	struct str *more;

	for (size_t i = 0; i < v->missing_count; i++)
		if (str_eq_nocase(v->missing[i], name))
			return;
	if (v->missing_count == work->missing_size) {
		work->missing_size = work->missing_size ? 2 * work->missing_size : 8;
		more = arena_alloc(work->request->arena, work->missing_size * sizeof(*more));
		if (v->missing_count)
			memcpy(more, v->missing, v->missing_count * sizeof(*more));
		v->missing = more;
	}
	v->missing[v->missing_count++] = name;
}

bool policy_work_find(struct policy_work *work, struct str name, struct policy_values *values)
{
	const struct policy_request *r = work->request;

	if (r->find && r->find(r->arg, name, values))
		return true;
	note_missing(work, name);
	return false;
}

/* What stands for "aws:username, 'default'"; false when nothing does. */
static bool variable(struct policy_work *work, struct str body, struct str *value)
{
	struct str rest = body, name = str_trim(str_cut(&rest, ','));
	struct policy_values values;

	if (policy_work_find(work, name, &values) && values.count == 1 && !values.many) {
		*value = values.at[0];
		return true;
	}
	rest = str_trim(rest);
	if (rest.n < 2 || rest.p[0] != '\'' || rest.p[rest.n - 1] != '\'')
		return false;
	*value = str_slice(rest, 1, rest.n - 1);
	return true;
}

static bool add_variable(struct policy_work *work, struct buf *b, struct str body)
{
	struct str value;

	if (str_is(body, "*") || str_is(body, "?") || str_is(body, "$")) {
		buf_add(b, body);
		return true;
	}
	if (!variable(work, body, &value))
		return false;
	buf_add(b, value);
	return true;
}

static bool expand_into(struct policy_work *work, struct buf *b, struct str text, bool pattern)
{
	for (size_t i = 0; i < text.n; i++) {
		struct str rest = str_slice(text, i, text.n);
		ptrdiff_t end = str_starts(rest, STR("${")) ? str_find(rest, '}') : -1;

		if (end > 0) {
			if (!add_variable(work, b, str_slice(rest, 2, (size_t)end)))
				return false;
			i += (size_t)end;
		} else if (pattern && (text.p[i] == '*' || text.p[i] == '?')) {
			buf_addc(b, (char)(text.p[i] == '*' ? WILD_ANY : WILD_ONE));
		} else {
			buf_addc(b, text.p[i]);
		}
	}
	return true;
}

bool policy_expand(struct policy_work *work, bool variables, struct str text, struct str *out,
		   bool *wild)
{
	struct buf b;
	bool known;

	*out = text;
	if (wild)
		*wild = false;
	if (!variables || str_find_str(text, STR("${")) < 0)
		return true;
	buf_init(&b, (size_t)1 << 20);
	known = expand_into(work, &b, text, wild != NULL) && !b.overflow;
	if (known)
		*out = arena_dup(work->request->arena, buf_str(&b));
	if (wild)
		*wild = true;
	buf_release(&b);
	return known;
}

/* --- principals ---------------------------------------------------------------------------- */

static bool is_account(struct str value, struct str account)
{
	if (!account.n)
		return false;
	if (str_eq(value, account))
		return true;
	if (!str_starts(value, STR("arn:aws:iam::")) || !str_ends(value, STR(":root")))
		return false;
	return str_eq(str_slice(value, 13, value.n - 5), account);
}

/* "AROA..." of "AROA...:session". */
static struct str id_of_role(struct str id)
{
	return str_cut(&id, ':');
}

static enum policy_naming name_aws(const struct policy_caller *who, struct str value)
{
	if (str_is(value, "*"))
		return NAMED_ANYONE;
	if (value.n && (str_eq(value, who->arn) || str_eq(value, who->id)))
		return NAMED_SELF;
	if (value.n && (str_eq(value, who->role_arn) || str_eq(value, who->user_arn)))
		return NAMED_ROLE;
	if (who->role_arn.n && who->id.n && str_eq(value, id_of_role(who->id)))
		return NAMED_ROLE;
	return is_account(value, who->account) ? NAMED_ACCOUNT : NAMED_NOT;
}

static enum policy_naming name_one(const struct policy_caller *who,
				   const struct policy_principal *principal)
{
	struct str named = principal->type == PRINCIPAL_SERVICE ? who->service : who->federated;

	switch (principal->type) {
	case PRINCIPAL_ANYONE:
		return NAMED_ANYONE;
	case PRINCIPAL_AWS:
		return name_aws(who, principal->value);
	case PRINCIPAL_SERVICE:
	case PRINCIPAL_FEDERATED:
		if (named.n && str_is(principal->value, "*"))
			return NAMED_ANYONE;
		if (principal->type == PRINCIPAL_SERVICE && who->service_here.n &&
		    str_eq_nocase(who->service_here, principal->value))
			return NAMED_SELF;
		return named.n && str_eq_nocase(named, principal->value) ? NAMED_SELF : NAMED_NOT;
	case PRINCIPAL_CANONICAL_USER:
		break;
	}
	return NAMED_NOT;
}

/*
 * NotPrincipal spares only those whose every name is listed: a user with its account, a session with its role and
 * account (IAM User Guide, "AWS JSON policy elements: NotPrincipal").
 */
static bool is_spared(const struct policy_statement *s, const struct policy_caller *who)
{
	bool self = false, role = !who->role_arn.n && !who->user_arn.n;
	bool account = !who->account.n;

	for (size_t i = 0; i < s->principal_count; i++) {
		enum policy_naming naming = name_one(who, &s->principals[i]);

		if (naming == NAMED_ANYONE)
			return true;
		self |= naming == NAMED_SELF;
		role |= naming == NAMED_ROLE;
		account |= naming == NAMED_ACCOUNT;
	}
	account |= self && str_ends(who->arn, STR(":root"));
	return self && role && account;
}

static enum policy_naming name_caller(const struct policy_statement *s,
				      const struct policy_caller *who)
{
	enum policy_naming closest = NAMED_NOT, naming;

	if (s->not_principal)
		return is_spared(s, who) ? NAMED_NOT : NAMED_ANYONE;
	for (size_t i = 0; i < s->principal_count; i++) {
		naming = name_one(who, &s->principals[i]);
		if (naming > closest)
			closest = naming;
	}
	return closest;
}

/* --- statements ------------------------------------------------------------------------------ */

static bool has_action(const struct policy_statement *s, struct str action)
{
	for (size_t i = 0; i < s->action_count; i++)
		if (policy_glob(s->actions[i], action, true))
			return true;
	return false;
}

static bool has_resource(struct policy_work *work, const struct policy *policy,
			 const struct policy_statement *s)
{
	struct str pattern;
	bool wild;

	for (size_t i = 0; i < s->resource_count; i++)
		if (policy_expand(work, policy->variables, s->resources[i], &pattern, &wild) &&
		    policy_glob_expanded(pattern, wild, work->request->resource, false))
			return true;
	return false;
}

enum policy_naming policy_statement_applies(struct policy_work *work, const struct policy *policy,
					    const struct policy_statement *s)
{
	enum policy_naming naming = NAMED_SELF;

	if (has_action(s, work->request->action) == s->not_action)
		return NAMED_NOT;
	if (s->resource_count && has_resource(work, policy, s) == s->not_resource)
		return NAMED_NOT;
	if (!policy_is_of_caller(policy))
		naming = name_caller(s, &work->request->caller);
	if (naming == NAMED_NOT)
		return NAMED_NOT;
	for (size_t i = 0; i < s->condition_count; i++)
		if (!policy_condition_holds(work, policy->variables, &s->conditions[i]))
			return NAMED_NOT;
	return naming;
}
