/* Custom headers; see headers.h. */
#include "cloud/amplify/headers.h"

#include "base/yaml.h"

enum { HEADERS_BYTES_MAX = 25000, PATTERN_MAX = 1024, GLOB_STEPS_MAX = 10000 };

static bool name_good(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] <= ' ' || name.p[i] == 0x7f ||
		    strchr("()<>@,;:\\\"/[]?={}", name.p[i]))
			return false;
	return name.n > 0;
}

static bool value_good(struct str value)
{
	for (size_t i = 0; i < value.n; i++)
		if ((unsigned char)value.p[i] < ' ' && value.p[i] != '\t')
			return false;
	return true;
}

/* A scalar of YAML as text: numbers and booleans as they print. */
static struct str text_of(struct arena *a, const struct json_object *o)
{
	return json_is_string(o) ? arena_dup(a, json_str(o)) : o ? json_text(a, o) : STR_NONE;
}

static bool read_entry(struct arena *a, const struct json_object *entry, struct json_object *out,
		       const char **why)
{
	struct str pattern = json_get_str(entry, "pattern");
	const struct json_object *headers = json_get(entry, "headers");
	struct json_object *list;

	if (!pattern.n || pattern.n > PATTERN_MAX || !json_is_array(headers)) {
		*why = "Each entry of customHeaders needs a pattern and a list of headers.";
		return false;
	}
	json_set_str(out, "pattern", pattern);
	list = json_set_array(out, "headers");
	for (size_t i = 0; i < json_count(headers); i++) {
		struct str key = text_of(a, json_get(json_at(headers, i), "key"));
		struct str value = text_of(a, json_get(json_at(headers, i), "value"));
		struct json_object *o = json_add_object(list);

		if (!name_good(key) || !value.p || !value_good(value)) {
			*why = "Each custom header needs a key and a value that can stand in a "
			       "header.";
			return false;
		}
		json_set_str(o, "key", key);
		json_set_str(o, "value", value);
	}
	return true;
}

struct json_object *headers_read(struct arena *a, struct str text, const char **why)
{
	struct json_object *all, *list, *out = json_new_array(a);
	int line = 0;
	const char *reason = "";

	*why = "The custom headers are too long.";
	if (text.n > HEADERS_BYTES_MAX)
		return NULL;
	if (!str_trim(text).n)
		return out;
	all = yaml_read(a, text, &line, &reason);
	if (!all) {
		*why = arena_printf(a, "The custom headers are no YAML (line %d): %s", line,
				    reason);
		return NULL;
	}
	list = json_get(all, "customHeaders");
	if (!list)
		list = json_get(json_at(json_get(all, "applications"), 0), "customHeaders");
	if (!list)
		list = json_is_array(all) ? all : NULL;
	*why = "The custom headers need a list named customHeaders.";
	if (!json_is_array(list))
		return NULL;
	for (size_t i = 0; i < json_count(list); i++)
		if (!read_entry(a, json_at(list, i), json_add_object(out), why))
			return NULL;
	return out;
}

/* "*", "**", "?" and literal bytes. */
static bool glob(struct str pattern, struct str text, int *steps)
{
	while (pattern.n) {
		bool deep = str_starts(pattern, STR("**"));

		if (++*steps > GLOB_STEPS_MAX)
			return false;
		if (pattern.p[0] != '*') {
			if (!text.n || (pattern.p[0] != text.p[0] &&
					(pattern.p[0] != '?' || text.p[0] == '/')))
				return false;
			pattern = str_slice(pattern, 1, pattern.n);
			text = str_slice(text, 1, text.n);
			continue;
		}
		pattern = str_slice(pattern, deep ? 2 : 1, pattern.n);
		/* No segment at all is a way to read the double star and its slash. */
		if (deep && str_starts(pattern, STR("/")) &&
		    glob(str_slice(pattern, 1, pattern.n), text, steps))
			return true;
		for (size_t i = 0; i <= text.n; i++) {
			if (glob(pattern, str_slice(text, i, text.n), steps))
				return true;
			if (i < text.n && text.p[i] == '/' && !deep)
				return false;
		}
		return false;
	}
	return !text.n;
}

bool headers_match(struct str pattern, struct str path)
{
	int steps = 0;

	if (str_starts(pattern, STR("/")))
		pattern = str_slice(pattern, 1, pattern.n);
	else if (str_find(pattern, '/') < 0)
		while (str_find(path, '/') >= 0)
			str_cut(&path, '/');
	if (str_starts(path, STR("/")))
		path = str_slice(path, 1, path.n);
	return glob(pattern, path, &steps);
}

void headers_each(const struct json_object *list, struct str path,
		  void (*fn)(void *arg, struct str name, struct str value), void *arg)
{
	for (size_t i = 0; i < json_count(list); i++) {
		const struct json_object *entry = json_at(list, i);
		const struct json_object *headers = json_get(entry, "headers");

		if (!headers_match(json_get_str(entry, "pattern"), path))
			continue;
		for (size_t h = 0; h < json_count(headers); h++)
			fn(arg, json_get_str(json_at(headers, h), "key"),
			   json_get_str(json_at(headers, h), "value"));
	}
}
