/*
 * X.509 certificates that users sign with. A row's detail: Body, as it was uploaded, and Digest, by which the same
 * certificate is known again.
 */
#include "cloud/iam/credential.h"
#include "cloud/iam/operations.h"

#include "base/hash.h"
#include "base/x509.h"

enum { CERTIFICATES_MAX = 2, ID_CHARS = 32 };

static const struct aws_error DuplicateCertificate = { "DuplicateCertificate", 409, NULL };

static struct str new_id(struct op *op)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	unsigned char bytes[ID_CHARS];
	char *id = arena_alloc(op->arena, ID_CHARS);

	hash_random(bytes, sizeof(bytes));
	for (size_t i = 0; i < ID_CHARS; i++)
		id[i] = letters[bytes[i] & 31];
	return str_make(id, ID_CHARS);
}

static void describe(struct op *op, const struct iam_entity *user, const struct iam_credential *c,
		     struct json_object *out)
{
	json_set_str(out, "UserName", user->name);
	json_set_str(out, "CertificateId", c->id);
	json_set_str(out, "CertificateBody", json_get_str(c->detail, "Body"));
	json_set_str(out, "Status", c->status);
	iam_set_time(op, out, "UploadDate", c->created_at);
}

/* Has nobody in the account uploaded it? */
static bool is_new(struct op *op, struct str digest)
{
	if (!db_int(op->db, 0,
		    "SELECT count(*) FROM iam_credential WHERE kind = 'certificate'"
		    " AND json_extract(detail, '$.Digest') = ?",
		    "s", digest))
		return true;
	op_fail(op, &DuplicateCertificate,
		"The certificate is already associated with an IAM user in the account.");
	return false;
}

static bool has_room(struct op *op, const struct iam_entity *user)
{
	if (iam_credential_count(op, user->id, "certificate") < CERTIFICATES_MAX)
		return true;
	op_fail(op, &LimitExceeded, "Cannot exceed quota for CertificatesPerUser: %d",
		CERTIFICATES_MAX);
	return false;
}

enum outcome iam_op_upload_signing_certificate(struct op *op)
{
	struct str body = op_str(op, "CertificateBody");
	struct x509_certificate certificate;
	struct iam_credential c;
	struct iam_entity user;

	if (!iam_named(op, &user))
		return FAILED;
	if (!x509_read(op->arena, body, &certificate))
		return op_fail(op, &MalformedCertificate, "Certificate %.*s is malformed.",
			       STR_ARG(body));
	if (!has_room(op, &user) || !is_new(op, certificate.digest))
		return FAILED;
	c = (struct iam_credential){ .id = new_id(op),
				     .user = user.id,
				     .status = STR("Active"),
				     .created_at = op->now,
				     .detail = json_new_object(op->arena) };
	json_set_str(c.detail, "Body", body);
	json_set_str(c.detail, "Digest", certificate.digest);
	iam_credential_add(op, "certificate", &c);
	describe(op, &user, &c, json_set_object(op->out, "Certificate"));
	return DONE;
}

enum outcome iam_op_list_signing_certificates(struct op *op)
{
	struct json_object *list = json_set_array(op->out, "Certificates");
	struct iam_entity user;
	struct iam_page page;
	struct iam_credential c;
	struct stmt *q;

	if (!iam_named(op, &user) || !iam_page_begin(op, &page))
		return FAILED;
	q = db_query(op->db,
		     "SELECT " IAM_CREDENTIAL_COLUMNS " FROM iam_credential"
		     " WHERE user = ? AND kind = 'certificate' AND id > ? ORDER BY id",
		     "ss", user.id, page.after);
	while (stmt_row(q)) {
		iam_credential_read(op, q, &c);
		if (!iam_page_take(&page, c.id))
			break;
		describe(op, &user, &c, json_add_object(list));
	}
	stmt_done(q);
	iam_page_end(op, &page);
	return DONE;
}

enum outcome iam_op_update_signing_certificate(struct op *op)
{
	return iam_credential_update(op, "certificate", "CertificateId");
}

enum outcome iam_op_delete_signing_certificate(struct op *op)
{
	return iam_credential_delete(op, "certificate", "CertificateId");
}
