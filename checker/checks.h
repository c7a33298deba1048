#ifndef CHECKER_CHECKS_H
#define CHECKER_CHECKS_H

#include "base/files.h"
#include "base/json.h"

/*
 * Checks: what must be true in an attendee's account, read from labs/<lab>/checks.yaml.
 *
 *	- id: ride                                    # small letters, digits and dashes; unique in its lab
 *	  title: A ride can be asked for
 *	  needs: [rides-table]                        # checks that must be green first; or one id
 *	  after: [ride]                               # looked at only once these have been green
 *	  undoes: [rides-table]                       # while this is green, those stay what they were: done
 *	  let:                                        # values to ask the account for, in this order
 *	    api: "$.items[?(@.name=='WildRydes')].id from apigateway GetRestApis"
 *	    root: "$.items[0].id from apigateway GetResources with {restApiId: '{api}'}"
 *	  http: POST {endpoint}/_aws/execute-api/{api}/prod/ride     # or  call: SERVICE OPERATION
 *	  with: {headers: {Accept: text/plain}, body: {a: 1}}        # or the operation's input
 *	  expect: {status: 201, body: {RideId: [{exists: true}]}}    # a pattern; or  expect-error: CODE
 *	  refuse: {body: {Error: [{exists: true}]}}   # a pattern that must not match as well
 *	  hint: What to do.
 *	  diagnose:                                   # tried in order when the check is red
 *	    - call: apigateway GetRestApis            # with, expect, expect-error, refuse as above
 *	      expect: {items: {name: [{equals-ignore-case: wildrydes}]}}
 *	      say: What is wrong and what to do.
 *
 * The language is AWS's own, so that a check would hold against real AWS too: an operation, its input, and an event
 * pattern (base/pattern.h, relaxed) that its output must match. Without expect the call must succeed (http: with a status
 * below 400). The answer of an http check is {"status": 201, "headers": {"name-in-small-letters": "..."}, "body": ...},
 * where the body is a value if it is JSON and text otherwise. A script that no browser would run has a "fault" as well:
 * "line 3: the text is not closed: a \" is missing at its end" (base/script.h).
 *
 * {name} in with, http, expect and say stands for a value of `let`, or for {account}, {region}, {endpoint}, {scheme} (of the
 * endpoint: "http" or "https", which is also that of the account's sites); {{name}} for {name} itself. A text that is
 * nothing but {name} becomes the value with its type.
 *
 * An http check is asked with HTTP_LOOK (http/http.h): it is counted in no metrics. What it reaches is run all the same,
 * so it should not reach a function. A host that comes from the account's own values must be the endpoint's.
 *
 * `undoes` is for cleaning up: a table that was made and is deleted at the end was made all the same. Without `after`
 * such a check comes after what it undoes.
 *
 * Whatever is not of this form is a mistake that names file and line, and what would be right.
 */

/* A call with what is expected of it: of a check, or of one of its diagnoses. */
struct check_call {
	struct str service, operation; /* "dynamodb", "DescribeTable"; absent with http */
	struct str method, url;        /* "POST", "{endpoint}/..."; absent with call */
	struct json_object *with;      /* input of the call, or {"headers", "body"}; or NULL */
	struct json_object *expect;    /* pattern; NULL: any success */
	struct json_object *refuse;    /* pattern that must not match; or NULL */
	struct str expect_error; /* the call must fail with this code; absent: it must succeed */
	struct str say;          /* of a diagnosis: what to tell the attendee when it matches */
	int line;
};
/* A value asked for by `let`. */
struct check_let {
	const char *name;
	struct str path; /* JSONPath into the output */
	struct str service, operation;
	struct json_object *with; /* or NULL */
};
struct check_ids {
	struct str *at; /* ids of checks of the same lab */
	size_t count;
};
struct check {
	struct str id, title, hint;
	struct check_ids needs;  /* must be green before this one is looked at */
	struct check_ids after;  /* must have been green at some time */
	struct check_ids undoes; /* stay green, once they were, while this one is */
	struct check_let *let;
	size_t let_count;
	struct check_call call;
	struct check_call *diagnose;
	size_t diagnose_count;
	int line;
};
struct lab_checks {
	struct str lab;   /* "web-app" */
	struct str title; /* from contentspec.yaml or the lab's first page */
	struct check *checks;
	size_t count;
};

/* Somewhere to report what is wrong: once per mistake; `file` is "labs/web-app/checks.yaml", line 0 the whole file. */
typedef void checks_complain(void *arg, const char *file, int line, const char *what);

/*
 * Read every lab that has a checks.yaml, sorted by name. Everything lives in the arena. Reading goes on after a mistake
 * to find the next one; false when there was any. Labs without mistakes are there all the same, the others are not.
 * `complain` may be NULL.
 */
bool checks_read(struct files *labs, struct arena *a, struct lab_checks **out, size_t *count,
		 checks_complain *complain, void *arg);
/* The same for the text of one lab's file; what is found without a mistake is in *out. For tests. */
bool checks_parse(struct arena *a, struct str text, const char *file, struct lab_checks *out,
		  checks_complain *complain, void *arg);

#endif
