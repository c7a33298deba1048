#ifndef BASE_JSONPATH_H
#define BASE_JSONPATH_H

#include "base/json.h"

/*
 * JSONPath: the part of RFC 9535 that AWS's services and our checks use.
 *
 *	$                       the value itself
 *	.name  ['name']         a member; quotes ' or ", with \' \" and \\ inside
 *	[0]  [-1]               an element, from the end when negative
 *	[*]  .*                 every element or member
 *	..name  ..*  ..[0]      the same at any depth, the value itself first
 *	[?(@.a.b=='x' && @.n>3)]   elements or members for which it holds; the parentheses may be left out
 *
 * A filter knows == != < <= > >=, && || !, parentheses, strings in either quote, numbers, true, false and null. Paths in it
 * begin with @ (the element) or $ (the whole value); a path alone asks whether it leads anywhere. What is
 * missing equals nothing but what is missing; < and > hold between two numbers or two strings only.
 */

/*
 * A path is at most this long, and looks at this many values at most: what needs more only serves
 * to use up the machine, and is an error.
 */
#define JSONPATH_LENGTH_MAX 4096
#define JSONPATH_VISITS_MAX 2000000

/* Is `path` well-formed? If not, *why is a sentence that names the position (from 1). */
bool jsonpath_check(struct arena *a, struct str path, const char **why);

/*
 * Everything that `path` selects in `json`, in document order: *count values in *found (arena; an entry is
 * NULL where JSON null was selected). Values belong to json. False when the path is not well-formed, with
 * *why as above; selecting nothing is no error.
 */
bool jsonpath_all(struct arena *a, struct str path, const struct json_object *json,
		  struct json_object ***found, size_t *count, const char **why);

/*
 * The first value that `path` selects; NULL when there is none, or it is JSON null, or the path is not
 * well-formed. Only then *why is set, so `why` set to NULL before tells the cases apart; it may be NULL.
 */
struct json_object *jsonpath_one(struct arena *a, struct str path, const struct json_object *json,
				 const char **why);

#endif
