#ifndef CLOUD_LAMBDA_EVENTS_H
#define CLOUD_LAMBDA_EVENTS_H

#include "cloud/lambda/function.h"

/*
 * Asynchronous invocations: events that wait their turn, are tried again, and go to a destination in the end.
 *
 * An event is a job, from the moment it is accepted until it is over, so none is lost when the server stops; one that was
 * running then runs again. From: Lambda Developer Guide, "Invoking a Lambda function asynchronously".
 */

/* Promise to carry out an event, named by op's request id; in op's transaction. */
void event_promise(struct op *op, const struct function *f, struct str payload);

/* The jobs: give an event to its function, and look how it came out. */
enum outcome lambda_job_event(struct op *op);
enum outcome lambda_job_event_look(struct op *op);

/* What is configured for a function's events (event_config.c). */
struct event_config {
	int64_t retries;                   /* after the first try */
	int64_t age_max_ms;                /* older ones are given up */
	struct str on_success, on_failure; /* ARNs, or absent */
};
void event_config_of(struct op *op, const struct function *f, struct event_config *out);

#endif
