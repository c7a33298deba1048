/* The inputs of DynamoDB's operations; see shapes.h. */
#include "cloud/dynamodb/shapes_inner.h"

/* --- attribute values -------------------------------------------------------- */

static const struct shape attribute_value;
static const struct shape blob_list = SHAPE_LIST_OF(&shape_blob);
static const struct shape value_list = SHAPE_LIST_OF(&attribute_value);
static const struct shape value_map = SHAPE_MAP_OF(&attribute_value);
static const struct shape_member attribute_value_members[] = {
	{ "S", &shape_string },
	{ "N", &shape_string },
	{ "B", &shape_blob },
	{ "SS", &shape_string_list },
	{ "NS", &shape_string_list },
	{ "BS", &blob_list },
	{ "M", &value_map },
	{ "L", &value_list },
	{ "NULL", &shape_boolean },
	{ "BOOL", &shape_boolean },
	{ 0 },
};
static const struct shape attribute_value = CLASS("AttributeValue", attribute_value_members);

/* --- what many operations take -------------------------------------------------- */

const struct shape dynamodb_part_table = { .type = SHAPE_STRING, AT_LEAST(1) };
static const struct shape written_table = { .type = SHAPE_STRING,
					    AT_LEAST(1),
					    .newer_lengths = true };
const struct shape dynamodb_part_name = {
	.type = SHAPE_STRING, AT_LEAST(3), AT_MOST(255), .pattern = "[a-zA-Z0-9_.-]+"
};
static const struct shape attribute_name = { .type = SHAPE_STRING, AT_MOST(65535) };
static const struct shape attribute_names = { .type = SHAPE_LIST,
					      AT_LEAST(1),
					      .element = &attribute_name };
static const struct shape return_consumed_capacity = ENUM("INDEXES", "TOTAL", "NONE");
static const struct shape return_metrics = ENUM("SIZE", "NONE");
/* What PutItem, UpdateItem and DeleteItem say of one that is not in it; the spelling is AWS's. */
static const struct shape return_values = {
	.type = SHAPE_STRING,
	.values = VALUES("ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"),
	.newer_words = "Failed to satisfy constraint: Member must satisfy enum value set: "
		       "[ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]",
};
static const struct shape return_on_failure = ENUM("ALL_OLD", "NONE");
static const struct shape conditional_operator = ENUM("OR", "AND");
static const struct shape query_operator = {
	.type = SHAPE_STRING,
	.values = VALUES("OR", "AND"),
	.newer_words = "Failed to satisfy constraint: Member must satisfy enum value set: "
		       "[ALL, OR]",
	.bare = true,
};
static const struct shape comparison =
	ENUM("IN", "NULL", "BETWEEN", "LT", "NOT_CONTAINS", "EQ", "GT", "NOT_NULL", "NE", "LE",
	     "BEGINS_WITH", "GE", "CONTAINS");
static const struct shape selection =
	ENUM("SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES");

static const struct shape_member expected_members[] = {
	{ "Value", &attribute_value },
	{ "Exists", &shape_boolean },
	{ "ComparisonOperator", &comparison },
	{ "AttributeValueList", &value_list },
	{ 0 },
};
static const struct shape expected_value = CLASS("ExpectedAttributeValue", expected_members);
static const struct shape expected = SHAPE_MAP_OF(&expected_value);

static const struct shape_member condition_members[] = {
	{ "AttributeValueList", &value_list },
	{ "ComparisonOperator", &comparison, .required = true },
	{ 0 },
};
static const struct shape condition = CLASS("Condition", condition_members);
static const struct shape conditions = SHAPE_MAP_OF(&condition);

/* --- tables ---------------------------------------------------------------------- */

static const struct shape key_attribute = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(255) };
static const struct shape scalar_type = ENUM("B", "N", "S");
static const struct shape key_type = ENUM("HASH", "RANGE");
const struct shape dynamodb_part_billing_mode = ENUM("PROVISIONED", "PAY_PER_REQUEST");
static const struct shape projection_type = ENUM("ALL", "INCLUDE", "KEYS_ONLY");
static const struct shape sse_type = ENUM("AES256", "KMS");
static const struct shape view_type =
	ENUM("NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY");
