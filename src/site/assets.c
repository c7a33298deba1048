/*
 * Assets: css, js and icons, each under an address that carries a mark of its content, so that browsers keep them for
 * good and still see a new version at once.
 */
#include "site/inside.h"

#include "base/hash.h"

struct asset {
	struct str name; /* "site.css" */
	struct str url;  /* "/assets/site.css?v=0a1b2c3d" */
	struct str mark; /* "0a1b2c3d" */
	struct str tag;  /* its ETag */
	struct str bytes;
	const char *type;
};

struct assets {
	struct asset *list;
	size_t count;
};

/* What may be served at all; package.json and the like stay inside. */
static const struct {
	const char *suffix, *type;
} kinds[] = {
	{ ".css", "text/css; charset=utf-8" },
	{ ".js", "text/javascript; charset=utf-8" },
	{ ".svg", "image/svg+xml" },
	{ ".png", "image/png" },
	{ ".ico", "image/x-icon" },
};

static const char *type_of(struct str name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_ends(name, str_of(kinds[i].suffix)))
			return kinds[i].type;
	return NULL;
}

struct assets *assets_new(struct files *files, struct arena *a)
{
	struct assets *assets = ARENA_NEW(a, struct assets);
	size_t n;
	struct str *names = files_list(files, a, STR(""), &n);

	assets->list = arena_zalloc(a, (n + 1) * sizeof(struct asset));
	for (size_t i = 0; i < n; i++) {
		struct asset *asset = &assets->list[assets->count];
		unsigned char hash[SHA256_BYTES];
		char *mark = arena_alloc(a, 17);

		asset->type = type_of(names[i]);
		if (!asset->type || str_starts(names[i], STR("runtime/")))
			continue;
		asset->name = names[i];
		asset->bytes = files_read(files, a, names[i]);
		hash_sha256(asset->bytes, hash);
		hash_hex(hash, 8, mark);
		asset->mark = str_of(mark);
		asset->tag = arena_strf(a, "\"%s\"", mark);
		asset->url = arena_strf(a, "/assets/%.*s?v=%s", STR_ARG(names[i]), mark);
		assets->count++;
	}
	return assets;
}

static const struct asset *find(const struct site *site, struct str name)
{
	for (size_t i = 0; i < site->assets->count; i++)
		if (str_eq(site->assets->list[i].name, name))
			return &site->assets->list[i];
	return NULL;
}

struct str asset_url(const struct site *site, const char *name)
{
	const struct asset *asset = find(site, str_of(name));

	return asset ? asset->url : STR_NONE;
}

static void send(struct visit *v, const struct asset *asset)
{
	struct str mark = http_query(v->req, "v");
	bool known = str_eq(http_header(v->req, "If-None-Match"), asset->tag);

	visit_headers(v->req);
	http_set_header(v->req, "ETag", asset->tag);
	http_set_header(v->req, "Cache-Control",
			str_eq(mark, asset->mark) ? STR("public, max-age=31536000, immutable")
						  : STR("public, no-cache"));
	http_answer(v->req, known ? 304 : 200, known ? NULL : asset->type,
		    known ? STR("") : asset->bytes);
}

enum http_outcome asset_get(struct http_request *req, void *context)
{
	struct visit *v = context;
	const struct asset *asset = find(v->site, http_param(v->params, "path"));

	(void)req;
	if (asset)
		send(v, asset);
	else
		visit_error(v, 404, "not_found", "There is no such file.");
	return HTTP_ANSWERED;
}

enum http_outcome favicon_get(struct http_request *req, void *context)
{
	struct visit *v = context;
	const struct asset *asset = find(v->site, STR("icon.svg"));

	(void)req;
	if (asset)
		send(v, asset);
	else
		visit_error(v, 404, "not_found", "There is no icon.");
	return HTTP_ANSWERED;
}
