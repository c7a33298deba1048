/*
 * Signatures: every account signs with a key of its own, whose certificate anybody may fetch.
 * From: SNS Developer Guide, "Verifying the signatures of Amazon SNS messages".
 */
#include "aws/id.h"
#include "base/base64.h"
#include "base/rsa.h"
#include "base/x509.h"
#include "cloud/sns/inside.h"

enum { ID = 32 };
#define FILE_BEGIN "/SimpleNotificationService-"
#define FILE_END   ".pem"

/* The account's key, and what was signed with it last: a topic's subscribers mostly get the same text. */
struct signing {
	struct str id, key;
	struct str text, signature;
	bool version_2;
};

static void make(struct op *op, struct signing *out)
{
	struct x509_wish wish = { .name = "sns.amazonaws.com", .now_ms = op->now };
	struct x509_made made;

	*out = (struct signing){ .id = id_make_long(op, ID), .key = rsa_make(op->arena) };
	wish.key = out->key;
	if (!x509_make(op->arena, &wish, &made))
		made.certificate = STR("");
	db_run(op->db, "INSERT INTO sns_key (id, key, certificate) VALUES (?, ?, ?)", "sbs",
	       out->id, out->key, made.certificate);
}

/* Looked up once in an operation or a job. */
static struct signing *find(struct op *op)
{
	struct signing *s = op->own;
	struct stmt *q;

	if (s)
		return s;
	s = ARENA_NEW(op->arena, struct signing);
	op->own = s;
	q = db_query(op->db, "SELECT id, key FROM sns_key LIMIT 1", "");
	if (stmt_row(q)) {
		s->id = stmt_dup(q, 0, op->arena);
		s->key = stmt_dup(q, 1, op->arena);
		stmt_done(q);
	} else {
		make(op, s);
	}
	return s;
}

struct str sign_text(struct op *op, struct str text, bool version_2)
{
	struct signing *s = find(op);
	struct str signature = STR("");

	if (s->text.p && s->version_2 == version_2 && str_eq(s->text, text))
		return s->signature;
	if (version_2)
		rsa_sign(op->arena, s->key, text, &signature);
	else
		rsa_sign_sha1(op->arena, s->key, text, &signature);
	s->text = text;
	s->version_2 = version_2;
	s->signature = base64_print(op->arena, signature);
	return s->signature;
}

struct str sign_file(struct op *op)
{
	return arena_strf(op->arena, "%s%.*s" FILE_END, &FILE_BEGIN[1], STR_ARG(find(op)->id));
}

/* --- serving --------------------------------------------------------------------------------- */

/* The id in a path; absent when it is no certificate's. */
static struct str id_of(struct str path)
{
	struct str begin = STR(FILE_BEGIN), end = STR(FILE_END);

	if (path.n != begin.n + ID + end.n || !str_starts(path, begin) || !str_ends(path, end))
		return STR_NONE;
	return str_slice(path, begin.n, begin.n + ID);
}

enum outcome sns_op_serve(struct op *op)
{
	struct stmt *q = db_query(op->db, "SELECT certificate FROM sns_key WHERE id = ?", "s",
				  id_of(op->raw->path));

	if (!stmt_row(q))
		return op_answer(op, 404, "text/plain", STR("There is no such certificate.\n"));
	op_answer(op, 200, "application/x-pem-file", stmt_dup(q, 0, op->arena));
	stmt_done(q);
	return DONE;
}

const struct operation *sns_serves(const struct raw_request *raw)
{
	static const struct operation serve = { "Serve", NULL, sns_op_serve,
						OP_OPEN | OP_RAW | OP_READS | OP_DATA | OP_SHORT };

	return id_of(raw->path).p ? &serve : NULL;
}

/* The account in the ARN of a topic or subscription, or the one that a certificate is of. */
bool sns_account_of(struct op *op, char account[static 13])
{
	struct str rest =
		op_has(op, "TopicArn") ? op_str(op, "TopicArn") : op_str(op, "SubscriptionArn");
	struct str id;

	if (op->raw) {
		if (id_account_long(id_of(op->raw->path), ID, account) &&
		    aws_account_here(op->aws, str_of(account)))
			return true;
		op_fail(op, &SnsNotFound, "There is no such certificate.");
		return false;
	}
	for (int i = 0; i < 4; i++)
		str_cut(&rest, ':');
	id = str_cut(&rest, ':');
	if (account_id_valid(id) && aws_account_here(op->aws, id)) {
		memcpy(account, id.p, 12);
		account[12] = '\0';
		return true;
	}
	sns_invalid(op, op_has(op, "TopicArn") ? "Topic" : "SubscriptionArn");
	return false;
}
