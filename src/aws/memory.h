#ifndef AWS_MEMORY_H
#define AWS_MEMORY_H

#include "aws/key.h"
#include "aws/policy.h"

/*
 * What dispatch remembers of an account between calls: parsed policies and when keys were last used. It hangs on the
 * open account, is used in its turn only, and may be forgotten at any time.
 */

/*
 * What is known of a principal, of a session (under its access key), of a resource that has a policy of its own (under
 * its ARN), or of a service's resources (under its name).
 */
struct remembered {
	struct remembered *next;
	struct arena *arena; /* holds all of it */
	struct str name;     /* the principal's ARN, the session's key or the service's name */
	bool gone; /* there is no such principal any more; of a service: no resource of it has a policy */
	bool administrator; /* everything is allowed: nothing needs to be evaluated */
	struct str id;      /* the principal's unique id */
	struct str plain_name;
	struct policy **identity;
	size_t identity_count;
	struct policy *boundary; /* NULL: none */
	struct policy *resource; /* of a resource: its own; NULL: it cannot be read */
	struct policy **session;
	size_t session_count;
	bool limited; /* session policies limit */
	struct applied_tag *tags;
	size_t tag_count;
	int64_t issued_at;
	struct json_object *detail; /* the session's; NULL: none */
};

/* The entry of that name, or NULL. */
struct remembered *memory_find(struct account *account, struct str name);
/* A fresh entry, kept from now on. */
struct remembered *memory_add(struct account *account, struct str name);
/* Before a call: when there are many entries, forget those that were not used for longest. */
void memory_trim(struct account *account);
/* Forget every caller: what IAM knows has changed. */
void memory_forget(struct account *account);

/* The key was used just now. Stored by memory_save(), which writes at most once a minute. */
void memory_used(struct account *account, const struct op *op);
void memory_save(struct account *account, int64_t now);
/* Correct what the table says with what is not stored yet. */
void memory_last_use(struct account *account, struct key_info *info);

#endif
