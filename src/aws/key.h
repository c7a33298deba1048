#ifndef AWS_KEY_H
#define AWS_KEY_H

#include "aws/dispatch.h"

/*
 * Access keys of users, for the room that lists and makes them. They stand in the core's table, because they are
 * looked up for every call; aws/session.h has temporary ones. All of it inside an operation.
 */

/* The user that a key belongs to. */
struct key_owner {
	struct str user_id; /* "AIDA..." */
	struct str name;
	struct str arn; /* with its path */
};

struct key_info {
	struct str id; /* "AKIA..." */
	struct key_owner owner;
	bool active;
	int64_t created_at; /* milliseconds */
	int64_t used_at;    /* 0: never */
	struct str used_service, used_region;
};

/* An id as AWS makes them: a prefix of four letters ("AIDA"), and sixteen characters that carry the account. */
void key_make_id(const char prefix[static 4], struct str account, char out[static 21]);

/* Make a key of a user. */
void key_add(struct op *op, const struct key_owner *owner, struct aws_key *out);
/* A user's keys, oldest first, in the arena. */
struct key_info *key_list(struct op *op, struct str user_id, size_t *count);
/* The key with this id, whose ever it is; false when there is none. */
bool key_get(struct op *op, struct str id, struct key_info *out);
/* From now on it works, or does not. False when the user has no such key. */
bool key_set_active(struct op *op, struct str user_id, struct str id, bool active);
bool key_delete(struct op *op, struct str user_id, struct str id);
/* The user is called otherwise now. */
void key_rename_owner(struct op *op, const struct key_owner *owner);

#endif
