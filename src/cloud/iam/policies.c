/*
 * Managed policies and their versions. An entity's detail: Description; Default, the number of the version in
 * force; Next, the number of the next one; UpdatedAt.
 */
#include "cloud/iam/operations.h"

#include <inttypes.h>

#include "cloud/iam/inside.h"

enum { VERSIONS_MAX = 5, SIZE_MAX_BYTES = 6144 };

/* --- finding ---------------------------------------------------------------------- */

static bool is_policy_arn(struct str arn)
{
	struct str rest = str_slice(arn, strlen("arn:aws:iam::"), arn.n);

	if (!str_starts(arn, STR("arn:aws:iam::")))
		return false;
	str_cut(&rest, ':');
	return rest.n > strlen("policy/") && str_starts(rest, STR("policy/"));
}

bool iam_policy_arn_good(struct op *op, struct str arn)
{
	if (is_policy_arn(arn))
		return true;
	op_fail(op, &ValidationError, "ARN %.*s is not valid.", STR_ARG(arn));
	return false;
}

bool iam_policy_find(struct op *op, struct str arn, struct iam_policy *out)
{
	size_t at = arn.n;

	*out = (struct iam_policy){ .arn = arn, .managed = iam_managed_find(arn) };
	if (out->managed) {
		out->name = out->managed->name;
		return true;
	}
	while (at > 0 && arn.p[at - 1] != '/')
		at--;
	out->name = str_slice(arn, at, arn.n);
	if (!iam_find(op, IAM_POLICY, out->name, &out->entity))
		return false;
	out->name = out->entity.name;
	return str_eq(iam_arn(op, &out->entity), arn);
}

bool iam_policy_attachable(struct op *op, const char *word, struct str arn, struct iam_policy *out)
{
	/* Of a boundary, where nobody has looked at it yet. */
	if (!is_policy_arn(arn)) {
		op_fail(op, &InvalidInput, "ARN %.*s is not valid.", STR_ARG(arn));
		return false;
	}
	if (iam_policy_find(op, arn, out))
		return true;
	op_fail(op, &NoSuchEntity, "%s %.*s does not exist or is not attachable.", word,
		STR_ARG(arn));
	return false;
}

/* The policy that the operation names, AWS's too. */
static bool policy_named(struct op *op, struct iam_policy *out)
{
	struct str arn = op_str(op, "PolicyArn");

	if (!iam_policy_arn_good(op, arn))
		return false;
	if (iam_policy_find(op, arn, out))
		return true;
	iam_missing(op, iam_kind(IAM_POLICY), arn);
	return false;
}

static int64_t number_of(const struct iam_policy *policy, const char *name)
{
	return json_int_or(json_get(policy->entity.detail, name), 0);
}

struct str iam_policy_document(struct op *op, const struct iam_policy *policy)
{
	struct stmt *q;
	struct str document = STR_NONE;

	if (policy->managed)
		return policy->managed->document;
	q = db_query(op->db, "SELECT document FROM iam_version WHERE policy = ? AND number = ?",
		     "si", policy->entity.id, number_of(policy, "Default"));
	if (stmt_row(q))
		document = stmt_dup(q, 0, op->arena);
	stmt_done(q);
	return document;
}

/* --- telling ------------------------------------------------------------------------ */

static int64_t attachments(struct op *op, struct str arn)
{
	return db_int(op->db, 0, "SELECT count(*) FROM iam_attachment WHERE arn = ?", "s", arn);
}

static int64_t boundaries(struct op *op, struct str arn)
{
	return db_int(op->db, 0, "SELECT count(*) FROM iam_entity WHERE boundary = ?", "s", arn);
}

static struct str default_version(struct op *op, const struct iam_policy *policy)
{
	if (policy->managed)
		return policy->managed->version;
	return arena_strf(op->arena, "v%" PRId64, number_of(policy, "Default"));
}

void iam_policy_describe(struct op *op, const struct iam_policy *policy, struct json_object *out,
			 enum iam_how how)
{
	const struct iam_managed *m = policy->managed;
	const struct iam_entity *e = &policy->entity;
	struct str description = m ? STR_NONE : iam_detail(e, "Description");

