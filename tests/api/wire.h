#ifndef TESTS_API_WIRE_H
#define TESTS_API_WIRE_H

#include <stdio.h>
#include <stdlib.h>

#include "aws/service.h"
#include "aws/sigv4.h"
#include "base/base64.h"
#include "base/cbor.h"
#include "base/form.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/time.h"
#include "http/client.h"

/*
 * What a client does, for tests in C: writes an operation's input in one of the service's protocols,
 * signs it, asks over HTTP, and reads the answer back into one form whatever was spoken.
 */
struct wire_caller {
	const char *url; /* "http://127.0.0.1:4566" */
	const char *region;
	struct str access_key, secret;
	int64_t now;
	struct str token; /* of temporary credentials; absent: none */
};

struct wire_answer {
	int status;
	struct json_object *out;  /* of a success, or an error's members (JSON protocols) */
	struct str code, message; /* of an error; absent after a success */
	const char *problem;      /* what is wrong with the answer itself, or NULL */
};

/* What is sent. */
struct wire_request {
	struct str method, path, query, body;
	const char *type, *target;
};

/* --- query forms ----------------------------------------------------------------- */

__attribute__((unused)) static void wire_form(struct arena *a, struct buf *b, const char *name,
					      struct json_object *value, const struct shape *shape);

/* An entry of a map. */
__attribute__((unused)) static void wire_entry(struct arena *a, struct buf *b, const char *name,
					       const char *key, struct json_object *value,
					       const struct shape *shape)
{
	wire_form(a, b, arena_printf(a, "%s.%s", name, shape->key_name ? shape->key_name : "key"),
		  json_own(a, json_string(str_of(key))), NULL);
	wire_form(a, b,
		  arena_printf(a, "%s.%s", name, shape->value_name ? shape->value_name : "value"),
		  value, shape->element);
}

__attribute__((unused)) static void wire_form(struct arena *a, struct buf *b, const char *name,
					      struct json_object *value, const struct shape *shape)
{
	if (json_is_array(value)) {
		const char *item = shape && shape->item_name ? shape->item_name : "member";
		bool flat = shape && shape->flat;

		for (size_t i = 0; i < json_count(value); i++)
			wire_form(a, b,
				  arena_printf(a, flat ? "%s.%s%zu" : "%s.%s.%zu", name,
					       flat ? "" : item, i + 1),
				  json_at(value, i), shape ? shape->element : NULL);
	} else if (json_is_object(value)) {
		bool map = shape && shape->type == SHAPE_MAP;
		int n = 0;

		JSON_EACH(value, key, member)
		{
			const struct shape_member *m =
				shape_member(map ? NULL : shape, str_of(key));

			if (!map) {
				wire_form(a, b,
					  arena_printf(a, "%s.%s", name,
						       m && m->wire_name ? m->wire_name : key),
					  member, m ? m->shape : NULL);
				continue;
			}
			wire_entry(a, b,
				   arena_printf(a, shape->flat ? "%s.%d" : "%s.entry.%d", name,
						++n),
				   key, member, shape);
		}
	} else {
		struct str text = json_is_string(value) ? json_str(value) : json_text(a, value);

		if (shape && shape->type == SHAPE_TIMESTAMP && !json_is_string(value))
			text = time_iso(a, (int64_t)(json_object_get_double(value) * 1000 + 0.5),
					true);
		buf_addf(b, "&%s=%s", name, arena_cstr(a, form_encode(a, text, false)));
	}
}

__attribute__((unused)) static void wire_query(struct arena *a, const struct service *service,
					       const struct operation *operation,
					       struct json_object *in, struct wire_request *req)
{
	struct buf b;

	buf_init(&b, BUF_MAX);
	buf_addf(&b, "Action=%s&Version=%s", operation->name, service->api_version);
	JSON_EACH(in, key, value)
	{
		const struct shape_member *m = shape_member(operation->input, str_of(key));

		wire_form(a, &b, m && m->wire_name ? m->wire_name : key, value,
			  m ? m->shape : NULL);
	}
	req->type = "application/x-www-form-urlencoded; charset=utf-8";
	req->body = arena_dup(a, buf_str(&b));
	buf_release(&b);
}

/* --- CBOR ------------------------------------------------------------------------------ */

__attribute__((unused)) static void wire_cbor(struct arena *a, const struct service *service,
					      const struct operation *operation,
					      struct json_object *in, struct wire_request *req)
{
	struct buf b;

