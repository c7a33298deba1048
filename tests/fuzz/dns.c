/*
 * Property: whatever a resolver sends is left alone, or is answered: with its own question, as an answer, within the room
 * there is, and with an address only when the question is of AWS.
 */
#include "sandbox/inside.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { HEAD = 12, ADDRESS = 16 };
	unsigned char *question = malloc(size ? size : 1), answer[NAMES_MAX];
	size_t n;

	/* Exactly as long as it is, so that a byte read behind it is noticed. */
	memcpy(question, data, size);
	n = names_answer(question, size, answer);
	if (n) {
		require(n >= HEAD && n <= NAMES_MAX && (answer[2] & 0x80));
		require(memcmp(answer, question, 2) == 0 &&
			memcmp(answer + 4, question + 4, 2) == 0);
		require(answer[7] <= 1 && (answer[3] & 0x0f) <= 3);
		require(!answer[7] ||
			(n > HEAD + ADDRESS && memcmp(answer + n - 4, "\x7f\0\0\1", 4) == 0));
	}
	free(question);
	return 0;
}
