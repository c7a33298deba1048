/* The judge against a caller that answers from a table: states, messages, values, requests. */
#include <pthread.h>

#include "checker/judge.h"
#include "http/http.h"
#include "unit/tap.h"

/* What the account answers: an output, or "CODE message". */
struct known {
	const char *call, *in, *out, *error;
};
struct account {
	const struct known *known;
	const char *trail;
	int calls, trails;
	const char *done; /* ids of what was green before */
};

static void answer_call(void *arg, struct arena *a, struct str service, struct str operation,
			struct json_object *in, struct check_answer *answer)
{
	struct account *account = arg;
	struct str call = arena_strf(a, "%.*s %.*s", STR_ARG(service), STR_ARG(operation));

	account->calls++;
	for (const struct known *k = account->known; k->call; k++) {
		struct str rest = str_of(k->error);

		if (!str_is(call, k->call) || (k->in && !str_is(json_text(a, in), k->in)))
			continue;
		answer->ok = !k->error;
		answer->out = k->out ? json_parse(a, str_of(k->out), NULL) : NULL;
		answer->code = str_cut(&rest, ' ');
		answer->message = rest;
		return;
	}
	answer->code = STR("UnknownOperationException");
}

static struct json_object *answer_trail(void *arg, struct arena *a, int limit)
{
	struct account *account = arg;

	(void)limit;
	account->trails++;
	return json_parse(a, str_of(account->trail), NULL);
}

static bool is_done(void *arg, struct str lab, struct str id)
{
	const struct account *account = arg;

	return str_is(lab, "lab") && account->done && str_find_str(str_of(account->done), id) >= 0;
}

/* The verdicts on the checks; NULL when those have mistakes. */
static struct json_object *verdicts(struct arena *a, const char *checks, struct account *account,
				    const char *endpoint)
{
	struct check_caller caller = {
		.call = answer_call,
		.trail = account->trail ? answer_trail : NULL,
		.done = is_done,
		.arg = account,
		.account = STR("111122223333"),
		.region = STR("eu-west-1"),
		.endpoint = str_of(endpoint),
		.now = 1000000,
	};
	struct lab_checks lab = { .lab = STR("lab"), .title = STR("Lab") };

	if (!checks_parse(a, str_of(checks), "x", &lab, NULL, NULL))
		return NULL;
	return json_get(judge_lab(&lab, &caller, a), "checks");
}

/* The first check's. */
static bool is_diagnosed(struct arena *a, const char *checks, struct account *account)
{
	return json_bool_or(json_get(json_at(verdicts(a, checks, account, ""), 0), "diagnosed"),
			    false);
}

/* One a line: "id state message". */
static struct str judged(struct arena *a, const char *checks, struct account *account,
			 const char *endpoint)
{
	struct json_object *list = verdicts(a, checks, account, endpoint);
	struct str out = list ? STR("") : STR("the checks have mistakes");

	for (size_t i = 0; i < json_count(list); i++) {
		struct json_object *c = json_at(list, i);

		out = arena_strf(a, "%.*s%s%s %s %s", STR_ARG(out), i ? "\n" : "",
				 json_get_str(c, "id").p, json_get_str(c, "state").p,
				 json_get_str(c, "message").p);
	}
	return out;
}

#define TABLE                                                                                      \
	"- id: table\n"                                                                            \
	"  title: There is a table\n"                                                              \
	"  call: dynamodb DescribeTable\n"                                                         \
	"  with: {TableName: Rides}\n"                                                             \
	"  expect: {Table: {KeySchema: {AttributeName: RideId, KeyType: HASH}}}\n"                 \
	"  hint: Create it\n"                                                                      \
	"  diagnose:\n"                                                                            \
	"    - call: dynamodb ListTables\n"                                                        \
	"      expect: {TableNames: [{equals-ignore-case: rides}]}\n"                              \
	"      say: Its name differs by case.\n"
#define ITEM                                                                                       \
	"- id: item\n"                                                                             \
	"  title: There is an item\n"                                                              \
	"  needs: [table]\n"                                                                       \
	"  call: dynamodb GetItem\n"

#define KEYS(name)                                                                                 \
	"{\"Table\":{\"KeySchema\":[{\"AttributeName\":\"" name "\",\"KeyType\":\"HASH\"}]}}"

