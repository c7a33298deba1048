/* Verdict documents, each in an arena of its own. */
#include "site/verdicts.h"

#include <stdatomic.h>

struct held {
	struct verdicts verdicts; /* first: what others hold is a pointer to this */
	atomic_int holders;
	struct arena *arena;
};

const char *verdict_state_word(enum verdict_state state)
{
	static const char *const words[] = { "pending", "to do", "red", "green" };

	return words[state];
}

/* Is a member there, and false? */
static bool says_no(const struct json_object *check, const char *member)
{
	return !json_bool_or(json_get(check, member), true);
}

static enum verdict_state state_of(const struct json_object *check)
{
	struct str word = json_get_str(check, "state");

	if (str_is(word, "green"))
		return VERDICT_GREEN;
	if (!str_is(word, "red"))
		return VERDICT_PENDING;
	return says_no(check, "done") && says_no(check, "diagnosed") ? VERDICT_TO_DO : VERDICT_RED;
}

static const struct verdict *read_checks(struct arena *a, struct json_object *checks)
{
	size_t n = json_count(checks);
	struct verdict *v = arena_zalloc(a, (n + 1) * sizeof(*v));

	for (size_t i = 0; i < n; i++) {
		struct json_object *check = json_at(checks, i);

		v[i].id = json_get_str(check, "id");
		v[i].title = json_get_str(check, "title");
		v[i].message = json_get_str(check, "message");
		v[i].state = state_of(check);
		v[i].done_at = json_int_or(json_get(check, "doneAt"), 0);
	}
	return v;
}

struct verdicts *verdicts_read(struct str lab, struct str text, int64_t at)
{
	struct arena *a = arena_new();
	struct json_object *doc = json_parse(a, text, NULL), *checks = json_get(doc, "checks");
	struct held *held = ARENA_NEW(a, struct held);

	if (!json_is_object(doc) || !json_is_array(checks)) {
		arena_free(a);
		return NULL;
	}
	held->arena = a;
	held->verdicts.lab = arena_dup(a, lab);
	held->verdicts.title = json_get_str(doc, "title");
	held->verdicts.text = arena_dup(a, text);
	held->verdicts.at = at;
	held->verdicts.count = json_count(checks);
	held->verdicts.checks = read_checks(a, checks);
	atomic_init(&held->holders, 1);
	return &held->verdicts;
}

struct verdicts *verdicts_hold(struct verdicts *v)
{
	atomic_fetch_add(&((struct held *)v)->holders, 1);
	return v;
}

void verdicts_drop(struct verdicts *v)
{
	struct held *held = (struct held *)v;

	if (held && atomic_fetch_sub(&held->holders, 1) == 1)
		arena_free(held->arena);
}

size_t verdicts_green(const struct verdicts *v)
{
	size_t n = 0;

	for (size_t i = 0; v && i < v->count; i++)
		n += v->checks[i].state == VERDICT_GREEN;
	return n;
}
