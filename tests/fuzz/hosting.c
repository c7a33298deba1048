/*
 * Properties of what attendees write for their sites, and of what browsers ask them for: the first byte says which.
 * Rules answer with a status of theirs; headers that are taken can stand in an answer, and read again are the same; paths
 * of build specifications stay inside; a range lies within its file.
 */
#include <stdlib.h>

#include "cloud/amplify/headers.h"
#include "cloud/amplify/rules.h"
#include "cloud/amplify/spec.h"
#include "cloud/amplify/wants.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static bool exists(void *arg, struct str path)
{
	(void)arg;
	return path.n % 2;
}

static void check_found(const struct rule_found *found)
{
	switch (found->kind) {
	case RULE_NONE:
		break;
	case RULE_REDIRECT:
		require(found->status == 301 || found->status == 302);
		break;
	case RULE_REWRITE:
		require(found->status == 200 || found->status == 404);
		break;
	}
}

/* "SOURCE TARGET STATUS PATH QUERY" */
static void check_rules(struct arena *a, struct str text)
{
	static const char *const names[] = { "source", "target", "status" };
	struct json_object *list = json_new_array(a), *rule = json_add_object(list);
	struct rule_ask ask = { .host = STR("localhost:20000"), .exists = exists };
	struct rule_found found;
	const char *why = NULL;
	struct rules *rules;

	for (size_t i = 0; i < 3; i++) {
		struct str part = str_cut(&text, ' ');

		if (part.p && str_is_utf8(part))
			json_set_str(rule, names[i], part);
	}
	rules = rules_read(a, list, &why);
	require(rules || why);
	if (!rules)
		return;
	ask.path = str_cut(&text, ' ');
	ask.query = text;
	found = rules_find(rules, a, &ask);
	check_found(&found);
}

static void check_header(void *arg, struct str name, struct str value)
{
	(void)arg;
	require(name.n && str_find(name, ':') < 0 && str_find(name, '\n') < 0);
	require(str_find(value, '\n') < 0 && str_find(value, '\r') < 0);
}

static void check_headers(struct arena *a, struct str text)
{
	const char *why = NULL;
	struct str path = str_cut(&text, '\n'), once, twice;
	struct json_object *list = headers_read(a, text, &why);

	require(list || why);
	if (!list)
		return;
	headers_each(list, path, check_header, NULL);
	once = json_text(a, list);
	list = headers_read(a, arena_strf(a, "{\"customHeaders\": %.*s}", STR_ARG(once)), &why);
	if (!list)
		return; /* it was at the limit of its length */
	twice = json_text(a, list);
	require(str_eq(once, twice));
}

static void check_inside(struct str path)
{
	require(!str_starts(path, STR("/")));
	while (path.p)
		require(!str_is(str_cut(&path, '/'), ".."));
}

static void check_spec(struct arena *a, struct str text)
{
	struct spec spec;
	const char *why = NULL;

	if (!spec_read(a, text, STR("web"), &spec, &why)) {
		require(why);
		return;
	}
	check_inside(spec.root);
	check_inside(spec.base);
	for (size_t i = 0; i < spec.file_count; i++)
		check_inside(spec.files[i]);
	for (size_t i = 0; i < spec.command_count; i++)
		require(spec.commands[i].phase && spec.commands[i].text.p);
	spec_takes(&spec, STR("js/app.js"));
}

static void check_wants(struct str text)
{
	size_t from = 0, to = 0, size = text.n * 3;

	if (wants_range(text, size, &from, &to) == WANTS_PART)
		require(from < to && to <= size);
	wants_other_than(text, STR("0123456789abcdef"));
	wants_coding(text, "gzip");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct str text = str_make(size > 1 ? (const char *)data + 1 : "", size > 1 ? size - 1 : 0);

	switch (size ? data[0] : 0) {
	case 'r':
		check_rules(a, text);
		break;
	case 'h':
		check_headers(a, text);
		break;
	case 's':
		check_spec(a, text);
		break;
	default:
		check_wants(text);
	}
	arena_free(a);
	return 0;
}
