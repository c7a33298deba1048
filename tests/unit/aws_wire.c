/* The protocols' own ways: paths, places and names of REST-JSON; lists, maps and times of query forms and XML. */
#include "aws/call.h"
#include "unit/tap.h"

static const struct shape number_list = { .type = SHAPE_LIST, .element = &shape_integer };
static const struct shape flat_list = { .type = SHAPE_LIST,
					.element = &shape_string,
					.flat = true };
static const struct shape item_list = { .type = SHAPE_LIST,
					.element = &shape_string,
					.item_name = "item" };

static const struct shape_member rest_members[] = {
	{ "Name", &shape_string, .required = true, .place = IN_PATH, .wire_name = "FunctionName" },
	{ "Qualifier", &shape_string, .place = IN_QUERY },
	{ "Max", &shape_integer, .place = IN_QUERY, .wire_name = "MaxItems" },
	{ "Tags", &shape_string_list, .place = IN_QUERY, .wire_name = "tagKeys" },
	{ "Type", &shape_string, .place = IN_HEADER, .wire_name = "X-Amz-Invocation-Type" },
	{ "Dry", &shape_boolean, .place = IN_HEADER, .wire_name = "X-Dry" },
	{ "Memory", &shape_integer, .wire_name = "memorySize" },
	{ 0 }
};
static const struct shape rest_shape = SHAPE_STRUCT(rest_members);
static const struct shape_member payload_members[] = {
	{ "Name", &shape_string, .place = IN_PATH },
	{ "Payload", &shape_blob, .place = IN_PAYLOAD },
	{ "StatusCode", &shape_integer, .place = IN_STATUS },
	{ 0 }
};
static const struct shape payload_shape = SHAPE_STRUCT(payload_members);
static const struct shape_member query_members[] = { { "Name", &shape_string },
						     { "Numbers", &number_list },
						     { "Flat", &flat_list, .wire_name = "Flat" },
						     { "Items", &item_list },
						     { "Map", &shape_string_map },
						     { "On", &shape_boolean },
						     { "Real", &shape_double },
						     { "At", &shape_timestamp },
						     { 0 } };
static const struct shape query_shape = SHAPE_STRUCT(query_members);

static enum outcome nothing(struct op *op)
{
	(void)op;
	return DONE;
}

static const struct operation rest_operation = {
	"Invoke", "POST /2015-03-31/functions/{FunctionName}/invocations", nothing, 0, &rest_shape,
	202
};
static const struct operation payload_operation = {
	"Send", "PUT /raw/{Name+}", nothing, 0, &payload_shape, 0, &payload_shape
};
static const struct operation query_operation = { "Do",         NULL, nothing,     0,
						  &query_shape, 0,    &query_shape };
static const struct service service = { .name = "little", .speaks = PROTO_QUERY, .xmlns = "urn:x" };

static struct aws_call *call_of(struct arena *a, const struct operation *operation,
				const char *path, const char *query, const char *body)
{
	static const struct sigv4_header headers[] = {
		{ STR_INIT("Content-Type"), STR_INIT("application/x-www-form-urlencoded") },
		{ STR_INIT("x-amz-invocation-type"), STR_INIT("Event") },
		{ STR_INIT("X-Dry"), STR_INIT("true") },
	};
	struct aws_call *call = ARENA_NEW(a, struct aws_call);
	struct str method = operation->http ? str_of(operation->http) : STR("POST ");

	call->op.arena = a;
	call->op.service = &service;
	call->op.operation = operation;
	call->op.request_id = STR("the-id");
	call->payload = str_of(body);
	call->http = (struct sigv4_request){ .method = str_cut(&method, ' '),
					     .path = str_of(path),
					     .query = str_of(query),
					     .body = call->payload,
					     .headers = headers,
					     .header_count = 3 };
	return call;
}

