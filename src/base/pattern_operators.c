/* The operators of patterns: what they accept, when they hold, and how they are said. */
#include "base/pattern_inner.h"

#include <arpa/inet.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <wctype.h>

/* AWS compares numbers within this range by value, to six digits behind the point, and as text beyond. */
#define NUMBER_MAX 5e9

static bool is_number(const struct json_object *o)
{
	return json_object_is_type(o, json_type_int) || json_object_is_type(o, json_type_double);
}

static double number(const struct json_object *o)
{
	return json_object_get_double(o);
}

/* The millionths that AWS compares. */
static double millionths(double d)
{
	return floor(1e6 * (NUMBER_MAX + d));
}

static bool same_number(const struct json_object *a, const struct json_object *b)
{
	double x = number(a), y = number(b);

	if (fabs(x) <= NUMBER_MAX && fabs(y) <= NUMBER_MAX)
		return millionths(x) == millionths(y);
	return json_object_equal((struct json_object *)a, (struct json_object *)b);
}

/* --- text without regard to case -------------------------------------------- */

static locale_t unicode;

static void make_locale(void)
{
	unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
}

static uint32_t fold_char(uint32_t c)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	if (c < 0x80)
		return c >= 'A' && c <= 'Z' ? c + 32 : c;
	pthread_once(&once, make_locale);
	return unicode ? (uint32_t)towlower_l((wint_t)c, unicode) : c;
}

/* The next character of well-formed UTF-8; JSON's parser lets nothing else through. */
static uint32_t next_char(struct str *rest)
{
	unsigned char first = (unsigned char)rest->p[0];
	size_t n = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	uint32_t c = n == 1 ? first : first & (0xffU >> (n + 1));

	if (n > rest->n)
		n = rest->n;
	for (size_t i = 1; i < n; i++)
		c = c << 6 | ((unsigned char)rest->p[i] & 0x3f);
	*rest = str_slice(*rest, n, rest->n);
	return c;
}

static size_t count_chars(struct str s)
{
	size_t count = 0;

	for (; s.n; count++)
		next_char(&s);
	return count;
}

/* Does `s` begin with `prefix`, whatever the case? */
static bool starts_nocase(struct str s, struct str prefix)
{
	while (prefix.n) {
		if (!s.n || fold_char(next_char(&s)) != fold_char(next_char(&prefix)))
			return false;
	}
	return true;
}

static bool ends_nocase(struct str s, struct str suffix)
{
	size_t have = count_chars(s), want = count_chars(suffix);

	if (have < want)
		return false;
	for (; have > want; have--)
		next_char(&s);
	return starts_nocase(s, suffix);
}

static bool equals_nocase(struct str a, struct str b)
{
	return count_chars(a) == count_chars(b) && starts_nocase(a, b);
}

/* --- addresses ---------------------------------------------------------------- */

struct address {
	unsigned char bytes[16];
	size_t n; /* 4 or 16 */
};

static bool read_address(struct str text, struct address *out)
{
	char copy[INET6_ADDRSTRLEN + 1];

	if (!text.n || text.n > INET6_ADDRSTRLEN || memchr(text.p, 0, text.n))
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	out->n = strchr(copy, ':') ? 16 : 4;
	/* As on AWS, a v6 address is written in hexadecimal throughout. */
	if (out->n == 16 && strchr(copy, '.'))
		return false;
	return inet_pton(out->n == 16 ? AF_INET6 : AF_INET, copy, out->bytes) == 1;
}

static const char *read_cidr(struct arena *a, struct str text, struct address *base, int64_t *bits)
{
	struct str rest = text, ip = str_cut(&rest, '/');

	if (!rest.p || str_find(rest, '/') >= 0)
		return "Malformed CIDR, one '/' required";
	if (!str_to_int(rest, bits))
		return "Malformed CIDR, mask bits must be an integer";
	if (*bits < 0)
		return "Malformed CIDR, mask bits must not be negative";
	if (!read_address(ip, base))
		return a ? arena_printf(a, "Nonstandard IP address: %.*s", STR_ARG(ip)) : "";
	if (base->n == 4 && *bits > 31)
		return "IPv4 mask bits must be < 32";
	if (base->n == 16 && *bits > 127)
		return "IPv6 mask bits must be < 128";
	return NULL;
}

