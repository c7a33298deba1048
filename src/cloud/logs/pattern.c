/*
 * Reading filter patterns; see pattern.h.
 */
#include "cloud/logs/pattern_inner.h"

/* What is left of the text. */
struct reader {
	struct arena *arena;
	struct str rest;
	int depth;
	bool words; /* conditions are on a field's words, not on JSON */
	struct str field;
};

static char peek(const struct reader *r)
{
	return r->rest.n ? r->rest.p[0] : 0;
}

static void skip(struct reader *r, size_t n)
{
	r->rest = str_slice(r->rest, n, r->rest.n);
}

static void skip_blanks(struct reader *r)
{
	while (peek(r) == ' ' || peek(r) == '\t' || peek(r) == '\n' || peek(r) == '\r')
		skip(r, 1);
}

/* Is this next? Then it is behind us, and so are the blanks before it. */
static bool take(struct reader *r, const char *text)
{
	skip_blanks(r);
	if (!str_starts(r->rest, str_of(text)))
		return false;
	skip(r, strlen(text));
	return true;
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || (unsigned char)c >= 0x80;
}

/* A text in quotes; false when it does not end. */
static bool read_quoted(struct reader *r, struct str *out)
{
	char *text = arena_alloc(r->arena, r->rest.n + 1);
	size_t n = 0, i = 1;

	while (i < r->rest.n && r->rest.p[i] != '"') {
		if (r->rest.p[i] == '\\' && i + 1 < r->rest.n &&
		    (r->rest.p[i + 1] == '"' || r->rest.p[i + 1] == '\\'))
			i++;
		text[n++] = r->rest.p[i++];
	}
	if (i >= r->rest.n)
		return false;
	skip(r, i + 1);
	*out = str_make(text, n);
	return true;
}

/* %...%; a % inside is escaped. */
static bool read_regex(struct reader *r, const struct logs_regex **out)
{
	size_t i = 1;

	while (i < r->rest.n && r->rest.p[i] != '%')
		i += r->rest.p[i] == '\\' ? 2 : 1;
	if (i >= r->rest.n)
		return false;
	*out = logs_regex_new(r->arena, str_slice(r->rest, 1, i));
	skip(r, i + 1);
	return *out;
}

/* --- terms ----------------------------------------------------------------------------- */

static bool read_term(struct reader *r, struct term *t)
{
	size_t n = 0;

	*t = (struct term){ .kind = MUST_BE };
	if (peek(r) == '?' || peek(r) == '-') {
		t->kind = peek(r) == '?' ? MAY_BE : MUST_NOT_BE;
		skip(r, 1);
	}
	if (peek(r) == '"')
		return read_quoted(r, &t->text);
	if (peek(r) == '%')
		return read_regex(r, &t->regex);
	while (n < r->rest.n && (is_name(r->rest.p[n]) || r->rest.p[n] == '.' ||
				 r->rest.p[n] == '/' || r->rest.p[n] == '@'))
		n++;
	t->text = str_slice(r->rest, 0, n);
	skip(r, n);
	return n;
}

static bool read_terms(struct reader *r, struct logs_pattern *p)
{
	p->terms = arena_alloc(r->arena, TERMS_MAX * sizeof(struct term));
	skip_blanks(r);
	while (r->rest.n) {
		if (p->term_count == TERMS_MAX || !read_term(r, &p->terms[p->term_count++]))
			return false;
		if (r->rest.n && peek(r) != ' ' && peek(r) != '\t' && peek(r) != '\n')
			return false;
		skip_blanks(r);
	}
	return true;
}

/* --- conditions ---------------------------------------------------------------------------- */

static bool read_step(struct reader *r, struct step *s)
{
	size_t n = 0;
	int64_t index;
	struct str digits;

	*s = (struct step){ .name = STR_NONE };
	if (take(r, "[")) {
		if (peek(r) == '"')
			return read_quoted(r, &s->name) && take(r, "]");
		digits = str_cut(&r->rest, ']');
		if (!r->rest.p || !str_to_int(digits, &index) || index < 0)
			return false;
		s->index = (size_t)index;
		return true;
	}
	skip(r, 1); /* the point */
	while (n < r->rest.n && is_name(r->rest.p[n]))
		n++;
	s->name = str_slice(r->rest, 0, n);
	skip(r, n);
	return n;
}

/* "$.a.b[0]" */
static bool read_selector(struct reader *r, struct condition *c)
{
	const char *begin = r->rest.p;

	if (peek(r) != '$')
		return false;
	skip(r, 1);
	c->steps = arena_alloc(r->arena, STEPS_MAX * sizeof(struct step));
	while (peek(r) == '.' || peek(r) == '[')
		if (c->step_count == STEPS_MAX || !read_step(r, &c->steps[c->step_count++]))
			return false;
	c->selector = str_make(begin, (size_t)(r->rest.p - begin));
	return c->step_count;
}

/* The name of a field, which may only be the one that the condition stands in. */
static bool read_field_name(struct reader *r, struct condition *c)
{
	size_t n = 0;

	while (n < r->rest.n && is_name(r->rest.p[n]))
		n++;
	c->selector = str_slice(r->rest, 0, n);
	if (!n || (r->field.n && !str_eq(c->selector, r->field)))
		return false;
	r->field = c->selector;
	skip(r, n);
	return true;
}

