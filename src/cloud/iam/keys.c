/* Access keys of users; they stand in the core's table (aws/key.h), because every call looks them up there. */
#include "cloud/iam/operations.h"

#include "aws/key.h"
#include "cloud/iam/inside.h"

enum { KEYS_PER_USER = 2 };

static const char *status_of(bool active)
{
	return active ? "Active" : "Inactive";
}

static enum outcome missing_key(struct op *op, struct str id)
{
	return op_fail(op, &NoSuchEntity, "The Access Key with id %.*s cannot be found.",
		       STR_ARG(id));
}

enum outcome iam_op_create_access_key(struct op *op)
{
	struct iam_entity e;
	struct key_owner owner;
	struct aws_key key;
	struct json_object *out;
	size_t n;

	if (!iam_named(op, &e))
		return FAILED;
	key_list(op, e.id, &n);
	if (n >= KEYS_PER_USER)
		return op_fail(op, &LimitExceeded, "Cannot exceed quota for AccessKeysPerUser: %d",
			       KEYS_PER_USER);
	owner = (struct key_owner){ e.id, e.name, iam_arn(op, &e) };
	key_add(op, &owner, &key);
	out = json_set_object(op->out, "AccessKey");
	json_set_str(out, "UserName", e.name);
	json_set_cstr(out, "AccessKeyId", key.id);
	json_set_cstr(out, "Status", status_of(true));
	json_set_cstr(out, "SecretAccessKey", key.secret);
	iam_set_time(op, out, "CreateDate", op->now);
	explicit_bzero(&key, sizeof(key));
	return DONE;
}

enum outcome iam_op_list_access_keys(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "AccessKeyMetadata"), *out;
	struct iam_entity e;
	struct iam_page page;
	struct key_info *keys;
	bool behind;
	size_t n;

	if (!iam_named(op, &e) || !iam_page_begin(op, &page))
		return FAILED;
	keys = key_list(op, e.id, &n);
	behind = !page.after.n;
	for (size_t i = 0; i < n; i++) {
		if (!behind) {
			behind = str_eq(keys[i].id, page.after);
			continue;
		}
		if (!iam_page_take(&page, keys[i].id))
			break;
		out = json_add_object(list);
		json_set_str(out, "UserName", e.name);
		json_set_str(out, "AccessKeyId", keys[i].id);
		json_set_cstr(out, "Status", status_of(keys[i].active));
		iam_set_time(op, out, "CreateDate", keys[i].created_at);
	}
	iam_page_end(op, &page);
	return DONE;
}

enum outcome iam_op_update_access_key(struct op *op)
{
	struct str id = op_str(op, "AccessKeyId"), status = op_str(op, "Status");
	struct iam_entity e;

	if (!iam_named(op, &e))
		return FAILED;
	if (str_is(status, "Expired"))
		return op_fail(op, &InvalidInput, "Status can be set to Active or Inactive only.");
	if (!key_set_active(op, e.id, id, str_is(status, "Active")))
		return missing_key(op, id);
	return DONE;
}

enum outcome iam_op_delete_access_key(struct op *op)
{
	struct str id = op_str(op, "AccessKeyId");
	struct iam_entity e;

	if (!iam_named(op, &e))
		return FAILED;
	if (!key_delete(op, e.id, id))
		return missing_key(op, id);
	return DONE;
}

enum outcome iam_op_get_access_key_last_used(struct op *op)
{
	struct str id = op_str(op, "AccessKeyId");
	struct key_info key;
	struct json_object *used;

	/* Whether there is such a key is nobody's business. */
	if (!key_get(op, id, &key))
		return op_fail(
			op, &AccessDenied,
			"User: %.*s is not authorized to perform iam:GetAccessKeyLastUsed on "
			"resource: access key %.*s",
			STR_ARG(op->caller.arn), STR_ARG(id));
	json_set_str(op->out, "UserName", key.owner.name);
	used = json_set_object(op->out, "AccessKeyLastUsed");
	if (key.used_at)
		iam_set_time(op, used, "LastUsedDate", key.used_at);
	json_set_str(used, "ServiceName", key.used_at ? key.used_service : STR("N/A"));
	json_set_str(used, "Region", key.used_at ? key.used_region : STR("N/A"));
	return DONE;
}
