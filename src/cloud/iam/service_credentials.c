/*
 * Service-specific credentials of users, for CodeCommit first of all. A row's detail: Service, UserName, ExpiresAt and
 * the Digest of its password, which is told once.
 */
#include "cloud/iam/credential.h"
#include "cloud/iam/operations.h"

#include "base/base64.h"
#include "base/hash.h"

enum { CREDENTIALS_MAX = 2, PASSWORD_BYTES = 32 };

#define DAY_MS     ((int64_t)24 * 3600 * 1000)
#define CODECOMMIT "codecommit.amazonaws.com"
#define BEDROCK    "bedrock.amazonaws.com"

static const struct aws_error NotSupportedService = { "NotSupportedService", 404, NULL };

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

static void describe_service(struct op *op, const struct iam_credential *c, struct json_object *out)
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
static void set_password(struct op *op, struct iam_credential *c, struct json_object *out)
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
	struct iam_credential c;
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
	c = (struct iam_credential){ .id = iam_credential_id(op, "ACCA"),
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
	iam_credential_add(op, "service", &c);
	return DONE;
}

enum outcome iam_op_reset_service_specific_credential(struct op *op)
{
	struct json_object *out = json_set_object(op->out, "ServiceSpecificCredential");
	struct iam_entity user;
	struct iam_credential c;

	if (!iam_credential_named(op, "service", "ServiceSpecificCredentialId", &user, &c))
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
	struct iam_credential c;
	struct stmt *q;

	if ((!all && !iam_named(op, &user)) || !iam_page_begin(op, &page) ||
	    (service.p && !service_good(op, service)))
		return FAILED;
	q = db_query(op->db,
		     "SELECT " IAM_CREDENTIAL_COLUMNS " FROM iam_credential"
		     " WHERE (?1 = '' OR user = ?1) AND kind = 'service' AND id > ?2 ORDER BY id",
		     "ss", user.id, page.after);
	while (stmt_row(q)) {
		iam_credential_read(op, q, &c);
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
	return iam_credential_update(op, "service", "ServiceSpecificCredentialId");
}

enum outcome iam_op_delete_service_specific_credential(struct op *op)
{
	return iam_credential_delete(op, "service", "ServiceSpecificCredentialId");
}
