#ifndef AWS_MAIL_H
#define AWS_MAIL_H

#include "aws/op.h"

/*
 * The account's mailbox: what services would have sent by e-mail or SMS. Nothing leaves the machine; whoever owns
 * the account reads it here, whoever it is addressed to.
 */
struct mail {
	const char *medium; /* "EMAIL" or "SMS" */
	struct str from;    /* who sends: "no-reply@verificationemail.com", a pool's name */
	struct str to;      /* an address or a number */
	struct str subject; /* of an e-mail; may be empty */
	struct str body;    /* text, or HTML as the sender wrote it: never to be trusted */
	struct str
		code; /* the code in it, for readers that want nothing else; absent: there is none */
};

/* Put a message into the mailbox of op's account; the oldest go when there are more than a few hundred. */
void mail_send(struct op *op, const struct mail *mail);
/*
 * The account's messages, newest first: [{"id", "at": ms, "service", "medium", "from", "to", "subject", "body",
 * "code"}]; `subject` and `code` may be missing. In the account's turn (turns_do).
 */
struct json_object *aws_mailbox(struct account *account, struct arena *a, int limit);

extern const struct schema mail_schema;

#endif
