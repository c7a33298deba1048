/* Inputs and answers of CloudWatch's operations, from botocore's model. */
#include "cloud/cloudwatch/inside.h"

#include "aws/emit.h"

#define MUST(name, shape)                                                                          \
	{                                                                                          \
		name, &(shape), .required = true                                                   \
	}
#define MAY(name, shape)                                                                           \
	{                                                                                          \
		name, &(shape)                                                                     \
	}

static const struct shape alarm_name = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 255
};
static const struct shape alarm_names = {
	.type = SHAPE_LIST, .has_max = true, .max = 100, .element = &alarm_name
};
static const struct shape_member delete_alarms_members[] = { MUST("AlarmNames", alarm_names),
							     { 0 } };
const struct shape cloudwatch_delete_alarms = SHAPE_STRUCT(delete_alarms_members);
static const struct shape_member delete_dashboards_members[] = {
	MUST("DashboardNames", shape_string_list), { 0 }
};
const struct shape cloudwatch_delete_dashboards = SHAPE_STRUCT(delete_dashboards_members);
static const struct shape alarm_name_prefix = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 255
};
static const char *const alarm_type_values[] = { "CompositeAlarm", "MetricAlarm", NULL };
static const struct shape alarm_type = { .type = SHAPE_STRING, .values = alarm_type_values };
static const struct shape alarm_types = { .type = SHAPE_LIST, .element = &alarm_type };
static const char *const state_value_values[] = { "INSUFFICIENT_DATA", "ALARM", "OK", NULL };
static const struct shape state_value = { .type = SHAPE_STRING, .values = state_value_values };
static const struct shape action_prefix = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 1024
};
static const struct shape max_records = {
	.type = SHAPE_INTEGER, .has_min = true, .min = 1, .has_max = true, .max = 100
};
static const char *const history_item_type_values[] = {
	"ConfigurationUpdate",    "StateUpdate", "Action", "AlarmContributorStateUpdate",
	"AlarmContributorAction", NULL
};
static const struct shape history_item_type = { .type = SHAPE_STRING,
						.values = history_item_type_values };
static const char *const scan_by_values[] = { "TimestampDescending", "TimestampAscending", NULL };
static const struct shape scan_by = { .type = SHAPE_STRING, .values = scan_by_values };
static const struct shape_member describe_alarm_history_members[] = {
	MAY("AlarmName", alarm_name),
	MAY("AlarmContributorId", shape_string),
	MAY("AlarmTypes", alarm_types),
	MAY("HistoryItemType", history_item_type),
	MAY("StartDate", shape_timestamp),
	MAY("EndDate", shape_timestamp),
	MAY("MaxRecords", max_records),
	MAY("NextToken", shape_string),
	MAY("ScanBy", scan_by),
	{ 0 }
};
const struct shape cloudwatch_describe_alarm_history = SHAPE_STRUCT(describe_alarm_history_members);
static const struct shape_member alarm_history_item_members[] = {
	MAY("AlarmName", alarm_name),
	MAY("AlarmType", alarm_type),
	MAY("Timestamp", shape_timestamp),
	MAY("HistoryItemType", history_item_type),
	MAY("HistorySummary", shape_string),
	MAY("HistoryData", shape_string),
	{ 0 }
};
static const struct shape alarm_history_item = SHAPE_STRUCT(alarm_history_item_members);
static const struct shape alarm_history_items = SHAPE_LIST_OF(&alarm_history_item);
static const struct shape_member describe_alarm_history_output_members[] = {
	MAY("AlarmHistoryItems", alarm_history_items), MAY("NextToken", shape_string), { 0 }
};
const struct shape cloudwatch_describe_alarm_history_output =
	SHAPE_STRUCT(describe_alarm_history_output_members);
