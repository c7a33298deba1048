#ifndef CMD_CMD_H
#define CMD_CMD_H

#include "base/arena.h"

/*
 * Subcommands: one file each, one constant each, listed in main.c.
 *
 * Flags are declared once: from the table come parsing, --help, and the environment variables that stand
 * for them (--public-host: IMMERSION_PUBLIC_HOST). A flag wins over its variable; an empty variable counts as absent.
 * Flags are written `--port 80` or `--port=80`, before or after the arguments; `--` ends them.
 */
enum { EXIT_WELL = 0, EXIT_RED = 1, EXIT_USAGE = 2, EXIT_CANNOT = 3 };

struct flag {
	const char *name;    /* "port", without dashes */
	const char *value;   /* what --help calls its value: "PORT"; NULL for a switch */
	const char *initial; /* default value in text, or NULL */
	const char *help;    /* one line */
	bool once; /* does something, at once: it has no variable, which would do it every time */
};

struct command_line {
	struct arena *arena;
	const struct command *command;
	/* One a flag, in the table's order: given, or from the environment, or initial, or NULL; "1" for a switch. */
	const char **values;
	const char **arguments; /* what is not a flag */
	int argument_count;
};

struct command {
	const char *name;         /* "serve" */
	const char *summary;      /* one line for `immersion help` */
	const char *arguments;    /* "[LAB...]" for the usage line, or NULL when it takes none */
	const char *more;         /* further paragraphs of its help, or NULL */
	const struct flag *flags; /* { 0 }-ended */
	int (*run)(const struct command_line *line); /* an exit code */
};

/* The value of a flag, NULL when absent. A name that is not in the table is a bug and aborts. */
const char *flag_value(const struct command_line *line, const char *name);
/* The same for a flag without which the command cannot work: NULL after having printed that it is missing. */
const char *flag_need(const struct command_line *line, const char *name);
/* As a whole number between least and most; false after having printed what is wrong. */
bool flag_int(const struct command_line *line, const char *name, int least, int most, int *out);
bool flag_is_set(const struct command_line *line, const char *name);
/* Print "immersion serve: ..." to stderr; returns EXIT_USAGE. */
int usage_error(const struct command_line *line, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The same for what the user did not do wrong; returns EXIT_CANNOT. */
int cannot(const struct command_line *line, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Find and run the subcommand: `help`, `--version` and mistyped names included. NULL-ended list.
 * Output that could not be written turns a good exit code into EXIT_CANNOT.
 */
int command_main(const struct command *const *commands, int argc, char **argv);

extern const struct command command_serve, command_join, command_check, command_dash, command_lint,
	command_rehearse, command_cloud;

#endif
