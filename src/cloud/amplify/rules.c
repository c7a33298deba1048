/* Redirects and rewrites; see rules.h. */
#include "cloud/amplify/rules.h"

#include "base/buf.h"
#include "base/form.h"
#include "base/regex.h"

enum { CAUGHT_MAX = 16 };

enum rule_status { MOVED, FOUND, REWRITE, MISSING, MISSING_REWRITE };
static const struct {
	const char *name;
	int status;
} statuses[] = {
	[MOVED] = { "301", 301 },
	[FOUND] = { "302", 302 },
	[REWRITE] = { "200", 200 },
	[MISSING] = { "404", 404 },
	[MISSING_REWRITE] = { "404-200", 200 },
};

struct rule {
	struct str host;  /* of a source that is an address; absent: any */
	struct str path;  /* with placeholders */
	struct str query; /* likewise; absent: any */
	const struct regex *regex;
	struct str target;
	enum rule_status status;
	bool nowhere; /* for a country only */
};
struct rules {
	struct rule *at;
	size_t count;
};

/* --- reading ----------------------------------------------------------------------------- */

static bool read_source(struct arena *a, struct str source, struct rule *r, const char **why)
{
	struct str rest = source;

	if (str_starts(source, STR("</")) && str_ends(source, STR("/>")) && source.n >= 4) {
		r->regex = regex_compile(a, str_slice(source, 2, source.n - 2), why);
		return r->regex;
	}
	for (size_t i = 0; i < 2; i++) {
		struct str scheme = i ? STR("https://") : STR("http://");
		ptrdiff_t slash;

		if (!str_starts(source, scheme))
			continue;
		rest = str_slice(source, scheme.n, source.n);
		slash = str_find(rest, '/');
		r->host = slash < 0 ? rest : str_slice(rest, 0, (size_t)slash);
		rest = slash < 0 ? STR("/<*>") : str_slice(rest, (size_t)slash, rest.n);
	}
	r->path = str_cut(&rest, '?');
	r->query = rest;
	if (r->path.n && r->path.p[0] == '/')
		return true;
	*why = "it does not begin with a slash";
	return false;
}

static bool read_rule(struct arena *a, const struct json_object *o, struct rule *r,
		      const char **why)
{
	struct str status = json_get_str(o, "status");
	size_t n = sizeof(statuses) / sizeof(statuses[0]), i;

	for (i = 0; i < n && !str_is(status, statuses[i].name); i++)
		;
	/* What names no status is a permanent redirect. */
	r->status = status.n ? (enum rule_status)i : MOVED;
	r->target = arena_dup(a, json_get_str(o, "target"));
	r->nowhere = json_get_str(o, "condition").n > 0;
	*why = "its status is none of 200, 301, 302, 404 and 404-200";
	return r->status < (enum rule_status)n &&
	       read_source(a, arena_dup(a, json_get_str(o, "source")), r, why);
}

struct rules *rules_read(struct arena *a, const struct json_object *list, const char **why)
{
	struct rules *rules = ARENA_NEW(a, struct rules);
	const char *reason = "";

	rules->at = arena_zalloc(a, (json_count(list) + 1) * sizeof(*rules->at));
	for (; rules->count < json_count(list); rules->count++) {
		const struct json_object *o = json_at(list, rules->count);

		if (read_rule(a, o, &rules->at[rules->count], &reason))
			continue;
		*why = arena_printf(a, "Custom rule %zu is not valid (%.*s): %s", rules->count + 1,
				    STR_ARG(json_get_str(o, "source")), reason);
		return NULL;
	}
	return rules;
}

/* --- matching ------------------------------------------------------------------------------- */

/* What placeholders have caught: "<year>", "<*>", and "$1" of regular expressions. */
struct caught {
	size_t steps; /* that the regular expressions of all rules may still take */
	size_t count;
	struct {
		struct str name, value;
	} at[CAUGHT_MAX];
};

static void catch (struct caught *c, struct str name, struct str value)
{
	if (c->count == CAUGHT_MAX)
		return;
	c->at[c->count].name = name;
	c->at[c->count++].value = value;
}

/* A placeholder at the start of `pattern`, with its brackets; absent: there is none. */
static struct str placeholder(struct str pattern)
{
	ptrdiff_t end = pattern.n && pattern.p[0] == '<' ? str_find(pattern, '>') : -1;

	return end > 1 ? str_slice(pattern, 0, (size_t)end + 1) : STR_NONE;
}

