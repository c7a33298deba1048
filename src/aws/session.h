#ifndef AWS_SESSION_H
#define AWS_SESSION_H

#include "aws/dispatch.h"

/*
 * Temporary credentials: a key ("ASIA..."), a secret, and a token that every call must carry.
 *
 * A session is a row: who it is, until when, and a document of what else decides about its calls. The
 * token is stored as its SHA-256, so the file does not open doors.
 */
struct session {
	enum caller_kind kind;
	struct str arn;       /* who calls: "arn:aws:sts::A:assumed-role/R/S" */
	struct str user_id;   /* "AROA...:S" */
	struct str principal; /* whose policies apply */
	int64_t issued_at, expires_at;
	/*
	 * An object, any member of which may be missing:
	 *	Policies     documents of the session policies, as text, with what PolicyArns named among them
	 *	Limited      true: session policies limit, also when there are none
	 *	Tags         {key: value}, the session's
	 *	Transitive   [key], tags that go on to sessions made with this one
	 *	SourceIdentity, FederatedProvider
	 *	Keys         {key: value}, condition keys that the credentials carry, such as "sts:ExternalId"
	 *	Chained      true: it was made with a role's session
	 *	Cognito      {amr, identityId, identityPoolId}: whom an identity pool vouched for
	 */
	struct json_object *detail;
};

struct session_key {
	struct aws_key key; /* "ASIA..." */
	struct str token;
};

/* Make a session's credentials. */
void session_add(struct op *op, const struct session *session, struct session_key *out);
/* The session behind op->caller; false when the caller has long-term credentials. */
bool session_of(struct op *op, struct session *out);
/* The "Cognito" of op->caller's session; NULL for everybody else. */
struct json_object *session_cognito(struct op *op);

#endif
