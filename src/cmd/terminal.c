/* What the two terminals have in common; see terminal.h. */
#include "cmd/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { PLAIN_COLUMNS = 100 };

static int columns_of_stdout(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
		return size.ws_col;
	return PLAIN_COLUMNS;
}

bool terminal_init(struct terminal *t, const struct command_line *line)
{
	const char *server = flag_need(line, "server");
	const char *token = server ? flag_need(line, "token") : NULL;
	const char *why;

	*t = (struct terminal){ .columns = columns_of_stdout() };
	if (!token)
		return false;
	if (!api_init(&t->api, line->arena, server, token, &why)) {
		usage_error(line, "%s", why);
		return false;
	}
	if (!theme_parse(str_of(flag_value(line, "theme")), &t->theme)) {
		usage_error(line, "--theme must be auto, dark, light or mono, not \"%s\".",
			    flag_value(line, "theme"));
		return false;
	}
	t->ascii = flag_is_set(line, "ascii") || !text_locale_is_utf8();
	return true;
}

bool terminal_ask(const struct terminal *t, const struct command_line *line, const char *path,
		  struct json_object **out, int *code)
{
	const char *why;
	enum api_result result = api_ask(&t->api, line->arena, path, STR_NONE, out, &why);

	if (result == API_WELL)
		return true;
	cannot(line, "%s", why);
	*code = result == API_REFUSED ? EXIT_USAGE : EXIT_CANNOT;
	return false;
}

int terminal_print_json(const struct command_line *line, const struct json_object *document)
{
	struct str text = json_text(line->arena, document);

	printf("%.*s\n", STR_ARG(text));
	return EXIT_WELL;
}