static const struct shape_member describe_alarms_members[] = {
	MAY("AlarmNames", alarm_names),        MAY("AlarmNamePrefix", alarm_name_prefix),
	MAY("AlarmTypes", alarm_types),        MAY("ChildrenOfAlarmName", alarm_name),
	MAY("ParentsOfAlarmName", alarm_name), MAY("StateValue", state_value),
	MAY("ActionPrefix", action_prefix),    MAY("MaxRecords", max_records),
	MAY("NextToken", shape_string),        { 0 }
};
const struct shape cloudwatch_describe_alarms = SHAPE_STRUCT(describe_alarms_members);
static const struct shape resource_name = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 1024
};
static const struct shape resource_list = {
	.type = SHAPE_LIST, .has_max = true, .max = 5, .element = &resource_name
};
static const struct shape alarm_arn = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 1600
};
static const struct shape alarm_description = {
	.type = SHAPE_STRING, .has_min = true, .min = 0, .has_max = true, .max = 1024
};
static const struct shape alarm_rule = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 10240
};
static const struct shape state_reason = {
	.type = SHAPE_STRING, .has_min = true, .min = 0, .has_max = true, .max = 1023
};
static const struct shape state_reason_data = {
	.type = SHAPE_STRING, .has_min = true, .min = 0, .has_max = true, .max = 4000
};
static const char *const actions_suppressed_by_values[] = { "WaitPeriod", "ExtensionPeriod",
							    "Alarm", NULL };
static const struct shape actions_suppressed_by = { .type = SHAPE_STRING,
						    .values = actions_suppressed_by_values };
static const struct shape actions_suppressed_reason = {
	.type = SHAPE_STRING, .has_min = true, .min = 0, .has_max = true, .max = 1024
};
static const struct shape_member composite_alarm_members[] = {
	MAY("ActionsEnabled", shape_boolean),
	MAY("AlarmActions", resource_list),
	MAY("AlarmArn", alarm_arn),
	MAY("AlarmConfigurationUpdatedTimestamp", shape_timestamp),
	MAY("AlarmDescription", alarm_description),
	MAY("AlarmName", alarm_name),
	MAY("AlarmRule", alarm_rule),
	MAY("InsufficientDataActions", resource_list),
	MAY("OKActions", resource_list),
	MAY("StateReason", state_reason),
	MAY("StateReasonData", state_reason_data),
	MAY("StateUpdatedTimestamp", shape_timestamp),
	MAY("StateValue", state_value),
	MAY("StateTransitionedTimestamp", shape_timestamp),
	MAY("ActionsSuppressedBy", actions_suppressed_by),
	MAY("ActionsSuppressedReason", actions_suppressed_reason),
	MAY("ActionsSuppressor", alarm_arn),
	MAY("ActionsSuppressorWaitPeriod", shape_integer),
	MAY("ActionsSuppressorExtensionPeriod", shape_integer),
	{ 0 }
};
static const struct shape composite_alarm = SHAPE_STRUCT(composite_alarm_members);
static const struct shape composite_alarms = { .type = SHAPE_LIST, .element = &composite_alarm };
static const struct shape metric_name = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 255
};
static const struct shape namespace = { .type = SHAPE_STRING,
					.has_min = true,
					.min = 1,
					.has_max = true,
					.max = 255,
					.pattern = "[^:].*" };
static const char *const statistic_values[] = { "SampleCount", "Average", "Sum",
						"Minimum",     "Maximum", NULL };
static const struct shape statistic = { .type = SHAPE_STRING, .values = statistic_values };
static const struct shape dimension_name = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 255
};
static const struct shape dimension_value = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 1024
};
static const struct shape_member dimension_members[] = { MUST("Name", dimension_name),
							 MUST("Value", dimension_value),
							 { 0 } };
static const struct shape dimension = SHAPE_STRUCT(dimension_members);
static const struct shape dimensions = {
	.type = SHAPE_LIST, .has_max = true, .max = 30, .element = &dimension
};
static const struct shape period = { .type = SHAPE_INTEGER, .has_min = true, .min = 1 };
static const struct shape evaluation_periods = { .type = SHAPE_INTEGER, .has_min = true, .min = 1 };
static const struct shape datapoints_to_alarm = { .type = SHAPE_INTEGER,
						  .has_min = true,
						  .min = 1 };
