#ifndef CLOUD_APIGATEWAYV2_OPERATIONS_H
#define CLOUD_APIGATEWAYV2_OPERATIONS_H

#include "cloud/apigatewayv2/inside.h"

/*
 * The operations on HTTP APIs, one function each; the table is in apigatewayv2.c. Of _create, _get, _list, _update and _delete
 * the operation's name tells the kind of part: CreateRoute, GetRoute, GetRoutes, UpdateRoute, DeleteRoute.
 */
enum outcome apigatewayv2_create(struct op *op);
enum outcome apigatewayv2_create_api(struct op *op);
enum outcome apigatewayv2_create_deployment(struct op *op);
enum outcome apigatewayv2_delete(struct op *op);
enum outcome apigatewayv2_delete_access_log(struct op *op);
enum outcome apigatewayv2_delete_cors(struct op *op);
enum outcome apigatewayv2_delete_route_parameter(struct op *op);
enum outcome apigatewayv2_delete_route_settings(struct op *op);
enum outcome apigatewayv2_export_api(struct op *op);
enum outcome apigatewayv2_get(struct op *op);
enum outcome apigatewayv2_get_tags(struct op *op);
enum outcome apigatewayv2_import_api(struct op *op);
enum outcome apigatewayv2_list(struct op *op);
enum outcome apigatewayv2_reimport_api(struct op *op);
enum outcome apigatewayv2_reset_cache(struct op *op);
enum outcome apigatewayv2_tag_resource(struct op *op);
enum outcome apigatewayv2_untag_resource(struct op *op);
enum outcome apigatewayv2_update(struct op *op);
enum outcome apigatewayv2_update_api(struct op *op);

#endif