static const struct shape positive_long = { .type = SHAPE_LONG, AT_LEAST(1) };
static const struct shape replication_mode = ENUM("ENABLED", "DISABLED", "ENABLED_WITH_OVERRIDES");

static const struct shape_member definition_members[] = {
	{ "AttributeName", &key_attribute, .required = true },
	{ "AttributeType", &scalar_type, .required = true },
	{ 0 },
};
static const struct shape definition = CLASS("AttributeDefinition", definition_members);
static const struct shape definitions = SHAPE_LIST_OF(&definition);

static const struct shape_member key_element_members[] = {
	{ "AttributeName", &key_attribute, .required = true },
	{ "KeyType", &key_type, .required = true },
	{ 0 },
};
static const struct shape key_element = CLASS("KeySchemaElement", key_element_members);
static const struct shape key_schema = {
	.type = SHAPE_LIST, AT_LEAST(1), AT_MOST(2), .element = &key_element
};
/* Global indexes may have keys of several attributes. */
static const struct shape wide_key_schema = {
	.type = SHAPE_LIST, AT_LEAST(1), AT_MOST(8), .element = &key_element
};

static const struct shape non_key_names = {
	.type = SHAPE_LIST, AT_LEAST(1), AT_MOST(20), .element = &key_attribute
};
static const struct shape_member projection_members[] = {
	{ "ProjectionType", &projection_type },
	{ "NonKeyAttributes", &non_key_names },
	{ 0 },
};
static const struct shape projection = CLASS("Projection", projection_members);

static const struct shape_member throughput_members[] = {
	{ "ReadCapacityUnits", &positive_long, .required = true },
	{ "WriteCapacityUnits", &positive_long, .required = true },
	{ 0 },
};
const struct shape dynamodb_part_throughput = CLASS("ProvisionedThroughput", throughput_members);
static const struct shape_member on_demand_members[] = {
	{ "MaxReadRequestUnits", &shape_long },
	{ "MaxWriteRequestUnits", &shape_long },
	{ 0 },
};
const struct shape dynamodb_part_on_demand = CLASS("OnDemandThroughput", on_demand_members);
static const struct shape_member warm_members[] = {
	{ "ReadUnitsPerSecond", &shape_long },
	{ "WriteUnitsPerSecond", &shape_long },
	{ 0 },
};
static const struct shape warm = CLASS("WarmThroughput", warm_members);

static const struct shape_member local_members[] = {
	{ "IndexName", &dynamodb_part_name, .required = true },
	{ "KeySchema", &key_schema, .required = true },
	{ "Projection", &projection, .required = true },
	{ 0 },
};
static const struct shape local = CLASS("LocalSecondaryIndex", local_members);
const struct shape dynamodb_part_locals = SHAPE_LIST_OF(&local);
static const struct shape_member global_members[] = {
	{ "IndexName", &dynamodb_part_name, .required = true },
	{ "KeySchema", &wide_key_schema, .required = true },
	{ "Projection", &projection, .required = true },
	{ "ProvisionedThroughput", &dynamodb_part_throughput },
	{ "OnDemandThroughput", &dynamodb_part_on_demand },
	{ "WarmThroughput", &warm },
	{ 0 },
};
static const struct shape global = CLASS("GlobalSecondaryIndex", global_members);
const struct shape dynamodb_part_globals = SHAPE_LIST_OF(&global);

