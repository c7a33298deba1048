#ifndef BASE_FNV_H
#define BASE_FNV_H

#include <stddef.h>
#include <stdint.h>

/*
 * FNV-1a in 64 bits: quick, for tables in memory, where it does no harm that strangers can find two texts of the same.
 * What lies in pieces is added piece by piece, from FNV_BEGIN.
 */
#define FNV_BEGIN 14695981039346656037ULL

/* The hash of what was hashed so far and of `n` further bytes. */
static inline uint64_t fnv_add(uint64_t so_far, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n; i++)
		so_far = (so_far ^ p[i]) * 1099511628211ULL;
	return so_far;
}

#endif
