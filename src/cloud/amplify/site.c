/*
 * A request to a hosted site, answered on the HTTP thread: redirects and rewrites, then a file with its type, tag,
 * length and age, compressed or in part where the browser asks for that.
 *
 * From: Amplify Hosting User Guide, "Setting up redirects and rewrites", "Managing performance"; RFC 9110 for
 * conditions and ranges; Amazon CloudFront Developer Guide, "Serve compressed files".
 */
#include <inttypes.h>

#include "aws/dispatch.h"
#include "base/form.h"
#include "base/time.h"
#include "cloud/amplify/headers.h"
#include "cloud/amplify/inside.h"
#include "cloud/amplify/store.h"
#include "cloud/amplify/wants.h"

enum { ETAGS_MAX = 4096 };

/* What a file that nothing else is said of may be kept for: always asked for again, cheaply. */
#define CACHE_CONTROL "public, max-age=0, s-maxage=31536000"

struct visit {
	struct http_request *req;
	struct site *site;
	struct str path; /* decoded, with its slash */
	bool cache_set;  /* a custom header said how long */
	bool success;
};

/* --- types ------------------------------------------------------------------------------ */

static const char *const types[][2] = {
	{ "avif", "image/avif" },
	{ "bmp", "image/bmp" },
	{ "css", "text/css" },
	{ "csv", "text/csv" },
	{ "eot", "application/vnd.ms-fontobject" },
	{ "gif", "image/gif" },
	{ "gz", "application/gzip" },
	{ "htm", "text/html" },
	{ "html", "text/html" },
	{ "ico", "image/x-icon" },
	{ "jpeg", "image/jpeg" },
	{ "jpg", "image/jpeg" },
	{ "js", "text/javascript" },
	{ "json", "application/json" },
	{ "map", "application/json" },
	{ "md", "text/markdown" },
	{ "mjs", "text/javascript" },
	{ "mp3", "audio/mpeg" },
	{ "mp4", "video/mp4" },
	{ "ogg", "audio/ogg" },
	{ "otf", "font/otf" },
	{ "pdf", "application/pdf" },
	{ "png", "image/png" },
	{ "svg", "image/svg+xml" },
	{ "tar", "application/x-tar" },
	{ "ttf", "font/ttf" },
	{ "txt", "text/plain" },
	{ "wasm", "application/wasm" },
	{ "wav", "audio/wav" },
	{ "webm", "video/webm" },
	{ "webmanifest", "application/manifest+json" },
	{ "webp", "image/webp" },
	{ "woff", "font/woff" },
	{ "woff2", "font/woff2" },
	{ "xml", "application/xml" },
	{ "yaml", "application/yaml" },
	{ "yml", "application/yaml" },
	{ "zip", "application/zip" },
};

static const char *type_of(struct str path)
{
	struct str end = path;

	if (str_find(path, '.') < 0)
		return "binary/octet-stream";
	while (str_find(end, '.') >= 0)
		str_cut(&end, '.');
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (str_eq_nocase(end, str_of(types[i][0])))
			return types[i][1];
	return "binary/octet-stream";
}

/* --- answers that are no files ------------------------------------------------------------ */

static enum http_outcome answer_text(struct visit *v, int status, const char *title)
{
	http_set_header(v->req, "X-Content-Type-Options", STR("nosniff"));
	http_answer(v->req, status, "text/html; charset=utf-8",
		    arena_strf(v->req->arena,
			       "<!DOCTYPE html><meta charset=\"utf-8\"><title>%s</title>"
			       "<h1>%d</h1><p>%s</p>\n",
			       title, status, title));
	return HTTP_ANSWERED;
}

static bool header_good(struct str value)
{
	for (size_t i = 0; i < value.n; i++)
		if ((unsigned char)value.p[i] < ' ' || value.p[i] == 0x7f)
			return false;
	return value.n > 0;
}

static enum http_outcome redirect(struct visit *v, int status, struct str target)
{
	if (!header_good(target))
		return answer_text(v, 400, "Bad Request");
	http_set_header(v->req, "Location", target);
	http_answer(v->req, status, NULL, STR(""));
	return HTTP_ANSWERED;
}

/* --- files ---------------------------------------------------------------------------------- */

