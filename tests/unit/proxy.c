/* Events of proxy integrations, and answers to them. */
#include "aws/proxy.h"
#include "unit/tap.h"

static void test_answers(struct arena *a)
{
	static const struct {
		const char *payload;
		int status; /* 0: malformed */
		const char *headers, *body;
	} cases[] = {
		{ "{\"statusCode\": 201, \"body\": \"x\"}", 201, "{}", "x" },
		{ "{\"statusCode\": \"404\"}", 404, "{}", "" },
		{ "{}", 200, "{}", "" },
		{ "{\"body\": null, \"headers\": null}", 200, "{}", "" },
		{ "{\"headers\": {\"a\": 1, \"b\": true}}", 200, "{\"a\":[\"1\"],\"b\":[\"true\"]}",
		  "" },
		{ "{\"headers\": {\"A\": \"x\"}, \"multiValueHeaders\": {\"a\": [\"y\", \"x\"]}}",
		  200, "{\"a\":[\"y\",\"x\"]}", "" },
		{ "{\"statusCode\": \"ok\"}", 0, NULL, NULL },
		{ "{\"statusCode\": 200, \"extra\": 1}", 0, NULL, NULL },
		{ "{\"body\": {\"a\": 1}}", 0, NULL, NULL },
		{ "{\"headers\": []}", 0, NULL, NULL },
		{ "{\"multiValueHeaders\": {\"a\": \"b\"}}", 0, NULL, NULL },
		{ "\"text\"", 0, NULL, NULL },
		{ "nonsense", 0, NULL, NULL },
	};
	struct proxy_answer answer;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		bool good = proxy_answer_read(a, str_of(cases[i].payload), &answer);

		ok(good == (cases[i].status != 0), "%s is %s", cases[i].payload,
		   cases[i].status ? "an answer" : "malformed");
		if (!good)
			continue;
		ok(answer.status == cases[i].status && str_is(answer.body, cases[i].body) &&
			   str_is(json_text(a, answer.headers), cases[i].headers),
		   "it says %d with %s", cases[i].status, cases[i].headers);
	}
}

static void test_event(struct arena *a)
{
	struct json_object *headers = json_new_object(a), *event;
	struct proxy_request r = { .method = STR("POST"),
				   .resource = STR("/{proxy+}"),
				   .path = STR("/a"),
				   .headers = headers,
				   .query = proxy_query(a, STR("a=1&b=x+y%2B&a=2&c")),
				   .context = json_new_object(a),
				   .body = STR("\x01"),
				   .binary = true };

	multi_add(a, headers, STR("Accept"), STR("x"), true);
	multi_add(a, headers, STR("accept"), STR("y"), true);
	event = proxy_event(a, &r);
	is_str(json_text(a, event),
	       "{\"resource\":\"/{proxy+}\",\"path\":\"/a\",\"httpMethod\":\"POST\",\"headers\":{\"Accept\":"
	       "\"y\"},\"multiValueHeaders\":{\"Accept\":[\"x\",\"y\"]},\"queryStringParameters\":{\"a\":"
	       "\"2\",\"b\":\"x y+\",\"c\":\"\"},\"multiValueQueryStringParameters\":{\"a\":[\"1\",\"2\"],"
	       "\"b\":[\"x y+\"],\"c\":[\"\"]},\"pathParameters\":null,\"stageVariables\":null,"
	       "\"requestContext\":{},\"body\":\"AQ==\",\"isBase64Encoded\":true}",
	       "an event has its members in AWS's order, the last value of each name, and null for nothing");
	is_str(proxy_time(a, 1428582896000), "09/Apr/2015:12:34:56 +0000",
	       "times are the common log's");
}

int main(void)
{
	struct arena *a = arena_new();

	test_answers(a);
	test_event(a);
	arena_free(a);
	return done_testing();
}
