/* Carrying out patches; see patch.h. */
#include "cloud/apigateway/patch.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct patching {
	struct arena *a;
	const struct patch_rules *rules;
	struct json_object *doc;
	struct str op, path, value, from; /* of the operation; value is absent when there is none */
	unsigned bit;        /* enum patch_ops of op; 0: none that can be carried out */
	struct str captured; /* what the braces of the rule stood for */
	const char *why;
	bool not_found;
	size_t *compared; /* items of lists with which values were compared, by all operations together */
};

/* A list may be long, and so may be the list of operations on it: what both together ask for is limited. */
enum { COMPARED_MAX = 30000000 };

static const struct {
	const char *name;
	unsigned bit;
} op_names[] = {
	{ "add", PATCH_ADD },
	{ "remove", PATCH_REMOVE },
	{ "replace", PATCH_REPLACE },
	{ "copy", PATCH_COPY },
};
enum { OPS = sizeof(op_names) / sizeof(op_names[0]) };

__attribute__((format(printf, 2, 3))) static bool refuse(struct patching *p, const char *format,
							 ...)
{
	va_list args;
	char text[4096];

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	p->why = arena_printf(p->a, "%s", text);
	return false;
}

struct str patch_unescape(struct arena *a, struct str segment)
{
	char *out = arena_alloc(a, segment.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < segment.n; i++) {
		char next = i + 1 < segment.n ? segment.p[i + 1] : '\0';

		if (segment.p[i] == '~' && (next == '0' || next == '1')) {
			out[n++] = next == '1' ? '/' : '~';
			i++;
		} else {
			out[n++] = segment.p[i];
		}
	}
	out[n] = '\0';
	return str_make(out, n);
}

/* --- rules ------------------------------------------------------------------------------- */

/* How many segments stand in a path. */
static size_t segments(struct str path)
{
	size_t n = 0;

	for (size_t i = 0; i < path.n; i++)
		n += path.p[i] == '/';
	return n;
}

/* "{name+}": as many segments as the rest of the rule leaves it, at least two. */
static bool match_many(struct str *path, struct str rest, struct str *captured)
{
	size_t have = segments(*path) + 1, left = rest.p ? segments(rest) + 1 : 0;
	struct str all = *path;

	if (have < left + 2)
		return false;
	while (have-- > left)
		str_cut(path, '/');
	*captured = path->p ? str_slice(all, 0, (size_t)(path->p - all.p) - 1) : all;
	return true;
}

static bool matches(struct patching *p, const struct patch_rule *rule)
{
	struct str want = str_of(rule->path), path = p->path, segment, given;

	if (!str_starts(path, STR("/")))
		return false;
	str_cut(&want, '/');
	str_cut(&path, '/');
	while (want.p && path.p) {
		segment = str_cut(&want, '/');
		if (str_ends(segment, STR("+}"))) {
			if (!match_many(&path, want, &p->captured))
				return false;
			continue;
		}
		given = str_cut(&path, '/');
		if (str_starts(segment, STR("{")))
			p->captured = patch_unescape(p->a, given);
		else if (!str_eq(segment, given))
			return false;
	}
	return !want.p && !path.p;
}

static const struct patch_rule *find_rule(struct patching *p)
{
	const struct patch_rule *found = NULL;

	for (const struct patch_rule *r = p->rules->at; r->path; r++) {
		if (!matches(p, r))
			continue;
		if (r->ops & p->bit)
			return r;
		found = r;
	}
	return found;
}

/* --- words ----------------------------------------------------------------------------------- */

/* The paths that an operation may name: "[/name, /description]". */
static struct str paths_with(struct patching *p, unsigned bit)
{
	struct buf b;
	struct str text;

	buf_init(&b, 65536);
	for (const struct patch_rule *r = p->rules->at; r->path; r++)
		if (r->ops & bit)
			buf_addf(&b, "%s%s", b.n ? ", " : "", r->path);
	text = arena_dup(p->a, buf_str(&b));
	buf_release(&b);
	return text;
}

static struct str ops_of(struct patching *p, const struct patch_rule *rule)
{
	struct buf b;
	struct str text;

	buf_init(&b, 256);
	for (size_t i = 0; i < OPS; i++)
		if (rule->ops & op_names[i].bit)
			buf_addf(&b, "%s%s", b.n ? ", " : "", op_names[i].name);
	text = arena_dup(p->a, buf_str(&b));
	buf_release(&b);
	return text;
}