static void add_custom(void *arg, struct str name, struct str value)
{
	struct visit *v = arg;
	bool cache = str_eq_nocase(name, STR("Cache-Control"));

	/* Only what went well may be kept by a custom header's word. */
	if (cache && !v->success)
		return;
	if (str_eq_nocase(name, STR("Content-Length")) || str_eq_nocase(name, STR("Connection")) ||
	    str_eq_nocase(name, STR("Transfer-Encoding")) || !header_good(value) ||
	    !http_guest_may_set(name, value))
		return;
	v->cache_set |= cache;
	http_set_header(v->req, arena_cstr(v->req->arena, name), value);
}

static void set_headers(struct visit *v, const struct site_file *f, int status, bool packed)
{
	struct arena *a = v->req->arena;

	v->success = status == 200 || status == 206 || status == 304;
	headers_each(site_headers(v->site), v->path, add_custom, v);
	if (!v->cache_set)
		http_set_header(v->req, "Cache-Control", STR(CACHE_CONTROL));
	http_set_header(v->req, "ETag",
			packed ? arena_strf(a, "W/\"%.*s\"", STR_ARG(f->etag))
			       : arena_strf(a, "\"%.*s\"", STR_ARG(f->etag)));
	http_set_header(v->req, "Last-Modified", f->modified);
	http_set_header(v->req, "Accept-Ranges", STR("bytes"));
	if (f->packed.p)
		http_set_header(v->req, "Vary", STR("Accept-Encoding"));
	if (packed && status != 304)
		http_set_header(v->req, "Content-Encoding", STR("gzip"));
}

static bool not_modified(struct visit *v, const struct site_file *f)
{
	struct str tags = http_header(v->req, "If-None-Match");
	struct str since = http_header(v->req, "If-Modified-Since");
	int64_t at;

	if (tags.p)
		return tags.n <= ETAGS_MAX && wants_other_than(tags, f->etag);
	return since.p && time_parse_http(since, &at) && f->modified_ms <= at;
}

static enum wanted range_asked(struct visit *v, const struct site_file *f, size_t *from, size_t *to)
{
	struct str range = http_header(v->req, "Range"), check = http_header(v->req, "If-Range");

	if (!range.p || !str_is(v->req->method, "GET"))
		return WANTS_ALL;
	if (check.p &&
	    !(check.n == f->etag.n + 2 && str_eq(str_slice(check, 1, check.n - 1), f->etag)) &&
	    !str_eq(check, f->modified))
		return WANTS_ALL;
	return wants_range(range, f->bytes.n, from, to);
}

static enum http_outcome send_file(struct visit *v, struct site_file *f, int status)
{
	struct str body;
	size_t from = 0, to = 0;
	enum wanted range;
	bool packed;

	if (!site_map(v->site, f))
		return answer_text(v, 404, "Not Found");
	range = status == 200 ? range_asked(v, f, &from, &to) : WANTS_ALL;
	packed = range == WANTS_ALL && f->packed.p &&
		 wants_coding(http_header(v->req, "Accept-Encoding"), "gzip");
	if (status == 200 && not_modified(v, f)) {
		set_headers(v, f, 304, packed);
		http_answer(v->req, 304, NULL, STR(""));
		return HTTP_ANSWERED;
	}
	if (range == WANTS_OUTSIDE) {
		http_set_header(v->req, "Content-Range",
				arena_strf(v->req->arena, "bytes */%zu", f->bytes.n));
		return answer_text(v, 416, "Range Not Satisfiable");
	}
	body = packed ? f->packed : f->bytes;
	if (range == WANTS_PART) {
		status = 206;
		body = str_slice(f->bytes, from, to);
		http_set_header(v->req, "Content-Range",
				arena_strf(v->req->arena, "bytes %zu-%zu/%zu", from, to - 1,
					   f->bytes.n));
	}
	set_headers(v, f, status, packed);
	http_answer(v->req, status, type_of(f->path), body);
	return HTTP_ANSWERED;
}

/* --- paths ------------------------------------------------------------------------------------ */

static struct str without_slash(struct str path)
{
	return path.n && path.p[0] == '/' ? str_slice(path, 1, path.n) : path;
}