static const char *const comparison_operator_values[] = {
	"GreaterThanOrEqualToThreshold",
	"GreaterThanThreshold",
	"LessThanThreshold",
	"LessThanOrEqualToThreshold",
	"LessThanLowerOrGreaterThanUpperThreshold",
	"LessThanLowerThreshold",
	"GreaterThanUpperThreshold",
	NULL
};
static const struct shape comparison_operator = { .type = SHAPE_STRING,
						  .values = comparison_operator_values };
static const struct shape treat_missing_data = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 255
};
static const struct shape evaluate_low_sample_count_percentile = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 255
};
static const struct shape metric_id = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 255
};
static const struct shape_member metric_members[] = { MAY("Namespace", namespace),
						      MAY("MetricName", metric_name),
						      MAY("Dimensions", dimensions),
						      { 0 } };
static const struct shape metric = SHAPE_STRUCT(metric_members);
static const struct shape_member metric_stat_members[] = { MUST("Metric", metric),
							   MUST("Period", period),
							   MUST("Stat", shape_string),
							   MAY("Unit", emit_unit),
							   { 0 } };
static const struct shape metric_stat = SHAPE_STRUCT(metric_stat_members);
static const struct shape metric_expression = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 2048
};
static const struct shape account_id = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 255
};
static const struct shape_member metric_data_query_members[] = { MUST("Id", metric_id),
								 MAY("MetricStat", metric_stat),
								 MAY("Expression",
								     metric_expression),
								 MAY("Label", shape_string),
								 MAY("ReturnData", shape_boolean),
								 MAY("Period", period),
								 MAY("AccountId", account_id),
								 { 0 } };
static const struct shape metric_data_query = SHAPE_STRUCT(metric_data_query_members);
static const struct shape metric_data_queries = { .type = SHAPE_LIST,
						  .element = &metric_data_query };
static const char *const evaluation_state_values[] = { "PARTIAL_DATA", NULL };
static const struct shape evaluation_state = { .type = SHAPE_STRING,
					       .values = evaluation_state_values };
static const struct shape_member metric_alarm_members[] = {
	MAY("AlarmName", alarm_name),
	MAY("AlarmArn", alarm_arn),
	MAY("AlarmDescription", alarm_description),
	MAY("AlarmConfigurationUpdatedTimestamp", shape_timestamp),
	MAY("ActionsEnabled", shape_boolean),
	MAY("OKActions", resource_list),
	MAY("AlarmActions", resource_list),
	MAY("InsufficientDataActions", resource_list),
	MAY("StateValue", state_value),
	MAY("StateReason", state_reason),
	MAY("StateReasonData", state_reason_data),
	MAY("StateUpdatedTimestamp", shape_timestamp),
	MAY("MetricName", metric_name),
	MAY("Namespace", namespace),
	MAY("Statistic", statistic),
	MAY("ExtendedStatistic", shape_string),
	MAY("Dimensions", dimensions),
	MAY("Period", period),
	MAY("Unit", emit_unit),
	MAY("EvaluationPeriods", evaluation_periods),
	MAY("DatapointsToAlarm", datapoints_to_alarm),
	MAY("Threshold", shape_double),
	MAY("ComparisonOperator", comparison_operator),
	MAY("TreatMissingData", treat_missing_data),
	MAY("EvaluateLowSampleCountPercentile", evaluate_low_sample_count_percentile),
	MAY("Metrics", metric_data_queries),
	MAY("ThresholdMetricId", metric_id),
	MAY("EvaluationState", evaluation_state),
	MAY("StateTransitionedTimestamp", shape_timestamp),
	{ 0 }
};
static const struct shape metric_alarm = SHAPE_STRUCT(metric_alarm_members);
static const struct shape metric_alarms = { .type = SHAPE_LIST, .element = &metric_alarm };
static const struct shape_member describe_alarms_output_members[] = {
	MAY("CompositeAlarms", composite_alarms),
	MAY("MetricAlarms", metric_alarms),
	MAY("NextToken", shape_string),
	{ 0 }
};
const struct shape cloudwatch_describe_alarms_output = SHAPE_STRUCT(describe_alarms_output_members);
static const struct shape_member describe_alarms_for_metric_members[] = {
	MUST("MetricName", metric_name), MUST("Namespace", namespace),
	MAY("Statistic", statistic),     MAY("ExtendedStatistic", shape_string),
	MAY("Dimensions", dimensions),   MAY("Period", period),
	MAY("Unit", emit_unit),          { 0 }
};
const struct shape cloudwatch_describe_alarms_for_metric =
	SHAPE_STRUCT(describe_alarms_for_metric_members);
