#ifndef CLOUD_LAMBDA_LAMBDA_H
#define CLOUD_LAMBDA_LAMBDA_H

#include "aws/service.h"
#include "http/http.h"
#include "sandbox/sandbox.h"

/* Lambda: functions that run in sandboxes, warm between invocations. */
extern const struct service lambda_service;

/* What running functions needs, beside the service's operations. */
struct lambda_config {
	struct aws *aws;  /* for log lines and metrics; NULL: there are none */
	int warden_fd;    /* of warden_fork(); taken */
	const char *data; /* the data folder: the clients of the Runtime API are put there */
	struct http_server *http;    /* where the Runtime API is served */
	struct http_listener *cloud; /* where connections to the cloud from inside go */
	struct http_listener
		*named; /* where those to AWS's own names go; NULL: those are not known inside */
	const char *trusted; /* the certificate of the authority behind it */
	int memory_mb;       /* what all environments together may have; 0: half of the machine's */
	const char *refused; /* NULL, or a sentence: why functions cannot run here */
	/* An invocation of this account is done: wake who waits for its id. Quick; from any thread. */
	void (*wake)(void *arg, struct str account, struct str key);
	void *arg;
};
/* Once in a process. False with a sentence in *why. */
bool lambda_start(const struct lambda_config *config, struct arena *a, const char **why);
/*
 * An account is emptied: its functions end at once, whatever they do, and nothing is unpacked for it any more. False when
 * that was not so in time (time_monotonic_us()). May block.
 */
bool lambda_end(struct str account, int64_t until_us);
/* No function runs any more. After the server's turns have ended, before its HTTP server is freed. */
void lambda_stop(void);

#endif
