/* Velocity: the methods of Java's strings. Positions count UTF-16 units, as Java's do. */
#include "base/regex.h"
#include "base/velocity_inner.h"

struct call {
	struct str self;
	struct vtl_value **args;
	size_t count;
};

/* --- positions ------------------------------------------------------------------- */

/* UTF-16 units of a text. */
static int64_t units(struct str s)
{
	int64_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80 ? 1 + ((unsigned char)s.p[i] >= 0xf0)
							    : 0;
	return n;
}

/* The byte at which unit `at` begins; past the end: SIZE_MAX. */
static size_t byte_of(struct str s, int64_t at)
{
	int64_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (((unsigned char)s.p[i] & 0xc0) == 0x80)
			continue;
		if (n >= at)
			return i;
		n += 1 + ((unsigned char)s.p[i] >= 0xf0);
	}
	return n >= at ? s.n : SIZE_MAX;
}

static struct str text_arg(struct vtl *v, const struct call *c, size_t i)
{
	return vtl_text(v, c->args[i]);
}

static int64_t number_arg(const struct call *c, size_t i)
{
	return vtl_is_number(c->args[i]) ? (int64_t)vtl_number(c->args[i]) : 0;
}

static struct vtl_value *made(struct vtl *v, struct str s)
{
	return vtl_room(v, s.n) ? vtl_string(v, s) : vtl_null();
}

/* What was written into b, which is released. */
static struct vtl_value *made_of(struct vtl *v, struct buf *b)
{
	struct vtl_value *value = vtl_null();

	if (b->overflow)
		vtl_fail(v, "a text is too long");
	else if (vtl_room(v, b->n))
		value = vtl_string(v, arena_dup(v->arena, buf_str(b)));
	buf_release(b);
	return value;
}

/* --- methods ---------------------------------------------------------------------- */

static struct vtl_value *length(struct vtl *v, struct call *c)
{
	return vtl_int(v, units(c->self));
}

static struct vtl_value *is_empty(struct vtl *v, struct call *c)
{
	return vtl_bool(v, c->self.n == 0);
}

static struct vtl_value *substring(struct vtl *v, struct call *c)
{
	int64_t from = number_arg(c, 0), to = c->count > 1 ? number_arg(c, 1) : units(c->self);
	size_t first = byte_of(c->self, from), last = byte_of(c->self, to);

	if (from < 0 || to < from || first == SIZE_MAX || last == SIZE_MAX)
		return vtl_fail(v, "begin %lld, end %lld, length %lld", (long long)from,
				(long long)to, (long long)units(c->self));
	return vtl_string(v, str_slice(c->self, first, last));
}

static struct vtl_value *char_at(struct vtl *v, struct call *c)
{
	int64_t at = number_arg(c, 0);
	size_t first = byte_of(c->self, at), last = byte_of(c->self, at + 1);

	if (at < 0 || first >= c->self.n || last == SIZE_MAX)
		return vtl_fail(v, "String index out of range: %lld", (long long)at);
	return vtl_string(v, str_slice(c->self, first, last));
}

static struct vtl_value *index_of(struct vtl *v, struct call *c)
{
	int64_t from = c->count > 1 ? number_arg(c, 1) : 0;
	size_t first = byte_of(c->self, from < 0 ? 0 : from);
	ptrdiff_t at = -1;

	if (first != SIZE_MAX)
		at = str_find_str(str_slice(c->self, first, c->self.n), text_arg(v, c, 0));
	return vtl_int(v, at < 0 ? -1 : units(str_slice(c->self, 0, first + (size_t)at)));
}

static struct vtl_value *last_index_of(struct vtl *v, struct call *c)
{
	struct str needle = text_arg(v, c, 0);

	for (size_t at = c->self.n - needle.n + 1; needle.n <= c->self.n && at-- > 0;)
		if (str_eq(str_slice(c->self, at, at + needle.n), needle))
			return vtl_int(v, units(str_slice(c->self, 0, at)));
	return vtl_int(v, -1);
}

static struct vtl_value *contains(struct vtl *v, struct call *c)
{
	return vtl_bool(v, str_find_str(c->self, text_arg(v, c, 0)) >= 0);
}

static struct vtl_value *starts_with(struct vtl *v, struct call *c)
{
	return vtl_bool(v, str_starts(c->self, text_arg(v, c, 0)));
}

