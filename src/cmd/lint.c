/*
 * immersion lint: every mistake in labs, talks and the agenda, each with its place.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/files.h"
#include "checker/checks.h"
#include "cmd/cmd.h"
#include "site/guide.h"

/* A mistake, kept so that they can be printed in the order of files and lines. */
struct finding {
	char *file;
	int line;
	char *what;
	size_t number; /* in the order of finding */
};

struct findings {
	struct arena *a;
	const char *labs, *content; /* folders given on the command line, or NULL */
	struct finding *at;
	size_t count, size;
};

/* The path as the user would write it: "labs/x" in the folder given with --labs is that folder's x. */
static char *real_path(const struct findings *f, const char *file)
{
	struct str path = str_of(file);

	if (f->labs && str_starts(path, STR("labs/")))
		return arena_printf(f->a, "%s/%s", f->labs, file + 5);
	if (f->content && str_starts(path, STR("content/")))
		return arena_printf(f->a, "%s/%s", f->content, file + 8);
	return arena_printf(f->a, "%s", file);
}

static void find(void *arg, const char *file, int line, const char *what)
{
	struct findings *f = arg;

	if (f->count == f->size) {
		f->size = f->size ? f->size * 2 : 64;
		f->at = realloc(f->at, f->size * sizeof(*f->at));
		if (!f->at)
			abort();
	}
	f->at[f->count] = (struct finding){ real_path(f, file), line,
					    arena_printf(f->a, "%s", what), f->count };
	f->count++;
}

static int by_place(const void *x, const void *y)
{
	const struct finding *a = x, *b = y;
	int order = strcmp(a->file, b->file);

	if (order)
		return order;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

/* "FILE:LINE: sentence", or "FILE: sentence" when it is about the file as a whole. */
static size_t print(struct findings *f)
{
	size_t printed = 0;

	if (f->count)
		qsort(f->at, f->count, sizeof(*f->at), by_place);
	for (size_t i = 0; i < f->count; i++) {
		const struct finding *one = &f->at[i], *before = i ? &f->at[i - 1] : NULL;

		if (before && one->line == before->line && !strcmp(one->file, before->file) &&
		    !strcmp(one->what, before->what))
			continue;
		if (one->line)
			printf("%s:%d: %s\n", one->file, one->line, one->what);
		else
			printf("%s: %s\n", one->file, one->what);
		printed++;
	}
	return printed;
}

/* The tree that a flag names, or the one built in; NULL after complaining. */
static struct files *tree(const struct command_line *line, const char *name, const char *folder)
{
	const char *why = "";
	struct files *f = folder ? files_folder(folder, line->arena, &why) : files_builtin(name);

	if (!f)
		usage_error(line, "--%s: %s", name, why);
	return f;
}

static const char *without_slash(struct arena *a, const char *folder)
{
	struct str s = str_of(folder);

	while (s.n > 1 && s.p[s.n - 1] == '/')
		s.n--;
	return folder ? arena_cstr(a, s) : NULL;
}

static size_t count_checks(struct files *labs, struct findings *f)
{
	struct lab_checks *read;
	size_t count, checks = 0;

	checks_read(labs, f->a, &read, &count, find, f);
	for (size_t i = 0; i < count; i++)
		checks += read[i].count;
	return checks;
}

static int lint(const struct command_line *line)
{
	struct findings f = { .a = line->arena,
			      .labs = without_slash(line->arena, flag_value(line, "labs")),
			      .content = without_slash(line->arena, flag_value(line, "content")) };
	struct files *labs = tree(line, "labs", f.labs), *content = NULL;
	size_t pages, checks, mistakes;

	if (!labs || !(content = tree(line, "content", f.content))) {
		files_free(labs);
		return EXIT_USAGE;
	}
	pages = guides_lint(labs, content, find, &f);
	checks = count_checks(labs, &f);
	mistakes = print(&f);
	printf("%zu page%s, %zu check%s: %zu mistake%s\n", pages, pages == 1 ? "" : "s", checks,
	       checks == 1 ? "" : "s", mistakes, mistakes == 1 ? "" : "s");
	files_free(content);
	files_free(labs);
	free(f.at);
	return mistakes ? EXIT_RED : EXIT_WELL;
}

static const struct flag flags[] = {
	{ "labs", "DIR", NULL, "a folder of labs, in place of those built in" },
	{ "content", "DIR", NULL,
	  "a folder with agenda.md and talks/, in place of the one built in" },
	{ 0 },
};

const struct command command_lint = {
	.name = "lint",
	.summary = "every mistake in labs, talks and the agenda",
	.more = "Reads every page, contentspec.yaml, checks.yaml and the agenda, and prints each mistake as "
		"FILE:LINE: sentence. Exits 0 when there is none, 1 otherwise.",
	.flags = flags,
	.run = lint,
};
