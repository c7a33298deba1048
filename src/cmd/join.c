/*
 * immersion join: become an attendee from a terminal.
 *
 * What a shell shall read goes to stdout, what a person shall read to stderr, so that `eval "$(immersion join ...)"` works.
 */
#include "cmd/cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "checker/api.h"
#include "checker/tui/text.h"

static const struct flag flags[] = {
	{ "server", "URL", NULL, "the workshop's address, as the instructor shows it" },
	{ "code", "CODE", NULL, "the event code" },
	{ "name", "NAME", NULL, "your name, as others shall see it" },
	{ "json", NULL, NULL, "print the account as one JSON document instead" },
	{ 0 }
};

/* In single quotes, where only the quote itself is special to a shell. */
static void add_quoted(struct buf *b, struct str value)
{
	buf_addc(b, '\'');
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] == '\'')
			buf_adds(b, "'\\''");
		else if (value.p[i] != '\0')
			buf_addc(b, value.p[i]);
	}
	buf_addc(b, '\'');
}

/* False when the answer lacks the member. */
static bool add_export(struct buf *b, const char *variable, const struct json_object *answer,
		       const char *member)
{
	struct str value = json_get_str(answer, member);

	buf_addf(b, "export %s=", variable);
	add_quoted(b, value);
	buf_addc(b, '\n');
	return value.n > 0;
}

static bool add_exports(struct buf *b, const struct json_object *answer)
{
	static const char *const exports[][2] = {
		{ "AWS_ACCESS_KEY_ID", "accessKeyId" },
		{ "AWS_SECRET_ACCESS_KEY", "secretAccessKey" },
		{ "AWS_DEFAULT_REGION", "region" },
		{ "AWS_REGION", "region" },
		{ "AWS_ENDPOINT_URL", "endpoint" },
		{ "IMMERSION_SERVER", "url" },
		{ "IMMERSION_TOKEN", "token" },
	};

	for (size_t i = 0; i < sizeof(exports) / sizeof(*exports); i++)
		if (!add_export(b, exports[i][0], answer, exports[i][1]))
			return false;
	return true;
}

/* Variables of another account make every signature wrong. */
static void warn_of(const char *variable)
{
	const char *value = getenv(variable);

	if (value && *value)
		fprintf(stderr, "%s is set in this shell and gets in the way: unset %s\n", variable,
			variable);
}

static int print_account(const struct command_line *line, const struct json_object *answer)
{
	struct buf b;
	bool whole;

	buf_init(&b, BUF_MAX);
	whole = add_exports(&b, answer);
	if (whole && flag_is_set(line, "json")) {
		struct str text = json_text(line->arena, answer);

		printf("%.*s\n", STR_ARG(text));
	} else if (whole) {
		printf("%s", b.p);
		fflush(stdout);
		buf_clear(&b);
		text_add(&b, json_get_str(answer, "account"), 20, true);
		fprintf(stderr, "You are in: account %s.\n", b.p);
		if (isatty(STDOUT_FILENO))
			fprintf(stderr,
				"Paste the lines above into your shell, or join with\n"
				"  eval \"$(immersion join --server ... --code ... --name ...)\"\n");
		buf_clear(&b);
		text_add(&b, json_get_str(answer, "signIn"), 200, true);
		if (b.n)
			fprintf(stderr, "Your pages, signed in: %s\n", b.p);
		warn_of("AWS_SESSION_TOKEN");
		warn_of("AWS_PROFILE");
		fprintf(stderr, "Then `immersion check` shows how far you are.\n");
	}
	buf_release(&b);
	if (!whole)
		return cannot(line, "the server's answer is not an account.");
	return EXIT_WELL;
}

static int run(const struct command_line *line)
{
	const char *server = flag_need(line, "server");
	const char *code = server ? flag_need(line, "code") : NULL;
	const char *name = code ? flag_need(line, "name") : NULL;
	struct json_object *ask, *answer;
	struct api api;
	const char *why;

	if (!name)
		return EXIT_USAGE;
	if (!str_is_utf8(str_of(name)))
		return usage_error(line, "--name must be UTF-8 text.");
	if (!api_init(&api, line->arena, server, NULL, &why))
		return usage_error(line, "%s", why);
	ask = json_new_object(line->arena);
	json_set_cstr(ask, "code", code);
	json_set_cstr(ask, "name", name);
	switch (api_ask(&api, line->arena, "/api/join", json_text(line->arena, ask), &answer,
			&why)) {
	case API_WELL:
		return print_account(line, answer);
	case API_REFUSED:
	case API_WRONG:
		cannot(line, "%s", why);
		return EXIT_USAGE;
	default:
		return cannot(line, "%s", why);
	}
}

const struct command command_join = {
	.name = "join",
	.summary = "join a workshop and print the account for your shell",
	.more = "On stdout come `export` lines for the AWS tools and for `immersion check`:\n"
		"\n"
		"  eval \"$(immersion join --server http://10.0.0.5:8080 --code CODE --name Ada)\"\n"
		"\n"
		"Exit codes: 0 joined, 2 the code or the name is refused, 3 the server cannot be reached.",
	.flags = flags,
	.run = run,
};
