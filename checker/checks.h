#ifndef CHECKER_CHECKS_H
#define CHECKER_CHECKS_H

#include "base/files.h"
#include "base/json.h"

/*
 * Checks: what must be true in an attendee's account, read from labs/<lab>/checks.yaml.
 *
 * The language is AWS's own: an operation, its input, and an EventBridge event pattern that its output must match
 * (see base/pattern.h), so that a check would hold against real AWS too. Unknown keys are errors that name file and line.
 */

/* A call with what is expected of it: of a check, or of one of its diagnoses. */
struct check_call {
	struct str service, operation;  /* "dynamodb", "DescribeTable" */
	struct str http;                /* or "POST {endpoint}/...", the absent str otherwise */
	struct json_object *with;       /* input of the call, or {"headers", "body"} of the request; may hold {names} */
	struct json_object *expect;     /* pattern; NULL: any success */
	struct str expect_error;        /* the call must fail with this code; absent: it must succeed */
	struct str say;                 /* of a diagnosis: what to tell the attendee when it matches */
	int line;
};
struct check {
	struct str id, title, hint;
	struct str *needs;              /* ids of checks that must be green before this one is looked at */
	size_t needs_count;
	struct json_object *let;        /* name -> "JSONPATH from SERVICE OPERATION", in order; or NULL */
	struct check_call call;
	struct check_call *diagnose;
	size_t diagnose_count;
	int line;
};
struct lab_checks {
	struct str lab;    /* "web-app" */
	struct str title;  /* from contentspec.yaml or the lab's first page */
	struct check *checks;
	size_t count;
};

/* Somewhere to report what is wrong: called once per mistake, file and line (0: the whole file) named. */
typedef void checks_complain(void *arg, const char *file, int line, const char *what);

/*
 * Read every lab that has a checks.yaml. Everything lives in the arena. Reading goes on after a mistake to find the
 * next one; false when there was any (labs without mistakes are there all the same).
 */
bool checks_read(struct files *labs, struct arena *a, struct lab_checks **out, size_t *count,
		 checks_complain *complain, void *arg);

#endif
