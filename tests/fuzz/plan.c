/*
 * Property: whatever arrives as a plan is refused or is one: it prints to the same bytes, and one that the
 * warden permits names clean absolute paths and mounts nothing but what lies below its root or /usr.
 */
#include "sandbox/inside.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_make(size ? (const char *)data : "", size);
	struct arena *a = arena_new();
	struct plan plan;
	struct buf b;

	buf_init(&b, BUF_MAX);
	if (plan_parse(a, text, &plan)) {
		require(plan_print(&plan, &b) && str_eq(buf_str(&b), text));
		if (warden_permits("/srv", &plan)) {
			require(plan.words[0][0] == '/' && plan.folder[0] == '/');
			for (size_t i = 0; i < plan.mount_count; i++) {
				struct str source = str_of(plan.mounts[i].source);

				require(str_starts(source, STR("/srv/")) ||
					str_starts(source, STR("/usr/")));
				require(str_find_str(source, STR("/../")) < 0);
				require(!str_ends(source, STR("/..")));
			}
		}
	}
	buf_release(&b);
	arena_free(a);
	return 0;
}
