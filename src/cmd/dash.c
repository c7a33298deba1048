/* immersion dash: the instructor's terminal. */
#include "checker/dash.h"

#include <stdio.h>
#include <unistd.h>

#include "base/time.h"
#include "cmd/terminal.h"
#include "site/results.h"

static const struct flag flags[] = {
	{ "server", "URL", NULL, "the workshop's address" },
	{ "token", "T", NULL, "the instructor's token, as `immersion serve` prints it" },
	{ "once", NULL, NULL, "print the board once as text; the same happens without a terminal" },
	{ "json", NULL, NULL, "print the board once as JSON" },
	{ "csv", NULL, NULL, "print everybody's results as a table for spreadsheets" },
	{ "joining", "STATE", NULL, "open or closed: may further people join? Then end",
	  .once = true },
	{ "new-token", "WHO", NULL,
	  "give the attendee of this name or account another token; the old one stops. Then end",
	  .once = true },
	{ "reset", "WHO", NULL,
	  "empty the account of the attendee of this name or account: a fresh start. Then end",
	  .once = true },
	{ "yes", NULL, NULL, "with --reset: do not ask first", .once = true },
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

/* --- what the instructor changes --- */

static int change(const struct terminal *t, const struct command_line *line, const char *path,
		  struct json_object *body, struct json_object **out)
{
	const char *why;
	enum api_result result =
		api_ask(&t->api, line->arena, path, json_text(line->arena, body), out, &why);

	if (result == API_WELL)
		return EXIT_WELL;
	cannot(line, "%s", why);
	return result == API_REFUSED || result == API_WRONG ? EXIT_USAGE : EXIT_CANNOT;
}

static int change_joining(const struct terminal *t, const struct command_line *line)
{
	struct json_object *body = json_new_object(line->arena), *out;
	int code;

	json_set_cstr(body, "joining", flag_value(line, "joining"));
	code = change(t, line, "/api/dash/joining", body, &out);
	if (code == EXIT_WELL)
		printf("Joining is %s.\n", flag_value(line, "joining"));
	return code;
}

/* --- who is meant --- */

/* What an attendee may be called by, what is most theirs first. */
enum { BY_ACCOUNT, BY_NAME, BY_FIRST_NAME, BY_NOTHING };

static bool is_called(const struct json_object *one, struct str who, int by)
{
	struct str name = json_get_str(one, "name");

	if (by == BY_ACCOUNT)
		return str_eq(json_get_str(one, "account"), who);
	if (by == BY_NAME)
		return str_eq_nocase(name, who);
	return name.n > who.n && name.p[who.n] == ' ' &&
	       str_eq_nocase(str_slice(name, 0, who.n), who);
}

/* How many are called so; *found is the last of them. */
static size_t count_called(const struct json_object *people, struct str who, int by,
			   const struct json_object **found)
{
	size_t matches = 0;

	for (size_t i = 0; json_is_array(people) && i < json_count(people); i++) {
		if (!is_called(json_at(people, i), who, by))
			continue;
		*found = json_at(people, i);
		matches++;
	}
	return matches;
}

static void list_called(const struct json_object *people, struct str who, int by)
{
	for (size_t i = 0; i < json_count(people); i++)
		if (is_called(json_at(people, i), who, by))
			fprintf(stderr, "  %.*s  %.*s\n",
				STR_ARG(json_get_str(json_at(people, i), "account")),
				STR_ARG(json_get_str(json_at(people, i), "name")));
}

/*
 * Who is meant by the flag's value: an account, a name (ASCII case does not count), or a first name. NULL with the exit
 * code after having printed what is wrong; what fits several means nobody.
 */
static const struct json_object *find_one(const struct terminal *t, const struct command_line *line,
					  const char *flag, int *code)
{
	struct str who = str_trim(str_of(flag_value(line, flag)));
	const struct json_object *people, *found = NULL;
	struct json_object *document;
	size_t matches = 0;
	int by = BY_ACCOUNT;

	*code = EXIT_USAGE;
	if (!terminal_ask(t, line, "/api/dash", &document, code))
		return NULL;
	*code = EXIT_USAGE;
	people = json_get(document, "attendees");
	while (by < BY_NOTHING && !(matches = count_called(people, who, by, &found)))
		by++;
	if (matches == 1)
		return found;
	if (!matches) {
		usage_error(line, "nobody here has the name or account \"%.*s\"", STR_ARG(who));
		return NULL;
	}
	usage_error(line, "\"%.*s\" may be any of these; give the account:", STR_ARG(who));
	list_called(people, who, by);
	return NULL;
}

/* Do to somebody what POST /api/dash/attendees/ACCOUNT/WHAT does. */
static int change_one(const struct terminal *t, const struct command_line *line,
		      const struct json_object *one, const char *what, struct json_object **out)
{
	return change(t, line,
		      arena_printf(line->arena, "/api/dash/attendees/%.*s/%s",
				   STR_ARG(json_get_str(one, "account")), what),
		      json_new_object(line->arena), out);
}

static int change_token(const struct terminal *t, const struct command_line *line)
{
	struct json_object *out;
	int code;
	const struct json_object *one = find_one(t, line, "new-token", &code);

	if (!one)
		return code;
	code = change_one(t, line, one, "token", &out);
	if (code == EXIT_WELL)
		printf("%.*s (account %.*s) has a new token; the old one has stopped.\n\n  Token    %.*s\n"
		       "  Sign in  %.*s\n",
		       STR_ARG(json_get_str(out, "name")), STR_ARG(json_get_str(one, "account")),
		       STR_ARG(json_get_str(out, "token")), STR_ARG(json_get_str(out, "signIn")));
	return code;
}

/* --- a fresh start --- */

/* Has whoever sits here said yes? */
static bool confirmed(const struct command_line *line, const struct json_object *one)
{
	char answer[16] = "";

	if (flag_is_set(line, "yes"))
		return true;
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
		usage_error(line, "there is no terminal to ask on: --yes says that you are sure");
		return false;
	}
	fprintf(stderr,
		"%.*s (account %.*s) will lose all that is in the account: every resource, site,\n"
		"function, repository and user, and the progress of all checks. This cannot be undone.\n"
		"Name, token and access keys stay. Type yes to go on: ",
		STR_ARG(json_get_str(one, "name")), STR_ARG(json_get_str(one, "account")));
	fflush(stderr);
	if (fgets(answer, sizeof(answer), stdin) && str_is(str_trim(str_of(answer)), "yes"))
		return true;
	fprintf(stderr, "Nothing was changed.\n");
	return false;
}

static void print_removed(const struct json_object *removed)
{
	size_t count = json_is_array(removed) ? json_count(removed) : 0;

	printf(count ? "Removed: " : "There was nothing in it");
	for (size_t i = 0; i < count; i++)
		printf("%s%lld %.*s", i ? ", " : "",
		       (long long)json_int_or(json_get(json_at(removed, i), "count"), 0),
		       STR_ARG(json_get_str(json_at(removed, i), "what")));
	printf(".\n");
}

static int reset(const struct terminal *t, const struct command_line *line)
{
	struct json_object *out;
	int code;
	const struct json_object *one = find_one(t, line, "reset", &code);

	if (!one)
		return code;
	if (!confirmed(line, one))
		return EXIT_USAGE;
	code = change_one(t, line, one, "reset", &out);
	if (code != EXIT_WELL)
		return code;
	printf("%.*s (account %.*s) starts over. ", STR_ARG(json_get_str(out, "name")),
	       STR_ARG(json_get_str(out, "account")));
	print_removed(json_get(out, "removed"));
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
	if (flag_value(line, "joining"))
		return change_joining(&t, line);
	if (flag_value(line, "new-token"))
		return change_token(&t, line);
	if (flag_value(line, "reset"))
		return reset(&t, line);
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
