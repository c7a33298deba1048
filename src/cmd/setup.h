#ifndef CMD_SETUP_H
#define CMD_SETUP_H

#include "cloud/lambda/lambda.h"
#include "cmd/cmd.h"
#include "http/http.h"
#include "turns/turns.h"

/* What `serve` and `cloud` have in common: the data folder, addresses, the cloud itself, and stopping. */

/*
 * Before any thread: files are private, signals that stop us wait for stop_wait(), as many
 * descriptors as we may have, and no death by a client that left.
 */
void setup_process(void);
/* Block until SIGINT or SIGTERM. */
void setup_wait_for_stop(void);
/* A descriptor that becomes readable when SIGINT or SIGTERM comes; the caller closes it. */
int setup_stop_fd(void);

/* The folder for state: --data, or $XDG_DATA_HOME/immersion, or ~/.local/share/immersion (plus `leaf`). NULL after complaining. */
const char *setup_data_folder(const struct command_line *line, const char *leaf);
/*
 * The host that others reach us by: --public-host, or the address listened on, or for a wildcard address the first
 * address of this machine in the local network, or localhost.
 */
const char *setup_public_host(const struct command_line *line, const char *listen);
/* "http://host:port", with brackets around an IPv6 address; the arena owns it. */
const char *setup_url(struct arena *a, bool tls, const char *host, int port);
/* A whole small file as a C string in the arena; NULL with a sentence in *why. */
const char *setup_read_text(struct arena *a, const char *path, const char **why);

/* A cloud: dispatch, turns and their listener on one HTTP server. */
struct cloud {
	struct aws *aws;
	struct turns *turns;
	/* `serve`: what is known of an account beside the cloud is forgotten when it is emptied. May be NULL. */
	bool (*emptied)(void *arg, struct str account);
	void *emptied_arg;
};
/*
 * Build both; `config->services` is filled in here. NULL members on failure, with a sentence in *why. turns_start()
 * follows once functions, builds and sites have started: jobs that a former process left need them.
 */
bool cloud_start(struct cloud *cloud, struct aws_config *config, struct turns_config *turns,
		 struct arena *a, const char **why);
void cloud_stop(struct cloud *cloud);

/* Functions of Lambda and builds: the processes that start their sandboxes. */
struct functions {
	int warden_fd, builder_fd;
	const char *refused;        /* NULL, or why no function can run here */
	const char *builds_refused; /* NULL, or why no build can */
	const char *data, *region;
	bool walls; /* they run in sandboxes, not as ordinary processes */
};
/*
 * Before any thread. Where bubblewrap cannot run the log says so, and functions are refused with the reason; unless
 * `unsafe` (--unsafe-functions): then they run without a sandbox, and the log says that.
 */
void functions_prepare(struct functions *f, const char *data, const char *region, bool unsafe);
/* Let them run; what connects to the cloud from inside goes to `handler`. False with a sentence in *why. */
bool functions_start(struct functions *f, struct cloud *cloud, struct http_server *http,
		     http_handler *handler, void *context, struct arena *a, const char **why);
/* No function and no build runs any more. Before the HTTP server is freed. */
void functions_stop(void);

/* Are --region and --public-host (if given) what they must be? False after complaining. */
bool setup_check_place(const struct command_line *line);
/* The range of --site-ports; false after complaining. */
bool setup_site_ports(const struct command_line *line, int *from, int *to);
/* Take --account-disk for every account; false after complaining. */
bool setup_account_disk(const struct command_line *line);
/*
 * Let sites be served: on the ports of --site-ports, with the certificate of the listener `like`, at `host`. False
 * with a sentence in *why. Before calls come in and turns_start(); sites_stop() after the end of turns and of the HTTP
 * server.
 */
bool sites_start(const struct command_line *line, const char *data, struct http_server *http,
		 struct http_listener *like, const char *host, const char **why);
void sites_stop(void);

/* The most bytes a call's body may have on the cloud port: Lambda's zip in base64 and some. */
#define CLOUD_BODY_MAX ((size_t)96 << 20)

#endif
