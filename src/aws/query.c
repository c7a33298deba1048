/*
 * The query protocol: a form in, XML out.
 *
 * "Tags.member.1.Key=a&Tags.member.1.Value=b" folds into a tree by its dots first; the shape then tells
 * what the tree means. Answers follow op->out, and the output shape where there is one.
 */
#include "aws/call.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/form.h"
#include "base/time.h"

#define FIELDS_MAX 20000
#define DOTS_MAX   32
#define NODES_MAX                                                                                  \
	100000 /* of the tree, where each takes most of a kilobyte for the two bytes of its name */
#define LEAF "."

/* --- reading ------------------------------------------------------------------ */

/* A leaf stands beside what is below it, so that "A=1&A.B=2" harms nobody; no part of a name has a dot. */
static bool fold(struct json_object *tree, struct arena *a, int *nodes, struct str name,
		 struct str value)
{
	struct str rest = name;
	int dots = 0;

	while (rest.p) {
		char *part = arena_cstr(a, str_cut(&rest, '.'));
		struct json_object *child = json_get(tree, part);

		*nodes += !child;
		if (++dots > DOTS_MAX || *nodes > NODES_MAX)
			return false;
		tree = child ? child : json_set_object(tree, part);
	}
	if (!json_get(tree, LEAF))
		json_set_str(tree, LEAF, value);
	return true;
}

static struct json_object *unfold(struct arena *a, struct json_object *node,
				  const struct shape *shape);

struct numbered {
	int64_t at;
	struct json_object *node;
};

static int by_number(const void *left, const void *right)
{
	const struct numbered *l = left, *r = right;

	return l->at < r->at ? -1 : l->at > r->at;
}

/* The children called 1, 2, 3..., in that order. */
static struct numbered *numbered(struct arena *a, struct json_object *node, size_t *count)
{
	struct numbered *list = arena_alloc(a, (json_count(node) + 1) * sizeof(*list));
	size_t n = 0;

	if (json_is_object(node)) {
		JSON_EACH(node, key, value)
		{
			if (str_to_int(str_of(key), &list[n].at))
				list[n++].node = value;
		}
	}
	qsort(list, n, sizeof(*list), by_number);
	*count = n;
	return list;
}

static struct json_object *unfold_list(struct arena *a, struct json_object *node,
				       const struct shape *shape)
{
	struct json_object *array = json_object_new_array();
	struct json_object *items = json_get(node, shape->item_name ? shape->item_name : "member");
	size_t n;
	struct numbered *list = numbered(a, items ? items : node, &n);

	for (size_t i = 0; i < n; i++)
		json_add(array, unfold(a, list[i].node, shape->element));
	return array;
}

static struct json_object *entry_part(struct json_object *entry, const char *flat,
				      const char *usual, const char *other)
{
	struct json_object *part = json_get(entry, flat ? flat : usual);

	return part ? part : json_get(entry, other);
}

static void unfold_entry(struct arena *a, struct json_object *entry, const struct shape *shape,
			 struct json_object *map)
{
	struct json_object *name = entry_part(entry, shape->key_name, "key", "Name");
	struct json_object *value = entry_part(entry, shape->value_name, "value", "Value");

	if (name)
		json_set(map, arena_cstr(a, json_get_str(name, LEAF)),
			 value ? unfold(a, value, shape->element) : json_string(STR("")));
}

static struct json_object *unfold_map(struct arena *a, struct json_object *node,
				      const struct shape *shape)
{
	struct json_object *map = json_object_new_object();
	struct json_object *entries = json_get(node, "entry");
	size_t n;
	struct numbered *list = numbered(a, entries ? entries : node, &n);

	for (size_t i = 0; i < n; i++)
		unfold_entry(a, list[i].node, shape, map);
	/* "Attribute.Name=...": a single entry needs no number. */
	if (!n)
		unfold_entry(a, node, shape, map);
	return map;
}

static struct json_object *unfold_structure(struct arena *a, struct json_object *node,
					    const struct shape *shape)
{
	struct json_object *o = json_object_new_object();

	for (const struct shape_member *m = shape->members; m && m->name; m++) {
		struct json_object *child = json_get(node, m->wire_name ? m->wire_name : m->name);

		/* Some clients spell it as the model does. */
		if (!child)
			child = json_get(node, m->name);
		if (child)
			json_set(o, m->name, unfold(a, child, m->shape));
	}
	return o;
}

/* Numbers and booleans as such where they are; what is not stays text, for the shape's check to refuse. */
static struct json_object *unfold_scalar(struct str text, enum shape_type type)
{
	int64_t number;
	char *end, copy[64];
	double real;

