/*
 * Why a value does not match a pattern, in words for the person who made the value.
 *
 * The sentence names one mismatch, the first in the pattern's order. Where an array has no entry that does, it
 * tells what is wrong with the entry that comes closest, and shows what the entries have in those members.
 */
#include "base/pattern_inner.h"

/* Longer sentences are not read. */
#define SENTENCE_MAX 700
#define VALUE_MAX    80
/* Alternatives, entries or members named before "and N more". */
#define NAMED_MAX    4
#define LEAVES_MAX   32

/* --- values --------------------------------------------------------------------- */

/* Can it stand without quotes and be taken for nothing but text? */
static bool is_plain_word(struct str s)
{
	bool letter = false;

	if (!s.n || s.n > VALUE_MAX || str_is(s, "true") || str_is(s, "false") ||
	    str_is(s, "null") || str_is(s, "nothing"))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool alpha = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		letter = letter || alpha;
		if (!alpha && !(c >= '0' && c <= '9') && !strchr("_-./:@$*+", c))
			return false;
	}
	return letter && s.p[s.n - 1] != '.' && s.p[s.n - 1] != ':';
}

/* The first bytes of a text, not cutting through a character. */
static void add_shortened(struct buf *b, struct str s)
{
	size_t n = s.n;

	if (n > VALUE_MAX) {
		for (n = VALUE_MAX - 3; n && ((unsigned char)s.p[n] & 0xc0) == 0x80;)
			n--;
	}
	buf_add(b, str_slice(s, 0, n));
	if (n < s.n)
		buf_adds(b, "...");
}

void pattern_say_value(struct buf *b, const struct json_object *value)
{
	struct str s = json_str(value);
	struct buf text;

	if (s.p && is_plain_word(s)) {
		buf_add(b, s);
		return;
	}
	if (json_is_array(value) && !json_count(value)) {
		buf_adds(b, "an empty list");
		return;
	}
	buf_init(&text, BUF_MAX);
	json_print(&text, value);
	add_shortened(b, buf_str(&text));
	buf_release(&text);
}

/* What stands at a place: up to NAMED_MAX elements of an array, or the one value. */
static void say_found(struct buf *b, const struct json_object *value, bool present)
{
	size_t n = json_count(value);

	if (!present) {
		buf_adds(b, "nothing");
		return;
	}
	if (!json_is_array(value) || !n) {
		pattern_say_value(b, value);
		return;
	}
	for (size_t i = 0; i < n && i < NAMED_MAX; i++) {
		buf_adds(b, i ? ", " : "");
		pattern_say_value(b, json_at(value, i));
	}
	if (n > NAMED_MAX)
		buf_addf(b, " and %zu more", n - NAMED_MAX);
}

/* --- what is expected ------------------------------------------------------------ */

static void say_alternative(struct buf *b, const struct json_object *alternative, bool alone)
{
	const struct json_object *operand = NULL;
	const struct pattern_operator *op = pattern_operator(alternative, &operand);

	if (!op) {
		pattern_say_value(b, alternative);
		return;
	}
	if (alone && op->of)
		buf_addf(b, "%s ", op->of);
	op->say(b, operand);
}

/* How many alternatives of a list a person is told: the first, and values that stand right behind a value. */
static size_t count_told(const struct json_object *list)
{
	const struct json_object *operand = NULL;
	size_t n = 0;

	while (n < json_count(list) && !pattern_operator(json_at(list, n), &operand))
		n++;
	return n ? n : json_count(list) > 0;
}

/* "ACTIVE", "A or B", "a text starting with "a"" (alone) or "starting with "a"" (behind a name). */
static void say_alternatives(struct buf *b, const struct json_object *pattern, bool alone)
{
	size_t n;

	if (!json_is_array(pattern)) {
		say_alternative(b, pattern, alone);
		return;
	}
	n = count_told(pattern);
	for (size_t i = 0; i < n && i < NAMED_MAX; i++) {
		buf_adds(b, i == 0 ? "" : i + 1 == n ? " or " : ", ");
		say_alternative(b, json_at(pattern, i), alone);
	}
	if (n > NAMED_MAX)
		buf_addf(b, " or one of %zu more", n - NAMED_MAX);
}

/* The only alternative is {"exists": ...}: 1 true, 0 false; otherwise -1. */
static int only_exists(const struct json_object *pattern)
{
	const struct json_object *operand = NULL;
	const struct pattern_operator *op;

	if (json_count(pattern) != 1)
		return -1;
	op = pattern_operator(json_at(pattern, 0), &operand);
	if (!op || strcmp(op->name, "exists") != 0)
		return -1;
	return json_bool_or(operand, false);
}

/* --- the leaves of a pattern, as seen from one entry of an array ------------------- */