static void test_paths(struct arena *a)
{
	static const struct {
		const char *template, *method, *path;
		bool fits;
	} cases[] = {
		{ "GET /functions/", "GET", "/functions", true },
		{ "GET /functions", "GET", "/functions/", true },
		{ "GET /functions", "POST", "/functions", false },
		{ "GET /functions/{Name}", "GET", "/functions/a%20b", true },
		{ "GET /functions/{Name}", "GET", "/functions/", false },
		{ "GET /functions/{Name}", "GET", "/functions/a/b", false },
		{ "GET /functions/{Name}/code", "GET", "/functions/a", false },
		{ "GET /raw/{Key+}", "GET", "/raw/a/b/c", true },
		{ "GET /x?tags", "GET", "/x", true },
		{ "GET /{A}", "GET", "/../etc", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str labels[8] = { { NULL, 0 } };

		ok(rest_match(a, cases[i].template, str_of(cases[i].method), str_of(cases[i].path),
			      labels) == cases[i].fits,
		   "%s and %s %s", cases[i].template, cases[i].method, cases[i].path);
	}
}

static void test_rest(struct arena *a)
{
	struct aws_call *call =
		call_of(a, &rest_operation, "/2015-03-31/functions/my%2Ffunc/invocations",
			"Qualifier=a+b&MaxItems=7&tagKeys=x&tagKeys=y", "{\"memorySize\": 128}");
	struct answer answer;

	ok(rest_match(a, rest_operation.http, call->http.method, call->http.path, call->labels) &&
		   rest_read(call),
	   "a REST call is read");
	is_str(json_text(a, call->op.in),
	       "{\"Memory\":128,\"Name\":\"my/func\",\"Qualifier\":\"a b\",\"Max\":7,\"Tags\":[\"x\",\"y\"],"
	       "\"Type\":\"Event\",\"Dry\":true}",
	       "from body, path, query and headers");
	call->payload = STR("[1]");
	ok(!rest_read(call), "a body that is no object is refused");
	call->op.out = json_new_object(a);
	json_set_int(call->op.out, "A", 1);
	rest_write(call, &answer);
	is_int(answer.status, 202, "the operation's status is answered");
	is_str(answer.body, "{\"A\":1}");
	call = call_of(a, &payload_operation, "/raw/a/b", NULL, "raw \x01 bytes");
	ok(rest_match(a, payload_operation.http, call->http.method, call->http.path,
		      call->labels) &&
		   rest_read(call),
	   "a call whose body is the payload is read");
	is_str(json_get_str(call->op.in, "Payload"), "raw \x01 bytes");
	is_str(json_get_str(call->op.in, "Name"), "a/b", "a greedy label takes the rest");
	call->op.out = json_parse(a, STR("{\"Payload\": \"pay\", \"StatusCode\": 207}"), NULL);
	rest_write(call, &answer);
	is_int(answer.status, 207, "a member may be the status");
	is_str(answer.body, "pay", "and one the body");
}

static void test_query(struct arena *a)
{
	static const struct {
		const char *form, *in;
	} cases[] = {
		{ "Action=Do&Name=a%26b", "{\"Name\":\"a&b\"}" },
		{ "Numbers.member.10=3&Numbers.member.2=2&Numbers.member.1=1",
		  "{\"Numbers\":[1,2,3]}" },
		{ "Flat.1=x&Flat.2=y", "{\"Flat\":[\"x\",\"y\"]}" },
		{ "Items.item.1=x", "{\"Items\":[\"x\"]}" },
		{ "Map.entry.1.key=k&Map.entry.1.value=v", "{\"Map\":{\"k\":\"v\"}}" },
		{ "Map.1.Name=k&Map.1.Value=v", "{\"Map\":{\"k\":\"v\"}}" },
		{ "On=TRUE&Real=1.5", "{\"On\":true,\"Real\":1.5}" },
		{ "Numbers.member.1=x", "{\"Numbers\":[\"x\"]}" },
		{ "Name=&Unknown=1", "{\"Name\":\"\"}" },
		{ "Name.=1&Name=2&.=3", "{\"Name\":\"2\"}" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct aws_call *call = call_of(a, &query_operation, "/", NULL, cases[i].form);

		ok(query_read(call), "%s is read", cases[i].form);
		is_str(json_text(a, call->op.in), cases[i].in);
	}
	ok(!query_read(call_of(
		   a, &query_operation, "/", NULL,
		   "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a=1")),
	   "a name with more dots than anything has is refused");
}

static void test_xml(struct arena *a)
{
	struct aws_call *call = call_of(a, &query_operation, "/", NULL, "");
	struct answer answer;

	call->op.out = json_parse(
		a,
		STR("{\"Name\": \"<a>&\\\"\\u0001\", \"Numbers\": [1, 2], \"Flat\": [\"x\", \"y\"], "
		    "\"Items\": [\"i\"], \"Map\": {\"k\": \"v\"}, \"On\": true, \"At\": 1626951600.5}"),
		NULL);
	query_write(call, &answer);
	is_str(answer.body,
	       "<DoResponse xmlns=\"urn:x\"><DoResult><Name>&lt;a&gt;&amp;&quot;\xef\xbf\xbd</Name><Numbers>"
	       "<member>1</member><member>2</member></Numbers><Flat>x</Flat><Flat>y</Flat><Items>"
	       "<item>i</item></Items><Map><entry><key>k</key><value>v</value></entry></Map><On>true</On>"
	       "<At>2021-07-22T11:00:00.500Z</At></DoResult><ResponseMetadata><RequestId>the-id</RequestId>"
	       "</ResponseMetadata></DoResponse>",
	       "an answer is written as XML, by its shape");
	call->op.error = &ValidationError;
	call->op.error_message = STR("no <b>");
	query_write_error(call, &answer);
	is_str(answer.body,
	       "<ErrorResponse xmlns=\"urn:x\"><Error><Type>Sender</Type><Code>ValidationError</Code>"
	       "<Message>no &lt;b&gt;</Message></Error><RequestId>the-id</RequestId></ErrorResponse>",
	       "an error too");
}

int main(void)
{
	struct arena *a = arena_new();

	test_paths(a);
	test_rest(a);
	test_query(a);
	test_xml(a);
	arena_free(a);
	return done_testing();
}