static const struct shape_member describe_alarms_for_metric_output_members[] = {
	MAY("MetricAlarms", metric_alarms), { 0 }
};
const struct shape cloudwatch_describe_alarms_for_metric_output =
	SHAPE_STRUCT(describe_alarms_for_metric_output_members);
static const struct shape_member disable_alarm_actions_members[] = {
	MUST("AlarmNames", alarm_names), { 0 }
};
const struct shape cloudwatch_disable_alarm_actions = SHAPE_STRUCT(disable_alarm_actions_members);
static const struct shape_member enable_alarm_actions_members[] = { MUST("AlarmNames", alarm_names),
								    { 0 } };
const struct shape cloudwatch_enable_alarm_actions = SHAPE_STRUCT(enable_alarm_actions_members);
static const struct shape_member get_dashboard_members[] = { MUST("DashboardName", shape_string),
							     { 0 } };
const struct shape cloudwatch_get_dashboard = SHAPE_STRUCT(get_dashboard_members);
static const struct shape_member get_dashboard_output_members[] = {
	MAY("DashboardArn", shape_string),
	MAY("DashboardBody", shape_string),
	MAY("DashboardName", shape_string),
	{ 0 }
};
const struct shape cloudwatch_get_dashboard_output = SHAPE_STRUCT(get_dashboard_output_members);
static const struct shape_member label_options_members[] = { MAY("Timezone", shape_string), { 0 } };
static const struct shape label_options = SHAPE_STRUCT(label_options_members);
static const struct shape_member get_metric_data_members[] = { MUST("MetricDataQueries",
								    metric_data_queries),
							       MUST("StartTime", shape_timestamp),
							       MUST("EndTime", shape_timestamp),
							       MAY("NextToken", shape_string),
							       MAY("ScanBy", scan_by),
							       MAY("MaxDatapoints", shape_integer),
							       MAY("LabelOptions", label_options),
							       { 0 } };
const struct shape cloudwatch_get_metric_data = SHAPE_STRUCT(get_metric_data_members);
static const struct shape timestamps = { .type = SHAPE_LIST, .element = &shape_timestamp };
static const struct shape datapoint_values = { .type = SHAPE_LIST, .element = &shape_double };
static const char *const status_code_values[] = { "Complete", "InternalError", "PartialData",
						  "Forbidden", NULL };
static const struct shape status_code = { .type = SHAPE_STRING, .values = status_code_values };
static const struct shape_member message_data_members[] = { MAY("Code", shape_string),
							    MAY("Value", shape_string),
							    { 0 } };
static const struct shape message_data = SHAPE_STRUCT(message_data_members);
static const struct shape metric_data_result_messages = { .type = SHAPE_LIST,
							  .element = &message_data };
static const struct shape_member metric_data_result_members[] = { MAY("Id", metric_id),
								  MAY("Label", shape_string),
								  MAY("Timestamps", timestamps),
								  MAY("Values", datapoint_values),
								  MAY("StatusCode", status_code),
								  MAY("Messages",
								      metric_data_result_messages),
								  { 0 } };
static const struct shape metric_data_result = SHAPE_STRUCT(metric_data_result_members);
static const struct shape metric_data_results = { .type = SHAPE_LIST,
						  .element = &metric_data_result };
