/* Property: a public key that is read is written in both of its forms, and both read as the same key. */
#include "cloud/iam/ssh_key.h"

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
	struct str text = str_make(size ? (const char *)data : "", size), blob, again;

	/* Half of what the service takes, because PEM is the longer form. */
	if (size <= 8192 && ssh_key_read(a, text, &blob) == SSH_KEY_GOOD) {
		require(ssh_key_read(a, ssh_key_line(a, blob), &again) == SSH_KEY_GOOD);
		require(str_eq(again, blob));
		require(ssh_key_read(a, ssh_key_pem(a, blob), &again) == SSH_KEY_GOOD);
		require(str_eq(again, blob));
	}
	arena_free(a);
	return 0;
}
