/*
 * Matching messages with filter patterns; see pattern.h.
 */
#include "cloud/logs/pattern_inner.h"

#include <stdio.h>

#include "aws/policy.h"

enum { WORDS_MAX = 256 };

bool logs_pattern_is_json(const struct logs_pattern *p)
{
	return p->kind == JSON;
}

bool logs_pattern_is_words(const struct logs_pattern *p)
{
	return p->kind == WORDS;
}

/* --- terms --------------------------------------------------------------------------- */

static bool term_holds(const struct term *t, struct logs_message *m)
{
	return t->regex ? logs_regex_holds(t->regex, m->text) : str_find_str(m->text, t->text) >= 0;
}

/* Beside others, terms with a question mark do not count. */
static bool terms_hold(const struct logs_pattern *p, struct logs_message *m)
{
	bool others = false, any = false, asked = false;

	for (size_t i = 0; i < p->term_count; i++) {
		const struct term *t = &p->terms[i];

		others |= t->kind == MUST_BE;
		if (t->kind == MAY_BE) {
			asked = true;
			any |= term_holds(t, m);
		} else if (term_holds(t, m) != (t->kind == MUST_BE)) {
			return false;
		}
	}
	return others || any || !asked;
}

/* --- values ------------------------------------------------------------------------------ */

static bool number_holds(enum compare compare, double left, double right)
{
	switch (compare) {
	case EQUAL:
		return left == right;
	case UNEQUAL:
		return left != right;
	case LESS:
		return left < right;
	case LESS_EQUAL:
		return left <= right;
	case GREATER:
		return left > right;
	case GREATER_EQUAL:
		return left >= right;
	default:
		return false;
	}
}

/* A text against what it is compared with. */
static bool text_holds(const struct condition *c, struct str text)
{
	const struct operand *o = &c->operand;
	double number;
	bool same;

	if (o->is_number && logs_number(text, &number))
		return number_holds(c->compare, number, o->number);
	if (o->regex)
		same = logs_regex_holds(o->regex, text);
	else if (str_find(o->text, '*') >= 0)
		same = policy_glob(o->text, text, false);
	else
		same = str_eq(o->text, text);
	return c->compare == EQUAL ? same : c->compare == UNEQUAL && !same;
}

/* --- JSON --------------------------------------------------------------------------------- */

static struct json_object *json_of(struct logs_message *m)
{
	struct str text = str_trim(m->text);

	if (m->parsed)
		return m->json;
	m->parsed = true;
	if (text.n && (text.p[0] == '{' || text.p[0] == '['))
		m->json = json_parse(m->arena, text, NULL);
	return m->json;
}

/* What the selector leads to; false when there is no such thing. NULL is JSON's null. */
static bool select_value(const struct condition *c, struct arena *a, struct json_object *json,
			 struct json_object **out)
{
	*out = json;
	for (size_t i = 0; i < c->step_count; i++) {
		const struct step *s = &c->steps[i];

		if (s->name.p) {
			if (!json_is_object(*out) ||
			    !json_object_object_get_ex(*out, arena_cstr(a, s->name), out))
				return false;
		} else {
			if (!json_is_array(*out) || s->index >= json_count(*out))
				return false;
			*out = json_at(*out, s->index);
		}
	}
	return true;
}

/* A scalar as text; absent for null, objects and arrays. */
static struct str scalar_text(struct arena *a, struct json_object *value)
{
	if (json_is_string(value))
		return json_str(value);
	return value && !json_is_object(value) && !json_is_array(value) ? json_text(a, value)
									: STR_NONE;
}

static bool json_compare(const struct condition *c, struct logs_message *m)
{
	struct json_object *value;
	bool there = select_value(c, m->arena, m->json, &value);
	bool boolean = there && json_object_is_type(value, json_type_boolean);
	struct str text;

	switch (c->compare) {
	case ABSENT:
		return !there;
	case IS_NULL:
		return there && !value;
	case IS_TRUE:
	case IS_FALSE:
		return boolean && json_bool_or(value, false) == (c->compare == IS_TRUE);
	default:
		text = there ? scalar_text(m->arena, value) : STR_NONE;
		return text.p && text_holds(c, text);
	}
}

static bool json_holds(const struct condition *c, struct logs_message *m)
{
	if (c->kind == BOTH)
		return json_holds(c->left, m) && json_holds(c->right, m);
	if (c->kind == EITHER)
		return json_holds(c->left, m) || json_holds(c->right, m);
	return json_compare(c, m);
}

/* --- words ----------------------------------------------------------------------------------- */

