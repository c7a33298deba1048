#ifndef AWS_DISPATCH_H
#define AWS_DISPATCH_H

#include "aws/service.h"
#include "http/http.h"

/*
 * Dispatch: from a request's bytes to an operation and back.
 *
 * A call goes through three hands. The HTTP thread accepts it (whose account, which service and operation,
 * bytes -> op->in, and the signature where the key is known already); the account's turn runs
 * it (signature otherwise, permission, operation); once committed, it is finished (op->out or op->error -> bytes,
 * counted, timed). The transaction belongs to the turn, so that several calls may share one.
 */
struct aws;
struct aws_call;

struct aws_config {
	const struct service *const *services; /* NULL-ended; must outlive aws */
	const char *region;
	int64_t (*clock)(void); /* milliseconds */
	/*
	 * `cloud --any-credentials`: no signature, token or expiry is checked. A key of 12 digits names its account, one that
	 * was made here and is active acts for whom it was made for, and any other is a root's: of the account it carries, if that
	 * is here, or else of only_account.
	 */
	bool any_credentials;
	bool log_mail; /* `cloud`: messages to users are written to the log, too (mail.h) */
	/* `cloud`: this key belongs to this account; NULL in `serve`, where keys carry their account. */
	const char *only_account, *only_access_key, *only_secret_key;
	/* Does this account exist? Called on HTTP threads; must be quick and safe there. NULL: every account does. */
	bool (*account_exists)(void *arg, struct str id);
	/* The same where accounts come into being when they are called: is this one there already? NULL: none is. */
	bool (*account_made)(void *arg, struct str id);
	const char *names_dir; /* DATA/names, for aws/names.h; NULL: no names are shared */
	void *arg;
};
struct aws *aws_new(const struct aws_config *config);
void aws_free(struct aws *aws);

/* The schemas of the core (keys, trail, jobs) and of every service: for account_open(). NULL-ended. */
const struct schema *const *aws_schemas(struct aws *aws);

/*
 * Keys. An access key carries its account number the way AWS's do (base32 behind "AKIA"), so finding the account needs
 * no table; the secret stands in the account's own file.
 */
struct aws_key {
	char id[21]; /* "AKIA" and 16 characters */
	char secret[41];
};
/*
 * Make a key of the account's administrator and store it, inside an open write transaction of the
 * account. The administrator is the IAM user participant.
 */
void aws_key_make(struct account *account, int64_t now, struct aws_key *out);
/* The first active key of the account; false when there is none. */
bool aws_key_first(struct account *account, struct aws_key *out);
/* The account number that an access key carries; false when it is not a key of that form. */
bool aws_key_account(struct str access_key, char account[static 13]);

/*
 * On an HTTP thread. Returns the call, or NULL when the request was answered already (no or
 * malformed credentials, unknown account, `GET /`, preflight): the handler then returns HTTP_ANSWERED.
 */
struct aws_call *aws_accept(struct aws *aws, struct http_request *req);
/* A call from inside, by the workshop itself: no wire, no signature. `in` may be NULL. */
struct aws_call *aws_call_inside(struct aws *aws, struct arena *a, struct str account,
				 const char *service, const char *operation,
				 struct json_object *in);

/* Whose turn it is: 12 digits. */
struct str aws_call_account(const struct aws_call *call);
/* May it change something? Known after accept. */
bool aws_call_writes(const struct aws_call *call);
/* Is it known to take microseconds (OP_SHORT)? */
bool aws_call_is_short(const struct aws_call *call);
/* Is its body one that may take a second and a gigabyte to read? It is read in the turn, not before. */
bool aws_call_is_heavy(const struct aws_call *call);
/* Is it the workshop itself that asks, to see how a data plane answers? Then nothing of it is counted or told. */
bool aws_call_looks(const struct aws_call *call);
/* In the account's turn, inside a savepoint of its transaction. May be called again after WAITING. */
enum outcome aws_call_run(struct aws_call *call, struct account *account);
/*
 * Write the call's line of the trail. In the account's turn and the same transaction, once per call: after DONE,
 * or after FAILED when the savepoint has been rolled back (or else the line would be undone too).
 * Writes nothing for calls that leave no line: the workshop's own, wrong signatures, data events that went well.
 */
void aws_call_trail(struct aws_call *call, struct account *account);
/* Is it done but for what op_complete() adds? That takes long: better when nobody waits for the thread that finishes it. */
bool aws_call_lacks(const struct aws_call *call);
/*
 * After the turn. `committed` false turns DONE into InternalFailure. Answers and resumes the
 * request when there is one; then a call that came from the wire must not be touched any more.
 */
void aws_call_finish(struct aws_call *call, bool committed);
/* The operation being carried out: the outcome's wait key and wakes, or an inside call's answer. */
struct op *aws_call_op(struct aws_call *call);

/*
 * For operations: call another service in the same transaction; one level deep. FAILED leaves the
 * callee's error in *failed when it is not NULL; a savepoint has undone what the callee did.
 */
enum outcome aws_call(struct op *op, const char *service, const char *operation,
		      struct json_object *in, struct json_object **out,
		      const struct aws_error **failed);

/* Forget what is remembered of a key that was revoked, or of every key of an account that was removed. */
void aws_key_forget(struct aws *aws, struct str access_key);
void aws_account_forget(struct aws *aws, struct str account);

/*
 * A fresh start. What of the old account's administrator goes on in the new one: the access keys, of which at least one
 * works. Inside an open write transaction of `to`; false when that cannot be written.
 */
bool aws_keys_keep(struct account *from, struct account *to, int64_t now);
/* What the account has, for people: [{"count", "what": "DynamoDB tables"}], of kinds that there are any of. */
struct json_object *aws_holdings(struct aws *aws, struct account *account, struct arena *a);
/* The account was emptied: forget all that is known of it here, and give back the names that it had. */
void aws_account_emptied(struct aws *aws, struct str account);

/* In the account's turn: what was done to it has been undone, so what is remembered of its policies may be wrong. */
void aws_policies_forget(struct account *account);

/* What attendees reach for and do not find: counts by "service:Operation", for the dashboard. */
struct json_object *aws_figures(struct aws *aws, struct arena *a);

/*
 * The account's trail, newest first: [{"at": ms, "service", "operation", "caller", "outcome": "ok" or the
 * error code, "message"}]. In the account's turn.
 */
struct json_object *aws_trail(struct account *account, struct arena *a, int limit);

#endif
