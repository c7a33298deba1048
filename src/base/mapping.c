/* Mapping templates; see mapping.h. */
#include "base/mapping.h"

#include "base/base64.h"
#include "base/form.h"
#include "base/jsonpath.h"

struct input {
	const struct mapping_input *from;
	struct str body;
	struct json_object *json;
	bool parsed;
	bool bad_body;
};

/* --- $input --------------------------------------------------------------------- */

static bool fail(struct velocity_call *call, const char *why)
{
	call->why = why;
	return false;
}

static void answer(struct velocity_call *call, struct str text)
{
	call->result = json_own(call->arena, json_string(text));
}

static struct str arg(struct velocity_call *call, size_t i)
{
	struct json_object *value = i < call->count ? call->args[i] : NULL;

	return json_is_string(value) ? json_str(value) : velocity_text(call->arena, value);
}

/* A body is JSON when it begins as an object, a list or a string does. */
static bool parse_body(struct input *in, struct velocity_call *call)
{
	struct str text = str_trim(in->body);
	const char *why = NULL;

	if (in->parsed)
		return true;
	if (text.n && memchr("{[\"", *text.p, 3))
		in->json = json_parse(call->arena, text, &why);
	else
		in->json = json_own(call->arena, json_string(in->body));
	in->parsed = in->json != NULL;
	in->bad_body = !in->parsed;
	return in->parsed || fail(call, why);
}

/* May a path select several values? Then the answer is a list, as many as there are. */
static bool is_indefinite(struct str path)
{
	return str_find_str(path, STR("..")) >= 0 || str_find(path, '*') >= 0 ||
	       str_find(path, '?') >= 0;
}

static bool select_path(struct input *in, struct velocity_call *call)
{
	struct str path = call->count ? arg(call, 0) : STR("$");
	struct json_object **found;
	const char *why = NULL;
	size_t count;

	if (!parse_body(in, call))
		return false;
	if (!str_starts(path, STR("$")))
		path = arena_strf(call->arena, "$.%.*s", STR_ARG(path));
	if (!jsonpath_all(call->arena, path, in->json, &found, &count, &why))
		return fail(call, why);
	if (!is_indefinite(path)) {
		call->result = count ? found[0] : NULL;
		return true;
	}
	call->result = json_new_array(call->arena);
	for (size_t i = 0; i < count; i++)
		json_add(call->result, json_object_get(found[i]));
	return true;
}

static bool print_path(struct input *in, struct velocity_call *call)
{
	if (!select_path(in, call))
		return false;
	answer(call, call->result ? json_text(call->arena, call->result) : STR("\"\""));
	return true;
}

/* A parameter of the path, the query or the headers, in this order. */
static bool find_params(struct input *in, struct velocity_call *call)
{
	static const char *const places[] = { "path", "querystring", "header" };
	const char *name;

	if (!call->count) {
		call->result = in->from->params;
		return true;
	}
	name = arena_cstr(call->arena, arg(call, 0));
	for (size_t i = 0; i < 3 && !call->result; i++)
		call->result = json_get(json_get(in->from->params, places[i]), name);
	return true;
}

static bool call_input(void *closure, struct velocity_call *call)
{
	struct input *in = closure;

	if (str_is(call->method, "body"))
		answer(call, in->body);
	else if (str_is(call->method, "path") && call->args)
		return select_path(in, call);
	else if (str_is(call->method, "json") && call->args)
		return print_path(in, call);
	else if (str_is(call->method, "params") && call->args)
		return find_params(in, call);
	return true;
}

/* --- $util ------------------------------------------------------------------------ */

/* The code point at *at, which is moved behind it; broken UTF-8 is taken byte by byte. */
static uint32_t code_point(struct str s, size_t *at)
{
	unsigned char c = (unsigned char)s.p[*at];
	size_t n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
	uint32_t code = c;

	if (n > 1 && *at + n <= s.n && str_is_utf8(str_slice(s, *at, *at + n))) {
		code = c & (0x7fU >> n);
		for (size_t i = 1; i < n; i++)
			code = code << 6 | ((unsigned char)s.p[*at + i] & 0x3f);
	} else {
		n = 1;
	}
	*at += n;
	return code;
}

