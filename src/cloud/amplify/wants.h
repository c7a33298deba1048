#ifndef CLOUD_AMPLIFY_WANTS_H
#define CLOUD_AMPLIFY_WANTS_H

#include "base/str.h"

/* What a browser says in its headers about the answer that it wants. From: RFC 9110. */

/* Is a tag (without quotes) in a list of If-None-Match? Weak or not does not matter there; "*" is any. */
bool wants_other_than(struct str list, struct str tag);
/* Does an Accept-Encoding take this coding ("gzip")? */
bool wants_coding(struct str list, const char *coding);

enum wanted {
	WANTS_ALL,
	WANTS_PART,    /* bytes *from to *to (exclusive), at least one */
	WANTS_OUTSIDE, /* nothing of it is there: 416 */
};
/* One range of so many bytes: "bytes=0-499", "bytes=500-", "bytes=-500". Several, or what is none, want it all. */
enum wanted wants_range(struct str text, size_t size, size_t *from, size_t *to);

#endif
