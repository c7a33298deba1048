/*
 * What else users sign in with: SSH public keys and service-specific credentials, both for CodeCommit first of all.
 * A row's detail: of an SSH key its Blob, base64; of a service's credential Service, UserName, ExpiresAt and the
 * Digest of its password, which is told once.
 */
#include "cloud/iam/operations.h"

#include "base/base64.h"
#include "base/hash.h"
#include "aws/key.h"
#include "cloud/iam/inside.h"
#include "cloud/iam/ssh_key.h"

enum { SSH_KEYS_MAX = 5, CREDENTIALS_MAX = 2, PASSWORD_BYTES = 32 };

#define DAY_MS     ((int64_t)24 * 3600 * 1000)
#define CODECOMMIT "codecommit.amazonaws.com"
#define BEDROCK    "bedrock.amazonaws.com"

static const struct aws_error InvalidPublicKey = { "InvalidPublicKey", 400, NULL };
static const struct aws_error DuplicateSSHPublicKey = { "DuplicateSSHPublicKey", 400, NULL };
static const struct aws_error UnrecognizedPublicKeyEncoding = { "UnrecognizedPublicKeyEncoding",
								400, NULL };
static const struct aws_error NotSupportedService = { "NotSupportedService", 404, NULL };

/* --- rows ------------------------------------------------------------------------------ */

struct credential {
	struct str id, user, status;
	int64_t created_at;
	struct json_object *detail;
};

static void read_row(struct op *op, struct stmt *q, struct credential *c)
{
	*c = (struct credential){
		.id = stmt_dup(q, 0, op->arena),
		.user = stmt_dup(q, 1, op->arena),
		.status = stmt_dup(q, 2, op->arena),
		.created_at = stmt_int(q, 3),
		.detail = json_parse(op->arena, stmt_str(q, 4), NULL),
	};
}

static bool find(struct op *op, const struct iam_entity *user, const char *kind, struct str id,
		 struct credential *c)
{
	struct stmt *q = db_query(op->db,
				  "SELECT id, user, status, created_at, detail FROM iam_credential"
				  " WHERE id = ? AND user = ? AND kind = ?",
				  "ssz", id, user->id, kind);

	if (!stmt_row(q))
		return false;
	read_row(op, q, c);
	stmt_done(q);
	return true;
}

static void add(struct op *op, const char *kind, const struct credential *c)
{
	db_run(op->db,
	       "INSERT INTO iam_credential (id, user, kind, status, created_at, detail)"
	       " VALUES (?, ?, ?, ?, ?, ?)",
	       "sszsis", c->id, c->user, kind, c->status, c->created_at,
	       json_text(op->arena, c->detail));
}

static struct str new_id(struct op *op, const char *prefix)
{
	char *id = arena_alloc(op->arena, 21);

	key_make_id(prefix, str_of(op->account->id), id);
	return str_of(id);
}

/* The row that `member` of the operation names, of the user that it names; else NoSuchEntity is set. */
static bool named(struct op *op, const char *kind, const char *member, struct iam_entity *user,
		  struct credential *c)
{
	struct str id = op_str(op, member);

	if (!iam_named(op, user))
		return false;
	if (find(op, user, kind, id, c))
		return true;
	if (strcmp(kind, "ssh") == 0)
		op_fail(op, &NoSuchEntity, "The Public Key with id %.*s cannot be found.",
			STR_ARG(id));
	else
		op_fail(op, &NoSuchEntity, "No such credential %.*s exists", STR_ARG(id));
	return false;
}

static enum outcome update_status(struct op *op, const char *kind, const char *member)
{
	struct iam_entity user;
	struct credential c;

	if (!named(op, kind, member, &user, &c))
		return FAILED;
	db_run(op->db, "UPDATE iam_credential SET status = ? WHERE id = ?", "ss",
	       op_str(op, "Status"), c.id);
	return DONE;
}

static enum outcome delete_named(struct op *op, const char *kind, const char *member)
{
	struct iam_entity user;
	struct credential c;

