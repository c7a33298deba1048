/* Reading labs/<lab>/checks.yaml; see checks.h. */
#include "checker/checks_reader.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/yaml.h"

bool checks_wrong(struct checks_reader *r, int line, const char *format, ...)
{
	char text[1000];
	va_list args;

	r->mistakes++;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (r->complain)
		r->complain(r->arg, r->file, line, text);
	return false;
}

/* --- did you mean ---------------------------------------------------------------- */

/* Letters to change, add or leave out between two short words (Levenshtein); far apart when they are long. */
static int distance(struct str a, struct str b)
{
	int row[65];

	if (a.n > 64 || b.n > 64)
		return 1000;
	for (size_t j = 0; j <= b.n; j++)
		row[j] = (int)j;
	for (size_t i = 1; i <= a.n; i++) {
		int diagonal = row[0];

		row[0] = (int)i;
		for (size_t j = 1; j <= b.n; j++) {
			int change = diagonal + (a.p[i - 1] != b.p[j - 1]);
			int least = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;

			diagonal = row[j];
			row[j] = change < least ? change : least;
		}
	}
	return row[b.n];
}

const char *checks_guess(struct str typed, const char *const *words)
{
	const char *best = NULL;
	int least = typed.n < 5 ? 2 : 3;

	for (; *words; words++) {
		int d = distance(typed, str_of(*words));

		if ((d < least && (size_t)d < typed.n) || str_eq_nocase(typed, str_of(*words))) {
			best = *words;
			least = d;
		}
	}
	return best;
}

const char *checks_did_you_mean(struct checks_reader *r, struct str typed, const char *const *words)
{
	const char *word = checks_guess(typed, words);

	return word ? arena_printf(r->arena, "; did you mean %s?", word) : "";
}

/* --- members ------------------------------------------------------------------------- */

int checks_line(const struct json_object *o, const char *key)
{
	int line = yaml_key_line(o, key);

	return line ? line : yaml_line(o);
}

void checks_known_keys(struct checks_reader *r, const struct json_object *o, const char *what,
		       const char *const *known)
{
	JSON_EACH((struct json_object *)o, key, value)
	{
		bool found = false;

		(void)value;
		for (const char *const *k = known; *k; k++)
			found = found || strcmp(*k, key) == 0;
		if (!found)
			checks_wrong(r, checks_line(o, key), "%s has an unknown key \"%s\"%s", what,
				     key, checks_did_you_mean(r, str_of(key), known));
	}
}

struct str checks_text(struct checks_reader *r, const struct json_object *o, const char *key)
{
	struct str text = json_get_str(o, key);

	if (!yaml_key_line(o, key))
		return STR_NONE;
	if (!text.p)
		checks_wrong(r, checks_line(o, key), "%s must be a text%s", key,
			     json_get(o, key) ? " (put it in quotes)" : "; it is empty");
	else if (!str_trim(text).n)
		checks_wrong(r, checks_line(o, key), "%s is empty", key);
	else
		return str_trim(text);
	return STR_NONE;
}

static struct str required_text(struct checks_reader *r, const struct json_object *o,
				const char *key, const char *what)
{
	if (!yaml_key_line(o, key))
		checks_wrong(r, yaml_line(o), "%s has no %s", what, key);
	return checks_text(r, o, key);
}

/* --- one check -------------------------------------------------------------------------- */

static bool is_id(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    !(c == '-' && i && i + 1 < s.n))
			return false;
	}
	return s.n > 0 && s.n <= 64;
}

/* An id or a list of ids. */
static void read_ids(struct checks_reader *r, const struct json_object *o, const char *key,
		     struct check_ids *ids)
{
	struct json_object *list = json_get(o, key);
	size_t n = json_is_array(list) ? json_count(list) : 1;

	if (!yaml_key_line(o, key))
		return;
	*ids = (struct check_ids){ .at = arena_zalloc(r->arena, (n + 1) * sizeof(*ids->at)) };
	for (size_t i = 0; i < n; i++) {
		struct str id = json_str(json_is_array(list) ? json_at(list, i) : list);

		if (id.p)
			ids->at[ids->count++] = id;
		else
			checks_wrong(r, checks_line(o, key), "%s must be an id or a list of ids",
				     key);
	}
}

static void read_diagnoses(struct checks_reader *r, const struct json_object *o,
			   struct check *check)
{
	static const char *const known[] = { "call",         "http",   "with", "expect",
					     "expect-error", "refuse", "say",  NULL };
	struct json_object *list = json_get(o, "diagnose");

