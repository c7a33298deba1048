/* Reading a request: headers, cookies, query. */
#include "http/inside.h"

#include "base/form.h"

static struct str find(const struct header *h, const char *name)
{
	struct str want = str_of(name);

	for (; h; h = h->next)
		if (str_eq_nocase(h->name, want))
			return h->value;
	return STR_NONE;
}

struct str http_header(const struct http_request *req, const char *name)
{
	return find(((const struct exchange *)req->impl)->headers, name);
}

struct str http_trailer(const struct http_request *req, const char *name)
{
	return find(((const struct exchange *)req->impl)->trailers, name);
}

void http_each_header(const struct http_request *req,
		      void (*fn)(void *arg, struct str name, struct str value), void *arg)
{
	const struct exchange *e = req->impl;

	for (const struct header *h = e->headers; h; h = h->next)
		fn(arg, h->name, h->value);
}

struct str http_cookie_value(struct str header, const char *name)
{
	struct str found = STR_NONE;

	while (header.p) {
		struct str pair = str_trim(str_cut(&header, ';'));
		struct str key = str_trim(str_cut(&pair, '='));

		if (!pair.p || !str_is(key, name))
			continue;
		pair = str_trim(pair);
		if (pair.n >= 2 && pair.p[0] == '"' && pair.p[pair.n - 1] == '"')
			pair = str_slice(pair, 1, pair.n - 1);
		found = pair;
	}
	return found;
}

struct str http_cookie(const struct http_request *req, const char *name)
{
	const struct exchange *e = req->impl;
	struct str found = STR_NONE;

	for (const struct header *h = e->headers; h; h = h->next) {
		struct str value = STR_NONE;

		if (str_eq_nocase(h->name, STR("Cookie")))
			value = http_cookie_value(h->value, name);
		if (value.p)
			found = value;
	}
	return found;
}

struct str http_query(const struct http_request *req, const char *name)
{
	return form_get(req->arena, req->query, name);
}
