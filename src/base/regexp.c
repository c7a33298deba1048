/* A backtracking matcher over a tree of nodes; see regexp.h. */
#include "base/regexp.h"

#include <limits.h>

enum { DEPTH_MAX = 64, CALLS_MAX = 2000, REPEAT_MAX = 1000 };

enum kind {
	SET,     /* one byte of a set */
	START,   /* ^ */
	END,     /* $ */
	EDGE,    /* \b, or \B when negated */
	GROUP,   /* alternatives, perhaps caught */
	AHEAD,   /* look-ahead, perhaps negated */
	NOTHING, /* always there */
};

struct node {
	struct node *next; /* of the sequence */
	enum kind kind;
	unsigned char set[32];
	bool negated, lazy;
	int least, most; /* repetitions; 1, 1 for most */
	int group;       /* caught as; 0: not caught */
	struct branch *branches;
};
struct branch {
	struct branch *next;
	struct node *first;
};
struct regexp {
	struct branch *branches;
	int groups;
};

/* --- parsing ------------------------------------------------------------------------ */

struct parser {
	struct arena *a;
	struct str text;
	size_t at;
	int groups, depth;
	const char *why;
};

static bool fail(struct parser *p, const char *why)
{
	if (!p->why)
		p->why = why;
	return false;
}

static bool at_end(const struct parser *p)
{
	return p->at >= p->text.n;
}

static bool take(struct parser *p, const char *word)
{
	size_t n = strlen(word);

	if (p->text.n - p->at < n || memcmp(p->text.p + p->at, word, n) != 0)
		return false;
	p->at += n;
	return true;
}

static void set_add(unsigned char set[32], unsigned from, unsigned to)
{
	for (unsigned c = from; c <= to && c < 256; c++)
		set[c / 8] |= (unsigned char)(1u << c % 8);
}

static bool set_has(const unsigned char set[32], unsigned char c)
{
	return set[c / 8] >> c % 8 & 1;
}

static void set_add_class(unsigned char set[32], char name)
{
	unsigned char own[32] = { 0 };
	bool negated = name >= 'A' && name <= 'Z';

	switch (name | 32) {
	case 'd':
		set_add(own, '0', '9');
		break;
	case 'w':
		set_add(own, '0', '9');
		set_add(own, 'A', 'Z');
		set_add(own, 'a', 'z');
		set_add(own, '_', '_');
		break;
	default:
		set_add(own, '\t', '\r');
		set_add(own, ' ', ' ');
		break;
	}
	for (size_t i = 0; i < 32; i++)
		set[i] |= negated ? (unsigned char)~own[i] : own[i];
}

static bool is_class(char c)
{
	return c && strchr("dDwWsS", c);
}

/* The byte that stands behind a backslash; the backslash has been taken. */
static bool parse_escape(struct parser *p, unsigned *out)
{
	static const char names[] = "nrtfv0", bytes[] = "\n\r\t\f\v";
	const char *found;
	char c;

	if (at_end(p))
		return fail(p, "nothing stands behind its last backslash");
	c = p->text.p[p->at++];
	found = c ? strchr(names, c) : NULL;
	if (found)
		*out = (unsigned char)bytes[found - names];
	else if (c >= '1' && c <= '9')
		return fail(p, "it refers back to a group");
	else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
		return fail(p, "it has an escape that is not known");
	else
		*out = (unsigned char)c;
	return true;
}

/* One member of a class: a byte, or a class of its own (then *out is UINT_MAX). */
static bool parse_member(struct parser *p, unsigned char set[32], unsigned *out)
{
	if (!take(p, "\\")) {
		*out = (unsigned char)p->text.p[p->at++];
		return true;
	}
	if (!at_end(p) && is_class(p->text.p[p->at])) {
		set_add_class(set, p->text.p[p->at++]);
		*out = UINT_MAX;
		return true;
	}
	if (take(p, "b")) {
		*out = '\b';
		return true;
	}
	return parse_escape(p, out);
}

/* Behind "[". */
static bool parse_class(struct parser *p, struct node *n)
{
	bool negated = take(p, "^");
	unsigned from, to;

	while (!take(p, "]")) {
		if (at_end(p))
			return fail(p, "one of its classes has no end");
		if (!parse_member(p, n->set, &from))
			return false;
		if (from == UINT_MAX)
			continue;
		to = from;
		if (p->at + 1 < p->text.n && p->text.p[p->at] == '-' &&
		    p->text.p[p->at + 1] != ']') {
			p->at++;
			if (!parse_member(p, n->set, &to))
				return false;
			if (to == UINT_MAX || to < from)
				return fail(p, "a range in one of its classes goes backwards");
		}
		set_add(n->set, from, to);
	}
	for (size_t i = 0; negated && i < 32; i++)
		n->set[i] = (unsigned char)~n->set[i];
	return true;
}

static bool parse_branches(struct parser *p, struct branch **out);

