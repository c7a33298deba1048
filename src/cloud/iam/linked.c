/*
 * Service-linked roles: made for one service, changed by AWS only. The table is from the services' own pages
 * ("Using service-linked roles for ...").
 */
#include "cloud/iam/operations.h"

#include "base/hash.h"
#include "cloud/iam/inside.h"

struct linked {
	const char *service; /* "ecs.amazonaws.com" */
	const char *role;    /* behind "AWSServiceRoleFor" */
	const char *policy;  /* behind "aws-service-role/" */
	bool suffix;         /* may there be several, with suffixes? */
};

static const struct linked linked[] = {
	{ "apidestinations.events.amazonaws.com", "AmazonEventBridgeApiDestinations",
	  "AmazonEventBridgeApiDestinationsServiceRolePolicy", false },
	{ "appsync.amazonaws.com", "AppSync", "AWSAppSyncServiceRolePolicy", false },
	{ "autoscaling.amazonaws.com", "AutoScaling", "AutoScalingServiceRolePolicy", true },
	{ "batch.amazonaws.com", "Batch", "BatchServiceRolePolicy", false },
	{ "cloud9.amazonaws.com", "AWSCloud9", "AWSCloud9ServiceRolePolicy", false },
	{ "cloudtrail.amazonaws.com", "CloudTrail", "CloudTrailServiceRolePolicy", false },
	{ "cognito-idp.amazonaws.com", "AmazonCognitoIdp", "AmazonCognitoIdpServiceRolePolicy",
	  false },
	{ "config.amazonaws.com", "Config", "AWSConfigServiceRolePolicy", false },
	{ "custom-resource.application-autoscaling.amazonaws.com",
	  "ApplicationAutoScaling_CustomResource", "AWSApplicationAutoScalingCustomResourcePolicy",
	  false },
	{ "dynamodb.application-autoscaling.amazonaws.com", "ApplicationAutoScaling_DynamoDBTable",
	  "AWSApplicationAutoscalingDynamoDBTablePolicy", false },
	{ "ecs.amazonaws.com", "ECS", "AmazonECSServiceRolePolicy", false },
	{ "ecs.application-autoscaling.amazonaws.com", "ApplicationAutoScaling_ECSService",
	  "AWSApplicationAutoscalingECSServicePolicy", false },
	{ "eks-fargate.amazonaws.com", "AmazonEKSForFargate",
	  "AmazonEKSForFargateServiceRolePolicy", false },
	{ "eks-nodegroup.amazonaws.com", "AmazonEKSNodegroup",
	  "AWSServiceRoleForAmazonEKSNodegroup", false },
	{ "eks.amazonaws.com", "AmazonEKS", "AmazonEKSServiceRolePolicy", false },
	{ "elasticache.amazonaws.com", "ElastiCache", "ElastiCacheServiceRolePolicy", false },
	{ "elasticbeanstalk.amazonaws.com", "ElasticBeanstalk",
	  "AWSElasticBeanstalkServiceRolePolicy", false },
	{ "elasticloadbalancing.amazonaws.com", "ElasticLoadBalancing",
	  "AWSElasticLoadBalancingServiceRolePolicy", false },
	{ "email.cognito-idp.amazonaws.com", "AmazonCognitoIdpEmailService",
	  "AmazonCognitoIdpEmailServiceRolePolicy", false },
	{ "events.amazonaws.com", "CloudWatchEvents", "CloudWatchEventsServiceRolePolicy", false },
	{ "lambda.application-autoscaling.amazonaws.com",
	  "ApplicationAutoScaling_LambdaConcurrency",
	  "AWSApplicationAutoscalingLambdaConcurrencyPolicy", false },
	{ "maintenance.elasticbeanstalk.amazonaws.com", "ElasticBeanstalkMaintenance",
	  "AWSElasticBeanstalkMaintenance", false },
	{ "managedupdates.elasticbeanstalk.amazonaws.com", "ElasticBeanstalkManagedUpdates",
	  "AWSElasticBeanstalkManagedUpdatesServiceRolePolicy", false },
	{ "opensearchservice.amazonaws.com", "AmazonOpenSearchService",
	  "AmazonOpenSearchServiceRolePolicy", false },
	{ "ops.apigateway.amazonaws.com", "APIGateway", "APIGatewayServiceRolePolicy", false },
	{ "pullthroughcache.ecr.amazonaws.com", "ECRPullThroughCache",
	  "AWSECRPullThroughCache_ServiceRolePolicy", false },
	{ "rds.amazonaws.com", "RDS", "AmazonRDSServiceRolePolicy", false },
	{ "rds.application-autoscaling.amazonaws.com", "ApplicationAutoScaling_RDSCluster",
	  "AWSApplicationAutoscalingRDSClusterPolicy", false },
	{ "replication.dynamodb.amazonaws.com", "DynamoDBReplication",
	  "DynamoDBReplicationServiceRolePolicy", false },
	{ "replicator.lambda.amazonaws.com", "LambdaReplicator", "AWSLambdaReplicator", false },
	{ "spot.amazonaws.com", "EC2Spot", "AWSEC2SpotServiceRolePolicy", false },
	{ "spotfleet.amazonaws.com", "EC2SpotFleet", "AWSEC2SpotFleetServiceRolePolicy", false },
	{ "support.amazonaws.com", "Support", "AWSSupportServiceRolePolicy", false },
	{ "trustedadvisor.amazonaws.com", "TrustedAdvisor", "AWSTrustedAdvisorServiceRolePolicy",
	  false },
};

