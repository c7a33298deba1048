/*
 * Property: a definition that becomes an HTTP API is exported, as JSON and as YAML, and what was exported becomes an API
 * with as many routes; one that is refused is refused with a sentence.
 */
#include "cloud/apigatewayv2/operations.h"
#include "fuzz/definition.h"

static const struct aws_error none = { "ResourceNotFoundException", 400, NULL, false };

static enum outcome no_keys(struct op *op)
{
	return op_fail(op, &none, "There is no user pool.");
}

static const struct operation keys[] = { { .name = "GetJwks", .run = no_keys }, { 0 } };
static const struct service issuer = { .name = "cognito-issuer", .operations = keys };
static const struct service *const services[] = { &apigatewayv2_service, &issuer, NULL };

static size_t routes_of(struct op *op, struct str api)
{
	struct part route;
	int64_t after = 0;
	size_t n = 0;

	while (part_next(op, &part_kind_route, api, &after, &route))
		n++;
	return n;
}

static struct str import(struct op *op, struct str text)
{
	op->in = json_new_object(op->arena);
	op->out = json_new_object(op->arena);
	json_set_str(op->in, "body", text);
	if (apigatewayv2_import_api(op) == DONE)
		return json_get_str(op->out, "apiId");
	require(op->error && op->error_message.n);
	return STR_NONE;
}

static struct str export(struct op *op, struct str api, const char *type)
{
	op->in = json_new_object(op->arena);
	op->out = json_new_object(op->arena);
	json_set_str(op->in, "apiId", api);
	json_set_cstr(op->in, "specification", "OAS30");
	json_set_cstr(op->in, "outputType", type);
	require(apigatewayv2_export_api(op) == DONE);
	return json_get_str(op->out, "body");
}

static void check(struct op *op, struct str text)
{
	struct str api = import(op, text), again;

	if (!api.p)
		return;
	again = import(op, export(op, api, "JSON"));
	require(again.p && routes_of(op, again) == routes_of(op, api));
	again = import(op, export(op, api, "YAML"));
	require(again.p && routes_of(op, again) == routes_of(op, api));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	definition_run(services, data, size, check);
	return 0;
}