/* The file for a path: itself, its index, or the page of that name. NULL: none. */
static struct site_file *file_for(struct visit *v, struct str path)
{
	struct arena *a = v->req->arena;
	struct str name = without_slash(path);
	struct site_file *f = name.n ? site_find(v->site, name) : NULL;

	if (f)
		return f;
	if (!name.n || str_ends(name, STR("/"))) {
		f = site_find(v->site, arena_strf(a, "%.*sindex.html", STR_ARG(name)));
		if (f || !name.n)
			return f;
		name.n--;
	}
	return site_find(v->site, arena_strf(a, "%.*s.html", STR_ARG(name)));
}

/* A folder that was asked for without its slash. */
static bool is_folder(struct visit *v, struct str path)
{
	struct str name = without_slash(path);

	return name.n && !str_ends(name, STR("/")) &&
	       site_find(v->site, arena_strf(v->req->arena, "%.*s/index.html", STR_ARG(name)));
}

static bool exists(void *arg, struct str path)
{
	return file_for(arg, path) || is_folder(arg, path);
}

static enum http_outcome send_missing(struct visit *v)
{
	struct site_file *f = site_find(v->site, STR("404.html"));

	return f ? send_file(v, f, 404) : answer_text(v, 404, "Not Found");
}

static enum http_outcome send_path(struct visit *v, struct str path, int status)
{
	struct site_file *f = file_for(v, path);
	struct arena *a = v->req->arena;

	if (f)
		return send_file(v, f, status);
	if (!is_folder(v, path))
		return send_missing(v);
	if (!str_eq(path, v->path))
		return send_path(v, arena_strf(a, "%.*s/", STR_ARG(path)), status);
	return redirect(v, 301,
			v->req->query.n ? arena_strf(a, "%.*s/?%.*s", STR_ARG(v->req->path),
						     STR_ARG(v->req->query))
					: arena_strf(a, "%.*s/", STR_ARG(v->req->path)));
}

/* --- requests ----------------------------------------------------------------------------------- */

static bool may_look(struct visit *v)
{
	struct str password = site_password(v->site);
	struct str given = http_header(v->req, "Authorization");

	if (!password.n)
		return true;
	if (str_eq_nocase(str_cut(&given, ' '), STR("Basic")) && given.p &&
	    str_eq_secret(str_trim(given), password))
		return true;
	http_set_header(v->req, "WWW-Authenticate", STR("Basic realm=\"Amplify\""));
	return false;
}

/* A decoded path names a place below the root, or nothing. */
static bool path_good(struct str path)
{
	struct str rest = path;

	while (rest.p)
		if (str_is(str_cut(&rest, '/'), ".."))
			return false;
	return str_find(path, '\0') < 0;
}

static enum http_outcome answer(struct visit *v)
{
	struct http_request *req = v->req;
	struct rule_ask ask = { .host = http_header(req, "Host"),
				.path = v->path,
				.query = req->query,
				.exists = exists,
				.arg = v };
	struct rule_found found;

	if (!may_look(v))
		return answer_text(v, 401, "Unauthorized");
	if (!str_is(req->method, "GET") && !str_is(req->method, "HEAD")) {
		http_set_header(req, "Allow", STR("GET, HEAD"));
		return answer_text(v, 405, "Method Not Allowed");
	}
	if (!path_good(v->path))
		return answer_text(v, 400, "Bad Request");
	found = rules_find(site_rules(v->site), req->arena, &ask);
	if (found.kind == RULE_REDIRECT)
		return redirect(v, found.status, found.target);
	if (found.kind == RULE_NONE)
		return send_path(v, v->path, 200);
	if (!str_starts(found.target, STR("/")))
		return answer_text(v, 502, "Rewrites to other hosts are not carried out here");
	return send_path(v, str_cut(&found.target, '?'), found.status);
}

static void put_back(void *site)
{
	site_put(site);
}

enum http_outcome amplify_site(struct http_request *req, const struct port *port)
{
	struct visit v = { .req = req,
			   .site = site_get(port),
			   .path = form_decode_lenient(req->arena, req->path, false) };

	if (!v.site)
		return answer_text(&v, 404, "Nothing has been deployed here yet");
	arena_defer(req->arena, put_back, v.site);
	return answer(&v);
}
