/* immersion check: the attendee's terminal. */
#include "checker/attendee.h"

#include <stdio.h>
#include <stdlib.h>

#include "cmd/terminal.h"

static const struct flag flags[] = {
	{ "server", "URL", NULL, "the workshop's address" },
	{ "token", "T", NULL, "your token, as `immersion join` or your page shows it" },
	{ "lab", "LAB", NULL, "only the checks of one lab, such as web-app" },
	{ "plain", NULL, NULL,
	  "print the checks once as text; the same happens without a terminal" },
	{ "json", NULL, NULL, "print the checks once as JSON" },
	LOOK_FLAGS,
	{ 0 }
};

/* A lab that has no results yet may exist all the same: the event's document knows. */
static bool lab_exists(const struct terminal *t, const struct command_line *line, const char *lab,
		       int *code)
{
	struct json_object *event;
	const struct json_object *labs;
	struct buf names;

	if (!terminal_ask(t, line, "/api/event", &event, code))
		return false;
	labs = json_get(event, "labs");
	buf_init(&names, 4096);
	for (size_t i = 0; i < json_count(labs); i++) {
		struct str id = json_get_str(json_at(labs, i), "id");

		if (str_is(id, lab)) {
			buf_release(&names);
			return true;
		}
		buf_adds(&names, i ? ", " : "");
		text_add(&names, id, 0, t->ascii);
	}
	buf_addc(&names, '\0');
	*code = usage_error(line, "there is no lab \"%s\"; there are: %s.", lab, names.p);
	buf_release(&names);
	return false;
}

static int print_plain(const struct terminal *t, const struct standing *standing, const char *lab)
{
	struct buf out;
	int code;

	buf_init(&out, BUF_MAX);
	code = attendee_print(standing, lab, &out, t->columns, t->ascii);
	fwrite(out.p, 1, out.n, stdout);
	buf_release(&out);
	return code;
}

/* The document without the labs that were not asked for. */
static void keep_lab(struct json_object *document, const char *lab)
{
	struct json_object *labs = json_get(document, "labs");

	for (size_t i = json_count(labs); lab && i-- > 0;)
		if (!str_is(json_get_str(json_at(labs, i), "id"), lab))
			json_object_array_del_idx(labs, i, 1);
}

static int show(const struct terminal *t, const struct command_line *line,
		struct json_object *document, const struct standing *standing)
{
	const char *lab = flag_value(line, "lab"), *why = NULL;
	struct attendee_options options = {
		.api = &t->api, .lab = lab, .theme = t->theme, .ascii = t->ascii
	};
	struct buf none;
	int code;

	if (flag_is_set(line, "json")) {
		keep_lab(document, lab);
		terminal_print_json(line, document);
		buf_init(&none, BUF_MAX);
		code = attendee_print(standing, lab, &none, t->columns, t->ascii);
		buf_release(&none);
		return code;
	}
	if (flag_is_set(line, "plain") || !screen_possible())
		return print_plain(t, standing, lab);
	code = attendee_run(&options, &why);
	return why ? cannot(line, "%s", why) : code;
}

static int run(const struct command_line *line)
{
	const char *lab = flag_value(line, "lab");
	struct json_object *document;
	struct standing *standing;
	struct terminal t;
	int code = EXIT_USAGE;

	if (!terminal_init(&t, line))
		return EXIT_USAGE;
	if (!terminal_ask(&t, line, "/api/progress", &document, &code))
		return code;
	standing = standing_read(document);
	if (!lab || standing_lab_find(standing, str_of(lab)) || lab_exists(&t, line, lab, &code))
		code = show(&t, line, document, standing);
	standing_free(standing);
	return code;
}

const struct command command_check = {
	.name = "check",
	.summary = "show which checks of your labs are green, live",
	.more = "States: green (as it should be), red (a mistake, or undone again; the message says what\n"
		"was found), to do (not done yet), pending (what it needs is not green yet).\n"
		"\n"
		"Exit codes: 0 all green, 1 something is not, 2 wrong use or a refused token,\n"
		"3 the server cannot be reached.",
	.flags = flags,
	.run = run,
};