struct leaf {
	const char *name; /* "AttributeName", "id.S"; NULL for $or */
	const struct json_object *pattern;
};
struct leaves {
	struct arena *arena;
	size_t count;
	struct leaf at[LEAVES_MAX];
};

static void collect_leaves(struct leaves *l, const struct json_object *pattern, const char *prefix)
{
	JSON_EACH((struct json_object *)pattern, key, sub)
	{
		const char *name = *prefix ? arena_printf(l->arena, "%s.%s", prefix, key) : key;

		if (l->count == LEAVES_MAX)
			return;
		if (strcmp(key, "$or") == 0)
			l->at[l->count++] = (struct leaf){ NULL, pattern };
		else if (json_is_object(sub))
			collect_leaves(l, sub, name);
		else
			l->at[l->count++] = (struct leaf){ name, sub };
	}
}

/* The value that a leaf's name leads to; arrays on the way are not entered. */
static struct json_object *value_at(const struct json_object *entry, const char *name,
				    bool *present)
{
	struct str rest = str_of(name);
	struct json_object *value = (struct json_object *)entry;

	*present = true;
	while (rest.p && *present) {
		struct str step = str_cut(&rest, '.');
		char key[256];

		/* A member whose own name has a dot in it is found by the whole rest. */
		if (step.n >= sizeof(key))
			return *present = false, NULL;
		memcpy(key, step.p, step.n);
		key[step.n] = '\0';
		*present = pattern_member(value, key, &value);
	}
	return *present ? value : NULL;
}

static bool or_holds(const struct pattern_run *run, const struct json_object *pattern,
		     const struct json_object *entry, const struct pattern_place *place)
{
	struct json_object *list = json_get(pattern, "$or");

	for (size_t i = 0; i < json_count(list); i++) {
		if (pattern_holds(run, json_at(list, i), entry, true, place))
			return true;
	}
	return false;
}

static bool leaf_holds(const struct pattern_run *run, const struct leaf *leaf,
		       const struct json_object *entry, const struct pattern_place *place)
{
	const struct json_object *value;
	bool present;

	if (!leaf->name)
		return or_holds(run, leaf->pattern, entry, place);
	value = value_at(entry, leaf->name, &present);
	return pattern_holds(run, leaf->pattern, value, present, place);
}

static size_t count_holding(const struct pattern_run *run, const struct leaves *l,
			    const struct json_object *entry, const struct pattern_place *place)
{
	size_t count = 0;

	for (size_t i = 0; i < l->count; i++)
		count += leaf_holds(run, &l->at[i], entry, place);
	return count;
}

static void say_leaf_expected(struct buf *b, const struct leaf *leaf)
{
	int exists = leaf->name ? only_exists(leaf->pattern) : -1;

	if (!leaf->name)
		buf_adds(b, "one of several alternatives");
	else if (exists >= 0)
		buf_addf(b, "%s%s", exists ? "" : "no ", leaf->name);
	else {
		buf_addf(b, "%s ", leaf->name);
		say_alternatives(b, leaf->pattern, false);
	}
}

static void say_leaf_found(struct buf *b, const struct leaf *leaf, const struct json_object *entry)
{
	const struct json_object *value;
	bool present;

	if (!leaf->name)
		return;
	value = value_at(entry, leaf->name, &present);
	if (present)
		say_found(b, value, true);
	else
		buf_addf(b, "no %s", leaf->name);
}

/* --- an array without an entry that does ---------------------------------------------- */

struct entries {
	const struct pattern_run *run;
	const struct pattern_place *place;
	const struct json_object *at[64]; /* the first ones */
	size_t count;                     /* all of them */
	struct leaves leaves;
	bool failing[LEAVES_MAX]; /* leaves to name */
};

/* Arrays inside the array count as its own elements. */
static void collect_entries(struct entries *e, const struct json_object *array)
{
	for (size_t i = 0; i < json_count(array); i++) {
		const struct json_object *one = json_at(array, i);

		if (json_is_array(one)) {
			collect_entries(e, one);
			continue;
		}
		if (e->count < sizeof(e->at) / sizeof(*e->at))
			e->at[e->count] = one;
		e->count++;
	}
}

static size_t entries_seen(const struct entries *e)
{
	size_t most = sizeof(e->at) / sizeof(*e->at);

	return e->count < most ? e->count : most;
}

static const struct json_object *closest_entry(const struct entries *e)
{
	const struct json_object *best = NULL;
	size_t most = 0;

	for (size_t i = 0; i < entries_seen(e); i++) {
		size_t holding = count_holding(e->run, &e->leaves, e->at[i], e->place);

		if (!best || holding > most) {
			best = e->at[i];
			most = holding;
		}
	}
	return best;
}

/*
 * Name the leaves in which the closest entry fails. If another entry has all of them right, each is
 * somewhere and only together they are nowhere: then name all.
 */