static const struct shape_member get_metric_data_output_members[] = {
	MAY("MetricDataResults", metric_data_results),
	MAY("NextToken", shape_string),
	MAY("Messages", metric_data_result_messages),
	{ 0 }
};
const struct shape cloudwatch_get_metric_data_output = SHAPE_STRUCT(get_metric_data_output_members);
static const struct shape statistics = { .type = SHAPE_LIST,
					 .has_min = true,
					 .min = 1,
					 .has_max = true,
					 .max = 5,
					 .element = &statistic };
static const struct shape extended_statistics = { .type = SHAPE_LIST,
						  .has_min = true,
						  .min = 1,
						  .has_max = true,
						  .max = 10,
						  .element = &shape_string };
static const struct shape_member get_metric_statistics_members[] = {
	MUST("Namespace", namespace),     MUST("MetricName", metric_name),
	MAY("Dimensions", dimensions),    MUST("StartTime", shape_timestamp),
	MUST("EndTime", shape_timestamp), MUST("Period", period),
	MAY("Statistics", statistics),    MAY("ExtendedStatistics", extended_statistics),
	MAY("Unit", emit_unit),           { 0 }
};
const struct shape cloudwatch_get_metric_statistics = SHAPE_STRUCT(get_metric_statistics_members);
static const struct shape datapoint_value_map = { .type = SHAPE_MAP,
						  .key = &shape_string,
						  .element = &shape_double };
static const struct shape_member datapoint_members[] = { MAY("Timestamp", shape_timestamp),
							 MAY("SampleCount", shape_double),
							 MAY("Average", shape_double),
							 MAY("Sum", shape_double),
							 MAY("Minimum", shape_double),
							 MAY("Maximum", shape_double),
							 MAY("Unit", emit_unit),
							 MAY("ExtendedStatistics",
							     datapoint_value_map),
							 { 0 } };
static const struct shape datapoint = SHAPE_STRUCT(datapoint_members);
static const struct shape datapoints = { .type = SHAPE_LIST, .element = &datapoint };
static const struct shape_member get_metric_statistics_output_members[] = {
	MAY("Label", shape_string), MAY("Datapoints", datapoints), { 0 }
};
const struct shape cloudwatch_get_metric_statistics_output =
	SHAPE_STRUCT(get_metric_statistics_output_members);
static const struct shape_member list_dashboards_members[] = {
	MAY("DashboardNamePrefix", shape_string), MAY("NextToken", shape_string), { 0 }
};
const struct shape cloudwatch_list_dashboards = SHAPE_STRUCT(list_dashboards_members);
static const struct shape_member dashboard_entry_members[] = { MAY("DashboardName", shape_string),
							       MAY("DashboardArn", shape_string),
							       MAY("LastModified", shape_timestamp),
							       MAY("Size", shape_long),
							       { 0 } };
static const struct shape dashboard_entry = SHAPE_STRUCT(dashboard_entry_members);
static const struct shape dashboard_entries = { .type = SHAPE_LIST, .element = &dashboard_entry };
static const struct shape_member list_dashboards_output_members[] = {
	MAY("DashboardEntries", dashboard_entries), MAY("NextToken", shape_string), { 0 }
};
const struct shape cloudwatch_list_dashboards_output = SHAPE_STRUCT(list_dashboards_output_members);
static const struct shape_member dimension_filter_members[] = { MUST("Name", dimension_name),
								MAY("Value", dimension_value),
								{ 0 } };
static const struct shape dimension_filter = SHAPE_STRUCT(dimension_filter_members);
static const struct shape dimension_filters = {
	.type = SHAPE_LIST, .has_max = true, .max = 10, .element = &dimension_filter
};
static const char *const recently_active_values[] = { "PT3H", NULL };
static const struct shape recently_active = { .type = SHAPE_STRING,
					      .values = recently_active_values };
static const struct shape_member list_metrics_members[] = { MAY("Namespace", namespace),
							    MAY("MetricName", metric_name),
							    MAY("Dimensions", dimension_filters),
							    MAY("NextToken", shape_string),
							    MAY("RecentlyActive", recently_active),
							    MAY("IncludeLinkedAccounts",
								shape_boolean),
							    MAY("OwningAccount", account_id),
							    { 0 } };
