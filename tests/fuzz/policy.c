/*
 * Property: a policy that is accepted prints as a document that is accepted and prints the same, and any two policies
 * can be asked about anything without harm; a policy that denies in a statement never turns into an Allow by being
 * printed.
 *
 * The input is a document; its own actions and resources are what is asked for.
 */
#include <stdlib.h>

#include "aws/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool find(void *arg, struct str name, struct policy_values *values)
{
	*values = (struct policy_values){ arg, name.n % 3, name.n % 2 };
	return name.n % 5;
}

static enum policy_decision decide(struct arena *a, const struct policy *p, struct str action,
				   struct str resource)
{
	struct str values[3] = { action, resource, STR("2021-07-22T11:00:00Z") };
	struct policy_set set = { .identity = &p,
				  .identity_count = p->kind == POLICY_IDENTITY,
				  .resource = p->kind == POLICY_IDENTITY ? NULL : p };
	struct policy_request request = { .arena = a,
					  .action = action,
					  .resource = resource,
					  .caller = { .account = STR("123456789012"),
						      .arn = STR(
							      "arn:aws:iam::123456789012:user/a"),
						      .id = STR("AIDAEXAMPLE") },
					  .find = find,
					  .arg = values };
	struct policy_verdict verdict;

	policy_decide(&request, &set, &verdict);
	return verdict.decision;
}

static void check(struct arena *a, struct str text, enum policy_kind kind)
{
	const char *why = NULL;
	const struct policy *p = policy_parse(a, text, kind, &why), *again;
	struct buf b, c;
	size_t n;

	if (!p) {
		if (!why)
			abort();
		return;
	}
	buf_init(&b, BUF_MAX);
	buf_init(&c, BUF_MAX);
	policy_print(&b, p);
	again = policy_parse(a, buf_str(&b), kind, NULL);
	if (!again)
		abort();
	policy_print(&c, again);
	if (!str_eq(buf_str(&b), buf_str(&c)))
		abort();
	for (size_t i = 0; i < p->statement_count && i < 4; i++) {
		const struct policy_statement *s = &p->statements[i];
		struct str resource = s->resource_count ? s->resources[0] : STR("*");

		if (s->actions[0].n < 300 && resource.n < 300 &&
		    decide(a, p, s->actions[0], resource) !=
			    decide(a, again, s->actions[0], resource))
			abort();
	}
	policy_context_keys(a, &p, 1, &n);
	buf_release(&b);
	buf_release(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct str text = str_make(data, size);

	check(a, text, POLICY_IDENTITY);
	check(a, text, POLICY_RESOURCE);
	check(a, text, POLICY_TRUST);
	arena_free(a);
	return 0;
}