/* The next word: up to a blank, or what is between quotes or square brackets. */
static bool next_word(struct str *rest, struct str *word)
{
	char close;
	ptrdiff_t end;

	while (rest->n && strchr(" \t\r\n", rest->p[0] ? rest->p[0] : 'x'))
		*rest = str_slice(*rest, 1, rest->n);
	if (!rest->n)
		return false;
	close = rest->p[0] == '"' ? '"' : rest->p[0] == '[' ? ']' : 0;
	end = close ? str_find(str_slice(*rest, 1, rest->n), close) : -1;
	if (end >= 0) {
		*word = str_slice(*rest, 1, (size_t)end + 1);
		*rest = str_slice(*rest, (size_t)end + 2, rest->n);
		return true;
	}
	for (end = 0; (size_t)end < rest->n; end++)
		if (strchr(" \t\r\n", rest->p[end] ? rest->p[end] : 'x'))
			break;
	*word = str_slice(*rest, 0, (size_t)end);
	*rest = str_slice(*rest, (size_t)end, rest->n);
	return true;
}

static size_t words_of(struct str text, struct str words[WORDS_MAX])
{
	size_t n = 0;

	while (n < WORDS_MAX && next_word(&text, &words[n]))
		n++;
	return n;
}

static bool word_holds(const struct condition *c, struct arena *a, struct str word)
{
	if (c->kind == BOTH)
		return word_holds(c->left, a, word) && word_holds(c->right, a, word);
	if (c->kind == EITHER)
		return word_holds(c->left, a, word) || word_holds(c->right, a, word);
	return text_holds(c, word);
}

/* Which word each field is: its index, the same for every field but "...". False when there are too many or few. */
static bool lay_out(const struct logs_pattern *p, size_t words, size_t at[FIELDS_MAX])
{
	size_t rest = p->field_count;

	for (size_t i = 0; i < p->field_count; i++)
		if (p->fields[i].rest)
			rest = i;
	if (rest == p->field_count ? words != p->field_count : words + 1 < p->field_count)
		return false;
	for (size_t i = 0; i < p->field_count; i++)
		at[i] = i <= rest ? i : words - (p->field_count - i);
	return true;
}

static bool words_hold(const struct logs_pattern *p, struct logs_message *m)
{
	struct str words[WORDS_MAX];
	size_t at[FIELDS_MAX];

	if (!lay_out(p, words_of(m->text, words), at))
		return false;
	for (size_t i = 0; i < p->field_count; i++)
		if (p->fields[i].condition &&
		    !word_holds(p->fields[i].condition, m->arena, words[at[i]]))
			return false;
	return true;
}

/* --- all --------------------------------------------------------------------------------------- */

bool logs_pattern_matches(const struct logs_pattern *p, struct logs_message *m)
{
	if (p->kind == TERMS)
		return terms_hold(p, m);
	if (p->kind == WORDS)
		return words_hold(p, m);
	return json_of(m) && json_holds(p->condition, m);
}

static void extract_json(const struct condition *c, struct logs_message *m, struct json_object *out)
{
	struct json_object *value = NULL;
	struct str text;

	if (c->kind != COMPARE) {
		extract_json(c->left, m, out);
		extract_json(c->right, m, out);
		return;
	}
	if (!select_value(c, m->arena, m->json, &value))
		return;
	text = scalar_text(m->arena, value);
	if (text.p)
		json_set_str(out, arena_cstr(m->arena, c->selector), text);
}

static void extract_words(const struct logs_pattern *p, struct logs_message *m,
			  struct json_object *out)
{
	struct str words[WORDS_MAX];
	size_t at[FIELDS_MAX], n = words_of(m->text, words);

	if (!lay_out(p, n, at))
		return;
	for (size_t i = 0; i < n; i++) {
		struct str name = arena_strf(m->arena, "%zu", i + 1);

		for (size_t f = 0; f < p->field_count; f++)
			if (at[f] == i && p->fields[f].name.n)
				name = p->fields[f].name;
		json_set_str(out, arena_printf(m->arena, "$%.*s", STR_ARG(name)), words[i]);
	}
}

struct json_object *logs_pattern_extract(const struct logs_pattern *p, struct logs_message *m)
{
	struct json_object *out = json_new_object(m->arena);

	if (p->kind == JSON && json_of(m))
		extract_json(p->condition, m, out);
	else if (p->kind == WORDS)
		extract_words(p, m, out);
	return out;
}

struct str logs_pattern_value(const struct logs_pattern *p, struct logs_message *m,
			      struct str selector)
{
	struct str step, rest = selector;
	struct json_object *value = NULL;

	if (p->kind == WORDS)
		return json_get_str(logs_pattern_extract(p, m), arena_cstr(m->arena, selector));
	if (!json_of(m) || !str_starts(selector, STR("$.")))
		return STR_NONE;
	value = m->json;
	str_cut(&rest, '.');
	while (rest.p) {
		step = str_cut(&rest, '.');
		value = json_get(value, arena_cstr(m->arena, step));
	}
	return scalar_text(m->arena, value);
}