	buf_init(&b, BUF_MAX);
	cbor_print(&b, in);
	req->type = "application/cbor";
	req->path = arena_strf(a, "/service/%s/operation/%s", service->target, operation->name);
	req->body = arena_dup(a, buf_str(&b));
	buf_release(&b);
}

/* --- REST ---------------------------------------------------------------------------- */

/* Take the member that the wire calls so out of the input, as text; absent when it has none. */
__attribute__((unused)) static struct str wire_take(struct arena *a, const struct shape *shape,
						    struct json_object *in, struct str wire_name)
{
	for (const struct shape_member *m = shape ? shape->members : NULL; m && m->name; m++) {
		struct json_object *value = json_get(in, m->name);
		struct str text;

		if (!value || !str_is(wire_name, m->wire_name ? m->wire_name : m->name))
			continue;
		text = json_is_string(value) ? arena_dup(a, json_str(value)) : json_text(a, value);
		json_object_object_del(in, m->name);
		return text;
	}
	return STR_NONE;
}

__attribute__((unused)) static void wire_add_pair(struct arena *a, struct buf *query,
						  const char *name, struct json_object *value)
{
	struct str text = json_is_string(value) ? json_str(value) : json_text(a, value);

	buf_addf(query, "%s%s=%s", query->n ? "&" : "", name,
		 arena_cstr(a, form_encode(a, text, false)));
}

/* A member of the query: once, for each element of a list, or an entry of a map for each. */
__attribute__((unused)) static void wire_add_query(struct arena *a, struct buf *query,
						   struct json_object *in,
						   const struct shape_member *m)
{
	struct json_object *value = json_get(in, m->name);

	if (json_is_array(value)) {
		for (size_t i = 0; i < json_count(value); i++)
			wire_add_pair(a, query, m->wire_name ? m->wire_name : m->name,
				      json_at(value, i));
	} else if (json_is_object(value)) {
		JSON_EACH(value, key, entry)
		{
			wire_add_pair(a, query, key, entry);
		}
	} else if (value) {
		wire_add_pair(a, query, m->wire_name ? m->wire_name : m->name, value);
	}
	json_object_object_del(in, m->name);
}

/* The member that is the whole body. */
__attribute__((unused)) static const struct shape_member *wire_payload(const struct shape *shape)
{
	for (const struct shape_member *m = shape ? shape->members : NULL; m && m->name; m++)
		if (m->place == IN_PAYLOAD)
			return m;
	return NULL;
}

/* Members of the body that the wire calls otherwise. */
__attribute__((unused)) static void wire_rename(struct json_object *o, const struct shape *shape,
						bool to_wire)
{
	for (const struct shape_member *m = shape ? shape->members : NULL; m && m->name; m++) {
		const char *from = to_wire ? m->name : m->wire_name;
		struct json_object *value =
			m->place == IN_BODY && m->wire_name ? json_get(o, from) : NULL;

		if (!value)
			continue;
		json_set(o, to_wire ? m->wire_name : m->name, json_object_get(value));
		json_object_object_del(o, from);
	}
}

__attribute__((unused)) static struct str wire_rest_body(struct arena *a,
							 const struct operation *operation,
							 struct json_object *in)
{
	const struct shape_member *payload = wire_payload(operation->input);
	struct json_object *value = payload ? json_get(in, payload->name) : NULL;

	if (value && json_is_string(value))
		return arena_dup(a, json_str(value));
	if (value)
		return json_text(a, value);
	wire_rename(in, operation->input, true);
	return json_count(in) ? json_text(a, in) : STR("");
}

__attribute__((unused)) static void wire_rest(struct arena *a, const struct operation *operation,
					      struct json_object *in, struct wire_request *req)
{
	struct str template = str_of(operation->http), method = str_cut(&template, ' ');
	struct buf path, query;

	buf_init(&path, BUF_MAX);
	buf_init(&query, BUF_MAX);
	if (str_find(template, '?') >= 0) {
		struct str fixed = template;

		template = str_cut(&fixed, '?');
		buf_add(&query, fixed);
	}
	while (template.p) {
		ptrdiff_t open = str_find(template, '{'), close = str_find(template, '}');
		struct str name, value;

		buf_add(&path, open < 0 ? template : str_slice(template, 0, (size_t)open));
		if (open < 0)
			break;
		name = str_slice(template, (size_t)open + 1, (size_t)close);
		name.n -= str_ends(name, STR("+"));
		value = wire_take(a, operation->input, in, name);
		buf_add(&path, form_encode(a, value, false));
		template = str_slice(template, (size_t)close + 1, template.n);
	}
	for (const struct shape_member *m = operation->input ? operation->input->members : NULL;
	     m && m->name; m++)
		if (m->place == IN_QUERY)
			wire_add_query(a, &query, in, m);
	req->method = method;
	req->path = arena_dup(a, buf_str(&path));
	if (query.n)
		req->query = arena_dup(a, buf_str(&query));
	req->type = "application/json";
	req->body = wire_rest_body(a, operation, in);
	buf_release(&path);
	buf_release(&query);
}