	json_set_str(out, "PolicyName", policy->managed ? policy->name : e->name);
	json_set_str(out, "PolicyId", m ? m->id : e->id);
	json_set_str(out, "Arn", policy->arn);
	json_set_str(out, "Path", m ? m->path : e->path);
	json_set_str(out, "DefaultVersionId", default_version(op, policy));
	json_set_int(out, "AttachmentCount", attachments(op, policy->arn));
	json_set_int(out, "PermissionsBoundaryUsageCount", boundaries(op, policy->arn));
	json_set_bool(out, "IsAttachable", true);
	if (how == IAM_WHOLE && description.p)
		json_set_str(out, "Description", description);
	iam_set_time(op, out, "CreateDate", m ? m->created_at : e->created_at);
	iam_set_time(op, out, "UpdateDate", m ? m->updated_at : number_of(policy, "UpdatedAt"));
	if (m && how == IAM_WHOLE)
		json_set_array(out, "Tags");
	if (!m && how != IAM_IN_LIST)
		iam_tags_describe(op, e->id, out, how == IAM_WHOLE);
}

static void describe_version(struct op *op, struct json_object *out, struct str document,
			     struct str id, bool is_default, int64_t created_at)
{
	if (document.p)
		iam_set_document(op, out, "Document", document);
	json_set_str(out, "VersionId", id);
	json_set_bool(out, "IsDefaultVersion", is_default);
	iam_set_time(op, out, "CreateDate", created_at);
}

/* Newest first, those below `before` only; false when the page is full. */
static void add_versions(struct op *op, const struct iam_policy *policy, struct json_object *list,
			 bool documents, struct iam_page *page)
{
	int64_t before = INT64_MAX;
	struct stmt *q;

	if (page)
		str_to_int(page->after, &before);
	q = db_query(
		op->db,
		"SELECT number, document, created_at FROM iam_version WHERE policy = ? AND number < ?"
		" ORDER BY number DESC",
		"si", policy->entity.id, before);
	while (stmt_row(q)) {
		int64_t number = stmt_int(q, 0);

		if (page && !iam_page_take(page, arena_strf(op->arena, "%" PRId64, number)))
			break;
		describe_version(op, json_add_object(list), documents ? stmt_str(q, 1) : STR_NONE,
				 arena_strf(op->arena, "v%" PRId64, number),
				 number == number_of(policy, "Default"), stmt_int(q, 2));
	}
	stmt_done(q);
}

void iam_policy_versions(struct op *op, const struct iam_policy *policy, struct json_object *list,
			 bool documents)
{
	const struct iam_managed *m = policy->managed;

	if (m)
		describe_version(op, json_add_object(list), documents ? m->document : STR_NONE,
				 m->version, true, m->updated_at);
	else
		add_versions(op, policy, list, documents, NULL);
}

/* --- policies ------------------------------------------------------------------------ */

static bool document_good(struct op *op, struct str document)
{
	if (!iam_document_good(op, document, POLICY_IDENTITY))
		return false;
	if (iam_document_size(document) <= SIZE_MAX_BYTES)
		return true;
	op_fail(op, &LimitExceeded, "Cannot exceed quota for PolicySize: %d", SIZE_MAX_BYTES);
	return false;
}

static void add_version(struct op *op, struct str policy, int64_t number, struct str document)
{
	db_run(op->db,
	       "INSERT INTO iam_version (policy, number, document, created_at) VALUES (?, ?, ?, ?)",
	       "sisi", policy, number, document, op->now);
}

enum outcome iam_op_create_policy(struct op *op)
{
	struct json_object *detail = json_new_object(op->arena);
	struct str document = op_str(op, "PolicyDocument");
	struct iam_policy policy = { .managed = NULL };

	if (op_has(op, "Description"))
		json_set_str(detail, "Description", op_str(op, "Description"));
	json_set_int(detail, "Default", 1);
	json_set_int(detail, "Next", 2);
	json_set_int(detail, "UpdatedAt", op->now);
	if (!document_good(op, document) ||
	    !iam_add(op, IAM_POLICY, op_str(op, "PolicyName"), detail, &policy.entity))
		return FAILED;
	add_version(op, policy.entity.id, 1, document);
	policy.arn = iam_arn(op, &policy.entity);
	iam_policy_describe(op, &policy, json_set_object(op->out, "Policy"), IAM_NEW);
	return DONE;
}

enum outcome iam_op_get_policy(struct op *op)
{
	struct iam_policy policy;

	if (!policy_named(op, &policy))
		return FAILED;
	iam_policy_describe(op, &policy, json_set_object(op->out, "Policy"), IAM_WHOLE);
	return DONE;
}

