/* Values of expressions, and the fields that are found in events; see insights.h. */
#include <math.h>
#include <stdlib.h>

#include "base/time.h"
#include "cloud/logs/insights_inner.h"

bool insights_spend(struct insights_row *row, size_t bytes)
{
	struct insights_budget *b = row->budget;

	if (!b->spent) {
		b->bytes -= (int64_t)bytes;
		b->spent = b->bytes < 0 || time_monotonic_us() > b->until_us;
	}
	return !b->spent;
}

/* --- values ---------------------------------------------------------------------------- */

static struct insights_value of_text(struct str text)
{
	return (struct insights_value){ .kind = text.p ? INSIGHTS_TEXT : INSIGHTS_NONE,
					.text = text };
}

static struct insights_value of_number(double number)
{
	return (struct insights_value){ .kind = isfinite(number) ? INSIGHTS_NUMBER : INSIGHTS_NONE,
					.number = number };
}

static struct insights_value of_time(double ms)
{
	return (struct insights_value){ .kind = INSIGHTS_TIME, .number = ms };
}

/* "2026-11-26 09:30:00.000" */
static struct str time_text(struct arena *a, double ms)
{
	struct str iso = fabs(ms) < 2e14 ? time_iso(a, (int64_t)ms, true) : STR("");
	ptrdiff_t at = str_find(iso, 'T');

	if (at < 0)
		return iso;
	return arena_strf(a, "%.*s %.*s", (int)at, iso.p, (int)(iso.n - (size_t)at - 2),
			  iso.p + at + 1);
}

struct str insights_text(struct arena *a, struct insights_value v)
{
	if (v.kind == INSIGHTS_TIME)
		return time_text(a, v.number);
	if (v.kind != INSIGHTS_NUMBER)
		return v.kind == INSIGHTS_TEXT ? v.text : STR("");
	if (v.number == floor(v.number) && fabs(v.number) < 1e15)
		return arena_strf(a, "%.0f", v.number);
	return arena_strf(a, "%.10g", round(v.number * 10000) / 10000);
}

bool insights_number(struct insights_value v, double *out)
{
	char text[64], *end;

	*out = v.number;
	if (v.kind != INSIGHTS_TEXT)
		return v.kind != INSIGHTS_NONE;
	v.text = str_trim(v.text);
	if (!v.text.n || v.text.n >= sizeof(text) || !strchr("0123456789.-+", v.text.p[0]))
		return false;
	memcpy(text, v.text.p, v.text.n);
	text[v.text.n] = 0;
	*out = strtod(text, &end);
	return !*end && end != text && isfinite(*out);
}

int insights_compare(struct insights_value x, struct insights_value y)
{
	double m, n;
	bool x_is = insights_number(x, &m), y_is = insights_number(y, &n);

	if (x_is != y_is)
		return x_is ? 1 : -1;
	return x_is ? (m > n) - (m < n) : str_cmp(x.text, y.text);
}

bool insights_true(struct insights_value v)
{
	return v.kind == INSIGHTS_TEXT ? v.text.n && !str_is(v.text, "false") : v.number != 0;
}

/* --- fields -------------------------------------------------------------------------------- */

static size_t word_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] != ' ' && s.p[n] != '\t' && s.p[n] != '\n')
		n++;
	return n;
}

/* What Lambda's own lines say: "Duration: 3.08 ms" in a REPORT. */
static struct insights_value reported(const struct insights_row *row, struct str name)
{
	static const struct {
		const char *field, *label;
		double unit;
	} known[] = {
		{ "@requestId", "RequestId: ", 0 },
		{ "@duration", "\tDuration: ", 1 },
		{ "@billedDuration", "\tBilled Duration: ", 1 },
		{ "@memorySize", "\tMemory Size: ", 1000000 },
		{ "@maxMemoryUsed", "\tMax Memory Used: ", 1000000 },
		{ "@initDuration", "\tInit Duration: ", 1 },
	};
	struct str rest;
	double number;
	ptrdiff_t at;

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (!str_is(name, known[i].field))
			continue;
		at = str_find_str(row->message, str_of(known[i].label));
		if (at < 0)
			return of_text(STR_NONE);
		rest = str_slice(row->message, (size_t)at + strlen(known[i].label), row->message.n);
		rest = str_slice(rest, 0, word_length(rest));
		if (!known[i].unit)
			return of_text(rest);
		return insights_number(of_text(rest), &number) ? of_number(number * known[i].unit)
							       : of_text(STR_NONE);
	}
	return of_text(STR_NONE);
}

static struct insights_value line_type(const struct insights_row *row)
{
	static const char *const types[] = { "START", "END", "REPORT", "INIT_START", NULL };
	struct str rest = row->message, first = str_cut(&rest, ' ');

	for (const char *const *type = types; *type; type++)
		if (str_is(first, *type) && rest.p)
			return of_text(first);
	return of_text(STR_NONE);
}

static struct insights_value of_json(struct insights_row *row, struct json_object *o)
{
	struct str text;

