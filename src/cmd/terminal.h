#ifndef CMD_TERMINAL_H
#define CMD_TERMINAL_H

#include "checker/api.h"
#include "checker/tui/screen.h"
#include "cmd/cmd.h"

/* What `check` and `dash` have in common: the server, the look, and what is printed without a terminal. */

/* Flags that both tables end with. */
#define LOOK_FLAGS                                                                                 \
	{ "theme", "NAME", "auto", "colours: auto, dark, light or mono (NO_COLOR counts too)" },   \
	{                                                                                          \
		"ascii", NULL, NULL, "use ASCII characters only"                                   \
	}

struct terminal {
	struct api api;
	enum theme theme;
	bool ascii;
	int columns; /* for plain text */
};

/* Read the flags; false after having printed what is wrong. */
bool terminal_init(struct terminal *t, const struct command_line *line);

/*
 * Ask the server for a document. False after having printed why not; *code is then the exit code (2 when the token is
 * refused, 3 when there is no answer).
 */
bool terminal_ask(const struct terminal *t, const struct command_line *line, const char *path,
		  struct json_object **out, int *code);

/* Print a document on one line. */
int terminal_print_json(const struct command_line *line, const struct json_object *document);

#endif
