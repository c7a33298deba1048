#ifndef CLOUD_IAM_INSIDE_H
#define CLOUD_IAM_INSIDE_H

#include "aws/policy.h"
#include "aws/service.h"

/*
 * What the files of this room share.
 *
 * Users, groups, roles, managed policies, instance profiles and identity providers are entities: they have a
 * name, a path, an id, tags. What can be done to several kinds is written once, over the table of kinds; an operation's
 * kind is told by the first member of its input that names one ("RoleName" is a role's).
 */
enum iam_kind_id { IAM_ROLE = 1, IAM_USER, IAM_GROUP, IAM_POLICY, IAM_PROFILE, IAM_OIDC };

struct iam_kind {
	enum iam_kind_id id;     /* stored in rows: never renumber */
	const char *name_member; /* "RoleName" */
	const char *id_member;   /* "RoleId" */
	const char *id_prefix;   /* "AROA" */
	const char *arn;         /* "role", of "arn:aws:iam::A:role/..." */
	const char *word;        /* "role", for messages */
	const char *missing[2];  /* what stands before and behind the name that is not there */
	const char *exists[2];   /* ... that is there already */
	const char
		*inline_quota; /* bytes of all inline policies together, as text; NULL: has none */
	const char *attached_quota; /* "PoliciesPerRole"; NULL: nothing is attached to it */
	const char *account_quota;  /* "RolesPerAccount" */
	int account_most;           /* how many an account may have */
	bool tags_fold;             /* case does not count in the keys of its tags */
};

/* The kind with this id. */
const struct iam_kind *iam_kind(enum iam_kind_id id);
/* The kind that the operation is about. */
const struct iam_kind *iam_kind_of(const struct op *op);

struct iam_entity {
	const struct iam_kind *kind;
	struct str id;              /* "AROA..." */
	struct str name;            /* as it was created */
	struct str path;            /* "/" or "/a/b/" */
	struct str boundary;        /* ARN of the permissions boundary, or absent */
	int64_t created_at;         /* milliseconds */
	int64_t used_at;            /* of a role: when a session of it began last; 0: never */
	struct json_object *detail; /* what only this kind has; each file says what */
};

/* Lists tell less than Get, Create has habits of its own, and a role in an instance profile is the shortest. */
enum iam_how { IAM_IN_LIST, IAM_NEW, IAM_WHOLE, IAM_INSIDE };

/* --- entity.c -------------------------------------------------------------------------- */

/* By name (case does not count) or by id; false when there is none. */
bool iam_find(struct op *op, enum iam_kind_id kind, struct str name, struct iam_entity *out);
bool iam_find_id(struct op *op, struct str id, struct iam_entity *out);
/*
 * The entity that the operation names (a user that may be left out is the caller); false with NoSuchEntity or
 * what else is wrong set.
 */
bool iam_named(struct op *op, struct iam_entity *out);
/* The same for a further one, whose name stands in the member that its kind has. */
bool iam_named_as(struct op *op, enum iam_kind_id kind, struct iam_entity *out);
/* Fail with NoSuchEntity, in the words of the kind. */
enum outcome iam_missing(struct op *op, const struct iam_kind *kind, struct str name);
/*
 * A new entity from the members Path, Tags and PermissionsBoundary of the operation, under `name`; false with
 * EntityAlreadyExists, LimitExceeded or what else is wrong set. `detail` may be NULL.
 */
bool iam_add(struct op *op, enum iam_kind_id kind, struct str name, struct json_object *detail,
	     struct iam_entity *out);
/* Store name, path, boundary and detail again. */
void iam_save(struct op *op, const struct iam_entity *e);
/* The name is another's already? Then EntityAlreadyExists is set. */
bool iam_name_taken(struct op *op, const struct iam_kind *kind, struct str name, struct str but_id);
/* Delete the entity's row and what hangs on it alone: tags, inline policies. */
void iam_remove(struct op *op, const struct iam_entity *e);
struct str iam_arn(const struct op *op, const struct iam_entity *e);
/* Name, id, ARN, path and date; what else AWS tells everywhere. */
void iam_describe_short(struct op *op, const struct iam_entity *e, struct json_object *out);
/* The same with tags and permissions boundary. */
void iam_describe(struct op *op, const struct iam_entity *e, struct json_object *out);
/* A moment as IAM writes it: whole seconds, with a Z. */
void iam_set_time(struct op *op, struct json_object *o, const char *name, int64_t at);
/* A member of the entity's detail, or absent. */
struct str iam_detail(const struct iam_entity *e, const char *name);
/*
 * Walk the entities of a kind below a path, behind a name ("" for all), in order of their names. One walk at a
 * time; the entities live in the arena.
 */
struct iam_walk {
	struct iam_entity *list;
	size_t count;
};
void iam_walk(struct op *op, enum iam_kind_id kind, struct str path, struct str after,
	      struct iam_walk *out);
/* How many of a kind there are. */
int64_t iam_count(struct op *op, enum iam_kind_id kind);

/* --- page.c: Marker, MaxItems, IsTruncated --------------------------------------------------- */

/*
 *	struct iam_page page;
 *
 *	if (!iam_page_begin(op, &page))
 *		return FAILED;
 *	... for everything behind page.after, in order ...
 *		if (!iam_page_take(&page, key))
 *			break;
 *	iam_page_end(op, &page);
 */
