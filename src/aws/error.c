/* Errors that every service shares. Those of AWS's front door come from one Java library: hence the prefix. */
#include "aws/op.h"

#define CORAL "com.amazon.coral.service#"

const struct aws_error InternalFailure = { "InternalFailure", 500, NULL, false };
const struct aws_error ValidationException = { "ValidationException", 400,
					       "com.amazon.coral.validate#", false };
const struct aws_error ValidationError = { "ValidationError", 400, NULL, false };
const struct aws_error SerializationException = { "SerializationException", 400, CORAL, true };
const struct aws_error AccessDeniedException = { "AccessDeniedException", 400, CORAL, true };
const struct aws_error UnknownOperationException = { "UnknownOperationException", 400, CORAL,
						     false };
const struct aws_error InvalidAction = { "InvalidAction", 400, NULL, false };
const struct aws_error AccessDenied = { "AccessDenied", 403, NULL, false };
const struct aws_error MalformedPolicyDocument = { "MalformedPolicyDocument", 400, NULL, false };