#define SETTINGS(of, join)                                                                         \
	of "/metrics/enabled, " of "/logging/dataTrace, " of "/logging/loglevel, " of              \
	   "/throttling/burstLimit" join of "/throttling/rateLimit" join of                        \
	   "/caching/ttlInSeconds, " of "/caching/enabled, " of "/caching/dataEncrypted, " of      \
	   "/caching/requireAuthorizationForCacheControl, " of                                     \
	   "/caching/unauthorizedCacheControlHeaderStrategy, "
/* As API Gateway prints it, with the commas that are missing in it. */
static const char stage_paths[] =
	"/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, "
	"/clientCertificateId, /accessLogSettings, /accessLogSettings/destinationArn, "
	"/accessLogSettings/format, " SETTINGS("/{resourcePath}/{httpMethod}", "")
		SETTINGS("/*/*", " ") "/variables/{variable_name}, /tracingEnabled";

static bool refuse_path(struct patching *p, const struct patch_rule *rule)
{
	struct str paths;

	switch (p->rules->words) {
	case PATCH_WORDS_STAGE:
		if (rule && p->bit == PATCH_ADD)
			return refuse(p, "Invalid add operation with path: %.*s", STR_ARG(p->path));
		return refuse(p, "Invalid method setting path: %.*s. Must be one of: [%s]",
			      STR_ARG(p->path), stage_paths);
	case PATCH_WORDS_PLAIN:
		if (rule && (rule->ops & PATCH_ALL) == PATCH_ALL)
			return refuse(p, "Invalid patch operation specified. Must be "
					 "'add'|'remove'|'replace'");
		if (rule)
			return refuse(p,
				      "Invalid patch operation specified. Must be one of: [%.*s]",
				      STR_ARG(ops_of(p, rule)));
		break;
	case PATCH_WORDS_PATH:
		break;
	case PATCH_WORDS_LIST:
		paths = p->bit ? paths_with(p, p->bit) : STR("");
		if (paths.n)
			return refuse(p,
				      "Invalid patch path  '%.*s' specified for op '%.*s'. Must be "
				      "one of: [%.*s]",
				      STR_ARG(p->path), STR_ARG(p->op), STR_ARG(paths));
		return refuse(p,
			      "Invalid patch path  '%.*s' specified for op '%.*s'. Please choose "
			      "supported operations",
			      STR_ARG(p->path), STR_ARG(p->op));
	}
	return refuse(p, "Invalid patch path %.*s", STR_ARG(p->path.p ? p->path : STR("null")));
}

/* --- the document ------------------------------------------------------------------------------ */

/* The object that holds what a pointer names, made when `make`; *last is the member's name in it. */
static struct json_object *holder_of(struct patching *p, struct str pointer, bool make, char **last)
{
	struct json_object *at = p->doc, *next;
	struct str rest = pointer, segment;

	str_cut(&rest, '/');
	for (;;) {
		segment = str_cut(&rest, '/');
		*last = str_is(segment, "{}") ? arena_cstr(p->a, p->captured)
					      : arena_cstr(p->a, patch_unescape(p->a, segment));
		if (!rest.p)
			return at;
		next = json_get(at, *last);
		if (!json_is_object(next)) {
			if (!make || !json_is_object(at))
				return NULL;
			next = json_set_object(at, *last);
		}
		at = next;
	}
}

static struct json_object *new_value(struct patching *p, enum patch_type type)
{
	struct str text = p->value.p ? p->value : STR("");
	int64_t integer;
	char *end;
	double number;

	switch (type) {
	case PATCH_BOOLEAN:
	case PATCH_FLAGS:
		return json_object_new_boolean(str_eq_nocase(text, STR("true")));
	case PATCH_INTEGER:
		return str_to_int(text, &integer) ? json_object_new_int64(integer)
						  : json_string(text);
	case PATCH_NUMBER:
		number = strtod(arena_cstr(p->a, text), &end);
		return text.n && !*end ? json_object_new_double(number) : json_string(text);
	default:
		return json_string(text);
	}
}

static bool is_entry(enum patch_type type)
{
	return type == PATCH_MAP || type == PATCH_FLAGS;
}

/* A member that holds nothing any more is taken away. */
static void drop_empty(struct json_object *holder, const char *name)
{
	if (json_get(holder, name) && !json_count(json_get(holder, name)))
		json_object_object_del(holder, name);
}

