/*
 * Conditions: the operators of "IAM JSON policy elements: Condition operators".
 *
 * A positive operator holds when the request's value fits one of the policy's; a negated one when it fits none, and
 * also when the request has no such key. ForAllValues and ForAnyValue ask that of each of the request's values.
 */
#include "aws/policy_inner.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "base/base64.h"
#include "base/time.h"

/* --- names of operators ------------------------------------------------------------------ */

static const struct {
	const char *name;
	enum policy_operator compare;
	bool negated;
} operators[] = {
	{ "StringEquals", OP_STRING_EQUALS, false },
	{ "StringNotEquals", OP_STRING_EQUALS, true },
	{ "StringEqualsIgnoreCase", OP_STRING_EQUALS_IGNORE_CASE, false },
	{ "StringNotEqualsIgnoreCase", OP_STRING_EQUALS_IGNORE_CASE, true },
	{ "StringLike", OP_STRING_LIKE, false },
	{ "StringNotLike", OP_STRING_LIKE, true },
	{ "NumericEquals", OP_NUMERIC_EQUALS, false },
	{ "NumericNotEquals", OP_NUMERIC_EQUALS, true },
	{ "NumericLessThan", OP_NUMERIC_LESS, false },
	{ "NumericLessThanEquals", OP_NUMERIC_LESS_EQUALS, false },
	{ "NumericGreaterThan", OP_NUMERIC_GREATER, false },
	{ "NumericGreaterThanEquals", OP_NUMERIC_GREATER_EQUALS, false },
	{ "DateEquals", OP_DATE_EQUALS, false },
	{ "DateNotEquals", OP_DATE_EQUALS, true },
	{ "DateLessThan", OP_DATE_LESS, false },
	{ "DateLessThanEquals", OP_DATE_LESS_EQUALS, false },
	{ "DateGreaterThan", OP_DATE_GREATER, false },
	{ "DateGreaterThanEquals", OP_DATE_GREATER_EQUALS, false },
	{ "Bool", OP_BOOL, false },
	{ "BinaryEquals", OP_BINARY_EQUALS, false },
	{ "IpAddress", OP_IP_ADDRESS, false },
	{ "NotIpAddress", OP_IP_ADDRESS, true },
	{ "ArnEquals", OP_ARN, false },
	{ "ArnLike", OP_ARN, false },
	{ "ArnNotEquals", OP_ARN, true },
	{ "ArnNotLike", OP_ARN, true },
	{ "Null", OP_NULL, false },
};

bool policy_operator_read(struct str name, struct policy_condition *condition)
{
	condition->each = EACH_NONE;
	if (str_starts(name, STR("ForAllValues:")))
		condition->each = EACH_ALL;
	else if (str_starts(name, STR("ForAnyValue:")))
		condition->each = EACH_ANY;
	if (condition->each)
		name = str_slice(name, (size_t)str_find(name, ':') + 1, name.n);
	condition->if_exists = str_ends(name, STR("IfExists"));
	if (condition->if_exists)
		name = str_slice(name, 0, name.n - 8);
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		if (!str_is(name, operators[i].name))
			continue;
		condition->compare = operators[i].compare;
		condition->negated = operators[i].negated;
		return condition->compare != OP_NULL || !condition->if_exists;
	}
	return false;
}

bool policy_operator_is_date(enum policy_operator compare)
{
	return compare >= OP_DATE_EQUALS && compare <= OP_DATE_GREATER_EQUALS;
}

/* --- values ---------------------------------------------------------------------------------- */

static bool read_number(struct str text, double *number)
{
	char copy[64], *end;

	if (!text.n || text.n >= sizeof(copy))
		return false;
	for (size_t i = 0; i < text.n; i++)
		if (!memchr("0123456789+-.eE", text.p[i], 15))
			return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	*number = strtod(copy, &end);
	return *end == '\0';
}

bool policy_date_read(struct str text, int64_t *at_ms)
{
	int64_t seconds;

	if (str_to_int(text, &seconds)) {
		/* A year alone is ISO 8601 too, but nobody means the second 2024. */
		*at_ms = seconds > INT64_MAX / 1000   ? INT64_MAX
			 : seconds < INT64_MIN / 1000 ? INT64_MIN
						      : seconds * 1000;
		return true;
	}
	return time_parse_iso(text, at_ms);
}

/* An address of 4 or 16 bytes, with the bits behind "/" when there are. */
struct address {
	unsigned char bytes[16];
	int family;
	int64_t bits;
};

static bool read_address(struct str text, struct address *out)
{
	struct str rest = text, part = str_cut(&rest, '/');
	char copy[INET6_ADDRSTRLEN];

	if (!part.n || part.n >= sizeof(copy))
		return false;
	memcpy(copy, part.p, part.n);
	copy[part.n] = '\0';
	out->family = memchr(copy, ':', part.n) ? AF_INET6 : AF_INET;
	if (inet_pton(out->family, copy, out->bytes) != 1)
		return false;
	out->bits = out->family == AF_INET ? 32 : 128;
	return !rest.p || (str_to_int(rest, &out->bits) && out->bits >= 0 &&
			   out->bits <= (out->family == AF_INET ? 32 : 128));
}

