/* Regular expressions, from their text to a program; see regex.h. */
#include "base/regex_inner.h"

#include <stdlib.h>

/* A program is at most this long: {1000}{1000} is refused. */
#define STEPS_MAX   20000
#define NESTING_MAX 50
#define UNBOUNDED   (-1)

enum kind { EMPTY, LEAF, SEQUENCE, CHOICE, REPEAT, GROUP, LOOK, ATOMIC };
enum greed { GREEDY, LAZY, POSSESSIVE };

struct tree {
	enum kind kind;
	struct regex_step leaf; /* LEAF */
	struct tree *a, *b;     /* SEQUENCE, CHOICE; the others have a */
	int group;              /* GROUP: 0 is not remembered */
	bool negated;           /* LOOK */
	int least, most;        /* REPEAT */
	enum greed greed;
};

struct compiler {
	struct arena *arena;
	struct str text;
	size_t at;
	int nesting;
	struct regex *regex;
	const char *why;
};

/* --- reading ----------------------------------------------------------------- */

static struct tree *wrong(struct compiler *c, const char *what)
{
	if (!c->why)
		c->why = arena_printf(c->arena, "not a valid regular expression near index %zu: %s",
				      c->at, what);
	return ARENA_NEW(c->arena, struct tree);
}

static bool at_end(const struct compiler *c)
{
	return c->why || c->at >= c->text.n;
}

static char peek(const struct compiler *c)
{
	return c->at < c->text.n ? c->text.p[c->at] : '\0';
}

static bool take(struct compiler *c, const char *token)
{
	if (!str_starts(str_slice(c->text, c->at, c->text.n), str_of(token)))
		return false;
	c->at += strlen(token);
	return true;
}

static struct tree *make(struct compiler *c, enum kind kind, struct tree *a, struct tree *b)
{
	struct tree *t = ARENA_NEW(c->arena, struct tree);

	t->kind = kind;
	t->a = a;
	t->b = b;
	return t;
}

static struct tree *leaf(struct compiler *c, enum regex_code code, uint32_t value)
{
	struct tree *t = make(c, LEAF, NULL, NULL);

	t->leaf = (struct regex_step){ .code = code, .c = value };
	return t;
}

static void set_add(struct compiler *c, struct regex_set *set, uint32_t from, uint32_t to)
{
	if (set->count == set->size) {
		struct regex_range *old = set->ranges;

		set->size = set->size ? 2 * set->size : 8;
		set->ranges = arena_alloc(c->arena, set->size * sizeof(*old));
		if (set->count)
			memcpy(set->ranges, old, set->count * sizeof(*old));
	}
	set->ranges[set->count++] = (struct regex_range){ from, to };
}

/* \d, \w, \s; upper case: everything else. False when `letter` is none of them. */
static bool add_named(struct compiler *c, struct regex_set *set, char letter)
{
	static const struct regex_range digit[] = { { '0', '9' } },
					word[] = { { '0', '9' },
						   { 'A', 'Z' },
						   { '_', '_' },
						   { 'a', 'z' } },
					space[] = { { '\t', '\r' }, { ' ', ' ' } };
	static const struct {
		char letter;
		const struct regex_range *ranges;
		size_t count;
	} names[] = { { 'd', digit, 1 }, { 'w', word, 4 }, { 's', space, 2 } };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		uint32_t next = 0;

		if ((letter | 0x20) != names[i].letter)
			continue;
		for (size_t n = 0; n < names[i].count; n++) {
			const struct regex_range *r = &names[i].ranges[n];

			if (letter == names[i].letter)
				set_add(c, set, r->from, r->to);
			else if (r->from > next)
				set_add(c, set, next, r->from - 1);
			next = r->to + 1;
		}
		if (letter != names[i].letter)
			set_add(c, set, next, 0x10ffff);
		return true;
	}
	return false;
}

static uint32_t read_hex(struct compiler *c, size_t digits)
{
	uint32_t value = 0;

	for (size_t i = 0; i < digits; i++) {
		char d = peek(c);

		if (d >= '0' && d <= '9')
			value = value * 16 + (uint32_t)(d - '0');
		else if ((d | 0x20) >= 'a' && (d | 0x20) <= 'f')
			value = value * 16 + (uint32_t)((d | 0x20) - 'a' + 10);
		else
			wrong(c, "illegal hexadecimal escape sequence");
		c->at++;
	}
	return value;
}

