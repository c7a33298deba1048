/* Entities: what users, groups, roles, policies, instance profiles and providers have in common. */
#include "cloud/iam/inside.h"

#include "aws/key.h"
#include "base/time.h"

#define COLUMNS "id, kind, name, path, boundary, created_at, detail"
#define ALL     COLUMNS ", used_at"

static const struct iam_kind kinds[] = {
	{ IAM_ROLE,
	  "RoleName",
	  "RoleId",
	  "AROA",
	  "role",
	  "role",
	  { "The role with name ", " cannot be found." },
	  { "Role with name ", " already exists." },
	  "10240",
	  "PoliciesPerRole",
	  "RolesPerAccount",
	  1000,
	  true },
	{ IAM_USER,
	  "UserName",
	  "UserId",
	  "AIDA",
	  "user",
	  "user",
	  { "The user with name ", " cannot be found." },
	  { "User with name ", " already exists." },
	  "2048",
	  "PoliciesPerUser",
	  "UsersPerAccount",
	  5000,
	  true },
	{ IAM_GROUP,
	  "GroupName",
	  "GroupId",
	  "AGPA",
	  "group",
	  "group",
	  { "The group with name ", " cannot be found." },
	  { "Group with name ", " already exists." },
	  "5120",
	  "PoliciesPerGroup",
	  "GroupsPerAccount",
	  300 },
	{ IAM_POLICY,
	  "PolicyArn",
	  "PolicyId",
	  "ANPA",
	  "policy",
	  "policy",
	  { "Policy ", " was not found." },
	  { "A policy called ", " already exists. Duplicate names are not allowed." },
	  NULL,
	  NULL,
	  "PoliciesPerAccount",
	  1500 },
	{ IAM_PROFILE,
	  "InstanceProfileName",
	  "InstanceProfileId",
	  "AIPA",
	  "instance-profile",
	  "instance profile",
	  { "Instance Profile ", " cannot be found." },
	  { "Instance Profile ", " already exists." },
	  NULL,
	  NULL,
	  "InstanceProfilesPerAccount",
	  1000 },
	{ IAM_OIDC,
	  "OpenIDConnectProviderArn",
	  NULL,
	  "OIDC",
	  "oidc-provider",
	  "identity provider",
	  { "OpenIDConnect Provider not found for arn ", "" },
	  { "Provider with url https://", " already exists." },
	  NULL,
	  NULL,
	  "OpenIdConnectProvidersPerAccount",
	  100 },
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

const struct iam_kind *iam_kind(enum iam_kind_id id)
{
	return &kinds[id - IAM_ROLE];
}

const struct iam_kind *iam_kind_of(const struct op *op)
{
	const struct shape_member *m = op->operation->input->members;

	for (; m->name; m++)
		for (size_t i = 0; i < KINDS; i++)
			if (str_is(str_of(m->name), kinds[i].name_member))
				return &kinds[i];
	return &kinds[0];
}

/* --- rows ------------------------------------------------------------------------ */

static void read_row(struct op *op, struct stmt *q, struct iam_entity *e)
{
	*e = (struct iam_entity){
		.id = stmt_dup(q, 0, op->arena),
		.kind = iam_kind((enum iam_kind_id)stmt_int(q, 1)),
		.name = stmt_dup(q, 2, op->arena),
		.path = stmt_dup(q, 3, op->arena),
		.boundary = stmt_dup(q, 4, op->arena),
		.created_at = stmt_int(q, 5),
		.detail = json_parse(op->arena, stmt_str(q, 6), NULL),
		.used_at = stmt_int(q, 7),
	};
}

static bool first_row(struct op *op, struct stmt *q, struct iam_entity *e)
{
	if (!stmt_row(q))
		return false;
	read_row(op, q, e);
	stmt_done(q);
	return true;
}

bool iam_find(struct op *op, enum iam_kind_id kind, struct str name, struct iam_entity *out)
{
	return first_row(op,
			 db_query(op->db,
				  "SELECT " ALL " FROM iam_entity WHERE kind = ? AND name = ?",
				  "is", (int64_t)kind, name),
			 out);
}

bool iam_find_id(struct op *op, struct str id, struct iam_entity *out)
{
	return first_row(op,
			 db_query(op->db, "SELECT " ALL " FROM iam_entity WHERE id = ?", "s", id),
			 out);
}

void iam_walk(struct op *op, enum iam_kind_id kind, struct str path, struct str after,
	      struct iam_walk *out)
{
	struct stmt *q = db_query(op->db,
				  "SELECT " ALL " FROM iam_entity WHERE kind = ?1 AND name > ?2"
				  " AND substr(path, 1, length(?3)) = ?3 ORDER BY name",
				  "iss", (int64_t)kind, after, path);
	size_t size = 16;

	*out = (struct iam_walk){ arena_alloc(op->arena, size * sizeof(*out->list)), 0 };
	while (stmt_row(q)) {
		if (out->count == size) {
			struct iam_entity *more =
				arena_alloc(op->arena, 2 * size * sizeof(*out->list));

			memcpy(more, out->list, size * sizeof(*more));
			out->list = more;
			size *= 2;
		}
		read_row(op, q, &out->list[out->count++]);
	}
}

int64_t iam_count(struct op *op, enum iam_kind_id kind)
{
	return db_int(op->db, 0, "SELECT count(*) FROM iam_entity WHERE kind = ?", "i",
		      (int64_t)kind);
}

/* --- finding what an operation names ------------------------------------------------ */

enum outcome iam_missing(struct op *op, const struct iam_kind *kind, struct str name)
{
	return op_fail(op, &NoSuchEntity, "%s%.*s%s", kind->missing[0], STR_ARG(name),
		       kind->missing[1]);
}

/* What stands behind "arn:aws:iam::ACCOUNT:oidc-provider/"; false with InvalidInput set. */
static bool provider_of(struct op *op, struct str arn, struct str *url)
{
	struct str mine = arena_strf(op->arena, "arn:aws:iam::%s:oidc-provider/", op->account->id);

	*url = str_slice(arn, mine.n, arn.n);
	if (str_starts(arn, mine) && url->n)
		return true;
	op_fail(op, &InvalidInput, "Invalid ARN: %.*s", STR_ARG(arn));
	return false;
}

static bool policy_named(struct op *op, struct iam_entity *out)
{
	struct str arn = op_str(op, "PolicyArn");
	struct iam_policy policy;

	if (!iam_policy_arn_good(op, arn))
		return false;
	if (!iam_policy_find(op, arn, &policy)) {
		iam_missing(op, iam_kind(IAM_POLICY), arn);
		return false;
	}
	if (policy.managed) {
		op_fail(op, &AccessDenied,
			"User: %.*s is not authorized to perform: iam:%s on resource: policy %.*s",
			STR_ARG(op->caller.arn), op->operation->name, STR_ARG(policy.name));
		return false;
	}
	*out = policy.entity;
	return true;
}

bool iam_named_as(struct op *op, enum iam_kind_id id, struct iam_entity *out)
{
	const struct iam_kind *kind = iam_kind(id);
	struct str given = op_str(op, kind->name_member), name = given;

	if (id == IAM_POLICY)
		return policy_named(op, out);
	if (id == IAM_OIDC && !provider_of(op, given, &name))
		return false;
	if (id == IAM_USER && !given.p) {
		if (iam_principal(op, op->caller.principal, out) && out->kind->id == IAM_USER)
			return true;
		op_fail(op, &ValidationError,
			"Must specify userName when calling with non-User credentials");
		return false;
	}
	if (iam_find(op, id, name, out))
		return true;
	iam_missing(op, kind, given);
	return false;
}

bool iam_named(struct op *op, struct iam_entity *out)
{
	return iam_named_as(op, iam_kind_of(op)->id, out);
}

/* --- changes -------------------------------------------------------------------------- */

bool iam_name_taken(struct op *op, const struct iam_kind *kind, struct str name, struct str but_id)
{
	struct iam_entity other;

	if (!iam_find(op, kind->id, name, &other) || str_eq(other.id, but_id))
		return false;
	op_fail(op, &EntityAlreadyExists, "%s%.*s%s", kind->exists[0], STR_ARG(name),
		kind->exists[1]);
	return true;
}

/*
 * Room for one more? Roles that are linked to services are not counted, and always have room.
 * From: IAM User Guide, "IAM and AWS STS quotas".
 */
static bool has_room(struct op *op, const struct iam_entity *e)
{
	int64_t there;

	if (iam_detail(e, "Service").p)
		return true;
	there = db_int(op->db, 0,
		       "SELECT count(*) FROM iam_entity WHERE kind = ?"
		       " AND path NOT LIKE '/aws-service-role/%'",
		       "i", (int64_t)e->kind->id);
	if (there < e->kind->account_most)
		return true;
	op_fail(op, &LimitExceeded, "Cannot exceed quota for %s: %d", e->kind->account_quota,
		e->kind->account_most);
	return false;
}

bool iam_add(struct op *op, enum iam_kind_id id, struct str name, struct json_object *detail,
	     struct iam_entity *out)
{
	char *unique = arena_alloc(op->arena, 21);
	struct iam_policy boundary;

	key_make_id(iam_kind(id)->id_prefix, str_of(op->account->id), unique);
	*out = (struct iam_entity){
		.kind = iam_kind(id),
		.id = str_of(unique),
		.name = name,
		.path = op_str_or(op, "Path", "/"),
		.boundary = op_str(op, "PermissionsBoundary"),
		.created_at = op->now,
		.detail = detail ? detail : json_new_object(op->arena),
	};
	if (!iam_tags_good(op, out))
		return false;
	if (out->boundary.p && !iam_policy_attachable(op, "Scope ARN:", out->boundary, &boundary))
		return false;
	if (iam_name_taken(op, out->kind, name, STR("")) || !has_room(op, out))
		return false;
	db_run(op->db, "INSERT INTO iam_entity (" COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?)",
	       "sisssis", out->id, (int64_t)id, out->name, out->path, out->boundary,
	       out->created_at, json_text(op->arena, out->detail));
	iam_tags_put(op, out);
	return true;
}