	if (type == SHAPE_BOOLEAN &&
	    (str_eq_nocase(text, STR("true")) || str_eq_nocase(text, STR("false"))))
		return json_object_new_boolean(str_eq_nocase(text, STR("true")));
	if ((type == SHAPE_INTEGER || type == SHAPE_LONG) && str_to_int(text, &number))
		return json_object_new_int64(number);
	if (type == SHAPE_TIMESTAMP && time_parse_iso(text, &number))
		return json_object_new_double((double)number / 1000.0);
	if (type == SHAPE_DOUBLE && text.n && text.n < sizeof(copy)) {
		memcpy(copy, text.p, text.n);
		copy[text.n] = '\0';
		real = strtod(copy, &end);
		if (!*end)
			return json_object_new_double(real);
	}
	return json_string(text);
}

/* Without a shape: a node with numbers is a list, one with names an object. */
static struct json_object *unfold_any(struct arena *a, struct json_object *node)
{
	struct str leaf = json_get_str(node, LEAF);
	struct json_object *o;
	size_t n;

	if (leaf.p)
		return json_string(leaf);
	numbered(a, node, &n);
	if (n)
		return unfold_list(a, node, &shape_string_list);
	o = json_object_new_object();
	JSON_EACH(node, key, value)
	{
		json_set(o, key, unfold_any(a, value));
	}
	return o;
}

static struct json_object *unfold(struct arena *a, struct json_object *node,
				  const struct shape *shape)
{
	struct str leaf = json_get_str(node, LEAF);

	if (!shape || shape->type == SHAPE_ANY)
		return unfold_any(a, node);
	if (shape->type == SHAPE_LIST)
		return unfold_list(a, node, shape);
	if (shape->type == SHAPE_MAP)
		return unfold_map(a, node, shape);
	if (shape->type == SHAPE_STRUCTURE)
		return unfold_structure(a, node, shape);
	return unfold_scalar(leaf.p ? leaf : STR(""), shape->type);
}

/* What is sent to a resource's own address means that resource. */
static void add_address(struct aws_call *call)
{
	struct op *op = &call->op;
	const char *name = op->service ? op->service->query_address : NULL;

	if (name && call->http.path.n > 1 && !json_get(op->in, name))
		json_set_str(op->in, name, call->http.path);
}

bool query_read(struct aws_call *call)
{
	struct op *op = &call->op;
	struct str type = sigv4_header(&call->http, "Content-Type");
	bool form = str_starts(type, STR("application/x-www-form-urlencoded"));
	struct json_object *tree = json_new_object(op->arena);
	struct str rest = form && call->payload.n ? call->payload : call->http.query, name, value;
	int fields = 0, nodes = 0;

	while (form_next(&rest, &name, &value))
		if (++fields > FIELDS_MAX ||
		    !fold(tree, op->arena, &nodes, form_decode_lenient(op->arena, name, true),
			  value.p ? form_decode_lenient(op->arena, value, true) : STR("")))
			return false;
	op->in = json_new_object(op->arena);
	if (op->operation && op->operation->input)
		op->in = json_own(op->arena,
				  unfold_structure(op->arena, tree, op->operation->input));
	add_address(call);
	return true;
}

/* --- writing --------------------------------------------------------------------- */

static void add_text(struct buf *b, struct str text)
{
	size_t from = 0;

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c >= 0x20 && c != '<' && c != '>' && c != '&' && c != '"')
			continue;
		buf_add(b, str_slice(text, from, i));
		from = i + 1;
		if (c == '<')
			buf_adds(b, "&lt;");
		else if (c == '>')
			buf_adds(b, "&gt;");
		else if (c == '&')
			buf_adds(b, "&amp;");
		else if (c == '"')
			buf_adds(b, "&quot;");
		else if (c == '\t' || c == '\n' || c == '\r')
			buf_addf(b, "&#x%X;", c);
		else
			buf_adds(b, "\xef\xbf\xbd"); /* XML 1.0 has no other control characters */
	}
	buf_add(b, str_slice(text, from, text.n));
}

static void add_value(struct arena *a, struct buf *b, struct json_object *value,
		      const struct shape *shape);

static void add_element(struct arena *a, struct buf *b, const char *name, struct json_object *value,
			const struct shape *shape)
{
	buf_addf(b, "<%s>", name);
	add_value(a, b, value, shape);
	buf_addf(b, "</%s>", name);
}

