/* Property: a certificate that is read has a digest, and reads the same once more. */
#include "base/x509.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct str text = str_make(size ? (const char *)data : "", size);
	struct x509_certificate first, again;

	if (x509_read(a, text, &first)) {
		require(first.digest.n == 64);
		require(x509_read(a, text, &again));
		require(str_eq(first.digest, again.digest) && first.not_after == again.not_after);
	}
	arena_free(a);
	return 0;
}