static const struct shape_member update_members[] = {
	{ "IndexName", &dynamodb_part_name, .required = true },
	{ "ProvisionedThroughput", &dynamodb_part_throughput },
	{ "OnDemandThroughput", &dynamodb_part_on_demand },
	{ "WarmThroughput", &warm },
	{ 0 },
};
static const struct shape index_update = CLASS("UpdateGlobalSecondaryIndexAction", update_members);
static const struct shape_member delete_members[] = {
	{ "IndexName", &dynamodb_part_name, .required = true },
	{ 0 },
};
static const struct shape index_delete = CLASS("DeleteGlobalSecondaryIndexAction", delete_members);
static const struct shape index_create = CLASS("CreateGlobalSecondaryIndexAction", global_members);
static const struct shape_member global_update_members[] = {
	{ "Update", &index_update },
	{ "Create", &index_create },
	{ "Delete", &index_delete },
	{ 0 },
};
static const struct shape global_update =
	CLASS("GlobalSecondaryIndexUpdate", global_update_members);
static const struct shape global_updates = SHAPE_LIST_OF(&global_update);

static const struct shape_member stream_members[] = {
	{ "StreamEnabled", &shape_boolean, .required = true },
	{ "StreamViewType", &view_type },
	{ 0 },
};
static const struct shape stream = CLASS("StreamSpecification", stream_members);
static const struct shape_member sse_members[] = {
	{ "Enabled", &shape_boolean },
	{ "SSEType", &sse_type },
	{ "KMSMasterKeyId", &shape_string },
	{ 0 },
};
const struct shape dynamodb_part_sse = CLASS("SSESpecification", sse_members);
/* What is wrong with a tag is said in its own words: tags.h. */
static const struct shape_member tag_members[] = {
	{ "Key", &shape_string },
	{ "Value", &shape_string },
	{ 0 },
};
static const struct shape tag = CLASS("Tag", tag_members);
static const struct shape tags = SHAPE_LIST_OF(&tag);

static const struct shape_member create_table[] = {
	{ "TableName", &dynamodb_part_name, .stops = true },
	{ "AttributeDefinitions", &definitions, .required = true },
	{ "KeySchema", &key_schema, .required = true },
	{ "GlobalSecondaryIndexes", &dynamodb_part_globals },
	{ "LocalSecondaryIndexes", &dynamodb_part_locals },
	{ "BillingMode", &dynamodb_part_billing_mode },
	{ "ProvisionedThroughput", &dynamodb_part_throughput },
	{ "StreamSpecification", &stream },
	{ "SSESpecification", &dynamodb_part_sse },
	{ "Tags", &tags },
	{ "TableClass", &shape_string },
	{ "DeletionProtectionEnabled", &shape_boolean },
	{ "WarmThroughput", &warm },
	{ "ResourcePolicy", &shape_string },
	{ "OnDemandThroughput", &dynamodb_part_on_demand },
	{ "GlobalTableSourceArn", &shape_string },
	{ "GlobalTableSettingsReplicationMode", &replication_mode },
	{ 0 },
};
const struct shape dynamodb_create_table = SHAPE_STRUCT(create_table);

static const struct shape_member update_table[] = {
	{ "TableName", &dynamodb_part_table, .required = true, .stops = true },
	{ "AttributeDefinitions", &definitions },
	{ "BillingMode", &dynamodb_part_billing_mode },
	{ "ProvisionedThroughput", &dynamodb_part_throughput },
	{ "GlobalSecondaryIndexUpdates", &global_updates },
	{ "StreamSpecification", &stream },
	{ "SSESpecification", &dynamodb_part_sse },
	{ "ReplicaUpdates", &shape_any },
	{ "TableClass", &shape_string },
	{ "DeletionProtectionEnabled", &shape_boolean },
	{ "MultiRegionConsistency", &shape_string },
	{ "GlobalTableWitnessUpdates", &shape_any },
	{ "OnDemandThroughput", &dynamodb_part_on_demand },
	{ "WarmThroughput", &warm },
	{ "GlobalTableSettingsReplicationMode", &replication_mode },
	{ 0 },
};
const struct shape dynamodb_update_table = SHAPE_STRUCT(update_table);

