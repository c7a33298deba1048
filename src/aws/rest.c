/* The REST-JSON protocol: parameters in path, query, headers and a JSON body. */
#include "aws/call.h"

#include <stdlib.h>

#include "base/form.h"
#include "base/time.h"

/* --- paths ---------------------------------------------------------------------- */

/* One segment of a template: a literal, or a label that takes what was sent. */
static bool match_segment(struct arena *a, struct str want, struct str sent, struct str *rest,
			  struct str *label)
{
	if (!str_starts(want, STR("{")))
		return str_eq(want, sent);
	if (str_ends(want, STR("+}")) && rest->p) {
		sent = str_make(sent.p, (size_t)(rest->p + rest->n - sent.p));
		*rest = STR_NONE;
	}
	*label = form_decode_lenient(a, sent, false);
	return sent.n > 0;
}

bool rest_match(struct arena *a, const char *template, struct str method, struct str path,
		struct str labels[8])
{
	struct str want = str_of(template), sent = path;
	size_t n = 0;

	if (!str_eq(str_cut(&want, ' '), method))
		return false;
	want = str_trim(want);
	if (str_find(want, '?') >= 0)
		want = str_cut(&want, '?');
	while (want.p && sent.p) {
		struct str segment = str_cut(&want, '/');
		struct str given = str_cut(&sent, '/');
		struct str label = STR_NONE;

		/* AWS's paths are the same with a slash at their end. */
		if (!match_segment(a, segment, given, &sent, &label) || (label.p && n == 8))
			return false;
		if (label.p)
			labels[n++] = label;
	}
	return !want.p ? !sent.n : !want.n;
}

/* --- reading -------------------------------------------------------------------- */

/* Text from a path, query or header as the shape's type has it. */
static struct json_object *scalar(struct str text, const struct shape *shape)
{
	int64_t number;

	switch (shape->type) {
	case SHAPE_INTEGER:
	case SHAPE_LONG:
		if (str_to_int(text, &number))
			return json_object_new_int64(number);
		break;
	case SHAPE_BOOLEAN:
		if (str_is(text, "true") || str_is(text, "false"))
			return json_object_new_boolean(str_is(text, "true"));
		break;
	case SHAPE_TIMESTAMP:
		if (time_parse_iso(text, &number) || time_parse_http(text, &number))
			return json_object_new_double((double)number / 1000.0);
		break;
	default:
		break;
	}
	return json_string(text);
}

/* Is it a parameter that another member of the input takes? */
static bool is_taken(const struct shape *shape, struct str name)
{
	for (const struct shape_member *m = shape->members; m->name; m++)
		if (m->place == IN_QUERY && m->shape->type != SHAPE_MAP &&
		    str_is(name, m->wire_name ? m->wire_name : m->name))
			return true;
	return false;
}

/* A map in the query: all parameters that are nobody else's. */
static void read_query_map(struct aws_call *call, const struct shape_member *m)
{
	struct arena *a = call->op.arena;
	struct str rest = call->http.query, name, value;
	struct json_object *map = json_new_object(a);

	while (form_next(&rest, &name, &value)) {
		name = form_decode_lenient(a, name, true);
		if (!is_taken(call->op.operation->input, name))
			json_set(map, arena_cstr(a, name),
				 scalar(value.p ? form_decode_lenient(a, value, true) : STR(""),
					m->shape->element));
	}
	if (json_count(map))
		json_set(call->op.in, m->name, json_object_get(map));
}

static void read_query(struct aws_call *call, const struct shape_member *m)
{
	struct arena *a = call->op.arena;
	struct str rest = call->http.query, name, value;
	struct json_object *list = NULL;

	while (form_next(&rest, &name, &value)) {
		if (!str_is(form_decode_lenient(a, name, true),
			    m->wire_name ? m->wire_name : m->name))
			continue;
		value = value.p ? form_decode_lenient(a, value, true) : STR("");
		if (m->shape->type != SHAPE_LIST) {
			json_set(call->op.in, m->name, scalar(value, m->shape));
			return;
		}
		if (!list)
			list = json_set_array(call->op.in, m->name);
		json_add(list, scalar(value, m->shape->element));
	}
}

/* The n-th label of the template is called so? Labels carry the member's wire name. */
static struct str label_value(struct aws_call *call, const char *name)
{
	struct str want = str_of(call->op.operation->http);
	size_t n = 0;

	while (want.p) {
		struct str segment = str_cut(&want, '/');

		if (!str_starts(segment, STR("{")))
			continue;
		segment = str_slice(segment, 1, (size_t)str_find(segment, '}'));
		if (str_ends(segment, STR("+")))
			segment.n--;
		if (str_is(segment, name))
			return call->labels[n];
		n++;
	}
	return STR_NONE;
}

