#ifndef CLOUD_AMPLIFY_HEADERS_H
#define CLOUD_AMPLIFY_HEADERS_H

#include "base/json.h"

/*
 * Custom headers: what an app's customHeaders (or customHttp.yml) add to answers.
 *
 * From: Amplify Hosting User Guide, "Custom header YAML reference". A pattern without a slash is one of file names
 * ("*.json"); in others "*" stands for part of a segment, "**" for any segments.
 */

/*
 * Read the YAML (or JSON) text: [{"pattern", "headers": [{"key", "value"}]}], plain JSON in the arena. Of several
 * applications those of the first count. NULL with a sentence in *why.
 */
struct json_object *headers_read(struct arena *a, struct str text, const char **why);
/* Does a pattern stand for this path ("/index.html")? */
bool headers_match(struct str pattern, struct str path);
/* Call fn for every header that the list has for this path, in order. */
void headers_each(const struct json_object *list, struct str path,
		  void (*fn)(void *arg, struct str name, struct str value), void *arg);

#endif