/* Where the parent of an entry stands: "/variables" of "/variables/{}". */
static void drop_empty_map(struct patching *p, struct str to)
{
	char *last;
	struct json_object *holder;

	while (to.n && to.p[to.n - 1] != '/')
		to.n--;
	if (to.n < 2)
		return;
	to.n--;
	holder = holder_of(p, to, false, &last);
	if (holder)
		drop_empty(holder, last);
}

static bool change_member(struct patching *p, const struct patch_rule *rule, struct str to)
{
	bool remove = p->bit == PATCH_REMOVE, there;
	char *last;
	struct json_object *holder = holder_of(p, to, !remove, &last);

	there = holder && json_object_object_get_ex(holder, last, NULL);
	if (rule->missing && !there && p->bit != PATCH_ADD) {
		p->not_found = true;
		return refuse(p, "%s", rule->missing);
	}
	if (remove && !there && str_starts(to, STR("/methodSettings/")))
		return refuse(p,
			      "Cannot remove method setting %.*s because there is no method "
			      "setting for this method ",
			      STR_ARG(str_slice(p->path, 1, p->path.n)));
	if (!remove && !p->value.n &&
	    (rule->type == PATCH_STRING || rule->type == PATCH_INTEGER ||
	     rule->type == PATCH_NUMBER))
		remove = true;
	if (!remove && rule->type == PATCH_MAP && !p->value.p)
		return refuse(p, "Invalid null or empty value in %.*s",
			      STR_ARG(str_slice(
				      to, 1, (size_t)str_find(str_slice(to, 1, to.n), '/') + 1)));
	if (!remove) {
		json_set(holder, last, new_value(p, rule->type));
		return true;
	}
	if (there)
		json_object_object_del(holder, last);
	if (is_entry(rule->type) && p->bit == PATCH_REMOVE)
		drop_empty_map(p, to);
	return true;
}

/* May a list be looked through once more? */
static bool can_compare(struct patching *p, struct json_object *list)
{
	*p->compared += json_count(list);
	return *p->compared <= COMPARED_MAX ||
	       refuse(p, "Too many patch operations for the size of the list at %.*s",
		      STR_ARG(p->path));
}

static ptrdiff_t index_of(struct json_object *list, struct str text)
{
	for (size_t i = 0; i < json_count(list); i++)
		if (str_eq(json_str(json_at(list, i)), text))
			return (ptrdiff_t)i;
	return -1;
}

/* "/binaryMediaTypes/{type}" names an item; so does the value of "/providerARNs". */
static bool change_list(struct patching *p, const struct patch_rule *rule, struct str to)
{
	char *last;
	struct json_object *holder = holder_of(p, to, true, &last), *list = json_get(holder, last);
	struct str item = rule->type == PATCH_LIST ? p->captured : p->value;
	ptrdiff_t at;

	if (!json_is_array(list))
		list = json_set_array(holder, last);
	if (!can_compare(p, list))
		return false;
	at = index_of(list, item);
	if (p->bit != PATCH_ADD && at >= 0)
		json_object_array_del_idx(list, (size_t)at, 1);
	if (p->bit == PATCH_ADD && at < 0 && item.n)
		json_add_str(list, item);
	if (p->bit == PATCH_REPLACE && p->value.n && index_of(list, p->value) < 0)
		json_add_str(list, p->value);
	drop_empty(holder, last);
	return true;
}

/* "a1b2c3d4e5:prod" */
static bool change_api_stages(struct patching *p)
{
	struct json_object *list = json_get(p->doc, "apiStages"), *stage;
	struct str rest = p->value, api = str_cut(&rest, ':');

	if (!api.n || !rest.n)
		return refuse(p, "Invalid API Stage specified. Format is {api-id}:{stage}");
	if (!json_is_array(list))
		list = json_set_array(p->doc, "apiStages");
	if (!can_compare(p, list))
		return false;
	for (size_t i = 0; i < json_count(list); i++) {
		stage = json_at(list, i);
		if (!str_eq(json_get_str(stage, "apiId"), api) ||
		    !str_eq(json_get_str(stage, "stage"), rest))
			continue;
		if (p->bit == PATCH_REMOVE)
			json_object_array_del_idx(list, i, 1);
		return true;
	}
	if (p->bit == PATCH_REMOVE) {
		p->not_found = true;
		return refuse(p, "Usage Plan %.*s does not have API Stage %.*s",
			      STR_ARG(json_get_str(p->doc, "id")), STR_ARG(p->value));
	}
	stage = json_add_object(list);
	json_set_str(stage, "apiId", api);
	json_set_str(stage, "stage", rest);
	return true;
}

