/*
 * Property: any body read in any protocol, and checked against a shape, gives an input that has the shape (checking
 * it again changes nothing and finds nothing new), and answers are written from it without harm.
 *
 * The first byte chooses the protocol, the rest is the body, query and path.
 */
#include <stdlib.h>

#include "aws/call.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const colours[] = { "RED", "GREEN", NULL };
static const struct shape colour = { .type = SHAPE_STRING, .values = colours };
static const struct shape name = { .type = SHAPE_STRING,
				   .has_min = true,
				   .min = 1,
				   .has_max = true,
				   .max = 8,
				   .pattern = "[a-z]+(-[a-z]+)*" };
static const struct shape limit = { .type = SHAPE_INTEGER, .has_max = true, .max = 100 };
static struct shape tree;
static const struct shape flat_list = { .type = SHAPE_LIST, .element = &limit, .flat = true };
static const struct shape tree_list = SHAPE_LIST_OF(&tree);
static const struct shape tree_map = { .type = SHAPE_MAP, .key = &name, .element = &tree };
static const struct shape_member members[] = { { "Name", &name, .required = true,
						 .place = IN_PATH },
					       { "Colour", &colour, .place = IN_QUERY },
					       { "Limit", &limit, .place = IN_QUERY },
					       { "Flat", &flat_list },
					       { "List", &tree_list },
					       { "Map", &tree_map },
					       { "Flag", &shape_boolean },
					       { "Real", &shape_double },
					       { "At", &shape_timestamp, .place = IN_HEADER },
					       { "Data", &shape_blob },
					       { "Any", &shape_any, .wire_name = "any" },
					       { 0 } };
static struct shape tree = { .type = SHAPE_STRUCTURE,
			     .members = members,
			     .name = "com.example.Tree" };

static enum outcome nothing(struct op *op)
{
	(void)op;
	return DONE;
}

static const struct operation operations[] = {
	{ "Grow", "POST /trees/{Name}/leaves", nothing, 0, &tree, 0, &tree }, { 0 }
};
static const struct service garden = { .name = "garden",
				       .target = "Garden",
				       .api_version = "1",
				       .speaks = PROTO_JSON10 | PROTO_QUERY | PROTO_REST_JSON,
				       .xmlns = "urn:garden",
				       .operations = operations };
static const struct service *const services[] = { &garden, NULL };

static bool read_input(struct aws_call *call)
{
	call_route(call);
	call->op.service = &garden;
	call->op.operation = operations;
	if (call->protocol == PROTO_QUERY)
		return query_read(call);
	if (call->protocol == PROTO_CBOR)
		return cbor_read(call);
	return call->protocol == PROTO_REST_JSON ? rest_read(call) : json_read(call);
}

static void write_answers(struct aws_call *call)
{
	struct answer answer;

	call->op.out = call->op.in;
	call->op.request_id = STR("id");
	query_write(call, &answer);
	json_write(call, &answer);
	call->op.error = &ValidationException;
	call->op.error_message = call->payload;
	query_write_error(call, &answer);
	json_write_error(call, &answer);
	rest_write_error(call, &answer);
	rest_write(call, &answer);
	cbor_write(call, &answer);
	cbor_write_error(call, &answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct aws aws = { .config = { .services = services, .region = "eu-west-1" } };
	struct arena *a = arena_new();
	struct str text = str_make(data, size), serialization, validation, again;
	struct aws_call call = { .op = { .arena = a, .aws = &aws }, .aws = &aws };
	struct sigv4_header headers[2] = { { STR("Content-Type"), STR("application/json") },
					   { STR("At"), text } };

	if (size && data[0] % 3 == 0)
		headers[0].value = STR("application/x-www-form-urlencoded");
	if (size && data[0] % 3 == 1)
		headers[1] = (struct sigv4_header){ STR("X-Amz-Target"), STR("Garden.Grow") };
	call.payload = size ? str_slice(text, 1, size) : STR("");
	call.http = (struct sigv4_request){ .method = STR("POST"),
					    .path = STR("/trees/oak/leaves"),
					    .query = call.payload,
					    .body = call.payload,
					    .headers = headers,
					    .header_count = 2 };
	if (size && data[0] & 64)
		call.http.path = text;
	if (read_input(&call)) {
		bool good = shape_check(&tree, call.op.in, a, false, &serialization, &validation);

		if (!serialization.p &&
		    (shape_check(&tree, call.op.in, a, false, &serialization, &again) != good ||
		     serialization.p || !str_eq(validation, again)))
			abort();
		write_answers(&call);
	}
	arena_free(a);
	return 0;
}
