/* Sandboxes without walls: a plan's places are put where they are on this machine; see inside.h. */
#include "sandbox/inside.h"
#include "sandbox/sandbox.h"

/* Does a place end here? Of "/opt" in "/optional" it does not. */
static bool ends(struct str rest)
{
	return !rest.n || strchr("/:;,= \"'", rest.p[0]);
}

/* Replace a word, where it stands as a whole. */
static struct str replace(struct arena *a, struct str text, const char *word, const char *by)
{
	size_t n = strlen(word);
	struct buf b;
	struct str out;
	ptrdiff_t at;

	if (str_find_str(text, str_of(word)) < 0)
		return text;
	buf_init(&b, BUF_MAX);
	while ((at = str_find_str(text, str_of(word))) >= 0) {
		bool whole = ends(str_slice(text, (size_t)at + n, text.n)) &&
			     (!at || strchr(":;,= \"'/", text.p[at - 1]));

		buf_add(&b, str_slice(text, 0, (size_t)at));
		buf_adds(&b, whole ? by : word);
		text = str_slice(text, (size_t)at + n, text.n);
	}
	buf_add(&b, text);
	out = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return out;
}

static const char *translate(struct arena *a, const struct plan *plan, const char *text)
{
	struct str out = str_of(text);

	for (size_t i = 0; i < plan->mount_count; i++)
		out = replace(a, out, plan->mounts[i].target, plan->mounts[i].source);
	return arena_cstr(a, out);
}

const char *loose_path(struct arena *a, const struct plan *plan, const char *path)
{
	return translate(a, plan, path);
}

void loose_translate(struct arena *a, struct plan *plan, const int ports[2])
{
	static const int known[2] = { SANDBOX_PORT_RUNTIME, SANDBOX_PORT_CLOUD };

	for (size_t i = 0; i < plan->word_count; i++)
		plan->words[i] = translate(a, plan, plan->words[i]);
	plan->folder = translate(a, plan, plan->folder);
	for (size_t i = 0; i < plan->variable_count; i++) {
		struct str v = str_of(translate(a, plan, plan->variables[i]));

		for (int p = 0; p < 2; p++)
			v = replace(a, v, arena_printf(a, "127.0.0.1:%d", known[p]),
				    arena_printf(a, "127.0.0.1:%d", ports[p]));
		plan->variables[i] = arena_cstr(a, v);
	}
}
