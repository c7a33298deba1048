/*
 * Property: what a mapping expression takes from a request is a text; a literal is what stands between its quotes; a text
 * without stage variables in it stays as it is.
 *
 * The first line is the expression, the second a text with variables, the rest a body.
 */
#include <stdint.h>
#include <stdlib.h>

#include "cloud/apigateway/execute.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static struct json_object *parsed(struct arena *a, const char *text)
{
	return json_parse(a, str_of(text), NULL);
}

/* A request that has something of everything. */
static struct execution request_of(struct op *op, struct str body)
{
	struct arena *a = op->arena;

	return (struct execution){
		.op = op,
		.variables = parsed(a, "{\"name\":\"value\"}"),
		.headers = parsed(a, "{\"X-A\":[\"1\",\"2\"],\"Content-Type\":[\"text/plain\"]}"),
		.query = parsed(a, "{\"q\":[\"1\"],\"m\":[\"2\",\"3\"]}"),
		.path_parameters = parsed(a, "{\"id\":\"a%2Fb\"}"),
		.context = parsed(a, "{\"identity\":{\"sourceIp\":\"::1\"},\"authorizer\":{"
				     "\"claims\":{\"a:b.c\":\"1\"}},\"n\":7,\"none\":null}"),
		.body = body,
	};
}

static void check_expression(struct execution *x, struct str expression)
{
	struct mapping_source from = { .response_headers = x->headers, .response_body = x->body };
	struct str value = mapping_value(x, &from, expression);

	require(value.p || !value.n);
	if (expression.n >= 2 && str_starts(expression, STR("'")) &&
	    expression.p[expression.n - 1] == '\'')
		require(value.n == expression.n - 2);
	value = mapping_value(x, NULL, expression);
	if (str_starts(expression, STR("integration.response.")))
		require(!value.p);
	context_value(x, expression);
}

static void check_variables(struct execution *x, struct str text)
{
	struct str out = with_variables(x, text);

	if (str_find_str(text, STR("${stageVariables.")) < 0)
		require(str_eq(out, text));
	else
		require(out.n < text.n); /* no value is as long as what stands for it */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str body = str_make(size ? (const char *)data : "", size),
		   expression = str_cut(&body, '\n'), text = STR("");
	struct op op = { .arena = arena_new() };
	struct execution x;

	if (body.p)
		text = str_cut(&body, '\n');
	x = request_of(&op, body);
	check_expression(&x, expression);
	check_variables(&x, text);
	arena_free(op.arena);
	return 0;
}
