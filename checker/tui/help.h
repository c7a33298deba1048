#ifndef CHECKER_TUI_HELP_H
#define CHECKER_TUI_HELP_H

#include "checker/tui/view.h"

/* The help page: the keys and commands of the view below it, and those of all views. Its state is the ui. */
extern const struct view help_view;

#endif
