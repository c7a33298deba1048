/*
 * Regular expressions; see regex.h. A machine with a stack of places to go back to: each is a step of the program, a
 * position, and how long the list of changed slots was, so that going back undoes them.
 */
#include "base/regex_inner.h"

#include <stdlib.h>

#define SLOTS    (2 * REGEX_GROUPS_MAX + REGEX_LOOPS_MAX)
#define UNSET    SIZE_MAX
/* Places to go back to, and changes to undo: what needs more than so many needs too much memory. */
#define KEPT_MAX ((size_t)4 << 20)

struct place {
	size_t step, at, changes;
};
struct change {
	size_t slot, old;
};

struct machine {
	const struct regex *regex;
	struct str text;
	size_t slots[SLOTS];
	struct place *places;
	size_t place_count, place_size;
	struct change *changes;
	size_t change_count, change_size;
	size_t left; /* steps that it may still take */
	int depth;   /* of programs inside programs */
};

uint32_t regex_character(struct str text, size_t *at)
{
	static const unsigned char masks[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	struct str rest = str_slice(text, *at, *at + 4);
	unsigned char first = rest.n ? (unsigned char)*rest.p : 0;
	size_t n = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
	uint32_t c = first;

	if (n > 1 && n <= rest.n && str_is_utf8(str_slice(rest, 0, n))) {
		c = first & masks[n];
		for (size_t i = 1; i < n; i++)
			c = c << 6 | ((unsigned char)rest.p[i] & 0x3f);
	} else {
		n = 1;
	}
	*at += n;
	return c;
}

uint32_t regex_fold(uint32_t c)
{
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

/* Use up steps. */
static void work(struct machine *m, size_t steps)
{
	m->left -= steps < m->left ? steps : m->left;
}

/* Room for one more, or else the end of the search. */
static bool has_room(struct machine *m, size_t count)
{
	if (count < KEPT_MAX)
		return true;
	m->left = 0;
	return false;
}

static void *grow(void *p, size_t *size, size_t each)
{
	*size = *size ? 2 * *size : 64;
	p = realloc(p, *size * each);
	if (!p)
		abort();
	return p;
}

static void set_slot(struct machine *m, size_t slot, size_t value)
{
	if (!has_room(m, m->change_count))
		return;
	if (m->change_count == m->change_size)
		m->changes = grow(m->changes, &m->change_size, sizeof(*m->changes));
	m->changes[m->change_count++] = (struct change){ slot, m->slots[slot] };
	m->slots[slot] = value;
}

static void undo(struct machine *m, size_t changes)
{
	while (m->change_count > changes) {
		struct change *c = &m->changes[--m->change_count];

		m->slots[c->slot] = c->old;
	}
}

static void remember(struct machine *m, size_t step, size_t at)
{
	if (!has_room(m, m->place_count))
		return;
	if (m->place_count == m->place_size)
		m->places = grow(m->places, &m->place_size, sizeof(*m->places));
	m->places[m->place_count++] = (struct place){ step, at, m->change_count };
}

static bool in_ranges(const struct regex_set *set, uint32_t c)
{
	for (size_t i = 0; i < set->count; i++)
		if (c >= set->ranges[i].from && c <= set->ranges[i].to)
			return true;
	return false;
}

static bool in_set(const struct machine *m, const struct regex_set *set, uint32_t c)
{
	bool in = in_ranges(set, c);

	if (!in && m->regex->any_case)
		in = in_ranges(set, regex_fold(c)) ||
		     (c >= 'a' && c <= 'z' && in_ranges(set, c - 32));
	return in != set->negated;
}

static bool is_word(struct str text, size_t at)
{
	char c = at < text.n ? text.p[at] : '\0';

	return (c >= '0' && c <= '9') || c == '_' || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool is_end(struct str text, size_t at, bool last_line)
{
	return at == text.n || (last_line && at + 1 == text.n && text.p[at] == '\n') ||
	       (last_line && at + 2 == text.n && memcmp(text.p + at, "\r\n", 2) == 0);
}

/* One character against a step that takes one. */
static bool takes(struct machine *m, const struct regex_step *s, size_t *at)
{
	uint32_t c;

	if (*at >= m->text.n)
		return false;
	c = regex_character(m->text, at);
	if (s->code == RX_SET) {
		work(m, s->set->count / 16);
		return in_set(m, s->set, c);
	}
	if (s->code == RX_ANY)
		return s->c || (c != '\n' && c != '\r' && c != 0x85 && c != 0x2028 && c != 0x2029);
	return c == s->c || (m->regex->any_case && regex_fold(c) == regex_fold(s->c));
}

static bool repeats(struct machine *m, size_t group, size_t *at)
{
	size_t from = m->slots[2 * group], to = m->slots[2 * group + 1];
	struct str was;

	if (from == UNSET || to == UNSET || to < from)
		return false;
	was = str_slice(m->text, from, to);
	work(m, was.n / 64);
	if (!str_eq(was, str_slice(m->text, *at, *at + was.n)))
		return false;
	*at += was.n;
	return true;
}

static bool holds(struct machine *m, const struct regex_step *s, size_t at)
{
	bool border;

	if (s->code == RX_BEGIN)
		return at == 0;
	if (s->code == RX_END)
		return is_end(m->text, at, s->c);
	border = (at > 0 && is_word(m->text, at - 1)) != is_word(m->text, at);
	return border != (s->c != 0);
}

static bool run(struct machine *m, size_t step, size_t *at);

/* A program inside the program; it leaves no places to go back to. */
static bool apart(struct machine *m, const struct regex_step *s, size_t step, size_t *at)
{
	size_t behind = *at, changes = m->change_count;
	bool matched = run(m, step + 1, &behind);

	if (s->code == RX_ATOMIC) {
		*at = behind;
		return matched;
	}
	if (s->c || !matched)
		undo(m, changes);
	return matched != (s->c != 0);
}

/* Do one step; false: it does not match. */
static bool do_step(struct machine *m, size_t *step, size_t *at)
{
	const struct regex_step *s = &m->regex->steps[*step];
	size_t next = *step + 1;
	bool good = true;

	switch (s->code) {
	case RX_CHAR:
	case RX_ANY:
	case RX_SET:
		good = takes(m, s, at);
		break;
	case RX_SPLIT:
		remember(m, s->y, *at);
		next = s->x;
		break;
	case RX_JUMP:
		next = s->x;
		break;
	case RX_SAVE:
		set_slot(m, s->x, *at);
		break;
	case RX_MARK:
		set_slot(m, 2 * REGEX_GROUPS_MAX + s->x, *at);
		break;
	case RX_MOVED:
		good = m->slots[2 * REGEX_GROUPS_MAX + s->x] != *at;
		break;
	case RX_BACK:
		good = repeats(m, s->x, at);
		break;
	case RX_LOOK:
	case RX_ATOMIC:
		good = apart(m, s, *step, at);
		next = s->x;
		break;
	case RX_BEGIN:
	case RX_END:
	case RX_BORDER:
		good = holds(m, s, *at);
		break;
	case RX_MATCH:
		break;
	}
	*step = next;
	return good;
}

/* From a step on to its RX_MATCH; *at is then behind what matched. */
static bool run(struct machine *m, size_t step, size_t *at)
{
	size_t ground = m->place_count, changes = m->change_count;

	while (m->left) {
		work(m, 1);
		if (m->regex->steps[step].code == RX_MATCH) {
			m->place_count = ground;
			return true;
		}
		if (do_step(m, &step, at))
			continue;
		if (m->place_count == ground)
			break;
		step = m->places[--m->place_count].step;
		*at = m->places[m->place_count].at;
		undo(m, m->places[m->place_count].changes);
	}
	m->place_count = ground;
	undo(m, changes);
	return false;
}

static void report(const struct machine *m, struct regex_match *match)
{
	for (size_t i = 0; i < REGEX_GROUPS_MAX; i++) {
		size_t from = m->slots[2 * i], to = m->slots[2 * i + 1];

		match->group[i].took_part = from != UNSET && to != UNSET;
		match->group[i].from = match->group[i].took_part ? from : 0;
		match->group[i].to = match->group[i].took_part ? to : 0;
	}
}

static void start(struct machine *m, const struct regex *regex, struct str text, size_t steps)
{
	*m = (struct machine){ .regex = regex, .text = text, .left = steps };
	for (size_t i = 0; i < SLOTS; i++)
		m->slots[i] = UNSET;
}

static void stop(struct machine *m)
{
	free(m->places);
	free(m->changes);
}

/* *steps is what it may take, and afterwards what is left of it. */
static bool find(const struct regex *regex, struct str text, size_t from, struct regex_match *match,
		 size_t *steps)
{
	struct machine m;
	bool found = false;

	start(&m, regex, text, *steps);
	while (!found && m.left) {
		size_t at = from;

		found = run(&m, 0, &at);
		if (from >= text.n)
			break;
		regex_character(text, &from);
	}
	if (found)
		report(&m, match);
	*steps = m.left;
	stop(&m);
	return found;
}

bool regex_find_within(const struct regex *regex, struct str text, size_t from,
		       struct regex_match *match, size_t *steps)
{
	return from <= text.n && find(regex, text, from, match, steps);
}

bool regex_find(const struct regex *regex, struct str text, size_t from, struct regex_match *match)
{
	size_t steps = REGEX_STEPS_MAX;

	return regex_find_within(regex, text, from, match, &steps);
}

bool regex_matches_within(const struct regex *regex, struct str text, size_t *steps)
{
	struct regex whole = *regex;
	struct machine m;
	size_t at = 0;
	bool found;

	/* The last step but one ends group 0: there the text must end, too. */
	whole.steps = malloc((regex->count + 1) * sizeof(*whole.steps));
	if (!whole.steps)
		abort();
	memcpy(whole.steps, regex->steps, regex->count * sizeof(*whole.steps));
	whole.steps[regex->count - 1] = (struct regex_step){ .code = RX_END };
	whole.steps[regex->count] = (struct regex_step){ .code = RX_MATCH };
	start(&m, &whole, text, *steps);
	found = run(&m, 0, &at);
	*steps = m.left;
	stop(&m);
	free(whole.steps);
	return found;
}

bool regex_matches(const struct regex *regex, struct str text)
{
	size_t steps = REGEX_STEPS_MAX;

	return regex_matches_within(regex, text, &steps);
}

static bool add_replacement(const struct regex *regex, struct str text,
			    const struct regex_match *match, struct str by, struct buf *out)
{
	for (size_t i = 0; i < by.n; i++) {
		size_t group;

		if (by.p[i] == '\\') {
			if (++i >= by.n)
				return false;
			buf_addc(out, by.p[i]);
		} else if (by.p[i] == '$') {
			if (++i >= by.n || by.p[i] < '0' || by.p[i] > '9')
				return false;
			group = (size_t)(by.p[i] - '0');
			if (group >= (size_t)regex->groups)
				return false;
			buf_add(out,
				str_slice(text, match->group[group].from, match->group[group].to));
		} else {
			buf_addc(out, by.p[i]);
		}
	}
	return true;
}

bool regex_replace(const struct regex *regex, const struct regex_replacement *how, struct buf *out,
		   const char **why)
{
	struct str text = how->text;
	struct regex_match match;
	size_t at = 0, copied = 0;

	while (at <= text.n && !out->overflow && find(regex, text, at, &match, how->steps)) {
		size_t from = match.group[0].from, to = match.group[0].to;

		buf_add(out, str_slice(text, copied, from));
		if (!add_replacement(regex, text, &match, how->by, out)) {
			*why = "the replacement names a group that there is not";
			return false;
		}
		copied = at = to;
		if (to == from && at < text.n) /* nothing matched: the next character stays */
			regex_character(text, &at);
		else if (to == from)
			at++;
		if (!how->all)
			break;
	}
	if (!*how->steps) {
		*why = "the regular expression takes too long";
		return false;
	}
	buf_add(out, str_slice(text, copied, text.n));
	return true;
}