static const struct known empty[] = {
	{ "dynamodb DescribeTable", NULL, NULL,
	  "ResourceNotFoundException Table: Rides not found" },
	{ "dynamodb ListTables", NULL, "{\"TableNames\":[]}", NULL },
	{ 0 },
};
static const struct known lower[] = {
	{ "dynamodb DescribeTable", NULL, NULL,
	  "ResourceNotFoundException Table: Rides not found" },
	{ "dynamodb ListTables", NULL, "{\"TableNames\":[\"rides\"]}", NULL },
	{ 0 },
};
static const struct known wrong_key[] = {
	{ "dynamodb DescribeTable", "{\"TableName\":\"Rides\"}", KEYS("rideid"), NULL },
	{ "dynamodb ListTables", NULL, "{\"TableNames\":[]}", NULL },
	{ 0 },
};
static const struct known right[] = {
	{ "dynamodb DescribeTable", "{\"TableName\":\"Rides\"}", KEYS("RideId"), NULL },
	{ "dynamodb GetItem", NULL, "{}", NULL },
	{ 0 },
};

static void states_and_messages(struct arena *a)
{
	struct account account = { .known = empty };

	is_str(judged(a, ITEM TABLE, &account, ""),
	       "item pending This comes after: There is a table.\n"
	       "table red Not there: Table: Rides not found "
	       "(ResourceNotFoundException). Create it.");
	ok(!is_diagnosed(a, TABLE, &account), "what is not done yet needs no diagnosis");
	account.known = lower;
	is_str(judged(a, TABLE, &account, ""), "table red Its name differs by case.",
	       "a diagnosis speaks in place of the error");
	ok(is_diagnosed(a, TABLE, &account), "and the verdict says that one spoke");
	account.known = wrong_key;
	is_str(judged(a, TABLE, &account, ""),
	       "table red Table.KeySchema: expected an entry with AttributeName RideId, found rideid "
	       "(HASH). Create it.");
	account.known = right;
	is_str(judged(a, TABLE ITEM, &account, ""), "table green \nitem green ");
}

static void calls_are_made_once(struct arena *a)
{
	struct account account = { .known = empty };

	judged(a, TABLE, &account, "");
	is_int(account.calls, 2, "a check and its diagnosis are two calls");
	account.calls = 0;
	judged(a,
	       TABLE "- id: b\n  title: B\n  call: dynamodb ListTables\n"
		     "- id: c\n  title: C\n  call: dynamodb ListTables\n",
	       &account, "");
	is_int(account.calls, 2, "two more checks that ask the same are none more");
}

static void the_trail_helps(struct arena *a)
{
	struct account account = { .known = empty };

	account.trail =
		"[{\"at\":999000,\"service\":\"sts\",\"operation\":\"X\",\"outcome\":\"No\"},"
		"{\"at\":960000,\"service\":\"dynamodb\",\"operation\":\"CreateTable\","
		"\"caller\":\"arn:aws:sts::1:assumed-role/Ann/x\",\"outcome\":\"ValidationException\",\"message\":"
		"\"Bad key\"}]";
	is_str(judged(a, TABLE, &account, ""),
	       "table red Not there: Table: Rides not found "
	       "(ResourceNotFoundException). Create it. Your last call was ValidationException on "
	       "dynamodb:CreateTable by role Ann, 40 s ago: Bad key.");
	account.trail = "[{\"at\":999000,\"service\":\"dynamodb\",\"operation\":\"PutItem\","
			"\"outcome\":\"ok\"},{\"at\":999000,\"service\":\"dynamodb\",\"operation\":"
			"\"PutItem\",\"outcome\":\"No\"}]";
	is_str(judged(a, TABLE, &account, ""),
	       "table red Not there: Table: Rides not found "
	       "(ResourceNotFoundException). Create it.",
	       "a failure that was made good is not mentioned");
	account.trail = "[{\"at\":1,\"service\":\"dynamodb\",\"operation\":\"PutItem\",\"outcome\":"
			"\"No\"}]";
	is_str(judged(a, TABLE, &account, ""),
	       "table red Not there: Table: Rides not found "
	       "(ResourceNotFoundException). Create it.",
	       "an old failure is not mentioned");
	account.trail =
		"[{\"at\":999000,\"service\":\"dynamodb\",\"operation\":\"PutItem\",\"caller\":"
		"\"arn:aws:sts::1:assumed-role/Fn/f\",\"outcome\":\"AccessDeniedException\","
		"\"message\":\"User: x may not\"}]";
	is_str(judged(a, TABLE, &account, ""),
	       "table red Not there: Table: Rides not found "
	       "(ResourceNotFoundException). Create it. Your last call was AccessDenied on "
	       "dynamodb:PutItem by role Fn, just now: User: x may not.",
	       "a denial is one thing, whatever the protocol calls it");
	account.known = right;
	account.trails = 0;
	judged(a, TABLE, &account, "");
	is_int(account.trails, 0, "who is green needs no trail");
}