const struct shape dynamodb_part_arn = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(1283) };
static const struct shape_member tag_resource[] = {
	{ "ResourceArn", &dynamodb_part_arn, .required = true },
	{ "Tags", &tags, .required = true },
	{ 0 },
};
const struct shape dynamodb_tag_resource = SHAPE_STRUCT(tag_resource);
static const struct shape_member untag_resource[] = {
	{ "ResourceArn", &dynamodb_part_arn, .required = true },
	{ "TagKeys", &shape_string_list, .required = true },
	{ 0 },
};
const struct shape dynamodb_untag_resource = SHAPE_STRUCT(untag_resource);
static const struct shape_member list_tags[] = {
	{ "ResourceArn", &dynamodb_part_arn, .required = true },
	{ "NextToken", &shape_string },
	{ 0 },
};
const struct shape dynamodb_list_tags_of_resource = SHAPE_STRUCT(list_tags);

const struct shape_member dynamodb_part_table_only[] = {
	{ "TableName", &dynamodb_part_table, .required = true, .stops = true },
	{ 0 },
};
const struct shape dynamodb_describe_table = SHAPE_STRUCT(dynamodb_part_table_only);
const struct shape dynamodb_delete_table = SHAPE_STRUCT(dynamodb_part_table_only);

const struct shape dynamodb_part_list_limit = { .type = SHAPE_INTEGER, AT_LEAST(1), AT_MOST(100) };
static const struct shape_member list_tables[] = {
	{ "ExclusiveStartTableName", &dynamodb_part_name },
	{ "Limit", &dynamodb_part_list_limit },
	{ 0 },
};
const struct shape dynamodb_list_tables = SHAPE_STRUCT(list_tables);

/* --- single items ------------------------------------------------------------------ */

static const struct shape_member put_item[] = {
	{ "ReturnConsumedCapacity", &return_consumed_capacity },
	{ "TableName", &written_table, .required = true, .stops = true },
	{ "ReturnValues", &return_values },
	{ "Item", &value_map, .required = true },
	{ "ConditionalOperator", &conditional_operator },
	{ "Expected", &expected },
	{ "ReturnItemCollectionMetrics", &return_metrics },
	{ "ConditionExpression", &shape_string },
	{ "ExpressionAttributeNames", &shape_string_map },
	{ "ExpressionAttributeValues", &value_map },
	{ "ReturnValuesOnConditionCheckFailure", &return_on_failure },
	{ 0 },
};
const struct shape dynamodb_put_item = SHAPE_STRUCT(put_item);

static const struct shape_member get_item[] = {
	{ "ReturnConsumedCapacity", &return_consumed_capacity },
	{ "AttributesToGet", &attribute_names },
	{ "TableName", &dynamodb_part_table, .required = true, .stops = true },
	{ "Key", &value_map, .required = true },
	{ "ConsistentRead", &shape_boolean },
	{ "ProjectionExpression", &shape_string },
	{ "ExpressionAttributeNames", &shape_string_map },
	{ 0 },
};
const struct shape dynamodb_get_item = SHAPE_STRUCT(get_item);

static const struct shape_member delete_item[] = {
	{ "ReturnConsumedCapacity", &return_consumed_capacity },
	{ "TableName", &written_table, .required = true, .stops = true },
	{ "ReturnValues", &return_values },
	{ "ReturnItemCollectionMetrics", &return_metrics },
	{ "Key", &value_map, .required = true },
	{ "ConditionalOperator", &conditional_operator },
	{ "Expected", &expected },
	{ "ConditionExpression", &shape_string },
	{ "ExpressionAttributeNames", &shape_string_map },
	{ "ExpressionAttributeValues", &value_map },
	{ "ReturnValuesOnConditionCheckFailure", &return_on_failure },
	{ 0 },
};
const struct shape dynamodb_delete_item = SHAPE_STRUCT(delete_item);

static const struct shape update_action = ENUM("ADD", "DELETE", "PUT");
static const struct shape_member attribute_update_members[] = {
	{ "Value", &attribute_value },
	{ "Action", &update_action },
	{ 0 },
};
static const struct shape attribute_update =
	CLASS("AttributeValueUpdate", attribute_update_members);
