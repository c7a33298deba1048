#ifndef AWS_RAW_H
#define AWS_RAW_H

#include "aws/op.h"
#include "aws/sigv4.h"

/*
 * Data planes: what deployed things serve (APIs, function addresses, login pages). The request is no call of AWS's
 * but anything that HTTP can say, and so is the answer.
 *
 * Such an operation has the flags OP_RAW | OP_OPEN. struct service's `serves` says which requests are its own, by host or
 * path, before anything else looks at them; account_of says whose account it is; the operation finds the request
 * in op->raw and answers with op_answer(). It may wait and is run again, as any other. When it fails instead, the
 * error's status and {"message": ...} are sent, with the headers set so far.
 */
struct raw_request {
	struct str method;
	struct str path;  /* as sent, still escaped: "/_aws/execute-api/a1b2c3d4e5/prod/ride" */
	struct str query; /* as sent, without "?"; absent when there is none */
	struct str body;
	struct str host; /* of the Host header, without port, as written */
	struct str peer; /* the client's address in text */
	bool tls;
	const struct sigv4_request *http; /* all of it, headers too */
};

/* The first header called so (any case), or absent. */
struct str raw_header(const struct raw_request *raw, const char *name);
/*
 * Does the host begin with a label and `domain`? "a1b2.execute-api.localhost" with ".execute-api." gives "a1b2"; a
 * label may have dots in it. Absent: it does not.
 */
struct str raw_host_label(const struct raw_request *raw, const char *domain);
/*
 * The segment behind a prefix of the path: "/_aws/execute-api/" -> "a1b2c3d4e5"; *rest is what follows it, with its
 * slash, or empty. Absent: the path does not begin so, or there is no such segment.
 */
struct str raw_path_label(const struct raw_request *raw, const char *prefix, struct str *rest);

/* True the first time that it is asked in all runs of one request: for what must happen once, such as counting it. */
bool op_once(struct op *op, const char *what);

/* The answer; the body lives in op's arena or longer. `type` may be NULL. Returns DONE. */
enum outcome op_answer(struct op *op, int status, const char *type, struct str body);
/*
 * A header of the answer, before or after op_answer(); names may repeat. False, and nothing is added, when name or value
 * could not stand in a header: they may come from an attendee's function. Content-Length, Connection,
 * Transfer-Encoding and such are the server's: they are dropped, and so is what is not http_guest_may_set().
 */
bool op_answer_header(struct op *op, struct str name, struct str value);

/* Is the request signed with a key of this account, for this service ("execute-api")? */
enum raw_signed {
	RAW_UNSIGNED,
	RAW_SIGNED,  /* op->caller is who signed: authorize() asks about them */
	RAW_REFUSED, /* the signature is wrong, too old or somebody else's: *why is AWS's sentence */
};
enum raw_signed op_verify(struct op *op, const char *service, struct str *why);

/* What op_answer() collects; for dispatch. */
struct raw_answer {
	int status;
	const char *type;
	struct str body;
	struct raw_answer_header {
		struct raw_answer_header *next;
		const char *name;
		struct str value;
	} * headers, **last;
};

#endif
