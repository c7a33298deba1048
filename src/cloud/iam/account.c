/* What an account has once: its alias, its summary, its preferences. */
#include "cloud/iam/operations.h"

#include "aws/key.h"
#include "cloud/iam/inside.h"

struct str iam_setting(struct op *op, const char *name)
{
	struct stmt *q =
		db_query(op->db, "SELECT value FROM iam_setting WHERE name = ?", "z", name);
	struct str value = stmt_row(q) ? stmt_dup(q, 0, op->arena) : STR_NONE;

	stmt_done(q);
	return value;
}

void iam_set(struct op *op, const char *name, struct str value)
{
	if (value.p)
		db_run(op->db, "INSERT OR REPLACE INTO iam_setting (name, value) VALUES (?, ?)",
		       "zs", name, value);
	else
		db_run(op->db, "DELETE FROM iam_setting WHERE name = ?", "z", name);
}

/* --- the alias ------------------------------------------------------------------------- */

/* Small letters, digits, and dashes that stand alone and inside. The pattern has a look-ahead. */
static bool alias_good(struct op *op, struct str alias)
{
	bool good = alias.n && alias.p[0] != '-' && alias.p[alias.n - 1] != '-' &&
		    str_find_str(alias, STR("--")) < 0;

	for (size_t i = 0; good && i < alias.n; i++)
		good = (alias.p[i] >= 'a' && alias.p[i] <= 'z') ||
		       (alias.p[i] >= '0' && alias.p[i] <= '9') || alias.p[i] == '-';
	if (!good)
		op_fail(op, &ValidationError,
			"1 validation error detected: Value at 'accountAlias' failed to satisfy constraint:"
			" Member must satisfy regular expression pattern:"
			" ^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$");
	return good;
}

enum outcome iam_op_create_account_alias(struct op *op)
{
	struct str alias = op_str(op, "AccountAlias");

	if (!alias_good(op, alias))
		return FAILED;
	if (str_eq(iam_setting(op, "alias"), alias))
		return op_fail(op, &EntityAlreadyExists, "The account alias %.*s already exists.",
			       STR_ARG(alias));
	iam_set(op, "alias", alias);
	return DONE;
}

enum outcome iam_op_delete_account_alias(struct op *op)
{
	struct str alias = op_str(op, "AccountAlias");

	if (!alias_good(op, alias))
		return FAILED;
	if (!str_eq(iam_setting(op, "alias"), alias))
		return op_fail(op, &NoSuchEntity,
			       "The Account Alias with name %.*s cannot be found.", STR_ARG(alias));
	iam_set(op, "alias", STR_NONE);
	return DONE;
}

enum outcome iam_op_list_account_aliases(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "AccountAliases");
	struct str alias = iam_setting(op, "alias");
	struct iam_page page;

	if (!iam_page_begin(op, &page))
		return FAILED;
	if (alias.p && !page.after.n && iam_page_take(&page, alias))
		json_add_str(list, alias);
	iam_page_end(op, &page);
	return DONE;
}

/* --- preferences ------------------------------------------------------------------------- */

enum outcome iam_op_set_security_token_service_preferences(struct op *op)
{
	iam_set(op, "token-version", op_str(op, "GlobalEndpointTokenVersion"));
	return DONE;
}

/* --- the summary --------------------------------------------------------------------------- */

static const struct {
	const char *name;
	int64_t value;
} quotas[] = {
	{ "UsersQuota", 5000 },
	{ "GroupsQuota", 300 },
	{ "RolesQuota", 1000 },
	{ "PoliciesQuota", 1500 },
	{ "InstanceProfilesQuota", 1000 },
	{ "ServerCertificatesQuota", 20 },
	{ "UserPolicySizeQuota", 2048 },
	{ "GroupPolicySizeQuota", 5120 },
	{ "RolePolicySizeQuota", 10240 },
	{ "PolicySizeQuota", 6144 },
	{ "AssumeRolePolicySizeQuota", 2048 },
	{ "GroupsPerUserQuota", 10 },
	{ "AccessKeysPerUserQuota", 2 },
	{ "SigningCertificatesPerUserQuota", 2 },
	{ "AttachedPoliciesPerUserQuota", 10 },
	{ "AttachedPoliciesPerGroupQuota", 10 },
	{ "AttachedPoliciesPerRoleQuota", 10 },
	{ "PolicyVersionsInUseQuota", 10000 },
	{ "VersionsPerPolicyQuota", 5 },
	/* Nobody has these here. */
	{ "ServerCertificates", 0 },
	{ "MFADevices", 0 },
	{ "MFADevicesInUse", 0 },
	{ "AccountMFAEnabled", 0 },
	{ "AccountAccessKeysPresent", 0 },
	{ "AccountPasswordPresent", 1 },
	{ "AccountSigningCertificatesPresent", 0 },
};

enum outcome iam_op_get_account_summary(struct op *op)
{
	struct json_object *map = json_set_object(op->out, "SummaryMap");

	json_set_int(map, "Users", iam_count(op, IAM_USER));
	json_set_int(map, "Groups", iam_count(op, IAM_GROUP));
	json_set_int(map, "Roles", iam_count(op, IAM_ROLE));
	json_set_int(map, "Policies", iam_count(op, IAM_POLICY));
	json_set_int(map, "InstanceProfiles", iam_count(op, IAM_PROFILE));
	json_set_int(map, "Providers", iam_count(op, IAM_OIDC));
	json_set_int(map, "PolicyVersionsInUse",
		     db_int(op->db, 0, "SELECT count(*) FROM iam_version", ""));
	json_set_int(map, "GlobalEndpointTokenVersion",
		     str_is(iam_setting(op, "token-version"), "v2Token") ? 2 : 1);
	for (size_t i = 0; i < sizeof(quotas) / sizeof(quotas[0]); i++)
		json_set_int(map, quotas[i].name, quotas[i].value);
	return DONE;
}
