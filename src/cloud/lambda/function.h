#ifndef CLOUD_LAMBDA_FUNCTION_H
#define CLOUD_LAMBDA_FUNCTION_H

#include "aws/service.h"

/* Functions as rows, and what the operations share. */

/* A name as callers write it: NAME, ACCOUNT:function:NAME, or an ARN, each with :QUALIFIER perhaps. */
struct function_name {
	struct str name, qualifier; /* the qualifier may be absent */
};

struct function {
	struct str name;
	struct json_object *config; /* the configuration as it is described, but for its states */
	struct str code;            /* hexadecimal SHA-256 of the zip: its folder */
	int64_t created_at, updated_at;
};

/* How long a new function is Pending, and a changed one InProgress. */
enum { FUNCTION_SETTLE_MS = 300 };

/* Which function does the operation mean? False with the error set. */
bool function_name_of(struct op *op, struct function_name *out);
/* Find it; false with ResourceNotFoundException set. */
bool function_get(struct op *op, struct function *out);
bool function_find(struct op *op, struct str name, struct function *out);
void function_save(struct op *op, const struct function *f);
struct str function_arn(struct op *op, struct str name);
/* The configuration as the API answers it, now. */
void function_describe(struct op *op, const struct function *f, struct json_object *out);
bool function_is_pending(const struct op *op, const struct function *f);
/* The folder of a function's code. */
const char *function_folder(struct op *op, struct str code);

/* The operations of create.c and invoke.c; the table is in lambda.c. */
enum outcome lambda_op_create_function(struct op *op);
enum outcome lambda_op_update_function_code(struct op *op);
enum outcome lambda_op_update_function_configuration(struct op *op);
enum outcome lambda_op_delete_function(struct op *op);
enum outcome lambda_op_invoke(struct op *op);

/* Deferred work: an event to be carried out, one to be looked after, code that may not be needed any more. */
enum { LAMBDA_EVENT, LAMBDA_EVENT_LOOK, LAMBDA_DROP_CODE };
extern const struct job_kind lambda_jobs[];
/* The last of these. */
enum outcome lambda_job_drop_code(struct op *op);

extern const struct shape lambda_create_function, lambda_function_name, lambda_update_code,
	lambda_update_configuration, lambda_invoke, lambda_invoke_output, lambda_list_functions;
extern const struct aws_error LambdaNotFound, ResourceConflictException,
	InvalidParameterValueException, InvalidRequestContentException, ServiceException,
	TooManyRequestsException, RequestEntityTooLargeException, PreconditionFailedException;

#endif