	if (!named(op, kind, member, &user, &c))
		return FAILED;
	db_run(op->db, "DELETE FROM iam_credential WHERE id = ?", "s", c.id);
	return DONE;
}

/* --- SSH public keys ----------------------------------------------------------------------- */

static void describe_ssh(struct op *op, const struct iam_entity *user, const struct credential *c,
			 struct json_object *out)
{
	json_set_str(out, "UserName", user->name);
	json_set_str(out, "SSHPublicKeyId", c->id);
	json_set_str(out, "Status", c->status);
	iam_set_time(op, out, "UploadDate", c->created_at);
}

static void describe_whole(struct op *op, const struct iam_entity *user, const struct credential *c,
			   bool pem)
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
	struct credential c;
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
	c = (struct credential){ .id = new_id(op, "APKA"),
				 .user = user.id,
				 .status = STR("Active"),
				 .created_at = op->now,
				 .detail = json_new_object(op->arena) };
	json_set_str(c.detail, "Blob", blob);
	add(op, "ssh", &c);
	describe_whole(op, &user, &c, false);
	return DONE;
}

enum outcome iam_op_get_ssh_public_key(struct op *op)
{
	struct iam_entity user;
	struct credential c;

	if (!named(op, "ssh", "SSHPublicKeyId", &user, &c))
		return FAILED;
	describe_whole(op, &user, &c, str_is(op_str(op, "Encoding"), "PEM"));
	return DONE;
}

enum outcome iam_op_list_ssh_public_keys(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "SSHPublicKeys");
	struct iam_entity user;
	struct iam_page page;
	struct credential c;
	struct stmt *q;

	if (!iam_named(op, &user) || !iam_page_begin(op, &page))
		return FAILED;
	q = db_query(op->db,
		     "SELECT id, user, status, created_at, detail FROM iam_credential"
		     " WHERE user = ? AND kind = 'ssh' AND id > ? ORDER BY id",
		     "ss", user.id, page.after);
	while (stmt_row(q)) {
		read_row(op, q, &c);
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
	return update_status(op, "ssh", "SSHPublicKeyId");
}

enum outcome iam_op_delete_ssh_public_key(struct op *op)
{
	return delete_named(op, "ssh", "SSHPublicKeyId");
}

/* --- service-specific credentials ------------------------------------------------------------ */

static bool service_good(struct op *op, struct str service)
{
	if (str_is(service, CODECOMMIT) || str_is(service, "cassandra.amazonaws.com") ||
	    str_is(service, BEDROCK))
		return true;
	op_fail(op, &NotSupportedService,
		"No such service %.*s is supported for Service Specific Credentials",
		STR_ARG(service));
	return false;
}

static void describe_service(struct op *op, const struct credential *c, struct json_object *out)
{
	int64_t expires_at = json_int_or(json_get(c->detail, "ExpiresAt"), 0);
	bool bedrock = str_is(json_get_str(c->detail, "Service"), BEDROCK);
	struct iam_entity user;

	iam_set_time(op, out, "CreateDate", c->created_at);
	if (expires_at)
		iam_set_time(op, out, "ExpirationDate", expires_at);
	json_set_str(out, "ServiceName", json_get_str(c->detail, "Service"));
	json_set_str(out, bedrock ? "ServiceCredentialAlias" : "ServiceUserName",
		     json_get_str(c->detail, "UserName"));
	json_set_str(out, "ServiceSpecificCredentialId", c->id);
	json_set_str(out, "UserName", iam_find_id(op, c->user, &user) ? user.name : STR(""));
	json_set_str(out, "Status", c->status);
}

/* A fresh password goes into the answer, its digest into the detail. */
static void set_password(struct op *op, struct credential *c, struct json_object *out)
{
	unsigned char bytes[PASSWORD_BYTES], digest[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];
	bool bedrock = str_is(json_get_str(c->detail, "Service"), BEDROCK);
	struct str password;

	hash_random(bytes, sizeof(bytes));
	password = base64_print(op->arena, str_make(bytes, sizeof(bytes)));
	hash_sha256(password, digest);
	hash_hex(digest, sizeof(digest), hex);
	json_set_cstr(c->detail, "Digest", hex);
	json_set_str(out, bedrock ? "ServiceCredentialSecret" : "ServicePassword", password);
}

