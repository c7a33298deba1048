/* The API's small parts: what is public about the event, and whether the server is well. */
#include "site/inside.h"

static void add_entries(struct json_object *list, const struct agenda_day *day)
{
	for (size_t i = 0; i < day->entry_count; i++) {
		const struct agenda_entry *e = &day->entries[i];
		struct json_object *o = json_add_object(list);

		json_set_str(o, "title", e->title);
		json_set_cstr(o, "kind", agenda_kind_name(e->kind));
		json_set_int(o, "starts", e->starts_ms);
		json_set_int(o, "ends", e->ends_ms);
		json_set_int(o, "minutes", e->minutes);
		if (e->link.p)
			json_set_str(o, "link", e->link);
	}
}

enum http_outcome event_api(struct http_request *req, void *context)
{
	struct visit *v = context;
	const struct agenda *agenda = v->book->agenda;
	struct json_object *out = json_new_object(req->arena), *list;

	json_set_str(out, "title", agenda->title);
	json_set_cstr(out, "region", v->site->config.region);
	json_set_cstr(out, "endpoint", v->site->config.endpoint);
	json_set_int(out, "now", v->site->config.clock());
	json_set_str(out, "zone", agenda->zone);
	json_set_cstr(out, "joining", joining_word(v->site));
	list = json_set_array(out, "agenda");
	for (size_t i = 0; i < agenda->day_count; i++) {
		struct json_object *day = json_add_object(list);

		json_set_str(day, "title", agenda->days[i].title);
		json_set_str(day, "date", agenda->days[i].date);
		add_entries(json_set_array(day, "entries"), &agenda->days[i]);
	}
	list = json_set_array(out, "labs");
	for (size_t i = 0; i < v->book->lab_count; i++) {
		struct json_object *lab = json_add_object(list);

		json_set_str(lab, "id", v->book->labs[i]->id);
		json_set_str(lab, "title", v->book->labs[i]->title);
	}
	visit_json(v, 200, out);
	return HTTP_ANSWERED;
}

enum http_outcome healthz(struct http_request *req, void *context)
{
	(void)context;
	visit_headers(req);
	http_set_header(req, "Cache-Control", STR("no-store"));
	http_answer(req, 200, "text/plain; charset=utf-8", STR("ok\n"));
	return HTTP_ANSWERED;
}