static void what_is_undone_was_done(struct arena *a)
{
	static const char checks[] = TABLE "- id: gone\n  title: Gone\n  undoes: [table]\n"
					   "  call: dynamodb DescribeTable\n"
					   "  expect-error: ResourceNotFoundException\n";
	struct account account = { .known = empty };
	struct str out;

	out = judged(a, checks, &account, "");
	ok(str_ends(out, STR("gone pending This comes after: There is a table.")),
	   "what was never made cannot be cleaned up");
	account.done = "table";
	is_str(judged(a, checks, &account, ""), "table green \ngone green ",
	       "what was made and is gone on purpose stays green");
	account.known = right;
	out = judged(a, checks, &account, "");
	ok(str_starts(out, STR("table green \ngone red ")), "what is still there is green, too");
	account.known = wrong_key;
	out = judged(a, checks, &account, "");
	ok(str_starts(out, STR("table red ")), "what is there and wrong is red");
}

static void errors_can_be_expected(struct arena *a)
{
	static const char checks[] =
		"- id: gone\n  title: No table\n  call: dynamodb DescribeTable\n"
		"  expect-error: ResourceNotFoundException\n";
	static const struct known denied[] = {
		{ "dynamodb DescribeTable", NULL, NULL, "AccessDenied You may not" },
		{ 0 },
	};
	struct account account = { .known = empty };

	is_str(judged(a, checks, &account, ""), "gone green ");
	account.known = denied;
	is_str(judged(a, checks, &account, ""),
	       "gone red dynamodb DescribeTable: expected it to fail with ResourceNotFoundException, "
	       "found AccessDenied (You may not).");
	account.known = wrong_key;
	is_str(judged(a,
		      "- id: gone\n  title: No table\n  call: dynamodb ListTables\n"
		      "  expect-error: ResourceNotFoundException\n",
		      &account, ""),
	       "gone red Still there: dynamodb ListTables finds it.");
	is_str(judged(a,
		      "- id: refused\n  title: No\n  call: dynamodb ListTables\n"
		      "  expect-error: AccessDeniedException\n",
		      &account, ""),
	       "refused red dynamodb ListTables: expected it to fail with AccessDeniedException, but "
	       "it succeeded.");
}

static void values_are_asked_for(struct arena *a)
{
	static const char checks[] =
		"- id: root\n  title: A root\n"
		"  let:\n"
		"    api: \"$.items[?(@.name=='W')].id from apigateway GetRestApis\"\n"
		"    limit: \"$.limit from apigateway GetRestApis\"\n"
		"    root: \"$.items[0].id from apigateway GetResources with {restApiId: '{api}'}\"\n"
		"  call: x Y\n"
		"  with: {arn: 'arn:{region}:{account}:{root}', limit: '{limit}'}\n"
		"  expect: {owner: '{account}'}\n"
		"  diagnose:\n    - call: x Z\n      say: The api {api} has {limit}.\n";
	static const struct known all[] = {
		{ "apigateway GetRestApis", "{}",
		  "{\"limit\":5,\"items\":[{\"name\":\"V\",\"id\":\"v1\"},{\"name\":\"W\",\"id\":\"w1\"}]}",
		  NULL },
		{ "apigateway GetResources", "{\"restApiId\":\"w1\"}",
		  "{\"items\":[{\"id\":\"r7\"}]}", NULL },
		{ "x Y", "{\"arn\":\"arn:eu-west-1:111122223333:r7\",\"limit\":5}",
		  "{\"owner\":\"111122223333\"}", NULL },
		{ 0 },
	};
	static const struct known none[] = {
		{ "apigateway GetRestApis", "{}", "{\"items\":[]}", NULL },
		{ 0 },
	};
	static const struct known other[] = {
		{ "apigateway GetRestApis", "{}",
		  "{\"limit\":5,\"items\":[{\"name\":\"W\",\"id\":\"w1\"}]}", NULL },
		{ "apigateway GetResources", NULL, "{\"items\":[{\"id\":\"r7\"}]}", NULL },
		{ "x Y", NULL, "{\"owner\":\"1\"}", NULL },
		{ "x Z", NULL, "{}", NULL },
		{ 0 },
	};
	struct account account = { .known = all };

	is_str(judged(a, checks, &account, ""), "root green ");
	account.known = none;
	is_str(judged(a, checks, &account, ""),
	       "root red Not there: api (apigateway GetRestApis).");
	account.known = other;
	is_str(judged(a, checks, &account, ""),
	       "root red The api w1 has 5. (owner: expected \"111122223333\", found \"1\".)");
}

