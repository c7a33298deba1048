#ifndef AWS_ID_H
#define AWS_ID_H

#include "aws/op.h"

/*
 * Ids that carry the account they belong to: whoever calls an API, a function's address or a user pool signs
 * nothing, and the server finds whose it is without a table, as it does for access keys. They look random.
 *
 * A short id is 10 lower-case letters and digits, as API Gateway's: account, kind and a number below 914. A mixed one is 9
 * letters of either case and digits, as a user pool's: account and a number below 13537. A long one has random characters
 * and 8 that hide the account behind a digest of them.
 */

enum id_kind {
	ID_REST_API, /* API Gateway's two kinds of APIs share addresses */
	ID_HTTP_API,
	ID_OTHER,
	ID_SPARE,
	ID_KINDS,
};
enum { ID_SHORT = 10, ID_MIXED = 9, ID_LONG_MIN = 12 };

/* A fresh short id; the account may have it already, once in 914 times: look, and make another. */
struct str id_make(struct op *op, enum id_kind kind);
/* The account in a short id of this kind; false when it was not made here. */
bool id_account(struct str id, enum id_kind kind, char account[static 13]);

/* The same for mixed ids; the account may have it already once in 13537 times. */
struct str id_make_mixed(struct op *op);
bool id_account_mixed(struct str id, char account[static 13]);

/* A fresh id of `length` (ID_LONG_MIN or more) lower-case letters and digits. */
struct str id_make_long(struct op *op, size_t length);
/* The account in a long id; false when it is none. */
bool id_account_long(struct str id, size_t length, char account[static 13]);

#endif