static const struct linked *linked_find(struct str service)
{
	for (size_t i = 0; i < sizeof(linked) / sizeof(linked[0]); i++)
		if (str_is(service, linked[i].service))
			return &linked[i];
	return NULL;
}

static struct json_object *detail_of(struct op *op, struct str service)
{
	struct json_object *detail = json_new_object(op->arena);

	json_set_str(detail, "Service", service);
	json_set_str(
		detail, "Trust",
		arena_strf(op->arena,
			   "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","
			   "\"Principal\":{\"Service\":\"%.*s\"},\"Action\":\"sts:AssumeRole\"}]}",
			   STR_ARG(service)));
	if (op_has(op, "Description"))
		json_set_str(detail, "Description", op_str(op, "Description"));
	return detail;
}

enum outcome iam_op_create_service_linked_role(struct op *op)
{
	struct str service = op_str(op, "AWSServiceName"), suffix = op_str(op, "CustomSuffix");
	const struct linked *known = linked_find(service);
	struct iam_entity e;
	struct str name;

	if (!known)
		return op_fail(op, &InvalidInput,
			       "Service %.*s does not have a service-linked role.",
			       STR_ARG(service));
	if (suffix.p && !known->suffix)
		return op_fail(op, &InvalidInput, "Custom suffix is not allowed for %.*s",
			       STR_ARG(service));
	name = arena_strf(op->arena, "AWSServiceRoleFor%s%s%.*s", known->role, suffix.p ? "_" : "",
			  STR_ARG(suffix));
	if (iam_find(op, IAM_ROLE, name, &e))
		return op_fail(
			op, &InvalidInput,
			"Service role name %.*s has been taken in this account, please try a different suffix.",
			STR_ARG(name));
	if (!iam_add(op, IAM_ROLE, name, detail_of(op, service), &e))
		return FAILED;
	e.path = arena_strf(op->arena, "/aws-service-role/%.*s/", STR_ARG(service));
	iam_save(op, &e);
	db_run(op->db, "INSERT INTO iam_attachment (entity, arn) VALUES (?, ?)", "ss", e.id,
	       arena_strf(op->arena, "arn:aws:iam::aws:policy/aws-service-role/%s", known->policy));
	iam_role_describe(op, &e, json_set_object(op->out, "Role"), IAM_NEW);
	return DONE;
}

/* No service here holds on to its role: it is deleted at once, and the task tells so. */
enum outcome iam_op_delete_service_linked_role(struct op *op)
{
	struct iam_entity e;
	struct str service, task;

	if (!iam_named(op, &e))
		return FAILED;
	service = iam_detail(&e, "Service");
	if (!service.p)
		return iam_missing(op, e.kind, e.name);
	task = arena_strf(op->arena, "task/aws-service-role/%.*s/%.*s/%.*s", STR_ARG(service),
			  STR_ARG(e.name), STR_ARG(hash_uuid(op->arena)));
	db_run(op->db, "DELETE FROM iam_attachment WHERE entity = ?", "s", e.id);
	iam_remove(op, &e);
	iam_set(op, arena_cstr(op->arena, task), STR("SUCCEEDED"));
	json_set_str(op->out, "DeletionTaskId", task);
	return DONE;
}

enum outcome iam_op_get_service_linked_role_deletion_status(struct op *op)
{
	struct str task = op_str(op, "DeletionTaskId");
	struct str status = str_starts(task, STR("task/"))
				    ? iam_setting(op, arena_cstr(op->arena, task))
				    : STR_NONE;

	if (!status.p)
		return op_fail(op, &NoSuchEntity, "The deletion task %.*s cannot be found.",
			       STR_ARG(task));
	json_set_str(op->out, "Status", status);
	return DONE;
}
