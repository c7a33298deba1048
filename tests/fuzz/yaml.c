/*
 * Property: what is read prints as JSON that is read as JSON and prints the same; what is refused names a line of the
 * text. A front matter leaves a rest that is the end of the text, on the line that it says.
 */
#include "base/yaml.h"

#include <stdlib.h>

#include "site/front.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static int lines_of(struct str s)
{
	int n = 1;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

/* YAML 1.1 breaks lines at more than newlines: CR, NEL, LS and PS, whose last bytes these are. */
static int breaks_of(struct str s)
{
	int n = 1;

	for (size_t i = 0; i < s.n; i++)
		n += memchr("\n\r\x85\xA8\xA9", s.p[i], 5) != NULL;
	return n;
}

static void check_yaml(struct arena *a, struct str text)
{
	const char *why = NULL;
	int line = 0;
	struct json_object *o = yaml_read(a, text, &line, &why), *back;
	struct str json;

	if (!o) {
		require(why && line >= 1 && line <= breaks_of(text) + 1);
		return;
	}
	require(yaml_line(o) >= 0 && !why);
	json = json_text(a, o);
	back = json_parse(a, json, &why);
	require(back && str_eq(json_text(a, back), json));
}

static void check_front(struct arena *a, struct str text)
{
	struct front front;
	const char *why = NULL;
	int line = -1;
	bool well = front_parse(a, text, &front, &line, &why);

	require(well || (why && line >= 1));
	require(json_is_object(front.values));
	if (front.rest.n) {
		require(front.rest.p + front.rest.n == text.p + text.n);
		require(front.rest_line == lines_of(str_slice(text, 0, text.n - front.rest.n)));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct str text = str_make(size ? (const char *)data : "", size);

	check_yaml(a, text);
	check_front(a, text);
	arena_free(a);
	return 0;
}
