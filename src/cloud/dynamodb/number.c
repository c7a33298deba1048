/* DynamoDB's numbers; see number.h. Digits are kept one to a byte: nothing here is worth being clever. */
#include "cloud/dynamodb/number.h"

enum {
	EXPONENT_MAX = 125,
	EXPONENT_MIN = -130,
	WIDTH_MAX = 300, /* digits from 10^125 down to the last of 10^-130's 38 */
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The exponent behind "e": false when malformed or beyond 64 bits. */
static bool parse_exponent(struct str s, int64_t *out)
{
	bool negative = s.n && s.p[0] == '-';
	size_t i = s.n && (s.p[0] == '-' || s.p[0] == '+');
	int64_t value = 0;

	if (i == s.n)
		return false;
	for (; i < s.n; i++) {
		if (!is_digit(s.p[i]))
			return false;
		if (value > (INT64_MAX - (s.p[i] - '0')) / 10)
			return false;
		value = value * 10 + (s.p[i] - '0');
	}
	*out = negative ? -value : value;
	return true;
}

/* An exponent that an int can take, on its side of every limit. */
static int clamp(int64_t exponent)
{
	const int64_t far = 100000000;

	return (int)(exponent > far ? far : exponent < -far ? -far : exponent);
}

/* Cut zeros off the end, and make a zero plain. */
static void tidy(struct number *n)
{
	while (n->count && n->digits[n->count - 1] == 0)
		n->count--;
	if (!n->count) {
		n->negative = false;
		n->exponent = 0;
	}
}

static enum number_error check(const struct number *n, int significant)
{
	if (n->exponent > EXPONENT_MAX)
		return NUMBER_OVERFLOW;
	if (n->exponent < EXPONENT_MIN)
		return NUMBER_UNDERFLOW;
	return significant > NUMBER_DIGITS ? NUMBER_TOO_PRECISE : NUMBER_FINE;
}

enum number_error number_parse(struct str text, struct number *out)
{
	struct number n = { 0 };
	size_t i = text.n && (text.p[0] == '-' || text.p[0] == '+');
	int64_t point = 0, shift = 0; /* digits before the point; written exponent */
	int64_t seen = 0, significant = 0;
	bool dot = false, any = false;
	enum number_error error;

