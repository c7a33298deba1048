#ifndef AWS_OP_H
#define AWS_OP_H

#include "base/json.h"
#include "store/account.h"

/*
 * op: one operation being carried out in one account, inside one transaction.
 *
 * Its function reads op->in, uses op->db, fills op->out, and returns DONE, FAILED
 * or WAITING. It runs alone in its account: no locks. Everything it allocates comes
 * from op->arena. It never sees the wire.
 */
enum outcome {
	DONE,    /* commit, answer op->out */
	FAILED,  /* roll back, answer the error: op_fail() returns it */
	WAITING, /* commit, keep the caller waiting: op_wait() returns it */
};

/* An error of AWS's: a constant per code, named like the code. */
struct aws_error {
	const char *code;   /* "ResourceNotFoundException" */
	int status;         /* HTTP status */
	const char *prefix; /* JSON's __type namespace; NULL: the service's own error_prefix */
	bool capital;       /* its JSON member is Message, not message */
	/*
	 * What JSON and CBOR call it where query errors have another code: "InvalidParameterValueException"; NULL: the
	 * same.
	 */
	const char *shape;
	const char *query_message; /* what query says in place of the message; NULL: the same */
};

/* Who calls: the identity behind the key that signed. */
enum caller_kind {
	CALLER_ROOT,      /* the account itself: what it may do is not limited */
	CALLER_USER,      /* an IAM user, with its own key or a session of GetSessionToken */
	CALLER_ROLE,      /* a session of a role */
	CALLER_FEDERATED, /* a session of GetFederationToken */
};
struct caller {
	struct str access_key;
	struct str arn;     /* "arn:aws:iam::A:user/anna", "arn:aws:sts::A:assumed-role/R/S" */
	struct str user_id; /* "AIDA...", "AROA...:S" */
	/*
	 * Whose policies apply: the ARN of the user, of the session's role, of the user who made a federated
	 * session, or the root's own.
	 */
	struct str principal;
	enum caller_kind kind;
	bool temporary; /* with a session's credentials */
	bool anyone;    /* nobody signed: an operation that is open to all */
	bool internal;  /* the workshop itself (checks, other services): no key */
};

struct aws;
struct aws_call;
struct raw_answer;
struct raw_request;
struct service;
struct operation;

struct op {
	struct arena *arena;
	struct aws *aws;
	const struct service *service;
	const struct operation *operation;
	struct account *account;
	struct db *db;           /* account->db */
	struct json_object *in;  /* an object that has the operation's input shape */
	struct json_object *out; /* an empty object to fill */
	const char *region;      /* "eu-west-1" */
	struct str
		endpoint; /* the cloud's address as the caller wrote it: "http://10.0.0.5:4566" */
	struct str request_id;
	struct caller caller;
	const struct aws_call *call;   /* what came from the wire or from inside; NULL: a job */
	const struct raw_request *raw; /* what an OP_RAW operation serves; otherwise NULL */
	int64_t now;                   /* milliseconds; the only clock there is */
	int64_t started;               /* `now` of the first run: later runs happen after WAITING */

	bool brief; /* this run must be: other connections wait for its thread. See op_may_be_long(). */

	/* Set through the functions below. */
	bool is_long; /* it has said so: no run is brief any more */
	const struct aws_error *error;
	struct str error_message;
	struct json_object *error_members; /* further members of the error, or NULL */
	void (*keep)(struct op *op, void *arg);
	void *keep_arg;
	void (*complete)(struct op *op, void *arg);
	void *complete_arg;
	struct raw_answer *answer; /* raw.h */
	struct op_memo *memos;     /* what it learned while it waited: invoke.h */
	void *own;                 /* the service's own, within one run; NULL when it begins */
	void *kept;                /* the operation's own, from run to run; NULL at first */
	struct str wait_key;
	int64_t wait_until;
	struct op_wake {
		struct op_wake *next;
		struct str key;
	} * wakes;
};

/* --- parameters: of op->in, which the shape has checked already ------------- */

/* Absent when not there. */
struct str op_str(const struct op *op, const char *name);
struct str op_str_or(const struct op *op, const char *name, const char *otherwise);
int64_t op_int_or(const struct op *op, const char *name, int64_t otherwise);
bool op_bool_or(const struct op *op, const char *name, bool otherwise);
struct json_object *op_get(const struct op *op, const char *name);
bool op_has(const struct op *op, const char *name);

/* --- outcomes -------------------------------------------------------------- */

/* Fail with an error and its message. */
enum outcome op_fail(struct op *op, const struct aws_error *error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/*
 * What a failure must not undo, such as the count of wrong passwords: `keep` runs after the roll-back, in the same
 * transaction, when this operation fails. Of the operation that was called from outside only, and only when it is
 * not OP_READS; the last one set counts.
 */
void op_keep(struct op *op, void (*keep)(struct op *op, void *arg), void *arg);
/*
 * What the answer still lacks and takes long to compute, such as signatures: `complete` adds it to op->out when all else is
 * done and committed, outside of the account's turn and on any thread, so it leaves op->db and op->account alone. It does
 * not run when the commit fails. At once where another operation waits for what this one answers.
 */
void op_complete(struct op *op, void (*complete)(struct op *op, void *arg), void *arg);
/* The further members of the error set by op_fail(), such as a cancelled transaction's reasons. */
struct json_object *op_error_members(struct op *op);
/*
 * Wait until somebody wakes `key` in this account, at most until op->started + wait_ms.
 * The function then runs again, in a new transaction, with a new op->now; also every 30 seconds of a longer wait,
 * unless the caller has left by then: then the call is dropped.
 */
enum { OP_LOOK_MS = 30000 };
enum outcome op_wait(struct op *op, struct str key, int64_t wait_ms);
/*
 * For an operation that is OP_SHORT but not always, before it does what takes long. False: return WAITING at once, with
 * nothing changed; it then runs again from its start, where it may.
 */
bool op_may_be_long(struct op *op);
/* Milliseconds since the first run. */
int64_t op_waited(const struct op *op);
/* Wake who waits for `key`, once this operation has committed. */
void op_wake(struct op *op, struct str key);

/* "arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE" in the arena, with the printf-like resource. */
struct str op_arn(const struct op *op, const char *service, const char *resource_format, ...)
	__attribute__((format(printf, 3, 4)));

/* Errors every service shares. */
extern const struct aws_error InternalFailure, ValidationException, ValidationError,
	SerializationException, AccessDeniedException, UnknownOperationException, InvalidAction;
/* Those that IAM and STS share. */
extern const struct aws_error AccessDenied, MalformedPolicyDocument;

#endif
