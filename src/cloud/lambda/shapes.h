#ifndef CLOUD_LAMBDA_SHAPES_H
#define CLOUD_LAMBDA_SHAPES_H

#include "aws/shape.h"

/* The shapes of Lambda's operations, as its service model has them; several operations may share one. */

/* shapes.c: functions, versions, aliases, invocations */
extern const struct shape lambda_create_function, lambda_update_code, lambda_update_configuration,
	lambda_function_name, lambda_delete_function, lambda_plain_name, lambda_list_functions,
	lambda_list_versions, lambda_publish_version, lambda_create_alias, lambda_update_alias,
	lambda_alias_name, lambda_list_aliases, lambda_invoke, lambda_invoke_output,
	lambda_invoke_async, lambda_invoke_async_output, lambda_invoke_stream,
	lambda_invoke_stream_output;

/* shapes_more.c: permissions, layers, tags, what is set on functions */
extern const struct shape lambda_add_permission, lambda_remove_permission,
	lambda_add_layer_permission, lambda_remove_layer_permission, lambda_publish_layer_version,
	lambda_layer_version, lambda_layer_arn, lambda_list_layers, lambda_list_layer_versions,
	lambda_tag_resource, lambda_untag_resource, lambda_list_tags, lambda_put_concurrency,
	lambda_event_config, lambda_list_of_function, lambda_put_code_signing,
	lambda_put_runtime_management, lambda_put_recursion, lambda_provisioned,
	lambda_put_provisioned, lambda_create_url, lambda_update_url, lambda_url_name;

/* shapes_mapping.c: event source mappings */
extern const struct shape lambda_create_mapping, lambda_update_mapping, lambda_mapping_uuid,
	lambda_list_mappings;

/* What all have. */
extern const struct shape lambda_shape_name, lambda_shape_any_name, lambda_shape_qualifier,
	lambda_shape_description, lambda_shape_layer_arn, lambda_shape_architecture,
	lambda_shape_page_small, lambda_shape_page;

/* Strings and lists by their length, with a pattern (NULL: any) or what they may be. */
#define LAMBDA_TEXT(least, most, expression)                                                       \
	{                                                                                          \
		.type = SHAPE_STRING, .has_min = true, .min = (least), .has_max = true,            \
		.max = (most), .pattern = (expression), .told_null = true                          \
	}
#define LAMBDA_NUMBER(least, most)                                                                 \
	{                                                                                          \
		.type = SHAPE_INTEGER, .has_min = true, .min = (least), .has_max = true,           \
		.max = (most)                                                                      \
	}
#define LAMBDA_LIST(least, most, of)                                                               \
	{                                                                                          \
		.type = SHAPE_LIST, .has_min = true, .min = (least), .has_max = true,              \
		.max = (most), .element = (of)                                                     \
	}
#define LAMBDA_ONE_OF(list)                                                                        \
	{                                                                                          \
		.type = SHAPE_STRING, .values = (list), .told_null = true                          \
	}

/* Members that many operations begin with. */
#define LAMBDA_NAME                                                                                \
	{                                                                                          \
		"FunctionName", &lambda_shape_name, .required = true, .place = IN_PATH             \
	}
#define LAMBDA_ANY_NAME                                                                            \
	{                                                                                          \
		"FunctionName", &lambda_shape_any_name, .required = true, .place = IN_PATH         \
	}
#define LAMBDA_QUALIFIER                                                                           \
	{                                                                                          \
		"Qualifier", &lambda_shape_qualifier, .place = IN_QUERY                            \
	}
#define LAMBDA_PAGE(size)                                                                          \
	{ "Marker", &shape_string, .place = IN_QUERY },                                            \
	{                                                                                          \
		"MaxItems", (size), .place = IN_QUERY                                              \
	}

#endif