static bool ip_fits(struct str range, struct str text)
{
	struct address net, address;
	size_t whole, rest;

	if (!read_address(range, &net) || !read_address(text, &address) ||
	    net.family != address.family)
		return false;
	whole = (size_t)net.bits / 8;
	rest = (size_t)net.bits % 8;
	if (memcmp(net.bytes, address.bytes, whole) != 0)
		return false;
	return !rest || (net.bytes[whole] >> (8 - rest)) == (address.bytes[whole] >> (8 - rest));
}

/* Each of the six parts by itself. */
static bool arn_fits(struct str pattern, bool wild, struct str text)
{
	for (int i = 0; i < 6; i++) {
		struct str want = i < 5 ? str_cut(&pattern, ':') : pattern;
		struct str got = i < 5 ? str_cut(&text, ':') : text;

		if (i < 5 && (!pattern.p || !text.p))
			return false;
		if (!policy_glob_expanded(want, wild, got, false))
			return false;
	}
	return true;
}

static bool binary_fits(struct arena *a, struct str want, struct str got)
{
	struct str left, right;

	return base64_parse(a, want, &left) && base64_parse(a, got, &right) && str_eq(left, right);
}

static bool order_fits(enum policy_operator compare, double difference)
{
	switch (compare) {
	case OP_NUMERIC_EQUALS:
	case OP_DATE_EQUALS:
		return difference == 0;
	case OP_NUMERIC_LESS:
	case OP_DATE_LESS:
		return difference < 0;
	case OP_NUMERIC_LESS_EQUALS:
	case OP_DATE_LESS_EQUALS:
		return difference <= 0;
	case OP_NUMERIC_GREATER:
	case OP_DATE_GREATER:
		return difference > 0;
	default:
		return difference >= 0;
	}
}

static bool number_fits(enum policy_operator compare, struct str want, struct str got)
{
	double left, right;

	return read_number(got, &left) && read_number(want, &right) &&
	       order_fits(compare, left - right);
}

static bool date_fits(enum policy_operator compare, struct str want, struct str got)
{
	int64_t left, right;

	return policy_date_read(got, &left) && policy_date_read(want, &right) &&
	       order_fits(compare, left < right ? -1 : left > right);
}

/* --- one condition ------------------------------------------------------------------------------ */

static bool is_pattern(enum policy_operator compare)
{
	return compare == OP_STRING_LIKE || compare == OP_ARN;
}

/* Does a value of the request fit a value of the policy? */
static bool fits(struct policy_work *work, bool variables, const struct policy_condition *c,
		 struct str value, struct str got)
{
	bool wild = false;
	struct str want;

	if (!policy_expand(work, variables, value, &want, is_pattern(c->compare) ? &wild : NULL))
		return false;
	switch (c->compare) {
	case OP_STRING_EQUALS:
		return str_eq(want, got);
	case OP_STRING_EQUALS_IGNORE_CASE:
	case OP_BOOL:
		return str_eq_nocase(want, got);
	case OP_STRING_LIKE:
		return policy_glob_expanded(want, wild, got, false);
	case OP_BINARY_EQUALS:
		return binary_fits(work->request->arena, want, got);
	case OP_IP_ADDRESS:
		return ip_fits(want, got);
	case OP_ARN:
		return arn_fits(want, wild, got);
	case OP_NULL:
		return false;
	default:
		return policy_operator_is_date(c->compare) ? date_fits(c->compare, want, got)
							   : number_fits(c->compare, want, got);
	}
}

static bool fits_any(struct policy_work *work, bool variables, const struct policy_condition *c,
		     struct str got)
{
	for (size_t i = 0; i < c->value_count; i++)
		if (fits(work, variables, c, c->values[i], got))
			return true;
	return false;
}

/* "true": the key must not be there. */
static bool null_holds(const struct policy_condition *c, bool present)
{
	for (size_t i = 0; i < c->value_count; i++)
		if (str_eq_nocase(c->values[i], present ? STR("false") : STR("true")))
			return true;
	return false;
}

bool policy_condition_holds(struct policy_work *work, bool variables,
			    const struct policy_condition *c)
{
	struct policy_values values = { NULL, 0, false };
	bool present = policy_work_find(work, c->key, &values) && values.count;
	size_t good = 0;

	if (c->compare == OP_NULL)
		return null_holds(c, present);
	if (!present)
		return c->if_exists || c->each == EACH_ALL || (c->negated && c->each == EACH_NONE);
	for (size_t i = 0; i < values.count; i++)
		good += fits_any(work, variables, c, values.at[i]) != c->negated;
	/* Without a quantifier, several values are as one: a negated operator must hold for all of them. */
	return c->each == EACH_ALL || (c->negated && c->each == EACH_NONE) ? good == values.count
									   : good > 0;
}
