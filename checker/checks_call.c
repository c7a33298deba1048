/* Reading the calls of checks.yaml: what is asked, with which values, and what is expected. */
#include "checker/checks_reader.h"

#include "base/jsonpath.h"
#include "base/pattern.h"
#include "base/yaml.h"
#include "checker/checks_names.h"

static bool is_service(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!(c >= 'a' && c <= 'z') && !(i && ((c >= '0' && c <= '9') || c == '-')))
			return false;
	}
	return s.n > 0;
}

static bool is_operation(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!(c >= 'A' && c <= 'Z') &&
		    !(i && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))))
			return false;
	}
	return s.n > 0;
}

static bool read_operation(struct checks_reader *r, struct str text, int line, struct str *service,
			   struct str *operation)
{
	struct str rest = str_trim(text);

	*service = str_cut(&rest, ' ');
	*operation = str_trim(rest);
	if (!is_service(*service))
		return checks_wrong(r, line,
				    "\"%.*s\" is not a call: write SERVICE OPERATION, as in "
				    "dynamodb DescribeTable",
				    STR_ARG(text));
	if (!is_operation(*operation))
		return checks_wrong(r, line,
				    "\"%.*s\" is not an operation: AWS's names begin with a "
				    "capital, as in DescribeTable",
				    STR_ARG(*operation));
	return true;
}

/* --- names ------------------------------------------------------------------ */

static bool name_known(const struct checks_reader *r, struct str name)
{
	for (size_t i = 0; r->check && i < r->check->let_count; i++) {
		if (str_is(name, r->check->let[i].name))
			return true;
	}
	return str_is(name, "account") || str_is(name, "region") || str_is(name, "endpoint") ||
	       str_is(name, "scheme");
}

void checks_names(struct checks_reader *r, struct str text, int line)
{
	struct names_piece piece;

	while (names_next(&text, &piece)) {
		if (piece.is_name && !name_known(r, piece.text))
			checks_wrong(r, line,
				     "{%.*s} is not known here: it is not in `let`, nor account, "
				     "region, endpoint or scheme (for the braces themselves write "
				     "{{%.*s}})",
				     STR_ARG(piece.text), STR_ARG(piece.text));
	}
}

/* Names in all texts of a value. `line` is for values that have none. */
static void value_names(struct checks_reader *r, const struct json_object *o, int line)
{
	line = yaml_line(o) ? yaml_line(o) : line;
	if (json_is_string(o))
		checks_names(r, json_str(o), line);
	for (size_t i = 0; json_is_array(o) && i < json_count(o); i++)
		value_names(r, json_at(o, i), line);
	if (!json_is_object(o))
		return;
	JSON_EACH((struct json_object *)o, key, value)
	{
		/* YAML reads {api} without quotes as a mapping with nothing under api. */
		if (!value && json_count(o) == 1 && name_known(r, str_of(key)))
			checks_wrong(r, line, "{%s} must stand in quotes: \"{%s}\"", key, key);
		value_names(r, value, line);
	}
}

/* --- let --------------------------------------------------------------------------- */

/* The last `word` in `text`, so that a path may contain it; -1 when there is none. */
static ptrdiff_t find_last(struct str text, struct str word)
{
	ptrdiff_t found = -1, at = 0;

	for (;;) {
		ptrdiff_t next = str_find_str(str_slice(text, (size_t)at, text.n), word);

		if (next < 0)
			return found;
		found = at + next;
		at = found + 1;
	}
}

static bool read_one_let(struct checks_reader *r, struct str text, int line, struct check_let *let)
{
	ptrdiff_t from, with = str_find_str(text, STR(" with {"));
	const char *why = NULL;
	struct str head = text;

	if (with >= 0) {
		struct str input = str_slice(text, (size_t)with + 6, text.n);

		let->with = yaml_parse(r->arena, input, r->file, &why);
		if (!json_is_object(let->with))
			return checks_wrong(r, line, "what follows `with` is not a mapping: %.*s",
					    STR_ARG(input));
		value_names(r, let->with, line);
		head = str_slice(text, 0, (size_t)with);
	}
	from = find_last(head, STR(" from "));
	if (from < 0)
		return checks_wrong(r, line,
				    "\"%.*s\" is not a value: write JSONPATH from SERVICE "
				    "OPERATION, as in \"$.items[0].id from apigateway "
				    "GetRestApis\"",
				    STR_ARG(text));
	let->path = str_trim(str_slice(head, 0, (size_t)from));
	checks_names(r, let->path, line);
	if (!jsonpath_check(r->arena, let->path, &why))
		return checks_wrong(r, line, "%.*s: %s", STR_ARG(let->path), why);
	return read_operation(r, str_slice(head, (size_t)from + 6, head.n), line, &let->service,
			      &let->operation);
}

static bool is_name(struct arena *a, const char *key)
{
	struct str rest = arena_strf(a, "{%s}", key);
	struct names_piece piece;

	return names_next(&rest, &piece) && piece.is_name && !rest.n;
}

