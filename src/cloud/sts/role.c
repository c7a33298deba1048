/*
 * AssumeRole: another's permissions for an hour or so.
 *
 * From: STS API Reference, AssumeRole; IAM User Guide, "Methods to assume a role", "Monitor and control actions taken
 * with assumed roles". The role's trust policy is the resource's policy of this request, and it must allow it.
 */
#include "cloud/sts/inside.h"

#include "aws/policy.h"
#include "base/form.h"

enum { CHAINED_SECONDS = 3600, DEFAULT_SECONDS = 3600 };

/* --- roles -------------------------------------------------------------------------------- */

static struct str last_part(struct str arn)
{
	struct str name = arn;

	while (arn.p)
		name = str_cut(&arn, '/');
	return name;
}

bool role_find(struct op *op, struct str arn, struct role *out)
{
	struct json_object *in = json_new_object(op->arena), *answer = NULL, *role;

	json_set_str(in, "RoleName", last_part(arn));
	if (aws_call(op, "iam", "GetRole", in, &answer, NULL) != DONE)
		return false;
	role = json_get(answer, "Role");
	*out = (struct role){
		.arn = json_get_str(role, "Arn"),
		.name = json_get_str(role, "RoleName"),
		.id = json_get_str(role, "RoleId"),
		.trust = form_decode_lenient(op->arena,
					     json_get_str(role, "AssumeRolePolicyDocument"), false),
		.most_seconds = json_int_or(json_get(role, "MaxSessionDuration"), DEFAULT_SECONDS),
	};
	return str_eq(out->arn, arn);
}

int64_t role_seconds(struct op *op, const struct role *role)
{
	int64_t seconds = op_int_or(op, "DurationSeconds", DEFAULT_SECONDS);

	if (op->caller.kind == CALLER_ROLE && op->caller.temporary && seconds > CHAINED_SECONDS) {
		op_fail(op, &ValidationError,
			"The requested DurationSeconds exceeds the 1 hour session limit for roles "
			"assumed by role chaining");
		return 0;
	}
	if (seconds > role->most_seconds) {
		op_fail(op, &ValidationError,
			"The requested DurationSeconds exceeds the MaxSessionDuration set for this "
			"role.");
		return 0;
	}
	return seconds;
}

void role_describe(struct op *op, const struct role *role, struct session *session)
{
	struct str name = op_str(op, "RoleSessionName");
	struct json_object *user = json_set_object(op->out, "AssumedRoleUser");

	session->arn = arena_strf(op->arena, "arn:aws:sts::%s:assumed-role/%.*s/%.*s",
				  op->account->id, STR_ARG(role->name), STR_ARG(name));
	session->user_id = arena_strf(op->arena, "%.*s:%.*s", STR_ARG(role->id), STR_ARG(name));
	session->principal = role->arn;
	json_set_str(user, "AssumedRoleId", session->user_id);
	json_set_str(user, "Arn", session->arn);
}

/* --- permission ---------------------------------------------------------------------------- */

static enum outcome not_authorized(struct op *op, const char *action)
{
	return op_fail(op, &AccessDenied,
		       "User: %.*s is not authorized to perform: %s on resource: %.*s",
		       STR_ARG(op->caller.arn), action, STR_ARG(op_str(op, "RoleArn")));
}

/* Who the session acts for: what the request says, or what the caller's own session says. */
static struct str source_identity(struct op *op, struct str *mine)
{
	struct str asked = op_str(op, "SourceIdentity");
	struct session session;

	*mine = STR_NONE;
	if (!op->caller.internal && session_of(op, &session))
		*mine = json_get_str(session.detail, "SourceIdentity");
	return asked.p ? asked : *mine;
}

static struct policy_values one(struct str *value)
{
	return (struct policy_values){ value, 1, false };
}

static size_t transitive_keys(struct op *op, struct str **at)
{
	struct json_object *keys = op_get(op, "TransitiveTagKeys");
	size_t n = json_count(keys);

	*at = arena_alloc(op->arena, (n + 1) * sizeof(**at));
	for (size_t i = 0; i < n; i++)
		(*at)[i] = json_str(json_at(keys, i));
	return n;
}