/* --- XML answers ------------------------------------------------------------------------ */

/* A very small reader: what our own answers need, and nothing is skipped in silence. */
struct wire_xml {
	struct arena *a;
	struct str rest;
	bool broken;
};

__attribute__((unused)) static struct str wire_xml_text(struct arena *a, struct str raw)
{
	static const char *const entities[][2] = {
		{ "&lt;", "<" }, { "&gt;", ">" }, { "&quot;", "\"" }, { "&amp;", "&" }
	};
	char *out = arena_alloc(a, raw.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < raw.n;) {
		struct str here = str_slice(raw, i, raw.n);
		size_t used = 0;

		for (size_t e = 0; e < 4 && !used; e++)
			if (str_starts(here, str_of(entities[e][0]))) {
				out[n++] = entities[e][1][0];
				used = strlen(entities[e][0]);
			}
		if (!used && str_starts(here, STR("&#x"))) {
			out[n++] = (char)strtol(here.p + 3, NULL, 16);
			used = (size_t)str_find(here, ';') + 1;
		}
		if (!used) {
			out[n++] = raw.p[i];
			used = 1;
		}
		i += used;
	}
	return str_make(out, n);
}

/* The next "<name ...>" or "</name>" of the rest, with the text before it. */
__attribute__((unused)) static struct str wire_xml_tag(struct wire_xml *x, struct str *before)
{
	ptrdiff_t open = str_find(x->rest, '<'), close = str_find(x->rest, '>');
	struct str tag;

	if (open < 0 || close < open) {
		x->broken = true;
		return STR("");
	}
	*before = str_slice(x->rest, 0, (size_t)open);
	tag = str_slice(x->rest, (size_t)open + 1, (size_t)close);
	x->rest = str_slice(x->rest, (size_t)close + 1, x->rest.n);
	return str_cut(&tag, ' ');
}

/* What is inside <name>, up to its end: text, or an object whose values are lists of what was called so. */
__attribute__((unused)) static struct json_object *wire_xml_inside(struct wire_xml *x,
								   struct str name)
{
	struct json_object *o = NULL;

	while (!x->broken) {
		struct str before = STR(""), tag = wire_xml_tag(x, &before);
		const char *key;

		if (str_starts(tag, STR("/"))) {
			x->broken |= !str_eq(str_slice(tag, 1, tag.n), name);
			return o ? o : json_string(wire_xml_text(x->a, before));
		}
		if (!o)
			o = json_object_new_object();
		key = arena_cstr(x->a, tag);
		if (!json_get(o, key))
			json_set_array(o, key);
		json_add(json_get(o, key), wire_xml_inside(x, tag));
	}
	return o;
}

/* Times and fractions as the other protocols have them; all else stays text. */
__attribute__((unused)) static struct json_object *wire_leaf(struct str text,
							     const struct shape *shape)
{
	int64_t at;

	if (shape && shape->type == SHAPE_TIMESTAMP && time_parse_iso(text, &at))
		return json_object_new_double((double)at / 1000);
	if (shape && shape->type == SHAPE_DOUBLE)
		return json_object_new_double(strtod(text.p, NULL));
	return json_string(text);
}

/* The member of a structure that XML calls so, or NULL. */
__attribute__((unused)) static const struct shape_member *wire_member(const struct shape *shape,
								      const char *name)
{
	for (const struct shape_member *m = shape ? shape->members : NULL; m && m->name; m++)
		if (strcmp(m->wire_name ? m->wire_name : m->name, name) == 0)
			return m;
	return NULL;
}

__attribute__((unused)) static struct json_object *wire_flat(struct json_object *all,
							     const struct shape *shape);