static const char *check_cidr(struct arena *a, const struct json_object *operand)
{
	struct address base;
	int64_t bits;

	if (!json_is_string(operand))
		return "cidr match pattern must be a string";
	return read_cidr(a, json_str(operand), &base, &bits);
}

/* From the address as written (AWS does not clear its low bits) to the end of its network. */
static bool cidr_holds(const struct json_object *operand, const struct json_object *value)
{
	struct address base, top, ip;
	int64_t bits;

	if (!json_is_string(operand) || read_cidr(NULL, json_str(operand), &base, &bits) ||
	    !read_address(json_str(value), &ip) || ip.n != base.n)
		return false;
	top = base;
	for (size_t i = (size_t)bits; i < base.n * 8; i++)
		top.bytes[i / 8] |= (unsigned char)(0x80 >> i % 8);
	return memcmp(ip.bytes, base.bytes, base.n) >= 0 && memcmp(ip.bytes, top.bytes, top.n) <= 0;
}

static void say_cidr(struct buf *b, const struct json_object *operand)
{
	struct str s = json_str(operand);

	buf_adds(b, "in ");
	/* The longest one: 39 characters of address, a slash, three digits. */
	if (s.n <= 43)
		buf_add(b, s);
	else
		pattern_say_value(b, operand);
}

/* --- prefix, suffix, equals-ignore-case ------------------------------------- */

/* "text", or {"equals-ignore-case": "text"} where *nocase is set. */
static struct str affix(const struct json_object *operand, bool *nocase)
{
	struct json_object *inner;

	*nocase = pattern_member(operand, "equals-ignore-case", &inner) && json_count(operand) == 1;
	return *nocase ? json_str(inner) : json_str(operand);
}

static const char *check_affix(struct arena *a, const struct json_object *operand, const char *name)
{
	if (json_is_string(operand))
		return NULL;
	if (!json_is_object(operand))
		return arena_printf(a, "%s match pattern must be a string", name);
	JSON_EACH((struct json_object *)operand, key, value)
	{
		if (strcmp(key, "equals-ignore-case") != 0)
			return arena_printf(a, "Unsupported %s pattern: %s", name, key);
		if (!json_is_string(value))
			return "equals-ignore-case match pattern must be a string";
	}
	if (json_count(operand) == 0)
		return arena_printf(a, "%s expression name not found", name);
	return NULL;
}

static const char *check_prefix(struct arena *a, const struct json_object *operand)
{
	return check_affix(a, operand, "prefix");
}

static const char *check_suffix(struct arena *a, const struct json_object *operand)
{
	return check_affix(a, operand, "suffix");
}

static bool prefix_holds(const struct json_object *operand, const struct json_object *value)
{
	bool nocase;
	struct str prefix = affix(operand, &nocase), s = json_str(value);

	return s.p && prefix.p && (nocase ? starts_nocase(s, prefix) : str_starts(s, prefix));
}

static bool suffix_holds(const struct json_object *operand, const struct json_object *value)
{
	bool nocase;
	struct str suffix = affix(operand, &nocase), s = json_str(value);

	return s.p && suffix.p && (nocase ? ends_nocase(s, suffix) : str_ends(s, suffix));
}

static void say_affix(struct buf *b, const char *verb, const struct json_object *operand)
{
	bool nocase;
	struct str text = affix(operand, &nocase);

	buf_adds(b, verb);
	json_print_string(b, text);
	if (nocase)
		buf_adds(b, " in any case");
}

static void say_prefix(struct buf *b, const struct json_object *operand)
{
	say_affix(b, "starting with ", operand);
}

static void say_suffix(struct buf *b, const struct json_object *operand)
{
	say_affix(b, "ending with ", operand);
}

static const char *check_nocase(struct arena *a, const struct json_object *operand)
{
	(void)a;
	return json_is_string(operand) ? NULL : "equals-ignore-case match pattern must be a string";
}

static bool nocase_holds(const struct json_object *operand, const struct json_object *value)
{
	return json_is_string(operand) && json_is_string(value) &&
	       equals_nocase(json_str(operand), json_str(value));
}

static void say_nocase(struct buf *b, const struct json_object *operand)
{
	pattern_say_value(b, operand);
	buf_adds(b, " in any case");
}

/* --- wildcard --------------------------------------------------------------- */

