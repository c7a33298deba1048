/*
 * The credential report: a table of all users, made when it is asked for and kept for four hours. Its
 * columns are those of the IAM User Guide, "Getting credential reports".
 */
#include "cloud/iam/operations.h"

#include <inttypes.h>

#include "aws/key.h"
#include "base/base64.h"
#include "base/time.h"
#include "cloud/iam/inside.h"

#define FRESH_MS   ((int64_t)4 * 3600 * 1000)
#define EXPIRED_MS ((int64_t)24 * 3600 * 1000)
#define NOT_THERE  "N/A"

enum { CERTIFICATES = 2 }; /* the columns there are */

static const struct aws_error ReportNotPresent = { "ReportNotPresent", 410, NULL };
static const struct aws_error ReportExpired = { "ReportExpired", 410, NULL };

static const char header[] =
	"user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"
	"password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,"
	"access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,"
	"access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"
	"access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"
	"cert_1_last_rotated,cert_2_active,cert_2_last_rotated";

/* "2021-07-22T11:00:00+00:00" */
static void add_time(struct op *op, struct buf *b, int64_t at)
{
	struct str text = time_iso(op->arena, at, false);

	buf_add(b, str_slice(text, 0, text.n - 1));
	buf_adds(b, "+00:00");
}

static void add_key(struct op *op, struct buf *b, const struct key_info *key)
{
	if (!key) {
		buf_adds(b, ",false," NOT_THERE "," NOT_THERE "," NOT_THERE "," NOT_THERE);
		return;
	}
	buf_adds(b, key->active ? ",true," : ",false,");
	add_time(op, b, key->created_at);
	if (!key->used_at) {
		buf_adds(b, "," NOT_THERE "," NOT_THERE "," NOT_THERE);
		return;
	}
	buf_addc(b, ',');
	add_time(op, b, key->used_at);
	buf_addf(b, ",%.*s,%.*s", STR_ARG(key->used_region), STR_ARG(key->used_service));
}

static void add_password(struct op *op, struct buf *b, const struct iam_entity *user)
{
	int64_t changed_at =
		db_int(op->db, 0, "SELECT changed_at FROM iam_login WHERE user = ?", "s", user->id);

	if (!changed_at) {
		buf_adds(b, ",false," NOT_THERE "," NOT_THERE "," NOT_THERE);
		return;
	}
	buf_adds(b, ",true,no_information,");
	add_time(op, b, changed_at);
	buf_adds(b, "," NOT_THERE);
}

static void add_certificates(struct op *op, struct buf *b, struct str user)
{
	struct stmt *q =
		db_query(op->db,
			 "SELECT status = 'Active', created_at FROM iam_credential"
			 " WHERE user = ? AND kind = 'certificate' ORDER BY created_at, id",
			 "s", user);

	for (int i = 0; i < CERTIFICATES; i++) {
		if (!stmt_row(q)) {
			buf_adds(b, ",false," NOT_THERE);
			continue;
		}
		buf_adds(b, stmt_int(q, 0) ? ",true," : ",false,");
		add_time(op, b, stmt_int(q, 1));
	}
	stmt_done(q);
}

static void add_user(struct op *op, struct buf *b, const struct iam_entity *user)
{
	size_t n;
	struct key_info *keys = key_list(op, user->id, &n);

	buf_addf(b, "\n%.*s,%.*s,", STR_ARG(user->name), STR_ARG(iam_arn(op, user)));
	add_time(op, b, user->created_at);
	add_password(op, b, user);
	buf_adds(b, ",false");
	add_key(op, b, n > 0 ? &keys[0] : NULL);
	add_key(op, b, n > 1 ? &keys[1] : NULL);
	add_certificates(op, b, user->id);
}

static struct str make_report(struct op *op)
{
	struct iam_walk walk;
	struct str text;
	struct buf b;

	buf_init(&b, BUF_MAX);
	buf_adds(&b, header);
	iam_walk(op, IAM_USER, STR("/"), STR(""), &walk);
	for (size_t i = 0; i < walk.count; i++)
		add_user(op, &b, &walk.list[i]);
	text = base64_print(op->arena, buf_str(&b));
	buf_release(&b);
	return text;
}

static int64_t made_at(struct op *op)
{
	int64_t at = 0;

	str_to_int(iam_setting(op, "report-at"), &at);
	return at;
}

enum outcome iam_op_generate_credential_report(struct op *op)
{
	int64_t at = made_at(op);

	if (at && op->now - at < FRESH_MS) {
		json_set_cstr(op->out, "State", "COMPLETE");
		return DONE;
	}
	iam_set(op, "report", make_report(op));
	iam_set(op, "report-at", arena_strf(op->arena, "%" PRId64, op->now));
	json_set_cstr(op->out, "State", "STARTED");
	json_set_cstr(op->out, "Description",
		      "No report exists. Starting a new report generation task");
	return DONE;
}

enum outcome iam_op_get_credential_report(struct op *op)
{
	int64_t at = made_at(op);

	if (!at)
		return op_fail(op, &ReportNotPresent, "%s", "");
	if (op->now - at > EXPIRED_MS)
		return op_fail(op, &ReportExpired, "The credential report has expired.");
	json_set_str(op->out, "Content", iam_setting(op, "report"));
	json_set_cstr(op->out, "ReportFormat", "text/csv");
	iam_set_time(op, op->out, "GeneratedTime", at);
	return DONE;
}
