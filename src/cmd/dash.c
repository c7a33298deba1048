/* immersion dash: the instructor's terminal. */
#include "checker/dash.h"

#include <stdio.h>

#include "base/time.h"
#include "cmd/terminal.h"
#include "site/results.h"

static const struct flag flags[] = {
	{ "server", "URL", NULL, "the workshop's address" },
	{ "token", "T", NULL, "the instructor's token, as `immersion serve` prints it" },
	{ "once", NULL, NULL, "print the board once as text; the same happens without a terminal" },
	{ "json", NULL, NULL, "print the board once as JSON" },
	{ "csv", NULL, NULL, "print everybody's results as a table for spreadsheets" },
	LOOK_FLAGS,
	{ 0 }
};

static int print_once(const struct terminal *t, const struct command_line *line,
		      const struct json_object *document)
{
	struct board board;
	struct buf out;
	int64_t now = time_now_ms();

	board_init(&board);
	if (!board_show_all(&board, document, now)) {
		board_release(&board);
		return cannot(line, "%s did not answer as an Immersion server does.",
			      t->api.server);
	}
	board_arrange(&board, now);
	buf_init(&out, BUF_MAX);
	board_print(&board, &out, now, t->ascii);
	fwrite(out.p, 1, out.n, stdout);
	buf_release(&out);
	board_release(&board);
	return EXIT_WELL;
}

static int print_csv(const struct json_object *document)
{
	struct buf out;

	buf_init(&out, BUF_MAX);
	results_csv(document, &out);
	fwrite(out.p, 1, out.n, stdout);
	buf_release(&out);
	return EXIT_WELL;
}

static int run(const struct command_line *line)
{
	struct json_object *document;
	struct dash_options options;
	struct terminal t;
	const char *why = NULL;
	int code = EXIT_USAGE;

	if (!terminal_init(&t, line))
		return EXIT_USAGE;
	/* Before the screen is taken over, so that a wrong address or token is told in the shell. */
	if (!terminal_ask(&t, line, "/api/dash", &document, &code))
		return code;
	if (flag_is_set(line, "json"))
		return terminal_print_json(line, document);
	if (flag_is_set(line, "csv"))
		return print_csv(document);
	if (flag_is_set(line, "once") || !screen_possible())
		return print_once(&t, line, document);
	options = (struct dash_options){
		.api = &t.api, .theme = t.theme, .ascii = t.ascii, .stop_fd = -1
	};
	code = dash_run(&options, &why);
	return why ? cannot(line, "%s", why) : code;
}

const struct command command_dash = {
	.name = "dash",
	.summary = "show everybody's checks to the instructor, live",
	.more = "Inside, ? lists the keys. The token is in the data folder of `immersion serve`, which\n"
		"prints it at its start.\n"
		"\n"
		"Exit codes: 0 well, 2 wrong use or a refused token, 3 the server cannot be reached.",
	.flags = flags,
	.run = run,
};