/* Lists of one become what they hold, lists of members lists, maps maps. */
__attribute__((unused)) static struct json_object *wire_plain(struct json_object *x,
							      const struct shape *shape)
{
	struct json_object *o, *items;

	if (!json_is_object(x))
		return shape && shape->type == SHAPE_LIST ? json_object_new_array()
							  : wire_leaf(json_str(x), shape);
	items = json_get(x, shape && shape->item_name ? shape->item_name : "member");
	if (items && (!shape || shape->type == SHAPE_LIST)) {
		o = json_object_new_array();
		for (size_t i = 0; i < json_count(items); i++)
			json_add(o, wire_plain(json_at(items, i), shape ? shape->element : NULL));
		return o;
	}
	o = json_object_new_object();
	if (shape && shape->type == SHAPE_MAP) {
		items = json_get(x, "entry");
		for (size_t i = 0; i < json_count(items); i++)
			json_set(o,
				 json_object_get_string(
					 json_at(json_get(json_at(items, i), "key"), 0)),
				 wire_plain(json_at(json_get(json_at(items, i), "value"), 0),
					    shape->element));
		return o;
	}
	JSON_EACH(x, key, value)
	{
		const struct shape_member *m = wire_member(shape, key);
		const struct shape *of = m ? m->shape : NULL;

		json_set(o, m ? m->name : key,
			 of && of->flat ? wire_flat(value, of) : wire_plain(json_at(value, 0), of));
	}
	return o;
}

/* What stands in elements of the member's own name: a list, or the entries of a map. */
__attribute__((unused)) static struct json_object *wire_flat(struct json_object *all,
							     const struct shape *shape)
{
	bool map = shape->type == SHAPE_MAP;
	struct json_object *o = map ? json_object_new_object() : json_object_new_array();

	for (size_t i = 0; i < json_count(all); i++) {
		struct json_object *one = json_at(all, i);

		if (map)
			json_set(o,
				 json_object_get_string(json_at(json_get(one, shape->key_name), 0)),
				 wire_plain(json_at(json_get(one, shape->value_name), 0),
					    shape->element));
		else
			json_add(o, wire_plain(one, shape->element));
	}
	return o;
}

__attribute__((unused)) static struct json_object *wire_first(struct json_object *o,
							      const char *name)
{
	return json_at(json_get(o, name), 0);
}

__attribute__((unused)) static void wire_read_xml(struct arena *a,
						  const struct operation *operation,
						  struct str body, struct wire_answer *answer)
{
	struct wire_xml x = { .a = a, .rest = body };
	struct str before = STR_NONE, root = wire_xml_tag(&x, &before);
	struct json_object *tree = json_own(a, wire_xml_inside(&x, root));
	struct json_object *error = wire_first(tree, "Error"), *result;

	if (x.broken || x.rest.n) {
		answer->problem = "the answer is not XML";
	} else if (error) {
		answer->code = json_str(wire_first(error, "Code"));
		answer->message = json_str(wire_first(error, "Message"));
		if (!json_str(wire_first(tree, "RequestId")).n)
			answer->problem = "the error has no RequestId";
	} else {
		result = wire_first(tree, arena_printf(a, "%sResult", operation->name));
		answer->out = result ? json_own(a, wire_plain(result, operation->output))
				     : json_new_object(a);
		if (!json_str(wire_first(wire_first(tree, "ResponseMetadata"), "RequestId")).n)
			answer->problem = "the answer has no ResponseMetadata with a RequestId";
	}
}

/* --- reading ------------------------------------------------------------------------------- */

__attribute__((unused)) static void wire_read_json(struct arena *a, const struct http_reply *reply,
						   struct wire_answer *answer)
{
	struct str form = http_reply_header(reply, "Content-Type");
	struct json_object *body = !reply->body.n ? json_new_object(a)
				   : str_is(form, "application/cbor")
					   ? cbor_parse(a, reply->body)
					   : json_parse(a, reply->body, NULL);
	struct str type = http_reply_header(reply, "x-amzn-ErrorType");

	if (!body && reply->status < 300) {
		answer->out = json_new_object(a);
		json_set_str(answer->out, "body", reply->body);
	} else if (!body) {
		answer->problem = "the answer is not JSON";
	} else if (reply->status < 300) {
		answer->out = body;
	} else {
		answer->out = body;
		if (!type.p)
			type = json_get_str(body, "__type");
		if (str_find(type, '#') >= 0)
			str_cut(&type, '#');
		/* What query calls the error, where that is different. */
		if (http_reply_header(reply, "x-amzn-query-error").p) {
			type = http_reply_header(reply, "x-amzn-query-error");
			type = str_cut(&type, ';');
		}
		answer->code = str_cut(&type, ':');
		answer->message = json_get_str(body, "message");
		if (!answer->message.p)
			answer->message = json_get_str(body, "Message");
		if (!answer->code.p)
			answer->problem = "the error has no code";
	}
}

