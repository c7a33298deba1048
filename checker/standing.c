/* How far one attendee has come; see standing.h. */
#include "checker/standing.h"

static const char *const words[] = { "pending", "to do", "red", "green" };

struct str verdict_word(enum verdict_state state)
{
	return str_of(words[state]);
}

/* A member in memory of the standing; never the absent str. */
static struct str text_of(struct arena *a, const struct json_object *o, const char *key)
{
	struct str s = json_get_str(o, key);

	return s.p ? arena_dup(a, s) : STR("");
}

/* Is a member there, and false? */
static bool says_no(const struct json_object *o, const char *member)
{
	return !json_bool_or(json_get(o, member), true);
}

static enum verdict_state read_state(const struct json_object *o)
{
	struct str state = json_get_str(o, "state");

	if (str_is(state, "green"))
		return VERDICT_GREEN;
	if (!str_is(state, "red"))
		return VERDICT_PENDING;
	return says_no(o, "done") && says_no(o, "diagnosed") ? VERDICT_TO_DO : VERDICT_RED;
}

static void read_verdict(struct arena *a, const struct json_object *o, struct verdict *out)
{
	out->id = text_of(a, o, "id");
	out->title = text_of(a, o, "title");
	out->message = text_of(a, o, "message");
	if (!out->title.n)
		out->title = out->id;
	out->state = read_state(o);
}

static void read_lab(struct standing *s, const struct json_object *o, struct standing_lab *lab)
{
	const struct json_object *checks = json_get(o, "checks");
	size_t n = json_is_array(checks) ? json_count(checks) : 0;

	if (n > STANDING_CHECKS_MAX)
		n = STANDING_CHECKS_MAX;
	lab->id = text_of(s->arena, o, "id");
	lab->title = text_of(s->arena, o, "title");
	if (!lab->title.n)
		lab->title = lab->id;
	lab->verdicts = arena_zalloc(s->arena, n * sizeof(*lab->verdicts));
	for (size_t i = 0; i < n; i++) {
		struct verdict *v = &lab->verdicts[lab->count++];

		read_verdict(s->arena, json_at(checks, i), v);
		lab->green += v->state == VERDICT_GREEN;
	}
	s->green += lab->green;
	s->total += lab->count;
}

struct standing *standing_read(const struct json_object *document)
{
	const struct json_object *labs = json_get(document, "labs");
	size_t n = json_is_array(labs) ? json_count(labs) : 0;
	struct standing *s;
	struct arena *a;

	if (!json_is_object(document))
		return NULL;
	if (n > STANDING_LABS_MAX)
		n = STANDING_LABS_MAX;
	a = arena_new();
	s = ARENA_NEW(a, struct standing);
	s->arena = a;
	s->name = text_of(a, document, json_get(document, "name") ? "name" : "attendee");
	s->account = text_of(a, document, "account");
	s->joined_ms = json_int_or(json_get(document, "joinedAt"), 0);
	s->started_over_ms = json_int_or(json_get(document, "startedOverAt"), 0);
	s->last_green_ms = json_int_or(json_get(document, "lastGreenAt"), 0);
	s->labs = arena_zalloc(a, n * sizeof(*s->labs));
	for (size_t i = 0; i < n; i++)
		read_lab(s, json_at(labs, i), &s->labs[s->lab_count++]);
	return s;
}

struct standing *standing_parse(struct str text)
{
	struct arena *a = arena_new();
	struct standing *s = standing_read(json_parse(a, text, NULL));

	arena_free(a);
	return s;
}

void standing_free(struct standing *s)
{
	if (s)
		arena_free(s->arena);
}

const struct standing_lab *standing_lab_find(const struct standing *s, struct str id)
{
	for (int i = 0; s && i < s->lab_count; i++)
		if (str_eq(s->labs[i].id, id))
			return &s->labs[i];
	return NULL;
}

const struct verdict *verdict_find(const struct standing_lab *lab, struct str id)
{
	for (int i = 0; lab && i < lab->count; i++)
		if (str_eq(lab->verdicts[i].id, id))
			return &lab->verdicts[i];
	return NULL;
}

bool standing_is_done(const struct standing *s)
{
	return s->total > 0 && s->green == s->total;
}

int standing_carry(const struct standing *before, struct standing *now, int64_t at_ms,
		   const struct verdict **first)
{
	int turned = 0;

	/* A fresh start: what was before says nothing. */
	if (before && now->started_over_ms > before->started_over_ms)
		return 0;
	for (int i = 0; before && i < now->lab_count; i++) {
		const struct standing_lab *old = standing_lab_find(before, now->labs[i].id);

		for (int k = 0; k < now->labs[i].count; k++) {
			struct verdict *v = &now->labs[i].verdicts[k];
			const struct verdict *was = verdict_find(old, v->id);

			v->changed_ms = was ? was->changed_ms : 0;
			if (was && was->state == v->state)
				continue;
			v->changed_ms = at_ms;
			if (v->state == VERDICT_GREEN && !turned++)
				*first = v;
		}
	}
	if (before && before->last_green_ms > now->last_green_ms)
		now->last_green_ms = before->last_green_ms;
	if (turned && at_ms > now->last_green_ms)
		now->last_green_ms = at_ms;
	return turned;
}
