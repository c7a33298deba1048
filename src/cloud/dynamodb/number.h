#ifndef CLOUD_DYNAMODB_NUMBER_H
#define CLOUD_DYNAMODB_NUMBER_H

#include "base/arena.h"

/*
 * DynamoDB's numbers: decimal, exact, at most 38 significant digits, magnitudes from 1E-130 to
 * 9.9999999999999999999999999999999999999E+125, and zero.
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */
enum {
	NUMBER_DIGITS = 38,
	NUMBER_TEXT_MAX = 176, /* sign, "0.", 130 places, 38 digits, NUL */
	NUMBER_KEY_MAX = 22,   /* exponent, 20 pairs, end mark */
};

/* (-1)^negative * d0.d1d2... * 10^exponent; count is 0 for zero; no digit stands for nothing at either end. */
struct number {
	bool negative;
	int exponent;
	int count;
	uint8_t digits[NUMBER_DIGITS];
};

enum number_error {
	NUMBER_FINE,
	NUMBER_MALFORMED,
	NUMBER_OVERFLOW,
	NUMBER_UNDERFLOW,
	NUMBER_TOO_PRECISE,
};

/*
 * Read decimal text such as "-1.50e3". The exponent is read in full (64 bits) before the range is looked at; a zero is in
 * range when the exponent that it is written with is.
 */
enum number_error number_parse(struct str text, struct number *out);
/* AWS's sentence for an error; `text` is what was read. */
const char *number_complaint(struct arena *a, enum number_error error, struct str text);
/*
 * The same in the words of operations that read numbers as Java's BigDecimal does: exponents and scales (the places behind
 * the point less the exponent) end at 32 bits, and the largest exponent turns around.
 */
const char *number_older_complaint(struct arena *a, enum number_error error, struct str text);

/* Plain decimal text without superfluous zeros, as DynamoDB returns it; the length without NUL. */
size_t number_print(const struct number *n, char text[static NUMBER_TEXT_MAX]);

/*
 * Bytes whose memcmp() order is the numbers' order: an exponent of 100, then pairs of digits, both complemented when
 * negative. Returns the length.
 */
size_t number_key(const struct number *n, unsigned char key[static NUMBER_KEY_MAX]);
/* Bytes as AWS counts a number: one, one for each pair of digits on either side of the point, one for a minus. */
size_t number_size(const struct number *n);

/* The whole part, without the fraction; false when it has more than 18 digits. */
bool number_whole(const struct number *n, int64_t *out);

/* <0, 0, >0. */
int number_cmp(const struct number *a, const struct number *b);

/* a + b, or a - b with `minus`; exact or an error. */
enum number_error number_add(const struct number *a, const struct number *b, bool minus,
			     struct number *out);

#endif
