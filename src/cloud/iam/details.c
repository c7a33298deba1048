/* GetAccountAuthorizationDetails: all there is, of every kind, page by page. */
#include "cloud/iam/operations.h"

#include "cloud/iam/inside.h"

static bool filtered(struct op *op, const char *kind)
{
	struct json_object *filter = op_get(op, "Filter");

	for (size_t i = 0; i < json_count(filter); i++)
		if (str_is(json_str(json_at(filter, i)), kind))
			return true;
	return !json_count(filter);
}

/* Of users and roles tags are told here where there are none, too. */
static void add_tags(struct json_object *out)
{
	if (!json_get(out, "Tags"))
		json_set_array(out, "Tags");
}

/* Only of a user a list of no policies is left out. */
static void add_user(struct op *op, const struct iam_entity *e, struct json_object *out)
{
	struct json_object *names;
	struct iam_entity *groups;
	size_t n;

	iam_describe(op, e, out);
	add_tags(out);
	iam_policies_describe(op, e, "UserPolicyList", out);
	if (!json_count(json_get(out, "UserPolicyList")))
		json_object_object_del(out, "UserPolicyList");
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
	add_tags(out);
	json_object_object_del(out, "Description");
	json_object_object_del(out, "MaxSessionDuration");
	iam_profiles_of(op, e->id, json_set_array(out, "InstanceProfileList"));
	iam_policies_describe(op, e, "RolePolicyList", out);
}

static void add_policy(struct op *op, const struct iam_policy *policy, struct json_object *list)
{
	struct json_object *out = json_add_object(list);

	iam_policy_describe(op, policy, out, IAM_NEW);
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

enum { PARTS = sizeof(parts) / sizeof(parts[0]) };

/* Keys are names behind their part's number: "2WildRydesLambda". */
static bool on_page(struct iam_page *page, size_t part, struct str name)
{
	return iam_page_take(page, arena_strf(page->arena, "%zu%.*s", part, STR_ARG(name)));
}

/* Where to go on in a part: behind a name, from the beginning, or (absent) not at all. */
static struct str after_in(const struct iam_page *page, size_t part)
{
	size_t first = page->after.n ? (size_t)(page->after.p[0] - '0') : 0;

	if (part != first)
		return part > first ? STR("") : STR_NONE;
	return page->after.n ? str_slice(page->after, 1, page->after.n) : STR("");
}

static bool add_part(struct op *op, struct iam_page *page, size_t part)
{
	struct json_object *list = json_get(op->out, parts[part].list);
	struct str after = after_in(page, part);
	struct iam_walk walk;

	if (!after.p || !filtered(op, parts[part].filter))
		return true;
	iam_walk(op, parts[part].kind, STR("/"), after, &walk);
	for (size_t i = 0; i < walk.count; i++) {
		if (!on_page(page, part, walk.list[i].name))
			return false;
		if (parts[part].add)
			parts[part].add(op, &walk.list[i], json_add_object(list));
		else
			add_own_policy(op, &walk.list[i], list);
	}
	return true;
}

/* AWS's policies that somebody has. */
static void add_managed(struct op *op, struct iam_page *page)
{
	struct json_object *list = json_get(op->out, "Policies");
	struct str after = after_in(page, PARTS);
	struct iam_policy policy;
	struct stmt *q;

	if (!filtered(op, "AWSManagedPolicy"))
		return;
	q = db_query(
		op->db,
		"SELECT DISTINCT arn FROM iam_attachment WHERE arn LIKE 'arn:aws:iam::aws:%' AND arn > ?"
		" ORDER BY arn",
		"s", after);
	while (stmt_row(q)) {
		if (!iam_policy_find(op, stmt_dup(q, 0, op->arena), &policy))
			continue;
		if (!on_page(page, PARTS, policy.arn))
			break;
		add_policy(op, &policy, list);
	}
	stmt_done(q);
}

enum outcome iam_op_get_account_authorization_details(struct op *op)
{
	struct iam_page page;
	bool room = true;

	if (!iam_page_begin(op, &page))
		return FAILED;
	for (size_t i = 0; i < PARTS; i++)
		json_set_array(op->out, parts[i].list);
	for (size_t i = 0; room && i < PARTS; i++)
		room = add_part(op, &page, i);
	if (room)
		add_managed(op, &page);
	iam_page_end(op, &page);
	return DONE;
}
