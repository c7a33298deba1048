/* Answers: kept in the exchange by whichever thread makes them, handed over on the loop's thread. */
#include "http/inside.h"

#include <stdlib.h>

#include "base/log.h"

void http_set_header(struct http_request *req, const char *name, struct str value)
{
	struct exchange *e = req->impl;
	struct header *h = ARENA_NEW(req->arena, struct header);

	if (str_find(value, '\r') >= 0 || str_find(value, '\n') >= 0) {
		log_error("http: a line break in the value of the header %s", name);
		abort();
	}
	h->name = arena_dup(req->arena, str_of(name));
	h->value = arena_dup(req->arena, str_trim(value));
	*e->answer_end = h;
	e->answer_end = &h->next;
}

/* Browsers leave out blanks, and take "=a=b" for a cookie without a name that they send as "a=b". */
static bool is_own_cookie(struct str value)
{
	while (value.n && strchr(" \t=", value.p[0]))
		value = str_slice(value, 1, value.n);
	return str_starts(value, STR(HTTP_OWN_COOKIES));
}

bool http_guest_may_set(struct str name, struct str value)
{
	if (str_eq_nocase(name, STR("Set-Cookie")))
		return !is_own_cookie(value);
	return !str_eq_nocase(name, STR("Clear-Site-Data")) &&
	       !str_eq_nocase(name, STR("Service-Worker-Allowed"));
}

void http_answer(struct http_request *req, int status, const char *type, struct str body)
{
	struct exchange *e = req->impl;

	e->status = status;
	e->type = type;
	e->answer = body;
}

enum MHD_Result answer_queue(struct exchange *e)
{
	struct MHD_Response *r;
	enum MHD_Result queued;

	if (!e->status) {
		log_error("http: a handler ended without an answer: %.*s %.*s",
			  STR_ARG(e->req.method), STR_ARG(e->req.path));
		abort();
	}
	e->phase = PHASE_QUEUED;
	if (e->stream)
		r = stream_response(e);
	else
		r = MHD_create_response_from_buffer(e->answer.n, (void *)e->answer.p,
						    MHD_RESPMEM_PERSISTENT);
	if (!r)
		return MHD_NO;
	if (e->type)
		MHD_add_response_header(r, "Content-Type", e->type);
	/* An empty value is refused by the library, and says no more than none. */
	for (struct header *h = e->answer_headers; h; h = h->next)
		if (h->value.n)
			MHD_add_response_header(r, h->name.p, h->value.p);
	queued = MHD_queue_response(e->mhd, (unsigned)e->status, r);
	MHD_destroy_response(r);
	return queued;
}

enum MHD_Result answer_refuse(struct MHD_Connection *mhd, int status, const char *text)
{
	struct MHD_Response *r =
		MHD_create_response_from_buffer(strlen(text), (void *)text, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result queued;

	if (!r)
		return MHD_NO;
	MHD_add_response_header(r, "Content-Type", "text/plain; charset=utf-8");
	MHD_add_response_header(r, "Connection", "close");
	queued = MHD_queue_response(mhd, (unsigned)status, r);
	MHD_destroy_response(r);
	return queued;
}
