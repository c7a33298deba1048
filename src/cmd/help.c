/* Help pages, generated from the tables of commands and flags. */
#include "cmd/command.h"

enum { HELP_COLUMNS = 80, NAMES_MAX = 30 };

/* The next word of a text, which goes on behind the blank or line break that ends it. */
static struct str next_word(struct str *text)
{
	size_t n = 0;
	struct str word;

	while (n < text->n && text->p[n] != ' ' && text->p[n] != '\n')
		n++;
	word = str_slice(*text, 0, n);
	*text = n < text->n ? str_slice(*text, n + 1, text->n) : STR_NONE;
	return word;
}

/*
 * Print words from column `at` on, later lines from column `indent`. Words never break; a line ends where
 * the next word would pass the last column.
 */
static void print_words(FILE *out, struct str text, size_t at, size_t indent)
{
	bool first = true;

	while (text.p) {
		struct str word = next_word(&text);

		if (!word.n)
			continue;
		if (!first && at + 1 + word.n > HELP_COLUMNS) {
			fprintf(out, "\n%*s", (int)indent, "");
			at = indent;
		} else if (!first) {
			fputc(' ', out);
			at++;
		}
		fprintf(out, "%.*s", STR_ARG(word));
		at += word.n;
		first = false;
	}
	fputc('\n', out);
}

static bool is_prose(struct str line)
{
	return line.n && line.p[0] != ' ' && line.p[0] != '\n';
}

/* Text: lines that begin with a blank are printed as they are; what else stands together is a paragraph and is wrapped. */
static void print_paragraphs(FILE *out, struct str text)
{
	while (text.p) {
		struct str line = str_cut(&text, '\n');

		if (!is_prose(line)) {
			fprintf(out, "%.*s\n", STR_ARG(line));
			continue;
		}
		while (is_prose(text))
			line = str_make(line.p, line.n + 1 + str_cut(&text, '\n').n);
		print_words(out, line, 0, 0);
	}
}

static size_t flag_width(const struct flag *f)
{
	return strlen(f->name) + 2 + (f->value ? strlen(f->value) + 1 : 0);
}

static void print_usage(FILE *out, const struct command *command)
{
	size_t start = strlen("  immersion ") + strlen(command->name), at = start;

	fprintf(out, "  immersion %s", command->name);
	for (const struct flag *f = command->flags; f && f->name; f++) {
		size_t n = flag_width(f) + 3;

		if (at + n > HELP_COLUMNS) {
			fprintf(out, "\n%*s", (int)start, "");
			at = start;
		}
		fprintf(out, " [--%s%s%s]", f->name, f->value ? " " : "", f->value ? f->value : "");
		at += n;
	}
	if (command->arguments) {
		if (at + 1 + strlen(command->arguments) > HELP_COLUMNS)
			fprintf(out, "\n%*s", (int)start, "");
		fprintf(out, " %s", command->arguments);
	}
	fputc('\n', out);
}

static void print_flag(FILE *out, const struct flag *f, size_t column)
{
	struct arena *a = arena_new();
	struct str text = str_of(f->help ? f->help : "");

	if (f->initial)
		text = arena_strf(a, "%.*s [%s]", STR_ARG(text), f->initial);
	fprintf(out, "  --%s%s%s", f->name, f->value ? " " : "", f->value ? f->value : "");
	if (flag_width(f) + 4 > column)
		fprintf(out, "\n%*s", (int)column, "");
	else
		fprintf(out, "%*s", (int)(column - flag_width(f) - 2), "");
	print_words(out, text, column, column);
	arena_free(a);
}

/* Which flags have no variable. */
static const char *once_words(struct arena *a, const struct flag *flags)
{
	const char *names = "";

	for (const struct flag *f = flags; f->name; f++)
		if (f->once)
			names = arena_printf(a, "%s%s--%s", names, *names ? ", " : "", f->name);
	return *names ? arena_printf(a, " These have none: %s.", names) : "";
}

void command_help(FILE *out, const struct command *command)
{
	const struct flag *flags = command->flags;
	size_t column = 0;

	fprintf(out, "immersion %s: %s\n\nUsage:\n", command->name, command->summary);
	print_usage(out, command);
	for (const struct flag *f = flags; f && f->name; f++)
		if (flag_width(f) + 4 > column && flag_width(f) + 4 <= NAMES_MAX)
			column = flag_width(f) + 4;
	if (flags && flags->name) {
		struct arena *a = arena_new();

		fprintf(out, "\nFlags:\n");
		for (const struct flag *f = flags; f->name; f++)
			print_flag(out, f, column ? column : NAMES_MAX);
		fputc('\n', out);
		print_paragraphs(out,
				 arena_strf(a,
					    "Environment variables stand for flags: %s for --%s. "
					    "A flag wins over its variable.%s",
					    command_variable(a, flags->name), flags->name,
					    once_words(a, flags)));
		arena_free(a);
	}
	if (command->more) {
		fputc('\n', out);
		print_paragraphs(out, str_of(command->more));
	}
}

void command_list(FILE *out, const struct command *const *commands)
{
	fprintf(out, "immersion: run hands-on cloud workshops from one machine\n\n"
		     "Usage:\n  immersion SUBCOMMAND [FLAGS]\n\nSubcommands:\n");
	for (; *commands; commands++) {
		fprintf(out, "  %-10s ", (*commands)->name);
		print_words(out, str_of((*commands)->summary), 13, 13);
	}
	fprintf(out, "  %-10s %s\n  %-10s %s\n", "help",
		"explain a subcommand: immersion help serve", "--version", "print the version");
	fprintf(out, "\nExit codes: 0 well, 1 a check or lint is red, 2 wrong use,\n"
		     "3 cannot reach or start.\n");
}
