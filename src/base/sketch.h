#ifndef BASE_SKETCH_H
#define BASE_SKETCH_H

#include "base/arena.h"

/*
 * Sketch: what many numbers were like, in little memory: how many, their sum, the least and the most, and as many
 * of the values themselves as fit. While there are few different values all of it is exact; then neighbours that are
 * closest are taken together, and percentiles become estimates.
 */
enum { SKETCH_POINTS = 32 };

struct sketch_point {
	double value;
	double count; /* how often */
};

struct sketch {
	double count, sum, least, most; /* of nothing: all 0 */
	bool blind;                     /* of some values only these four are known */
	size_t n;
	struct sketch_point points[SKETCH_POINTS + 1]; /* n of them, rising; one place to work in */
};

/* Add a value that was there `count` times; a zeroed sketch is empty. */
void sketch_add(struct sketch *s, double value, double count);
/* Add values of which only these four are known; one value, or all alike, is as good as known. */
void sketch_add_set(struct sketch *s, double count, double sum, double least, double most);
void sketch_merge(struct sketch *into, const struct sketch *from);

/* The value that `percent` of the values do not exceed; false when there are none, or they are not known. */
bool sketch_percentile(const struct sketch *s, double percent, double *out);
/* Of the values from percentile `low` to `high`: how many there are and their sum. False as above. */
bool sketch_between(const struct sketch *s, double low, double high, double *count, double *sum);
/* Of the values above `low` and not above `high`: how many there are and their sum. False as above. */
bool sketch_within(const struct sketch *s, double low, double high, double *count, double *sum);

/* The points as bytes, to be kept, and back into a sketch whose other fields are set; false when they are not that. */
struct str sketch_print(struct arena *a, const struct sketch *s);
bool sketch_parse(struct sketch *s, struct str bytes);

#endif
