/* Policies as documents again, and the condition keys they ask for. */
#include "aws/policy_inner.h"

#include "base/json.h"

static void add_name(struct buf *b, const char *name)
{
	if (b->p[b->n - 1] != '{')
		buf_addc(b, ',');
	json_print_string(b, str_of(name));
	buf_addc(b, ':');
}

static void add_strings(struct buf *b, const struct str *at, size_t n)
{
	if (n == 1) {
		json_print_string(b, at[0]);
		return;
	}
	buf_addc(b, '[');
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_addc(b, ',');
		json_print_string(b, at[i]);
	}
	buf_addc(b, ']');
}

/* A run of principals of one type, from `i`; where it ends. */
static size_t add_principals_of(struct buf *b, const struct policy_statement *s, size_t i)
{
	enum policy_principal_type type = s->principals[i].type;
	size_t first = i;
	bool list;

	while (i < s->principal_count && s->principals[i].type == type)
		i++;
	list = i - first > 1;
	add_name(b, policy_principal_name(type));
	if (list)
		buf_addc(b, '[');
	for (size_t k = first; k < i; k++) {
		if (k > first)
			buf_addc(b, ',');
		json_print_string(b, s->principals[k].value);
	}
	if (list)
		buf_addc(b, ']');
	return i;
}

static void add_principals(struct buf *b, const struct policy_statement *s)
{
	if (!s->principal_count)
		return;
	add_name(b, s->not_principal ? "NotPrincipal" : "Principal");
	if (s->principals[0].type == PRINCIPAL_ANYONE) {
		buf_adds(b, "\"*\"");
		return;
	}
	buf_addc(b, '{');
	for (size_t i = 0; i < s->principal_count;)
		i = add_principals_of(b, s, i);
	buf_addc(b, '}');
}

/* A run of conditions with one operator, from `i`; where it ends. */
static size_t add_operator(struct buf *b, const struct policy_statement *s, size_t i)
{
	struct str name = s->conditions[i].operator_name;
	bool first = true;

	if (b->p[b->n - 1] != '{')
		buf_addc(b, ',');
	json_print_string(b, name);
	buf_adds(b, ":{");
	for (; i < s->condition_count && str_eq(s->conditions[i].operator_name, name); i++) {
		if (!first)
			buf_addc(b, ',');
		json_print_string(b, s->conditions[i].key);
		buf_addc(b, ':');
		add_strings(b, s->conditions[i].values, s->conditions[i].value_count);
		first = false;
	}
	buf_addc(b, '}');
	return i;
}

static void add_statement(struct buf *b, const struct policy_statement *s)
{
	buf_addc(b, '{');
	if (s->sid.p) {
		add_name(b, "Sid");
		json_print_string(b, s->sid);
	}
	add_name(b, "Effect");
	json_print_string(b, s->allow ? STR("Allow") : STR("Deny"));
	add_principals(b, s);
	add_name(b, s->not_action ? "NotAction" : "Action");
	add_strings(b, s->actions, s->action_count);
	if (s->resource_count) {
		add_name(b, s->not_resource ? "NotResource" : "Resource");
		add_strings(b, s->resources, s->resource_count);
	}
	if (s->condition_count) {
		add_name(b, "Condition");
		buf_addc(b, '{');
		for (size_t i = 0; i < s->condition_count;)
			i = add_operator(b, s, i);
		buf_addc(b, '}');
	}
	buf_addc(b, '}');
}

void policy_print(struct buf *b, const struct policy *policy)
{
	buf_addc(b, '{');
	add_name(b, "Version");
	buf_adds(b, policy->variables ? "\"2012-10-17\"" : "\"2008-10-17\"");
	if (policy->id.p) {
		add_name(b, "Id");
		json_print_string(b, policy->id);
	}
	add_name(b, "Statement");
	buf_addc(b, '[');
	for (size_t i = 0; i < policy->statement_count; i++) {
		if (i)
			buf_addc(b, ',');
		add_statement(b, &policy->statements[i]);
	}
	buf_adds(b, "]}");
}

/* --- context keys ---------------------------------------------------------------------- */

struct keys {
	struct arena *a;
	struct str *at;
	size_t count, size;
};

static void add_key(struct keys *keys, struct str name)
{
	struct str *more;

	for (size_t i = 0; i < keys->count; i++)
		if (str_eq_nocase(keys->at[i], name))
			return;
	if (keys->count == keys->size) {
		keys->size = keys->size ? 2 * keys->size : 16;
		more = arena_alloc(keys->a, keys->size * sizeof(*more));
		if (keys->count)
			memcpy(more, keys->at, keys->count * sizeof(*more));
		keys->at = more;
	}
	keys->at[keys->count++] = name;
}

/* The names in "${aws:username, 'default'}". */
static void add_variables(struct keys *keys, struct str text)
{
	ptrdiff_t at, end;
	struct str name;

	while ((at = str_find_str(text, STR("${"))) >= 0) {
		text = str_slice(text, (size_t)at + 2, text.n);
		end = str_find(text, '}');
		if (end < 0)
			return;
		name = str_slice(text, 0, (size_t)end);
		name = str_trim(str_cut(&name, ','));
		if (str_find(name, ':') > 0)
			add_key(keys, name);
		text = str_slice(text, (size_t)end + 1, text.n);
	}
}

static void add_all_variables(struct keys *keys, const struct str *at, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add_variables(keys, at[i]);
}

struct str *policy_context_keys(struct arena *a, const struct policy *const *policies, size_t n,
				size_t *count)
{
	struct keys keys = { .a = a };

	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < policies[i]->statement_count; j++) {
			const struct policy_statement *s = &policies[i]->statements[j];

			if (policies[i]->variables)
				add_all_variables(&keys, s->resources, s->resource_count);
			for (size_t k = 0; k < s->condition_count; k++) {
				add_key(&keys, s->conditions[k].key);
				if (policies[i]->variables)
					add_all_variables(&keys, s->conditions[k].values,
							  s->conditions[k].value_count);
			}
		}
	}
	*count = keys.count;
	return keys.at;
}
