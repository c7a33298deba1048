#ifndef CMD_COMMAND_H
#define CMD_COMMAND_H

#include <stdio.h>

#include "cmd/cmd.h"

/*
 * The parts of command_main() that stand alone: reading a command line by a command's table, printing its help
 * page, and guessing what a mistyped word was meant to be.
 */

/*
 * Read `argc` words by the command's flags and the environment. False when a word is wrong: then *why is
 * a sentence for the user. `line` is filled as cmd.h says; its strings are those of argv, of the
 * environment and of the table.
 */
bool command_parse(const struct command *command, int argc, char **argv, struct arena *a,
		   struct command_line *line, const char **why);

/* The environment variable that stands for a flag: "public-host" is IMMERSION_PUBLIC_HOST. */
const char *command_variable(struct arena *a, const char *flag);

/* The help page of one command, and the list of all of them; at most 80 columns where words allow. */
void command_help(FILE *out, const struct command *command);
void command_list(FILE *out, const struct command *const *commands);

/*
 * How far is `typed` from `meant`: the number of letters to change, add, leave out or swap with their
 * neighbour. Words longer than 63 bytes are far from everything.
 */
int command_distance(const char *typed, const char *meant);
/* Is `meant` what somebody who typed `typed` could have wanted? */
bool command_resembles(const char *typed, const char *meant);

#endif