void checks_read_let(struct checks_reader *r, const struct json_object *o, struct check *check)
{
	struct json_object *lets = json_get(o, "let");
	int line = checks_line(o, "let");

	if (!yaml_key_line(o, "let"))
		return;
	if (!json_is_object(lets)) {
		checks_wrong(r, line,
			     "let must be a mapping of names to JSONPATH from SERVICE "
			     "OPERATION");
		return;
	}
	check->let = arena_zalloc(r->arena, (json_count(lets) + 1) * sizeof(*check->let));
	JSON_EACH(lets, key, value)
	{
		struct check_let *let = &check->let[check->let_count];

		line = checks_line(lets, key);
		let->name = key;
		if (!is_name(r->arena, key))
			checks_wrong(r, line,
				     "\"%s\" is not a name: letters, digits, - and _, a letter "
				     "first",
				     key);
		else if (name_known(r, str_of(key)))
			checks_wrong(r, line, "{%s} is known already", key);
		else if (!json_is_string(value))
			checks_wrong(r, line, "%s must be a text: JSONPATH from SERVICE OPERATION",
				     key);
		else
			read_one_let(r, json_str(value), line, let);
		/* Known from here on, also when wrong: one mistake is enough. */
		check->let_count++;
	}
}

/* --- call, http, with, expect --------------------------------------------------------- */

static void read_http(struct checks_reader *r, struct str text, int line, struct check_call *out)
{
	static const char *const methods[] = { "GET",   "POST", "PUT",     "DELETE",
					       "PATCH", "HEAD", "OPTIONS", NULL };
	struct str rest = str_trim(text), method = str_cut(&rest, ' '), url = str_trim(rest);
	bool known = false;

	for (int i = 0; methods[i]; i++)
		known = known || str_is(method, methods[i]);
	if (!known) {
		checks_wrong(r, line,
			     "\"%.*s\" is not a request: write METHOD ADDRESS, as in GET "
			     "{endpoint}/path",
			     STR_ARG(text));
		return;
	}
	if (!url.n || str_find(url, ' ') >= 0 ||
	    (url.p[0] != '{' && !str_starts(url, STR("http://")) &&
	     !str_starts(url, STR("https://")))) {
		checks_wrong(r, line,
			     "\"%.*s\" is not an address: it begins with {endpoint}, "
			     "another {name}, http:// or https:// and has no blanks",
			     STR_ARG(url));
		return;
	}
	checks_names(r, url, line);
	out->method = method;
	out->url = url;
}

/* with: {headers: {Name: text}, body: ...} */
static void check_http_with(struct checks_reader *r, const struct json_object *with)
{
	static const char *const known[] = { "headers", "body", NULL };
	struct json_object *headers = json_get(with, "headers");

	checks_known_keys(r, with, "the request", known);
	if (headers && !json_is_object(headers))
		checks_wrong(r, checks_line(with, "headers"),
			     "headers must be a mapping of names to texts");
	if (!json_is_object(headers))
		return;
	JSON_EACH(headers, key, value)
	{
		if (!json_is_string(value) || strpbrk(key, ":\r\n ") ||
		    strpbrk(json_str(value).p, "\r\n"))
			checks_wrong(r, checks_line(headers, key),
				     "the header %s must have a text on one line", key);
	}
}

static void read_with(struct checks_reader *r, const struct json_object *o, struct check_call *out)
{
	if (!yaml_key_line(o, "with"))
		return;
	out->with = json_get(o, "with");
	if (!json_is_object(out->with)) {
		checks_wrong(r, checks_line(o, "with"), "with must be a mapping");
		out->with = NULL;
		return;
	}
	if (yaml_key_line(o, "http"))
		check_http_with(r, out->with);
	value_names(r, out->with, checks_line(o, "with"));
}

/* The pattern under `key`, or NULL. */
static struct json_object *read_pattern(struct checks_reader *r, const struct json_object *o,
					const char *key)
{
	struct json_object *pattern = json_get(o, key);
	const char *why = NULL;

	if (!yaml_key_line(o, key))
		return NULL;
	if (!pattern_check(r->arena, pattern, PATTERN_RELAXED, &why))
		checks_wrong(r, checks_line(o, key), "%s is not a pattern: %s", key, why);
	value_names(r, pattern, checks_line(o, key));
	return pattern;
}

static void read_expect(struct checks_reader *r, const struct json_object *o,
			struct check_call *out)
{
	out->expect_error = checks_text(r, o, "expect-error");
	if (out->expect_error.p && yaml_key_line(o, "http"))
		checks_wrong(r, checks_line(o, "expect-error"),
			     "an http check has no expect-error: write expect: {status: 404}");
	out->expect = read_pattern(r, o, "expect");
	out->refuse = read_pattern(r, o, "refuse");
	if (out->expect_error.p && (out->expect || out->refuse))
		checks_wrong(r, checks_line(o, "expect-error"),
			     "expect-error goes without expect and refuse");
}

void checks_read_call(struct checks_reader *r, const struct json_object *o, const char *what,
		      struct check_call *out)
{
	struct str call = checks_text(r, o, "call"), http = checks_text(r, o, "http");

	out->line = yaml_line(o);
	if (call.p && http.p)
		checks_wrong(r, checks_line(o, "http"), "%s has both call and http", what);
	else if (!yaml_key_line(o, "call") && !yaml_key_line(o, "http"))
		checks_wrong(r, yaml_line(o),
			     "%s has no call: write call: SERVICE OPERATION, or http: METHOD "
			     "ADDRESS",
			     what);
	if (call.p)
		read_operation(r, call, checks_line(o, "call"), &out->service, &out->operation);
	else if (http.p)
		read_http(r, http, checks_line(o, "http"), out);
	read_with(r, o, out);
	read_expect(r, o, out);
}
