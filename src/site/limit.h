#ifndef SITE_LIMIT_H
#define SITE_LIMIT_H

#include "base/str.h"

/*
 * Limits by token bucket: one bucket per address, and one for everybody together.
 *
 * A bucket holds `burst` tokens and gets `per_minute` back; what costs takes one. Addresses are remembered in a table
 * of fixed size (the one idle longest makes room), an IPv6 address by its first 64 bits. Safe from any thread.
 */
struct limit;

struct limit_config {
	int burst, per_minute;         /* per address */
	int burst_all, per_minute_all; /* all addresses together */
};
struct limit *limit_new(const struct limit_config *config);
void limit_free(struct limit *limit);

/*
 * May this address try? 0, or the seconds to wait. Takes nothing: what succeeds is free.
 */
int limit_wait_s(struct limit *limit, struct str address, int64_t now);
/* It tried, and that cost. */
void limit_take(struct limit *limit, struct str address, int64_t now);

#endif
