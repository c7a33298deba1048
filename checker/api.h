#ifndef CHECKER_API_H
#define CHECKER_API_H

#include "base/json.h"

/*
 * Questions to the workshop's API (site/site.h lists it): one request, one JSON answer, one sentence when it fails.
 */
struct api {
	const char *server; /* "http://10.0.0.5:8080", no slash at the end */
	const char *token;  /* bearer token, or NULL */
	/* Called about ten times a second while waiting; false gives up. May be NULL. */
	bool (*idle)(void *arg);
	void *arg;
};

enum api_result {
	API_WELL,
	API_UNREACHABLE, /* nobody answered */
	API_REFUSED,     /* 401, 403: the token or the code is wrong */
	API_WRONG,       /* another 4xx: what was asked makes no sense to the server */
	API_BUSY,        /* 429, 5xx: try again later */
	API_STRANGE,     /* an answer, but not this API's */
};

/*
 * Read --server and --token: a scheme is added ("10.0.0.5:8080"), slashes at the end go. False with a sentence
 * when that cannot be an address, or the token cannot be a header. `token` may be NULL.
 */
bool api_init(struct api *api, struct arena *a, const char *server, const char *token,
	      const char **why);

/*
 * Ask; on API_WELL *out is the answer's JSON, in the arena. Otherwise *why is a sentence for the user, the server's own
 * where it gave one. `body` absent: GET, else POST with that JSON.
 */
enum api_result api_ask(const struct api *api, struct arena *a, const char *path, struct str body,
			struct json_object **out, const char **why);

/* What a status and the body of a refusal mean; for callers that made the request themselves. */
enum api_result api_judge(const struct api *api, struct arena *a, int status, struct str body,
			  const char **why);

#endif