/* Positions are AWS's: the quote in front of the text counts. */
static const char *check_wildcard(struct arena *a, const struct json_object *operand)
{
	struct str s = json_str(operand);

	if (!s.p)
		return "wildcard match pattern must be a string";
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '*' && i + 1 < s.n && s.p[i + 1] == '*')
			return arena_printf(a, "Consecutive wildcard characters at pos %zu", i + 1);
		if (s.p[i] == '\\' && (++i == s.n || (s.p[i] != '*' && s.p[i] != '\\')))
			return arena_printf(a, "Invalid escape character at pos %zu", i);
	}
	return NULL;
}

/* Greedy with one way back, to the last star: linear but for the product of the two lengths. */
static bool wildcard_holds(const struct json_object *operand, const struct json_object *value)
{
	struct str w = json_str(operand), s = json_str(value);
	size_t i = 0, j = 0, star = SIZE_MAX, resume = 0;

	if (!w.p || !s.p)
		return false;
	while (j < s.n) {
		bool escaped = i + 1 < w.n && w.p[i] == '\\';

		if (i < w.n && w.p[i] == '*') {
			star = i++;
			resume = j;
		} else if (i < w.n && w.p[i + escaped] == s.p[j]) {
			i += 1 + escaped;
			j++;
		} else if (star != SIZE_MAX) {
			i = star + 1;
			j = ++resume;
		} else {
			return false;
		}
	}
	while (i < w.n && w.p[i] == '*')
		i++;
	return i == w.n;
}

/* Where stars stand at the ends alone there is a plain word for it. */
static void say_wildcard(struct buf *b, const struct json_object *operand)
{
	struct str w = json_str(operand), inner;
	bool front = str_starts(w, STR("*")), back = w.n > 1 && str_ends(w, STR("*"));

	inner = str_slice(w, front, w.n - back);
	if ((front || back) && inner.n && str_find(inner, '*') < 0 && str_find(inner, '\\') < 0) {
		buf_adds(b, front && back ? "containing "
			    : back        ? "starting with "
					  : "ending with ");
		json_print_string(b, inner);
		return;
	}
	buf_adds(b, "like ");
	json_print_string(b, w);
}

/* --- numeric ------------------------------------------------------------------ */

static const char *check_numeric_value(struct arena *a, const struct json_object *list, size_t i)
{
	const char *op = json_str(json_at(list, i)).p;
	const struct json_object *n = json_at(list, i + 1);

	if (!is_number(n))
		return arena_printf(a, "Value of %s must be numeric",
				    strcmp(op, "=") == 0 ? "equals" : op);
	if (!(fabs(number(n)) <= NUMBER_MAX))
		return "Value must be between -5.0E9 and 5.0E9, inclusive";
	return NULL;
}

static const char *check_numeric(struct arena *a, const struct json_object *operand)
{
	const char *op = json_str(json_at(operand, 0)).p, *top, *reason;
	size_t n = json_count(operand);

	if (!json_is_array(operand))
		return "Value of numeric must be an array.";
	if (!op)
		return "Invalid member in numeric match: an operator must come first";
	if (strcmp(op, "=") != 0 && strcmp(op, "<") != 0 && strcmp(op, "<=") != 0 &&
	    strcmp(op, ">") != 0 && strcmp(op, ">=") != 0)
		return arena_printf(a, "Unrecognized numeric range operator: %s", op);
	reason = check_numeric_value(a, operand, 0);
	if (reason || n == 2)
		return reason;
	if (*op != '>')
		return "Too many elements in numeric expression";
	top = json_str(json_at(operand, 2)).p;
	if (!top)
		return "Bad value in numeric range: an operator must come third";
	if (strcmp(top, "<") != 0 && strcmp(top, "<=") != 0)
		return arena_printf(a, "Bad numeric range operator: %s", top);
	reason = check_numeric_value(a, operand, 2);
	if (reason)
		return reason;
	if (n > 4)
		return "Too many terms in numeric range expression";
	if (number(json_at(operand, 1)) >= number(json_at(operand, 3)))
		return "Bottom must be less than top";
	return NULL;
}