/* Behind a backslash: a character that stands for itself or for a control character. */
static uint32_t read_escape(struct compiler *c)
{
	static const char names[] = "tnrfae", values[] = "\t\n\r\f\a\x1b";
	char letter = peek(c);
	const char *found = letter ? strchr(names, letter) : NULL;

	if (found) {
		c->at++;
		return (uint32_t)values[found - names];
	}
	if (take(c, "x"))
		return read_hex(c, 2);
	if (take(c, "u"))
		return read_hex(c, 4);
	if (at_end(c) || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z')) {
		wrong(c, "illegal or unsupported escape sequence");
		return 0;
	}
	return regex_character(c->text, &c->at);
}

static uint32_t read_member(struct compiler *c, struct regex_set *set, bool *named)
{
	*named = false;
	if (!take(c, "\\"))
		return regex_character(c->text, &c->at);
	if (!at_end(c) && add_named(c, set, peek(c))) {
		c->at++;
		*named = true;
		return 0;
	}
	return read_escape(c);
}

/* Behind "[". */
static struct tree *read_set(struct compiler *c)
{
	struct regex_set *set = ARENA_NEW(c->arena, struct regex_set);
	struct tree *t = leaf(c, RX_SET, 0);
	bool first = true;

	set->negated = take(c, "^");
	for (; !at_end(c) && (first || peek(c) != ']'); first = false) {
		bool named, named_too = false;
		uint32_t from, to;

		if (peek(c) == '[' || str_starts(str_slice(c->text, c->at, c->text.n), STR("&&")))
			return wrong(c, "a class inside a class is not supported");
		to = from = read_member(c, set, &named);
		if (!named && peek(c) == '-' && c->at + 1 < c->text.n &&
		    c->text.p[c->at + 1] != ']') {
			c->at++;
			to = read_member(c, set, &named_too);
			if (named_too || to < from)
				return wrong(c, "illegal character range");
		}
		if (!named)
			set_add(c, set, from, to);
	}
	if (!take(c, "]"))
		return wrong(c, "unclosed character class");
	t->leaf.set = set;
	return t;
}

static struct tree *read_choice(struct compiler *c);

/* Behind "(". */
static struct tree *read_group(struct compiler *c)
{
	struct tree *t = make(c, GROUP, NULL, NULL);

	if (++c->nesting > NESTING_MAX)
		return wrong(c, "groups are nested too deeply");
	if (take(c, "?=") || take(c, "?!")) {
		t->kind = LOOK;
		t->negated = c->text.p[c->at - 1] == '!';
	} else if (take(c, "?>")) {
		t->kind = ATOMIC;
	} else if (!take(c, "?:")) {
		if (peek(c) == '?') {
			ptrdiff_t end = str_find(str_slice(c->text, c->at, c->text.n), '>');

			if (!take(c, "?<") || peek(c) == '=' || peek(c) == '!' || end < 0)
				return wrong(c, "unknown group type");
			c->at += (size_t)end - 1;
		}
		t->group = c->regex->groups++;
		if (t->group >= REGEX_GROUPS_MAX)
			t->group = 0;
	}
	t->a = read_choice(c);
	c->nesting--;
	return take(c, ")") ? t : wrong(c, "unclosed group");
}

/* Behind "\Q". */
static struct tree *read_quotation(struct compiler *c)
{
	struct tree *all = make(c, EMPTY, NULL, NULL);

	while (!at_end(c) && !take(c, "\\E"))
		all = make(c, SEQUENCE, all, leaf(c, RX_CHAR, regex_character(c->text, &c->at)));
	return all;
}

/* Behind a backslash. */
static struct tree *read_escaped(struct compiler *c)
{
	static const struct {
		char letter;
		enum regex_code code;
		uint32_t c;
	} anchors[] = { { 'b', RX_BORDER, 0 },
			{ 'B', RX_BORDER, 1 },
			{ 'A', RX_BEGIN, 0 },
			{ 'z', RX_END, 0 },
			{ 'Z', RX_END, 1 } };
	char letter = peek(c);
	struct regex_set *set = ARENA_NEW(c->arena, struct regex_set);
	struct tree *t;

	for (size_t i = 0; i < sizeof(anchors) / sizeof(*anchors); i++) {
		if (letter == anchors[i].letter) {
			c->at++;
			return leaf(c, anchors[i].code, anchors[i].c);
		}
	}
	if (take(c, "Q"))
		return read_quotation(c);
	if (letter && add_named(c, set, letter)) {
		c->at++;
		t = leaf(c, RX_SET, 0);
		t->leaf.set = set;
		return t;
	}
	if (letter >= '1' && letter <= '9') {
		c->at++;
		t = leaf(c, RX_BACK, 0);
		t->leaf.x = (size_t)(letter - '0');
		return t;
	}
	return leaf(c, RX_CHAR, read_escape(c));
}

