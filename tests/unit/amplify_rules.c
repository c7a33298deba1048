/* Redirects and rewrites: what they may cost. What they do is tested over a site's port. */
#include "cloud/amplify/rules.h"

#include "unit/tap.h"

static bool exists(void *arg, struct str path)
{
	(void)arg;
	(void)path;
	return false;
}

/* Is the last expression found behind so many that take long for nothing? */
static bool found_behind(struct arena *a, int count)
{
	struct rule_ask ask = { .path = STR("/aaaaaaaaa"), .exists = exists };
	struct json_object *list = json_new_array(a);
	struct rules *rules;
	const char *why = NULL;

	for (int i = 0; i <= count; i++) {
		struct json_object *rule = json_add_object(list);

		json_set_cstr(rule, "source", i < count ? "</^/(a|a)*c$/>" : "</^/a/>");
		json_set_cstr(rule, "target", "/found");
		json_set_cstr(rule, "status", "302");
	}
	rules = rules_read(a, list, &why);
	if (!rules) {
		diag("%s", why);
		return false;
	}
	return rules_find(rules, a, &ask).kind == RULE_REDIRECT;
}

int main(void)
{
	struct arena *a = arena_new();

	ok(found_behind(a, 1), "an expression may take long");
	ok(!found_behind(a, 50), "many of them are given up together");
	arena_free(a);
	return done_testing();
}
