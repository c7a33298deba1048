#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/arena.h"

/* Base64 (RFC 4648, section 4): padded, and strict when read, as AWS's JSON blobs are. */
struct str base64_print(struct arena *a, struct str bytes);
/* False unless well-formed: right length, right padding, unused bits zero. */
bool base64_parse(struct arena *a, struct str text, struct str *out);
/* The URL alphabet (section 5) without padding, as in tokens. */
struct str base64url_print(struct arena *a, struct str bytes);
bool base64url_parse(struct arena *a, struct str text, struct str *out);

#endif