	if (json_is_string(o))
		return of_text(json_str(o));
	text = json_text(row->arena, o);
	insights_spend(row, text.n);
	return of_text(text);
}

/* Within a JSON message: "a.b.0". A member whose name has dots comes first. */
static struct insights_value discovered(struct insights_row *row, struct str name)
{
	struct json_object *o;

	if (!row->json_known && str_starts(str_trim(row->message), STR("{")) &&
	    insights_spend(row, COST_JSON + 8 * row->message.n))
		row->json = json_parse(row->arena, str_trim(row->message), NULL);
	row->json_known = true;
	if (!row->json || !insights_spend(row, 2 * name.n))
		return of_text(STR_NONE);
	o = json_get(row->json, arena_cstr(row->arena, name));
	if (!o) {
		o = row->json;
		while (o && name.p) {
			struct str step = str_cut(&name, '.');
			int64_t at;

			if (json_is_array(o))
				o = str_to_int(step, &at) && at >= 0 ? json_at(o, (size_t)at)
								     : NULL;
			else
				o = json_get(o, arena_cstr(row->arena, step));
		}
	}
	return o ? of_json(row, o) : of_text(STR_NONE);
}

struct insights_value insights_field(struct insights_row *row, struct str name)
{
	for (const struct insights_field *f = row->fields; f; f = f->next)
		if (str_eq(f->name, name))
			return f->value;
	if (row->grouped)
		return of_text(STR_NONE);
	if (!str_starts(name, STR("@")))
		return discovered(row, name);
	if (str_is(name, "@timestamp"))
		return of_time((double)row->at);
	if (str_is(name, "@ingestionTime"))
		return of_time((double)row->ingested_at);
	if (str_is(name, "@message"))
		return of_text(row->message);
	if (str_is(name, "@logStream"))
		return of_text(row->stream);
	if (str_is(name, "@log"))
		return of_text(row->log);
	if (str_is(name, "@ptr"))
		return of_text(row->ptr);
	return str_is(name, "@type") ? line_type(row) : reported(row, name);
}

void insights_set(struct insights_row *row, struct str name, struct insights_value value)
{
	struct insights_field *f;

	if (!insights_spend(row, sizeof(*f)))
		return;
	f = ARENA_NEW(row->arena, struct insights_field);
	f->name = name;
	f->value = value;
	f->next = row->fields;
	row->fields = f;
}

/* --- operators and functions --------------------------------------------------------------------- */

#define FUNCTION(name)                                                                             \
	static struct insights_value name(const struct expr *e, struct insights_row *row,          \
					  const struct insights_value *v)

static struct insights_value of_bool(bool is)
{
	return of_number(is);
}

FUNCTION(arithmetic)
{
	double x, y;

	(void)row;
	if (!insights_number(v[0], &x) || !insights_number(v[1], &y))
		return of_text(STR_NONE);
	switch (e->function->name[0]) {
	case '+':
		return of_number(x + y);
	case '-':
		return of_number(x - y);
	case '*':
		return of_number(x * y);
	case '/':
		return of_number(x / y);
	default:
		return of_number(fmod(x, y));
	}
}

/* What is not there is neither equal nor less nor more; but it is not what something else is. */
FUNCTION(relation)
{
	const char *name = e->function->name;
	bool both = v[0].kind != INSIGHTS_NONE && v[1].kind != INSIGHTS_NONE;
	int order = both ? insights_compare(v[0], v[1]) : 0;

	(void)row;
	if (name[0] == '!')
		return of_bool(!both || order != 0);
	if (!both)
		return of_bool(false);
	if (name[0] == '=')
		return of_bool(order == 0);
	return of_bool((name[0] == '<' ? order < 0 : order > 0) || (name[1] == '=' && order == 0));
}

FUNCTION(either)
{
	(void)e;
	(void)row;
	return of_bool(insights_true(v[0]) || insights_true(v[1]));
}

FUNCTION(both)
{
	(void)e;
	(void)row;
	return of_bool(insights_true(v[0]) && insights_true(v[1]));
}

FUNCTION(negation)
{
	(void)e;
	(void)row;
	return of_bool(!insights_true(v[0]));
}

FUNCTION(in_list)
{
	(void)row;
	for (size_t i = 1; i < e->count && v[0].kind != INSIGHTS_NONE; i++)
		if (insights_compare(v[0], v[i]) == 0)
			return of_bool(true);
	return of_bool(false);
}

FUNCTION(contains)
{
	(void)e;
	return of_bool(str_find_str(insights_text(row->arena, v[0]),
				    insights_text(row->arena, v[1])) >= 0);
}

FUNCTION(like)
{
	struct regex_match m;

	return of_bool(e->regex && regex_find(e->regex, insights_text(row->arena, v[0]), 0, &m));
}

FUNCTION(is_present)
{
	(void)e;
	(void)row;
	return of_bool(v[0].kind != INSIGHTS_NONE);
}

FUNCTION(coalesce)
{
	(void)row;
	for (size_t i = 0; i < e->count; i++)
		if (v[i].kind != INSIGHTS_NONE)
			return v[i];
	return of_text(STR_NONE);
}

