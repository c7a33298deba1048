#ifndef STORE_ZIP_H
#define STORE_ZIP_H

#include "base/arena.h"

/* Zip files that come from outside: functions, layers, sites. */
enum {
	ZIP_BYTES_MAX = 262144000, /* unzipped */
	ZIP_FILES_MAX = 20000,
};

enum zip_outcome {
	ZIP_GOOD,
	ZIP_BAD, /* no zip, or it holds what may not be in one: hard links, ways out of its folder */
	ZIP_LARGE, /* more bytes or files than allowed */
	ZIP_DISK,  /* the machine could not write */
};

/*
 * Unpack into `folder`, which is made. Everything in it can be read by everybody, and what the zip marks executable
 * can be executed. Symbolic links are made last, wherever they lead: nothing is written through them, and whoever reads
 * the folder from outside of a sandbox must not follow them. *unzipped is how many bytes that were. When it is not ZIP_GOOD the folder is removed again.
 */
enum zip_outcome zip_unpack(struct str bytes, const char *folder, int64_t *unzipped);
/* How many bytes it has unpacked, by what it says itself: of a zip that was unpacked before. ZIP_GOOD or ZIP_BAD. */
enum zip_outcome zip_measure(struct str bytes, int64_t *unzipped);
/* May an entry be called so: relative, and nowhere out of its folder? */
bool zip_name_good(const char *name);

#endif
