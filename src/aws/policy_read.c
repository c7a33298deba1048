/*
 * Documents as trees that remember members which come twice, and where things stand.
 *
 * base/json.h says whether the text is JSON at all; what is read here is known to be.
 */
#include "aws/policy_inner.h"

#include "base/json.h"

struct reader {
	struct arena *a;
	const char *p, *end;
	struct policy_position at;
};

static void step(struct reader *r)
{
	if (*r->p == '\n') {
		r->at.line++;
		r->at.column = 1;
	} else if (((unsigned char)*r->p & 0xc0) != 0x80) {
		r->at.column++;
	}
	r->p++;
}

static void blanks(struct reader *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\t' || *r->p == '\r'))
		step(r);
}

/* A string at p; escapes are rare, so that the JSON reader may have them. */
static struct str read_string(struct reader *r)
{
	const char *from = r->p;
	bool escaped = false;
	struct json_object *value;
	struct str token;

	step(r);
	while (*r->p != '"') {
		escaped |= *r->p == '\\';
		if (*r->p == '\\')
			step(r);
		step(r);
	}
	step(r);
	token = str_make(from, (size_t)(r->p - from));
	if (!escaped)
		return str_slice(token, 1, token.n - 1);
	value = json_parse(r->a, arena_strf(r->a, "[%.*s]", STR_ARG(token)), NULL);
	return json_str(json_at(value, 0));
}

static struct policy_node *read_value(struct reader *r);

static struct policy_node *read_member(struct reader *r)
{
	struct str name = read_string(r);
	struct policy_node *node;

	blanks(r);
	step(r); /* the colon */
	node = read_value(r);
	node->name = name;
	return node;
}

/* The elements of a list or object. In a list, an element begins where the one before it ended. */
static void read_elements(struct reader *r, struct policy_node *holder, char close)
{
	struct policy_node **end = &holder->first;
	struct policy_position from;

	step(r);
	from = r->at;
	for (blanks(r); *r->p != close; blanks(r)) {
		if (*r->p == ',') {
			step(r);
			continue;
		}
		*end = close == '}' ? read_member(r) : read_value(r);
		if (close == ']')
			(*end)->start = from;
		from = r->at;
		end = &(*end)->next;
	}
	step(r);
}

static void read_scalar(struct reader *r, struct policy_node *node)
{
	const char *from = r->p;

	while (r->p < r->end && !strchr(",]} \n\t\r", *r->p))
		step(r);
	node->text = str_make(from, (size_t)(r->p - from));
	node->type = *from == 't' || *from == 'f' ? NODE_BOOL
		     : *from == 'n'               ? NODE_NULL
						  : NODE_NUMBER;
}

static struct policy_node *read_value(struct reader *r)
{
	struct policy_node *node = ARENA_NEW(r->a, struct policy_node);

	blanks(r);
	node->start = (struct policy_position){ r->at.line, r->at.column + 1 };
	if (*r->p == '{') {
		node->type = NODE_OBJECT;
		read_elements(r, node, '}');
	} else if (*r->p == '[') {
		node->type = NODE_ARRAY;
		read_elements(r, node, ']');
	} else if (*r->p == '"') {
		node->type = NODE_STRING;
		node->text = read_string(r);
	} else {
		read_scalar(r, node);
	}
	node->end = r->at;
	return node;
}

struct policy_node *policy_read(struct arena *a, struct str text)
{
	struct reader r = { a, text.p, text.p + text.n, { 1, 1 } };

	if (!json_parse(a, text, NULL))
		return NULL;
	return read_value(&r);
}
