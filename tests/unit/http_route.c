/* Routes and cookies: tables of input and answer. */
#include "http/http.h"

#include "unit/tap.h"

static const struct http_route table[] = {
	{ "GET /", NULL, 1 },
	{ "GET /labs/{lab}/{page*}", NULL, 2 },
	{ "GET /labs/{lab}", NULL, 3 },
	{ "GET /labs/new", NULL, 4 },
	{ "POST /labs/{lab}", NULL, 5 },
	{ "GET /labs/{lab}/files/{name}", NULL, 6 },
	{ "DELETE /labs/{lab}", NULL, 7 },
	{ "GET /{a}/x", NULL, 8 },
	{ "GET /y/{b}", NULL, 9 },
	{ "GET /assets/{path*}", NULL, 10 },
	{ 0 },
};

static struct arena *a;

static const struct {
	const char *method, *path;
	unsigned want; /* the route's flags; 0: none */
	const char *params, *allow;
} cases[] = {
	{ "GET", "/", 1, "" },
	{ "GET", "", 0, "" },
	{ "GET", "*", 0, "" },
	{ "HEAD", "/", 1, "" },
	{ "POST", "/", 0, "", "GET, HEAD" },
	{ "GET", "/labs/web-app", 3, "lab=web-app;" },
	{ "GET", "/labs/new", 4, "" },
	{ "GET", "/labs/n%65w", 4, "" },
	{ "POST", "/labs/new", 5, "lab=new;" },
	{ "PUT", "/labs/eks", 0, "", "GET, HEAD, POST, DELETE" },
	{ "PUT", "/labs/new", 0, "", "GET, HEAD, POST, DELETE" },
	{ "GET", "/labs/", 0, "" },
	{ "GET", "/labs/eks/", 2, "lab=eks;page=;" },
	{ "GET", "/labs/eks/a/b", 2, "lab=eks;page=a/b;" },
	{ "GET", "/labs/eks/files/x.zip", 6, "lab=eks;name=x.zip;" },
	{ "GET", "/labs/eks/files/x/y", 2, "lab=eks;page=files/x/y;" },
	{ "GET", "/labs/a%20b+c/%2e%2E/p", 2, "lab=a b+c;page=../p;" },
	{ "GET", "/labs/a%2Fb", 3, "lab=a/b;" },
	{ "GET", "/labs/100%", 3, "lab=100%;" },
	{ "GET", "/y/x", 9, "b=x;" },
	{ "GET", "/z/x", 8, "a=z;" },
	{ "GET", "//x", 0, "" },
	{ "GET", "/assets/", 10, "path=;" },
	{ "GET", "/assets", 0, "" },
	{ "get", "/", 0, "", "GET, HEAD" },
	{ "GET", "/LABS/new", 0, "" },
};

static void test_routes(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct http_request req = { .arena = a,
					    .method = str_of(cases[i].method),
					    .path = str_of(cases[i].path) };
		struct http_params params = { 0 };
		struct str allow, text = STR("");
		const struct http_route *r = http_route(table, &req, &params, &allow);

		is_int(r ? r->flags : 0, cases[i].want, "%s %s finds route %u", cases[i].method,
		       cases[i].path, cases[i].want);
		for (int k = 0; r && k < params.count; k++)
			text = arena_strf(a, "%.*s%.*s=%.*s;", STR_ARG(text),
					  STR_ARG(params.at[k].name), STR_ARG(params.at[k].value));
		is_str(text, cases[i].params, "with its parameters");
		is_str(allow, cases[i].allow, "and what is allowed instead");
	}
}

static void test_param(void)
{
	struct http_request req = { .arena = a, .method = STR("GET"), .path = STR("/labs/eks/p") };
	struct http_params params;
	struct str allow;

	http_route(table, &req, &params, &allow);
	is_str(http_param(&params, "page"), "p", "a parameter is found by name");
	is_str(http_param(&params, "none"), STR_NONE, "what the pattern does not name is absent");
}

static const struct {
	const char *header, *want;
} cookies[] = {
	{ "s=1", "1" },     { "a=0; s=1; b=2", "1" },
	{ "a=0;s=1", "1" }, { "s=1; s=2", "2" },
	{ "s=", "" },       { "s=\"quoted\"", "quoted" },
	{ "s=\"", "\"" },   { "s=a=b", "a=b" },
	{ " s = 1 ", "1" }, { "ss=1", NULL },
	{ "S=1", NULL },    { "s", NULL },
	{ "", NULL },       { ";;;", NULL },
	{ "a=s=1", NULL },
};

static void test_cookies(void)
{
	for (size_t i = 0; i < sizeof(cookies) / sizeof(cookies[0]); i++)
		is_str(http_cookie_value(str_of(cookies[i].header), "s"), cookies[i].want,
		       "the cookie s of [%s] is read", cookies[i].header);
	is_str(http_cookie_value(STR_NONE, "s"), STR_NONE, "without a header there is no cookie");
}

int main(void)
{
	a = arena_new();
	test_routes();
	test_param();
	test_cookies();
	arena_free(a);
	return done_testing();
}
