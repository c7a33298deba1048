/* The account's mailbox: a ring of rows; see mail.h. */
#include "aws/mail.h"

#include "aws/call.h"
#include "base/log.h"

#define MESSAGES 500

const struct schema mail_schema = {
	.name = "mail",
	.version = 1,
	.sql = "CREATE TABLE mail (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, service TEXT NOT NULL,"
	       " medium TEXT NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL, subject TEXT,"
	       " body TEXT NOT NULL, code TEXT);",
};

void mail_send(struct op *op, const struct mail *mail)
{
	db_run(op->db,
	       "INSERT INTO mail (at, service, medium, sender, recipient, subject, body, code)"
	       " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	       "izzsssss", op->now, op->service->name, mail->medium, mail->from, mail->to,
	       mail->subject, mail->body, mail->code);
	db_run(op->db, "DELETE FROM mail WHERE id <= ?", "i", db_last_id(op->db) - MESSAGES);
	/* Where nobody has a page to read it on. */
	if (op->aws->config.log_mail)
		log_info("%s to %.*s: %.*s", mail->medium, STR_ARG(mail->to), STR_ARG(mail->body));
}

struct json_object *aws_mailbox(struct account *account, struct arena *a, int limit)
{
	static const char *const members[] = { "service", "medium", "from", "to",
					       "subject", "body",   "code" };
	struct json_object *all = json_new_array(a);
	struct stmt *q = db_query(
		account->db,
		"SELECT id, at, service, medium, sender, recipient, subject, body, code FROM mail"
		" ORDER BY id DESC LIMIT ?",
		"i", (int64_t)limit);

	while (stmt_row(q)) {
		struct json_object *o = json_add_object(all);

		json_set_int(o, "id", stmt_int(q, 0));
		json_set_int(o, "at", stmt_int(q, 1));
		for (int i = 0; i < 7; i++)
			if (stmt_str(q, 2 + i).p)
				json_set_str(o, members[i], stmt_str(q, 2 + i));
	}
	return all;
}
