/* Front matter; see front.h. */
#include "site/front.h"

#include "base/yaml.h"

static bool is_fence(struct str line)
{
	while (line.n && strchr(" \t\r", line.p[line.n - 1]))
		line.n--;
	return str_is(line, "---");
}

bool front_parse(struct arena *a, struct str text, struct front *out, int *line, const char **why)
{
	struct str rest, at, yaml;
	int lines = 1;

	if (str_starts(text, STR("\xEF\xBB\xBF"))) /* a byte order mark */
		text = str_slice(text, 3, text.n);
	rest = text;
	*out = (struct front){ json_new_object(a), 2, text, 1 };
	if (!is_fence(str_cut(&rest, '\n')))
		return true;
	yaml = rest;
	for (;;) {
		if (!rest.p) {
			*line = 1;
			*why = "the front matter is not closed: a second line of --- is missing";
			return false;
		}
		at = rest;
		lines++;
		if (is_fence(str_cut(&rest, '\n')))
			break;
	}
	yaml = str_slice(yaml, 0, (size_t)(at.p - yaml.p));
	out->rest = rest.p ? rest : STR("");
	out->rest_line = lines + 1;
	if (!str_trim(yaml).n)
		return true;
	out->values = yaml_read(a, yaml, line, why);
	if (json_is_object(out->values))
		return true;
	*line = out->values ? 2 : *line + 1;
	if (out->values)
		*why = "the front matter must be lines of `key: value`";
	out->values = json_new_object(a);
	return false;
}
