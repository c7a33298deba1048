/*
 * What IAM's operations need: which entity each is about, and condition keys. From: Service Authorization
 * Reference, "Actions, resources, and condition keys for AWS Identity and Access Management".
 */
#include "cloud/iam/inside.h"

#include "aws/key.h"

/* --- resources ---------------------------------------------------------------------- */

/* The name that the operation gives to the entity it is about; absent when it gives none. */
static struct str name_given(const struct op *op, const struct iam_kind *kind)
{
	if (kind->id == IAM_POLICY && !op_has(op, "PolicyArn"))
		return op_str(op, "PolicyName");
	return op_str(op, kind->name_member);
}

/* The ARN of an entity that may not be there: then under the path of the operation. */
static struct str arn_of(struct op *op, const struct iam_kind *kind, struct str name)
{
	struct iam_entity e;

	if (str_starts(name, STR("arn:")))
		return name;
	if (!iam_find(op, kind->id, name, &e))
		e = (struct iam_entity){ .kind = kind,
					 .name = name,
					 .path = op_str_or(op, "Path", "/") };
	return iam_arn(op, &e);
}

/* A new identity provider is named by its URL. */
static struct str provider_arn(struct op *op, struct str url)
{
	if (str_starts(url, STR("https://")))
		url = str_slice(url, strlen("https://"), url.n);
	return arn_of(op, iam_kind(IAM_OIDC), url);
}

static struct str entity_arn(struct op *op)
{
	const struct iam_kind *kind = iam_kind_of(op);
	struct str name = name_given(op, kind);

	if (op_has(op, "Url"))
		return provider_arn(op, op_str(op, "Url"));
	if (!name.p && op_has(op, "PolicyName"))
		return arn_of(op, iam_kind(IAM_POLICY), op_str(op, "PolicyName"));
	return name.p ? arn_of(op, kind, name) : op->caller.principal;
}

/* What is made with tags is tagged too. */
static void check_entity(struct authorize_list *list)
{
	struct op *op = list->op;
	struct authorize_check check = { .resource = entity_arn(op) };
	struct str name = str_of(op->operation->name);

	authorize_add(list, &check);
	if (!str_starts(name, STR("Create")) || !json_count(op_get(op, "Tags")))
		return;
	check.action = arena_printf(op->arena, "iam:Tag%.*s", STR_ARG(str_slice(name, 6, name.n)));
	authorize_add(list, &check);
}

/* The role goes to EC2: whoever puts it into a profile must be allowed to pass it. */
static void check_profile_role(struct authorize_list *list)
{
	static struct str ec2 = STR_INIT("ec2.amazonaws.com");
	static const struct policy_key to_ec2[] = {
		{ STR_INIT("iam:PassedToService"), { &ec2, 1, false } },
		{ { NULL, 0 }, { NULL, 0, false } },
	};
	struct op *op = list->op;

	check_entity(list);
	authorize_add(list, &(struct authorize_check){ .action = "iam:PassRole",
						       .resource = arn_of(op, iam_kind(IAM_ROLE),
									  op_str(op, "RoleName")),
						       .keys = to_ec2 });
}

static void check_linked(struct authorize_list *list)
{
	struct op *op = list->op;
	struct str service = op_str(op, "AWSServiceName");

	authorize_add(list,
		      &(struct authorize_check){
			      .resource = arena_strf(op->arena,
						     "arn:aws:iam::%s:role/aws-service-role/%.*s/*",
						     op->account->id, STR_ARG(service)) });
}

/* A list is of what is below a path: "arn:aws:iam::A:role/". */
static void check_list(struct authorize_list *list)
{
	static const struct {
		const char *operation;
		enum iam_kind_id kind;
	} lists[] = { { "ListGroups", IAM_GROUP },
		      { "ListInstanceProfiles", IAM_PROFILE },
		      { "ListRoles", IAM_ROLE },
		      { "ListUsers", IAM_USER } };
	struct op *op = list->op;
	struct iam_entity e = { .kind = iam_kind(IAM_ROLE),
				.name = STR(""),
				.path = op_str_or(op, "PathPrefix", "/") };

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (strcmp(op->operation->name, lists[i].operation) == 0)
			e.kind = iam_kind(lists[i].kind);
	authorize_add(list, &(struct authorize_check){ .resource = iam_arn(op, &e) });
}