/* A path against a source: "<*>" takes all that is left up to what follows it, others one segment or less. */
static bool match_path(struct str pattern, struct str path, struct caught *c)
{
	while (pattern.n) {
		struct str name = placeholder(pattern), rest, value = path;
		ptrdiff_t end;

		if (!name.p) {
			if (!path.n || path.p[0] != pattern.p[0])
				return false;
			pattern = str_slice(pattern, 1, pattern.n);
			path = str_slice(path, 1, path.n);
			continue;
		}
		rest = str_slice(pattern, name.n, pattern.n);
		if (str_is(name, "<*>")) {
			if (rest.n && !str_ends(path, rest))
				return false;
			value = str_slice(path, 0, path.n - rest.n);
			catch (c, name, value);
			return true;
		}
		end = str_find(path, rest.n ? rest.p[0] : '/');
		if (end >= 0)
			value = str_slice(path, 0, (size_t)end);
		if (!value.n || str_find(value, '/') >= 0)
			return false;
		catch (c, name, value);
		path = str_slice(path, value.n, path.n);
		pattern = rest;
	}
	return !path.n;
}

/* Every parameter of the source's query must be there, with its value or with any. */
static bool match_query(struct arena *a, struct str pattern, struct str query, struct caught *c)
{
	struct str name, want;

	while (form_next(&pattern, &name, &want)) {
		struct str sent = form_get(a, query, arena_cstr(a, name));

		if (!sent.p)
			return false;
		if (placeholder(want).n == want.n && want.n)
			catch (c, want, sent);
		else if (!str_eq(want, sent))
			return false;
	}
	return true;
}

static bool match(struct arena *a, const struct rule *r, const struct rule_ask *ask,
		  struct caught *c)
{
	struct regex_match groups;
	bool found;

	c->count = 0;
	if (r->nowhere || (r->host.p && !str_eq_nocase(r->host, ask->host)))
		return false;
	if (!r->regex)
		return match_path(r->path, ask->path, c) &&
		       (!r->query.p || match_query(a, r->query, ask->query, c));
	found = regex_find_within(r->regex, ask->path, 0, &groups, &c->steps);
	for (size_t i = 1; found && i < REGEX_GROUPS_MAX; i++)
		catch (c, arena_strf(a, "$%zu", i),
		       groups.group[i].took_part
			       ? str_slice(ask->path, groups.group[i].from, groups.group[i].to)
			       : STR(""));
	return found;
}

/* --- the target ------------------------------------------------------------------------------- */

static const struct str *value_of(const struct caught *c, struct str text, size_t *length)
{
	for (size_t i = 0; i < c->count; i++) {
		if (!str_starts(text, c->at[i].name))
			continue;
		*length = c->at[i].name.n;
		return &c->at[i].value;
	}
	return NULL;
}

static struct str fill(struct arena *a, struct str target, const struct caught *c)
{
	struct buf b;
	struct str out;

	buf_init(&b, 64 << 10);
	for (size_t i = 0, n = 1; i < target.n; i += n) {
		const struct str *value = value_of(c, str_slice(target, i, target.n), &n);

		if (value) {
			buf_add(&b, *value);
		} else {
			n = 1;
			buf_addc(&b, target.p[i]);
		}
	}
	out = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return out;
}

/* A redirect takes the query along, unless it has one of its own. */
static struct str with_query(struct arena *a, struct str target, struct str query)
{
	if (!query.n || str_find(target, '?') >= 0)
		return target;
	return arena_strf(a, "%.*s?%.*s", STR_ARG(target), STR_ARG(query));
}

struct rule_found rules_find(const struct rules *rules, struct arena *a, const struct rule_ask *ask)
{
	int exists = -1;
	/* Sites are served on the HTTP threads, which are everybody's. */
	struct caught c = { .steps = REGEX_STEPS_MAX / 10 };

	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *r = &rules->at[i];
		struct rule_found found = { .status = statuses[r->status].status };

		if (!match(a, r, ask, &c))
			continue;
		if (r->status == MISSING || r->status == MISSING_REWRITE) {
			if (exists < 0)
				exists = ask->exists(ask->arg, ask->path);
			if (exists)
				continue;
		}
		found.target = fill(a, r->target, &c);
		found.kind = r->status <= FOUND ? RULE_REDIRECT : RULE_REWRITE;
		if (found.kind == RULE_REDIRECT)
			found.target = with_query(a, found.target, ask->query);
		return found;
	}
	return (struct rule_found){ .kind = RULE_NONE };
}
