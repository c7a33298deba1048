/* GetAccountAuthorizationDetails: all there is, of every kind, page by page. */
#include "cloud/iam/operations.h"

#include <inttypes.h>

#include "cloud/iam/inside.h"

static bool filtered(struct op *op, const char *kind)
{
	struct json_object *filter = op_get(op, "Filter");

	for (size_t i = 0; i < json_count(filter); i++)
		if (str_is(json_str(json_at(filter, i)), kind))
			return true;
	return !json_count(filter);
}

static void add_user(struct op *op, const struct iam_entity *e, struct json_object *out)
{
	struct json_object *names;
	struct iam_entity *groups;
	size_t n;

	iam_describe(op, e, out);
	iam_policies_describe(op, e, "UserPolicyList", out);
	names = json_set_array(out, "GroupList");
	groups = iam_groups_of(op, e, &n);
	for (size_t i = 0; i < n; i++)
		json_add_str(names, groups[i].name);
}

static void add_group(struct op *op, const struct iam_entity *e, struct json_object *out)
{
	iam_describe_short(op, e, out);
	iam_policies_describe(op, e, "GroupPolicyList", out);
}

static void add_role(struct op *op, const struct iam_entity *e, struct json_object *out)
{
	iam_role_describe(op, e, out, IAM_WHOLE);
	json_object_object_del(out, "Description");
	json_object_object_del(out, "MaxSessionDuration");
	iam_profiles_of(op, e->id, json_set_array(out, "InstanceProfileList"));
	iam_policies_describe(op, e, "RolePolicyList", out);
}

static void add_policy(struct op *op, const struct iam_policy *policy, struct json_object *list)
{
	struct json_object *out = json_add_object(list);

	iam_policy_describe(op, policy, out, true);
	json_object_object_del(out, "Tags");
	iam_policy_versions(op, policy, json_set_array(out, "PolicyVersionList"), true);
}

static void add_own_policy(struct op *op, const struct iam_entity *e, struct json_object *list)
{
	struct iam_policy policy = { .arn = iam_arn(op, e), .name = e->name, .entity = *e };

	add_policy(op, &policy, list);
}

static const struct {
	enum iam_kind_id kind;
	const char *filter, *list;
	void (*add)(struct op *op, const struct iam_entity *e, struct json_object *out);
} parts[] = {
	{ IAM_USER, "User", "UserDetailList", add_user },
	{ IAM_GROUP, "Group", "GroupDetailList", add_group },
	{ IAM_ROLE, "Role", "RoleDetailList", add_role },
	{ IAM_POLICY, "LocalManagedPolicy", "Policies", NULL },
};

/* Is the thing number `*at` on this page? Counts it. False at the page's end too. */
static bool on_page(struct op *op, struct iam_page *page, int64_t *at, int64_t after)
{
	++*at;
	return *at > after && !page->more &&
	       iam_page_take(page, arena_strf(op->arena, "%" PRId64, *at));
}

/* AWS's policies that somebody has. */
static void add_managed(struct op *op, struct iam_page *page, int64_t *at, int64_t after)
{
	struct json_object *list = json_get(op->out, "Policies");
	struct iam_policy policy;
	struct stmt *q = db_query(
		op->db,
		"SELECT DISTINCT arn FROM iam_attachment WHERE arn LIKE 'arn:aws:iam::aws:%' ORDER BY arn",
		"");

	while (stmt_row(q))
		if (iam_policy_find(op, stmt_dup(q, 0, op->arena), &policy) &&
		    on_page(op, page, at, after))
			add_policy(op, &policy, list);
}

enum outcome iam_op_get_account_authorization_details(struct op *op)
{
	struct iam_page page;
	struct iam_walk walk;
	int64_t at = 0, after = 0;

	if (!iam_page_begin(op, &page))
		return FAILED;
	str_to_int(page.after, &after);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct json_object *list = json_set_array(op->out, parts[i].list);

		if (!filtered(op, parts[i].filter))
			continue;
		iam_walk(op, parts[i].kind, STR("/"), STR(""), &walk);
		for (size_t j = 0; j < walk.count; j++) {
			if (!on_page(op, &page, &at, after))
				continue;
			if (parts[i].add)
				parts[i].add(op, &walk.list[j], json_add_object(list));
			else
				add_own_policy(op, &walk.list[j], list);
		}
	}
	if (filtered(op, "AWSManagedPolicy"))
		add_managed(op, &page, &at, after);
	iam_page_end(op, &page);
	return DONE;
}