static struct tree *read_atom(struct compiler *c)
{
	if (take(c, "("))
		return read_group(c);
	if (take(c, "["))
		return read_set(c);
	if (take(c, "\\"))
		return read_escaped(c);
	if (take(c, "."))
		return leaf(c, RX_ANY, c->regex->dot_all);
	if (take(c, "^"))
		return leaf(c, RX_BEGIN, 0);
	if (take(c, "$"))
		return leaf(c, RX_END, 1);
	if (peek(c) == '*' || peek(c) == '+' || peek(c) == '?' || peek(c) == '{')
		return wrong(c, "dangling meta character");
	return leaf(c, RX_CHAR, regex_character(c->text, &c->at));
}

static int read_number(struct compiler *c)
{
	int value = 0;

	for (; peek(c) >= '0' && peek(c) <= '9' && value <= STEPS_MAX; c->at++)
		value = value * 10 + (peek(c) - '0');
	return value;
}

/* A quantifier, if one is next. */
static bool read_quantifier(struct compiler *c, struct tree *t)
{
	t->least = 0;
	t->most = UNBOUNDED;
	if (take(c, "+")) {
		t->least = 1;
	} else if (take(c, "?")) {
		t->most = 1;
	} else if (take(c, "{")) {
		t->most = t->least = read_number(c);
		if (take(c, ","))
			t->most = peek(c) == '}' ? UNBOUNDED : read_number(c);
		if (!take(c, "}") || (t->most != UNBOUNDED && t->most < t->least))
			wrong(c, "illegal repetition");
	} else if (!take(c, "*")) {
		return false;
	}
	t->greed = take(c, "?") ? LAZY : take(c, "+") ? POSSESSIVE : GREEDY;
	return true;
}

static struct tree *read_sequence(struct compiler *c)
{
	struct tree *all = make(c, EMPTY, NULL, NULL);

	while (!at_end(c) && peek(c) != '|' && peek(c) != ')') {
		struct tree *atom = read_atom(c), *repeat;

		for (;;) {
			repeat = make(c, REPEAT, atom, NULL);
			if (!read_quantifier(c, repeat))
				break;
			if (++c->nesting > NESTING_MAX)
				return wrong(c, "too many quantifiers");
			atom = repeat;
		}
		all = all->kind == EMPTY ? atom : make(c, SEQUENCE, all, atom);
	}
	return all;
}

static struct tree *read_choice(struct compiler *c)
{
	struct tree *t = read_sequence(c), *last;

	if (peek(c) != '|' || at_end(c))
		return t;
	t = last = make(c, CHOICE, t, NULL);
	while (take(c, "|")) {
		struct tree *next = read_sequence(c);

		last->b = peek(c) == '|' ? make(c, CHOICE, next, NULL) : next;
		last = last->b;
	}
	return t;
}

/* --- writing ----------------------------------------------------------------- */

static size_t emit(struct compiler *c, struct regex_step step)
{
	struct regex *r = c->regex;

	if (r->count >= STEPS_MAX) {
		wrong(c, "it is too long");
		return 0;
	}
	if (r->count == r->size) {
		struct regex_step *old = r->steps;

		r->size = r->size ? 2 * r->size : 32;
		r->steps = arena_alloc(c->arena, r->size * sizeof(*old));
		if (r->count)
			memcpy(r->steps, old, r->count * sizeof(*old));
	}
	r->steps[r->count] = step;
	return r->count++;
}

static size_t emit_code(struct compiler *c, enum regex_code code, size_t x)
{
	return emit(c, (struct regex_step){ .code = code, .x = x });
}

static void write_tree(struct compiler *c, const struct tree *t);

/* The branch that leads past (lazy: into) what follows; its other end is set by aim(). */
static size_t emit_split(struct compiler *c)
{
	return emit_code(c, RX_SPLIT, 0);
}

static void aim(struct compiler *c, size_t split, bool lazy, size_t inside, size_t past)
{
	c->regex->steps[split].x = lazy ? past : inside;
	c->regex->steps[split].y = lazy ? inside : past;
}