static bool numeric_holds(const struct json_object *operand, const struct json_object *value)
{
	double n;

	if (!is_number(value) || !(fabs(number(value)) <= NUMBER_MAX) || json_count(operand) < 2)
		return false;
	n = millionths(number(value));
	for (size_t i = 0; i + 1 < json_count(operand); i += 2) {
		const char *op = json_str(json_at(operand, i)).p;
		double than = millionths(number(json_at(operand, i + 1)));
		bool equal = op && op[*op == '=' ? 0 : 1] == '=';

		if (!op ||
		    !((*op == '<' && n < than) || (*op == '>' && n > than) || (equal && n == than)))
			return false;
	}
	return true;
}

static void say_numeric(struct buf *b, const struct json_object *operand)
{
	for (size_t i = 0; i + 1 < json_count(operand); i += 2) {
		struct str op = json_str(json_at(operand, i));

		buf_adds(b, i ? " and " : "");
		buf_adds(b, str_is(op, "<")    ? "less than "
			    : str_is(op, "<=") ? "at most "
			    : str_is(op, ">")  ? "greater than "
			    : str_is(op, ">=") ? "at least "
					       : "equal to ");
		pattern_say_value(b, json_at(operand, i + 1));
	}
}

/* --- anything-but ------------------------------------------------------------- */

/* The operators that anything-but may be of. */
static const struct pattern_operator *inner_operator(const struct json_object *operand,
						     const struct json_object **inner)
{
	const struct pattern_operator *op = pattern_operator(operand, inner);

	if (op &&
	    (strcmp(op->name, "prefix") == 0 || strcmp(op->name, "suffix") == 0 ||
	     strcmp(op->name, "wildcard") == 0 || strcmp(op->name, "equals-ignore-case") == 0))
		return op;
	return NULL;
}

static const char *check_inner_text(struct arena *a, const struct pattern_operator *op,
				    const struct json_object *text)
{
	bool is_affix = strcmp(op->name, "prefix") == 0 || strcmp(op->name, "suffix") == 0;

	if (!json_is_string(text))
		return is_affix ? "prefix/suffix match pattern must be a string"
		       : strcmp(op->name, "wildcard") == 0
			       ? "wildcard match pattern must be a string"
			       : "Inside anything-but/equals-ignore-case list, "
				 "number|start|null|boolean is not supported.";
	if (is_affix && json_str(text).n == 0)
		return "Null prefix/suffix not allowed";
	return op->check(a, text);
}

static const char *check_inner(struct arena *a, const struct json_object *operand)
{
	const struct json_object *inner = NULL;
	const struct pattern_operator *op = inner_operator(operand, &inner);

	if (!json_count(operand))
		return "Anything-But expression name not found";
	if (json_count(operand) > 1)
		return "Only one key allowed in match expression";
	if (!op) {
		JSON_EACH((struct json_object *)operand, key, value)
		{
			(void)value;
			return arena_printf(a, "Unsupported anything-but pattern: %s", key);
		}
	}
	if (!json_is_array(inner))
		return check_inner_text(a, op, inner);
	if (!json_count(inner))
		return "Empty arrays are not allowed";
	for (size_t i = 0; i < json_count(inner); i++) {
		const char *reason = check_inner_text(a, op, json_at(inner, i));

		if (reason)
			return reason;
	}
	return NULL;
}

static const char *check_anything_but(struct arena *a, const struct json_object *operand)
{
	size_t numbers = 0, strings = 0, n = json_count(operand);

	if (json_is_string(operand) || is_number(operand))
		return NULL;
	if (json_is_object(operand))
		return check_inner(a, operand);
	if (!json_is_array(operand))
		return "Value of anything-but must be an array or single string/number value.";
	for (size_t i = 0; i < n; i++) {
		numbers += is_number(json_at(operand, i));
		strings += json_is_string(json_at(operand, i));
	}
	if (numbers + strings < n)
		return "Inside anything but list, start|null|boolean is not supported.";
	if (!n || (numbers && strings))
		return "Inside anything but list, either all values are number or string, mixed "
		       "type is not supported";
	return NULL;
}

static bool anything_but_holds(const struct json_object *operand, const struct json_object *value)
{
	const struct json_object *list = operand;
	const struct pattern_operator *op = inner_operator(operand, &list);

	if (json_is_object(operand) && !op)
		return false;
	for (size_t i = 0; i < (json_is_array(list) ? json_count(list) : 1); i++) {
		const struct json_object *one = json_is_array(list) ? json_at(list, i) : list;

		if (op ? op->holds(one, value) : pattern_alternative_holds(one, value))
			return false;
	}
	return true;
}