enum outcome iam_op_delete_policy(struct op *op)
{
	struct iam_entity e;
	struct str arn = op_str(op, "PolicyArn");

	if (!iam_named(op, &e))
		return FAILED;
	if (attachments(op, arn) || boundaries(op, arn))
		return op_fail(op, &DeleteConflict, "Cannot delete a policy attached to entities.");
	if (db_int(op->db, 0, "SELECT count(*) FROM iam_version WHERE policy = ?", "s", e.id) > 1)
		return op_fail(
			op, &DeleteConflict,
			"This policy has more than one version. Before you delete a policy, you must delete the"
			" policy's versions. The default version is deleted with the policy.");
	db_run(op->db, "DELETE FROM iam_version WHERE policy = ?", "s", e.id);
	iam_remove(op, &e);
	return DONE;
}

/* Those of the account, then of AWS, each by name. */
struct listing {
	struct op *op;
	struct iam_page *page;
	struct json_object *list;
};

static bool wanted(struct op *op, const struct iam_policy *policy)
{
	struct str usage = op_str(op, "PolicyUsageFilter");
	bool attached = attachments(op, policy->arn), bounds = boundaries(op, policy->arn);

	if (op_bool_or(op, "OnlyAttached", false) && !attached && !bounds)
		return false;
	if (str_is(usage, "PermissionsPolicy"))
		return attached;
	return !str_is(usage, "PermissionsBoundary") || bounds;
}

/* False when the page is full. */
static bool list_one(struct listing *l, const struct iam_policy *policy, char scope)
{
	if (!wanted(l->op, policy))
		return true;
	if (!iam_page_take(l->page,
			   arena_strf(l->op->arena, "%c%.*s", scope, STR_ARG(policy->name))))
		return false;
	iam_policy_describe(l->op, policy, json_add_object(l->list), IAM_IN_LIST);
	return true;
}

/* Keys are names behind a letter: our own policies come first, then AWS's. */
enum { OWN = 'L', MANAGED = 'M' };

static bool list_own(struct listing *l, struct str path)
{
	struct iam_walk walk;

	if (str_starts(l->page->after, STR("M")))
		return true;
	iam_walk(l->op, IAM_POLICY, path, str_slice(l->page->after, 1, l->page->after.n), &walk);
	for (size_t i = 0; i < walk.count; i++) {
		const struct iam_entity *e = &walk.list[i];
		struct iam_policy policy = { iam_arn(l->op, e), e->name, NULL, *e };

		if (!list_one(l, &policy, OWN))
			return false;
	}
	return true;
}

static void list_managed(struct listing *l, struct str path)
{
	bool begun = str_starts(l->page->after, STR("M"));
	struct str after = begun ? str_slice(l->page->after, 1, l->page->after.n) : STR("");
	size_t n;
	const struct iam_managed *all = iam_managed_all(&n);

	for (size_t i = 0; i < n; i++) {
		struct iam_policy policy = { all[i].arn, all[i].name, &all[i], { 0 } };

		if (str_cmp(all[i].name, after) > 0 && str_starts(all[i].path, path) &&
		    !list_one(l, &policy, MANAGED))
			return;
	}
}

enum outcome iam_op_list_policies(struct op *op)
{
	struct str scope = op_str_or(op, "Scope", "All"), path = op_str_or(op, "PathPrefix", "/");
	struct iam_page page;
	struct listing l = { op, &page, json_set_array(op->out, "Policies") };
	bool room = true;

	if (!iam_page_begin(op, &page))
		return FAILED;
	if (!str_is(scope, "AWS"))
		room = list_own(&l, path);
	if (room && !str_is(scope, "Local"))
		list_managed(&l, path);
	iam_page_end(op, &page);
	return DONE;
}

/* --- versions ------------------------------------------------------------------------- */

static bool version_number(struct str id, int64_t *number)
{
	return str_to_int(str_slice(id, 1, id.n), number);
}

static enum outcome missing_version(struct op *op, struct str arn, struct str version)
{
	return op_fail(op, &NoSuchEntity,
		       "Policy %.*s version %.*s does not exist or is not attachable.",
		       STR_ARG(arn), STR_ARG(version));
}

static void set_default(struct op *op, struct iam_entity *e, int64_t number)
{
	json_set_int(e->detail, "Default", number);
	json_set_int(e->detail, "UpdatedAt", op->now);
	iam_save(op, e);
}