static void check_source(struct authorize_list *list)
{
	struct str arn = op_str(list->op, "PolicySourceArn");

	authorize_add(list, &(struct authorize_check){
				    .resource = arn.p ? arn : op_str(list->op, "Arn") });
}

static void check_key(struct authorize_list *list)
{
	struct key_info key;
	bool found = key_get(list->op, op_str(list->op, "AccessKeyId"), &key);

	authorize_add(list,
		      &(struct authorize_check){ .resource = found ? key.owner.arn : STR_NONE });
}

static void check_caller(struct authorize_list *list)
{
	authorize_add(list, &(struct authorize_check){ .resource = list->op->caller.principal });
}

/* --- condition keys ------------------------------------------------------------------- */

static bool is(struct str name, const char *key)
{
	return str_eq_nocase(name, str_of(key));
}

/* What stands behind a prefix. */
static bool behind(struct str name, const char *prefix, struct str *key)
{
	size_t n = strlen(prefix);

	*key = str_slice(name, n, name.n);
	return name.n > n && is(str_slice(name, 0, n), prefix);
}

/* The entity behind a resource's ARN. */
static bool entity_of(struct op *op, struct str arn, struct iam_entity *out)
{
	const struct iam_kind *kind = iam_kind_of(op);
	struct str name = name_given(op, kind);
	struct iam_policy policy;

	if (kind->id != IAM_POLICY)
		return name.p && iam_find(op, kind->id, name, out);
	if (!iam_policy_find(op, arn, &policy) || policy.managed)
		return false;
	*out = policy.entity;
	return true;
}

static bool find(struct op *op, const struct authorize_check *check, struct str name,
		 struct policy_values *values)
{
	struct str key, value = STR_NONE;
	struct iam_entity e;

	if (is(name, "iam:PolicyARN"))
		value = op_str(op, "PolicyArn");
	else if (is(name, "iam:AWSServiceName"))
		value = op_str(op, "AWSServiceName");
	else if (is(name, "iam:PermissionsBoundary") && op_has(op, "PermissionsBoundary"))
		value = op_str(op, "PermissionsBoundary");
	else if (!op->operation->input || !entity_of(op, check->resource, &e))
		return false;
	else if (is(name, "iam:PermissionsBoundary"))
		value = e.boundary;
	else if (behind(name, "aws:ResourceTag/", &key) || behind(name, "iam:ResourceTag/", &key))
		value = iam_tag_find(op, &e, key);
	return value.p && authorize_value(op, values, value);
}

/* --- the table: what is not here needs "iam:Operation" on "*" ------------------------------ */

#define ENTITY(name)                                                                               \
	{                                                                                          \
		name, .checks = check_entity                                                       \
	}