void iam_save(struct op *op, const struct iam_entity *e)
{
	db_run(op->db,
	       "UPDATE iam_entity SET name = ?, path = ?, boundary = ?, detail = ? WHERE id = ?",
	       "sssss", e->name, e->path, e->boundary, json_text(op->arena, e->detail), e->id);
}

void iam_remove(struct op *op, const struct iam_entity *e)
{
	db_run(op->db, "DELETE FROM iam_inline WHERE entity = ?", "s", e->id);
	db_run(op->db, "DELETE FROM iam_tag WHERE entity = ?", "s", e->id);
	db_run(op->db, "DELETE FROM iam_entity WHERE id = ?", "s", e->id);
}

/* --- telling ----------------------------------------------------------------------------- */

struct str iam_arn(const struct op *op, const struct iam_entity *e)
{
	return arena_strf(op->arena, "arn:aws:iam::%s:%s%.*s%.*s", op->account->id, e->kind->arn,
			  STR_ARG(e->path), STR_ARG(e->name));
}

void iam_set_time(struct op *op, struct json_object *o, const char *name, int64_t at)
{
	json_set_str(o, name, time_iso(op->arena, at, false));
}

struct str iam_detail(const struct iam_entity *e, const char *name)
{
	return json_get_str(e->detail, name);
}

void iam_describe_short(struct op *op, const struct iam_entity *e, struct json_object *out)
{
	json_set_str(out, "Path", e->path);
	json_set_str(out, e->kind->name_member, e->name);
	json_set_str(out, e->kind->id_member, e->id);
	json_set_str(out, "Arn", iam_arn(op, e));
	iam_set_time(op, out, "CreateDate", e->created_at);
}

void iam_describe(struct op *op, const struct iam_entity *e, struct json_object *out)
{
	struct json_object *boundary;

	iam_describe_short(op, e, out);
	if (e->boundary.p) {
		boundary = json_set_object(out, "PermissionsBoundary");
		json_set_cstr(boundary, "PermissionsBoundaryType", "Policy");
		json_set_str(boundary, "PermissionsBoundaryArn", e->boundary);
	}
	iam_tags_describe(op, e->id, out, false);
}