/* x*: SPLIT in, past; MARK; x; MOVED; JUMP to SPLIT. */
static void write_star(struct compiler *c, const struct tree *t)
{
	size_t split, loop = (size_t)c->regex->loops;

	if (c->regex->loops >= REGEX_LOOPS_MAX) {
		wrong(c, "it has too many loops");
		return;
	}
	c->regex->loops++;
	split = emit_split(c);
	emit_code(c, RX_MARK, loop);
	write_tree(c, t->a);
	emit_code(c, RX_MOVED, loop);
	emit_code(c, RX_JUMP, split);
	aim(c, split, t->greed == LAZY, split + 1, c->regex->count);
}

static void write_repeat(struct compiler *c, const struct tree *t)
{
	size_t atomic = t->greed == POSSESSIVE ? emit_code(c, RX_ATOMIC, 0) : 0;

	for (int i = 0; i < t->least && !c->why; i++)
		write_tree(c, t->a);
	if (t->most == UNBOUNDED)
		write_star(c, t);
	for (int i = t->least; i < t->most && !c->why; i++) {
		size_t split = emit_split(c);

		write_tree(c, t->a);
		aim(c, split, t->greed == LAZY, split + 1, c->regex->count);
	}
	if (t->greed == POSSESSIVE) {
		emit_code(c, RX_MATCH, 0);
		c->regex->steps[atomic].x = c->regex->count;
	}
}

static void write_apart(struct compiler *c, enum regex_code code, const struct tree *t)
{
	size_t at = emit(c, (struct regex_step){ .code = code, .c = t->negated });

	write_tree(c, t->a);
	emit_code(c, RX_MATCH, 0);
	c->regex->steps[at].x = c->regex->count;
}

static void write_choice(struct compiler *c, const struct tree *t)
{
	size_t split = emit_split(c), jump;

	write_tree(c, t->a);
	jump = emit_code(c, RX_JUMP, 0);
	aim(c, split, false, split + 1, c->regex->count);
	write_tree(c, t->b);
	c->regex->steps[jump].x = c->regex->count;
}

static void write_tree(struct compiler *c, const struct tree *t)
{
	if (!t || c->why)
		return;
	switch (t->kind) {
	case EMPTY:
		break;
	case LEAF:
		emit(c, t->leaf);
		break;
	case SEQUENCE:
		write_tree(c, t->a);
		write_tree(c, t->b);
		break;
	case CHOICE:
		write_choice(c, t);
		break;
	case REPEAT:
		write_repeat(c, t);
		break;
	case GROUP:
		if (t->group)
			emit_code(c, RX_SAVE, 2 * (size_t)t->group);
		write_tree(c, t->a);
		if (t->group)
			emit_code(c, RX_SAVE, 2 * (size_t)t->group + 1);
		break;
	case LOOK:
		write_apart(c, RX_LOOK, t);
		break;
	case ATOMIC:
		write_apart(c, RX_ATOMIC, t);
		break;
	}
}

/* (?i) and (?s) at the start. */
static void read_flags(struct compiler *c)
{
	ptrdiff_t end = str_find(c->text, ')');
	struct str flags;

	if (!str_starts(c->text, STR("(?")) || end < 3)
		return;
	flags = str_slice(c->text, 2, (size_t)end);
	for (size_t i = 0; i < flags.n; i++)
		if (flags.p[i] != 'i' && flags.p[i] != 's' && flags.p[i] != 'u')
			return;
	c->regex->any_case = str_find(flags, 'i') >= 0;
	c->regex->dot_all = str_find(flags, 's') >= 0;
	c->at = (size_t)end + 1;
}

/* A sequence is a tree that leans to the left: as deep as the pattern is long. */
#define PATTERN_MAX 2000

const struct regex *regex_compile(struct arena *a, struct str pattern, const char **why)
{
	struct compiler c = { .arena = a, .text = pattern, .regex = ARENA_NEW(a, struct regex) };
	struct tree *t;

	if (pattern.n > PATTERN_MAX) {
		*why = "not a valid regular expression: it is too long";
		return NULL;
	}
	c.regex->groups = 1;
	read_flags(&c);
	t = read_choice(&c);
	if (!at_end(&c))
		wrong(&c, "unmatched closing ')'");
	emit_code(&c, RX_SAVE, 0);
	write_tree(&c, t);
	emit_code(&c, RX_SAVE, 1);
	emit_code(&c, RX_MATCH, 0);
	if (c.why) {
		*why = c.why;
		return NULL;
	}
	if (c.regex->groups > REGEX_GROUPS_MAX)
		c.regex->groups = REGEX_GROUPS_MAX;
	return c.regex;
}
