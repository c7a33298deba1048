/*
 * immersion serve: the workshop. Ties the rooms together.
 *
 *	http -> site (pages, API)          watch -> turns (checks call operations)
 *	http -> turns -> aws -> cloud      watch -> site (verdicts)
 *	turns -> watch (an account changed)
 */
#include <langinfo.h>
#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "aws/mail.h"
#include "aws/outside.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/time.h"
#include "checker/dash.h"
#include "checker/watch.h"
#include "cmd/qr.h"
#include "cmd/setup.h"
#include "site/name.h"
#include "site/site.h"

#define MAILS_SHOWN 100

struct serve {
	const struct command_line *line;
	struct cloud cloud;
	struct files *labs, *content;
	struct event_store *event;
	struct site *site;
	pthread_mutex_t watch_lock; /* turns tell a watch that may be leaving */
	struct watch *watch;
	struct http_server *http;
	struct functions functions;
	struct http_listener *site_listener, *cloud_listener;
	const char *listen, *region, *event_code, *instructor_token, *cert, *key;
	const char *url, *endpoint; /* as attendees reach them */
	int port, cloud_port;
};

/* --- what the rooms ask of each other --------------------------------------------- */

static void account_changed(void *arg, struct str account)
{
	struct serve *s = arg;

	pthread_mutex_lock(&s->watch_lock);
	if (s->watch)
		watch_mark(s->watch, account);
	pthread_mutex_unlock(&s->watch_lock);
}

static void check_call(void *arg, struct arena *a, struct str account, struct str service,
		       struct str operation, struct json_object *in, struct check_answer *answer)
{
	struct serve *s = arg;
	struct turns_answer got;

	turns_call(s->cloud.turns, a, account, arena_cstr(a, service), arena_cstr(a, operation), in,
		   &got);
	*answer = (struct check_answer){ got.outcome == DONE, got.out, got.code, got.message };
}

struct trail_look {
	struct arena *arena;
	int limit;
	struct json_object *trail;
};

static bool read_trail(void *arg, struct account *account)
{
	struct trail_look *look = arg;

	look->trail = aws_trail(account, look->arena, look->limit);
	return true;
}

static struct json_object *trail(void *arg, struct arena *a, struct str account, int limit)
{
	struct serve *s = arg;
	struct trail_look look = { a, limit, NULL };
	const char *why = "";

	if (!turns_do(s->cloud.turns, a, account, TURNS_READ, read_trail, &look, &why))
		log_warn("%s", why);
	return look.trail;
}

static bool publish(void *arg, struct str account, struct str lab, struct str verdicts)
{
	struct serve *s = arg;

	return site_progress(s->site, account, lab, verdicts);
}

static struct str published(void *arg, struct arena *a, struct str account, struct str lab)
{
	struct serve *s = arg;

	return site_verdicts(s->site, a, account, lab);
}

static bool make_key(void *arg, struct account *account)
{
	struct aws_key *key = arg;

	if (!aws_key_first(account, key))
		aws_key_make(account, time_now_ms(), key);
	return !db_failed(account->db);
}

struct mail_job {
	struct arena *arena;
	struct json_object *messages;
};

static bool read_mailbox(void *arg, struct account *account)
{
	struct mail_job *job = arg;

	job->messages = aws_mailbox(account, job->arena, MAILS_SHOWN);
	return !db_failed(account->db);
}

/* site_config.mailbox. An account that nobody has used yet has no messages. */
static struct json_object *mailbox(void *arg, struct arena *a, struct str account)
{
	struct serve *s = arg;
	struct mail_job job = { .arena = a };
	const char *why = "";

	if (!turns_account_exists(s->cloud.turns, account))
		return json_new_array(a);
	if (turns_do(s->cloud.turns, a, account, TURNS_READ, read_mailbox, &job, &why))
		return job.messages;
	log_error("the mailbox of %.*s cannot be read: %s", STR_ARG(account), why);
	return NULL;
}

static bool account_key(void *arg, struct str account, char id[static 21], char secret[static 41],
			const char **why)
{
	struct serve *s = arg;
	struct arena *a = arena_new();
	struct aws_key key;
	const char *reason = "";
	bool made = turns_do(s->cloud.turns, a, account, TURNS_WRITE | TURNS_CREATE, make_key, &key,
			     &reason);

	if (made) {
		memcpy(id, key.id, sizeof(key.id));
		memcpy(secret, key.secret, sizeof(key.secret));
	} else {
		log_error("%s", reason);
		*why = "Your account could not be made: the machine's disk may be full. Please tell the instructor.";
	}
	arena_free(a);
	return made;
}