const struct shape cloudwatch_list_metrics = SHAPE_STRUCT(list_metrics_members);
static const struct shape metrics = { .type = SHAPE_LIST, .element = &metric };
static const struct shape owning_accounts = { .type = SHAPE_LIST, .element = &account_id };
static const struct shape_member list_metrics_output_members[] = { MAY("Metrics", metrics),
								   MAY("NextToken", shape_string),
								   MAY("OwningAccounts",
								       owning_accounts),
								   { 0 } };
const struct shape cloudwatch_list_metrics_output = SHAPE_STRUCT(list_metrics_output_members);
static const struct shape amazon_resource_name = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 1024
};
static const struct shape_member list_tags_for_resource_members[] = {
	MUST("ResourceARN", amazon_resource_name), { 0 }
};
const struct shape cloudwatch_list_tags_for_resource = SHAPE_STRUCT(list_tags_for_resource_members);
static const struct shape tag_key = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 128
};
static const struct shape tag_value = {
	.type = SHAPE_STRING, .has_min = true, .min = 0, .has_max = true, .max = 256
};
static const struct shape_member tag_members[] = { MUST("Key", tag_key),
						   MUST("Value", tag_value),
						   { 0 } };
static const struct shape tag = SHAPE_STRUCT(tag_members);
static const struct shape tag_list = { .type = SHAPE_LIST, .element = &tag };
static const struct shape_member list_tags_for_resource_output_members[] = { MAY("Tags", tag_list),
									     { 0 } };
const struct shape cloudwatch_list_tags_for_resource_output =
	SHAPE_STRUCT(list_tags_for_resource_output_members);
static const struct shape_member put_dashboard_members[] = { MUST("DashboardName", shape_string),
							     MUST("DashboardBody", shape_string),
							     { 0 } };
const struct shape cloudwatch_put_dashboard = SHAPE_STRUCT(put_dashboard_members);
static const struct shape_member dashboard_validation_message_members[] = {
	MAY("DataPath", shape_string), MAY("Message", shape_string), { 0 }
};
static const struct shape dashboard_validation_message =
	SHAPE_STRUCT(dashboard_validation_message_members);
static const struct shape dashboard_validation_messages = { .type = SHAPE_LIST,
							    .element =
								    &dashboard_validation_message };
static const struct shape_member put_dashboard_output_members[] = {
	MAY("DashboardValidationMessages", dashboard_validation_messages), { 0 }
};
const struct shape cloudwatch_put_dashboard_output = SHAPE_STRUCT(put_dashboard_output_members);
static const struct shape_member put_metric_alarm_members[] = {
	MUST("AlarmName", alarm_name),
	MAY("AlarmDescription", alarm_description),
	MAY("ActionsEnabled", shape_boolean),
	MAY("OKActions", resource_list),
	MAY("AlarmActions", resource_list),
	MAY("InsufficientDataActions", resource_list),
	MAY("MetricName", metric_name),
	MAY("Namespace", namespace),
	MAY("Statistic", statistic),
	MAY("ExtendedStatistic", shape_string),
	MAY("Dimensions", dimensions),
	MAY("Period", period),
	MAY("Unit", emit_unit),
	MUST("EvaluationPeriods", evaluation_periods),
	MAY("DatapointsToAlarm", datapoints_to_alarm),
	MAY("Threshold", shape_double),
	MUST("ComparisonOperator", comparison_operator),
	MAY("TreatMissingData", treat_missing_data),
	MAY("EvaluateLowSampleCountPercentile", evaluate_low_sample_count_percentile),
	MAY("Metrics", metric_data_queries),
	MAY("Tags", tag_list),
	MAY("ThresholdMetricId", metric_id),
	{ 0 }
};
const struct shape cloudwatch_put_metric_alarm = SHAPE_STRUCT(put_metric_alarm_members);
static const struct shape_member statistic_set_members[] = { MUST("SampleCount", shape_double),
							     MUST("Sum", shape_double),
							     MUST("Minimum", shape_double),
							     MUST("Maximum", shape_double),
							     { 0 } };
