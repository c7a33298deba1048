/* immersion: finds the subcommand and runs it. */
#include "cmd/cmd.h"
#include "sandbox/sandbox.h"

static const struct command *const commands[] = {
	&command_serve, &command_join,     &command_check, &command_dash,
	&command_lint,  &command_rehearse, &command_cloud, NULL,
};

int main(int argc, char **argv)
{
	if (sandbox_is_inner(argc, argv))
		return sandbox_inner_main(argc, argv);
	return command_main(commands, argc, argv);
}
