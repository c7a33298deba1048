/*
 * Reading queries of Metrics Insights; select_run.c answers them. See select.h.
 */
#include "cloud/cloudwatch/select.h"

enum { LIMIT_MAX = 500 };

struct reader {
	struct str rest;
	const char *why;
};

static bool bad(struct reader *r, const char *why)
{
	if (!r->why)
		r->why = why;
	return false;
}

static char peek(struct reader *r)
{
	while (r->rest.n && strchr(" \t\r\n", r->rest.p[0] ? r->rest.p[0] : 'x'))
		r->rest = str_slice(r->rest, 1, r->rest.n);
	return r->rest.n ? r->rest.p[0] : 0;
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static struct str word_here(struct reader *r)
{
	size_t n = 0;

	peek(r);
	while (n < r->rest.n && is_word(r->rest.p[n]))
		n++;
	return str_slice(r->rest, 0, n);
}

/* Is this word next, in any case? Then it is behind us. */
static bool take_word(struct reader *r, const char *word)
{
	struct str next = word_here(r);

	if (!str_eq_nocase(next, str_of(word)))
		return false;
	r->rest = str_slice(r->rest, next.n, r->rest.n);
	return true;
}

static bool take(struct reader *r, const char *sign)
{
	peek(r);
	if (!str_starts(r->rest, str_of(sign)))
		return false;
	r->rest = str_slice(r->rest, strlen(sign), r->rest.n);
	return true;
}

static bool quoted(struct reader *r, char quote, struct str *out)
{
	if (peek(r) != quote)
		return false;
	r->rest = str_slice(r->rest, 1, r->rest.n);
	*out = str_cut(&r->rest, quote);
	return r->rest.p || bad(r, "a quotation does not end");
}

/* A name, in double quotes when there is more in it than letters, digits and underscores. */
static bool name(struct reader *r, struct str *out)
{
	if (peek(r) == '"')
		return quoted(r, '"', out);
	*out = word_here(r);
	r->rest = str_slice(r->rest, out->n, r->rest.n);
	return out->n || bad(r, "a name is missing");
}

/* NAME [, NAME]... */
static bool names(struct reader *r, struct str *all, size_t *count)
{
	do {
		if (*count == SELECT_NAMES_MAX)
			return bad(r, "there are too many names");
		if (!name(r, &all[(*count)++]))
			return false;
	} while (take(r, ","));
	return true;
}

/* SUM, and what is in its brackets. */
static bool function(struct reader *r, struct statistic *out, struct str *metric)
{
	static const struct {
		const char *name;
		enum statistic_kind kind;
	} functions[] = { { "AVG", STAT_AVERAGE },
			  { "COUNT", STAT_COUNT },
			  { "MAX", STAT_MOST },
			  { "MIN", STAT_LEAST },
			  { "SUM", STAT_SUM } };

	for (size_t i = 0; i < 5; i++) {
		if (!take_word(r, functions[i].name))
			continue;
		*out = (struct statistic){ .kind = functions[i].kind };
		if (!take(r, "("))
			return bad(r, "a bracket is missing after the function");
		if (metric && !name(r, metric))
			return false;
		return take(r, ")") || bad(r, "a bracket is not closed");
	}
	return bad(r, "the function must be one of AVG, COUNT, MAX, MIN and SUM");
}

static bool from(struct reader *r, struct select *s)
{
	if (!take_word(r, "FROM"))
		return bad(r, "FROM is missing");
	if (!take_word(r, "SCHEMA"))
		return name(r, &s->space);
	s->schema = true;
	return (take(r, "(") || bad(r, "a bracket is missing after SCHEMA")) &&
	       name(r, &s->space) &&
	       (!take(r, ",") || names(r, s->dimensions, &s->dimension_count)) &&
	       (take(r, ")") || bad(r, "a bracket is not closed"));
}

static bool test(struct reader *r, struct select *s)
{
	struct select_test *t = &s->tests[s->test_count++];

	if (!name(r, &t->name))
		return false;
	t->unequal = take(r, "!=");
	if (!t->unequal && !take(r, "="))
		return bad(r, "a condition must compare with = or !=");
	return quoted(r, '\'', &t->value) || bad(r, "a value must stand in single quotes");
}

static bool where(struct reader *r, struct select *s)
{
	if (!take_word(r, "WHERE"))
		return true;
	do {
		if (s->test_count == SELECT_TESTS_MAX)
			return bad(r, "there are too many conditions");
		if (!test(r, s))
			return false;
	} while (take_word(r, "AND"));
	return true;
}

static bool by(struct reader *r)
{
	return take_word(r, "BY") || bad(r, "BY is missing");
}

static bool group(struct reader *r, struct select *s)
{
	return !take_word(r, "GROUP") || (by(r) && names(r, s->groups, &s->group_count));
}

static bool order(struct reader *r, struct select *s)
{
	if (!take_word(r, "ORDER"))
		return true;
	s->ordered = true;
	if (!by(r) || !function(r, &s->order, NULL))
		return false;
	s->descending = take_word(r, "DESC");
	if (!s->descending)
		take_word(r, "ASC");
	return true;
}

static bool limit(struct reader *r, struct select *s)
{
	struct str digits;

	s->limit = LIMIT_MAX;
	if (!take_word(r, "LIMIT"))
		return true;
	digits = word_here(r);
	r->rest = str_slice(r->rest, digits.n, r->rest.n);
	return (str_to_int(digits, &s->limit) && s->limit >= 1 && s->limit <= LIMIT_MAX) ||
	       bad(r, "the limit must be a number from 1 to 500");
}

bool select_is(struct str expression)
{
	struct reader r = { .rest = expression };

	return take_word(&r, "SELECT") && peek(&r) != '(';
}

struct select *select_parse(struct arena *a, struct str text, const char **why)
{
	struct reader r = { .rest = text };
	struct select *s = ARENA_NEW(a, struct select);

	if ((take_word(&r, "SELECT") || bad(&r, "SELECT is missing")) &&
	    function(&r, &s->statistic, &s->metric) && from(&r, s) && where(&r, s) &&
	    group(&r, s) && order(&r, s) && limit(&r, s) &&
	    (!peek(&r) || bad(&r, "it goes on after its end")))
		return s;
	*why = r.why;
	return NULL;
}