static struct vtl_value *ends_with(struct vtl *v, struct call *c)
{
	return vtl_bool(v, str_ends(c->self, text_arg(v, c, 0)));
}

static struct vtl_value *equals_ignore_case(struct vtl *v, struct call *c)
{
	return vtl_bool(v, str_eq_nocase(c->self, text_arg(v, c, 0)));
}

static struct vtl_value *compare_to(struct vtl *v, struct call *c)
{
	return vtl_int(v, str_cmp(c->self, text_arg(v, c, 0)));
}

static struct vtl_value *concat(struct vtl *v, struct call *c)
{
	struct str other = text_arg(v, c, 0);

	return made(v, arena_strf(v->arena, "%.*s%.*s", STR_ARG(c->self), STR_ARG(other)));
}

static struct vtl_value *change_case(struct vtl *v, struct call *c, char from, char to)
{
	struct str text = arena_dup(v->arena, c->self);
	char *p = (char *)text.p;

	for (size_t i = 0; i < text.n; i++)
		if (p[i] >= from && p[i] <= to)
			p[i] = (char)(p[i] ^ 0x20);
	return made(v, text);
}

static struct vtl_value *to_lower_case(struct vtl *v, struct call *c)
{
	return change_case(v, c, 'A', 'Z');
}

static struct vtl_value *to_upper_case(struct vtl *v, struct call *c)
{
	return change_case(v, c, 'a', 'z');
}

static struct vtl_value *trim(struct vtl *v, struct call *c)
{
	struct str s = c->self;

	while (s.n && (unsigned char)*s.p <= ' ')
		s = str_slice(s, 1, s.n);
	while (s.n && (unsigned char)s.p[s.n - 1] <= ' ')
		s.n--;
	return vtl_string(v, s);
}

static struct vtl_value *replace(struct vtl *v, struct call *c)
{
	struct str rest = c->self, from = text_arg(v, c, 0), to = text_arg(v, c, 1);
	struct buf b;

	buf_init(&b, VELOCITY_OUTPUT_MAX);
	while (rest.n && !b.overflow) {
		ptrdiff_t at = from.n ? str_find_str(rest, from) : 0;
		size_t taken = from.n ? (size_t)at + from.n : 1;

		if (at < 0)
			break;
		buf_add(&b, str_slice(rest, 0, (size_t)at));
		buf_add(&b, to);
		if (!from.n)
			buf_add(&b, str_slice(rest, 0, 1));
		rest = str_slice(rest, taken, rest.n);
	}
	buf_add(&b, from.n ? rest : to);
	return made_of(v, &b);
}

/* --- regular expressions ------------------------------------------------------------ */

static const struct regex *regex_arg(struct vtl *v, struct call *c)
{
	const char *why = NULL;
	const struct regex *regex = regex_compile(v->arena, text_arg(v, c, 0), &why);

	vtl_room(v, 4096);
	vtl_work(v, 16 + c->self.n / 16);
	if (!regex)
		vtl_fail(v, "%s", why);
	return v->why ? NULL : regex;
}

/* Steps of a search that count as one of the template. */
enum { REGEX_STEPS = 64 };

/* So many steps a search may take, at most `most`: no more than are left to the template. */
static size_t allowed(const struct vtl *v, size_t most)
{
	size_t left = v->steps < VELOCITY_STEPS_MAX
			      ? (VELOCITY_STEPS_MAX - v->steps) * REGEX_STEPS + REGEX_STEPS
			      : 0;

	return most < left ? most : left;
}

static struct vtl_value *matches(struct vtl *v, struct call *c)
{
	const struct regex *regex = regex_arg(v, c);
	size_t given = allowed(v, REGEX_STEPS_MAX), left = given;
	bool matched;

	if (!regex)
		return vtl_null();
	matched = regex_matches_within(regex, c->self, &left);
	vtl_work(v, (given - left) / REGEX_STEPS);
	return vtl_bool(v, matched);
}

static struct vtl_value *replace_by(struct vtl *v, struct call *c, bool all)
{
	const struct regex *regex = regex_arg(v, c);
	size_t given = allowed(v, REGEX_STEPS_MAX + 16 * c->self.n), left = given;
	const char *why = NULL;
	struct buf b;

