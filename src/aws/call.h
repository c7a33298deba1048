#ifndef AWS_CALL_H
#define AWS_CALL_H

#include "aws/dispatch.h"
#include "aws/flow.h"
#include "aws/key_cache.h"
#include "aws/raw.h"
#include "aws/service.h"
#include "aws/sigv4.h"
#include "base/gzip.h"

/* What the files of this room share; other rooms use aws/dispatch.h. */

/* How far a client's clock may be off: "Signature expired: ... - 5 min.)". */
enum { SIGV4_SKEW_MS = 5 * 60 * 1000 };

struct aws {
	struct aws_config config;
	struct key_cache *keys;
	const struct service *identity; /* the service that knows policies, or NULL */
	struct figures *unknown;        /* operations that we do not have */
	struct emitter *emitter;        /* log lines and metrics on their way: emit.c */
	const struct schema **schemas;  /* NULL-ended */
};

struct aws_call {
	struct op op; /* first */
	struct aws *aws;
	struct http_request *req; /* NULL: from inside */
	enum protocol protocol;
	char account[13];
	struct sigv4_request http; /* the request as its signature sees it */
	struct sigv4 sig;
	bool verified; /* the caller is known */
	bool checked;  /* op->in has its shape */
	bool unpacked; /* the payload's compression was looked at */
	bool looks;    /* the workshop looks how a data plane answers (HTTP_LOOK) */
	bool heavy;    /* its body takes long to hash and to read: not on an HTTP thread */
	/* As the wire called them, also when we do not have them; absent when it did not say. */
	struct str service_name, operation_name;
	struct str payload;   /* the body, taken out of its chunks and unpacked */
	struct str labels[8]; /* of the path: {FunctionName} and so on, decoded, in order */
	/* What is wrong with the request apart from its signature; answered once that is verified. */
	const struct aws_error *refused;
	struct str refused_message;
	enum outcome outcome;
	struct op_flow *flow; /* what the answer's body is read from; NULL: it is whole */
};

/* Refuse the call once its caller is known. The first reason sticks. */
void call_refuse(struct aws_call *call, const struct aws_error *error, struct str message);

/* Does op.in have its operation's shape? Otherwise op.error is set. */
bool call_has_shape(struct op *op);

/* The account's root. */
struct caller caller_root(struct arena *a, const char *account, struct str access_key);
/* Whose key is this? False: nobody's here. */
bool key_account(const struct aws_config *config, struct str key, char account[static 13]);
/*
 * Does the signature hold under `key`? Takes a chunked body apart. When not, op.error is set;
 * when it does, the call is verified and its body read into op.in.
 */
bool call_verify(struct aws_call *call, const unsigned char key[static SHA256_BYTES]);
/* The caller is known, and nothing else is asked of the signature: the body is read into op.in. */
void call_trust(struct aws_call *call);

/* --- route.c: which protocol, service and operation ---------------------------- */

/* Set protocol, names, op.service and op.operation (NULL when we do not have them). */
void call_route(struct aws_call *call);

/* --- the front door's errors (front.c) ------------------------------------------ */

enum front_problem {
	FRONT_MISSING,
	FRONT_INCOMPLETE,
	FRONT_INVALID,
	FRONT_UNKNOWN_KEY,
	FRONT_EXPIRED,
	FRONT_DENIED,
};
/* The error that the protocol has for a problem with credentials or permissions. */
const struct aws_error *front_error(enum protocol protocol, enum front_problem problem);
/* The message that goes with FRONT_UNKNOWN_KEY and FRONT_EXPIRED. */
const char *front_token_message(enum front_problem problem);
/* The error and message of an operation that we do not have. */
const struct aws_error *front_unknown(struct aws_call *call, struct str *message);

/* --- protocols: bytes -> op.in, and op.out or op.error -> an answer ------------- */

/* The answer to be sent. */
struct answer {
	int status;
	const char *type; /* Content-Type */
	struct str body;
};

/* Choose the request's id; the service is known. */
void call_identify(struct aws_call *call);
/* Hand over an answer's body, or what it flows from. */
void call_send(struct aws_call *call, int status, const char *type, struct str body);
/* Send an answer, with the headers that the service's answers have. */
void call_answer(struct aws_call *call, const struct answer *answer);

/* How long a request's body may be, also once it is unpacked. */
size_t call_body_max(const struct aws_call *call);
/* Refuse a call whose body is longer. */
void call_refuse_length(struct aws_call *call);

/*
 * coding.c: compressed bodies. Unpack the payload, once; false with the call refused. And pack an answer, where the
 * service and the caller wish it.
 */