/* Behind "(". */
static bool parse_group(struct parser *p, struct node *n)
{
	n->kind = GROUP;
	if (take(p, "?=")) {
		n->kind = AHEAD;
	} else if (take(p, "?!")) {
		n->kind = AHEAD;
		n->negated = true;
	} else if (!take(p, "?:")) {
		if (!at_end(p) && p->text.p[p->at] == '?')
			return fail(p, "it has a kind of group that is not known");
		p->groups++;
		n->group = p->groups < REGEXP_GROUPS_MAX ? p->groups : 0;
	}
	if (++p->depth > DEPTH_MAX)
		return fail(p, "its groups are nested too deeply");
	if (!parse_branches(p, &n->branches))
		return false;
	p->depth--;
	return take(p, ")") || fail(p, "one of its groups has no end");
}

static bool parse_atom(struct parser *p, struct node *n)
{
	unsigned c = 0;

	if (take(p, "("))
		return parse_group(p, n);
	if (take(p, "["))
		return parse_class(p, n);
	if (take(p, "^")) {
		n->kind = START;
		return true;
	}
	if (take(p, "$")) {
		n->kind = END;
		return true;
	}
	if (take(p, ".")) {
		set_add(n->set, 0, 255);
		n->set['\n' / 8] &= (unsigned char)~(1u << '\n' % 8);
		return true;
	}
	if (take(p, "\\b") || take(p, "\\B")) {
		n->kind = EDGE;
		n->negated = p->text.p[p->at - 1] == 'B';
		return true;
	}
	if (strchr("*+?", p->text.p[p->at]) && p->text.p[p->at])
		return fail(p, "it repeats nothing");
	if (!parse_member(p, n->set, &c))
		return false;
	if (c != UINT_MAX)
		set_add(n->set, c, c);
	return true;
}

static bool parse_number(struct parser *p, int *out)
{
	size_t from = p->at;

	*out = 0;
	while (!at_end(p) && p->text.p[p->at] >= '0' && p->text.p[p->at] <= '9') {
		*out = *out * 10 + (p->text.p[p->at++] - '0');
		if (*out > REPEAT_MAX)
			return fail(p, "it repeats too often");
	}
	return p->at > from;
}

/* "{2}", "{2,}", "{2,5}"; anything else that begins so stands for itself. */
static bool parse_braces(struct parser *p, struct node *n)
{
	size_t from = p->at;
	int least, most;

	if (!take(p, "{"))
		return false;
	if (parse_number(p, &least)) {
		most = least;
		if (take(p, ",") && !parse_number(p, &most))
			most = INT_MAX;
		if (take(p, "}") && most >= least) {
			n->least = least;
			n->most = most;
			return true;
		}
	}
	p->at = from;
	return false;
}

static bool parse_repeat(struct parser *p, struct node *n)
{
	n->least = n->most = 1;
	if (take(p, "*")) {
		n->least = 0;
		n->most = INT_MAX;
	} else if (take(p, "+")) {
		n->most = INT_MAX;
	} else if (take(p, "?")) {
		n->least = 0;
	} else if (!parse_braces(p, n)) {
		return !p->why;
	}
	n->lazy = take(p, "?");
	if (n->kind == SET || n->kind == GROUP)
		return !p->why;
	return fail(p, "it repeats a place instead of a text");
}

static bool parse_sequence(struct parser *p, struct node **out)
{
	struct node **end = out, *n;

	while (!at_end(p) && p->text.p[p->at] != '|' && p->text.p[p->at] != ')') {
		n = ARENA_NEW(p->a, struct node);
		if (!parse_atom(p, n) || !parse_repeat(p, n))
			return false;
		*end = n;
		end = &n->next;
	}
	return true;
}

static bool parse_branches(struct parser *p, struct branch **out)
{
	struct branch *b;

	do {
		b = ARENA_NEW(p->a, struct branch);
		if (!parse_sequence(p, &b->first))
			return false;
		*out = b;
		out = &b->next;
	} while (take(p, "|"));
	return true;
}

struct regexp *regexp_parse(struct arena *a, struct str text, const char **why)
{
	struct parser p = { .a = a, .text = text };
	struct regexp *r = ARENA_NEW(a, struct regexp);

	if (text.n > REGEXP_BYTES_MAX)
		fail(&p, "it is too long");
	else if (parse_branches(&p, &r->branches) && !at_end(&p))
		fail(&p, "one of its parentheses closes nothing");
	r->groups = p.groups;
	*why = p.why;
	return p.why ? NULL : r;
}

/* --- matching ------------------------------------------------------------------------- */

/* What is to follow what is being matched: a chain on the stack. */
struct rest {
	const struct rest *next;
	const struct node *node; /* go on behind this node ... */
	int count;               /* ... or repeat it, having matched it so often; -1: go on */
	size_t from;             /* where this repetition began */
};

struct match {
	struct str text;
	struct str groups[REGEXP_GROUPS_MAX];
	size_t end;
	int steps, calls;
};