static const struct shape attribute_updates = SHAPE_MAP_OF(&attribute_update);
static const struct shape_member update_item[] = {
	{ "ReturnConsumedCapacity", &return_consumed_capacity },
	{ "TableName", &written_table, .required = true, .stops = true },
	{ "ReturnItemCollectionMetrics", &return_metrics },
	{ "ReturnValues", &return_values, .stops = true },
	{ "ConditionalOperator", &conditional_operator },
	{ "Key", &value_map, .required = true },
	{ "AttributeUpdates", &attribute_updates },
	{ "Expected", &expected },
	{ "UpdateExpression", &shape_string },
	{ "ConditionExpression", &shape_string },
	{ "ExpressionAttributeNames", &shape_string_map },
	{ "ExpressionAttributeValues", &value_map },
	{ "ReturnValuesOnConditionCheckFailure", &return_on_failure },
	{ 0 },
};
const struct shape dynamodb_update_item = SHAPE_STRUCT(update_item);

/* --- pages -------------------------------------------------------------------------- */

static const struct shape limit = { .type = SHAPE_INTEGER, AT_LEAST(1), .newer_lengths = true };
static const struct shape_member query[] = {
	{ "TableName", &dynamodb_part_table, .required = true, .stops = true },
	{ "IndexName", &dynamodb_part_name },
	{ "ConditionalOperator", &query_operator, .stops = true },
	{ "Select", &selection },
	{ "AttributesToGet", &attribute_names },
	{ "Limit", &shape_integer }, /* its complaint has a form of its own */
	{ "ConsistentRead", &shape_boolean },
	{ "KeyConditions", &conditions },
	{ "QueryFilter", &conditions },
	{ "ScanIndexForward", &shape_boolean },
	{ "ExclusiveStartKey", &value_map },
	{ "ReturnConsumedCapacity", &return_consumed_capacity },
	{ "ProjectionExpression", &shape_string },
	{ "FilterExpression", &shape_string },
	{ "KeyConditionExpression", &shape_string },
	{ "ExpressionAttributeNames", &shape_string_map },
	{ "ExpressionAttributeValues", &value_map },
	{ 0 },
};
const struct shape dynamodb_query = SHAPE_STRUCT(query);

static const struct shape total_segments = { .type = SHAPE_INTEGER, AT_LEAST(1), AT_MOST(1000000) };
static const struct shape segment = {
	.type = SHAPE_INTEGER, AT_LEAST(0), AT_MOST(999999), .newer_lengths = true
};
static const struct shape_member scan[] = {
	{ "TableName", &dynamodb_part_table, .required = true, .stops = true },
	{ "IndexName", &dynamodb_part_name },
	{ "AttributesToGet", &attribute_names },
	{ "Limit", &limit },
	{ "Select", &selection },
	{ "ScanFilter", &conditions },
	{ "ConditionalOperator", &conditional_operator },
	{ "ExclusiveStartKey", &value_map },
	{ "ReturnConsumedCapacity", &return_consumed_capacity },
	{ "TotalSegments", &total_segments },
	{ "Segment", &segment },
	{ "ProjectionExpression", &shape_string },
	{ "FilterExpression", &shape_string },
	{ "ExpressionAttributeNames", &shape_string_map },
	{ "ExpressionAttributeValues", &value_map },
	{ "ConsistentRead", &shape_boolean },
	{ 0 },
};
const struct shape dynamodb_scan = SHAPE_STRUCT(scan);

/* --- batches and transactions -------------------------------------------------------- */

static const struct shape key_list = {
	.type = SHAPE_LIST, AT_LEAST(1), AT_MOST(100), .element = &value_map, .newer_lengths = true
};
static const struct shape_member keys_members[] = {
	{ "Keys", &key_list, .required = true },
	{ "AttributesToGet", &attribute_names },
	{ "ConsistentRead", &shape_boolean },
	{ "ProjectionExpression", &shape_string },
	{ "ExpressionAttributeNames", &shape_string_map },
	{ 0 },
};
static const struct shape keys_of_table = CLASS("KeysAndAttributes", keys_members);
static const struct shape table_key = { .type = SHAPE_STRING,
					AT_LEAST(3),
					AT_MOST(255),
					.pattern = "[a-zA-Z0-9_.-]+",
					.or_arn = true };
