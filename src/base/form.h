#ifndef BASE_FORM_H
#define BASE_FORM_H

#include "base/arena.h"

/*
 * form: percent-encoding, and the name=value pairs of queries and posted forms.
 *
 *	struct str rest = req->query, name, value;
 *
 *	while (form_next(&rest, &name, &value))
 *		if (form_decode(a, name, true, &name) && form_decode(a, value, true, &value))
 *			use(name, value);
 *
 * The pairs come out as they were sent, because a signature is computed over what was
 * sent; decoding is a step of its own.
 */

/*
 * Decode "%41" and, in forms and queries, "+" as a blank. *out is a view of `s` when there was nothing
 * to decode, else it lives in the arena. The bytes may be anything, NUL and broken UTF-8 too. False (and
 * *out untouched) when a "%" is not followed by two hexadecimal digits. The absent str stays absent.
 */
bool form_decode(struct arena *a, struct str s, bool plus_is_space, struct str *out);
/* The same, for callers that take a wrong escape as it stands. */
struct str form_decode_lenient(struct arena *a, struct str s, bool plus_is_space);
/*
 * Encode all but RFC 3986's unreserved characters (letters, digits, - . _ ~) as "%2A" with upper-case
 * digits, as SigV4 wants it; with keep_slash, "/" stays too.
 */
struct str form_encode(struct arena *a, struct str s, bool keep_slash);

/*
 * The next pair of "a=1&b=&c": name and value as sent. Empty pieces ("&&") are skipped. A piece without "="
 * has the absent value. False at the end; *rest then is the absent str.
 */
bool form_next(struct str *rest, struct str *name, struct str *value);
/* The decoded value of the first pair whose decoded name is `name`, or absent; "a" alone gives the empty str. */
struct str form_get(struct arena *a, struct str form, const char *name);

#endif
