/* What belongs to a lab beside its pages: pictures in static/, and files/ that attendees download. */
#include "site/inside.h"

#include <inttypes.h>

#include "base/hash.h"

/* Nothing here may run in our origin: scripts and HTML are shown as text. */
static const struct {
	const char *suffix, *type;
} kinds[] = {
	{ ".png", "image/png" },
	{ ".jpg", "image/jpeg" },
	{ ".jpeg", "image/jpeg" },
	{ ".gif", "image/gif" },
	{ ".webp", "image/webp" },
	{ ".svg", "image/svg+xml" },
	{ ".mp4", "video/mp4" },
	{ ".webm", "video/webm" },
	{ ".pdf", "application/pdf" },
	{ ".zip", "application/zip" },
	{ ".gz", "application/gzip" },
	{ ".json", "application/json" },
	{ ".txt", "text/plain; charset=utf-8" },
	{ ".md", "text/plain; charset=utf-8" },
	{ ".yaml", "text/plain; charset=utf-8" },
	{ ".yml", "text/plain; charset=utf-8" },
	{ ".csv", "text/plain; charset=utf-8" },
	{ ".html", "text/plain; charset=utf-8" },
	{ ".css", "text/plain; charset=utf-8" },
	{ ".js", "text/plain; charset=utf-8" },
	{ ".mjs", "text/plain; charset=utf-8" },
	{ ".py", "text/plain; charset=utf-8" },
	{ ".sh", "text/plain; charset=utf-8" },
};

static const char *type_of(struct str path)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_ends(path, str_of(kinds[i].suffix)))
			return kinds[i].type;
	return "application/octet-stream";
}

static void send(struct visit *v, const struct lab *lab, const char *folder)
{
	struct arena *a = v->req->arena;
	struct str file = http_param(v->params, "file"), path, bytes;
	char *key;

	path = arena_strf(a, "%.*s/%s/%.*s", STR_ARG(lab->folder), folder, STR_ARG(file));
	key = arena_printf(a, "%" PRIx64 "-%08" PRIx32, files_version(lab->files),
			   hash_crc32(path));
	bytes = files_read(lab->files, a, path);
	if (!bytes.p)
		bytes = lab_archive(lab, a, str_slice(path, lab->folder.n + 1, path.n));
	if (!bytes.p) {
		visit_error(v, 404, "not_found", "There is no such file in this lab.");
		return;
	}
	if (!visit_fresh(v, key))
		visit_kept(v, type_of(path), bytes);
}

static enum http_outcome of_lab(struct visit *v, const char *folder)
{
	const struct lab *lab = guide_lab(v->book, http_param(v->params, "lab"));

	if (lab)
		send(v, lab, folder);
	else
		visit_error(v, 404, "not_found", "There is no such lab.");
	return HTTP_ANSWERED;
}

enum http_outcome lab_static(struct http_request *req, void *context)
{
	(void)req;
	return of_lab(context, "static");
}

enum http_outcome lab_download(struct http_request *req, void *context)
{
	(void)req;
	return of_lab(context, "files");
}

enum http_outcome talk_static(struct http_request *req, void *context)
{
	struct visit *v = context;

	(void)req;
	send(v, v->book->talks, "static");
	return HTTP_ANSWERED;
}