__attribute__((unused)) static const char *wire_habits(const struct service *service,
						       const struct http_reply *reply)
{
	struct str id = http_reply_header(reply, "x-amzn-RequestId");
	struct str crc = http_reply_header(reply, "x-amz-crc32");
	int64_t said = -1;

	if (id.n != (service->habits & HABIT_LONG_REQUEST_ID ? 52 : 36))
		return "x-amzn-RequestId is not there or not of the service's form";
	if (service->habits & HABIT_CRC32 &&
	    (!str_to_int(crc, &said) || said != (int64_t)hash_crc32(reply->body)))
		return "x-amz-crc32 is not there or not the body's";
	return NULL;
}

/* --- asking --------------------------------------------------------------------------------- */

__attribute__((unused)) static void wire_sign(struct arena *a, const struct wire_caller *caller,
					      const struct service *service,
					      const struct wire_request *req,
					      const char *headers[8])
{
	struct sigv4_header signed_headers[5] = {
		{ STR("Host"), str_slice(str_of(caller->url), 7, strlen(caller->url)) },
		{ STR("X-Amz-Date"), time_basic(a, caller->now) },
		{ STR("Content-Type"), str_of(req->type) },
		{ STR("X-Amz-Target"), str_of(req->target) },
	};
	struct sigv4_request sent = { req->method, req->path,      req->query,
				      req->body,   signed_headers, req->target ? 4 : 3 };
	size_t n = 0;

	if (caller->token.p)
		signed_headers[sent.header_count++] =
			(struct sigv4_header){ STR("X-Amz-Security-Token"), caller->token };
	for (size_t i = 1; i < sent.header_count; i++)
		headers[n++] = arena_printf(a, "%.*s: %.*s", STR_ARG(signed_headers[i].name),
					    STR_ARG(signed_headers[i].value));
	headers[n++] =
		arena_printf(a, "Authorization: %.*s",
			     STR_ARG(sigv4_sign(a, &sent, caller->access_key, caller->secret,
						caller->region, service_signing_name(service))));
	headers[n] = NULL;
}

__attribute__((unused)) static void wire_add_header(const char *headers[8], const char *line)
{
	size_t n = 0;

	while (headers[n])
		n++;
	headers[n] = line;
	headers[n + 1] = NULL;
}

/* Carry out an operation in one protocol; the answer lives in the arena. */
__attribute__((unused)) static struct wire_answer wire_call(
	struct arena *a, const struct wire_caller *caller, const struct service *service,
	const struct operation *operation, enum protocol protocol, struct json_object *in)
{
	struct wire_request req = { .method = STR("POST"), .path = STR("/"), .query = STR_NONE };
	struct wire_answer answer = { .status = 0 };
	const char *headers[8], *why = NULL;
	struct http_reply reply;
	struct http_ask ask = { .timeout_ms = 60000 };

	if (protocol == PROTO_QUERY) {
		wire_query(a, service, operation, in, &req);
	} else if (protocol == PROTO_CBOR) {
		wire_cbor(a, service, operation, in, &req);
	} else if (protocol == PROTO_REST_JSON) {
		wire_rest(a, operation, in, &req);
	} else {
		req.type = protocol == PROTO_JSON10 ? "application/x-amz-json-1.0"
						    : "application/x-amz-json-1.1";
		req.target = arena_printf(a, "%s.%s", service->target, operation->name);
		req.body = json_text(a, in);
	}
	wire_sign(a, caller, service, &req, headers);
	if (protocol == PROTO_CBOR)
		wire_add_header(headers, "smithy-protocol: rpc-v2-cbor");
	ask.method = arena_cstr(a, req.method);
	ask.headers = headers;
	ask.body = req.body;
	ask.url = arena_printf(a, "%s%.*s%s%.*s", caller->url, STR_ARG(req.path),
			       req.query.p ? "?" : "", STR_ARG(req.query));
	if (!http_ask(&ask, a, &reply, &why)) {
		answer.problem = why;
		return answer;
	}
	answer.status = reply.status;
	answer.problem = wire_habits(service, &reply);
	if (protocol == PROTO_QUERY)
		wire_read_xml(a, operation, reply.body, &answer);
	else
		wire_read_json(a, &reply, &answer);
	if (protocol == PROTO_REST_JSON && answer.out && answer.status < 300)
		wire_rename(answer.out, operation->output, false);
	return answer;
}

#endif
