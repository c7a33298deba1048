#ifndef CLOUD_LAMBDA_UNPACK_H
#define CLOUD_LAMBDA_UNPACK_H

#include "base/hash.h"
#include "store/zip.h"

/*
 * Unpacking beside the accounts' turns: one thread, which takes large zips from files. Safe from any thread.
 */

/* What came of a zip. */
struct unpacked {
	enum zip_outcome outcome;
	unsigned char digest[SHA256_BYTES];
	int64_t size, unzipped;
};

/*
 * Unpack a zip to `dir`/NAME beside `dir`/NAME.zip, NAME being its digest in hexadecimal. Whatever was there before under
 * this name stays.
 */
void unpack_now(struct str zip, const char *dir, struct unpacked *out);

/* From here on zips may wait: `wake` is called when one is done. */
void unpack_start(void (*wake)(void *arg, struct str account, struct str key), void *arg);
/* What is being unpacked is finished; the rest is forgotten. */
void unpack_stop(void);

/*
 * Do so with the file `path`, which is taken, and wake `id` in the account when it is done. False when nobody would:
 * unpack it now instead.
 */
bool unpack_later(const char *account, struct str id, const char *path, const char *dir);

/* Forget what waits for an account, which is emptied. True when nothing is unpacked for it from `until_us` on. May block. */
bool unpack_end_account(const char *account, int64_t until_us);

enum unpack_state { UNPACK_UNKNOWN, UNPACK_RUNNING, UNPACK_DONE };
/* How far is it? Once done it is forgotten. */
enum unpack_state unpack_take(struct str id, struct unpacked *out);

#endif
