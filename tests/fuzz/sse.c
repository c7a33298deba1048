/*
 * Server-sent events: however a stream is cut into pieces, the same events come out of it; and what an event holds is never more
 * than the maximum.
 */
#include "checker/sse.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { EVENT_MAX = 200 };

static void on_event(void *arg, struct str name, struct str data)
{
	struct buf *out = arg;

	if (data.n > EVENT_MAX || name.n > SSE_NAME_MAX || !name.n)
		abort();
	buf_add(out, name);
	buf_addc(out, '\0');
	buf_add(out, data);
	buf_addc(out, '\0');
}

static void read_in_pieces(struct str stream, size_t step, struct buf *out)
{
	struct sse sse;

	buf_init(out, BUF_MAX);
	sse_init(&sse, EVENT_MAX, on_event, out);
	for (size_t i = 0; i < stream.n; i += step)
		sse_feed(&sse, str_slice(stream, i, i + step));
	sse_release(&sse);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t step = size ? data[0] % 16 + 1 : 1;
	struct str stream = str_slice(str_make(data, size), 1, size);
	struct buf whole, pieces;

	read_in_pieces(stream, stream.n + 1, &whole);
	read_in_pieces(stream, step, &pieces);
	if (!str_eq(buf_str(&whole), buf_str(&pieces)))
		abort();
	buf_release(&whole);
	buf_release(&pieces);
	return 0;
}
