/*
 * Property: whatever an extension asks for is refused with a reason, or is a port inside, a path that can stand in a request's
 * line, and limits within their ranges; whatever it answers is a status, an error or not complete yet.
 */
#include "cloud/lambda/telemetry.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void ask(struct arena *a, struct str body, bool logs)
{
	struct telemetry_wish wish;
	struct str why;

	if (!telemetry_read(a, body, logs, &wish, &why)) {
		require(why.n > 0);
		return;
	}
	require(wish.port >= 1 && wish.port <= 65535 && wish.port != 9001 && wish.kinds);
	require(wish.max_bytes >= 256 << 10 && wish.max_bytes <= 1 << 20 && wish.timeout_ms >= 25);
	require(wish.tcp || (wish.path.n && wish.path.p[0] == '/'));
	for (size_t i = 0; i < wish.path.n; i++)
		require(wish.path.p[i] > ' ');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	char *bytes = malloc(size ? size : 1);
	struct str given = str_make(bytes, size);
	int status;

	/* Exactly as long as it is, so that a byte read behind it is noticed. */
	memcpy(bytes, data, size);
	ask(a, given, false);
	ask(a, given, true);
	status = telemetry_status(given);
	require(status == -1 || status == 0 || (status >= 100 && status <= 999));
	free(bytes);
	arena_free(a);
	return 0;
}