static void check_now(void *arg, struct str account, struct str lab)
{
	struct serve *s = arg;

	watch_now(s->watch, account, lab);
}

/* cloud.emptied */
static bool account_emptied(void *arg, struct str account)
{
	struct serve *s = arg;

	return site_start_over(s->site, account);
}

/* Checks that are under way must not be published of the new account, nor new ones be compared with the old. */
static bool start_over(void *arg, struct arena *a, struct str account, struct json_object **removed,
		       const char **why)
{
	struct serve *s = arg;
	bool done;

	watch_hold(s->watch, account);
	done = turns_empty(s->cloud.turns, a, account, removed, why);
	watch_let_go(s->watch, account, done);
	if (done)
		watch_now(s->watch, account, STR_NONE);
	return done;
}

static struct json_object *unknown_operations(void *arg, struct arena *a)
{
	struct serve *s = arg;

	return aws_figures(s->cloud.aws, a);
}

/* --- settings ------------------------------------------------------------------------ */

/*
 * A flag's value, or what an earlier start kept, or a new one; kept in the event's file either way, so
 * that the next start has the same.
 */
static const char *kept_setting(struct serve *s, const char *name, size_t letters,
				const char *alphabet)
{
	struct arena *a = s->line->arena;
	const char *given = flag_value(s->line, name);
	struct str kept = event_setting(s->event, a, name);
	struct str value = given ? str_of(given) : kept;

	if (!value.n)
		value = hash_random_text(a, letters, alphabet);
	if (!str_eq(value, kept) && !event_set(s->event, name, value))
		return NULL;
	return arena_cstr(a, value);
}

static bool open_event(struct serve *s, const char *data, const char **why)
{
	s->event = event_open(data, s->line->arena, why);
	if (!s->event)
		return false;
	*why = "the event's file cannot be written: is the disk full?";
	/* Letters and digits that nobody confuses when they stand on a projector. */
	s->event_code = kept_setting(s, "event-code", 6, "abcdefghjkmnpqrstuvwxyz23456789");
	s->instructor_token =
		kept_setting(s, "instructor-token", 32,
			     "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789");
	return s->event_code && s->instructor_token;
}

static bool open_trees(struct serve *s, const char **why)
{
	const char *labs = flag_value(s->line, "labs"), *content = flag_value(s->line, "content");

	s->labs = labs ? files_folder(labs, s->line->arena, why) : files_builtin("labs");
	if (!s->labs)
		return false;
	s->content =
		content ? files_folder(content, s->line->arena, why) : files_builtin("content");
	return s->content;
}

static bool read_tls(struct serve *s, const char **why)
{
	const char *cert = flag_value(s->line, "tls-cert"), *key = flag_value(s->line, "tls-key");

	if (!cert)
		return true;
	s->cert = setup_read_text(s->line->arena, cert, why);
	s->key = s->cert ? setup_read_text(s->line->arena, key, why) : NULL;
	return s->key;
}

/* --- starting and stopping ------------------------------------------------------------- */

/* Both ports answer only once everything behind them is there. */
static enum http_outcome handle_site(struct http_request *req, void *context)
{
	struct serve *s = context;

	return site_handle(req, s->site);
}

static enum http_outcome handle_cloud(struct http_request *req, void *context)
{
	struct serve *s = context;

	return turns_handle(req, s->cloud.turns);
}

static bool start_cloud(struct serve *s, const char *data, const char **why)
{
	struct arena *a = s->line->arena;
	struct aws_config aws = { .region = s->region, .clock = time_now_ms };
	struct turns_config turns = { .accounts_dir = arena_printf(a, "%s/accounts", data),
				      .changed = account_changed,
				      .arg = s };

	s->cloud.emptied = account_emptied;
	s->cloud.emptied_arg = s;
	return cloud_start(&s->cloud, &aws, &turns, a, why);
}

static bool start_site(struct serve *s, const char **why)
{
	struct site_config site = { .labs = s->labs,
				    .content = s->content,
				    .assets = files_builtin("assets"),
				    .event = s->event,
				    .region = s->region,
				    .endpoint = s->endpoint,
				    .url = s->url,
				    .event_code = s->event_code,
				    .instructor_token = s->instructor_token,
				    .clock = time_now_ms,
				    .account_key = account_key,
				    .mailbox = mailbox,
				    .check_now = check_now,
				    .start_over = start_over,
				    .unknown = unknown_operations,
				    .arg = s };
	struct watch_config watch = { .labs = s->labs,
				      .region = s->region,
				      .endpoint = s->endpoint,
				      .clock = time_now_ms,
				      .call = check_call,
				      .trail = trail,
				      .publish = publish,
				      .published = published,
				      .arg = s };

	s->site = site_new(&site, s->line->arena, why);
	if (!s->site)
		return false;
	pthread_mutex_lock(&s->watch_lock);
	s->watch = watch_new(&watch);
	pthread_mutex_unlock(&s->watch_lock);
	return true;
}

