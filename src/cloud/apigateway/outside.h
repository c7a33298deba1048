#ifndef CLOUD_APIGATEWAY_OUTSIDE_H
#define CLOUD_APIGATEWAY_OUTSIDE_H

#include "base/json.h"

/*
 * Requests to servers elsewhere, for HTTP integrations, while the account's turns go on: a few threads carry them
 * out, and who waits for one is woken under its id. Neither this machine's own services nor those of private networks
 * are asked, but the cloud itself is.
 */
struct outside_request {
	struct str id; /* the request's: what is woken */
	const char *account;
	const char *method, *url;
	const char *const *headers; /* "Name: value", NULL-ended */
	struct str body;            /* absent: none */
	int timeout_ms;
	int cloud_port; /* of this cloud, where it may be asked on this machine */
};
struct outside_answer {
	int status;         /* 0: there was none */
	struct str headers; /* "Name: value\r\n"... */
	struct str body;
	bool timed_out;
	struct str why; /* a sentence, when there was none */
};
/* Begin; all is copied. False when too many are under way. */
bool outside_ask(const struct outside_request *request);
/* Is there one with this id, under way or done? */
bool outside_knows(struct str id);
/* What became of it: false while it is under way. Then it is forgotten. */
bool outside_take(struct str id, struct arena *a, struct outside_answer *out);

#endif
