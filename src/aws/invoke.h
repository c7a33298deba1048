#ifndef AWS_INVOKE_H
#define AWS_INVOKE_H

#include "aws/op.h"

/*
 * What an operation asks of other services while it waits: a function to be run, above all.
 *
 *	struct invoke how = { .function = arn, .payload = event, .service = "apigateway.amazonaws.com", ... };
 *	struct invoked got;
 *
 *	if (op_invoke(op, "integration", &how, &got) == WAITING)
 *		return WAITING;
 *	if (got.error)
 *		... it could not be run
 *
 * An operation that waits is run again from its start, in a new transaction: it must not have changed anything before.
 * What it learned is kept under the given name, so that the next run gets it at once; several invocations of one
 * operation have several names.
 */
struct invoke {
	struct str function; /* its ARN, perhaps with a qualifier */
	struct str payload;  /* JSON */
	/*
	 * Who invokes: a service, which the function's policy must allow for this source, or (with `role`) a role that
	 * trusts the service and may invoke the function.
	 */
	const char *service; /* "apigateway.amazonaws.com" */
	struct str here;     /* how policies may call it as well; absent: nohow else */
	struct str source_arn;
	struct str role;
	struct str
		trace; /* goes on from here (X-Amzn-Trace-Id), so that loops are found; absent: none */
	bool event;    /* asynchronously: promised in the same transaction; never waits */
	bool dry;      /* only asks whether it could be; never waits */
	int64_t wait_ms; /* give up waiting after this; 0: the function's own time-out alone */
};
struct invoked {
	struct str payload; /* what it answered, or the error's JSON */
	bool failed;        /* the payload is an error: FunctionError */
	bool timed_out;     /* not answered within wait_ms; it may go on */
	/* It could not be run at all: no such function, not permitted (AccessDeniedException), throttled. */
	const struct aws_error *error;
	struct str message;
};
/* DONE or WAITING. Only in an operation that was called from outside, unless how->event or how->dry. */
enum outcome op_invoke(struct op *op, const char *name, const struct invoke *how,
		       struct invoked *out);

/* Has this call begun what it keeps under that name, in this run or an earlier one? */
bool op_invoking(const struct op *op, const char *name);

/* A call of another service's operation that may wait, or is made as somebody else (aws_call() knows neither). */
struct waiting_call {
	const char *service, *operation;
	struct json_object *in;  /* taken */
	int64_t wait_ms;         /* 0: no limit of its own */
	const struct caller *as; /* NULL: the workshop itself; otherwise permissions are asked */
};
struct waited_call {
	struct json_object *out;
	const struct aws_error *error; /* NULL: it went well */
	struct str message;
	bool timed_out;
};
/* DONE or WAITING; kept under `name` as above. */
enum outcome op_call_waiting(struct op *op, const char *name, const struct waiting_call *call,
			     struct waited_call *out);

/*
 * A call of another service's operation in a service's own name, as deliveries are made: the resource's policy must allow
 * that; or as a role that trusts the service. From jobs too, since it never waits. False: out->error says why.
 */
struct service_call {
	const char *service, *operation; /* "sqs", "SendMessage" */
	struct json_object *in;
	const char *principal; /* who calls: "sns.amazonaws.com" */
	struct str source_arn; /* on behalf of what */
	struct str resource;   /* the ARN of what it is done to */
	struct str role;       /* absent: none */
	bool owner;            /* see struct authorize_service */
};
bool op_call_as(struct op *op, const struct service_call *call, struct waited_call *out);

/*
 * Act as a role, for a service that it trusts: *out is who a call is then by (for struct waiting_call.as). False when there is no such role in this account, or it does not trust the service.
 */
bool op_assume(struct op *op, struct str role_arn, const char *service, const char *session,
	       struct caller *out);

#endif