	if (!yaml_key_line(o, "diagnose"))
		return;
	if (!json_is_array(list)) {
		checks_wrong(r, checks_line(o, "diagnose"), "diagnose must be a list");
		return;
	}
	check->diagnose =
		arena_zalloc(r->arena, (json_count(list) + 1) * sizeof(struct check_call));
	for (size_t i = 0; i < json_count(list); i++) {
		struct check_call *d = &check->diagnose[check->diagnose_count++];
		const struct json_object *one = json_at(list, i);
		const char *what = arena_printf(r->arena, "diagnosis %zu of the check %.*s", i + 1,
						STR_ARG(check->id));

		if (!json_is_object(one)) {
			checks_wrong(r, yaml_line(one) ? yaml_line(one) : yaml_line(list),
				     "%s must be a mapping", what);
			continue;
		}
		checks_known_keys(r, one, what, known);
		checks_read_call(r, one, what, d);
		d->say = required_text(r, one, "say", what);
		checks_names(r, d->say, checks_line(one, "say"));
	}
}

static void read_check(struct checks_reader *r, const struct json_object *o, struct check *check)
{
	static const char *const known[] = {
		"id",   "title",  "needs",        "after",  "undoes", "let",      "call", "http",
		"with", "expect", "expect-error", "refuse", "hint",   "diagnose", NULL
	};
	const char *what = "a check";

	r->check = check;
	check->line = yaml_line(o);
	check->id = required_text(r, o, "id", what);
	if (check->id.p) {
		what = arena_printf(r->arena, "the check %.*s", STR_ARG(check->id));
		if (!is_id(check->id))
			checks_wrong(r, checks_line(o, "id"),
				     "\"%.*s\" is not an id: small letters, digits and dashes, at "
				     "most 64",
				     STR_ARG(check->id));
	}
	checks_known_keys(r, o, what, known);
	check->title = required_text(r, o, "title", what);
	check->hint = checks_text(r, o, "hint");
	read_ids(r, o, "needs", &check->needs);
	read_ids(r, o, "undoes", &check->undoes);
	check->after = check->undoes;
	read_ids(r, o, "after", &check->after);
	checks_read_let(r, o, check);
	checks_read_call(r, o, what, &check->call);
	read_diagnoses(r, o, check);
}

/* --- the checks of a lab, together --------------------------------------------------------- */

static struct check *find_check(const struct lab_checks *lab, struct str id)
{
	for (size_t i = 0; i < lab->count; i++) {
		if (lab->checks[i].id.p && str_eq(lab->checks[i].id, id))
			return &lab->checks[i];
	}
	return NULL;
}

static void all_exist(struct checks_reader *r, const struct lab_checks *lab, const struct check *c,
		      const struct check_ids *named, const char *verb, const char **ids)
{
	for (size_t n = 0; n < named->count; n++) {
		if (!find_check(lab, named->at[n]))
			checks_wrong(r, c->line, "the check %.*s %s %.*s, which does not exist%s",
				     STR_ARG(c->id), verb, STR_ARG(named->at[n]),
				     checks_did_you_mean(r, named->at[n], ids));
	}
}

static void check_ids(struct checks_reader *r, const struct lab_checks *lab)
{
	const char **ids = arena_zalloc(r->arena, (lab->count + 1) * sizeof(*ids));
	size_t count = 0;

	for (size_t i = 0; i < lab->count; i++) {
		const struct check *c = &lab->checks[i], *first = find_check(lab, c->id);

		if (c->id.p && first != c)
			checks_wrong(r, c->line, "the id %.*s is taken by the check of line %d",
				     STR_ARG(c->id), first->line);
		if (c->id.p)
			ids[count++] = arena_cstr(r->arena, c->id);
	}
	for (size_t i = 0; i < lab->count; i++) {
		const struct check *c = &lab->checks[i];

		all_exist(r, lab, c, &c->needs, "needs", ids);
		all_exist(r, lab, c, &c->undoes, "undoes", ids);
		if (c->after.at != c->undoes.at)
			all_exist(r, lab, c, &c->after, "comes after", ids);
	}
}

enum mark { UNSEEN, ON_THE_WAY, DONE };

