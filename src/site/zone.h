#ifndef SITE_ZONE_H
#define SITE_ZONE_H

#include "base/str.h"

/*
 * zone: how far the clocks of a time zone are from UTC.
 *
 * Three spellings: an offset ("UTC+2", "+02:00", "-0330", "Z"), which always works; a usual abbreviation ("CET", "CEST", "EST",
 * "JST"), which stands for one fixed offset; a name ("Europe/Rome"), looked up in the machine's time zone files.
 */

/*
 * The offset in minutes east of UTC at a moment of the zone's own clock, given as if that clock showed UTC. False when the
 * zone is unknown here.
 */
bool zone_offset(struct str zone, int64_t local_ms, int *minutes);

/* The same from the bytes of a time zone file (RFC 8536); exported for tests. False when they are not one. */
bool zone_file_offset(struct str bytes, int64_t local_ms, int *minutes);

#endif
