/*
 * The command line: one table of flags per subcommand, read once, checked once, explained once.
 *
 * Nothing here knows any subcommand. A word that is not known is answered with the one it resembles.
 */
#include "cmd/command.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

enum { WORD_MAX = 63 };

static const struct flag no_flags[] = { { 0 } };

static const struct flag *flags_of(const struct command *command)
{
	return command->flags ? command->flags : no_flags;
}

static size_t flag_count(const struct command *command)
{
	size_t n = 0;

	while (flags_of(command)[n].name)
		n++;
	return n;
}

int command_distance(const char *typed, const char *meant)
{
	size_t n = strlen(typed), m = strlen(meant);
	int rows[3][WORD_MAX + 1];

	if (n > WORD_MAX || m > WORD_MAX)
		return WORD_MAX;
	for (size_t j = 0; j <= m; j++)
		rows[0][j] = (int)j;
	for (size_t i = 1; i <= n; i++) {
		int *now = rows[i % 3], *before = rows[(i + 2) % 3], *earlier = rows[(i + 1) % 3];

		now[0] = (int)i;
		for (size_t j = 1; j <= m; j++) {
			int best = before[j - 1] + (typed[i - 1] != meant[j - 1]);

			if (before[j] + 1 < best)
				best = before[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && typed[i - 1] == meant[j - 2] &&
			    typed[i - 2] == meant[j - 1] && earlier[j - 2] + 1 < best)
				best = earlier[j - 2] + 1;
			now[j] = best;
		}
	}
	return rows[n % 3][m];
}

bool command_resembles(const char *typed, const char *meant)
{
	size_t n = strlen(typed), m = strlen(meant);
	int allowed = n < 3 ? 1 : n < 6 ? 2 : 3;

	if (n >= 2 && n < m && memcmp(typed, meant, n) == 0)
		return true;
	return command_distance(typed, meant) <= allowed && n && (size_t)allowed < n + 1;
}

const char *command_variable(struct arena *a, const char *flag)
{
	char *name = arena_printf(a, "IMMERSION_%s", flag);

	for (char *p = name; *p; p++) {
		if (*p == '-')
			*p = '_';
		else if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	}
	return name;
}

/* The flag nearest to a mistyped one, or NULL. */
static const char *nearest_flag(const struct command *command, const char *typed)
{
	const char *best = NULL;

	for (const struct flag *f = flags_of(command); f->name; f++)
		if (command_resembles(typed, f->name) &&
		    (!best || command_distance(typed, f->name) < command_distance(typed, best)))
			best = f->name;
	return best;
}

static bool unknown_flag(const struct command_line *line, const char *word, const char **why)
{
	const char *bare = word + strspn(word, "-");
	const char *meant = nearest_flag(line->command, bare);
	const char *guess = meant ? arena_printf(line->arena, "; did you mean --%s?", meant) : ".";

	*why = arena_printf(line->arena, "there is no flag %s%s", word, guess);
	return false;
}

/* A value from the environment; a switch understands the usual words. */
static bool take_variable(struct command_line *line, size_t i, const char **why)
{
	const struct flag *f = &line->command->flags[i];
	const char *name = command_variable(line->arena, f->name);
	const char *text = f->once ? NULL : getenv(name);
	static const char *const on[] = { "1", "true", "yes", "on" };
	static const char *const off[] = { "0", "false", "no", "off" };

	if (!text || !*text)
		return true;
	if (f->value) {
		line->values[i] = text;
		return true;
	}
	for (size_t k = 0; k < 4; k++) {
		if (str_eq_nocase(str_of(text), str_of(on[k]))) {
			line->values[i] = "1";
			return true;
		}
		if (str_eq_nocase(str_of(text), str_of(off[k])))
			return true;
	}
	*why = arena_printf(line->arena, "%s must be 1 or 0, not \"%s\".", name, text);
	return false;
}

/* One word that begins with "--"; may take the word behind it. */
static bool take_flag(struct command_line *line, const char *word, const char *next,
		      bool *took_next, const char **why)
{
	struct str rest = str_of(word + 2);
	struct str name = str_cut(&rest, '=');
	const struct flag *flags = flags_of(line->command);
	size_t i = 0;

	while (flags[i].name && !str_is(name, flags[i].name))
		i++;
	if (!flags[i].name)
		return unknown_flag(line, arena_printf(line->arena, "--%.*s", STR_ARG(name)), why);
	if (!flags[i].value && rest.p) {
		*why = arena_printf(line->arena, "--%s is a switch and takes no value.",
				    flags[i].name);
		return false;
	}
	if (!flags[i].value) {
		line->values[i] = "1";
		return true;
	}
	*took_next = !rest.p;
	line->values[i] = rest.p ? rest.p : next;
	if (line->values[i] && (rest.p || strncmp(next, "--", 2) != 0))
		return true;
	*why = arena_printf(line->arena, "--%s needs a value: --%s %s.", flags[i].name,
			    flags[i].name, flags[i].value);
	return false;
}

static bool take_words(struct command_line *line, int argc, char **argv, const char **why)
{
	bool ended = false;

	for (int i = 0; i < argc; i++) {
		bool took_next = false;

		if (ended || argv[i][0] != '-' || !argv[i][1]) {
			line->arguments[line->argument_count++] = argv[i];
		} else if (strcmp(argv[i], "--") == 0) {
			ended = true;
		} else if (argv[i][1] != '-') {
			return unknown_flag(line, argv[i], why);
		} else if (!take_flag(line, argv[i], i + 1 < argc ? argv[i + 1] : NULL, &took_next,
				      why)) {
			return false;
		}
		i += took_next;
	}
	return true;
}