static void choose_failing(struct entries *e)
{
	const struct json_object *best = closest_entry(e);
	bool elsewhere = false;

	for (size_t i = 0; i < e->leaves.count; i++)
		e->failing[i] = !best || !leaf_holds(e->run, &e->leaves.at[i], best, e->place);
	for (size_t n = 0; n < entries_seen(e) && !elsewhere; n++) {
		elsewhere = true;
		for (size_t i = 0; i < e->leaves.count; i++)
			elsewhere = elsewhere &&
				    (!e->failing[i] ||
				     leaf_holds(e->run, &e->leaves.at[i], e->at[n], e->place));
	}
	for (size_t i = 0; elsewhere && i < e->leaves.count; i++)
		e->failing[i] = true;
}

/* "rideid (HASH)": the first failing leaf, and in parentheses the others. */
static void say_entry(struct buf *b, const struct entries *e, const struct json_object *entry)
{
	const struct leaf *head = NULL;
	bool open = false;

	if (!json_is_object(entry)) {
		pattern_say_value(b, entry);
		return;
	}
	for (size_t i = 0; i < e->leaves.count && !head; i++) {
		if (e->failing[i] && e->leaves.at[i].name)
			head = &e->leaves.at[i];
	}
	if (!head) {
		pattern_say_value(b, entry);
		return;
	}
	say_leaf_found(b, head, entry);
	for (size_t i = 0; i < e->leaves.count; i++) {
		if (&e->leaves.at[i] == head || !e->leaves.at[i].name)
			continue;
		buf_adds(b, open ? ", " : " (");
		say_leaf_found(b, &e->leaves.at[i], entry);
		open = true;
	}
	buf_adds(b, open ? ")" : "");
}

static void say_entries(struct buf *b, const struct entries *e)
{
	bool first = true;

	buf_adds(b, ": expected an entry with ");
	for (size_t i = 0; i < e->leaves.count; i++) {
		if (!e->failing[i])
			continue;
		buf_adds(b, first ? "" : " and ");
		say_leaf_expected(b, &e->leaves.at[i]);
		first = false;
	}
	buf_adds(b, ", found ");
	for (size_t i = 0; i < e->count && i < NAMED_MAX; i++) {
		buf_adds(b, i ? ", " : "");
		say_entry(b, e, e->at[i]);
	}
	if (!e->count)
		buf_adds(b, "an empty list");
	if (e->count > NAMED_MAX)
		buf_addf(b, " and %zu more", e->count - NAMED_MAX);
}

static void why_array(struct arena *a, struct buf *b, const struct pattern_run *run,
		      const struct json_object *pattern, const struct json_object *value,
		      const struct pattern_place *place)
{
	struct entries *e = ARENA_NEW(a, struct entries);

	e->run = run;
	e->place = place;
	e->leaves.arena = a;
	collect_leaves(&e->leaves, pattern, "");
	collect_entries(e, value);
	choose_failing(e);
	if (place->key)
		pattern_print_place(b, place);
	else
		buf_adds(b, "the list");
	say_entries(b, e);
}

/* --- down to the first mismatch ---------------------------------------------------------- */

static void why(struct arena *a, struct buf *b, const struct pattern_run *run,
		const struct json_object *pattern, const struct json_object *value, bool present,
		const struct pattern_place *place);

static void why_leaf(struct buf *b, const struct json_object *pattern,
		     const struct json_object *value, bool present,
		     const struct pattern_place *place)
{
	pattern_print_place(b, place);
	buf_adds(b, ": expected ");
	say_alternatives(b, pattern, true);
	buf_adds(b, ", found ");
	say_found(b, value, present);
}

/* A pattern for an object where there is none. */
static void why_no_object(struct arena *a, struct buf *b, const struct json_object *pattern,
			  const struct json_object *value, bool present,
			  const struct pattern_place *place)
{
	struct leaves *l = ARENA_NEW(a, struct leaves);

	l->arena = a;
	collect_leaves(l, pattern, "");
	if (place->key)
		pattern_print_place(b, place);
	else
		buf_adds(b, "the answer");
	buf_adds(b, ": expected ");
	for (size_t i = 0; i < l->count && i < NAMED_MAX; i++) {
		buf_adds(b, i ? " and " : "");
		say_leaf_expected(b, &l->at[i]);
	}
	buf_adds(b, ", found ");
	say_found(b, value, present);
}

static void why_or(struct arena *a, struct buf *b, const struct pattern_run *run,
		   const struct json_object *list, const struct json_object *value,
		   const struct pattern_place *place)
{
	size_t n = json_count(list);

	buf_addf(b, "none of %zu alternatives holds: ", n);
	for (size_t i = 0; i < n && i < NAMED_MAX; i++) {
		buf_adds(b, i ? "; or " : "");
		why(a, b, run, json_at(list, i), value, true, place);
	}
	if (n > NAMED_MAX)
		buf_addf(b, "; and %zu more", n - NAMED_MAX);
}

