/* SSH public keys of users, for CodeCommit. A row's detail: its Blob, base64. */
#include "cloud/iam/credential.h"
#include "cloud/iam/operations.h"

#include "base/base64.h"
#include "cloud/iam/ssh_key.h"

enum { SSH_KEYS_MAX = 5 };

static const struct aws_error InvalidPublicKey = { "InvalidPublicKey", 400, NULL };
static const struct aws_error DuplicateSSHPublicKey = { "DuplicateSSHPublicKey", 400, NULL };
static const struct aws_error UnrecognizedPublicKeyEncoding = { "UnrecognizedPublicKeyEncoding",
								400, NULL };

static void describe_ssh(struct op *op, const struct iam_entity *user,
			 const struct iam_credential *c, struct json_object *out)
{
	json_set_str(out, "UserName", user->name);
	json_set_str(out, "SSHPublicKeyId", c->id);
	json_set_str(out, "Status", c->status);
	iam_set_time(op, out, "UploadDate", c->created_at);
}

static void describe_whole(struct op *op, const struct iam_entity *user,
			   const struct iam_credential *c, bool pem)
{
	struct json_object *out = json_set_object(op->out, "SSHPublicKey");
	struct str blob = STR("");

	base64_parse(op->arena, json_get_str(c->detail, "Blob"), &blob);
	describe_ssh(op, user, c, out);
	json_set_str(out, "Fingerprint", ssh_key_fingerprint(op->arena, blob));
	json_set_str(out, "SSHPublicKeyBody",
		     pem ? ssh_key_pem(op->arena, blob) : ssh_key_line(op->arena, blob));
}

/* Is there room for one more, and is it another one? */
static bool is_new(struct op *op, const struct iam_entity *user, struct str blob)
{
	struct stmt *q =
		db_query(op->db,
			 "SELECT detail FROM iam_credential WHERE user = ? AND kind = 'ssh'", "s",
			 user->id);
	int64_t n = 0;

	while (stmt_row(q)) {
		struct json_object *detail = json_parse(op->arena, stmt_str(q, 0), NULL);

		n++;
		if (!str_eq(json_get_str(detail, "Blob"), blob))
			continue;
		stmt_done(q);
		op_fail(op, &DuplicateSSHPublicKey,
			"The SSH public key is already associated with the IAM user.");
		return false;
	}
	if (n < SSH_KEYS_MAX)
		return true;
	op_fail(op, &LimitExceeded, "Cannot exceed quota for SSHPublicKeysPerUser: %d",
		SSH_KEYS_MAX);
	return false;
}

enum outcome iam_op_upload_ssh_public_key(struct op *op)
{
	struct iam_entity user;
	struct iam_credential c;
	struct str blob = STR("");
	enum ssh_key_verdict verdict;

	if (!iam_named(op, &user))
		return FAILED;
	verdict = ssh_key_read(op->arena, op_str(op, "SSHPublicKeyBody"), &blob);
	if (verdict == SSH_KEY_UNKNOWN)
		return op_fail(op, &UnrecognizedPublicKeyEncoding,
			       "Public key encoding is not supported or is invalid.");
	if (verdict == SSH_KEY_INVALID)
		return op_fail(op, &InvalidPublicKey,
			       "The public key is malformed or otherwise "
			       "invalid.");
	blob = base64_print(op->arena, blob);
	if (!is_new(op, &user, blob))
		return FAILED;
	c = (struct iam_credential){ .id = iam_credential_id(op, "APKA"),
				     .user = user.id,
				     .status = STR("Active"),
				     .created_at = op->now,
				     .detail = json_new_object(op->arena) };
	json_set_str(c.detail, "Blob", blob);
	iam_credential_add(op, "ssh", &c);
	describe_whole(op, &user, &c, false);
	return DONE;
}

enum outcome iam_op_get_ssh_public_key(struct op *op)
{
	struct iam_entity user;
	struct iam_credential c;

	if (!iam_credential_named(op, "ssh", "SSHPublicKeyId", &user, &c))
		return FAILED;
	describe_whole(op, &user, &c, str_is(op_str(op, "Encoding"), "PEM"));
	return DONE;
}

enum outcome iam_op_list_ssh_public_keys(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "SSHPublicKeys");
	struct iam_entity user;
	struct iam_page page;
	struct iam_credential c;
	struct stmt *q;

	if (!iam_named(op, &user) || !iam_page_begin(op, &page))
		return FAILED;
	q = db_query(op->db,
		     "SELECT " IAM_CREDENTIAL_COLUMNS " FROM iam_credential"
		     " WHERE user = ? AND kind = 'ssh' AND id > ? ORDER BY id",
		     "ss", user.id, page.after);
	while (stmt_row(q)) {
		iam_credential_read(op, q, &c);
		if (!iam_page_take(&page, c.id))
			break;
		describe_ssh(op, &user, &c, json_add_object(list));
	}
	stmt_done(q);
	iam_page_end(op, &page);
	return DONE;
}

enum outcome iam_op_update_ssh_public_key(struct op *op)
{
	return iam_credential_update(op, "ssh", "SSHPublicKeyId");
}

enum outcome iam_op_delete_ssh_public_key(struct op *op)
{
	return iam_credential_delete(op, "ssh", "SSHPublicKeyId");
}