static const struct shape get_requests = {
	.type = SHAPE_MAP,
	AT_LEAST(1),
	AT_MOST(100),
	.key = &table_key,
	.element = &keys_of_table,
	.newer_lengths = true,
};
static const struct shape_member batch_get[] = {
	{ "RequestItems", &get_requests, .required = true },
	{ "ReturnConsumedCapacity", &return_consumed_capacity },
	{ 0 },
};
const struct shape dynamodb_batch_get_item = SHAPE_STRUCT(batch_get);

static const struct shape_member put_request_members[] = {
	{ "Item", &value_map, .required = true },
	{ 0 },
};
static const struct shape_member delete_request_members[] = {
	{ "Key", &value_map, .required = true },
	{ 0 },
};
static const struct shape put_request = CLASS("PutRequest", put_request_members);
static const struct shape delete_request = CLASS("DeleteRequest", delete_request_members);
static const struct shape_member write_request_members[] = {
	{ "PutRequest", &put_request },
	{ "DeleteRequest", &delete_request },
	{ 0 },
};
static const struct shape write_request = CLASS("WriteRequest", write_request_members);
static const struct shape write_list = SHAPE_LIST_OF(&write_request);
static const struct shape write_requests = { .type = SHAPE_MAP,
					     AT_MOST(25),
					     .element = &write_list };
static const struct shape_member batch_write[] = {
	{ "ReturnConsumedCapacity", &return_consumed_capacity },
	{ "ReturnItemCollectionMetrics", &return_metrics },
	{ "RequestItems", &write_requests, .required = true },
	{ 0 },
};
const struct shape dynamodb_batch_write_item = SHAPE_STRUCT(batch_write);
static const struct shape named_write_requests = { .type = SHAPE_MAP,
						   .key = &table_key,
						   .element = &write_list };
static const struct shape_member batch_write_names[] = {
	{ "RequestItems", &named_write_requests },
	{ 0 },
};
const struct shape dynamodb_batch_write_names = SHAPE_STRUCT(batch_write_names);

static const struct shape_member transact_get_members[] = {
	{ "Key", &value_map, .required = true },
	{ "TableName", &dynamodb_part_table, .required = true },
	{ "ProjectionExpression", &shape_string },
	{ "ExpressionAttributeNames", &shape_string_map },
	{ 0 },
};
static const struct shape transact_get = CLASS("Get", transact_get_members);
static const struct shape_member transact_get_item_members[] = {
	{ "Get", &transact_get, .required = true },
	{ 0 },
};
static const struct shape transact_get_item = CLASS("TransactGetItem", transact_get_item_members);
static const struct shape transact_get_list = {
	.type = SHAPE_LIST, AT_LEAST(1), AT_MOST(100), .element = &transact_get_item
};
static const struct shape_member transact_get_items[] = {
	{ "TransactItems", &transact_get_list, .required = true },
	{ "ReturnConsumedCapacity", &return_consumed_capacity },
	{ 0 },
};
const struct shape dynamodb_transact_get_items = SHAPE_STRUCT(transact_get_items);

#define CONDITION_MEMBERS(required_condition)                                                      \
	{ "TableName", &dynamodb_part_table, .required = true },                                   \
		{ "ConditionExpression", &shape_string, .required = (required_condition) },        \
		{ "ExpressionAttributeNames", &shape_string_map },                                 \
		{ "ExpressionAttributeValues", &value_map },                                       \
	{                                                                                          \
		"ReturnValuesOnConditionCheckFailure", &return_on_failure                          \
	}

