#ifndef CLOUD_LOGS_PATTERN_H
#define CLOUD_LOGS_PATTERN_H

#include "base/json.h"

/*
 * Filter patterns, as the CloudWatch Logs User Guide has them under "Filter pattern syntax":
 *
 *	ERROR "could not"          both texts are in the message
 *	?ERROR ?WARN               at least one is
 *	ERROR -Exiting             one is, the other is not
 *	%AUTH(ORIZED)%             a regular expression holds
 *	{ $.code = 4* && $.user.name IS NULL }       the message is JSON for which it holds
 *	[ip, user, ..., status = 4*, bytes > 1000]   the message's words
 *
 * A pattern is parsed once and matches many messages; all of it lives in the arena it was parsed with.
 */
struct logs_pattern;

/* NULL when it is not well-formed. */
struct logs_pattern *logs_pattern_parse(struct arena *a, struct str text);

/* A message that is being looked at: read as JSON or into words once, when a pattern asks. */
struct logs_message {
	struct arena *arena;
	struct str text;
	bool parsed;
	struct json_object *json; /* NULL: it is not a JSON object or array */
};

/* Does the message match? */
bool logs_pattern_matches(const struct logs_pattern *p, struct logs_message *m);
/*
 * What the pattern names in a message that matches: {"$.code": "404"} or {"$ip": "127.0.0.1", "$2": ...}; for
 * TestMetricFilter.
 */
struct json_object *logs_pattern_extract(const struct logs_pattern *p, struct logs_message *m);
/*
 * The value of "$.code" or "$bytes" in a message that matches, as text; absent when there is none, or it is an object
 * or array.
 */
struct str logs_pattern_value(const struct logs_pattern *p, struct logs_message *m,
			      struct str selector);
/* Is it a pattern on words, on JSON? */
bool logs_pattern_is_json(const struct logs_pattern *p);
bool logs_pattern_is_words(const struct logs_pattern *p);

#endif
