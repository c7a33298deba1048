/*
 * Property: a number that parses prints to text that parses to the same number, with the same key; and the
 * keys of two numbers compare as their difference has its sign. Input: two numbers with a blank between them.
 */
#include "cloud/dynamodb/number.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool check(struct str text, struct number *n)
{
	char printed[NUMBER_TEXT_MAX];
	struct number again;
	size_t length;

	if (number_parse(text, n) != NUMBER_FINE)
		return false;
	length = number_print(n, printed);
	if (length >= NUMBER_TEXT_MAX ||
	    number_parse(str_make(printed, length), &again) != NUMBER_FINE)
		abort();
	if (number_cmp(n, &again) || again.count != n->count || again.exponent != n->exponent ||
	    again.negative != n->negative || number_size(n) > NUMBER_KEY_MAX)
		abort();
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str second = str_make(data, size), first = str_cut(&second, ' ');
	struct number x, y, difference;
	int order;

	if (!check(first, &x) || !check(second, &y))
		return 0;
	order = number_cmp(&x, &y);
	if ((order > 0) - (order < 0) != (number_cmp(&y, &x) < 0) - (number_cmp(&y, &x) > 0))
		abort();
	if (number_add(&x, &y, true, &difference) != NUMBER_FINE)
		return 0;
	if ((order < 0) != difference.negative || (order == 0) != (difference.count == 0))
		abort();
	return 0;
}
