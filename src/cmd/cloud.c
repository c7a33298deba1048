/*
 * immersion cloud: the cloud without a workshop, for lab authors and for tests.
 *
 * One account with a key that everybody knows, and a way to empty it.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "aws/outside.h"
#include "aws/port.h"
#include "base/time.h"
#include "cmd/setup.h"

struct cloud_server {
	struct cloud cloud;
	struct http_server *http;
	struct functions functions;
};

/* Emptying waits for every account's turn, so it has a thread of its own. */
struct reset {
	struct cloud_server *server;
	struct http_request *req;
};

static void *reset_all(void *arg)
{
	struct reset *reset = arg;
	struct http_request *req = reset->req;

	turns_reset(reset->server->cloud.turns);
	ports_forget(STR_NONE);
	http_answer(req, 200, "application/json", STR("{}"));
	http_resume(req);
	return NULL;
}

static enum http_outcome reset_handle(struct cloud_server *server, struct http_request *req)
{
	struct reset *reset = ARENA_NEW(req->arena, struct reset);
	pthread_t thread;

	*reset = (struct reset){ server, req };
	if (pthread_create(&thread, NULL, reset_all, reset)) {
		http_answer(req, 503, NULL, STR(""));
		return HTTP_ANSWERED;
	}
	pthread_detach(thread);
	return HTTP_PARKED;
}

static enum http_outcome handle(struct http_request *req, void *context)
{
	struct cloud_server *server = context;

	if (str_is(req->path, "/_immersion/reset") && str_is(req->method, "POST"))
		return reset_handle(server, req);
	return turns_handle(req, server->cloud.turns);
}

static bool check_account(const struct command_line *line, const char *id)
{
	if (account_id_valid(str_of(id)))
		return true;
	usage_error(line, "--account takes 12 digits, not \"%s\"", id);
	return false;
}

static void greet(const struct command_line *line, const char *url, int64_t began_us)
{
	printf("The cloud is ready at %s (in %.1f ms).\n\n"
	       "  export AWS_ENDPOINT_URL=%s\n"
	       "  export AWS_ACCESS_KEY_ID=%s\n"
	       "  export AWS_SECRET_ACCESS_KEY=%s\n"
	       "  export AWS_DEFAULT_REGION=%s\n\n"
	       "Account %s. POST %s/_immersion/reset empties it. Ctrl-C stops.\n",
	       url, (double)(time_monotonic_us() - began_us) / 1000, url,
	       flag_value(line, "access-key"), flag_value(line, "secret-key"),
	       flag_value(line, "region"), flag_value(line, "account"), url);
	fflush(stdout);
}

static int serve_cloud(const struct command_line *line, struct cloud_server *server, int port,
		       int64_t began_us)
{
	const char *listen = flag_value(line, "listen"), *why = "", *host, *url;
	struct http_listen how = { listen, port, CLOUD_BODY_MAX, NULL, NULL, handle, server };
	struct http_listener *listener = NULL;

	server->http = http_server_new(0, line->arena, &why);
	if (!server->http)
		return cannot(line, "%s", why);
	host = setup_public_host(line, listen);
	/* Functions and sites first: whoever finds the port open may use them. */
	if (functions_start(&server->functions, &server->cloud, server->http, handle, server,
			    line->arena, &why) &&
	    sites_start(line, server->functions.data, server->http, NULL, host, &why)) {
		turns_settle(server->cloud.turns);
		listener = http_listen(server->http, &how, line->arena, &why);
	}
	if (!listener) {
		functions_stop();
		http_server_free(server->http, 0);
		return cannot(line, "%s", why);
	}
	outside_cloud(http_listener_port(listener));
	url = setup_url(line->arena, false, host, http_listener_port(listener));
	outside_address(url);
	turns_start(server->cloud.turns);
	greet(line, url, began_us);
	setup_wait_for_stop();
	functions_stop();
	http_server_free(server->http, 1000);
	return EXIT_WELL;
}

static int run(const struct command_line *line)
{
	int64_t began_us = time_monotonic_us();
	struct cloud_server server = { 0 };
	const char *data, *why = "";
	int port, code, from, to;

	if (!setup_check_place(line) || !setup_site_ports(line, &from, &to) ||
	    !setup_account_disk(line) || !flag_int(line, "cloud-port", 0, 65535, &port) ||
	    !check_account(line, flag_value(line, "account")))
		return EXIT_USAGE;
	setup_process();
	data = setup_data_folder(line, "-cloud");
	if (!data)
		return EXIT_CANNOT;
	functions_prepare(&server.functions, data, flag_value(line, "region"),
			  flag_is_set(line, "unsafe-functions"));
	if (!cloud_start(&server.cloud,
			 &(struct aws_config){ .region = flag_value(line, "region"),
					       .clock = time_now_ms,
					       .any_credentials =
						       flag_is_set(line, "any-credentials"),
					       .log_mail = true,
					       .only_account = flag_value(line, "account"),
					       .only_access_key = flag_value(line, "access-key"),
					       .only_secret_key = flag_value(line, "secret-key") },
			 &(struct turns_config){
				 .accounts_dir = arena_printf(line->arena, "%s/accounts", data),
				 .create = true },
			 line->arena, &why))
		return cannot(line, "%s", why);
	code = serve_cloud(line, &server, port, began_us);
	cloud_stop(&server.cloud);
	sites_stop();
	return code;
}

static const struct flag flags[] = {
	{ "data", "DIR", NULL, "folder for the state (default: $XDG_DATA_HOME/immersion-cloud)" },
	{ "listen", "ADDR", "127.0.0.1", "address to listen on" },
	{ "cloud-port", "PORT", "4566", "port of the AWS endpoint; 0 takes any free one" },
	{ "site-ports", "FROM-TO", "20000-20999", "ports for hosted sites" },
	{ "account-disk", "MIB", "2048", "the most that one account may store" },
	{ "unsafe-functions", NULL, NULL,
	  "run functions without a sandbox where bubblewrap cannot" },
	{ "public-host", "NAME", NULL, "how others reach this machine" },
	{ "region", "REGION", "us-east-1", "the one region there is" },
	{ "account", "ID", "000000000000", "the account, 12 digits" },
	{ "access-key", "KEY", "test", "its access key" },
	{ "secret-key", "SECRET", "test", "its secret key" },
	{ "any-credentials", NULL, NULL,
	  "check no signature; an access key of 12 digits names its account, one made here its owner" },
	{ 0 }
};

const struct command command_cloud = {
	.name = "cloud",
	.summary = "the cloud without a workshop: one account, for lab authors and tests",
	.flags = flags,
	.run = run,
};
