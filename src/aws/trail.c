/* The account's trail: its last calls, in a ring of 200 lines. */
#include "aws/call.h"

#define TRAIL_LINES 200
#define MESSAGE_MAX 500

void trail_add(struct account *account, const struct aws_call *call)
{
	const struct op *op = &call->op;
	bool failed = call->outcome == FAILED;

	db_run(account->db,
	       "INSERT INTO trail (at, service, operation, caller, outcome, message)"
	       " VALUES (?, ?, ?, ?, ?, ?)",
	       "isssss", op->now, str_slice(call->service_name, 0, 64),
	       str_slice(call->operation_name, 0, 128), op->caller.arn,
	       failed ? str_of(op->error->code) : STR("ok"),
	       failed ? str_slice(op->error_message, 0, MESSAGE_MAX) : STR(""));
	db_run(account->db, "DELETE FROM trail WHERE id <= ?", "i",
	       db_last_id(account->db) - TRAIL_LINES);
}

struct json_object *aws_trail(struct account *account, struct arena *a, int limit)
{
	struct json_object *lines = json_new_array(a);
	struct stmt *q =
		db_query(account->db,
			 "SELECT at, service, operation, caller, outcome, message FROM trail"
			 " ORDER BY id DESC LIMIT ?",
			 "i", (int64_t)limit);

	while (stmt_row(q)) {
		struct json_object *line = json_add_object(lines);

		json_set_int(line, "at", stmt_int(q, 0));
		json_set_str(line, "service", stmt_str(q, 1));
		json_set_str(line, "operation", stmt_str(q, 2));
		json_set_str(line, "caller", stmt_str(q, 3));
		json_set_str(line, "outcome", stmt_str(q, 4));
		json_set_str(line, "message", stmt_str(q, 5));
	}
	return lines;
}
