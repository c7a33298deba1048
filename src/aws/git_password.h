#ifndef AWS_GIT_PASSWORD_H
#define AWS_GIT_PASSWORD_H

#include "aws/op.h"

/*
 * What git sends as user and password when `aws codecommit credential-helper` (or git-remote-codecommit) made them: the
 * access key, with "%" and the session's token behind it, and a time with a signature (Signature Version 4) of the
 * method GIT, the path and the host.
 */
struct git_password {
	struct str user;     /* "AKIA...", "ASIA...%TOKEN" */
	struct str password; /* "20260102T030405Z" and 64 hexadecimal digits */
	struct str path;     /* what is signed: "/v1/repos/NAME" */
	struct str
		host; /* the request's Host header; its port may be part of what is signed, or not */
};

/* On an HTTP thread: whose account is it? False when there is no such key or account. */
bool git_password_account(struct op *op, const struct git_password *given, char account[static 13]);
/* In the account's turn: is it right, and of the last 15 minutes? op->caller is then who signed. */
bool git_password_verify(struct op *op, const struct git_password *given);

#endif