/* As Apache Commons' escapeJavaScript(): also ' and / are escaped. */
static struct str escape_javascript(struct arena *a, struct str s)
{
	static const char names[] = "btn\0fr"; /* for 8..13; 11 has none */
	struct buf b;
	struct str out;

	buf_init(&b, BUF_MAX);
	for (size_t i = 0; i < s.n;) {
		uint32_t c = code_point(s, &i);

		if (c > 0xffff)
			buf_addf(&b, "\\u%04X\\u%04X", 0xd800 + ((c - 0x10000) >> 10),
				 0xdc00 + ((c - 0x10000) & 0x3ff));
		else if (c >= 8 && c <= 13 && c != 11)
			buf_addf(&b, "\\%c", names[c - 8]);
		else if (c < 0x20 || c > 0x7f)
			buf_addf(&b, "\\u%04X", c);
		else if (memchr("'\"\\/", (int)c, 4))
			buf_addf(&b, "\\%c", (char)c);
		else
			buf_addc(&b, (char)c);
	}
	out = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return out;
}

static bool util_escape(struct velocity_call *call)
{
	answer(call, escape_javascript(call->arena, arg(call, 0)));
	return true;
}

static bool util_parse(struct velocity_call *call)
{
	struct str text = arg(call, 0);

	if (str_is(str_trim(text), "null") || !text.n)
		return true;
	call->result = json_parse(call->arena, text, &call->why);
	return call->result != NULL;
}

/* As java.net.URLEncoder: a blank is "+", and * stays. */
static bool util_url_encode(struct velocity_call *call)
{
	struct str text = form_encode(call->arena, arg(call, 0), false);
	struct buf b;

	buf_init(&b, BUF_MAX);
	for (size_t i = 0; i < text.n; i++) {
		struct str three = str_slice(text, i, i + 3);

		if (str_is(three, "%20") || str_is(three, "%2A")) {
			buf_addc(&b, str_is(three, "%20") ? '+' : '*');
			i += 2;
		} else if (text.p[i] == '~') {
			buf_adds(&b, "%7E");
		} else {
			buf_addc(&b, text.p[i]);
		}
	}
	answer(call, arena_dup(call->arena, buf_str(&b)));
	buf_release(&b);
	return true;
}

static bool util_url_decode(struct velocity_call *call)
{
	struct str text;

	if (!form_decode(call->arena, arg(call, 0), true, &text))
		return fail(call,
			    "$util.urlDecode(): illegal hex characters in escape (%) pattern");
	answer(call, text);
	return true;
}

static bool util_base64_encode(struct velocity_call *call)
{
	answer(call, base64_print(call->arena, arg(call, 0)));
	return true;
}

static bool util_base64_decode(struct velocity_call *call)
{
	struct str bytes;

	if (!base64_parse(call->arena, str_trim(arg(call, 0)), &bytes))
		return fail(call, "$util.base64Decode(): the argument is not base64");
	answer(call, bytes);
	return true;
}

static bool call_util(void *closure, struct velocity_call *call)
{
	static const struct {
		const char *name;
		bool (*call)(struct velocity_call *call);
	} functions[] = {
		{ "base64Decode", util_base64_decode }, { "base64Encode", util_base64_encode },
		{ "escapeJavaScript", util_escape },    { "parseJson", util_parse },
		{ "urlDecode", util_url_decode },       { "urlEncode", util_url_encode },
	};

	(void)closure;
	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++)
		if (call->count == 1 && str_is(call->method, functions[i].name))
			return functions[i].call(call);
	return true;
}

enum mapping_result mapping_render(struct arena *a, struct str template,
				   const struct mapping_input *input, struct str *out,
				   const char **why)
{
	struct input in = { .from = input, .body = input->body.n ? input->body : STR("{}") };
	struct velocity_tool tools[] = { { "input", call_input, &in },
					 { "util", call_util, NULL },
					 { 0 } };
	struct json_object *variables = json_new_object(a);

	if (input->context)
		json_set(variables, "context", json_object_get(input->context));
	if (input->stage_variables)
		json_set(variables, "stageVariables", json_object_get(input->stage_variables));
	if (velocity_render(a, template, variables, tools, out, why))
		return MAPPING_DONE;
	return in.bad_body ? MAPPING_BAD_BODY : MAPPING_BAD_TEMPLATE;
}
