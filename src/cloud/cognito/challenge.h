#ifndef CLOUD_COGNITO_CHALLENGE_H
#define CLOUD_COGNITO_CHALLENGE_H

#include "cloud/cognito/user.h"

/*
 * Challenges on the way to a sign-in.
 *
 * That of SRP needs no row: its SECRET_BLOCK holds A, B, a nonce and the time under a MAC, and the server's secret is
 * derived from it. The others are sessions: rows under the digest of what the client is given.
 */

/* What of the request a flow works with. */
struct attempt {
	struct pool pool;
	struct client client;
	struct json_object *given; /* AuthParameters or ChallengeResponses */
	struct str name;           /* USERNAME as it was sent */
	struct str challenge;      /* that is answered; absent: it begins */
	bool admin;
	bool hosted;     /* in the browser, at the pool's own pages */
	bool by_code;    /* a code was sent in place of a password */
	bool in_session; /* the challenge of SRP is a step of its session, and no good without it */
	struct str device;  /* key of the device that has proven itself; absent: none has */
	const char *source; /* of the trigger before tokens; NULL: TokenGeneration_Authentication */
};

/* A parameter that must be there; absent with InvalidParameterException set. */
struct str idp_given(struct op *op, const struct attempt *attempt, const char *name);

/* Who proves to know a password by SRP: a user, or a device with the password that it made for itself. */
struct srp_party {
	struct str realm, id; /* what goes into the proof */
	struct str salt, verifier;
};

/* Ask a party for its proof, by this challenge: SALT, SECRET_BLOCK and SRP_B in op->out's ChallengeParameters. */
enum outcome idp_party_ask(struct op *op, const struct attempt *attempt,
			   const struct srp_party *party, const char *challenge);
/* Does the answer prove the party's password? False with the error set; *wrong: it does not. */
bool idp_party_right(struct op *op, const struct attempt *attempt, const struct srp_party *party,
		     bool *wrong);

/*
 * Put a PASSWORD_VERIFIER challenge into op->out. `user` NULL: for somebody who is not there, so that it cannot be
 * told.
 */
enum outcome idp_srp_ask(struct op *op, const struct attempt *attempt, const struct user *user);
/* Does the answer prove the user's password? False with the error set; a failure is counted. */
bool idp_srp_right(struct op *op, const struct attempt *attempt, struct user *user);

/* A session for a challenge; its token, which the client sends back. `state` is kept with it, or absent. */
struct str idp_session_begin(struct op *op, const struct attempt *attempt, const struct user *user,
			     const char *challenge, struct str state);
/* The client that a session's token names; absent when it is none. */
struct str idp_session_client(struct str token);
/* What is kept of a session. */
struct session {
	struct str sub;            /* whose it is: of a user, or a name that is nobody's */
	struct json_object *state; /* or NULL */
};
/* The session that Session names, for this challenge; false, with no error set, when there is none that is good. */
bool idp_session_find(struct op *op, const struct attempt *attempt, const char *challenge,
		      struct session *out);
/* Use it up. False with the error set. */
bool idp_session_spend(struct op *op, const struct attempt *attempt, const char *challenge,
		       struct session *out);
/* Use it up; its user and state (NULL: not asked for). False with the error set. */
bool idp_session_take(struct op *op, const struct attempt *attempt, const char *challenge,
		      struct user *user, struct json_object **state);
/* It is a session of somebody else: FAILED, with NotAuthorizedException set. */
enum outcome idp_session_foreign(struct op *op);

#endif