static const struct shape statistic_set = SHAPE_STRUCT(statistic_set_members);
static const struct shape values = { .type = SHAPE_LIST, .element = &shape_double };
static const struct shape counts = { .type = SHAPE_LIST, .element = &shape_double };
static const struct shape storage_resolution = { .type = SHAPE_INTEGER, .has_min = true, .min = 1 };
static const struct shape_member metric_datum_members[] = { MUST("MetricName", metric_name),
							    MAY("Dimensions", dimensions),
							    MAY("Timestamp", shape_timestamp),
							    MAY("Value", shape_double),
							    MAY("StatisticValues", statistic_set),
							    MAY("Values", values),
							    MAY("Counts", counts),
							    MAY("Unit", emit_unit),
							    MAY("StorageResolution",
								storage_resolution),
							    { 0 } };
static const struct shape metric_datum = SHAPE_STRUCT(metric_datum_members);
static const struct shape metric_data = { .type = SHAPE_LIST, .element = &metric_datum };
static const struct shape entity_key_attributes_map_key_string = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 32
};
static const struct shape entity_key_attributes_map_value_string = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 2048
};
static const struct shape entity_key_attributes_map = {
	.type = SHAPE_MAP,
	.has_min = true,
	.min = 2,
	.has_max = true,
	.max = 4,
	.key = &entity_key_attributes_map_key_string,
	.element = &entity_key_attributes_map_value_string
};
static const struct shape entity_attributes_map_key_string = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 256
};
static const struct shape entity_attributes_map_value_string = {
	.type = SHAPE_STRING, .has_min = true, .min = 1, .has_max = true, .max = 2048
};
static const struct shape entity_attributes_map = { .type = SHAPE_MAP,
						    .has_min = true,
						    .min = 0,
						    .has_max = true,
						    .max = 10,
						    .key = &entity_attributes_map_key_string,
						    .element =
							    &entity_attributes_map_value_string };
static const struct shape_member entity_members[] = { MAY("KeyAttributes",
							  entity_key_attributes_map),
						      MAY("Attributes", entity_attributes_map),
						      { 0 } };
static const struct shape entity = SHAPE_STRUCT(entity_members);
static const struct shape_member entity_metric_data_members[] = { MAY("Entity", entity),
								  MAY("MetricData", metric_data),
								  { 0 } };
static const struct shape entity_metric_data = SHAPE_STRUCT(entity_metric_data_members);
static const struct shape entity_metric_data_list = { .type = SHAPE_LIST,
						      .element = &entity_metric_data };
static const struct shape_member put_metric_data_members[] = {
	MUST("Namespace", namespace),
	MAY("MetricData", metric_data),
	MAY("EntityMetricData", entity_metric_data_list),
	MAY("StrictEntityValidation", shape_boolean),
	{ 0 }
};
const struct shape cloudwatch_put_metric_data = SHAPE_STRUCT(put_metric_data_members);
static const struct shape_member set_alarm_state_members[] = { MUST("AlarmName", alarm_name),
							       MUST("StateValue", state_value),
							       MUST("StateReason", state_reason),
							       MAY("StateReasonData",
								   state_reason_data),
							       { 0 } };
const struct shape cloudwatch_set_alarm_state = SHAPE_STRUCT(set_alarm_state_members);
static const struct shape_member tag_resource_members[] = {
	MUST("ResourceARN", amazon_resource_name), MUST("Tags", tag_list), { 0 }
};
const struct shape cloudwatch_tag_resource = SHAPE_STRUCT(tag_resource_members);
static const struct shape tag_key_list = { .type = SHAPE_LIST, .element = &tag_key };
static const struct shape_member untag_resource_members[] = {
	MUST("ResourceARN", amazon_resource_name), MUST("TagKeys", tag_key_list), { 0 }
};
const struct shape cloudwatch_untag_resource = SHAPE_STRUCT(untag_resource_members);
