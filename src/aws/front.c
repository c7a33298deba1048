/*
 * The front door: how each protocol says that it does not know the caller or the operation.
 *
 * The codes are those of AWS's "Common errors" pages; DynamoDB answers them with 400, as its developer
 * guide's "Error handling" lists them.
 */
#include "aws/call.h"

#define CORAL "com.amazon.coral.service#"

static const struct aws_error json_errors[] = {
	[FRONT_MISSING] = { "MissingAuthenticationTokenException", 400, CORAL, false },
	[FRONT_INCOMPLETE] = { "IncompleteSignatureException", 400, CORAL, false },
	[FRONT_INVALID] = { "InvalidSignatureException", 400, CORAL, false },
	[FRONT_UNKNOWN_KEY] = { "UnrecognizedClientException", 400, CORAL, false },
	[FRONT_EXPIRED] = { "ExpiredTokenException", 400, CORAL, false },
	[FRONT_DENIED] = { "AccessDeniedException", 400, CORAL, true },
};
static const struct aws_error rest_errors[] = {
	[FRONT_MISSING] = { "MissingAuthenticationTokenException", 403, NULL, false },
	[FRONT_INCOMPLETE] = { "IncompleteSignatureException", 403, NULL, false },
	[FRONT_INVALID] = { "InvalidSignatureException", 403, NULL, false },
	[FRONT_UNKNOWN_KEY] = { "UnrecognizedClientException", 403, NULL, false },
	[FRONT_EXPIRED] = { "ExpiredTokenException", 403, NULL, false },
	[FRONT_DENIED] = { "AccessDeniedException", 403, NULL, true },
};
static const struct aws_error query_errors[] = {
	[FRONT_MISSING] = { "MissingAuthenticationToken", 403, NULL, false },
	[FRONT_INCOMPLETE] = { "IncompleteSignature", 400, NULL, false },
	[FRONT_INVALID] = { "SignatureDoesNotMatch", 403, NULL, false },
	[FRONT_UNKNOWN_KEY] = { "InvalidClientTokenId", 403, NULL, false },
	[FRONT_EXPIRED] = { "ExpiredToken", 403, NULL, false },
	[FRONT_DENIED] = { "AccessDenied", 403, NULL, false },
};
static const struct aws_error unknown_path = { "UnknownOperationException", 404, NULL, false };

const struct aws_error *front_error(enum protocol protocol, enum front_problem problem)
{
	switch (protocol) {
	case PROTO_QUERY:
		return &query_errors[problem];
	case PROTO_REST_JSON:
		return &rest_errors[problem];
	case PROTO_JSON10:
	case PROTO_JSON11:
	case PROTO_CBOR:
		break;
	}
	return &json_errors[problem];
}

const char *front_token_message(enum front_problem problem)
{
	return problem == FRONT_EXPIRED ? "The security token included in the request is expired"
					: "The security token included in the request is invalid.";
}

/*
 * A signature names its service: when that is none of ours, the message says so instead of leaving people to think that the
 * operation is wrong. Clients of S3 read XML, and take a 404 for a bucket that is missing.
 */
static const struct aws_error *service_unknown(struct aws_call *call, struct str *message)
{
	static const struct aws_error none = { "NotImplemented", 501, NULL, false };

	*message = arena_strf(call->op.arena, "There is no service called %.*s in this cloud.",
			      STR_ARG(call->sig.service));
	if (str_is(call->sig.service, "s3")) {
		call->protocol = PROTO_QUERY;
		return &none;
	}
	return call->protocol == PROTO_QUERY       ? &InvalidAction
	       : call->protocol == PROTO_REST_JSON ? &unknown_path
						   : &UnknownOperationException;
}

const struct aws_error *front_unknown(struct aws_call *call, struct str *message)
{
	struct arena *a = call->op.arena;

	*message = STR_NONE;
	if (!call->op.service && call->sig.service.n &&
	    !service_find(call->aws->config.services, call->sig.service))
		return service_unknown(call, message);
	switch (call->protocol) {
	case PROTO_QUERY:
		if (call->op.service)
			*message = arena_strf(a, "Could not find operation %.*s for version %s",
					      STR_ARG(call->operation_name),
					      call->op.service->api_version);
		else
			*message =
				arena_strf(a, "The action %.*s is not valid for this web service.",
					   STR_ARG(call->operation_name));
		return &InvalidAction;
	case PROTO_REST_JSON:
		return &unknown_path;
	case PROTO_JSON10:
	case PROTO_JSON11:
	case PROTO_CBOR:
		break;
	}
	return &UnknownOperationException;
}