	if (!regex)
		return vtl_null();
	buf_init(&b, VELOCITY_OUTPUT_MAX);
	if (!regex_replace(regex,
			   &(struct regex_replacement){ c->self, text_arg(v, c, 1), all, &left },
			   &b, &why))
		vtl_fail(v, "%s", why);
	vtl_work(v, (given - left) / REGEX_STEPS);
	return made_of(v, &b);
}

static struct vtl_value *replace_all(struct vtl *v, struct call *c)
{
	return replace_by(v, c, true);
}

static struct vtl_value *replace_first(struct vtl *v, struct call *c)
{
	return replace_by(v, c, false);
}

/* The next place where split() cuts. */
static bool find_cut(struct vtl *v, const struct regex *regex, struct str text, size_t at,
		     struct regex_match *match)
{
	size_t given = allowed(v, REGEX_STEPS_MAX), left = given;
	bool found = regex_find_within(regex, text, at, match, &left);

	return vtl_work(v, (given - left) / REGEX_STEPS) && found;
}

/* As Java's split(): with limit 0, empty texts at the end are left out. */
static struct vtl_value *split(struct vtl *v, struct call *c)
{
	const struct regex *regex = regex_arg(v, c);
	struct vtl_value *list = vtl_list(v);
	int64_t limit = c->count > 1 ? number_arg(c, 1) : 0;
	struct regex_match match;
	size_t at = 0, from = 0;

	if (!regex || list->kind != VTL_LIST)
		return vtl_null();
	while (at <= c->self.n && vtl_work(v, 1 + (c->self.n - at) / 64) &&
	       (limit <= 0 || (int64_t)list->list.n < limit - 1) &&
	       find_cut(v, regex, c->self, at, &match)) {
		at = match.group[0].to;
		if (match.group[0].to == match.group[0].from)
			at++;
		if (match.group[0].to == 0 || match.group[0].from >= c->self.n)
			continue;
		vtl_add(v, list, vtl_string(v, str_slice(c->self, from, match.group[0].from)));
		from = match.group[0].to;
	}
	vtl_add(v, list, vtl_string(v, str_slice(c->self, from, c->self.n)));
	while (limit == 0 && list->list.n > 1 &&
	       list->list.at[list->list.n - 1]->kind == VTL_STRING &&
	       list->list.at[list->list.n - 1]->s.n == 0)
		list->list.n--;
	return list;
}

static struct vtl_value *value_of(struct vtl *v, struct call *c)
{
	return vtl_string(v, text_arg(v, c, 0));
}

static const struct {
	const char *name;
	size_t least, most;
	struct vtl_value *(*call)(struct vtl *v, struct call *c);
} methods[] = {
	{ "charAt", 1, 1, char_at },
	{ "compareTo", 1, 1, compare_to },
	{ "concat", 1, 1, concat },
	{ "contains", 1, 1, contains },
	{ "endsWith", 1, 1, ends_with },
	{ "equalsIgnoreCase", 1, 1, equals_ignore_case },
	{ "indexOf", 1, 2, index_of },
	{ "isEmpty", 0, 0, is_empty },
	{ "lastIndexOf", 1, 1, last_index_of },
	{ "length", 0, 0, length },
	{ "matches", 1, 1, matches },
	{ "replace", 2, 2, replace },
	{ "replaceAll", 2, 2, replace_all },
	{ "replaceFirst", 2, 2, replace_first },
	{ "split", 1, 2, split },
	{ "startsWith", 1, 1, starts_with },
	{ "substring", 1, 2, substring },
	{ "toLowerCase", 0, 0, to_lower_case },
	{ "toUpperCase", 0, 0, to_upper_case },
	{ "trim", 0, 0, trim },
	{ "valueOf", 1, 1, value_of },
};

struct vtl_value *vtl_call_string(struct vtl *v, struct vtl_value *self, struct str method,
				  struct vtl_value **args, size_t count)
{
	struct call c = { self->s, args, count };

	/* What a method costs is about what it looks at. */
	if (!vtl_work(v, 1 + self->s.n / 64))
		return vtl_null();
	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		if (str_is(method, methods[i].name) && count >= methods[i].least &&
		    count <= methods[i].most)
			return methods[i].call(v, &c);
	return vtl_null();
}
