#ifndef CLOUD_COGNITO_USER_H
#define CLOUD_COGNITO_USER_H

#include "base/srp.h"
#include "cloud/cognito/pool.h"

/*
 * Users of a pool: rows under their sub.
 *
 * A user has one name, which never changes: what SignUp was given, or the sub in a pool whose users sign in by
 * e-mail address or phone number. Other names (those addresses, and the aliases of pools that have them) are rows
 * of cognito_alias. Of a password only salt and SRP verifier are kept.
 */
struct user {
	struct str pool, sub, name;
	const char
		*status; /* "UNCONFIRMED", "CONFIRMED", "FORCE_CHANGE_PASSWORD", "RESET_REQUIRED" */
	bool enabled;
	int64_t created_at, changed_at;
	struct json_object *attributes; /* {name: value} without sub */
	struct str salt, verifier;      /* absent: it has no password */
	int64_t password_at;            /* when it was set */
	struct json_object *history; /* earlier passwords, newest first: [{"Salt", "Verifier"}] */
	int64_t failures, locked_until; /* wrong passwords in a row */
	int64_t signed_out_at;          /* tokens of sessions begun before are void */
};

/* The user behind a name, alias or sub; false, with nothing set, when there is none. */
bool idp_user_find(struct op *op, const struct pool *pool, struct str name, struct user *out);
/* The user that Username names; false with UserNotFoundException set. */
bool idp_user(struct op *op, const struct pool *pool, struct user *out);
bool idp_user_by_sub(struct op *op, const struct pool *pool, struct str sub, struct user *out);
/*
 * Settle sub and name of a user who is to be made under `name`, and the attribute that the name is, if it is one. False
 * with an error set when the name has the wrong form or is taken.
 */
bool idp_user_begin(struct op *op, const struct pool *pool, struct str name, struct user *user);
/* Write all of a user, new or changed; it changed now. */
void idp_user_add(struct op *op, const struct pool *pool, struct user *user);
void idp_user_store(struct op *op, struct user *user);
/* Remove a user with all that hangs on it. */
void idp_user_delete(struct op *op, const struct user *user);

/*
 * Enter the user's addresses and preferred name as names to sign in with, as far as the pool has it so: those that
 * are verified, or all of them where they are the only names. `force` takes an alias away from
 * another user; otherwise AliasExistsException is set and false returned.
 */
bool idp_user_claim(struct op *op, const struct pool *pool, const struct user *user, bool force);
/*
 * The user has proven to read an address: it counts as verified, unless it is another's name to sign in with; the user is
 * stored. False with the error set.
 */
bool idp_user_verify(struct op *op, const struct pool *pool, struct user *user,
		     const char *attribute);
/* The name as it is compared. */
struct str idp_user_key(struct op *op, const struct pool *pool, struct str name);

/* An attribute's value, or absent; "sub" too. */
struct str idp_user_attribute(const struct user *user, const char *name);
void idp_user_set_attribute(struct user *user, const char *name, const char *value);
/* Is the attribute "true"? */
bool idp_user_has(const struct user *user, const char *name);
/* Attributes as a list of {Name, Value}, sub first; those that the client may read, when it is not NULL. */
struct json_object *idp_user_attributes(struct op *op, const struct user *user,
					const struct client *client);
/* Add the members of UserType to `o`. */
void idp_user_print(struct op *op, const struct user *user, struct json_object *o);

/* --- passwords (password.c) ------------------------------------------------------------- */

/* Does a new password conform to the pool's policy? False with InvalidPasswordException set. */
bool idp_password_conforms(struct op *op, const struct pool *pool, struct str password);
/* Was it used lately, where the pool asks? False with the error set when it was. */
bool idp_password_new(struct op *op, const struct pool *pool, const struct user *user,
		      struct str password);
/* Make it the user's password. The caller stores the user. */
void idp_password_set(struct op *op, const struct pool *pool, struct user *user,
		      struct str password);
/* A password that conforms to the policy. */
struct str idp_password_make(struct op *op, const struct pool *pool);
/* May the user try at all just now? False with NotAuthorizedException set. */
bool idp_password_may_try(struct op *op, const struct user *user);
/* Is it the user's password? False with NotAuthorizedException set; the failure is counted. */
bool idp_password_right(struct op *op, const struct pool *pool, struct user *user,
			struct str password);
/* Take as long as idp_password_right() does, for somebody who is not there. */
void idp_password_pretend(struct op *op, const struct pool *pool, struct str name,
			  struct str password);
/* Count a failure, as idp_password_right() does; sets the error. */
void idp_password_wrong(struct op *op, const struct user *user);
/* Forget the failures: of a user who is in, second factor included. */
void idp_password_well(struct op *op, struct user *user);

#endif
