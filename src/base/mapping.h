#ifndef BASE_MAPPING_H
#define BASE_MAPPING_H

#include "base/velocity.h"

/*
 * Mapping templates: Velocity with the references that API Gateway adds.
 *
 *	$input.body  $input.json(path)  $input.path(path)  $input.params()  $input.params(name)
 *	$util.escapeJavaScript  .parseJson  .urlEncode  .urlDecode  .base64Encode  .base64Decode
 *	$context  $stageVariables
 *
 * A body that begins with neither {, [ nor " is a string, not JSON; no body is {}. $input.json() prints the value as JSON
 * ("" when there is none); $input.path() gives the value itself, several as a list when the path may select several.
 */
struct mapping_input {
	struct str body;
	struct json_object *params; /* {"path": {}, "querystring": {}, "header": {}}; NULL: none */
	/*
	 * $context, or NULL. Give it "requestOverride" {"header", "querystring", "path"} or "responseOverride" {"header"},
	 * and find there afterwards what the template has overridden.
	 */
	struct json_object *context;
	struct json_object *stage_variables; /* or NULL */
};

enum mapping_result {
	MAPPING_DONE,
	MAPPING_BAD_BODY,     /* the body ought to be JSON and is not: the caller's mistake */
	MAPPING_BAD_TEMPLATE, /* the template is wrong or failed: an internal server error */
};

/* Render a mapping template into *out (arena), or say in *why what is wrong. */
enum mapping_result mapping_render(struct arena *a, struct str template,
				   const struct mapping_input *input, struct str *out,
				   const char **why);

#endif