static void why_object(struct arena *a, struct buf *b, const struct pattern_run *run,
		       const struct json_object *pattern, const struct json_object *value,
		       const struct pattern_place *up)
{
	JSON_EACH((struct json_object *)pattern, key, sub)
	{
		struct pattern_place place = { up, key };
		struct json_object *member = NULL;
		bool present;

		if (strcmp(key, "$or") == 0) {
			if (or_holds(run, pattern, value, up))
				continue;
			why_or(a, b, run, sub, value, up);
			return;
		}
		present = pattern_member(value, key, &member);
		if (!pattern_holds(run, sub, member, present, &place)) {
			why(a, b, run, sub, member, present, &place);
			return;
		}
	}
}

static void why(struct arena *a, struct buf *b, const struct pattern_run *run,
		const struct json_object *pattern, const struct json_object *value, bool present,
		const struct pattern_place *place)
{
	if (!json_is_object(pattern))
		why_leaf(b, pattern, value, present, place);
	else if (json_is_array(value))
		why_array(a, b, run, pattern, value, place);
	else if (json_is_object(value))
		why_object(a, b, run, pattern, value, place);
	else
		why_no_object(a, b, pattern, value, present, place);
}

/* The sentence, cut where it is too long; the buffer is released. */
static const char *sentence_of(struct arena *a, struct buf *b)
{
	const char *sentence;

	if (b->n > SENTENCE_MAX) {
		size_t n = SENTENCE_MAX;

		while (n && ((unsigned char)b->p[n] & 0xc0) == 0x80)
			n--;
		sentence = arena_printf(a, "%.*s...", (int)n, b->p);
	} else {
		sentence = arena_printf(a, "%.*s", (int)b->n, b->p ? b->p : "");
	}
	buf_release(b);
	return sentence;
}

const char *pattern_why(struct arena *a, const struct pattern_run *run,
			const struct json_object *pattern)
{
	const struct pattern_place root = { NULL, NULL };
	struct buf b;

	buf_init(&b, BUF_MAX);
	why(a, &b, run, pattern, run->root, true, &root);
	return sentence_of(a, &b);
}

/* --- what a value that matches has --------------------------------------------------------- */

/* The members that the pattern asks for, as `value` has them: "EvalActionName x and EvalDecision allowed". */
static void say_members(struct arena *a, struct buf *b, const struct json_object *pattern,
			const struct json_object *value)
{
	struct leaves *l = ARENA_NEW(a, struct leaves);
	const char *between = "";

	l->arena = a;
	collect_leaves(l, pattern, "");
	for (size_t i = 0; i < l->count && i < NAMED_MAX; i++) {
		const struct json_object *found;
		bool present;

		if (!l->at[i].name)
			continue;
		found = value_at(value, l->at[i].name, &present);
		buf_addf(b, "%s%s%s", between, present ? "" : "no ", l->at[i].name);
		if (present) {
			buf_addc(b, ' ');
			say_found(b, found, true);
		}
		between = " and ";
	}
	if (!*between)
		buf_adds(b, "it");
}

/* The first element that matches; the array itself when none does alone. */
static const struct json_object *matching_entry(struct arena *a, const struct json_object *pattern,
						const struct json_object *array, unsigned flags)
{
	for (size_t i = 0; i < json_count(array); i++) {
		if (pattern_match(a, pattern, json_at(array, i), flags, NULL))
			return json_at(array, i);
	}
	return array;
}

static void found_at(struct arena *a, struct buf *b, const struct json_object *pattern,
		     const struct json_object *value, unsigned flags,
		     const struct pattern_place *up)
{
	struct pattern_place place = { up, NULL };
	struct json_object *member = NULL, *only = NULL;

	if (json_is_object(pattern) && json_count(pattern) == 1 && json_is_object(value)) {
		JSON_EACH((struct json_object *)pattern, key, sub)
		{
			place.key = key;
			only = sub;
		}
		if (pattern_member(value, place.key, &member)) {
			found_at(a, b, only, member, flags, &place);
			return;
		}
	}
	if (up->key) {
		pattern_print_place(b, up);
		buf_adds(b, ": ");
	}
	buf_adds(b, "found ");
	if (!json_is_object(pattern))
		say_found(b, value, true);
	else
		say_members(a, b, pattern,
			    json_is_array(value) ? matching_entry(a, pattern, value, flags)
						 : value);
}

const char *pattern_found(struct arena *a, const struct json_object *pattern,
			  const struct json_object *value, unsigned flags)
{
	const struct pattern_place root = { NULL, NULL };
	struct buf b;

	buf_init(&b, BUF_MAX);
	found_at(a, &b, pattern, value, flags, &root);
	return sentence_of(a, &b);
}