static bool read_compare(struct reader *r, enum compare *out)
{
	static const struct {
		const char *text;
		enum compare compare;
	} all[] = { { "!=", UNEQUAL }, { "<=", LESS_EQUAL }, { ">=", GREATER_EQUAL },
		    { "=", EQUAL },    { "<", LESS },        { ">", GREATER } };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (take(r, all[i].text)) {
			*out = all[i].compare;
			return true;
		}
	return false;
}

static bool take_word(struct reader *r, const char *word)
{
	size_t n = strlen(word);

	skip_blanks(r);
	if (!str_eq_nocase(str_slice(r->rest, 0, n), str_of(word)) ||
	    (r->rest.n > n && is_name(r->rest.p[n])))
		return false;
	skip(r, n);
	return true;
}

/* IS NULL, IS TRUE, IS FALSE, NOT EXISTS. */
static bool read_state(struct reader *r, enum compare *out)
{
	if (take_word(r, "NOT")) {
		*out = ABSENT;
		return take_word(r, "EXISTS");
	}
	if (!take_word(r, "IS"))
		return false;
	if (take_word(r, "NULL"))
		*out = IS_NULL;
	else if (take_word(r, "TRUE"))
		*out = IS_TRUE;
	else if (take_word(r, "FALSE"))
		*out = IS_FALSE;
	else
		return false;
	return true;
}

/* Does a bare value end here? */
static bool ends_value(const struct reader *r, char c)
{
	return !c || strchr(" \t\r\n&|)(", c) || (r->words ? strchr(",]", c) : strchr("}", c));
}

static bool read_operand(struct reader *r, struct operand *o)
{
	size_t n = 0;

	skip_blanks(r);
	if (peek(r) == '"')
		return read_quoted(r, &o->text);
	if (peek(r) == '%')
		return read_regex(r, &o->regex);
	while (n < r->rest.n && !ends_value(r, r->rest.p[n]))
		n++;
	o->text = str_slice(r->rest, 0, n);
	skip(r, n);
	o->is_number = logs_number(o->text, &o->number);
	return n;
}

static struct condition *read_either(struct reader *r);

static struct condition *read_one(struct reader *r)
{
	struct condition *c = ARENA_NEW(r->arena, struct condition);

	if (take(r, "(")) {
		c = ++r->depth > CONDITIONS_DEPTH_MAX ? NULL : read_either(r);
		r->depth--;
		return c && take(r, ")") ? c : NULL;
	}
	skip_blanks(r);
	if (!(r->words ? read_field_name(r, c) : read_selector(r, c)))
		return NULL;
	if (!r->words && read_state(r, &c->compare))
		return c;
	if (!read_compare(r, &c->compare) || !read_operand(r, &c->operand))
		return NULL;
	/* Only numbers are less or greater. */
	if (c->compare >= LESS && c->compare <= GREATER_EQUAL && !c->operand.is_number)
		return NULL;
	return c;
}

static struct condition *join(struct reader *r, int kind, struct condition *left,
			      struct condition *right)
{
	struct condition *c = ARENA_NEW(r->arena, struct condition);

	c->kind = kind;
	c->left = left;
	c->right = right;
	return left && right ? c : NULL;
}

static struct condition *read_both(struct reader *r)
{
	struct condition *c = read_one(r);

	while (c && take(r, "&&"))
		c = join(r, BOTH, c, read_one(r));
	return c;
}

static struct condition *read_either(struct reader *r)
{
	struct condition *c = read_both(r);

	while (c && take(r, "||"))
		c = join(r, EITHER, c, read_both(r));
	return c;
}

/* --- words ----------------------------------------------------------------------------------- */

static bool read_field(struct reader *r, struct field *f)
{
	struct reader ahead;

	*f = (struct field){ .name = STR_NONE };
	skip_blanks(r);
	if (take(r, "...")) {
		f->rest = true;
		return true;
	}
	r->field = STR_NONE;
	ahead = *r;
	if (peek(r) == ',' || peek(r) == ']')
		return true;
	if (peek(r) != '(') {
		struct condition named = { .kind = COMPARE };

		if (!read_field_name(&ahead, &named))
			return false;
		f->name = named.selector;
		skip_blanks(&ahead);
		if (peek(&ahead) == ',' || peek(&ahead) == ']') {
			*r = ahead;
			return true;
		}
	}
	f->condition = read_either(r);
	f->name = r->field;
	return f->condition;
}

static bool read_fields(struct reader *r, struct logs_pattern *p)
{
	bool rest = false;

	r->words = true;
	p->fields = arena_alloc(r->arena, FIELDS_MAX * sizeof(struct field));
	do {
		struct field *f = &p->fields[p->field_count++];

		if (p->field_count > FIELDS_MAX - 1 || !read_field(r, f) || (f->rest && rest))
			return false;
		rest |= f->rest;
	} while (take(r, ","));
	return take(r, "]");
}

/* --- all ------------------------------------------------------------------------------------- */

struct logs_pattern *logs_pattern_parse(struct arena *a, struct str text)
{
	struct logs_pattern *p = ARENA_NEW(a, struct logs_pattern);
	struct reader r = { .arena = a, .rest = text.p ? text : STR("") };
	bool good;

	if (take(&r, "{")) {
		p->kind = JSON;
		p->condition = read_either(&r);
		good = p->condition && take(&r, "}");
	} else if (take(&r, "[")) {
		p->kind = WORDS;
		good = read_fields(&r, p);
	} else {
		good = read_terms(&r, p);
	}
	skip_blanks(&r);
	return good && !r.rest.n ? p : NULL;
}