/* Depth first; a check that is met again on the way to itself closes a circle. */
static bool find_circle(struct checks_reader *r, const struct lab_checks *lab, enum mark *marks,
			const struct check *c)
{
	enum mark *mark = &marks[c - lab->checks];

	if (*mark == DONE)
		return false;
	if (*mark == ON_THE_WAY) {
		checks_wrong(r, c->line, "the check %.*s needs itself%s", STR_ARG(c->id),
			     c->needs.count == 1 && str_eq(c->needs.at[0], c->id)
				     ? ""
				     : ", by way of what it needs");
		return true;
	}
	*mark = ON_THE_WAY;
	for (size_t n = 0; n < c->needs.count; n++) {
		const struct check *needed = find_check(lab, c->needs.at[n]);

		if (needed && find_circle(r, lab, marks, needed))
			return true;
	}
	*mark = DONE;
	return false;
}

bool checks_parse(struct arena *a, struct str text, const char *file, struct lab_checks *out,
		  checks_complain *complain, void *arg)
{
	struct checks_reader r = { .arena = a, .file = file, .complain = complain, .arg = arg };
	const char *why = "it is empty";
	int line = 0;
	struct json_object *list = yaml_read(a, text, &line, &why);
	enum mark *marks;

	out->checks = NULL;
	out->count = 0;
	if (!list)
		return checks_wrong(&r, line, "%s", why);
	if (!json_is_array(list))
		return checks_wrong(&r, yaml_line(list),
				    "the file must be a list of checks, each with \"- id:\"");
	out->checks = arena_zalloc(a, (json_count(list) + 1) * sizeof(*out->checks));
	for (size_t i = 0; i < json_count(list); i++) {
		const struct json_object *o = json_at(list, i);

		if (json_is_object(o))
			read_check(&r, o, &out->checks[out->count++]);
		else
			checks_wrong(&r, yaml_line(o) ? yaml_line(o) : yaml_line(list),
				     "a check must be a mapping with id, title and call");
	}
	check_ids(&r, out);
	marks = arena_zalloc(a, (out->count + 1) * sizeof(*marks));
	for (size_t i = 0; i < out->count; i++) {
		if (find_circle(&r, out, marks, &out->checks[i]))
			break;
	}
	return r.mistakes == 0;
}

/* --- the tree ---------------------------------------------------------------------------------- */

/* The title in the front matter ("---" lines around YAML) of a lab's first page, or absent. */
static struct str page_title(struct files *labs, struct arena *a, const char *lab)
{
	struct str folder = arena_strf(a, "%s/content", lab);
	const char *why;
	size_t count;
	struct str *paths = files_list(labs, a, folder, &count);

	for (size_t i = 0; i < count; i++) {
		struct str name = str_slice(paths[i], folder.n + 1, paths[i].n), text;
		ptrdiff_t end;

		if (str_find(name, '/') >= 0 || !str_starts(name, STR("index.")) ||
		    !str_ends(name, STR(".md")))
			continue;
		text = files_read(labs, a, paths[i]);
		end = str_starts(text, STR("---\n"))
			      ? str_find_str(str_slice(text, 4, text.n), STR("\n---"))
			      : -1;
		if (end >= 0)
			return json_get_str(yaml_parse(a, str_slice(text, 4, 4 + (size_t)end + 1),
						       "", &why),
					    "title");
	}
	return STR_NONE;
}

static struct str lab_title(struct files *labs, struct arena *a, const char *lab)
{
	struct str spec = files_read(labs, a, arena_strf(a, "%s/contentspec.yaml", lab)), title;
	const char *why;

	title = spec.p ? json_get_str(yaml_parse(a, spec, "", &why), "title") : STR_NONE;
	if (!title.n)
		title = page_title(labs, a, lab);
	return title.n ? title : arena_dup(a, str_of(lab));
}

bool checks_read(struct files *labs, struct arena *a, struct lab_checks **out, size_t *count,
		 checks_complain *complain, void *arg)
{
	size_t paths_count;
	struct str *paths = files_list(labs, a, STR(""), &paths_count);
	bool well = true;

	*out = arena_zalloc(a, (paths_count + 1) * sizeof(**out));
	*count = 0;
	for (size_t i = 0; i < paths_count; i++) {
		struct str rest = paths[i], lab = str_cut(&rest, '/');
		struct lab_checks *one = &(*out)[*count];

		if (!str_is(rest, "checks.yaml"))
			continue;
		one->lab = arena_dup(a, lab);
		one->title = lab_title(labs, a, one->lab.p);
		if (checks_parse(a, files_read(labs, a, paths[i]),
				 arena_printf(a, "labs/%.*s", STR_ARG(paths[i])), one, complain,
				 arg))
			++*count;
		else
			well = false;
	}
	return well;
}
