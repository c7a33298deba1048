#ifndef AWS_SERVICE_H
#define AWS_SERVICE_H

#include "aws/authorize.h"
#include "aws/emit.h"
#include "aws/identity.h"
#include "aws/job.h"
#include "aws/op.h"
#include "aws/port.h"
#include "aws/shape.h"

/* A service is one constant: what it is called, what it speaks, what it can do. */

enum protocol {
	PROTO_JSON10 = 1 << 0,
	PROTO_JSON11 = 1 << 1,
	PROTO_QUERY = 1 << 2,
	PROTO_REST_JSON = 1 << 3,
	PROTO_CBOR = 1 << 4, /* Smithy's "RPC v2 CBOR" */
};

enum operation_flags {
	OP_READS = 1 << 0, /* changes nothing: no write lock, no new look at the checks */
	OP_OPEN = 1 << 1,  /* asks for no signature and looks at none: see service.account_of */
	OP_WAITS = 1 << 2, /* may return WAITING */
	/* A few rows at most, whatever is asked, or says so (op_may_be_long): may run on an HTTP thread. */
	OP_SHORT = 1 << 4,
	OP_SILENT = 1 << 7, /* JSON: a success has no body at all, not even {} */
	OP_POLICY =
		1 << 5,  /* may change what policies say: what is remembered of them is forgotten */
	OP_RAW = 1 << 6, /* serves a request of a data plane: see raw.h; OP_OPEN too */
	OP_UNSIGNED = 1 << 8, /* may be called without a signature: then as OP_OPEN */
	OP_DATA =
		1
		<< 3, /* a data event: stands in the trail only when it failed, as in CloudTrail */
};

/* What few services do otherwise than the rest. */
enum service_habits {
	HABIT_CRC32 = 1 << 0, /* answers carry x-amz-crc32, and "Server" as the server's name */
	HABIT_LONG_REQUEST_ID = 1 << 1, /* 52 upper-case letters and digits instead of a UUID */
	HABIT_NEEDS_BODY = 1 << 2,      /* an empty body is a SerializationException, not {} */
	HABIT_ERROR_HEADERS = 1 << 4, /* x-amzn-ErrorType and x-amzn-ErrorMessage beside the body */
	HABIT_COMPRESSES = 1 << 5,    /* long answers are compressed for who can read that */
	HABIT_GLOBAL = 1 << 3,        /* signatures for us-east-1 are accepted in every region */
	HABIT_DISCREET = 1 << 6,      /* constraint errors do not repeat values */
	HABIT_ERROR_DETAIL = 1 << 7,  /* query errors have an empty Detail, too */
};

struct operation {
	const char *name; /* "CreateQueue" */
	const char *http; /* REST: "POST /functions/{FunctionName}/invocations", or NULL */
	enum outcome (*run)(struct op *op);
	unsigned flags;            /* enum operation_flags */
	const struct shape *input; /* NULL: no parameters */
	int status;                /* REST: of success; 0: 200 */
	/* What op->out looks like, for query (maps, flat lists, timestamps) and REST (headers, payload); NULL: plain. */
	const struct shape *output;
};

/* A kind of resource that an account has so many of, for people: what is lost when it is emptied. */
struct holding {
	const char *one, *many; /* "DynamoDB table", "DynamoDB tables" */
	const char *count;      /* SQL that answers their number */
};

struct service {
	const char *name;         /* SigV4 name and room: "dynamodb" */
	const char *signing_name; /* what signatures (and IAM's actions) call it; NULL: name */
	const char *model;        /* its folder in botocore, for tests; NULL: name */
	const char *target;       /* X-Amz-Target prefix, or NULL: "DynamoDB_20120810" */
	const char *api_version;  /* "2012-08-10" */
	unsigned speaks;          /* enum protocol */
	const char *xmlns;        /* of query answers */
	const char *error_prefix; /* JSON's __type: "com.amazonaws.dynamodb.v20120810#", or NULL */
	const struct aws_error
		*invalid; /* what a constraint violation is called; NULL: ValidationException */
	const struct aws_error
		*denied; /* what is not permitted is called; NULL: as the protocol has it */
	const struct operation *operations; /* sorted by name, { 0 }-ended */
	const struct job_kind *jobs;        /* deferred work, { 0 }-ended, or NULL */
	const struct schema *schema;        /* its tables, or NULL */
	unsigned habits;                    /* enum service_habits */
	size_t body_max; /* bytes of a request's body, where files come in it; 0: the usual 16 MB */
	const struct access_rules
		*access; /* what its operations need; NULL: "service:Operation" on "*" */
	/*
	 * Whose account a call of an OP_OPEN operation is for, by what op->in says (which has its shape). On an
	 * HTTP thread, without account or file. False with the error set. NULL: there are no such operations.
	 */
	bool (*account_of)(struct op *op, char account[static 13]);
	/*
	 * Data planes: the OP_RAW operation that serves this request, by its host or path; NULL: it is none of ours.
	 * Asked on an HTTP thread, of every request: must be quick.
	 */
	const struct operation *(*serves)(const struct raw_request *raw);
	/* Answers what comes in on a port that the service has taken (port.h); on an HTTP thread. NULL: it takes none. */
	enum http_outcome (*site)(struct http_request *req, const struct port *port);
	identity_policies *policies; /* IAM only: what applies to a caller; else NULL */
	/* Looks at each call's outcome, for metrics; `us` is how long it took. NULL: does not want to. */
	void (*observe)(struct op *op, enum outcome outcome, int64_t us);
	/*
	 * Takes in what the account's services have emitted (emit.h), in a transaction of its own; NULL: does not want
	 * it.
	 */
	void (*collect)(struct op *op, const struct emit_batch *batch);
	const struct holding *holdings; /* { 0 }-ended, or NULL */
	/* Query: the member that the address of a request stands for when it is sent to a path; NULL: to "/" only. */
	const char *query_address;
};

/* What signatures and IAM's actions call the service. */
const char *service_signing_name(const struct service *service);
/* For account_of: is there such an account here? From any thread. */
bool aws_account_here(const struct aws *aws, struct str account);
/* Is there a service called so here? From any thread. */
bool aws_service_here(const struct aws *aws, struct str name);
/* Does the service of that name speak this protocol? From any thread. */
bool aws_service_speaks(const struct aws *aws, struct str name, enum protocol protocol);
/* A NULL-ended list of services and the one named so, or NULL. */
const struct service *service_find(const struct service *const *services, struct str name);
/* The one whose signatures are for `name`: of several the one that is called so. */
const struct service *service_signed(const struct service *const *services, struct str name);
/* The operation named so, or NULL; by binary search. */
const struct operation *operation_find(const struct service *service, struct str name);

#endif
