#ifndef CLOUD_COGNITO_ERRORS_H
#define CLOUD_COGNITO_ERRORS_H

#include "aws/op.h"

/*
 * The errors of the service's model that operations here answer. Every file has its own copy, because other services
 * have errors of the same names.
 */
static const struct aws_error AliasExistsException = { "AliasExistsException", 400, NULL, false };
static const struct aws_error CodeMismatchException = { "CodeMismatchException", 400, NULL, false };
static const struct aws_error DuplicateProviderException = { "DuplicateProviderException", 400,
							     NULL, false };
static const struct aws_error EnableSoftwareTokenMFAException = { "EnableSoftwareTokenMFAException",
								  400, NULL, false };
static const struct aws_error SoftwareTokenMFANotFoundException = {
	"SoftwareTokenMFANotFoundException", 400, NULL, false
};
static const struct aws_error DeviceKeyExistsException = { "DeviceKeyExistsException", 400, NULL,
							   false };
static const struct aws_error ExpiredCodeException = { "ExpiredCodeException", 400, NULL, false };
static const struct aws_error FeatureUnavailableInTierException = {
	"FeatureUnavailableInTierException", 400, NULL, false
};
static const struct aws_error GroupExistsException = { "GroupExistsException", 400, NULL, false };
static const struct aws_error InvalidLambdaResponseException = { "InvalidLambdaResponseException",
								 400, NULL, false };
static const struct aws_error InvalidParameterException = { "InvalidParameterException", 400, NULL,
							    false };
static const struct aws_error InvalidOAuthFlowException = { "InvalidOAuthFlowException", 400, NULL,
							    false };
static const struct aws_error InvalidPasswordException = { "InvalidPasswordException", 400, NULL,
							   false };
static const struct aws_error LimitExceededException = { "LimitExceededException", 400, NULL,
							 false };
static const struct aws_error NotAuthorizedException = { "NotAuthorizedException", 400, NULL,
							 false };
static const struct aws_error PasswordHistoryPolicyViolationException = {
	"PasswordHistoryPolicyViolationException", 400, NULL, false
};
static const struct aws_error PasswordResetRequiredException = { "PasswordResetRequiredException",
								 400, NULL, false };
static const struct aws_error RefreshTokenReuseException = { "RefreshTokenReuseException", 400,
							     NULL, false };
static const struct aws_error ResourceNotFoundException = { "ResourceNotFoundException", 400, NULL,
							    false };
static const struct aws_error ScopeDoesNotExistException = { "ScopeDoesNotExistException", 400,
							     NULL, false };
static const struct aws_error TooManyRequestsException = { "TooManyRequestsException", 400, NULL,
							   false };
static const struct aws_error UnauthorizedException = { "UnauthorizedException", 400, NULL, false };
static const struct aws_error UnexpectedLambdaException = { "UnexpectedLambdaException", 400, NULL,
							    false };
static const struct aws_error UnsupportedTokenTypeException = { "UnsupportedTokenTypeException",
								400, NULL, false };
static const struct aws_error UnsupportedUserStateException = { "UnsupportedUserStateException",
								400, NULL, false };
static const struct aws_error UserLambdaValidationException = { "UserLambdaValidationException",
								400, NULL, false };
static const struct aws_error UserNotConfirmedException = { "UserNotConfirmedException", 400, NULL,
							    false };
static const struct aws_error UserNotFoundException = { "UserNotFoundException", 400, NULL, false };
static const struct aws_error UsernameExistsException = { "UsernameExistsException", 400, NULL,
							  false };

#endif
