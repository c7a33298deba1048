#ifndef BASE_DEFINITION_H
#define BASE_DEFINITION_H

#include "base/json.h"

/*
 * Definitions: documents of somebody else's making, OpenAPI's for instance, that come as JSON or as YAML.
 *
 * They are refused by their size before they are read: a value of a tree is many times as large as the three bytes that
 * can stand for it.
 */
#define DEFINITION_BYTES_MAX   ((size_t)6 << 20)
#define DEFINITION_OBJECTS_MAX ((size_t)300000) /* objects and arrays */

/*
 * Read one; a plain tree owned by the arena. What begins with a brace is JSON. NULL when it is neither or too large: then
 * *why is a sentence without a full stop.
 */
struct json_object *definition_read(struct arena *a, struct str text, const char **why);

#endif
