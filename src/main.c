/* immersion: finds the subcommand and runs it. */
#include "cmd/cmd.h"

static const struct command *const commands[] = {
	&command_serve, &command_join,     &command_check, &command_dash,
	&command_lint,  &command_rehearse, &command_cloud, NULL,
};

int main(int argc, char **argv)
{
	return command_main(commands, argc, argv);
}
