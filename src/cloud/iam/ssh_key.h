#ifndef CLOUD_IAM_SSH_KEY_H
#define CLOUD_IAM_SSH_KEY_H

#include "base/arena.h"

/*
 * RSA public keys, in the two forms that IAM takes and gives: a line of OpenSSH ("ssh-rsa AAAA... comment") and PEM
 * (RFC 7468, "-----BEGIN PUBLIC KEY-----").
 */
enum ssh_key_verdict {
	SSH_KEY_GOOD,
	SSH_KEY_UNKNOWN, /* neither form */
	SSH_KEY_INVALID, /* one of the forms, but not an RSA key of 2048 bits or more */
};

/* Read either form; *blob is the key as OpenSSH's wire has it, the same for both forms. */
enum ssh_key_verdict ssh_key_read(struct arena *a, struct str text, struct str *blob);
/* Write a blob that was read. */
struct str ssh_key_line(struct arena *a, struct str blob);
struct str ssh_key_pem(struct arena *a, struct str blob);
/* MD5, "aa:bb:...". */
struct str ssh_key_fingerprint(struct arena *a, struct str blob);

#endif
