/*
 * Search expressions: '{AWS/Lambda,FunctionName} Errors OR Throttles'.
 * From: CloudWatch User Guide, "CloudWatch search expression syntax".
 */
#include "cloud/cloudwatch/inside.h"

#include "base/hash.h"

enum { FOUND_MAX = 500, DEPTH_MAX = 32 };

/* What is looked for, and the metric that is looked at. */
struct search {
	struct arena *arena;
	struct str rest;
	struct metric_key key;
	struct json_object *dimensions;
	int depth;
	bool bad;
};

static char peek(struct search *s)
{
	while (s->rest.n && s->rest.p[0] == ' ')
		s->rest = str_slice(s->rest, 1, s->rest.n);
	return s->rest.n ? s->rest.p[0] : 0;
}

static void skip(struct search *s, size_t n)
{
	s->rest = str_slice(s->rest, n, s->rest.n);
}

/* A word, or a text in quotes. */
static struct str word(struct search *s, bool *quoted)
{
	size_t n = 0;
	struct str text;

	*quoted = peek(s) == '"';
	if (*quoted) {
		skip(s, 1);
		text = str_cut(&s->rest, '"');
		s->bad |= !s->rest.p;
		return text;
	}
	while (n < s->rest.n && !strchr(" ()=,{}\"", s->rest.p[n] ? s->rest.p[n] : ' '))
		n++;
	text = str_slice(s->rest, 0, n);
	skip(s, n);
	s->bad |= !n;
	return text;
}

static struct str lower(struct arena *a, struct str text)
{
	char *copy = arena_cstr(a, text);

	for (size_t i = 0; i < text.n; i++)
		if (copy[i] >= 'A' && copy[i] <= 'Z')
			copy[i] = (char)(copy[i] | 0x20);
	return str_make(copy, text.n);
}

static bool holds(struct search *s, struct str whole, struct str part, bool exactly)
{
	if (exactly)
		return str_eq_nocase(whole, part);
	return str_find_str(lower(s->arena, whole), lower(s->arena, part)) >= 0;
}

/* The value of "MetricName", "Namespace" or a dimension; absent when the metric has none such. */
static struct str property(struct search *s, struct str name)
{
	if (str_is(name, "MetricName"))
		return s->key.name;
	if (str_is(name, "Namespace"))
		return s->key.space;
	return json_get_str(s->dimensions, arena_cstr(s->arena, name));
}

static bool anywhere(struct search *s, struct str part, bool exactly)
{
	bool found = holds(s, s->key.space, part, exactly) || holds(s, s->key.name, part, exactly);

	JSON_EACH(s->dimensions, name, value)
	{
		found |= holds(s, str_of(name), part, exactly) ||
			 holds(s, json_str(value), part, exactly);
	}
	return found;
}

static bool any_of(struct search *s);

/* A term: a bracket, NOT, a word, or Name=value. */
static bool term(struct search *s)
{
	struct str left, right, value;
	bool quoted, exactly, found;

	if (peek(s) == '(') {
		skip(s, 1);
		s->bad |= ++s->depth > DEPTH_MAX;
		found = !s->bad && any_of(s);
		s->depth--;
		s->bad |= peek(s) != ')';
		skip(s, 1);
		return found;
	}
	left = word(s, &quoted);
	if (!quoted && str_is(left, "NOT")) {
		s->bad |= ++s->depth > DEPTH_MAX;
		found = s->bad || !term(s);
		s->depth--;
		return found;
	}
	if (s->bad || peek(s) != '=')
		return !s->bad && anywhere(s, left, quoted);
	skip(s, 1);
	right = word(s, &exactly);
	value = property(s, left);
	return !s->bad && value.p && holds(s, value, right, exactly);
}

/* Is this word next? Then it is behind us. */
static bool take(struct search *s, const char *text)
{
	size_t n = strlen(text);

	peek(s);
	if (!str_starts(s->rest, str_of(text)) ||
	    (s->rest.n > n && s->rest.p[n] != ' ' && s->rest.p[n] != '('))
		return false;
	skip(s, n);
	return true;
}

static bool all_of(struct search *s)
{
	bool found = term(s), more;

	while (!s->bad && peek(s) && peek(s) != ')') {
		struct str before = s->rest;

		if (take(s, "OR")) {
			s->rest = before;
			break;
		}
		take(s, "AND");
		more = term(s);
		found = found && more;
	}
	return found;
}

static bool any_of(struct search *s)
{
	bool found = all_of(s), more;

	while (!s->bad && take(s, "OR")) {
		more = all_of(s);
		found = found || more;
	}
	return found;
}

/* "{AWS/Lambda,FunctionName}": the namespace, and exactly these dimensions. */
static bool schema(struct search *s)
{
	bool quoted, good;
	size_t count = 0;

	if (peek(s) != '{')
		return true;
	skip(s, 1);
	good = str_eq(word(s, &quoted), s->key.space);
	while (peek(s) == ',') {
		skip(s, 1);
		count++;
		good = json_get(s->dimensions, arena_cstr(s->arena, word(s, &quoted))) && good;
	}
	s->bad |= peek(s) != '}';
	skip(s, 1);
	return good && count == json_count(s->dimensions);
}

/* Is the metric found? */
static bool found_by(struct search *s, struct str expression)
{
	bool good;

	s->rest = expression;
	good = schema(s);
	if (!s->bad && peek(s))
		good = any_of(s) && good;
	s->bad |= peek(s) != 0;
	return good && !s->bad;
}

struct series **series_search(struct op *op, struct str expression, struct str statistic,
			      const struct period_query *window, size_t *count, const char **why)
{
	struct series **all = arena_alloc(op->arena, FOUND_MAX * sizeof(struct series *));
	struct metric_key *keys = arena_alloc(op->arena, FOUND_MAX * sizeof(*keys));
	struct search s = { .arena = op->arena };
	struct statistic stat;
	struct stmt *q;
	size_t n = 0;

	if (!statistic_parse(statistic, &stat)) {
		*why = "the statistic of the search is invalid";
		return NULL;
	}
	q = db_query(op->db, "SELECT space, name, dimensions FROM cloudwatch_metric ORDER BY id",
		     "");
	while (n < FOUND_MAX && !s.bad && stmt_row(q)) {
		s.key = (struct metric_key){ stmt_dup(q, 0, op->arena), stmt_dup(q, 1, op->arena),
					     stmt_dup(q, 2, op->arena) };
		s.dimensions = json_parse(op->arena, s.key.dimensions, NULL);
		if (found_by(&s, expression))
			keys[n++] = s.key;
	}
	stmt_done(q);
	if (s.bad) {
		*why = "the search expression is not well-formed";
		return NULL;
	}
	for (size_t i = 0; i < n; i++) {
		struct period_query one = *window;

		one.key = keys[i];
		all[i] = series_load(op, &one, &stat, STR_NONE);
	}
	*count = n;
	return all;
}