static const struct access operations[] = {
	ENTITY("AddClientIDToOpenIDConnectProvider"),
	{ "AddRoleToInstanceProfile", .checks = check_profile_role },
	ENTITY("AddUserToGroup"),
	ENTITY("AttachGroupPolicy"),
	ENTITY("AttachRolePolicy"),
	ENTITY("AttachUserPolicy"),
	{ "ChangePassword", .checks = check_caller },
	ENTITY("CreateAccessKey"),
	ENTITY("CreateGroup"),
	ENTITY("CreateInstanceProfile"),
	ENTITY("CreateLoginProfile"),
	ENTITY("CreateOpenIDConnectProvider"),
	ENTITY("CreatePolicy"),
	ENTITY("CreatePolicyVersion"),
	ENTITY("CreateRole"),
	{ "CreateServiceLinkedRole", .checks = check_linked },
	ENTITY("CreateServiceSpecificCredential"),
	ENTITY("CreateUser"),
	ENTITY("DeleteAccessKey"),
	ENTITY("DeleteGroup"),
	ENTITY("DeleteGroupPolicy"),
	ENTITY("DeleteInstanceProfile"),
	ENTITY("DeleteLoginProfile"),
	ENTITY("DeleteOpenIDConnectProvider"),
	ENTITY("DeletePolicy"),
	ENTITY("DeletePolicyVersion"),
	ENTITY("DeleteRole"),
	ENTITY("DeleteRolePermissionsBoundary"),
	ENTITY("DeleteRolePolicy"),
	ENTITY("DeleteSSHPublicKey"),
	ENTITY("DeleteServiceLinkedRole"),
	ENTITY("DeleteServiceSpecificCredential"),
	ENTITY("DeleteSigningCertificate"),
	ENTITY("DeleteUser"),
	ENTITY("DeleteUserPermissionsBoundary"),
	ENTITY("DeleteUserPolicy"),
	ENTITY("DetachGroupPolicy"),
	ENTITY("DetachRolePolicy"),
	ENTITY("DetachUserPolicy"),
	{ "GetAccessKeyLastUsed", .checks = check_key },
	{ "GetContextKeysForPrincipalPolicy", .checks = check_source },
	ENTITY("GetGroup"),
	ENTITY("GetGroupPolicy"),
	ENTITY("GetInstanceProfile"),
	ENTITY("GetLoginProfile"),
	ENTITY("GetOpenIDConnectProvider"),
	ENTITY("GetPolicy"),
	ENTITY("GetPolicyVersion"),
	ENTITY("GetRole"),
	ENTITY("GetRolePolicy"),
	ENTITY("GetSSHPublicKey"),
	ENTITY("GetUser"),
	ENTITY("GetUserPolicy"),
	ENTITY("ListAccessKeys"),
	ENTITY("ListAttachedGroupPolicies"),
	ENTITY("ListAttachedRolePolicies"),
	ENTITY("ListAttachedUserPolicies"),
	ENTITY("ListEntitiesForPolicy"),
	ENTITY("ListGroupPolicies"),
	{ "ListGroups", .checks = check_list },
	ENTITY("ListGroupsForUser"),
	ENTITY("ListInstanceProfileTags"),
	{ "ListInstanceProfiles", .checks = check_list },
	ENTITY("ListInstanceProfilesForRole"),
	ENTITY("ListMFADevices"),
	ENTITY("ListOpenIDConnectProviderTags"),
	{ "ListPoliciesGrantingServiceAccess", .checks = check_source },
	ENTITY("ListPolicyTags"),
	ENTITY("ListPolicyVersions"),
	ENTITY("ListRolePolicies"),
	ENTITY("ListRoleTags"),
	{ "ListRoles", .checks = check_list },
	ENTITY("ListSSHPublicKeys"),
	ENTITY("ListSigningCertificates"),
	ENTITY("ListUserPolicies"),
	ENTITY("ListUserTags"),
	{ "ListUsers", .checks = check_list },
	ENTITY("PutGroupPolicy"),
	ENTITY("PutRolePermissionsBoundary"),
	ENTITY("PutRolePolicy"),
	ENTITY("PutUserPermissionsBoundary"),
	ENTITY("PutUserPolicy"),
	ENTITY("RemoveClientIDFromOpenIDConnectProvider"),
	ENTITY("RemoveRoleFromInstanceProfile"),
	ENTITY("RemoveUserFromGroup"),
	ENTITY("ResetServiceSpecificCredential"),
	ENTITY("SetDefaultPolicyVersion"),
	{ "SimulatePrincipalPolicy", .checks = check_source },
	ENTITY("TagInstanceProfile"),
	ENTITY("TagOpenIDConnectProvider"),
	ENTITY("TagPolicy"),
	ENTITY("TagRole"),
	ENTITY("TagUser"),
	ENTITY("UntagInstanceProfile"),
	ENTITY("UntagOpenIDConnectProvider"),
	ENTITY("UntagPolicy"),
	ENTITY("UntagRole"),
	ENTITY("UntagUser"),
	ENTITY("UpdateAccessKey"),
	ENTITY("UpdateAssumeRolePolicy"),
	ENTITY("UpdateGroup"),
	ENTITY("UpdateLoginProfile"),
	ENTITY("UpdateOpenIDConnectProviderThumbprint"),
	ENTITY("UpdateRole"),
	ENTITY("UpdateRoleDescription"),
	ENTITY("UpdateSSHPublicKey"),
	ENTITY("UpdateServiceSpecificCredential"),
	ENTITY("UpdateSigningCertificate"),
	ENTITY("UpdateUser"),
	ENTITY("UploadSSHPublicKey"),
	ENTITY("UploadSigningCertificate"),
	{ 0 },
};

const struct access_rules iam_rules = { operations, find };
