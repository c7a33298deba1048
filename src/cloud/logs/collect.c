/*
 * What services have emitted becomes events. A function's lines are kept only as far as its role allows: without
 * logs:CreateLogGroup and logs:CreateLogStream nothing is made, without logs:PutLogEvents nothing is written.
 * From: Lambda Developer Guide, "Sending Lambda function logs to CloudWatch Logs".
 */
#include "aws/invoke.h"
#include "base/log.h"
#include "cloud/logs/inside.h"

/* Where lines go, while they go to the same place. */
struct target {
	struct str group_name, stream_name, role;
	const char *service; /* who acts as the role */
	bool open;           /* there is such a place, and it may be written to */
	struct log_group group;
	struct log_stream stream;
};

/* The role's ARN ends in its name. */
static const char *last_part(struct arena *a, struct str arn)
{
	struct str name = arn;

	while (arn.p)
		name = str_cut(&arn, '/');
	return arena_cstr(a, name);
}

static bool may(struct op *op, const struct target *t, const char *action, struct str stream)
{
	struct op as = *op;
	struct str name = str_starts(t->group_name, STR("/aws/lambda/"))
				  ? str_slice(t->group_name, 12, t->group_name.n)
				  : t->group_name;

	if (!t->role.p)
		return true;
	if (!op_assume(op, t->role, t->service, last_part(op->arena, name), &as.caller))
		return false;
	return authorize(&as,
			 &(struct authorize_check){
				 .action = action,
				 .resource = op_arn(op, "logs", "log-group:%.*s:log-stream:%.*s",
						    STR_ARG(t->group_name), STR_ARG(stream)) });
}

static bool open_target(struct op *op, struct target *t)
{
	if (!group_find(op, t->group_name, &t->group)) {
		if (!may(op, t, "logs:CreateLogGroup", STR("")))
			return false;
		group_add(op, t->group_name, "STANDARD", &t->group);
	}
	if (!stream_find(op, &t->group, t->stream_name, &t->stream)) {
		if (!may(op, t, "logs:CreateLogStream", t->stream_name))
			return false;
		stream_add(op, &t->group, t->stream_name, &t->stream);
	}
	return may(op, t, "logs:PutLogEvents", t->stream_name);
}

static bool same_place(const struct target *t, const struct emit_line *line)
{
	return str_eq(t->group_name, line->group) && str_eq(t->stream_name, line->stream) &&
	       str_eq(t->role, line->role);
}

/* Nothing more is kept: say so once, where somebody looks for what is missing. */
static void tell_full(struct op *op, const struct target *t)
{
	struct log_event notice = { .at = op->now, .message = events_full_notice(op->arena) };

	if (db_int(op->db, 0,
		   "SELECT message = ?2 FROM logs_event WHERE stream_id = ?1"
		   " ORDER BY at DESC, id DESC LIMIT 1",
		   "is", t->stream.id, notice.message))
		return;
	log_warn("account %s: its log groups have reached %d MB", op->account->id, ACCOUNT_MB_MAX);
	events_add(op, &t->group, &t->stream, &notice, 1);
}

static void write_lines(struct op *op, struct target *t, struct log_event *events, size_t count)
{
	if (!open_target(op, t))
		return;
	if (events_full(op))
		tell_full(op, t);
	else
		events_add(op, &t->group, &t->stream, events, count);
}

void logs_collect(struct op *op, const struct emit_batch *batch)
{
	struct target t = { .open = false };
	const struct emit_lines *l = batch->lines, *end;
	struct log_event *events;
	size_t count;

	while (l) {
		t = (struct target){ .group_name = l->line.group,
				     .stream_name = l->line.stream,
				     .role = l->line.role,
				     .service = l->line.service ? l->line.service
								: "lambda.amazonaws.com" };
		for (count = 0, end = l; end && same_place(&t, &end->line); end = end->next)
			count++;
		events = arena_alloc(op->arena, count * sizeof(*events));
		for (size_t i = 0; i < count; i++, l = l->next)
			events[i] =
				(struct log_event){ .at = l->line.at_ms, .message = l->line.text };
		write_lines(op, &t, events, count);
	}
}
