/* What operations read their parameters with and how they end; see op.h. */
#include "aws/op.h"

#include <stdarg.h>
#include <stdio.h>

#include "aws/call.h"

struct str op_str(const struct op *op, const char *name)
{
	return json_get_str(op->in, name);
}

struct str op_str_or(const struct op *op, const char *name, const char *otherwise)
{
	struct str value = op_str(op, name);

	return value.p ? value : str_of(otherwise);
}

int64_t op_int_or(const struct op *op, const char *name, int64_t otherwise)
{
	return json_int_or(op_get(op, name), otherwise);
}

bool op_bool_or(const struct op *op, const char *name, bool otherwise)
{
	return json_bool_or(op_get(op, name), otherwise);
}

struct json_object *op_get(const struct op *op, const char *name)
{
	return json_get(op->in, name);
}

bool op_has(const struct op *op, const char *name)
{
	return op_get(op, name) != NULL;
}

static struct str formatted(struct arena *a, const char *format, va_list args)
{
	va_list again;
	char *text;
	int n;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (n < 0)
		abort();
	text = arena_alloc(a, (size_t)n + 1);
	vsnprintf(text, (size_t)n + 1, format, args);
	return str_make(text, (size_t)n);
}

enum outcome op_fail(struct op *op, const struct aws_error *error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	op->error_message = formatted(op->arena, format, args);
	va_end(args);
	op->error = error;
	op->error_members = NULL;
	return FAILED;
}

void op_keep(struct op *op, void (*keep)(struct op *op, void *arg), void *arg)
{
	op->keep = keep;
	op->keep_arg = arg;
}

void op_complete(struct op *op, void (*complete)(struct op *op, void *arg), void *arg)
{
	if (!op->call || op != &op->call->op) {
		complete(op, arg);
		return;
	}
	op->complete = complete;
	op->complete_arg = arg;
}

struct json_object *op_error_members(struct op *op)
{
	if (!op->error_members)
		op->error_members = json_new_object(op->arena);
	return op->error_members;
}

enum outcome op_wait(struct op *op, struct str key, int64_t wait_ms)
{
	op->wait_key = arena_dup(op->arena, key);
	op->wait_until = op->started + wait_ms;
	if (op->wait_until > op->now + OP_LOOK_MS)
		op->wait_until = op->now + OP_LOOK_MS;
	return WAITING;
}

bool op_may_be_long(struct op *op)
{
	if (!op->brief)
		return true;
	op->is_long = true;
	op->wait_key = STR("");
	op->wait_until = 0;
	return false;
}

int64_t op_waited(const struct op *op)
{
	return op->now - op->started;
}

void op_wake(struct op *op, struct str key)
{
	struct op_wake *wake = ARENA_NEW(op->arena, struct op_wake);

	wake->key = arena_dup(op->arena, key);
	wake->next = op->wakes;
	op->wakes = wake;
}

struct str op_arn(const struct op *op, const char *service, const char *resource_format, ...)
{
	va_list args;
	struct str resource;

	va_start(args, resource_format);
	resource = formatted(op->arena, resource_format, args);
	va_end(args);
	return arena_strf(op->arena, "arn:aws:%s:%s:%s:%.*s", service, op->region, op->account->id,
			  STR_ARG(resource));
}
