#ifndef BASE_TIME_H
#define BASE_TIME_H

#include <pthread.h>

#include "base/arena.h"

/*
 * Times are int64_t milliseconds since 1970-01-01T00:00:00Z, named `..._ms` or
 * `now`/`at`/`due`. Code below cmd/ takes the time as an argument.
 */

/* The wall clock. */
int64_t time_now_ms(void);
/* A clock that never goes back, in microseconds; for measuring only. */
int64_t time_monotonic_us(void);

/* Wait for a condition, at most until that clock says `until_us`; false when it does already. */
bool time_wait(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t until_us);

/* A moment in calendar terms, UTC. */
struct time_parts {
	int year, month, day; /* month and day from 1 */
	int hour, minute, second, millisecond;
	int weekday; /* 0 is Sunday */
};
struct time_parts time_split(int64_t at_ms);
int64_t time_join(const struct time_parts *parts);

/* "2021-07-22T11:00:00Z"; with fraction: "2021-07-22T11:00:00.000Z". */
struct str time_iso(struct arena *a, int64_t at_ms, bool fraction);
/* "20210722T110000Z", as SigV4 writes it. */
struct str time_basic(struct arena *a, int64_t at_ms);
/* "Thu, 22 Jul 2021 11:00:00 GMT" (RFC 9110). */
struct str time_http(struct arena *a, int64_t at_ms);
/*
 * Read ISO 8601: "2021-07-22T13:00:00.5+02:00" or "20210722T130000+0200"; the time, its seconds and their
 * fraction may be missing, a blank may stand for the T. Without Z or an offset it is UTC.
 */
bool time_parse_iso(struct str text, int64_t *at_ms);
/* Read the RFC 9110 form that time_http() writes; a weekday that does not match is no error. */
bool time_parse_http(struct str text, int64_t *at_ms);

#endif
