#ifndef CLOUD_APIGATEWAY_PATCH_H
#define CLOUD_APIGATEWAY_PATCH_H

#include "base/json.h"

/*
 * Patches: [{"op": "replace", "path": "/name", "value": "..."}], carried out on a JSON document by a table of what is
 * allowed. From: API Gateway API Reference, "Patch Operations". Pure: no operation, no account.
 *
 *	static const struct patch_rule rules[] = {
 *		{ "/name", PATCH_REPLACE },
 *		{ "/variables/{name}", PATCH_ADD | PATCH_REPLACE | PATCH_REMOVE, PATCH_MAP },
 *		{ 0 }
 *	};
 */
enum patch_ops {
	PATCH_ADD = 1 << 0,
	PATCH_REMOVE = 1 << 1,
	PATCH_REPLACE = 1 << 2,
	PATCH_COPY = 1 << 3,
	PATCH_ALL = PATCH_ADD | PATCH_REMOVE | PATCH_REPLACE,
};

enum patch_type {
	PATCH_STRING, /* an empty value takes the member away */
	PATCH_TEXT,   /* a string that may be empty */
	PATCH_BOOLEAN,
	PATCH_INTEGER,
	PATCH_NUMBER,
	PATCH_LIST,       /* of strings; what is added or removed stands in the path */
	PATCH_LIST_VALUE, /* the same, but it stands in the value */
	PATCH_MAP,        /* of strings: an entry stands in the path */
	PATCH_FLAGS,      /* a map of booleans */
	PATCH_API_STAGES, /* a usage plan's [{"apiId", "stage"}]: "api:stage" stands in the value */
};

struct patch_rule {
	/*
	 * "/accessLogSettings/format". "{name}" stands for one segment, which may be escaped (~1 for a slash); "{name+}" for
	 * several, as they are.
	 */
	const char *path;
	unsigned ops; /* enum patch_ops */
	enum patch_type type;
	/* Where it stands in the document, when that is elsewhere; "{}" is what the braces stood for. NULL: as in path. */
	const char *to;
	const char *
		missing; /* what is said when an entry to be replaced is not there; NULL: it is added */
};

/* How API Gateway words what it refuses: each of its resources in its own way. */
enum patch_words {
	PATCH_WORDS_LIST, /* "Invalid patch path  '/x' specified for op 'replace'. Must be one of: [/name]" */
	PATCH_WORDS_PLAIN, /* "Invalid patch path /x", "Invalid patch operation specified. Must be one of: [replace]" */
	PATCH_WORDS_PATH,  /* "Invalid patch path /x", also for a wrong operation */
	PATCH_WORDS_STAGE, /* "Invalid method setting path: /x. Must be one of: [...]" */
};

struct patch_rules {
	const struct patch_rule *at; /* { 0 }-ended, in the order in which they are told */
	enum patch_words words;
};

/*
 * Carry out `operations` on `doc`, all or (when it is thrown away by the caller) nothing. False with *why a sentence in the
 * arena, and *not_found when what should be changed is not there.
 */
bool patch_apply(struct arena *a, const struct patch_rules *rules, struct json_object *doc,
		 struct json_object *operations, const char **why, bool *not_found);

/* "~1ride" as "/ride". */
struct str patch_unescape(struct arena *a, struct str segment);

#endif