FUNCTION(concat)
{
	struct str parts[ARGUMENTS_MAX];
	size_t n = 0;
	char *all;

	for (size_t i = 0; i < e->count; i++) {
		parts[i] = insights_text(row->arena, v[i]);
		n += parts[i].n;
	}
	if (!insights_spend(row, n))
		return of_text(STR_NONE);
	all = arena_alloc(row->arena, n);
	n = 0;
	for (size_t i = 0; i < e->count; i++) {
		memcpy(all + n, parts[i].p, parts[i].n);
		n += parts[i].n;
	}
	return of_text(str_make(all, n));
}

FUNCTION(length)
{
	(void)e;
	return of_number((double)insights_text(row->arena, v[0]).n);
}

FUNCTION(trim)
{
	(void)e;
	return of_text(str_trim(insights_text(row->arena, v[0])));
}

FUNCTION(change_case)
{
	struct str text = insights_text(row->arena, v[0]);
	bool up = str_is(str_of(e->function->name), "toupper");
	char *p;

	if (!insights_spend(row, text.n))
		return of_text(STR_NONE);
	p = arena_cstr(row->arena, text);
	for (size_t i = 0; i < text.n; i++)
		if ((up && p[i] >= 'a' && p[i] <= 'z') || (!up && p[i] >= 'A' && p[i] <= 'Z'))
			p[i] ^= 0x20;
	return of_text(str_make(p, text.n));
}

FUNCTION(rounded)
{
	char which = e->function->name[0];
	double x;

	(void)row;
	if (!insights_number(v[0], &x))
		return of_text(STR_NONE);
	return of_number(which == 'a'   ? fabs(x)
			 : which == 'c' ? ceil(x)
			 : which == 'f' ? floor(x)
			 : which == 's' ? sqrt(x)
					: log(x));
}

/* bin(5m) of the event's time, datefloor(time, 5m). */
FUNCTION(floor_time)
{
	struct insights_value time = e->count > 1 ? v[0] : insights_field(row, STR("@timestamp"));
	double x, span;

	if (!insights_number(time, &x) || !insights_number(v[e->count - 1], &span) || span < 1)
		return of_text(STR_NONE);
	return of_time(floor(x / span) * span);
}

FUNCTION(to_millis)
{
	(void)e;
	(void)row;
	return v[0].kind == INSIGHTS_TIME ? of_number(v[0].number) : of_text(STR_NONE);
}

FUNCTION(from_millis)
{
	double x;

	(void)e;
	(void)row;
	return insights_number(v[0], &x) ? of_time(x) : of_text(STR_NONE);
}

static const struct insights_function functions[] = {
	{ "+", 2, 2, arithmetic },
	{ "-", 2, 2, arithmetic },
	{ "*", 2, 2, arithmetic },
	{ "/", 2, 2, arithmetic },
	{ "%", 2, 2, arithmetic },
	{ "=", 2, 2, relation },
	{ "==", 2, 2, relation },
	{ "!=", 2, 2, relation },
	{ "<", 2, 2, relation },
	{ "<=", 2, 2, relation },
	{ ">", 2, 2, relation },
	{ ">=", 2, 2, relation },
	{ "or", 2, 2, either },
	{ "and", 2, 2, both },
	{ "not", 1, 1, negation },
	{ "in", 1, ARGUMENTS_MAX, in_list },
	{ "like", 2, 2, like },
	{ "strcontains", 2, 2, contains },
	{ "ispresent", 1, 1, is_present },
	{ "coalesce", 1, ARGUMENTS_MAX, coalesce },
	{ "concat", 1, ARGUMENTS_MAX, concat },
	{ "strlen", 1, 1, length },
	{ "trim", 1, 1, trim },
	{ "toupper", 1, 1, change_case },
	{ "tolower", 1, 1, change_case },
	{ "abs", 1, 1, rounded },
	{ "ceil", 1, 1, rounded },
	{ "floor", 1, 1, rounded },
	{ "sqrt", 1, 1, rounded },
	{ "log", 1, 1, rounded },
	{ "bin", 1, 1, floor_time },
	{ "datefloor", 2, 2, floor_time },
	{ "tomillis", 1, 1, to_millis },
	{ "frommillis", 1, 1, from_millis },
};

const struct insights_function *insights_function(struct str name)
{
	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++)
		if (str_eq_nocase(name, str_of(functions[i].name)))
			return &functions[i];
	return NULL;
}

struct insights_value insights_eval(const struct expr *e, struct insights_row *row)
{
	struct insights_value v[ARGUMENTS_MAX + 1];

	if (e->kind == EXPR_VALUE)
		return e->value;
	if (!insights_spend(row, COST_STEP))
		return of_text(STR_NONE);
	if (e->kind == EXPR_FIELD)
		return insights_field(row, e->name);
	for (size_t i = 0; i < e->count; i++)
		v[i] = insights_eval(e->args[i], row);
	return e->function->call(e, row, v);
}