bool coding_read(struct aws_call *call);
void coding_write(struct aws_call *call, struct answer *answer);
/* The coding that an Accept-Encoding prefers, gzip among equals; false when it wants none that we have. */
bool coding_choose(struct arena *a, struct str header, enum gzip_coding *out);

/*
 * plain.c: answer what is no call of an operation: health, preflights, and what names none. False when there
 * is something to be called, or its service says otherwise.
 */
bool plain_answer(struct aws_call *call);

/*
 * Each protocol reads a request into op.in (false when that is malformed), writes op.out, and writes op.error.
 * JSON 1.0 and 1.1:
 */
bool json_read(struct aws_call *call);
void json_write(struct aws_call *call, struct answer *answer);
void json_write_error(struct aws_call *call, struct answer *answer);

/* What JSON and CBOR call an error. */
const char *error_shape(const struct aws_error *error);

/* Add the further members of an error to its body; `members` may be NULL. */
void json_add_members(struct json_object *body, struct json_object *members);

/* CBOR in and out. */
bool cbor_read(struct aws_call *call);
void cbor_write(struct aws_call *call, struct answer *answer);
void cbor_write_error(struct aws_call *call, struct answer *answer);

/* Forms in, XML out. */
bool query_read(struct aws_call *call);
void query_write(struct aws_call *call, struct answer *answer);
void query_write_error(struct aws_call *call, struct answer *answer);

/* Method, path, headers and a JSON body, as the operation's shapes lay them out. */
bool rest_read(struct aws_call *call);
void rest_write(struct aws_call *call, struct answer *answer);
void rest_write_error(struct aws_call *call, struct answer *answer);
/*
 * Does "POST /functions/{Name}/invocations" fit method and path? The decoded labels go to `labels`
 * (8 at most); a "{Name+}" takes the rest of the path.
 */
bool rest_match(struct arena *a, const char *template, struct str method, struct str path,
		struct str labels[8]);

/* --- keys ------------------------------------------------------------------------- */

/* What a key stands for. */
struct credentials {
	struct str secret;
	struct caller caller;
	int64_t expires_at; /* INT64_MAX: never */
	unsigned char
		token[SHA256_BYTES]; /* of temporary ones: the SHA-256 of what calls must carry */
};
/* Of a user's key, from the account's table; false when there is no such active key. */
bool key_find(struct account *account, struct arena *a, struct str access_key,
	      struct credentials *out);
/* Of a temporary key; false when there is no such session. */
bool session_find(struct account *account, struct arena *a, struct str access_key,
		  struct credentials *out);
/* A fresh key and its secret, stored nowhere. */
void key_make(const char prefix[static 4], struct str account, struct aws_key *out);
/* Is this a temporary key's id? */
bool key_is_temporary(struct str access_key);
/*
 * May these credentials be used now with the token that the call carries? Otherwise what is wrong
 * with them: FRONT_UNKNOWN_KEY or FRONT_EXPIRED.
 */
bool credentials_good(const struct credentials *c, struct str token, int64_t now,
		      enum front_problem *problem);

/* In the account's turn: what a key of the account stands for; false when there is no such key. */
bool credentials_find(struct op *op, struct str key, struct credentials *out);
/* In the account's turn, with any_credentials: whom the key was made for; the root for any other key. */
struct caller caller_claimed(struct op *op, struct str key);

/* --- data planes (raw.c) ------------------------------------------------------------ */

/* Is the request one of a service's own? Then op.service, op.operation and op.raw are set. */
bool raw_route(struct aws_call *call);
/* Send what an OP_RAW operation answered, or its error. */
void raw_answer_send(struct aws_call *call);

/* --- trail ------------------------------------------------------------------------ */

/* Write down what was called, by whom, and how it ended: a line in a ring. */
void trail_add(struct account *account, const struct aws_call *call);

/* --- running: dispatch.c, also for job.c -------------------------------------------- */

/* Run an operation whose op is filled, and make a broken file an InternalFailure. */
enum outcome op_run(struct op *op, enum outcome (*run)(struct op *op));
/*
 * Make *inner a call of another service's operation by op's own, run it within a savepoint, and pass on whom it
 * wakes. WAITING when it waits and `may_wait`.
 */
void call_nest(struct op *op, struct op *inner, const char *service, const char *operation,
	       struct json_object *in);
enum outcome call_run_nested(struct op *op, struct op *inner, bool may_wait);

extern const struct schema core_schema;

/* What is emitted and not delivered yet. */
struct emitter *emitter_new(void);
void emitter_free(struct emitter *e);

/* Counts by name, bounded; safe from any thread. */
struct figures *figures_new(void);
void figures_free(struct figures *f);
void figures_count(struct figures *f, struct str service, struct str operation);
struct json_object *figures_print(struct figures *f, struct arena *a);

#endif
