/* Definitions; see definition.h. */
#include "base/definition.h"

#include "base/yaml.h"

/* How many objects and arrays begin in a JSON text, by what stands outside of its strings. */
static size_t count_json(struct str text)
{
	bool quoted = false;
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '"')
			quoted = !quoted;
		else if (c == '\\' && quoted)
			i++;
		else if (!quoted && (c == '{' || c == '['))
			n++;
	}
	return n;
}

/* No fewer than those of a YAML text: each begins with a bracket, a dash or a key. Texts within strings count as well. */
static size_t count_yaml(struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		n += c == '{' || c == '[' || c == ':' ||
		     (c == '-' && i + 1 < text.n && strchr(" \t\r\n", text.p[i + 1]));
	}
	return n;
}

struct json_object *definition_read(struct arena *a, struct str text, const char **why)
{
	struct str trimmed = str_trim(text);
	bool json = str_starts(trimmed, STR("{"));
	struct json_object *whole;

	if (text.n > DEFINITION_BYTES_MAX) {
		*why = "it is too large";
		return NULL;
	}
	if ((json ? count_json(trimmed) : count_yaml(text)) > DEFINITION_OBJECTS_MAX) {
		*why = "it has too many objects";
		return NULL;
	}
	if (json)
		return json_parse(a, trimmed, why);
	whole = yaml_parse(a, text, "body", why);
	/* What YAML's values remember is not for keeping. */
	return whole ? json_parse(a, json_text(a, whole), why) : NULL;
}
