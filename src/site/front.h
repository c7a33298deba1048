#ifndef SITE_FRONT_H
#define SITE_FRONT_H

#include "base/json.h"

/*
 * front: the front matter of a Markdown file, YAML between two lines of three dashes at its very beginning.
 */
struct front {
	struct json_object
		*values; /* an object, perhaps empty; its lines (yaml_line) count from first_line */
	int first_line;  /* the line of the file that line 1 of the values is */
	struct str rest; /* the text behind it */
	int rest_line;   /* the line of the file that it begins on, from 1 */
};

/*
 * Split and parse. False with a sentence in *why and its line in *line when it is not closed, not YAML, or not a
 * mapping; *out is usable all the same.
 */
bool front_parse(struct arena *a, struct str text, struct front *out, int *line, const char **why);

#endif
