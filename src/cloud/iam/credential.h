#ifndef CLOUD_IAM_CREDENTIAL_H
#define CLOUD_IAM_CREDENTIAL_H

#include "cloud/iam/inside.h"

/*
 * What else users have beside a password and access keys: SSH public keys ("ssh"), service-specific credentials
 * ("service") and signing certificates ("certificate"). A row of each kind has an id, a status and a detail that only
 * its kind knows.
 */
struct iam_credential {
	struct str id, user; /* "APKA...", the user's id */
	struct str status;   /* "Active" */
	int64_t created_at;
	struct json_object *detail;
};

/* The columns that iam_credential_read() takes from a row. */
#define IAM_CREDENTIAL_COLUMNS "id, user, status, created_at, detail"

/* A row of those columns, copied into the arena. */
void iam_credential_read(struct op *op, struct stmt *q, struct iam_credential *c);
/* Store a new one. */
void iam_credential_add(struct op *op, const char *kind, const struct iam_credential *c);
/* An id with such a prefix, as those of access keys are. */
struct str iam_credential_id(struct op *op, const char *prefix);
/*
 * The row whose id `member` of the operation gives, of the user that it names (or of the caller); else NoSuchEntity is
 * set.
 */
bool iam_credential_named(struct op *op, const char *kind, const char *member,
			  struct iam_entity *user, struct iam_credential *c);
/* The whole operation: set the status of the named one; delete it. */
enum outcome iam_credential_update(struct op *op, const char *kind, const char *member);
enum outcome iam_credential_delete(struct op *op, const char *kind, const char *member);
/* How many a user has. */
int64_t iam_credential_count(struct op *op, struct str user, const char *kind);

#endif