/* Verdicts on disk may be older than the accounts: look at everybody once. */
static void look_at_everybody(struct serve *s)
{
	struct arena *a = arena_new();
	size_t count;
	struct attendee *all = event_attendees(s->event, a, &count);

	for (size_t i = 0; i < count; i++)
		watch_mark(s->watch, all[i].account);
	arena_free(a);
}

/* The cloud last: whoever finds its port open may use functions and sites. */
static bool start_http(struct serve *s, const char *data, const char *host, const char **why)
{
	enum { SITE_BODY_MAX = 64 << 10 };
	struct http_listen site = { s->listen,   s->port, SITE_BODY_MAX, s->cert, s->key,
				    handle_site, s };
	struct http_listen cloud = { s->listen, s->cloud_port, CLOUD_BODY_MAX,
				     s->cert,   s->key,        handle_cloud,
				     s };

	s->site_listener = http_listen(s->http, &site, s->line->arena, why);
	if (!s->site_listener || !sites_start(s->line, data, s->http, s->site_listener, host, why))
		return false;
	turns_settle(s->cloud.turns);
	s->cloud_listener = http_listen(s->http, &cloud, s->line->arena, why);
	if (!s->cloud_listener)
		return false;
	outside_cloud(http_listener_port(s->cloud_listener));
	return true;
}

static bool start(struct serve *s, const char *data, const char **why)
{
	const char *host = setup_public_host(s->line, s->listen);
	bool tls;

	if (!open_trees(s, why) || !read_tls(s, why) || !open_event(s, data, why))
		return false;
	tls = s->cert;
	s->url = setup_url(s->line->arena, tls, host, s->port);
	s->endpoint = setup_url(s->line->arena, tls, host, s->cloud_port);
	outside_address(s->endpoint);
	functions_prepare(&s->functions, data, s->region, flag_is_set(s->line, "unsafe-functions"));
	s->http = http_server_new(0, s->line->arena, why);
	if (!s->http || !start_cloud(s, data, why) || !start_site(s, why) ||
	    !functions_start(&s->functions, &s->cloud, s->http, handle_cloud, s, s->line->arena,
			     why) ||
	    !start_http(s, data, host, why))
		return false;
	turns_start(s->cloud.turns);
	look_at_everybody(s);
	return true;
}

/* In this order nobody calls what is gone: no requests, no checks, no joins, no turns. */
static void stop(struct serve *s)
{
	struct watch *watch = s->watch;

	if (s->site)
		site_stop(s->site);
	functions_stop();
	if (s->http)
		http_server_free(s->http, 2000);
	pthread_mutex_lock(&s->watch_lock);
	s->watch = NULL;
	pthread_mutex_unlock(&s->watch_lock);
	watch_free(watch);
	if (s->site)
		site_free(s->site);
	if (s->cloud.turns)
		cloud_stop(&s->cloud);
	sites_stop();
	event_close(s->event);
	files_free(s->labs);
	files_free(s->content);
	pthread_mutex_destroy(&s->watch_lock);
}

static void greet(struct serve *s, const char *data, int64_t began_us)
{
	struct arena *a = s->line->arena;
	bool utf8;
	struct buf b;

	setlocale(LC_CTYPE, "");
	utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	buf_init(&b, BUF_MAX);
	if (isatty(STDOUT_FILENO)) {
		buf_addc(&b, '\n');
		qr_draw(&b, arena_printf(a, "%s/join?code=%s", s->url, s->event_code), utf8);
	}
	buf_addf(&b, "\n  Join         %s/\n", s->url);
	buf_addf(&b, "  Event code   %s\n", s->event_code);
	buf_addf(&b, "  Cloud        %s   (region %s)\n\n", s->endpoint, s->region);
	buf_addf(&b, "  Dashboard    immersion dash --server %s --token %s\n", s->url,
		 s->instructor_token);
	buf_addf(&b, "               or %s/dash with the same token\n\n", s->url);
	buf_addf(&b, "  State        %s\n", data);
	buf_addf(&b, "  Ready in %.1f ms. Ctrl-C stops; nothing is lost.\n\n",
		 (double)(time_monotonic_us() - began_us) / 1000);
	fwrite(b.p, 1, b.n, stdout);
	fflush(stdout);
	buf_release(&b);
}