static void add_map(struct arena *a, struct buf *b, struct json_object *map,
		    const struct shape *shape)
{
	JSON_EACH(map, key, value)
	{
		buf_adds(b, "<entry><key>");
		add_text(b, str_of(key));
		buf_adds(b, "</key>");
		add_element(a, b, "value", value, shape->element);
		buf_adds(b, "</entry>");
	}
}

/* Each entry stands in an element of the map's own name. */
static void add_flat_map(struct arena *a, struct buf *b, const char *name, struct json_object *map,
			 const struct shape *shape)
{
	JSON_EACH(map, key, value)
	{
		buf_addf(b, "<%s><%s>", name, shape->key_name);
		add_text(b, str_of(key));
		buf_addf(b, "</%s>", shape->key_name);
		add_element(a, b, shape->value_name, value, shape->element);
		buf_addf(b, "</%s>", name);
	}
}

static void add_members(struct arena *a, struct buf *b, struct json_object *o,
			const struct shape *shape)
{
	JSON_EACH(o, key, value)
	{
		const struct shape_member *m = shape_member(shape, str_of(key));
		const struct shape *of = m ? m->shape : NULL;
		const char *name = m && m->wire_name ? m->wire_name : key;

		if (of && of->flat && json_is_array(value))
			for (size_t i = 0; i < json_count(value); i++)
				add_element(a, b, name, json_at(value, i), of->element);
		else if (of && of->flat && json_is_object(value))
			add_flat_map(a, b, name, value, of);
		else if (value)
			add_element(a, b, name, value, of);
	}
}

static void add_value(struct arena *a, struct buf *b, struct json_object *value,
		      const struct shape *shape)
{
	const char *item = shape && shape->item_name ? shape->item_name : "member";
	double seconds;

	if (json_is_array(value)) {
		for (size_t i = 0; i < json_count(value); i++)
			add_element(a, b, item, json_at(value, i), shape ? shape->element : NULL);
	} else if (json_is_object(value) && shape && shape->type == SHAPE_MAP) {
		add_map(a, b, value, shape);
	} else if (json_is_object(value)) {
		add_members(a, b, value, shape);
	} else if (shape && shape->type == SHAPE_TIMESTAMP && !json_is_string(value)) {
		seconds = json_object_get_double(value);
		buf_add(b, time_iso(a, (int64_t)(seconds * 1000 + 0.5), true));
	} else if (json_is_string(value)) {
		add_text(b, json_str(value));
	} else {
		json_print(b, value);
	}
}

static struct str taken(struct arena *a, struct buf *b)
{
	struct str text = arena_dup(a, buf_str(b));

	buf_release(b);
	return text;
}

void query_write(struct aws_call *call, struct answer *answer)
{
	struct op *op = &call->op;
	const char *name = op->operation->name;
	struct buf b;

	buf_init(&b, BUF_MAX);
	buf_addf(&b, "<%sResponse xmlns=\"%s\">", name, op->service->xmlns);
	if (json_count(op->out) || op->operation->output) {
		buf_addf(&b, "<%sResult>", name);
		add_members(op->arena, &b, op->out, op->operation->output);
		buf_addf(&b, "</%sResult>", name);
	}
	buf_addf(&b,
		 "<ResponseMetadata><RequestId>%.*s</RequestId></ResponseMetadata></%sResponse>",
		 STR_ARG(op->request_id), name);
	*answer = (struct answer){ 200, "text/xml", taken(op->arena, &b) };
}

void query_write_error(struct aws_call *call, struct answer *answer)
{
	struct op *op = &call->op;
	struct str message =
		op->error->query_message ? str_of(op->error->query_message) : op->error_message;
	struct buf b;

	buf_init(&b, BUF_MAX);
	buf_addf(&b, "<ErrorResponse xmlns=\"%s\"><Error><Type>%s</Type><Code>%s</Code>",
		 op->service ? op->service->xmlns
			     : "http://webservices.amazon.com/AWSFault/2005-15-09",
		 op->error->status < 500 ? "Sender" : "Receiver", op->error->code);
	if (message.n) {
		buf_adds(&b, "<Message>");
		add_text(&b, message);
		buf_adds(&b, "</Message>");
	}
	if (op->service && op->service->habits & HABIT_ERROR_DETAIL)
		buf_adds(&b, "<Detail></Detail>");
	if (op->error_members)
		add_members(op->arena, &b, op->error_members, NULL);
	buf_addf(&b, "</Error><RequestId>%.*s</RequestId></ErrorResponse>",
		 STR_ARG(op->request_id));
	*answer = (struct answer){ op->error->status, "text/xml", taken(op->arena, &b) };
}
