/* The flag parser, its help pages and its guesses, on tables of their own. */
#include "cmd/command.h"

#include <unistd.h>

#include "unit/tap.h"

static int seen_port;

static int run_start(const struct command_line *line)
{
	return flag_int(line, "port", 1, 65535, &seen_port) ? EXIT_WELL : EXIT_USAGE;
}

static int run_stop(const struct command_line *line)
{
	return flag_need(line, "server") ? EXIT_RED : EXIT_USAGE;
}

static const struct flag start_flags[] = { { "port", "PORT", "8080", "where the pages are" },
					   { "public-host", "NAME", NULL,
					     "how attendees call this machine" },
					   { "dash", NULL, NULL, "open the dashboard too" },
					   { "wipe", NULL, NULL, "remove all", .once = true },
					   { 0 } };
static const struct flag stop_flags[] = { { "server", "URL", NULL, "what to stop" }, { 0 } };
static const struct command start = {
	"start", "start it", "[LAB...]", NULL, start_flags, run_start
};
static const struct command stop = {
	"stop", "stop it", NULL, "A paragraph.", stop_flags, run_stop
};
static const struct command *const commands[] = { &start, &stop, NULL };

#define ARGC(words) (int)(sizeof(words) / sizeof(*(words)))

static void test_values(struct arena *a)
{
	char *words[] = { "--public-host", "box", "web-app", "--port=81", "--dash", "eks" };
	char *ended[] = { "--", "--port" };
	struct command_line line;
	const char *why = NULL;

	ok(command_parse(&start, ARGC(words), words, a, &line, &why),
	   "flags and arguments may mix");
	is_str(flag_value(&line, "port"), "81", "a value may follow an equals sign");
	is_str(flag_value(&line, "public-host"), "box", "a value may be the next word");
	ok(flag_is_set(&line, "dash"), "a switch is set");
	is_int(line.argument_count, 2, "what is no flag is an argument");
	is_str(line.arguments[1], "eks", "arguments keep their order");
	ok(command_parse(&start, 0, words, a, &line, &why), "an empty line parses");
	is_str(flag_value(&line, "port"), "8080", "an absent flag has its initial value");
	ok(!flag_is_set(&line, "dash"), "an absent switch is not set");
	is_str(flag_value(&line, "public-host"), NULL, "an absent flag without one is NULL");
	ok(command_parse(&start, ARGC(ended), ended, a, &line, &why) && line.argument_count == 1,
	   "two dashes end the flags");
}

static void test_environment(struct arena *a)
{
	char *words[] = { "--port", "81" };
	struct command_line line;
	const char *why = NULL;

	is_str(command_variable(a, "public-host"), "IMMERSION_PUBLIC_HOST",
	       "a variable is named after its flag");
	setenv("IMMERSION_PORT", "82", 1);
	setenv("IMMERSION_PUBLIC_HOST", "", 1);
	setenv("IMMERSION_DASH", "yes", 1);
	ok(command_parse(&start, 0, words, a, &line, &why), "variables stand for flags");
	is_str(flag_value(&line, "port"), "82", "a variable wins over the initial value");
	is_str(flag_value(&line, "public-host"), NULL, "an empty variable counts as absent");
	ok(flag_is_set(&line, "dash"), "a switch understands yes");
	ok(command_parse(&start, 2, words, a, &line, &why),
	   "a flag and its variable may both be there");
	is_str(flag_value(&line, "port"), "81", "a flag wins over its variable");
	setenv("IMMERSION_DASH", "0", 1);
	ok(command_parse(&start, 0, words, a, &line, &why) && !flag_is_set(&line, "dash"),
	   "a switch understands 0");
	setenv("IMMERSION_WIPE", "1", 1);
	ok(command_parse(&start, 0, words, a, &line, &why) && !flag_is_set(&line, "wipe"),
	   "what is done once has no variable");
	setenv("IMMERSION_DASH", "maybe", 1);
	ok(!command_parse(&start, 0, words, a, &line, &why), "a switch refuses other words");
	is_str(why, "IMMERSION_DASH must be 1 or 0, not \"maybe\".", "and says so");
	unsetenv("IMMERSION_PORT");
	unsetenv("IMMERSION_PUBLIC_HOST");
	unsetenv("IMMERSION_DASH");
}

static void refused(struct arena *a, const struct command *command, const char *word,
		    const char *sentence)
{
	char *words[] = { (char *)word, "--x" };
	struct command_line line;
	const char *why = NULL;

	command_parse(command, str_find(str_of(word), ' ') < 0 ? 1 : 2, words, a, &line, &why);
	is_str(why, sentence, "%s is refused", word);
}

