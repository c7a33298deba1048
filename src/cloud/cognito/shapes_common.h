#ifndef CLOUD_COGNITO_SHAPES_COMMON_H
#define CLOUD_COGNITO_SHAPES_COMMON_H

#include "aws/shape.h"

/* Shapes that several of this room's shape files use, named as in the service's model. */

#define VALUES(...)                                                                                \
	(const char *const[])                                                                      \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}
#define AT_LEAST(n) .has_min = true, .min = (n)
#define AT_MOST(n)  .has_max = true, .max = (n)

extern const struct shape cognito_shape_arn, cognito_shape_string, cognito_shape_user_pool_id,
	cognito_shape_client_id, cognito_shape_query_limit, cognito_shape_username,
	cognito_shape_client_metadata, cognito_shape_attribute_name, cognito_shape_attribute_value,
	cognito_shape_attribute, cognito_shape_attribute_list, cognito_shape_password,
	cognito_shape_optional_password, cognito_shape_attribute_name_list,
	cognito_shape_sms_mfa_settings, cognito_shape_software_token_mfa_settings,
	cognito_shape_email_mfa_settings, cognito_shape_web_authn_mfa_settings,
	cognito_shape_auth_flow, cognito_shape_auth_parameters, cognito_shape_analytics_metadata,
	cognito_shape_session, cognito_shape_challenge_name, cognito_shape_challenge_responses,
	cognito_shape_token, cognito_shape_device_key;

#endif