bool command_parse(const struct command *command, int argc, char **argv, struct arena *a,
		   struct command_line *line, const char **why)
{
	size_t flags = flag_count(command);

	*line = (struct command_line){ .arena = a, .command = command };
	line->values = arena_zalloc(a, (flags + 1) * sizeof(*line->values));
	line->arguments = arena_zalloc(a, ((size_t)argc + 1) * sizeof(*line->arguments));
	for (size_t i = 0; i < flags; i++) {
		line->values[i] = command->flags[i].initial;
		if (!take_variable(line, i, why))
			return false;
	}
	if (!take_words(line, argc, argv, why))
		return false;
	if (line->argument_count && !command->arguments) {
		*why = arena_printf(a, "it takes no arguments, but there is \"%s\".",
				    line->arguments[0]);
		return false;
	}
	return true;
}

static size_t flag_index(const struct command_line *line, const char *name)
{
	const struct flag *flags = flags_of(line->command);

	for (size_t i = 0; flags[i].name; i++)
		if (strcmp(flags[i].name, name) == 0)
			return i;
	fprintf(stderr, "bug: immersion %s has no flag --%s\n", line->command->name, name);
	abort();
}

const char *flag_value(const struct command_line *line, const char *name)
{
	return line->values[flag_index(line, name)];
}

bool flag_is_set(const struct command_line *line, const char *name)
{
	return flag_value(line, name) != NULL;
}

const char *flag_need(const struct command_line *line, const char *name)
{
	const struct flag *f = &line->command->flags[flag_index(line, name)];
	const char *value = flag_value(line, name);

	if (value && *value)
		return value;
	usage_error(line, "--%s %s is needed (or the environment variable %s).", name, f->value,
		    command_variable(line->arena, name));
	return NULL;
}

bool flag_int(const struct command_line *line, const char *name, int least, int most, int *out)
{
	const char *text = flag_value(line, name);
	int64_t value;

	if (text && str_to_int(str_of(text), &value) && value >= least && value <= most) {
		*out = (int)value;
		return true;
	}
	usage_error(line, "--%s must be a whole number from %d to %d, not \"%s\".", name, least,
		    most, text ? text : "");
	return false;
}

static void complain(const struct command_line *line, const char *format, va_list args)
{
	fflush(stdout);
	fprintf(stderr, "immersion %s: ", line->command->name);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

int usage_error(const struct command_line *line, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain(line, format, args);
	va_end(args);
	fprintf(stderr, "See `immersion help %s`.\n", line->command->name);
	return EXIT_USAGE;
}

int cannot(const struct command_line *line, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain(line, format, args);
	va_end(args);
	return EXIT_CANNOT;
}

static bool is_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* Does one of the words ask for help? What stands behind "--" does not. */
static bool wants_help(int argc, char **argv)
{
	for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (is_help(argv[i]))
			return true;
	return false;
}

static const struct command *command_find(const struct command *const *commands, const char *name)
{
	for (; *commands; commands++)
		if (strcmp((*commands)->name, name) == 0)
			return *commands;
	return NULL;
}

static int unknown_command(const struct command *const *commands, const char *name)
{
	const char *best = command_resembles(name, "help") ? "help" : NULL;

	for (; *commands; commands++) {
		const char *meant = (*commands)->name;

		if (command_resembles(name, meant) &&
		    (!best || command_distance(name, meant) < command_distance(name, best)))
			best = meant;
	}
	fprintf(stderr, "immersion: there is no subcommand \"%s\"", name);
	if (best)
		fprintf(stderr, "; did you mean \"%s\"?\n", best);
	else
		fprintf(stderr, ".\n");
	fprintf(stderr, "See `immersion help`.\n");
	return EXIT_USAGE;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct arena *a = arena_new();
	struct command_line line;
	const char *why = NULL;
	int code;

	if (command_parse(command, argc, argv, a, &line, &why))
		code = command->run(&line);
	else
		code = usage_error(&line, "%s", why);
	arena_free(a);
	return code;
}

static int help(const struct command *const *commands, const char *name)
{
	const struct command *command;

	if (!name || strcmp(name, "help") == 0 || is_help(name)) {
		command_list(stdout, commands);
		return EXIT_WELL;
	}
	command = command_find(commands, name);
	if (!command)
		return unknown_command(commands, name);
	command_help(stdout, command);
	return EXIT_WELL;
}

static int choose(const struct command *const *commands, int argc, char **argv)
{
	const struct command *command;

	if (argc < 2) {
		command_list(stderr, commands);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("immersion %s\n", IMMERSION_VERSION);
		return EXIT_WELL;
	}
	if (strcmp(argv[1], "help") == 0 || is_help(argv[1]))
		return help(commands, argc > 2 ? argv[2] : NULL);
	command = command_find(commands, argv[1]);
	if (!command)
		return unknown_command(commands, argv[1]);
	if (wants_help(argc - 2, argv + 2))
		return help(commands, argv[1]);
	return run(command, argc - 2, argv + 2);
}

int command_main(const struct command *const *commands, int argc, char **argv)
{
	int code = choose(commands, argc, argv);

	if ((fflush(stdout) != 0 || ferror(stdout)) && code == EXIT_WELL) {
		fprintf(stderr, "immersion: cannot write the output: %s\n", strerror(errno));
		return EXIT_CANNOT;
	}
	return code;
}