/* --- requests ------------------------------------------------------------------------ */

static enum http_outcome serve(struct http_request *req, void *context)
{
	int *asked = context;

	__atomic_add_fetch(asked, 1, __ATOMIC_RELAXED);
	http_set_header(req, "X-Kind", STR("test"));
	if (!http_header(req, HTTP_LOOK).p)
		http_answer(req, 500, "text/plain", STR("this counts as somebody's request"));
	else if (str_is(req->path, "/json"))
		http_answer(req, str_is(req->method, "POST") ? 201 : 200, "application/json",
			    arena_strf(req->arena, "{\"got\": %.*s, \"type\": \"%.*s\"}",
				       STR_ARG(req->body.n ? req->body : STR("null")),
				       STR_ARG(http_header(req, "Content-Type"))));
	else
		http_answer(req, 404, "text/plain", STR("nothing here"));
	return HTTP_ANSWERED;
}

/* Hosts that the account's own values say. */
static void named_hosts(struct arena *a, const char *endpoint)
{
	static const char checks[] = "- id: site\n  title: S\n"
				     "  let: {host: '$.TableNames[0] from dynamodb ListTables'}\n"
				     "  http: GET {scheme}://{host}/json\n";
	struct known named[] = { { "dynamodb ListTables", NULL, NULL, NULL }, { NULL } };
	struct account account = { .known = named };

	named[0].out = arena_printf(a, "{\"TableNames\":[\"%s\"]}", endpoint + strlen("http://"));
	is_str(judged(a, checks, &account, endpoint), "site green ", "a value may say the host");
	named[0].out = "{\"TableNames\":[\"127.0.0.2:80\"]}";
	is_str(judged(a, checks, &account, endpoint),
	       "site red GET http://127.0.0.2:80/json failed: the address is of another machine than "
	       "the endpoint (NoAnswer).",
	       "but not another one than the endpoint's");
	named[0].out = "{\"TableNames\":[\"127.0.0.1@127.0.0.2\"]}";
	ok(str_find_str(judged(a, checks, &account, endpoint), STR("another machine")) > 0,
	   "also not with a user's name before it");
}

static void requests_are_made(struct arena *a)
{
	const char *why = NULL, *endpoint;
	struct http_server *server = http_server_new(2, a, &why);
	int asked = 0;
	struct http_listen how = {
		.address = "127.0.0.1", .body_max = 1000, .handler = serve, .context = &asked
	};
	struct http_listener *listener = server ? http_listen(server, &how, a, &why) : NULL;
	struct account account = { .known = empty };

	if (!ok(listener, "a server listens%s", why ? why : ""))
		return;
	endpoint = arena_printf(a, "http://127.0.0.1:%d", http_listener_port(listener));
	is_str(judged(a,
		      "- id: post\n  title: P\n  http: POST {endpoint}/json\n"
		      "  with: {body: {who: '{account}'}}\n"
		      "  expect: {status: 201, headers: {x-kind: test}, body: {got: {who: "
		      "'{account}'}, type: application/json}}\n"
		      "- id: get\n  title: G\n  http: GET {endpoint}/json\n"
		      "- id: none\n  title: N\n  http: GET {endpoint}/none\n"
		      "- id: text\n  title: T\n  http: GET {endpoint}/none\n"
		      "  expect: {status: 404, body: [{prefix: nothing}]}\n",
		      &account, endpoint),
	       arena_printf(a,
			    "post green \nget green \nnone red GET %s/none: expected a status "
			    "below 400, found 404.\ntext green ",
			    endpoint));
	is_int(__atomic_load_n(&asked, __ATOMIC_RELAXED), 3, "the same request is made once");
	named_hosts(a, endpoint);
	http_server_free(server, 0);
	ok(str_find_str(judged(a, "- id: off\n  title: O\n  http: GET {endpoint}/json\n", &account,
			       endpoint),
			arena_strf(a, "off red GET %s/json failed: ", endpoint)) == 0,
	   "a server that does not answer is red");
}

int main(void)
{
	struct arena *a = arena_new();

	states_and_messages(a);
	calls_are_made_once(a);
	the_trail_helps(a);
	what_is_undone_was_done(a);
	errors_can_be_expected(a);
	values_are_asked_for(a);
	requests_are_made(a);
	arena_free(a);
	return done_testing();
}