/* "anna-at-123456789012"; a second one is "anna+1-at-...". */
static struct str service_user(struct op *op, const struct iam_entity *user, int64_t there)
{
	if (!there)
		return arena_strf(op->arena, "%.*s-at-%s", STR_ARG(user->name), op->account->id);
	return arena_strf(op->arena, "%.*s+%lld-at-%s", STR_ARG(user->name), (long long)there,
			  op->account->id);
}

enum outcome iam_op_create_service_specific_credential(struct op *op)
{
	struct str service = op_str(op, "ServiceName");
	struct json_object *out;
	struct iam_entity user;
	struct credential c;
	int64_t there;

	if (!iam_named(op, &user) || !service_good(op, service))
		return FAILED;
	there = db_int(op->db, 0,
		       "SELECT count(*) FROM iam_credential WHERE user = ? AND kind = 'service'"
		       " AND json_extract(detail, '$.Service') = ?",
		       "ss", user.id, service);
	if (there >= CREDENTIALS_MAX)
		return op_fail(op, &LimitExceeded,
			       "Cannot exceed quota for ServiceSpecificCredentialsPerUser: %d",
			       CREDENTIALS_MAX);
	c = (struct credential){ .id = new_id(op, "ACCA"),
				 .user = user.id,
				 .status = STR("Active"),
				 .created_at = op->now,
				 .detail = json_new_object(op->arena) };
	json_set_str(c.detail, "Service", service);
	json_set_str(c.detail, "UserName", service_user(op, &user, there));
	if (op_has(op, "CredentialAgeDays"))
		json_set_int(c.detail, "ExpiresAt",
			     op->now + op_int_or(op, "CredentialAgeDays", 0) * DAY_MS);
	out = json_set_object(op->out, "ServiceSpecificCredential");
	describe_service(op, &c, out);
	set_password(op, &c, out);
	add(op, "service", &c);
	return DONE;
}

enum outcome iam_op_reset_service_specific_credential(struct op *op)
{
	struct json_object *out = json_set_object(op->out, "ServiceSpecificCredential");
	struct iam_entity user;
	struct credential c;

	if (!named(op, "service", "ServiceSpecificCredentialId", &user, &c))
		return FAILED;
	describe_service(op, &c, out);
	set_password(op, &c, out);
	db_run(op->db, "UPDATE iam_credential SET detail = ? WHERE id = ?", "ss",
	       json_text(op->arena, c.detail), c.id);
	return DONE;
}

enum outcome iam_op_list_service_specific_credentials(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "ServiceSpecificCredentials");
	struct str service = op_str(op, "ServiceName");
	bool all = op_bool_or(op, "AllUsers", false);
	struct iam_entity user = { .id = STR("") };
	struct iam_page page;
	struct credential c;
	struct stmt *q;

	if ((!all && !iam_named(op, &user)) || !iam_page_begin(op, &page) ||
	    (service.p && !service_good(op, service)))
		return FAILED;
	q = db_query(op->db,
		     "SELECT id, user, status, created_at, detail FROM iam_credential"
		     " WHERE (?1 = '' OR user = ?1) AND kind = 'service' AND id > ?2 ORDER BY id",
		     "ss", user.id, page.after);
	while (stmt_row(q)) {
		read_row(op, q, &c);
		if (service.p && !str_eq(json_get_str(c.detail, "Service"), service))
			continue;
		if (!iam_page_take(&page, c.id))
			break;
		describe_service(op, &c, json_add_object(list));
	}
	stmt_done(q);
	iam_page_end(op, &page);
	return DONE;
}

enum outcome iam_op_update_service_specific_credential(struct op *op)
{
	return update_status(op, "service", "ServiceSpecificCredentialId");
}

enum outcome iam_op_delete_service_specific_credential(struct op *op)
{
	return delete_named(op, "service", "ServiceSpecificCredentialId");
}