static void test_refusals(struct arena *a)
{
	char *words[] = { "--port", "--dash" };
	struct command_line line;
	const char *why = NULL;

	refused(a, &start, "--prot", "there is no flag --prot; did you mean --port?");
	refused(a, &start, "--publichost=x",
		"there is no flag --publichost; did you mean --public-host?");
	refused(a, &start, "--colour", "there is no flag --colour.");
	refused(a, &start, "-p", "there is no flag -p.");
	refused(a, &start, "--dash=1", "--dash is a switch and takes no value.");
	refused(a, &start, "--port", "--port needs a value: --port PORT.");
	refused(a, &stop, "now", "it takes no arguments, but there is \"now\".");
	ok(!command_parse(&start, 2, words, a, &line, &why), "a flag is nobody's value");
}

static void test_distance(void)
{
	is_int(command_distance("serve", "serve"), 0, "a word is nought from itself");
	is_int(command_distance("sevre", "serve"), 1, "two neighbours swapped count once");
	is_int(command_distance("", "dash"), 4, "an empty word is as far as the other is long");
	is_int(command_distance("kitten", "sitting"), 3, "changes and additions count");
	ok(command_resembles("chek", "check"), "chek resembles check");
	ok(command_resembles("reh", "rehearse"), "a beginning resembles the word");
	ok(!command_resembles("xyzzy", "check"), "xyzzy does not resemble check");
	ok(!command_resembles("", "up"), "nothing resembles nothing");
}

/* command_main() with stdout and stderr in files: returns the code, the text in *out. */
static int spoken(struct arena *a, int argc, char **argv, struct str *out)
{
	FILE *file = tmpfile();
	int old_out = dup(1), old_err = dup(2), code;
	char text[8192];

	fflush(stdout);
	dup2(fileno(file), 1);
	dup2(fileno(file), 2);
	code = command_main(commands, argc, argv);
	fflush(stderr);
	dup2(old_out, 1);
	dup2(old_err, 2);
	close(old_out);
	close(old_err);
	rewind(file);
	*out = arena_dup(a, str_make(text, fread(text, 1, sizeof(text), file)));
	fclose(file);
	return code;
}

static void said(struct arena *a, int code, const char *text, char *one, char *two)
{
	char *argv[] = { "immersion", one, two, NULL };
	int argc = 1 + !!one + !!two;
	struct str out;
	const char *name = one ? one : "no subcommand";

	is_int(spoken(a, argc, argv, &out), code, "%s ends with exit code %d", name, code);
	if (!ok(str_find_str(out, str_of(text)) >= 0, "%s says what it should", name))
		diag("wanted %s in %.*s", text, STR_ARG(out));
}

static void test_main(struct arena *a)
{
	said(a, EXIT_USAGE, "Subcommands:", NULL, NULL);
	said(a, EXIT_WELL, "Subcommands:", "help", NULL);
	said(a, EXIT_WELL, "immersion " IMMERSION_VERSION "\n", "--version", NULL);
	said(a, EXIT_WELL, "  --port PORT         where the pages are [8080]\n", "help", "start");
	said(a, EXIT_WELL, "IMMERSION_SERVER for --server", "stop", "--help");
	said(a, EXIT_WELL, "\nA paragraph.\n", "stop", "-h");
	said(a, EXIT_USAGE, "did you mean \"start\"?", "strat", NULL);
	said(a, EXIT_USAGE, "did you mean \"stop\"?", "help", "stpo");
	said(a, EXIT_USAGE, "there is no subcommand \"frobnicate\".\n", "frobnicate", NULL);
	said(a, EXIT_WELL, "", "start", "--port=9000");
	is_int(seen_port, 9000, "a number arrives");
	said(a, EXIT_USAGE, "--port must be a whole number from 1 to 65535, not \"0\".", "start",
	     "--port=0");
	said(a, EXIT_USAGE, "not \"80x\"", "start", "--port=80x");
	said(a, EXIT_USAGE, "immersion stop: --server URL is needed", "stop", NULL);
	said(a, EXIT_RED, "", "stop", "--server=x");
}

int main(void)
{
	struct arena *a = arena_new();

	test_values(a);
	test_environment(a);
	test_refusals(a);
	test_distance();
	test_main(a);
	arena_free(a);
	return done_testing();
}