static void say_anything_but(struct buf *b, const struct json_object *operand)
{
	const struct json_object *list = operand;
	const struct pattern_operator *op = inner_operator(operand, &list);

	buf_adds(b, op && op->of ? "not " : "other than ");
	for (size_t i = 0; i < (json_is_array(list) ? json_count(list) : 1); i++) {
		const struct json_object *one = json_is_array(list) ? json_at(list, i) : list;

		buf_adds(b, i ? " or " : "");
		if (op)
			op->say(b, one);
		else
			pattern_say_value(b, one);
	}
}

/* --- exists ----------------------------------------------------------------------- */

static const char *check_exists(struct arena *a, const struct json_object *operand)
{
	(void)a;
	return json_object_is_type(operand, json_type_boolean)
		       ? NULL
		       : "exists match pattern must be either true or false.";
}

/* Asked of a value that is there; absence is the business of pattern_holds(). */
static bool exists_holds(const struct json_object *operand, const struct json_object *value)
{
	(void)value;
	return json_bool_or(operand, false);
}

static void say_exists(struct buf *b, const struct json_object *operand)
{
	buf_adds(b, json_bool_or(operand, false) ? "any value" : "nothing");
}

static const struct pattern_operator operators[] = {
	{ "anything-but", check_anything_but, anything_but_holds, say_anything_but, "anything" },
	{ "cidr", check_cidr, cidr_holds, say_cidr, "an address" },
	{ "equals-ignore-case", check_nocase, nocase_holds, say_nocase, NULL },
	{ "exists", check_exists, exists_holds, say_exists, NULL },
	{ "numeric", check_numeric, numeric_holds, say_numeric, "a number" },
	{ "prefix", check_prefix, prefix_holds, say_prefix, "a text" },
	{ "suffix", check_suffix, suffix_holds, say_suffix, "a text" },
	{ "wildcard", check_wildcard, wildcard_holds, say_wildcard, "a text" },
	{ 0 },
};

const struct pattern_operator *pattern_operator_named(const char *name)
{
	for (const struct pattern_operator *op = operators; op->name; op++) {
		if (strcmp(op->name, name) == 0)
			return op;
	}
	return NULL;
}

const struct pattern_operator *pattern_operator(const struct json_object *alternative,
						const struct json_object **operand)
{
	if (!json_is_object(alternative) || json_count(alternative) != 1)
		return NULL;
	JSON_EACH((struct json_object *)alternative, key, value)
	{
		*operand = value;
		return pattern_operator_named(key);
	}
	return NULL;
}

bool pattern_reserved(const char *name)
{
	static const char *const also[] = {
		"exactly",
		"=",
		"<",
		"<=",
		">",
		">=",
		"regex",
		"not-wildcard",
		"not-equals-ignore-case",
		"date-after",
		"date-on-or-after",
		"date-before",
		"date-on-or-before",
		"in-date-range",
		"ip-address-in-range",
		"ip-address-not-in-range",
	};

	for (size_t i = 0; i < sizeof(also) / sizeof(*also); i++) {
		if (strcmp(also[i], name) == 0)
			return true;
	}
	return pattern_operator_named(name) != NULL;
}

bool pattern_alternative_holds(const struct json_object *alternative,
			       const struct json_object *value)
{
	const struct json_object *operand = NULL;
	const struct pattern_operator *op;
	struct address a, b;

	if (json_is_object(alternative)) {
		op = pattern_operator(alternative, &operand);
		return op && op->holds(operand, value);
	}
	if (is_number(alternative) && is_number(value))
		return same_number(alternative, value);
	if (json_is_string(alternative) && json_is_string(value))
		return str_eq(json_str(alternative), json_str(value)) ||
		       (read_address(json_str(alternative), &a) &&
			read_address(json_str(value), &b) && a.n == b.n &&
			memcmp(a.bytes, b.bytes, a.n) == 0);
	if (!alternative || !value)
		return alternative == value;
	return json_object_is_type(alternative, json_type_boolean) &&
	       json_object_equal((struct json_object *)alternative, (struct json_object *)value);
}