enum outcome iam_op_create_policy_version(struct op *op)
{
	struct iam_entity e;
	struct str document = op_str(op, "PolicyDocument");
	bool is_default = op_bool_or(op, "SetAsDefault", false);
	int64_t number;

	if (!iam_named(op, &e) || !document_good(op, document))
		return FAILED;
	if (db_int(op->db, 0, "SELECT count(*) FROM iam_version WHERE policy = ?", "s", e.id) >=
	    VERSIONS_MAX)
		return op_fail(op, &LimitExceeded,
			       "A managed policy can have up to %d versions. Before you create a "
			       "new version, you must delete an existing version.",
			       VERSIONS_MAX);
	number = json_int_or(json_get(e.detail, "Next"), 2);
	json_set_int(e.detail, "Next", number + 1);
	add_version(op, e.id, number, document);
	if (is_default)
		json_set_int(e.detail, "Default", number);
	json_set_int(e.detail, "UpdatedAt", op->now);
	iam_save(op, &e);
	describe_version(op, json_set_object(op->out, "PolicyVersion"), STR_NONE,
			 arena_strf(op->arena, "v%" PRId64, number), is_default, op->now);
	return DONE;
}

enum outcome iam_op_get_policy_version(struct op *op)
{
	struct str version = op_str(op, "VersionId");
	struct iam_policy policy;
	struct json_object *out;
	struct stmt *q;
	int64_t number = 0;

	if (!iam_policy_arn_good(op, op_str(op, "PolicyArn")))
		return FAILED;
	if (!iam_policy_find(op, op_str(op, "PolicyArn"), &policy))
		return missing_version(op, op_str(op, "PolicyArn"), version);
	out = json_set_object(op->out, "PolicyVersion");
	if (policy.managed) {
		if (!str_eq(version, policy.managed->version))
			return missing_version(op, policy.arn, version);
		describe_version(op, out, policy.managed->document, version, true,
				 policy.managed->updated_at);
		return DONE;
	}
	version_number(version, &number);
	q = db_query(op->db,
		     "SELECT document, created_at FROM iam_version WHERE policy = ? AND number = ?",
		     "si", policy.entity.id, number);
	if (!stmt_row(q))
		return missing_version(op, policy.arn, version);
	describe_version(op, out, stmt_str(q, 0), version, number == number_of(&policy, "Default"),
			 stmt_int(q, 1));
	stmt_done(q);
	return DONE;
}

enum outcome iam_op_list_policy_versions(struct op *op)
{
	struct iam_policy policy;
	struct iam_page page;
	struct json_object *list = json_set_array(op->out, "Versions");

	if (!policy_named(op, &policy) || !iam_page_begin(op, &page))
		return FAILED;
	if (policy.managed)
		iam_policy_versions(op, &policy, list, false);
	else
		add_versions(op, &policy, list, false, &page);
	iam_page_end(op, &page);
	return DONE;
}

/* The number of the version that the operation names, of a policy of our own. */
static bool version_named(struct op *op, struct iam_entity *e, int64_t *number)
{
	struct str version = op_str(op, "VersionId");

	if (!iam_named(op, e)) {
		if (op->error == &NoSuchEntity)
			missing_version(op, op_str(op, "PolicyArn"), version);
		return false;
	}
	if (version_number(version, number) &&
	    db_int(op->db, 0, "SELECT count(*) FROM iam_version WHERE policy = ? AND number = ?",
		   "si", e->id, *number))
		return true;
	missing_version(op, op_str(op, "PolicyArn"), version);
	return false;
}

enum outcome iam_op_set_default_policy_version(struct op *op)
{
	struct iam_entity e;
	int64_t number;

	if (!version_named(op, &e, &number))
		return FAILED;
	set_default(op, &e, number);
	return DONE;
}

enum outcome iam_op_delete_policy_version(struct op *op)
{
	struct iam_entity e;
	int64_t number;

	if (!version_named(op, &e, &number))
		return FAILED;
	if (number == json_int_or(json_get(e.detail, "Default"), 1))
		return op_fail(op, &DeleteConflict,
			       "Cannot delete the default version of a policy.");
	db_run(op->db, "DELETE FROM iam_version WHERE policy = ? AND number = ?", "si", e.id,
	       number);
	return DONE;
}