/* What may be copied: a stage takes over what its canary has. */
static const struct {
	const char *from, *to;
} copies[] = {
	{ "/canarySettings/deploymentId", "/deploymentId" },
	{ "/canarySettings/stageVariableOverrides", "/variables" },
};

/* Variables are joined; what the canary does not have itself changes nothing. */
static bool copy_member(struct patching *p)
{
	struct json_object *canary = json_get(p->doc, "canarySettings"), *value, *into;

	for (size_t i = 0; i < sizeof(copies) / sizeof(copies[0]); i++) {
		if (!str_is(p->from, copies[i].from) || !str_is(p->path, copies[i].to))
			continue;
		if (!canary)
			return refuse(p, "Promotion not available. Canary does not exist.");
		value = json_get(canary, strrchr(copies[i].from, '/') + 1);
		into = json_get(p->doc, copies[i].to + 1);
		if (!value)
			return true;
		if (!json_is_object(value) || !into) {
			json_set(p->doc, copies[i].to + 1,
				 json_object_get(json_plain(p->a, value)));
			return true;
		}
		JSON_EACH(value, name, text)
		{
			json_set(into, name, json_object_get(text));
		}
		return true;
	}
	return refuse(p,
		      "Invalid copy operation with path: %.*s and from %.*s. Valid copy:path are "
		      "[/deploymentId, /variables] and valid copy:from are "
		      "[/canarySettings/deploymentId, /canarySettings/stageVariableOverrides]",
		      STR_ARG(p->path), STR_ARG(p->from.p ? p->from : STR("null")));
}

/* --- operations -------------------------------------------------------------------------------- */

static struct str target_of(const struct patch_rule *rule)
{
	struct str to = str_of(rule->to ? rule->to : rule->path);
	ptrdiff_t brace = str_find(to, '{');

	/* The item of a list is no member of its own; the entry of a map is called as the braces stood for. */
	if (rule->type == PATCH_LIST && !rule->to && brace > 0)
		return str_slice(to, 0, (size_t)brace - 1);
	return to;
}

/* Without an explicit place, "/variables/{name}" stands for "/variables/{}". */
static struct str with_captured(struct patching *p, struct str to)
{
	ptrdiff_t brace = str_find(to, '{'), end = str_find(to, '}');

	if (brace < 0 || end < brace)
		return to;
	return arena_strf(p->a, "%.*s{%.*s", (int)brace, to.p,
			  STR_ARG(str_slice(to, (size_t)end, to.n)));
}

static bool apply_one(struct patching *p)
{
	const struct patch_rule *rule = p->path.p ? find_rule(p) : NULL;
	struct str to;

	if (p->bit == PATCH_COPY && p->rules->words == PATCH_WORDS_STAGE)
		return copy_member(p);
	if (!rule || !(rule->ops & p->bit))
		return refuse_path(p, rule);
	to = with_captured(p, target_of(rule));
	if (rule->type == PATCH_API_STAGES)
		return change_api_stages(p);
	if (rule->type == PATCH_LIST || rule->type == PATCH_LIST_VALUE)
		return change_list(p, rule, to);
	return change_member(p, rule, to);
}

bool patch_apply(struct arena *a, const struct patch_rules *rules, struct json_object *doc,
		 struct json_object *operations, const char **why, bool *not_found)
{
	size_t compared = 0;

	for (size_t i = 0; i < json_count(operations); i++) {
		struct json_object *o = json_at(operations, i);
		struct patching p = {
			.a = a,
			.rules = rules,
			.doc = doc,
			.op = json_get_str(o, "op"),
			.path = json_get_str(o, "path"),
			.value = json_get_str(o, "value"),
			.from = json_get_str(o, "from"),
			.compared = &compared,
		};

		for (size_t k = 0; k < OPS; k++)
			if (str_is(p.op, op_names[k].name))
				p.bit = op_names[k].bit;
		if (apply_one(&p))
			continue;
		*why = p.why;
		*not_found = p.not_found;
		return false;
	}
	return true;
}