static const struct shape_member transact_check_members[] = {
	{ "Key", &value_map, .required = true },
	CONDITION_MEMBERS(true),
	{ 0 },
};
static const struct shape_member transact_put_members[] = {
	{ "Item", &value_map, .required = true },
	CONDITION_MEMBERS(false),
	{ 0 },
};
static const struct shape_member transact_delete_members[] = {
	{ "Key", &value_map, .required = true },
	CONDITION_MEMBERS(false),
	{ 0 },
};
static const struct shape_member transact_update_members[] = {
	{ "Key", &value_map, .required = true },
	{ "UpdateExpression", &shape_string, .required = true },
	CONDITION_MEMBERS(false),
	{ 0 },
};
static const struct shape transact_check = CLASS("ConditionCheck", transact_check_members);
static const struct shape transact_put = CLASS("Put", transact_put_members);
static const struct shape transact_delete = CLASS("Delete", transact_delete_members);
static const struct shape transact_update = CLASS("Update", transact_update_members);
static const struct shape_member transact_write_members[] = {
	{ "ConditionCheck", &transact_check },
	{ "Put", &transact_put },
	{ "Delete", &transact_delete },
	{ "Update", &transact_update },
	{ 0 },
};
static const struct shape transact_write = CLASS("TransactWriteItem", transact_write_members);
static const struct shape transact_write_list = {
	.type = SHAPE_LIST, AT_LEAST(1), AT_MOST(100), .element = &transact_write
};
static const struct shape client_token = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(36) };
static const struct shape_member transact_write_items[] = {
	{ "TransactItems", &transact_write_list, .required = true },
	{ "ClientRequestToken", &client_token },
	{ "ReturnConsumedCapacity", &return_consumed_capacity },
	{ "ReturnItemCollectionMetrics", &return_metrics },
	{ 0 },
};
const struct shape dynamodb_transact_write_items = SHAPE_STRUCT(transact_write_items);

/* --- statements in PartiQL ------------------------------------------------------------ */

static const struct shape statement = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(8192) };
static const struct shape parameters = { .type = SHAPE_LIST,
					 AT_LEAST(1),
					 .element = &attribute_value };
static const struct shape next_token = { .type = SHAPE_STRING, AT_LEAST(1), AT_MOST(32768) };
static const struct shape_member execute_statement[] = {
	{ "Statement", &statement, .required = true },
	{ "Parameters", &parameters },
	{ "ConsistentRead", &shape_boolean },
	{ "NextToken", &next_token },
	{ "ReturnConsumedCapacity", &return_consumed_capacity },
	{ "Limit", &limit },
	{ "ReturnValuesOnConditionCheckFailure", &return_on_failure },
	{ 0 },
};
const struct shape dynamodb_execute_statement = SHAPE_STRUCT(execute_statement);

static const struct shape_member batch_statement_members[] = {
	{ "Statement", &statement, .required = true },
	{ "Parameters", &parameters },
	{ "ConsistentRead", &shape_boolean },
	{ "ReturnValuesOnConditionCheckFailure", &return_on_failure },
	{ 0 },
};
static const struct shape batch_statement = CLASS("BatchStatementRequest", batch_statement_members);
static const struct shape batch_statements = {
	.type = SHAPE_LIST, AT_LEAST(1), AT_MOST(25), .element = &batch_statement
};
static const struct shape_member batch_execute_statement[] = {
	{ "Statements", &batch_statements, .required = true },
	{ "ReturnConsumedCapacity", &return_consumed_capacity },
	{ 0 },
};
const struct shape dynamodb_batch_execute_statement = SHAPE_STRUCT(batch_execute_statement);

static const struct shape_member transact_statement_members[] = {
	{ "Statement", &statement, .required = true },
	{ "Parameters", &parameters },
	{ "ReturnValuesOnConditionCheckFailure", &return_on_failure },
	{ 0 },
};
static const struct shape transact_statement =
	CLASS("ParameterizedStatement", transact_statement_members);
static const struct shape transact_statements = {
	.type = SHAPE_LIST, AT_LEAST(1), AT_MOST(100), .element = &transact_statement
};
static const struct shape_member execute_transaction[] = {
	{ "TransactStatements", &transact_statements, .required = true },
	{ "ClientRequestToken", &client_token },
	{ "ReturnConsumedCapacity", &return_consumed_capacity },
	{ 0 },
};
const struct shape dynamodb_execute_transaction = SHAPE_STRUCT(execute_transaction);