static void read_member(struct aws_call *call, const struct shape_member *m)
{
	const char *name = m->wire_name ? m->wire_name : m->name;
	struct str value = STR_NONE;

	switch (m->place) {
	case IN_PATH:
		value = label_value(call, name);
		break;
	case IN_HEADER:
		value = sigv4_header(&call->http, name);
		break;
	case IN_QUERY:
		if (m->shape->type == SHAPE_MAP)
			read_query_map(call, m);
		else
			read_query(call, m);
		return;
	case IN_PAYLOAD:
		if (m->shape->type == SHAPE_BLOB || m->shape->type == SHAPE_STRING)
			value = call->payload;
		break;
	case IN_BODY:
	case IN_STATUS:
		return;
	}
	if (value.p)
		json_set(call->op.in, m->name, scalar(value, m->shape));
}

/* The member that is the whole body, or NULL. */
static const struct shape_member *payload_of(const struct shape *shape)
{
	for (const struct shape_member *m = shape ? shape->members : NULL; m && m->name; m++)
		if (m->place == IN_PAYLOAD)
			return m;
	return NULL;
}

/* Members of the body that go by another name on the wire. */
static void rename_members(struct json_object *in, const struct shape *shape)
{
	for (const struct shape_member *m = shape->members; m && m->name; m++) {
		struct json_object *value =
			m->wire_name && m->place == IN_BODY ? json_get(in, m->wire_name) : NULL;

		if (!value)
			continue;
		json_set(in, m->name, json_object_get(value));
		json_object_object_del(in, m->wire_name);
	}
}

bool rest_read(struct aws_call *call)
{
	struct op *op = &call->op;
	const struct shape *shape = op->operation ? op->operation->input : NULL;
	const struct shape_member *payload = payload_of(shape);
	bool raw = payload &&
		   (payload->shape->type == SHAPE_BLOB || payload->shape->type == SHAPE_STRING);
	struct json_object *body = NULL;

	op->in = json_new_object(op->arena);
	if (!shape)
		return true;
	if (call->payload.n && !raw) {
		body = json_parse(op->arena, call->payload, NULL);
		if (!body || (!payload && !json_is_object(body)))
			return false;
		if (payload)
			json_set(op->in, payload->name, json_object_get(body));
		else
			op->in = body;
	}
	rename_members(op->in, shape);
	for (const struct shape_member *m = shape->members; m && m->name; m++)
		if (m->place != IN_BODY)
			read_member(call, m);
	return true;
}

/* --- writing -------------------------------------------------------------------- */

static struct str as_text(struct arena *a, struct json_object *value)
{
	return json_is_string(value) ? arena_dup(a, json_str(value)) : json_text(a, value);
}

/* A header's value comes from stored data: a line break in it would end the header. */
static struct str header_safe(struct str value)
{
	ptrdiff_t cr = str_find(value, '\r'), lf = str_find(value, '\n');
	size_t end = value.n;

	if (cr >= 0 && (size_t)cr < end)
		end = (size_t)cr;
	if (lf >= 0 && (size_t)lf < end)
		end = (size_t)lf;
	return str_slice(value, 0, end);
}

/* Take a member out of op->out and put it where it belongs, under the name that it has there. */
static void place_member(struct aws_call *call, const struct shape_member *m, struct answer *answer)
{
	struct op *op = &call->op;
	struct json_object *value = json_get(op->out, m->name);

	if (value && m->place == IN_BODY && m->wire_name) {
		json_set(op->out, m->wire_name, json_object_get(value));
		json_object_object_del(op->out, m->name);
	}
	if (!value || m->place == IN_BODY)
		return;
	if (m->place == IN_STATUS)
		answer->status = (int)json_int_or(value, answer->status);
	else if (m->place == IN_HEADER && m->wire_name && strcmp(m->wire_name, "Content-Type") == 0)
		answer->type = arena_cstr(op->arena, header_safe(json_str(value)));
	else if (m->place == IN_HEADER && call->req)
		http_set_header(call->req, m->wire_name ? m->wire_name : m->name,
				header_safe(as_text(op->arena, value)));
	else if (m->place == IN_PAYLOAD)
		answer->body = as_text(op->arena, value);
	json_object_object_del(op->out, m->name);
}

void rest_write(struct aws_call *call, struct answer *answer)
{
	struct op *op = &call->op;
	const struct shape *shape = op->operation->output;
	const struct shape_member *payload = payload_of(shape);

	*answer = (struct answer){ op->operation->status ? op->operation->status : 200,
				   "application/json", STR("") };
	for (const struct shape_member *m = shape ? shape->members : NULL; m && m->name; m++)
		place_member(call, m, answer);
	if (!payload && answer->status != 204)
		answer->body = json_text(op->arena, op->out);
}

void rest_write_error(struct aws_call *call, struct answer *answer)
{
	struct op *op = &call->op;
	struct json_object *body = json_new_object(op->arena);

	if (call->req)
		http_set_header(call->req, "x-amzn-ErrorType", str_of(op->error->code));
	json_add_members(body, op->error_members);
	json_set_str(body, op->error->capital ? "Message" : "message",
		     op->error_message.p ? op->error_message : STR(""));
	*answer = (struct answer){ op->error->status, "application/json",
				   json_text(op->arena, body) };
}
