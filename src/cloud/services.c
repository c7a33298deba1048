/* The services of the cloud. To add one: make its room, add a line here, add tests/api/<service>/. */
#include "cloud/services.h"

#include "cloud/amplify/amplify.h"
#include "cloud/apigateway/apigateway.h"
#include "cloud/apigatewayv2/apigatewayv2.h"
#include "cloud/cloudwatch/cloudwatch.h"
#include "cloud/codecommit/codecommit.h"
#include "cloud/cognito/cognito.h"
#include "cloud/dynamodb/dynamodb.h"
#include "cloud/iam/iam.h"
#include "cloud/identity/identity.h"
#include "cloud/lambda/lambda.h"
#include "cloud/logs/logs.h"
#include "cloud/sns/sns.h"
#include "cloud/sqs/sqs.h"
#include "cloud/sts/sts.h"

const struct service *const cloud_services[] = {
	&amplify_service,
	&apigateway_service,
	&apigatewayv2_service,
	&cloudwatch_service,
	&codecommit_service,
	&cognito_identity_issuer_service,
	&cognito_hosted_service,
	&cognito_identity_service,
	&cognito_idp_service,
	&cognito_issuer_service,
	&dynamodb_service,
	&dynamodb_streams_service,
	&iam_service,
	&lambda_service,
	&logs_service,
	&sns_service,
	&sqs_service,
	&sts_service,
	NULL,
};
