/* Questions to the workshop's API; see api.h. */
#include "checker/api.h"

#include "http/client.h"

/* Checks may have to call deployed things, each with its own patience. */
enum { ASK_TIMEOUT_MS = 60000 };

static bool is_header_safe(const char *text)
{
	for (; *text; text++)
		if (*text <= ' ' || *text >= 0x7f)
			return false;
	return true;
}

bool api_init(struct api *api, struct arena *a, const char *server, const char *token,
	      const char **why)
{
	struct str url = str_of(server);
	bool has_scheme = str_find_str(url, STR("://")) > 0;

	while (url.n && url.p[url.n - 1] == '/')
		url.n--;
	if (!url.n || !is_header_safe(server) ||
	    (has_scheme && !str_starts(url, STR("http://")) && !str_starts(url, STR("https://")))) {
		*why = "the server's address must look like http://10.0.0.5:8080.";
		return false;
	}
	if (token && (!*token || !is_header_safe(token))) {
		*why = "the token holds characters that no token has; was it copied whole?";
		return false;
	}
	*api = (struct api){ .token = token };
	api->server = arena_printf(a, "%s%.*s", has_scheme ? "" : "http://", STR_ARG(url));
	return true;
}

enum api_result api_judge(const struct api *api, struct arena *a, int status, struct str body,
			  const char **why)
{
	struct str sentence;

	if (status >= 200 && status < 300)
		return API_WELL;
	sentence = json_get_str(json_parse(a, body, NULL), "error");
	if (sentence.n)
		*why = arena_cstr(a, sentence);
	else
		*why = arena_printf(a, "%s answered with status %d%s.", api->server, status,
				    status == 404 ? "; is it an Immersion server" : "");
	if (status == 401 || status == 403)
		return API_REFUSED;
	if (status == 429 || status >= 500)
		return API_BUSY;
	return status >= 400 ? API_WRONG : API_STRANGE;
}

enum api_result api_ask(const struct api *api, struct arena *a, const char *path, struct str body,
			struct json_object **out, const char **why)
{
	const char *headers[4] = { "Accept: application/json" };
	struct http_ask ask = { .method = body.p ? "POST" : "GET",
				.url = arena_printf(a, "%s%s", api->server, path),
				.headers = headers,
				.body = body,
				.idle = api->idle,
				.arg = api->arg,
				.timeout_ms = ASK_TIMEOUT_MS };
	struct http_reply reply;
	enum api_result result;
	int n = 1;

	if (body.p)
		headers[n++] = "Content-Type: application/json";
	if (api->token)
		headers[n++] = arena_printf(a, "Authorization: Bearer %s", api->token);
	if (!http_ask(&ask, a, &reply, why))
		return API_UNREACHABLE;
	result = api_judge(api, a, reply.status, reply.body, why);
	if (result != API_WELL)
		return result;
	*out = json_parse(a, reply.body, NULL);
	if (json_is_object(*out))
		return API_WELL;
	*why = arena_printf(a, "%s did not answer as an Immersion server does.", api->server);
	return API_STRANGE;
}