static bool match_node(struct match *m, const struct node *n, size_t at, const struct rest *rest);
static bool match_repeat(struct match *m, const struct node *n, int count, size_t at,
			 const struct rest *rest);

/* The sequence has come to its end at `at`. */
static bool match_rest(struct match *m, size_t at, const struct rest *rest)
{
	struct str before;

	if (!rest) {
		m->end = at;
		return true;
	}
	if (rest->count < 0)
		return match_node(m, rest->node->next, at, rest->next);
	/* One more round of a group that matched nothing would go on for ever. */
	if (at == rest->from && rest->count > rest->node->least)
		return false;
	before = m->groups[rest->node->group];
	if (rest->node->group)
		m->groups[rest->node->group] = str_slice(m->text, rest->from, at);
	if (match_repeat(m, rest->node, rest->count, at, rest->next))
		return true;
	m->groups[rest->node->group] = before;
	return false;
}

static bool match_branches(struct match *m, const struct branch *b, size_t at,
			   const struct rest *rest)
{
	for (; b; b = b->next)
		if (b->first ? match_node(m, b->first, at, rest) : match_rest(m, at, rest))
			return true;
	return false;
}

/* One more time the thing that `n` repeats. */
static bool match_once(struct match *m, const struct node *n, int count, size_t at,
		       const struct rest *rest)
{
	struct rest again = { rest, n, count + 1, at };

	if (n->kind == GROUP)
		return match_branches(m, n->branches, at, &again);
	return at < m->text.n && set_has(n->set, (unsigned char)m->text.p[at]) &&
	       match_repeat(m, n, count + 1, at + 1, rest);
}

static bool match_repeat(struct match *m, const struct node *n, int count, size_t at,
			 const struct rest *rest)
{
	bool may = count < n->most;
	bool found;

	if (++m->steps > REGEXP_STEPS_MAX || m->calls > CALLS_MAX)
		return false;
	m->calls++;
	if (count < n->least)
		found = match_once(m, n, count, at, rest);
	else if (n->lazy)
		found = match_node(m, n->next, at, rest) ||
			(may && match_once(m, n, count, at, rest));
	else
		found = (may && match_once(m, n, count, at, rest)) ||
			match_node(m, n->next, at, rest);
	m->calls--;
	return found;
}

/* A set is repeated without calling itself: most repetitions are of one. */
static bool match_run(struct match *m, const struct node *n, size_t at, const struct rest *rest)
{
	size_t most = at;

	while (most < m->text.n && (int)(most - at) < n->most &&
	       set_has(n->set, (unsigned char)m->text.p[most]))
		most++;
	for (size_t i = most + 1; i-- > at + (size_t)n->least;) {
		if (++m->steps > REGEXP_STEPS_MAX)
			return false;
		if (match_node(m, n->next, i, rest))
			return true;
	}
	return false;
}

static bool is_word(struct str text, size_t at)
{
	unsigned char set[32] = { 0 };

	set_add_class(set, 'w');
	return at < text.n && set_has(set, (unsigned char)text.p[at]);
}

static bool match_place(struct match *m, const struct node *n, size_t at)
{
	struct match inner;

	switch (n->kind) {
	case START:
		return at == 0;
	case END:
		return at == m->text.n;
	case EDGE:
		return ((at > 0 && is_word(m->text, at - 1)) != is_word(m->text, at)) != n->negated;
	case AHEAD:
		inner = *m;
		if (match_branches(&inner, n->branches, at, NULL) == n->negated) {
			m->steps = inner.steps;
			return false;
		}
		m->steps = inner.steps;
		if (!n->negated)
			memcpy(m->groups, inner.groups, sizeof(m->groups));
		return true;
	default:
		return true;
	}
}

static bool match_node(struct match *m, const struct node *n, size_t at, const struct rest *rest)
{
	bool found;

	if (!n)
		return match_rest(m, at, rest);
	if (++m->steps > REGEXP_STEPS_MAX || m->calls > CALLS_MAX)
		return false;
	m->calls++;
	if (n->kind == SET && !n->lazy)
		found = match_run(m, n, at, rest);
	else if (n->kind == SET || n->kind == GROUP)
		found = match_repeat(m, n, 0, at, rest);
	else
		found = match_place(m, n, at) && match_node(m, n->next, at, rest);
	m->calls--;
	return found;
}

bool regexp_find(const struct regexp *r, struct str text, struct str groups[REGEXP_GROUPS_MAX])
{
	struct match m = { .text = text };

	for (size_t from = 0; from <= text.n && m.steps <= REGEXP_STEPS_MAX; from++) {
		memset(m.groups, 0, sizeof(m.groups));
		if (!match_branches(&m, r->branches, from, NULL))
			continue;
		m.groups[0] = str_slice(text, from, m.end);
		if (groups)
			memcpy(groups, m.groups, sizeof(m.groups));
		return true;
	}
	return false;
}