/* The dashboard in this very terminal, until it is left or a signal asks us to stop. */
static int show_dash(struct serve *s, const char **why)
{
	struct api api;
	struct dash_options options = { .api = &api, .embedded = true };
	int code;

	if (!api_init(&api, s->line->arena, s->url, s->instructor_token, why))
		return EXIT_CANNOT;
	options.stop_fd = setup_stop_fd();
	code = dash_run(&options, why);
	close(options.stop_fd);
	return code;
}

enum { CODE_LEAST = 4 };

/* A code that nobody guesses at the door: what is typed of it counts, blanks and dashes do not. */
static bool check_code(const struct command_line *line)
{
	const char *code = flag_value(line, "event-code");

	if (!code || code_plain(line->arena, str_of(code)).n >= CODE_LEAST)
		return true;
	usage_error(line, "--event-code takes at least %d letters or digits, not \"%s\"",
		    CODE_LEAST, code);
	return false;
}

static bool read_flags(struct serve *s)
{
	int from, to;

	if (!flag_int(s->line, "port", 1, 65535, &s->port) ||
	    !flag_int(s->line, "cloud-port", 1, 65535, &s->cloud_port))
		return false;
	if (s->port == s->cloud_port) {
		usage_error(s->line, "--port and --cloud-port must differ");
		return false;
	}
	if (!flag_value(s->line, "tls-cert") != !flag_value(s->line, "tls-key")) {
		usage_error(s->line,
			    "--tls-cert and --tls-key belong together: give both, or neither");
		return false;
	}
	if (!check_code(s->line) || !setup_check_place(s->line) ||
	    !setup_site_ports(s->line, &from, &to) || !setup_account_disk(s->line))
		return false;
	s->listen = flag_value(s->line, "listen");
	s->region = flag_value(s->line, "region");
	return true;
}

static int run(const struct command_line *line)
{
	int64_t began_us = time_monotonic_us();
	struct serve s = { .line = line };
	const char *data, *why = "it could not start";
	int code = EXIT_CANNOT;

	if (!read_flags(&s))
		return EXIT_USAGE;
	setup_process();
	pthread_mutex_init(&s.watch_lock, NULL);
	data = setup_data_folder(line, "");
	if (!data)
		return EXIT_CANNOT;
	if (!start(&s, data, &why)) {
		cannot(line, "%s", why);
	} else if (flag_is_set(line, "dash")) {
		greet(&s, data, began_us);
		code = show_dash(&s, &why);
		if (code != EXIT_WELL)
			cannot(line, "%s", why);
	} else {
		greet(&s, data, began_us);
		setup_wait_for_stop();
		code = EXIT_WELL;
	}
	stop(&s);
	return code;
}

static const struct flag flags[] = {
	{ "data", "DIR", NULL, "folder for the state (default: $XDG_DATA_HOME/immersion)" },
	{ "listen", "ADDR", "0.0.0.0", "address to listen on" },
	{ "port", "PORT", "8080", "port of the workshop's pages" },
	{ "cloud-port", "PORT", "4566", "port of the AWS endpoint" },
	{ "site-ports", "FROM-TO", "20000-20999", "ports for the sites that attendees host" },
	{ "account-disk", "MIB", "2048", "the most that one account may store" },
	{ "event-code", "CODE", NULL,
	  "what attendees type to join (default: made up once and kept)" },
	{ "instructor-token", "T", NULL,
	  "what opens the dashboard (default: made up once and kept)" },
	{ "labs", "DIR", NULL, "read the labs from a folder, again whenever a file changes" },
	{ "content", "DIR", NULL, "read agenda and talks from a folder, likewise" },
	{ "region", "REGION", "eu-west-1", "the region of every account" },
	{ "tls-cert", "FILE", NULL, "certificate chain (PEM); both ports then speak TLS" },
	{ "tls-key", "FILE", NULL, "its private key (PEM)" },
	{ "public-host", "NAME", NULL,
	  "how attendees reach this machine (default: its LAN address)" },
	{ "unsafe-functions", NULL, NULL,
	  "run functions without a sandbox where bubblewrap cannot" },
	{ "dash", NULL, NULL, "show the dashboard in this terminal" },
	{ 0 }
};

const struct command command_serve = {
	.name = "serve",
	.summary = "start the workshop: agenda, guides, a cloud for everybody, checks",
	.flags = flags,
	.run = run,
};