/* AssumeRole itself, and what its parameters need besides. */
static bool may_assume(struct op *op, const struct role *role, struct str identity)
{
	const struct policy *trust = policy_parse(op->arena, role->trust, POLICY_TRUST, NULL);
	struct str external = op_str(op, "ExternalId"), name = op_str(op, "RoleSessionName");
	struct str *transitive;
	struct policy_key keys[5] = { { STR("sts:RoleSessionName"), one(&name) } };
	struct authorize_check check = { .action = "sts:AssumeRole",
					 .resource = role->arn,
					 .keys = keys,
					 .resource_policy = trust,
					 .must_allow = true,
					 .unexplained = true };
	size_t n = 1, count = transitive_keys(op, &transitive);

	if (external.p)
		keys[n++] = (struct policy_key){ STR("sts:ExternalId"), one(&external) };
	if (identity.p)
		keys[n++] = (struct policy_key){ STR("sts:SourceIdentity"), one(&identity) };
	if (count)
		keys[n++] = (struct policy_key){ STR("sts:TransitiveTagKeys"),
						 { transitive, count, true } };
	if (!trust) {
		not_authorized(op, check.action);
		return false;
	}
	if (!authorize(op, &check))
		return false;
	check.action = "sts:TagSession";
	if (json_count(op_get(op, "Tags")) && !authorize(op, &check))
		return false;
	check.action = "sts:SetSourceIdentity";
	return !op_has(op, "SourceIdentity") || authorize(op, &check);
}

/* --- the operation ----------------------------------------------------------------------------- */

static bool is_role_arn(struct str arn)
{
	struct str rest = arn;
	static const char *const parts[] = { "arn", "aws", "iam", "" };

	for (size_t i = 0; i < 4; i++)
		if (!str_is(str_cut(&rest, ':'), parts[i]) || !rest.p)
			return false;
	return account_id_valid(str_cut(&rest, ':')) && str_starts(rest, STR("role/")) &&
	       rest.n > 5;
}

/* Whatever it names, it has six parts; those of partition, service and resource are not empty. */
bool sts_arn_good(struct op *op, struct str arn)
{
	static const char needed[] = "yyynn";
	struct str rest = arn;
	bool good = str_starts(arn, STR("arn:"));

	for (size_t i = 0; good && needed[i]; i++)
		good = (str_cut(&rest, ':').n || needed[i] == 'n') && rest.p;
	if (good && rest.n)
		return true;
	op_fail(op, &ValidationError, "%.*s is invalid", STR_ARG(arn));
	return false;
}

static bool check_request(struct op *op, struct role *role)
{
	struct str arn = op_str(op, "RoleArn");

	if (!sts_arn_good(op, arn))
		return false;
	if (!is_role_arn(arn)) {
		op_fail(op, &ValidationError, "Request ARN is invalid");
		return false;
	}
	if (!role_find(op, arn, role) || op->caller.kind == CALLER_FEDERATED) {
		not_authorized(op, "sts:AssumeRole");
		return false;
	}
	/* No device is known here whose code could be right. */
	if (op_has(op, "SerialNumber") || op_has(op, "TokenCode")) {
		op_fail(op, &AccessDenied,
			"MultiFactorAuthentication failed with invalid MFA one time pass code.");
		return false;
	}
	return true;
}

static void keep_details(struct op *op, struct grant *grant, struct str identity)
{
	struct json_object *detail = grant->session.detail, *keys;
	struct str external = op_str(op, "ExternalId");

	if (identity.p) {
		json_set_str(detail, "SourceIdentity", identity);
		json_set_str(op->out, "SourceIdentity", identity);
	}
	keys = json_set_object(detail, "Keys");
	json_set_str(keys, "sts:RoleSessionName", op_str(op, "RoleSessionName"));
	if (external.p)
		json_set_str(keys, "sts:ExternalId", external);
}

enum outcome sts_op_assume_role(struct op *op)
{
	struct grant grant;
	struct role role;
	struct str mine, identity = source_identity(op, &mine);
	int64_t seconds;

	if (!check_request(op, &role))
		return FAILED;
	/* Once set, it cannot be changed. */
	if (mine.p && !str_eq(mine, identity))
		return not_authorized(op, "sts:SetSourceIdentity");
	if (!may_assume(op, &role, identity))
		return FAILED;
	seconds = role_seconds(op, &role);
	if (!seconds)
		return FAILED;
	grant_begin(op, &grant, CALLER_ROLE, seconds);
	if (!grant_policies(op, &grant) || !grant_tags(op, &grant))
		return FAILED;
	role_describe(op, &role, &grant.session);
	keep_details(op, &grant, identity);
	return grant_finish(op, &grant) ? DONE : FAILED;
}