	n.negative = text.n && text.p[0] == '-';
	for (; i < text.n; i++) {
		char c = text.p[i];

		if (c == '.' && !dot) {
			dot = true;
			continue;
		}
		if (!is_digit(c))
			break;
		any = true;
		if (!dot)
			point++;
		if (!seen && c == '0') { /* a leading zero moves the point instead */
			point--;
			continue;
		}
		if (c != '0')
			significant = seen + 1;
		if (seen < NUMBER_DIGITS)
			n.digits[seen] = (uint8_t)(c - '0');
		seen++;
	}
	if (!any)
		return NUMBER_MALFORMED;
	if (i < text.n) {
		if (text.p[i] != 'e' && text.p[i] != 'E')
			return NUMBER_MALFORMED;
		if (!parse_exponent(str_slice(text, i + 1, text.n), &shift))
			return NUMBER_MALFORMED;
	}
	n.count = (int)(seen < NUMBER_DIGITS ? seen : NUMBER_DIGITS);
	/* The one digit of a zero is the last that was written: 0e126 is too large, 0.0e126 is not. */
	n.exponent = clamp(point + clamp(shift) - (significant ? 1 : 0));
	error = check(&n, significant > NUMBER_DIGITS ? NUMBER_DIGITS + 1 : (int)significant);
	tidy(&n);
	*out = n;
	return error;
}

const char *number_complaint(struct arena *a, enum number_error error, struct str text)
{
	switch (error) {
	case NUMBER_FINE:
		break;
	case NUMBER_MALFORMED:
		return arena_printf(a, "The parameter cannot be converted to a numeric value: %.*s",
				    STR_ARG(text));
	case NUMBER_OVERFLOW:
		return "Number overflow. Attempting to store a number with magnitude larger than supported range";
	case NUMBER_UNDERFLOW:
		return "Number underflow. Attempting to store a number with magnitude smaller than supported range";
	case NUMBER_TOO_PRECISE:
		return "Attempting to store more than 38 significant digits in a Number";
	}
	return "";
}

const char *number_older_complaint(struct arena *a, enum number_error error, struct str text)
{
	int64_t exponent = 0, places = 0;
	size_t e = 0;
	bool dot = false;

	for (; e < text.n && text.p[e] != 'e' && text.p[e] != 'E'; e++) {
		places += dot;
		dot |= text.p[e] == '.';
	}
	if (error == NUMBER_MALFORMED && !text.n)
		return "The parameter cannot be converted to a numeric value";
	if (error == NUMBER_OVERFLOW || error == NUMBER_UNDERFLOW)
		parse_exponent(str_slice(text, e + 1, text.n), &exponent);
	if (exponent == INT32_MAX)
		error = NUMBER_UNDERFLOW;
	else if (exponent > INT32_MAX || places - exponent > INT32_MAX)
		error = NUMBER_MALFORMED;
	return number_complaint(a, error, text);
}

static size_t put_zeros(char *text, size_t at, int count)
{
	while (count-- > 0)
		text[at++] = '0';
	return at;
}

size_t number_print(const struct number *n, char text[static NUMBER_TEXT_MAX])
{
	size_t at = 0;

	if (!n->count) {
		memcpy(text, "0", 2);
		return 1;
	}
	if (n->negative)
		text[at++] = '-';
	if (n->exponent < 0) {
		text[at++] = '0';
		text[at++] = '.';
		at = put_zeros(text, at, -n->exponent - 1);
	}
	for (int i = 0; i < n->count; i++) {
		text[at++] = (char)('0' + n->digits[i]);
		if (i == n->exponent && i + 1 < n->count)
			text[at++] = '.';
	}
	at = put_zeros(text, at, n->exponent - n->count + 1);
	text[at] = '\0';
	return at;
}

size_t number_key(const struct number *n, unsigned char key[static NUMBER_KEY_MAX])
{
	bool odd = n->exponent & 1; /* the first pair is full */
	int hundreds = (n->exponent - (odd ? 1 : 0)) / 2 + 1;
	size_t at = 0;
	int i = 0;

	if (!n->count) {
		key[0] = 0x80;
		return 1;
	}
	key[at++] = (unsigned char)(n->negative ? 63 - hundreds : 192 + hundreds);
	while (i < n->count) {
		int pair = 0;

		if (i || odd)
			pair = 10 * n->digits[i++];
		if (i < n->count)
			pair += n->digits[i++];
		key[at++] = (unsigned char)(n->negative ? 101 - pair : pair + 1);
	}
	/* The longer of two negative numbers with equal beginnings is the smaller one. */
	if (n->negative && at < 21)
		key[at++] = 102;
	return at;
}

size_t number_size(const struct number *n)
{
	int whole = n->exponent + 1;

	if (!n->count)
		return 1;
	whole = whole < 0 ? 0 : whole > n->count ? n->count : whole;
	return 1 + (size_t)((whole + 1) / 2 + (n->count - whole + 1) / 2) + n->negative;
}

bool number_whole(const struct number *n, int64_t *out)
{
	int64_t whole = 0;

	if (n->count && n->exponent > 17)
		return false;
	for (int i = 0; i <= n->exponent && i < 18; i++)
		whole = whole * 10 + (i < n->count ? n->digits[i] : 0);
	*out = n->negative ? -whole : whole;
	return true;
}

int number_cmp(const struct number *a, const struct number *b)
{
	unsigned char x[NUMBER_KEY_MAX], y[NUMBER_KEY_MAX];
	size_t m = number_key(a, x), n = number_key(b, y);

	return str_cmp(str_make(x, m), str_make(y, n));
}

/* --- sums: both operands laid out as digits of one wide fixed-point number ----------------------- */

static void spread(const struct number *n, int8_t wide[static WIDTH_MAX])
{
	memset(wide, 0, WIDTH_MAX);
	for (int i = 0; i < n->count; i++)
		wide[EXPONENT_MAX + 1 - n->exponent + i] = (int8_t)n->digits[i];
}

/* Make every digit 0..9 by carrying; the first place has room for one carry. */
static void carry(int8_t wide[static WIDTH_MAX])
{
	for (int i = WIDTH_MAX - 1; i > 0; i--) {
		if (wide[i] > 9) {
			wide[i] = (int8_t)(wide[i] - 10);
			wide[i - 1]++;
		} else if (wide[i] < 0) {
			wide[i] = (int8_t)(wide[i] + 10);
			wide[i - 1]--;
		}
	}
}

enum number_error number_add(const struct number *a, const struct number *b, bool minus,
			     struct number *out)
{
	int8_t sum[WIDTH_MAX], other[WIDTH_MAX];
	bool b_negative = b->count && (b->negative != minus);
	struct number p = *a, q = *b, n = { 0 };
	int first = 0, last = WIDTH_MAX - 1;

	/* With unlike signs the larger magnitude goes first, so that no borrow is left over. */
	p.negative = q.negative = false;
	n.negative = a->negative;
	if (a->negative != b_negative && number_cmp(&p, &q) < 0) {
		struct number swap = p;

		p = q;
		q = swap;
		n.negative = b_negative;
	}
	spread(&p, sum);
	spread(&q, other);
	for (int i = 0; i < WIDTH_MAX; i++)
		sum[i] = (int8_t)(sum[i] + (a->negative != b_negative ? -other[i] : other[i]));
	carry(sum);
	while (first < WIDTH_MAX && !sum[first])
		first++;
	while (last > first && !sum[last])
		last--;
	if (first == WIDTH_MAX) {
		*out = (struct number){ 0 };
		return NUMBER_FINE;
	}
	n.exponent = EXPONENT_MAX + 1 - first;
	n.count = last - first + 1 < NUMBER_DIGITS ? last - first + 1 : NUMBER_DIGITS;
	for (int i = 0; i < n.count; i++)
		n.digits[i] = (uint8_t)sum[first + i];
	tidy(&n);
	*out = n;
	return check(&n, last - first + 1);
}