struct iam_page {
	struct arena *arena;
	int64_t left;
	struct str after; /* the key of the last one of the page before; "" at first */
	struct str last;
	bool more;
};
/* False with an error set when the marker is none of ours. */
bool iam_page_begin(struct op *op, struct iam_page *page);
/* Is there room for one more, with this key? */
bool iam_page_take(struct iam_page *page, struct str key);
void iam_page_end(struct op *op, struct iam_page *page);

/* --- documents.c ------------------------------------------------------------------------- */

/* A document's size as quotas count it: without blanks. */
int64_t iam_document_size(struct str document);
/* Is it a policy of this kind? Else MalformedPolicyDocument is set. */
bool iam_document_good(struct op *op, struct str document, enum policy_kind kind);
/* The document as answers carry it: percent-encoded as RFC 3986 has it. */
void iam_set_document(struct op *op, struct json_object *o, const char *name, struct str document);

/* --- managed.c: AWS's own policies, built in from assets/iam ------------------------------------ */

struct iam_managed {
	struct str name, path, arn, id, version, document;
	int64_t created_at, updated_at;
};
/* All, in order of their names; made once. */
const struct iam_managed *iam_managed_all(size_t *count);
/* The one with this ARN, or NULL. */
const struct iam_managed *iam_managed_find(struct str arn);

/* --- policies.c ------------------------------------------------------------------------------ */

/* A managed policy, the account's own or AWS's. */
struct iam_policy {
	struct str arn, name;
	const struct iam_managed *managed; /* of AWS; NULL: our own */
	struct iam_entity entity; /* our own; its detail: Description, Default, Next, UpdatedAt */
};
/* By ARN; false when there is none. */
bool iam_policy_find(struct op *op, struct str arn, struct iam_policy *out);
/* The document of its default version. */
struct str iam_policy_document(struct op *op, const struct iam_policy *policy);
/* Is it an ARN of a policy at all? Else InvalidInput is set. */
bool iam_policy_arn_good(struct op *op, struct str arn);
/* May it be attached or be a boundary? Else NoSuchEntity is set, which calls it by that word: "Policy". */
bool iam_policy_attachable(struct op *op, const char *word, struct str arn, struct iam_policy *out);
/* The members of Policy; in lists without description and tags. */
void iam_policy_describe(struct op *op, const struct iam_policy *policy, struct json_object *out,
			 enum iam_how how);
/* Append every version to `list`, newest first, with or without its document. */
void iam_policy_versions(struct op *op, const struct iam_policy *policy, struct json_object *list,
			 bool documents);

/* --- tags.c -------------------------------------------------------------------------------------- */

/* Are the operation's Tags well, beside those that the entity has? Else an error is set. */
bool iam_tags_good(struct op *op, const struct iam_entity *e);
/* Store them. */
void iam_tags_put(struct op *op, const struct iam_entity *e);
/* The value of a tag, or absent. */
struct str iam_tag_find(struct op *op, const struct iam_entity *e, struct str key);
/* Sets Tags: always, or when there are any. */
void iam_tags_describe(struct op *op, struct str id, struct json_object *out, bool always);

/* --- attach.c, inline.c ---------------------------------------------------------------------------- */

/* Is a managed policy attached to it, has it an inline one? */
bool iam_has_attachments(struct op *op, const struct iam_entity *e);
bool iam_has_inline(struct op *op, const struct iam_entity *e);
/* Sets AttachedManagedPolicies, and the inline policies under `inline_name`. */
void iam_policies_describe(struct op *op, const struct iam_entity *e, const char *inline_name,
			   struct json_object *out);

/* --- roles.c, profiles.c, users.c, groups.c ------------------------------------------------------------ */

/* The members of Role and InstanceProfile. */
void iam_role_describe(struct op *op, const struct iam_entity *e, struct json_object *out,
		       enum iam_how how);
void iam_profile_describe(struct op *op, const struct iam_entity *e, struct json_object *out,
			  enum iam_how how);
/* Appends the instance profiles that hold the role. */
void iam_profiles_of(struct op *op, struct str role_id, struct json_object *list);
/* Is it AWS's? Then UnmodifiableEntity is set. */
bool iam_role_protected(struct op *op, const struct iam_entity *role);
/* A user's groups, in order of their names; *count of them. */
struct iam_entity *iam_groups_of(struct op *op, const struct iam_entity *user, size_t *count);

/* --- account.c: the few settings of an account ------------------------------------------------------- */

/* Absent when it is not set. */
struct str iam_setting(struct op *op, const char *name);
/* The absent value takes it away. */
void iam_set(struct op *op, const char *name, struct str value);

/* --- rules.c: what callers must be allowed ------------------------------------------------------- */

extern const struct access_rules iam_rules;

/* --- access.c ------------------------------------------------------------------------------------------ */

/* A policy that applies to somebody, and who has it: the user or role itself, or a group. */
struct iam_source {
	struct applied_policy policy;
	const struct iam_entity *holder;
};
/* All that apply to a user (its groups' too), group or role; *count of them. */
struct iam_source *iam_sources(struct op *op, const struct iam_entity *e, size_t *count);
/* Its permissions boundary; false when it has none. */
bool iam_boundary(struct op *op, const struct iam_entity *e, struct applied_policy *out);
/* The service's `policies`. */
identity_policies iam_policies;
/* The user, group or role that an ARN names (a session's: its role); false when there is none. */
bool iam_principal(struct op *op, struct str arn, struct iam_entity *out);

extern const struct aws_error NoSuchEntity, EntityAlreadyExists, DeleteConflict, LimitExceeded,
	InvalidInput, UnmodifiableEntity, PasswordPolicyViolation, PolicyNotAttachable,
	MalformedCertificate;

#endif
